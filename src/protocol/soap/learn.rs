//! What XML says of a sign-in, gathered while walking over it.
//!
//! Two things are looked for, by local names, for prefixes are a matter of taste: the `UsernameToken` of WS-Security
//! (a password), and the web ticket of WS-Trust, where it is issued (`RequestSecurityTokenResponse`) and where it is
//! presented (an assertion in `Security`). A ticket is known by the digest of its assertion as written.

use super::parse::{attributes, unescape};
use super::path::Path;
use crate::fact::{Fact, Passphrase, Proof, Scheme, WebTicket};
use crate::wire::{Timestamp, base64, utf16};
use memchr::memmem;
use sha2::{Digest, Sha256};

/// Bytes of a text that is kept.
const MAX_TEXT: usize = 4096;

/// Words without which there is nothing to learn.
pub const WORDS: [&str; 3] = ["UsernameToken", "RequestSecurityTokenResponse", "Assertion"];

/// Gathers facts.
#[derive(Debug, Default)]
pub struct Learner<'b> {
    token: Option<UsernameToken>,
    ticket: Option<Ticket<'b>>,
}

#[derive(Debug, Default)]
struct UsernameToken {
    user: Vec<u8>,
    password: Option<Vec<u8>>,
    digest: bool,
}

#[derive(Debug, Default)]
struct Ticket<'b> {
    issued: bool,
    /// The element that stands for the ticket, from its first byte.
    assertion: Option<&'b [u8]>,
    digest: Option<u64>,
    compact: bool,
    created: Option<Timestamp>,
    expires: Option<Timestamp>,
    proof: Proof,
    user: String,
    audience: String,
}

impl<'b> Learner<'b> {
    /// True if the text at hand is a credential.
    pub fn in_secret(&self, path: &Path<'_>) -> bool {
        let Some(last) = path.last() else { return false };
        let named =
            [&b"BinarySecret"[..], b"SignatureValue", b"CipherValue", b"RequestedSecurityToken", b"pin", b"Pin"];
        // A BinarySecurityToken is a compact ticket, or a certificate, which may be seen but is long.
        let compact = last == b"BinarySecurityToken" && self.ticket.as_ref().is_some_and(|t| t.compact);
        named.contains(&last) || is_secret_name(last) || compact
    }

    /// An element begins in `path`; `from` is the text from its first byte on.
    pub fn open(&mut self, path: &Path<'b>, name: &'b [u8], tag: &'b [u8], from: &'b [u8]) {
        match name {
            b"UsernameToken" => self.token = Some(UsernameToken::default()),
            b"Password" => {
                if let Some(token) = &mut self.token {
                    let kind = attributes(tag).find(|a| a.name == b"Type");
                    token.digest = kind.is_some_and(|a| a.value.ends_with(b"#PasswordDigest"));
                }
            }
            b"RequestSecurityTokenResponse" if !path.inside(b"GetAndPublishCertResponse") => {
                self.ticket = Some(Ticket { issued: true, ..Ticket::default() });
            }
            b"Assertion" => {
                let presented = path.inside(b"Security");
                let place = match &mut self.ticket {
                    None if presented => self.ticket.insert(Ticket::default()),
                    Some(ticket) if ticket.assertion.is_none() => ticket,
                    _ => return,
                };
                place.assertion = Some(from);
            }
            b"BinarySecurityToken" => {
                let compact = attributes(tag).any(|a| memmem::find(a.value, b"cwt").is_some());
                if let Some(ticket) = &mut self.ticket {
                    ticket.compact |= compact;
                }
            }
            b"Conditions" => {
                if let Some(ticket) = &mut self.ticket {
                    for a in attributes(tag) {
                        let place = match a.name {
                            b"NotBefore" => &mut ticket.created,
                            b"NotOnOrAfter" => &mut ticket.expires,
                            _ => continue,
                        };
                        *place = place.or(time(a.value));
                    }
                }
            }
            b"ComputedKey" | b"BinarySecret" if path.inside(b"RequestedProofToken") => {
                if let Some(ticket) = &mut self.ticket {
                    ticket.proof = if name == b"ComputedKey" { Proof::Computed } else { Proof::Given };
                }
            }
            _ => {}
        }
    }

