//! A capture while it is read: one thread reads, another judges now and then what there is so far, and the screen looks
//! at both.
//!
//! The fold of the analysis is copied for a look, so that packets wait only for the copy. Where packets come for ever the
//! fold begins anew from time to time; what it had told goes into the archive.

use super::archive::{Archive, Told};
use super::opened::{Facts, Loaded, Opened, name, unseen};
use super::rows::overview::Overview;
use super::rows::{attempts, credentials, streams};
use crate::analysis::Analysis;
use crate::capture::link_type_name;
use crate::fact::FactRow;
use crate::findings::{self, Severity};
use crate::report::ladder::Steps;
use crate::report::model::{self, Report};
use crate::scan::{Capture, Given, Input};
use crate::secrets::{Secrets, TlsKeys};
use crate::signin::{self, Outcome, SignIn};
use crate::wire::Timestamp;
use crate::wire::time::NANOS;
use crate::wire::time::span;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Nanoseconds of silence after which a sign-in that did not come to a good end is over.
const OVER: i64 = 60 * NANOS;

/// Facts after which the fold begins anew.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// As soon as no sign-in is open.
    pub many: u64,
    /// In any case.
    pub most: u64,
}

impl Bounds {
    /// A running capture. The parts of the fold have budgets of their own, which are not reached before.
    pub const LIVE: Self = Self { many: 100_000, most: 400_000 };
    /// A pipe: it may end, and is one story until then if it can be.
    pub const PIPE: Self = Self { many: 2_000_000, most: 4_000_000 };
}

/// The fold.
#[derive(Debug, Default)]
struct Fold {
    analysis: Analysis,
    facts: u64,
}

/// Locks what a thread that panicked may have left: a fold is whole between two facts.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A capture while it is read.
#[derive(Debug)]
pub struct Session {
    capture: Capture,
    name: String,
    paths: Vec<PathBuf>,
    secrets: Secrets,
    keys: TlsKeys,
    fold: Mutex<Fold>,
    steps: Arc<Mutex<Steps>>,
    bounds: Option<Bounds>,
    archive: Mutex<Archive>,
    stop: Arc<AtomicBool>,
}

impl Session {
    /// Captures that will be read.
    pub fn new(paths: Vec<PathBuf>, given: &Given, secrets: Secrets, stop: Arc<AtomicBool>) -> Self {
        Self {
            capture: Capture::new(given),
            name: name(&paths),
            paths,
            secrets,
            keys: given.keys.clone(),
            fold: Mutex::default(),
            steps: Arc::default(),
            bounds: None,
            archive: Mutex::default(),
            stop,
        }
    }

    /// The same, for packets that may come for ever.
    pub fn bounded(self, bounds: Option<Bounds>) -> Self {
        Self { bounds, ..self }
    }

    /// Reads to the end, or until it is told to stop.
    pub fn read(&self, inputs: Vec<Input>, given: Given) {
        let mut take = |rows: &mut Vec<FactRow>| {
            let mut steps = lock(&self.steps);
            for row in rows.iter() {
                steps.observe(row);
            }
            steps.settle();
            if self.bounds.is_some() {
                steps.make_room();
            }
            drop(steps);
            let mut fold = lock(&self.fold);
            fold.facts = fold.facts.saturating_add(rows.len() as u64);
            rows.drain(..).for_each(|row| fold.analysis.observe(row));
        };
        self.capture.fill(inputs, given, &mut take, &self.stop);
    }

    /// The capture.
    pub const fn capture(&self) -> &Capture {
        &self.capture
    }

    /// What opens TLS from now on.
    pub const fn keys(&self) -> &TlsKeys {
        &self.keys
    }

    /// Packets read and facts told so far.
    pub fn told_so_far(&self) -> (u32, u64) {
        (self.capture.frames(), lock(&self.fold).facts)
    }

    /// Asks reading to end.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// The same capture, of which nothing is judged yet.
    pub fn begun(&self) -> Opened {
        let facts = Facts { name: self.name.clone(), packets: self.capture.frames(), ..Facts::default() };
        Opened {
            capture: self.capture.clone(),
            loaded: Loaded { facts, ..Loaded::default() },
            sign_ins: Vec::new(),
            steps: Arc::clone(&self.steps),
            name: self.name.clone(),
        }
    }

