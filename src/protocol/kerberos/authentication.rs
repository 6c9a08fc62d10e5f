//! What the client shows to the service: AP-REQ and AP-REP, and the messages that an association protects: KRB-SAFE,
//! KRB-PRIV, KRB-CRED (RFC 4120 sections 5.5 to 5.8), and the user-to-user tokens of GSS-API.

use super::dissect::Told;
use super::{decrypted, fields, kdc, opened, principal, ticket, walk};
use crate::field::Field;
use crate::protocol::Out;
use crate::wire::der::Tlv;

static AP_OPTIONS: [&Field; 3] = [&fields::AP_RESERVED, &fields::AP_USE_SESSION_KEY, &fields::AP_MUTUAL];
/// use-session-key, bit 1 of the options
const USE_SESSION_KEY: u32 = 0x4000_0000;
/// mutual-required, bit 2 of the options
const MUTUAL: u32 = 0x2000_0000;

/// The ticket, and the proof of knowing its session key.
///
/// ```text
/// AP-REQ ::= [APPLICATION 14] SEQUENCE {
///     pvno          [0] INTEGER (5),
///     msg-type      [1] INTEGER (14),
///     ap-options    [2] APOptions,
///     ticket        [3] Ticket,
///     authenticator [4] EncryptedData
/// }
/// ```
pub fn request<'b>(out: &mut Out<'_, 'b>, sequence: Tlv<'b>, told: &mut Told) {
    let mut session = None;
    walk::tagged(out, sequence, |out, n, value| match n {
        0 => _ = walk::unsigned(out, &fields::PVNO, value),
        1 => _ = walk::signed(out, &fields::MSG_TYPE, value),
        2 => {
            let options = walk::bits(out, &fields::AP_OPTIONS, &AP_OPTIONS, value);
            told.fact.mutual = options.is_some_and(|bits| bits & MUTUAL != 0);
            told.user_to_user = options.is_some_and(|bits| bits & USE_SESSION_KEY != 0);
        }
        3 => {
            let ticket = ticket::ticket(out, &fields::TICKET, value, told);
            session = told.keyring.as_ref().and_then(|ring| ring.session(ticket.digest()?));
            kdc::show(&ticket, told);
        }
        4 => {
            _ = ticket::sealed(out, &fields::AUTHENTICATOR, value, |out, sealed| {
                opened::authenticator(out, session.as_ref(), sealed, told);
            });
        }
        _ => out.malformed(value.raw, "not part of an AP-REQ"),
    });
}

/// The service's proof in return.
///
/// ```text
/// AP-REP ::= [APPLICATION 15] SEQUENCE {
///     pvno     [0] INTEGER (5),
///     msg-type [1] INTEGER (15),
///     enc-part [2] EncryptedData
/// }
/// ```
pub fn reply<'b>(out: &mut Out<'_, 'b>, sequence: Tlv<'b>, told: &mut Told) {
    walk::tagged(out, sequence, |out, n, value| match n {
        0 => _ = walk::unsigned(out, &fields::PVNO, value),
        1 => _ = walk::signed(out, &fields::MSG_TYPE, value),
        2 => {
            let sealed = ticket::sealed(out, &fields::ENC_PART, value, |out, s| opened::answer(out, s, told));
            told.fact.reply_etype = sealed.etype;
        }
        _ => out.malformed(value.raw, "not part of an AP-REP"),
    });
}

/// Data with a checksum.
///
/// ```text
/// KRB-SAFE ::= [APPLICATION 20] SEQUENCE {
///     pvno      [0] INTEGER (5),
///     msg-type  [1] INTEGER (20),
///     safe-body [2] KRB-SAFE-BODY,      -- the members of EncKrbPrivPart
///     cksum     [3] Checksum
/// }
/// ```
pub fn safe<'b>(out: &mut Out<'_, 'b>, sequence: Tlv<'b>, told: &mut Told) {
    walk::tagged(out, sequence, |out, n, value| match n {
        0 => _ = walk::unsigned(out, &fields::PVNO, value),
        1 => _ = walk::signed(out, &fields::MSG_TYPE, value),
        2 => out.group(&fields::SAFE_BODY, value.raw, |out| decrypted::private_part(out, value, told)),
        3 => out.group(&fields::CKSUM, value.raw, |out| ticket::checksum(out, value)),
        _ => out.malformed(value.raw, "not part of a KRB-SAFE"),
    });
}

/// Encrypted data.
///
/// ```text
/// KRB-PRIV ::= [APPLICATION 21] SEQUENCE {
///     pvno     [0] INTEGER (5),
///     msg-type [1] INTEGER (21),
///     enc-part [3] EncryptedData        -- there is no [2]
/// }
/// ```
pub fn private<'b>(out: &mut Out<'_, 'b>, sequence: Tlv<'b>, _: &mut Told) {
    walk::tagged(out, sequence, |out, n, value| match n {
        0 => _ = walk::unsigned(out, &fields::PVNO, value),
        1 => _ = walk::signed(out, &fields::MSG_TYPE, value),
        3 => _ = ticket::sealed(out, &fields::ENC_PART, value, ticket::closed),
        _ => out.malformed(value.raw, "not part of a KRB-PRIV"),
    });
}

/// Tickets handed on, with their keys in the encrypted part.
///
/// ```text
/// KRB-CRED ::= [APPLICATION 22] SEQUENCE {
///     pvno     [0] INTEGER (5),
///     msg-type [1] INTEGER (22),
///     tickets  [2] SEQUENCE OF Ticket,
///     enc-part [3] EncryptedData
/// }
/// ```
pub fn credentials<'b>(out: &mut Out<'_, 'b>, sequence: Tlv<'b>, told: &mut Told) {
    walk::tagged(out, sequence, |out, n, value| match n {
        0 => _ = walk::unsigned(out, &fields::PVNO, value),
        1 => _ = walk::signed(out, &fields::MSG_TYPE, value),
        2 => walk::list(out, &fields::TICKETS, value, |out, item| {
            _ = ticket::ticket(out, &fields::TICKET_ITEM, item, told);
        }),
        3 => _ = ticket::sealed(out, &fields::ENC_PART, value, |out, s| opened::credentials(out, s, told)),
        _ => out.malformed(value.raw, "not part of a KRB-CRED"),
    });
}

/// Asks the service for the ticket-granting ticket that a user-to-user ticket is to be made for (token ids 04 00, 04 01).
///
/// ```text
/// TGT-REQ ::= SEQUENCE {                      TGT-REP ::= SEQUENCE {
///     pvno        [0] INTEGER (5),                pvno     [0] INTEGER (5),
///     msg-type    [1] INTEGER (16),               msg-type [1] INTEGER (17),
///     server-name [2] PrincipalName OPTIONAL,     ticket   [2] Ticket
///     realm       [3] Realm OPTIONAL          }
/// }
/// ```
pub fn ticket_granting<'b>(out: &mut Out<'_, 'b>, sequence: Tlv<'b>, told: &mut Told) {
    walk::tagged(out, sequence, |out, n, value| match n {
        0 => _ = walk::unsigned(out, &fields::PVNO, value),
        1 => _ = walk::signed(out, &fields::MSG_TYPE, value),
        2 if value.is_application(1) => _ = ticket::ticket(out, &fields::TICKET, value, told),
        2 => _ = principal::name(out, &principal::SERVER, value),
        3 => _ = walk::text(out, &fields::REALM, value),
        _ => out.malformed(value.raw, "not part of a TGT-REQ"),
    });
}
