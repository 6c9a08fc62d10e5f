//! The list of protocols and the look-up by claim.
//!
//! To add one: a folder, a line in `mod` below, a line in [`ALL`]; both alphabetical.

use super::{
    Claim, Protocol, arp, data, dns, erspan, eth, frame, geneve, gre, gssapi, http, icmp, icmpv6, igmp, ip, ipv6,
    kerberos, llc, loopback, ntlm, ppp, pppoe, raw, sip, sll, soap, tcp, tls, tlsdsk, udp, vlan, vxlan,
};

/// Every protocol, in alphabetical order.
pub static ALL: &[&Protocol] = &[
    &arp::PROTOCOL,
    &data::PROTOCOL,
    &dns::PROTOCOL,
    &erspan::PROTOCOL,
    &eth::PROTOCOL,
    &frame::PROTOCOL,
    &geneve::PROTOCOL,
    &gre::PROTOCOL,
    &gssapi::PROTOCOL,
    &http::PROTOCOL,
    &icmp::PROTOCOL,
    &icmpv6::PROTOCOL,
    &igmp::PROTOCOL,
    &ip::PROTOCOL,
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

/// The protocol that answers to `claim`.
pub fn find(claim: Claim) -> Option<&'static Protocol> {
    ALL.iter()
        .copied()
        .find(|p| p.claims.iter().any(|c| *c == claim) || matches!(claim, Claim::Named(name) if name == p.name))
}
