//! The options, each with its title and the shape of its value (RFC 2132 and the IANA registry "BOOTP Vendor Extensions
//! and DHCP Options"), as Wireshark names them.

use super::fields as f;
use super::special;
use crate::field::{Field, Value};
use crate::protocol::Out;
use std::net::Ipv4Addr;

/// What a value looks like. Numbers are in network order.
#[derive(Clone, Copy)]
pub enum Shape {
    /// One IPv4 address.
    Address(&'static Field),
    /// One IPv4 address or more.
    Addresses(&'static Field),
    /// Two IPv4 addresses, once or more.
    Pairs(&'static Field, &'static Field),
    /// Text.
    Text(&'static Field),
    /// A byte that says yes or no.
    Flag(&'static Field),
    /// A byte.
    Byte(&'static Field),
    /// Bytes, one field each.
    Bytes(&'static Field),
    /// Two bytes.
    Half(&'static Field),
    /// Two bytes, once or more.
    Halves(&'static Field),
    /// Four bytes.
    Word(&'static Field),
    /// Four bytes with a sign.
    Signed(&'static Field),
    /// What only its own reader knows.
    Special(for<'b> fn(&'b [u8], &mut Out<'_, 'b>)),
    /// Not read.
    Opaque,
}
use Shape::{Address, Addresses, Byte, Bytes, Flag, Half, Halves, Opaque, Pairs, Signed, Special, Text, Word};

/// Code, title, shape; by code.
#[rustfmt::skip]
static OPTIONS: &[(u8, &str, Shape)] = &[
    (1, "Subnet Mask", Address(&f::SUBNET_MASK)),
    (2, "Time Offset", Signed(&f::TIME_OFFSET)),
    (3, "Router", Addresses(&f::ROUTER)),
    (4, "Time Server", Addresses(&f::TIME_SERVER)),
    (5, "Name Server", Addresses(&f::NAME_SERVER)),
    (6, "Domain Name Server", Addresses(&f::DOMAIN_NAME_SERVER)),
    (7, "Log Server", Addresses(&f::LOG_SERVER)),
    (8, "Quotes Server", Addresses(&f::QUOTES_SERVER)),
    (9, "LPR Server", Addresses(&f::LPR_SERVER)),
    (10, "Impress Server", Addresses(&f::IMPRESS_SERVER)),
    (11, "Resource Location Server", Addresses(&f::RESOURCE_LOCATION_SERVER)),
    (12, "Host Name", Text(&f::HOSTNAME)),
    (13, "Boot File Size", Half(&f::BOOT_FILE_SIZE)),
    (14, "Merit Dump File", Text(&f::MERIT_DUMP_FILE)),
    (15, "Domain Name", Text(&f::DOMAIN_NAME)),
    (16, "Swap Server", Address(&f::SWAP_SERVER)),
    (17, "Root Path", Text(&f::ROOT_PATH)),
    (18, "Extensions Path", Text(&f::EXTENSION_PATH)),
    (19, "IP Forwarding", Flag(&f::IP_FORWARDING)),
    (20, "Non-Local Source Routing", Flag(&f::NON_LOCAL_SOURCE_ROUTING)),
    (21, "Policy Filter", Pairs(&f::POLICY_FILTER_IP, &f::POLICY_FILTER_SUBNET_MASK)),
    (22, "Maximum Datagram Reassembly Size", Half(&f::MAX_DATAGRAM_REASSEMBLY_SIZE)),
    (23, "Default IP Time-to-Live", Byte(&f::DEFAULT_IP_TTL)),
    (24, "Path MTU Aging Timeout", Word(&f::PATH_MTU_AGING_TIMEOUT)),
    (25, "Path MTU Plateau Table", Halves(&f::PATH_MTU_PLATEAU_TABLE_ITEM)),
    (26, "Interface MTU", Half(&f::INTERFACE_MTU)),
    (27, "All Subnets are Local", Flag(&f::ALL_SUBNETS_ARE_LOCAL)),
    (28, "Broadcast Address", Address(&f::BROADCAST_ADDRESS)),
    (29, "Perform Mask Discovery", Flag(&f::PERFORM_MASK_DISCOVERY)),
    (30, "Mask Supplier", Flag(&f::MASK_SUPPLIER)),
    (31, "Perform Router Discover", Flag(&f::PERFORM_ROUTER_DISCOVER)),
    (32, "Router Solicitation Address", Address(&f::ROUTER_SOLICITATION_ADDRESS)),
    (33, "Static Route", Pairs(&f::STATIC_ROUTE_IP, &f::STATIC_ROUTE_ROUTER)),
    (34, "Trailer Encapsulation", Flag(&f::TRAILER_ENCAPSULATION)),
    (35, "ARP Cache Timeout", Word(&f::ARP_CACHE_TIMEOUT)),
    (36, "Ethernet Encapsulation", Flag(&f::ETHERNET_ENCAPSULATION)),
    (37, "TCP Default TTL", Byte(&f::TCP_DEFAULT_TTL)),
    (38, "TCP Keepalive Interval", Word(&f::TCP_KEEPALIVE_INTERVAL)),
    (39, "TCP Keepalive Garbage", Flag(&f::TCP_KEEPALIVE_GARBAGE)),
    (40, "Network Information Service Domain", Text(&f::NIS_DOMAIN)),
    (41, "Network Information Service Servers", Addresses(&f::NIS_SERVER)),
    (42, "Network Time Protocol Servers", Addresses(&f::NTP_SERVER)),
    (43, "Vendor-Specific Information", Special(special::vendor)),
    (44, "NetBIOS over TCP/IP Name Server", Addresses(&f::NETBIOS_OVER_TCPIP_NAME_SERVER)),
    (45, "NetBIOS over TCP/IP Datagram Distribution Name Server", Addresses(&f::NETBIOS_OVER_TCPIP_DD_NAME_SERVER)),
    (46, "NetBIOS over TCP/IP Node Type", Byte(&f::NETBIOS_OVER_TCPIP_NODE_TYPE)),
    (47, "NetBIOS over TCP/IP Scope", Text(&f::NETBIOS_OVER_TCPIP_SCOPE)),
    (48, "X Window System Font Server", Addresses(&f::XWINDOWS_SYSTEM_FONT_SERVER)),
    (49, "X Window System Display Manager", Addresses(&f::XWINDOWS_SYSTEM_DISPLAY_MANAGER)),
    (50, "Requested IP Address", Address(&f::REQUESTED_IP_ADDRESS)),
    (51, "IP Address Lease Time", Word(&f::IP_ADDRESS_LEASE_TIME)),
    (52, "Option Overload", Byte(&f::OPTION_OVERLOAD)),
    (53, "DHCP Message Type", Byte(&f::MESSAGE_TYPE)),
    (54, "DHCP Server Identifier", Address(&f::DHCP_SERVER_ID)),
    (55, "Parameter Request List", Bytes(&f::REQUEST_LIST_ITEM)),
    (56, "Message", Text(&f::MESSAGE)),
    (57, "Maximum DHCP Message Size", Half(&f::DHCP_MAX_MESSAGE_SIZE)),
    (58, "Renewal Time Value", Word(&f::RENEWAL_TIME_VALUE)),
    (59, "Rebinding Time Value", Word(&f::REBINDING_TIME_VALUE)),
    (60, "Vendor class identifier", Text(&f::VENDOR_CLASS_ID)),
    (61, "Client identifier", Special(special::client_identifier)),
    (62, "Novell/Netware IP domain", Opaque),
    (63, "Novell Options", Opaque),
    (64, "Network Information Service+ Domain", Text(&f::NIS_PLUS_DOMAIN)),
    (65, "Network Information Service+ Servers", Addresses(&f::NIS_PLUS_SERVER)),
    (66, "TFTP Server Name", Text(&f::TFTP_SERVER_NAME)),
    (67, "Bootfile name", Text(&f::BOOTFILE_NAME)),
    (68, "Mobile IP Home Agent", Addresses(&f::MOBILE_IP_HOME_AGENT)),
    (69, "SMTP Server", Addresses(&f::SMTP_SERVER)),
    (70, "POP3 Server", Addresses(&f::POP3_SERVER)),
    (71, "NNTP Server", Addresses(&f::NNTP_SERVER)),
    (72, "Default WWW Server", Addresses(&f::DEFAULT_WWW_SERVER)),
    (73, "Default Finger Server", Addresses(&f::DEFAULT_FINGER_SERVER)),
    (74, "Default IRC Server", Addresses(&f::DEFAULT_IRC_SERVER)),
    (75, "StreetTalk Server", Addresses(&f::STREETTALK_SERVER)),
    (76, "StreetTalk Directory Assistance Server", Addresses(&f::STREETTALK_DA_SERVER)),
    (77, "User Class Information", Special(special::user_class)),
    (78, "Directory Agent Information", Special(special::directory_agent)),
    (79, "Service Location Agent Scope", Special(special::service_scope)),
    (80, "Rapid commit", Opaque),
    (81, "Client Fully Qualified Domain Name", Special(special::client_name)),
    (82, "Agent Information Option", Special(special::agent)),
    (83, "iSNS", Opaque),
    (85, "Novell Directory Services Servers", Opaque),
    (86, "Novell Directory Services Tree Name", Opaque),
    (87, "Novell Directory Services Context", Opaque),
    (88, "BCMCS Controller Domain Name", Opaque),
    (89, "BCMCS Controller IPv4 address", Opaque),
    (90, "Authentication", Special(special::authentication)),
    (91, "Client last transaction time", Word(&f::CLIENT_LAST_TRANSACTION_TIME)),
    (92, "Associated IP option", Addresses(&f::ASSOCIATED_IP_OPTION)),
    (93, "Client System Architecture", Halves(&f::CLIENT_SYSTEM_ARCHITECTURE)),
    (94, "Client Network Device Interface", Special(special::network_interface)),
    (95, "LDAP", Opaque),
    (97, "UUID/GUID-based Client Identifier", Special(special::uuid)),
    (98, "Open Group's User Authentication", Opaque),
    (99, "Civic Addresses Configuration", Opaque),
    (100, "PCode", Text(&f::TZ_PCODE)),
    (101, "TCode", Text(&f::TZ_TCODE)),
    (108, "IPv6-Only Preferred", Opaque),
    (112, "NetInfo Parent Server Address", Addresses(&f::NETINFO_PARENT_SERVER_ADDRESS)),
    (113, "NetInfo Parent Server Tag", Text(&f::NETINFO_PARENT_SERVER_TAG)),
    (114, "DHCP Captive-Portal", Text(&f::CAPTIVE_PORTAL)),
    (116, "DHCP Auto-Configuration", Byte(&f::DHCP_AUTO_CONFIGURATION)),
    (117, "Name Service Search", Special(special::name_search)),
    (118, "Subnet Selection Option", Address(&f::SUBNET_SELECTION_OPTION)),
    (119, "Domain Search", Special(special::domain_search)),
    (120, "SIP Servers", Special(special::sip_servers)),
    (121, "Classless Static Route", Special(special::classless_routes)),
    (122, "CableLabs Client Configuration", Opaque),
    (123, "Coordinate-based Location Configuration", Opaque),
    (124, "V-I Vendor Class", Special(special::vendor_classes)),
    (125, "V-I Vendor-specific Information", Special(special::vendor_information)),
    (128, "DOCSIS full security server IP", Opaque),
    (136, "PANA Authentication Agent", Addresses(&f::PANA_AGENT)),
    (137, "LoST Server Domain Name", Text(&f::LOST_SERVER_DOMAIN_NAME)),
    (138, "CAPWAP Access Controllers", Addresses(&f::CAPWAP_ACCESS_CONTROLLER)),
    (139, "IPv4 Address-MoS", Opaque),
    (140, "IPv4 FQDN-MoS", Opaque),
    (141, "SIP UA Configuration Domains", Opaque),
    (142, "IPv4 Address ANDSF", Addresses(&f::ANDSF_SERVER)),
    (143, "Zerotouch Redirect", Opaque),
    (144, "Geospatial Location", Opaque),
    (145, "Forcerenew Nonce Capable", Bytes(&f::FORCERENEW_NONCE_ALGORITHM)),
    (146, "RDNSS Selection", Opaque),
    (150, "TFTP Server Address", Addresses(&f::TFTP_SERVER_ADDRESS)),
    (151, "Leasequery Status code", Opaque),
    (152, "Leasequery Base Time", Opaque),
    (153, "Leasequery Start Time of State", Opaque),
    (154, "Leasequery Query Start Time", Opaque),
    (155, "Leasequery Query End Time", Opaque),
    (156, "Leasequery Dhcp State", Opaque),
    (157, "Leasequery Data Source", Opaque),
    (158, "PCP Server", Opaque),
    (159, "Portparams", Opaque),
    (160, "Unassigned", Text(&f::CAPTIVE_PORTAL)),
    (161, "Manufacturer Usage Description", Text(&f::MUDURL)),
    (175, "Etherboot", Opaque),
    (176, "IP Telephone", Opaque),
    (177, "Etherboot", Opaque),
    (208, "PXELINUX Magic", Opaque),
    (209, "PXE Configuration file", Text(&f::PXE_CONFIG_FILE)),
    (210, "PXE Path Prefix", Text(&f::PXE_PATH_PREFIX)),
    (211, "Reboot Time", Opaque),
    (212, "6RD", Opaque),
    (213, "V4 Access Domain", Opaque),
    (220, "Subnet Allocation", Opaque),
    (221, "Virtual Subnet Selection", Opaque),
    (242, "Private/Avaya IP Telephone", Opaque),
    (249, "Private/Classless Static Route (Microsoft)", Special(special::classless_routes)),
    (252, "Private/Proxy autodiscovery", Text(&f::PRIVATE_PROXY_AUTODISCOVERY)),
];

/// Title and shape of an option.
pub fn known(code: u8) -> (&'static str, Shape) {
    let at = OPTIONS.binary_search_by_key(&code, |(code, ..)| *code).ok();
    match at.and_then(|at| OPTIONS.get(at)) {
        Some((_, title, shape)) => (title, *shape),
        None if code >= 224 => ("Private", Opaque),
        None => ("Unassigned", Opaque),
    }
}

/// Shows a value of this shape; false if it has another.
pub fn show<'b>(shape: Shape, value: &'b [u8], out: &mut Out<'_, 'b>) -> bool {
    match (shape, value) {
        (Address(field), [_, _, _, _]) => address(field, value, out),
        (Addresses(field), [_, _, _, _, ..]) => {
            let (addresses, rest) = value.as_chunks::<4>();
            for octets in addresses {
                address(field, octets, out);
            }
            return rest.is_empty();
        }
        (Pairs(first, second), [_, ..]) => {
            let (pairs, rest) = value.as_chunks::<8>();
            for pair in pairs {
                let (a, b) = pair.split_at(4);
                address(first, a, out);
                address(second, b, out);
            }
            return rest.is_empty();
        }
        (Text(field), _) => out.value(field, value, Value::Text(super::parse::text(value))),
        (Flag(field), [set]) => out.flag(field, value, *set != 0),
        (Byte(field), [byte]) => out.number(field, value, *byte),
        (Bytes(field), _) => {
            for raw in value.chunks(1) {
                number(field, raw, out);
            }
        }
        (Half(field), [_, _]) => number(field, value, out),
        (Halves(field), [_, _, ..]) => {
            let (halves, rest) = value.as_chunks::<2>();
            for raw in halves {
                number(field, raw, out);
            }
            return rest.is_empty();
        }
        (Word(field), [_, _, _, _]) => number(field, value, out),
        (Signed(field), &[a, b, c, d]) => {
            out.value(field, value, Value::Signed(i32::from_be_bytes([a, b, c, d]).into()));
        }
        (Special(reader), _) => reader(value, out),
        (Opaque, _) | (Addresses(_) | Pairs(..) | Halves(_), []) => {}
        _ => return false,
    }
    true
}

/// An IPv4 address of four bytes.
pub fn address(field: &'static Field, raw: &[u8], out: &mut Out<'_, '_>) {
    if let Ok(octets) = <[u8; 4]>::try_from(raw) {
        out.value(field, raw, Value::Address(Ipv4Addr::from(octets).into()));
    }
}

/// A number in network order, at most eight bytes.
pub fn number(field: &'static Field, raw: &[u8], out: &mut Out<'_, '_>) {
    out.number(field, raw, raw.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte)));
}
