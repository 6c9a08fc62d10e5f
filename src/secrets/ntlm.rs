//! NTLM proofs and keys ([MS-NLMP] 3.3, 3.4), and the signatures made with them in SIP ([MS-SIPAE] 3.2.5.2).
//!
//! From a password to a verified signature:
//!
//! ```text
//! password ─MD4▶ NtHash ─HMAC(user, domain)▶ NTOWFv2 ─HMAC(challenge, temp)▶ NTProofStr      = the password is right
//!                                              └─HMAC(NTProofStr)▶ session base key
//!                                 ─KXKEY▶ key exchange key ─RC4▶ exported session key ─MD5(magic)▶ sign, seal keys
//! ```
//!
//! Names are those of the specification. Numbers are little-endian.

use super::crypto::{crc32, des, hmac_md5, md4, md5, rc4};
use super::{Key, Side};
use crate::fact::ntlm_flags as flag;
use crate::wire::utf16;

/// SeqNum of every signature in SIP: the association counts elsewhere, in `cnum` and `snum`.
const SIP_SEQUENCE: u32 = 100;

/// The hash that Windows keeps instead of the password: NTOWFv1, and the root of everything else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NtHash(Key<16>);

impl NtHash {
    /// MD4 over the password in UTF-16LE.
    pub fn from_password(password: &str) -> Self {
        let mut text = utf16::encode(password);
        let hash = md4(&text);
        super::key::wipe(&mut text);
        Self(Key::new(hash))
    }

    /// The hash as it is.
    pub const fn new(hash: [u8; 16]) -> Self {
        Self(Key::new(hash))
    }

    /// The hash, for computing with: it is the RC4 key of Kerberos too.
    pub const fn bytes(&self) -> &[u8; 16] {
        self.0.bytes()
    }

    /// NTOWFv2, which is LMOWFv2 too: the user in upper case, the domain as it was sent.
    pub fn owf_v2(&self, user: &str, domain: &str) -> Key<16> {
        let user = utf16::encode(&user.to_uppercase());
        Key::new(hmac_md5(self.0.bytes(), &[&user, &utf16::encode(domain)]))
    }

    /// NtChallengeResponse of NTLMv1.
    pub fn v1_response(&self, server_challenge: [u8; 8]) -> [u8; 24] {
        desl(&self.0, server_challenge)
    }

    /// NtChallengeResponse of NTLMv1 with extended session security.
    pub fn v1_ess_response(&self, server_challenge: [u8; 8], client_challenge: [u8; 8]) -> [u8; 24] {
        let [mixed @ .., _, _, _, _, _, _, _, _] = md5(&[&server_challenge, &client_challenge]);
        desl(&self.0, mixed)
    }

    /// SessionBaseKey of NTLMv1.
    pub fn v1_session_base_key(&self) -> Key<16> {
        Key::new(md4(self.0.bytes()))
    }
}

/// LMOWFv1: nothing for a password that has no LM hash (longer than 14 characters), or whose hash depends on a code
/// page that the capture does not tell (any character beyond ASCII).
pub fn lm_hash(password: &str) -> Option<Key<16>> {
    if !password.is_ascii() || password.len() > 14 {
        return None;
    }
    let mut text = [0_u8; 14];
    text.iter_mut().zip(password.bytes()).for_each(|(to, from)| *to = from.to_ascii_uppercase());
    let mut hash = [0_u8; 16];
    for (block, half) in hash.as_chunks_mut::<8>().0.iter_mut().zip(text.as_chunks::<7>().0) {
        *block = des(*half, *b"KGS!@#$%");
    }
    super::key::wipe(&mut text);
    Some(Key::new(hash))
}

/// DESL(K, D): the key in three thirds, the last filled up with zeros.
pub fn desl(key: &Key<16>, data: [u8; 8]) -> [u8; 24] {
    let mut padded = [0_u8; 21];
    padded.iter_mut().zip(key.bytes()).for_each(|(to, from)| *to = *from);
    let mut out = [0_u8; 24];
    for (block, third) in out.as_chunks_mut::<8>().0.iter_mut().zip(padded.as_chunks::<7>().0) {
        *block = des(*third, data);
    }
    super::key::wipe(&mut padded);
    out
}

