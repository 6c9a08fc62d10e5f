//! Walks a message from the first line to the body and says what each line holds.
//!
//! Facts come first and from one reading of the head; the lines are walked again only where somebody looks, or where a
//! header authenticates. A line that cannot be read leaves the lines around it.

use super::conversation::{BODY_LEFT_OUT, COMPRESSED};
use super::fields as f;
use super::head::{Head, diagnostic};
use super::header::{Name, field};
use super::parse::{Header, Line, Lines, Parameters, StartLine, number};
use super::{body, secret, show, token};
use crate::fact::Fact;
use crate::field::{Mark, Value};
use crate::protocol::{Message, Out};

/// Describes one message.
pub fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    if message.note & COMPRESSED != 0 {
        return compressed(message, out);
    }
    let Some(head) = Head::read(message.bytes) else {
        return out.group(&f::PROTO, message.bytes, |out| out.malformed(message.bytes, "no first line of SIP"));
    };
    out.fact(Fact::Head(Box::new(head.fact())), head.first_line);
    if !out.shows() {
        head.auth_headers().for_each(|header| token::facts(message, &head, &header, out));
        return body::hand_over(message, &head, out);
    }
    column(&head, out);
    out.group(&f::PROTO, message.bytes, |out| {
        match head.start {
            StartLine::Request { method, .. } => {
                out.label(format_args!("Session Initiation Protocol ({})", String::from_utf8_lossy(method)));
            }
            StartLine::Status { status, .. } => out.label(format_args!("Session Initiation Protocol ({status})")),
        }
        first_line(message, &head, out);
        let shown = token::masked(&head, out);
        out.node(&f::MSG_HDR, head.below, Value::Text(&shown), |out| {
            out.label(format_args!("Message Header"));
            for line in Lines::of(head.below) {
                match line {
                    Line::Header(header) => show_header(message, &head, &header, out),
                    Line::Other(raw) => {
                        out.text(&f::NO_COLON, raw);
                        out.malformed(raw, "a header line without a colon");
                    }
                }
            }
        });
        endings(message, &head, out);
        body::show(message, &head, out);
    });
}

fn compressed<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    out.column("SIP", format_args!("Compressed ({} bytes)", message.bytes.len()));
    out.group(&f::PROTO, message.bytes, |out| {
        out.mark(Mark::Undecrypted("compressed as agreed by NEGOTIATE ([MS-SIPCOMP])"), message.bytes);
    });
}

/// The packet list, in Wireshark's words.
fn column(head: &Head<'_>, out: &mut Out<'_, '_>) {
    let name = body::column_name(head);
    match head.start {
        StartLine::Request { method, uri } => {
            let known = if is_known(method) { "Request" } else { "Unknown request" };
            let uri = out.seen(uri, &secret::passwords(uri));
            let (method, uri) = (String::from_utf8_lossy(method), String::from_utf8_lossy(&uri));
            out.column(name, format_args!("{known}: {method} {uri}"));
        }
        StartLine::Status { code, phrase, .. } => {
            let (code, phrase) = (String::from_utf8_lossy(code), String::from_utf8_lossy(phrase));
            out.column(name, format_args!("Status: {code} {phrase}"));
        }
    }
    let status = head.status();
    let method = head.method();
    if status == Some(200) && !method.is_empty() {
        out.column_more(format_args!(" ({})", String::from_utf8_lossy(method)));
    }
    let in_dialog = status.is_none() && matches!(method, b"INVITE" | b"SUBSCRIBE" | b"REFER");
    if in_dialog && Head::parameter(head.to, "tag").is_some() {
        out.column_more(format_args!(", in-dialog"));
    }
    if method == b"REGISTER" && status.is_none_or(|s| (200..300).contains(&s)) {
        out.column_more(format_args!("{}", show::bindings(head)));
    }
    out.column_more(format_args!(" | "));
}

fn is_known(method: &[u8]) -> bool {
    const KNOWN: [&[u8]; 17] = [
        b"ACK",
        b"BYE",
        b"CANCEL",
        b"DO",
        b"INFO",
        b"INVITE",
        b"MESSAGE",
        b"NOTIFY",
        b"OPTIONS",
        b"PRACK",
        b"QAUTH",
        b"REFER",
        b"REGISTER",
        b"SPRACK",
        b"SUBSCRIBE",
        b"UPDATE",
        b"PUBLISH",
    ];
    KNOWN.contains(&method)
}

fn first_line<'b>(message: &Message<'b>, head: &Head<'b>, out: &mut Out<'_, 'b>) {
    let line = head.first_line;
    match head.start {
        StartLine::Request { method, uri } => {
            let shown = out.seen(line, &secret::passwords(uri));
            out.node(&f::REQUEST_LINE, line, Value::Text(&shown), |out| {
                out.text(&f::METHOD, method);
                show::uri(&super::address::uri(uri), &show::R_URI, out);
                exchange(message, head, out);
            });
        }
        StartLine::Status { code, status, .. } => out.node(&f::STATUS_LINE, line, Value::Text(line), |out| {
            out.number(&f::STATUS_CODE, code, status);
            exchange(message, head, out);
        }),
    }
}

