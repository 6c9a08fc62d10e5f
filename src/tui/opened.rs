//! A capture that was read and judged, and what the screen keeps of it.

use super::rows::attempts::{self, Attempt, What};
use super::rows::credentials::{self, Credential};
use super::rows::overview::Overview;
use super::rows::streams::{self, Stream};
use super::text::safe;
use crate::analysis::Analysis;
use crate::capture::link_type_name;
use crate::findings::{self, Severity};
use crate::report::ladder::{Ladder, Steps};
use crate::report::model::{self, Report};
use crate::report::words;
use crate::scan::{Capture, Given, Halfway, Input};
use crate::secrets::Secrets;
use crate::signin::{self, SignIn};
use crate::wire::Timestamp;
use crate::wire::time::{NANOS, Seconds};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// A capture that was read and judged.
#[derive(Debug)]
pub struct Opened {
    /// Its packets.
    pub capture: Capture,
    /// What they say, as rows.
    pub loaded: Loaded,
    /// Whole sign-ins.
    pub sign_ins: Vec<SignIn>,
    /// Messages, for ladders.
    steps: Steps,
    /// What it is called.
    pub name: String,
}

/// What the screen shows of a capture that was read.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// About the capture itself.
    pub facts: Facts,
    /// What `report` would say.
    pub report: Arc<Report>,
    /// View 1: every attempt to authenticate, the failed ones first.
    pub attempts: Arc<[Attempt]>,
    /// View 5.
    pub streams: Arc<[Stream]>,
    /// View 7.
    pub overview: Arc<Overview>,
    /// View 6.
    pub credentials: Arc<[Credential]>,
}

/// About the capture.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// What it is called.
    pub name: String,
    /// Packets in it.
    pub packets: u32,
    /// How long it is.
    pub span: String,
    /// What could not be seen, and what is wrong with it.
    pub unseen: Vec<String>,
}

impl Opened {
    /// Reads and judges captures, one after the other, as one.
    pub fn read(
        inputs: Vec<Input>,
        given: Given,
        secrets: &Secrets,
        progress: &mut dyn FnMut(&Halfway<'_>),
        stop: &AtomicBool,
    ) -> Self {
        let paths: Vec<PathBuf> = inputs.iter().map(|i| i.path.clone()).collect();
        let name = name(&paths);
        let keys = given.keys.clone();
        let mut analysis = Analysis::default();
        let mut steps = Steps::default();
        let facts = &mut |row| {
            steps.observe(&row);
            analysis.observe(row);
        };
        let capture = Capture::read(inputs, given, facts, progress, stop);
        steps.finish();
        // The capture may have brought keys of its own.
        let secrets = Secrets { keylog: keys.with(Clone::clone), ..secrets.clone() };
        let evidence = analysis.finish_with(&secrets);
        let sign_ins = signin::tell(&evidence);
        let found = findings::judge(&evidence, &sign_ins);
        let attempts = attempts::rows(&sign_ins, &evidence.negotiations);
        let streams = streams::rows(&capture, &evidence);
        let credentials = credentials::rows(&evidence);
        let times = capture.time(1).zip(capture.time(capture.frames()));
        let about = model::Capture {
            files: paths.iter().map(|path| path.display().to_string()).collect(),
            packets: capture.counts().frames,
            bytes: capture.counts().bytes,
            first: times.map(|(first, _)| first.rfc3339()),
            last: times.map(|(_, last)| last.rfc3339()),
            link_types: capture.link_types().into_iter().map(link_type_name).collect(),
            damaged: capture.damaged(),
            notices: capture.notices().to_vec(),
        };
        let report = Report::new(about, capture.counts(), evidence, &sign_ins, found, Severity::Info);
        let facts = Facts {
            name: name.clone(),
            packets: capture.frames(),
            span: times.map_or_else(String::new, |(first, last)| span(last.since(first))),
            unseen: unseen(&report),
        };
        let overview = Arc::new(Overview::new(&report, &streams));
        let loaded = Loaded {
            facts,
            overview,
            report: Arc::new(report),
            attempts: attempts.into(),
            streams: streams.into(),
            credentials: credentials.into(),
        };
        Self { capture, loaded, sign_ins, steps, name }
    }

    /// What was read so far, not judged.
    pub fn partly(name: &str, capture: Capture) -> Self {
        let facts = Facts { name: name.to_owned(), packets: capture.frames(), ..Facts::default() };
        let loaded = Loaded { facts, ..Loaded::default() };
        Self { capture, loaded, sign_ins: Vec::new(), steps: Steps::default(), name: name.to_owned() }
    }

    /// The ladder of what the report tells in this place.
    pub fn ladder(&self, what: What) -> Ladder {
        let report = &self.loaded.report;
        match what {
            What::SignIn(at) => self.sign_ins.get(at).map(|s| self.steps.sign_in(s, report)).unwrap_or_default(),
            What::Alone(at) => {
                let Some(n) = report.negotiations.get(at) else { return Ladder::default() };
                let title = format!("{} {}: {}", n.scheme, words::account(n), words::outcome(n));
                self.steps.frames(title, n.legs.iter().map(|leg| leg.frame).collect())
            }
        }
    }

    /// What the screen keeps; most of it is shared.
    pub fn rows(&self) -> Loaded {
        self.loaded.clone()
    }
}

/// What could not be seen, in sentences.
fn unseen(report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    let closed = report.visibility.tls_conversations.saturating_sub(report.visibility.decrypted);
    if closed > 0 {
        let many = if closed == 1 { "conversation stays" } else { "conversations stay" };
        out.push(format!("{closed} TLS {many} closed: nothing is said about what is inside; K loads keys"));
    }
    out.extend(report.capture.notices.iter().map(|notice| safe(notice)));
    out
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

/// Time of day to the second.
pub(super) fn clock(time: Timestamp) -> String {
    time.clock().get(..8).unwrap_or_default().to_owned()
}

/// Seconds with three decimals.
pub(super) fn short(nanos: i64) -> String {
    let text = Seconds(nanos).to_string();
    text.get(..text.len().saturating_sub(6)).unwrap_or_default().to_owned()
}

/// A span of time in two units.
pub(super) fn span(nanos: i64) -> String {
    let seconds = nanos.div_euclid(NANOS);
    match seconds {
        ..0 => "clock runs backwards".into(),
        0..60 => format!("{} s", short(nanos)),
        60..3600 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        3600..86_400 => format!("{}h{:02}m", seconds / 3600, seconds % 3600 / 60),
        _ => format!("{}d{:02}h", seconds / 86_400, seconds % 86_400 / 3600),
    }
}
