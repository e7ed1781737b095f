//! What may be called at all, before anybody's name is looked up.

use std::net::IpAddr;

use url::{Host, Url};

use super::super::{Failure, Refusal};
use super::NamedBy;

/// Longest URL that is called, in bytes.
const LONGEST: usize = 2_048;

/// A port of loopback that may be called although strangers named it, for tests and for trying out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoopbackPort {
    /// The port that is asked for.
    pub asked: u16,
    /// Where that leads: the same port, or another one where the URL names none.
    pub goes_to: u16,
}

/// What is called: a URL that keeps the rules, and whom it names.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) url: Url,
    pub(super) host: Named,
    /// The port, whether it was said or is the scheme's.
    pub(super) port: u16,
}

/// Whom a URL names.
#[derive(Debug, Clone)]
pub(super) enum Named {
    /// A host, by name: ASCII, lower case, without a final point.
    Name(String),
    /// An address.
    Address(IpAddr),
}

/// What a caller lets a URL be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules<'a> {
    pub(super) named_by: NamedBy,
    /// Whether `http:` will do.
    pub(super) plain_http: bool,
    /// Ports besides 443 and 80 that strangers may name.
    pub(super) ports: &'a [u16],
    pub(super) loopback_ports: &'a [LoopbackPort],
}

impl Target {
    /// Parses a URL and holds it to the rules.
    pub(super) fn parse(text: &str, rules: Rules<'_>) -> Result<Self, Failure> {
        let refuse = |why| Failure::refused(cut(text), Refusal::Url(why));
        if text.len() > LONGEST {
            return Err(refuse("its address is longer than 2,048 bytes"));
        }
        let url = Url::parse(text).map_err(|_| refuse("it is no address of a website"))?;
        Self::check(url, rules)
    }

    /// Holds a URL to the rules.
    pub(super) fn check(mut url: Url, rules: Rules<'_>) -> Result<Self, Failure> {
        let at = shown(&url);
        let refuse = |why| Failure::refused(&at, Refusal::Url(why));
        match url.scheme() {
            "https" => {}
            "http" if rules.plain_http => {}
            "http" => return Err(refuse("only https is called here, not http")),
            _ => return Err(refuse("only https is called, no other scheme")),
        }
        if url.as_str().len() > LONGEST {
            return Err(refuse("its address is longer than 2,048 bytes"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refuse(
                "its address holds a user name, which hides where it leads",
            ));
        }
        let port = url.port_or_known_default().unwrap_or_default();
        let stranger = rules.named_by == NamedBy::Stranger;
        let usual = matches!(port, 443 | 80) || rules.ports.contains(&port);
        if stranger && !usual && !rules.loopback_ports.iter().any(|p| p.asked == port) {
            return Err(refuse("only the ports 443 and 80 are called"));
        }
        let host = match url.host() {
            Some(Host::Ipv4(v4)) => Named::Address(v4.into()),
            Some(Host::Ipv6(v6)) => Named::Address(v6.into()),
            Some(Host::Domain(name)) => {
                let name = name.trim_end_matches('.').to_owned();
                if name.is_empty() || (stranger && !name.contains('.')) {
                    return Err(refuse("its host is no name of the public network"));
                }
                Named::Name(name)
            }
            None => return Err(refuse("it names no host")),
        };
        if let Named::Name(name) = &host
            && url.set_host(Some(name)).is_err()
        {
            return Err(refuse("it names no host"));
        }
        Ok(Self { url, host, port })
    }

    /// The host, as people read it.
    pub(super) fn host_text(&self) -> String {
        match &self.host {
            Named::Name(name) => name.clone(),
            Named::Address(address) => address.to_string(),
        }
    }

    /// Whether it is of a site: the registrable domain itself or a name below it.
    pub(super) fn is_of(&self, registrable: &str) -> bool {
        match &self.host {
            Named::Address(_) => false,
            Named::Name(name) => name
                .strip_suffix(registrable)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.')),
        }
    }
}

/// A URL for people and logs: without user name, query and fragment, which may hold secrets.
pub(super) fn shown(url: &Url) -> String {
    let port = url.port().map(|p| format!(":{p}")).unwrap_or_default();
    let host = url.host_str().unwrap_or_default();
    cut(&format!("{}://{host}{port}{}", url.scheme(), url.path()))
}

fn cut(text: &str) -> String {
    let text = text.split(['?', '#']).next().unwrap_or_default();
    let mut short: String = text.chars().filter(|c| !c.is_control()).take(200).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
