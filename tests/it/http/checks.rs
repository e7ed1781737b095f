//! Checks and lookups.

use bonafide::service::access::Scope;
use serde_json::json;

use crate::support::TestApp;

async fn app_with_dhl() -> TestApp {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::RegistryWrite]).await;
    let profile = json!({"name": "DHL", "external_id": "Q489815", "country": "DE",
        "channels": [{"kind": "phone", "value": "0228 4333112"}, {"kind": "website", "value": "https://www.dhl.de/"}]});
    app.register(&key, &profile).await;
    app
}

#[tokio::test]
async fn a_registered_number_with_its_own_name_is_verified_as_listed() {
    let app = app_with_dhl().await;
    let answer = app
        .post(
            "/v1/checks",
            &json!({"phone": "+49 228 4333112", "display_name": "DHL"}),
        )
        .await
        .json();
    assert_eq!(answer["verdict"], "verified", "{answer}");
    assert_eq!(answer["basis"], "listed");
    assert_eq!(answer["phone"]["e164"], "+492284333112");
    assert_eq!(answer["matches"][0]["external_id"], "Q489815");
    assert!(answer["advice"]["text"].is_string());
    assert!(answer.get("id").is_none(), "nothing is kept unless asked");
}

#[tokio::test]
async fn a_lookup_says_whose_number_it_is_in_any_notation() {
    let app = app_with_dhl().await;
    for path in [
        "/v1/lookup/phone/+492284333112",
        "/v1/lookup/phone/%2B49%20228%204333112",
        "/v1/lookup/phone/02284333112?default_region=DE",
    ] {
        let answer = app.get(path).await.json();
        assert_eq!(answer["matches"][0]["name"], "DHL", "{path}: {answer}");
    }
    let stranger = app.get("/v1/lookup/phone/+447400123456").await.json();
    assert_eq!(stranger["verdict"], "unknown");
}

#[tokio::test]
async fn a_number_that_is_none_spoils_nothing_else() {
    let app = app_with_dhl().await;
    let account = json!({"phone": "call me maybe", "display_name": "DHL"});
    let answer = app.post("/v1/checks", &account).await;
    assert_eq!(answer.status, 200);
    let answer = answer.json();
    assert_eq!(answer["matches"][0]["name"], "DHL");
    assert!(answer["phone"]["error"]["detail"].is_string(), "{answer}");
}

#[tokio::test]
async fn two_numbers_and_masked_numbers_have_errors_of_their_own() {
    let app = TestApp::new().await;
    for (phone, code) in [
        ("+49 30 123456 / +49 30 654321", "multiple_numbers"),
        ("+4207****", "masked"),
    ] {
        let answer = app
            .post("/v1/checks", &json!({"phone": phone}))
            .await
            .json();
        assert_eq!(answer["phone"]["error"]["code"], code, "{answer}");
    }
}

#[tokio::test]
async fn a_batch_answers_each_item_on_its_own_and_in_order() {
    let app = app_with_dhl().await;
    let answer = app
        .post(
            "/v1/checks/batch",
            &json!({"items": [
                {"id": "a", "phone": "+492284333112"},
                {"id": "b", "default_region": "Germany", "phone": "1"},
                {"id": "c"},
                {"display_name": "DHL", "nonsense": 1},
                17,
                {"id": "f", "display_name": "DHL"},
            ]}),
        )
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let answer = answer.json();
    let results = answer["results"].as_array().unwrap();
    assert_eq!(results.len(), 6);
    let ids: Vec<_> = results.iter().map(|r| r["id"].as_str()).collect();
    assert_eq!(
        ids,
        [Some("a"), Some("b"), Some("c"), None, None, Some("f")]
    );
    assert_eq!(results[0]["assessment"]["matches"][0]["name"], "DHL");
    assert_eq!(
        results[1]["problem"]["errors"][0]["pointer"],
        "/default_region"
    );
    assert_eq!(results[2]["problem"]["errors"][0]["code"], "empty_account");
    assert_eq!(results[3]["problem"]["errors"][0]["pointer"], "/nonsense");
    assert_eq!(results[4]["problem"]["errors"][0]["code"], "invalid_type");
    assert_eq!(results[5]["assessment"]["matches"][0]["name"], "DHL");
}

#[tokio::test]
async fn a_batch_holds_one_to_a_hundred_items() {
    let app = TestApp::new().await;
    for n in [0, 101] {
        let items: Vec<_> = (0..n).map(|_| json!({"display_name": "DHL"})).collect();
        let answer = app.post("/v1/checks/batch", &json!({"items": items})).await;
        let problem = answer.problem(422, "invalid_request");
        assert_eq!(problem["errors"][0]["pointer"], "/items");
    }
    let items: Vec<_> = (0..100).map(|_| json!({"display_name": "DHL"})).collect();
    let answer = app.post("/v1/checks/batch", &json!({"items": items})).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn a_kept_check_holds_a_digest_and_no_value_of_the_account() {
    let app = app_with_dhl().await;
    let account = json!({"phone": "+44 7400 123456", "display_name": "Jane Roe", "keep": true});
    let answer = app.post("/v1/checks", &account).await.json();
    let id = answer["id"].as_str().unwrap();
    assert!(id.starts_with("chk_"));
    let kept = app
        .store
        .get_check(id.parse().unwrap())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(kept.verdict.as_str(), answer["verdict"]);
    assert_eq!(kept.registry_seq, 1);
    let shown = format!("{kept:?}");
    assert!(
        !shown.contains("7400123456") && !shown.contains("Jane"),
        "{shown}"
    );
    let again = app.post("/v1/checks", &account).await.json();
    let again = app
        .store
        .get_check(again["id"].as_str().unwrap().parse().unwrap())
        .await;
    assert_eq!(
        again.unwrap().unwrap().digest,
        kept.digest,
        "one account, one digest"
    );
}

#[tokio::test]
async fn kept_checks_are_deleted_after_thirty_days() {
    let app = TestApp::new().await;
    let account = json!({"phone": "+44 7400 123456", "keep": true});
    let id = app.post("/v1/checks", &account).await.json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let keeper = bonafide::app::housekeeping(&app.services, app.store.clone(), &app.settings);
    app.clock.advance(jiff::SignedDuration::from_hours(24 * 29));
    keeper.purge().await.unwrap();
    assert!(
        app.store
            .get_check(id.parse().unwrap())
            .await
            .unwrap()
            .is_some()
    );
    app.clock.advance(jiff::SignedDuration::from_hours(25));
    keeper.purge().await.unwrap();
    assert!(
        app.store
            .get_check(id.parse().unwrap())
            .await
            .unwrap()
            .is_none()
    );
}
