//! Signing in and the own account, in a browser.

use fantoccini::key::Key;

use super::chrome::Chrome;
use super::{PASSWORD, at_work, code_now, enrol, person};
use crate::support::{TestApp, author};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reviewer_signs_in_sets_the_second_factor_up_and_next_time_shows_it() {
    let app = TestApp::new().await;
    person(&app, "ann@example.com", "Ann Miller", "reviewer").await;
    let chrome = Chrome::before(app).await;
    chrome.open("/console/businesses?country=DE").await;
    assert!(chrome.path().await.starts_with("/sign-in?next="));
    chrome.fill("#email", "ann@example.com").await;
    chrome.fill("#password", "not the password").await;
    chrome.press(&Key::Enter).await;
    chrome.says("is wrong").await;
    chrome.fill("#password", PASSWORD).await;
    chrome.press(&Key::Enter).await;
    let totp = enrol(&chrome).await;
    // The way ends where it began.
    chrome.says("Businesses").await;
    assert_eq!(chrome.path().await, "/console/businesses?country=DE");

    chrome.click(".me form button").await;
    chrome.says("You are signed out.").await;
    chrome.open("/console").await;
    chrome.fill("#email", "ann@example.com").await;
    chrome.fill("#password", PASSWORD).await;
    chrome.press(&Key::Enter).await;
    chrome.says("Enter the code").await;
    chrome.fill("#code", "000000").await;
    chrome.press(&Key::Enter).await;
    chrome.says("is wrong").await;
    chrome
        .app
        .clock
        .advance(jiff::SignedDuration::from_secs(30));
    chrome.fill("#code", &code_now(&chrome.app, &totp)).await;
    chrome.press(&Key::Enter).await;
    chrome.says("Ann Miller").await;
    chrome.open("/account").await;
    chrome.says("Recovery codes left: 10").await;
    let sessions = chrome
        .client
        .find_all(fantoccini::Locator::Css("table tbody tr"))
        .await;
    assert_eq!(sessions.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_comes_too_late_after_five_minutes_or_after_the_password_changed() {
    let app = TestApp::new().await;
    let id = person(&app, "ann@example.com", "Ann Miller", "lead").await;
    person(&app, "root@example.com", "Root", "admin").await;
    let chrome = at_work_as(app, "ann@example.com").await;
    let totp = enrol(&chrome).await;
    for late in [true, false] {
        chrome.open("/console").await;
        chrome.click(".me form button").await;
        chrome.says("You are signed out.").await;
        chrome.fill("#email", "ann@example.com").await;
        chrome.fill("#password", PASSWORD).await;
        chrome.press(&Key::Enter).await;
        chrome.says("Enter the code").await;
        if late {
            chrome.app.clock.advance(jiff::SignedDuration::from_mins(6));
        } else {
            let user = chrome.app.services.people.get(id).await.unwrap();
            let patch = serde_json::json!({"name": "Ann Moore"});
            let people = &chrome.app.services.people;
            people
                .patch(id, user.version, patch, &author())
                .await
                .unwrap();
            chrome
                .app
                .clock
                .advance(jiff::SignedDuration::from_secs(30));
        }
        chrome.fill("#code", &code_now(&chrome.app, &totp)).await;
        chrome.press(&Key::Enter).await;
        chrome.says("The code came too late").await;
        chrome.fill("#email", "ann@example.com").await;
        chrome.fill("#password", PASSWORD).await;
        chrome.press(&Key::Enter).await;
        chrome.says("Enter the code").await;
        chrome
            .app
            .clock
            .advance(jiff::SignedDuration::from_secs(30));
        chrome.fill("#code", &code_now(&chrome.app, &totp)).await;
        chrome.press(&Key::Enter).await;
        chrome.says("Sign out").await;
    }
}

async fn at_work_as(app: TestApp, email: &str) -> Chrome {
    let chrome = Chrome::before(app).await;
    chrome.open("/sign-in").await;
    chrome.fill("#email", email).await;
    chrome.fill("#password", PASSWORD).await;
    chrome.press(&Key::Enter).await;
    chrome
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_admin_makes_an_account_whose_person_chooses_a_password_by_the_link() {
    let chrome = at_work(TestApp::new().await, "admin", "/console/users").await;
    chrome.fill("#name", "Bob Stone").await;
    chrome.fill("#email", "bob@example.com").await;
    chrome
        .find("#role")
        .await
        .select_by_value("business")
        .await
        .unwrap();
    chrome.click("form[action='/console/users'] button").await;
    chrome.says("Give this link to the person").await;
    let link = chrome.find("#reset-link").await.text().await.unwrap();
    chrome.click(".me form button").await;
    chrome.says("You are signed out.").await;
    let path = link.split_once("/reset-password").unwrap().1;
    let path = format!("/reset-password{path}");
    chrome.open(&path).await;
    chrome.fill("#password", "password1234").await;
    chrome.press(&Key::Enter).await;
    chrome.says("This did not work").await;
    chrome.fill("#password", "four green hills beyond").await;
    chrome.press(&Key::Enter).await;
    chrome.says("Your password is chosen").await;
    chrome.fill("#email", "bob@example.com").await;
    chrome.fill("#password", "four green hills beyond").await;
    chrome.press(&Key::Enter).await;
    chrome.says("Bob Stone").await;
    // The link is used.
    chrome.open(&path).await;
    chrome.fill("#password", "seven blue hills beyond").await;
    chrome.press(&Key::Enter).await;
    chrome.says("This link was used already").await;
}
