//! The bodies of handshake messages, shown as far as they can be read.

use super::fields as f;
use super::handshake::{self as h, Exchange, Extension, Extensions, Signed, extension};
use super::ja3;
use super::parse::{handshake_type, vector8, vector16, vector24};
use super::sct;
use crate::field::{Field, Mark, Value};
use crate::protocol::{Claim, Message, Out, registry};
use crate::wire::{At, Timestamp, at};
use nom::Parser;
use nom::bytes::complete::take;
use nom::number::complete::{be_u8, be_u16, be_u32};

/// In which form the bodies of handshake messages are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// That of TLS 1.2 and before.
    Classic,
    /// That of TLS 1.3.
    Modern,
    /// The classic form, with the cookie of DTLS (RFC 6347 §4.2.1).
    Datagrams,
}

/// Describes the body of a handshake message of this kind.
pub fn body<'b>(message: &Message<'b>, kind: u8, body: &'b [u8], form: Form, out: &mut Out<'_, 'b>) {
    let is_1_3 = form == Form::Modern;
    let done = match kind {
        handshake_type::CLIENT_HELLO => client_hello(message, body, form, out),
        3 => hello_verify_request(body, out),
        handshake_type::SERVER_HELLO => server_hello(message, body, out),
        4 => session_ticket(message, body, is_1_3, out),
        8 if is_1_3 => {
            let mut rest = body;
            extensions(message, &mut rest, true, out)
        }
        handshake_type::CERTIFICATE => certificate(message, body, is_1_3, out),
        12 => server_key_exchange(body, out),
        13 if is_1_3 => asked_in_extensions(message, body, out),
        13 => certificate_request(message, body, out),
        15 => certificate_verify(body, out),
        16 => {
            client_key_exchange(body, out);
            Some(())
        }
        _ => Some(()),
    };
    // What could not be read is marked where it stands.
    let _ = done;
}

fn client_hello<'b>(message: &Message<'b>, body: &'b [u8], form: Form, out: &mut Out<'_, 'b>) -> Option<()> {
    let mut rest = body;
    hello_start(&mut rest, out)?;
    let over_datagrams = form == Form::Datagrams;
    if over_datagrams {
        cookie(&mut rest, out)?;
    }
    let (length, suites) = out.read(&mut rest, vector16)?;
    out.number(&f::SUITES_LENGTH, length.raw, length.value);
    out.group(&f::SUITES, suites, |out| numbers16(&f::SUITE, suites, out));
    let (length, methods) = out.read(&mut rest, vector8)?;
    out.number(&f::METHODS_LENGTH, length.raw, length.value);
    numbers8(&f::METHOD, methods, out);
    extensions(message, &mut rest, false, out)?;
    if let Some(hello) = if over_datagrams { h::datagram_client_hello(body) } else { h::client_hello(body) } {
        fingerprint([&f::JA3_FULL, &f::JA3], || ja3::client(&hello), body, out);
        let over = if over_datagrams { 'd' } else { 't' };
        if out.asks(&f::JA4) {
            out.value(&f::JA4, &[], Value::Text(ja3::client4(&hello, over).as_bytes()));
        }
    }
    Some(())
}

/// What a server of DTLS wants to hear again from the client, so that nobody else can speak for it.
fn hello_verify_request<'b>(body: &'b [u8], out: &mut Out<'_, 'b>) -> Option<()> {
    let mut rest = body;
    let version = out.read(&mut rest, |i| at(be_u16).parse(i))?;
    out.number(&f::VERSION, version.raw, version.value);
    cookie(&mut rest, out)
}

fn cookie<'b>(rest: &mut &'b [u8], out: &mut Out<'_, 'b>) -> Option<()> {
    let (length, cookie) = out.read(rest, vector8)?;
    out.number(&f::COOKIE_LENGTH, length.raw, length.value);
    if !cookie.is_empty() {
        out.bytes(&f::COOKIE, cookie);
    }
    Some(())
}

fn server_hello<'b>(message: &Message<'b>, body: &'b [u8], out: &mut Out<'_, 'b>) -> Option<()> {
    let mut rest = body;
    hello_start(&mut rest, out)?;
    let suite = out.read(&mut rest, |i| at(be_u16).parse(i))?;
    out.number(&f::SUITE, suite.raw, suite.value);
    let method = out.read(&mut rest, |i| at(be_u8).parse(i))?;
    out.number(&f::METHOD, method.raw, method.value);
    extensions(message, &mut rest, true, out)?;
    if let Some(hello) = h::server_hello(body) {
        fingerprint([&f::JA3S_FULL, &f::JA3S], || ja3::server(&hello), body, out);
    }
    Some(())
}

