//! The report as data: what every format writes, and the contract of the JSON form.
//!
//! Absent means unknown; numbers are numbers; times are RFC 3339.

use super::baseline::Baseline;
use super::limits;
use super::signin::{self, ClientKind, SignInRow};
use super::tls::{CertificateRow, TlsRow, Visibility, tls, undecrypted};
use super::words;
use crate::analysis::{Chain, Evidence, Negotiation, Signatures, etype_name, key_words};
use crate::fact::KeyFit;
use crate::findings::{Found, Item, Severity};
use crate::knowledge::code::Space;
use crate::scan::Counts;
use crate::signin::SignIn;
use crate::wire::Timestamp;
use serde::Serialize;
use std::borrow::Cow;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

/// What is known of the capture itself.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Capture {
    /// Files read.
    pub files: Vec<String>,
    /// Packets read.
    pub packets: u64,
    /// Bytes captured.
    pub bytes: u64,
    /// Time of the first packet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// Time of the last packet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
    /// Link types by their capture-file names.
    pub link_types: Vec<String>,
    /// Packets that the system had no room for while capturing, if somebody counted them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropped: Option<u64>,
    /// Packets that the program that captured was too slow for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub behind: Option<u64>,
    /// True if it is cut or broken.
    pub damaged: bool,
    /// What is wrong with it, and which limits were reached.
    pub notices: Vec<String>,
}

/// The report.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// `handshark/1`
    pub schema: &'static str,
    /// `report`
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The capture.
    pub capture: Capture,
    /// Whole sign-ins.
    pub sign_ins: Vec<SignInRow>,
    /// Kinds of clients: how they should sign in first, and how they did.
    pub clients: Vec<ClientKind>,
    /// Authentications.
    pub negotiations: Vec<NegotiationRow>,
    /// Weaknesses.
    pub findings: Vec<FindingRow>,
    /// Web tickets that were issued.
    pub web_tickets: Vec<TicketRow>,
    /// TLS conversations.
    pub tls: Vec<TlsRow>,
    /// What could not be seen.
    pub visibility: Visibility,
}

/// One authentication.
#[derive(Clone, Debug, Serialize)]
pub struct NegotiationRow {
    /// Counted from 1.
    pub id: u32,
    /// `sip`, `http`, `kdc`
    pub carrier: &'static str,
    /// `NTLM`, `Basic`
    pub scheme: Cow<'static, str>,
    /// `NTLMv2`, `TLS1.0`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mechanism: Option<Cow<'static, str>>,
    /// Address and port.
    pub client: SocketAddr,
    /// Address and port.
    pub server: SocketAddr,
    /// As the token gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<Arc<str>>,
    /// NTLM domain or Kerberos realm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<Arc<str>>,
    /// The client's machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workstation: Option<Arc<str>>,
    /// SPN or server name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Arc<str>>,
    /// The carrier ran inside TLS.
    pub encrypted: bool,
    /// `accepted`, `refused`
    pub outcome: &'static str,
    /// Why.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub reason: Cow<'static, str>,
    /// The server's error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Box<ErrorRow>>,
    /// Steps.
    pub legs: Vec<LegRow>,
    /// How often it was seen.
    pub count: u32,
    /// Whether a password given fits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_check: Option<&'static str>,
    /// Which key of the keytab opens its ticket, or why none does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_key: Option<Box<ServiceKeyRow>>,
    /// SIP signatures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signatures: Option<SignaturesRow>,
    /// The client's certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Box<CertificateRow>>,
    /// TLS-DSK: the certificate of the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_certificate: Option<Box<CertificateRow>>,
    /// TLS-DSK: a session that was agreed on before went on.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub resumed: bool,
    /// SIP: where the association came from, and where it went; few have any of it.
    #[serde(flatten)]
    pub life: Option<Box<LifeRow>>,
}

/// Where a security association came from, and where it went.
#[derive(Clone, Debug, Serialize)]
pub struct LifeRow {
    /// What ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<EndedRow>,
    /// The negotiation that took its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renewed_by: Option<u32>,
    /// The negotiation whose place it took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renews: Option<u32>,
}

/// The end of an association.
#[derive(Clone, Debug, Serialize)]
pub struct EndedRow {
    /// `signed_out`, `forgotten`, `renewed`, `closed`
    pub how: &'static str,
    /// The frame that shows it.
    pub frame: u64,
    /// Whole seconds since it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_s: Option<i64>,
    /// In a sentence.
    pub words: String,
}

/// A key of the keytab, held against a ticket.
#[derive(Clone, Debug, Serialize)]
pub struct ServiceKeyRow {
    /// A key opens the ticket.
    pub fits: bool,
    /// Whose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kvno: Option<u32>,
    /// Its encryption type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub etype: Option<String>,
    /// In a sentence.
    pub words: String,
}

impl From<&KeyFit> for ServiceKeyRow {
    fn from(fit: &KeyFit) -> Self {
        let (principal, kvno, etype) = match fit {
            KeyFit::Fits { principal, kvno, etype, .. } => {
                (Some(principal.to_string()), Some(*kvno), Some(etype_name(*etype)))
            }
            _ => (None, None, None),
        };
        Self { fits: fit.fits(), principal, kvno, etype, words: key_words(fit) }
    }
}

