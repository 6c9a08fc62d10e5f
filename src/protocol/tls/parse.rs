//! The record layer (RFC 5246 §6.2.1), the frame of handshake messages (§7.4), and the one message of SSL 2.0 that
//! lived on: the hello by which an old client may offer TLS (RFC 5246 appendix E.2). All numbers are big-endian.
//!
//! ```text
//! record:    type(1) version(2) length(2) fragment          handshake: type(1) length(3) body
//! SSL 2.0:   0x8000|length(2) type=1(1) version(2) spec length(2) session id length(2) challenge length(2) …
//! ```

use crate::wire::{At, Parsed, at};
use nom::Parser;
use nom::bytes::complete::take;
use nom::number::complete::{be_u8, be_u16, be_u24};

/// The longest fragment that is taken for one: 2^14 and what encryption may add.
pub const MAX_FRAGMENT: usize = (1 << 14) + 2048;
/// The longest handshake message that is waited for. Chains of certificates are the longest there are.
pub const MAX_HANDSHAKE: u32 = 128 << 10;

/// Content types.
pub mod content {
    /// change_cipher_spec
    pub const CHANGE_CIPHER_SPEC: u8 = 20;
    /// alert
    pub const ALERT: u8 = 21;
    /// handshake
    pub const HANDSHAKE: u8 = 22;
    /// application_data
    pub const APPLICATION_DATA: u8 = 23;
    /// heartbeat (RFC 6520)
    pub const HEARTBEAT: u8 = 24;
}

/// Handshake types that are looked into.
pub mod handshake_type {
    /// client_hello
    pub const CLIENT_HELLO: u8 = 1;
    /// server_hello
    pub const SERVER_HELLO: u8 = 2;
    /// new_session_ticket (RFC 5077)
    pub const NEW_SESSION_TICKET: u8 = 4;
    /// certificate
    pub const CERTIFICATE: u8 = 11;
    /// certificate_request
    pub const CERTIFICATE_REQUEST: u8 = 13;
    /// server_hello_done
    pub const SERVER_HELLO_DONE: u8 = 14;
    /// certificate_verify
    pub const CERTIFICATE_VERIFY: u8 = 15;
    /// client_key_exchange
    pub const CLIENT_KEY_EXCHANGE: u8 = 16;
    /// finished
    pub const FINISHED: u8 = 20;
    /// key_update (RFC 8446)
    pub const KEY_UPDATE: u8 = 24;
}

/// `0x0304`
pub const TLS_1_3: u16 = 0x0304;

/// A record.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// Header and fragment.
    pub raw: &'a [u8],
    /// type
    pub content: At<'a, u8>,
    /// version
    pub version: At<'a, u16>,
    /// length
    pub length: At<'a, u16>,
    /// The fragment; shorter than `length` if the input ends before.
    pub fragment: &'a [u8],
}

impl Record<'_> {
    /// True if the input ended inside the fragment.
    pub fn is_cut(&self) -> bool {
        self.fragment.len() < usize::from(self.length.value)
    }
}

/// Reads a record as far as it is there; only a header that is cut, or that cannot be one, is an error.
pub fn record(input: &[u8]) -> Parsed<'_, Record<'_>> {
    if !may_be_record(input) {
        return Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Verify)));
    }
    let (rest, (content, version, length)) = (at(be_u8), at(be_u16), at(be_u16)).parse(input)?;
    let (fragment, rest) = rest.split_at(usize::from(length.value).min(rest.len()));
    let raw = input.get(..input.len().saturating_sub(rest.len())).unwrap_or(input);
    Ok((rest, Record { raw, content, version, length, fragment }))
}

/// True if these bytes, or those to come, may be a record: a known type, a version 3.x, a length within bounds.
pub fn may_be_record(input: &[u8]) -> bool {
    let kind = input.first().is_none_or(|t| (20..=24).contains(t));
    let major = input.get(1).is_none_or(|v| *v == 3);
    let minor = input.get(2).is_none_or(|v| *v <= 4);
    let length = match input {
        [_, _, _, high, low, ..] => usize::from(u16::from_be_bytes([*high, *low])) <= MAX_FRAGMENT,
        _ => true,
    };
    kind && major && minor && length
}

/// A handshake message.
#[derive(Clone, Copy, Debug)]
pub struct Handshake<'a> {
    /// Header and body.
    pub raw: &'a [u8],
    /// msg_type
    pub kind: At<'a, u8>,
    /// length
    pub length: At<'a, u32>,
    /// The body; shorter than `length` if the input ends before.
    pub body: &'a [u8],
}

impl Handshake<'_> {
    /// True if the input ended inside the body.
    pub fn is_cut(&self) -> bool {
        u32::try_from(self.body.len()).is_ok_and(|have| have < self.length.value)
    }
}

/// Reads a handshake message as far as it is there; only a header that is cut is an error.
pub fn handshake(input: &[u8]) -> Parsed<'_, Handshake<'_>> {
    let (rest, (kind, length)) = (at(be_u8), at(be_u24)).parse(input)?;
    let wanted = usize::try_from(length.value).unwrap_or(usize::MAX);
    let (body, rest) = rest.split_at(wanted.min(rest.len()));
    let raw = input.get(..input.len().saturating_sub(rest.len())).unwrap_or(input);
    Ok((rest, Handshake { raw, kind, length, body }))
}

