//! Link layers: where the network layer begins.
//!
//! Numbers are `LINKTYPE_` values of capture files. Types not listed here are counted, never guessed at.

/// What follows the link header.
pub(super) enum Entry<'p> {
    /// An Ethernet II frame.
    Ethernet(&'p [u8]),
    /// A payload with its EtherType.
    EtherType(u16, &'p [u8]),
    /// An IPv4 or IPv6 packet.
    Ip(&'p [u8]),
}

/// EtherType of IPv4 and IPv6.
pub(super) const IPV4: u16 = 0x0800;
pub(super) const IPV6: u16 = 0x86dd;

/// A link layer that is read.
enum Layer {
    Ethernet,
    /// BSD loopback.
    Loopback,
    /// IP without anything around it.
    Raw,
    Ppp,
    /// Linux cooked, in its two versions.
    Cooked,
    Cooked2,
    /// Wireless frames, behind radiotap, behind PPI (which names the link type), or behind nothing.
    Wireless,
    Radiotap,
    Ppi,
}

/// The link layer with this number.
const fn layer(link_type: u32) -> Option<Layer> {
    Some(match link_type {
        1 => Layer::Ethernet,
        0 | 108 => Layer::Loopback,
        12 | 14 | 101 | 228 | 229 => Layer::Raw,
        9 | 50 => Layer::Ppp,
        113 => Layer::Cooked,
        276 => Layer::Cooked2,
        105 => Layer::Wireless,
        127 => Layer::Radiotap,
        192 => Layer::Ppi,
        _ => return None,
    })
}

/// True if packets of this link layer are looked into.
pub const fn reads(link_type: u32) -> bool {
    layer(link_type).is_some()
}

/// Finds the network layer of a frame.
pub(super) fn entry(link_type: u32, data: &[u8]) -> Option<Entry<'_>> {
    // Both headers in front of wireless frames say in these bytes how long they are.
    let behind = || data.get(usize::from(u16::from_le_bytes([*data.get(2)?, *data.get(3)?]))..);
    match layer(link_type)? {
        Layer::Ethernet => Some(Entry::Ethernet(data)),
        // A 4-byte family, in the byte order of the machine that captured; LOOP is big-endian.
        Layer::Loopback => {
            let (family, rest) = data.split_first_chunk::<4>()?;
            let family = u32::from_be_bytes(*family);
            let family = if family > 0xffff { family.swap_bytes() } else { family };
            matches!(family, 2 | 10 | 24 | 28 | 30).then_some(Entry::Ip(rest))
        }
        Layer::Raw => Some(Entry::Ip(data)),
        // An optional address and control (ff 03), then the protocol in one or two bytes.
        Layer::Ppp => ppp(data.strip_prefix(&[0xff, 0x03]).unwrap_or(data)),
        // Type, ARPHRD, address length, address (8), EtherType.
        Layer::Cooked => {
            let (head, rest) = data.split_first_chunk::<16>()?;
            Some(Entry::EtherType(u16::from_be_bytes([head[14], head[15]]), rest))
        }
        // EtherType first, 20 bytes in all.
        Layer::Cooked2 => {
            let (head, rest) = data.split_first_chunk::<20>()?;
            Some(Entry::EtherType(u16::from_be_bytes([head[0], head[1]]), rest))
        }
        Layer::Wireless => wlan(data),
        Layer::Radiotap => wlan(behind()?),
        Layer::Ppi if data.get(4..8)? == [105, 0, 0, 0] => wlan(behind()?),
        Layer::Ppi => None,
    }
}

/// The network layer of an unprotected IEEE 802.11 data frame that carries LLC with an EtherType (RFC 1042).
fn wlan(data: &[u8]) -> Option<Entry<'_>> {
    let (&[control, flags], _) = data.split_first_chunk::<2>()?;
    // Data, with content, in clear, not the middle of a fragmented one.
    let first = data.get(22)? % 16 == 0;
    if control & 0x4c != 0x08 || flags & 0x40 != 0 || !first {
        return None;
    }
    // Three addresses, a fourth between two access points; quality of service; its extension.
    let mut length: usize = 24;
    if flags & 3 == 3 {
        length = length.checked_add(6)?;
    }
    if control & 0x80 != 0 {
        length = length.checked_add(if flags & 0x80 != 0 { 6 } else { 2 })?;
    }
    match data.get(length..)? {
        [0xaa, 0xaa, 0x03, 0, 0, 0, high, low, rest @ ..] => {
            Some(Entry::EtherType(u16::from_be_bytes([*high, *low]), rest))
        }
        _ => None,
    }
}

