//! One-time codes: what is answered to wrong, old, used and foreign ones, and how many can be sent.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::outside::Outside;
use super::{Prover, proving};
use crate::support::TestDatabase;

const NUMBER: &str = "+442079460123";

struct Scene {
    outside: Arc<Outside>,
    prover: Prover,
    business: String,
    claim: String,
}

async fn scene() -> Scene {
    let outside = Arc::new(Outside::default());
    let prover = proving(&TestDatabase::sqlite(), &outside).await;
    let business = prover.register(&json!({"name": "Zenith Coffee"})).await;
    let phone = json!({"kind": "phone", "value": NUMBER});
    let claim = prover.claim(&business, &phone).await;
    Scene {
        outside,
        prover,
        business,
        claim,
    }
}

impl Scene {
    async fn send(&self) {
        self.prover.send_code(&self.business, &self.claim).await;
    }

    #[track_caller]
    fn answer(&self, code: &str) -> impl Future<Output = crate::support::Answer> {
        let (business, claim, code) = (self.business.clone(), self.claim.clone(), code.to_owned());
        async move { self.prover.answer(&business, &claim, &code).await }
    }

    fn wait(&self, minutes: i64) {
        self.prover
            .app
            .clock
            .advance(SignedDuration::from_mins(minutes));
    }

    /// A code that is not the one that was sent.
    fn wrong(&self) -> String {
        let right: u32 = self.outside.last_code().parse().unwrap();
        format!("{:06}", (right + 1) % 1_000_000)
    }
}

#[tokio::test]
async fn a_right_code_counts_once_and_within_ten_minutes() {
    let scene = scene().await;
    scene.answer("123456").await.problem(409, "code_not_sent");
    scene.send().await;
    let code = scene.outside.last_code();
    assert_eq!(code.len(), 6);
    scene.answer(&format!(" {code} ")).await;
    scene.answer(&code).await.problem(422, "code_used");
    // Whether a code is right makes no difference once it has lapsed or was used.
    let wrong = scene.wrong();
    scene.answer(&wrong).await.problem(422, "code_used");
    scene.send().await;
    let late = scene.outside.last_code();
    scene.wait(10);
    for code in [late, scene.wrong(), code] {
        scene.answer(&code).await.problem(422, "code_expired");
    }
    let sent = scene.outside.codes.lock().unwrap()[0].clone();
    assert_eq!(sent.to.to_string(), NUMBER);
    assert!(sent.text.expose().contains("Zenith Coffee"));
}

#[tokio::test]
async fn five_tries_are_all_there_are_however_they_come() {
    let scene = scene().await;
    scene.send().await;
    let (right, wrong) = (scene.outside.last_code(), scene.wrong());
    for left in (1..5).rev() {
        let problem = scene.answer(&wrong).await.problem(422, "code_wrong");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(&format!("{left} more tries")), "{detail}");
    }
    // What is no code at all is no try.
    for text in ["", "12345", "1234567", "12345a", "１２３４５６"] {
        scene.answer(text).await.problem(422, "invalid_request");
    }
    scene.answer(&wrong).await.problem(422, "code_wrong");
    scene.answer(&right).await.problem(422, "code_spent");
    scene.send().await;
    let right = scene.outside.last_code();
    assert_eq!(scene.answer(&right).await.status, 200);
}

#[tokio::test]
async fn twenty_tries_at_once_are_five() {
    let scene = scene().await;
    scene.send().await;
    let wrong = scene.wrong();
    let tries = (0..20).map(|_| scene.answer(&wrong));
    let answers = futures_util::future::join_all(tries).await;
    let told = |code: &str| {
        let of_code = answers.iter().filter(|a| a.json()["code"] == code);
        of_code.count()
    };
    assert_eq!((told("code_wrong"), told("code_spent")), (5, 15));
}

#[tokio::test]
async fn a_code_of_another_claim_is_simply_wrong() {
    let scene = scene().await;
    scene.send().await;
    let others = scene.outside.last_code();
    let other = json!({"kind": "phone", "value": "+442079460999"});
    let other = scene.prover.claim(&scene.business, &other).await;
    scene.prover.send_code(&scene.business, &other).await;
    if others != scene.outside.last_code() {
        let answer = scene.prover.answer(&scene.business, &other, &others).await;
        answer.problem(422, "code_wrong");
    }
    assert_eq!(scene.answer(&others).await.status, 200);
}

