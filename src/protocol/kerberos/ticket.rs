//! Tickets, encrypted data, checksums and keys (RFC 4120 sections 5.2.9 and 5.3).

use super::{fields, parse, principal, walk};
use crate::field::{Field, Mark, Value};
use crate::protocol::Out;
use crate::wire::der::Tlv;
use sha2::{Digest, Sha256};

/// What stands outside the encryption.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sealed<'b> {
    /// The encryption type: what kind of key it is.
    pub etype: Option<i32>,
    /// The version of the key.
    pub kvno: Option<u32>,
    /// The encrypted bytes, where they are all there.
    pub cipher: Option<&'b [u8]>,
}

/// Shows encrypted data inside a node of its own.
pub fn sealed<'b>(out: &mut Out<'_, 'b>, field: &'static Field, value: Tlv<'b>) -> Sealed<'b> {
    out.group(field, value.raw, |out| encrypted_data(out, value))
}

/// Shows the members of encrypted data.
///
/// ```text
/// EncryptedData ::= SEQUENCE {
///     etype  [0] Int32,
///     kvno   [1] UInt32 OPTIONAL,
///     cipher [2] OCTET STRING
/// }
/// ```
pub fn encrypted_data<'b>(out: &mut Out<'_, 'b>, value: Tlv<'b>) -> Sealed<'b> {
    let mut sealed = Sealed::default();
    walk::tagged(out, value, |out, n, value| match n {
        0 => sealed.etype = walk::signed(out, &fields::ETYPE, value),
        1 => sealed.kvno = walk::unsigned(out, &fields::KVNO, value),
        2 => sealed.cipher = walk::octets(out, &fields::CIPHER, value).filter(|_| !value.cut),
        _ => out.malformed(value.raw, "not part of EncryptedData"),
    });
    sealed
}

/// What a ticket says in clear.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ticket<'b> {
    /// The realm that issued it.
    pub realm: Option<&'b [u8]>,
    /// The components of the service's name.
    pub service: Option<Tlv<'b>>,
    /// Its encrypted part.
    pub sealed: Sealed<'b>,
}

impl Ticket<'_> {
    /// What tells this ticket from others without showing it: the first eight bytes, big-endian, of the SHA-256 of
    /// its cipher.
    pub fn digest(&self) -> Option<u64> {
        let digest = Sha256::digest(self.sealed.cipher?);
        digest.first_chunk().map(|first| u64::from_be_bytes(*first))
    }
}

/// Shows a ticket.
///
/// ```text
/// Ticket ::= [APPLICATION 1] SEQUENCE {
///     tkt-vno  [0] INTEGER (5),
///     realm    [1] Realm,
///     sname    [2] PrincipalName,
///     enc-part [3] EncryptedData
/// }
/// ```
pub fn ticket<'b>(out: &mut Out<'_, 'b>, field: &'static Field, value: Tlv<'b>) -> Ticket<'b> {
    let mut ticket = Ticket::default();
    out.group(field, value.raw, |out| {
        let Some(sequence) = value.inner().filter(|_| value.is_application(1)) else {
            out.malformed(value.raw, "a Ticket is expected");
            return;
        };
        walk::tagged(out, sequence, |out, n, value| match n {
            0 => _ = walk::unsigned(out, &fields::TKT_VNO, value),
            1 => ticket.realm = walk::text(out, &fields::REALM, value),
            2 => ticket.service = principal::name(out, &principal::SERVICE, value),
            3 => ticket.sealed = sealed(out, &fields::ENC_PART, value),
            _ => out.malformed(value.raw, "not part of a Ticket"),
        });
    });
    ticket
}

/// Shows a checksum's members.
///
/// ```text
/// Checksum ::= SEQUENCE {
///     cksumtype [0] Int32,
///     checksum  [1] OCTET STRING
/// }
/// ```
pub fn checksum<'b>(out: &mut Out<'_, 'b>, value: Tlv<'b>) {
    walk::tagged(out, value, |out, n, value| match n {
        0 => _ = walk::signed(out, &fields::CKSUMTYPE, value),
        1 => _ = walk::octets(out, &fields::CHECKSUM, value),
        _ => out.malformed(value.raw, "not part of a Checksum"),
    });
}

/// Shows a key.
///
/// ```text
/// EncryptionKey ::= SEQUENCE {
///     keytype  [0] Int32,
///     keyvalue [1] OCTET STRING
/// }
/// ```
pub fn key<'b>(out: &mut Out<'_, 'b>, field: &'static Field, value: Tlv<'b>) {
    out.group(field, value.raw, |out| {
        walk::tagged(out, value, |out, n, value| match n {
            0 => _ = walk::signed(out, &fields::KEYTYPE, value),
            1 => _ = walk::octets(out, &fields::KEYVALUE, value),
            _ => out.malformed(value.raw, "not part of an EncryptionKey"),
        });
    });
}

/// Shows one item of authorization data; what says "if relevant" holds more of them.
///
/// ```text
/// AuthorizationData ::= SEQUENCE OF SEQUENCE {
///     ad-type [0] Int32,
///     ad-data [1] OCTET STRING
/// }
/// ```
pub fn authorization<'b>(out: &mut Out<'_, 'b>, item: Tlv<'b>, depth: u8) {
    let mut kind = None;
    out.group(&fields::AUTHORIZATION_ITEM, item.raw, |out| {
        walk::tagged(out, item, |out, n, value| match n {
            0 => kind = walk::signed(out, &fields::AD_TYPE, value),
            1 => authorization_value(out, kind, value, depth),
            _ => out.malformed(value.raw, "not part of AuthorizationData"),
        });
    });
}

/// AD-IF-RELEVANT
const IF_RELEVANT: i32 = 1;

fn authorization_value<'b>(out: &mut Out<'_, 'b>, kind: Option<i32>, value: Tlv<'b>, depth: u8) {
    let Some(raw) = walk::expect(out, value, parse::octets(value), "an OCTET STRING is expected") else { return };
    out.node(&fields::AD_DATA, raw, Value::Bytes(raw), |out| {
        if kind == Some(IF_RELEVANT)
            && let Some(inner) = value.inner()
        {
            match depth.checked_sub(1) {
                Some(depth) => walk::items(out, inner, |out, item| authorization(out, item, depth)),
                None => out.mark(Mark::TooDeep, raw),
            }
        }
    });
}
