//! Sources as text: code without comments, texts and tests, and the paths in it.

/// Every path of two or more parts, and every path of a `use`, groups spread out.
pub(super) fn paths(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let bytes = code.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !is_word(bytes[at]) || (at > 0 && (is_word(bytes[at - 1]) || bytes[at - 1] == b':')) {
            at += 1;
            continue;
        }
        at = path_at(code, at, "", &mut found);
    }
    found
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Reads one path from `at`, groups included, and gives where it ends.
fn path_at(code: &str, mut at: usize, before: &str, found: &mut Vec<String>) -> usize {
    let bytes = code.as_bytes();
    let mut path = before.to_owned();
    loop {
        let start = at;
        while at < bytes.len() && is_word(bytes[at]) {
            at += 1;
        }
        if start < at {
            if !path.is_empty() {
                path.push_str("::");
            }
            path.push_str(&code[start..at]);
        }
        if !code[at..].starts_with("::") {
            break;
        }
        at += 2;
        if bytes.get(at) == Some(&b'{') {
            return group_at(code, at + 1, &path, found);
        }
        if bytes.get(at).is_none_or(|b| !is_word(*b)) {
            break;
        }
    }
    if path.contains("::") {
        found.push(path.trim_end_matches("::self").to_owned());
    } else {
        let line = code[..at].rsplit(['\n', ';']).next().unwrap_or_default();
        if line.trim_start().starts_with("use ") || line.trim_start().starts_with("pub use ") {
            found.push(path);
        }
    }
    at
}

fn group_at(code: &str, mut at: usize, before: &str, found: &mut Vec<String>) -> usize {
    let bytes = code.as_bytes();
    while at < bytes.len() && bytes[at] != b'}' {
        at = if is_word(bytes[at]) {
            let end = path_at(code, at, before, found);
            // `as name` renames; the name is no path.
            code[end..].strip_prefix(" as ").map_or(end, |rest| {
                end + 4 + rest.bytes().take_while(|b| is_word(*b)).count()
            })
        } else {
            at + 1
        };
    }
    at + 1
}

/// The source with comments, texts and characters blanked, so that only code is left.
pub(super) fn blanked(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        let skip = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |i| i + 2)
        } else if let Some(hashes) = raw_text(rest, &out) {
            let close = format!("\"{}", "#".repeat(hashes));
            let open = hashes + 2;
            rest[open..]
                .find(&close)
                .map_or(rest.len(), |i| open + i + close.len())
        } else if c == '"' {
            text_end(rest)
        } else if c == '\'' {
            character_end(rest)
        } else {
            0
        };
        if skip == 0 {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            out.push(' ');
            rest = &rest[skip..];
        }
    }
    out
}

/// How many `#` open a raw text here, if one does.
fn raw_text(rest: &str, before: &str) -> Option<usize> {
    let after = rest.strip_prefix('r')?;
    let hashes = after.bytes().take_while(|b| *b == b'#').count();
    let inside_word = before
        .bytes()
        .last()
        .is_some_and(|b| is_word(b) && b != b'b');
    (!inside_word && after[hashes..].starts_with('"')).then_some(hashes)
}

fn text_end(rest: &str) -> usize {
    let mut escaped = false;
    for (i, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return i + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The end of a character literal; 0 for a lifetime.
fn character_end(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => rest[3..].find('\'').map_or(rest.len(), |i| i + 4),
        Some(_) => match chars.next() {
            Some((i, '\'')) => i + 1,
            _ => 0,
        },
        None => 0,
    }
}

/// The code before a `#[cfg(test)]` module, which by custom ends a file: tests may reach further.
pub(super) fn without_tests(code: &str) -> String {
    let cut = code
        .match_indices("#[cfg(test)]")
        .find(|(i, found)| {
            let after = code[i + found.len()..].trim_start();
            after.starts_with("mod ") && after.find('{') < after.find(';').or(Some(usize::MAX))
        })
        .map_or(code.len(), |(i, _)| i);
    code[..cut].to_owned()
}
