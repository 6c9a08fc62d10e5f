//! The Configuration Testing Protocol (Ethernet 2.0 specification, chapter 8): what switches send to themselves to see
//! whether a link is alive. Wireshark calls it `loop`.
//!
//! ```text
//!  skip count (16, little-endian: where in the list of functions we are)
//!  functions:  2, forward: address (6)     1, reply: receipt number (16), then data
//! ```

use super::{Claim, Message, Out, Portion, Protocol, data};
use crate::field::Value;
use nom::number::complete::le_u16;

crate::fields! {
    LOOP       = Protocol "loop"                    "Configuration Test Protocol (loopback)";
    SKIP_COUNT = Number   "loop.skipcount"          "skipCount";
    RELEVANT   = Number   "loop.relevant_function"  "Relevant function", names function_name;
    FUNCTION   = Number   "loop.function"           "Function", names function_name;
    ADDRESS    = Mac      "loop.forwarding_address" "Forwarding address";
    RECEIPT    = Number   "loop.receipt_number"     "Receipt number";
}

/// The Configuration Testing Protocol.
pub static PROTOCOL: Protocol = Protocol {
    name: "loop",
    column: "LOOP",
    fields: ALL,
    claims: &[Claim::EtherType(0x9000)],
    dissect,
    ..Protocol::NONE
};

const REPLY: u16 = 1;
const FORWARD: u16 = 2;

fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let mut rest = Portion::of(message);
    let whole = rest;
    out.column("LOOP", format_args!("Configuration Test Protocol (loopback)"));
    out.group(&LOOP, whole.bytes, |out| {
        if functions(&mut rest, out).is_none() {
            rest.short(out);
        }
    });
    data::show(out, message, rest);
}

fn functions<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    let whole = *rest;
    let skip = rest.read(le_u16)?;
    out.number(&SKIP_COUNT, skip.raw, skip.value);
    let place = usize::from(skip.value).saturating_add(2);
    if let Some(raw @ &[low, high]) = whole.bytes.get(place..place.saturating_add(2)) {
        let relevant = u16::from_le_bytes([low, high]);
        out.number(&RELEVANT, raw, relevant);
        out.column("LOOP", format_args!("{}", function_name(relevant.into()).unwrap_or("Unknown function")));
    }
    loop {
        let function = rest.read(le_u16)?;
        out.number(&FUNCTION, function.raw, function.value);
        match function.value {
            FORWARD => {
                let address = rest.array::<6>()?;
                out.value(&ADDRESS, address.raw, Value::Mac(address.value));
            }
            REPLY => {
                let receipt = rest.read(le_u16)?;
                out.number(&RECEIPT, receipt.raw, receipt.value);
                return Some(());
            }
            _ => return Some(()),
        }
    }
}

fn function_name(function: u64) -> Option<&'static str> {
    match function {
        1 => Some("Reply"),
        2 => Some("Forward Data"),
        _ => None,
    }
}
