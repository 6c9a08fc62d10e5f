//! Mechanisms by their OIDs, and which mechanism a token is of when nobody says.

use crate::wire::der::{Tlv, tag, tlv};

/// 1.3.6.1.5.5.2
pub const SPNEGO: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x02];
/// 1.2.840.113554.1.2.2
pub const KRB5: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02];
/// 1.2.840.48018.1.2.2: Kerberos by the OID that a coding error of old gave it, still the first that Windows offers.
pub const MS_KRB5: &[u8] = &[0x2a, 0x86, 0x48, 0x82, 0xf7, 0x12, 0x01, 0x02, 0x02];
/// 1.2.840.113554.1.2.2.3
pub const KRB5_U2U: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02, 0x03];
/// 1.3.6.1.4.1.311.2.2.10
pub const NTLMSSP: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x0a];
/// 1.3.6.1.4.1.311.2.2.30
const NEGOEX: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x1e];

/// The mechanism's name as Wireshark gives it.
pub fn name(oid: &[u8]) -> Option<&'static str> {
    Some(match oid {
        SPNEGO => "SPNEGO - Simple Protected Negotiation",
        KRB5 => "KRB5 - Kerberos 5",
        MS_KRB5 => "MS KRB5 - Microsoft Kerberos 5",
        KRB5_U2U => "KRB5 - Kerberos 5 - User to User",
        NTLMSSP => "NTLMSSP - Microsoft NTLM Security Support Provider",
        NEGOEX => "NEGOEX - SPNEGO Extended Negotiation Security Mechanism",
        _ => return None,
    })
}

/// What a token turns out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind<'a> {
    /// `NTLMSSP\0`, or a signature of NTLM.
    Ntlm,
    /// A token, message or signature of Kerberos.
    Kerberos,
    /// A NegotiationToken of SPNEGO: these bytes.
    Spnego(&'a [u8]),
    /// A token header with another OID.
    Other,
    /// `NEGOEXTS`
    Negoex,
    /// Nothing known.
    Unknown,
}

impl<'a> Kind<'a> {
    /// Judges a token by its first bytes: Windows leaves headers off, and captures begin in the middle.
    pub fn of(token: &'a [u8]) -> Self {
        match token {
            token if token.starts_with(b"NTLMSSP\0") => Self::Ntlm,
            token if token.starts_with(b"NEGOEXTS") => Self::Negoex,
            [1, 0, 0, 0, ..] if token.len() >= 16 => Self::Ntlm,
            // AP-REQ, AP-REP, KRB-ERROR without a header; MIC and Wrap tokens of RFC 4121.
            [0x6e | 0x6f | 0x7e, ..] | [4 | 5, 4, ..] => Self::Kerberos,
            [0xa0 | 0xa1, ..] => Self::Spnego(token),
            [0x60, ..] => match Header::of(token) {
                Some(Header { oid, rest, .. }) if oid.body == SPNEGO => Self::Spnego(rest),
                Some(Header { oid, .. }) if [KRB5, MS_KRB5, KRB5_U2U].contains(&oid.body) => Self::Kerberos,
                _ => Self::Other,
            },
            _ => Self::Unknown,
        }
    }
}

/// The token header of RFC 2743 §3.1: `[APPLICATION 0] { OID, … }`, the rest being what the mechanism likes, not DER.
#[derive(Clone, Copy, Debug)]
pub struct Header<'a> {
    /// The whole token.
    pub token: Tlv<'a>,
    /// The mechanism.
    pub oid: Tlv<'a>,
    /// What follows the OID.
    pub rest: &'a [u8],
}

impl<'a> Header<'a> {
    /// Reads the header of `token`.
    pub fn of(token: &'a [u8]) -> Option<Self> {
        let (_, token) = tlv(token).ok().filter(|(_, t)| t.is_application(0) && t.constructed)?;
        let (rest, oid) = tlv(token.body).ok().filter(|(_, t)| t.is_universal(tag::OID))?;
        Some(Self { token, oid, rest })
    }
}
