//! The privilege attribute certificate that Windows puts into tickets ([MS-PAC]): who the user is and which groups it
//! belongs to, in buffers side by side. A buffer of a type that is not known is kept as bytes.
//!
//! ```text
//! PACTYPE  cBuffers(4)  Version(4) = 0  { ulType(4)  cbBufferSize(4)  Offset(8) }     -- little-endian
//! ```

use super::{fields, logon};
use crate::fact::EncryptionKey;
use crate::field::{Mark, Value};
use crate::protocol::Out;
use crate::secrets::kerberos::{Usage, checksum};
use crate::wire::{Parsed, Timestamp, utf16, wipe};
use nom::Parser;
use nom::number::complete::{le_u16, le_u32, le_u64};

/// Types of buffers ([MS-PAC] 2.4).
mod kind {
    pub const LOGON_INFO: u32 = 1;
    pub const CREDENTIALS: u32 = 2;
    pub const SERVER_CHECKSUM: u32 = 6;
    pub const KDC_CHECKSUM: u32 = 7;
    pub const CLIENT_INFO: u32 = 10;
    pub const DELEGATION: u32 = 11;
    pub const UPN_DNS: u32 = 12;
    pub const CLIENT_CLAIMS: u32 = 13;
    pub const DEVICE: u32 = 14;
    pub const DEVICE_CLAIMS: u32 = 15;
    pub const TICKET_CHECKSUM: u32 = 16;
    pub const ATTRIBUTES: u32 = 17;
    pub const REQUESTER: u32 = 18;
    pub const FULL_CHECKSUM: u32 = 19;
}

/// Buffers looked at; Windows sends a dozen.
const MAX_BUFFERS: u32 = 64;

/// The header of a buffer.
struct Info<'b> {
    raw: &'b [u8],
    kind: u32,
    size: u32,
    offset: u64,
}

/// Describes a PAC; `service` is the key that opened the ticket it stood in.
pub fn pac<'b>(out: &mut Out<'_, 'b>, raw: &'b [u8], service: Option<&EncryptionKey>) {
    // It tells the analysis nothing.
    if !out.shows() {
        return;
    }
    let mut rest = raw;
    let Some((number, version)) = out.read(&mut rest, |i| (le_u32, le_u32).parse(i)) else { return };
    let at = |from: usize, length: usize| raw.get(from..from.saturating_add(length)).unwrap_or(&[]);
    out.number(&fields::PAC_ENTRIES, at(0, 4), number);
    out.number(&fields::PAC_VERSION, at(4, 4), version);
    let mut signatures = Vec::new();
    for _ in 0..number.min(MAX_BUFFERS) {
        let Some(info) = out.read(&mut rest, info) else { return };
        if let Some(bytes) = buffer(out, raw, &info)
            && matches!(info.kind, kind::SERVER_CHECKSUM | kind::KDC_CHECKSUM)
        {
            signatures.push((info.kind, bytes));
        }
    }
    if number > MAX_BUFFERS {
        out.mark(Mark::TooLarge, rest);
    }
    if let Some(key) = service {
        check(out, raw, &signatures, key);
    }
}

fn info(input: &[u8]) -> Parsed<'_, Info<'_>> {
    let (rest, (kind, size, offset)) = (le_u32, le_u32, le_u64).parse(input)?;
    Ok((rest, Info { raw: input.get(..16).unwrap_or(input), kind, size, offset }))
}

/// Shows a buffer, and returns its bytes.
fn buffer<'b>(out: &mut Out<'_, 'b>, pac: &'b [u8], info: &Info<'b>) -> Option<&'b [u8]> {
    let part = |from: usize, length: usize| info.raw.get(from..from.saturating_add(length)).unwrap_or(&[]);
    let start = usize::try_from(info.offset).ok();
    let end = start.and_then(|start| start.checked_add(usize::try_from(info.size).ok()?));
    let bytes = start.zip(end).and_then(|(start, end)| pac.get(start..end));
    out.node(&fields::PAC_TYPE, part(0, 4), Value::Number(info.kind.into()), |out| {
        out.number(&fields::PAC_SIZE, part(4, 4), info.size);
        out.number(&fields::PAC_OFFSET, part(8, 8), info.offset);
        match bytes {
            Some(bytes) => content(out, info.kind, bytes),
            None => out.malformed(info.raw, "a buffer that does not lie in the PAC"),
        }
    });
    bytes
}

