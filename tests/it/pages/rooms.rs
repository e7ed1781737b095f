//! Who may enter which room of the console: the same as in the API.

use super::Visitor;
use crate::support::TestApp;

/// Each room, and from which role on it can be entered.
const ROOMS: &[(&str, &[&str])] = &[
    ("/account", &["business", "reviewer", "lead", "admin"]),
    (
        "/console/businesses",
        &["business", "reviewer", "lead", "admin"],
    ),
    (
        "/console/find?q=acme",
        &["business", "reviewer", "lead", "admin"],
    ),
    ("/console/cases", &["reviewer", "lead", "admin"]),
    ("/console/cases/bulk", &["reviewer", "lead", "admin"]),
    ("/console/appeals", &["reviewer", "lead", "admin"]),
    ("/console/templates", &["reviewer", "lead", "admin"]),
    ("/console/statistics", &["reviewer", "lead", "admin"]),
    ("/console/conflicts", &["reviewer", "lead", "admin"]),
    ("/console/labels", &["reviewer", "lead", "admin"]),
    ("/console/imports", &["lead", "admin"]),
    ("/console/users", &["admin"]),
    ("/console/organisations", &["admin"]),
    ("/console/keys", &["admin"]),
    ("/console/audit", &["admin"]),
    ("/console/audit.jsonl", &["admin"]),
    ("/console/settings", &["admin"]),
];

#[tokio::test]
async fn each_role_enters_its_rooms_and_no_other_and_is_shown_no_other() {
    let app = TestApp::new().await;
    for role in ["business", "reviewer", "lead", "admin"] {
        let visitor = Visitor::of(&app, &format!("{role}@example.com"), role).await;
        let page = visitor.get(&app, "/account").await.text();
        for (path, roles) in ROOMS {
            let enters = roles.contains(&role);
            let answer = visitor.get(&app, path).await;
            let expected = if enters { 200 } else { 403 };
            assert_eq!(answer.status, expected, "{role} {path}");
            let link = format!("<li><a href=\"{path}\"");
            let is_room = path.matches('/').count() == 2 && !path.contains(['?', '.']);
            if path.starts_with("/console/") && is_room {
                assert_eq!(page.contains(&link), enters, "{role} {path}");
            }
        }
    }
}

#[tokio::test]
async fn forms_of_a_room_are_refused_to_those_who_may_not_enter_it() {
    let app = TestApp::new().await;
    let reviewer = Visitor::of(&app, "rita@example.com", "reviewer").await;
    for path in ["/console/keys", "/console/users", "/console/organisations"] {
        let answer = reviewer
            .post(&app, path, "name=x&email=x%40example.com&role=admin")
            .await;
        assert_eq!(answer.status, 403, "{path}");
    }
    let business = Visitor::of(&app, "biz@example.com", "business").await;
    for path in [
        "/console/labels",
        "/console/cases/next",
        "/console/cases/bulk",
        "/console/cases/views",
        "/console/cases/case_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f/decide",
        "/console/appeals/apl_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f/judge",
        "/console/templates",
        "/console/businesses/biz_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f/proof/lift",
        "/console/businesses/biz_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f/notes",
        "/console/conflicts/cfl_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f/settle",
        "/console/imports/run_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f/undo",
    ] {
        let answer = business
            .post(&app, path, "name=x&colour=%23112233&text=x&finding=x")
            .await;
        assert_eq!(answer.status, 403, "{path}");
    }
}

#[tokio::test]
async fn without_the_second_factor_a_reviewer_is_led_to_where_it_is_set_up() {
    let app = TestApp::new().await;
    super::person(&app, "rita@example.com", "Rita", "reviewer").await;
    let typed = serde_json::json!({"email": "rita@example.com", "password": super::PASSWORD});
    let answer = app.post("/v1/session", &typed).await;
    let visitor = Visitor {
        cookie: answer
            .header("set-cookie")
            .split(';')
            .next()
            .unwrap()
            .to_owned(),
        csrf: String::new(),
    };
    for path in ["/console", "/console/businesses"] {
        let answer = visitor.get(&app, path).await;
        assert_eq!(answer.status, 303);
        let to = answer.header("location");
        assert!(
            to.starts_with("/account/second-factor?next=%2Fconsole"),
            "{to}"
        );
        assert_eq!(visitor.get(&app, to).await.status, 200);
    }
}

#[tokio::test]
async fn settings_are_told_without_passwords() {
    let settings = bonafide::config::Settings {
        public_url: Some("http://localhost:8080".to_owned()),
        oidc_issuer: Some("https://id.example.com".to_owned()),
        oidc_client_id: Some("bonafide".to_owned()),
        oidc_client_secret: Some("horse-battery".into()),
        ..Default::default()
    };
    let app = TestApp::with(settings).await;
    let admin = Visitor::of(&app, "ann@example.com", "admin").await;
    let page = admin.get(&app, "/console/settings").await.text();
    assert!(page.contains("https://id.example.com") && page.contains("***"));
    assert!(!page.contains("horse-battery"));
}
