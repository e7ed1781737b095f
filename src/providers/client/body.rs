//! The body of an answer, unpacked, of bounded length whatever it says of itself.

use reqwest::Response;

use super::super::{Failure, Refusal, Trouble};
use super::{LONGEST, tls};

/// Reads it; it stops at the first byte too many.
pub(super) async fn read(mut response: Response, at: &str) -> Result<Vec<u8>, Failure> {
    let too_large = || Failure::refused(at, Refusal::TooLarge(LONGEST));
    if response
        .content_length()
        .is_some_and(|n| n > LONGEST as u64)
    {
        return Err(too_large());
    }
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(None) => return Ok(body),
            Ok(Some(chunk)) if body.len() + chunk.len() > LONGEST => return Err(too_large()),
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Err(error) if error.is_decode() => {
                let why = "it says that it is packed, and cannot be unpacked".to_owned();
                return Err(Failure::unavailable(at, Trouble::Unreadable(why)));
            }
            Err(error) => return Err(tls::failure(at, &error)),
        }
    }
}
