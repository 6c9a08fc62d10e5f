//! Kerberos: F16–F21, F36, F56.

use super::super::stage::Stage;
use super::super::steps::{Trouble, in_vain, is_sip_service, is_web_service};
use super::{Case, Cause, Finding, plain};
use crate::analysis::{Carrier, ErrorCode, LookupSeen, Negotiation, Outcome, SRV, SipWhat, Space};
use crate::fact::Scheme;

pub(super) static CAUSES: &[Cause] = &[
    Cause {
        code: "F16",
        name: "web-spn-missing",
        stage: Stage::Ticket,
        title: "The web services have no SPN",
        signature: "TGS-REQ for HTTP/<web FQDN> answered with error 7",
        remedy: &[
            "setspn -Q HTTP/<web FQDN>; there must be exactly one account",
            "New-CsKerberosAccount and New-CsKerberosAccountAssignment for the site, then Enable-CsTopology",
            "Set-CsKerberosAccountPassword -UserAccount <domain\\account>",
        ],
        weakened: "",
        check: web_spn_missing,
    },
    Cause {
        code: "F17",
        name: "spn-key-differs",
        stage: Stage::Ticket,
        title: "The server cannot open the ticket: SPN on another account, or its password not on all servers",
        signature: "TGS-REP, then AP-REQ answered with 401, with or without KRB-ERROR 41",
        remedy: &[
            "setspn -X finds names that two accounts hold",
            "Set-CsKerberosAccountPassword -UserAccount <domain\\account> sets it again on every front end",
            "Test-CsKerberosAccountAssignment -Identity site:<site>",
        ],
        weakened: "",
        check: web_key_differs,
    },
    Cause {
        code: "F18",
        name: "clock-skew",
        stage: Stage::Authenticate,
        title: "Clocks differ too much",
        signature: "error 33 or 37 of the KDC or of the service, or ms-diagnostics 1013",
        remedy: &[
            "w32tm /query /status on client, server and domain controller; w32tm /resync",
            "Check the time source of phones and virtual machines (DHCP option 42, host synchronisation)",
        ],
        weakened: "",
        check: clock_skew,
    },
    Cause {
        code: "F19",
        name: "kdc-refuses-account",
        stage: Stage::Authenticate,
        title: "The domain controller refuses the account",
        signature: "KDC error 24 (password wrong), 18 (disabled, locked), 23 or 1 (expired), 6 (unknown), 12 (policy)",
        remedy: &[
            "Get-ADUser <account> -Properties LockedOut, Enabled, PasswordExpired, AccountExpirationDate",
            "Unlock-ADAccount <account>, or reset the password; remove stale ones from the client's credential manager",
        ],
        weakened: "",
        check: account,
    },
    Cause {
        code: "F20",
        name: "etype-unsupported",
        stage: Stage::Authenticate,
        title: "No encryption type in common with the KDC",
        signature: "KDC error 14",
        remedy: &[
            "Compare msDS-SupportedEncryptionTypes of the service account with what clients may use (RC4 off?)",
            "Reset the account's password so that AES keys exist",
        ],
        weakened: "",
        check: etype,
    },
    Cause {
        code: "F21",
        name: "kdc-tcp-blocked",
        stage: Stage::Authenticate,
        title: "The KDC wants TCP, and TCP 88 is blocked",
        signature: "error 52, then no connection to TCP 88",
        remedy: &[
            "Open TCP 88 to the domain controllers",
            "Reduce the user's group memberships, or MaxTokenSize, so that the ticket fits a datagram",
        ],
        weakened: "",
        check: tcp_blocked,
    },
    Cause {
        code: "F36",
        name: "sip-spn-or-key",
        stage: Stage::Authenticate,
        title: "Kerberos to the registrar fails: SPN missing, or the server cannot open the ticket",
        signature: "TGS-REQ for sip/<FQDN> answered with error 7, or REGISTER with a ticket answered with 401",
        remedy: &[
            "setspn -Q sip/<FQDN>; compare with the targetname of the challenge",
            "Enable-CsComputer on the front end writes its SPNs again; check the RTC accounts",
            "setspn -X for names that two accounts hold",
        ],
        weakened: "",
        check: sip_kerberos,
    },
    Cause {
        code: "F56",
        name: "kdc-unreachable",
        stage: Stage::Authenticate,
        title: "No domain controller answers",
        signature: "AS or TGS requests without an answer over UDP and TCP 88, ICMP unreachable, or no record of one in DNS",
        remedy: &[
            "nltest /dsgetdc:<domain> on the client",
            "Let the client reach a domain controller (VPN), or offer it NTLM or a certificate",
            "Check firewalls for UDP and TCP 88",
        ],
        weakened: "",
        check: unreachable,
    },
];

