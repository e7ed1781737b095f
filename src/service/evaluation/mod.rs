//! Measuring: results against labelled cases.
//!
//! The figures, their names and formulas are those of the evaluation script that the labelled sets come with,
//! so that numbers of either can be compared; `tests/it/cli/eval.rs` holds the two against each other.

mod calibration;
mod figures;
mod results;

#[cfg(test)]
mod tests;

pub use figures::{Family, Figures};
pub use results::{EvaluationError, Outcome, Results, Truth, read_truth};
