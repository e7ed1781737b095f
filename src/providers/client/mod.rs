//! The one client by which this server calls out over HTTP.
//!
//! Strangers name most of what is called, and must not make this server reach what only it can reach. So a URL is held
//! to rules, its host is looked up once, every address that comes back is looked at, and the connection goes to just
//! these addresses: whatever the name leads to a moment later does not count. Redirections are followed here, and each is
//! held to the same. What the operator named himself may be anywhere; the caller says which of the two it is.

mod address;
mod body;
mod resolver;
mod target;
mod tls;

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{self, HeaderMap, HeaderValue};
use reqwest::{Method, Response, redirect};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};
use url::Url;

pub use target::LoopbackPort;
pub(super) use tls::{cause, certificates};

use self::resolver::NameServers;
use self::target::{Named, Rules, Target, shown};
use super::{Failure, Refusal, Trouble};

/// How long a call may take, from the first question to the last byte, redirections included.
pub(super) const WHOLE: Duration = Duration::from_secs(5);
/// Bytes of an answer that are read, unpacked.
pub(super) const LONGEST: usize = 1024 * 1024;
/// Redirections that are followed.
pub(super) const REDIRECTS: usize = 3;
/// Calls of one host that are under way at once.
const AT_ONCE: usize = 4;

/// Who named what is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NamedBy {
    /// Somebody who may wish this server ill.
    Stranger,
    /// Whoever runs this server, who may name private addresses, any port, and TLS or not.
    Operator,
}

/// How the client is set up.
#[derive(Debug, Clone, Default)]
pub struct ClientRules {
    /// The name server to ask; those of this machine without it.
    pub dns_server: Option<SocketAddr>,
    /// Ports besides 443 and 80 that are called although strangers named them.
    pub ports: Vec<u16>,
    /// Ports of loopback of which the same is true.
    pub loopback_ports: Vec<LoopbackPort>,
    /// A PEM file of certificates whose word counts beside that of those which this machine trusts.
    pub root_certificates: Option<PathBuf>,
}

/// A call.
pub(super) struct Call<'a> {
    pub(super) method: Method,
    pub(super) url: &'a str,
    pub(super) named_by: NamedBy,
    /// Whether `http:` will do.
    pub(super) plain_http: bool,
    /// A registrable domain that redirections must not leave.
    pub(super) stays_on: Option<&'a str>,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Vec<u8>>,
}

impl<'a> Call<'a> {
    /// Gets what a stranger named, over TLS only.
    pub(super) fn of_stranger(url: &'a str) -> Self {
        Self {
            method: Method::GET,
            url,
            named_by: NamedBy::Stranger,
            plain_http: false,
            stays_on: None,
            headers: HeaderMap::new(),
            body: None,
        }
    }

    /// Calls what the operator named. No redirection is followed.
    pub(super) fn of_operator(method: Method, url: &'a str) -> Self {
        Self {
            method,
            named_by: NamedBy::Operator,
            plain_http: true,
            ..Self::of_stranger(url)
        }
    }

    /// With a header; a value that no header can have is told as a trouble of the URL's owner.
    pub(super) fn with(mut self, name: header::HeaderName, value: &str) -> Result<Self, Failure> {
        let mut value = HeaderValue::from_str(value).map_err(|_| {
            Failure::refused(
                self.url,
                Refusal::Url("a header of the call holds what none can hold"),
            )
        })?;
        value.set_sensitive(true);
        self.headers.insert(name, value);
        Ok(self)
    }

    /// With a body and its kind.
    pub(super) fn with_body(self, kind: &str, body: Vec<u8>) -> Result<Self, Failure> {
        let mut call = self.with(header::CONTENT_TYPE, kind)?;
        call.body = Some(body);
        Ok(call)
    }
}

/// An answer, whole.
#[derive(Debug)]
pub struct Answer {
    /// Who answered, for people: after redirections, without query.
    pub at: String,
    /// Who answered.
    pub(super) url: Url,
    /// Its status.
    pub status: u16,
    pub(super) headers: HeaderMap,
    /// Its body, unpacked; at most 1 MiB.
    pub body: Vec<u8>,
}

impl Answer {
    /// What is wrong with whoever answered, when the status says that it is that.
    pub(super) fn trouble(&self) -> Option<Trouble> {
        match self.status {
            429 => Some(Trouble::Busy {
                retry_after: self.retry_after(),
            }),
            408 | 425 | 500..=599 => Some(Trouble::Status(self.status)),
            _ => None,
        }
    }

    /// Seconds of `Retry-After`, a day at most; a date there is read over.
    fn retry_after(&self) -> Option<Duration> {
        let value = self.headers.get(header::RETRY_AFTER)?.to_str().ok()?;
        let seconds: u64 = value.trim().parse().ok()?;
        Some(Duration::from_secs(seconds.min(86_400)))
    }
}

/// Calls out. Clones share what limits them.
#[derive(Clone)]
pub struct Client(Arc<Shared>);

struct Shared {
    rules: ClientRules,
    names: NameServers,
    tls: rustls::ClientConfig,
    hosts: Mutex<HashMap<String, Weak<Semaphore>>>,
}

impl Client {
    /// A client; it fails when the file of certificates cannot be read.
    pub fn new(rules: ClientRules) -> Result<Self, String> {
        let tls = tls::config(rules.root_certificates.as_deref())?;
        Ok(Self(Arc::new(Shared {
            names: NameServers::new(rules.dns_server),
            tls,
            rules,
            hosts: Mutex::default(),
        })))
    }

    /// Who knows names.
    pub(super) fn names(&self) -> &NameServers {
        &self.0.names
    }

