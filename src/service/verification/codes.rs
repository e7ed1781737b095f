//! One-time codes: sent to an address, and back.
//!
//! A code has six digits, holds for ten minutes and can be tried five times; the store counts each try before it is compared.
//! Only a keyed hash is kept, of the code together with its claim and round, so that it answers nothing else.

use jiff::SignedDuration;
use subtle::ConstantTimeEq;

use super::finding::Finding;
use super::{Verification, VerificationError};
use crate::domain::{
    AnswerLanguage, Business, BusinessId, Claim, ClaimEvent, ClaimId, ClaimSubject, E164, Email,
    EvidenceKind, Secret, Sentence, say,
};
use crate::providers::{CodeMessage, CodeWay, Mail};
use crate::service::author::Author;
use crate::service::contract::FieldErrors;
use crate::store::{CodeLimits, CodePlace, CodeTry, NewCode};

/// How long a code holds.
pub const CODE_FOR: SignedDuration = SignedDuration::from_mins(10);
/// How often it can be tried.
pub const MOST_TRIES: u32 = 5;

/// How many codes may be sent in an hour: to one address, whoever asks, and for one business.
const LIMITS: CodeLimits = CodeLimits {
    per_address: 5,
    per_business: 20,
    window: SignedDuration::from_hours(1),
};

/// A code that was sent.
#[derive(Debug, Clone)]
pub struct CodeSent {
    /// The claim that it proves.
    pub claim: Claim,
    /// Until when it can be answered.
    pub expires_at: jiff::Timestamp,
}

impl Verification {
    /// Sends a code to the address of a claim; by the way that is named, of a number.
    pub async fn send_code(
        &self,
        business: BusinessId,
        id: ClaimId,
        way: Option<CodeWay>,
        language: AnswerLanguage,
        by: &Author,
    ) -> Result<CodeSent, VerificationError> {
        let (business, claim) = self.own_claim(business, id, by).await?;
        let courier = self.courier(&claim, way).await?;
        let code = self.new_code();
        let next = self.after(&claim, ClaimEvent::Asked)?;
        let now = self.world.now();
        let expires_at = now.saturating_add(CODE_FOR).unwrap_or(now);
        let new = NewCode {
            hash: self.hash(&claim, &code),
            address: *blake3::keyed_hash(&self.address_key, claim.subject.key().as_bytes())
                .as_bytes(),
            expires_at,
        };
        let act = by.act(&self.world, "claim.send_code", Some(&claim.business));
        let told = serde_json::json!({"claim_id": claim.id.to_string()});
        let act = act.changing(None, Some(told.to_string()));
        match self.store.place_code(&next, &new, LIMITS, &act).await? {
            CodePlace::Placed => {}
            CodePlace::TooMany(again) => {
                let wait = again.duration_since(now).as_secs().unsigned_abs() + 1;
                return Err(VerificationError::TooManyCodes { wait });
            }
        }
        let message = act.id.to_string();
        self.deliver(&courier, &business, &code, language, message)
            .await?;
        Ok(CodeSent {
            claim: next,
            expires_at,
        })
    }

    /// Who brings a code to the address of a claim.
    async fn courier(
        &self,
        claim: &Claim,
        way: Option<CodeWay>,
    ) -> Result<Courier, VerificationError> {
        match &claim.subject {
            ClaimSubject::Email(email) => {
                if !self.covers(claim.business, email.domain()).await? {
                    return Err(VerificationError::DomainUnproved(email.domain().clone()));
                }
                if self.providers.mailer.is_none() {
                    return Err(VerificationError::NotSetUp("e-mail"));
                }
                Ok(Courier::Mail(email.clone()))
            }
            ClaimSubject::Phone(number) => {
                let ways = &self.providers.codes;
                let way = way.or_else(|| ways.keys().next().copied());
                match way.filter(|way| ways.contains_key(way)) {
                    Some(way) => Ok(Courier::Phone(*number, way)),
                    None => Err(VerificationError::NotSetUp(
                        way.map_or("phone", CodeWay::as_str),
                    )),
                }
            }
            _ => Err(VerificationError::NotByCode(claim.kind())),
        }
    }

