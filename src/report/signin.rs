//! Sign-ins as rows of the report, and which findings belong to which.

use crate::analysis::{Carrier, Negotiation};
use crate::fact::Scheme;
use crate::findings::{Found, Severity};
use crate::knowledge::client::Family;
use crate::knowledge::code;
use crate::signin::{ServerWords, Side, SignIn, StageRow};
use crate::wire::hash::HashMap;
use crate::wire::text::short_name;
use serde::Serialize;

/// One sign-in.
#[derive(Clone, Debug, Serialize)]
pub struct SignInRow {
    /// Counted from 1.
    pub id: u32,
    /// The bare SIP address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The client.
    pub client: ClientRow,
    /// The server that mattered last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// `internal`, `external`, `unknown`
    pub side: &'static str,
    /// Its first step.
    pub started: String,
    /// Its last step.
    pub ended: String,
    /// `signed_in`, `failed`
    pub outcome: &'static str,
    /// Where it stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_stage: Option<&'static str>,
    /// Why: `F16`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<&'static str>,
    /// Causes that the wire cannot tell from it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cause_or: Vec<&'static str>,
    /// How sure the cause is: `certain`, `likely`, `consistent`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<&'static str>,
    /// What happened.
    pub sentence: String,
    /// What the server said of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_words: Option<WordsRow>,
    /// Its stages.
    pub stages: Vec<StageEntry>,
    /// Schemes of the SIP challenges.
    pub offered: Vec<String>,
    /// SIP schemes for which a token was sent.
    pub used: Vec<String>,
    /// Candidate names asked for.
    pub asked: Vec<String>,
    /// Frames that prove the sentence.
    pub evidence: Vec<u64>,
    /// What to do.
    pub next: Vec<String>,
    /// What weakens the verdict.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub weakened: Vec<String>,
    /// Negotiations, by id.
    pub negotiations: Vec<u32>,
    /// Findings, by their place in the report counted from 1.
    pub findings: Vec<usize>,
}

/// A client.
#[derive(Clone, Debug, Serialize)]
pub struct ClientRow {
    /// Its address.
    pub ip: String,
    /// `User-Agent`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// `pc`, `mac`, `sipe`
    pub family: &'static str,
    /// Its version, as it gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// `epid` or `+sip.instance`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
}

/// The server's own words.
#[derive(Clone, Debug, Serialize)]
pub struct WordsRow {
    /// Status code.
    pub status: u16,
    /// Its phrase.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub phrase: String,
    /// `ms-diagnostics`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diagnostics: Option<DiagnosticsRow>,
    /// The frame.
    pub frame: u64,
}

/// One diagnostics header.
#[derive(Clone, Debug, Serialize)]
pub struct DiagnosticsRow {
    /// The id.
    pub id: u32,
    /// The reason.
    pub reason: String,
    /// The server that says it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// A number of Windows in it, with its name: `0x80090322 SEC_E_WRONG_PRINCIPAL`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
}

/// One stage.
#[derive(Clone, Debug, Serialize)]
pub struct StageEntry {
    /// `discover`
    pub stage: &'static str,
    /// `ok`, `failed`
    pub state: &'static str,
    /// Frames of its steps.
    pub frames: Vec<u64>,
    /// Milliseconds from its first to its last step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub took_ms: Option<f64>,
}

impl From<&ServerWords> for WordsRow {
    fn from(words: &ServerWords) -> Self {
        Self {
            status: words.status,
            phrase: words.phrase.clone(),
            diagnostics: words.diagnostics.as_ref().map(|said| DiagnosticsRow {
                id: said.id,
                reason: said.reason.clone(),
                source: said.source.clone(),
                result: said.result.map(|result| {
                    let name = code::windows(result).map_or_else(String::new, |name| format!(" {name}"));
                    format!("0x{result:08X}{name}")
                }),
            }),
            frame: words.frame,
        }
    }
}

