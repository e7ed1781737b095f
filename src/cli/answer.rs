//! The answer of one check, laid out for a person.
//!
//! Everything here may come from an impostor: a name can carry escape sequences that repaint a terminal, or
//! marks that turn its text round. [`shown`] makes them visible instead.

use std::fmt::{self, Write as _};

use anstyle::{AnsiColor, Style};

use crate::service::contract::{AccountInput, AssessmentBody, KnownChannelBody, SignalBody};

/// Columns of a line of text.
const WIDTH: usize = 92;
/// Where text stands that has a heading to its left.
const INDENT: usize = 14;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// One check and its answer.
pub(super) struct Answer<'a> {
    pub(super) account: &'a AccountInput,
    pub(super) body: &'a AssessmentBody,
    pub(super) businesses: usize,
}

impl fmt::Display for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.headline(f)?;
        self.compared(f)?;
        self.evidence(f)?;
        self.advice(f)?;
        let body = self.body;
        writeln!(
            f,
            "\n{DIM}Asked {} registered businesses (registry {}), model {}.{DIM:#}",
            grouped(self.businesses),
            body.registry_seq,
            shown(&body.model)
        )
    }
}

impl Answer<'_> {
    fn headline(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.body.matches.first().map(|m| shown(&m.name));
        let (mark, color, words) = match self.body.verdict.as_str() {
            "verified" => ("✔", AnsiColor::Green, "Verified"),
            "confirmed_impostor" => ("✖", AnsiColor::Red, "Confirmed impostor"),
            "likely_impostor" => ("✖", AnsiColor::Red, "Likely impostor"),
            "suspicious" => ("!", AnsiColor::Yellow, "Suspicious"),
            _ => ("?", AnsiColor::Cyan, "Unknown"),
        };
        let style = color.on_default().bold();
        let said = match (self.body.verdict.as_str(), &name) {
            ("verified", Some(name)) => format!("{words}: {name}"),
            ("confirmed_impostor" | "likely_impostor", Some(name)) => {
                format!("{words} of {name}")
            }
            ("suspicious", Some(name)) => format!("{words}: it may imitate {name}"),
            _ => words.to_owned(),
        };
        writeln!(f, "\n{style}{mark} {said}{style:#}")?;
        for line in wrapped(&shown(&self.body.summary), WIDTH - 2) {
            writeln!(f, "  {line}")?;
        }
        let basis = match self.body.basis.as_deref() {
            Some("listed") => "It is publicly listed, unproved. A caller's number can be forged.",
            Some("proved") => "The business has proved it. A caller's number can still be forged.",
            _ => &self.probability(name.as_deref()),
        };
        for line in wrapped(basis, WIDTH - 2) {
            writeln!(f, "  {line}")?;
        }
        Ok(())
    }

    fn probability(&self, name: Option<&str>) -> String {
        let Some(name) = name else {
            return "Nothing registered resembles it; that does not make it safe.".to_owned();
        };
        let score = self.body.score;
        let prior = 1.0 / (1.0 + (-self.body.prior_log_odds).exp());
        let words = match score {
            s if s >= 0.99 => "Almost certainly an imitation",
            s if s >= 0.9 => "Very probably an imitation",
            s if s >= 0.5 => "Probably an imitation",
            s if s >= prior * 1.5 => "More probably an imitation than most accounts",
            _ => "No more probably an imitation than any account",
        };
        format!(
            "{words}: the probability that it imitates {name} is {}, before any evidence {}.",
            percent(score),
            percent(prior)
        )
    }

    fn compared(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f)?;
        let account = self.account;
        let mut row = |head: &str, text: String| {
            writeln!(f, "  {DIM}{head:<w$}{DIM:#}{text}", w = INDENT - 2)
        };
        if let Some(name) = &account.display_name {
            row("Name", format!("“{}”", shown(name)))?;
        }
        if let Some(phone) = &account.phone {
            row("Phone", self.phone(phone))?;
        }
        for (head, value) in [
            ("Website", &account.website),
            ("E-mail", &account.email),
            ("Sender ID", &account.sender_id),
            ("About", &account.about),
            ("Shows badge", &account.claimed_badge),
            ("Met on", &account.medium),
        ] {
            if let Some(value) = value {
                row(head, shown(value))?;
            }
        }
        if let Some(handle) = &account.handle {
            let text = format!("{} on {}", shown(&handle.value), shown(&handle.platform));
            row("Handle", text)?;
        }
        let others: Vec<String> = self.body.matches.iter().map(|m| shown(&m.name)).collect();
        if let Some((first, rest)) = others.split_first() {
            let mut text = format!("{BOLD}{first}{BOLD:#}");
            if !rest.is_empty() {
                let _ = write!(text, "{DIM}, then {}{DIM:#}", rest.join(", "));
            }
            row("Compared to", text)?;
        }
        Ok(())
    }

    fn phone(&self, given: &str) -> String {
        let given = shown(given);
        let Some(phone) = &self.body.phone else {
            return given;
        };
        if let Some(error) = &phone.error {
            return format!("{given} — not usable: {}", shown(&error.detail));
        }
        let mut text = phone.e164.clone().unwrap_or(given);
        let facts: Vec<String> = [
            (!phone.valid).then(|| phone.kind.replace('_', " ")),
            phone.number_type.as_deref().map(kind_of_number),
            phone.region.clone(),
        ]
        .into_iter()
        .flatten()
        .collect();
        if !facts.is_empty() {
            let _ = write!(text, " {DIM}({}){DIM:#}", facts.join(", "));
        }
        text
    }

    fn evidence(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.body.signals.is_empty() {
            return Ok(());
        }
        let mut signals: Vec<&SignalBody> = self.body.signals.iter().collect();
        signals.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
        writeln!(
            f,
            "\n{BOLD}Evidence{BOLD:#} {DIM}(+ speaks for an imitation, − against; in log-odds){DIM:#}"
        )?;
        for signal in signals {
            evidence_line(f, signal)?;
        }
        Ok(())
    }

    fn advice(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(advice) = &self.body.advice else {
            return Ok(());
        };
        if !advice.text.is_empty() {
            writeln!(f, "\n{BOLD}What to do{BOLD:#}")?;
            for line in wrapped(&shown(&advice.text), WIDTH - 2) {
                writeln!(f, "  {line}")?;
            }
        }
        if !advice.known_channels.is_empty() {
            let name = self.body.matches.first().map(|m| shown(&m.name));
            let whose = name.map_or_else(String::new, |name| format!(" of {name}"));
            writeln!(f, "\n{BOLD}Channels{whose} that we know{BOLD:#}")?;
            for channel in &advice.known_channels {
                channel_line(f, channel)?;
            }
        }
        Ok(())
    }
}

