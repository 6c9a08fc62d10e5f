//! One packet down to its innermost transport header.

use super::defrag::Fragment;
use super::link::{self, Entry};
use etherparse::{
    EtherType, Ethernet2Slice, Ipv6FragmentHeaderSlice, LaxIpSlice, LaxMacsecPayloadSlice, LaxMacsecSlice,
    SingleVlanSlice, TcpSlice, UdpSlice,
};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Tunnels followed inside one another.
const MAX_TUNNELS: u8 = 8;
/// Tags stepped over in front of a packet.
const MAX_TAGS: u8 = 3;

/// The innermost network and transport layer of a frame.
#[derive(Clone, Copy, Debug)]
pub struct Packet<'p> {
    /// Source address.
    pub source: IpAddr,
    /// Destination address.
    pub destination: IpAddr,
    /// The bytes that begin with the IP header.
    pub header: &'p [u8],
    /// What it carries.
    pub transport: Transport<'p>,
}

/// What a packet carries.
#[derive(Clone, Copy, Debug)]
pub enum Transport<'p> {
    /// A TCP segment.
    Tcp(Segment<'p>),
    /// A UDP datagram.
    Udp(Datagram<'p>),
    /// A fragment of a datagram.
    Fragment(Fragment<'p>),
    /// An ICMP message about a packet that could not be delivered.
    Undelivered(Undelivered),
    /// An echo request or its reply, of ICMP or ICMPv6.
    Echo(Echo),
    /// Anything else, or a header cut off.
    Other,
}

/// A packet that an ICMP message of unreachability quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undelivered {
    /// The code of the message.
    pub code: u8,
    /// Who had sent the packet.
    pub source: SocketAddr,
    /// To whom.
    pub destination: SocketAddr,
    /// TCP; else UDP.
    pub tcp: bool,
}

/// An echo request or reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Echo {
    /// A reply.
    pub reply: bool,
    /// Its identifier.
    pub ident: u16,
    /// Its sequence number.
    pub seq: u16,
}

/// TCP header bits.
pub mod flags {
    /// FIN
    pub const FIN: u8 = 0x01;
    /// SYN
    pub const SYN: u8 = 0x02;
    /// RST
    pub const RST: u8 = 0x04;
    /// ACK
    pub const ACK: u8 = 0x10;
}

/// A TCP segment.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'p> {
    /// Source port.
    pub source: u16,
    /// Destination port.
    pub destination: u16,
    /// Sequence number as sent.
    pub seq: u32,
    /// Acknowledgment number as sent.
    pub ack: u32,
    /// The low eight flag bits.
    pub flags: u8,
    /// Window as sent, unscaled.
    pub window: u16,
    /// Header options.
    pub options: &'p [u8],
    /// Data captured.
    pub payload: &'p [u8],
    /// Bytes of data behind `payload` that were sent but not captured.
    pub missing: u32,
}

impl Segment<'_> {
    /// True if all of `bits` are set.
    pub const fn has(&self, bits: u8) -> bool {
        self.flags & bits == bits
    }

    /// Bytes of data sent.
    pub fn sent(&self) -> u32 {
        u32::try_from(self.payload.len()).unwrap_or(u32::MAX).saturating_add(self.missing)
    }
}

/// A UDP datagram.
#[derive(Clone, Copy, Debug)]
pub struct Datagram<'p> {
    /// Source port.
    pub source: u16,
    /// Destination port.
    pub destination: u16,
    /// Data captured.
    pub payload: &'p [u8],
    /// Bytes sent but not captured.
    pub missing: u32,
}

/// Slices a frame down to its innermost transport header.
pub fn slice(link_type: u32, data: &[u8]) -> Option<Packet<'_>> {
    descend(link::entry(link_type, data)?, MAX_TUNNELS)
}

