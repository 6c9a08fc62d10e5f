//! What is written is read again as it was.

use super::make::read;
use crate::capture::{Interface, Name, Outgoing, Resolution, Section, UNKNOWN_LINK_TYPE, Writer};
use crate::wire::Timestamp;

#[test]
fn everything_written_is_read_again() {
    let section = Section {
        hardware: Some("a box".into()),
        os: None,
        application: Some("by hand".into()),
        comments: vec!["a section".into(), "twice".into()],
    };
    let mut eth0 = Interface::new(1, Resolution::NANOSECONDS);
    (eth0.snaplen, eth0.fcs_len) = (96, Some(4));
    (eth0.name, eth0.filter) = (Some("eth0".into()), Some("port 5061".into()));
    eth0.comments = vec!["the uplink".into()];
    let unknown = Interface::new(UNKNOWN_LINK_TYPE, Resolution::NANOSECONDS);
    let mut writer = Writer::new(Vec::new(), &section).unwrap();
    let ids = [writer.interface(&eth0).unwrap(), writer.interface(&unknown).unwrap()];
    assert_eq!(ids, [0, 1]);
    writer.secrets(b"CLIENT_RANDOM 00 11\n").unwrap();
    let comments = ["look here".to_owned(), "ü".repeat(40_000)];
    let mut places = Vec::new();
    for (n, data) in [&b""[..], b"1", b"12", b"123", b"1234", b"12345"].into_iter().enumerate() {
        let time = Timestamp(1_700_000_000_123_456_789 + i64::try_from(n).unwrap());
        let comments = if n == 1 { &comments[..] } else { &[] };
        let packet = Outgoing { interface: ids[n % 2], time, wire_len: 1000, data, comments };
        places.push(writer.packet(&packet).unwrap());
    }
    let names = [Name { address: "192.0.2.1".parse().unwrap(), name: "fe01".into() }];
    writer.names(&names).unwrap();
    writer.dropped(0, Timestamp(1_700_000_000_000_000_000), 7).unwrap();
    let file = writer.finish().unwrap();

    let all = read(&file).unwrap();
    assert_eq!(all.said(), Vec::<String>::new());
    assert_eq!(all.data(), [&b""[..], b"1", b"12", b"123", b"1234", b"12345"]);
    assert_eq!(all.times()[5], 1_700_000_000_123_456_794);
    assert!(all.packets.iter().all(|p| p.wire_len == 1000 && p.timed));
    assert_eq!(all.packets.iter().map(|p| p.at).collect::<Vec<_>>(), places);
    assert_eq!(all.packets[1].comments[0], "look here");
    assert_eq!(all.packets[1].comments[1], "ü".repeat(32_767), "cut between two characters");
    assert_eq!((all.sections, all.names), (vec![section], names.to_vec()));
    assert_eq!(all.secrets, [b"CLIENT_RANDOM 00 11\n".to_vec()]);
    assert_eq!(
        (all.interfaces[0].name.as_deref(), all.interfaces[0].filter.as_deref()),
        (Some("eth0"), Some("port 5061"))
    );
    assert_eq!(
        (all.interfaces[0].fcs_len, all.interfaces[0].dropped, all.interfaces[0].snaplen),
        (Some(4), Some(7), 96)
    );
    assert_eq!(all.interfaces[1].link_type, 147);
}

#[test]
fn times_before_1970_stand_as_1970() {
    let mut writer = Writer::new(Vec::new(), &Section::default()).unwrap();
    let id = writer.interface(&Interface::new(1, Resolution::NANOSECONDS)).unwrap();
    let packet = Outgoing { interface: id, time: Timestamp(-5), wire_len: 1, data: b"x", comments: &[] };
    writer.packet(&packet).unwrap();
    assert_eq!(read(&writer.finish().unwrap()).unwrap().times(), [0]);
}
