//! Authentication in SIP ([MS-SIPAE]): one negotiation per security association, across the requests of a dialog.
//!
//! A 401 that carries a token goes on; one in the shape of a first challenge, right after a token, refuses. What the
//! server refuses *after* authentication (403, 404, 503 to a complete credential) leaves the negotiation accepted.

use super::ending;
use super::group::{Auth, Group};
use super::kdc::Tickets;
use super::negotiation::{Carrier, ErrorCode, Negotiation, Outcome, SignatureAt, answered};
use super::negotiations::{Index, Negotiations};
use super::token::{Seen, absorb};
use super::transaction::Transaction;
use crate::fact::{
    Assurance, Credential, Diagnostic, Direction, Head, Offer, Place, Scheme, Signature, SignedText, SipHead, Start,
    Token,
};
use crate::knowledge::code::Space;
use crate::knowledge::sip::phrase;
use crate::wire::hash::HashMap;
use crate::wire::words::Shared;
use std::collections::VecDeque;
use std::hash::BuildHasher;
use std::net::SocketAddr;
use std::sync::Arc;

/// Dialogs and requests remembered.
const MAX_DIALOGS: usize = 20_000;
/// Servers of one dialog with which associations are made: directors and the home server.
const MAX_SERVERS: usize = 4;
/// Frames named one by one.
const MAX_FRAMES: usize = 16;

/// `ms-diagnostics` of a handshake that failed ([MS-OCER]).
const FINAL_HANDSHAKE_FAILED: u32 = 1000;

/// A request that waits for its answer.
#[derive(Clone, Debug)]
struct Waiting {
    asked: Transaction,
    at: Index,
    /// The credential was complete: what comes back is the server's verdict.
    complete: bool,
    /// It takes the registration back.
    removes: bool,
    /// The frame it came in.
    frame: u64,
}

#[derive(Clone, Debug, Default)]
struct Dialog {
    offered: Arc<[Scheme]>,
    waiting: VecDeque<Waiting>,
    /// Requests without a signature whose sender has an association to sign with, and its frame.
    bare: VecDeque<(Transaction, u64)>,
    /// The negotiation in progress, by scheme.
    open: Vec<(Scheme, Index)>,
    /// The newest association with each server, by which a later one is known to take its place.
    made: Vec<Index>,
}

/// Joins SIP messages into negotiations.
#[derive(Clone, Debug, Default)]
pub(super) struct SipAuth {
    /// By [`SipAuth::dialog`].
    dialogs: HashMap<u64, Dialog>,
    /// Security associations by server, scheme and `opaque`: some clients go on with the handle of one scheme in
    /// another.
    associations: HashMap<(SocketAddr, Scheme, String), Index>,
    /// The association that signed last on a conversation.
    signing: HashMap<u32, Index>,
    /// Servers offer one of few lists.
    schemes: Shared<[Scheme]>,
}

impl SipAuth {
    pub(super) fn message(&mut self, group: &Group, head: &Head, all: &mut Negotiations, tickets: &Tickets) {
        let Some(sip) = &head.sip else { return };
        let key = self.dialog(sip);
        if self.dialogs.len() >= MAX_DIALOGS && !self.dialogs.contains_key(&key) {
            return;
        }
        match &head.start {
            Start::Request { .. } => {
                for auth in group.credentials() {
                    self.credential(key, &group.place, sip, auth, all, tickets);
                }
                if head.whole {
                    self.bare(key, group, sip, all);
                }
            }
            Start::Response { status, .. } => {
                self.response(key, group, head, *status, all, tickets);
                // A client signs its answers too,
                for auth in group.credentials() {
                    let known = self.association(&group.place, &auth.header.scheme, auth.header.opaque.as_ref());
                    signed(known, &group.place, sip, auth.header.signature.as_ref(), auth.signed(), true, all);
                }
            }
        }
        // and a server its requests.
        for auth in group.assurances() {
            let known = self.assurance(key, &group.place, auth.header, all);
            if let Some(at) = known {
                all.witness(at, auth.token);
            }
            signed(known, &group.place, sip, auth.header.signature.as_ref(), auth.signed(), false, all);
        }
    }

