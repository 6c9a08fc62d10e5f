//! Pre-authentication data (RFC 4120 section 5.2.7, RFC 6113, RFC 4556, [MS-KILE] 2.2, [MS-SFU] 2.2): how the client
//! proves itself, what the KDC wants as proof, and what both can do.

use super::dissect::{Told, nested};
use super::{error, fields, names, opened, parse, pkinit, principal, spake, ticket, walk};
use crate::fact::Salt;
use crate::field::{Field, Value};
use crate::protocol::Out;
use crate::wire::der::{self, Tlv};

/// Ways to a key that a fact keeps; a KDC tells one for each encryption type.
const MAX_SALTS: usize = 16;

/// Types that are looked into.
mod kind {
    pub const TGS_REQ: i32 = 1;
    pub const ENC_TIMESTAMP: i32 = 2;
    pub const PW_SALT: i32 = 3;
    pub const ETYPE_INFO: i32 = 11;
    pub const PK_AS_REQ_19: i32 = 14;
    pub const PK_AS_REP_19: i32 = 15;
    pub const PK_AS_REQ: i32 = 16;
    pub const PK_AS_REP: i32 = 17;
    pub const ETYPE_INFO2: i32 = 19;
    pub const PAC_REQUEST: i32 = 128;
    pub const FOR_USER: i32 = 129;
    pub const FOR_X509_USER: i32 = 130;
    pub const AUTH_SET_SELECTED: i32 = 135;
    pub const FX_FAST: i32 = 136;
    pub const FX_ERROR: i32 = 137;
    pub const ENCRYPTED_CHALLENGE: i32 = 138;
    pub const REQ_ENC_PA_REP: i32 = 149;
    pub const SPAKE: i32 = 151;
    pub const KEY_LIST_REQ: i32 = 161;
    pub const KEY_LIST_REP: i32 = 162;
    pub const SUPPORTED_ENCTYPES: i32 = 165;
    pub const PAC_OPTIONS: i32 = 167;
}

/// One item.
///
/// ```text
/// PA-DATA ::= SEQUENCE {
///     padata-type  [1] Int32,           -- there is no [0]
///     padata-value [2] OCTET STRING
/// }
/// ```
pub fn padata<'b>(out: &mut Out<'_, 'b>, item: Tlv<'b>, told: &mut Told) {
    out.group(&fields::PA_DATA, item.raw, |out| members(out, item, told));
}

/// The members of an item, the value beneath its type.
pub fn members<'b>(out: &mut Out<'_, 'b>, item: Tlv<'b>, told: &mut Told) {
    let (mut kind, mut content) = (None, None);
    walk::tagged(out, item, |out, n, value| match n {
        1 => kind = walk::expect(out, value, parse::int32(value), "an INTEGER is expected").map(|k| (k, value.body)),
        2 => content = walk::expect(out, value, parse::octets(value), "an OCTET STRING is expected"),
        _ => out.malformed(value.raw, "not part of PA-DATA"),
    });
    let Some((kind, raw)) = kind else {
        out.malformed(item.raw, "PA-DATA without a type");
        return;
    };
    let known = names::padata_type(i64::from(kind).cast_unsigned());
    out.label(format_args!("PA-DATA {}", known.unwrap_or("of unknown type")));
    out.node(&fields::PADATA_TYPE, raw, Value::Signed(i64::from(kind)), |out| {
        let Some(content) = content else { return };
        if told.request && !content.is_empty() && proves(kind) {
            told.fact.preauthenticated = true;
        }
        out.node(&fields::PADATA_VALUE, content, Value::Bytes(content), |out| value(out, kind, content, told));
    });
}

/// True for what only the holder of the password, the key or the certificate can send. SPAKE proves in its second step.
const fn proves(kind: i32) -> bool {
    matches!(
        kind,
        kind::ENC_TIMESTAMP
            | kind::PK_AS_REQ_19
            | kind::PK_AS_REP_19
            | kind::PK_AS_REQ
            | kind::PK_AS_REP
            | kind::FX_FAST
            | kind::ENCRYPTED_CHALLENGE
    )
}

