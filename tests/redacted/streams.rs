//! Streams that begin anywhere and bodies that are packed: what belongs together is found, and written anew.

use crate::make::{Side, Talk};
use crate::program::{good, temporary};
use crate::{Words, holds};
use std::fs;
use std::io::Write;

#[test]
fn compressed_bodies() {
    let mut words = Words { from: 700, all: Vec::new() };
    // Compressed in haste, so that other words have room.
    let json = words.fill("{\"AccessLocation\":\"Internal\",\"Root\":{\"Links\":[{\"href\":\"https://@@.corvid.test/@@\",\"token\":\"User\"}],\"name\":\"@@ @@\"}}");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    gzip.write_all(json.as_bytes()).unwrap();
    let body = gzip.finish().unwrap();
    let (first, second) = body.split_at(30);
    let mut talk = Talk::tcp(80);
    talk.say(Side::Client, b"GET / HTTP/1.1\r\nHost: lyncdiscover.corvid.test\r\n\r\n", 1400);
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunk = |data: &[u8]| [format!("{:x}\r\n", data.len()).as_bytes(), data, b"\r\n"].concat();
    talk.say(Side::Server, &[head.as_bytes(), &chunk(first), &chunk(second), b"0\r\n\r\n"].concat(), 100);
    talk.close();
    let file = temporary("packed.pcap", &talk.pcap());
    let copy = temporary("packed-copy.pcapng", b"");
    let (file, copy) = (file.to_str().unwrap(), copy.to_str().unwrap());
    good(&["redact", "-q", file, "-w", copy]);
    let [before, after] = [file, copy].map(|file| good(&["packets", "-q", "-V", "--show-secrets", file]));
    for (word, _) in &words.all {
        assert!(before.contains(word) && !after.contains(word), "{word}\n{after}");
    }
    // The body is there, and is read.
    let read = |tree: &str| tree.lines().filter(|line| line.contains("AccessLocation")).count();
    assert!(read(&after) > 0 && read(&before) == read(&after), "{after}");
}

#[test]
fn segments_behind_a_hole_at_the_start() {
    let register = "REGISTER sip:corvid.test SIP/2.0\r\nVia: SIP/2.0/TCP 192.0.2.50\r\nFrom: <sip:mona@corvid.test>;tag=1\r\nTo: <sip:mona@corvid.test>\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\nContent-Length: 0\r\n\r\n";
    let answer = register.replacen("REGISTER sip:corvid.test SIP/2.0", "SIP/2.0 200 OK", 1);
    let mut talk = Talk::tcp(5060);
    // The first hundred bytes of the client are not in the capture.
    talk.next[0] += 100;
    talk.say(Side::Client, register.as_bytes(), 1400);
    talk.say(Side::Server, answer.as_bytes(), 1400);
    talk.close();
    let file = temporary("hole.pcap", &talk.pcap());
    let copy = temporary("hole-copy.pcapng", b"");
    good(&["redact", "-q", file.to_str().unwrap(), "-w", copy.to_str().unwrap()]);
    for file in [&file, &copy] {
        let shown = good(&["packets", "-q", file.to_str().unwrap(), "-Y", "sip"]);
        assert!(shown.contains("Request: REGISTER") && shown.contains("200 OK"), "{}: {shown}", file.display());
    }
}

#[test]
fn signs_of_life_before_the_first_message_hide_none() {
    // A capture that begins in the middle of a connection.
    let mut talk = Talk::to_port(5060);
    let register = "REGISTER sip:corvid.test SIP/2.0\r\nVia: SIP/2.0/TCP 192.0.2.50\r\nFrom: <sip:mona@corvid.test>;tag=1\r\nTo: <sip:mona@corvid.test>\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\nContent-Length: 0\r\n\r\n";
    let answer = register.replacen("REGISTER sip:corvid.test SIP/2.0", "SIP/2.0 200 OK", 1);
    talk.say(Side::Server, b"\r\n", 1400);
    talk.say(Side::Client, b"\r\n\r\n", 1400);
    talk.say(Side::Server, b"\r\n", 1400);
    talk.say(Side::Client, register.as_bytes(), 1400);
    talk.say(Side::Server, answer.as_bytes(), 1400);
    let file = temporary("alive.pcap", &talk.pcap());
    let copy = temporary("alive-copy.pcapng", b"");
    good(&["redact", "-q", file.to_str().unwrap(), "-w", copy.to_str().unwrap()]);
    for file in [&file, &copy] {
        let shown = good(&["packets", "-q", file.to_str().unwrap(), "-Y", "sip"]);
        assert_eq!(shown.lines().count(), 2, "{}: {shown}", file.display());
    }
    assert!(!holds(&fs::read(&copy).unwrap(), "corvid"));
}
