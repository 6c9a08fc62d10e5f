//! The Internet Group Management Protocol (RFC 2236, RFC 3376), as far as its common head: who asks for which group.

use super::{Claim, Message, Out, Portion, Protocol};
use crate::field::Value;
use crate::protocol::checksum;
use std::net::Ipv4Addr;

crate::fields! {
    IGMP            = Protocol "igmp"                 "Internet Group Management Protocol";
    VERSION         = Number   "igmp.version"         "IGMP Version";
    TYPE            = Hex2     "igmp.type"            "Type", names type_name;
    MAX_RESP        = Number   "igmp.max_resp"        "Max Resp Time";
    CHECKSUM        = Hex4     "igmp.checksum"        "Checksum";
    CHECKSUM_STATUS = Number   "igmp.checksum.status" "Checksum Status", names checksum::status_name;
    MADDR           = Address  "igmp.maddr"           "Multicast Address";
    NUM_GRP_RECS    = Number   "igmp.num_grp_recs"    "Num Group Records";
}

/// The Internet Group Management Protocol.
pub static PROTOCOL: Protocol =
    Protocol { name: "igmp", column: "IGMP", fields: ALL, claims: &[Claim::IpProtocol(2)], dissect, ..Protocol::NONE };

const QUERY: u8 = 0x11;
const REPORT_V1: u8 = 0x12;
const REPORT_V2: u8 = 0x16;
const LEAVE: u8 = 0x17;
const REPORT_V3: u8 = 0x22;

fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let mut rest = Portion::of(message);
    // Wireshark chooses the version in a step of its own, and names both.
    out.layer("igmp");
    out.group(&IGMP, rest.bytes, |out| {
        if header(&mut rest, out).is_none() {
            rest.short(out);
        }
    });
}

fn header<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    let whole = *rest;
    let kind = rest.u8()?;
    let response = rest.u8()?;
    let (version, column) = match kind.value {
        REPORT_V1 => (1_u8, "IGMPv1"),
        REPORT_V3 => (3, "IGMPv3"),
        // A query is longer in version 3 and asks for an answer in no time in version 1.
        QUERY if whole.wire >= 12 => (3, "IGMPv3"),
        QUERY if response.value == 0 => (1, "IGMPv1"),
        _ => (2, "IGMPv2"),
    };
    out.number(&VERSION, &[], version);
    out.number(&TYPE, kind.raw, kind.value);
    out.number(&MAX_RESP, response.raw, response.value);
    let name = type_name(kind.value.into()).unwrap_or("Unknown");
    out.column(column, format_args!("{name}"));
    let sum = rest.u16()?;
    out.number(&CHECKSUM, sum.raw, sum.value);
    if !whole.cut_off() {
        out.number(&CHECKSUM_STATUS, sum.raw, checksum::status(whole.bytes));
    }
    if kind.value == REPORT_V3 {
        rest.take(2)?;
        let count = rest.u16()?;
        out.number(&NUM_GRP_RECS, count.raw, count.value);
        return Some(());
    }
    let group = rest.array::<4>()?;
    let address = Ipv4Addr::from(group.value);
    out.value(&MADDR, group.raw, Value::Address(address.into()));
    match kind.value {
        QUERY if address.is_unspecified() => out.column(column, format_args!("{name}, general")),
        QUERY => out.column(column, format_args!("{name}, specific for group {address}")),
        REPORT_V1 | REPORT_V2 => out.column(column, format_args!("Membership Report group {address}")),
        LEAVE => out.column(column, format_args!("{name} {address}")),
        _ => {}
    }
    Some(())
}

fn type_name(kind: u64) -> Option<&'static str> {
    Some(match kind {
        0x11 => "Membership Query",
        0x12 | 0x16 | 0x22 => "Membership Report",
        0x17 => "Leave Group",
        _ => return None,
    })
}
