//! Web tickets: F13–F15, F23–F26, F29, F51.

use super::super::stage::Stage;
use super::super::steps::Trouble;
use super::affinity::{accepted_before, is_challenged, is_torn};
use super::discover::is_of_another;
use super::kerberos::{is_clock, seeks_controller};
use super::service::is_judged;
use super::{Case, Cause, Finding, plain};
use crate::analysis::{Carrier, Negotiation, Operation, PasswordCheck, Space, WebExchange};
use crate::fact::Scheme;
use crate::knowledge::client::{Family, identify};
use crate::knowledge::service::{Door, Resource, Service, place_of};

pub(super) static CAUSES: &[Cause] = &[
    Cause {
        code: "F13",
        name: "user-not-homed",
        stage: Stage::Ticket,
        title: "The user is not homed or not enabled",
        signature: "404 without a body to the user document although the ticket is good",
        remedy: &[
            "Get-CsUser <user> | Format-List RegistrarPool, Enabled",
            "Enable-CsUser -Identity <user> -RegistrarPool <pool> -SipAddress <sip:address>",
            "Update-CsUserData",
        ],
        weakened: "",
        check: not_homed,
    },
    Cause {
        code: "F14",
        name: "web-password-refused",
        stage: Stage::Ticket,
        title: "The web services refuse the password",
        signature: "NTLM type 3 or Kerberos at the web ticket service answered with 401",
        remedy: &[
            "Check user, domain and password; Get-ADUser <account> -Properties LockedOut, PasswordExpired",
            "Get-CsWebServiceConfiguration: UseWindowsAuth Negotiate or NTLM",
            "Event log of the front end: is the domain controller reached?",
        ],
        weakened: "",
        check: web_password,
    },
    Cause {
        code: "F15",
        name: "web-scheme-not-offered",
        stage: Stage::Ticket,
        title: "The web services offer no scheme that the client can use",
        signature: "401 offers only Negotiate, only NTLM or nothing, and the client sends nothing",
        remedy: &["Set-CsWebServiceConfiguration -Identity global -UseWindowsAuth Negotiate (or NTLM)"],
        weakened: "What the client can use is not on the wire.",
        check: scheme_missing,
    },
    Cause {
        code: "F23",
        name: "soap-password-refused",
        stage: Stage::Ticket,
        title: "The web ticket service refuses user name and password",
        signature: "fault 28020 in a 500 to /Auth",
        remedy: &["Check the credentials", "Let clients use NTLM, Negotiate or OAuth in place of /Auth"],
        weakened: "",
        check: soap_refused,
    },
    Cause {
        code: "F24",
        name: "grant-not-allowed",
        stage: Stage::Ticket,
        title: "This way of authentication is switched off",
        signature: "400 unsupported_grant_type, or 28029",
        remedy: &[
            "Set-CsAuthConfig -Scenario <scenario>; Get-CsAuthConfig",
            "Set-CsWebServiceConfiguration -MobilePreferredAuthType <type>",
            "Set-CsWebServiceConfiguration -UseWindowsAuth, -UsePinAuth, -UseCertificateAuth, -UseWsFedPassiveAuth",
        ],
        weakened: "",
        check: grant_not_allowed,
    },
    Cause {
        code: "F25",
        name: "ticket-expired",
        stage: Stage::Ticket,
        title: "The web ticket has expired",
        signature: "28033, or a ticket whose end lies before the capture",
        remedy: &["Check the clocks of client and server", "Sign in again: the client asks for a new ticket"],
        weakened: "",
        check: expired,
    },
    Cause {
        code: "F26",
        name: "audience-refused",
        stage: Stage::Ticket,
        title: "The OAuth token is for another audience or lacks the user",
        signature: "28077, 28055, 28056 or 28081",
        remedy: &[
            "Set-CsOAuthConfiguration -AdditionalAudienceUrls <urls>",
            "Register the web services' URLs with the application in Azure AD",
            "Get-CsAuthConfig; check the clocks",
        ],
        weakened: "",
        check: audience,
    },
    Cause {
        code: "F29",
        name: "mobility-refused",
        stage: Stage::Ticket,
        title: "Mobile clients are refused",
        signature: "403 or 404 to mobile clients only",
        remedy: &[
            "Set-CsMobilityPolicy -Identity <policy> -EnableMobility $true",
            "Grant-CsMobilityPolicy -Identity <user> -PolicyName <policy>",
            "Check the rules of the web application firewall for mobile User-Agents",
        ],
        weakened: "",
        check: mobility,
    },
    Cause {
        code: "F51",
        name: "pin-refused",
        stage: Stage::Ticket,
        title: "The PIN is refused",
        signature: "401 or a fault to a request for a ticket by PIN",
        remedy: &[
            "Get-CsClientPinInfo -Identity <user>",
            "Unlock-CsClientPin -Identity <user>, or Set-CsClientPin -Identity <user>",
            "Set-CsWebServiceConfiguration -UsePinAuth $true",
        ],
        weakened: "",
        check: pin,
    },
];

