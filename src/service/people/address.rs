//! How often one client address may try to sign in.

use std::num::NonZeroU32;

use governor::clock::{Clock as _, MonotonicClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use super::PeopleError;

/// Where a client calls from, as far as its tries are counted: a whole IPv4 address, or the first 64 bits of an IPv6
/// address, since who has one address of those has them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network([u8; 16]);

impl Network {
    /// Its bytes.
    pub(in crate::service) fn octets(self) -> [u8; 16] {
        self.0
    }

    /// The part of them that whoever has many addresses has in common: 24 bits of IPv4, 48 of IPv6.
    pub(in crate::service) fn wider(octets: [u8; 16]) -> [u8; 16] {
        let kept = if octets.starts_with(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255]) {
            15
        } else {
            6
        };
        let mut wider = [0; 16];
        wider[..kept].copy_from_slice(&octets[..kept]);
        wider
    }

    /// The network of an IPv6 address, or of an IPv4 address that is mapped into IPv6 (RFC 4291 §2.5.5.2).
    pub fn of(octets: [u8; 16]) -> Self {
        const MAPPED: [u8; 12] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255];
        if octets.starts_with(&MAPPED) {
            return Self(octets);
        }
        let mut network = [0; 16];
        network[..8].copy_from_slice(&octets[..8]);
        Self(network)
    }
}

/// Counts by network, in as many places as 16 bits number: memory is bounded whoever calls, and two networks that fall
/// into one place share its rate.
pub(in crate::service) struct AddressLimiter {
    key: [u8; 32],
    clock: MonotonicClock,
    inner: RateLimiter<u16, HashMapStateStore<u16>, MonotonicClock>,
}

impl AddressLimiter {
    pub(in crate::service) fn new(per_minute: NonZeroU32, key: [u8; 32]) -> Self {
        let clock = MonotonicClock;
        let quota = Quota::per_minute(per_minute);
        Self {
            key,
            inner: RateLimiter::hashmap_with_clock(quota, clock.clone()),
            clock,
        }
    }

    /// Takes one try of a network; clients of whom it is not known share one.
    pub(in crate::service) fn take(&self, network: Option<Network>) -> Result<(), PeopleError> {
        self.inner
            .check_key(&self.place(network))
            .map_err(|until| PeopleError::TooFast {
                wait: until.wait_time_from(self.clock.now()).as_secs() + 1,
            })
    }

    fn place(&self, network: Option<Network>) -> u16 {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        if let Some(Network(octets)) = network {
            hasher.update(&octets);
        }
        let hash = *hasher.finalize().as_bytes();
        u16::from_le_bytes([hash[0], hash[1]])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_has_its_tries_and_no_more_and_a_network_of_one_holder_counts_as_one() {
        let limiter = AddressLimiter::new(NonZeroU32::new(3).unwrap(), [7; 32]);
        let address = |text: &str| {
            let address: std::net::Ipv6Addr = text.parse().unwrap();
            Some(Network::of(address.octets()))
        };
        for host in ["2001:db8::1", "2001:db8::2", "2001:db8::3"] {
            assert!(limiter.take(address(host)).is_ok(), "{host}");
        }
        let refused = limiter.take(address("2001:db8::4"));
        assert!(
            matches!(refused, Err(PeopleError::TooFast { wait }) if (1..=20).contains(&wait)),
            "{refused:?}"
        );
        assert!(limiter.take(address("2001:db8:0:1::1")).is_ok());
        for host in ["::ffff:192.0.2.1", "::ffff:192.0.2.2", "::ffff:192.0.2.3"] {
            assert_eq!(limiter.take(address(host)).ok(), Some(()), "{host}");
        }
        assert_ne!(address("::ffff:192.0.2.1"), address("::ffff:192.0.2.2"));
        assert!(limiter.take(None).is_ok());
    }
}
