//! Frames written by hand, with the header blocks of RFC 7541 appendix C.

use super::conversation::{MESSAGE, open, probe};
use super::frame::MAGIC;
use crate::protocol::{Conversation, Direction, Found, Input, Likelihood, Opening, Progress, Protocol};
use crate::wire::text::unhex;

#[derive(Default)]
struct Heard {
    frames: Vec<usize>,
    lists: Vec<String>,
    messages: Vec<String>,
}

impl Found for Heard {
    fn message(&mut self, bytes: &[u8], _: u64) {
        self.frames.push(bytes.len());
    }

    fn becomes(&mut self, _: Option<&'static Protocol>) {}

    fn unpacked(&mut self, bytes: &[u8], note: u64) {
        let text = String::from_utf8_lossy(bytes).into_owned();
        if note & MESSAGE == 0 { self.lists.push(text) } else { self.messages.push(text) }
    }
}

fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let [_, a, b, c] = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&[a, b, c, kind, flags, 0, 0, 0, stream], payload].concat()
}

fn conversation() -> Box<dyn Conversation> {
    let nowhere = std::net::SocketAddr::from(([0, 0, 0, 0], 0));
    open(&Opening { client: nowhere, server: nowhere, encrypted: false, keys: None })
}

fn feed(talk: &mut dyn Conversation, from: Direction, bytes: &[u8], heard: &mut Heard) -> Progress {
    talk.feed(from, Input::Bytes(bytes), heard)
}

/// C.4.1 and C.4.2: the second block refers to what the first put into the table.
#[test]
fn header_blocks_refer_to_those_before() {
    let first = unhex("828684418cf1e3c2e5f23a6ba0ab90f4ff").unwrap();
    let second = unhex("828684be5886a8eb10649cbf").unwrap();
    let (mut talk, mut heard) = (conversation(), Heard::default());
    let sent = [MAGIC, &frame(4, 0, 0, &[]), &frame(1, 5, 1, &first)].concat();
    assert_eq!(feed(&mut *talk, Direction::ToServer, &sent, &mut heard), Progress::Took(sent.len()));
    // The second in two pieces, padded and with a priority, and a body behind it.
    let padded = [&[2, 0, 0, 0, 0, 9][..], &second[..4], &[0, 0]].concat();
    let sent =
        [frame(1, 0x28, 3, &padded), frame(9, 4, 3, &second[4..]), frame(0, 0, 3, b"one"), frame(0, 1, 3, b"two")]
            .concat();
    assert_eq!(feed(&mut *talk, Direction::ToServer, &sent, &mut heard), Progress::Took(sent.len()));
    assert_eq!(heard.lists[0], ":method: GET\r\n:scheme: http\r\n:path: /\r\n:authority: www.example.com\r\n");
    assert_eq!(heard.messages[0], "GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n");
    assert_eq!(heard.messages[1], "GET / HTTP/1.1\r\nHost: www.example.com\r\ncache-control: no-cache\r\n\r\nonetwo");
    assert_eq!(heard.frames.len(), 2);
}

#[test]
fn a_cut_frame_is_waited_for_and_a_lost_one_ends_the_direction() {
    let (mut talk, mut heard) = (conversation(), Heard::default());
    let sent = [MAGIC, &frame(0, 1, 1, b"body")].concat();
    for end in 0..sent.len() {
        let progress = feed(&mut *conversation(), Direction::ToServer, &sent[..end], &mut Heard::default());
        assert!(matches!(progress, Progress::More { .. } | Progress::Took(_)), "{end}: {progress:?}");
    }
    feed(&mut *talk, Direction::ToServer, &sent, &mut heard);
    talk.feed(Direction::ToServer, Input::Gap(9), &mut heard);
    assert_eq!(feed(&mut *talk, Direction::ToServer, b"whatever", &mut heard), Progress::Took(8));
    assert_eq!(heard.frames.len(), 1);
}

/// One byte of index stands for a value of four thousand: a block of them is not written out.
#[test]
fn a_block_that_stands_for_very_much_is_bounded() {
    let value = vec![b'a'; 4000];
    let block = [&[0x40, 1, b'x', 0x7f, 0xa1, 0x1e][..], &value, &vec![0xbe; 60_000]].concat();
    let (mut talk, mut heard) = (conversation(), Heard::default());
    feed(&mut *talk, Direction::ToServer, &[MAGIC, &frame(1, 5, 1, &block)].concat(), &mut heard);
    assert!(heard.lists.iter().all(|list| list.len() <= 65 << 10), "bounded");
}

#[test]
fn broken_blocks_are_no_lists() {
    let block = unhex("828684418cf1e3c2e5f23a6ba0ab90f4ff").unwrap();
    for at in 0..block.len() {
        for bit in 0..8 {
            let mut broken = block.clone();
            broken[at] ^= 1 << bit;
            let mut heard = Heard::default();
            feed(&mut *conversation(), Direction::ToServer, &[MAGIC, &frame(1, 5, 1, &broken)].concat(), &mut heard);
        }
        feed(
            &mut *conversation(),
            Direction::ToServer,
            &[MAGIC, &frame(1, 5, 1, &block[..at])].concat(),
            &mut Heard::default(),
        );
    }
}

#[test]
fn who_speaks_is_told_by_the_magic_or_the_settings() {
    assert_eq!(probe(MAGIC), Likelihood::Surely);
    assert_eq!(probe(&MAGIC[..10]), Likelihood::Unsure);
    assert_eq!(probe(b"POST / HTTP/1.1"), Likelihood::No);
    assert_eq!(probe(&frame(4, 0, 0, &[0, 3, 0, 0, 0, 100])), Likelihood::Surely);
    assert_eq!(probe(&frame(4, 0, 0, &[0, 3, 0, 0, 0])), Likelihood::No);
    assert_eq!(probe(&frame(4, 0, 1, &[])), Likelihood::No);
}
