//! A partner's first month: creates, imports, edits, replaces its key, exceeds its quota, exports, and leaves.

use axum::body::Body;
use axum::http::{Method, Request};
use bonafide::service::access::Scope;
use bonafide::service::audit::Verifier;
use bonafide::service::contract::AuditBody;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp, TestDatabase, on_every_engine};

on_every_engine! {
    a_partner_creates_imports_edits_replaces_its_key_exceeds_its_quota_and_exports,
}

/// A partner at work: its key, and how it asks.
struct Partner<'a> {
    app: &'a TestApp,
    key: String,
}

impl Partner<'_> {
    async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {}", self.key));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.app
            .send(request.body(Body::from(body.to_owned())).unwrap())
            .await
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[], "").await
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        let json = [("content-type", "application/json")];
        self.ask(Method::POST, path, &json, &body.to_string()).await
    }
}

async fn a_partner_creates_imports_edits_replaces_its_key_exceeds_its_quota_and_exports(
    db: TestDatabase,
) {
    let app = TestApp::on(&db).await;
    let admin = Partner {
        app: &app,
        key: app.key(&[Scope::Admin]).await,
    };
    let name = json!({"name": "Morgenrot Holding"});
    let organisation = admin.post("/v1/organisations", &name).await.json();
    let organisation = organisation["id"].as_str().unwrap();
    let terms = json!({"name": "CRM", "scopes": ["check", "registry:read", "registry:write"],
        "organisation_id": organisation, "monthly_quota": 40});
    let made = admin.post("/v1/keys", &terms).await.json();
    let mut partner = Partner {
        app: &app,
        key: made["token"].as_str().unwrap().to_owned(),
    };
    let business = registers_a_business(&partner).await;
    imports_its_branches(&partner).await;
    edits(&partner, &business).await;
    let key = replaces_its_key(&mut partner, made["key"]["id"].as_str().unwrap()).await;
    uses_up_its_month(&partner).await;
    exports_what_is_its_own(&partner, organisation).await;
    everything_is_in_the_log(&admin).await;

    // It leaves: its key is revoked, and works no more.
    let path = format!("/v1/keys/{key}");
    let gone = partner.ask(Method::DELETE, &path, &[], "").await;
    assert_eq!(gone.status, 204);
    let after = partner.get("/v1/businesses").await;
    after.problem(401, "key_revoked");
}

/// Twice by mistake: the second time nothing is done. A check knows it at once.
async fn registers_a_business(partner: &Partner<'_>) -> Value {
    let profile = json!({"name": "Kaffeehaus Morgenrot", "country": "DE",
        "channels": [{"kind": "phone", "value": "+4930123456"}]});
    let profile = profile.to_string();
    let keyed = [
        ("content-type", "application/json"),
        ("idempotency-key", "first"),
    ];
    let create = || partner.ask(Method::POST, "/v1/businesses", &keyed, &profile);
    let created = create().await;
    assert_eq!(created.status, 201, "{}", created.text());
    assert_eq!(create().await.json(), created.json());
    let check = json!({"phone": "+4930123456", "display_name": "Kaffeehaus Morgenrot"});
    let answer = partner.post("/v1/checks", &check).await.json();
    assert_eq!(answer["verdict"], "verified");
    created.json()
}

/// With one bad line.
async fn imports_its_branches(partner: &Partner<'_>) {
    let lines = concat!(
        "{\"external_id\":\"b1\",\"name\":\"Morgenrot Berlin\"}\n",
        "{\"name\":\"?\"}\n",
        "{\"external_id\":\"b2\",\"name\":\"Morgenrot Wien\",\"country\":\"AT\"}\n"
    );
    let kind = [("content-type", "application/x-ndjson")];
    let path = "/v1/imports?source=branches.jsonl";
    let done = partner.ask(Method::POST, path, &kind, lines).await.json();
    assert_eq!(done["import"]["created"], 2, "{done}");
    assert_eq!(done["rejects"][0]["line"], 2);
}

