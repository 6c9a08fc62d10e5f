//! Header names: which of them mean something here, and which field shows the others (RFC 3261 §7.3, §20; the compact
//! forms are IANA's).

use super::fields;
use crate::field::Field;

/// A header whose value is looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// `Authentication-Info`
    AuthenticationInfo,
    /// `Authorization`
    Authorization,
    /// `Call-ID`
    CallId,
    /// `Contact`
    Contact,
    /// `Content-Encoding`
    ContentEncoding,
    /// `Content-Length`
    ContentLength,
    /// `Content-Type`
    ContentType,
    /// `CSeq`
    CSeq,
    /// `Date`
    Date,
    /// `Expires`
    Expires,
    /// `From`
    From,
    /// `ms-client-diagnostics`: what the client says of a call.
    ClientDiagnostics,
    /// `ms-diagnostics`, `ms-diagnostics-public`: what servers say.
    Diagnostics,
    /// `ms-user-logon-data`
    LogonData,
    /// `P-Asserted-Identity`
    AssertedIdentity,
    /// `P-Preferred-Identity`
    PreferredIdentity,
    /// `Path`
    Path,
    /// `Proxy-Authenticate`
    ProxyAuthenticate,
    /// `Proxy-Authentication-Info`
    ProxyAuthenticationInfo,
    /// `Proxy-Authorization`
    ProxyAuthorization,
    /// `Reason`
    Reason,
    /// `Record-Route`
    RecordRoute,
    /// `Route`
    Route,
    /// `Server`
    Server,
    /// `Service-Route`
    ServiceRoute,
    /// `To`
    To,
    /// `User-Agent`
    UserAgent,
    /// `Via`
    Via,
    /// `WWW-Authenticate`
    WwwAuthenticate,
    /// Any other.
    Other,
}

impl Name {
    /// Reads a header name. Length and first letter decide whom to compare with, so that most names cost one comparison.
    pub fn of(name: &[u8]) -> Self {
        let first = name.first().map_or(0, u8::to_ascii_lowercase);
        let (full, meaning): (&[u8], Self) = match (name.len(), first) {
            (1, letter) => return Self::compact(letter),
            (2, b't') => (b"To", Self::To),
            (3, b'v') => (b"Via", Self::Via),
            (4, b'f') => (b"From", Self::From),
            (4, b'c') => (b"CSeq", Self::CSeq),
            (4, b'd') => (b"Date", Self::Date),
            (4, b'p') => (b"Path", Self::Path),
            (5, b'r') => (b"Route", Self::Route),
            (6, b's') => (b"Server", Self::Server),
            (6, b'r') => (b"Reason", Self::Reason),
            (7, b'c') if name.get(1).is_some_and(|b| b | 0x20 == b'a') => (b"Call-ID", Self::CallId),
            (7, b'c') => (b"Contact", Self::Contact),
            (7, b'e') => (b"Expires", Self::Expires),
            (10, b'u') => (b"User-Agent", Self::UserAgent),
            (12, b'c') => (b"Content-Type", Self::ContentType),
            (12, b'r') => (b"Record-Route", Self::RecordRoute),
            (13, b'a') => (b"Authorization", Self::Authorization),
            (13, b's') => (b"Service-Route", Self::ServiceRoute),
            (14, b'c') => (b"Content-Length", Self::ContentLength),
            (14, b'm') => (b"ms-diagnostics", Self::Diagnostics),
            (16, b'c') => (b"Content-Encoding", Self::ContentEncoding),
            (16, b'w') => (b"WWW-Authenticate", Self::WwwAuthenticate),
            (18, b'm') => (b"ms-user-logon-data", Self::LogonData),
            (18, b'p') => (b"Proxy-Authenticate", Self::ProxyAuthenticate),
            (19, b'a') => (b"Authentication-Info", Self::AuthenticationInfo),
            (19, b'p') if name.get(1) == Some(&b'-') => (b"P-Asserted-Identity", Self::AssertedIdentity),
            (19, b'p') => (b"Proxy-Authorization", Self::ProxyAuthorization),
            (20, b'p') => (b"P-Preferred-Identity", Self::PreferredIdentity),
            (21, b'm') if name.get(3).is_some_and(|b| b | 0x20 == b'c') => {
                (b"ms-client-diagnostics", Self::ClientDiagnostics)
            }
            (21, b'm') => (b"ms-diagnostics-public", Self::Diagnostics),
            (25, b'p') => (b"Proxy-Authentication-Info", Self::ProxyAuthenticationInfo),
            _ => return Self::Other,
        };
        if name.eq_ignore_ascii_case(full) { meaning } else { Self::Other }
    }

