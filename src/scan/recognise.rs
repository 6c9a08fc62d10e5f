//! Who speaks: which protocol a stream or a datagram belongs to.
//!
//! What the user said comes first, then a probe that is sure, then the port, then a probe that finds it possible.

use crate::protocol::{Claim, Likelihood, Protocol, data, registry};
use crate::stream::Transport;

/// Bytes after which an undecided stream is not asked again.
const ENOUGH: usize = 64;

/// The verdict on a stream's first bytes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Verdict {
    Is(&'static Protocol),
    Wait,
    Nobody,
    /// Nobody, and nobody is to be asked again.
    Never,
}

/// `-d tcp.port==8443,http`, or of several ports `-d tcp.port==8440-8449,http`: what the user decides.
#[derive(Clone, Copy, Debug)]
pub struct DecodeAs {
    transport: Transport,
    ports: (u16, u16),
    protocol: &'static Protocol,
}

/// A `-d` argument that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot decode as '{given}': {why}\n  write it as tcp.port==8443,http or udp.port==5070-5079,sip")]
pub struct DecodeAsError {
    given: String,
    why: String,
}

impl DecodeAs {
    /// What it decides about: `tcp.port==8443`.
    pub fn selector(&self) -> String {
        let transport = if self.transport == Transport::Tcp { "tcp" } else { "udp" };
        match self.ports {
            (first, last) if first == last => format!("{transport}.port=={first}"),
            (first, last) => format!("{transport}.port=={first}-{last}"),
        }
    }
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
        let number = |text: &str| text.trim().parse().map_err(|_| fail(format!("'{text}' is not a port")));
        let ports = match port.split_once('-') {
            Some((low, high)) => (number(low)?, number(high)?),
            None => (number(port)?, number(port)?),
        };
        if ports.0 > ports.1 {
            return Err(fail(format!("'{port}' ends before it begins")));
        }
        let name = name.trim();
        let protocol = registry::find(Claim::Named(match name {
            "ntlm" => "ntlmssp",
            "ssl" => "tls",
            other => registry::ALL.iter().find(|p| p.name == other).map_or("", |p| p.name),
        }));
        let protocol = protocol.ok_or_else(|| fail(format!("no protocol is called '{name}'")))?;
        Ok(Self { transport, ports, protocol })
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
        let meant = |rule: &&DecodeAs| {
            rule.transport == transport && ports.iter().any(|port| (rule.ports.0..=rule.ports.1).contains(port))
        };
        self.rules.iter().find(meant).map(|r| r.protocol)
    }

    /// Judges the first bytes of a stream. `ports`: the server's first.
    pub(super) fn stream(&self, bytes: &[u8], ports: [u16; 2]) -> Verdict {
        match self.ruled(Transport::Tcp, ports) {
            Some(protocol) if protocol.open.is_some() => return Verdict::Is(protocol),
            // Whatever these bytes look like, they are to stay what they are.
            Some(protocol) if protocol.name == data::PROTOCOL.name => return Verdict::Never,
            _ => {}
        }
        let mut best = (Likelihood::No, None);
        let mut unsure = false;
        for protocol in registry::STREAMS.iter().copied() {
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

    /// True if the first bytes of a stream may become what its ports are known for.
    pub(super) fn expects(bytes: &[u8], ports: [u16; 2]) -> bool {
        registry::STREAMS.iter().any(|protocol| {
            ports.iter().any(|port| protocol.claims.contains(&Claim::TcpPort(*port)))
                && (protocol.probe)(bytes) != Likelihood::No
        })
    }

    /// True if the start of a segment in a stream nobody knew is surely a message.
    pub(super) fn surely(bytes: &[u8]) -> Option<&'static Protocol> {
        registry::STREAMS.iter().copied().find(|p| (p.probe)(bytes) == Likelihood::Surely)
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
        for protocol in registry::DATAGRAMS.iter().copied() {
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
