//! Names of strangers break no page.

use bonafide::service::access::Scope;
use serde_json::json;

use super::at_work;
use crate::support::TestApp;

/// The most hostile names that a reporter can bring.
fn hostile() -> [String; 5] {
    [
        "Amazon <script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"
            .to_owned(),
        "Amazon \u{202e}troppuS\u{2066} \u{202d}Help".to_owned(),
        format!("Amazon{}", "\u{30d}".repeat(900)),
        format!("Amazon {}", "W".repeat(900)),
        format!("Amazon {}", "بنك الخليج ".repeat(20).trim()),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hostile_name_of_a_reported_account_breaks_neither_queue_nor_case() {
    let app = super::cases::app_with_cases(&[]).await;
    for (n, name) in hostile().into_iter().enumerate() {
        let report = json!({"account": {"phone": format!("+44740012345{n}"), "display_name": name},
            "what_happened": format!("{name}</p><script>document.title='taken'</script>")});
        let answer = app.post("/v1/reports", &report).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
    }
    let query = bonafide::service::review::CaseQuery {
        limit: 9,
        ..Default::default()
    };
    let cases = app.services.review.list(&query).await.unwrap().cases;
    assert_eq!(cases.len(), 5);
    let chrome = at_work(app, "lead", "/console/cases").await;
    let mut paths = vec![
        "/console/cases".to_owned(),
        "/console/cases/bulk".to_owned(),
    ];
    paths.extend(
        cases
            .iter()
            .map(|c| format!("/console/cases/{}", c.case.id)),
    );
    for width in [390, 1440] {
        chrome.looks(width, "light").await;
        for path in &paths {
            chrome.open(path).await;
            chrome.says("Amazon").await;
            assert_ne!(chrome.client.title().await.unwrap(), "taken", "{path}");
            let wider = chrome
                .run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
                .await;
            assert_eq!(wider, 0, "{path} at {width}");
            let tall = chrome
                .run("return Math.max(...[...document.querySelectorAll('h1 bdi, table bdi')].map(e => e.getBoundingClientRect().height))")
                .await;
            assert!(tall.as_f64().unwrap() < 800.0, "{path} at {width}: {tall}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hostile_name_is_shown_as_text_and_stays_within_its_place() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::RegistryWrite]).await;
    let names = [
        "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"
            .to_owned(),
        "Bank \u{202e}knaB\u{2066} of \u{202d}Nowhere".to_owned(),
        format!("Z{}", "\u{30d}".repeat(199)),
        "بنك الخليج ".repeat(10).trim().to_owned(),
        "W".repeat(200),
        "\"><style>*{display:none}</style>".to_owned(),
    ];
    let mut ids = Vec::new();
    for name in &names {
        let made = app
            .register(&key, &json!({"name": name, "aliases": [name]}))
            .await;
        ids.push(made["id"].as_str().unwrap().to_owned());
    }
    let chrome = at_work(app, "lead", "/console/businesses").await;
    let mut paths = vec!["/console/businesses".to_owned()];
    paths.extend(ids.iter().map(|id| format!("/console/businesses/{id}")));
    for width in [390, 1440] {
        chrome.looks(width, "light").await;
        for path in &paths {
            chrome.open(path).await;
            chrome.says("Businesses").await;
            assert_ne!(chrome.client.title().await.unwrap(), "taken", "{path}");
            let wider = chrome
                .run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
                .await;
            assert_eq!(wider, 0, "{path} at {width}");
            let tall = chrome
                .run("return Math.max(...[...document.querySelectorAll('main bdi')].map(e => e.getBoundingClientRect().height))")
                .await;
            assert!(tall.as_f64().unwrap() < 400.0, "{path} at {width}: {tall}");
        }
    }
}
