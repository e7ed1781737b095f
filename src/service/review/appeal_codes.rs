//! Codes by which the accused show that they have the account: six digits that are sent to it.

use jiff::{SignedDuration, Timestamp};
use subtle::ConstantTimeEq;

use super::{AppealStatus, Review, ReviewError, opened};
use crate::domain::{
    Actor, AnswerLanguage, AppealId, AppealState, AppealStep, CaseId, E164, Secret, say,
};
use crate::engine::screening::phone_of;
use crate::providers::CodeMessage;
use crate::service::author::Author;
use crate::store::{AppealTold, SentCode, StoreError};

/// How long a code works.
const CODE_LASTS: SignedDuration = SignedDuration::from_mins(10);
/// How often one code may be tried.
const TRIES: u32 = 5;
/// How many codes are sent for one appeal.
const CODES: u32 = 5;

impl Review {
    /// Sends a code to the account of an appeal; it works ten minutes, and takes the place of a former one.
    pub async fn send_code(
        &self,
        token: &str,
        language: AnswerLanguage,
    ) -> Result<(), ReviewError> {
        let record = self.appeal_of(token).await?;
        if record.appeal.state != AppealState::Unproved {
            let why = "control of the account needs no showing any more";
            return Err(StoreError::Conflict(why.to_owned()).into());
        }
        let number = self.number_of(record.appeal.case).await?;
        let Some((sender, number)) = self.codes.as_ref().zip(number) else {
            let why = "no code can be sent to this account; go on without, and say how your control of it can be shown";
            return Err(ReviewError::NoWayToSend(why.to_owned()));
        };
        let id = record.appeal.id;
        let code = self.code();
        let act = Author::of(Actor::Server).act(&self.world, "appeal.send_code", Some(&id));
        let kept = SentCode {
            hash: self.code_hash(id, &code),
            until: act.at.checked_add(CODE_LASTS).unwrap_or(Timestamp::MAX),
            tries: 0,
        };
        self.store.keep_code(id, &kept, CODES, &act).await?;
        let text = say!(language;
            en: "{code} is your code for the appeal at Bonafide. It works for 10 minutes. Give it to nobody.";
            zh: "{code} 是您在 Bonafide 提出申诉的验证码，10 分钟内有效，请勿告诉他人。");
        let message = CodeMessage {
            id: act.id.to_string(),
            to: number,
            text: Secret::from(String::from(text)),
            code: Secret::from(code),
            language,
            at: act.at,
        };
        sender.send(&message).await.map_err(|failure| {
            tracing::warn!(%failure, "a code for an appeal could not be sent");
            ReviewError::NoWayToSend("the code could not be sent now; try again later".to_owned())
        })
    }

    /// Takes a code that came back: the appeal is received then.
    pub async fn confirm_code(&self, token: &str, code: &str) -> Result<AppealStatus, ReviewError> {
        let record = self.appeal_of(token).await?;
        let id = record.appeal.id;
        let now = self.world.now();
        let Some(kept) = record.code.filter(|c| c.until > now) else {
            return Err(ReviewError::CodeRefused);
        };
        // Counted before it is looked at, so that tries at once count one by one.
        let act = Author::of(Actor::Server).act(&self.world, "appeal.try_code", Some(&id));
        let tries = self.store.count_try(id, &act).await?;
        let right: bool = self.code_hash(id, code.trim()).ct_eq(&kept.hash).into();
        if tries > TRIES || !right {
            return Err(ReviewError::CodeRefused);
        }
        self.step(id, AppealStep::Prove, AppealTold::default(), None)
            .await
    }

    /// Goes on without a code, where none can be sent to the account: whoever judges sees that control was not shown.
    pub async fn go_on(&self, token: &str) -> Result<AppealStatus, ReviewError> {
        let record = self.appeal_of(token).await?;
        let can_be_sent =
            self.codes.is_some() && self.number_of(record.appeal.case).await?.is_some();
        if can_be_sent {
            let why = "a code can be sent to this account; ask for one";
            return Err(StoreError::Conflict(why.to_owned()).into());
        }
        let id = record.appeal.id;
        self.step(id, AppealStep::GoOn, AppealTold::default(), None)
            .await
    }

    /// The number of a case's account, to which a code can be sent.
    async fn number_of(&self, case: CaseId) -> Result<Option<E164>, ReviewError> {
        let (key, secret) = self.key_of(case).await?;
        let account = opened::account(&key, &secret).ok_or(ReviewError::Erased(case))?;
        let reading = phone_of(&account.parse()?);
        Ok(reading.and_then(|r| r.number).map(|n| n.e164))
    }

    /// Six random digits, each as likely as any.
    fn code(&self) -> String {
        const LIMIT: u32 = u32::MAX - u32::MAX % 1_000_000;
        loop {
            let n = u32::from_le_bytes(self.world.random());
            if n < LIMIT {
                return format!("{:06}", n % 1_000_000);
            }
        }
    }

    fn code_hash(&self, id: AppealId, code: &str) -> [u8; 32] {
        let text = format!("{id} {code}");
        *blake3::keyed_hash(&self.token_key, text.as_bytes()).as_bytes()
    }
}
