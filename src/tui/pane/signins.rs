//! View 1, above: every sign-in in a row, and every authentication that belongs to none.

use super::table::{Cells, Look, Table, heading, put_at};
use crate::report::model::NegotiationRow;
use crate::report::signin::SignInRow;
use crate::report::words;
use crate::tui::layout::{Column, below};
use crate::tui::model::{Model, Pane};
use crate::tui::rows::attempts::{Attempt, What};
use crate::tui::text::safe;
use crate::tui::theme::{Role, Theme, stage_sign};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub const COLUMNS: [Column; 11] = [
    Column { title: "#", least: 3, most: 5, rank: 3, right: true },
    Column { title: "Start", least: 8, most: 8, rank: 5, right: false },
    Column { title: "User", least: 22, most: 40, rank: 0, right: false },
    Column { title: "Client", least: 12, most: 30, rank: 6, right: false },
    Column { title: "From", least: 13, most: 39, rank: 8, right: false },
    Column { title: "Side", least: 8, most: 8, rank: 9, right: false },
    Column { title: "With", least: 8, most: 20, rank: 4, right: false },
    Column { title: "Stages", least: 9, most: 9, rank: 1, right: false },
    Column { title: "Outcome", least: 26, most: 40, rank: 0, right: false },
    Column { title: "Took", least: 6, most: 8, rank: 7, right: true },
    Column { title: "Find", least: 4, most: 4, rank: 2, right: false },
];
const OUTCOME: usize = 8;

/// Draws it.
pub fn draw(model: &Model, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let focused = model.pane() == Pane::SignIns;
    let failed = model.attempts.iter().filter(|attempt| attempt.failed).count();
    let so_far = if model.reading.is_some() { " so far" } else { "" };
    let title = match (model.only_failed, model.attempts.len()) {
        (_, 0) if model.reading.is_some() => "Sign-ins".to_owned(),
        (true, all) => format!("{failed} of {all}: what did not succeed"),
        (false, all) => {
            let alone = model.attempts.iter().filter(|attempt| matches!(attempt.what, What::Alone(_))).count();
            let sign_ins = words::plural((all - alone) as u64, "sign-in", "sign-ins");
            let alone = match alone as u64 {
                0 => String::new(),
                alone => format!(", {} of no sign-in", words::plural(alone, "authentication", "authentications")),
            };
            let failed = if failed > 0 && all > 1 { format!(", {failed} did not succeed") } else { String::new() };
            format!("{sign_ins}{alone}{so_far}{failed}")
        }
    };
    heading(buffer, area, &title, "Discover Connect TLS Challenge Ticket Cert Auth Register Provision", focused, theme);
    if model.reading.is_some() && model.attempts.is_empty() {
        let text = match &model.live {
            Some(_) => "no sign-in was seen so far; 3 shows the packets as they come",
            None => "reading …  no sign-in was seen so far; 3 shows the packets",
        };
        return put_at(buffer, below(area, 1), 2, 0, text, theme.style(Role::Dim));
    }
    laid(model, area).draw(buffer, Look { focused, theme, sort: model.columns.sort(Pane::SignIns) });
}

/// The list as it lies on the screen.
pub fn laid(model: &Model, area: Rect) -> Table {
    let columns = model.columns.of(Pane::SignIns);
    Table::new(area, &columns, model.list(Pane::SignIns), model.listed.len(), &mut |at| {
        model.listed.get(at).map_or_else(Cells::default, |at| cells(model, *at))
    })
}

/// A row of it: the attempt in this place.
pub fn cells(model: &Model, at: usize) -> Cells {
    let Some(attempt) = model.attempts.get(at) else { return Cells::default() };
    let outcome = match attempt.what {
        What::SignIn(at) => model.report.sign_ins.get(at).map(|row| row.outcome),
        What::Alone(at) => model.report.negotiations.get(at).map(|row| row.outcome),
    };
    let texts = (0..COLUMNS.len()).map(|column| text(model, at, column)).collect();
    Cells { texts, role: outcome.map(|outcome| (OUTCOME, Role::of_word(outcome))), sign: "", colour: None }
}

/// What stands in a column of it: to sort a long list only one of them is made.
pub fn text(model: &Model, at: usize, column: usize) -> String {
    let Some(attempt) = model.attempts.get(at) else { return String::new() };
    let text = match attempt.what {
        What::SignIn(at) => model.report.sign_ins.get(at).map(|row| sign_in(model, attempt, row, column)),
        What::Alone(at) => model.report.negotiations.get(at).map(|row| alone(attempt, row, column)),
    };
    text.unwrap_or_default()
}

fn sign_in(model: &Model, attempt: &Attempt, row: &SignInRow, column: usize) -> String {
    match column {
        0 => row.id.to_string(),
        1 => attempt.start.clone(),
        2 => safe(words::who(row)),
        3 => safe(row.client.user_agent.as_deref().unwrap_or(row.client.family)),
        4 => row.client.ip.clone(),
        5 if row.side == "unknown" => String::new(),
        5 => row.side.to_owned(),
        6 => safe(&row.used.join(",")),
        7 => row.stages.iter().map(|entry| stage_sign(entry.state)).collect(),
        OUTCOME => {
            let stage = row.failed_stage.map_or(String::new(), |stage| format!(" at {stage}"));
            let cause = row.cause.map_or(String::new(), |cause| format!(" {cause}"));
            format!("{}{stage}{cause}", row.outcome.replace('_', " ").to_uppercase())
        }
        9 => attempt.took.clone(),
        _ => {
            let worst = row.findings.iter().find_map(|place| model.report.findings.get(place.checked_sub(1)?));
            worst.map_or_else(String::new, |f| format!("{}{}", Role::letter(f.severity), row.findings.len()))
        }
    }
}

/// An authentication that belongs to no sign-in.
fn alone(attempt: &Attempt, n: &NegotiationRow, column: usize) -> String {
    match column {
        1 => attempt.start.clone(),
        2 => safe(&words::account(n)),
        3 => n.carrier.to_uppercase(),
        4 => n.client.ip().to_string(),
        6 => safe(&n.scheme),
        OUTCOME => {
            let times = if n.count > 1 { format!(" ×{}", n.count) } else { String::new() };
            safe(&words::outcome(n)) + &times
        }
        9 => attempt.took.clone(),
        _ => String::new(),
    }
}
