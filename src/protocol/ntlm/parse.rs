//! The structures of NTLM messages ([MS-NLMP] 2.2), read one at a time: a message is a fixed header whose parts stand at
//! fixed offsets, and payloads that the header places by length and offset. Every part is read on its own, so a bad
//! pair of length and offset costs that payload and nothing else. All integers are little-endian.
//!
//! Older clients leave off the end of the header. Where the header ends is told by the payload that begins first.

use crate::fact::{NtlmVersion, ntlm_flags as flag};
use crate::wire::{At, Parsed, utf16};
use nom::Parser;
use nom::bytes::complete::take;
use nom::number::complete::{le_u16, le_u64, u8};
use std::borrow::Cow;

/// What every message begins with.
pub const SIGNATURE: &[u8] = b"NTLMSSP\0";

/// The 32-bit number at `offset`.
pub fn number_at(message: &[u8], offset: usize) -> Option<At<'_, u32>> {
    let raw = message.get(offset..)?.first_chunk::<4>()?;
    Some(At { raw, value: u32::from_le_bytes(*raw) })
}

/// MessageType, if the signature stands before it.
pub fn message_type(message: &[u8]) -> Option<At<'_, u32>> {
    if message.starts_with(SIGNATURE) { number_at(message, 8) } else { None }
}

/// The eight bytes that place a payload: Len(2) MaxLen(2) BufferOffset(4), the offset counted from the message's start.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The eight bytes.
    pub raw: &'a [u8],
    /// Len, in bytes.
    pub length: u16,
    /// MaxLen; to be ignored on receipt.
    pub maxlen: u16,
    /// BufferOffset.
    pub offset: u32,
}

impl<'a> Place<'a> {
    /// The place described at `offset`.
    pub fn at(message: &'a [u8], offset: usize) -> Option<Self> {
        let raw = message.get(offset..)?.first_chunk::<8>()?;
        let [l0, l1, m0, m1, o0, o1, o2, o3] = *raw;
        Some(Self {
            raw,
            length: u16::from_le_bytes([l0, l1]),
            maxlen: u16::from_le_bytes([m0, m1]),
            offset: u32::from_le_bytes([o0, o1, o2, o3]),
        })
    }

    /// True if nothing is placed.
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The payload; nothing if it does not lie inside `message`.
    pub fn payload<'m>(&self, message: &'m [u8]) -> Option<&'m [u8]> {
        message.get(usize::try_from(self.offset).ok()?..)?.get(..usize::from(self.length))
    }

    /// Offsets of the first byte and of the one behind the last.
    pub fn range(&self) -> (u64, u64) {
        let start = u64::from(self.offset);
        (start, start.saturating_add(u64::from(self.length)))
    }
}

/// The payload of a place that may be missing or wrong; empty then.
fn payload<'m>(place: Option<Place<'_>>, message: &'m [u8]) -> &'m [u8] {
    place.and_then(|p| p.payload(message)).unwrap_or(&[])
}

/// Where the header ends: at the payload that begins first, at the latest at the end of the message.
fn header_end(message: &[u8], places: &[Option<Place<'_>>]) -> usize {
    let first = places.iter().flatten().filter(|p| !p.is_empty()).map(|p| p.offset).min();
    first.and_then(|n| usize::try_from(n).ok()).unwrap_or(message.len()).min(message.len())
}

/// NEGOTIATE_MESSAGE (2.2.1.1). Its strings are of the OEM code page.
#[derive(Clone, Copy, Debug)]
pub struct Negotiate<'a> {
    /// NegotiateFlags
    pub flags: Option<At<'a, u32>>,
    /// DomainName
    pub domain: Option<Place<'a>>,
    /// Workstation
    pub workstation: Option<Place<'a>>,
    /// Version, eight bytes.
    pub version: Option<&'a [u8]>,
}

impl<'a> Negotiate<'a> {
    /// Reads what is there of it.
    pub fn read(message: &'a [u8]) -> Self {
        let flags = number_at(message, 12);
        let (domain, workstation) = (Place::at(message, 16), Place::at(message, 24));
        let end = header_end(message, &[domain, workstation]);
        let version = part(message, 32, 40, end).filter(|_| has(flags, flag::VERSION));
        Self { flags, domain, workstation, version }
    }
}

/// CHALLENGE_MESSAGE (2.2.1.2).
#[derive(Clone, Copy, Debug)]
pub struct Challenge<'a> {
    /// TargetName
    pub target: Option<Place<'a>>,
    /// NegotiateFlags
    pub flags: Option<At<'a, u32>>,
    /// ServerChallenge, eight bytes.
    pub challenge: Option<&'a [u8]>,
    /// Reserved, eight bytes.
    pub reserved: Option<&'a [u8]>,
    /// TargetInfo
    pub info: Option<Place<'a>>,
    /// Version, eight bytes.
    pub version: Option<&'a [u8]>,
}

