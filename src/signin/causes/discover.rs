//! Names: F01–F04, F11, F12, F52.

use super::super::host::is_candidate;
use super::super::stage::Stage;
use super::super::steps::Trouble;
use super::super::story::Story;
use super::super::web::{asks_for_password, asks_to_log_on};
use super::ticket::serves_others;
use super::{Case, Cause, Finding, never};
use crate::analysis::{AAAA, LookupSeen, SRV, SipStep, SipWhat, WebExchange, candidate};
use crate::knowledge::client::identify;
use crate::knowledge::service::{Resource, Service};
use crate::wire::time::NANOS;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// How long name servers may leave everything unanswered before that is the answer, in nanoseconds: twice the five seconds
/// after which resolvers ask again, and once more.
const DEAF: i64 = 15 * NANOS;

pub(super) static CAUSES: &[Cause] = &[
    Cause {
        code: "F01",
        name: "names-missing",
        stage: Stage::Discover,
        title: "None of the client's names exists in DNS",
        signature: "all names of the client's list are answered with NXDOMAIN or with nothing",
        remedy: &[
            "Check the sign-in address: the part after @ must be a SIP domain (Get-CsSipDomain)",
            "Create lyncdiscover and lyncdiscoverinternal (A or CNAME), _sipinternaltls._tcp and _sip._tls (SRV) in that domain",
            "Check which DNS server the client asks: inside names are answered by inside servers only",
        ],
        weakened: "",
        check: names_missing,
    },
    Cause {
        code: "F02",
        name: "dns-silent",
        stage: Stage::Discover,
        title: "The DNS server does not answer, or fails",
        signature: "the same question again and again without an answer, or SERVFAIL and REFUSED",
        remedy: &[
            "Ask the same name from the client: Resolve-DnsName lyncdiscover.<domain> -Server <its DNS server>",
            "Check VPN split tunnelling and firewalls for UDP and TCP 53",
            "Check the forwarders of that DNS server for the SIP domain",
        ],
        weakened: "",
        check: dns_silent,
    },
    Cause {
        code: "F03",
        name: "dns-wrong-side",
        stage: Stage::Discover,
        title: "A name leads to an address of the other side",
        signature: "a client outside is given a private address, or the reverse, and cannot connect to it",
        remedy: &[
            "Split the zones: outside names lead to reverse proxy and Edge, inside names to pool and Director",
            "Get-CsService -WebServer | Format-List PoolFqdn, InternalFqdn, ExternalFqdn",
            "Remove lyncdiscoverinternal and _sipinternaltls from the outside zone",
        ],
        weakened: "Addresses alone decide here; a VPN or a hair-pin may be meant to carry it.",
        check: wrong_side,
    },
    Cause {
        code: "F04",
        name: "srv-target-foreign",
        stage: Stage::Discover,
        title: "The SRV record leads to a host of another domain",
        signature: "the target of the SRV record does not end in the SIP domain, and the client goes no further",
        remedy: &[
            "Let the SRV record name a host in the SIP domain (sip.<domain>) and put that name into the certificate",
            "Request-CsCertificate -New -Type Default,WebServicesInternal,WebServicesExternal -AllSipDomain",
            "For clients that must trust another domain: TrustModelData in the client policy",
        ],
        weakened: "",
        check: srv_foreign,
    },
    Cause {
        code: "F11",
        name: "autodiscover-unpublished",
        stage: Stage::Discover,
        title: "What answers at the autodiscover name is not autodiscover",
        signature: "404, 403, a page of HTML or another content type where the autodiscover document should be",
        remedy: &[
            "Publish https://lyncdiscover.<domain>/* on the reverse proxy to port 4443 of the front end",
            "Get-CsService -WebServer and compare ExternalFqdn with the published name",
            "On a foreign network: sign in to its portal first",
        ],
        weakened: "",
        check: unpublished,
    },
    Cause {
        code: "F12",
        name: "autodiscover-loop",
        stage: Stage::Discover,
        title: "Autodiscover sends the client in circles",
        signature: "three or more redirects that lead back to an address seen before",
        remedy: &[
            "Get-CsAutodiscoverConfiguration and Get-CsHostingProvider: the redirect target must not redirect back",
            "In a hybrid deployment lyncdiscover must lead to the premises, not to the cloud",
        ],
        weakened: "",
        check: never,
    },
    Cause {
        code: "F52",
        name: "moved-online-legacy",
        stage: Stage::Discover,
        title: "The user is homed online, and the client cannot sign in there the modern way",
        signature: "the user document redirects to an online pool, where the old way of signing in is refused",
        remedy: &[
            "Update the client to one with modern authentication (ADAL)",
            "Set-CsOAuthConfiguration -ClientAdalAuthOverride Allowed",
        ],
        weakened: "",
        check: moved_online,
    },
];

