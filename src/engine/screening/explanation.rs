//! The answer in words: signals, a summary, and what to do now.

use super::Weighed;
use super::accounts::Channels;
use super::model::Model;
use super::remainder::Explained;
use super::signals;
use super::verdict::{Reason, Ruling};
use crate::domain::{
    Advice, Business, Channel, ChannelKind, KnownChannel, Provenance, Signal, Verdict,
};

/// Channels that an advice names at most.
const CHANNELS_TOLD: usize = 5;

/// Everything that is told of one screening.
pub(super) struct Told<'a> {
    /// What it weighs that no registered name was met.
    pub(super) no_match: f64,
    pub(super) model: &'a Model,
    pub(super) channels: &'a Channels<'a>,
    pub(super) top: Option<&'a Weighed<'a, 'a>>,
    pub(super) ruling: &'a Ruling,
    pub(super) explain: bool,
}

impl Told<'_> {
    /// The signals about the first match; their weights and the prior sum to the log-odds of the score.
    pub(super) fn signals(&self) -> Vec<Signal> {
        if !self.explain {
            return Vec::new();
        }
        let mut told = self.special();
        match self.top {
            // A verified account is settled by its channel: nothing is weighed.
            Some(top) if self.ruling.verdict == Verdict::Verified => told.extend(channel_only(top)),
            Some(top) => self.weighed(top, &mut told),
            None => told.push(Signal {
                code: "no_registered_name",
                weight: self.no_match,
                compared: None,
                detail: "No registered business was met in what the account shows.".to_owned(),
            }),
        }
        told.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
        told
    }

    /// A signal that has nothing of its own to say is part of what the first one says: how well the name matches.
    fn weighed(&self, top: &Weighed<'_, '_>, told: &mut Vec<Signal>) {
        let mut unsaid = 0.0;
        let from = told.len();
        for (signal, weight) in signals::ALL.iter().zip(self.model.weights(&top.bins)) {
            let Some(detail) = (signal.sentence)(&top.evidence) else {
                unsaid += weight;
                continue;
            };
            let added = if signal.code == "disguise" {
                top.added
            } else {
                0.0
            };
            let matched = signal.code == signals::ALL[0].code;
            let compared = matched.then(|| self.compared(top)).flatten();
            told.push(Signal {
                code: signal.code,
                weight: weight + added,
                compared,
                detail,
            });
        }
        match told.get_mut(from) {
            Some(first) => first.weight += unsaid,
            None => told.push(Signal {
                code: "other_evidence",
                weight: unsaid,
                compared: None,
                detail: "Nothing else is known of the account.".to_owned(),
            }),
        }
    }

    fn compared(&self, top: &Weighed<'_, '_>) -> Option<(String, String)> {
        let (query, name) = (top.evidence.query?, top.evidence.name.as_ref()?);
        Some((
            query.shown(&name.covered),
            top.evidence.registered_name().to_owned(),
        ))
    }

    /// What is no weight of the model but a fact of its own.
    fn special(&self) -> Vec<Signal> {
        let fact = |code, detail: &str| {
            vec![Signal {
                code,
                weight: 0.0,
                compared: None,
                detail: detail.to_owned(),
            }]
        };
        match self.ruling.reason {
            Reason::Forged => fact(
                "inbound_only_number",
                "The business never calls or writes from this number, so whoever did has forged it.",
            ),
            Reason::GenericServiceName => fact(
                "generic_service_name",
                "The name only names a service, such as customer support, and no business.",
            ),
            _ => Vec::new(),
        }
    }

    /// One sentence that sums up.
    pub(super) fn summary(&self) -> String {
        let Some(top) = self.top else {
            return self.nothing();
        };
        let business = &top.evidence.business.profile.name;
        match (self.ruling.verdict, self.ruling.reason) {
            (Verdict::Verified, _) => {
                let shown = self
                    .channels
                    .own(top.evidence.business.id)
                    .next()
                    .map_or("", |o| o.shown.as_str());
                match self.ruling.basis {
                    Some(Provenance::Proved) => {
                        format!("{shown} is a proved channel of {business}.")
                    }
                    _ => format!("{shown} is publicly listed for {business}, unproved."),
                }
            }
            (_, Reason::Forged) => {
                format!("{business} never calls or writes from this number; it has been forged.")
            }
            (_, Reason::OwnChannelOtherName) => {
                format!(
                    "The channel is registered to {business}, but the account does not go by its name."
                )
            }
            (_, Reason::GenericServiceName) => self.nothing(),
            (verdict, _) => {
                let lead = match verdict {
                    Verdict::LikelyImpostor => {
                        format!("This account very likely imitates {business}")
                    }
                    Verdict::Suspicious => format!("This account may be imitating {business}"),
                    _ => {
                        return format!(
                            "Nothing shows that this account is {business} or imitates it."
                        );
                    }
                };
                let why = why(top);
                if why.is_empty() {
                    format!("{lead}.")
                } else {
                    format!("{lead}: {why}.")
                }
            }
        }
    }

    fn nothing(&self) -> String {
        match self.ruling.reason {
            Reason::GenericServiceName => {
                "The name only names a service and no business, so nobody can tell whose it would be.".to_owned()
            }
            _ => "Nothing is known about this account. That does not mean that it is safe.".to_owned(),
        }
    }

    /// What to do now.
    pub(super) fn advice(&self) -> Advice {
        if !self.explain {
            return Advice::default();
        }
        let text = match (self.ruling.verdict, self.ruling.reason) {
            (Verdict::Verified, _) => {
                "The channel belongs to the business. Caller IDs and sender names can be forged, so a call or message that asks for codes, passwords or money is still reason to hang up and call back yourself."
            }
            (Verdict::LikelyImpostor | Verdict::ConfirmedImpostor, _) => {
                "Do not send money, codes or documents. Hang up and reach the business through a channel below or the number on your card or bill, and report the account to the app on which you met it. This is evidence, not proof: nobody should be blocked on it alone."
            }
            (Verdict::Suspicious, _) => {
                "Do not share codes or money before you have asked the business itself, through a channel below or the number on your card or bill. The account may also be genuine."
            }
            (_, Reason::GenericServiceName) => {
                "Ask which business it speaks for, then look that business up and contact it yourself."
            }
            _ => {
                "We cannot say who this is. If it claims to be a business, look that business up and contact it yourself before you share anything."
            }
        };
        let flagged = self.ruling.verdict != Verdict::Unknown
            || self.ruling.reason == Reason::OwnChannelOtherName;
        let known_channels = self
            .top
            .filter(|_| flagged)
            .map(|top| known_channels(top.evidence.business))
            .unwrap_or_default();
        Advice {
            text: text.to_owned(),
            known_channels,
        }
    }
}

