//! Addresses and what stands for them.
//!
//! A stand-in is as long as the address also where it is written as text: of IPv4 each part keeps its count of digits, of
//! IPv6 each group, and a group of zeros stays one, so that the shortest form is as short as before. What an address is
//! (private, link-local, for documentation) stays; multicast, loopback and the unspecified address stay altogether.

use super::key::Key;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Addresses kept of each kind.
const MAX_ADDRESSES: usize = 100_000;
/// Tries to find a stand-in that is free.
const TRIES: u32 = 2000;

/// Addresses as they are found.
#[derive(Debug, Default)]
pub(super) struct Seen {
    ips: BTreeSet<IpAddr>,
    macs: BTreeSet<[u8; 6]>,
}

/// Addresses and stand-ins.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    pub(super) ips: BTreeMap<IpAddr, IpAddr>,
    pub(super) macs: BTreeMap<[u8; 6], [u8; 6]>,
}

impl Seen {
    pub(super) fn ip(&mut self, ip: IpAddr) {
        let stays = match ip {
            IpAddr::V4(ip) => {
                ip.is_loopback()
                    || ip.is_multicast()
                    || ip.is_broadcast()
                    || ip.octets()[0] == 0
                    || ip.octets()[0] >= 240
            }
            IpAddr::V6(ip) => ip.is_loopback() || ip.is_multicast() || ip.is_unspecified(),
        };
        if !stays && self.ips.len() < MAX_ADDRESSES {
            self.ips.insert(ip);
        }
    }

    pub(super) fn mac(&mut self, mac: [u8; 6]) {
        // Groups and broadcast, and the address of nobody.
        if mac[0] & 1 == 0 && mac != [0; 6] && self.macs.len() < MAX_ADDRESSES {
            self.macs.insert(mac);
        }
    }

    /// Addresses written in a text.
    pub(super) fn harvest(&mut self, text: &str) {
        let mut before = ' ';
        for token in text.split_inclusive(|c: char| !(c.is_ascii_digit() || c == '.')) {
            let digits = token.trim_end_matches(|c: char| !c.is_ascii_digit());
            // Versions of products stand behind a slash; addresses behind two.
            if (before != '/' || text.contains("//"))
                && let Ok(ip) = digits.parse::<Ipv4Addr>()
            {
                self.ip(IpAddr::V4(ip));
            }
            before = token.chars().last().unwrap_or(' ');
        }
        self.hardware(text);
        for (at, _) in text.match_indices(['[', ' ', '=']) {
            let after = text.get(at.saturating_add(1)..).unwrap_or("");
            let end = after.find(|c: char| !(c.is_ascii_hexdigit() || c == ':')).unwrap_or(after.len());
            if end > 3
                && let Some(ip) = after.get(..end).and_then(|ip| ip.parse::<Ipv6Addr>().ok())
            {
                self.ip(IpAddr::V6(ip));
            }
        }
    }

    /// Hardware addresses written in a text: six pairs of digits, all with the same sign between them.
    fn hardware(&mut self, text: &str) {
        for token in text.split(|c: char| !(c.is_ascii_hexdigit() || matches!(c, ':' | '-'))) {
            for sign in [':', '-'] {
                let pairs: Vec<&str> = token.split(sign).collect();
                let bytes: Vec<u8> = pairs
                    .iter()
                    .filter(|pair| pair.len() == 2)
                    .filter_map(|pair| u8::from_str_radix(pair, 16).ok())
                    .collect();
                if let (6, Ok(mac)) = (pairs.len(), <[u8; 6]>::try_from(bytes)) {
                    self.mac(mac);
                }
            }
        }
    }

    pub(super) fn finish(self, key: &Key) -> Addresses {
        let mut used: BTreeSet<IpAddr> = self.ips.clone();
        let mut ips = BTreeMap::new();
        for ip in &self.ips {
            let candidate = |n: u32| match ip {
                IpAddr::V4(ip) => IpAddr::V4(v4(*ip, key, n)),
                IpAddr::V6(ip) => IpAddr::V6(v6(*ip, key, n)),
            };
            let chosen = (0..TRIES).map(candidate).find(|c| !used.contains(c)).unwrap_or_else(|| candidate(TRIES));
            used.insert(chosen);
            ips.insert(*ip, chosen);
        }
        let macs = self.macs.into_iter().map(|mac| {
            let mut new = [0x02; 6];
            for (byte, n) in new.iter_mut().skip(1).zip(key.stream(&[b"mac", &mac])) {
                *byte = n;
            }
            (mac, new)
        });
        Addresses { ips, macs: macs.collect() }
    }
}

