//! Capture files written by hand, field by field, and everything a source says of them.

use std::io::Cursor;

use crate::capture::{Block, CaptureError, Interface, Name, Notice, Section, read_from};
use crate::wire::Timestamp;

/// Byte order of a file to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Little,
    Big,
}

pub const ORDERS: [Order; 2] = [Order::Little, Order::Big];

impl Order {
    pub fn u16(self, n: u16) -> [u8; 2] {
        if self == Self::Big { n.to_be_bytes() } else { n.to_le_bytes() }
    }

    pub fn u32(self, n: u32) -> [u8; 4] {
        if self == Self::Big { n.to_be_bytes() } else { n.to_le_bytes() }
    }

    pub fn u64(self, n: u64) -> [u8; 8] {
        if self == Self::Big { n.to_be_bytes() } else { n.to_le_bytes() }
    }

    pub fn all(self, numbers: &[u32]) -> Vec<u8> {
        numbers.iter().flat_map(|n| self.u32(*n)).collect()
    }
}

/// A pcap file header.
pub fn pcap(order: Order, magic: u32, version: (u16, u16), link: u32) -> Vec<u8> {
    let mut file = order.u32(magic).to_vec();
    file.extend(order.u16(version.0));
    file.extend(order.u16(version.1));
    file.extend(order.all(&[0, 0, 65_535, link]));
    file
}

/// A pcap packet, with `more` between its header and its data.
pub fn pcap_packet(order: Order, time: (u32, u32), more: &[u8], data: &[u8]) -> Vec<u8> {
    let len = u32::try_from(data.len()).unwrap();
    let mut packet = order.all(&[time.0, time.1, len, len]);
    packet.extend(more);
    packet.extend(data);
    packet
}

/// Options with their end mark; none gives no list at all.
pub fn options(order: Order, options: &[(u16, &[u8])]) -> Vec<u8> {
    let mut list = Vec::new();
    for (code, value) in options {
        list.extend(order.u16(*code));
        list.extend(order.u16(u16::try_from(value.len()).unwrap()));
        list.extend(padded(value));
    }
    if !list.is_empty() {
        list.extend([0; 4]);
    }
    list
}

pub fn padded(value: &[u8]) -> Vec<u8> {
    let mut value = value.to_vec();
    value.resize(value.len().next_multiple_of(4), 0);
    value
}

/// A pcapng block around `body`.
pub fn block(order: Order, kind: u32, body: &[u8]) -> Vec<u8> {
    let len = u32::try_from(body.len() + 12).unwrap();
    [&order.u32(kind)[..], &order.u32(len), body, &order.u32(len)].concat()
}

pub fn section(order: Order, list: &[(u16, &[u8])]) -> Vec<u8> {
    let body = [&order.u32(0x1a2b_3c4d)[..], &order.u16(1), &order.u16(0), &[0xff; 8], &options(order, list)].concat();
    block(order, 0x0a0d_0d0a, &body)
}

pub fn interface(order: Order, link: u16, snaplen: u32, list: &[(u16, &[u8])]) -> Vec<u8> {
    let body = [&order.u16(link)[..], &[0, 0], &order.u32(snaplen), &options(order, list)].concat();
    block(order, 1, &body)
}

pub fn packet(order: Order, interface: u32, units: u64, data: &[u8], list: &[(u16, &[u8])]) -> Vec<u8> {
    let (high, low) = (u32::try_from(units >> 32).unwrap(), u32::try_from(units & 0xffff_ffff).unwrap());
    let len = u32::try_from(data.len()).unwrap();
    let head = order.all(&[interface, high, low, len, len + 100]);
    block(order, 6, &[&head[..], &padded(data), &options(order, list)].concat())
}

pub fn old_packet(order: Order, interface: u16, units: u64, data: &[u8], list: &[(u16, &[u8])]) -> Vec<u8> {
    let (high, low) = (u32::try_from(units >> 32).unwrap(), u32::try_from(units & 0xffff_ffff).unwrap());
    let len = u32::try_from(data.len()).unwrap();
    let head = [&order.u16(interface)[..], &order.u16(3), &order.all(&[high, low, len, len])].concat();
    block(order, 2, &[&head[..], &padded(data), &options(order, list)].concat())
}

pub fn simple_packet(order: Order, wire_len: u32, data: &[u8]) -> Vec<u8> {
    block(order, 3, &[&order.u32(wire_len)[..], &padded(data)].concat())
}

pub fn secrets(order: Order, kind: u32, data: &[u8]) -> Vec<u8> {
    let len = u32::try_from(data.len()).unwrap();
    block(order, 10, &[&order.all(&[kind, len])[..], &padded(data)].concat())
}

pub fn names(order: Order, records: &[(u16, &[u8])]) -> Vec<u8> {
    block(order, 4, &options(order, records))
}

