//! Fields of PPPoE.

pub use discovery::ALL as DISCOVERY_ALL;

crate::fields! {
    PPPOES  = Protocol "pppoes"               "PPP-over-Ethernet Session";
    VERSION = Number   "pppoe.version"        "Version";
    TYPE    = Number   "pppoe.type"           "Type";
    CODE    = Hex2     "pppoe.code"           "Code", names code_name;
    SESSION = Hex4     "pppoe.session_id"     "Session ID";
    LENGTH  = Number   "pppoe.payload_length" "Payload Length";
}

/// What only discovery has.
pub mod discovery {
    crate::fields! {
        PPPOED       = Protocol "pppoed"                    "PPP-over-Ethernet Discovery";
        TAGS         = Group    "pppoed.tags"               "PPPoE Tags";
        SERVICE_NAME = Text     "pppoed.tags.service_name"  "Service-Name";
        AC_NAME      = Text     "pppoed.tags.ac_name"       "AC-Name";
        HOST_UNIQ    = Bytes    "pppoed.tags.host_uniq"     "Host-Uniq";
        AC_COOKIE    = Bytes    "pppoed.tags.ac_cookie"     "AC-Cookie";
        UNKNOWN      = Bytes    "pppoed.tag.unknown_data"       "Unknown Data";
    }
}

/// Names of codes.
pub fn code_name(code: u64) -> Option<&'static str> {
    Some(match code {
        0x00 => "Session Data",
        0x07 => "Active Discovery Offer (PADO)",
        0x09 => "Active Discovery Initiation (PADI)",
        0x19 => "Active Discovery Request (PADR)",
        0x65 => "Active Discovery Session-confirmation (PADS)",
        0xa7 => "Active Discovery Terminate (PADT)",
        _ => return None,
    })
}
