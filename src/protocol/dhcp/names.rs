//! Names of numbers, from the IANA registries, in Wireshark's words.

use super::options;

/// Operations (RFC 2131 §2).
pub fn operation(code: u64) -> Option<&'static str> {
    Some(match code {
        1 => "Boot Request",
        2 => "Boot Reply",
        _ => return None,
    })
}

/// Hardware types (RFC 1700), those in use.
pub fn hardware(code: u64) -> Option<&'static str> {
    Some(match code {
        1 => "Ethernet",
        6 => "IEEE 802",
        32 => "InfiniBand",
        _ => return None,
    })
}

/// Options by code.
pub fn option(code: u64) -> Option<&'static str> {
    u8::try_from(code).ok().map(|code| options::known(code).0)
}

/// Message types (RFC 2132 §9.6 and later).
pub fn message(code: u64) -> Option<&'static str> {
    Some(match code {
        1 => "Discover",
        2 => "Offer",
        3 => "Request",
        4 => "Decline",
        5 => "ACK",
        6 => "NAK",
        7 => "Release",
        8 => "Inform",
        9 => "Force Renew",
        10 => "Lease query",
        11 => "Lease Unassigned",
        12 => "Lease Unknown",
        13 => "Lease Active",
        14 => "Bulk Lease Query",
        15 => "Lease Query Done",
        16 => "Active Lease Query",
        17 => "Lease Query Status",
        18 => "TLS",
        _ => return None,
    })
}

/// Sub-options of what a relay adds (RFC 3046 and later).
pub fn agent(code: u64) -> Option<&'static str> {
    Some(match code {
        1 => "Agent Circuit ID",
        2 => "Agent Remote ID",
        5 => "Link selection",
        6 => "Subscriber ID",
        10 => "Flags",
        11 => "Server ID Override",
        _ => return None,
    })
}

/// How option 120 names its servers (RFC 3361 §3).
pub fn sip_encoding(code: u64) -> Option<&'static str> {
    Some(match code {
        0 => "Fully Qualified Domain Name",
        1 => "IPv4 Address",
        _ => return None,
    })
}
