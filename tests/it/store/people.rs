//! People, what proves who they are, and their sessions.

use bonafide::domain::{Act, Email, OrganisationId, PersonName, Role, SessionId, UserId};
use bonafide::store::{
    AuditListing, Ended, Lockout, ProviderIdentity, SecondFactor, SessionRecord, Store, StoreError,
    UserRecord,
};
use uuid::Uuid;

use super::{act, at};
use crate::support::{TestDatabase, on_every_engine};

on_every_engine! {
    a_person_is_read_back_whole_and_an_address_is_taken_whatever_its_case,
    people_are_listed_in_order_and_a_change_needs_the_version_that_was_read,
    somebody_always_administers,
    two_admins_who_demote_each_other_leave_one,
    the_last_of_too_many_failures_locks_and_a_session_forgets_them,
    a_time_step_and_a_recovery_code_work_once_even_at_two_places_at_once,
    a_new_password_ends_every_session_but_the_one_kept_and_voids_the_link,
    a_session_opened_on_what_a_person_was_is_refused,
    sessions_are_ended_by_their_own_person_alone,
    a_link_is_used_once_and_the_newest_counts,
    totp_is_confirmed_once_and_forgotten_with_its_codes,
    an_identity_is_one_persons,
    what_ended_long_ago_is_deleted,
}

fn uid(n: u128) -> UserId {
    UserId::new(Uuid::from_u128(n))
}

fn sid(n: u128) -> SessionId {
    SessionId::new(Uuid::from_u128(n))
}

fn user(n: u128, role: Role) -> UserRecord {
    UserRecord {
        id: uid(n),
        email: Email::parse(&format!("Person{n}@example.com")).unwrap(),
        name: PersonName::parse("Анна 安娜").unwrap(),
        role,
        organisation: None,
        password_hash: Some("$argon2id$first".to_owned()),
        totp_secret: None,
        totp_confirmed_at: None,
        totp_step: None,
        failures: 0,
        locked_until: None,
        disabled_at: None,
        version: 1,
        created_at: at(1),
        updated_at: at(1),
    }
}

fn session(n: u128, of: u128) -> SessionRecord {
    SessionRecord {
        id: sid(n),
        user: uid(of),
        token_hash: [u8::try_from(n).unwrap(); 32],
        created_at: at(10),
        last_seen_at: at(10),
        expires_at: at(1_000),
        user_agent: Some("Firefox".to_owned()),
        second_factor: false,
        revoked_at: None,
    }
}

/// A store with people of these roles, numbered from 1.
async fn with(db: &TestDatabase, roles: &[Role]) -> std::sync::Arc<dyn Store> {
    let store = db.open().await;
    for (n, role) in (1..).zip(roles) {
        store
            .insert_user(&user(n, *role), None, &act(1))
            .await
            .unwrap();
    }
    store
}

async fn version(store: &dyn Store, n: u128) -> u64 {
    store.get_user(uid(n)).await.unwrap().unwrap().version
}

/// Which of a person's sessions go on.
async fn going(store: &dyn Store, n: u128) -> Vec<SessionId> {
    let listed = store.list_sessions(uid(n), at(20), at(0)).await.unwrap();
    listed.iter().map(|s| s.id).collect()
}

fn conflict<T: std::fmt::Debug>(outcome: Result<T, StoreError>) -> String {
    match outcome {
        Err(StoreError::Conflict(why)) => why,
        other => panic!("no conflict: {other:?}"),
    }
}

async fn a_person_is_read_back_whole_and_an_address_is_taken_whatever_its_case(db: TestDatabase) {
    let store = with(&db, &[Role::Admin]).await;
    let kept = user(1, Role::Admin);
    assert_eq!(store.get_user(uid(1)).await, Ok(Some(kept.clone())));
    assert_eq!(store.find_user("person1@example.com").await, Ok(Some(kept)));
    assert_eq!(store.get_user(uid(9)).await, Ok(None));
    let mut other = user(2, Role::Lead);
    other.email = Email::parse("pERSON1@Example.com").unwrap();
    let why = conflict(store.insert_user(&other, None, &act(2)).await);
    assert!(why.contains("pERSON1@example.com"), "{why}");
    let lost = UserRecord {
        organisation: Some(OrganisationId::new(Uuid::from_u128(7))),
        ..user(3, Role::Business)
    };
    let why = conflict(store.insert_user(&lost, None, &act(2)).await);
    assert!(why.contains("org_"), "{why}");
    assert_eq!(
        store.get_user(uid(3)).await,
        Ok(None),
        "nothing is half done"
    );
}