pub const KEYLOG: u32 = 0x544c_534b;

/// A small file with a block of every kind.
pub fn medley(order: Order) -> Vec<u8> {
    [
        section(order, &[(1, b"a session"), (4, b"by hand")]),
        interface(order, 1, 0, &[(2, b"eth0"), (9, &[9])]),
        secrets(order, KEYLOG, b"CLIENT_RANDOM 00 11\n"),
        packet(order, 0, 1_500_000_000_000_000_001, b"first packet", &[(1, b"look here")]),
        names(order, &[(1, b"\x0a\x00\x00\x01fe01\0")]),
        block(order, 0x0000_0bad, b"\0\0\x12\x34data"),
        old_packet(order, 0, 1_500_000_000_000_000_002, b"second", &[]),
        simple_packet(order, 5, b"third"),
        packet(order, 0, 1_500_000_000_000_000_004, b"the fourth one", &[]),
        block(order, 5, &order.all(&[0, 0, 0])),
    ]
    .concat()
}

/// A small pcap file.
pub fn three(order: Order) -> Vec<u8> {
    let mut file = pcap(order, 0xa1b2_c3d4, (2, 4), 1);
    for (n, data) in [(0, &b"first packet"[..]), (1, b""), (2, b"third")] {
        file.extend(pcap_packet(order, (1_500_000_000 + n, 250_000), &[], data));
    }
    file
}

/// A pcap file of `count` packets with `len` bytes that do not compress.
pub fn noise(count: u32, len: usize) -> Vec<u8> {
    let mut lcg = Lcg(u64::from(count));
    let mut file = pcap(Order::Little, 0xa1b2_c3d4, (2, 4), 1);
    for n in 0..count {
        let data: Vec<u8> = (0..len).map(|_| lcg.byte()).collect();
        file.extend(pcap_packet(Order::Little, (n, 0), &[], &data));
    }
    file
}

/// Numbers that look random and are the same in every run.
pub struct Lcg(pub u64);

impl Lcg {
    pub fn byte(&mut self) -> u8 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0.to_le_bytes()[7]
    }

    pub fn below(&mut self, n: usize) -> usize {
        let number = usize::from(self.byte()) << 16 | usize::from(self.byte()) << 8 | usize::from(self.byte());
        number % n.max(1)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub time: Timestamp,
    pub timed: bool,
    pub interface: u32,
    pub link_type: u32,
    pub wire_len: u32,
    pub data: Vec<u8>,
    pub at: u64,
    pub comments: Vec<String>,
}

/// Everything a source says.
#[derive(Debug, Default)]
pub struct All {
    pub packets: Vec<Seen>,
    pub secrets: Vec<Vec<u8>>,
    pub interfaces: Vec<Interface>,
    pub sections: Vec<Section>,
    pub names: Vec<Name>,
    pub notices: Vec<Notice>,
    pub format: String,
    pub error: Option<CaptureError>,
}

impl All {
    pub fn said(&self) -> Vec<String> {
        self.notices.iter().map(ToString::to_string).collect()
    }

    pub fn data(&self) -> Vec<&[u8]> {
        self.packets.iter().map(|p| &p.data[..]).collect()
    }

    pub fn times(&self) -> Vec<i64> {
        self.packets.iter().map(|p| p.time.0).collect()
    }
}

/// Reads `file` to its end.
pub fn read(file: &[u8]) -> Result<All, CaptureError> {
    let total = u64::try_from(file.len()).unwrap();
    read_through(Cursor::new(file.to_vec()), Some(total))
}

pub fn read_through(input: impl std::io::Read + Send + 'static, total: Option<u64>) -> Result<All, CaptureError> {
    let mut source = read_from("test".to_owned(), input, total)?;
    let mut all = All::default();
    loop {
        match source.next() {
            Ok(Some(Block::Packet(p))) => all.packets.push(Seen {
                time: p.time,
                timed: p.timed,
                interface: p.interface,
                link_type: p.link_type,
                wire_len: p.wire_len,
                data: p.data.to_vec(),
                at: p.at,
                comments: p.comments.to_vec(),
            }),
            Ok(Some(Block::Secrets(secrets))) => all.secrets.push(secrets.to_vec()),
            Ok(None) => break,
            Err(e) => {
                all.error = Some(e);
                break;
            }
        }
    }
    assert!(matches!(source.next(), Ok(None)), "the end is the end");
    all.interfaces = source.interfaces().to_vec();
    all.sections = source.sections().to_vec();
    all.names = source.names().to_vec();
    all.notices = source.notices().to_vec();
    all.format = source.format();
    let progress = source.progress();
    assert!(progress.total.is_none_or(|total| progress.read <= total));
    Ok(all)
}
