//! Describes one HTTP/1 message: start line, fields with the tokens inside, exchange, chunks, and the body's content.

use super::body::{Expanded, dechunk, expand, in_chunks};
use super::chunk::{Chunks, Piece, size};
use super::head::{Head, before, diagnostic};
use super::header::{Meaning, known, shown as shown_as};
use super::media::Media;
use super::parse::{FieldLine, FieldLines, StartLine, decimal};
use super::{auth, fields as f, note, page, secret, ticket};
use crate::fact::Fact;
use crate::field::{Mark, Value};
use crate::knowledge;
use crate::knowledge::service::{Service, place_of};
use crate::protocol::expert::{self, Group, Severity};
use crate::protocol::{Message, Out, Pair, data, lync};
use crate::wire::text::{escape, trim};

/// Chunks shown of one body.
const MAX_CHUNKS: usize = 4096;

/// Methods of UPnP's events, which Wireshark tells from requests.
const NOTIFICATIONS: [&[u8]; 3] = [b"NOTIFY ", b"SUBSCRIBE ", b"UNSUBSCRIBE "];

/// A response has its request's transaction; an interim response (1xx) leaves the request waiting.
pub fn pair(bytes: &[u8], note: u64) -> Option<Pair> {
    let key = note::transaction(note)?.into();
    let interim = bytes.get(8..10) == Some(b" 1") && bytes.get(9..12) != Some(b"101");
    let response = bytes.starts_with(b"HTTP/");
    if NOTIFICATIONS.iter().any(|method| bytes.starts_with(method)) {
        return None;
    }
    (!(response && interim)).then(|| Pair::new(key, !response))
}

/// Describes `message`.
pub fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let whole = message.bytes;
    let head = if message.note & note::STRAY == 0 { Head::read(whole) } else { None };
    let Some(head) = head else { return stray(message, out) };
    head.tell(whole, message.note, out);
    let content = Content::of(&head, out);
    if out.shows() {
        out.group(&f::HTTP, whole, |out| show(message, &head, &content, out));
    } else if head.speaks {
        for line in head.lines.clone() {
            tell(message, &line, known(&line).meaning, out);
        }
    }
    page::tell(&head, out);
    content.describe(message, &head, out);
}

/// Bytes in an HTTP connection that belong to no message.
fn stray<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    if out.shows() {
        let bytes = message.bytes;
        out.column("HTTP", format_args!("Continuation"));
        out.group(&f::HTTP, bytes, |out| out.group(&f::CONTINUATION, bytes, |_| ()));
        out.give(&data::PROTOCOL, message);
    }
}

fn show<'b>(message: &Message<'b>, head: &Head<'b>, content: &Content<'b>, out: &mut Out<'_, 'b>) {
    show_start(head, content.media.column(), out);
    let mut lines = head.lines.clone();
    for line in lines.by_ref() {
        show_line(message, &line, out);
    }
    if !out.wants_values() {
        return;
    }
    show_lines(head, &lines, out);
    if message.note & note::CUT != 0 {
        out.mark(Mark::Truncated, lines.rest());
    }
    if message.note & note::SKIPPED != 0 {
        out.mark(Mark::TooLarge, head.body);
    }
    show_exchange(message, head, out);
    if head.chunked && !head.body.is_empty() {
        show_chunks(head.body, out);
    }
    let bytes = content.bytes(head);
    if !bytes.is_empty() {
        out.node(&f::FILE_DATA, head.body, Value::Text(bytes), |out| {
            out.label(format_args!("File Data: {} bytes", bytes.len()));
        });
    }
}

fn is_notification(head: &Head<'_>) -> bool {
    NOTIFICATIONS.iter().any(|method| head.raw.starts_with(method))
}

