//! The headers that have parts: addresses, routes, Via, CSeq, Reason.

use super::address::{Items, Uri, address};
use super::fields as f;
use super::head::Head;
use super::header::Name;
use super::parse::{self, Parameters, after_blanks, number};
use super::secret;
use crate::field::{Field, Value};
use crate::protocol::Out;

/// The fields of an address in one kind of header.
pub struct Address {
    display: &'static Field,
    addr: &'static Field,
    user: &'static Field,
    host: &'static Field,
    port: &'static Field,
    param: &'static Field,
}

macro_rules! addresses {
    ($($name:ident: $display:ident $addr:ident $user:ident $host:ident $port:ident $param:ident;)*) => {
        $(
            #[doc = concat!("Fields of `", stringify!($addr), "` and its parts.")]
            pub static $name: Address = Address {
                display: &f::$display, addr: &f::$addr, user: &f::$user, host: &f::$host, port: &f::$port, param: &f::$param,
            };
        )*
    };
}

addresses! {
    R_URI: R_URI_DISPLAY R_URI_ADDR R_URI_USER R_URI_HOST R_URI_PORT R_URI_PARAM;
    FROM: FROM_DISPLAY FROM_ADDR FROM_USER FROM_HOST FROM_PORT FROM_PARAM;
    TO: TO_DISPLAY TO_ADDR TO_USER TO_HOST TO_PORT TO_PARAM;
    CONTACT: CONTACT_DISPLAY CONTACT_ADDR CONTACT_USER CONTACT_HOST CONTACT_PORT CONTACT_PARAM;
    ROUTE: ROUTE_DISPLAY ROUTE_ADDR ROUTE_USER ROUTE_HOST ROUTE_PORT ROUTE_PARAM;
    RECORD_ROUTE: RECORD_ROUTE_DISPLAY RECORD_ROUTE_ADDR RECORD_ROUTE_USER RECORD_ROUTE_HOST RECORD_ROUTE_PORT RECORD_ROUTE_PARAM;
    SERVICE_ROUTE: SERVICE_ROUTE_DISPLAY SERVICE_ROUTE_ADDR SERVICE_ROUTE_USER SERVICE_ROUTE_HOST SERVICE_ROUTE_PORT SERVICE_ROUTE_PARAM;
    PATH: PATH_DISPLAY PATH_ADDR PATH_USER PATH_HOST PATH_PORT PATH_PARAM;
    PAI: PAI_DISPLAY PAI_ADDR PAI_USER PAI_HOST PAI_PORT PAI_PARAM;
    PPI: PPI_DISPLAY PPI_ADDR PPI_USER PPI_HOST PPI_PORT PPI_PARAM;
}

/// A URI and its parts.
pub fn uri<'b>(uri: &Uri<'b>, fields: &Address, out: &mut Out<'_, 'b>) {
    let shown = out.seen(uri.raw, &secret::passwords(uri.raw));
    out.node(fields.addr, uri.raw, Value::Text(&shown), |out| {
        let Some(sip) = uri.sip else { return };
        if let Some(user) = sip.user.filter(|u| !u.is_empty()) {
            let shown = out.seen(user, secret::of_user(user).as_slice());
            out.value(fields.user, user, Value::Text(&shown));
        }
        out.text(fields.host, sip.host);
        if let Some(port) = sip.port.filter(|p| !p.is_empty()) {
            out.text(fields.port, port);
        }
        for parameter in sip.parameters.split(|b| *b == b';').filter(|p| !p.is_empty()) {
            out.text(fields.param, parameter);
        }
    });
}

fn address_parts<'b>(of: &super::address::Address<'b>, fields: &Address, out: &mut Out<'_, 'b>) {
    if let Some(display) = of.display {
        out.text(fields.display, display);
    }
    uri(&of.uri, fields, out);
}

