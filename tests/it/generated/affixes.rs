//! `data/affixes.tsv`: the words that service accounts put around a brand.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

const HEADER: &str = "\
# Words and phrases that accounts put around the name of a business: service, department, region, badge …
# Source: data/sources/affixes.json, collected from reports of impersonation, with two published lists of sender IDs
#   that are too generic to be allowed (bt_ee: BT/EE, United Kingdom; acma: ACMA, Australia), and
#   data/sources/affixes_added.tsv, written for Bonafide (Apache-2.0). Most of it is unreviewed: edit the sources.
# Regenerate: UPDATE_GENERATED=1 cargo test --release generated
# A word here proves nothing and never deletes a token that belongs to a registered name.
# Phrases are NFKC, lower-cased, accents kept: fold them like the names they are compared with. Symbols stand as
#   written, without variation selectors. Separators and invisible characters are left to the tokeniser.
# Columns: phrase, language (BCP 47; und: any), category, sources separated by commas.
#   A phrase has one row for each language and category; generic_sender only where no other category names it.
";

/// Categories of the source whose members are characters, not words.
const SYMBOLS: [&str; 3] = ["badge_symbols", "alert_symbols", "service_symbols"];
const LEFT_OUT: [&str; 2] = ["separators", "invisible_or_bidi"];

/// Phrase, language, category.
type Key = (String, String, String);

#[derive(Default)]
struct Lexicon(BTreeMap<Key, BTreeSet<&'static str>>);

impl Lexicon {
    fn add(&mut self, phrase: String, language: &str, category: &str, source: &'static str) {
        if phrase.is_empty() {
            return;
        }
        let key = (phrase, language.to_owned(), category.to_owned());
        self.0.entry(key).or_default().insert(source);
    }

    /// The published lists say only that a word is generic: its source joins the row that says what it means.
    fn add_generic(&mut self, phrase: &str, language: &str, source: &'static str) {
        let mut known = false;
        for ((other, other_language, _), sources) in &mut self.0 {
            if other == phrase && other_language == language {
                sources.insert(source);
                known = true;
            }
        }
        if !known {
            self.add(phrase.to_owned(), language, "generic_sender", source);
        }
    }
}

fn tag(language: &str) -> &str {
    if language == "zh" {
        "zh-Hans"
    } else {
        language
    }
}

fn lexicon() -> Lexicon {
    type Collected = BTreeMap<String, BTreeMap<String, Vec<String>>>;
    let collected: Collected =
        serde_json::from_str(&super::read("sources/affixes.json")).expect("words by language");
    let added = super::read("sources/affixes_added.tsv");
    let mut lexicon = Lexicon::default();
    let mut generic = Vec::new();
    for (language, categories) in &collected {
        for (category, phrases) in categories {
            for phrase in phrases {
                match category.as_str() {
                    left_out if LEFT_OUT.contains(&left_out) => {}
                    symbols if SYMBOLS.contains(&symbols) => {
                        let symbol = phrase.replace('\u{fe0f}', "");
                        lexicon.add(symbol, tag(language), symbols, "collected");
                    }
                    "blocked_generic_sender_bt_ee" => generic.push((phrase, language, "bt_ee")),
                    "restricted_sender_acma" => generic.push((phrase, language, "acma")),
                    "latin_abbreviations_cross_language" => {
                        let phrase = super::normalise(phrase);
                        lexicon.add(phrase, tag(language), "abbreviation", "collected");
                    }
                    _ => {
                        let phrase = super::normalise(phrase);
                        lexicon.add(phrase, tag(language), category, "collected");
                    }
                }
            }
        }
    }
    for row in super::rows(&added) {
        let [language, category, phrases] = row[..] else {
            panic!("three columns: {row:?}")
        };
        for phrase in phrases.split(", ") {
            let phrase = super::normalise(phrase);
            let key = (phrase.clone(), language.to_owned(), category.to_owned());
            if !lexicon.0.contains_key(&key) {
                lexicon.add(phrase, language, category, "bonafide");
            }
        }
    }
    for (phrase, language, source) in generic {
        lexicon.add_generic(&super::normalise(phrase), tag(language), source);
    }
    lexicon
}

#[test]
fn affixes_are_what_the_sources_give() {
    let mut text = HEADER.to_owned();
    for ((phrase, language, category), sources) in &lexicon().0 {
        let sources: Vec<&str> = sources.iter().copied().collect();
        let sources = sources.join(",");
        writeln!(text, "{phrase}\t{language}\t{category}\t{sources}").expect("a string takes all");
    }
    super::check("affixes.tsv", &text);
}
