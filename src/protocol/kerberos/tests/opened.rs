//! With the service's keys: what opens, what follows from it, and that damage opens nothing and stops nothing.

use super::super::{logon, pac};
use super::*;
use crate::fact::{EncryptionKey, KeyFit};
use crate::secrets::kerberos::Keyring;
use crate::secrets::keytab::Keytab;

const GOOD: &[u8] = include_bytes!("../../../../captures/kerberos/service-good.keytab");
/// The same names with other keys.
const OTHER: &[u8] = include_bytes!("../../../../captures/kerberos/service-wrong.keytab");

fn ring(content: &[u8]) -> Keyring {
    Keyring::new(Keytab::parse(content).unwrap()).unwrap()
}

fn buffer<'t>(tree: &'t Tree, title: &str) -> &'t [u8] {
    &tree.buffers.iter().find(|b| b.title == title).unwrap().bytes
}

#[test]
fn a_ticket_and_its_authenticator() {
    let tree = describe_with(AP_REQ, 0, Some(&ring(GOOD)));
    assert_eq!(marks(&tree), [Mark::Note("the server's checksum is what the service's key gives")]);
    assert_eq!(values(&tree, "kerberos.CNameString"), ["mona.reyes"; 2]);
    assert_eq!(values(&tree, "kerberos.pac.type"), ["10", "16", "6", "7"]);
    assert_eq!(values(&tree, "kerberos.pac.name"), ["mona.reyes"]);
    assert_eq!(values(&tree, "kerberos.gssapi.len"), ["16"]);
    assert_eq!(
        values(&tree, "auth.kerberos.key"),
        ["HTTP/web2.corvid.example@CORVID.EXAMPLE, version 2, aes256-cts-hmac-sha1-96"]
    );
    let opened = *fact(&tree).opened.unwrap();
    assert!(matches!(&opened.service, Some(KeyFit::Fits { kvno: 2, etype: 18, another: false, .. })));
    assert_eq!(opened.client_name, Some(principal("mona.reyes", "CORVID.EXAMPLE")));
    assert_eq!(opened.session.as_ref().unwrap().etype, 18);
    assert_eq!((opened.delegated, opened.channel_bound), (false, Some(false)));
    // The keys are in the tree, and masked unless asked for.
    let key = crate::wire::text::hex(opened.session.unwrap().value.bytes());
    assert!(values(&tree, "kerberos.keyvalue").contains(&key.as_str()));
    let mut masked = Tree::new(false);
    masked.enter("Frame", AP_REQ);
    walk(AP_REQ, 0, Some(&ring(GOOD)), &mut masked);
    assert!(!masked.text().contains(&key) && masked.text().contains("keyvalue: (hidden"));
}

#[test]
fn the_answer_opens_after_the_question() {
    let ring = ring(GOOD);
    let closed = describe_with(AP_REP, 0, Some(&ring));
    assert!(marks(&closed).iter().any(|mark| matches!(mark, Mark::Undecrypted(_))));
    describe_with(AP_REQ, 0, Some(&ring));
    let tree = describe_with(AP_REP, 0, Some(&ring));
    assert_eq!((marks(&tree), values(&tree, "kerberos.ctime").len()), (vec![], 1));
    assert!(fact(&tree).opened.unwrap().answered);
}

#[test]
fn a_wrong_keytab_opens_nothing_and_says_why() {
    let tree = describe_with(AP_REQ, 0, Some(&ring(OTHER)));
    assert_eq!(
        marks(&tree),
        [
            Mark::Undecrypted("the key of this name in the keytab is another one"),
            Mark::Undecrypted("the session key of the ticket is not known"),
        ]
    );
    let opened = *fact(&tree).opened.unwrap();
    assert_eq!(opened.service, Some(KeyFit::Differs { kvno: Some(2), etype: 18 }));
    assert_eq!((opened.session, opened.client_name), (None, None));
    assert_eq!(tree.buffers.len(), 1);
    // Without a keytab nothing is said at all.
    assert_eq!(fact(&describe(AP_REQ, 0)).opened, None);
}

#[test]
fn damage_opens_nothing_more_and_stops_nothing() {
    let ring = ring(GOOD);
    for length in 0..AP_REQ.len() {
        describe_with(&AP_REQ[..length], 0, Some(&ring));
    }
    let whole = describe_with(AP_REQ, 0, Some(&ring));
    for at in 0..AP_REQ.len() {
        let mut changed = AP_REQ.to_vec();
        changed[at] ^= 0x10;
        describe_with(&changed, 0, Some(&ring));
    }
    // The plain text has tags of its own, so it can be described alone, and broken alone.
    for title in ["Decrypted ticket", "Decrypted authenticator"] {
        let plain = buffer(&whole, title);
        for at in 0..plain.len() {
            describe_with(&plain[..at], 0, Some(&ring));
            for bit in [0x01, 0x80, 0xff] {
                let mut changed = plain.to_vec();
                changed[at] ^= bit;
                describe_with(&changed, 0, Some(&ring));
            }
        }
    }
}

/// The marks on a PAC that was opened with this key.
fn pac_marks(bytes: &[u8], key: &EncryptionKey) -> Vec<Mark> {
    let mut tree = Tree::new(true);
    tree.enter("PAC", bytes);
    let mut budget = Budget::default();
    pac::pac(&mut Out::new(&mut tree, &mut budget, bytes), bytes, Some(key));
    marks(&tree)
}

