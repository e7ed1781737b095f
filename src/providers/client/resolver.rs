//! Names of hosts and TXT records, asked from the name servers each time: a record that was put there a moment ago is
//! found, and what a name leads to is decided once for each call.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig, ResolverOpts};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::RData;

use super::super::{Failure, Trouble};
use super::NamedBy;

/// How long one name server has for one try; there are two tries.
const TRY: Duration = Duration::from_millis(1_500);
/// How long all of it may take: less than a call, so that it is told whom the call waited for.
const WHOLE: Duration = Duration::from_secs(4);
/// Questions that may be under way at once over one connection.
const AT_ONCE: usize = 1_024;
/// Addresses of one host that are kept.
const MOST_ADDRESSES: usize = 16;
/// TXT records of one name that are read.
const MOST_TEXTS: usize = 100;

/// Asks name servers.
#[derive(Clone)]
pub(in super::super) struct NameServers(Result<Arc<TokioResolver>, String>);

impl NameServers {
    /// The one that is named, or else those that this machine uses. Where these cannot be read every question is answered
    /// by that trouble, since a server that proves nothing can do without.
    pub(super) fn new(server: Option<SocketAddr>) -> Self {
        Self(build(server).map(Arc::new).map_err(|e| e.to_string()))
    }

    /// Where a host is; at least one address.
    pub(super) async fn addresses(&self, host: &str, by: NamedBy) -> Result<Vec<IpAddr>, Failure> {
        let resolver = self.resolver(host)?;
        // The final point keeps the search list of this machine away from names of strangers.
        let name = match by {
            NamedBy::Stranger => format!("{host}."),
            NamedBy::Operator => host.to_owned(),
        };
        match in_time(resolver.lookup_ip(name)).await {
            Ok(found) => Ok(found.iter().take(MOST_ADDRESSES).collect()),
            Err(error) => Err(told("an address of the host", host, error)),
        }
    }

    /// The texts at a name, each put together of its parts; none is an answer too.
    pub(in super::super) async fn texts(&self, name: &str) -> Result<Vec<String>, Failure> {
        let resolver = self.resolver(name)?;
        let found = match in_time(resolver.txt_lookup(format!("{name}."))).await {
            Ok(found) => found,
            Err(error) if is_absence(&error).is_some() => return Ok(Vec::new()),
            Err(error) => return Err(told("TXT records", name, error)),
        };
        let texts = found
            .answers()
            .iter()
            .filter_map(|record| match &record.data {
                RData::TXT(text) => Some(text.txt_data.concat()),
                _ => None,
            });
        let read = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Ok(texts.take(MOST_TEXTS).map(read).collect())
    }

    fn resolver(&self, at: &str) -> Result<&TokioResolver, Failure> {
        match &self.0 {
            Ok(resolver) => Ok(resolver),
            Err(why) => {
                let why = Trouble::Dns(format!("this machine names none that can be used: {why}"));
                Err(Failure::unavailable(at, why))
            }
        }
    }
}

fn build(server: Option<SocketAddr>) -> Result<TokioResolver, NetError> {
    let mut builder = match server {
        None => TokioResolver::builder_tokio()?,
        Some(server) => {
            let of = |mut connection: ConnectionConfig| {
                connection.port = server.port();
                connection
            };
            let connections = vec![of(ConnectionConfig::udp()), of(ConnectionConfig::tcp())];
            let server = NameServerConfig::new(server.ip(), true, connections);
            let config = ResolverConfig::from_name_servers(vec![server]);
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
        }
    };
    let options: &mut ResolverOpts = builder.options_mut();
    options.timeout = TRY;
    options.attempts = 1;
    options.cache_size = 0;
    options.max_active_requests = AT_ONCE;
    builder.build()
}

async fn in_time<T>(asked: impl Future<Output = Result<T, NetError>>) -> Result<T, NetError> {
    let answer = tokio::time::timeout(WHOLE, asked).await;
    answer.unwrap_or(Err(NetError::Timeout))
}

/// What is there instead, when the answer is that there is nothing.
fn is_absence(error: &NetError) -> Option<&'static str> {
    let NetError::Dns(DnsError::NoRecordsFound(none)) = error else {
        return None;
    };
    match none.response_code {
        ResponseCode::NXDomain => Some("no such name"),
        ResponseCode::NoError => Some("no record of that kind"),
        _ => None,
    }
}

fn told(looked_for: &str, at: &str, error: NetError) -> Failure {
    if let Some(found) = is_absence(&error) {
        return Failure::not_found(looked_for, at, found);
    }
    let why = match error {
        NetError::Timeout => "they take too long".to_owned(),
        NetError::Busy => return Failure::unavailable(at, Trouble::Crowded),
        NetError::Dns(DnsError::ResponseCode(code)) => format!("they say: {code}"),
        NetError::Dns(DnsError::NoRecordsFound(none)) => {
            format!("they say: {}", none.response_code)
        }
        other => other.to_string().chars().take(120).collect(),
    };
    Failure::unavailable(at, Trouble::Dns(why))
}