fn v4(ip: Ipv4Addr, key: &Key, attempt: u32) -> Ipv4Addr {
    let old = ip.octets();
    let kept = match old {
        [10, ..] => 1,
        [192, 168, ..] | [169, 254, ..] => 2,
        [172, second, ..] if (16..32).contains(&second) => 2,
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => 3,
        [100, second, ..] if (64..128).contains(&second) => 1,
        _ => 0,
    };
    let mut stream = key.stream(&[b"v4", &old, &attempt.to_le_bytes()]);
    let mut new = old;
    for (place, part) in new.iter_mut().enumerate().skip(kept) {
        let n = stream.next().unwrap_or(0);
        // As many digits; the first part of a public address stays out of the ranges that mean something.
        *part = match (*part, place) {
            (0..=9, 0) => 1 + n % 9,
            (0..=9, _) => n % 10,
            (10..=99, 0) => 11 + n % 89,
            (10..=99, _) => 10 + n % 90,
            (_, 0) => 128 + n % 40,
            _ => 100 + n % 155,
        };
    }
    Ipv4Addr::from(new)
}

fn v6(ip: Ipv6Addr, key: &Key, attempt: u32) -> Ipv6Addr {
    let old = ip.segments();
    let kept = match old {
        [0x2001, 0xdb8, ..] => 2,
        [0xfe80, ..] => 1,
        // Mapped and compatible addresses: the last two groups are an IPv4 address.
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] => {
            let [a, b] = high.to_be_bytes();
            let [c, d] = low.to_be_bytes();
            return v4(Ipv4Addr::new(a, b, c, d), key, attempt).to_ipv6_mapped();
        }
        _ => 0,
    };
    let bytes: Vec<u8> = old.iter().flat_map(|group| group.to_be_bytes()).collect();
    let mut stream = key.stream(&[b"v6", &bytes, &attempt.to_le_bytes()]);
    let mut new = old;
    for (place, group) in new.iter_mut().enumerate().skip(kept) {
        let n = u16::from_be_bytes([stream.next().unwrap_or(0), stream.next().unwrap_or(0)]);
        // As many digits, and no zero where there was none.
        *group = match (*group, place) {
            (0, _) => 0,
            // Unique local addresses stay that; global unicast too.
            (0xfc00..=0xfdff, 0) => 0xfc00 | (n & 0x1ff),
            (0x1000.., 0) => 0x2000 | (n & 0x1fff),
            (1..=0xf, _) => 1 + n % 0xf,
            (0x10..=0xff, _) => 0x10 + n % 0xf0,
            (0x100..=0xfff, _) => 0x100 + n % 0xf00,
            _ => 0x1000 + n % 0xf000,
        };
    }
    Ipv6Addr::from(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stand_ins_are_as_long_as_text() {
        let mut seen = Seen::default();
        for ip in [
            "10.0.0.5",
            "192.168.100.7",
            "8.8.4.4",
            "192.0.2.101",
            "203.0.113.9",
            "172.16.5.99",
            "2001:db8:66::101",
            "fe80::1",
            "fd00:1::2",
            "2a00:1450:4001:81b::200e",
            "93.184.216.34",
        ] {
            seen.ip(ip.parse().unwrap());
        }
        let all = seen.finish(&Key::random());
        assert_eq!(all.ips.len(), 11);
        let new: BTreeSet<_> = all.ips.values().collect();
        assert_eq!(new.len(), 11, "two addresses have one stand-in");
        for (old, new) in &all.ips {
            assert_eq!(old.to_string().len(), new.to_string().len(), "{old} {new}");
            assert!(!all.ips.contains_key(new), "{old} {new}");
        }
    }

    #[test]
    fn what_means_everybody_stays() {
        let mut seen = Seen::default();
        for ip in ["127.0.0.1", "224.0.0.251", "255.255.255.255", "0.0.0.0", "::", "::1", "ff02::fb"] {
            seen.ip(ip.parse().unwrap());
        }
        seen.mac([0xff; 6]);
        seen.mac([0x01, 0, 0x5e, 0, 0, 0xfb]);
        seen.mac([0, 0x11, 0x22, 0x33, 0x44, 0x55]);
        let all = seen.finish(&Key::random());
        assert!(all.ips.is_empty());
        assert_eq!(all.macs.len(), 1);
    }

    #[test]
    fn addresses_are_found_in_texts_and_versions_are_not() {
        let mut seen = Seen::default();
        seen.harvest("Contact: <sip:a@10.0.0.50:50000>;received=192.0.2.7");
        seen.harvest("User-Agent: OC/2.0.1.1");
        seen.harvest("o=- 0 0 IN IP6 2001:db8::9 Via: [2001:db8::7]:5060");
        let found: Vec<_> = seen.ips.iter().map(ToString::to_string).collect();
        assert_eq!(found, ["10.0.0.50", "192.0.2.7", "2001:db8::7", "2001:db8::9"]);
    }
}
