//! A request to a web service and its answer, and what their facts say.

use super::certificate::Certificate;
use super::sip::address;
use crate::fact::{
    Application, Diagnostic, Fact, Fault, Grant, OauthToken, Page, Passphrase, Place, Scheme, Web, WebTicket,
};
use crate::knowledge::service::{Resource, Service, place_of};
use crate::wire::Timestamp;
use crate::wire::time::NANOS;
use crate::wire::words::Words;
use std::net::SocketAddr;
use std::sync::Arc;

/// Bytes kept of a text.
const MAX_TEXT: usize = 512;

/// Where a message was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The frame in which it ended.
    pub frame: u64,
    /// The time of that frame.
    pub time: Timestamp,
}

/// How far a certificate may begin in the future: clocks differ. In nanoseconds.
const CLOCKS: i64 = 300 * NANOS;

/// What a request wants of its service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Operation {
    /// The service's description of itself (`/mex`).
    Metadata,
    /// A resource is fetched.
    Fetch,
    /// A web ticket (RST).
    IssueTicket,
    /// A user certificate (GetAndPublishCert).
    PublishCertificate,
    /// The chain of the root certificate, for phones.
    RootChain,
    /// A token of a token service.
    Grant,
    /// A UCWA application: the sign-in of mobile and web clients.
    Apply,
    /// UCWA events: the long poll of one who is signed in.
    Events,
    /// A UCWA application is given up: signing out.
    Leave,
    /// A tunnel through a proxy.
    Connect,
    /// Anything else.
    #[default]
    Call,
}

impl Operation {
    /// In a word or two.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Metadata => "metadata",
            Self::Fetch => "fetch",
            Self::IssueTicket => "issue ticket",
            Self::PublishCertificate => "publish certificate",
            Self::RootChain => "root chain",
            Self::Grant => "grant",
            Self::Apply => "apply",
            Self::Events => "events",
            Self::Leave => "leave",
            Self::Connect => "connect",
            Self::Call => "call",
        }
    }
}

/// What few exchanges say, in bodies: apart from the others, as these are many.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// A password in the body.
    pub passphrase: Option<Box<Passphrase>>,
    /// The form for a token service.
    pub grant: Option<Box<Grant>>,
    /// The UCWA application asked for or described.
    pub application: Option<Box<Application>>,
    /// Autodiscover: the first link without TLS to where credentials are taken.
    pub plain_link: Option<Arc<str>>,
    /// Autodiscover: the access location it tells (`Internal`, `External`), empty if it tells none.
    pub autodiscover: Option<Arc<str>>,
    /// The OAuth token presented or issued.
    pub token: Option<Box<OauthToken>>,
    /// A page for people.
    pub page: Option<Box<Page>>,
}

/// What all others say.
static NOTHING: Said = Said {
    passphrase: None,
    grant: None,
    application: None,
    plain_link: None,
    autodiscover: None,
    token: None,
    page: None,
};

/// A request to a web service and its answer.
#[derive(Clone, Debug)]
pub struct WebExchange {
    /// The connection.
    pub flow: u32,
    /// The side that opened it.
    pub client: SocketAddr,
    /// The other: a server, or a proxy in front of it.
    pub server: SocketAddr,
    /// Inside TLS.
    pub encrypted: bool,
    /// The request; nothing if only the answer was captured.
    pub request: Option<Seen>,
    /// The final answer; nothing if there was none by the end of the capture or of the connection.
    pub response: Option<Seen>,
    /// `GET`, `POST`; empty without request.
    pub method: Arc<str>,
    /// The host asked, without port, lower case.
    pub host: Arc<str>,
    /// The path, without query.
    pub path: Arc<str>,
    /// The target is in absolute form: whom it was sent to is a proxy (RFC 9112 3.2.2).
    pub proxied: bool,
    /// `User-Agent`
    pub user_agent: Arc<str>,
    /// Which service.
    pub service: Service,
    /// What is asked of it.
    pub operation: Operation,
    /// How the request authenticates, if it does.
    pub credential: Option<Scheme>,
    /// True if that is all it takes to be judged: a password, a ticket, NTLM's third message, an AP-REQ. False for the
    /// first step of a handshake.
    pub complete: bool,
    /// That credential is for the proxy on the way, which nobody else judges (RFC 9110 11.7.2).
    pub(super) for_proxy: bool,
    /// Bytes of the token in its credential, decoded.
    pub token_size: Option<u32>,
    /// The address or account named in request or answer, the most telling one: bare.
    pub user: Option<Arc<str>>,
    /// The status of the final answer.
    pub status: Option<u16>,
    /// Schemes it offers.
    pub offered: Arc<[Scheme]>,
    /// An offer goes on with a token (the second step of NTLM or Kerberos).
    pub continues: bool,
    /// The head of request or answer was cut: what neither says may have been said all the same.
    pub cut: bool,
    /// What it says went wrong, in headers.
    pub diagnostics: Vec<Diagnostic>,
    /// What it says went wrong, in its body.
    pub fault: Option<Box<Fault>>,
    /// Where it sends the client: `Location`, or the `Redirect` link of autodiscover.
    pub redirect: Option<Arc<str>>,
    /// Where a ticket or token is to be had: `X-MS-WebTicketURL`, `href`, `authorization_uri`.
    pub issuer: Option<Arc<str>>,
    /// Media type of the answer, lower case.
    pub content_type: Arc<str>,
    /// `Server`
    pub product: Option<Arc<str>>,
    /// `X-AspNet-Version`
    pub runtime: Option<Arc<str>>,
    /// `X-MS-Server-Fqdn`: the front end that answered. Nothing in an answer of something in front of it.
    pub server_fqdn: Option<Arc<str>>,
    /// `max-age` of `Strict-Transport-Security` in the answer, in seconds.
    pub hsts: Option<u32>,
    /// The answer may be read by pages of any site (`Access-Control-Allow-Origin: *`).
    pub any_origin: bool,
    /// The ticket issued.
    pub ticket: Option<Box<WebTicket>>,
    /// When the ticket presented ends, as it says itself.
    pub presented_until: Option<Timestamp>,
    /// The user certificate issued.
    pub certificate: Option<Box<Certificate>>,
    said: Option<Box<Said>>,
}

