//! Where things are: area to rectangles. Used to draw, and to know how far a page is.

use super::model::{Model, Pane, View};
use super::overlay::Overlay;
use super::pane::{ladder, status};
use ratatui::layout::Rect;

/// Rows a view needs to show more than one pane.
const SPLIT: u16 = 10;
/// Rows to show all three panes of the packets view.
const THREE: u16 = 15;
/// Rows above which no pane needs to make room for another.
const ROOMY: u16 = 28;
/// Columns to show tree and bytes side by side.
const WIDE: u16 = 150;

/// Fewest and most columns of the packet beside a ladder.
const DETAIL: (u16, u16) = (44, 72);

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
    let bar = match model.bar.open {
        _ if prompt => 1,
        true => status::bar_rows(model, area.width),
        false => u16::from(model.view == View::Packets && (rest.height >= SPLIT || !model.bar.applied.is_empty())),
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
    let shared = model.shares.get(model.view.index()).copied().flatten().map(|percent| part(height, percent));
    let over = |list: Pane, panel, rows| over(list, panel, shared.unwrap_or_else(|| list_rows(rows, height)), rest);
    match model.view {
        View::SignIns => over(Pane::SignIns, Pane::Verdict, model.listed.len()),
        View::Findings => over(Pane::Findings, Pane::Reasons, model.findings.len()),
        View::Streams => over(Pane::Streams, Pane::Talk, model.streams.len()),
        View::Certificates => over(Pane::Certificates, Pane::Validity, model.credentials.len()),
        View::Ladder => {
            let wide = ladder::wide(model, rest.width);
            let beside = rest.width.saturating_sub(wide);
            if beside < DETAIL.0 {
                return vec![(focus, rest)];
            }
            let beside = beside.min(DETAIL.1);
            let left = Rect { width: rest.width.saturating_sub(beside), ..rest };
            vec![(Pane::Ladder, left), (Pane::Tree, Rect { x: left.right(), width: beside, ..rest })]
        }
        View::Summary | View::Follow | View::Compare => vec![(focus, rest)],
        View::Packets if beside(model) => {
            let list = take(&mut rest, shared.unwrap_or(height * 2 / 5));
            let left =
                Rect { width: model.tree_share.map_or(rest.width / 2, |percent| part(rest.width, percent)), ..rest };
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
            let list = take(&mut rest, shared.unwrap_or(list));
            let tree = model.tree_share.map_or(tree, |percent| part(rest.height, percent));
            let tree = take(&mut rest, tree);
            vec![(Pane::Packets, list), (Pane::Tree, tree), (Pane::Bytes, rest)]
        }
        View::Packets => {
            let list = take(&mut rest, shared.unwrap_or(height / 2));
            let lower = if focus == Pane::Bytes { Pane::Bytes } else { Pane::Tree };
            vec![(Pane::Packets, list), (lower, rest)]
        }
    }
}

/// True if tree and bytes stand side by side.
pub fn beside(model: &Model) -> bool {
    model.beside.unwrap_or(model.size.0 >= WIDE)
}

/// So much of a length; each side keeps a heading and a row.
fn part(length: u16, percent: u8) -> u16 {
    let wanted = u32::from(length).saturating_mul(u32::from(percent)) / 100;
    u16::try_from(wanted).unwrap_or(u16::MAX).clamp(2, length.saturating_sub(2).max(2))
}

/// How much a pane has of what it shares with those behind it, in percent: 0 the list, 1 the tree.
pub fn share(model: &Model, divider: usize) -> u8 {
    let panes = model.panes().shown;
    let Some((_, first)) = panes.get(divider) else { return 50 };
    let (mine, all) = if divider > 0 && beside(model) {
        (first.width, panes.iter().skip(divider).map(|(_, area)| area.width).sum::<u16>())
    } else {
        let bottom = panes.last().map_or(0, |(_, area)| area.bottom());
        (first.height, bottom.saturating_sub(first.y))
    };
    let percent = u32::from(mine).saturating_mul(100).checked_div(u32::from(all)).unwrap_or(50);
    u8::try_from(percent).unwrap_or(100)
}

/// A list of so many rows over its panel.
fn over(list: Pane, panel: Pane, rows: u16, mut rest: Rect) -> Vec<(Pane, Rect)> {
    let above = take(&mut rest, rows);
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
