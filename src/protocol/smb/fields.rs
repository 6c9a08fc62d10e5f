//! Fields of SMB 1; names are Wireshark's.

use crate::field::Field;

fn command(n: u64) -> Option<&'static str> {
    Some(match n {
        0x04 => "Close",
        0x24 => "Locking AndX",
        0x25 => "Trans",
        0x26 => "Trans Secondary",
        0x2b => "Echo",
        0x2e => "Read AndX",
        0x2f => "Write AndX",
        0x32 => "Trans2",
        0x33 => "Trans2 Secondary",
        0x71 => "Tree Disconnect",
        0x72 => "Negotiate Protocol",
        0x73 => "Session Setup AndX",
        0x74 => "Logoff AndX",
        0x75 => "Tree Connect AndX",
        0xa0 => "NT Trans",
        0xa2 => "NT Create AndX",
        _ => return None,
    })
}

fn status(n: u64) -> Option<&'static str> {
    crate::knowledge::ntstatus::value(n).or(match n {
        0 => Some("STATUS_SUCCESS"),
        0xc000_0016 => Some("STATUS_MORE_PROCESSING_REQUIRED"),
        _ => None,
    })
}

crate::fields! {
    SMB            = Protocol "smb"                  "SMB (Server Message Block Protocol)";
    COMPONENT      = Hex8     "smb.server_component" "Server Component";
    RESPONSE_TO    = Number   "smb.response_to"      "Response to";
    TIME           = Duration "smb.time"             "Time from request";
    COMMAND        = Hex2     "smb.cmd"              "SMB Command", names command;
    STATUS         = Hex8     "smb.nt_status"        "NT Status", names status;
    ERROR_CLASS    = Hex2     "smb.error_class"      "Error Class";
    RESERVED       = Bytes    "smb.reserved"         "Reserved";
    ERROR_CODE     = Hex4     "smb.error_code"       "Error Code";
    FLAGS          = Hex2     "smb.flags"            "Flags";
    FLAG_RESPONSE  = Flag     "smb.flags.response"   "Request/Response";
    FLAGS2         = Hex4     "smb.flags2"           "Flags2";
    FLAG_UNICODE   = Flag     "smb.flags2.string"    "Unicode Strings";
    FLAG_NT        = Flag     "smb.flags2.nt_error"  "Error Code Type";
    FLAG_EXTENDED  = Flag     "smb.flags2.esn"       "Extended Security Negotiation";
    PID_HIGH       = Number   "smb.pid.high"         "Process ID High";
    SIGNATURE      = Bytes    "smb.signature"        "Signature";
    TREE           = Number   "smb.tid"              "Tree ID";
    PROCESS        = Number   "smb.pid"              "Process ID";
    USER           = Number   "smb.uid"              "User ID";
    MULTIPLEX      = Number   "smb.mid"              "Multiplex ID";
    WORDS          = Number   "smb.wct"              "Word Count (WCT)";
    BYTES          = Number   "smb.bcc"              "Byte Count (BCC)";
    DIALECT        = Text     "smb.dialect.name"     "Name";
    BLOB_LENGTH    = Number   "smb.security_blob_len" "Security Blob Length";
    BLOB           = Bytes    "smb.security_blob"    "Security Blob", secret;
    ANSI_PASSWORD  = Bytes    "smb.ansi_password"    "ANSI Password", secret;
    UNICODE_PASSWORD = Bytes  "smb.unicode_password" "Unicode Password", secret;
    ACCOUNT        = Text     "smb.account"          "Account";
    DOMAIN         = Text     "smb.primary_domain"   "Primary Domain";
}

/// Bits of the second flags that are named here.
pub static FLAG_BITS: [(&Field, u64); 3] = [(&FLAG_UNICODE, 0x8000), (&FLAG_NT, 0x4000), (&FLAG_EXTENDED, 0x0800)];
