//! The statement of reasons for the accused: what was ruled, on what facts, that a person ruled, and how to appeal. It names
//! neither the reviewer nor anybody who reported.

use jiff::Timestamp;

use super::{Review, ReviewError};
use crate::domain::{
    AnswerLanguage, Bilingual, CaseId, ReasonCode, RulingId, RulingKind, Sentence, say,
};
use crate::store::StoreError;

/// A statement of reasons in every language that is written.
pub type Statement = Bilingual<String>;

impl Review {
    /// Why a case's account was ruled on as it stands.
    pub async fn statement(&self, id: CaseId) -> Result<Statement, ReviewError> {
        let case = self.get(id).await?;
        let standing = case.standing.as_ref();
        let ruling =
            standing.ok_or_else(|| StoreError::NotFound(format!("ruling on case {id}")))?;
        self.statement_of(id, ruling.ruling).await
    }

    /// The same of one of its rulings.
    pub(super) async fn statement_of(
        &self,
        id: CaseId,
        ruling: RulingId,
    ) -> Result<Statement, ReviewError> {
        let case = self.get(id).await?;
        let record = self.store.get_ruling(ruling).await?;
        let record = record.ok_or_else(|| StoreError::NotFound(format!("ruling {ruling}")))?;
        let business = match record.business.or(case.business) {
            Some(id) => self.store.get(id).await?,
            None => None,
        };
        let facts = Facts {
            kind: record.kind,
            reason: record.reason,
            at: record.at,
            business: business.map(|b| b.profile.name.to_string()),
            reported: case.reach.reports > 0,
            second: case.standing.is_some_and(|s| s.first.is_some()),
            appeal_until: record
                .at
                .checked_add(crate::domain::Case::APPEAL)
                .unwrap_or(Timestamp::MAX),
        };
        Ok(Bilingual {
            en: facts.told(AnswerLanguage::English),
            zh: facts.told(AnswerLanguage::SimplifiedChinese),
        })
    }
}

struct Facts {
    kind: RulingKind,
    reason: ReasonCode,
    at: Timestamp,
    business: Option<String>,
    reported: bool,
    second: bool,
    appeal_until: Timestamp,
}

impl Facts {
    fn told(&self, language: AnswerLanguage) -> String {
        let parts: Vec<String> = [
            self.ruled(language),
            self.why(language),
            self.how(language),
            self.what_follows(language),
            self.appeal(language),
        ]
        .into_iter()
        .map(String::from)
        .collect();
        parts.join("\n")
    }

    fn ruled(&self, language: AnswerLanguage) -> Sentence {
        let date = self.at.strftime("%Y-%m-%d");
        match (self.kind, &self.business) {
            (RulingKind::ConfirmedImpostor, Some(business)) => say!(language;
                en: "On {date} this account was found to imitate {business}.";
                zh: "{date}，这个账号被认定为冒充“{business}”。"),
            (RulingKind::ConfirmedImpostor, None) => say!(language;
                en: "On {date} this account was found to imitate a business.";
                zh: "{date}，这个账号被认定为冒充企业。"),
            (kind, _) if kind.clears() => say!(language;
                en: "On {date} this account was found to imitate nobody.";
                zh: "{date}，这个账号被认定没有冒充任何企业。"),
            _ => say!(language;
                en: "On {date} it was found that nothing can be said of this account.";
                zh: "{date}，审核认定目前无法对这个账号作出结论。"),
        }
    }

    fn why(&self, language: AnswerLanguage) -> Sentence {
        let reason = reason(self.reason, language);
        say!(language;
            en: "The reason: {reason}.";
            zh: "理由：{reason}。")
    }

