//! Tokens as small as they can be: NTLM ([MS-NLMP] 2.2.1), Kerberos (RFC 4120 section 5), SPNEGO (RFC 4178), TLS records
//! (RFC 5246) and certificates (RFC 5280). What would be computed from secrets is filled with zeros.

#![allow(dead_code, reason = "each test makes what it needs")]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use handshark::wire::Timestamp;

pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// NTLM's first message.
pub fn ntlm_negotiate() -> Vec<u8> {
    let mut out = b"NTLMSSP\0\x01\0\0\0".to_vec();
    out.extend(0xe208_8297_u32.to_le_bytes());
    out.extend([0; 16]);
    out.extend([10, 0, 0x61, 0x4a, 0, 0, 0, 15]);
    out
}

/// NTLM's second message.
pub fn ntlm_challenge() -> Vec<u8> {
    let target: Vec<u8> = utf16("CONTOSO");
    let pairs: Vec<u8> = [&[2, 0, 14, 0][..], &target, &[0, 0, 0, 0]].concat();
    let mut out = b"NTLMSSP\0\x02\0\0\0".to_vec();
    out.extend(placed(target.len(), 56));
    out.extend(0xe289_8215_u32.to_le_bytes());
    out.extend([1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0]);
    out.extend(placed(pairs.len(), 56 + target.len()));
    out.extend([10, 0, 0x63, 0x45, 0, 0, 0, 15]);
    out.extend(target);
    out.extend(pairs);
    out
}

/// NTLM's third message, of version 2.
pub fn ntlm_authenticate(domain: &str, user: &str) -> Vec<u8> {
    ntlm_authenticate_from(domain, user, "PC01")
}

/// NTLM's third message, of nobody.
pub fn ntlm_anonymous() -> Vec<u8> {
    let mut out = b"NTLMSSP\0\x03\0\0\0".to_vec();
    for len in [1, 0, 0, 0, 0, 0] {
        out.extend(placed(len, 72));
    }
    out.extend(0xe288_8a15_u32.to_le_bytes());
    out.extend([10, 0, 0x61, 0x4a, 0, 0, 0, 15, 0]);
    out
}

/// The same as [`ntlm_authenticate`] from a machine with this name.
pub fn ntlm_authenticate_from(domain: &str, user: &str, station: &str) -> Vec<u8> {
    let mut proof = vec![7; 16];
    proof.extend([1, 1, 0, 0, 0, 0, 0, 0]);
    proof.extend([0; 8]);
    proof.extend([9; 8]);
    proof.extend([0; 8]);
    let (domain, user, station) = (utf16(domain), utf16(user), utf16(station));
    let parts = [&vec![0; 24], &proof, &domain, &user, &station, &vec![5; 16]];
    let mut out = b"NTLMSSP\0\x03\0\0\0".to_vec();
    let mut offset = 88;
    for part in parts {
        out.extend(placed(part.len(), offset));
        offset += part.len();
    }
    out.extend(0xe288_8215_u32.to_le_bytes());
    out.extend([10, 0, 0x61, 0x4a, 0, 0, 0, 15]);
    out.extend([3; 16]);
    out.extend(parts.into_iter().flatten());
    out
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn placed(len: usize, offset: usize) -> Vec<u8> {
    let len = u16::try_from(len).unwrap().to_le_bytes();
    [&len[..], &len, &u32::try_from(offset).unwrap().to_le_bytes()].concat()
}

/// A tag, a length and what they stand for.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let len = content.len();
    let bytes = len.to_be_bytes();
    let mut out = vec![tag];
    match len {
        0..=0x7f => out.push(bytes[7]),
        0x80..=0xff => out.extend([0x81, bytes[7]]),
        _ => out.extend([0x82, bytes[6], bytes[7]]),
    }
    out.extend(content);
    out
}

fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    der(0x30, &parts.concat())
}

/// `[n]`, explicit.
fn tagged(n: u8, content: &[u8]) -> Vec<u8> {
    der(0xa0 | n, content)
}

