//! The page of proofs: owners prove their business by its forms, reviewers add their word, and nobody else sees it.

use std::sync::Arc;

use bonafide::domain::Text;
use bonafide::service::access::Scope;
use bonafide::service::people::NewUser;
use serde_json::json;

use super::{PASSWORD, Visitor};
use crate::proof::outside::Outside;
use crate::proof::with_outside;
use crate::support::{TestApp, author};

const DOMAIN: &str = "zenith-coffee.com";

struct Scene {
    app: TestApp,
    outside: Arc<Outside>,
    owner: Visitor,
    page: String,
    /// The page of a business of nobody's.
    other: String,
}

/// A business whose owner is signed in.
async fn scene() -> Scene {
    let mut app = TestApp::new().await;
    let outside = Arc::new(Outside::default());
    with_outside(&mut app, &outside);
    let key = app.key(&[Scope::RegistryWrite]).await;
    let registry = &app.services.registry;
    let name = Text::parse("name", "Zenith Group").unwrap();
    let organisation = registry
        .create_organisation(&name, &author())
        .await
        .unwrap();
    let own = app.register(&key, &json!({"name": "Zenith Coffee"})).await;
    let other = app.register(&key, &json!({"name": "Harbour Bank"})).await;
    let id = own["id"].as_str().unwrap().parse().unwrap();
    registry
        .assign(id, 1, Some(organisation.id), &author())
        .await
        .unwrap();
    let new = NewUser {
        email: "olga@example.com".to_owned(),
        name: "Olga Owner".to_owned(),
        role: "business".to_owned(),
        organisation: Some(organisation.id.to_string()),
        password: Some(PASSWORD.to_owned()),
    };
    app.services.people.create(new, &author()).await.unwrap();
    let page = |of: &serde_json::Value| {
        let id = of["id"].as_str().unwrap();
        format!("/console/businesses/{id}/proof")
    };
    Scene {
        owner: Visitor::signed_in(&app, "olga@example.com", "business").await,
        page: page(&own),
        other: page(&other),
        outside,
        app,
    }
}

impl Scene {
    async fn shown(&self, to: &Visitor) -> String {
        let answer = to.get(&self.app, &self.page).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.text()
    }

    /// Sends a form of the page, which leads back to it, and gives the page then.
    async fn sent(&self, by: &Visitor, form: &str, fields: &str) -> String {
        let path = format!("{}/{form}", self.page);
        let answer = by.post(&self.app, &path, fields).await;
        assert_eq!(answer.status, 303, "{form}: {}", answer.text());
        assert_eq!(answer.header("location"), self.page);
        self.shown(by).await
    }
}

/// What stands between two texts, the first time.
fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = page
        .split_once(before)
        .unwrap_or_else(|| panic!("no {before} in {page}"));
    rest.split_once(after).unwrap().0
}

/// The claim whose form of a kind is first on the page.
fn claim_with(page: &str, form: &str) -> String {
    let (until, _) = page
        .split_once(form)
        .unwrap_or_else(|| panic!("no {form} in {page}"));
    let start = until.rfind("clm_").unwrap();
    until[start..].trim_end_matches('/').to_owned()
}

