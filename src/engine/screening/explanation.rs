//! The answer in words: signals, a summary, and what to do now.

use jiff::Timestamp;

use super::Weighed;
use super::accounts::Channels;
use super::difference::compare;
use super::evidence::ChannelFact;
use super::model::Model;
use super::remainder::Explained;
use super::signals;
use super::stated;
use super::verdict::{Reason, Ruling};
use crate::domain::{
    Advice, AnswerLanguage, Channel, ChannelKind, Compared, KnownChannel, Provenance, Sentence,
    Signal, Verdict, say,
};
use crate::engine::index::Registered;

/// Channels that an advice names at most.
const CHANNELS_TOLD: usize = 5;

/// Everything that is told of one screening.
pub(super) struct Told<'a> {
    /// What it weighs that no registered name was met.
    pub(super) no_match: f64,
    pub(super) model: &'a Model,
    pub(super) channels: &'a Channels,
    pub(super) top: Option<&'a Weighed<'a>>,
    pub(super) ruling: &'a Ruling,
    /// The business that a reviewer found to be imitated.
    pub(super) imitated: Option<&'a Registered>,
    pub(super) explain: bool,
    pub(super) language: AnswerLanguage,
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
                detail: say!(self.language;
                    en: "No registered business was met in what the account shows.";
                    zh: "在账号显示的内容里没有发现任何已登记的企业。")
                .into(),
            }),
        }
        told.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
        told
    }

    /// A signal that has nothing of its own to say is part of what the first one says: how well the name matches.
    fn weighed(&self, top: &Weighed<'_>, told: &mut Vec<Signal>) {
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
            told.push(Signal {
                code: signal.code,
                weight: weight + added,
                compared: compared(signal.code, top),
                detail: detail.into(),
            });
        }
        let stated = stated::stated(&top.evidence).into_iter();
        match told.get_mut(from) {
            Some(first) => first.weight += unsaid,
            None => told.push(Signal {
                code: "other_evidence",
                weight: unsaid,
                compared: None,
                detail: say!(self.language;
                    en: "Nothing else is known of the account.";
                    zh: "关于这个账号，没有其他已知的情况。")
                .into(),
            }),
        }
        told.extend(stated.map(|s| Signal {
            code: s.code,
            weight: s.weight,
            compared: None,
            detail: s.detail.into(),
        }));
    }

    /// What is no weight of the model but a fact of its own.
    fn special(&self) -> Vec<Signal> {
        let reason = match self.ruling.reason {
            Reason::Forged => Some((
                "inbound_only_number",
                say!(self.language;
                    en: "The business never calls or writes from this number, so whoever did has forged it.";
                    zh: "该企业从不用这个号码拨打电话或发送消息，所以用它联系您的人伪造了号码。"),
            )),
            Reason::GenericServiceName => Some((
                "generic_service_name",
                say!(self.language;
                    en: "The name only names a service, such as customer support, and no business.";
                    zh: "这个名称只提到一种服务（例如客户服务），没有提到任何企业。"),
            )),
            _ => None,
        };
        let reviewer = match self.ruling.reason {
            Reason::Reviewer(at) => Some(("reviewers_ruling", self.reviewers(at))),
            _ => None,
        };
        let scheduled = self.channels.scheduled.iter().map(|scheduled| {
            let clause = scheduled.clause(self.language);
            let told = say!(self.language;
                en: "{clause}; at other times it counts as not registered.";
                zh: "{clause}；其余时间视为未登记。");
            ("scheduled_channel", told)
        });
        (reviewer.into_iter().chain(reason).chain(scheduled))
            .map(|(code, detail)| Signal {
                code,
                weight: 0.0,
                compared: None,
                detail: detail.into(),
            })
            .collect()
    }

    /// One sentence that sums up.
    pub(super) fn summary(&self) -> Sentence {
        if let Reason::Reviewer(at) = self.ruling.reason {
            return self.reviewers(at);
        }
        let Some(top) = self.top else {
            return self.nothing();
        };
        let business = &top.evidence.business.name;
        match (self.ruling.verdict, self.ruling.reason) {
            (Verdict::Verified, _) => self.verified(top),
            (_, Reason::Forged) => say!(self.language;
                en: "{business} never calls or writes from this number; it has been forged.";
                zh: "“{business}”从不用这个号码拨打电话或发送消息；这个号码是伪造的。"),
            (_, Reason::OwnChannelOtherName) => say!(self.language;
                en: "The channel is registered to {business}, but the account does not go by its name.";
                zh: "这个渠道登记在“{business}”名下，但账号用的不是它的名称。"),
            (_, Reason::Suspended) => say!(self.language;
                en: "The channel is registered to {business}, but its standing is suspended until it has proved anew who it is.";
                zh: "这个渠道登记在“{business}”名下，但在它重新证实自己的身份之前，其资格已被暂停。"),
            (_, Reason::GenericServiceName) => self.nothing(),
            (verdict, _) => {
                let lead = match verdict {
                    Verdict::LikelyImpostor => say!(self.language;
                        en: "This account very likely imitates {business}";
                        zh: "这个账号很可能在冒充“{business}”"),
                    Verdict::Suspicious => say!(self.language;
                        en: "This account may be imitating {business}";
                        zh: "这个账号可能在冒充“{business}”"),
                    _ => {
                        return say!(self.language;
                            en: "Nothing shows that this account is {business} or imitates it.";
                            zh: "没有迹象表明这个账号就是“{business}”，也没有迹象表明它在冒充“{business}”。");
                    }
                };
                let why = self.why(top);
                if why.is_empty() {
                    say!(self.language; en: "{lead}."; zh: "{lead}。")
                } else {
                    say!(self.language; en: "{lead}: {why}."; zh: "{lead}：{why}。")
                }
            }
        }
    }

    /// What a reviewer ruled, and when: never who.
    fn reviewers(&self, at: Timestamp) -> Sentence {
        let (year, month, day) = (at.strftime("%Y"), at.strftime("%-m"), at.strftime("%-d"));
        let date = at.strftime("%Y-%m-%d");
        match self.imitated.map(|b| b.name.as_str()) {
            Some(business) => say!(self.language;
                en: "A reviewer confirmed on {date} that this account imitates {business}.";
                zh: "审核人员已于{year}年{month}月{day}日确认，这个账号在冒充“{business}”。"),
            None => say!(self.language;
                en: "A reviewer confirmed on {date} that this account is an impostor's.";
                zh: "审核人员已于{year}年{month}月{day}日确认，这个账号是冒充者的账号。"),
        }
    }

    fn nothing(&self) -> Sentence {
        match (self.ruling.reason, self.channels.scheduled.first()) {
            (Reason::GenericServiceName, _) => say!(self.language;
                en: "The name only names a service and no business, so nobody can tell whose it would be.";
                zh: "这个名称只提到一种服务，没有提到任何企业，所以无法判断它属于谁。"),
            (_, Some(scheduled)) => {
                let clause = scheduled.clause(self.language);
                say!(self.language;
                    en: "{clause}. Nothing else is known about this account.";
                    zh: "{clause}。目前没有关于这个账号的其他信息。")
            }
            _ => say!(self.language;
                en: "Nothing is known about this account. That does not mean that it is safe.";
                zh: "目前没有关于这个账号的任何信息，但这并不表示它没有问题。"),
        }
    }

    /// The reasons in one clause: the disguise or difference, the service words, the channel.
    fn why(&self, top: &Weighed<'_>) -> String {
        let mut parts: Vec<Sentence> = Vec::new();
        if let Some(name) = &top.evidence.name {
            let registered = top.evidence.registered_name();
            let disguises: Vec<_> = name.disguise.names().map(signals::told).collect();
            parts.push(match (disguises.is_empty(), name.edits) {
                _ if top.evidence.bears_variant() => say!(self.language;
                    en: "the name holds {registered:?}, a spelling that it has blocked";
                    zh: "名称里有它已禁止使用的写法“{registered}”"),
                (false, _) => say!(self.language;
                    en: "the name writes {registered:?} {}",
                        disguises.iter().map(|d| d.how).collect::<Vec<_>>().join(" and ");
                    zh: "名称里的“{registered}”{}",
                        disguises.iter().map(|d| d.does.zh).collect::<Vec<_>>().join("，并")),
                (true, 0) => say!(self.language;
                    en: "the name holds {registered:?}";
                    zh: "名称里有“{registered}”"),
                (true, _) => say!(self.language;
                    en: "the name misspells {registered:?}";
                    zh: "名称把“{registered}”写走了样"),
            });
            let service = name.remainder.texts(Explained::Service);
            if !service.is_empty() {
                parts.push(say!(self.language; en: "adds {service:?}"; zh: "加上了“{service}”"));
            }
            if let Some(person) = &top.evidence.person {
                parts.push(say!(self.language; en: "names {person}"; zh: "用了“{person}”的姓名"));
            }
            if top.evidence.query.is_some_and(|q| q.folded.badges > 0) {
                parts.push(say!(self.language; en: "draws a badge"; zh: "画了认证标志"));
            }
        }
        let business = top.evidence.business.name.as_str();
        parts.extend(top.evidence.channel.clause(business, self.language));
        let scheduled = self.channels.scheduled.iter();
        parts.extend(scheduled.map(|s| s.clause(self.language)));
        let parts: Vec<String> = parts.into_iter().map(String::from).collect();
        match (self.language, parts.split_last()) {
            (AnswerLanguage::English, Some((last, init))) if !init.is_empty() => {
                format!("{}, and {last}", init.join(", "))
            }
            (AnswerLanguage::English, _) => parts.concat(),
            (AnswerLanguage::SimplifiedChinese, _) => parts.join("；"),
        }
    }

    /// What to do now.
    pub(super) fn advice(&self) -> Advice {
        if !self.explain {
            return Advice::default();
        }
        let text = match (self.ruling.verdict, self.ruling.reason) {
            (Verdict::Verified, Reason::Representative) => say!(self.language;
                en: "The channel belongs to somebody who may speak for the business. Caller IDs and sender names can be forged, so a call or message that asks for codes, passwords or money is still reason to hang up and ask the business itself.";
                zh: "这个渠道属于可以代表该企业的一方。但来电号码和发件人名称都可以伪造，所以如果来电或消息向您索要验证码、密码或钱，您仍应挂断，再向该企业本身核实。"),
            (Verdict::Verified, _) => say!(self.language;
                en: "The channel belongs to the business. Caller IDs and sender names can be forged, so a call or message that asks for codes, passwords or money is still reason to hang up and call back yourself.";
                zh: "这个渠道属于该企业。但来电号码和发件人名称都可以伪造，所以如果来电或消息向您索要验证码、密码或钱，您仍应挂断，再自己打回去核实。"),
            (Verdict::ConfirmedImpostor, _) => say!(self.language;
                en: "Do not send money, codes or documents. Hang up and reach the business through a channel below or the number on your card or bill, and report the account to the app on which you met it. A number can be forged or given to somebody else since: whoever has it now can appeal.";
                zh: "请不要转账，也不要提供验证码或证件。请挂断或停止回复，改用下面列出的渠道，或您银行卡、账单上的号码联系该企业，并在您遇到这个账号的应用里举报它。号码可能被伪造，也可能后来换了使用者：现在的使用者可以提出申诉。"),
            (Verdict::LikelyImpostor, _) => say!(self.language;
                en: "Do not send money, codes or documents. Hang up and reach the business through a channel below or the number on your card or bill, and report the account to the app on which you met it. This is evidence, not proof: nobody should be blocked on it alone.";
                zh: "请不要转账，也不要提供验证码或证件。请挂断或停止回复，改用下面列出的渠道，或您银行卡、账单上的号码联系该企业，并在您遇到这个账号的应用里举报它。这些是线索，不是证明：不应只凭这一结果封禁任何人。"),
            (Verdict::Suspicious, _) => say!(self.language;
                en: "Do not share codes or money before you have asked the business itself, through a channel below or the number on your card or bill. The account may also be genuine.";
                zh: "请先通过下面列出的渠道，或您银行卡、账单上的号码向该企业本身核实，在此之前不要提供验证码，也不要付款。这个账号也可能是真的。"),
            (_, Reason::GenericServiceName) => say!(self.language;
                en: "Ask which business it speaks for, then look that business up and contact it yourself.";
                zh: "请先问清它代表哪家企业，然后自己查找该企业的联系方式并主动联系。"),
            _ => say!(self.language;
                en: "We cannot say who this is. If it claims to be a business, look that business up and contact it yourself before you share anything.";
                zh: "我们无法判断对方是谁。如果对方自称是某家企业，请先自己查找该企业的联系方式并主动联系核实，在此之前不要提供任何信息。"),
        };
        let flagged = self.ruling.verdict != Verdict::Unknown
            || self.ruling.reason == Reason::OwnChannelOtherName;
        let business = self.top.map(|top| &*top.evidence.business);
        let known_channels = (self.imitated.or(business))
            .filter(|_| flagged)
            .map(|business| known_channels(business, self.channels))
            .unwrap_or_default();
        Advice {
            text: text.into(),
            known_channels,
        }
    }
}