fn channel_only(top: &Weighed<'_, '_>) -> Option<Signal> {
    let channel = signals::ALL.iter().find(|s| s.code == "channel")?;
    let detail = (channel.sentence)(&top.evidence)?;
    Some(Signal {
        code: channel.code,
        weight: 0.0,
        compared: None,
        detail,
    })
}

/// The reasons in one clause: the disguise or difference, the service words, the channel.
fn why(top: &Weighed<'_, '_>) -> String {
    let mut parts: Vec<String> = Vec::new();
    if let Some(name) = &top.evidence.name {
        let registered = top.evidence.registered_name();
        let disguises: Vec<&str> = name.disguise.names().map(told_disguise).collect();
        match (disguises.is_empty(), name.edits) {
            (false, _) => parts.push(format!(
                "the name writes {registered:?} {}",
                disguises.join(" and ")
            )),
            (true, 0) => parts.push(format!("the name holds {registered:?}")),
            (true, _) => parts.push(format!("the name misspells {registered:?}")),
        }
        let service = name.remainder.texts(Explained::Service);
        if !service.is_empty() {
            parts.push(format!("adds {service:?}"));
        }
        if top.evidence.query.is_some_and(|q| q.folded.badges > 0) {
            parts.push("draws a badge".to_owned());
        }
    }
    let business = top.evidence.business.profile.name.as_str();
    parts.extend(top.evidence.channel.clause(business));
    match parts.split_last() {
        Some((last, init)) if !init.is_empty() => format!("{}, and {last}", init.join(", ")),
        _ => parts.concat(),
    }
}

fn told_disguise(code: &str) -> &'static str {
    match code {
        "styled_letters" => "in styled letters",
        "invisible_characters" => "with invisible characters",
        "combining_marks" => "under stacked marks",
        "mixed_script" => "with look-alike letters of another alphabet",
        "whole_script" => "in another alphabet's look-alikes",
        "leet" => "with digits or symbols for letters",
        "letter_pairs" => "with letter pairs that look like one",
        "spacing" => "torn apart",
        "transliterated" => "in another alphabet by sound",
        _ => "by sound",
    }
}

/// The genuine channels that a person can use: proved before listed, phones first; inbound-only numbers are for calling.
fn known_channels(business: &Business) -> Vec<KnownChannel> {
    if !business.channels_count() {
        return Vec::new();
    }
    let order = |c: &Channel| {
        let kind = match c.value.kind() {
            ChannelKind::Website => 0,
            ChannelKind::Phone | ChannelKind::Whatsapp => 1,
            ChannelKind::Email => 2,
            ChannelKind::Handle => 3,
            ChannelKind::SenderId => 4,
        };
        (c.provenance != Provenance::Proved, kind)
    };
    let mut channels: Vec<&Channel> = business.profile.channels.iter().collect();
    channels.sort_by_key(|c| order(c));
    channels
        .into_iter()
        .take(CHANNELS_TOLD)
        .map(|c| KnownChannel {
            kind: c.value.kind(),
            value: c.value.to_string(),
            provenance: c.provenance,
            confirmed_at: c.confirmed_at,
        })
        .collect()
}
