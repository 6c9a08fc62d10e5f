//! What is selected stays selected when rows come and go above it.

use super::model::{Model, Pane};
use super::rows::attempts::Attempt;
use super::update::{changed, height};
use crate::report::model::FindingRow;

/// What was selected before the rows changed.
#[derive(Debug)]
pub struct Anchor {
    attempt: Option<Attempt>,
    finding: Option<FindingRow>,
    stream: Option<u32>,
    credential: Option<(String, u32)>,
}

impl Anchor {
    /// What is selected now.
    pub fn of(model: &Model) -> Self {
        let credential = model.credential(model.list(Pane::Certificates).cursor);
        // At the top of a list that grows the first row stays selected: what failed comes up there.
        let below = |pane| model.list(pane).cursor > 0 || model.pane() != pane;
        Self {
            attempt: model.attempt().filter(|_| below(Pane::SignIns)).cloned(),
            finding: model.finding().filter(|_| below(Pane::Findings)).map(|(_, row)| row.clone()),
            stream: model.stream(model.list(Pane::Streams).cursor).map(|row| row.talk.flow),
            credential: credential.map(|row| (row.subject.clone(), row.frame)),
        }
    }

    /// Selects it again, where it stands now.
    pub fn restore(self, model: &mut Model) {
        let attempts = &model.attempts;
        let attempt = self.attempt.and_then(|old| {
            model.listed.iter().position(|at| attempts.get(*at).is_some_and(|attempt| attempt.is(&old)))
        });
        let same = |f: &FindingRow, old: &FindingRow| {
            (f.id, &f.user, &f.client, &f.server) == (old.id, &old.user, &old.client, &old.server)
                && f.evidence.first().map(|e| e.frame) == old.evidence.first().map(|e| e.frame)
        };
        let rows = &model.report.findings;
        let finding = self
            .finding
            .and_then(|old| model.findings.iter().position(|at| rows.get(*at).is_some_and(|row| same(row, &old))));
        let row = |pane, same: &dyn Fn(usize) -> bool| (0..model.rows(pane)).find(|row| same(*row));
        let stream = self
            .stream
            .and_then(|old| row(Pane::Streams, &|at| model.stream(at).is_some_and(|row| row.talk.flow == old)));
        let credential = self.credential.and_then(|(subject, frame)| {
            let same = |at| model.credential(at).is_some_and(|row| row.frame == frame && row.subject == subject);
            row(Pane::Certificates, &same)
        });
        let all = [
            (Pane::SignIns, attempt),
            (Pane::Findings, finding),
            (Pane::Streams, stream),
            (Pane::Certificates, credential),
        ];
        for (pane, row) in all {
            let Some(row) = row else { continue };
            let list = model.list(pane);
            if list.cursor == row {
                continue;
            }
            // The rows in view move along.
            let top = if row > list.cursor {
                list.top.saturating_add(row.saturating_sub(list.cursor))
            } else {
                list.top.saturating_sub(list.cursor.saturating_sub(row))
            };
            let (rows, height) = (model.rows(pane), height(model, pane));
            let list = model.list_mut(pane);
            (list.cursor, list.top) = (row, top);
            list.fit(rows, height);
        }
        // Nothing of what was selected is there any more, or it was not there before.
        for (pane, row) in all {
            if row.is_none() && model.list(pane).cursor >= model.rows(pane).max(1) {
                changed(model, pane);
            }
        }
    }
}
