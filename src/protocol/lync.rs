//! Fields of our own for what web services say in a sign-in, whatever language they say it in: XML, JSON, forms, pages.
//!
//! Wireshark has nothing like them. They stand beside the fields of the language, where the document ends.

use super::{Carries, Out, Protocol};
use crate::fact::{Autodiscover, Fact, Fault, Grant, OauthToken, Page, Web, WebTicket};
use crate::field::{Field, Value};

crate::fields! {
    LYNC         = Protocol "lync"                      "Web sign-in";
    SERVICE      = Text     "lync.service"              "Service";
    SERVER_FQDN  = Text     "lync.server_fqdn"          "Front end";
    USER         = Text     "lync.user"                 "User";
    DEVICE       = Text     "lync.device_id"            "Device id";
    ENDPOINT     = Text     "lync.endpoint_id"          "Endpoint id";
    CLIENT       = Text     "lync.user_agent"           "Client";
    CULTURE      = Text     "lync.culture"              "Culture";
    ACCESS       = Text     "lync.access_location"      "Access location";
    RESOURCE     = Text     "lync.resource"             "Resource";
    REDIRECT     = Text     "lync.redirect"             "Redirect";
    LINK         = Text     "lync.link"                 "Link";
    LINK_TOKEN   = Text     "lync.link.token"           "Token";
    LINK_HREF    = Text     "lync.link.href"            "Address";
    SIP_INTERNAL = Text     "lync.sip_internal"         "SIP access from inside";
    SIP_EXTERNAL = Text     "lync.sip_external"         "SIP access from outside";
    WSDL_SERVICE = Text     "lync.metadata.service"     "Name of the service";
    WSDL_PORT    = Text     "lync.metadata.port"        "Port";
    ISSUER       = Text     "lync.issuer"               "Issuer of tickets";
    PROOF_WANTED = Flag     "lync.metadata.proof"       "Proof of possession wanted";
    AUDIENCE     = Text     "lync.ticket.audience"      "Service the ticket is for";
    TICKET_TYPE  = Text     "lync.ticket.type"          "Type of the ticket";
    KEY_TYPE     = Text     "lync.ticket.key_type"      "Type of its key";
    CREATED      = Time     "lync.ticket.created"       "Valid from";
    EXPIRES      = Time     "lync.ticket.expires"       "Valid until";
    LIFE         = Number   "lync.ticket.life"          "Seconds of life";
    PROOF        = Text     "lync.ticket.proof"         "To be presented with";
    KEY_BITS     = Number   "lync.certificate.key_bits" "Bits of the key";
    RELAY_LIFE   = Number   "lync.relay.minutes"        "Minutes the credentials for relays are good";
    RELAY_HOST   = Text     "lync.relay.host"           "Media relay";
    FAULT_CODE   = Text     "lync.fault.code"           "Fault";
    FAULT_SUB    = Text     "lync.fault.subcode"        "More precisely";
    FAULT_ID     = Number   "lync.fault.id"             "Error id";
    FAULT_WHY    = Text     "lync.fault.reason"         "Reason";
    PASSIVE_URL  = Text     "lync.fault.passive_url"    "Passive sign-in at";
    GRANT        = Text     "lync.grant_type"           "Grant";
    PASSWORD     = Flag     "lync.password"             "Password sent";
    CONFERENCE   = Text     "lync.conference"           "Meeting";
    PASSED_ON    = Flag     "lync.passive_result"       "Result of another token service";
    REALM        = Text     "lync.realm"                "Realm";
    PAGE         = Text     "lync.page.title"           "Title of the page";
    PAGE_ASKS    = Flag     "lync.page.asks_password"   "Asks for a password";
    ADFS_ERROR   = Text     "lync.page.adfs_error"      "Error of ADFS";
    OAUTH_ALG    = Text     "lync.token.algorithm"      "Signed with";
    OAUTH_KEY    = Text     "lync.token.key_id"         "Key of the signature";
    OAUTH_BY     = Text     "lync.token.issuer"         "Issued by";
    OAUTH_FOR    = Text     "lync.token.audience"       "Service the token is for";
    OAUTH_APP    = Text     "lync.token.application"    "Client program";
    OAUTH_MADE   = Time     "lync.token.issued"         "Issued at";
    OAUTH_FROM   = Time     "lync.token.not_before"     "Token valid from";
    OAUTH_UNTIL  = Time     "lync.token.expires"        "Token valid until";
    OAUTH_SIGNED = Flag     "lync.token.signed"         "Signature present";
}