fn value<'b>(out: &mut Out<'_, 'b>, kind: i32, content: &'b [u8], told: &mut Told) {
    // An offer has no content.
    if content.is_empty() {
        return;
    }
    match kind {
        kind::TGS_REQ | kind::FX_ERROR => {
            let inner = nested(out, content, told);
            if kind == kind::TGS_REQ && told.nested == 0 {
                told.fact.ticket = inner.and_then(|inner| inner.ticket);
            }
            return;
        }
        kind::PW_SALT => return error::salt_or_status(out, content, told),
        kind::SUPPORTED_ENCTYPES => return supported(out, content),
        _ => {}
    }
    let mut rest = content;
    if !typed(kind) {
        return;
    }
    let Some(element) = out.read(&mut rest, der::tlv) else { return };
    if element.cut {
        out.malformed(element.raw, "longer than what holds it");
    }
    match kind {
        kind::ENC_TIMESTAMP => {
            _ = ticket::encrypted_data(out, element, |out, sealed| opened::timestamp(out, sealed, told));
        }
        kind::ENCRYPTED_CHALLENGE => _ = ticket::encrypted_data(out, element, ticket::closed),
        kind::ETYPE_INFO | kind::ETYPE_INFO2 => {
            let second = kind == kind::ETYPE_INFO2;
            walk::items(out, element, |out, entry| etype_info(out, entry, second, told));
        }
        kind::PK_AS_REQ => certificate_request(out, element),
        kind::PK_AS_REP => certificate_reply(out, element),
        kind::PAC_REQUEST => pac_request(out, element),
        kind::FOR_USER => for_user(out, element),
        kind::FOR_X509_USER => for_certificate(out, element),
        kind::AUTH_SET_SELECTED => auth_set(out, element),
        kind::FX_FAST => fast(out, element, told),
        kind::REQ_ENC_PA_REP => ticket::checksum(out, element),
        kind::SPAKE => spake::spake(out, element, told),
        kind::KEY_LIST_REQ => walk::items(out, element, |out, item| _ = walk::signed(out, &fields::ENCTYPE, item)),
        kind::KEY_LIST_REP => walk::items(out, element, |out, item| {
            _ = ticket::key(out, &fields::KEY_LIST_KEY, item);
        }),
        kind::PAC_OPTIONS => pac_options(out, element),
        _ => {}
    }
}

const fn typed(kind: i32) -> bool {
    matches!(
        kind,
        kind::ENC_TIMESTAMP
            | kind::ENCRYPTED_CHALLENGE
            | kind::ETYPE_INFO
            | kind::ETYPE_INFO2
            | kind::PK_AS_REQ
            | kind::PK_AS_REP
            | kind::PAC_REQUEST
            ..=kind::FOR_X509_USER
                | kind::AUTH_SET_SELECTED
                | kind::FX_FAST
                | kind::REQ_ENC_PA_REP
                | kind::SPAKE
                | kind::KEY_LIST_REQ
                | kind::KEY_LIST_REP
                | kind::PAC_OPTIONS
    )
}

/// How the key is made of the password.
///
/// ```text
/// ETYPE-INFO  ::= SEQUENCE OF SEQUENCE { etype [0] Int32, salt [1] OCTET STRING OPTIONAL }
/// ETYPE-INFO2 ::= SEQUENCE OF SEQUENCE { etype [0] Int32, salt [1] KerberosString OPTIONAL,
///                                        s2kparams [2] OCTET STRING OPTIONAL }
/// ```
fn etype_info<'b>(out: &mut Out<'_, 'b>, entry: Tlv<'b>, second: bool, told: &mut Told) {
    let field = if second { &fields::ETYPE_INFO2_ENTRY } else { &fields::ETYPE_INFO_ENTRY };
    let (mut etype, mut salt, mut parameters) = (None, None, None);
    out.group(field, entry.raw, |out| {
        walk::tagged(out, entry, |out, n, value| match n {
            0 => etype = walk::signed(out, &fields::ETYPE, value),
            1 if second => salt = walk::text(out, &fields::INFO2_SALT, value),
            1 => salt = walk::octets(out, &fields::INFO_SALT, value),
            2 => parameters = walk::octets(out, &fields::S2KPARAMS, value),
            _ => out.malformed(value.raw, "not part of an ETYPE-INFO entry"),
        });
    });
    if let Some(salt) = etype.and_then(|etype| Salt::new(etype, salt, parameters))
        && told.fact.salts.len() < MAX_SALTS
    {
        told.fact.salts.push(salt);
    }
}

/// PKINIT.
///
/// ```text
/// PA-PK-AS-REQ ::= SEQUENCE {
///     signedAuthPack    [0] IMPLICIT OCTET STRING,      -- CMS SignedData
///     trustedCertifiers [1] SEQUENCE OF … OPTIONAL,
///     kdcPkId           [2] IMPLICIT OCTET STRING OPTIONAL
/// }
/// ```
fn certificate_request<'b>(out: &mut Out<'_, 'b>, sequence: Tlv<'b>) {
    walk::items(out, sequence, |out, member| match member.tag {
        0 => out.group(&fields::SIGNED_AUTH_PACK, member.raw, |out| pkinit::signed(out, member.body)),
        1 => out.group(&fields::TRUSTED_CERTIFIERS, member.raw, |_| {}),
        2 => out.group(&fields::KDC_PK_ID, member.raw, |_| {}),
        _ => out.malformed(member.raw, "not part of a PA-PK-AS-REQ"),
    });
}

