//! Use cases. They own transactions and the live index, and know nothing of HTTP or the terminal.

pub mod contract;
pub mod evaluation;
pub mod line_screening;
pub mod lines;
pub mod registry_file;
pub mod training;
