//! Claims about proofs and badges.

mod codes;
mod laws;
pub mod outside;
mod reviewers;
mod schedule;
mod story;
mod suspension;
mod whatsapp;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bonafide::domain::{BadgeRule, ClaimKind, ProofPolicy, ProofTimes, Secret};
use bonafide::http::{HttpState, router};
use bonafide::providers::Providers;
use bonafide::service::access::Scope;
use bonafide::service::verification::{Verification, VerificationRules, WhatsAppHook};
use jiff::SignedDuration;
use serde_json::{Value, json};

use self::outside::Outside;
use crate::support::{Answer, TestApp, TestDatabase, json as request};

/// A policy as it is by default: what is looked up holds for 30 days, a code to a phone for 45.
pub(crate) fn policy() -> ProofPolicy {
    let times = |days: i64| ProofTimes {
        valid_for: SignedDuration::from_hours(24 * days),
        recheck_every: SignedDuration::from_hours(24),
        grace: SignedDuration::from_hours(72),
        remind_before: SignedDuration::from_hours(24 * 14),
        most_attempts: 75,
    };
    ProofPolicy {
        verified: BadgeRule {
            needs: vec![ClaimKind::Domain],
            one_of: vec![ClaimKind::Email, ClaimKind::Phone, ClaimKind::Whatsapp],
            ..BadgeRule::default()
        },
        official: BadgeRule {
            needs: vec![ClaimKind::LegalIdentity],
            approvals: 2,
            ..BadgeRule::default()
        },
        times: BTreeMap::from([(ClaimKind::Phone, times(45))]),
        other_times: times(30),
    }
}

/// An app whose proofs look at an outside of ours, and a key that writes the registry.
pub struct Prover {
    pub app: TestApp,
    pub key: String,
}

/// Lets an app's proofs look at an outside of ours.
pub fn with_outside(app: &mut TestApp, outside: &Arc<Outside>) {
    with_providers(app, outside.providers());
}

/// Lets an app's proofs call out by these.
pub fn with_providers(app: &mut TestApp, providers: Providers) {
    let services = &mut app.services;
    let rules = VerificationRules {
        policy: policy(),
        at_once: 8,
        hook: WhatsAppHook {
            app_secret: Some(Secret::from("app secret")),
            verify_token: Some(Secret::from("open sesame")),
        },
    };
    let verification = Verification::new(
        Arc::clone(&app.store),
        Arc::clone(&services.live),
        services.registry.clone(),
        services.world.clone(),
        rules,
        providers,
    );
    services.verification = Arc::new(verification);
    let state = HttpState::new(
        services.clone(),
        bonafide::telemetry::start_metrics(),
        Duration::from_secs(30),
        bonafide::app::site(&app.settings),
    );
    app.router = router(state, &app.settings.cors_origins);
}

pub async fn proving(database: &TestDatabase, outside: &Arc<Outside>) -> Prover {
    let mut app = TestApp::on(database).await;
    with_outside(&mut app, outside);
    Prover::of(app).await
}

impl Prover {
    pub async fn of(app: TestApp) -> Self {
        let scopes = [Scope::RegistryRead, Scope::RegistryWrite, Scope::Check];
        let key = app.key(&scopes).await;
        Self { app, key }
    }

    pub async fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.app.with_key(method, path, &self.key, body).await
    }

    /// Registers a business and gives its id.
    pub async fn register(&self, profile: &Value) -> String {
        let made = self.app.register(&self.key, profile).await;
        made["id"].as_str().unwrap().to_owned()
    }

    pub async fn checklist(&self, business: &str) -> Value {
        let path = format!("/v1/businesses/{business}/verification");
        let answer = self.send("GET", &path, &json!({})).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// Makes a claim and gives its id.
    pub async fn claim(&self, business: &str, claim: &Value) -> String {
        let path = format!("/v1/businesses/{business}/claims");
        let answer = self.send("POST", &path, claim).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// Does something about a claim.
    pub async fn try_act(&self, business: &str, claim: &str, what: &str, body: &Value) -> Answer {
        let path = format!("/v1/businesses/{business}/claims/{claim}/{what}");
        self.send("POST", &path, body).await
    }

    pub async fn act(&self, business: &str, claim: &str, what: &str) -> Value {
        let answer = self.try_act(business, claim, what, &json!({})).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    pub async fn send_code(&self, business: &str, claim: &str) {
        let answer = self.try_act(business, claim, "code", &json!({})).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    pub async fn answer(&self, business: &str, claim: &str, code: &str) -> Answer {
        let body = json!({"code": code});
        self.try_act(business, claim, "confirm", &body).await
    }

    pub async fn check(&self, number: &str, name: &str) -> Value {
        let account = json!({"phone": number, "display_name": name, "medium": "whatsapp"});
        let answer = self.app.post("/v1/checks", &account).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    pub async fn rename(&self, business: &str, name: &str) {
        let path = format!("/v1/businesses/{business}");
        let etag = self.app.get(&path).await.header("etag").to_owned();
        let mut patch = request("PATCH", &path, &self.key, &json!({"name": name}));
        patch
            .headers_mut()
            .insert("if-match", etag.parse().unwrap());
        let answer = self.app.send(patch).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// What the schedule does at this instant; gives how many claims were due.
    pub async fn run_due(&self) -> usize {
        self.app.services.verification.run_due().await.unwrap()
    }
}
