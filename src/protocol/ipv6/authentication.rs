//! The Authentication Header (RFC 4302) of IPv4 and IPv6: it hides nothing, so what it carries is described as usual.

use crate::protocol::{Claim, Message, Out, Portion, Protocol};
use crate::protocol::{ip, numbers};

crate::fields! {
    AH          = Protocol "ah"             "Authentication Header";
    NEXT_HEADER = Number   "ah.next_header" "Next header", names numbers::name;
    LENGTH      = Number   "ah.length"      "Length";
    RESERVED    = Bytes    "ah.reserved"    "Reserved";
    SPI         = Hex8     "ah.spi"         "AH SPI";
    SEQUENCE    = Number   "ah.sequence"    "AH Sequence";
    ICV         = Bytes    "ah.icv"         "AH ICV";
}

/// The Authentication Header.
pub static PROTOCOL: Protocol =
    Protocol { name: "ah", column: "AH", fields: ALL, claims: &[Claim::IpProtocol(51)], dissect, ..Protocol::NONE };

fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let mut rest = Portion::of(message);
    // A length of 0 is wrong: the fixed part alone has one word more than two.
    let words = rest.bytes.get(1).copied().map_or(1, usize::from).max(1);
    let next = out.group(&AH, rest.head(words.saturating_add(2) * 4), |out| {
        let next = header(&mut rest, out);
        if next.is_none() {
            rest.short(out);
        }
        next
    });
    if let Some(next) = next {
        ip::hand_over(out, message, next, rest);
    }
}

fn header<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<u8> {
    let next = rest.u8()?;
    out.number(&NEXT_HEADER, next.raw, next.value);
    let length = rest.u8()?;
    out.number(&LENGTH, length.raw, length.value);
    out.bytes(&RESERVED, rest.take(2)?);
    let index = rest.u32()?;
    out.number(&SPI, index.raw, index.value);
    out.column("AH", format_args!("AH (SPI=0x{:08x})", index.value));
    let sequence = rest.u32()?;
    out.number(&SEQUENCE, sequence.raw, sequence.value);
    // The length counts words of four bytes, without the first two.
    out.bytes(&ICV, rest.take((usize::from(length.value) * 4).saturating_sub(4))?);
    Some(next.value)
}
