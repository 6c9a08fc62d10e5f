//! Mirrored frames in GRE: ERSPAN types II and III (draft-foschiano-erspan).

use super::{Claim, Message, Out, Portion, Protocol, eth};

crate::fields! {
    ERSPAN      = Protocol "erspan"             "Encapsulated Remote Switch Packet ANalysis";
    VERSION     = Number   "erspan.version"     "Version", names version_name;
    VLAN        = Number   "erspan.vlan"        "Vlan";
    COS         = Number   "erspan.cos"         "COS";
    ENCAP       = Number   "erspan.encap"       "Encap";
    BSO         = Number   "erspan.bso"         "Bad/Short/Oversized";
    TRUNCATED   = Number   "erspan.truncated"   "Truncated";
    SPANID      = Number   "erspan.spanid"      "SpanID";
    RESERVED    = Number   "erspan.reserved"    "Reserved";
    INDEX       = Number   "erspan.index"       "Index";
    TIMESTAMP   = Number   "erspan.timestamp"   "Timestamp";
    SGT         = Number   "erspan.sgt"         "Security Group Tag";
    P           = Number   "erspan.p"           "P";
    FT          = Number   "erspan.ft"          "Frame Type";
    HW          = Number   "erspan.hw"          "Hw";
    DIRECTION   = Flag     "erspan.direction"   "Direction";
    GRANULARITY = Number   "erspan.gra"         "Granularity";
    O           = Number   "erspan.o"           "O";
}

/// Mirrored frames.
pub static PROTOCOL: Protocol = Protocol {
    name: "erspan",
    column: "ERSPAN",
    fields: ALL,
    claims: &[Claim::EtherType(0x88be), Claim::EtherType(0x22eb)],
    dissect,
    ..Protocol::NONE
};

/// Version field of type II and of type III.
const TYPE_II: u16 = 1;
const TYPE_III: u16 = 2;

fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let mut rest = Portion::of(message);
    out.column("ERSPAN", format_args!("ERSPAN"));
    let known = out.group(&ERSPAN, rest.bytes, |out| {
        let known = header(&mut rest, out);
        if known.is_none() {
            rest.short(out);
        }
        known
    });
    if known == Some(true) {
        out.give(&eth::PROTOCOL, &rest.message(message));
    }
}

/// Walks the header; says whether its version is a known one.
fn header<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<bool> {
    let first = rest.u16()?;
    let version = first.value >> 12;
    out.number(&VERSION, first.raw, version);
    out.number(&VLAN, first.raw, first.value & 0x0fff);
    let second = rest.u16()?;
    let (raw, bits) = (second.raw, second.value);
    out.number(&COS, raw, bits >> 13);
    match version {
        TYPE_II => out.number(&ENCAP, raw, bits >> 11 & 3),
        TYPE_III => out.number(&BSO, raw, bits >> 11 & 3),
        _ => {
            out.malformed(first.raw, "unknown version");
            return Some(false);
        }
    }
    out.number(&TRUNCATED, raw, bits >> 10 & 1);
    out.number(&SPANID, raw, bits & 0x03ff);
    if version == TYPE_II {
        let index = rest.u32()?;
        out.number(&RESERVED, index.raw, index.value >> 20);
        out.number(&INDEX, index.raw, index.value & 0x000f_ffff);
        return Some(true);
    }
    let time = rest.u32()?;
    out.number(&TIMESTAMP, time.raw, time.value);
    let tag = rest.u16()?;
    out.number(&SGT, tag.raw, tag.value);
    let last = rest.u16()?;
    let (raw, bits) = (last.raw, last.value);
    out.number(&P, raw, bits >> 15);
    out.number(&FT, raw, bits >> 10 & 0x1f);
    out.number(&HW, raw, bits >> 4 & 0x3f);
    out.flag(&DIRECTION, raw, bits & 8 != 0);
    out.number(&GRANULARITY, raw, bits >> 1 & 3);
    out.number(&O, raw, bits & 1);
    // A platform's own eight bytes.
    if bits & 1 == 1 {
        rest.take(8)?;
    }
    Some(true)
}

fn version_name(version: u64) -> Option<&'static str> {
    match version {
        1 => Some("Type II"),
        2 => Some("Type III"),
        _ => None,
    }
}