    /// What a dialog is known by. Clients that begin in the same second may make the same Call-ID, so that of a
    /// registration counts with the address.
    fn dialog(&self, sip: &SipHead) -> u64 {
        let registers = sip.method == "REGISTER";
        self.dialogs.hasher().hash_one((&*sip.call_id, registers.then(|| bare_address(&sip.from))))
    }

    /// The association that this client signs with on this conversation, if it is one.
    fn signs<'n>(&self, place: &Place, sip: &SipHead, all: &'n mut Negotiations) -> Option<&'n mut Negotiation> {
        let negotiation = all.get_mut(*self.signing.get(&place.flow)?)?;
        let mine = negotiation.outcome == Outcome::Accepted && negotiation.address == Some(address(&sip.from).into());
        mine.then_some(negotiation)
    }

    /// Takes note of a request that should be signed and is not.
    fn bare(&mut self, key: u64, group: &Group, sip: &SipHead, all: &mut Negotiations) {
        let place = &group.place;
        let unsigned = group.credentials().next().is_none() && place.from == Direction::ToServer;
        if !unsigned || matches!(&*sip.method, "ACK" | "CANCEL") || self.signs(place, sip, all).is_none() {
            return;
        }
        let asked = Transaction::of(sip, place, self.dialogs.hasher());
        let dialog = self.dialogs.entry(key).or_default();
        if dialog.bare.len() >= 64 {
            dialog.bare.pop_front();
        }
        dialog.bare.push_back((asked, place.frame));
    }

    /// An answer: the request may have been one without a signature. If it was granted, and the answer has none either,
    /// that is told.
    fn answered_bare(&mut self, key: u64, group: &Group, sip: &SipHead, granted: bool, all: &mut Negotiations) {
        let answer = Transaction::of(sip, &group.place, self.dialogs.hasher());
        let Some(dialog) = self.dialogs.get_mut(&key) else { return };
        let asked = dialog.bare.iter().position(|(asked, _)| asked.is_of(&answer));
        let Some((.., frame)) = asked.and_then(|at| dialog.bare.remove(at)) else { return };
        if granted
            && group.assurances().next().is_none()
            && let Some(negotiation) = self.signs(&group.place, sip, all)
        {
            let association = negotiation.association_mut();
            association.unsigned = association.unsigned.saturating_add(1);
            if association.unsigned_frames.len() < MAX_FRAMES {
                association.unsigned_frames.push(frame);
            }
        }
    }

    fn credential(
        &mut self,
        key: u64,
        place: &Place,
        sip: &SipHead,
        auth: Auth<'_, Credential>,
        all: &mut Negotiations,
        tickets: &Tickets,
    ) {
        let Auth { header, token } = auth;
        let known = self.association(place, &header.scheme, header.opaque.as_ref());
        let asked = Transaction::of(sip, place, self.dialogs.hasher());
        let dialog = self.dialogs.entry(key).or_default();
        let association = header.opaque.as_ref().map(|opaque| (place.server, header.scheme.clone(), opaque.clone()));
        let plain = is_plain(&header.scheme);
        let here = |at: Index| all.get(at).is_some_and(|n| n.server == place.server);
        let mut of_scheme = dialog.open.iter().filter(|(scheme, _)| *scheme == header.scheme).map(|(_, at)| *at);
        let open = of_scheme
            .clone()
            .find(|at| here(*at))
            .or_else(|| of_scheme.next())
            .filter(|at| all.get(*at).is_some_and(|n| n.is_open() || plain && n.outcome == Outcome::Accepted))
            .filter(|at| all.get(*at).is_some_and(|n| may_be(n, header.opaque.as_ref())));
        let restarts = header.token == Token::Empty
            || header.opaque.is_none() && header.token.is_some() && known.is_none() && !plain;
        let at = match known.or(open.filter(|_| !restarts)) {
            Some(at) => at,
            // A signature of an association whose making was not captured is no negotiation of its own.
            None if header.token == Token::Absent && !plain => return,
            None => {
                let mut fresh = Negotiation::new(Carrier::Sip, header.scheme.clone(), place);
                fresh.address = Some(address(&sip.from).into());
                fresh.target = header.target.as_deref().map(Into::into);
                fresh.offered = dialog.offered.clone();
                let Some(at) = all.add(fresh) else { return };
                // What was open on this dialog was given up for this, unless another server still thinks about it: who asks
                // several at once begins the same with each.
                let (open, waiting) = (&mut dialog.open, &dialog.waiting);
                let beside = |(scheme, at): &(Scheme, Index)| {
                    let elsewhere = all.get(*at).is_some_and(|n| n.server != place.server);
                    *scheme == header.scheme && elsewhere && waiting.iter().any(|w| w.at == *at)
                };
                let (kept, given_up) = std::mem::take(open).into_iter().partition::<Vec<_>, _>(beside);
                open.extend(kept.into_iter().rev().take(MAX_SERVERS).rev());
                for (_, before) in given_up {
                    if let Some(before) = all.get_mut(before) {
                        before.end(Outcome::Abandoned, format!("the client went on with {}", header.scheme));
                    }
                }
                dialog.open.reserve_exact(1);
                dialog.open.push((header.scheme.clone(), at));
                at
            }
        };
        all.witness(at, token);
        if header.signature.is_some() && !plain && self.signing.len() < MAX_DIALOGS {
            self.signing.insert(place.flow, at);
        }
        signed(Some(at), place, sip, header.signature.as_ref(), auth.signed(), true, all);
        let Some(negotiation) = all.get_mut(at) else { return };
        if let Some(user) = &header.user {
            negotiation.user = Some(user.as_str().into());
        }
        if header.token != Token::Absent {
            negotiation.version = negotiation.version.max(Some(header.version.unwrap_or(2)));
        }
        let seen = absorb(negotiation, place, token, tickets);
        if header.token == Token::Empty {
            negotiation.leg(place, "start");
        } else if plain {
            negotiation.leg(place, "credentials");
        } else if header.signature.is_some() && header.token == Token::Absent && negotiation.is_open() {
            negotiation.leg(place, "signed request");
        }
        if negotiation.scheme == Scheme::TlsDsk && negotiation.user.is_none() {
            negotiation.user.clone_from(&negotiation.address);
        }
        if let Some(key) = association.filter(|_| !plain && self.associations.len() < MAX_DIALOGS) {
            negotiation.association_mut().opaque = Some(key.2.clone());
            self.associations.insert(key, at);
        }
        let complete = plain || header.signature.is_some() || is_complete(header, seen);
        if dialog.waiting.len() >= 64 {
            dialog.waiting.pop_front();
        }
        let removes = sip.method == "REGISTER" && sip.expires == Some(0) && header.signature.is_some();
        if removes {
            ending::leaves(negotiation, place);
        }
        dialog.waiting.push_back(Waiting { asked, at, complete, removes, frame: place.frame });
    }

    fn response(
        &mut self,
        key: u64,
        group: &Group,
        head: &Head,
        status: u16,
        all: &mut Negotiations,
        tickets: &Tickets,
    ) {
        let Some(sip) = head.sip.as_deref().filter(|_| status >= 200) else { return };
        self.answered_bare(key, group, sip, status < 300 && head.whole, all);
        let place = &group.place;
        let answer = Transaction::of(sip, place, self.dialogs.hasher());
        let dialog = self.dialogs.entry(key).or_default();
        let challenged = matches!(status, 401 | 407);
        if challenged {
            dialog.offered = self.schemes.keep(&group.offered());
        }
        let mut asked = Vec::new();
        let here = dialog.waiting.iter().any(|w| w.asked.is_of(&answer) && w.asked.is_beside(&answer));
        dialog.waiting.retain(|w| {
            let mine = w.asked.is_of(&answer) && (!here || w.asked.is_beside(&answer));
            if mine {
                asked.push((w.at, w.complete, w.removes, w.frame));
            }
            !mine
        });
        // Thousands of dialogs are remembered, and few wait for anything.
        if dialog.waiting.is_empty() {
            dialog.waiting = VecDeque::new();
        }
        for (at, complete, removes, frame) in asked {
            let Some(negotiation) = all.get(at) else { continue };
            let going_on = group.offers().find(|o| o.header.scheme == negotiation.scheme && goes_on(o.header));
            if let (true, Some(offer)) = (challenged, &going_on) {
                all.witness(at, offer.token);
            }
            let Some(negotiation) = all.get_mut(at) else { continue };
            if let (true, Some(offer)) = (challenged, going_on) {
                let seen = absorb(negotiation, place, offer.token, tickets);
                if seen.krb_error {
                    let name = negotiation.error.as_ref().map_or_else(String::new, |e| e.name.clone());
                    negotiation.end(Outcome::Refused, format!("{name} inside the challenge"));
                } else if seen.alert {
                    let name = negotiation.error.as_ref().map_or_else(String::new, |e| e.name.clone());
                    let said = head.diagnostics.first().map(|d| format!(", ms-diagnostics {}: {}", d.id, d.reason));
                    let said = said.unwrap_or_default();
                    negotiation.end(Outcome::Refused, format!("TLS alert {name} inside the challenge{said}"));
                } else if let Some(opaque) =
                    offer.header.opaque.clone().filter(|_| self.associations.len() < MAX_DIALOGS)
                {
                    negotiation.association_mut().opaque = Some(opaque.clone());
                    self.associations.insert((place.server, negotiation.scheme.clone(), opaque), at);
                }
                continue;
            }
            if challenged && !is_clear(negotiation, head, complete) {
                // The token with which the server went on may be what was cut off.
                negotiation.leg(place, "answer");
            } else if challenged {
                let target = negotiation.target.as_deref();
                // Another server on the way may ask, too.
                let same = group.offers().any(|o| ending::is_same_server(o.header.target.as_deref(), target));
                if complete && same && negotiation.outcome == Outcome::Accepted && !is_plain(&negotiation.scheme) {
                    ending::forgotten(negotiation, place, head.diagnostics.first());
                }
                refuse(negotiation, place, head, status);
            } else if complete && denies(&negotiation.scheme, status, &head.diagnostics) {
                refuse(negotiation, place, head, status);
            } else if complete {
                // Anything but a challenge means that the credential itself was good. Once it was accepted, the answers to
                // later signed requests are traffic, not steps.
                if negotiation.is_open() {
                    negotiation.leg(place, "answer");
                }
                if status >= 300 && negotiation.is_open() {
                    negotiation.error = negotiation.error.take().or_else(|| error_of(&head.diagnostics));
                }
                let fresh = negotiation.is_open() && !is_plain(&negotiation.scheme);
                negotiation.end(Outcome::Accepted, answered(status));
                if status < 300 {
                    ending::granted(negotiation, frame, removes, place);
                }
                if fresh {
                    take_place(&mut dialog.made, at, place, all);
                }
            } else {
                negotiation.leg(place, "answer");
                negotiation.end(Outcome::Abandoned, format!("answered {status} before the credential was complete"));
            }
        }
    }

    /// The association that the server knows by this handle.
    fn association(&self, place: &Place, scheme: &Scheme, opaque: Option<&String>) -> Option<Index> {
        self.associations.get(&(place.server, scheme.clone(), opaque?.clone())).copied()
    }

    /// The association of a server's signature. The first of all may bring the handle with it.
    fn assurance(&mut self, key: u64, place: &Place, header: &Assurance, all: &mut Negotiations) -> Option<Index> {
        let opaque = header.opaque.as_ref();
        self.association(place, &header.scheme, opaque).or_else(|| {
            let dialog = self.dialogs.get(&key)?;
            let (_, at) = *dialog.open.iter().find(|(scheme, _)| *scheme == header.scheme)?;
            let negotiation = all.get_mut(at).filter(|n| may_be(n, opaque))?;
            if let Some(opaque) = opaque.filter(|_| self.associations.len() < MAX_DIALOGS) {
                negotiation.association_mut().opaque = Some(opaque.clone());
                self.associations.insert((place.server, header.scheme.clone(), opaque.clone()), at);
            }
            Some(at)
        })
    }
}

