//! NTLM messages into events.

use super::fields::{self as f, Attributes, PlaceFields};
use super::parse::{self, Authenticate, AvPairs, Challenge, Negotiate, Place};
use crate::fact::NtlmVersion;
use crate::fact::{Fact, Hidden, Ntlm, NtlmAnswer, NtlmAuthenticate, NtlmChallenge, ntlm_flags as flag};
use crate::field::{Field, Mark, Value};
use crate::protocol::{Message, Out};
use crate::wire::{At, Timestamp, text};
use std::borrow::Cow;

/// AvIds ([MS-NLMP] 2.2.2.1).
mod av {
    pub const NB_COMPUTER: u16 = 1;
    pub const NB_DOMAIN: u16 = 2;
    pub const DNS_COMPUTER: u16 = 3;
    pub const DNS_DOMAIN: u16 = 4;
    pub const FLAGS: u16 = 6;
    pub const TIMESTAMP: u16 = 7;
    pub const TARGET_NAME: u16 = 9;
    pub const CHANNEL_BINDINGS: u16 = 10;
}

/// MsvAvFlags: the message carries a MIC.
const MIC_PRESENT: u32 = 2;

/// Describes one message, or a signature made with its keys.
pub fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let bytes = message.bytes;
    if !bytes.starts_with(parse::SIGNATURE) && bytes.starts_with(&[1, 0, 0, 0]) && bytes.len() >= 16 {
        signature(bytes, out);
        return;
    }
    out.group(&f::NTLMSSP, bytes, |out| {
        let Some((identifier, _)) = bytes.split_at_checked(8).filter(|_| bytes.starts_with(parse::SIGNATURE)) else {
            out.malformed(bytes, "the NTLMSSP signature is missing");
            return;
        };
        out.value(&f::IDENTIFIER, identifier, Value::Text(b"NTLMSSP"));
        let Some(kind) = parse::message_type(bytes) else {
            out.malformed(bytes, "ends before the message type");
            return;
        };
        out.number(&f::MESSAGE_TYPE, kind.raw, kind.value);
        match kind.value {
            1 => negotiate(bytes, out),
            2 => challenge(bytes, out),
            3 => authenticate(bytes, out),
            _ => {
                out.column_more(format_args!(", Unknown message type"));
                out.malformed(bytes, "a message type that is not defined");
            }
        }
    });
}

fn negotiate<'b>(bytes: &'b [u8], out: &mut Out<'_, 'b>) {
    out.column_more(format_args!(", NTLMSSP_NEGOTIATE"));
    let message = Negotiate::read(bytes);
    flags(message.flags, bytes, out);
    name(&f::NEGOTIATE_DOMAIN, message.domain, false, bytes, out);
    name(&f::NEGOTIATE_WORKSTATION, message.workstation, false, bytes, out);
    version(message.version, out);
    overlaps(&[message.domain, message.workstation], 16, out);
    if let Some(flags) = message.flags {
        out.fact(Fact::Ntlm(Box::new(Ntlm::Negotiate { flags: flags.value })), bytes);
    }
}

fn challenge<'b>(bytes: &'b [u8], out: &mut Out<'_, 'b>) {
    out.column_more(format_args!(", NTLMSSP_CHALLENGE"));
    let message = Challenge::read(bytes);
    let unicode = message.flags.is_some_and(|f| f.value & flag::UNICODE != 0);
    let target = name(&f::TARGET_NAME, message.target, unicode, bytes, out);
    flags(message.flags, bytes, out);
    match message.challenge {
        Some(raw) => out.bytes(&f::SERVER_CHALLENGE, raw),
        None => out.malformed(bytes, "ends before the server's challenge"),
    }
    if let Some(raw) = message.reserved {
        out.bytes(&f::RESERVED, raw);
    }
    let mut seen = Seen::default();
    if let Some(place) = message.info {
        let pairs = placed(&f::INFO_PLACE, place, bytes, out);
        match pairs {
            Some(pairs) if !pairs.is_empty() => out.group(&f::INFO, pairs, |out| {
                attributes(&f::INFO_ATTRIBUTES, pairs, &mut seen, out);
            }),
            Some(_) => out.node(&f::INFO, place.raw, Value::None, |out| out.label(format_args!("Target Info: Empty"))),
            None => {}
        }
    }
    version(message.version, out);
    if message.info.is_none() && message.flags.is_some_and(|f| f.value & flag::TARGET_INFO != 0) {
        out.malformed(bytes, "TargetInfo is announced and missing");
    }
    overlaps(&[message.target, message.info], 32, out);
    let Some(flags) = message.flags else { return };
    let fact = NtlmChallenge {
        flags: flags.value,
        server_challenge: message.challenge.and_then(|raw| raw.first_chunk()).copied(),
        target: parse::owned(&target),
        nb_domain: seen.name(av::NB_DOMAIN),
        nb_computer: seen.name(av::NB_COMPUTER),
        dns_domain: seen.name(av::DNS_DOMAIN),
        dns_computer: seen.name(av::DNS_COMPUTER),
        time: seen.filetime(),
    };
    out.fact(Fact::Ntlm(Box::new(Ntlm::Challenge(fact))), bytes);
}

