//! Published vectors, and what must not open.

use super::derive::{Purpose, dk, kdf, key, n_fold};
use super::*;
use crate::wire::text::{hex, unhex};

fn of(etype: i32, digits: &str) -> EncryptionKey {
    EncryptionKey::new(etype, &unhex(digits).unwrap())
}

#[test]
fn n_fold_of_rfc_3961_appendix_a1() {
    assert_eq!(hex(&n_fold::<8>(b"012345")), "be072631276b1955");
    assert_eq!(hex(&n_fold::<7>(b"password")), "78a07b6caf85fa");
    assert_eq!(hex(&n_fold::<8>(b"Rough Consensus, and Running Code")), "bb6ed30870b7f0e0");
    assert_eq!(hex(&n_fold::<21>(b"password")), "59e4a8ca7c0385c3c37b3f6d2000247cb6e6bd5b3e");
    assert_eq!(
        hex(&n_fold::<24>(b"MASSACHVSETTS INSTITVTE OF TECHNOLOGY")),
        "db3b0d8f0b061e603282b308a50841229ad798fab9540c1b"
    );
    assert_eq!(hex(&n_fold::<21>(b"Q")), "518a54a215a8452a518a54a215a8452a518a54a215");
    assert_eq!(hex(&n_fold::<21>(b"ba")), "fb25d531ae8974499f52fd92ea9857c4ba24cf297e");
    assert_eq!(hex(&n_fold::<8>(b"kerberos")), "6b65726265726f73");
    assert_eq!(hex(&n_fold::<16>(b"kerberos")), "6b65726265726f737b9b5b2b93132b93");
}

#[test]
fn derived_keys_of_rfc_3961_with_aes() {
    for (etype, base, sum, cipher, integrity) in [
        (
            17,
            "42263c6e89f4fc28b8df68ee09799f15",
            "34280a382bc92769b2da2f9ef066854b",
            "5b14fc4e250e14ddf9dccf1af6674f53",
            "4ed31063621684f09ae8d89991af3e8f",
        ),
        (
            18,
            "fe697b52bc0d3ce14432ba036a92e65bbb52280990a2fa27883998d72af30161",
            "bfab388bdcb238e9f9c98d6a878304f04d30c82556375ac507a7a852790f4674",
            "c7cfd9cd75fe793a586a542d87e0d1396f1134a104bb1a9190b8c90ada3ddf37",
            "97151b4c76945063e2eb0529dc067d97d7bba90776d8126d91f34f3101aea8ba",
        ),
    ] {
        let base = of(etype, base);
        let kind = Etype::of(&base).unwrap();
        let derived = |purpose| hex(key(kind, base.value.bytes(), Usage(2), purpose).unwrap().bytes());
        assert_eq!(derived(Purpose::Checksum), sum);
        assert_eq!(derived(Purpose::Encryption), cipher);
        assert_eq!(derived(Purpose::Integrity), integrity);
    }
}

#[test]
fn derived_keys_of_rfc_8009_appendix_a() {
    let (short, long) = (RFC_8009_KEYS[0].1, RFC_8009_KEYS[1].1);
    let base = of(19, short);
    let derived = |purpose| hex(key(Etype::Sha256, base.value.bytes(), Usage(2), purpose).unwrap().bytes());
    assert_eq!(derived(Purpose::Checksum), "b31a018a48f54776f403e9a396325dc3");
    assert_eq!(derived(Purpose::Encryption), "9b197dd1e8c5609d6e67c3e37c62c72e");
    assert_eq!(derived(Purpose::Integrity), "9fda0e56ab2d85e1569a688696c26a6c");
    let base = of(20, long);
    let derived = |purpose| hex(key(Etype::Sha384, base.value.bytes(), Usage(2), purpose).unwrap().bytes());
    assert_eq!(derived(Purpose::Checksum), "ef5718be86cc84963d8bbb5031e9f5c4ba41f28faf69e73d");
    assert_eq!(derived(Purpose::Encryption), "56ab22bee63d82d7bc5227f6773f8ea7a5eb1c825160c38312980c442e5c7e49");
    assert_eq!(derived(Purpose::Integrity), "69b16514e3cd8e56b82010d5c73012b622c4d00ffc23ed1f");
}

const RFC_8009_KEYS: [(i32, &str); 2] = [
    (19, "3705d96080c17728a0e800eab6e0d23c"),
    (20, "6d404d37faf79f9df0d33568d320669800eb4836472ea8a026d16b7182460c52"),
];

