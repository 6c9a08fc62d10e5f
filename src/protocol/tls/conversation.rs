//! Where records end. The records that a segment completes are one message; a record that began in an earlier segment
//! is one by itself, which is how tshark counts. A handshake message that spans records keeps them together.
//!
//! Only hellos are looked into, for the version, which decides how later records read; with keys, everything is.

use super::decrypt::{Decrypt, Opened};
use super::handshake;
use super::parse::{self, Cursor, content, handshake_type};
use super::session::{Note, Session};
use super::shape::Shape;
use super::suites;
use crate::fact::Direction;
use crate::protocol::{Conversation, Found, Input, Likelihood, Opening, Progress};
use crate::secrets::TlsKeys;

/// Judges the first bytes of a stream.
pub fn probe(bytes: &[u8]) -> Likelihood {
    if bytes.len() >= 5 && parse::ssl2_length(bytes).is_some() {
        return match parse::ssl2_hello(bytes) {
            Ok(_) => Likelihood::Surely,
            Err(_) if bytes.len() < 11 => Likelihood::Unsure,
            Err(_) => Likelihood::Perhaps,
        };
    }
    if !parse::may_be_record(bytes) {
        return Likelihood::No;
    }
    match bytes {
        [content::HANDSHAKE, _, _, _, _, handshake_type::CLIENT_HELLO | handshake_type::SERVER_HELLO, ..] => {
            Likelihood::Surely
        }
        [_, _, _, 0, 0, ..] => Likelihood::No,
        [_, _, _, _, _, ..] => Likelihood::Perhaps,
        _ => Likelihood::Unsure,
    }
}

/// Opens a conversation.
pub fn open(opening: &Opening<'_>) -> Box<dyn Conversation> {
    let keys = opening.keys.filter(|keys| keys.may_open());
    let decrypt = keys.map(|keys| Box::new(Decrypt::new(keys.clone())));
    let keys = opening.keys.filter(|keys| keys.renews()).map(|keys| Box::new(keys.without_secrets()));
    Box::new(Tls { decrypt, keys, ..Tls::default() })
}

#[derive(Debug, Default)]
struct Tls {
    version: u16,
    seen: bool,
    halves: [Half; 2],
    shape: Shape,
    decrypt: Option<Box<Decrypt>>,
    /// What a suite that encrypts nothing is read with, if its records are to be covered again.
    keys: Option<Box<TlsKeys>>,
}

/// One direction.
#[derive(Clone, Copy, Debug, Default)]
struct Half {
    changed: bool,
    /// Application data was seen.
    data: bool,
    /// The next record began in an earlier segment, and its length is known.
    begun: bool,
    /// Bytes still missing to the end of the record that was begun.
    missing: u64,
    /// Bytes behind a gap that belong to a record whose start is lost.
    skip: u64,
    /// Bytes were lost, and nobody knows where the next record begins.
    lost: bool,
}

impl Conversation for Tls {
    fn feed(&mut self, from: Direction, input: Input<'_>, found: &mut dyn Found) -> Progress {
        let half = self.half(from);
        match input {
            Input::Bytes(bytes) => {
                if half.skip > 0 {
                    let skip = std::mem::take(&mut half.skip);
                    self.lost(from, skip);
                    return Progress::Skip { took: 0, skip };
                }
                if half.lost {
                    if !parse::may_be_record(bytes) || bytes.len() < 5 {
                        self.lost(from, bytes.len() as u64);
                        return Progress::Took(bytes.len());
                    }
                    half.lost = false;
                }
                self.bytes(from, bytes, found)
            }
            Input::Gap(n) => {
                // A record that was begun says where it ends; behind it the stream is in step again.
                match half.missing.checked_sub(n) {
                    Some(skip) if half.begun => half.skip = skip,
                    _ => half.lost = true,
                }
                (half.begun, half.missing) = (false, 0);
                self.lost(from, n);
                Progress::Took(0)
            }
            Input::End(rest) => {
                if !rest.is_empty() && !half.lost && parse::may_be_record(rest) {
                    self.message(from, rest, false, found);
                }
                Progress::Took(rest.len())
            }
        }
    }
}

impl Tls {
    fn half(&mut self, from: Direction) -> &mut Half {
        let [to_server, to_client] = &mut self.halves;
        match from {
            Direction::ToServer => to_server,
            Direction::ToClient => to_client,
        }
    }

