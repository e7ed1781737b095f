//! Bonafide beside methods in use, on the same accounts in the same run: who finds the imitated business, at what rate of
//! false alarms, in what time.
//!
//! ```sh
//! cargo bench --bench peers -- --registry registry.jsonl --truth dev_truth.jsonl --cases dev_cases.jsonl
//! ```
//!
//! Peers: the `rapidfuzz` crate (Jaro–Winkler and normalised Indel similarity against every registered name); PostgreSQL's
//! `pg_trgm` (trigram similarity under a GIN and under a GiST index; a throw-away cluster is made of the installed binaries, and the
//! rows are left out, saying so, where there are none); and the search engine `tantivy` (words within one or two letters, ranked by
//! BM25), which takes minutes to compile and so is measured where it is asked for: `--features tantivy`. Each method answers with
//! its best business and a score; its threshold is set on the clean names. Names only: no method is given the numbers.

#![expect(clippy::print_stdout, reason = "the table is what this program is for")]

mod full_text;
mod trigrams;

use std::collections::HashMap;
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::time::Instant;

use bonafide::domain::{Account, Coverage, DisplayName};
use bonafide::engine::screening::{Options, screen};
use bonafide::service::evaluation::read_truth;
use bonafide::service::registry_file::load;
use clap::Parser;
use rapidfuzz::distance::{indel, jaro_winkler};
use serde_json::Value;

/// Measures Bonafide and its peers on the same accounts.
#[derive(Parser)]
struct Args {
    /// Registry in the import format.
    #[arg(long)]
    registry: PathBuf,
    /// Labels.
    #[arg(long)]
    truth: PathBuf,
    /// Accounts.
    #[arg(long)]
    cases: PathBuf,
    /// Impostor names taken, spread over the file; four clean names for each.
    #[arg(long, default_value_t = 1_000)]
    sample: usize,
    /// Given by `cargo bench`.
    #[arg(long, hide = true)]
    bench: bool,
}

/// Families in which a person could be telling the truth.
const CONTEXT: [&str; 2] = ["employee", "other_brands_number"];

struct Case {
    name: String,
    /// Right answers; none for a clean name.
    accept: Vec<String>,
}

/// The best business and its score.
type Answer = Option<(String, f64)>;

/// The answer for each account and the milliseconds that one takes, or why there are none.
type Measured = Result<(Vec<Answer>, f64), Box<dyn Error>>;

struct Registered {
    name: String,
    letters: Vec<char>,
    external_id: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    let cases = sample(&args)?;
    let names = registered(&args.registry)?;
    println!(
        "{} names of impostors and {} clean ones against {} registered names\n",
        cases.iter().filter(|c| !c.accept.is_empty()).count(),
        cases.iter().filter(|c| c.accept.is_empty()).count(),
        names.len()
    );
    println!(
        "| method | recall with the right brand at 0.1 % / 1 % / 5 % false positives | right brand first | ms a name |"
    );
    println!("|---|---|---|---|");
    report("rapidfuzz Jaro–Winkler scan", &cases, |name| {
        let scorer = jaro_winkler::BatchComparator::new(folded(name));
        nearest(&names, |letters| scorer.similarity(letters.iter().copied()))
    });
    report("rapidfuzz normalised Indel scan", &cases, |name| {
        let scorer = indel::BatchComparator::new(folded(name));
        nearest(&names, |letters| {
            scorer.normalized_similarity(letters.iter().copied())
        })
    });
    let trigrams = trigrams::answers(&names, &cases);
    for (index, measured) in trigrams::INDEXES.iter().zip(trigrams) {
        measured_row(&format!("PostgreSQL pg_trgm, {index}"), &cases, measured);
    }
    let measured = full_text::answers(&names, &cases);
    measured_row("tantivy, fuzzy words", &cases, measured);
    let index = load(File::open(&args.registry)?, None)?.index;
    let options = Options {
        assume_coverage: Some(Coverage::Complete),
        explain: false,
        ..Options::default()
    };
    report("**Bonafide**", &cases, |name| {
        let account = Account {
            display_name: Some(DisplayName::parse(name).ok()?),
            ..Account::default()
        };
        let first = screen(&index, &account, &options)
            .matches
            .into_iter()
            .next()?;
        Some((first.external_id?, first.score))
    });
    Ok(())
}

