//! Texts of every script, and the one character that PostgreSQL cannot keep: both engines answer alike.

use bonafide::domain::{CheckId, ExternalId, KeyId, Verdict};
use bonafide::store::{KeptCheck, KeyRecord, Listing, StoreError, VoidClaims};
use uuid::Uuid;

use super::{act, at, business, everything, profile};
use crate::support::{TestDatabase, on_every_engine};

on_every_engine! {
    names_in_every_script_are_kept_to_the_last_code_point,
    ids_that_look_alike_are_different_ids,
    nothing_with_a_nul_character_is_found,
    a_text_with_a_nul_character_is_refused_by_name,
}

async fn names_in_every_script_are_kept_to_the_last_code_point(db: TestDatabase) {
    let store = db.open().await;
    let names = [
        "РауРаl",
        "𝐏𝐚𝐲𝐏𝐚𝐥 ✅",
        "e\u{301}",
        "é",
        "שלום",
        "\u{202e}txt",
        "👩\u{200d}👩\u{200d}👧",
        "\u{fffd}\u{e0101}\u{10ffff}",
        "\\u0000 {\"json\": 'no'}",
    ];
    for (n, name) in (1..).zip(names) {
        store
            .insert(&business(n, profile(&n.to_string(), name)), &act(0))
            .await
            .unwrap();
    }
    let kept: Vec<_> = everything(&*db.open().await)
        .await
        .into_iter()
        .map(|b| b.profile.name.as_str().to_owned())
        .collect();
    assert_eq!(kept, names);
}

async fn ids_that_look_alike_are_different_ids(db: TestDatabase) {
    let store = db.open().await;
    let ids = ["a", "A", "а", "é", "e\u{301}", "a b", "a\u{a0}b"];
    for (n, external_id) in (1..).zip(ids) {
        store
            .insert(&business(n, profile(external_id, "Name")), &act(0))
            .await
            .unwrap();
    }
    for (n, external_id) in (1..).zip(ids) {
        let external_id = ExternalId::parse(external_id).unwrap();
        let found = store.find_external(&external_id).await.unwrap().unwrap();
        assert_eq!(found.id, super::id(n), "{external_id:?}");
    }
}

async fn nothing_with_a_nul_character_is_found(db: TestDatabase) {
    let store = db.open().await;
    store
        .insert(&business(1, profile("a", "A")), &act(0))
        .await
        .unwrap();
    let all = Listing {
        limit: 10,
        ..Listing::default()
    };
    for text in ["\0", "a\0", "\0a"] {
        let by_name = Listing {
            search: Some(text.to_owned()),
            ..all.clone()
        };
        let by_category = Listing {
            category: Some(text.to_owned()),
            ..all.clone()
        };
        assert_eq!(store.list(&by_name).await, Ok(Vec::new()));
        assert_eq!(store.list(&by_category).await, Ok(Vec::new()));
    }
}

async fn a_text_with_a_nul_character_is_refused_by_name(db: TestDatabase) {
    let store = db.open().await;
    let refused = |what: &str| StoreError::Unstorable(format!("{what} holds a NUL character"));
    let key = KeyRecord {
        id: KeyId::new(Uuid::from_u128(1)),
        name: "a\0b".to_owned(),
        secret_hash: [0; 32],
        scopes: Vec::new(),
        created_at: at(0),
        expires_at: None,
        revoked_at: None,
        last_used_at: None,
        uses: 0,
        organisation: None,
        rate_per_minute: None,
        monthly_quota: None,
        successor: None,
    };
    assert_eq!(
        store.insert_key(&key, &act(0)).await,
        Err(refused("the key's name"))
    );
    let check = KeptCheck {
        id: CheckId::new(Uuid::from_u128(1)),
        at: at(0),
        digest: [0; 32],
        input_digest: [0; 32],
        medium: None,
        verdict: Verdict::Unknown,
        basis: None,
        score: 0.0,
        prior_log_odds: 0.0,
        business_id: None,
        model: "\0".to_owned(),
        epoch: Uuid::nil(),
        registry_seq: 0,
        grown_in: None,
        key_id: None,
    };
    assert_eq!(
        store.keep_checks(&[check]).await,
        Err(refused("the model's version"))
    );
    let void = VoidClaims {
        made_before: at(0),
        unfinished_before: at(0),
    };
    let claim = store.claim(b"\0", "k\0", &[0; 32], at(0), void).await;
    assert_eq!(claim, Err(refused("the idempotency key")));
    assert_eq!(store.list_keys().await, Ok(Vec::new()));
}