async fn people_are_listed_in_order_and_a_change_needs_the_version_that_was_read(db: TestDatabase) {
    let store = with(&db, &[Role::Admin, Role::Lead, Role::Business]).await;
    let listed = store.list_users(Some(uid(1)), 1).await.unwrap();
    assert_eq!(listed, [user(2, Role::Lead)]);
    store
        .insert_session(&session(5, 2), 1, None, &act(3))
        .await
        .unwrap();
    let changed = UserRecord {
        name: PersonName::parse("Bea").unwrap(),
        role: Role::Reviewer,
        disabled_at: Some(at(50)),
        version: 2,
        updated_at: at(50),
        ..user(2, Role::Lead)
    };
    store.update_user(&changed, true, &act(50)).await.unwrap();
    assert_eq!(store.get_user(uid(2)).await, Ok(Some(changed.clone())));
    assert_eq!(going(&*store, 2).await, []);
    let late = store.update_user(&changed, false, &act(51)).await;
    assert_eq!(late, Err(StoreError::Stale { current: 2 }));
    let nobody = UserRecord {
        id: uid(9),
        ..changed
    };
    let missing = store.update_user(&nobody, false, &act(51)).await;
    assert!(
        matches!(missing, Err(StoreError::NotFound(_))),
        "{missing:?}"
    );
}

fn demoted(n: u128) -> UserRecord {
    UserRecord {
        role: Role::Lead,
        version: 2,
        ..user(n, Role::Admin)
    }
}

async fn somebody_always_administers(db: TestDatabase) {
    let store = with(&db, &[Role::Admin, Role::Lead]).await;
    let why = conflict(store.update_user(&demoted(1), true, &act(5)).await);
    assert!(why.contains("administer"), "{why}");
    let disabled = UserRecord {
        disabled_at: Some(at(5)),
        version: 2,
        ..user(1, Role::Admin)
    };
    conflict(store.update_user(&disabled, true, &act(5)).await);
    assert_eq!(version(&*store, 1).await, 1);
}

async fn two_admins_who_demote_each_other_leave_one(db: TestDatabase) {
    let store = with(&db, &[Role::Admin, Role::Admin]).await;
    let other = db.open().await;
    let (one, two) = (demoted(1), demoted(2));
    let (first, second) = (act(5), act(5));
    let (a, b) = tokio::join!(
        store.update_user(&one, true, &first),
        other.update_user(&two, true, &second)
    );
    assert_eq!(
        usize::from(a.is_ok()) + usize::from(b.is_ok()),
        1,
        "{a:?} {b:?}"
    );
}

async fn the_last_of_too_many_failures_locks_and_a_session_forgets_them(db: TestDatabase) {
    let store = with(&db, &[Role::Admin]).await;
    let lockout = Lockout {
        most: 3,
        until: at(900),
    };
    let fail = async |second| {
        let (refused, locked) = (named("refuse", second), named("lock", second));
        store
            .count_failure(uid(1), lockout, &refused, &locked)
            .await
            .unwrap()
    };
    assert!(!fail(2).await && !fail(3).await);
    assert_eq!(store.get_user(uid(1)).await.unwrap().unwrap().failures, 2);
    store
        .insert_session(&session(1, 1), 1, None, &act(4))
        .await
        .unwrap();
    assert!(!fail(5).await && !fail(6).await);
    assert!(fail(7).await, "the third in a row locks");
    let kept = store.get_user(uid(1)).await.unwrap().unwrap();
    assert_eq!((kept.locked_until, kept.failures), (Some(at(900)), 0));
    let listing = AuditListing {
        action: Some("lock".to_owned()),
        limit: 10,
        ..AuditListing::default()
    };
    assert_eq!(store.list_audit(&listing).await.unwrap().len(), 1);
    let head = store.audit_head().await;
    store.count_nothing().await.unwrap();
    assert_eq!(store.audit_head().await, head);
    assert_eq!(store.get_user(uid(1)).await, Ok(Some(kept)));
}

fn named(action: &'static str, second: i64) -> Act {
    Act {
        action,
        ..act(second)
    }
}

