//! Records of a datagram into events.

use super::fields as f;
use super::parse::{self, Handshake, Record};
use crate::field::Mark;
use crate::knowledge::tls::alert_title;
use crate::protocol::tls::describe::{self, Form};
use crate::protocol::tls::fields::{alert_level, handshake_type};
use crate::protocol::tls::parse::content;
use crate::protocol::{Message, Out};
use std::borrow::Cow;

pub(super) fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    if !out.shows() {
        return;
    }
    out.group(&f::DTLS, message.bytes, |out| {
        let (mut rest, mut titles, mut column) = (message.bytes, Vec::new(), "DTLS");
        while !rest.is_empty() {
            let Ok((after, record)) = parse::record(rest) else {
                out.malformed(rest, "not a DTLS record");
                break;
            };
            out.group(&f::RECORD, record.raw, |out| describe_record(message, &record, &mut titles, out));
            // The version of a ClientHello's record says nothing yet.
            if titles.last().is_some_and(|title| title != "Client Hello") {
                column = if record.version.value == 0xfeff { "DTLSv1.0" } else { "DTLSv1.2" };
            }
            rest = after;
        }
        out.column(column, format_args!("{}", titles.join(", ")));
    });
}

fn describe_record<'b>(
    message: &Message<'b>,
    record: &Record<'b>,
    titles: &mut Vec<Cow<'static, str>>,
    out: &mut Out<'_, 'b>,
) {
    let Record { content, version, epoch, sequence, length, fragment, .. } = *record;
    out.number(&f::CONTENT_TYPE, content.raw, content.value);
    out.number(&f::RECORD_VERSION, version.raw, version.value);
    out.number(&f::EPOCH, epoch.raw, epoch.value);
    out.number(&f::SEQUENCE, sequence.raw, sequence.value);
    out.number(&f::RECORD_LENGTH, length.raw, length.value);
    let sealed = epoch.value > 0;
    match content.value {
        content::CHANGE_CIPHER_SPEC => {
            out.group(&f::CHANGE_CIPHER, fragment, |_| {});
            titles.push("Change Cipher Spec".into());
        }
        content::ALERT => alert(fragment, titles, out),
        content::HANDSHAKE if sealed => {
            out.group(&f::HANDSHAKE, fragment, |out| out.label(format_args!("{SEALED}")));
            titles.push("Encrypted Handshake Message".into());
        }
        content::HANDSHAKE => {
            let mut rest = fragment;
            while !rest.is_empty() {
                let Some(handshake) = out.read(&mut rest, parse::handshake) else { break };
                out.group(&f::HANDSHAKE, handshake.raw, |out| describe_handshake(message, &handshake, titles, out));
            }
        }
        content::HEARTBEAT => titles.push("Heartbeat".into()),
        _ => {
            out.bytes(&f::APP_DATA, fragment);
            titles.push("Application Data".into());
        }
    }
    if record.is_cut() {
        out.mark(Mark::Truncated, fragment);
    }
}

const SEALED: &str = "Handshake Protocol: Encrypted Handshake Message";

fn alert<'b>(fragment: &'b [u8], titles: &mut Vec<Cow<'static, str>>, out: &mut Out<'_, 'b>) {
    let names = match fragment {
        [level, desc] => alert_level((*level).into()).zip(alert_title((*desc).into())),
        _ => None,
    };
    let ([level, desc], Some((level_name, desc_name))) = (fragment, names) else {
        titles.push("Encrypted Alert".into());
        return out.group(&f::ALERT, fragment, |out| out.label(format_args!("Alert Message: Encrypted Alert")));
    };
    out.group(&f::ALERT, fragment, |out| {
        out.number(&f::ALERT_LEVEL, std::slice::from_ref(level), *level);
        out.number(&f::ALERT_DESC, std::slice::from_ref(desc), *desc);
    });
    titles.push(format!("Alert (Level: {level_name}, Description: {desc_name})").into());
}

fn describe_handshake<'b>(
    message: &Message<'b>,
    handshake: &Handshake<'b>,
    titles: &mut Vec<Cow<'static, str>>,
    out: &mut Out<'_, 'b>,
) {
    let Handshake { kind, length, number, offset, piece, body, .. } = *handshake;
    let name = handshake_type(kind.value.into()).unwrap_or("Unknown");
    out.number(&f::HANDSHAKE_TYPE, kind.raw, kind.value);
    out.number(&f::HANDSHAKE_LENGTH, length.raw, length.value);
    out.number(&f::MESSAGE_SEQ, number.raw, number.value);
    out.number(&f::FRAGMENT_OFFSET, offset.raw, offset.value);
    out.number(&f::FRAGMENT_LENGTH, piece.raw, piece.value);
    if handshake.is_cut() {
        out.malformed(body, "the handshake message ends outside its record");
    } else if !handshake.is_inside() {
        out.malformed(piece.raw, "a piece that reaches beyond its message");
    } else if handshake.is_whole() {
        out.renamed(f::named, |out| describe::body(message, kind.value, body, Form::Datagrams, out));
        out.label(format_args!("Handshake Protocol: {name}"));
        return titles.push(name.into());
    } else {
        out.mark(Mark::Note("a piece of a handshake message"), body);
    }
    out.label(format_args!("Handshake Protocol: {name} (fragment)"));
    titles.push(format!("{name} (Fragment)").into());
}
