//! Fields of FTP; names are Wireshark's. The password behind `PASS` is masked where it is written.

crate::fields! {
    FTP          = Protocol "ftp"                 "File Transfer Protocol (FTP)";
    LINE         = Group    "ftp.line"            "Line";
    RESPONSE     = Flag     "ftp.response"        "Response";
    REQUEST      = Flag     "ftp.request"         "Request";
    COMMAND      = Text     "ftp.request.command" "Request command";
    ARGUMENT     = Text     "ftp.request.arg"     "Request arg";
    CODE         = Number   "ftp.response.code"   "Response code";
    RESPONSE_ARG = Text     "ftp.response.arg"    "Response arg";
}