/// Every so-manieth impostor of the families that can be told by name, and four times as many clean names.
fn sample(args: &Args) -> Result<Vec<Case>, Box<dyn Error>> {
    let mut names: HashMap<String, String> = HashMap::new();
    for line in BufReader::new(File::open(&args.cases)?).lines() {
        let case: Value = serde_json::from_str(&line?)?;
        if let (Some(id), Some(name)) = (case["id"].as_str(), case["display_name"].as_str()) {
            names.insert(id.to_owned(), name.to_owned());
        }
    }
    let (mut impostors, mut clean) = (Vec::new(), Vec::new());
    for truth in read_truth(File::open(&args.truth)?)? {
        let Some(name) = names.remove(&truth.id) else {
            continue;
        };
        match truth.label.as_str() {
            "impostor" if !CONTEXT.contains(&truth.family.as_str()) => impostors.push(Case {
                name,
                accept: truth.accept,
            }),
            "clean" => clean.push(Case {
                name,
                accept: Vec::new(),
            }),
            _ => {}
        }
    }
    let mut cases = spread(impostors, args.sample);
    cases.extend(spread(clean, 4 * args.sample));
    Ok(cases)
}

fn spread(cases: Vec<Case>, wanted: usize) -> Vec<Case> {
    let every = cases.len().div_ceil(wanted.max(1)).max(1);
    cases.into_iter().step_by(every).collect()
}

fn registered(path: &Path) -> Result<Vec<Registered>, Box<dyn Error>> {
    let mut names = Vec::new();
    for line in BufReader::new(File::open(path)?).lines() {
        let entry: Value = serde_json::from_str(&line?)?;
        let Some(id) = entry["external_id"].as_str() else {
            continue;
        };
        let aliases = entry["aliases"].as_array().into_iter().flatten();
        for name in std::iter::once(&entry["name"])
            .chain(aliases)
            .filter_map(Value::as_str)
        {
            names.push(Registered {
                name: name.to_owned(),
                letters: folded(name),
                external_id: id.to_owned(),
            });
        }
    }
    Ok(names)
}

/// Lower case, as the peers' users do.
fn folded(name: &str) -> Vec<char> {
    name.to_lowercase().chars().collect()
}

fn nearest(names: &[Registered], similarity: impl Fn(&[char]) -> f64) -> Answer {
    names
        .iter()
        .map(|n| (similarity(&n.letters), n))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(score, n)| (n.external_id.clone(), score))
}

fn measured_row(method: &str, cases: &[Case], measured: Measured) {
    match measured {
        Ok((answers, ms)) => row(method, cases, &answers, ms),
        Err(reason) => println!("| {method} | not measured: {reason} | | |"),
    }
}

fn report(method: &str, cases: &[Case], answer: impl Fn(&str) -> Answer) {
    let started = Instant::now();
    let answers: Vec<Answer> = cases.iter().map(|case| answer(&case.name)).collect();
    let ms = started.elapsed().as_secs_f64() * 1e3 / cases.len() as f64;
    row(method, cases, &answers, ms);
}

fn row(method: &str, cases: &[Case], answers: &[Answer], ms: f64) {
    let mut clean: Vec<f64> = (cases.iter().zip(answers))
        .filter(|(case, _)| case.accept.is_empty())
        .map(|(_, answer)| answer.as_ref().map_or(f64::MIN, |a| a.1))
        .collect();
    clean.sort_by(|a, b| b.total_cmp(a));
    let impostors: Vec<(bool, f64)> = (cases.iter().zip(answers))
        .filter(|(case, _)| !case.accept.is_empty())
        .map(|(case, answer)| match answer {
            Some((id, score)) => (case.accept.contains(id), *score),
            None => (false, f64::MIN),
        })
        .collect();
    let share = |test: &dyn Fn(&(bool, f64)) -> bool| {
        100.0 * impostors.iter().filter(|i| test(i)).count() as f64 / impostors.len().max(1) as f64
    };
    let recall = |rate: f64| {
        let threshold = clean[(clean.len() as f64 * rate) as usize];
        share(&|i| i.0 && i.1 > threshold)
    };
    println!(
        "| {method} | {:.1} / {:.1} / {:.1} % | {:.1} % | {ms:.2} |",
        recall(0.001),
        recall(0.01),
        recall(0.05),
        share(&|i| i.0)
    );
}
