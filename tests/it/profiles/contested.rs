//! A channel that two businesses claim, which are not of one group.

use bonafide::domain::{Business, Provenance, Verdict};

use super::{account, ask, business, index};

const NUMBER: &str = "+442079460021";

fn claimants() -> Vec<Business> {
    vec![
        business(21, "Amazon", &[NUMBER]),
        business(22, "Shady Parcels", &[NUMBER]),
    ]
}

#[test]
fn that_several_list_a_number_is_told_with_their_names() {
    let index = index(claimants());
    for shown in ["", "Amazon", "Shady Parcels"] {
        let answer = ask(&index, &account(shown, NUMBER));
        assert_eq!(answer.verdict, Verdict::Verified);
        assert_eq!(answer.basis, Some(Provenance::Listed));
        let mut named: Vec<&str> = answer.matches.iter().map(|m| m.name.as_str()).collect();
        assert!(shown.is_empty() || named[0] == shown, "{named:?}");
        named.sort_unstable();
        assert_eq!(named, ["Amazon", "Shady Parcels"], "{shown}");
        for name in named {
            assert!(answer.summary.contains(name), "{}", answer.summary);
        }
        assert!(
            answer.summary.contains("neither has proved"),
            "{}",
            answer.summary
        );
    }
}

#[test]
fn who_lists_what_another_has_proved_lists_it_in_vain() {
    let mut claimants = claimants();
    claimants[1].profile.channels[0].provenance = Provenance::Proved;
    let index = index(claimants);
    for shown in ["", "Shady Parcels"] {
        let answer = ask(&index, &account(shown, NUMBER));
        assert_eq!(answer.basis, Some(Provenance::Proved), "{shown}");
        assert_eq!(answer.matches[0].name, "Shady Parcels");
        assert_eq!(answer.matches.len(), 1, "{:?}", answer.matches);
    }
    let answer = ask(&index, &account("Amazon", NUMBER));
    assert_eq!(answer.verdict, Verdict::Suspicious, "{}", answer.summary);
    assert_eq!(answer.matches[0].name, "Amazon");
}

#[test]
fn members_of_one_group_share_what_one_of_them_has_proved() {
    let mut claimants = claimants();
    claimants[0].profile.channels[0].provenance = Provenance::Proved;
    claimants[1].profile.parent = Some(claimants[0].id);
    let index = index(claimants);
    for shown in ["Amazon", "Shady Parcels"] {
        let answer = ask(&index, &account(shown, NUMBER));
        assert_eq!(answer.verdict, Verdict::Verified, "{shown}");
        assert_eq!(answer.matches[0].name, shown);
    }
}
