//! Options whose value has a structure of its own.

use super::fields as f;
use super::options::{address, number};
use super::parse::{Piece, options, text};
use crate::field::{Field, Mark, Value};
use crate::protocol::Out;
use crate::wire::name::name;
use crate::wire::text::hex;
use std::net::Ipv4Addr;

/// Splits off `count` bytes; what is too short for them is marked.
fn take<'b>(rest: &mut &'b [u8], count: usize, out: &mut Out<'_, 'b>) -> Option<&'b [u8]> {
    let Some((taken, after)) = rest.split_at_checked(count) else {
        out.malformed(rest, "shorter than it must be");
        return None;
    };
    *rest = after;
    Some(taken)
}

/// Sub-options of vendors (RFC 2132 §8.4): those of `MS-UC-Client` say where a phone gets its certificate.
pub fn vendor<'b>(value: &'b [u8], out: &mut Out<'_, 'b>) {
    out.bytes(&f::VENDOR_VALUE, value);
    let ours = options(value).any(|p| matches!(p, Piece::Option { code: 1, value: b"MS-UC-Client", .. }));
    if !ours {
        return;
    }
    let fields: [&'static Field; 5] =
        [&f::VENDOR_CLASS, &f::VENDOR_SCHEME, &f::VENDOR_HOST, &f::VENDOR_PORT, &f::VENDOR_PATH];
    for piece in options(value) {
        match piece {
            Piece::Option { code, value, .. } => {
                if let Some(field) = usize::from(code).checked_sub(1).and_then(|at| fields.get(at)) {
                    out.value(field, value, Value::Text(text(value)));
                }
            }
            Piece::Cut(raw) => out.malformed(raw, "sub-option longer than the option"),
            Piece::Padding(_) | Piece::End(_) => {}
        }
    }
}

/// Who the client is (RFC 2132 §9.14, RFC 4361 §6.1): a hardware address, a DUID, or anything.
pub fn client_identifier<'b>(value: &'b [u8], out: &mut Out<'_, 'b>) {
    match value {
        [1, mac @ ..] if mac.len() == 6 => {
            let (kind, mac) = value.split_at(1);
            number(&f::HW_TYPE, kind, out);
            if let Ok(octets) = <[u8; 6]>::try_from(mac) {
                out.value(&f::HW_MAC_ADDR, mac, Value::Mac(octets));
            }
        }
        [0, uuid_ @ ..] if uuid_.len() == 16 => uuid(value, out),
        [0, _, ..] => {
            let (kind, id) = value.split_at(1);
            number(&f::CLIENT_ID_TYPE, kind, out);
            out.text(&f::CLIENT_ID_UNDEF, id);
        }
        [255, rest @ ..] => duid(rest, out),
        _ => {}
    }
}

// iaid(4) type(2): link-layer address with time, enterprise number and identifier, or link-layer address.
fn duid<'b>(mut rest: &'b [u8], out: &mut Out<'_, 'b>) {
    let Some(iaid) = take(&mut rest, 4, out) else { return };
    out.value(&f::CLIENT_ID_IAID, iaid, Value::Text(hex(iaid).as_bytes()));
    let Some(kind) = take(&mut rest, 2, out) else { return };
    number(&f::DUID_TYPE, kind, out);
    let link = |raw: &'b [u8], out: &mut Out<'_, 'b>| {
        let shown = raw.iter().map(|b| format!("{b:02x}")).collect::<Vec<_>>().join(":");
        out.value(&f::DUID_LINK, raw, Value::Text(shown.as_bytes()));
    };
    match kind {
        [0, 1] => {
            let Some(hardware) = take(&mut rest, 2, out) else { return };
            number(&f::DUID_LLT_HW, hardware, out);
            let Some(time) = take(&mut rest, 4, out) else { return };
            number(&f::DUID_TIME, time, out);
            link(rest, out);
        }
        [0, 2] => {
            let Some(enterprise) = take(&mut rest, 4, out) else { return };
            number(&f::DUID_ENTERPRISE, enterprise, out);
            out.bytes(&f::CLIENT_ID, rest);
        }
        [0, 3] => {
            let Some(hardware) = take(&mut rest, 2, out) else { return };
            number(&f::DUID_LL_HW, hardware, out);
            link(rest, out);
        }
        _ => {}
    }
}

