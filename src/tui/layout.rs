//! Where things are: area to rectangles. Used to draw, and to know how far a page is.

use super::model::{Model, Pane, View};
use super::overlay::Overlay;
use ratatui::layout::Rect;

/// Rows a view needs to show more than one pane.
const SPLIT: u16 = 10;
/// Rows to show all three panes of the packets view.
const THREE: u16 = 15;
/// Rows above which no pane needs to make room for another.
const ROOMY: u16 = 28;
/// Columns to show tree and bytes side by side.
const WIDE: u16 = 150;

/// Everything on the screen.
#[derive(Clone, Debug, Default)]
pub struct Panes {
    /// The line at the top.
    pub title: Rect,
    /// The filter bar, and the line below it that says what is wrong.
    pub bar: Rect,
    /// The panes in sight; the first row of each is its heading.
    pub shown: Vec<(Pane, Rect)>,
    /// The line at the bottom.
    pub footer: Rect,
}

impl Panes {
    /// Where a pane is, without its heading; nothing if it is out of sight.
    pub fn inside(&self, pane: Pane) -> Rect {
        let found = self.shown.iter().find(|(p, _)| *p == pane);
        found.map_or_else(Rect::default, |(_, area)| below(*area, 1))
    }
}

/// An area without its first rows.
pub fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y.saturating_add(rows), height: area.height.saturating_sub(rows), ..area }
}

/// Cuts `rows` off the top.
fn take(area: &mut Rect, rows: u16) -> Rect {
    let top = Rect { height: rows.min(area.height), ..*area };
    *area = below(*area, rows);
    top
}

/// The panes of a model.
pub fn panes(model: &Model, area: Rect) -> Panes {
    let mut rest = area;
    let title = take(&mut rest, 1);
    let footer_rows = rest.height.min(1);
    let footer = Rect { y: rest.bottom().saturating_sub(footer_rows), height: footer_rows, ..rest };
    rest.height = rest.height.saturating_sub(footer_rows);
    let prompt = matches!(model.overlay, Some(Overlay::Prompt(_)));
    let bar = match (model.bar.open, &model.bar.error) {
        _ if prompt => 1,
        (true, Some(_)) => 2,
        (true, None) => 1_u16.saturating_add(u16::from(!model.bar.offers.is_empty())),
        (false, _) => u16::from(model.view == View::Packets && (rest.height >= SPLIT || !model.bar.applied.is_empty())),
    };
    let bar = take(&mut rest, bar);
    Panes { title, bar, shown: split(model, rest), footer }
}

fn split(model: &Model, mut rest: Rect) -> Vec<(Pane, Rect)> {
    let focus = model.pane();
    let height = rest.height;
    if model.zoom || height < SPLIT {
        return vec![(focus, rest)];
    }
    match model.view {
        View::SignIns => over(Pane::SignIns, Pane::Verdict, model.listed.len(), rest),
        View::Findings => over(Pane::Findings, Pane::Reasons, model.findings.len(), rest),
        View::Streams => over(Pane::Streams, Pane::Talk, model.streams.len(), rest),
        View::Certificates => over(Pane::Certificates, Pane::Validity, model.credentials.len(), rest),
        View::Ladder | View::Summary => vec![(focus, rest)],
        View::Packets if rest.width >= WIDE => {
            let list = take(&mut rest, height * 2 / 5);
            let left = Rect { width: rest.width / 2, ..rest };
            let right = Rect { x: left.right(), width: rest.width.saturating_sub(left.width), ..rest };
            vec![(Pane::Packets, list), (Pane::Tree, left), (Pane::Bytes, right)]
        }
        View::Packets if height >= THREE => {
            // On a small screen the pane with the keys gets most of it.
            let (list, tree) = match focus {
                Pane::Tree if height < ROOMY => (height / 4, height * 11 / 20),
                Pane::Bytes if height < ROOMY => (height / 4, height * 3 / 10),
                _ => (height * 2 / 5, height * 7 / 20),
            };
            let list = take(&mut rest, list);
            let tree = take(&mut rest, tree);
            vec![(Pane::Packets, list), (Pane::Tree, tree), (Pane::Bytes, rest)]
        }
        View::Packets => {
            let list = take(&mut rest, height / 2);
            let lower = if focus == Pane::Bytes { Pane::Bytes } else { Pane::Tree };
            vec![(Pane::Packets, list), (lower, rest)]
        }
    }
}

/// A list over its panel.
fn over(list: Pane, panel: Pane, rows: usize, mut rest: Rect) -> Vec<(Pane, Rect)> {
    let above = list_rows(rows, rest.height);
    let above = take(&mut rest, above);
    vec![(list, above), (panel, rest)]
}

/// Rows of a list above its panel: what it needs, at most a little less than half.
fn list_rows(rows: usize, height: u16) -> u16 {
    let wanted = u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(2);
    wanted.clamp(4, (height * 9 / 20).max(4))
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its heading.
    pub title: &'static str,
    /// Columns it needs.
    pub least: u16,
    /// Columns it can use.
    pub most: u16,
    /// Of columns that do not fit, the one with the highest rank goes first; 0 stays.
    pub rank: u8,
    /// Numbers stand on the right.
    pub right: bool,
}

/// Widths of columns with a blank between them; 0 for a column that is left out.
pub fn widths(columns: &[Column], room: u16) -> Vec<u16> {
    let mut widths: Vec<u16> = columns.iter().map(|c| c.least).collect();
    let used = |widths: &[u16]| {
        let gaps = widths.iter().filter(|w| **w > 0).count().saturating_sub(1);
        widths.iter().map(|w| u32::from(*w)).sum::<u32>().saturating_add(u32::try_from(gaps).unwrap_or(0))
    };
    while used(&widths) > u32::from(room) {
        let last = columns.iter().zip(&widths).enumerate().filter(|(_, (c, w))| **w > 0 && c.rank > 0);
        let Some((at, _)) = last.max_by_key(|(_, (c, _))| c.rank) else { break };
        if let Some(width) = widths.get_mut(at) {
            *width = 0;
        }
    }
    // What is left goes to the columns that matter most, evenly; one that can use any room comes last.
    let mut left = u32::from(room).saturating_sub(used(&widths));
    let importance = |column: &Column| (column.most == u16::MAX, column.rank);
    let mut levels: Vec<_> = columns.iter().map(importance).collect();
    levels.sort_unstable();
    levels.dedup();
    for level in levels {
        loop {
            let before = left;
            for (column, width) in columns.iter().zip(&mut widths).filter(|(column, _)| importance(column) == level) {
                if *width > 0 && *width < column.most && left > 0 {
                    *width = width.saturating_add(1);
                    left = left.saturating_sub(1);
                }
            }
            if left == before {
                break;
            }
        }
    }
    widths
}

/// Bytes in a row of the byte pane.
pub const fn bytes_a_row(width: u16) -> usize {
    if width >= 75 { 16 } else { 8 }
}