fn fingerprint(fields: [&'static Field; 2], line: impl FnOnce() -> String, body: &[u8], out: &mut Out<'_, '_>) {
    let [full, short] = fields;
    if !out.asks(full) && !out.asks(short) {
        return;
    }
    let line = line();
    let nothing = body.get(body.len()..).unwrap_or(body);
    out.value(full, nothing, Value::Text(line.as_bytes()));
    out.value(short, nothing, Value::Text(ja3::digest(&line).as_bytes()));
}

/// Version, random and session id, with which both hellos begin.
fn hello_start<'b>(rest: &mut &'b [u8], out: &mut Out<'_, 'b>) -> Option<()> {
    let version = out.read(rest, |i| at(be_u16).parse(i))?;
    out.number(&f::VERSION, version.raw, version.value);
    let random: &[u8] = out.read(rest, |i| take(32_usize).parse(i))?;
    out.node(&f::RANDOM, random, Value::Bytes(random), |out| {
        let (time, bytes) = random.split_at_checked(4).unwrap_or_default();
        out.value(&f::RANDOM_TIME, time, Value::Time(clock(random)));
        out.bytes(&f::RANDOM_BYTES, bytes);
    });
    let (length, session_id) = out.read(rest, vector8)?;
    out.number(&f::SESSION_ID_LENGTH, length.raw, length.value);
    if !session_id.is_empty() {
        out.bytes(&f::SESSION_ID, session_id);
    }
    Some(())
}

/// The clock in a random (RFC 5246 §7.4.1.2). Newer implementations send chance there.
pub fn clock(random: &[u8]) -> Timestamp {
    let seconds = random.first_chunk().map_or(0, |t| u32::from_be_bytes(*t));
    Timestamp::new(i64::from(seconds), 0)
}

fn extensions<'b>(message: &Message<'b>, rest: &mut &'b [u8], chosen: bool, out: &mut Out<'_, 'b>) -> Option<()> {
    if rest.is_empty() {
        return Some(());
    }
    let (length, list) = out.read(rest, vector16)?;
    out.number(&f::EXTENSIONS_LENGTH, length.raw, length.value);
    let mut all = Extensions::of(list);
    for extension in all.by_ref() {
        out.group(&f::EXTENSION, extension.raw, |out| {
            out.number(&f::EXT_TYPE, extension.kind.raw, extension.kind.value);
            out.number(&f::EXT_LENGTH, extension.length.raw, extension.length.value);
            let _ = extension_data(message, &extension, chosen, out);
            let name = f::extension(extension.kind.value.into()).unwrap_or("unknown type");
            out.label(format_args!("Extension: {name} (len={})", extension.length.value));
        });
    }
    if !all.rest().is_empty() {
        out.malformed(all.rest(), "an extension runs beyond its list");
    }
    if !rest.is_empty() {
        out.malformed(rest, "bytes behind the extensions");
    }
    Some(())
}