    /// So many bytes held no record that could be read.
    fn lost(&mut self, from: Direction, bytes: u64) {
        if let Some(decrypt) = &mut self.decrypt {
            decrypt.lost(from, bytes);
        }
        if from == Direction::ToServer {
            self.shape.lost();
        }
    }

    fn bytes(&mut self, from: Direction, bytes: &[u8], found: &mut dyn Found) -> Progress {
        let (mut start, mut end, mut at) = (0, 0, 0);
        let mut alone = self.half(from).begun;
        let mut more = false;
        let mut need = 0;
        let mut cursor = Cursor::default();
        let mut changed = self.half(from).changed;
        let mut broken = false;
        while let Some(rest) = bytes.get(at..).filter(|r| !r.is_empty()) {
            let (length, handshake) = match unit(rest, at == 0 && !self.seen) {
                Unit::Whole(length, record) => (length, record),
                Unit::Part(length) => {
                    need = length;
                    break;
                }
                Unit::None => {
                    broken = true;
                    break;
                }
            };
            at = at.saturating_add(length);
            match handshake {
                Some(fragment) if !cursor.is_between() => cursor.eat(fragment),
                Some(fragment) if !changed_keys(changed, self.version) && parse::may_be_handshake(fragment) => {
                    cursor.eat(fragment);
                }
                Some(_) => {}
                None => cursor = Cursor::default(),
            }
            changed |= rest.first() == Some(&content::CHANGE_CIPHER_SPEC);
            let waited = at.saturating_sub(end);
            if cursor.is_between() || waited > parse::MAX_HANDSHAKE as usize {
                cursor = Cursor::default();
                end = at;
                // The record that was waited for goes first, by itself.
                if std::mem::take(&mut alone) {
                    self.message(from, bytes.get(start..end).unwrap_or(&[]), more, found);
                    (start, more) = (end, true);
                }
            }
        }
        if end > start {
            self.message(from, bytes.get(start..end).unwrap_or(&[]), more, found);
        }
        if broken {
            if !self.seen {
                return Progress::NotMine;
            }
            // A hello and no more: behind it media goes to a relay in frames of its own ([MS-TURN] 2.1.1, `02` or `03`, zero,
            // length). Whoever knows them takes over.
            if !self.half(from).changed {
                match bytes.get(at..) {
                    Some([2 | 3]) => return Progress::More { took: at, need: 2 },
                    Some([2 | 3, 0, ..]) => {
                        found.becomes(None);
                        return Progress::Took(at);
                    }
                    _ => {}
                }
            }
            let half = self.half(from);
            (half.lost, half.begun) = (true, false);
            self.lost(from, bytes.len().saturating_sub(end) as u64);
            return Progress::Took(bytes.len());
        }
        let left = bytes.len().saturating_sub(end);
        let half = self.half(from);
        half.begun = left > 0 && need > 0;
        // Without a length, whatever comes next is asked for.
        let wanted = if need > 0 { at.saturating_add(need).saturating_sub(end) } else { 0 };
        half.missing = wanted.saturating_sub(left) as u64;
        if left == 0 { Progress::Took(end) } else { Progress::More { took: end, need: wanted } }
    }

