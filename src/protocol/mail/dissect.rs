//! Lines of mail.

use super::exchange::{begin, conceal, more, password, refuse, response, tell, without};
use super::fields::{imap as i, pop as p, smtp as s};
use super::note::{Kind, Note};
use crate::fact::{LoginAsk, LoginStep, Scheme, Service};
use crate::field::Value;
use crate::protocol::lines::{bare, is, word};
use crate::protocol::{Message, Out};

/// What of a command's parameters is secret: the first response of an exchange.
fn initial<'b>(command: &[u8], auth: &str, parameters: &'b [u8]) -> &'b [u8] {
    if is(command, auth) { word(parameters).1 } else { &[] }
}

/// True for a word that is no command: behind lost bytes it may be an answer of a sign-in.
fn is_odd(command: &[u8]) -> bool {
    command.len() > 12 || !command.iter().all(u8::is_ascii_alphabetic)
}

/// Describes a line of SMTP.
pub fn smtp<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let (line, note) = (message.bytes, Note::read(message.note));
    let text = bare(line);
    out.group(&s::SMTP, line, |out| match note.kind {
        Kind::Command => {
            let (command, parameters) = word(text);
            let odd = is_odd(command);
            let secret = if odd { text } else { initial(command, "AUTH", parameters) };
            let shown = without(line, secret, out);
            conceal(secret, out);
            out.column("SMTP", format_args!("C: {}", crate::wire::text::escape(bare(&shown))));
            out.flag(&s::REQUEST, line, true);
            out.node(&s::COMMAND_LINE, line, Value::Text(&shown), |out| {
                if odd {
                    return;
                }
                out.text(&s::COMMAND, command);
                if !parameters.is_empty() {
                    let shown = without(parameters, secret, out);
                    out.value(&s::PARAMETER, parameters, Value::Text(&shown));
                }
                if is(command, "AUTH") {
                    begin(message, Service::Smtp, parameters, out);
                }
            });
        }
        Kind::Response => {
            out.column("SMTP", format_args!("C: answer of a sign-in"));
            conceal(text, out);
            if super::note::name(note.mechanism) == Some("LOGIN") {
                out.flag(&s::REQUEST, line, true);
                out.text(if note.step == 0 { &s::USERNAME } else { &s::PASSWORD }, text);
            }
            response(message, Service::Smtp, note, text, out);
        }
        Kind::Dot => {}
        Kind::Answer | Kind::Verdict => {
            let (code, rest) = text.split_at_checked(3).unwrap_or((text, &[]));
            let number = std::str::from_utf8(code).ok().and_then(|code| code.parse::<u32>().ok());
            let words = rest.get(1..).unwrap_or(&[]);
            out.column("SMTP", format_args!("S: {}", crate::wire::text::escape(text)));
            out.flag(&s::RESPONSE, line, true);
            out.node(&s::RESPONSE_LINE, line, Value::Text(line), |out| {
                let Some(number) = number else { return };
                out.number(&s::CODE, code, number);
                out.text(&s::RESPONSE_TEXT, words);
                match (note.kind, number) {
                    (Kind::Verdict, 334) => more(message, Service::Smtp, note, words, out),
                    (Kind::Verdict, 200..400) => tell(Service::Smtp, LoginStep::Accept, line, out),
                    (Kind::Verdict, _) => refuse(Service::Smtp, Some(number), words, line, out),
                    _ => {}
                }
            });
        }
    });
}

/// A string of IMAP at the start of `text`: an atom, or one in quotation marks; and what follows it. A literal is empty.
fn string(text: &[u8]) -> (&[u8], &[u8]) {
    let Some(quoted) = text.strip_prefix(b"\"") else { return word(text) };
    let mut escaped = false;
    for (at, byte) in quoted.iter().enumerate() {
        match (*byte, escaped) {
            (b'"', false) => {
                let (string, rest) = quoted.split_at_checked(at).unwrap_or((quoted, &[]));
                return (string, rest.get(1..).unwrap_or(&[]).trim_ascii_start());
            }
            (byte, _) => escaped = byte == b'\\' && !escaped,
        }
    }
    (quoted, &[])
}

