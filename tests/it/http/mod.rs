//! Claims about the API as its callers meet it.

mod access;
mod bad_input;
mod businesses;
mod checks;
mod documents;
mod editors;
mod imports;
mod keys;
mod languages;
mod organisations;
mod overload;
mod page;
pub(crate) mod permissions;
mod problems;
mod replay;
mod story;
