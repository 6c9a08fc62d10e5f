//! W19: an account that the domain refuses signs in by certificate.

use crate::analysis::{Negotiation, Outcome, Space};
use crate::fact::Scheme;
use crate::findings::{Confidence, Facts, Item, Report, Rule, Severity};
use crate::wire::text::short_name;
use std::collections::HashMap;

/// W19.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W19",
    name: "locked-account-signs-in",
    severity: Severity::Critical,
    title: "An account that the domain refuses signs in by certificate",
    why: "The certificate is not checked against the directory: who was locked out or left keeps signing in until it expires.",
    remedy: "Revoke-CsClientCertificate -Identity <user>; Disable-CsUser -Identity <user>; Set-CsWebServiceConfiguration -DefaultValidityPeriodHours <hours> for the future",
    references: &["[MS-SIPAE] 3.2.5.3", "F53"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    let mut refused: HashMap<String, Vec<&Negotiation>> = HashMap::new();
    for n in facts.negotiations.iter().filter(|n| n.outcome == Outcome::Refused && n.scheme != Scheme::TlsDsk) {
        if let Some(user) = n.user.as_deref().filter(|_| by_account(n)) {
            refused.entry(short_name(user)).or_default().push(n);
        }
    }
    for n in &facts.negotiations {
        if n.scheme != Scheme::TlsDsk || n.outcome != Outcome::Accepted {
            continue;
        }
        let user = n.user.as_deref().map(short_name).unwrap_or_default();
        let same = refused.get(&user).into_iter().flatten();
        // A password mistyped once and right the next time locks nobody out.
        let Some(other) = same.max_by_key(|other| (is_disabled(other), other.first_frame())) else { continue };
        let disabled = is_disabled(other);
        if !disabled && has_password(facts, &user) {
            continue;
        }
        let proof = other.error.as_ref().map_or_else(String::new, |e| format!("{} {}", e.code, e.name));
        report
            .found(&n.account(), n.client, n.server)
            .confidence(if disabled { Confidence::Certain } else { Confidence::Consistent })
            .proof(Item::new(other.legs.last().map_or(0, |leg| leg.frame), "auth.error", proof))
            .proof(Item::new(n.legs.last().map_or(0, |leg| leg.frame), "auth.outcome", "accepted"));
    }
}

/// KDC_ERR_CLIENT_REVOKED: disabled, locked out, or outside the hours allowed.
fn is_disabled(n: &Negotiation) -> bool {
    n.error.as_ref().is_some_and(|e| e.space == Space::Krb && e.code == 18)
}

/// True if the refusal is about the account, not about a service or a clock.
fn by_account(n: &Negotiation) -> bool {
    is_disabled(n) || matches!(n.scheme, Scheme::Ntlm | Scheme::Negotiate)
}

/// True if the same user's password was accepted somewhere.
fn has_password(facts: &Facts<'_>, user: &str) -> bool {
    facts.negotiations.iter().any(|n| {
        n.outcome == Outcome::Accepted
            && matches!(n.scheme, Scheme::Ntlm | Scheme::Negotiate | Scheme::Kerberos)
            && n.user.as_deref().is_some_and(|name| short_name(name) == user)
    })
}
