//! The world outside as arguments: the clock and randomness.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use uuid::{Builder, Uuid};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The instant now.
    fn now(&self) -> Timestamp;
}

/// Gives randomness fit for secrets.
pub trait Entropy: Send + Sync {
    /// Fills a buffer.
    fn fill(&self, bytes: &mut [u8]);
}

/// Clock and randomness together.
#[derive(Clone)]
pub struct World {
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    last_id: Arc<Mutex<LastId>>,
}

/// Ids for which randomness is drawn together: a call of the operating system costs more than all else about an id.
const DRAWN: usize = 16;

/// The last id: when it was made, in milliseconds since 1970, and the 74 bits that tell it from others of that time.
#[derive(Default)]
struct LastId {
    millis: u64,
    rest: u128,
    /// Randomness for the next ones.
    drawn: Vec<u128>,
}

impl World {
    /// A world of a clock and a source of randomness.
    pub fn new(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            clock,
            entropy,
            last_id: Arc::default(),
        }
    }

    /// The instant now, to the microsecond, as databases keep it: what is answered first is what is read later.
    pub fn now(&self) -> Timestamp {
        let now = self.clock.now();
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }

    /// Random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes);
        bytes
    }

    /// A UUIDv7: sorts by the time at which it was made, and after every id that this process made before.
    ///
    /// Within one millisecond, or when the clock goes back, an id is the last one and a random step of at most 2³² more
    /// (RFC 9562 §6.2, method 2), so that a file that is imported keeps its order.
    pub fn new_id(&self) -> Uuid {
        const REST: u128 = (1 << 74) - 1;
        let now = u64::try_from(self.now().as_millisecond()).unwrap_or(0);
        // What is kept is whole at any time, so that a panic elsewhere cannot have spoiled it.
        let mut last = self.last_id.lock().unwrap_or_else(PoisonError::into_inner);
        if last.drawn.is_empty() {
            let random = self.random::<{ 16 * DRAWN }>();
            let (each, _) = random.as_chunks();
            last.drawn
                .extend(each.iter().copied().map(u128::from_be_bytes));
        }
        let random = last.drawn.pop().unwrap_or_default();
        let next = last.rest + 1 + (random & u128::from(u32::MAX));
        (last.millis, last.rest) = if now > last.millis {
            (now, random & REST)
        } else if next <= REST {
            (last.millis, next)
        } else {
            (last.millis + 1, random & REST)
        };
        // Bits of version and variant, which the builder sets, stand between the 12 and the 62 bits of the rest.
        let high = ((last.rest >> 62) as u16).to_be_bytes();
        let low = (last.rest as u64 & ((1 << 62) - 1)).to_be_bytes();
        let mut bytes = [0; 10];
        bytes[..2].copy_from_slice(&high);
        bytes[2..].copy_from_slice(&low);
        Builder::from_unix_timestamp_millis(last.millis, &bytes).into_uuid()
    }
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("World")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Still;

    impl Clock for Still {
        fn now(&self) -> Timestamp {
            Timestamp::UNIX_EPOCH
        }
    }

    /// As high as it gets, so that ids run out of room within a millisecond.
    struct High;

    impl Entropy for High {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0xff);
        }
    }

    #[test]
    fn ids_of_one_millisecond_keep_their_order_and_their_version() {
        let world = World::new(Arc::new(Still), Arc::new(High));
        let ids: Vec<Uuid> = (0..1_000).map(|_| world.new_id()).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
        assert!(
            ids.iter()
                .all(|id| id.get_variant() == uuid::Variant::RFC4122)
        );
    }
}
