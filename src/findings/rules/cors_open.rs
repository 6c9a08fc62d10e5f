//! W60: web services let every site read their answers.

use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W60.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W60",
    name: "cors-open",
    severity: Severity::Medium,
    title: "Web services let every site read their answers",
    why: "A page of anybody can use the services in the name of who looks at it.",
    remedy: "Set-CsWebServiceConfiguration -CrossDomainAuthorizationList <list>: name the sites that may",
    references: &["WHATWG Fetch, CORS protocol"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for exchange in facts.web.iter().filter(|w| w.any_origin && w.service.signs_in()) {
        let Some(answer) = exchange.response else { continue };
        let proof = Item::new(answer.frame, "http.response.line", "Access-Control-Allow-Origin: *");
        report.at_server(exchange.server).proof(proof);
    }
}
