//! What the owner of a site puts there: a TXT record, or the file `bonafide.json`, whose JSON Schema is
//! `openapi/well-known.schema.json`.

use serde::Deserialize;
use serde_json::Value;

use super::Failure;
use crate::domain::{
    ChannelKind, ChannelValue, Country, Domain, E164, Email, Handle, Invalid, SenderId, Website,
};

/// Channels of a file that are read.
const MOST_CHANNELS: usize = 1_000;
/// Tokens of a file that are read: several businesses may share a site.
const MOST_TOKENS: usize = 100;

/// The name of the TXT record of a domain: `_bonafide.example.com`.
pub fn txt_name(domain: &Domain) -> String {
    format!("_bonafide.{domain}")
}

/// The text of that record.
pub fn txt_text(token: &str) -> String {
    format!("bonafide-verification={token}")
}

/// Where the file of a domain is.
pub fn well_known_url(domain: &Domain) -> String {
    format!("https://{domain}/.well-known/bonafide.json")
}

/// The file `bonafide.json` of a site: the proof that its owner knows our token, and the channels that the site calls its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteFile {
    /// Where it was found, after redirections.
    pub at: String,
    /// The tokens.
    pub verification: Vec<String>,
    /// The channels that could be read.
    pub channels: Vec<ChannelValue>,
    /// What is wrong with those that could not, each by its place: `channels[3]: …`.
    pub faults: Vec<String>,
}

#[derive(Deserialize)]
struct FileBody {
    version: u64,
    #[serde(default)]
    verification: Vec<String>,
    #[serde(default)]
    channels: Vec<Value>,
}

#[derive(Deserialize)]
struct ChannelBody {
    kind: String,
    value: String,
    #[serde(default)]
    platform: Option<String>,
    #[serde(default)]
    country: Option<String>,
}

impl SiteFile {
    /// Reads a file that was found at an address. Fields that this version does not know are left alone; a channel that
    /// cannot be read is told among the faults and spoils no other.
    pub fn parse(at: &str, bytes: &[u8]) -> Result<Self, Failure> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let found = |found: String| Failure::not_found("Bonafide's JSON file", at, found);
        let value: Value = serde_json::from_slice(bytes).map_err(|e| {
            let (line, column) = (e.line(), e.column());
            found(format!("what is not JSON (line {line}, column {column})"))
        })?;
        let body: FileBody = serde_path_to_error::deserialize(value).map_err(|e| {
            let place = e.path().to_string();
            let place = if place == "." { "the top" } else { &place };
            // What serde tells of a value is bounded by no length.
            let why: String = e.inner().to_string().chars().take(120).collect();
            found(format!(
                "JSON that is not of its schema (at {place}: {why})"
            ))
        })?;
        if body.version != 1 {
            let other = format!("version {}, where 1 is known here", body.version);
            return Err(found(other));
        }
        let mut file = Self {
            at: at.to_owned(),
            verification: body.verification,
            channels: Vec::new(),
            faults: Vec::new(),
        };
        file.verification.truncate(MOST_TOKENS);
        for (n, channel) in body.channels.into_iter().take(MOST_CHANNELS).enumerate() {
            match read_channel(channel) {
                Ok(channel) => file.channels.push(channel),
                Err(why) => file.faults.push(format!("channels[{n}]: {why}")),
            }
        }
        Ok(file)
    }

    /// Succeeds when the file holds a token.
    pub fn holds(&self, token: &str) -> Result<(), Failure> {
        if self.verification.iter().any(|t| t.trim() == token) {
            return Ok(());
        }
        let looked_for = format!("{token:?} in the list \"verification\"");
        let found = counted(self.verification.len(), "other entry", "other entries");
        Err(Failure::not_found(looked_for, &self.at, found))
    }

    /// Succeeds when the file lists a channel. Websites are compared by host, all else by what tells channels apart.
    pub fn lists(&self, channel: &ChannelValue) -> Result<(), Failure> {
        if self.channels.iter().any(|c| is_same(c, channel)) {
            return Ok(());
        }
        let looked_for = format!("{} {channel} in the list \"channels\"", channel.kind());
        let mut found = counted(self.channels.len(), "other channel", "other channels");
        if let Some(fault) = self.faults.first() {
            let more = counted(
                self.faults.len(),
                "that cannot be read",
                "that cannot be read",
            );
            found = format!("{found}, and {more} ({fault})");
        }
        Err(Failure::not_found(looked_for, &self.at, found))
    }

    /// The file to put on a site, with a token and the channels that it shall list.
    pub fn to_publish(token: &str, channels: &[ChannelValue]) -> String {
        let channels: Vec<Value> = channels.iter().map(written).collect();
        let file = serde_json::json!({
            "version": 1,
            "verification": [token],
            "channels": channels,
        });
        format!("{file:#}\n")
    }
}

