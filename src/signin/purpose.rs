//! What a connection of a sign-in is for: to reach the registrar, or the web services.
//!
//! A web service that answers says nothing of the registrar that does not. Ports tell, else the name by which the server
//! was found; where neither does, it may be either.

use super::host::is_candidate;
use super::steps::is_sip_port;
use super::story::Story;
use crate::analysis::{A, TlsTalk};
use std::net::SocketAddr;

/// What a connection is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purpose {
    /// The registrar.
    Sip,
    /// Autodiscover, tickets, certificates, UCWA.
    Web,
    /// Nothing tells.
    #[default]
    Unknown,
}

/// What a connection to this server is for, by port and by the names that led there.
pub fn of_server(story: &Story<'_>, server: SocketAddr) -> Purpose {
    if is_sip_port(server.port()) || story.registrations.iter().any(|r| r.server == server) {
        return Purpose::Sip;
    }
    if matches!(server.port(), 80 | 444 | 4443 | 8080) || story.web.iter().any(|w| w.server == server) {
        return Purpose::Web;
    }
    let mut found =
        story.lookups.iter().filter(|l| l.addresses.contains(&server.ip())).map(|l| of_name(story, &l.name));
    let first = found.next().unwrap_or_default();
    // One address for all of them is that of a reverse proxy.
    if found.all(|other| other == first) { first } else { Purpose::Unknown }
}

/// What a TLS connection is for: the name asked for comes before the address.
pub fn of_talk(story: &Story<'_>, talk: &TlsTalk) -> Purpose {
    let by_name = talk.server_name.as_deref().map(|name| of_name(story, &name.to_ascii_lowercase()));
    match by_name {
        Some(purpose) if purpose != Purpose::Unknown && !is_sip_port(talk.server.port()) => purpose,
        _ => of_server(story, talk.server),
    }
}

/// What the host of this name is asked for.
pub fn of_name(story: &Story<'_>, name: &str) -> Purpose {
    if is_candidate(name, A) {
        return if name.starts_with("lyncdiscover") { Purpose::Web } else { Purpose::Sip };
    }
    let led = story.lookups.iter().flat_map(|l| &l.services).any(|(host, _)| host == name);
    let web = story.web.iter().any(|w| *w.host == *name);
    match (led, web) {
        (true, false) => Purpose::Sip,
        (false, true) => Purpose::Web,
        _ => Purpose::Unknown,
    }
}
