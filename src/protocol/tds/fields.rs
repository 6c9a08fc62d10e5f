//! Fields of TDS; names are Wireshark's.

/// Types of packets ([MS-TDS] 2.2.3.1.1).
pub fn kind(n: u64) -> Option<&'static str> {
    Some(match n {
        1 => "SQL batch",
        2 => "Pre-TDS7 login",
        3 => "Remote Procedure Call",
        4 => "Response",
        6 => "Attention",
        7 => "Bulk load data",
        14 => "Transaction Manager Request",
        16 => "TDS7 login",
        17 => "SSPI message",
        18 => "TDS7 pre-login message",
        _ => return None,
    })
}

crate::fields! {
    TDS          = Protocol "tds"                    "Tabular Data Stream";
    TYPE         = Number   "tds.type"               "Type", names kind;
    STATUS       = Hex2     "tds.status"             "Status";
    EOM          = Flag     "tds.status.eom"         "End of message";
    LENGTH       = Number   "tds.length"             "Length";
    CHANNEL      = Number   "tds.channel"            "Channel";
    NUMBER       = Number   "tds.packet_number"      "Packet Number";
    WINDOW       = Number   "tds.window"             "Window";
    TOTAL        = Number   "tds.7login.total_len"   "Total Packet Length";
    VERSION      = Hex8     "tds.7login.version"     "TDS version";
    PACKET_SIZE  = Number   "tds.7login.packet_size" "Packet Size";
    CLIENT_PID   = Number   "tds.7login.client_pid"  "Client PID";
    CLIENT_NAME  = Text     "tds.7login.clientname"  "Client name";
    USER         = Text     "tds.7login.username"    "Username";
    PASSWORD     = Bytes    "tds.7login.password"    "Password", secret;
    APPLICATION  = Text     "tds.7login.appname"     "App name";
    SERVER       = Text     "tds.7login.servername"  "Server name";
    LIBRARY      = Text     "tds.7login.libraryname" "Library name";
    LOCALE       = Text     "tds.7login.locale"      "Locale";
    DATABASE     = Text     "tds.7login.databasename" "Database name";
    SSPI         = Group    "tds.sspi"               "Token - SSPI";
    ACK          = Group    "tds.loginack"           "Token - LoginAck";
    ERROR        = Group    "tds.error"              "Token - Error";
    ERROR_NUMBER = Number   "tds.error.number"       "SQL Error Number";
    ERROR_STATE  = Number   "tds.error.state"        "State";
    ERROR_CLASS  = Number   "tds.error.class"        "Class (Severity)";
    ERROR_TEXT   = Text     "tds.error.msgtext"      "Error message";
}
