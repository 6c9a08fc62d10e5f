//! Fields of DCE/RPC; names are Wireshark's.

use crate::field::Field;

fn kind(n: u64) -> Option<&'static str> {
    Some(match n {
        0 => "Request",
        1 => "Ping",
        2 => "Response",
        3 => "Fault",
        4 => "Working",
        5 => "Nocall",
        6 => "Reject",
        7 => "Ack",
        8 => "Cl_cancel",
        9 => "Fack",
        10 => "Cancel_ack",
        11 => "Bind",
        12 => "Bind_ack",
        13 => "Bind_nak",
        14 => "Alter_context",
        15 => "Alter_context_resp",
        16 => "AUTH3",
        17 => "Shutdown",
        18 => "Co_cancel",
        19 => "Orphaned",
        _ => return None,
    })
}

fn auth(n: u64) -> Option<&'static str> {
    Some(match n {
        0 => "None",
        9 => "SPNEGO",
        10 => "NTLMSSP",
        14 => "SCHANNEL SSP",
        16 => "Kerberos SSP",
        68 => "NETLOGON Secure Channel",
        _ => return None,
    })
}

fn level(n: u64) -> Option<&'static str> {
    Some(match n {
        1 => "None",
        2 => "Connect",
        3 => "Call",
        4 => "Packet",
        5 => "Packet integrity",
        6 => "Packet privacy",
        _ => return None,
    })
}

fn result(n: u64) -> Option<&'static str> {
    Some(match n {
        0 => "Acceptance",
        1 => "User rejection",
        2 => "Provider rejection",
        3 => "Negotiate ACK",
        _ => return None,
    })
}

/// Faults ([MS-RPCE] 2.2.1.1.1, C706 appendix E).
pub fn fault(n: u64) -> Option<&'static str> {
    Some(match n {
        0x0000_0005 => "nca_s_fault_access_denied",
        0x0000_0721 => "rpc_s_sec_pkg_error",
        0x0000_06f7 => "nca_s_fault_ndr",
        0x1c01_0002 => "nca_s_op_rng_error",
        0x1c01_0003 => "nca_s_unk_if",
        0x1c01_000b => "nca_s_proto_error",
        0x1c00_0009 => "nca_s_fault_addr_error",
        0x1c00_001a => "nca_s_fault_context_mismatch",
        _ => return None,
    })
}

/// Reasons of a refused bind (C706 12.6.3.1, [MS-RPCE] 2.2.2.5).
pub fn reject(n: u64) -> Option<&'static str> {
    Some(match n {
        0 => "Reason not specified",
        1 => "Temporary congestion",
        2 => "Local limit exceeded",
        3 => "Called paddr unknown",
        4 => "Protocol version not supported",
        8 => "Authentication type not recognized",
        9 => "Invalid checksum",
        _ => return None,
    })
}