/// `From`, `To` and the identities: one address, perhaps a tag.
pub fn endpoint<'b>(value: &'b [u8], fields: &Address, tag: Option<&'static Field>, out: &mut Out<'_, 'b>) {
    let Ok((rest, address)) = address(value) else { return out.malformed(value, "not an address") };
    address_parts(&address, fields, out);
    let Some(field) = tag else {
        // Identities may be two: sip: and tel:.
        let mut more = Parameters::of(rest);
        more.by_ref().for_each(drop);
        return more.rest().strip_prefix(b",").map_or((), |rest| route(rest, fields, out));
    };
    if let Some(tag) = Parameters::of(rest).find("tag") {
        out.text(field, tag);
    }
}

/// `Contact`: addresses with parameters, or a star.
pub fn contact<'b>(value: &'b [u8], out: &mut Out<'_, 'b>) {
    if value.starts_with(b"*") {
        return;
    }
    let mut items = Items::of(value);
    for item in items.by_ref() {
        address_parts(&item.address, &CONTACT, out);
        for parameter in Parameters::of(item.parameters) {
            out.text(&f::CONTACT_PARAMETER, parameter.raw);
        }
    }
    if !items.rest().is_empty() {
        out.malformed(items.rest(), "not an address");
    }
}

/// `Route` and its kin: addresses.
pub fn route<'b>(value: &'b [u8], fields: &Address, out: &mut Out<'_, 'b>) {
    let mut items = Items::of(value);
    for item in items.by_ref() {
        address_parts(&item.address, fields, out);
    }
    if !items.rest().is_empty() {
        out.malformed(items.rest(), "not an address");
    }
}

/// What the packet list says of the bindings a registration adds or removes, in Wireshark's words: a contact that says
/// `expires=0` itself counts twice when the whole message expires, as it does there.
pub fn bindings(head: &Head<'_>) -> String {
    let (mut contacts, mut removed, mut unsaid, mut star) = (0_usize, 0_usize, 0_usize, false);
    for header in head.headers().filter(|h| h.meaning == Name::Contact) {
        if header.value.starts_with(b"*") {
            star = true;
            continue;
        }
        for item in Items::of(header.value) {
            contacts = contacts.saturating_add(1);
            match Parameters::of(item.parameters).find("expires").and_then(number) {
                Some(0) => {
                    removed = removed.saturating_add(1);
                    unsaid = unsaid.saturating_add(1);
                }
                Some(_) => {}
                None => unsaid = unsaid.saturating_add(1),
            }
        }
    }
    let gone = head.expires == Some(b"0");
    if gone {
        removed = removed.saturating_add(unsaid);
    }
    let request = head.status().is_none();
    let kept = contacts.saturating_sub(removed);
    let s = |n: usize| if n == 1 { "" } else { "s" };
    match (removed, kept) {
        _ if request && star && gone => "  (remove all bindings)".into(),
        (0, 0) if request => "  (fetch bindings)".into(),
        (0, n) => format!("  ({n} binding{})", s(n)),
        (n, 0) if request => format!("  (remove {n} binding{})", s(n)),
        (n, k) if request => format!("  (remove {n} binding{}) (add {k} binding{})", s(n), s(k)),
        (n, 0) => format!("  (removed {n} binding{})", s(n)),
        (n, k) => format!("  (removed {n} binding{}) ({k} binding{} kept)", s(n), s(k)),
    }
}

/// `CSeq`: number and method.
pub fn cseq<'b>(value: &'b [u8], out: &mut Out<'_, 'b>) {
    let (digits, method) = parse::cseq(value);
    out.number(&f::CSEQ_SEQ, digits, low32(number(digits).unwrap_or(0)));
    if digits.is_empty() || method.is_empty() {
        out.malformed(value, "not a number and a method");
    }
    if !method.is_empty() {
        out.text(&f::CSEQ_METHOD, method);
    }
}

/// The low half, which is what Wireshark keeps of a number that is too large.
pub const fn low32(n: u64) -> u64 {
    n & 0xffff_ffff
}

