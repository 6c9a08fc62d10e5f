//! What keys at hand tell of a Kerberos exchange, and how that is said.

use super::negotiation::Negotiation;
use crate::fact::{Kerberos, KeyFit};
use crate::protocol::kerberos::names;
use std::fmt::Write;

/// ok-as-delegate, bit 13 of the ticket's flags
const OK_AS_DELEGATE: u32 = 0x0004_0000;

/// What keys at hand told of a Kerberos exchange.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KerberosTraits {
    /// Which key of the keytab opens the ticket, or why none does.
    pub service_key: Option<KeyFit>,
    /// The encryption type of the ticket's session key.
    pub session_etype: Option<i32>,
    /// The ticket says that its service may be trusted with delegated tickets (ok-as-delegate).
    pub ok_as_delegate: bool,
    /// The client handed on its ticket-granting ticket with the key to it.
    pub delegated: bool,
    /// Whether the authenticator is bound to the TLS channel.
    pub channel_bound: Option<bool>,
}

impl Negotiation {
    /// Kerberos: what keys at hand told of it.
    pub fn opened(&self) -> &KerberosTraits {
        static NOTHING: KerberosTraits = KerberosTraits {
            service_key: None,
            session_etype: None,
            ok_as_delegate: false,
            delegated: false,
            channel_bound: None,
        };
        self.opened.as_deref().unwrap_or(&NOTHING)
    }

    /// Takes over what keys at hand told of a message.
    pub(super) fn open(&mut self, message: &Kerberos) {
        let Some(opened) = message.opened.as_deref() else { return };
        let traits = self.opened.get_or_insert_default();
        // Whoever gives the keys of a service asks nothing about the KDC's own.
        let granting = message.service.as_ref().is_some_and(|service| service.name.starts_with("krbtgt/"));
        let asked = opened.service.clone().filter(|fit| fit.fits() || !granting);
        traits.service_key = asked.or(traits.service_key.take());
        traits.session_etype = opened.session.as_ref().map(|key| key.etype).or(traits.session_etype);
        traits.ok_as_delegate |= opened.ticket_flags.is_some_and(|flags| flags & OK_AS_DELEGATE != 0);
        traits.delegated |= opened.delegated;
        traits.channel_bound = opened.channel_bound.or(traits.channel_bound);
        if let Some(client) = &opened.client_name {
            self.user = Some(client.name.as_str().into());
            self.domain = Some(client.realm.as_str().into());
        }
    }
}

/// An encryption type by its name.
pub fn etype_name(etype: i32) -> String {
    names::etype_name(etype).map_or_else(|| format!("encryption type {etype}"), str::to_owned)
}

/// What keys at hand say of a ticket, in a sentence. Names in it are not yet made harmless for a terminal.
pub fn key_words(fit: &KeyFit) -> String {
    match fit {
        KeyFit::Fits { principal, kvno, etype, another } => {
            let whose = if *another { ": the name belongs to that account too, or is registered on it" } else { "" };
            format!("the ticket opens with the key of {principal}, version {kvno}, {}{whose}", etype_name(*etype))
        }
        KeyFit::NoPrincipal => "no key of the keytab opens the ticket: it has none of this name".into(),
        KeyFit::NoEtype { etype, has } => {
            let has: Vec<_> = has.iter().map(|etype| etype_name(*etype)).collect();
            format!("the ticket needs a key of {}; of this name the keytab has {}", etype_name(*etype), has.join(", "))
        }
        KeyFit::WrongKvno { kvno, has } => {
            let mut text = String::from("the ticket needs ");
            let _ = match kvno {
                Some(kvno) => write!(text, "version {kvno} of the key"),
                None => write!(text, "another version of the key"),
            };
            let has: Vec<_> = has.iter().map(u32::to_string).collect();
            format!("{text}; the keytab has {}", has.join(", "))
        }
        KeyFit::Differs { kvno, etype } => {
            let version = kvno.map_or(String::new(), |kvno| format!(", version {kvno}"));
            format!(
                "the ticket was made with another key than the keytab has under this name ({}{version}): the keytab is not \
                 the service's, its password was changed, or another account holds the name too",
                etype_name(*etype)
            )
        }
        KeyFit::NotUnderstood { etype } => format!("tickets of {} are not opened", etype_name(*etype)),
    }
}
