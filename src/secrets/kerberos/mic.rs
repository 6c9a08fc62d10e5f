//! Signatures of GSS-API over Kerberos (`GSS_GetMIC`), as SIP carries them in `response` and `rspauth`.
//!
//! ```text
//! RFC 4121 section 4.2.6.1            RFC 4757 section 7.3
//!  0  04 04                            60 length OID             -- the header of RFC 2743
//!  2  flags: 1 by the acceptor,        01 01
//!     2 sealed, 4 acceptor's subkey    11 00 FF FF FF FF         -- HMAC, filler
//!  3  FF FF FF FF FF                   SND_SEQ(8)                -- encrypted
//!  8  SND_SEQ(8), big-endian           SGN_CKSUM(8)
//! 16  checksum
//! ```
//!
//! The first is made with AES keys, over the text and then the token's own first sixteen bytes; the second with RC4
//! keys, over the token's first eight bytes behind its header and then the text.

use super::{Usage, checksum, rc4};
use crate::fact::EncryptionKey;
use crate::secrets::Side;

/// The header of a token of Kerberos: `[APPLICATION 0]`, its length, 1.2.840.113554.1.2.2.
const HEADER: [u8; 13] = [0x60, 0x23, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 1, 2, 2];
/// The token behind it, up to SND_SEQ.
const RC4_START: [u8; 8] = [1, 1, 0x11, 0, 0xff, 0xff, 0xff, 0xff];

mod flag {
    pub const BY_ACCEPTOR: u8 = 1;
    pub const SEALED: u8 = 2;
    pub const ACCEPTOR_SUBKEY: u8 = 4;
}

/// The keys of a context that was set up with an AP-REQ, as far as they are known.
#[derive(Clone, Debug, PartialEq)]
pub struct Context {
    /// The session key of the ticket.
    pub session: EncryptionKey,
    /// The subkey in the authenticator.
    pub subkey: Option<EncryptionKey>,
    /// The subkey in the AP-REP.
    pub acceptor: Option<EncryptionKey>,
    /// True if there is an AP-REP that stayed closed: the acceptor's subkey, if there is one, is not known.
    pub answer_closed: bool,
}

/// What became of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is what the text and the key give.
    Right,
    /// It is not.
    Wrong,
    /// Its key is not known.
    Unknown,
}

/// Holds a signature that `side` put under `text` against the keys of its context.
pub fn verify(context: &Context, side: Side, text: &[u8], token: &[u8]) -> Verdict {
    match token {
        [4, 4, flags, 0xff, 0xff, 0xff, 0xff, 0xff, ..] => aes(context, side, text, token, *flags),
        _ => match token.strip_prefix(&HEADER).and_then(|rest| rest.split_first_chunk::<8>()) {
            Some((&RC4_START, rest)) => rc4_hmac(context, side, text, rest),
            _ => Verdict::Wrong,
        },
    }
}

fn aes(context: &Context, side: Side, text: &[u8], token: &[u8], flags: u8) -> Verdict {
    let Some((header, told)) = token.split_first_chunk::<16>() else { return Verdict::Wrong };
    let (usage, by) = match side {
        Side::Client => (Usage::INITIATOR_SIGN, 0),
        Side::Server => (Usage::ACCEPTOR_SIGN, flag::BY_ACCEPTOR),
    };
    if flags & (flag::BY_ACCEPTOR | flag::SEALED) != by {
        return Verdict::Wrong;
    }
    let key = if flags & flag::ACCEPTOR_SUBKEY == 0 {
        context.subkey.as_ref().unwrap_or(&context.session)
    } else {
        let Some(key) = &context.acceptor else { return Verdict::Unknown };
        key
    };
    match checksum(key, usage, &[text, header]) {
        Some(sum) if sum == told => Verdict::Right,
        Some(_) => Verdict::Wrong,
        None => Verdict::Unknown,
    }
}

fn rc4_hmac(context: &Context, side: Side, text: &[u8], rest: &[u8]) -> Verdict {
    let Some((sealed, told)) = rest.split_first_chunk::<8>() else { return Verdict::Wrong };
    let direction = match side {
        Side::Client => [0; 4],
        Side::Server => [0xff; 4],
    };
    // Nothing in the token says which of the context's keys it was made with.
    let keys = [context.acceptor.as_ref(), context.subkey.as_ref(), Some(&context.session)];
    let mut known = false;
    for key in keys.into_iter().flatten().filter(|key| key.etype == 23) {
        known = true;
        let sum = rc4::signature(key.value.bytes(), &[&RC4_START, text]);
        let [_, _, _, _, sent @ ..] = rc4::sequence(key.value.bytes(), sum, *sealed);
        if sum == told && sent == direction {
            return Verdict::Right;
        }
    }
    if known && !context.answer_closed { Verdict::Wrong } else { Verdict::Unknown }
}

#[cfg(test)]
#[path = "mic_tests.rs"]
mod tests;