async fn a_time_step_and_a_recovery_code_work_once_even_at_two_places_at_once(db: TestDatabase) {
    let store = with(&db, &[Role::Admin]).await;
    let other = db.open().await;
    store
        .insert_session(&session(1, 1), 1, None, &act(2))
        .await
        .unwrap();
    store.set_totp(uid(1), b"sealed", &act(3)).await.unwrap();
    let codes = [[1; 32], [2; 32]];
    store
        .confirm_totp(uid(1), 2, 100, &codes, sid(1), &act(4))
        .await
        .unwrap();
    let open = async |store: &dyn Store, n, factor: SecondFactor| {
        let act = act(5);
        store
            .insert_session(&session(n, 1), 3, Some(&factor), &act)
            .await
    };
    conflict(open(&*store, 2, SecondFactor::Totp(100)).await);
    conflict(open(&*store, 2, SecondFactor::Totp(99)).await);
    let step = SecondFactor::Totp(101);
    let (a, b) = tokio::join!(open(&*store, 3, step.clone()), open(&*other, 4, step));
    assert_eq!(
        usize::from(a.is_ok()) + usize::from(b.is_ok()),
        1,
        "{a:?} {b:?}"
    );
    let code = SecondFactor::Recovery([1; 32]);
    let (a, b) = tokio::join!(open(&*store, 5, code.clone()), open(&*other, 6, code));
    assert_eq!(
        usize::from(a.is_ok()) + usize::from(b.is_ok()),
        1,
        "{a:?} {b:?}"
    );
    assert_eq!(store.recovery_codes_left(uid(1)).await, Ok(1));
    conflict(open(&*store, 7, SecondFactor::Recovery([9; 32])).await);
    conflict(store.raise_session(uid(1), sid(1), 101, &act(6)).await);
    store
        .raise_session(uid(1), sid(1), 102, &act(6))
        .await
        .unwrap();
}

async fn a_new_password_ends_every_session_but_the_one_kept_and_voids_the_link(db: TestDatabase) {
    let store = with(&db, &[Role::Admin, Role::Lead]).await;
    for (n, of) in [(1, 1), (2, 1), (3, 2)] {
        store
            .insert_session(&session(n, of), 1, None, &act(2))
            .await
            .unwrap();
    }
    store
        .insert_reset(uid(1), &[8; 32], at(500), &act(3))
        .await
        .unwrap();
    let stale = store.set_password(uid(1), 7, "$new", None, &act(4)).await;
    assert_eq!(stale, Err(StoreError::Stale { current: 1 }));
    store
        .set_password(uid(1), 1, "$new", Some(sid(2)), &act(4))
        .await
        .unwrap();
    assert_eq!(going(&*store, 1).await, [sid(2)]);
    assert_eq!(going(&*store, 2).await, [sid(3)]);
    assert_eq!(store.find_reset(&[8; 32]).await, Ok(None));
    let kept = store.get_user(uid(1)).await.unwrap().unwrap();
    assert_eq!(
        (kept.password_hash.as_deref(), kept.version),
        (Some("$new"), 2)
    );
}

async fn a_session_opened_on_what_a_person_was_is_refused(db: TestDatabase) {
    let store = with(&db, &[Role::Admin]).await;
    store
        .set_password(uid(1), 1, "$new", None, &act(4))
        .await
        .unwrap();
    let late = store.insert_session(&session(1, 1), 1, None, &act(5)).await;
    assert_eq!(late, Err(StoreError::Stale { current: 2 }));
    assert_eq!(store.find_session(&[1; 32]).await, Ok(None));
}

async fn sessions_are_ended_by_their_own_person_alone(db: TestDatabase) {
    let store = with(&db, &[Role::Admin, Role::Lead]).await;
    for (n, of) in [(1, 1), (2, 1), (3, 1), (4, 2)] {
        store
            .insert_session(&session(n, of), 1, None, &act(2))
            .await
            .unwrap();
    }
    let (found, whose) = store.find_session(&[1; 32]).await.unwrap().unwrap();
    assert_eq!((found, whose), (session(1, 1), user(1, Role::Admin)));
    store.touch_session(sid(1), at(15)).await.unwrap();
    store.touch_session(sid(1), at(12)).await.unwrap();
    let (found, _) = store.find_session(&[1; 32]).await.unwrap().unwrap();
    assert_eq!(found.last_seen_at, at(15), "time does not run back");
    let foreign = store
        .revoke_sessions(uid(1), Ended::One(sid(4)), &act(20))
        .await;
    assert!(
        matches!(foreign, Err(StoreError::NotFound(_))),
        "{foreign:?}"
    );
    let one = store
        .revoke_sessions(uid(1), Ended::One(sid(1)), &act(20))
        .await;
    assert_eq!(one, Ok(1));
    let (found, _) = store.find_session(&[1; 32]).await.unwrap().unwrap();
    assert_eq!(found.revoked_at, Some(at(20)));
    let others = store
        .revoke_sessions(uid(1), Ended::Others(sid(3)), &act(21))
        .await;
    assert_eq!(others, Ok(1));
    assert_eq!(going(&*store, 1).await, [sid(3)]);
    assert_eq!(going(&*store, 2).await, [sid(4)]);
    assert_eq!(
        store.list_sessions(uid(1), at(1_000), at(0)).await,
        Ok(vec![])
    );
    assert_eq!(
        store.list_sessions(uid(1), at(20), at(10)).await,
        Ok(vec![])
    );
}

