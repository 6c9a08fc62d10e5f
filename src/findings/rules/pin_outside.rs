//! W63: authentication by PIN can be reached from outside.

use super::near;
use crate::findings::{Facts, Item, Report, Rule, Severity};
use crate::knowledge::service::{Door, Service};

/// W63.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W63",
    name: "pin-outside",
    severity: Severity::Medium,
    title: "Authentication by PIN can be reached from outside",
    why: "Four to six digits are soon guessed.",
    remedy: "Set-CsWebServiceConfiguration -Identity site:<site> -UsePinAuth $false for web services published outside; Set-CsPinPolicy",
    references: &["[MS-OCAUTHWS]"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for exchange in facts.web.iter().filter(|w| w.service == Service::WebTicket(Door::Pin)) {
        // Granted, refused by the service, or asked for the PIN: who answers 403 or 404 does not let it in.
        let reached = matches!(exchange.status, Some(200..=299 | 401 | 500));
        let Some(answer) = exchange.response.filter(|_| reached) else { continue };
        if near::is_outside(facts, exchange.client.ip(), answer.frame) {
            let proof = Item::new(answer.frame, "lync.service", exchange.service.to_string());
            report.at_server(exchange.server).proof(proof);
        }
    }
}
