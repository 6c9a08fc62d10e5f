//! What a running capture told before its fold began anew: rows under a budget of their own, without the packets.
//!
//! Rows of one report name each other by their places in it, so places are counted anew whenever rows go or come.

use super::rows::attempts::{Attempt, What};
use super::rows::credentials::Credential;
use super::rows::streams::{State, Stream};
use crate::report::model::Report;
use crate::signin::SignIn;
use std::collections::BTreeMap;

/// Sign-ins kept, and credentials.
const MAX_SIGN_INS: usize = 2_000;
/// Negotiations, findings, TLS conversations and tickets kept, of each.
const MAX_ROWS: usize = 5_000;
/// Conversations of which it is remembered that they are TLS.
const MAX_SECURED: usize = 50_000;

/// What was told.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Its rows.
    pub report: Report,
    /// Whole sign-ins.
    pub sign_ins: Vec<SignIn>,
    /// Rows of view 1.
    pub attempts: Vec<Attempt>,
    /// Rows of view 6.
    pub credentials: Vec<Credential>,
    /// What was found out about conversations that are TLS.
    pub secured: Vec<(FlowId, Secured)>,
}

/// The number of a conversation.
type FlowId = u32;
/// The host name asked for, and whether it can be read.
type Secured = (Option<String>, State);

/// What was told before.
#[derive(Debug, Default)]
pub struct Archive {
    told: Told,
    /// Sign-ins that did not fit any more.
    gone: u64,
    /// Conversations that are TLS: what is not remembered would look as if it were in clear.
    secured: BTreeMap<FlowId, Secured>,
}

impl Archive {
    /// True if there is nothing in it.
    pub const fn is_empty(&self) -> bool {
        self.told.report.negotiations.is_empty() && self.told.sign_ins.is_empty() && self.told.report.tls.is_empty()
    }

    /// Takes what will not be told again; the oldest makes room.
    pub fn take(&mut self, mut told: Told) {
        self.secured.extend(told.secured.drain(..));
        while self.secured.len() > MAX_SECURED {
            self.secured.pop_first();
        }
        append(&mut self.told, told);
        self.gone = self.gone.saturating_add(trim(&mut self.told, MAX_SIGN_INS, MAX_ROWS));
    }

    /// Says of conversations what was found out about them before.
    pub fn recall(&self, streams: &mut [Stream]) {
        for stream in streams.iter_mut().filter(|stream| stream.state == State::Clear) {
            if let Some((name, state)) = self.secured.get(&stream.talk.flow) {
                (stream.name, stream.state) = (name.clone(), state.clone());
            }
        }
    }

    /// What was told before, and this.
    pub fn with(&self, told: Told) -> Told {
        let mut all = self.told.clone();
        append(&mut all, told);
        if self.gone > 0 {
            all.report.capture.notices.push(format!("{} older sign-ins are not told any more", self.gone));
        }
        all
    }
}

/// Adds what was told later.
fn append(all: &mut Told, later: Told) {
    let Told { report, sign_ins, attempts, credentials, .. } = later;
    let [s, n, f] = [all.report.sign_ins.len(), all.report.negotiations.len(), all.report.findings.len()];
    let [sign_ins_before, negotiations_before] = [s, n].map(|n| u32::try_from(n).unwrap_or(u32::MAX));
    let old = &mut all.report;
    // What is said of the whole capture is newer there.
    let clients = if report.clients.is_empty() { std::mem::take(&mut old.clients) } else { report.clients };
    (old.schema, old.kind, old.capture, old.clients) = (report.schema, report.kind, report.capture, clients);
    old.visibility.tls_conversations =
        old.visibility.tls_conversations.saturating_add(report.visibility.tls_conversations);
    old.visibility.decrypted = old.visibility.decrypted.saturating_add(report.visibility.decrypted);
    old.visibility.undecrypted.extend(report.visibility.undecrypted);
    old.tls.extend(report.tls);
    old.web_tickets.extend(report.web_tickets);
    old.negotiations.extend(report.negotiations.into_iter().map(|mut row| {
        row.id = row.id.saturating_add(negotiations_before);
        row
    }));
    old.findings.extend(report.findings.into_iter().map(|mut row| {
        row.sign_in = row.sign_in.map(|id| id.saturating_add(sign_ins_before));
        row
    }));
    old.sign_ins.extend(report.sign_ins.into_iter().map(|mut row| {
        row.id = row.id.saturating_add(sign_ins_before);
        row.negotiations.iter_mut().for_each(|id| *id = id.saturating_add(negotiations_before));
        row.findings.iter_mut().for_each(|place| *place = place.saturating_add(f));
        row
    }));
    all.sign_ins.extend(sign_ins.into_iter().map(|mut row| {
        row.id = row.id.saturating_add(sign_ins_before);
        row.negotiations.iter_mut().for_each(|id| *id = id.saturating_add(negotiations_before));
        row
    }));
    all.attempts.extend(attempts.into_iter().map(|mut row| {
        row.what = match row.what {
            What::SignIn(at) => What::SignIn(at.saturating_add(s)),
            What::Alone(at) => What::Alone(at.saturating_add(n)),
        };
        row
    }));
    all.attempts.sort_by_key(Attempt::rank);
    all.credentials.extend(credentials);
}

/// Lets the oldest rows go; how many sign-ins went.
fn trim(told: &mut Told, most_sign_ins: usize, most_rows: usize) -> u64 {
    let report = &mut told.report;
    let s = report.sign_ins.len().saturating_sub(most_sign_ins);
    let n = report.negotiations.len().saturating_sub(most_rows);
    let f = report.findings.len().saturating_sub(most_rows);
    let [sign_ins_gone, negotiations_gone] = [s, n].map(|n| u32::try_from(n).unwrap_or(u32::MAX));
    let left = |id: u32, gone: u32| id.checked_sub(gone).filter(|id| *id > 0);
    report.sign_ins.drain(..s);
    report.negotiations.drain(..n);
    report.findings.drain(..f);
    told.sign_ins.drain(..s.min(told.sign_ins.len()));
    for row in &mut report.negotiations {
        row.id = row.id.saturating_sub(negotiations_gone);
    }
    for row in &mut report.findings {
        row.sign_in = row.sign_in.and_then(|id| left(id, sign_ins_gone));
    }
    let joined = |ids: &mut Vec<u32>| *ids = ids.iter().filter_map(|id| left(*id, negotiations_gone)).collect();
    for row in &mut report.sign_ins {
        row.id = row.id.saturating_sub(sign_ins_gone);
        joined(&mut row.negotiations);
        row.findings = row.findings.iter().filter_map(|at| at.checked_sub(f).filter(|at| *at > 0)).collect();
    }
    for row in &mut told.sign_ins {
        row.id = row.id.saturating_sub(sign_ins_gone);
        joined(&mut row.negotiations);
    }
    told.attempts.retain_mut(|row| {
        let to = match row.what {
            What::SignIn(at) => at.checked_sub(s).map(What::SignIn),
            What::Alone(at) => at.checked_sub(n).map(What::Alone),
        };
        to.map(|to| row.what = to).is_some()
    });
    let oldest = |len: usize, most: usize| len.saturating_sub(most);
    report.tls.drain(..oldest(report.tls.len(), most_rows));
    report.web_tickets.drain(..oldest(report.web_tickets.len(), most_rows));
    let undecrypted = &mut report.visibility.undecrypted;
    undecrypted.drain(..oldest(undecrypted.len(), most_rows));
    told.credentials.drain(..oldest(told.credentials.len(), most_sign_ins));
    s as u64
}