    /// Learns from a message and tells of it, and of what was inside.
    fn message(&mut self, from: Direction, bytes: &[u8], more: bool, found: &mut dyn Found) {
        let session = Session { version: self.version, changed: self.half(from).changed };
        let mut note = Note { session, first: !self.seen, more, ..Note::default() };
        let mut after = session;
        let mut rest = bytes;
        if note.first && parse::ssl2_length(bytes).is_some() {
            note.tells = true;
        }
        while let Ok((next, record)) = parse::record(rest) {
            rest = next;
            let handshake = record.content.value == content::HANDSHAKE;
            let first = record.fragment.first().filter(|_| handshake);
            note.tells |= match record.content.value {
                content::HANDSHAKE => !changed_keys(after.changed, after.version),
                content::ALERT => record.fragment.len() == 2,
                _ => false,
            };
            // In TLS 1.3 the handshake hides as application data: what is data lengths tell.
            if record.content.value == content::APPLICATION_DATA && after.is_1_3() {
                let seen = self.shape.record(from, record.length.value);
                note.data |= seen.data;
                note.covered = note.covered.or(seen.begins);
            } else {
                note.data |= record.content.value == content::APPLICATION_DATA && after.changed;
            }
            after.record(record.version.value, first == Some(&handshake_type::CLIENT_HELLO));
            after.changed |= record.content.value == content::CHANGE_CIPHER_SPEC;
            if first == Some(&handshake_type::SERVER_HELLO)
                && let Ok((_, hello)) = parse::handshake(record.fragment)
            {
                after.handshake(hello.kind.value, hello.body);
                if let Some(suite) = handshake::server_hello(hello.body).and_then(|hello| hello.suite()) {
                    self.shape.chosen(suite);
                }
                if self.decrypt.is_none() && covers_nothing(hello.body) {
                    self.decrypt = Some(Box::new(Decrypt::of_nothing(self.keys.as_deref().cloned())));
                }
            }
        }
        note.access = self.decrypt.as_mut().and_then(|decrypt| decrypt.message(from, bytes));
        // Where records are opened, what was in them tells.
        note.data |= session.is_1_3() && self.decrypt.as_ref().is_some_and(|decrypt| decrypt.has_data());
        note.data &= !self.half(from).data;
        note.tells |= note.data || note.covered.is_some() || note.access.is_some();
        note.inside = self.decrypt.as_ref().map(|decrypt| decrypt.inside()).unwrap_or_default();
        found.message(bytes, note.pack());
        for record in self.decrypt.as_mut().map(|decrypt| decrypt.records()).unwrap_or_default() {
            found.tls_record(bytes, record);
        }
        self.seen = true;
        self.version = after.version;
        let half = self.half(from);
        half.changed = after.changed;
        half.data |= note.data;
        let Some(decrypt) = &mut self.decrypt else { return };
        let mut more = more || decrypt.is_spoken_of();
        for opened in decrypt.take() {
            let plain = match opened {
                Opened::Plain(plain) => plain,
                Opened::Gap(bytes) => {
                    found.inner_gap(bytes);
                    continue;
                }
            };
            if plain.content == content::APPLICATION_DATA {
                found.inner(plain.bytes);
            } else if matches!(plain.content, content::HANDSHAKE | content::ALERT) {
                let session = Session { version: after.version, changed: false };
                let more = std::mem::replace(&mut more, true);
                let note = Note { session, more, tells: true, content: plain.content, ..Note::default() };
                found.opened(plain.bytes.bytes(), note.pack());
            }
        }
    }
}

/// True if the suite that this ServerHello chooses encrypts nothing.
fn covers_nothing(hello: &[u8]) -> bool {
    let suite = handshake::server_hello(hello).and_then(|hello| hello.suite());
    suite.and_then(suites::name).is_some_and(|name| name.contains("_WITH_NULL_"))
}

/// What begins here.
enum Unit<'a> {
    /// So many bytes, whole; the fragment of a handshake record.
    Whole(usize, Option<&'a [u8]>),
    /// The start of something of so many bytes; 0 while that cannot be told.
    Part(usize),
    /// Nothing known.
    None,
}

/// `first`: a hello of SSL 2.0 may stand here.
fn unit(bytes: &[u8], first: bool) -> Unit<'_> {
    if let Some(length) = parse::ssl2_length(bytes).filter(|_| first) {
        return match parse::ssl2_hello(bytes) {
            Ok(_) => Unit::Whole(length, None),
            Err(_) if bytes.len() < length => Unit::Part(length),
            Err(_) => Unit::None,
        };
    }
    match parse::record(bytes) {
        Ok((_, record)) if record.is_cut() => Unit::Part(usize::from(record.length.value).saturating_add(5)),
        Ok((_, record)) => {
            let fragment = Some(record.fragment).filter(|_| record.content.value == content::HANDSHAKE);
            Unit::Whole(record.raw.len(), fragment)
        }
        Err(_) if bytes.len() < 5 && parse::may_be_record(bytes) => Unit::Part(0),
        Err(_) => Unit::None,
    }
}

/// True if handshake records are encrypted.
fn changed_keys(changed: bool, version: u16) -> bool {
    changed && !Session { version, changed }.is_1_3()
}
