//! How the index grows: time, memory and recall at a million names and more.
//!
//! ```sh
//! cargo bench --bench scale -- --names 1000000 [--json]
//! ```
//!
//! The names are real ones, and beyond those real ones with a word of one exchanged for a word of another; every name is a
//! business. Attacked names are drawn at random; each of the twelve classes of attack changes the same ones. One thread asks.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the table is what this program is for"
)]

use std::collections::HashSet;
use std::error::Error;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::time::Instant;

use bonafide::domain::{Account, Business, BusinessId, BusinessName, DisplayName, Profile};
use bonafide::engine::index::{Builder, Index, Segment, folded_words};
use bonafide::engine::screening::{Options, nearest, screen};
use cap::Cap;
use clap::Parser;
use mimalloc::MiMalloc;
use serde_json::{Value, json};

/// The allocator of the program, counted.
#[global_allocator]
static MEMORY: Cap<MiMalloc> = Cap::new(MiMalloc, usize::MAX);

/// Measures the index at a size.
#[derive(Parser)]
struct Args {
    /// Names to register.
    #[arg(long, default_value_t = 100_000)]
    names: usize,
    /// Names, one a line; where there is no such file, those of the sample registry.
    #[arg(long, default_value = "../shared/data/company_names.txt")]
    company_names: PathBuf,
    /// Further names, of a registry in JSON lines.
    #[arg(long, default_value = "../shared/eval/registry.jsonl")]
    registry: PathBuf,
    /// Names attacked, in each of twelve ways.
    #[arg(long, default_value_t = 400)]
    attacked: usize,
    /// Prints one JSON object as the last line.
    #[arg(long)]
    json: bool,
    /// Given by `cargo bench`.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    let mut random = Random(0x5EED);
    let names = names(&args, &mut random)?;
    eprintln!("{} names", names.len());
    let text: usize = names.iter().map(String::len).sum();
    let (segment, build_s, bytes) = build(&names);
    let file = through_a_file(&segment)?;
    let index = Index::of(segment);
    let attacks = attacks(&names, args.attacked, &mut random);
    let found = Recall::of(&index, &names, &attacks);
    let checks = check_times(&index, attacks.iter().map(|a| a.text.as_str()));
    let hostile = hostile(&names);
    let hostile = check_times(&index, hostile.iter().map(String::as_str));
    let change = change_times(&index, &names);
    let report = json!({
        "names": names.len(),
        "text_bytes": text,
        "build_s": round(build_s, 2),
        "bytes_per_name": round((bytes as f64 - text as f64) / names.len() as f64, 1),
        "peak_build_bytes": MEMORY.max_allocated(),
        "file_bytes": file.bytes,
        "file_write_s": round(file.write_s, 2),
        "file_read_s": round(file.read_s, 2),
        "p50_us": at(&found.times, 0.5),
        "p99_us": at(&found.times, 0.99),
        "max_us": at(&found.times, 1.0),
        "check_p50_us": at(&checks, 0.5),
        "check_p99_us": at(&checks, 0.99),
        "hostile_p99_us": at(&hostile, 0.99),
        "change_p50_us": at(&change, 0.5),
        "change_p99_us": at(&change, 0.99),
        "recall_at_10": found.by_class,
    });
    table(&report);
    if args.json {
        println!("{report}");
    }
    Ok(())
}

/// A small generator (SplitMix64), so that every run attacks the same names.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// Different names, real ones first.
fn names(args: &Args, random: &mut Random) -> Result<Vec<String>, Box<dyn Error>> {
    let mut real = Vec::new();
    if args.company_names.is_file() {
        let lines = BufReader::new(File::open(&args.company_names)?).lines();
        real.extend(lines.collect::<Result<Vec<_>, _>>()?);
    }
    if args.registry.is_file() {
        real.extend(registered_names(BufReader::new(File::open(
            &args.registry,
        )?))?);
    }
    if real.is_empty() {
        let sample = File::open("data/sample_registry.jsonl.gz")?;
        real.extend(registered_names(BufReader::new(
            flate2::read::GzDecoder::new(sample),
        ))?);
    }
    real.retain(|name| BusinessName::parse(name).is_ok());
    let mut seen = HashSet::new();
    let mut names: Vec<String> = (real.iter().map(|n| n.trim().to_owned()))
        .filter(|name| seen.insert(name.clone()))
        .collect();
    // Which real names a smaller set has is left to chance, too.
    for last in (1..names.len()).rev() {
        names.swap(last, random.below(last + 1));
    }
    let real = names.len();
    let mut tries = 0;
    while names.len() < args.names && tries < 20 * args.names {
        tries += 1;
        let (a, b) = (&names[random.below(real)], &names[random.below(real)]);
        if let Some(mixed) = mixed(a, b, random).filter(|m| seen.insert(m.clone())) {
            names.push(mixed);
        }
    }
    names.truncate(args.names);
    Ok(names)
}