/// `nothing`, `1 other entry`, `2 other entries`.
pub(super) fn counted(n: usize, one: &str, many: &str) -> String {
    match n {
        0 => "nothing".to_owned(),
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    }
}

fn read_channel(value: Value) -> Result<ChannelValue, String> {
    let body: ChannelBody = serde_json::from_value(value)
        .map_err(|_| "it needs a kind and a value, both texts".to_owned())?;
    channel(&body).map_err(|e| e.to_string())
}

fn channel(body: &ChannelBody) -> Result<ChannelValue, Invalid> {
    let text = body.value.as_str();
    Ok(match body.kind.parse()? {
        ChannelKind::Phone => ChannelValue::Phone(number(text)?),
        ChannelKind::Whatsapp => ChannelValue::Whatsapp(number(text)?),
        ChannelKind::SenderId => {
            let country = body.country.as_deref().map(Country::parse).transpose()?;
            ChannelValue::SenderId(SenderId::parse(text)?, country)
        }
        ChannelKind::Website => ChannelValue::Website(Website::parse(text)?),
        ChannelKind::Email => match text.trim().strip_prefix('@') {
            Some(domain) => ChannelValue::EmailDomain(Domain::parse(domain)?),
            None => ChannelValue::Email(Email::parse(text)?),
        },
        ChannelKind::Handle => {
            let platform = body.platform.as_deref();
            let platform = platform
                .ok_or_else(|| Invalid::new("handle", text, "a handle needs its platform"))?;
            ChannelValue::Handle(Handle::parse(platform.parse()?, text)?)
        }
    })
}

/// A number with its calling code; spaces, hyphens, points, slashes and brackets are read over.
fn number(text: &str) -> Result<E164, Invalid> {
    let between = |c: char| c.is_whitespace() || matches!(c, '-' | '.' | '/' | '(' | ')');
    let bare: String = text.chars().filter(|&c| !between(c)).take(40).collect();
    E164::parse(&bare).map_err(|e| Invalid::new("phone number", text, e.reason))
}

fn written(channel: &ChannelValue) -> Value {
    let mut object =
        serde_json::json!({"kind": channel.kind().as_str(), "value": channel.to_string()});
    match channel {
        ChannelValue::Handle(handle) => {
            object["platform"] = handle.platform().as_str().into();
            object["value"] = handle.value().into();
        }
        ChannelValue::SenderId(id, country) => {
            object["value"] = id.as_str().into();
            if let Some(country) = country {
                object["country"] = country.as_str().into();
            }
        }
        _ => {}
    }
    object
}

