//! The queue, and who holds a case.

use bonafide::domain::{Case, CaseState};
use bonafide::service::review::{CaseQuery, ReviewError};
use jiff::SignedDuration;

use super::{everything, flagged, register_amazon, reviewer, who};
use crate::support::{TestApp, TestDatabase, on_every_engine};

on_every_engine! {
    of_twenty_reviewers_at_once_one_holds_the_case,
    twenty_reviewers_who_take_the_next_case_take_twenty,
    a_claim_lapses_and_counts_from_the_last,
    checks_of_one_account_join_one_case,
    the_queue_is_read_page_by_page_in_the_order_of_priority,
    cases_are_found_by_the_whole_code_of_a_signal,
}

async fn cases_are_found_by_the_whole_code_of_a_signal(database: TestDatabase) {
    let app = TestApp::on(&database).await;
    register_amazon(&app).await;
    flagged(&app, "+447400123456").await;
    for (code, cases) in [
        ("disguise", 1),
        ("disguis", 0),
        ("%", 0),
        ("d_sguise", 0),
        ("no_such_signal", 0),
    ] {
        let query = CaseQuery {
            signal: Some(code.to_owned()),
            ..everything()
        };
        let found = app.services.review.list(&query).await.unwrap();
        assert_eq!(found.cases.len(), cases, "{code}");
    }
}

async fn of_twenty_reviewers_at_once_one_holds_the_case(database: TestDatabase) {
    let app = TestApp::on(&database).await;
    register_amazon(&app).await;
    let case = flagged(&app, "+447400123456").await;
    let tries = (1..=20).map(|n| {
        let review = app.services.review.clone();
        tokio::spawn(async move { review.claim(case.id, &reviewer(n)).await })
    });
    let mut holders = Vec::new();
    for outcome in tries.collect::<Vec<_>>() {
        match outcome.await.unwrap() {
            Ok(case) => holders.push(case.claim.unwrap().by),
            Err(ReviewError::Store(error)) => {
                assert_eq!(error.to_string(), "another reviewer holds the case");
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(holders.len(), 1, "{holders:?}");
    let now = app.services.review.get(case.id).await.unwrap();
    assert_eq!(now.claim.unwrap().by, holders[0]);
}

async fn twenty_reviewers_who_take_the_next_case_take_twenty(database: TestDatabase) {
    let app = TestApp::on(&database).await;
    register_amazon(&app).await;
    for n in 0..20 {
        flagged(&app, &format!("+4474001234{n:02}")).await;
    }
    let tries = (1..=20).map(|n| {
        let review = app.services.review.clone();
        tokio::spawn(async move { review.claim_next(&CaseQuery::default(), &reviewer(n)).await })
    });
    let mut taken = Vec::new();
    for outcome in tries.collect::<Vec<_>>() {
        taken.push(outcome.await.unwrap().unwrap().id);
    }
    taken.sort();
    taken.dedup();
    assert_eq!(taken.len(), 20);
    let review = &app.services.review;
    let empty = review
        .claim_next(&CaseQuery::default(), &reviewer(21))
        .await;
    assert!(matches!(empty, Err(ReviewError::QueueEmpty)));
}

async fn a_claim_lapses_and_counts_from_the_last(database: TestDatabase) {
    let app = TestApp::on(&database).await;
    register_amazon(&app).await;
    let review = &app.services.review;
    let case = flagged(&app, "+447400123456").await;
    review.claim(case.id, &reviewer(1)).await.unwrap();
    app.clock.advance(SignedDuration::from_mins(20));
    review.claim(case.id, &reviewer(1)).await.unwrap();
    app.clock.advance(SignedDuration::from_mins(20));
    assert!(review.claim(case.id, &reviewer(2)).await.is_err());
    app.clock.advance(Case::CLAIM);
    let page = review.list(&everything()).await.unwrap();
    assert_eq!(page.cases[0].case.state, CaseState::Open, "it lapsed");
    let case = review.claim(case.id, &reviewer(2)).await.unwrap();
    assert_eq!(case.claim.unwrap().by, who(2));
    let file = review.open(case.id).await.unwrap();
    let told: Vec<&str> = file.events.iter().map(|e| e.what.as_str()).collect();
    assert_eq!(
        told,
        ["opened", "claimed", "claimed", "claim_lapsed", "claimed"]
    );
}

async fn checks_of_one_account_join_one_case(database: TestDatabase) {
    let app = TestApp::on(&database).await;
    register_amazon(&app).await;
    let first = flagged(&app, "+447400123456").await;
    let second = flagged(&app, "+447400123456").await;
    assert_eq!(first.id, second.id);
    assert_eq!(second.version, first.version + 1);
    assert_eq!(second.reach.reports, 0);
    let other = flagged(&app, "+447400123457").await;
    assert_ne!(other.id, first.id);
    assert_eq!(other.clusters, first.clusters, "same block, same name");
}

async fn the_queue_is_read_page_by_page_in_the_order_of_priority(database: TestDatabase) {
    let app = TestApp::on(&database).await;
    register_amazon(&app).await;
    for n in 0..5 {
        flagged(&app, &format!("+4474001234{n:02}")).await;
        app.clock.advance(SignedDuration::from_hours(5));
    }
    let (mut query, mut seen) = (everything(), Vec::new());
    query.limit = 2;
    loop {
        let page = app.services.review.list(&query).await.unwrap();
        seen.extend(page.cases.into_iter().map(|l| l.case));
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 5);
    assert!(seen.is_sorted_by(|a, b| a.priority >= b.priority));
    let now = app.services.world.now();
    let refreshed = app.store.refresh_priorities(now, now, 100).await.unwrap();
    assert_eq!(refreshed, 5);
    let page = app.services.review.list(&everything()).await.unwrap();
    assert!(
        page.cases[0].case.opened_at < page.cases[4].case.opened_at,
        "age counts"
    );
    assert!(page.cases[0].case.priority > page.cases[4].case.priority);
}
