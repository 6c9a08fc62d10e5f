//! Generic Network Virtualization Encapsulation (RFC 8926 §3.4).
//!
//! ```text
//!  version (2) | option length (6) | O | C | reserved (6) | protocol (16) | network identifier (24) | reserved (8)
//!  options: class (16) | type (8) | reserved (3) | length (5) | data
//! ```

use super::{Claim, Message, Out, Portion, Protocol, ethertype};
use crate::field::Value;

crate::fields! {
    GENEVE        = Protocol "geneve"               "Generic Network Virtualization Encapsulation";
    VERSION       = Number   "geneve.version"       "Version";
    OPTION_LENGTH = Number   "geneve.option.length" "Length";
    FLAGS         = Hex2     "geneve.flags"         "Flags";
    FLAG_OAM      = Flag     "geneve.flags.oam"     "Operations, Administration and Management Frame";
    FLAG_CRITICAL = Flag     "geneve.flags.critical" "Critical Options Present";
    PROTO_TYPE    = Hex4     "geneve.proto_type"    "Protocol Type", names ethertype::name;
    VNI           = Hex6     "geneve.vni"           "Virtual Network Identifier (VNI)";
    RESERVED      = Hex2     "geneve.reserved"      "Reserved", hidden;
    OPTIONS       = Bytes    "geneve.options"       "Options";
    OPTION        = Bytes    "geneve.option"        "Option";
    OPTION_CLASS  = Hex4     "geneve.option.class"  "Class";
    OPTION_TYPE   = Hex2     "geneve.option.type"   "Type";
    OPTION_DATA   = Bytes    "geneve.option.unknown.data" "Unknown Option Data";
}

/// Geneve.
pub static PROTOCOL: Protocol = Protocol {
    name: "geneve",
    column: "Geneve",
    fields: ALL,
    claims: &[Claim::UdpPort(6081)],
    dissect,
    ..Protocol::NONE
};

fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let packet = Portion::of(message);
    let mut rest = packet;
    let options = packet.bytes.first().map_or(0, |first| usize::from(first & 0x3f) * 4);
    let protocol = out.group(&GENEVE, packet.head(options.saturating_add(8)), |out| {
        let protocol = header(&mut rest, options, out);
        if protocol.is_none() {
            rest.short(out);
        }
        protocol
    });
    if let Some(protocol) = protocol {
        ethertype::give(out, message, protocol, rest);
    }
}

fn header<'b>(rest: &mut Portion<'b>, options_length: usize, out: &mut Out<'_, 'b>) -> Option<u16> {
    let first = rest.u8()?;
    out.number(&VERSION, first.raw, first.value >> 6);
    out.number(&OPTION_LENGTH, first.raw, options_length as u64);
    let flags = rest.u8()?;
    out.node(&FLAGS, flags.raw, Value::Number(flags.value.into()), |out| {
        out.flag(&FLAG_OAM, flags.raw, flags.value & 0x80 != 0);
        out.flag(&FLAG_CRITICAL, flags.raw, flags.value & 0x40 != 0);
    });
    let protocol = rest.u16()?;
    out.number(&PROTO_TYPE, protocol.raw, protocol.value);
    let network = rest.u24()?;
    out.number(&VNI, network.raw, network.value);
    let name = ethertype::name(protocol.value.into()).unwrap_or("Unknown");
    out.column("Geneve", format_args!("Encapsulated {name}"));
    let reserved = rest.u8()?;
    out.number(&RESERVED, reserved.raw, reserved.value);
    let mut options = rest.cut(options_length);
    if options_length > 0 {
        out.node(&OPTIONS, options.bytes, Value::Bytes(options.bytes), |out| {
            while !options.bytes.is_empty() {
                if option(&mut options, out).is_none() {
                    options.short(out);
                    return;
                }
            }
        });
    }
    rest.take(options_length)?;
    Some(protocol.value)
}

fn option<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    let whole = *rest;
    let class = rest.u16()?;
    let kind = rest.u8()?;
    let length = rest.u8()?;
    let data = rest.take(usize::from(length.value & 0x1f) * 4)?;
    let raw = whole.head(data.len().saturating_add(4));
    out.node(&OPTION, raw, Value::Bytes(raw), |out| {
        out.number(&OPTION_CLASS, class.raw, class.value);
        out.number(&OPTION_TYPE, kind.raw, kind.value);
        out.number(&OPTION_LENGTH, length.raw, raw.len() as u64);
        if !data.is_empty() {
            out.bytes(&OPTION_DATA, data);
        }
    });
    Some(())
}
