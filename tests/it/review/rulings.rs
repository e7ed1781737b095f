//! What rulings do, how they are undone, and that two people are needed where a mistake would be met by many.

use bonafide::domain::{Case, CaseState, RulingKind, RulingState};
use bonafide::service::review::ReviewError;
use jiff::SignedDuration;

use super::{flagged, register_amazon, reviewer, ruled, terms, verdict};
use crate::support::{TestApp, TestDatabase, on_every_engine};

const NUMBER: &str = "+447400123456";

on_every_engine! {
    a_confirmed_impostor_is_told_to_every_check_in_every_process_and_lapses,
    an_undone_ruling_is_as_if_it_had_never_been,
    only_who_ruled_undoes_and_only_in_time,
    a_stale_decision_is_refused_and_told_what_has_changed,
    a_reversal_takes_two_people,
    a_representative_is_added_and_taken_away_again,
    a_new_channel_is_asked_to_be_proved,
    a_duplicate_adds_its_weight_to_the_other_case,
    an_erased_case_says_nothing_of_its_account,
    rulings_leave_ids_and_codes_in_the_audit_log_and_no_raw_value,
}

async fn a_confirmed_impostor_is_told_to_every_check_in_every_process_and_lapses(
    database: TestDatabase,
) {
    let app = TestApp::on(&database).await;
    let other = app.sibling().await;
    let amazon = register_amazon(&app).await;
    let case = flagged(&app, NUMBER).await;
    assert_eq!(verdict(&app, NUMBER).await["verdict"], "unknown");
    let before = app.store.seq().await.unwrap();
    let case = ruled(&app, &case, "confirmed_impostor", &reviewer(1)).await;
    assert_eq!(case.state, CaseState::Decided);
    assert_eq!(app.store.seq().await.unwrap(), before + 1);
    let answer = verdict(&app, NUMBER).await;
    assert_eq!(answer["verdict"], "confirmed_impostor");
    let sentence = "A reviewer confirmed on 2026-03-01 that this account imitates Amazon.";
    assert_eq!(answer["summary"], sentence);
    assert_eq!(answer["matches"][0]["business_id"], amazon["id"]);
    assert!(
        !answer["advice"]["known_channels"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    let chinese = axum::http::Request::post("/v1/checks")
        .header("content-type", "application/json")
        .header("accept-language", "zh-CN")
        .body(axum::body::Body::from(r#"{"phone": "+447400123456"}"#));
    let chinese = app.send(chinese.unwrap()).await.json();
    let sentence = "审核人员已于2026年3月1日确认，这个账号在冒充“Amazon”。";
    assert_eq!(chinese["summary"], sentence);
    other.services.live.catch_up().await.unwrap();
    assert_eq!(
        verdict(&other, NUMBER).await["verdict"],
        "confirmed_impostor"
    );
    let late = app.sibling().await;
    assert_eq!(
        verdict(&late, NUMBER).await["verdict"],
        "confirmed_impostor",
        "loaded anew"
    );
    app.clock
        .advance(RulingKind::LASTS - SignedDuration::from_secs(60));
    assert_eq!(verdict(&app, NUMBER).await["verdict"], "confirmed_impostor");
    app.services
        .review
        .renew(case.id, &reviewer(2))
        .await
        .unwrap();
    app.clock.advance(SignedDuration::from_hours(24));
    assert_eq!(
        verdict(&app, NUMBER).await["verdict"],
        "confirmed_impostor",
        "renewed"
    );
    app.clock.advance(RulingKind::LASTS);
    assert_eq!(verdict(&app, NUMBER).await["verdict"], "unknown", "lapsed");
}

async fn an_undone_ruling_is_as_if_it_had_never_been(database: TestDatabase) {
    let app = TestApp::on(&database).await;
    register_amazon(&app).await;
    let case = flagged(&app, NUMBER).await;
    let case = ruled(&app, &case, "confirmed_impostor", &reviewer(1)).await;
    let review = &app.services.review;
    let case = review
        .undo(case.id, case.version, &reviewer(1))
        .await
        .unwrap();
    assert_eq!((case.state, &case.standing), (CaseState::Open, &None));
    assert_eq!(verdict(&app, NUMBER).await["verdict"], "unknown");
    let file = review.open(case.id).await.unwrap();
    assert_eq!(file.rulings[0].state, RulingState::Undone);
    let case = ruled(&app, &case, "legitimate", &reviewer(1)).await;
    assert_eq!(case.state, CaseState::Decided, "nothing is reversed by it");
}

async fn only_who_ruled_undoes_and_only_in_time(database: TestDatabase) {
    let app = TestApp::on(&database).await;
    register_amazon(&app).await;
    let review = &app.services.review;
    let case = flagged(&app, NUMBER).await;
    let case = ruled(&app, &case, "confirmed_impostor", &reviewer(1)).await;
    let other = review.undo(case.id, case.version, &reviewer(2)).await;
    assert!(other.unwrap_err().to_string().contains("only who ruled"));
    app.clock.advance(Case::UNDO + SignedDuration::from_secs(1));
    let late = review.undo(case.id, case.version, &reviewer(1)).await;
    assert!(
        late.unwrap_err()
            .to_string()
            .contains("could be undone until")
    );
    assert_eq!(verdict(&app, NUMBER).await["verdict"], "confirmed_impostor");
}

async fn a_stale_decision_is_refused_and_told_what_has_changed(database: TestDatabase) {
    let app = TestApp::on(&database).await;
    register_amazon(&app).await;
    let review = &app.services.review;
    let case = flagged(&app, NUMBER).await;
    let read = review.claim(case.id, &reviewer(1)).await.unwrap();
    flagged_again(&app).await;
    let ruling = terms("confirmed_impostor");
    let stale = review
        .decide(case.id, read.version, &ruling, &reviewer(1))
        .await;
    match stale.unwrap_err() {
        ReviewError::Changed { current, changes } => {
            assert_eq!(current, read.version + 1);
            assert!(changes.starts_with("checked at 2026-03-01"), "{changes}");
        }
        other => panic!("{other}"),
    }
    assert_eq!(verdict(&app, NUMBER).await["verdict"], "unknown");
    let ruled = review
        .decide(case.id, read.version + 1, &ruling, &reviewer(1))
        .await;
    assert_eq!(ruled.unwrap().state, CaseState::Decided);
}

/// The account of the case is checked once more.
async fn flagged_again(app: &TestApp) {
    let key = app.key(&[bonafide::service::access::Scope::Check]).await;
    let mut account = super::impostor(NUMBER);
    account["keep"] = true.into();
    let answer = app.with_key("POST", "/v1/checks", &key, &account).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

async fn a_reversal_takes_two_people(database: TestDatabase) {
    let app = TestApp::on(&database).await;
    register_amazon(&app).await;
    let review = &app.services.review;
    let first = flagged(&app, NUMBER).await;
    ruled(&app, &first, "confirmed_impostor", &reviewer(1)).await;
    app.clock
        .advance(Case::APPEAL + SignedDuration::from_hours(1));
    review.renew(first.id, &reviewer(1)).await.unwrap();
    assert_eq!(
        review
            .close_old(&bonafide::service::author::Author::server())
            .await
            .unwrap(),
        1
    );
    flagged_again_confirmed(&app).await;
    let second = review
        .list(&super::everything())
        .await
        .unwrap()
        .cases
        .remove(0)
        .case;
    assert_ne!(second.id, first.id);
    let proposed = ruled(&app, &second, "legitimate", &reviewer(2)).await;
    assert_eq!(proposed.state, CaseState::Open);
    assert_eq!(
        proposed.proposal.as_ref().unwrap().kind,
        RulingKind::Legitimate
    );
    assert_eq!(verdict(&app, NUMBER).await["verdict"], "confirmed_impostor");
    let own = review.claim(second.id, &reviewer(2)).await;
    assert!(own.unwrap_err().to_string().contains("a second person"));
    let done = ruled(&app, &proposed, "legitimate", &reviewer(3)).await;
    let standing = done.standing.unwrap();
    assert_eq!(
        (standing.by, standing.first),
        (super::who(3), Some(super::who(2)))
    );
    assert_eq!(verdict(&app, NUMBER).await["verdict"], "unknown");
}

/// A report opens the case anew: checks of a confirmed impostor do not.
async fn flagged_again_confirmed(app: &TestApp) {
    let account = bonafide::service::contract::AccountInput {
        phone: Some(NUMBER.to_owned()),
        display_name: Some("Amaz0n Customer Support".to_owned()),
        ..Default::default()
    };
    let account = account.parse().unwrap();
    let snapshot = app.services.live.snapshot();
    let answer = bonafide::engine::screening::screen(
        &snapshot.index,
        &account,
        &bonafide::engine::screening::Options::default(),
    );
    let act = crate::support::author().act(&app.services.world, "case.check", None);
    let intake = app.services.review.intake();
    let incoming = intake.incoming(&account, &answer, &snapshot.index, None, act);
    let taken = intake.take(vec![incoming.unwrap()]).await.unwrap();
    assert!(taken[0].opened);
}

async fn a_representative_is_added_and_taken_away_again(database: TestDatabase) {
    let app = TestApp::on(&database).await;
    register_amazon(&app).await;
    let review = &app.services.review;
    let case = flagged(&app, NUMBER).await;
    let claimed = review.claim(case.id, &reviewer(1)).await.unwrap();
    let mut ruling = terms("legitimate");
    ruling.kind = RulingKind::AuthorisedRepresentative;
    let name = bonafide::domain::BusinessName::parse("Amaz0n Customer Support").unwrap();
    ruling.representative = Some((name, bonafide::domain::RepresentativeKind::Agency));
    let case = review
        .decide(case.id, claimed.version, &ruling, &reviewer(1))
        .await
        .unwrap();
    assert_eq!(verdict(&app, NUMBER).await["verdict"], "verified");
    review
        .undo(case.id, case.version, &reviewer(1))
        .await
        .unwrap();
    assert_eq!(verdict(&app, NUMBER).await["verdict"], "unknown");
    let amazon = app
        .store
        .get(case.business.unwrap())
        .await
        .unwrap()
        .unwrap();
    assert!(amazon.profile.representatives.is_empty());
    assert_eq!(amazon.version, 3);
}

async fn a_new_channel_is_asked_to_be_proved(database: TestDatabase) {
    let app = TestApp::on(&database).await;
    register_amazon(&app).await;
    let review = &app.services.review;
    let case = flagged(&app, NUMBER).await;
    let case = ruled(&app, &case, "new_channel", &reviewer(1)).await;
    let business = case.business.unwrap();
    let asked = review.channel_requests(business).await.unwrap();
    assert_eq!(
        (asked[0].kind.as_str(), asked[0].value.as_str()),
        ("phone", NUMBER)
    );
    assert_eq!(
        verdict(&app, NUMBER).await["verdict"],
        "unknown",
        "until it is proved"
    );
    review
        .undo(case.id, case.version, &reviewer(1))
        .await
        .unwrap();
    assert!(review.channel_requests(business).await.unwrap().is_empty());
}

async fn a_duplicate_adds_its_weight_to_the_other_case(database: TestDatabase) {
    let app = TestApp::on(&database).await;
    register_amazon(&app).await;
    let review = &app.services.review;
    let (one, other) = (
        flagged(&app, NUMBER).await,
        flagged(&app, "+447400123457").await,
    );
    let claimed = review.claim(other.id, &reviewer(1)).await.unwrap();
    let mut ruling = terms("legitimate");
    ruling.kind = RulingKind::Duplicate;
    ruling.duplicate_of = Some(other.id);
    let own = review
        .decide(other.id, claimed.version, &ruling, &reviewer(1))
        .await;
    assert!(
        own.unwrap_err()
            .to_string()
            .contains("no duplicate of itself")
    );
    ruling.duplicate_of = Some(one.id);
    let merged = review
        .decide(other.id, claimed.version, &ruling, &reviewer(1))
        .await
        .unwrap();
    assert_eq!(merged.merged_into, Some(one.id));
    let again = crate::support::json("POST", "/v1/checks", "", &{
        let mut account = super::impostor("+447400123457");
        account["keep"] = true.into();
        account
    });
    assert_eq!(app.send(again).await.status, 200);
    let file = review.open(one.id).await.unwrap();
    let told: Vec<&str> = file.events.iter().map(|e| e.what.as_str()).collect();
    assert_eq!(told, ["opened", "duplicate_joined", "checked"]);
    let undone = review
        .undo(other.id, merged.version, &reviewer(1))
        .await
        .unwrap();
    assert_eq!(undone.merged_into, None);
}

async fn an_erased_case_says_nothing_of_its_account(database: TestDatabase) {
    let app = TestApp::on(&database).await;
    register_amazon(&app).await;
    let review = &app.services.review;
    let case = flagged(&app, NUMBER).await;
    ruled(&app, &case, "confirmed_impostor", &reviewer(1)).await;
    review.erase(case.id, &reviewer(2)).await.unwrap();
    let file = review.open(case.id).await.unwrap();
    assert!(file.account.is_none());
    assert_eq!(file.rulings[0].sentence, "");
    assert_eq!(file.case.state, CaseState::Closed);
    assert!(review.erase(case.id, &reviewer(2)).await.is_err());
    let listing = bonafide::store::AuditListing {
        limit: 100,
        ..Default::default()
    };
    let mut whole = bonafide::service::audit::Verifier::new(None);
    for entry in app.store.list_audit(&listing).await.unwrap() {
        whole.follow(&entry).unwrap();
    }
    assert_eq!(
        whole.finish().unwrap(),
        app.store.audit_head().await.unwrap()
    );
}

async fn rulings_leave_ids_and_codes_in_the_audit_log_and_no_raw_value(database: TestDatabase) {
    let app = TestApp::on(&database).await;
    register_amazon(&app).await;
    let case = flagged(&app, NUMBER).await;
    ruled(&app, &case, "confirmed_impostor", &reviewer(1)).await;
    let listing = bonafide::store::AuditListing {
        subject: Some(case.id.to_string()),
        limit: 50,
        ..Default::default()
    };
    let log = app.store.list_audit(&listing).await.unwrap();
    let actions: Vec<&str> = log.iter().map(|e| e.action.as_str()).collect();
    assert_eq!(actions, ["case.check", "case.claim", "case.rule"]);
    let text = format!("{log:?}");
    assert!(text.contains("confirmed_impostor") && text.contains("copied_name"));
    for raw in ["7400123456", "Amaz0n", "letter for letter"] {
        assert!(!text.contains(raw), "{raw} in {text}");
    }
}
