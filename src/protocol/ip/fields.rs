//! Fields of IPv4.

use crate::protocol::{checksum, numbers};

crate::fields! {
    IP              = Protocol "ip"                    "Internet Protocol Version 4";
    VERSION         = Number   "ip.version"            "Version";
    HDR_LEN         = Number   "ip.hdr_len"            "Header Length";
    DSFIELD         = Hex2     "ip.dsfield"            "Differentiated Services Field";
    DSCP            = Number   "ip.dsfield.dscp"       "Differentiated Services Codepoint", names numbers::dscp_name;
    ECN             = Number   "ip.dsfield.ecn"        "Explicit Congestion Notification", names numbers::ecn_name;
    LEN             = Number   "ip.len"                "Total Length";
    ID              = Hex4     "ip.id"                 "Identification";
    FLAGS           = Hex2     "ip.flags"              "Flags";
    FLAGS_RB        = Flag     "ip.flags.rb"           "Reserved bit";
    FLAGS_DF        = Flag     "ip.flags.df"           "Don't fragment";
    FLAGS_MF        = Flag     "ip.flags.mf"           "More fragments";
    FRAG_OFFSET     = Number   "ip.frag_offset"        "Fragment Offset";
    TTL             = Number   "ip.ttl"                "Time to Live";
    PROTO           = Number   "ip.proto"              "Protocol", names numbers::name;
    CHECKSUM        = Hex4     "ip.checksum"           "Header Checksum";
    CHECKSUM_STATUS = Number   "ip.checksum.status"    "Header checksum status", names checksum::status_name;
    SRC             = Address  "ip.src"                "Source Address";
    DST             = Address  "ip.dst"                "Destination Address";
    ADDR            = Address  "ip.addr"               "Source or Destination Address", hidden;
    SRC_HOST        = Text     "ip.src_host"           "Source Host", hidden;
    DST_HOST        = Text     "ip.dst_host"           "Destination Host", hidden;
    HOST            = Text     "ip.host"               "Source or Destination Host", hidden;
    FRAGMENT_COUNT  = Number   "ip.fragment.count"     "Fragment count";
    REASSEMBLED_LEN = Number   "ip.reassembled.length" "Reassembled IPv4 length";
    OPT_ROUTER_ALERT = Bytes   "ip.options.routeralert" "IP Option - Router Alert";
    OPT_EOL         = Bytes    "ip.options.eol"        "IP Option - End of Options List (EOL)";
    OPT_NOP         = Bytes    "ip.options.nop"        "IP Option - No-Operation (NOP)";
    OPT_RECORD_ROUTE = Bytes   "ip.options.record_route" "IP Option - Record Route";
    OPT_ROUTE       = Bytes    "ip.options.route"      "IP Option - Loose Source Route";
    OPT_SOURCE_ROUTE = Bytes   "ip.options.source_route" "IP Option - Strict Source Route";
    OPT_TIMESTAMP   = Bytes    "ip.options.timestamp"  "IP Option - Time Stamp";
    OPT_TYPE        = Number   "ip.opt.type"           "Type";
    OPT_COPY        = Flag     "ip.opt.type.copy"      "Copy on fragmentation";
    OPT_CLASS       = Number   "ip.opt.type.class"     "Class";
    OPT_NUMBER      = Number   "ip.opt.type.number"    "Number";
    OPT_LEN         = Number   "ip.opt.len"            "Length";
    OPT_PTR         = Number   "ip.opt.ptr"            "Pointer";
    OPT_RA          = Number   "ip.opt.ra"             "Router Alert";
}
