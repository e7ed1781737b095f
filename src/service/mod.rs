//! Use cases. They own transactions and the live index, and know nothing of HTTP or the terminal.

pub mod access;
pub mod check;
pub mod contract;
pub mod housekeeping;
pub mod live;
pub mod registry;
pub mod world;
