//! A line of FTP.

use super::conversation::{Kind, code};
use super::fields as f;
use crate::fact::{Fact, Login, LoginAsk, LoginRefusal, LoginStep, Scheme, Service};
use crate::field::Value;
use crate::protocol::lines::{bare, is, word};
use crate::protocol::{Message, Out};
use crate::wire::text::escape;

/// Names of those who sign in without a password of their own (RFC 1635).
const ANYBODY: [&[u8]; 2] = [b"anonymous", b"ftp"];

/// Describes it.
pub fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let (line, (kind, later)) = (message.bytes, Kind::read(message.note));
    let text = bare(line);
    out.group(&f::FTP, line, |out| match (kind, later) {
        (Kind::Command, _) => command(line, text, out),
        // The first line says it; the others are shown.
        (_, true) => out.group(&f::LINE, line, |out| out.label(format_args!("{}\\r\\n", escape(text)))),
        (_, false) => answer(line, text, out),
    });
    if kind == Kind::Verdict {
        verdict(line, text, out);
    }
}

fn command<'b>(line: &'b [u8], text: &'b [u8], out: &mut Out<'_, 'b>) {
    let (command, argument) = word(text);
    // Behind lost bytes a line may be the end of a password.
    let odd = command.len() > 12 || !command.iter().all(u8::is_ascii_alphabetic);
    let password = is(command, "PASS") || is(command, "ACCT");
    let secret: &[u8] = match () {
        () if odd => text,
        () if password => argument,
        () => &[],
    };
    let shown = out.seen(text, if secret.is_empty() { &[] } else { std::slice::from_ref(&secret) });
    out.column("FTP", format_args!("Request: {}", escape(&shown)));
    out.flag(&f::REQUEST, line, true);
    out.flag(&f::RESPONSE, line, false);
    out.group(&f::LINE, line, |out| {
        out.label(format_args!("{}\\r\\n", escape(&shown)));
        if odd {
            return;
        }
        out.text(&f::COMMAND, command);
        if !argument.is_empty() {
            let hidden: &[&[u8]] = if password { std::slice::from_ref(&argument) } else { &[] };
            let shown = out.seen(argument, hidden);
            out.value(&f::ARGUMENT, argument, Value::Text(&shown));
        }
    });
    let anybody = ANYBODY.iter().any(|name| argument.eq_ignore_ascii_case(name));
    let ask = match () {
        () if odd => return,
        () if is(command, "USER") && !argument.is_empty() => LoginAsk {
            scheme: Some(if anybody { Scheme::of_sasl(b"ANONYMOUS") } else { Scheme::Login }),
            user: Some(String::from_utf8_lossy(argument).into_owned()),
            begins: true,
            ..LoginAsk::default()
        },
        () if is(command, "PASS") => LoginAsk { credentials: !argument.is_empty(), ..LoginAsk::default() },
        () => return,
    };
    tell(LoginStep::Ask(ask), line, out);
}

/// The number in front of an answer.
fn number(line: &[u8]) -> Option<u32> {
    let (code, _) = code(line)?;
    std::str::from_utf8(&code).ok()?.parse().ok()
}

fn answer<'b>(line: &'b [u8], text: &'b [u8], out: &mut Out<'_, 'b>) {
    out.column("FTP", format_args!("Response: {}", escape(text)));
    out.flag(&f::REQUEST, line, false);
    out.flag(&f::RESPONSE, line, true);
    let (first, rest) = text.split_at_checked(3).unwrap_or((text, &[]));
    let words = rest.get(1..).unwrap_or(&[]);
    out.group(&f::LINE, line, |out| {
        out.label(format_args!("{}\\r\\n", escape(text)));
        if let Some(number) = number(line) {
            out.number(&f::CODE, first, number);
            if !words.is_empty() {
                out.text(&f::RESPONSE_ARG, words);
            }
        } else {
            out.text(&f::RESPONSE_ARG, text);
        }
    });
}

/// What the last line of an answer makes of a name or a password.
fn verdict(line: &[u8], text: &[u8], out: &mut Out<'_, '_>) {
    let Some(code) = number(line) else { return };
    let step = match code {
        331 | 332 => LoginStep::More,
        200..300 => LoginStep::Accept,
        _ => {
            let text = String::from_utf8_lossy(text.get(4..).unwrap_or(&[])).into_owned();
            LoginStep::Refuse(LoginRefusal { code: Some(code), status: None, text })
        }
    };
    tell(step, line, out);
}

fn tell(step: LoginStep, raw: &[u8], out: &mut Out<'_, '_>) {
    out.fact(Fact::Login(Box::new(Login { service: Service::Ftp, exchange: 0, association: 0, step })), raw);
}