/// In outline: the certificate of a KDC is not what anybody signs in with.
///
/// ```text
/// PA-PK-AS-REP ::= CHOICE {
///     dhInfo     [0] SEQUENCE { dhSignedData [0] IMPLICIT OCTET STRING, … },
///     encKeyPack [1] IMPLICIT OCTET STRING
/// }
/// ```
fn certificate_reply<'b>(out: &mut Out<'_, 'b>, choice: Tlv<'b>) {
    if choice.is_context(0) {
        out.group(&fields::DH_SIGNED_DATA, choice.raw, |_| {});
    } else if choice.is_context(1) {
        out.group(&fields::ENC_KEY_PACK, choice.raw, |_| {});
    } else {
        out.malformed(choice.raw, "not a PA-PK-AS-REP");
    }
}

/// Whether the ticket shall hold the groups of the user, [MS-KILE] 2.2.3.
///
/// ```text
/// KERB-PA-PAC-REQUEST ::= SEQUENCE { include-pac [0] BOOLEAN }
/// ```
fn pac_request<'b>(out: &mut Out<'_, 'b>, sequence: Tlv<'b>) {
    walk::tagged(out, sequence, |out, n, value| match (n, value.body) {
        (0, [flag]) if value.is_universal(der::tag::BOOLEAN) => out.flag(&fields::INCLUDE_PAC, value.body, *flag != 0),
        _ => out.malformed(value.raw, "not part of a KERB-PA-PAC-REQUEST"),
    });
}

#[rustfmt::skip]
static PAC_FLAGS: [&Field; 4] =
    [&fields::PAC_CLAIMS, &fields::PAC_BRANCH_AWARE, &fields::PAC_FULL_DC, &fields::PAC_RBCD];

/// What the client can do with groups and claims, [MS-KILE] 2.2.10.
///
/// ```text
/// PA-PAC-OPTIONS ::= SEQUENCE { flags [0] KerberosFlags }
/// ```
fn pac_options<'b>(out: &mut Out<'_, 'b>, sequence: Tlv<'b>) {
    walk::tagged(out, sequence, |out, n, value| match n {
        0 => _ = walk::bits(out, &fields::FLAGS, &PAC_FLAGS, value),
        _ => out.malformed(value.raw, "not part of PA-PAC-OPTIONS"),
    });
}

/// A service asks for a ticket to itself in the name of a user (S4U2self), [MS-SFU] 2.2.1.
///
/// ```text
/// PA-FOR-USER-ENC ::= SEQUENCE {
///     userName [0] PrincipalName,   userRealm [1] Realm,
///     cksum [2] Checksum,           auth-package [3] KerberosString
/// }
/// ```
fn for_user<'b>(out: &mut Out<'_, 'b>, sequence: Tlv<'b>) {
    walk::tagged(out, sequence, |out, n, value| match n {
        0 => _ = principal::name(out, &principal::USER, value),
        1 => _ = walk::text(out, &fields::REALM, value),
        2 => out.group(&fields::CKSUM, value.raw, |out| ticket::checksum(out, value)),
        3 => _ = walk::text(out, &fields::AUTH, value),
        _ => out.malformed(value.raw, "not part of PA-FOR-USER"),
    });
}

/// The same by certificate, [MS-SFU] 2.2.2.
///
/// ```text
/// PA-S4U-X509-USER ::= SEQUENCE {
///     user-id [0] SEQUENCE {
///         nonce [0] UInt32,   cname [1] PrincipalName OPTIONAL,   crealm [2] Realm,
///         subject-certificate [3] OCTET STRING OPTIONAL,   options [4] BIT STRING OPTIONAL
///     },
///     checksum [1] Checksum
/// }
/// ```
fn for_certificate<'b>(out: &mut Out<'_, 'b>, sequence: Tlv<'b>) {
    walk::tagged(out, sequence, |out, n, value| match n {
        0 => out.group(&fields::USER_ID, value.raw, |out| user_id(out, value)),
        1 => out.group(&fields::CHECKSUM_ELEMENT, value.raw, |out| ticket::checksum(out, value)),
        _ => out.malformed(value.raw, "not part of PA-S4U-X509-USER"),
    });
}

