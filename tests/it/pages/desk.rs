//! The reviewers' desk: appeals, rulings on many cases, views, texts, figures.

use bonafide::domain::{Actor, UserId};
use bonafide::service::author::Author;
use bonafide::service::review::{AppealInput, CaseQuery, RulingInput};
use fantoccini::key::Key;
use jiff::SignedDuration;
use serde_json::json;
use uuid::Uuid;

use super::cases::app_with_cases;
use super::chrome::Chrome;
use super::{Visitor, at_work};
use crate::support::TestApp;

const NUMBER: &str = "+447400123456";
const THREE: &[(&str, &str)] = &[
    ("Amaz0n Customer Support", NUMBER),
    ("Amaz0n Help Desk", "+447400123457"),
    ("Amaz0n Customer Service", "+447400123458"),
];

fn nobody_here() -> Author {
    Author::of(Actor::User(UserId::new(Uuid::from_u128(1))))
}

/// Rules on the first case of the queue.
pub(super) async fn ruled(app: &TestApp, ruling: &str, by: &Author) {
    let review = &app.services.review;
    let case = review.claim_next(&CaseQuery::default(), by).await.unwrap();
    let input = RulingInput {
        ruling: ruling.to_owned(),
        reason: "copied_name".to_owned(),
        sentence: "The name copies the business letter for letter.".to_owned(),
        ..RulingInput::default()
    };
    let terms = input.parse().unwrap();
    review
        .decide(case.id, case.version, &terms, by)
        .await
        .unwrap();
}

/// An appeal of the accused that waits for a person.
pub(super) async fn appealed(app: &TestApp, by: &Author) {
    ruled(app, "confirmed_impostor", by).await;
    let account = json!({"phone": NUMBER});
    let input = AppealInput {
        account: serde_json::from_value(account).unwrap(),
        report_token: None,
        grounds: "I was given this number last month.".to_owned(),
    };
    let review = &app.services.review;
    let appealed = review.appeal(&input, &Author::server()).await.unwrap();
    review.go_on(&appealed.token).await.unwrap();
}

