use super::*;

/// An entry of version 2 without its length.
fn entry(parts: &[&str], realm: &str, kvno: u8, etype: u16, key: &[u8], rest: &[u8]) -> Vec<u8> {
    let counted = |bytes: &[u8]| [&u16::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat();
    let mut out = u16::try_from(parts.len()).unwrap().to_be_bytes().to_vec();
    out.extend(counted(realm.as_bytes()));
    for part in parts {
        out.extend(counted(part.as_bytes()));
    }
    out.extend([0, 0, 0, 1, 0x6a, 0, 0, 0, kvno]);
    out.extend(etype.to_be_bytes());
    out.extend(counted(key));
    [out, rest.to_vec()].concat()
}

fn file(entries: &[Vec<u8>]) -> Vec<u8> {
    let mut out = vec![5, 2];
    for entry in entries {
        out.extend(i32::try_from(entry.len()).unwrap().to_be_bytes());
        out.extend(entry);
    }
    out
}

fn hole(length: u8) -> Vec<u8> {
    [&(-i32::from(length)).to_be_bytes()[..], &vec![0xee; length.into()]].concat()
}

fn shown(keytab: &Keytab) -> Vec<(String, u32, i32, usize)> {
    let line = |e: &Entry| (e.principal.to_string(), e.kvno, e.key.etype, e.key.value.bytes().len());
    keytab.entries().iter().map(line).collect()
}

fn two() -> Vec<u8> {
    file(&[
        entry(&["sip", "pool01.corvid.example"], "CORVID.EXAMPLE", 2, 18, &[7; 32], &[]),
        entry(&["mona"], "CORVID.EXAMPLE", 1, 23, &[8; 16], &[0, 0, 1, 0x2c]),
    ])
}

#[test]
fn names_kvnos_and_keys() {
    let keytab = Keytab::parse(&two()).unwrap();
    let sip = ("sip/pool01.corvid.example@CORVID.EXAMPLE".into(), 2, 18, 32);
    assert_eq!(shown(&keytab), [sip, ("mona@CORVID.EXAMPLE".into(), 300, 23, 16)]);
    assert_eq!(keytab.entries()[0].key.value.bytes(), [7; 32]);
    // A long version number of zero was never written: the short one counts. So it does if fewer bytes follow.
    for rest in [&[0, 0, 0, 0][..], &[9, 9, 9]] {
        let short = file(&[entry(&["a"], "R", 7, 17, &[1; 16], rest)]);
        assert_eq!(Keytab::parse(&short).unwrap().entries()[0].kvno, 7);
    }
}

#[test]
fn holes_are_skipped_and_zero_ends() {
    let mut content = vec![5, 2];
    content.extend(hole(9));
    content.extend(&two()[2..]);
    content.extend(hole(0x7f));
    assert_eq!(Keytab::parse(&content).unwrap().entries().len(), 2);
    content.extend([0, 0, 0, 0, 1, 2, 3]);
    assert_eq!(Keytab::parse(&content).unwrap().entries().len(), 2);
    assert_eq!(Keytab::parse(&[&[5, 2][..], &hole(4)].concat()).unwrap_err(), KeytabError::Empty);
}

#[test]
fn version_1_in_both_byte_orders() {
    // The realm is counted, there is no type of name, and all numbers are the machine's.
    let old = |two: fn(u16) -> [u8; 2], four: fn(u32) -> [u8; 4]| {
        let counted = |bytes: &[u8]| [&two(u16::try_from(bytes.len()).unwrap())[..], bytes].concat();
        let body = [
            two(3).to_vec(),
            counted(b"CORVID.EXAMPLE"),
            counted(b"sip"),
            counted(b"pool01"),
            four(0x6a00_0000).to_vec(),
            vec![4],
            two(23).to_vec(),
            counted(&[9; 16]),
        ]
        .concat();
        [vec![5, 1], four(u32::try_from(body.len()).unwrap()).to_vec(), body].concat()
    };
    for content in [old(u16::to_le_bytes, u32::to_le_bytes), old(u16::to_be_bytes, u32::to_be_bytes)] {
        let keytab = Keytab::parse(&content).unwrap();
        assert_eq!(shown(&keytab), [("sip/pool01@CORVID.EXAMPLE".into(), 4, 23, 16)]);
    }
}

#[test]
fn whose_a_key_is() {
    let keytab = Keytab::parse(&two()).unwrap();
    let is = |at: usize, name: &str, realm: &str| {
        keytab.entries()[at].is_of(&Principal { name: name.into(), realm: realm.into() })
    };
    assert!(is(0, "SIP/Pool01.corvid.example", "corvid.example") && is(0, "sip/pool01.corvid.example", ""));
    assert!(is(1, "mona", "CORVID.EXAMPLE") && is(1, "mona@corvid.example", "CORVID.EXAMPLE"));
    assert!(!is(0, "sip/pool01", "CORVID.EXAMPLE") && !is(1, "mona", "RAVEN.EXAMPLE") && !is(1, "monad", ""));
}

#[test]
fn what_is_refused_and_how() {
    let error = |content: &[u8]| Keytab::parse(content).unwrap_err();
    assert_eq!(
        (error(b""), error(b"{}"), error(b"\x05")),
        (KeytabError::Other, KeytabError::Other, KeytabError::Other)
    );
    assert_eq!((error(&[5, 4, 0, 12]), error(&[5, 2])), (KeytabError::Version(4), KeytabError::Empty));
    // Lengths beyond the file, of entries and of holes, up to the largest there are.
    for length in [100, i32::MAX, -100, i32::MIN] {
        let content = [&[5, 2][..], &length.to_be_bytes(), &[0; 40]].concat();
        assert_eq!(error(&content), KeytabError::Cut(2), "{length}");
    }
    let damaged = |change: fn(&mut Vec<u8>)| {
        let mut entry = entry(&["a"], "R", 1, 17, &[1; 16], &[]);
        change(&mut entry);
        error(&file(&[entry]))
    };
    assert_eq!(damaged(|e| e[0..2].fill(0)), KeytabError::Damaged(2), "no component");
    assert_eq!(damaged(|e| e[0..2].fill(0xff)), KeytabError::Damaged(2), "65535 components");
    assert_eq!(damaged(|e| e[2..4].fill(0xff)), KeytabError::Damaged(2), "a realm beyond the entry");
    assert_eq!(damaged(|e| e.truncate(e.len() - 1)), KeytabError::Damaged(2), "a key beyond the entry");
    let empty = file(&[entry(&["a"], "R", 1, 17, &[], &[])]);
    assert_eq!(error(&empty), KeytabError::Damaged(2));
    let long = file(&[entry(&["a"], "R", 1, 17, &[1; 65], &[])]);
    assert_eq!(error(&long), KeytabError::Damaged(2));
    let many = file(&vec![entry(&["a"], "R", 1, 17, &[1; 16], &[]); MAX_ENTRIES + 1]);
    assert_eq!(error(&many), KeytabError::TooMany);
    assert!(Keytab::parse(&file(&vec![entry(&["a"], "R", 1, 17, &[1; 16], &[]); MAX_ENTRIES])).is_ok());
}

#[test]
fn every_prefix_is_refused_or_read_and_shows_no_key() {
    let content = two();
    let first = 6 + usize::from(content[5]);
    for length in 0..content.len() {
        match Keytab::parse(&content[..length]) {
            Ok(keytab) => assert_eq!((length, keytab.entries().len()), (first, 1)),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
    let shown = format!("{:?}", Keytab::parse(&content).unwrap());
    assert!(shown.contains("Hidden") && !shown.contains("[7, 7") && !shown.contains("0707"), "{shown}");
}
