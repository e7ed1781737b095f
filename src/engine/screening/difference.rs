//! Where two strings differ, for the eye of a person: letter by letter, by their code points.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::domain::Compared;

/// Holds the account's side against the registry's.
pub(super) fn compare(account: String, registry: String) -> Compared {
    let (written, registered) = (letters(&account), letters(&registry));
    let mut differs: Vec<Range<usize>> = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &written, &registered) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let span = op.old_range();
        match differs.last_mut() {
            Some(last) if last.end == span.start => last.end = span.end,
            _ => differs.push(span),
        }
    }
    Compared {
        account,
        registry,
        differs,
    }
}

/// The code points in lower case, one for one, so that positions stay.
fn letters(text: &str) -> Vec<char> {
    text.chars()
        .map(|c| c.to_lowercase().next().unwrap_or(c))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_told_by_code_points_of_the_accounts_side() {
        for (account, registry, differs) in [
            ("AMAZON", "Amazon", &[][..]),
            ("Amaz0n", "Amazon", &[(4, 5)]),
            ("Arnazon", "Amazon", &[(1, 3)]),
            ("РауРal", "PayPal", &[(0, 4)]),
            ("Pay\u{200b}Pal", "PayPal", &[(3, 4)]),
            ("P a y Pal", "PayPal", &[(1, 2), (3, 4), (5, 6)]),
            ("PayPl", "PayPal", &[(4, 4)]),
            ("顺豊速运", "顺丰速运", &[(1, 2)]),
            ("Shell", "", &[(0, 5)]),
            ("", "Shell", &[(0, 0)]),
        ] {
            let compared = compare(account.to_owned(), registry.to_owned());
            let found: Vec<_> = (compared.differs.iter())
                .map(|s| (s.start, s.end))
                .collect();
            assert_eq!(found, differs, "{account}");
        }
    }
}
