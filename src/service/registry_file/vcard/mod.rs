//! Cards of organisations, vCard 3.0 (RFC 2426) and 4.0 (RFC 6350, 9554), many in a file.
//!
//! A stream is cut into cards by their first and last lines, so that one bad card loses nothing else; what is in a
//! card is read by the `calcard` crate.

mod card;

use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calcard::vcard::VCard;

use super::super::contract::{FieldErrors, RegistryLine};
use super::super::lines::{LineReader, RawLine};

/// Reads cards, one after the other.
#[derive(Debug)]
pub(super) struct Cards<R> {
    lines: LineReader<R>,
    /// The first line of the next card, met while the one before it had not ended.
    begun: Option<RawLine>,
}

/// One card, or lines that are none.
#[derive(Debug)]
pub(super) struct RawCard {
    line: u64,
    bytes: Vec<u8>,
    fault: Option<Fault>,
}

/// Why a card is none.
#[derive(Debug, Clone, Copy)]
enum Fault {
    TooLong,
    NoBegin,
    NoEnd,
}

impl<R: Read> Cards<R> {
    pub(super) fn new(stream: R) -> Self {
        Self {
            lines: LineReader::new(stream, RegistryLine::MAX_BYTES),
            begun: None,
        }
    }

    /// The next card; none at the end of the stream.
    pub(super) fn next_card(&mut self) -> io::Result<Option<RawCard>> {
        let first = match self.begun.take() {
            Some(line) => line,
            None => loop {
                match self.lines.next_line()? {
                    None => return Ok(None),
                    Some(line) if line.is_blank() => {}
                    Some(line) => break line,
                }
            },
        };
        let mut card = RawCard {
            line: first.number,
            fault: (!is(&first, "BEGIN:VCARD")).then_some(Fault::NoBegin),
            bytes: Vec::new(),
        };
        card.add(&first);
        if card.fault.is_some() {
            return Ok(Some(card));
        }
        loop {
            let Some(line) = self.lines.next_line()? else {
                card.fault = Some(Fault::NoEnd);
                return Ok(Some(card));
            };
            if is(&line, "BEGIN:VCARD") {
                self.begun = Some(line);
                card.fault = Some(Fault::NoEnd);
                return Ok(Some(card));
            }
            card.add(&line);
            if is(&line, "END:VCARD") {
                return Ok(Some(card));
            }
        }
    }
}

fn is(line: &RawLine, text: &str) -> bool {
    line.bytes
        .trim_ascii()
        .eq_ignore_ascii_case(text.as_bytes())
}

impl RawCard {
    fn add(&mut self, line: &RawLine) {
        if line.too_long || self.bytes.len() + line.bytes.len() > RegistryLine::MAX_BYTES {
            self.fault = Some(Fault::TooLong);
            self.bytes.truncate(RawLine::KEPT_OF_LONG);
        }
        if matches!(self.fault, Some(Fault::TooLong)) {
            return;
        }
        self.bytes.extend_from_slice(&line.bytes);
        self.bytes.push(b'\n');
    }

    pub(super) fn line(&self) -> u64 {
        self.line
    }

    pub(super) fn original(&self) -> String {
        String::from_utf8_lossy(&self.bytes).trim_end().to_owned()
    }

