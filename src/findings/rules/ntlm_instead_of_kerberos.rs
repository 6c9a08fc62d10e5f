//! W11: NTLM although Kerberos was offered.

use super::near::host;
use crate::analysis::{Carrier, Evidence, Negotiation, Space};
use crate::fact::{NtlmVersion, Scheme};
use crate::findings::{Confidence, Facts, Item, Report, Rule, Severity};
use crate::wire::hash::HashMap;
use crate::wire::time::NANOS;
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
        let version = n.ntlm.and_then(|traits| traits.version);
        let answered = version.is_some_and(|version| version != NtlmVersion::Anonymous);
        if !answered || !n.offered.iter().any(|s| matches!(s, Scheme::Kerberos | Scheme::Negotiate)) {
            continue;
        }
        if let Some((kdc, confidence)) = refusals.before(n) {
            let error = kdc.error.as_ref().map_or_else(String::new, |e| format!("{} {}", e.code, e.name));
            let target = kdc.target.clone().unwrap_or_default();
            report
                .found(&n.account(), n.client, n.server)
                .title(format!("NTLM although Kerberos was offered: the KDC has no usable ticket for {target}"))
                .confidence(confidence)
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

/// This long before an answer a ticket for another name of the service may have been refused, in nanoseconds.
const JUST_BEFORE: i64 = 30 * NANOS;

/// Tickets refused for want of an SPN or of a common encryption type.
struct Refusals<'f> {
    /// The first for a host.
    by_host: HashMap<String, &'f Negotiation>,
    /// All of a client.
    by_client: HashMap<IpAddr, Vec<&'f Negotiation>>,
}

impl<'f> Refusals<'f> {
    fn of(facts: &'f Evidence) -> Self {
        let mut refusals = Self { by_client: HashMap::default(), by_host: HashMap::default() };
        for kdc in facts.negotiations.iter().filter(|n| n.carrier == Carrier::Kdc) {
            if kdc.error.as_ref().is_some_and(|e| e.space == Space::Krb && matches!(e.code, 7 | 14)) {
                refusals.by_client.entry(kdc.client.ip()).or_default().push(kdc);
                if let Some(host) = host(kdc) {
                    refusals.by_host.entry(host).or_insert(kdc);
                }
            }
        }
        refusals
    }

    /// A refusal that came before this answer, and how surely it is its reason: one for the host that was asked, or one
    /// just before it for the same kind of service under another name (an alias is looked up before the KDC is asked).
    fn before(&self, n: &Negotiation) -> Option<(&'f Negotiation, Confidence)> {
        let answer = n.frame_of("authenticate");
        let mine = self.by_client.get(&n.client.ip()).into_iter().flatten().copied();
        let mut mine = mine.filter(|kdc| kdc.first_frame() < answer);
        let asked = host(n);
        let same = mine.clone().find(|kdc| asked.is_some() && host(kdc) == asked);
        // A client may ask the KDC over IPv4 and the server over IPv6.
        let other = || {
            let kdc = self.by_host.get(asked.as_ref()?).copied()?;
            (kdc.first_frame() < answer && kdc.client.is_ipv4() != n.client.is_ipv4()).then_some(kdc)
        };
        let mut alias = || {
            let began = n.legs.first()?.time;
            mine.find(|kdc| {
                let before = kdc.legs.first().is_some_and(|leg| (0..=JUST_BEFORE).contains(&began.since(leg.time)));
                before && kind(kdc) == Some(if n.carrier == Carrier::Sip { "sip" } else { "http" })
            })
        };
        let certain = same.or_else(other).map(|kdc| (kdc, Confidence::Certain));
        certain.or_else(|| alias().map(|kdc| (kdc, Confidence::Consistent)))
    }
}

/// The kind of service in a target: `HTTP/web.contoso.com` is `http`.
fn kind(n: &Negotiation) -> Option<&'static str> {
    let (kind, _) = n.target.as_deref()?.split_once('/')?;
    ["sip", "http"].into_iter().find(|known| kind.eq_ignore_ascii_case(known))
}
