//! W62: credentials for media relays that are good for long, or shown by more than one client.

use crate::findings::{Confidence, Facts, Item, Report, Rule, Severity};
use crate::signin::SignIn;
use crate::wire::hash::HashMap;

/// How long they are good by default, in minutes ([MS-AVEDGEA] 2.2.2).
const USUAL: u32 = 480;

/// W62.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W62",
    name: "relay-credentials",
    severity: Severity::Medium,
    title: "Credentials for media relays are good for longer than usual",
    why: "Who gets hold of them can send through the relay of the Edge until they expire.",
    remedy: "Set-CsAVEdgeConfiguration -MaxTokenLifetime 08:00:00; find the client that shows the credentials of another",
    references: &["[MS-AVEDGEA]", "[MS-TURN]"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for grant in &facts.media.grants {
        let Some(minutes) = grant.credentials.minutes.filter(|minutes| *minutes > USUAL) else { continue };
        report
            .found(&grant.user, grant.client, grant.server)
            .title(format!("Credentials for media relays are good for {minutes} minutes"))
            .proof(Item::new(grant.frame, "lync.relay.minutes", minutes.to_string()));
    }
    // The same name from another address: behind one address a change of port is nothing.
    let mut first = HashMap::default();
    for relay in &facts.media.relays {
        let Some((user, frame)) = &relay.user else { continue };
        let (client, before) = *first.entry(user).or_insert((relay.client.ip(), *frame));
        let other = relay.client.ip();
        // A machine asks from each of its addresses.
        let mine = |s: &SignIn| s.addresses.contains(&client) && s.addresses.contains(&other);
        if client != other && client.is_ipv4() == other.is_ipv4() && !facts.sign_ins.iter().any(mine) {
            report
                .found("", relay.client, relay.server)
                .confidence(Confidence::Consistent)
                .title(format!("Credentials for media relays that {client} showed are shown by another client"))
                .proof(Item::new(before, "stun.att.username", client.to_string()))
                .proof(Item::new(*frame, "stun.att.username", relay.client.ip().to_string()));
        }
    }
}
