//! The mouse: a click selects, one on a title sorts, a second one goes in, the wheel scrolls, views are chosen by their tabs.

use super::effect::Effect;
use super::layout::Panes;
use super::list::Step;
use super::message::{Command, Message, Mouse};
use super::model::{Model, Pane};
use super::overlay::Overlay;
use super::unfold::show_bytes;
use super::update::{changed, height, step, update};
use super::{columns, frames, layout, navigate, pane};
use ratatui::layout::{Position, Rect};

/// Rows that the wheel moves.
const NOTCH: usize = 3;

/// Does what the mouse asks for.
pub(super) fn obey(model: &mut Model, mouse: Mouse, effects: &mut Vec<Effect>) {
    let panes = model.panes();
    let (x, y) = match mouse {
        Mouse::Click(x, y) | Mouse::Twice(x, y) | Mouse::Wheel(x, y, _) => (x, y),
        Mouse::Drag(x, y) => return drag(model, x, y),
        Mouse::Release => {
            model.held = None;
            return;
        }
    };
    let here = Position::new(x, y);
    if panes.footer.contains(here) {
        if let Some(command) =
            pane::status::hint_at(model, panes.footer.width, x).filter(|_| mouse == Mouse::Click(x, y))
        {
            effects.extend(update(model, Message::Do(command)));
        }
        return;
    }
    if model.overlay.is_some() || model.bar.open {
        return over(model, mouse, effects);
    }
    if let Mouse::Click(..) = mouse
        && let Some(divider) = divider_at(model, &panes, here)
    {
        model.held = Some(divider);
    }
    if panes.title.contains(here) {
        if let Some(view) = pane::status::tab_at(model, panes.title.width, x).filter(|_| mouse == Mouse::Click(x, y)) {
            model.view = view;
            model.back.clear();
        }
        return;
    }
    let Some((pane, area)) = panes.shown.into_iter().find(|(_, area)| area.contains(here)) else {
        return;
    };
    model.focus(pane);
    match mouse {
        Mouse::Wheel(_, _, down) => {
            for _ in 0..NOTCH {
                step(model, if down { Step::Down } else { Step::Up });
            }
        }
        Mouse::Click(..) | Mouse::Twice(..)
            if let Some(column) = pane::laid(model, pane, area).and_then(|table| table.title_at(here)) =>
        {
            columns::sort_by(model, pane, column, effects);
        }
        Mouse::Click(..) => select(model, pane, area, y),
        Mouse::Twice(..) => {
            select(model, pane, area, y);
            navigate::enter(model, effects);
        }
        Mouse::Drag(..) | Mouse::Release => {}
    }
}

/// The divider that a point of the screen lies on: the heading of the second pane, or of the third.
fn divider_at(model: &Model, panes: &Panes, here: Position) -> Option<usize> {
    let (at, (_, area)) = panes.shown.iter().enumerate().skip(1).find(|(_, (_, area))| area.contains(here))?;
    let on_edge = if at == 2 && layout::beside(model) { here.x == area.x } else { here.y == area.y };
    on_edge.then(|| at.saturating_sub(1))
}

/// The divider that is held follows the mouse.
fn drag(model: &mut Model, x: u16, y: u16) {
    let Some(divider) = model.held else { return };
    let panes = model.panes().shown;
    let (Some((_, first)), Some((_, last))) = (panes.get(divider), panes.last()) else { return };
    let (at, all) = if divider > 0 && layout::beside(model) {
        (x.saturating_sub(first.x), last.right().saturating_sub(first.x))
    } else {
        (y.saturating_sub(first.y), last.bottom().saturating_sub(first.y))
    };
    let percent = u32::from(at).saturating_mul(100).div_ceil(u32::from(all.max(1)));
    frames::set(model, divider, u8::try_from(percent).unwrap_or(100));
}

/// What lies over the panes: the wheel scrolls it, a click in a menu chooses, a click beside it leaves it.
fn over(model: &mut Model, mouse: Mouse, effects: &mut Vec<Effect>) {
    let mut send = |model: &mut Model, command| effects.extend(update(model, Message::Do(command)));
    match mouse {
        Mouse::Wheel(_, _, down) => {
            let scrolls = matches!(model.overlay, Some(Overlay::Help(..) | Overlay::Sheet(_) | Overlay::Menu(_)));
            for _ in 0..if scrolls { NOTCH } else { 0 } {
                send(model, if down { Command::Down } else { Command::Up });
            }
        }
        Mouse::Click(_, y) | Mouse::Twice(_, y) => {
            let Some(Overlay::Menu(menu)) = &mut model.overlay else { return };
            let (width, height) = model.size;
            let inside = layout::below(pane::menu::window(menu.items.len(), Rect::new(0, 0, width, height)), 1);
            match y.checked_sub(inside.y).map(usize::from) {
                Some(line) if y < inside.bottom() => {
                    menu.list.cursor = menu.list.top.saturating_add(line);
                    send(model, Command::Enter);
                }
                _ => send(model, Command::Back),
            }
        }
        _ => {}
    }
}

/// Selects the row of a pane that is clicked on.
fn select(model: &mut Model, pane: Pane, area: Rect, y: u16) {
    let above = match pane {
        Pane::Bytes => return,
        Pane::Ladder => pane::ladder::heading_rows(model, area.width),
        Pane::Compared => 1,
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
