//! W30: TLS 1.1 chosen by the server.

use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W30.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W30",
    name: "tls-1-1",
    severity: Severity::Medium,
    title: "TLS 1.1 in use",
    why: "TLS 1.1 rests on MD5 and SHA-1 and is withdrawn.",
    remedy: "Switch TLS 1.2 on and TLS 1.1 off in SChannel on every server; update clients that then fail",
    references: &["RFC 8996"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for talk in facts.tls.iter().filter(|talk| talk.version == Some(0x0302)) {
        report.found("", talk.client, talk.server).proof(Item::new(
            talk.choice_frame,
            "tls.handshake.version",
            "0x0302",
        ));
    }
}
