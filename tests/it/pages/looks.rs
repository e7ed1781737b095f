//! Every page, at two widths, light and dark: no violation of accessibility, nothing wider than the screen.
//!
//! With `PICTURES=DIR` a picture of each is written there, to be looked at by people.

use bonafide::service::access::Scope;
use serde_json::json;

use super::at_work;
use super::chrome::Chrome;
use crate::support::{TestApp, author};

const SIZES: [u32; 2] = [390, 1440];
const THEMES: [&str; 2] = ["light", "dark"];

/// Looks at the page that is open in every way; gives what is wrong.
async fn inspect(chrome: &Chrome, name: &str, wrong: &mut Vec<String>) {
    for width in SIZES {
        for theme in THEMES {
            chrome.looks(width, theme).await;
            let place = format!("{name} at {width}, {theme}");
            let violations = chrome.violations().await;
            wrong.extend(violations.iter().map(|v| format!("{place}: {v}")));
            let wider = chrome
                .run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
                .await;
            if wider != json!(0) {
                wrong.push(format!("{place}: {wider} pixels wider than the screen"));
            }
            if let Some(dir) = std::env::var_os("PICTURES") {
                let file = format!("{name}-{width}-{theme}.png");
                std::fs::write(
                    std::path::Path::new(&dir).join(file),
                    chrome.picture().await,
                )
                .unwrap();
            }
        }
    }
}

