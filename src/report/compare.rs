//! Two things row by row, with the first row where they part: two sign-ins by their steps, two packets by their fields.

use crate::field::Tree;
use crate::wire::hash::HashMap;

/// Rows of one side that are aligned; the table grows with their product.
const MAX_ROWS: usize = 1_500;

/// How the two sides of a row stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The same on both sides.
    Same,
    /// On both sides, but not the same.
    Differs,
    /// Only on the left.
    Left,
    /// Only on the right.
    Right,
}

impl Mark {
    /// Its sign.
    pub const fn sign(self) -> char {
        match self {
            Self::Same => ' ',
            Self::Differs => '≠',
            Self::Left => '<',
            Self::Right => '>',
        }
    }
}

/// One side of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// What it says; not yet made harmless for a terminal.
    pub text: String,
    /// The frame it is in.
    pub frame: u64,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// How its sides stand to each other.
    pub mark: Mark,
    /// The left one.
    pub left: Option<Cell>,
    /// The right one.
    pub right: Option<Cell>,
}

impl Pair {
    /// The frame of the left side, else of the right one.
    pub fn frame(&self) -> Option<u32> {
        let cell = self.left.as_ref().or(self.right.as_ref())?;
        u32::try_from(cell.frame).ok()
    }
}

/// A comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// What is compared.
    pub titles: [String; 2],
    /// The rows, in order.
    pub rows: Vec<Pair>,
    /// What more there is to say where they differ.
    pub words: Vec<String>,
}

impl Comparison {
    /// The first row where the two part.
    pub fn first(&self) -> Option<usize> {
        self.rows.iter().position(|row| row.mark != Mark::Same)
    }
}

/// How two lists go together: places on the left and on the right, in order.
pub fn align<K: PartialEq>(left: &[K], right: &[K]) -> Vec<(Option<usize>, Option<usize>)> {
    let width = right.len().saturating_add(1);
    let cell = |row: usize, column: usize| row.saturating_mul(width).saturating_add(column);
    // The length of the longest common rest from each pair on.
    let mut rest = vec![0_u16; cell(left.len().saturating_add(1), 0)];
    let of = |rest: &[u16], row, column| rest.get(cell(row, column)).copied().unwrap_or(0);
    for row in (0..left.len()).rev() {
        for column in (0..right.len()).rev() {
            let best = if left.get(row) == right.get(column) {
                of(&rest, row.saturating_add(1), column.saturating_add(1)).saturating_add(1)
            } else {
                of(&rest, row.saturating_add(1), column).max(of(&rest, row, column.saturating_add(1)))
            };
            if let Some(here) = rest.get_mut(cell(row, column)) {
                *here = best;
            }
        }
    }
    let (mut rows, mut i, mut j) = (Vec::new(), 0_usize, 0_usize);
    while i < left.len() || j < right.len() {
        if i < left.len() && j < right.len() && left.get(i) == right.get(j) {
            rows.push((Some(i), Some(j)));
            (i, j) = (i.saturating_add(1), j.saturating_add(1));
        } else if j >= right.len()
            || i < left.len() && of(&rest, i.saturating_add(1), j) >= of(&rest, i, j.saturating_add(1))
        {
            rows.push((Some(i), None));
            i = i.saturating_add(1);
        } else {
            rows.push((None, Some(j)));
            j = j.saturating_add(1);
        }
    }
    rows
}

/// A line of a packet: what it is, and what it says.
struct Line {
    key: (u8, &'static str, usize),
    text: String,
}

/// The lines of a packet; what only serves filters is left out.
fn lines(tree: &Tree) -> Vec<Line> {
    let mut seen: HashMap<(u8, &'static str), usize> = HashMap::default();
    let nodes = tree.nodes.iter().filter(|node| !node.hidden()).take(MAX_ROWS);
    nodes
        .map(|node| {
            let name = node.field.map_or("", |field| field.name);
            let count = seen.entry((node.depth, name)).or_insert(0);
            *count = count.saturating_add(1);
            let indent = "  ".repeat(usize::from(node.depth).min(16));
            Line { key: (node.depth, name, *count), text: format!("{indent}{}", tree.line(node)) }
        })
        .collect()
}

/// Two packets by their fields: the same field is one row, whatever it says.
pub fn packets(a: (u64, &Tree), b: (u64, &Tree)) -> Comparison {
    let (left, right) = (lines(a.1), lines(b.1));
    let keys = |lines: &[Line]| lines.iter().map(|line| line.key).collect::<Vec<_>>();
    let cell = |lines: &[Line], at: Option<usize>, frame| {
        at.and_then(|at| lines.get(at)).map(|line| Cell { text: line.text.clone(), frame })
    };
    let row = |(i, j): (Option<usize>, Option<usize>)| {
        let (left, right) = (cell(&left, i, a.0), cell(&right, j, b.0));
        let mark = match (&left, &right) {
            (Some(left), Some(right)) if left.text == right.text => Mark::Same,
            (Some(_), Some(_)) => Mark::Differs,
            (Some(_), None) => Mark::Left,
            _ => Mark::Right,
        };
        Pair { mark, left, right }
    };
    let title = |(frame, tree): (u64, &Tree)| format!("Packet {frame}  {} {}", tree.protocol, tree.info);
    let rows = align(&keys(&left), &keys(&right)).into_iter().map(row).collect();
    Comparison { titles: [title(a), title(b)], rows, words: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_aligned_by_what_they_have_in_common() {
        let aligned = align(&['a', 'b', 'c'], &['a', 'x', 'c', 'd']);
        let pairs = [(Some(0), Some(0)), (Some(1), None), (None, Some(1)), (Some(2), Some(2)), (None, Some(3))];
        assert_eq!(aligned, pairs);
        assert_eq!(align::<u8>(&[], &[]), []);
    }
}
