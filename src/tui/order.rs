//! What is listed, and in which order: of all attempts and findings those that are wanted, by columns if somebody wants so.

use super::columns::Natural;
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
        match pane {
            Pane::Findings => self.findings = self.by_columns(pane, self.findings.clone(), findings::cells),
            Pane::SignIns => self.listed = self.by_columns(pane, self.listed.clone(), signins::cells),
            Pane::Streams => self.order_rows(pane, self.streams.len(), |model, at| {
                model.streams.get(at).map_or_else(Cells::default, streams::cells)
            }),
            Pane::Certificates => self.order_rows(pane, self.credentials.len(), |model, at| {
                model.credentials.get(at).map_or_else(Cells::default, certificates::cells)
            }),
            _ => {}
        }
    }

    /// Rows in the order that somebody wants them in; those that are alike in the order they are told in.
    fn by_columns(&self, pane: Pane, rows: Vec<usize>, cells: impl Fn(&Self, usize) -> Cells) -> Vec<usize> {
        let Some(sort) = self.columns.sort(pane).filter(|_| rows.len() <= MAX_SORTED) else { return rows };
        let key = |at: &usize| Natural::of(cells(self, *at).texts.get(sort.column).map_or("", String::as_str));
        let mut keys: Vec<(Natural, usize)> = rows.iter().map(|at| (key(at), *at)).collect();
        keys.sort_by(|(a, _), (b, _)| sort.turned(a.order(b)));
        keys.into_iter().map(|(_, at)| at).collect()
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
