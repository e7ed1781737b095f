//! The engine held to floors on labelled accounts: the small corpus always, the big set where it is at hand.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use bonafide::domain::{Account, Coverage, DisplayName, Verdict};
use bonafide::engine::index::Index;
use bonafide::engine::screening::{Options, screen};
use bonafide::service::evaluation::{Figures, Outcome, Results, read_truth};
use bonafide::service::line_screening::LineScreener;
use bonafide::service::lines::{LineReader, RawLine};
use bonafide::service::registry_file::load;
use rayon::prelude::*;

/// A figure that must be reached, or must not be exceeded.
enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

use Bound::{AtLeast, AtMost};

/// What the engine is held to on the big set, coverage taken to be complete. Raised when it gets better.
const DEV: &[(&str, Bound)] = &[
    ("recall", AtLeast(0.92)),
    ("recall_soft", AtLeast(0.98)),
    ("recall@fpr=0.01", AtLeast(0.98)),
    ("recall@fpr=0.001", AtLeast(0.93)),
    ("fpr", AtMost(0.001)),
    ("fpr_soft", AtMost(0.01)),
    ("right_brand", AtLeast(0.98)),
    ("verified", AtLeast(0.99)),
    ("ece", AtMost(0.02)),
];

/// Real organisations that carry a registered name, coverage unknown: nobody may brand them on the name alone.
const CARRYING: &[(&str, Bound)] = &[("carrying_hard", AtMost(0.01))];

/// What it is held to on the corpus of this repository.
const CORPUS: &[(&str, Bound)] = &[
    ("recall_soft", AtLeast(0.70)),
    ("verified", AtLeast(0.97)),
    ("fpr", AtMost(0.02)),
];

fn measure(dir: &Path, truth: &str, cases: &str, coverage: Option<Coverage>) -> Figures {
    let open = |name: &str| File::open(dir.join(name)).unwrap();
    let loaded = load(open("registry.jsonl"), None).unwrap();
    assert_eq!(loaded.rejected, 0);
    let screener = LineScreener::new(loaded.index, coverage, 0);
    let mut reader = LineReader::new(open(cases), LineScreener::MAX_BYTES);
    let lines: Vec<RawLine> = std::iter::from_fn(|| reader.next_line().unwrap()).collect();
    let started = Instant::now();
    let results: Results = lines
        .par_iter()
        .map(|line| {
            let id = LineScreener::read_id(line).unwrap();
            let assessment = screener.assess(line).unwrap();
            (id.as_str().unwrap().to_owned(), Outcome::from(&assessment))
        })
        .collect();
    let micros = started.elapsed().as_micros() as f64 / lines.len() as f64;
    println!(
        "{cases}: {} accounts, {:.3} ms each",
        lines.len(),
        micros / 1e3
    );
    let figures = Figures::of(&read_truth(open(truth)).unwrap(), &results, 0.01).unwrap();
    println!("{figures}{}", figures.family_table());
    figures
}

fn hold(figures: &Figures, floors: &[(&str, Bound)]) {
    let missed: Vec<String> = floors
        .iter()
        .filter_map(|(name, bound)| {
            let value = figures.get(name).unwrap();
            let (good, wanted) = match bound {
                AtLeast(floor) => (value >= *floor, format!("at least {floor}")),
                AtMost(ceiling) => (value <= *ceiling, format!("at most {ceiling}")),
            };
            (!good).then(|| format!("{name} is {value:.4}, wanted {wanted}"))
        })
        .collect();
    assert!(missed.is_empty(), "{}", missed.join("; "));
}

#[test]
fn the_corpus_is_told_apart() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let figures = measure(&dir, "truth.jsonl", "cases.jsonl", Some(Coverage::Complete));
    hold(&figures, CORPUS);
}

#[test]
fn the_big_set_is_told_apart() {
    let dir: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/eval");
    if !dir.exists() {
        println!("skipped: the big evaluation set is not here");
        return;
    }
    let figures = measure(
        &dir,
        "dev_truth.jsonl",
        "dev_cases.jsonl",
        Some(Coverage::Complete),
    );
    hold(&figures, DEV);
    let carrying = measure(
        &dir,
        "dev_carrying_truth.jsonl",
        "dev_carrying_cases.jsonl",
        None,
    );
    hold(&carrying, CARRYING);
}

#[test]
fn every_number_of_the_corpus_is_one_and_no_line_of_it_is_kept_out() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let loaded = load(File::open(dir.join("registry.jsonl")).unwrap(), None).unwrap();
    assert_eq!((loaded.index.len(), loaded.rejected), (60, 0));
    assert!(loaded.warnings.is_empty(), "{}", loaded.warnings);
    let cases = std::fs::read_to_string(dir.join("cases.jsonl")).unwrap();
    for line in cases.lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let phone = case["phone"].as_str().unwrap();
        let reading = bonafide::engine::phone::read(phone, None);
        assert!(reading.number.is_some(), "{phone}: {:?}", reading.error);
    }
}

fn index_of(registry: &Path) -> Arc<Index> {
    let file = File::open(registry).unwrap();
    let stream: Box<dyn Read> = match registry.extension() {
        Some(end) if end == "gz" => Box::new(flate2::read::GzDecoder::new(file)),
        _ => Box::new(file),
    };
    load(stream, None).unwrap().index
}

/// An account of that name, on a number that nobody has registered.
fn named(name: &str) -> Account {
    Account {
        display_name: Some(DisplayName::parse(name).unwrap()),
        phone: Some("+44 20 7946 0123".to_owned()),
        ..Account::default()
    }
}

/// How many of the hard negatives are called likely impostors against a registry.
fn branded(registry: &Path, coverage: Option<Coverage>) -> Vec<String> {
    let index = index_of(registry);
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let options = Options {
        assume_coverage: coverage,
        ..Options::default()
    };
    std::fs::read_to_string(dir.join("hard_negatives.tsv"))
        .unwrap()
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').next().unwrap())
        .filter(|name| screen(&index, &named(name), &options).verdict == Verdict::LikelyImpostor)
        .map(str::to_owned)
        .collect()
}

#[test]
fn names_that_everybody_writes_of_are_no_plain_words() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let index = index_of(&root.join("data/sample_registry.jsonl.gz"));
    let overlooked: Vec<String> = [
        "Arnazon support",
        "Amaz0n Support",
        "PayPaI Security",
        "Netfl1x billing",
        "Micros0ft Help Desk",
    ]
    .iter()
    .map(|name| (name, screen(&index, &named(name), &Options::default())))
    .filter(|(_, answer)| {
        !matches!(
            answer.verdict,
            Verdict::Suspicious | Verdict::LikelyImpostor
        )
    })
    .map(|(name, answer)| format!("{name}: {:?} {}", answer.verdict, answer.score))
    .collect();
    assert!(overlooked.is_empty(), "{overlooked:?}");
}

#[test]
fn no_namesake_is_branded_on_its_name_alone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sample = branded(&root.join("data/sample_registry.jsonl.gz"), None);
    assert!(sample.is_empty(), "{sample:?}");
    let big = root.join("../shared/eval/registry.jsonl");
    if big.exists() {
        let unknown = branded(&big, None);
        assert!(unknown.is_empty(), "{unknown:?}");
        // A business that says that its list is complete makes its namesakes suspect: few, and never all.
        let complete = branded(&big, Some(Coverage::Complete));
        println!(
            "{} namesakes branded under complete coverage: {complete:?}",
            complete.len()
        );
        assert!(complete.len() <= 25, "{complete:?}");
    }
}
