//! The registrar's verdict: F37–F42.

use super::super::Confidence;
use super::super::stage::Stage;
use super::super::steps::Trouble;
use super::super::story::Story;
use super::{Case, Cause, Finding, never, plain};
use crate::analysis::{Refusal, SipWhat};
use crate::fact::Diagnostic;
use crate::knowledge::code::and_result;
use crate::knowledge::sip::phrase;

pub(super) static CAUSES: &[Cause] = &[
    Cause {
        code: "F37",
        name: "remote-access-off",
        stage: Stage::Register,
        title: "The user may not sign in from outside",
        signature: "403 with 4003 to a client that came through the Edge",
        remedy: &[
            "Get-CsUser <user> | Format-List ExternalAccessPolicy; Grant-CsExternalAccessPolicy -Identity <user> -PolicyName <policy>",
            "Set-CsExternalAccessPolicy -Identity <policy> -EnableOutsideAccess $true",
            "Set-CsAccessEdgeConfiguration -AllowOutsideUsers $true",
        ],
        weakened: "",
        check: remote_off,
    },
    Cause {
        code: "F38",
        name: "client-version-blocked",
        stage: Stage::Register,
        title: "This version of the client is blocked",
        signature: "403 with 17002 or 17003",
        remedy: &[
            "Get-CsClientVersionPolicy | Select-Object -ExpandProperty Rules",
            "Set-CsClientVersionPolicyRule for this client, or update it",
            "Get-CsClientVersionConfiguration",
        ],
        weakened: "",
        check: version_blocked,
    },
    Cause {
        code: "F39",
        name: "address-not-enabled",
        stage: Stage::Register,
        title: "The SIP address does not exist or is not enabled",
        signature: "404, mostly with 1003 or 4005",
        remedy: &[
            "Get-CsUser -Identity <sip:address>; check the spelling of the address",
            "Enable-CsUser -Identity <user> -RegistrarPool <pool> -SipAddress <sip:address>",
            "Update-CsUserData after a change in Active Directory",
        ],
        weakened: "",
        check: not_enabled,
    },
    Cause {
        code: "F40",
        name: "next-hop-fails",
        stage: Stage::Register,
        title: "The server cannot reach or trust the next one",
        signature: "504, mostly with 1007, 1008, 1010, 1014, 1038 or 1039, to REGISTER or to what follows it",
        remedy: &[
            "Check port 5061 between Edge and front end, both ways, and name resolution of the next hop",
            "Test-CsCertificateConfiguration; check the Edge's internal certificate and its chain",
            "Test-CsRegistration -TargetFqdn <pool>",
        ],
        weakened: "",
        check: next_hop,
    },
    Cause {
        code: "F41",
        name: "registrar-unavailable",
        stage: Stage::Register,
        title: "The registrar does not serve the user just now",
        signature: "503, 480 or 500, with or without Retry-After, to REGISTER or to what follows it",
        remedy: &[
            "Get-CsPoolFabricState -PoolFqdn <pool>; Get-CsWindowsService on each front end",
            "Reset-CsPoolRegistrarState -ResetType QuorumLossRecovery -PoolFqdn <pool> after a loss of quorum",
            "Get-CsUserPoolInfo -Identity <user>",
        ],
        weakened: "",
        check: unavailable,
    },
    Cause {
        code: "F42",
        name: "redirect-loop",
        stage: Stage::Register,
        title: "Registrars send the client in circles",
        signature: "301 three times or more without a registration",
        remedy: &[
            "Update-CsUserData; Get-CsManagementStoreReplicationStatus",
            "Get-CsUserPoolInfo -Identity <user>: do all servers know the same home pool?",
        ],
        weakened: "",
        check: never,
    },
];

/// The registrar's verdict: status, phrase, its reason, and who asked.
fn verdict<'e>(case: &Case<'_, 'e>) -> Option<(u16, &'e str, Option<&'e Diagnostic>, bool)> {
    let Trouble::Answer(registration, step) = case.trouble else { return None };
    let SipWhat::Answer { status, phrase, diagnostics, .. } = &step.what else { return None };
    Some((*status, phrase, diagnostics.as_deref(), registration.remote))
}

fn says(status: u16, phrase: &str, said: Option<&Diagnostic>) -> String {
    match said {
        Some(said) => {
            format!("{status} {phrase}, {} \"{}\"{}", said.id, plain(&said.reason), and_result(said.result))
        }
        None => format!("{status} {phrase}"),
    }
}

fn user<'s>(case: &'s Case<'_, '_>) -> &'s str {
    case.story.user.as_deref().unwrap_or("the user")
}