fn number(value: i32) -> Vec<u8> {
    let bytes = value.to_be_bytes();
    let spare = bytes.windows(2).take_while(|w| w[0] == 0 && w[1] < 0x80).count();
    der(2, &bytes[spare..])
}

fn string(text: &str) -> Vec<u8> {
    der(0x1b, text.as_bytes())
}

/// A principal: `alice`, `HTTP/web.contoso.com`.
fn principal(name: &str) -> Vec<u8> {
    let parts: Vec<_> = name.split('/').map(string).collect();
    let kind = if parts.len() > 1 { 2 } else { 1 };
    sequence(&[tagged(0, &number(kind)), tagged(1, &sequence(&parts))])
}

fn time(at: Timestamp) -> Vec<u8> {
    let (year, month, day, hour, minute, second) = at.civil();
    der(0x18, format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}Z").as_bytes())
}

fn sealed(size: usize) -> Vec<u8> {
    sequence(&[tagged(0, &number(18)), tagged(2, &der(4, &vec![0xe5; size]))])
}

const REALM: &str = "CONTOSO.COM";

fn ticket(service: &str) -> Vec<u8> {
    let body =
        [tagged(0, &number(5)), tagged(1, &string(REALM)), tagged(2, &principal(service)), tagged(3, &sealed(200))];
    der(0x61, &sequence(&body))
}

/// AS-REQ of a user.
pub fn as_req(user: &str) -> Vec<u8> {
    kdc_req(10, Some(user), "krbtgt/CONTOSO.COM")
}

/// TGS-REQ for a service.
pub fn tgs_req(service: &str) -> Vec<u8> {
    kdc_req(12, None, service)
}

fn kdc_req(kind: u8, user: Option<&str>, service: &str) -> Vec<u8> {
    let client = user.map(|user| tagged(1, &principal(user))).unwrap_or_default();
    let body = [
        tagged(0, &der(3, &[0, 0x40, 0x81, 0, 0x10])),
        client,
        tagged(2, &string(REALM)),
        tagged(3, &principal(service)),
        tagged(5, &time(Timestamp::new(2_136_422_885, 0))),
        tagged(7, &number(12_345)),
        tagged(8, &sequence(&[number(18), number(17), number(23)])),
    ];
    let outer = [tagged(1, &number(5)), tagged(2, &number(kind.into())), tagged(4, &sequence(&body))];
    der(0x60 | kind, &sequence(&outer))
}

/// AS-REP (11) or TGS-REP (13): a ticket for the service.
fn kdc_rep(kind: u8, user: &str, service: &str) -> Vec<u8> {
    let body = [
        tagged(0, &number(5)),
        tagged(1, &number(kind.into())),
        tagged(3, &string(REALM)),
        tagged(4, &principal(user)),
        tagged(5, &ticket(service)),
        tagged(6, &sealed(100)),
    ];
    der(0x60 | kind, &sequence(&body))
}

/// AS-REP.
pub fn as_rep(user: &str) -> Vec<u8> {
    kdc_rep(11, user, "krbtgt/CONTOSO.COM")
}

/// TGS-REP.
pub fn tgs_rep(user: &str, service: &str) -> Vec<u8> {
    kdc_rep(13, user, service)
}

/// KRB-ERROR with this code.
pub fn krb_error(code: i32, service: &str, now: i64) -> Vec<u8> {
    let body = [
        tagged(0, &number(5)),
        tagged(1, &number(30)),
        tagged(4, &time(Timestamp(now))),
        tagged(5, &number(0)),
        tagged(6, &number(code)),
        tagged(9, &string(REALM)),
        tagged(10, &principal(service)),
    ];
    der(0x7e, &sequence(&body))
}

/// The same by a domain controller of Windows, which adds its status.
pub fn krb_error_with_status(code: i32, status: u32, service: &str, now: i64) -> Vec<u8> {
    let status = [status, 0, 1].map(u32::to_le_bytes).concat();
    let data = sequence(&[tagged(1, &number(3)), tagged(2, &der(4, &status))]);
    let plain = krb_error(code, service, now);
    // The error is an application's tag around a sequence, both with lengths of two or three bytes.
    let body = content(content(&plain));
    der(0x7e, &der(0x30, &[body, &tagged(12, &der(4, &data))].concat()))
}