fn content<'b>(out: &mut Out<'_, 'b>, kind: u32, bytes: &'b [u8]) {
    let (field, inside): (_, fn(&mut Out<'_, 'b>, &'b [u8])) = match kind {
        kind::LOGON_INFO => (&fields::PAC_LOGON_INFO, logon::info),
        kind::CREDENTIALS => (&fields::PAC_CREDENTIALS, credentials),
        kind::SERVER_CHECKSUM => (&fields::PAC_SERVER_CHECKSUM, signature),
        kind::KDC_CHECKSUM => (&fields::PAC_KDC_CHECKSUM, signature),
        kind::CLIENT_INFO => (&fields::PAC_CLIENT_INFO, client),
        kind::DELEGATION => (&fields::PAC_DELEGATION, |_, _| {}),
        kind::UPN_DNS => (&fields::PAC_UPN_DNS, names),
        kind::CLIENT_CLAIMS => (&fields::PAC_CLIENT_CLAIMS, |_, _| {}),
        kind::DEVICE => (&fields::PAC_DEVICE, |_, _| {}),
        kind::DEVICE_CLAIMS => (&fields::PAC_DEVICE_CLAIMS, |_, _| {}),
        kind::TICKET_CHECKSUM => (&fields::PAC_TICKET_CHECKSUM, signature),
        kind::ATTRIBUTES => (&fields::PAC_ATTRIBUTES, attributes),
        kind::REQUESTER => (&fields::PAC_REQUESTER, |out, bytes| logon::sid(out, &fields::SID, bytes)),
        kind::FULL_CHECKSUM => (&fields::PAC_FULL_CHECKSUM, signature),
        _ => (&fields::PAC_BUFFER, |_, _| {}),
    };
    out.node(field, bytes, Value::Bytes(bytes), |out| inside(out, bytes));
}

/// [MS-PAC] 2.8: SignatureType(4) Signature RODCIdentifier(2, optional)
fn signature<'b>(out: &mut Out<'_, 'b>, bytes: &'b [u8]) {
    let Some((kind, rest)) = bytes.split_first_chunk::<4>() else {
        return out.malformed(bytes, "shorter than its type");
    };
    let kind_number = i32::from_le_bytes(*kind);
    out.value(&fields::PAC_SIGNATURE_TYPE, kind, Value::Signed(kind_number.into()));
    let length = signature_len(kind_number).unwrap_or(rest.len()).min(rest.len());
    out.bytes(&fields::PAC_SIGNATURE, rest.get(..length).unwrap_or(rest));
}

/// Bytes of a signature of this checksum type.
const fn signature_len(kind: i32) -> Option<usize> {
    match kind {
        15 | 16 => Some(12),
        -138 | 19 => Some(16),
        20 => Some(24),
        _ => None,
    }
}

/// Holds the server's signature against the key of the service ([MS-PAC] 2.8.1): it is made while both signatures are
/// zeros. What a service reads in a PAC without this nobody vouches for.
fn check(out: &mut Out<'_, '_>, pac: &[u8], signatures: &[(u32, &[u8])], key: &EncryptionKey) {
    let Some((_, whole)) = signatures.iter().find(|(kind, _)| *kind == kind::SERVER_CHECKSUM) else { return };
    let Some((kind, rest)) = whole.split_first_chunk::<4>() else { return };
    let own = match key.etype {
        17 => 15,
        18 => 16,
        23 => -138,
        etype => etype,
    };
    let kind = i32::from_le_bytes(*kind);
    let Some(told) = signature_len(kind).filter(|_| kind == own).and_then(|length| rest.get(..length)) else { return };
    let mut blank = pac.to_vec();
    for (_, bytes) in signatures {
        let length = bytes.first_chunk().and_then(|kind| signature_len(i32::from_le_bytes(*kind)));
        let at = crate::wire::Span::of(pac, bytes).start as usize;
        let from = at.saturating_add(4);
        let to = from.saturating_add(length.unwrap_or_else(|| bytes.len().saturating_sub(4)));
        if let Some(part) = blank.get_mut(from..to) {
            part.fill(0);
        }
    }
    let sum = checksum(key, Usage::PAC, &[&blank]);
    wipe(&mut blank);
    match sum {
        Some(sum) if sum == told => out.mark(Mark::Note("the server's checksum is what the service's key gives"), told),
        Some(_) => out.malformed(told, "the server's checksum is not what the service's key gives"),
        None => {}
    }
}

/// [MS-PAC] 2.6.1: Version(4) EncryptionType(4), the rest under the client's key.
fn credentials<'b>(out: &mut Out<'_, 'b>, bytes: &'b [u8]) {
    let mut rest = bytes;
    let Some((version, etype)) = out.read(&mut rest, |i| (le_u32, le_u32).parse(i)) else { return };
    out.number(&fields::PAC_CREDENTIALS_VERSION, bytes.get(..4).unwrap_or(&[]), version);
    out.number(&fields::PAC_CREDENTIALS_ETYPE, bytes.get(4..8).unwrap_or(&[]), etype);
}

