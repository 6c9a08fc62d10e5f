//! One packet into events. A login that is cut into several packets is read as far as the first goes.

use super::conversation::{HEADER, length};
use super::fields as f;
use crate::fact::{Direction, Fact, Login, LoginAsk, LoginRefusal, LoginStep, Scheme, Service};
use crate::field::{Field, Value};
use crate::protocol::fixed::{Row, at, little};
use crate::protocol::{Claim, Message, Out, registry};
use crate::wire::utf16;

/// Types of packets.
mod kind {
    pub const RESPONSE: u8 = 4;
    pub const LOGIN: u8 = 16;
    pub const SSPI: u8 = 17;
}

/// Tokens of a response ([MS-TDS] 2.2.7) whose length stands behind them in two bytes.
mod token {
    pub const ERROR: u8 = 0xaa;
    pub const INFO: u8 = 0xab;
    pub const LOGIN_ACK: u8 = 0xad;
    pub const ENVIRONMENT: u8 = 0xe3;
    pub const SSPI: u8 = 0xed;
}

/// Errors that refuse a login: of a user, and without a trusted connection.
const REFUSALS: [u32; 4] = [18_450, 18_452, 18_456, 18_486];
/// Tokens read of one response.
const MAX_TOKENS: usize = 64;

/// Describes a packet.
pub fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let bytes = message.bytes;
    let part = |from: usize, to: usize| bytes.get(from..to).unwrap_or(&[]);
    let Some((length, [of, ..])) = length(bytes).zip(bytes.first_chunk::<HEADER>()) else {
        return out.malformed(bytes, "not a packet of TDS");
    };
    let name = f::kind((*of).into()).unwrap_or("Unknown");
    out.column("TDS", format_args!("{name}"));
    out.group(&f::TDS, bytes, |out| {
        out.number(&f::TYPE, part(0, 1), *of);
        out.node(&f::STATUS, part(1, 2), Value::Number(little(part(1, 2))), |out| {
            out.flag(&f::EOM, part(1, 2), little(part(1, 2)) & 1 != 0);
        });
        out.number(&f::LENGTH, part(2, 4), length as u64);
        out.number(&f::CHANNEL, part(4, 6), big(part(4, 6)));
        out.number(&f::NUMBER, part(6, 7), little(part(6, 7)));
        out.number(&f::WINDOW, part(7, 8), little(part(7, 8)));
        let body = bytes.get(HEADER..).unwrap_or(&[]);
        match *of {
            kind::LOGIN => {
                let _ = login(message, body, out);
            }
            kind::SSPI => sspi(message, body, out),
            kind::RESPONSE => {
                let _ = response(message, body, out);
            }
            _ => {}
        }
    });
}

fn big(raw: &[u8]) -> u64 {
    raw.iter().fold(0, |n, b| n << 8 | u64::from(*b))
}

/// LOGIN7 ([MS-TDS] 2.2.6.4): numbers, then places and lengths of texts; of what follows the token.
fn login<'b>(message: &Message<'b>, body: &'b [u8], out: &mut Out<'_, 'b>) -> Option<()> {
    let mut row = Row::new(body);
    row.number(out, &f::TOTAL, 4)?;
    row.number(out, &f::VERSION, 4)?;
    row.number(out, &f::PACKET_SIZE, 4)?;
    row.hidden(out, 4)?;
    row.number(out, &f::CLIENT_PID, 4)?;
    let texts: [(usize, &'static Field); 8] = [
        (36, &f::CLIENT_NAME),
        (40, &f::USER),
        (44, &f::PASSWORD),
        (48, &f::APPLICATION),
        (52, &f::SERVER),
        (60, &f::LIBRARY),
        (64, &f::LOCALE),
        (68, &f::DATABASE),
    ];
    for (place, field) in texts {
        // Lengths are counted in units of UTF-16.
        let Some(raw) = pointed(body, place, 2, out).filter(|raw| !raw.is_empty()) else { continue };
        if field == &f::PASSWORD {
            out.bytes(field, raw);
        } else {
            out.value(field, raw, Value::Text(utf16::decode(raw).as_bytes()));
        }
    }
    let token = pointed(body, 78, 1, out).filter(|token| !token.is_empty())?;
    sspi(message, token, out);
    Some(())
}

