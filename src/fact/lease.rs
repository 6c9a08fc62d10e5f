//! What DHCP tells a client, as far as it is about signing in.

use std::net::Ipv4Addr;

/// A DHCP message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lease {
    /// Message type: 1 discover, 2 offer, 3 request, 5 acknowledgment, 6 refusal, 8 inform.
    pub kind: u8,
    /// Transaction id.
    pub id: u32,
    /// The client's hardware address, bytes joined by colons.
    pub hardware: String,
    /// The address given, else the one the client has.
    pub address: Option<Ipv4Addr>,
    /// The server by its own word (option 54).
    pub server: Option<Ipv4Addr>,
    /// `Domain Name` (option 15)
    pub domain: Option<String>,
    /// The client calls itself `MS-UC-Client` (option 60).
    pub is_phone: bool,
    /// It asks for vendor information (43 in option 55).
    pub asks_web: bool,
    /// It asks for SIP servers (120 in option 55).
    pub asks_sip: bool,
    /// Where certificates are to be had: option 43 of `MS-UC-Client`, as an address.
    pub web: Option<String>,
    /// SIP servers (option 120), names or addresses.
    pub sip: Vec<String>,
}

impl Lease {
    /// An answer that gives an address or, to an inform, options.
    pub const ACKNOWLEDGMENT: u8 = 5;
    /// What a server proposes.
    pub const OFFER: u8 = 2;
}