fn descend(entry: Entry<'_>, tunnels: u8) -> Option<Packet<'_>> {
    let tunnels = tunnels.checked_sub(1)?;
    let header = untagged(entry)?;
    // What ends among extension headers names one of them as its payload, which no transport is.
    let (ip, _) = LaxIpSlice::from_slice(header).ok()?;
    let (source, destination, payload, sent, fragment) = match &ip {
        LaxIpSlice::Ipv4(ip) => {
            let head = ip.header();
            let fragment = ip.is_payload_fragmented().then(|| Fragment {
                id: u32::from(head.identification()),
                offset: u32::from(head.fragments_offset().value()).saturating_mul(8),
                more: head.more_fragments(),
                protocol: ip.payload().ip_number.0,
                payload: ip.payload().payload,
            });
            let sent = u32::from(head.total_len()).saturating_sub(u32::try_from(head.slice().len()).unwrap_or(0));
            (IpAddr::V4(head.source_addr()), IpAddr::V4(head.destination_addr()), ip.payload(), sent, fragment)
        }
        LaxIpSlice::Ipv6(ip) => {
            let head = ip.header();
            let extensions = ip.extensions().slice();
            let fragment = fragment_header(head.next_header().0, extensions).map(|f| Fragment {
                id: f.identification(),
                offset: u32::from(f.fragment_offset().value()).saturating_mul(8),
                more: f.more_fragments(),
                protocol: f.next_header().0,
                payload: ip.payload().payload,
            });
            let extensions = u32::try_from(extensions.len()).unwrap_or(0);
            let sent = u32::from(head.payload_length()).saturating_sub(extensions);
            (IpAddr::V6(head.source_addr()), IpAddr::V6(head.destination_addr()), ip.payload(), sent, fragment)
        }
    };
    let outer = Packet { source, destination, header, transport: Transport::Other };
    let captured = u32::try_from(payload.payload.len()).unwrap_or(u32::MAX);
    let missing = if payload.incomplete { sent.saturating_sub(captured) } else { 0 };
    if let Some(fragment) = fragment {
        // A fragment that was not captured whole can never complete a datagram; the first one still shows its start.
        if payload.incomplete && fragment.offset == 0 {
            return Some(Packet { transport: transport(fragment.protocol, fragment.payload, missing), ..outer });
        }
        if payload.incomplete {
            return Some(outer);
        }
        return Some(Packet { transport: Transport::Fragment(fragment), ..outer });
    }
    let transport = transport(payload.ip_number.0, payload.payload, missing);
    let inner = match &transport {
        Transport::Tcp(_) => None,
        Transport::Udp(udp) => over_udp([udp.source, udp.destination], udp.payload),
        _ => over_ip(payload.ip_number.0, payload.payload),
    };
    if let Some(inside) = inner.and_then(|entry| descend(entry, tunnels)) {
        return Some(inside);
    }
    let transport = match transport {
        Transport::Other => {
            let (protocol, message) = (payload.ip_number.0, payload.payload);
            let complaint = || undelivered(protocol, message).map(Transport::Undelivered);
            echo(protocol, message).map(Transport::Echo).or_else(complaint).unwrap_or(Transport::Other)
        }
        carried => carried,
    };
    Some(Packet { transport, ..outer })
}

/// The IP packet behind a link header: tags of VLANs, MACsec that does not encrypt, and PPPoE sessions are stepped over;
/// what else there may be is not of interest.
fn untagged(entry: Entry<'_>) -> Option<&[u8]> {
    let (mut ether_type, mut data) = match entry {
        Entry::Ethernet(data) => {
            let frame = Ethernet2Slice::from_slice_without_fcs(data).ok()?;
            (frame.ether_type(), frame.payload_slice())
        }
        Entry::EtherType(ether_type, data) => (EtherType(ether_type), data),
        Entry::Ip(data) => return Some(data),
    };
    for _ in 0..=MAX_TAGS {
        (ether_type, data) = match ether_type.0 {
            link::IPV4 | link::IPV6 => return Some(data),
            0x8100 | 0x88a8 | 0x9100 => {
                let tag = SingleVlanSlice::from_slice(data).ok()?;
                (tag.ether_type(), tag.payload_slice())
            }
            0x88e5 => match LaxMacsecSlice::from_slice(data).ok()?.payload {
                LaxMacsecPayloadSlice::Unmodified(inside) => (inside.ether_type, inside.payload),
                LaxMacsecPayloadSlice::Modified { .. } => return None,
            },
            0x8864 => match link::pppoe(data)? {
                Entry::EtherType(ether_type, inside) => (EtherType(ether_type), inside),
                _ => return None,
            },
            _ => return None,
        };
    }
    None
}

/// The frame or packet in a tunnel over IP.
fn over_ip(protocol: u8, payload: &[u8]) -> Option<Entry<'_>> {
    match protocol {
        4 | 41 => Some(Entry::Ip(payload)),
        47 => link::gre(payload),
        _ => None,
    }
}