/// The names of the list that were asked for. What was told when it was asked again counts, what was not is no matter.
fn candidates<'s, 'e>(story: &'s Story<'e>) -> impl Iterator<Item = &'e LookupSeen> + 's {
    let all = || story.lookups.iter().copied().filter(|l| is_candidate(&l.name, l.kind));
    let told: BTreeSet<_> =
        all().filter(|l| l.answer.is_some() && !l.is_refused()).map(|l| (&*l.name, l.kind)).collect();
    all().filter(move |l| l.answer.is_some() && !l.is_refused() || !told.contains(&(&*l.name, l.kind)))
}

/// True if the client asked for the last names of its list, so that nothing is left to try: whatever the client, the
/// plain host names come last ([MS-CONMGMT], RFC 3263).
pub(in super::super) fn is_complete(story: &Story<'_>) -> bool {
    let asked = |prefix: &str| candidates(story).any(|l| l.name.starts_with(prefix) && l.answer.is_some());
    // The next resolver may be asked, or what an alias stands for.
    let elsewhere = |l: &LookupSeen| l.is_refused() && candidates(story).any(|other| other.server != l.server);
    let open = candidates(story)
        .any(|l| l.answer.is_none() || l.tries > l.answers || l.alias.is_some() && l.is_empty() || elsewhere(l));
    asked("sip.") && asked("sipexternal.") && !open
}

/// True if the client asked for its names for so long, without one answer, that the silence is the answer.
pub(in super::super) fn is_deaf(story: &Story<'_>) -> bool {
    let asked = || candidates(story).map(|l| l.time).min().zip(candidates(story).map(|l| l.last.max(l.time)).max());
    let lasted = asked().is_some_and(|(first, last)| last.since(first) >= DEAF);
    lasted && candidates(story).all(|l| l.answer.is_none())
}

/// The names that do not exist, whatever the type of the record asked for.
fn denied<'e>(story: &Story<'e>) -> BTreeSet<&'e str> {
    candidates(story).filter(|l| l.is_denied()).map(|l| &*l.name).collect()
}

fn names_missing(case: &Case<'_, '_>) -> Option<Finding> {
    if let Trouble::Name(host) = case.trouble {
        return host_missing(case, host);
    }
    let Trouble::Names = case.trouble else { return None };
    let asked: Vec<_> = candidates(case.story).collect();
    let denied = denied(case.story);
    // A resolver that fails for one type of record has not said that the name is missing; but of a name that does not
    // exist there is no other record either.
    let is_missing = |l: &LookupSeen| l.answer.is_some() && !l.is_refused() || denied.contains(&*l.name);
    if asked.is_empty() || !asked.iter().all(|l| is_missing(l)) {
        return None;
    }
    let domain = asked.first().and_then(|l| candidate(&l.name, l.kind)).unwrap_or("its domain");
    let all = asked.iter().all(|l| denied.contains(&*l.name));
    let how = match (names(&asked), all) {
        (1, true) => format!("The name that the client asked for in {domain} does not exist (NXDOMAIN)"),
        (1, false) => format!("The name that the client asked for in {domain} holds no address"),
        (n, true) => format!("All {n} names that the client asked for in {domain} do not exist (NXDOMAIN)"),
        (n, false) => format!("All {n} names that the client asked for in {domain} do not exist or hold no address"),
    };
    let alias = asked.iter().find_map(|l| Some(format!(" {} {}.", l.name, stands_for(l)?))).unwrap_or_default();
    Some(
        Finding::certain(format!("{how}.{alias}"))
            .proof(asked.iter().map(|l| l.proof()))
            // Without a service record among them a single host may be what one led to.
            .or(if names(&asked) == 1 && asked.iter().all(|l| l.kind != SRV) { &["F04"] } else { &[] }),
    )
}

