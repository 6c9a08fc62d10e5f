//! What of other protocols a message may hold: what a filter over other fields need not look into.

use super::{Claim, Protocol, data, expert, http, registry, tcp};
use crate::field::Field;

/// What of other protocols the messages of a protocol may hold. Data, remarks and what a reassembled stream says of itself
/// may stand anywhere and are not listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carries {
    /// Whatever there is.
    Anything,
    /// These.
    Only(&'static [Cargo]),
}

/// Protocols that may stand in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cargo {
    /// Those that claim a media type.
    MediaTypes,
    /// Those that claim an authentication scheme.
    AuthSchemes,
    /// Those that claim a mechanism of GSS-API.
    Mechanisms,
    /// The one of this name.
    Named(&'static str),
}

impl Cargo {
    fn includes(self, protocol: &Protocol) -> bool {
        match self {
            Self::Named(name) => protocol.name == name,
            Self::MediaTypes => protocol.claims.iter().any(|c| matches!(c, Claim::MediaType(_))),
            Self::AuthSchemes => protocol.claims.iter().any(|c| matches!(c, Claim::AuthScheme(_))),
            Self::Mechanisms => protocol.claims.iter().any(|c| matches!(c, Claim::Mechanism(_))),
        }
    }
}

fn has(fields: &[&Field], name: &str) -> bool {
    fields.iter().any(|field| field.name == name)
}

/// True if a message of any kind may show a field of this name.
fn is_anywhere(name: &str) -> bool {
    let reassembled = &[&tcp::fields::REASSEMBLED_LEN, &tcp::fields::REASSEMBLED_DATA];
    [data::PROTOCOL.fields, expert::PROTOCOL.fields, reassembled].iter().any(|f| has(f, name))
}

/// True if a message of `protocol` may show a field of this name.
pub fn may_show(protocol: &'static Protocol, name: &str) -> bool {
    is_anywhere(name) || has(protocol.fields, name) || carried(protocol.carries, name)
}

/// True if the body of an HTTP message may show a field of this name.
pub fn may_stand_in_body(name: &str) -> bool {
    let own = has(http::PROTOCOL.fields, name) && (has(http::fields::OF_BODIES, name) || !name.starts_with("http"));
    is_anywhere(name) || own || carried(Carries::Only(&[Cargo::MediaTypes, Cargo::Named("lync")]), name)
}

/// True if what is carried may show it, or what that carries.
fn carried(carries: Carries, name: &str) -> bool {
    let mut reached: Vec<&'static Protocol> = Vec::new();
    let mut next = carries;
    let mut at = 0;
    loop {
        let Carries::Only(cargo) = next else { return true };
        for protocol in registry::ALL.iter().filter(|p| cargo.iter().any(|kind| kind.includes(p))) {
            if !reached.iter().any(|known| std::ptr::eq(*known, *protocol)) {
                reached.push(protocol);
            }
        }
        let Some(protocol) = reached.get(at) else { return false };
        if has(protocol.fields, name) {
            return true;
        }
        next = protocol.carries;
        at = at.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{dns, http, sip, tls};

    #[test]
    fn a_message_holds_what_it_hands_over_and_what_that_hands_over() {
        for (protocol, name, holds) in [
            (&http::PROTOCOL, "http.request.uri", true),
            (&http::PROTOCOL, "kerberos.msg_type", true),
            (&http::PROTOCOL, "sdp.version", true),
            (&http::PROTOCOL, "sip.Method", false),
            (&http::PROTOCOL, "dns.qry.name", false),
            (&sip::PROTOCOL, "ntlmssp.messagetype", true),
            (&sip::PROTOCOL, "tls.handshake.type", true),
            (&sip::PROTOCOL, "http.request", false),
            (&tls::PROTOCOL, "x509af.utcTime", true),
            (&tls::PROTOCOL, "http.request", false),
            (&dns::MDNS, "dns.qry.name", true),
            (&dns::PROTOCOL, "sip.Method", false),
            (&dns::PROTOCOL, "data.len", true),
            (&dns::PROTOCOL, "_ws.expert", true),
        ] {
            assert_eq!(may_show(protocol, name), holds, "{name} in {protocol:?}");
        }
    }

    #[test]
    fn heads_are_not_bodies() {
        for (name, body) in [
            ("http.request.uri", false),
            ("http", false),
            ("http.file_data", true),
            ("urlencoded-form.key", true),
            ("xml.tag", true),
            ("lync.service", true),
            ("ntlmssp.messagetype", false),
            ("data", true),
        ] {
            assert_eq!(may_stand_in_body(name), body, "{name}");
        }
    }
}
