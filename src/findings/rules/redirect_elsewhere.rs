//! W27: autodiscover sends the client out of TLS or to a foreign domain, or hands out links that are not inside TLS.

use crate::findings::{Facts, Item, Report, Rule, Severity};
use crate::knowledge::service::Service;

/// Domains of the cloud that a user may rightly be sent to.
const KNOWN: [&str; 8] = [
    "lync.com",
    "skype.com",
    "microsoft.com",
    "microsoftonline.com",
    "microsoftonline.us",
    "office.com",
    "partner.lync.cn",
    "skypeforbusiness.us",
];

/// W27.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W27",
    name: "redirect-elsewhere",
    severity: Severity::High,
    title: "Autodiscover sends the client out of TLS or to a foreign domain",
    why: "The client takes its credentials to where it is sent.",
    remedy: "Correct the URLs: Get-CsService -WebServer, Get-CsHostingProvider, Get-CsAutodiscoverConfiguration; a redirect must be https and to a domain of yours",
    references: &["[MS-OCDISCWS] 3.1.5.3"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for exchange in facts.web.iter().filter(|w| matches!(w.service, Service::Autodiscover(_))) {
        let Some(answer) = exchange.response else { continue };
        let user = exchange.user.as_deref().unwrap_or_default();
        if let Some(link) = exchange.said().plain_link.as_deref() {
            let proof = Item::new(answer.frame, "lync.link.href", link.to_owned());
            let found = report.found(user, exchange.client, exchange.server).proof(proof);
            found.title("Autodiscover hands out a link without TLS to a service that takes credentials");
        }
        let Some(target) = exchange.redirect.as_deref() else { continue };
        let clear = target.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"));
        let title = if is_foreign(&exchange.host, user, target) {
            "Autodiscover sends the client to a foreign domain"
        } else if clear && exchange.encrypted {
            "Autodiscover sends the client out of TLS"
        } else if clear {
            "Autodiscover sends the client on without TLS"
        } else {
            continue;
        };
        let proof = Item::new(answer.frame, "lync.redirect", target.to_owned());
        report.found(user, exchange.client, exchange.server).title(title).proof(proof);
    }
}

/// The host of a reference, lower case; none for one that stays where it is (RFC 3986 4.2). Clients end the authority at a
/// backslash too, and who wants to deceive writes a name that is trusted in front of an `@`.
fn host_of(target: &str) -> Option<String> {
    let (scheme, rest) = target.split_once("//")?;
    let absolute =
        scheme.is_empty() || scheme.strip_suffix(':').is_some_and(|s| s.bytes().all(|b| b.is_ascii_alphanumeric()));
    let authority = rest.split(['/', '\\', '?']).next().filter(|_| absolute)?;
    // A password is masked, and masks have a number sign.
    let host =
        authority.split_once(")@").filter(|(user, _)| user.contains(":(hidden")).map_or(authority, |(_, host)| host);
    let host = host.split('#').next().unwrap_or(host);
    let host = host.rsplit('@').next().unwrap_or(host);
    let name = host.split(':').next().unwrap_or(host).trim_end_matches('.');
    Some(name.to_ascii_lowercase())
}

fn is_foreign(host: &str, user: &str, target: &str) -> bool {
    let Some(name) = host_of(target) else { return false };
    let within = |domain: &str| {
        !domain.is_empty() && (name == domain || name.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')))
    };
    let sip_domain = user.split_once('@').map(|(_, domain)| domain.to_ascii_lowercase()).unwrap_or_default();
    let own = host.split_once('.').map(|(_, domain)| domain).unwrap_or_default();
    !(name.is_empty() || within(&sip_domain) || within(own) || KNOWN.iter().any(|known| within(known)))
}
