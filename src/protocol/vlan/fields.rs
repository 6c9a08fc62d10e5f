//! Fields of VLAN tags.

use crate::protocol::ethertype;
pub use provider::ALL as PROVIDER_ALL;

crate::fields! {
    VLAN     = Protocol "vlan"          "802.1Q Virtual LAN";
    PRIORITY = Number   "vlan.priority" "Priority", names priority_name;
    DEI      = Flag     "vlan.dei"      "DEI";
    ID       = Number   "vlan.id"       "ID";
    ETYPE    = Hex4     "vlan.etype"    "Type", names ethertype::name;
    LEN      = Number   "vlan.len"      "Length";
    TRAILER  = Bytes    "vlan.trailer"  "Trailer";
}

/// The provider's tag has names of its own.
pub mod provider {
    use crate::protocol::ethertype;

    crate::fields! {
        TAG      = Protocol "ieee8021ad"          "IEEE 802.1ad";
        PRIORITY = Number   "ieee8021ad.priority" "Priority";
        DEI      = Flag     "ieee8021ad.dei"      "DEI";
        ID       = Number   "ieee8021ad.id"       "ID";
        ETYPE    = Hex4     "ieee8021ah.etype"    "Type", names ethertype::name;
    }
}

fn priority_name(priority: u64) -> Option<&'static str> {
    Some(match priority {
        0 => "Best Effort (default)",
        1 => "Background",
        2 => "Spare",
        3 => "Critical Applications",
        4 => "Video, < 100ms latency and jitter",
        5 => "Voice, < 10ms latency and jitter",
        6 => "Internetwork Control",
        7 => "Network Control",
        _ => return None,
    })
}
