//! Why something that was looked for outside is not there, in three kinds that are never mixed up: it was looked for
//! and is not there; nobody could look, now; it was not looked at, or not taken, for a reason that time does not heal.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

/// Why a call out came to nothing. Its text is for people and may be shown to whoever caused the call; it never holds
/// a token or a code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// It was looked for, and something else is there.
    #[error("{looked_for} at {at} not found; found {found}")]
    NotFound {
        /// What, as the start of a sentence: `TXT record bonafide-verification=…`.
        looked_for: String,
        /// Where: a name, an address.
        at: String,
        /// What is there instead: `2 other TXT records`, `nothing`.
        found: String,
    },
    /// Nobody could look. It says nothing of what is there: try again.
    #[error("{at} cannot be asked now: {why}")]
    Unavailable {
        /// Who did not answer.
        at: String,
        /// What went wrong.
        why: Trouble,
    },
    /// It is not asked, or its answer does not count, and trying again changes nothing until somebody changes something.
    #[error("{at}: {why}")]
    Refused {
        /// Who is not asked.
        at: String,
        /// Why.
        why: Refusal,
    },
}

impl Failure {
    /// Whether to try again without anybody having done something.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }

    /// When the one who was asked wants to be asked again at the earliest, where it said so.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Unavailable {
                why: Trouble::Busy { retry_after },
                ..
            } => *retry_after,
            _ => None,
        }
    }

    /// The same, with another name for who was asked: an address of the operator's own is nobody else's business.
    #[must_use]
    pub(super) fn at(mut self, name: &str) -> Self {
        let (Self::NotFound { at, .. } | Self::Unavailable { at, .. } | Self::Refused { at, .. }) =
            &mut self;
        name.clone_into(at);
        self
    }

    /// It was looked for, and something else is there.
    pub fn not_found(
        looked_for: impl Into<String>,
        at: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        Self::NotFound {
            looked_for: looked_for.into(),
            at: at.into(),
            found: found.into(),
        }
    }

    /// Nobody could look.
    pub fn unavailable(at: impl Into<String>, why: Trouble) -> Self {
        Self::Unavailable { at: at.into(), why }
    }

    /// It is not asked, or does not count.
    pub fn refused(at: impl Into<String>, why: Refusal) -> Self {
        Self::Refused { at: at.into(), why }
    }
}

/// What goes wrong for a while.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// No whole answer came in time.
    #[error("no whole answer within {} seconds", .0.as_secs())]
    TimedOut(Duration),
    /// Nobody listens there.
    #[error("the connection is refused")]
    ConnectionRefused,
    /// The connection broke, or what came over it is not what its protocol says.
    #[error("the connection failed ({0})")]
    Connection(String),
    /// The name servers give no answer; that a name does not exist is an answer.
    #[error("the name servers do not answer ({0})")]
    Dns(String),
    /// A status that says that the server is in trouble: 5xx, 408, 425.
    #[error("it answers with status {0}")]
    Status(u16),
    /// It was asked too often.
    #[error("it has been asked too often")]
    Busy {
        /// When it wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// It shows a page for signing in to whoever is not signed in.
    #[error("it shows its page only to people who sign in")]
    SignInWall,
    /// It answers, but not what its documentation says.
    #[error("its answer cannot be read ({0})")]
    Unreadable(String),
    /// We are asking too much at once ourselves.
    #[error("too many calls are under way")]
    Crowded,
}

/// What time does not heal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// An address that outsiders must not make this server call.
    #[error("it leads to {address}, {kind}")]
    Address {
        /// The address.
        address: IpAddr,
        /// What it is, as `an address of a private network`.
        kind: &'static str,
    },
    /// A URL that is not called, as it stands.
    #[error("{0}")]
    Url(&'static str),
    /// Its certificate does not show that it is who it says.
    #[error("its certificate {0}")]
    Certificate(CertificateFault),
    /// The answer is longer than is read.
    #[error("its answer is longer than {0} bytes")]
    TooLarge(usize),
    /// It sends on and on, or in a circle.
    #[error("it redirects more than {0} times")]
    TooManyRedirects(usize),
    /// It sends to another site, which speaks for itself only.
    #[error("it redirects to {0}, another site")]
    OtherSite(String),
    /// It says no, by a status that is no trouble and no absence, or by an error of its own.
    #[error("it refuses: {0}")]
    Answer(String),
    /// The platform shows nobody a page of an account.
    #[error("it shows no public page of an account")]
    NoPublicPage,
    /// The operator has not set up who does it.
    #[error("nobody is set up here who does this")]
    NotSetUp,
}

/// What is wrong with a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CertificateFault {
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotYetValid,
    /// It is for other names.
    WrongName,
    /// Nobody whom we trust issued it.
    UnknownIssuer,
    /// Its issuer took it back.
    Revoked,
    /// Anything else, as the library tells it.
    Other(String),
}

impl fmt::Display for CertificateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expired => f.write_str("has expired"),
            Self::NotYetValid => f.write_str("is not valid yet"),
            Self::WrongName => f.write_str("is for another name"),
            Self::UnknownIssuer => f.write_str("has an unknown issuer"),
            Self::Revoked => f.write_str("was revoked"),
            Self::Other(why) => write!(f, "does not count ({why})"),
        }
    }
}