    /// Text of the element at hand.
    pub fn text(&mut self, path: &Path<'_>, raw: &[u8]) {
        let text = unescape(raw.get(..MAX_TEXT).unwrap_or(raw));
        let Some(last) = path.last() else { return };
        if let Some(token) = &mut self.token {
            match last {
                b"Username" => token.user = text.into_owned(),
                b"Password" => token.password = Some(text.into_owned()),
                _ => {}
            }
            return;
        }
        let lifetime = path.inside(b"Lifetime");
        let addressee = path.inside(b"AppliesTo");
        let Some(ticket) = &mut self.ticket else { return };
        let string = || String::from_utf8_lossy(&text).into_owned();
        match last {
            b"Created" if lifetime => ticket.created = time(&text),
            b"Expires" if lifetime => ticket.expires = time(&text),
            b"Audience" => ticket.audience = string(),
            b"Address" if addressee && ticket.audience.is_empty() => ticket.audience = string(),
            b"NameIdentifier" | b"NameID" => ticket.user = string(),
            b"BinarySecurityToken" | b"RequestedSecurityToken" if ticket.compact || text.starts_with(b"cwt=") => {
                ticket.compact = true;
                ticket.digest = Some(digest(text.strip_prefix(b"cwt=").unwrap_or(&text)));
            }
            _ => {}
        }
    }

    /// An element ended; `behind` is the text after it. What is complete now is returned.
    pub fn close(&mut self, name: &[u8], behind: &'b [u8]) -> Option<Fact> {
        match name {
            b"UsernameToken" => self.token.take()?.fact(),
            b"Assertion" => {
                let presented = !self.ticket.as_ref()?.issued;
                let ticket = self.ticket.as_mut()?;
                if let Some(from) = ticket.assertion.filter(|_| ticket.digest.is_none()) {
                    let len = from.len().saturating_sub(behind.len());
                    ticket.digest = Some(digest(from.get(..len).unwrap_or(from)));
                }
                if presented { self.ticket.take()?.fact() } else { None }
            }
            b"RequestSecurityTokenResponse" => self.ticket.take()?.fact(),
            _ => None,
        }
    }

    /// The text ended: what was gathered of a password or a ticket by then.
    pub fn end(&mut self) -> Option<Fact> {
        let token = self.token.take().and_then(UsernameToken::fact);
        token.or_else(|| self.ticket.take().and_then(Ticket::fact))
    }
}

impl UsernameToken {
    /// Nothing without a password: a name alone proves nothing.
    fn fact(self) -> Option<Fact> {
        let password = self.password?;
        // The /Auth endpoint takes both in base64 ([MS-OCAUTHWS]; see the traced clients).
        let account = |text: &String| text.contains(['\\', '@']) && !text.chars().any(char::is_control);
        let plain = String::from_utf8_lossy(&self.user).into_owned();
        let coded = if account(&plain) { None } else { base64_text(&self.user).filter(account) };
        let wrapped = coded.is_some();
        let password = match base64_text(&password).filter(|_| wrapped) {
            Some(inside) => inside,
            None => String::from_utf8_lossy(&password).into_owned(),
        };
        let passphrase = Passphrase {
            scheme: Scheme::UsernameToken,
            user: coded.unwrap_or(plain),
            length: u32::try_from(password.chars().count()).unwrap_or(u32::MAX),
            readable: !self.digest,
        };
        Some(Fact::Passphrase(Box::new(passphrase)))
    }
}

impl Ticket<'_> {
    fn fact(self) -> Option<Fact> {
        let ticket = WebTicket {
            issued: self.issued,
            via: if self.issued { String::new() } else { "Security".into() },
            digest: self.digest?,
            created: self.created,
            expires: self.expires,
            life: None,
            proof: self.proof,
            user: self.user,
            audience: self.audience,
        };
        Some(Fact::WebTicket(Box::new(ticket)))
    }
}

/// True if elements and attributes of this name hold secrets, in whatever vocabulary.
pub fn is_secret_name(name: &[u8]) -> bool {
    let lower = name.to_ascii_lowercase();
    [&b"password"[..], b"passwd", b"pwd", b"secret"].iter().any(|part| memmem::find(&lower, part).is_some())
}

fn digest(ticket: &[u8]) -> u64 {
    Sha256::digest(ticket).first_chunk().map_or(0, |first| u64::from_be_bytes(*first))
}

/// The text that base64 stands for, in UTF-8 or UTF-16LE.
fn base64_text(coded: &[u8]) -> Option<String> {
    let bytes = base64::decode(coded).filter(|b| !b.is_empty())?;
    if bytes.get(1) == Some(&0) {
        return Some(utf16::decode(&bytes));
    }
    String::from_utf8(bytes).ok()
}

/// XML Schema dateTime; UTC only, as WS-Trust has it.
fn time(text: &[u8]) -> Option<Timestamp> {
    Timestamp::from_rfc3339(std::str::from_utf8(text).ok()?.trim())
}
