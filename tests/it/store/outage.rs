//! A PostgreSQL server that goes away and comes back, and one whose history branches.

use std::sync::Arc;
use std::time::Duration;

use bonafide::service::access::Scope;
use bonafide::store::StoreError;
use serde_json::json;
use sqlx::Connection;

use super::{act, business, named};
use crate::support::postgres::Cluster;
use crate::support::{TestApp, TestDatabase};

/// A server of the test's own, and a new database on it.
async fn own() -> Option<(Arc<Cluster>, TestDatabase)> {
    let cluster = Arc::new(Cluster::start()?);
    cluster.sql("CREATE DATABASE own").await;
    let database = TestDatabase::at(cluster.url("own"), Arc::clone(&cluster));
    Some((cluster, database))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_away_is_a_503_and_its_return_needs_no_restart() {
    let Some((cluster, database)) = own().await else {
        return;
    };
    let app = TestApp::on(&database).await;
    let key = app.key(&[Scope::RegistryWrite]).await;
    app.register(&key, &json!({"name": "Before"})).await;

    // A transaction is under way when the server goes: the insert waits for the name that it holds.
    let url = database.url.clone();
    let mut holder = sqlx::postgres::PgConnection::connect(&url).await.unwrap();
    sqlx::raw_sql("BEGIN; UPDATE registry_head SET seq = seq")
        .execute(&mut holder)
        .await
        .unwrap();
    let waiting = {
        let (store, new) = (app.store.clone(), business(7, named("Half")));
        tokio::spawn(async move { store.insert(&new, &act(0)).await })
    };
    wait_for_lock(&url).await;
    cluster.down();
    let cut = waiting.await.unwrap();
    assert!(matches!(cut, Err(StoreError::Unavailable(_))), "{cut:?}");

    let asked = json!({"name": "During"});
    let answer = app.with_key("POST", "/v1/businesses", &key, &asked).await;
    let problem = answer.problem(503, "database_unavailable");
    assert!(!answer.header("retry-after").is_empty());
    assert!(!problem.to_string().contains("postgres"), "{problem}");
    app.get("/v1/businesses")
        .await
        .problem(503, "database_unavailable");
    app.get("/readyz").await.problem(503, "not_ready");
    let checked = app
        .post("/v1/checks", &json!({"display_name": "Before"}))
        .await;
    assert_eq!(
        checked.status, 200,
        "checks go on with the registry in memory"
    );

    cluster.up();
    app.register(&key, &json!({"name": "After"})).await;
    assert_eq!(app.get("/readyz").await.status, 200);
    let list = app.get("/v1/businesses").await.json();
    let mut names: Vec<_> = list["businesses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|b| b["profile"]["name"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["After", "Before"], "nothing is half written");
    assert_eq!(app.store.seq().await, Ok(2));
}

/// Waits until somebody waits for a lock.
async fn wait_for_lock(url: &str) {
    let mut watcher = sqlx::postgres::PgConnection::connect(url).await.unwrap();
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
    let seen = tokio::time::timeout(Duration::from_secs(10), async {
        while sqlx::query_scalar::<_, i64>(waiting)
            .fetch_one(&mut watcher)
            .await
            .unwrap()
            == 0
        {
            tokio::task::yield_now().await;
        }
    });
    seen.await.expect("the insert waits");
}

/// A promotion opens a new timeline, on which numbers that were given before may be given again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_promotion_every_follower_loads_anew() {
    let Some((cluster, database)) = own().await else {
        return;
    };
    let app = TestApp::on(&database).await;
    app.store
        .insert(&business(1, named("A")), &act(0))
        .await
        .unwrap();
    let before = app.store.load_all(&mut |_| {}).await.unwrap();
    app.services.live.catch_up().await.unwrap();
    let epoch = app.services.live.snapshot().epoch;
    assert_eq!(epoch, before.epoch);

    cluster.down();
    cluster.come_up_as_standby_and_promote();

    let changes = app.store.changes_since(before, u32::MAX).await.unwrap();
    assert!(changes.too_old);
    app.store.delete(super::id(1), None, &act(1)).await.unwrap();
    app.services.live.catch_up().await.unwrap();
    let snapshot = app.services.live.snapshot();
    assert_eq!((snapshot.index.len(), snapshot.registry_seq), (0, 2));
    assert_ne!(snapshot.epoch, epoch);
    assert!(
        snapshot.index.only_segment().is_some(),
        "it was loaded whole"
    );
}