/// A type byte and a UUID, whose first three parts are little-endian as PXE writes them (RFC 4578 §2.3).
pub fn uuid<'b>(value: &'b [u8], out: &mut Out<'_, 'b>) {
    let Some(raw) = value.get(1..).filter(|raw| raw.len() == 16) else {
        return out.malformed(value, "not a type and sixteen bytes");
    };
    let back = |part: &[u8]| hex(&part.iter().rev().copied().collect::<Vec<_>>());
    let (Some(a), Some(b), Some(c), Some(d), Some(e)) =
        (raw.get(..4), raw.get(4..6), raw.get(6..8), raw.get(8..10), raw.get(10..))
    else {
        return;
    };
    let shown = format!("{}-{}-{}-{}-{}", back(a), back(b), back(c), hex(d), hex(e));
    out.value(&f::CLIENT_ID_UUID, raw, Value::Text(shown.as_bytes()));
}

/// Classes of users (RFC 3004), or plain text as some clients send it.
pub fn user_class<'b>(value: &'b [u8], out: &mut Out<'_, 'b>) {
    let fits = {
        let mut rest = value;
        while let Some((length, after)) = rest.split_first() {
            rest = after.get(usize::from(*length)..).unwrap_or(&[0]);
            if *length == 0 {
                break;
            }
        }
        rest.is_empty()
    };
    if !fits {
        return out.text(&f::USER_CLASS_TEXT, value);
    }
    let mut rest = value;
    let mut instance = 0_u64;
    while let Some((length, after)) = rest.split_at_checked(1) {
        let count = length.first().map_or(0, |n| usize::from(*n));
        let Some((data, after)) = after.split_at_checked(count) else { return };
        let raw = rest.get(..count.saturating_add(1)).unwrap_or(rest);
        out.node(&f::USER_CLASS, raw, Value::Number(instance), |out| {
            number(&f::USER_CLASS_LENGTH, length, out);
            out.bytes(&f::USER_CLASS_DATA, data);
        });
        instance = instance.saturating_add(1);
        rest = after;
    }
}

/// Directory agents of the Service Location Protocol (RFC 2610 §3).
pub fn directory_agent<'b>(value: &'b [u8], out: &mut Out<'_, 'b>) {
    let mut rest = value;
    let Some(kind) = take(&mut rest, 1, out) else { return };
    number(&f::SLPDA_VALUE, kind, out);
    for octets in rest.as_chunks::<4>().0 {
        address(&f::SLPDA_ADDRESS, octets, out);
    }
}

/// Its scopes (RFC 2610 §4).
pub fn service_scope<'b>(value: &'b [u8], out: &mut Out<'_, 'b>) {
    let mut rest = value;
    let Some(kind) = take(&mut rest, 1, out) else { return };
    number(&f::SLP_SCOPE_VALUE, kind, out);
    out.text(&f::SLP_SCOPE, rest);
}

/// The client's own name (RFC 4702 §2): flags, two result codes, text or labels.
pub fn client_name<'b>(value: &'b [u8], out: &mut Out<'_, 'b>) {
    let mut rest = value;
    let Some(flags) = take(&mut rest, 1, out) else { return };
    let bits = flags.first().copied().unwrap_or(0);
    out.node(&f::FQDN_FLAGS, flags, Value::Number(bits.into()), |out| {
        out.number(&f::FQDN_MBZ, flags, bits >> 4);
        out.flag(&f::FQDN_N, flags, bits & 8 != 0);
        out.flag(&f::FQDN_E, flags, bits & 4 != 0);
        out.flag(&f::FQDN_O, flags, bits & 2 != 0);
        out.flag(&f::FQDN_S, flags, bits & 1 != 0);
    });
    for field in [&f::FQDN_RCODE1, &f::FQDN_RCODE2] {
        let Some(code) = take(&mut rest, 1, out) else { return };
        number(field, code, out);
    }
    if rest.is_empty() {
        return;
    }
    if bits & 4 == 0 {
        return out.text(&f::FQDN_NAME, rest);
    }
    // A client may leave the root away that ends a name.
    let ended = [rest, &[0]].concat();
    match name(&ended, &ended) {
        Ok((_, found)) => out.value(&f::FQDN_NAME, rest, Value::Text(&found.text)),
        Err(_) => out.malformed(rest, "not a name in labels"),
    }
}

