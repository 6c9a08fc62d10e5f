//! What passwords and key logs prove: with `prove_kerberos` the only place of the analysis that asks `secrets`.
//!
//! While facts come in, the few bytes a proof needs are kept by association: challenge and response, the randoms of the
//! handshake inside TLS-DSK, and what each signature covers. At the end the secrets that were given are held against
//! them. What did not fit the budget stays unchecked; nothing is called invalid with a key that was not proven itself.

use super::negotiation::{Negotiation, PasswordCheck, SignatureAt};
use super::negotiations::Index;
use super::prove_kerberos as krb;
use crate::fact::{
    Direction, Fact, Hidden, Kerberos, Ntlm, NtlmAnswer, NtlmVersion, Place, Signature, SignedText, TlsFlight,
    ntlm_flags as flag,
};
use crate::protocol::tls::{Agreement, parse};
use crate::secrets::kerberos::{self, Verdict as Told};
use crate::secrets::ntlm::{self, NtHash, V1Exchange};
use crate::secrets::passwords::{Entry, Passwords};
use crate::secrets::prf::Prf;
use crate::secrets::tlsdsk::{Hash, SigningKeys};
use crate::secrets::{Key, Secret, Secrets, Side, TlsKeys};
use crate::wire::hash::HashMap;
use crate::wire::{Timestamp, text::unhex};
use std::collections::{BTreeSet, VecDeque};
use std::hash::{BuildHasher, RandomState};

/// Bytes kept of one association.
const MAX_ASSOCIATION: usize = 64 << 10;
/// Bytes kept of all.
const MAX_ALL: usize = 16 << 20;
/// What a kept thing costs besides its bytes.
const OVERHEAD: usize = 96;
/// Numbers of a side remembered; a receiver's window is as wide ([MS-SIPAE] 3.1.2).
const WINDOW: usize = 256;
/// Passwords tried on responses.
const MAX_TRIES: u32 = 1_000_000;
/// Signatures named one by one.
const MAX_NAMED: usize = 16;
/// On two conversations the same number means two captures of one message, if it is no later than this.
const SAME_MESSAGE: i64 = 2 * crate::wire::time::NANOS;

/// A response, with the challenge it answers.
#[derive(Clone, Debug)]
struct Answer {
    challenge: [u8; 8],
    flags: u32,
    user: String,
    domain: String,
    version: NtlmVersion,
    responses: NtlmAnswer,
}

/// A signature and what it covers.
#[derive(Clone, Debug)]
struct Signed {
    at: SignatureAt,
    value: Vec<u8>,
    text: SignedText,
}

/// The number of a signed message.
#[derive(Clone, Copy, Debug)]
struct Sighting {
    number: u32,
    flow: u32,
    time: Timestamp,
    /// A digest of the signature.
    value: u64,
}

/// The numbers that each side used of late: the server, the client.
type Numbers = [VecDeque<Sighting>; 2];

/// What is kept of one association.
#[derive(Clone, Debug, Default)]
struct Material {
    size: usize,
    challenge: Option<[u8; 8]>,
    answer: Option<Answer>,
    handshake: TlsFlight,
    kerberos: krb::Material,
    /// The handshake messages inside TLS-DSK, and who said them.
    said: Vec<(Direction, Hidden)>,
    /// The client showed a certificate in them.
    showed: bool,
    /// Nothing else is to be learnt from them.
    over: bool,
    /// What came of them, if they were not kept.
    proved: Option<bool>,
    signed: Vec<Signed>,
}

/// What is kept of all associations.
#[derive(Clone, Debug, Default)]
pub(super) struct Proofs {
    kept: HashMap<Index, Box<Material>>,
    seen: HashMap<Index, Box<Numbers>>,
    digests: RandomState,
    size: usize,
    /// Nothing will be held against the capture: only repetitions are watched.
    pub(super) idle: bool,
}

