//! Tickets, encrypted data, checksums and keys (RFC 4120 sections 5.2.9 and 5.3).

use super::dissect::Told;
use super::{binding, fields, opened, pac, parse, principal, walk};
use crate::fact::{EncryptionKey, Principal};
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

/// Shows encrypted data inside a node of its own; `open` may show more under the cipher.
pub fn sealed<'o, 'b>(
    out: &mut Out<'o, 'b>,
    field: &'static Field,
    value: Tlv<'b>,
    open: impl FnMut(&mut Out<'o, 'b>, &Sealed<'b>),
) -> Sealed<'b> {
    out.group(field, value.raw, |out| encrypted_data(out, value, open))
}

/// For what no key at hand opens.
pub const fn closed<'b>(_: &mut Out<'_, 'b>, _: &Sealed<'b>) {}

/// Shows the members of encrypted data.
///
/// ```text
/// EncryptedData ::= SEQUENCE {
///     etype  [0] Int32,
///     kvno   [1] UInt32 OPTIONAL,
///     cipher [2] OCTET STRING
/// }
/// ```
pub fn encrypted_data<'o, 'b>(
    out: &mut Out<'o, 'b>,
    value: Tlv<'b>,
    mut open: impl FnMut(&mut Out<'o, 'b>, &Sealed<'b>),
) -> Sealed<'b> {
    let mut sealed = Sealed::default();
    walk::tagged(out, value, |out, n, value| match n {
        0 => sealed.etype = walk::signed(out, &fields::ETYPE, value),
        1 => sealed.kvno = walk::unsigned(out, &fields::KVNO, value),
        2 => {
            let octets = walk::expect(out, value, parse::octets(value), "an OCTET STRING is expected");
            let Some(cipher) = octets else { return };
            sealed.cipher = (!value.cut).then_some(cipher);
            out.node(&fields::CIPHER, cipher, Value::Bytes(cipher), |out| open(out, &sealed));
        }
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
        self.sealed.cipher.map(digest)
    }

    /// The service it is for.
    pub fn name(&self) -> Option<Principal> {
        principal::principal(self.service, self.realm)
    }
}

/// The digest of a ticket with this cipher.
pub fn digest(cipher: &[u8]) -> u64 {
    Sha256::digest(cipher).first_chunk().map_or(0, |first| u64::from_be_bytes(*first))
}

/// Shows a ticket, and what is in it if there is a key.
///
/// ```text
/// Ticket ::= [APPLICATION 1] SEQUENCE {
///     tkt-vno  [0] INTEGER (5),
///     realm    [1] Realm,
///     sname    [2] PrincipalName,
///     enc-part [3] EncryptedData
/// }
/// ```
pub fn ticket<'b>(out: &mut Out<'_, 'b>, field: &'static Field, value: Tlv<'b>, told: &mut Told) -> Ticket<'b> {
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
            3 => {
                let open = |out: &mut Out<'_, 'b>, sealed: &Sealed<'b>| opened::ticket(out, &ticket, sealed, told);
                ticket.sealed = sealed(out, &fields::ENC_PART, value, open);
            }
            _ => out.malformed(value.raw, "not part of a Ticket"),
        });
    });
    ticket
}

/// Shows a checksum's members.
pub fn checksum<'b>(out: &mut Out<'_, 'b>, value: Tlv<'b>) {
    checksum_with(out, value, |_, _, _| {});
}

/// The same; `inside` may show more under the checksum, by its type.
///
/// ```text
/// Checksum ::= SEQUENCE {
///     cksumtype [0] Int32,
///     checksum  [1] OCTET STRING
/// }
/// ```
fn checksum_with<'o, 'b>(
    out: &mut Out<'o, 'b>,
    value: Tlv<'b>,
    mut inside: impl FnMut(&mut Out<'o, 'b>, Option<i32>, &'b [u8]),
) {
    let mut kind = None;
    walk::tagged(out, value, |out, n, value| match n {
        0 => kind = walk::signed(out, &fields::CKSUMTYPE, value),
        1 => {
            let octets = walk::expect(out, value, parse::octets(value), "an OCTET STRING is expected");
            let Some(octets) = octets else { return };
            out.node(&fields::CHECKSUM, octets, Value::Bytes(octets), |out| inside(out, kind, octets));
        }
        _ => out.malformed(value.raw, "not part of a Checksum"),
    });
}

/// Shows the checksum of an authenticator.
pub fn authenticator_checksum<'b>(out: &mut Out<'_, 'b>, value: Tlv<'b>, told: &mut Told) {
    checksum_with(out, value, |out, kind, raw| {
        if kind == Some(binding::GSS) {
            binding::binding(out, raw, told);
        }
    });
}

/// Shows a key and returns it.
///
/// ```text
/// EncryptionKey ::= SEQUENCE {
///     keytype  [0] Int32,
///     keyvalue [1] OCTET STRING
/// }
/// ```
pub fn key<'b>(out: &mut Out<'_, 'b>, field: &'static Field, value: Tlv<'b>) -> Option<EncryptionKey> {
    let (mut etype, mut bytes) = (None, None);
    out.group(field, value.raw, |out| {
        walk::tagged(out, value, |out, n, value| match n {
            0 => etype = walk::signed(out, &fields::KEYTYPE, value),
            1 => bytes = walk::octets(out, &fields::KEYVALUE, value),
            _ => out.malformed(value.raw, "not part of an EncryptionKey"),
        });
    });
    Some(EncryptionKey::new(etype?, bytes?))
}

/// Shows one item of authorization data; what says "if relevant" holds more of them.
///
/// ```text
/// AuthorizationData ::= SEQUENCE OF SEQUENCE {
///     ad-type [0] Int32,
///     ad-data [1] OCTET STRING
/// }
/// ```
pub fn authorization<'b>(out: &mut Out<'_, 'b>, item: Tlv<'b>, depth: u8, service: Option<&EncryptionKey>) {
    let mut kind = None;
    out.group(&fields::AUTHORIZATION_ITEM, item.raw, |out| {
        walk::tagged(out, item, |out, n, value| match n {
            0 => kind = walk::signed(out, &fields::AD_TYPE, value),
            1 => authorization_value(out, kind, value, depth, service),
            _ => out.malformed(value.raw, "not part of AuthorizationData"),
        });
    });
}

/// AD-IF-RELEVANT
const IF_RELEVANT: i32 = 1;
/// AD-WIN2K-PAC
const PAC: i32 = 128;

fn authorization_value<'b>(
    out: &mut Out<'_, 'b>,
    kind: Option<i32>,
    value: Tlv<'b>,
    depth: u8,
    service: Option<&EncryptionKey>,
) {
    let Some(raw) = walk::expect(out, value, parse::octets(value), "an OCTET STRING is expected") else { return };
    out.node(&fields::AD_DATA, raw, Value::Bytes(raw), |out| match (kind, value.inner()) {
        (Some(IF_RELEVANT), Some(inner)) => match depth.checked_sub(1) {
            Some(depth) => walk::items(out, inner, |out, item| authorization(out, item, depth, service)),
            None => out.mark(Mark::TooDeep, raw),
        },
        (Some(PAC), _) => pac::pac(out, raw, service),
        _ => {}
    });
}
