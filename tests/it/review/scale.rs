//! How long the queue and a case take to read where there are very many.

use std::sync::Arc;
use std::time::Instant;

use bonafide::domain::{CaseState, RulingKind, Verdict};
use bonafide::engine::screening::{Options, screen};
use bonafide::service::contract::AccountInput;
use bonafide::service::review::CaseQuery;

use super::{everything, register_amazon, reviewer};
use crate::support::{TestApp, TestDatabase, author};

const CASES: usize = 100_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: a measurement of 100,000 cases"]
async fn a_queue_of_100_000_cases_is_read_within_50_ms_on_sqlite() {
    measure(TestDatabase::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: a measurement of 100,000 cases"]
async fn a_queue_of_100_000_cases_is_read_within_50_ms_on_postgres() {
    if let Some(database) = TestDatabase::postgres().await {
        measure(database).await;
    }
}

async fn measure(database: TestDatabase) {
    let app = TestApp::on(&database).await;
    register_amazon(&app).await;
    fill(&app).await;
    let review = &app.services.review;
    let first = review.list(&everything()).await.unwrap();
    let case = first.cases[10].case.id;
    review
        .claim_next(&CaseQuery::default(), &reviewer(1))
        .await
        .unwrap();
    let rare = CaseQuery {
        outcome: Some(RulingKind::Legitimate),
        state: Some(CaseState::Closed),
        ..everything()
    };
    let page = CaseQuery {
        limit: 50,
        after: first.next,
        verdict: Some(Verdict::LikelyImpostor),
        ..CaseQuery::default()
    };
    let none_of_verdict = CaseQuery {
        verdict: Some(Verdict::ConfirmedImpostor),
        ..everything()
    };
    let none_of_signal = CaseQuery {
        signal: Some("no_such_signal".to_owned()),
        ..everything()
    };
    let none_since = CaseQuery {
        opened_since: Some(app.services.world.now() + jiff::SignedDuration::from_hours(1)),
        ..everything()
    };
    let mut slowest = 0.0_f64;
    for (name, query) in [
        ("first page", everything()),
        ("a later page", page),
        ("a rare filter", rare),
        ("a verdict of none", none_of_verdict),
        ("a signal of none", none_of_signal),
        ("none opened since", none_since),
    ] {
        let started = Instant::now();
        let read = review.list(&query).await.unwrap();
        let ms = started.elapsed().as_secs_f64() * 1e3;
        println!("{name}: {ms:.1} ms, {} cases", read.cases.len());
        slowest = slowest.max(ms);
    }
    for name in ["case", "clusters"] {
        let started = Instant::now();
        match name {
            "case" => drop(review.open(case).await.unwrap()),
            _ => drop(review.clusters(case).await.unwrap()),
        }
        let ms = started.elapsed().as_secs_f64() * 1e3;
        println!("{name}: {ms:.1} ms");
        slowest = slowest.max(ms);
    }
    assert!(slowest <= 50.0, "{slowest} ms");
}

/// As many cases as were opened by kept checks.
async fn fill(app: &TestApp) {
    let snapshot = app.services.live.snapshot();
    let account = |n: usize| {
        let account = AccountInput {
            phone: Some(format!("+4474{n:08}")),
            display_name: Some(format!("Amaz0n Support {}", n % 1_000)),
            ..AccountInput::default()
        };
        account.parse().unwrap()
    };
    let answer = screen(&snapshot.index, &account(0), &Options::default());
    let intake = app.services.review.intake();
    let (answer, snapshot) = (Arc::new(answer), &snapshot);
    for chunk in (0..CASES).collect::<Vec<_>>().chunks(1_000) {
        let batch = chunk.iter().filter_map(|&n| {
            let account = account(n);
            let mut answer = (*answer).clone();
            answer.phone = bonafide::engine::screening::phone_of(&account);
            answer.score = (n % 997) as f64 / 997.0;
            let act = author().act(&app.services.world, "case.check", None);
            intake.incoming(&account, &answer, &snapshot.index, None, act)
        });
        intake.take(batch.collect()).await.unwrap();
    }
}
