//! The checksum of an authenticator that GSS-API makes (RFC 4121 section 4.1.1): no checksum at all, but what the client
//! wants of the context, which channel it is bound to, and the tickets it hands on.
//!
//! ```text
//! Lgth(4) = 16   Bnd(16)   Flags(4)   [ DlgOpt(2) = 1   Dlgth(2)   Deleg(Dlgth) ]   [ Exts ]      -- little-endian
//! ```

use super::dissect::{Told, nested};
use super::fields;
use crate::field::Field;
use crate::protocol::Out;
use crate::wire::Parsed;
use nom::Parser;
use nom::bytes::complete::take;

/// cksumtype of this structure.
pub const GSS: i32 = 0x8003;

mod flag {
    pub const DELEG: u32 = 1;
}

#[rustfmt::skip]
static FLAGS: [(u32, &Field); 7] = [
    (0x1000, &fields::GSS_DCE_STYLE), (0x20, &fields::GSS_INTEG), (0x10, &fields::GSS_CONF), (8, &fields::GSS_SEQUENCE),
    (4, &fields::GSS_REPLAY), (2, &fields::GSS_MUTUAL), (flag::DELEG, &fields::GSS_DELEG),
];

/// Describes the structure.
pub fn binding<'b>(out: &mut Out<'_, 'b>, raw: &'b [u8], told: &mut Told) {
    let mut rest = raw;
    let Some((length, bound, flags)) = out.read(&mut rest, |i| (part::<4>, part::<16>, part::<4>).parse(i)) else {
        return;
    };
    out.number(&fields::GSS_LENGTH, length, u32::from_le_bytes(*length));
    out.bytes(&fields::GSS_BINDING, bound);
    let bits = u32::from_le_bytes(*flags);
    for (bit, field) in FLAGS {
        out.flag(field, flags, bits & bit != 0);
    }
    told.opened.channel_bound = Some(bound.iter().any(|b| *b != 0));
    if bits & flag::DELEG == 0 {
        return;
    }
    let Some((option, length)) = out.read(&mut rest, |i| (part::<2>, part::<2>).parse(i)) else { return };
    out.number(&fields::GSS_DELEGATION, option, u16::from_le_bytes(*option));
    let announced = u16::from_le_bytes(*length);
    out.number(&fields::GSS_DELEGATION_LENGTH, length, announced);
    let Some(message) = out.read(&mut rest, |i| take(announced).parse(i)) else { return };
    told.opened.delegated = true;
    nested(out, message, told);
}

fn part<const N: usize>(input: &[u8]) -> Parsed<'_, &[u8; N]> {
    match input.split_first_chunk() {
        Some((part, rest)) => Ok((rest, part)),
        None => Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Eof))),
    }
}
