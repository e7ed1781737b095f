//! Emergencies: one call, and no channel of the business counts, in any process.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bonafide::service::access::{KeyTerms, Scope};
use serde_json::json;

use super::outside::Outside;
use super::{Prover, proving};
use crate::support::{TestDatabase, on_every_engine, terms};

on_every_engine! {
    a_suspension_reaches_the_checks_of_every_process_within_five_seconds,
}

const NUMBER: &str = "+442079460123";

async fn verified(prover: &Prover, outside: &Outside) -> String {
    let business = prover.register(&json!({"name": "Zenith Coffee"})).await;
    let domain = json!({"kind": "domain", "value": "zenith-coffee.com"});
    let domain = prover.claim(&business, &domain).await;
    let phone = json!({"kind": "phone", "value": NUMBER});
    let phone = prover.claim(&business, &phone).await;
    prove(prover, outside, &business, &domain, &phone).await;
    business
}

async fn prove(prover: &Prover, outside: &Outside, business: &str, domain: &str, phone: &str) {
    outside.put_txt("zenith-coffee.com", &["anything"]);
    prover.act(business, domain, "check").await;
    prover.send_code(business, phone).await;
    let code = outside.last_code();
    assert_eq!(prover.answer(business, phone, &code).await.status, 200);
}

async fn a_suspension_reaches_the_checks_of_every_process_within_five_seconds(db: TestDatabase) {
    let outside = Arc::new(Outside::default());
    let prover = proving(&db, &outside).await;
    let business = verified(&prover, &outside).await;
    // Another process, with its own index, that follows by its own loop.
    let other = prover.app.sibling().await;
    let follow =
        bonafide::app::housekeeping(&other.services, Arc::clone(&other.store), &other.settings);
    let follow = tokio::spawn(follow.run());
    let account = json!({"phone": NUMBER, "display_name": "Zenith Coffee"});
    let verdict = || async {
        let answer = other.post("/v1/checks", &account).await;
        answer.json()["verdict"].as_str().unwrap().to_owned()
    };
    assert_eq!(verdict().await, "verified");

    let path = format!("/v1/businesses/{business}/suspension");
    let started = Instant::now();
    let answer = prover
        .send("POST", &path, &json!({"cause": "sim_swap"}))
        .await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let list = answer.json();
    assert_eq!(
        (&list["badge"], &list["badge_state"]),
        (&json!("verified"), &json!("suspended"))
    );
    assert_eq!(list["suspension"]["cause"], "sim_swap");
    assert_eq!(
        prover.check(NUMBER, "Zenith Coffee").await["verdict"],
        "unknown"
    );
    while verdict().await == "verified" {
        assert!(
            started.elapsed() < Duration::from_secs(5),
            "{:?}",
            started.elapsed()
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    follow.abort();
    prover
        .send("POST", &path, &json!({"cause": "sim_swap"}))
        .await
        .problem(409, "conflict");
}

#[tokio::test]
async fn only_a_reviewer_lifts_it_and_the_badge_comes_back_by_fresh_proof_alone() {
    let outside = Arc::new(Outside::default());
    let prover = proving(&TestDatabase::sqlite(), &outside).await;
    let business = verified(&prover, &outside).await;
    let path = format!("/v1/businesses/{business}/suspension");
    let cause = json!({"cause": "hijacked"});
    assert_eq!(prover.send("POST", &path, &cause).await.status, 201);
    let lifted = prover.send("DELETE", &path, &json!({})).await;
    lifted.problem(403, "scope_needed");
    // Whoever holds the number meanwhile can answer codes; it helps nobody.
    let list = prover.checklist(&business).await;
    let claims = [0, 1].map(|n| list["claims"][n]["id"].as_str().unwrap().to_owned());
    prove(&prover, &outside, &business, &claims[0], &claims[1]).await;
    assert_eq!(
        prover.checklist(&business).await["badge_state"],
        "suspended"
    );
    let reviewer = prover.app.key(&[Scope::Review]).await;
    let nothing = json!({});
    let lifted = prover.app.with_key("DELETE", &path, &reviewer, &nothing);
    assert_eq!(lifted.await.status, 204);
    let list = prover.checklist(&business).await;
    assert_eq!(list["badge_state"], "suspended");
    assert!(list["suspension"].is_null());
    prove(&prover, &outside, &business, &claims[0], &claims[1]).await;
    assert_eq!(prover.checklist(&business).await["badge_state"], "active");
}

#[tokio::test]
async fn nobody_suspends_or_proves_the_business_of_others() {
    let outside = Arc::new(Outside::default());
    let prover = proving(&TestDatabase::sqlite(), &outside).await;
    let business = verified(&prover, &outside).await;
    let organisation = (prover.app.services.registry)
        .create_organisation(
            &bonafide::domain::Text::parse("name", "Nadir").unwrap(),
            &crate::support::author(),
        )
        .await
        .unwrap();
    let partner = prover.app.key_of(KeyTerms {
        organisation: Some(organisation.id),
        ..terms(&[Scope::RegistryWrite])
    });
    let partner = partner.await.token;
    for (method, what, body) in [
        ("POST", "suspension", json!({"cause": "dispute"})),
        (
            "POST",
            "claims",
            json!({"kind": "domain", "value": "nadir.example.com"}),
        ),
        ("GET", "verification", json!({})),
    ] {
        let path = format!("/v1/businesses/{business}/{what}");
        let answer = prover.app.with_key(method, &path, &partner, &body).await;
        answer.problem(403, "not_yours");
    }
}
