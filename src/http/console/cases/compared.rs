//! The account and the genuine business, row by row.

use crate::domain::{AnswerLanguage, Bilingual, Business, BusinessName, ChannelKind, ChannelValue};
use crate::http::pages::Shown;
use crate::service::contract::{AccountInput, AssessmentBody};
use crate::service::side_by_side::{Glyph, SideBySide, Standing};

/// Channels of the business that are shown beside the account's.
const MOST: usize = 4;

/// One thing of both.
#[derive(Debug)]
pub(super) struct Row {
    /// What it is.
    pub(super) name: &'static str,
    /// The registered one; empty where nothing is known.
    pub(super) genuine: Vec<Mark>,
    /// The account's.
    pub(super) candidate: Vec<Mark>,
    /// Further ones of the business.
    pub(super) further: Vec<Shown>,
    /// Code points of the account's that are not what they look like, or show nothing.
    pub(super) odd: Vec<OddPoint>,
    /// Whether both are the same.
    pub(super) same: bool,
}

/// A stretch of code points that stand alike to the other side.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Names the style: `same`, `alike`, `only` or `invisible`.
    pub(super) class: &'static str,
    /// What is drawn; for what shows nothing, its code point.
    pub(super) text: String,
}

/// A code point that is not what it looks like.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OddPoint {
    /// `U+0420`.
    pub(super) code: String,
    /// What is drawn; nothing for what shows nothing.
    pub(super) drawn: String,
}

impl Row {
    fn of(name: &'static str, sides: &SideBySide, further: Vec<Shown>) -> Self {
        let odd = sides.candidate.iter().filter(|g| is_odd(g));
        let mut odd: Vec<OddPoint> = odd.map(OddPoint::of).collect();
        odd.dedup();
        odd.truncate(24);
        Self {
            name,
            genuine: marks(&sides.genuine),
            candidate: marks(&sides.candidate),
            further,
            odd,
            same: sides.is_same() && !sides.genuine.is_empty(),
        }
    }

    /// What only the account shows.
    fn alone(name: &'static str, text: &str) -> Self {
        let text = Shown::of(text, 300).to_string();
        let class = "same";
        Self {
            name,
            genuine: Vec::new(),
            candidate: vec![Mark { class, text }],
            further: Vec::new(),
            odd: Vec::new(),
            same: false,
        }
    }
}

fn is_odd(glyph: &Glyph) -> bool {
    match glyph.standing {
        Standing::Invisible => true,
        Standing::Alike => !glyph.c.is_ascii(),
        Standing::Same | Standing::Only => false,
    }
}

impl OddPoint {
    fn of(glyph: &Glyph) -> Self {
        Self {
            code: format!("U+{:04X}", u32::from(glyph.c)),
            drawn: match glyph.standing {
                Standing::Invisible => String::new(),
                _ => glyph.c.to_string(),
            },
        }
    }
}

/// Joins code points that stand alike; piles of marks are drawn no higher than elsewhere.
fn marks(glyphs: &[Glyph]) -> Vec<Mark> {
    let runs =
        glyphs.chunk_by(|a, b| a.standing == b.standing && a.standing != Standing::Invisible);
    let marks = runs.map(|run| {
        let text: String = run.iter().map(|g| g.c).collect();
        let class = match run[0].standing {
            Standing::Same => "same",
            Standing::Alike => "alike",
            Standing::Only => "only",
            Standing::Invisible => {
                let text = format!("U+{:04X}", u32::from(run[0].c));
                return Mark {
                    class: "invisible",
                    text,
                };
            }
        };
        let text = Shown::of(&text, 300).to_string();
        Mark { class, text }
    });
    marks.collect()
}

