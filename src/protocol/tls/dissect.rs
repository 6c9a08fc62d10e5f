//! Records into events. What TLS-DSK carries in a header is described by the same walk.

use super::describe::{self, Form};
use super::fields as f;
use super::handshake;
use super::handshake::RETRY;
use super::parse::{self, Handshake, Record, Ssl2Hello, content, handshake_type};
use super::session::{Inside, Note, Session};
use crate::fact::{Fact, Handshake as Told, Hidden, TlsAlert, TlsChoice, TlsFlight, TlsOffer};
use crate::field::{Mark, Value};
use crate::knowledge::tls::alert_title;
use crate::protocol::{Message, Out};
use std::borrow::Cow;

/// Describes the records of one message.
pub fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let note = Note::unpack(message.note);
    if note.first {
        out.fact(Fact::Encrypted, message.bytes);
    }
    if !out.shows() && !note.tells {
        return;
    }
    let told =
        note.tells.then(|| Told { data: note.data, covered: note.covered, access: note.access, ..Told::default() });
    out.group(&f::TLS, message.bytes, |out| {
        let mut walk = Walk { session: note.session, told, inside: note.inside, ..Walk::default() };
        match note.content {
            0 => walk.records(message, message.bytes, out),
            content::ALERT => walk.alert(message.bytes, out),
            _ => {
                let _ = walk.messages(message, message.bytes, out);
            }
        }
        walk.goes_on(out);
        if let Some(told) = walk.told.filter(|told| *told != Told::default()) {
            out.fact(Fact::Handshake(Box::new(told)), message.bytes);
        }
        if !out.shows() {
            return;
        }
        let said = walk.titles.join(", ");
        match (note.more, said.as_str()) {
            (true, "") => {}
            (true, said) => out.column_more(format_args!(", {said}")),
            // Opened by itself in this frame, it comes behind what TLS said of its cover: nothing.
            (false, said) if note.content != 0 => out.column_more(format_args!("{said}")),
            (false, said) => out.column(walk.session.column(walk.record_version), format_args!("{said}")),
        }
        if walk.holds_data {
            out.yields();
        }
    });
}

/// Certificates that the analysis is told of one chain, and bytes of each.
const MAX_CHAIN: usize = 8;
const MAX_CERTIFICATE: usize = 16 << 10;

/// What of a chain the analysis is told.
fn kept(chain: Vec<&[u8]>) -> Vec<Box<[u8]>> {
    chain.into_iter().take(MAX_CHAIN).take_while(|der| der.len() <= MAX_CERTIFICATE).map(Into::into).collect()
}

/// A walk over records that follow each other in one direction.
#[derive(Debug, Default)]
pub struct Walk {
    /// What is settled.
    pub session: Session,
    /// What the info column says, one item a message.
    pub titles: Vec<Cow<'static, str>>,
    /// What the walk tells the analysis, if it is to.
    flight: Option<TlsFlight>,
    /// The same of a connection of its own.
    pub told: Option<Told>,
    record_version: u16,
    /// What was in the records, and the number of the next.
    inside: Inside,
    next: u32,
    /// A record was opened and held data.
    holds_data: bool,
    /// The handshake messages of a flight.
    said: Vec<u8>,
    /// The start of a handshake message that the records so far do not complete.
    carry: Vec<u8>,
}

impl Walk {
    /// A walk from the start of a handshake, that tells the analysis what it meets.
    pub fn telling() -> Self {
        Self { flight: Some(TlsFlight::default()), ..Self::default() }
    }

