//! W65: a password for another service went over the wire in clear text.

use crate::analysis::Carrier;
use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W65.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W65",
    name: "plain-credentials-elsewhere",
    severity: Severity::Info,
    title: "Password for another service in clear text",
    why: "It is no part of a sign-in to Lync, but often the same password: whoever can read these packets has it.",
    remedy: "Have the service take passwords inside TLS only (ldaps or StartTLS, smtps, imaps, pop3s), or sign in with Kerberos",
    references: &["RFC 4513 6.3.3", "RFC 4616 3", "RFC 8314", "RFC 4217"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for n in &facts.negotiations {
        let Carrier::Service(_) = n.carrier else { continue };
        // A bind with an empty password proves nothing and gives nothing away.
        if n.encrypted || !n.scheme.is_password() || n.user.is_none() {
            continue;
        }
        for leg in n.legs.iter().filter(|leg| leg.what == "credentials") {
            let what = match n.carrier.name() {
                "ldap" => ("directory", "ldap.simple"),
                "smtp" => ("mail", "smtp"),
                "imap" => ("mail", "imap"),
                "pop" => ("mail", "pop"),
                _ => ("file", "ftp.request.arg"),
            };
            let found = report.found(&n.account(), n.client, n.server).times(n.count);
            found.title(format!(
                "Password for a {} service in clear text ({}, {})",
                what.0,
                n.carrier.name(),
                n.scheme
            ));
            found.proof(Item::new(leg.frame, what.1, "(hidden)"));
        }
    }
}
