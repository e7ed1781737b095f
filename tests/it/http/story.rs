//! A partner's first month: creates, imports, edits, replaces its key, exceeds its quota, exports, and leaves.

use axum::body::Body;
use axum::http::{Method, Request};
use bonafide::service::access::Scope;
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
    let organisation = admin
        .post("/v1/organisations", &json!({"name": "Morgenrot Holding"}))
        .await
        .json();
    let terms = json!({"name": "CRM", "scopes": ["check", "registry:read", "registry:write"],
        "organisation_id": organisation["id"], "monthly_quota": 40});
    let made = admin.post("/v1/keys", &terms).await.json();
    let mut partner = Partner {
        app: &app,
        key: made["token"].as_str().unwrap().to_owned(),
    };

    // It registers a business, twice by mistake: the second time nothing is done.
    let profile = json!({"name": "Kaffeehaus Morgenrot", "country": "DE",
        "channels": [{"kind": "phone", "value": "+4930123456"}]});
    let keyed = [
        ("content-type", "application/json"),
        ("idempotency-key", "first"),
    ];
    let created = partner
        .ask(Method::POST, "/v1/businesses", &keyed, &profile.to_string())
        .await;
    assert_eq!(created.status, 201, "{}", created.text());
    let again = partner
        .ask(Method::POST, "/v1/businesses", &keyed, &profile.to_string())
        .await;
    assert_eq!(again.json(), created.json());
    let business = created.json();
    let path = format!("/v1/businesses/{}", business["id"].as_str().unwrap());

    // A check knows it at once.
    let check = json!({"phone": "+4930123456", "display_name": "Kaffeehaus Morgenrot"});
    assert_eq!(
        partner.post("/v1/checks", &check).await.json()["verdict"],
        "verified"
    );

    // It imports its branches, with one bad line.
    let lines = "{\"external_id\":\"b1\",\"name\":\"Morgenrot Berlin\"}\n{\"name\":\"?\"}\n{\"external_id\":\"b2\",\"name\":\"Morgenrot Wien\",\"country\":\"AT\"}\n";
    let kind = [("content-type", "application/x-ndjson")];
    let done = partner
        .ask(
            Method::POST,
            "/v1/imports?source=branches.jsonl",
            &kind,
            lines,
        )
        .await
        .json();
    assert_eq!(done["import"]["created"], 2, "{done}");
    assert_eq!(done["rejects"][0]["line"], 2);

    // It edits; a colleague who read earlier is told.
    let edit = |etag| {
        [
            ("content-type", "application/merge-patch+json"),
            ("if-match", etag),
            ("x-reason", "new owner"),
        ]
    };
    let edited = partner
        .ask(
            Method::PATCH,
            &path,
            &edit("\"1\""),
            "{\"name\":\"Café Morgenrot\"}",
        )
        .await;
    assert_eq!(edited.status, 200, "{}", edited.text());
    let late = partner
        .ask(
            Method::PATCH,
            &path,
            &edit("\"1\""),
            "{\"about\":\"Coffee\"}",
        )
        .await;
    late.problem(412, "version_mismatch");
    let history = partner.get(&format!("{path}/history")).await.json();
    assert_eq!(history["changes"][0]["reason"], "new owner");

    // It replaces its key; the old one works until the overlap ends.
    let id = made["key"]["id"].as_str().unwrap();
    let rotated = partner
        .post(
            &format!("/v1/keys/{id}/rotate"),
            &json!({"overlap_hours": 1}),
        )
        .await;
    assert_eq!(rotated.status, 201, "{}", rotated.text());
    let old = std::mem::replace(
        &mut partner.key,
        rotated.json()["token"].as_str().unwrap().to_owned(),
    );
    app.clock.advance(SignedDuration::from_hours(2));
    let stale = Partner {
        app: &app,
        key: old,
    };
    stale
        .get("/v1/businesses")
        .await
        .problem(401, "key_expired");

    // It uses up its month, and waits for the next.
    let usage = partner.get("/v1/usage").await.json();
    assert_eq!((&usage["quota"], &usage["units"]), (&json!(40), &json!(1)));
    let items: Vec<Value> = (0..39)
        .map(|n| json!({"id": n.to_string(), "phone": "+4930123456"}))
        .collect();
    let batch = partner
        .post("/v1/checks/batch", &json!({"items": items}))
        .await;
    assert_eq!(batch.status, 200, "{}", batch.text());
    let over = partner.get("/v1/usage").await;
    over.problem(429, "quota_exceeded");
    assert!(over.header("retry-after").parse::<u64>().unwrap() > 24 * 3_600);
    app.clock.advance(SignedDuration::from_hours(24 * 31));

    // It exports what is its own.
    let own = format!(
        "/v1/businesses/export?organisation_id={}",
        organisation["id"].as_str().unwrap()
    );
    let file = partner.get(&own).await.text();
    let names: Vec<String> = file
        .lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["name"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(names.len(), 3, "{file}");
    assert!(names.contains(&"Café Morgenrot".to_owned()), "{names:?}");

    // Everything that was done is in the audit log, which is whole.
    let log = admin.get("/v1/audit?order=oldest&limit=200").await.json();
    let actions: Vec<&str> = log["entries"]
        .as_array()
        .unwrap()
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
    let mut verifier = bonafide::service::audit::Verifier::new(None);
    for entry in log["entries"].as_array().unwrap() {
        let body: bonafide::service::contract::AuditBody =
            serde_json::from_str(&entry.to_string()).unwrap();
        verifier.follow(&body.parse().unwrap()).unwrap();
    }
    assert_eq!(verifier.finish().unwrap().to_string(), log["head"]);

    // It leaves: its key is revoked, and works no more.
    let id = rotated.json()["key"]["id"].as_str().unwrap().to_owned();
    let gone = partner
        .ask(Method::DELETE, &format!("/v1/keys/{id}"), &[], "")
        .await;
    assert_eq!(gone.status, 204);
    partner
        .get("/v1/businesses")
        .await
        .problem(401, "key_revoked");
}
