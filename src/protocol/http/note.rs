//! What a conversation tells `dissect` about a message, packed into the note.
//!
//! ```text
//! bits  0..32  transaction: which request of its connection this is, or answers, counted from 0
//! bits 32..36  method of the request (Asked)
//! bit  40      KNOWN      the transaction is known
//! bit  41      SKIPPED    the body was too large to be kept: only its beginning, or nothing, is here
//! bit  42      CUT        bytes are missing at the end
//! bit  43      STRAY      no message: bytes between messages, or behind a gap
//! bit  44      ENCRYPTED  the connection is inside TLS
//! ```

/// The transaction is known.
pub const KNOWN: u64 = 1 << 40;
/// The body was too large to be kept.
pub const SKIPPED: u64 = 1 << 41;
/// Bytes are missing at the end.
pub const CUT: u64 = 1 << 42;
/// Bytes that belong to no message.
pub const STRAY: u64 = 1 << 43;
/// The connection is inside TLS.
pub const ENCRYPTED: u64 = 1 << 44;

/// The methods that change how a response is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Asked {
    /// The request was not seen.
    #[default]
    Unknown,
    /// `HEAD`: the response has no body.
    Head,
    /// `CONNECT`: a tunnel begins behind a 2xx response.
    Connect,
    /// Any other.
    Other,
}

impl Asked {
    /// By the method's name.
    pub fn named(method: &[u8]) -> Self {
        match method {
            b"HEAD" => Self::Head,
            b"CONNECT" => Self::Connect,
            _ => Self::Other,
        }
    }
}

/// Packs transaction and method.
pub const fn pack(transaction: u32, asked: Asked) -> u64 {
    KNOWN | transaction as u64 | (asked as u64) << 32
}

/// The transaction, if it is known.
pub const fn transaction(note: u64) -> Option<u32> {
    if note & KNOWN == 0 { None } else { Some((note & 0xffff_ffff) as u32) }
}
