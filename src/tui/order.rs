//! What is listed, and in which order: of all attempts and findings those that are wanted, by columns if somebody wants so.

use super::columns::{Natural, Sort};
use super::model::{Grouping, Model, Pane};
use super::pane::{certificates, findings, signins, streams};
use super::rows::attempts::Attempt;
use crate::report::model::FindingRow;

/// Rows of a list that are sorted, unless they are packets.
pub const MAX_SORTED: usize = 100_000;

impl Model {
    /// Puts together what is listed.
    pub fn sort(&mut self) {
        let keep = |(_, attempt): &(usize, &Attempt)| !self.only_failed || attempt.failed;
        self.listed = self.attempts.iter().enumerate().filter(keep).map(|(at, _)| at).collect();
        let findings = &self.report.findings;
        let severe = |f: &FindingRow| !self.only_failed || matches!(f.severity, "critical" | "high");
        let baseline = self.baseline.as_deref();
        let accepted = |f: &FindingRow| baseline.is_some_and(|baseline| baseline.holds(f));
        self.accepted = findings.iter().map(accepted).collect();
        let mut order: Vec<usize> = findings.iter().enumerate().filter(|(_, f)| severe(f)).map(|(at, _)| at).collect();
        let grouping = self.grouping;
        order.sort_by_key(|at| {
            let f = findings.get(*at);
            let group = match grouping {
                Grouping::Severity => "",
                Grouping::Rule => f.map_or("", |f| f.id),
                Grouping::User => f.map_or("", |f| &*f.user),
                Grouping::Server => f.map_or("", |f| &*f.server),
            };
            // What was accepted stands below what was not.
            (self.accepted.get(*at), group)
        });
        self.findings = order;
        for pane in [Pane::Findings, Pane::SignIns, Pane::Streams, Pane::Certificates] {
            self.sort_by_columns(pane);
        }
    }

    /// Puts together what is listed in one list, which is to be sorted otherwise.
    pub(super) fn sort_one(&mut self, pane: Pane) {
        match pane {
            // What was accepted stands below, and groups together.
            Pane::Findings => return self.sort(),
            // Attempts are told in the order of their places.
            Pane::SignIns => self.listed.sort_unstable(),
            _ => {}
        }
        self.sort_by_columns(pane);
    }

    fn sort_by_columns(&mut self, pane: Pane) {
        let sort = self.columns.sort(pane);
        let column = sort.map_or(0, |sort| sort.column);
        match pane {
            Pane::Findings => {
                let text = |at: usize| self.report.findings.get(at).map(|row| findings::text(row, column));
                self.findings = sorted(self.findings.clone(), sort, text);
            }
            Pane::SignIns => {
                self.listed = sorted(self.listed.clone(), sort, |at| Some(signins::text(self, at, column)));
            }
            Pane::Streams => {
                let text = |at: usize| self.streams.get(at).map(|row| streams::text(row, column));
                let rows = sort.map(|_| sorted((0..self.streams.len()).collect(), sort, text));
                self.put_order(pane, rows);
            }
            Pane::Certificates => {
                let text = |at: usize| certificates::cells(self.credentials.get(at)?).texts.get(column).cloned();
                let rows = sort.map(|_| sorted((0..self.credentials.len()).collect(), sort, text));
                self.put_order(pane, rows);
            }
            _ => {}
        }
    }

    fn put_order(&mut self, pane: Pane, rows: Option<Vec<usize>>) {
        match rows {
            Some(rows) => self.order.insert(pane, rows),
            None => self.order.remove(&pane),
        };
    }

    /// Where the row of a list stands among all.
    pub fn place(&self, pane: Pane, row: usize) -> Option<usize> {
        self.order.get(&pane).map_or(Some(row), |order| order.get(row).copied())
    }
}

/// Rows in the order that somebody wants them in; those that are alike as they stood.
fn sorted(rows: Vec<usize>, sort: Option<Sort>, text: impl Fn(usize) -> Option<String>) -> Vec<usize> {
    let Some(sort) = sort.filter(|_| rows.len() <= MAX_SORTED) else { return rows };
    let mut keys: Vec<(Natural, usize)> =
        rows.into_iter().map(|at| (Natural::of(text(at).as_deref().unwrap_or_default()), at)).collect();
    keys.sort_by(|(a, _), (b, _)| sort.turned(a.order(b)));
    keys.into_iter().map(|(_, at)| at).collect()
}