/// What an alias that leads nowhere is one of.
fn stands_for(lookup: &LookupSeen) -> Option<String> {
    let alias = lookup.alias.as_deref().filter(|_| lookup.addresses.is_empty())?;
    let code = lookup.answer.map_or(0, |(.., code)| code);
    let how = if code == 3 { "does not exist (NXDOMAIN)" } else { "has no address of that kind" };
    Some(format!("is an alias of {alias}, which {how}"))
}

/// The service record is there, and the host that it names is not.
fn host_missing(case: &Case<'_, '_>, host: &LookupSeen) -> Option<Finding> {
    if host.is_refused() {
        return None;
    }
    let how = if host.is_denied() { "does not exist (NXDOMAIN)" } else { "has no address" };
    let how = stands_for(host).unwrap_or_else(|| how.to_owned());
    if let Some(sent) = sent_to(case, &host.name).filter(|_| case.failure.stage == Stage::Ticket) {
        let sentence = format!("The challenge sends the client for a ticket to {}, which {how}.", host.name);
        return Some(Finding::certain(sentence).weight(2).proof([sent]).next(WEB_NAMES));
    }
    let (service, domain) = named_by(case, &host.name)?;
    is_inside(&host.name, domain).then(|| {
        Finding::certain(format!("{} leads to {}, which {how}.", service.name, host.name)).proof([service.proof()])
    })
}

const WEB_NAMES: &[&str] = &[
    "Create that name in the zone that the client asks (Resolve-DnsName on the client)",
    "Get-CsService -WebServer | Format-List PoolFqdn, InternalFqdn, ExternalFqdn; after a change Enable-CsComputer",
];

/// The challenge that sends the client to this host.
fn sent_to(case: &Case<'_, '_>, host: &str) -> Option<u64> {
    let registrations = &case.story.registrations;
    let sent =
        registrations.iter().find(|r| r.issuer_host().is_some_and(|issuer| issuer.eq_ignore_ascii_case(host)))?;
    let challenge = |step: &&SipStep| matches!(step.what, SipWhat::Answer { status: 401 | 407, .. });
    sent.steps.iter().find(challenge).map(|step| step.frame)
}

/// The service record that names a host, and the domain that it is of.
fn named_by<'e>(case: &Case<'_, 'e>, host: &str) -> Option<(&'e LookupSeen, &'e str)> {
    candidates(case.story)
        .filter(|l| l.kind == SRV && l.services.iter().any(|(target, _)| target == host))
        .find_map(|l| Some((l, candidate(&l.name, l.kind)?)))
}

