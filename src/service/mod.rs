//! Use cases. They own transactions and the live index, and know nothing of HTTP or the terminal.

pub mod access;
pub mod check;
pub mod contract;
pub mod evaluation;
pub mod housekeeping;
pub mod line_screening;
pub mod lines;
pub mod live;
pub mod registry;
pub mod registry_file;
pub mod world;
