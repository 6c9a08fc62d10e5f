//! What stops a sign-in and has no place in the catalogue: said plainly, with what is known of the server's number.

use super::causes::Case;
use super::causes::ticket::has_id;
use super::steps::Trouble;
use crate::analysis::{Space, WebExchange, alert_name};
use crate::fact::{Covered, Direction, Scheme};
use crate::knowledge::code;

/// A token of so many bytes fills half of the 16 KiB that IIS takes for a line of a header, and all of what proxies take.
const LARGE: u32 = 5_500;

/// What to do about a credential that is too long.
const TOO_LONG: [&str; 3] = [
    "Take the user out of groups that are not needed, and clear SIDHistory: the ticket lists every one of them",
    "MaxFieldLength and MaxRequestBytes (HKLM\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters) on the web servers",
    "The limits for headers of reverse proxy and load balancer; MaxTokenSize on the client",
];

/// What to do about a ticket that is not taken.
const ANOTHER: [&str; 2] = [
    "Compare the front ends (X-MS-Server-Fqdn): the one that issued the ticket, and the one that does not take it",
    "Check the clocks of the front ends, and that they are of one pool: another pool's tickets are not taken",
];

/// What to do where a service misses a credential, and none was sent.
const NOTHING_SENT: [&str; 2] = [
    "The request carries no credential: compare with a client that works, and look for a proxy that takes headers away",
    "Get-CsWebServiceConfiguration | Format-List Use*: what the ticket service may offer",
];
/// No valid security token ([MS-OCER] 7.22).
const NO_TOKEN: u32 = 28_020;

/// What failed, in plain words, where no answer of the server's says it.
pub(super) fn plainly(case: &Case<'_, '_>) -> Option<String> {
    Some(match case.trouble {
        Trouble::Kdc(exchange) => {
            let error = exchange.error.as_ref()?;
            let target = exchange.target.as_deref().unwrap_or("a ticket");
            let status = error.status_words().map_or_else(String::new, |words| format!(", {words},"));
            let (kdc, account) = (exchange.server.ip(), exchange.account());
            let whom = if account.is_empty() { account } else { format!(" to {account}") };
            format!("the KDC {kdc} answers {} {}{status}{whom} for {target}", error.code, error.name)
        }
        Trouble::Tls(talk) => {
            let host = talk.server_name.as_deref().map_or_else(|| case.story.name_of(talk.server.ip()), str::to_owned);
            if let Some((alert, by)) = talk.alert {
                let who = if by == Direction::ToClient { "the server" } else { "the client" };
                format!("{who} ends the TLS handshake with {host} by alert {} {}", alert.code, alert_name(alert.code))
            } else if talk.covered == Some(Covered::Alert) {
                format!("the client ends the TLS handshake with {host} by an alert that TLS 1.3 hides")
            } else {
                let end = case.story.ending(talk.flow).and_then(|life| life.ended)?;
                let who = if end.by == Direction::ToClient { "the server" } else { "the client" };
                let how = if end.reset { "resets" } else { "closes" };
                format!("{who} {how} the connection to {host} in the middle of the TLS handshake")
            }
        }
        Trouble::Web(exchange) => match too_long(exchange) {
            Some(size) => {
                let status = exchange.status?;
                let scheme = exchange.credential.as_ref().map(ToString::to_string).unwrap_or_default();
                let host = &exchange.host;
                format!(
                    "{host} answers {status} to a request with a {scheme} token of {size} bytes: its header is too long, \
                     consistent with a user in very many groups"
                )
            }
            None if exchange.status.is_none() => format!("{} does not answer {}", exchange.host, exchange.path),
            None if exchange.is_page_for_document() => {
                let title =
                    exchange.said().page.as_ref().map(|page| page.title.trim()).filter(|title| !title.is_empty());
                let title = title.map_or_else(String::new, |title| format!(" (\"{title}\")"));
                format!(
                    "{} answers {} with a page for people{title} in place of what it was asked for",
                    exchange.host, exchange.path
                )
            }
            None if wants_another(exchange) => {
                format!("{} does not take the ticket that it is given and asks for another one (401)", exchange.host)
            }
            None => return None,
        },
        _ => return None,
    })
}

/// True if a ticket is answered with where tickets are to be had, and nothing else.
fn wants_another(exchange: &WebExchange) -> bool {
    let ticket = matches!(exchange.credential, Some(Scheme::WebTicket | Scheme::Bearer)) && exchange.complete;
    ticket
        && exchange.status == Some(401)
        && exchange.issuer.is_some()
        && exchange.diagnostics.is_empty()
        && exchange.fault.is_none()
}

/// The size of the token, if it is what makes the header too long for the server or for something in front of it. Nobody
/// judged it then.
fn too_long(exchange: &WebExchange) -> Option<u32> {
    let windows = matches!(exchange.credential, Some(Scheme::Negotiate | Scheme::Kerberos));
    let silent = exchange.diagnostics.is_empty() && exchange.fault.is_none() && exchange.server_fqdn.is_none();
    let size = exchange.token_size.filter(|_| windows && silent)?;
    match exchange.status? {
        431 => Some(size),
        400 | 413 | 414 if size >= LARGE => Some(size),
        _ => None,
    }
}

/// What to do about it, as far as the server's number tells.
pub(super) fn next(case: &Case<'_, '_>) -> Vec<String> {
    let noted = |space: Space, code: u32| {
        let note = code::find(space, code)?.note?;
        (note.remedy != "Nothing.").then(|| note.remedy.trim_end_matches('.').to_owned())
    };
    if let Trouble::Web(exchange) = case.trouble
        && too_long(exchange).is_some()
    {
        return TOO_LONG.map(str::to_owned).to_vec();
    }
    if let Trouble::Web(exchange) = case.trouble
        && wants_another(exchange)
    {
        return ANOTHER.map(str::to_owned).to_vec();
    }
    if let Trouble::Web(exchange) = case.trouble
        && exchange.credential.is_none()
        && has_id(exchange, &[NO_TOKEN])
    {
        return NOTHING_SENT.map(str::to_owned).to_vec();
    }
    if let Trouble::Refused(step) = case.trouble
        && case.refused(step, &[Scheme::Digest, Scheme::Basic]).is_some()
    {
        return vec![
            "Check user name and password that the client holds for this account against those of the registrar".into(),
        ];
    }
    let said = super::judge::words(case);
    let id = said.as_ref().and_then(|said| said.diagnostics.as_ref()).and_then(|said| noted(Space::Ms, said.id));
    let space = if matches!(case.trouble, Trouble::Web(_)) { Space::Http } else { Space::Sip };
    let status = || said.as_ref().and_then(|said| noted(space, said.status.into()));
    let error = || match case.trouble {
        Trouble::Kdc(exchange) => {
            let error = exchange.error.as_ref()?;
            let detail = error.ntstatus.and_then(|status| noted(Space::NtStatus, status));
            detail.or_else(|| noted(error.space, u32::try_from(error.code).ok()?))
        }
        Trouble::Tls(talk) => noted(Space::Tls, talk.alert?.0.code.into()),
        _ => None,
    };
    id.or_else(status).or_else(error).into_iter().collect()
}
