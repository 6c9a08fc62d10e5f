//! The registrar's challenge and what comes of it: F31–F35, F44, F45, F53, F57, F58.

use super::super::stage::Stage;
use super::super::steps::Trouble;
use super::super::story::Story;
use super::{Case, Cause, Finding, never, plain};
use crate::analysis::{
    Carrier, Certificate, Negotiation, Outcome, PasswordCheck, Registration, SipStep, SipWhat, Space, WebExchange,
};
use crate::fact::{Direction, Scheme};
use crate::knowledge::client::{identify, is_communicator};
use crate::knowledge::code::and_result;
use crate::wire::Timestamp;
use crate::wire::time::NANOS;

pub(super) static CAUSES: &[Cause] = &[
    Cause {
        code: "F31",
        name: "user-certificate-refused",
        stage: Stage::Authenticate,
        title: "The registrar refuses the user's certificate",
        signature: "the handshake inside TLS-DSK ends with an alert (44 revoked, 45 expired, 42, 46, 48), or with 401 and 1000",
        remedy: &[
            "Delete the certificate on the client (Communications Server, in the user's store) and sign in again",
            "Get-CsClientCertificate -Identity <user>; Revoke-CsClientCertificate -Identity <user>, then a new sign-in",
        ],
        weakened: "",
        check: certificate_refused,
    },
    Cause {
        code: "F32",
        name: "credentials-of-another-user",
        stage: Stage::Authenticate,
        title: "The credentials are those of another user",
        signature: "the certificate's name is not the address in From, or 403 with 4004",
        remedy: &[
            "Sign in with the account that owns the SIP address (Get-CsUser <sip:address> | Format-List SamAccountName)",
            "Delete the other user's certificate from the client's store",
        ],
        weakened: "",
        check: other_user,
    },
    Cause {
        code: "F33",
        name: "user-certificate-out-of-date",
        stage: Stage::Authenticate,
        title: "The user's certificate is out of date",
        signature: "notAfter lies before, or notBefore after, the time of the capture: of the certificate shown, or of those issued",
        remedy: &[
            "Check the clock of client and front end; then delete the certificate and sign in again",
            "Set-CsWebServiceConfiguration -DefaultValidityPeriodHours <hours>",
        ],
        weakened: "",
        check: certificate_dates,
    },
    Cause {
        code: "F34",
        name: "scheme-not-offered",
        stage: Stage::Challenge,
        title: "The registrar offers no scheme that the client can use",
        signature: "401 without NTLM, Kerberos or TLS-DSK as the client needs it; the client closes",
        remedy: &[
            "Get-CsProxyConfiguration",
            "Set-CsProxyConfiguration -UseKerberosForClientToProxyAuth $true -UseNtlmForClientToProxyAuth $true -UseCertificateForClientToProxyAuth $true",
        ],
        weakened: "What the client can use is not on the wire.",
        check: scheme_missing,
    },
    Cause {
        code: "F35",
        name: "ntlm-refused",
        stage: Stage::Authenticate,
        title: "The registrar refuses the NTLM answer: wrong password or domain, or the domain controller cannot be asked",
        signature: "NTLM type 3 answered with a fresh 401 and ms-diagnostics 1000",
        remedy: &[
            "Check user, domain and password; Get-ADUser <account> -Properties LockedOut, PasswordExpired",
            "Compare LmCompatibilityLevel of client and domain controllers",
            "Get-CsProxyConfiguration: DisableNtlmFor2010AndLaterClients; event log of the front end for its domain controller",
        ],
        weakened: "",
        check: ntlm_refused,
    },
    Cause {
        code: "F44",
        name: "association-lost",
        stage: Stage::Authenticate,
        title: "The registrar forgets the security association",
        signature: "signed requests answered with 401, and a new handshake each time",
        remedy: &[
            "Set source persistence on the load balancer for 5061, or use DNS load balancing",
            "Get-CsPoolFabricState -PoolFqdn <pool>: is the user's front end changing?",
        ],
        weakened: "",
        check: never,
    },
    Cause {
        code: "F45",
        name: "signature-invalid",
        stage: Stage::Authenticate,
        title: "Messages are changed on the way",
        signature: "signatures that do not fit the messages, with the right key",
        remedy: &["Disable SIP inspection (ALG) on every device between client and server"],
        weakened: "",
        check: forged,
    },
    Cause {
        code: "F53",
        name: "locked-account-signs-in",
        stage: Stage::Authenticate,
        title: "A locked or disabled account still signs in by certificate",
        signature: "TLS-DSK accepted while KDC or NTLM refuse the same user",
        remedy: &[
            "Revoke-CsClientCertificate -Identity <user>; Disable-CsUser -Identity <user>",
            "Set-CsWebServiceConfiguration -DefaultValidityPeriodHours <hours>: a shorter life of user certificates",
        ],
        weakened: "",
        check: never,
    },
    Cause {
        code: "F57",
        name: "server-ends-midway",
        stage: Stage::Authenticate,
        title: "The server ends the connection in the middle of the sign-in",
        signature: "RST or FIN of the server's while a request waits for its answer",
        remedy: &[
            "Event log of the server at that time: a service that crashes or restarts",
            "Health checks and time-outs of load balancer and IPS",
        ],
        weakened: "",
        check: cut,
    },
    Cause {
        code: "F58",
        name: "registrar-silent",
        stage: Stage::Challenge,
        title: "The registrar takes the request and never answers",
        signature: "REGISTER acknowledged by TCP, and no response",
        remedy: &[
            "Get-CsWindowsService on the front end; restart RTCSRV if it hangs",
            "Check the members of the load balancer's pool: one may be dead behind a live port",
        ],
        weakened: "",
        check: silent,
    },
];

