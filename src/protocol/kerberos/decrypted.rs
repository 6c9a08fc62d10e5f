//! What lies behind the encryption, for whoever holds the key (RFC 4120 sections 5.3, 5.4.2, 5.5 to 5.8). The parts
//! carry application tags of their own, so that a decrypted buffer is described like any other message.

use super::dissect::Told;
use super::{fields, padata, principal, ticket, walk};
use crate::fact::EncryptionKey;
use crate::field::Field;
use crate::protocol::Out;
use crate::wire::der::Tlv;

/// Authorization data inside authorization data that is followed.
const MAX_AUTHORIZATION: u8 = 4;

#[rustfmt::skip]
static TICKET_FLAGS: [&Field; 17] = [
    &fields::TICKET_RESERVED, &fields::TICKET_FORWARDABLE, &fields::TICKET_FORWARDED, &fields::TICKET_PROXIABLE,
    &fields::TICKET_PROXY, &fields::TICKET_MAY_POSTDATE, &fields::TICKET_POSTDATED, &fields::TICKET_INVALID,
    &fields::TICKET_RENEWABLE, &fields::TICKET_INITIAL, &fields::TICKET_PRE_AUTHENT, &fields::TICKET_HW_AUTHENT,
    &fields::TICKET_TRANSITED, &fields::TICKET_OK_AS_DELEGATE, &fields::TICKET_UNUSED, &fields::TICKET_ENC_PA_REP,
    &fields::TICKET_ANONYMOUS,
];

/// What the service reads in a ticket.
///
/// ```text
/// EncTicketPart ::= [APPLICATION 3] SEQUENCE {
///     flags [0] TicketFlags,   key [1] EncryptionKey,   crealm [2] Realm,   cname [3] PrincipalName,
///     transited [4] SEQUENCE { tr-type [0] Int32, contents [1] OCTET STRING },
///     authtime [5] KerberosTime,   starttime [6] KerberosTime OPTIONAL,   endtime [7] KerberosTime,
///     renew-till [8] KerberosTime OPTIONAL,   caddr [9] HostAddresses OPTIONAL,
///     authorization-data [10] AuthorizationData OPTIONAL
/// }
/// ```
pub fn ticket_part<'b>(out: &mut Out<'_, 'b>, sequence: Tlv<'b>, told: &mut Told) {
    let (mut realm, mut client) = (None, None);
    walk::tagged(out, sequence, |out, n, value| match n {
        0 => told.found.flags = walk::bits(out, &fields::FLAGS, &TICKET_FLAGS, value),
        1 => told.found.key = ticket::key(out, &fields::KEY, value),
        2 => realm = walk::text(out, &fields::CREALM, value),
        3 => client = principal::name(out, &principal::CLIENT, value),
        4 => out.group(&fields::TRANSITED, value.raw, |out| {
            walk::tagged(out, value, |out, n, value| match n {
                0 => _ = walk::signed(out, &fields::TR_TYPE, value),
                1 => _ = walk::octets(out, &fields::CONTENTS, value),
                _ => out.malformed(value.raw, "not part of a TransitedEncoding"),
            });
        }),
        5 => _ = walk::time(out, &fields::AUTHTIME, value),
        6 => _ = walk::time(out, &fields::STARTTIME, value),
        7 => _ = walk::time(out, &fields::ENDTIME, value),
        8 => _ = walk::time(out, &fields::RENEW_TILL, value),
        9 => principal::addresses(out, &fields::CADDR, value),
        10 => authorization(out, value, told.service.as_ref()),
        _ => out.malformed(value.raw, "not part of an EncTicketPart"),
    });
    told.found.client = principal::principal(client, realm);
}

/// Who asks, and when.
///
/// ```text
/// Authenticator ::= [APPLICATION 2] SEQUENCE {
///     authenticator-vno [0] INTEGER (5),   crealm [1] Realm,   cname [2] PrincipalName,
///     cksum [3] Checksum OPTIONAL,   cusec [4] Microseconds,   ctime [5] KerberosTime,
///     subkey [6] EncryptionKey OPTIONAL,   seq-number [7] UInt32 OPTIONAL,
///     authorization-data [8] AuthorizationData OPTIONAL
/// }
/// ```
pub fn authenticator<'b>(out: &mut Out<'_, 'b>, sequence: Tlv<'b>, told: &mut Told) {
    walk::tagged(out, sequence, |out, n, value| match n {
        0 => _ = walk::unsigned(out, &fields::AUTHENTICATOR_VNO, value),
        1 => _ = walk::text(out, &fields::CREALM, value),
        2 => _ = principal::name(out, &principal::CLIENT, value),
        3 => out.group(&fields::CKSUM, value.raw, |out| ticket::authenticator_checksum(out, value, told)),
        4 => _ = walk::unsigned(out, &fields::CUSEC, value),
        5 => _ = walk::time(out, &fields::CTIME, value),
        6 => told.found.subkey = ticket::key(out, &fields::SUBKEY, value),
        7 => _ = walk::unsigned(out, &fields::SEQ_NUMBER, value),
        8 => authorization(out, value, None),
        _ => out.malformed(value.raw, "not part of an Authenticator"),
    });
}

