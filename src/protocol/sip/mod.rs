//! SIP (RFC 3261) as Lync and Skype for Business speak it: registration, challenges and signatures of [MS-SIPAE] and
//! [MS-SIP], over UDP, TCP and TLS.
//!
//! Every token that a header carries is opened where it stands: its NTLM, Kerberos or TLS content hangs below the header.

mod address;
mod body;
mod conversation;
mod credentials;
mod dissect;
pub mod fields;
mod head;
mod header;
mod parse;
mod secret;
mod show;
pub mod signing;
#[cfg(test)]
mod tests;
mod token;

use super::{Cargo, Carries, Claim, Likelihood, Pair, Protocol};
use head::Head;
use parse::{StartLine, line, start_line};
use std::hash::{Hash, Hasher};

/// SIP.
pub static PROTOCOL: Protocol = Protocol {
    name: "sip",
    column: "SIP",
    fields: fields::ALL,
    claims: &[Claim::TcpPort(5060), Claim::UdpPort(5060)],
    probe,
    open: Some(|_| Box::<conversation::Messages>::default()),
    pair,
    carries: Carries::Only(&[Cargo::MediaTypes, Cargo::AuthSchemes]),
    announces: |bytes, _| super::announce::endpoints(bytes),
    dissect: dissect::dissect,
    ..Protocol::NONE
};

/// The longest method that is waited for.
const MAX_METHOD: usize = 32;
/// The longest first line that is waited for.
const MAX_FIRST_LINE: usize = 8 << 10;

/// Judges first bytes by the first line: `METHOD uri SIP/2.0` or `SIP/2.0 NNN phrase`.
fn probe(bytes: &[u8]) -> Likelihood {
    let bytes = head::after_keep_alive(bytes);
    let Some(first) = bytes.first().filter(|b| b.is_ascii_alphabetic()) else { return Likelihood::No };
    let (first_line, raw, _) = line(bytes.get(..MAX_FIRST_LINE.min(bytes.len())).unwrap_or(bytes));
    if raw.ends_with(b"\n") {
        return if start_line(first_line).is_ok() { Likelihood::Surely } else { Likelihood::No };
    }
    if raw.len() == MAX_FIRST_LINE {
        return Likelihood::No;
    }
    let version = b"SIP/2.0 ";
    if first.eq_ignore_ascii_case(&b'S') && raw.iter().zip(version).all(|(a, b)| a.eq_ignore_ascii_case(b)) {
        return if raw.len() > version.len() { Likelihood::Perhaps } else { Likelihood::Unsure };
    }
    let method = raw.iter().take_while(|b| parse::is_token(**b)).count();
    let Some(uri) = raw.get(method.saturating_add(1)..) else {
        return if method <= MAX_METHOD && method == raw.len() { Likelihood::Unsure } else { Likelihood::No };
    };
    let begins = |scheme: &[u8]| uri.iter().zip(scheme).all(|(a, b)| a.eq_ignore_ascii_case(b));
    let schemes: [&[u8]; 3] = [b"sip:", b"sips:", b"tel:"];
    match raw.get(method) {
        Some(b' ') if method <= MAX_METHOD && schemes.iter().any(|s| begins(s)) => {
            if uri.len() >= 5 {
                Likelihood::Perhaps
            } else {
                Likelihood::Unsure
            }
        }
        _ => Likelihood::No,
    }
}

/// Request and response share Call-ID, CSeq and the branch of the topmost Via, which keeps the two sides' requests apart.
/// Nobody answers ACK.
fn pair(bytes: &[u8], note: u64) -> Option<Pair> {
    if note & conversation::COMPRESSED != 0 {
        return None;
    }
    let head = Head::read(bytes)?;
    if head.cseq.1 == b"ACK" || head.cseq.0.is_empty() {
        return None;
    }
    // Equal keys only matter within one flow, so whoever makes them collide confuses his own messages.
    let mut hasher = std::hash::DefaultHasher::new();
    (head.call_id, head.cseq, head.branch()).hash(&mut hasher);
    Some(Pair::new(hasher.finish(), matches!(head.start, StartLine::Request { .. })))
}
