//! A reviewer's day: claiming, comparing, ruling by keyboard, undoing.

use bonafide::domain::{Actor, CaseState};
use bonafide::service::access::Scope;
use bonafide::service::author::Author;
use bonafide::service::review::CaseQuery;
use fantoccini::key::Key;
use serde_json::json;

use super::at_work;
use super::chrome::Chrome;
use crate::support::TestApp;

/// Amazon, with all the numbers that it has, and accounts that pretend to be it.
pub(super) async fn app_with_cases(names: &[(&str, &str)]) -> TestApp {
    let app = TestApp::new().await;
    let key = app
        .key(&[Scope::Check, Scope::RegistryRead, Scope::RegistryWrite])
        .await;
    let amazon = json!({"external_id": "amazon", "name": "Amazon", "aliases": ["亚马逊"], "country": "US",
        "channels": [{"kind": "phone", "value": "+18882804331"}, {"kind": "website", "value": "amazon.com"}],
        "coverage": {"phone": "complete"}});
    app.register(&key, &amazon).await;
    for (name, phone) in names {
        let account =
            json!({"phone": phone, "display_name": name, "medium": "whatsapp", "keep": true});
        let answer = app.with_key("POST", "/v1/checks", &key, &account).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.text());
    }
    app
}

const TWO: &[(&str, &str)] = &[
    ("Amaz0n Customer Support", "+447400123456"),
    ("Аmаzоn Help\u{200b}desk", "+447400123457"),
];

/// Chooses a reason and writes a sentence, without a mouse.
async fn give_reasons(chrome: &Chrome) {
    chrome.press("r").await;
    chrome.press("The name is c").await;
    chrome.press(&Key::Tab).await;
    chrome
        .press("The name copies the business letter for letter.")
        .await;
    chrome.press(&Key::Escape).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_is_taken_compared_and_ruled_on_by_keyboard_and_the_next_one_comes() {
    let chrome = at_work(app_with_cases(TWO).await, "reviewer", "/console/cases").await;
    chrome.says("Amaz0n Customer Support").await;
    chrome.press("n").await;
    chrome.says("The case is yours for 30 minutes.").await;
    chrome.find("mark.alike").await;
    let first = chrome.path().await;
    chrome.press("t").await;
    // Without a reason and a sentence nothing is sent.
    chrome.press("n").await;
    assert_eq!(chrome.path().await, first);
    // The browser has gone to the field that is missing, where keys are letters.
    chrome.press(&Key::Escape).await;
    give_reasons(&chrome).await;
    chrome.press("n").await;
    chrome.says("Decided: Impostor.").await;
    let second = chrome.path().await;
    assert_ne!(first, second);
    // The one before can be undone from here.
    chrome.press("u").await;
    chrome.says("The ruling that stands").await;
    chrome
        .says("The name copies the business letter for letter.")
        .await;
    let verdicts = async || {
        let both = ["+447400123456", "+447400123457"];
        let mut found = Vec::new();
        for phone in both {
            let answer = chrome
                .app
                .post("/v1/checks", &json!({"phone": phone}))
                .await;
            found.push(answer.json()["verdict"] == "confirmed_impostor");
        }
        found.iter().filter(|f| **f).count()
    };
    assert_eq!(verdicts().await, 1);
    chrome.press("z").await;
    chrome.says("The ruling is undone.").await;
    assert_eq!(verdicts().await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn disguises_are_told_by_their_code_points_and_others_of_the_name_are_found() {
    let app = app_with_cases(&[TWO[1], ("Аmаzоn Help\u{200b}desk", "+447400123999")]).await;
    let chrome = at_work(app, "reviewer", "/console/cases").await;
    chrome.press("j").await;
    chrome.press(&Key::Enter).await;
    chrome.says("Side by side").await;
    let odd = chrome.find(".odd").await.text().await.unwrap();
    for code in ["U+0410", "U+0430", "U+043E", "U+200B"] {
        assert!(odd.contains(code), "{code}: {odd}");
    }
    chrome.says("Others of its kind").await;
    chrome.says("same name").await;
    // Somebody else's case cannot be ruled on.
    chrome.says("Claim the case first").await;
    let other = Author::of(Actor::User(
        super::person(&chrome.app, "bob@example.com", "Bob", "reviewer").await,
    ));
    let id = chrome
        .path()
        .await
        .rsplit('/')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    chrome.app.services.review.claim(id, &other).await.unwrap();
    chrome.press("c").await;
    chrome.says("Somebody else holds the case.").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sentence_with_an_open_placeholder_is_kept_and_not_sent() {
    let chrome = at_work(app_with_cases(&TWO[..1]).await, "lead", "/console/cases").await;
    chrome.press("n").await;
    chrome.says("The case is yours for 30 minutes.").await;
    chrome.press("a").await;
    chrome.press("r").await;
    chrome.press("The business says it is t").await;
    chrome.press("m").await;
    let typed = "They confirmed it on {date} by phone.";
    chrome.fill("#sentence", typed).await;
    chrome.press(&Key::Escape).await;
    chrome.press("s").await;
    chrome.says("fill in {date} first").await;
    let kept = chrome
        .run("return document.querySelector('#sentence').value")
        .await;
    assert_eq!(kept, typed);
    chrome
        .fill("#sentence", "They confirmed it on Monday by phone.")
        .await;
    chrome.click("button[value='stay']").await;
    chrome.says("Decided: Legitimate.").await;
    let decided = CaseQuery {
        state: Some(CaseState::Decided),
        limit: 5,
        ..CaseQuery::default()
    };
    assert_eq!(
        chrome
            .app
            .services
            .review
            .list(&decided)
            .await
            .unwrap()
            .cases
            .len(),
        1
    );
}
