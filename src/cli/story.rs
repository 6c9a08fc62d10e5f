//! Captures read from end to end into what can be told of them: the reading that `report`, `ladder`, `compare` and
//! `export` share.

use super::args::{Common, Input};
use super::{Exit, Failure, input, secrets};
use crate::analysis::Analysis;
use crate::capture::link_type_name;
use crate::findings::{self, Severity};
use crate::report::baseline::Baseline;
use crate::report::ladder::{Ladder, Steps};
use crate::report::model;
use crate::scan::{FactsOnly, Scan};
use crate::secrets::kerberos::Keyring;
use crate::signin::{self, SignIn};
use crate::wire::Timestamp;

/// What was read.
pub struct Story {
    /// The report.
    pub report: model::Report,
    /// Whole sign-ins.
    pub sign_ins: Vec<SignIn>,
    /// The worst finding, also if it is not listed.
    pub worst: Option<Severity>,
    /// Messages for ladders; none unless they were asked for.
    pub steps: Steps,
    /// The exit code that damage asks for.
    pub exit: Exit,
}

/// What of it is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'w> {
    /// Messages are kept too, for drawing.
    pub ladders: bool,
    /// Findings below are not listed.
    pub least: Severity,
    /// Findings that were accepted.
    pub baseline: Option<&'w Baseline>,
    /// They are listed all the same, and marked.
    pub lists_accepted: bool,
}

impl Wanted<'_> {
    /// Everything.
    pub const ALL: Self = Self { ladders: true, least: Severity::Info, baseline: None, lists_accepted: true };
}

/// Reads the captures named.
pub fn read(common: &Common, files: &Input, wanted: Wanted<'_>) -> Result<Story, Failure> {
    let paths = input::paths(common, files)?;
    let mut secrets = secrets::read(common)?;
    let keys = secrets.tls();
    let keyring = Keyring::new(std::mem::take(&mut secrets.keytab));
    let mut scan = Scan::new(input::rules(common)?).with_keys(keys.clone()).with_keyring(keyring);
    // A pcapng may bring TLS secrets of its own, at its end too.
    let files = [&common.keylog, &common.tls_key, &common.nt_password_file, &common.keytab];
    let given = files.iter().any(|files| !files.is_empty());
    let may_bring = input::may_hold_secrets(&paths);
    let mut analysis = if given || may_bring { Analysis::default() } else { Analysis::without_proofs() };
    let mut steps = Steps::default();
    let mut capture = model::Capture::default();
    let (mut first, mut last) = (None::<Timestamp>, None::<Timestamp>);
    let mut exit = Exit::Done;
    {
        let mut lens = FactsOnly::new(|row| {
            if wanted.ladders {
                steps.observe(&row);
            }
            analysis.observe(row);
        });
        for path in &paths {
            let mut reading = input::Reading::open(path, common, &keys)?;
            let outcome = reading.each(|record| {
                first.get_or_insert(record.time);
                last = Some(record.time);
                scan.frame(record, &mut lens);
                Ok(true)
            });
            capture.files.push(path.display().to_string());
            for notice in reading.source().notices() {
                capture.damaged |= notice.trouble.is_damage();
                capture.notices.push(notice.to_string());
            }
            for name in reading.source().interfaces().iter().map(|i| link_type_name(i.link_type)) {
                if !capture.link_types.contains(&name) {
                    capture.link_types.push(name);
                }
            }
            let interfaces = reading.source().interfaces();
            capture.dropped = total(capture.dropped, interfaces.iter().map(|interface| interface.dropped));
            capture.behind = total(capture.behind, interfaces.iter().map(|interface| interface.behind));
            // What was read before the medium failed is still reported.
            if let Err(failure) = outcome {
                capture.damaged = true;
                capture.notices.push(failure.to_string());
            }
            exit = exit.worse(reading.conclude(common));
        }
        scan.finish(&mut lens);
    }
    let lost = capture.dropped.unwrap_or(0).saturating_add(capture.behind.unwrap_or(0));
    if lost > 0 {
        capture.notices.push(format!("{lost} packets were lost while it was captured"));
    }
    let counts = scan.counts();
    // What it kept of its connections makes room for the report.
    drop(scan);
    (capture.packets, capture.bytes) = (counts.frames, counts.bytes);
    (capture.first, capture.last) = (first.map(Timestamp::rfc3339), last.map(Timestamp::rfc3339));
    secrets.keylog = keys.with(Clone::clone);
    steps.finish();
    let facts = analysis.finish_with(&secrets);
    let sign_ins = signin::tell(&facts);
    let found = findings::judge(&facts, &sign_ins);
    let nothing = Baseline::default();
    let baseline = wanted.baseline.unwrap_or(&nothing);
    let worst = found.iter().filter(|f| !baseline.holds(*f)).map(|f| f.severity).max();
    let mut report = model::Report::new(capture, &counts, facts, &sign_ins, found, wanted.least);
    report.accept(baseline);
    if !wanted.lists_accepted {
        report.unlist_accepted();
    }
    Ok(Story { report, sign_ins, worst, steps, exit })
}

/// The sum of what was counted; nothing if nobody counted.
fn total(before: Option<u64>, counts: impl Iterator<Item = Option<u64>>) -> Option<u64> {
    before.into_iter().chain(counts.flatten()).reduce(u64::saturating_add)
}

impl Story {
    /// The ladder of a sign-in.
    pub fn ladder(&self, id: u32) -> Result<Ladder, Failure> {
        let sign_in = self.sign_ins.iter().find(|s| s.id == id).ok_or_else(|| Failure::Unknown {
            what: match self.sign_ins.len() {
                0 => format!("there is no sign-in {id}: none was found"),
                n => format!("there is no sign-in {id}: they are counted from 1 to {n}"),
            },
            hint: "handshark report lists them with their numbers".into(),
        })?;
        Ok(self.steps.sign_in(sign_in, &self.report))
    }
}