/// A colleague who read earlier is told.
async fn edits(partner: &Partner<'_>, business: &Value) {
    let path = format!("/v1/businesses/{}", business["id"].as_str().unwrap());
    let headers = [
        ("content-type", "application/merge-patch+json"),
        ("if-match", "\"1\""),
        ("x-reason", "new owner"),
    ];
    let edit = |change| partner.ask(Method::PATCH, &path, &headers, change);
    let edited = edit("{\"name\":\"Café Morgenrot\"}").await;
    assert_eq!(edited.status, 200, "{}", edited.text());
    let late = edit("{\"about\":\"Coffee\"}").await;
    late.problem(412, "version_mismatch");
    let history = partner.get(&format!("{path}/history")).await.json();
    assert_eq!(history["changes"][0]["reason"], "new owner");
}

/// The old one works until the overlap ends. Gives the id of the new one.
async fn replaces_its_key(partner: &mut Partner<'_>, id: &str) -> String {
    let path = format!("/v1/keys/{id}/rotate");
    let rotated = partner.post(&path, &json!({"overlap_hours": 1})).await;
    assert_eq!(rotated.status, 201, "{}", rotated.text());
    let rotated = rotated.json();
    let new = rotated["token"].as_str().unwrap().to_owned();
    let old = Partner {
        app: partner.app,
        key: std::mem::replace(&mut partner.key, new),
    };
    assert_eq!(old.get("/v1/businesses").await.status, 200);
    partner.app.clock.advance(SignedDuration::from_hours(2));
    let late = old.get("/v1/businesses").await;
    late.problem(401, "key_expired");
    rotated["key"]["id"].as_str().unwrap().to_owned()
}

/// And waits for the next.
async fn uses_up_its_month(partner: &Partner<'_>) {
    let usage = partner.get("/v1/usage").await.json();
    assert_eq!((&usage["quota"], &usage["units"]), (&json!(40), &json!(1)));
    let item = |n: u32| json!({"id": n.to_string(), "phone": "+4930123456"});
    let items: Vec<Value> = (0..39).map(item).collect();
    let batch = json!({"items": items});
    let batch = partner.post("/v1/checks/batch", &batch).await;
    assert_eq!(batch.status, 200, "{}", batch.text());
    let over = partner.get("/v1/usage").await;
    over.problem(429, "quota_exceeded");
    let wait: u64 = over.header("retry-after").parse().unwrap();
    assert!(wait > 24 * 3_600, "{wait}");
    partner
        .app
        .clock
        .advance(SignedDuration::from_hours(24 * 31));
}

async fn exports_what_is_its_own(partner: &Partner<'_>, organisation: &str) {
    let path = format!("/v1/businesses/export?organisation_id={organisation}");
    let file = partner.get(&path).await.text();
    let lines = file
        .lines()
        .map(|l| serde_json::from_str::<Value>(l).unwrap());
    let names: Vec<Value> = lines.map(|line| line["name"].clone()).collect();
    assert_eq!(names.len(), 3, "{file}");
    assert!(names.contains(&json!("Café Morgenrot")), "{names:?}");
}

/// The log is whole, and ends where it says.
async fn everything_is_in_the_log(admin: &Partner<'_>) {
    let log = admin.get("/v1/audit?order=oldest&limit=200").await.json();
    let entries = log["entries"].as_array().unwrap();
    let actions: Vec<&str> = entries
        .iter()
        .map(|e| e["action"].as_str().unwrap())
        .collect();
    for action in [
        "organisation.create",
        "key.create",
        "business.create",
        "import.begin",
        "registry.import",
        "import.finish",
        "business.update",
        "key.rotate",
    ] {
        assert!(actions.contains(&action), "{action} of {actions:?}");
    }
    let mut verifier = Verifier::new(None);
    for entry in entries {
        let body: AuditBody = serde_json::from_str(&entry.to_string()).unwrap();
        verifier.follow(&body.parse().unwrap()).unwrap();
    }
    assert_eq!(verifier.finish().unwrap().to_string(), log["head"]);
}
