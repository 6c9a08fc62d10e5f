//! What web services say: the fields of HTTP heads and the contents of bodies that matter to a sign-in
//! ([MS-OCDISCWS], [MS-OCAUTHWS], [MS-WSTEP], UCWA 2.0).
//!
//! Everything here is what was said, not what it means. Texts are bounded by whoever reads them from the wire.

use super::RelayCredentials;
use crate::wire::Timestamp;

/// What the fields of an HTTP head say beyond [`super::Head`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WebHead {
    /// `Content-Type` without parameters, lower case.
    pub content_type: String,
    /// `SOAPAction` without quotes.
    pub action: String,
    /// `Location`, with credentials masked.
    pub location: Option<String>,
    /// `X-MS-Server-Fqdn`: the front end that answered.
    pub server_fqdn: Option<String>,
    /// `X-MS-WebTicketURL`: where a ticket is to be had.
    pub ticket_url: Option<String>,
    /// `X-AspNet-Version`: what the service runs on.
    pub runtime: Option<String>,
    /// `max-age` of `Strict-Transport-Security`, in seconds.
    pub hsts: Option<u32>,
    /// `Access-Control-Allow-Origin: *`
    pub any_origin: bool,
}

impl WebHead {
    /// True if it says nothing.
    pub const fn is_empty(&self) -> bool {
        self.content_type.is_empty()
            && self.action.is_empty()
            && self.location.is_none()
            && self.server_fqdn.is_none()
            && self.ticket_url.is_none()
            && self.runtime.is_none()
            && self.hsts.is_none()
            && !self.any_origin
    }
}

/// What a body is.
#[derive(Clone, Debug, PartialEq)]
pub enum Web {
    /// An answer of autodiscover.
    Autodiscover(Autodiscover),
    /// A description of a service (WSDL), from `/mex`.
    Metadata(Metadata),
    /// A request for a web ticket (RequestSecurityToken).
    TicketRequest(TicketRequest),
    /// A request for a user certificate (GetAndPublishCert).
    CertificateRequest(CertificateRequest),
    /// A user certificate (GetAndPublishCertResponse).
    Certificate(IssuedCertificate),
    /// A fault, in SOAP, JSON or OAuth.
    Fault(Fault),
    /// A form that asks a token service for a token, or passes one on.
    Grant(Grant),
    /// A UCWA application is asked for, or described.
    Application(Application),
    /// Whether the domain of an account is federated (`getuserrealm.srf`).
    Realm(Realm),
    /// Credentials for media relays ([MS-AVEDGEA] 2.2.2).
    Relay(RelayCredentials),
    /// A page for people where a service was expected, or to type a password into.
    Page(Page),
    /// An OAuth token (JWT), issued or presented.
    Token(OauthToken),
}

/// An answer of autodiscover ([MS-OCDISCWS] 2.2.4.4), in XML or JSON.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Autodiscover {
    /// `AccessLocation`: `External` or `Internal`.
    pub access: Option<String>,
    /// `Root`, `User` or `Domain`: the element that holds the answer; empty in JSON that does not say.
    pub resource: String,
    /// The link with the token `Redirect`.
    pub redirect: Option<String>,
    /// All other links: token and address.
    pub links: Vec<(String, String)>,
    /// `SipClientInternalAccess`: host and port.
    pub sip_internal: Option<(String, u16)>,
    /// `SipClientExternalAccess`
    pub sip_external: Option<(String, u16)>,
}

impl Autodiscover {
    /// Links kept.
    pub const MAX_LINKS: usize = 32;

    /// The address behind a token, any case.
    pub fn link(&self, token: &str) -> Option<&str> {
        self.links.iter().find(|(t, _)| t.eq_ignore_ascii_case(token)).map(|(_, href)| href.as_str())
    }

    /// True for a link without TLS that a client follows with a ticket, a token or a password. The frame for browsers, the
    /// document itself and what guests are told take none.
    pub fn is_plain(token: &[u8], href: &[u8]) -> bool {
        const TAKE: [&[u8]; 8] =
            [b"user", b"oauth", b"ucwa", b"mcx", b"authbroker", b"webscheduler", b"autodiscover", b"webticket"];
        let clear = href.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"http://"));
        // `Internal/Ucwa` and `External/Ucwa` say from where.
        clear
            && token.rsplit(|b| *b == b'/').next().is_some_and(|last| TAKE.iter().any(|t| last.eq_ignore_ascii_case(t)))
    }

    /// The first such link.
    pub fn plain_link(&self) -> Option<&str> {
        let plain = |(token, href): &&(String, String)| Self::is_plain(token.as_bytes(), href.as_bytes());
        self.links.iter().find(plain).map(|(_, href)| href.as_str())
    }
}

