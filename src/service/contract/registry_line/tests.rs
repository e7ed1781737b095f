use serde_json::json;

use super::*;
use crate::domain::{ChannelKind, ChannelValue, Coverage, Profile};

fn read(line: &Value) -> (Profile, Vec<Warning>) {
    let (line, mut warnings) = RegistryLine::from_json(line.to_string().as_bytes()).unwrap();
    let (profile, more) = line.parse().unwrap();
    warnings.extend(more);
    (profile, warnings)
}

fn refusal(line: &[u8]) -> FieldErrors {
    match RegistryLine::from_json(line) {
        Err(errors) => errors,
        Ok((line, _)) => line.parse().unwrap_err(),
    }
}

fn full_line() -> Value {
    json!({
        "external_id": "acme", "name": "Acme Bank", "aliases": ["Acme", "ACME Bank plc"],
        "phones": ["+442079460000", {"value": "+442079460123", "label": "lost cards", "whatsapp": true, "never_originates": true}],
        "websites": ["https://acme.example.com/"], "emails": ["help@acme.com", "@acme.co.uk"],
        "handles": {"instagram": "acme", "x": ["acme", "acmehelp"]},
        "sender_ids": ["ACME", {"value": "ACMEBANK", "country": "GB"}],
        "names": [{"name": "Acme Banking Corporation plc", "kind": "legal", "language": "en"}],
        "protected_names": [{"name": "Akme Bank", "kind": "variant"}],
        "channels": [{"kind": "handle", "platform": "x", "value": "acmefraud", "purpose": "fraud", "valid_until": "2030-01-01T00:00:00Z"}],
        "representatives": [{"name": "Acme Agents", "kind": "agency", "channels": [{"kind": "phone", "value": "+442079460999"}]}],
        "parent": "biz_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f", "addresses": [{"city": "London", "country": "GB"}],
        "country": "GB", "category": "amenity/bank", "vertical": "FINANCE", "about": "A bank.",
        "description": "A bank of long standing.", "address": "1 High Street, London",
        "hours": {"time_zone": "Europe/London", "days": {"mon": ["09:00-17:00"], "sat": ["10:00-12:00", "13:00-15:00"]}},
        "languages": ["en", "cy"], "logo_url": "https://acme.com/logo.png",
        "catalogue": [{"title": "Account", "price_minor_units": 500, "currency": "GBP"}],
        "coverage": {"phone": "complete"}, "source": "hand", "confirmed_at": "2026-01-02T03:04:05Z"
    })
}

#[test]
fn the_list_of_fields_is_the_contract() {
    let (line, _) = RegistryLine::from_json(full_line().to_string().as_bytes()).unwrap();
    let written = serde_json::to_value(&line).unwrap();
    let mut keys: Vec<_> = written.as_object().unwrap().keys().cloned().collect();
    let mut fields: Vec<_> = RegistryLine::FIELDS.map(str::to_owned).to_vec();
    keys.sort();
    fields.sort();
    assert_eq!(keys, fields);
}

#[test]
fn a_full_line_is_read_and_written_back_without_loss() {
    let (profile, warnings) = read(&full_line());
    assert_eq!(warnings, []);
    assert_eq!(profile.channels.len(), 12);
    assert_eq!(profile.coverage_of(ChannelKind::Phone), Coverage::Complete);
    let written = serde_json::to_value(RegistryLine::from(&profile)).unwrap();
    assert_eq!(read(&written), (profile, vec![]));
}

#[test]
fn what_the_fields_of_one_kind_cannot_say_of_a_channel_is_written_in_full() {
    let line = json!({
        "external_id": "a", "name": "A", "phones": [{"value": "+442079460000", "label": "desk", "whatsapp": true}],
        "channels": [
            {"kind": "whatsapp", "value": "+442079460001"},
            {"kind": "phone", "value": "+442079460002", "last_confirmed": "2026-01-02T03:04:05Z"},
            {"kind": "website", "value": "https://a.example.com", "valid_from": "2026-12-01T00:00:00Z"}]
    });
    let (profile, warnings) = read(&line);
    assert_eq!((profile.channels.len(), warnings), (5, vec![]));
    let written = serde_json::to_value(RegistryLine::from(&profile)).unwrap();
    assert_eq!(written, line);
}

