//! Fields of ICMPv6.

crate::fields! {
    ICMPV6          = Protocol "icmpv6"                      "Internet Control Message Protocol v6";
    TYPE            = Number   "icmpv6.type"                 "Type", names type_name;
    CODE            = Number   "icmpv6.code"                 "Code";
    CHECKSUM        = Hex4     "icmpv6.checksum"             "Checksum";
    RESERVED        = Bytes    "icmpv6.reserved"             "Reserved";
    MTU             = Number   "icmpv6.mtu"                  "MTU";
    POINTER         = Number   "icmpv6.pointer"              "Pointer";
    ECHO_IDENT      = Hex4     "icmpv6.echo.identifier"      "Identifier";
    ECHO_SEQ        = Number   "icmpv6.echo.sequence_number" "Sequence";
    RESP_TO         = Number   "icmpv6.resp_to"              "Response To";
    RESPTIME        = Float    "icmpv6.resptime"             "Response Time";
    RA_HOP_LIMIT    = Number   "icmpv6.nd.ra.cur_hop_limit"  "Cur hop limit";
    RA_FLAG         = Hex2     "icmpv6.nd.ra.flag"           "Flags";
    RA_FLAG_M       = Flag     "icmpv6.nd.ra.flag.m"         "Managed address configuration";
    RA_FLAG_O       = Flag     "icmpv6.nd.ra.flag.o"         "Other configuration";
    RA_FLAG_H       = Flag     "icmpv6.nd.ra.flag.h"         "Home Agent";
    RA_FLAG_PRF     = Number   "icmpv6.nd.ra.flag.prf"       "Prf (Default Router Preference)";
    RA_FLAG_P       = Flag     "icmpv6.nd.ra.flag.p"         "Proxy";
    RA_LIFETIME     = Number   "icmpv6.nd.ra.router_lifetime" "Router lifetime (s)";
    RA_REACHABLE    = Number   "icmpv6.nd.ra.reachable_time" "Reachable time (ms)";
    RA_RETRANS      = Number   "icmpv6.nd.ra.retrans_timer"  "Retrans timer (ms)";
    NS_TARGET       = Address  "icmpv6.nd.ns.target_address" "Target Address";
    NA_FLAG         = Hex8     "icmpv6.nd.na.flag"           "Flags";
    NA_FLAG_R       = Flag     "icmpv6.nd.na.flag.r"         "Router";
    NA_FLAG_S       = Flag     "icmpv6.nd.na.flag.s"         "Solicited";
    NA_FLAG_O       = Flag     "icmpv6.nd.na.flag.o"         "Override";
    NA_FLAG_RSV     = Number   "icmpv6.nd.na.flag.rsv"       "Reserved";
    NA_TARGET       = Address  "icmpv6.nd.na.target_address" "Target Address";
    RD_TARGET       = Address  "icmpv6.nd.rd.target_address" "Target Address";
    RD_DESTINATION  = Address  "icmpv6.rd.na.destination_address" "Destination Address";
    OPT             = Group    "icmpv6.opt"                  "ICMPv6 Option";
    OPT_TYPE        = Number   "icmpv6.opt.type"             "Type", names option_name;
    OPT_LENGTH      = Number   "icmpv6.opt.length"           "Length";
    OPT_LINKADDR    = Bytes    "icmpv6.opt.linkaddr"         "Link-layer address";
    OPT_MTU         = Number   "icmpv6.opt.mtu"              "MTU";
    OPT_PREFIX_LEN  = Number   "icmpv6.opt.prefix.length"    "Prefix Length";
    OPT_PREFIX_FLAG = Hex2     "icmpv6.opt.prefix.flag"      "Flag";
    OPT_PREFIX_VALID = Number  "icmpv6.opt.prefix.valid_lifetime" "Valid Lifetime";
    OPT_PREFIX_PREF = Number   "icmpv6.opt.prefix.preferred_lifetime" "Preferred Lifetime";
    OPT_PREFIX      = Address  "icmpv6.opt.prefix"           "Prefix";
    OPT_RDNSS_LIFE  = Number   "icmpv6.opt.rdnss.lifetime"   "Lifetime";
    OPT_RDNSS       = Address  "icmpv6.opt.rdnss"            "Recursive DNS Servers";
    MLD_MAX_DELAY   = Number   "icmpv6.mld.maximum_response_delay" "Maximum Response Delay [ms]";
    MLD_ADDRESS     = Address  "icmpv6.mld.multicast_address" "Multicast Address";
    MLDR_COUNT      = Number   "icmpv6.mldr.nb_mcast_records" "Number of Multicast Address Records";
    MLDR_RECORD     = Group    "icmpv6.mldr.mar"             "Multicast Address Record";
    MLDR_TYPE       = Number   "icmpv6.mldr.mar.record_type" "Record Type", names record_name;
    MLDR_AUX        = Number   "icmpv6.mldr.mar.aux_data_len" "Aux Data Len";
    MLDR_SOURCES    = Number   "icmpv6.mldr.mar.nb_sources"  "Number of Sources";
    MLDR_ADDRESS    = Address  "icmpv6.mldr.mar.multicast_address" "Multicast Address";
    MLDR_SOURCE     = Address  "icmpv6.mldr.mar.source_address" "Source Address";
}

/// Names of message types.
pub fn type_name(kind: u64) -> Option<&'static str> {
    Some(match kind {
        1 => "Destination Unreachable",
        2 => "Packet Too Big",
        3 => "Time Exceeded",
        4 => "Parameter Problem",
        128 => "Echo (ping) request",
        129 => "Echo (ping) reply",
        130 => "Multicast Listener Query",
        131 => "Multicast Listener Report",
        132 => "Multicast Listener Done",
        133 => "Router Solicitation",
        134 => "Router Advertisement",
        135 => "Neighbor Solicitation",
        136 => "Neighbor Advertisement",
        137 => "Redirect",
        143 => "Multicast Listener Report Message v2",
        _ => return None,
    })
}

/// Names of the codes of a type.
pub const fn code_name(kind: u8, code: u8) -> Option<&'static str> {
    Some(match (kind, code) {
        (1, 0) => "no route to destination",
        (1, 1) => "Administratively prohibited",
        (1, 2) => "Beyond scope of source address",
        (1, 3) => "Address unreachable",
        (1, 4) => "Port unreachable",
        (1, 5) => "Source address failed ingress/egress policy",
        (1, 6) => "Reject route to destination",
        (3, 0) => "hop limit exceeded in transit",
        (3, 1) => "fragment reassembly time exceeded",
        (4, 0) => "erroneous header field encountered",
        (4, 1) => "unrecognized Next Header type encountered",
        (4, 2) => "unrecognized IPv6 option encountered",
        _ => return None,
    })
}

fn option_name(kind: u64) -> Option<&'static str> {
    Some(match kind {
        1 => "Source link-layer address",
        2 => "Target link-layer address",
        3 => "Prefix information",
        4 => "Redirected header",
        5 => "MTU",
        14 => "Nonce",
        24 => "Route Information",
        25 => "Recursive DNS Server",
        31 => "DNS Search List Option",
        _ => return None,
    })
}

/// Names of multicast address records.
pub fn record_name(kind: u64) -> Option<&'static str> {
    Some(match kind {
        1 => "Include",
        2 => "Exclude",
        3 => "Changed to include",
        4 => "Changed to exclude",
        5 => "Allow new sources",
        6 => "Block old sources",
        _ => return None,
    })
}
