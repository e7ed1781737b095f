//! Long answers of a server that somebody at the command line named, read as they come.

use std::io::{self, Read};
use std::time::Duration;

use bytes::{Buf, Bytes};
use reqwest::{Response, redirect};
use tokio::runtime::Handle;

use super::client::{cause, tls_config};
use super::{Failure, Trouble};

/// How long a server may take until it connects, and between two parts of its answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The body of an answer with status 200, however long. Addresses of this machine and its network are called like any
/// other: whoever names one here could call it anyway. No redirection is followed. Its reading blocks, so that it belongs
/// where a thread may block, within a runtime.
pub async fn download(url: &str) -> Result<impl Read + Send + use<>, Failure> {
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls_config(None).map_err(|why| unconnected(url, why))?)
        .connect_timeout(PATIENCE)
        .read_timeout(PATIENCE)
        .redirect(redirect::Policy::none())
        .user_agent(concat!("bonafide/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|e| unconnected(url, e.to_string()))?;
    let response = client.get(url).send().await.map_err(|e| cause(url, &e))?;
    match response.status().as_u16() {
        200 => Ok(Body {
            response,
            part: Bytes::new(),
            runtime: Handle::current(),
        }),
        status => Err(Failure::unavailable(url, Trouble::Status(status))),
    }
}

fn unconnected(url: &str, why: String) -> Failure {
    Failure::unavailable(url, Trouble::Connection(why))
}

/// What is still to be read of an answer.
struct Body {
    response: Response,
    part: Bytes,
    runtime: Handle,
}

impl Read for Body {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.part.is_empty() {
            let next = self.runtime.block_on(self.response.chunk());
            match next.map_err(io::Error::other)? {
                Some(part) => self.part = part,
                None => return Ok(0),
            }
        }
        let n = into.len().min(self.part.len());
        self.part.copy_to_slice(&mut into[..n]);
        Ok(n)
    }
}
