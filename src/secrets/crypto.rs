//! The primitives under the formulas, in the shape the formulas want: parts in, an array out, nothing that can fail.

use des::Des;
use des::cipher::BlockCipherEncrypt;
use hmac::digest::block_api::EagerHash;
use hmac::digest::{Digest, Output};
use hmac::{Hmac, KeyInit, Mac};
use md4::Md4;
use md5::Md5;
use rc4::{Rc4, StreamCipher};

/// HMAC over the parts one after the other (RFC 2104).
pub fn hmac<D: EagerHash>(key: &[u8], parts: &[&[u8]]) -> Output<Hmac<D>> {
    // HMAC takes a key of any length, so this always is one.
    let Ok(mut mac) = Hmac::<D>::new_from_slice(key) else { return Output::<Hmac<D>>::default() };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes()
}

/// HMAC-MD5 over the parts.
pub fn hmac_md5(key: &[u8], parts: &[&[u8]]) -> [u8; 16] {
    hmac::<Md5>(key, parts).into()
}

/// MD5 over the parts.
pub fn md5(parts: &[&[u8]]) -> [u8; 16] {
    let mut digest = Md5::new();
    for part in parts {
        digest.update(part);
    }
    digest.finalize().into()
}

/// MD4.
pub fn md4(bytes: &[u8]) -> [u8; 16] {
    Md4::digest(bytes).into()
}

/// A fresh RC4 stream over `bytes`; an empty key leaves them as they are.
pub fn rc4(key: &[u8], bytes: &mut [u8]) {
    if let Ok(mut stream) = Rc4::new_from_slice(key) {
        stream.apply_keystream(bytes);
    }
}

/// DES over one block with a key of seven bytes, spread over eight with the parity bits left clear
/// ([MS-NLMP] 6, `DES(K, D)`).
pub fn des(key: [u8; 7], block: [u8; 8]) -> [u8; 8] {
    let bits = key.iter().fold(0_u64, |n, b| n << 8 | u64::from(*b));
    let spread = std::array::from_fn::<u8, 8, _>(|n| {
        let shift = 49_usize.saturating_sub(n * 7);
        (bits >> shift).to_le_bytes()[0] << 1
    });
    let mut block = block.into();
    Des::new(&spread.into()).encrypt_block(&mut block);
    block.into()
}

/// CRC-32 as in ISO 3309, which NTLM without extended session security signs with.
pub fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 0 { crc >> 1 } else { crc >> 1 ^ 0xedb8_8320 };
    !bytes.iter().fold(!0, |crc: u32, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_values() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        // The constant that LMOWF encrypts, under the key of zeros: the LM hash of nothing.
        assert_eq!(des([0; 7], *b"KGS!@#$%"), [0xaa, 0xd3, 0xb4, 0x35, 0xb5, 0x14, 0x04, 0xee]);
        // RFC 2202, case 2.
        let mac = hmac_md5(b"Jefe", &[b"what do ya want ", b"for nothing?"]);
        assert_eq!(crate::wire::text::hex(&mac), "750c783e6ab0b503eaa86e310a5db738");
    }
}
