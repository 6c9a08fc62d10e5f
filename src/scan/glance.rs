//! What the headers of a frame say before anything is described: enough to turn most frames away from a filter, and to
//! answer the fields below without describing the frame at all.

use crate::field::Value;
use crate::network::{Packet, Transport, flags};
use crate::protocol::{FlowView, FrameView};
use crate::wire::Span;
use std::net::IpAddr;

/// A frame at first sight.
#[derive(Clone, Copy, Debug)]
pub struct Glance<'g> {
    /// The frame.
    pub frame: &'g FrameView<'g>,
    /// Its bytes.
    pub data: &'g [u8],
    /// Its headers, if they are plain.
    pub plain: Option<Plain<'g>>,
}

/// Headers that hold nothing but one network and one transport layer: no tunnel, no fragment, no quotation.
#[derive(Clone, Copy, Debug)]
pub struct Plain<'g> {
    /// The headers.
    pub packet: &'g Packet<'g>,
    /// The conversation, where they are told apart.
    pub flow: Option<&'g FlowView>,
}

/// Ports of tunnels, whose datagrams may hold further headers.
const TUNNELS: [u16; 3] = [4789, 8472, 6081];

impl<'g> Glance<'g> {
    /// Of a frame with its packet; `data` are its bytes.
    pub(super) fn new(
        frame: &'g FrameView<'g>,
        data: &'g [u8],
        packet: &'g Packet<'g>,
        flow: Option<&'g FlowView>,
    ) -> Self {
        // Where the network header may begin behind the link's; further on it stands in another packet.
        let furthest = match frame.link_type {
            0 | 108 => 4,
            1 => 22,
            113 => 16,
            276 => 20,
            _ => 0,
        };
        let start = Span::of(data, packet.header).start;
        let tunnel = |port: u16| TUNNELS.contains(&port);
        let plain = match packet.transport {
            Transport::Tcp(_) => true,
            Transport::Udp(datagram) => !tunnel(datagram.source) && !tunnel(datagram.destination),
            _ => false,
        };
        let plain = plain && start <= furthest && !packet.header.is_empty();
        Self { frame, data, plain: plain.then_some(Plain { packet, flow }) }
    }
}

/// Tells the values of a field in a frame; false if that is not known at first sight.
pub(super) type Known = fn(&Glance<'_>, &mut dyn FnMut(Value<'_>)) -> bool;

/// What is known of a frame whose headers are plain.
macro_rules! plain {
    (|$plain:ident, $put:ident| $body:expr) => {
        |glance, $put| {
            let Some($plain) = glance.plain else { return false };
            $body;
            true
        }
    };
}

