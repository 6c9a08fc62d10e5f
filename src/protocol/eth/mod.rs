//! Ethernet II and IEEE 802.3 (IEEE Std 802.3, clause 3).
//!
//! ```text
//! +-------------------+-------------------+-----------+----------- - - -+- - - - - -+- - - -+
//! | destination (6)   | source (6)        | type (2)  | payload          padding     FCS (4)|
//! +-------------------+-------------------+-----------+----------- - - -+- - - - - -+- - - -+
//! ```
//!
//! A type up to 1500 is the length of an LLC frame. What lies behind the payload is told apart as Wireshark does: see
//! [`trailer`].

mod dissect;
pub mod fields;

#[cfg(test)]
mod tests;
pub mod trailer;

use super::{Claim, Protocol};
use std::fmt;

/// Ethernet.
pub static PROTOCOL: Protocol = Protocol {
    name: "eth",
    column: "Ethernet",
    fields: fields::ALL,
    claims: &[Claim::LinkType(1), Claim::EtherType(0x6558)],
    dissect: dissect::dissect,
    ..Protocol::NONE
};

/// A hardware address in text, `00:11:22:33:44:55`.
#[derive(Clone, Copy, Debug)]
pub struct Mac(pub [u8; 6]);

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, byte) in self.0.iter().enumerate() {
            write!(f, "{}{byte:02x}", if nth == 0 { "" } else { ":" })?;
        }
        Ok(())
    }
}