fn is_inside(host: &str, domain: &str) -> bool {
    host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

/// Different names, as many records as they may have.
fn names(asked: &[&LookupSeen]) -> usize {
    asked.iter().map(|l| &*l.name).collect::<BTreeSet<_>>().len()
}

fn dns_silent(case: &Case<'_, '_>) -> Option<Finding> {
    let bad: Vec<_> = match case.trouble {
        Trouble::Names => {
            let failed = |l: &&LookupSeen| l.is_refused() || l.answer.is_none() && l.was_repeated();
            let denied = denied(case.story);
            candidates(case.story).filter(failed).filter(|l| !denied.contains(&*l.name)).collect()
        }
        Trouble::Unopened(row) if row.server.port() == 53 => {
            let how = if row.life.ended.is_some() { "refuses" } else { "does not answer" };
            let short = case.story.lookups.iter().find(|l| l.cut && l.server.ip() == row.server.ip());
            let why =
                short.map_or_else(String::new, |l| format!(", and its answer for {} does not fit a datagram", l.name));
            let sentence = format!("The DNS server {} {how} connections to TCP 53{why}.", row.server.ip());
            return Some(Finding::certain(sentence).proof(short.map(|l| l.proof())));
        }
        Trouble::Undelivered(row) if row.server.port() == 53 => {
            let said = Finding::certain(format!(
                "The network says that the DNS server {} cannot be reached.",
                row.server.ip()
            ));
            return Some(said.proof([row.frame]));
        }
        _ => return None,
    };
    let first = bad.first()?;
    let refused: Vec<_> = bad.iter().copied().filter(|l| l.is_refused()).collect();
    let sentence = if let Some(first) = refused.first() {
        let (server, count) = (first.server.ip(), names(&refused));
        format!("The DNS server {server} fails for {count} of the client's names (SERVFAIL, REFUSED).")
    } else {
        format!("The DNS server {} never answers for {} of the client's names.", first.server.ip(), names(&bad))
    };
    // Where the other names are missing, it may be the one that failed, or the zone.
    let some = candidates(case.story).any(|l| l.is_empty() && !l.is_refused())
        || bad.iter().all(|l| l.kind == AAAA && l.is_refused());
    let found = if some { Finding::likely(sentence).or(&["F01"]) } else { Finding::certain(sentence) };
    Some(found.weight(2).proof(bad.iter().map(|l| l.proof())))
}

/// RFC 1918, RFC 4193 and the link's own addresses.
pub(super) fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_private() || v4.is_link_local() || v4.is_loopback(),
        IpAddr::V6(v6) => v6.is_unique_local() || v6.is_unicast_link_local() || v6.is_loopback(),
    }
}

fn wrong_side(case: &Case<'_, '_>) -> Option<Finding> {
    let Trouble::Unopened(row) = case.trouble else { return None };
    let (client, server) = (row.client.ip(), row.server.ip());
    let lookup = case.story.lookups.iter().find(|l| l.addresses.contains(&server))?;
    // A private client may well reach a public address; a public one never a private address.
    if !is_private(client) && is_private(server) {
        let sentence =
            format!("{} leads to the inside address {server}, which the client at {client} cannot reach.", lookup.name);
        return Some(Finding::certain(sentence).weight(3).proof([lookup.proof()]));
    }
    let inside = lookup.name.starts_with("lyncdiscoverinternal.") || lookup.name.starts_with("sipinternal.");
    (inside && is_private(client) && !is_private(server)).then(|| {
        let sentence = format!(
            "{} is an inside name and leads to the outside address {server}, which the client at {client} cannot reach.",
            lookup.name
        );
        Finding::consistent(sentence).weight(3).proof([lookup.proof()]).or(&["F05"])
    })
}

fn srv_foreign(case: &Case<'_, '_>) -> Option<Finding> {
    let host = match case.trouble {
        Trouble::Name(lookup) => lookup.name.to_string(),
        Trouble::Tls(talk) => talk.server_name.clone()?.to_ascii_lowercase(),
        _ => return None,
    };
    let (service, domain) = named_by(case, &host)?;
    (!is_inside(&host, domain)).then(|| {
        let sentence = format!("{} leads to {host}, which is not in {domain}.", service.name);
        Finding::likely(sentence).proof([service.proof()])
    })
}

/// An autodiscover exchange that failed, without a ticket in it.
fn unpublished(case: &Case<'_, '_>) -> Option<Finding> {
    let Trouble::Web(exchange) = case.trouble else { return None };
    let Service::Autodiscover(resource) = exchange.service else { return None };
    // Of what was cut it is not known what was asked for, and with which ticket.
    if exchange.cut && !exchange.is_page_for_document() {
        return None;
    }
    let judged = exchange.complete && resource == Resource::User && !is_of_another(exchange);
    if judged || asks_to_log_on(exchange) {
        return None;
    }
    let status = exchange.status?;
    if status == 407
        || status >= 500
        || asks_for_password(exchange)
        || is_online(&exchange.host)
        || serves_others(case, exchange).is_some()
    {
        return None;
    }
    let host = super::gateway::asked_host(exchange);
    let sentence = if exchange.is_page_for_document() {
        format!("{host} answers {status} with a page for people in place of the autodiscover document.")
    } else if exchange.is_other_document() {
        format!("{host} answers {status} with {} in place of the autodiscover document.", exchange.content_type)
    } else {
        format!("{host} answers {status} where the autodiscover document should be.")
    };
    let found = Finding::certain(sentence).proof(exchange.frames());
    Some(found.or(super::gateway::in_front(exchange)).or(may_be_refused(exchange)))
}

