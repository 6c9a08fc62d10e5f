//! What JSON says of a sign-in: the answers of autodiscover ([MS-OCDISCWS] and UCWA 2.0), the token of a token service
//! or its refusal (RFC 6749 §5), a UCWA application and UCWA's errors.
//!
//! Members are known by their path, any case. Nothing is told of an object that only resembles one of these.

use super::parse::{Event, Events, Scalar, Shape, text};
use crate::fact::{Application, Autodiscover, Fact, Fault, OauthToken, Web, WebTicket};
use crate::protocol::{Out, jwt, lync};
use memchr::memmem;
use sha2::{Digest, Sha256};

/// Bytes of a text that is kept.
const MAX_TEXT: usize = 1024;

/// Words of which one is in every body that says something.
const WORDS: [&[u8]; 7] =
    [b"_links", b"AccessLocation", b"access_token", b"\"error\"", b"EndpointId", b"endpointId", b"\"subcode\""];

/// Reads a text.
pub fn read(json: &[u8]) -> Said {
    if !WORDS.iter().any(|word| memmem::find(json, word).is_some()) {
        return Said::default();
    }
    let mut said = Said::default();
    // The name under which each open object or array stands, in lower case; empty in an array and at the top.
    let mut names: Vec<String> = Vec::new();
    let mut name = String::new();
    for event in Events::of(json) {
        match event {
            Event::Key(raw) => name = string(raw),
            Event::Open(shape) => {
                if shape == Shape::Object {
                    said.opened(&names, &name);
                }
                names.push(std::mem::take(&mut name).to_ascii_lowercase());
            }
            Event::Close => {
                names.pop();
                said.closed(&names);
                name.clear();
            }
            Event::Scalar(kind, raw) => {
                let path: Vec<&str> = names.iter().skip(1).map(String::as_str).collect();
                said.member(&path, &std::mem::take(&mut name), kind, raw);
            }
        }
    }
    said
}

/// What a text says.
#[derive(Debug, Default)]
pub struct Said {
    autodiscover: Autodiscover,
    /// The link being read: token and address.
    link: (String, String),
    /// `rel`: what a UCWA resource is.
    resource: String,
    application: Application,
    fault: Fault,
    token: Option<u64>,
    jwt: Option<OauthToken>,
    life: Option<u32>,
}

impl Said {
    /// An object begins under `name`, inside those of `names`.
    fn opened(&mut self, names: &[String], name: &str) {
        let known = ["Root", "User", "Domain"].iter().find(|known| known.eq_ignore_ascii_case(name));
        if let ([_], Some(known)) = (names, known) {
            (*known).clone_into(&mut self.autodiscover.resource);
        }
    }

    /// An object or array ended; `names` hold what it stands in.
    fn closed(&mut self, names: &[String]) {
        if names.last().is_some_and(|name| name == "links") {
            let (token, href) = std::mem::take(&mut self.link);
            self.add_link(token, href);
        }
    }

    fn add_link(&mut self, token: String, href: String) {
        if token.is_empty() || href.is_empty() {
            return;
        }
        if token.eq_ignore_ascii_case("redirect") {
            self.autodiscover.redirect.get_or_insert(href);
        } else if self.autodiscover.links.len() < Autodiscover::MAX_LINKS {
            self.autodiscover.links.push((token, href));
        }
    }

