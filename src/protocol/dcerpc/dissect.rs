//! A fragment: header, what its kind has of its own, and the verifier at its end.

use super::conversation::{HEADER, Head};
use super::fields::{self as f, FLAG_BITS};
use crate::fact::{Fact, Login, LoginAsk, LoginRefusal, LoginStep, Scheme, Service};
use crate::field::{Mark, Value};
use crate::protocol::fixed::{Row, little};
use crate::protocol::{Claim, Message, Out, Pair, registry};

/// PTYPE
mod kind {
    pub const REQUEST: u8 = 0;
    pub const RESPONSE: u8 = 2;
    pub const FAULT: u8 = 3;
    pub const BIND: u8 = 11;
    pub const BIND_ACK: u8 = 12;
    pub const BIND_NAK: u8 = 13;
    pub const ALTER: u8 = 14;
    pub const ALTERED: u8 = 15;
    pub const AUTH3: u8 = 16;
}

/// The first fragment of a call.
const FIRST: u64 = 1;
/// The last one.
const LAST: u64 = 2;
/// Contexts and results that are shown.
const MAX_LISTED: u64 = 64;
/// Faults that refuse a caller: access denied, a package that fails, and what Samba says to a token it does not take.
const REFUSING: [u64; 3] = [5, 0x721, 0x1c01_000b];

/// Call and answer, by the number of the call.
pub fn pair(bytes: &[u8], _: u64) -> Option<Pair> {
    let head = Head::read(bytes)?;
    let call = little(bytes.get(12..HEADER)?);
    let opens = match head.kind {
        kind::REQUEST | kind::BIND | kind::ALTER => true,
        kind::RESPONSE | kind::FAULT | kind::BIND_ACK | kind::BIND_NAK | kind::ALTERED => false,
        _ => return None,
    };
    let call_or_bind = u64::from(matches!(head.kind, kind::REQUEST | kind::RESPONSE | kind::FAULT)) << 32;
    Some(Pair::new(call | call_or_bind, opens))
}

/// Describes a fragment.
pub fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let bytes = message.bytes;
    let Some(head) = Head::read(bytes) else {
        out.group(&f::DCERPC, bytes, |out| out.malformed(bytes, "not a header of DCE/RPC"));
        return;
    };
    // The analysis wants who signs in, and whether a call was granted.
    let telling = head.auth > 0 || matches!(head.kind, kind::FAULT | kind::BIND_NAK);
    if !out.shows() && !telling {
        return;
    }
    let name = f::KIND.names.and_then(|names| names(head.kind.into())).unwrap_or_default();
    out.column("DCERPC", format_args!("{name}: call_id: {}", little(bytes.get(12..HEADER).unwrap_or(&[]))));
    out.group(&f::DCERPC, bytes, |out| {
        fragment(message, head, out);
    });
}

fn fragment<'b>(message: &Message<'b>, head: Head, out: &mut Out<'_, 'b>) -> Option<()> {
    let bytes = message.bytes;
    let mut row = Row::new(bytes);
    row.number(out, &f::VERSION, 1)?;
    row.number(out, &f::MINOR, 1)?;
    row.number(out, &f::KIND, 1)?;
    let flags = row.bits(out, &f::FLAGS, 1, &FLAG_BITS)?;
    let part = match flags & (FIRST | LAST) {
        FIRST => "1st",
        LAST => "Last",
        0 => "Mid",
        _ => "Single",
    };
    out.column_more(format_args!(", Fragment: {part}"));
    let drep = row.raw(out, 4)?;
    out.node(&f::DREP, drep, Value::Bytes(drep), |out| {
        let (first, second) = (drep.first().copied().unwrap_or(0), drep.get(1).copied().unwrap_or(0));
        out.number(&f::BYTE_ORDER, drep, first >> 4);
        out.number(&f::CHARACTER, drep, first & 15);
        out.number(&f::FLOATING, drep, second);
    });
    if !head.little {
        out.mark(Mark::Note("numbers in big-endian order, not described"), row.rest());
        return None;
    }
    row.number(out, &f::LENGTH, 2)?;
    row.number(out, &f::AUTH_LENGTH, 2)?;
    let call = row.number(out, &f::CALL, 4)?;
    if bytes.len() < head.length {
        if message.context.frame.captured < message.context.frame.wire_len {
            out.mark(Mark::Truncated, bytes);
        } else {
            out.malformed(bytes, "ends before its length says");
        }
    }
    let answers = matches!(head.kind, kind::RESPONSE | kind::FAULT);
    if let Some(asked) = message.context.exchange.filter(|_| answers) {
        out.value(&f::REQUEST_IN, &[], Value::Number(asked.frame));
        out.value(&f::TIME, &[], Value::Duration(message.context.frame.time.since(asked.time)));
    }
    let end = head.length.checked_sub(head.auth)?.checked_sub(if head.auth > 0 { 8 } else { 0 })?;
    let mut status = None;
    let mut body = Row::new(bytes.get(HEADER..end.min(bytes.len())).unwrap_or(&[]));
    own(head, flags, &mut body, &mut status, out);
    verifier(message, head, call, end, status, out);
    Some(())
}