#[test]
fn ciphertext_stealing_of_rfc_3962_appendix_b() {
    let text = b"I would like the General Gau's Chicken, please, and wonton soup.";
    for (length, cipher) in [
        (17, "c6353568f2bf8cb4d8a580362da7ff7f97"),
        (31, "fc00783e0efdb2c1d445d4c8eff7ed2297687268d6ecccc0c07b25e25ecfe5"),
        (32, "39312523a78662d5be7fcbcc98ebf5a897687268d6ecccc0c07b25e25ecfe584"),
        (47, "97687268d6ecccc0c07b25e25ecfe584b3fffd940c16a18c1b5549d2f838029e39312523a78662d5be7fcbcc98ebf5"),
        (48, "97687268d6ecccc0c07b25e25ecfe5849dad8bbb96c4cdc03bc103e1a194bbd839312523a78662d5be7fcbcc98ebf5a8"),
        (
            64,
            "97687268d6ecccc0c07b25e25ecfe58439312523a78662d5be7fcbcc98ebf5a84807efe836ee89a526730dbc2f7bc8409dad8bbb96c4cdc03bc103e1a194bbd8",
        ),
    ] {
        let plain = cts::decrypt(b"chicken teriyaki", &unhex(cipher).unwrap()).unwrap();
        assert_eq!(plain.bytes(), &text[..length], "{length}");
    }
    for short in 0..16 {
        assert!(cts::decrypt(b"chicken teriyaki", &[0; 16][..short]).is_none());
    }
    assert!(cts::decrypt(b"seventeen byte ke", &[0; 32]).is_none());
}

