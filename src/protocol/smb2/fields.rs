//! Fields of SMB 2; names are Wireshark's.

use super::names;
use crate::field::Field;

crate::fields! {
    SMB2              = Protocol "smb2"                   "SMB2 (Server Message Block Protocol version 2)";
    PROTOCOL_ID       = Hex8     "smb2.protocol_id"       "ProtocolId";
    HEADER_LEN        = Number   "smb2.header_len"        "Header Length";
    CREDIT_CHARGE     = Number   "smb2.credit.charge"     "Credit Charge";
    STATUS            = Hex8     "smb2.nt_status"         "NT Status", names names::status;
    CHANNEL_SEQUENCE  = Number   "smb2.channel_sequence"  "Channel Sequence";
    RESERVED          = Bytes    "smb2.reserved"          "Reserved";
    COMMAND           = Number   "smb2.cmd"               "Command", names names::command;
    CREDITS_REQUESTED = Number   "smb2.credits.requested" "Credits requested";
    CREDITS_GRANTED   = Number   "smb2.credits.granted"   "Credits granted";
    FLAGS             = Hex8     "smb2.flags"             "Flags";
    FLAG_RESPONSE     = Flag     "smb2.flags.response"    "Response";
    FLAG_ASYNC        = Flag     "smb2.flags.async"       "Async command";
    FLAG_CHAINED      = Flag     "smb2.flags.chained"     "Chained";
    FLAG_SIGNATURE    = Flag     "smb2.flags.signature"   "Signing";
    FLAG_PRIORITY     = Flag     "smb2.flags.priority_mask" "Priority";
    FLAG_DFS          = Flag     "smb2.flags.dfs"         "DFS operation";
    FLAG_REPLAY       = Flag     "smb2.flags.replay"      "Replay operation";
    CHAIN_OFFSET      = Hex8     "smb2.chain_offset"      "Chain Offset";
    MESSAGE_ID        = Number   "smb2.msg_id"            "Message ID";
    PROCESS_ID        = Hex8     "smb2.pid"               "Process Id";
    TREE_ID           = Hex8     "smb2.tid"               "Tree Id";
    ASYNC_ID          = Hex16    "smb2.aid"               "Async Id";
    SESSION_ID        = Hex16    "smb2.sesid"             "Session Id";
    SIGNATURE         = Bytes    "smb2.signature"         "Signature";
    TRANSFORM_SIGNATURE = Bytes  "smb2.header.transform.signature" "Signature";
    TRANSFORM_NONCE   = Bytes    "smb2.header.transform.nonce" "Nonce";
    TRANSFORM_SIZE    = Number   "smb2.header.transform.msg_size" "Message size";
    TRANSFORM_RESERVED = Bytes   "smb2.header.transform.reserved" "Reserved";
    TRANSFORM_FLAGS   = Hex4     "smb2.header.transform.flags" "Flags";
    TRANSFORM_ENCRYPTED = Flag   "smb2.header.transform.flags.encrypted" "Encrypted";
    TRANSFORM_DATA    = Bytes    "smb2.header.transform.enc_data" "Data";
    RESPONSE_TO       = Number   "smb2.response_to"       "Response to";
    TIME              = Duration "smb2.time"              "Time from request";
    STRUCTURE         = Hex4     "smb2.buffer_code"       "StructureSize";
    STRUCTURE_LENGTH  = Number   "smb2.buffer_code.length" "Fixed Part Length";
    STRUCTURE_DYNAMIC = Flag     "smb2.buffer_code.dynamic" "Dynamic Part";
    DIALECT_COUNT     = Number   "smb2.dialect_count"     "Dialect count";
    DIALECT           = Hex4     "smb2.dialect"           "Dialect", names names::dialect;
    SECURITY_MODE     = Hex2     "smb2.sec_mode"          "Security mode";
    SIGN_ENABLED      = Flag     "smb2.sec_mode.sign_enabled" "Signing enabled";
    SIGN_REQUIRED     = Flag     "smb2.sec_mode.sign_required" "Signing required";
    CAPABILITIES      = Hex8     "smb2.capabilities"      "Capabilities";
    CAN_DFS           = Flag     "smb2.capabilities.dfs"  "DFS";
    CAN_LEASING       = Flag     "smb2.capabilities.leasing" "LEASING";
    CAN_LARGE_MTU     = Flag     "smb2.capabilities.large_mtu" "LARGE MTU";
    CAN_MULTI_CHANNEL = Flag     "smb2.capabilities.multi_channel" "MULTI CHANNEL";
    CAN_PERSIST       = Flag     "smb2.capabilities.persistent_handles" "PERSISTENT HANDLES";
    CAN_DIR_LEASING   = Flag     "smb2.capabilities.directory_leasing" "DIRECTORY LEASING";
    CAN_ENCRYPT       = Flag     "smb2.capabilities.encryption" "ENCRYPTION";
    CLIENT_GUID       = Text     "smb2.client_guid"       "Client Guid";
    SERVER_GUID       = Text     "smb2.server_guid"       "Server Guid";
    MAX_TRANSACTION   = Number   "smb2.max_trans_size"    "Max Transaction Size";
    MAX_READ          = Number   "smb2.max_read_size"     "Max Read Size";
    MAX_WRITE         = Number   "smb2.max_write_size"    "Max Write Size";
    CURRENT_TIME      = Time     "smb2.current_time"      "Current Time";
    BOOT_TIME         = Time     "smb2.boot_time"         "Boot Time";
    CONTEXT_COUNT     = Number   "smb2.negotiate_context.count" "NegotiateContextCount";
    CONTEXT_OFFSET    = Hex8     "smb2.negotiate_context.offset" "NegotiateContextOffset";
    CONTEXT_TYPE      = Hex4     "smb2.negotiate_context.type" "Type", names names::context;
    CONTEXT_LENGTH    = Number   "smb2.negotiate_context.data_length" "DataLength";
    HASH_COUNT        = Number   "smb2.negotiate_context.hash_alg_count" "HashAlgorithmCount";
    SALT_LENGTH       = Number   "smb2.negotiate_context.salt_length" "SaltLength";
    HASH              = Hex4     "smb2.negotiate_context.hash_algorithm" "HashAlgorithm", names names::hash;
    SALT              = Bytes    "smb2.negotiate_context.salt" "Salt";
    CIPHER_COUNT      = Number   "smb2.negotiate_context.cipher_count" "CipherCount";
    CIPHER            = Hex4     "smb2.negotiate_context.cipher_id" "CipherId", names names::cipher;
    SIGNING_COUNT     = Number   "smb2.negotiate_context.signing_alg_count" "SigningAlgorithmCount";
    SIGNING           = Hex4     "smb2.negotiate_context.signing_id" "SigningAlgorithmId", names names::signing;
    NET_NAME          = Text     "smb2.negotiate_context.netname" "Netname";
    REQUEST_FLAGS     = Number   "smb2.ses_req_flags"     "Flags";
    SESSION_BINDING   = Flag     "smb2.ses_req_flags.session_binding" "Session Binding Request";
    CHANNEL           = Hex8     "smb2.channel"           "Channel";
    PREVIOUS_SESSION  = Hex16    "smb2.previous_sesid"    "Previous Session Id";
    SESSION_FLAGS     = Hex4     "smb2.session_flags"     "Session Flags";
    SESSION_GUEST     = Flag     "smb2.ses_flags.guest"   "Guest";
    SESSION_NULL      = Flag     "smb2.ses_flags.null"    "Null";
    SESSION_ENCRYPT   = Flag     "smb2.ses_flags.encrypt" "Encrypt";
    BLOB_OFFSET       = Hex8     "smb2.olb.offset"        "Blob Offset";
    BLOB_LENGTH       = Number   "smb2.olb.length"        "Blob Length";
    SECURITY_BLOB     = Bytes    "smb2.security_blob"     "Security Blob", secret;
    TREE              = Text     "smb2.tree"              "Tree";
    SHARE_TYPE        = Hex2     "smb2.share_type"        "Share Type", names names::share;
    SHARE_FLAGS       = Hex8     "smb2.share_flags"       "Share flags";
    SHARE_CAPS        = Hex8     "smb2.share_caps"        "Share Capabilities";
    FILE_NAME         = Text     "smb2.filename"          "Filename";
    FILE_ID           = Text     "smb2.fid"               "File Id";
    CONTROL           = Hex8     "smb2.ioctl.function"    "Function", names names::control;
}

