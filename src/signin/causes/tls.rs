//! TLS in front of a service: F07–F10, F49.

use super::super::stage::Stage;
use super::super::steps::Trouble;
use super::{Case, Cause, Finding};
use crate::analysis::{Certificate, Space, TlsTalk, Trusted, alert_name, inspects};
use crate::fact::{Covered, Direction, Scheme};

pub(super) static CAUSES: &[Cause] = &[
    Cause {
        code: "F07",
        name: "server-certificate-untrusted",
        stage: Stage::Tls,
        title: "The client does not trust the server's certificate",
        signature: "the client answers the certificate with alert 42, 46 or 48, or closes without a word",
        remedy: &[
            "Get-CsCertificate on the server; request one from a CA that the client trusts (Request-CsCertificate)",
            "Let the server send its intermediate certificates; Set-CsCertificate -Type Default -Thumbprint <thumbprint>",
            "Publish the root CA to clients (group policy, phones: root chain web service)",
        ],
        weakened: "",
        check: untrusted,
    },
    Cause {
        code: "F08",
        name: "server-certificate-expired",
        stage: Stage::Tls,
        title: "The server's certificate is out of date",
        signature: "notAfter lies before, or notBefore after, the time of the capture, and the client goes no further",
        remedy: &[
            "Renew it: Request-CsCertificate -New, then Set-CsCertificate -Type <use> -Thumbprint <thumbprint>",
            "Restart the service that uses it (RTCSRV, or IIS for web services)",
        ],
        weakened: "The time is that of the capture; a client with a wrong clock sees another one.",
        check: expired,
    },
    Cause {
        code: "F09",
        name: "server-certificate-other-name",
        stage: Stage::Tls,
        title: "The server's certificate is for another name",
        signature: "the name asked for is not among those of the certificate, and the client goes no further",
        remedy: &[
            "Put the name into the certificate: Request-CsCertificate -New -DomainName <names> -AllSipDomain",
            "For lyncdiscover: publish it over http on the reverse proxy, which needs no certificate",
            "Check the load balancer or reverse proxy: another site's certificate may be bound there",
        ],
        weakened: "",
        check: other_name,
    },
    Cause {
        code: "F10",
        name: "no-common-tls",
        stage: Stage::Tls,
        title: "Client and server have no TLS version or cipher suite in common",
        signature: "no ServerHello; alert 40, 70, 71 or 86, or the connection ends",
        remedy: &[
            "Enable TLS 1.2 on both sides (SCHANNEL\\Protocols, SystemDefaultTlsVersions, SchUseStrongCrypto)",
            "Update clients that offer only TLS 1.0",
            "Compare the suites offered with those allowed (Get-TlsCipherSuite)",
        ],
        weakened: "",
        check: no_common,
    },
    Cause {
        code: "F49",
        name: "tls-inspected",
        stage: Stage::Tls,
        title: "A device on the way opens TLS and shows its own certificate",
        signature: "the certificate's issuer is the CA of a known inspection product",
        remedy: &["Exempt the SIP domain and the web services' names from TLS inspection"],
        weakened: "The issuer's name says so; who put it there cannot be seen.",
        check: inspected,
    },
];

fn talk<'e>(case: &Case<'_, 'e>) -> Option<&'e TlsTalk> {
    match case.trouble {
        Trouble::Tls(talk) => Some(talk),
        _ => None,
    }
}

/// The server's certificate of a handshake that the client ended.
fn refused_certificate<'e>(case: &Case<'_, 'e>) -> Option<(&'e TlsTalk, &'e Certificate, u64)> {
    let talk = talk(case)?;
    let certificate = talk.certificate.as_deref()?;
    let (frame, _) = talk.certificate_at?;
    // An alert of the server's is about something else.
    if talk.alert.is_some_and(|(_, by)| by == Direction::ToClient) {
        return None;
    }
    Some((talk, certificate, frame))
}

fn host(case: &Case<'_, '_>, talk: &TlsTalk) -> String {
    talk.server_name.as_deref().map_or_else(|| case.story.name_of(talk.server.ip()), str::to_owned)
}

/// What is wrong with the chain for any client that checks, or for one that trusts the authorities given.
fn fault(talk: &TlsTalk) -> Option<&'static str> {
    let chain = talk.verdict.as_ref()?;
    Some(match () {
        () if chain.self_signed => "it signed itself",
        () if chain.missing_intermediate => "the certificate of its issuer was not sent",
        () if chain.wrong_use => "it is not meant for servers",
        () if chain.trusted == Trusted::No => "no authority that was given vouches for it",
        () => return None,
    })
}