impl<'e> Case<'_, 'e> {
    /// The negotiation of one of these schemes that this answer refused.
    pub(in crate::signin) fn refused(&self, answer: &SipStep, schemes: &[Scheme]) -> Option<&'e Negotiation> {
        let mine = self.story.negotiations.iter().copied().filter(|n| schemes.contains(&n.scheme));
        mine.filter(|n| n.outcome == Outcome::Refused)
            .find(|n| n.legs.last().is_some_and(|leg| leg.frame == answer.frame))
    }
}

fn frames(negotiation: &Negotiation) -> impl Iterator<Item = u64> {
    negotiation.legs.iter().map(|leg| leg.frame)
}

/// What the server says with its refusal.
fn server_says(answer: &SipStep) -> String {
    let SipWhat::Answer { status, diagnostics, .. } = &answer.what else { return String::new() };
    match diagnostics {
        Some(said) => format!("{status}, {} \"{}\"{}", said.id, plain(&said.reason), and_result(said.result)),
        None => status.to_string(),
    }
}

fn tls_dsk<'e>(case: &Case<'_, 'e>) -> Option<(&'e Negotiation, &'e SipStep)> {
    let Trouble::Refused(step) = case.trouble else { return None };
    Some((case.refused(step, &[Scheme::TlsDsk])?, step))
}

fn certificate_refused(case: &Case<'_, '_>) -> Option<Finding> {
    let (refused, step) = tls_dsk(case)?;
    let alert = refused.error.as_ref().filter(|e| e.space == Space::Tls);
    // Whoever did not come so far as to show a certificate was not refused for it.
    let shown =
        refused.certificate.is_some() || refused.legs.iter().any(|leg| matches!(leg.what, "ServerHello" | "handshake"));
    if !shown && !alert.is_some_and(|alert| matches!(alert.code, 41..=49)) {
        return None;
    }
    let whose = refused.certificate.as_ref().map_or_else(|| "the user".to_owned(), |c| c.subject.clone());
    let found = match alert {
        Some(alert) => {
            let sentence = format!(
                "The registrar refuses the certificate of {whose} with alert {} {} inside TLS-DSK ({}).",
                alert.code,
                alert.name,
                server_says(step)
            );
            Finding::certain(sentence)
        }
        None => Finding::likely(format!("The registrar refuses the certificate of {whose} ({}).", server_says(step))),
    };
    let expired = alert.is_some_and(|alert| alert.code == 45);
    let found = found.weight(2).proof(frames(refused));
    // Expired by the server's clock only: certificate, validity and clock cannot be told apart.
    Some(if expired { found.or(&["F33", "F18"]) } else { found })
}

fn certificate_dates(case: &Case<'_, '_>) -> Option<Finding> {
    if let Trouble::Web(exchange) = case.trouble {
        return issued_out_of_date(case, exchange);
    }
    let (refused, step) = tls_dsk(case)?;
    let sentence = out_of_date(refused.certificate.as_ref()?, step.time)?;
    Some(Finding::certain(format!("The user's certificate {sentence}.")).weight(3).proof(frames(refused)))
}

/// What is wrong with the certificate at this time.
fn out_of_date(certificate: &Certificate, at: Timestamp) -> Option<String> {
    if certificate.not_after < at {
        Some(format!("expired on {}", certificate.not_after.rfc3339_seconds()))
    } else if certificate.not_before > at {
        Some(format!("is not valid before {}", certificate.not_before.rfc3339_seconds()))
    } else {
        None
    }
}

