//! W26: autodiscover outside TLS.

use crate::findings::{Facts, Item, Report, Rule, Severity};
use crate::knowledge::service::Service;

/// W26.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W26",
    name: "autodiscover-in-clear",
    severity: Severity::Medium,
    title: "Autodiscover outside TLS",
    why: "Anybody on the way can send the client to a server of his own.",
    remedy: "Let clients reach lyncdiscover over https; send Strict-Transport-Security (Set-CsWebServiceConfiguration -HstsMaxAgeInSeconds)",
    references: &["[MS-OCDISCWS] 3.1.5.2"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for exchange in facts.web.iter().filter(|w| !w.encrypted && matches!(w.service, Service::Autodiscover(_))) {
        let Some(first) = exchange.first() else { continue };
        let proof = Item::new(first.frame, "http.host", exchange.host.to_string());
        report.at_server(exchange.server).proof(proof);
    }
}
