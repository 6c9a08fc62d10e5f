//! Records sealed here by the letter of the RFCs, and opened again.

use super::Secret;
use super::crypto::hmac;
use super::prf::Prf;
use super::protection::Protection;
use super::record::{Agreed, Opener, Plain, Sealed};
use aes::Aes128;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit, block_padding::NoPadding};
use rc4::{KeyInit, Rc4, StreamCipher};
use ring::aead::{AES_128_GCM, Aad, Algorithm, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use sha1::Sha1;

const MASTER: [u8; 48] = [3; 48];
const RANDOMS: [[u8; 32]; 2] = [[1; 32], [2; 32]];

fn agreed(version: u16, name: &str, encrypt_then_mac: bool) -> Agreed<'static> {
    let protection = Protection::of_suite(name).unwrap();
    let [client_random, server_random] = &RANDOMS;
    Agreed { version, suite: 0x002f, protection, client_random, server_random, encrypt_then_mac }
}

fn key_block(version: u16) -> [u8; 160] {
    let mut block = [0; 160];
    Prf::of(version, 0x002f).fill(&MASTER, b"key expansion", &[&RANDOMS[1], &RANDOMS[0]], &mut block);
    block
}

fn header(sequence: u8, version: u16, length: usize) -> Vec<u8> {
    let length = u16::try_from(length).unwrap().to_be_bytes();
    [&[0, 0, 0, 0, 0, 0, 0, sequence, 23][..], &version.to_be_bytes(), &length].concat()
}

fn cbc(key: &[u8], iv: &[u8], text: &[u8]) -> Vec<u8> {
    let padding = 16 - text.len() % 16;
    let mut buffer = [text, &vec![u8::try_from(padding - 1).unwrap(); padding]].concat();
    let length = buffer.len();
    cbc::Encryptor::<Aes128>::new_from_slices(key, iv)
        .unwrap()
        .encrypt_padded::<NoPadding>(&mut buffer, length)
        .unwrap();
    buffer
}

fn seal(algorithm: &'static Algorithm, key: &[u8], nonce: [u8; 12], aad: &[u8], text: &[u8]) -> Vec<u8> {
    let key = LessSafeKey::new(UnboundKey::new(algorithm, key).unwrap());
    let mut sealed = text.to_vec();
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), &mut sealed).unwrap();
    sealed
}

fn data(version: u16, fragment: &[u8]) -> Sealed<'_> {
    Sealed { content: 23, version, fragment }
}

fn bytes(plain: Option<Plain>) -> Option<Vec<u8>> {
    plain.map(|plain| plain.bytes.bytes().to_vec())
}

#[test]
fn cbc_with_the_iv_of_the_record_before() {
    let block = key_block(0x0301);
    let (mac_key, key, iv) = (&block[..20], &block[40..56], &block[72..88]);
    let mut opener = Opener::pair(&MASTER, &agreed(0x0301, "TLS_RSA_WITH_AES_128_CBC_SHA", false))
        .unwrap()
        .into_iter()
        .next()
        .unwrap();
    let seal = |sequence: u8, iv: &[u8], text: &[u8]| {
        let mac = hmac::<Sha1>(mac_key, &[&header(sequence, 0x0301, text.len()), text]);
        cbc(key, iv, &[text, &mac].concat())
    };
    let first = seal(0, iv, b"REGISTER sip:corvid.example");
    let second = seal(1, &first[first.len() - 16..], b"second");
    assert_eq!(bytes(opener.open(data(0x0301, &second))), None, "out of order");
    assert_eq!(bytes(opener.open(data(0x0301, &first))).unwrap(), b"REGISTER sip:corvid.example");
    assert_eq!(bytes(opener.open(data(0x0301, &second))).unwrap(), b"second");
}

#[test]
fn cbc_with_an_iv_of_its_own_and_the_mac_outside() {
    let block = key_block(0x0303);
    let (mac_key, key, iv) = (&block[..20], &block[40..56], &[9; 16]);
    let [mut opener, _] = Opener::pair(&MASTER, &agreed(0x0303, "TLS_RSA_WITH_AES_128_CBC_SHA", true)).unwrap();
    let sealed = [&iv[..], &cbc(key, iv, b"GET / HTTP/1.1")].concat();
    let mac = hmac::<Sha1>(mac_key, &[&header(0, 0x0303, sealed.len()), &sealed]);
    let mut fragment = [&sealed[..], &mac].concat();
    fragment[20] ^= 1;
    assert_eq!(bytes(opener.open(data(0x0303, &fragment))), None);
    fragment[20] ^= 1;
    assert_eq!(bytes(opener.open(data(0x0303, &fragment))).unwrap(), b"GET / HTTP/1.1");
    for cut in 0..fragment.len() {
        assert_eq!(bytes(opener.open(data(0x0303, &fragment[..cut]))), None);
    }
}

