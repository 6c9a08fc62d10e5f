//! What a domain controller says of itself to a ping ([MS-ADTS] 6.3.1.9, NETLOGON_SAM_LOGON_RESPONSE_EX):
//!
//! ```text
//! Opcode(2) Sbz(2) Flags(4) DomainGuid(16) names… NtVersion(4) LmNtToken(2) Lm20Token(2)
//! ```
//!
//! All numbers are little-endian. Names are those of DNS with its compression (RFC 1035 4.1.4), offsets counted from
//! Opcode. The older forms without GUID are not described.

use super::fields::datagram as d;
use crate::field::{Field, Mark, Value};
use crate::protocol::Out;
use crate::wire::guid;

/// Names in the order they stand in.
static NAMES: [&Field; 8] =
    [&d::FOREST, &d::DOMAIN, &d::HOSTNAME, &d::NB_DOMAIN, &d::NB_HOSTNAME, &d::USERNAME, &d::SITE, &d::CLIENT_SITE];

/// Compression pointers that are followed in one name.
const MAX_JUMPS: usize = 16;
/// Bytes of one name.
const MAX_NAME: usize = 255;

/// Describes an answer.
pub fn answer<'b>(bytes: &'b [u8], out: &mut Out<'_, 'b>) {
    let Some((opcode, behind)) = bytes.split_first_chunk::<2>() else {
        return out.malformed(bytes, "ends before the operation code");
    };
    let code = u16::from_le_bytes(*opcode);
    out.number(&d::OPCODE, opcode, code);
    if !matches!(code, 23..=25) {
        return out.mark(Mark::Note("a form of the answer that is not described"), behind);
    }
    let Some(flags) = behind.get(2..6).and_then(|b| b.first_chunk::<4>()) else {
        return out.malformed(behind, "ends before the flags");
    };
    out.number(&d::FLAGS, flags, u32::from_le_bytes(*flags));
    let Some(domain) = behind.get(6..22) else { return out.malformed(behind, "ends before the GUID of the domain") };
    out.value(&d::DOMAIN_GUID, domain, Value::Text(guid::text(domain).as_bytes()));
    let mut at = 24_usize;
    for field in NAMES {
        let Some((text, end)) = name(bytes, at) else {
            return out.malformed(bytes.get(at..).unwrap_or(&[]), "not a name");
        };
        out.value(field, bytes.get(at..end).unwrap_or(&[]), Value::Text(&text));
        at = end;
    }
    let rest = bytes.get(at..).unwrap_or(&[]);
    // An answer may bring the address of the server between names and version, where the version asks for it.
    let Some((_, tail)) = rest.len().checked_sub(8).and_then(|before| rest.split_at_checked(before)) else {
        return out.malformed(rest, "ends before the version");
    };
    if let [v0, v1, v2, v3, l0, l1, n0, n1] = tail {
        out.number(&d::VERSIONS, tail.get(..4).unwrap_or(&[]), u32::from_le_bytes([*v0, *v1, *v2, *v3]));
        out.number(&d::LM_TOKEN, tail.get(4..6).unwrap_or(&[]), u16::from_le_bytes([*l0, *l1]));
        out.number(&d::NT_TOKEN, tail.get(6..8).unwrap_or(&[]), u16::from_le_bytes([*n0, *n1]));
    }
}

/// A name and where it ends. An empty one is written as Wireshark does.
fn name(bytes: &[u8], from: usize) -> Option<(Vec<u8>, usize)> {
    let (mut text, mut at, mut end, mut jumps) = (Vec::new(), from, None, 0_usize);
    loop {
        let length = *bytes.get(at)?;
        let next = at.checked_add(1)?;
        match length {
            0 => {
                let empty = text.is_empty();
                return Some((if empty { b"<Root>".to_vec() } else { text }, end.unwrap_or(next)));
            }
            0xc0.. => {
                let low = *bytes.get(next)?;
                end = end.or(next.checked_add(1));
                at = usize::from(length & 0x3f) << 8 | usize::from(low);
                jumps = jumps.checked_add(1).filter(|jumps| *jumps <= MAX_JUMPS)?;
            }
            1..0x40 => {
                let label = bytes.get(next..next.checked_add(usize::from(length))?)?;
                if !text.is_empty() {
                    text.push(b'.');
                }
                text.extend_from_slice(label);
                if text.len() > MAX_NAME {
                    return None;
                }
                at = next.checked_add(usize::from(length))?;
            }
            _ => return None,
        }
    }
}