fn remote_off(case: &Case<'_, '_>) -> Option<Finding> {
    let (status, phrase, said, _) = verdict(case)?;
    (status == 403 && said.is_some_and(|d| d.id == 4003)).then(|| {
        let sentence = format!("{} may not sign in from outside: {}.", user(case), says(status, phrase, said));
        Finding::certain(sentence).weight(2)
    })
}

fn version_blocked(case: &Case<'_, '_>) -> Option<Finding> {
    let (status, phrase, said, _) = verdict(case)?;
    said.is_some_and(|d| matches!(d.id, 17002 | 17003)).then(|| {
        let agent = case.story.registrations.iter().find_map(|r| r.user_agent.as_deref()).unwrap_or("this client");
        let sentence = format!("The server does not let {agent} in: {}.", says(status, phrase, said));
        Finding::certain(sentence).weight(2)
    })
}

fn not_enabled(case: &Case<'_, '_>) -> Option<Finding> {
    let (status, phrase, said, _) = verdict(case)?;
    let known = said.is_some_and(|d| matches!(d.id, 1003 | 1005 | 4005 | 4006));
    if status != 404 && !known {
        return None;
    }
    let sentence = format!("{} does not exist here or is not enabled: {}.", user(case), says(status, phrase, said));
    Some(if known { Finding::certain(sentence).weight(2) } else { Finding::likely(sentence) })
}

/// What a registrar that took the client answers to what follows, where it may answer otherwise in a minute.
fn passing<'e>(case: &Case<'_, 'e>) -> Option<(&'e Refusal, String)> {
    let Trouble::Refusal(registration, refusal) = case.trouble else { return None };
    let words = phrase(refusal.status).unwrap_or_default();
    let sentence = format!(
        "{} registers the client and does not serve its {}: {}.",
        registration.server,
        refusal.method,
        says(refusal.status, words, refusal.diagnostics.as_deref())
    );
    (!refusal.is_final()).then_some((refusal, sentence))
}

fn next_hop(case: &Case<'_, '_>) -> Option<Finding> {
    if let Some((refusal, sentence)) = passing(case) {
        return (refusal.status == 504).then(|| Finding::likely(sentence).proof([refusal.frame]));
    }
    let (status, phrase, said, _) = verdict(case)?;
    let known = said.is_some_and(|d| matches!(d.id, 1007 | 1008 | 1010 | 1014 | 1038 | 1039 | 1046 | 1047));
    if status != 504 && !known {
        return None;
    }
    let sentence =
        format!("A server behind the one that answers cannot be reached or trusted: {}.", says(status, phrase, said));
    // The reason may be in what was cut off.
    let found = Finding::likely(sentence);
    Some(match () {
        () if known => Finding { confidence: Confidence::Certain, ..found }.weight(2),
        () if is_cut(case) => found.or(&["F41"]),
        () => found,
    })
}

/// True if the head of the verdict did not come to its end.
fn is_cut(case: &Case<'_, '_>) -> bool {
    let Trouble::Answer(_, step) = case.trouble else { return false };
    matches!(step.what, SipWhat::Answer { whole: false, .. })
}

fn unavailable(case: &Case<'_, '_>) -> Option<Finding> {
    if let Some((refusal, sentence)) = passing(case) {
        let down = matches!(refusal.status, 480 | 500 | 503);
        return down.then(|| Finding::likely(sentence).proof([refusal.frame]));
    }
    let (status, phrase, said, _) = verdict(case)?;
    // An application that does not run, and a server with more to do than it can.
    let down = said.is_some_and(|d| matches!(d.id, 5000 | 17000));
    (matches!(status, 480 | 500 | 503) || down).then(|| {
        let sentence = format!("The registrar does not serve {} now: {}.", user(case), says(status, phrase, said));
        Finding::certain(sentence).weight(if down { 2 } else { 1 })
    })
}

/// Redirects without an end.
pub(super) fn redirected(story: &Story<'_>) -> Option<(&'static Cause, Finding)> {
    let redirects: Vec<_> = story
        .registrations
        .iter()
        .flat_map(|r| &r.steps)
        .filter(|step| matches!(step.what, SipWhat::Answer { status: 300..=399, .. }))
        .collect();
    if redirects.len() < 3 {
        return None;
    }
    let cause = CAUSES.iter().find(|cause| cause.code == "F42")?;
    let sentence =
        format!("{} redirects and no registration: the registrars send the client in circles.", redirects.len());
    Some((cause, Finding::certain(sentence).proof(redirects.iter().map(|step| step.frame))))
}
