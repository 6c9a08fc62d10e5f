//! W59: web services do not insist on https.

use crate::findings::{Facts, Item, Report, Rule, Severity};

/// Half a year, in seconds: less does not last from one visit to the next.
const SHORT: u32 = 15_768_000;

/// W59.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W59",
    name: "hsts-missing",
    severity: Severity::Medium,
    title: "Web services do not insist on https",
    why: "Without Strict-Transport-Security a client that once asks over http can be kept there.",
    remedy: "Set-CsWebServiceConfiguration -HstsMaxAgeInSeconds 31536000",
    references: &["RFC 6797"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for exchange in facts.web.iter().filter(|w| w.encrypted && !w.cut && w.service.signs_in()) {
        let (Some(answer), Some(200..=299)) = (exchange.response, exchange.status) else { continue };
        let value = match exchange.hsts {
            None => "no Strict-Transport-Security".to_owned(),
            Some(seconds) if seconds < SHORT => format!("Strict-Transport-Security: max-age={seconds}"),
            Some(_) => continue,
        };
        let proof = Item::new(answer.frame, "http.response.line", value);
        report.at_server(exchange.server).proof(proof);
    }
}
