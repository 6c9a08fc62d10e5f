//! Records opened with the secrets that were given: from when on with which keys, and if not, why not.
//!
//! Up to TLS 1.2 each direction changes to the agreed keys with its ChangeCipherSpec. In TLS 1.3 every direction has a list
//! of traffic secrets, used one after the other; when to go on need not be known, because a record fits one key only.
//! Behind missing bytes a direction goes on where the number of its next record can be found again.

use super::agreement::Agreement;
use super::parse::{self, MAX_HANDSHAKE, Record, content, handshake_type};
use super::session::Inside;
use crate::fact::{Access, Direction, Means};
use crate::protocol::TlsRecord;
use crate::secrets::record::{Opener, Plain, Sealed};
use crate::secrets::{Secret, TlsKeys};
use crate::wire::Span;
use flate2::{Decompress, FlushDecompress};
use std::collections::VecDeque;
use std::fmt;

/// Records in a row that fit no key before the direction is given up.
const PATIENCE: u8 = 32;
/// Numbers tried in all on records of a direction behind missing bytes.
const MAX_TRIES: u32 = 8192;
/// Most bytes of a record before compression: 2^14 (RFC 5246 §6.2.1).
const MAX_PLAIN: usize = 1 << 14;

/// The state of one connection.
#[derive(Debug)]
pub(super) struct Decrypt {
    keys: TlsKeys,
    agreement: Agreement,
    /// The agreement's keys were derived, or cannot be.
    agreed: bool,
    means: Means,
    /// The edition of the keys that the agreed ones follow from.
    edition: u64,
    sides: [Side; 2],
    access: Option<Access>,
    /// Records that are all there fit no secret, while others do.
    partly: bool,
    told: Option<Access>,
    out: Vec<Opened>,
    /// The records of the last message that were opened, if somebody wants to cover them again.
    opened: Vec<TlsRecord>,
    /// Where in the message the fragment of the record at hand is.
    fragment: Span,
    /// What was in the records of the last message, and how many there were.
    inside: Inside,
    records: u32,
    /// One of them at least is not just the cover of what was opened.
    spoken_of: bool,
}

/// What decryption yields.
#[derive(Debug)]
pub(super) enum Opened {
    /// The content of a record.
    Plain(Plain),
    /// About so many bytes of application data are missing here.
    Gap(u64),
}

/// One direction.
#[derive(Debug)]
struct Side {
    /// The keys in use.
    opener: Option<Opener>,
    /// What takes the compression off; it goes on from record to record.
    inflate: Option<Inflate>,
    /// Those that follow: with ChangeCipherSpec, or in TLS 1.3 when a record fits.
    next: VecDeque<Opener>,
    /// The handshake is encrypted from here on.
    changed: bool,
    /// Handshake messages whose end has not come.
    joined: Secret,
    failures: u8,
    given_up: bool,
    /// Bytes missing since the last record.
    lost: u64,
    /// Numbers that may still be tried.
    tries: u32,
    /// Bytes of application data and of handshake messages that were told.
    told: Told,
}

/// How far the streams inside a direction were told.
#[derive(Clone, Copy, Debug, Default)]
struct Told {
    data: u64,
    handshake: u64,
}

impl Default for Side {
    fn default() -> Self {
        Self {
            opener: None,
            inflate: None,
            next: VecDeque::new(),
            changed: false,
            joined: Secret::default(),
            failures: 0,
            given_up: false,
            lost: 0,
            tries: MAX_TRIES,
            told: Told::default(),
        }
    }
}

struct Inflate(Decompress);

impl fmt::Debug for Inflate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Inflate")
    }
}

impl Inflate {
    fn new() -> Self {
        Self(Decompress::new(true))
    }

    fn record(&mut self, bytes: &[u8]) -> Option<Secret> {
        let mut out = Vec::with_capacity(MAX_PLAIN);
        self.0.decompress_vec(bytes, &mut out, FlushDecompress::Sync).ok()?;
        Some(Secret::new(out))
    }
}

impl Side {
    /// Opens a record with the keys in use or, in TLS 1.3, with those that follow. Besides what was in it: how many bytes
    /// of content were missing before it.
    fn open(&mut self, record: Sealed<'_>, is_1_3: bool) -> Option<(Plain, u64)> {
        let lost = self.lost;
        let tries = &mut self.tries;
        let mut with = |opener: &mut Opener| match lost {
            0 => opener.open(record).map(|plain| (plain, 0)),
            _ => opener.open_behind(record, lost, tries),
        };
        let now = self.opener.as_mut().and_then(&mut with);
        if now.is_some() || !is_1_3 {
            return now;
        }
        let fits = self.next.iter_mut().enumerate();
        if let Some((at, opened)) = fits.map(|(at, opener)| (at, with(opener))).find(|(_, o)| o.is_some()) {
            self.next.drain(..at);
            self.opener = self.next.pop_front();
            return opened;
        }
        // The message that changed the keys may be among what is missing.
        let mut updated = self.opener.as_ref().filter(|_| lost > 0).and_then(Opener::updated)?;
        let opened = with(&mut updated)?;
        self.opener = Some(updated);
        Some(opened)
    }
}

