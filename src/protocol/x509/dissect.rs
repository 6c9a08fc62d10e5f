//! The walk over a certificate, shown as far as it can be read.

use super::fields as f;
use crate::field::{Field, Value};
use crate::protocol::tls::sct;
use crate::protocol::{Message, Out};
use crate::wire::der::{Children, Tlv, oid, tag, tlv};

/// Universal tags of strings and times.
mod text {
    pub const UTF8: u32 = 12;
    pub const PRINTABLE: u32 = 19;
    pub const TELETEX: u32 = 20;
    pub const IA5: u32 = 22;
    pub const UTC_TIME: u32 = 23;
    pub const GENERALIZED_TIME: u32 = 24;
}

/// The list of signed certificate timestamps (RFC 6962 §3.3).
const SCTS: &[u8] = &[0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 4, 2];

/// Describes a certificate. It says nothing to the analysis: who carries it does.
pub fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    if !out.shows() {
        return;
    }
    let bytes = message.bytes;
    let Some(certificate) = element(bytes, tag::SEQUENCE).filter(|t| !t.cut) else {
        return out.malformed(bytes, "not a certificate");
    };
    let mut parts = certificate.children();
    if let Some(signed) = parts.next() {
        out.group(&f::SIGNED, signed.raw, |out| to_be_signed(&signed, out));
    }
    if let Some(algorithm) = parts.next() {
        algorithm_id(&algorithm, out);
    }
    if let Some(signature) = parts.next() {
        out.bytes(&f::ENCRYPTED, signature.body.get(1..).unwrap_or(signature.body));
    }
    if !parts.rest().is_empty() {
        out.malformed(parts.rest(), "not readable from here");
    }
}

/// Describes a distinguished name, or the identifier of an algorithm, which begins with an OID.
pub fn part<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    if !out.shows() {
        return;
    }
    match element(message.bytes, tag::SEQUENCE).filter(|t| !t.cut) {
        Some(sequence) if sequence.inner().is_some_and(|t| t.is_universal(tag::OID)) => algorithm_id(&sequence, out),
        Some(sequence) => name(&sequence, out),
        None => out.malformed(message.bytes, "not a name"),
    }
}

fn element(bytes: &[u8], tag: u32) -> Option<Tlv<'_>> {
    tlv(bytes).ok().map(|(_, t)| t).filter(|t| t.is_universal(tag))
}

fn to_be_signed<'b>(signed: &Tlv<'b>, out: &mut Out<'_, 'b>) {
    let mut parts = signed.children();
    let mut next = parts.next();
    if let Some(version) = next.filter(|t| t.is_context(0)) {
        if let Some(number) = version.inner().and_then(|t| u64::try_from(t.integer()?).ok()) {
            out.number(&f::VERSION, version.raw, number);
        }
        next = parts.next();
    }
    if let Some(serial) = next {
        out.bytes(&f::SERIAL, serial.body);
    }
    if let Some(algorithm) = parts.next() {
        algorithm_id(&algorithm, out);
    }
    if let Some(issuer) = parts.next() {
        out.group(&f::ISSUER, issuer.raw, |out| name(&issuer, out));
    }
    if let Some(validity) = parts.next() {
        out.group(&f::VALIDITY, validity.raw, |out| validity.children().for_each(|t| time(&t, out)));
    }
    if let Some(subject) = parts.next() {
        out.group(&f::SUBJECT, subject.raw, |out| name(&subject, out));
    }
    if let Some(info) = parts.next() {
        out.group(&f::KEY_INFO, info.raw, |out| {
            let mut parts = info.children();
            if let Some(algorithm) = parts.next() {
                algorithm_id(&algorithm, out);
            }
            if let Some(key) = parts.next() {
                out.bytes(&f::KEY, key.body.get(1..).unwrap_or(key.body));
            }
        });
    }
    for part in parts.by_ref().filter(|t| t.is_context(3)) {
        out.group(&f::EXTENSIONS, part.raw, |out| {
            for one in part.inner().iter().flat_map(Tlv::children) {
                out.group(&f::EXTENSION, one.raw, |out| extension(&one, out));
            }
        });
    }
    if !parts.rest().is_empty() {
        out.malformed(parts.rest(), "not readable from here");
    }
}

fn algorithm_id<'b>(algorithm: &Tlv<'b>, out: &mut Out<'_, 'b>) {
    if let Some(id) = algorithm.inner().filter(|t| t.is_universal(tag::OID)) {
        out.value(&f::ALGORITHM, id.body, Value::Oid(id.body));
    }
}

