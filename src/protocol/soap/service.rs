//! Which document of a web service an XML body is, and what stands in it: autodiscover ([MS-OCDISCWS] 2.2.4.4), WSDL
//! with its policies, RST ([MS-OCAUTHWS]), GetAndPublishCert, faults, the realm of an account, credentials for media relays
//! ([MS-AVEDGEA]).
//!
//! Elements are known by their local names. A document begins with one element and is told when that element ends, or,
//! where the message was cut, when the text ends: then it holds what stood before the cut.

use super::parse::{attributes, unescape};
use super::path::Path;
use crate::fact::{
    Autodiscover, CertificateRequest, Fault, IssuedCertificate, Metadata, Realm, RelayCredentials, TicketRequest, Web,
};
use crate::wire::base64;
use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::prelude::FromDer;
use x509_parser::public_key::PublicKey;

/// Bytes of a text that is kept.
const MAX_TEXT: usize = 1024;
/// Bytes of a certificate or a request for one, in base64.
const MAX_CERTIFICATE: usize = 16 << 10;

/// Words without which no document begins.
pub const WORDS: [&str; 7] = [
    "AutodiscoverResponse",
    "definitions",
    "RequestSecurityToken",
    "GetAndPublishCert",
    "Fault>",
    "RealmInfo",
    "credentialsResponse",
];

/// Gathers documents.
#[derive(Debug, Default)]
pub struct Documents<'b> {
    open: Option<(&'b [u8], Draft)>,
    /// The links of autodiscover are for the eye only: there are many of them.
    with_links: bool,
    /// A certificate in the header, in front of the document that it speaks for.
    certificate: Option<Box<[u8]>>,
}

#[derive(Debug)]
enum Draft {
    Autodiscover(Autodiscover),
    Metadata(Metadata),
    TicketRequest(TicketRequest),
    CertificateRequest(CertificateRequest),
    Certificate(IssuedCertificate),
    Fault(Fault),
    Realm(Realm),
    Relay(RelayCredentials),
}

impl<'b> Documents<'b> {
    /// For a document that is to be shown, or only to be told.
    pub fn new(shows: bool) -> Self {
        Self { with_links: shows, ..Self::default() }
    }

    /// An element begins in `path`.
    pub fn open(&mut self, path: &Path<'_>, name: &'b [u8], tag: &[u8]) {
        if let Some((_, draft)) = &mut self.open {
            return draft.open(path, name, tag, self.with_links);
        }
        let attribute = |wanted: &[u8]| attribute(tag, wanted);
        let device = || attribute(b"DeviceId").map(|id| unbraced(&id));
        let entity = || attribute(b"Entity").map(|entity| bare(&entity));
        let draft = match name {
            b"AutodiscoverResponse" => {
                Draft::Autodiscover(Autodiscover { access: attribute(b"AccessLocation"), ..Autodiscover::default() })
            }
            b"definitions" => {
                Draft::Metadata(Metadata { service: attribute(b"name").unwrap_or_default(), ..Metadata::default() })
            }
            b"RequestSecurityToken" => {
                Draft::TicketRequest(TicketRequest { certificate: self.certificate.take(), ..TicketRequest::default() })
            }
            b"GetAndPublishCert" => {
                Draft::CertificateRequest(CertificateRequest { device: device(), entity: entity(), key_bits: None })
            }
            b"GetAndPublishCertResponse" => {
                Draft::Certificate(IssuedCertificate { device: device(), entity: entity(), certificate: None })
            }
            b"Fault" => Draft::Fault(Fault::default()),
            b"RealmInfo" => Draft::Realm(Realm::default()),
            b"credentialsResponse" => Draft::Relay(RelayCredentials::default()),
            _ => return,
        };
        self.open = Some((name, draft));
    }

    /// Text of the element at hand.
    pub fn text(&mut self, path: &Path<'_>, raw: &[u8]) {
        let Some(last) = path.last() else { return };
        match &mut self.open {
            Some((_, draft)) => draft.text(path, last, raw),
            // A compact ticket stands in such an element too; a certificate is a sequence (`MI…`).
            None if last == b"BinarySecurityToken" && path.inside(b"Security") && raw.starts_with(b"MI") => {
                self.certificate = der(raw).map(Vec::into_boxed_slice);
            }
            None => {}
        }
    }