/// A registry in which something has happened.
async fn lively() -> (TestApp, String, String) {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::RegistryRead, Scope::RegistryWrite]).await;
    let lines = [
        json!({"external_id": "harbour", "name": "Royal Harbour Bank", "aliases": ["RHB", "Harbour Bank", "皇家港湾银行"], "country": "GB",
            "category": "bank", "phones": ["+44 20 7946 0009", {"value": "+44 20 7946 0010", "never_originates": true}],
            "websites": ["https://www.royalharbour.example/"], "emails": ["@royalharbour.example"], "handles": {"instagram": "royalharbour"},
            "coverage": {"phone": "complete"}, "source": "Companies House"}),
        json!({"external_id": "morgenrot", "name": "Kaffeehaus Morgenrot", "country": "DE", "category": "amenity/cafe", "phones": ["+49 30 23125006"]}),
        json!({"external_id": "zenith", "name": "Zenith Bank", "country": "NG", "phones": ["+44 20 7946 0009"], "source": "a list"}),
        json!({"external_id": "sf", "name": "顺丰速运", "aliases": ["SF Express"], "country": "CN", "phones": ["+86 95338"]}),
    ];
    let text = lines.map(|l| l.to_string()).join("\n");
    let request = axum::http::Request::post("/v1/imports?source=sample.jsonl")
        .header("content-type", "application/x-ndjson")
        .header("authorization", format!("Bearer {key}"))
        .body(axum::body::Body::from(text));
    let imported = app.send(request.unwrap()).await;
    assert_eq!(imported.status, 201, "{}", imported.text());
    let found = app
        .with_key("GET", "/v1/businesses?q=harbour", &key, &json!(null))
        .await
        .json();
    let id = found["businesses"][0]["id"].as_str().unwrap().to_owned();
    let registry = &app.services.registry;
    let patch = json!({"about": "The bank by the harbour.", "aliases": ["RHB", "Harbour Bank", "皇家港湾银行", "Royal Harbor Bank"]});
    let business = id.parse().unwrap();
    registry.patch(business, 1, patch, &author()).await.unwrap();
    for (name, colour) in [("watch", "d97706"), ("partner", "1f6feb")] {
        let terms = bonafide::service::registry::LabelTerms::parse(name, colour).unwrap();
        let label = registry.create_label(&terms, &author()).await.unwrap();
        if name == "watch" {
            registry
                .put_label(label.id, business, &author())
                .await
                .unwrap();
        }
    }
    let note = bonafide::domain::Text::parse(
        "note",
        "Called the switchboard: the second line is inbound only.",
    )
    .unwrap();
    registry.add_note(business, &note, &author()).await.unwrap();
    let name = bonafide::domain::Text::parse("name", "Harbour Group").unwrap();
    registry
        .create_organisation(&name, &author())
        .await
        .unwrap();
    let claims = format!("/v1/businesses/{id}/claims");
    for claim in [
        json!({"kind": "domain", "value": "royalharbour.example"}),
        json!({"kind": "phone", "value": "+442079460009"}),
    ] {
        let claimed = app.with_key("POST", &claims, &key, &claim).await;
        assert_eq!(claimed.status, 201, "{}", claimed.text());
    }
    let conflicts = registry.list_conflicts(None, 1).await.unwrap().conflicts;
    let conflict = conflicts[0].id.to_string();
    (app, id, conflict)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_before_the_sign_in_are_accessible() {
    let chrome = Chrome::before(TestApp::new().await).await;
    let mut wrong = Vec::new();
    for (name, path) in [
        ("sign-in", "/sign-in"),
        ("reset", "/reset-password?token=abc"),
        ("nowhere", "/console-that-is-not"),
        ("public", "/"),
        ("report", "/report"),
        ("report-status", "/report/status"),
        ("appeal", "/appeal"),
    ] {
        chrome.open(path).await;
        inspect(&chrome, name, &mut wrong).await;
    }
    chrome.open("/sign-in").await;
    chrome.fill("#email", "ann@example.com").await;
    chrome.fill("#password", "x").await;
    chrome.press(&fantoccini::key::Key::Enter).await;
    chrome.says("This did not work").await;
    inspect(&chrome, "sign-in-refused", &mut wrong).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_the_console_are_accessible() {
    let (app, business, conflict) = lively().await;
    let chrome = at_work(app, "admin", "/console/businesses").await;
    let user = chrome
        .app
        .services
        .people
        .list(None, 1)
        .await
        .unwrap()
        .users[0]
        .id;
    let mut wrong = Vec::new();
    for (name, path) in [
        ("account", "/account".to_owned()),
        ("businesses", "/console/businesses".to_owned()),
        ("businesses-none", "/console/businesses?q=nobody".to_owned()),
        (
            "businesses-wrong",
            "/console/businesses?country=Germany".to_owned(),
        ),
        ("business", format!("/console/businesses/{business}")),
        ("proof", format!("/console/businesses/{business}/proof")),
        ("conflicts", "/console/conflicts".to_owned()),
        ("conflict", format!("/console/conflicts/{conflict}")),
        ("labels", "/console/labels".to_owned()),
        ("imports", "/console/imports".to_owned()),
        ("users", "/console/users".to_owned()),
        ("user", format!("/console/users/{user}")),
        ("organisations", "/console/organisations".to_owned()),
        ("keys", "/console/keys".to_owned()),
        ("audit", "/console/audit".to_owned()),
        ("settings", "/console/settings".to_owned()),
        ("missing", "/console/nowhere".to_owned()),
    ] {
        chrome.open(&path).await;
        inspect(&chrome, name, &mut wrong).await;
    }
    chrome.click("button.finder").await;
    chrome.find("dialog[open]").await;
    inspect(&chrome, "palette", &mut wrong).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_of_the_second_factor_are_accessible() {
    let app = TestApp::new().await;
    super::person(&app, "ann@example.com", "Ann Miller", "reviewer").await;
    let chrome = Chrome::before(app).await;
    let mut wrong = Vec::new();
    chrome.open("/console").await;
    chrome.fill("#email", "ann@example.com").await;
    chrome.fill("#password", super::PASSWORD).await;
    chrome.press(&fantoccini::key::Key::Enter).await;
    chrome.says("Set it up in a minute").await;
    inspect(&chrome, "factor-offer", &mut wrong).await;
    chrome
        .click("form[action='/account/second-factor/start'] button")
        .await;
    chrome.says("Scan this with the app").await;
    inspect(&chrome, "factor-scan", &mut wrong).await;
    chrome.click("details summary").await;
    let secret = chrome.find("code.secret").await.text().await.unwrap();
    let totp = super::totp_of(&secret);
    // A wrong code brings the same drawing back.
    chrome.fill("#code", "000000").await;
    chrome.press(&fantoccini::key::Key::Enter).await;
    chrome.says("This code does not count").await;
    inspect(&chrome, "factor-refused", &mut wrong).await;
    chrome
        .fill("#code", &super::code_now(&chrome.app, &totp))
        .await;
    chrome.press(&fantoccini::key::Key::Enter).await;
    chrome.says("Keep your recovery codes").await;
    inspect(&chrome, "recovery-codes", &mut wrong).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_the_review_are_accessible() {
    let hostile = format!(
        "Amaz0n{} Customer Support \u{202e}<b>",
        "\u{30d}".repeat(60)
    );
    let names = [
        ("Аmаzоn Help\u{200b}desk ✅", "+447400123456"),
        (hostile.as_str(), "+447400123457"),
        ("Amaz0n Customer Support", "+447400123458"),
    ];
    let app = super::cases::app_with_cases(&names).await;
    let chrome = at_work(app, "lead", "/console/cases").await;
    let mut wrong = Vec::new();
    chrome.says("Take the next one").await;
    inspect(&chrome, "queue", &mut wrong).await;
    chrome.open("/console/cases?verdict=suspicious").await;
    inspect(&chrome, "queue-none", &mut wrong).await;
    chrome.open("/console/cases/bulk").await;
    inspect(&chrome, "bulk", &mut wrong).await;
    for (name, path) in [
        ("appeals-none", "/console/appeals"),
        ("templates", "/console/templates"),
        ("statistics-none", "/console/statistics"),
    ] {
        chrome.open(path).await;
        inspect(&chrome, name, &mut wrong).await;
    }
    let query = bonafide::service::review::CaseQuery {
        limit: 9,
        ..Default::default()
    };
    let open = chrome.app.services.review.list(&query).await.unwrap();
    assert!(open.cases.len() >= 2, "{:?}", open.cases);
    for (name, _) in ["case", "case-second", "case-third"]
        .iter()
        .zip(&open.cases)
    {
        chrome.open("/console/cases").await;
        chrome.press("n").await;
        chrome.says("Side by side").await;
        inspect(&chrome, name, &mut wrong).await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_appeals_and_figures_are_accessible() {
    let names = [("Amaz0n Customer Support", "+447400123456")];
    let app = super::cases::app_with_cases(&names).await;
    let by = bonafide::service::author::Author::of(bonafide::domain::Actor::User(
        bonafide::domain::UserId::new(uuid::Uuid::from_u128(1)),
    ));
    super::desk::appealed(&app, &by).await;
    app.clock.advance(jiff::SignedDuration::from_mins(1));
    let chrome = at_work(app, "lead", "/console/appeals").await;
    let mut wrong = Vec::new();
    chrome.says("Amaz0n Customer Support").await;
    inspect(&chrome, "appeals", &mut wrong).await;
    chrome.click("tbody a").await;
    chrome.says("The ruling").await;
    inspect(&chrome, "appeal-judged", &mut wrong).await;
    chrome.open("/console/statistics").await;
    inspect(&chrome, "statistics", &mut wrong).await;
    // Outside: a report that is kept, and how it stands.
    chrome.open("/report").await;
    chrome.fill("#phone", "+447400123457").await;
    chrome.fill("#what", "It asked for a code.").await;
    chrome.click("button.main").await;
    chrome.says("Keep this now.").await;
    inspect(&chrome, "report-kept", &mut wrong).await;
    chrome.click("button.main").await;
    chrome.says("It waits for a person").await;
    inspect(&chrome, "report-stands", &mut wrong).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
