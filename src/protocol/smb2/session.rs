//! Negotiate and session setup ([MS-SMB2] 2.2.3 to 2.2.6): what the two sides can, and who signs in.

use super::dissect::{HEADER, Head};
use super::fields::{self as f, CAPABILITY_BITS, MODE_BITS, SESSION_BITS};
use crate::fact::{Fact, Login, LoginAsk, LoginRefusal, LoginStep, Scheme, Service};
use crate::field::{Field, Value};
use crate::protocol::fixed::{Row, little};
use crate::protocol::{Claim, Message, Out};
use crate::wire::{Timestamp, utf16};

/// STATUS_MORE_PROCESSING_REQUIRED
const MORE: u64 = 0xc000_0016;
/// Contexts and dialects of one message that are shown.
const MAX_LISTED: u64 = 64;

/// A request to negotiate.
pub fn negotiate<'b>(whole: &'b [u8], row: &mut Row<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    let dialects = row.number(out, &f::DIALECT_COUNT, 2)?;
    row.bits(out, &f::SECURITY_MODE, 1, &MODE_BITS)?;
    row.hidden(out, 1)?;
    row.bytes(out, &f::RESERVED, 2)?;
    row.bits(out, &f::CAPABILITIES, 4, &CAPABILITY_BITS)?;
    row.guid(out, &f::CLIENT_GUID)?;
    // Whether contexts follow, the dialects behind them say.
    let mut offered = *row;
    offered.raw(out, 8)?;
    let newest =
        offered.rest().chunks_exact(2).take(usize::try_from(dialects).unwrap_or(0)).any(|d| little(d) >= 0x310);
    let (mut offset, mut count) = (0, 0);
    if newest {
        offset = row.number(out, &f::CONTEXT_OFFSET, 4)?;
        count = row.number(out, &f::CONTEXT_COUNT, 2)?;
        row.bytes(out, &f::RESERVED, 2)?;
    } else {
        let raw = row.raw(out, 8)?;
        time(&f::BOOT_TIME, raw, out);
    }
    for _ in 0..dialects.min(MAX_LISTED) {
        row.number(out, &f::DIALECT, 2)?;
    }
    contexts(whole, offset, count, out)
}

/// The answer: one dialect, and the server's first token.
pub fn negotiated<'b>(message: &Message<'b>, whole: &'b [u8], row: &mut Row<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    row.bits(out, &f::SECURITY_MODE, 1, &MODE_BITS)?;
    row.hidden(out, 1)?;
    let dialect = row.number(out, &f::DIALECT, 2)?;
    let newest = dialect >= 0x310 && dialect != 0x2ff;
    let count =
        if newest { row.number(out, &f::CONTEXT_COUNT, 2)? } else { row.bytes(out, &f::RESERVED, 2).map(|_| 0)? };
    row.guid(out, &f::SERVER_GUID)?;
    row.bits(out, &f::CAPABILITIES, 4, &CAPABILITY_BITS)?;
    for field in [&f::MAX_TRANSACTION, &f::MAX_READ, &f::MAX_WRITE] {
        row.number(out, field, 4)?;
    }
    for field in [&f::CURRENT_TIME, &f::BOOT_TIME] {
        let raw = row.raw(out, 8)?;
        time(field, raw, out);
    }
    let blob = blob(whole, row, out)?;
    token(message, blob, out);
    let offset = row.raw(out, 4)?;
    if newest {
        out.number(&f::CONTEXT_OFFSET, offset, little(offset));
        contexts(whole, little(offset), count, out)?;
    } else {
        out.bytes(&f::RESERVED, offset);
    }
    Some(())
}

/// A request for a session.
pub fn setup<'b>(
    message: &Message<'b>,
    whole: &'b [u8],
    head: &Head,
    row: &mut Row<'b>,
    out: &mut Out<'_, 'b>,
) -> Option<()> {
    row.bits(out, &f::REQUEST_FLAGS, 1, &[(&f::SESSION_BINDING, 1)])?;
    row.bits(out, &f::SECURITY_MODE, 1, &MODE_BITS)?;
    row.bits(out, &f::CAPABILITIES, 4, &CAPABILITY_BITS)?;
    row.number(out, &f::CHANNEL, 4)?;
    let mut after = *row;
    // The place of the token stands before the number of a session that is taken over.
    after.raw(out, 4)?;
    after.number(out, &f::PREVIOUS_SESSION, 8)?;
    let blob = blob(whole, row, out)?;
    let scheme = if blob.starts_with(b"NTLMSSP\0") { Scheme::Ntlm } else { Scheme::Negotiate };
    let begins = head.session == 0;
    let ask = LoginAsk { scheme: Some(scheme), begins, ..LoginAsk::default() };
    // A session that has no number yet is told apart by its first message.
    let association = if begins { u64::MAX ^ head.id } else { head.session };
    login(head, association, LoginStep::Ask(ask), blob, out);
    token(message, blob, out);
    Some(())
}

