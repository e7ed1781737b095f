//! The OpenAPI documents.

use std::collections::BTreeSet;

use bonafide::http::openapi::{COMMITTED, COMMITTED_3_0, documents};
use serde_json::Value;

use crate::support::TestApp;

fn committed() -> Value {
    serde_json::from_str(COMMITTED).unwrap()
}

fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let each = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap();
        methods
            .iter()
            .map(move |(m, op)| (path.clone(), m.clone(), op.clone()))
    });
    each.collect()
}

#[test]
fn the_committed_documents_are_what_the_code_says() {
    let (document, older) = documents();
    assert!(
        document == COMMITTED && older == COMMITTED_3_0,
        "openapi/ is stale: rewrite it by `bonafide openapi --write openapi`, and read the difference"
    );
}

#[tokio::test]
async fn the_committed_documents_are_what_is_served() {
    let app = TestApp::new().await;
    assert_eq!(app.get("/openapi.json").await.text(), COMMITTED);
    assert_eq!(app.get("/openapi-3.0.json").await.text(), COMMITTED_3_0);
}

#[test]
fn operation_ids_are_unique_and_read_verb_resource() {
    let operations = operations(&committed());
    let ids: BTreeSet<String> = operations
        .iter()
        .map(|(_, _, op)| op["operationId"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), operations.len());
    for id in ids {
        let (verb, _) = id.split_once('_').unwrap();
        assert!(
            [
                "answer", "assign", "check", "claim", "confirm", "create", "delete", "erase",
                "export", "fill", "get", "judge", "list", "lookup", "mark", "plant", "preview",
                "put", "release", "renew", "replay", "revoke", "rotate", "send", "settle", "skip",
                "undo", "update", "use", "withdraw"
            ]
            .contains(&verb),
            "{id}"
        );
    }
}

#[test]
fn every_operation_is_described_and_lists_its_problems() {
    for (path, method, operation) in operations(&committed()) {
        let at = format!("{method} {path}");
        assert!(
            operation["summary"].is_string() && operation["description"].is_string(),
            "{at}"
        );
        assert!(
            operation["tags"][0].is_string() && operation["security"].is_array(),
            "{at}"
        );
        let responses = operation["responses"].as_object().unwrap();
        for (status, response) in responses {
            if status.starts_with('2') {
                continue;
            }
            let schema = &response["content"]["application/problem+json"]["schema"]["$ref"];
            assert_eq!(schema, "#/components/schemas/Problem", "{at} {status}");
        }
        let mut needed = vec!["401", "403", "422", "500", "503", "default"];
        if operation.get("requestBody").is_some() {
            needed.extend(["400", "413", "415"]);
        }
        if path.contains("{id}") {
            needed.push("404");
        }
        for status in needed {
            assert!(responses.contains_key(status), "{at} lacks {status}");
        }
    }
}

fn walk(value: &Value, each: &mut dyn FnMut(&str, &Value)) {
    match value {
        Value::Object(object) => object.iter().for_each(|(name, value)| {
            each(name, value);
            walk(value, each);
        }),
        Value::Array(items) => items.iter().for_each(|item| walk(item, each)),
        _ => {}
    }
}

#[test]
fn generators_find_no_unions_no_nulls_and_no_dangling_names() {
    let document = committed();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let mut used = BTreeSet::new();
    walk(&document, &mut |name, value| {
        assert!(
            !["anyOf", "oneOf", "nullable"].contains(&name),
            "{name}: {value}"
        );
        assert!(!(name == "type" && value.is_array()), "{value}");
        if let (true, Some(reference)) = (name == "$ref", value.as_str()) {
            let schema = reference.strip_prefix("#/components/schemas/").unwrap();
            assert!(schemas.contains_key(schema), "{reference}");
            used.insert(schema.to_owned());
        }
    });
    for name in schemas.keys() {
        assert!(used.contains(name), "{name} is used nowhere");
    }
}

#[test]
fn the_older_document_holds_nothing_that_3_0_does_not_know() {
    let document: Value = serde_json::from_str(COMMITTED_3_0).unwrap();
    assert_eq!(document["openapi"], "3.0.3");
    assert!(document["info"]["license"].get("identifier").is_none());
    walk(&document, &mut |name, value| {
        assert!(
            !["const", "propertyNames", "$schema", "webhooks"].contains(&name),
            "{name}"
        );
        assert!(!(name == "type" && value.is_array()), "{value}");
        if let Some(object) = value.as_object() {
            assert!(
                !(object.contains_key("$ref") && object.len() > 1),
                "{value}"
            );
        }
    });
    assert_eq!(operations(&document).len(), operations(&committed()).len());
}

