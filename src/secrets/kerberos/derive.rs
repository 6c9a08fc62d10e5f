//! Keys from keys: n-fold and DK of RFC 3961 section 5, KDF-HMAC-SHA2 of RFC 8009 section 3.

use super::{Etype, Secret, Usage, cts, wipe};
use crate::secrets::crypto::hmac;
use sha2::{Sha256, Sha384};

/// What a derived key does; the last byte of the constant it is derived with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Kc: checksums
    Checksum = 0x99,
    /// Ke: encryption
    Encryption = 0xaa,
    /// Ki: integrity of what is encrypted
    Integrity = 0x55,
}

/// The key of an AES type for one use; nothing for RC4, which derives in its own way.
pub(super) fn key(etype: Etype, base: &[u8], usage: Usage, purpose: Purpose) -> Option<Secret> {
    let [a, b, c, d] = usage.0.to_be_bytes();
    let constant = [a, b, c, d, purpose as u8];
    Some(match etype {
        Etype::Sha1 { key } => dk(base, &constant, key)?,
        Etype::Sha256 => kdf(etype, base, &constant, 16),
        Etype::Sha384 => kdf(etype, base, &constant, if purpose == Purpose::Encryption { 32 } else { 24 }),
        Etype::Rc4 => return None,
    })
}

/// DK(base, constant): the constant folded to a block and encrypted over and over, until there are `length` bytes.
pub(super) fn dk(base: &[u8], constant: &[u8], length: usize) -> Option<Secret> {
    let mut block = n_fold::<{ cts::BLOCK }>(constant);
    let mut out = Secret::default();
    while out.bytes().len() < length {
        cts::encrypt_block(base, &mut block)?;
        out.extend(&block);
    }
    wipe(&mut block);
    out.cut(length);
    Some(out)
}

/// KDF-HMAC-SHA2(base, label, k): HMAC over a counter that is always 1, the label, a zero, and the bits wanted.
pub(super) fn kdf(etype: Etype, base: &[u8], label: &[u8], length: u16) -> Secret {
    let bits = u32::from(length).saturating_mul(8).to_be_bytes();
    let parts: [&[u8]; 4] = [&[0, 0, 0, 1], label, &[0], &bits];
    let mut out = Secret::new(match etype {
        Etype::Sha384 => hmac::<Sha384>(base, &parts).to_vec(),
        _ => hmac::<Sha256>(base, &parts).to_vec(),
    });
    out.cut(length.into());
    out
}

/// n-fold: copies of the input, each turned 13 bits further to the right, added up with end-around carry in numbers of
/// `N` bytes.
pub(super) fn n_fold<const N: usize>(input: &[u8]) -> [u8; N] {
    let length = input.len();
    let mut sum = [0_u8; N];
    if length == 0 || N == 0 {
        return sum;
    }
    let bits = length * 8;
    // The byte at `at` of all copies one behind the other.
    let byte = |at: usize| {
        let turned = at / length * 13 % bits;
        // Its first bit stands so far back in the copy that is not turned.
        let from = (at % length * 8 + bits - turned) % bits;
        let (first, shift) = (from / 8, from % 8);
        let high = input.get(first).copied().unwrap_or(0);
        let low = input.get((first + 1) % length).copied().unwrap_or(0);
        (u16::from_be_bytes([high, low]) << shift).to_be_bytes()[0]
    };
    let total = least_common_multiple(length, N);
    // From the last byte to the first, so that a carry meets the byte before; what is left at the end goes round.
    let mut carry = 0_u32;
    for at in (0..N).rev() {
        let copies = (0..total / N).map(|copy| u32::from(byte(copy * N + at)));
        carry += copies.sum::<u32>();
        put(&mut sum, at, &mut carry);
    }
    while carry > 0 {
        for at in (0..N).rev() {
            carry += u32::from(sum.get(at).copied().unwrap_or(0));
            put(&mut sum, at, &mut carry);
        }
    }
    sum
}

/// Writes the last byte of `carry` and leaves the rest in it.
fn put(sum: &mut [u8], at: usize, carry: &mut u32) {
    if let Some(place) = sum.get_mut(at) {
        *place = carry.to_le_bytes()[0];
    }
    *carry >>= 8;
}

fn least_common_multiple(a: usize, b: usize) -> usize {
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    a * (b / x.max(1))
}