fn authenticate<'b>(bytes: &'b [u8], out: &mut Out<'_, 'b>) {
    let message = Authenticate::read(bytes);
    let unicode = message.unicode(bytes);
    let kind = message.kind(bytes);
    blob(&f::LM_RESPONSE, message.lm, bytes, out, |lm, out| {
        // What stands before sixteen zeros is the client's challenge (NTLM2 session).
        if let Some((challenge, tail)) = lm.split_at_checked(8)
            && tail.len() >= 16
            && parse::zero(tail)
        {
            out.bytes(&f::CLIENT_CHALLENGE, challenge);
        }
    });
    let mut seen = Seen::default();
    let mut time = None;
    blob(&f::NT_RESPONSE, message.nt, bytes, out, |nt, out| match nt.len() {
        25.. => time = v2(nt, &mut seen, out),
        24 => {}
        _ => out.malformed(nt, "a response of a length no version of NTLM has"),
    });
    if out.shows() && message.nt.is_some() {
        out.value(&f::KIND, message.nt_response(bytes), Value::Text(kind.name().as_bytes()));
    }
    let domain = name(&f::DOMAIN, message.domain, unicode, bytes, out);
    let user = name(&f::USER, message.user, unicode, bytes, out);
    let (shown_domain, shown_user) = (text::escape(&domain), text::escape(&user));
    out.column_more(format_args!(", NTLMSSP_AUTH, User: {shown_domain}\\{shown_user}"));
    let workstation = name(&f::WORKSTATION, message.workstation, unicode, bytes, out);
    blob(&f::SESSION_KEY, message.session_key, bytes, out, |_, _| {});
    if let Some(at) = message.flags {
        flags(Some(at), bytes, out);
    }
    if message.flags.is_some_and(|f| f.value & flag::VERSION != 0) {
        version(message.version, out);
    }
    let announced = seen.number(av::FLAGS).is_some_and(|flags| flags & MIC_PRESENT != 0);
    match message.mic {
        Some(mic) => out.bytes(&f::MIC, mic),
        None if announced => out.malformed(bytes, "a MIC is announced and the header has no room for it"),
        None => {}
    }
    overlaps(&message.places(), 52, out);
    if message.user.is_none() || message.nt.is_none() || message.kind_is_open(bytes) {
        out.malformed(bytes, "ends inside the header");
        return;
    }
    let bindings = seen.value(av::CHANNEL_BINDINGS);
    // What a capture cut off may have told of both.
    let unread = kind == NtlmVersion::V2 && !seen.ended;
    let fact = NtlmAuthenticate {
        flags: message.flags.map_or(0, |f| f.value),
        domain: parse::owned(&domain),
        user: parse::owned(&user),
        workstation: parse::owned(&workstation),
        version: kind,
        mic: message.mic.is_some() && (announced || unread),
        time,
        echoes_time: seen.value(av::TIMESTAMP).is_some(),
        spn: seen.name(av::TARGET_NAME),
        channel_bound: bindings.map_or(unread, |b| !parse::zero(b)),
        answer: NtlmAnswer {
            lm: hidden(message.lm_response(bytes)),
            nt: hidden(message.nt_response(bytes)),
            session_key: hidden(message.encrypted_key(bytes)),
        },
    };
    out.fact(Fact::Ntlm(Box::new(Ntlm::Authenticate(fact))), bytes);
}

fn hidden(response: &[u8]) -> Hidden {
    Hidden::new(response, NtlmAnswer::MAX_RESPONSE)
}

/// The NTLMv2 response; its time, where one is set.
fn v2<'b>(response: &'b [u8], seen: &mut Seen<'b>, out: &mut Out<'_, 'b>) -> Option<Timestamp> {
    out.node(&f::V2, response, Value::Bytes(response), |out| {
        let mut rest = response;
        let fixed = out.read(&mut rest, parse::v2_response)?;
        out.bytes(&f::V2_PROOF, fixed.proof);
        out.number(&f::V2_VERSION, fixed.version.raw, fixed.version.value);
        out.number(&f::V2_HI_VERSION, fixed.hi_version.raw, fixed.hi_version.value);
        if (fixed.version.value, fixed.hi_version.value) != (1, 1) {
            out.malformed(fixed.version.raw, "longer than NTLMv1, and not of version 1.1 of NTLMv2");
        }
        out.bytes(&f::V2_ZERO, fixed.zero);
        filetime(&f::V2_TIME, fixed.time.raw, fixed.time.value, out);
        out.bytes(&f::V2_CHALLENGE, fixed.challenge);
        out.bytes(&f::V2_ZERO, fixed.zero_too);
        attributes(&f::V2_ATTRIBUTES, rest, seen, out);
        (fixed.time.value != 0).then(|| Timestamp::from_filetime(fixed.time.value))
    })
}

