//! What a proof rests on, and how old it is, in words.

use std::cmp::Reverse;

use jiff::Timestamp;

use super::Weighed;
use super::evidence::ChannelFact;
use super::explanation::Told;
use crate::domain::{AnswerLanguage, ChannelProof, EvidenceKind, Provenance, Sentence, say};

/// The day of an instant, UTC.
pub(super) fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

/// What showed that a channel is the business's, and when.
pub(super) fn proof_clause(proof: &ChannelProof, language: AnswerLanguage) -> Sentence {
    let day = day(proof.at);
    match proof.evidence {
        EvidenceKind::DnsTxt => say!(language;
            en: "a record in the DNS of its domain showed it on {day}";
            zh: "其域名的 DNS 记录于 {day} 表明了这一点"),
        EvidenceKind::WellKnown => say!(language;
            en: "a file on its website showed it on {day}";
            zh: "其网站上的文件于 {day} 表明了这一点"),
        EvidenceKind::EmailCode => say!(language;
            en: "a code sent to the address came back on {day}";
            zh: "发送到该邮箱的验证码于 {day} 得到了正确回复"),
        EvidenceKind::PhoneCode => say!(language;
            en: "a code sent to the number came back on {day}";
            zh: "发送到该号码的验证码于 {day} 得到了正确回复"),
        EvidenceKind::WhatsappBusiness => say!(language;
            en: "WhatsApp confirmed the number and its name on {day}";
            zh: "WhatsApp 于 {day} 确认了该号码及其名称"),
        EvidenceKind::ProfileLink => say!(language;
            en: "its website and the profile named each other on {day}";
            zh: "其网站与该主页于 {day} 相互指向对方"),
        EvidenceKind::LeiRecord | EvidenceKind::Document | EvidenceKind::Approval => say!(language;
            en: "a reviewer confirmed it on {day}";
            zh: "审核人员于 {day} 确认了这一点"),
    }
}

impl Told<'_> {
    /// On what a `verified` rests.
    pub(super) fn verified(&self, top: &Weighed<'_>) -> Sentence {
        let business = &top.evidence.business.name;
        if let ChannelFact::Representative { .. } | ChannelFact::Group { .. } = top.evidence.channel
        {
            return self.verified_by_another(top);
        }
        let own = self.channels.own(top.evidence.business.id);
        // The strongest of them; the first of equals.
        let own = own.min_by_key(|o| Reverse(self.channels.provenance(&o.channel)));
        let shown = own.map_or("", |o| o.shown.as_str());
        let proof = own.and_then(|o| o.channel.proof.as_ref());
        match (self.ruling.basis, proof) {
            (Some(Provenance::Proved), Some(proof)) => {
                let clause = proof_clause(proof, self.language);
                say!(self.language;
                    en: "{shown} is a proved channel of {business}: {clause}.";
                    zh: "{shown} 是“{business}”经过证实的联系渠道：{clause}。")
            }
            (Some(Provenance::Proved), None) => say!(self.language;
                en: "{shown} is a proved channel of {business}.";
                zh: "{shown} 是“{business}”经过证实的联系渠道。"),
            (_, Some(proof)) => {
                let day = day(proof.until);
                say!(self.language;
                    en: "{shown} is publicly listed for {business}, unproved since its proof lapsed on {day}.";
                    zh: "公开资料把 {shown} 列为“{business}”的联系渠道；它的证实已于 {day} 失效，目前未经证实。")
            }
            _ => self.listed(shown, top),
        }
    }

    /// On a listed channel, which several may list: then none of them has more than its word.
    fn listed(&self, shown: &str, top: &Weighed<'_>) -> Sentence {
        let business = &top.evidence.business.name;
        let mut others = self.channels.contenders(&top.evidence.business);
        match others.next().map(|o| &o.business.name) {
            None => say!(self.language;
                en: "{shown} is publicly listed for {business}, unproved.";
                zh: "公开资料把 {shown} 列为“{business}”的联系渠道，但未经证实。"),
            Some(other) => match others.count() {
                0 => say!(self.language;
                    en: "{shown} is publicly listed for {business}, unproved, and for {other} too: whose it is, neither has proved.";
                    zh: "公开资料把 {shown} 列为“{business}”的联系渠道，也列为“{other}”的联系渠道：双方都没有证实它属于自己。"),
                more => say!(self.language;
                    en: "{shown} is publicly listed for {business}, unproved, for {other} and for {more} more: whose it is, none has proved.";
                    zh: "公开资料把 {shown} 列为“{business}”的联系渠道，也列为“{other}”以及另外 {more} 家的联系渠道：没有一家证实它属于自己。"),
            },
        }
    }

    /// On a channel of a representative or of another member of the group.
    fn verified_by_another(&self, top: &Weighed<'_>) -> Sentence {
        let business = top.evidence.business.name.as_str();
        let clause = top.evidence.channel.clause(business, self.language);
        let clause = clause.map(String::from).unwrap_or_default();
        match self.ruling.basis {
            Some(Provenance::Proved) => say!(self.language;
                en: "{clause}; the channel is proved.";
                zh: "{clause}；该渠道经过证实。"),
            _ => say!(self.language;
                en: "{clause}; the channel is publicly listed, unproved.";
                zh: "{clause}；该渠道由公开资料列出，但未经证实。"),
        }
    }
}
