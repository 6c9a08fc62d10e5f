//! What a certificate says (RFC 5280), as far as a sign-in asks: whose, by whom, from when to when, how strong.

use crate::wire::Timestamp;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::net::{Ipv4Addr, Ipv6Addr};
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate, X509Name};
use x509_parser::public_key::PublicKey;

/// Alternative names kept: what serves many sites has hundreds.
const MAX_NAMES: usize = 2048;
/// Seconds of a day.
const DAY: i64 = 86_400;

/// The hash under a certificate's signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureHash {
    /// MD2, MD4 or MD5.
    Md5,
    /// SHA-1.
    Sha1,
    /// Anything later, or not known.
    Other,
}

/// A certificate.
#[derive(Clone, Debug, PartialEq)]
pub struct Certificate {
    /// Subject, as in RFC 4514 but first component first.
    pub subject: String,
    /// Issuer, likewise.
    pub issuer: String,
    /// The last CN of the subject.
    pub common_name: Option<String>,
    /// DNS names and addresses of the subjectAltName.
    pub names: Vec<String>,
    /// Mail addresses and URIs of the subjectAltName: users.
    pub users: Vec<String>,
    /// notBefore
    pub not_before: Timestamp,
    /// notAfter
    pub not_after: Timestamp,
    /// Serial number in hexadecimal.
    pub serial: String,
    /// Bits of the key; nothing if of a kind not known.
    pub key_bits: Option<usize>,
    /// True if the key is RSA.
    pub rsa: bool,
    /// Hash under the signature.
    pub hash: SignatureHash,
    /// Issuer and subject are the same.
    pub self_issued: bool,
    /// SHA-1 of the whole, as Windows shows it.
    pub sha1: [u8; 20],
    /// SHA-256 of the whole.
    pub sha256: [u8; 32],
    /// The algorithm of its signature, by name or as an OID.
    pub signature: String,
    /// What it may be used for (extended key usage): servers, clients. Without the extension both.
    uses: [bool; 2],
}

impl Certificate {
    /// Reads a certificate; nothing if it is none.
    pub fn read(der: &[u8]) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let names = certificate.subject_alternative_name().ok().flatten();
        let names = names.map_or_else(Vec::new, |extension| {
            extension.value.general_names.iter().filter_map(alternative).take(MAX_NAMES).collect()
        });
        let users = certificate.subject_alternative_name().ok().flatten().map_or_else(Vec::new, |extension| {
            extension.value.general_names.iter().filter_map(user).take(MAX_NAMES).collect()
        });
        let key = certificate.public_key().parsed().ok();
        let common_name = certificate.subject().iter_common_name().last();
        Some(Self {
            subject: name(certificate.subject()),
            issuer: name(certificate.issuer()),
            common_name: common_name.and_then(|cn| cn.as_str().ok()).map(str::to_owned),
            names,
            users,
            not_before: Timestamp::new(certificate.validity().not_before.timestamp(), 0),
            not_after: Timestamp::new(certificate.validity().not_after.timestamp(), 0),
            serial: crate::wire::text::hex(certificate.raw_serial()),
            key_bits: match &key {
                Some(PublicKey::RSA(rsa)) => Some(modulus_bits(rsa.modulus)),
                Some(PublicKey::EC(point)) => Some(point.key_size()),
                _ => None,
            },
            rsa: matches!(key, Some(PublicKey::RSA(_))),
            hash: hash(&certificate.signature_algorithm.algorithm.to_id_string()),
            self_issued: certificate.subject().as_raw() == certificate.issuer().as_raw(),
            sha1: Sha1::digest(der).into(),
            sha256: Sha256::digest(der).into(),
            signature: algorithm(&certificate.signature_algorithm.algorithm.to_id_string()),
            uses: certificate.extended_key_usage().ok().flatten().map_or([true; 2], |usage| {
                [usage.value.any || usage.value.server_auth, usage.value.any || usage.value.client_auth]
            }),
        })
    }

    /// True if it may be shown by a server, else by a client.
    pub const fn may_serve(&self, server: bool) -> bool {
        let [servers, clients] = self.uses;
        if server { servers } else { clients }
    }

    /// Whole days from notBefore to notAfter.
    pub fn days(&self) -> i64 {
        self.not_after.seconds().saturating_sub(self.not_before.seconds()).div_euclid(DAY)
    }

    /// Whole days from this moment to notAfter; negative behind it.
    pub fn days_left(&self, now: Timestamp) -> i64 {
        self.not_after.seconds().saturating_sub(now.seconds()).div_euclid(DAY)
    }

    /// True if it is this user's: the address stands in its subject or in a name of it.
    pub fn is_of(&self, address: &str) -> bool {
        let address = address.strip_prefix("sip:").unwrap_or(address).to_ascii_lowercase();
        let mut names = self.names.iter().chain(&self.users).chain([&self.subject]);
        names.any(|name| name.to_ascii_lowercase().contains(&address))
    }

    /// True if a name of it stands for this host: subjectAltName, and without one the CN (RFC 6125 §6.4).
    pub fn is_for(&self, host: &str) -> bool {
        if self.names.is_empty() {
            return self.common_name.as_deref().is_some_and(|name| matches(name, host));
        }
        self.names.iter().any(|name| matches(name, host))
    }
}

