//! A network made in memory: several machines, several conversations at once, one clock.
//!
//! What is sent is written down as frames of Ethernet, IPv4 or IPv6 by the address. Every function that sends returns the
//! number of its last frame, so that a test can name what it expects as proof.

#![allow(dead_code, reason = "each test makes what it needs")]

use super::make::{ACK, FIN, PSH, Packet, RST, SYN, Side, pcap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// 2026-09-21, around noon.
pub const NOON: i64 = 1_790_000_000_000_000_000;
const MILLI: i64 = 1_000_000;
/// Bytes of a segment.
const SEGMENT: usize = 1400;
/// Where clients ask for names.
pub const RESOLVER: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 53)), 53);

/// An address in the documentation network 192.0.2.0/24.
pub const fn host(last: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(192, 0, 2, last))
}

/// An address in the documentation network 2001:db8::/32.
pub const fn host6(last: u16) -> IpAddr {
    IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, last))
}

/// An address in the documentation network with this port.
pub const fn at(last: u8, port: u16) -> SocketAddr {
    SocketAddr::new(host(last), port)
}

/// A TCP connection.
#[derive(Clone, Debug)]
pub struct Line {
    pub client: SocketAddr,
    pub server: SocketAddr,
    next: [u32; 2],
}

/// What a name server says.
#[derive(Clone, Copy, Debug)]
pub enum Told<'a> {
    /// Nothing.
    Silence,
    /// A response code and no record.
    Code(u8),
    /// Addresses; none is an empty answer.
    Hosts(&'a [IpAddr]),
    /// A service record: host and port.
    Service(&'a str, u16),
    /// An alias of this name, with this code and no address.
    Alias(&'a str, u8),
    /// That the answer does not fit.
    Truncated,
}

/// An option of DHCP: code and value.
pub type DhcpOption<'a> = (u8, &'a [u8]);

/// NXDOMAIN
pub const DENIED: Told<'static> = Told::Code(3);

/// All that happens.
#[derive(Clone, Debug)]
pub struct Scene {
    packets: Vec<Packet>,
    time: i64,
    port: u16,
    /// If set, only what this side sends is captured.
    pub hears: Option<Side>,
}

impl Default for Scene {
    fn default() -> Self {
        Self { packets: Vec::new(), time: NOON, port: 50_000, hears: None }
    }
}

impl Scene {
    /// Nothing happens for this long.
    pub fn wait(&mut self, milliseconds: i64) {
        self.time += milliseconds * MILLI;
    }

    /// Seconds pass, and then somebody else says something: the capture went on.
    pub fn later(&mut self, seconds: i64) -> u64 {
        self.wait(seconds * 1000);
        self.udp(at(200, 40_000), at(201, 9), Side::Client, b"still here")
    }

    /// Starts this long after noon on the first day, in seconds; negative before it.
    pub fn starting(seconds: i64) -> Self {
        Self { time: NOON + seconds * 1000 * MILLI, ..Self::default() }
    }

    /// Nanoseconds since 1970 of the next frame.
    pub fn now(&self) -> i64 {
        self.time
    }

    pub fn pcap(&self) -> Vec<u8> {
        pcap(&self.packets)
    }

    pub fn packets(&self) -> &[Packet] {
        &self.packets
    }

    /// What happens in another scene after this frame, so many packets of it, happens here too.
    pub fn repeat(&mut self, other: &Self, after: u64, count: usize) {
        let from = usize::try_from(after).unwrap();
        self.packets.extend(other.packets.iter().skip(from).take(count).cloned());
        self.time = self.time.max(other.time);
    }

    /// Every packet that is from or to one of these addresses is captured again behind what changes the address.
    pub fn passes_on(&mut self, changes: &[(IpAddr, IpAddr)]) {
        let mut all = Vec::new();
        for packet in std::mem::take(&mut self.packets) {
            let mut copy = packet.clone();
            copy.time += MILLI / 10;
            for at in [26, 30] {
                let here = <[u8; 4]>::try_from(&copy.data[at..at + 4]).unwrap();
                let there = changes.iter().find(|(from, _)| *from == IpAddr::from(here));
                if let Some((_, IpAddr::V4(there))) = there {
                    copy.data[at..at + 4].copy_from_slice(&there.octets());
                }
            }
            all.push(packet);
            all.push(copy);
        }
        self.packets = all;
    }

    /// A port that nobody used yet.
    pub fn port(&mut self) -> u16 {
        self.port = self.port.checked_add(1).unwrap_or(20_000);
        self.port
    }

    /// A connection that comes about.
    pub fn connect(&mut self, client: IpAddr, server: SocketAddr) -> Line {
        let mut line = Line { client: SocketAddr::new(client, self.port()), server, next: [1_000, 9_000] };
        self.segment(&line, Side::Client, SYN, b"");
        line.next[0] += 1;
        self.segment(&line, Side::Server, SYN | ACK, b"");
        line.next[1] += 1;
        self.segment(&line, Side::Client, ACK, b"");
        line
    }

    /// A connection that is asked for four times, as clients do, and that nobody answers. The frame of the first SYN.
    pub fn unanswered(&mut self, client: IpAddr, server: SocketAddr) -> u64 {
        let line = Line { client: SocketAddr::new(client, self.port()), server, next: [1_000, 0] };
        let first = self.segment(&line, Side::Client, SYN, b"");
        for pause in [1000, 2000, 4000] {
            self.wait(pause);
            self.segment(&line, Side::Client, SYN, b"");
        }
        first
    }

    /// A connection that is refused at once. The frame of the reset.
    pub fn refused(&mut self, client: IpAddr, server: SocketAddr) -> u64 {
        let mut line = Line { client: SocketAddr::new(client, self.port()), server, next: [1_000, 0] };
        self.segment(&line, Side::Client, SYN, b"");
        line.next[0] += 1;
        self.segment(&line, Side::Server, RST | ACK, b"")
    }

    /// A SYN, and what the router of the client says of it: type 3 (ICMPv6: 1) with this code. The frame of the latter.
    pub fn prohibited(&mut self, client: IpAddr, server: SocketAddr, code: u8) -> u64 {
        let line = Line { client: SocketAddr::new(client, self.port()), server, next: [1_000, 0] };
        self.segment(&line, Side::Client, SYN, b"");
        self.undeliverable(client, code)
    }

    /// The last packet comes back from the network.
    pub fn undeliverable(&mut self, client: IpAddr, code: u8) -> u64 {
        let quoted = self.packets.last().map(|packet| packet.data[14..].to_vec()).unwrap_or_default();
        let (kind, protocol, router) = if client.is_ipv4() { (3, 1, host(1)) } else { (1, 58, host6(1)) };
        let mut message = vec![kind, code, 0, 0, 0, 0, 0, 0];
        message.extend(quoted);
        self.packet(router, client, protocol, &message)
    }

    /// One side says something, in segments; the other one acknowledges it.
    pub fn say(&mut self, line: &mut Line, side: Side, bytes: &[u8]) -> u64 {
        let last = self.say_unheard(line, side, bytes);
        self.segment(line, other(side), ACK, b"");
        last
    }

    /// The same without an acknowledgement.
    pub fn say_unheard(&mut self, line: &mut Line, side: Side, bytes: &[u8]) -> u64 {
        let mut last = 0;
        for part in bytes.chunks(SEGMENT) {
            last = self.segment(line, side, ACK | PSH, part);
            line.next[side as usize] = line.next[side as usize].wrapping_add(u32::try_from(part.len()).unwrap());
        }
        last
    }

    /// This side ends the connection, and the other one agrees. The frame of the first FIN.
    pub fn close(&mut self, line: &mut Line, side: Side) -> u64 {
        let first = self.segment(line, side, FIN | ACK, b"");
        line.next[side as usize] += 1;
        self.segment(line, other(side), FIN | ACK, b"");
        line.next[other(side) as usize] += 1;
        self.segment(line, side, ACK, b"");
        first
    }

    /// This side resets the connection.
    pub fn reset(&mut self, line: &Line, side: Side) -> u64 {
        self.segment(line, side, RST | ACK, b"")
    }

    fn segment(&mut self, line: &Line, side: Side, flags: u8, payload: &[u8]) -> u64 {
        let (from, to) = if side == Side::Client { (line.client, line.server) } else { (line.server, line.client) };
        let ack = if flags & ACK == 0 { 0 } else { line.next[other(side) as usize] };
        let mut tcp = [from.port().to_be_bytes(), to.port().to_be_bytes()].concat();
        tcp.extend(line.next[side as usize].to_be_bytes());
        tcp.extend(ack.to_be_bytes());
        tcp.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
        tcp.extend(payload);
        if self.hears.is_some_and(|heard| heard != side) {
            return self.frame();
        }
        self.packet(from.ip(), to.ip(), 6, &tcp)
    }

    /// A datagram between client and server, sent by this side.
    pub fn udp(&mut self, client: SocketAddr, server: SocketAddr, side: Side, payload: &[u8]) -> u64 {
        let (from, to) = if side == Side::Client { (client, server) } else { (server, client) };
        let len = u16::try_from(payload.len() + 8).unwrap();
        let mut udp = [from.port().to_be_bytes(), to.port().to_be_bytes(), len.to_be_bytes(), [0; 2]].concat();
        udp.extend(payload);
        if self.hears.is_some_and(|heard| heard != side) {
            return self.frame();
        }
        self.packet(from.ip(), to.ip(), 17, &udp)
    }

    /// A phone asks for an address, and each of these servers offers one with these options; the first gives it. The frame
    /// of the acknowledgment.
    pub fn leases(&mut self, client: IpAddr, servers: &[(u8, &[DhcpOption<'_>])]) -> u64 {
        let IpAddr::V4(address) = client else { panic!("{client} is not for DHCP") };
        let nowhere = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 68);
        let everybody = SocketAddr::new(IpAddr::V4(Ipv4Addr::BROADCAST), 67);
        let asks: &[DhcpOption<'_>] = &[(60, b"MS-UC-Client"), (55, &[1, 3, 6, 15, 43, 120])];
        self.udp(nowhere, everybody, Side::Client, &dhcp(address, 1, asks));
        let answer = |scene: &mut Self, kind, last: u8, options: &[DhcpOption<'_>]| {
            let own = [192, 0, 2, last];
            let all = [&[(54, &own[..])][..], options].concat();
            scene.udp(SocketAddr::new(client, 68), at(last, 67), Side::Server, &dhcp(address, kind, &all))
        };
        for (last, options) in servers {
            answer(self, 2, *last, options);
        }
        self.udp(nowhere, everybody, Side::Client, &dhcp(address, 3, asks));
        servers.first().map_or(0, |(last, options)| answer(self, 5, *last, options))
    }

    /// The number of the last frame.
    pub fn frame(&self) -> u64 {
        self.packets.len() as u64
    }

    fn packet(&mut self, from: IpAddr, to: IpAddr, protocol: u8, payload: &[u8]) -> u64 {
        let mut data = vec![2, 0, 0, 0, 0, 10, 2, 0, 0, 0, 0, 50];
        match (from, to) {
            (IpAddr::V4(from), IpAddr::V4(to)) => {
                let len = u16::try_from(payload.len() + 20).unwrap().to_be_bytes();
                data.extend([8, 0, 0x45, 0, len[0], len[1], 0, 0, 0x40, 0, 64, protocol, 0, 0]);
                data.extend(from.octets());
                data.extend(to.octets());
            }
            (IpAddr::V6(from), IpAddr::V6(to)) => {
                let len = u16::try_from(payload.len()).unwrap().to_be_bytes();
                data.extend([0x86, 0xdd, 0x60, 0, 0, 0, len[0], len[1], protocol, 64]);
                data.extend(from.octets());
                data.extend(to.octets());
            }
            _ => panic!("{from} and {to} do not talk to each other"),
        }
        data.extend(payload);
        self.packets.push(Packet { time: self.time, link_type: 1, data });
        self.time += MILLI;
        self.frame()
    }

    /// A name is asked for. The frame of the answer; without one the name is asked for three times, and it is the frame of
    /// the first question.
    pub fn ask(&mut self, client: IpAddr, name: &str, kind: u16, told: Told<'_>) -> u64 {
        let server = if client.is_ipv4() { RESOLVER } else { SocketAddr::new(host6(53), 53) };
        self.ask_at(server, client, name, kind, told)
    }

    /// The same at another resolver.
    pub fn ask_at(&mut self, server: SocketAddr, client: IpAddr, name: &str, kind: u16, told: Told<'_>) -> u64 {
        let client = SocketAddr::new(client, self.port());
        let question = question(client.port(), name, kind);
        let first = self.udp(client, server, Side::Client, &question);
        if let Told::Silence = told {
            for pause in [1000, 2000] {
                self.wait(pause);
                self.udp(client, server, Side::Client, &question);
            }
            return first;
        }
        self.udp(client, server, Side::Server, &answer(&question, told))
    }

    /// A name is asked for at two resolvers at once, which answer one after the other. The frame of the last answer.
    pub fn ask_both(&mut self, second: SocketAddr, client: IpAddr, name: &str, kind: u16, told: [Told<'_>; 2]) -> u64 {
        let client = SocketAddr::new(client, self.port());
        let question = question(client.port(), name, kind);
        let servers = [RESOLVER, second];
        for server in servers {
            self.udp(client, server, Side::Client, &question);
        }
        let mut last = 0;
        for (server, told) in servers.into_iter().zip(told) {
            last = self.udp(client, server, Side::Server, &answer(&question, told));
        }
        last
    }

    /// The same over TCP. The frame of the answer.
    pub fn ask_over_tcp(&mut self, client: IpAddr, name: &str, kind: u16, told: Told<'_>) -> u64 {
        let mut line = self.connect(client, RESOLVER);
        let question = question(line.client.port(), name, kind);
        let framed = |bytes: &[u8]| [&u16::try_from(bytes.len()).unwrap().to_be_bytes()[..], bytes].concat();
        self.say(&mut line, Side::Client, &framed(&question));
        let last = self.say(&mut line, Side::Server, &framed(&answer(&question, told)));
        self.close(&mut line, Side::Client);
        last
    }

    /// The address of a name is asked for and told.
    pub fn find(&mut self, client: IpAddr, name: &str, address: IpAddr) -> u64 {
        self.ask(client, name, if address.is_ipv4() { 1 } else { 28 }, Told::Hosts(&[address]))
    }
}

const fn other(side: Side) -> Side {
    match side {
        Side::Client => Side::Server,
        Side::Server => Side::Client,
    }
}

/// A DHCP message about this address.
fn dhcp(address: Ipv4Addr, kind: u8, options: &[DhcpOption<'_>]) -> Vec<u8> {
    let reply = matches!(kind, 2 | 5);
    let mut out = vec![if reply { 2 } else { 1 }, 1, 6, 0, 0, 0, 0x2a, 1, 0, 0, 0x80, 0, 0, 0, 0, 0];
    out.extend(if reply { address.octets() } else { [0; 4] });
    out.extend([0; 8]);
    out.extend([2, 0, 0, 0, 0, address.octets()[3]]);
    out.resize(236, 0);
    out.extend([99, 130, 83, 99, 53, 1, kind]);
    for (code, value) in options {
        out.extend([*code, u8::try_from(value.len()).unwrap()]);
        out.extend(*value);
    }
    out.push(255);
    out
}

/// A name in DNS.
fn labels(name: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for label in name.split('.') {
        out.push(u8::try_from(label.len()).unwrap());
        out.extend(label.as_bytes());
    }
    out.push(0);
    out
}

fn question(id: u16, name: &str, kind: u16) -> Vec<u8> {
    let mut out = id.to_be_bytes().to_vec();
    out.extend([1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    out.extend(labels(name));
    out.extend(kind.to_be_bytes());
    out.extend([0, 1]);
    out
}

fn answer(question: &[u8], told: Told<'_>) -> Vec<u8> {
    let records: Vec<(u16, Vec<u8>)> = match told {
        Told::Silence | Told::Code(_) | Told::Truncated => Vec::new(),
        Told::Hosts(addresses) => addresses.iter().map(|address| address_record(*address)).collect(),
        Told::Service(host, port) => {
            let mut data = vec![0, 0, 0, 0];
            data.extend(port.to_be_bytes());
            data.extend(labels(host));
            vec![(33, data)]
        }
        Told::Alias(name, _) => vec![(5, labels(name))],
    };
    let code = if let Told::Code(code) | Told::Alias(_, code) = told { code } else { 0 };
    let mut out = question.to_vec();
    let flags = if matches!(told, Told::Truncated) { 0x83 } else { 0x81 };
    (out[2], out[3], out[7]) = (flags, 0x80 | code, u8::try_from(records.len()).unwrap());
    for (kind, data) in records {
        out.extend([0xc0, 12]);
        out.extend(kind.to_be_bytes());
        out.extend([0, 1, 0, 0, 1, 0]);
        out.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        out.extend(data);
    }
    out
}

fn address_record(address: IpAddr) -> (u16, Vec<u8>) {
    match address {
        IpAddr::V4(v4) => (1, v4.octets().to_vec()),
        IpAddr::V6(v6) => (28, v6.octets().to_vec()),
    }
}
