use crate::protocol::sample::{ETHERNET, describe, eth, marks, values};

fn packet(opcode: u8, sender: [u8; 4], target: [u8; 4]) -> Vec<u8> {
    let head = [0, 1, 8, 0, 6, 4, 0, opcode];
    eth(0x0806, &[&head[..], &[2, 0, 0, 0, 0, 1], &sender, &[0; 6], &target].concat())
}

const ONE: [u8; 4] = [192, 0, 2, 1];
const TWO: [u8; 4] = [192, 0, 2, 2];

#[test]
fn requests_and_replies() {
    let tree = describe(ETHERNET, &packet(1, ONE, TWO));
    assert_eq!((tree.protocol, tree.info.as_str()), ("ARP", "Who has 192.0.2.2? Tell 192.0.2.1"));
    let addresses = ["arp.src.hw_mac", "arp.src.proto_ipv4", "arp.dst.proto_ipv4"].map(|name| values(&tree, name));
    assert_eq!(addresses, ["02:00:00:00:00:01", "192.0.2.1", "192.0.2.2"]);
    assert_eq!(describe(ETHERNET, &packet(2, ONE, TWO)).info, "192.0.2.1 is at 02:00:00:00:00:01");
    assert_eq!(describe(ETHERNET, &packet(66, ONE, TWO)).info, "Unknown ARP opcode 0x0042");
}

#[test]
fn probes_and_announcements() {
    assert_eq!(describe(ETHERNET, &packet(1, [0; 4], TWO)).info, "Who has 192.0.2.2? (ARP Probe)");
    let tree = describe(ETHERNET, &packet(1, ONE, ONE));
    assert_eq!(tree.info, "ARP Announcement for 192.0.2.1");
    assert_eq!(values(&tree, "arp.isannouncement"), "1");
    assert_eq!(describe(ETHERNET, &packet(2, ONE, ONE)).info, "Gratuitous ARP for 192.0.2.1 (Reply)");
}

#[test]
fn sizes_that_promise_more_than_there_is_are_marked() {
    let mut frame = packet(1, ONE, TWO);
    frame[18] = 200;
    let tree = describe(ETHERNET, &frame);
    assert_eq!(marks(&tree), ["malformed: ends inside the header"]);
    assert_eq!(values(&tree, "arp.opcode"), "1", "what stands before stays");
}
