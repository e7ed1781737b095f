//! The story of a badge, told with real servers: registered, proved, renamed, proved anew, lapsed.

use axum::Router;
use axum::routing::get;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{Prover, with_providers};
use crate::support::servers::Servers;
use crate::support::{TestApp, TestDatabase, on_every_engine};

on_every_engine! {
    a_badge_is_earned_lost_by_a_rename_earned_anew_and_lapses,
    every_kind_of_claim_is_proved_by_what_is_really_there,
}

const DOMAIN: &str = "zenith-coffee.com";
const NUMBER: &str = "+442079460123";

/// An app that calls out to these servers.
async fn proving(db: &TestDatabase, servers: &Servers) -> Prover {
    let mut app = TestApp::on(db).await;
    let settings = servers.settings();
    let client = bonafide::app::client(&settings).unwrap();
    let providers = bonafide::app::providers(&settings, &client).unwrap();
    with_providers(&mut app, providers);
    Prover::of(app).await
}

async fn a_badge_is_earned_lost_by_a_rename_earned_anew_and_lapses(db: TestDatabase) {
    let servers = Servers::start().await;
    let prover = proving(&db, &servers).await;
    let business = prover
        .register(&json!({
            "name": "Zenith Coffee",
            "channels": [{"kind": "phone", "value": NUMBER}, {"kind": "website", "value": "https://zenith-coffee.com/"}],
        }))
        .await;
    let list = prover.checklist(&business).await;
    assert_eq!(list["badge"], "none");
    assert_eq!(list["badges"][0]["needs"], json!(["domain"]));
    let domain = json!({"kind": "domain", "value": DOMAIN});
    let domain = prover.claim(&business, &domain).await;
    let phone = json!({"kind": "phone", "value": NUMBER});
    let phone = prover.claim(&business, &phone).await;

    // Earned.
    look_in_vain(&prover, &servers, &business, &domain).await;
    prove_both(&prover, &servers, &business, &domain, &phone).await;
    assert_eq!(standing(&prover, &business).await, ["verified", "active"]);
    let check = prover.check(NUMBER, "Zenith Coffee").await;
    let basis = (&check["verdict"], &check["basis"]);
    assert_eq!(basis, (&json!("verified"), &json!("proved")));
    assert_eq!(
        check["summary"],
        "+442079460123 is a proved channel of Zenith Coffee: a code sent to the number came back on 2026-03-01."
    );
    let known = &check["advice"]["known_channels"][0];
    assert_eq!(known["last_confirmed"], "2026-03-01T09:00:00Z");
    let list = prover.checklist(&business).await;
    assert_eq!(list["claims"][0]["instructions"], json!([]));

    // Lost by a rename, in the same moment.
    prover.rename(&business, "Zenith Bank").await;
    let lost = standing(&prover, &business).await;
    assert_eq!(lost, ["verified", "suspended"]);
    let check = prover.check(NUMBER, "Zenith Bank").await;
    assert_eq!(check["verdict"], "unknown");
    let summary = check["summary"].as_str().unwrap();
    assert!(
        summary.contains("suspended until it has proved anew"),
        "{summary}"
    );

    // What was put up before proves nothing now.
    let looked = prover.act(&business, &domain, "check").await;
    assert_eq!(looked["state"], "pending");
    let detail = looked["problem"]["detail"].as_str().unwrap();
    assert!(
        detail.contains("one of them with another token"),
        "{detail}"
    );
    prove_both(&prover, &servers, &business, &domain, &phone).await;
    assert_eq!(standing(&prover, &business).await, ["verified", "active"]);

    // The record is looked for every day and stays; nobody answers a code again for 45 days.
    for _ in 0..46 {
        prover.app.clock.advance(SignedDuration::from_hours(27));
        prover.run_due().await;
    }
    assert_eq!(standing(&prover, &business).await, ["verified", "expired"]);
    let list = prover.checklist(&business).await;
    let needs = (
        &list["badges"][0]["needs"],
        &list["badges"][0]["needs_one_of"],
    );
    assert_eq!(needs, (&json!([]), &json!(["email", "phone", "whatsapp"])));
    assert_eq!(list["claims"][1]["state"], "expired");
    let check = prover.check(NUMBER, "Zenith Bank").await;
    let basis = (&check["verdict"], &check["basis"]);
    assert_eq!(basis, (&json!("verified"), &json!("listed")));
    assert_eq!(
        check["summary"],
        "+442079460123 is publicly listed for Zenith Bank, unproved since its proof lapsed on 2026-04-15."
    );
    assert_eq!(
        logged(&prover).await,
        ["granted", "suspended", "resumed", "expired"]
    );
}

/// What became of badges, by the public log.
async fn logged(prover: &Prover) -> Vec<String> {
    let listing = bonafide::store::BadgeLogListing {
        limit: 100,
        ..Default::default()
    };
    let entries = prover.app.store.list_badge_events(&listing).await.unwrap();
    let told = entries.iter().map(|e| e.event.change.to_string());
    told.collect()
}

async fn standing(prover: &Prover, business: &str) -> [Value; 2] {
    let list = prover.checklist(business).await;
    [list["badge"].clone(), list["badge_state"].clone()]
}

