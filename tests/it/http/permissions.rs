//! Who may do what: every route of the API, against every scope, as the OpenAPI document says it.

use axum::body::Body;
use axum::http::{Method, Request};
use bonafide::config::Settings;
use bonafide::service::access::Scope;
use serde_json::Value;

use crate::support::TestApp;

/// One operation of the document, and the sets of scopes of which one is needed.
pub(crate) struct Operation {
    pub method: Method,
    pub path: String,
    pub name: String,
    /// Nothing where the operation is open to everybody on a server that is.
    pub needs: Vec<Vec<String>>,
    open: bool,
    /// Whether it is about the own account of somebody who signed in.
    pub own_account: bool,
}

pub(crate) fn operations() -> Vec<Operation> {
    let (document, _) = bonafide::http::openapi::documents();
    let document: Value = serde_json::from_str(&document).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap().to_owned();
            let security = operation["security"].as_array();
            let security =
                security.unwrap_or_else(|| panic!("{name} does not say who may call it"));
            let needs = security.iter().filter_map(|s| s.get("key")).map(|scopes| {
                let scopes = scopes.as_array().unwrap().iter();
                scopes.map(|s| s.as_str().unwrap().to_owned()).collect()
            });
            operations.push(Operation {
                method: method.to_uppercase().parse().unwrap(),
                path: filled(path),
                needs: needs.collect(),
                own_account: security.iter().all(|s| s.get("key").is_none()),
                open: security.iter().any(|s| s.as_object().unwrap().is_empty()),
                name,
            });
        }
    }
    operations
}

/// A path with ids that nothing has: who may call is found out before what is there.
fn filled(path: &str) -> String {
    let nobody = "0".repeat(32);
    let prefixes = [
        ("/v1/businesses/{id}", "biz_"),
        ("/v1/keys/{id}", "key_"),
        ("/v1/organisations/{id}", "org_"),
        ("/v1/imports/{id}", "run_"),
        ("/v1/labels/{id}", "lbl_"),
        ("/v1/checks/{id}", "chk_"),
        ("/v1/users/{id}", "user_"),
        ("/v1/sessions/{id}", "ses_"),
        ("/v1/channel-conflicts/{id}", "cfl_"),
        ("/v1/cases/{id}", "case_"),
        ("/v1/reports/{id}", "rep_"),
        ("/v1/appeals/{id}", "apl_"),
        ("/v1/templates/{id}", "tpl_"),
        ("/v1/case-views/{id}", "view_"),
        ("/v1/bulk-rulings/{id}", "bulk_"),
    ];
    let found = prefixes.iter().find(|(start, _)| path.starts_with(start));
    let id = found.map_or(String::new(), |(_, prefix)| format!("{prefix}{nobody}"));
    let filled = path
        .replace("{id}", &id)
        .replace("{label_id}", &format!("lbl_{nobody}"))
        .replace("{note_id}", &format!("note_{nobody}"))
        .replace("{claim_id}", &format!("clm_{nobody}"))
        .replace("{file_id}", &format!("file_{nobody}"))
        .replace("{number}", "+4930123456");
    assert!(!filled.contains('{'), "no example for {path}");
    filled
}

async fn status(app: &TestApp, operation: &Operation, key: Option<&str>) -> (u16, String) {
    let mut request = Request::builder()
        .method(operation.method.clone())
        .uri(&operation.path)
        .header("content-type", "application/json");
    if let Some(key) = key {
        request = request.header("authorization", format!("Bearer {key}"));
    }
    let body = if operation.method == Method::GET {
        ""
    } else {
        "{}"
    };
    let answer = app.send(request.body(Body::from(body)).unwrap()).await;
    let code = serde_json::from_slice::<Value>(&answer.body).ok();
    let code = code.and_then(|body| body["code"].as_str().map(str::to_owned));
    (answer.status.as_u16(), code.unwrap_or_default())
}

pub(crate) fn refused(status: u16, code: &str) -> bool {
    status == 401 || (status == 403 && code == "scope_needed")
}

#[tokio::test]
async fn each_route_lets_in_whom_the_document_names_and_nobody_else() {
    let app = TestApp::with(Settings {
        listen: "0.0.0.0:80".parse().unwrap(),
        ..Settings::default()
    })
    .await;
    let mut keys = Vec::new();
    for scope in Scope::ALL {
        keys.push((scope, app.key(&[scope]).await));
    }
    let operations = operations();
    assert!(operations.len() > 25, "the document is read");
    let mut wrong = Vec::new();
    for operation in &operations {
        let (anonymous, code) = status(&app, operation, None).await;
        if anonymous != 401 && !operation.needs.is_empty() {
            wrong.push(format!(
                "{}: nobody is answered {anonymous} {code}",
                operation.name
            ));
        }
        for (scope, key) in &keys {
            let (status, code) = status(&app, operation, Some(key)).await;
            let word = scope.as_str().to_owned();
            let allowed = *scope == Scope::Admin
                || operation
                    .needs
                    .iter()
                    .any(|scopes| scopes.iter().all(|s| *s == word));
            if operation.needs.is_empty() || refused(status, &code) != allowed {
                continue;
            }
            let name = &operation.name;
            wrong.push(format!(
                "{name} with {word}: {status} {code}, allowed: {allowed}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn on_a_loopback_server_checks_and_reads_are_open_and_nothing_else_is() {
    let app = TestApp::new().await;
    for operation in operations() {
        let (status, code) = status(&app, &operation, None).await;
        let name = &operation.name;
        assert_eq!(status != 401, operation.open, "{name}: {status} {code}");
    }
}