    /// Describes records to the end of `bytes`.
    pub fn records<'b>(&mut self, message: &Message<'b>, bytes: &'b [u8], out: &mut Out<'_, 'b>) {
        let mut rest = bytes;
        if let Ok((after, hello)) = parse::ssl2_hello(rest) {
            self.ssl2_hello(&hello, out);
            rest = after;
        }
        while !rest.is_empty() {
            let Ok((after, record)) = parse::record(rest) else {
                self.titles.push("Ignored Unknown Record".into());
                out.group(&f::IGNORED, rest, |out| out.malformed(rest, "not a TLS record"));
                return;
            };
            self.record(message, &record, out);
            rest = after;
        }
    }

    /// Marks a handshake message that was begun and not completed.
    pub fn goes_on(&mut self, out: &mut Out<'_, '_>) {
        let carry = std::mem::take(&mut self.carry);
        if carry.is_empty() {
            return;
        }
        let kind = carry.first().copied().unwrap_or_default();
        let title = f::handshake_type(kind.into()).unwrap_or("handshake message");
        self.titles.push(format!("{title} (goes on)").into());
        out.derived("TLS handshake", &carry, |out| {
            out.group(&f::HANDSHAKE, &carry, |out| {
                let (kind, rest) = carry.split_at_checked(1).unwrap_or_default();
                out.number(&f::HANDSHAKE_TYPE, kind, kind.first().copied().unwrap_or_default());
                if let Some([high, middle, low]) = rest.first_chunk() {
                    let length = u32::from_be_bytes([0, *high, *middle, *low]);
                    out.number(&f::HANDSHAKE_LENGTH, rest.get(..3).unwrap_or(rest), length);
                }
                out.mark(Mark::Note("the handshake message goes on behind these records"), &carry);
            });
        });
    }

    /// What the walk tells of a flight.
    pub fn flight(&mut self) -> Option<TlsFlight> {
        let said = Hidden::new(&self.said, TlsFlight::MAX_SAID);
        let changed = self.session.changed;
        self.flight.take().map(|flight| {
            let resumed = flight.server_hello && changed && flight.certificates.is_empty();
            TlsFlight { resumed, said, ..flight }
        })
    }

    fn record<'b>(&mut self, message: &Message<'b>, record: &Record<'b>, out: &mut Out<'_, 'b>) {
        let Record { raw, content, version, length, fragment } = *record;
        let is_client_hello =
            content.value == content::HANDSHAKE && fragment.first() == Some(&handshake_type::CLIENT_HELLO);
        self.session.record(version.value, is_client_hello);
        self.record_version = version.value;
        out.group(&f::RECORD, raw, |out| {
            let opaque = content.value == content::APPLICATION_DATA && self.session.is_1_3();
            out.number(if opaque { &f::OPAQUE_TYPE } else { &f::CONTENT_TYPE }, content.raw, content.value);
            out.number(&f::RECORD_VERSION, version.raw, version.value);
            out.number(&f::RECORD_LENGTH, length.raw, length.value);
            if content.value != content::HANDSHAKE {
                self.carry.clear();
            }
            let (covers, inside) = (self.inside.covers(self.next), self.inside.of(self.next));
            self.next = self.next.saturating_add(1);
            self.holds_data |= inside == Some(content::APPLICATION_DATA);
            if let Some(inside) = inside.filter(|_| opaque) {
                out.number(&f::CONTENT_TYPE, &[], inside);
            }
            // What is in it is told of by itself.
            if covers {
                return;
            }
            match content.value {
                content::CHANGE_CIPHER_SPEC => {
                    out.group(&f::CHANGE_CIPHER, fragment, |_| {});
                    self.session.changed = true;
                    self.titles.push("Change Cipher Spec".into());
                }
                content::ALERT => self.alert(fragment, out),
                content::HANDSHAKE => self.handshakes(message, fragment, out),
                content::HEARTBEAT => self.titles.push("Heartbeat".into()),
                _ => {
                    out.bytes(&f::APP_DATA, fragment);
                    self.titles.push("Application Data".into());
                }
            }
            if record.is_cut() {
                out.mark(Mark::Note("the record goes on behind these bytes"), fragment);
            }
        });
    }

    fn alert<'b>(&mut self, fragment: &'b [u8], out: &mut Out<'_, 'b>) {
        let names = match fragment {
            [level, desc] => f::alert_level((*level).into()).zip(alert_title((*desc).into())),
            _ => None,
        };
        let ([level, desc], Some((level_name, desc_name))) = (fragment, names) else {
            self.titles.push("Encrypted Alert".into());
            out.group(&f::ALERT, fragment, |out| out.label(format_args!("Alert Message: Encrypted Alert")));
            return;
        };
        out.group(&f::ALERT, fragment, |out| {
            out.number(&f::ALERT_LEVEL, std::slice::from_ref(level), *level);
            out.number(&f::ALERT_DESC, std::slice::from_ref(desc), *desc);
        });
        self.titles.push(format!("Alert (Level: {level_name}, Description: {desc_name})").into());
        if let Some(flight) = &mut self.flight {
            flight.alert = Some(*desc);
        }
        if let Some(told) = &mut self.told {
            told.alert = Some(TlsAlert { level: *level, code: *desc });
        }
    }

    /// The handshake messages of one record, and what an earlier record began.
    fn handshakes<'b>(&mut self, message: &Message<'b>, fragment: &'b [u8], out: &mut Out<'_, 'b>) {
        if !self.carry.is_empty() {
            let mut joined = std::mem::take(&mut self.carry);
            joined.extend_from_slice(fragment);
            let complete = parse::handshake(&joined).is_ok_and(|(_, h)| !h.is_cut());
            let mut left = joined.len();
            if complete {
                out.derived("TLS handshake", &joined, |out| {
                    let inner = Message { bytes: &joined, note: 0, ..*message };
                    left = self.messages(&inner, &joined, out).len();
                });
            }
            joined.drain(..joined.len().saturating_sub(left));
            self.carry = joined;
            return;
        }
        if self.session.changed && !self.session.is_1_3() || !parse::may_be_handshake(fragment) {
            self.titles.push("Encrypted Handshake Message".into());
            out.group(&f::HANDSHAKE, fragment, |out| {
                out.label(format_args!("Handshake Protocol: Encrypted Handshake Message"));
                if !self.session.changed {
                    out.mark(Mark::Note("encrypted, or of a length that no handshake message has"), fragment);
                }
            });
            return;
        }
        let left = self.messages(message, fragment, out);
        self.carry.extend_from_slice(left);
    }

    /// Describes the whole messages in `bytes`; returns what is left.
    fn messages<'b>(&mut self, message: &Message<'b>, bytes: &'b [u8], out: &mut Out<'_, 'b>) -> &'b [u8] {
        let mut rest = bytes;
        while let Ok((after, handshake)) = parse::handshake(rest) {
            if handshake.is_cut() {
                break;
            }
            self.handshake(message, &handshake, out);
            rest = after;
        }
        rest
    }

    fn handshake<'b>(&mut self, message: &Message<'b>, handshake: &Handshake<'b>, out: &mut Out<'_, 'b>) {
        let Handshake { raw, kind, length, body } = *handshake;
        self.session.handshake(kind.value, body);
        self.tell(kind.value, body);
        if self.flight.is_some() && self.said.len() <= TlsFlight::MAX_SAID {
            self.said.extend_from_slice(raw);
        }
        self.tell_handshake(kind.value, body);
        if !out.shows() {
            return;
        }
        let retry = kind.value == handshake_type::SERVER_HELLO && body.get(2..34) == Some(&RETRY);
        let name =
            if retry { "Hello Retry Request" } else { f::handshake_type(kind.value.into()).unwrap_or("Unknown") };
        self.titles.push(name.into());
        out.group(&f::HANDSHAKE, raw, |out| {
            out.number(&f::HANDSHAKE_TYPE, kind.raw, kind.value);
            out.number(&f::HANDSHAKE_LENGTH, length.raw, length.value);
            let form = if self.session.is_1_3() { Form::Modern } else { Form::Classic };
            describe::body(message, kind.value, body, form, out);
            out.label(format_args!("Handshake Protocol: {name}"));
        });
    }

    /// Adds to what the analysis is told of a connection.
    fn tell_handshake(&mut self, kind: u8, body: &[u8]) {
        let is_1_3 = self.session.is_1_3();
        let Some(told) = &mut self.told else { return };
        let text = |raw: &[u8]| String::from_utf8_lossy(raw).into_owned();
        match kind {
            handshake_type::CLIENT_HELLO => {
                told.offer = handshake::client_hello(body).and_then(|hello| {
                    let random = *hello.random.first_chunk()?;
                    Some(TlsOffer {
                        version: hello.offered_version(),
                        random,
                        server_name: hello.server_name().map(text),
                    })
                });
            }
            handshake_type::SERVER_HELLO => {
                told.choice =
                    handshake::server_hello(body).filter(|hello| hello.random != RETRY).map(|hello| TlsChoice {
                        version: hello.chosen_version(),
                        suite: hello.suite(),
                        protocol: hello.protocol().map(text),
                    });
            }
            handshake_type::CERTIFICATE_REQUEST => told.asks_certificate = true,
            handshake_type::CERTIFICATE if told.certificates.is_empty() => {
                told.answers_certificate = true;
                let chain = handshake::certificates(body, is_1_3);
                told.chain = chain.len();
                told.certificates = kept(chain);
            }
            _ => {}
        }
    }

    /// Adds to what the analysis is told of a flight in TLS-DSK.
    fn tell(&mut self, kind: u8, body: &[u8]) {
        let Some(flight) = &mut self.flight else { return };
        match kind {
            handshake_type::CLIENT_HELLO => {
                flight.client_hello = true;
                if let Some(hello) = handshake::client_hello(body) {
                    flight.version = Some(hello.version);
                    flight.client_time = Some(describe::clock(hello.random));
                    flight.client_random = hello.random.first_chunk().copied();
                }
            }
            handshake_type::SERVER_HELLO => {
                flight.server_hello = true;
                if let Some(hello) = handshake::server_hello(body) {
                    flight.version = Some(hello.chosen_version());
                    flight.suite = hello.suite();
                    flight.server_random = hello.random.first_chunk().copied();
                }
            }
            handshake_type::CERTIFICATE if flight.certificates.is_empty() => {
                flight.certificates = kept(handshake::certificates(body, false));
            }
            _ => {}
        }
    }

    fn ssl2_hello<'b>(&mut self, hello: &Ssl2Hello<'b>, out: &mut Out<'_, 'b>) {
        self.record_version = 2;
        self.titles.push("Client Hello".into());
        if let Some(flight) = &mut self.flight {
            flight.client_hello = true;
            flight.version = Some(hello.version.value);
        }
        out.group(&f::RECORD, hello.raw, |out| {
            out.value(&f::RECORD_VERSION, hello.raw.get(..0).unwrap_or(hello.raw), Value::Number(2));
            out.number(&f::RECORD_LENGTH, hello.length.raw, hello.length.value);
            out.number(&f::HANDSHAKE_TYPE, hello.kind.raw, hello.kind.value);
            out.number(&f::VERSION, hello.version.raw, hello.version.value);
            out.number(&f::SPEC_LENGTH, hello.specs_length.raw, hello.specs_length.value);
            out.number(&f::SESSION_ID_LENGTH, hello.session_id_length.raw, hello.session_id_length.value);
            out.number(&f::CHALLENGE_LENGTH, hello.challenge_length.raw, hello.challenge_length.value);
            for spec in hello.specs.as_chunks::<3>().0 {
                let [high, middle, low] = *spec;
                out.number(&f::SPEC, spec, u32::from_be_bytes([0, high, middle, low]));
            }
            if !hello.session_id.is_empty() {
                out.bytes(&f::SESSION_ID, hello.session_id);
            }
            out.group(&f::CHALLENGE, hello.challenge, |_| {});
        });
    }
}
