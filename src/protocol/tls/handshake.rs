//! The bodies of handshake messages (RFC 5246 §7.4), as those need them who do not show them: conversations, facts.
//!
//! A broken body gives nothing here; what of it can be shown is shown by `describe`.

use super::parse::{vector8, vector16, vector24};
use crate::wire::{At, at};
use nom::Parser;
use nom::bytes::complete::take;
use nom::combinator::opt;
use nom::number::complete::be_u16;

/// The random that makes a ServerHello a HelloRetryRequest (RFC 8446 §4.1.3).
pub const RETRY: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11,
    0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/// Extensions that are looked into.
pub mod extension {
    /// server_name (RFC 6066 §3)
    pub const SERVER_NAME: u16 = 0;
    /// supported_groups (RFC 8422 §5.1.1)
    pub const SUPPORTED_GROUPS: u16 = 10;
    /// ec_point_formats (RFC 8422 §5.1.2)
    pub const POINT_FORMATS: u16 = 11;
    /// signature_algorithms (RFC 8446 §4.2.3)
    pub const SIGNATURE_ALGORITHMS: u16 = 13;
    /// delegated_credential (RFC 9345 §4.1.1)
    pub const DELEGATED_CREDENTIAL: u16 = 34;
    /// use_srtp (RFC 5764 §4.1.1)
    pub const USE_SRTP: u16 = 14;
    /// application_layer_protocol_negotiation (RFC 7301)
    pub const ALPN: u16 = 16;
    /// signed_certificate_timestamp (RFC 6962 §3.3.1)
    pub const SCT: u16 = 18;
    /// early_data (RFC 8446 §4.2.10)
    pub const EARLY_DATA: u16 = 42;
    /// supported_versions (RFC 8446 §4.2.1)
    pub const SUPPORTED_VERSIONS: u16 = 43;
    /// certificate_authorities (RFC 8446 §4.2.4)
    pub const CERTIFICATE_AUTHORITIES: u16 = 47;
    /// signature_algorithms_cert (RFC 8446 §4.2.3)
    pub const SIGNATURE_ALGORITHMS_CERT: u16 = 50;
    /// encrypt_then_mac (RFC 7366)
    pub const ENCRYPT_THEN_MAC: u16 = 22;
    /// extended_master_secret (RFC 7627)
    pub const EXTENDED_MASTER_SECRET: u16 = 23;
    /// session_ticket (RFC 5077)
    pub const SESSION_TICKET: u16 = 35;
    /// key_share (RFC 8446 §4.2.8)
    pub const KEY_SHARE: u16 = 51;
}

/// A ClientHello or ServerHello.
#[derive(Clone, Copy, Debug)]
pub struct Hello<'a> {
    /// client_version or server_version
    pub version: u16,
    /// random, 32 bytes.
    pub random: &'a [u8],
    /// session_id
    pub session_id: &'a [u8],
    /// cipher_suites, two bytes each; one in a ServerHello.
    pub suites: &'a [u8],
    /// compression_methods; one in a ServerHello.
    pub compression: &'a [u8],
    /// The extensions.
    pub extensions: &'a [u8],
}

/// Reads the body of a ClientHello.
pub fn client_hello(body: &[u8]) -> Option<Hello<'_>> {
    let (rest, (version, random, (_, session_id), (_, suites), (_, compression))) =
        (be_u16, take(32_usize), vector8, vector16, vector8).parse(body).ok()?;
    let extensions = extensions_of(rest)?;
    Some(Hello { version, random, session_id, suites, compression, extensions })
}

/// Reads the body of a ClientHello of DTLS, which has a cookie behind the session id.
pub fn datagram_client_hello(body: &[u8]) -> Option<Hello<'_>> {
    let (rest, (version, random, (_, session_id), _, (_, suites), (_, compression))) =
        (be_u16, take(32_usize), vector8, vector8, vector16, vector8).parse(body).ok()?;
    let extensions = extensions_of(rest)?;
    Some(Hello { version, random, session_id, suites, compression, extensions })
}

/// Reads the body of a ServerHello.
pub fn server_hello(body: &[u8]) -> Option<Hello<'_>> {
    let (rest, (version, random, (_, session_id), suites, compression)) =
        (be_u16, take(32_usize), vector8, take(2_usize), take(1_usize)).parse(body).ok()?;
    let extensions = extensions_of(rest)?;
    Some(Hello { version, random, session_id, suites, compression, extensions })
}

fn extensions_of(rest: &[u8]) -> Option<&[u8]> {
    let (_, extensions) = opt(vector16).parse(rest).ok()?;
    Some(extensions.map_or(&[], |(_, list)| list))
}

impl<'a> Hello<'a> {
    /// The first suite: the chosen one of a ServerHello.
    pub fn suite(&self) -> Option<u16> {
        self.suites.first_chunk().map(|s| u16::from_be_bytes(*s))
    }

    /// The version a ServerHello chooses: that of supported_versions, where TLS 1.3 hides it.
    pub fn chosen_version(&self) -> u16 {
        Extensions::of(self.extensions)
            .find(|e| e.kind.value == extension::SUPPORTED_VERSIONS)
            .and_then(|e| e.data.first_chunk())
            .map_or(self.version, |v| u16::from_be_bytes(*v))
    }

