//! What the parts of a check cost, on the sample registry: `cargo bench --bench engine`.
//!
//! The parts that can be asked for by themselves are measured: folding a name and taking its views, finding the
//! registered names in it, weighing what was found, reading a number, and the whole check with and without sentences.

use std::fs::File;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use bonafide::domain::{Account, DisplayName};
use bonafide::engine::index::Index;
use bonafide::engine::name::{Folded, views};
use bonafide::engine::phone;
use bonafide::engine::screening::{Options, screen, weighed_bins};
use bonafide::service::registry_file::load;
use criterion::{Criterion, criterion_group, criterion_main};
use flate2::read::MultiGzDecoder;

/// A name as it is registered, disguised, with words beside it, set apart, and of nobody.
const NAMES: [&str; 5] = [
    "PayPal",
    "Amaz0n Customer Support ✅",
    "РауРаl",
    "D e u t s c h e  B a n k",
    "Annemarie Smithson",
];

/// From Ofcom's range for drama.
const NUMBER: &str = "+44 20 7946 0123";

fn sample() -> Arc<Index> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample_registry.jsonl.gz");
    let file = File::open(path).expect("the sample registry is part of the repository");
    let loaded = load(MultiGzDecoder::new(file), None).expect("it is a registry");
    loaded.index
}

fn account(name: &str) -> Account {
    Account {
        display_name: DisplayName::parse(name).ok(),
        phone: Some(NUMBER.to_owned()),
        ..Account::default()
    }
}

fn parts(c: &mut Criterion) {
    let index = sample();
    let accounts = NAMES.map(account);
    let seen = NAMES.map(|name| {
        let folded = Folded::of(name);
        let views = views(&folded);
        (folded, views)
    });
    let silent = Options {
        explain: false,
        ..Options::default()
    };
    let mut group = c.benchmark_group("five names");
    group.bench_function("fold", |b| {
        b.iter(|| NAMES.map(|name| views(&Folded::of(black_box(name)))));
    });
    group.bench_function("candidates", |b| {
        b.iter(|| {
            seen.each_ref()
                .map(|(f, v)| index.names_in(black_box(f), v).len())
        });
    });
    group.bench_function("signals", |b| {
        b.iter(|| {
            accounts
                .each_ref()
                .map(|a| weighed_bins(&index, black_box(a), &silent))
        });
    });
    group.bench_function("check without sentences", |b| {
        b.iter(|| {
            accounts
                .each_ref()
                .map(|a| screen(&index, black_box(a), &silent))
        });
    });
    group.bench_function("check", |b| {
        b.iter(|| {
            accounts
                .each_ref()
                .map(|a| screen(&index, black_box(a), &Options::default()))
        });
    });
    group.finish();
    c.bench_function("one number", |b| {
        b.iter(|| phone::read(black_box(NUMBER), None));
    });
}

criterion_group!(benches, parts);
criterion_main!(benches);
