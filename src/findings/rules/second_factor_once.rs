//! W20: a sign-in at the identity provider becomes a certificate.

use crate::analysis::{Operation, WebExchange};
use crate::fact::Scheme;
use crate::findings::{Confidence, Facts, Item, Report, Rule, Severity};
use crate::knowledge::service::Service;

/// W20.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W20",
    name: "second-factor-once",
    severity: Severity::Medium,
    title: "A sign-in at the identity provider becomes a certificate",
    why: "Whatever factors the identity provider asked for, the certificate asks for none until it expires.",
    remedy: "Set-CsWebServiceConfiguration -DefaultValidityPeriodHours <hours>: the shorter the certificate lives, the more often the identity provider is asked",
    references: &["[MS-OCAUTHWS]"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for signin in facts.sign_ins {
        let mine = facts.exchanges_of(signin);
        let provider = mine.iter().find(|w| is_provider(w));
        let issued = mine.iter().find(|w| w.operation == Operation::PublishCertificate && w.succeeded());
        let (Some(provider), Some(issued)) = (provider, issued) else { continue };
        let (Some(from), Some(to)) = (provider.first(), issued.response) else { continue };
        // The ticket that the certificate was issued for may have been bought in another way.
        let otherwise = mine.iter().any(|w| {
            let between = w.first().is_some_and(|seen| (from.frame..to.frame).contains(&seen.frame));
            between && w.operation == Operation::IssueTicket && w.succeeded() && is_other_proof(w)
        });
        if from.frame < to.frame && !otherwise {
            report
                .found(signin.user.as_deref().unwrap_or_default(), issued.client, issued.server)
                .confidence(Confidence::Consistent)
                .proof(Item::new(from.frame, "http.host", provider.host.to_string()))
                .proof(Item::new(to.frame, "lync.service", format!("{}, {}", issued.service, issued.operation.name())));
        }
    }
}

/// A page or token of an identity provider; to be asked whose user somebody is is not to sign in.
fn is_provider(exchange: &WebExchange) -> bool {
    let went = exchange.status.is_none_or(|status| status < 400);
    let realm = exchange.path.to_ascii_lowercase().ends_with("getuserrealm.srf");
    went && !realm
        && (matches!(exchange.service, Service::Sts | Service::Passive)
            || exchange.service.signs_in() && matches!(exchange.credential, Some(Scheme::Bearer)))
}

/// A ticket for a password, a Windows account, a certificate or a PIN.
fn is_other_proof(exchange: &WebExchange) -> bool {
    let proof = matches!(
        exchange.credential,
        Some(Scheme::Ntlm | Scheme::Negotiate | Scheme::Kerberos | Scheme::UsernameToken | Scheme::Certificate)
    );
    proof && matches!(exchange.service, Service::WebTicket(_))
}