/// True unless the association is known by another handle.
fn may_be(negotiation: &Negotiation, opaque: Option<&String>) -> bool {
    let known = &negotiation.association().opaque;
    opaque.is_none() || known.is_none() || known.as_ref() == opaque
}

/// True for schemes that make no association.
const fn is_plain(scheme: &Scheme) -> bool {
    matches!(scheme, Scheme::Digest | Scheme::Basic)
}

/// An association was made: it takes the place of the one that the dialog had with the same server.
fn take_place(made: &mut Vec<Index>, fresh: Index, place: &Place, all: &mut Negotiations) {
    let with = |at: Index, all: &Negotiations| all.get(at).and_then(|n| n.target.clone());
    let target = with(fresh, all);
    let same = |at: &Index| ending::is_same_server(with(*at, all).as_deref(), target.as_deref());
    let before = made.iter().position(same).map(|at| made.swap_remove(at));
    if made.len() < MAX_SERVERS {
        made.push(fresh);
    }
    if let Some(before) = before.filter(|before| *before != fresh) {
        all.replaced(before, fresh, place);
    }
}

/// Counts a signature with its association.
fn signed(
    of: Option<Index>,
    place: &Place,
    sip: &SipHead,
    signature: Option<&Signature>,
    text: Option<&SignedText>,
    from_client: bool,
    all: &mut Negotiations,
) {
    let (Some(at), Some(signature)) = (of, signature) else { return };
    let here = SignatureAt { frame: place.frame, from_client, number: signature.number };
    all.signed(at, place, here, signature, text);
    // What ends another request may repeat its header.
    if signature.number != 0 && !matches!(&*sip.method, "ACK" | "CANCEL") {
        all.numbered(at, place, here, signature);
    }
}