/// Fields that are known at first sight.
const KNOWN: &[(&str, Known)] = &[
    ("frame", |_, put| told(put, Value::None)),
    ("frame.number", |g, put| told(put, Value::Number(g.frame.number))),
    ("frame.len", |g, put| told(put, Value::Number(g.frame.wire_len.max(g.frame.captured).into()))),
    ("frame.cap_len", |g, put| told(put, Value::Number(g.frame.captured.into()))),
    ("frame.time", |g, put| told(put, Value::Time(g.frame.time))),
    ("frame.time_epoch", |g, put| told(put, Value::Duration(g.frame.time.0))),
    ("frame.time_relative", |g, put| told(put, Value::Duration(g.frame.time.since(g.frame.first)))),
    ("frame.time_delta", |g, put| {
        told(put, Value::Duration(g.frame.previous.map_or(0, |previous| g.frame.time.since(previous))))
    }),
    (
        "ip",
        plain!(|plain, put| if plain.packet.source.is_ipv4() {
            put(Value::None);
        }),
    ),
    ("ip.src", plain!(|plain, put| address(plain.packet.source, true, put))),
    ("ip.dst", plain!(|plain, put| address(plain.packet.destination, true, put))),
    ("ip.addr", plain!(|plain, put| both(plain.packet, true, put))),
    (
        "ipv6",
        plain!(|plain, put| if plain.packet.source.is_ipv6() {
            put(Value::None);
        }),
    ),
    ("ipv6.src", plain!(|plain, put| address(plain.packet.source, false, put))),
    ("ipv6.dst", plain!(|plain, put| address(plain.packet.destination, false, put))),
    ("ipv6.addr", plain!(|plain, put| both(plain.packet, false, put))),
    (
        "tcp",
        plain!(|plain, put| if ports(&plain, true).is_some() {
            put(Value::None);
        }),
    ),
    ("tcp.srcport", plain!(|plain, put| numbers(ports(&plain, true).map(|p| p[0]), put))),
    ("tcp.dstport", plain!(|plain, put| numbers(ports(&plain, true).map(|p| p[1]), put))),
    ("tcp.port", plain!(|plain, put| numbers(ports(&plain, true).into_iter().flatten(), put))),
    ("tcp.stream", plain!(|plain, put| numbers(ports(&plain, true).and(plain.flow).map(|flow| flow.stream), put))),
    ("tcp.flags.syn", plain!(|plain, put| bit(&plain, flags::SYN, put))),
    ("tcp.flags.ack", plain!(|plain, put| bit(&plain, flags::ACK, put))),
    ("tcp.flags.fin", plain!(|plain, put| bit(&plain, flags::FIN, put))),
    ("tcp.flags.reset", plain!(|plain, put| bit(&plain, flags::RST, put))),
    (
        "udp",
        plain!(|plain, put| if ports(&plain, false).is_some() {
            put(Value::None);
        }),
    ),
    ("udp.srcport", plain!(|plain, put| numbers(ports(&plain, false).map(|p| p[0]), put))),
    ("udp.dstport", plain!(|plain, put| numbers(ports(&plain, false).map(|p| p[1]), put))),
    ("udp.port", plain!(|plain, put| numbers(ports(&plain, false).into_iter().flatten(), put))),
    ("udp.stream", plain!(|plain, put| numbers(ports(&plain, false).and(plain.flow).map(|flow| flow.stream), put))),
];

/// How the field of this name is known, if it is.
pub(super) fn known(name: &str) -> Option<Known> {
    KNOWN.iter().find(|(known, _)| *known == name).map(|(_, known)| *known)
}

/// True if the value of the field of this name is known only where conversations are told apart.
pub(super) fn is_of_conversation(name: &str) -> bool {
    matches!(name, "tcp.stream" | "udp.stream")
}

fn told(put: &mut dyn FnMut(Value<'_>), value: Value<'_>) -> bool {
    put(value);
    true
}

fn address(ip: IpAddr, v4: bool, put: &mut dyn FnMut(Value<'_>)) {
    if ip.is_ipv4() == v4 {
        put(Value::Address(ip));
    }
}

fn both(packet: &Packet<'_>, v4: bool, put: &mut dyn FnMut(Value<'_>)) {
    address(packet.source, v4, put);
    address(packet.destination, v4, put);
}

/// Source and destination port, if the transport is the one asked for.
fn ports(plain: &Plain<'_>, tcp: bool) -> Option<[u16; 2]> {
    match plain.packet.transport {
        Transport::Tcp(segment) if tcp => Some([segment.source, segment.destination]),
        Transport::Udp(datagram) if !tcp => Some([datagram.source, datagram.destination]),
        _ => None,
    }
}

fn numbers<N: Into<u64>>(numbers: impl IntoIterator<Item = N>, put: &mut dyn FnMut(Value<'_>)) {
    for number in numbers {
        put(Value::Number(number.into()));
    }
}

fn bit(plain: &Plain<'_>, bit: u8, put: &mut dyn FnMut(Value<'_>)) {
    if let Transport::Tcp(segment) = plain.packet.transport {
        put(Value::Flag(segment.has(bit)));
    }
}
