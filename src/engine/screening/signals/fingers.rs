//! Whether the letters that differ are those that fingers slip on, or such as make another name.

use super::{Evidence, Signal, say};

pub(super) const SIGNAL: Signal = Signal {
    code: "fingers",
    bins: &[
        "no letter differs",
        "one slip",
        "one letter left out",
        "one strange letter",
        "two slips",
        "two, of which some are left out",
        "two, of which one is strange",
        "two strange letters",
        "several slips",
        "several, of which some are left out",
        "several, of which some are strange",
        "several strange letters",
    ],
    bin,
    sentence: |e| {
        let slips = e.name()?.strangeness? == 0;
        slips.then(|| {
            say!(e.language;
                en: "The letters that differ are doubled, swapped or beside the right ones on a keyboard, as when fingers slip.";
                zh: "写法不同的字母是重复、颠倒或键盘上相邻的字母，像是手指打滑。")
        })
    },
};

fn bin(e: &Evidence<'_>) -> usize {
    let Some((c, strange)) = e.name().and_then(|c| Some((c, c.strangeness?))) else {
        return 0;
    };
    let edits = u32::from(c.edits);
    // What is left out counts 1 each, what is strange 4.
    let kind = match strange {
        0 => 0,
        few if few <= edits => 1,
        some if some < 3 * edits => 2,
        _ => 3,
    };
    match edits {
        0 => 0,
        1 if kind == 3 => 3,
        1 => 1 + kind,
        2 => 4 + kind,
        _ => 8 + kind,
    }
}
