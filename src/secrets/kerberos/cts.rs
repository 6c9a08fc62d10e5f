//! AES in CBC mode with ciphertext stealing, initial vector zero (RFC 3962 section 5; CBC-CS3): as long as the plain text,
//! the last two blocks exchanged and the last of them cut.

use super::Secret;
use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes256};

/// Bytes of a block.
pub(super) const BLOCK: usize = 16;

/// AES with a key of either length.
enum Aes {
    Short(Box<Aes128>),
    Long(Box<Aes256>),
}

impl Aes {
    fn new(key: &[u8]) -> Option<Self> {
        match key.len() {
            16 => Aes128::new_from_slice(key).ok().map(|aes| Self::Short(Box::new(aes))),
            32 => Aes256::new_from_slice(key).ok().map(|aes| Self::Long(Box::new(aes))),
            _ => None,
        }
    }

    fn decrypt(&self, block: [u8; BLOCK]) -> [u8; BLOCK] {
        let mut block = block.into();
        match self {
            Self::Short(aes) => aes.decrypt_block(&mut block),
            Self::Long(aes) => aes.decrypt_block(&mut block),
        }
        block.into()
    }
}

/// Encrypts one block; nothing if the key is not AES's.
pub(super) fn encrypt_block(key: &[u8], block: &mut [u8; BLOCK]) -> Option<()> {
    let mut inside = (*block).into();
    match Aes::new(key)? {
        Aes::Short(aes) => aes.encrypt_block(&mut inside),
        Aes::Long(aes) => aes.encrypt_block(&mut inside),
    }
    *block = inside.into();
    Some(())
}

/// Decrypts; nothing if there is not one block, or the key is not AES's.
pub(super) fn decrypt(key: &[u8], cipher: &[u8]) -> Option<Secret> {
    let aes = Aes::new(key)?;
    let first = cipher.first_chunk::<BLOCK>()?;
    let mut out = Secret::with_room(cipher.len());
    if cipher.len() == BLOCK {
        out.extend(&aes.decrypt(*first));
        return Some(out);
    }
    // All but the last two blocks are plain CBC; the last one has 1 to 16 bytes.
    let tail = match cipher.len() % BLOCK {
        0 => BLOCK * 2,
        short => BLOCK.saturating_add(short),
    };
    let (chained, stolen) = cipher.split_at_checked(cipher.len().checked_sub(tail)?)?;
    let mut before = [0_u8; BLOCK];
    for block in chained.as_chunks::<BLOCK>().0 {
        out.extend(&xor(aes.decrypt(*block), &before));
        before = *block;
    }
    let (last_but_one, last) = stolen.split_first_chunk::<BLOCK>()?;
    // What is decrypted of it ends with what was stolen from the last block.
    let mut filled = aes.decrypt(*last_but_one);
    let end = xor(filled, last);
    filled.iter_mut().zip(last).for_each(|(to, from)| *to = *from);
    out.extend(&xor(aes.decrypt(filled), &before));
    out.extend(end.get(..last.len())?);
    Some(out)
}

/// `block` with as many bytes of `other` as there are.
fn xor(mut block: [u8; BLOCK], other: &[u8]) -> [u8; BLOCK] {
    block.iter_mut().zip(other).for_each(|(to, from)| *to ^= *from);
    block
}
