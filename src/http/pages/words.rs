//! What states, verdicts, rulings and reasons are called on pages.

use crate::domain::{
    AnswerLanguage, AppealOutcome, AppealState, Appellant, Bilingual, CaseState, Control, Harm,
    KeyKind, Medium, ReasonCode, RulingKind, Verdict,
};

/// Words with the style in which they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Toned {
    /// Names the style.
    pub tone: &'static str,
    /// The words.
    pub words: &'static str,
}

fn toned(
    tone: &'static str,
    en: &'static str,
    zh: &'static str,
    language: AnswerLanguage,
) -> Toned {
    let words = *Bilingual { en, zh }.of(language);
    Toned { tone, words }
}

/// What a check answered.
pub fn verdict(verdict: Verdict, language: AnswerLanguage) -> Toned {
    let (tone, en, zh) = match verdict {
        Verdict::Verified => ("good", "verified", "已验证"),
        Verdict::ConfirmedImpostor => ("bad", "confirmed impostor", "已确认冒名"),
        Verdict::LikelyImpostor => ("bad", "likely impostor", "很可能冒名"),
        Verdict::Suspicious => ("doubt", "suspicious", "可疑"),
        Verdict::Unknown => ("calm", "unknown", "未知"),
    };
    toned(tone, en, zh, language)
}

/// Where a case stands.
pub fn state(state: CaseState, language: AnswerLanguage) -> Toned {
    let (tone, en, zh) = match state {
        CaseState::Open => ("info", "open", "待处理"),
        CaseState::Claimed => ("doubt", "claimed", "处理中"),
        CaseState::Decided => ("good", "decided", "已裁定"),
        CaseState::Appealed => ("doubt", "appealed", "已申诉"),
        CaseState::Closed => ("calm", "closed", "已结案"),
    };
    toned(tone, en, zh, language)
}

/// What was ruled.
pub fn ruling(ruling: RulingKind, language: AnswerLanguage) -> Toned {
    let (tone, en, zh) = match ruling {
        RulingKind::ConfirmedImpostor => ("bad", "Impostor", "冒名者"),
        RulingKind::Legitimate => ("good", "Legitimate", "正当"),
        RulingKind::AuthorisedRepresentative => ("good", "Authorised representative", "授权代表"),
        RulingKind::NewChannel => ("good", "New channel of theirs", "企业的新渠道"),
        RulingKind::NotEnoughEvidence => ("calm", "Not enough evidence", "证据不足"),
        RulingKind::Duplicate => ("calm", "Duplicate", "重复"),
        RulingKind::Escalate => ("doubt", "Escalate", "上报"),
    };
    toned(tone, en, zh, language)
}

/// The key that chooses a ruling: those that people know from other consoles, where there is one.
pub fn key_of(ruling: RulingKind) -> &'static str {
    match ruling {
        RulingKind::ConfirmedImpostor => "t",
        RulingKind::Legitimate => "a",
        RulingKind::AuthorisedRepresentative => "p",
        RulingKind::NewChannel => "h",
        RulingKind::NotEnoughEvidence => "w",
        RulingKind::Duplicate => "d",
        RulingKind::Escalate => "e",
    }
}

/// What a ruling does, in a few words.
pub fn effect(ruling: RulingKind, language: AnswerLanguage) -> &'static str {
    let (en, zh) = match ruling {
        RulingKind::ConfirmedImpostor => ("checks say so for 90 days", "90 天内查询将如此回答"),
        RulingKind::Legitimate => ("nothing further is flagged", "不再标记"),
        RulingKind::AuthorisedRepresentative => {
            ("joins the business's representatives", "加入企业的代表")
        }
        RulingKind::NewChannel => ("the business is asked to prove it", "请企业证实该渠道"),
        RulingKind::NotEnoughEvidence => ("new evidence opens it again", "有新证据时重新打开"),
        RulingKind::Duplicate => ("joins another case", "并入另一案件"),
        RulingKind::Escalate => ("a lead decides", "由主管裁定"),
    };
    Bilingual { en, zh }.of(language)
}

