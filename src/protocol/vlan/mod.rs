//! VLAN tags: IEEE 802.1Q, and 802.1ad for the provider's outer tag.
//!
//! ```text
//!  priority (3 bits) | drop eligible (1) | identifier (12) | EtherType (16)
//! ```

mod dissect;
pub mod fields;
#[cfg(test)]
mod tests;

use super::{Claim, Protocol};

/// 802.1Q, also under the old number for double tags.
pub static PROTOCOL: Protocol = Protocol {
    name: "vlan",
    column: "VLAN",
    fields: fields::ALL,
    claims: &[Claim::EtherType(0x8100), Claim::EtherType(0x9100)],
    dissect: dissect::customer,
    ..Protocol::NONE
};

/// 802.1ad, the provider's tag.
pub static PROVIDER: Protocol = Protocol {
    name: "ieee8021ad",
    column: "802.1ad",
    fields: fields::PROVIDER_ALL,
    claims: &[Claim::EtherType(0x88a8)],
    dissect: dissect::provider,
    ..Protocol::NONE
};
