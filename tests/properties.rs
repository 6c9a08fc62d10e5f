//! What must not matter: how TCP cut a stream into segments, in which order they came, how often, and in how many IP
//! fragments. The same bytes give the same messages and the same facts.

#[path = "support/look.rs"]
mod look;
#[path = "support/make.rs"]
mod make;

use handshark::fact::{Fact, FactRow, Place};
use handshark::field::Sink;
use handshark::network::{Transport, flags, slice};
use handshark::scan::{FactsOnly, Lens, MessageRow};
use make::{ACK, Dice, Packet, Side, Talk};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::SocketAddr;

/// Ways in which every stream is cut anew.
const ROUNDS: usize = 12;

/// What a scan found: messages with their place in the stream, and facts.
#[derive(Debug, Default, PartialEq, Eq)]
struct Found {
    messages: Vec<String>,
    facts: Vec<String>,
}

/// A lens for both.
struct Finder<F> {
    facts: FactsOnly<F>,
    messages: Vec<String>,
}

impl<F: FnMut(FactRow)> Lens for Finder<F> {
    fn shows(&self) -> bool {
        false
    }

    fn sink(&mut self, place: &Place) -> &mut dyn Sink {
        self.facts.sink(place)
    }

    fn indexes(&self) -> bool {
        true
    }

    fn message(&mut self, row: &MessageRow) {
        // Records of TLS that came together are told together.
        if row.protocol.name == "tls" {
            return;
        }
        let way = row.place.from;
        self.messages.push(format!("{} {way:?} {} {} {:#x}", row.protocol.name, row.offset, row.len, row.note));
    }
}

/// That a side of a TLS connection sent data is said once for each record or for many.
const DATA: &str = "Data";

/// A fact; what several records of a TLS handshake say one by one, because they may be told together.
fn apart(fact: &Fact) -> Vec<String> {
    let Fact::Handshake(said) = fact else { return vec![format!("{fact:?}")] };
    let mut list = Vec::new();
    list.extend(said.offer.iter().map(|offer| format!("{offer:?}")));
    list.extend(said.choice.iter().map(|choice| format!("{choice:?}")));
    list.extend((said.chain > 0).then(|| format!("{} certificates {:?}", said.chain, said.certificates)));
    list.extend(said.alert.iter().map(|alert| format!("{alert:?}")));
    list.extend(said.data.then(|| DATA.to_owned()));
    list.extend(said.access.iter().map(|access| format!("{access:?}")));
    list
}

fn find(bytes: &[u8]) -> Found {
    let mut facts = Vec::new();
    let mut lens = Finder {
        facts: FactsOnly::new(|row| {
            let Place { from, client, server, tcp, encrypted, .. } = row.place;
            // Those tell of packets, not of what is in them.
            if matches!(row.fact, Fact::Connection(_) | Fact::Unreachable(_) | Fact::Over) {
                return;
            }
            for said in apart(&row.fact) {
                let line = format!("{client} {server} {from:?} {tcp} {encrypted} {said}");
                if !(said == DATA && facts.contains(&line)) {
                    facts.push(line);
                }
            }
        }),
        messages: Vec::new(),
    };
    look::scan(&mut *look::open(bytes).unwrap(), &mut lens, |_| {});
    let messages = lens.messages;
    Found { messages, facts }
}

/// What one side says before the other does.
type Turn = (Side, Vec<u8>);

/// A TCP conversation of a bundled capture: what was said, in turns.
struct Said {
    name: String,
    port: u16,
    turns: Vec<Turn>,
}

/// A conversation being read, with the sequence numbers that come next.
#[derive(Default)]
struct Reading {
    next: [Option<u32>; 2],
    turns: Vec<Turn>,
    /// Something is missing or in disorder.
    broken: bool,
}

