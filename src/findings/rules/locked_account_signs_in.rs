//! W19: an account that the domain refuses signs in by certificate.

use super::near;
use crate::analysis::{Carrier, Negotiation, Outcome, Space};
use crate::fact::Scheme;
use crate::findings::{Confidence, Facts, Item, Report, Rule, Severity};
use crate::wire::hash::HashMap;
use crate::wire::text::short_name;
use crate::wire::time::NANOS;
use std::collections::BTreeSet;

/// Words of the domain about one account that are looked at.
const MANY: usize = 512;

/// W19.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W19",
    name: "locked-account-signs-in",
    severity: Severity::Critical,
    title: "An account that the domain refuses signs in by certificate",
    why: "The certificate is not checked against the directory: who was locked out or left keeps signing in until it expires.",
    remedy: "Revoke-CsClientCertificate -Identity <user>; Disable-CsUser -Identity <user>; Set-CsWebServiceConfiguration -DefaultValidityPeriodHours <hours> for the future",
    references: &["[MS-SIPAE] 3.2.5.3", "F53"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    let accounts = Accounts::of(facts);
    for n in &facts.negotiations {
        if n.scheme != Scheme::TlsDsk || n.outcome != Outcome::Accepted {
            continue;
        }
        let end = last_frame(n);
        let said = accounts.said_of(facts, n);
        // What the domain said last before the certificate was accepted counts, else what it said next.
        let before = said.iter().rev().find(|other| last_frame(other) < end);
        let Some(other) = before.or_else(|| said.iter().find(|other| last_frame(other) > end)) else { continue };
        // Who was locked out a moment ago, and is let in by NTLM in between, was let in by somebody who had not heard of
        // it yet.
        let lately = said.iter().rev().find(|other| is_closed(other) && is_just_before(other, n));
        let contradicted = lately.is_some() && other.outcome == Outcome::Accepted && other.carrier != Carrier::Kdc;
        let other = lately.filter(|_| contradicted).unwrap_or(other);
        let closed = is_closed(other);
        // A password mistyped once and right at another time locks nobody out.
        if other.outcome != Outcome::Refused || !closed && said.iter().any(|n| n.outcome == Outcome::Accepted) {
            continue;
        }
        let proof = other.error.as_ref().map_or_else(String::new, |e| format!("{} {}", e.code, e.name));
        let found = report.found(&n.account(), n.client, n.server);
        if closed {
            let sure = !contradicted && before.is_some() && accounts.is_same(facts, n, other);
            found.confidence(if sure { Confidence::Certain } else { Confidence::Consistent });
        } else {
            found
                .title("An account whose password the domain refuses signs in by certificate")
                .confidence(Confidence::Consistent);
        }
        found.proof(Item::new(last_frame(other), near::verdict_field(other), proof)).proof(Item::new(
            end,
            near::verdict_field(n),
            "accepted",
        ));
    }
}

/// An account that is unlocked takes somebody to do it, in nanoseconds.
const LATELY: i64 = 120 * NANOS;

fn is_just_before(other: &Negotiation, n: &Negotiation) -> bool {
    let ends = |n: &Negotiation| n.legs.last().map(|leg| leg.time);
    ends(other).zip(ends(n)).is_some_and(|(said, signed_in)| (0..=LATELY).contains(&signed_in.since(said)))
}

fn last_frame(n: &Negotiation) -> u64 {
    n.legs.last().map_or(0, |leg| leg.frame)
}

/// What the domain said of accounts, by their short names.
struct Accounts<'f> {
    said: HashMap<String, Vec<&'f Negotiation>>,
    /// Accounts that proved in a sign-in to be those of its SIP address, by the short name of the address.
    paired: HashMap<String, BTreeSet<String>>,
    /// The SIP addresses with a short name.
    addresses: HashMap<String, BTreeSet<String>>,
}

