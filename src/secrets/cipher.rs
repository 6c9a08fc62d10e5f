//! Ciphers under their keys, ready for one record after the other: AEAD ciphers in place, blocks in CBC mode, RC4.
//!
//! AES-GCM and ChaCha20-Poly1305 are `ring`'s, which uses what the processor has; everything older is RustCrypto's.

use super::protection::{Cipher, Protection};
use aes::{Aes128, Aes256};
use camellia::{Camellia128, Camellia256};
use cbc::cipher::{
    Block, BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, InnerIvInit, Iv, IvSizeUser,
};
use cbc::{Decryptor, Encryptor};
use ccm::Ccm;
use ccm::aead::AeadInOut;
use ccm::consts::{U8, U12, U16};
use des::{Des, TdesEde3};
use rc4::{KeyInit, Rc4, StreamCipher};
use ring::aead::{AES_128_GCM, AES_256_GCM, Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use std::fmt;

/// A cipher and its key.
pub(super) enum Keyed {
    Null,
    Stream(Box<Rc4>),
    Aead(Box<Aead>),
    Blocks(Box<Blocks>),
}

impl fmt::Debug for Keyed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyed")
    }
}

/// Which way a block cipher works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// From what was captured to what was said.
    Open,
    /// Back.
    Cover,
}

/// Ciphers with a tag.
pub(super) enum Aead {
    Ring(LessSafeKey),
    Ccm128(Ccm<Aes128, U16, U12>),
    Ccm128Short(Ccm<Aes128, U8, U12>),
    Ccm256(Ccm<Aes256, U16, U12>),
    Ccm256Short(Ccm<Aes256, U8, U12>),
}

/// Ciphers in CBC mode.
pub(super) enum Blocks {
    Des(Des),
    TripleDes(TdesEde3),
    Aes128(Aes128),
    Aes256(Aes256),
    Camellia128(Camellia128),
    Camellia256(Camellia256),
}

impl Keyed {
    /// The cipher of a suite under this key; nothing if the key has another length.
    pub(super) fn new(protection: Protection, key: &[u8]) -> Option<Self> {
        let ring = |algorithm| UnboundKey::new(algorithm, key).ok().map(|key| Aead::Ring(LessSafeKey::new(key)));
        let aead = match protection.cipher {
            Cipher::Null => return Some(Self::Null),
            Cipher::Rc4 | Cipher::Rc4Export => return Some(Self::Stream(Box::new(Rc4::new_from_slice(key).ok()?))),
            Cipher::Aes128Gcm => ring(&AES_128_GCM)?,
            Cipher::Aes256Gcm => ring(&AES_256_GCM)?,
            Cipher::ChaCha20 => ring(&CHACHA20_POLY1305)?,
            Cipher::Aes128Ccm => Aead::Ccm128(Ccm::new_from_slice(key).ok()?),
            Cipher::Aes128Ccm8 => Aead::Ccm128Short(Ccm::new_from_slice(key).ok()?),
            Cipher::Aes256Ccm => Aead::Ccm256(Ccm::new_from_slice(key).ok()?),
            Cipher::Aes256Ccm8 => Aead::Ccm256Short(Ccm::new_from_slice(key).ok()?),
            _ => return Some(Self::Blocks(Box::new(Blocks::new(protection.cipher, key)?))),
        };
        Some(Self::Aead(Box::new(aead)))
    }

    /// Takes the tag off and the cover with it, in place.
    pub(super) fn open(&self, nonce: [u8; 12], aad: &[u8], mut bytes: Vec<u8>) -> Option<Vec<u8>> {
        let Self::Aead(aead) = self else { return None };
        match &**aead {
            Aead::Ring(key) => {
                let nonce = Nonce::assume_unique_for_key(nonce);
                let length = key.open_in_place(nonce, Aad::from(aad), &mut bytes).ok()?.len();
                bytes.truncate(length);
            }
            Aead::Ccm128(cipher) => cipher.decrypt_in_place(&nonce.into(), aad, &mut bytes).ok()?,
            Aead::Ccm128Short(cipher) => cipher.decrypt_in_place(&nonce.into(), aad, &mut bytes).ok()?,
            Aead::Ccm256(cipher) => cipher.decrypt_in_place(&nonce.into(), aad, &mut bytes).ok()?,
            Aead::Ccm256Short(cipher) => cipher.decrypt_in_place(&nonce.into(), aad, &mut bytes).ok()?,
        }
        Some(bytes)
    }

