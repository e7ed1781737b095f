//! The answer of one check, laid out for a person.
//!
//! Everything here may come from an impostor: a name can carry escape sequences that repaint a terminal, or
//! marks that turn its text round. [`shown`] makes them visible instead.

mod text;

use std::fmt::{self, Write as _};

use anstyle::{AnsiColor, Style};
use textwrap::core::display_width;

use self::text::{grouped, kind_of_code, kind_of_number, marks, percent, shown, wrapped};
use crate::domain::{AnswerLanguage, Bilingual, Sentence, say};
use crate::service::contract::{AccountInput, AssessmentBody, KnownChannelBody, SignalBody};

/// Columns of a line of text.
const WIDTH: usize = 92;
/// Where text stands that has a heading to its left.
const INDENT: usize = 14;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// One check and its answer.
pub(super) struct Answer<'a> {
    pub(super) account: &'a AccountInput,
    pub(super) body: &'a AssessmentBody,
    pub(super) businesses: usize,
    pub(super) language: AnswerLanguage,
}

impl fmt::Display for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.headline(f)?;
        self.compared(f)?;
        self.evidence(f)?;
        self.advice(f)?;
        let (seq, model) = (self.body.registry_seq, shown(&self.body.model));
        let asked = grouped(self.businesses);
        let asked = say!(self.language;
            en: "Asked {asked} registered businesses (registry {seq}), model {model}.";
            zh: "已与 {asked} 家已登记的企业比对（登记库 {seq}），模型 {model}。");
        writeln!(f, "\n{DIM}{asked}{DIM:#}")
    }
}

