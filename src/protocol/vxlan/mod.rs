//! Virtual eXtensible Local Area Network (RFC 7348 §5, with the bits of its group policy extension).
//!
//! ```text
//!  flags (16) | group policy (16) | network identifier (24) | reserved (8) | Ethernet frame
//! ```

use super::{Claim, Message, Out, Portion, Protocol, eth};
use crate::field::Value;

crate::fields! {
    VXLAN         = Protocol "vxlan"                "Virtual eXtensible Local Area Network";
    FLAGS         = Hex4     "vxlan.flags"          "Flags";
    FLAG_G        = Flag     "vxlan.flag_g"         "GBP Extension";
    FLAG_I        = Flag     "vxlan.flag_i"         "VXLAN Network ID (VNI)";
    FLAG_D        = Flag     "vxlan.flag_d"         "Don't Learn";
    FLAG_A        = Flag     "vxlan.flag_a"         "Policy Applied";
    FLAG_RESERVED = Hex4     "vxlan.flags_reserved" "Reserved(R)";
    GBP           = Number   "vxlan.gbp"            "Group Policy ID";
    VNI           = Number   "vxlan.vni"            "VXLAN Network Identifier (VNI)";
    RESERVED      = Number   "vxlan.reserved8"      "Reserved";
}

/// VXLAN.
pub static PROTOCOL: Protocol = Protocol {
    name: "vxlan",
    column: "VxLAN",
    fields: ALL,
    claims: &[Claim::UdpPort(4789), Claim::UdpPort(8472)],
    dissect,
    ..Protocol::NONE
};

fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let mut rest = Portion::of(message);
    let frame = out.group(&VXLAN, rest.head(8), |out| {
        let header = header(&mut rest, out);
        if header.is_none() {
            rest.short(out);
        }
        header
    });
    if frame.is_some() {
        out.give(&eth::PROTOCOL, &rest.message(message));
    }
}

fn header<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    let flags = rest.u16()?;
    let (raw, bits) = (flags.raw, flags.value);
    out.node(&FLAGS, raw, Value::Number(bits.into()), |out| {
        out.flag(&FLAG_G, raw, bits & 0x8000 != 0);
        out.flag(&FLAG_I, raw, bits & 0x0800 != 0);
        out.flag(&FLAG_D, raw, bits & 0x0040 != 0);
        out.flag(&FLAG_A, raw, bits & 0x0008 != 0);
        out.number(&FLAG_RESERVED, raw, bits & 0x77b7);
    });
    let group = rest.u16()?;
    out.number(&GBP, group.raw, group.value);
    let network = rest.u24()?;
    out.number(&VNI, network.raw, network.value);
    out.column("VxLAN", format_args!("VNI: {}", network.value));
    let reserved = rest.u8()?;
    out.number(&RESERVED, reserved.raw, reserved.value);
    Some(())
}
