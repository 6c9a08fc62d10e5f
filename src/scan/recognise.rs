//! Who speaks: which protocol a stream or a datagram belongs to.
//!
//! What the user said comes first, then a probe that is sure, then the port, then a probe that finds it possible.

use crate::protocol::{Claim, Likelihood, Protocol, registry};
use crate::stream::Transport;

/// Bytes after which an undecided stream is not asked again.
const ENOUGH: usize = 64;

/// The verdict on a stream's first bytes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Verdict {
    Is(&'static Protocol),
    Wait,
    Nobody,
}

/// `-d tcp.port==8443,http`: what the user decides.
#[derive(Clone, Copy, Debug)]
pub struct DecodeAs {
    transport: Transport,
    port: u16,
    protocol: &'static Protocol,
}

/// A `-d` argument that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot decode as '{given}': {why}\n  write it as tcp.port==8443,http or udp.port==5070,sip")]
pub struct DecodeAsError {
    given: String,
    why: String,
}

impl std::str::FromStr for DecodeAs {
    type Err = DecodeAsError;

    fn from_str(given: &str) -> Result<Self, DecodeAsError> {
        let fail = |why: String| DecodeAsError { given: given.to_owned(), why };
        let (selector, name) = given.split_once(',').ok_or_else(|| fail("no comma".into()))?;
        let (field, port) = selector.split_once("==").ok_or_else(|| fail("no == in front of the port".into()))?;
        let transport = match field.trim() {
            "tcp.port" => Transport::Tcp,
            "udp.port" => Transport::Udp,
            other => return Err(fail(format!("'{other}' is neither tcp.port nor udp.port"))),
        };
        let port = port.trim().parse().map_err(|_| fail(format!("'{port}' is not a port")))?;
        let name = name.trim();
        let protocol = registry::find(Claim::Named(match name {
            "ntlm" => "ntlmssp",
            "ssl" => "tls",
            other => registry::ALL.iter().find(|p| p.name == other).map_or("", |p| p.name),
        }));
        let protocol = protocol.ok_or_else(|| fail(format!("no protocol is called '{name}'")))?;
        Ok(Self { transport, port, protocol })
    }
}

/// Looks up protocols for streams and datagrams.
#[derive(Debug, Default)]
pub(super) struct Recogniser {
    rules: Vec<DecodeAs>,
}

impl Recogniser {
    pub(super) fn new(rules: Vec<DecodeAs>) -> Self {
        Self { rules }
    }

    fn ruled(&self, transport: Transport, ports: [u16; 2]) -> Option<&'static Protocol> {
        self.rules.iter().find(|r| r.transport == transport && ports.contains(&r.port)).map(|r| r.protocol)
    }

    /// Judges the first bytes of a stream. `ports`: the server's first.
    pub(super) fn stream(&self, bytes: &[u8], ports: [u16; 2]) -> Verdict {
        if let Some(protocol) = self.ruled(Transport::Tcp, ports).filter(|p| p.open.is_some()) {
            return Verdict::Is(protocol);
        }
        let mut best = (Likelihood::No, None);
        let mut unsure = false;
        for protocol in registry::ALL.iter().copied().filter(|p| p.open.is_some()) {
            let claimed = ports.iter().any(|port| protocol.claims.contains(&Claim::TcpPort(*port)));
            match (protocol.probe)(bytes) {
                Likelihood::Surely => return Verdict::Is(protocol),
                Likelihood::Perhaps if claimed => return Verdict::Is(protocol),
                Likelihood::Perhaps if best.0 < Likelihood::Perhaps => best = (Likelihood::Perhaps, Some(protocol)),
                Likelihood::Unsure => unsure = true,
                _ => {}
            }
        }
        match best.1 {
            _ if unsure && bytes.len() < ENOUGH => Verdict::Wait,
            Some(protocol) => Verdict::Is(protocol),
            None => Verdict::Nobody,
        }
    }

    /// True if the start of a segment in a stream nobody knew is surely a message.
    pub(super) fn surely(bytes: &[u8]) -> Option<&'static Protocol> {
        registry::ALL.iter().copied().filter(|p| p.open.is_some()).find(|p| (p.probe)(bytes) == Likelihood::Surely)
    }

    /// True if the user decided on datagrams of these ports.
    pub(super) fn rules(&self, ports: [u16; 2]) -> bool {
        self.ruled(Transport::Udp, ports).is_some()
    }

    /// Judges a datagram. `ports`: source and destination.
    pub(super) fn datagram(&self, bytes: &[u8], ports: [u16; 2]) -> Option<&'static Protocol> {
        if let Some(protocol) = self.ruled(Transport::Udp, ports) {
            return Some(protocol);
        }
        let mut by_port = None;
        for protocol in registry::ALL.iter().copied() {
            if !protocol.claims.iter().any(|c| matches!(c, Claim::UdpPort(_))) {
                continue;
            }
            let claimed = ports.iter().any(|port| protocol.claims.contains(&Claim::UdpPort(*port)));
            match (protocol.probe)(bytes) {
                Likelihood::Surely => return Some(protocol),
                Likelihood::No => {}
                _ if claimed && by_port.is_none() => by_port = Some(protocol),
                _ => {}
            }
        }
        by_port
    }
}