/// An error.
#[derive(Clone, Debug, Serialize)]
pub struct ErrorRow {
    /// `krb`, `tls`, `ms`, `http`, `sip`
    pub space: &'static str,
    /// Its number.
    pub code: i64,
    /// Its name.
    pub name: String,
}

impl fmt::Display for ErrorRow {
    /// For people: `krb 7 KDC_ERR_S_PRINCIPAL_UNKNOWN`, `ntstatus 0xc000006d STATUS_LOGON_FAILURE`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.space == Space::NtStatus.name() {
            write!(out, "{} 0x{:08x} {}", self.space, self.code, self.name)
        } else {
            write!(out, "{} {} {}", self.space, self.code, self.name)
        }
    }
}

/// A step.
#[derive(Clone, Debug, Serialize)]
pub struct LegRow {
    /// The frame.
    pub frame: u64,
    /// What it was.
    pub what: &'static str,
}

/// Signature counters.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct SignaturesRow {
    /// Equal when recomputed.
    pub verified: u32,
    /// Different when recomputed.
    pub invalid: u32,
    /// Not recomputed.
    pub unchecked: u32,
}

impl From<Signatures> for SignaturesRow {
    fn from(s: Signatures) -> Self {
        Self { verified: s.verified, invalid: s.invalid, unchecked: s.unchecked }
    }
}

/// One finding.
#[derive(Clone, Debug, Serialize)]
pub struct FindingRow {
    /// `W01`
    pub id: &'static str,
    /// `basic-in-clear`
    pub name: &'static str,
    /// `critical`
    pub severity: &'static str,
    /// `certain`
    pub confidence: &'static str,
    /// In a line.
    pub title: Cow<'static, str>,
    /// Whose.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub user: Arc<str>,
    /// Which client.
    pub client: Arc<str>,
    /// Which server.
    pub server: Arc<str>,
    /// How often.
    pub count: u32,
    /// The proof.
    pub evidence: Vec<EvidenceRow>,
    /// What to do.
    pub fix: &'static str,
    /// The sign-in it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign_in: Option<u32>,
    /// It stands in the baseline.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub accepted: bool,
}

/// A piece of evidence.
#[derive(Clone, Debug, Serialize)]
pub struct EvidenceRow {
    /// The frame.
    pub frame: u64,
    /// The field.
    pub field: &'static str,
    /// What it says.
    pub value: Cow<'static, str>,
}

/// A web ticket.
#[derive(Clone, Debug, Serialize)]
pub struct TicketRow {
    /// From when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued: Option<String>,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// How long, in minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifetime_min: Option<i64>,
    /// For whom.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub user: String,
    /// For which service.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub audience: String,
    /// By whom.
    pub server: String,
    /// Where seen.
    pub frame: u64,
}

/// Conversations listed one by one in `visibility`; the numbers count them all.
const MAX_LISTED: usize = 1_000;

impl Report {
    /// The name of the schema, in everything that programs read.
    pub const SCHEMA: &'static str = "handshark/1";

    /// Puts it together. Findings below `least` are left out. What is known becomes rows where it lies: of a long capture
    /// there is a lot, and no room for it twice.
    pub fn new(
        mut capture: Capture,
        counts: &Counts,
        mut facts: Evidence,
        sign_ins: &[SignIn],
        found: Vec<Found>,
        least: Severity,
    ) -> Self {
        // No row is made of these any more.
        facts.web = Vec::new();
        capture.notices.extend(limits::reached(counts, &facts, sign_ins, &found));
        let owners = signin::owners(sign_ins, &found);
        // Nor of the rest.
        let (negotiations, tickets, talks) = {
            let facts = facts;
            (facts.negotiations, facts.tickets, facts.tls)
        };
        let mut findings = Vec::with_capacity(found.iter().filter(|f| f.severity >= least).count());
        let sign_in_rows = signin::rows(sign_ins, &found, &owners, least);
        let listed = found.into_iter().zip(owners).filter(|(f, _)| f.severity >= least);
        findings.extend(listed.map(|(f, owner)| finding(f, owner)));
        let mut report = Self {
            schema: Self::SCHEMA,
            kind: "report",
            capture,
            sign_ins: sign_in_rows,
            clients: signin::kinds(sign_ins, &negotiations),
            findings,
            web_tickets: tickets.iter().filter(|t| t.ticket.issued).map(ticket).collect(),
            tls: talks.iter().take(MAX_LISTED).map(tls).collect(),
            visibility: Visibility {
                tls_conversations: talks.len() as u64,
                decrypted: talks.iter().filter(|talk| talk.decrypted).count() as u64,
                undecrypted: talks.iter().filter(|t| !t.decrypted).take(MAX_LISTED).map(undecrypted).collect(),
            },
            negotiations: Vec::new(),
        };
        drop((tickets, talks));
        // A row is no larger than what it is made of, so that the list is made over where it lies.
        const { assert!(size_of::<NegotiationRow>() <= size_of::<Negotiation>()) };
        report.negotiations = negotiations.into_iter().map(negotiation).collect();
        report
    }

