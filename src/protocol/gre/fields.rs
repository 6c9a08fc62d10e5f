//! Fields of GRE.

use crate::protocol::ethertype;

crate::fields! {
    GRE              = Protocol "gre"                           "Generic Routing Encapsulation";
    FLAGS            = Hex4     "gre.flags_and_version"         "Flags and Version";
    FLAG_CHECKSUM    = Flag     "gre.flags.checksum"            "Checksum Bit";
    FLAG_ROUTING     = Flag     "gre.flags.routing"             "Routing Bit";
    FLAG_KEY         = Flag     "gre.flags.key"                 "Key Bit";
    FLAG_SEQUENCE    = Flag     "gre.flags.sequence_number"     "Sequence Number Bit";
    FLAG_STRICT      = Flag     "gre.flags.strict_source_route" "Strict Source Route Bit";
    FLAG_RECURSION   = Number   "gre.flags.recursion_control"   "Recursion control";
    FLAG_ACK         = Flag     "gre.flags.ack"                 "Acknowledgment";
    FLAG_RESERVED    = Number   "gre.flags.reserved"            "Flags (Reserved)";
    FLAG_VERSION     = Number   "gre.flags.version"             "Version", names version_name;
    PROTO            = Hex4     "gre.proto"                     "Protocol Type", names ethertype::name;
    CHECKSUM         = Hex4     "gre.checksum"                  "Checksum";
    OFFSET           = Number   "gre.offset"                    "Offset";
    KEY              = Hex8     "gre.key"                       "Key";
    KEY_LENGTH       = Number   "gre.key.payload_length"        "Payload Length";
    KEY_CALL         = Number   "gre.key.call_id"               "Call ID";
    SEQUENCE         = Number   "gre.sequence_number"           "Sequence Number";
    ACK              = Number   "gre.ack_number"                "Acknowledgment Number";
    ROUTING          = Bytes    "gre.routing.information"       "Routing information";
}

fn version_name(version: u64) -> Option<&'static str> {
    match version {
        0 => Some("GRE"),
        1 => Some("Enhanced GRE"),
        _ => None,
    }
}
