//! The two servers, each a process of its own, so that its processor time can be told apart.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::post;
use axum::{Json, Router};
use bonafide::service::contract::AccountInput;

use crate::Fallible;
use crate::requests::Registry;

/// A server that ends with this value.
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    /// The program itself on a fresh database that holds the registry.
    pub(crate) fn product(dir: &Path, registry: &Registry) -> Fallible<Self> {
        let file = dir.join("registry.jsonl");
        fs::write(&file, registry.lines.join("\n"))?;
        let program = |args: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_bonafide"));
            command.args(args).args(["--database", "sqlite://bench.db"]);
            command.current_dir(dir).stdin(Stdio::null());
            command
        };
        let imported = program(&["import", "registry.jsonl"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        if !imported.success() {
            return Err("the registry could not be imported".into());
        }
        let mut child = program(&["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let said = child.stderr.take().ok_or("the server says nothing")?;
        let mut lines = BufReader::new(said).lines();
        let address = loop {
            let line = lines.next().ok_or("the server did not start")??;
            if let Some(rest) = line.trim().strip_prefix("curl http://") {
                break rest.split('/').next().unwrap_or_default().parse()?;
            }
        };
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self { child, address })
    }

    /// A bare handler that gives these answers by turns.
    pub(crate) fn bare(dir: &Path, answers: &[String]) -> Fallible<Self> {
        let file = dir.join("answers.json");
        fs::write(&file, serde_json::to_vec(answers)?)?;
        let mut child = Command::new(std::env::current_exe()?)
            .arg("--bare")
            .arg(&file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let said = child.stdout.take().ok_or("the bare server says nothing")?;
        let address = BufReader::new(said).lines().next();
        let address = address.ok_or("the bare server did not start")??.parse()?;
        Ok(Self { child, address })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Processor time that the process has used, in steps of a tick (10 ms nearly everywhere).
    pub(crate) fn cpu_time(&self) -> Fallible<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // Field 2, the name, may hold blanks; behind it, fields 14 and 15 are user and system time (proc_pid_stat(5)).
        let (_, rest) = stat.rsplit_once(')').ok_or("no processor time")?;
        let ticks = rest.split_whitespace().skip(11).take(2);
        let ticks = ticks.map(str::parse::<u64>).sum::<Result<u64, _>>()?;
        let seconds = ticks as f64 / rustix::param::clock_ticks_per_second() as f64;
        Ok(Duration::from_secs_f64(seconds))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Answers {
    bodies: Vec<Bytes>,
    turn: AtomicUsize,
}

/// The bare handler's process; it ends when the one that started it does.
pub(crate) fn serve_bare(answers: &Path) -> Fallible<()> {
    let bodies: Vec<String> = serde_json::from_slice(&fs::read(answers)?)?;
    let answers = Answers {
        bodies: bodies.into_iter().map(Bytes::from).collect(),
        turn: AtomicUsize::new(0),
    };
    let router = Router::new()
        .route("/v1/checks", post(answer))
        .with_state(Arc::new(answers));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        Ok(axum::serve(listener, router).await?)
    })
}

async fn answer(
    State(answers): State<Arc<Answers>>,
    Json(account): Json<AccountInput>,
) -> impl IntoResponse {
    std::hint::black_box(account);
    let turn = answers.turn.fetch_add(1, Ordering::Relaxed);
    let body = answers.bodies[turn % answers.bodies.len()].clone();
    ([(header::CONTENT_TYPE, "application/json")], body)
}
