//! A head read once: its start line, and the fields that everything else asks for.

use super::header::{Meaning, known};
use super::parse::{FieldLine, FieldLines, StartLine, cut_start_line, decimal, first_line, list, start_line};
use super::{note, secret, ticket};
use crate::fact::{self, Diagnostic, Fact, Language, Start, WebHead};
use crate::protocol::Out;
use crate::wire::{Timestamp, text::trim};

/// Bytes kept of one field that names a place.
const MAX_TEXT: usize = 1024;
/// Diagnostics kept of one message.
const MAX_DIAGNOSTICS: usize = 8;

/// A head and what follows it.
#[derive(Clone, Debug)]
pub struct Head<'b> {
    /// The start line.
    pub start: StartLine<'b>,
    /// Its bytes with the line end.
    pub start_raw: &'b [u8],
    /// The field lines, from the first.
    pub lines: FieldLines<'b>,
    /// The bytes of the head, with the empty line.
    pub raw: &'b [u8],
    /// The empty line was there.
    pub ended: bool,
    /// What follows the head.
    pub body: &'b [u8],
    /// `Host`
    pub host: Option<&'b [u8]>,
    /// `Content-Type`
    pub content_type: Option<&'b [u8]>,
    /// `Content-Encoding`
    pub encoding: Option<&'b [u8]>,
    /// True if the last transfer coding is `chunked`.
    pub chunked: bool,
    user_agent: Option<&'b [u8]>,
    server: Option<&'b [u8]>,
    date: Option<&'b [u8]>,
    /// `Age`: the answer comes out of a cache.
    age: Option<&'b [u8]>,
    location: Option<&'b [u8]>,
    action: Option<&'b [u8]>,
    /// `X-MS-Server-Fqdn`
    pub server_fqdn: Option<&'b [u8]>,
    ticket_url: Option<&'b [u8]>,
    runtime: Option<&'b [u8]>,
    hsts: Option<&'b [u8]>,
    origin: Option<&'b [u8]>,
    /// True if a field authenticates or says why it failed.
    pub speaks: bool,
}

impl<'b> Head<'b> {
    /// Reads the head at the start of `bytes`.
    pub fn read(bytes: &'b [u8]) -> Option<Self> {
        let (start, rest) = match first_line(bytes) {
            Some((line, rest)) => (start_line(line)?, rest),
            None => (cut_start_line(bytes)?, bytes.get(bytes.len()..)?),
        };
        let mut lines = FieldLines::of(rest);
        let mut head = Self {
            start,
            start_raw: before(bytes, rest),
            lines: lines.clone(),
            raw: bytes,
            ended: false,
            body: &[],
            host: None,
            content_type: None,
            encoding: None,
            chunked: false,
            user_agent: None,
            server: None,
            date: None,
            age: None,
            location: None,
            action: None,
            server_fqdn: None,
            runtime: None,
            ticket_url: None,
            hsts: None,
            origin: None,
            speaks: false,
        };
        for line in lines.by_ref() {
            head.note(&line);
        }
        let rest = lines.rest();
        head.body = [&b"\r\n"[..], b"\n", b"\r"].iter().find_map(|end| rest.strip_prefix(*end)).unwrap_or(rest);
        head.ended = head.body.len() < rest.len();
        head.raw = before(bytes, head.body);
        Some(head)
    }

    fn note(&mut self, line: &FieldLine<'b>) {
        // By length first: most lines are none of these.
        let place = match line.name.len() {
            3 if line.is("Age") => &mut self.age,
            4 if line.is("Host") => &mut self.host,
            4 if line.is("Date") => &mut self.date,
            6 if line.is("Server") => &mut self.server,
            8 if line.is("Location") => &mut self.location,
            10 if line.is("User-Agent") => &mut self.user_agent,
            10 if line.is("SOAPAction") => &mut self.action,
            12 if line.is("Content-Type") => &mut self.content_type,
            16 if line.is("Content-Encoding") => &mut self.encoding,
            16 if line.is("X-MS-Server-Fqdn") => &mut self.server_fqdn,
            16 if line.is("X-AspNet-Version") => &mut self.runtime,
            17 if line.is("X-MS-WebTicketURL") => &mut self.ticket_url,
            25 if line.is("Strict-Transport-Security") => &mut self.hsts,
            27 if line.is("Access-Control-Allow-Origin") => &mut self.origin,
            17 if line.is("Transfer-Encoding") => {
                self.chunked = list(line.value).next_back().is_some_and(|c| c.eq_ignore_ascii_case(b"chunked"));
                return;
            }
            13 | 14 | 16 | 18 | 19 => {
                self.speaks |= matches!(
                    known(line).meaning,
                    Meaning::Challenge { .. } | Meaning::Credential { .. } | Meaning::WebTicket | Meaning::Diagnostics
                );
                return;
            }
            _ => return,
        };
        place.get_or_insert(line.value);
    }

    /// What the fields say of a web service.
    fn web(&self) -> Option<Box<WebHead>> {
        let uri = |value: Option<&[u8]>| value.map(|v| bounded(&secret::uri(trim(v))));
        let web = WebHead {
            content_type: self.content_type.map(|v| bounded(media_type(v)).to_ascii_lowercase()).unwrap_or_default(),
            action: self.action.map(|v| bounded(unquoted(trim(v)))).unwrap_or_default(),
            location: uri(self.location),
            server_fqdn: self.server_fqdn.map(|v| bounded(trim(v))),
            ticket_url: uri(self.ticket_url),
            runtime: self.runtime.map(|v| bounded(trim(v))),
            hsts: self.hsts.map(max_age),
            any_origin: self.origin.is_some_and(|v| trim(v) == b"*"),
        };
        (!web.is_empty()).then(|| Box::new(web))
    }

