//! Framing: where messages end however the bytes arrive.

use super::super::conversation::{BODY_LEFT_OUT, COMPRESSED, Messages};
use super::{REGISTER, lines};
use crate::protocol::{Conversation, Direction, Found, Input, Progress, Protocol};

/// What a conversation finds.
#[derive(Default)]
struct Heard(Vec<(Vec<u8>, u64)>);

impl Found for Heard {
    fn message(&mut self, bytes: &[u8], note: u64) {
        self.0.push((bytes.to_vec(), note));
    }

    fn becomes(&mut self, _: Option<&'static Protocol>) {
        panic!("SIP becomes nothing else");
    }
}

/// Feeds one direction the way the engine does: again from the first byte not taken, until nothing more is.
#[derive(Default)]
struct Wire {
    carry: Vec<u8>,
    skip: u64,
    refused: bool,
}

impl Wire {
    fn push(&mut self, talk: &mut Messages, from: Direction, bytes: &[u8], heard: &mut Heard) {
        self.carry.extend_from_slice(bytes);
        loop {
            let skipped = usize::try_from(self.skip).unwrap().min(self.carry.len());
            self.carry.drain(..skipped);
            self.skip -= skipped as u64;
            if self.carry.is_empty() {
                return;
            }
            match talk.feed(from, Input::Bytes(&self.carry), heard) {
                Progress::Took(0) => return,
                Progress::Took(n) => drop(self.carry.drain(..n)),
                Progress::More { took, .. } => {
                    self.carry.drain(..took);
                    return;
                }
                Progress::Skip { took, skip } => {
                    self.carry.drain(..took);
                    self.skip = skip;
                }
                Progress::NotMine => {
                    self.refused = true;
                    return;
                }
            }
        }
    }

    fn gap(&mut self, talk: &mut Messages, from: Direction, heard: &mut Heard) {
        talk.feed(from, Input::End(&self.carry), heard);
        self.carry.clear();
        talk.feed(from, Input::Gap(100), heard);
    }
}

const UP: Direction = Direction::ToServer;

fn heard(pieces: &[&[u8]]) -> (Heard, bool) {
    let (mut talk, mut wire, mut heard) = (Messages::default(), Wire::default(), Heard::default());
    for piece in pieces {
        wire.push(&mut talk, UP, piece, &mut heard);
    }
    talk.feed(UP, Input::End(&wire.carry), &mut heard);
    (heard, wire.refused)
}

fn three_messages() -> (Vec<u8>, Vec<Vec<u8>>) {
    let with_body = lines("MESSAGE sip:a SIP/2.0\nl: 9\n\nREGISTER\n");
    let messages = vec![lines(REGISTER), with_body[..with_body.len() - 1].to_vec(), lines("SIP/2.0 200 OK\n\n")];
    let stream = [&b"\r\n\r\n"[..], &messages[0], &messages[1], b"\r\n", &messages[2], b"\r\n\r\n"].concat();
    (stream, messages)
}

#[test]
fn pipelined_messages_are_found_however_they_are_cut() {
    let (stream, messages) = three_messages();
    let expected: Vec<_> = messages.into_iter().map(|m| (m, 0)).collect();
    for cut in 0..stream.len() {
        let (a, b) = stream.split_at(cut);
        assert_eq!(heard(&[a, b]).0.0, expected, "cut at {cut}");
    }
    let bytes: Vec<&[u8]> = stream.chunks(1).collect();
    assert_eq!(heard(&bytes).0.0, expected);
}

#[test]
fn after_a_gap_the_next_first_line_begins_a_message() {
    let (stream, messages) = three_messages();
    let (mut talk, mut wire, mut heard) = (Messages::default(), Wire::default(), Heard::default());
    wire.push(&mut talk, UP, &stream[..200], &mut heard);
    wire.gap(&mut talk, UP, &mut heard);
    wire.push(&mut talk, UP, b"lost=\"REGISTER sip:a SIP/2.0\"\r\nREGI", &mut heard);
    wire.push(&mut talk, UP, b"STER: no\r\n\r\nbody without end", &mut heard);
    wire.push(&mut talk, UP, b"\r\n", &mut heard);
    wire.push(&mut talk, UP, &messages[1], &mut heard);
    assert_eq!(heard.0, [(stream[4..200].to_vec(), 0), (messages[1].clone(), 0)]);
}

#[test]
fn a_body_too_long_to_keep_is_passed_over() {
    let head = lines("NOTIFY sip:a SIP/2.0\nContent-Length: 2000000\n\n");
    let body = vec![b'x'; 2_000_000];
    let next = lines("SIP/2.0 200 OK\n\n");
    let (heard, _) = heard(&[&head, &body, &next]);
    assert_eq!(heard.0, [(head, BODY_LEFT_OUT), (next, 0)]);
}

#[test]
fn a_head_without_end_is_given_up() {
    let mut endless = lines("NOTIFY sip:a SIP/2.0\n");
    for _ in 0..5000 {
        endless.extend_from_slice(b"X-Filler: 12345678\r\n");
    }
    let next = lines("SIP/2.0 200 OK\n\n");
    let pieces: Vec<&[u8]> = endless.chunks(1460).chain([&next[..]]).collect();
    assert_eq!(heard(&pieces).0.0, [(next.clone(), 0)]);
}

#[test]
fn a_stream_goes_on_compressed_only_after_negotiate_was_granted() {
    let ask =
        lines("NEGOTIATE sip:192.0.2.10:5061 SIP/2.0\nCSeq: 1 NEGOTIATE\nCompression: LZ77-8K\nMax-Forwards: 0\n\n");
    let answer = |status: &str| lines(&format!("SIP/2.0 {status}\nCSeq: 1 NEGOTIATE\nCompression: LZ77-8K\n\n"));
    let packed = [0xe2, 0x00, 0x41, 0x52, 0x45, 0x47];
    for (status, expected) in [("200 OK", vec![COMPRESSED]), ("405 Method Not Allowed", vec![])] {
        let (mut talk, mut up, mut down, mut heard) =
            (Messages::default(), Wire::default(), Wire::default(), Heard::default());
        up.push(&mut talk, UP, &ask, &mut heard);
        down.push(&mut talk, Direction::ToClient, &answer(status), &mut heard);
        up.push(&mut talk, UP, &packed, &mut heard);
        let notes: Vec<_> = heard.0[2..].iter().map(|(_, note)| *note).collect();
        assert_eq!(notes, expected, "{status}");
    }
    // Granted and not used: text goes on as text.
    let (mut talk, mut up, mut down, mut heard) =
        (Messages::default(), Wire::default(), Wire::default(), Heard::default());
    up.push(&mut talk, UP, &ask, &mut heard);
    down.push(&mut talk, Direction::ToClient, &answer("200 OK"), &mut heard);
    up.push(&mut talk, UP, &lines(REGISTER), &mut heard);
    assert_eq!(heard.0[2], (lines(REGISTER), 0));
}

#[test]
fn what_never_was_sip_is_given_back() {
    assert!(heard(&[b"GET / HTTP/1.1\r\n\r\n"]).1);
    assert!(!heard(&[b"REGI"]).1);
}