#[test]
fn a_stream_cipher_goes_on_from_record_to_record() {
    let block = key_block(0x0302);
    let (mac_key, key) = (&block[20..40], &block[56..72]);
    let [_, mut server] = Opener::pair(&MASTER, &agreed(0x0302, "TLS_RSA_WITH_RC4_128_SHA", false)).unwrap();
    let mut stream = Rc4::new_from_slice(key).unwrap();
    for (sequence, text) in [(0, b"one".as_slice()), (1, b"and two")] {
        let mac = hmac::<Sha1>(mac_key, &[&header(sequence, 0x0302, text.len()), text]);
        let mut fragment = [text, &mac].concat();
        stream.apply_keystream(&mut fragment);
        assert_eq!(bytes(server.open(data(0x0302, &fragment))).unwrap(), text);
    }
}

#[test]
fn aead_of_tls_1_2() {
    let block = key_block(0x0303);
    let (text, explicit) = (b"SIP/2.0 200 OK", [0, 0, 0, 0, 0, 0, 0, 7]);
    let nonce: [u8; 12] = [&block[32..36], &explicit].concat().try_into().unwrap();
    let aad = header(0, 0x0303, text.len());
    let sealed = seal(&AES_128_GCM, &block[..16], nonce, &aad, text);
    let [mut opener, _] = Opener::pair(&MASTER, &agreed(0x0303, "TLS_RSA_WITH_AES_128_GCM_SHA256", false)).unwrap();
    assert_eq!(bytes(opener.open(data(0x0303, &[&explicit[..], &sealed].concat()))).unwrap(), text);

    let nonce: [u8; 12] = block[64..76].try_into().unwrap();
    let sealed = seal(&CHACHA20_POLY1305, &block[..32], nonce, &aad, text);
    let suite = "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256";
    let [mut opener, _] = Opener::pair(&MASTER, &agreed(0x0303, suite, false)).unwrap();
    assert_eq!(bytes(opener.open(data(0x0303, &sealed))).unwrap(), text);
}

/// RFC 8448 §3: the server's handshake traffic secret, and the key and IV that follow from it.
#[test]
fn aead_of_tls_1_3_with_published_keys() {
    let unhex = |text: &str| crate::wire::text::unhex(text).unwrap();
    let secret = unhex("b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38");
    let (key, iv) = (unhex("3fce516009c21727d0f2e4e86ee403bc"), unhex("5d313eb2671276ee13000b30"));
    let sealed = |sequence: u8, inside: &[u8]| {
        let mut nonce: [u8; 12] = iv.clone().try_into().unwrap();
        nonce[11] ^= sequence;
        let length = u8::try_from(inside.len() + 16).unwrap();
        seal(&AES_128_GCM, &key, nonce, &[23, 3, 3, 0, length], inside)
    };
    let protection = Protection::of_suite("TLS_AES_128_GCM_SHA256").unwrap();
    let mut opener = Opener::of_traffic(&Secret::new(secret), protection).unwrap();
    // The content type hides behind the content, and zeros may follow.
    let first = opener.open(data(0x0303, &sealed(0, &[8, 0, 0, 2, 0, 0, 22, 0, 0]))).unwrap();
    assert_eq!((first.content, first.bytes.bytes()), (22, &[8, 0, 0, 2, 0, 0][..]));
    assert_eq!(
        opener.updated().unwrap().open(data(0x0303, &sealed(1, b"data\x17"))),
        None,
        "other keys after an update"
    );
    let second = opener.open(data(0x0303, &sealed(1, b"data\x17"))).unwrap();
    assert_eq!((second.content, second.bytes.bytes()), (23, &b"data"[..]));
    assert_eq!(opener.open(data(0x0303, &sealed(2, &[0, 0]))), None, "nothing but padding");
    let old = Protection::of_suite("TLS_RSA_WITH_AES_128_CBC_SHA").unwrap();
    assert!(Opener::of_traffic(&Secret::new(vec![1; 32]), old).is_none());
}