/// The home of the fields; nothing is dissected by it.
pub static PROTOCOL: Protocol =
    Protocol { name: "lync", column: "LYNC", fields: ALL, carries: Carries::Only(&[]), ..Protocol::NONE };

/// Tells what a body is, and shows it. `raw` is where it ends.
pub fn tell(mut web: Web, raw: &[u8], out: &mut Out<'_, '_>) {
    if out.shows() {
        out.group(&LYNC, raw, |out| show(&web, &mut Items { raw, out }));
    }
    // The links are for the eye, unless they are a weakness; of all that a document says they are the most.
    if let Web::Autodiscover(said) = &mut web
        && said.plain_link().is_none()
    {
        said.links = Vec::new();
    }
    out.fact(Fact::Web(Box::new(web)), raw);
}

/// Shows the ticket that a body issues or presents; its fact is told by whoever found it.
pub fn show_ticket(ticket: &WebTicket, raw: &[u8], out: &mut Out<'_, '_>) {
    if !out.shows() {
        return;
    }
    out.group(&LYNC, raw, |out| {
        let mut items = Items { raw, out };
        items.text(&USER, &ticket.user);
        items.text(&AUDIENCE, &ticket.audience);
        items.value(&CREATED, ticket.created.map(Value::Time));
        items.value(&EXPIRES, ticket.expires.map(Value::Time));
        items.value(&LIFE, ticket.life.map(|life| Value::Number(life.into())));
        if ticket.issued {
            items.text(&PROOF, ticket.proof.name());
        }
    });
}

/// Writes what is there.
struct Items<'i, 'o, 'b> {
    raw: &'i [u8],
    out: &'i mut Out<'o, 'b>,
}

impl Items<'_, '_, '_> {
    fn value(&mut self, field: &'static Field, value: Option<Value<'_>>) {
        if let Some(value) = value {
            self.out.value(field, self.raw, value);
        }
    }

    fn text(&mut self, field: &'static Field, text: &str) {
        self.value(field, (!text.is_empty()).then_some(Value::Text(text.as_bytes())));
    }

    fn maybe(&mut self, field: &'static Field, text: Option<&String>) {
        self.text(field, text.map_or("", String::as_str));
    }

    fn flag(&mut self, field: &'static Field, set: bool) {
        self.value(field, set.then_some(Value::Flag(true)));
    }
}