impl<'a> Challenge<'a> {
    /// Reads what is there of it.
    pub fn read(message: &'a [u8]) -> Self {
        let target = Place::at(message, 12);
        let end = header_end(message, &[target]);
        let reserved = part(message, 32, 40, end);
        let info = part(message, 40, 48, end).and_then(|_| Place::at(message, 40));
        let end = header_end(message, &[target, info]);
        let flags = number_at(message, 20);
        let version = part(message, 48, 56, end).filter(|_| has(flags, flag::VERSION));
        Self { target, flags, challenge: part(message, 24, 32, message.len()), reserved, info, version }
    }
}

/// AUTHENTICATE_MESSAGE (2.2.1.3).
#[derive(Clone, Copy, Debug)]
pub struct Authenticate<'a> {
    /// LmChallengeResponse
    pub lm: Option<Place<'a>>,
    /// NtChallengeResponse
    pub nt: Option<Place<'a>>,
    /// DomainName
    pub domain: Option<Place<'a>>,
    /// UserName
    pub user: Option<Place<'a>>,
    /// Workstation
    pub workstation: Option<Place<'a>>,
    /// EncryptedRandomSessionKey
    pub session_key: Option<Place<'a>>,
    /// NegotiateFlags
    pub flags: Option<At<'a, u32>>,
    /// Version, eight bytes.
    pub version: Option<&'a [u8]>,
    /// The sixteen bytes of a MIC, if the header has room for one. Whether it is one, the AV pairs say.
    pub mic: Option<&'a [u8]>,
}

impl<'a> Authenticate<'a> {
    /// Reads what is there of it.
    pub fn read(message: &'a [u8]) -> Self {
        let place = |offset| Place::at(message, offset);
        let (lm, nt, domain, user, workstation) = (place(12), place(20), place(28), place(36), place(44));
        let end = header_end(message, &[lm, nt, domain, user, workstation]);
        let session_key = part(message, 52, 60, end).and_then(|_| place(52));
        let end = header_end(message, &[lm, nt, domain, user, workstation, session_key]);
        let flags = part(message, 60, 64, end).and_then(|_| number_at(message, 60));
        let version = part(message, 64, 72, end);
        let mic = part(message, 72, 88, end);
        Self { lm, nt, domain, user, workstation, session_key, flags, version, mic }
    }

    /// The places in the order of the header.
    pub const fn places(&self) -> [Option<Place<'a>>; 6] {
        [self.lm, self.nt, self.domain, self.user, self.workstation, self.session_key]
    }