/// The exchange that failed, if it is about a ticket or token.
pub(super) fn exchange<'e>(case: &Case<'_, 'e>) -> Option<&'e WebExchange> {
    let Trouble::Web(exchange) = case.trouble else { return None };
    let ticket = matches!(
        exchange.service,
        Service::WebTicket(_) | Service::OAuthToken | Service::Passive | Service::Sts | Service::CertProv
    );
    ticket.then_some(exchange)
}

/// Ids that the service gives: of its fault and of its headers.
pub(super) fn ids(exchange: &WebExchange) -> impl Iterator<Item = u32> {
    let fault = exchange.fault.as_ref().and_then(|fault| fault.id);
    exchange.diagnostics.iter().map(|said| said.id).chain(fault)
}

pub(in super::super) fn has_id(exchange: &WebExchange, wanted: &[u32]) -> bool {
    ids(exchange).any(|id| wanted.contains(&id))
}

/// Status, id and reason as the service gives them.
pub(super) fn says(exchange: &WebExchange) -> String {
    let status = exchange.status.map_or_else(|| "nothing".to_owned(), |status| status.to_string());
    let fault = exchange.fault.as_ref().map(|fault| (fault.id, plain(&fault.reason)));
    let header = exchange.diagnostics.first().map(|said| (Some(said.id), plain(&said.reason)));
    match header.or(fault) {
        Some((Some(id), reason)) => format!("{status}, {id} \"{reason}\""),
        Some((None, reason)) if !reason.is_empty() => format!("{status}, \"{reason}\""),
        _ => status,
    }
}

pub(super) fn certain(exchange: &WebExchange, sentence: String) -> Finding {
    Finding::certain(sentence).proof(exchange.frames())
}

fn not_homed(case: &Case<'_, '_>) -> Option<Finding> {
    let Trouble::Web(exchange) = case.trouble else { return None };
    let user = case.story.user.as_deref();
    // In answer to a request for a certificate it is said of the certificate.
    if has_id(exchange, &[28000])
        && (exchange.operation != Operation::PublishCertificate || exchange.status == Some(403))
    {
        return Some(
            certain(exchange, format!("{} is not enabled for SIP: {}.", user.unwrap_or("The user"), says(exchange)))
                .weight(3),
        );
    }
    let ticket = exchange.complete && matches!(exchange.credential, Some(Scheme::WebTicket | Scheme::Bearer));
    let user_document = exchange.service == Service::Autodiscover(Resource::User) && !is_of_another(exchange);
    (user_document && ticket && exchange.status == Some(404)).then(|| {
        certain(
            exchange,
            format!(
                "{} knows no home server of {}, although the ticket is good.",
                exchange.host,
                user.unwrap_or("the user")
            ),
        )
        .weight(3)
    })
}

/// The negotiation whose last step is the answer of this exchange.
pub(super) fn negotiation<'e>(case: &Case<'_, 'e>, exchange: &WebExchange) -> Option<&'e Negotiation> {
    let answer = exchange.response?.frame;
    case.story
        .negotiations
        .iter()
        .copied()
        .filter(|n| n.carrier == Carrier::Http && n.proxy == (exchange.status == Some(407)))
        .find(|n| n.legs.last().is_some_and(|leg| leg.frame == answer))
}

