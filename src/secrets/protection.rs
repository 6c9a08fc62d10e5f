//! What a cipher suite says of records, read from its IANA name: the cipher, and the hash of the MAC or of the key
//! schedule.

use super::tlsdsk::Hash;

/// How the bytes are hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cipher {
    /// Not at all.
    Null,
    /// RC4 with 128 bits.
    Rc4,
    /// RC4 with 40 secret bits.
    Rc4Export,
    /// DES in CBC mode.
    Des,
    /// 3DES in CBC mode.
    TripleDes,
    /// AES-128 in CBC mode.
    Aes128Cbc,
    /// AES-256 in CBC mode.
    Aes256Cbc,
    /// Camellia with 128 bits in CBC mode (RFC 5932).
    Camellia128Cbc,
    /// Camellia with 256 bits in CBC mode.
    Camellia256Cbc,
    /// AES-128 in Galois/counter mode.
    Aes128Gcm,
    /// AES-256 in Galois/counter mode.
    Aes256Gcm,
    /// AES-128 in counter mode with CBC-MAC (RFC 6655).
    Aes128Ccm,
    /// The same with a tag of 8 bytes.
    Aes128Ccm8,
    /// AES-256 in counter mode with CBC-MAC.
    Aes256Ccm,
    /// The same with a tag of 8 bytes.
    Aes256Ccm8,
    /// ChaCha20 with Poly1305.
    ChaCha20,
}

/// What a suite says of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Protection {
    /// The cipher.
    pub cipher: Cipher,
    /// The hash at the end of the suite's name: of the MAC, or with AEAD ciphers of the key schedule.
    pub hash: Hash,
}

impl Protection {
    /// Reads it from the IANA name of a suite; nothing if it is not supported.
    pub fn of_suite(name: &str) -> Option<Self> {
        let (_, tail) = name.split_once("_WITH_").or_else(|| name.split_once("TLS_"))?;
        // The suites of RFC 6655 and RFC 7251 leave the hash out.
        let (cipher, hash) = match tail.strip_suffix("_CCM_8").or_else(|| tail.strip_suffix("_CCM")) {
            Some(_) => (tail, "SHA256"),
            None => tail.rsplit_once('_')?,
        };
        let cipher = match cipher {
            "NULL" => Cipher::Null,
            "RC4_128" => Cipher::Rc4,
            "RC4_40" => Cipher::Rc4Export,
            "DES_CBC" => Cipher::Des,
            "3DES_EDE_CBC" => Cipher::TripleDes,
            "AES_128_CBC" => Cipher::Aes128Cbc,
            "AES_256_CBC" => Cipher::Aes256Cbc,
            "CAMELLIA_128_CBC" => Cipher::Camellia128Cbc,
            "CAMELLIA_256_CBC" => Cipher::Camellia256Cbc,
            "AES_128_GCM" => Cipher::Aes128Gcm,
            "AES_256_GCM" => Cipher::Aes256Gcm,
            "AES_128_CCM" => Cipher::Aes128Ccm,
            "AES_128_CCM_8" => Cipher::Aes128Ccm8,
            "AES_256_CCM" => Cipher::Aes256Ccm,
            "AES_256_CCM_8" => Cipher::Aes256Ccm8,
            "CHACHA20_POLY1305" => Cipher::ChaCha20,
            _ => return None,
        };
        let hash = match hash {
            "MD5" => Hash::Md5,
            "SHA" => Hash::Sha1,
            "SHA256" => Hash::Sha256,
            "SHA384" => Hash::Sha384,
            _ => return None,
        };
        Some(Self { cipher, hash })
    }

    /// Bytes of the key, or of what it is made from.
    pub const fn key_len(self) -> usize {
        match self.cipher {
            Cipher::Null => 0,
            Cipher::Rc4Export => 5,
            Cipher::Des => 8,
            Cipher::Rc4 | Cipher::Aes128Cbc | Cipher::Camellia128Cbc => 16,
            Cipher::Aes128Gcm | Cipher::Aes128Ccm | Cipher::Aes128Ccm8 => 16,
            Cipher::TripleDes => 24,
            Cipher::Aes256Cbc | Cipher::Camellia256Cbc => 32,
            Cipher::Aes256Gcm | Cipher::Aes256Ccm | Cipher::Aes256Ccm8 | Cipher::ChaCha20 => 32,
        }
    }

