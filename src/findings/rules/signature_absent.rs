//! W40: messages without a signature after an association was made.

use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W40.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W40",
    name: "signature-absent",
    severity: Severity::Medium,
    title: "SIP messages without a signature are accepted",
    why: "Client and server have a key to sign with, yet the server grants requests that nobody signed, and does not sign its answer: anybody on the way can put in requests of their own.",
    remedy: "Find out what takes the signature off: a device that rewrites SIP (ALG), or a trusted server on the same address. Use TLS, under which nothing can be put in",
    references: &["[MS-SIPAE] 3.2.5.2"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for n in facts.negotiations.iter().filter(|n| n.association().unsigned > 0) {
        let found = report.found(&n.account(), n.client, n.server).times(n.association().unsigned);
        for frame in &n.association().unsigned_frames {
            found.proof(Item::new(*frame, "sip.Method", "no Authorization or Proxy-Authorization"));
        }
    }
}
