//! Describes one message, ChannelData, or a frame of data.

use super::parse::{HEAD, Head, channel_data, u16_at};
use super::{attributes as shown, classic, fields as f, learn, names};
use crate::field::{Mark, Value};
use crate::protocol::checksum::{BAD, GOOD, crc32};
use crate::protocol::{Message, Out, Pair, data};

/// How a message stands in its stream; the note of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// By itself.
    None,
    /// Behind its length (RFC 4571).
    Length,
    /// In a frame of [MS-TURN] 2.1.1.
    Microsoft,
}

impl Framing {
    /// As a note.
    pub const fn note(self) -> u64 {
        match self {
            Self::None => 0,
            Self::Length => 1,
            Self::Microsoft => 2,
        }
    }

    /// From a note.
    pub const fn of(note: u64) -> Self {
        match note {
            1 => Self::Length,
            2 => Self::Microsoft,
            _ => Self::None,
        }
    }

    /// Bytes in front of the message.
    pub const fn bytes(self) -> usize {
        match self {
            Self::None => 0,
            Self::Length => 2,
            Self::Microsoft => 4,
        }
    }
}

/// Request and response share the transaction id; indications stand alone.
pub fn pair(bytes: &[u8], note: u64) -> Option<Pair> {
    let head = Head::read(bytes.get(Framing::of(note).bytes()..)?).filter(|head| head.kind & 0xc000 == 0)?;
    if head.class() == 1 {
        return None;
    }
    let [a, b, c] = [4, 8, 12].map(|at| super::parse::u32_at(head.id, at).unwrap_or(0));
    let key = u64::from(a) << 32 ^ u64::from(b) << 16 ^ u64::from(c);
    Some(Pair::new(key, head.class() == 0))
}

/// Describes `message`.
pub fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let framing = Framing::of(message.note);
    let Some((frame, bytes)) = message.bytes.split_at_checked(framing.bytes()) else {
        return out.group(&f::STUN, message.bytes, |out| out.mark(Mark::Truncated, message.bytes));
    };
    let head = Head::read(bytes).filter(|head| head.kind & 0xc000 == 0 && frame.first() != Some(&3));
    if let Some(head) = head
        && let Some(relay) = learn::relay(&head)
    {
        out.fact(crate::fact::Fact::Relay(Box::new(relay)), bytes);
    }
    if !out.shows() {
        return;
    }
    match head {
        Some(head) if head.cookie != super::parse::COOKIE => {
            // [MS-TURN] over TCP: the frame is ours, what is in it is of the old form.
            out.group(&f::STUN, frame, |out| {
                show_frame(framing, frame, out);
            });
            out.layer("classicstun");
            classic::dissect(&message.with(bytes), out);
        }
        Some(head) => whole(&head, (framing, frame), bytes, message, out),
        None => payload((framing, frame), bytes, message, out),
    }
}

fn show_frame<'b>(framing: Framing, frame: &'b [u8], out: &mut Out<'_, 'b>) {
    match framing {
        Framing::None => {}
        Framing::Length => out.number(&f::FRAME_LENGTH, frame, u16_at(frame, 0).unwrap_or(0)),
        Framing::Microsoft => {
            let (kind, length) = frame.split_at(2.min(frame.len()));
            out.number(&f::MS_FRAME, kind, kind.first().copied().unwrap_or(0));
            out.number(&f::MS_FRAME_LEN, length, u16_at(length, 0).unwrap_or(0));
        }
    }
}

fn whole<'b>(
    head: &Head<'b>,
    (framing, frame): (Framing, &'b [u8]),
    bytes: &'b [u8],
    message: &Message<'b>,
    out: &mut Out<'_, 'b>,
) {
    let class = head.kind >> 4 & 1 | head.kind >> 4 & 0x10;
    let class_name = names::class(class.into()).unwrap_or("");
    let method = names::method(head.method().into()).unwrap_or("Unknown");
    out.column("STUN", format_args!("{method} {class_name}"));
    out.group(&f::STUN, message.bytes, |out| {
        show_frame(framing, frame, out);
        let at = |from: usize, to: usize| bytes.get(from..to).unwrap_or_default();
        out.node(&f::TYPE, at(0, 2), Value::Number(head.kind.into()), |out| {
            out.label(format_args!("Message Type: {:#06x} ({method} {class_name})", head.kind));
            out.number(&f::CLASS, at(0, 2), class);
            out.number(&f::METHOD, at(0, 2), head.method());
            out.number(&f::METHOD_WHO, at(0, 2), head.kind >> 13 & 1);
        });
        out.number(&f::LENGTH, at(2, 4), head.length);
        out.bytes(&f::COOKIE, at(4, 8));
        out.bytes(&f::ID, at(8, HEAD));
        exchange(head, message, out);
        if head.body.len() < usize::from(head.length) {
            out.mark(Mark::Truncated, head.body);
        }
        if head.body.is_empty() {
            return;
        }
        out.value(&f::EDITION, at(HEAD, HEAD), Value::Number(3));
        out.group(&f::ATTRIBUTES, head.body, |out| {
            for attribute in head.attributes() {
                shown::show(&attribute, head.id, message, out);
                if attribute.kind == shown::FINGERPRINT && attribute.is_whole() {
                    fingerprint(bytes, attribute.raw, attribute.value, out);
                }
                shown::column(&attribute, head.id, out);
            }
        });
    });
}

fn exchange(head: &Head<'_>, message: &Message<'_>, out: &mut Out<'_, '_>) {
    let Some(partner) = message.context.exchange else { return };
    if head.class() == 0 {
        return out.value(&f::DUPLICATE, &[], Value::Number(partner.frame));
    }
    out.value(&f::RESPONSE_TO, &[], Value::Number(partner.frame));
    out.value(&f::TIME, &[], Value::Duration(message.context.frame.time.since(partner.time)));
}

/// The check covers what stands before it, and is mixed with `STUN` (RFC 8489 §14.7).
fn fingerprint<'b>(bytes: &'b [u8], raw: &'b [u8], value: &'b [u8], out: &mut Out<'_, 'b>) {
    let before = crate::wire::Span::of(bytes, raw).start as usize;
    let expected = crc32(bytes.get(..before).unwrap_or(bytes)) ^ 0x5354_554e;
    let good = super::parse::u32_at(value, 0) == Some(expected);
    out.number(&f::CRC_STATUS, value, if good { GOOD } else { BAD });
}

fn payload<'b>((framing, frame): (Framing, &'b [u8]), bytes: &'b [u8], message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let channel = channel_data(bytes).filter(|_| framing != Framing::Microsoft);
    let inside = channel.map_or(bytes, |(.., payload)| payload);
    match channel {
        Some(_) => out.column("STUN", format_args!("ChannelData TURN Message")),
        None => out.column("STUN", format_args!("End-to-end data, {} bytes", bytes.len())),
    }
    out.group(&f::STUN, message.bytes, |out| {
        show_frame(framing, frame, out);
        if let Some((channel, length, _)) = channel {
            out.number(&f::CHANNEL, bytes.get(..2).unwrap_or(bytes), channel);
            out.number(&f::LENGTH, bytes.get(2..4).unwrap_or_default(), length);
        }
    });
    if !inside.is_empty() {
        out.give(&data::PROTOCOL, &message.with(inside));
    }
}
