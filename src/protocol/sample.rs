//! Frames put together byte by byte, for tests of header protocols.

use super::{Budget, Context, Found, FrameView, Input, Message, Opening, Out, Progress, Protocol, frame};
use crate::fact::{Direction, Fact};
use crate::field::{Sink, Tree};

/// Ethernet.
pub const ETHERNET: u32 = 1;

/// Describes a frame as the engine does, with what `context` knows beside its length and link type.
pub fn describe_in(link_type: u32, bytes: &[u8], context: Context<'_>) -> Tree {
    fill(Tree::new(true), link_type, bytes, context)
}

/// The same with secrets masked.
pub fn describe_masked(link_type: u32, bytes: &[u8]) -> Tree {
    fill(Tree::new(false), link_type, bytes, Context::default())
}

fn fill(mut tree: Tree, link_type: u32, bytes: &[u8], context: Context<'_>) -> Tree {
    let wire_len = context.frame.wire_len.max(u32::try_from(bytes.len()).unwrap());
    let frame = FrameView { wire_len, link_type, ..context.frame };
    let context = Context { frame, ..context };
    let message = Message { bytes, from: Direction::ToServer, note: 0, context: &context };
    crate::field::Sink::enter(&mut tree, "Frame", bytes);
    (frame::PROTOCOL.dissect)(&message, &mut Out::new(&mut tree, &mut Budget::default(), bytes));
    tree
}

/// Describes one message of a protocol, with nothing known around it.
pub fn message(protocol: &'static Protocol, from: Direction, bytes: &[u8], note: u64) -> Tree {
    let mut tree = Tree::new(true);
    tree.enter("Frame", bytes);
    let context = Context::default();
    let message = Message { bytes, from, note, context: &context };
    (protocol.dissect)(&message, &mut Out::new(&mut tree, &mut Budget::default(), bytes));
    tree
}

/// What a tree tells the analysis.
pub fn facts(tree: &Tree) -> Vec<Fact> {
    tree.facts.iter().map(|(fact, _)| fact.clone()).collect()
}

/// A message that a conversation found: from whom, its bytes, its note.
pub type Seen = (Direction, Vec<u8>, u64);

/// What a conversation found.
#[derive(Debug, Default, PartialEq)]
pub struct Talk {
    /// Messages in order.
    pub seen: Vec<Seen>,
    /// True if it handed the stream over; nothing is read behind that.
    pub became: bool,
    /// True if it gave the stream back.
    pub not_mine: bool,
    from: Option<Direction>,
}

impl Found for Talk {
    fn message(&mut self, bytes: &[u8], note: u64) {
        self.seen.push((self.from.unwrap(), bytes.to_vec(), note));
    }

    fn becomes(&mut self, _: Option<&'static Protocol>) {
        self.became = true;
    }

    fn unpacked(&mut self, bytes: &[u8], note: u64) {
        self.message(bytes, note);
    }
}

/// Feeds a conversation as the engine does, in segments of `size` bytes.
pub fn converse(protocol: &'static Protocol, turns: &[(Direction, &[u8])], size: usize) -> Talk {
    let nobody = std::net::SocketAddr::from(([192, 0, 2, 1], 1));
    let opening = Opening { client: nobody, server: nobody, encrypted: false, keys: None };
    let mut conversation = protocol.open.unwrap()(&opening);
    let mut talk = Talk::default();
    let mut waiting = [Vec::new(), Vec::new()];
    for (from, bytes) in turns {
        talk.from = Some(*from);
        let buffer = &mut waiting[from.index()];
        let mut skip = 0_usize;
        for segment in bytes.chunks(size.max(1)) {
            let here = skip.min(segment.len());
            skip -= here;
            buffer.extend_from_slice(&segment[here..]);
            while !buffer.is_empty() && !talk.became && !talk.not_mine {
                let before = buffer.len();
                let stop = match conversation.feed(*from, Input::Bytes(buffer), &mut talk) {
                    Progress::Took(n) => {
                        drop(buffer.drain(..n));
                        n == 0
                    }
                    Progress::More { took, .. } => {
                        drop(buffer.drain(..took));
                        true
                    }
                    Progress::Skip { took, skip: more } => {
                        drop(buffer.drain(..took));
                        let here = usize::try_from(more).unwrap().min(buffer.len());
                        drop(buffer.drain(..here));
                        skip = usize::try_from(more).unwrap() - here;
                        false
                    }
                    Progress::NotMine => {
                        talk.not_mine = true;
                        true
                    }
                };
                assert!(stop || buffer.len() < before, "no progress");
                if stop {
                    break;
                }
            }
        }
    }
    talk
}

