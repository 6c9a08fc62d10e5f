//! Status codes of HTTP (IANA "HTTP Status Code Registry"), and what they mean in a sign-in.

use super::code::Note;

static PHRASES: &[(u16, &str)] = &[
    (100, "Continue"),
    (101, "Switching Protocols"),
    (102, "Processing"),
    (103, "Early Hints"),
    (200, "OK"),
    (201, "Created"),
    (202, "Accepted"),
    (203, "Non-Authoritative Information"),
    (204, "No Content"),
    (205, "Reset Content"),
    (206, "Partial Content"),
    (207, "Multi-Status"),
    (208, "Already Reported"),
    (226, "IM Used"),
    (300, "Multiple Choices"),
    (301, "Moved Permanently"),
    (302, "Found"),
    (303, "See Other"),
    (304, "Not Modified"),
    (305, "Use Proxy"),
    (307, "Temporary Redirect"),
    (308, "Permanent Redirect"),
    (400, "Bad Request"),
    (401, "Unauthorized"),
    (402, "Payment Required"),
    (403, "Forbidden"),
    (404, "Not Found"),
    (405, "Method Not Allowed"),
    (406, "Not Acceptable"),
    (407, "Proxy Authentication Required"),
    (408, "Request Timeout"),
    (409, "Conflict"),
    (410, "Gone"),
    (411, "Length Required"),
    (412, "Precondition Failed"),
    (413, "Content Too Large"),
    (414, "URI Too Long"),
    (415, "Unsupported Media Type"),
    (416, "Range Not Satisfiable"),
    (417, "Expectation Failed"),
    (421, "Misdirected Request"),
    (422, "Unprocessable Content"),
    (423, "Locked"),
    (424, "Failed Dependency"),
    (425, "Too Early"),
    (426, "Upgrade Required"),
    (428, "Precondition Required"),
    (429, "Too Many Requests"),
    (431, "Request Header Fields Too Large"),
    (451, "Unavailable For Legal Reasons"),
    (500, "Internal Server Error"),
    (501, "Not Implemented"),
    (502, "Bad Gateway"),
    (503, "Service Unavailable"),
    (504, "Gateway Timeout"),
    (505, "HTTP Version Not Supported"),
    (506, "Variant Also Negotiates"),
    (507, "Insufficient Storage"),
    (508, "Loop Detected"),
    (511, "Network Authentication Required"),
];

/// The registered phrase of `code`.
pub fn phrase(code: u16) -> Option<&'static str> {
    PHRASES.iter().find(|row| row.0 == code).map(|row| row.1)
}

/// Every registered code.
pub fn codes() -> impl Iterator<Item = u32> {
    PHRASES.iter().map(|row| row.0.into())
}

/// What the codes mean where a client asks web services for a sign-in.
pub static NOTES: &[Note] = &[
    Note {
        code: 200,
        says: "Served. A page of HTML where a document was due is no answer of the service: a portal or a proxy spoke.",
        causes: &["F11"],
        remedy: "Look at the content type.",
    },
    Note {
        code: 204,
        says: "Nothing to say. Web services of Skype for Business send it with X-MS-Namespace.",
        causes: &[],
        remedy: "Nothing.",
    },
    Note {
        code: 302,
        says: "Autodiscover itself never redirects so; a reverse proxy, a portal or passive sign-in does.",
        causes: &["F27", "F28", "F11"],
        remedy: "Look where Location leads: to ADFS (passive sign-in), or to the login form of another product.",
    },
    Note {
        code: 400,
        says: "The token service refuses a grant (the JSON says which), or the header is too long for a Kerberos token.",
        causes: &["F24", "F27"],
        remedy: "Read error in the body; Set-CsAuthConfig and Set-CsWebServiceConfiguration say what is allowed.",
    },
    Note {
        code: 401,
        says: "With a challenge before any credential: normal. With X-MS-WebTicketURL: a ticket is wanted. After NTLM's third message or an AP-REQ: refused; X-Ms-diagnostics says more.",
        causes: &["F14", "F15", "F22", "F17"],
        remedy: "Correct the credentials; Set-CsWebServiceConfiguration -UseWindowsAuth says which schemes are offered.",
    },
    Note {
        code: 403,
        says: "Not allowed: before any credential by a rule on the path, after one by a policy for the user.",
        causes: &["F54", "F28", "F29"],
        remedy: "With X-MS-Server-Fqdn the front end refused, without it something in front of it did.",
    },
    Note {
        code: 404,
        says: "The path is not published, or, for the user's resource after a valid ticket, the user's home is not known.",
        causes: &["F11", "F13", "F55"],
        remedy: "Reverse proxy rule for the path; Get-CsUser for the user.",
    },
    Note {
        code: 407,
        says: "A web proxy wants credentials before it opens the way.",
        causes: &["F06"],
        remedy: "Let lyncdiscover, web services and SIP bypass the proxy.",
    },
    Note {
        code: 413,
        says: "The request is too large for the server or a proxy, as a Kerberos token of a user in many groups makes it.",
        causes: &["F21"],
        remedy: "MaxFieldLength and MaxRequestBytes of HTTP.sys; limits of the proxy.",
    },
    Note {
        code: 431,
        says: "The header is too large for the server or a proxy, as a Kerberos token of a user in many groups makes it.",
        causes: &["F21"],
        remedy: "MaxFieldLength and MaxRequestBytes of HTTP.sys; limits of the proxy.",
    },
    Note {
        code: 500,
        says: "With a SOAP fault: the service says what went wrong in it (28020: no valid token, or a wrong password at /Auth). Without: the web component failed.",
        causes: &["F23", "F30", "F55"],
        remedy: "handshark explain ms:<id> for the ErrorId of the fault; the event log of the front end.",
    },
    Note {
        code: 502,
        says: "The reverse proxy got no sound answer from the front end.",
        causes: &["F55"],
        remedy: "Get-CsWindowsService and the application pools of IIS; 4443 from the proxy to the pool.",
    },
    Note {
        code: 503,
        says: "The web component is stopped or starting.",
        causes: &["F55"],
        remedy: "Get-CsWindowsService and the application pools of IIS.",
    },
    Note {
        code: 504,
        says: "The reverse proxy waited for the front end in vain.",
        causes: &["F55"],
        remedy: "4443 from the proxy to the pool.",
    },
];
