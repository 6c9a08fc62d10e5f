//! What [MS-RTP] 2.2.11 adds behind the reports: type, length, and what the type says.

use super::rtcp_fields as f;
use crate::field::{Field, Value};
use crate::protocol::{Out, Portion};

/// Names of the extensions.
pub fn name(kind: u64) -> Option<&'static str> {
    Some(match kind {
        1 => "MS - Estimated Bandwidth",
        4 => "MS - Packet Loss Notification",
        5 => "MS - Video Preference",
        6 => "MS - Padding",
        7 => "MS - Policy Server Bandwidth",
        8 => "MS - TURN Server Bandwidth",
        9 => "MS - Audio Healer Metrics",
        10 => "MS - Receiver-side Bandwidth Limit",
        11 => "MS - Packet Train Packet",
        12 => "MS - Peer Info Exchange",
        13 => "MS - Network Congestion Notification",
        14 => "MS - Modality Send Bandwidth Limit",
        _ => return None,
    })
}

/// Shows the extensions that fill `rest`.
pub fn show<'b>(mut rest: Portion<'b>, out: &mut Out<'_, 'b>) {
    while !rest.bytes.is_empty() {
        let whole = rest;
        let (Some(kind), Some(length)) = (rest.u16(), rest.u16()) else {
            return out.malformed(whole.bytes, "shorter than an extension");
        };
        let Some(body) = usize::from(length.value).checked_sub(4) else {
            return out.malformed(whole.bytes, "extension shorter than its own head");
        };
        let value = rest.take(body.min(rest.bytes.len())).unwrap_or_default();
        let raw = whole.head(value.len().saturating_add(4));
        out.group(&f::EXT, raw, |out| {
            let name = name(kind.value.into()).unwrap_or("Unknown");
            out.label(format_args!("Payload Specific Extension ({name})"));
            out.column_more(format_args!("(PSE:{name}) "));
            out.number(&f::EXT_TYPE, kind.raw, kind.value);
            out.number(&f::EXT_LENGTH, length.raw, length.value);
            if value.len() < body {
                out.malformed(value, "extension longer than the packet");
            }
            let mut parts = Portion { bytes: value, wire: value.len(), ..whole };
            if one(kind.value, &mut parts, out).is_none() {
                out.malformed(value, "shorter than this extension is");
            }
        });
    }
}

/// A number of so many bytes.
fn number<'b>(field: &'static Field, count: usize, parts: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<u64> {
    let raw = parts.take(count)?;
    let number = raw.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    out.number(field, raw, number);
    Some(number)
}

fn one<'b>(kind: u16, parts: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    match kind {
        1 => {
            number(&f::SENDER, 4, parts, out)?;
            number(&f::BANDWIDTH, 4, parts, out)?;
            number(&f::CONFIDENCE, 1, parts, out)?;
        }
        4 => {
            parts.take(2)?;
            number(&f::SEQ_NUM, 2, parts, out)?;
        }
        5 => {
            parts.take(4)?;
            number(&f::WIDTH, 2, parts, out)?;
            number(&f::HEIGHT, 2, parts, out)?;
            number(&f::BITRATE, 4, parts, out)?;
            number(&f::FRAME_RATE, 2, parts, out)?;
        }
        7 | 8 => {
            parts.take(4)?;
            number(&f::BANDWIDTH, 4, parts, out)?;
        }
        9 => {
            for field in [&f::SENDER, &f::CONCEALED, &f::STRETCHED, &f::COMPRESSED, &f::TOTAL] {
                number(field, 4, parts, out)?;
            }
            parts.take(2)?;
            number(&f::QUALITY, 1, parts, out)?;
            number(&f::FEC, 1, parts, out)?;
        }
        10 => {
            parts.take(4)?;
            number(&f::BANDWIDTH, 4, parts, out)?;
        }
        11 => {
            number(&f::SENDER, 4, parts, out)?;
            let index = parts.u8()?;
            out.flag(&f::TRAIN_LAST, index.raw, index.value & 0x80 != 0);
            out.number(&f::TRAIN_INDEX, index.raw, index.value & 0x7f);
            let count = parts.u8()?;
            out.number(&f::TRAIN_COUNT, count.raw, count.value & 0x7f);
            number(&f::TRAIN_BYTES, 2, parts, out)?;
        }
        12 => {
            number(&f::SENDER, 4, parts, out)?;
            number(&f::INBOUND, 4, parts, out)?;
            number(&f::OUTBOUND, 4, parts, out)?;
            let flags = parts.u8()?;
            out.flag(&f::NO_CACHE, flags.raw, flags.value & 0x80 != 0);
        }
        13 => {
            super::rtcp::moment(parts, out)?;
            parts.take(4)?;
            number(&f::CONGESTION, 1, parts, out)?;
        }
        14 => {
            number(&f::MODALITY, 1, parts, out)?;
            parts.take(3)?;
            number(&f::BANDWIDTH, 4, parts, out)?;
        }
        _ if !parts.bytes.is_empty() => out.value(&f::EXT_DATA, parts.bytes, Value::Bytes(parts.bytes)),
        _ => {}
    }
    Some(())
}
