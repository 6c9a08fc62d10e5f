//! What a message says of where to sign in.

use super::parse::{OVERLOAD, Piece, behind_cookie, options, overloaded, sub_options, text};
use crate::fact::Lease;
use crate::wire::name::name;
use std::net::Ipv4Addr;

/// Servers kept of option 120.
const MAX_SERVERS: usize = 8;

/// The class of Lync phones, in options 60 and 43.
const CLASS: &[u8] = b"MS-UC-Client";

/// The fact of a message; nothing of BOOTP without options.
pub fn lease(bytes: &[u8]) -> Option<Lease> {
    let (_, rest) = behind_cookie(bytes)?;
    let address = |at: usize| {
        let octets: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(Ipv4Addr::from(octets)).filter(|a| !a.is_unspecified())
    };
    let hardware = bytes.get(28..28_usize.saturating_add(usize::from(*bytes.get(2)?).min(16)))?;
    let id = bytes.get(4..8)?.try_into().ok().map(u32::from_be_bytes)?;
    let mut lease = Lease {
        hardware: hardware.iter().map(|b| format!("{b:02x}")).collect::<Vec<_>>().join(":"),
        id,
        address: address(16).or_else(|| address(12)),
        ..Lease::default()
    };
    let found = |piece| match piece {
        Piece::Option { code, value, .. } => Some((code, value)),
        _ => None,
    };
    let own = || options(rest).filter_map(found);
    let more = own().filter(|(code, _)| *code == OVERLOAD).flat_map(|(_, value)| overloaded(bytes, value));
    for (code, value) in own().chain(more.filter_map(found)) {
        match (code, value) {
            (53, [kind, ..]) => lease.kind = *kind,
            (54, &[a, b, c, d]) => lease.server = Some(Ipv4Addr::new(a, b, c, d)),
            (15, value) => lease.domain = Some(words(value)),
            (60, value) => lease.is_phone |= value == CLASS,
            (55, value) => {
                lease.asks_web |= value.contains(&43);
                lease.asks_sip |= value.contains(&120);
            }
            (43, value) => lease.web = provisioning(value).or(lease.web),
            (120, value) => lease.sip = servers(value),
            _ => {}
        }
    }
    Some(lease)
}

fn words(value: &[u8]) -> String {
    String::from_utf8_lossy(text(value)).into_owned()
}

/// Where certificates are to be had: scheme, host, port and path stand in sub-options 2 to 5 of the class's own option.
fn provisioning(value: &[u8]) -> Option<String> {
    let mut parts: [Option<String>; 4] = [None, None, None, None];
    let mut ours = false;
    for (code, value) in sub_options(value) {
        match code {
            1 => ours = value == CLASS,
            2..=5 => {
                if let Some(part) = parts.get_mut(usize::from(code).saturating_sub(2)) {
                    *part = Some(words(value));
                }
            }
            _ => {}
        }
    }
    let [scheme, host, port, path] = parts;
    let host = host.filter(|_| ours)?;
    let port = port.map_or_else(String::new, |port| format!(":{port}"));
    Some(format!("{}://{host}{port}{}", scheme.unwrap_or_else(|| "https".into()), path.unwrap_or_default()))
}

/// The servers of option 120 (RFC 3361 §3): names or addresses.
fn servers(value: &[u8]) -> Vec<String> {
    let mut list = Vec::new();
    match value.split_first() {
        Some((0, names)) => {
            let mut rest = names;
            while list.len() < MAX_SERVERS
                && let Ok((after, found)) = name(names, rest)
                && let Some(server) = found.sound()
            {
                list.push(server);
                rest = after;
            }
        }
        Some((1, addresses)) => {
            for octets in addresses.chunks_exact(4).take(MAX_SERVERS) {
                if let Ok(octets) = <[u8; 4]>::try_from(octets) {
                    list.push(Ipv4Addr::from(octets).to_string());
                }
            }
        }
        _ => {}
    }
    list
}