/// Encryption type, key, use, plain text, cipher: MIT's vectors for RFC 3962 and RFC 4757, and RFC 8009 appendix A.
const SEALED: [(i32, &str, u32, &[u8], &str); 21] = [
    (23, "f81fec39255f5784e850c4377c88bd85", 0, b"", "02c1eb15586144122ec717763dd348bf00434ddc6585954c"),
    (23, "67d1300d281223867f9647ff48721273", 1, b"1", "6156e0cc04e0a0874f9fda008f498a7adbbc80b70b14dddbc0"),
    (
        23,
        "3e40ab6093695281b3ac1a9304224d98",
        2,
        b"9 bytesss",
        "0f9ad121d99d4a09448e4f1f718c4f5cbe6096262c66f29df232a87c9f98755d55",
    ),
    (
        23,
        "4ba2fbf0379faed87a254d3b353d5a7e",
        3,
        b"13 bytes byte",
        "612c57568b17a70352bae8cf26fb9459a6f3353cd35fd439db3107cbec765d326dfc04c1dd",
    ),
    (
        23,
        "68f263db3fce15d031c9eab02d67107a",
        4,
        b"30 bytes bytes bytes bytes byt",
        "95f9047c3ad75891c2e9b04b16566dc8b6eb9ce4231afb2542ef87a7b5a0f260a99f0460508de0cecc632d07c354124e46c5d2234eb8",
    ),
    (17, "5a5c0f0ba54f3828b2195e66ca24a289", 0, b"", "49ff8e11c173d9583a3254fbe7b1f1df36c538e8416784a1672e6676"),
    (17, "98450e3f3baa13f5c99beb936981b06f", 1, b"1", "f86742f537b35dc2174a4dbaa920faf9042090b065e1ebb1cad9a65394"),
    (
        17,
        "9062430c8cda3388922e6d6a509f5b7a",
        2,
        b"9 bytesss",
        "68fb9679601f45c78857b2bf820fd6e53eca8d42fd4b1d7024a09205abb7cd2ec26c355d2f",
    ),
    (
        17,
        "033ee6502c54fd23e27791e987983827",
        3,
        b"13 bytes byte",
        "ec366d0327a933bf49330e650e49bc6b974637fe80bf532fe51795b4809718e6194724db948d1fd637",
    ),
    (
        17,
        "dceeb70b3de76562e689226c76429148",
        4,
        b"30 bytes bytes bytes bytes byt",
        "c96081032d5d8eeb7e32b4089f789d0faa481dea74c0f97cbf3146ddfcf8e800156ecb532fc203e30ff600b63b350939fece510f02d7ff1e7bac",
    ),
    (
        18,
        "17f275f2954f2ed1f90c377ba7f4d6a369aa0136e0bf0c927ad6133c693759a9",
        0,
        b"",
        "e5094c55ee7b38262e2b044280b069379a95bf95bd8376fb3281b435",
    ),
    (
        18,
        "b9477e1ff0329c0050e20ce6c72d2dff27e8fe541ab0954429a9cb5b4f7b1e2a",
        1,
        b"1",
        "406150b97aeb76d43b36b62cc1ecdfbe6f40e95755e0beb5c27825f3a4",
    ),
    (
        18,
        "b1ae4cd8462aff1677053cc9279aac30b796fb81ce21474dd3ddbcfea4ec76d7",
        2,
        b"9 bytesss",
        "09957aa25fcaf88f7b39e4406e633012d5fea21853f6478da7065caef41fd454a40824eec5",
    ),
    (
        18,
        "e5a72be9b7926c1225bafef9c1872e7ba4cdb2b17893d84abd90acdd8764d966",
        3,
        b"13 bytes byte",
        "d8f1aafeec84587cc3e700a774e56651a6d693e174ec4473b5e6d96f80297a653fb818ad893e719f96",
    ),
    (
        18,
        "f1c795e9248a09338d82c3f8d5b567040b0110736845041347235b1404231398",
        4,
        b"30 bytes bytes bytes bytes byt",
        "d1137a4d634cfece924dbc3bf6790648bd5cff7de0e7b99460211d0daef3d79a295c688858f3b34b9cbd6eebae81daf6b734d4d498b6714f1c1d",
    ),
    (19, RFC_8009_KEYS[0].1, 2, b"", "ef85fb890bb8472f4dab20394dca781dad877eda39d50c870c0d5a0a8e48c718"),
    (
        19,
        RFC_8009_KEYS[0].1,
        2,
        &[0, 1, 2, 3, 4, 5],
        "84d7f30754ed987bab0bf3506beb09cfb55402cef7e6877ce99e247e52d16ed4421dfdf8976c",
    ),
    (
        19,
        RFC_8009_KEYS[0].1,
        2,
        &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        "3517d640f50ddc8ad3628722b3569d2ae07493fa8263254080ea65c1008e8fc295fb4852e7d83e1e7c48c37eebe6b0d3",
    ),
    (
        19,
        RFC_8009_KEYS[0].1,
        2,
        &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20],
        "720f73b18d9859cd6ccb4346115cd336c70f58edc0c4437c5573544c31c813bce1e6d072c186b39a413c2f92ca9b8334a287ffcbfc",
    ),
    (
        20,
        RFC_8009_KEYS[1].1,
        2,
        b"",
        "41f53fa5bfe7026d91faf9be959195a058707273a96a40f0a01960621ac612748b9bbfbe7eb4ce3c",
    ),
    (
        20,
        RFC_8009_KEYS[1].1,
        2,
        &[0, 1, 2, 3, 4, 5],
        "4ed7b37c2bcac8f74f23c1cf07e62bc7b75fb3f637b9f559c7f664f69eab7b6092237526ea0d1f61cb20d69d10f2",
    ),
];

#[test]
fn published_ciphers_open() {
    for (etype, key, usage, plain, cipher) in SEALED {
        let opened = open(&of(etype, key), Usage(usage), &unhex(cipher).unwrap());
        assert_eq!(opened.unwrap().bytes(), plain, "{etype} {usage}");
    }
}

#[test]
fn nothing_opens_with_another_key_use_or_bit() {
    for (etype, key, usage, _, cipher) in SEALED {
        let (key, cipher) = (of(etype, key), unhex(cipher).unwrap());
        assert!(open(&key, Usage(usage + 100), &cipher).is_none());
        let mut other = key.value.bytes().to_vec();
        other[0] ^= 1;
        assert!(open(&EncryptionKey::new(etype, &other), Usage(usage), &cipher).is_none());
        assert!(open(&EncryptionKey::new(etype, &other[1..]), Usage(usage), &cipher).is_none());
        assert!(open(&EncryptionKey::new(16, key.value.bytes()), Usage(usage), &cipher).is_none());
        for bit in 0..cipher.len() * 8 {
            let mut changed = cipher.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(open(&key, Usage(usage), &changed).is_none(), "{etype} {usage} bit {bit}");
        }
        for length in 0..cipher.len() {
            assert!(open(&key, Usage(usage), &cipher[..length]).is_none(), "{etype} {usage} {length} bytes");
        }
    }
}