fn authorization<'b>(out: &mut Out<'_, 'b>, value: Tlv<'b>, service: Option<&EncryptionKey>) {
    walk::list(out, &fields::AUTHORIZATION_DATA, value, |out, item| {
        ticket::authorization(out, item, MAX_AUTHORIZATION, service);
    });
}

/// What the client reads in an answer of the KDC.
///
/// ```text
/// EncASRepPart ::= [APPLICATION 25] EncKDCRepPart    EncTGSRepPart ::= [APPLICATION 26] EncKDCRepPart
/// EncKDCRepPart ::= SEQUENCE {
///     key [0] EncryptionKey,
///     last-req [1] SEQUENCE OF SEQUENCE { lr-type [0] Int32, lr-value [1] KerberosTime },
///     nonce [2] UInt32,   key-expiration [3] KerberosTime OPTIONAL,   flags [4] TicketFlags,
///     authtime [5] KerberosTime,   starttime [6] KerberosTime OPTIONAL,   endtime [7] KerberosTime,
///     renew-till [8] KerberosTime OPTIONAL,   srealm [9] Realm,   sname [10] PrincipalName,
///     caddr [11] HostAddresses OPTIONAL,   encrypted-pa-data [12] SEQUENCE OF PA-DATA OPTIONAL
/// }
/// ```
pub fn reply_part<'b>(out: &mut Out<'_, 'b>, sequence: Tlv<'b>, told: &mut Told) {
    walk::tagged(out, sequence, |out, n, value| match n {
        0 => told.found.key = ticket::key(out, &fields::KEY, value),
        1 => walk::list(out, &fields::LAST_REQ, value, last_request),
        2 => _ = walk::unsigned(out, &fields::NONCE, value),
        3 => _ = walk::time(out, &fields::KEY_EXPIRATION, value),
        4 => _ = walk::bits(out, &fields::FLAGS, &TICKET_FLAGS, value),
        5 => _ = walk::time(out, &fields::AUTHTIME, value),
        6 => _ = walk::time(out, &fields::STARTTIME, value),
        7 => _ = walk::time(out, &fields::ENDTIME, value),
        8 => _ = walk::time(out, &fields::RENEW_TILL, value),
        9 => _ = walk::text(out, &fields::SREALM, value),
        10 => _ = principal::name(out, &principal::SERVICE, value),
        11 => principal::addresses(out, &fields::CADDR, value),
        12 => walk::list(out, &fields::ENCRYPTED_PA_DATA, value, |out, item| padata::padata(out, item, told)),
        _ => out.malformed(value.raw, "not part of an EncKDCRepPart"),
    });
}

fn last_request<'b>(out: &mut Out<'_, 'b>, item: Tlv<'b>) {
    out.group(&fields::LAST_REQ_ITEM, item.raw, |out| {
        walk::tagged(out, item, |out, n, value| match n {
            0 => _ = walk::signed(out, &fields::LR_TYPE, value),
            1 => _ = walk::time(out, &fields::LR_VALUE, value),
            _ => out.malformed(value.raw, "not part of a LastReq"),
        });
    });
}

/// The service's proof: the client's time, read from the authenticator.
///
/// ```text
/// EncAPRepPart ::= [APPLICATION 27] SEQUENCE {
///     ctime [0] KerberosTime,   cusec [1] Microseconds,
///     subkey [2] EncryptionKey OPTIONAL,   seq-number [3] UInt32 OPTIONAL
/// }
/// ```
pub fn authentication_part<'b>(out: &mut Out<'_, 'b>, sequence: Tlv<'b>, told: &mut Told) {
    walk::tagged(out, sequence, |out, n, value| match n {
        0 => _ = walk::time(out, &fields::CTIME, value),
        1 => _ = walk::unsigned(out, &fields::CUSEC, value),
        2 => told.found.subkey = ticket::key(out, &fields::SUBKEY, value),
        3 => _ = walk::unsigned(out, &fields::SEQ_NUMBER, value),
        _ => out.malformed(value.raw, "not part of an EncAPRepPart"),
    });
}

