//! Captures made in memory: Ethernet, IPv4, TCP and UDP around whatever a test wants to say, and the dice that change it.

#![allow(dead_code, reason = "each test makes what it needs")]

use handshark::capture::Block;

/// Dice with a seed: the same throws in every run.
#[derive(Clone, Debug)]
pub struct Dice(pub u64);

impl Dice {
    pub fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mixed = self.0 ^ self.0 >> 29;
        mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 24
    }

    /// A number below `limit`, which is not 0.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.throw()).unwrap() % limit
    }

    pub fn byte(&mut self) -> u8 {
        self.throw().to_le_bytes()[1]
    }

    pub fn one_of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

/// A packet of a capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// Nanoseconds since 1970.
    pub time: i64,
    pub link_type: u32,
    pub data: Vec<u8>,
}

/// The packets of a capture, none if it cannot be read.
pub fn packets(bytes: &[u8]) -> Vec<Packet> {
    let mut list = Vec::new();
    let Ok(mut source) = super::look::open(bytes) else { return list };
    while let Ok(Some(block)) = source.next() {
        if let Block::Packet(record) = block {
            list.push(Packet { time: record.time.0, link_type: record.link_type, data: record.data.to_vec() });
        }
    }
    list
}

/// A pcap file of these packets; all have the link type of the first.
pub fn pcap(packets: &[Packet]) -> Vec<u8> {
    snapped(packets, usize::MAX)
}

/// The same, captured with this snap length.
pub fn snapped(packets: &[Packet], snap: usize) -> Vec<u8> {
    let link = packets.first().map_or(1, |p| p.link_type);
    let mut file = Vec::with_capacity(24 + packets.iter().map(|p| p.data.len() + 16).sum::<usize>());
    for word in [0xa1b2_3c4d, 0x0004_0002, 0, 0, 262_144, link] {
        file.extend(u32::to_le_bytes(word));
    }
    for packet in packets {
        let len = u32::try_from(packet.data.len()).unwrap();
        let seconds = u32::try_from(packet.time / 1_000_000_000).unwrap();
        let rest = u32::try_from(packet.time % 1_000_000_000).unwrap();
        let kept = &packet.data[..packet.data.len().min(snap)];
        for word in [seconds, rest, u32::try_from(kept.len()).unwrap(), len] {
            file.extend(word.to_le_bytes());
        }
        file.extend(kept);
    }
    file
}

/// Who sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Client,
    Server,
}

/// Flags of TCP.
pub const FIN: u8 = 1;
pub const SYN: u8 = 2;
pub const RST: u8 = 4;
pub const PSH: u8 = 8;
pub const ACK: u8 = 16;

/// A conversation being written, one packet after the other.
#[derive(Clone, Debug)]
pub struct Talk {
    pub packets: Vec<Packet>,
    pub client: ([u8; 4], u16),
    pub server: ([u8; 4], u16),
    /// Sequence numbers of the next byte: the client's, the server's.
    pub next: [u32; 2],
    /// Nanoseconds since 1970 of the next packet.
    pub time: i64,
}

impl Talk {
    /// From port 50000 to this port, at noon on a day in 2026.
    pub fn to_port(port: u16) -> Self {
        Self {
            packets: Vec::new(),
            client: ([192, 0, 2, 50], 50_000),
            server: ([192, 0, 2, 10], port),
            next: [1_000, 9_000],
            time: 1_790_000_000_000_000_000,
        }
    }

    /// The same after the three packets that open a TCP connection.
    pub fn tcp(port: u16) -> Self {
        let mut talk = Self::to_port(port);
        talk.open();
        talk
    }

    pub fn open(&mut self) {
        let [client, server] = self.next;
        self.segment_at(Side::Client, client, SYN, b"");
        self.segment_at(Side::Server, server, SYN | ACK, b"");
        self.next = [client.wrapping_add(1), server.wrapping_add(1)];
        self.segment(Side::Client, b"");
    }

    /// The next bytes of one side, in one segment.
    pub fn segment(&mut self, side: Side, payload: &[u8]) {
        let at = side as usize;
        self.segment_at(side, self.next[at], ACK | PSH, payload);
        self.next[at] = self.next[at].wrapping_add(u32::try_from(payload.len()).unwrap());
    }

    /// The next bytes of one side, in segments of `size`.
    pub fn say(&mut self, side: Side, bytes: &[u8], size: usize) {
        for part in bytes.chunks(size) {
            self.segment(side, part);
        }
    }

    pub fn segment_at(&mut self, side: Side, seq: u32, flags: u8, payload: &[u8]) {
        let (from, to) = self.ends(side);
        let ack = if flags & ACK == 0 { 0 } else { self.next[1 - side as usize] };
        let mut tcp = [from.1.to_be_bytes(), to.1.to_be_bytes()].concat();
        tcp.extend(seq.to_be_bytes());
        tcp.extend(ack.to_be_bytes());
        tcp.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
        tcp.extend(payload);
        self.datagram(from.0, to.0, 6, &tcp);
    }

    pub fn udp(&mut self, side: Side, payload: &[u8]) {
        let (from, to) = self.ends(side);
        let len = u16::try_from(payload.len() + 8).unwrap_or(0);
        let mut udp = [from.1.to_be_bytes(), to.1.to_be_bytes(), len.to_be_bytes(), [0; 2]].concat();
        udp.extend(payload);
        self.datagram(from.0, to.0, 17, &udp);
    }

    /// Both directions end.
    pub fn close(&mut self) {
        for side in [Side::Client, Side::Server] {
            self.segment_at(side, self.next[side as usize], FIN | ACK, b"");
            self.next[side as usize] = self.next[side as usize].wrapping_add(1);
        }
        self.segment(Side::Client, b"");
    }

    fn ends(&self, side: Side) -> (([u8; 4], u16), ([u8; 4], u16)) {
        if side == Side::Client { (self.client, self.server) } else { (self.server, self.client) }
    }

    fn datagram(&mut self, from: [u8; 4], to: [u8; 4], protocol: u8, payload: &[u8]) {
        // A length that does not fit is sent as 0, as segmentation offload does.
        let len = u16::try_from(payload.len() + 20).unwrap_or(0).to_be_bytes();
        let mut data = vec![2, 0, 0, 0, 0, 10, 2, 0, 0, 0, 0, 50, 8, 0, 0x45, 0, len[0], len[1], 0, 0, 0x40, 0, 64];
        data.extend([protocol, 0, 0]);
        data.extend(from);
        data.extend(to);
        data.extend(payload);
        self.packet(data);
    }

    /// Any Ethernet frame.
    pub fn packet(&mut self, data: Vec<u8>) {
        self.packets.push(Packet { time: self.time, link_type: 1, data });
        self.time += 1_000_000;
    }

    pub fn pcap(&self) -> Vec<u8> {
        pcap(&self.packets)
    }
}
