//! A full profile over HTTP, through the store and as a registry line.

use bonafide::domain::Profile;
use bonafide::service::access::Scope;
use bonafide::service::contract::{ProfileBody, RegistryLine, read_value};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::{TestApp, json as request};

const PARENT: &str = "biz_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f";

/// Every field that came with names, groups, schedules and representatives.
fn full() -> Value {
    json!({
        "name": "Kaffeehaus Morgenrot", "external_id": "crm-4711", "aliases": ["Morgenrot"],
        "names": [
            {"name": "Morgenrot Gastronomie GmbH", "kind": "legal", "language": "de"},
            {"name": "Café Abendrot", "kind": "former"},
            {"name": "モルゲンロート", "kind": "transliterated", "language": "ja-Kana"},
            {"name": "Kaffeehaus am Tor", "kind": "trading"}, {"name": "KMR", "kind": "short"}],
        "protected_names": [
            {"name": "Morgenroth Kaffee", "kind": "variant"}, {"name": "Jana Okoro", "kind": "person"}],
        "channels": [
            {"kind": "phone", "value": "+493012345678", "provenance": "listed", "label": "Tisch", "purpose": "orders",
             "last_confirmed": "2026-01-31T12:00:00Z", "valid_from": "2026-12-01T00:00:00Z", "valid_until": "2027-03-01T00:00:00.5Z"},
            {"kind": "website", "value": "https://morgenrot.example.com/", "provenance": "listed", "purpose": "general",
             "valid_until": "2030-01-01T00:00:00Z"}],
        "representatives": [
            {"name": "Rösterei Nord", "kind": "reseller", "channels": [
                {"kind": "whatsapp", "value": "+4915112345678", "provenance": "listed", "purpose": "sales",
                 "valid_from": "2026-01-01T00:00:00Z"}]},
            {"name": "Agentur Süd", "kind": "agency"}],
        "parent": PARENT,
        "address": "Musterstr. 1, Berlin",
        "addresses": [
            {"label": "Laden", "street": "Musterstr. 1", "postcode": "10115", "city": "Berlin", "region": "Berlin", "country": "DE"},
            {"country": "AT"}],
        "country": "DE"
    })
}

pub(super) fn parsed(body: &Value) -> Profile {
    let body: ProfileBody = read_value(body.clone()).unwrap();
    body.parse(None).unwrap()
}

pub(super) fn written(profile: &Profile) -> Value {
    serde_json::to_value(ProfileBody::of(profile)).unwrap()
}

async fn writer() -> (TestApp, String) {
    let app = TestApp::new().await;
    let key = app
        .key(&[Scope::RegistryWrite, Scope::RegistryRead, Scope::Check])
        .await;
    (app, key)
}

#[tokio::test]
async fn a_full_profile_is_written_kept_and_read_back_by_another_process() {
    let (app, key) = writer().await;
    let head = app.register(&key, &json!({"name": "Head"})).await;
    let mut full = full();
    full["parent"] = head["id"].clone();
    let made = app.register(&key, &full).await;
    assert_eq!(made["profile"], full);
    assert!(made.get("open_now").is_none(), "no hours are known");
    let path = format!("/v1/businesses/{}", made["id"].as_str().unwrap());
    assert_eq!(app.sibling().await.get(&path).await.json(), made);
    for further in ["abendrot", "kmr", "モルゲン"] {
        let q: String = form_urlencoded::byte_serialize(further.as_bytes()).collect();
        let found = app.get(&format!("/v1/businesses?q={q}")).await.json();
        assert_eq!(found["businesses"][0]["id"], made["id"], "{further}");
    }
}

#[test]
fn a_full_profile_is_a_registry_line_and_back_without_loss() {
    let profile = parsed(&full());
    let line = serde_json::to_vec(&RegistryLine::from(&profile)).unwrap();
    let (line, warnings) = RegistryLine::from_json(&line).unwrap();
    assert_eq!(warnings, []);
    let (read, warnings) = line.parse().unwrap();
    assert_eq!(warnings, []);
    assert_eq!(written(&read), written(&profile));
    assert_eq!(read, profile);
}

#[test]
fn what_is_empty_is_absent() {
    let bare = parsed(&json!({"name": "A", "external_id": "a"}));
    assert_eq!(written(&bare), json!({"name": "A", "external_id": "a"}));
    let line = serde_json::to_value(RegistryLine::from(&bare)).unwrap();
    assert_eq!(line, json!({"external_id": "a", "name": "A"}));
}