/// The provisioning service issues certificates that are none for the time of the capture.
fn issued_out_of_date(case: &Case<'_, '_>, exchange: &WebExchange) -> Option<Finding> {
    if !exchange.issued_out_of_date() {
        return None;
    }
    let sentence = out_of_date(exchange.certificate.as_ref()?, exchange.response?.time)?;
    let count = case.story.web.iter().filter(|w| w.issued_out_of_date()).count();
    let often = if count > 1 { format!(" It issues {count} of them.") } else { String::new() };
    let sentence = format!("The certificate that {} issues {sentence}.{often}", exchange.host);
    Some(Finding::certain(sentence).weight(3).proof(exchange.frames()))
}

fn other_user(case: &Case<'_, '_>) -> Option<Finding> {
    if let Some((refused, _)) = tls_dsk(case) {
        let certificate = refused.certificate.as_ref()?;
        let user = case.story.user.as_deref()?.to_ascii_lowercase();
        let subject = certificate.subject.to_ascii_lowercase();
        let named = certificate.names.iter().any(|name| name.to_ascii_lowercase().contains(&user));
        return (!subject.contains(&user) && !named).then(|| {
            let sentence =
                format!("The certificate is that of {}, the address that signs in is {user}.", certificate.subject);
            Finding::certain(sentence).weight(4).proof(frames(refused))
        });
    }
    let Trouble::Answer(_, step) = case.trouble else { return None };
    let SipWhat::Answer { status: 403, diagnostics: Some(said), .. } = &step.what else { return None };
    (said.id == 4004).then(|| {
        let account = case.story.negotiations.iter().rev().map(|n| n.account()).find(|account| !account.is_empty());
        let account = account.unwrap_or_else(|| "The account".into());
        let user = case.story.user.as_deref().unwrap_or("this address");
        Finding::certain(format!("{account} may not act as {user}: 4004 {}.", plain(&said.reason))).weight(3)
    })
}

fn ntlm_refused(case: &Case<'_, '_>) -> Option<Finding> {
    let Trouble::Refused(step) = case.trouble else { return None };
    let refused = case.refused(step, &[Scheme::Ntlm, Scheme::Negotiate])?;
    if !refused.legs.iter().any(|leg| leg.what == "authenticate") {
        return None;
    }
    let who = refused.account();
    let why = match refused.password {
        PasswordCheck::Differs => "; the password is not the one given to check",
        PasswordCheck::Matches => "; the password is the one given to check, so look at the domain controller",
        PasswordCheck::Unchecked => "",
    };
    let sentence = format!("The registrar refuses the NTLM answer of {who} ({}){why}.", server_says(step));
    Some(Finding::certain(sentence).proof(frames(refused)))
}

/// How soon three associations are lost that are lost for one reason, in nanoseconds. They live for hours.
const SOON: i64 = 15 * 60 * NANOS;

/// Three associations, each made anew and each forgotten by the server.
pub(super) fn forgotten(story: &Story<'_>) -> Option<(&'static Cause, Finding)> {
    let mut lost: Vec<(u64, Timestamp)> = story.registrations.iter().flat_map(|r| signed_in_vain(r)).collect();
    lost.sort_unstable_by_key(|(_, time)| *time);
    let made = || story.negotiations.iter().filter(|n| n.carrier == Carrier::Sip && n.outcome == Outcome::Accepted);
    let mut counted: Vec<(u64, Timestamp)> = Vec::new();
    for loss in lost {
        // Several requests at once are lost with the same association.
        let since = counted.last().map(|(_, time)| *time);
        let renewed = made().any(|n| {
            let began = n.legs.first().is_some_and(|leg| since.is_none_or(|since| leg.time >= since));
            began && n.legs.last().is_some_and(|leg| leg.time <= loss.1)
        });
        if renewed {
            counted.push(loss);
        }
    }
    let [.., (_, first), _, (_, last)] = counted.as_slice() else { return None };
    if last.since(*first) > SOON || story.evidence.until.since(*last) > SOON {
        return None;
    }
    let cause = CAUSES.iter().find(|cause| cause.code == "F44")?;
    let sentence = format!(
        "The registrar answers signed requests with a new challenge, {} times after a handshake that went well.",
        counted.len()
    );
    Some((cause, Finding::likely(sentence).proof(counted.iter().rev().take(3).map(|(frame, _)| *frame))))
}

/// Challenges in answer to signed requests of a registration.
fn signed_in_vain(registration: &Registration) -> impl Iterator<Item = (u64, Timestamp)> {
    let challenged = registration.steps.iter().filter(|step| {
        let SipWhat::Answer { status: 401 | 407, continues: false, .. } = &step.what else { return false };
        registration
            .asked(step)
            .is_some_and(|asked| matches!(asked.what, SipWhat::Request { signed: true, token: false, .. }))
    });
    challenged.map(|step| (step.frame, step.time)).chain(registration.forgotten.iter().copied())
}