/// Every TCP conversation that the bundled captures hold from its first packet on and without loss.
fn conversations() -> Vec<Said> {
    let mut all = Vec::new();
    for path in look::captures() {
        let mut open: BTreeMap<(SocketAddr, SocketAddr), Reading> = BTreeMap::new();
        for packet in make::packets(&fs::read(&path).unwrap()) {
            let Some(sliced) = slice(packet.link_type, &packet.data) else { continue };
            let Transport::Tcp(segment) = sliced.transport else { continue };
            let from = SocketAddr::new(sliced.source, segment.source);
            let to = SocketAddr::new(sliced.destination, segment.destination);
            let syn = segment.has(flags::SYN);
            if syn && !segment.has(flags::ACK) {
                open.entry((from, to)).or_default();
            }
            let (side, reading) = match (open.contains_key(&(from, to)), open.contains_key(&(to, from))) {
                (true, _) => (Side::Client, open.get_mut(&(from, to)).unwrap()),
                (_, true) => (Side::Server, open.get_mut(&(to, from)).unwrap()),
                _ => continue,
            };
            let next = &mut reading.next[side as usize];
            if syn {
                reading.broken |= next.is_some();
                *next = Some(segment.seq.wrapping_add(1));
                continue;
            }
            reading.broken |= segment.missing > 0 || (!segment.payload.is_empty() && *next != Some(segment.seq));
            *next = Some(segment.seq.wrapping_add(u32::try_from(segment.payload.len()).unwrap()));
            match reading.turns.last_mut() {
                _ if segment.payload.is_empty() => {}
                Some((last, bytes)) if *last == side => bytes.extend(segment.payload),
                _ => reading.turns.push((side, segment.payload.to_vec())),
            }
        }
        for ((_, server), reading) in open {
            if !reading.broken && !reading.turns.is_empty() {
                let name = format!("{} {server}", look::name(&path));
                all.push(Said { name, port: server.port(), turns: reading.turns });
            }
        }
    }
    assert!(all.len() > 100, "only {} conversations", all.len());
    all
}

/// The conversation with every turn in segments of `size`.
fn plain(said: &Said, size: usize) -> Vec<u8> {
    let mut talk = Talk::tcp(said.port);
    for (side, bytes) in &said.turns {
        talk.say(*side, bytes, size);
    }
    talk.close();
    talk.pcap()
}

/// The same, every turn cut at random, its segments repeated, overlapping, and in another order.
fn shuffled(said: &Said, dice: &mut Dice) -> Vec<u8> {
    let mut talk = Talk::to_port(said.port);
    // Sequence numbers may wrap anywhere.
    talk.next = [dice.below(3_000), dice.below(3_000)].map(|left| u32::MAX - u32::try_from(left).unwrap());
    talk.open();
    for (side, bytes) in &said.turns {
        let start = talk.next[*side as usize];
        let largest = dice.one_of(&[1, 3, 40, 536, 1460, 1460, 9000]);
        // Tiny segments only of what is short: the order of thousands takes long to read.
        let largest = if bytes.len() > 3_000 { largest.max(536) } else { largest };
        let mut parts = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let len = (1 + dice.below(largest)).min(bytes.len() - at);
            // Some begin earlier than the last one ended.
            let back = if dice.below(4) == 0 { dice.below(20).min(at) } else { 0 };
            parts.push((at - back, len + back));
            if dice.below(6) == 0 {
                parts.push((at, len));
            }
            at += len;
        }
        let window = 1 + dice.below(8);
        for i in 0..parts.len() {
            let other = i + dice.below(window.min(parts.len() - i));
            parts.swap(i, other);
        }
        for (at, len) in parts {
            let seq = start.wrapping_add(u32::try_from(at).unwrap());
            talk.segment_at(*side, seq, ACK, &bytes[at..at + len]);
        }
        talk.next[*side as usize] = start.wrapping_add(u32::try_from(bytes.len()).unwrap());
    }
    talk.close();
    talk.pcap()
}

#[test]
fn segmentation_does_not_matter() {
    let mut facts = 0;
    for said in conversations() {
        let expected = find(&plain(&said, 60_000));
        facts += expected.facts.len();
        let mut dice = Dice(said.turns.iter().map(|(_, b)| b.len() as u64).sum());
        for round in 0..ROUNDS {
            let found = find(&shuffled(&said, &mut dice));
            assert_eq!(found.messages, expected.messages, "{} round {round}", said.name);
            assert_eq!(found.facts, expected.facts, "{} round {round}", said.name);
        }
    }
    assert!(facts > 1_000, "only {facts} facts: nothing is compared");
}

