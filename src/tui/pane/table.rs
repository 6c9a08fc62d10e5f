//! Headings of panes, and lists with columns.

use crate::tui::columns::Sort;
use crate::tui::layout::{Column, below, widths};
use crate::tui::list::List;
use crate::tui::text::{fit, width};
use crate::tui::theme::{Palette, Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Style};

/// Writes text at the left end of an area's row; what does not fit is cut.
pub fn put(buffer: &mut Buffer, area: Rect, row: u16, text: &str, style: Style) {
    put_at(buffer, area, 0, row, text, style);
}

/// Writes text `column` columns into an area's row.
pub fn put_at(buffer: &mut Buffer, area: Rect, column: u16, row: u16, text: &str, style: Style) {
    let area = area.intersection(buffer.area);
    if row >= area.height || column >= area.width {
        return;
    }
    let room = usize::from(area.width.saturating_sub(column));
    let text = if width(text) > room { fit(text, room, false) } else { text.to_owned() };
    buffer.set_stringn(area.x.saturating_add(column), area.y.saturating_add(row), text, room, style);
}

/// The line above a pane: its title in a rule that is heavy if it has the keys.
pub fn heading(buffer: &mut Buffer, area: Rect, title: &str, right: &str, focused: bool, theme: Theme) {
    let style = theme.style(if focused { Role::Strong } else { Role::Dim });
    let rule = if focused { "━" } else { "─" };
    put(buffer, area, 0, &rule.repeat(usize::from(area.width)), style);
    put_at(buffer, area, 2, 0, &format!(" {title} "), style);
    let room = width(title).saturating_add(width(right)).saturating_add(8);
    if !right.is_empty() && room <= usize::from(area.width) {
        let at = usize::from(area.width).saturating_sub(width(right).saturating_add(4));
        put_at(buffer, area, u16::try_from(at).unwrap_or(0), 0, &format!(" {right} "), style);
    }
}

/// A row of a table.
#[derive(Default)]
pub struct Cells {
    /// The texts.
    pub texts: Vec<String>,
    /// The column that has a look of its own, and which.
    pub role: Option<(usize, Role)>,
    /// What stands before it.
    pub sign: &'static str,
    /// The colour of all of it, where somebody wants one.
    pub colour: Option<Color>,
}

/// How a list looks besides its rows.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// It has the keys.
    pub focused: bool,
    /// The theme.
    pub theme: Theme,
    /// By which column it is sorted, if by any.
    pub sort: Option<Sort>,
}

/// A list with columns below its heading, as it lies on the screen: for drawing, and for the mouse.
pub struct Table {
    area: Rect,
    list: List,
    columns: Vec<Column>,
    widths: Vec<u16>,
    /// The rows in view.
    shown: Vec<(usize, Cells)>,
}

impl Table {
    /// Lays it out. `row` makes the cells of a row in view.
    pub fn new(area: Rect, columns: &[Column], list: List, len: usize, row: &mut dyn FnMut(usize) -> Cells) -> Self {
        let inside = below(area, 1);
        let height = usize::from(below(inside, 1).height);
        let shown: Vec<(usize, Cells)> = (list.top..len).take(height).map(|at| (at, row(at))).collect();
        let columns = tight(columns, &shown);
        let widths = widths(&columns, inside.width.saturating_sub(2));
        Self { area, list, columns, widths, shown }
    }

    /// The column whose title is at a point of the screen; nothing where there are no rows below.
    pub fn title_at(&self, here: Position) -> Option<usize> {
        let titles = Rect { height: 1, ..below(self.area, 1) }.intersection(self.area);
        if self.shown.is_empty() || !titles.contains(here) {
            return None;
        }
        (0..self.columns.len()).find(|column| {
            let (left, wide) = self.span(*column);
            here.x >= left && here.x < left.saturating_add(wide)
        })
    }

    /// Where a column begins on the screen, and how wide it is.
    fn span(&self, column: usize) -> (u16, u16) {
        let before = self.widths.iter().take(column).filter(|w| **w > 0).map(|w| w.saturating_add(1)).sum::<u16>();
        let left = self.area.x.saturating_add(2).saturating_add(before);
        (left, self.widths.get(column).copied().unwrap_or(0))
    }

    /// Draws it.
    pub fn draw(&self, buffer: &mut Buffer, Look { focused, theme, sort }: Look) {
        let inside = below(self.area, 1);
        let rows = below(inside, 1);
        let (columns, widths) = (&self.columns, &self.widths);
        let arrow = |at: usize| match sort.filter(|sort| sort.column == at) {
            Some(Sort { down: true, .. }) => "▼",
            Some(_) => "▲",
            None => "",
        };
        let titles: Vec<String> =
            columns.iter().enumerate().map(|(at, c)| format!("{}{}", c.title, arrow(at))).collect();
        put_at(buffer, inside, 2, 0, &join(&titles, columns, widths), theme.style(Role::Dim));
        for (line, (at, cells)) in (0..rows.height).zip(&self.shown) {
            let text = join(&cells.texts, columns, widths);
            let style = theme.style(Role::Plain);
            let colour = cells.colour.filter(|_| theme.palette != Palette::Mono);
            put_at(buffer, rows, 2, line, &text, colour.map_or(style, |colour| style.fg(colour)));
            put_at(buffer, rows, 1, line, cells.sign, theme.style(Role::Strong));
            if let Some((column, role)) = cells.role {
                let (left, wide) = self.span(column);
                let cell = Rect::new(left, rows.y.saturating_add(line), wide, 1).intersection(rows);
                buffer.set_style(cell.intersection(buffer.area), theme.style(role));
            }
            if *at == self.list.cursor {
                select(buffer, rows, line, focused, theme);
            }
        }
    }
}

/// Columns that take no more room than the rows in view need; one with nothing in it takes none.
fn tight(columns: &[Column], shown: &[(usize, Cells)]) -> Vec<Column> {
    let need = |at: usize| shown.iter().filter_map(|(_, cells)| cells.texts.get(at)).map(|text| width(text)).max();
    let tight = columns.iter().enumerate().map(|(at, column)| {
        let need = need(at).map_or(0, |need| u16::try_from(need).unwrap_or(u16::MAX));
        let titled = need.max(u16::try_from(width(column.title)).unwrap_or(0));
        let least = match need {
            0 if column.rank > 0 && !shown.is_empty() => 0,
            // Numbers would move to and fro as they grow.
            _ if column.right => column.least,
            _ => column.least.min(titled),
        };
        let most = if column.most == u16::MAX { u16::MAX } else { column.most.min(need.max(least)) };
        Column { least, most, ..*column }
    });
    tight.collect()
}

/// Shows that a row is selected.
pub fn select(buffer: &mut Buffer, area: Rect, row: u16, focused: bool, theme: Theme) {
    let line = Rect { y: area.y.saturating_add(row), height: 1, ..area }.intersection(buffer.area);
    put(buffer, area, row, "►", theme.style(Role::Plain));
    buffer.set_style(line, theme.style(if focused { Role::Cursor } else { Role::Selected }));
}

fn join(texts: &[String], columns: &[Column], widths: &[u16]) -> String {
    let cells = texts.iter().zip(columns).zip(widths).filter(|(_, width)| **width > 0);
    let cells: Vec<String> =
        cells.map(|((text, column), width)| fit(text, usize::from(*width), column.right)).collect();
    cells.join(" ")
}
