//! The frame header, and the payload in clear.
//!
//! ```text
//! FIN RSV1-3 opcode(4) | MASK length(7) | [length 16 or 64] | [masking key 32] | payload
//! ```

use super::fields as f;
use crate::field::{Mark, Value};
use crate::protocol::{Likelihood, Message, Out, Protocol, registry};
use nom::Parser;
use nom::bytes::complete::take;
use nom::number::complete::{be_u8, be_u16, be_u64};

/// The header of a frame.
#[derive(Clone, Copy, Debug)]
pub struct Header<'b> {
    /// FIN, RSV and opcode.
    first: u8,
    /// MASK and the short length.
    second: u8,
    /// The two bytes they stand in.
    flags: &'b [u8],
    /// The long length, if there is one.
    extended: &'b [u8],
    /// Bytes of payload.
    pub length: u64,
    /// What the payload is mixed with; empty if it is not.
    key: &'b [u8],
}

impl<'b> Header<'b> {
    /// Reads the header in front of `bytes`; nothing if it is not whole.
    pub fn read(bytes: &'b [u8]) -> Option<(Self, &'b [u8])> {
        let flags = bytes.get(..2)?;
        let (rest, (first, second)) = (be_u8::<_, nom::error::Error<&[u8]>>, be_u8).parse(bytes).ok()?;
        let behind = rest;
        let (rest, length) = match second & 0x7f {
            126 => be_u16::<_, nom::error::Error<&[u8]>>(rest).map(|(rest, n)| (rest, u64::from(n))).ok()?,
            127 => be_u64::<_, nom::error::Error<&[u8]>>(rest).ok()?,
            short => (rest, u64::from(short)),
        };
        let extended = behind.get(..behind.len().saturating_sub(rest.len()))?;
        let key_len = if second & 0x80 == 0 { 0_usize } else { 4 };
        let (rest, key) = take::<_, _, nom::error::Error<&[u8]>>(key_len)(rest).ok()?;
        Some((Self { first, second, flags, extended, length, key }, rest))
    }
}

/// Names of the opcodes.
pub fn opcode_name(code: u64) -> Option<&'static str> {
    Some(match code {
        0 => "Continuation",
        1 => "Text",
        2 => "Binary",
        8 => "Connection Close",
        9 => "Ping",
        10 => "Pong",
        _ => return None,
    })
}

/// Describes one frame.
pub fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let opcode = message.bytes.first().map_or(0, |first| first & 0x0f);
    let name = opcode_name(u64::from(opcode)).unwrap_or("Unknown");
    out.column("WebSocket", format_args!("WebSocket {name}"));
    let Some((header, payload)) = Header::read(message.bytes) else {
        return out.group(&f::PROTO, message.bytes, |out| out.mark(Mark::Truncated, message.bytes));
    };
    out.group(&f::PROTO, message.bytes, |out| {
        out.flag(&f::FIN, header.flags, header.first & 0x80 != 0);
        out.number(&f::RSV, header.flags, (header.first & 0x70) >> 4);
        out.number(&f::OPCODE, header.flags, opcode);
        out.flag(&f::MASK, header.flags, header.second & 0x80 != 0);
        out.number(&f::LENGTH, header.flags, header.second & 0x7f);
        match header.extended.len() {
            0 => {}
            2 => out.number(&f::LENGTH_16, header.extended, header.length),
            _ => out.number(&f::LENGTH_64, header.extended, header.length),
        }
        if !header.key.is_empty() {
            out.bytes(&f::KEY, header.key);
        }
        if (payload.len() as u64) < header.length {
            out.mark(if payload.is_empty() { Mark::TooLarge } else { Mark::Truncated }, payload);
        }
    });
    if header.key.is_empty() {
        return content(message, header, payload, out);
    }
    let clear: Vec<u8> = payload.iter().zip(header.key.iter().cycle()).map(|(byte, key)| byte ^ key).collect();
    if !clear.is_empty() {
        let secrets = out.derived("Unmasked data", &clear, |out| content(&message.with(&[]), header, &clear, out));
        // The mask leaves every byte in its place.
        for part in secrets.into_iter().filter_map(|place| payload.get(place)) {
            out.wrapped_secret(part);
        }
    }
}

/// The payload in clear: another protocol's, or shown by its opcode.
fn content<'c>(message: &Message<'c>, header: Header<'_>, payload: &'c [u8], out: &mut Out<'_, 'c>) {
    if payload.is_empty() {
        return;
    }
    let message = Message { bytes: payload, note: 0, ..*message };
    let compressed = header.first & 0x40 != 0;
    match header.first & 0x0f {
        1 | 2 if compressed => out.group(&f::PAYLOAD, payload, |out| {
            out.mark(Mark::Undecrypted("compressed (permessage-deflate)"), payload);
        }),
        1 | 2 => match surely(payload) {
            Some(protocol) => {
                out.group(&f::PAYLOAD, payload, |_| {});
                out.give(protocol, &message);
            }
            None if header.first & 0x0f == 1 => out.text(&f::TEXT, payload),
            None => out.bytes(&f::UNKNOWN, payload),
        },
        0 => out.bytes(&f::CONTINUE, payload),
        8 => out.group(&f::CLOSE, payload, |out| {
            if let Ok((reason, status)) = be_u16::<_, nom::error::Error<&[u8]>>(payload) {
                out.number(&f::CLOSE_STATUS, payload.get(..2).unwrap_or(payload), status);
                out.value(&f::CLOSE_REASON, reason, Value::Text(reason));
            }
        }),
        9 => out.bytes(&f::PING, payload),
        10 => out.bytes(&f::PONG, payload),
        _ => out.bytes(&f::UNKNOWN, payload),
    }
}

fn surely(payload: &[u8]) -> Option<&'static Protocol> {
    registry::ALL.iter().copied().filter(|p| p.open.is_some()).find(|p| (p.probe)(payload) == Likelihood::Surely)
}
