//! What a proof rests on, and how old it is, in words.

use jiff::Timestamp;

use crate::domain::{AnswerLanguage, ChannelProof, EvidenceKind, Sentence, say};

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