/// NTProofStr: the first sixteen bytes of an NTLMv2 response, computed over the rest of it (`temp`).
pub fn v2_proof(owf_v2: &Key<16>, server_challenge: [u8; 8], temp: &[u8]) -> [u8; 16] {
    hmac_md5(owf_v2.bytes(), &[&server_challenge, temp])
}

/// LmChallengeResponse of NTLMv2: the proof, then the client's challenge.
pub fn lm_v2_response(owf_v2: &Key<16>, server_challenge: [u8; 8], client_challenge: [u8; 8]) -> [u8; 24] {
    let proof = hmac_md5(owf_v2.bytes(), &[&server_challenge, &client_challenge]);
    let mut out = [0; 24];
    out.iter_mut().zip(proof.iter().chain(&client_challenge)).for_each(|(to, from)| *to = *from);
    out
}

/// SessionBaseKey of NTLMv2, which is its key exchange key too.
pub fn v2_session_base_key(owf_v2: &Key<16>, proof: &[u8; 16]) -> Key<16> {
    Key::new(hmac_md5(owf_v2.bytes(), &[proof]))
}

/// What KXKEY (3.4.5.1) needs to know of an NTLMv1 exchange.
#[derive(Clone, Copy, Debug)]
pub struct V1Exchange<'a> {
    /// NegotiateFlags
    pub flags: u32,
    /// ServerChallenge
    pub server_challenge: [u8; 8],
    /// The first eight bytes of LmChallengeResponse.
    pub lm_start: [u8; 8],
    /// LMOWFv1, where it is known: some flags ask for it.
    pub lm_hash: Option<&'a Key<16>>,
}

impl V1Exchange<'_> {
    /// KeyExchangeKey; nothing if the LM hash is asked for and not known.
    pub fn key_exchange_key(&self, session_base_key: &Key<16>) -> Option<Key<16>> {
        if self.flags & flag::EXTENDED_SESSION_SECURITY != 0 {
            return Some(Key::new(hmac_md5(session_base_key.bytes(), &[&self.server_challenge, &self.lm_start])));
        }
        if self.flags & (flag::LM_KEY | flag::REQUEST_NON_NT_SESSION_KEY) == 0 {
            return Some(session_base_key.clone());
        }
        let hash = self.lm_hash?.bytes();
        let start = hash.first_chunk::<8>()?;
        if self.flags & flag::LM_KEY == 0 {
            return Some(Key::new(joined(*start, [0; 8])));
        }
        let (first, eighth) = (hash.first_chunk::<7>()?, start.last()?);
        let second = [*eighth, 0xbd, 0xbd, 0xbd, 0xbd, 0xbd, 0xbd];
        Some(Key::new(joined(des(*first, self.lm_start), des(second, self.lm_start))))
    }
}

/// ExportedSessionKey: what the client made up and sent encrypted, or the key exchange key itself. Nothing if the key
/// that the flags announce has not sixteen bytes.
pub fn exported_session_key(flags: u32, key_exchange_key: &Key<16>, encrypted: &[u8]) -> Option<Key<16>> {
    if flags & flag::KEY_EXCH == 0 {
        return Some(key_exchange_key.clone());
    }
    let mut key: [u8; 16] = encrypted.try_into().ok()?;
    rc4(key_exchange_key.bytes(), &mut key);
    Some(Key::new(key))
}

/// SIGNKEY (3.4.5.2), with extended session security.
pub fn sign_key(exported: &Key<16>, side: Side) -> Key<16> {
    Key::new(md5(&[
        exported.bytes(),
        match side {
            Side::Client => b"session key to client-to-server signing key magic constant\0",
            Side::Server => b"session key to server-to-client signing key magic constant\0",
        },
    ]))
}