impl Decrypt {
    pub(super) fn new(keys: TlsKeys) -> Self {
        Self {
            agreement: if keys.private().is_empty() { Agreement::default() } else { Agreement::collecting() },
            keys,
            agreed: false,
            means: Means::KeyLog,
            edition: 0,
            sides: <[Side; 2]>::default(),
            access: None,
            partly: false,
            told: None,
            out: Vec::new(),
            opened: Vec::new(),
            fragment: Span::default(),
            inside: Inside::default(),
            records: 0,
            spoken_of: false,
        }
    }

    /// For a connection whose server chose a suite that encrypts nothing: no keys are needed.
    pub(super) fn of_nothing(keys: Option<TlsKeys>) -> Self {
        let mut made = Self::new(keys.unwrap_or_default());
        made.agreement.challenge(&[]);
        made
    }

    fn side(&mut self, from: Direction) -> &mut Side {
        let [to_server, to_client] = &mut self.sides;
        match from {
            Direction::ToServer => to_server,
            Direction::ToClient => to_client,
        }
    }

    /// Opens the records of a message. What is new about access is returned; what was in the records waits in
    /// [`Self::take`].
    pub(super) fn message(&mut self, from: Direction, bytes: &[u8]) -> Option<Access> {
        (self.inside, self.records, self.spoken_of) = (Inside::default(), 0, false);
        let mut rest = bytes;
        if let (false, Ok((after, hello))) = (self.agreement.is_begun(), parse::ssl2_hello(bytes)) {
            self.agreement.challenge(hello.challenge);
            self.spoken_of = true;
            rest = after;
        }
        while let Ok((after, record)) = parse::record(rest) {
            rest = after;
            self.fragment = Span::of(bytes, record.fragment);
            if record.is_cut() {
                self.lost(from, record.raw.len() as u64);
            } else {
                self.record(from, &record);
            }
            self.spoken_of |= !self.inside.covers(self.records);
            self.records = self.records.saturating_add(1);
        }
        let news = self.access.filter(|_| self.access != self.told);
        self.told = self.access;
        news
    }

    /// The records of the last message that were opened, if somebody wants to cover them again.
    pub(super) fn records(&mut self) -> Vec<TlsRecord> {
        std::mem::take(&mut self.opened)
    }

    /// True if the last message held application data.
    pub(super) fn has_data(&self) -> bool {
        let data = |opened: &Opened| matches!(opened, Opened::Plain(p) if p.content == content::APPLICATION_DATA);
        self.out.iter().any(data)
    }

    /// What was in the records of the last message.
    pub(super) const fn inside(&self) -> Inside {
        self.inside
    }

    /// True if the last message has something to say besides what was opened in it.
    pub(super) const fn is_spoken_of(&self) -> bool {
        self.spoken_of
    }

    /// What the last message held.
    pub(super) fn take(&mut self) -> Vec<Opened> {
        std::mem::take(&mut self.out)
    }

    /// So many bytes of a direction are missing, or could not be taken for records.
    pub(super) fn lost(&mut self, from: Direction, bytes: u64) {
        let side = self.side(from);
        side.lost = side.lost.saturating_add(bytes);
        side.joined = Secret::default();
        // What is compressed cannot be read on.
        side.given_up |= side.inflate.is_some();
        if !side.changed {
            self.agreement.broken();
        }
    }