fn is_windows(scheme: Option<&Scheme>) -> bool {
    matches!(scheme, Some(Scheme::Ntlm | Scheme::Negotiate | Scheme::Kerberos | Scheme::Basic))
}

fn password_refused(case: &Case<'_, '_>) -> Option<Finding> {
    let exchange = exchange(case)?;
    if exchange.status != Some(401) || !exchange.complete || !is_windows(exchange.credential.as_ref()) {
        return None;
    }
    let refused = negotiation(case, exchange);
    let kerberos = refused.is_some_and(|n| n.mechanism.as_deref() == Some("Kerberos"));
    if kerberos || accepted_before(case, exchange).is_some() || is_torn(case, exchange) {
        return None;
    }
    let who = refused.map(Negotiation::account).filter(|who| !who.is_empty()).unwrap_or_else(|| "the account".into());
    let why = match refused.map(|n| n.password) {
        Some(PasswordCheck::Differs) => "; the password is not the one given to check",
        Some(PasswordCheck::Matches) => "; the password is the one given to check, so look at the domain controller",
        _ => "",
    };
    let scheme = exchange.credential.as_ref().map(ToString::to_string).unwrap_or_default();
    let found = certain(exchange, format!("{} refuses {who} with {scheme} ({}){why}.", exchange.host, says(exchange)));
    // Where the challenge was not captured, it may not have come on this connection.
    let handshake = !matches!(exchange.credential, Some(Scheme::Basic));
    let found = if exchange.service == Service::Sts { found.next(ELSEWHERE) } else { found };
    Some(found.or(if handshake && !is_challenged(case, exchange) { &["F22"] } else { &[] }))
}

fn scheme_missing(case: &Case<'_, '_>) -> Option<Finding> {
    let exchange = exchange(case)?;
    // What the service says it misses is no scheme.
    if exchange.status != Some(401) || exchange.credential.is_some() || ids(exchange).next().is_some() {
        return None;
    }
    let offered: Vec<_> = exchange.offered.iter().map(ToString::to_string).collect();
    let sentence = if offered.is_empty() {
        format!("{} asks for a credential and offers no scheme, and the client sends none.", exchange.host)
    } else {
        format!("{} offers only {}, and the client sends no credential.", exchange.host, offered.join(", "))
    };
    let found = Finding::consistent(sentence).proof(exchange.frames());
    Some(if seeks_controller(case) { found.or(&["F56"]) } else { found })
}

pub(super) fn ticket_unopened(case: &Case<'_, '_>) -> Option<Finding> {
    let exchange = exchange(case)?;
    if exchange.status != Some(401) || !exchange.complete {
        return None;
    }
    let refused = negotiation(case, exchange).filter(|n| n.mechanism.as_deref() == Some("Kerberos"))?;
    if is_clock(refused.error.as_deref()) {
        return None;
    }
    let service = refused.target.as_deref().unwrap_or("the web services");
    let by = exchange.server_fqdn.as_deref().unwrap_or(&exchange.host);
    let modified =
        refused.error.as_ref().is_some_and(|e| e.space == Space::Krb && matches!(e.code, 31 | 35 | 41 | 44 | 45));
    let sentence = format!("{by} refuses the ticket for {service} ({}): it cannot open it.", says(exchange));
    let found = if modified { Finding::certain(sentence) } else { Finding::likely(sentence) };
    Some(found.proof(exchange.frames()))
}

fn soap_refused(case: &Case<'_, '_>) -> Option<Finding> {
    let exchange = exchange(case)?;
    let password = exchange.service == Service::WebTicket(Door::Password)
        || matches!(exchange.credential, Some(Scheme::UsernameToken));
    // Some put the fault into a 200.
    let refused = exchange.status.is_some_and(|status| status >= 400) || exchange.fault.is_some();
    (password && exchange.complete && refused && is_judged(exchange)).then(|| {
        let who = exchange.said().passphrase.as_ref().map_or("the user", |p| p.user.as_str());
        let sentence = format!("{} refuses name and password of {who}: {}.", exchange.host, says(exchange));
        let found = certain(exchange, sentence).weight(2);
        if exchange.service == Service::Sts { found.next(ELSEWHERE) } else { found }
    })
}