/// What a place and a length point at, of which each counts `unit` bytes.
fn pointed<'b>(body: &'b [u8], place: usize, unit: usize, out: &mut Out<'_, 'b>) -> Option<&'b [u8]> {
    let start = usize::try_from(at(body, place, 2)?).ok()?;
    let length = usize::try_from(at(body, place.saturating_add(2), 2)?).ok()?.saturating_mul(unit);
    let raw = body.get(start..start.checked_add(length)?);
    if raw.is_none() {
        let told = body.get(place..place.saturating_add(4)).unwrap_or(&[]);
        out.malformed(told, "points out of the packet");
    }
    raw
}

fn tell(step: LoginStep, raw: &[u8], out: &mut Out<'_, '_>) {
    let said = Login { service: Service::Tds, exchange: 0, association: 0, step };
    out.fact(Fact::Login(Box::new(said)), raw);
}

/// A token of either side.
fn sspi<'b>(message: &Message<'b>, token: &'b [u8], out: &mut Out<'_, 'b>) {
    let ntlm = token.starts_with(b"NTLMSSP\0");
    if message.from == Direction::ToServer {
        let scheme = Some(if ntlm { Scheme::Ntlm } else { Scheme::Negotiate });
        tell(LoginStep::Ask(LoginAsk { scheme, ..LoginAsk::default() }), token, out);
    } else {
        tell(LoginStep::More, token, out);
    }
    if let Some(reader) = registry::find(Claim::Named(if ntlm { "ntlmssp" } else { "gss-api" })) {
        out.give(reader, &message.with(token));
    }
}

/// The tokens a response begins with; behind the first of another kind is nothing about signing in.
fn response<'b>(message: &Message<'b>, body: &'b [u8], out: &mut Out<'_, 'b>) -> Option<()> {
    let mut rest = body;
    for _ in 0..MAX_TOKENS {
        let [
            of @ (token::ERROR | token::INFO | token::LOGIN_ACK | token::ENVIRONMENT | token::SSPI),
            l0,
            l1,
            after @ ..,
        ] = rest
        else {
            break;
        };
        let length = usize::from(u16::from_le_bytes([*l0, *l1]));
        let content = after.get(..length.min(after.len())).unwrap_or(after);
        let whole = rest.get(..content.len().saturating_add(3)).unwrap_or(rest);
        match *of {
            token::SSPI => out.group(&f::SSPI, whole, |out| sspi(message, content, out)),
            token::LOGIN_ACK => {
                out.group(&f::ACK, whole, |_| {});
                tell(LoginStep::Accept, whole, out);
            }
            token::ERROR => out.group(&f::ERROR, whole, |out| {
                let _ = error(content, out);
            }),
            _ => {}
        }
        if content.len() < length {
            out.malformed(content, "a token ends outside its packet");
            break;
        }
        rest = after.get(length..)?;
    }
    Some(())
}

/// ERROR: Number(4) State(1) Class(1) MsgText(length of 2 bytes, UTF-16) …
fn error<'b>(content: &'b [u8], out: &mut Out<'_, 'b>) -> Option<()> {
    let mut row = Row::new(content);
    let number = row.number(out, &f::ERROR_NUMBER, 4)?;
    row.number(out, &f::ERROR_STATE, 1)?;
    row.number(out, &f::ERROR_CLASS, 1)?;
    let units = usize::try_from(row.hidden(out, 2)?).ok()?;
    let raw = row.raw(out, units.saturating_mul(2))?;
    let text = utf16::decode(raw);
    out.value(&f::ERROR_TEXT, raw, Value::Text(text.as_bytes()));
    let code = u32::try_from(number).ok().filter(|code| REFUSALS.contains(code))?;
    tell(LoginStep::Refuse(LoginRefusal { code: Some(code), status: None, text }), content, out);
    Some(())
}