impl From<&StageRow> for StageEntry {
    fn from(row: &StageRow) -> Self {
        Self {
            stage: row.stage.name(),
            state: row.state.name(),
            frames: row.frames.clone(),
            // Microseconds are as good as anybody reads them.
            took_ms: row.took().map(|nanos| f64::from(i32::try_from(nanos / 1000).unwrap_or(i32::MAX)) / 1000.0),
        }
    }
}

/// Sign-ins of one client beyond which only a name tells whose a finding is.
const CROWD: usize = 64;

/// The sign-in that each finding belongs to, in the order of the findings.
pub(super) fn owners(sign_ins: &[SignIn], found: &[Found]) -> Vec<Option<u32>> {
    let mut by_client: HashMap<String, Vec<&SignIn>> = HashMap::default();
    let mut by_name: HashMap<(String, String), Vec<&SignIn>> = HashMap::default();
    for signin in sign_ins {
        for address in signin.addresses.iter().map(ToString::to_string) {
            if let Some(user) = &signin.user {
                by_name.entry((address.clone(), short_name(user))).or_default().push(signin);
            }
            by_client.entry(address).or_default().push(signin);
        }
    }
    let owner = |finding: &Found| {
        let frame = finding.evidence.first()?.frame;
        let open = |s: &&&SignIn| (s.first_frame..=s.last_frame).contains(&frame);
        let whose = (finding.client.to_string(), short_name(&finding.user));
        // Several at once behind one address: only a name tells them apart.
        if let Some(named) = by_name.get(&whose).into_iter().flatten().find(open) {
            return Some(named.id);
        }
        let here = by_client.get(&*finding.client).filter(|here| here.len() <= CROWD)?;
        let mut here = here.iter().filter(open);
        here.next().filter(|_| here.next().is_none()).map(|only| only.id)
    };
    found.iter().map(owner).collect()
}

/// The rows. `owners` says whose each finding is; those below `least` are not listed.
pub(super) fn rows(sign_ins: &[SignIn], found: &[Found], owners: &[Option<u32>], least: Severity) -> Vec<SignInRow> {
    let mut mine: HashMap<u32, Vec<usize>> = HashMap::default();
    for (at, (_, owner)) in found.iter().zip(owners).filter(|(f, _)| f.severity >= least).enumerate() {
        if let Some(owner) = owner {
            mine.entry(*owner).or_default().push(at.saturating_add(1));
        }
    }
    sign_ins.iter().map(|s| row(s, mine.remove(&s.id).unwrap_or_default())).collect()
}

fn row(s: &SignIn, findings: Vec<usize>) -> SignInRow {
    SignInRow {
        id: s.id,
        user: s.user.clone(),
        client: ClientRow {
            ip: s.client.to_string(),
            user_agent: s.user_agent.clone(),
            family: s.family.name(),
            version: s.version.clone(),
            endpoint: s.endpoint.clone(),
        },
        server: s.server.map(|server| server.to_string()),
        side: s.side.name(),
        started: s.started.rfc3339(),
        ended: s.ended.rfc3339(),
        outcome: s.outcome.name(),
        failed_stage: s.failed_stage.map(crate::signin::Stage::name),
        cause: s.verdict.as_ref().map(|v| v.cause.code),
        cause_or: s.verdict.as_ref().map(|v| v.or.clone()).unwrap_or_default(),
        confidence: s.verdict.as_ref().map(|v| v.confidence.name()),
        sentence: s.sentence.clone(),
        server_words: s.server_words.as_ref().map(WordsRow::from),
        stages: s.stages.iter().map(StageEntry::from).collect(),
        offered: s.offered.iter().map(ToString::to_string).collect(),
        used: s.used.iter().map(ToString::to_string).collect(),
        asked: s.asked.clone(),
        evidence: s.evidence.clone(),
        next: s.next.clone(),
        weakened: s.weakened.clone(),
        negotiations: s.negotiations.clone(),
        findings,
    }
}

/// A kind of client: what is expected of it, and what was seen.
#[derive(Clone, Debug, Serialize)]
pub struct ClientKind {
    /// `pc`, `mac`, `sipe`
    pub family: &'static str,
    /// `internal`, `external`, `unknown`
    pub side: &'static str,
    /// Its sign-ins.
    pub sign_ins: u32,
    /// How it authenticates for the first time.
    pub expected: &'static str,
    /// How these did, in the order in which it was seen.
    pub observed: Vec<String>,
    /// Whether one fits the other; absent where nothing can be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fits: Option<bool>,
}