/// Why, countable.
pub fn reason(reason: ReasonCode, language: AnswerLanguage) -> &'static str {
    let (en, zh) = match reason {
        ReasonCode::CopiedName => ("The name is copied or disguised", "名称被抄袭或伪装"),
        ReasonCode::CopiedContent => (
            "Picture, texts or offers are copied",
            "图片、文字或商品被抄袭",
        ),
        ReasonCode::FalseAffiliation => ("It claims a tie that there is not", "声称并不存在的关系"),
        ReasonCode::AskedForMoneyOrCodes => (
            "It asked for money, codes or documents",
            "索要钱款、验证码或证件",
        ),
        ReasonCode::BusinessDenies => ("The business says it is not theirs", "企业否认该账号"),
        ReasonCode::BusinessConfirms => ("The business says it is theirs", "企业确认该账号"),
        ReasonCode::Namesake => (
            "Another business or person of the name",
            "同名的其他企业或个人",
        ),
        ReasonCode::Parody => (
            "Parody, fans or criticism that says so",
            "明示的戏仿、粉丝或批评账号",
        ),
        ReasonCode::AuthorisationShown => (
            "A contract or list shows that it may",
            "合同或名单证明其获授权",
        ),
        ReasonCode::EvidenceLacking => ("The evidence does not carry a ruling", "证据不足以裁定"),
        ReasonCode::SameAccount => (
            "The same account is in another case",
            "同一账号已在另一案件中",
        ),
        ReasonCode::FalseReport => ("The report was made up", "举报系捏造"),
        ReasonCode::NeedsExpert => ("It needs somebody with more say", "需要更有权限的人处理"),
        ReasonCode::Other => ("Something else, as the sentence says", "其他，见说明"),
    };
    Bilingual { en, zh }.of(language)
}

/// What an account did.
pub fn harm(harm: Harm, language: AnswerLanguage) -> &'static str {
    let (en, zh) = match harm {
        Harm::MoneyLost => ("It took money", "骗走了钱"),
        Harm::MoneyAsked => ("It asked for money", "索要钱款"),
        Harm::CodeAsked => (
            "It asked for a code, password or card number",
            "索要验证码、密码或卡号",
        ),
        Harm::LinkSent => ("It sent a link or file", "发送了链接或文件"),
        Harm::Impersonation => ("It only pretends", "仅冒充身份"),
        Harm::Other => ("Something else", "其他"),
    };
    Bilingual { en, zh }.of(language)
}

/// What an account is known by.
pub fn key_kind(kind: KeyKind, language: AnswerLanguage) -> &'static str {
    let (en, zh) = match kind {
        KeyKind::Phone => ("Number", "号码"),
        KeyKind::Handle => ("Profile", "社交账号"),
        KeyKind::Domain => ("Website", "网站"),
        KeyKind::Email => ("E-mail", "电子邮箱"),
        KeyKind::SenderId => ("Sender ID", "短信发件人"),
    };
    Bilingual { en, zh }.of(language)
}

/// Who appeals.
pub fn appellant(appellant: Appellant, language: AnswerLanguage) -> &'static str {
    let (en, zh) = match appellant {
        Appellant::Accused => ("the holder of the account", "账号持有人"),
        Appellant::Reporter => ("whose report was refused", "举报未被采纳的举报人"),
    };
    Bilingual { en, zh }.of(language)
}

/// What is known of the appellant's control of the account.
pub fn control(control: Control, language: AnswerLanguage) -> Toned {
    let (tone, en, zh) = match control {
        Control::NotNeeded => ("calm", "no account to show control of", "无需证明控制权"),
        Control::Unproved => (
            "doubt",
            "control of the account not shown",
            "未证明控制该账号",
        ),
        Control::Proved => ("good", "✓ has the account", "✓ 已证明控制该账号"),
    };
    toned(tone, en, zh, language)
}

/// Where an appeal stands.
pub fn appeal_state(state: AppealState, language: AnswerLanguage) -> Toned {
    let (tone, en, zh) = match state {
        AppealState::Unproved => ("doubt", "waits for the code", "等待验证码"),
        AppealState::Received => ("info", "received", "已收到"),
        AppealState::Conditional => ("doubt", "a condition is to be met", "需满足条件"),
        AppealState::Answered => ("info", "condition answered", "已答复条件"),
        AppealState::Upheld => ("calm", "the ruling stands", "维持裁定"),
        AppealState::Reversed => ("good", "the ruling is reversed", "已撤销裁定"),
        AppealState::Withdrawn => ("calm", "withdrawn", "已撤回"),
    };
    toned(tone, en, zh, language)
}

/// What a judge of an appeal finds.
pub fn outcome(outcome: AppealOutcome, language: AnswerLanguage) -> &'static str {
    let (en, zh) = match outcome {
        AppealOutcome::Upheld => ("Uphold the ruling", "维持裁定"),
        AppealOutcome::Reversed => ("Reverse the ruling", "撤销裁定"),
        AppealOutcome::Conditional => ("Reverse it on a condition", "附条件撤销"),
    };
    Bilingual { en, zh }.of(language)
}

/// Where an account was met.
pub fn medium(medium: Medium, language: AnswerLanguage) -> &'static str {
    let (en, zh) = match medium {
        Medium::Whatsapp => ("WhatsApp", "WhatsApp"),
        Medium::Sms => ("a text message", "短信"),
        Medium::Voice => ("a call", "电话"),
        Medium::Telegram => ("Telegram", "Telegram"),
        Medium::Email => ("e-mail", "电子邮件"),
        Medium::Web => ("a web page", "网页"),
        Medium::Social => ("a social network", "社交网络"),
        Medium::Other => ("somewhere else", "其他"),
    };
    Bilingual { en, zh }.of(language)
}
