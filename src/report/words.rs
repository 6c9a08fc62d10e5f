//! What every form of the report says in the same words. Nothing here is made harmless: each form escapes on its way out.

use super::model::{FindingRow, NegotiationRow, Report};
use super::signin::{SignInRow, WordsRow};
use super::tls::{CertificateRow, TlsRow};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

/// `1 packet`, `2 packets`
pub fn plural(n: u64, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

/// `2026-11-22 09:56:35` of an RFC 3339 time.
pub fn minute(time: &str) -> String {
    time.get(..19).unwrap_or(time).replace('T', " ")
}

/// The scheme, and what its token turned out to be.
pub fn scheme(n: &NegotiationRow) -> String {
    match &n.mechanism {
        Some(mechanism) if *mechanism != n.scheme => format!("{} ({mechanism})", n.scheme),
        _ => n.scheme.to_string(),
    }
}

/// The account as its own world writes it.
pub fn account(n: &NegotiationRow) -> String {
    let user = n.user.as_deref().unwrap_or_default();
    match n.domain.as_deref().filter(|d| !d.is_empty()) {
        Some(domain) if n.mechanism.as_deref() == Some("Kerberos") => format!("{user}@{domain}"),
        Some(domain) if !user.is_empty() => format!("{domain}\\{user}"),
        _ => user.to_owned(),
    }
}

/// How it ended, with the server's error if it refused.
pub fn outcome(n: &NegotiationRow) -> String {
    let error = n.error.as_ref().filter(|_| n.outcome == "refused");
    error.map_or_else(|| n.outcome.to_uppercase(), |e| format!("REFUSED {e}"))
}

/// What was proved of it: its password, its signatures.
pub fn proofs(n: &NegotiationRow) -> Vec<String> {
    password(n).into_iter().chain(signatures(n)).collect()
}

/// What became of its association: `ended: renewed in #40 after 7h55m, by negotiation 3`.
pub fn life(n: &NegotiationRow) -> Option<String> {
    let lived = n.life.as_deref();
    let resumed = n.resumed.then(|| "the session of an earlier handshake was resumed".to_owned());
    let renews = lived.and_then(|life| life.renews).map(|before| format!("takes the place of negotiation {before}"));
    let by = lived
        .and_then(|life| life.renewed_by)
        .map_or_else(String::new, |by| format!("; negotiation {by} took its place"));
    let ended = lived.and_then(|life| life.ended.as_ref()).map(|ended| format!("ended: {}{by}", ended.words));
    let parts: Vec<String> = resumed.into_iter().chain(renews).chain(ended).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// The certificates shown inside TLS-DSK, or by the client of a connection: `user certificate: CN=… by CN=…, 180 days`.
pub fn certificates(n: &NegotiationRow) -> Vec<String> {
    let said = |whose: &str, c: &CertificateRow| {
        let bits = c.key_bits.map_or(String::new(), |bits| format!(", key of {bits} bits"));
        let left = c.days_left.map_or(String::new(), |left| format!(", {left} left"));
        let proved = match c.proved {
            Some(true) => ", proved",
            Some(false) => ", NOT PROVED: the signature over the handshake is wrong, as in any redacted copy",
            None => "",
        };
        let wrong = if c.problems.is_empty() { String::new() } else { format!("; {}", c.problems.join(", ")) };
        format!("{whose} certificate: {} by {}, {} days{left}{bits}{proved}{wrong}", c.subject, c.issuer, c.days)
    };
    let user = n.certificate.as_deref().map(|c| said("user", c));
    user.into_iter().chain(n.server_certificate.as_deref().map(|c| said("server", c))).collect()
}

/// What a password that was given turned out to be; nothing if none was tried.
fn password(n: &NegotiationRow) -> Option<String> {
    n.password_check.filter(|said| *said != "unchecked").map(|said| format!("password: {said}"))
}

/// What became of the signatures; nothing if none was recomputed.
fn signatures(n: &NegotiationRow) -> Option<String> {
    let s = n.signatures.filter(|s| s.verified > 0 || s.invalid > 0)?;
    let counts = [(s.verified, "verified"), (s.invalid, "INVALID"), (s.unchecked, "unchecked")];
    let said: Vec<String> = counts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    Some(format!("signatures: {}", said.join(", ")))
}

/// Its first `most` legs: `#7 challenge, #8 authenticate`.
pub fn legs(n: &NegotiationRow, most: usize) -> String {
    let legs: Vec<String> = n.legs.iter().take(most).map(|leg| format!("#{} {}", leg.frame, leg.what)).collect();
    cut(&legs.join(", "), n.legs.len().saturating_sub(most))
}

/// Its first `most` pieces of evidence: `#33 http.authorization (hidden)`.
pub fn proof(f: &FindingRow, most: usize) -> String {
    let proof: Vec<String> =
        f.evidence.iter().take(most).map(|e| format!("#{} {} {}", e.frame, e.field, e.value)).collect();
    cut(&proof.join("; "), f.evidence.len().saturating_sub(most))
}

/// Who signed in, or from where if nobody said.
pub fn who(s: &SignInRow) -> &str {
    s.user.as_deref().unwrap_or(&s.client.ip)
}

/// How a sign-in ended: `FAILED at authenticate (F16)`.
pub fn ending(s: &SignInRow) -> String {
    let outcome = match s.outcome {
        "signed_in" => "signed in".to_owned(),
        other => other.to_uppercase(),
    };
    let stage = s.failed_stage.map_or(String::new(), |stage| format!(" at {stage}"));
    let or = s.cause_or.iter().fold(String::new(), |said, code| said + " or " + code);
    let sure = s.confidence.filter(|said| *said != "certain").map_or(String::new(), |said| format!(", {said}"));
    let cause = s.cause.map_or(String::new(), |code| format!(" ({code}{or}{sure})"));
    format!("{outcome}{stage}{cause}")
}

/// The client: what it is, where it is.
pub fn client(s: &SignInRow) -> String {
    let agent = s.client.user_agent.as_deref().map_or(String::new(), |agent| format!("{agent} "));
    let family = if s.client.family == "unknown" { String::new() } else { format!("({}) ", s.client.family) };
    let side = if s.side == "unknown" { String::new() } else { format!(", {}", s.side) };
    format!("{agent}{family}at {}{side}", s.client.ip)
}

/// The stages that were seen, in the order of time; the one that failed in capitals.
pub fn stages(s: &SignInRow) -> String {
    let seen = s.stages.iter().filter(|row| !matches!(row.state, "not_seen" | "skipped"));
    let said: Vec<String> = seen
        .map(|row| match row.state {
            "failed" => format!("{} FAILED", row.stage.to_uppercase()),
            state => format!("{} {state}", row.stage),
        })
        .collect();
    said.join(" · ")
}

/// What the server said: `403 Forbidden, ms-diagnostics 4004 "reason" (source)`.
pub fn server(words: &WordsRow) -> String {
    let status = format!("{} {}", words.status, words.phrase);
    let Some(said) = &words.diagnostics else { return status.trim_end().to_owned() };
    let source = if said.source.is_empty() { String::new() } else { format!(" ({})", said.source) };
    let result = said.result.as_ref().map_or_else(String::new, |result| format!(", {result}"));
    format!("{}, ms-diagnostics {} \"{}\"{result}{source}", status.trim_end(), said.id, said.reason)
}

/// Frame numbers as people write them, the first `most`.
pub fn frames(numbers: &[u64], most: usize) -> String {
    let said: Vec<String> = numbers.iter().take(most).map(|n| format!("#{n}")).collect();
    cut(&said.join(" "), numbers.len().saturating_sub(most))
}

/// How often each outcome occurs: `3 sign-ins (1 failed, 2 signed in)`.
pub fn outcomes(rows: &[SignInRow]) -> String {
    let kinds = ["failed", "looping", "unfinished", "unknown", "signed_in"];
    let counted = kinds.map(|kind| (kind.replace('_', " "), rows.iter().filter(|s| s.outcome == kind).count()));
    let said: Vec<String> = counted.iter().filter(|(_, n)| *n > 0).map(|(kind, n)| format!("{n} {kind}")).collect();
    let all = plural(rows.len() as u64, "sign-in", "sign-ins");
    if said.is_empty() { all } else { format!("{all} ({})", said.join(", ")) }
}

/// Sign-ins that went wrong in the same way at the same server.
pub struct Alike<'r> {
    /// They.
    pub rows: Vec<&'r SignInRow>,
    /// How many of this server's sign-ins there are in all.
    pub of: usize,
    /// The server's address.
    pub server: String,
}

impl Alike<'_> {
    /// `37 of 40 sign-ins at 192.0.2.10 fail the same way: authenticate (F16)`
    pub fn said(&self) -> String {
        let way = self.rows.first().map_or(String::new(), |s| ending(s));
        let place = if self.server.is_empty() { String::new() } else { format!(" at {}", self.server) };
        format!("{} of {} sign-ins{place} end the same way: {way}", self.rows.len(), self.of)
    }
}

