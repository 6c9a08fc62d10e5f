//! What analysis and findings say, as rows of the screen. Everything from the wire is escaped here, once.

use super::message::Loaded;
use super::model::Facts;
use super::text::safe;
use crate::analysis::{Analysis, Carrier, Evidence, Negotiation, Outcome};
use crate::fact::Direction;
use crate::findings::{self, Confidence, Found, Severity};
use crate::scan::{Capture, DecodeAs, Input, Reading};
use crate::signin;
use crate::wire::time::{NANOS, Seconds};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

/// A capture that was read and judged.
#[derive(Debug)]
pub struct Opened {
    /// Its packets.
    pub capture: Capture,
    /// What they say.
    pub evidence: Evidence,
    /// What is weak.
    pub found: Vec<Found>,
    /// What it is called.
    pub name: String,
}

impl Opened {
    /// Reads and judges captures, one after the other, as one.
    pub fn read(
        inputs: Vec<Input>,
        rules: Vec<DecodeAs>,
        progress: &mut dyn FnMut(Reading),
        stop: &AtomicBool,
    ) -> Self {
        let name = name(&inputs.iter().map(|i| i.path.clone()).collect::<Vec<_>>());
        let mut analysis = Analysis::default();
        let capture = Capture::read(inputs, rules, &mut |row| analysis.observe(row), progress, stop);
        let evidence = analysis.finish();
        let found = findings::judge(&evidence, &signin::tell(&evidence));
        Self { capture, evidence, found, name }
    }

    /// The rows.
    pub fn rows(&self) -> Loaded {
        let findings: Vec<Finding> = self.found.iter().map(finding).collect();
        let mut sessions: Vec<Session> = self.evidence.negotiations.iter().map(|n| self.session(n)).collect();
        self.join(&mut sessions);
        for session in &mut sessions {
            session.worst = session.findings.iter().filter_map(|f| findings.get(*f)).map(|f| f.severity).max();
        }
        Loaded { facts: self.facts(), sessions, findings }
    }

    /// Tells each session which findings are about it: those whose evidence is one of its steps, or its very parties.
    fn join(&self, sessions: &mut [Session]) {
        let mut by_frame: HashMap<u64, Vec<usize>> = HashMap::new();
        let mut by_parties: HashMap<(String, String, String), Vec<usize>> = HashMap::new();
        for (at, n) in self.evidence.negotiations.iter().enumerate() {
            for leg in &n.legs {
                by_frame.entry(leg.frame).or_default().push(at);
            }
            for user in std::iter::once(n.account()).chain(n.address.clone()) {
                let parties = (user, n.client.ip().to_string(), n.server.to_string());
                by_parties.entry(parties).or_default().push(at);
            }
        }
        for (number, found) in self.found.iter().enumerate() {
            let parties = (found.user.clone(), found.client.clone(), found.server.clone());
            let same = by_parties.get(&parties).into_iter().flatten();
            let proven = found.evidence.iter().filter_map(|item| by_frame.get(&item.frame)).flatten();
            for at in same.chain(proven) {
                if let Some(session) = sessions.get_mut(*at)
                    && session.findings.last() != Some(&number)
                {
                    session.findings.push(number);
                }
            }
        }
    }

