//! The keys and signatures of TLS-DSK ([MS-SIPAE] 3.2.5.1; RFC 5216 §2.3 for the label): 128 bytes drawn from the
//! inner handshake's master secret, of which the second half signs.

use super::crypto::hmac;
use super::prf::Prf;
use super::{Key, Side};
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha256, Sha384};

/// The hash under a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// Suites that end in `_MD5`.
    Md5,
    /// Suites that end in `_SHA`.
    Sha1,
    /// Suites that end in `_SHA256`.
    Sha256,
    /// Suites that end in `_SHA384`.
    Sha384,
}

impl Hash {
    /// The hash whose signatures have `length` bytes. Of the suites only those with MD5 and SHA-1 were ever seen here,
    /// so the length is the better witness.
    pub const fn of_length(length: usize) -> Option<Self> {
        Some(match length {
            16 => Self::Md5,
            20 => Self::Sha1,
            32 => Self::Sha256,
            48 => Self::Sha384,
            _ => return None,
        })
    }

    /// Bytes of what it yields.
    pub const fn size(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
        }
    }
}

/// The keys that both sides sign with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKeys {
    /// The client's: bytes 64 to 96.
    pub client: Key<32>,
    /// The server's: bytes 96 to 128.
    pub server: Key<32>,
}

impl SigningKeys {
    /// Derives them from the inner handshake.
    pub fn derive(prf: Prf, master: &[u8], client_random: &[u8; 32], server_random: &[u8; 32]) -> Self {
        let mut material = [[0_u8; 32]; 4];
        prf.fill(master, b"client EAP encryption", &[client_random, server_random], material.as_flattened_mut());
        let [_, _, client, server] = material;
        super::key::wipe(material.as_flattened_mut());
        Self { client: Key::new(client), server: Key::new(server) }
    }

    /// The signature that `side` puts under `text`.
    pub fn signature(&self, hash: Hash, side: Side, text: &[u8]) -> Vec<u8> {
        let key = match side {
            Side::Client => self.client.bytes(),
            Side::Server => self.server.bytes(),
        };
        match hash {
            Hash::Md5 => hmac::<Md5>(key, &[text]).to_vec(),
            Hash::Sha1 => hmac::<Sha1>(key, &[text]).to_vec(),
            Hash::Sha256 => hmac::<Sha256>(key, &[text]).to_vec(),
            Hash::Sha384 => hmac::<Sha384>(key, &[text]).to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::text::hex;

    const REQUEST: &[u8] = b"<TLS-DSK><0a1b2c3d><1><SIP Communications Service><fe01.contoso.com><0123456789abcdef0123456789abcdef><3><REGISTER><sip:alice@contoso.com><4a2b44d131><sip:alice@contoso.com><><><><>";
    const RESPONSE: &[u8] = b"<TLS-DSK><1D9666D9><1><SIP Communications Service><fe01.contoso.com><0123456789abcdef0123456789abcdef><3><REGISTER><sip:alice@contoso.com><4a2b44d131><sip:alice@contoso.com><0858513FA91D3AAE1A5840DDB99599DF><><><7200><200>";

    fn keys(prf: Prf) -> SigningKeys {
        let master: [u8; 48] = std::array::from_fn(|n| u8::try_from(n).unwrap());
        SigningKeys::derive(prf, &master, &[0x11; 32], &[0x22; 32])
    }

    #[test]
    fn the_worked_example_with_tls_1_0() {
        let keys = keys(Prf::Md5Sha1);
        assert_eq!(hex(keys.client.bytes()), "7db5b73956f827779c14a889051cceeff590bb12af8df2db2edfcfbbb707d344");
        assert_eq!(hex(keys.server.bytes()), "9e9c4697e5e1c800beb9085490222fb3c60ecd075090850f2d199394c99d3e03");
        let signed = |hash, side, text| hex(&keys.signature(hash, side, text));
        assert_eq!(signed(Hash::Sha1, Side::Client, REQUEST), "3fee12483ae7c67150883dfd3df031e9a663bfc5");
        assert_eq!(signed(Hash::Md5, Side::Client, REQUEST), "947124615f603b0744f9d558fb85060a");
        assert_eq!(signed(Hash::Sha1, Side::Server, RESPONSE), "64e4908679999486428bc33ca3f307824001b57b");
        assert_ne!(signed(Hash::Sha1, Side::Server, REQUEST), "3fee12483ae7c67150883dfd3df031e9a663bfc5");
    }

    #[test]
    fn the_worked_example_with_tls_1_2() {
        let keys = keys(Prf::Sha256);
        assert_eq!(hex(keys.client.bytes()), "940502bee3d46d527e83eeecba373c3c73808ab75e7376f3eff643eb149dcd2d");
        assert_eq!(hex(keys.server.bytes()), "8038dbd140ec3dda38eb8cd94e5c1e92fb98bbde38983aa2d3dd2e0eab9beaf8");
        let signed = |hash, side, text| hex(&keys.signature(hash, side, text));
        assert_eq!(signed(Hash::Sha1, Side::Client, REQUEST), "cfcaf39ea4330485e031e8f4b4cf43e209ff454b");
        assert_eq!(signed(Hash::Md5, Side::Client, REQUEST), "77fe803f884bf384654862fcb462d09e");
        assert_eq!(signed(Hash::Sha1, Side::Server, RESPONSE), "f5e85795e8e84496c23f2ed1f21ff16ae423a519");
    }

    #[test]
    fn the_hash_is_told_by_the_length() {
        for hash in [Hash::Md5, Hash::Sha1, Hash::Sha256, Hash::Sha384] {
            let length = keys(Prf::Md5Sha1).signature(hash, Side::Client, b"x").len();
            assert_eq!(Hash::of_length(length), Some(hash));
        }
        assert_eq!(Hash::of_length(12), None);
    }
}
