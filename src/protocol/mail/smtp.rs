//! SMTP: commands, answers of three digits, the text of a mail between them.

use super::note::{Kind, Note, mechanism};
use crate::fact::Direction;
use crate::protocol::lines::{Lines, Next, Speaks, bare, is, word};
use crate::protocol::{Conversation, Found, Likelihood, Opening};
use std::collections::VecDeque;

/// Commands that wait for their answers.
const MAX_WAITING: usize = 256;

/// Opens a conversation.
pub fn open(_: &Opening) -> Box<dyn Conversation> {
    Box::new(Lines::new(Smtp::default()))
}

/// Judges the first bytes of a stream: a greeting that names the protocol, or the first command.
pub fn probe(bytes: &[u8]) -> Likelihood {
    let end = memchr::memchr(b'\n', bytes);
    let line = bare(bytes.get(..end.unwrap_or(bytes.len())).unwrap_or(bytes));
    match line {
        [b'2', b'2', b'0', b' ' | b'-', words @ ..] => {
            let words = words.to_ascii_uppercase();
            let names = |protocol: &[u8]| memchr::memmem::find(&words, protocol).is_some();
            // FTP greets alike: without a name the port decides.
            match end {
                _ if names(b"SMTP") => Likelihood::Surely,
                Some(_) if names(b"FTP") => Likelihood::No,
                Some(_) => Likelihood::Perhaps,
                None => Likelihood::Unsure,
            }
        }
        _ if line.len() > 5 && (is(&line[..5], "EHLO ") || is(&line[..5], "HELO ")) => Likelihood::Surely,
        _ if end.is_none() && line.len() < 5 && b"220 EHLO HELO".windows(line.len().max(1)).any(|w| w == line) => {
            Likelihood::Unsure
        }
        _ => Likelihood::No,
    }
}

/// What a command wants to hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waits {
    Answer,
    /// `DATA`: 354 begins the mail.
    Mail,
    /// `AUTH`
    Auth,
    /// `STARTTLS`
    Tls,
}

#[derive(Debug, Default)]
struct Smtp {
    waiting: VecDeque<Waits>,
    /// The mechanism being spoken, and lines of the client's in it.
    auth: Option<(u8, u8)>,
    /// A mail is on its way.
    mail: bool,
    /// A line of the protocol was seen.
    known: bool,
}

impl Speaks for Smtp {
    fn line(&mut self, from: Direction, line: &[u8], found: &mut dyn Found) -> Next {
        match from {
            Direction::ToServer => self.client(line, found),
            Direction::ToClient => self.server(line, found),
        }
    }

    fn begins(&self, from: Direction, bytes: &[u8]) -> bool {
        match from {
            Direction::ToClient => matches!(bytes, [b'2'..=b'5', b'0'..=b'9', b'0'..=b'9', b' ' | b'-', ..]),
            Direction::ToServer => !self.mail && bytes.iter().take(4).all(u8::is_ascii_alphabetic),
        }
    }
}

impl Smtp {
    fn client(&mut self, line: &[u8], found: &mut dyn Found) -> Next {
        let text = bare(line);
        if self.mail {
            if text == b"." {
                self.mail = false;
                self.push(Waits::Answer);
            }
            return Next::Line;
        }
        if let Some((mechanism, step)) = &mut self.auth {
            let note = Note { kind: Kind::Response, mechanism: *mechanism, step: *step };
            *step = step.saturating_add(1);
            found.message(line, note.pack());
            return Next::Line;
        }
        let (command, rest) = word(text);
        if !self.known && !command.iter().all(u8::is_ascii_alphabetic) {
            return Next::NotMine;
        }
        self.known = true;
        let (waits, mechanism) = match () {
            () if is(command, "AUTH") => {
                let mechanism = mechanism(word(rest).0);
                let initial = !word(rest).1.is_empty();
                self.auth = Some((mechanism, u8::from(initial)));
                (Waits::Auth, mechanism)
            }
            () if is(command, "DATA") => (Waits::Mail, 0),
            () if is(command, "STARTTLS") => (Waits::Tls, 0),
            () if is(command, "BDAT") => {
                let size = std::str::from_utf8(word(rest).0).ok().and_then(|n| n.parse().ok()).unwrap_or(0);
                found.message(line, Note::default().pack());
                self.push(Waits::Answer);
                return Next::Bytes(size);
            }
            () => (Waits::Answer, 0),
        };
        self.push(waits);
        found.message(line, Note { mechanism, ..Note::default() }.pack());
        Next::Line
    }

    fn server(&mut self, line: &[u8], found: &mut dyn Found) -> Next {
        let [d0 @ b'2'..=b'5', d1 @ b'0'..=b'9', d2 @ b'0'..=b'9', rest @ ..] = bare(line) else {
            if !self.known {
                return Next::NotMine;
            }
            found.message(line, Note { kind: Kind::Answer, ..Note::default() }.pack());
            return Next::Line;
        };
        self.known = true;
        let last = rest.first() != Some(&b'-');
        let waits = self.waiting.front().copied();
        let step = match self.auth {
            Some((mechanism, step)) if waits == Some(Waits::Auth) && last => {
                Note { kind: Kind::Verdict, mechanism, step }
            }
            _ => Note { kind: Kind::Answer, ..Note::default() },
        };
        found.message(line, step.pack());
        let code = [*d0, *d1, *d2];
        if !last || code == *b"334" {
            return Next::Line;
        }
        if waits == Some(Waits::Auth) {
            self.auth = None;
        }
        self.mail |= waits == Some(Waits::Mail) && code == *b"354";
        self.waiting.pop_front();
        if waits == Some(Waits::Tls) && code == *b"220" { Next::Nothing } else { Next::Line }
    }

    fn push(&mut self, waits: Waits) {
        if self.waiting.len() >= MAX_WAITING {
            self.waiting.pop_front();
        }
        self.waiting.push_back(waits);
    }
}
