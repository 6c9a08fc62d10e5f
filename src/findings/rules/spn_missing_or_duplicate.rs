//! W50: service principal name missing or held twice.

use crate::analysis::Space;
use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W50.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W50",
    name: "spn-missing-or-duplicate",
    severity: Severity::Medium,
    title: "Service principal name missing or held twice",
    why: "Without one right owner of the name there is no Kerberos for this service: clients fall back to NTLM, or fail.",
    remedy: "setspn -Q <name> shows the owner, setspn -X the duplicates; behind a load balancer: New-CsKerberosAccount, New-CsKerberosAccountAssignment, Enable-CsTopology, Set-CsKerberosAccountPassword",
    references: &["RFC 4120 7.5.9"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for n in &facts.negotiations {
        let Some(error) = n.error.as_ref().filter(|e| e.space == Space::Krb) else { continue };
        let target = n.target.as_deref().unwrap_or("the service");
        let title = match error.code {
            7 => format!("The KDC knows no principal {target}"),
            8 => format!("The KDC knows {target} more than once"),
            41 => format!(
                "The ticket for {target} was made for another key: duplicate SPN, or a password not equal on all servers"
            ),
            _ => continue,
        };
        report.found(&n.account(), n.client, n.server).title(title).proof(Item::new(
            n.frame_of("KRB-ERROR"),
            "kerberos.error_code",
            format!("{} {}", error.code, error.name),
        ));
    }
}
