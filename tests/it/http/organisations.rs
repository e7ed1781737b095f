//! Partners, and what is theirs.

use axum::body::Body;
use axum::http::Request;
use bonafide::service::access::{KeyTerms, Scope};
use serde_json::{Value, json};

use crate::support::{Answer, TestApp, terms};

/// A partner: an organisation and a key of it.
async fn partner(app: &TestApp, admin: &str, name: &str) -> (String, String) {
    let made = app
        .with_key("POST", "/v1/organisations", admin, &json!({"name": name}))
        .await;
    assert_eq!(made.status, 201, "{}", made.text());
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let of_partner = KeyTerms {
        organisation: Some(id.parse().unwrap()),
        ..terms(&[Scope::RegistryRead, Scope::RegistryWrite])
    };
    (id, app.key_of(of_partner).await.token)
}

async fn patch(app: &TestApp, key: &str, business: &Value, change: Value) -> Answer {
    let path = format!("/v1/businesses/{}", business["id"].as_str().unwrap());
    let request = Request::patch(path)
        .header("authorization", format!("Bearer {key}"))
        .header("content-type", "application/json")
        .header("if-match", format!("\"{}\"", business["version"]))
        .header("x-reason", "Umzug nach Łódź")
        .body(Body::from(change.to_string()));
    app.send(request.unwrap()).await
}

