//! W46: Kerberos ticket encrypted with a weak type.

use crate::analysis::{Carrier, Negotiation};
use crate::findings::{Facts, Item, Report, Rule, Severity};
use crate::protocol::kerberos::names;

/// W46.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W46",
    name: "kerberos-weak-etype",
    severity: Severity::High,
    title: "Kerberos ticket encrypted with a weak type",
    why: "A service ticket under RC4 can be attacked offline to get the service account's password; under DES the key itself is found by trying.",
    remedy: "Give the account AES keys: set msDS-SupportedEncryptionTypes to 24 and change its password (Set-CsKerberosAccountPassword)",
    references: &["RFC 8429", "RFC 6649"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for n in &facts.negotiations {
        // The key inside is known only where the ticket was opened.
        if let Some((etype, severity)) = n.opened().session_etype.and_then(weak)
            && n.ticket_etype.and_then(weak).is_none()
        {
            report
                .found(&n.account(), n.client, n.server)
                .severity(severity.min(Severity::Medium))
                .title(format!("What follows the ticket for {} is protected with {}", target(n), name(etype)))
                .proof(Item::new(n.frame_of("AP-REQ"), "kerberos.keytype", etype.to_string()));
        }
        let Some((etype, severity)) = n.ticket_etype.and_then(weak) else { continue };
        let what = if n.carrier == Carrier::Kdc { "-REP" } else { "AP-REQ" };
        let frame = n.legs.iter().rev().find(|l| l.what.ends_with(what)).map_or(n.first_frame(), |l| l.frame);
        report
            .found(&n.account(), n.client, n.server)
            .severity(severity)
            .title(format!("Ticket for {} is encrypted with {}", target(n), name(etype)))
            .proof(Item::new(frame, "kerberos.etype", format!("{etype}, for {}", target(n))));
    }
}

/// How weak a type is, if it is.
const fn weak(etype: i32) -> Option<(i32, Severity)> {
    match etype {
        1..=3 | 24 | -135 | -133 | -128 => Some((etype, Severity::Critical)),
        23 => Some((etype, Severity::High)),
        _ => None,
    }
}

fn target(n: &Negotiation) -> &str {
    n.target.as_deref().unwrap_or("?")
}

fn name(etype: i32) -> &'static str {
    let name = names::etype(i64::from(etype).cast_unsigned()).unwrap_or("an unknown type");
    name.strip_prefix("eTYPE-").unwrap_or(name)
}