/// What mends a password that is refused by somebody who is no service of ours.
const ELSEWHERE: &[&str] = &[
    "Check user name and password at the identity provider, and its own log for the reason",
    "Let clients use modern authentication (OAuth) in place of name and password in a message",
];

fn grant_not_allowed(case: &Case<'_, '_>) -> Option<Finding> {
    let exchange = exchange(case)?;
    let code = exchange.fault.as_ref().map_or("", |fault| fault.code.as_str());
    // Where the service says where to sign in instead, that is what comes next, or does not.
    let elsewhere = exchange.fault.as_ref().is_some_and(|fault| fault.passive_url.is_some());
    (code == "unsupported_grant_type" && !elsewhere || has_id(exchange, &[28029])).then(|| {
        let kind = exchange.said().grant.as_ref().map(|grant| grant.kind.as_str()).filter(|kind| !kind.is_empty());
        let kind = kind.unwrap_or("this way of authentication");
        let found =
            certain(exchange, format!("{} does not allow {kind}: {}.", exchange.host, says(exchange))).weight(3);
        // Where to sign in instead may be in what was cut off.
        if exchange.cut { found.or(&["F27"]) } else { found }
    })
}

fn expired(case: &Case<'_, '_>) -> Option<Finding> {
    let Trouble::Web(exchange) = case.trouble else { return None };
    if has_id(exchange, &[28033]) {
        return Some(certain(exchange, format!("The web ticket has expired: {}.", says(exchange))).weight(3));
    }
    // The ticket says so itself, and the service does not say why it refuses.
    let answer = exchange.response?;
    let ticket = matches!(exchange.credential, Some(Scheme::WebTicket));
    let until = exchange.presented_until.filter(|until| ticket && *until < answer.time)?;
    let refused = matches!(exchange.status, Some(401 | 403 | 500)) && ids(exchange).next().is_none();
    refused.then(|| {
        let sentence = format!(
            "{} refuses a web ticket that ended on {}: {}.",
            exchange.host,
            until.rfc3339_seconds(),
            says(exchange)
        );
        Finding::certain(sentence).weight(4).proof(exchange.frames())
    })
}

fn audience(case: &Case<'_, '_>) -> Option<Finding> {
    let Trouble::Web(exchange) = case.trouble else { return None };
    if let Some(found) = token_unfit(exchange) {
        return Some(found);
    }
    let id = ids(exchange).find(|id| matches!(id, 28055 | 28056 | 28077 | 28081))?;
    let found = certain(exchange, format!("{} does not take the token: {}.", exchange.host, says(exchange))).weight(3);
    Some(match id {
        28_055 | 28_056 => found.next(TOKEN_UNFIT),
        28_081 => found.next(NO_NAME),
        _ => found,
    })
}

const TOKEN_UNFIT: &[&str] = &[
    "Compare the clocks of client and front end with the time of the token (w32tm /query /status)",
    "Get-CsOAuthConfiguration, Get-CsOAuthServer: does the front end know the token's issuer and its keys (MetadataUrl)?",
    "Sign out of the client's cached account, so that it asks for a new token",
];
const NO_NAME: &[&str] = &[
    "Let the identity provider put the user principal name (upn) into its tokens",
    "Get-CsUser <user> | Format-List UserPrincipalName: it must be the one in the directory of the cloud",
];

/// A token that was refused without a number, and that says itself why: it is over, or for somebody else.
fn token_unfit(exchange: &WebExchange) -> Option<Finding> {
    let (token, answer) = (exchange.said().token.as_deref()?, exchange.response?);
    let bearer = matches!(exchange.credential, Some(Scheme::Bearer));
    if !bearer || !matches!(exchange.status, Some(401 | 403)) || ids(exchange).next().is_some() {
        return None;
    }
    let over = token.expires.filter(|expires| *expires < answer.time);
    let (for_host, _) = place_of(&token.audience, None);
    let elsewhere =
        token.audience.contains("://") && !for_host.is_empty() && !for_host.eq_ignore_ascii_case(&exchange.host);
    let why = match over {
        Some(over) => format!("it expired on {}", over.rfc3339_seconds()),
        None if elsewhere => format!("it is for {}", token.audience),
        None => return None,
    };
    let of = if token.issuer.is_empty() { String::new() } else { format!(" of {}", token.issuer) };
    let sentence = format!("{} does not take the token{of}: {why}.", exchange.host);
    Some(Finding::likely(sentence).weight(3).proof(exchange.frames()))
}