/// What a kind has of its own. `status` takes what a refusal says.
fn own<'b>(head: Head, flags: u64, row: &mut Row<'b>, status: &mut Option<u64>, out: &mut Out<'_, 'b>) -> Option<()> {
    match head.kind {
        kind::BIND | kind::ALTER => {
            limits(row, out)?;
            let contexts = row.number(out, &f::CONTEXTS, 1)?;
            row.raw(out, 3)?;
            for _ in 0..contexts.min(MAX_LISTED) {
                row.number(out, &f::CONTEXT, 2)?;
                let transfers = row.number(out, &f::TRANSFERS, 1)?;
                row.raw(out, 1)?;
                row.guid(out, &f::INTERFACE)?;
                row.number(out, &f::INTERFACE_VER, 2)?;
                row.number(out, &f::INTERFACE_MINOR, 2)?;
                for _ in 0..transfers.min(MAX_LISTED) {
                    row.guid(out, &f::TRANSFER)?;
                    row.number(out, &f::TRANSFER_VER, 4)?;
                }
            }
        }
        kind::BIND_ACK | kind::ALTERED => {
            limits(row, out)?;
            let length = row.number(out, &f::ADDRESS_LEN, 2)?;
            let address = row.raw(out, usize::try_from(length).ok()?)?;
            if !address.is_empty() {
                out.text(&f::ADDRESS, address.strip_suffix(b"\0").unwrap_or(address));
            }
            // Up to a multiple of four, counted from the header: eight bytes of limits and two of length are before.
            let used = usize::try_from(length).ok()?.checked_add(2)?;
            row.raw(out, used.wrapping_neg() % 4)?;
            let results = row.number(out, &f::RESULTS, 1)?;
            row.raw(out, 3)?;
            for _ in 0..results.min(MAX_LISTED) {
                row.number(out, &f::RESULT, 2)?;
                row.number(out, &f::REASON, 2)?;
                row.guid(out, &f::ACK_TRANSFER)?;
                row.number(out, &f::ACK_VERSION, 4)?;
            }
        }
        kind::BIND_NAK => *status = Some(row.number(out, &f::REJECT, 2)?),
        kind::REQUEST => {
            row.number(out, &f::HINT, 4)?;
            let context = row.number(out, &f::CONTEXT, 2)?;
            let operation = row.number(out, &f::OPERATION, 2)?;
            out.column_more(format_args!(", opnum: {operation}, Ctx: {context}"));
            if flags & 0x80 != 0 {
                row.raw(out, 16)?;
            }
        }
        kind::RESPONSE => {
            row.number(out, &f::HINT, 4)?;
            let context = row.number(out, &f::CONTEXT, 2)?;
            out.column_more(format_args!(", Ctx: {context}"));
            row.number(out, &f::CANCELS, 1)?;
        }
        kind::FAULT => {
            row.number(out, &f::HINT, 4)?;
            let context = row.number(out, &f::CONTEXT, 2)?;
            row.number(out, &f::CANCELS, 1)?;
            row.number(out, &f::FAULT_FLAGS, 1)?;
            let said = row.number(out, &f::STATUS, 4)?;
            match f::STATUS.names.and_then(|names| names(said)) {
                Some(name) => out.column_more(format_args!(", Ctx: {context}, status: {name}")),
                None => out.column_more(format_args!(", Ctx: {context}, status: Unknown (0x{said:08x})")),
            }
            *status = Some(said);
        }
        _ => {}
    }
    Some(())
}

