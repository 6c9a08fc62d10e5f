//! After signing in, and clients that do not use SIP: F46–F48, F50.

use super::super::stage::Stage;
use super::super::steps::Trouble;
use super::super::story::Story;
use super::{Case, Cause, Finding, plain};
use crate::analysis::{LeaseSeen, Operation, WebExchange};
use crate::knowledge::code::and_result;
use crate::knowledge::culture::is_odd;
use crate::knowledge::service::Service;
use crate::knowledge::sip::phrase;

pub(super) static CAUSES: &[Cause] = &[
    Cause {
        code: "F46",
        name: "settings-refused",
        stage: Stage::Provision,
        title: "The server refuses the client's settings or contacts",
        signature: "SUBSCRIBE or SERVICE answered with 403 or 488 after a good registration",
        remedy: &[
            "Get-CsUserServicesPolicy and the client policy of the user",
            "With contacts in Exchange: Invoke-CsUcsRollback -Identity <user>",
        ],
        weakened: "",
        check: settings_refused,
    },
    Cause {
        code: "F47",
        name: "web-services-after-sign-in",
        stage: Stage::Provision,
        title: "Address book or group expansion ask for a password again",
        signature: "/abs or /GroupExpansion answered with 401 or 404 again and again",
        remedy: &[
            "Get-CsService -WebServer: does the client reach InternalFqdn from where it is?",
            "Check Exchange autodiscover and EWS, which prompt likewise",
        ],
        weakened: "",
        check: service_refused,
    },
    Cause {
        code: "F48",
        name: "ucwa-culture",
        stage: Stage::Register,
        title: "The mobile client asks for a language that the server does not take",
        signature: "POST to UCWA applications answered with 4xx while the token is good; odd Culture",
        remedy: &["Set language and region of the phone alike, or update the client (KB 3096704)"],
        weakened: "",
        check: culture,
    },
    Cause {
        code: "F50",
        name: "phone-without-dhcp-options",
        stage: Stage::Discover,
        title: "The phone is not told where to sign in",
        signature: "DHCP without options 43 and 120, or the root chain cannot be fetched",
        remedy: &[
            "Run DHCPUtil and set options 43 and 120, or Set-CsRegistrarConfiguration -EnableDHCPServer $true",
            "Test-CsPhoneBootstrap -PhoneOrExt <extension> -PIN <pin>",
        ],
        weakened: "",
        check: no_options,
    },
];

/// Refusals of one service after which it asks again and again.
const AGAIN: usize = 3;

fn settings_refused(case: &Case<'_, '_>) -> Option<Finding> {
    let Trouble::Refusal(registration, refusal) = case.trouble else { return None };
    if !refusal.is_final() {
        return None;
    }
    let said = refusal
        .diagnostics
        .as_ref()
        .map(|said| format!(", {} \"{}\"{}", said.id, plain(&said.reason), and_result(said.result)));
    let sentence = format!(
        "{} registers the client and answers its {} with {} {}{}.",
        registration.server,
        refusal.method,
        refusal.status,
        phrase(refusal.status).unwrap_or_default(),
        said.unwrap_or_default()
    );
    Some(Finding::certain(sentence).proof([refusal.frame]))
}

/// Services that the client asks by itself once it is signed in.
const fn is_later(exchange: &WebExchange) -> bool {
    matches!(exchange.service, Service::AddressBook | Service::GroupExpansion)
}

fn refuses(exchange: &WebExchange) -> bool {
    is_later(exchange) && (exchange.status == Some(404) || exchange.status == Some(401) && exchange.complete)
}

fn service_refused(case: &Case<'_, '_>) -> Option<Finding> {
    let Trouble::Web(exchange) = case.trouble else { return None };
    let status = exchange.status.filter(|_| refuses(exchange))?;
    let sentence = format!("{} answers {status} to {} after signing in.", exchange.host, exchange.path);
    Some(Finding::likely(sentence).proof(exchange.frames()))
}

/// The same service refuses again and again, and never answers otherwise.
pub(super) fn asks_again(story: &Story<'_>) -> Option<(&'static Cause, Finding)> {
    let later = || story.web.iter().copied().filter(|w| is_later(w));
    let (first, refused) = later().filter(|w| refuses(w)).find_map(|first| {
        let same = |w: &&WebExchange| w.service == first.service && w.host == first.host;
        let refused: Vec<_> = later().filter(same).filter(|w| refuses(w)).collect();
        let helped = later().filter(same).any(WebExchange::succeeded);
        (refused.len() >= AGAIN && !helped).then_some((first, refused))
    })?;
    let cause = CAUSES.iter().find(|cause| cause.code == "F47")?;
    let status = first.status.unwrap_or_default();
    let sentence = format!(
        "The client is signed in, and {} answers {status} to {} again and again, {} times.",
        first.host,
        first.path,
        refused.len()
    );
    let frames = refused.iter().filter_map(|w| w.response).map(|seen| seen.frame);
    Some((cause, Finding::likely(sentence).proof(frames)))
}

/// A culture is a language and the region it is spoken in: `en-US`. A region that the language does not name is what the
/// client's mistake produces.
fn culture(case: &Case<'_, '_>) -> Option<Finding> {
    let Trouble::Web(exchange) = case.trouble else { return None };
    let status = exchange.status.filter(|status| (400..500).contains(status))?;
    if exchange.operation != Operation::Apply || matches!(status, 401 | 403) {
        return None;
    }
    let culture = exchange.said().application.as_ref()?.culture.as_deref().filter(|culture| is_odd(culture))?;
    let sentence =
        format!("The client asks for an application in \"{culture}\", which the server answers with {status}.");
    Some(Finding::consistent(sentence).weight(2).proof(exchange.frames()))
}

/// A phone that finds no way in although DHCP was to lead it, or is led where nobody hands out the chain it must trust.
fn no_options(case: &Case<'_, '_>) -> Option<Finding> {
    let here = |lease: &&LeaseSeen| lease.address.is_some_and(|address| case.story.addresses.contains(&address));
    let lease = case.story.evidence.leases.iter().find(here);
    let told = lease.and_then(LeaseSeen::given);
    if let Trouble::Web(exchange) = case.trouble
        && exchange.operation == Operation::RootChain
    {
        let got = exchange.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        let sentence =
            format!("The phone asks {} for the chain of the root certificate and gets {got}.", exchange.host);
        let led = told.filter(|answer| answer.leads());
        let sentence = match led {
            Some(answer) => format!("{sentence} DHCP server {} told it {}.", answer.server, answer.way()),
            None => sentence,
        };
        let proof = exchange.frames().chain(led.map(|answer| answer.frame));
        let found = if exchange.status.is_some() { Finding::certain(sentence) } else { Finding::likely(sentence) };
        return Some(found.weight(3).proof(proof));
    }
    let (Trouble::Names | Trouble::Name(_)) = case.trouble else { return None };
    let lease = lease.filter(|lease| lease.is_phone)?;
    let answer = told.filter(|answer| !answer.leads())?;
    let sentence = format!(
        "DHCP server {} gives the phone an address, but neither option 43 nor 120, and no name leads it further.",
        answer.server
    );
    Some(Finding::certain(sentence).weight(3).proof([lease.frame, answer.frame]).or(&["F01"]))
}