fn show(web: &Web, items: &mut Items<'_, '_, '_>) {
    match web {
        Web::Autodiscover(said) => autodiscover(said, items),
        Web::Metadata(said) => {
            items.text(&WSDL_SERVICE, &said.service);
            items.maybe(&ISSUER, said.issuer.as_ref());
            items.value(&PROOF_WANTED, said.proof.map(Value::Flag));
            for (name, place) in &said.ports {
                items.text(&WSDL_PORT, &format!("{name} {place}"));
            }
        }
        Web::TicketRequest(said) => {
            items.maybe(&USER, said.user.as_ref());
            items.text(&AUDIENCE, &said.audience);
            items.text(&TICKET_TYPE, &said.token_type);
            items.text(&KEY_TYPE, &said.key_type);
        }
        Web::CertificateRequest(said) => {
            items.maybe(&USER, said.entity.as_ref());
            items.maybe(&DEVICE, said.device.as_ref());
            items.value(&KEY_BITS, said.key_bits.map(|bits| Value::Number(bits.into())));
        }
        Web::Certificate(said) => {
            items.maybe(&USER, said.entity.as_ref());
            items.maybe(&DEVICE, said.device.as_ref());
        }
        Web::Fault(said) => fault(said, items),
        Web::Grant(said) => grant(said, items),
        Web::Application(said) => {
            items.maybe(&USER, said.user.as_ref());
            items.maybe(&ENDPOINT, said.endpoint.as_ref());
            items.maybe(&CLIENT, said.user_agent.as_ref());
            items.maybe(&CULTURE, said.culture.as_ref());
        }
        Web::Realm(said) => {
            items.maybe(&USER, said.user.as_ref());
            items.text(&REALM, &said.kind);
            items.maybe(&ISSUER, said.sts.as_ref());
        }
        Web::Relay(said) => {
            items.value(&RELAY_LIFE, said.minutes.map(|minutes| Value::Number(minutes.into())));
            for host in &said.hosts {
                items.text(&RELAY_HOST, host);
            }
        }
        Web::Page(said) => page(said, items),
        Web::Token(said) => token(said, items),
    }
}

fn autodiscover(said: &Autodiscover, items: &mut Items<'_, '_, '_>) {
    items.maybe(&ACCESS, said.access.as_ref());
    items.text(&RESOURCE, &said.resource);
    items.maybe(&REDIRECT, said.redirect.as_ref());
    let place = |(host, port): &(String, u16)| format!("{host}:{port}");
    items.maybe(&SIP_INTERNAL, said.sip_internal.as_ref().map(place).as_ref());
    items.maybe(&SIP_EXTERNAL, said.sip_external.as_ref().map(place).as_ref());
    for (token, href) in &said.links {
        let whole = format!("{token} {href}");
        items.out.node(&LINK, items.raw, Value::Text(whole.as_bytes()), |out| {
            out.value(&LINK_TOKEN, items.raw, Value::Text(token.as_bytes()));
            out.value(&LINK_HREF, items.raw, Value::Text(href.as_bytes()));
        });
    }
}

fn fault(said: &Fault, items: &mut Items<'_, '_, '_>) {
    items.text(&FAULT_CODE, &said.code);
    items.text(&FAULT_SUB, &said.subcode);
    items.value(&FAULT_ID, said.id.map(|id| Value::Number(id.into())));
    items.text(&FAULT_WHY, &said.reason);
    items.maybe(&PASSIVE_URL, said.passive_url.as_ref());
}

fn grant(said: &Grant, items: &mut Items<'_, '_, '_>) {
    items.text(&GRANT, &said.kind);
    items.maybe(&USER, said.user.as_ref());
    items.flag(&PASSWORD, said.password);
    items.flag(&PASSED_ON, said.passive_result);
    items.maybe(&CONFERENCE, said.conference.as_ref());
}

fn token(said: &OauthToken, items: &mut Items<'_, '_, '_>) {
    items.text(&OAUTH_ALG, &said.algorithm);
    items.maybe(&OAUTH_KEY, said.key_id.as_ref());
    items.text(&OAUTH_BY, &said.issuer);
    items.text(&OAUTH_FOR, &said.audience);
    items.maybe(&USER, said.user.as_ref());
    items.maybe(&OAUTH_APP, said.application.as_ref());
    items.value(&OAUTH_MADE, said.issued.map(Value::Time));
    items.value(&OAUTH_FROM, said.not_before.map(Value::Time));
    items.value(&OAUTH_UNTIL, said.expires.map(Value::Time));
    items.value(&OAUTH_SIGNED, Some(Value::Flag(said.signed)));
}

fn page(said: &Page, items: &mut Items<'_, '_, '_>) {
    items.text(&PAGE, &said.title);
    items.flag(&PAGE_ASKS, said.asks_password);
    items.flag(&PASSED_ON, said.passive_result);
    items.maybe(&ADFS_ERROR, said.adfs_error.as_ref());
}
