//! What only PostgreSQL can do to us: its addresses, roles and encodings.

use bonafide::app::open_store;
use bonafide::config::DatabaseUrl;
use bonafide::store::StoreError;

use super::{act, business, named};
use crate::support::postgres::shared;
use crate::support::{TestDatabase, world};

#[tokio::test]
async fn an_empty_database_is_migrated_by_whoever_comes_first() {
    let Some(cluster) = shared().await else {
        return;
    };
    cluster.sql("CREATE DATABASE empty").await;
    let database = TestDatabase::at(cluster.url("empty"), ());
    let opened = futures_util::future::join_all((0..4).map(|_| database.open())).await;
    for (n, store) in (1..).zip(&opened) {
        store
            .insert(&business(n, named("A")), &act(0))
            .await
            .unwrap();
    }
    assert_eq!(opened[0].seq().await, Ok(4));
    let secrets: std::collections::HashSet<_> =
        opened.iter().map(|s| s.identity().secret).collect();
    assert_eq!(secrets.len(), 1);
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_as_it_is() {
    let Some(cluster) = shared().await else {
        return;
    };
    let name = cluster.database().await;
    let newer =
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
        VALUES (9999, 'later', true, '', 0)";
    cluster.sql_in(&name, newer).await;
    let refused = open_store(&cluster.url(&name), &world(0)).await.map(drop);
    let Err(StoreError::TooNew { found: 9999, known }) = refused else {
        panic!("{refused:?}");
    };
    assert!(known < 9999);
}

#[tokio::test]
async fn an_address_that_leads_nowhere_says_why_and_never_the_password() {
    let Some(cluster) = shared().await else {
        return;
    };
    cluster.sql("CREATE ROLE poor LOGIN").await;
    cluster
        .sql("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
        .await;
    cluster.sql("CREATE DATABASE bare").await;
    let as_role = |role: &str, database: &str| {
        let url = cluster.url(database);
        url.replacen("bonafide@", &format!("{role}:hunter2@"), 1)
    };
    for (url, expected) in [
        (as_role("bonafide", "missing"), "\"missing\" does not exist"),
        (as_role("nobody_here", "postgres"), "nobody_here"),
        (as_role("bonafide", "latin"), "must be UTF8"),
        (as_role("poor", "bare"), "permission denied"),
        ("postgres://me:hunter2@127.0.0.1:1/db".to_owned(), "refused"),
        ("postgres://me:hunter2@127.0.0.1:port/db".to_owned(), "port"),
        (
            "postgres://me:hunter2@h/db?sslmode=perhaps".to_owned(),
            "perhaps",
        ),
        ("postgres://me@h/db?passfile=hunter2".to_owned(), "passfile"),
        ("mysql://me:hunter2@h/db".to_owned(), "postgres://"),
    ] {
        let refused = open_store(&url, &world(0)).await.map(drop);
        let Err(StoreError::CannotOpen(why)) = refused else {
            panic!("{url}: {refused:?}");
        };
        assert!(why.contains(expected), "{url}: {why}");
        assert!(!why.contains("hunter2"), "{why}");
        assert!(!DatabaseUrl::from(url).to_string().contains("hunter2"));
    }
}

#[tokio::test]
async fn a_role_that_may_not_ask_for_the_timeline_still_has_a_feed() {
    let Some(cluster) = shared().await else {
        return;
    };
    let name = cluster.database().await;
    cluster.sql("CREATE ROLE plain LOGIN").await;
    let plain = "GRANT ALL ON ALL TABLES IN SCHEMA public TO plain;
        REVOKE EXECUTE ON FUNCTION pg_control_system(), pg_control_checkpoint(), pg_walfile_name(pg_lsn) FROM PUBLIC";
    cluster.sql_in(&name, plain).await;
    let url = cluster.url(&name).replacen("bonafide@", "plain@", 1);
    let store = open_store(&url, &world(0)).await.unwrap();
    store
        .insert(&business(1, named("A")), &act(0))
        .await
        .unwrap();
    let place = store.load_all(&mut |_| {}).await.unwrap();
    assert!(!store.changes_since(place, u32::MAX).await.unwrap().too_old);
    let owner = TestDatabase::at(cluster.url(&name), ()).open().await;
    assert!(
        owner.changes_since(place, u32::MAX).await.unwrap().too_old,
        "who knows more does not take it for the same"
    );
}
