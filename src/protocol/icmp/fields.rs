//! Fields of ICMP.

use crate::protocol::checksum;

crate::fields! {
    ICMP            = Protocol "icmp"                    "Internet Control Message Protocol";
    TYPE            = Number   "icmp.type"               "Type", names type_name;
    CODE            = Number   "icmp.code"               "Code";
    CHECKSUM        = Hex4     "icmp.checksum"           "Checksum";
    CHECKSUM_STATUS = Number   "icmp.checksum.status"    "Checksum Status", names checksum::status_name;
    IDENT           = Number   "icmp.ident"              "Identifier (BE)";
    IDENT_LE        = Number   "icmp.ident_le"           "Identifier (LE)";
    SEQ             = Number   "icmp.seq"                "Sequence Number (BE)";
    SEQ_LE          = Number   "icmp.seq_le"             "Sequence Number (LE)";
    RESP_TO         = Number   "icmp.resp_to"            "Response to";
    RESPTIME        = Float    "icmp.resptime"           "Response Time";
    DATA_TIME       = Time     "icmp.data_time"          "Timestamp from icmp data";
    DATA_TIME_REL   = Duration "icmp.data_time_relative" "Timestamp from icmp data (relative)";
    UNUSED          = Bytes    "icmp.unused"             "Unused";
    LENGTH          = Number   "icmp.length"             "Length";
    MTU             = Number   "icmp.mtu"                "MTU of next hop";
    POINTER         = Number   "icmp.pointer"            "Pointer";
    REDIR_GW        = Address  "icmp.redir_gw"           "Gateway Address";
    ORIGINATE       = Number   "icmp.originate_timestamp" "Originate Timestamp";
    RECEIVE         = Number   "icmp.receive_timestamp"  "Receive Timestamp";
    TRANSMIT        = Number   "icmp.transmit_timestamp" "Transmit Timestamp";
    ADDRESS_MASK    = Address  "icmp.address_mask"       "Address Mask";
}

/// Names of message types.
pub fn type_name(kind: u64) -> Option<&'static str> {
    Some(match kind {
        0 => "Echo (ping) reply",
        3 => "Destination unreachable",
        4 => "Source quench (flow control)",
        5 => "Redirect",
        8 => "Echo (ping) request",
        9 => "Router advertisement",
        10 => "Router solicitation",
        11 => "Time-to-live exceeded",
        12 => "Parameter problem",
        13 => "Timestamp request",
        14 => "Timestamp reply",
        15 => "Information request",
        16 => "Information reply",
        17 => "Address mask request",
        18 => "Address mask reply",
        _ => return None,
    })
}

/// Names of the codes of a type.
pub const fn code_name(kind: u8, code: u8) -> Option<&'static str> {
    Some(match (kind, code) {
        (3, 0) => "Network unreachable",
        (3, 1) => "Host unreachable",
        (3, 2) => "Protocol unreachable",
        (3, 3) => "Port unreachable",
        (3, 4) => "Fragmentation needed",
        (3, 5) => "Source route failed",
        (3, 6) => "Network unknown",
        (3, 7) => "Host unknown",
        (3, 8) => "Source host isolated",
        (3, 9) => "Network administratively prohibited",
        (3, 10) => "Host administratively prohibited",
        (3, 11) => "Network unreachable for TOS",
        (3, 12) => "Host unreachable for TOS",
        (3, 13) => "Communication administratively filtered",
        (3, 14) => "Host precedence violation",
        (3, 15) => "Precedence cutoff in effect",
        (5, 0) => "Redirect for network",
        (5, 1) => "Redirect for host",
        (5, 2) => "Redirect for TOS and network",
        (5, 3) => "Redirect for TOS and host",
        (11, 0) => "Time to live exceeded in transit",
        (11, 1) => "Fragment reassembly time exceeded",
        (12, 0) => "Pointer indicates the error",
        (12, 1) => "Required option missing",
        (12, 2) => "Bad length",
        _ => return None,
    })
}
