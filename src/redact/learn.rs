//! The first pass: which names, addresses and secrets a capture holds.

use super::Counts;
use super::addresses::Seen;
use super::key::Key;
use super::names::Names;
use super::rewrite::Dictionary;
use super::told::{Headers, Take, Told, is_words};
use crate::analysis::{Certificate, inspector};
use crate::fact::{Fact, LoginStep, Ntlm, Start};
use crate::scan::{FrameRow, PieceRow, TlsRow};
use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr};

/// Secrets kept, and bytes of one and of all.
const MAX_SECRETS: usize = 200_000;
const MAX_SECRET: usize = 64 << 10;
const MAX_BYTES: usize = 64 << 20;
/// Letters of the shortest number of a device.
const DEVICE: usize = 8;
/// The realm of every deployment that did not choose one.
const DEFAULT_REALM: &str = "SIP Communications Service";
/// How lines of mail begin in which hosts name themselves.
const GREETINGS: [&[u8]; 7] = [b"EHLO ", b"HELO ", b"220 ", b"220-", b"250-", b"* OK", b"+OK"];
/// Bytes of a text in which names are looked for.
const MAX_TEXT: usize = 1 << 20;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Learn {
    names: Names,
    seen: Seen,
    secrets: HashSet<Vec<u8>>,
    bytes: usize,
}

impl Learn {
    pub(super) fn finish(self, key: Key) -> (Dictionary, Counts) {
        let words = self.names.finish(&key);
        let addresses = self.seen.finish(&key);
        let mut secrets: Vec<Vec<u8>> = self.secrets.into_iter().collect();
        secrets.sort_unstable();
        let dictionary = Dictionary::new(&words, addresses, &secrets, key);
        let counts = dictionary.counts(words.len(), secrets.len());
        (dictionary, counts)
    }

    fn named(&mut self, name: &str) {
        self.names.add(name);
        self.seen.harvest(name);
    }

    fn all<'n>(&mut self, names: impl IntoIterator<Item = &'n String>) {
        for name in names {
            self.named(name);
        }
    }

    fn certificate(&mut self, der: &[u8]) {
        let Some(read) = Certificate::read(der) else { return };
        // `CN=fe01.contoso.com, O=Contoso`: the types of the parts are no names.
        for part in [&read.subject, &read.issuer].into_iter().flat_map(|name| name.split(',')) {
            self.titled(part.split_once('=').map_or(part, |(_, value)| value));
        }
        self.titled(read.common_name.as_deref().unwrap_or_default());
        self.all(&read.names);
    }

    /// A part of the name of a certificate. Makers of devices that look into TLS stay: a finding rests on their names.
    fn titled(&mut self, value: &str) {
        let value = value.to_ascii_lowercase();
        self.named(&inspector(&value).map_or_else(|| value.clone(), |maker| value.replace(maker, " ")));
    }
}

impl Learn {
    /// An account, which in a directory may stand as `CN=mona,CN=Users,DC=corvid,DC=example` (RFC 4514).
    fn account(&mut self, user: &str) {
        if !user.contains('=') {
            return self.named(user);
        }
        let (mut name, mut domain) = (None, Vec::new());
        for (kind, value) in user.split(',').filter_map(|part| part.trim().split_once('=')) {
            if kind.eq_ignore_ascii_case("dc") {
                domain.push(value);
            } else {
                name.get_or_insert(value);
            }
        }
        if let Some(name) = name {
            self.named(name);
        }
        self.named(&domain.join("."));
    }
}

impl Learn {
    /// A realm: a domain, or a title in several words. The words of a title are everybody's, the title is not.
    fn realm(&mut self, realm: Option<&str>) {
        let Some(realm) = realm.filter(|realm| !realm.eq_ignore_ascii_case(DEFAULT_REALM)) else { return };
        if realm.contains(' ') {
            self.secret(realm.as_bytes());
        } else {
            self.named(realm);
        }
    }

    /// The number of a device, which it keeps for good.
    fn id(&mut self, id: Option<&str>) {
        let bare = id.unwrap_or_default().trim_matches(|c| matches!(c, '<' | '>' | '"'));
        let bare = bare.rsplit(':').next().unwrap_or(bare);
        if bare.len() >= DEVICE {
            self.secret(bare.as_bytes());
        }
    }

    /// Hosts that greet each other in mail: nothing but the dots tells that they are names.
    fn greeting(&mut self, line: &[u8]) {
        let line = String::from_utf8_lossy(line);
        for token in line.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))) {
            let last = token.rsplit('.').next().unwrap_or_default();
            let is_host = token.contains('.') && last.len() > 1 && last.chars().all(|c| c.is_ascii_alphabetic());
            if is_host && token.starts_with(|c: char| c.is_ascii_alphanumeric()) {
                self.named(token);
            }
        }
    }
}

impl Take for Learn {
    fn headers(&mut self, _: &Headers, _: &[u8]) {}