#[test]
fn what_a_key_may_do_a_session_may_do_and_scopes_are_told_where_they_can_be() {
    let requirement = |op: &Value, scheme: &str| {
        let mut each = op["security"].as_array().unwrap().iter();
        each.find_map(|r| r.get(scheme)).cloned()
    };
    for (path, method, operation) in operations(&committed()) {
        let at = format!("{method} {path}");
        let (key, session) = (
            requirement(&operation, "key"),
            requirement(&operation, "session"),
        );
        if key.is_some() {
            assert_eq!(key, session, "{at}");
        } else {
            let tag = operation["tags"][0].as_str().unwrap();
            let open = ["Own account", "Badge log", "Reports and appeals"];
            assert!(open.contains(&tag), "{at}");
        }
    }
    let older: Value = serde_json::from_str(COMMITTED_3_0).unwrap();
    for (path, method, operation) in operations(&older) {
        for scheme in ["key", "session"] {
            if let Some(scopes) = requirement(&operation, scheme) {
                assert_eq!(scopes, serde_json::json!([]), "{method} {path}");
            }
        }
    }
}

#[test]
fn the_closed_sets_are_those_of_the_domain() {
    use bonafide::domain as d;
    fn words<T: ToString>(all: &[T]) -> Vec<String> {
        all.iter().map(ToString::to_string).collect()
    }
    let document = committed();
    for (schema, expected) in [
        ("Verdict", words(d::Verdict::ALL)),
        ("CaseState", words(d::CaseState::ALL)),
        ("KeyKind", words(d::KeyKind::ALL)),
        ("Ruling", words(d::RulingKind::ALL)),
        ("ReasonCode", words(d::ReasonCode::ALL)),
        ("RulingState", words(d::RulingState::ALL)),
        ("Harm", words(d::Harm::ALL)),
        ("Appellant", words(d::Appellant::ALL)),
        ("Control", words(d::Control::ALL)),
        ("AppealState", words(d::AppealState::ALL)),
        ("AppealOutcome", words(d::AppealOutcome::ALL)),
        ("Provenance", words(d::Provenance::ALL)),
        ("Coverage", words(d::Coverage::ALL)),
        ("ChannelKind", words(d::ChannelKind::ALL)),
        ("Badge", words(d::Badge::ALL)),
        ("BadgeState", words(d::BadgeState::ALL)),
        ("BadgeChange", words(d::BadgeChange::ALL)),
        ("PhoneKind", words(d::PhoneKind::ALL)),
        ("Purpose", words(d::Purpose::ALL)),
        ("NameKind", words(d::NameKind::ALL)),
        ("ProtectedKind", words(d::ProtectedKind::ALL)),
        ("RepresentativeKind", words(d::RepresentativeKind::ALL)),
        ("Role", words(d::Role::ALL)),
        ("ClaimKind", words(d::ClaimKind::ALL)),
        ("ClaimState", words(d::ClaimState::ALL)),
        ("EvidenceKind", words(d::EvidenceKind::ALL)),
        ("ProblemKind", words(d::ProblemKind::ALL)),
        ("HoldCause", words(d::HoldCause::ALL)),
    ] {
        let listed = &document["components"]["schemas"][schema]["enum"];
        assert_eq!(listed, &serde_json::json!(expected), "{schema}");
    }
}

#[test]
fn a_check_takes_every_field_of_an_account_and_no_other() {
    let document = committed();
    let documented = document["components"]["schemas"]["CheckRequest"]["properties"]
        .as_object()
        .unwrap();
    for field in documented.keys() {
        let body = serde_json::json!({field: null}).to_string();
        let read = bonafide::service::contract::CheckInput::read(body.as_bytes());
        let refused = read
            .err()
            .is_some_and(|e| e.0.iter().any(|e| e.code == "unknown_field"));
        assert!(!refused, "{field} is documented and refused");
    }
    assert_eq!(documented.len(), 14);
}

#[tokio::test]
async fn the_documentation_needs_nothing_from_elsewhere() {
    let app = TestApp::new().await;
    let index = app.get("/docs/").await;
    assert_eq!(index.status, 200);
    let html = index.text();
    assert!(
        !html.contains("http:") && !html.contains("https:"),
        "{html}"
    );
    assert!(
        !html.contains("<script>") && !html.contains("<style"),
        "{html}"
    );
    for name in html
        .split('"')
        .filter(|t| matches!(t.rsplit_once('.'), Some((_, "js" | "css"))))
    {
        let file = app
            .get(&format!("/docs/{}", name.trim_start_matches("./")))
            .await;
        assert_eq!(file.status, 200, "{name}");
    }
    assert_eq!(app.get("/docs").await.header("location"), "/docs/");
}
