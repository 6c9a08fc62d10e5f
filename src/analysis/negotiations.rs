//! The negotiations of a capture: a list with a budget, what proofs need beside it, and names kept once for all.

use super::ending;
use super::negotiation::{Negotiation, SignatureAt};
use super::prove::{self, Proofs};
use crate::fact::{Fact, Kerberos, Place, Signature, SignedText};
use crate::secrets::Secrets;
use crate::wire::grow;
use crate::wire::words::Words;

/// Negotiations kept; more are counted.
const MAX_NEGOTIATIONS: usize = 50_000;

/// All negotiations of a capture, within a budget.
#[derive(Clone, Debug, Default)]
pub(super) struct Negotiations {
    list: Vec<Negotiation>,
    words: Words,
    /// Those that the message at hand touched.
    touched: Vec<Index>,
    dropped: u64,
    proofs: Proofs,
}

/// The place of a negotiation in the list.
pub type Index = usize;

impl Negotiations {
    /// Adds one; its place, if the budget allows.
    pub fn add(&mut self, mut negotiation: Negotiation) -> Option<Index> {
        if self.list.len() >= MAX_NEGOTIATIONS {
            self.dropped = self.dropped.saturating_add(1);
            return None;
        }
        negotiation.id = u32::try_from(self.list.len()).unwrap_or(u32::MAX).saturating_add(1);
        grow::push(&mut self.list, negotiation);
        let at = self.list.len() - 1;
        self.touched.push(at);
        Some(at)
    }

    /// The one at this place.
    pub fn get(&self, at: Index) -> Option<&Negotiation> {
        self.list.get(at)
    }

    /// The one at this place, to change.
    pub fn get_mut(&mut self, at: Index) -> Option<&mut Negotiation> {
        if self.touched.last() != Some(&at) {
            self.touched.push(at);
        }
        self.list.get_mut(at)
    }

    /// A message was taken: names that it brought are kept once for all negotiations.
    pub(super) fn settle(&mut self) {
        for at in self.touched.drain(..) {
            let Some(negotiation) = self.list.get_mut(at) else { continue };
            let Negotiation { user, domain, workstation, target, address, .. } = negotiation;
            for name in [user, domain, workstation, target, address].into_iter().flatten() {
                self.words.share(name);
            }
        }
    }

    /// Keeps what a token of this one gives to compute with.
    pub(super) fn witness(&mut self, at: Index, token: &[Fact]) {
        self.proofs.token(at, token);
    }

    /// The same for a message of a KDC.
    pub(super) fn witness_kerberos(&mut self, at: Index, message: &Kerberos) {
        self.proofs.kerberos(at, message);
    }

    /// Counts a signature of this one, and keeps what it covers.
    pub(super) fn signed(
        &mut self,
        at: Index,
        place: &Place,
        here: SignatureAt,
        signature: &Signature,
        text: Option<&SignedText>,
    ) {
        let Some(negotiation) = self.list.get_mut(at) else { return };
        let association = negotiation.association_mut();
        association.used = Some((place.flow, place.time));
        association.signatures.unchecked = association.signatures.unchecked.saturating_add(1);
        if let Some(text) = text {
            self.proofs.signed(at, here, signature, text);
        }
    }

    /// Notes the number of a signature of this one, and whether it was used before.
    pub(super) fn numbered(&mut self, at: Index, place: &Place, here: SignatureAt, signature: &Signature) {
        let Some(negotiation) = self.list.get_mut(at) else { return };
        if self.proofs.repeats(at, place, here, signature) {
            prove::name(&mut negotiation.association_mut().replayed, here);
        }
    }

    /// An association was made in the place of another.
    pub(super) fn replaced(&mut self, old: Index, fresh: Index, place: &Place) {
        if let Ok([old, fresh]) = self.list.get_disjoint_mut([old, fresh]) {
            ending::renewed(old, fresh, place);
        }
    }

    /// All of them, with what these secrets prove of them.
    pub fn into_list(mut self, secrets: &Secrets) -> Vec<Negotiation> {
        self.proofs.judge(secrets, &mut self.list);
        self.list
    }

    /// There are no secrets: nothing is kept to be proven.
    pub fn without_proofs(&mut self) {
        self.proofs.idle = true;
    }

    /// Takes back the newest one: it was counted with another.
    pub fn withdraw(&mut self, at: Index) {
        if at.checked_add(1) == Some(self.list.len()) {
            self.list.pop();
        } else if let Some(negotiation) = self.list.get_mut(at) {
            negotiation.count = 0;
        }
    }

    /// All of them, to change.
    pub fn all_mut(&mut self) -> &mut [Negotiation] {
        &mut self.list
    }

    /// How many did not fit.
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }
}