impl Proofs {
    /// Keeps what a token of this association gives to compute with.
    pub(super) fn token(&mut self, of: Index, token: &[Fact]) {
        for fact in token {
            match fact {
                Fact::Ntlm(message) if !self.idle => self.ntlm(of, message),
                Fact::Kerberos(message) => self.kerberos(of, message),
                Fact::Tls(flight) => self.tls(of, flight),
                _ => {}
            }
        }
    }

    fn tls(&mut self, of: Index, flight: &TlsFlight) {
        let idle = self.idle;
        let Some(material) = self.room(of, OVERHEAD + flight.said.bytes().len()) else { return };
        let from = if flight.server_hello { Direction::ToClient } else { Direction::ToServer };
        let silent = flight.said.bytes().is_empty();
        if !silent && !material.over {
            material.said.push((from, flight.said.clone()));
        }
        material.showed |= !flight.certificates.is_empty() && from == Direction::ToServer;
        // Where no key is to come, the question whether the certificate is the client's own is the only one.
        if idle && material.showed && !material.said.is_empty() {
            let agreement = agreed(&material.said, &TlsKeys::default());
            material.proved = agreement.is_proved();
            if agreement.has_proof() || silent {
                let freed = material.size;
                (material.said, material.size, material.over) = (Vec::new(), 0, true);
                self.size = self.size.saturating_sub(freed);
                return;
            }
        }
        let inner = &mut material.handshake;
        inner.client_random = flight.client_random.or(inner.client_random);
        inner.server_random = flight.server_random.or(inner.server_random);
        inner.version = flight.version.or(inner.version);
        inner.suite = flight.suite.or(inner.suite);
    }

    fn ntlm(&mut self, of: Index, message: &Ntlm) {
        match message {
            Ntlm::Negotiate { .. } => {}
            Ntlm::Challenge(challenge) => {
                if let Some(material) = self.room(of, OVERHEAD) {
                    material.challenge = challenge.server_challenge;
                }
            }
            Ntlm::Authenticate(said) => {
                let size = said.answer.len() + said.user.len() + said.domain.len() + OVERHEAD;
                let Some(material) = self.room(of, size) else { return };
                material.answer =
                    material.challenge.filter(|_| said.version != NtlmVersion::Anonymous).map(|challenge| Answer {
                        challenge,
                        flags: said.flags,
                        user: said.user.clone(),
                        domain: said.domain.clone(),
                        version: said.version,
                        responses: said.answer.clone(),
                    });
            }
        }
    }

    /// Keeps what a message of Kerberos gives to compute with.
    pub(super) fn kerberos(&mut self, of: Index, message: &Kerberos) {
        if self.idle {
            return;
        }
        if let Some(material) = self.room(of, krb::Material::size_of(message).saturating_add(OVERHEAD)) {
            material.kerberos.take(message);
        }
    }

    /// Keeps a signature of this association and what it covers.
    pub(super) fn signed(&mut self, of: Index, at: SignatureAt, signature: &Signature, text: &SignedText) {
        if self.idle {
            return;
        }
        // What is no hexadecimal number differs from every signature.
        let value = unhex(&signature.value).unwrap_or_default();
        let size = text.whole().len() + value.len() + OVERHEAD;
        if let Some(material) = self.room(of, size) {
            material.signed.push(Signed { at, value, text: text.clone() });
        }
    }

    /// True if this side of the association signed another message with this number before.
    pub(super) fn repeats(&mut self, of: Index, place: &Place, at: SignatureAt, signature: &Signature) -> bool {
        if self.size >= MAX_ALL {
            return false;
        }
        let value = self.digests.hash_one(&signature.value);
        let seen = &mut self.seen.entry(of).or_default()[usize::from(at.from_client)];
        let repeated = seen.iter().find(|s| s.number == at.number).is_some_and(|before| {
            let same = before.value == value;
            // UDP repeats what was not answered. Two captures of one message are no replay.
            let resent = same && !place.tcp;
            let twice = same && before.flow != place.flow && place.time.since(before.time) <= SAME_MESSAGE;
            !resent && !twice
        });
        if seen.len() >= WINDOW {
            seen.pop_front();
        } else {
            self.size += size_of::<Sighting>();
        }
        seen.push_back(Sighting { number: at.number, flow: place.flow, time: place.time, value });
        repeated
    }

