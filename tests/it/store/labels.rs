//! Organisations, labels and notes.

use bonafide::domain::{LabelId, NoteId, OrganisationId};
use bonafide::store::{Label, Listing, Note, Organisation, StoreError};
use uuid::Uuid;

use super::{act, at, business, id, named};
use crate::support::{TestDatabase, on_every_engine};

on_every_engine! {
    organisations_are_kept_renamed_and_listed_and_no_two_have_one_name,
    labels_are_put_on_and_taken_off_and_find_their_businesses,
    a_label_that_is_deleted_is_on_no_business_and_a_deleted_business_bears_none,
    notes_are_listed_newest_first_and_belong_to_their_business,
}

fn label(n: u128, name: &str) -> Label {
    Label {
        id: LabelId::new(Uuid::from_u128(n)),
        name: name.to_owned(),
        colour: "1f6feb".to_owned(),
    }
}

async fn organisations_are_kept_renamed_and_listed_and_no_two_have_one_name(db: TestDatabase) {
    let store = db.open().await;
    let new = |n: u128, name: &str| Organisation {
        id: OrganisationId::new(Uuid::from_u128(n)),
        name: name.to_owned(),
        created_at: at(3),
    };
    for n in 1..=3 {
        store
            .insert_organisation(&new(n, &format!("组织 {n}")), &act(0))
            .await
            .unwrap();
    }
    let taken = Err(StoreError::Conflict(
        "the name \"组织 1\" is taken".to_owned(),
    ));
    assert_eq!(
        store.insert_organisation(&new(4, "组织 1"), &act(0)).await,
        taken
    );
    let two = new(2, "").id;
    assert_eq!(
        store.rename_organisation(two, "组织 1", &act(0)).await,
        taken
    );
    store
        .rename_organisation(two, "Two", &act(0))
        .await
        .unwrap();
    assert_eq!(store.get_organisation(two).await, Ok(Some(new(2, "Two"))));
    let first = store.list_organisations(None, 2).await.unwrap();
    assert_eq!(first, [new(1, "组织 1"), new(2, "Two")]);
    let rest = store.list_organisations(Some(two), 2).await.unwrap();
    assert_eq!(rest, [new(3, "组织 3")]);
    let unknown = store
        .rename_organisation(new(9, "").id, "Nine", &act(0))
        .await;
    assert!(
        matches!(unknown, Err(StoreError::NotFound(_))),
        "{unknown:?}"
    );
}

async fn labels_are_put_on_and_taken_off_and_find_their_businesses(db: TestDatabase) {
    let store = db.open().await;
    for n in 1..=3 {
        store
            .insert(&business(n, named("A")), &act(0))
            .await
            .unwrap();
    }
    let (red, blue) = (label(1, "red"), label(2, "blue"));
    for label in [&red, &blue] {
        store.insert_label(label, &act(0)).await.unwrap();
    }
    let same = store.insert_label(&label(3, "red"), &act(0)).await;
    assert!(matches!(same, Err(StoreError::Conflict(_))), "{same:?}");
    for _ in 0..2 {
        store.put_label(red.id, id(1), &act(1)).await.unwrap();
    }
    store.put_label(red.id, id(3), &act(1)).await.unwrap();
    store.put_label(blue.id, id(1), &act(1)).await.unwrap();
    assert_eq!(
        store.labels_of(id(1)).await,
        Ok(vec![blue.clone(), red.clone()])
    );
    let with_red = Listing {
        label: Some(red.id),
        limit: 10,
        ..Listing::default()
    };
    let found = store.list(&with_red).await.unwrap();
    let found: Vec<_> = found.iter().map(|(_, b)| b.id).collect();
    assert_eq!(found, [id(1), id(3)]);
    store.take_label(red.id, id(1), &act(2)).await.unwrap();
    let again = store.take_label(red.id, id(1), &act(2)).await;
    assert!(matches!(again, Err(StoreError::NotFound(_))), "{again:?}");
    for (label, on) in [(red.id, id(9)), (label(9, "").id, id(1))] {
        let nothing = store.put_label(label, on, &act(3)).await;
        assert!(
            matches!(nothing, Err(StoreError::NotFound(_))),
            "{nothing:?}"
        );
    }
    let renamed = label(2, "navy");
    store.update_label(&renamed, &act(4)).await.unwrap();
    assert_eq!(store.labels_of(id(1)).await, Ok(vec![renamed.clone()]));
    assert_eq!(store.list_labels().await, Ok(vec![renamed, red]));
}

async fn a_label_that_is_deleted_is_on_no_business_and_a_deleted_business_bears_none(
    db: TestDatabase,
) {
    let store = db.open().await;
    for n in 1..=2 {
        store
            .insert(&business(n, named("A")), &act(0))
            .await
            .unwrap();
    }
    let red = label(1, "red");
    store.insert_label(&red, &act(0)).await.unwrap();
    for n in 1..=2 {
        store.put_label(red.id, id(n), &act(1)).await.unwrap();
    }
    store.delete(id(2), None, &act(2)).await.unwrap();
    store.delete_label(red.id, &act(3)).await.unwrap();
    assert_eq!(store.labels_of(id(1)).await, Ok(Vec::new()));
    assert_eq!(store.list_labels().await, Ok(Vec::new()));
    let twice = store.delete_label(red.id, &act(3)).await;
    assert!(matches!(twice, Err(StoreError::NotFound(_))), "{twice:?}");
}

async fn notes_are_listed_newest_first_and_belong_to_their_business(db: TestDatabase) {
    let store = db.open().await;
    for n in 1..=2 {
        store
            .insert(&business(n, named("A")), &act(0))
            .await
            .unwrap();
    }
    let note = |n: u128| Note {
        id: NoteId::new(Uuid::from_u128(n)),
        at: at(i64::try_from(n).unwrap()),
        actor: "server".to_owned(),
        text: format!("Notiz {n}\n第二行"),
    };
    for n in 1..=3 {
        store.insert_note(id(1), &note(n), &act(0)).await.unwrap();
    }
    assert_eq!(
        store.list_notes(id(1), None, 2).await,
        Ok(vec![note(3), note(2)])
    );
    let rest = store.list_notes(id(1), Some(note(2).id), 2).await;
    assert_eq!(rest, Ok(vec![note(1)]));
    assert_eq!(store.list_notes(id(2), None, 2).await, Ok(Vec::new()));
    let others = store.delete_note(id(2), note(1).id, &act(1)).await;
    assert!(matches!(others, Err(StoreError::NotFound(_))), "{others:?}");
    store.delete_note(id(1), note(1).id, &act(1)).await.unwrap();
    let nowhere = store.insert_note(id(9), &note(9), &act(1)).await;
    assert!(
        matches!(nowhere, Err(StoreError::NotFound(_))),
        "{nowhere:?}"
    );
    let nul = Note {
        text: "a\0b".to_owned(),
        ..note(4)
    };
    let refused = StoreError::Unstorable("the note holds a NUL character".to_owned());
    assert_eq!(store.insert_note(id(1), &nul, &act(1)).await, Err(refused));
}