    /// The card as a line of the contract; refused is a card that is no organisation's.
    pub(super) fn to_line(&self) -> Result<RegistryLine, FieldErrors> {
        let refuse = |code, detail: &str| Err(FieldErrors::one("", code, detail));
        match self.fault {
            Some(Fault::TooLong) => {
                return refuse("card_too_long", "the card is longer than 1 MiB");
            }
            Some(Fault::NoBegin) => {
                return refuse(
                    "no_card",
                    "it stands outside of any card; one begins with BEGIN:VCARD",
                );
            }
            Some(Fault::NoEnd) => return refuse("no_end", "the card has no END:VCARD"),
            None => {}
        }
        let Ok(text) = std::str::from_utf8(&self.bytes) else {
            return refuse("invalid_utf8", "the card is not UTF-8");
        };
        // None is known, but a panic of the crate must be one bad card, not a lost import.
        match catch_unwind(AssertUnwindSafe(|| VCard::parse(text))) {
            Ok(Ok(card)) => card::line(&card),
            _ => refuse("invalid_card", "the card cannot be read"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cards(file: &[u8]) -> Vec<RawCard> {
        let mut cards = Cards::new(file);
        std::iter::from_fn(|| cards.next_card().unwrap()).collect()
    }

    proptest! {
        #[test]
        fn any_text_within_a_card_is_read_or_refused(
            text in prop::collection::vec(
                prop_oneof![
                    "[ -~\\r\\n\\t=;:,.\"\\\\]{0,40}",
                    "(FN|N|ORG|TEL|ADR|UID|URL|IMPP|KIND|X-SOCIALPROFILE|LOGO|REV|BDAY|TZ|GEO|NOTE)[;:]",
                    "(TYPE|VALUE|ENCODING|CHARSET|SERVICE-TYPE|waid|JSCOMPS|LANGUAGE)=[a-z0-9\"-]{0,8}[;:,]",
                    "(date|uri|timestamp|utc-offset|QUOTED-PRINTABLE|BASE64|b|data:;base64,)[;:]",
                    "\\PC{0,10}",
                    "\r\n( |item1\\.)?",
                ],
                0..20,
            )
        ) {
            let file = format!("BEGIN:VCARD\nVERSION:3.0\n{}\nEND:VCARD\n", text.concat());
            for card in cards(file.as_bytes()) {
                let Ok(line) = card.to_line() else { continue };
                let _ = line.parse();
            }
        }
    }

    #[test]
    fn a_card_without_end_takes_no_more_than_its_bound() {
        let mut file = b"BEGIN:VCARD\nFN:A\n".to_vec();
        file.extend(b"NOTE:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n".repeat(50_000));
        file.extend(b"END:VCARD\nBEGIN:VCARD\nFN:B\nEND:VCARD\n");
        let cards = cards(&file);
        assert_eq!(cards.len(), 2);
        assert!(cards[0].bytes.len() <= RawLine::KEPT_OF_LONG);
        assert_eq!(cards[0].to_line().unwrap_err().0[0].code, "card_too_long");
        let line = cards[1].to_line().unwrap();
        assert_eq!(line.name.as_deref(), Some("B"));
        assert_eq!(cards[1].line(), 50_004);
        let same_name = b"BEGIN:VCARD\nFN: b\nEND:VCARD";
        let id = |cards: &[RawCard], i: usize| cards[i].to_line().unwrap().external_id;
        assert_eq!(id(&self::cards(same_name), 0), id(&cards, 1));
    }

    #[test]
    fn profiles_and_chat_addresses_are_handles_and_numbers() {
        for (property, phone, handle) in [
            ("IMPP:whatsapp:+447911123456", Some("+447911123456"), None),
            (
                "IMPP:https://wa.me/447911123456",
                Some("https://wa.me/447911123456"),
                None,
            ),
            (
                "IMPP;X-SERVICE-TYPE=WhatsApp;type=HOME:x-apple:+447911123456",
                Some("+447911123456"),
                None,
            ),
            (
                "TEL;TYPE=WhatsApp:+447911123456",
                Some("+447911123456"),
                None,
            ),
            (
                "IMPP;X-SERVICE-TYPE=Telegram:x-apple:acme",
                None,
                Some(("telegram", "acme")),
            ),
            ("IMPP:tg:acme", None, Some(("telegram", "acme"))),
            (
                "X-SOCIALPROFILE;type=twitter;x-user=acme:x-apple:acme",
                None,
                Some(("x", "acme")),
            ),
            (
                "SOCIALPROFILE;SERVICE-TYPE=LINE;USERNAME=acme:https://line.example/1",
                None,
                Some(("line", "acme")),
            ),
            (
                "SOCIALPROFILE;SERVICE-TYPE=Instagram;VALUE=text:acme",
                None,
                Some(("instagram", "acme")),
            ),
            (
                "X-SOCIALPROFILE;type=myspace:https://myspace.example/acme",
                None,
                Some(("myspace", "https://myspace.example/acme")),
            ),
            ("IMPP:https://chat.example/acme", None, None),
        ] {
            let file = format!("BEGIN:VCARD\nVERSION:4.0\nFN:Acme\n{property}\nEND:VCARD\n");
            let line = cards(file.as_bytes())[0].to_line().unwrap();
            let phones: Vec<_> = line
                .phones
                .iter()
                .map(|p| (&*p.value, p.whatsapp))
                .collect();
            assert_eq!(
                phones,
                phone.map(|p| (p, true)).into_iter().collect::<Vec<_>>(),
                "{property}"
            );
            let handles: Vec<_> = line.handles.iter().map(|(p, h)| (&**p, &*h.0[0])).collect();
            assert_eq!(
                handles,
                handle.into_iter().collect::<Vec<_>>(),
                "{property}"
            );
        }
    }

    #[test]
    fn a_card_of_a_megabyte_of_one_thing_is_read_or_refused() {
        for repeated in [
            ";",
            ",",
            ":",
            "=",
            "\\",
            "\"",
            ".",
            "FN:A\n",
            "A;B=",
            "\n ",
            "a.TEL:1\n",
            "URL:a.de\n",
        ] {
            let body = repeated.repeat(1_000_000 / repeated.len());
            let file = format!("BEGIN:VCARD\nX-A;{body}\nORG:A\nEND:VCARD\n");
            let cards = cards(file.as_bytes());
            assert_eq!(cards.len(), 1, "{repeated:?}");
            if let Ok(line) = cards[0].to_line() {
                let _ = line.parse();
            }
        }
    }
}
