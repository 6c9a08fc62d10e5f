//! What is wrong with a chain of certificates: when, for whom, for what, by whom (RFC 5280 §6, RFC 6125).
//!
//! Signatures are checked by `webpki`, up to the public roots and the authorities that were given with `--ca-file`. It
//! stops at the first thing it dislikes, so everything that can be read off the certificates is judged here, one by one.
//! An authority that nobody named may still be one the client trusts: then nothing is claimed.

use super::certificate::{Certificate, SignatureHash};
use crate::secrets::trust::Trust;
use crate::wire::Timestamp;
use crate::wire::hash::HashMap;
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use std::sync::Arc;
use std::time::Duration;
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, Error, KeyUsage, anchor_from_trusted_cert};
use webpki_roots::TLS_SERVER_ROOTS;

/// CAs of products that look into TLS, as they name themselves.
const INSPECTORS: [&str; 16] = [
    "fortinet",
    "fortigate",
    "zscaler",
    "blue coat",
    "bluecoat",
    "palo alto",
    "sophos",
    "netskope",
    "kaspersky",
    "eset ssl filter",
    "cisco umbrella",
    "forcepoint",
    "websense",
    "mcafee web gateway",
    "untangle",
    "checkpoint https",
];

/// Bytes of all chains that are kept.
const MAX_BYTES: usize = 32 << 20;

/// Whether a chain leads to an authority that is trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Trusted {
    /// It does: public, or given with `--ca-file`.
    Yes,
    /// Authorities were given, and it leads to none of them, nor to a public one.
    No,
    /// No authority was given that could decide.
    #[default]
    Unknown,
}

/// What is wrong with a chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chain {
    /// The certificate's time is over.
    pub expired: bool,
    /// The certificate's time has not come.
    pub not_yet: bool,
    /// The name asked for, if the certificate is not for it.
    pub name_mismatch: Option<String>,
    /// It signed itself, and nobody vouches for it.
    pub self_signed: bool,
    /// The certificate of its issuer is missing: authorities were given, and it is none of them and was not sent.
    pub missing_intermediate: bool,
    /// The certificates are not in order, each followed by its issuer's.
    pub wrong_order: bool,
    /// It is not meant for this use (extended key usage).
    pub wrong_use: bool,
    /// Another certificate of the chain is out of date: whose.
    pub old_issuer: Option<String>,
    /// Signatures or keys that can be forged, in words.
    pub weak: Vec<String>,
    /// The issuer is a device that looks into TLS.
    pub inspection: bool,
    /// Whether it is trusted.
    pub trusted: Trusted,
}

impl Chain {
    /// What is wrong, in words.
    pub fn words(&self) -> Vec<String> {
        let said = |wrong: bool, what: &str| wrong.then(|| what.to_owned());
        let first = [
            said(self.expired, "expired"),
            said(self.not_yet, "not valid yet"),
            self.name_mismatch.as_ref().map(|name| format!("not for {name}")),
            said(self.self_signed, "signed by itself"),
            said(self.wrong_use, "not meant for this use"),
            said(self.missing_intermediate, "its issuer's certificate was not sent"),
            said(self.trusted == Trusted::No && !self.self_signed, "leads to none of the authorities given"),
            said(self.wrong_order, "sent in the wrong order"),
            self.old_issuer.as_ref().map(|whose| format!("{whose} is out of date")),
            said(self.inspection, "issued by a device that looks into TLS"),
        ];
        first.into_iter().flatten().chain(self.weak.iter().cloned()).collect()
    }

    /// True if a client that checks would refuse it, whatever it trusts.
    pub const fn is_bad(&self) -> bool {
        self.expired || self.not_yet || self.name_mismatch.is_some() || self.self_signed || self.wrong_use
    }
}

/// True if an issuer names itself as a device that looks into TLS.
pub fn inspects(issuer: &str) -> bool {
    inspector(issuer).is_some()
}

/// The maker of such a device whose name is in this text.
pub fn inspector(issuer: &str) -> Option<&'static str> {
    let issuer = issuer.to_ascii_lowercase();
    INSPECTORS.into_iter().find(|name| issuer.contains(name))
}

/// The certificates that were sent, the sender's own first.
#[derive(Clone, Debug)]
pub struct Sent {
    certificates: Vec<(Box<[u8]>, Arc<Certificate>)>,
}

impl Sent {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.certificates.len()
    }
}

/// Chains, kept once however often they are shown.
#[derive(Clone, Debug, Default)]
pub(super) struct Chains {
    known: HashMap<Vec<[u8; 32]>, Arc<Sent>>,
    bytes: usize,
}

impl Chains {
    /// Keeps a chain; nothing if it cannot be read or there is no room.
    pub(super) fn keep(
        &mut self,
        sent: &[Box<[u8]>],
        mut read: impl FnMut(&[u8]) -> Option<([u8; 32], Arc<Certificate>)>,
    ) -> Option<Arc<Sent>> {
        let all: Vec<_> = sent.iter().map_while(|der| read(der)).collect();
        let key: Vec<_> = all.iter().map(|(digest, _)| *digest).collect();
        if key.is_empty() {
            return None;
        }
        if let Some(known) = self.known.get(&key) {
            return Some(known.clone());
        }
        let size = sent.iter().fold(0_usize, |sum, der| sum.saturating_add(der.len()));
        self.bytes = self.bytes.checked_add(size).filter(|bytes| *bytes <= MAX_BYTES)?;
        let certificates = sent.iter().cloned().zip(all.into_iter().map(|(_, certificate)| certificate)).collect();
        let kept = Arc::new(Sent { certificates });
        self.known.insert(key, kept.clone());
        Some(kept)
    }
}