/// The network layer behind a PPP protocol field (RFC 1661 §2; the high byte may be compressed away).
pub(super) fn ppp(data: &[u8]) -> Option<Entry<'_>> {
    let (&first, rest) = data.split_first()?;
    let (protocol, rest) = if first & 1 == 1 {
        (u16::from(first), rest)
    } else {
        let (&second, rest) = rest.split_first()?;
        (u16::from_be_bytes([first, second]), rest)
    };
    match protocol {
        0x0021 => Some(Entry::EtherType(IPV4, rest)),
        0x0057 => Some(Entry::EtherType(IPV6, rest)),
        _ => None,
    }
}

/// The network layer behind a PPPoE session header (RFC 2516 §4; EtherType 0x8864).
pub(super) fn pppoe(data: &[u8]) -> Option<Entry<'_>> {
    ppp(data.get(6..)?)
}

/// The frame inside a GRE packet (RFC 2784, RFC 2890), ERSPAN types II and III included.
pub(super) fn gre(data: &[u8]) -> Option<Entry<'_>> {
    let (head, mut rest) = data.split_first_chunk::<4>()?;
    let bits = u16::from_be_bytes([head[0], head[1]]);
    let protocol = u16::from_be_bytes([head[2], head[3]]);
    let version = bits & 0x7;
    // Checksum and reserved (or routing), key, sequence; version 1 (PPTP) adds an acknowledgment.
    for present in [bits & 0xc000 != 0, bits & 0x2000 != 0, bits & 0x1000 != 0, version == 1 && bits & 0x0080 != 0] {
        if present {
            rest = rest.get(4..)?;
        }
    }
    match protocol {
        0x6558 => Some(Entry::Ethernet(rest)),
        // ERSPAN I has no header of its own and no sequence number.
        0x88be if bits & 0x1000 == 0 => Some(Entry::Ethernet(rest)),
        0x88be => Some(Entry::Ethernet(rest.get(8..)?)),
        0x22eb => {
            let platform = rest.get(11)? & 1 == 1;
            Some(Entry::Ethernet(rest.get(if platform { 20 } else { 12 }..)?))
        }
        0x880b => ppp(rest.strip_prefix(&[0xff, 0x03]).unwrap_or(rest)),
        ether_type => Some(Entry::EtherType(ether_type, rest)),
    }
}

/// The frame inside a VXLAN datagram (RFC 7348 §5).
pub(super) fn vxlan(data: &[u8]) -> Option<Entry<'_>> {
    let (head, rest) = data.split_first_chunk::<8>()?;
    (head[0] & 0x08 != 0).then_some(Entry::Ethernet(rest))
}

/// The frame inside a Geneve datagram (RFC 8926 §3.4).
pub(super) fn geneve(data: &[u8]) -> Option<Entry<'_>> {
    let (head, rest) = data.split_first_chunk::<8>()?;
    let options = usize::from(head[0] & 0x3f).checked_mul(4)?;
    let rest = rest.get(options..)?;
    match u16::from_be_bytes([head[2], head[3]]) {
        0x6558 => Some(Entry::Ethernet(rest)),
        ether_type => Some(Entry::EtherType(ether_type, rest)),
    }
}