    /// A member of the object at `path`, below the outermost.
    fn member(&mut self, path: &[&str], name: &str, kind: Scalar, raw: &[u8]) {
        let lower = name.to_ascii_lowercase();
        match (path, lower.as_str()) {
            ([], "accesslocation") => self.autodiscover.access = Some(string(raw)),
            ([], "rel") => self.resource = string(raw),
            ([], "useragent") => self.application.user_agent = Some(string(raw)),
            ([], "endpointid") => self.application.endpoint = Some(string(raw)),
            ([], "culture") => self.application.culture = Some(string(raw)),
            ([], "error") if kind == Scalar::Text => self.fault.code = string(raw),
            ([], "code") if kind == Scalar::Text => self.fault.code = string(raw),
            ([], "subcode") => self.fault.subcode = string(raw),
            ([], "error_description" | "message") => self.fault.reason = string(raw),
            ([], "ms_rtc_passiveauthuri") => self.fault.passive_url = Some(string(raw)),
            ([], "expires_in") => self.life = number(raw),
            ([], "access_token") => {
                let token = text(raw);
                self.token = token.strip_prefix(b"cwt=").map(digest);
                self.jwt = jwt::read(&token);
            }
            (["_embedded", "me"], "uri") => self.application.user = Some(bare(string(raw))),
            (["_links", link], "href") => self.add_link((*link).to_owned(), string(raw)),
            ([.., "links", ""], "token") => self.link.0 = string(raw),
            ([.., "links", ""], "href") => self.link.1 = string(raw),
            ([.., access], "fqdn") => {
                if let Some(place) = self.sip_access(access) {
                    place.get_or_insert_default().0 = string(raw);
                }
            }
            ([.., access], "port") => {
                let port = number(raw).and_then(|port| u16::try_from(port).ok()).unwrap_or(0);
                if let Some(place) = self.sip_access(access) {
                    place.get_or_insert_default().1 = port;
                }
            }
            _ => {}
        }
    }

    fn sip_access(&mut self, name: &str) -> Option<&mut Option<(String, u16)>> {
        match name {
            "sipclientinternalaccess" => Some(&mut self.autodiscover.sip_internal),
            "sipclientexternalaccess" => Some(&mut self.autodiscover.sip_external),
            _ => None,
        }
    }

    /// Tells it, and shows it.
    pub fn tell(mut self, whole: &[u8], out: &mut Out<'_, '_>) {
        if let Some(digest) = self.token {
            let ticket = WebTicket { issued: true, digest, life: self.life, ..WebTicket::default() };
            lync::show_ticket(&ticket, whole, out);
            out.fact(Fact::WebTicket(Box::new(ticket)), whole);
        }
        if let Some(jwt) = self.jwt {
            jwt::tell(jwt, whole, out);
        }
        let mut tell = |web| lync::tell(web, whole, out);
        let refused = !self.fault.code.is_empty() && self.resource.is_empty() && self.token.is_none();
        if refused {
            tell(Web::Fault(self.fault));
        }
        if self.resource == "application" || self.application.endpoint.is_some() {
            tell(Web::Application(self.application));
        }
        // Every resource of UCWA has links; those of autodiscover have no `rel`.
        let said = &mut self.autodiscover;
        if said.resource.is_empty() && said.access.is_none() {
            said.resource = match () {
                () if said.link("user").is_some() => "Root".into(),
                () if said.link("applications").is_some() => "User".into(),
                () => String::new(),
            };
        }
        let discovered = said.access.is_some() || !said.resource.is_empty() || said.redirect.is_some();
        if discovered && self.resource.is_empty() && (!said.links.is_empty() || said.redirect.is_some()) {
            tell(Web::Autodiscover(self.autodiscover));
        }
    }
}

/// The digest by which a compact ticket is known, wherever it is presented.
fn digest(ticket: &[u8]) -> u64 {
    Sha256::digest(ticket).first_chunk().map_or(0, |first| u64::from_be_bytes(*first))
}

fn string(raw: &[u8]) -> String {
    let raw = raw.get(..MAX_TEXT).unwrap_or(raw);
    String::from_utf8_lossy(&text(raw)).into_owned()
}

/// A number, which some services put in quotes.
fn number(raw: &[u8]) -> Option<u32> {
    string(raw).parse().ok()
}

/// `sip:user@domain` without its scheme.
fn bare(address: String) -> String {
    let scheme = address.get(..4).is_some_and(|s| s.eq_ignore_ascii_case("sip:"));
    if scheme { address.get(4..).unwrap_or_default().to_owned() } else { address }
}