    fn message(&mut self, told: &Told) {
        if is_words(told.protocol) {
            self.text(&told.bytes);
        }
        let greets = |mark: &&[u8]| told.bytes.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark));
        if matches!(told.protocol, "smtp" | "imap" | "pop" | "ftp") && GREETINGS.iter().any(greets) {
            self.greeting(&told.bytes);
        }
    }

    fn secret(&mut self, bytes: &[u8]) {
        let fits = bytes.len() <= MAX_SECRET && self.secrets.len() < MAX_SECRETS;
        if fits && self.bytes.saturating_add(bytes.len()) <= MAX_BYTES && self.secrets.insert(bytes.to_vec()) {
            self.bytes = self.bytes.saturating_add(bytes.len());
        }
    }

    fn name(&mut self, text: &[u8]) {
        if let Ok(text) = std::str::from_utf8(text) {
            self.titled(text);
        }
    }

    fn free(&mut self, text: &[u8], wrapped: bool) {
        self.names.free(&String::from_utf8_lossy(text), wrapped);
    }

    fn text(&mut self, text: &[u8]) {
        let text = String::from_utf8_lossy(text.get(..MAX_TEXT.min(text.len())).unwrap_or(text));
        // Bytes that are no text would lend their letters to the names beside them.
        let is_text =
            |line: &&str| !line.contains(|c: char| c == char::REPLACEMENT_CHARACTER || c.is_control() && c != '\t');
        for line in text.lines().filter(is_text) {
            self.seen.harvest(line);
            // The name of a call is a random number, and there are as many as there are calls.
            if !line.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("call-id:")) {
                self.names.harvest(line);
            }
        }
    }

    fn address(&mut self, address: IpAddr) {
        self.seen.ip(address);
    }

    fn mac(&mut self, mac: [u8; 6]) {
        self.seen.mac(mac);
    }

    fn fact(&mut self, fact: &Fact) {
        match fact {
            Fact::Lookup(lookup) => {
                if let Some(reversed) = lookup.name.to_lowercase().strip_suffix(".in-addr.arpa") {
                    let parts: Vec<&str> = reversed.split('.').rev().collect();
                    if let Ok(ip) = parts.join(".").parse::<Ipv4Addr>() {
                        self.seen.ip(IpAddr::V4(ip));
                    }
                } else {
                    self.named(&lookup.name);
                }
                self.all(lookup.services.iter().map(|(host, _)| host).chain(&lookup.aliases));
                lookup.addresses.iter().for_each(|ip| self.seen.ip(*ip));
            }
            Fact::Head(head) => {
                if let Start::Request { target, .. } = &head.start {
                    self.names.harvest(target);
                }
                self.all(&head.host);
                self.all(head.web.iter().filter_map(|web| web.server_fqdn.as_ref()));
                if let Some(sip) = &head.sip {
                    self.id(sip.epid.as_deref());
                    self.id(sip.instance.as_deref());
                    let uris = [&sip.from, &sip.to].into_iter().chain(&sip.identity).chain(&sip.identity_tel);
                    for uri in uris {
                        self.named(uri.split_once(':').map_or(uri.as_str(), |(_, rest)| rest));
                    }
                }
            }
            Fact::Offer(offer) => {
                self.realm(offer.realm.as_deref());
                self.all(&offer.target);
            }
            Fact::Credential(c) => {
                self.realm(c.realm.as_deref());
                self.all(c.user.iter().chain(&c.target));
            }
            Fact::Assurance(a) => {
                self.realm(a.realm.as_deref());
                self.all(&a.target);
            }
            Fact::Ntlm(ntlm) => match &**ntlm {
                Ntlm::Negotiate { .. } => {}
                Ntlm::Challenge(c) => {
                    self.named(&c.target);
                    let names = [&c.nb_domain, &c.nb_computer, &c.dns_domain, &c.dns_computer];
                    self.all(names.into_iter().flatten());
                }
                Ntlm::Authenticate(a) => self.all([&a.domain, &a.user, &a.workstation].into_iter().chain(&a.spn)),
            },
            Fact::Kerberos(ticket) => {
                for principal in ticket.client.iter().chain(&ticket.service) {
                    self.named(&principal.name);
                    self.named(&principal.realm);
                }
            }
            Fact::Tls(flight) => flight.certificates.iter().for_each(|der| self.certificate(der)),
            Fact::Handshake(said) => {
                self.all(said.offer.iter().filter_map(|offer| offer.server_name.as_ref()));
                said.certificates.iter().for_each(|der| self.certificate(der));
            }
            Fact::Passphrase(said) => self.named(&said.user),
            Fact::Login(login) => {
                if let LoginStep::Ask(ask) = &login.step
                    && let Some(user) = &ask.user
                {
                    self.account(user);
                }
            }
            Fact::WebTicket(ticket) => {
                self.named(&ticket.user);
                self.names.harvest(&ticket.audience);
            }
            _ => {}
        }
    }

    fn piece(&mut self, _: &PieceRow) {}

    fn tls_record(&mut self, _: &TlsRow) {}

    fn frame(&mut self, _: &FrameRow) {}
}