fn registered_names(lines: impl BufRead) -> Result<Vec<String>, Box<dyn Error>> {
    let mut names = Vec::new();
    for line in lines.lines() {
        let business: Value = serde_json::from_str(&line?)?;
        let aliases = business["aliases"].as_array().into_iter().flatten();
        let all = std::iter::once(&business["name"]).chain(aliases);
        names.extend(all.filter_map(Value::as_str).map(str::to_owned));
    }
    Ok(names)
}

/// A name with one of its words, or for one that has no spaces its second half, from another.
fn mixed(a: &str, b: &str, random: &mut Random) -> Option<String> {
    let mut words: Vec<&str> = a.split_whitespace().collect();
    let others: Vec<&str> = b.split_whitespace().collect();
    let mixed = if words.len() > 1 && others.len() > 1 {
        let at = random.below(words.len());
        words[at] = others[random.below(others.len())];
        words.join(" ")
    } else {
        let half = |s: &str| s.chars().count() / 2;
        let head = a.chars().take(half(a).max(1));
        head.chain(b.chars().skip(half(b))).collect()
    };
    (BusinessName::parse(&mixed).is_ok() && mixed != a).then_some(mixed)
}

fn business(number: usize, name: &str) -> Option<Business> {
    Some(Business::new(
        BusinessId::new(uuid::Uuid::from_u128(number as u128)),
        Profile::named(BusinessName::parse(name).ok()?),
        jiff::Timestamp::UNIX_EPOCH,
    ))
}

/// The segment, the seconds that it took, and the bytes that it holds in memory.
fn build(names: &[String]) -> (Segment, f64, usize) {
    // What is unpacked once for the whole process is not the segment's.
    let _ = bonafide::engine::index::fingerprint();
    let before = MEMORY.allocated();
    let started = Instant::now();
    let mut builder = Builder::default();
    for (number, name) in names.iter().enumerate() {
        builder.push(&business(number, name).expect("the names were parsed before"));
    }
    let segment = builder.finish();
    let took = started.elapsed().as_secs_f64();
    (segment, took, MEMORY.allocated() - before)
}

struct ThroughFile {
    bytes: u64,
    write_s: f64,
    read_s: f64,
}

/// Writes the segment as a server does, and reads it back.
fn through_a_file(segment: &Segment) -> Result<ThroughFile, Box<dyn Error>> {
    use bonafide::service::live::IndexFile;
    let folder = tempfile::tempdir()?;
    let file = IndexFile::at(folder.path().join("names.index"));
    let epoch = uuid::Uuid::from_u128(1);
    let started = Instant::now();
    file.write(segment, epoch, 1)?;
    let write_s = started.elapsed().as_secs_f64();
    let started = Instant::now();
    let read = file.read()?.segment;
    let read_s = started.elapsed().as_secs_f64();
    assert_eq!(read.names(), segment.names());
    Ok(ThroughFile {
        bytes: fs::metadata(file.path())?.len(),
        write_s,
        read_s,
    })
}

/// One attacked name.
struct Attack {
    class: &'static str,
    target: usize,
    text: String,
}

type Change = fn(&str, &mut Random) -> Option<String>;

