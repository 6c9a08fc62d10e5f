//! A capture that was read and judged, and what the screen keeps of it.

use super::rows::attempts::{Attempt, What};
use super::rows::credentials::Credential;
use super::rows::overview::Overview;
use super::rows::streams::Stream;
use super::session::Session;
use super::text::safe;
use crate::report::ladder::{Ladder, Steps};
use crate::report::model::Report;
use crate::report::words;
use crate::scan::{Capture, Given, Input};
use crate::secrets::Secrets;
use crate::signin::SignIn;
use crate::wire::Timestamp;
use crate::wire::time::Seconds;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

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
    pub(super) steps: Arc<Mutex<Steps>>,
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
    /// Packets in it: the number of the newest.
    pub packets: u32,
    /// Of these, the oldest that were let go again.
    pub gone: u32,
    /// How long it is.
    pub span: String,
    /// It came by several interfaces: packets say by which.
    pub several: bool,
    /// What could not be seen, and what is wrong with it.
    pub unseen: Vec<String>,
}

impl Opened {
    /// Reads and judges captures, one after the other, as one.
    pub fn read(inputs: Vec<Input>, given: Given, secrets: &Secrets, stop: &Arc<AtomicBool>) -> Self {
        let paths = inputs.iter().map(|i| i.path.clone()).collect();
        let session = Session::new(paths, &given, secrets.clone(), Arc::clone(stop));
        session.read(inputs, given);
        session.end()
    }

    /// The ladder of what the report tells in this place.
    pub fn ladder(&self, what: What) -> Ladder {
        let report = &self.loaded.report;
        match what {
            What::SignIn(at) => {
                let draw = |s| self.steps.lock().unwrap_or_else(PoisonError::into_inner).sign_in(s, report);
                self.sign_ins.get(at).map(draw).unwrap_or_default()
            }
            What::Alone(at) => {
                let Some(n) = report.negotiations.get(at) else { return Ladder::default() };
                let title = format!("{} {}: {}", n.scheme, words::account(n), words::outcome(n));
                let steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
                steps.frames(title, n.legs.iter().map(|leg| leg.frame).collect())
            }
        }
    }

    /// What the screen keeps; most of it is shared.
    pub fn rows(&self) -> Loaded {
        self.loaded.clone()
    }
}

/// What could not be seen, in sentences.
pub(super) fn unseen(report: &Report) -> Vec<String> {
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