/// `Via`: for each hop `SIP/2.0/TLS host:port` and parameters.
pub fn via<'b>(value: &'b [u8], out: &mut Out<'_, 'b>) {
    let mut rest = after_blanks(value);
    while !rest.is_empty() {
        let Some(after) = hop(rest, out) else { return out.malformed(rest, "not SIP/2.0/transport and an address") };
        let mut parameters = Parameters::of(after);
        for parameter in parameters.by_ref() {
            via_parameter(&parameter, out);
        }
        rest = after_blanks(parameters.rest().strip_prefix(b",").unwrap_or(&[]));
    }
}

fn hop<'b>(text: &'b [u8], out: &mut Out<'_, 'b>) -> Option<&'b [u8]> {
    let mut slashes = memchr::memchr_iter(b'/', text).skip(1);
    let mut rest = after_blanks(text.get(slashes.next()?.checked_add(1)?..)?);
    // The transport may itself have parts (`TLS-SCTP`, or with a slash).
    loop {
        let end = rest.iter().position(|b| matches!(b, b' ' | b'\t' | b'/' | b'\r'))?;
        let (transport, after) = rest.split_at_checked(end)?;
        out.text(&f::VIA_TRANSPORT, transport);
        rest = after_blanks(after);
        match rest {
            [b'/', after @ ..] => rest = after,
            _ => break,
        }
    }
    let bracket = if rest.first() == Some(&b'[') { memchr::memchr(b']', rest)? } else { 0 };
    let stops = |b: &u8| matches!(b, b' ' | b'\t' | b':' | b';' | b',' | b'\r');
    let end = rest.iter().skip(bracket).position(stops).map_or(rest.len(), |n| n.saturating_add(bracket));
    let (host, after) = rest.split_at_checked(end)?;
    let bare = host.strip_prefix(b"[").and_then(|h| h.strip_suffix(b"]")).unwrap_or(host);
    out.text(&f::VIA_SENT_BY_ADDRESS, bare);
    let mut rest = after_blanks(after);
    if let [b':', after @ ..] = rest {
        let text = after_blanks(after);
        let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
        let (digits, after) = text.split_at_checked(digits)?;
        if !digits.is_empty() {
            out.number(&f::VIA_SENT_BY_PORT, digits, number(digits).unwrap_or(0) & 0xffff);
        }
        rest = after;
    }
    Some(rest)
}

fn via_parameter<'b>(parameter: &parse::Parameter<'b>, out: &mut Out<'_, 'b>) {
    let known = [
        ("branch", &f::VIA_BRANCH),
        ("maddr", &f::VIA_MADDR),
        ("rport", &f::VIA_RPORT),
        ("received", &f::VIA_RECEIVED),
        ("ttl", &f::VIA_TTL),
        ("comp", &f::VIA_COMP),
        ("sigcomp-id", &f::VIA_SIGCOMP_ID),
    ];
    match known.iter().find(|(name, _)| parameter.is(name)) {
        Some((_, field)) => out.value(field, parameter.raw, Value::Text(parameter.value.unwrap_or(parameter.raw))),
        None => out.text(&f::VIA_PARAMETER, parameter.raw),
    }
}

/// `Reason`: protocol, cause, text (RFC 3326).
pub fn reason<'b>(value: &'b [u8], out: &mut Out<'_, 'b>) {
    let Some((protocol, rest)) = memchr::memchr(b';', value).and_then(|at| value.split_at_checked(at)) else { return };
    out.text(&f::REASON_PROTOCOL, protocol);
    let cause = match () {
        () if protocol.eq_ignore_ascii_case(b"Q.850") => &f::REASON_Q850,
        () if protocol.eq_ignore_ascii_case(b"SIP") => &f::REASON_SIP,
        () => &f::REASON_OTHER,
    };
    for parameter in Parameters::of(rest) {
        if parameter.is("cause") {
            let text = parameter.value.unwrap_or_default();
            out.number(cause, text, low32(number(text).unwrap_or(0)));
        } else if parameter.is("text") {
            out.text(&f::REASON_TEXT, parameter.bare());
        }
    }
}
