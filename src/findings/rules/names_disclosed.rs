//! W15: names of inside machines told to the outside.

use super::near;
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
}
