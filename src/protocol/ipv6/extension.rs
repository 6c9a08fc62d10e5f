//! Extension headers of IPv6 (RFC 8200 §4), walked one after the other.

use super::fields::{
    DSTOPTS, DSTOPTS_LEN, DSTOPTS_LEN_OCT, DSTOPTS_NXT, FRAGHDR, FRAGHDR_BITS, FRAGHDR_IDENT, FRAGHDR_MORE,
    FRAGHDR_NXT, FRAGHDR_OCTET, FRAGHDR_OFFSET, HOPOPTS, HOPOPTS_LEN, HOPOPTS_LEN_OCT, HOPOPTS_NXT, OPT, OPT_ACTION,
    OPT_CHANGE, OPT_JUMBO, OPT_LENGTH, OPT_PAD1, OPT_PADN, OPT_REST, OPT_ROUTER_ALERT, OPT_TYPE, OPT_UNKNOWN, ROUTING,
    ROUTING_ADDR, ROUTING_LEN, ROUTING_LEN_OCT, ROUTING_NXT, ROUTING_RESERVED, ROUTING_SEGLEFT, ROUTING_TYPE,
    ROUTING_UNKNOWN,
};
use crate::field::{Field, Value};
use crate::protocol::{Out, Portion};

const HOP_BY_HOP: u8 = 0;
const ROUTING_HEADER: u8 = 43;
const FRAGMENT_HEADER: u8 = 44;
const DESTINATION: u8 = 60;

/// Where a walk over extension headers ends.
pub(super) enum End {
    /// At what the packet carries: the number of its protocol.
    Cargo(u8),
    /// At a part of a datagram.
    Fragment(Fragment),
    /// In the middle of a header.
    Broken,
}

/// A fragment header that does not stand alone.
pub(super) struct Fragment {
    /// The header behind it.
    pub next: u8,
    /// Of the part, in bytes.
    pub offset: u32,
    /// Others follow.
    pub more: bool,
    /// Shared by the parts of a datagram.
    pub ident: u32,
}

/// How many bytes of `bytes` are extension headers, beginning with one of type `next`.
pub(super) fn extent(mut next: u8, bytes: &[u8]) -> usize {
    let mut at: usize = 0;
    while let HOP_BY_HOP | ROUTING_HEADER | FRAGMENT_HEADER | DESTINATION = next {
        let Some([following, length]) = bytes.get(at..at.saturating_add(2)) else { return bytes.len() };
        at = at.saturating_add(if next == FRAGMENT_HEADER { 8 } else { (usize::from(*length) + 1) * 8 });
        // A part of a datagram: what follows is not a header.
        if next == FRAGMENT_HEADER && bytes.get(at.saturating_sub(6)..at.saturating_sub(4)).is_some_and(|f| f != [0, 0])
        {
            break;
        }
        next = *following;
    }
    at.min(bytes.len())
}

/// Describes extension headers and leaves what follows them in `rest`.
pub(super) fn walk<'b>(out: &mut Out<'_, 'b>, mut next: u8, rest: &mut Portion<'b>) -> End {
    loop {
        next = match next {
            HOP_BY_HOP | DESTINATION => match options_header(out, next == HOP_BY_HOP, rest) {
                Some(next) => next,
                None => return End::Broken,
            },
            ROUTING_HEADER => match routing_header(out, rest) {
                Some(next) => next,
                None => return End::Broken,
            },
            FRAGMENT_HEADER => match fragment_header(out, rest) {
                Some(Fragment { next, offset: 0, more: false, .. }) => next,
                Some(fragment) => return End::Fragment(fragment),
                None => return End::Broken,
            },
            cargo => return End::Cargo(cargo),
        };
    }
}

/// The first two bytes most extension headers share; the length counts units of eight bytes beyond the first.
fn start<'b>(out: &mut Out<'_, 'b>, fields: [&'static Field; 3], header: &mut Portion<'b>) -> Option<u8> {
    let [next_field, length_field, octets_field] = fields;
    let next = header.u8()?;
    out.number(next_field, next.raw, next.value);
    let length = header.u8()?;
    out.number(length_field, length.raw, length.value);
    let octets = (usize::from(length.value) + 1) * 8;
    out.number(octets_field, length.raw, octets as u64);
    *header = header.cut(octets.saturating_sub(2));
    Some(next.value)
}

/// Cuts a header of announced length off `rest`, or as much as there is of it; says whether it is whole.
fn split<'b>(rest: &mut Portion<'b>) -> (Portion<'b>, bool) {
    let length = rest.bytes.get(1).map_or(2, |length| (usize::from(*length) + 1) * 8);
    let header = rest.cut(length);
    let whole = rest.take(length).is_some();
    if !whole {
        let _ = rest.take(rest.bytes.len());
    }
    (header, whole)
}