crate::fields! {
    DCERPC        = Protocol "dcerpc"               "Distributed Computing Environment / Remote Procedure Call (DCE/RPC)";
    VERSION       = Number   "dcerpc.ver"           "Version";
    MINOR         = Number   "dcerpc.ver_minor"     "Version (minor)";
    KIND          = Number   "dcerpc.pkt_type"      "Packet type", names kind;
    FLAGS         = Hex2     "dcerpc.cn_flags"      "Packet Flags";
    FLAG_OBJECT   = Flag     "dcerpc.cn_flags.object" "Object";
    FLAG_MAYBE    = Flag     "dcerpc.cn_flags.maybe" "Maybe";
    FLAG_DNE      = Flag     "dcerpc.cn_flags.dne"  "Did Not Execute";
    FLAG_MPX      = Flag     "dcerpc.cn_flags.mpx"  "Multiplex";
    FLAG_RESERVED = Flag     "dcerpc.cn_flags.reserved" "Reserved";
    FLAG_CANCEL   = Flag     "dcerpc.cn_flags.cancel_pending" "Cancel Pending";
    FLAG_LAST     = Flag     "dcerpc.cn_flags.last_frag" "Last Frag";
    FLAG_FIRST    = Flag     "dcerpc.cn_flags.first_frag" "First Frag";
    DREP          = Bytes    "dcerpc.drep"          "Data Representation";
    BYTE_ORDER    = Number   "dcerpc.drep.byteorder" "Byte order";
    CHARACTER     = Number   "dcerpc.drep.character" "Character";
    FLOATING      = Number   "dcerpc.drep.fp"       "Floating-point";
    LENGTH        = Number   "dcerpc.cn_frag_len"   "Frag Length";
    AUTH_LENGTH   = Number   "dcerpc.cn_auth_len"   "Auth Length";
    CALL          = Number   "dcerpc.cn_call_id"    "Call ID";
    MAX_XMIT      = Number   "dcerpc.cn_max_xmit"   "Max Xmit Frag";
    MAX_RECV      = Number   "dcerpc.cn_max_recv"   "Max Recv Frag";
    GROUP         = Hex8     "dcerpc.cn_assoc_group" "Assoc Group";
    CONTEXTS      = Number   "dcerpc.cn_num_ctx_items" "Num Ctx Items";
    CONTEXT       = Number   "dcerpc.cn_ctx_id"     "Context ID";
    TRANSFERS     = Number   "dcerpc.cn_num_trans_items" "Num Trans Items";
    INTERFACE     = Text     "dcerpc.cn_bind_to_uuid" "Interface UUID";
    INTERFACE_VER = Number   "dcerpc.cn_bind_if_ver" "Interface Ver";
    INTERFACE_MINOR = Number "dcerpc.cn_bind_if_ver_minor" "Interface Ver Minor";
    TRANSFER      = Text     "dcerpc.cn_bind_trans_id" "ID";
    TRANSFER_VER  = Number   "dcerpc.cn_bind_trans_ver" "ver";
    ADDRESS_LEN   = Number   "dcerpc.cn_sec_addr_len" "Scndry Addr len";
    ADDRESS       = Text     "dcerpc.cn_sec_addr"   "Scndry Addr";
    RESULTS       = Number   "dcerpc.cn_num_results" "Num results";
    RESULT        = Number   "dcerpc.cn_ack_result" "Ack result", names result;
    REASON        = Number   "dcerpc.cn_ack_reason" "Ack reason";
    ACK_TRANSFER  = Text     "dcerpc.cn_ack_trans_id" "Transfer Syntax";
    ACK_VERSION   = Number   "dcerpc.cn_ack_trans_ver" "Syntax ver";
    REJECT        = Number   "dcerpc.cn_reject_reason" "Reject reason", names reject;
    HINT          = Number   "dcerpc.cn_alloc_hint" "Alloc hint";
    OPERATION     = Number   "dcerpc.opnum"         "Opnum";
    CANCELS       = Number   "dcerpc.cn_cancel_count" "Cancel count";
    FAULT_FLAGS   = Hex2     "dcerpc.cn_fault_flags" "Fault flags";
    STATUS        = Hex8     "dcerpc.cn_status"     "Status", names fault;
    TIME          = Duration "dcerpc.time"          "Time from request";
    REQUEST_IN    = Number   "dcerpc.request_in"    "Request in frame";
    AUTH_INFO     = Group    "dcerpc.auth_info"     "Auth Info";
    AUTH_TYPE     = Number   "dcerpc.auth_type"     "Auth type", names auth;
    AUTH_LEVEL    = Number   "dcerpc.auth_level"    "Auth level", names level;
    AUTH_PAD      = Number   "dcerpc.auth_pad_len"  "Auth pad len";
    AUTH_RESERVED = Number   "dcerpc.auth_rsrvd"    "Auth Rsrvd";
    AUTH_CONTEXT  = Number   "dcerpc.auth_ctx_id"   "Auth Context ID";
}

/// Bits of the flags.
pub static FLAG_BITS: [(&Field, u64); 8] = [
    (&FLAG_OBJECT, 0x80),
    (&FLAG_MAYBE, 0x40),
    (&FLAG_DNE, 0x20),
    (&FLAG_MPX, 0x10),
    (&FLAG_RESERVED, 8),
    (&FLAG_CANCEL, 4),
    (&FLAG_LAST, 2),
    (&FLAG_FIRST, 1),
];
