//! Next steps with the names of the case in place of their placeholders.
//!
//! What is filled in comes from the wire and is meant to be pasted into a shell: a name with any other character than
//! those of host names and addresses stays a placeholder.

use super::causes::Case;
use super::steps::{Trouble, is_sip_service, is_web_service};
use crate::analysis::Carrier;

/// The step with every placeholder filled whose name is known and harmless.
pub(super) fn fill(step: &str, case: &Case<'_, '_>) -> String {
    let story = case.story;
    let service = |is: fn(&str) -> bool| {
        let wanted = |n: &&crate::analysis::Negotiation| n.target.as_deref().is_some_and(is);
        let asked = story.negotiations.iter().copied().rev().find(|n| n.carrier == Carrier::Kdc && wanted(n));
        asked.and_then(|n| n.target.as_deref()?.split_once('/')).map(|(_, host)| host.to_owned())
    };
    let web = || story.web.last().map(|w| w.host.to_string());
    let server = match case.trouble {
        Trouble::Unopened(row) => Some(row.server),
        Trouble::Undelivered(row) => Some(row.server),
        Trouble::Tls(talk) => Some(talk.server),
        _ => None,
    };
    let user = || story.user.clone();
    // Active Directory's cmdlets want the name of the account, not the address that signs in.
    let account = || {
        let mut users = story.negotiations.iter().rev().filter_map(|n| n.user.as_deref());
        users.find(|user| !user.contains(['@', '\\', '/'])).map(str::to_owned)
    };
    let values: [(&str, Option<String>); 8] = [
        ("<account>", account()),
        ("<FQDN>", service(is_sip_service)),
        ("<web FQDN>", service(is_web_service).or_else(web)),
        ("<user>", user()),
        ("<sip:address>", user().map(|user| format!("sip:{user}"))),
        ("<domain>", story.domain().map(str::to_owned)),
        ("<server>", server.map(|server| story.name_of(server.ip()))),
        ("<port>", server.map(|server| server.port().to_string())),
    ];
    values
        .into_iter()
        .filter_map(|(place, value)| Some((place, value.filter(|value| is_harmless(value))?)))
        .fold(step.to_owned(), |step, (place, value)| step.replace(place, &value))
}

/// True for what a host name, an address or a port is made of.
fn is_harmless(value: &str) -> bool {
    let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@' | ':');
    !value.is_empty() && value.len() <= 255 && value.chars().all(known) && !value.starts_with('-')
}

#[cfg(test)]
mod tests {
    use super::is_harmless;

    #[test]
    fn only_names_are_filled_in() {
        assert!(is_harmless("mona.reyes@corvid.example") && is_harmless("sip:a@b") && is_harmless("443"));
        for wrong in ["", "-Force", "a;b", "a b", "$(x)", "a`b", "a\"b", "a\u{202e}b", &"a".repeat(256)] {
            assert!(!is_harmless(wrong), "{wrong}");
        }
    }
}
