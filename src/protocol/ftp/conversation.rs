//! A command, an answer of one line or more: `230-` goes on, `230 ` ends (RFC 959 §4.2).

use crate::fact::Direction;
use crate::protocol::lines::{Lines, Next, Speaks, bare, is, word};
use crate::protocol::{Conversation, Found, Likelihood, Opening};
use std::collections::VecDeque;

/// Commands that wait for their answers.
const MAX_WAITING: usize = 256;

/// What a line is, as the note of its message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// A command.
    #[default]
    Command,
    /// An answer, or a line of one.
    Answer,
    /// The last line of an answer to a name or a password.
    Verdict,
}

/// Set where a line is not the first of its answer.
const LATER: u64 = 4;

impl Kind {
    /// As a note; `later`: it is not the first line of its answer.
    const fn pack(self, later: bool) -> u64 {
        self as u64 | if later { LATER } else { 0 }
    }

    /// From a note.
    pub const fn read(note: u64) -> (Self, bool) {
        let kind = match note & 3 {
            0 => Self::Command,
            1 => Self::Answer,
            _ => Self::Verdict,
        };
        (kind, note & LATER != 0)
    }
}

/// Opens a conversation.
pub fn open(_: &Opening<'_>) -> Box<dyn Conversation> {
    Box::new(Lines::new(Ftp::default()))
}

/// Judges the first bytes of a stream. The greeting is that of SMTP too: the port decides, then the client's first word.
pub fn probe(bytes: &[u8]) -> Likelihood {
    match bytes {
        [b'2', b'2', b'0', b' ' | b'-', ..] | [b'1', b'2', b'0', b' ', ..] => Likelihood::Perhaps,
        b"2" | b"22" | b"220" => Likelihood::Unsure,
        _ => Likelihood::No,
    }
}

/// What a command wants to hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waits {
    /// Something.
    Answer,
    /// `USER` and `PASS`: whether the client is in.
    Login,
    /// `AUTH`: whether TLS begins.
    Tls,
}

#[derive(Debug, Default)]
struct Ftp {
    known: bool,
    waiting: VecDeque<Waits>,
    /// The code of an answer that goes on.
    goes_on: Option<[u8; 3]>,
}

impl Speaks for Ftp {
    fn line(&mut self, from: Direction, line: &[u8], found: &mut dyn Found) -> Next {
        match from {
            Direction::ToServer => self.client(line, found),
            Direction::ToClient => self.server(line, found),
        }
    }

    fn loses(&mut self, from: Direction) {
        if from == Direction::ToClient {
            self.goes_on = None;
        }
    }

    fn begins(&self, from: Direction, bytes: &[u8]) -> bool {
        match from {
            Direction::ToClient => code(bytes).is_some(),
            Direction::ToServer => bytes.iter().take(3).all(u8::is_ascii_alphabetic),
        }
    }
}

/// The code in front of an answer, and whether the answer ends with this line.
pub fn code(line: &[u8]) -> Option<([u8; 3], bool)> {
    let (code, rest) = line.split_first_chunk::<3>()?;
    let ends = matches!(rest, [] | [b' ' | b'\r' | b'\n', ..]);
    (code.iter().all(u8::is_ascii_digit) && (ends || rest.first() == Some(&b'-'))).then_some((*code, ends))
}

impl Ftp {
    fn client(&mut self, line: &[u8], found: &mut dyn Found) -> Next {
        let (command, _) = word(bare(line));
        // A telnet interrupt may stand before ABOR.
        if !self.known && !command.iter().all(u8::is_ascii_alphabetic) {
            return Next::NotMine;
        }
        // SMTP, whose greeting is the same (RFC 5321 4.1.1.1).
        if is(command, "EHLO") || is(command, "HELO") {
            return Next::Other;
        }
        self.known = true;
        let waits = match () {
            () if is(command, "USER") || is(command, "PASS") || is(command, "ACCT") => Waits::Login,
            () if is(command, "AUTH") => Waits::Tls,
            () => Waits::Answer,
        };
        if self.waiting.len() >= MAX_WAITING {
            self.waiting.pop_front();
        }
        self.waiting.push_back(waits);
        found.message(line, Kind::Command.pack(false));
        Next::Line
    }

    fn server(&mut self, line: &[u8], found: &mut dyn Found) -> Next {
        let said = code(line);
        let later = self.goes_on.is_some();
        if let Some(first) = self.goes_on.take()
            && said != Some((first, true))
        {
            self.goes_on = Some(first);
            found.message(line, Kind::Answer.pack(later));
            return Next::Line;
        }
        let Some((code, ends)) = said else {
            if self.known {
                found.message(line, Kind::Answer.pack(later));
                return Next::Line;
            }
            return Next::NotMine;
        };
        self.known = true;
        if !ends {
            self.goes_on = Some(code);
            found.message(line, Kind::Answer.pack(later));
            return Next::Line;
        }
        // A first word (1yz) is followed by the last; the greeting answers nothing.
        let waits = if code.first() == Some(&b'1') { None } else { self.waiting.pop_front() };
        let kind = if waits == Some(Waits::Login) { Kind::Verdict } else { Kind::Answer };
        found.message(line, kind.pack(later));
        if waits == Some(Waits::Tls) && &code == b"234" { Next::Nothing } else { Next::Line }
    }
}