/// Describes a line of IMAP.
pub fn imap<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let (line, note) = (message.bytes, Note::read(message.note));
    let text = bare(line);
    let (tag, rest) = word(text);
    out.group(&i::IMAP, line, |out| match note.kind {
        Kind::Command => {
            let (command, parameters) = word(rest);
            let (user, behind) = if is(command, "LOGIN") { string(parameters) } else { (&[][..], &[][..]) };
            let odd = is_odd(command) || command.is_empty();
            let secret = match () {
                () if odd => text,
                () if is(command, "LOGIN") => behind,
                () => initial(command, "AUTHENTICATE", parameters),
            };
            let shown = without(line, secret, out);
            conceal(secret, out);
            out.column("IMAP", format_args!("Request: {}", crate::wire::text::escape(bare(&shown))));
            out.flag(&i::IS_REQUEST, line, true);
            out.node(&i::LINE, line, Value::Text(&shown), |out| {
                if odd {
                    return;
                }
                out.text(&i::TAG, tag);
                out.text(&i::REQUEST_TAG, tag);
                out.text(&i::COMMAND, command);
                out.text(&i::REQUEST_COMMAND, command);
                out.value(&i::REQUEST, text, Value::Text(bare(&shown)));
                if is(command, "LOGIN") {
                    out.text(&i::USERNAME, user);
                    out.text(&i::PASSWORD, string(behind).0);
                    // A name in a literal is passed over with it.
                    let user = Some(user).filter(|user| !user.starts_with(b"{"));
                    password(Service::Imap, user, true, true, line, out);
                } else if is(command, "AUTHENTICATE") {
                    begin(message, Service::Imap, parameters, out);
                }
            });
        }
        Kind::Response => {
            out.column("IMAP", format_args!("Request: answer of a sign-in"));
            out.flag(&i::IS_REQUEST, line, true);
            let shown = without(line, text, out);
            conceal(text, out);
            out.value(&i::LINE, line, Value::Text(&shown));
            response(message, Service::Imap, note, text, out);
        }
        Kind::Dot => {}
        Kind::Answer | Kind::Verdict => {
            out.column("IMAP", format_args!("Response: {}", crate::wire::text::escape(text)));
            if tag == b"*" {
                return out.text(&i::LINE, line);
            }
            out.flag(&i::IS_REQUEST, line, false);
            out.node(&i::LINE, line, Value::Text(line), |out| {
                out.text(&i::TAG, tag);
                out.text(&i::RESPONSE_TAG, tag);
                out.text(&i::RESPONSE, text);
                let (status, words) = word(rest);
                out.text(&i::STATUS, status);
                match note.kind {
                    Kind::Verdict if tag == b"+" => more(message, Service::Imap, note, rest, out),
                    Kind::Verdict if is(status, "OK") => tell(Service::Imap, LoginStep::Accept, line, out),
                    Kind::Verdict => refuse(Service::Imap, None, words, line, out),
                    _ => {}
                }
            });
        }
    });
}

/// Describes a line of POP.
pub fn pop<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let (line, note) = (message.bytes, Note::read(message.note));
    let text = bare(line);
    let (first, rest) = word(text);
    out.group(&p::POP, line, |out| match note.kind {
        Kind::Command => {
            let secret = match () {
                () if is_odd(first) => text,
                () if is(first, "PASS") => rest,
                () if is(first, "APOP") => word(rest).1,
                () => initial(first, "AUTH", rest),
            };
            let shown = without(line, secret, out);
            conceal(secret, out);
            out.column("POP", format_args!("C: {}", crate::wire::text::escape(bare(&shown))));
            out.group(&p::REQUEST, line, |out| {
                out.label(format_args!("{}", crate::wire::text::escape(&shown)));
                if is_odd(first) {
                    return;
                }
                out.text(&p::COMMAND, first);
                if !rest.is_empty() {
                    let shown = without(rest, secret, out);
                    out.value(&p::PARAMETER, rest, Value::Text(&shown));
                }
                match () {
                    () if is(first, "USER") => password(Service::Pop, Some(rest), true, false, line, out),
                    () if is(first, "PASS") => password(Service::Pop, None, false, true, line, out),
                    () if is(first, "APOP") => {
                        let ask = LoginAsk {
                            scheme: Some(Scheme::Other("APOP".into())),
                            user: Some(String::from_utf8_lossy(word(rest).0).into_owned()),
                            begins: true,
                            credentials: true,
                            ..LoginAsk::default()
                        };
                        tell(Service::Pop, LoginStep::Ask(ask), line, out);
                    }
                    () if is(first, "AUTH") => begin(message, Service::Pop, rest, out),
                    () => {}
                }
            });
        }
        Kind::Response => {
            out.column("POP", format_args!("C: answer of a sign-in"));
            let shown = without(line, text, out);
            conceal(text, out);
            out.group(&p::REQUEST, line, |out| out.label(format_args!("{}", crate::wire::text::escape(&shown))));
            response(message, Service::Pop, note, text, out);
        }
        Kind::Dot => {}
        Kind::Answer | Kind::Verdict => {
            out.column("POP", format_args!("S: {}", crate::wire::text::escape(text)));
            out.group(&p::RESPONSE, line, |out| {
                out.label(format_args!("{}", crate::wire::text::escape(line)));
                if first != b"+" {
                    out.text(&p::INDICATOR, first);
                }
                if !rest.is_empty() && first != b"+" {
                    out.text(&p::DESCRIPTION, rest);
                }
                match note.kind {
                    Kind::Verdict if first == b"+" => more(message, Service::Pop, note, rest, out),
                    Kind::Verdict if first == b"+OK" => tell(Service::Pop, LoginStep::Accept, line, out),
                    Kind::Verdict => refuse(Service::Pop, None, rest, line, out),
                    _ => {}
                }
            });
        }
    });
}
