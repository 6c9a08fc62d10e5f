//! One message: which it is, and its walk. Facts are of the outermost message; those inside its pre-authentication
//! data or error data are only shown.

use super::conversation::RECORD;
use super::opened::Found;
use super::{authentication, decrypted, error, fields, kdc, parse};
use crate::fact::{EncryptionKey, Fact, Kerberos, KerberosKind, Opened, Principal};
use crate::field::{Field, Mark};
use crate::protocol::{Context, Message, Out};
use crate::secrets::kerberos::Keyring;
use crate::wire::der::{self, Tlv, tag};

/// Messages inside messages that are followed: a TGS-REQ holds an AP-REQ, FAST armor another, an error may hold one.
pub const MAX_NESTED: u8 = 4;

/// What a message collects while it is walked.
#[derive(Debug)]
pub struct Told {
    /// The fact it becomes, if it becomes one.
    pub fact: Kerberos,
    /// How many messages it lies in.
    pub nested: u8,
    /// True if the packet list may say what it is: it travels by itself, not in a token.
    pub listed: bool,
    /// True inside a KDC-REQ, whose pre-authentication data is the request's.
    pub request: bool,
    /// What is opened with, if anything was given.
    pub keyring: Option<Keyring>,
    /// Whose key the client's proofs are made with.
    pub client: Option<Principal>,
    /// What the keys at hand say of the message.
    pub opened: Opened,
    /// What stood in plain text that was opened.
    pub found: Found,
    /// True in an AP-REQ whose ticket was made with the session key of another one (use-session-key).
    pub user_to_user: bool,
    /// The key that opened the ticket being walked.
    pub service: Option<EncryptionKey>,
}

impl Told {
    fn new(kind: Option<KerberosKind>, keyring: Option<Keyring>) -> Self {
        Self {
            fact: Kerberos::new(kind.unwrap_or(KerberosKind::Error)),
            nested: 0,
            listed: false,
            request: false,
            keyring,
            client: None,
            opened: Opened::default(),
            found: Found::default(),
            user_to_user: false,
            service: None,
        }
    }

    /// For what lies in a message.
    pub fn inside(outer: &Self) -> Self {
        Self { nested: outer.nested.saturating_add(1), ..Self::new(None, outer.keyring.clone()) }
    }

    /// The fact, with what keys said of it.
    fn into_fact(mut self) -> Kerberos {
        self.fact.opened = (self.opened != Opened::default()).then(|| Box::new(self.opened));
        self.fact
    }
}

/// Describes a message, with its record mark if it came over TCP.
pub fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let record = message.note & RECORD != 0;
    // A token of HTTP, SMB or LDAP comes over TCP without a record mark; the packet list is its carrier's.
    let listed = record || message.context.flow.is_none_or(|flow| flow.tcp.is_none());
    if listed {
        out.column("KRB5", format_args!(""));
    }
    out.group(&fields::KERBEROS, message.bytes, |out| {
        let mut rest = message.bytes;
        if record {
            let Some(mark) = out.read(&mut rest, parse::record_mark) else { return };
            let raw = message.bytes.get(..4).unwrap_or(&[]);
            out.flag(&fields::RECORD_RESERVED, raw, mark.reserved);
            out.number(&fields::RECORD_LENGTH, raw, mark.length);
            if mark.reserved {
                out.malformed(raw, "the reserved bit of the record mark is set");
                return;
            }
        }
        let Some(element) = out.read(&mut rest, der::tlv) else { return };
        if element.cut {
            cut(out, message.context, element.raw);
        }
        if !rest.is_empty() {
            out.malformed(rest, "bytes behind the message");
        }
        top(out, element, listed, message.context.keyring);
    });
}

/// Marks a message that ends before its length says.
fn cut(out: &mut Out<'_, '_>, context: &Context<'_>, raw: &[u8]) {
    if context.frame.captured < context.frame.wire_len {
        out.mark(Mark::Truncated, raw);
    } else {
        out.malformed(raw, "ends before its length says");
    }
}

