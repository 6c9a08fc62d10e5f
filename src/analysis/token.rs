//! What tokens tell a negotiation, whatever carried them.

use super::certificate::Certificate;
use super::inner::ServerCertificate;
use super::kdc::Tickets;
use super::negotiation::{ErrorCode, Negotiation, NtlmTraits};
use crate::fact::{Direction, Fact, KerberosKind, Ntlm, NtlmVersion, Place};
use crate::knowledge::{self, code::Space};
use crate::wire::words::said;
use std::borrow::Cow;

/// What a token turned out to hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// NTLM type 1.
    pub(super) negotiate: bool,
    /// NTLM type 2.
    pub(super) challenge: bool,
    /// NTLM type 3.
    pub(super) authenticate: bool,
    /// AP-REQ.
    pub(super) ap_req: bool,
    /// AP-REP.
    pub(super) ap_rep: bool,
    /// KRB-ERROR.
    pub(super) krb_error: bool,
    /// TLS ClientHello.
    pub(super) client_hello: bool,
    /// TLS alert.
    pub(super) alert: bool,
    /// SPNEGO says reject.
    pub(super) rejected: bool,
}

/// The name of a TLS alert.
pub fn alert_name(code: u8) -> &'static str {
    knowledge::tls::alert_name(code).unwrap_or("unknown alert")
}

/// The name of a TLS version.
pub fn tls_version(version: u16) -> Cow<'static, str> {
    match version {
        0x0300 => "SSL3.0".into(),
        0x0301 => "TLS1.0".into(),
        0x0302 => "TLS1.1".into(),
        0x0303 => "TLS1.2".into(),
        0x0304 => "TLS1.3".into(),
        other => format!("TLS 0x{other:04x}").into(),
    }
}

/// Reads a token into its negotiation.
pub(super) fn absorb(negotiation: &mut Negotiation, place: &Place, token: &[Fact], tickets: &Tickets) -> Seen {
    let mut seen = Seen::default();
    for fact in token {
        match fact {
            Fact::Spnego(spnego) => {
                if spnego.init {
                    negotiation.only_ntlm = !spnego.mechanisms.is_empty()
                        && spnego.mechanisms.iter().all(|m| m == "1.3.6.1.4.1.311.2.2.10");
                }
                seen.rejected |= spnego.state == Some(2);
            }
            Fact::Ntlm(message) => ntlm(negotiation, place, message, &mut seen),
            Fact::Kerberos(message) => {
                negotiation.mechanism.get_or_insert_with(|| "Kerberos".into());
                negotiation.open(message);
                match message.kind {
                    KerberosKind::ApReq => {
                        seen.ap_req = true;
                        negotiation.leg(place, "AP-REQ");
                        if let Some(service) = &message.service {
                            negotiation.target = Some(service.name.as_str().into());
                        }
                        negotiation.ticket_etype = message.ticket_etype;
                        if let Some(issued) = message.ticket.and_then(|digest| tickets.issued(digest)) {
                            negotiation.user = Some(issued.client.name.as_str().into());
                            negotiation.domain = Some(issued.client.realm.as_str().into());
                        }
                    }
                    KerberosKind::ApRep => {
                        seen.ap_rep = true;
                        negotiation.leg(place, "AP-REP");
                    }
                    KerberosKind::Error => {
                        seen.krb_error = true;
                        negotiation.leg(place, "KRB-ERROR");
                        let code = message.error.unwrap_or(-1);
                        negotiation.error = Some(Box::new(ErrorCode { ntstatus: message.ntstatus, ..krb_error(code) }));
                    }
                    _ => {}
                }
            }
            Fact::Tls(flight) => {
                if let Some(version) = flight.version.filter(|_| flight.server_hello || negotiation.mechanism.is_none())
                {
                    negotiation.mechanism = Some(tls_version(version));
                }
                if flight.client_hello {
                    seen.client_hello = true;
                    negotiation.leg(place, "ClientHello");
                } else if flight.resumed {
                    negotiation.association_mut().resumed = true;
                    negotiation.leg(place, "ServerHello, resumes");
                } else if flight.server_hello {
                    negotiation.leg(place, "ServerHello");
                } else if flight.alert.is_none() {
                    negotiation.leg(place, "handshake");
                }
                if let Some(suite) = flight.suite {
                    negotiation.association_mut().inner = flight.version.map(|version| (version, suite));
                }
                match (flight.certificates.first(), place.from) {
                    (Some(der), Direction::ToServer) => {
                        negotiation.certificate = Certificate::read(der).map(Box::new);
                        negotiation.association_mut().certificate_frame = place.frame;
                    }
                    (Some(der), Direction::ToClient) => {
                        negotiation.association_mut().server_certificate =
                            ServerCertificate::shown(place, der).map(Box::new);
                    }
                    (None, _) => {}
                }
                if let Some(code) = flight.alert {
                    seen.alert = true;
                    negotiation.leg(place, "alert");
                    negotiation.error = Some(Box::new(ErrorCode::new(Space::Tls, code, alert_name(code))));
                }
            }
            _ => {}
        }
    }
    seen
}

fn ntlm(negotiation: &mut Negotiation, place: &Place, message: &Ntlm, seen: &mut Seen) {
    let mut traits = negotiation.ntlm.unwrap_or_default();
    match message {
        Ntlm::Negotiate { .. } => {
            seen.negotiate = true;
            negotiation.leg(place, "negotiate");
        }
        Ntlm::Challenge(challenge) => {
            seen.challenge = true;
            negotiation.leg(place, "challenge");
            traits.time_offered = Some(challenge.time.is_some());
        }
        Ntlm::Authenticate(answer) => {
            seen.authenticate = true;
            negotiation.leg(place, "authenticate");
            traits = NtlmTraits {
                version: Some(answer.version),
                mic: answer.mic,
                channel_bound: answer.channel_bound,
                // What the client echoes proves what the server had sent, should its challenge be missing.
                time_offered: traits.time_offered.or(answer.echoes_time.then_some(true)),
            };
            negotiation.mechanism = Some(answer.version.name().into());
            if answer.version != NtlmVersion::Anonymous {
                negotiation.user = Some(answer.user.as_str().into());
                negotiation.domain = said(&answer.domain);
            }
            negotiation.workstation = said(&answer.workstation);
            if let Some(spn) = &answer.spn {
                negotiation.target = Some(spn.as_str().into());
            }
        }
    }
    if negotiation.mechanism.is_none() {
        negotiation.mechanism = Some("NTLM".into());
    }
    negotiation.ntlm = Some(traits);
}

/// A Kerberos error with its name.
pub(super) fn krb_error(code: i32) -> ErrorCode {
    ErrorCode::new(Space::Krb, code, knowledge::kerberos::error_name(code).unwrap_or("unknown error"))
}
