//! Certificates shown inside TLS-DSK. The server's is judged as those of TLS connections are, by the name the challenge
//! told; the user's by its dates and by whose it is. Its issuer is the deployment itself, which no list of authorities
//! knows, and `Revoke-CsClientCertificate` leaves no trace in it.

use super::certificate::Certificate;
use super::chain::{Chain, Judge, Sent, Use};
use super::negotiation::Negotiation;
use crate::fact::{Place, Scheme};
use crate::wire::Timestamp;
use crate::wire::hash::HashMap;
use std::sync::Arc;

/// What a server showed inside TLS-DSK.
#[derive(Clone, Debug)]
pub struct ServerCertificate {
    /// Its own certificate.
    pub certificate: Certificate,
    /// The frame it came in.
    pub frame: u64,
    /// When.
    pub time: Timestamp,
    /// How many certificates were sent.
    pub chain: usize,
    /// What is wrong with it.
    pub verdict: Option<Chain>,
}

impl ServerCertificate {
    /// A certificate that was shown here.
    pub(super) fn shown(place: &Place, der: &[u8]) -> Option<Self> {
        let certificate = Certificate::read(der)?;
        Some(Self { certificate, frame: place.frame, time: place.time, chain: 1, verdict: None })
    }
}

/// Chains that were shown inside TLS-DSK, by the digest of the first certificate.
pub(super) type Inner = HashMap<[u8; 32], Arc<Sent>>;

/// Judges what a negotiation showed.
pub(super) fn judge(negotiation: &mut Negotiation, chains: &Inner, judge: &mut Judge<'_>) {
    if negotiation.scheme != Scheme::TlsDsk {
        return;
    }
    let name = negotiation.target.clone();
    if let Some(shown) = negotiation.association.as_mut().and_then(|kept| kept.server_certificate.as_mut())
        && let Some(sent) = chains.get(&shown.certificate.sha256)
    {
        shown.chain = sent.len();
        shown.verdict = Some(judge.chain(sent, Use { time: shown.time, name: name.as_deref(), server: true }));
    }
    let Some(certificate) = &negotiation.certificate else { return };
    let leg = negotiation.legs.iter().find(|leg| leg.frame == negotiation.association().certificate_frame);
    let Some(time) = leg.map(|leg| leg.time) else { return };
    let mut problems = judge.alone(certificate, Use { time, name: None, server: false }).words();
    if let Some(address) = negotiation.address.as_deref().filter(|address| !certificate.is_of(address)) {
        problems.push(format!("not of {address}"));
    }
    if !problems.is_empty() {
        negotiation.association_mut().certificate_problems = problems;
    }
}
