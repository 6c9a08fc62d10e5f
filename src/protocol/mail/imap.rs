//! IMAP: tagged commands and answers; literals, whose bytes are passed over.

use super::note::{Kind, Note, mechanism};
use crate::fact::Direction;
use crate::protocol::lines::{Lines, Next, Speaks, bare, is, word};
use crate::protocol::{Conversation, Found, Likelihood, Opening};

/// Opens a conversation.
pub fn open(_: &Opening) -> Box<dyn Conversation> {
    Box::new(Lines::new(Imap::default()))
}

/// Judges the first bytes of a stream: the greeting.
pub fn probe(bytes: &[u8]) -> Likelihood {
    let starts = |greeting: &[u8]| {
        let short = greeting.get(..bytes.len().min(greeting.len())).unwrap_or(greeting);
        bytes.starts_with(short)
    };
    match () {
        () if bytes.is_empty() => Likelihood::Unsure,
        () if starts(b"* OK") || starts(b"* PREAUTH") || starts(b"* BYE") => {
            let end = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
            let line = bytes.get(..end).unwrap_or(bytes).to_ascii_uppercase();
            match memchr::memmem::find(&line, b"IMAP") {
                Some(_) => Likelihood::Surely,
                None if bytes.len() < 4 => Likelihood::Unsure,
                None => Likelihood::Perhaps,
            }
        }
        () => Likelihood::No,
    }
}

/// What a command that matters wants to hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waits {
    Login,
    Tls,
}

#[derive(Debug, Default)]
struct Imap {
    known: bool,
    /// The tag of the sign-in, or of the turn to TLS, in progress.
    waiting: Option<(Vec<u8>, Waits)>,
    auth: Option<(u8, u8)>,
    /// By direction: the rest of a line that a literal interrupted.
    rest: [bool; 2],
}

impl Speaks for Imap {
    fn line(&mut self, from: Direction, line: &[u8], found: &mut dyn Found) -> Next {
        let text = bare(line);
        let goes_on = self.rest.get(from.index()).copied().unwrap_or(false);
        let literal = literal(text);
        if let Some(rest) = self.rest.get_mut(from.index()) {
            *rest = literal.is_some();
        }
        let next = match (goes_on, from) {
            // What stands behind a literal belongs to a line that was told.
            (true, _) => Next::Line,
            (false, Direction::ToServer) => self.client(line, text, found),
            (false, Direction::ToClient) => self.server(line, text, found),
        };
        match (next, literal) {
            (Next::Line, Some(bytes)) => Next::Bytes(bytes),
            (next, _) => next,
        }
    }

    fn begins(&self, from: Direction, bytes: &[u8]) -> bool {
        match from {
            Direction::ToClient => bytes.starts_with(b"* ") || bytes.starts_with(b"+ "),
            Direction::ToServer => {
                let (tag, rest) = word(bytes);
                tag.len() < 20
                    && tag.iter().all(u8::is_ascii_alphanumeric)
                    && rest.first().is_some_and(u8::is_ascii_alphabetic)
            }
        }
    }
}

/// The bytes of a literal that a line ends with: `{12}`, `{12+}`.
fn literal(line: &[u8]) -> Option<u64> {
    let inside = line.strip_suffix(b"}")?;
    let at = memchr::memrchr(b'{', inside)?;
    let digits = inside.get(at.checked_add(1)?..)?;
    let digits = digits.strip_suffix(b"+").unwrap_or(digits);
    std::str::from_utf8(digits).ok()?.parse().ok()
}

impl Imap {
    fn client(&mut self, line: &[u8], text: &[u8], found: &mut dyn Found) -> Next {
        if let Some((mechanism, step)) = &mut self.auth {
            let note = Note { kind: Kind::Response, mechanism: *mechanism, step: *step };
            *step = step.saturating_add(1);
            found.message(line, note.pack());
            return Next::Line;
        }
        let (tag, rest) = word(text);
        let (command, parameters) = word(rest);
        if !self.known && (tag.is_empty() || command.is_empty()) {
            return Next::NotMine;
        }
        self.known = true;
        let mut note = Note::default();
        match () {
            () if is(command, "AUTHENTICATE") => {
                note.mechanism = mechanism(word(parameters).0);
                self.auth = Some((note.mechanism, u8::from(!word(parameters).1.is_empty())));
                self.waiting = Some((tag.to_vec(), Waits::Login));
            }
            () if is(command, "LOGIN") => self.waiting = Some((tag.to_vec(), Waits::Login)),
            () if is(command, "STARTTLS") => self.waiting = Some((tag.to_vec(), Waits::Tls)),
            () => {}
        }
        found.message(line, note.pack());
        Next::Line
    }

    fn server(&mut self, line: &[u8], text: &[u8], found: &mut dyn Found) -> Next {
        let (tag, rest) = word(text);
        if !self.known && !matches!(tag, b"*" | b"+") {
            return Next::NotMine;
        }
        self.known = true;
        let answered = self.waiting.as_ref().filter(|(of, _)| of == tag).map(|(_, waits)| *waits);
        let note = match (answered, self.auth) {
            (Some(Waits::Login), auth) => {
                let (mechanism, step) = auth.unwrap_or((0, 0));
                Note { kind: Kind::Verdict, mechanism, step }
            }
            (None, Some((mechanism, step))) if tag == b"+" => Note { kind: Kind::Verdict, mechanism, step },
            _ => Note { kind: Kind::Answer, ..Note::default() },
        };
        found.message(line, note.pack());
        if answered.is_some() {
            (self.waiting, self.auth) = (None, None);
        }
        if answered == Some(Waits::Tls) && is(word(rest).0, "OK") { Next::Nothing } else { Next::Line }
    }
}
