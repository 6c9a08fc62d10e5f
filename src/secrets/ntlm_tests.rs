//! The vectors of [MS-NLMP] 4.2, of Communicator 2007 R2 with OCS 2007 R2, and of an OCS 2007.

use super::*;
use crate::wire::text::{hex, unhex};

fn bytes<const N: usize>(text: &str) -> [u8; N] {
    unhex(text).unwrap().try_into().unwrap()
}

fn key(text: &str) -> Key<16> {
    Key::new(bytes(text))
}

const SERVER: [u8; 8] = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef];
const CLIENT: [u8; 8] = [0xaa; 8];
/// RandomSessionKey
const RANDOM: [u8; 16] = [0x55; 16];

fn encrypted(key_exchange_key: &Key<16>) -> String {
    let mut key = RANDOM;
    rc4(key_exchange_key.bytes(), &mut key);
    hex(&key)
}

#[test]
fn published_ntlm_v1() {
    let hash = NtHash::from_password("Password");
    assert_eq!(hash, NtHash::new(bytes("a4f49c406510bdcab6824ee7c30fd852")));
    let lm = lm_hash("Password").unwrap();
    assert_eq!(lm, key("e52cac67419a9a224a3b108f3fa6cb6d"));
    assert_eq!(hex(&hash.v1_response(SERVER)), "67c43011f30298a2ad35ece64f16331c44bdbed927841f94");
    assert_eq!(hex(&desl(&lm, SERVER)), "98def7b87f88aa5dafe2df779688a172def11c7d5ccdef13");
    let base = hash.v1_session_base_key();
    assert_eq!(base, key("d87262b0cde4b1cb7499becccdf10784"));
    let exchange = V1Exchange { flags: 0x6220_8233 & !0x80, server_challenge: SERVER, lm_start: [0; 8], lm_hash: None };
    let kxkey = exchange.key_exchange_key(&base).unwrap();
    assert_eq!(kxkey, base);
    assert_eq!(encrypted(&kxkey), "518822b1b3f350c8958682ecbb3e3cb7");
    let sent = unhex("518822b1b3f350c8958682ecbb3e3cb7").unwrap();
    assert_eq!(exported_session_key(flag::KEY_EXCH, &kxkey, &sent), Some(Key::new(RANDOM)));
}

#[test]
fn published_ntlm_v1_with_extended_session_security() {
    let hash = NtHash::from_password("Password");
    assert_eq!(hex(&hash.v1_ess_response(SERVER, CLIENT)), "7537f803ae367128ca458204bde7caf81e97ed2683267232");
    let flags = flag::EXTENDED_SESSION_SECURITY | flag::KEY_56;
    let exchange = V1Exchange { flags, server_challenge: SERVER, lm_start: CLIENT, lm_hash: None };
    let exported = exchange.key_exchange_key(&hash.v1_session_base_key()).unwrap();
    assert_eq!(exported, key("eb93429a8bd952f8b89c55b87f475edc"));
    assert_eq!(exported_session_key(flags, &exported, &[]).unwrap(), exported);
    let sign = sign_key(&exported, Side::Client);
    assert_eq!(sign, key("60e799be5c72fc92922ae8ebe961fb8d"));
    assert_eq!(seal_key(flags, &exported, Side::Client), key("04dd7f014d8504d265a25cc86a3a7c06"));
    assert_eq!(hex(&checksum(&sign, 0, &utf16::encode("Plaintext"))), "ff2aeb52f681793a");
}

