//! What a file is, by its content: what it says of itself proves nothing.

use infer::MatcherType;

use super::ReviewError;
use crate::domain::FileKind;
use crate::service::contract::FieldErrors;

/// The type of a file that is taken as evidence; refused where it is none of those, or is declared as another.
pub(super) fn kind_of(declared: Option<&str>, bytes: &[u8]) -> Result<FileKind, ReviewError> {
    FileKind::bounded(bytes)?;
    let refuse = |detail: String| Err(FieldErrors::one("/file", "unsupported_type", detail).into());
    let Some(kind) = found(bytes) else {
        let what = infer::get(bytes).map_or("nothing that is known", |t| t.mime_type());
        return refuse(format!(
            "by its content the file is {what}; png, jpeg, webp, gif, pdf and plain text in UTF-8 are taken"
        ));
    };
    let essence = declared.and_then(|d| d.split(';').next()).map(str::trim);
    match essence {
        Some(declared)
            if !is_general(declared) && !declared.eq_ignore_ascii_case(kind.as_str()) =>
        {
            let declared: String = declared.chars().take(80).collect();
            refuse(format!(
                "the file is declared as {declared:?}, but by its content it is {kind}"
            ))
        }
        _ => Ok(kind),
    }
}

/// A declaration that says nothing.
fn is_general(declared: &str) -> bool {
    declared.is_empty() || declared.eq_ignore_ascii_case("application/octet-stream")
}

fn found(bytes: &[u8]) -> Option<FileKind> {
    if let Some(known) = infer::get(bytes) {
        return known
            .mime_type()
            .parse()
            .ok()
            .filter(|kind| *kind != FileKind::Text && known.matcher_type() != MatcherType::Text);
    }
    is_plain_text(bytes).then_some(FileKind::Text)
}

/// Text that no program takes for anything but text: no markup, no control characters.
fn is_plain_text(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let begins = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    let is_markup = begins.starts_with('<') || begins.starts_with("%!") || begins.starts_with("#!");
    let controls = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    !is_markup && !text.chars().any(controls)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";

    #[test]
    fn files_are_what_their_content_says() {
        for (bytes, kind) in [
            (PNG, FileKind::Png),
            (b"\xff\xd8\xff\xe0\0\x10JFIF\0".as_slice(), FileKind::Jpeg),
            (b"GIF89a\x01\0\x01\0", FileKind::Gif),
            (b"RIFF\x24\0\0\0WEBPVP8 ", FileKind::Webp),
            (b"%PDF-1.7\n%", FileKind::Pdf),
            (
                "They asked for a code. 他们要验证码。".as_bytes(),
                FileKind::Text,
            ),
        ] {
            assert_eq!(kind_of(None, bytes).unwrap(), kind);
            assert_eq!(kind_of(Some(kind.as_str()), bytes).unwrap(), kind);
        }
    }

    #[test]
    fn what_is_disguised_oversized_or_of_no_use_is_refused() {
        let big = vec![b'a'; FileKind::MAX_BYTES + 1];
        for (declared, bytes) in [
            (None, b"".as_slice()),
            (None, &big),
            (Some("image/png"), b"<html><script>alert(1)</script>"),
            (None, b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            (Some("text/plain"), b"  <!doctype html>"),
            (Some("text/plain"), PNG),
            (Some("image/jpeg"), PNG),
            (None, b"MZ\x90\0\x03\0\0\0"),
            (None, b"PK\x03\x04\x14\0"),
            (None, b"#!/bin/sh\nrm -rf /"),
            (None, b"\x7fELF\x02\x01\x01"),
            (None, b"a\0b"),
            (None, b"\xff\xfe\0\x41"),
        ] {
            let outcome = kind_of(declared, bytes);
            assert!(
                outcome.is_err(),
                "{declared:?} {:?}",
                &bytes[..bytes.len().min(20)]
            );
        }
    }
}
