//! W47: account needs no Kerberos pre-authentication.

use crate::analysis::{Carrier, Outcome};
use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W47.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W47",
    name: "no-preauthentication",
    severity: Severity::High,
    title: "Account needs no Kerberos pre-authentication",
    why: "Anybody may ask the KDC for this account's reply, and guess its password offline.",
    remedy: "Clear 'Do not require Kerberos preauthentication' on the account (Set-ADAccountControl -DoesNotRequirePreAuth $false)",
    references: &["RFC 4120 3.1.1"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for n in &facts.negotiations {
        let answered = n.carrier == Carrier::Kdc && n.outcome == Outcome::Accepted;
        // The request must have been captured: what it lacks is the proof.
        let request = n.legs.iter().rev().find(|leg| leg.what == "AS-REQ");
        // Where the KDC asked for it, the request that carried it was not captured.
        let asked = n.legs.iter().any(|leg| leg.what == "KRB-ERROR");
        // What stands at the end of a request was read: nothing before it was cut off.
        let whole = !n.offered_etypes.is_empty();
        if let Some(request) = request.filter(|_| answered && !asked && whole && !n.preauthenticated) {
            report
                .found(&n.account(), n.client, n.server)
                .proof(Item::new(request.frame, "kerberos.padata_type", "no PA-ENC-TIMESTAMP"))
                .proof(Item::new(n.frame_of("AS-REP"), "kerberos.msg_type", "11"));
        }
    }
}
