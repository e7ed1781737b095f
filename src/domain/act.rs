use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use super::error::word_enum;
use super::{ActId, Invalid, KeyId, RunId, Text, UserId};

/// Who does something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A program, by its API key.
    Key(KeyId),
    /// A person who signed in.
    User(UserId),
    /// Somebody at the machine's command line, by the command: `import`, `key create`.
    Command(&'static str),
    /// Nobody: the server itself, on schedule.
    Server,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(id) => id.fmt(f),
            Self::User(id) => id.fmt(f),
            Self::Command(name) => write!(f, "command:{name}"),
            Self::Server => f.write_str("server"),
        }
    }
}

word_enum! {
    /// Whether an API key works.
    "key state" KeyState {
        /// It does.
        Active = "active",
        /// It has lapsed.
        Expired = "expired",
        /// It was ended.
        Revoked = "revoked",
    }
}

/// Why an act was done, as its actor says; 1–500 characters.
pub type Reason = Text<500>;

/// One write: who makes it, when and why. It gets one entry in the audit log, in the transaction of the write.
#[derive(Debug, Clone)]
pub struct Act {
    /// Its id, which versions of businesses refer to.
    pub id: ActId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What is done, `thing.verb`: `business.create`, `key.revoke`.
    pub action: &'static str,
    /// The id of what is acted upon.
    pub subject: Option<String>,
    /// Why, if the actor said so.
    pub reason: Option<Reason>,
    /// The request that asked for it.
    pub request_id: Option<String>,
    /// The import that it is part of.
    pub run: Option<RunId>,
    /// JSON of what it changes, as it was.
    pub before: Option<String>,
    /// JSON of what it changes, as it is then.
    pub after: Option<String>,
}

impl Act {
    /// The act with what it changes.
    #[must_use]
    pub fn changing(self, before: Option<String>, after: Option<String>) -> Self {
        Self {
            before,
            after,
            ..self
        }
    }
}

/// A length of the audit log: the number of its last entry, and that entry's hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditHead {
    /// Number of the last entry; 0 when there is none.
    pub seq: u64,
    /// Hash of the last entry, which covers every one before it.
    pub hash: [u8; 32],
}

impl AuditHead {
    /// Where an empty log stands.
    pub const EMPTY: Self = Self {
        seq: 0,
        hash: [0; 32],
    };
}

impl fmt::Display for AuditHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.seq)?;
        self.hash.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl FromStr for AuditHead {
    type Err = Invalid;

    /// Reads what `Display` writes: `SEQ:` and 64 hexadecimal digits.
    fn from_str(value: &str) -> Result<Self, Invalid> {
        let wrong = || {
            Invalid::new(
                "audit head",
                value,
                "it is a number, a colon and 64 hexadecimal digits",
            )
        };
        let (seq, hex) = value.trim().split_once(':').ok_or_else(wrong)?;
        let seq = seq.parse().map_err(|_| wrong())?;
        if hex.len() != 64 || !hex.is_ascii() {
            return Err(wrong());
        }
        let mut hash = [0; 32];
        for (byte, pair) in hash.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| wrong())?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
        }
        Ok(Self { seq, hash })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_as_it_is_written() {
        let head = AuditHead {
            seq: 42,
            hash: [0xa7; 32],
        };
        assert_eq!(head.to_string().parse(), Ok(head));
        for wrong in [
            "",
            "42",
            "42:",
            "x:00",
            "1:zz",
            &format!("1:{}", "0".repeat(63)),
        ] {
            assert!(wrong.parse::<AuditHead>().is_err(), "{wrong}");
        }
    }
}
