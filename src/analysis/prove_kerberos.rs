//! What keys and passwords prove of Kerberos: the signatures of a context whose AP-REQ was opened, and whether a password
//! is the client's.
//!
//! Opening was done where the message was described; here are the keys that came out of it. A password is held against
//! PA-ENC-TIMESTAMP, or against the AS-REP of an account that needs no pre-authentication: another reply may be sealed
//! with a key that no password gives (PKINIT, FAST, SPAKE).

use super::negotiation::{Negotiation, PasswordCheck};
use crate::fact::{Kerberos, KerberosKind, KeyFit, KeyProof, Salt};
use crate::secrets::kerberos::{self, Context, Usage, Verdict};
use crate::secrets::passwords::{Entry, Passwords};

/// Turns of PBKDF2 made in all; a password takes some thousands.
const MAX_TURNS: u32 = 20_000_000;

/// What is kept of one association or exchange.
#[derive(Clone, Debug, Default)]
pub(super) struct Material {
    /// The keys of the context.
    pub(super) context: Option<Context>,
    proof: Option<KeyProof>,
    salts: Vec<Salt>,
    user: String,
    realm: String,
}

impl Material {
    /// Bytes that keeping a message takes.
    pub(super) fn size_of(message: &Kerberos) -> usize {
        let proof = message.proof.as_ref().map_or(0, |proof| proof.cipher.bytes().len());
        proof.saturating_add(message.salts.len().saturating_mul(Salt::MAX))
    }

    /// Keeps what a message gives to compute with.
    pub(super) fn take(&mut self, message: &Kerberos) {
        let opened = message.opened.as_deref();
        match message.kind {
            KerberosKind::ApReq => {
                self.context =
                    opened.and_then(|o| o.session.clone().map(|session| (o, session))).map(|(o, session)| Context {
                        session,
                        subkey: o.subkey.clone(),
                        acceptor: None,
                        answer_closed: false,
                    });
            }
            KerberosKind::ApRep => {
                if let Some(context) = &mut self.context {
                    context.acceptor = opened.and_then(|o| o.subkey.clone());
                    context.answer_closed = !opened.is_some_and(|o| o.answered);
                }
            }
            _ => {}
        }
        if let Some(proof) = &message.proof
            && !(proof.reply && self.proof.is_some())
        {
            self.proof = Some((**proof).clone());
            let client = message.client.clone().unwrap_or_default();
            (self.user, self.realm) = (client.name, client.realm);
        }
        if !message.salts.is_empty() {
            self.salts.clone_from(&message.salts);
        }
    }

    /// The user whose password can be tried, in lower case.
    pub(super) fn user(&self) -> Option<(String, String)> {
        self.proof.as_ref().map(|_| (self.user.to_lowercase(), self.realm.to_lowercase()))
    }
}

/// Holds the passwords against what was kept; `single` says that the capture has no other user of Kerberos.
pub(super) fn password(
    kept: &Material,
    passwords: &Passwords,
    single: bool,
    turns_left: &mut u32,
    negotiation: &mut Negotiation,
) {
    let Some(proof) = &kept.proof else { return };
    // What the reply to pre-authentication of another kind is sealed with is not said.
    if negotiation.password == PasswordCheck::Matches || proof.reply && negotiation.preauthenticated {
        return;
    }
    let mut tried = false;
    for entry in passwords.candidates(&kept.user, &kept.realm) {
        match fits(kept, proof, entry, turns_left) {
            Some(true) => {
                negotiation.password = PasswordCheck::Matches;
                return;
            }
            Some(false) => tried = true,
            None => {}
        }
    }
    // A line for everybody speaks of this user only if there is no other.
    if tried && (single || passwords.names(&kept.user, &kept.realm)) {
        negotiation.password = PasswordCheck::Differs;
    }
}

/// Turns of PBKDF2 that a capture's passwords may take.
pub(super) const fn turns() -> u32 {
    MAX_TURNS
}

/// True if the proof was made with this secret; nothing if that cannot be computed, or not be said.
fn fits(kept: &Material, proof: &KeyProof, entry: &Entry, turns_left: &mut u32) -> Option<bool> {
    let usage = if proof.reply { Usage::AS_REP } else { Usage::TIMESTAMP };
    let opens = |key| kerberos::open(&key, usage, proof.cipher.bytes()).is_some();
    if proof.etype == kerberos::RC4 {
        return Some(opens(kerberos::rc4_key(entry.hash())));
    }
    let phrase = entry.phrase()?;
    let told = kept.salts.iter().find(|salt| salt.etype == proof.etype);
    // The salt that is usual: realm and components one behind the other. Only a KDC can say that there is no other.
    let usual = || [kept.realm.as_bytes(), kept.user.replace('/', "").as_bytes()].concat();
    let salt = told.and_then(|told| told.salt.clone()).unwrap_or_else(usual);
    let parameters = told.and_then(|told| told.parameters.as_deref());
    *turns_left = turns_left.checked_sub(kerberos::turns(proof.etype, parameters)?)?;
    let key = kerberos::string_to_key(proof.etype, phrase.text(), &salt, parameters)?;
    match (opens(key), told) {
        (true, _) => Some(true),
        (false, Some(_)) => Some(false),
        (false, None) => None,
    }
}

/// What a key of the keytab says of the client's password.
pub(super) fn client_key(negotiation: &mut Negotiation, fit: &KeyFit, reply: bool) {
    match fit {
        KeyFit::Fits { .. } => negotiation.password = PasswordCheck::Matches,
        KeyFit::Differs { .. }
            if negotiation.password == PasswordCheck::Unchecked && !(reply && negotiation.preauthenticated) =>
        {
            negotiation.password = PasswordCheck::Differs;
        }
        _ => {}
    }
}

/// True unless the key of this signature is not known.
pub(super) fn can_tell(context: &Context, side: crate::secrets::Side, value: &[u8]) -> bool {
    kerberos::verify(context, side, b"", value) != Verdict::Unknown
}