/// True if this token lets the server give its verdict.
fn is_complete(header: &Credential, seen: Seen) -> bool {
    match header.scheme {
        Scheme::Ntlm => seen.authenticate,
        Scheme::Kerberos => header.token.is_some(),
        Scheme::Negotiate => seen.authenticate || seen.ap_req,
        _ => false,
    }
}

/// A challenge that continues: it carries a token, or at least the handle of an association.
pub(super) fn goes_on(offer: &Offer) -> bool {
    offer.token.is_some() || offer.stale || offer.token == Token::Empty && offer.opaque.is_some()
}

/// True if a challenge that shows no token refuses: nothing of it is missing, or the handshake was over ([MS-SIPAE] 3.2.5).
fn is_clear(negotiation: &Negotiation, head: &Head, complete: bool) -> bool {
    let failed = head.diagnostics.iter().any(|said| said.id == FINAL_HANDSHAKE_FAILED);
    head.whole || failed || complete && negotiation.scheme == Scheme::Ntlm
}

/// The phrase of an answer.
fn said_with(head: &Head) -> &str {
    if let Start::Response { phrase, .. } = &head.start {
        phrase.get(..phrase.floor_char_boundary(80)).unwrap_or("")
    } else {
        ""
    }
}

/// True for 403 to a password (RFC 3261 §21.4.4): registrars that are no servers of Lync give it to one that is wrong. Those
/// of Lync have checked the credential by then, and say in a diagnostics header what else they mind.
fn denies(scheme: &Scheme, status: u16, diagnostics: &[Diagnostic]) -> bool {
    status == 403 && is_plain(scheme) && diagnostics.is_empty()
}