fn limits<'b>(row: &mut Row<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    row.number(out, &f::MAX_XMIT, 2)?;
    row.number(out, &f::MAX_RECV, 2)?;
    row.number(out, &f::GROUP, 4)?;
    Some(())
}

/// The verifier ([MS-RPCE] 2.2.2.11): `auth_type(1) auth_level(1) auth_pad_length(1) reserved(1) auth_context_id(4) token`.
fn verifier<'b>(
    message: &Message<'b>,
    head: Head,
    call: u64,
    place: usize,
    status: Option<u64>,
    out: &mut Out<'_, 'b>,
) -> Option<()> {
    let tell = |step: LoginStep, context: u64, out: &mut Out<'_, 'b>| {
        let said = Login { service: Service::Dcerpc, exchange: call, association: context, step };
        out.fact(Fact::Login(Box::new(said)), message.bytes);
    };
    let refused = match (head.kind, status) {
        (kind::FAULT, Some(fault)) if REFUSING.contains(&fault) => Some(f::fault(fault)),
        (kind::BIND_NAK, Some(reason)) => Some(f::reject(reason)),
        _ => None,
    };
    if let Some(words) = refused {
        let code = status.and_then(|n| u32::try_from(n).ok()).filter(|_| head.kind == kind::FAULT);
        let text = words.unwrap_or("the bind is refused").to_owned();
        tell(LoginStep::Refuse(LoginRefusal { code, status: None, text }), 0, out);
    }
    if head.auth == 0 {
        return None;
    }
    let raw = message.bytes.get(place..)?;
    out.group(&f::AUTH_INFO, raw, |out| {
        let mut row = Row::new(raw);
        let kind = row.number(out, &f::AUTH_TYPE, 1)?;
        row.number(out, &f::AUTH_LEVEL, 1)?;
        row.number(out, &f::AUTH_PAD, 1)?;
        row.number(out, &f::AUTH_RESERVED, 1)?;
        let context = row.number(out, &f::AUTH_CONTEXT, 4)?;
        let token = row.raw(out, head.auth.min(row.rest().len()))?;
        let step = match head.kind {
            kind::BIND | kind::ALTER | kind::AUTH3 => {
                let scheme = Some(match kind {
                    9 => Scheme::Negotiate,
                    10 => Scheme::Ntlm,
                    16 => Scheme::Kerberos,
                    68 => Scheme::Other("Netlogon".into()),
                    other => Scheme::Other(format!("auth type {other}").into()),
                });
                let begins = head.kind == kind::BIND;
                Some(LoginStep::Ask(LoginAsk { scheme, begins, ..LoginAsk::default() }))
            }
            kind::BIND_ACK | kind::ALTERED => Some(LoginStep::More),
            // Nobody answers the third step; a call that is served says that it was taken.
            kind::RESPONSE => Some(LoginStep::Accept),
            _ => None,
        };
        let signs_in = !matches!(step, None | Some(LoginStep::Accept));
        if let Some(step) = step {
            tell(step, context, out);
        }
        if (signs_in || out.shows())
            && matches!(kind, 9 | 10 | 16)
            && !token.is_empty()
            && let Some(gss) = registry::find(Claim::Named(if kind == 10 { "ntlmssp" } else { "gss-api" }))
        {
            out.give_inside(gss, &message.with(token));
        }
        Some(())
    })
}
