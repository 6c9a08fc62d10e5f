//! Describes one message: the fixed head, then option by option.

use super::fields as f;
use super::options::{self, address, number};
use super::parse::{HEAD, OVERLOAD, Piece, behind_cookie, options as pieces, overloaded, text};
use super::{learn, names};
use crate::fact::Fact;
use crate::field::{Field, Mark, Value};
use crate::protocol::{Message, Out};
use crate::wire::Span;

/// Describes `message`.
pub fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let bytes = message.bytes;
    if let Some(lease) = learn::lease(bytes) {
        out.fact(Fact::Lease(Box::new(lease)), bytes);
    }
    if !out.shows() {
        return;
    }
    let kind = message_type(bytes);
    let said = kind.and_then(|kind| names::message(kind.into()));
    let operation = bytes.first().and_then(|op| names::operation((*op).into())).unwrap_or("Unknown");
    let id = bytes.get(4..8).and_then(|id| id.try_into().ok()).map_or(0, u32::from_be_bytes);
    match said {
        Some(said) => out.column("DHCP", format_args!("DHCP {said:<8} - Transaction ID {id:#x}")),
        None => out.column("DHCP", format_args!("{operation}")),
    }
    out.group(&f::DHCP, bytes, |out| {
        out.label(format_args!("{} ({})", f::DHCP.title, said.unwrap_or(operation)));
        if !head(bytes, out) {
            // What the capture cut off is marked where the datagram is.
            let cut = message.context.frame.captured < message.context.frame.wire_len;
            if !cut {
                out.malformed(bytes, "ends inside the head");
            }
            return;
        }
        let Some((cookie, rest)) = behind_cookie(bytes) else {
            if let Some(rest) = bytes.get(HEAD..).filter(|rest| !rest.is_empty()) {
                out.bytes(&f::VENDOR_SPECIFIC, rest);
            }
            return;
        };
        address(&f::COOKIE, cookie, out);
        for piece in pieces(rest) {
            option(piece, bytes, out);
        }
        // Whatever follows the end fills up to the length of BOOTP.
        match pieces(rest).find(|piece| matches!(piece, Piece::End(_) | Piece::Cut(_))) {
            Some(Piece::End(end)) => {
                let filling = rest.get(Span::of(rest, end).end as usize..).unwrap_or_default();
                if !filling.is_empty() {
                    out.bytes(&f::PADDING, filling);
                }
            }
            Some(_) => {}
            None => out.mark(Mark::Note("no end of options"), rest.get(rest.len()..).unwrap_or_default()),
        }
    });
}

/// Option 53.
fn message_type(bytes: &[u8]) -> Option<u8> {
    let (_, rest) = behind_cookie(bytes)?;
    pieces(rest).find_map(|piece| match piece {
        Piece::Option { code: 53, value: [kind, ..], .. } => Some(*kind),
        _ => None,
    })
}

/// Shows the fixed head; false if it is not whole.
fn head<'b>(bytes: &'b [u8], out: &mut Out<'_, 'b>) -> bool {
    let mut at = 0_usize;
    let mut take = |count: usize| {
        let from = at;
        at = at.saturating_add(count);
        bytes.get(from..at)
    };
    let fixed: [(&'static Field, usize); 6] =
        [(&f::TYPE, 1), (&f::HW_TYPE, 1), (&f::HW_LEN, 1), (&f::HOPS, 1), (&f::ID, 4), (&f::SECS, 2)];
    for (field, count) in fixed {
        let Some(raw) = take(count) else { return false };
        // Some clients write the seconds the wrong way round, as Wireshark knows.
        match (count, raw) {
            (2, [low @ (1..=255), 0]) => out.number(field, raw, *low),
            _ => number(field, raw, out),
        }
    }
    let Some(raw) = take(2) else { return false };
    let flags = raw.iter().fold(0_u64, |flags, byte| flags << 8 | u64::from(*byte));
    out.node(&f::FLAGS, raw, Value::Number(flags), |out| {
        out.flag(&f::FLAGS_BC, raw, flags & 0x8000 != 0);
        out.number(&f::FLAGS_RESERVED, raw, flags & 0x7fff);
    });
    for field in [&f::IP_CLIENT, &f::IP_YOUR, &f::IP_SERVER, &f::IP_RELAY] {
        let Some(raw) = take(4) else { return false };
        address(field, raw, out);
    }
    let Some(hardware) = take(16) else { return false };
    let length = bytes.get(2).map_or(0, |n| usize::from(*n)).min(16);
    let (own, padding) = hardware.split_at(length);
    match <[u8; 6]>::try_from(own) {
        Ok(mac) if bytes.get(1) == Some(&1) => out.value(&f::HW_MAC_ADDR, own, Value::Mac(mac)),
        _ if own.is_empty() => {}
        _ => out.bytes(&f::HW_ADDR, own),
    }
    if !padding.is_empty() && !own.is_empty() {
        out.bytes(&f::HW_PADDING, padding);
    }
    for (field, count) in [(&f::SERVER, 64), (&f::FILE, 128)] {
        let Some(raw) = take(count) else { return false };
        let end = memchr::memchr(0, raw).unwrap_or(raw.len());
        out.value(field, raw, Value::Text(raw.get(..end).unwrap_or(raw)));
    }
    true
}

fn option<'b>(piece: Piece<'b>, message: &'b [u8], out: &mut Out<'_, 'b>) {
    match piece {
        Piece::Option { raw, code, length, value } => {
            let (title, shape) = options::known(code);
            out.node(&f::OPTION, raw, Value::Number(code.into()), |out| {
                label(code, title, value, out);
                number(&f::LENGTH, length, out);
                out.bytes(&f::VALUE, value);
                if !options::show(shape, value, out) {
                    out.malformed(value, "not as long as this option is");
                }
            });
            if code == OVERLOAD {
                overloaded(message, value).for_each(|piece| option(piece, &[], out));
            }
        }
        Piece::Padding(raw) => out.node(&f::OPTION, raw, Value::Number(0), |out| {
            out.label(format_args!("Option: (0) Padding"));
            out.bytes(&f::PADDING, raw);
        }),
        // Wireshark files the end under type 0.
        Piece::End(raw) => out.node(&f::OPTION, raw, Value::Number(0), |out| {
            out.label(format_args!("Option: (255) End"));
            number(&f::END, raw, out);
        }),
        Piece::Cut(raw) => out.malformed(raw, "option longer than the message"),
    }
}

/// What the option's own line says; text is escaped where it is shown.
fn label(code: u8, title: &str, value: &[u8], out: &mut Out<'_, '_>) {
    match (code, value) {
        (53, [kind]) => {
            let name = names::message((*kind).into()).unwrap_or("Unknown");
            out.label(format_args!("Option: (53) {title} ({name})"));
        }
        (1 | 28 | 50 | 54 | 118, [a, b, c, d]) => out.label(format_args!("Option: ({code}) {title} ({a}.{b}.{c}.{d})")),
        (12 | 15 | 60 | 66 | 67 | 252, _) => {
            let text = String::from_utf8_lossy(text(value));
            out.label(format_args!("Option: ({code}) {title} ({text})"));
        }
        _ => out.label(format_args!("Option: ({code}) {title}")),
    }
}
