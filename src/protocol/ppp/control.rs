//! The protocols that set a PPP link up: a code, an identifier, a length (RFC 1661 §5).

use super::fields::{
    CODE, DATA, IDENTIFIER, LENGTH, PAP, PAP_CODE, PAP_IDENTIFIER, PAP_LENGTH, PAP_MESSAGE, PAP_MSG_LENGTH,
    PAP_PASSWORD, PAP_PEER, PAP_PEER_LENGTH, PAP_PW_LENGTH, code_name, pap_code_name,
};
use crate::field::Field;
use crate::protocol::{Out, Portion};

/// One of them.
pub(super) struct Control {
    /// Its name in `frame.protocols`.
    pub layer: &'static str,
    /// Its name in the protocol column.
    pub column: &'static str,
    /// Its own field.
    pub protocol: &'static Field,
}

/// Describes the head they have in common.
pub(super) fn describe<'b>(out: &mut Out<'_, 'b>, control: &Control, mut rest: Portion<'b>) {
    out.layer(control.layer);
    out.group(control.protocol, rest.bytes, |out| {
        let Some(code) = head(&mut rest, out, [&CODE, &IDENTIFIER, &LENGTH]) else {
            rest.short(out);
            return;
        };
        out.column(control.column, format_args!("{}", code_name(code.into()).unwrap_or("Unknown")));
        // Challenges and their responses are in here too, so it is a secret whatever the protocol.
        if !rest.bytes.is_empty() {
            out.bytes(&DATA, rest.bytes);
        }
    });
}

/// Describes the Password Authentication Protocol (RFC 1334 §2.2).
pub(super) fn password<'b>(out: &mut Out<'_, 'b>, mut rest: Portion<'b>) {
    out.layer("pap");
    out.group(&PAP, rest.bytes, |out| {
        if pap(&mut rest, out).is_none() {
            rest.short(out);
        }
    });
}

fn pap<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    let code = head(rest, out, [&PAP_CODE, &PAP_IDENTIFIER, &PAP_LENGTH])?;
    let name = pap_code_name(code.into()).unwrap_or("Unknown");
    out.column("PPP PAP", format_args!("{name}"));
    if code == 1 {
        let peer = counted(rest, out, &PAP_PEER_LENGTH, &PAP_PEER)?;
        let shown = String::from_utf8_lossy(peer);
        out.column("PPP PAP", format_args!("{name} (Peer-ID='{shown}')"));
        counted(rest, out, &PAP_PW_LENGTH, &PAP_PASSWORD)?;
    } else {
        counted(rest, out, &PAP_MSG_LENGTH, &PAP_MESSAGE)?;
    }
    Some(())
}

fn counted<'b>(
    rest: &mut Portion<'b>,
    out: &mut Out<'_, 'b>,
    count: &'static Field,
    text: &'static Field,
) -> Option<&'b [u8]> {
    let length = rest.u8()?;
    out.number(count, length.raw, length.value);
    let value = rest.take(length.value.into())?;
    out.text(text, value);
    Some(value)
}

/// Reads the head and keeps what its length covers.
fn head<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>, fields: [&'static Field; 3]) -> Option<u8> {
    let [code_field, identifier_field, length_field] = fields;
    let code = rest.u8()?;
    out.number(code_field, code.raw, code.value);
    let identifier = rest.u8()?;
    out.number(identifier_field, identifier.raw, identifier.value);
    let length = rest.u16()?;
    out.number(length_field, length.raw, length.value);
    *rest = rest.cut(usize::from(length.value).saturating_sub(4));
    Some(code.value)
}