/// The two strings that a signal holds against each other: the names, or two numbers that are nearly one.
fn compared(code: &str, top: &Weighed<'_>) -> Option<Compared> {
    if code == signals::ALL[0].code {
        let (query, name) = (top.evidence.query?, top.evidence.name.as_ref()?);
        let registered = top.evidence.registered_name().to_owned();
        return Some(compare(query.shown(&name.covered), registered));
    }
    match &top.evidence.channel {
        ChannelFact::Neighbour { shown, own } if code == "channel" => {
            Some(compare(shown.clone(), own.clone()))
        }
        _ => None,
    }
}

fn channel_only(top: &Weighed<'_>) -> Option<Signal> {
    let channel = signals::ALL.iter().find(|s| s.code == "channel")?;
    let detail = (channel.sentence)(&top.evidence)?;
    Some(Signal {
        code: channel.code,
        weight: 0.0,
        compared: None,
        detail: detail.into(),
    })
}

/// The genuine channels that a person can use: proved before listed, phones first; inbound-only numbers are for calling.
fn known_channels(business: &Registered, channels: &Channels) -> Vec<KnownChannel> {
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
        (channels.provenance(c) != Provenance::Proved, kind)
    };
    let mut known: Vec<&Channel> = channels.current(business).collect();
    known.sort_by_key(|c| order(c));
    known
        .into_iter()
        .take(CHANNELS_TOLD)
        .map(|c| KnownChannel {
            kind: c.value.kind(),
            value: c.value.to_string(),
            provenance: channels.provenance(c),
            confirmed_at: c.confirmed_at,
        })
        .collect()
}
