//! The load: keep-alive connections that each send the next request when the last is answered.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::Fallible;

/// How often `/healthz` is asked for.
const HEALTH_EVERY: Duration = Duration::from_millis(5);

/// How long the load lasts, and how wide it is.
pub(crate) struct Spell {
    pub(crate) connections: usize,
    pub(crate) time: Duration,
}

/// What a server did under load.
#[derive(Default)]
pub(crate) struct Outcome {
    /// Requests answered with 200.
    pub(crate) answered: u64,
    /// Requests answered with 503.
    pub(crate) refused: u64,
    /// Of the answered ones, in microseconds.
    pub(crate) latencies: Vec<u32>,
    seconds: f64,
}

impl Outcome {
    /// Answered requests per second of time on the clock.
    pub(crate) fn rate(&self) -> f64 {
        self.answered as f64 / self.seconds
    }
}

/// A quantile of latencies, in milliseconds.
pub(crate) fn quantile(latencies: &mut [u32], q: f64) -> f64 {
    latencies.sort_unstable();
    let at = (latencies.len() as f64 * q) as usize;
    let at = at.min(latencies.len().saturating_sub(1));
    latencies
        .get(at)
        .map_or(f64::NAN, |us| f64::from(*us) / 1e3)
}

/// Loads a server with requests in turn.
pub(crate) async fn run(
    address: SocketAddr,
    bodies: &[String],
    spell: &Spell,
) -> Fallible<Outcome> {
    let bodies: Arc<Vec<Bytes>> = Arc::new(bodies.iter().cloned().map(Bytes::from).collect());
    let turn = Arc::new(AtomicUsize::new(0));
    let started = Instant::now();
    let mut connections = JoinSet::new();
    for _ in 0..spell.connections {
        let (bodies, turn, until) = (Arc::clone(&bodies), Arc::clone(&turn), started + spell.time);
        connections.spawn(async move {
            let mut sender = connect(address).await?;
            let mut done = Outcome::default();
            while Instant::now() < until {
                let body = &bodies[turn.fetch_add(1, Ordering::Relaxed) % bodies.len()];
                let asked = Instant::now();
                match check(&mut sender, body.clone()).await? {
                    (StatusCode::OK, _) => {
                        done.answered += 1;
                        done.latencies.push(asked.elapsed().as_micros() as u32);
                    }
                    (StatusCode::SERVICE_UNAVAILABLE, _) => done.refused += 1,
                    (status, _) => return Err(format!("{status} was answered").into()),
                }
            }
            Fallible::Ok(done)
        });
    }
    let mut all = Outcome::default();
    while let Some(done) = connections.join_next().await {
        let done = done??;
        all.answered += done.answered;
        all.refused += done.refused;
        all.latencies.extend(done.latencies);
    }
    all.seconds = started.elapsed().as_secs_f64();
    Ok(all)
}

/// Asks for `/healthz` again and again, on a connection of its own; latencies in microseconds.
pub(crate) async fn watch_health(address: SocketAddr, time: Duration) -> Fallible<Vec<u32>> {
    let mut sender = connect(address).await?;
    let (started, mut latencies) = (Instant::now(), Vec::new());
    let mut every = tokio::time::interval(HEALTH_EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while started.elapsed() < time {
        every.tick().await;
        let request = Request::get("/healthz")
            .header("host", "localhost")
            .body(Full::default())?;
        let asked = Instant::now();
        let response = send(&mut sender, request).await?;
        if response.0 != StatusCode::OK {
            return Err(format!("/healthz answered {}", response.0).into());
        }
        latencies.push(asked.elapsed().as_micros() as u32);
    }
    Ok(latencies)
}

/// Each body with its answer.
pub(crate) async fn answers(
    address: SocketAddr,
    bodies: &[String],
) -> Fallible<Vec<(String, String)>> {
    let mut sender = connect(address).await?;
    let mut pairs = Vec::new();
    for body in bodies {
        let (status, answer) = check(&mut sender, body.clone().into()).await?;
        if status != StatusCode::OK {
            return Err(format!("{status} was answered to a request that should be fine").into());
        }
        pairs.push((body.clone(), String::from_utf8(answer.to_vec())?));
    }
    Ok(pairs)
}

async fn connect(address: SocketAddr) -> Fallible<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

async fn check(
    sender: &mut SendRequest<Full<Bytes>>,
    body: Bytes,
) -> Fallible<(StatusCode, Bytes)> {
    let request = Request::post("/v1/checks")
        .header("host", "localhost")
        .header("content-type", "application/json")
        .body(Full::new(body))?;
    send(sender, request).await
}

async fn send(
    sender: &mut SendRequest<Full<Bytes>>,
    request: Request<Full<Bytes>>,
) -> Fallible<(StatusCode, Bytes)> {
    sender.ready().await?;
    let response = sender.send_request(request).await?;
    let status = response.status();
    Ok((status, response.into_body().collect().await?.to_bytes()))
}