/// Bits of the header's flags.
pub static FLAG_BITS: [(&Field, u64); 7] = [
    (&FLAG_RESPONSE, 1),
    (&FLAG_ASYNC, 2),
    (&FLAG_CHAINED, 4),
    (&FLAG_SIGNATURE, 8),
    (&FLAG_PRIORITY, 0x70),
    (&FLAG_DFS, 0x1000_0000),
    (&FLAG_REPLAY, 0x2000_0000),
];

/// Bits of the security mode.
pub static MODE_BITS: [(&Field, u64); 2] = [(&SIGN_ENABLED, 1), (&SIGN_REQUIRED, 2)];

/// Bits of the capabilities.
pub static CAPABILITY_BITS: [(&Field, u64); 7] = [
    (&CAN_DFS, 1),
    (&CAN_LEASING, 2),
    (&CAN_LARGE_MTU, 4),
    (&CAN_MULTI_CHANNEL, 8),
    (&CAN_PERSIST, 0x10),
    (&CAN_DIR_LEASING, 0x20),
    (&CAN_ENCRYPT, 0x40),
];

/// Bits of the flags of a session.
pub static SESSION_BITS: [(&Field, u64); 3] = [(&SESSION_GUEST, 1), (&SESSION_NULL, 2), (&SESSION_ENCRYPT, 4)];