    const fn compact(letter: u8) -> Self {
        match letter {
            b'c' => Self::ContentType,
            b'e' => Self::ContentEncoding,
            b'f' => Self::From,
            b'i' => Self::CallId,
            b'l' => Self::ContentLength,
            b'm' => Self::Contact,
            b't' => Self::To,
            b'v' => Self::Via,
            _ => Self::Other,
        }
    }

    /// True for the headers that carry challenges, credentials and proofs.
    pub const fn is_auth(self) -> bool {
        matches!(
            self,
            Self::AuthenticationInfo
                | Self::Authorization
                | Self::ProxyAuthenticate
                | Self::ProxyAuthenticationInfo
                | Self::ProxyAuthorization
                | Self::WwwAuthenticate
        )
    }
}

/// The field that shows the header called `name`; nothing for a header Wireshark does not know either.
pub fn field(name: &[u8]) -> Option<&'static Field> {
    let wanted: &[u8] = match name {
        [letter] => match letter.to_ascii_lowercase() {
            b'a' => b"Accept-Contact",
            b'b' => b"Referred-By",
            b'c' => b"Content-Type",
            b'd' => b"Request-Disposition",
            b'e' => b"Content-Encoding",
            b'f' => b"From",
            b'i' => b"Call-ID",
            b'j' => b"Reject-Contact",
            b'k' => b"Supported",
            b'l' => b"Content-Length",
            b'm' => b"Contact",
            b'n' => b"Identity-Info",
            b'o' => b"Event",
            b'r' => b"Refer-To",
            b's' => b"Subject",
            b't' => b"To",
            b'u' => b"Allow-Events",
            b'v' => b"Via",
            b'x' => b"Session-Expires",
            b'y' => b"Identity",
            _ => return None,
        },
        // Six headers whose field is not named after them.
        _ if name.eq_ignore_ascii_case(b"SIP-ETag") => b"ETag",
        _ if name.eq_ignore_ascii_case(b"SIP-If-Match") => b"If_Match",
        _ if name.eq_ignore_ascii_case(b"Policy-Contact") => b"Policy_Contact",
        _ if name.eq_ignore_ascii_case(b"Policy-ID") => b"Policy_ID",
        _ if name.eq_ignore_ascii_case(b"Suppress-If-Match") => b"Suppress_If_Match",
        _ if name.eq_ignore_ascii_case(b"User-to-User") => b"uui",
        _ => name,
    };
    let headers = fields::ALL.iter().skip_while(|f| **f != &fields::ACCEPT);
    headers.copied().find(|f| f.name.as_bytes().get(4..).is_some_and(|n| n.eq_ignore_ascii_case(wanted)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_any_case_and_in_their_compact_form() {
        for (name, meaning) in [
            (&b"www-authenticate"[..], Name::WwwAuthenticate),
            (b"PROXY-AUTHORIZATION", Name::ProxyAuthorization),
            (b"P-Asserted-Identity", Name::AssertedIdentity),
            (b"ms-client-diagnostics", Name::ClientDiagnostics),
            (b"ms-diagnostics-public", Name::Diagnostics),
            (b"M", Name::Contact),
            (b"l", Name::ContentLength),
            (b"k", Name::Other),
            (b"Call-IX", Name::Other),
            (b"", Name::Other),
        ] {
            assert_eq!(Name::of(name), meaning, "{}", String::from_utf8_lossy(name));
        }
    }

    #[test]
    fn a_header_is_shown_by_the_field_named_after_it() {
        assert_eq!(field(b"max-forwards").unwrap().name, "sip.Max-Forwards");
        assert_eq!(field(b"k").unwrap().name, "sip.Supported");
        assert_eq!(field(b"Referred-By").unwrap().name, "sip.Referred-by");
        assert_eq!(field(b"SIP-ETag").unwrap().name, "sip.ETag");
    }

    #[test]
    fn fields_that_are_no_headers_cannot_be_reached_by_name() {
        for name in [&b"Method"[..], b"Via.branch", b"auth.scheme", b"Status-Code", b"ms-keep-alive", b""] {
            assert!(field(name).is_none(), "{}", String::from_utf8_lossy(name));
        }
    }
}