/// A refusal by the KDC, with its code.
fn kdc_error<'e>(case: &Case<'_, 'e>) -> Option<(&'e Negotiation, i64, &'e ErrorCode)> {
    let Trouble::Kdc(exchange) = case.trouble else { return None };
    let error = exchange.error.as_ref().filter(|e| e.space == Space::Krb)?;
    Some((exchange, error.code, error))
}

fn frames(exchange: &Negotiation) -> impl Iterator<Item = u64> {
    exchange.legs.iter().map(|leg| leg.frame)
}

fn target(exchange: &Negotiation) -> &str {
    exchange.target.as_deref().unwrap_or("the service")
}

fn web_spn_missing(case: &Case<'_, '_>) -> Option<Finding> {
    let (exchange, code, _) = kdc_error(case)?;
    // A service without an SPN of its own can do user-to-user at most ([MS-KILE] 3.3.5.6).
    (matches!(code, 7 | 27) && is_web_service(target(exchange))).then(|| {
        let sentence = format!("The KDC knows no {}, so there is no Kerberos to the web services.", target(exchange));
        Finding::certain(sentence).weight(2).proof(frames(exchange))
    })
}

fn account(case: &Case<'_, '_>) -> Option<Finding> {
    let Some((exchange, code, error)) = kdc_error(case) else { return account_refused_twice(case) };
    let (sentence, next) = account_refused(exchange, code, error)?;
    let found = Finding::certain(format!("{sentence}.")).weight(2).proof(frames(exchange));
    Some(match next {
        Some(next) => found.next(next),
        None => found,
    })
}

/// NTLM is refused, and the KDC had said before that the account itself is not to be used, be the password right or wrong.
fn account_refused_twice(case: &Case<'_, '_>) -> Option<Finding> {
    let (refused, whom, alone) = match case.trouble {
        Trouble::Refused(step) => (case.refused(step, &[Scheme::Ntlm, Scheme::Negotiate])?, "the registrar", "F35"),
        Trouble::Web(exchange) => (refused_ticket(case)?, &*exchange.host, "F14"),
        _ => return None,
    };
    let (user, domain) = (refused.user.as_deref()?, refused.domain.as_deref()?);
    let began = refused.legs.first().filter(|_| refused.ntlm.is_some())?.frame;
    // A realm begins with what Windows calls the domain, unless somebody named them otherwise.
    let same = |n: &Negotiation| {
        let realm = n.domain.as_deref().unwrap_or_default();
        let first = |name: &str| name.split('.').next().unwrap_or_default().to_ascii_lowercase();
        n.carrier == Carrier::Kdc
            && n.user.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(user))
            && first(realm) == first(domain)
    };
    let frame = |n: &Negotiation| n.legs.last().map_or(0, |leg| leg.frame);
    let mine = || case.story.negotiations.iter().copied().filter(|n| same(n));
    let of_account =
        |n: &&Negotiation| n.error.as_ref().is_some_and(|e| e.space == Space::Krb && matches!(e.code, 1 | 18 | 23));
    let told = mine().filter(of_account).rfind(|n| n.outcome == Outcome::Refused && frame(n) < began)?;
    if mine().any(|n| n.outcome == Outcome::Accepted && frame(n) > frame(told)) {
        return None;
    }
    let error = told.error.as_deref()?;
    let (sentence, next) = account_refused(told, error.code, error)?;
    let sentence = format!("{sentence}, and {whom} refuses its NTLM answer, too.");
    let found = Finding::certain(sentence).weight(4).proof(frames(told)).proof(frames(refused)).or(&[alone]);
    Some(match next {
        Some(next) => found.next(next),
        None => found,
    })
}