    /// Bytes of the key block that a direction takes as IV; where the IV is explicit they lie behind everything else
    /// and are not used.
    pub const fn iv_len(self) -> usize {
        match self.cipher {
            Cipher::Null | Cipher::Rc4 | Cipher::Rc4Export => 0,
            Cipher::Des | Cipher::TripleDes => 8,
            Cipher::Aes128Cbc | Cipher::Aes256Cbc | Cipher::Camellia128Cbc | Cipher::Camellia256Cbc => 16,
            Cipher::ChaCha20 => 12,
            _ => 4,
        }
    }

    /// Bytes of the tag of a cipher that has one.
    pub const fn tag_len(self) -> Option<usize> {
        match self.cipher {
            Cipher::Aes128Ccm8 | Cipher::Aes256Ccm8 => Some(8),
            Cipher::Aes128Gcm | Cipher::Aes256Gcm | Cipher::Aes128Ccm | Cipher::Aes256Ccm => Some(16),
            Cipher::ChaCha20 => Some(16),
            _ => None,
        }
    }

    /// True if the cipher protects what it hides.
    pub const fn is_aead(self) -> bool {
        self.tag_len().is_some()
    }

    /// Bytes of the MAC; 0 if the cipher has a tag.
    pub const fn mac_len(self) -> usize {
        if self.is_aead() { 0 } else { self.hash.size() }
    }

    /// Bytes of a block in CBC mode.
    pub const fn block(self) -> Option<usize> {
        match self.cipher {
            Cipher::Des | Cipher::TripleDes => Some(8),
            Cipher::Aes128Cbc | Cipher::Aes256Cbc | Cipher::Camellia128Cbc | Cipher::Camellia256Cbc => Some(16),
            _ => None,
        }
    }

    /// Bytes that a record has besides its content, header included; with CBC at least.
    pub const fn overhead(self, version: u16) -> usize {
        let header = 5;
        let explicit = match (self.block(), self.cipher) {
            (Some(block), _) if version >= 0x0302 => block,
            (_, Cipher::ChaCha20) => 0,
            _ if self.is_aead() && version < 0x0304 => 8,
            _ => 0,
        };
        let tag = match self.tag_len() {
            // The content type hides inside.
            Some(tag) if version >= 0x0304 => tag + 1,
            Some(tag) => tag,
            None => self.mac_len(),
        };
        header + explicit + tag
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suites_by_name() {
        let of = Protection::of_suite;
        let is = |cipher, hash| Some(Protection { cipher, hash });
        assert_eq!(of("TLS_RSA_WITH_AES_128_CBC_SHA"), is(Cipher::Aes128Cbc, Hash::Sha1));
        assert_eq!(of("TLS_AES_256_GCM_SHA384"), is(Cipher::Aes256Gcm, Hash::Sha384));
        assert_eq!(of("TLS_RSA_WITH_RC4_128_MD5"), is(Cipher::Rc4, Hash::Md5));
        assert_eq!(of("TLS_RSA_WITH_CAMELLIA_128_CBC_SHA"), is(Cipher::Camellia128Cbc, Hash::Sha1));
        assert_eq!(of("TLS_AES_128_CCM_8_SHA256"), is(Cipher::Aes128Ccm8, Hash::Sha256));
        assert_eq!(of("TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8"), is(Cipher::Aes256Ccm8, Hash::Sha256));
        assert_eq!(of("TLS_RSA_WITH_AES_128_CCM"), is(Cipher::Aes128Ccm, Hash::Sha256));
        assert_eq!(of("TLS_RSA_EXPORT_WITH_RC4_40_MD5"), is(Cipher::Rc4Export, Hash::Md5));
        assert_eq!(of("TLS_RSA_EXPORT_WITH_DES40_CBC_SHA"), None);
        assert_eq!(of("TLS_RSA_WITH_CAMELLIA_128_GCM_SHA256"), None);
    }

    #[test]
    fn what_a_record_has_besides_its_content() {
        let of = |name, version| Protection::of_suite(name).unwrap().overhead(version);
        assert_eq!(of("TLS_RSA_WITH_AES_128_GCM_SHA256", 0x0303), 5 + 8 + 16);
        assert_eq!(of("TLS_AES_128_GCM_SHA256", 0x0304), 5 + 16 + 1);
        assert_eq!(of("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", 0x0303), 5 + 16);
        assert_eq!(of("TLS_RSA_WITH_AES_128_CBC_SHA", 0x0303), 5 + 16 + 20);
    }
}
