//! Authentication schemes as headers carry them: offers, credentials, signatures.

use std::borrow::Cow;
use std::fmt;

/// An authentication scheme, by the name a header gives it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// NTLM
    Ntlm,
    /// Kerberos as a scheme of its own (SIP)
    Kerberos,
    /// SPNEGO over HTTP (RFC 4559)
    Negotiate,
    /// TLS with derived session key ([MS-SIPAE])
    TlsDsk,
    /// RFC 7617
    Basic,
    /// RFC 7616
    Digest,
    /// RFC 6750
    Bearer,
    /// `X-MS-WebTicket` ([MS-OCAUTHWS])
    WebTicket,
    /// WS-Security UsernameToken in a SOAP header
    UsernameToken,
    /// A password in a form (OAuth password grant)
    Form,
    /// A certificate of the client in a TLS handshake
    Certificate,
    /// Name and password of a directory (RFC 4513 5.1)
    Simple,
    /// Name and password in one answer (RFC 4616)
    Plain,
    /// Name and password one after the other: SASL's LOGIN, IMAP's command, `USER` and `PASS` of POP
    Login,
    /// Any other
    Other(Box<str>),
}

impl Scheme {
    /// The scheme a header names; the comparison ignores case (RFC 9110 §11.1).
    pub fn named(name: &[u8]) -> Self {
        const KNOWN: [(&[u8], Scheme); 8] = [
            (b"NTLM", Scheme::Ntlm),
            (b"Kerberos", Scheme::Kerberos),
            (b"Negotiate", Scheme::Negotiate),
            (b"TLS-DSK", Scheme::TlsDsk),
            (b"Basic", Scheme::Basic),
            (b"Digest", Scheme::Digest),
            (b"Bearer", Scheme::Bearer),
            (b"MsRtcOAuth", Scheme::Bearer),
        ];
        KNOWN
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map_or_else(|| Self::Other(String::from_utf8_lossy(name).into()), |(_, scheme)| scheme.clone())
    }
}

impl Scheme {
    /// The scheme that a SASL mechanism stands for.
    pub fn of_sasl(name: &[u8]) -> Self {
        const KNOWN: [(&[u8], Scheme); 6] = [
            (b"GSS-SPNEGO", Scheme::Negotiate),
            (b"GSSAPI", Scheme::Kerberos),
            (b"NTLM", Scheme::Ntlm),
            (b"PLAIN", Scheme::Plain),
            (b"LOGIN", Scheme::Login),
            (b"XOAUTH2", Scheme::Bearer),
        ];
        let known = KNOWN.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        known.map_or_else(
            || Self::Other(String::from_utf8_lossy(name).to_ascii_uppercase().into()),
            |(_, scheme)| scheme.clone(),
        )
    }

    /// True if whoever reads the exchange reads the password.
    pub const fn is_password(&self) -> bool {
        matches!(self, Self::Basic | Self::Simple | Self::Plain | Self::Login)
    }
}

impl Scheme {
    /// Its name; of one that is not known it is the wire's, escaped.
    pub fn name(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Ntlm => "NTLM",
            Self::Kerberos => "Kerberos",
            Self::Negotiate => "Negotiate",
            Self::TlsDsk => "TLS-DSK",
            Self::Basic => "Basic",
            Self::Digest => "Digest",
            Self::Bearer => "Bearer",
            Self::WebTicket => "WebTicket",
            Self::UsernameToken => "UsernameToken",
            Self::Form => "Form",
            Self::Certificate => "Certificate",
            Self::Simple => "simple",
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
            Self::Other(name) => return Cow::Owned(crate::wire::text::escape(name.as_bytes()).to_string()),
        })
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

/// What a challenge or credential carries as its token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Token {
    /// No token parameter at all.
    #[default]
    Absent,
    /// An empty one (`gssapi-data=""`: the start of NTLM in SIP).
    Empty,
    /// So many decoded bytes.
    Bytes(u32),
    /// Present, but not base64.
    Broken,
}

impl Token {
    /// True if bytes were carried.
    pub const fn is_some(self) -> bool {
        matches!(self, Self::Bytes(_) | Self::Broken)
    }

    /// Its size in bytes, where it could be decoded.
    pub const fn size(self) -> Option<u32> {
        match self {
            Self::Bytes(size) => Some(size),
            Self::Absent | Self::Empty | Self::Broken => None,
        }
    }
}