/// What was looked for, where, and what was found.
async fn look_in_vain(prover: &Prover, servers: &Servers, business: &str, domain: &str) {
    servers.site(DOMAIN, Router::new());
    servers
        .dns
        .says("_bonafide.zenith-coffee.com", &["v=spf1 -all", "another"]);
    let looked = prover.act(business, domain, "check").await;
    let stands = (&looked["state"], &looked["proved"]);
    assert_eq!(stands, (&json!("pending"), &json!(false)));
    let problem = &looked["problem"];
    assert_eq!(problem["kind"], "not_found", "{problem}");
    let detail = problem["detail"].as_str().unwrap();
    for told in [
        "bonafide-verification=",
        "at _bonafide.zenith-coffee.com not found; found 2 other TXT records",
        "https://zenith-coffee.com/.well-known/bonafide.json",
    ] {
        assert!(detail.contains(told), "{told} is not in {detail}");
    }
    // A name server that fails proves nothing, and disproves nothing.
    let fault = Some(crate::support::servers::dns::Fault::ServFail);
    servers.dns.fails("_bonafide.zenith-coffee.com", fault);
    let looked = prover.act(business, domain, "check").await;
    assert_eq!(looked["problem"]["kind"], "unavailable");
    assert_eq!(looked["state"], "pending");
    servers.dns.fails("_bonafide.zenith-coffee.com", None);
}

/// Puts up what the checklist says, and answers the code.
async fn prove_both(prover: &Prover, servers: &Servers, business: &str, domain: &str, phone: &str) {
    let list = prover.checklist(business).await;
    let how = &list["claims"][0]["instructions"][0];
    let (place, content) = (how["place"].as_str(), how["content"].as_str());
    servers
        .dns
        .says(place.unwrap(), &["v=spf1 -all", content.unwrap()]);
    let looked = prover.act(business, domain, "check").await;
    assert_eq!(looked["state"], "proved", "{looked}");
    assert_eq!(looked["evidence"]["kind"], "dns_txt");
    let by_text = json!({"way": "sms"});
    let before = servers.sms.texts_to(NUMBER);
    let sent = prover.try_act(business, phone, "code", &by_text).await;
    assert_eq!(sent.status, 200, "{}", sent.text());
    let mut texts = servers.sms.texts_to(NUMBER);
    texts.retain(|text| !before.contains(text));
    let code: String = texts[0].chars().take(6).collect();
    let answered = prover.answer(business, phone, &code).await;
    assert_eq!(answered.status, 200, "{}", answered.text());
    assert_eq!(answered.json()["state"], "proved");
}

async fn every_kind_of_claim_is_proved_by_what_is_really_there(db: TestDatabase) {
    const LEI: &str = "HWUPKR0MPOU8FGXBT394";
    let servers = Servers::start().await;
    let prover = proving(&db, &servers).await;
    let business = prover
        .register(&json!({"name": "Zenith Coffee", "channels": [{"kind": "handle", "platform": "facebook", "value": "zenith"}]}))
        .await;
    let domain = json!({"kind": "domain", "value": DOMAIN});
    let domain = prover.claim(&business, &domain).await;
    // By the file, as the checklist writes it: it lists the profile, too.
    let list = prover.checklist(&business).await;
    let file = list["claims"][0]["instructions"][1]["content"]
        .as_str()
        .unwrap()
        .to_owned();
    let router = Router::new().route("/.well-known/bonafide.json", get(async || file));
    servers.site(DOMAIN, router);
    let looked = prover.act(&business, &domain, "check").await;
    assert_eq!(looked["evidence"]["kind"], "well_known", "{looked}");

    let handle = json!({"kind": "handle", "platform": "facebook", "value": "zenith"});
    let handle = prover.claim(&business, &handle).await;
    let page = |html: &str| servers.file("www.facebook.com", "/zenith", "text/html", html);
    page("<p>Coffee</p>");
    let looked = prover.act(&business, &handle, "check").await;
    assert_eq!(looked["problem"]["kind"], "not_found", "{looked}");
    page(r#"<a rel="me" href="https://zenith-coffee.com/">site</a>"#);
    let looked = prover.act(&business, &handle, "check").await;
    assert_eq!(looked["evidence"]["kind"], "profile_link", "{looked}");

    let mail = json!({"kind": "email", "value": "help@zenith-coffee.com"});
    let mail = prover.claim(&business, &mail).await;
    prover.send_code(&business, &mail).await;
    let taken = servers.mail.last_to("help@zenith-coffee.com").unwrap();
    let (_, text) = taken.message.split_once("\n\n").unwrap();
    let code = digits(text);
    let answered = prover.answer(&business, &mail, &code).await;
    assert_eq!(answered.json()["evidence"]["kind"], "email_code");

    servers
        .graph
        .add_number("777", "EAAJowner", "Zenith Coffee", "442079460123");
    let whatsapp = json!({
        "kind": "whatsapp", "value": NUMBER, "phone_number_id": "777", "access_token": "EAAJowner",
    });
    let whatsapp = prover.claim(&business, &whatsapp).await;
    let looked = prover.act(&business, &whatsapp, "check").await;
    assert_eq!(looked["evidence"]["kind"], "whatsapp_business", "{looked}");

    servers.gleif.add(LEI, "Zenith Coffee", "GB", "00445790");
    let lei = json!({"kind": "legal_identity", "value": LEI});
    let lei = prover.claim(&business, &lei).await;
    let looked = prover.act(&business, &lei, "check").await;
    assert_eq!(looked["evidence"]["kind"], "lei_record", "{looked}");

    let list = prover.checklist(&business).await;
    assert_eq!(list["badge"], "verified");
    let missing = &list["badges"][1];
    assert_eq!(
        (&missing["needs"], &missing["needs_approvals"]),
        (&json!([]), &json!(2))
    );
}

/// The first six digits in a row.
fn digits(text: &str) -> String {
    let mut words = text.split(|c: char| !c.is_ascii_digit());
    words.find(|w| w.len() == 6).unwrap().to_owned()
}
