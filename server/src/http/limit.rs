//! How much one device, or one address, may ask.

use super::Failure;
use lotline_record::wire::Code;
use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Requests that the gateway takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Of one device in a second, on average.
    pub device: u32,
    /// Of one address in a second, on average, before it is known who asks: enrolments and tokens. Behind a proxy all come
    /// from one.
    pub address: u32,
}

/// A device that sends a batch a second and pulls after each needs two. A hundred handhelds of one site that come back at
/// once, behind one address, need a token each.
impl Default for Limits {
    fn default() -> Self {
        Limits {
            device: 50,
            address: 50,
        }
    }
}

/// How many seconds' worth may come at once.
const BURST_SECONDS: u32 = 20;
const PRUNE_AT: usize = 10_000;

/// Counts by `K`. A request moves the key's "paid until" on by its share of a second; who has paid further ahead than the
/// burst waits (the "virtual scheduling" of ITU-T I.371). One time a key is all there is to keep.
pub(super) struct Limit<K> {
    share: Duration,
    paid: Mutex<(HashMap<K, Instant>, usize)>,
}

impl<K: Hash + Eq> Limit<K> {
    pub(super) fn new(a_second: u32) -> Self {
        Limit {
            share: Duration::from_secs(1) / a_second.max(1),
            paid: Mutex::new((HashMap::new(), PRUNE_AT)),
        }
    }

    /// Counts one request.
    ///
    /// # Errors
    /// `rate_limited` with the time after which it fits; that request is not counted.
    pub(super) fn count(&self, key: K) -> Result<(), Failure> {
        self.count_at(key, Instant::now())
            .map_err(|wait| Failure::new(Code::RateLimited, "too many requests").after(wait.as_secs() + 1))
    }

    fn count_at(&self, key: K, now: Instant) -> Result<(), Duration> {
        let mut paid = self.paid.lock().unwrap_or_else(PoisonError::into_inner);
        let (until, prune_at) = &mut *paid;
        if until.len() >= *prune_at {
            until.retain(|_, until| *until > now);
            *prune_at = (until.len() * 2).max(PRUNE_AT);
        }
        let from = until.get(&key).copied().unwrap_or(now).max(now);
        let next = from + self.share;
        let most = now + Duration::from_secs(BURST_SECONDS.into());
        if next > most {
            return Err(next - most);
        }
        until.insert(key, next);
        Ok(())
    }
}

/// What counts as one address: an IPv6 network of 64 bits, for whoever has one of its addresses has them all (RFC 7934).
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_network_counts_as_one_address_and_each_ipv4_address_as_its_own() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:0:1::1"), of("2001:db8:0:1:ffff::2"));
        assert_ne!(of("2001:db8:0:1::1"), of("2001:db8:0:2::1"));
        assert_ne!(of("10.0.0.1"), of("10.0.0.2"));
        assert_eq!(of("::ffff:10.0.0.1"), of("10.0.0.1"), "as a socket for both says it");
        assert_ne!(of("::ffff:10.0.0.1"), of("::ffff:10.0.0.2"));
    }

    #[test]
    fn a_burst_passes_then_one_a_share_and_each_key_by_itself() {
        let limit = Limit::new(5);
        let now = Instant::now();
        let passed = |key, at| (0..1_000).filter(|_| limit.count_at(key, at).is_ok()).count();
        assert_eq!(passed("a", now), 100);
        assert_eq!(passed("a", now), 0);
        assert_eq!(passed("b", now), 100);
        assert_eq!(passed("a", now + Duration::from_secs(2)), 10);
        assert_eq!(
            passed("a", now + Duration::from_hours(1)),
            100,
            "silence saves up no more than a burst"
        );
    }

    #[test]
    fn what_is_refused_says_after_how_long_it_fits() {
        let limit = Limit::new(5);
        let now = Instant::now();
        for _ in 0..100 {
            limit.count_at("a", now).unwrap();
        }
        let wait = limit.count_at("a", now).unwrap_err();
        assert!(limit.count_at("a", now + wait).is_ok());
        assert!(limit.count_at("a", now + wait).is_err());
    }

    #[test]
    fn keys_that_have_nothing_to_pay_are_forgotten() {
        let limit = Limit::new(5);
        let now = Instant::now();
        for key in 0..PRUNE_AT {
            limit.count_at(key, now).unwrap();
        }
        limit.count_at(PRUNE_AT, now + Duration::from_secs(1)).unwrap();
        assert_eq!(limit.paid.lock().unwrap().0.len(), 1);
    }
}