    /// The material of an association, if so many more bytes have room there.
    fn room(&mut self, of: Index, size: usize) -> Option<&mut Material> {
        let before = self.kept.get(&of).map_or(0, |m| m.size);
        if before.saturating_add(size) > MAX_ASSOCIATION || self.size.saturating_add(size) > MAX_ALL {
            return None;
        }
        self.size += size;
        let material = self.kept.entry(of).or_default();
        material.size += size;
        Some(material)
    }

    /// Holds the secrets against what was kept.
    pub(super) fn judge(self, secrets: &Secrets, negotiations: &mut [Negotiation]) {
        let single = self.has_one_user();
        let single_in_kerberos =
            self.kept.values().filter_map(|m| m.kerberos.user()).collect::<BTreeSet<_>>().len() == 1;
        let mut turns_left = krb::turns();
        let mut kept: Vec<_> = self.kept.into_iter().collect();
        kept.sort_unstable_by_key(|(of, _)| *of);
        let mut attempts = Attempts { passwords: &secrets.passwords, fitting: HashMap::default(), left: MAX_TRIES };
        let mut unfitting = Vec::new();
        let keys = secrets.tls();
        for (of, mut material) in kept {
            let Some(negotiation) = negotiations.get_mut(of) else { continue };
            if let Some(answer) = &material.answer {
                match attempts.at(answer) {
                    Verdict::Fits(proven) => {
                        negotiation.password = PasswordCheck::Matches;
                        if let Some(keys) = exported(answer, &proven) {
                            let ess = answer.flags & flag::EXTENDED_SESSION_SECURITY != 0;
                            let check = |side, text: &[u8], value: &[u8]| {
                                ntlm::sip_signature(answer.flags, &keys, side, text) == value
                            };
                            tell(negotiation, &material.signed, ess, &check);
                        }
                    }
                    Verdict::Differs => unfitting.push((of, answer.user.clone(), answer.domain.clone())),
                    Verdict::Unknown => {}
                }
            }
            krb::password(&material.kerberos, &secrets.passwords, single_in_kerberos, &mut turns_left, negotiation);
            by_kerberos(negotiation, &mut material);
            tls_dsk(&keys, negotiation, &material);
        }
        for (of, user, domain) in unfitting {
            // A line for everybody speaks of this user only if there is no other, or if it was this user's elsewhere.
            let meant = single
                || secrets.passwords.names(&user, &domain)
                || attempts.fitting.contains_key(&(user.to_lowercase(), domain.to_lowercase()));
            if let Some(negotiation) = negotiations.get_mut(of).filter(|_| meant) {
                negotiation.password = PasswordCheck::Differs;
            }
        }
    }

    /// True if all responses are one user's, however the domain is spelled.
    fn has_one_user(&self) -> bool {
        let (mut names, mut domains) = (BTreeSet::new(), BTreeSet::new());
        for answer in self.kept.values().filter_map(|m| m.answer.as_ref()) {
            let user = answer.user.to_lowercase();
            let (name, domain) = match user.rsplit_once('@') {
                Some((name, domain)) => (name.to_owned(), domain.to_owned()),
                None => (user, answer.domain.to_lowercase()),
            };
            names.insert(name);
            let label = domain.split('.').next().unwrap_or_default();
            if !label.is_empty() {
                domains.insert(label.to_owned());
            }
        }
        names.len() == 1 && domains.len() <= 1
    }
}