impl WebExchange {
    pub(super) fn new(place: &Place) -> Self {
        Self {
            flow: place.flow,
            client: place.client,
            server: place.server,
            encrypted: place.encrypted,
            request: None,
            response: None,
            method: Arc::default(),
            host: Arc::default(),
            path: Arc::default(),
            proxied: false,
            user_agent: Arc::default(),
            service: Service::Other,
            operation: Operation::Call,
            credential: None,
            complete: false,
            for_proxy: false,
            token_size: None,
            user: None,
            status: None,
            offered: Arc::default(),
            continues: false,
            cut: false,
            diagnostics: Vec::new(),
            fault: None,
            redirect: None,
            issuer: None,
            content_type: Arc::default(),
            product: None,
            runtime: None,
            server_fqdn: None,
            hsts: None,
            any_origin: false,
            ticket: None,
            presented_until: None,
            certificate: None,
            said: None,
        }
    }

    /// What its bodies say, if they say anything rare.
    pub fn said(&self) -> &Said {
        self.said.as_deref().unwrap_or(&NOTHING)
    }

    fn say(&mut self) -> &mut Said {
        self.said.get_or_insert_default()
    }

    /// Where it was seen first.
    pub fn first(&self) -> Option<Seen> {
        self.request.or(self.response)
    }

    /// Frames of request and answer, for evidence.
    pub fn frames(&self) -> impl Iterator<Item = u64> {
        self.request.into_iter().chain(self.response).map(|seen| seen.frame)
    }

    /// What was asked: inside TLS or not, host and path.
    pub fn asked(&self) -> (bool, String, String) {
        (self.encrypted, self.host.to_string(), self.path.to_ascii_lowercase())
    }

    /// Where the answer sends the client, in the same form.
    pub fn led_to(&self) -> Option<(bool, String, String)> {
        let target = self.redirect.as_deref()?;
        let (host, path) = place_of(target, Some(&self.host));
        let begins = |scheme: &str| target.get(..scheme.len()).is_some_and(|t| t.eq_ignore_ascii_case(scheme));
        let inside = begins("https:") || self.encrypted && !begins("http:");
        Some((inside, host.to_owned(), path.to_ascii_lowercase()))
    }

    /// True if the service did what it was asked: a ticket for a ticket request, and so on.
    pub fn succeeded(&self) -> bool {
        let fine = self.status.is_some_and(|status| (200..300).contains(&status)) && self.fault.is_none();
        fine && match self.operation {
            Operation::IssueTicket => self.ticket.is_some(),
            Operation::PublishCertificate => self.certificate.is_some(),
            _ => true,
        }
    }

    /// True if the certificate that was issued is none for the time at which it was: already over, or not yet begun.
    pub fn issued_out_of_date(&self) -> bool {
        let at = self.response.map(|seen| seen.time);
        self.certificate.as_ref().zip(at).is_some_and(|(c, at)| c.not_after < at || c.not_before.since(at) > CLOCKS)
    }

    /// True if the answer is a page for people where a service's document was due: a portal, a proxy's or a login page.
    pub fn is_page_for_document(&self) -> bool {
        let html = matches!(&*self.content_type, "text/html" | "application/xhtml+xml");
        let document =
            matches!(self.service, Service::Autodiscover(Resource::Root | Resource::User | Resource::Domain))
                || matches!(
                    self.service,
                    Service::WebTicket(_) | Service::CertProv | Service::OAuthToken | Service::Mcx
                )
                || matches!(self.service, Service::Ucwa);
        html && document && self.status.is_some_and(|status| status < 400)
    }

