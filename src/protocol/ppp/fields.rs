//! Fields of PPP and its control protocols.

crate::fields! {
    PPP             = Protocol "ppp"                 "Point-to-Point Protocol";
    ADDRESS         = Hex2     "ppp.address"         "Address";
    CONTROL         = Hex2     "ppp.control"         "Control";
    PROTOCOL        = Hex4     "ppp.protocol"        "Protocol", names protocol_name;
    LCP             = Protocol "lcp"                 "PPP Link Control Protocol";
    IPCP            = Protocol "ipcp"                "PPP IP Control Protocol";
    IPV6CP          = Protocol "ipv6cp"              "PPP IPv6 Control Protocol";
    CCP             = Protocol "ccp"                 "PPP Compression Control Protocol";
    CHAP            = Protocol "chap"                "PPP Challenge Handshake Authentication Protocol";
    CODE            = Number   "ppp.code"            "Code", names code_name;
    IDENTIFIER      = Number   "ppp.identifier"      "Identifier";
    LENGTH          = Number   "ppp.length"          "Length";
    DATA            = Bytes    "ppp.data"            "Data", secret;
    PAP             = Protocol "pap"                 "PPP Password Authentication Protocol";
    PAP_CODE        = Number   "pap.code"            "Code", names pap_code_name;
    PAP_IDENTIFIER  = Number   "pap.identifier"      "Identifier";
    PAP_LENGTH      = Number   "pap.length"          "Length";
    PAP_PEER_LENGTH = Number   "pap.peer_id.length"  "Peer-ID-Length";
    PAP_PEER        = Text     "pap.peer_id"         "Peer-ID";
    PAP_PW_LENGTH   = Number   "pap.password.length" "Password-Length";
    PAP_PASSWORD    = Text     "pap.password"        "Password", secret;
    PAP_MSG_LENGTH  = Number   "pap.message.length"  "Message-Length";
    PAP_MESSAGE     = Text     "pap.message"         "Message";
}

fn protocol_name(number: u64) -> Option<&'static str> {
    Some(match number {
        0x0021 => "Internet Protocol version 4",
        0x0057 => "Internet Protocol version 6",
        0x00fd => "Compressed Datagram",
        0x8021 => "Internet Protocol Control Protocol",
        0x8057 => "IPv6 Control Protocol",
        0x80fd => "Compression Control Protocol",
        0xc021 => "Link Control Protocol",
        0xc023 => "Password Authentication Protocol",
        0xc223 => "Challenge Handshake Authentication Protocol",
        _ => return None,
    })
}

/// Names of control codes (RFC 1661 §5).
pub fn code_name(code: u64) -> Option<&'static str> {
    Some(match code {
        1 => "Configuration Request",
        2 => "Configuration Ack",
        3 => "Configuration Nak",
        4 => "Configuration Reject",
        5 => "Termination Request",
        6 => "Termination Ack",
        7 => "Code Reject",
        8 => "Protocol Reject",
        9 => "Echo Request",
        10 => "Echo Reply",
        11 => "Discard Request",
        _ => return None,
    })
}

/// Names of the codes of PAP (RFC 1334 §2.2).
pub fn pap_code_name(code: u64) -> Option<&'static str> {
    Some(match code {
        1 => "Authenticate-Request",
        2 => "Authenticate-Ack",
        3 => "Authenticate-Nak",
        _ => return None,
    })
}
