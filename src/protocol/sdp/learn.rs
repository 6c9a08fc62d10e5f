//! What a description says without being shown: private addresses among the candidates of ICE (RFC 8839 §5.1, and the
//! older form of [MS-ICE], where address and port stand at the end too).

use std::net::IpAddr;

/// Addresses kept of one description.
const MAX_ADDRESSES: usize = 8;

/// The private addresses among the candidates.
pub fn private_candidates(description: &[u8]) -> Vec<IpAddr> {
    let mut found = Vec::new();
    for at in memchr::memmem::find_iter(description, b"a=candidate:") {
        let rest = description.get(at..).unwrap_or_default();
        let line = rest.get(..memchr::memchr(b'\n', rest).unwrap_or(rest.len())).unwrap_or(rest);
        // foundation component transport priority address port …; the address is the first word that is one.
        let address = line.split(u8::is_ascii_whitespace).find_map(|word| {
            let text = std::str::from_utf8(word).ok()?;
            text.parse::<IpAddr>().ok()
        });
        if let Some(address) = address.filter(|address| is_private(*address))
            && !found.contains(&address)
            && found.len() < MAX_ADDRESSES
        {
            found.push(address);
        }
    }
    found
}

/// RFC 1918 and RFC 4193: addresses that mean something inside only.
const fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_private(),
        IpAddr::V6(v6) => v6.is_unique_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_among_candidates_and_nowhere_else() {
        let text = b"c=IN IP4 10.9.9.9\r\na=candidate:1 1 UDP 2130706431 10.0.0.1 30000 typ host \r\n\
            a=candidate:2 1 UDP 1694498815 203.0.113.7 30000 typ srflx raddr 10.0.0.1 rport 30000\r\n\
            a=candidate:abc= 1 pwd= UDP 0.830 192.168.7.8 30002\r\na=candidate:1 2 UDP 2130706430 10.0.0.1 30001 typ host\r\n";
        let found = private_candidates(text);
        assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), ["10.0.0.1", "192.168.7.8"]);
        assert!(private_candidates(b"v=0\r\nc=IN IP4 10.0.0.1\r\na=candidate:").is_empty());
        assert!(private_candidates(b"a=candidate:1 1 UDP 1 203.0.113.7 9 typ host").is_empty());
    }
}
