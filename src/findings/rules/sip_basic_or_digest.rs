//! W06: SIP server asks for Basic or Digest.

use crate::fact::Scheme;
use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W06.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W06",
    name: "sip-basic-or-digest",
    severity: Severity::High,
    title: "SIP server asks for Basic or Digest",
    why: "Lync and Skype for Business never do. Digest rests on MD5 of the password and can be guessed offline; Basic hands it over. A challenge of this kind comes from another vendor's proxy, or from somebody who wants the weaker answer.",
    remedy: "Remove the scheme from the SIP proxy or session border controller that answers here, or bypass it for sign-in traffic",
    references: &["RFC 3261 22.4"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for offer in &facts.sip_offers {
        if matches!(offer.scheme, Scheme::Basic | Scheme::Digest) {
            report
                .found(&offer.user, offer.client, offer.server)
                .times(offer.count)
                .title(format!("SIP server asks for {}", offer.scheme))
                .proof(Item::new(offer.frame, "sip.auth.scheme", offer.scheme.to_string()));
        }
    }
}
