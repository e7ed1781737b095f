//! People outside: reporting an account with evidence, following that, and appealing.

use axum::body::Body;
use axum::http::Request;
use bonafide::config::Settings;
use bonafide::domain::{Actor, AppealState, UserId};
use bonafide::service::author::Author;
use bonafide::service::review::{CaseQuery, Judgement};
use jiff::SignedDuration;
use serde_json::json;
use uuid::Uuid;

use super::cases::app_with_cases;
use super::chrome::Chrome;
use super::desk::ruled;
use crate::review::with_mailbox;
use crate::support::{Answer, TestApp};

const NUMBER: &str = "+447400123456";
const PNG: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";

fn reviewer(n: u128) -> Author {
    Author::of(Actor::User(UserId::new(Uuid::from_u128(n))))
}

/// A form with files, as browsers send it.
async fn upload(
    app: &TestApp,
    path: &str,
    fields: &[(&str, &str)],
    files: &[(&str, &str, &[u8])],
    headers: &[(&str, &str)],
) -> Answer {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part =
            format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    for (name, kind, content) in files {
        let part = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n"
        );
        body.extend_from_slice(part.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--edge--\r\n");
    let mut request = Request::post(path)
        .header("accept", "text/html")
        .header("content-type", "multipart/form-data; boundary=edge");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app.send(request.body(Body::from(body)).unwrap()).await
}

/// The token that a page tells.
fn token_of(page: &str) -> String {
    let (_, after) = page.split_once("id=\"token\">").unwrap();
    after.split_once('<').unwrap().0.to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_check_leads_to_a_report_with_a_picture_whose_token_tells_how_it_stands() {
    let chrome = Chrome::before(app_with_cases(&[]).await).await;
    let picture = tempfile::Builder::new().suffix(".png").tempfile().unwrap();
    std::fs::write(picture.path(), PNG).unwrap();
    chrome.open("/").await;
    chrome.fill("#phone", NUMBER).await;
    chrome.fill("#name", "Amaz0n Customer Support").await;
    chrome.click("form > button").await;
    chrome.click("button.second").await;
    chrome.says("Which account?").await;
    let name = chrome
        .run("return document.querySelector('#name').value")
        .await;
    assert_eq!(name, "Amaz0n Customer Support", "it is not typed twice");
    chrome.click("input[value='code_asked']").await;
    chrome
        .fill("#what", "They asked for the code from my phone.")
        .await;
    let field = chrome.find("#files").await;
    field
        .send_keys(picture.path().to_str().unwrap())
        .await
        .unwrap();
    chrome.click("button.main").await;
    chrome.says("Keep this now.").await;
    let token = chrome.find("#token").await.text().await.unwrap();
    assert!(token.starts_with("rpt_"), "{token}");
    assert!(chrome.text().await.contains("kept"));
    let cases = chrome
        .app
        .services
        .review
        .list(&everything())
        .await
        .unwrap();
    let file = chrome
        .app
        .services
        .review
        .open(cases.cases[0].case.id)
        .await;
    let file = file.unwrap();
    assert_eq!(file.files.len(), 1);
    assert_eq!(
        file.reports[0].text,
        "They asked for the code from my phone."
    );
    // Later, with the token alone.
    chrome.open("/report/status").await;
    chrome.fill("#token", &token).await;
    chrome.click("button.main").await;
    chrome.says("It waits for a person to look at it.").await;
    assert_eq!(
        chrome.path().await,
        "/report/status",
        "no token stands in an address"
    );
}

fn everything() -> CaseQuery {
    CaseQuery {
        limit: 9,
        ..CaseQuery::default()
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_report_is_told_in_words_and_nothing_typed_is_lost() {
    let app = app_with_cases(&[]).await;
    let story = ("what_happened", "It asked for money & more.");
    let no_key = upload(&app, "/report", &[("name", "Amazon"), story], &[], &[]).await;
    assert_eq!(no_key.status, 422);
    let page = no_key.text();
    assert!(page.contains("A name alone could be anybody"), "{page}");
    assert!(page.contains("It asked for money &#38; more."), "{page}");
    assert_eq!(
        app.services
            .review
            .list(&everything())
            .await
            .unwrap()
            .cases
            .len(),
        0
    );

    let chinese = [("accept-language", "zh-CN")];
    let no_key = upload(&app, "/report", &[("name", "Amazon"), story], &[], &chinese).await;
    assert!(no_key.text().contains("仅凭名称无法确定是谁"));

    // A report is kept although one of its files is none.
    let fields = [("phone", NUMBER), ("harm", "money_asked"), story];
    let large = vec![0; 5 * 1024 * 1024 + 1];
    let files: [(&str, &str, &[u8]); 4] = [
        ("shot.png", "image/png", PNG),
        ("a.exe", "application/octet-stream", b"MZ\x90\0\x03"),
        ("large.png", "image/png", &large),
        ("", "application/octet-stream", b""),
    ];
    let kept = upload(&app, "/report", &fields, &files, &[]).await;
    assert_eq!(kept.status, 201, "{}", kept.text());
    let page = kept.text();
    assert_eq!(page.matches("not taken").count(), 2, "{page}");
    assert!(page.contains("It is larger than 5 MB."), "{page}");
    let case = app.services.review.list(&everything()).await.unwrap().cases[0]
        .case
        .id;
    assert_eq!(app.services.review.open(case).await.unwrap().files.len(), 1);
    let token = token_of(&page);

    // Evidence that comes later; a wrong token adds nothing.
    let shots = [("late.png", "image/png", PNG)];
    let added = upload(&app, "/report/files", &[("token", &token)], &shots, &[]).await;
    assert_eq!(added.status, 200, "{}", added.text());
    assert_eq!(app.services.review.open(case).await.unwrap().files.len(), 2);
    let nobody = upload(&app, "/report/files", &[("token", "rpt_0")], &shots, &[]).await;
    assert_eq!(nobody.status, 404);
    assert!(nobody.text().contains("This token names nothing"));
    assert_eq!(app.services.review.open(case).await.unwrap().files.len(), 2);

    let elsewhere = [("origin", "https://evil.example"), ("host", "localhost")];
    let forged = upload(&app, "/report", &fields, &[], &elsewhere).await;
    assert_eq!(forged.status, 403);
    assert_eq!(
        app.services.review.open(case).await.unwrap().reports.len(),
        1
    );
}

#[tokio::test]
async fn who_reports_too_fast_is_told_when_to_come_back_and_keeps_what_was_typed() {
    let app = TestApp::with(Settings {
        public_requests_per_minute: 2,
        proxies: 1,
        ..Settings::default()
    })
    .await;
    let from = [("x-forwarded-for", "192.0.2.1")];
    let fields = [("phone", NUMBER), ("what_happened", "It asked for money.")];
    for _ in 0..2 {
        let answer = upload(&app, "/report", &fields, &[], &from).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
    }
    let third = upload(&app, "/report", &fields, &[], &from).await;
    assert_eq!(third.status, 429);
    let wait: u64 = third.header("retry-after").parse().unwrap();
    let page = third.text();
    assert!(
        page.contains(&format!("send it again in {wait} seconds")),
        "{page}"
    );
    assert!(page.contains("It asked for money.") && page.contains(NUMBER.trim_start_matches('+')));
    let other = [("x-forwarded-for", "192.0.2.2")];
    let answer = upload(&app, "/report", &fields, &[], &other).await;
    assert_eq!(answer.status, 201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_accused_shows_control_reads_the_reasons_and_meets_a_condition() {
    let app = app_with_cases(&[("Amaz0n Customer Support", NUMBER)]).await;
    let (app, mailbox) = with_mailbox(app);
    ruled(&app, "confirmed_impostor", &reviewer(1)).await;
    let chrome = Chrome::before(app).await;
    chrome.open("/appeal").await;
    chrome.fill("#phone", "+447400999999").await;
    chrome
        .fill("#grounds", "I was given this number last month.")
        .await;
    chrome.click("button.main").await;
    chrome
        .says("Nothing was ruled that could be appealed now")
        .await;
    chrome.fill("#phone", NUMBER).await;
    chrome.click("button.main").await;
    chrome.says("Keep this now.").await;
    let token = chrome.find("#token").await.text().await.unwrap();
    assert!(!chrome.text().await.contains("Why it was ruled so"));
    chrome.click("form[action='/appeal/code'] button").await;
    chrome.says("A code is on its way").await;
    let code = mailbox.last().1;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    chrome.fill("#code", wrong).await;
    chrome.click("form[action='/appeal/confirm'] button").await;
    chrome.says("The code is not right").await;
    chrome.fill("#code", &code).await;
    chrome.click("form[action='/appeal/confirm'] button").await;
    chrome.says("Why it was ruled so").await;
    chrome
        .says("this account was found to imitate Amazon")
        .await;

    let review = chrome.app.services.review.clone();
    let waiting = review.list_appeals(AppealState::Received, None, 5).await;
    let id = waiting.unwrap().0[0].appeal.id;
    let condition = "Take the word Amazon out of the name that the account shows.";
    let judgement = Judgement::parse("conditional", "copied_name", condition, None).unwrap();
    review.judge(id, &judgement, &reviewer(2)).await.unwrap();
    chrome.open("/appeal").await;
    chrome.fill("#token", &token).await;
    chrome.click("form[action='/appeal/status'] button").await;
    chrome.says("The ruling would be reversed if").await;
    chrome.says(condition).await;
    chrome
        .fill("#answer", "The account is called Fred's Parcels now.")
        .await;
    chrome.click("form[action='/appeal/answer'] button").await;
    chrome.says("Your answer is kept.").await;
    let answered = review.get_appeal(id).await.unwrap();
    assert_eq!(
        answered.answer.as_deref(),
        Some("The account is called Fred's Parcels now.")
    );
}

#[tokio::test]
async fn a_refused_reporter_is_told_so_and_appeals_by_the_token_of_the_report() {
    let app = app_with_cases(&[]).await;
    let fields = [
        ("phone", NUMBER),
        ("what_happened", "They called as Amazon."),
    ];
    let kept = upload(&app, "/report", &fields, &[], &[]).await;
    let token = token_of(&kept.text());
    ruled(&app, "legitimate", &reviewer(1)).await;
    app.clock.advance(SignedDuration::from_hours(25));
    let form = async |path: &str, body: String| {
        let request = Request::post(path)
            .header("accept", "text/html")
            .header("content-type", "application/x-www-form-urlencoded");
        app.send(request.body(Body::from(body)).unwrap()).await
    };
    let status = form("/report/status", format!("token={token}")).await;
    let page = status.text();
    assert!(page.contains("the account imitates nobody"), "{page}");
    assert!(page.contains("name=\"report_token\""), "{page}");
    let short = form("/appeal", format!("report_token={token}&grounds=no")).await;
    assert_eq!(short.status, 422);
    assert!(
        short.text().contains(&token),
        "the token is kept for the next try"
    );
    let grounds = "grounds=They+asked+my+mother+for+her+code.";
    let appealed = form("/appeal", format!("report_token={token}&{grounds}")).await;
    assert_eq!(appealed.status, 201, "{}", appealed.text());
    let own = token_of(&appealed.text());
    assert!(own.starts_with("apt_"));
    let withdrawn = form("/appeal/withdraw", format!("token={own}")).await;
    assert!(withdrawn.text().contains("The appeal is withdrawn."));
    let again = form("/appeal/withdraw", format!("token={own}")).await;
    assert_eq!(again.status, 409, "{}", again.text());
    assert_eq!(
        form("/appeal/fly", format!("token={own}")).await.status,
        404
    );
    let unknown = json!({"token": "apt_0"});
    assert_eq!(
        form("/appeal/status", format!("token={}", unknown["token"]))
            .await
            .status,
        404
    );
}