/// `chosen`: in a ServerHello, where some extensions hold one value instead of a list.
fn extension_data<'b>(
    message: &Message<'b>,
    extension: &Extension<'b>,
    chosen: bool,
    out: &mut Out<'_, 'b>,
) -> Option<()> {
    let mut rest = extension.data;
    match extension.kind.value {
        _ if rest.is_empty() => {}
        extension::SERVER_NAME => {
            let (_, mut list) = out.read(&mut rest, vector16)?;
            while !list.is_empty() {
                let (kind, (_, name)) = out.read(&mut list, |i| (at(be_u8), vector16).parse(i))?;
                out.number(&f::SERVER_NAME_TYPE, kind.raw, kind.value);
                out.text(&f::SERVER_NAME, name);
            }
        }
        extension::SUPPORTED_GROUPS => {
            let (_, groups) = out.read(&mut rest, vector16)?;
            numbers16(&f::SUPPORTED_GROUP, groups, out);
        }
        extension::POINT_FORMATS => {
            let (_, formats) = out.read(&mut rest, vector8)?;
            numbers8(&f::POINT_FORMAT, formats, out);
        }
        extension::SIGNATURE_ALGORITHMS | extension::SIGNATURE_ALGORITHMS_CERT | extension::DELEGATED_CREDENTIAL => {
            let (length, algorithms) = out.read(&mut rest, vector16)?;
            out.number(&f::SIGNATURE_ALGS_LENGTH, length.raw, length.value);
            numbers16(&f::SIGNATURE_ALG, algorithms, out);
        }
        extension::ALPN => {
            let (_, mut list) = out.read(&mut rest, vector16)?;
            while !list.is_empty() {
                let (_, name) = out.read(&mut list, vector8)?;
                out.text(&f::ALPN, name);
            }
        }
        extension::SCT => sct::list(rest, out),
        extension::USE_SRTP => {
            let (length, profiles) = out.read(&mut rest, vector16)?;
            out.number(&f::SRTP_PROFILES_LENGTH, length.raw, length.value);
            numbers16(&f::SRTP_PROFILE, profiles, out);
            let (length, _) = out.read(&mut rest, vector8)?;
            out.number(&f::SRTP_MKI_LENGTH, length.raw, length.value);
        }
        extension::CERTIFICATE_AUTHORITIES => authorities(message, &mut rest, out)?,
        extension::SUPPORTED_VERSIONS if chosen => numbers16(&f::SUPPORTED_VERSION, rest, out),
        extension::SUPPORTED_VERSIONS => {
            let (_, versions) = out.read(&mut rest, vector8)?;
            numbers16(&f::SUPPORTED_VERSION, versions, out);
        }
        extension::KEY_SHARE => {
            // A HelloRetryRequest names the group only.
            let mut shares = if chosen { rest } else { out.read(&mut rest, vector16)?.1 };
            while !shares.is_empty() {
                let group = out.read(&mut shares, |i| at(be_u16).parse(i))?;
                out.number(&f::KEY_SHARE_GROUP, group.raw, group.value);
                if !shares.is_empty() {
                    out.read(&mut shares, vector16)?;
                }
            }
        }
        _ => out.bytes(&f::EXT_DATA, rest),
    }
    Some(())
}

/// RFC 5077 §3.3; since TLS 1.3 (RFC 8446 §4.6.1) with what hides the ticket's age, a nonce, and extensions.
fn session_ticket<'b>(message: &Message<'b>, body: &'b [u8], is_1_3: bool, out: &mut Out<'_, 'b>) -> Option<()> {
    let mut rest = body;
    let lifetime = out.read(&mut rest, |i| at(be_u32).parse(i))?;
    out.number(&f::TICKET_LIFETIME, lifetime.raw, lifetime.value);
    if is_1_3 {
        let add = out.read(&mut rest, |i| at(be_u32).parse(i))?;
        out.number(&f::TICKET_AGE_ADD, add.raw, add.value);
        let (length, nonce) = out.read(&mut rest, vector8)?;
        out.number(&f::TICKET_NONCE_LENGTH, length.raw, length.value);
        out.bytes(&f::TICKET_NONCE, nonce);
    }
    let (length, ticket) = out.read(&mut rest, vector16)?;
    out.number(&f::TICKET_LENGTH, length.raw, length.value);
    out.bytes(&f::TICKET, ticket);
    if is_1_3 { extensions(message, &mut rest, false, out) } else { Some(()) }
}

/// The CertificateRequest of TLS 1.3 (RFC 8446 §4.3.2): a context, and extensions that say what is wanted.
fn asked_in_extensions<'b>(message: &Message<'b>, body: &'b [u8], out: &mut Out<'_, 'b>) -> Option<()> {
    let mut rest = body;
    out.read(&mut rest, vector8)?;
    extensions(message, &mut rest, false, out)
}

fn certificate<'b>(message: &Message<'b>, body: &'b [u8], is_1_3: bool, out: &mut Out<'_, 'b>) -> Option<()> {
    let mut rest = body;
    if is_1_3 {
        // certificate_request_context
        out.read(&mut rest, vector8)?;
    }
    let (length, mut list) = out.read(&mut rest, vector24)?;
    out.number(&f::CERTIFICATES_LENGTH, length.raw, length.value);
    out.group(&f::CERTIFICATES, list, |out| {
        while !list.is_empty() {
            let (length, certificate) = out.read(&mut list, vector24)?;
            out.number(&f::CERTIFICATE_LENGTH, length.raw, length.value);
            out.bytes(&f::CERTIFICATE, certificate);
            if let Some(x509) = registry::find(Claim::Named("x509af")) {
                out.give_inside(x509, &message.with(certificate));
            }
            if is_1_3 {
                extensions(message, &mut list, false, out)?;
            }
        }
        Some(())
    })
}