/// `130208000000Z` as `2013-02-08 00:00:00 (UTC)`; what is of another form is shown as it is.
fn time<'b>(time: &Tlv<'b>, out: &mut Out<'_, 'b>) {
    let field = if time.is_universal(text::UTC_TIME) { &f::UTC_TIME } else { &f::LONG_TIME };
    if !time.is_universal(text::UTC_TIME) && !time.is_universal(text::GENERALIZED_TIME) {
        return out.malformed(time.raw, "not a time");
    }
    let shown = std::str::from_utf8(time.body).ok().and_then(|digits| {
        let digits = digits.strip_suffix('Z').filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?;
        let (year, rest) = digits.split_at_checked(digits.len().checked_sub(10)?)?;
        // RFC 5280 §4.1.2.5.1: two digits from 50 on are of the twentieth century.
        let century = match year.len() {
            2 if year < "50" => "20",
            2 => "19",
            4 => "",
            _ => return None,
        };
        let pair = |at: usize| rest.get(at..at.saturating_add(2));
        let (month, day, hour, minute, second) = (pair(0)?, pair(2)?, pair(4)?, pair(6)?, pair(8)?);
        Some(format!("{century}{year}-{month}-{day} {hour}:{minute}:{second} (UTC)"))
    });
    out.value(field, time.body, Value::Text(shown.as_ref().map_or(time.body, |s| s.as_bytes())));
}

/// RDNSequence: sets of attributes, each with a type and a string.
fn name<'b>(name: &Tlv<'b>, out: &mut Out<'_, 'b>) {
    for attribute in name.children().flat_map(|set| Children::of(set.body)) {
        out.group(&f::ATTRIBUTE, attribute.raw, |out| {
            let mut parts = attribute.children();
            let (Some(kind), Some(value)) = (parts.next(), parts.next()) else {
                return out.malformed(attribute.raw, "not an attribute");
            };
            out.value(&f::ATTRIBUTE_ID, kind.body, Value::Oid(kind.body));
            out.layer("x509sat");
            // countryName
            let field: &'static Field = match value.tag {
                _ if kind.body == [0x55, 4, 6] => &f::COUNTRY,
                text::PRINTABLE => &f::PRINTABLE,
                text::UTF8 => &f::UTF8,
                text::TELETEX => &f::TELETEX,
                text::IA5 => &f::IA5,
                _ => return,
            };
            out.text(field, value.body);
        });
    }
}

fn extension<'b>(extension: &Tlv<'b>, out: &mut Out<'_, 'b>) {
    let mut parts = extension.children();
    let Some(id) = parts.next().filter(|t| t.is_universal(tag::OID)) else {
        return out.malformed(extension.raw, "not an extension");
    };
    out.value(&f::EXTENSION_ID, id.body, Value::Oid(id.body));
    let mut next = parts.next();
    if let Some(critical) = next.filter(|t| t.is_universal(tag::BOOLEAN)) {
        out.flag(&f::CRITICAL, critical.body, critical.body != [0]);
        next = parts.next();
    }
    let Some(value) = next.filter(|t| t.is_universal(tag::OCTET_STRING)) else {
        return out.malformed(extension.raw, "an extension without value");
    };
    // id-ce is 2.5.29, id-pe is 1.3.6.1.5.5.7.1.
    match id.body {
        [0x55, 0x1d, _] => out.layer("x509ce"),
        [0x2b, 6, 1, 5, 5, 7, 1, 12] => out.layer("logotypecertextn"),
        [0x2b, 6, 1, 5, 5, 7, 1, _] => out.layer("pkix1implicit"),
        SCTS => out.layer("tls"),
        _ => return,
    }
    let Ok((_, inside)) = tlv(value.body) else { return };
    match oid(id.body).as_str() {
        "1.3.6.1.4.1.11129.2.4.2" => sct::list(inside.body, out),
        "2.5.29.14" => out.bytes(&f::SUBJECT_KEY, inside.body),
        "2.5.29.17" | "2.5.29.18" => inside.children().for_each(|t| general_name(&t, out)),
        "2.5.29.19" => {
            if let Some(ca) = inside.inner().filter(|t| t.is_universal(tag::BOOLEAN)) {
                out.flag(&f::CA, ca.body, ca.body != [0]);
            }
        }
        "2.5.29.32" => {
            // A policy whose qualifier is a place to read (id-qt-cps) or a notice (id-qt-unotice).
            for qualifier in inside.children().filter_map(|p| p.children().nth(1)).flat_map(|q| Children::of(q.body)) {
                let id = qualifier.inner().map_or(&[][..], |t| t.body);
                if matches!(id, [0x2b, 6, 1, 5, 5, 7, 2, 1 | 2]) {
                    out.layer("pkix1explicit");
                }
            }
        }
        "2.5.29.35" => {
            for part in inside.children() {
                match part.tag {
                    0 => out.bytes(&f::KEY_ID, part.body),
                    1 => part.children().for_each(|t| general_name(&t, out)),
                    _ => {}
                }
            }
        }
        "2.5.29.37" => {
            for purpose in inside.children().filter(|t| t.is_universal(tag::OID)) {
                out.value(&f::PURPOSE, purpose.body, Value::Oid(purpose.body));
            }
        }
        _ => {}
    }
}

fn general_name<'b>(part: &Tlv<'b>, out: &mut Out<'_, 'b>) {
    match part.tag {
        1 => out.text(&f::MAILBOX, part.body),
        2 => out.text(&f::DNS_NAME, part.body),
        4 => {
            if let Some(directory) = part.inner() {
                name(&directory, out);
            }
        }
        6 => out.text(&f::URI, part.body),
        7 => out.bytes(&f::IP_ADDRESS, part.body),
        _ => {}
    }
}