/// A signature that was proven not to fit, on the message that failed or before it.
fn forged(case: &Case<'_, '_>) -> Option<Finding> {
    let registration = match case.trouble {
        Trouble::Forged(registration, _) | Trouble::Answer(registration, _) | Trouble::Silent(registration, _) => {
            Some(registration)
        }
        Trouble::Refused(_) | Trouble::Refusal(..) => None,
        _ => return None,
    };
    let mine = case.story.negotiations.iter().filter(|n| n.carrier == Carrier::Sip);
    let invalid: Vec<_> =
        mine.flat_map(|n| &n.association().invalid).filter(|at| at.frame <= case.failure.frame).collect();
    let first = invalid.first()?;
    let whose = if first.from_client { "the client" } else { "the registrar" };
    let at = registration.map_or_else(String::new, |r| format!(" to {}", r.server));
    let sentence = format!(
        "The signature of {whose} in frame {} does not fit the message: something on the way{at} changes what it passes on.",
        first.frame
    );
    Some(Finding::certain(sentence).weight(5).proof(invalid.iter().map(|at| at.frame)))
}

fn scheme_missing(case: &Case<'_, '_>) -> Option<Finding> {
    let Trouble::GaveUp(registration) = case.trouble else { return None };
    let offered: Vec<_> = registration.offered.iter().map(ToString::to_string).collect();
    let sentence =
        format!("The registrar offers only {}; the client sends no credential and closes.", offered.join(", "));
    let (family, version) = registration.user_agent.as_deref().map(identify).unwrap_or_default();
    if is_communicator(family, &version)
        && !registration.offered.iter().any(|s| matches!(s, Scheme::Ntlm | Scheme::Kerberos))
    {
        return Some(Finding::likely(format!("{sentence} Communicator {version} knows NTLM and Kerberos alone.")));
    }
    let usable = [Scheme::Ntlm, Scheme::Kerberos, Scheme::TlsDsk];
    // Where the client would go for a ticket or a certificate may be out of the capture's sight.
    Some(match registration.offered.iter().find(|scheme| usable.contains(scheme)) {
        None => Finding::likely(sentence),
        Some(Scheme::Kerberos) => Finding::consistent(sentence).or(&["F18", "F19", "F20", "F21", "F36", "F56"]),
        Some(_) => Finding::consistent(sentence).or(&["F05", "F14", "F30", "F54", "F55"]),
    })
}

fn cut(case: &Case<'_, '_>) -> Option<Finding> {
    if let Trouble::Web(exchange) = case.trouble {
        return cut_web(case, exchange);
    }
    let Trouble::Cut(registration, asked) = case.trouble else { return None };
    let how = case.story.ending(asked.flow)?.ended?;
    let how = if how.reset { "resets" } else { "closes" };
    let sentence = format!(
        "The server {} {how} the connection while the REGISTER of frame {} waits for its answer.",
        registration.server, asked.frame
    );
    Some(Finding::certain(sentence).proof([asked.frame]))
}

/// Web services that leave while a proof waits for their verdict.
fn cut_web(case: &Case<'_, '_>, exchange: &WebExchange) -> Option<Finding> {
    let proves = matches!(exchange.credential, Some(Scheme::Ntlm | Scheme::Negotiate | Scheme::Kerberos));
    let end = case.story.ending(exchange.flow).and_then(|life| life.ended);
    let end = end.filter(|end| proves && exchange.status.is_none() && end.by == Direction::ToClient)?;
    let how = if end.reset { "resets" } else { "closes" };
    let scheme = exchange.credential.as_ref().map(ToString::to_string).unwrap_or_default();
    let sentence = format!("{} {how} the connection instead of answering {scheme}.", exchange.host);
    Some(Finding::likely(sentence).weight(2).proof(exchange.frames()).or(&["F55"]))
}

fn silent(case: &Case<'_, '_>) -> Option<Finding> {
    let Trouble::Silent(registration, asked) = case.trouble else { return None };
    let seconds = case.failure.time.since(asked.time) / NANOS;
    if let Some((frame, _)) = registration.provisional.filter(|(_, time)| *time >= asked.time) {
        let sentence = format!(
            "{} answers the REGISTER of frame {} provisionally in frame {frame}, and no more in {seconds} s: it, or what it \
             passes the request on to, hangs.",
            registration.server, asked.frame
        );
        return Some(Finding::certain(sentence).proof([asked.frame, frame]).next(BEHIND));
    }
    let sentence = format!(
        "{} acknowledges the REGISTER of frame {} and does not answer it in {seconds} s.",
        registration.server, asked.frame
    );
    Some(Finding::certain(sentence).proof([asked.frame]))
}

const BEHIND: &[&str] = &[
    "Get-CsWindowsService on the server that answered and on the next one (Director, home pool); restart RTCSRV if it hangs",
    "Test-CsRegistration against the home pool directly; 5061 between the servers, both ways",
];