async fn a_link_is_used_once_and_the_newest_counts(db: TestDatabase) {
    let store = with(&db, &[Role::Admin]).await;
    store
        .insert_reset(uid(1), &[1; 32], at(500), &act(2))
        .await
        .unwrap();
    store
        .insert_reset(uid(1), &[2; 32], at(600), &act(3))
        .await
        .unwrap();
    assert_eq!(store.find_reset(&[1; 32]).await, Ok(None));
    assert_eq!(
        store.find_reset(&[2; 32]).await,
        Ok(Some((uid(1), at(600))))
    );
    store
        .use_reset(uid(1), &[2; 32], "$new", &act(4))
        .await
        .unwrap();
    let again = store.use_reset(uid(1), &[2; 32], "$newer", &act(5)).await;
    assert!(matches!(again, Err(StoreError::NotFound(_))), "{again:?}");
    let kept = store.get_user(uid(1)).await.unwrap().unwrap();
    assert_eq!(kept.password_hash.as_deref(), Some("$new"));
    let nobody = store.insert_reset(uid(9), &[3; 32], at(500), &act(6)).await;
    assert!(matches!(nobody, Err(StoreError::NotFound(_))), "{nobody:?}");
}

async fn totp_is_confirmed_once_and_forgotten_with_its_codes(db: TestDatabase) {
    let store = with(&db, &[Role::Admin]).await;
    for n in [1, 2] {
        store
            .insert_session(&session(n, 1), 1, None, &act(2))
            .await
            .unwrap();
    }
    store.set_totp(uid(1), b"first", &act(3)).await.unwrap();
    store.set_totp(uid(1), b"second", &act(4)).await.unwrap();
    let on_the_first = store
        .confirm_totp(uid(1), 2, 100, &[], sid(1), &act(5))
        .await;
    assert_eq!(on_the_first, Err(StoreError::Stale { current: 3 }));
    let codes = [[1; 32], [2; 32]];
    store
        .confirm_totp(uid(1), 3, 100, &codes, sid(1), &act(5))
        .await
        .unwrap();
    conflict(store.set_totp(uid(1), b"third", &act(6)).await);
    let kept = store.get_user(uid(1)).await.unwrap().unwrap();
    assert_eq!(kept.totp_secret.as_deref(), Some(&b"second"[..]));
    assert_eq!(
        (kept.totp_confirmed_at, kept.totp_step),
        (Some(at(5)), Some(100))
    );
    let (confirmed, _) = store.find_session(&[1; 32]).await.unwrap().unwrap();
    let (other, _) = store.find_session(&[2; 32]).await.unwrap().unwrap();
    assert!(confirmed.second_factor && !other.second_factor);
    store
        .clear_totp(uid(1), Some(sid(1)), &act(7))
        .await
        .unwrap();
    let kept = store.get_user(uid(1)).await.unwrap().unwrap();
    assert_eq!(
        (kept.totp_secret, kept.totp_step, kept.version),
        (None, None, 5)
    );
    assert_eq!(store.recovery_codes_left(uid(1)).await, Ok(0));
    assert_eq!(going(&*store, 1).await, [sid(1)]);
    let (confirmed, _) = store.find_session(&[1; 32]).await.unwrap().unwrap();
    assert!(!confirmed.second_factor);
}

async fn an_identity_is_one_persons(db: TestDatabase) {
    let store = with(&db, &[Role::Admin, Role::Lead]).await;
    let identity = |subject: &str| ProviderIdentity {
        issuer: "https://id.example".to_owned(),
        subject: subject.to_owned(),
    };
    store
        .link_identity(uid(1), &identity("a"), &act(2))
        .await
        .unwrap();
    assert_eq!(store.find_identity(&identity("a")).await, Ok(Some(uid(1))));
    assert_eq!(store.find_identity(&identity("b")).await, Ok(None));
    conflict(store.link_identity(uid(2), &identity("a"), &act(3)).await);
    let came = user(3, Role::Business);
    conflict(
        store
            .insert_user(&came, Some(&identity("a")), &act(4))
            .await,
    );
    store
        .insert_user(&came, Some(&identity("c")), &act(4))
        .await
        .unwrap();
    assert_eq!(store.find_identity(&identity("c")).await, Ok(Some(uid(3))));
}

async fn what_ended_long_ago_is_deleted(db: TestDatabase) {
    let store = with(&db, &[Role::Admin]).await;
    store
        .insert_session(&session(1, 1), 1, None, &act(2))
        .await
        .unwrap();
    store
        .insert_reset(uid(1), &[1; 32], at(500), &act(2))
        .await
        .unwrap();
    assert_eq!(store.purge_sessions(at(500)).await, Ok(0));
    assert_eq!(store.purge_sessions(at(501)).await, Ok(1));
    assert_eq!(store.purge_sessions(at(1_001)).await, Ok(1));
    assert_eq!(store.find_session(&[1; 32]).await, Ok(None));
}