/// The frame in a tunnel over UDP, which either side's port may name.
fn over_udp(ports: [u16; 2], payload: &[u8]) -> Option<Entry<'_>> {
    ports.iter().find_map(|port| match port {
        4789 | 8472 => link::vxlan(payload),
        6081 => link::geneve(payload),
        _ => None,
    })
}

/// An echo request or reply (RFC 792: types 8 and 0; RFC 4443: 128 and 129).
fn echo(protocol: u8, message: &[u8]) -> Option<Echo> {
    let &[kind, _, _, _, i0, i1, s0, s1, ..] = message else { return None };
    let reply = match (protocol, kind) {
        (1, 8) | (58, 128) => false,
        (1, 0) | (58, 129) => true,
        _ => return None,
    };
    Some(Echo { reply, ident: u16::from_be_bytes([i0, i1]), seq: u16::from_be_bytes([s0, s1]) })
}

/// What an ICMP message of unreachability is about (RFC 792: type 3; RFC 4443: type 1): addresses and ports of the packet
/// it quotes.
fn undelivered(protocol: u8, message: &[u8]) -> Option<Undelivered> {
    let (head, quoted) = message.split_at_checked(8)?;
    let code = *head.get(1)?;
    let (carries, ends, rest) = match (protocol, head.first()?) {
        (1, 3) => {
            let words = usize::from(quoted.first()? & 0x0f);
            let ends = [quoted.get(12..16)?, quoted.get(16..20)?]
                .map(|raw| <[u8; 4]>::try_from(raw).map(|raw| IpAddr::V4(Ipv4Addr::from(raw))));
            (*quoted.get(9)?, ends.map(Result::ok), quoted.get(words.saturating_mul(4)..)?)
        }
        (58, 1) => {
            let ends = [quoted.get(8..24)?, quoted.get(24..40)?]
                .map(|raw| <[u8; 16]>::try_from(raw).map(|raw| IpAddr::V6(Ipv6Addr::from(raw))));
            (*quoted.get(6)?, ends.map(Result::ok), quoted.get(40..)?)
        }
        _ => return None,
    };
    let tcp = match carries {
        6 => true,
        17 => false,
        _ => return None,
    };
    let [Some(source), Some(destination)] = ends else { return None };
    let &[s0, s1, d0, d1, ..] = rest else { return None };
    Some(Undelivered {
        code,
        source: SocketAddr::new(source, u16::from_be_bytes([s0, s1])),
        destination: SocketAddr::new(destination, u16::from_be_bytes([d0, d1])),
        tcp,
    })
}

/// The packet in a tunnel whose datagram was put together from fragments.
pub fn inside(protocol: u8, payload: &[u8]) -> Option<Packet<'_>> {
    let entry = match transport(protocol, payload, 0) {
        Transport::Udp(udp) => over_udp([udp.source, udp.destination], udp.payload)?,
        _ => over_ip(protocol, payload)?,
    };
    descend(entry, MAX_TUNNELS)
}

/// The fragment header among IPv6 extension headers, `first` being the type of the first.
///
/// The slicer's own iterator believes that every header it is led to is there, and reads beyond the packet if the last
/// was cut off.
fn fragment_header(first: u8, headers: &[u8]) -> Option<Ipv6FragmentHeaderSlice<'_>> {
    let (mut kind, mut headers) = (first, headers);
    loop {
        let words = usize::from(*headers.get(1)?);
        let len = match kind {
            44 => {
                let fragment = Ipv6FragmentHeaderSlice::from_slice(headers).ok()?;
                if fragment.is_fragmenting_payload() {
                    return Some(fragment);
                }
                8
            }
            // Hop-by-hop, routing, destination options: units of eight bytes beyond the first.
            0 | 43 | 60 => words.saturating_add(1).saturating_mul(8),
            // Authentication: units of four beyond the first two.
            51 => words.saturating_add(2).saturating_mul(4),
            _ => return None,
        };
        kind = *headers.first()?;
        headers = headers.get(len..)?;
    }
}

/// The transport layer of a datagram's payload, of which `missing` bytes at the end were not captured.
pub fn transport(protocol: u8, payload: &[u8], missing: u32) -> Transport<'_> {
    match protocol {
        6 => match TcpSlice::from_slice(payload) {
            Ok(tcp) => Transport::Tcp(segment(&tcp, missing)),
            Err(_) => cut_segment(payload, missing).map_or(Transport::Other, Transport::Tcp),
        },
        17 => UdpSlice::from_slice_lax(payload).map_or(Transport::Other, |udp| Transport::Udp(datagram(&udp, missing))),
        _ => Transport::Other,
    }
}

