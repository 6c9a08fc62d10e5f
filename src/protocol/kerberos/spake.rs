//! SPAKE pre-authentication (RFC 9588): a password proof that cannot be guessed from a capture.

use super::dissect::Told;
use super::{fields, ticket, walk};
use crate::protocol::Out;
use crate::wire::der::Tlv;

/// ```text
/// PA-SPAKE ::= CHOICE {
///     support   [0] SEQUENCE { groups [0] SEQUENCE OF Int32 },
///     challenge [1] SEQUENCE { group [0] Int32, pubkey [1] OCTET STRING, factors [2] SEQUENCE OF SPAKESecondFactor },
///     response  [2] SEQUENCE { pubkey [0] OCTET STRING, factor [1] EncryptedData },
///     encdata   [3] EncryptedData
/// }
/// ```
pub fn spake<'b>(out: &mut Out<'_, 'b>, choice: Tlv<'b>, told: &mut Told) {
    walk::explicit(out, choice, &mut |out, which, value| match which {
        0 => out.group(&fields::SPAKE_SUPPORT, value.raw, |out| support(out, value)),
        1 => out.group(&fields::SPAKE_CHALLENGE, value.raw, |out| challenge(out, value)),
        2 => {
            told.fact.preauthenticated |= told.request;
            out.group(&fields::SPAKE_RESPONSE, value.raw, |out| response(out, value));
        }
        3 => _ = ticket::sealed(out, &fields::SPAKE_ENCDATA, value, ticket::closed),
        _ => out.malformed(value.raw, "not a PA-SPAKE"),
    });
}

fn support<'b>(out: &mut Out<'_, 'b>, sequence: Tlv<'b>) {
    walk::tagged(out, sequence, |out, n, value| match n {
        0 => walk::list(out, &fields::SPAKE_GROUPS, value, |out, item| {
            _ = walk::signed(out, &fields::SPAKE_GROUP_ITEM, item);
        }),
        _ => out.malformed(value.raw, "not part of SPAKESupport"),
    });
}

fn challenge<'b>(out: &mut Out<'_, 'b>, sequence: Tlv<'b>) {
    walk::tagged(out, sequence, |out, n, value| match n {
        0 => _ = walk::signed(out, &fields::SPAKE_GROUP, value),
        1 => _ = walk::octets(out, &fields::SPAKE_PUBKEY, value),
        2 => walk::list(out, &fields::SPAKE_FACTORS, value, factor),
        _ => out.malformed(value.raw, "not part of SPAKEChallenge"),
    });
}

/// ```text
/// SPAKESecondFactor ::= SEQUENCE { type [0] Int32, data [1] OCTET STRING OPTIONAL }
/// ```
fn factor<'b>(out: &mut Out<'_, 'b>, item: Tlv<'b>) {
    out.group(&fields::SPAKE_FACTOR_ITEM, item.raw, |out| {
        walk::tagged(out, item, |out, n, value| match n {
            0 => _ = walk::signed(out, &fields::SPAKE_FACTOR_TYPE, value),
            1 => _ = walk::octets(out, &fields::SPAKE_FACTOR_DATA, value),
            _ => out.malformed(value.raw, "not part of SPAKESecondFactor"),
        });
    });
}

fn response<'b>(out: &mut Out<'_, 'b>, sequence: Tlv<'b>) {
    walk::tagged(out, sequence, |out, n, value| match n {
        0 => _ = walk::octets(out, &fields::SPAKE_PUBKEY, value),
        1 => _ = ticket::sealed(out, &fields::SPAKE_FACTOR, value, ticket::closed),
        _ => out.malformed(value.raw, "not part of SPAKEResponse"),
    });
}