    /// The negotiation of this number: they stand in the order of their numbers.
    pub fn negotiation(&self, id: u32) -> Option<&NegotiationRow> {
        self.negotiations.binary_search_by_key(&id, |row| row.id).ok().and_then(|at| self.negotiations.get(at))
    }

    /// Marks the findings that were accepted.
    pub fn accept(&mut self, baseline: &Baseline) {
        for finding in &mut self.findings {
            finding.accepted = baseline.holds(finding);
        }
    }

    /// Leaves out the findings that were accepted, and says so. Sign-ins name findings by their places, which change.
    pub fn unlist_accepted(&mut self) {
        let mut last = 0_usize;
        let places: Vec<Option<usize>> = self
            .findings
            .iter()
            .map(|finding| {
                last = last.saturating_add(usize::from(!finding.accepted));
                (!finding.accepted).then_some(last)
            })
            .collect();
        let accepted = places.len().saturating_sub(last) as u64;
        if accepted == 0 {
            return;
        }
        self.findings.retain(|finding| !finding.accepted);
        let place = |old: usize| places.get(old.checked_sub(1)?).copied().flatten();
        for row in &mut self.sign_ins {
            row.findings = row.findings.iter().filter_map(|old| place(*old)).collect();
        }
        let findings = words::plural(accepted, "finding is", "findings are");
        self.capture.notices.push(format!("{findings} in the baseline and not listed"));
    }
}

fn negotiation(mut n: Negotiation) -> NegotiationRow {
    let association = n.association.take().map(|kept| *kept).unwrap_or_default();
    let shown = n.legs.iter().find(|leg| leg.frame == association.certificate_frame).map(|leg| leg.time);
    let sip = n.carrier == crate::analysis::Carrier::Sip;
    let made = crate::analysis::made(&n);
    let password = n.has_password().then(|| n.password.name());
    let (renewed_by, renews) = (association.renewed_by, association.renews);
    let ended = association.ended.map(|ended| EndedRow {
        how: ended.how.name(),
        frame: ended.frame,
        after_s: made.map(|made| ended.time.since(made).div_euclid(crate::wire::time::NANOS)),
        words: ended.words(made),
    });
    let lived = ended.is_some() || renewed_by.is_some() || renews.is_some();
    let life = lived.then(|| Box::new(LifeRow { ended, renewed_by, renews }));
    let service_key = n.opened().service_key.as_ref().map(|fit| Box::new(ServiceKeyRow::from(fit)));
    NegotiationRow {
        id: n.id,
        carrier: n.carrier.name(),
        scheme: n.scheme.name(),
        mechanism: n.mechanism,
        client: n.client,
        server: n.server,
        user: n.user,
        domain: n.domain,
        workstation: n.workstation,
        target: n.target,
        encrypted: n.encrypted,
        outcome: n.outcome.name(),
        reason: n.reason,
        error: n.error.map(|e| Box::new(ErrorRow { space: e.space.name(), code: e.code, name: e.name })),
        legs: n.legs.into_iter().map(|leg| LegRow { frame: leg.frame, what: leg.what }).collect(),
        count: n.count,
        password_check: password,
        service_key,
        signatures: sip.then(|| association.signatures.into()),
        certificate: n.certificate.map(|c| {
            let row = CertificateRow::shown(&c, shown.unwrap_or(c.not_before), association.certificate_problems);
            let days_left = row.days_left.filter(|_| shown.is_some());
            Box::new(CertificateRow { proved: association.certificate_proved, days_left, ..row })
        }),
        server_certificate: association.server_certificate.map(|s| {
            let problems = s.verdict.as_ref().map_or_else(Vec::new, Chain::words);
            Box::new(CertificateRow::shown(&s.certificate, s.time, problems))
        }),
        resumed: association.resumed,
        life,
    }
}

fn finding(f: Found, sign_in: Option<u32>) -> FindingRow {
    let item = |i: Item| EvidenceRow { frame: i.frame, field: i.field, value: i.value };
    FindingRow {
        id: f.rule.code,
        name: f.rule.name,
        severity: f.severity.name(),
        confidence: f.confidence.name(),
        title: f.title,
        user: f.user,
        client: f.client,
        server: f.server,
        count: f.count,
        evidence: f.evidence.into_iter().map(item).collect(),
        fix: f.rule.remedy,
        sign_in,
        accepted: false,
    }
}

fn ticket(t: &crate::analysis::TicketSeen) -> TicketRow {
    let life = t.ticket.created.zip(t.ticket.expires).map(|(from, to)| to.since(from) / crate::wire::time::NANOS / 60);
    TicketRow {
        issued: t.ticket.created.map(Timestamp::rfc3339_seconds),
        expires: t.ticket.expires.map(Timestamp::rfc3339_seconds),
        lifetime_min: life,
        user: t.ticket.user.clone(),
        audience: t.ticket.audience.clone(),
        server: t.server.to_string(),
        frame: t.frame,
    }
}
