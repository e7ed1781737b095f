//! Links, URIs and messenger identifiers that carry a number: `wa.me/…`, `api.whatsapp.com/send?phone=…`,
//! `447…@s.whatsapp.net`, `tg://resolve?phone=…`, `sip:+44…@host` and the like. No phone library reads these.
//!
//! WhatsApp writes its identifiers (JIDs) as `user[.agent][:device]@server`. Only on the servers
//! `s.whatsapp.net` and `c.us` is the user a phone number; `lid` hides the number on purpose, and groups,
//! channels and broadcast lists have none.

use super::clean::{clean, percent_decoded};

/// What one word of the input, taken as a link, says about a number.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Link {
    /// The digits of an international number, and whether they are an id of WhatsApp, which keeps forms
    /// that the numbering plan has dropped.
    International { digits: String, whatsapp: bool },
    /// A number as a person would write it (`sip:`), to be read like any text.
    Text(String),
    /// An identifier that carries no number on purpose (`@lid`, a group, a user name).
    NoNumber,
    /// A web or e-mail address like any other.
    Unrelated,
}

/// Hosts and schemes followed by the number itself, and whether they are WhatsApp's.
const BEFORE_NUMBER: [(&str, bool); 13] = [
    ("wa.me/", true),
    ("intent://send/", true),
    ("wa.me/c/", true),
    ("whatsapp.com/catalog/", true),
    ("whatsapp.com/c/", true),
    ("t.me/", false),
    ("telegram.me/", false),
    ("tg://", false),
    ("viber.click/", false),
    ("signal.me/#p/", false),
    ("signal.me/", false),
    ("zalo.me/", false),
    ("skype:", false),
];

/// Hosts and schemes that carry the number in a query parameter, and whether they are WhatsApp's.
const WITH_PARAMETER: [(&str, bool); 7] = [
    ("whatsapp.com/", true),
    ("whatsapp://", true),
    ("wa.me/", true),
    ("tg://", false),
    ("viber://", false),
    ("t.me/", false),
    ("intent://send", true),
];

/// Names of the query parameter.
const PARAMETERS: [&str; 6] = [
    "phone=",
    "number=",
    "phone_number=",
    "phonenumber=",
    "tel=",
    "to=",
];

/// Reads a word as a link; none when it is no link.
pub(super) fn link(word: &str) -> Option<Link> {
    if !may_be_link(word) {
        return None;
    }
    let lower = word.to_ascii_lowercase();
    if let Some(at) = lower.rfind('@') {
        return Some(address(&lower, at));
    }
    if let Some(user) = after(&lower, "sips:").or_else(|| after(&lower, "sip:")) {
        return Some(Link::Text(user.to_owned()));
    }
    let decoded = if lower.contains('%') {
        percent_decoded(&lower).map_or(lower, |text| clean(&text).to_ascii_lowercase())
    } else {
        lower
    };
    messenger(&decoded).or_else(|| {
        let web = decoded.contains("://") || decoded.starts_with("www.");
        web.then(|| {
            parameter(&decoded).map_or(Link::Unrelated, |digits| international(digits, false))
        })
    })
}

/// Most numbers stop here, before anything is allocated: `tel:+44…` and `030/901820` are text.
fn may_be_link(word: &str) -> bool {
    let scheme = |name: &str| {
        word.get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name))
    };
    word.contains('@')
        || word.contains('/') && word.bytes().any(|b| b.is_ascii_alphabetic())
        || word.contains(':') && ["skype:", "sip:", "sips:"].into_iter().any(scheme)
}

/// `local@host`: a JID, a SIP address or an e-mail address.
fn address(lower: &str, at: usize) -> Link {
    let (local, host) = (&lower[..at], &lower[at + 1..]);
    if let Some(user) = after(local, "sips:").or_else(|| after(local, "sip:")) {
        return Link::Text(user.to_owned());
    }
    let end = host
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '.')
        .unwrap_or(host.len());
    match host[..end].trim_end_matches('.') {
        "s.whatsapp.net" | "c.us" => {
            let start = local
                .rfind(|c: char| !c.is_ascii_digit() && !matches!(c, '+' | ':' | '.' | '_' | '-'))
                .map_or(0, |i| {
                    i + local[i..].chars().next().map_or(1, char::len_utf8)
                });
            let user = local[start..].trim_start_matches(['+', ':', '.', '_', '-']);
            let digits = user.split([':', '.', '_']).next().unwrap_or_default();
            // An old group id (`creator-time`) may stand on the person's server in exports.
            if digits.contains('-') {
                Link::NoNumber
            } else {
                international(digits.to_owned(), true)
            }
        }
        "lid" | "hosted.lid" | "hosted" | "g.us" | "broadcast" | "newsletter" | "call" | "bot" => {
            Link::NoNumber
        }
        _ => Link::Unrelated,
    }
}

