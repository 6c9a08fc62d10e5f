//! The frame: what the capture file says about a packet, before its first byte is read.
//!
//! It is no layer of its own (`frame.protocols` begins below it); that list is filled in by whoever collects the layers.

mod dissect;
pub mod encap;
pub mod fields;
#[cfg(test)]
mod tests;

use super::Protocol;

/// The frame.
pub static PROTOCOL: Protocol =
    Protocol { name: "frame", column: "Frame", fields: fields::ALL, dissect: dissect::dissect, ..Protocol::NONE };