/// Records of a connection in TLS 1.2 with explicit nonces from `nonce` on.
fn gcm_records(nonce: u64) -> Vec<Vec<u8>> {
    let block = key_block(0x0303);
    let record = |sequence: u8| {
        let explicit = (nonce + u64::from(sequence)).to_be_bytes();
        let text = format!("record {sequence}").into_bytes();
        let all: [u8; 12] = [&block[32..36], &explicit].concat().try_into().unwrap();
        [&explicit[..], &seal(&AES_128_GCM, &block[..16], all, &header(sequence, 0x0303, text.len()), &text)].concat()
    };
    (0..10).map(record).collect()
}

#[test]
fn the_number_is_found_again_behind_missing_records() {
    let overhead = 5 + 8 + 16;
    for nonce in [0, 77, 1 << 40] {
        let records = gcm_records(nonce);
        let pair = Opener::pair(&MASTER, &agreed(0x0303, "TLS_RSA_WITH_AES_128_GCM_SHA256", false));
        let [mut opener, _] = pair.unwrap();
        assert!(opener.open(data(0x0303, &records[0])).is_some());
        assert_eq!(opener.open(data(0x0303, &records[5])), None, "the number is part of it");
        let (mut tries, lost) = (100, 4 * (overhead + 8));
        let (plain, missing) = opener.open_behind(data(0x0303, &records[5]), lost, &mut tries).unwrap();
        assert_eq!((plain.bytes.bytes(), missing, tries), (&b"record 5"[..], 4 * 8, 99));
        assert!(opener.open(data(0x0303, &records[6])).is_some(), "and it counts on from there");
        // More records than fit into what is missing are not skipped, and what is no record of this key is none.
        assert!(opener.open_behind(data(0x0303, &records[9]), overhead, &mut tries).is_none());
        assert!(opener.open_behind(data(0x0303, &records[8][1..]), lost, &mut tries).is_none());
        tries = 0;
        assert!(opener.open_behind(data(0x0303, &records[8]), lost, &mut tries).is_none());
        assert!(opener.open(data(0x0303, &records[7])).is_some(), "nothing changed");
    }
}

#[test]
fn the_iv_of_old_records_is_the_end_of_the_one_before_even_if_that_is_unreadable() {
    let block = key_block(0x0301);
    let (mac_key, key) = (&block[..20], &block[40..56]);
    let seal = |sequence: u8, iv: &[u8], text: &[u8]| {
        let mac = hmac::<Sha1>(mac_key, &[&header(sequence, 0x0301, text.len()), text]);
        cbc(key, iv, &[text, &mac].concat())
    };
    let third = seal(3, &[1; 16], b"its iv is lost");
    let fourth = seal(4, &third[third.len() - 16..], b"this one can be read");
    let [mut opener, _] = Opener::pair(&MASTER, &agreed(0x0301, "TLS_RSA_WITH_AES_128_CBC_SHA", false)).unwrap();
    let mut tries = 100;
    assert!(opener.open_behind(data(0x0301, &third), 200, &mut tries).is_none());
    let (plain, _) = opener.open_behind(data(0x0301, &fourth), 260, &mut tries).unwrap();
    assert_eq!(plain.bytes.bytes(), b"this one can be read");
}

#[test]
fn the_mac_of_ssl_3() {
    use sha1::Digest;
    let mut block = [0; 160];
    Prf::Ssl3.fill(&MASTER, b"", &[&RANDOMS[1], &RANDOMS[0]], &mut block);
    let (mac_key, key) = (&block[..20], &block[40..56]);
    let text = b"GET / HTTP/1.0";
    let inner = Sha1::digest([mac_key, &[0x36; 40], &[0; 8], &[23, 0, 14], text].concat());
    let mac = Sha1::digest([mac_key, &[0x5c; 40], &inner].concat());
    let mut fragment = [&text[..], &mac].concat();
    Rc4::new_from_slice(key).unwrap().apply_keystream(&mut fragment);
    let [mut opener, _] = Opener::pair(&MASTER, &agreed(0x0300, "TLS_RSA_WITH_RC4_128_SHA", false)).unwrap();
    assert_eq!(bytes(opener.open(data(0x0300, &fragment))).unwrap(), text);
}
