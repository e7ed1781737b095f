//! How many more elements of the account are copied from the same business: handle, link, e-mail address, description, offers.

use super::{Signal, say};

pub(super) const SIGNAL: Signal = Signal {
    code: "copied_elements",
    bins: &["no other", "one more", "two or more"],
    bin: |e| usize::from(e.copied).min(2),
    sentence: |e| {
        let business = &e.business().name;
        match e.copied {
            0 => None,
            1 => Some(say!(e.language;
                en: "Another element of the account copies {business}, too.";
                zh: "账号的另一项资料也照搬了“{business}”。")),
            more => Some(say!(e.language;
                en: "{more} more elements of the account copy {business}, too.";
                zh: "账号另有{more}项资料也照搬了“{business}”。")),
        }
    },
};
