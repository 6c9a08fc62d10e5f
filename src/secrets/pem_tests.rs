//! The same key in every form.

use super::*;

const PLAIN: &[u8] = include_bytes!("../../captures/tls/server-key.pem");
const PKCS1: &[u8] = include_bytes!("../../captures/tls/server-key-pkcs1.pem");
const ENCRYPTED: &[u8] = include_bytes!("../../captures/tls/server-key-encrypted.pem");
const ENCRYPTED_OLD: &[u8] = include_bytes!("../../captures/tls/server-key-encrypted-old.pem");
const CERTIFICATE: &[u8] = include_bytes!("../../captures/tls/root-ca.pem");
/// Made with `openssl ecparam -genkey -name prime256v1 -noout`; nobody uses it.
const SEC1: &[u8] = b"-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIMCemHjyJ8v3Gj1G9bfvKf+hQe8r9nF9tEsGWIWvDw6qoAoGCCqGSM49
AwEHoUQDQgAEMOTeSaW4ZemJHnfiqYRod6+VwOepq3Fy7jSo55s7SHiveRy24p8L
2EYw6yODgcgGmaZOgw1qHCg7XrZdNHp61Q==
-----END EC PRIVATE KEY-----
";

fn read(content: &[u8], phrase: Option<&str>) -> Result<Vec<PrivateKey>, PemError> {
    private_keys(content, &mut || phrase.map(Phrase::new))
}

fn modulus(keys: Result<Vec<PrivateKey>, PemError>) -> Vec<u8> {
    use rsa::traits::PublicKeyParts;
    match keys.unwrap().as_slice() {
        [PrivateKey::Rsa(key)] => key.n().to_bytes_be(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn one_key_in_four_forms() {
    let plain = modulus(read(PLAIN, None));
    assert_eq!(plain.len(), 256);
    assert_eq!(modulus(read(PKCS1, None)), plain);
    assert_eq!(modulus(read(ENCRYPTED, Some("Nightjar#42"))), plain);
    assert_eq!(modulus(read(ENCRYPTED_OLD, Some("Nightjar#42"))), plain);
}

#[test]
fn an_encrypted_key_is_never_passed_over() {
    for content in [ENCRYPTED, ENCRYPTED_OLD] {
        assert_eq!(read(content, None).unwrap_err(), PemError::Encrypted);
        assert_eq!(read(content, Some("nightjar#42")).unwrap_err(), PemError::WrongPassphrase);
        // Not beside a plain one either.
        assert_eq!(read(&[PLAIN, content].concat(), None).unwrap_err(), PemError::Encrypted);
    }
    let asked = std::cell::Cell::new(0);
    let both = [PKCS1, ENCRYPTED, ENCRYPTED_OLD].concat();
    let keys = private_keys(&both, &mut || {
        asked.set(asked.get() + 1);
        Some(Phrase::new("Nightjar#42"))
    });
    assert_eq!((keys.unwrap().len(), asked.get()), (3, 1));
}

#[test]
fn keys_that_only_sign_are_told_apart() {
    let keys = read(&[SEC1, PLAIN].concat(), None).unwrap();
    assert_eq!(keys.iter().map(PrivateKey::is_rsa).collect::<Vec<_>>(), [false, true]);
    assert_eq!(format!("{keys:?}"), "[PrivateKey, PrivateKey(RSA)]");
}

#[test]
fn what_is_no_key_is_told() {
    let why = |content: &[u8]| read(content, None).unwrap_err().to_string();
    assert!(why(b"").starts_with("no private key in PEM"));
    assert!(why(CERTIFICATE).contains("the key is elsewhere"));
    assert!(why(b"0\x82\x04\xa4").contains("openssl pkcs12"));
    assert!(why(&PLAIN[..200]).contains("no END line"));
    assert_eq!(read(&PLAIN.to_vec().replace(b"MII", b"MIJ"), None).unwrap_err(), PemError::BadKey);
    assert_eq!(certificates(PLAIN), Err(PemError::NoCertificate));
    assert_eq!(certificates(CERTIFICATE).unwrap().len(), 1);
    for at in 0..ENCRYPTED_OLD.len() {
        let _ = read(&ENCRYPTED_OLD[..at], Some("x"));
    }
}

trait Replace {
    fn replace(self, from: &[u8], to: &[u8]) -> Vec<u8>;
}

impl Replace for Vec<u8> {
    fn replace(mut self, from: &[u8], to: &[u8]) -> Vec<u8> {
        let at = self.windows(from.len()).position(|w| w == from).unwrap();
        self[at..at + to.len()].copy_from_slice(to);
        self
    }
}

#[test]
fn a_premaster_secret_comes_back_from_its_own_key_only() {
    let keys = read(PLAIN, None).unwrap();
    let PrivateKey::Rsa(key) = &keys[0] else { panic!() };
    let sealed = key.to_public_key().encrypt(&mut rsa::rand_core::OsRng, rsa::Pkcs1v15Encrypt, &[3; 48]).unwrap();
    assert_eq!(keys[0].premaster(&sealed).unwrap().bytes(), [3; 48]);
    assert!(keys[0].premaster(&sealed[1..]).is_none() && keys[0].premaster(&[]).is_none());
    assert!(PrivateKey::Other.premaster(&sealed).is_none());
    let certificate = &certificates(CERTIFICATE).unwrap()[0];
    assert!(!keys[0].is_of(certificate) && !keys[0].is_of(b"0"));
}