async fn verdict(chrome: &Chrome) -> String {
    let check = json!({"phone": NUMBER});
    let answer = chrome.app.post("/v1/checks", &check).await;
    answer.json()["verdict"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_person_judges_an_appeal_by_keyboard_and_the_ruling_is_reversed() {
    let app = app_with_cases(&THREE[..1]).await;
    appealed(&app, &nobody_here()).await;
    let chrome = at_work(app, "reviewer", "/console/appeals").await;
    assert_eq!(verdict(&chrome).await, "confirmed_impostor");
    chrome.says("Amaz0n Customer Support").await;
    chrome.press("j").await;
    chrome.press(&Key::Enter).await;
    chrome.says("I was given this number last month.").await;
    chrome.says("control of the account not shown").await;
    chrome.press("v").await;
    chrome.press("r").await;
    chrome.press("Another business or p").await;
    chrome.press("m").await;
    chrome
        .fill("#finding-text", "The number has a new holder since March.")
        .await;
    chrome.press(&Key::Escape).await;
    chrome.press("s").await;
    chrome.says("Judged: Reverse the ruling.").await;
    chrome
        .says("The number has a new holder since March.")
        .await;
    assert_ne!(verdict(&chrome).await, "confirmed_impostor");
}

#[tokio::test]
async fn whoever_ruled_does_not_judge() {
    let app = app_with_cases(&THREE[..1]).await;
    let ann = Visitor::of(&app, "ann@example.com", "lead").await;
    let users = app.services.people.list(None, 9).await.unwrap().users;
    appealed(&app, &Author::of(Actor::User(users[0].id))).await;
    let list = ann.get(&app, "/console/appeals").await.text();
    let (_, after) = list.split_once("/console/appeals/apl_").unwrap();
    let path = format!("/console/appeals/apl_{}", after.split_once('"').unwrap().0);
    let page = ann.get(&app, &path).await.text();
    assert!(page.contains("another person judges"), "{page}");
    assert!(!page.contains("name=\"outcome\""), "{page}");
    let form = "outcome=upheld&reason=copied_name&finding=It+stays+as+it+was+ruled.";
    let refused = ann.post(&app, &format!("{path}/judge"), form).await;
    assert_eq!(refused.status, 409, "{}", refused.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_cases_are_previewed_ruled_on_at_once_and_undone_together() {
    let chrome = at_work(app_with_cases(THREE).await, "lead", "/console/cases").await;
    chrome.click("a[href^='/console/cases/bulk']").await;
    chrome.says("Open cases of these filters: 3").await;
    chrome.click("input[value='confirmed_impostor']").await;
    chrome.click("#reason").await;
    chrome.press("The name is c").await;
    chrome.press(&Key::Enter).await;
    chrome
        .fill("#sentence", "Three of {count}, all copies of one name.")
        .await;
    chrome.click(".panel button.main").await;
    chrome.says("fill in {count} first").await;
    chrome
        .fill("#sentence", "Three of them, all copies of one name.")
        .await;
    chrome.click(".panel button.main").await;
    chrome.says("Undo all of it").await;
    assert_eq!(verdict(&chrome).await, "confirmed_impostor");
    chrome.press("z").await;
    chrome.says("Undone on 3 cases").await;
    assert_ne!(verdict(&chrome).await, "confirmed_impostor");
}

#[tokio::test]
async fn a_ruling_on_many_cases_is_refused_when_they_changed_since_the_preview() {
    let app = app_with_cases(&THREE[..2]).await;
    let ann = Visitor::of(&app, "ann@example.com", "lead").await;
    let page = ann.get(&app, "/console/cases/bulk").await.text();
    let (_, after) = page.split_once("name=\"token\" value=\"").unwrap();
    let token = after.split_once('"').unwrap().0;
    let review = &app.services.review;
    let query = CaseQuery::default();
    let taken = review.claim_next(&query, &nobody_here()).await.unwrap();
    let form = format!(
        "token={token}&ruling=legitimate&reason=namesake&sentence=They+are+all+other+businesses."
    );
    let refused = ann.post(&app, "/console/cases/bulk", &form).await;
    assert_eq!(refused.status, 409, "{}", refused.text());
    assert!(refused.text().contains("have changed since the preview"));
    assert!(review.get(taken.id).await.unwrap().standing.is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn views_and_texts_are_kept_and_a_text_starts_a_sentence() {
    let chrome = at_work(
        app_with_cases(&THREE[..1]).await,
        "lead",
        "/console/cases?verdict=likely_impostor",
    )
    .await;
    chrome.click("main summary").await;
    chrome.fill("#view-name", "Likely ones <b>").await;
    chrome.press(&Key::Enter).await;
    chrome.says("The view is saved.").await;
    chrome.open("/console/cases").await;
    let tab = chrome.find(".tabs a:last-child").await;
    assert_eq!(tab.text().await.unwrap(), "Likely ones <b>");
    tab.click().await.unwrap();
    chrome.find(".tabs a:last-child[aria-current]").await;
    assert_eq!(
        chrome.path().await,
        "/console/cases?verdict=likely_impostor"
    );

    chrome.open("/console/templates").await;
    chrome.fill("#name-new", "Denied").await;
    chrome.fill("#text-new", "They denied it on {date} {").await;
    chrome.click("button.main").await;
    chrome.says("other braces have no place").await;
    chrome
        .fill("#text-new", "They denied it on {date} by phone.")
        .await;
    chrome.click("button.main").await;
    chrome.says("The text is kept.").await;
    chrome.open("/console/cases").await;
    chrome.press("n").await;
    chrome.says("The case is yours").await;
    chrome.press("g").await;
    chrome.press("Den").await;
    chrome.press(&Key::Tab).await;
    let typed = "return document.querySelector('#sentence').value";
    assert_eq!(
        chrome.run(typed).await,
        "They denied it on {date} by phone."
    );
}

#[tokio::test]
async fn figures_tell_what_was_done_and_come_as_a_table_for_programs() {
    let app = app_with_cases(&THREE[..2]).await;
    let ann = Visitor::of(&app, "ann@example.com", "lead").await;
    let users = app.services.people.list(None, 9).await.unwrap().users;
    let by = Author::of(Actor::User(users[0].id));
    ruled(&app, "confirmed_impostor", &by).await;
    app.clock.advance(SignedDuration::from_mins(1));
    let page = ann.get(&app, "/console/statistics?days=7").await.text();
    assert!(page.contains("<b>1</b><span>pending"), "{page}");
    assert!(page.contains("Test Person") && page.contains("name_similarity"));
    let (_, after) = page.split_once("/v1/stats.csv?").unwrap();
    let query = after.split_once('"').unwrap().0.replace("&#38;", "&");
    let csv = ann.get(&app, &format!("/v1/stats.csv?{query}")).await;
    assert!(
        csv.text().contains("ruling,confirmed_impostor,count,1"),
        "{}",
        csv.text()
    );
}