#[tokio::test]
async fn a_partner_changes_its_own_businesses_only() {
    let app = TestApp::new().await;
    let admin = app.key(&[Scope::Admin]).await;
    let (ours, our_key) = partner(&app, &admin, "Ours").await;
    let (_, their_key) = partner(&app, &admin, "Theirs").await;
    let business = app.register(&our_key, &json!({"name": "Morgenrot"})).await;
    assert_eq!(business["organisation_id"], ours);
    let nobodys = app.register(&admin, &json!({"name": "Abendrot"})).await;
    assert!(nobodys.get("organisation_id").is_none());

    for (key, business) in [(&their_key, &business), (&our_key, &nobodys)] {
        patch(&app, key, business, json!({"country": "PL"}))
            .await
            .problem(403, "not_yours");
        let path = format!("/v1/businesses/{}", business["id"].as_str().unwrap());
        let request = Request::delete(&path)
            .header("authorization", format!("Bearer {key}"))
            .header("if-match", "\"1\"")
            .body(Body::empty());
        app.send(request.unwrap()).await.problem(403, "not_yours");
        let history = format!("{path}/history");
        app.with_key("GET", &history, key, &json!(null))
            .await
            .problem(403, "not_yours");
    }
    let changed = patch(&app, &our_key, &business, json!({"country": "PL"})).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    let by_admin = patch(&app, &admin, &changed.json(), json!({"country": "DE"})).await;
    assert_eq!(by_admin.status, 200);
    assert_eq!(by_admin.json()["organisation_id"], ours, "it stays theirs");

    let own = app
        .with_key(
            "GET",
            &format!("/v1/businesses?organisation_id={ours}"),
            &their_key,
            &json!(null),
        )
        .await;
    assert_eq!(own.json()["businesses"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_business_is_given_to_another_organisation_by_an_administrator() {
    let app = TestApp::new().await;
    let admin = app.key(&[Scope::Admin]).await;
    let (_, our_key) = partner(&app, &admin, "Ours").await;
    let (theirs, their_key) = partner(&app, &admin, "Theirs").await;
    let business = app.register(&our_key, &json!({"name": "Morgenrot"})).await;
    let path = format!(
        "/v1/businesses/{}/organisation",
        business["id"].as_str().unwrap()
    );
    let give = async |key: &str, etag: &str, to: Value| {
        let request = Request::put(&path)
            .header("authorization", format!("Bearer {key}"))
            .header("content-type", "application/json")
            .header("if-match", etag)
            .body(Body::from(to.to_string()));
        app.send(request.unwrap()).await
    };
    give(&our_key, "\"1\"", json!({"organisation_id": theirs}))
        .await
        .problem(403, "scope_needed");
    let unknown = json!({"organisation_id": format!("org_{}", "0".repeat(32))});
    give(&admin, "\"1\"", unknown)
        .await
        .problem(404, "not_found");
    give(&admin, "\"7\"", json!({"organisation_id": theirs}))
        .await
        .problem(412, "version_mismatch");
    let given = give(&admin, "\"1\"", json!({"organisation_id": theirs})).await;
    assert_eq!(given.status, 200, "{}", given.text());
    patch(&app, &our_key, &given.json(), json!({"country": "PL"}))
        .await
        .problem(403, "not_yours");
    assert_eq!(
        patch(&app, &their_key, &given.json(), json!({"country": "PL"}))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn history_says_who_changed_what_when_and_why() {
    let app = TestApp::new().await;
    let admin = app.key(&[Scope::Admin]).await;
    let (_, key) = partner(&app, &admin, "Ours").await;
    let business = app
        .register(
            &key,
            &json!({"name": "Morgenrot", "aliases": ["M"], "country": "DE"}),
        )
        .await;
    app.clock.advance(jiff::SignedDuration::from_mins(5));
    let changed = patch(
        &app,
        &key,
        &business,
        json!({"country": "PL", "aliases": null}),
    )
    .await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    let path = format!(
        "/v1/businesses/{}/history",
        business["id"].as_str().unwrap()
    );
    let history = app.with_key("GET", &path, &key, &json!(null)).await.json();
    let changes = history["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 2);
    let newest = &changes[0];
    assert_eq!(newest["version"], 2);
    assert_eq!(newest["action"], "business.update");
    assert_eq!(newest["reason"], "Umzug nach Łódź");
    assert_eq!(newest["at"], "2026-03-01T09:05:00Z");
    assert_eq!(newest["request_id"], changed.header("x-request-id"));
    assert!(newest["actor"].as_str().unwrap().starts_with("key_"));
    assert_eq!(
        newest["before"],
        json!({"profile": {"country": "DE", "aliases": ["M"]}})
    );
    assert_eq!(newest["after"], json!({"profile": {"country": "PL"}}));
    assert_eq!(changes[1]["before"], json!({}));
    assert_eq!(changes[1]["after"]["profile"]["name"], "Morgenrot");

    let first = app
        .with_key("GET", &format!("{path}?limit=1"), &key, &json!(null))
        .await
        .json();
    assert_eq!(first["changes"].as_array().unwrap().len(), 1);
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = app
        .with_key(
            "GET",
            &format!("{path}?limit=1&cursor={cursor}"),
            &key,
            &json!(null),
        )
        .await
        .json();
    assert_eq!(rest["changes"][0], changes[1]);
    assert!(rest.get("next_cursor").is_none());
    let wrong = app
        .with_key("GET", &format!("{path}?cursor=x"), &key, &json!(null))
        .await;
    assert_eq!(
        wrong.problem(422, "invalid_request")["errors"][0]["code"],
        "invalid_cursor"
    );
    let never = format!("/v1/businesses/biz_{}/history", "0".repeat(32));
    app.with_key("GET", &never, &admin, &json!(null))
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn a_reason_that_cannot_be_kept_is_refused() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::RegistryWrite]).await;
    for reason in [
        b"\xff\xfe".to_vec(),
        " ".into(),
        "x".repeat(501).into_bytes(),
    ] {
        let request = Request::post("/v1/businesses")
            .header("authorization", format!("Bearer {key}"))
            .header("content-type", "application/json")
            .header("x-reason", reason)
            .body(Body::from(json!({"name": "A"}).to_string()));
        app.send(request.unwrap())
            .await
            .problem(400, "invalid_reason");
    }
}

#[tokio::test]
async fn labels_and_notes_are_for_colleagues() {
    let app = TestApp::new().await;
    let reviewer = app.key(&[Scope::Review, Scope::RegistryRead]).await;
    let writer = app.key(&[Scope::RegistryWrite, Scope::RegistryRead]).await;
    let business = app.register(&writer, &json!({"name": "Morgenrot"})).await;
    let at = |rest: &str| format!("/v1/businesses/{}/{rest}", business["id"].as_str().unwrap());
    let label = json!({"name": "watch", "colour": "#1F6FEB"});
    let made = app.with_key("POST", "/v1/labels", &reviewer, &label).await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(made.json()["colour"], "#1f6feb");
    let id = made.json()["id"].as_str().unwrap().to_owned();
    app.with_key("POST", "/v1/labels", &reviewer, &label)
        .await
        .problem(409, "conflict");
    let wrong = json!({"name": "a", "colour": "blue"});
    let problem = app
        .with_key("POST", "/v1/labels", &reviewer, &wrong)
        .await
        .problem(422, "invalid_request");
    assert_eq!(problem["errors"][0]["pointer"], "/colour");

    let put = app
        .with_key("PUT", &at(&format!("labels/{id}")), &reviewer, &json!(null))
        .await;
    assert_eq!(put.status, 204, "{}", put.text());
    let labels = app
        .with_key("GET", &at("labels"), &reviewer, &json!(null))
        .await
        .json();
    assert_eq!(labels["labels"][0]["name"], "watch");
    let path = format!("/v1/businesses?label_id={id}");
    let found = app
        .with_key("GET", &path, &reviewer, &json!(null))
        .await
        .json();
    assert_eq!(found["businesses"][0]["id"], business["id"]);
    app.with_key("GET", &path, &writer, &json!(null))
        .await
        .problem(403, "scope_needed");

    let noted = app
        .with_key(
            "POST",
            &at("notes"),
            &reviewer,
            &json!({"text": "Called them."}),
        )
        .await;
    assert_eq!(noted.status, 201, "{}", noted.text());
    let notes = app
        .with_key("GET", &at("notes"), &reviewer, &json!(null))
        .await
        .json();
    assert_eq!(notes["notes"][0]["text"], "Called them.");
    app.with_key("GET", &at("notes"), &writer, &json!(null))
        .await
        .problem(403, "scope_needed");
    let other = app.register(&writer, &json!({"name": "Abendrot"})).await;
    let noted = async |business: &str| {
        let request = Request::post(format!("/v1/businesses/{business}/notes"))
            .header("authorization", format!("Bearer {reviewer}"))
            .header("content-type", "application/json")
            .header("idempotency-key", "one")
            .body(Body::from(json!({"text": "The same."}).to_string()));
        app.send(request.unwrap()).await
    };
    let first = noted(business["id"].as_str().unwrap()).await;
    assert_eq!(first.status, 201, "{}", first.text());
    let elsewhere = noted(other["id"].as_str().unwrap()).await;
    elsewhere.problem(422, "idempotency_key_reused");
    let note = notes["notes"][0]["id"].as_str().unwrap();
    let gone = app
        .with_key(
            "DELETE",
            &at(&format!("notes/{note}")),
            &reviewer,
            &json!(null),
        )
        .await;
    assert_eq!(gone.status, 204);
    let path = format!("/v1/businesses/{}", business["id"].as_str().unwrap());
    let profile = app.with_key("GET", &path, &writer, &json!(null)).await;
    assert_eq!(profile.status, 200);
    assert!(
        !profile.text().contains("watch"),
        "a label is no part of the profile"
    );
}

#[tokio::test]
async fn businesses_are_found_by_when_they_changed_and_by_badge() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::RegistryWrite, Scope::RegistryRead]).await;
    app.register(&key, &json!({"name": "Early"})).await;
    app.clock.advance(jiff::SignedDuration::from_hours(1));
    app.register(&key, &json!({"name": "Late"})).await;
    let names = async |query: &str| -> Vec<String> {
        let page = app
            .with_key(
                "GET",
                &format!("/v1/businesses?{query}"),
                &key,
                &json!(null),
            )
            .await;
        assert_eq!(page.status, 200, "{}", page.text());
        let businesses = page.json()["businesses"].as_array().unwrap().clone();
        businesses
            .iter()
            .map(|b| b["profile"]["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names("changed_since=2026-03-01T10:00:00Z").await, ["Late"]);
    assert_eq!(
        names("changed_since=2026-03-01T09:00:00Z&q=e").await,
        ["Early", "Late"]
    );
    assert_eq!(names("badge=none").await, ["Early", "Late"]);
    assert_eq!(names("badge=official").await, [""; 0]);
    let wrong = app
        .with_key(
            "GET",
            "/v1/businesses?badge=gold&changed_since=now",
            &key,
            &json!(null),
        )
        .await;
    let problem = wrong.problem(422, "invalid_request");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_write_says_which_channels_others_claim_and_a_reviewer_settles_it() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::RegistryWrite, Scope::RegistryRead]).await;
    let reviewer = app.key(&[Scope::Review]).await;
    let claim = json!({"name": "A", "channels": [{"kind": "phone", "value": "+4930123456"}]});
    let first = app.register(&key, &claim).await;
    assert!(first.get("contested").is_none());
    let second = app.register(&key, &claim).await;
    assert_eq!(
        second["contested"],
        json!([{"kind": "phone", "value": "+4930123456"}])
    );
    let listed = app
        .with_key("GET", "/v1/channel-conflicts", &reviewer, &json!(null))
        .await
        .json();
    let conflict = &listed["conflicts"][0];
    assert_eq!(conflict["claimants"].as_array().unwrap().len(), 2);
    let path = format!("/v1/channel-conflicts/{}", conflict["id"].as_str().unwrap());
    let finding = json!({"finding": "One switchboard."});
    app.with_key("POST", &format!("{path}/settle"), &key, &finding)
        .await
        .problem(403, "scope_needed");
    let settled = app
        .with_key("POST", &format!("{path}/settle"), &reviewer, &finding)
        .await;
    assert_eq!(
        settled.json()["finding"],
        "One switchboard.",
        "{}",
        settled.text()
    );
    app.with_key("POST", &format!("{path}/settle"), &reviewer, &finding)
        .await
        .problem(409, "conflict");
    assert_eq!(
        app.with_key("GET", &path, &reviewer, &json!(null))
            .await
            .json()["finding"],
        "One switchboard."
    );
    let listed = app
        .with_key("GET", "/v1/channel-conflicts", &reviewer, &json!(null))
        .await
        .json();
    assert_eq!(listed["conflicts"], json!([]));
}

#[tokio::test]
async fn nobody_joins_the_group_of_a_business_that_is_not_theirs() {
    let app = TestApp::new().await;
    let admin = app.key(&[Scope::Admin]).await;
    let (_, key) = partner(&app, &admin, "Ours").await;
    let famous = app.register(&admin, &json!({"name": "Amazon"})).await;
    let grasping = json!({"name": "Amazon Partner", "parent": famous["id"]});
    let refused = app
        .with_key("POST", "/v1/businesses", &key, &grasping)
        .await;
    let problem = refused.problem(422, "invalid_request");
    assert_eq!(problem["errors"][0]["pointer"], "/parent");
    let own = app.register(&key, &json!({"name": "Ours"})).await;
    let child = app
        .register(&key, &json!({"name": "Ours Berlin", "parent": own["id"]}))
        .await;
    patch(&app, &key, &child, json!({"parent": famous["id"]}))
        .await
        .problem(422, "invalid_request");
    let line = json!({"external_id": "x", "name": "Amazon Partner", "parent": famous["id"]});
    let request = Request::post("/v1/imports")
        .header("authorization", format!("Bearer {key}"))
        .header("content-type", "application/x-ndjson")
        .body(Body::from(line.to_string()));
    let done = app.send(request.unwrap()).await.json();
    assert_eq!(
        (&done["not_yours"], &done["import"]["created"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(
        patch(&app, &admin, &child, json!({"parent": famous["id"]}))
            .await
            .status,
        200
    );
}