#[test]
fn a_channel_in_full_is_listed_and_no_open_mailbox_vouches() {
    let (profile, warnings) = read(&json!({"external_id": "a", "name": "A", "channels": [
        {"kind": "email", "value": "@gmail.com"},
        {"kind": "phone", "value": "+442079460000", "provenance": "proved"},
        {"kind": "email", "value": "a@gmail.com"}]}));
    assert_eq!(profile.channels.len(), 1);
    let pointers: Vec<_> = warnings.iter().map(|w| w.field_error().pointer).collect();
    assert_eq!(pointers, ["/channels/0", "/channels/1"]);
}

#[test]
fn a_bad_channel_is_kept_out_and_the_rest_stays() {
    let (profile, warnings) = read(&json!({
        "external_id": 7, "name": 76, "phones": ["+442079460000", "call us"],
        "websites": "/home/user/index.html", "emails": ["@gmail.com"], "country": "Germany", "hours": "9 to 5"
    }));
    assert_eq!(profile.name.as_str(), "76");
    assert_eq!(profile.channels.len(), 1);
    let pointers: Vec<_> = warnings.iter().map(|w| w.field_error().pointer).collect();
    assert_eq!(
        pointers,
        [
            "/country",
            "/phones/1",
            "/websites/0",
            "/emails/0",
            "/hours"
        ]
    );
}

#[test]
fn unknown_fields_and_platforms_are_named_and_left_out() {
    let (profile, warnings) = read(&json!({
        "external_id": "a", "name": "A", "colour": "red", "handles": {"youtube_channel": "UC1", "X": "a"}
    }));
    assert_eq!(
        warnings,
        [
            Warning::UnknownField("colour".into()),
            Warning::UnknownPlatform("youtube_channel".into())
        ]
    );
    assert!(matches!(profile.channels[0].value, ChannelValue::Handle(_)));
}

#[test]
fn a_line_without_id_or_name_is_refused_and_both_are_told() {
    let errors = refusal(br#"{"external_id":" ","aliases":["A"]}"#);
    let pointers: Vec<_> = errors.0.iter().map(|e| e.pointer.as_str()).collect();
    assert_eq!(pointers, ["/external_id", "/name"]);
    assert!(errors.0.iter().all(|e| e.code == "required"));
}

#[test]
fn a_wrong_type_is_refused_with_a_pointer() {
    let errors = refusal(br#"{"external_id":"a","name":"A","phones":[{"number":"1"}]}"#);
    assert_eq!(errors.0[0].pointer, "/phones/0");
    assert!(errors.0[0].detail.contains("a phone is a text"), "{errors}");
    let errors = refusal(br#"{"external_id":"a","name":"A","hours":[1]}"#);
    assert_eq!(errors.0[0].pointer, "/hours");
}

#[test]
fn null_and_missing_are_the_same() {
    let nulls: Map<String, Value> = RegistryLine::FIELDS
        .iter()
        .skip(2)
        .map(|f| ((*f).to_owned(), Value::Null))
        .collect();
    let mut line = json!({"external_id": "a", "name": "A"});
    let bare = read(&line);
    line.as_object_mut().unwrap().extend(nulls);
    assert_eq!(read(&line), bare);
}

#[test]
fn what_is_no_object_is_refused_by_what_it_is() {
    for (line, code) in [
        (&b"\xff\xfe"[..], "invalid_utf8"),
        (b"{\"external_id\":", "invalid_json"),
        (b"[1]", "invalid_type"),
        (b"\"a\"", "invalid_type"),
    ] {
        assert_eq!(refusal(line).0[0].code, code);
    }
    let deep = [&b"{\"a\":"[..], &b"[".repeat(100_000)].concat();
    assert_eq!(refusal(&deep).0[0].code, "invalid_json");
    assert_eq!(
        refusal(&vec![b' '; RegistryLine::MAX_BYTES + 1]).0[0].code,
        "line_too_long"
    );
}
