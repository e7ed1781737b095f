//! Explanations in every language: what they say (snapshots, to be read by people), and what must hold of all of them.
//!
//! Rewrite the snapshots by `INSTA_UPDATE=always cargo test --release --test it languages`, and read the difference.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use bonafide::domain::{AnswerLanguage, Coverage};
use bonafide::service::contract::{AdviceBody, AssessmentBody, SignalBody};
use bonafide::service::line_screening::LineScreener;
use bonafide::service::lines::{LineReader, RawLine};
use bonafide::service::registry_file::load;

const EN: AnswerLanguage = AnswerLanguage::English;
const ZH: AnswerLanguage = AnswerLanguage::SimplifiedChinese;

const REGISTRY: &str = r#"
{"external_id":"amazon","name":"Amazon","aliases":["亚马逊"],"phones":["+44 20 7946 0001","+44 20 7946 0011","+44 20 7946 0021"],"websites":["https://www.amazon.com/"],"handles":{"instagram":"amazon"},"coverage":{"phone":"complete"}}
{"external_id":"paypal","name":"PayPal","phones":["+1 212 555 0102"],"sender_ids":["PayPal"]}
{"external_id":"royal","name":"Royal Harbour Bank","phones":[{"value":"+44 20 7946 0009","never_originates":true},"+44 20 7946 0010"]}
{"external_id":"sf","name":"顺丰速运","aliases":["SF Express"],"phones":["+49 30 23125006"],"coverage":{"phone":"partial"}}
{"external_id":"vodafone","name":"Vodafone","phones":["+44 20 7946 0003"],"emails":["@vodafone.com"]}
{"external_id":"shell","name":"Shell"}
{"external_id":"delta","name":"Delta Air Lines","aliases":["Delta"],"phones":["+49 30 23125042"]}
{"external_id":"closed","name":"Red Sea"}
{"external_id":"coinbase","name":"Coinbase","websites":["https://www.coinbase.com/"]}
{"external_id":"sber","name":"Сбербанк","phones":["+44 20 7946 0028"]}
"#;

