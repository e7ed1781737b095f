//! Several editors of one business: whatever the order of their steps, no change is lost unseen.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::Request;
use bonafide::service::access::Scope;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::support::TestApp;

/// What an editor does next.
#[derive(Debug, Clone)]
enum Step {
    /// Reads the business anew.
    Read(usize),
    /// Writes a field, against what was read last.
    Write(usize, &'static str, u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let fields = prop_oneof![Just("category"), Just("about"), Just("source")];
    let step = prop_oneof![
        (0..3_usize).prop_map(Step::Read),
        (0..3_usize, fields, 0..3_u8)
            .prop_map(|(who, field, value)| Step::Write(who, field, value)),
    ];
    prop::collection::vec(step, 1..25)
}

#[test]
fn no_interleaving_of_editors_loses_a_change() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let app = runtime.block_on(TestApp::new());
    let key = runtime.block_on(app.key(&[Scope::RegistryRead, Scope::RegistryWrite]));
    let mut runner = TestRunner::new(Config {
        cases: 40,
        failure_persistence: None,
        ..Config::default()
    });
    let outcome = runner.run(&steps(), |steps| {
        runtime.block_on(interleave(&app, &key, &steps));
        Ok(())
    });
    outcome.unwrap();
}

/// Plays the steps, and compares with what must come of them: a write against the newest version is done, any other is
/// refused and changes nothing.
async fn interleave(app: &TestApp, key: &str, steps: &[Step]) {
    let business = app.register(key, &json!({"name": "Morgenrot"})).await;
    let path = format!("/v1/businesses/{}", business["id"].as_str().unwrap());
    let mut seen = [1_u64; 3];
    let mut newest = 1;
    let mut fields: BTreeMap<&str, String> = BTreeMap::new();
    let mut accepted = Vec::new();
    for step in steps {
        match *step {
            Step::Read(who) => seen[who] = newest,
            Step::Write(who, field, value) => {
                let value = value.to_string();
                let answer = write(app, key, &path, seen[who], field, &value).await;
                if seen[who] != newest {
                    let problem = answer.problem(412, "version_mismatch");
                    let told = problem["detail"].as_str().unwrap();
                    assert!(told.contains(&newest.to_string()), "{told}");
                    assert_eq!(answer.header("etag"), format!("\"{newest}\""));
                    continue;
                }
                assert_eq!(answer.status, 200, "{}", answer.text());
                if fields.insert(field, value.clone()).as_ref() != Some(&value) {
                    newest += 1;
                    accepted.push((field, value));
                }
                assert_eq!(answer.header("etag"), format!("\"{newest}\""));
                seen[who] = newest;
            }
        }
    }
    let now = app.with_key("GET", &path, key, &json!(null)).await.json();
    for (field, value) in &fields {
        assert_eq!(now["profile"][*field], **value, "{field} of {now}");
    }
    let history = format!("{path}/history?limit=200");
    let history = app
        .with_key("GET", &history, key, &json!(null))
        .await
        .json();
    let changes = history["changes"].as_array().unwrap();
    let told = changes
        .iter()
        .rev()
        .skip(1)
        .map(|change| &change["after"]["profile"]);
    let told: Vec<&Value> = told.collect();
    let expected: Vec<Value> = accepted
        .iter()
        .map(|(field, value)| json!({*field: value}))
        .collect();
    assert_eq!(
        told,
        expected.iter().collect::<Vec<_>>(),
        "each accepted change is in the history, in order"
    );
}

async fn write(
    app: &TestApp,
    key: &str,
    path: &str,
    version: u64,
    field: &str,
    value: &str,
) -> crate::support::Answer {
    let request = Request::patch(path)
        .header("authorization", format!("Bearer {key}"))
        .header("content-type", "application/json")
        .header("if-match", format!("\"{version}\""))
        .body(Body::from(json!({field: value}).to_string()));
    app.send(request.unwrap()).await
}
