//! More than can be checked at once: whoever comes beyond is told so, and nobody else notices.

use std::time::Duration;

use bonafide::config::Settings;
use futures_util::future::join_all;
use serde_json::json;

use crate::support::TestApp;

/// A check that takes its time: a long name of many words.
fn slow(n: usize) -> serde_json::Value {
    let words: Vec<_> = (0..90).map(|i| format!("bank{}", n * 97 + i)).collect();
    json!({"display_name": words.join(" "), "about": "official support of the bank"})
}

async fn small_app() -> TestApp {
    TestApp::with(Settings {
        max_checks: 8,
        ..Settings::default()
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_checks_than_there_is_room_for_are_refused_at_once_and_the_rest_is_answered() {
    let app = small_app().await;
    let checks = join_all((0..400).map(|n| {
        let router = app.clone();
        tokio::spawn(async move { router.post("/v1/checks", &slow(n)).await })
    }));
    let health = async {
        let mut asked = 0;
        for _ in 0..20 {
            let answer = tokio::time::timeout(Duration::from_secs(5), app.get("/healthz"));
            assert_eq!(answer.await.unwrap().status, 200);
            // A bare number is looked up on the spot, whatever waits.
            let number = json!({"phone": "+44 7400 123456"});
            assert_eq!(app.post("/v1/checks", &number).await.status, 200);
            asked += 1;
        }
        asked
    };
    let (answers, asked) = tokio::join!(checks, health);
    assert_eq!(asked, 20);
    let (mut answered, mut refused) = (0, 0);
    for answer in answers {
        let answer = answer.unwrap();
        if answer.status == 200 {
            assert!(answer.json()["verdict"].is_string());
            answered += 1;
        } else {
            let problem = answer.problem(503, "overloaded");
            assert!(problem["detail"].as_str().unwrap().contains("try again"));
            assert_eq!(answer.header("retry-after"), "1");
            refused += 1;
        }
    }
    assert!(
        answered >= 8 && refused > 0,
        "{answered} answered, {refused} refused"
    );
    // Afterwards there is room for as many as before, one after the other and together.
    for n in 0..20 {
        assert_eq!(app.post("/v1/checks", &slow(n)).await.status, 200);
    }
    let eight = join_all((0..8).map(|n| {
        let app = app.clone();
        async move { app.post("/v1/checks", &slow(n)).await.status }
    }));
    assert_eq!(eight.await, [200; 8]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_takes_as_much_room_as_it_has_items_and_all_of_it_at_most() {
    let app = small_app().await;
    let batch = |n: usize| json!({"items": (0..n).map(slow).collect::<Vec<_>>()});
    // One that is larger than the whole room is answered where nobody else is.
    assert_eq!(app.post("/v1/checks/batch", &batch(20)).await.status, 200);
    // Two of five do not fit at once.
    let answers = join_all((0..50).map(|_| {
        let app = app.clone();
        async move { app.post("/v1/checks/batch", &batch(5)).await }
    }));
    let (mut answered, mut refused) = (0, 0);
    for answer in answers.await {
        if answer.status == 200 {
            answered += 1;
        } else {
            answer.problem(503, "overloaded");
            refused += 1;
        }
    }
    assert!(
        answered > 0 && refused > 0,
        "{answered} answered, {refused} refused"
    );
    assert_eq!(app.post("/v1/checks/batch", &batch(8)).await.status, 200);
}

#[tokio::test]
async fn callers_that_go_away_leave_no_checks_behind() {
    let app = small_app().await;
    for n in 0..200 {
        let asked = app.clone();
        let left = tokio::spawn(async move { asked.post("/v1/checks", &slow(n)).await });
        tokio::task::yield_now().await;
        left.abort();
    }
    let waited = async {
        while app.post("/v1/checks", &slow(0)).await.status != 200 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waited)
        .await
        .expect("room is given back");
}
