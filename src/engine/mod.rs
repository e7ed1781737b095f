//! The engine: plain synchronous functions over values. No I/O, no clock, no JSON, and no panic on any input.

pub mod phone;
