//! The engine: plain synchronous functions over values. No I/O, no clock, no JSON, and no panic on any input.

pub mod index;
pub mod name;
pub mod phone;
pub mod screening;
