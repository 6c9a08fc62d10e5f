//! Names of numbers, in Wireshark's words.

/// Classes, as they stand in the type.
pub fn class(bits: u64) -> Option<&'static str> {
    Some(match bits {
        0 => "Request",
        0x01 => "Indication",
        0x10 => "Success Response",
        0x11 => "Error Response",
        _ => return None,
    })
}

/// Methods (RFC 8489 §18.2, RFC 8656 §17, RFC 6062 §6.1).
pub fn method(method: u64) -> Option<&'static str> {
    Some(match method {
        1 => "Binding",
        2 => "SharedSecret",
        3 => "Allocate",
        4 => "Refresh",
        6 => "Send",
        7 => "Data",
        8 => "CreatePermission",
        9 => "Channel-Bind",
        10 => "Connect",
        11 => "ConnectionBind",
        12 => "ConnectionAttempt",
        0x80 => "GooglePing",
        _ => return None,
    })
}

/// Types of the old form (RFC 3489 §11.1, [MS-TURN] 2.2.1).
pub fn classic(kind: u64) -> Option<&'static str> {
    Some(match kind {
        0x001 => "Binding Request",
        0x101 => "Binding Response",
        0x111 => "Binding Error Response",
        0x002 => "Shared Secret Request",
        0x102 => "Shared Secret Response",
        0x003 => "Allocate Request",
        0x103 => "Allocate Response",
        0x113 => "Allocate Error Response",
        0x004 => "Send Request",
        0x104 => "Send Response",
        0x114 => "Send Error Response",
        0x115 => "Data Indication",
        0x006 => "Set Active Destination Request",
        0x106 => "Set Active Destination Response",
        _ => return None,
    })
}

/// Families of addresses.
pub fn family(family: u64) -> Option<&'static str> {
    Some(match family {
        1 => "IPv4",
        2 => "IPv6",
        _ => return None,
    })
}

/// Whether an attribute or method must be understood, and who may assign it.
pub fn comprehension(bit: u64) -> Option<&'static str> {
    Some(match bit {
        0 => "Required",
        1 => "Optional",
        _ => return None,
    })
}

/// Who assigns a number.
pub fn assignment(bit: u64) -> Option<&'static str> {
    Some(match bit {
        0 => "IETF Review",
        1 => "Designated Expert",
        _ => return None,
    })
}

/// Which edition of the protocol a message follows.
pub fn edition(version: u64) -> Option<&'static str> {
    (version == 3).then_some("RFC-5389/8489")
}

/// Transports that are asked for.
pub fn transport(number: u64) -> Option<&'static str> {
    Some(match number {
        6 => "TCP",
        17 => "UDP",
        _ => return None,
    })
}

/// Algorithms for passwords (RFC 8489 §18.5).
pub fn password_algorithm(number: u64) -> Option<&'static str> {
    Some(match number {
        0 => "Reserved",
        1 => "MD5",
        2 => "SHA-256",
        _ => return None,
    })
}

/// Whether the next port is to be kept too.
pub fn reserve(bit: u64) -> Option<&'static str> {
    Some(match bit {
        0 => "No reservation",
        1 => "Reserve next port number",
        _ => return None,
    })
}

/// MS-VERSION ([MS-TURN] 2.2.2.17).
pub fn ms_version(version: u64) -> Option<&'static str> {
    Some(match version {
        1 => "ICE",
        2 => "MS-ICE2",
        3 => "MS-ICE2 with SHA256",
        4 => "MS-ICE2 with SHA256 and IPv6",
        5 => "MULTIPLEXED TURN over UDP only",
        6 => "MULTIPLEXED TURN over UDP and TCP",
        _ => return None,
    })
}

/// MS-IMPLEMENTATION-VERSION ([MS-ICE2] 2.2.4).
pub fn ms_implementation(version: u64) -> Option<&'static str> {
    Some(match version {
        0..=2 => "Supports only RFC3489bis-02 message formats",
        3..=0xffff_ffff => "Supports RFC5389 message formats",
        _ => return None,
    })
}

/// Streams of MS-SERVICE-QUALITY ([MS-TURN] 2.2.2.19).
pub fn stream(kind: u64) -> Option<&'static str> {
    Some(match kind {
        1 => "Audio",
        2 => "Video",
        3 => "Supplemental Video",
        4 => "Data",
        _ => return None,
    })
}

/// How reliable they are to be.
pub fn quality(quality: u64) -> Option<&'static str> {
    Some(match quality {
        0 => "Best effort delivery",
        1 => "Reliable delivery",
        _ => return None,
    })
}

/// Messages of bandwidth management ([MS-TURNBWM] 2.2.1).
pub fn admission(kind: u64) -> Option<&'static str> {
    Some(match kind {
        0 => "Reservation Check",
        1 => "Reservation Commit",
        2 => "Reservation Update",
        _ => return None,
    })
}

/// Sides of the Edge ([MS-TURNBWM] 2.2.13).
pub fn location(side: u64) -> Option<&'static str> {
    Some(match side {
        0 => "Unknown",
        1 => "Internet",
        2 => "Intranet",
        _ => return None,
    })
}

/// Kinds of federation.
pub fn federation(kind: u64) -> Option<&'static str> {
    Some(match kind {
        0 => "No Federation",
        1 => "Enterprise Federation",
        2 => "Public Cloud Federation",
        _ => return None,
    })
}

/// Error codes (RFC 8489 §18.3, RFC 8656 §19, [MS-TURN]).
pub const fn error(code: u16) -> Option<&'static str> {
    Some(match code {
        274 => "Disable Candidate",
        275 => "Disable Candidate Pair",
        300 => "Try Alternate",
        400 => "Bad Request",
        401 => "Unauthenticated",
        403 => "Forbidden",
        405 => "Mobility Forbidden",
        420 => "Unknown Attribute",
        437 => "Allocation Mismatch",
        438 => "Stale Nonce",
        439 => "Wrong Credentials",
        440 => "Address Family not Supported",
        441 => "Wrong Credentials",
        442 => "Unsupported Transport Protocol",
        443 => "Peer Address Family Mismatch",
        446 => "Connection Already Exists",
        447 => "Connection Timeout or Failure",
        481 => "Connection does not exist",
        486 => "Allocation Quota Reached",
        487 => "Role Conflict",
        500 => "Server Error",
        508 => "Insufficient Capacity",
        _ => return None,
    })
}