fn segment<'p>(tcp: &TcpSlice<'p>, missing: u32) -> Segment<'p> {
    let head = tcp.header_slice();
    Segment {
        source: tcp.source_port(),
        destination: tcp.destination_port(),
        seq: tcp.sequence_number(),
        ack: tcp.acknowledgment_number(),
        flags: head.get(13).copied().unwrap_or(0),
        window: tcp.window_size(),
        options: head.get(20..).unwrap_or(&[]),
        payload: tcp.payload(),
        missing,
    }
}

/// A segment whose header has a length that cannot be, or is longer than what is there: a capture that cuts packets off
/// leaves part of the options. What is fixed in the header says whose it is all the same.
fn cut_segment(header: &[u8], missing: u32) -> Option<Segment<'_>> {
    let &[s0, s1, d0, d1, q0, q1, q2, q3, a0, a1, a2, a3, offset, flags, w0, w1, _, _, _, _] = header.first_chunk()?;
    let cut = (usize::from(offset >> 4) * 4).saturating_sub(header.len());
    Some(Segment {
        source: u16::from_be_bytes([s0, s1]),
        destination: u16::from_be_bytes([d0, d1]),
        seq: u32::from_be_bytes([q0, q1, q2, q3]),
        ack: u32::from_be_bytes([a0, a1, a2, a3]),
        flags,
        window: u16::from_be_bytes([w0, w1]),
        options: if cut > 0 { header.get(20..)? } else { &[] },
        payload: &[],
        missing: missing.saturating_sub(u32::try_from(cut).ok()?),
    })
}

fn datagram<'p>(udp: &UdpSlice<'p>, missing: u32) -> Datagram<'p> {
    Datagram { source: udp.source_port(), destination: udp.destination_port(), payload: udp.payload(), missing }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_header_cut_off_ends_the_walk() {
        // Hop-by-hop options, then destination options of which nothing is there.
        let mut packet = vec![0x60, 0, 0, 0, 0, 16, 0, 64];
        packet.extend([0; 32]);
        packet.extend([60, 0, 1, 4, 0, 0, 0, 0]);
        assert!(matches!(slice(229, &packet).unwrap().transport, Transport::Other));
        assert!(fragment_header(0, &packet[40..]).is_none());
    }

    #[test]
    fn a_segment_whose_options_were_cut_off_is_still_one() {
        // 12 bytes of options, of which five were captured, and 30 bytes of data.
        let mut header = vec![0x13, 0xc4, 0xc3, 0x50, 0, 0, 0, 9, 0, 0, 0, 7, 0x80, 0x18, 1, 0, 0, 0, 0, 0];
        header.extend([1, 1, 8, 10, 0]);
        let Transport::Tcp(segment) = transport(6, &header, 37) else { panic!("no segment") };
        assert_eq!((segment.source, segment.destination, segment.seq, segment.ack), (5060, 50000, 9, 7));
        assert_eq!((segment.flags, segment.window, segment.options), (0x18, 256, &[1, 1, 8, 10, 0][..]));
        assert_eq!((segment.payload, segment.sent()), (&[][..], 30));
        // The packet itself says that it ends within the options, or that its header is too short to be one.
        let Transport::Tcp(segment) = transport(6, &header, 0) else { panic!("no segment") };
        assert_eq!((segment.source, segment.sent()), (5060, 0));
        header[12] = 0x40;
        let Transport::Tcp(segment) = transport(6, &header, 37) else { panic!("no segment") };
        assert_eq!((segment.source, segment.options, segment.payload), (5060, &[][..], &[][..]));
        assert!(matches!(transport(6, &header[..19], 37), Transport::Other));
    }

    #[test]
    fn a_fragment_header_is_found_behind_others() {
        let headers = [[60, 0, 0, 0, 0, 0, 0, 0], [44, 0, 0, 0, 0, 0, 0, 0], [17, 0, 0, 9, 0, 0, 0, 7]].concat();
        let fragment = fragment_header(0, &headers).unwrap();
        assert_eq!(
            (fragment.identification(), fragment.fragment_offset().value(), fragment.more_fragments()),
            (7, 1, true)
        );
        let whole = [44, 0, 0, 0, 0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 7];
        assert!(fragment_header(60, &whole).is_none(), "a fragment header may stand before a whole datagram");
    }
}