/// What trying the passwords on a response came to.
enum Verdict {
    /// This one.
    Fits(Proven),
    /// Passwords were tried, and none is it.
    Differs,
    /// None was tried to the end.
    Unknown,
}

/// The secret that a response was made with.
struct Proven {
    hash: NtHash,
    lm_hash: Option<Key<16>>,
}

struct Attempts<'s> {
    passwords: &'s Passwords,
    /// By user and domain in lower case: the line that was the user's.
    fitting: HashMap<(String, String), &'s Entry>,
    left: u32,
}

impl Attempts<'_> {
    fn at(&mut self, answer: &Answer) -> Verdict {
        let key = (answer.user.to_lowercase(), answer.domain.to_lowercase());
        let known = self.fitting.get(&key).copied();
        let mut tried = false;
        let passwords = self.passwords;
        for entry in known.into_iter().chain(passwords.candidates(&answer.user, &answer.domain)) {
            let Some(left) = self.left.checked_sub(1) else { return Verdict::Unknown };
            self.left = left;
            match fits(answer, entry) {
                Some(true) => {
                    self.fitting.insert(key, entry);
                    return Verdict::Fits(Proven { hash: entry.hash().clone(), lm_hash: entry.lm_hash() });
                }
                Some(false) => tried = true,
                None => {}
            }
        }
        if tried { Verdict::Differs } else { Verdict::Unknown }
    }
}

/// True if the response was made with this secret; nothing if the response cannot be computed from it.
fn fits(answer: &Answer, entry: &Entry) -> Option<bool> {
    let (lm, nt) = (answer.responses.lm.bytes(), answer.responses.nt.bytes());
    Some(match answer.version {
        NtlmVersion::V2 => {
            let (proof, temp) = nt.split_first_chunk::<16>().filter(|(_, temp)| !temp.is_empty())?;
            let owf = entry.hash().owf_v2(&answer.user, &answer.domain);
            ntlm::v2_proof(&owf, answer.challenge, temp) == *proof
        }
        NtlmVersion::V1Ess => entry.hash().v1_ess_response(answer.challenge, *lm.first_chunk()?) == *nt,
        NtlmVersion::V1 | NtlmVersion::Lm | NtlmVersion::LmAndV1 => match (nt.len(), lm.len()) {
            (24, _) => entry.hash().v1_response(answer.challenge) == *nt,
            (_, 24) => ntlm::desl(&entry.lm_hash()?, answer.challenge) == *lm,
            _ => return None,
        },
        NtlmVersion::Anonymous => return None,
    })
}

/// ExportedSessionKey, if the response tells it.
fn exported(answer: &Answer, proven: &Proven) -> Option<Key<16>> {
    let (lm, nt) = (answer.responses.lm.bytes(), answer.responses.nt.bytes());
    let exchange = match answer.version {
        NtlmVersion::V2 => {
            let owf = proven.hash.owf_v2(&answer.user, &answer.domain);
            ntlm::v2_session_base_key(&owf, nt.first_chunk()?)
        }
        NtlmVersion::V1 | NtlmVersion::V1Ess | NtlmVersion::LmAndV1 if nt.len() == 24 => {
            let exchange = V1Exchange {
                flags: answer.flags,
                server_challenge: answer.challenge,
                lm_start: lm.first_chunk().copied().unwrap_or_default(),
                lm_hash: proven.lm_hash.as_ref(),
            };
            exchange.key_exchange_key(&proven.hash.v1_session_base_key())?
        }
        _ => return None,
    };
    ntlm::exported_session_key(answer.flags, &exchange, answer.responses.session_key.bytes())
}

/// Signatures with the keys of a Kerberos context that was opened. Those whose key is not known stay unchecked.
fn by_kerberos(negotiation: &mut Negotiation, material: &mut Material) {
    let Some(context) = &material.kerberos.context else { return };
    material.signed.retain(|signed| krb::can_tell(context, side(signed), &signed.value));
    let check = |side, text: &[u8], value: &[u8]| kerberos::verify(context, side, text, value) == Told::Right;
    tell(negotiation, &material.signed, true, &check);
}