fn show_start(head: &Head<'_>, column: &'static str, out: &mut Out<'_, '_>) {
    let raw = head.start_raw;
    // The line as it may be seen, its target masked where that holds a credential.
    let shown = match head.start {
        StartLine::Request { target, .. } => out.seen(raw, &secret::of_uri(target)),
        StartLine::Response { .. } => raw.into(),
    };
    out.column(column, format_args!("{} ", escape(trim(&shown))));
    if !out.wants_values() {
        return;
    }
    out.group(&f::START, raw, |out| {
        let words = String::from_utf8_lossy(&shown);
        out.label(format_args!("{words}"));
        expert::tell(out, &[], Severity::Chat, Group::Sequence, format_args!("{words}"));
        match head.start {
            StartLine::Request { method, target, version } => {
                out.text(&f::METHOD, method);
                let shown = out.seen(target, &secret::of_uri(target));
                out.node(&f::URI, target, Value::Text(&shown), |out| show_query(target, out));
                out.text(&f::REQUEST_VERSION, version);
            }
            StartLine::Response { version, code, status, phrase } => {
                out.text(&f::RESPONSE_VERSION, version);
                out.number(&f::CODE, code, status);
                if let Some(name) = knowledge::http::phrase(status) {
                    out.value(&f::CODE_DESC, code, Value::Text(name.as_bytes()));
                }
                if !phrase.is_empty() {
                    out.text(&f::PHRASE, phrase);
                }
            }
        }
    });
}

fn show_query(target: &[u8], out: &mut Out<'_, '_>) {
    let Some(at) = memchr::memchr(b'?', target) else { return };
    let (path, query) = target.split_at_checked(at).unwrap_or((target, &[]));
    let query = query.get(1..).unwrap_or(&[]);
    out.text(&f::URI_PATH, path);
    let shown = out.seen(query, &secret::of_query(query));
    out.node(&f::URI_QUERY, query, Value::Text(&shown), |out| {
        for parameter in query.split(|b| *b == b'&').filter(|p| !p.is_empty()) {
            let shown = out.seen(parameter, &secret::of_query(parameter));
            out.value(&f::URI_PARAMETER, parameter, Value::Text(&shown));
        }
    });
}

/// A field line as its own field, where Wireshark has one.
fn show_line<'b>(message: &Message<'b>, line: &FieldLine<'b>, out: &mut Out<'_, 'b>) {
    let field = known(line).field;
    let meaning = shown_as(line);
    if line.name.is_empty() {
        out.text(&f::UNKNOWN, line.raw);
        return;
    }
    let named = field.unwrap_or(&f::HEADER);
    let (shown, value) = if out.asks(named) {
        (secret::line(meaning, line, out), secret::value(meaning, line.padded, out))
    } else {
        Default::default()
    };
    let value = if field.is_some() { &value } else { &shown };
    out.node(named, line.raw, Value::Text(value), |out| {
        out.label(format_args!("{}", String::from_utf8_lossy(trim(&shown))));
        match meaning {
            Meaning::Length => {
                if let Some(length) = decimal(line.value) {
                    out.number(&f::LENGTH, line.value, length);
                }
            }
            Meaning::Cookie if out.asks(&f::COOKIE_PAIR) => {
                for pair in line.value.split(|b| *b == b';').map(trim).filter(|p| !p.is_empty()) {
                    let shown = secret::value(meaning, pair, out);
                    out.value(&f::COOKIE_PAIR, pair, Value::Text(&shown));
                }
            }
            _ => {}
        }
        tell(message, line, meaning, out);
    });
}

/// The lines once more as they were sent, for filters and exports: each a value of one field, as Wireshark has it.
fn show_lines(head: &Head<'_>, lines: &FieldLines<'_>, out: &mut Out<'_, '_>) {
    let field = match head.start {
        StartLine::Response { .. } => &f::RESPONSE_LINE,
        StartLine::Request { .. } if is_notification(head) => return,
        StartLine::Request { .. } => &f::REQUEST_LINE,
    };
    if !out.asks(field) {
        return;
    }
    out.group(&f::LINES, before(head.lines.rest(), lines.rest()), |out| {
        for line in head.lines.clone().filter(|line| !line.name.is_empty()) {
            let shown = secret::line(shown_as(&line), &line, out);
            out.value(field, line.raw, Value::Text(&shown));
        }
    });
}

