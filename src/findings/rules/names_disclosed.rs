//! W15: names of inside machines told to the outside.

use super::near;
use crate::analysis::SipWhat;
use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W15.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W15",
    name: "internal-names-disclosed",
    severity: Severity::Low,
    title: "Names of inside machines told to the outside",
    why: "Domain, computer and server names tell an attacker what to ask for next.",
    remedy: "Let the reverse proxy authenticate first or strip X-MS-Server-Fqdn; keep NTLM from answering outside (Set-CsAuthConfig -Scenario BlockWindowsAuthExternally)",
    references: &["[MS-NLMP] 2.2.2.1"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for n in &facts.negotiations {
        let told = n.legs.iter().find(|leg| leg.what == "challenge" && n.ntlm.is_some());
        if let Some(leg) = told.filter(|leg| near::is_outside(facts, n.client.ip(), leg.frame)) {
            let proof = Item::new(leg.frame, "ntlmssp.challenge.target_info", "names of domain and server");
            report
                .at_server(n.server)
                .title("An NTLM challenge tells the outside the names of domain and server")
                .proof(proof);
        }
    }
    for exchange in &facts.web {
        let (Some(answer), Some(name)) = (exchange.response, &exchange.server_fqdn) else { continue };
        if near::is_outside(facts, exchange.client.ip(), answer.frame) {
            report.at_server(exchange.server).proof(Item::new(
                answer.frame,
                "http.response.line",
                format!("X-MS-Server-Fqdn: {name}"),
            ));
        }
    }
    for registration in &facts.registrations {
        for step in &registration.steps {
            let SipWhat::Answer { diagnostics: Some(said), .. } = &step.what else { continue };
            if is_inside_name(&said.source) && near::is_outside(facts, registration.client.ip(), step.frame) {
                report
                    .at_server(registration.server)
                    .title("ms-diagnostics tells the outside the name of a machine inside")
                    .proof(Item::new(step.frame, "auth.diagnostics.source", said.source.clone()));
            }
        }
    }
}

/// A name that no server outside can have: in a domain that is not of the Internet's.
fn is_inside_name(name: &str) -> bool {
    const INSIDE: [&str; 7] = [".local", ".lan", ".internal", ".intranet", ".corp", ".home.arpa", ".private"];
    let name = name.to_ascii_lowercase();
    INSIDE.iter().any(|end| name.ends_with(end))
}