    fn session(&self, n: &Negotiation) -> Session {
        let mut before = None;
        let steps = n.legs.iter().map(|leg| {
            let frame = u32::try_from(leg.frame).unwrap_or(0);
            let since = before.replace(leg.time).map(|earlier| leg.time.since(earlier));
            Step {
                frame,
                clock: leg.time.clock(),
                since: since.map_or_else(String::new, |nanos| format!("+{}", short(nanos))),
                what: leg.what,
                to_server: self.capture.direction(frame).map(|d| d == Direction::ToServer),
            }
        });
        let steps: Vec<Step> = steps.collect();
        let scheme = match n.mechanism.as_deref() {
            Some(mechanism) if mechanism != n.scheme.to_string() => format!("{} ({})", n.scheme, safe(mechanism)),
            _ => n.scheme.to_string(),
        };
        let outcome = match (&n.error, n.outcome) {
            (Some(e), Outcome::Refused) => format!("REFUSED {} {} {}", e.space.name(), e.code, safe(&e.name)),
            (_, Outcome::Refused) => "REFUSED".to_owned(),
            (_, other) => other.name().to_owned(),
        };
        let start = n.legs.first().map_or_else(String::new, |leg| leg.time.clock());
        Session {
            id: n.id,
            start: start.get(..8).unwrap_or_default().to_owned(),
            user: safe(&n.account()),
            client: n.client.ip().to_string(),
            server: n.server.to_string(),
            carrier: match n.carrier {
                Carrier::Sip => "SIP",
                Carrier::Http => "HTTP",
                Carrier::Kdc => "KDC",
                Carrier::Tls => "TLS",
            },
            scheme,
            outcome,
            ended: n.outcome,
            times: n.count,
            about: about(n),
            steps,
            more_steps: n.more_legs,
            findings: Vec::new(),
            worst: None,
        }
    }

    fn facts(&self) -> Facts {
        let capture = &self.capture;
        let times = capture.time(1).zip(capture.time(capture.frames()));
        let tls = self.evidence.tls.len();
        let mut unseen = Vec::new();
        if tls > 0 {
            let many = if tls == 1 { "conversation stays" } else { "conversations stay" };
            unseen.push(format!("{tls} TLS {many} closed; nothing is said about what they carry"));
        }
        let counts = capture.counts();
        let mut limit = |n: u64, what: &str| {
            if n > 0 {
                unseen.push(format!("{n} {what}"));
            }
        };
        limit(counts.bytes_lost, "bytes of readable conversations are missing from the capture");
        limit(counts.flows_evicted, "conversations were closed early to stay within the memory budget");
        limit(counts.datagrams_dropped, "datagrams never got all their fragments");
        limit(counts.messages_too_large, "messages were too large to be kept");
        limit(self.evidence.negotiations_dropped, "negotiations beyond the budget are not listed");
        limit(counts.mistakes, "messages could not be read because of a mistake in handshark; please report it");
        unseen.extend(capture.notices().iter().map(|notice| safe(notice)));
        Facts {
            name: self.name.clone(),
            packets: capture.frames(),
            span: times.map_or_else(String::new, |(first, last)| span(last.since(first))),
            unseen,
        }
    }
}

/// What captures are called on the screen.
pub fn name(paths: &[PathBuf]) -> String {
    let one = |path: &PathBuf| path.file_name().map_or_else(|| "stdin".into(), |n| n.to_string_lossy().into_owned());
    match paths {
        [] => String::new(),
        [path] if path.as_os_str() == "-" => "standard input".into(),
        [path] => safe(&one(path)),
        [first, rest @ ..] => format!("{} and {} more", safe(&one(first)), rest.len()),
    }
}

