//! How many connections there may be, in all and from one address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Options;

/// Gives out places.
pub struct Admission {
    places: Arc<Semaphore>,
    per_address: usize,
    taken: Taken,
}

type Taken = Arc<Mutex<HashMap<IpAddr, usize>>>;

/// A place; it is free again when this is dropped.
pub struct Place {
    _permit: OwnedSemaphorePermit,
    counted: Option<(Taken, IpAddr)>,
}

impl Admission {
    pub fn new(options: &Options) -> Admission {
        Admission {
            places: Arc::new(Semaphore::new(options.connections.clamp(1, Semaphore::MAX_PERMITS))),
            per_address: options.connections_per_address.max(1),
            taken: Taken::default(),
        }
    }

    /// A place for a connection from this address, if there is one.
    pub fn admit(&self, address: IpAddr) -> Option<Place> {
        let permit = self.places.clone().try_acquire_owned().ok()?;
        let address = address.to_canonical();
        if address.is_loopback() {
            return Some(Place { _permit: permit, counted: None });
        }
        let address = network(address);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(address).or_default();
        if *count >= self.per_address {
            return None;
        }
        *count += 1;
        drop(taken);
        Some(Place { _permit: permit, counted: Some((self.taken.clone(), address)) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some((taken, address)) = self.counted.take() else { return };
        let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&address);
            }
        }
    }
}

/// One subscriber has 2^64 IPv6 addresses; they count as one.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_limited_in_all_and_by_address() {
        let options = Options { connections: 5, connections_per_address: 2, ..Options::default() };
        let admission = Admission::new(&options);
        let admit = |address: &str| admission.admit(address.parse().unwrap());
        let first = admit("192.0.2.1").unwrap();
        let _second = admit("::ffff:192.0.2.1").unwrap();
        assert!(admit("192.0.2.1").is_none());
        let _third = admit("2001:db8::1").unwrap();
        let _fourth = admit("2001:db8::2").unwrap();
        assert!(admit("2001:db8::3").is_none());
        drop(first);
        let _again = admit("192.0.2.1").unwrap();
        let _local = admit("127.0.0.1").unwrap();
        assert!(admit("127.0.0.1").is_none(), "five places are taken");
    }
}
