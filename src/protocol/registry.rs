//! The list of protocols and the look-up by claim.
//!
//! To add one: a folder, a line in `mod` below, a line in [`ALL`]; both alphabetical.

use super::{
    Claim, Likelihood, Protocol, arp, data, dns, erspan, eth, frame, geneve, gre, gssapi, http, icmp, icmpv6, igmp, ip,
    ipv6, kerberos, llc, loopback, ntlm, ppp, pppoe, raw, sip, sll, soap, tcp, tls, tlsdsk, udp, vlan, vxlan,
};
use crate::field::Field;

/// Every protocol, in alphabetical order.
pub static ALL: &[&Protocol] = &[
    &arp::PROTOCOL,
    &data::PROTOCOL,
    &dns::PROTOCOL,
    &dns::STREAM,
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
    &ntlm::PROTOCOL,
    &ppp::PROTOCOL,
    &pppoe::DISCOVERY,
    &pppoe::PROTOCOL,
    &raw::PROTOCOL,
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

/// Every field of every protocol.
pub fn fields() -> impl Iterator<Item = &'static Field> {
    ALL.iter().flat_map(|p| p.fields.iter().copied())
}