/// What a certificate is shown for.
#[derive(Clone, Copy, Debug)]
pub struct Use<'a> {
    /// When; what the user said goes before.
    pub time: Timestamp,
    /// The name that was asked for.
    pub name: Option<&'a str>,
    /// By a server, not by a client.
    pub server: bool,
}

/// Judges chains; the verdict on signatures is found once a chain.
pub(super) struct Judge<'t> {
    trust: &'t Trust,
    given: Vec<CertificateDer<'t>>,
    verdicts: HashMap<(*const Sent, bool), Trusted>,
}

impl<'t> Judge<'t> {
    pub(super) fn new(trust: &'t Trust) -> Self {
        let given = trust.authorities.iter().map(|der| CertificateDer::from(&**der)).collect();
        Self { trust, given, verdicts: HashMap::default() }
    }

    /// Judges the certificates of a chain.
    pub(super) fn chain(&mut self, sent: &Arc<Sent>, shown: Use<'_>) -> Chain {
        let Some((der, leaf)) = sent.certificates.first() else { return Chain::default() };
        let mut chain = self.alone(leaf, shown);
        let given = self.trust.authorities.iter().any(|authority| **authority == **der);
        let key = (Arc::as_ptr(sent), shown.server);
        let trusted = *self
            .verdicts
            .entry(key)
            .or_insert_with(|| if given { Trusted::Yes } else { verdict(sent, &self.given, shown.server) });
        let now = self.trust.at.unwrap_or(shown.time);
        let issuers = || sent.certificates.iter().skip(1).map(|(_, certificate)| &**certificate);
        chain.trusted = trusted;
        chain.self_signed = leaf.self_issued && trusted != Trusted::Yes;
        chain.missing_intermediate =
            trusted == Trusted::No && !leaf.self_issued && !issuers().any(|c| c.subject == leaf.issuer);
        let followed = sent.certificates.iter().zip(sent.certificates.iter().skip(1));
        chain.wrong_order = followed.map(|((_, one), (_, next))| (one, next)).any(|(one, next)| {
            one.issuer != next.subject
                && sent.certificates.iter().any(|(_, c)| !one.self_issued && c.subject == one.issuer)
        });
        // What leads to an authority needs none of those that are no good: they are there for clients of old.
        let needed = || issuers().filter(|_| trusted != Trusted::Yes);
        let old = needed().find(|c| !c.self_issued && (now > c.not_after || now < c.not_before));
        chain.old_issuer = old.map(|c| c.subject.clone());
        for issuer in needed() {
            chain.weak.extend(weak(issuer).into_iter().map(|what| format!("{what} ({})", issuer.subject)));
        }
        chain.inspection |= issuers().any(|c| inspects(&c.subject));
        chain
    }

    /// Judges a certificate without what was sent with it.
    pub(super) fn alone(&self, certificate: &Certificate, shown: Use<'_>) -> Chain {
        let now = self.trust.at.unwrap_or(shown.time);
        Chain {
            expired: now > certificate.not_after,
            not_yet: now < certificate.not_before,
            name_mismatch: shown.name.filter(|name| !certificate.is_for(name)).map(str::to_owned),
            wrong_use: !certificate.may_serve(shown.server),
            weak: weak(certificate),
            inspection: inspects(&certificate.issuer),
            ..Chain::default()
        }
    }
}

/// What of a certificate can be forged. The signature under a root proves nothing, whatever its hash.
fn weak(certificate: &Certificate) -> Vec<String> {
    let hash = match certificate.hash {
        _ if certificate.self_issued => None,
        SignatureHash::Md5 => Some("signed with MD5".to_owned()),
        SignatureHash::Sha1 => Some("signed with SHA-1".to_owned()),
        SignatureHash::Other => None,
    };
    let small = certificate.key_bits.filter(|bits| certificate.rsa && *bits < 2048);
    hash.into_iter().chain(small.map(|bits| format!("RSA key of {bits} bits"))).collect()
}

/// Whether signatures lead to an authority, at a time when the certificate is valid: its dates are judged elsewhere.
fn verdict(sent: &Sent, given: &[CertificateDer<'_>], server: bool) -> Trusted {
    let ders: Vec<_> = sent.certificates.iter().map(|(der, _)| CertificateDer::from(&**der)).collect();
    let Some(((_, leaf), (own, others))) = sent.certificates.first().zip(ders.split_first()) else {
        return Trusted::Unknown;
    };
    let Ok(end) = EndEntityCert::try_from(own) else { return Trusted::Unknown };
    let mut anchors: Vec<TrustAnchor<'_>> = given.iter().filter_map(|der| anchor_from_trusted_cert(der).ok()).collect();
    anchors.extend_from_slice(TLS_SERVER_ROOTS);
    // The authorities may hold what lies between, which some servers do not send.
    let between: Vec<_> = others.iter().chain(given).cloned().collect();
    let inside = leaf.not_after.seconds().saturating_sub(1).max(leaf.not_before.seconds());
    let time = UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(inside).unwrap_or(0)));
    let usage = if server { KeyUsage::server_auth() } else { KeyUsage::client_auth() };
    match end.verify_for_usage(ALL_VERIFICATION_ALGS, &anchors, &between, time, usage, None, None) {
        Ok(_) => Trusted::Yes,
        Err(Error::UnknownIssuer | Error::InvalidSignatureForPublicKey | Error::CaUsedAsEndEntity)
            if !given.is_empty() =>
        {
            Trusted::No
        }
        // Too old an algorithm, another use: told by themselves.
        Err(_) => Trusted::Unknown,
    }
}

#[cfg(test)]
#[path = "chain_tests.rs"]
mod tests;
