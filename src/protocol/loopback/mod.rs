//! BSD loopback: four bytes that name the address family, in the byte order of the machine that captured (LINKTYPE_NULL)
//! or in network order (LINKTYPE_LOOP).

use super::{Claim, Message, Out, Portion, Protocol, data, ethertype};
use crate::wire::At;

crate::fields! {
    NULL   = Protocol "null"        "Null/Loopback";
    FAMILY = Number   "null.family" "Family", names family_name;
}

/// BSD loopback.
pub static PROTOCOL: Protocol = Protocol {
    name: "null",
    column: "NULL",
    fields: ALL,
    claims: &[Claim::LinkType(0), Claim::LinkType(108)],
    dissect,
    ..Protocol::NONE
};

fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let mut rest = Portion::of(message);
    let whole = rest;
    out.column("NULL", format_args!("Null/Loopback"));
    let family = out.group(&NULL, whole.head(4), |out| {
        let Some(At { raw, value }) = rest.u32() else {
            rest.short(out);
            return None;
        };
        // Families are small numbers, so the bytes say which order they are in.
        let family = if value > 0xffff { value.swap_bytes() } else { value };
        out.number(&FAMILY, raw, family);
        Some(family)
    });
    match family {
        Some(2) => ethertype::give(out, message, ethertype::IPV4, rest),
        // AF_INET6 of Linux, the BSDs, FreeBSD and macOS.
        Some(10 | 24 | 28 | 30) => ethertype::give(out, message, ethertype::IPV6, rest),
        Some(_) => data::show(out, message, rest),
        None => {}
    }
}

fn family_name(family: u64) -> Option<&'static str> {
    Some(match family {
        2 => "IP",
        7 => "OSI",
        10 | 24 | 28 | 30 => "IPv6",
        23 => "IPX",
        _ => return None,
    })
}
