//! POP: a command, an answer that begins with a sign, sometimes lines up to one that is a dot.

use super::note::{Kind, Note, mechanism};
use crate::fact::Direction;
use crate::protocol::lines::{Lines, Next, Speaks, bare, is, word};
use crate::protocol::{Conversation, Found, Likelihood, Opening};
use std::collections::VecDeque;

/// Commands that wait for their answers.
const MAX_WAITING: usize = 256;

/// Opens a conversation.
pub fn open(_: &Opening) -> Box<dyn Conversation> {
    Box::new(Lines::new(Pop::default()))
}

/// Judges the first bytes of a stream.
pub fn probe(bytes: &[u8]) -> Likelihood {
    match bytes {
        b"+OK" | [b'+', b'O', b'K', b' ' | b'\r', ..] => Likelihood::Perhaps,
        b"+" | b"+O" => Likelihood::Unsure,
        _ => Likelihood::No,
    }
}

/// What a command wants to hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waits {
    /// One line.
    Line,
    /// Lines up to a dot.
    Lines,
    /// `USER`: only a refusal says something.
    User,
    /// The last step of a sign-in.
    Login,
    /// `AUTH`
    Auth,
    /// `STLS`
    Tls,
}

#[derive(Debug, Default)]
struct Pop {
    known: bool,
    waiting: VecDeque<Waits>,
    auth: Option<(u8, u8)>,
    /// Lines of an answer follow.
    lines: bool,
}

impl Speaks for Pop {
    fn line(&mut self, from: Direction, line: &[u8], found: &mut dyn Found) -> Next {
        match from {
            Direction::ToServer => self.client(line, found),
            Direction::ToClient => self.server(line, found),
        }
    }

    fn loses(&mut self, from: Direction) {
        self.lines &= from == Direction::ToServer;
    }

    fn begins(&self, from: Direction, bytes: &[u8]) -> bool {
        match from {
            Direction::ToClient => [&b"+OK"[..], b"-ERR", b"+ "].iter().any(|begin| bytes.starts_with(begin)),
            Direction::ToServer => bytes.iter().take(3).all(u8::is_ascii_alphabetic),
        }
    }
}

impl Pop {
    fn client(&mut self, line: &[u8], found: &mut dyn Found) -> Next {
        if let Some((mechanism, step)) = &mut self.auth {
            let note = Note { kind: Kind::Response, mechanism: *mechanism, step: *step };
            *step = step.saturating_add(1);
            found.message(line, note.pack());
            return Next::Line;
        }
        let (command, rest) = word(bare(line));
        if !self.known && !command.iter().all(u8::is_ascii_alphabetic) {
            return Next::NotMine;
        }
        self.known = true;
        let one = ["RETR", "TOP", "CAPA"].iter().any(|name| is(command, name));
        let all = (is(command, "LIST") || is(command, "UIDL")) && rest.is_empty();
        let mut note = Note::default();
        let waits = match () {
            () if one || all => Waits::Lines,
            () if is(command, "AUTH") && rest.is_empty() => Waits::Lines,
            () if is(command, "AUTH") => {
                note.mechanism = mechanism(word(rest).0);
                self.auth = Some((note.mechanism, u8::from(!word(rest).1.is_empty())));
                Waits::Auth
            }
            () if is(command, "USER") => Waits::User,
            () if is(command, "PASS") || is(command, "APOP") => Waits::Login,
            () if is(command, "STLS") => Waits::Tls,
            () => Waits::Line,
        };
        if self.waiting.len() >= MAX_WAITING {
            self.waiting.pop_front();
        }
        self.waiting.push_back(waits);
        found.message(line, note.pack());
        Next::Line
    }

    fn server(&mut self, line: &[u8], found: &mut dyn Found) -> Next {
        let text = bare(line);
        if self.lines {
            // No line of mail holds zeros; a copy that was made to be shared has them where the lines were.
            self.lines = text.trim_ascii_start().iter().skip_while(|b| **b == 0).ne(b".");
            if !self.lines {
                found.message(line, Note { kind: Kind::Dot, ..Note::default() }.pack());
            }
            return Next::Line;
        }
        let ok = text.starts_with(b"+OK");
        let ended = ok || text.starts_with(b"-ERR");
        if !self.known && !ended {
            return Next::NotMine;
        }
        self.known = true;
        let waits = self.waiting.front().copied();
        let note = match (waits, self.auth) {
            (Some(Waits::Auth), Some((mechanism, step))) => Note { kind: Kind::Verdict, mechanism, step },
            (Some(Waits::User), _) if ended && !ok => Note { kind: Kind::Verdict, ..Note::default() },
            (Some(Waits::Login), _) if ended => Note { kind: Kind::Verdict, ..Note::default() },
            _ => Note { kind: Kind::Answer, ..Note::default() },
        };
        found.message(line, note.pack());
        if !ended {
            return Next::Line;
        }
        // The greeting answers nothing.
        if waits == Some(Waits::Auth) {
            self.auth = None;
        }
        self.waiting.pop_front();
        self.lines = ok && waits == Some(Waits::Lines);
        if ok && waits == Some(Waits::Tls) { Next::Nothing } else { Next::Line }
    }
}
