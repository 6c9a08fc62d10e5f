//! W44: client fell back to another scheme.

use crate::analysis::{Carrier, Negotiation, Outcome};
use crate::fact::Scheme;
use crate::findings::{Facts, Item, Report, Rule, Severity};
use std::collections::BTreeMap;

/// W44.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W44",
    name: "scheme-fallback",
    severity: Severity::Medium,
    title: "Client fell back to another scheme",
    why: "Either the better scheme does not work here, which is worth mending, or somebody on the way spoils it to get the weaker one.",
    remedy: "Mend the first scheme: its refusal is in the evidence. handshark explain on its error code says how",
    references: &["[MS-SIPAE] 3.2"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    let mut dialogs: BTreeMap<_, Vec<&Negotiation>> = BTreeMap::new();
    for n in facts.negotiations.iter().filter(|n| n.carrier == Carrier::Sip) {
        // The same sign-in goes on in another dialog if the client starts over. Two devices of a user behind one address
        // are two sign-ins.
        let whose = facts.sign_in_of(n).map(|signin| signin.id);
        if let Some(address) = &n.address {
            dialogs.entry((whose, address.to_lowercase(), n.client.ip(), n.server)).or_default().push(n);
        }
    }
    for list in dialogs.into_values() {
        for pair in list.windows(2) {
            let [before, after] = pair else { continue };
            let failed = matches!(before.outcome, Outcome::Refused | Outcome::Abandoned);
            if failed && rank(&after.scheme) > rank(&before.scheme) && rank(&before.scheme) > 0 {
                report
                    .found(after.address.as_deref().unwrap_or_default(), after.client, after.server)
                    .title(format!("Client fell back from {} to {}", before.scheme, after.scheme))
                    .proof(Item::new(
                        before.legs.last().map_or(0, |l| l.frame),
                        "sip.Status-Code",
                        before.reason.clone(),
                    ))
                    .proof(Item::new(after.first_frame(), "sip.auth.scheme", after.scheme.to_string()));
            }
        }
    }
}

/// The order in which clients prefer schemes; 0 for one that is not part of it.
const fn rank(scheme: &Scheme) -> u8 {
    match scheme {
        Scheme::TlsDsk => 1,
        Scheme::Kerberos => 2,
        Scheme::Ntlm => 3,
        Scheme::Digest | Scheme::Basic => 4,
        _ => 0,
    }
}