fn refuse(negotiation: &mut Negotiation, place: &Place, head: &Head, status: u16) {
    if !negotiation.is_open() {
        return;
    }
    negotiation.leg(place, "refusal");
    let said = head.diagnostics.first();
    let reason = said.map_or_else(
        || match status {
            403 => format!("answered 403 \"{}\"", said_with(head)),
            _ => format!("answered {status} with a fresh challenge"),
        },
        |d| format!("answered {status}, ms-diagnostics {}: {}", d.id, d.reason),
    );
    let status_error = ErrorCode::new(Space::Sip, status, phrase(status).unwrap_or("refused"));
    negotiation.error =
        negotiation.error.take().or_else(|| error_of(&head.diagnostics)).or_else(|| Some(Box::new(status_error)));
    negotiation.end(Outcome::Refused, reason);
}

/// The first diagnostics header as an error.
pub(super) fn error_of(diagnostics: &[Diagnostic]) -> Option<Box<ErrorCode>> {
    let first = diagnostics.first()?;
    Some(Box::new(ErrorCode::new(Space::Ms, first.id, first.reason.as_str())))
}

/// `sip:alice@contoso.com;x=y` without scheme and parameters.
pub(super) fn address(uri: &str) -> String {
    bare_address(uri).to_owned()
}

/// The same where it stands.
pub(super) fn bare_address(uri: &str) -> &str {
    let bare = uri.strip_prefix("sip:").or_else(|| uri.strip_prefix("sips:")).unwrap_or(uri);
    bare.split([';', '?']).next().unwrap_or(bare)
}
