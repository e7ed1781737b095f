//! Use cases. They own transactions and the live index, and know nothing of HTTP or the terminal.

pub mod contract;
