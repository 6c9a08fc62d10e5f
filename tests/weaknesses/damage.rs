//! What was only partly seen raises nothing that the whole does not: packets cut short, packets missing, one direction,
//! the beginning or the end.

use super::{found_in, look};
use std::collections::BTreeSet;

type Record<'p> = (&'p [u8], &'p [u8]);

/// The header of a pcap file in little-endian order, and its records: header and packet.
fn records(pcap: &[u8]) -> Option<(&[u8], Vec<Record<'_>>)> {
    let (head, mut rest) = pcap.split_at_checked(24)?;
    if !head.starts_with(&[0xd4, 0xc3, 0xb2, 0xa1]) {
        return None;
    }
    let mut all = Vec::new();
    while let Some((header, after)) = rest.split_at_checked(16) {
        let len = u32::from_le_bytes(header[8..12].try_into().unwrap()) as usize;
        let (packet, next) = after.split_at_checked(len)?;
        all.push((header, packet));
        rest = next;
    }
    Some((head, all))
}

fn written<'p>(head: &[u8], records: impl Iterator<Item = Record<'p>>, snap: usize) -> Vec<u8> {
    let mut out = head.to_vec();
    for (header, packet) in records {
        let packet = &packet[..packet.len().min(snap)];
        out.extend(&header[..8]);
        out.extend(u32::try_from(packet.len()).unwrap().to_le_bytes());
        out.extend(&header[12..]);
        out.extend(packet);
    }
    out
}

/// The sender, of IPv4 and IPv6 in Ethernet.
fn sender(packet: &[u8]) -> Option<&[u8]> {
    match packet.get(12..14)? {
        [8, 0] => packet.get(26..30),
        [0x86, 0xdd] => packet.get(22..38),
        _ => None,
    }
}

/// Every capture of these folders, whole and damaged.
#[test]
fn damage_raises_nothing() {
    let codes = |pcap: &[u8]| found_in(pcap, false).iter().map(|f| f.rule.code).collect::<BTreeSet<_>>();
    let (mut wrong, mut looked) = (Vec::new(), 0);
    for path in look::captures() {
        let name = look::name(&path);
        let pcap = std::fs::read(&path).unwrap();
        let wanted = ["ntlm/", "kerberos/", "sip/", "http/", "media/", "smb/", "ldap/", "tls/"];
        if !wanted.iter().any(|folder| name.starts_with(folder)) || pcap.len() > 100_000 {
            continue;
        }
        let Some((head, all)) = records(&pcap) else { continue };
        let whole = codes(&pcap);
        let mut check = |what: String, damaged: Vec<u8>| {
            looked += 1;
            for code in codes(&damaged).difference(&whole) {
                wrong.push(format!("{name}: {code} is raised by {what}"));
            }
        };
        for snap in [68, 128, 256, 400, 700] {
            check(format!("packets cut at {snap}"), written(head, all.iter().copied(), snap));
        }
        let senders: BTreeSet<&[u8]> = all.iter().filter_map(|(_, packet)| sender(packet)).take(40).collect();
        for only in senders.iter().take(3) {
            let heard = all.iter().copied().filter(|(_, packet)| sender(packet) == Some(*only));
            check(format!("what {only:?} sent alone"), written(head, heard, usize::MAX));
        }
        for third in 1..3 {
            let at = all.len() * third / 3;
            check(format!("the packets from {at} on"), written(head, all.iter().skip(at).copied(), usize::MAX));
            check(format!("the first {at} packets"), written(head, all.iter().take(at).copied(), usize::MAX));
        }
        for step in [7, 13, 23] {
            let kept = all.iter().enumerate().filter(|(at, _)| at % step != step / 2).map(|(_, record)| *record);
            check(format!("every {step}th packet missing"), written(head, kept, usize::MAX));
        }
    }
    assert!(looked > 1_000, "{looked}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