/// Values of a list of AV pairs by AvId; the first of each counts.
#[derive(Default)]
struct Seen<'b> {
    values: [Option<&'b [u8]>; 11],
    /// The list was there up to its end.
    ended: bool,
}

impl<'b> Seen<'b> {
    fn value(&self, id: u16) -> Option<&'b [u8]> {
        self.values.get(usize::from(id)).copied().flatten()
    }

    fn name(&self, id: u16) -> Option<String> {
        self.value(id).map(|raw| parse::owned(&parse::text(raw, true)))
    }

    fn number(&self, id: u16) -> Option<u32> {
        self.value(id).and_then(|raw| parse::number_at(raw, 0)).map(|n| n.value)
    }

    fn filetime(&self) -> Option<Timestamp> {
        let ticks = u64::from_le_bytes(*self.value(av::TIMESTAMP)?.first_chunk()?);
        (ticks != 0).then(|| Timestamp::from_filetime(ticks))
    }
}

/// A list of AV pairs.
fn attributes<'b>(table: &Attributes, list: &'b [u8], seen: &mut Seen<'b>, out: &mut Out<'_, 'b>) {
    let mut pairs = AvPairs::of(list);
    for pair in pairs.by_ref() {
        let id = pair.id.value;
        if let Some(slot @ None) = seen.values.get_mut(usize::from(id)).filter(|_| !pair.is_cut()) {
            *slot = Some(pair.value);
        }
        if out.shows() {
            out.group(&f::ATTRIBUTE, pair.raw, |out| {
                out.number(table.id, pair.id.raw, id);
                out.number(table.length, pair.length.raw, pair.length.value);
                let title = f::attribute(id.into()).unwrap_or("unknown");
                let field = usize::from(id).checked_sub(1).and_then(|n| table.values.get(n)).copied();
                match (id, pair.value.first_chunk::<8>(), field) {
                    (1..=5 | 9, _, Some(field)) if !pair.value.is_empty() => {
                        let value = parse::text(pair.value, true);
                        out.value(field, pair.value, Value::Text(&value));
                        out.label(format_args!("Attribute: {title}: {}", String::from_utf8_lossy(&value)));
                        return;
                    }
                    (av::FLAGS, _, Some(field)) => {
                        if let Some(n) = parse::number_at(pair.value, 0) {
                            out.number(field, n.raw, n.value);
                        }
                    }
                    (av::TIMESTAMP, Some(ticks), Some(field)) => {
                        filetime(field, ticks, u64::from_le_bytes(*ticks), out);
                    }
                    (8 | 10, _, Some(field)) => out.bytes(field, pair.value),
                    _ => {}
                }
                out.label(format_args!("Attribute: {title}"));
            });
        }
        if pair.is_cut() {
            out.malformed(pair.raw, "an attribute runs beyond its list");
        }
    }
    let rest = pairs.rest();
    seen.ended = pairs.ended();
    if !pairs.ended() {
        out.malformed(rest, "the list of attributes does not end");
    } else if !rest.is_empty() && std::ptr::eq(table, &raw const f::V2_ATTRIBUTES) {
        out.bytes(&f::V2_PAD, rest);
    }
}

/// A FILETIME; Wireshark shows an unset one as the Unix epoch.
fn filetime<'b>(field: &'static Field, raw: &'b [u8], ticks: u64, out: &mut Out<'_, 'b>) {
    let time = if ticks == 0 { Timestamp(0) } else { Timestamp::from_filetime(ticks) };
    out.node(field, raw, Value::Time(time), |out| {
        if ticks == 0 {
            out.label(format_args!("{}: No time specified (0)", field.title));
        }
    });
}

fn flags<'b>(flags: Option<At<'b, u32>>, message: &'b [u8], out: &mut Out<'_, 'b>) {
    let Some(flags) = flags else {
        out.malformed(message, "ends before the flags");
        return;
    };
    if !out.shows() {
        return;
    }
    out.node(&f::FLAGS, flags.raw, Value::Number(flags.value.into()), |out| {
        for (field, bit) in f::FLAG_BITS.iter().zip((0..32_u32).rev()) {
            out.flag(field, flags.raw, flags.value >> bit & 1 != 0);
        }
    });
}

