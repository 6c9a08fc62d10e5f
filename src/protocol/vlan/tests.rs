use crate::protocol::sample::{ETHERNET, describe, eth, ip, layers, udp, values};

#[test]
fn a_tag_holds_priority_drop_bit_and_identifier() {
    let tag = [&[0xb0, 0x42, 0x08, 0x00][..], &ip(17, &udp(1, 2, b"12345678901234567890"))].concat();
    let tree = describe(ETHERNET, &eth(0x8100, &tag));
    assert_eq!(layers(&tree), "eth:ethertype:vlan:ethertype:ip:udp");
    let read = ["vlan.priority", "vlan.dei", "vlan.id", "vlan.etype"].map(|name| values(&tree, name));
    assert_eq!(read, ["5", "1", "66", "0x0800"]);
}

#[test]
fn the_provider_has_a_tag_of_its_own() {
    let tags = [&[0, 30, 0x81, 0, 0, 100, 0x08, 0x00][..], &ip(17, &udp(1, 2, b""))].concat();
    let tree = describe(ETHERNET, &eth(0x88a8, &tags));
    assert_eq!(layers(&tree), "eth:ethertype:ieee8021ad:ethertype:vlan:ethertype:ip:udp");
    assert_eq!([values(&tree, "ieee8021ad.id"), values(&tree, "vlan.id")], ["30", "100"]);
}

#[test]
fn the_innermost_tag_tells_what_lies_behind_the_payload() {
    let mut frame = eth(0x8100, &[&[0, 66, 0x08, 0x00][..], &ip(17, &udp(1, 2, &[7; 40]))].concat());
    frame.extend([0x46, 0x6d, 0x62, 0x7a]);
    let tree = describe(ETHERNET, &frame);
    assert_eq!([values(&tree, "vlan.trailer"), values(&tree, "eth.fcs")], ["466d627a", ""]);
}