/// What a relay adds (RFC 3046).
pub fn agent<'b>(value: &'b [u8], out: &mut Out<'_, 'b>) {
    for piece in options(value) {
        let (raw, code, length, value) = match piece {
            Piece::Option { raw, code, length, value } => (raw, code, length, value),
            Piece::Cut(raw) => return out.malformed(raw, "sub-option longer than the option"),
            Piece::Padding(_) | Piece::End(_) => continue,
        };
        out.node(&f::AGENT, raw, Value::Number(code.into()), |out| {
            number(&f::SUB_LENGTH, length, out);
            out.bytes(&f::AGENT_VALUE, value);
            match code {
                1 => out.bytes(&f::AGENT_CIRCUIT, value),
                2 => out.bytes(&f::AGENT_REMOTE, value),
                5 => address(&f::AGENT_LINK, value, out),
                6 => out.text(&f::AGENT_SUBSCRIBER, value),
                10 => number(&f::AGENT_FLAGS, value.get(..1).unwrap_or(value), out),
                11 => address(&f::AGENT_SERVER, value, out),
                _ => {}
            }
        });
    }
}

/// Authentication of messages (RFC 3118 §2).
pub fn authentication<'b>(value: &'b [u8], out: &mut Out<'_, 'b>) {
    let mut rest = value;
    let Some(protocol) = take(&mut rest, 1, out) else { return };
    number(&f::AUTH_PROTOCOL, protocol, out);
    let delayed = protocol == [1];
    let Some(algorithm) = take(&mut rest, 1, out) else { return };
    number(if delayed { &f::AUTH_DELAY } else { &f::AUTH_ALGORITHM }, algorithm, out);
    let Some(method) = take(&mut rest, 1, out) else { return };
    number(&f::AUTH_RDM, method, out);
    let Some(replay) = take(&mut rest, 8, out) else { return };
    number(&f::AUTH_REPLAY, replay, out);
    if !rest.is_empty() && !delayed {
        out.text(&f::AUTH_INFORMATION, rest);
    }
}

/// Version of the interface for network boot (RFC 4578 §2.2).
pub fn network_interface<'b>(value: &'b [u8], out: &mut Out<'_, 'b>) {
    let mut rest = value;
    let Some(_) = take(&mut rest, 1, out) else { return };
    for field in [&f::NETWORK_MAJOR, &f::NETWORK_MINOR] {
        let Some(version) = take(&mut rest, 1, out) else { return };
        number(field, version, out);
    }
}

/// Which name services to ask, in order (RFC 2937 §4), by the option that would name their servers.
pub fn name_search<'b>(value: &'b [u8], out: &mut Out<'_, 'b>) {
    for raw in value.as_chunks::<2>().0 {
        let service = match raw {
            [0, 0] => "Local naming information (e.g., an /etc/hosts file on a UNIX machine) (0)",
            [0, 6] => "Domain Name Server Option (6)",
            [0, 41] => "Network Information Servers Option (41)",
            [0, 44] => "NetBIOS over TCP/IP Name Server Option (44)",
            [0, 65] => "Network Information Service+ Servers Option (65)",
            _ => "Unknown",
        };
        out.value(&f::NAME_SEARCH, raw, Value::Text(service.as_bytes()));
    }
}

/// Names in labels, one after the other.
fn names<'b>(field: &'static Field, value: &'b [u8], out: &mut Out<'_, 'b>) {
    let mut rest = value;
    while !rest.is_empty() {
        let Ok((after, found)) = name(value, rest) else { return out.malformed(rest, "not a name in labels") };
        out.value(field, found.raw, Value::Text(&found.text));
        if let Some(fault) = found.fault {
            out.mark(Mark::Malformed(fault), found.raw);
        }
        rest = after;
    }
}