/// A session: for now one negotiation.
#[derive(Clone, Debug)]
pub struct Session {
    /// Counted from 1.
    pub id: u32,
    /// Time of day of its first step.
    pub start: String,
    /// The account.
    pub user: String,
    /// The client's address.
    pub client: String,
    /// Server and port.
    pub server: String,
    /// SIP, HTTP, KDC.
    pub carrier: &'static str,
    /// Scheme, and what it turned out to be.
    pub scheme: String,
    /// The outcome in short.
    pub outcome: String,
    /// The outcome.
    pub ended: Outcome,
    /// How often it was seen.
    pub times: u32,
    /// What is known of it: heading and text.
    pub about: Vec<(&'static str, String)>,
    /// Its steps.
    pub steps: Vec<Step>,
    /// Steps that were not kept.
    pub more_steps: u32,
    /// Findings about it, in the order of the list.
    pub findings: Vec<usize>,
    /// The worst of these.
    pub worst: Option<Severity>,
}

/// One step of a session.
#[derive(Clone, Debug)]
pub struct Step {
    /// The frame it ended in.
    pub frame: u32,
    /// Time of day.
    pub clock: String,
    /// Time since the step before.
    pub since: String,
    /// What it was.
    pub what: &'static str,
    /// Which way it went, if known.
    pub to_server: Option<bool>,
}

/// A finding.
#[derive(Clone, Debug)]
pub struct Finding {
    /// `W01`
    pub code: &'static str,
    /// How bad.
    pub severity: Severity,
    /// How sure, unless certain.
    pub confidence: &'static str,
    /// In a line.
    pub title: String,
    /// Whose.
    pub user: String,
    /// From where.
    pub client: String,
    /// To whom.
    pub server: String,
    /// How often.
    pub count: u32,
    /// Why it matters.
    pub why: &'static str,
    /// What to do.
    pub fix: &'static str,
    /// Where to read on.
    pub references: &'static [&'static str],
    /// The proof.
    pub evidence: Vec<Proof>,
}

/// A piece of evidence.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The frame.
    pub frame: u32,
    /// The field.
    pub field: &'static str,
    /// What it says.
    pub value: String,
}

fn finding(found: &Found) -> Finding {
    let proof = found.evidence.iter().map(|item| Proof {
        frame: u32::try_from(item.frame).unwrap_or(0),
        field: item.field,
        value: safe(&item.value),
    });
    Finding {
        code: found.rule.code,
        severity: found.severity,
        confidence: if found.confidence == Confidence::Certain { "" } else { found.confidence.name() },
        title: safe(&found.title),
        user: safe(&found.user),
        client: safe(&found.client),
        server: safe(&found.server),
        count: found.count,
        why: found.rule.why,
        fix: found.rule.remedy,
        references: found.rule.references,
        evidence: proof.collect(),
    }
}

fn about(n: &Negotiation) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    let times = if n.count > 1 { format!(", {} times", n.count) } else { String::new() };
    let verdict = match n.outcome {
        Outcome::Refused => "REFUSED".to_owned(),
        other => other.name().to_owned(),
    };
    out.push(("Outcome", verdict + &times));
    if !n.reason.is_empty() {
        out.push(("Because", safe(&n.reason)));
    }
    if let Some(error) = &n.error {
        out.push(("Error", format!("{} {} {}", error.space.name(), error.code, safe(&error.name))));
    }
    let mut who = safe(&n.account());
    if let Some(host) = n.workstation.as_deref().filter(|w| !w.is_empty()) {
        who = format!("{who} on {}", safe(host));
    }
    if !who.is_empty() {
        out.push(("Who", who));
    }
    if let Some(address) = n.address.as_deref().filter(|a| !a.is_empty()) {
        out.push(("Signs in", safe(address)));
    }
    if let Some(target) = &n.target {
        out.push(("For", safe(target)));
    }
    let lock = if n.encrypted { "inside TLS" } else { "in clear" };
    out.push(("Between", format!("{} → {}, {} {lock}", n.client, n.server, n.carrier.name().to_uppercase())));
    if !n.offered.is_empty() {
        let offered: Vec<String> = n.offered.iter().map(ToString::to_string).collect();
        out.push(("Offered", offered.join(", ")));
    }
    out
}

/// Seconds with three decimals.
fn short(nanos: i64) -> String {
    let text = Seconds(nanos).to_string();
    text.get(..text.len().saturating_sub(6)).unwrap_or_default().to_owned()
}

/// A span of time in two units.
fn span(nanos: i64) -> String {
    let seconds = nanos.div_euclid(NANOS);
    match seconds {
        ..0 => "clock runs backwards".into(),
        0..60 => format!("{} s", short(nanos)),
        60..3600 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        3600..86_400 => format!("{}h{:02}m", seconds / 3600, seconds % 3600 / 60),
        _ => format!("{}d{:02}h", seconds / 86_400, seconds % 86_400 / 3600),
    }
}
