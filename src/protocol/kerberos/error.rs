//! KRB-ERROR and its error data (RFC 4120 section 5.9, [MS-KILE] 2.2.1 and 2.2.2).

use super::dissect::Told;
use super::{fields, padata, parse, principal, walk};
use crate::field::Value;
use crate::knowledge;
use crate::protocol::Out;
use crate::wire::Timestamp;
use crate::wire::der::{self, Tlv, tag};

/// A refusal, from a KDC or from a service.
///
/// ```text
/// KRB-ERROR ::= [APPLICATION 30] SEQUENCE {
///     pvno       [0]  INTEGER (5),
///     msg-type   [1]  INTEGER (30),
///     ctime      [2]  KerberosTime OPTIONAL,     -- the client's clock, as the request told it
///     cusec      [3]  Microseconds OPTIONAL,
///     stime      [4]  KerberosTime,              -- the server's clock
///     susec      [5]  Microseconds,
///     error-code [6]  Int32,
///     crealm     [7]  Realm OPTIONAL,
///     cname      [8]  PrincipalName OPTIONAL,
///     realm      [9]  Realm,                     -- the service's
///     sname      [10] PrincipalName,
///     e-text     [11] KerberosString OPTIONAL,
///     e-data     [12] OCTET STRING OPTIONAL
/// }
/// ```
pub fn error<'b>(out: &mut Out<'_, 'b>, sequence: Tlv<'b>, told: &mut Told) {
    let (mut crealm, mut cname, mut realm, mut sname) = (None, None, None, None);
    let (mut ctime, mut cusec, mut stime, mut susec) = (None, None, None, None);
    walk::tagged(out, sequence, |out, n, value| match n {
        0 => _ = walk::unsigned(out, &fields::PVNO, value),
        1 => _ = walk::signed(out, &fields::MSG_TYPE, value),
        2 => ctime = walk::time(out, &fields::CTIME, value),
        3 => cusec = walk::unsigned(out, &fields::CUSEC, value),
        4 => stime = walk::time(out, &fields::STIME, value),
        5 => susec = walk::unsigned(out, &fields::SUSEC, value),
        6 => {
            told.fact.error = walk::signed(out, &fields::ERROR_CODE, value);
            list(out, told);
        }
        7 => crealm = walk::text(out, &fields::CREALM, value),
        8 => cname = principal::name(out, &principal::CLIENT, value),
        9 => realm = walk::text(out, &fields::REALM, value),
        10 => sname = principal::name(out, &principal::SERVICE, value),
        11 => told.fact.text = walk::text(out, &fields::E_TEXT, value).map(principal::lossy),
        12 => data(out, value, told),
        _ => out.malformed(value.raw, "not part of a KRB-ERROR"),
    });
    if told.nested == 0 {
        told.fact.client = principal::principal(cname, crealm);
        told.fact.service = principal::principal(sname, realm);
        told.fact.server_time = stime.map(|time| fine(time, susec.unwrap_or(0)));
        // MIT's KDC puts the nonce of the request where the client's time belongs, and leaves its microseconds out.
        told.fact.client_time = ctime.zip(cusec).map(|(time, micros)| fine(time, micros));
    }
}

fn fine(time: Timestamp, micros: u32) -> Timestamp {
    Timestamp(time.0.saturating_add(i64::from(micros).saturating_mul(1000)))
}

/// What the packet list says of an error.
fn list(out: &mut Out<'_, '_>, told: &Told) {
    let Some(code) = told.fact.error.filter(|code| told.listed && *code != 0) else { return };
    match knowledge::kerberos::wireshark_error_name(code) {
        Some(name) => out.column("KRB5", format_args!("KRB Error: {name}")),
        None => out.column("KRB5", format_args!("KRB Error: Unknown error code {code:#x}")),
    }
}

/// Error data, by its shape: which error brings which is not kept to by everyone. METHOD-DATA is opened where it says
/// how to go on; MIT's KDC puts a sealed FAST reply into every other error.
///
/// ```text
/// METHOD-DATA     ::= SEQUENCE OF PA-DATA                                          -- KDC_ERR_PREAUTH_REQUIRED and others
/// TYPED-DATA      ::= SEQUENCE OF SEQUENCE { data-type [0] Int32, data-value [1] OCTET STRING OPTIONAL }
/// KERB-ERROR-DATA ::= SEQUENCE { data-type [1] INTEGER, data-value [2] OCTET STRING OPTIONAL }    -- Windows
/// ```
fn data<'b>(out: &mut Out<'_, 'b>, value: Tlv<'b>, told: &mut Told) {
    let Some(raw) = walk::expect(out, value, parse::octets(value), "an OCTET STRING is expected") else { return };
    out.node(&fields::E_DATA, raw, Value::Bytes(raw), |out| {
        let Ok((rest, sequence)) = der::tlv(raw) else { return };
        // Anything else is the application's own.
        if !sequence.is_universal(tag::SEQUENCE) || !rest.is_empty() {
            return;
        }
        let Some(first) = sequence.inner() else { return };
        if first.is_context(1) {
            padata::members(out, sequence, told);
        } else if first.inner().is_some_and(|member| member.is_context(0)) {
            walk::items(out, sequence, typed_data);
        } else if told.fact.error.is_some_and(goes_on) {
            walk::items(out, sequence, |out, item| padata::padata(out, item, told));
        }
    });
}

/// True for errors whose data tells the client how to go on (RFC 4120 section 7.5.9, RFC 6113, RFC 6806).
const fn goes_on(code: i32) -> bool {
    matches!(code, 14 | 24 | 25 | 68 | 90..=93)
}

fn typed_data<'b>(out: &mut Out<'_, 'b>, item: Tlv<'b>) {
    out.group(&fields::TYPED_DATA, item.raw, |out| {
        walk::tagged(out, item, |out, n, value| match n {
            0 => _ = walk::signed(out, &fields::TYPED_DATA_TYPE, value),
            1 => _ = walk::octets(out, &fields::TYPED_DATA_VALUE, value),
            _ => out.malformed(value.raw, "not part of TYPED-DATA"),
        });
    });
}

/// The value of type 3: a salt; but in an error of a Windows KDC, KERB_EXT_ERROR.
///
/// ```text
/// status (4)  reserved (4)  flags (4)      -- little-endian; reserved is 0, flags are not
/// ```
pub fn salt_or_status<'b>(out: &mut Out<'_, 'b>, raw: &'b [u8], told: &mut Told) {
    let words: Option<&[u8; 12]> = raw.try_into().ok().filter(|_| told.fact.error.is_some());
    let word = |at: usize| words.and_then(|w| w.get(at..)?.first_chunk()).map_or(0, |w| u32::from_le_bytes(*w));
    let (status, reserved, flags) = (word(0), word(4), word(8));
    if status == 0 || reserved != 0 || flags == 0 {
        out.bytes(&fields::PW_SALT, raw);
        return;
    }
    told.fact.ntstatus = Some(status);
    let part = |at: usize| raw.get(at..).and_then(|r| r.get(..4)).unwrap_or(raw);
    out.number(&fields::NT_STATUS, part(0), status);
    out.number(&fields::EXT_ERROR_RESERVED, part(4), reserved);
    out.number(&fields::EXT_ERROR_FLAGS, part(8), flags);
    if told.listed {
        match knowledge::ntstatus::name(status) {
            Some(name) => out.column_more(format_args!(" NT Status: {name}")),
            None => out.column_more(format_args!(" NT Status: {status:#010x}")),
        }
    }
}
