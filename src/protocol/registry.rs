//! The list of protocols and the look-up by claim.
//!
//! To add one: a folder, a line in `mod` below, a line in [`ALL`]; both alphabetical.

use super::{Claim, Likelihood, Protocol};
use crate::field::Field;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// Every protocol, in alphabetical order.
pub static ALL: &[&Protocol] = &[
    &super::arp::PROTOCOL,
    &super::ctp::PROTOCOL,
    &super::data::PROTOCOL,
    &super::dcerpc::PROTOCOL,
    &super::dhcp::PROTOCOL,
    &super::dns::PROTOCOL,
    &super::dns::STREAM,
    &super::dns::MDNS,
    &super::dns::LLMNR,
    &super::dtls::PROTOCOL,
    &super::erspan::PROTOCOL,
    &super::eth::PROTOCOL,
    &super::expert::PROTOCOL,
    &super::frame::PROTOCOL,
    &super::ftp::PROTOCOL,
    &super::geneve::PROTOCOL,
    &super::gre::PROTOCOL,
    &super::gssapi::KRB5,
    &super::gssapi::PROTOCOL,
    &super::gssapi::SPNEGO,
    &super::http::PROTOCOL,
    &super::http::SSDP,
    &super::http2::PROTOCOL,
    &super::icmp::PROTOCOL,
    &super::icmpv6::PROTOCOL,
    &super::igmp::PROTOCOL,
    &super::ip::PROTOCOL,
    &super::ipv6::AUTHENTICATION,
    &super::ipv6::PROTOCOL,
    &super::json::PROTOCOL,
    &super::kerberos::PROTOCOL,
    &super::kpasswd::PROTOCOL,
    &super::ldap::DATAGRAM,
    &super::ldap::PROTOCOL,
    &super::llc::PROTOCOL,
    &super::loopback::PROTOCOL,
    &super::lync::PROTOCOL,
    &super::mail::IMAP,
    &super::mail::POP,
    &super::mail::SMTP,
    &super::multipart::PROTOCOL,
    &super::nbss::PROTOCOL,
    &super::ntlm::PROTOCOL,
    &super::ppp::PROTOCOL,
    &super::pppoe::DISCOVERY,
    &super::pppoe::PROTOCOL,
    &super::raw::PROTOCOL,
    &super::rtp::CONTROL,
    &super::rtp::PROTOCOL,
    &super::sdp::PROTOCOL,
    &super::sip::PROTOCOL,
    &super::sll::PROTOCOL,
    &super::smb::PROTOCOL,
    &super::smb2::PROTOCOL,
    &super::soap::PROTOCOL,
    &super::stun::CLASSIC,
    &super::stun::PROTOCOL,
    &super::stun::STREAM,
    &super::tcp::PROTOCOL,
    &super::tds::PROTOCOL,
    &super::tls::PROTOCOL,
    &super::tlsdsk::PROTOCOL,
    &super::udp::PROTOCOL,
    &super::vlan::PROTOCOL,
    &super::vlan::PROVIDER,
    &super::vxlan::PROTOCOL,
    &super::websocket::PROTOCOL,
    &super::wlan::PPI,
    &super::wlan::PROTOCOL,
    &super::wlan::RADIOTAP,
    &super::x509::PART,
    &super::x509::PROTOCOL,
];

/// Who answers to what, in the order of [`ALL`]: asked once a header of every frame.
static CLAIMED: LazyLock<FxHashMap<Claim, Vec<&Protocol>>> = LazyLock::new(|| {
    let mut claimed = FxHashMap::<Claim, Vec<&Protocol>>::default();
    for protocol in ALL.iter().copied() {
        for claim in protocol.claims.iter().copied().chain([Claim::Named(protocol.name)]) {
            claimed.entry(claim).or_default().push(protocol);
        }
    }
    claimed
});

/// The protocol that answers to `claim` for these bytes. Where several do (a token under `Negotiate` may be SPNEGO or
/// plain NTLM), the first whose probe finds the bytes likely, else the first.
pub fn find_for(claim: Claim, bytes: &[u8]) -> Option<&'static Protocol> {
    let all = CLAIMED.get(&claim)?;
    let likely = |p: &&&'static Protocol| (p.probe)(bytes) >= Likelihood::Perhaps;
    all.iter().find(likely).or(all.first()).copied()
}

/// The protocol that answers to `claim`, or has the name.
pub fn find(claim: Claim) -> Option<&'static Protocol> {
    CLAIMED.get(&claim)?.first().copied()
}

/// Media types with the protocols that claim them, in the order of [`ALL`]: asked of every body.
static MEDIA: LazyLock<Vec<(&str, &Protocol)>> = LazyLock::new(|| {
    let media = |claim: &Claim| if let Claim::MediaType(media) = *claim { Some(media) } else { None };
    ALL.iter().flat_map(|p| p.claims.iter().filter_map(media).map(|media| (media, *p))).collect()
});

/// The protocols that claim this media type (any case, no parameters).
pub fn claiming(media: &[u8]) -> impl Iterator<Item = &'static Protocol> {
    MEDIA.iter().filter(move |(known, _)| known.as_bytes().eq_ignore_ascii_case(media)).map(|(_, p)| *p)
}

/// The protocol that reads bodies of this media type; one that claims a whole family names it by its front half:
/// `multipart/`.
pub fn media_type(media: &[u8], body: &[u8]) -> Option<&'static Protocol> {
    let family = media.split_inclusive(|b| *b == b'/').next().unwrap_or_default();
    let likely = |p: &&Protocol| (p.probe)(body) >= Likelihood::Perhaps;
    claiming(media).find(likely).or_else(|| claiming(media).next()).or_else(|| claiming(family).next())
}

/// The protocols that read streams, in the order of [`ALL`].
pub static STREAMS: LazyLock<Vec<&Protocol>> =
    LazyLock::new(|| ALL.iter().copied().filter(|p| p.open.is_some()).collect());

/// The protocols that read datagrams of some port, in the order of [`ALL`].
pub static DATAGRAMS: LazyLock<Vec<&Protocol>> = LazyLock::new(|| {
    let by_port = |p: &&Protocol| p.claims.iter().any(|claim| matches!(claim, Claim::UdpPort(_)));
    ALL.iter().copied().filter(by_port).collect()
});

/// Every field of every protocol.
pub fn fields() -> impl Iterator<Item = &'static Field> {
    ALL.iter().flat_map(|p| p.fields.iter().copied())
}
