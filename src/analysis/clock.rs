//! Clocks: what servers and clients say the time is, against the time of the frame.

use crate::fact::{Fact, KerberosKind, Language, Ntlm, Place};
use crate::wire::Timestamp;
use crate::wire::time::NANOS;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Hosts remembered.
const MAX_HOSTS: usize = 4096;
/// Times before 1990 or after 2200 are no clock readings.
const PLAUSIBLE: std::ops::Range<i64> = 631_152_000..7_258_118_400;

/// What a clock reading was taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClockSource {
    /// `Date` of HTTP.
    HttpDate,
    /// `Date` of SIP.
    SipDate,
    /// stime of KRB-ERROR.
    KerberosServer,
    /// ctime of KRB-ERROR, as the client had sent it.
    KerberosClient,
    /// MsvAvTimestamp of an NTLM challenge.
    NtlmServer,
    /// Time in an NTLMv2 response, not echoed.
    NtlmClient,
    /// First bytes of the random in the ClientHello inside TLS-DSK.
    TlsDskClient,
}

impl ClockSource {
    /// The field it was read from.
    pub const fn field(self) -> &'static str {
        match self {
            Self::HttpDate => "http.date",
            Self::SipDate => "sip.Date",
            Self::KerberosServer => "kerberos.stime",
            Self::KerberosClient => "kerberos.ctime",
            Self::NtlmServer => "ntlmssp.challenge.target_info.timestamp",
            Self::NtlmClient => "ntlmssp.ntlmv2_response.time",
            Self::TlsDskClient => "tls.handshake.random_time",
        }
    }
}

/// A host's clock against the capture's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClockReading {
    /// Whose clock.
    pub host: IpAddr,
    /// Read from what.
    pub source: ClockSource,
    /// The frame.
    pub frame: u64,
    /// What the clock said.
    pub said: Timestamp,
    /// Nanoseconds it was ahead of the frame's time (negative: behind).
    pub ahead: i64,
    /// The other end of that conversation.
    pub peer: IpAddr,
    /// True if the server's clock.
    pub server: bool,
}

/// Readings that differ by more, in nanoseconds, are not of two clocks that both go on: the capture's may have been set, or
/// an answer waited in a cache.
const STEADY: u64 = 60 * NANOS.unsigned_abs();

/// What a clock said, and by how much it was ahead of the frame's time.
#[derive(Clone, Copy, Debug)]
struct Moment {
    frame: u64,
    said: Timestamp,
    ahead: i64,
}

/// What was read of a host and source.
#[derive(Clone, Copy, Debug)]
struct Readings {
    server: bool,
    furthest: Moment,
    nearest: Moment,
}

impl Readings {
    /// The one furthest off; of a clock that was once nearer, that one.
    const fn telling(&self) -> Moment {
        let steady = self.furthest.ahead.abs_diff(self.nearest.ahead) <= STEADY;
        if steady { self.furthest } else { self.nearest }
    }
}

/// The clocks of the capture's hosts.
#[derive(Clone, Debug, Default)]
pub struct Clocks {
    readings: BTreeMap<(IpAddr, ClockSource, IpAddr), Readings>,
    /// The server's time in the last NTLM challenge of a conversation. A client should repeat it; some put their own
    /// time beside it.
    told: BTreeMap<u32, Option<Timestamp>>,
}

impl Clocks {
    /// One reading a host and source.
    pub fn readings(&self) -> impl Iterator<Item = ClockReading> {
        self.readings.iter().map(|(&(host, source, peer), readings)| {
            let Moment { frame, said, ahead } = readings.telling();
            ClockReading { host, source, frame, said, ahead, peer, server: readings.server }
        })
    }

    /// Takes what a message says about clocks.
    pub(super) fn observe(&mut self, place: &Place, fact: &Fact) {
        let sender_is_server = place.from == crate::fact::Direction::ToClient;
        match fact {
            Fact::Head(head) => {
                if let Some(said) = head.date {
                    let source =
                        if head.language == Language::Sip { ClockSource::SipDate } else { ClockSource::HttpDate };
                    self.add(place, source, said, sender_is_server);
                }
            }
            Fact::Kerberos(message) if message.kind == KerberosKind::Error => {
                if let Some(said) = message.server_time {
                    self.add(place, ClockSource::KerberosServer, said, true);
                }
                if let Some(said) = message.client_time {
                    self.add(place, ClockSource::KerberosClient, said, false);
                }
            }
            Fact::Ntlm(message) => match &**message {
                Ntlm::Challenge(challenge) => {
                    if self.told.len() < MAX_HOSTS {
                        self.told.insert(place.flow, challenge.time);
                    }
                    if let Some(said) = challenge.time {
                        self.add(place, ClockSource::NtlmServer, said, true);
                    }
                }
                Ntlm::Authenticate(answer) => {
                    let told = self.told.remove(&place.flow);
                    let repeated = told.map_or(answer.echoes_time, |told| told == answer.time);
                    if let Some(said) = answer.time.filter(|_| !repeated) {
                        self.add(place, ClockSource::NtlmClient, said, false);
                    }
                }
                _ => {}
            },
            Fact::Tls(flight) => {
                if let Some(said) = flight.client_time {
                    self.add(place, ClockSource::TlsDskClient, said, false);
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, place: &Place, source: ClockSource, said: Timestamp, server: bool) {
        if !PLAUSIBLE.contains(&said.seconds()) {
            return;
        }
        let (host, peer) =
            if server { (place.server.ip(), place.client.ip()) } else { (place.client.ip(), place.server.ip()) };
        let ahead = said.since(place.time);
        let key = (host, source, peer);
        if self.readings.len() >= MAX_HOSTS && !self.readings.contains_key(&key) {
            return;
        }
        let now = Moment { frame: place.frame, said, ahead };
        let kept = self.readings.entry(key).or_insert(Readings { server, furthest: now, nearest: now });
        if ahead.unsigned_abs() > kept.furthest.ahead.unsigned_abs() {
            kept.furthest = now;
        } else if ahead.unsigned_abs() < kept.nearest.ahead.unsigned_abs() {
            kept.nearest = now;
        }
    }
}
