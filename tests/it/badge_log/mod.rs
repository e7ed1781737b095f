//! The public badge log: its tree, what the store appends, what the API tells, what a stranger can verify.

mod http;
mod independent;
mod store;
mod tampering;
mod tree;

use bonafide::domain::{
    Act, Badge, BadgeState, Business, BusinessId, BusinessName, ExternalId, Profile,
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::support::act_at;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

pub(crate) fn act(action: &'static str) -> Act {
    Act {
        action,
        ..act_at(at(0))
    }
}

pub(crate) fn business(n: u128, name: &str, badge: Badge, badge_state: BadgeState) -> Business {
    let profile = Profile {
        external_id: Some(ExternalId::parse(&format!("id-{n}")).unwrap()),
        ..Profile::named(BusinessName::parse(name).unwrap())
    };
    Business {
        badge,
        badge_state,
        ..Business::new(BusinessId::new(Uuid::from_u128(n)), profile, at(0))
    }
}
