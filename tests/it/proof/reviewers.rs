//! What reviewers say: approvals by different people, documents; and `official`, which takes both.

use std::sync::Arc;

use bonafide::service::access::Scope;
use serde_json::json;

use super::outside::Outside;
use super::{Prover, proving};
use crate::people::{Browser, signed_in};
use crate::support::TestDatabase;

async fn approve(prover: &Prover, browser: &Browser, business: &str) -> crate::support::Answer {
    let path = format!("/v1/businesses/{business}/approvals");
    let note = json!({"note": "Called their head office."});
    browser.post(&prover.app, &path, &note).await
}

#[tokio::test]
async fn official_takes_a_legal_identity_and_two_different_people() {
    let outside = Arc::new(Outside::default());
    let prover = proving(&TestDatabase::sqlite(), &outside).await;
    let business = prover.register(&json!({"name": "Zenith Coffee"})).await;
    outside.put_txt("zenith-coffee.com", &["anything"]);
    for claim in [
        json!({"kind": "domain", "value": "zenith-coffee.com"}),
        json!({"kind": "phone", "value": "+442079460123"}),
    ] {
        let kind = claim["kind"].clone();
        let claim = prover.claim(&business, &claim).await;
        if kind == "domain" {
            prover.act(&business, &claim, "check").await;
        } else {
            prover.send_code(&business, &claim).await;
            prover.answer(&business, &claim, &outside.last_code()).await;
        }
    }
    let company = json!({"kind": "legal_identity", "value": "HRB 1234", "country": "DE"});
    let company = prover.claim(&business, &company).await;
    let looked = prover
        .try_act(&business, &company, "check", &json!({}))
        .await;
    looked.problem(409, "other_proof");
    let document = format!("/v1/businesses/{business}/claims/{company}/document");
    let note = json!({"note": "Extract of the register of 2026-02-03."});
    let by_owner = prover.send("POST", &document, &note).await;
    by_owner.problem(403, "scope_needed");

    let (ann, _) = signed_in(&prover.app, "ann@example.com", "reviewer").await;
    let (bob, _) = signed_in(&prover.app, "bob@example.com", "lead").await;
    assert_eq!(ann.post(&prover.app, &document, &note).await.status, 200);
    assert_eq!(approve(&prover, &ann, &business).await.status, 201);
    // Twice is as good as once.
    let again = approve(&prover, &ann, &business).await.json();
    assert_eq!(again["badge"], "verified");
    assert_eq!(again["badges"][1]["needs_approvals"], 1);
    let key = prover.app.key(&[Scope::Review]).await;
    let path = format!("/v1/businesses/{business}/approvals");
    let by_key = prover.app.with_key("POST", &path, &key, &note).await;
    by_key.problem(403, "person_needed");
    let second = approve(&prover, &bob, &business).await.json();
    assert_eq!(
        (&second["badge"], &second["badge_state"]),
        (&json!("official"), &json!("active"))
    );
    // Outward, reviewers are reviewers.
    let list = prover.checklist(&business).await;
    assert_eq!(list["claims"][3]["value"], "reviewer");
    assert!(!list.to_string().contains("user_"), "{list}");

    // After a rename the same people have to look again.
    prover.rename(&business, "Zenith Bank").await;
    let list = prover.checklist(&business).await;
    assert_eq!(list["badges"][1]["needs_approvals"], 2);
    assert_eq!(list["badge_state"], "suspended");
}

#[tokio::test]
async fn an_lei_is_proved_by_a_record_in_good_standing_that_names_the_business() {
    const LEI: &str = "HWUPKR0MPOU8FGXBT394";
    let outside = Arc::new(Outside::default());
    let prover = proving(&TestDatabase::sqlite(), &outside).await;
    let business = prover.register(&json!({"name": "Zenith Coffee"})).await;
    let wrong = json!({"kind": "legal_identity", "value": "HWUPKR0MPOU8FGXBT395"});
    let path = format!("/v1/businesses/{business}/claims");
    let refused = prover.send("POST", &path, &wrong).await;
    let problem = refused.problem(422, "invalid_request");
    assert!(problem["detail"].as_str().unwrap().contains("check digits"));
    let claim = json!({"kind": "legal_identity", "value": LEI});
    let claim = prover.claim(&business, &claim).await;
    let mut record = bonafide::providers::LeiRecord {
        lei: bonafide::domain::Lei::parse(LEI).unwrap(),
        legal_name: "ZENITH COFFEE LIMITED".to_owned(),
        other_names: vec!["Zenith  Coffee!".to_owned()],
        country: None,
        jurisdiction: None,
        company_number: None,
        register: None,
        is_active: true,
        registration_status: "LAPSED".to_owned(),
        next_renewal: None,
        updated_at: None,
    };
    let put = |record: &bonafide::providers::LeiRecord| {
        let mut records = outside.records.lock().unwrap();
        records.insert(LEI.to_owned(), record.clone());
    };
    put(&record);
    let looked = prover.act(&business, &claim, "check").await;
    let detail = looked["problem"]["detail"].as_str().unwrap();
    assert!(
        detail.contains("found an active entity, LAPSED"),
        "{detail}"
    );
    record.registration_status = "ISSUED".to_owned();
    let others = record.other_names.split_off(0);
    put(&record);
    let looked = prover.act(&business, &claim, "check").await;
    let detail = looked["problem"]["detail"].as_str().unwrap();
    assert!(
        detail.contains("found \"ZENITH COFFEE LIMITED\""),
        "{detail}"
    );
    record.other_names = others;
    put(&record);
    let looked = prover.act(&business, &claim, "check").await;
    assert_eq!(looked["evidence"]["kind"], "lei_record", "{looked}");
}
