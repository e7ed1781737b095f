//! Listing, searching and paging.

use std::sync::Arc;

use bonafide::domain::{Business, BusinessName, Country, Profile, Text};
use bonafide::store::{ListPlace, Listing, Store};

use super::{act, at_home, business, id, named};
use crate::support::{TestDatabase, on_every_engine};

on_every_engine! {
    pages_follow_each_other_by_id_and_end,
    a_page_goes_on_after_a_business_that_is_gone_and_sees_what_is_new,
    country_and_category_narrow_the_list_together,
    a_search_gives_exact_names_then_starts_then_the_rest,
    a_search_is_for_the_text_itself_in_any_script,
    a_search_is_paged_through_its_ranks,
}

fn all(limit: u32) -> Listing {
    Listing {
        limit,
        ..Listing::default()
    }
}

fn search(text: &str) -> Listing {
    Listing {
        search: Some(text.to_owned()),
        ..all(100)
    }
}

async fn fill(db: &TestDatabase, profiles: impl IntoIterator<Item = Profile>) -> Arc<dyn Store> {
    let store = db.open().await;
    for (n, profile) in (1..).zip(profiles) {
        store.insert(&business(n, profile), &act(0)).await.unwrap();
    }
    store
}

fn numbers(page: &[(ListPlace, Business)]) -> Vec<u128> {
    page.iter().map(|(_, b)| b.id.as_uuid().as_u128()).collect()
}

/// The numbers of every page, page by page.
async fn pages(store: &Arc<dyn Store>, listing: Listing) -> Vec<Vec<u128>> {
    let mut listing = listing;
    let mut pages = Vec::new();
    loop {
        let page = store.list(&listing).await.unwrap();
        let Some((place, last)) = page.last() else {
            return pages;
        };
        assert_eq!(place.id, last.id);
        listing.after = Some(*place);
        pages.push(numbers(&page));
    }
}

async fn pages_follow_each_other_by_id_and_end(db: TestDatabase) {
    let store = db.open().await;
    // Written in another order than that of their ids, which span every byte.
    let ids = [1_u128 << 120, 5, 1 << 64, 0xff, 0x100];
    for n in ids {
        store
            .insert(&business(n, named("Name")), &act(0))
            .await
            .unwrap();
    }
    let expected = [vec![5, 0xff], vec![0x100, 1 << 64], vec![1 << 120]];
    assert_eq!(pages(&store, all(2)).await, expected);
    assert_eq!(numbers(&store.list(&all(0)).await.unwrap()), []);
}

async fn a_page_goes_on_after_a_business_that_is_gone_and_sees_what_is_new(db: TestDatabase) {
    let store = fill(&db, ["A", "B", "C", "D"].map(named)).await;
    let first = store.list(&all(2)).await.unwrap();
    store.delete(id(2), None, &act(1)).await.unwrap();
    store
        .insert(&business(9, named("E")), &act(0))
        .await
        .unwrap();
    let next = Listing {
        after: Some(first[1].0),
        ..all(100)
    };
    assert_eq!(numbers(&store.list(&next).await.unwrap()), [3, 4, 9]);
}

async fn country_and_category_narrow_the_list_together(db: TestDatabase) {
    let bank = |profile| Profile {
        category: Some(Text::parse("category", "amenity/bank").unwrap()),
        ..profile
    };
    let profiles = [
        at_home("DE", named("Alpha")),
        bank(at_home("DE", named("Alpha Beta"))),
        bank(at_home("FR", named("Beta"))),
        named("Alpha"),
    ];
    let store = fill(&db, profiles).await;
    let german = Listing {
        country: Some(Country::parse("DE").unwrap()),
        ..all(100)
    };
    let banks = Listing {
        category: Some("amenity/bank".to_owned()),
        ..all(100)
    };
    let german_banks = Listing {
        category: banks.category.clone(),
        ..german.clone()
    };
    let german_alphas = Listing {
        search: Some("alpha".to_owned()),
        ..german.clone()
    };
    for (listing, expected) in [
        (german, vec![1, 2]),
        (banks, vec![2, 3]),
        (german_banks, vec![2]),
        (german_alphas, vec![1, 2]),
    ] {
        assert_eq!(
            numbers(&store.list(&listing).await.unwrap()),
            expected,
            "{listing:?}"
        );
        let one_by_one = pages(
            &store,
            Listing {
                limit: 1,
                ..listing
            },
        )
        .await;
        assert_eq!(one_by_one.concat(), expected);
    }
}

async fn a_search_gives_exact_names_then_starts_then_the_rest(db: TestDatabase) {
    let mut alias = named("Something else");
    alias.aliases = vec![BusinessName::parse("DELTA").unwrap()];
    let names = [
        "The Delta Works",
        "Delta Air Lines",
        "Gamma",
        "delta",
        "Deltaland",
    ];
    let store = fill(&db, names.map(named).into_iter().chain([alias])).await;
    let page = store.list(&search("delta")).await.unwrap();
    assert_eq!(numbers(&page), [4, 6, 2, 5, 1]);
    let ranks: Vec<_> = page.iter().map(|(place, _)| place.rank).collect();
    assert_eq!(ranks, [0, 0, 1, 1, 2]);
}

async fn a_search_is_for_the_text_itself_in_any_script(db: TestDatabase) {
    let names = [
        "100% Organic_Food",
        "100 Organic Food",
        "Straße",
        "ПРИВЕТ Банк",
        "王府井百货",
        "a\\b'c\"d",
        "Café",
    ];
    let store = fill(&db, names.map(named)).await;
    for (text, expected) in [
        ("100%", vec![1]),
        ("c_f", vec![1]),
        ("%", vec![1]),
        ("straße", vec![3]),
        ("привет", vec![4]),
        ("府井", vec![5]),
        ("\\b'c\"", vec![6]),
        ("café", vec![7]),
        ("cafe", vec![]),
        ("\n", vec![1, 2, 3, 4, 5, 6, 7]),
    ] {
        assert_eq!(
            numbers(&store.list(&search(text)).await.unwrap()),
            expected,
            "{text:?}"
        );
    }
}

async fn a_search_is_paged_through_its_ranks(db: TestDatabase) {
    let names = ["My Ace", "Ace", "Ace Hotel", "An Ace", "Ace", "Acela"];
    let store = fill(&db, names.map(named)).await;
    let by_two = Listing {
        limit: 2,
        ..search("ace")
    };
    assert_eq!(pages(&store, by_two).await, [[2, 5], [3, 6], [1, 4]]);
}
