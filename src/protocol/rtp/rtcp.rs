//! A compound packet (RFC 3550 §6.1): packets one after the other, each with its own length.
//!
//! ```text
//! V=2 P count(5) | PT(8) | length in words less one(16) | SSRC of the sender(32) | …
//! ```

use super::dissect::setup;
use super::{extension, rtcp_fields as f};
use crate::field::Value;
use crate::protocol::{Message, Out, Portion};
use crate::wire::Timestamp;

/// Seconds from 1900 to 1970, and from 1970 to 2036, where the count of seconds begins anew (RFC 4330 §3).
const TO_1970: i64 = 2_208_988_800;
const ERA: i64 = 1 << 32;
/// Packets of one compound that are looked at.
const MAX_PACKETS: usize = 64;

/// Describes a compound packet.
pub fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    if !out.shows() {
        return;
    }
    let secure = message.note & super::SECURE != 0;
    let mut rest = Portion { bytes: message.bytes, wire: message.bytes.len(), hops: 0, quoted: false };
    out.column(if secure { "SRTCP" } else { "RTCP" }, format_args!(""));
    let (mut packets, mut total) = (0_usize, 0_usize);
    while !rest.bytes.is_empty() && packets < MAX_PACKETS {
        let whole = rest;
        let announced = whole.bytes.get(2..4).and_then(|raw| raw.try_into().ok()).map_or(0, u16::from_be_bytes);
        let length = usize::from(announced).saturating_add(1).saturating_mul(4);
        total = total.saturating_add(length);
        let raw = whole.head(if secure { usize::MAX } else { length });
        packets = packets.saturating_add(1);
        rest.take(raw.len());
        out.group(&f::RTCP, raw, |out| {
            setup(message, [&f::SETUP, &f::SETUP_FRAME, &f::SETUP_METHOD], out);
            let mut parts = Portion { bytes: raw, wire: raw.len(), ..whole };
            if packet(&mut parts, secure, out).is_none() {
                out.malformed(parts.bytes, "shorter than this packet is");
            }
            if rest.bytes.is_empty() && !secure {
                out.value(&f::LENGTH_CHECK, &[], Value::Flag(total == message.bytes.len()));
            }
        });
    }
}

fn packet<'b>(parts: &mut Portion<'b>, secure: bool, out: &mut Out<'_, 'b>) -> Option<()> {
    let first = parts.u8()?;
    let kind = parts.u8()?;
    let count = first.value & 0x1f;
    out.number(&f::VERSION, first.raw, first.value >> 6);
    out.flag(&f::PADDING, first.raw, first.value & 0x20 != 0);
    match kind.value {
        200 | 201 => out.number(&f::REPORTS, first.raw, count),
        202 | 203 => out.number(&f::SOURCES, first.raw, count),
        204 => out.number(&f::APP_SUBTYPE, first.raw, count),
        205 => out.number(&f::RTPFB_FORMAT, first.raw, count),
        206 => out.number(&f::PSFB_FORMAT, first.raw, count),
        _ => {}
    }
    out.column_more(format_args!("{}   ", f::type_name(kind.value.into()).unwrap_or("Unknown packet type")));
    out.number(&f::TYPE, kind.raw, kind.value);
    let words = parts.u16()?;
    out.number(&f::LENGTH, words.raw, words.value);
    if secure {
        // Behind the sender all is encrypted (RFC 3711 §3.4).
        let sender = parts.u32()?;
        out.number(&f::SENDER, sender.raw, sender.value);
        if !parts.bytes.is_empty() {
            out.bytes(&f::ENCRYPTED, parts.bytes);
        }
        return Some(());
    }
    match kind.value {
        200 | 201 => report(kind.value == 200, count, parts, out),
        202 => (0..count).try_for_each(|_| chunk(parts, out)),
        203 => goodbye(count, parts, out),
        204 => application(parts, out),
        205 | 206 => feedback(kind.value == 205, count, parts, out),
        _ => {
            if let Some(sender) = parts.u32() {
                out.number(&f::SENDER, sender.raw, sender.value);
            }
            Some(())
        }
    }
}

/// A moment as NTP counts it.
pub fn moment<'b>(parts: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    let whole = parts.head(8);
    let (seconds, fraction) = (parts.u32()?, parts.u32()?);
    out.number(&f::NTP_MSW, seconds.raw, seconds.value);
    out.number(&f::NTP_LSW, fraction.raw, fraction.value);
    let count = i64::from(seconds.value);
    let since = if seconds.value & 0x8000_0000 == 0 { count.saturating_add(ERA) } else { count };
    let nanoseconds = u64::from(fraction.value).saturating_mul(1_000_000_000) >> 32;
    let time = match (seconds.value, fraction.value) {
        (0, 0) => Timestamp::default(),
        _ => Timestamp::new(since.saturating_sub(TO_1970), i64::try_from(nanoseconds).unwrap_or(0)),
    };
    out.value(&f::NTP, whole, Value::Time(time));
    Some(())
}

