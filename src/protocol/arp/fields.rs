//! Fields of ARP.

use crate::protocol::ethertype;

crate::fields! {
    ARP            = Protocol "arp"                "Address Resolution Protocol";
    HW_TYPE        = Number   "arp.hw.type"        "Hardware type", names hardware_name;
    PROTO_TYPE     = Hex4     "arp.proto.type"     "Protocol type", names ethertype::name;
    HW_SIZE        = Number   "arp.hw.size"        "Hardware size";
    PROTO_SIZE     = Number   "arp.proto.size"     "Protocol size";
    OPCODE         = Number   "arp.opcode"         "Opcode", names opcode_name;
    IS_GRATUITOUS  = Flag     "arp.isgratuitous"   "Is gratuitous";
    IS_PROBE       = Flag     "arp.isprobe"        "Is probe";
    IS_ANNOUNCEMENT = Flag    "arp.isannouncement" "Is announcement";
    SRC_HW         = Bytes    "arp.src.hw"         "Sender hardware address";
    SRC_MAC        = Mac      "arp.src.hw_mac"     "Sender MAC address";
    SRC_PROTO      = Bytes    "arp.src.proto"      "Sender protocol address";
    SRC_IPV4       = Address  "arp.src.proto_ipv4" "Sender IP address";
    DST_HW         = Bytes    "arp.dst.hw"         "Target hardware address";
    DST_MAC        = Mac      "arp.dst.hw_mac"     "Target MAC address";
    DST_PROTO      = Bytes    "arp.dst.proto"      "Target protocol address";
    DST_IPV4       = Address  "arp.dst.proto_ipv4" "Target IP address";
}

fn hardware_name(hardware: u64) -> Option<&'static str> {
    Some(match hardware {
        1 => "Ethernet",
        6 => "IEEE 802",
        15 => "Frame Relay DLCI",
        18 => "Fibre Channel",
        32 => "InfiniBand",
        _ => return None,
    })
}

/// Names of operations.
pub fn opcode_name(opcode: u64) -> Option<&'static str> {
    Some(match opcode {
        1 => "request",
        2 => "reply",
        3 => "reverse request",
        4 => "reverse reply",
        8 => "inverse request",
        9 => "inverse reply",
        _ => return None,
    })
}