/// The machine of the server that mattered last.
pub fn server_host(row: &SignInRow) -> Option<IpAddr> {
    Some(row.server.as_deref()?.parse::<SocketAddr>().ok()?.ip())
}

/// The groups of two or more that did not sign in, the largest first.
pub fn alike(report: &Report) -> Vec<Alike<'_>> {
    type Way<'w> = (&'w str, Option<&'w str>, Option<&'w str>);
    let server = |s: &SignInRow| server_host(s).map_or(String::new(), |host| host.to_string());
    let mut all: BTreeMap<String, usize> = BTreeMap::new();
    let mut groups: BTreeMap<(String, Way<'_>), Vec<&SignInRow>> = BTreeMap::new();
    for s in &report.sign_ins {
        let server = server(s);
        let count = all.entry(server.clone()).or_default();
        *count = count.saturating_add(1);
        if s.outcome != "signed_in" {
            groups.entry((server, (s.outcome, s.failed_stage, s.cause))).or_default().push(s);
        }
    }
    let mut groups: Vec<Alike<'_>> = groups
        .into_iter()
        .filter(|(_, rows)| rows.len() > 1)
        // Where no server is known, they are some of all.
        .map(|((server, _), rows)| {
            let of = all.get(&server).copied().filter(|_| !server.is_empty());
            Alike { rows, of: of.unwrap_or(report.sign_ins.len()), server }
        })
        .collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.rows.len()));
    groups
}

fn cut(said: &str, more: usize) -> String {
    if more > 0 { format!("{said}, and {more} more") } else { said.to_owned() }
}

/// What could be read of TLS, in one sentence.
pub fn seen(report: &Report) -> String {
    let v = &report.visibility;
    match (v.tls_conversations, v.tls_conversations.saturating_sub(v.decrypted)) {
        (0, _) => "no TLS in this capture; nothing seen does not mean that nothing is there".into(),
        (n, 0) => {
            let unencrypted = |talk: &TlsRow| talk.suite.as_ref().is_some_and(|suite| suite.contains("_WITH_NULL_"));
            let how = if report.tls.iter().all(unencrypted) {
                "without a key: the cipher suite encrypts nothing"
            } else {
                "with the keys given"
            };
            let all = plural(n, "TLS conversation", "TLS conversations");
            format!("{all} read {how}; nothing seen does not mean that nothing is there")
        }
        (n, closed) => {
            format!("{closed} of {n} TLS conversations stayed closed; nothing is said about what they carry")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular() {
        assert_eq!(plural(1, "finding", "findings"), "1 finding");
        assert_eq!(plural(0, "finding", "findings"), "0 findings");
    }
}