fn is_same(a: &ChannelValue, b: &ChannelValue) -> bool {
    match (a, b) {
        (ChannelValue::Website(a), ChannelValue::Website(b)) => a.domain() == b.domain(),
        (ChannelValue::Email(a), ChannelValue::Email(b)) => a.key() == b.key(),
        (ChannelValue::Handle(a), ChannelValue::Handle(b)) => {
            a.platform() == b.platform() && a.key() == b.key()
        }
        (ChannelValue::SenderId(a, in_a), ChannelValue::SenderId(b, in_b)) => {
            a.key() == b.key() && (in_a.is_none() || in_a == in_b)
        }
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: &str = "https://acme.example.com/.well-known/bonafide.json";

    fn parse(text: &str) -> Result<SiteFile, Failure> {
        SiteFile::parse(AT, text.as_bytes())
    }

    #[test]
    fn a_file_that_is_published_is_read_again() {
        let channels = [
            ChannelValue::Phone(E164::parse("+442079460123").unwrap()),
            ChannelValue::Whatsapp(E164::parse("+447400123456").unwrap()),
            ChannelValue::Website(Website::parse("https://www.acme.example.com/shop").unwrap()),
            ChannelValue::Email(Email::parse("Help@acme.example.com").unwrap()),
            ChannelValue::EmailDomain(Domain::parse("acme.example.com").unwrap()),
            ChannelValue::Handle(Handle::parse("instagram".parse().unwrap(), "Acme").unwrap()),
            ChannelValue::SenderId(
                SenderId::parse("ACME").unwrap(),
                Some(Country::parse("GB").unwrap()),
            ),
        ];
        let file = parse(&SiteFile::to_publish("token-1", &channels)).unwrap();
        assert_eq!(file.channels, channels);
        assert_eq!(file.holds("token-1"), Ok(()));
        for channel in &channels {
            assert_eq!(file.lists(channel), Ok(()), "{channel}");
        }
    }

    #[test]
    fn what_is_missing_is_told_with_what_is_there() {
        let file = parse(
            r#"{"version": 1, "verification": ["a", "b"], "new": {}, "channels": [
                {"kind": "handle", "platform": "instagram", "value": "@ACME"},
                {"kind": "phone", "value": "+44 (20) 7946-0123"},
                {"kind": "phone", "value": "020 7946 0123"}, 7]}"#,
        )
        .unwrap();
        let handle =
            |name| ChannelValue::Handle(Handle::parse("instagram".parse().unwrap(), name).unwrap());
        assert_eq!(file.lists(&handle("acme")), Ok(()));
        let number = E164::parse("+442079460123").unwrap();
        assert_eq!(file.lists(&ChannelValue::Phone(number)), Ok(()));
        assert_eq!(file.faults.len(), 2);
        let told = |result: Result<(), Failure>| result.unwrap_err().to_string();
        assert_eq!(
            told(file.holds("c")),
            format!("\"c\" in the list \"verification\" at {AT} not found; found 2 other entries")
        );
        let told = told(file.lists(&ChannelValue::Whatsapp(number)));
        assert!(
            told.starts_with("whatsapp +442079460123 in the list \"channels\"")
                && told
                    .contains("found 2 other channels, and 2 that cannot be read (channels[2]: ")
                && told.contains("it must start with +"),
            "{told}"
        );
    }

    #[test]
    fn what_is_no_file_of_ours_is_told_by_place() {
        for (text, why) in [
            ("", "what is not JSON (line 1, column 0)"),
            ("<html>", "what is not JSON (line 1, column 1)"),
            ("[]", "JSON that is not of its schema"),
            ("{}", "missing field `version`"),
            (r#"{"version": 2}"#, "version 2, where 1 is known here"),
            (
                r#"{"version": 1, "verification": "x"}"#,
                "at verification: ",
            ),
            (
                r#"{"version": 1, "verification": [1]}"#,
                "at verification[0]: ",
            ),
        ] {
            let failure = parse(text).unwrap_err();
            assert!(matches!(failure, Failure::NotFound { .. }), "{failure:?}");
            assert!(failure.to_string().contains(why), "{failure}");
        }
        let deep = "[".repeat(100_000);
        assert!(parse(&deep).is_err());
        assert!(parse("\u{feff}{\"version\": 1}").is_ok());
    }
}