/// What stands inside a value of DER.
fn content(value: &[u8]) -> &[u8] {
    let long = usize::from(value[1].saturating_sub(0x80));
    &value[2 + long..]
}

/// AP-REQ as a token of GSS-API.
pub fn ap_req(service: &str) -> Vec<u8> {
    let body = [
        tagged(0, &number(5)),
        tagged(1, &number(14)),
        tagged(2, &der(3, &[0, 0x20, 0, 0, 0])),
        tagged(3, &ticket(service)),
        tagged(4, &sealed(120)),
    ];
    gss([1, 0], &der(0x6e, &sequence(&body)))
}

/// AP-REP as a token of GSS-API.
pub fn ap_rep() -> Vec<u8> {
    let body = [tagged(0, &number(5)), tagged(1, &number(15)), tagged(2, &sealed(60))];
    gss([2, 0], &der(0x6f, &sequence(&body)))
}

/// 1.2.840.113554.1.2.2
const KERBEROS: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 1, 2, 2];
/// 1.3.6.1.5.5.2
const SPNEGO: &[u8] = &[6, 6, 0x2b, 6, 1, 5, 5, 2];

fn gss(kind: [u8; 2], message: &[u8]) -> Vec<u8> {
    der(0x60, &[KERBEROS, &kind, message].concat())
}

/// What a client says first in SPNEGO: Kerberos, with this token.
pub fn spnego_init(token: &[u8]) -> Vec<u8> {
    let inner = sequence(&[tagged(0, &sequence(&[KERBEROS.to_vec()])), tagged(2, &der(4, token))]);
    der(0x60, &[SPNEGO, &tagged(0, &inner)].concat())
}

/// KRB-ERROR as a token of GSS-API.
pub fn gss_error(code: i32, service: &str, now: i64) -> Vec<u8> {
    gss([3, 0], &krb_error(code, service, now))
}

/// A server's answer in SPNEGO: it rejects, with the reason that Kerberos gives.
pub fn spnego_reject(code: i32, service: &str, now: i64) -> Vec<u8> {
    let token = gss_error(code, service, now);
    tagged(1, &sequence(&[tagged(0, &der(10, &[2])), tagged(2, &der(4, &token))]))
}

/// A record of TLS 1.2.
fn record(kind: u8, content: &[u8]) -> Vec<u8> {
    [&[kind, 3, 3][..], &u16::try_from(content.len()).unwrap().to_be_bytes(), content].concat()
}

fn handshake(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind][..], &three(body.len()), body].concat()
}

fn three(len: usize) -> [u8; 3] {
    let [.., a, b, c] = len.to_be_bytes();
    [a, b, c]
}

/// ClientHello of TLS 1.2 for this host.
pub fn client_hello(host: &str) -> Vec<u8> {
    let name = [&[0][..], &u16::try_from(host.len()).unwrap().to_be_bytes(), host.as_bytes()].concat();
    let list = [&u16::try_from(name.len()).unwrap().to_be_bytes()[..], &name].concat();
    let extension = [&[0, 0][..], &u16::try_from(list.len()).unwrap().to_be_bytes(), &list].concat();
    let mut body = vec![3, 3];
    body.extend([0x11; 32]);
    body.extend([0, 0, 4, 0xc0, 0x2f, 0, 0x2f, 1, 0]);
    body.extend(u16::try_from(extension.len()).unwrap().to_be_bytes());
    body.extend(extension);
    record(22, &handshake(1, &body))
}

/// ServerHello of TLS 1.0 alone, with this suite.
pub fn server_hello(suite: u16) -> Vec<u8> {
    let mut hello = vec![3, 1];
    hello.extend([0x22; 32]);
    hello.push(0);
    hello.extend(suite.to_be_bytes());
    hello.push(0);
    record(22, &handshake(2, &hello))
}

