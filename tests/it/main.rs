//! The one integration test binary: claims about the program as others meet it.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    missing_docs,
    reason = "tests unwrap what must be there, print the figures that they hold and measure how long things take"
)]

mod boundaries;
mod cli;
mod evaluation;
mod generated;
mod http;
mod live;
mod phone;
mod serve;
mod support;