/// The outermost message: the one that becomes a fact and a line of the packet list.
fn top<'b>(out: &mut Out<'_, 'b>, element: Tlv<'b>, listed: bool, keyring: Option<&Keyring>) {
    let kind = (element.class == 1).then(|| kind(element.tag)).flatten();
    if listed && element.class == 1 {
        let name = super::names::message(i64::from(element.tag)).unwrap_or_default();
        out.column("KRB5", format_args!("{name}"));
    }
    let mut told = Told { listed, ..Told::new(kind, keyring.cloned()) };
    any(out, element, &mut told);
    if kind.is_some() {
        out.fact(Fact::Kerberos(Box::new(told.into_fact())), element.raw);
    }
}

const fn kind(tag: u32) -> Option<KerberosKind> {
    Some(match tag {
        10 => KerberosKind::AsReq,
        11 => KerberosKind::AsRep,
        12 => KerberosKind::TgsReq,
        13 => KerberosKind::TgsRep,
        14 => KerberosKind::ApReq,
        15 => KerberosKind::ApRep,
        30 => KerberosKind::Error,
        _ => return None,
    })
}

/// A message inside another; what it says is returned but makes no fact.
pub fn nested<'b>(out: &mut Out<'_, 'b>, bytes: &'b [u8], outer: &Told) -> Option<Kerberos> {
    if outer.nested >= MAX_NESTED {
        out.mark(Mark::TooDeep, bytes);
        return None;
    }
    let mut rest = bytes;
    let element = out.read(&mut rest, der::tlv)?;
    let kind = if element.class == 1 { kind(element.tag) } else { None };
    let mut told = Told::inside(outer);
    told.fact.kind = kind.unwrap_or(KerberosKind::Error);
    any(out, element, &mut told);
    kind.map(|_| told.into_fact())
}

/// The choice of RFC 4120 section 5.10, by application tag.
pub fn any<'b>(out: &mut Out<'_, 'b>, element: Tlv<'b>, told: &mut Told) {
    if element.is_universal(tag::SEQUENCE) {
        // What has no application tag: a decrypted timestamp, and the TGT-REQ and TGT-REP of user-to-user.
        match element.inner().and_then(|member| member.inner()) {
            Some(first) if parse::time(first).is_some() => decrypted::timestamp(out, element),
            _ => authentication::ticket_granting(out, element, told),
        }
        return;
    }
    let (field, body): (&'static Field, Body) = match (element.class, element.tag) {
        // A ticket keeps its own tag in the structures that hold it.
        (1, 1) => {
            super::ticket::ticket(out, &fields::TICKET, element, told);
            return;
        }
        (1, 2) => (&fields::AUTHENTICATOR, decrypted::authenticator),
        (1, 3) => (&fields::ENC_TICKET_PART, decrypted::ticket_part),
        (1, 10) => (&fields::AS_REQ, kdc::request),
        (1, 11) => (&fields::AS_REP, kdc::reply),
        (1, 12) => (&fields::TGS_REQ, kdc::request),
        (1, 13) => (&fields::TGS_REP, kdc::reply),
        (1, 14) => (&fields::AP_REQ, authentication::request),
        (1, 15) => (&fields::AP_REP, authentication::reply),
        (1, 20) => (&fields::KRB_SAFE, authentication::safe),
        (1, 21) => (&fields::KRB_PRIV, authentication::private),
        (1, 22) => (&fields::KRB_CRED, authentication::credentials),
        (1, 25) => (&fields::ENC_AS_REP_PART, decrypted::reply_part),
        (1, 26) => (&fields::ENC_TGS_REP_PART, decrypted::reply_part),
        (1, 27) => (&fields::ENC_AP_REP_PART, decrypted::authentication_part),
        (1, 28) => (&fields::ENC_KRB_PRIV_PART, decrypted::private_part),
        (1, 29) => (&fields::ENC_KRB_CRED_PART, decrypted::credentials_part),
        (1, 30) => (&fields::KRB_ERROR, error::error),
        _ => {
            out.malformed(element.raw, "not a Kerberos message");
            return;
        }
    };
    out.group(field, element.raw, |out| match element.inner() {
        Some(sequence) => body(out, sequence, told),
        None => out.malformed(element.raw, "an empty message"),
    });
}

type Body = for<'b> fn(&mut Out<'_, 'b>, Tlv<'b>, &mut Told);
