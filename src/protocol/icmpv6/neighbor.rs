//! Neighbor Discovery (RFC 4861 §4): solicitations, advertisements, redirects, and their options.

use super::fields::{
    NA_FLAG, NA_FLAG_O, NA_FLAG_R, NA_FLAG_RSV, NA_FLAG_S, NA_TARGET, NS_TARGET, OPT, OPT_LENGTH, OPT_LINKADDR,
    OPT_MTU, OPT_PREFIX, OPT_PREFIX_FLAG, OPT_PREFIX_LEN, OPT_PREFIX_PREF, OPT_PREFIX_VALID, OPT_RDNSS, OPT_RDNSS_LIFE,
    OPT_TYPE, RA_FLAG, RA_FLAG_H, RA_FLAG_M, RA_FLAG_O, RA_FLAG_P, RA_FLAG_PRF, RA_HOP_LIMIT, RA_LIFETIME,
    RA_REACHABLE, RA_RETRANS, RD_DESTINATION, RD_TARGET, RESERVED,
};
use crate::field::Value;
use crate::protocol::eth::Mac;
use crate::protocol::{Out, Portion};
use crate::wire::At;
use std::net::Ipv6Addr;

const ROUTER_SOLICITATION: u8 = 133;
const ROUTER_ADVERTISEMENT: u8 = 134;
const NEIGHBOR_SOLICITATION: u8 = 135;
const NEIGHBOR_ADVERTISEMENT: u8 = 136;

const SOURCE_ADDRESS: u8 = 1;
const TARGET_ADDRESS: u8 = 2;
const PREFIX: u8 = 3;
const MTU: u8 = 5;
const DNS_SERVERS: u8 = 25;

/// Describes a message behind its checksum.
pub(super) fn describe<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>, kind: u8) -> Option<()> {
    match kind {
        ROUTER_SOLICITATION => out.bytes(&RESERVED, rest.take(4)?),
        ROUTER_ADVERTISEMENT => router(rest, out)?,
        NEIGHBOR_SOLICITATION => {
            out.bytes(&RESERVED, rest.take(4)?);
            let target = rest.array::<16>()?;
            let shown = Ipv6Addr::from(target.value);
            out.value(&NS_TARGET, target.raw, Value::Address(shown.into()));
            out.column("ICMPv6", format_args!("Neighbor Solicitation for {shown}"));
        }
        NEIGHBOR_ADVERTISEMENT => neighbor(rest, out)?,
        _ => {
            out.bytes(&RESERVED, rest.take(4)?);
            let target = rest.array::<16>()?;
            out.value(&RD_TARGET, target.raw, Value::Address(target.value.into()));
            let destination = rest.array::<16>()?;
            out.value(&RD_DESTINATION, destination.raw, Value::Address(destination.value.into()));
        }
    }
    while !rest.bytes.is_empty() {
        option(rest, out)?;
    }
    Some(())
}

fn router<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    let limit = rest.u8()?;
    out.number(&RA_HOP_LIMIT, limit.raw, limit.value);
    let At { raw, value } = rest.u8()?;
    out.node(&RA_FLAG, raw, Value::Number(value.into()), |out| {
        out.flag(&RA_FLAG_M, raw, value & 0x80 != 0);
        out.flag(&RA_FLAG_O, raw, value & 0x40 != 0);
        out.flag(&RA_FLAG_H, raw, value & 0x20 != 0);
        out.number(&RA_FLAG_PRF, raw, value >> 3 & 3);
        out.flag(&RA_FLAG_P, raw, value & 0x04 != 0);
    });
    let lifetime = rest.u16()?;
    out.number(&RA_LIFETIME, lifetime.raw, lifetime.value);
    for field in [&RA_REACHABLE, &RA_RETRANS] {
        let time = rest.u32()?;
        out.number(field, time.raw, time.value);
    }
    Some(())
}

fn neighbor<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    let At { raw, value } = rest.u32()?;
    let [router, solicited, overrides] = [0x8000_0000, 0x4000_0000, 0x2000_0000].map(|bit| value & bit != 0);
    out.node(&NA_FLAG, raw, Value::Number(value.into()), |out| {
        out.flag(&NA_FLAG_R, raw, router);
        out.flag(&NA_FLAG_S, raw, solicited);
        out.flag(&NA_FLAG_O, raw, overrides);
        out.number(&NA_FLAG_RSV, raw, value & 0x1fff_ffff);
    });
    let target = rest.array::<16>()?;
    let shown = Ipv6Addr::from(target.value);
    out.value(&NA_TARGET, target.raw, Value::Address(shown.into()));
    out.column("ICMPv6", format_args!("Neighbor Advertisement {shown}"));
    let set = [(router, "rtr"), (solicited, "sol"), (overrides, "ovr")];
    for (nth, (_, name)) in set.iter().filter(|(set, _)| *set).enumerate() {
        out.column_more(format_args!("{}{name}", if nth == 0 { " (" } else { ", " }));
    }
    if router || solicited || overrides {
        out.column_more(format_args!(")"));
    }
    Some(())
}

/// An option: type, length in units of eight bytes, value.
fn option<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    let length = rest.bytes.get(1).copied().map(|units| usize::from(units) * 8).filter(|length| *length > 0)?;
    let mut option = rest.cut(length);
    rest.take(length)?;
    out.group(&OPT, option.bytes, |out| {
        let kind = option.u8()?;
        out.number(&OPT_TYPE, kind.raw, kind.value);
        let length = option.u8()?;
        out.number(&OPT_LENGTH, length.raw, length.value);
        match kind.value {
            SOURCE_ADDRESS | TARGET_ADDRESS => {
                let address = option.array::<6>()?;
                out.bytes(&OPT_LINKADDR, address.raw);
                let word = if kind.value == SOURCE_ADDRESS { "from" } else { "is at" };
                out.column_more(format_args!(" {word} {}", Mac(address.value)));
            }
            PREFIX => {
                let bits = option.u8()?;
                out.number(&OPT_PREFIX_LEN, bits.raw, bits.value);
                let flags = option.u8()?;
                out.number(&OPT_PREFIX_FLAG, flags.raw, flags.value);
                for field in [&OPT_PREFIX_VALID, &OPT_PREFIX_PREF] {
                    let time = option.u32()?;
                    out.number(field, time.raw, time.value);
                }
                option.take(4)?;
                let prefix = option.array::<16>()?;
                out.value(&OPT_PREFIX, prefix.raw, Value::Address(prefix.value.into()));
            }
            MTU => {
                option.take(2)?;
                let size = option.u32()?;
                out.number(&OPT_MTU, size.raw, size.value);
            }
            DNS_SERVERS => {
                option.take(2)?;
                let lifetime = option.u32()?;
                out.number(&OPT_RDNSS_LIFE, lifetime.raw, lifetime.value);
                while !option.bytes.is_empty() {
                    let server = option.array::<16>()?;
                    out.value(&OPT_RDNSS, server.raw, Value::Address(server.value.into()));
                }
            }
            _ => {}
        }
        Some(())
    })
}
