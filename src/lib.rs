//! Bonafide: *is this really them?*
//!
//! A registry of verified businesses, and checks of accounts that claim to be one of them. The rooms of this
//! crate and what each may import are listed in `tests/it/boundaries.rs`, which enforces it.

pub mod domain;
pub mod engine;
pub mod service;
pub mod store;