/// What the messages of a handshake come to.
fn agreed(said: &[(Direction, Hidden)], keys: &TlsKeys) -> Agreement {
    let mut agreement = Agreement::collecting();
    for (from, said) in said {
        let mut rest = said.bytes();
        while let Ok((after, message)) = parse::handshake(rest) {
            agreement.message(*from, &message, keys);
            rest = after;
        }
    }
    agreement
}

/// The handshake inside TLS-DSK: whether the certificate was proved, and the signatures with keys drawn from it, if its
/// master secret is known.
fn tls_dsk(keys: &TlsKeys, negotiation: &mut Negotiation, material: &Material) {
    let agreement = agreed(&material.said, keys);
    if let Some(proved) = material.proved.or_else(|| agreement.is_proved()) {
        negotiation.association_mut().certificate_proved = Some(proved);
    }
    let inner = &material.handshake;
    let (Some(client), Some(server)) = (&inner.client_random, &inner.server_random) else { return };
    let logged = keys.with(|log| log.master(client).map(|master| Secret::new(master.to_vec())));
    let Some(master) = logged.or_else(|| Some(agreement.master(keys).ok()?.0)) else { return };
    let master = master.bytes();
    let likely = Prf::of(inner.version.unwrap_or(0x0301), inner.suite.unwrap_or(0));
    let others = [Prf::Md5Sha1, Prf::Sha256, Prf::Sha384].into_iter().filter(|prf| *prf != likely);
    for prf in std::iter::once(likely).chain(others) {
        let keys = SigningKeys::derive(prf, master, client, server);
        let check = |side, text: &[u8], value: &[u8]| {
            Hash::of_length(value.len()).is_some_and(|hash| keys.signature(hash, side, text) == value)
        };
        if tell(negotiation, &material.signed, false, &check) {
            return;
        }
    }
}

/// Tells the negotiation what became of its signatures. Without `certain` the key itself is proven by the signatures
/// that it fits, and if it fits none then nothing is said; false then.
fn tell(
    negotiation: &mut Negotiation,
    signed: &[Signed],
    certain: bool,
    check: &impl Fn(Side, &[u8], &[u8]) -> bool,
) -> bool {
    let bad: Vec<_> = signed.iter().filter(|s| !is_good(s, check)).map(|s| s.at).collect();
    if bad.len() == signed.len() && !certain {
        return false;
    }
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let association = negotiation.association_mut();
    let signatures = &mut association.signatures;
    signatures.verified = count(signed.len().saturating_sub(bad.len()));
    signatures.invalid = count(bad.len());
    signatures.unchecked = signatures.unchecked.saturating_sub(count(signed.len()));
    association.invalid = bad.into_iter().take(MAX_NAMED).collect();
    true
}

/// Who signed.
const fn side(signed: &Signed) -> Side {
    if signed.at.from_client { Side::Client } else { Side::Server }
}

/// True if the signature is right for one of the forms its text may have had when it was made: that of the version, or
/// the one without identities that were added afterwards. Later messages name no version, so each is tried.
fn is_good(signed: &Signed, check: &impl Fn(Side, &[u8], &[u8]) -> bool) -> bool {
    let right = |text: &[u8]| check(side(signed), text, &signed.value);
    right(signed.text.whole())
        || signed.text.unidentified().is_some_and(|text| right(&text))
        || right(&signed.text.old())
}

/// Adds to a list of signatures that are named one by one.
pub(super) fn name(list: &mut Vec<SignatureAt>, at: SignatureAt) {
    if list.len() < MAX_NAMED {
        list.push(at);
    }
}

#[cfg(test)]
#[path = "prove_tests.rs"]
mod tests;