#[test]
fn published_ntlm_v2() {
    let owf = NtHash::from_password("Password").owf_v2("User", "Domain");
    assert_eq!(owf, key("0c868a403bfd7a93a3001ef22ef02e3f"));
    let temp = unhex("01010000000000000000000000000000aaaaaaaaaaaaaaaa0000000002000c0044006f006d00610069006e0001000c005300650072007600650072000000000000000000").unwrap();
    let proof = v2_proof(&owf, SERVER, &temp);
    assert_eq!(hex(&proof), "68cd0ab851e51c96aabc927bebef6a1c");
    let base = v2_session_base_key(&owf, &proof);
    assert_eq!(base, key("8de40ccadbc14a82f15cb0ad0de95ca3"));
    assert_eq!(hex(&lm_v2_response(&owf, SERVER, CLIENT)), "86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa");
    assert_eq!(encrypted(&base), "c5dad2544fc9799094ce1ce90bc9d03e");

    let flags = flag::EXTENDED_SESSION_SECURITY | flag::KEY_EXCH | flag::KEY_128;
    let sent = unhex("c5dad2544fc9799094ce1ce90bc9d03e").unwrap();
    let exported = exported_session_key(flags, &base, &sent).unwrap();
    let (sign, seal) = (sign_key(&exported, Side::Client), seal_key(flags, &exported, Side::Client));
    assert_eq!(sign, key("4788dc861b4782f35d43fd98fe1a2d39"));
    assert_eq!(seal, key("59f600973cc4960a25480a7c196e4c58"));
    // GSS_Wrap seals the message first; the checksum is encrypted by the same stream behind it.
    let mut stream = utf16::encode("Plaintext");
    stream.extend(checksum(&sign, 0, &utf16::encode("Plaintext")));
    rc4(seal.bytes(), &mut stream);
    assert_eq!(hex(&stream[18..]), "7fb38ec5c55d4976");
}

/// Communicator 2007 R2 with OCS 2007 R2: NTLMv2, version 4.
const TEMP: &str = "010100000000000059519A1727B9CA01D6AE875CB0FDAA410000000002000A0043004F0053004D004F000100180043004F0053004D004F002D004F00430053002D00520032000400160063006F0073006D006F002E006C006F00630061006C000300300063006F0073006D006F002D006F00630073002D00720032002E0063006F0073006D006F002E006C006F00630061006C000500160063006F0073006D006F002E006C006F00630061006C000000000000000000";
const FLAGS: u32 = 0x6298_8255;

fn communicator(password: &str) -> ([u8; 16], Key<16>) {
    let owf = NtHash::from_password(password).owf_v2("User", "COSMO");
    let proof = v2_proof(&owf, bytes("DD1BAAF4E7E218D1"), &unhex(TEMP).unwrap());
    let base = v2_session_base_key(&owf, &proof);
    let sent = unhex("31CB739E1CA80A498591E8AE797115E4").unwrap();
    (proof, exported_session_key(FLAGS, &base, &sent).unwrap())
}

#[test]
fn communicator_from_password_to_signature() {
    let owf = NtHash::from_password("Pa$$word").owf_v2("User", "COSMO");
    assert_eq!(owf, key("164b086e00d2f393529fa3a98209f99e"));
    let (proof, exported) = communicator("Pa$$word");
    assert_eq!(hex(&proof), "8dc0c800ae76eca606d2b9fbebd04731");
    assert_eq!(v2_session_base_key(&owf, &proof), key("02959b1d938e14ccc8412639311cdd49"));
    assert_eq!(exported, key("6742fbe37bb1946b49d86a525bd29a9b"));
    assert_eq!(sign_key(&exported, Side::Client), key("ea5e87c195ae65338f7c023e7600690d"));
    assert_eq!(sign_key(&exported, Side::Server), key("0151fe94dba8c83f3c6a6e5444ae54b4"));
    assert_eq!(seal_key(FLAGS, &exported, Side::Client), key("83013a189002d3abad49c4c8f605ecc8"));
    assert_eq!(seal_key(FLAGS, &exported, Side::Server), key("2a2e34e8d420c039e8f31cb9e8e0cd88"));

    let request = b"<NTLM><13317733><1><SIP Communications Service><cosmo-ocs-r2.cosmo.local><4037df9284354df39065195bd57a4b14><3><REGISTER><sip:user@cosmo.local><3e49177a52><sip:user@cosmo.local><><><><>";
    assert_eq!(hex(&sip_signature(FLAGS, &exported, Side::Client, request)), "0100000029618e9651b65a7764000000");
    let response = b"<NTLM><9616454F><1><SIP Communications Service><cosmo-ocs-r2.cosmo.local><4037df9284354df39065195bd57a4b14><3><REGISTER><sip:user@cosmo.local><3e49177a52><sip:user@cosmo.local><5E61CCD925D17E043D9A74835A88F664><><><7200><200>";
    assert_eq!(hex(&sip_signature(FLAGS, &exported, Side::Server, response)), "01000000e615438a917661be64000000");
    // The other side's key, or another text, does not sign so.
    assert_ne!(hex(&sip_signature(FLAGS, &exported, Side::Server, request)), "0100000029618e9651b65a7764000000");
    assert_ne!(
        sip_signature(FLAGS, &exported, Side::Client, &request[1..]),
        sip_signature(FLAGS, &exported, Side::Client, request)
    );
}

