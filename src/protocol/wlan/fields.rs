//! Fields of IEEE 802.11.

use crate::protocol::checksum;

crate::fields! {
    WLAN         = Protocol "wlan"                 "IEEE 802.11";
    TYPE_SUBTYPE = Hex4     "wlan.fc.type_subtype" "Type/Subtype", names kind_name;
    FC           = Hex4     "wlan.fc"              "Frame Control Field";
    FC_VERSION   = Number   "wlan.fc.version"      "Version";
    FC_TYPE      = Number   "wlan.fc.type"         "Type", names type_name;
    FC_SUBTYPE   = Number   "wlan.fc.subtype"      "Subtype";
    FLAGS        = Hex2     "wlan.flags"           "Flags";
    FC_TODS      = Flag     "wlan.fc.tods"         "To DS";
    FC_FROMDS    = Flag     "wlan.fc.fromds"       "From DS";
    FC_FRAG      = Flag     "wlan.fc.frag"         "More Fragments";
    FC_RETRY     = Flag     "wlan.fc.retry"        "Retry";
    FC_PROTECTED = Flag     "wlan.fc.protected"    "Protected flag";
    DURATION     = Number   "wlan.duration"        "Duration";
    RA           = Mac      "wlan.ra"              "Receiver address";
    TA           = Mac      "wlan.ta"              "Transmitter address";
    DA           = Mac      "wlan.da"              "Destination address";
    SA           = Mac      "wlan.sa"              "Source address";
    BSSID        = Mac      "wlan.bssid"           "BSS Id";
    ADDR         = Mac      "wlan.addr"            "Hardware address", hidden;
    FRAG         = Number   "wlan.frag"            "Fragment number";
    SEQ          = Number   "wlan.seq"             "Sequence number";
    FCS          = Hex8     "wlan.fcs"             "Frame check sequence";
    FCS_STATUS   = Number   "wlan.fcs.status"      "FCS Status", names checksum::status_name;
}

fn type_name(kind: u64) -> Option<&'static str> {
    Some(match kind {
        0 => "Management frame",
        1 => "Control frame",
        2 => "Data frame",
        3 => "Extension frame",
        _ => return None,
    })
}

/// Names of types with subtypes, the type in the second hexadecimal digit from the right.
pub fn kind_name(kind: u64) -> Option<&'static str> {
    Some(match kind {
        0x00 => "Association Request",
        0x01 => "Association Response",
        0x04 => "Probe Request",
        0x05 => "Probe Response",
        0x08 => "Beacon frame",
        0x0a => "Disassociate",
        0x0b => "Authentication",
        0x0c => "Deauthentication",
        0x0d => "Action",
        0x18 => "802.11 Block Ack Req",
        0x19 => "802.11 Block Ack",
        0x1b => "Request-to-send",
        0x1c => "Clear-to-send",
        0x1d => "Acknowledgement",
        0x20 => "Data",
        0x24 => "Null function (No data)",
        0x28 => "QoS Data",
        0x2c => "QoS Null function (No data)",
        _ => return None,
    })
}