fn version<'b>(raw: Option<&'b [u8]>, out: &mut Out<'_, 'b>) {
    let Some([major, minor, build @ ..]) = raw else { return };
    let Some(([b0, b1], [.., revision])) = build.split_first_chunk() else { return };
    let (Some(raw), true) = (raw, out.shows()) else { return };
    out.group(&f::VERSION, raw, |out| {
        let number = u16::from_le_bytes([*b0, *b1]);
        out.number(&f::VERSION_MAJOR, std::slice::from_ref(major), *major);
        out.number(&f::VERSION_MINOR, std::slice::from_ref(minor), *minor);
        out.number(&f::VERSION_BUILD, raw.get(2..4).unwrap_or(&[]), number);
        out.number(&f::VERSION_REVISION, std::slice::from_ref(revision), *revision);
        out.label(format_args!("Version {major}.{minor} (Build {number}); NTLM Current Revision {revision}"));
    });
}

/// The numbers of a place, and its payload where it lies in the message.
fn placed<'b>(fields: &PlaceFields, place: Place<'b>, message: &'b [u8], out: &mut Out<'_, 'b>) -> Option<&'b [u8]> {
    let payload = if place.is_empty() { Some(&[][..]) } else { place.payload(message) };
    if out.shows() && !place.is_empty() {
        out.group(&f::PLACE, place.raw, |out| {
            let (length, rest) = place.raw.split_at_checked(2).unwrap_or_default();
            let (maxlen, offset) = rest.split_at_checked(2).unwrap_or_default();
            out.number(fields.length, length, place.length);
            out.number(fields.maxlen, maxlen, place.maxlen);
            out.number(fields.offset, offset, place.offset);
            out.label(format_args!("Payload: {} bytes at {}", place.length, place.offset));
        });
    }
    if payload.is_none() {
        out.malformed(place.raw, "the payload lies outside the message");
    }
    payload
}

/// A string and its place; `NULL` is what Wireshark shows for an empty one.
fn name<'b>(
    field: &'static Field,
    place: Option<Place<'b>>,
    unicode: bool,
    message: &'b [u8],
    out: &mut Out<'_, 'b>,
) -> Cow<'b, [u8]> {
    let Some(place) = place else { return Cow::Borrowed(&[]) };
    let Some(raw) = placed(&f::STRING_PLACE, place, message, out) else { return Cow::Borrowed(&[]) };
    if raw.is_empty() {
        out.value(field, place.raw, Value::Text(b"NULL"));
        return Cow::Borrowed(&[]);
    }
    let value = parse::text(raw, unicode);
    out.value(field, raw, Value::Text(&value));
    if unicode && raw.len() % 2 != 0 {
        out.malformed(raw, "UTF-16 text of an odd length");
    }
    value
}

/// A payload of bytes and its place. An empty one is shown, as Wireshark does, by the bytes of its place.
fn blob<'b>(
    field: &'static Field,
    place: Option<Place<'b>>,
    message: &'b [u8],
    out: &mut Out<'_, 'b>,
    body: impl FnOnce(&'b [u8], &mut Out<'_, 'b>),
) {
    let Some(place) = place else { return };
    let Some(raw) = placed(&f::BLOB_PLACE, place, message, out) else { return };
    if raw.is_empty() {
        out.node(field, place.raw, Value::Bytes(place.raw), |out| out.label(format_args!("{}: Empty", field.title)));
        return;
    }
    out.node(field, raw, Value::Bytes(raw), |out| body(raw, out));
}

/// Marks payloads that share bytes with another or with the part of the header that is always there. Two responses in
/// one place are allowed: clients that suppress the LM response repeat the other.
fn overlaps(places: &[Option<Place<'_>>], header: u64, out: &mut Out<'_, '_>) {
    let ranges = places.iter().flatten().filter(|p| !p.is_empty());
    for (n, place) in ranges.clone().enumerate() {
        let (start, end) = place.range();
        if start < header {
            out.malformed(place.raw, "the payload lies in the header");
        }
        let shared =
            ranges.clone().take(n).map(Place::range).any(|(s, e)| s < end && start < e && (s, e) != (start, end));
        if shared {
            out.mark(Mark::Note("the payload shares bytes with another"), place.raw);
        }
    }
}

/// NTLMSSP_MESSAGE_SIGNATURE (2.2.2.9): Version(4) and twelve bytes whose form the flags of the session decide.
fn signature<'b>(bytes: &'b [u8], out: &mut Out<'_, 'b>) {
    out.group(&f::VERIFIER, bytes, |out| {
        let (version, body) = bytes.split_at_checked(4).unwrap_or_default();
        out.number(&f::VERIFIER_VERSION, version, 1_u32);
        out.bytes(&f::VERIFIER_BODY, body.get(..12).unwrap_or(body));
    });
}