/// Domains to search in (RFC 3397).
pub fn domain_search<'b>(value: &'b [u8], out: &mut Out<'_, 'b>) {
    names(&f::DOMAIN_SEARCH, value, out);
}

/// Where to sign in (RFC 3361).
pub fn sip_servers<'b>(value: &'b [u8], out: &mut Out<'_, 'b>) {
    let mut rest = value;
    let Some(encoding) = take(&mut rest, 1, out) else { return };
    number(&f::SIP_ENCODING, encoding, out);
    match encoding {
        [0] if rest.len() >= 2 => names(&f::SIP_NAME, rest, out),
        [1] if rest.len() >= 4 => {
            for octets in rest.as_chunks::<4>().0 {
                address(&f::SIP_ADDRESS, octets, out);
            }
        }
        [0 | 1] => out.malformed(rest, "shorter than it must be"),
        _ => out.malformed(encoding, "RFC 3361 knows encodings 0 and 1"),
    }
}

/// Routes (RFC 3442): width of the mask, as many bytes of the network as that needs, router.
pub fn classless_routes<'b>(value: &'b [u8], out: &mut Out<'_, 'b>) {
    let mut rest = value;
    while let Some(width) = rest.first().copied() {
        let used = usize::from(width.div_ceil(8));
        if width > 32 {
            return out.malformed(rest, "a mask wider than an address");
        }
        let Some(raw) = take(&mut rest, used.saturating_add(5), out) else { return };
        let mut network = [0_u8; 4];
        let found = raw.get(1..used.saturating_add(1)).unwrap_or(&[]);
        network.iter_mut().zip(found).for_each(|(to, from)| *to = *from);
        let router = raw.get(used.saturating_add(1)..).and_then(|r| <[u8; 4]>::try_from(r).ok()).unwrap_or_default();
        let (network, router) = (Ipv4Addr::from(network), Ipv4Addr::from(router));
        out.node(&f::ROUTE, raw, Value::Bytes(raw), |out| match width {
            0 => out.label(format_args!("default-{router}")),
            _ => out.label(format_args!("{network}/{width}-{router}")),
        });
    }
}

/// Classes by enterprise (RFC 3925 §3).
pub fn vendor_classes<'b>(value: &'b [u8], out: &mut Out<'_, 'b>) {
    let mut rest = value;
    while !rest.is_empty() {
        let Some(enterprise) = take(&mut rest, 4, out) else { return };
        number(&f::VI_CLASS_ENTERPRISE, enterprise, out);
        let Some(length) = take(&mut rest, 1, out) else { return };
        number(&f::VI_CLASS_LENGTH, length, out);
        let Some(data) = take(&mut rest, length.first().map_or(0, |n| usize::from(*n)), out) else { return };
        out.text(&f::VI_CLASS_DATA, data);
    }
}

/// Information by enterprise (RFC 3925 §4).
pub fn vendor_information<'b>(value: &'b [u8], out: &mut Out<'_, 'b>) {
    let mut rest = value;
    while !rest.is_empty() {
        let whole = rest;
        let Some(enterprise) = take(&mut rest, 4, out) else { return };
        let Some(length) = take(&mut rest, 1, out) else { return };
        let Some(data) = take(&mut rest, length.first().map_or(0, |n| usize::from(*n)), out) else { return };
        let raw = whole.get(..whole.len().saturating_sub(rest.len())).unwrap_or(whole);
        let id = enterprise.iter().fold(0_u64, |id, byte| id << 8 | u64::from(*byte));
        out.node(&f::VI_ENTERPRISE, raw, Value::Number(id), |out| {
            number(&f::VI_LENGTH, length, out);
            for piece in options(data) {
                let Piece::Option { raw, length, value, .. } = piece else { continue };
                number(&f::VI_SUB, raw.get(..1).unwrap_or(raw), out);
                number(&f::SUB_LENGTH, length, out);
                out.bytes(&f::VI_DATA, value);
            }
        });
    }
}
