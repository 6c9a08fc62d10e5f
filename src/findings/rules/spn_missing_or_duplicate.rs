//! W50: service principal name missing or held twice.

use super::near;
use crate::analysis::{Carrier, Negotiation, Outcome, Space};
use crate::fact::KeyFit;
use crate::findings::{Confidence, Facts, Item, Report, Rule, Severity};
use crate::wire::hash::HashMap;
use std::net::IpAddr;

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
    let mut accepted: HashMap<(String, String), Vec<&Negotiation>> = HashMap::default();
    for n in facts.negotiations.iter().filter(|n| n.outcome == Outcome::Accepted && is_ticket(n)) {
        if let (Some(host), Some(user)) = (near::host(n), &n.user) {
            accepted.entry((host, user.to_lowercase())).or_default().push(n);
        }
    }
    let mut ntlm = Ntlm::default();
    for n in facts.negotiations.iter().filter(|n| n.legs.iter().any(|leg| leg.what == "authenticate")) {
        if let Some(host) = near::host(n) {
            ntlm.entry((n.client.ip(), host)).or_default().push(n);
        }
    }
    for n in &facts.negotiations {
        let elsewhere = elsewhere(facts, n, &accepted);
        let Some(error) = n.error.as_ref().filter(|e| e.space == Space::Krb) else {
            if !another_key(n, report)
                && let Some(other) = elsewhere
            {
                one_of_several(facts, (n, other), fallback(&ntlm, n), report);
            }
            continue;
        };
        let target = n.target.as_deref().unwrap_or("the service");
        // A ticket-granting service of another realm is no service of these.
        if n.target.as_deref().is_some_and(|target| target.starts_with("krbtgt")) {
            continue;
        }
        let mut title = match error.code {
            7 => format!("The KDC knows no principal {target}"),
            8 => format!("The KDC knows {target} more than once"),
            41 => format!(
                "The ticket for {target} was made for another key: duplicate SPN, or a password not equal on all servers"
            ),
            // Of a KDC that is its own key.
            44 | 45 if n.carrier != Carrier::Kdc => format!(
                "The service has not the key that the ticket for {target} was made with: a password not equal on all servers"
            ),
            _ => continue,
        };
        let fallback = fallback(&ntlm, n);
        if fallback.is_some() {
            title.push_str("; the client fell back to NTLM");
        }
        let frame = n.frame_of("KRB-ERROR");
        let proof = Item::new(frame, "kerberos.error_code", format!("{} {}", error.code, error.name));
        let found = report.found(&n.account(), n.client, n.server).title(title).proof(proof);
        if let Some(other) = elsewhere {
            found.proof(Item::new(other.frame_of("AP-REQ"), "lync.server_fqdn", front_end(facts, other)));
        }
        if let Some(ntlm) = fallback {
            found.proof(Item::new(ntlm.frame_of("authenticate"), "ntlmssp.messagetype", "0x00000003"));
        }
    }
}

fn is_ticket(n: &Negotiation) -> bool {
    n.carrier != Carrier::Kdc && n.legs.iter().any(|leg| leg.what == "AP-REQ")
}

/// NTLM by client and host, in the order it began.
type Ntlm<'f> = HashMap<(IpAddr, String), Vec<&'f Negotiation>>;

/// The NTLM that the same client used at the same host afterwards.
fn fallback<'f>(ntlm: &Ntlm<'f>, n: &Negotiation) -> Option<&'f Negotiation> {
    let end = n.legs.last().map_or(0, |leg| leg.frame);
    let all = ntlm.get(&(n.client.ip(), near::host(n)?))?;
    all.get(all.partition_point(|other| other.first_frame() <= end)).copied()
}

/// The front end that answered: its name where it tells it, else its address.
fn front_end(facts: &Facts<'_>, n: &Negotiation) -> String {
    let answer = n.legs.last().map_or(0, |leg| leg.frame);
    let told = facts.exchange_answered(answer).and_then(|exchange| exchange.server_fqdn.as_deref());
    told.map_or_else(|| n.server.to_string(), str::to_owned)
}

/// The same user's ticket for the same host, accepted by another server than the one that refused this.
fn elsewhere<'n>(
    facts: &Facts<'_>,
    n: &Negotiation,
    accepted: &HashMap<(String, String), Vec<&'n Negotiation>>,
) -> Option<&'n Negotiation> {
    if n.outcome != Outcome::Refused || !is_ticket(n) {
        return None;
    }
    let all = accepted.get(&(near::host(n)?, n.user.as_ref()?.to_lowercase()))?;
    let mine = front_end(facts, n);
    all.iter().copied().find(|other| front_end(facts, other) != mine)
}

/// Behind one name some servers open the ticket and some do not.
fn one_of_several(
    facts: &Facts<'_>,
    (n, other): (&Negotiation, &Negotiation),
    fallback: Option<&Negotiation>,
    report: &mut Report,
) {
    let target = n.target.as_deref().unwrap_or("the service");
    let (refuses, accepts) = (front_end(facts, n), front_end(facts, other));
    let found = report.found(&n.account(), n.client, n.server);
    found
        .confidence(Confidence::Consistent)
        .title(format!(
            "{refuses} refuses the ticket for {target} that {accepts} accepts, consistent with a key not equal on all servers"
        ))
        .proof(Item::new(n.frame_of("refusal"), "lync.server_fqdn", refuses))
        .proof(Item::new(other.frame_of("answer"), "lync.server_fqdn", accepts));
    if let Some(ntlm) = fallback {
        found.proof(Item::new(ntlm.frame_of("authenticate"), "ntlmssp.messagetype", "0x00000003"));
    }
}

/// The service refused a ticket, and the keytab has under its name, version and type another key than the ticket was made
/// with. That it is the keytab the service uses nobody can tell from here. True if that is so.
fn another_key(n: &Negotiation, report: &mut Report) -> bool {
    let Some(KeyFit::Differs { kvno, .. }) = &n.opened().service_key else { return false };
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
    true
}
