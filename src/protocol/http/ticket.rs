//! Web tickets ([MS-OCAUTHWS]) where HTTP carries them: `X-MS-WebTicket`, a bearer token, a query.
//!
//! A ticket is known by its digest, so that the one presented is found to be the one issued, whatever it is wrapped in:
//! a SAML assertion is digested as the XML it was issued as, a compact ticket as what stands behind `cwt=`.

use super::parse::list;
use crate::fact::WebTicket;
use crate::wire::{base64, text::trim};
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// The digest of a ticket.
pub fn digest(ticket: &[u8]) -> u64 {
    let ticket = ticket.strip_prefix(b"cwt=").unwrap_or(ticket);
    Sha256::digest(ticket).first_chunk().map_or(0, |first| u64::from_be_bytes(*first))
}

/// A ticket presented as the value of `X-MS-WebTicket`: `opaque=` and the base64 of an assertion, or a compact ticket.
pub fn of_header(value: &[u8]) -> WebTicket {
    let opaque = list(value).find_map(|part| part.strip_prefix(b"opaque="));
    let ticket = trim(opaque.unwrap_or(value));
    let ticket = ticket.strip_prefix(b"\"").and_then(|t| t.strip_suffix(b"\"")).unwrap_or(ticket);
    let assertion = base64::decode(ticket).filter(|xml| trim(xml).starts_with(b"<"));
    presented("X-MS-WebTicket", assertion.as_deref().map_or(ticket, trim))
}

/// A ticket presented as a bearer token, if it is one.
pub fn of_bearer(token: &[u8]) -> Option<WebTicket> {
    trim(token).starts_with(b"cwt=").then(|| presented("Authorization", trim(token)))
}

/// A ticket presented in the query of a URI.
pub fn of_query(target: &[u8]) -> Option<WebTicket> {
    let query = target.get(memchr::memchr(b'?', target)?.checked_add(1)?..)?;
    query.split(|b| *b == b'&').find_map(|pair| {
        let (name, value) = pair.split_at_checked(memchr::memchr(b'=', pair)?)?;
        let value = percent_decoded(value.get(1..)?);
        // Known by the name of the parameter, or by the ticket itself.
        let named = [&b"cwt"[..], b"webticket"].iter().any(|n| name.eq_ignore_ascii_case(n));
        let known = named && !value.is_empty() || value.starts_with(b"cwt=");
        known.then(|| presented("query", &value))
    })
}

fn presented(via: &str, ticket: &[u8]) -> WebTicket {
    WebTicket { via: via.into(), digest: digest(ticket), ..WebTicket::default() }
}

/// `%41` as `A`. A plus sign stays: it is a letter of base64, and tickets are not typed into forms.
pub fn percent_decoded(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.contains(&b'%') {
        return text.into();
    }
    let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&b, after)) = rest.split_first() {
        match after {
            [high, low, after @ ..] if b == b'%' => {
                if let (Some(high), Some(low)) = (digit(*high), digit(*low)) {
                    out.push(high << 4 | low);
                    rest = after;
                    continue;
                }
            }
            _ => {}
        }
        out.push(b);
        rest = after;
    }
    out.into()
}