/// The classes of attack.
const CLASSES: [(&str, Change); 12] = [
    ("affix", |n, r| {
        Some(format!(
            "{n} {}",
            pick(
                &[
                    "Customer Support",
                    "Help Center",
                    "客服",
                    "Kundenservice",
                    "Refunds ✅"
                ],
                r
            )
        ))
    }),
    ("prefix", |n, r| {
        Some(format!(
            "{} {n}",
            pick(&["Official", "Service", "官方", "Team", "Help from"], r)
        ))
    }),
    ("glued", |n, r| {
        Some(format!(
            "{}{}",
            n.replace(' ', ""),
            pick(&["support", "help", "official", "care"], r)
        ))
    }),
    ("spacing", |n, _| {
        Some(n.chars().flat_map(|c| [c, ' ']).collect())
    }),
    ("edit1", |n, r| edited(n, 1, r)),
    ("edit2", |n, r| edited(n, 2, r)),
    ("transposed", transposed),
    ("leet", |n, _| {
        changed(n, |c| match c {
            'o' | 'O' => '0',
            'i' | 'I' => '1',
            'e' | 'E' => '3',
            'a' | 'A' => '4',
            's' | 'S' => '5',
            _ => c,
        })
    }),
    ("homoglyph", |n, _| {
        changed(n, |c| match c {
            'a' => 'а',
            'e' => 'е',
            'o' => 'о',
            'p' => 'р',
            'c' => 'с',
            'A' => 'А',
            'B' => 'В',
            'E' => 'Е',
            'T' => 'Т',
            _ => c,
        })
    }),
    ("fancy", |n, _| {
        changed(n, |c| match c {
            'a'..='z' => char::from_u32(0x1D41A + c as u32 - 'a' as u32).unwrap_or(c),
            'A'..='Z' => char::from_u32(0x1D400 + c as u32 - 'A' as u32).unwrap_or(c),
            _ => c,
        })
    }),
    ("invisible", |n, _| {
        Some(n.chars().flat_map(|c| [c, '\u{200B}']).collect())
    }),
    ("reordered", |n, _| {
        let words: Vec<&str> = n.split_whitespace().rev().collect();
        (words.len() > 1).then(|| words.join(" "))
    }),
];

fn pick<'a>(of: &[&'a str], random: &mut Random) -> &'a str {
    of[random.below(of.len())]
}

/// Letter by letter; none where nothing changes.
fn changed(name: &str, each: impl Fn(char) -> char) -> Option<String> {
    let changed: String = name.chars().map(each).collect();
    (changed != name).then_some(changed)
}

fn transposed(name: &str, random: &mut Random) -> Option<String> {
    let mut letters: Vec<char> = name.chars().collect();
    let at = 1 + random.below(letters.len().saturating_sub(2));
    if at + 1 >= letters.len() || letters[at] == letters[at + 1] {
        return None;
    }
    letters.swap(at, at + 1);
    Some(letters.into_iter().collect())
}

/// With so many letters exchanged, dropped or doubled, not the first.
fn edited(name: &str, edits: usize, random: &mut Random) -> Option<String> {
    let mut letters: Vec<char> = name.chars().collect();
    for _ in 0..edits {
        let at = 1 + random.below(letters.len().saturating_sub(1));
        let letter = *letters.get(at)?;
        match random.below(3) {
            0 => letters[at] = if letter == 'x' { 'n' } else { 'x' },
            1 => drop(letters.remove(at)),
            _ => letters.insert(at, letter),
        }
    }
    Some(letters.into_iter().collect())
}

/// Every class of attack on names of six letters or more, four in other alphabets; twice as many for two edits.
fn attacks(names: &[String], count: usize, random: &mut Random) -> Vec<Attack> {
    // Of four letters of which two are others, half a name is left.
    let long = |name: &str, class: &str| {
        let letters = name.chars().filter(|c| c.is_alphanumeric()).count();
        let least = if name.is_ascii() { 6 } else { 4 };
        letters >= if class == "edit2" { 2 * least } else { least } && letters <= 40
    };
    let mut attacks = Vec::new();
    for (class, change) in CLASSES {
        let (mut made, mut tries) = (0, 0);
        while made < count && tries < 100 * count {
            tries += 1;
            let target = random.below(names.len());
            let attacked = Some(&names[target]).filter(|n| long(n, class));
            if let Some(text) = attacked.and_then(|name| change(name, random)) {
                attacks.push(Attack {
                    class,
                    target,
                    text,
                });
                made += 1;
            }
        }
    }
    attacks
}