    /// The highest version a ClientHello offers: supported_versions goes before the number in front.
    pub fn offered_version(&self) -> u16 {
        let list = Extensions::of(self.extensions).find(|e| e.kind.value == extension::SUPPORTED_VERSIONS);
        list.and_then(|e| vector8(e.data).ok())
            .and_then(|(_, (_, versions))| {
                let versions = versions.as_chunks::<2>().0.iter().map(|v| u16::from_be_bytes(*v));
                versions.filter(|v| v >> 8 == 3).max()
            })
            .unwrap_or(self.version)
    }

    /// The application protocol a ServerHello names.
    pub fn protocol(&self) -> Option<&'a [u8]> {
        let data = Extensions::of(self.extensions).find(|e| e.kind.value == extension::ALPN)?.data;
        let (_, (_, list)) = vector16(data).ok()?;
        let (_, (_, name)) = vector8(list).ok()?;
        Some(name)
    }

    /// True if this extension is there.
    pub fn has(&self, kind: u16) -> bool {
        Extensions::of(self.extensions).any(|e| e.kind.value == kind)
    }

    /// The host name the client asks for.
    pub fn server_name(&self) -> Option<&'a [u8]> {
        let data = Extensions::of(self.extensions).find(|e| e.kind.value == extension::SERVER_NAME)?.data;
        let (_, (_, list)) = vector16(data).ok()?;
        let (_, (_, (_, name))) = (take::<_, _, nom::error::Error<&[u8]>>(1_usize), vector16).parse(list).ok()?;
        Some(name)
    }
}

/// An extension.
#[derive(Clone, Copy, Debug)]
pub struct Extension<'a> {
    /// The whole of it.
    pub raw: &'a [u8],
    /// extension_type
    pub kind: At<'a, u16>,
    /// Length of `data`.
    pub length: At<'a, u16>,
    /// extension_data
    pub data: &'a [u8],
}

/// Walks a list of extensions.
#[derive(Clone, Debug)]
pub struct Extensions<'a> {
    rest: &'a [u8],
}

impl<'a> Extensions<'a> {
    /// Over the extensions in `list`.
    pub const fn of(list: &'a [u8]) -> Self {
        Self { rest: list }
    }

    /// What could not be read.
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

impl<'a> Iterator for Extensions<'a> {
    type Item = Extension<'a>;

    fn next(&mut self) -> Option<Extension<'a>> {
        let all = self.rest;
        let (rest, (kind, (length, data))) = (at(be_u16), vector16).parse(all).ok()?;
        self.rest = rest;
        let raw = all.get(..all.len().saturating_sub(rest.len())).unwrap_or(all);
        Some(Extension { raw, kind, length, data })
    }
}

/// The first certificate of a Certificate message (TLS 1.2 and before): the sender's own.
pub fn leaf(body: &[u8]) -> Option<&[u8]> {
    let (_, (_, list)) = vector24(body).ok()?;
    let (_, (_, leaf)) = vector24(list).ok()?;
    Some(leaf)
}

/// The certificates of a Certificate message, as the lists have them: up to TLS 1.2, or with a context in front and
/// extensions behind each (RFC 8446 §4.4.2). A broken list ends early.
pub fn certificates(body: &[u8], is_1_3: bool) -> Vec<&[u8]> {
    let start = if is_1_3 { vector8(body).map_or(&[][..], |(rest, _)| rest) } else { body };
    let mut out = Vec::new();
    let Ok((_, (_, mut list))) = vector24(start) else { return out };
    while let Ok((rest, (_, certificate))) = vector24(list) {
        out.push(certificate);
        list = rest;
        if is_1_3 {
            let Ok((rest, _)) = vector16(list) else { break };
            list = rest;
        }
    }
    out
}

/// The parameters of a ServerKeyExchange.
#[derive(Clone, Copy, Debug)]
pub enum Exchange<'a> {
    /// ECDHE with a named curve (RFC 8422 §5.4): curve type, curve, point.
    Curve(At<'a, u8>, At<'a, u16>, (At<'a, u8>, &'a [u8])),
    /// DHE: p, g, Ys.
    Group([(At<'a, u16>, &'a [u8]); 3]),
}

/// A signature, with its algorithm since TLS 1.2.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// signature and hash algorithm
    pub algorithm: Option<At<'a, u16>>,
    /// Length of `signature`.
    pub length: At<'a, u16>,
    /// The signature.
    pub signature: &'a [u8],
}

/// Reads a signature that reaches to the end. Which of the two forms it has, the lengths tell.
pub fn signed(input: &[u8]) -> Option<Signed<'_>> {
    if let Ok(([], (length, signature))) = vector16(input) {
        return Some(Signed { algorithm: None, length, signature });
    }
    let (rest, (algorithm, (length, signature))) = (at(be_u16), vector16).parse(input).ok()?;
    rest.is_empty().then_some(Signed { algorithm: Some(algorithm), length, signature })
}

/// Reads a ServerKeyExchange with certificates. Which form it has, the suite would tell; so do the lengths, which must
/// add up to the end, and they are there when the ServerHello is not.
pub fn server_key_exchange(body: &[u8]) -> Option<(Exchange<'_>, Signed<'_>)> {
    if let [3, ..] = body
        && let Ok((rest, (kind, curve, point))) = (at(nom::number::complete::be_u8), at(be_u16), vector8).parse(body)
        && let Some(signed) = signed(rest)
    {
        return Some((Exchange::Curve(kind, curve, point), signed));
    }
    let (rest, (p, g, ys)) = (vector16, vector16, vector16).parse(body).ok()?;
    Some((Exchange::Group([p, g, ys]), signed(rest)?))
}