impl<'f> Accounts<'f> {
    fn of(facts: &'f Facts<'_>) -> Self {
        let (mut said, mut paired) = (HashMap::<_, Vec<_>>::default(), HashMap::<_, BTreeSet<_>>::default());
        for n in facts.negotiations.iter().filter(|n| speaks_of_account(n)) {
            let Some(user) = n.user.as_deref().map(short_name) else { continue };
            let signed_in = facts.sign_in_of(n).filter(|_| n.outcome == Outcome::Accepted);
            if let Some(address) = signed_in.and_then(|signin| signin.user.as_deref()) {
                paired.entry(short_name(address)).or_default().insert(user.clone());
            }
            said.entry(user).or_default().push(n);
        }
        let mut addresses = HashMap::<_, BTreeSet<_>>::default();
        for address in facts.sign_ins.iter().filter_map(|signin| signin.user.as_deref()) {
            addresses.entry(short_name(address)).or_default().insert(address.to_ascii_lowercase());
        }
        Self { said, paired, addresses }
    }

    /// What was said of the account of this user, in the order it was said.
    fn said_of(&self, facts: &Facts<'_>, n: &Negotiation) -> Vec<&'f Negotiation> {
        let user = n.user.as_deref().map(short_name).unwrap_or_default();
        let names = self.paired.get(&user).into_iter().flatten().chain([&user]).collect::<BTreeSet<_>>();
        // Of two users with one short name, only what was said to the machine that signs in.
        let several = self.addresses.get(&user).is_some_and(|addresses| addresses.len() > 1);
        let all = names.into_iter().filter_map(|name| self.said.get(name)).flatten().copied();
        let all = all.filter(|other| !several || is_same_machine(facts, n, other)).take(MANY);
        let mut all: Vec<_> = all.collect();
        all.sort_by_key(|other| other.first_frame());
        all
    }

    /// True if it is beyond doubt that both are of one user: a machine, a pairing that was seen, or a domain in common.
    fn is_same(&self, facts: &Facts<'_>, n: &Negotiation, other: &Negotiation) -> bool {
        let user = n.user.as_deref().map(short_name).unwrap_or_default();
        let account = other.user.as_deref().map(short_name).unwrap_or_default();
        let domain = n.user.as_deref().and_then(|user| user.split_once('@')).map_or("", |(_, domain)| domain);
        let label = |name: &str| name.split('.').next().unwrap_or_default().to_ascii_lowercase();
        let near = other.domain.as_deref().is_some_and(|other| label(other) == label(domain));
        near || self.paired.get(&user).is_some_and(|names| names.contains(&account)) || is_same_machine(facts, n, other)
    }
}

fn is_same_machine(facts: &Facts<'_>, n: &Negotiation, other: &Negotiation) -> bool {
    let (a, b) = (n.client.ip(), other.client.ip());
    a == b || facts.sign_in_of(n).is_some_and(|signin| signin.addresses.contains(&b))
}

/// Disabled, locked out, expired, or outside the hours allowed: KDC_ERR_CLIENT_REVOKED, and what NTSTATUS says in its place.
fn is_closed(n: &Negotiation) -> bool {
    n.error.as_ref().is_some_and(|e| match e.space {
        Space::Krb => e.code == 18,
        // STATUS_ACCOUNT_DISABLED, _ACCOUNT_EXPIRED, _ACCOUNT_LOCKED_OUT
        Space::NtStatus => matches!(e.code, 0xc000_0072 | 0xc000_0193 | 0xc000_0234),
        _ => false,
    })
}

/// True if it says something of the account or its password, not of a service or a clock.
fn speaks_of_account(n: &Negotiation) -> bool {
    let closed = is_closed(n);
    // Where the status is told, it says what a refusal is about; a wrong password closes no account.
    let told = n.error.as_ref().is_some_and(|e| e.space == Space::NtStatus);
    match n.outcome {
        Outcome::Refused => closed || !told && n.ntlm.is_some(),
        Outcome::Accepted => match n.carrier {
            Carrier::Kdc => n.legs.iter().any(|leg| leg.what == "AS-REP"),
            _ => n.ntlm.is_some() || n.scheme == Scheme::Kerberos,
        },
        _ => false,
    }
}
