//! Claims about what is called out to, held against real servers on ports of this machine.

mod calls;
mod codes;
mod legal;
mod mail;
mod profiles;
mod schema;
mod settings;
mod sites;
mod strangers;
mod whatsapp;

use bonafide::app;
use bonafide::config::Settings;
use bonafide::domain::{Domain, E164};
use bonafide::providers::{Client, Failure, Providers, Refusal, Trouble};

use crate::support::servers::Servers;

fn client(servers: &Servers) -> Client {
    app::client(&servers.settings()).unwrap()
}

fn providers(servers: &Servers) -> Providers {
    with(&servers.settings())
}

fn with(settings: &Settings) -> Providers {
    app::providers(settings, &app::client(settings).unwrap()).unwrap()
}

fn domain(name: &str) -> Domain {
    Domain::parse(name).unwrap()
}

fn number(text: &str) -> E164 {
    E164::parse(text).unwrap()
}

#[track_caller]
fn refusal<T: std::fmt::Debug>(result: Result<T, Failure>) -> Refusal {
    match result {
        Err(Failure::Refused { why, .. }) => why,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn trouble<T: std::fmt::Debug>(result: Result<T, Failure>) -> Trouble {
    match result {
        Err(Failure::Unavailable { why, .. }) => why,
        other => panic!("{other:?}"),
    }
}

/// What is told of something that was looked for and is not there.
#[track_caller]
fn missing<T: std::fmt::Debug>(result: Result<T, Failure>) -> String {
    match result {
        Err(failure @ Failure::NotFound { .. }) => failure.to_string(),
        other => panic!("{other:?}"),
    }
}