/// SEALKEY (3.4.5.3), with extended session security: the fewer bits agreed, the shorter the start of the key used.
pub fn seal_key(flags: u32, exported: &Key<16>, side: Side) -> Key<16> {
    let length = match flags {
        f if f & flag::KEY_128 != 0 => 16,
        f if f & flag::KEY_56 != 0 => 7,
        _ => 5,
    };
    Key::new(md5(&[
        exported.bytes().get(..length).unwrap_or(&[]),
        match side {
            Side::Client => b"session key to client-to-server sealing key magic constant\0",
            Side::Server => b"session key to server-to-client sealing key magic constant\0",
        },
    ]))
}

/// The checksum of a signature with extended session security (3.4.4.2), before it is encrypted.
pub fn checksum(sign_key: &Key<16>, sequence: u32, message: &[u8]) -> [u8; 8] {
    let [checksum @ .., _, _, _, _, _, _, _, _] = hmac_md5(sign_key.bytes(), &[&sequence.to_le_bytes(), message]);
    checksum
}

/// MIC of an AUTHENTICATE_MESSAGE over all messages of the exchange, the MIC itself taken as zeros. Connectionless NTLM
/// has no NEGOTIATE_MESSAGE: pass nothing for it. Nothing if `authenticate` is too short to hold a MIC.
pub fn mic(exported: &Key<16>, negotiate: &[u8], challenge: &[u8], authenticate: &[u8]) -> Option<[u8; 16]> {
    let (before, rest) = authenticate.split_at_checked(72)?;
    let (_, after) = rest.split_at_checked(16)?;
    Some(hmac_md5(exported.bytes(), &[negotiate, challenge, before, &[0; 16], after]))
}

/// The signature that `side` puts under `text` in SIP: `response` or `rspauth`, as sixteen bytes.
pub fn sip_signature(flags: u32, exported: &Key<16>, side: Side, text: &[u8]) -> [u8; 16] {
    let sequence = SIP_SEQUENCE.to_le_bytes();
    if flags & flag::EXTENDED_SESSION_SECURITY == 0 {
        // One RC4 stream over RandomPad(4) Checksum(4) SeqNum(4); the pad is then replaced by zeros, and the number is
        // encrypted by hand because the stream ran over zeros in its place.
        let [c0, c1, c2, c3] = crc32(text).to_le_bytes();
        let mut stream = [0, 0, 0, 0, c0, c1, c2, c3, 0, 0, 0, 0];
        rc4(exported.bytes(), &mut stream);
        let [_, _, _, _, c0, c1, c2, c3, s0, s1, s2, s3] = stream;
        let [n0, n1, n2, n3] = sequence;
        return [1, 0, 0, 0, 0, 0, 0, 0, c0, c1, c2, c3, s0 ^ n0, s1 ^ n1, s2 ^ n2, s3 ^ n3];
    }
    let mut sum = checksum(&sign_key(exported, side), SIP_SEQUENCE, text);
    if flags & flag::KEY_EXCH != 0 {
        let mut key = seal_key(flags, exported, side);
        if flags & flag::DATAGRAM != 0 {
            // Datagrams may be lost, so every message gets a stream of its own.
            key = Key::new(md5(&[key.bytes(), &sequence]));
        }
        rc4(key.bytes(), &mut sum);
    }
    let [s0, s1, s2, s3, s4, s5, s6, s7] = sum;
    let [n0, n1, n2, n3] = sequence;
    [1, 0, 0, 0, s0, s1, s2, s3, s4, s5, s6, s7, n0, n1, n2, n3]
}

fn joined(first: [u8; 8], second: [u8; 8]) -> [u8; 16] {
    let mut out = [0; 16];
    out.iter_mut().zip(first.iter().chain(&second)).for_each(|(to, from)| *to = *from);
    out
}

#[cfg(test)]
#[path = "ntlm_tests.rs"]
mod tests;