#[test]
fn a_wrong_password_gives_another_proof() {
    assert_ne!(hex(&communicator("Pa$$wore").0), "8dc0c800ae76eca606d2b9fbebd04731");
}

#[test]
fn without_extended_session_security() {
    let exported = key("5F029153BC025058969548615E7099BA");
    let text = b"<NTLM><0878F41B><1><SIP Communications Service><ocs1.ocs.provo.novell.com><8592g5DCBa1694i5887m0D0Bt2247b3F38xAE9Fx><3><REGISTER><sip:gabriel@ocs.provo.novell.com><2947328781><B816D65C2300A32CFA6D371F2AF537FD><900><200>";
    assert_eq!(hex(&sip_signature(0, &exported, Side::Server, text)), "0100000000000000bf2e52667ddf6ded");
}

#[test]
fn flags_that_ask_for_the_lm_hash() {
    let lm = lm_hash("Password").unwrap();
    let base = NtHash::from_password("Password").v1_session_base_key();
    let lm_start = bytes("98def7b87f88aa5d");
    let exchange = |flags, lm_hash| V1Exchange { flags, server_challenge: SERVER, lm_start, lm_hash };
    // [MS-NLMP] 4.2.2.1.4 and 4.2.2.2.3: the key exchange key with each of these flags, RandomSessionKey under it.
    let non_nt = exchange(flag::REQUEST_NON_NT_SESSION_KEY, Some(&lm)).key_exchange_key(&base).unwrap();
    assert_eq!(encrypted(&non_nt), "7452ca55c225a1ca04b48fae32cf56fc");
    let with_lm = exchange(flag::LM_KEY, Some(&lm)).key_exchange_key(&base).unwrap();
    assert_eq!(encrypted(&with_lm), "4cd7bb57d697ef9b549f02b8f9b37864");
    assert_eq!(exchange(flag::LM_KEY, None).key_exchange_key(&base), None);
}

#[test]
fn passwords_without_an_lm_hash() {
    assert!(lm_hash("fourteen chars").is_some());
    assert!(lm_hash("fifteen letters").is_none());
    assert!(lm_hash("Müller").is_none());
}

#[test]
fn a_mic_covers_what_came_before_it() {
    let exported = key("6742fbe37bb1946b49d86a525bd29a9b");
    let mut message = vec![7_u8; 100];
    let sum = mic(&exported, b"one", b"two", &message).unwrap();
    message[72..88].copy_from_slice(&sum);
    assert_eq!(mic(&exported, b"one", b"two", &message), Some(sum), "the MIC itself is not covered");
    assert_ne!(mic(&exported, b"", b"two", &message), Some(sum));
    message[90] = 8;
    assert_ne!(mic(&exported, b"one", b"two", &message), Some(sum));
    assert_eq!(mic(&exported, b"", b"", &message[..87]), None);
}

#[test]
fn a_session_key_of_a_wrong_length_is_none() {
    assert_eq!(exported_session_key(flag::KEY_EXCH, &key("5F029153BC025058969548615E7099BA"), &[1; 15]), None);
}