/// What a field line says beyond its text: facts, and tokens.
fn tell<'b>(message: &Message<'b>, line: &FieldLine<'b>, meaning: Meaning, out: &mut Out<'_, 'b>) {
    match meaning {
        Meaning::Challenge { proxy } => auth::offers(message, line, proxy, out),
        Meaning::Credential { proxy } => auth::credentials(message, line, proxy, out),
        Meaning::WebTicket => {
            out.fact(Fact::WebTicket(Box::new(ticket::of_header(line.value))), line.raw);
        }
        Meaning::Diagnostics if out.shows() => {
            let Some(found) = diagnostic(line.value) else {
                return out.malformed(line.value, "diagnostics without a number");
            };
            out.group(&f::DIAGNOSTICS, line.value, |out| {
                out.value(&f::DIAGNOSTICS_ID, line.value, Value::Number(found.id.into()));
                out.value(&f::DIAGNOSTICS_WHY, line.value, Value::Text(found.reason.as_bytes()));
                out.value(&f::DIAGNOSTICS_FROM, line.value, Value::Text(found.source.as_bytes()));
            });
        }
        _ => {}
    }
}

/// What the message is among others: number, partner, full URI.
fn show_exchange(message: &Message<'_>, head: &Head<'_>, out: &mut Out<'_, '_>) {
    let number = note::transaction(message.note).map(|n| u64::from(n).saturating_add(1));
    match head.start {
        StartLine::Request { method, target, .. } => {
            show_service(method, target, head.host, out);
            if out.asks(&f::FULL_URI)
                && let Some(uri) = full_uri(method, target, head.host, message.note & note::ENCRYPTED != 0)
            {
                let shown = if out.shows_secrets() { uri.as_slice().into() } else { secret::uri(&uri) };
                out.value(&f::FULL_URI, &[], Value::Text(&shown));
            }
            let notification = is_notification(head);
            out.value(if notification { &f::NOTIFICATION } else { &f::REQUEST }, &[], Value::Flag(true));
            if let Some(number) = number.filter(|_| !notification) {
                out.value(&f::REQUEST_NUMBER, &[], Value::Number(number));
            }
        }
        StartLine::Response { .. } => {
            if let Some(server) = head.server_fqdn {
                out.text(&lync::SERVER_FQDN, server);
            }
            out.value(&f::RESPONSE, &[], Value::Flag(true));
            if let Some(number) = number {
                out.value(&f::RESPONSE_NUMBER, &[], Value::Number(number));
            }
            if let Some(request) = message.context.exchange {
                let time = message.context.frame.time.since(request.time);
                out.value(&f::TIME, &[], Value::Duration(time));
                out.value(&f::REQUEST_IN, &[], Value::Number(request.frame));
            }
        }
    }
}

/// The web service of a sign-in that is asked, if it is one.
fn show_service(method: &[u8], target: &[u8], host: Option<&[u8]>, out: &mut Out<'_, '_>) {
    if !out.asks(&lync::SERVICE) {
        return;
    }
    let text = |bytes| std::str::from_utf8(bytes).unwrap_or_default();
    let (host, path) = place_of(text(target), host.map(text));
    let service = Service::of(text(method), host, path);
    if service != Service::Other {
        out.value(&lync::SERVICE, target, Value::Text(service.to_string().as_bytes()));
    }
}

fn full_uri(method: &[u8], target: &[u8], host: Option<&[u8]>, encrypted: bool) -> Option<Vec<u8>> {
    let host = host?;
    let absolute = |scheme: &[u8]| target.get(..scheme.len()).is_some_and(|t| t.eq_ignore_ascii_case(scheme));
    if method == b"CONNECT" || absolute(b"http://") || absolute(b"https://") {
        return Some(target.to_vec());
    }
    let scheme: &[u8] = if encrypted { b"https://" } else { b"http://" };
    Some([scheme, host, target].concat())
}