#[test]
fn published_checksums() {
    let sum = |etype, key: &str, usage, text: &[u8]| hex(&checksum(&of(etype, key), Usage(usage), &[text]).unwrap());
    let counted: Vec<u8> = (0..21).collect();
    let (short, long) = (RFC_8009_KEYS[0].1, RFC_8009_KEYS[1].1);
    assert_eq!(sum(19, short, 2, &counted), "d78367186643d67b411cba9139fc1dee");
    assert_eq!(sum(20, long, 2, &counted), "45ee791567eefca37f4ac1e0222de80d43c3bfa06699672a");
    assert_eq!(
        sum(17, "9062430c8cda3388922e6d6a509f5b7a", 3, b"eight nine ten eleven twelve thirteen"),
        "01a4b088d45628f6946614e3"
    );
    let key = "b1ae4cd8462aff1677053cc9279aac30b796fb81ce21474dd3ddbcfea4ec76d7";
    assert_eq!(sum(18, key, 4, b"fourteen"), "e08739e3279e2903ec8e3836");
    assert_eq!(
        sum(23, "f7d3a155af5e238a0b7a871a96ba2ab2", 6, b"seventeen eighteen nineteen twenty"),
        "eb38cc97e2230f59da4117dc5859d7ec"
    );
}

#[test]
fn keys_from_passwords() {
    let made = |etype, phrase: &str, salt: &[u8], turns: u32| {
        let key = string_to_key(etype, phrase, salt, Some(&turns.to_be_bytes())).unwrap();
        hex(key.value.bytes())
    };
    let athena = b"ATHENA.MIT.EDUraeburn";
    // RFC 3962 appendix B.
    assert_eq!(made(17, "password", athena, 1), "42263c6e89f4fc28b8df68ee09799f15");
    assert_eq!(made(18, "password", athena, 1), "fe697b52bc0d3ce14432ba036a92e65bbb52280990a2fa27883998d72af30161");
    assert_eq!(made(17, "password", athena, 2), "c651bf29e2300ac27fa469d693bdda13");
    assert_eq!(made(17, "password", athena, 1200), "4c01cd46d632d01e6dbe230a01ed642a");
    assert_eq!(made(18, "password", athena, 1200), "55a6ac740ad17b4846941051e1e8b0a7548d93b0ab30a8bc3ff16280382b8c2a");
    assert_eq!(
        made(17, "password", &[0x12, 0x34, 0x56, 0x78, 0x78, 0x56, 0x34, 0x12], 5),
        "e9b23d52273747dd5c35cb55be619d8e"
    );
    assert_eq!(made(17, &"X".repeat(64), b"pass phrase equals block size", 1200), "59d1bb789a828b1aa54ef9c2883f69ed");
    assert_eq!(made(17, &"X".repeat(65), b"pass phrase exceeds block size", 1200), "cb8005dc5f90179a7f02104c0018751d");
    assert_eq!(made(17, "\u{1d11e}", b"EXAMPLE.COMpianist", 50), "f149c1f2e154a73452d43e7fe62a56e5");
    // RFC 8009 appendix A, with the number of turns that is usual.
    let salt = [&unhex("10df9dd783e5bc8acea1730e74355f61").unwrap()[..], athena].concat();
    assert_eq!(made(19, "password", &salt, 32768), "089bca48b105ea6ea77ca5d2f39dc5e7");
    let usual = string_to_key(20, "password", &salt, None).unwrap();
    assert_eq!(hex(usual.value.bytes()), "45bd806dbf6a833a9cffc1c94589a222367a79bc21c413718906e9f578a78467");
    // RFC 4757 section 2 is the NT hash.
    assert_eq!(made(23, "foo", b"whatever", 7), "ac8e657f83df82beea5d43bdaf7800cc");
    for turns in [0, u32::MAX] {
        assert!(string_to_key(18, "password", athena, Some(&turns.to_be_bytes())).is_none());
    }
    assert!(string_to_key(18, "password", athena, Some(&[0, 1])).is_none());
    assert!(string_to_key(16, "password", athena, None).is_none());
}

#[test]
fn dk_and_kdf_stop_at_the_length_wanted() {
    assert_eq!(dk(&[1; 32], b"kerberos", 32).unwrap().bytes()[..16], *dk(&[1; 32], b"kerberos", 16).unwrap().bytes());
    assert_eq!(kdf(Etype::Sha384, &[1; 32], b"kerberos", 24).bytes().len(), 24);
    assert!(dk(&[1; 8], b"kerberos", 8).is_none());
}
