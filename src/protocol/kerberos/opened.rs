//! What keys at hand open: the plain text lies in a buffer of its own under the cipher, described like any other message.
//!
//! A ticket is opened with a key of the keytab. Its session key opens the authenticator beside it, the service's answer
//! later in the capture, and the tickets that are handed on inside; the key ring keeps it for them.

use super::dissect::{MAX_NESTED, Told, any};
use super::fields;
use super::ticket::{Sealed, Ticket, digest};
use crate::fact::{EncryptionKey, KerberosKind, KeyFit, KeyProof, Principal};
use crate::field::{Mark, Value};
use crate::protocol::Out;
use crate::secrets::Secret;
use crate::secrets::kerberos::{Keyring, Unsealed, Usage, open};
use crate::wire::der;
use crate::wire::text::escape;

/// Opens the encrypted part of a ticket.
pub fn ticket<'b>(out: &mut Out<'_, 'b>, ticket: &Ticket<'b>, sealed: &Sealed<'b>, told: &mut Told) {
    let Some((ring, etype, cipher)) = at_hand(sealed, told) else { return };
    let issued = digest(cipher);
    if told.user_to_user {
        // No key of a keytab is concerned.
        let inside = known(out, "Decrypted ticket", sealed, &[Usage::TICKET], told);
        if let Some(key) = inside.and_then(|inside| inside.found.key) {
            ring.learn(Some(issued), &key);
        }
        return;
    }
    let name = ticket.name().unwrap_or_default();
    let (fit, opened) = ring.ticket(issued, &name, sealed.kvno, etype, cipher);
    shut(out, cipher, &fit);
    told.opened.service = Some(fit.clone());
    let Some(Unsealed { plain, key }) = opened else { return };
    told.service = Some(key);
    let inside = describe(out, "Decrypted ticket", cipher, &plain, Some(&fit), told);
    told.service = None;
    if let Some(key) = &inside.found.key {
        ring.learn(Some(issued), key);
    }
    told.opened.client_name = inside.found.client;
    told.opened.ticket_flags = inside.found.flags;
}

/// Opens the authenticator beside a ticket with this session key.
pub fn authenticator<'b>(out: &mut Out<'_, 'b>, session: Option<&EncryptionKey>, sealed: &Sealed<'b>, told: &mut Told) {
    let Some((ring, _, cipher)) = at_hand(sealed, told) else { return };
    let uses = [Usage::AUTHENTICATOR, Usage::TGS_REQ_AUTHENTICATOR];
    let opened = session.and_then(|key| uses.into_iter().find_map(|usage| open(key, usage, cipher)));
    let Some(plain) = opened else {
        out.mark(Mark::Undecrypted("the session key of the ticket is not known"), cipher);
        return;
    };
    told.opened.session = session.cloned();
    let inside = describe(out, "Decrypted authenticator", cipher, &plain, None, told);
    if let Some(key) = &inside.found.subkey {
        ring.learn(None, key);
    }
    told.opened.subkey = inside.found.subkey;
    told.opened.delegated = inside.opened.delegated;
    told.opened.channel_bound = inside.opened.channel_bound;
}

/// Opens the answer of a service, which is sealed with the session key of the ticket it was shown.
pub fn answer<'b>(out: &mut Out<'_, 'b>, sealed: &Sealed<'b>, told: &mut Told) {
    let inside = known(out, "Decrypted AP-REP", sealed, &[Usage::AP_REP], told);
    if let (Some(ring), Some(key)) = (&told.keyring, inside.as_ref().and_then(|i| i.found.subkey.as_ref())) {
        ring.learn(None, key);
    }
    // Even without a subkey it matters that the answer was read.
    told.opened.answered = inside.is_some();
    told.opened.subkey = inside.and_then(|inside| inside.found.subkey);
}

/// Opens what came with tickets that are handed on.
pub fn credentials<'b>(out: &mut Out<'_, 'b>, sealed: &Sealed<'b>, told: &mut Told) {
    if let (Some(_), Some(0), Some(cipher)) = (&told.keyring, sealed.etype, sealed.cipher) {
        // Nothing was encrypted.
        describe(out, "KRB-CRED in clear", cipher, &Secret::new(cipher.to_vec()), None, told);
        return;
    }
    let inside = known(out, "Decrypted KRB-CRED", sealed, &[Usage::CREDENTIALS], told);
    if let (Some(ring), Some(key)) = (&told.keyring, inside.as_ref().and_then(|i| i.found.key.as_ref())) {
        ring.learn(None, key);
    }
}

