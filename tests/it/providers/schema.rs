//! The published JSON Schema of `bonafide.json` says what is read.

use bonafide::domain::{ChannelKind, ChannelValue, Platform};
use bonafide::http::openapi::WELL_KNOWN_SCHEMA;
use bonafide::providers::SiteFile;
use serde_json::{Value, json};

use crate::support::TestApp;

fn schema() -> Value {
    serde_json::from_str(WELL_KNOWN_SCHEMA).unwrap()
}

#[test]
fn its_words_are_those_of_the_registry() {
    let fields = &schema()["$defs"]["channel"]["properties"];
    let kinds: Vec<_> = ChannelKind::ALL.iter().map(|k| k.as_str()).collect();
    let platforms: Vec<_> = Platform::ALL.iter().map(|p| p.as_str()).collect();
    assert_eq!(fields["kind"]["enum"], json!(kinds));
    assert_eq!(fields["platform"]["enum"], json!(platforms));
}

#[test]
fn its_examples_are_read_whole() {
    let schema = schema();
    let examples = schema["examples"].as_array().unwrap();
    assert!(!examples.is_empty());
    for example in examples {
        let file = SiteFile::parse("https://example.com/", example.to_string().as_bytes()).unwrap();
        let channels = example["channels"].as_array().unwrap();
        assert_eq!(
            (file.channels.len(), file.faults.len()),
            (channels.len(), 0),
            "{:?}",
            file.faults
        );
        let token = example["verification"][0].as_str().unwrap();
        assert_eq!(file.holds(token), Ok(()));
        let kinds: Vec<_> = file.channels.iter().map(ChannelValue::kind).collect();
        assert_eq!(kinds, ChannelKind::ALL, "an example of each kind");
    }
}

#[test]
fn what_we_give_to_publish_has_its_fields_only() {
    let schema = schema();
    let example = schema["examples"][0].to_string();
    let channels = SiteFile::parse("", example.as_bytes()).unwrap().channels;
    let written: Value = serde_json::from_str(&SiteFile::to_publish("t", &channels)).unwrap();
    let known = |object: &Value, fields: &Value| {
        let known = |name: &String| fields.get(name).is_some();
        object.as_object().unwrap().keys().all(known)
    };
    assert!(known(&written, &schema["properties"]), "{written}");
    for channel in written["channels"].as_array().unwrap() {
        assert!(
            known(channel, &schema["$defs"]["channel"]["properties"]),
            "{channel}"
        );
    }
}

#[tokio::test]
async fn it_is_served() {
    let answer = TestApp::new().await.get("/well-known.schema.json").await;
    assert_eq!(answer.header("content-type"), "application/schema+json");
    assert_eq!(answer.text(), WELL_KNOWN_SCHEMA);
}