    fn record(&mut self, from: Direction, record: &Record<'_>) {
        let (kind, fragment) = (record.content.value, record.fragment);
        let is_1_3 = self.agreement.is_1_3();
        let (chosen, early) = (self.agreement.is_chosen(), self.agreement.is_early());
        let side = self.side(from);
        if side.given_up {
            return;
        }
        // The change to the keys may be among what is missing.
        let hidden = kind == content::APPLICATION_DATA
            || kind == content::HANDSHAKE && !parse::may_be_handshake(fragment)
            || kind == content::ALERT && fragment.len() != 2;
        if !is_1_3 && chosen && !side.changed && side.lost > 0 && hidden {
            self.change(from);
        }
        let side = self.side(from);
        // TLS 1.3 sends a change of cipher for show, never encrypted.
        let sealed = if is_1_3 { kind == content::APPLICATION_DATA } else { side.changed };
        if sealed {
            return self.sealed(from, Sealed { content: kind, version: record.version.value, fragment });
        }
        side.lost = 0;
        match kind {
            content::HANDSHAKE => self.handshakes(from, fragment, false),
            // Early data comes with a change of cipher for show, before the server chose a version.
            content::CHANGE_CIPHER_SPEC if !is_1_3 && !early => self.change(from),
            // A connection whose start is not captured.
            content::APPLICATION_DATA if !self.agreement.is_begun() => self.access = Some(Access::NoHandshake),
            content::APPLICATION_DATA if early => {
                self.early(from, Sealed { content: kind, version: record.version.value, fragment });
            }
            _ => {}
        }
    }

    /// Opens early data (RFC 8446 §2.3), which is sent before the server chose a suite: the one that fits is meant. What
    /// does not fit may be opened by nobody, and keeps nothing else closed.
    fn early(&mut self, from: Direction, record: Sealed<'_>) {
        let tried = if self.side(from).opener.is_some() { Vec::new() } else { self.agreement.early(&self.keys) };
        let side = self.side(from);
        let fits = side.opener.take().into_iter().chain(tried).find_map(|mut opener| {
            let plain = opener.open(record)?;
            Some((opener, plain))
        });
        if let Some((opener, plain)) = fits {
            side.opener = Some(opener);
            self.access = Some(Access::Opened(Means::KeyLog));
            self.inside.set(self.records, plain.content);
            self.opened(from, record, &plain, 0);
            self.out.push(Opened::Plain(plain));
        } else if self.access.is_none() {
            self.access = Some(Access::NoHandshake);
        }
    }

    /// The direction changes to the keys agreed on.
    fn change(&mut self, from: Direction) {
        if !std::mem::replace(&mut self.agreed, true) {
            let (keys, agreement) = (&self.keys, &mut self.agreement);
            match keys.derive(|| agreement.openers(keys)) {
                Ok(([client, server], means)) => {
                    let [to_server, to_client] = &mut self.sides;
                    to_server.next = [client].into();
                    to_client.next = [server].into();
                    self.means = means;
                }
                Err(why) => self.access = self.access.filter(|access| access.was_read()).or(Some(why)),
            }
        }
        let deflate = self.agreement.deflates();
        let side = self.side(from);
        side.changed = true;
        side.opener = side.next.pop_front();
        side.inflate = deflate.then(Inflate::new);
    }

    fn sealed(&mut self, from: Direction, record: Sealed<'_>) {
        let is_1_3 = self.agreement.is_1_3();
        let mut opened = self.side(from).open(record, is_1_3);
        if opened.is_none() && is_1_3 && self.derive_anew() {
            opened = self.side(from).open(record, is_1_3);
        }
        let side = self.side(from);
        let lost = side.lost;
        let opened = opened.and_then(|(plain, missing)| match &mut side.inflate {
            Some(inflate) => Some((Plain { bytes: inflate.record(plain.bytes.bytes())?, ..plain }, missing)),
            None => Some((plain, missing)),
        });
        let Some((plain, missing)) = opened else {
            let keyed = side.opener.is_some() || !side.next.is_empty();
            side.failures = side.failures.saturating_add(1);
            // Early data may be sent under a secret that is not known; up to TLS 1.2 nothing is skipped unless something
            // is missing.
            side.given_up = !is_1_3 && lost == 0 || side.failures >= PATIENCE;
            if lost > 0 {
                side.lost = lost.saturating_add(record.fragment.len() as u64).saturating_add(5);
            }
            if keyed {
                let was_read = self.access.is_some_and(Access::was_read);
                self.partly |= was_read && lost == 0;
                self.access = Some(match (was_read, self.partly) {
                    (true, true) => Access::Part,
                    (true, false) => Access::Lost,
                    (false, _) => Access::Mismatch,
                });
            } else if self.access.is_none() {
                self.access = Some(Access::NoHandshake);
            }
            return;
        };
        (side.failures, side.lost) = (0, 0);
        self.access = Some(if self.partly { Access::Part } else { Access::Opened(self.means) });
        self.inside.set(self.records, plain.content);
        self.opened(from, record, &plain, missing);
        if missing > 0 {
            self.out.push(Opened::Gap(missing));
        }
        match plain.content {
            content::HANDSHAKE => self.handshakes(from, plain.bytes.bytes(), true),
            // A new handshake inside the old one.
            content::CHANGE_CIPHER_SPEC if !is_1_3 => self.change(from),
            _ => self.out.push(Opened::Plain(plain)),
        }
    }