    /// True if the answer to a question for autodiscover is well and of another kind: some other service's document.
    pub fn is_other_document(&self) -> bool {
        let asked = matches!(self.service, Service::Autodiscover(Resource::Root | Resource::User | Resource::Domain));
        let kind = &*self.content_type;
        let known = kind.is_empty() || kind.contains("rtc.autodiscover") || kind.contains("json");
        let told = self.redirect.is_some() || self.said().autodiscover.is_some();
        asked && self.status == Some(200) && !self.cut && !known && !told
    }

    /// What a fact of one of its messages adds.
    pub(super) fn learn(&mut self, fact: &Fact, words: &mut Words) {
        match fact {
            Fact::Passphrase(seen) => {
                self.credential = Some(seen.scheme.clone());
                self.complete = true;
                self.name(Some(&seen.user).filter(|user| user.contains('@')), words);
                self.say().passphrase = Some(seen.clone());
            }
            Fact::WebTicket(ticket) if ticket.issued => {
                self.name(Some(&ticket.user), words);
                self.ticket = Some(ticket.clone());
                if self.request.is_none() {
                    self.operation = Operation::IssueTicket;
                }
            }
            // A bearer token is a credential already.
            Fact::WebTicket(ticket) => {
                self.presented_until = self.presented_until.or(ticket.expires);
                self.present(Scheme::WebTicket);
                self.name(Some(&ticket.user), words);
            }
            Fact::Web(web) => self.document(web, words),
            _ => {}
        }
    }

    fn document(&mut self, web: &Web, words: &mut Words) {
        match web {
            Web::Autodiscover(said) => {
                if let Some(redirect) = &said.redirect {
                    self.redirect = Some(words.keep(bounded(redirect)));
                }
                self.say().plain_link = said.plain_link().map(|link| words.keep(bounded(link)));
                self.say().autodiscover = Some(words.keep(said.access.as_deref().map_or("", bounded)));
                if self.service == Service::Other {
                    let user = said.resource == "User";
                    self.service = Service::Autodiscover(if user { Resource::User } else { Resource::Root });
                }
            }
            Web::TicketRequest(said) => {
                self.operation = Operation::IssueTicket;
                self.name(said.user.as_ref(), words);
                if said.certificate.is_some() {
                    self.present(Scheme::Certificate);
                }
            }
            Web::CertificateRequest(said) => {
                self.operation = Operation::PublishCertificate;
                self.name(said.entity.as_ref(), words);
            }
            Web::Certificate(said) => {
                self.operation = Operation::PublishCertificate;
                self.name(said.entity.as_ref(), words);
                self.certificate = said.certificate.as_deref().and_then(Certificate::read).map(Box::new);
            }
            Web::Fault(said) => {
                self.fault = Some(Box::new(said.clone()));
                if let Some(url) = &said.passive_url {
                    self.issuer = Some(words.keep(bounded(url)));
                }
            }
            Web::Grant(said) => {
                if matches!(self.service, Service::OAuthToken | Service::Sts) {
                    self.operation = Operation::Grant;
                }
                self.name(said.user.as_ref().filter(|user| user.contains('@')), words);
                self.say().grant = Some(Box::new(said.clone()));
            }
            Web::Application(said) => {
                self.name(said.user.as_ref(), words);
                // What the client asked for stays.
                let asked = self.say().application.take().map(|asked| *asked).unwrap_or_default();
                self.say().application = Some(Box::new(Application {
                    user_agent: asked.user_agent.or_else(|| said.user_agent.clone()),
                    endpoint: asked.endpoint.or_else(|| said.endpoint.clone()),
                    culture: asked.culture.or_else(|| said.culture.clone()),
                    user: asked.user.or_else(|| said.user.clone()),
                }));
            }
            Web::Realm(said) => {
                self.name(said.user.as_ref(), words);
                if let Some(sts) = &said.sts {
                    self.issuer = Some(words.keep(bounded(sts)));
                }
            }
            // Those come over SIP; a service's description of itself says nothing of a sign-in.
            Web::Relay(_) | Web::Metadata(_) => {}
            Web::Token(said) => {
                self.name(said.user.as_ref().filter(|user| user.contains('@')), words);
                self.say().token = Some(Box::new(said.clone()));
            }
            Web::Page(said) => self.say().page = Some(Box::new(said.clone())),
        }
    }

    /// A proof in the body, or in a field of its own; one in `Authorization` comes first.
    fn present(&mut self, scheme: Scheme) {
        self.complete |= self.credential.is_none();
        self.credential.get_or_insert(scheme);
    }

    /// The first name told stays.
    fn name(&mut self, user: Option<&String>, words: &mut Words) {
        if let Some(user) = user.filter(|user| !user.is_empty() && self.user.is_none()) {
            self.user = Some(words.keep(bounded(&address(user))));
        }
    }
}

/// As much of a text as is kept.
pub(super) fn bounded(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MAX_TEXT)).unwrap_or(text)
}
