//! How many more elements of the account are copied from the same business: handle, link, e-mail address, description, offers.

use super::Signal;

pub(super) const SIGNAL: Signal = Signal {
    code: "copied_elements",
    bins: &["no other", "one more", "two or more"],
    bin: |e| usize::from(e.copied).min(2),
    sentence: |e| match e.copied {
        0 => None,
        1 => Some(format!(
            "Another element of the account copies {}, too.",
            e.business().profile.name
        )),
        more => Some(format!(
            "{more} more elements of the account copy {}, too.",
            e.business().profile.name
        )),
    },
};