/// Opens the proof in an AS-REQ, which is sealed with the client's key.
pub fn timestamp<'b>(out: &mut Out<'_, 'b>, sealed: &Sealed<'b>, told: &mut Told) {
    prove(sealed, false, told);
    client(out, "Decrypted timestamp", sealed, Usage::TIMESTAMP, told);
}

/// Opens a reply of the KDC, and keeps the session key of the ticket with this digest.
pub fn reply<'b>(out: &mut Out<'_, 'b>, issued: Option<u64>, sealed: &Sealed<'b>, told: &mut Told) {
    let inside = if told.fact.kind == KerberosKind::AsRep {
        prove(sealed, true, told);
        client(out, "Decrypted AS-REP", sealed, Usage::AS_REP, told)
    } else {
        known(out, "Decrypted TGS-REP", sealed, &[Usage::TGS_REP, Usage::TGS_REP_SUBKEY], told)
    };
    if let (Some(ring), Some(key)) = (&told.keyring, inside.and_then(|inside| inside.found.key)) {
        ring.learn(issued, &key);
    }
}

/// Keeps what a password can be held against.
fn prove(sealed: &Sealed<'_>, reply: bool, told: &mut Told) {
    if let (Some(etype), Some(cipher), 0, true) = (sealed.etype, sealed.cipher, told.nested, told.fact.proof.is_none())
    {
        told.fact.proof = KeyProof::new(etype, reply, cipher).map(Box::new);
    }
}

fn client<'b>(
    out: &mut Out<'_, 'b>,
    title: &'static str,
    sealed: &Sealed<'b>,
    usage: Usage,
    told: &mut Told,
) -> Option<Told> {
    let (ring, etype, cipher) = at_hand(sealed, told)?;
    let name = told.client.clone().unwrap_or_default();
    let (fit, opened) = ring.owned(&name, sealed.kvno, etype, usage, cipher);
    shut(out, cipher, &fit);
    told.opened.client = Some(fit.clone());
    Some(describe(out, title, cipher, &opened?.plain, Some(&fit), told))
}

/// Opens what was sealed with a key that came before.
fn known<'b>(
    out: &mut Out<'_, 'b>,
    title: &'static str,
    sealed: &Sealed<'b>,
    usages: &[Usage],
    told: &Told,
) -> Option<Told> {
    let (ring, etype, cipher) = at_hand(sealed, told)?;
    let plain = ring.known(etype, usages, cipher);
    if plain.is_none() {
        out.mark(Mark::Undecrypted("no session key that is known opens it"), cipher);
    }
    Some(describe(out, title, cipher, &plain?, None, told))
}

fn at_hand<'b>(sealed: &Sealed<'b>, told: &Told) -> Option<(Keyring, i32, &'b [u8])> {
    Some((told.keyring.clone()?, sealed.etype?, sealed.cipher?))
}

/// Says why a cipher stays closed.
fn shut(out: &mut Out<'_, '_>, cipher: &[u8], fit: &KeyFit) {
    if !fit.fits() {
        out.mark(Mark::Undecrypted(fit.why()), cipher);
    }
}

/// Shows the plain text and returns what was found in it.
fn describe(
    out: &mut Out<'_, '_>,
    title: &'static str,
    cipher: &[u8],
    plain: &Secret,
    with: Option<&KeyFit>,
    outer: &Told,
) -> Told {
    let mut inner = Told { service: outer.service.clone(), ..Told::inside(outer) };
    if outer.nested >= MAX_NESTED {
        out.mark(Mark::TooDeep, cipher);
        return inner;
    }
    if let (true, Some(KeyFit::Fits { principal, kvno, etype, .. })) = (out.shows(), with) {
        let name = super::names::etype_name(*etype).unwrap_or("unknown type");
        let key = format!("{principal}, version {kvno}, {name}");
        out.value(&fields::OPENED_WITH, cipher, Value::Text(escape(key.as_bytes()).as_bytes()));
    }
    out.derived(title, plain.bytes(), |out| {
        let mut rest = plain.bytes();
        if let Some(element) = out.read(&mut rest, der::tlv) {
            any(out, element, &mut inner);
        }
    });
    inner
}

/// What a walk over plain text finds.
#[derive(Debug, Default)]
pub struct Found {
    /// The session key.
    pub key: Option<EncryptionKey>,
    /// The subkey.
    pub subkey: Option<EncryptionKey>,
    /// Whom a ticket was issued to.
    pub client: Option<Principal>,
    /// flags of a ticket
    pub flags: Option<u32>,
}
