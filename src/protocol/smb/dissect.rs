//! The header ([MS-CIFS] 2.2.3.1), negotiate and session setup.
//!
//! ```text
//! Protocol(4) Command(1) Status(4) Flags(1) Flags2(2) PIDHigh(2) SecurityFeatures(8) Reserved(2) TID(2) PIDLow(2) UID(2)
//! MID(2) WordCount(1) Words… ByteCount(2) Bytes…
//! ```

use super::fields::{self as f, FLAG_BITS};
use crate::fact::{Fact, Login, LoginAsk, LoginRefusal, LoginStep, Scheme, Service};
use crate::field::{Field, Mark, Value};
use crate::protocol::fixed::{Row, at};
use crate::protocol::{Claim, Message, Out};
use crate::wire::utf16;

/// STATUS_MORE_PROCESSING_REQUIRED
const MORE: u64 = 0xc000_0016;
/// Dialects that are shown.
const MAX_DIALECTS: usize = 64;
/// Flags2: strings are UTF-16LE.
const UNICODE: u64 = 0x8000;
/// Flags2: Status is an NTSTATUS.
const NT_STATUS: u64 = 0x4000;

/// What the header says to its command.
#[derive(Clone, Copy, Debug, Default)]
struct Head {
    command: u64,
    response: bool,
    status: u64,
    flags2: u64,
    user: u64,
    /// Process and multiplex id: what an answer shares with its request.
    exchange: u64,
}

/// Describes a message.
pub fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let bytes = message.bytes;
    out.column("SMB", format_args!(""));
    out.group(&f::SMB, bytes, |out| {
        one(message, bytes, out);
    });
}

fn one<'b>(message: &Message<'b>, bytes: &'b [u8], out: &mut Out<'_, 'b>) -> Option<()> {
    // What the analysis wants stands in session setups only.
    if !out.shows() && at(bytes, 4, 1) != Some(0x73) {
        return None;
    }
    let mut row = Row::new(bytes);
    row.number(out, &f::COMPONENT, 4)?;
    let flags2 = at(bytes, 10, 2).unwrap_or(0);
    let response = at(bytes, 9, 1).unwrap_or(0) & 0x80 != 0;
    if let Some(asked) = message.context.exchange.filter(|_| response) {
        out.value(&f::RESPONSE_TO, &[], Value::Number(asked.frame));
        out.value(&f::TIME, &[], Value::Duration(message.context.frame.time.since(asked.time)));
    }
    let mut head = Head { response, flags2, ..Head::default() };
    head.command = row.number(out, &f::COMMAND, 1)?;
    if let Some(name) = f::COMMAND.names.and_then(|names| names(head.command)) {
        out.column_more(format_args!("{name} {}", if response { "Response" } else { "Request" }));
    }
    if flags2 & NT_STATUS != 0 {
        head.status = row.number(out, &f::STATUS, 4)?;
    } else {
        let class = row.number(out, &f::ERROR_CLASS, 1)?;
        row.bytes(out, &f::RESERVED, 1)?;
        head.status = class | row.number(out, &f::ERROR_CODE, 2)? << 16;
    }
    row.bits(out, &f::FLAGS, 1, &[(&f::FLAG_RESPONSE, 0x80)])?;
    row.bits(out, &f::FLAGS2, 2, &FLAG_BITS)?;
    row.number(out, &f::PID_HIGH, 2)?;
    row.bytes(out, &f::SIGNATURE, 8)?;
    row.bytes(out, &f::RESERVED, 2)?;
    row.number(out, &f::TREE, 2)?;
    let process = row.number(out, &f::PROCESS, 2)?;
    head.user = row.number(out, &f::USER, 2)?;
    head.exchange = process << 16 | row.number(out, &f::MULTIPLEX, 2)?;
    let words = row.number(out, &f::WORDS, 1)?;
    let mut block = Row::new(row.raw(out, usize::try_from(words).ok()?.checked_mul(2)?)?);
    let length = row.number(out, &f::BYTES, 2)?;
    let told = usize::try_from(length).ok()?.min(row.rest().len());
    let data = row.raw(out, told)?;
    match (head.command, head.response, words) {
        (0x72, false, _) => dialects(data, out),
        // With extended security the GUID of the server stands before its first token.
        (0x72, true, 17) if flags2 & 0x800 != 0 => {
            let blob = data.get(16..).unwrap_or(&[]);
            out.bytes(&f::BLOB, blob);
            token(message, blob, out);
        }
        (0x73, false, 12) => {
            block.raw(out, 14)?;
            let length = block.number(out, &f::BLOB_LENGTH, 2)?;
            let blob = blob(data, length, out);
            let scheme = if blob.starts_with(b"NTLMSSP\0") { Scheme::Ntlm } else { Scheme::Negotiate };
            let begins = head.user == 0;
            let ask = LoginAsk { scheme: Some(scheme), begins, ..LoginAsk::default() };
            login(&head, LoginStep::Ask(ask), blob, out);
            token(message, blob, out);
        }
        (0x73, false, 13) => classic(&head, &mut block, data, out)?,
        (0x73, true, _) => {
            let step = match head.status {
                0 => LoginStep::Accept,
                MORE => LoginStep::More,
                status => {
                    let status = u32::try_from(status).ok().filter(|_| flags2 & NT_STATUS != 0);
                    LoginStep::Refuse(LoginRefusal { status, ..LoginRefusal::default() })
                }
            };
            let blob = if words == 4 {
                block.raw(out, 6)?;
                let length = block.number(out, &f::BLOB_LENGTH, 2)?;
                blob(data, length, out)
            } else {
                &[]
            };
            login(&head, step, blob, out);
            token(message, blob, out);
        }
        _ => {}
    }
    Some(())
}

