//! W56: root certificates fetched outside TLS.

use crate::analysis::Operation;
use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W56.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W56",
    name: "root-chain-in-clear",
    severity: Severity::Medium,
    title: "Root certificates fetched outside TLS",
    why: "Who answers in the place of the server gives the phone a root of his own to trust.",
    remedy: "Load the root certificate into phones beforehand, or let them fetch it on a network that is trusted",
    references: &["[MS-OCAUTHWS]"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for exchange in facts.web.iter().filter(|w| !w.encrypted && w.operation == Operation::RootChain) {
        let Some(first) = exchange.first() else { continue };
        let proof = Item::new(first.frame, "http.request.uri", exchange.path.to_string());
        report.at_server(exchange.server).proof(proof);
    }
}
