//! What is listed, and in which order: of all attempts and findings those that are wanted, by columns if somebody wants so.

use super::columns;
use super::model::{Grouping, Model, Pane};
use super::pane::table::Cells;
use super::pane::{certificates, findings, signins, streams};
use super::rows::attempts::Attempt;
use crate::report::model::FindingRow;

/// Rows of a list that are sorted, unless they are packets.
const MAX_SORTED: usize = 100_000;

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
        self.findings = self.by_columns(Pane::Findings, self.findings.clone(), findings::cells);
        self.listed = self.by_columns(Pane::SignIns, self.listed.clone(), signins::cells);
        let stream = |model: &Self, at: usize| model.streams.get(at).map_or_else(Cells::default, streams::cells);
        self.order_rows(Pane::Streams, self.streams.len(), stream);
        let credential =
            |model: &Self, at: usize| model.credentials.get(at).map_or_else(Cells::default, certificates::cells);
        self.order_rows(Pane::Certificates, self.credentials.len(), credential);
    }

    /// Rows in the order that somebody wants them in.
    fn by_columns(&self, pane: Pane, mut rows: Vec<usize>, cells: impl Fn(&Self, usize) -> Cells) -> Vec<usize> {
        let Some(sort) = self.columns.sort(pane).filter(|_| rows.len() <= MAX_SORTED) else { return rows };
        let text = |at: &usize| cells(self, *at).texts.get(sort.column).cloned().unwrap_or_default();
        let mut keys: Vec<(String, usize)> = rows.iter().map(|at| (text(at), *at)).collect();
        keys.sort_by(|(a, _), (b, _)| sort.turned(columns::natural(a, b)));
        rows = keys.into_iter().map(|(_, at)| at).collect();
        rows
    }

    fn order_rows(&mut self, pane: Pane, many: usize, cells: impl Fn(&Self, usize) -> Cells) {
        if self.columns.sort(pane).is_some() {
            let rows = self.by_columns(pane, (0..many).collect(), cells);
            self.order.insert(pane, rows);
        } else {
            self.order.remove(&pane);
        }
    }

    /// Where the row of a list stands among all.
    pub fn place(&self, pane: Pane, row: usize) -> Option<usize> {
        self.order.get(&pane).map_or(Some(row), |order| order.get(row).copied())
    }
}