/// [MS-PAC] 2.7: ClientId(8) NameLength(2) Name
fn client<'b>(out: &mut Out<'_, 'b>, bytes: &'b [u8]) {
    let mut rest = bytes;
    let Some((ticks, length)) = out.read(&mut rest, |i| (le_u64, le_u16).parse(i)) else { return };
    out.value(&fields::PAC_CLIENT_ID, bytes.get(..8).unwrap_or(&[]), Value::Time(Timestamp::from_filetime(ticks)));
    out.number(&fields::PAC_NAME_LENGTH, bytes.get(8..10).unwrap_or(&[]), length);
    text(out, &fields::PAC_NAME, rest, 0, length.into());
}

/// [MS-PAC] 2.10: length and offset of two names, Flags(4), and of two more if flag 2 is set.
fn names<'b>(out: &mut Out<'_, 'b>, bytes: &'b [u8]) {
    const EXTENDED: u32 = 2;
    let mut rest = bytes;
    let pair = |i| (le_u16, le_u16).parse(i);
    let Some(((upn, upn_at), (dns, dns_at), flags)) = out.read(&mut rest, |i| (pair, pair, le_u32).parse(i)) else {
        return;
    };
    let part = |from: usize, length: usize| bytes.get(from..from.saturating_add(length)).unwrap_or(&[]);
    out.number(&fields::UPN_LEN, part(0, 2), upn);
    out.number(&fields::UPN_OFFSET, part(2, 2), upn_at);
    out.number(&fields::UPN_DNS_LEN, part(4, 2), dns);
    out.number(&fields::UPN_DNS_OFFSET, part(6, 2), dns_at);
    out.node(&fields::UPN_FLAGS, part(8, 4), Value::Number(flags.into()), |out| {
        out.flag(&fields::UPN_CONSTRUCTED, part(8, 4), flags & 1 != 0);
        out.flag(&fields::UPN_EXTENDED, part(8, 4), flags & EXTENDED != 0);
    });
    text(out, &fields::UPN_NAME, bytes, upn_at.into(), upn.into());
    text(out, &fields::UPN_DNS_NAME, bytes, dns_at.into(), dns.into());
    if flags & EXTENDED == 0 {
        return;
    }
    let Some(((sam, sam_at), (sid, sid_at))) = out.read(&mut rest, |i| (pair, pair).parse(i)) else { return };
    out.number(&fields::UPN_SAM_LEN, part(12, 2), sam);
    out.number(&fields::UPN_SAM_OFFSET, part(14, 2), sam_at);
    out.number(&fields::UPN_SID_LEN, part(16, 2), sid);
    out.number(&fields::UPN_SID_OFFSET, part(18, 2), sid_at);
    text(out, &fields::UPN_SAM_NAME, bytes, sam_at.into(), sam.into());
    match bytes.get(usize::from(sid_at)..usize::from(sid_at).saturating_add(sid.into())) {
        Some(raw) => logon::sid(out, &fields::SID, raw),
        None => out.malformed(bytes, "a SID that does not lie in its buffer"),
    }
}

/// [MS-PAC] 2.14: FlagsLength(4, in bits) Flags(4)
fn attributes<'b>(out: &mut Out<'_, 'b>, bytes: &'b [u8]) {
    let mut rest = bytes;
    let Some((length, flags)) = out.read(&mut rest, |i| (le_u32, le_u32).parse(i)) else { return };
    let raw = bytes.get(4..8).unwrap_or(&[]);
    out.number(&fields::PAC_ATTRIBUTES_LENGTH, bytes.get(..4).unwrap_or(&[]), length);
    out.node(&fields::PAC_ATTRIBUTES_FLAGS, raw, Value::Number(flags.into()), |out| {
        out.flag(&fields::PAC_REQUESTED, raw, flags & 1 != 0);
        out.flag(&fields::PAC_GIVEN, raw, flags & 2 != 0);
    });
}

/// Text in UTF-16 at a place of its buffer.
fn text<'b>(out: &mut Out<'_, 'b>, field: &'static crate::field::Field, bytes: &'b [u8], at: usize, length: usize) {
    match bytes.get(at..at.saturating_add(length)) {
        Some(raw) => out.value(field, raw, Value::Text(utf16::decode(raw).as_bytes())),
        None => out.malformed(bytes, "a name that does not lie in its buffer"),
    }
}
