//! Names, addresses and secrets in every wrapping they come in.

use super::*;

fn dictionary() -> Dictionary {
    let words = BTreeMap::from([("corvid".to_owned(), "zzzzzz".to_owned()), ("vm1".to_owned(), "qqq".to_owned())]);
    let ip = |text: &str| text.parse::<IpAddr>().unwrap();
    let addresses = Addresses {
        ips: BTreeMap::from([(ip("10.0.0.50"), ip("10.9.9.77")), (ip("2001:db8::7"), ip("2001:db8::9"))]),
        macs: BTreeMap::from([([0, 0x11, 0x22, 0x33, 0x44, 0x55], [2, 1, 2, 3, 4, 5])]),
    };
    Dictionary::new(&words, addresses, &[b"Nightjar#42".to_vec()], Key::default())
}

fn rewritten(text: &[u8]) -> Vec<u8> {
    let mut bytes = text.to_vec();
    dictionary().rewrite(&mut bytes);
    assert_eq!(bytes.len(), text.len());
    bytes
}

#[test]
fn names_in_every_wrapping() {
    assert_eq!(rewritten(b"CORVID.example Corvid"), b"ZZZZZZ.example Zzzzzz");
    assert_eq!(rewritten(&utf16::encode("x Corvid")), utf16::encode("x Zzzzzz"));
    let big = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    assert_eq!(rewritten(&[&big("x Corvid")[..], b"!"].concat()), [&big("x Zzzzzz")[..], b"!"].concat());
    assert_eq!(rewritten(b" EDEPFCFGEJEECACACACACACACACACAAA\0"), b" FKFKFKFKFKFKCACACACACACACACACAAA\0");
    assert_eq!(rewritten(b"\x06corvid\x07example\0"), b"\x06zzzzzz\x07example\0");
    let wrapped = |text: &str| base64::encode(text.as_bytes());
    assert_eq!(rewritten(wrapped("user@corvid.example ").as_bytes()), wrapped("user@zzzzzz.example ").as_bytes());
    let twice = |text: &str| base64::encode(wrapped(text).as_bytes());
    assert_eq!(rewritten(twice("xx corvid.example x").as_bytes()), twice("xx zzzzzz.example x").as_bytes());
    assert_eq!(rewritten(b"id=636f72766964"), b"id=7a7a7a7a7a7a");
    assert_eq!(rewritten(b"?u=a%40%63orvid.example"), b"?u=a%40%7Azzzzz.example");
}

#[test]
fn base64_over_lines() {
    let text = base64::encode(b"a long text about corvid.example in many lines, one behind the other");
    let lines = |text: &str| {
        text.as_bytes().chunks(20).map(|l| String::from_utf8_lossy(l).into_owned()).collect::<Vec<_>>().join("\r\n")
    };
    let new = base64::encode(b"a long text about zzzzzz.example in many lines, one behind the other");
    assert_eq!(rewritten(lines(&text).as_bytes()), lines(&new).as_bytes());
}

#[test]
fn the_next_header_is_no_line_of_a_token() {
    // No padding, and neither `+` nor `/`, so that the hyphen below might be one of its letters.
    let token = |name: &str| base64::encode(format!("about {name}.example; the end.").as_bytes());
    let head = |name| format!("Authorization: NTLM {}\r\nUser-Agent: x\r\n", token(name));
    assert!(!token("corvid").contains('='));
    assert_eq!(rewritten(head("corvid").as_bytes()), head("zzzzzz").as_bytes());
}

#[test]
fn a_web_token_stays_one() {
    // What stands for it has letters that the two alphabets write differently.
    let words = BTreeMap::from([("corvid".to_owned(), "~zz?zz".to_owned())]);
    let addresses = Addresses { ips: BTreeMap::new(), macs: BTreeMap::new() };
    let dictionary = Dictionary::new(&words, addresses, &[], Key::default());
    let mut token = b"Bearer eyJhbGciOiJub25lIn0.eyJ1cG4iOiJjb3J2aWQifQ.".to_vec();
    assert!(dictionary.rewrite(&mut token));
    let payload = token.rsplit(|b| *b == b'.').nth(1).unwrap();
    assert!(payload.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')), "{payload:?}");
    assert!(payload.iter().any(|b| matches!(b, b'-' | b'_')), "{payload:?}");
}

#[test]
fn short_words_stand_alone() {
    assert_eq!(rewritten(b"vm1 svm12 \x03vm1\0"), b"qqq svm12 \x03qqq\0");
}

#[test]
fn addresses_stand_alone() {
    assert_eq!(
        rewritten(b"sip:10.0.0.50:5060 110.0.0.50 10.0.0.500 10.0.0.50.1"),
        b"sip:10.9.9.77:5060 110.0.0.50 10.0.0.500 10.0.0.50.1"
    );
    assert_eq!(rewritten(b"[2001:db8::7]:5060 2001:db8::77"), b"[2001:db8::9]:5060 2001:db8::77");
    assert_eq!(rewritten(b"\x0250\x010\x010\x0210\x07in-addr\x04arpa"), b"\x0277\x019\x019\x0210\x07in-addr\x04arpa");
    assert_eq!(rewritten(b"epid=001122334455;"), b"epid=020102030405;");
}

#[test]
fn secrets_keep_their_kind_of_letters() {
    let new = rewritten(b"pw=Nightjar#42!");
    assert!(new.starts_with(b"pw=") && new.ends_with(b"!") && !new.windows(8).any(|w| w == b"Nightjar"));
    assert!(new[3].is_ascii_uppercase() && new[11] == b'#' && new[12].is_ascii_digit(), "{new:?}");
    assert_eq!(conceal(&[0; 8], &Key::default()), [0; 8]);
}
