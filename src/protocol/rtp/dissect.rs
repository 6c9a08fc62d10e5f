//! The head of a packet (RFC 3550 §5.1), its extension (RFC 8285), and the payload as bytes.
//!
//! ```text
//! V=2 P X CC(4) | M PT(7) | sequence number(16) | timestamp(32) | SSRC(32) | CSRC … | [profile(16) words(16) extension]
//! ```

use super::fields as f;
use crate::field::{Mark, Value};
use crate::protocol::{Claim, Message, Out, Portion, Protocol, payload, registry};

/// One-byte headers (RFC 8285 §4.2).
const ONE_BYTE: u16 = 0xbede;

/// Describes one packet.
pub fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let bytes = message.bytes;
    // Control packets may share the port (RFC 5761 §4).
    if let [0x80..=0xbf, 192..=223, ..] = bytes {
        out.hand_over(message, Claim::Named("rtcp"), bytes);
        return;
    }
    if !out.shows() {
        return;
    }
    out.group(&f::RTP, bytes, |out| {
        let mut rest = Portion { wire: bytes.len(), ..Portion::of(&message.with(bytes)) };
        if packet(&mut rest, message, out).is_none() {
            rest.short(out);
        }
    });
}

/// Whose a packet of version 0 is: STUN's begin with zeros, records of DTLS with their type.
pub fn other(bytes: &[u8]) -> Option<&'static Protocol> {
    registry::find(Claim::Named(if matches!(bytes, [20..=63, ..]) { "dtls" } else { "stun" }))
}

/// Describes a packet that is no RTP.
pub fn beside<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let bytes = message.bytes;
    if out.shows() {
        let first = bytes.get(..1).unwrap_or(bytes);
        let version = bytes.first().map_or(0, |first| first >> 6);
        out.group(&f::RTP, bytes, |out| out.number(&f::VERSION, first, version));
    }
    if let Some(other) = other(bytes) {
        out.give(other, &Message { note: 0, ..*message });
    }
}

/// Tells where a stream was announced.
pub fn setup(message: &Message<'_>, fields: [&'static crate::field::Field; 3], out: &mut Out<'_, '_>) {
    let frame = message.note & !super::SECURE;
    let [group, number, method] = fields;
    out.node(group, &[], Value::Text(b""), |out| {
        out.label(format_args!("Stream setup by SDP (frame {frame})"));
        out.value(number, &[], Value::Number(frame));
        out.value(method, &[], Value::Text(b"SDP"));
    });
}

fn packet<'b>(rest: &mut Portion<'b>, message: &Message<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    let first = rest.u8()?;
    let bits = first.value;
    if bits >> 6 == 2 {
        setup(message, [&f::SETUP, &f::SETUP_FRAME, &f::SETUP_METHOD], out);
    }
    out.number(&f::VERSION, first.raw, bits >> 6);
    if bits >> 6 != 2 {
        out.column("RTP", format_args!("Unknown RTP version {}", bits >> 6));
        return Some(());
    }
    let (padded, extended, count) = (bits & 0x20 != 0, bits & 0x10 != 0, bits & 0x0f);
    out.flag(&f::PADDING, first.raw, padded);
    out.flag(&f::EXTENSION, first.raw, extended);
    out.number(&f::CSRC_COUNT, first.raw, count);
    let second = rest.u8()?;
    let kind = second.value & 0x7f;
    let name = payload::name(kind.to_string().as_bytes()).into_owned();
    let name = String::from_utf8_lossy(&name).into_owned();
    out.flag(&f::MARKER, second.raw, second.value & 0x80 != 0);
    out.node(&f::PAYLOAD_TYPE, second.raw, Value::Number(kind.into()), |out| {
        out.label(format_args!("Payload type: {name} ({kind})"));
    });
    let sequence = rest.u16()?;
    out.number(&f::SEQUENCE, sequence.raw, sequence.value);
    let time = rest.u32()?;
    out.number(&f::TIMESTAMP, time.raw, time.value);
    let source = rest.u32()?;
    out.number(&f::SSRC, source.raw, source.value);
    out.column(
        if message.note & super::SECURE == 0 { "RTP" } else { "SRTP" },
        format_args!(
            "PT={name}, SSRC={:#010X}, Seq={}, Time={}{}",
            source.value,
            sequence.value,
            time.value,
            if second.value & 0x80 == 0 { "" } else { ", Mark" }
        ),
    );
    if count > 0 {
        let raw = rest.head(usize::from(count).saturating_mul(4));
        out.group(&f::CSRCS, raw, |out| {
            (0..count).try_for_each(|_| {
                let item = rest.u32()?;
                out.number(&f::CSRC, item.raw, item.value);
                Some(())
            })
        })?;
    }
    if extended {
        extension(rest, out)?;
    }
    let (body, padding) = match rest.bytes.split_last() {
        Some((last, _)) if padded && message.note & super::SECURE == 0 => {
            let at = rest.bytes.len().checked_sub(usize::from(*last)).filter(|_| *last > 0);
            if let Some(at) = at {
                rest.bytes.split_at(at)
            } else {
                out.mark(Mark::Malformed("more padding than packet"), rest.bytes);
                (rest.bytes, &[][..])
            }
        }
        _ => (rest.bytes, &[][..]),
    };
    if !body.is_empty() {
        out.bytes(if message.note & super::SECURE == 0 { &f::PAYLOAD } else { &f::ENCRYPTED }, body);
    }
    if let Some((count, data)) = padding.split_last() {
        if !data.is_empty() {
            out.bytes(&f::PADDING_DATA, data);
        }
        out.number(&f::PADDING_COUNT, padding.get(data.len()..).unwrap_or(padding), *count);
    }
    Some(())
}

fn extension<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    let profile = rest.u16()?;
    out.number(&f::EXT_PROFILE, profile.raw, profile.value);
    let words = rest.u16()?;
    out.number(&f::EXT_LENGTH, words.raw, words.value);
    let raw = rest.take(usize::from(words.value).saturating_mul(4))?;
    if raw.is_empty() {
        return Some(());
    }
    out.group(&f::EXT_HEADERS, raw, |out| {
        if profile.value != ONE_BYTE {
            for word in raw.as_chunks::<4>().0 {
                out.number(&f::EXT_HEADER, word, u32::from_be_bytes(*word));
            }
            return;
        }
        let mut left = raw;
        while let Some((head, after)) = left.split_at_checked(1) {
            let byte = head.first().copied().unwrap_or(0);
            left = after;
            if byte == 0 {
                continue;
            }
            let length = usize::from(byte & 0x0f).saturating_add(1);
            out.number(&f::EXT_ID, head, byte >> 4);
            out.number(&f::EXT_LEN, head, length as u64);
            let data = after.get(..length).unwrap_or(after);
            out.bytes(&f::EXT_DATA, data);
            left = after.get(data.len()..).unwrap_or_default();
        }
    });
    Some(())
}
