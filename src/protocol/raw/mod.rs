//! Raw IP: a capture without link headers (LINKTYPE_RAW and its platform-specific numbers). The version nibble decides.

use super::{Claim, Message, Out, Portion, Protocol, data, ethertype};

crate::fields! {
    RAW = Protocol "raw" "Raw packet data";
}

/// Raw IP.
pub static PROTOCOL: Protocol = Protocol {
    name: "raw",
    column: "Raw",
    fields: ALL,
    claims: &[Claim::LinkType(101), Claim::LinkType(12), Claim::LinkType(14)],
    dissect,
    ..Protocol::NONE
};

fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let whole = Portion::of(message);
    out.group(&RAW, whole.bytes, |out| out.label(format_args!("Raw packet data")));
    out.column("Raw", format_args!("Raw packet data"));
    match whole.bytes.first().map(|first| first >> 4) {
        Some(4) => ethertype::give(out, message, ethertype::IPV4, whole),
        Some(6) => ethertype::give(out, message, ethertype::IPV6, whole),
        _ => data::show(out, message, whole),
    }
}