/// A service's description of itself (WSDL 1.1, WS-SecurityPolicy).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata {
    /// Name of the service.
    pub service: String,
    /// Its ports: name and address.
    pub ports: Vec<(String, String)>,
    /// Who issues the tokens it wants.
    pub issuer: Option<String>,
    /// True if it wants a token with proof of possession, false for a bearer token.
    pub proof: Option<bool>,
}

impl Metadata {
    /// Ports kept.
    pub const MAX_PORTS: usize = 16;
}

/// A request for a web ticket ([MS-OCAUTHWS], WS-Trust 1.3).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TicketRequest {
    /// `AppliesTo`: the service the ticket is for.
    pub audience: String,
    /// The address claimed, bare.
    pub user: Option<String>,
    /// Last part of `TokenType`: `SAMLV1.1`, `user-cwt-1`.
    pub token_type: String,
    /// Last part of `KeyType`: `SymmetricKey`, `Bearer`.
    pub key_type: String,
    /// A certificate came with it as proof, in DER.
    pub certificate: Option<Box<[u8]>>,
}

/// A request for a user certificate.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CertificateRequest {
    /// `DeviceId`, without braces.
    pub device: Option<String>,
    /// `Entity`: the address, bare.
    pub entity: Option<String>,
    /// Bits of the key in the PKCS#10 request.
    pub key_bits: Option<u32>,
}

/// A user certificate that was issued.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IssuedCertificate {
    /// `DeviceId`, without braces.
    pub device: Option<String>,
    /// `Entity`: the address, bare.
    pub entity: Option<String>,
    /// The certificate in DER, if it is there whole.
    pub certificate: Option<Box<[u8]>>,
}

/// A fault: SOAP's, UCWA's `{code, subcode, message}`, OAuth's `{error, error_description}`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fault {
    /// `faultcode` or `Code`, `code`, `error`, without prefix.
    pub code: String,
    /// `Subcode`, `subcode`
    pub subcode: String,
    /// `Ms-Diagnostics-Fault/ErrorId`
    pub id: Option<u32>,
    /// `Reason`, `faultstring`, `message`, `error_description`: the most specific one.
    pub reason: String,
    /// `ms_rtc_passiveauthuri`: where a browser is to sign in.
    pub passive_url: Option<String>,
}

/// A form for a token service.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grant {
    /// `grant_type`; empty in a form that is none of OAuth's.
    pub kind: String,
    /// The user named in it.
    pub user: Option<String>,
    /// A password is in it.
    pub password: bool,
    /// It passes on the result of another token service (`wresult`).
    pub passive_result: bool,
    /// `ms_rtc_conferenceuri`: a guest's meeting.
    pub conference: Option<String>,
}

/// A UCWA application.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Application {
    /// `UserAgent`
    pub user_agent: Option<String>,
    /// `EndpointId`
    pub endpoint: Option<String>,
    /// `Culture`
    pub culture: Option<String>,
    /// The address of `me`, bare.
    pub user: Option<String>,
}

/// What an OAuth token says of itself (RFC 7519); nothing of it is verified.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OauthToken {
    /// `alg`: how it is signed.
    pub algorithm: String,
    /// `kid`, `x5t`: the key it is signed with.
    pub key_id: Option<String>,
    /// `iss`
    pub issuer: String,
    /// `aud`, the first: the service it is for.
    pub audience: String,
    /// `upn`, `preferred_username`, `unique_name`, `email` or `sub`.
    pub user: Option<String>,
    /// `appid`, `azp`: the client program.
    pub application: Option<String>,
    /// `iat`
    pub issued: Option<Timestamp>,
    /// `nbf`
    pub not_before: Option<Timestamp>,
    /// `exp`
    pub expires: Option<Timestamp>,
    /// There is a signature.
    pub signed: bool,
}

/// The realm of an account.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Realm {
    /// The account asked for.
    pub user: Option<String>,
    /// `NameSpaceType`: `Federated`, `Managed`, `Unknown`.
    pub kind: String,
    /// `STSAuthURL`, `AuthURL`
    pub sts: Option<String>,
}

/// A page of HTML.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// `<title>`
    pub title: String,
    /// It has a field for a password.
    pub asks_password: bool,
    /// It carries the result of a token service (`wresult`).
    pub passive_result: bool,
    /// An error number of ADFS (`MSIS7065`).
    pub adfs_error: Option<String>,
}