/// One `WWW-Authenticate` or `Proxy-Authenticate` challenge.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// The scheme.
    pub scheme: Scheme,
    /// True in `Proxy-Authenticate`.
    pub proxy: bool,
    /// `realm`
    pub realm: Option<String>,
    /// `targetname` (SIP): FQDN, or SPN for Kerberos.
    pub target: Option<String>,
    /// `opaque`: the server's handle of the security association.
    pub opaque: Option<String>,
    /// `version` of [MS-SIPAE]; absent means 2.
    pub version: Option<u8>,
    /// Where what it asks for is to be had: `sts-uri` (TLS-DSK), `href` (MsRtcOAuth), `authorization_uri` (Bearer).
    pub sts_uri: Option<String>,
    /// `stale=true` (RFC 7616 3.3): the answer was right and only its nonce too old. Nobody is refused by that.
    pub stale: bool,
    /// `gssapi-data`, or the token68 of HTTP.
    pub token: Token,
}

/// One `Authorization` or `Proxy-Authorization`.
#[derive(Clone, Debug, PartialEq)]
pub struct Credential {
    /// The scheme.
    pub scheme: Scheme,
    /// True in `Proxy-Authorization`.
    pub proxy: bool,
    /// `realm`
    pub realm: Option<String>,
    /// `targetname`
    pub target: Option<String>,
    /// `opaque`
    pub opaque: Option<String>,
    /// `version`
    pub version: Option<u8>,
    /// The user of Basic or Digest.
    pub user: Option<String>,
    /// `gssapi-data`, or the token68 of HTTP.
    pub token: Token,
    /// The signature of [MS-SIPAE], if the message is signed.
    pub signature: Option<Signature>,
}

/// `Authentication-Info` or `Proxy-Authentication-Info`.
#[derive(Clone, Debug, PartialEq)]
pub struct Assurance {
    /// The scheme.
    pub scheme: Scheme,
    /// `opaque`
    pub opaque: Option<String>,
    /// `targetname`
    pub target: Option<String>,
    /// `realm`
    pub realm: Option<String>,
    /// The server's signature, if there is one.
    pub signature: Option<Signature>,
    /// A token of the server's (`gssapi-data`).
    pub token: Token,
}

/// The signature of a SIP message ([MS-SIPAE] 3.2.5.2).
#[derive(Clone, Debug, PartialEq)]
pub struct Signature {
    /// `crand` or `srand`
    pub rand: String,
    /// `cnum` or `snum`
    pub number: u32,
    /// `response` or `rspauth`, in hexadecimal.
    pub value: String,
}

/// A SPNEGO token (RFC 4178).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spnego {
    /// True for NegTokenInit, false for NegTokenResp.
    pub init: bool,
    /// `mechTypes` in the order of preference, dotted.
    pub mechanisms: Vec<String>,
    /// `negState`: 0 completed, 1 incomplete, 2 reject, 3 request-mic.
    pub state: Option<u8>,
    /// `supportedMech`, dotted.
    pub supported: Option<String>,
    /// True if a mechanism token is carried.
    pub token: bool,
}

/// A password seen in a message body.
#[derive(Clone, Debug, PartialEq)]
pub struct Passphrase {
    /// UsernameToken or Form.
    pub scheme: Scheme,
    /// Who.
    pub user: String,
    /// Characters in the password.
    pub length: u32,
    /// True if the password itself is readable (PasswordText, form), false for a digest.
    pub readable: bool,
}

/// A web ticket.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WebTicket {
    /// True in the answer that issues it, false where it is presented.
    pub issued: bool,
    /// How it was presented: header name, `query`, or empty.
    pub via: String,
    /// First bytes of the SHA-256 of the ticket, to recognise it again.
    pub digest: u64,
    /// `Created`
    pub created: Option<crate::wire::Timestamp>,
    /// `Expires`
    pub expires: Option<crate::wire::Timestamp>,
    /// `expires_in`: seconds from the answer on, where no moments are given.
    pub life: Option<u32>,
    /// How its holder proves that it is his, in the answer that issues it.
    pub proof: Proof,
    /// Whom it is for.
    pub user: String,
    /// Which service it is for.
    pub audience: String,
}

/// What a web ticket must be presented with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Proof {
    /// Nothing was said of it: whoever bears the ticket may use it.
    #[default]
    Bearer,
    /// A key that both sides compute from their halves (`ComputedKey`).
    Computed,
    /// A key that the server gave (`BinarySecret`).
    Given,
}

impl Proof {
    /// In a word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bearer => "bearer",
            Self::Computed => "computed key",
            Self::Given => "given key",
        }
    }
}
