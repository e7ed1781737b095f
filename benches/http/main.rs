//! What the server costs beside a bare handler: requests per second of processor time, latency, and how soon `/healthz`
//! answers while checks take all that the machine has.
//!
//! ```sh
//! cargo bench --bench http                                    # the sample registry
//! cargo bench --bench http -- --registry registry.jsonl       # yours
//! cargo bench --bench http -- --registry registry.jsonl --names 5000 --json
//! ```
//!
//! The server is the program itself, started as `bonafide serve` on a database of its own. The bare handler is an axum
//! route in a process of its own that parses the same request into the same type and gives back the same bytes, made
//! beforehand. Both are loaded in alternation over the same number of keep-alive connections, from a third process, this
//! one, whose processor time counts for neither. Only loopback is spoken to.

#![expect(clippy::print_stdout, reason = "the table is what this program is for")]

mod load;
mod requests;
mod servers;

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use serde_json::{Value, json};

use crate::load::{Outcome, Spell, quantile};
use crate::requests::Registry;
use crate::servers::Server;

type Fallible<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Measures the server beside a bare handler.
#[derive(Parser)]
struct Args {
    /// Registry in the import format, .gz accepted [default: the sample registry]
    #[arg(long)]
    registry: Option<PathBuf>,
    /// Registered names at most, aliases counted, from the start of the registry [default: all].
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=20_000_000))]
    names: Option<u32>,
    /// Accounts for the fuzzy path, one JSON object a line as for `bonafide screen` [default: registered names, disguised].
    #[arg(long)]
    cases: Option<PathBuf>,
    /// Keep-alive connections.
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    connections: u16,
    /// Rounds; in each, either server is loaded once.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=100))]
    rounds: u16,
    /// Seconds of load on one server in one round.
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// Ends with one JSON object on a line of its own.
    #[arg(long)]
    json: bool,
    /// Given by `cargo bench`.
    #[arg(long, hide = true)]
    bench: bool,
    /// Serves these answers by a bare handler, as a process that this program starts.
    #[arg(long, hide = true, value_name = "ANSWERS")]
    bare: Option<PathBuf>,
}

fn main() -> Fallible<()> {
    let args = Args::parse();
    if let Some(answers) = &args.bare {
        return servers::serve_bare(answers);
    }
    if !(0.1..=60.0).contains(&args.seconds) {
        return Err("--seconds must lie between 0.1 and 60".into());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let dir = tempfile::tempdir()?;
    let registry = Registry::read(args.registry.as_deref(), args.names)?;
    println!(
        "{} names of {} businesses; {} connections, {} rounds of {} s\n",
        registry.names, registry.businesses, args.connections, args.rounds, args.seconds
    );
    let product = Server::product(dir.path(), &registry)?;
    let asking = runtime.block_on(load::answers(product.address(), &registry.exact()))?;
    let exact = requests::verified(asking);
    if exact.is_empty() {
        return Err("no number of the registry is verified, so that there is no exact path".into());
    }
    let fuzzy = match &args.cases {
        Some(cases) => requests::cases(cases)?,
        None => registry.fuzzy(),
    };
    let fuzzy = runtime.block_on(load::answers(product.address(), &fuzzy))?;
    println!(
        "| path | server | requests / CPU-s | of the bare one | p50 ms | p99 ms | requests / s |"
    );
    println!("|---|---|---|---|---|---|---|");
    let mut figures = json!({"names": registry.names, "businesses": registry.businesses});
    for (path, pairs) in [("exact", exact), ("fuzzy", fuzzy)] {
        let (bodies, answers): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
        let bare = Server::bare(dir.path(), &answers)?;
        figures[path] = beside(&runtime, path, &product, &bare, &bodies, &args)?;
        drop(bare);
        figures[path]["healthz"] = health(&runtime, path, &product, &bodies, &args)?;
    }
    if args.json {
        println!("{figures}");
    }
    Ok(())
}

/// Loads both servers in alternation with the same requests.
fn beside(
    runtime: &tokio::runtime::Runtime,
    path: &str,
    product: &Server,
    bare: &Server,
    bodies: &[String],
    args: &Args,
) -> Fallible<Value> {
    let mut rounds: [Vec<(f64, Outcome)>; 2] = [Vec::new(), Vec::new()];
    let spell = |seconds| Spell {
        connections: args.connections.into(),
        time: Duration::from_secs_f64(seconds),
    };
    for server in [product, bare] {
        runtime.block_on(load::run(server.address(), bodies, &spell(0.5)))?;
    }
    for _ in 0..args.rounds {
        for (server, rounds) in [product, bare].into_iter().zip(&mut rounds) {
            let before = server.cpu_time()?;
            let outcome =
                runtime.block_on(load::run(server.address(), bodies, &spell(args.seconds)))?;
            let spent = server.cpu_time()?.saturating_sub(before);
            rounds.push((outcome.answered as f64 / spent.as_secs_f64(), outcome));
        }
    }
    let ratios = rounds[0].iter().zip(&rounds[1]).map(|(p, b)| p.0 / b.0);
    let ratio = median(ratios.collect());
    let mut figures = json!({"ratio": rounded(ratio, 4)});
    for (server, rounds) in ["bonafide", "bare"].into_iter().zip(rounds) {
        let per_cpu = median(rounds.iter().map(|r| r.0).collect());
        let rate = median(rounds.iter().map(|r| r.1.rate()).collect());
        let shed: u64 = rounds.iter().map(|r| r.1.refused).sum();
        let mut latencies: Vec<u32> = rounds.into_iter().flat_map(|r| r.1.latencies).collect();
        let (p50, p99) = (
            quantile(&mut latencies, 0.5),
            quantile(&mut latencies, 0.99),
        );
        let share = if server == "bare" { 1.0 } else { ratio };
        println!(
            "| {path} | {server} | {per_cpu:.0} | {:.1} % | {p50:.2} | {p99:.2} | {rate:.0} |",
            100.0 * share
        );
        figures[server] = json!({
            "requests_per_cpu_second": per_cpu.round(), "requests_per_second": rate.round(),
            "p50_ms": rounded(p50, 3), "p99_ms": rounded(p99, 3), "refused": shed,
        });
    }
    Ok(figures)
}

/// Asks for `/healthz` while twice the connections keep the server as busy as it gets.
fn health(
    runtime: &tokio::runtime::Runtime,
    path: &str,
    product: &Server,
    bodies: &[String],
    args: &Args,
) -> Fallible<Value> {
    let spell = Spell {
        connections: 2 * usize::from(args.connections),
        time: Duration::from_secs_f64((args.seconds * f64::from(args.rounds)).min(10.0)),
    };
    let (loaded, mut latencies) = runtime.block_on(async {
        tokio::join!(
            load::run(product.address(), bodies, &spell),
            load::watch_health(product.address(), spell.time)
        )
    });
    let (loaded, latencies) = (loaded?, latencies.as_mut().map_err(|e| e.to_string())?);
    let (p50, p99) = (quantile(latencies, 0.5), quantile(latencies, 0.99));
    println!(
        "| /healthz under {path} load of {} connections | bonafide | | | {p50:.2} | {p99:.2} | {:.0} |",
        spell.connections,
        loaded.rate()
    );
    Ok(json!({
        "asked": latencies.len(), "p50_ms": rounded(p50, 3), "p99_ms": rounded(p99, 3),
        "load_requests_per_second": loaded.rate().round(), "load_refused": loaded.refused,
    }))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn rounded(value: f64, decimals: i32) -> f64 {
    let scale = 10_f64.powi(decimals);
    (value * scale).round() / scale
}