/// What else a refusal of the document may be of, where no front end gives its name: what stands in front wants a sign-in or
/// a device that it knows, or lets no mobile client through.
fn may_be_refused(exchange: &WebExchange) -> &'static [&'static str] {
    let asks = exchange.said().page.as_ref().is_some_and(|page| page.asks_password);
    let mobile = identify(&exchange.user_agent).0.is_mobile();
    match (exchange.status, exchange.server_fqdn.is_none()) {
        (Some(403), true) if mobile => &["F28", "F29"],
        (Some(403), false) if mobile => &["F29"],
        (Some(403), true) => &["F28"],
        (_, true) if asks => &["F28"],
        _ => &[],
    }
}

/// True if the answer is a page that no front end gave its name to: the service refuses without one.
pub(super) fn is_of_another(exchange: &WebExchange) -> bool {
    exchange.server_fqdn.is_none() && matches!(&*exchange.content_type, "text/html" | "application/xhtml+xml")
}

/// Autodiscover that redirects three times or more, and leads back to where it redirected from.
pub(super) fn circles(story: &Story<'_>) -> Option<(&'static Cause, Finding)> {
    let discover = || story.web.iter().filter(|w| matches!(w.service, Service::Autodiscover(_)));
    let redirects: Vec<_> = discover().filter(|w| w.redirect.is_some()).collect();
    let last = redirects.last().and_then(|w| w.response)?;
    // Each place may know the way but for this user.
    let ended = discover().any(|w| {
        let later = w.response.is_some_and(|seen| seen.time > last.time);
        let told = w.succeeded() && w.redirect.is_none() && w.said().autodiscover.is_some();
        told && (later || w.service == Service::Autodiscover(Resource::User))
    });
    if redirects.len() < 3 || ended {
        return None;
    }
    let mut before = BTreeSet::new();
    let back = redirects.iter().any(|w| {
        before.insert(w.asked());
        w.led_to().is_some_and(|to| before.contains(&to))
    });
    let cause = CAUSES.iter().find(|cause| cause.code == "F12").filter(|_| back)?;
    let sentence = format!("Autodiscover redirects {} times and comes back to where it was.", redirects.len());
    Some((cause, Finding::certain(sentence).proof(redirects.iter().flat_map(|w| w.frames()))))
}

/// The exchange that led the user online, if one did.
pub(super) fn led_online<'e>(story: &Story<'e>) -> Option<&'e WebExchange> {
    story
        .web
        .iter()
        .copied()
        .find(|w| w.service == Service::Autodiscover(Resource::User) && w.redirect.as_deref().is_some_and(is_online))
}

/// True for hosts of Skype for Business Online.
pub(super) fn is_online(host: &str) -> bool {
    host.to_ascii_lowercase().contains("online.lync.com")
}

/// The user document led online, and the way in there is refused.
fn moved_online(case: &Case<'_, '_>) -> Option<Finding> {
    let Trouble::Web(exchange) = case.trouble else { return None };
    let led = led_online(case.story)?;
    let refused = is_online(&exchange.host) || exchange.service == Service::Sts;
    (refused && exchange.status == Some(403)).then(|| {
        let home = led.led_to().map_or_else(|| led.host.to_string(), |(_, host, _)| host);
        Finding::likely(format!("The user is homed online ({home}), and {} answers 403.", exchange.host))
            .weight(3)
            .proof(led.frames())
    })
}
