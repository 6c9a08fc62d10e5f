//! What has been told and what is due: every sign-in once, when it is over, and every finding once.
//!
//! A sign-in is over when nothing was added to it for a while: a short one if it succeeded, longer if it failed (the
//! client may try again), longest if nobody knows. A finding is told with its sign-in, or by itself when it has stood for
//! a moment: what the next packet takes back is not told at all.

use crate::report::model::{Capture, FindingRow, Report};
use crate::report::ndjson;
use crate::report::signin::SignInRow;
use crate::signin::Outcome;
use std::collections::HashMap;
use std::io::{self, Write};
use std::net::IpAddr;
use std::time::{Duration, Instant};

use super::fold::View;
use super::reader::Numbers;

/// Quiet after which a sign-in that succeeded is over; findings are told after the same.
const SHORT: Duration = Duration::from_secs(2);
/// One that failed.
const LONG: Duration = Duration::from_secs(10);
/// One of which nobody knows.
const IDLE: Duration = Duration::from_mins(1);
/// Findings remembered; beyond, some may be told again.
const MAX_REMEMBERED: usize = 100_000;
/// Between two lines that tell of losses.
const LOSSES: Duration = Duration::from_mins(1);

/// A sign-in, whatever is still learned about it.
type Who = (IpAddr, u64, Option<String>);
/// A finding: rule, user, client, server, sign-in, and its place among those that look the same.
type What = (&'static str, String, String, String, Option<u32>, u32);

#[derive(Debug)]
struct Known {
    id: u32,
    /// What changes when something is added.
    stamp: (u64, Outcome),
    since: Instant,
    told: bool,
}

#[derive(Debug)]
struct Stood {
    since: Instant,
    told: Option<usize>,
}

/// Tells.
#[derive(Debug, Default)]
pub struct Teller {
    sign_ins: HashMap<Who, Known>,
    findings: HashMap<What, Stood>,
    /// As of the last look.
    rows: Vec<(Who, SignInRow)>,
    found: Vec<(What, FindingRow)>,
    ids: u32,
    name: String,
    /// The losses told last, and when.
    losses: Option<((u64, u64), Instant)>,
    /// Sign-ins told.
    pub told_sign_ins: u64,
    /// Findings told.
    pub told_findings: usize,
}

impl Teller {
    /// One that has told nothing. `name` is what is captured on.
    pub fn new(name: String) -> Self {
        Self { name, ..Self::default() }
    }

    /// Takes what is known now.
    pub fn see(&mut self, view: View, now: Instant) {
        let View { report, sign_ins } = view;
        let mut ids = HashMap::new();
        self.rows.clear();
        for (sign_in, mut row) in sign_ins.into_iter().zip(report.sign_ins) {
            let who = (sign_in.client, sign_in.first_frame, sign_in.user);
            let stamp = (sign_in.last_frame, sign_in.outcome);
            let known = self.sign_ins.entry(who.clone()).or_insert_with(|| {
                self.ids = self.ids.saturating_add(1);
                Known { id: self.ids, stamp, since: now, told: false }
            });
            if known.stamp != stamp {
                (known.stamp, known.since) = (stamp, now);
            }
            ids.insert(row.id, known.id);
            row.id = known.id;
            // They are counted within a report, and here is none.
            row.negotiations.clear();
            row.findings.clear();
            self.rows.push((who, row));
        }
        if self.findings.len() > MAX_REMEMBERED {
            self.findings.clear();
        }
        let mut alike: HashMap<What, u32> = HashMap::new();
        self.found.clear();
        for mut row in report.findings {
            row.sign_in = row.sign_in.and_then(|id| ids.get(&id).copied());
            let mut what = (row.id, row.user.clone(), row.client.clone(), row.server.clone(), row.sign_in, 0);
            let place = alike.entry(what.clone()).or_default();
            what.5 = *place;
            *place = place.saturating_add(1);
            self.findings.entry(what.clone()).or_insert(Stood { since: now, told: None });
            self.found.push((what, row));
        }
    }

    /// Writes what is due; at the end that is everything.
    pub fn tell(&mut self, out: &mut impl Write, now: Instant, end: bool) -> io::Result<()> {
        let mut open = Vec::new();
        for (who, row) in &mut self.rows {
            let Some(known) = self.sign_ins.get_mut(who) else { continue };
            if known.told {
                continue;
            }
            let quiet = match known.stamp.1 {
                Outcome::SignedIn => SHORT,
                Outcome::Failed | Outcome::Looping => LONG,
                Outcome::Unfinished | Outcome::Unknown => IDLE,
            };
            if !end && now.saturating_duration_since(known.since) < quiet {
                open.push(known.id);
                continue;
            }
            known.told = true;
            self.told_sign_ins = self.told_sign_ins.saturating_add(1);
            // Its findings follow in their order; they are counted over the whole stream.
            let mut number = self.told_findings;
            for (what, _) in self.found.iter().filter(|(_, finding)| finding.sign_in == Some(known.id)) {
                let Some(stood) = self.findings.get_mut(what) else { continue };
                row.findings.push(*stood.told.get_or_insert_with(|| {
                    number = number.saturating_add(1);
                    number
                }));
            }
            ndjson::sign_in(out, Report::SCHEMA, row)?;
            for (_, finding) in self.found.iter().filter(|(_, finding)| finding.sign_in == Some(known.id)) {
                ndjson::finding(out, Report::SCHEMA, finding)?;
            }
            self.told_findings = number;
        }
        for (what, finding) in &self.found {
            let Some(stood) = self.findings.get_mut(what) else { continue };
            let waits = finding.sign_in.is_some_and(|id| open.contains(&id));
            let due = end || !waits && now.saturating_duration_since(stood.since) >= SHORT;
            if stood.told.is_none() && due {
                self.told_findings = self.told_findings.saturating_add(1);
                stood.told = Some(self.told_findings);
                ndjson::finding(out, Report::SCHEMA, finding)?;
            }
        }
        out.flush()
    }

    /// Writes a line on the capture when packets were lost that were not told of, at most once a minute.
    pub fn losses(&mut self, out: &mut impl Write, numbers: Numbers, now: Instant) -> io::Result<()> {
        let lost = (numbers.dropped, numbers.behind);
        let news = self
            .losses
            .map_or(lost != (0, 0), |(told, at)| told != lost && now.saturating_duration_since(at) >= LOSSES);
        if !news {
            return Ok(());
        }
        self.losses = Some((lost, now));
        self.end(out, numbers, &[])
    }

    /// Writes a line on the capture as far as it came.
    pub fn end(&self, out: &mut impl Write, numbers: Numbers, notices: &[String]) -> io::Result<()> {
        let Numbers { packets, bytes, dropped, behind, span } = numbers;
        let capture = Capture {
            files: vec![self.name.clone()],
            packets,
            bytes,
            first: span.map(|(first, _)| first.rfc3339()),
            last: span.map(|(_, last)| last.rfc3339()),
            dropped: Some(dropped),
            behind: Some(behind),
            damaged: !notices.is_empty(),
            notices: notices.to_vec(),
            ..Capture::default()
        };
        ndjson::capture(out, Report::SCHEMA, &capture)?;
        out.flush()
    }

    /// True if a sign-in is not yet over.
    pub fn is_waiting(&self) -> bool {
        self.rows.iter().any(|(who, _)| self.sign_ins.get(who).is_some_and(|known| !known.told))
    }

    /// The fold begins anew: its sign-ins will not be seen again.
    pub fn begin_anew(&mut self) {
        self.sign_ins.clear();
        self.rows.clear();
        self.found.clear();
    }
}
