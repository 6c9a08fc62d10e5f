//! W28: the inside name of autodiscover is answered outside.

use super::near;
use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W28.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W28",
    name: "internal-name-outside",
    severity: Severity::Medium,
    title: "The inside name of autodiscover is answered outside",
    why: "It tells about the inside, and leads clients the wrong way.",
    remedy: "Remove lyncdiscoverinternal and _sipinternaltls from the outside zone",
    references: &["[MS-OCDISCWS]"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for lookup in
        facts.lookups.iter().filter(|l| l.name.starts_with("lyncdiscoverinternal.") && !l.addresses.is_empty())
    {
        if near::is_outside(facts, lookup.client, lookup.frame) {
            report.at_server(lookup.server).proof(Item::new(lookup.proof(), "dns.qry.name", lookup.name.to_string()));
        }
    }
}