#[test]
fn bad_values_are_told_by_field_and_value() {
    let long = "x".repeat(300);
    for (field, value, pointer, parts) in [
        (
            "names",
            json!([{"name": "B", "kind": "nickname"}]),
            "/names/0",
            ["nickname", "kind of name"],
        ),
        (
            "names",
            json!([{"name": "B", "kind": "legal", "language": "german!"}]),
            "/names/0",
            ["german!", "language"],
        ),
        (
            "names",
            json!([{"name": " ", "kind": "legal"}]),
            "/names/0",
            ["a name is needed", "name"],
        ),
        (
            "protected_names",
            json!([{"name": "B", "kind": "brand"}]),
            "/protected_names/0",
            ["brand", "variant, person"],
        ),
        (
            "addresses",
            json!([{"city": "Berlin"}, {"country": "Deutschland"}]),
            "/addresses/1",
            ["Deutschland", "country"],
        ),
        (
            "addresses",
            json!([{"street": long}]),
            "/addresses/0",
            ["street", "256"],
        ),
        (
            "addresses",
            json!([{"label": "Laden"}]),
            "/addresses/0",
            ["Laden", "at least one of street"],
        ),
        (
            "channels",
            json!([{"kind": "phone", "value": "+493012345678", "purpose": "fun"}]),
            "/channels/0",
            ["fun", "purpose"],
        ),
        (
            "channels",
            json!([{"kind": "phone", "value": "+493012345678", "valid_from": "soon"}]),
            "/channels/0",
            ["soon", "valid_from"],
        ),
        (
            "channels",
            json!([{"kind": "phone", "value": "+493012345678", "valid_from": "2026-12-01T00:00:00Z",
            "valid_until": "2026-12-01T00:00:00Z"}]),
            "/channels/0",
            ["2026-12-01T00:00:00Z", "valid_until"],
        ),
        (
            "representatives",
            json!([{"name": "R", "kind": "friend"}]),
            "/representatives/0",
            ["friend", "kind of representative"],
        ),
        (
            "representatives",
            json!([{"name": "R", "kind": "other", "channels": [{"kind": "phone", "value": "12"}]}]),
            "/representatives/0",
            ["12", "phone number"],
        ),
        (
            "representatives",
            json!([{"name": "R", "kind": "other", "channels": [
            {"kind": "phone", "value": "+493012345678", "provenance": "proved"}]}]),
            "/representatives/0",
            ["proved", "verification"],
        ),
        ("parent", json!("crm-1"), "/parent", ["crm-1", "biz_"]),
    ] {
        let mut body = json!({"name": "A"});
        body[field] = value.clone();
        let body: ProfileBody = read_value(body).unwrap();
        let errors = body.parse(None).unwrap_err();
        assert_eq!(errors.0.len(), 1, "{value}: {errors}");
        assert_eq!(errors.0[0].pointer, pointer, "{errors}");
        for part in parts {
            assert!(errors.0[0].detail.contains(part), "{part}: {errors}");
        }
    }
}

#[test]
fn lists_are_bounded() {
    let names: Vec<Value> = (0..201)
        .map(|i| json!({"name": format!("N{i}"), "kind": "short"}))
        .collect();
    let addresses = vec![json!({"city": "Berlin"}); 51];
    let representatives = vec![json!({"name": "R", "kind": "other"}); 101];
    let channels: Vec<Value> = (0..101)
        .map(|i| json!({"kind": "handle", "platform": "x", "value": format!("h{i}")}))
        .collect();
    let representative = json!([{"name": "R", "kind": "other", "channels": channels}]);
    for (field, value) in [
        ("names", json!(names)),
        (
            "protected_names",
            json!(vec![json!({"name": "B", "kind": "variant"}); 201]),
        ),
        ("addresses", json!(addresses)),
        ("representatives", json!(representatives)),
        ("representatives", representative),
    ] {
        let mut body = json!({"name": "A"});
        body[field] = value;
        let body: ProfileBody = read_value(body).unwrap();
        let errors = body.parse(None).unwrap_err().to_string();
        assert!(errors.contains("at most"), "{field}: {errors}");
    }
}