fn show_chunks(body: &[u8], out: &mut Out<'_, '_>) {
    out.group(&f::CHUNKED, body, |out| {
        let mut chunks = Chunks::default();
        for _ in 0..MAX_CHUNKS {
            let at = chunks.at();
            match chunks.next(body) {
                Piece::Chunk { line, data } => {
                    let raw = body.get(at..chunks.at()).unwrap_or(&[]);
                    let boundary = body.get(data.end..chunks.at()).unwrap_or(&[]);
                    show_chunk(raw, body.get(line).unwrap_or(&[]), body.get(data).unwrap_or(&[]), boundary, out);
                }
                Piece::End { line, trailer, end } => {
                    let line = body.get(line).unwrap_or(&[]);
                    show_chunk(body.get(at..end).unwrap_or(&[]), line, &[], &[], out);
                    for part in FieldLines::of(body.get(trailer).unwrap_or(&[])) {
                        let shown = secret::line(shown_as(&part), &part, out);
                        out.value(&f::TRAILER, part.raw, Value::Text(&shown));
                    }
                    return;
                }
                Piece::More(_) => return out.mark(Mark::Truncated, body.get(at..).unwrap_or(&[])),
                Piece::Broken => return out.malformed(body.get(at..).unwrap_or(&[]), "no chunk"),
            }
        }
        out.mark(Mark::TooLarge, body.get(chunks.at()..).unwrap_or(&[]));
    });
}

fn show_chunk(raw: &[u8], line: &[u8], data: &[u8], boundary: &[u8], out: &mut Out<'_, '_>) {
    out.group(&f::CHUNK, raw, |out| {
        let announced = size(line).unwrap_or(0);
        if announced == 0 {
            out.label(format_args!("End of chunked encoding"));
        } else {
            out.label(format_args!("Data chunk ({announced} octets)"));
        }
        out.number(&f::CHUNK_SIZE, line, announced as u64);
        if !data.is_empty() {
            out.node(&f::CHUNK_DATA, data, Value::Bytes(data), |out| {
                out.label(format_args!("Chunk data: {} bytes", data.len()));
            });
            out.bytes(&f::CHUNK_BOUNDARY, boundary);
        }
    });
}

/// The content of a body, with what had to be undone to have it.
struct Content<'b> {
    media: Media,
    dechunked: Option<Vec<u8>>,
    expanded: Option<Expanded>,
    media_type: &'b [u8],
}

impl<'b> Content<'b> {
    /// Undoes what stands between a body and its content, if somebody wants it.
    fn of(head: &Head<'b>, out: &Out<'_, '_>) -> Self {
        let media_type = head.content_type.unwrap_or_default();
        let mut content =
            Self { media: Media::of(head.content_type, head.body), dechunked: None, expanded: None, media_type };
        if head.body.is_empty() || !content.is_wanted(out) {
            return content;
        }
        content.dechunked = head.chunked.then(|| dechunk(head.body));
        content.expanded = expand(head.encoding.unwrap_or_default(), content.bytes(head));
        content.media = Media::of(head.content_type, content.bytes(head));
        content
    }

    fn is_wanted(&self, out: &Out<'_, '_>) -> bool {
        out.wants_bodies() && (out.shows() || self.media.tells())
    }

    fn bytes<'c>(&'c self, head: &Head<'c>) -> &'c [u8] {
        let undone = self.expanded.as_ref().map(|e| &e.bytes).or(self.dechunked.as_ref());
        undone.map_or(head.body, |bytes| bytes)
    }

    fn describe(&self, message: &Message<'b>, head: &Head<'b>, out: &mut Out<'_, 'b>) {
        if self.bytes(head).is_empty() || !self.is_wanted(out) {
            return;
        }
        match &self.dechunked {
            Some(bytes) => {
                let secrets = out.derived("De-chunked entity body", bytes, |out| {
                    self.unwrap(&Message { bytes, note: 0, ..*message }, out);
                });
                for part in in_chunks(head.body, &secrets) {
                    out.wrapped_secret(part);
                }
            }
            None => self.unwrap(&message.with(head.body), out),
        }
    }

    fn unwrap<'c>(&self, message: &Message<'c>, out: &mut Out<'_, 'c>) {
        let Some(Expanded { bytes, mark }) = &self.expanded else {
            return self.media.describe(self.media_type, message, out);
        };
        if let Some(mark) = mark {
            out.mark(*mark, message.bytes);
        }
        if !bytes.is_empty() {
            out.unpacked(message.bytes, "Uncompressed entity body", bytes, |out| {
                self.media.describe(self.media_type, &Message { bytes, note: 0, ..*message }, out);
            });
        }
    }
}
