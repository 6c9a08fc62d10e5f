//! Tokens of the Kerberos mechanism: messages behind a two-byte TOK_ID (RFC 4121 §4.1), signatures and wrapped data
//! (RFC 4121 §4.2.6, RFC 1964 §1.2). TOK_ID is shown as Wireshark does, its bytes read as a little-endian number.

use super::fields::krb5 as f;
use super::mechanism::Header;
use crate::field::Value;
use crate::protocol::{Claim, Message, Out, registry};
use crate::wire::Parsed;
use nom::Parser;
use nom::bytes::complete::take;

/// TOK_ID of a MIC: RFC 1964, RFC 4121.
const GET_MIC: u16 = 0x0101;
const GET_MIC_CFX: u16 = 0x0404;
/// TOK_ID of a Wrap token: RFC 1964, RFC 4121.
const WRAP: u16 = 0x0102;
const WRAP_CFX: u16 = 0x0405;

/// Describes a token, with or without the header that names the mechanism, or a bare Kerberos message (DCE style).
pub fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let bytes = message.bytes;
    out.node(&f::BLOB, bytes, Value::Bytes(bytes), |out| {
        let mut rest = bytes;
        if let Some(Header { token, oid, rest: inner }) = Header::of(bytes) {
            out.value(&f::OID, oid.raw, Value::Oid(oid.body));
            if token.cut {
                out.malformed(token.raw, "the token ends before its announced length");
            }
            rest = inner;
        }
        if let [0x6e | 0x6f | 0x7e, ..] = rest {
            kerberos(message, rest, out);
            return;
        }
        let Some((id, body)) = rest.split_first_chunk::<2>() else {
            out.malformed(bytes, "ends before TOK_ID");
            return;
        };
        let number = u16::from_le_bytes(*id);
        out.number(&f::TOKEN_ID, id, number);
        match number {
            0x0001..=0x0004 | 0x0104 => kerberos(message, body, out),
            GET_MIC | WRAP => signature(body, number == WRAP, out),
            GET_MIC_CFX | WRAP_CFX => cfx(body, number == WRAP_CFX, out),
            0x0201 => {}
            _ => out.malformed(id, "a TOK_ID that is not defined"),
        }
    });
}

/// True if `bytes` are a MIC, with or without a header.
pub fn is_mic(bytes: &[u8]) -> bool {
    let rest = Header::of(bytes).map_or(bytes, |h| h.rest);
    rest.first_chunk().is_some_and(|id| matches!(u16::from_le_bytes(*id), GET_MIC | GET_MIC_CFX))
}

fn kerberos<'b>(message: &Message<'b>, bytes: &'b [u8], out: &mut Out<'_, 'b>) {
    if let Some(kerberos) = registry::find(Claim::Named("kerberos")) {
        out.give_inside(kerberos, &message.with(bytes));
    }
}

/// RFC 1964 §1.2.1: SGN_ALG(2) Filler(4) SND_SEQ(8) SGN_CKSUM(8). §1.2.2, wrapped: SGN_ALG(2) SEAL_ALG(2) Filler(2)
/// SND_SEQ(8) SGN_CKSUM(8) and the data, which begins with a confounder(8).
fn signature<'b>(bytes: &'b [u8], wrapped: bool, out: &mut Out<'_, 'b>) {
    let mut rest = bytes;
    let Some(sign) = out.read(&mut rest, word) else { return };
    out.number(&f::SIGN, sign, u16::from_le_bytes(*sign));
    let mut filler = 4_usize;
    if wrapped {
        let Some(seal) = out.read(&mut rest, word) else { return };
        out.number(&f::SEAL, seal, u16::from_le_bytes(*seal));
        filler = 2;
    }
    let Some(parts) = out.read(&mut rest, |i| (take(filler), take(8_usize), take(8_usize)).parse(i)) else { return };
    let (filler, sequence, checksum): (&[u8], &[u8], &[u8]) = parts;
    out.bytes(&f::FILLER, filler);
    out.bytes(&f::SEQUENCE, sequence);
    out.bytes(&f::CHECKSUM, checksum);
    if let (true, Some((confounder, _))) = (wrapped, rest.split_at_checked(8)) {
        out.bytes(&f::CONFOUNDER, confounder);
    }
}

/// RFC 4121 §4.2.6.1: Flags(1) Filler(5) SND_SEQ(8) SGN_CKSUM. §4.2.6.2, wrapped: Flags(1) Filler(1) EC(2) RRC(2)
/// SND_SEQ(8) and the data. Big-endian, unlike its predecessor.
fn cfx<'b>(bytes: &'b [u8], wrapped: bool, out: &mut Out<'_, 'b>) {
    let mut rest = bytes;
    let Some(flags) = out.read(&mut rest, |i| take(1_usize).parse(i)) else { return };
    let bits = flags.iter().fold(0, |_, b| *b);
    out.node(&f::CFX_FLAGS, flags, Value::Number(bits.into()), |out| {
        out.flag(&f::ACCEPTOR_SUBKEY, flags, bits & 4 != 0);
        out.flag(&f::SEALED, flags, bits & 2 != 0);
        out.flag(&f::BY_ACCEPTOR, flags, bits & 1 != 0);
    });
    let filler = if wrapped { 1_usize } else { 5 };
    let Some(filler) = out.read(&mut rest, |i| take(filler).parse(i)) else { return };
    out.bytes(&f::FILLER, filler);
    if wrapped {
        let Some((extra, rotation)) = out.read(&mut rest, |i| (word, word).parse(i)) else { return };
        out.number(&f::CFX_EC, extra, u16::from_be_bytes(*extra));
        out.number(&f::CFX_RRC, rotation, u16::from_be_bytes(*rotation));
    }
    let Some(sequence) = out.read(&mut rest, |i| take(8_usize).parse(i)) else { return };
    out.number(&f::CFX_SEQUENCE, sequence, sequence.iter().fold(0_u64, |n, b| n << 8 | u64::from(*b)));
    out.bytes(&f::CHECKSUM, rest);
}

fn word(input: &[u8]) -> Parsed<'_, &[u8; 2]> {
    match input.split_first_chunk() {
        Some((word, rest)) => Ok((rest, word)),
        None => Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Eof))),
    }
}
