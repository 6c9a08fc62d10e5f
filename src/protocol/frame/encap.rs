//! Wireshark's numbers for link types (`frame.encap_type`), which are not those of capture files.

/// The encapsulation of a `LINKTYPE_` number; 0 where Wireshark's is not known here.
pub const fn of(link_type: u32) -> u64 {
    match link_type {
        0 => 15,
        1 => 1,
        6 => 2,
        8 => 3,
        9 | 50 => 4,
        10 => 6,
        12 | 14 | 101 => 7,
        51 => 139,
        100 => 10,
        104 => 28,
        105 => 20,
        107 => 26,
        108 => 174,
        113 => 25,
        117 => 39,
        119 => 21,
        127 => 23,
        163 => 24,
        192 => 97,
        228 => 129,
        229 => 130,
        239 => 141,
        252 => 155,
        253 => 158,
        276 => 210,
        _ => 0,
    }
}

/// The name of an encapsulation.
pub const fn name(encap: u64) -> Option<&'static str> {
    Some(match encap {
        0 => "Unknown",
        1 => "Ethernet",
        2 => "Token Ring",
        3 => "SLIP",
        4 => "PPP",
        6 => "FDDI with bit-swapped MAC addresses",
        7 => "Raw IP",
        10 => "RFC 1483 ATM",
        15 => "NULL/Loopback",
        20 => "IEEE 802.11 Wireless LAN",
        21 => "IEEE 802.11 plus Prism II monitor mode radio header",
        23 => "IEEE 802.11 plus radiotap radio header",
        24 => "IEEE 802.11 plus AVS radio header",
        25 => "Linux cooked-mode capture v1",
        26 => "Frame Relay",
        28 => "Cisco HDLC",
        39 => "OpenBSD PF Firewall logs",
        97 => "Per-Packet Information header",
        129 => "Raw IPv4",
        130 => "Raw IPv6",
        139 => "PPP-over-Ethernet session",
        141 => "NFLOG",
        155 => "Wireshark Upper PDU export",
        158 => "Linux Netlink",
        174 => "OpenBSD loopback",
        210 => "Linux cooked-mode capture v2",
        _ => return None,
    })
}