    /// LmChallengeResponse, as far as it is there.
    pub fn lm_response(&self, message: &'a [u8]) -> &'a [u8] {
        payload(self.lm, message)
    }

    /// NtChallengeResponse, as far as it is there.
    pub fn nt_response(&self, message: &'a [u8]) -> &'a [u8] {
        payload(self.nt, message)
    }

    /// EncryptedRandomSessionKey, as far as it is there.
    pub fn encrypted_key(&self, message: &'a [u8]) -> &'a [u8] {
        payload(self.session_key, message)
    }

    /// True if its strings are UTF-16LE. A message without flags is judged by its own strings: names hardly ever have
    /// no zero byte in UTF-16, and never have one in an OEM code page.
    pub fn unicode(&self, message: &[u8]) -> bool {
        self.flags.map_or_else(
            || [self.user, self.domain, self.workstation].iter().any(|p| payload(*p, message).contains(&0)),
            |flags| flags.value & flag::UNICODE != 0,
        )
    }

    /// UserName as text.
    pub fn user_name(&self, message: &'a [u8]) -> String {
        owned(&text(payload(self.user, message), self.unicode(message)))
    }

    /// DomainName as text.
    pub fn domain_name(&self, message: &'a [u8]) -> String {
        owned(&text(payload(self.domain, message), self.unicode(message)))
    }

    /// Workstation as text.
    pub fn workstation_name(&self, message: &'a [u8]) -> String {
        owned(&text(payload(self.workstation, message), self.unicode(message)))
    }

    /// True if neither the flags nor the responses are there to tell one kind of response from another.
    pub fn kind_is_open(&self, message: &[u8]) -> bool {
        let nt = self.nt.map_or(0, |p| p.length);
        self.flags.is_none() && self.lm_is_cut(message) && (1..25).contains(&nt)
    }

    fn lm_is_cut(&self, message: &[u8]) -> bool {
        self.lm.is_some_and(|p| usize::from(p.length) > payload(self.lm, message).len())
    }

    /// Which response the message carries, by the lengths and shapes of both. A response placed outside the message
    /// is still judged by its length.
    pub fn kind(&self, message: &[u8]) -> NtlmVersion {
        let (lm, nt) = (payload(self.lm, message), payload(self.nt, message));
        let extended = has(self.flags, flag::EXTENDED_SESSION_SECURITY);
        let cut = self.lm_is_cut(message);
        match (self.nt.map_or(0, |p| p.length), lm) {
            (25.., _) => NtlmVersion::V2,
            (1.., _) if cut => {
                if extended {
                    NtlmVersion::V1Ess
                } else {
                    NtlmVersion::V1
                }
            }
            (0, [] | [_]) => NtlmVersion::Anonymous,
            (0, lm) if zero(lm) => NtlmVersion::Anonymous,
            (_, [] | [_]) => NtlmVersion::V1,
            // ClientChallenge(8) and sixteen zeros: no LM response ends so.
            (_, [challenge @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _])
                if zero(lm.get(challenge.len()..).unwrap_or(&[])) =>
            {
                if extended || !zero(challenge) {
                    NtlmVersion::V1Ess
                } else {
                    NtlmVersion::V1
                }
            }
            (_, lm) if lm == nt => NtlmVersion::V1,
            (0, _) => NtlmVersion::Lm,
            _ => NtlmVersion::LmAndV1,
        }
    }
}

/// `message[start..end]`, if it belongs to the header.
fn part(message: &[u8], start: usize, end: usize, header_end: usize) -> Option<&[u8]> {
    if end <= header_end { message.get(start..end) } else { None }
}

fn has(flags: Option<At<'_, u32>>, bit: u32) -> bool {
    flags.is_some_and(|f| f.value & bit != 0)
}

/// True if no byte is set.
pub fn zero(bytes: &[u8]) -> bool {
    bytes.iter().all(|b| *b == 0)
}

/// The text of a string up to its first NUL. OEM bytes stay as they are: the code page is not told.
pub fn text(raw: &[u8], unicode: bool) -> Cow<'_, [u8]> {
    if unicode {
        let mut text = utf16::decode(raw);
        if let Some(end) = text.find('\0') {
            text.truncate(end);
        }
        return Cow::Owned(text.into_bytes());
    }
    Cow::Borrowed(raw.split(|b| *b == 0).next().unwrap_or(&[]))
}

/// Text as a string of ours; what is not UTF-8 becomes U+FFFD.
pub fn owned(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}

/// The NTLMv2_RESPONSE (2.2.2.8) with its NTLMv2_CLIENT_CHALLENGE (2.2.2.7), up to the AV pairs:
/// `Response(16) RespType(1) HiRespType(1) Z(6) TimeStamp(8) ChallengeFromClient(8) Z(4)`.
#[derive(Clone, Copy, Debug)]
pub struct V2Response<'a> {
    /// Response: NTProofStr
    pub proof: &'a [u8],
    /// RespType: 1
    pub version: At<'a, u8>,
    /// HiRespType: 1
    pub hi_version: At<'a, u8>,
    /// Six zeros.
    pub zero: &'a [u8],
    /// TimeStamp, a FILETIME.
    pub time: At<'a, u64>,
    /// ChallengeFromClient
    pub challenge: &'a [u8],
    /// Four zeros.
    pub zero_too: &'a [u8],
}

/// Reads the fixed part of an NTLMv2 response; the AV pairs are what is left.
pub fn v2_response(input: &[u8]) -> Parsed<'_, V2Response<'_>> {
    use crate::wire::at;
    let (rest, (proof, version, hi_version, zero, time, challenge, zero_too)) =
        (take(16_usize), at(u8), at(u8), take(6_usize), at(le_u64), take(8_usize), take(4_usize)).parse(input)?;
    Ok((rest, V2Response { proof, version, hi_version, zero, time, challenge, zero_too }))
}

/// An AV_PAIR (2.2.2.1): AvId(2) AvLen(2) Value.
#[derive(Clone, Copy, Debug)]
pub struct AvPair<'a> {
    /// The whole pair.
    pub raw: &'a [u8],
    /// AvId
    pub id: At<'a, u16>,
    /// AvLen
    pub length: At<'a, u16>,
    /// Value; shorter than AvLen if the list ends before.
    pub value: &'a [u8],
}

impl AvPair<'_> {
    /// True if the list ended inside the value.
    pub fn is_cut(&self) -> bool {
        self.value.len() < usize::from(self.length.value)
    }
}

/// Walks a list of AV pairs up to MsvAvEOL.
#[derive(Clone, Debug)]
pub struct AvPairs<'a> {
    rest: &'a [u8],
    ended: bool,
}

impl<'a> AvPairs<'a> {
    /// Over the list in `bytes`.
    pub const fn of(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, ended: false }
    }

    /// What was not read.
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// True once MsvAvEOL was read.
    pub const fn ended(&self) -> bool {
        self.ended
    }
}

impl<'a> Iterator for AvPairs<'a> {
    type Item = AvPair<'a>;

    fn next(&mut self) -> Option<AvPair<'a>> {
        use crate::wire::at;
        if self.ended {
            return None;
        }
        let all = self.rest;
        let (rest, (id, length)) = (at(le_u16::<_, nom::error::Error<&[u8]>>), at(le_u16)).parse(all).ok()?;
        let (value, rest) = rest.split_at(usize::from(length.value).min(rest.len()));
        self.rest = rest;
        self.ended = id.value == 0;
        let (raw, _) = all.split_at(all.len().saturating_sub(rest.len()));
        Some(AvPair { raw, id, length, value })
    }
}