/// A messenger's link; `text` is lower-case and decoded.
fn messenger(text: &str) -> Option<Link> {
    if let Some(digits) = parameter(text)
        && let Some((_, whatsapp)) = WITH_PARAMETER
            .into_iter()
            .find(|(marker, _)| after(text, marker).is_some())
    {
        return Some(international(digits, whatsapp));
    }
    for (marker, whatsapp) in BEFORE_NUMBER {
        let Some(rest) = after(text, marker) else {
            continue;
        };
        let end = rest.find(['/', '?', '#', '&']).unwrap_or(rest.len());
        let written = &rest[..end];
        let plain = written
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ' | '(' | ')' | '.'));
        if plain && written.bytes().any(|b| b.is_ascii_digit()) {
            return Some(international(digits_of(written), whatsapp));
        }
    }
    // `wa.me/message/…`, a group invitation, a Telegram user name: theirs, but without a number.
    let theirs = BEFORE_NUMBER.iter().chain(&WITH_PARAMETER);
    theirs
        .into_iter()
        .any(|(marker, _)| after(text, marker).is_some())
        .then_some(Link::NoNumber)
}

/// The digits of the first parameter that names a number.
fn parameter(text: &str) -> Option<String> {
    let query = &text[text.find(['?', '&'])?..];
    PARAMETERS.iter().find_map(|name| {
        let found = query
            .match_indices(name)
            .find(|(i, _)| query[..*i].ends_with(['?', '&']))?;
        let value = &query[found.0 + name.len()..];
        let value = &value[..value.find(['&', '#', ';']).unwrap_or(value.len())];
        let digits = digits_of(value);
        (!digits.is_empty() && !value.contains(|c: char| c.is_alphabetic())).then_some(digits)
    })
}

fn international(digits: String, whatsapp: bool) -> Link {
    if digits.is_empty() {
        Link::NoNumber
    } else {
        Link::International { digits, whatsapp }
    }
}

/// What follows `marker` where it stands as a host or scheme of its own: `evilwa.me/` is not `wa.me/`,
/// while `www.wa.me/` and `api.whatsapp.com/` are who they seem.
fn after<'a>(text: &'a str, marker: &str) -> Option<&'a str> {
    text.match_indices(marker).find_map(|(at, _)| {
        let before = &text[..at];
        let own = match before.chars().next_back() {
            None => true,
            Some('.') => is_subdomain(before),
            Some(c) => !c.is_alphanumeric() && c != '-',
        };
        own.then(|| &text[at + marker.len()..])
    })
}

fn is_subdomain(before: &str) -> bool {
    let label = before.trim_end_matches('.');
    let start = label
        .rfind(|c: char| !c.is_ascii_alphanumeric())
        .map_or(0, |i| i + 1);
    matches!(
        label.get(start..),
        Some("www" | "api" | "web" | "send" | "chat" | "call" | "business" | "m")
    )
}

fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whatsapp(digits: &str) -> Link {
        Link::International {
            digits: digits.to_owned(),
            whatsapp: true,
        }
    }

    #[test]
    fn whatsapp_links_carry_their_digits() {
        assert_eq!(
            link("https://wa.me/447911123456?text=Hi%205"),
            Some(whatsapp("447911123456"))
        );
        assert_eq!(link("WA.me/+447911123456"), Some(whatsapp("447911123456")));
        assert_eq!(
            link("https://wa.me/c/447911123456"),
            Some(whatsapp("447911123456"))
        );
        assert_eq!(
            link("https://api.whatsapp.com/send/?phone=%2B447911123456&text=1"),
            Some(whatsapp("447911123456"))
        );
        assert_eq!(
            link("https://wa.me/?phone=447911123456"),
            Some(whatsapp("447911123456"))
        );
        assert_eq!(
            link("https://l.example/?u=https%3A%2F%2Fwa.me%2F447911123456"),
            Some(whatsapp("447911123456"))
        );
    }

    #[test]
    fn a_device_or_agent_is_no_part_of_a_jid_number() {
        assert_eq!(
            link("447911123456:12@s.whatsapp.net"),
            Some(whatsapp("447911123456"))
        );
        assert_eq!(
            link("447911123456.0:12@s.whatsapp.net"),
            Some(whatsapp("447911123456"))
        );
        assert_eq!(link("447911123456@c.us"), Some(whatsapp("447911123456")));
    }

    #[test]
    fn hidden_and_group_identifiers_carry_no_number() {
        for id in [
            "98765432101234@lid",
            "447911123456-1400000000@g.us",
            "status@broadcast",
            "1203@newsletter",
            "https://wa.me/message/ABCDEFGH12345",
            "https://chat.whatsapp.com/AbC123",
            "https://t.me/example",
        ] {
            assert_eq!(link(id), Some(Link::NoNumber), "{id}");
        }
    }

    #[test]
    fn a_host_that_only_ends_like_a_messenger_is_not_one() {
        assert_eq!(
            link("https://evilwa.me/447911123456"),
            Some(Link::Unrelated)
        );
        assert_eq!(
            link("https://evil.wa.me.example/447911123456"),
            Some(Link::Unrelated)
        );
        assert_eq!(link("info@example.com"), Some(Link::Unrelated));
        assert_eq!(link("020/79460000"), None);
    }
}
