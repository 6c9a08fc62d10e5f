//! W25: a guest got a web ticket without a password.

use super::near;
use crate::findings::{Facts, Item, Report, Rule, Severity};
use crate::knowledge::service::{Door, Service};

/// W25.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W25",
    name: "anonymous-ticket",
    severity: Severity::Low,
    title: "A guest got a web ticket without a password",
    why: "Meetings are open to whoever has the link.",
    remedy: "Use the lobby; Set-CsWebServiceConfiguration -AllowAnonymousAccessToLWAConference $false where guests are not wanted",
    references: &["[MS-OCAUTHWS]"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for exchange in &facts.web {
        let guest = exchange.service == Service::WebTicket(Door::Anonymous)
            || exchange.said().grant.as_ref().is_some_and(|grant| grant.conference.is_some());
        let Some(answer) = exchange.response.filter(|_| guest && exchange.succeeded()) else { continue };
        if near::is_outside(facts, exchange.client.ip(), answer.frame) {
            report.at_server(exchange.server).proof(Item::new(
                answer.frame,
                "lync.service",
                exchange.service.to_string(),
            ));
        }
    }
}
