//! The integration tests, one binary: each module is one room of the house.

mod phone;