fn user_id<'b>(out: &mut Out<'_, 'b>, sequence: Tlv<'b>) {
    walk::tagged(out, sequence, |out, n, value| match n {
        0 => _ = walk::unsigned(out, &fields::NONCE, value),
        1 => _ = principal::name(out, &principal::CLIENT, value),
        2 => _ = walk::text(out, &fields::CREALM, value),
        3 => _ = walk::octets(out, &fields::SUBJECT_CERTIFICATE, value),
        4 => _ = walk::bits(out, &fields::OPTIONS, &[], value),
        _ => out.malformed(value.raw, "not part of an S4UUserID"),
    });
}

/// ```text
/// PA-AUTHENTICATION-SET-ELEM ::= SEQUENCE {
///     pa-type [0] Int32,   pa-hint [1] OCTET STRING OPTIONAL,   pa-value [2] OCTET STRING OPTIONAL
/// }
/// ```
fn auth_set<'b>(out: &mut Out<'_, 'b>, sequence: Tlv<'b>) {
    walk::tagged(out, sequence, |out, n, value| match n {
        0 => _ = walk::signed(out, &fields::PA_TYPE, value),
        1 => _ = walk::octets(out, &fields::PA_HINT, value),
        2 => _ = walk::octets(out, &fields::PA_VALUE, value),
        _ => out.malformed(value.raw, "not part of an authentication set"),
    });
}

#[rustfmt::skip]
static SUPPORTED: [(u32, &Field); 9] = [
    (0x0000_0001, &fields::SUPPORTED_DES_CRC), (0x0000_0002, &fields::SUPPORTED_DES_MD5),
    (0x0000_0004, &fields::SUPPORTED_RC4), (0x0000_0008, &fields::SUPPORTED_AES128),
    (0x0000_0010, &fields::SUPPORTED_AES256), (0x0001_0000, &fields::SUPPORTED_FAST),
    (0x0002_0000, &fields::SUPPORTED_COMPOUND), (0x0004_0000, &fields::SUPPORTED_CLAIMS),
    (0x0008_0000, &fields::SUPPORTED_NO_SID),
];

/// PA-SUPPORTED-ENCTYPES: 32 bits, little-endian, [MS-KILE] 2.2.8.
fn supported<'b>(out: &mut Out<'_, 'b>, content: &'b [u8]) {
    let Some(word) = content.first_chunk().map(|word| u32::from_le_bytes(*word)) else {
        out.malformed(content, "shorter than its 32 bits");
        return;
    };
    out.node(&fields::SUPPORTED, content, Value::Number(u64::from(word)), |out| {
        for (bit, field) in SUPPORTED {
            out.flag(field, content, word & bit != 0);
        }
    });
}

/// FX_FAST_ARMOR_AP_REQUEST
const ARMOR_AP_REQ: i32 = 1;

/// FAST (RFC 6113 section 5.4): the real pre-authentication data lies encrypted inside.
///
/// ```text
/// PA-FX-FAST-REQUEST ::= CHOICE { armored-data [0] SEQUENCE {
///     armor        [0] SEQUENCE { armor-type [0] Int32, armor-value [1] OCTET STRING } OPTIONAL,
///     req-checksum [1] Checksum,
///     enc-fast-req [2] EncryptedData
/// } }
/// PA-FX-FAST-REPLY ::= CHOICE { armored-data [0] SEQUENCE { enc-fast-rep [0] EncryptedData } }
/// ```
fn fast<'b>(out: &mut Out<'_, 'b>, choice: Tlv<'b>, told: &Told) {
    walk::explicit(out, choice, &mut |out, _, armored| {
        out.group(&fields::ARMORED_DATA, armored.raw, |out| {
            walk::tagged(out, armored, |out, n, value| match n {
                0 if told.request => out.group(&fields::ARMOR, value.raw, |out| armor(out, value, told)),
                0 => _ = ticket::sealed(out, &fields::ENC_FAST_REP, value, ticket::closed),
                1 => out.group(&fields::REQ_CHECKSUM, value.raw, |out| ticket::checksum(out, value)),
                2 => _ = ticket::sealed(out, &fields::ENC_FAST_REQ, value, ticket::closed),
                _ => out.malformed(value.raw, "not part of FAST"),
            });
        });
    });
}

fn armor<'b>(out: &mut Out<'_, 'b>, sequence: Tlv<'b>, told: &Told) {
    let mut kind = None;
    walk::tagged(out, sequence, |out, n, value| match n {
        0 => kind = walk::signed(out, &fields::ARMOR_TYPE, value),
        1 => {
            let content = walk::expect(out, value, parse::octets(value), "an OCTET STRING is expected");
            let Some(content) = content else { return };
            out.node(&fields::ARMOR_VALUE, content, Value::Bytes(content), |out| {
                if kind == Some(ARMOR_AP_REQ) {
                    _ = nested(out, content, told);
                }
            });
        }
        _ => out.malformed(value.raw, "not part of a FAST armor"),
    });
}
