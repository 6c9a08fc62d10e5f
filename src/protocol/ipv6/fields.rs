//! Fields of IPv6.

use crate::protocol::numbers;

crate::fields! {
    IPV6              = Protocol "ipv6"                       "Internet Protocol Version 6";
    VERSION           = Number   "ipv6.version"               "Version";
    TCLASS            = Hex8     "ipv6.tclass"                "Traffic Class";
    DSCP              = Number   "ipv6.tclass.dscp"           "Differentiated Services Codepoint", names numbers::dscp_name;
    ECN               = Number   "ipv6.tclass.ecn"            "Explicit Congestion Notification", names numbers::ecn_name;
    FLOW              = Hex6     "ipv6.flow"                  "Flow Label";
    PLEN              = Number   "ipv6.plen"                  "Payload Length";
    NXT               = Number   "ipv6.nxt"                   "Next Header", names numbers::name;
    HLIM              = Number   "ipv6.hlim"                  "Hop Limit";
    SRC               = Address  "ipv6.src"                   "Source Address";
    DST               = Address  "ipv6.dst"                   "Destination Address";
    ADDR              = Address  "ipv6.addr"                  "Source or Destination Address", hidden;
    SRC_HOST          = Text     "ipv6.src_host"              "Source Host", hidden;
    DST_HOST          = Text     "ipv6.dst_host"              "Destination Host", hidden;
    HOST              = Text     "ipv6.host"                  "Source or Destination Host", hidden;
    SRC_SLAAC_MAC     = Mac      "ipv6.src_slaac_mac"         "Source SLAAC MAC";
    DST_SLAAC_MAC     = Mac      "ipv6.dst_slaac_mac"         "Destination SLAAC MAC";
    SLAAC_MAC         = Mac      "ipv6.slaac_mac"             "SLAAC MAC", hidden;
    HOPOPTS           = Protocol "ipv6.hopopts"               "IPv6 Hop-by-Hop Option";
    HOPOPTS_NXT       = Number   "ipv6.hopopts.nxt"           "Next Header", names numbers::name;
    HOPOPTS_LEN       = Number   "ipv6.hopopts.len"           "Length";
    HOPOPTS_LEN_OCT   = Number   "ipv6.hopopts.len_oct"       "Length in bytes";
    DSTOPTS           = Protocol "ipv6.dstopts"               "Destination Options for IPv6";
    DSTOPTS_NXT       = Number   "ipv6.dstopts.nxt"           "Next Header", names numbers::name;
    DSTOPTS_LEN       = Number   "ipv6.dstopts.len"           "Length";
    DSTOPTS_LEN_OCT   = Number   "ipv6.dstopts.len_oct"       "Length in bytes";
    OPT               = Group    "ipv6.opt"                   "IPv6 Option";
    OPT_TYPE          = Hex2     "ipv6.opt.type"              "Type", names option_name;
    OPT_ACTION        = Number   "ipv6.opt.type.action"       "Action", names action_name;
    OPT_CHANGE        = Flag     "ipv6.opt.type.change"       "May Change";
    OPT_REST          = Hex2     "ipv6.opt.type.rest"         "Low-Order Bits";
    OPT_LENGTH        = Number   "ipv6.opt.length"            "Length";
    OPT_PAD1          = Group    "ipv6.opt.pad1"              "Pad1";
    OPT_PADN          = Bytes    "ipv6.opt.padn"              "PadN";
    OPT_ROUTER_ALERT  = Number   "ipv6.opt.router_alert"      "Router Alert";
    OPT_JUMBO         = Number   "ipv6.opt.jumbo"             "Payload Length";
    OPT_UNKNOWN       = Bytes    "ipv6.opt.unknown"           "Unknown Option Payload";
    ROUTING           = Protocol "ipv6.routing"               "Routing Header for IPv6";
    ROUTING_NXT       = Number   "ipv6.routing.nxt"           "Next Header", names numbers::name;
    ROUTING_LEN       = Number   "ipv6.routing.len"           "Length";
    ROUTING_LEN_OCT   = Number   "ipv6.routing.len_oct"       "Length in bytes";
    ROUTING_TYPE      = Number   "ipv6.routing.type"          "Type", names routing_name;
    ROUTING_SEGLEFT   = Number   "ipv6.routing.segleft"       "Segments Left";
    ROUTING_RESERVED  = Bytes    "ipv6.routing.src.reserved"  "Reserved";
    ROUTING_ADDR      = Address  "ipv6.routing.src.addr"      "Address";
    ROUTING_UNKNOWN   = Bytes    "ipv6.routing.unknown_data"  "Type-Specific Data";
    FRAGHDR           = Protocol "ipv6.fraghdr"               "Fragment Header for IPv6";
    FRAGHDR_NXT       = Number   "ipv6.fraghdr.nxt"           "Next header", names numbers::name;
    FRAGHDR_OCTET     = Hex2     "ipv6.fraghdr.reserved_octet" "Reserved octet";
    FRAGHDR_OFFSET    = Number   "ipv6.fraghdr.offset"        "Offset";
    FRAGHDR_BITS      = Number   "ipv6.fraghdr.reserved_bits" "Reserved bits";
    FRAGHDR_MORE      = Flag     "ipv6.fraghdr.more"          "More Fragments";
    FRAGHDR_IDENT     = Hex8     "ipv6.fraghdr.ident"         "Identification";
    FRAGMENT_COUNT    = Number   "ipv6.fragment.count"        "Fragment count";
    REASSEMBLED_LEN   = Number   "ipv6.reassembled.length"    "Reassembled IPv6 length";
}

fn option_name(kind: u64) -> Option<&'static str> {
    Some(match kind {
        0x00 => "Pad1",
        0x01 => "PadN",
        0x05 => "Router Alert",
        0xc2 => "Jumbo",
        0xc9 => "Home Address",
        _ => return None,
    })
}

fn action_name(action: u64) -> Option<&'static str> {
    Some(match action {
        0 => "Skip and continue",
        1 => "Discard",
        2 => "Discard, send ICMP error message",
        3 => "Discard, send ICMP error message if not multicast",
        _ => return None,
    })
}

fn routing_name(kind: u64) -> Option<&'static str> {
    Some(match kind {
        0 => "Source Route",
        2 => "Mobile IP",
        3 => "RPL Source Route",
        4 => "Segment Routing",
        _ => return None,
    })
}