fn options_header<'b>(out: &mut Out<'_, 'b>, hop_by_hop: bool, rest: &mut Portion<'b>) -> Option<u8> {
    let (mut header, whole) = split(rest);
    let (protocol, layer, fields): (&'static Field, _, [&'static Field; 3]) = if hop_by_hop {
        (&HOPOPTS, "ipv6.hopopts", [&HOPOPTS_NXT, &HOPOPTS_LEN, &HOPOPTS_LEN_OCT])
    } else {
        (&DSTOPTS, "ipv6.dstopts", [&DSTOPTS_NXT, &DSTOPTS_LEN, &DSTOPTS_LEN_OCT])
    };
    out.layer(layer);
    out.group(protocol, header.bytes, |out| {
        let next = start(out, fields, &mut header);
        while !header.bytes.is_empty() {
            if option(out, &mut header).is_none() {
                break;
            }
        }
        if next.is_none() || !header.bytes.is_empty() || !whole {
            header.short(out);
            return None;
        }
        next
    })
}

fn option<'b>(out: &mut Out<'_, 'b>, header: &mut Portion<'b>) -> Option<()> {
    let whole = *header;
    let kind = header.u8()?;
    let length = if kind.value == 0 { None } else { Some(header.u8()?) };
    let value = header.take(length.map_or(0, |length| length.value.into()))?;
    let size = whole.bytes.len().saturating_sub(header.bytes.len());
    out.group(&OPT, whole.head(size), |out| {
        out.node(&OPT_TYPE, kind.raw, Value::Number(kind.value.into()), |out| {
            out.number(&OPT_ACTION, kind.raw, kind.value >> 6);
            out.flag(&OPT_CHANGE, kind.raw, kind.value & 0x20 != 0);
            out.number(&OPT_REST, kind.raw, kind.value & 0x1f);
        });
        if let Some(length) = length {
            out.number(&OPT_LENGTH, length.raw, length.value);
        }
        match (kind.value, value) {
            (0x00, _) => out.value(&OPT_PAD1, kind.raw, Value::None),
            (0x01, value) => out.bytes(&OPT_PADN, value),
            (0x05, &[high, low]) => out.number(&OPT_ROUTER_ALERT, value, u16::from_be_bytes([high, low])),
            (0xc2, &[a, b, c, d]) => out.number(&OPT_JUMBO, value, u32::from_be_bytes([a, b, c, d])),
            (_, value) => out.bytes(&OPT_UNKNOWN, value),
        }
    });
    Some(())
}

fn routing_header<'b>(out: &mut Out<'_, 'b>, rest: &mut Portion<'b>) -> Option<u8> {
    let (mut header, whole) = split(rest);
    out.layer("ipv6.routing");
    out.group(&ROUTING, header.bytes, |out| {
        let next = routing(out, &mut header).filter(|_| whole);
        if next.is_none() {
            header.short(out);
        }
        next
    })
}

fn routing<'b>(out: &mut Out<'_, 'b>, header: &mut Portion<'b>) -> Option<u8> {
    let next = start(out, [&ROUTING_NXT, &ROUTING_LEN, &ROUTING_LEN_OCT], header)?;
    let kind = header.u8()?;
    out.number(&ROUTING_TYPE, kind.raw, kind.value);
    let left = header.u8()?;
    out.number(&ROUTING_SEGLEFT, left.raw, left.value);
    if kind.value == 0 {
        out.bytes(&ROUTING_RESERVED, header.take(4)?);
        while !header.bytes.is_empty() {
            let address = header.array::<16>()?;
            out.value(&ROUTING_ADDR, address.raw, Value::Address(address.value.into()));
        }
    } else {
        out.bytes(&ROUTING_UNKNOWN, header.bytes);
    }
    Some(next)
}

fn fragment_header<'b>(out: &mut Out<'_, 'b>, rest: &mut Portion<'b>) -> Option<Fragment> {
    out.layer("ipv6.fraghdr");
    out.group(&FRAGHDR, rest.head(8), |out| {
        let fragment = fragment(out, rest);
        if fragment.is_none() {
            rest.short(out);
        }
        fragment
    })
}

fn fragment<'b>(out: &mut Out<'_, 'b>, rest: &mut Portion<'b>) -> Option<Fragment> {
    let next = rest.u8()?;
    out.number(&FRAGHDR_NXT, next.raw, next.value);
    let reserved = rest.u8()?;
    out.number(&FRAGHDR_OCTET, reserved.raw, reserved.value);
    // Thirteen bits of offset in units of eight bytes, two reserved, one that says more follow.
    let place = rest.u16()?;
    let (units, more) = (place.value >> 3, place.value & 1 != 0);
    out.number(&FRAGHDR_OFFSET, place.raw, units);
    out.number(&FRAGHDR_BITS, place.raw, place.value >> 1 & 3);
    out.flag(&FRAGHDR_MORE, place.raw, more);
    let ident = rest.u32()?;
    out.number(&FRAGHDR_IDENT, ident.raw, ident.value);
    Some(Fragment { next: next.value, offset: u32::from(units) * 8, more, ident: ident.value })
}