/// What the KDC says of an account, as a sentence without its end, and what mends that.
fn account_refused(
    exchange: &Negotiation,
    code: i64,
    error: &ErrorCode,
) -> Option<(String, Option<&'static [&'static str]>)> {
    let what = match code {
        24 => "the password is wrong",
        18 => "the account is disabled, locked, expired or out of its hours",
        23 => "the password has expired or must be changed",
        1 => "the account has expired",
        6 => "there is no such account",
        12 => "policy forbids it",
        _ => return None,
    };
    // The domain controller says the reason that its error number leaves open.
    let known = error.ntstatus.and_then(|status| STATUSES.iter().find(|row| row.value == status));
    let what = known.map_or(what, |row| row.says);
    let status = error.status_words().map_or_else(String::new, |words| format!(", {words}"));
    let account = Some(exchange.account()).filter(|account| !account.is_empty());
    let account = account.as_deref().unwrap_or("an account that is not seen");
    let sentence = format!("The KDC refuses {account}: {what} ({} {}{status})", error.code, error.name);
    let next = known.map(|row| row.next).or(match code {
        24 => Some(WRONG_PASSWORD),
        23 => Some(CHANGE),
        6 => Some(NOBODY),
        12 => Some(POLICY),
        _ => None,
    });
    Some((sentence, next))
}

/// What a domain controller says of an account beside its error ([MS-ERREF] 2.3.1), and what mends that.
struct Status {
    value: u32,
    says: &'static str,
    next: &'static [&'static str],
}

const WRONG_PASSWORD: &[&str] = &[
    "Check the password; Get-ADUser <account> -Properties LockedOut, BadPwdCount, PasswordLastSet",
    "Remove stale passwords from the client's credential manager before they lock the account",
];
const CHANGE: &[&str] = &[
    "Let the user change the password, inside or over VPN: the client cannot do it while signing in",
    "Get-ADUser <account> -Properties PasswordExpired, PasswordLastSet, PasswordNeverExpires",
];
const NOBODY: &[&str] = &[
    "Compare the sign-in name with Get-CsUser <user> | Format-List SamAccountName, UserPrincipalName",
    "Check the UPN suffix: the realm asked must know it (Get-ADForest | Format-List UPNSuffixes)",
];
const POLICY: &[&str] = &[
    "Get-ADUser <account> -Properties AuthenticationPolicy, AuthenticationPolicySilo, LogonWorkstations, LogonHours",
    "With a read-only domain controller: may the password of <account> be cached there?",
];