/// RFC 6125 §6.4.3: a `*` stands for the whole first label and nothing else.
fn matches(name: &str, host: &str) -> bool {
    let (name, host) = (name.trim_end_matches('.'), host.trim_end_matches('.'));
    if name.eq_ignore_ascii_case(host) {
        return true;
    }
    let (Some(domain), Some((label, rest))) = (name.strip_prefix("*."), host.split_once('.')) else { return false };
    !label.is_empty() && domain.contains('.') && domain.eq_ignore_ascii_case(rest)
}

/// Bits of an unsigned number, big-endian, that may have zeros in front.
fn modulus_bits(modulus: &[u8]) -> usize {
    let start = modulus.iter().position(|b| *b != 0).unwrap_or(modulus.len());
    let significant = modulus.get(start..).unwrap_or_default();
    let spare = significant.first().map_or(0, |b| b.leading_zeros() as usize);
    significant.len().saturating_mul(8).saturating_sub(spare)
}

fn hash(oid: &str) -> SignatureHash {
    match oid {
        // md2, md4 and md5WithRSAEncryption
        "1.2.840.113549.1.1.2" | "1.2.840.113549.1.1.3" | "1.2.840.113549.1.1.4" => SignatureHash::Md5,
        // sha1WithRSAEncryption and its OIW twin, ecdsa-with-SHA1, dsa-with-sha1
        "1.2.840.113549.1.1.5" | "1.3.14.3.2.29" | "1.2.840.10045.4.1" | "1.2.840.10040.4.3" => SignatureHash::Sha1,
        _ => SignatureHash::Other,
    }
}

fn algorithm(oid: &str) -> String {
    match oid {
        "1.2.840.113549.1.1.4" => "MD5 with RSA",
        "1.2.840.113549.1.1.5" => "SHA-1 with RSA",
        "1.2.840.113549.1.1.10" => "RSA-PSS",
        "1.2.840.113549.1.1.11" => "SHA-256 with RSA",
        "1.2.840.113549.1.1.12" => "SHA-384 with RSA",
        "1.2.840.113549.1.1.13" => "SHA-512 with RSA",
        "1.2.840.10045.4.1" => "SHA-1 with ECDSA",
        "1.2.840.10045.4.3.2" => "SHA-256 with ECDSA",
        "1.2.840.10045.4.3.3" => "SHA-384 with ECDSA",
        "1.2.840.10045.4.3.4" => "SHA-512 with ECDSA",
        other => other,
    }
    .to_owned()
}

fn user(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::RFC822Name(name) | GeneralName::URI(name) => Some((*name).to_owned()),
        _ => None,
    }
}

fn name(name: &X509Name<'_>) -> String {
    let short = |oid: &str| -> Option<&'static str> {
        Some(match oid {
            "2.5.4.3" => "CN",
            "2.5.4.6" => "C",
            "2.5.4.7" => "L",
            "2.5.4.8" => "ST",
            "2.5.4.10" => "O",
            "2.5.4.11" => "OU",
            "0.9.2342.19200300.100.1.25" => "DC",
            "0.9.2342.19200300.100.1.1" => "UID",
            "1.2.840.113549.1.9.1" => "emailAddress",
            _ => return None,
        })
    };
    let parts = name.iter_attributes().map(|attribute| {
        let oid = attribute.attr_type().to_id_string();
        let value = attribute
            .as_str()
            .map_or_else(|_| String::from_utf8_lossy(attribute.as_slice()).into_owned(), str::to_owned);
        format!("{}={value}", short(&oid).unwrap_or(&oid))
    });
    parts.collect::<Vec<_>>().join(", ")
}

fn alternative(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(raw) => match raw.len() {
            4 => <[u8; 4]>::try_from(*raw).ok().map(|b| Ipv4Addr::from(b).to_string()),
            _ => <[u8; 16]>::try_from(*raw).ok().map(|b| Ipv6Addr::from(b).to_string()),
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_their_star() {
        assert!(matches("pool01.corvid.example", "POOL01.corvid.example."));
        assert!(matches("*.corvid.example", "pool01.corvid.example"));
        assert!(!matches("*.corvid.example", "corvid.example"));
        assert!(!matches("*.corvid.example", "a.b.corvid.example"));
        assert!(!matches("*.example", "corvid.example"));
    }

    #[test]
    fn bits_of_a_modulus() {
        assert_eq!(modulus_bits(&[0, 0x80, 0]), 16);
        assert_eq!(modulus_bits(&[0x01, 0xff]), 9);
        assert_eq!(modulus_bits(&[0, 0]), 0);
    }

    #[test]
    fn what_is_no_certificate() {
        assert_eq!(Certificate::read(b"\x30\x03\x02\x01\x05"), None);
        assert_eq!(Certificate::read(b""), None);
        // SEQUENCE in SEQUENCE, and more bytes than there are.
        assert_eq!(Certificate::read(&[0x30, 0x82, 0xff, 0xff].repeat(15_000)), None);
        assert_eq!(Certificate::read(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0x30, 0]), None);
    }
}