    /// An element ended. The document that is complete now is returned.
    pub fn close(&mut self, name: &[u8]) -> Option<Web> {
        let whole = self.open.as_ref().is_some_and(|(begun, _)| *begun == name);
        if whole { self.end() } else { None }
    }

    /// The text ended: what was gathered by then.
    pub fn end(&mut self) -> Option<Web> {
        let (_, draft) = self.open.take()?;
        Some(match draft {
            Draft::Autodiscover(said) => Web::Autodiscover(said),
            Draft::Metadata(said) => Web::Metadata(said),
            Draft::TicketRequest(said) => Web::TicketRequest(said),
            Draft::CertificateRequest(said) => Web::CertificateRequest(said),
            Draft::Certificate(said) => Web::Certificate(said),
            Draft::Fault(said) => Web::Fault(said),
            Draft::Realm(said) => Web::Realm(said),
            Draft::Relay(said) => Web::Relay(said),
        })
    }
}

impl Draft {
    /// An element begins inside the document.
    fn open(&mut self, path: &Path<'_>, name: &[u8], tag: &[u8], with_links: bool) {
        match self {
            Self::Autodiscover(said) => autodiscover(said, name, tag, with_links),
            Self::Metadata(said) => match name {
                b"IssuedToken" if path.inside(b"EndorsingSupportingTokens") => said.proof = Some(true),
                b"IssuedToken" if path.inside(b"SignedSupportingTokens") => {
                    said.proof.get_or_insert(false);
                }
                b"port" if said.ports.len() < Metadata::MAX_PORTS => {
                    said.ports.push((attribute(tag, b"name").unwrap_or_default(), String::new()));
                }
                b"address" if path.last() == Some(b"port") => {
                    if let (Some((_, place)), Some(location)) = (said.ports.last_mut(), attribute(tag, b"location")) {
                        *place = location;
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }

    /// Text of the element `last` inside the document.
    fn text(&mut self, path: &Path<'_>, last: &[u8], raw: &[u8]) {
        match self {
            Self::Metadata(said) if last == b"Address" && path.inside(b"Issuer") && said.issuer.is_none() => {
                said.issuer = Some(string(raw));
            }
            Self::TicketRequest(said) => match last {
                b"Address" if path.inside(b"AppliesTo") => said.audience = string(raw),
                b"Value" if path.inside(b"ClaimType") && said.user.is_none() => said.user = Some(bare(&string(raw))),
                b"TokenType" => said.token_type = last_part(raw),
                b"KeyType" => said.key_type = last_part(raw),
                _ => {}
            },
            Self::CertificateRequest(said) if last == b"BinarySecurityToken" => said.key_bits = key_bits(raw),
            Self::Certificate(said) if last == b"BinarySecurityToken" => {
                said.certificate = der(raw).map(Vec::into_boxed_slice);
            }
            Self::Fault(said) => fault(said, path, last, raw),
            Self::Realm(said) => match last {
                b"Login" => said.user = Some(string(raw)),
                b"NameSpaceType" => said.kind = string(raw),
                b"STSAuthURL" | b"AuthURL" if said.sts.is_none() => said.sts = Some(string(raw)),
                _ => {}
            },
            // ```text
            // <credentials><username>base64</username><password>…</password><duration>480</duration></credentials>
            // <mediaRelayList><mediaRelay><hostName>av.contoso.com</hostName>
            // ```
            Self::Relay(said) => match last {
                b"username" => said.user = base64::decode(raw).map(|user| crate::wire::text::hex(&user)),
                b"duration" => said.minutes = string(raw).trim().parse().ok(),
                b"hostName" if said.hosts.len() < RelayCredentials::MAX_HOSTS => said.hosts.push(string(raw)),
                _ => {}
            },
            _ => {}
        }
    }
}

/// ```text
/// <AutodiscoverResponse AccessLocation="External">
///   <User>
///     <SipClientExternalAccess fqdn="sip.contoso.com" port="443"/>
///     <Link token="External/Ucwa" href="https://…"/>
/// ```
fn autodiscover(said: &mut Autodiscover, name: &[u8], tag: &[u8], with_links: bool) {
    let access = || {
        let port = attribute(tag, b"port").and_then(|port| port.parse().ok()).unwrap_or(0);
        attribute(tag, b"fqdn").map(|host| (host, port))
    };
    match name {
        b"Root" | b"User" | b"Domain" if said.resource.is_empty() => said.resource = string(name),
        b"Link" => {
            let (mut token, mut href) = (None, None);
            for a in attributes(tag) {
                match a.name {
                    b"token" => token = token.or(Some(a.value)),
                    b"href" => href = href.or(Some(a.value)),
                    _ => {}
                }
            }
            let (Some(token), Some(href)) = (token, href) else { return };
            if token.eq_ignore_ascii_case(b"Redirect") {
                said.redirect.get_or_insert_with(|| string(href));
            } else if (with_links || Autodiscover::is_plain(token, href)) && said.links.len() < Autodiscover::MAX_LINKS
            {
                said.links.push((string(token), string(href)));
            }
        }
        b"SipClientInternalAccess" => said.sip_internal = access(),
        b"SipClientExternalAccess" => said.sip_external = access(),
        _ => {}
    }
}

/// SOAP 1.1 §4.4 and SOAP 1.2 part 1 §5.4, with the details of [MS-OCAUTHWS] and of Microsoft's online services:
///
/// ```text
/// <Fault><faultcode>a:FailedAuthentication</faultcode><faultstring>…</faultstring>
///   <detail><OCSDiagnosticsFault><Ms-Diagnostics-Fault><ErrorId>28020</ErrorId><Reason>…</Reason>
/// ```
fn fault(said: &mut Fault, path: &Path<'_>, last: &[u8], raw: &[u8]) {
    let detailed = path.inside(b"Ms-Diagnostics-Fault");
    match last {
        b"faultcode" => said.code = local(raw),
        b"Value" if path.inside(b"Subcode") => said.subcode = local(raw),
        b"Value" if path.inside(b"Code") => said.code = local(raw),
        b"ErrorId" => said.id = string(raw).trim().parse().ok(),
        b"Reason" if detailed => said.reason = string(raw),
        // What stands in the detail is more specific than what introduces it.
        b"faultstring" | b"Text" if said.reason.is_empty() => said.reason = string(raw),
        b"text" if path.inside(b"internalerror") => said.reason = string(raw),
        _ => {}
    }
}

/// The size of the key in a PKCS#10 request.
fn key_bits(raw: &[u8]) -> Option<u32> {
    let der = der(raw)?;
    let (_, request) = X509CertificationRequest::from_der(&der).ok()?;
    let bits = match request.certification_request_info.subject_pki.parsed().ok()? {
        PublicKey::RSA(rsa) => rsa.key_size(),
        PublicKey::EC(point) => point.key_size(),
        _ => return None,
    };
    u32::try_from(bits).ok()
}

fn der(raw: &[u8]) -> Option<Vec<u8>> {
    if raw.len() > MAX_CERTIFICATE { None } else { base64::decode(raw) }
}

fn attribute(tag: &[u8], wanted: &[u8]) -> Option<String> {
    attributes(tag).find(|a| a.name == wanted).map(|a| string(a.value))
}

/// Text with its references replaced, as much of it as is kept.
fn string(raw: &[u8]) -> String {
    String::from_utf8_lossy(&unescape(raw.get(..MAX_TEXT).unwrap_or(raw))).into_owned()
}

/// A qualified name without its prefix.
fn local(raw: &[u8]) -> String {
    let name = string(raw);
    name.rsplit_once(':').map(|(_, local)| local.to_owned()).unwrap_or(name)
}

/// What stands behind the last `/`, `#` or `:` of a URI that is a name.
fn last_part(raw: &[u8]) -> String {
    let name = string(raw);
    name.rsplit(['/', '#', ':']).next().unwrap_or_default().to_owned()
}

/// `{id}` without braces.
fn unbraced(id: &str) -> String {
    id.trim_matches(['{', '}']).to_owned()
}

/// `sip:user@domain` without its scheme.
fn bare(address: &str) -> String {
    let scheme = address.get(..4).is_some_and(|s| s.eq_ignore_ascii_case("sip:"));
    address.get(if scheme { 4 } else { 0 }..).unwrap_or(address).to_owned()
}