    /// Notes how a record was covered, and where what was in it belongs.
    fn opened(&mut self, from: Direction, record: Sealed<'_>, plain: &Plain, missing: u64) {
        let side = self.side(from);
        let len = plain.bytes.bytes().len() as u64;
        let is_data = plain.content == content::APPLICATION_DATA;
        let place = match plain.content {
            content::HANDSHAKE => side.told.handshake.saturating_add(side.joined.bytes().len() as u64),
            content::APPLICATION_DATA => side.told.data.saturating_add(missing),
            _ => 0,
        };
        side.told.data = side.told.data.saturating_add(missing).saturating_add(if is_data { len } else { 0 });
        // What is compressed would not be as long again.
        let opener = side.opener.as_ref().filter(|_| side.inflate.is_none());
        if let Some(cover) = opener.and_then(|opener| opener.cover(record, plain)) {
            let bytes = match plain.content {
                content::HANDSHAKE | content::APPLICATION_DATA => Secret::default(),
                _ => plain.bytes.clone(),
            };
            let fragment = self.fragment;
            self.opened.push(TlsRecord { fragment, content: plain.content, place, len, bytes, cover });
        }
    }

    /// Takes the content of a handshake record: whole messages are looked into, the rest waits.
    fn handshakes(&mut self, from: Direction, fragment: &[u8], opened: bool) {
        let side = self.side(from);
        let mut joined = std::mem::take(&mut side.joined);
        joined.extend(fragment);
        let mut at = 0_usize;
        while let Some(rest) = joined.bytes().get(at..)
            && let Ok((_, message)) = parse::handshake(rest)
            && !message.is_cut()
        {
            at = at.saturating_add(message.raw.len());
            self.handshake(from, &message);
        }
        let left = Secret::new(joined.bytes().get(at..).unwrap_or(&[]).to_vec());
        joined.cut(at);
        if opened && at > 0 {
            let told = &mut self.side(from).told;
            told.handshake = told.handshake.saturating_add(joined.bytes().len() as u64);
            self.out.push(Opened::Plain(Plain { content: content::HANDSHAKE, bytes: joined }));
        }
        let bearable = left.bytes().len() <= MAX_HANDSHAKE as usize;
        self.side(from).joined = if bearable { left } else { Secret::default() };
    }

    /// Derives the keys of TLS 1.3, as far as their secrets are known.
    fn traffic(&mut self) -> Result<(), Access> {
        let (keys, agreement) = (&self.keys, &self.agreement);
        self.edition = keys.edition();
        let [client, server] = keys.derive(|| agreement.traffic(keys))?;
        let [to_server, to_client] = &mut self.sides;
        to_server.next = client.into();
        to_client.next = server.into();
        self.means = Means::KeyLog;
        Ok(())
    }

    /// The same once more if secrets came since: those of the handshake are written down before those of what follows. A
    /// record fits one key only, so keys that were used already do no harm.
    fn derive_anew(&mut self) -> bool {
        self.keys.catch_up();
        self.agreement.is_chosen() && self.keys.edition() != self.edition && self.traffic().is_ok()
    }

    fn handshake(&mut self, from: Direction, message: &parse::Handshake<'_>) {
        self.agreement.message(from, message, &self.keys);
        match message.kind.value {
            handshake_type::CLIENT_HELLO => self.agreed = false,
            handshake_type::SERVER_HELLO if self.agreement.is_1_3() => {
                if let Err(why) = self.traffic() {
                    self.access = Some(why);
                }
            }
            handshake_type::KEY_UPDATE if self.agreement.is_1_3() => {
                let side = self.side(from);
                if let Some(next) = side.opener.as_ref().and_then(Opener::updated) {
                    side.opener = Some(next);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::ZlibEncoder};
    use std::io::Write;

    #[test]
    fn a_record_inflates_to_what_a_record_may_hold() {
        let packed = |text: &[u8]| {
            let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(text).unwrap();
            encoder.flush().unwrap();
            encoder.get_ref().clone()
        };
        let mut inflate = Inflate::new();
        assert_eq!(inflate.record(&packed(b"GET / HTTP/1.1")).unwrap().bytes(), b"GET / HTTP/1.1");
        // Eight megabytes of nothing in eight kilobytes.
        let bomb = packed(&vec![0; 8 << 20]);
        assert!(bomb.len() < MAX_PLAIN);
        assert!(Inflate::new().record(&bomb).is_none_or(|plain| plain.bytes().len() <= MAX_PLAIN));
        assert!(Inflate::new().record(b"no deflate").is_none());
    }
}
