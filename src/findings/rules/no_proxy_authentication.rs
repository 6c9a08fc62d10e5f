//! W52: nobody authenticates clients before the front end.

use super::near;
use crate::findings::{Facts, Item, Report, Rule, Severity};
use crate::wire::hash::HashMap;
use std::net::SocketAddr;

/// W52.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W52",
    name: "no-proxy-authentication",
    severity: Severity::Medium,
    title: "Nobody authenticates clients before the front end",
    why: "Whoever reaches the reverse proxy talks to the front end itself.",
    remedy: "Authenticate at the reverse proxy with a product that knows the clients, and register devices there",
    references: &["[MS-OCAUTHWS]"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    // Where something in front of the front end asks, what it lets through has proved itself.
    let mut asked: HashMap<SocketAddr, u64> = HashMap::default();
    for exchange in facts.web.iter().filter(|w| w.server_fqdn.is_none()) {
        if let (Some(302 | 303 | 307 | 401 | 403), Some(answer)) = (exchange.status, exchange.response) {
            asked.entry(exchange.server).or_insert(answer.frame);
        }
    }
    for exchange in facts.web.iter().filter(|w| w.status == Some(401) && w.credential.is_none() && !w.cut) {
        let (Some(name), Some(answer)) = (&exchange.server_fqdn, exchange.response) else { continue };
        let asked_before = asked.get(&exchange.server).is_some_and(|frame| *frame < answer.frame);
        if !asked_before && near::is_outside(facts, exchange.client.ip(), answer.frame) {
            report.at_server(exchange.server).proof(Item::new(
                answer.frame,
                "http.response.line",
                format!("X-MS-Server-Fqdn: {name}"),
            ));
        }
    }
}