/// The client's word about a certificate that lies inside TLS 1.3.
fn refused_unseen<'e>(case: &Case<'_, 'e>, codes: &[u8]) -> Option<(&'e TlsTalk, String, u64)> {
    let talk = talk(case).filter(|talk| talk.certificate.is_none() && talk.version == Some(0x0304))?;
    let (alert, _) = talk.alert.filter(|(alert, by)| *by == Direction::ToServer && codes.contains(&alert.code))?;
    let host = host(case, talk);
    let sentence = format!(
        "The client refuses the certificate of {host} with alert {} {}; the certificate itself is inside TLS 1.3.",
        alert.code,
        alert_name(alert.code)
    );
    Some((talk, sentence, talk.frames.last().copied()?))
}

fn untrusted(case: &Case<'_, '_>) -> Option<Finding> {
    if let Some((talk, sentence, frame)) = refused_unseen(case, &[42, 46, 48]) {
        let or: &[&'static str] = if talk.server_name.is_some() { &["F09"] } else { &["F09", "F04"] };
        // An unknown authority is said in as many words; the others may mean a name or a date too.
        let known = talk.alert.is_some_and(|(alert, _)| alert.code == 48);
        return Some(Finding::likely(sentence).proof([frame]).or(if known { &[] } else { or }));
    }
    if let Some(talk) = talk(case).filter(|talk| talk.alert.is_none() && talk.covered == Some(Covered::Alert)) {
        let host = host(case, talk);
        let sentence = format!(
            "The client answers the TLS 1.3 handshake of {host} with an alert that nobody can read, consistent with a \
             certificate that it does not take."
        );
        return Some(Finding::consistent(sentence).or(&["F08", "F09", "F10"]).proof(talk.frames.last().copied()));
    }
    if let Some(found) = left_unseen(case) {
        return Some(found);
    }
    let (talk, certificate, frame) = refused_certificate(case)?;
    let (host, issuer) = (host(case, talk), &certificate.issuer);
    let fault = fault(talk);
    let because = fault.map_or_else(String::new, |fault| format!(": {fault}"));
    // By which name the client looked for the server decides about F09 and F04, and may not have been captured.
    let named = talk.server_name.is_some();
    let or: &[&'static str] = match (fault, named) {
        (Some(_), _) => &[],
        (None, true) => &["F04"],
        (None, false) => &["F09", "F04"],
    };
    match talk.alert {
        Some((alert, _)) if matches!(alert.code, 42 | 46 | 48) => {
            let name = alert_name(alert.code);
            let sentence = format!(
                "The client refuses the certificate of {host} (issued by {issuer}) with alert {} {name}{because}.",
                alert.code
            );
            let found = if fault.is_some() { Finding::certain(sentence) } else { Finding::likely(sentence) };
            Some(found.proof([frame]).or(if named { &[] } else { or }))
        }
        Some(_) => None,
        None => {
            let sentence = format!(
                "The client leaves right after the certificate of {host} (issued by {issuer}), without a word{because}."
            );
            let found = if fault.is_some() { Finding::likely(sentence) } else { Finding::consistent(sentence) };
            Some(found.proof([frame]).or(or))
        }
    }
}

/// The client leaves in answer to a handshake of TLS 1.3, in which the certificate is hidden.
fn left_unseen(case: &Case<'_, '_>) -> Option<Finding> {
    let talk = talk(case).filter(|talk| talk.alert.is_none() && !talk.decrypted && talk.is_speechless())?;
    case.story.ending(talk.flow)?.ended.filter(|end| end.by == Direction::ToServer)?;
    let host = host(case, talk);
    let sentence = format!(
        "The client leaves right after the TLS 1.3 answer of {host}, without a word, consistent with a certificate that it \
         does not take."
    );
    Some(Finding::consistent(sentence).or(&["F08", "F09", "F10"]).proof(talk.frames.last().copied()))
}

fn expired(case: &Case<'_, '_>) -> Option<Finding> {
    if let Some((_, sentence, frame)) = refused_unseen(case, &[45]) {
        return Some(Finding::likely(sentence).weight(3).proof([frame]));
    }
    let (talk, certificate, frame) = refused_certificate(case)?;
    let (_, now) = talk.certificate_at?;
    let host = host(case, talk);
    let sentence = if certificate.not_after < now {
        format!(
            "The certificate of {host} expired on {}; the client goes no further.",
            certificate.not_after.rfc3339_seconds()
        )
    } else if certificate.not_before > now {
        let from = certificate.not_before.rfc3339_seconds();
        format!("The certificate of {host} is not valid before {from}; the client goes no further.")
    } else if let Some(issuer) = talk.verdict.as_ref().and_then(|chain| chain.old_issuer.as_ref()) {
        // Other things may be wrong as well: only the client's own word makes this the cause.
        talk.alert.filter(|(alert, _)| alert.code == 45)?;
        format!("A certificate between that of {host} and its authority is out of date: {issuer}.")
    } else if talk.alert.is_some_and(|(alert, _)| alert.code == 45) {
        format!("The client says that the certificate of {host} expired, which it did not by the capture's clock.")
    } else {
        return None;
    };
    Some(Finding::certain(sentence).weight(3).proof([frame]))
}

fn other_name(case: &Case<'_, '_>) -> Option<Finding> {
    let (talk, certificate, frame) = refused_certificate(case)?;
    let asked = talk.server_name.as_deref()?;
    (!certificate.is_for(asked)).then(|| {
        let names =
            if certificate.names.is_empty() { certificate.subject.clone() } else { certificate.names.join(", ") };
        let sentence = format!("The client asked for {asked} and was shown a certificate for {names}.");
        Finding::certain(sentence).weight(2).proof([frame])
    })
}

/// Alerts of a handshake that comes to no agreement: handshake_failure, protocol_version, insufficient_security,
/// inappropriate_fallback.
const NO_COMMON: [u8; 4] = [40, 70, 71, 86];

/// The same inside TLS-DSK, before anybody showed a certificate.
fn no_common_inside(case: &Case<'_, '_>) -> Option<Finding> {
    let Trouble::Refused(step) = case.trouble else { return None };
    let refused = case.refused(step, &[Scheme::TlsDsk]).filter(|n| n.certificate.is_none())?;
    let alert = refused.error.as_ref().filter(|e| e.space == Space::Tls)?;
    let known = NO_COMMON.iter().any(|code| i64::from(*code) == alert.code);
    known.then(|| {
        let offer = refused.mechanism.as_deref().unwrap_or("TLS");
        let sentence = format!(
            "The registrar ends the handshake inside TLS-DSK with alert {} {}: the client offered {offer}.",
            alert.code, alert.name
        );
        Finding::certain(sentence).weight(2).proof(refused.legs.iter().map(|leg| leg.frame))
    })
}

fn no_common(case: &Case<'_, '_>) -> Option<Finding> {
    let Some(talk) = talk(case) else { return no_common_inside(case) };
    if let (Some(version), Some((alert, Direction::ToServer))) = (talk.version, talk.alert) {
        // The client does not take what the server chose.
        let version = crate::analysis::tls_version(version);
        return matches!(alert.code, 70 | 71 | 86).then(|| {
            let name = alert_name(alert.code);
            let sentence = format!(
                "The client does not take {version}, which {} chose: alert {} {name}.",
                host(case, talk),
                alert.code
            );
            Finding::certain(sentence).weight(2).proof([talk.choice_frame])
        });
    }
    if talk.version.is_some() {
        return None;
    }
    let host = host(case, talk);
    let offer = talk.offered.map(crate::analysis::tls_version).unwrap_or_default();
    match talk.alert {
        Some((alert, by)) if NO_COMMON.contains(&alert.code) => {
            let who = if by == Direction::ToClient { host } else { "The client".into() };
            let name = alert_name(alert.code);
            let offered = if offer.is_empty() { String::new() } else { format!(": the client offered up to {offer}") };
            Some(Finding::certain(format!("{who} ends the handshake with alert {} {name}{offered}.", alert.code)))
        }
        Some(_) => None,
        None => {
            let life = case.story.ending(talk.flow)?;
            let by_server = life.ended.is_some_and(|end| end.by == Direction::ToClient);
            let whole = life.lost[Direction::ToClient.index()] == 0 && life.seen == [true, true];
            (by_server && whole).then(|| {
                Finding::likely(format!(
                    "{host} closes the connection instead of answering the ClientHello (up to {offer})."
                ))
            })
        }
    }
}

fn inspected(case: &Case<'_, '_>) -> Option<Finding> {
    let (talk, certificate, frame) = refused_certificate(case)?;
    inspects(&certificate.issuer).then(|| {
        let sentence = format!("The certificate shown for {} was issued by {}.", host(case, talk), certificate.issuer);
        Finding::likely(sentence).weight(4).proof([frame])
    })
}
