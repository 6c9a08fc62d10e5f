//! RC4-HMAC (RFC 4757): the checksum stands in front of the cipher, and its key is a step on the way to RC4's.

use super::{Secret, Usage, wipe};
use crate::secrets::crypto::{hmac_md5, md5, rc4};

/// Bytes of the checksum.
const CHECKSUM: usize = 16;
/// Bytes of chance in front of the plain text.
const CONFOUNDER: usize = 8;

/// Microsoft's numbers for the uses (section 3), little-endian as they are hashed.
const fn number(usage: Usage) -> [u8; 4] {
    match usage.0 {
        3 | 9 => 8_u32,
        23 => 13,
        n => n,
    }
    .to_le_bytes()
}

/// Opens a cipher (section 5).
pub(super) fn open(key: &[u8], usage: Usage, cipher: &[u8]) -> Option<Secret> {
    let (told, sealed) = cipher.split_first_chunk::<CHECKSUM>()?;
    if sealed.len() < CONFOUNDER {
        return None;
    }
    let mut base = hmac_md5(key, &[&number(usage)]);
    let mut stream = hmac_md5(&base, &[told]);
    let mut plain = Secret::new(sealed.to_vec());
    rc4(&stream, plain.bytes_mut());
    let right = hmac_md5(&base, &[plain.bytes()]) == *told;
    wipe(&mut base);
    wipe(&mut stream);
    plain.drop_front(CONFOUNDER);
    right.then_some(plain)
}

/// The checksum of section 4, as in authenticators and PACs.
pub(super) fn checksum(key: &[u8], usage: Usage, parts: &[&[u8]]) -> [u8; CHECKSUM] {
    sum(key, number(usage), parts)
}

/// The checksum of a signature (section 7.3): the first eight bytes, over a use of its own number.
pub(super) fn signature(key: &[u8], parts: &[&[u8]]) -> [u8; 8] {
    let [first @ .., _, _, _, _, _, _, _, _] = sum(key, 15_u32.to_le_bytes(), parts);
    first
}

/// The sequence number and the direction of a signature, which are encrypted with its checksum (section 7.3).
pub(super) fn sequence(key: &[u8], checksum: [u8; 8], mut sealed: [u8; 8]) -> [u8; 8] {
    let base = hmac_md5(key, &[&[0; 4]]);
    rc4(&hmac_md5(&base, &[&checksum]), &mut sealed);
    sealed
}

fn sum(key: &[u8], number: [u8; 4], parts: &[&[u8]]) -> [u8; CHECKSUM] {
    let mut sign = hmac_md5(key, &[b"signaturekey\0"]);
    let mut hashed: Vec<&[u8]> = Vec::with_capacity(parts.len().saturating_add(1));
    hashed.push(&number);
    hashed.extend_from_slice(parts);
    let sum = hmac_md5(&sign, &[&md5(&hashed)]);
    wipe(&mut sign);
    sum
}
