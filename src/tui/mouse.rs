//! The mouse: a click selects, a second one goes in, the wheel scrolls, views are chosen by their tabs.

use super::effect::Effect;
use super::list::Step;
use super::message::Mouse;
use super::model::{Model, Pane};
use super::update::{changed, height, show_bytes, step};
use super::{navigate, pane};
use ratatui::layout::{Position, Rect};

/// Rows that the wheel moves.
const NOTCH: usize = 3;

/// Does what the mouse asks for.
pub(super) fn obey(model: &mut Model, mouse: Mouse, effects: &mut Vec<Effect>) {
    if model.overlay.is_some() || model.bar.open {
        return;
    }
    let (x, y) = match mouse {
        Mouse::Click(x, y) | Mouse::Twice(x, y) | Mouse::Wheel(x, y, _) => (x, y),
    };
    let panes = model.panes();
    if panes.title.contains(Position::new(x, y)) {
        if let Some(view) = pane::status::tab_at(model, panes.title.width, x).filter(|_| mouse == Mouse::Click(x, y)) {
            model.view = view;
            model.back.clear();
        }
        return;
    }
    let Some((pane, area)) = panes.shown.into_iter().find(|(_, area)| area.contains(Position::new(x, y))) else {
        return;
    };
    model.focus(pane);
    match mouse {
        Mouse::Wheel(_, _, down) => {
            for _ in 0..NOTCH {
                step(model, if down { Step::Down } else { Step::Up });
            }
        }
        Mouse::Click(..) => select(model, pane, area, y),
        Mouse::Twice(..) => {
            select(model, pane, area, y);
            navigate::enter(model, effects);
        }
    }
}

/// Selects the row of a pane that is clicked on.
fn select(model: &mut Model, pane: Pane, area: Rect, y: u16) {
    let above = match pane {
        Pane::Bytes => return,
        Pane::Ladder => pane::ladder::heading_rows(model, area.width),
        _ => u16::from(pane.has_titles()),
    };
    let Some(line) = y.checked_sub(area.y.saturating_add(1).saturating_add(above)) else { return };
    let row = model.list(pane).top.saturating_add(usize::from(line));
    let (rows, height) = (model.rows(pane), height(model, pane));
    if row >= rows || usize::from(line) >= height || model.list(pane).cursor == row {
        return;
    }
    model.list_mut(pane).select(row, rows, height);
    changed(model, pane);
    match pane {
        Pane::Packets => model.bar.keep = 0,
        Pane::Tree => show_bytes(model),
        _ => {}
    }
}
