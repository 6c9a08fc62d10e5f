//! After signing in, and clients that do not use SIP: F46–F48, F50.

use super::super::stage::Stage;
use super::super::steps::Trouble;
use super::{Case, Cause, Finding, never};
use crate::analysis::Operation;

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
        check: never,
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
        check: never,
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
        check: no_root_chain,
    },
];

/// A culture is a language and the region it is spoken in: `en-US`. A region that the language does not name is what the
/// client's mistake produces.
fn culture(case: &Case<'_, '_>) -> Option<Finding> {
    let Trouble::Web(exchange) = case.trouble else { return None };
    let status = exchange.status.filter(|status| (400..500).contains(status))?;
    if exchange.operation != Operation::Apply || matches!(status, 401 | 403) {
        return None;
    }
    let culture = exchange.application.as_ref()?.culture.as_deref()?;
    let sentence =
        format!("The client asks for an application in \"{culture}\", which the server answers with {status}.");
    Some(Finding::consistent(sentence).weight(2).proof(exchange.frames()))
}

/// Which server a phone asks for the chain it was told by DHCP; what it was told is not seen here.
fn no_root_chain(case: &Case<'_, '_>) -> Option<Finding> {
    let Trouble::Web(exchange) = case.trouble else { return None };
    let status = exchange.status.filter(|_| exchange.operation == Operation::RootChain)?;
    let sentence = format!("The phone asks {} for the chain of the root certificate and gets {status}.", exchange.host);
    Some(Finding::certain(sentence).weight(3).proof(exchange.frames()))
}