#[test]
fn the_checksum_of_a_pac_is_held_against_the_key_of_its_ticket() {
    let tree = describe_with(AP_REQ, 0, Some(&ring(GOOD)));
    let at = tree.nodes.iter().filter(|n| n.field.is_some_and(|f| f.name == "kerberos.ad_data")).nth(1).unwrap().at;
    let pac = at.slice(buffer(&tree, "Decrypted ticket"));
    let keys = Keytab::parse(GOOD).unwrap();
    let key = |name: &str, etype| {
        keys.entries().iter().find(|e| e.principal.name == name && e.key.etype == etype).unwrap().key.clone()
    };
    let (own, other) = (key("HTTP/web2.corvid.example", 18), key("sip/pool01.corvid.example", 18));
    let right = Mark::Note("the server's checksum is what the service's key gives");
    let wrong = Mark::Malformed("the server's checksum is not what the service's key gives");
    assert_eq!((pac_marks(pac, &own), pac_marks(pac, &other)), (vec![right], vec![wrong]));
    // A name that was changed; a key of a type that makes other checksums says nothing.
    let mut changed = pac.to_vec();
    changed[90] ^= 1;
    assert_eq!(pac_marks(&changed, &own), [wrong]);
    assert_eq!(pac_marks(&changed, &key("HTTP/web2.corvid.example", 23)), []);
    // Buffers that do not lie in it, and more of them than it holds.
    let mut absurd = pac.to_vec();
    absurd[8..16].fill(0xff);
    assert!(pac_marks(&absurd, &own).contains(&Mark::Malformed("a buffer that does not lie in the PAC")));
    for count in [0, 5, 65, u32::MAX] {
        let mut absurd = pac.to_vec();
        absurd[..4].copy_from_slice(&count.to_le_bytes());
        pac_marks(&absurd, &own);
    }
    for length in 0..pac.len() {
        pac_marks(&pac[..length], &own);
    }
}

/// KERB_VALIDATION_INFO of a user in two groups.
fn logon_info() -> Vec<u8> {
    let mut out = vec![1, 0x10, 8, 0, 0xcc, 0xcc, 0xcc, 0xcc, 0, 1, 0, 0, 0, 0, 0, 0];
    let long = |out: &mut Vec<u8>, n: u32| out.extend(n.to_le_bytes());
    long(&mut out, 0x20000);
    out.extend(132_000_000_000_000_000_u64.to_le_bytes());
    out.extend([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]);
    out.extend([0; 32]);
    for pointer in [1, 0, 0, 0, 0, 0] {
        long(&mut out, 0x0008_0008);
        long(&mut out, pointer);
    }
    out.extend([7, 0, 1, 0]);
    for n in [1105, 513, 2, 1, 0x20] {
        long(&mut out, n);
    }
    out.extend([0xab; 16]);
    for pointer in [0, 1] {
        long(&mut out, 0x000c_000c);
        long(&mut out, pointer);
    }
    long(&mut out, 1);
    out.extend([0; 8]);
    long(&mut out, 0x10210);
    out.extend([0; 28]);
    for n in [1, 1, 0, 0, 0] {
        long(&mut out, n);
    }
    let text = |out: &mut Vec<u8>, text: &str| {
        let count = u32::try_from(text.len()).unwrap();
        for n in [count, 0, count] {
            out.extend(n.to_le_bytes());
        }
        out.extend(crate::wire::utf16::encode(text));
        out.resize(out.len().next_multiple_of(4), 0);
    };
    let sid = |out: &mut Vec<u8>, parts: &[u32]| {
        out.extend(u32::try_from(parts.len()).unwrap().to_le_bytes());
        out.extend([1, u8::try_from(parts.len()).unwrap(), 0, 0, 0, 0, 0, 5]);
        for part in parts {
            out.extend(part.to_le_bytes());
        }
    };
    text(&mut out, "mona");
    for n in [2, 513, 7, 1120, 7] {
        long(&mut out, n);
    }
    text(&mut out, "CORVID");
    sid(&mut out, &[21, 1, 2, 3]);
    for n in [1, 1, 7] {
        long(&mut out, n);
    }
    sid(&mut out, &[32, 544]);
    out
}

#[test]
fn the_logon_information_of_a_pac() {
    let bytes = logon_info();
    let shown = |bytes: &[u8]| {
        let mut tree = Tree::new(false);
        tree.enter("PAC", bytes);
        let mut budget = Budget::default();
        logon::info(&mut Out::new(&mut tree, &mut budget, bytes), bytes);
        tree
    };
    let tree = shown(&bytes);
    assert_eq!(marks(&tree), []);
    assert_eq!(values(&tree, "netlogon.acct_name"), ["mona"]);
    assert_eq!(values(&tree, "netlogon.domain"), ["CORVID"]);
    assert_eq!(values(&tree, "netlogon.rid"), ["1105"]);
    assert_eq!(values(&tree, "netlogon.group_rid"), ["513", "513", "1120"]);
    assert_eq!(values(&tree, "dcerpc.nt.domain_sid"), ["S-1-5-21-1-2-3", "S-1-5-32-544"]);
    assert_eq!(values(&tree, "netlogon.user_account_control"), ["0x00010210"]);
    assert!(tree.text().contains("Logoff Time: never") && tree.text().contains("Kickoff Time: not set"));
    assert!(!tree.text().contains("abababab"));
    for length in 0..bytes.len() {
        let early = marks(&shown(&bytes[..length]));
        assert_eq!(early, [Mark::Malformed("the logon information ends early")], "{length}");
    }
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] = 0xff;
        shown(&changed);
    }
}
