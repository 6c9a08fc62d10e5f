use crate::protocol::sample::{SYN_OPTIONS, describe, eth, ip, ipv6, layers, marks, tcp, udp, values};

fn inner() -> Vec<u8> {
    eth(0x0800, &ip(6, &tcp(0x02, &SYN_OPTIONS, b"")))
}

#[test]
fn optional_parts_follow_the_bits() {
    let head = [0xb0, 0, 0x08, 0x00, 0xab, 0xcd, 0, 0, 0, 0, 0, 66, 0, 0, 0, 5];
    let tree = describe(228, &ip(47, &[&head[..], &ip(17, &udp(1, 2, b""))].concat()));
    assert_eq!(layers(&tree), "ip:gre:ip:udp");
    let names = ["gre.flags_and_version", "gre.proto", "gre.checksum", "gre.key", "gre.sequence_number"];
    assert_eq!(names.map(|n| values(&tree, n)), ["0xb000", "0x0800", "0xabcd", "0x00000042", "5"]);
}

#[test]
fn the_version_of_pptp_has_a_call_and_acknowledges() {
    let head = [0x30, 0x81, 0x88, 0x0b, 0, 32, 0, 7, 0, 0, 0, 1, 0, 0, 0, 2, 0x21];
    let tree = describe(228, &ip(47, &[&head[..], &ip(17, &udp(1, 2, b""))].concat()));
    assert_eq!(layers(&tree), "ip:gre:ppp:ip:udp");
    let names = ["gre.key.payload_length", "gre.key.call_id", "gre.sequence_number", "gre.ack_number", "ppp.protocol"];
    assert_eq!(names.map(|n| values(&tree, n)), ["32", "7", "1", "2", "0x0021"]);
}

#[test]
fn mirrored_frames() {
    let two = [0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 5, 0, 20, 0, 0, 0, 1];
    let tree = describe(228, &ip(47, &[&two[..], &inner()].concat()));
    assert_eq!(layers(&tree), "ip:gre:erspan:eth:ethertype:ip:tcp");
    assert_eq!(["erspan.version", "erspan.vlan", "erspan.spanid"].map(|n| values(&tree, n)), ["1", "5", "20"]);
    let one = [0, 0, 0x88, 0xbe];
    assert_eq!(layers(&describe(228, &ip(47, &[&one[..], &inner()].concat()))), "ip:gre:erspan:eth:ethertype:ip:tcp");
    let three = [0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 5, 0, 20, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
    let tree = describe(228, &ip(47, &[&three[..], &inner()].concat()));
    assert_eq!([values(&tree, "erspan.version"), values(&tree, "tcp.dstport")], ["2", "5060"]);
}

#[test]
fn tunnels_over_udp_are_headers_too() {
    let vxlan = [8, 0, 0, 0, 0, 0, 66, 0];
    let tree = describe(228, &ip(17, &udp(50000, 4789, &[&vxlan[..], &inner()].concat())));
    assert_eq!(layers(&tree), "ip:udp:vxlan:eth:ethertype:ip:tcp");
    assert_eq!(["vxlan.flags", "vxlan.flag_i", "vxlan.vni"].map(|n| values(&tree, n)), ["0x0800", "1", "66"]);
    let geneve = [2, 0x40, 0x65, 0x58, 0, 0, 10, 0, 0, 0, 0x80, 1, 1, 2, 3, 4];
    let tree = describe(228, &ip(17, &udp(50000, 6081, &[&geneve[..], &inner()].concat())));
    assert_eq!(layers(&tree), "ip:udp:geneve:eth:ethertype:ip:tcp");
    let names = ["geneve.vni", "geneve.option.class", "geneve.option.unknown.data"];
    assert_eq!(names.map(|n| values(&tree, n)), ["0x00000a", "0x0000", "01020304"]);
}

#[test]
fn packets_in_packets() {
    let tree = describe(228, &ip(4, &ip(41, &ipv6(17, &udp(1, 2, b"")))));
    assert_eq!(layers(&tree), "ip:ip:ipv6:udp");
    assert_eq!(values(&tree, "ip.version"), "4,4,6");
}

#[test]
fn nesting_has_an_end() {
    let mut packet = ip(17, &udp(1, 2, b""));
    for _ in 0..40 {
        packet = ip(4, &packet);
    }
    let tree = describe(228, &packet);
    assert_eq!(marks(&tree), ["nested too deep, not followed"]);
}