    /// What is known so far.
    pub fn look(&self) -> Opened {
        let (analysis, facts) = {
            let fold = lock(&self.fold);
            (fold.analysis.clone(), fold.facts)
        };
        let (opened, told) = self.judge(analysis);
        if let Some(bounds) = self.bounds
            && facts >= bounds.many
            && (facts >= bounds.most || told.is_over(opened.capture.times().map(|(_, last)| last)))
        {
            // What came since the copy was made is lost to the next fold, unless it is in this one.
            let rest = std::mem::take(&mut *lock(&self.fold));
            let mut told = if rest.facts == facts { told } else { self.judge(rest.analysis).1 };
            told.cut(self.capture.times().map(|(_, last)| last));
            lock(&self.archive).take(told);
        }
        opened
    }

    /// What is known when no more comes.
    pub fn end(&self) -> Opened {
        lock(&self.steps).finish();
        let rest = std::mem::take(&mut *lock(&self.fold));
        self.judge(rest.analysis).0
    }

    /// Judges; what this fold tells alone comes along if it may go into the archive.
    fn judge(&self, analysis: Analysis) -> (Opened, Told) {
        // The capture may have brought keys of its own.
        let secrets = Secrets { keylog: self.keys.with(Clone::clone), ..self.secrets.clone() };
        let evidence = analysis.finish_with(&secrets);
        let sign_ins = signin::tell(&evidence);
        let found = findings::judge(&evidence, &sign_ins);
        let attempts = attempts::rows(&sign_ins, &evidence.negotiations);
        let mut streams = streams::rows(&self.capture, &evidence);
        let secured = if self.bounds.is_some() { secured(&streams) } else { Vec::new() };
        let credentials = credentials::rows(&evidence);
        let times = self.capture.times();
        let counts = self.capture.counts();
        let about = model::Capture {
            files: self.paths.iter().map(|path| path.display().to_string()).collect(),
            packets: counts.frames,
            bytes: counts.bytes,
            first: times.map(|(first, _)| first.rfc3339()),
            last: times.map(|(_, last)| last.rfc3339()),
            link_types: self.capture.link_types().into_iter().map(link_type_name).collect(),
            damaged: self.capture.damaged(),
            notices: self.capture.notices(),
            ..model::Capture::default()
        };
        let report = Report::new(about, &counts, evidence, &sign_ins, found, Severity::Info);
        let mut told = Told { report, sign_ins, attempts, credentials, secured };
        let archive = lock(&self.archive);
        archive.recall(&mut streams);
        let alone = if self.bounds.is_some() { told.clone() } else { Told::default() };
        if !archive.is_empty() {
            told = archive.with(told);
        }
        drop(archive);
        let Told { report, sign_ins, attempts, credentials, .. } = told;
        let reading = self.capture.reading();
        let facts = Facts {
            name: self.name.clone(),
            packets: self.capture.frames(),
            gone: reading.gone,
            span: times.map_or_else(String::new, |(first, last)| span(last.since(first))),
            several: self.capture.interfaces().len() > 1,
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
        let (capture, steps, name) = (self.capture.clone(), Arc::clone(&self.steps), self.name.clone());
        (Opened { capture, loaded, sign_ins, steps, name }, alone)
    }
}

/// True if nothing more is to be expected of it.
fn is_over(sign_in: &SignIn, now: Timestamp) -> bool {
    sign_in.outcome == Outcome::SignedIn || now.since(sign_in.ended) >= OVER
}

/// What was found out about conversations that are TLS.
fn secured(streams: &[streams::Stream]) -> Vec<(u32, (Option<String>, streams::State))> {
    let closed = streams.iter().filter(|stream| stream.state != streams::State::Clear);
    closed.map(|stream| (stream.talk.flow, (stream.name.clone(), stream.state.clone()))).collect()
}

impl Told {
    /// True if no sign-in is open, so that what comes next is another story.
    fn is_over(&self, now: Option<Timestamp>) -> bool {
        let Some(now) = now else { return true };
        self.sign_ins.iter().all(|sign_in| is_over(sign_in, now))
    }

    /// Says of the sign-ins that are open that what comes next is told as others.
    fn cut(&mut self, now: Option<Timestamp>) {
        const OPEN: &str = "it was not over when the analysis began anew: what came next is told as another sign-in";
        let Some(now) = now else { return };
        for (sign_in, row) in self.sign_ins.iter_mut().zip(&mut self.report.sign_ins) {
            if !is_over(sign_in, now) {
                sign_in.weakened.push(OPEN.into());
                row.weakened.push(OPEN.into());
            }
        }
    }
}