/// A title and an account.
const CASES: &[(&str, &str)] = &[
    (
        "a digit for a letter, a service word and a badge",
        r#"{"display_name":"Amaz0n Customer Support ✅","phone":"+44 7400 123456"}"#,
    ),
    (
        "letters of another alphabet",
        r#"{"display_name":"РауРаl","phone":"+44 7400 123456"}"#,
    ),
    (
        "a word wholly in look-alikes",
        r#"{"display_name":"Ϲоіոbаѕе"}"#,
    ),
    (
        "styled letters",
        r#"{"display_name":"𝐂𝐨𝐢𝐧𝐛𝐚𝐬𝐞","website":"https://coinbase-help.top/"}"#,
    ),
    (
        "an invisible character",
        "{\"display_name\":\"Pay\u{200b}Pal\"}",
    ),
    (
        "two letters for one",
        r#"{"display_name":"Arnazon support"}"#,
    ),
    ("torn apart", r#"{"display_name":"P a y P a l"}"#),
    (
        "another alphabet by sound",
        r#"{"display_name":"Водафоне","phone":"+44 7400 123456"}"#,
    ),
    (
        "traditional characters and a service word",
        r#"{"display_name":"順豐速運客服","phone":"+44 7400 123456"}"#,
    ),
    (
        "an affix on a number that is not listed",
        r#"{"display_name":"Vodafone Billing Department","phone":"+44 7400 123456"}"#,
    ),
    (
        "one letter wrong",
        r#"{"display_name":"Coinbasse","website":"https://coinbasse.com/"}"#,
    ),
    (
        "words in another order",
        r#"{"display_name":"Lines Delta Air","phone":"+44 7400 123456"}"#,
    ),
    (
        "a person beside the name",
        r#"{"display_name":"Emma at Vodafone","phone":"+44 7400 123456"}"#,
    ),
    (
        "a legal form and a place",
        r#"{"display_name":"Coinbase Germany GmbH","email":"desk@coinbase-germany.de"}"#,
    ),
    (
        "a remark in brackets",
        r#"{"display_name":"PayPal (Refunds)","handle":{"platform":"telegram","value":"paypal_refunds"}}"#,
    ),
    (
        "its own number",
        r#"{"display_name":"Amazon","phone":"+44 20 7946 0001"}"#,
    ),
    (
        "its own number under another name",
        r#"{"display_name":"Corner Bakery","phone":"+44 20 7946 0001"}"#,
    ),
    (
        "another business's number",
        r#"{"display_name":"PayPal","phone":"+44 20 7946 0001"}"#,
    ),
    (
        "a number that is nearly its own",
        r#"{"display_name":"Delta Air Lines","phone":"+49 30 23125024"}"#,
    ),
    (
        "a number that never calls",
        r#"{"display_name":"Royal Harbour Bank","phone":"+44 20 7946 0009","medium":"voice"}"#,
    ),
    (
        "a sender ID",
        r#"{"display_name":"PayPal Security","sender_id":"PAYPALSEC","default_region":"GB","medium":"sms"}"#,
    ),
    (
        "service words only",
        r#"{"display_name":"Customer Support ✅","phone":"+44 7400 123456"}"#,
    ),
    (
        "nobody",
        r#"{"display_name":"Corner Bakery","phone":"+44 7400 123456"}"#,
    ),
    ("a person", r#"{"display_name":"Anna Kowalska"}"#),
    ("a number alone", r#"{"phone":"+44 7400 123456"}"#),
    (
        "a number that is hidden",
        r#"{"display_name":"Red Sea Travel","phone":"+4207****"}"#,
    ),
    (
        "two numbers",
        r#"{"phone":"+1 212 555 0100 or +44 20 7946 0000"}"#,
    ),
    (
        "another business that holds the name",
        r#"{"display_name":"Shelly's Diner"}"#,
    ),
    ("a link for a name", r#"{"display_name":"amazon-help.top"}"#),
];

fn screener(registry: impl std::io::Read) -> LineScreener {
    let loaded = load(registry, None).unwrap();
    assert_eq!(loaded.rejected, 0, "{:?}", loaded.first_reject);
    LineScreener::new(loaded.index, None, 0)
}

fn answer(screener: &LineScreener, line: &RawLine, language: AnswerLanguage) -> AssessmentBody {
    let screener = screener.clone().telling_in(language);
    screener.render(screener.assess(line).unwrap())
}

fn line(json: &str) -> RawLine {
    RawLine {
        number: 1,
        bytes: json.as_bytes().to_vec(),
        too_long: false,
    }
}

/// The words of an answer, without weights and without their order, which change with the model.
fn told(body: &AssessmentBody, out: &mut String) {
    writeln!(out, "{}", body.summary).unwrap();
    let mut signals: Vec<&SignalBody> = body.signals.iter().collect();
    signals.sort_by(|a, b| a.code.cmp(&b.code));
    for signal in signals {
        writeln!(out, "- {}: {}", signal.code, signal.detail).unwrap();
        if let (Some(account), Some(registry)) = (&signal.account_side, &signal.registry_side) {
            let spans: Vec<_> = (signal.differs.iter())
                .map(|s| format!("{}..{}", s.start, s.end))
                .collect();
            let (account, registry) = (account.escape_debug(), registry.escape_debug());
            writeln!(out, "  {account} | {registry} | {}", spans.join(" ")).unwrap();
        }
    }
    if let Some(error) = body.phone.as_ref().and_then(|p| p.error.as_ref()) {
        writeln!(out, "! {}: {}", error.code, error.detail).unwrap();
    }
    writeln!(out, "> {}", advice(body).text).unwrap();
}

fn advice(body: &AssessmentBody) -> &AdviceBody {
    body.advice.as_ref().unwrap()
}

/// Every text of an answer that is written for a person.
fn texts(body: &AssessmentBody) -> Vec<String> {
    let error = body.phone.as_ref().and_then(|p| p.error.as_ref());
    let mut texts = vec![body.summary.clone(), advice(body).text.clone()];
    texts.extend(body.signals.iter().map(|s| s.detail.clone()));
    texts.extend(error.map(|e| e.detail.clone()));
    texts
}

/// Whether English words stand side by side outside the quotation marks, where names are.
fn holds_english(chinese: &str) -> bool {
    let mut outside = String::new();
    let mut depth = 0;
    for c in chinese.chars() {
        match c {
            '“' => depth += 1,
            '”' => depth -= 1,
            c if depth == 0 => outside.push(c),
            _ => {}
        }
    }
    let is_word = |w: &str| w.len() > 1 && w.bytes().all(|b| b.is_ascii_alphabetic());
    let words: Vec<&str> = outside.split(' ').collect();
    words.windows(2).any(|w| is_word(w[0]) && is_word(w[1]))
        || outside.contains([',', ';', '?', '!'])
}

#[track_caller]
fn assert_chinese(text: &str) {
    let han = text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    assert!(han && !holds_english(text), "{text}");
    assert!(text.ends_with('。'), "{text}");
    assert!(
        !text.contains("安全的"),
        "nothing is ever called safe: {text}"
    );
}

#[test]
fn explanations_read_in_english_and_chinese() {
    let screener = screener(REGISTRY.trim_start().as_bytes());
    let mut out = String::new();
    for (title, account) in CASES {
        let line = line(account);
        writeln!(out, "## {title}\n{account}\n").unwrap();
        for language in [EN, ZH] {
            told(&answer(&screener, &line, language), &mut out);
            out.push('\n');
        }
    }
    insta::assert_snapshot!(out);
}

fn corpus(name: &str) -> std::fs::File {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    std::fs::File::open(dir.join(name)).unwrap()
}

#[test]
fn whatever_speaks_in_english_speaks_in_chinese_and_weighs_the_same() {
    let own = screener(REGISTRY.trim_start().as_bytes());
    let own_lines: Vec<RawLine> = CASES.iter().map(|(_, account)| line(account)).collect();
    let brands = screener(corpus("registry.jsonl"));
    let mut reader = LineReader::new(corpus("cases.jsonl"), LineScreener::MAX_BYTES);
    let brand_lines: Vec<RawLine> = std::iter::from_fn(|| reader.next_line().unwrap()).collect();
    let mut codes = BTreeSet::new();
    for (screener, lines) in [(&own, &own_lines), (&brands, &brand_lines)] {
        for line in lines {
            let english = answer(screener, line, EN);
            let chinese = answer(screener, line, ZH);
            codes.extend(english.signals.iter().map(|s| s.code.clone()));
            compare(&english, &chinese);
            for body in [&english, &chinese] {
                assert_sum(body);
            }
        }
    }
    assert!(codes.len() >= 20, "only {codes:?} spoke");
}

fn compare(english: &AssessmentBody, chinese: &AssessmentBody) {
    let said = |body: &AssessmentBody| -> Vec<_> {
        (body.signals.iter())
            .map(|s| (s.code.clone(), s.weight.to_bits(), s.account_side.clone()))
            .collect()
    };
    assert_eq!(english.verdict, chinese.verdict);
    assert_eq!(english.score.to_bits(), chinese.score.to_bits());
    let name = &english.summary;
    assert_eq!(said(english).len(), said(chinese).len(), "{name}");
    assert_eq!(said(english), said(chinese), "{name}");
    for (en, zh) in texts(english).iter().zip(texts(chinese)) {
        assert!(!en.is_empty() && en.ends_with('.'), "{en}");
        assert_chinese(&zh);
    }
}

fn assert_sum(body: &AssessmentBody) {
    if body.verdict == "verified" {
        return;
    }
    let sum: f64 = body.prior_log_odds + body.signals.iter().map(|s| s.weight).sum::<f64>();
    let log_odds = (body.score / (1.0 - body.score)).ln();
    assert!((sum - log_odds).abs() <= 0.001, "{sum} for {log_odds}");
}

#[test]
fn coverage_taken_to_be_complete_is_told_in_chinese_too() {
    let loaded = load(corpus("registry.jsonl"), None).unwrap();
    let screener = LineScreener::new(loaded.index, Some(Coverage::Complete), 0);
    let body = answer(
        &screener,
        &line(r#"{"display_name":"Netflix","phone":"+1 415 555 0146"}"#),
        ZH,
    );
    assert!(body.summary.contains("全部号码"), "{}", body.summary);
}

#[test]
fn what_differs_is_marked_in_the_string_that_is_shown() {
    let screener = screener(REGISTRY.trim_start().as_bytes());
    for (name, shown, differing) in [
        ("PAYPAL customer support", "PAYPAL", &[][..]),
        ("Amaz0n Support", "Amaz0n", &["0"]),
        ("РауРаl", "РауРаl", &["РауРа"]),
        ("Arnazon support", "Arnazon", &["rn"]),
        ("Pay\u{200b}Pal", "Pay\u{200b}Pal", &["\u{200b}"]),
        ("𝐂𝐨𝐢nbase", "𝐂𝐨𝐢nbase", &["𝐂𝐨𝐢"]),
        ("Coinbse", "Coinbse", &[""]),
    ] {
        let account = serde_json::json!({ "display_name": name }).to_string();
        let body = answer(&screener, &line(&account), EN);
        let signal = body
            .signals
            .iter()
            .find(|s| s.account_side.is_some())
            .unwrap();
        assert_eq!(signal.account_side.as_deref(), Some(shown));
        let chars: Vec<char> = shown.chars().collect();
        let found: Vec<String> = (signal.differs.iter())
            .map(|s| chars[s.start as usize..s.end as usize].iter().collect())
            .collect();
        assert_eq!(found, differing, "{name}");
    }
}

/// What makes a sentence without Chinese fail to compile holds only while nothing goes around it.
#[test]
fn sentences_are_made_in_every_language_at_once() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut rooms = vec![src.clone()];
    let mut makers = Vec::new();
    while let Some(room) = rooms.pop() {
        for entry in std::fs::read_dir(room).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                rooms.push(path);
            } else if std::fs::read_to_string(&path).is_ok_and(|s| s.contains("Sentence::written"))
            {
                makers.push(path.strip_prefix(&src).unwrap().to_owned());
            }
        }
    }
    assert_eq!(makers, [Path::new("domain/answer_language.rs")]);
}
