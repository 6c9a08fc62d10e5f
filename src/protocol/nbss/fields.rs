//! Fields of NetBIOS sessions; names are Wireshark's.

fn kind(n: u64) -> Option<&'static str> {
    Some(match n {
        0x00 => "Session message",
        0x81 => "Session request",
        0x82 => "Positive session response",
        0x83 => "Negative session response",
        0x84 => "Retarget session response",
        0x85 => "Session keep-alive",
        _ => return None,
    })
}

fn error(n: u64) -> Option<&'static str> {
    Some(match n {
        0x80 => "Not listening on called name",
        0x81 => "Not listening for calling name",
        0x82 => "Called name not present",
        0x83 => "Called name present, but insufficient resources",
        0x8f => "Unspecified error",
        _ => return None,
    })
}

crate::fields! {
    NBSS         = Protocol "nbss"              "NetBIOS Session Service";
    TYPE         = Hex2     "nbss.type"         "Message Type", names kind;
    FLAGS        = Hex2     "nbss.flags"        "Flags";
    FLAGS_EXTEND = Flag     "nbss.flags.e"      "Extend";
    LENGTH       = Number   "nbss.length"       "Length";
    CALLED       = Text     "nbss.called_name"  "Called name";
    CALLING      = Text     "nbss.calling_name" "Calling name";
    ERROR        = Hex2     "nbss.error_code"   "Error code", names error;
}
