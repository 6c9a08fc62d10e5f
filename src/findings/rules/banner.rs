//! W57: servers tell their version.

use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W57.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W57",
    name: "banner",
    severity: Severity::Low,
    title: "Servers tell their version",
    why: "An exact version tells an attacker which holes to try.",
    remedy: "Let the reverse proxy remove Server, X-AspNet-Version and X-Powered-By; in SIP front ends always tell theirs: \
             keep them patched, and behind the Edge",
    references: &["RFC 9110 §10.2.4"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for registration in &facts.registrations {
        if let Some(agent) = registration.server_agent.as_deref().filter(|agent| tells_version(agent)) {
            let frame =
                registration.steps.iter().find(|step| matches!(step.what, crate::analysis::SipWhat::Answer { .. }));
            let proof = Item::new(frame.map_or(0, |step| step.frame), "sip.Server", agent.to_owned());
            report.at_server(registration.server).proof(proof);
        }
    }
    for exchange in facts.web.iter().filter(|w| w.service.signs_in()) {
        let Some(answer) = exchange.response else { continue };
        if let Some(product) = exchange.product.as_deref().filter(|product| tells_version(product)) {
            let proof = Item::new(answer.frame, "http.server", product.to_owned());
            report.at_server(exchange.server).proof(proof);
        }
        if let Some(version) = exchange.runtime.as_deref().filter(|v| v.starts_with(|c: char| c.is_ascii_digit())) {
            let proof = Item::new(answer.frame, "http.response.line", format!("X-AspNet-Version: {version}"));
            report.at_server(exchange.server).proof(proof);
        }
    }
}

/// `RTC/6.0`, `Microsoft-IIS/8.5`: a product of the servers and a number.
fn tells_version(product: &str) -> bool {
    ["RTC/", "Microsoft-IIS/", "Microsoft-HTTPAPI/"].iter().any(|name| {
        let rest = product.find(name).and_then(|at| product.get(at.saturating_add(name.len())..));
        rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    })
}
