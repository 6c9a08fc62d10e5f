//! The facts of one message, in the order they stood in it.

use crate::fact::{Assurance, Credential, Fact, Head, Login, Offer, Place, Scheme, SignedText};

/// Schemes kept of what a message offers.
const MAX_OFFERED: usize = 16;

/// One message.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) place: Place,
    pub(super) facts: Vec<Fact>,
}

/// True for what a token, or the signature beside it, says.
const fn is_inside(fact: &Fact) -> bool {
    matches!(fact, Fact::Signed(_) | Fact::Spnego(_) | Fact::Ntlm(_) | Fact::Kerberos(_) | Fact::Tls(_))
}

/// One authentication header and what its token says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Auth<'g, H> {
    pub(super) header: &'g H,
    /// Facts of the token, and what the signature covers.
    pub(super) token: &'g [Fact],
}

impl<'g, H> Auth<'g, H> {
    /// What the signature covers.
    pub(super) fn signed(&self) -> Option<&'g SignedText> {
        self.token.iter().find_map(|fact| match fact {
            Fact::Signed(text) => Some(&**text),
            _ => None,
        })
    }
}

impl Group {
    pub(super) fn head(&self) -> Option<&Head> {
        self.facts.iter().find_map(|fact| match fact {
            Fact::Head(head) => Some(&**head),
            _ => None,
        })
    }

    fn tokens(&self, at: usize) -> &[Fact] {
        let rest = self.facts.get(at.saturating_add(1)..).unwrap_or(&[]);
        let end = rest.iter().position(|fact| !is_inside(fact));
        rest.get(..end.unwrap_or(rest.len())).unwrap_or(rest)
    }

    pub(super) fn offers(&self) -> impl Iterator<Item = Auth<'_, Offer>> {
        self.facts.iter().enumerate().filter_map(|(at, fact)| match fact {
            Fact::Offer(offer) => Some(Auth { header: &**offer, token: self.tokens(at) }),
            _ => None,
        })
    }

    /// The schemes offered, each once.
    pub(super) fn offered(&self) -> Vec<Scheme> {
        let mut list = Vec::new();
        for offer in self.offers() {
            if list.len() < MAX_OFFERED && !list.contains(&offer.header.scheme) {
                list.push(offer.header.scheme.clone());
            }
        }
        list
    }

    pub(super) fn credentials(&self) -> impl Iterator<Item = Auth<'_, Credential>> {
        self.facts.iter().enumerate().filter_map(|(at, fact)| match fact {
            Fact::Credential(credential) => Some(Auth { header: &**credential, token: self.tokens(at) }),
            _ => None,
        })
    }

    pub(super) fn logins(&self) -> impl Iterator<Item = Auth<'_, Login>> {
        self.facts.iter().enumerate().filter_map(|(at, fact)| match fact {
            Fact::Login(login) => Some(Auth { header: &**login, token: self.tokens(at) }),
            _ => None,
        })
    }

    pub(super) fn assurances(&self) -> impl Iterator<Item = Auth<'_, Assurance>> {
        self.facts.iter().enumerate().filter_map(|(at, fact)| match fact {
            Fact::Assurance(assurance) => Some(Auth { header: &**assurance, token: self.tokens(at) }),
            _ => None,
        })
    }
}
