//! The public badge log: its tree, what the store appends, what the API tells, what a stranger can verify.

mod independent;
mod store;
mod tree;