    /// Gets what a stranger named, whatever its status. `http:` is called only with `plain_http`.
    pub async fn get(&self, url: &str, plain_http: bool) -> Result<Answer, Failure> {
        let mut call = Call::of_stranger(url);
        call.plain_http = plain_http;
        self.call(call).await
    }

    /// The answer to a call, whatever its status, within 5 seconds.
    pub(super) async fn call(&self, call: Call<'_>) -> Result<Answer, Failure> {
        let deadline = Instant::now() + WHOLE;
        let rules = Rules {
            named_by: call.named_by,
            plain_http: call.plain_http,
            ports: &self.0.rules.ports,
            loopback_ports: &self.0.rules.loopback_ports,
        };
        let mut target = Target::parse(call.url, rules)?;
        let first = shown(&target.url);
        for _ in 0..=REDIRECTS {
            let at = shown(&target.url);
            let _permit = self.permit(&target.host_text(), &at, deadline).await?;
            let hop = timeout_at(deadline, self.hop(&call, &target)).await;
            let hop = hop.unwrap_or(Err(Failure::unavailable(&at, Trouble::TimedOut(WHOLE))));
            let next = match hop? {
                Hop::Answer(answer) => return Ok(*answer),
                Hop::Redirect(next) => Target::check(next, rules)?,
            };
            if let Some(site) = call.stays_on
                && !next.is_of(site)
            {
                let other = next.host_text();
                return Err(Failure::refused(at, Refusal::OtherSite(other)));
            }
            target = next;
        }
        Err(Failure::refused(
            first,
            Refusal::TooManyRedirects(REDIRECTS),
        ))
    }

    /// One request to one host.
    async fn hop(&self, call: &Call<'_>, target: &Target) -> Result<Hop, Failure> {
        let at = shown(&target.url);
        let pinned = self.pin(target, call.named_by).await?;
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(self.0.tls.clone())
            .dns_resolver(Arc::new(Pinned(pinned)))
            .redirect(redirect::Policy::none())
            .no_proxy()
            .http1_only()
            .pool_max_idle_per_host(0)
            .user_agent(concat!("bonafide/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|e| Failure::unavailable(&at, Trouble::Connection(e.to_string())))?;
        let mut request = client
            .request(call.method.clone(), target.url.clone())
            .headers(call.headers.clone());
        if let Some(body) = &call.body {
            request = request.body(body.clone());
        }
        let response = request.send().await.map_err(|e| tls::failure(&at, &e))?;
        if call.named_by == NamedBy::Stranger
            && call.method == Method::GET
            && let Some(next) = redirection(&response, &target.url)
        {
            let next = next.map_err(|why| Failure::refused(&at, Refusal::Url(why)))?;
            return Ok(Hop::Redirect(next));
        }
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = body::read(response, &at).await?;
        Ok(Hop::Answer(Box::new(Answer {
            at,
            url: target.url.clone(),
            status,
            headers,
            body,
        })))
    }

    /// The addresses to connect to, each of which was looked at. A port of 0 is that of the URL.
    async fn pin(&self, target: &Target, by: NamedBy) -> Result<Vec<SocketAddr>, Failure> {
        let found = match &target.host {
            Named::Address(address) => vec![*address],
            Named::Name(name) => self.0.names.addresses(name, by).await?,
        };
        let is_literal = matches!(target.host, Named::Address(_));
        let each = found.into_iter().map(|address| {
            if let Some(port) = self.loopback(address, target.port, is_literal) {
                return Ok(SocketAddr::new(address, port));
            }
            match address::not_public(address) {
                Some(kind) if by == NamedBy::Stranger => {
                    let why = Refusal::Address { address, kind };
                    Err(Failure::refused(target.host_text(), why))
                }
                _ => Ok(SocketAddr::new(address, 0)),
            }
        });
        each.collect()
    }

    /// The port of loopback that stands for one, where the operator allowed that. An address in a URL is called at the
    /// port that the URL says, so that nothing else can stand for it.
    fn loopback(&self, address: IpAddr, port: u16, is_literal: bool) -> Option<u16> {
        let mut ports = self.0.rules.loopback_ports.iter();
        let found = ports.find(|p| p.asked == port && address.is_loopback())?;
        (!is_literal || found.goes_to == port).then_some(found.goes_to)
    }

    /// Leave to call a host, when fewer than [`AT_ONCE`] calls of it are under way.
    async fn permit(
        &self,
        host: &str,
        at: &str,
        deadline: Instant,
    ) -> Result<OwnedSemaphorePermit, Failure> {
        let slots = {
            let mut hosts = self.0.hosts.lock().unwrap_or_else(PoisonError::into_inner);
            let known = hosts.get(host).and_then(Weak::upgrade);
            known.unwrap_or_else(|| {
                hosts.retain(|_, slots| slots.strong_count() > 0);
                let slots = Arc::new(Semaphore::new(AT_ONCE));
                hosts.insert(host.to_owned(), Arc::downgrade(&slots));
                slots
            })
        };
        match timeout_at(deadline, slots.acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(Failure::unavailable(at, Trouble::Crowded)),
        }
    }
}

enum Hop {
    Answer(Box<Answer>),
    Redirect(Url),
}

/// Where an answer sends to, if it does.
fn redirection(response: &Response, from: &Url) -> Option<Result<Url, &'static str>> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = response.headers().get(header::LOCATION)?;
    let next = location.to_str().ok().and_then(|to| from.join(to).ok());
    Some(next.ok_or("it redirects to what is no address of a website"))
}

/// Knows the addresses of one host, which were looked at before.
struct Pinned(Vec<SocketAddr>);

impl Resolve for Pinned {
    fn resolve(&self, _: Name) -> Resolving {
        let addresses: Addrs = Box::new(self.0.clone().into_iter());
        Box::pin(std::future::ready(Ok(addresses)))
    }
}