/// ServerHello, Certificate, ServerHelloDone.
pub fn server_flight(certificate: &[u8]) -> Vec<u8> {
    let mut hello = vec![3, 3];
    hello.extend([0x22; 32]);
    hello.extend([0, 0, 0x2f, 0]);
    let chain = [&three(certificate.len())[..], certificate].concat();
    let chain = [&three(chain.len())[..], &chain].concat();
    record(22, &[handshake(2, &hello), handshake(11, &chain), handshake(14, &[])].concat())
}

/// A ServerHello of TLS 1.3, and what follows it inside the encryption.
pub fn server_flight_1_3() -> Vec<u8> {
    let mut hello = vec![3, 3];
    hello.extend([0x22; 32]);
    hello.extend([0, 0x13, 1, 0, 0, 6, 0, 0x2b, 0, 2, 3, 4]);
    [record(22, &handshake(2, &hello)), record(20, &[1]), record(23, &[0x55; 900])].concat()
}

/// ClientKeyExchange, ChangeCipherSpec, Finished.
pub fn client_finish() -> Vec<u8> {
    let exchange = [&[1, 0][..], &[0x33; 256]].concat();
    [record(22, &handshake(16, &exchange)), finish()].concat()
}

/// ChangeCipherSpec, Finished.
pub fn finish() -> Vec<u8> {
    [record(20, &[1]), record(22, &[0x44; 64])].concat()
}

/// Data that nobody can read.
pub fn data(size: usize) -> Vec<u8> {
    record(23, &vec![0x55; size])
}

/// A fatal alert.
pub fn alert(code: u8) -> Vec<u8> {
    record(21, &[2, code])
}

/// A certificate as it is shown, unsigned.
#[derive(Clone, Copy, Debug)]
pub struct Card<'a> {
    pub subject: &'a str,
    pub issuer: &'a str,
    pub names: &'a [&'a str],
    /// Seconds since 1970.
    pub valid: (i64, i64),
}

/// From 2026-01-01 to 2027-01-01.
pub const THIS_YEAR: (i64, i64) = (1_767_225_600, 1_798_761_600);

/// The certificate of a server with this name, from an enterprise CA.
pub fn certificate_of(name: &str) -> Vec<u8> {
    certificate(&Card { subject: name, issuer: "Contoso Root CA", names: &[name], valid: THIS_YEAR })
}

pub fn certificate(card: &Card<'_>) -> Vec<u8> {
    let rsa_sha256 = sequence(&[der(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 11]), der(5, &[])]);
    let rsa = sequence(&[der(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 1]), der(5, &[])]);
    let mut modulus = vec![0];
    modulus.extend([0xc5; 256]);
    let key = sequence(&[der(2, &modulus), number(65_537)]);
    let bits = |content: &[u8]| der(3, &[&[0][..], content].concat());
    let names: Vec<Vec<u8>> = card.names.iter().map(|name| der(0x82, name.as_bytes())).collect();
    let alternative = sequence(&[der(6, &[0x55, 0x1d, 0x11]), der(4, &sequence(&names))]);
    let extensions = if names.is_empty() { Vec::new() } else { tagged(3, &sequence(&[alternative])) };
    let body = sequence(&[
        tagged(0, &number(2)),
        number(77),
        rsa_sha256.clone(),
        distinguished(card.issuer),
        sequence(&[time(Timestamp::new(card.valid.0, 0)), time(Timestamp::new(card.valid.1, 0))]),
        distinguished(card.subject),
        sequence(&[rsa, bits(&key)]),
        extensions,
    ]);
    sequence(&[body, rsa_sha256, bits(&[0x66; 256])])
}

/// `CN=…`
fn distinguished(name: &str) -> Vec<u8> {
    let pair = sequence(&[der(6, &[0x55, 4, 3]), der(0x0c, name.as_bytes())]);
    sequence(&[der(0x31, &pair)])
}