static STATUSES: &[Status] = &[
    Status { value: 0xc000_0064, says: "there is no such account", next: NOBODY },
    Status { value: 0xc000_006a, says: "the password is wrong", next: WRONG_PASSWORD },
    Status { value: 0xc000_006d, says: "name or password is wrong", next: WRONG_PASSWORD },
    Status {
        value: 0xc000_006e,
        says: "a restriction of the account forbids it",
        next: &[
            "Get-ADUser <account> -Properties SmartcardLogonRequired, LogonWorkstations, LogonHours, AuthenticationPolicy",
            "Check policies that restrict the account (empty password, Protected Users)",
        ],
    },
    Status {
        value: 0xc000_006f,
        says: "the account is outside the hours in which it may be used",
        next: &["Get-ADUser <account> -Properties LogonHours; change its logon hours, or sign in within them"],
    },
    Status {
        value: 0xc000_0070,
        says: "the account may not be used from this workstation",
        next: &["Get-ADUser <account> -Properties LogonWorkstations; add this workstation, or clear the list"],
    },
    Status { value: 0xc000_0071, says: "the password has expired", next: CHANGE },
    Status {
        value: 0xc000_0072,
        says: "the account is disabled",
        next: &[
            "Enable-ADAccount <account>, if it is meant to be used",
            "If it is meant to stay out: Revoke-CsClientCertificate -Identity <user>; Disable-CsUser -Identity <user>",
        ],
    },
    Status {
        value: 0xc000_015b,
        says: "the account lacks the right to this kind of logon",
        next: &["Check the user rights of <account>: access this computer from the network, and who is denied it"],
    },
    Status {
        value: 0xc000_0193,
        says: "the account has expired",
        next: &[
            "Get-ADUser <account> -Properties AccountExpirationDate; Set-ADAccountExpiration or Clear-ADAccountExpiration",
        ],
    },
    Status { value: 0xc000_0224, says: "the password must be changed before the account is used", next: CHANGE },
    Status {
        value: 0xc000_0234,
        says: "the account is locked out",
        next: &[
            "Unlock-ADAccount <account>",
            "Find what keeps sending an old password: stale ones in credential managers and on phones (event 4740 on the domain controller)",
        ],
    },
    Status {
        value: 0xc000_0413,
        says: "the account may not authenticate across the trust",
        next: &["Selective authentication of the trust: give the account the right to authenticate to the servers"],
    },
];

fn etype(case: &Case<'_, '_>) -> Option<Finding> {
    let (exchange, code, error) = kdc_error(case)?;
    (code == 14).then(|| {
        let sentence = format!(
            "The KDC has no encryption type in common with the client for {} ({} {}).",
            target(exchange),
            code,
            error.name
        );
        Finding::certain(sentence).weight(2).proof(frames(exchange))
    })
}

fn clock_skew(case: &Case<'_, '_>) -> Option<Finding> {
    if let Some((exchange, code @ (33 | 37), error)) = kdc_error(case) {
        let sentence = format!("The KDC says that the clocks differ too much ({code} {}).", error.name);
        return Some(Finding::certain(sentence).weight(3).proof(frames(exchange)));
    }
    if let Some(refused) = refused_ticket(case).filter(|n| is_clock(n.error.as_deref())) {
        let error = refused.error.as_ref()?;
        let service = refused.target.as_deref().unwrap_or("the service");
        let sentence = format!("{service} says that its clock differs too much: {} {}.", error.code, error.name);
        return Some(Finding::certain(sentence).weight(3).proof(frames(refused)));
    }
    let (Trouble::Refused(step) | Trouble::Answer(_, step)) = case.trouble else { return None };
    let SipWhat::Answer { diagnostics, .. } = &step.what else { return None };
    let said = diagnostics.as_ref().filter(|d| d.id == 1013)?;
    Some(
        Finding::certain(format!("The registrar says that the clocks differ: 1013 {}.", plain(&said.reason))).weight(3),
    )
}

/// True if a service says that the ticket or its proof is of another time (KRB_AP_ERR_SKEW, TKT_NYV).
pub(super) fn is_clock(error: Option<&ErrorCode>) -> bool {
    error.is_some_and(|e| e.space == Space::Krb && matches!(e.code, 33 | 37))
}

/// The negotiation with Kerberos that this answer of a registrar or a web service refused.
fn refused_ticket<'e>(case: &Case<'_, 'e>) -> Option<&'e Negotiation> {
    let frame = match case.trouble {
        Trouble::Refused(step) => step.frame,
        Trouble::Web(exchange) => exchange.response?.frame,
        _ => return None,
    };
    // What a proxy was given is not for the service to judge.
    let mut all = case.story.negotiations.iter().copied().filter(|n| !n.proxy);
    all.find(|n| n.outcome == Outcome::Refused && n.legs.last().is_some_and(|leg| leg.frame == frame))
}

