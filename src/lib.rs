//! Bonafide: *is this really them?*
//!
//! A registry of verified businesses, and checks of accounts that claim to be one of them. The rooms of this
//! crate and what each may import are listed in `tests/it/boundaries.rs`, which enforces it.

pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod engine;
pub mod http;
pub mod providers;
pub mod service;
pub mod store;
pub mod telemetry;
