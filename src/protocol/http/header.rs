//! Header fields we know by name (RFC 9110, RFC 6265, RFC 6455, [MS-OCAUTHWS]).

use super::fields as f;
use super::parse::FieldLine;
use crate::field::Field;
use crate::knowledge::secret::is_telling;

/// What a field is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A challenge of the server.
    Challenge {
        /// True for a proxy's.
        proxy: bool,
    },
    /// A credential of the client.
    Credential {
        /// True if it is meant for a proxy.
        proxy: bool,
    },
    /// `Cookie`
    Cookie,
    /// `Set-Cookie`
    SetCookie,
    /// `X-MS-WebTicket`
    WebTicket,
    /// `X-Ms-diagnostics`
    Diagnostics,
    /// A URI, whose query may hold a credential.
    Uri,
    /// A field nobody knows, whose name says that its value is a credential (`X-Auth-Token`).
    Secret,
    /// `Content-Length`
    Length,
    /// Anything else.
    Plain,
}

/// A known field.
#[derive(Debug)]
pub struct Known {
    name: &'static str,
    /// What it is to us.
    pub meaning: Meaning,
    /// Its own field in the tree, where Wireshark has one.
    pub field: Option<&'static Field>,
}

const fn plain(name: &'static str, field: &'static Field) -> Known {
    Known { name, meaning: Meaning::Plain, field: Some(field) }
}

const fn special(name: &'static str, meaning: Meaning, field: Option<&'static Field>) -> Known {
    Known { name, meaning, field }
}

/// The fields, the frequent ones first.
static KNOWN: [Known; 34] = [
    plain("Host", &f::HOST),
    plain("User-Agent", &f::USER_AGENT),
    plain("Server", &f::SERVER),
    plain("Date", &f::DATE),
    plain("Content-Type", &f::CONTENT_TYPE),
    special("Content-Length", Meaning::Length, Some(&f::LENGTH_HEADER)),
    plain("Content-Encoding", &f::ENCODING),
    plain("Transfer-Encoding", &f::TRANSFER),
    plain("Connection", &f::CONNECTION),
    plain("Accept", &f::ACCEPT),
    plain("Accept-Language", &f::ACCEPT_LANGUAGE),
    plain("Accept-Encoding", &f::ACCEPT_ENCODING),
    plain("Cache-Control", &f::CACHE_CONTROL),
    plain("Last-Modified", &f::LAST_MODIFIED),
    special("Authorization", Meaning::Credential { proxy: false }, Some(&f::AUTHORIZATION)),
    special("Proxy-Authorization", Meaning::Credential { proxy: true }, Some(&f::PROXY_AUTHZ)),
    special("WWW-Authenticate", Meaning::Challenge { proxy: false }, Some(&f::WWW_AUTHENTICATE)),
    special("Proxy-Authenticate", Meaning::Challenge { proxy: true }, Some(&f::PROXY_AUTHN)),
    special("Cookie", Meaning::Cookie, Some(&f::COOKIE)),
    special("Set-Cookie", Meaning::SetCookie, Some(&f::SET_COOKIE)),
    special("Referer", Meaning::Uri, Some(&f::REFERER)),
    special("Location", Meaning::Uri, Some(&f::LOCATION)),
    special("Content-Location", Meaning::Uri, None),
    special("X-MS-WebTicket", Meaning::WebTicket, None),
    special("X-Ms-diagnostics", Meaning::Diagnostics, None),
    plain("Upgrade", &f::UPGRADE),
    plain("X-Forwarded-For", &f::FORWARDED_FOR),
    plain("HTTP2-Settings", &f::HTTP2_SETTINGS),
    plain("Sec-WebSocket-Accept", &f::WS_ACCEPT),
    plain("Sec-WebSocket-Extensions", &f::WS_EXTENSIONS),
    plain("Sec-WebSocket-Key", &f::WS_KEY),
    plain("Sec-WebSocket-Protocol", &f::WS_PROTOCOL),
    plain("Sec-WebSocket-Version", &f::WS_VERSION),
    // Old clients send it, and it holds what Cookie holds.
    special("Set-Cookie2", Meaning::SetCookie, None),
];

/// Any field that is not in the table.
static OTHER: Known = special("", Meaning::Plain, None);

/// What a field line means where it is shown.
pub fn shown(line: &FieldLine<'_>) -> Meaning {
    let known = known(line);
    // X-MS-WebTicketURL and X-MS-WebTicketSupported say where tickets come from, and are none.
    let about = line.name.get(..14).is_some_and(|n| n.eq_ignore_ascii_case(b"X-MS-WebTicket"));
    let secret = known.field.is_none() && known.meaning == Meaning::Plain && !about && is_telling(line.name);
    if secret { Meaning::Secret } else { known.meaning }
}

/// What is known of a field line.
pub fn known(line: &FieldLine<'_>) -> &'static Known {
    KNOWN.iter().find(|known| known.name.len() == line.name.len() && line.is(known.name)).unwrap_or(&OTHER)
}