/// The same with nothing known.
pub fn describe(link_type: u32, bytes: &[u8]) -> Tree {
    describe_in(link_type, bytes, Context::default())
}

/// The values of a field, joined by commas as a column prints them.
pub fn values(tree: &Tree, name: &str) -> String {
    let of = tree.nodes.iter().filter(|node| node.field.is_some_and(|field| field.name == name));
    of.map(|node| node.value.to_string()).collect::<Vec<_>>().join(",")
}

/// The layers, joined by colons.
pub fn layers(tree: &Tree) -> String {
    tree.layers.join(":")
}

/// Marks in words.
pub fn marks(tree: &Tree) -> Vec<String> {
    tree.nodes.iter().filter_map(|node| node.mark.map(crate::field::Mark::text)).collect()
}

/// An Ethernet frame.
pub fn eth(kind: u16, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x00, 0x50, 0x56, 0, 0, 2, 0x02, 0x50, 0x56, 0, 0, 1];
    frame.extend(kind.to_be_bytes());
    frame.extend(payload);
    frame
}

/// An IPv4 packet from 192.0.2.1 to 192.0.2.2.
pub fn ip(protocol: u8, payload: &[u8]) -> Vec<u8> {
    fragment(protocol, 0x4000, payload)
}

/// The same with these flags and fragment offset.
pub fn fragment(protocol: u8, place: u16, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x45, 0];
    packet.extend(u16::try_from(payload.len() + 20).unwrap().to_be_bytes());
    packet.extend([0x12, 0x34]);
    packet.extend(place.to_be_bytes());
    packet.extend([64, protocol, 0xab, 0xcd, 192, 0, 2, 1, 192, 0, 2, 2]);
    packet.extend(payload);
    packet
}

/// An IPv6 packet from 2001:db8::1 to 2001:db8::2.
pub fn ipv6(next: u8, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x60, 0, 0, 0];
    packet.extend(u16::try_from(payload.len()).unwrap().to_be_bytes());
    packet.extend([next, 64]);
    packet.extend("2001:db8::1".parse::<std::net::Ipv6Addr>().unwrap().octets());
    packet.extend("2001:db8::2".parse::<std::net::Ipv6Addr>().unwrap().octets());
    packet.extend(payload);
    packet
}

/// A UDP datagram.
pub fn udp(source: u16, destination: u16, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len() + 8).unwrap();
    let mut datagram: Vec<u8> = [source, destination, length, 0xbeef].iter().flat_map(|n| n.to_be_bytes()).collect();
    datagram.extend(payload);
    datagram
}

/// A TCP segment from port 50000 to 5060; `options` in words of four bytes.
pub fn tcp(flags: u8, options: &[u8], payload: &[u8]) -> Vec<u8> {
    assert_eq!(options.len() % 4, 0);
    let mut segment: Vec<u8> = [50000_u16, 5060].iter().flat_map(|n| n.to_be_bytes()).collect();
    segment.extend(1_000_u32.to_be_bytes());
    segment.extend(2_000_u32.to_be_bytes());
    segment.push(u8::try_from((20 + options.len()) / 4).unwrap() << 4);
    segment.extend([flags, 0x20, 0x00, 0xfe, 0xed, 0, 0]);
    segment.extend(options);
    segment.extend(payload);
    segment
}

/// An ICMP message with a right checksum.
pub fn icmp(kind: u8, code: u8, rest: &[u8]) -> Vec<u8> {
    let mut message = vec![kind, code, 0, 0];
    message.extend(rest);
    let sum = message.chunks(2).map(|w| u32::from(w[0]) << 8 | w.get(1).copied().map_or(0, u32::from)).sum::<u32>();
    let sum = (sum & 0xffff) + (sum >> 16);
    let sum = !u16::try_from((sum & 0xffff) + (sum >> 16)).unwrap();
    message[2..4].copy_from_slice(&sum.to_be_bytes());
    message
}

