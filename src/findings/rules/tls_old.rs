//! W29: SSL 3.0 or TLS 1.0 chosen by the server.

use super::near;
use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W29.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W29",
    name: "tls-old",
    severity: Severity::High,
    title: "SSL or TLS 1.0 in use",
    why: "SSL 3.0 and TLS 1.0 rest on MD5, SHA-1 and CBC as they were broken one after the other, and no policy allows them any more.",
    remedy: "Switch TLS 1.2 on and older versions off in SChannel on every server; update clients that then fail",
    references: &["RFC 8996", "RFC 7568"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for talk in facts.tls.iter().filter(|talk| !near::is_pretence(talk)) {
        if let Some(version @ ..=0x0301) = talk.version {
            let name = if version <= 0x0300 { "SSL 3.0" } else { "TLS 1.0" };
            report.found("", talk.client, talk.server).title(format!("{name} in use")).proof(Item::new(
                talk.choice_frame,
                "tls.handshake.version",
                format!("0x{version:04x}"),
            ));
        }
    }
}