impl Answer<'_> {
    /// A fixed text in the language of the answer.
    fn word(&self, en: &'static str, zh: &'static str) -> &'static str {
        Bilingual { en, zh }.of(self.language)
    }

    fn headline(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mark, color) = match self.body.verdict.as_ref() {
            "verified" => ("✔", AnsiColor::Green),
            "confirmed_impostor" | "likely_impostor" => ("✖", AnsiColor::Red),
            "suspicious" => ("!", AnsiColor::Yellow),
            _ => ("?", AnsiColor::Cyan),
        };
        let style = color.on_default().bold();
        let name = self.body.matches.first().map(|m| shown(&m.name));
        let said = self.verdict(name.as_deref());
        writeln!(f, "\n{style}{mark} {said}{style:#}")?;
        for line in wrapped(&shown(&self.body.summary), WIDTH - 2) {
            writeln!(f, "  {line}")?;
        }
        let basis = match self.body.basis.as_deref() {
            Some("listed") => say!(self.language;
                en: "It is publicly listed, unproved. A caller's number can be forged.";
                zh: "它在公开资料中列出，但未经证实。来电号码可以伪造。"),
            Some("proved") => say!(self.language;
                en: "The business has proved it. A caller's number can still be forged.";
                zh: "该企业已经证实它。但来电号码仍可能是伪造的。"),
            _ => self.probability(name.as_deref()),
        };
        for line in wrapped(&basis.to_string(), WIDTH - 2) {
            writeln!(f, "  {line}")?;
        }
        Ok(())
    }

    fn verdict(&self, name: Option<&str>) -> Sentence {
        let verdict = self.body.verdict.as_ref();
        let Some(name) = name else {
            let (en, zh) = match verdict {
                "verified" => ("Verified", "已核实"),
                "confirmed_impostor" => ("Confirmed impostor", "已确认是冒充者"),
                "likely_impostor" => ("Likely impostor", "很可能是冒充者"),
                "suspicious" => ("Suspicious", "可疑"),
                _ => ("Unknown", "未知"),
            };
            return say!(self.language; en: "{en}"; zh: "{zh}");
        };
        match verdict {
            "verified" => say!(self.language; en: "Verified: {name}"; zh: "已核实：{name}"),
            "confirmed_impostor" => say!(self.language;
                en: "Confirmed impostor of {name}"; zh: "已确认冒充“{name}”"),
            "likely_impostor" => say!(self.language;
                en: "Likely impostor of {name}"; zh: "很可能冒充“{name}”"),
            "suspicious" => say!(self.language;
                en: "Suspicious: it may imitate {name}"; zh: "可疑：可能在冒充“{name}”"),
            _ => say!(self.language; en: "Unknown"; zh: "未知"),
        }
    }

    fn probability(&self, name: Option<&str>) -> Sentence {
        let Some(name) = name else {
            return say!(self.language;
                en: "Nothing registered resembles it; that does not make it safe.";
                zh: "没有与它相似的已登记企业；这并不表示它没有问题。");
        };
        let score = self.body.score;
        let prior = 1.0 / (1.0 + (-self.body.prior_log_odds).exp());
        let (en, zh) = match score {
            s if s >= 0.99 => ("Almost certainly an imitation", "几乎可以肯定是冒充"),
            s if s >= 0.9 => ("Very probably an imitation", "极有可能是冒充"),
            s if s >= 0.5 => ("Probably an imitation", "多半是冒充"),
            s if s >= prior * 1.5 => (
                "More probably an imitation than most accounts",
                "比大多数账号更可能是冒充",
            ),
            _ => (
                "No more probably an imitation than any account",
                "并不比一般账号更可能是冒充",
            ),
        };
        let (score, prior) = (percent(score, self.language), percent(prior, self.language));
        say!(self.language;
            en: "{en}: the probability that it imitates {name} is {score}, before any evidence {prior}.";
            zh: "{zh}：它冒充“{name}”的概率为 {score}；不看任何证据时为 {prior}。")
    }

    fn compared(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f)?;
        let account = self.account;
        let mut row = |head: &str, text: String| {
            let gap = " ".repeat((INDENT - 2).saturating_sub(display_width(head)));
            writeln!(f, "  {DIM}{head}{DIM:#}{gap}{text}")
        };
        if let Some(name) = &account.display_name {
            row(self.word("Name", "名称"), format!("“{}”", shown(name)))?;
        }
        if let Some(phone) = &account.phone {
            row(self.word("Phone", "电话"), self.phone(phone))?;
        }
        for (en, zh, value) in [
            ("Website", "网站", &account.website),
            ("E-mail", "电子邮箱", &account.email),
            ("Sender ID", "短信发件人", &account.sender_id),
            ("About", "简介", &account.about),
            ("Shows badge", "所示标志", &account.claimed_badge),
            ("Met on", "来自", &account.medium),
        ] {
            if let Some(value) = value {
                row(self.word(en, zh), shown(value))?;
            }
        }
        if let Some(handle) = &account.handle {
            let (value, platform) = (shown(&handle.value), shown(&handle.platform));
            let text =
                say!(self.language; en: "{value} on {platform}"; zh: "{platform} 上的 {value}");
            row(self.word("Handle", "社交账号"), text.into())?;
        }
        let others: Vec<String> = self.body.matches.iter().map(|m| shown(&m.name)).collect();
        if let Some((first, rest)) = others.split_first() {
            let mut text = format!("{BOLD}{first}{BOLD:#}");
            if !rest.is_empty() {
                let rest = say!(self.language;
                    en: ", then {}", rest.join(", ");
                    zh: "，其次是 {}", rest.join("、"));
                let _ = write!(text, "{DIM}{rest}{DIM:#}");
            }
            row(self.word("Compared to", "比对企业"), text)?;
        }
        Ok(())
    }

    fn phone(&self, given: &str) -> String {
        let given = shown(given);
        let Some(phone) = &self.body.phone else {
            return given;
        };
        if let Some(error) = &phone.error {
            let why = shown(&error.detail);
            return say!(self.language;
                en: "{given} — not usable: {why}"; zh: "{given} — 无法使用：{why}")
            .into();
        }
        let mut text = phone.e164.clone().unwrap_or(given);
        let facts: Vec<String> = [
            (!phone.valid).then(|| kind_of_code(&phone.kind, self.language)),
            (phone.number_type.as_deref()).map(|t| kind_of_number(t, self.language)),
            phone.region.clone(),
        ]
        .into_iter()
        .flatten()
        .collect();
        if !facts.is_empty() {
            let facts = say!(self.language;
                en: " ({})", facts.join(", "); zh: "（{}）", facts.join("，"));
            let _ = write!(text, "{DIM}{facts}{DIM:#}");
        }
        text
    }

    fn evidence(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.body.signals.is_empty() {
            return Ok(());
        }
        let mut signals: Vec<&SignalBody> = self.body.signals.iter().collect();
        signals.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
        writeln!(
            f,
            "\n{BOLD}{}{BOLD:#}{DIM}{}{DIM:#}",
            self.word("Evidence", "证据"),
            self.word(
                " (+ speaks for an imitation, − against; in log-odds)",
                "（+ 表示更像冒充，− 表示更不像；单位为对数几率）"
            )
        )?;
        for signal in signals {
            evidence_line(f, signal)?;
        }
        Ok(())
    }

    fn advice(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(advice) = &self.body.advice else {
            return Ok(());
        };
        if !advice.text.is_empty() {
            let heading = self.word("What to do", "现在该怎么办");
            writeln!(f, "\n{BOLD}{heading}{BOLD:#}")?;
            for line in wrapped(&shown(&advice.text), WIDTH - 2) {
                writeln!(f, "  {line}")?;
            }
        }
        if !advice.known_channels.is_empty() {
            let name = self.body.matches.first().map(|m| shown(&m.name));
            let heading = match name {
                Some(name) => say!(self.language;
                    en: "Channels of {name} that we know"; zh: "我们所知的“{name}”的联系渠道"),
                None => say!(self.language; en: "Channels that we know"; zh: "我们所知的联系渠道"),
            };
            writeln!(f, "\n{BOLD}{heading}{BOLD:#}")?;
            for channel in &advice.known_channels {
                channel_line(f, channel, self.language)?;
            }
        }
        Ok(())
    }
}

