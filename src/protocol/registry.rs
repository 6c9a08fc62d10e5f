//! The list of protocols and the look-up by claim.
//!
//! To add one: a folder, a line in `mod` below, a line in [`ALL`]; both alphabetical.

use super::{
    Claim, Protocol, arp, data, dns, erspan, eth, frame, gre, gssapi, http, icmp, icmpv6, ip, ipv6, kerberos, loopback,
    ntlm, ppp, pppoe, sip, sll, soap, tcp, tls, tlsdsk, udp, vlan, vxlan,
};

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
    &gre::PROTOCOL,
    &gssapi::PROTOCOL,
    &http::PROTOCOL,
    &icmp::PROTOCOL,
    &icmpv6::PROTOCOL,
    &ip::PROTOCOL,
    &ipv6::PROTOCOL,
    &kerberos::PROTOCOL,
    &loopback::PROTOCOL,
    &ntlm::PROTOCOL,
    &ppp::PROTOCOL,
    &pppoe::PROTOCOL,
    &sip::PROTOCOL,
    &sll::PROTOCOL,
    &soap::PROTOCOL,
    &tcp::PROTOCOL,
    &tls::PROTOCOL,
    &tlsdsk::PROTOCOL,
    &udp::PROTOCOL,
    &vlan::PROTOCOL,
    &vxlan::PROTOCOL,
];

/// The protocol that answers to `claim`.
pub fn find(claim: Claim) -> Option<&'static Protocol> {
    ALL.iter()
        .copied()
        .find(|p| p.claims.iter().any(|c| *c == claim) || matches!(claim, Claim::Named(name) if name == p.name))
}