/// Session setup without a token: answers to the server's challenge, or a password, and names.
///
/// AndX(4) MaxBufferSize(2) MaxMpxCount(2) VcNumber(2) SessionKey(4) OEMPasswordLen(2) UnicodePasswordLen(2) Reserved(4)
/// Capabilities(4)
fn classic<'b>(head: &Head, block: &mut Row<'b>, data: &'b [u8], out: &mut Out<'_, 'b>) -> Option<()> {
    block.raw(out, 14)?;
    let (ansi, unicode) = (block.hidden(out, 2)?, block.hidden(out, 2)?);
    let mut row = Row::new(data);
    row.bytes(out, &f::ANSI_PASSWORD, usize::try_from(ansi).ok()?)?;
    row.bytes(out, &f::UNICODE_PASSWORD, usize::try_from(unicode).ok()?)?;
    let wide = head.flags2 & UNICODE != 0;
    // Strings of UTF-16 begin at an even offset of the message; the words before are odd in number.
    if wide && (ansi.wrapping_add(unicode)) % 2 == 0 {
        row.raw(out, 1)?;
    }
    let user = string(&mut row, wide, &f::ACCOUNT, out)?;
    string(&mut row, wide, &f::DOMAIN, out)?;
    // The lengths of both answers of LM and NTLM are 24; anything else is a password, or the answer of version 2.
    let scheme = Some(Scheme::Ntlm);
    let ask = LoginAsk { scheme, user: Some(user), begins: true, credentials: true, ..LoginAsk::default() };
    login(head, LoginStep::Ask(ask), data, out);
    Some(())
}

fn string<'b>(row: &mut Row<'b>, wide: bool, field: &'static Field, out: &mut Out<'_, 'b>) -> Option<String> {
    let rest = row.rest();
    let (raw, text) = if wide {
        let units = rest.chunks_exact(2).take_while(|unit| *unit != [0, 0]).count();
        let raw = row.raw(out, units.checked_mul(2)?)?;
        row.raw(out, 2)?;
        (raw, utf16::decode(raw))
    } else {
        let raw = row.raw(out, memchr::memchr(0, rest)?)?;
        row.raw(out, 1)?;
        (raw, String::from_utf8_lossy(raw).into_owned())
    };
    out.value(field, raw, Value::Text(text.as_bytes()));
    Some(text)
}

fn dialects<'b>(data: &'b [u8], out: &mut Out<'_, 'b>) {
    let mut rest = data;
    for _ in 0..MAX_DIALECTS {
        let [2, text @ ..] = rest else { break };
        let Some(end) = memchr::memchr(0, text) else { break };
        let (name, after) = text.split_at_checked(end).unwrap_or((text, &[]));
        out.text(&f::DIALECT, name);
        rest = after.get(1..).unwrap_or(&[]);
    }
    if !rest.is_empty() {
        out.malformed(rest, "not a dialect");
    }
}

fn blob<'b>(data: &'b [u8], length: u64, out: &mut Out<'_, 'b>) -> &'b [u8] {
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let blob = if let Some(blob) = data.get(..length) {
        blob
    } else {
        out.malformed(data, "the token does not lie in the message");
        data
    };
    if !blob.is_empty() {
        out.bytes(&f::BLOB, blob);
    }
    blob
}

fn login(head: &Head, step: LoginStep, raw: &[u8], out: &mut Out<'_, '_>) {
    let said = Login { service: Service::Smb, exchange: head.exchange, association: head.user, step };
    out.fact(Fact::Login(Box::new(said)), raw);
}

fn token<'b>(message: &Message<'b>, blob: &'b [u8], out: &mut Out<'_, 'b>) {
    if blob.starts_with(b"NTLMSSP\0") {
        // Older ones send it bare; Wireshark reads it as GSS-API all the same.
        out.hand_over(message, Claim::Named("gss-api"), blob);
    } else if matches!(blob.first(), Some(0x60 | 0xa0 | 0xa1)) {
        out.hand_over(message, Claim::Named("gss-api"), blob);
    } else if !blob.is_empty() {
        out.mark(Mark::Note("a token of an unknown form"), blob);
    }
}
