//! What belongs to one sign-in, cut out of the evidence.

use crate::analysis::{
    Evidence, LookupSeen, Negotiation, Registration, TlsTalk, Undelivered, Unopened, WebExchange, candidate,
};
use crate::fact::Connection;
use crate::wire::Timestamp;
use std::net::IpAddr;

/// One attempt of one client to sign in with one address.
#[derive(Clone, Debug)]
pub struct Story<'e> {
    /// Everything.
    pub evidence: &'e Evidence,
    /// The address that signs in, bare; unknown if nothing readable says it.
    pub user: Option<String>,
    /// Addresses of the client's machine.
    pub addresses: Vec<IpAddr>,
    /// REGISTER dialogs, in order.
    pub registrations: Vec<&'e Registration>,
    /// Negotiations.
    pub negotiations: Vec<&'e Negotiation>,
    /// Names asked for.
    pub lookups: Vec<&'e LookupSeen>,
    /// Connections that never came about.
    pub unopened: Vec<&'e Unopened>,
    /// Packets that the network sent back.
    pub undelivered: Vec<&'e Undelivered>,
    /// TLS connections.
    pub tls: Vec<&'e TlsTalk>,
    /// Exchanges with web services.
    pub web: Vec<&'e WebExchange>,
}

impl<'e> Story<'e> {
    /// A story of which nothing is told yet.
    pub fn new(evidence: &'e Evidence, addresses: Vec<IpAddr>) -> Self {
        Self {
            evidence,
            user: None,
            addresses,
            registrations: Vec::new(),
            negotiations: Vec::new(),
            lookups: Vec::new(),
            unopened: Vec::new(),
            undelivered: Vec::new(),
            tls: Vec::new(),
            web: Vec::new(),
        }
    }

    /// The client's SIP domain: of its address, or of the names it asks for.
    pub fn domain(&self) -> Option<&str> {
        let own = self.user.as_deref().and_then(|user| user.split_once('@')).map(|(_, domain)| domain);
        own.or_else(|| self.lookups.iter().find_map(|l| candidate(&l.name, l.kind)))
    }

    /// How a connection of it ended, if it did.
    pub fn ending(&self, flow: u32) -> Option<&'e Connection> {
        self.evidence.connections.ending(flow)
    }

    /// True if the client ended the connection after this moment.
    pub fn client_left(&self, flow: u32, after: Timestamp) -> bool {
        self.ending(flow).and_then(|c| c.client_left).is_some_and(|(_, time)| time >= after)
    }

    /// False if the capture seems to hold only what the client sent: it asked for names, went on without asking again, and
    /// no answer was captured.
    pub fn hears_servers(&self) -> bool {
        self.lookups.iter().any(|l| l.answer.is_some() || l.was_repeated()) || self.lookups.is_empty()
    }

    /// True if this address is the client's.
    pub fn is_client(&self, address: IpAddr) -> bool {
        self.addresses.contains(&address)
    }

    /// How a server is called: the name by which its address was found, else the address.
    pub fn name_of(&self, server: IpAddr) -> String {
        self.lookups
            .iter()
            .find(|l| l.addresses.contains(&server))
            .map_or_else(|| server.to_string(), |l| l.name.to_string())
    }
}