fn evidence_line(f: &mut fmt::Formatter<'_>, signal: &SignalBody) -> fmt::Result {
    let (sign, color) = match signal.weight {
        w if w >= 0.05 => ("+", AnsiColor::Red),
        w if w <= -0.05 => ("−", AnsiColor::Green),
        _ => ("·", AnsiColor::White),
    };
    let style = color.on_default();
    let weight = format!("{sign}{:>5.1}", signal.weight.abs());
    let mut lines = wrapped(&shown(&signal.detail), WIDTH - INDENT).into_iter();
    let first = lines.next().unwrap_or_else(|| shown(&signal.code));
    writeln!(
        f,
        "  {style}{weight}{style:#}{:w$}{first}",
        "",
        w = INDENT - 8
    )?;
    for line in lines {
        writeln!(f, "{:INDENT$}{line}", "")?;
    }
    if let (Some(account), Some(registry)) = (&signal.account_side, &signal.registry_side) {
        let pair = format!("{} ↔ {}", shown(account), shown(registry));
        for line in wrapped(&pair, WIDTH - INDENT) {
            writeln!(f, "{:INDENT$}{DIM}{line}{DIM:#}", "")?;
        }
    }
    Ok(())
}

fn channel_line(f: &mut fmt::Formatter<'_>, channel: &KnownChannelBody) -> fmt::Result {
    let kind = match channel.kind.as_str() {
        "phone" => "phone",
        "whatsapp" => "WhatsApp",
        "sender_id" => "sender ID",
        "email" => "e-mail",
        other => other,
    };
    let trust = match channel.provenance.as_str() {
        "proved" => "proved",
        _ => "publicly listed, unproved",
    };
    let when = channel
        .last_confirmed
        .as_deref()
        .map_or_else(String::new, |at| {
            let day: String = at.chars().take(10).collect();
            format!(", last confirmed on {day}")
        });
    writeln!(
        f,
        "  {kind:<w$}{}  {DIM}{trust}{when}{DIM:#}",
        shown(&channel.value),
        w = INDENT - 2
    )
}