    /// Tells the analysis about the message; what its fields and body say follows.
    pub fn tell(&self, whole: &[u8], note: u64, out: &mut Out<'_, 'b>) {
        let text = |value: Option<&[u8]>| value.map(|v| String::from_utf8_lossy(v).into_owned());
        let start = match self.start {
            StartLine::Request { method, target, .. } => Start::Request {
                method: String::from_utf8_lossy(method).into_owned(),
                target: String::from_utf8_lossy(&secret::uri(target)).into_owned(),
            },
            StartLine::Response { status, phrase, .. } => {
                Start::Response { status, phrase: String::from_utf8_lossy(phrase).into_owned() }
            }
        };
        // A cache hands on the time at which it got an answer: no clock shows it any more (RFC 9111 section 5.1).
        let fresh = self.age.is_none_or(|age| trim(age).iter().all(|digit| *digit == b'0'));
        let date =
            self.date.filter(|_| fresh).and_then(|d| std::str::from_utf8(d).ok()).and_then(Timestamp::from_http_date);
        let mut diagnostics = Vec::new();
        if self.speaks {
            let lines = self.lines.clone().filter(|line| known(line).meaning == Meaning::Diagnostics);
            diagnostics.extend(lines.filter_map(|line| diagnostic(line.value)).take(MAX_DIAGNOSTICS));
        }
        let head = fact::Head {
            language: Language::Http,
            start,
            host: text(self.host),
            user_agent: text(self.user_agent),
            server: text(self.server),
            date,
            transaction: note::transaction(note).unwrap_or_default(),
            sip: None,
            web: self.web(),
            diagnostics,
            whole: self.ended && note & (note::CUT | note::SKIPPED) == 0,
        };
        out.fact(Fact::Head(Box::new(head)), whole);
        if let StartLine::Request { target, .. } = self.start
            && let Some(ticket) = ticket::of_query(target)
        {
            out.fact(Fact::WebTicket(Box::new(ticket)), target);
        }
    }
}

/// A media type without its parameters.
pub fn media_type(content_type: &[u8]) -> &[u8] {
    let end = content_type.iter().position(|b| matches!(b, b';' | b' ' | b'\t')).unwrap_or(content_type.len());
    content_type.get(..end).unwrap_or(content_type)
}

/// A value without the quotes around it, of which one may be missing.
fn unquoted(value: &[u8]) -> &[u8] {
    let value = value.strip_prefix(b"\"").unwrap_or(value);
    value.strip_suffix(b"\"").unwrap_or(value)
}

/// Text from the wire, as much of it as is worth keeping.
fn bounded(text: &[u8]) -> String {
    String::from_utf8_lossy(text.get(..MAX_TEXT).unwrap_or(text)).into_owned()
}

/// The part of `whole` in front of `rest`, its end.
pub fn before<'b>(whole: &'b [u8], rest: &[u8]) -> &'b [u8] {
    whole.get(..whole.len().saturating_sub(rest.len())).unwrap_or(&[])
}

/// `28020;source="fqdn";reason="text"` ([MS-OCAUTHWS] 3.2.4.1, [MS-OCER]).
pub fn diagnostic(value: &[u8]) -> Option<Diagnostic> {
    let mut parts = Parts { rest: value };
    let id = decimal(trim(parts.next()?)).and_then(|n| u32::try_from(n).ok())?;
    let mut found =
        Diagnostic { id, reason: String::new(), source: String::new(), result: Diagnostic::result_in(value) };
    for part in parts {
        let Some((name, value)) = memchr::memchr(b'=', part).and_then(|at| part.split_at_checked(at)) else { continue };
        let value = trim(value.get(1..).unwrap_or(&[]));
        let value = unquoted(value);
        let place = match trim(name) {
            name if name.eq_ignore_ascii_case(b"reason") => &mut found.reason,
            name if name.eq_ignore_ascii_case(b"source") => &mut found.source,
            _ => continue,
        };
        *place = String::from_utf8_lossy(value).into_owned();
    }
    Some(found)
}

/// The parts between semicolons that stand outside quotes.
struct Parts<'b> {
    rest: &'b [u8],
}

impl<'b> Iterator for Parts<'b> {
    type Item = &'b [u8];

    fn next(&mut self) -> Option<&'b [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let mut quoted = false;
        let end = self.rest.iter().position(|b| {
            quoted ^= *b == b'"';
            *b == b';' && !quoted
        });
        let (part, rest) = self.rest.split_at_checked(end.unwrap_or(self.rest.len()))?;
        self.rest = rest.get(1..).unwrap_or(&[]);
        Some(part)
    }
}

/// The seconds of `max-age=31536000; includeSubDomains` (RFC 6797 §6.1.1); 0 where there is no number.
fn max_age(value: &[u8]) -> u32 {
    let text = String::from_utf8_lossy(value).to_ascii_lowercase();
    let parts = text.split(';').filter_map(|part| part.split_once('='));
    let said =
        parts.filter(|(name, _)| name.trim() == "max-age").map(|(_, value)| value.trim().trim_matches('"')).next();
    let digits = said.filter(|said| !said.is_empty() && said.bytes().all(|b| b.is_ascii_digit()));
    // More than fits is more than enough.
    digits.map_or(0, |digits| digits.parse().unwrap_or(u32::MAX))
}