#[test]
fn a_byte_at_a_time_is_the_same() {
    for said in conversations() {
        if said.turns.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() < 4_000 {
            assert_eq!(find(&plain(&said, 1)), find(&plain(&said, 60_000)), "{}", said.name);
        }
    }
}

/// Packets of the bundled captures that are pcap of one link type, so that they can be written anew.
fn rewritable() -> Vec<(String, Vec<Packet>)> {
    let mut all = Vec::new();
    for path in look::captures() {
        let packets = make::packets(&fs::read(&path).unwrap());
        let one = packets.windows(2).all(|pair| pair[0].link_type == pair[1].link_type);
        if !packets.is_empty() && one {
            all.push((look::name(&path), packets));
        }
    }
    assert!(all.len() > 100);
    all
}

fn is_udp(packet: &Packet) -> bool {
    slice(packet.link_type, &packet.data)
        .is_some_and(|p| matches!(p.transport, Transport::Udp(_) | Transport::Fragment(_)))
}

#[test]
fn every_segment_captured_twice_is_one_segment() {
    for (name, packets) in rewritable() {
        let tcp: Vec<Packet> = packets.into_iter().filter(|p| !is_udp(p)).collect();
        if tcp.is_empty() {
            continue;
        }
        let twice: Vec<Packet> = tcp.iter().flat_map(|p| [p.clone(), p.clone()]).collect();
        assert_eq!(find(&make::pcap(&twice)), find(&make::pcap(&tcp)), "{name}");
    }
}

/// Who authenticated how and with which outcome, each once.
fn outcomes(bytes: &[u8]) -> BTreeSet<String> {
    let json: Value = serde_json::from_str(&look::report(bytes).unwrap().1).unwrap();
    let list = json["negotiations"].as_array().unwrap();
    let parts = ["carrier", "scheme", "mechanism", "client", "server", "user", "domain", "target", "outcome", "reason"];
    let mut all: BTreeSet<String> = list.iter().map(|n| parts.map(|part| n[part].to_string()).join(" ")).collect();
    all.extend(
        json["findings"].as_array().unwrap().iter().map(|f| format!("{} {} {}", f["id"], f["client"], f["server"])),
    );
    all
}

#[test]
fn datagrams_repeated_change_no_outcome() {
    let mut compared = 0;
    for (name, packets) in rewritable() {
        if !packets.iter().all(is_udp) {
            continue;
        }
        // Sent again at once, as a second capture point would show it.
        let twice: Vec<Packet> = packets.iter().flat_map(|p| [p.clone(), p.clone()]).collect();
        assert_eq!(outcomes(&make::pcap(&twice)), outcomes(&make::pcap(&packets)), "{name}");
        compared += 1;
    }
    assert!(compared > 10, "only {compared} captures of datagrams");
}

/// The negotiations, the findings and the stories: whose sign-in came to which end, where and by which cause.
fn stories(bytes: &[u8]) -> Vec<String> {
    let json: Value = serde_json::from_str(&look::report(bytes).unwrap().1).unwrap();
    let told = |list: &str, parts: &[&str]| {
        let line = |one: &Value| parts.iter().map(|part| one[part].to_string()).collect::<Vec<_>>().join(" ");
        json[list].as_array().unwrap().iter().map(line).collect::<Vec<_>>()
    };
    let mut all =
        told("negotiations", &["carrier", "scheme", "client", "server", "user", "target", "outcome", "reason"]);
    all.extend(told("findings", &["id", "client", "server", "confidence"]));
    all.extend(told("sign_ins", &["user", "client", "outcome", "failed_stage", "cause"]));
    all.sort_unstable();
    all
}