fn tcp_blocked(case: &Case<'_, '_>) -> Option<Finding> {
    let server = match case.trouble {
        Trouble::Unopened(row) => row.server,
        Trouble::Undelivered(row) if row.tcp => row.server,
        _ => return None,
    };
    if server.port() != 88 {
        return None;
    }
    let too_big = case.story.negotiations.iter().find(|n| {
        n.carrier == Carrier::Kdc
            && n.server.ip() == server.ip()
            && matches!(n.outcome, Outcome::Unfinished | Outcome::Unseen)
            && n.legs.last().is_some_and(|leg| leg.what == "KRB-ERROR")
    })?;
    let sentence = format!("The KDC {} asks for TCP and does not take the connection.", server.ip());
    Some(Finding::likely(sentence).weight(2).proof(frames(too_big)))
}

fn unreachable(case: &Case<'_, '_>) -> Option<Finding> {
    if tcp_blocked(case).is_some() {
        return None;
    }
    if let Some(found) = no_controller(case) {
        return Some(found);
    }
    match case.trouble {
        Trouble::KdcSilent(exchange) => {
            let (kdc, asked) = (exchange.server.ip(), in_vain(exchange));
            // It is there, and what carries a proof, or its answer, is larger than what went through.
            if let Some(word) = exchange.legs.iter().rev().find(|leg| !leg.what.ends_with("-REQ")) {
                let sentence = format!(
                    "The KDC {kdc} answers in frame {} and no more: the {asked} requests for {} after that stay unanswered.",
                    word.frame,
                    target(exchange)
                );
                return Some(Finding::likely(sentence).proof(frames(exchange)).or(&["F21"]).next(LARGE));
            }
            let sentence = format!("The KDC {kdc} never answers: {asked} requests for {}.", target(exchange));
            Some(Finding::certain(sentence).proof(frames(exchange)))
        }
        Trouble::Unopened(row) if row.server.port() == 88 => {
            // Whether it asked for TCP itself, which is F21, may not have been captured.
            let found = Finding::certain(format!("The KDC {} takes no connection on TCP 88.", row.server.ip()));
            Some(found.or(&["F21"]))
        }
        Trouble::Undelivered(row) if row.server.port() == 88 => {
            let sentence = format!("The network says that the KDC {} cannot be reached.", row.server.ip());
            Some(Finding::certain(sentence).or(if row.tcp { &["F21"] } else { &[] }))
        }
        _ => None,
    }
}

/// The client is offered nothing that works without a ticket, and DNS knows no domain controller that it could ask for one.
fn no_controller(case: &Case<'_, '_>) -> Option<Finding> {
    let needs_ticket = match case.trouble {
        Trouble::GaveUp(registration) => {
            registration.offered.contains(&Scheme::Kerberos)
                && !registration.offered.iter().any(|s| matches!(s, Scheme::Ntlm | Scheme::TlsDsk))
        }
        Trouble::Web(exchange) => {
            exchange.status == Some(401)
                && exchange.credential.is_none()
                && exchange.offered.contains(&Scheme::Negotiate)
                && !exchange.offered.contains(&Scheme::Ntlm)
        }
        _ => false,
    };
    let none = needs_ticket && controllers(case).all(|l| l.is_empty() && !l.is_refused());
    let asked: Vec<_> = controllers(case).filter(|_| none).collect();
    let sentence = format!(
        "There is nothing but Kerberos, and DNS knows no domain controller: {} leads nowhere.",
        asked.first()?.name
    );
    Some(Finding::likely(sentence).weight(2).proof(asked.iter().map(|l| l.proof())).next(NOWHERE))
}

