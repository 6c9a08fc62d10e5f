//! W58: a client, or a server, of a generation with known holes.

use crate::analysis::SipWhat;
use crate::findings::{Confidence, Facts, Item, Report, Rule, Severity};
use crate::knowledge::client::{Family, is_communicator};
use crate::signin::SignIn;
use std::net::SocketAddr;

/// W58.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W58",
    name: "client-outdated",
    severity: Severity::Medium,
    title: "A client of a generation with known holes",
    why: "Old clients check certificates badly, send passwords as text, or know no modern TLS.",
    remedy: "Update the client; Set-CsClientVersionPolicyRule blocks old ones",
    references: &["[MS-SIPRE]"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for signin in facts.sign_ins.iter().filter(|signin| is_outdated(signin)) {
        let server = signin.server.unwrap_or_else(|| SocketAddr::new(signin.client, 0));
        let agent = signin.user_agent.clone().unwrap_or_default();
        report
            .found(signin.user.as_deref().unwrap_or_default(), SocketAddr::new(signin.client, 0), server)
            .confidence(Confidence::Consistent)
            .proof(Item::new(signin.first_frame, "sip.User-Agent", agent.clone()));
    }
    for registration in &facts.registrations {
        let Some(agent) = registration.server_agent.as_deref().filter(|agent| is_old_server(agent)) else { continue };
        let answer = registration.steps.iter().find(|step| matches!(step.what, SipWhat::Answer { .. }));
        let proof = Item::new(answer.map_or(0, |step| step.frame), "sip.Server", agent.to_owned());
        let found = report.at_server(registration.server).confidence(Confidence::Consistent).proof(proof);
        found.title("A server of a generation that gets no corrections any more");
    }
}

/// `RTC/3.5` is Office Communications Server 2007 R2; what came before it has lower numbers, Lync and all after it higher.
fn is_old_server(agent: &str) -> bool {
    let major = agent.strip_prefix("RTC/").and_then(|rest| rest.split('.').next()?.parse::<u32>().ok());
    major.is_some_and(|major| major < 4)
}

/// Android before 5.4 sends the password in SOAP and trusts any certificate; Communicator before Lync (version 4) is
/// long out of support.
fn is_outdated(signin: &SignIn) -> bool {
    let mut numbers =
        signin.version.as_deref().unwrap_or_default().split('.').map_while(|part| part.parse::<u32>().ok());
    let (Some(major), minor) = (numbers.next(), numbers.next().unwrap_or(0)) else { return false };
    match signin.family {
        Family::Android => (major, minor) < (5, 4),
        family => is_communicator(family, signin.version.as_deref().unwrap_or_default()),
    }
}
