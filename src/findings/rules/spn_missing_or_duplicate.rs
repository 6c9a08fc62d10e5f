//! W50: service principal name missing or held twice.

use crate::analysis::{Carrier, Negotiation, Outcome, Space};
use crate::fact::KeyFit;
use crate::findings::{Confidence, Facts, Item, Report, Rule, Severity};

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
        let Some(error) = n.error.as_ref().filter(|e| e.space == Space::Krb) else {
            another_key(n, report);
            continue;
        };
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

/// The service refused a ticket, and the keytab has under its name, version and type another key than the ticket was made
/// with. That it is the keytab the service uses nobody can tell from here.
fn another_key(n: &Negotiation, report: &mut Report) {
    let Some(KeyFit::Differs { kvno, .. }) = &n.opened().service_key else { return };
    if n.outcome == Outcome::Refused && n.carrier != Carrier::Kdc {
        let target = n.target.as_deref().unwrap_or("the service");
        report
            .found(&n.account(), n.client, n.server)
            .confidence(Confidence::Likely)
            .title(format!(
                "The ticket for {target} was made for another key than the keytab's: duplicate SPN, or a password not equal on \
                 all servers"
            ))
            .proof(Item::new(
                n.frame_of("AP-REQ"),
                "kerberos.kvno",
                kvno.map_or_else(|| "not told".to_owned(), |kvno| kvno.to_string()),
            ));
    }
}