    /// Covers bytes and puts the tag behind them: the other way round.
    pub(super) fn seal(&self, nonce: [u8; 12], aad: &[u8], mut bytes: Vec<u8>) -> Option<Vec<u8>> {
        let Self::Aead(aead) = self else { return None };
        match &**aead {
            Aead::Ring(key) => {
                let nonce = Nonce::assume_unique_for_key(nonce);
                key.seal_in_place_append_tag(nonce, Aad::from(aad), &mut bytes).ok()?;
            }
            Aead::Ccm128(cipher) => cipher.encrypt_in_place(&nonce.into(), aad, &mut bytes).ok()?,
            Aead::Ccm128Short(cipher) => cipher.encrypt_in_place(&nonce.into(), aad, &mut bytes).ok()?,
            Aead::Ccm256(cipher) => cipher.encrypt_in_place(&nonce.into(), aad, &mut bytes).ok()?,
            Aead::Ccm256Short(cipher) => cipher.encrypt_in_place(&nonce.into(), aad, &mut bytes).ok()?,
        }
        Some(bytes)
    }

    /// The next bytes of a stream cipher, in place; false if it is none. Both ways are one.
    pub(super) fn stream(&mut self, bytes: &mut [u8]) -> bool {
        match self {
            Self::Null => {}
            Self::Stream(rc4) => rc4.apply_keystream(bytes),
            Self::Aead(_) | Self::Blocks(_) => return false,
        }
        true
    }

    /// Whole blocks in CBC mode, in place; nothing if they are not whole.
    pub(super) fn blocks(&self, way: Way, iv: &[u8], bytes: &mut [u8]) -> Option<()> {
        let Self::Blocks(blocks) = self else { return None };
        match &**blocks {
            Blocks::Des(cipher) => run(cipher, way, iv, bytes),
            Blocks::TripleDes(cipher) => run(cipher, way, iv, bytes),
            Blocks::Aes128(cipher) => run(cipher, way, iv, bytes),
            Blocks::Aes256(cipher) => run(cipher, way, iv, bytes),
            Blocks::Camellia128(cipher) => run(cipher, way, iv, bytes),
            Blocks::Camellia256(cipher) => run(cipher, way, iv, bytes),
        }
    }
}

impl Blocks {
    fn new(cipher: Cipher, key: &[u8]) -> Option<Self> {
        Some(match cipher {
            Cipher::Des => Self::Des(Des::new_from_slice(key).ok()?),
            Cipher::TripleDes => Self::TripleDes(TdesEde3::new_from_slice(key).ok()?),
            Cipher::Aes128Cbc => Self::Aes128(Aes128::new_from_slice(key).ok()?),
            Cipher::Aes256Cbc => Self::Aes256(Aes256::new_from_slice(key).ok()?),
            Cipher::Camellia128Cbc => Self::Camellia128(Camellia128::new_from_slice(key).ok()?),
            Cipher::Camellia256Cbc => Self::Camellia256(Camellia256::new_from_slice(key).ok()?),
            _ => return None,
        })
    }
}

fn run<C>(cipher: &C, way: Way, iv: &[u8], bytes: &mut [u8]) -> Option<()>
where
    C: BlockCipherDecrypt + BlockCipherEncrypt + Clone,
    Decryptor<C>: InnerIvInit<Inner = C> + BlockModeDecrypt + IvSizeUser,
    Encryptor<C>: InnerIvInit<Inner = C> + BlockModeEncrypt + IvSizeUser,
{
    let rest = match way {
        Way::Open => {
            let iv = Iv::<Decryptor<C>>::try_from(iv).ok()?;
            let (blocks, rest) = Block::<Decryptor<C>>::slice_as_chunks_mut(bytes);
            Decryptor::inner_iv_init(cipher.clone(), &iv).decrypt_blocks(blocks);
            rest
        }
        Way::Cover => {
            let iv = Iv::<Encryptor<C>>::try_from(iv).ok()?;
            let (blocks, rest) = Block::<Encryptor<C>>::slice_as_chunks_mut(bytes);
            Encryptor::inner_iv_init(cipher.clone(), &iv).encrypt_blocks(blocks);
            rest
        }
    };
    rest.is_empty().then_some(())
}