/// How often the attacked name was among the ten nearest, and how long each search took.
struct Recall {
    times: Vec<f64>,
    by_class: serde_json::Map<String, Value>,
}

impl Recall {
    fn of(index: &Index, names: &[String], attacks: &[Attack]) -> Self {
        let mut times = Vec::with_capacity(attacks.len());
        let mut by_class = serde_json::Map::new();
        for (class, _) in CLASSES {
            let of_class: Vec<&Attack> = attacks.iter().filter(|a| a.class == class).collect();
            let mut found = 0;
            for attack in &of_class {
                let started = Instant::now();
                let nearest = nearest(index, &attack.text, 10);
                times.push(started.elapsed().as_secs_f64() * 1e6);
                // Another business of the same name, when folded, is as right.
                let wanted = folded_words(&names[attack.target]);
                let is_it = |id: BusinessId| {
                    let number = id.as_uuid().as_u128() as usize;
                    number == attack.target || folded_words(&names[number]) == wanted
                };
                found += usize::from(nearest.iter().any(|n| is_it(n.business)));
            }
            let recall = 100.0 * found as f64 / of_class.len().max(1) as f64;
            by_class.insert(class.to_owned(), json!(round(recall, 1)));
        }
        Self { times, by_class }
    }
}

/// How long a whole check takes, explanation included.
fn check_times<'t>(index: &Index, texts: impl Iterator<Item = &'t str>) -> Vec<f64> {
    texts
        .map(|text| {
            let account = Account {
                display_name: DisplayName::parse(text).ok(),
                phone: Some("+442079460123".to_owned()),
                ..Account::default()
            };
            let started = Instant::now();
            let answer = screen(index, &account, &Options::default());
            let took = started.elapsed().as_secs_f64() * 1e6;
            assert!(answer.score.is_finite());
            took
        })
        .collect()
}

/// Names made to cost much: repeated letters, many words, grams that everybody has.
fn hostile(names: &[String]) -> Vec<String> {
    let mut hostile: Vec<String> = ('a'..='z').map(|c| c.to_string().repeat(120)).collect();
    hostile.extend(names.chunks(40).take(40).map(|n| n.join(" ")));
    let words: Vec<&str> = names
        .iter()
        .flat_map(|n| n.split_whitespace())
        .take(4_000)
        .collect();
    hostile.extend(words.chunks(40).map(|w| w.join(" ")));
    let common = [
        "international",
        "company",
        "services",
        "group",
        "bank",
        "有限公司",
        "科技",
    ];
    for shift in 0..common.len() {
        let words: Vec<&str> = common
            .iter()
            .cycle()
            .skip(shift)
            .take(40)
            .copied()
            .collect();
        hostile.push(words.join(" "));
        hostile.push(words.concat());
    }
    hostile
}

/// How long one changed business takes until a check sees it, while layers grow.
fn change_times(index: &Index, names: &[String]) -> Vec<f64> {
    let mut live = index.clone();
    let mut times = Vec::new();
    for (number, name) in names.iter().enumerate().take(500) {
        let Some(changed) = business(number, &format!("{name} Neu")) else {
            continue;
        };
        let started = Instant::now();
        live = live.apply(&[changed], &[]);
        times.push(started.elapsed().as_secs_f64() * 1e6);
        if let Some(merge) = live.due().filter(|merge| !merge.is_whole()) {
            let segment = merge.build();
            live = live
                .with_merged(&merge, segment.into())
                .expect("nothing came between");
        }
    }
    times
}

/// The value below which this share of the times lies, in whole microseconds.
fn at(times: &[f64], share: f64) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = (sorted.len() as f64 * share) as usize;
    sorted
        .get(at.min(sorted.len().saturating_sub(1)))
        .map_or(0.0, |t| t.round())
}

fn round(value: f64, digits: i32) -> f64 {
    let unit = 10f64.powi(digits);
    (value * unit).round() / unit
}

fn table(report: &Value) {
    println!("| figure | |\n|---|---|");
    for (name, value) in report.as_object().into_iter().flatten() {
        if let Some(classes) = value.as_object() {
            for (class, recall) in classes {
                println!("| recall@10, {class} | {recall} % |");
            }
        } else {
            println!("| {} | {value} |", name.replace('_', " "));
        }
    }
}
