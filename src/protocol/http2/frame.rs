//! Frames (RFC 9113 §4.1), big-endian.
//!
//! ```text
//! length(24) type(8) flags(8) R(1) stream(31) | payload
//! ```

use crate::wire::{At, Parsed, at};
use nom::Parser;
use nom::bytes::complete::take;
use nom::number::complete::{be_u8, be_u24, be_u32};

/// What a client begins with.
pub const MAGIC: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Bytes of a frame's header.
pub const HEADER: usize = 9;
/// The longest payload that is waited for.
pub const MAX_PAYLOAD: u32 = 1 << 20;

/// Types that are looked into.
pub mod kind {
    /// DATA
    pub const DATA: u8 = 0;
    /// HEADERS
    pub const HEADERS: u8 = 1;
    /// RST_STREAM
    pub const RST_STREAM: u8 = 3;
    /// SETTINGS
    pub const SETTINGS: u8 = 4;
    /// PUSH_PROMISE
    pub const PUSH_PROMISE: u8 = 5;
    /// GOAWAY
    pub const GOAWAY: u8 = 7;
    /// WINDOW_UPDATE
    pub const WINDOW_UPDATE: u8 = 8;
    /// CONTINUATION
    pub const CONTINUATION: u8 = 9;
}

/// Flags that are looked at.
pub mod flag {
    /// END_STREAM of DATA and HEADERS, ACK of SETTINGS
    pub const END_STREAM: u8 = 0x01;
    /// END_HEADERS
    pub const END_HEADERS: u8 = 0x04;
    /// PADDED
    pub const PADDED: u8 = 0x08;
    /// PRIORITY
    pub const PRIORITY: u8 = 0x20;
}

/// The header of a frame.
#[derive(Clone, Copy, Debug)]
pub struct Header<'a> {
    /// Bytes of payload.
    pub length: At<'a, u32>,
    /// The type.
    pub kind: At<'a, u8>,
    /// Its flags.
    pub flags: At<'a, u8>,
    /// The stream; 0 for the connection.
    pub stream: At<'a, u32>,
}

impl Header<'_> {
    /// True if this flag is set.
    pub const fn has(&self, flag: u8) -> bool {
        self.flags.value & flag != 0
    }
}

/// Reads the header of a frame.
pub fn header(input: &[u8]) -> Parsed<'_, Header<'_>> {
    let (rest, (length, kind, flags, stream)) = (at(be_u24), at(be_u8), at(be_u8), at(be_u32)).parse(input)?;
    let stream = At { value: stream.value & 0x7fff_ffff, ..stream };
    Ok((rest, Header { length, kind, flags, stream }))
}

/// Reads a whole frame: its header and payload.
pub fn frame(input: &[u8]) -> Parsed<'_, (Header<'_>, &[u8])> {
    let (rest, header) = header(input)?;
    let (rest, payload) = take(header.length.value).parse(rest)?;
    Ok((rest, (header, payload)))
}

/// A payload without padding and priority.
pub fn content<'a>(header: &Header<'_>, payload: &'a [u8]) -> Option<&'a [u8]> {
    let mut content = payload;
    if header.has(flag::PADDED) && matches!(header.kind.value, kind::DATA | kind::HEADERS | kind::PUSH_PROMISE) {
        let (pad, rest) = content.split_first()?;
        content = rest.get(..rest.len().checked_sub(usize::from(*pad))?)?;
    }
    let skip = match header.kind.value {
        kind::HEADERS if header.has(flag::PRIORITY) => 5,
        kind::PUSH_PROMISE => 4,
        _ => 0,
    };
    content.get(skip..)
}

/// Names of the types.
pub fn type_name(kind: u64) -> Option<&'static str> {
    Some(match kind {
        0 => "DATA",
        1 => "HEADERS",
        2 => "PRIORITY",
        3 => "RST_STREAM",
        4 => "SETTINGS",
        5 => "PUSH_PROMISE",
        6 => "PING",
        7 => "GOAWAY",
        8 => "WINDOW_UPDATE",
        9 => "CONTINUATION",
        _ => return None,
    })
}

/// Names of the settings (RFC 9113 §6.5.2).
pub fn setting_name(id: u64) -> Option<&'static str> {
    Some(match id {
        1 => "Header table size",
        2 => "Enable PUSH",
        3 => "Max concurrent streams",
        4 => "Initial Windows size",
        5 => "Max frame size",
        6 => "Max header list size",
        8 => "Extended CONNECT",
        _ => return None,
    })
}

/// Names of the errors (RFC 9113 §7).
pub fn error_name(code: u64) -> Option<&'static str> {
    Some(match code {
        0 => "NO_ERROR",
        1 => "PROTOCOL_ERROR",
        2 => "INTERNAL_ERROR",
        3 => "FLOW_CONTROL_ERROR",
        4 => "SETTINGS_TIMEOUT",
        5 => "STREAM_CLOSED",
        6 => "FRAME_SIZE_ERROR",
        7 => "REFUSED_STREAM",
        8 => "CANCEL",
        9 => "COMPRESSION_ERROR",
        10 => "CONNECT_ERROR",
        11 => "ENHANCE_YOUR_CALM",
        12 => "INADEQUATE_SECURITY",
        13 => "HTTP_1_1_REQUIRED",
        _ => return None,
    })
}