/// Repetition and partner, which only UDP has: a request that meets itself among those waiting is sent again.
fn exchange(message: &Message<'_>, head: &Head<'_>, out: &mut Out<'_, '_>) {
    // Whether a message that was cut came before cannot be said.
    if !head.ended && !message.bytes.ends_with(b"\n") {
        return;
    }
    let context = message.context;
    let partner = context.exchange.filter(|_| context.flow.is_some_and(|flow| flow.tcp.is_none()));
    let again = partner.is_some() && head.status().is_none() && head.method() != b"CANCEL";
    out.flag(&f::RESEND, &[], again);
    if let Some(request) = partner.filter(|_| head.status().is_some()) {
        out.number(&f::RESPONSE_REQUEST, &[], request.frame);
        let ms = context.frame.time.since(request.time).max(0).cast_unsigned() / 1_000_000;
        out.number(&f::RESPONSE_TIME, &[], ms);
    }
}

fn show_header<'b>(message: &Message<'b>, head: &Head<'b>, header: &Header<'b>, out: &mut Out<'_, 'b>) {
    let Header { raw, name, value, .. } = *header;
    let is_token = header.meaning.is_auth() || header.meaning == Name::ProxyAuthenticationInfo;
    if !out.wants_values() && !is_token {
        return;
    }
    let Some(own) = field(name) else {
        return match header.meaning {
            Name::ProxyAuthenticationInfo => token::show(message, head, header, &f::AUTH_INFO_PROXY, out),
            Name::Diagnostics | Name::ClientDiagnostics => show_diagnostics(header, out),
            _ => extension(header, out, |_| {}),
        };
    };
    // Credentials are masked where they are read.
    let plain = header.meaning.is_auth() || !out.asks(own);
    let shown = if plain { value.into() } else { out.seen(value, &secret::passwords(value)) };
    let text = Value::Text(&shown);
    match header.meaning {
        Name::From => out.node(own, raw, text, |out| show::endpoint(value, &show::FROM, Some(&f::FROM_TAG), out)),
        Name::To => out.node(own, raw, text, |out| show::endpoint(value, &show::TO, Some(&f::TO_TAG), out)),
        Name::AssertedIdentity => out.node(own, raw, text, |out| show::endpoint(value, &show::PAI, None, out)),
        Name::PreferredIdentity => out.node(own, raw, text, |out| show::endpoint(value, &show::PPI, None, out)),
        Name::Contact => out.node(own, raw, text, |out| show::contact(value, out)),
        Name::Route => out.node(own, raw, text, |out| show::route(value, &show::ROUTE, out)),
        Name::RecordRoute => out.node(own, raw, text, |out| show::route(value, &show::RECORD_ROUTE, out)),
        Name::ServiceRoute => out.node(own, raw, text, |out| show::route(value, &show::SERVICE_ROUTE, out)),
        Name::Path => out.node(own, raw, text, |out| show::route(value, &show::PATH, out)),
        Name::Via => out.node(own, raw, text, |out| show::via(value, out)),
        Name::CSeq => out.node(own, raw, text, |out| show::cseq(value, out)),
        Name::Reason => out.node(own, raw, text, |out| show::reason(value, out)),
        name if name.is_auth() => token::show(message, head, header, own, out),
        _ if own.kind == crate::field::Kind::Number => {
            out.number(own, raw, show::low32(number(value).unwrap_or(0)));
            if number(value).is_none() {
                out.malformed(value, "not a number");
            }
        }
        _ => out.value(own, raw, text),
    }
}

/// A header Wireshark has no field for, shown as its line.
fn extension<'b>(header: &Header<'b>, out: &mut Out<'_, 'b>, inside: impl FnOnce(&mut Out<'_, 'b>)) {
    let line = super::parse::without_end(header.raw);
    let shown = if out.asks(&f::EXTENSION) { out.seen(line, &secret::passwords(line)) } else { line.into() };
    out.node(&f::EXTENSION, header.raw, Value::Text(&shown), |out| {
        out.label(format_args!("{}", String::from_utf8_lossy(&shown)));
        inside(out);
    });
}

fn show_diagnostics<'b>(header: &Header<'b>, out: &mut Out<'_, 'b>) {
    extension(header, out, |out| {
        let (id, parameters) = diagnostic(header.value);
        match number(id) {
            Some(number) => out.number(&f::AUTH_DIAG_ID, id, number),
            None => out.malformed(id, "not a number"),
        }
        for parameter in Parameters::of(parameters) {
            let bare = parameter.bare();
            if parameter.is("reason") {
                out.value(&f::AUTH_DIAG_REASON, parameter.raw, Value::Text(bare));
            } else if parameter.is("source") {
                out.value(&f::AUTH_DIAG_SOURCE, parameter.raw, Value::Text(bare));
            } else {
                out.text(&f::AUTH_DIAG_PARAMETER, parameter.raw);
            }
        }
    });
}

/// Says where a message ends too early: on a stream the capture is to blame, in a whole datagram its sender.
fn endings(message: &Message<'_>, head: &Head<'_>, out: &mut Out<'_, '_>) {
    if message.note & BODY_LEFT_OUT != 0 {
        return out.mark(Mark::TooLarge, head.body);
    }
    let context = message.context;
    let whole = context.flow.is_some_and(|flow| flow.tcp.is_none()) && context.frame.captured >= context.frame.wire_len;
    let short = head.content_length.is_some_and(|n| n > head.body.len() as u64);
    if !head.ended {
        let why = "no empty line ends the head";
        out.mark(if whole { Mark::Malformed(why) } else { Mark::Truncated }, head.body);
    } else if short {
        let why = "Content-Length is more than the datagram holds";
        out.mark(if whole { Mark::Malformed(why) } else { Mark::Truncated }, head.body);
    }
}