#[test]
fn a_number_of_a_line_whose_time_cannot_be_read_is_kept_out_whole() {
    let read = |phone: Value| {
        let line = json!({"external_id": "a", "name": "A", "country": "DE", "phones": ["+493012345670", phone]});
        let (line, _) = RegistryLine::from_json(line.to_string().as_bytes()).unwrap();
        line.parse().unwrap()
    };
    let (profile, warnings) = read(
        json!({"value": "+493012345678", "whatsapp": true, "purpose": "fraud",
        "valid_from": "2026-12-01T00:00:00Z", "valid_until": "2026-12-02T00:00:00Z"}),
    );
    assert_eq!((profile.channels.len(), warnings.len()), (3, 0));
    assert_eq!(profile.channels[1].validity, profile.channels[2].validity);
    assert!(!profile.channels[1].validity.is_always());
    for bad in [
        json!({"value": "+493012345678", "valid_from": "December"}),
        json!({"value": "+493012345678", "purpose": "fun"}),
        json!({"value": "+493012345678", "valid_from": "2026-12-02T00:00:00Z", "valid_until": "2026-12-01T00:00:00Z"}),
    ] {
        let (profile, warnings) = read(bad);
        assert_eq!(profile.channels.len(), 1);
        assert_eq!(warnings[0].field_error().pointer, "/phones/1");
    }
}

#[tokio::test]
async fn a_parent_is_another_business_of_the_registry() {
    let (app, key) = writer().await;
    let made = app.register(&key, &json!({"name": "A"})).await;
    let id = made["id"].as_str().unwrap();
    let patch = |parent: &str| {
        let mut patch = request(
            "PATCH",
            &format!("/v1/businesses/{id}"),
            &key,
            &json!({"parent": parent}),
        );
        patch
            .headers_mut()
            .insert("if-match", "\"1\"".parse().unwrap());
        patch
    };
    let problem = app.send(patch(id)).await.problem(422, "invalid_request");
    assert_eq!(problem["errors"][0]["pointer"], "/parent");
    let detail = problem["errors"][0]["detail"].as_str().unwrap();
    assert!(
        detail.contains(id) && detail.contains("own parent"),
        "{detail}"
    );
    let problem = app
        .send(patch(PARENT))
        .await
        .problem(422, "invalid_request");
    assert_eq!(problem["errors"][0]["code"], "unknown_business");
    let detail = problem["errors"][0]["detail"].as_str().unwrap();
    assert!(detail.contains(PARENT), "{detail}");
    let head = app.register(&key, &json!({"name": "Head"})).await;
    let answer = app.send(patch(head["id"].as_str().unwrap())).await;
    assert_eq!(answer.json()["profile"]["parent"], head["id"]);
}

#[tokio::test]
async fn whether_it_is_open_is_told_for_the_time_of_the_answer() {
    let (app, key) = writer().await;
    // The clock of tests begins at 2026-03-01T09:00:00Z, a Sunday: 18:00 in Tokyo.
    let hours = json!({"time_zone": "Asia/Tokyo", "sun": ["10:00-18:30"]});
    let made = app
        .register(&key, &json!({"name": "A", "hours": hours}))
        .await;
    assert_eq!(made["open_now"], true);
    let path = format!("/v1/businesses/{}", made["id"].as_str().unwrap());
    app.clock.advance(SignedDuration::from_mins(30));
    assert_eq!(app.get(&path).await.json()["open_now"], false);
    let listed = app.get("/v1/businesses").await.json();
    assert_eq!(listed["businesses"][0]["open_now"], false);
}

#[tokio::test]
async fn a_scheduled_number_begins_to_count_when_its_time_comes_and_replays_tell_so() {
    let (app, key) = writer().await;
    let channel =
        json!({"kind": "phone", "value": "+442079460051", "valid_from": "2026-03-01T10:00:00Z"});
    app.register(&key, &json!({"name": "Quorvex", "channels": [channel]}))
        .await;
    let account = json!({"phone": "+442079460051", "keep": true});
    let before = app.post("/v1/checks", &account).await.json();
    assert_eq!(before["verdict"], "unknown");
    assert!(
        before["summary"]
            .as_str()
            .unwrap()
            .contains("from 2026-03-01 10:00 UTC"),
        "{before}"
    );
    let path = format!("/v1/checks/{}/replay", before["id"].as_str().unwrap());
    let account = json!({"phone": "+442079460051"});
    assert_eq!(
        app.post(&path, &account).await.json()["same_versions"],
        true
    );
    app.clock.advance(SignedDuration::from_hours(1));
    let after = app.get("/v1/lookup/phone/%2B442079460051").await.json();
    assert_eq!(after["verdict"], "verified");
    let replay = app.post(&path, &account).await.json();
    assert_eq!(
        (&replay["same_versions"], &replay["same_answer"]),
        (&json!(false), &json!(false))
    );
    assert!(
        replay["note"].as_str().unwrap().contains("scheduled"),
        "{replay}"
    );
}
