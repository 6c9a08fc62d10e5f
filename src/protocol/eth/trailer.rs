//! What lies behind the payload of an Ethernet frame: padding, a trailer, a frame check sequence.
//!
//! Nothing on the wire says which is which. Padding fills a frame up to 60 bytes and is zero; a frame of 64 bytes or more
//! needs none, so if four bytes are left there they are taken for the check sequence; the rest is a trailer. These are
//! Wireshark's guesses with its default settings.

use super::fields::{FCS, FCS_STATUS, PADDING, TRAILER};
use crate::field::Field;
use crate::protocol::checksum;
use crate::protocol::{Out, Portion};

/// A frame shorter than this, without its check sequence, is padded.
const MIN_FRAME: usize = 60;
/// The same with the check sequence.
const MIN_WITH_FCS: usize = 64;

/// Describes the rest of an Ethernet frame of `frame_wire` bytes (from its destination address on).
pub fn describe<'b>(out: &mut Out<'_, 'b>, frame_wire: usize, packet_wire: usize, rest: Portion<'b>) {
    let mut rest = padding(out, packet_wire, rest);
    if frame_wire >= MIN_WITH_FCS && rest.wire >= 4 {
        let body = rest.wire.saturating_sub(4);
        let before = rest.cut(body);
        remaining(out, &TRAILER, before);
        if rest.take(body).is_none() {
            return;
        }
        if let Some(fcs) = rest.u32() {
            out.number(&FCS, fcs.raw, fcs.value);
            out.number(&FCS_STATUS, &[], checksum::UNVERIFIED);
        }
    } else {
        remaining(out, &TRAILER, rest);
    }
}

/// The same behind a VLAN tag, which never guesses at a check sequence.
pub fn describe_tagged<'b>(out: &mut Out<'_, 'b>, packet_wire: usize, trailer: &'static Field, rest: Portion<'b>) {
    let rest = padding(out, packet_wire, rest);
    remaining(out, trailer, rest);
}

fn padding<'b>(out: &mut Out<'_, 'b>, packet_wire: usize, mut rest: Portion<'b>) -> Portion<'b> {
    let wanted = MIN_FRAME.saturating_sub(packet_wire.saturating_sub(rest.wire));
    if packet_wire >= MIN_FRAME && (1..=rest.wire).contains(&wanted) {
        let bytes = rest.head(wanted);
        if bytes.len() == wanted && bytes.iter().all(|b| *b == 0) {
            out.bytes(&PADDING, bytes);
            let _ = rest.take(wanted);
        }
    }
    rest
}

fn remaining<'b>(out: &mut Out<'_, 'b>, field: &'static Field, rest: Portion<'b>) {
    if !rest.bytes.is_empty() {
        out.bytes(field, rest.bytes);
    }
}