/// The answer to it.
pub fn set_up<'b>(message: &Message<'b>, whole: &'b [u8], head: &Head, row: &mut Row<'b>, out: &mut Out<'_, 'b>) {
    let step = match head.status {
        0 => LoginStep::Accept,
        MORE => LoginStep::More,
        status => {
            let refusal = LoginRefusal { status: u32::try_from(status).ok(), ..LoginRefusal::default() };
            login(head, head.session, LoginStep::Refuse(refusal), row.rest(), out);
            return;
        }
    };
    row.bits(out, &f::SESSION_FLAGS, 2, &SESSION_BITS);
    let blob = blob(whole, row, out).unwrap_or(&[]);
    login(head, head.session, step, blob, out);
    token(message, blob, out);
}

fn login(head: &Head, association: u64, step: LoginStep, raw: &[u8], out: &mut Out<'_, '_>) {
    let said = Login { service: Service::Smb, exchange: head.id, association, step };
    out.fact(Fact::Login(Box::new(said)), raw);
}

/// Offset and length of the token, both of two bytes, counted from the header; and the token.
fn blob<'b>(whole: &'b [u8], row: &mut Row<'b>, out: &mut Out<'_, 'b>) -> Option<&'b [u8]> {
    let (offset, length) = (row.number(out, &f::BLOB_OFFSET, 2)?, row.number(out, &f::BLOB_LENGTH, 2)?);
    let (start, length) = (usize::try_from(offset).ok()?, usize::try_from(length).ok()?);
    if length == 0 {
        return Some(&[]);
    }
    let blob = whole.get(start..).filter(|_| start >= HEADER).unwrap_or(&[]);
    let blob = if let Some(blob) = blob.get(..length) {
        blob
    } else {
        out.malformed(blob, "the token does not lie in the message");
        blob
    };
    out.bytes(&f::SECURITY_BLOB, blob);
    Some(blob)
}

fn token<'b>(message: &Message<'b>, blob: &'b [u8], out: &mut Out<'_, 'b>) {
    if blob.starts_with(b"NTLMSSP\0") {
        out.hand_over(message, Claim::AuthScheme("ntlm"), blob);
    } else if !blob.is_empty() {
        out.hand_over(message, Claim::Named("gss-api"), blob);
    }
}

fn time<'b>(field: &'static Field, raw: &'b [u8], out: &mut Out<'_, 'b>) {
    let ticks = little(raw);
    // No time at all is the beginning of Unix's, as Wireshark writes it.
    let time = if ticks == 0 { Timestamp(0) } else { Timestamp::from_filetime(ticks) };
    out.value(field, raw, Value::Time(time));
}

/// Negotiate contexts: type(2) length(2) reserved(4) data, each at a multiple of eight.
fn contexts<'b>(whole: &'b [u8], offset: u64, count: u64, out: &mut Out<'_, 'b>) -> Option<()> {
    if count == 0 || !out.shows() {
        return Some(());
    }
    let mut at = usize::try_from(offset).ok()?;
    for _ in 0..count.min(MAX_LISTED) {
        let Some(rest) = whole.get(at..).filter(|rest| !rest.is_empty() && at >= HEADER) else {
            out.malformed(&[], "a context does not lie in the message");
            return None;
        };
        let mut row = Row::new(rest);
        let kind = row.number(out, &f::CONTEXT_TYPE, 2)?;
        let length = usize::try_from(row.number(out, &f::CONTEXT_LENGTH, 2)?).ok()?;
        row.bytes(out, &f::RESERVED, 4)?;
        let mut data = Row::new(row.raw(out, length)?);
        match kind {
            1 => {
                let hashes = data.number(out, &f::HASH_COUNT, 2)?;
                let salt = data.number(out, &f::SALT_LENGTH, 2)?;
                for _ in 0..hashes.min(MAX_LISTED) {
                    data.number(out, &f::HASH, 2)?;
                }
                data.bytes(out, &f::SALT, usize::try_from(salt).ok()?)?;
            }
            2 | 8 => {
                let (many, each) =
                    if kind == 2 { (&f::CIPHER_COUNT, &f::CIPHER) } else { (&f::SIGNING_COUNT, &f::SIGNING) };
                let listed = data.number(out, many, 2)?;
                for _ in 0..listed.min(MAX_LISTED) {
                    data.number(out, each, 2)?;
                }
            }
            5 => out.value(&f::NET_NAME, data.rest(), Value::Text(utf16::decode(data.rest()).as_bytes())),
            _ => {}
        }
        at = at.checked_add(length)?.checked_add(8)?.checked_next_multiple_of(8)?;
    }
    Some(())
}