    async fn deliver(
        &self,
        courier: &Courier,
        business: &Business,
        code: &str,
        language: AnswerLanguage,
        id: String,
    ) -> Result<(), VerificationError> {
        let text = text_of(code, business.profile.name.as_str(), language).into();
        let at = self.world.now();
        let sent = match courier {
            Courier::Mail(to) => match &self.providers.mailer {
                Some(mailer) => {
                    let subject = say!(language;
                        en: "Your code for Bonafide"; zh: "您的 Bonafide 验证码");
                    let mail = Mail {
                        id,
                        to: to.clone(),
                        subject: subject.into(),
                        text,
                        at,
                    };
                    mailer.send(&mail).await
                }
                None => return Err(VerificationError::NotSetUp("e-mail")),
            },
            Courier::Phone(to, way) => match self.providers.codes.get(way) {
                Some(sender) => {
                    let message = CodeMessage {
                        id,
                        to: *to,
                        code: Secret::from(code),
                        text: Secret::from(text.as_str()),
                        language,
                        at,
                    };
                    sender.send(&message).await
                }
                None => return Err(VerificationError::NotSetUp(way.as_str())),
            },
        };
        sent.map_err(VerificationError::Unsent)
    }

    /// Answers a code. Right, it proves the claim; it counts once.
    pub async fn answer_code(
        &self,
        business: BusinessId,
        id: ClaimId,
        code: &str,
        by: &Author,
    ) -> Result<Claim, VerificationError> {
        let (_, claim) = self.own_claim(business, id, by).await?;
        if !claim.kind().is_by_code() {
            return Err(VerificationError::NotByCode(claim.kind()));
        }
        let code = code.trim();
        if code.len() != 6 || !code.bytes().all(|b| b.is_ascii_digit()) {
            let detail = "a code has six digits";
            return Err(FieldErrors::one("/code", "invalid_value", detail).into());
        }
        let now = self.world.now();
        let tried = (self.store)
            .try_code(claim.id, claim.round, MOST_TRIES, now)
            .await?;
        let (hash, left) = match tried {
            CodeTry::None => return Err(VerificationError::CodeNone),
            CodeTry::Expired => return Err(VerificationError::CodeExpired),
            CodeTry::Spent => return Err(VerificationError::CodeSpent),
            CodeTry::Used => return Err(VerificationError::CodeUsed),
            CodeTry::Open { hash, left } => (hash, left),
        };
        if !bool::from(hash.ct_eq(&self.hash(&claim, code))) {
            return Err(VerificationError::CodeWrong { left });
        }
        let finding = match &claim.subject {
            ClaimSubject::Email(email) if !self.covers(claim.business, email.domain()).await? => {
                return Err(VerificationError::DomainUnproved(email.domain().clone()));
            }
            ClaimSubject::Email(_) => came_back(EvidenceKind::EmailCode, &claim),
            _ => came_back(EvidenceKind::PhoneCode, &claim),
        };
        let evidence = finding.into_evidence(&claim, &self.policy, &self.world);
        let next = self.after(&claim, ClaimEvent::Found(evidence))?;
        match self.write(next, "claim.answer_code", by).await {
            // Two right answers at once: one came first, and the code was used.
            Err(VerificationError::Changed) => Err(VerificationError::CodeUsed),
            written => written,
        }
    }

    /// Six digits, each as likely as the others but for one part in 10¹³.
    fn new_code(&self) -> String {
        let random = u64::from_le_bytes(self.world.random());
        format!("{:06}", random % 1_000_000)
    }

    fn hash(&self, claim: &Claim, code: &str) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_keyed(&self.code_key);
        hasher.update(claim.id.as_uuid().as_bytes());
        hasher.update(&claim.round.to_le_bytes());
        hasher.update(code.as_bytes());
        *hasher.finalize().as_bytes()
    }
}

/// Who brings a code, and where to.
enum Courier {
    Mail(Email),
    Phone(E164, CodeWay),
}

fn came_back(kind: EvidenceKind, claim: &Claim) -> Finding {
    let detail = format!("a code that was sent to {} came back", claim.subject);
    Finding::new(kind, "this registry", detail)
}

fn text_of(code: &str, business: &str, language: AnswerLanguage) -> Sentence {
    let minutes = CODE_FOR.as_mins();
    say!(language;
        en: "{code} is your code for Bonafide. Whoever enters it shows that this is a channel of {business}. It holds for {minutes} minutes. Give it to nobody who calls or writes and asks for it.";
        zh: "{code} 是您的 Bonafide 验证码。输入它即表示这是“{business}”的联系渠道，{minutes} 分钟内有效。无论谁来电或来信索要，都不要告诉对方。")
}
