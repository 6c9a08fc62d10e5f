//! Describes a VLAN tag.

use super::fields::{DEI, ETYPE, ID, LEN, PRIORITY, TRAILER, VLAN, provider};
use crate::field::Field;
use crate::protocol::eth::trailer;
use crate::protocol::{Message, Out, Portion, ethertype, llc};

/// The largest length of an IEEE 802.3 payload.
const MAX_LEN: u16 = 1500;

struct Tag {
    priority: u16,
    eligible: bool,
    id: u16,
    kind: u16,
}

pub(super) fn customer<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let mut rest = Portion::of(message);
    let packet_wire = usize::try_from(message.context.frame.wire_len).unwrap_or(0);
    let tag = out.group(&VLAN, rest.head(4), |out| {
        let tag = tag(&mut rest, out, [&PRIORITY, &DEI, &ID, &ETYPE]);
        let Some(tag) = tag else {
            rest.short(out);
            return None;
        };
        let Tag { priority, id, .. } = tag;
        out.label(format_args!("802.1Q Virtual LAN, PRI: {priority}, DEI: {}, ID: {id}", u8::from(tag.eligible)));
        let announced = match tag.kind {
            1..=MAX_LEN => Some(usize::from(tag.kind)),
            kind => ethertype::announced(kind, rest.bytes),
        };
        if let Some(length) = announced {
            let mut behind = rest;
            if behind.wire > length && behind.take(length).is_some() {
                trailer::describe_tagged(out, packet_wire, &TRAILER, behind);
            }
        }
        Some(tag)
    });
    if let Some(tag) = tag {
        let Tag { priority, id, kind, .. } = tag;
        out.column("VLAN", format_args!("PRI: {priority}  DEI: {}  ID: {id}", u8::from(tag.eligible)));
        if (1..=MAX_LEN).contains(&kind) {
            out.give(&llc::PROTOCOL, &rest.cut(usize::from(kind)).message(message));
        } else {
            ethertype::hand_over(out, message, kind, rest);
        }
    }
}

pub(super) fn provider<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let mut rest = Portion::of(message);
    let tag = out.group(&provider::TAG, rest.head(4), |out| {
        let tag = tag(&mut rest, out, [&provider::PRIORITY, &provider::DEI, &provider::ID, &provider::ETYPE]);
        match &tag {
            Some(tag) => out.label(format_args!("IEEE 802.1ad, ID: {}", tag.id)),
            None => rest.short(out),
        }
        tag
    });
    if let Some(tag) = tag {
        out.column("802.1ad", format_args!("ID: {}", tag.id));
        ethertype::hand_over(out, message, tag.kind, rest);
    }
}

fn tag<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>, fields: [&'static Field; 4]) -> Option<Tag> {
    let [priority_field, eligible_field, id_field, type_field] = fields;
    let control = rest.u16()?;
    let (priority, eligible, id) = (control.value >> 13, control.value & 0x1000 != 0, control.value & 0x0fff);
    out.number(priority_field, control.raw, priority);
    out.flag(eligible_field, control.raw, eligible);
    out.number(id_field, control.raw, id);
    let kind = rest.u16()?;
    let field = if (1..=MAX_LEN).contains(&kind.value) { &LEN } else { type_field };
    out.number(field, kind.raw, kind.value);
    Some(Tag { priority, eligible, id, kind: kind.value })
}