#[tokio::test]
async fn an_owner_proves_a_domain_and_a_number_by_forms_alone() {
    let scene = scene().await;
    let owner = &scene.owner;
    let page = scene.shown(owner).await;
    assert!(page.contains("Nothing is claimed yet"), "{page}");
    assert!(
        !page.contains("/approvals"),
        "owners do not approve themselves"
    );

    // As a browser sends it: with the fields of the other kinds empty.
    let fields = format!("kind=domain&value={DOMAIN}&platform=instagram&country=&access_token=");
    let page = scene.sent(owner, "claims", &fields).await;
    assert!(page.contains("_bonafide.zenith-coffee.com"), "{page}");
    let token = between(&page, "bonafide-verification=", "<");
    let text = format!("bonafide-verification={token}");
    let domain = claim_with(&page, "/check");
    let look = format!("claims/{domain}/check");
    let page = scene.sent(owner, &look, "").await;
    assert!(page.contains("Not found"), "{page}");
    scene.outside.put_txt(DOMAIN, &[&text]);
    let page = scene.sent(owner, &look, "").await;
    assert!(
        page.contains("✓ proved") && page.contains("a record in the DNS"),
        "{page}"
    );

    let page = scene
        .sent(owner, "claims", "kind=phone&value=%2B442079460123")
        .await;
    let phone = claim_with(&page, "/code\"");
    scene.sent(owner, &format!("claims/{phone}/code"), "").await;
    let code = scene.outside.last_code();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let confirm = format!("claims/{phone}/confirm");
    let page = scene.sent(owner, &confirm, &format!("code={wrong}")).await;
    assert!(!page.contains("✓ verified"), "{page}");
    let grouped = format!("code={}+{}", &code[..3], &code[3..]);
    let page = scene.sent(owner, &confirm, &grouped).await;
    assert!(page.contains("✓ verified"), "{page}");

    let withdrawn = scene
        .sent(owner, &format!("claims/{phone}/withdraw"), "")
        .await;
    assert!(!withdrawn.contains("✓ verified"), "{withdrawn}");
}

#[tokio::test]
async fn nobody_sees_the_proofs_of_another_or_does_what_is_not_theirs() {
    let scene = scene().await;
    let owner = &scene.owner;
    let elsewhere = owner.get(&scene.app, &scene.other).await;
    assert_eq!(elsewhere.status, 403);
    for form in ["approvals", "lift"] {
        let path = format!("{}/{form}", scene.page);
        let answer = owner.post(&scene.app, &path, "note=mine").await;
        assert_eq!(answer.status, 403, "{form}");
    }
    let claim = format!("{}/claims", scene.other);
    let claimed = owner.post(&scene.app, &claim, "kind=domain&value=harbour.example");
    // It leads back to the page, which is refused.
    assert_eq!(claimed.await.status, 303);
    let admin = Visitor::of(&scene.app, "ann@example.com", "admin").await;
    let page = admin.get(&scene.app, &scene.other).await.text();
    assert!(page.contains("Nothing is claimed yet"), "{page}");
}

#[tokio::test]
async fn an_owner_suspends_in_an_emergency_and_a_reviewer_lifts_it() {
    let scene = scene().await;
    let reviewer = Visitor::of(&scene.app, "rita@example.com", "reviewer").await;
    let page = scene.sent(&scene.owner, "suspension", "cause=mood").await;
    assert!(!page.contains("Suspended:"), "{page}");
    let fields = "cause=sim_swap&reason=The+number+was+taken.";
    let page = scene.sent(&scene.owner, "suspension", fields).await;
    assert!(
        page.contains("Suspended:") && page.contains("the SIM was swapped"),
        "{page}"
    );
    assert!(!page.contains("Lift the suspension"), "{page}");
    let page = scene.shown(&reviewer).await;
    assert!(page.contains("Lift the suspension"), "{page}");
    let page = scene.sent(&reviewer, "lift", "").await;
    assert!(!page.contains("Suspended:"), "{page}");
    let page = scene
        .sent(&reviewer, "approvals", "note=I+called+the+switchboard.")
        .await;
    assert!(
        page.contains("Reviewer&#39;s approval") || page.contains("Reviewer's approval"),
        "{page}"
    );
}

#[tokio::test]
async fn a_company_number_is_proved_by_a_document_that_a_reviewer_saw() {
    let scene = scene().await;
    let reviewer = Visitor::of(&scene.app, "rita@example.com", "reviewer").await;
    let fields = "kind=legal_identity&value=HRB+86891&country=DE&platform=instagram";
    let page = scene.sent(&scene.owner, "claims", fields).await;
    assert!(
        !page.contains("/document"),
        "owners note no documents of their own"
    );
    let page = scene.shown(&reviewer).await;
    let claim = claim_with(&page, "/document");
    let form = format!("claims/{claim}/document");
    let page = scene
        .sent(&reviewer, &form, "note=Extract+of+2026-02-03.")
        .await;
    assert!(page.contains("✓ proved"), "{page}");
}
