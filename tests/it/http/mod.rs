//! Claims about the API as its callers meet it.

mod access;
mod bad_input;
mod businesses;
mod checks;
mod documents;
mod languages;
mod overload;
mod page;
mod problems;
mod replay;
