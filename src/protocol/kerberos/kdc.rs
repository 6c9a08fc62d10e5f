//! The exchanges with the KDC: AS-REQ and TGS-REQ, AS-REP and TGS-REP (RFC 4120 section 5.4).

use super::dissect::Told;
use super::ticket::Ticket;
use super::{fields, opened, padata, parse, principal, ticket, walk};
use crate::fact::{KerberosKind, Principal};
use crate::field::Field;
use crate::protocol::Out;
use crate::wire::der::Tlv;

/// Offered encryption types that a fact keeps; there are hardly two dozen.
const MAX_ETYPES: usize = 64;

#[rustfmt::skip]
static KDC_OPTIONS: [&Field; 32] = [
    &fields::OPT_RESERVED, &fields::OPT_FORWARDABLE, &fields::OPT_FORWARDED, &fields::OPT_PROXIABLE,
    &fields::OPT_PROXY, &fields::OPT_ALLOW_POSTDATE, &fields::OPT_POSTDATED, &fields::OPT_UNUSED7,
    &fields::OPT_RENEWABLE, &fields::OPT_UNUSED9, &fields::OPT_UNUSED10, &fields::OPT_HARDWARE_AUTH,
    &fields::OPT_UNUSED12, &fields::OPT_UNUSED13, &fields::OPT_CONSTRAINED, &fields::OPT_CANONICALIZE,
    &fields::OPT_ANONYMOUS, &fields::OPT_UNUSED17, &fields::OPT_UNUSED18, &fields::OPT_UNUSED19,
    &fields::OPT_UNUSED20, &fields::OPT_UNUSED21, &fields::OPT_UNUSED22, &fields::OPT_UNUSED23,
    &fields::OPT_UNUSED24, &fields::OPT_UNUSED25, &fields::OPT_NO_TRANSITED, &fields::OPT_RENEWABLE_OK,
    &fields::OPT_ENC_TKT_IN_SKEY, &fields::OPT_UNUSED29, &fields::OPT_RENEW, &fields::OPT_VALIDATE,
];

/// A request to the KDC.
///
/// ```text
/// AS-REQ ::= [APPLICATION 10] KDC-REQ    TGS-REQ ::= [APPLICATION 12] KDC-REQ
/// KDC-REQ ::= SEQUENCE {
///     pvno     [1] INTEGER (5),
///     msg-type [2] INTEGER,
///     padata   [3] SEQUENCE OF PA-DATA OPTIONAL,
///     req-body [4] KDC-REQ-BODY
/// }
/// ```
pub fn request<'b>(out: &mut Out<'_, 'b>, sequence: Tlv<'b>, told: &mut Told) {
    told.request = true;
    if told.keyring.is_some() {
        told.client = asks(sequence);
    }
    walk::tagged(out, sequence, |out, n, value| match n {
        1 => _ = walk::unsigned(out, &fields::PVNO, value),
        2 => _ = walk::signed(out, &fields::MSG_TYPE, value),
        3 => walk::list(out, &fields::PADATA, value, |out, item| padata::padata(out, item, told)),
        4 => out.group(&fields::REQ_BODY, value.raw, |out| request_body(out, value, told)),
        _ => out.malformed(value.raw, "not part of a KDC-REQ"),
    });
}