/// Where the client looks for a domain controller.
fn controllers<'e>(case: &Case<'_, 'e>) -> impl Iterator<Item = &'e LookupSeen> {
    let mine = case.story.evidence.lookups.iter().filter(|l| l.kind == SRV && case.story.is_client(l.client));
    mine.filter(|l| l.name.starts_with("_kerberos.") || l.name.starts_with("_ldap._tcp.dc._msdcs."))
}

/// True if the client looks for a domain controller, and none is known to have been found.
pub(super) fn seeks_controller(case: &Case<'_, '_>) -> bool {
    controllers(case).next().is_some() && !controllers(case).any(LookupSeen::leads_somewhere)
}

const NOWHERE: &[&str] = &[
    "Let the client ask the domain's DNS servers (VPN), or offer it NTLM or a certificate",
    "Resolve-DnsName -Type SRV _kerberos._tcp.dc._msdcs.<domain> on the client; nltest /dsgetdc:<domain>",
    "Where it is missing on the DNS server too: nltest /dsregdns on the domain controllers",
];

const LARGE: &[&str] = &[
    "Check what drops fragments of UDP between client and domain controller (VPN, firewall, MTU)",
    "Open TCP 88, and let clients use it at once: MaxPacketSize 1 (HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\Kerberos\\Parameters)",
    "nltest /dsgetdc:<domain> on the client",
];

/// True if the KDC issued a ticket for the service that the negotiation is with.
fn had_ticket(case: &Case<'_, '_>, is_service: fn(&str) -> bool) -> bool {
    case.story.negotiations.iter().any(|n| {
        n.carrier == Carrier::Kdc && n.outcome == Outcome::Accepted && n.target.as_deref().is_some_and(is_service)
    })
}

fn sip_kerberos(case: &Case<'_, '_>) -> Option<Finding> {
    if let Some((exchange, code, error)) = kdc_error(case) {
        return (matches!(code, 7 | 8 | 27) && is_sip_service(target(exchange))).then(|| {
            let sentence = format!("The KDC issues no ticket for {}: {} {}.", target(exchange), error.code, error.name);
            Finding::certain(sentence).weight(2).proof(frames(exchange))
        });
    }
    let Trouble::Refused(step) = case.trouble else { return None };
    let refused = case.refused(step, &[Scheme::Kerberos])?;
    if is_clock(refused.error.as_deref()) {
        return None;
    }
    let service = refused.target.clone().unwrap_or_else(|| "the registrar".into());
    let issued = if had_ticket(case, is_sip_service) { "The KDC issued a ticket for" } else { "A ticket was sent for" };
    let sentence = format!("{issued} {service}, and the server refuses it: it cannot open it, or will not.");
    Some(Finding::likely(sentence).proof(frames(refused)).or(&["F17"]))
}

fn web_key_differs(case: &Case<'_, '_>) -> Option<Finding> {
    if matches!(case.trouble, Trouble::Web(_)) {
        return super::ticket::ticket_unopened(case);
    }
    if let Some((exchange, 8, error)) = kdc_error(case).filter(|(exchange, ..)| is_web_service(target(exchange))) {
        let (service, name) = (target(exchange), &error.name);
        let sentence = format!("The KDC issues no ticket for {service}, which more than one account holds (8 {name}).");
        return Some(Finding::certain(sentence).weight(2).proof(frames(exchange)));
    }
    // To a registrar it is F36 that says so first.
    let Trouble::Refused(step) = case.trouble else { return None };
    let refused = case.refused(step, &[Scheme::Kerberos])?;
    let error = refused.error.as_ref().filter(|e| e.space == Space::Krb && matches!(e.code, 31 | 35 | 41 | 44 | 45))?;
    let service = refused.target.clone().unwrap_or_else(|| "the registrar".into());
    let sentence = format!("The server cannot open the ticket for {service}: {} {}.", error.code, error.name);
    Some(Finding::certain(sentence).weight(2).proof(frames(refused)).or(&["F36"]))
}
