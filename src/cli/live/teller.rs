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
use std::sync::Arc;
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

/// What is said of the two parts of a sign-in that was open when the fold began anew.
const OPEN: &str = "it was not over yet: what comes next is told as another sign-in, because too much is open at once";

/// What is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// What is due.
    Due,
    /// Everything: the fold begins anew.
    Anew,
    /// Everything: nothing more comes.
    End,
}

/// A sign-in, whatever is still learned about it.
type Who = (IpAddr, u64, Option<String>);
/// A finding: rule, user, client, server, sign-in, and its place among those that look the same.
type What = (&'static str, Arc<str>, Arc<str>, Arc<str>, Option<u32>, u32);

#[derive(Debug)]
struct Known {
    id: u32,
    /// What changes when something is added.
    stamp: (u64, Outcome),
    since: Instant,
    told: bool,
    /// The sign-in that was told before it was over, and that this one goes on from.
    after: Option<u32>,
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
    /// Sign-ins that were told before they were over: client, user, number.
    cut: Vec<(IpAddr, Option<String>, u32)>,
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
            let (cut, all) = (&mut self.cut, &mut self.ids);
            let known = self.sign_ins.entry(who.clone()).or_insert_with(|| {
                *all = all.saturating_add(1);
                let same = |a: &Option<String>, b: &Option<String>| a.is_none() || b.is_none() || a == b;
                let before = cut.iter().position(|(client, user, _)| *client == who.0 && same(user, &who.2));
                let after = before.map(|at| cut.remove(at).2);
                Known { id: *all, stamp, since: now, told: false, after }
            });
            if let Some(before) = known.after {
                row.weakened.push(format!("it goes on from sign-in {before}, which was told before it was over"));
            }
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

    /// Writes what is due, or everything.
    pub fn tell(&mut self, out: &mut impl Write, now: Instant, when: When) -> io::Result<()> {
        let end = when != When::Due;
        if when == When::Anew {
            // Of the time before nobody waits any more.
            self.cut.clear();
        }
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
            if now.saturating_duration_since(known.since) < quiet {
                if !end {
                    open.push(known.id);
                    continue;
                }
                if when == When::Anew && known.stamp.1 != Outcome::SignedIn {
                    row.weakened.push(OPEN.into());
                    self.cut.push((who.0, who.2.clone(), known.id));
                }
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

#[cfg(test)]
mod tests {
    use super::super::fold::Fold;
    use super::*;
    use crate::capture::{Block, open};
    use crate::scan::{FactsOnly, Scan};
    use serde_json::Value;
    use std::path::Path;

    /// The folds of a capture that is cut before this packet.
    fn cut(before: u64) -> [Fold; 2] {
        let mut source = open(Path::new("captures/sip/ntlm-unsigned-granted.pcap")).unwrap();
        let folds =
            [(), ()].map(|()| Fold::new(crate::secrets::Secrets::default(), crate::secrets::TlsKeys::default()));
        let (mut scan, rows) = (Scan::new(Vec::new()), std::cell::RefCell::new(Vec::new()));
        let mut lens = FactsOnly::new(|row| rows.borrow_mut().push(row));
        while let Some(Block::Packet(record)) = source.next().unwrap() {
            scan.frame(&record, &mut lens);
            folds[usize::from(scan.frames() >= before)].take(&mut rows.borrow_mut());
        }
        scan.finish(&mut lens);
        folds[1].take(&mut rows.borrow_mut());
        folds
    }

    fn sign_ins(lines: &[u8]) -> Vec<Value> {
        let rows = std::str::from_utf8(lines).unwrap().lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        rows.filter(|row| row["type"] == "sign_in").collect()
    }

    #[test]
    fn the_parts_of_a_sign_in_that_is_told_too_early_name_each_other() {
        // Between the challenge and the answer to it.
        let [first, second] = cut(20);
        let (mut teller, mut out, now) = (Teller::new("eth0".into()), Vec::new(), Instant::now());
        teller.see(first.look().unwrap(), now);
        teller.tell(&mut out, now, When::Due).unwrap();
        assert!(out.is_empty(), "it is not over");
        teller.tell(&mut out, now, When::Anew).unwrap();
        let told = sign_ins(&out);
        assert_eq!((told.len(), &told[0]["id"], &told[0]["weakened"][0]), (1, &1.into(), &OPEN.into()), "{told:?}");
        teller.begin_anew();
        out.clear();
        teller.see(second.look().unwrap(), now);
        teller.tell(&mut out, now, When::End).unwrap();
        let told = sign_ins(&out);
        let words = "it goes on from sign-in 1, which was told before it was over";
        assert!(told.len() == 1 && told[0]["id"] == 2, "{told:?}");
        assert!(told[0]["weakened"].as_array().unwrap().contains(&words.into()), "{told:?}");
    }

    #[test]
    fn what_is_over_or_ends_with_the_capture_is_no_part() {
        for when in [When::Due, When::Anew, When::End] {
            let [_, whole] = cut(0);
            let (mut teller, mut out, now) = (Teller::new("eth0".into()), Vec::new(), Instant::now());
            teller.see(whole.look().unwrap(), now);
            teller.tell(&mut out, now + IDLE, when).unwrap();
            let told = sign_ins(&out);
            assert!(told.len() == 1 && !told[0].to_string().contains(OPEN), "{told:?}");
        }
    }
}