/// One entry a family and side.
pub(super) fn kinds(sign_ins: &[SignIn], negotiations: &[Negotiation]) -> Vec<ClientKind> {
    let mut all: Vec<ClientKind> = Vec::new();
    for s in sign_ins {
        let (family, side) = (s.family.name(), s.side.name());
        let at = all.iter().position(|kind| kind.family == family && kind.side == side).unwrap_or_else(|| {
            all.push(ClientKind {
                family,
                side,
                sign_ins: 0,
                expected: expectation(s.family, s.side).0,
                observed: Vec::new(),
                fits: None,
            });
            all.len() - 1
        });
        let Some(kind) = all.get_mut(at) else { continue };
        kind.sign_ins = kind.sign_ins.saturating_add(1);
        let Some(first) = s.negotiations.iter().find_map(|id| first_credential(negotiations, *id)) else { continue };
        if !kind.observed.contains(&first) {
            if let Some(fits) = expectation(s.family, s.side).1 {
                kind.fits = Some(kind.fits.unwrap_or(true) && fits.contains(&first.as_str()));
            }
            kind.observed.push(first);
        }
    }
    all
}

/// How a user's password or ticket was first shown, if this negotiation did that.
fn first_credential(negotiations: &[Negotiation], id: u32) -> Option<String> {
    let negotiation = negotiations.get(usize::try_from(id).ok()?.checked_sub(1)?)?;
    match (&negotiation.scheme, negotiation.mechanism.as_deref()) {
        // Tickets and certificates come of an authentication before; the KDC's part is the same authentication.
        (Scheme::WebTicket | Scheme::Bearer, _) => None,
        _ if negotiation.carrier == Carrier::Kdc => None,
        (Scheme::Negotiate, Some(mechanism)) if mechanism.starts_with("NTLM") => Some("NTLM".into()),
        (Scheme::Negotiate, Some(_)) => Some("Kerberos".into()),
        (scheme, _) => Some(scheme.to_string()),
    }
}

/// What the first authentication of a kind of client is, in words and by scheme. Once it has a certificate, a client
/// shows only that.
fn expectation(family: Family, side: Side) -> (&'static str, Option<&'static [&'static str]>) {
    match (family, side) {
        (Family::Pc, Side::Internal) => {
            ("Kerberos to the web services, then a certificate (TLS-DSK)", Some(&["Kerberos", "TLS-DSK"]))
        }
        (Family::Pc, Side::External) => {
            ("NTLM to the web services, then a certificate (TLS-DSK)", Some(&["NTLM", "TLS-DSK", "Bearer"]))
        }
        (Family::Pc, Side::Unknown) => (
            "inside Kerberos, outside NTLM to the web services, then a certificate (TLS-DSK)",
            Some(&["Kerberos", "NTLM", "TLS-DSK"]),
        ),
        (Family::Ios | Family::WindowsPhone, _) => {
            ("NTLM to the web services, certificate since 2013", Some(&["NTLM", "Certificate", "TLS-DSK"]))
        }
        (Family::Android, _) => {
            ("NTLM since 5.4, before it name and password in SOAP", Some(&["NTLM", "UsernameToken", "Certificate"]))
        }
        (Family::WebApp, _) => (
            "name and password in SOAP, inside Kerberos or NTLM; guests nothing",
            Some(&["UsernameToken", "NTLM", "Kerberos", "Form"]),
        ),
        (Family::Phone, _) => (
            "PIN or name and password for a certificate, then TLS-DSK",
            Some(&["UsernameToken", "NTLM", "TLS-DSK", "Certificate"]),
        ),
        (Family::Mac, _) => ("Kerberos or NTLM", Some(&["Kerberos", "NTLM", "TLS-DSK", "Bearer"])),
        (Family::Sipe, _) => ("whatever it is set to", None),
        (Family::Unknown, _) => ("not known", None),
    }
}