/// Reports of a sender or a receiver (RFC 3550 §6.4).
fn report<'b>(sends: bool, count: u8, parts: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    let sender = parts.u32()?;
    out.number(&f::SENDER, sender.raw, sender.value);
    if sends {
        moment(parts, out)?;
        for field in [&f::RTP_TIME, &f::PACKETS, &f::OCTETS] {
            let number = parts.u32()?;
            out.number(field, number.raw, number.value);
        }
    }
    for source in 1..=count {
        let raw = parts.head(24);
        out.group(&f::SOURCE, raw, |out| {
            out.label(format_args!("Source {source}"));
            block(parts, out)
        })?;
    }
    let (rest, whole) = (parts.bytes, *parts);
    parts.take(rest.len());
    extension::show(whole, out);
    Some(())
}

fn block<'b>(parts: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    let ssrc = parts.u32()?;
    out.number(&f::SSRC, ssrc.raw, ssrc.value);
    let fraction = parts.u8()?;
    out.number(&f::FRACTION, fraction.raw, fraction.value);
    let lost = parts.u24()?;
    // Duplicates count against losses: the number has a sign.
    let signed = i64::from(lost.value).saturating_sub(if lost.value & 0x80_0000 == 0 { 0 } else { 1 << 24 });
    out.value(&f::LOST, lost.raw, Value::Signed(signed));
    let highest = parts.u32()?;
    let (cycles, sequence) = highest.raw.split_at(2.min(highest.raw.len()));
    out.node(&f::HIGHEST, highest.raw, Value::Number(highest.value.into()), |out| {
        out.number(&f::CYCLES, cycles, highest.value >> 16);
        out.number(&f::HIGH_SEQ, sequence, highest.value & 0xffff);
    });
    for field in [&f::JITTER, &f::LSR, &f::DLSR] {
        let number = parts.u32()?;
        out.number(field, number.raw, number.value);
    }
    Some(())
}

/// One source described (RFC 3550 §6.5); items end with a zero, and the chunk at a word.
fn chunk<'b>(parts: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    let before = parts.bytes.len();
    let ssrc = parts.u32()?;
    out.number(&f::SSRC, ssrc.raw, ssrc.value);
    loop {
        let kind = parts.u8()?;
        out.number(&f::SDES_TYPE, kind.raw, kind.value);
        if kind.value == 0 {
            break;
        }
        let length = parts.u8()?;
        out.number(&f::SDES_LENGTH, length.raw, length.value);
        let text = parts.take(length.value.into())?;
        out.text(&f::SDES_TEXT, text);
    }
    let used = before.saturating_sub(parts.bytes.len());
    parts.take(used.wrapping_neg() & 3)?;
    Some(())
}

fn goodbye<'b>(count: u8, parts: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    for _ in 0..count {
        let ssrc = parts.u32()?;
        out.number(&f::SSRC, ssrc.raw, ssrc.value);
    }
    if let Some(length) = parts.u8() {
        out.number(&f::SDES_LENGTH, length.raw, length.value);
        let text = parts.take(length.value.into())?;
        out.text(&f::SDES_TEXT, text);
    }
    Some(())
}

fn application<'b>(parts: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    let ssrc = parts.u32()?;
    out.number(&f::SSRC, ssrc.raw, ssrc.value);
    let name = parts.take(4)?;
    out.text(&f::APP_NAME, name);
    if !parts.bytes.is_empty() {
        out.bytes(&f::APP_DATA, parts.bytes);
    }
    Some(())
}

/// Feedback (RFC 4585 §6.1): what is lost, or what [MS-RTP] 2.2.12 asks of a source of video.
fn feedback<'b>(transport: bool, format: u8, parts: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    let sender = parts.u32()?;
    out.number(&f::SENDER, sender.raw, sender.value);
    let media = parts.u32()?;
    out.number(&f::MEDIA, media.raw, media.value);
    match (transport, format) {
        (true, 1) => {
            while !parts.bytes.is_empty() {
                let (lost, more) = (parts.u16()?, parts.u16()?);
                out.number(&f::NACK_PID, lost.raw, lost.value);
                out.node(&f::NACK_BLP, more.raw, Value::Number(more.value.into()), |out| {
                    for bit in (0..16_u16).filter(|bit| more.value >> bit & 1 == 1) {
                        let also = lost.value.wrapping_add(bit).wrapping_add(1);
                        out.number(&f::NACK_PID, more.raw, also);
                    }
                });
            }
        }
        (false, 15) if parts.bytes.starts_with(&[0, 1]) => {
            let (kind, length) = (parts.u16()?, parts.u16()?);
            out.number(&f::AFB_TYPE, kind.raw, kind.value);
            out.number(&f::AFB_LENGTH, length.raw, length.value);
            let source = parts.u32()?;
            out.number(&f::AFB_MSI, source.raw, source.value);
            let request = parts.u16()?;
            out.number(&f::VSR_REQUEST, request.raw, request.value);
            parts.take(2)?;
            let version = parts.u8()?;
            out.number(&f::VSR_VERSION, version.raw, version.value);
            let flags = parts.u8()?;
            out.flag(&f::VSR_KEY_FRAME, flags.raw, flags.value & 1 != 0);
            let entries = parts.u8()?;
            out.number(&f::VSR_ENTRIES, entries.raw, entries.value);
            let length = parts.u8()?;
            out.number(&f::VSR_LENGTH, length.raw, length.value);
        }
        _ => {}
    }
    Some(())
}
