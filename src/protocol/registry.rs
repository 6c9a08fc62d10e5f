//! The list of protocols and the look-up by claim.
//!
//! To add one: a folder, a line in `mod` below, a line in [`ALL`]; both alphabetical.

use super::{
    Claim, Likelihood, Protocol, arp, data, dns, erspan, eth, frame, geneve, gre, gssapi, http, icmp, icmpv6, igmp, ip,
    ipv6, kerberos, llc, loopback, multipart, ntlm, ppp, pppoe, raw, sdp, sip, sll, soap, tcp, tls, tlsdsk, udp, vlan,
    vxlan,
};
use crate::field::Field;

/// Every protocol, in alphabetical order.
pub static ALL: &[&Protocol] = &[
    &arp::PROTOCOL,
    &data::PROTOCOL,
    &dns::PROTOCOL,
    &dns::MDNS,
    &dns::LLMNR,
    &erspan::PROTOCOL,
    &eth::PROTOCOL,
    &frame::PROTOCOL,
    &geneve::PROTOCOL,
    &gre::PROTOCOL,
    &gssapi::KRB5,
    &gssapi::PROTOCOL,
    &gssapi::SPNEGO,
    &http::PROTOCOL,
    &http::SSDP,
    &icmp::PROTOCOL,
    &icmpv6::PROTOCOL,
    &igmp::PROTOCOL,
    &ip::PROTOCOL,
    &ipv6::AUTHENTICATION,
    &ipv6::PROTOCOL,
    &kerberos::PROTOCOL,
    &llc::PROTOCOL,
    &loopback::PROTOCOL,
    &multipart::PROTOCOL,
    &ntlm::PROTOCOL,
    &ppp::PROTOCOL,
    &pppoe::DISCOVERY,
    &pppoe::PROTOCOL,
    &raw::PROTOCOL,
    &sdp::PROTOCOL,
    &sip::PROTOCOL,
    &sll::PROTOCOL,
    &soap::PROTOCOL,
    &tcp::PROTOCOL,
    &tls::PROTOCOL,
    &tlsdsk::PROTOCOL,
    &udp::PROTOCOL,
    &vlan::PROTOCOL,
    &vlan::PROVIDER,
    &vxlan::PROTOCOL,
];

/// The protocol that answers to `claim` for these bytes. Where several do (a token under `Negotiate` may be SPNEGO or
/// plain NTLM), the first whose probe finds the bytes likely, else the first.
pub fn find_for(claim: Claim, bytes: &[u8]) -> Option<&'static Protocol> {
    let likely = |p: &&Protocol| p.claims.contains(&claim) && (p.probe)(bytes) >= Likelihood::Perhaps;
    ALL.iter().copied().find(likely).or_else(|| find(claim))
}

/// The protocol that answers to `claim`.
pub fn find(claim: Claim) -> Option<&'static Protocol> {
    ALL.iter()
        .copied()
        .find(|p| p.claims.iter().any(|c| *c == claim) || matches!(claim, Claim::Named(name) if name == p.name))
}

/// The protocol that reads bodies of this media type (any case, no parameters); one that claims a whole family names
/// it by its front half: `multipart/`.
pub fn media_type(media: &[u8], body: &[u8]) -> Option<&'static Protocol> {
    let claims = |p: &Protocol, media: &[u8]| {
        let is = |c: &Claim| matches!(c, Claim::MediaType(known) if known.as_bytes().eq_ignore_ascii_case(media));
        p.claims.iter().any(is)
    };
    let family = media.split_inclusive(|b| *b == b'/').next().unwrap_or_default();
    let likely = |p: &&Protocol| claims(p, media) && (p.probe)(body) >= Likelihood::Perhaps;
    let all = || ALL.iter().copied();
    all().find(likely).or_else(|| all().find(|p| claims(p, media))).or_else(|| all().find(|p| claims(p, family)))
}

/// Every field of every protocol.
pub fn fields() -> impl Iterator<Item = &'static Field> {
    ALL.iter().flat_map(|p| p.fields.iter().copied())
}