fn evidence_line(f: &mut fmt::Formatter<'_>, signal: &SignalBody) -> fmt::Result {
    let (sign, color) = match signal.weight {
        w if w >= 0.05 => ("+", AnsiColor::Red),
        w if w <= -0.05 => ("−", AnsiColor::Green),
        _ => ("·", AnsiColor::White),
    };
    let style = color.on_default();
    let weight = format!("{sign}{:>5.1}", signal.weight.abs());
    let mut lines = wrapped(&shown(&signal.detail), WIDTH - INDENT).into_iter();
    let first = lines.next().unwrap_or_else(|| shown(&signal.code));
    writeln!(
        f,
        "  {style}{weight}{style:#}{:w$}{first}",
        "",
        w = INDENT - 8
    )?;
    for line in lines {
        writeln!(f, "{:INDENT$}{line}", "")?;
    }
    if let (Some(account), Some(registry)) = (&signal.account_side, &signal.registry_side) {
        let pair = format!("{} ↔ {}", shown(account), shown(registry));
        let lines = wrapped(&pair, WIDTH - INDENT);
        for line in &lines {
            writeln!(f, "{:INDENT$}{DIM}{line}{DIM:#}", "")?;
        }
        // Under a pair that takes several lines nobody could tell what a mark points at.
        if let ([_], false) = (lines.as_slice(), signal.differs.is_empty()) {
            let marks = marks(account, &signal.differs);
            writeln!(f, "{:INDENT$}{DIM}{marks}{DIM:#}", "")?;
        }
    }
    Ok(())
}

fn channel_line(
    f: &mut fmt::Formatter<'_>,
    channel: &KnownChannelBody,
    language: AnswerLanguage,
) -> fmt::Result {
    let (en, zh) = match channel.kind.as_ref() {
        "phone" => ("phone", "电话"),
        "whatsapp" => ("WhatsApp", "WhatsApp"),
        "sender_id" => ("sender ID", "短信发件人"),
        "website" => ("website", "网站"),
        "email" => ("e-mail", "电子邮箱"),
        "handle" => ("handle", "社交账号"),
        other => (other, other),
    };
    let kind = *Bilingual { en, zh }.of(language);
    let gap = " ".repeat((INDENT - 2).saturating_sub(display_width(kind)));
    let trust = match channel.provenance.as_ref() {
        "proved" => say!(language; en: "proved"; zh: "已证实"),
        _ => say!(language; en: "publicly listed, unproved"; zh: "公开列出，未经证实"),
    };
    let when = (channel.last_confirmed.as_deref()).map_or_else(String::new, |at| {
        let day: String = at.chars().take(10).collect();
        say!(language; en: ", last confirmed on {day}"; zh: "，最近确认于 {day}").into()
    });
    let value = shown(&channel.value);
    writeln!(f, "  {kind}{gap}{value}  {DIM}{trust}{when}{DIM:#}")
}