/// Who asks: the body with the name stands behind the proof that its key opens.
fn asks(sequence: Tlv<'_>) -> Option<Principal> {
    fn member(of: Tlv<'_>, n: u32) -> Option<Tlv<'_>> {
        of.children().find(|t| t.is_context(n)).and_then(|t| t.inner())
    }
    let body = member(sequence, 4)?;
    let name = member(member(body, 1)?, 1)?;
    principal::principal(Some(name), member(body, 2).and_then(parse::string))
}

/// What is asked for.
///
/// ```text
/// KDC-REQ-BODY ::= SEQUENCE {
///     kdc-options            [0]  KDCOptions,
///     cname                  [1]  PrincipalName OPTIONAL,      -- AS-REQ
///     realm                  [2]  Realm,                       -- the service's; in an AS-REQ the client's as well
///     sname                  [3]  PrincipalName OPTIONAL,
///     from                   [4]  KerberosTime OPTIONAL,
///     till                   [5]  KerberosTime,
///     rtime                  [6]  KerberosTime OPTIONAL,
///     nonce                  [7]  UInt32,
///     etype                  [8]  SEQUENCE OF Int32,           -- the best first
///     addresses              [9]  HostAddresses OPTIONAL,
///     enc-authorization-data [10] EncryptedData OPTIONAL,
///     additional-tickets     [11] SEQUENCE OF Ticket OPTIONAL
/// }
/// ```
fn request_body<'b>(out: &mut Out<'_, 'b>, body: Tlv<'b>, told: &mut Told) {
    let (mut client, mut realm, mut service) = (None, None, None);
    walk::tagged(out, body, |out, n, value| match n {
        0 => _ = walk::bits(out, &fields::KDC_OPTIONS, &KDC_OPTIONS, value),
        1 => client = principal::name(out, &principal::CLIENT, value),
        2 => realm = walk::text(out, &fields::REALM, value),
        3 => service = principal::name(out, &principal::SERVICE, value),
        4 => _ = walk::time(out, &fields::FROM, value),
        5 => _ = walk::time(out, &fields::TILL, value),
        6 => _ = walk::time(out, &fields::RTIME, value),
        7 => told.fact.nonce = walk::unsigned(out, &fields::NONCE, value),
        8 => walk::list(out, &fields::ETYPES, value, |out, item| {
            let etype = walk::signed(out, &fields::ENCTYPE, item);
            let offered = &mut told.fact.offered_etypes;
            offered.extend(etype.filter(|_| offered.len() < MAX_ETYPES));
        }),
        9 => principal::addresses(out, &fields::ADDRESSES, value),
        10 => _ = ticket::sealed(out, &fields::ENC_AUTHORIZATION, value, ticket::closed),
        11 => walk::list(out, &fields::ADDITIONAL_TICKETS, value, |out, item| {
            _ = ticket::ticket(out, &fields::TICKET_ITEM, item, told);
        }),
        _ => out.malformed(value.raw, "not part of a KDC-REQ-BODY"),
    });
    if told.nested == 0 {
        told.fact.service = principal::principal(service, realm);
        let client_realm = realm.filter(|_| told.fact.kind == KerberosKind::AsReq);
        told.fact.client = principal::principal(client, client_realm);
    }
}

/// The KDC's answer: a ticket, and the session key under the client's key or under that of the ticket shown.
///
/// ```text
/// AS-REP ::= [APPLICATION 11] KDC-REP    TGS-REP ::= [APPLICATION 13] KDC-REP
/// KDC-REP ::= SEQUENCE {
///     pvno     [0] INTEGER (5),
///     msg-type [1] INTEGER,
///     padata   [2] SEQUENCE OF PA-DATA OPTIONAL,
///     crealm   [3] Realm,
///     cname    [4] PrincipalName,
///     ticket   [5] Ticket,
///     enc-part [6] EncryptedData
/// }
/// ```
pub fn reply<'b>(out: &mut Out<'_, 'b>, sequence: Tlv<'b>, told: &mut Told) {
    let (mut realm, mut client) = (None, None);
    walk::tagged(out, sequence, |out, n, value| match n {
        0 => _ = walk::unsigned(out, &fields::PVNO, value),
        1 => _ = walk::signed(out, &fields::MSG_TYPE, value),
        2 => walk::list(out, &fields::PADATA, value, |out, item| padata::padata(out, item, told)),
        3 => realm = walk::text(out, &fields::CREALM, value),
        4 => client = principal::name(out, &principal::CLIENT, value),
        5 => {
            let ticket = ticket::ticket(out, &fields::TICKET, value, told);
            show(&ticket, told);
        }
        6 => {
            told.client = principal::principal(client, realm);
            let issued = told.fact.ticket;
            let open = |out: &mut Out<'_, 'b>, sealed: &ticket::Sealed<'b>| opened::reply(out, issued, sealed, told);
            told.fact.reply_etype = ticket::sealed(out, &fields::ENC_PART, value, open).etype;
        }
        _ => out.malformed(value.raw, "not part of a KDC-REP"),
    });
    if told.nested == 0 {
        told.fact.client = principal::principal(client, realm);
    }
}

/// Takes over what the ticket of a message says.
pub fn show(ticket: &Ticket<'_>, told: &mut Told) {
    told.fact.ticket = ticket.digest();
    if told.nested == 0 {
        told.fact.service = principal::principal(ticket.service, ticket.realm);
        told.fact.ticket_etype = ticket.sealed.etype;
        told.fact.kvno = ticket.sealed.kvno;
    }
}
