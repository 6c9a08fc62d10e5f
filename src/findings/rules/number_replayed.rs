//! W42: replayed number.

use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W42.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W42",
    name: "number-replayed",
    severity: Severity::Medium,
    title: "Number of a signed SIP message used twice",
    why: "Each side counts the messages it signs, and no number comes twice in an association: somebody sends a message again, or makes new ones from it.",
    remedy: "Find out who sent the second message: compare its source, TTL and Via with the first. Use TLS, under which nothing can be sent again",
    references: &["[MS-SIPAE] 3.1.2"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for n in facts.negotiations.iter().filter(|n| !n.association().replayed.is_empty()) {
        let times = u32::try_from(n.association().replayed.len()).unwrap_or(u32::MAX);
        let found = report.found(&n.account(), n.client, n.server).times(times);
        for at in &n.association().replayed {
            let field = if at.from_client { "auth.cnum" } else { "auth.snum" };
            found.proof(Item::new(at.frame, field, format!("{} again", at.number)));
        }
    }
}