/// Data of the application; KRB-SAFE carries the same members in clear.
///
/// ```text
/// EncKrbPrivPart ::= [APPLICATION 28] SEQUENCE {
///     user-data [0] OCTET STRING,   timestamp [1] KerberosTime OPTIONAL,   usec [2] Microseconds OPTIONAL,
///     seq-number [3] UInt32 OPTIONAL,   s-address [4] HostAddress,   r-address [5] HostAddress OPTIONAL
/// }
/// ```
pub fn private_part<'b>(out: &mut Out<'_, 'b>, sequence: Tlv<'b>, _: &mut Told) {
    walk::tagged(out, sequence, |out, n, value| match n {
        0 => _ = walk::octets(out, &fields::USER_DATA, value),
        1 => _ = walk::time(out, &fields::TIMESTAMP, value),
        2 => _ = walk::unsigned(out, &fields::USEC, value),
        3 => _ = walk::unsigned(out, &fields::SEQ_NUMBER, value),
        4 => principal::address(out, &fields::S_ADDRESS, value),
        5 => principal::address(out, &fields::R_ADDRESS, value),
        _ => out.malformed(value.raw, "not part of an EncKrbPrivPart"),
    });
}

/// The keys of tickets handed on.
///
/// ```text
/// EncKrbCredPart ::= [APPLICATION 29] SEQUENCE {
///     ticket-info [0] SEQUENCE OF KrbCredInfo,   nonce [1] UInt32 OPTIONAL,
///     timestamp [2] KerberosTime OPTIONAL,   usec [3] Microseconds OPTIONAL,
///     s-address [4] HostAddress OPTIONAL,   r-address [5] HostAddress OPTIONAL
/// }
/// ```
pub fn credentials_part<'b>(out: &mut Out<'_, 'b>, sequence: Tlv<'b>, told: &mut Told) {
    walk::tagged(out, sequence, |out, n, value| match n {
        0 => walk::list(out, &fields::TICKET_INFO, value, |out, item| {
            out.group(&fields::KRB_CRED_INFO, item.raw, |out| credential(out, item, told));
        }),
        1 => _ = walk::unsigned(out, &fields::NONCE, value),
        2 => _ = walk::time(out, &fields::TIMESTAMP, value),
        3 => _ = walk::unsigned(out, &fields::USEC, value),
        4 => principal::address(out, &fields::S_ADDRESS, value),
        5 => principal::address(out, &fields::R_ADDRESS, value),
        _ => out.malformed(value.raw, "not part of an EncKrbCredPart"),
    });
}

/// ```text
/// KrbCredInfo ::= SEQUENCE {
///     key [0] EncryptionKey,   prealm [1] Realm OPTIONAL,   pname [2] PrincipalName OPTIONAL,
///     flags [3] TicketFlags OPTIONAL,   authtime [4] KerberosTime OPTIONAL,   starttime [5] KerberosTime OPTIONAL,
///     endtime [6] KerberosTime OPTIONAL,   renew-till [7] KerberosTime OPTIONAL,   srealm [8] Realm OPTIONAL,
///     sname [9] PrincipalName OPTIONAL,   caddr [10] HostAddresses OPTIONAL
/// }
/// ```
fn credential<'b>(out: &mut Out<'_, 'b>, sequence: Tlv<'b>, told: &mut Told) {
    walk::tagged(out, sequence, |out, n, value| match n {
        0 => told.found.key = ticket::key(out, &fields::KEY, value),
        1 => _ = walk::text(out, &fields::PREALM, value),
        2 => _ = principal::name(out, &principal::OWNER, value),
        3 => _ = walk::bits(out, &fields::FLAGS, &TICKET_FLAGS, value),
        4 => _ = walk::time(out, &fields::AUTHTIME, value),
        5 => _ = walk::time(out, &fields::STARTTIME, value),
        6 => _ = walk::time(out, &fields::ENDTIME, value),
        7 => _ = walk::time(out, &fields::RENEW_TILL, value),
        8 => _ = walk::text(out, &fields::SREALM, value),
        9 => _ = principal::name(out, &principal::SERVICE, value),
        10 => principal::addresses(out, &fields::CADDR, value),
        _ => out.malformed(value.raw, "not part of a KrbCredInfo"),
    });
}

/// What PA-ENC-TIMESTAMP and ENCRYPTED-CHALLENGE prove: the client's time under the client's key.
///
/// ```text
/// PA-ENC-TS-ENC ::= SEQUENCE {
///     patimestamp [0] KerberosTime,
///     pausec      [1] Microseconds OPTIONAL
/// }
/// ```
pub fn timestamp<'b>(out: &mut Out<'_, 'b>, sequence: Tlv<'b>) {
    walk::tagged(out, sequence, |out, n, value| match n {
        0 => _ = walk::time(out, &fields::PATIMESTAMP, value),
        1 => _ = walk::unsigned(out, &fields::PAUSEC, value),
        _ => out.malformed(value.raw, "not part of a PA-ENC-TS-ENC"),
    });
}