#[tokio::test]
async fn a_number_gets_five_codes_an_hour_whoever_asks() {
    let scene = scene().await;
    for _ in 0..5 {
        scene.send().await;
    }
    let refused = |scene: &Scene, business: String, claim: String| {
        let prover = Prover {
            app: scene.prover.app.clone(),
            key: scene.prover.key.clone(),
        };
        async move { prover.try_act(&business, &claim, "code", &json!({})).await }
    };
    let mine = refused(&scene, scene.business.clone(), scene.claim.clone()).await;
    mine.problem(429, "rate_limited");
    assert_eq!(mine.header("retry-after"), "3601");
    let other = scene.prover.register(&json!({"name": "Nadir Tea"})).await;
    let phone = json!({"kind": "phone", "value": NUMBER});
    let claim = scene.prover.claim(&other, &phone).await;
    let theirs = refused(&scene, other, claim).await;
    theirs.problem(429, "rate_limited");
    scene.wait(61);
    scene.send().await;
}

#[tokio::test]
async fn an_address_counts_on_a_proved_domain_only() {
    let scene = scene().await;
    let (prover, business) = (&scene.prover, &scene.business);
    let mail = json!({"kind": "email", "value": "help@shop.zenith-coffee.com"});
    let mail = prover.claim(business, &mail).await;
    let answer = prover.try_act(business, &mail, "code", &json!({})).await;
    let problem = answer.problem(409, "domain_unproved");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("shop.zenith-coffee.com"), "{detail}");
    let domain = json!({"kind": "domain", "value": "zenith-coffee.com"});
    let domain = prover.claim(business, &domain).await;
    scene.outside.put_txt("zenith-coffee.com", &["anything"]);
    prover.act(business, &domain, "check").await;
    prover.send_code(business, &mail).await;
    let sent = scene.outside.mails.lock().unwrap()[0].clone();
    assert_eq!(sent.to.to_string(), "help@shop.zenith-coffee.com");
    let code: String = sent.text.chars().take(6).collect();
    let proved = prover.answer(business, &mail, &code).await;
    assert_eq!(proved.json()["evidence"]["kind"], "email_code");
    // Two of the business's channels are proved now, and the badge is there.
    assert_eq!(prover.checklist(business).await["badge"], "verified");
}

#[tokio::test]
async fn a_sender_that_is_down_is_told_as_such_and_says_nothing_of_the_claim() {
    let scene = scene().await;
    scene.outside.set_down(true);
    let (prover, business, claim) = (&scene.prover, &scene.business, &scene.claim);
    let answer = prover.try_act(business, claim, "code", &json!({})).await;
    let problem = answer.problem(503, "provider_unavailable");
    let detail = problem["detail"].as_str().unwrap();
    assert!(
        detail.contains("no whole answer within 5 seconds"),
        "{detail}"
    );
    let by_whatsapp = json!({"way": "whatsapp"});
    let answer = prover.try_act(business, claim, "code", &by_whatsapp).await;
    answer.problem(409, "not_set_up");
    let answer = prover.try_act(business, claim, "check", &json!({})).await;
    answer.problem(409, "other_proof");
}

#[tokio::test]
async fn no_code_is_in_the_audit_log_or_the_checklist() {
    let scene = scene().await;
    scene.send().await;
    let code = scene.outside.last_code();
    assert_eq!(scene.answer(&code).await.status, 200);
    let listing = bonafide::store::AuditListing {
        limit: 100,
        ..Default::default()
    };
    let entries = scene.prover.app.store.list_audit(&listing).await.unwrap();
    let kept = format!("{entries:?}");
    let quoted = [format!("\"{code}\""), format!(" {code} ")];
    assert!(!quoted.iter().any(|q| kept.contains(q)), "{kept}");
    let list: Value = scene.prover.checklist(&scene.business).await;
    assert!(!list.to_string().contains(&quoted[0]));
}
