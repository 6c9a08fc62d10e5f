//! The header ([MS-SMB2] 2.2.1), and which command stands behind it.
//!
//! ```text
//! ProtocolId(4) StructureSize(2) CreditCharge(2) Status | ChannelSequence, Reserved (4) Command(2) Credits(2) Flags(4)
//! NextCommand(4) MessageId(8) AsyncId(8) | Reserved, TreeId (8) SessionId(8) Signature(16)
//! ```

use super::fields::{self as f, FLAG_BITS};
use super::{commands, names, session};
use crate::field::{Mark, Value};
use crate::protocol::fixed::{Row, at};
use crate::protocol::{Message, Out};

/// Commands in one message that are followed.
const MAX_CHAINED: usize = 64;
/// Bytes of the header.
pub const HEADER: usize = 64;

/// What the header says to its command.
#[derive(Clone, Copy, Debug, Default)]
pub struct Head {
    /// Which command.
    pub command: u64,
    /// NTSTATUS, in answers.
    pub status: u64,
    /// MessageId
    pub id: u64,
    /// SessionId
    pub session: u64,
}

/// Describes a message, which may chain several commands.
pub fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    out.column("SMB2", format_args!(""));
    let mut rest = message.bytes;
    for place in 0..MAX_CHAINED {
        let sealed = rest.starts_with(b"\xfdSMB");
        let next = at(rest, 20, 4).filter(|_| !sealed).and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        let (command, after) = match next {
            0 => (rest, &[][..]),
            HEADER.. => rest.split_at_checked(next).unwrap_or((rest, &[])),
            _ => {
                out.malformed(rest, "the next command lies inside the header");
                (rest, &[][..])
            }
        };
        out.group(&f::SMB2, command, |out| {
            one(message, command, place > 0, out);
        });
        if after.is_empty() {
            return;
        }
        rest = after;
    }
    out.mark(Mark::TooLarge, rest);
}

/// What is encrypted ([MS-SMB2] 2.2.41): Signature(16) Nonce(16) OriginalMessageSize(4) Reserved(2) Flags(2) SessionId(8).
fn transform<'b>(bytes: &'b [u8], out: &mut Out<'_, 'b>) -> Option<()> {
    out.column_more(format_args!("Encrypted SMB3"));
    let mut row = Row::new(bytes);
    let magic = row.raw(out, 4)?;
    out.number(&f::PROTOCOL_ID, magic, 0xfd53_4d42_u64);
    row.bytes(out, &f::TRANSFORM_SIGNATURE, 16)?;
    row.bytes(out, &f::TRANSFORM_NONCE, 16)?;
    row.number(out, &f::TRANSFORM_SIZE, 4)?;
    row.bytes(out, &f::TRANSFORM_RESERVED, 2)?;
    row.bits(out, &f::TRANSFORM_FLAGS, 2, &[(&f::TRANSFORM_ENCRYPTED, 1)])?;
    row.number(out, &f::SESSION_ID, 8)?;
    out.bytes(&f::TRANSFORM_DATA, row.rest());
    out.mark(Mark::Undecrypted("SMB 3 encrypts behind its session setup"), row.rest());
    Some(())
}

/// `chained`: another command stands before this one.
fn one<'b>(message: &Message<'b>, bytes: &'b [u8], chained: bool, out: &mut Out<'_, 'b>) -> Option<()> {
    if bytes.starts_with(b"\xfdSMB") {
        return if out.shows() { transform(bytes, out) } else { None };
    }
    if !bytes.starts_with(b"\xfeSMB") {
        out.malformed(bytes, "not a header of SMB 2");
        return None;
    }
    // What the analysis wants stands in session setups, and in calls that pipes carry.
    if !out.shows() && !matches!(at(bytes, 12, 2), Some(1 | 8 | 9 | 11)) {
        return None;
    }
    let mut row = Row::new(bytes);
    let magic = row.raw(out, 4)?;
    out.number(&f::PROTOCOL_ID, magic, 0xfe53_4d42_u64);
    row.number(out, &f::HEADER_LEN, 2)?;
    row.number(out, &f::CREDIT_CHARGE, 2)?;
    let response = at(bytes, 16, 4).unwrap_or(0) & 1 != 0;
    let mut head = Head::default();
    if response {
        head.status = row.number(out, &f::STATUS, 4)?;
    } else {
        row.number(out, &f::CHANNEL_SEQUENCE, 2)?;
        row.bytes(out, &f::RESERVED, 2)?;
    }
    head.command = row.number(out, &f::COMMAND, 2)?;
    if let Some(name) = names::command(head.command) {
        let what = if response { "Response" } else { "Request" };
        out.column_more(format_args!("{}{name} {what}", if chained { ";" } else { "" }));
        match names::status(head.status) {
            _ if head.status == 0 => {}
            Some(status) => out.column_more(format_args!(", Error: {status}")),
            None => out.column_more(format_args!(", Error: Unknown (0x{:08X})", head.status)),
        }
    }
    row.number(out, if response { &f::CREDITS_GRANTED } else { &f::CREDITS_REQUESTED }, 2)?;
    let flags = row.bits(out, &f::FLAGS, 4, &FLAG_BITS)?;
    row.number(out, &f::CHAIN_OFFSET, 4)?;
    head.id = row.number(out, &f::MESSAGE_ID, 8)?;
    if flags & 2 != 0 {
        row.number(out, &f::ASYNC_ID, 8)?;
    } else {
        row.number(out, &f::PROCESS_ID, 4)?;
        row.number(out, &f::TREE_ID, 4)?;
    }
    head.session = row.number(out, &f::SESSION_ID, 8)?;
    row.bytes(out, &f::SIGNATURE, 16)?;
    if let Some(asked) = message.context.exchange.filter(|_| response) {
        out.value(&f::RESPONSE_TO, &[], Value::Number(asked.frame));
        out.value(&f::TIME, &[], Value::Duration(message.context.frame.time.since(asked.time)));
    }
    if names::command(head.command).is_none() {
        out.malformed(bytes.get(12..14).unwrap_or(&[]), "a command that is not defined");
        return None;
    }
    structure(&mut row, out)?;
    match (head.command, response) {
        (0, false) => session::negotiate(bytes, &mut row, out),
        (0, true) if head.status == 0 => session::negotiated(message, bytes, &mut row, out),
        (1, false) => session::setup(message, bytes, &head, &mut row, out),
        (1, true) => {
            session::set_up(message, bytes, &head, &mut row, out);
            Some(())
        }
        (_, true) if head.status != 0 && head.status != 0x8000_0005 => Some(()),
        (3, false) => commands::connect(bytes, &mut row, out),
        (3, true) => commands::connected(&mut row, out),
        (5, false) => commands::create(bytes, out),
        (8, true) => commands::read(message, bytes, &mut row, out),
        (9, false) => commands::write(message, bytes, &mut row, out),
        (11, _) => commands::control(message, bytes, response, &mut row, out),
        _ => Some(()),
    }
}

/// StructureSize: the length of the fixed part, odd if something follows it.
fn structure<'b>(row: &mut Row<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    let raw = row.raw(out, 2)?;
    let size = crate::protocol::fixed::little(raw);
    out.node(&f::STRUCTURE, raw, Value::Number(size), |out| {
        out.number(&f::STRUCTURE_LENGTH, raw, size >> 1);
        out.flag(&f::STRUCTURE_DYNAMIC, raw, size & 1 != 0);
    });
    Some(())
}