/// Options of a SYN: maximum segment size 1460, selective acknowledgments, timestamps, window scale 7.
pub const SYN_OPTIONS: [u8; 20] = [2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 9, 0, 0, 0, 0, 1, 3, 3, 7];

/// Frames of every header protocol, with their link types.
pub fn all() -> Vec<(u32, Vec<u8>)> {
    let ping = icmp(8, 0, b"\x12\x34\x00\x01abcdefgh");
    let dns = udp(53000, 53000, b"payload");
    let quoted = ip(17, &udp(50000, 50001, b"quoted"));
    let inner = eth(0x0800, &ip(6, &tcp(0x02, &SYN_OPTIONS, b"")));
    let wrapped = |head: &[u8]| [head, &inner].concat();
    let router_alert = [
        &[0x46_u8, 0, 0, 32, 0, 1, 0, 0, 1, 2, 0, 0, 192, 0, 2, 1, 224, 0, 0, 1, 0x94, 4, 0, 0][..],
        &icmp(0x11, 100, &[0; 4]),
    ]
    .concat();
    let extensions = [
        &[43_u8, 0, 5, 2, 0, 0, 1, 0, 44, 2, 0, 1, 0, 0, 0, 0][..],
        &[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9],
        &[60, 0, 0, 0, 0, 0, 0, 7, 17, 0, 1, 4, 0, 0, 0, 0],
        &dns,
    ]
    .concat();
    let solicitation = [
        &[135_u8, 0, 0, 0, 0, 0, 0, 0][..],
        &[0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5],
        &[1, 1, 2, 0, 0, 0, 0, 1],
    ]
    .concat();
    let report = [
        &[143_u8, 0, 0, 0, 0, 0, 0, 1, 4, 0, 0, 1][..],
        &[0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2],
        &[0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3],
    ]
    .concat();
    let advertisement = [
        &[134_u8, 0, 0, 0, 64, 0x80, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0, 5, 1, 0, 0, 0, 0, 5, 0xdc, 25, 3, 0, 0, 0, 0, 0, 9]
            [..],
        &[0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3],
    ]
    .concat();
    let arp = [&[0_u8, 1, 8, 0, 6, 4, 0, 1][..], &[2, 0, 0, 0, 0, 1, 192, 0, 2, 1], &[0; 6], &[192, 0, 2, 2]].concat();
    let pap = b"\x11\x00\x00\x11\x00\x12\xc0\x23\x01\x01\x00\x10\x05alice\x05s3crt";
    let padi = b"\x11\x09\x00\x00\x00\x0c\x01\x01\x00\x00\x01\x03\x00\x04\xde\xad\xbe\xef";
    let ethernet = [
        eth(0x0800, &ip(6, &tcp(0x02, &SYN_OPTIONS, b""))),
        eth(0x0800, &ip(6, &tcp(0x18, &[1, 1, 5, 10, 0, 0, 0, 1, 0, 0, 0, 9], b"SIP/2.0"))),
        eth(0x0800, &ip(17, &dns)),
        eth(0x0800, &ip(1, &ping)),
        eth(0x0800, &ip(1, &icmp(3, 3, &[&[0; 4], &quoted[..]].concat()))),
        eth(0x0800, &router_alert),
        eth(0x0800, &fragment(17, 0x2000, b"first of two")),
        eth(0x0800, &fragment(17, 0x0002, b"second")),
        eth(0x86dd, &ipv6(17, &dns)),
        eth(0x86dd, &ipv6(0, &extensions)),
        eth(0x86dd, &ipv6(44, b"\x11\x00\x00\x01\x00\x00\x00\x07a part")),
        eth(0x86dd, &ipv6(58, &solicitation)),
        eth(0x86dd, &ipv6(58, &report)),
        eth(0x86dd, &ipv6(58, &advertisement)),
        eth(0x86dd, &ipv6(58, &icmp(128, 0, b"\x12\x34\x00\x01ping"))),
        eth(0x86dd, &ipv6(58, &[&[1_u8, 4, 0, 0, 0, 0, 0, 0][..], &ipv6(17, &dns)].concat())),
        eth(0x86dd, &ipv6(51, &[&[17_u8, 4, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2][..], &[7; 12], &dns].concat())),
        eth(0x0806, &arp),
        eth(0x8100, &[&[0xa0, 0x64, 0x08, 0x00][..], &ip(17, &dns)].concat()),
        eth(0x88a8, &[&[0, 30, 0x81, 0, 0, 100, 0x86, 0xdd][..], &ipv6(6, &tcp(0x10, &[], b""))].concat()),
        eth(0x8863, padi),
        eth(0x8864, pap),
        eth(0x8864, &[&[0x11, 0, 0, 1, 0, 37, 0, 0x21][..], &ip(17, &dns)].concat()),
        eth(0x8864, b"\x11\x00\x00\x01\x00\x0c\xc0\x21\x01\x01\x00\x0a\x05\x06\x01\x02\x03\x04"),
        eth(36, &[&[0xaa, 0xaa, 3, 0, 0, 0, 8, 0][..], &ip(17, &udp(1, 2, b""))].concat()),
        eth(0x9000, &[0, 0, 2, 0, 2, 0, 0, 0, 0, 1, 1, 0, 5, 0, 0x55, 0x55]),
        eth(0x0800, &ip(47, &wrapped(&[0x20, 0, 0x65, 0x58, 0, 0, 0, 7]))),
        eth(0x0800, &ip(47, &wrapped(&[0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 5, 0, 20, 0, 0, 0, 1]))),
        eth(0x0800, &ip(47, &wrapped(&[0, 0, 0x88, 0xbe]))),
        eth(
            0x0800,
            &ip(
                47,
                &wrapped(&[
                    0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 5, 0, 20, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0,
                ]),
            ),
        ),
        eth(
            0x0800,
            &ip(
                47,
                &[&[0x30, 0x81, 0x88, 0x0b, 0, 4, 0, 9, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0x21][..], &ip(17, &dns)].concat(),
            ),
        ),
        eth(0x0800, &ip(4, &ip(41, &ipv6(17, &dns)))),
        eth(0x0800, &ip(17, &udp(50000, 4789, &wrapped(&[8, 0, 0, 0, 0, 0, 66, 0])))),
        eth(
            0x0800,
            &ip(17, &udp(50000, 6081, &wrapped(&[2, 0x40, 0x65, 0x58, 0, 0, 10, 0, 0, 0, 0x80, 1, 0, 0, 0, 12]))),
        ),
    ];
    let cooked = [
        (113, [&[0, 4, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0][..], &ip(17, &dns)].concat()),
        (276, [&[0x08, 0x06, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0][..], &arp].concat()),
        (0, [&[2, 0, 0, 0][..], &ip(17, &dns)].concat()),
        (108, [&[0, 0, 0, 30][..], &ipv6(17, &dns)].concat()),
        (9, [&[0xff, 3, 0, 0x21][..], &ip(17, &dns)].concat()),
        (101, ipv6(17, &dns)),
        (228, ip(17, &dns)),
        (
            105,
            [&[0x88, 1, 0, 0][..], &[2; 18], &[0x10, 0, 0, 0], &[0xaa, 0xaa, 3, 0, 0, 0, 8, 0], &ip(17, &dns)].concat(),
        ),
        (
            127,
            [
                &[0, 0, 17, 0, 3, 0, 0, 0][..],
                &[0; 8],
                &[0x10, 8, 2, 0, 0],
                &[2; 18],
                &[0x10, 0],
                &[0xaa, 0xaa, 3, 0, 0, 0, 8, 0],
                &ip(17, &dns),
                &[1, 2, 3, 4],
            ]
            .concat(),
        ),
        (192, [&[0, 0, 8, 0, 105, 0, 0, 0][..], &[0xd4, 0, 0, 0], &[2; 6]].concat()),
        (147, b"who knows".to_vec()),
    ];
    ethernet.into_iter().map(|frame| (ETHERNET, frame)).chain(cooked).collect()
}