/// A probability as people read it; never 0 or 100 %, which no evidence gives.
fn percent(p: f64) -> String {
    match p * 100.0 {
        p if p > 99.9 => "over 99.9 %".to_owned(),
        p if p >= 99.0 => format!("{p:.1} %"),
        p if p >= 1.0 => format!("{p:.0} %"),
        p if p >= 0.1 => format!("{p:.1} %"),
        _ => "under 0.1 %".to_owned(),
    }
}

/// The numbering plan's word as people say it.
fn kind_of_number(google: &str) -> String {
    match google {
        "FIXED_LINE_OR_MOBILE" => "landline or mobile".to_owned(),
        "FIXED_LINE" => "landline".to_owned(),
        "UAN" => "company number".to_owned(),
        "VOIP" => "internet telephony".to_owned(),
        "UNKNOWN" => "unknown type".to_owned(),
        other => other.to_lowercase().replace('_', " "),
    }
}

fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Text made safe to show: controls, marks of direction and invisible characters are written by their code
/// points, and what is longer than 400 characters is cut.
pub(super) fn shown(text: &str) -> String {
    const LONGEST: usize = 400;
    let mut out = String::with_capacity(text.len());
    for (i, c) in text.chars().enumerate() {
        if i == LONGEST {
            out.push('…');
            break;
        }
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            c if c.is_control() || is_invisible(c) => {
                let _ = write!(out, "‹U+{:04X}›", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// Characters that show nothing but change what is seen (Unicode's default-ignorable and bidirectional controls);
/// the joiner U+200D and variation selectors stay, since emoji are made of them.
fn is_invisible(c: char) -> bool {
    matches!(
        u32::from(c),
        0xAD | 0x34F | 0x61C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180E | 0x200B..=0x200C
            | 0x200E..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFEFF | 0xFFA0
            | 0xFFF0..=0xFFFB | 0xE0000..=0xE00FF
    )
}

/// Breaks text into lines of at most `width` characters, between words.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        match lines.last_mut() {
            Some(line) if used + 1 + length <= width => {
                line.push(' ');
                line.push_str(word);
                used += 1 + length;
            }
            _ => {
                lines.push(word.to_owned());
                used = length;
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_impostors_name_cannot_repaint_the_terminal() {
        assert_eq!(shown("A\u{1b}[2Jb\u{202e}c"), "A‹U+001B›[2Jb‹U+202E›c");
        assert_eq!(shown("café ✅ 👩‍💻"), "café ✅ 👩‍💻");
        assert_eq!(shown(&"x".repeat(1_000)).chars().count(), 401);
    }

    #[test]
    fn text_is_broken_between_words() {
        assert_eq!(wrapped("aa bb  cc", 5), ["aa bb", "cc"]);
        assert_eq!(wrapped("", 5), [""; 0]);
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
