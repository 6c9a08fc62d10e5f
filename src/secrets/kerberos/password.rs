//! Keys from passwords (RFC 3962 section 4, RFC 8009 section 4, RFC 4757 section 2).

use super::{Etype, RC4, Secret, derive, wipe};
use crate::fact::EncryptionKey;
use crate::secrets::ntlm::NtHash;
use hmac::digest::block_api::EagerHash;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha384};

/// Turns of PBKDF2 that are made for one password; more would hold the program up for seconds.
const MAX_TURNS: u32 = 200_000;

/// Turns of PBKDF2 that make a key of this type. A KDC may say so (`s2kparams`, 32 bits big-endian); nothing for a type
/// that is not made so, or for more than are made.
pub fn turns(etype: i32, parameters: Option<&[u8]>) -> Option<u32> {
    let usual = match etype {
        17 | 18 => 4096,
        19 | 20 => 32768,
        _ => return None,
    };
    match parameters {
        None | Some([]) => Some(usual),
        Some(bytes) => bytes.try_into().ok().map(u32::from_be_bytes),
    }
    .filter(|turns| (1..=MAX_TURNS).contains(turns))
}

/// The key of this type; nothing for a type that is not understood, or for more turns than are made. For RC4 neither salt
/// nor turns matter: its key is the NT hash.
pub fn string_to_key(etype: i32, phrase: &str, salt: &[u8], parameters: Option<&[u8]>) -> Option<EncryptionKey> {
    let derived = |kind: Etype, name: &[u8], length: u16| {
        let turns = turns(etype, parameters)?;
        Some(match kind {
            Etype::Sha1 { .. } => {
                let seed = pbkdf2::<Sha1>(phrase.as_bytes(), &[salt], turns, length.into());
                derive::dk(seed.bytes(), b"kerberos", length.into())?
            }
            Etype::Sha384 => {
                let seed = pbkdf2::<Sha384>(phrase.as_bytes(), &[name, &[0], salt], turns, length.into());
                derive::kdf(kind, seed.bytes(), b"kerberos", length)
            }
            _ => {
                let seed = pbkdf2::<Sha256>(phrase.as_bytes(), &[name, &[0], salt], turns, length.into());
                derive::kdf(kind, seed.bytes(), b"kerberos", length)
            }
        })
    };
    if etype == RC4 {
        return Some(rc4_key(&NtHash::from_password(phrase)));
    }
    let key = match etype {
        17 => derived(Etype::Sha1 { key: 16 }, b"", 16)?,
        18 => derived(Etype::Sha1 { key: 32 }, b"", 32)?,
        19 => derived(Etype::Sha256, b"aes128-cts-hmac-sha256-128", 16)?,
        20 => derived(Etype::Sha384, b"aes256-cts-hmac-sha384-192", 32)?,
        _ => return None,
    };
    Some(EncryptionKey::new(etype, key.bytes()))
}

/// The RC4 key of a password: its NT hash.
pub fn rc4_key(hash: &NtHash) -> EncryptionKey {
    EncryptionKey::new(RC4, hash.bytes())
}

/// PBKDF2 (RFC 8018 section 5.2) over a salt in parts.
fn pbkdf2<D: EagerHash>(phrase: &[u8], salt: &[&[u8]], turns: u32, length: usize) -> Secret {
    let mut out = Secret::default();
    // HMAC takes a key of any length, so this always is one.
    let Ok(keyed) = Hmac::<D>::new_from_slice(phrase) else { return out };
    let mut number = 0_u32;
    while out.bytes().len() < length {
        number = number.wrapping_add(1);
        let mut mac = keyed.clone();
        for part in salt {
            mac.update(part);
        }
        mac.update(&number.to_be_bytes());
        let mut last = mac.finalize().into_bytes();
        let mut block = last.to_vec();
        for _ in 1..turns {
            let mut mac = keyed.clone();
            mac.update(&last);
            last = mac.finalize().into_bytes();
            block.iter_mut().zip(&last).for_each(|(to, from)| *to ^= *from);
        }
        out.extend(&block);
        wipe(&mut block);
    }
    out.cut(length);
    out
}
