//! The pseudo-random functions of TLS: MD5 and SHA-1 over halves of the secret before TLS 1.2 (RFC 2246 §5), one hash
//! of the suite's choice since (RFC 5246 §5). SSL 3.0 had a ladder of its own (RFC 6101 §6.1, §6.2.2).

use super::crypto::hmac;
use hmac::digest::Digest;
use hmac::digest::block_api::EagerHash;
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha256, Sha384};

/// Which function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prf {
    /// SSL 3.0.
    Ssl3,
    /// TLS 1.0 and 1.1.
    Md5Sha1,
    /// TLS 1.2, where the suite names no other.
    Sha256,
    /// TLS 1.2 with suites that end in SHA384.
    Sha384,
}

impl Prf {
    /// The function of a version (`0x0301` for TLS 1.0) and suite.
    pub const fn of(version: u16, suite: u16) -> Self {
        match (version, suite) {
            (..=0x0300, _) => Self::Ssl3,
            (..=0x0302, _) => Self::Md5Sha1,
            // RFC 5288, RFC 5289 and RFC 5487: the suites of TLS 1.2 with SHA-384.
            (_, 0x009d | 0x009f | 0x00a1 | 0x00a3 | 0x00a5 | 0x00a7 | 0x00a9 | 0x00ab | 0x00ad | 0x00af) => {
                Self::Sha384
            }
            (_, 0x00b1 | 0x00b3 | 0x00b5 | 0x00b7 | 0x00b9) => Self::Sha384,
            (_, 0xc024 | 0xc026 | 0xc028 | 0xc02a | 0xc02c | 0xc02e | 0xc030 | 0xc032) => Self::Sha384,
            _ => Self::Sha256,
        }
    }

    /// Fills `out` with PRF(secret, label, seed), the seed given in parts. SSL 3.0 has no labels.
    pub fn fill(self, secret: &[u8], label: &[u8], seed: &[&[u8]], out: &mut [u8]) {
        out.fill(0);
        match self {
            Self::Ssl3 => ladder(secret, seed, out),
            Self::Md5Sha1 => {
                // Two halves, which share the middle byte of a secret of odd length.
                let half = secret.len().div_ceil(2);
                let first = secret.get(..half).unwrap_or(secret);
                let second = secret.get(secret.len().saturating_sub(half)..).unwrap_or(secret);
                mix::<Md5>(first, label, seed, out);
                mix::<Sha1>(second, label, seed, out);
            }
            Self::Sha256 => mix::<Sha256>(secret, label, seed, out),
            Self::Sha384 => mix::<Sha384>(secret, label, seed, out),
        }
    }
}

/// MD5(secret + SHA("A" + secret + seed)) + MD5(secret + SHA("BB" + secret + seed)) + …
fn ladder(secret: &[u8], seed: &[&[u8]], out: &mut [u8]) {
    for ((chunk, letter), times) in out.chunks_mut(16).zip(b'A'..=b'Z').zip(1..) {
        let mut inner = Sha1::new_with_prefix(vec![letter; times]);
        inner.update(secret);
        for part in seed {
            inner.update(part);
        }
        let block = Md5::new_with_prefix(secret).chain_update(inner.finalize()).finalize();
        chunk.iter_mut().zip(block).for_each(|(to, from)| *to = from);
    }
}

/// P_hash(secret, label + seed), xored over `out`: A(i) = HMAC(A(i-1)), each block HMAC(A(i) + label + seed).
fn mix<D: EagerHash>(secret: &[u8], label: &[u8], seed: &[&[u8]], out: &mut [u8]) {
    let whole: Vec<&[u8]> = std::iter::once(label).chain(seed.iter().copied()).collect();
    let mut a = hmac::<D>(secret, &whole);
    let mut left = out;
    while !left.is_empty() {
        let parts: Vec<&[u8]> = std::iter::once(&a[..]).chain(whole.iter().copied()).collect();
        let block = hmac::<D>(secret, &parts);
        let (now, later) = left.split_at_mut(block.len().min(left.len()));
        now.iter_mut().zip(&block).for_each(|(to, from)| *to ^= *from);
        left = later;
        a = hmac::<D>(secret, &[&a]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::text::{hex, unhex};

    #[test]
    fn published_for_tls_1_0() {
        let mut out = [0; 104];
        Prf::Md5Sha1.fill(&[0xab; 48], b"PRF Testvector", &[&[0xcd; 64]], &mut out);
        assert_eq!(
            hex(&out),
            "d3d4d1e349b5d515044666d51de32bab258cb521b6b053463e354832fd976754443bcf9a296519bc289abcbc1187e4ebd31e602353776c408aafb74cbc85eff69255f9788faa184cbb957a9819d84a5d7eb006eb459d3ae8de9810454b8b2d8f1afbc655a8c9a013"
        );
    }

    #[test]
    fn published_for_tls_1_2() {
        let secret = unhex("9bbe436ba940f017b17652849a71db35").unwrap();
        let seed = unhex("a0ba9f936cda311827a6f796ffd5198c").unwrap();
        let mut out = [0; 100];
        Prf::Sha256.fill(&secret, b"test label", &[&seed[..5], &seed[5..]], &mut out);
        assert_eq!(
            hex(&out),
            "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff70187347b66"
        );
    }

    #[test]
    fn the_function_follows_version_and_suite() {
        assert_eq!(Prf::of(0x0300, 0x0005), Prf::Ssl3);
        assert_eq!(Prf::of(0x0302, 0xc030), Prf::Md5Sha1);
        assert_eq!(Prf::of(0x0303, 0xc030), Prf::Sha384);
        assert_eq!(Prf::of(0x0303, 0x002f), Prf::Sha256);
    }
}
