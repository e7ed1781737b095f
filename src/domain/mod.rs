//! The words of Bonafide as types.
//!
//! Raw strings become these types at the edge, by `parse`; inside, a wrong value cannot be made. This room
//! knows nothing of JSON, SQL, HTTP, files, clocks or the network.

mod error;
mod phone;
mod place;

pub use error::Invalid;
pub use phone::{E164, NumberType, PhoneError, PhoneKind, PhoneNumber, PhoneReading};
pub use place::{Country, Language};