fn server_key_exchange<'b>(body: &'b [u8], out: &mut Out<'_, 'b>) -> Option<()> {
    let Some((exchange, signature)) = h::server_key_exchange(body) else {
        out.mark(Mark::Note("a key exchange of another form"), body);
        return None;
    };
    match exchange {
        Exchange::Curve(kind, curve, (length, point)) => {
            out.number(&f::CURVE_TYPE, kind.raw, kind.value);
            out.number(&f::NAMED_CURVE, curve.raw, curve.value);
            out.number(&f::SERVER_POINT_LENGTH, length.raw, length.value);
            out.bytes(&f::SERVER_POINT, point);
        }
        Exchange::Group([p, g, ys]) => {
            sized(&f::P_LENGTH, &f::P, p, out);
            sized(&f::G_LENGTH, &f::G, g, out);
            sized(&f::YS_LENGTH, &f::YS, ys, out);
        }
    }
    let Signed { algorithm, length, signature } = signature;
    if let Some(algorithm) = algorithm {
        out.number(&f::SIGNATURE_ALG, algorithm.raw, algorithm.value);
    }
    sized(&f::SIGNATURE_LENGTH, &f::SIGNATURE, (length, signature), out);
    Some(())
}

/// Types of certificates, since TLS 1.2 signature algorithms, and names of authorities. Whether the middle part is
/// there, the lengths tell.
fn certificate_request<'b>(message: &Message<'b>, body: &'b [u8], out: &mut Out<'_, 'b>) -> Option<()> {
    let mut rest = body;
    let (count, types) = out.read(&mut rest, vector8)?;
    out.number(&f::CERT_TYPES_COUNT, count.raw, count.value);
    numbers8(&f::CERT_TYPE, types, out);
    if !vector16(rest).is_ok_and(|(after, _)| after.is_empty()) {
        let (length, algorithms) = out.read(&mut rest, vector16)?;
        out.number(&f::SIGNATURE_ALGS_LENGTH, length.raw, length.value);
        numbers16(&f::SIGNATURE_ALG, algorithms, out);
    }
    authorities(message, &mut rest, out)
}

/// Names of those whose certificates are wanted.
fn authorities<'b>(message: &Message<'b>, rest: &mut &'b [u8], out: &mut Out<'_, 'b>) -> Option<()> {
    let (length, mut names) = out.read(rest, vector16)?;
    out.number(&f::DNAMES_LENGTH, length.raw, length.value);
    while !names.is_empty() {
        let (length, name) = out.read(&mut names, vector16)?;
        out.number(&f::DNAME_LENGTH, length.raw, length.value);
        out.group(&f::DNAME, name, |out| {
            if let Some(names) = registry::find(Claim::Named("x509if")) {
                out.give_inside(names, &message.with(name));
            }
        });
    }
    Some(())
}

fn certificate_verify<'b>(body: &'b [u8], out: &mut Out<'_, 'b>) -> Option<()> {
    let Some(Signed { algorithm, length, signature }) = h::signed(body) else {
        out.malformed(body, "the signature's length does not fit");
        return None;
    };
    if let Some(algorithm) = algorithm {
        out.number(&f::SIGNATURE_ALG, algorithm.raw, algorithm.value);
    }
    sized(&f::VERIFY_LENGTH, &f::VERIFY, (length, signature), out);
    Some(())
}

/// RSA: the premaster secret behind a length of two bytes (SSL 3.0: without). ECDHE: a point behind one byte.
fn client_key_exchange<'b>(body: &'b [u8], out: &mut Out<'_, 'b>) {
    if let Ok(([], premaster)) = vector16(body) {
        sized(&f::PREMASTER_LENGTH, &f::PREMASTER, premaster, out);
    } else if let Ok(([], (length, point))) = vector8(body) {
        out.number(&f::CLIENT_POINT_LENGTH, length.raw, length.value);
        out.bytes(&f::CLIENT_POINT, point);
    } else {
        out.bytes(&f::PREMASTER, body);
    }
}

fn sized<'b>(length: &'static Field, value: &'static Field, part: (At<'b, u16>, &'b [u8]), out: &mut Out<'_, 'b>) {
    out.number(length, part.0.raw, part.0.value);
    out.bytes(value, part.1);
}

fn numbers16<'b>(field: &'static Field, list: &'b [u8], out: &mut Out<'_, 'b>) {
    let (numbers, rest) = list.as_chunks::<2>();
    for raw in numbers {
        out.number(field, raw, u16::from_be_bytes(*raw));
    }
    if !rest.is_empty() {
        out.malformed(rest, "a list of numbers of an odd length");
    }
}

fn numbers8<'b>(field: &'static Field, list: &'b [u8], out: &mut Out<'_, 'b>) {
    for raw in list {
        out.number(field, std::slice::from_ref(raw), *raw);
    }
}
