//! Where messages begin and end, however the bytes arrive.

use crate::protocol::http::conversation::open;
use crate::protocol::http::note::{self, Asked};
use crate::protocol::http::probe::probe;
use crate::protocol::{Conversation, Direction, Found, Input, Likelihood, Opening, Progress, Protocol};

use Direction::{ToClient, ToServer};

/// A message as it was found: direction, note, text.
type Row = (Direction, u64, String);

/// Both directions of a connection, fed as the engine feeds them.
struct Talk {
    conversation: Box<dyn Conversation>,
    sides: [Carry; 2],
    found: Vec<Row>,
    became: bool,
}

#[derive(Default)]
struct Carry {
    bytes: Vec<u8>,
    skip: u64,
    /// The most that was ever kept.
    most: usize,
}

struct Rows<'t>(Direction, &'t mut Vec<Row>, &'t mut bool);

impl Found for Rows<'_> {
    fn message(&mut self, bytes: &[u8], note: u64) {
        self.1.push((self.0, note, String::from_utf8_lossy(bytes).into_owned()));
    }
    fn becomes(&mut self, protocol: Option<&'static Protocol>) {
        assert!(protocol.is_none(), "what comes is recognised anew");
        *self.2 = true;
    }
}

impl Talk {
    fn new() -> Self {
        let end = ([192, 0, 2, 1], 80).into();
        let conversation = open(&Opening { client: end, server: end, encrypted: false, keys: None });
        Self { conversation, sides: Default::default(), found: Vec::new(), became: false }
    }

    fn say(&mut self, from: Direction, bytes: &[u8]) -> &mut Self {
        let Self { conversation, sides, found, became } = self;
        let side = &mut sides[from.index()];
        let skipped = bytes.len().min(usize::try_from(side.skip).unwrap());
        side.skip -= skipped as u64;
        side.bytes.extend_from_slice(&bytes[skipped..]);
        while !side.bytes.is_empty() && !*became {
            let progress = conversation.feed(from, Input::Bytes(&side.bytes), &mut Rows(from, found, became));
            let (took, stop) = match progress {
                Progress::Took(took) => (took, took == 0),
                Progress::More { took, .. } => (took, true),
                Progress::Skip { took, skip } => {
                    let here = (side.bytes.len() - took).min(usize::try_from(skip).unwrap());
                    side.skip = skip - here as u64;
                    (took + here, false)
                }
                Progress::NotMine => panic!("HTTP gives nothing back"),
            };
            side.bytes.drain(..took);
            side.most = side.most.max(side.bytes.len());
            if stop {
                break;
            }
        }
        self
    }

    /// The same in segments of this size.
    fn dribble(&mut self, from: Direction, bytes: &[u8], segment: usize) -> &mut Self {
        for part in bytes.chunks(segment) {
            self.say(from, part);
        }
        self
    }

    fn end(&mut self, from: Direction) -> &mut Self {
        let carry = std::mem::take(&mut self.sides[from.index()].bytes);
        let mut rows = Rows(from, &mut self.found, &mut self.became);
        self.conversation.feed(from, Input::End(&carry), &mut rows);
        self
    }

