//! The one integration test binary: claims about the program as others meet it.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    missing_docs,
    reason = "tests unwrap what must be there, and print the figures that they hold"
)]

mod badge_log;
mod boundaries;
mod cli;
mod engine;
mod evaluation;
mod generated;
mod growing;
mod http;
mod languages;
mod live;
mod people;
mod phone;
mod profiles;
mod proof;
mod providers;
mod serve;
mod store;
mod support;
