//! W11: NTLM although Kerberos was offered.

use crate::analysis::{Carrier, Evidence, Negotiation, Space};
use crate::fact::Scheme;
use crate::findings::{Facts, Item, Report, Rule, Severity};
use std::collections::HashMap;
use std::net::IpAddr;

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

fn check(facts: &Facts<'_>, report: &mut Report) {
    let refusals = Refusals::of(facts);
    for n in &facts.negotiations {
        let answered = n.ntlm.is_some_and(|t| t.version.is_some());
        if !answered || !n.offered.iter().any(|s| matches!(s, Scheme::Kerberos | Scheme::Negotiate)) {
            continue;
        }
        if let Some(kdc) = refusals.before(n) {
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

/// Tickets refused for want of an SPN or of a common encryption type: the first of a client, and the first for a host. A
/// client may ask the KDC over IPv4 and the server over IPv6: then the name it asked for joins the two.
struct Refusals<'f> {
    by_client: HashMap<IpAddr, &'f Negotiation>,
    by_host: HashMap<String, &'f Negotiation>,
}

impl<'f> Refusals<'f> {
    fn of(facts: &'f Evidence) -> Self {
        let mut refusals = Self { by_client: HashMap::new(), by_host: HashMap::new() };
        for kdc in facts.negotiations.iter().filter(|n| n.carrier == Carrier::Kdc) {
            if kdc.error.as_ref().is_some_and(|e| e.space == Space::Krb && matches!(e.code, 7 | 14)) {
                refusals.by_client.entry(kdc.client.ip()).or_insert(kdc);
                if let Some(host) = host(kdc) {
                    refusals.by_host.entry(host).or_insert(kdc);
                }
            }
        }
        refusals
    }

    /// A refusal that came before this answer.
    fn before(&self, n: &Negotiation) -> Option<&'f Negotiation> {
        let by_host = host(n).and_then(|host| self.by_host.get(&host).copied());
        let by_client = self.by_client.get(&n.client.ip()).copied();
        [by_host, by_client].into_iter().flatten().find(|kdc| kdc.first_frame() < n.frame_of("authenticate"))
    }
}

/// The host in a target: `HTTP/web.contoso.com:8080` is `web.contoso.com`.
fn host(n: &Negotiation) -> Option<String> {
    let target = n.target.as_deref()?;
    let name = target.rsplit('/').next().unwrap_or(target);
    Some(name.split(':').next().unwrap_or(name).to_lowercase())
}
