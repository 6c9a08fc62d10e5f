//! Bytes that no protocol claims. They may hold anything, a password too.

use super::{Carries, Message, Out, Portion, Protocol};

crate::fields! {
    DATA = Protocol "data"      "Data";
    RAW  = Bytes    "data.data" "Data", secret;
    LEN  = Number   "data.len"  "Length";
}

/// Bytes that no protocol claims.
pub static PROTOCOL: Protocol =
    Protocol { name: "data", column: "Data", fields: ALL, dissect, carries: Carries::Only(&[]), ..Protocol::NONE };

fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let bytes = message.bytes;
    if !out.shows() {
        return;
    }
    out.group(&DATA, bytes, |out| {
        out.label(format_args!("Data ({} byte{})", bytes.len(), if bytes.len() == 1 { "" } else { "s" }));
        out.bytes(&RAW, bytes);
        out.number(&LEN, bytes, bytes.len() as u64);
    });
}

/// Shows what is left as data, if anything is.
pub fn show<'b>(out: &mut Out<'_, 'b>, message: &Message<'b>, rest: Portion<'b>) {
    if !rest.bytes.is_empty() {
        out.give(&PROTOCOL, &rest.message(message));
    }
}
