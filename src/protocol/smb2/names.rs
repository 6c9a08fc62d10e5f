//! Names of numbers ([MS-SMB2] 2.2).

/// Commands.
pub fn command(n: u64) -> Option<&'static str> {
    Some(match n {
        0 => "Negotiate Protocol",
        1 => "Session Setup",
        2 => "Session Logoff",
        3 => "Tree Connect",
        4 => "Tree Disconnect",
        5 => "Create",
        6 => "Close",
        7 => "Flush",
        8 => "Read",
        9 => "Write",
        10 => "Lock",
        11 => "Ioctl",
        12 => "Cancel",
        13 => "KeepAlive",
        14 => "Find",
        15 => "Notify",
        16 => "GetInfo",
        17 => "SetInfo",
        18 => "Break",
        _ => return None,
    })
}

/// Statuses: those of logons, and those that every session meets.
pub fn status(n: u64) -> Option<&'static str> {
    crate::knowledge::ntstatus::value(n).or(match n {
        0 => Some("STATUS_SUCCESS"),
        0x0000_0103 => Some("STATUS_PENDING"),
        0x0000_010c => Some("STATUS_NOTIFY_ENUM_DIR"),
        0x8000_0005 => Some("STATUS_BUFFER_OVERFLOW"),
        0x8000_0006 => Some("STATUS_NO_MORE_FILES"),
        0xc000_000f => Some("STATUS_NO_SUCH_FILE"),
        0xc000_0016 => Some("STATUS_MORE_PROCESSING_REQUIRED"),
        0xc000_0034 => Some("STATUS_OBJECT_NAME_NOT_FOUND"),
        0xc000_00cc => Some("STATUS_BAD_NETWORK_NAME"),
        0xc000_0203 => Some("STATUS_USER_SESSION_DELETED"),
        0xc000_0257 => Some("STATUS_PATH_NOT_COVERED"),
        0xc000_035c => Some("STATUS_NETWORK_SESSION_EXPIRED"),
        _ => None,
    })
}

/// Dialects.
pub fn dialect(n: u64) -> Option<&'static str> {
    Some(match n {
        0x0202 => "SMB 2.0.2",
        0x0210 => "SMB 2.1",
        0x0222 => "SMB 2.2.2",
        0x0224 => "SMB 2.2.4",
        0x02ff => "SMB2 wildcard",
        0x0300 => "SMB 3.0",
        0x0302 => "SMB 3.0.2",
        0x0310 => "SMB 3.1.0",
        0x0311 => "SMB 3.1.1",
        _ => return None,
    })
}

/// Kinds of shares.
pub fn share(n: u64) -> Option<&'static str> {
    Some(match n {
        1 => "Physical disk",
        2 => "Named pipe",
        3 => "Printer",
        _ => return None,
    })
}

/// Negotiate contexts.
pub fn context(n: u64) -> Option<&'static str> {
    Some(match n {
        1 => "SMB2_PREAUTH_INTEGRITY_CAPABILITIES",
        2 => "SMB2_ENCRYPTION_CAPABILITIES",
        3 => "SMB2_COMPRESSION_CAPABILITIES",
        5 => "SMB2_NETNAME_NEGOTIATE_CONTEXT_ID",
        6 => "SMB2_TRANSPORT_CAPABILITIES",
        7 => "SMB2_RDMA_TRANSFORM_CAPABILITIES",
        8 => "SMB2_SIGNING_CAPABILITIES",
        0x100 => "SMB2_POSIX_EXTENSIONS_CAPABILITIES",
        _ => return None,
    })
}

/// Ciphers.
pub fn cipher(n: u64) -> Option<&'static str> {
    Some(match n {
        1 => "AES-128-CCM",
        2 => "AES-128-GCM",
        3 => "AES-256-CCM",
        4 => "AES-256-GCM",
        _ => return None,
    })
}

/// Ways to sign.
pub fn signing(n: u64) -> Option<&'static str> {
    Some(match n {
        0 => "HMAC-SHA256",
        1 => "AES-CMAC",
        2 => "AES-GMAC",
        _ => return None,
    })
}

/// Hashes.
pub fn hash(n: u64) -> Option<&'static str> {
    (n == 1).then_some("SHA-512")
}

/// Controls of files that a pipe or a share is asked for.
pub fn control(n: u64) -> Option<&'static str> {
    Some(match n {
        0x0006_0194 => "FSCTL_DFS_GET_REFERRALS",
        0x0011_0018 => "FSCTL_PIPE_WAIT",
        0x0011_400c => "FSCTL_PIPE_PEEK",
        0x0011_c017 => "FSCTL_PIPE_TRANSCEIVE",
        0x0014_01d4 => "FSCTL_LMR_REQUEST_RESILIENCY",
        0x0014_01fc => "FSCTL_QUERY_NETWORK_INTERFACE_INFO",
        0x0014_0204 => "FSCTL_VALIDATE_NEGOTIATE_INFO",
        _ => return None,
    })
}
