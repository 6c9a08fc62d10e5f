//! W12: NTLM handshake repeated for single requests.

use crate::analysis::{Carrier, Outcome};
use crate::findings::{Facts, Item, Report, Rule, Severity};
use std::collections::BTreeMap;

/// W12.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W12",
    name: "ntlm-per-request",
    severity: Severity::Medium,
    title: "NTLM handshake repeated for single requests",
    why: "Each handshake costs two more round trips and one validation at a domain controller; with many users that is load, delay and locked accounts. Something on the way does not keep connections.",
    remedy: "Keep connections alive and do not pool them at the reverse proxy or load balancer; persistence on 4443; prefer Kerberos",
    references: &["[MS-NTHT]"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    let mut handshakes: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for n in &facts.negotiations {
        if n.carrier == Carrier::Http && n.is_ntlm() && n.outcome == Outcome::Accepted && n.user.is_some() {
            let account = n.account().to_lowercase();
            handshakes.entry((account, n.client.ip(), n.server)).or_default().push(n);
        }
    }
    for ((_, client, server), list) in handshakes {
        let Some(wanted) = facts.answered.get(&(client, server)).map(|answered| answered.requests) else { continue };
        let count = u32::try_from(list.len()).unwrap_or(u32::MAX);
        // Half of them is what three sign-ins come to that ask for a ticket and a certificate each.
        let Some(first) = list.first().filter(|_| count >= 3 && count.saturating_mul(2) > wanted) else { continue };
        let found = report.found(&first.account(), first.client, server).times(count).title(format!(
            "{count} NTLM handshakes for {wanted} requests: {count} validations at a domain controller"
        ));
        for n in list {
            found.proof(Item::new(n.frame_of("authenticate"), "ntlmssp.messagetype", "0x00000003"));
        }
    }
}
