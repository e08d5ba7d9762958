//! Which addresses may be connected to.
//!
//! Whoever can put a link on a page, or point a name at an address, could otherwise make us
//! read what only this machine or its network can reach. The check is made on the address that
//! is connected to: an address that stands in the URL is looked at before every request and
//! every hop of a redirect, a name is resolved by [`Resolver`], which hands out only addresses
//! that passed. There is no second resolution that could answer differently (DNS rebinding).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use super::FetchError;

/// Which addresses may be connected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// What the whole internet can reach.
    Public,
    /// Private networks and this machine as well (`allow_private_addresses`).
    Everywhere,
}

impl Reach {
    fn allows(self, address: IpAddr) -> bool {
        self == Reach::Everywhere || is_public(address)
    }

    /// Looks at an address that stands in the URL itself; the client would connect to it
    /// without asking the resolver.
    pub fn check(self, url: &Url) -> Result<(), FetchError> {
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            _ => None,
        };
        match literal {
            Some(address) if !self.allows(address) => Err(FetchError::PrivateAddress { host: address.to_string() }),
            _ => Ok(()),
        }
    }
}

/// Where names get their addresses from.
#[derive(Clone)]
pub enum Names {
    /// The system's resolver.
    System,
    /// A function: tests give hosts addresses of their own with it.
    Given(GivenNames),
}

/// From a name to its addresses; none where it has none.
pub type GivenNames = Arc<dyn Fn(&str) -> Vec<IpAddr> + Send + Sync>;

/// Resolves names, and hands out only addresses that may be connected to.
#[derive(Clone)]
pub struct Resolver {
    pub names: Names,
    pub reach: Reach,
    /// The host of the proxy, which the operator has named and which may well be private.
    pub proxy: Option<String>,
}

/// Why the resolver has no address; found again in the chain of causes of the client's error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoAddress {
    #[error("the name cannot be resolved")]
    Unknown,
    #[error("the name leads to a private address")]
    Private,
}

impl Resolver {
    /// The addresses of a host that may be connected to, at least one.
    pub async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, NoAddress> {
        let found: Vec<IpAddr> = match &self.names {
            _ if host.parse::<IpAddr>().is_ok() => host.parse().into_iter().collect(),
            // The resolver's own words differ from system to system and do not tell "no such
            // name" from "no answer" reliably, so they are not passed on.
            Names::System => match tokio::net::lookup_host((host, 0)).await {
                Ok(found) => found.map(|address| address.ip()).collect(),
                Err(_) => Vec::new(),
            },
            Names::Given(given) => given(host),
        };
        if found.is_empty() {
            return Err(NoAddress::Unknown);
        }
        let is_proxy = self.proxy.as_deref() == Some(host);
        let allowed: Vec<IpAddr> =
            found.into_iter().filter(|address| is_proxy || self.reach.allows(*address)).collect();
        if allowed.is_empty() { Err(NoAddress::Private) } else { Ok(allowed) }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.clone();
        Box::pin(async move {
            let addresses = resolver.addresses(name.as_str()).await?;
            // Port 0 stands for the port of the URL.
            let addresses: Addrs = Box::new(addresses.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(addresses)
        })
    }
}

/// Whether the whole internet can reach an address, by the registries of special addresses
/// (<https://www.iana.org/assignments/iana-ipv4-special-registry>, `iana-ipv6-special-registry`).
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let special = match address.octets() {
        [0 | 10 | 127, ..] => true,
        [100, second, ..] => (64..128).contains(&second), // shared by a provider's customers
        [169, 254, ..] => true,                           // link-local; 169.254.169.254 is a cloud's metadata
        [172, second, ..] => (16..32).contains(&second),
        [192, 0, 0 | 2, _] | [192, 88, 99, _] | [192, 168, ..] => true,
        [198, 18 | 19, ..] | [198, 51, 100, _] | [203, 0, 113, _] => true,
        [first, ..] if first >= 224 => true, // multicast, reserved, broadcast
        _ => false,
    };
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    // ::ffff:0:0/96 is connected to as IPv4; 64:ff9b::/96 is translated to it on the way.
    if let Some(inner) = address.to_ipv4_mapped().or_else(|| translated(segments)) {
        return is_public_v4(inner);
    }
    let special = match segments {
        [0x2001, second, ..] if second < 0x200 || second == 0xdb8 => true, // protocol assignments, documentation
        [0x2002, ..] => true,                                              // 6to4 holds any IPv4 address
        [0x3fff, second, ..] => second < 0x1000,                           // documentation
        _ => false,
    };
    // 2000::/3 is all that has been given out to the internet so far.
    (0x2000..0x4000).contains(&segments[0]) && !special
}

fn translated(segments: [u16; 8]) -> Option<Ipv4Addr> {
    match segments {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_public_addresses_from_special_ones() {
        fn check(public: bool, addresses: &[&str]) {
            for address in addresses {
                assert_eq!(is_public(address.parse().unwrap()), public, "{address}");
            }
        }
        check(true, &["1.1.1.1", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.0", "172.15.0.1"]);
        check(true, &["172.32.0.1", "192.0.1.1", "192.169.0.1", "198.20.0.1", "223.255.255.255"]);
        check(true, &["2606:4700::1111", "2a00:1450::1", "::ffff:1.1.1.1", "64:ff9b::101:101"]);
        check(false, &["0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.9.9.9"]);
        check(false, &["169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.168.0.1"]);
        check(false, &["198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.9", "224.0.0.1", "240.0.0.1"]);
        check(false, &["255.255.255.255", "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"]);
        check(false, &["64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::"]);
        check(false, &["3fff::1", "5f00::1", "fc00::1", "fd12::1", "fe80::1", "fec0::1", "ff02::1"]);
    }
}
