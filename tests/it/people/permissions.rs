//! Who may do what: every route of the API, against every role.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Browser, next_step, person, signed_in};
use crate::http::permissions::{Operation, operations, refused};
use crate::support::TestApp;

/// The scopes of each role, as the README tells them. `business` here is one without an organisation, which writes nothing.
const ROLES: [(&str, &[&str]); 4] = [
    ("business", &["check", "registry:read"]),
    ("reviewer", &["check", "registry:read", "review"]),
    (
        "lead",
        &["check", "registry:read", "registry:write", "review"],
    ),
    (
        "admin",
        &[
            "check",
            "registry:read",
            "registry:write",
            "review",
            "admin",
        ],
    ),
];

async fn status(app: &TestApp, browser: &Browser, method: &Method, path: &str) -> (u16, String) {
    let body = json!({});
    let body = (*method != Method::GET).then_some(&body);
    let answer = browser.send(app, method.as_str(), path, body).await;
    let problem = serde_json::from_slice::<Value>(&answer.body).ok();
    let code = problem.and_then(|p| p["code"].as_str().map(str::to_owned));
    (answer.status.as_u16(), code.unwrap_or_default())
}

#[tokio::test]
async fn each_route_lets_in_the_roles_that_the_document_names_and_no_other() {
    let app = TestApp::new().await;
    let operations = operations();
    let mut wrong = Vec::new();
    for (role, scopes) in ROLES {
        let (browser, _) = signed_in(&app, &format!("{role}@example.com"), role).await;
        next_step(&app);
        for operation in operations
            .iter()
            .filter(|o| !o.own_account && !o.needs.is_empty())
        {
            let (status, code) = status(&app, &browser, &operation.method, &operation.path).await;
            let has = |needed: &Vec<String>| needed.iter().all(|s| scopes.contains(&s.as_str()));
            let allowed = scopes.contains(&"admin") || operation.needs.iter().any(has);
            if refused(status, &code) == allowed || code == "csrf" {
                let name = &operation.name;
                wrong.push(format!(
                    "{name} as {role}: {status} {code}, allowed: {allowed}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn without_a_second_factor_a_reviewer_sees_to_the_own_account_only() {
    let app = TestApp::new().await;
    person(&app, "r@example.com", "reviewer").await;
    let mut browser = Browser::default();
    let answer = browser.sign_in(&app, "r@example.com", None).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let scoped = |o: &&Operation| !o.needs.is_empty() && o.needs.iter().all(|n| !n.is_empty());
    for operation in operations().iter().filter(scoped) {
        let (status, code) = status(&app, &browser, &operation.method, &operation.path).await;
        assert_eq!(status, 403, "{}: {code}", operation.name);
    }
    assert_eq!(browser.get(&app, "/v1/session").await.status, 200);
}