/// Every row for an account and, if there is one, the business that it is compared with.
pub(super) fn rows(
    account: &AccountInput,
    assessment: Option<&AssessmentBody>,
    business: Option<&Business>,
    language: AnswerLanguage,
) -> Vec<Row> {
    let said = |en, zh| *Bilingual { en, zh }.of(language);
    let mut rows = Vec::new();
    if let Some(name) = &account.display_name {
        let row = said("Name", "名称");
        rows.push(match business {
            Some(business) => name_row(row, name, business, assessment),
            None => Row::alone(row, name),
        });
    }
    let e164 = assessment.and_then(|a| a.phone.as_ref()?.e164.clone());
    if let Some(number) = e164.or_else(|| account.phone.clone()) {
        let kinds = [ChannelKind::Phone, ChannelKind::Whatsapp];
        rows.push(nearest(said("Number", "号码"), &number, business, &kinds));
    }
    if let Some(handle) = &account.handle {
        let value = format!("{}:{}", handle.platform, handle.value);
        rows.push(nearest(
            said("Profile", "社交账号"),
            &value,
            business,
            &[ChannelKind::Handle],
        ));
    }
    for (name, value, kind) in [
        (
            said("Website", "网站"),
            &account.website,
            ChannelKind::Website,
        ),
        (
            said("E-mail", "电子邮箱"),
            &account.email,
            ChannelKind::Email,
        ),
        (
            said("Sender ID", "短信发件人"),
            &account.sender_id,
            ChannelKind::SenderId,
        ),
    ] {
        if let Some(value) = value {
            rows.push(nearest(name, value, business, &[kind]));
        }
    }
    for (name, value) in [
        (said("About", "简介"), &account.about),
        (said("Claimed badge", "自称徽章"), &account.claimed_badge),
        (said("Met by", "遇到方式"), &account.medium),
    ] {
        if let Some(value) = value {
            rows.push(Row::alone(name, value));
        }
    }
    rows
}

/// The name beside that of the business's names which the match names, or which differs least.
fn name_row(
    row: &'static str,
    name: &str,
    business: &Business,
    assessment: Option<&AssessmentBody>,
) -> Row {
    let matched = assessment.and_then(|a| a.matches.first()).map(|m| &m.name);
    let names: Vec<&str> = business
        .profile
        .every_name()
        .map(BusinessName::as_str)
        .collect();
    let every = names.iter().take(40).map(|genuine| {
        let sides = SideBySide::names(genuine, name);
        let apart = distance(&sides);
        (*genuine, sides, apart)
    });
    let mut every: Vec<_> = every.collect();
    // Of equals, the one that the check named; then the first, which is the name it trades under.
    every.sort_by_key(|(genuine, _, apart)| (*apart, matched.is_none_or(|m| m != genuine)));
    let best = every.into_iter().next();
    let (genuine, sides) = best.map_or_else(
        || ("", SideBySide::names("", name)),
        |(genuine, sides, _)| (genuine, sides),
    );
    let further = names.iter().filter(|n| **n != genuine).take(MOST);
    let further = further.map(|n| Shown::name(n)).collect();
    Row::of(row, &sides, further)
}

/// How many code points stand alone, on either side.
fn distance(sides: &SideBySide) -> usize {
    let alone = |glyphs: &[Glyph]| {
        let alone = glyphs.iter().filter(|g| g.standing == Standing::Only);
        alone.count()
    };
    // What of the genuine name is missing weighs more: the account adds words of its own.
    3 * alone(&sides.genuine) + alone(&sides.candidate)
}

/// A channel of the account beside the nearest of those kinds of the business.
fn nearest(
    row: &'static str,
    value: &str,
    business: Option<&Business>,
    kinds: &[ChannelKind],
) -> Row {
    let channels = business.map_or(&[][..], |b| &b.profile.channels);
    let fitting = channels.iter().map(|c| &c.value);
    let fitting: Vec<String> = fitting
        .filter(|v| kinds.contains(&v.kind()))
        .map(ChannelValue::to_string)
        .take(200)
        .collect();
    let every = fitting.iter().map(|genuine| {
        let sides = SideBySide::numbers(genuine, value);
        let apart = distance(&sides);
        (genuine, sides, apart)
    });
    let Some((genuine, sides, _)) = every.min_by_key(|(_, _, apart)| *apart) else {
        return Row::alone(row, value);
    };
    let further = fitting.iter().filter(|v| *v != genuine).take(MOST);
    let further = further.map(|v| Shown::of(v, 80)).collect();
    Row::of(row, &sides, further)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shows_nothing_is_told_by_its_code_point() {
        let sides = SideBySide::names("PayPal", "Рay\u{200b}Pal");
        let row = Row::of("Name", &sides, Vec::new());
        let drawn: Vec<_> = row.candidate.iter().map(|m| (m.class, &*m.text)).collect();
        assert_eq!(
            drawn,
            [
                ("alike", "Р"),
                ("same", "ay"),
                ("invisible", "U+200B"),
                ("same", "Pal")
            ]
        );
        let odd: Vec<_> = row.odd.iter().map(|o| &*o.code).collect();
        assert_eq!(odd, ["U+0420", "U+200B"]);
    }
}
