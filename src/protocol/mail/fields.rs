//! Fields of mail; names are Wireshark's. Texts that hold a password are masked where they are written.

/// SMTP.
pub mod smtp {
    crate::fields! {
        SMTP          = Protocol "smtp"               "Simple Mail Transfer Protocol";
        REQUEST       = Flag     "smtp.req"           "Request", hidden;
        RESPONSE      = Flag     "smtp.rsp"           "Response", hidden;
        COMMAND_LINE  = Text     "smtp.command_line"  "Command Line";
        COMMAND       = Text     "smtp.req.command"   "Command";
        PARAMETER     = Text     "smtp.req.parameter" "Request parameter";
        RESPONSE_LINE = Text     "smtp.response"      "Response";
        CODE          = Number   "smtp.response.code" "Response code";
        RESPONSE_TEXT = Text     "smtp.rsp.parameter" "Response parameter";
        USERNAME      = Text     "smtp.auth.username" "Username";
        PASSWORD      = Text     "smtp.auth.password" "Password", secret;
        // In all three.
        SECRET        = Text     "auth.sasl.response" "Answer of a sign-in", secret, hidden;
    }
}

/// IMAP.
pub mod imap {
    crate::fields! {
        IMAP          = Protocol "imap"                  "Internet Message Access Protocol";
        IS_REQUEST    = Flag     "imap.isrequest"        "Request", hidden;
        LINE          = Text     "imap.line"             "Line";
        TAG           = Text     "imap.tag"              "Tag";
        REQUEST       = Text     "imap.request"          "Request";
        REQUEST_TAG   = Text     "imap.request_tag"      "Request Tag";
        RESPONSE      = Text     "imap.response"         "Response";
        RESPONSE_TAG  = Text     "imap.response_tag"     "Response Tag";
        STATUS        = Text     "imap.response.status"  "Response Status";
        COMMAND       = Text     "imap.command"          "Command";
        REQUEST_COMMAND = Text   "imap.request.command"  "Request Command";
        USERNAME      = Text     "imap.request.username" "Request Username";
        PASSWORD      = Text     "imap.request.password" "Request Password", secret;
    }
}

/// POP.
pub mod pop {
    crate::fields! {
        POP           = Protocol "pop"                      "Post Office Protocol";
        REQUEST       = Group    "pop.request"              "Request";
        COMMAND       = Text     "pop.request.command"      "Request command";
        PARAMETER     = Text     "pop.request.parameter"    "Request parameter";
        RESPONSE      = Group    "pop.response"             "Response";
        INDICATOR     = Text     "pop.response.indicator"   "Response indicator";
        DESCRIPTION   = Text     "pop.response.description" "Response description";
    }
}