/// True if a fragment may begin with a handshake message in clear: one of a known type and of a bearable length.
pub fn may_be_handshake(fragment: &[u8]) -> bool {
    let known = fragment.first().is_some_and(|t| matches!(t, 0..=6 | 8 | 11..=16 | 20..=25 | 67));
    let length = match fragment {
        [_, high, middle, low, ..] => u32::from_be_bytes([0, *high, *middle, *low]),
        _ => 0,
    };
    known && length <= MAX_HANDSHAKE
}

/// The hello of SSL 2.0.
#[derive(Clone, Copy, Debug)]
pub struct Ssl2Hello<'a> {
    /// The whole message.
    pub raw: &'a [u8],
    /// Length behind the two bytes that tell it.
    pub length: At<'a, u16>,
    /// 1: CLIENT-HELLO
    pub kind: At<'a, u8>,
    /// The version offered.
    pub version: At<'a, u16>,
    /// Length of `specs`.
    pub specs_length: At<'a, u16>,
    /// Length of `session_id`.
    pub session_id_length: At<'a, u16>,
    /// Length of `challenge`.
    pub challenge_length: At<'a, u16>,
    /// Cipher specs, three bytes each.
    pub specs: &'a [u8],
    /// The session to resume, if any.
    pub session_id: &'a [u8],
    /// What becomes the end of the random.
    pub challenge: &'a [u8],
}

/// Reads a whole hello of SSL 2.0. The lengths inside must add up to the length outside, which makes it certain.
pub fn ssl2_hello(input: &[u8]) -> Parsed<'_, Ssl2Hello<'_>> {
    let fail = || nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Verify));
    let (rest, (length, kind, version, specs_length, session_id_length, challenge_length)) =
        (at(be_u16), at(be_u8), at(be_u16), at(be_u16), at(be_u16), at(be_u16)).parse(input)?;
    let parts = [specs_length, session_id_length, challenge_length].map(|n| u32::from(n.value));
    let inside = parts.iter().sum::<u32>().saturating_add(9);
    let sound = length.value & 0x8000 != 0
        && u32::from(length.value & 0x7fff) == inside
        && kind.value == 1
        && (version.value == 2 || version.value >> 8 == 3)
        && specs_length.value % 3 == 0
        && (16..=32).contains(&challenge_length.value);
    if !sound {
        return Err(fail());
    }
    let (rest, (specs, session_id, challenge)) =
        (take(specs_length.value), take(session_id_length.value), take(challenge_length.value)).parse(rest)?;
    let raw = input.get(..input.len().saturating_sub(rest.len())).unwrap_or(input);
    let hello = Ssl2Hello {
        raw,
        length: At { value: length.value & 0x7fff, ..length },
        kind,
        version,
        specs_length,
        session_id_length,
        challenge_length,
        specs,
        session_id,
        challenge,
    };
    Ok((rest, hello))
}

/// How many bytes a hello of SSL 2.0 that begins here has, judged by its first five.
pub fn ssl2_length(input: &[u8]) -> Option<usize> {
    match input {
        [high, low, 1, 3, 0..=4, ..] | [high, low, 1, 0, 2, ..] if high & 0x80 != 0 => {
            Some(usize::from(u16::from_be_bytes([high & 0x7f, *low])).saturating_add(2))
        }
        _ => None,
    }
}

/// Follows handshake messages over the ends of records, without keeping them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cursor {
    header: [u8; 4],
    have: u8,
    left: u32,
}

impl Cursor {
    /// True between two messages.
    pub const fn is_between(&self) -> bool {
        self.have == 0
    }

    /// Takes the fragment of a handshake record.
    pub fn eat(&mut self, mut fragment: &[u8]) {
        while let [first, rest @ ..] = fragment {
            if self.have < 4 {
                if let Some(slot) = self.header.get_mut(usize::from(self.have)) {
                    *slot = *first;
                }
                self.have = self.have.saturating_add(1);
                fragment = rest;
                if self.have == 4 {
                    let [_, high, middle, low] = self.header;
                    self.left = u32::from_be_bytes([0, high, middle, low]);
                }
            } else {
                let take = usize::try_from(self.left).unwrap_or(usize::MAX).min(fragment.len());
                fragment = fragment.get(take..).unwrap_or(&[]);
                self.left = self.left.saturating_sub(u32::try_from(take).unwrap_or(u32::MAX));
            }
            if self.have == 4 && self.left == 0 {
                *self = Self::default();
            }
        }
    }
}

/// A vector with a length of one byte.
pub fn vector8(input: &[u8]) -> Parsed<'_, (At<'_, u8>, &[u8])> {
    let (rest, length) = at(be_u8).parse(input)?;
    let (rest, body) = take(length.value).parse(rest)?;
    Ok((rest, (length, body)))
}

/// A vector with a length of two bytes.
pub fn vector16(input: &[u8]) -> Parsed<'_, (At<'_, u16>, &[u8])> {
    let (rest, length) = at(be_u16).parse(input)?;
    let (rest, body) = take(length.value).parse(rest)?;
    Ok((rest, (length, body)))
}

/// A vector with a length of three bytes.
pub fn vector24(input: &[u8]) -> Parsed<'_, (At<'_, u32>, &[u8])> {
    let (rest, length) = at(be_u24).parse(input)?;
    let (rest, body) = take(length.value).parse(rest)?;
    Ok((rest, (length, body)))
}