    fn gap(&mut self, from: Direction, bytes: u64) -> &mut Self {
        let side = &mut self.sides[from.index()];
        if side.skip > bytes && side.bytes.is_empty() {
            side.skip -= bytes;
            return self;
        }
        self.end(from);
        let mut rows = Rows(from, &mut self.found, &mut self.became);
        self.conversation.feed(from, Input::Gap(bytes), &mut rows);
        self
    }
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: web.corvid.example\r\n\r\n")
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

fn row(from: Direction, transaction: u32, asked: Asked, text: impl Into<String>) -> Row {
    (from, note::pack(transaction, asked), text.into())
}

#[test]
fn pipelined_requests_find_their_responses_however_they_are_cut() {
    let post = "POST /b HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc";
    let requests = [get("/a").as_str(), post, &get("/c")].concat();
    let responses = [ok("one"), ok(""), ok("three")].concat();
    let expected = [
        row(ToServer, 0, Asked::Other, get("/a")),
        row(ToServer, 1, Asked::Other, post),
        row(ToServer, 2, Asked::Other, get("/c")),
        row(ToClient, 0, Asked::Other, ok("one")),
        row(ToClient, 1, Asked::Other, ok("")),
        row(ToClient, 2, Asked::Other, ok("three")),
    ];
    for segment in [1, 2, 3, 7, 40, 4096] {
        let mut talk = Talk::new();
        talk.dribble(ToServer, requests.as_bytes(), segment).dribble(ToClient, responses.as_bytes(), segment);
        assert_eq!(talk.found, expected, "segments of {segment}");
    }
}

#[test]
fn responses_without_a_body_say_a_length_all_the_same() {
    let head = "HEAD / HTTP/1.1\r\n\r\n";
    let length = "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n";
    let unchanged = "HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n";
    let early = "HTTP/1.1 100 Continue\r\n\r\n";
    let mut talk = Talk::new();
    talk.say(ToServer, head.as_bytes()).say(ToClient, length.as_bytes());
    talk.say(ToServer, get("/a").as_bytes()).say(ToClient, [early, unchanged].concat().as_bytes());
    talk.say(ToServer, get("/b").as_bytes()).say(ToClient, b"HTTP/1.1 204 No Content\r\n\r\n");
    let expected = [
        row(ToServer, 0, Asked::Head, head),
        row(ToClient, 0, Asked::Head, length),
        row(ToServer, 1, Asked::Other, get("/a")),
        row(ToClient, 1, Asked::Other, early),
        row(ToClient, 1, Asked::Other, unchanged),
        row(ToServer, 2, Asked::Other, get("/b")),
        row(ToClient, 2, Asked::Other, "HTTP/1.1 204 No Content\r\n\r\n"),
    ];
    assert_eq!(talk.found, expected);
}

#[test]
fn chunks_with_extensions_and_trailers() {
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\nContent-Length: 9\r\n\r\n\
                   5;name=\"v\"\r\nhello\r\n00a\r\n, chunks !\r\n0\r\nX-Last: 1\r\nX-More: 2\r\n\r\n";
    let stream = [chunked, &ok("next"), chunked].concat();
    for segment in [1, 2, 5, 11, 4096] {
        let mut talk = Talk::new();
        talk.dribble(ToClient, stream.as_bytes(), segment);
        let texts: Vec<&str> = talk.found.iter().map(|(_, _, text)| text.as_str()).collect();
        assert_eq!(texts, [chunked, &ok("next"), chunked], "segments of {segment}");
        assert!(talk.found.iter().all(|(_, note, _)| note & (note::CUT | note::SKIPPED | note::STRAY) == 0));
    }
}

#[test]
fn what_is_no_chunk_ends_the_message() {
    let mut talk = Talk::new();
    let broken = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n";
    talk.say(ToClient, broken.as_bytes()).say(ToClient, ok("after").as_bytes());
    assert_eq!((talk.found[0].2.as_str(), talk.found[0].1 & note::CUT != 0), (broken, true));
    assert_eq!(talk.found[1].2, ok("after"), "the next segment begins with a response");
}

#[test]
fn a_body_without_length_ends_with_the_connection() {
    let response = "HTTP/1.0 200 OK\r\nServer: x\r\n\r\nuntil the end";
    let mut talk = Talk::new();
    talk.say(ToServer, get("/").as_bytes()).dribble(ToClient, response.as_bytes(), 4);
    assert_eq!(talk.found.len(), 1, "not yet");
    talk.end(ToClient);
    assert_eq!(talk.found[1], row(ToClient, 0, Asked::Other, response));
}

#[test]
fn tunnels_and_upgrades_become_something_else() {
    for (request, response, becomes) in [
        ("CONNECT sip.corvid.example:443 HTTP/1.1\r\n\r\n", "HTTP/1.1 200 Connection established\r\n\r\n", true),
        ("CONNECT sip.corvid.example:443 HTTP/1.1\r\n\r\n", "HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n", false),
        ("GET /chat HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\n\r\n", true),
        ("GET /chat HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false),
    ] {
        let mut talk = Talk::new();
        talk.say(ToServer, request.as_bytes()).say(ToClient, format!("{response}\x16\x03\x01").as_bytes());
        assert_eq!((talk.found[1].2.as_str(), talk.became), (response, becomes));
        if becomes {
            assert_eq!(talk.sides[1].bytes, b"\x16\x03\x01", "what follows is left for whoever comes");
        }
    }
}

#[test]
fn large_bodies_are_passed_over_and_not_kept() {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", 3 << 20);
    let body = vec![b'x'; 3 << 20];
    let mut talk = Talk::new();
    talk.say(ToClient, head.as_bytes()).dribble(ToClient, &body, 100_000).say(ToClient, ok("next").as_bytes());
    assert_eq!(talk.found[0].2, head);
    assert_eq!(talk.found[0].1 & note::SKIPPED, note::SKIPPED);
    assert_eq!(talk.found[1].2, ok("next"));
    assert!(talk.sides[1].most < 1000);

    let mut chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for size in [100, 700_000, 700_000, 5, 900_000] {
        chunked.extend(format!("{size:x}\r\n").into_bytes());
        chunked.extend(&body[..size]);
        chunked.extend(b"\r\n");
    }
    chunked.extend(b"0\r\n\r\n");
    chunked.extend(ok("next").into_bytes());
    for segment in [1460, 65_000, chunked.len()] {
        let mut talk = Talk::new();
        talk.dribble(ToClient, &chunked, segment);
        let last = talk.found.last().unwrap();
        assert_eq!((talk.found.len(), last.2.as_str()), (2, ok("next").as_str()), "segments of {segment}");
        assert_eq!(talk.found[0].1 & note::SKIPPED, note::SKIPPED);
        assert!(talk.found[0].2.len() > 100 && talk.sides[1].most <= 2 << 20);
    }
}

#[test]
fn a_gap_inside_a_body_leaves_what_follows_in_place() {
    let response = format!("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{}", "x".repeat(300));
    let mut talk = Talk::new();
    talk.say(ToServer, get("/a").as_bytes()).say(ToClient, response.as_bytes());
    talk.gap(ToClient, 500).say(ToClient, format!("{}{}", "y".repeat(200), ok("next")).as_bytes());
    talk.say(ToServer, get("/b").as_bytes());
    assert_eq!(talk.found[1], (ToClient, note::pack(0, Asked::Other) | note::CUT, response));
    assert_eq!(talk.found[2].2, ok("next"));
}

#[test]
fn empty_lines_between_messages() {
    let mut talk = Talk::new();
    talk.say(ToServer, format!("{}\r\n{}", get("/a"), get("/b")).as_bytes()).say(ToServer, b"\r\n");
    talk.say(ToServer, get("/c").as_bytes());
    let notes: Vec<u64> = talk.found.iter().map(|(_, note, _)| *note).collect();
    let of = |n| note::pack(n, Asked::Other);
    assert_eq!(notes, [of(0), of(1), note::STRAY, of(2)]);
}

#[test]
fn behind_a_gap_the_next_start_line_counts() {
    let mut talk = Talk::new();
    talk.say(ToServer, get("/a").as_bytes()).say(ToClient, b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nxx");
    talk.gap(ToClient, 5000).say(ToClient, b"torn bytes\r\nof another body").say(ToClient, b"and more\n");
    talk.say(ToClient, b"HTT");
    talk.say(ToServer, get("/b").as_bytes()).say(ToServer, get("/c").as_bytes());
    talk.say(ToClient, &ok("c").as_bytes()[3..]);
    let notes: Vec<u64> = talk.found.iter().map(|(_, note, _)| *note).collect();
    let of = |n| note::pack(n, Asked::Other);
    assert_eq!(notes, [of(0), of(0) | note::CUT, note::STRAY, note::STRAY, of(1), of(2), of(1)]);
    assert_eq!(talk.found[6].2, ok("c"));
}

#[test]
fn a_response_lost_in_a_gap_does_not_shift_the_others() {
    let mut talk = Talk::new();
    talk.say(ToServer, get("/a").as_bytes()).gap(ToClient, 400);
    talk.say(ToServer, get("/b").as_bytes()).say(ToClient, ok("b").as_bytes());
    assert_eq!(talk.found.last().unwrap(), &row(ToClient, 1, Asked::Other, ok("b")));
}

#[test]
fn a_capture_that_begins_with_a_response() {
    let mut talk = Talk::new();
    talk.say(ToClient, ok("a").as_bytes()).say(ToServer, get("/b").as_bytes()).say(ToClient, ok("b").as_bytes());
    let expected = [
        row(ToClient, 0, Asked::Unknown, ok("a")),
        row(ToServer, 1, Asked::Other, get("/b")),
        row(ToClient, 1, Asked::Other, ok("b")),
    ];
    assert_eq!(talk.found, expected);
}

#[test]
fn a_head_that_is_cut_or_endless() {
    let mut talk = Talk::new();
    talk.say(ToServer, b"POST /a HTTP/1.1\r\nAuthorization: NTLM TlRM").gap(ToServer, 10);
    assert_eq!(talk.found[0].1, note::pack(0, Asked::Other) | note::CUT);
    talk.say(ToServer, b"GET /cut-in-the-first-li").end(ToServer);
    assert_eq!(talk.found[1], (ToServer, note::pack(1, Asked::Other) | note::CUT, "GET /cut-in-the-first-li".into()));

    let mut talk = Talk::new();
    talk.dribble(ToServer, format!("GET / HTTP/1.1\r\nX: {}", "x".repeat(100_000)).as_bytes(), 1000);
    assert!(talk.found.iter().all(|(_, note, _)| *note == note::STRAY) && !talk.found.is_empty());
    assert!(talk.sides[0].most < 70_000);
}

#[test]
fn a_start_line_that_only_its_end_makes_one() {
    // Its first 256 bytes cannot become a start line, as a whole it is one.
    let line = format!("GET /{}\u{1} HTTP/1.1\r\n\r\n", " a\u{1}".repeat(100));
    let mut talk = Talk::new();
    talk.say(ToServer, line.as_bytes()).say(ToServer, get("/").as_bytes());
    assert_eq!(talk.found[0], (ToServer, note::STRAY, line));
    assert_eq!(talk.found[1], row(ToServer, 0, Asked::Other, get("/")));
}

#[test]
fn many_requests_wait_and_the_oldest_are_forgotten() {
    let mut talk = Talk::new();
    for _ in 0..1000 {
        talk.say(ToServer, get("/").as_bytes());
    }
    talk.say(ToClient, ok("").as_bytes());
    assert_eq!(talk.found.len(), 1001);
}

#[test]
fn the_first_line_tells_on_whatever_port() {
    for (bytes, expected) in [
        (&b"GET / HTTP/1.1\r\n"[..], Likelihood::Surely),
        (b"\r\nPOST http://a/b HTTP/1.0\r\nHost", Likelihood::Surely),
        (b"HTTP/1.1 401 Un", Likelihood::Surely),
        (b"HTTP/1.1 200\r\n", Likelihood::Surely),
        (b"GET /a/long/path/whose/end/is/not/he", Likelihood::Perhaps),
        (b"G", Likelihood::Unsure),
        (b"HTTP/1", Likelihood::Unsure),
        (b"PROPFIND /", Likelihood::Unsure),
        (b"REGISTER sip:corvid.example SIP/2.0\r\n", Likelihood::No),
        (b"SIP/2.0 200 OK\r\n", Likelihood::No),
        (b"PRI * HTTP/2.0\r\n", Likelihood::No),
        (b"HTTP/1.1 2xx what\r\n", Likelihood::No),
        (b"\x16\x03\x01\x02\x00", Likelihood::No),
        (b"GET / nothing of the kind\r\n", Likelihood::No),
    ] {
        assert_eq!(probe(bytes), expected, "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn a_capture_that_begins_inside_a_response() {
    let mut talk = Talk::new();
    talk.say(ToServer, get("/a").as_bytes()).say(ToClient, b"the end of its answer\r\n");
    talk.say(ToServer, get("/b").as_bytes()).say(ToClient, ok("b").as_bytes());
    assert_eq!(talk.found.last().unwrap(), &row(ToClient, 1, Asked::Other, ok("b")));
}
