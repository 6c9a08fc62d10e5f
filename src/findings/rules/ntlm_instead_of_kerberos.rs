//! W11: NTLM although Kerberos was offered.

use crate::analysis::{Carrier, Evidence, Negotiation, Space};
use crate::fact::Scheme;
use crate::findings::{Item, Report, Rule, Severity};

/// W11.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W11",
    name: "ntlm-instead-of-kerberos",
    severity: Severity::Medium,
    title: "NTLM although Kerberos was offered",
    why: "NTLM is weaker, and every one of its answers is a question to a domain controller. Usually the service's name has no SPN, or the client cannot reach a KDC.",
    remedy: "Look at the KDC's answer named in the evidence. No SPN: New-CsKerberosAccount, New-CsKerberosAccountAssignment, Enable-CsTopology; setspn -Q HTTP/<web fqdn>",
    references: &["RFC 4559", "[MS-SIPAE] 3.2"],
    check,
};

fn check(facts: &Evidence, report: &mut Report) {
    for n in &facts.negotiations {
        let answered = n.ntlm.is_some_and(|t| t.version.is_some());
        if !answered || !n.offered.iter().any(|s| matches!(s, Scheme::Kerberos | Scheme::Negotiate)) {
            continue;
        }
        let refused = facts
            .negotiations
            .iter()
            .filter(|k| k.first_frame() < n.frame_of("authenticate"))
            .find(|k| lets_down(k, n));
        if let Some(kdc) = refused {
            let error = kdc.error.as_ref().map_or_else(String::new, |e| format!("{} {}", e.code, e.name));
            let target = kdc.target.clone().unwrap_or_default();
            report
                .found(&n.account(), n.client, n.server)
                .title(format!("NTLM although Kerberos was offered: the KDC has no usable ticket for {target}"))
                .proof(Item::new(kdc.frame_of("KRB-ERROR"), "kerberos.error_code", error))
                .proof(Item::new(n.frame_of("authenticate"), "ntlmssp.messagetype", "0x00000003"));
        } else if n.only_ntlm {
            report
                .found(&n.account(), n.client, n.server)
                .title("Negotiate was offered and the client proposed NTLM alone")
                .proof(Item::new(n.frame_of("negotiate"), "spnego.MechType", "1.3.6.1.4.1.311.2.2.10"))
                .proof(Item::new(n.frame_of("authenticate"), "ntlmssp.messagetype", "0x00000003"));
        }
    }
}

/// True if the KDC refused this client a ticket for want of an SPN or of a common encryption type.
fn lets_down(kdc: &Negotiation, ntlm: &Negotiation) -> bool {
    let fits = kdc.error.as_ref().is_some_and(|e| e.space == Space::Krb && matches!(e.code, 7 | 14));
    kdc.carrier == Carrier::Kdc && fits && kdc.client.ip() == ntlm.client.ip()
}
