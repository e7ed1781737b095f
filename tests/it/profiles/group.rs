//! Groups: a channel of one member counts as a channel of the others.

use bonafide::domain::{BadgeState, Business, Provenance, Verdict};
use bonafide::engine::index::Registered;

use super::{UNKNOWN, account, ask, business, codes, first, id, index};

const HEAD: &str = "+442079460011";
const LEFT: &str = "+442079460012";
const RIGHT: &str = "+442079460013";

fn group() -> Vec<Business> {
    let head = business(11, "Volkswagen", &[HEAD]);
    let mut left = business(12, "Porsche", &[LEFT]);
    let mut right = business(13, "Lamborghini", &[RIGHT]);
    left.profile.parent = Some(head.id);
    right.profile.parent = Some(head.id);
    vec![head, left, right]
}

#[test]
fn a_member_on_anothers_number_is_verified_and_both_and_the_group_are_told() {
    let index = index(group());
    for (shown, number, owner) in [
        ("Porsche", HEAD, "Volkswagen"),
        ("Volkswagen Support", LEFT, "Porsche"),
        ("Lamborghini", LEFT, "Porsche"),
    ] {
        let answer = ask(&index, &account(shown, number));
        assert_eq!(answer.verdict, Verdict::Verified, "{shown}: {answer:#?}");
        assert_eq!(answer.basis, Some(Provenance::Listed));
        assert!(shown.starts_with(first(&answer).unwrap()));
        let told = &answer.signals[0].detail;
        for part in [number, owner, "group", "Volkswagen"] {
            assert!(told.contains(part), "{part}: {told}");
        }
        assert!(answer.summary.contains("unproved"), "{}", answer.summary);
    }
}

#[test]
fn the_basis_is_that_of_the_members_channel() {
    let mut members = group();
    members[0].profile.channels[0].provenance = Provenance::Proved;
    let index = index(members);
    let proved = ask(&index, &account("Porsche", HEAD));
    assert_eq!(proved.basis, Some(Provenance::Proved));
    let listed = ask(&index, &account("Porsche", RIGHT));
    assert_eq!(listed.basis, Some(Provenance::Listed));
}

#[test]
fn siblings_are_of_one_group_even_where_its_head_is_not_registered() {
    let members: Vec<Business> = group().into_iter().skip(1).collect();
    let index = index(members);
    let answer = ask(&index, &account("Porsche", RIGHT));
    assert_eq!(answer.verdict, Verdict::Verified);
    let told = &answer.signals[0].detail;
    assert!(told.contains("same group"), "{told}");
}

#[test]
fn strangers_suspended_members_and_unlisted_numbers_are_what_they_were() {
    let mut members = group();
    members.push(business(14, "Maserati", &["+442079460014"]));
    let open = index(members.clone());
    let stranger = ask(&open, &account("Porsche", "+442079460014"));
    assert_eq!(stranger.verdict, Verdict::Suspicious);
    let unlisted = ask(&open, &account("Porsche", UNKNOWN));
    assert_ne!(unlisted.verdict, Verdict::Verified);
    members[0].badge_state = BadgeState::Suspended;
    let suspended = index(members);
    for (shown, number) in [("Porsche", HEAD), ("Volkswagen", LEFT)] {
        let answer = ask(&suspended, &account(shown, number));
        assert_ne!(answer.verdict, Verdict::Verified, "{shown}");
    }
}

#[test]
fn members_are_no_rivals_of_each_other() {
    let mut members = vec![
        business(21, "Quorvex", &[]),
        business(22, "Quorvex Energy", &[]),
        business(23, "Quorvex Bank", &[]),
    ];
    let shown = account("Quorvex Energy Bank Support", UNKNOWN);
    let apart = ask(&index(members.clone()), &shown);
    members[1].profile.parent = Some(id(21));
    members[2].profile.parent = Some(id(21));
    let together = ask(&index(members), &shown);
    assert!(
        together.score >= apart.score,
        "{} and {}: {:?}",
        together.score,
        apart.score,
        codes(&together)
    );
}

#[test]
fn a_group_is_a_business_its_parent_and_the_parents_other_children() {
    let mut all: Vec<Registered> = group().iter().map(Registered::from).collect();
    let mut own = business(15, "Scania", &[]);
    own.profile.parent = Some(own.id);
    all.push(Registered::from(&own));
    let mut grandchild = business(16, "Porsche Bank", &[]);
    grandchild.profile.parent = Some(id(12));
    all.push(Registered::from(&grandchild));
    let groups: Vec<Vec<u8>> = (all.iter())
        .map(|a| all.iter().map(|b| u8::from(a.same_group(b))).collect())
        .collect();
    assert_eq!(
        groups,
        [
            [1, 1, 1, 0, 0],
            [1, 1, 1, 0, 1],
            [1, 1, 1, 0, 0],
            [0, 0, 0, 1, 0],
            [0, 1, 0, 0, 1],
        ]
    );
}