fn mobility(case: &Case<'_, '_>) -> Option<Finding> {
    let Trouble::Web(exchange) = case.trouble else { return None };
    let (family, _) = identify(&exchange.user_agent);
    if family.is_mobile() && exchange.status == Some(403) && speaks_of_mobility(exchange) {
        let (host, said) = (&exchange.host, says(exchange));
        let sentence = format!("{host} refuses the mobile client and gives mobility as its reason: {said}.");
        return Some(Finding::likely(sentence).weight(3).proof(exchange.frames()));
    }
    let refused = matches!(exchange.status, Some(403 | 404)) && exchange.diagnostics.is_empty() && !exchange.cut;
    if !family.is_mobile() || !refused || !exchange.service.signs_in() {
        return None;
    }
    let discovers = matches!(exchange.service, Service::Autodiscover(_));
    if let Some(other) = serves_others(case, exchange) {
        let (host, said) = (&exchange.host, says(exchange));
        let sentence = format!("{host} refuses the mobile client ({said}), and serves one that is not mobile.");
        let found = Finding::likely(sentence).weight(3).proof(exchange.frames()).proof(other.frames());
        return Some(found.or(if discovers { &["F11"] } else { &["F54"] }));
    }
    (!discovers).then(|| {
        let sentence = format!("{} refuses the mobile client: {}.", exchange.host, says(exchange));
        let missing = exchange.status == Some(404);
        Finding::likely(sentence).weight(2).proof(exchange.frames()).or(if missing { &["F55"] } else { &["F54"] })
    })
}

/// True if the service gives mobility as its reason, in whatever form.
fn speaks_of_mobility(exchange: &WebExchange) -> bool {
    let fault = exchange.fault.iter().flat_map(|fault| [&fault.code, &fault.subcode, &fault.reason]);
    let mut words = exchange.diagnostics.iter().map(|said| &said.reason).chain(fault);
    words.any(|words| words.to_ascii_lowercase().contains("mobility"))
}

/// What a client that is known and not mobile got from the service that refused a mobile one before it said who it is.
pub(super) fn serves_others<'e>(case: &Case<'_, 'e>, refused: &WebExchange) -> Option<&'e WebExchange> {
    let (family, _) = identify(&refused.user_agent);
    if !family.is_mobile() || refused.complete || refused.credential.is_some() {
        return None;
    }
    let desk = |w: &&WebExchange| {
        let (family, _) = identify(&w.user_agent);
        !family.is_mobile() && family != Family::Unknown
    };
    let same = |w: &&WebExchange| w.host == refused.host && w.service == refused.service && w.succeeded();
    case.story.evidence.web.iter().filter(desk).find(same)
}

fn pin(case: &Case<'_, '_>) -> Option<Finding> {
    let exchange = exchange(case)?;
    let refused = exchange.status.is_some_and(|status| status >= 400) && is_judged(exchange);
    (exchange.service == Service::WebTicket(Door::Pin) && refused && exchange.operation != Operation::Metadata)
        .then(|| certain(exchange, format!("{} refuses the PIN: {}.", exchange.host, says(exchange))).weight(2))
}

/// A password that the services refuse, by whichever of HTTP's ways it was sent.
fn web_password(case: &Case<'_, '_>) -> Option<Finding> {
    let exchange = exchange(case)?;
    let refused = exchange.fault.as_ref().is_some_and(|fault| fault.code == "invalid_grant");
    let Some(grant) = exchange.said().grant.as_ref().filter(|grant| refused && grant.password) else {
        return password_refused(case);
    };
    let who = grant.user.as_deref().unwrap_or("the user");
    Some(certain(exchange, format!("{} refuses the password of {who}: {}.", exchange.host, says(exchange))).weight(2))
}
