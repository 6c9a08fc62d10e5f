//! What is known while packets still come: the fold of the analysis, looked at now and then without ending it.

use crate::analysis::Analysis;
use crate::fact::FactRow;
use crate::findings::{self, Severity};
use crate::report::model::{Capture, Report};
use crate::scan::Counts;
use crate::secrets::{Secrets, TlsKeys};
use crate::signin::{self, SignIn};
use std::sync::{Mutex, PoisonError};

/// Facts after which the fold begins anew, as soon as everything it knows has been told.
const MANY: u64 = 100_000;
/// Facts after which it begins anew in any case. Its parts have budgets of their own, which are not reached before.
const TOO_MANY: u64 = 400_000;

/// The fold, shared by the thread that reads and the one that tells.
pub struct Fold {
    inner: Mutex<Inner>,
    secrets: Secrets,
    keys: TlsKeys,
}

struct Inner {
    analysis: Analysis,
    facts: u64,
    fresh: bool,
}

/// What was seen in one look.
pub struct View {
    /// The report so far.
    pub report: Report,
    /// Its sign-ins.
    pub sign_ins: Vec<SignIn>,
}

/// How full the fold is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// There is room.
    Room,
    /// It should begin anew when nothing is open.
    Many,
    /// It must.
    TooMany,
}

impl Fold {
    /// An empty one; the secrets given are held against what it finds.
    pub fn new(secrets: Secrets, keys: TlsKeys) -> Self {
        let inner = Inner { analysis: Analysis::default(), facts: 0, fresh: false };
        Self { inner: Mutex::new(inner), secrets, keys }
    }

    /// Takes the facts of a packet.
    pub fn take(&self, rows: &mut Vec<FactRow>) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.facts = inner.facts.saturating_add(rows.len() as u64);
        inner.fresh = true;
        for row in rows.drain(..) {
            inner.analysis.observe(row);
        }
    }

    /// What it amounts to so far; nothing if no fact came since the last look.
    pub fn look(&self) -> Option<View> {
        let analysis = {
            let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
            if !std::mem::take(&mut inner.fresh) {
                return None;
            }
            // Packets do not wait while it is judged.
            inner.analysis.clone()
        };
        let mut secrets = self.secrets.clone();
        secrets.keylog = self.keys.with(Clone::clone);
        let facts = analysis.finish_with(&secrets);
        let sign_ins = signin::tell(&facts);
        let found = findings::judge(&facts, &sign_ins);
        let report = Report::new(Capture::default(), &Counts::default(), facts, &sign_ins, found, Severity::Info);
        Some(View { report, sign_ins })
    }

    /// How full it is.
    pub fn fill(&self) -> Fill {
        match self.inner.lock().unwrap_or_else(PoisonError::into_inner).facts {
            0..MANY => Fill::Room,
            MANY..TOO_MANY => Fill::Many,
            _ => Fill::TooMany,
        }
    }

    /// Forgets everything.
    pub fn begin_anew(&self) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        *inner = Inner { analysis: Analysis::default(), facts: 0, fresh: false };
    }
}