    fn how(&self, language: AnswerLanguage) -> Sentence {
        match (self.reported, self.second) {
            (true, true) => say!(language;
                en: "The account came to attention by reports and by an automated comparison with registered businesses. Two people looked at it and ruled; no program did.";
                zh: "该账号因举报以及与已登记企业的自动比对而受到关注。结论由两名工作人员审查后作出，不是由程序作出。"),
            (true, false) => say!(language;
                en: "The account came to attention by reports and by an automated comparison with registered businesses. A person looked at it and ruled; no program did.";
                zh: "该账号因举报以及与已登记企业的自动比对而受到关注。结论由一名工作人员审查后作出，不是由程序作出。"),
            (false, true) => say!(language;
                en: "The account came to attention by an automated comparison with registered businesses. Two people looked at it and ruled; no program did.";
                zh: "该账号因与已登记企业的自动比对而受到关注。结论由两名工作人员审查后作出，不是由程序作出。"),
            (false, false) => say!(language;
                en: "The account came to attention by an automated comparison with registered businesses. A person looked at it and ruled; no program did.";
                zh: "该账号因与已登记企业的自动比对而受到关注。结论由一名工作人员审查后作出，不是由程序作出。"),
        }
    }

    fn what_follows(&self, language: AnswerLanguage) -> Sentence {
        if self.kind == RulingKind::ConfirmedImpostor {
            return say!(language;
                en: "Whoever checks the account is told of the ruling, for 90 days unless it is renewed.";
                zh: "在 90 天内（除非续期），查询这个账号的人会看到这一结论。");
        }
        say!(language;
            en: "Whoever checks the account is told nothing of the ruling.";
            zh: "查询这个账号的人不会看到这一结论。")
    }

    fn appeal(&self, language: AnswerLanguage) -> Sentence {
        let until = self.appeal_until.strftime("%Y-%m-%d");
        say!(language;
            en: "You can appeal until {until}, free of charge. Another person than who ruled judges the appeal. You may also turn to a court.";
            zh: "您可以在 {until} 之前免费提出申诉，申诉由另一名工作人员裁决。您也可以向法院起诉。")
    }
}

/// A reason code in words.
fn reason(code: ReasonCode, language: AnswerLanguage) -> Sentence {
    match code {
        ReasonCode::CopiedName => {
            say!(language; en: "the name copies the business's, or disguises that it does"; zh: "名称照搬了该企业的名称，或者经过伪装")
        }
        ReasonCode::CopiedContent => {
            say!(language; en: "pictures, texts or offers are copied"; zh: "照搬了图片、文字或商品")
        }
        ReasonCode::FalseAffiliation => {
            say!(language; en: "it claims a tie to the business that does not exist"; zh: "声称与该企业有关联，而实际并不存在")
        }
        ReasonCode::AskedForMoneyOrCodes => {
            say!(language; en: "it asked for money, codes or documents in the business's name"; zh: "以该企业的名义索要钱款、验证码或证件")
        }
        ReasonCode::BusinessDenies => {
            say!(language; en: "the business says that the account is not theirs"; zh: "该企业表示这个账号不属于它")
        }
        ReasonCode::BusinessConfirms => {
            say!(language; en: "the business says that the account is theirs"; zh: "该企业表示这个账号属于它")
        }
        ReasonCode::Namesake => {
            say!(language; en: "it is another business or person of the same name"; zh: "这是同名的另一家企业或个人")
        }
        ReasonCode::Parody => {
            say!(language; en: "it is a parody, fan page or criticism, and says so"; zh: "这是明示的戏仿、粉丝页或批评")
        }
        ReasonCode::AuthorisationShown => {
            say!(language; en: "it was shown that it may speak for the business"; zh: "已证明它可以代表该企业")
        }
        ReasonCode::EvidenceLacking => {
            say!(language; en: "the evidence does not carry a finding"; zh: "证据不足以得出结论")
        }
        ReasonCode::SameAccount => {
            say!(language; en: "the same account is dealt with in another case"; zh: "同一账号已在另一案件中处理")
        }
        ReasonCode::FalseReport => say!(language; en: "the report was made up"; zh: "举报内容不实"),
        ReasonCode::NeedsExpert => {
            say!(language; en: "it needed somebody with more knowledge"; zh: "需要更有经验的人员判断")
        }
        ReasonCode::Other => say!(language; en: "as was told in the finding"; zh: "见认定说明"),
    }
}