#[test]
fn a_second_capture_point_changes_no_story() {
    let mut wrong = Vec::new();
    for (name, packets) in rewritable() {
        let told = stories(&make::pcap(&packets));
        for late in [10_000, 300_000, 3_000_000, 20_000_000] {
            let copies = packets.iter().map(|p| Packet { time: p.time + late, ..p.clone() });
            let mut both: Vec<Packet> = packets.iter().cloned().chain(copies).collect();
            both.sort_by_key(|packet| packet.time);
            let now = stories(&make::pcap(&both));
            if now != told {
                wrong.push(format!(
                    "{name}, {late} ns later: {:#?}",
                    now.iter().filter(|one| !told.contains(one)).collect::<Vec<_>>()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

/// The packet as a NAT passes it on, if it is a TCP segment of or to this client (IPv4 in Ethernet): another address, and
/// whatever is added to the sequence numbers of the client.
fn translated(packet: &Packet, client: [u8; 4], added: u32) -> Option<Packet> {
    let mut data = packet.data.clone();
    if packet.link_type != 1 || data.get(12..15)? != [8, 0, 0x45] || data[23] != 6 {
        return None;
    }
    let (address, number) = if data[26..30] == client { (26, 38) } else { (30, 42) };
    if data.get(address..address + 4)? != client {
        return None;
    }
    data[address..address + 4].copy_from_slice(&[203, 0, 113, 77]);
    let counted = u32::from_be_bytes(data.get(number..number + 4)?.try_into().unwrap()).wrapping_add(added);
    data[number..number + 4].copy_from_slice(&counted.to_be_bytes());
    Some(Packet { time: packet.time + 40_000, data, ..packet.clone() })
}

/// True for a SYN with a number that was drawn by lot (those of made-up packets tell nothing apart), whose client goes on.
fn is_spoken_on(syn: &Packet, packets: &[Packet]) -> bool {
    let segment = |p: &Packet| match slice(p.link_type, &p.data).map(|p| p.transport) {
        Some(Transport::Tcp(tcp)) => Some((tcp.seq, tcp.flags, !tcp.payload.is_empty())),
        _ => None,
    };
    let plain = syn.link_type == 1 && syn.data.get(12..15) == Some(&[8, 0, 0x45]);
    let begun = segment(syn).filter(|(seq, flags, _)| plain && *flags == 2 && seq >> 24 != 0);
    begun.is_some_and(|(seq, ..)| {
        packets.iter().filter_map(segment).any(|(next, _, says)| says && next == seq.wrapping_add(1))
    })
}

#[test]
fn both_sides_of_a_nat_are_one_sign_in() {
    let (mut compared, mut wrong) = (0, Vec::new());
    for (name, packets) in rewritable() {
        let Some(first) = packets.iter().find(|p| is_spoken_on(p, &packets)) else { continue };
        let client: [u8; 4] = first.data[26..30].try_into().unwrap();
        let both = |added: u32| {
            let copies = packets.iter().filter_map(|p| translated(p, client, added));
            let mut both: Vec<Packet> = packets.iter().cloned().chain(copies).collect();
            both.sort_by_key(|packet| packet.time);
            make::pcap(&both)
        };
        if stories(&both(0)) != stories(&make::pcap(&packets)) {
            wrong.push(format!("{name}: one connection is told twice"));
        }
        let noticed = |added| look::report(&both(added)).unwrap().1.contains("both sides of a NAT");
        // Whoever chose another sequence number is another client.
        if !noticed(0) || noticed(1) {
            wrong.push(format!("{name}: who is passed on, and who is not"));
        }
        compared += 1;
    }
    assert!(wrong.is_empty(), "{} of {compared} wrong\n{}", wrong.len(), wrong.join("\n"));
    assert!(compared > 50, "only {compared} captures of connections");
}

/// An IPv4 packet in Ethernet cut into fragments; anything else stays as it is.
fn fragments(packet: &Packet, id: u16, dice: &mut Dice) -> Vec<Packet> {
    let data = &packet.data;
    let plain = packet.link_type == 1 && data.len() >= 60 && data[12..15] == [8, 0, 0x45];
    if !plain || (data[20] & 0x3f, data[21]) != (0, 0) {
        return vec![packet.clone()];
    }
    let total = usize::from(u16::from_be_bytes([data[16], data[17]]));
    let Some(cargo) = data.get(34..14 + total).filter(|c| c.len() > 16) else { return vec![packet.clone()] };
    let size = 8 * (1 + dice.below(cargo.len() / 8));
    let mut list = Vec::new();
    for (index, part) in cargo.chunks(size).enumerate() {
        let mut head = data[..34].to_vec();
        let more = if (index + 1) * size < cargo.len() { 0x2000 } else { 0 };
        let offset = u16::try_from(index * size / 8).unwrap() | more;
        head[16..18].copy_from_slice(&u16::try_from(20 + part.len()).unwrap().to_be_bytes());
        head[18..20].copy_from_slice(&id.to_be_bytes());
        head[20..22].copy_from_slice(&offset.to_be_bytes());
        list.push(Packet { data: [&head[..], part].concat(), ..packet.clone() });
    }
    for i in 0..list.len() {
        let other = i + dice.below(list.len() - i);
        list.swap(i, other);
    }
    list
}

#[test]
fn fragments_do_not_matter() {
    let mut changed = 0;
    for (name, packets) in rewritable() {
        let mut dice = Dice(packets.len() as u64);
        let cut: Vec<Packet> = packets
            .iter()
            .enumerate()
            .flat_map(|(id, packet)| fragments(packet, 0x8000 | u16::try_from(id).unwrap(), &mut dice))
            .collect();
        changed += usize::from(cut.len() > packets.len());
        let (found, expected) = (find(&make::pcap(&cut)), find(&make::pcap(&packets)));
        assert_eq!(found.facts, expected.facts, "{name}");
    }
    assert!(changed > 80, "only {changed} captures were fragmented");
}

/// Protocol, direction, place and length of messages, without what their protocol noted.
fn places(found: &Found) -> BTreeSet<(String, String, usize, usize)> {
    let read = |line: &String| {
        let mut words = line.split(' ');
        let mut word = || words.next().unwrap().to_owned();
        (word(), word(), word().parse().unwrap(), word().parse().unwrap())
    };
    found.messages.iter().map(read).collect()
}

#[test]
fn what_follows_a_loss_is_found_again() {
    let mut lost = 0;
    for said in conversations().into_iter().filter(|said| said.turns.len() >= 6) {
        let whole = places(&find(&plain(&said, 1460)));
        let mut dice = Dice(said.turns.len() as u64);
        for _ in 0..3 {
            let at = dice.below(said.turns.len() - 4);
            // Without its request nobody can know that a response has a length and no body.
            if said.turns[at].1.starts_with(b"HEAD ") {
                continue;
            }
            // What a client of a mailbox says behind lost lines may be a token: it is told only from a command on.
            if said.name.starts_with("mail/") && matches!(said.turns[at].0, Side::Client) {
                continue;
            }
            let mut talk = Talk::tcp(said.port);
            // Where each side is when the turn after the next begins.
            let mut behind = [0; 2];
            for (turn, (side, bytes)) in said.turns.iter().enumerate() {
                if turn < at + 2 {
                    behind[*side as usize] += bytes.len();
                }
                if turn == at {
                    // All of the turn is lost but its beginning.
                    let seen = bytes.len() / 3;
                    talk.segment(*side, &bytes[..seen]);
                    let next = &mut talk.next[*side as usize];
                    *next = next.wrapping_add(u32::try_from(bytes.len() - seen).unwrap());
                } else {
                    talk.say(*side, bytes, 1460);
                }
            }
            talk.close();
            let found = places(&find(&talk.pcap()));
            let expected = whole.iter().filter(|(_, way, offset, _)| {
                let side = if way == "ToServer" { Side::Client } else { Side::Server };
                *offset >= behind[side as usize]
            });
            let missing: Vec<_> = expected.filter(|message| !found.contains(message)).collect();
            assert!(missing.is_empty(), "{} without turn {at}: {missing:?} of {found:?}", said.name);
            lost += 1;
        }
    }
    assert!(lost > 60, "only {lost} losses");
}
