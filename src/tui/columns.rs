//! Columns of the lists: which are shown, and by which one a list is sorted.

use super::effect::Effect;
use super::layout::Column;
use super::list::List;
use super::model::{Model, Pane};
use super::order::MAX_SORTED;
use super::overlay::{Choice, Item, Menu};
use super::pane::{certificates, findings, packets, signins, streams};
use super::update::height;
use std::cmp::Ordering;
use std::collections::HashMap;

/// A column that is not there.
const NONE: Column = Column { title: "", least: 0, most: 0, rank: 9, right: false };
/// Columns that are shown only to who wants them.
const EXTRA: [(Pane, &str); 1] = [(Pane::Packets, "Len")];

/// The lists with columns.
pub const TABLES: [Pane; 5] = [Pane::SignIns, Pane::Packets, Pane::Findings, Pane::Streams, Pane::Certificates];

/// By what a list is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The place of the column.
    pub column: usize,
    /// The highest first.
    pub down: bool,
}

impl Sort {
    /// How two rows stand; equal ones stay as they came.
    pub fn turned(self, order: Ordering) -> Ordering {
        if self.down { order.reverse() } else { order }
    }
}

/// What the user wants of the columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// Columns that somebody wants to see, or not.
    wanted: HashMap<(Pane, &'static str), bool>,
    sorts: HashMap<Pane, Sort>,
}

/// All columns of a list; none for what is no list.
pub fn all(pane: Pane) -> &'static [Column] {
    match pane {
        Pane::SignIns => &signins::COLUMNS,
        Pane::Packets => &packets::COLUMNS,
        Pane::Findings => &findings::COLUMNS,
        Pane::Streams => &streams::COLUMNS,
        Pane::Certificates => &certificates::COLUMNS,
        _ => &[],
    }
}

impl Columns {
    /// True if a column is shown where there is room.
    pub fn shows(&self, pane: Pane, title: &'static str) -> bool {
        self.wanted.get(&(pane, title)).copied().unwrap_or(!EXTRA.contains(&(pane, title)))
    }

    /// Shows these columns and no others; the name of one that is not there.
    pub fn show_only<'n>(&mut self, pane: Pane, names: &[&'n str]) -> Option<&'n str> {
        let named = |column: &Column| names.iter().any(|name| name.eq_ignore_ascii_case(column.title));
        self.wanted.extend(all(pane).iter().map(|column| ((pane, column.title), named(column))));
        names.iter().copied().find(|name| !all(pane).iter().any(|column| column.title.eq_ignore_ascii_case(name)))
    }

    /// The columns of a list, those that nobody wants without room.
    pub fn of(&self, pane: Pane) -> Vec<Column> {
        let shown = |column: &Column| if self.shows(pane, column.title) { *column } else { NONE };
        all(pane).iter().map(shown).collect()
    }

    /// True if other columns are shown than those that are built in.
    pub fn differ(&self, pane: Pane) -> bool {
        all(pane).iter().any(|column| self.shows(pane, column.title) != Self::default().shows(pane, column.title))
    }

    /// By what a list is sorted.
    pub fn sort(&self, pane: Pane) -> Option<Sort> {
        self.sorts.get(&pane).copied()
    }
}

/// A key that is about columns.
pub(super) fn sort_by_next(model: &mut Model, effects: &mut Vec<Effect>) {
    let pane = model.pane();
    let from = model.columns.sort(pane).map_or(0, |sort| sort.column.saturating_add(1));
    let shown = |(_, column): &(usize, &Column)| model.columns.shows(pane, column.title);
    let next = all(pane).iter().enumerate().skip(from).find(shown).map(|(column, _)| Sort { column, down: false });
    sort(model, pane, next, effects);
}

/// The other way round.
pub(super) fn turn(model: &mut Model, effects: &mut Vec<Effect>) {
    let pane = model.pane();
    let Some(now) = model.columns.sort(pane) else { return sort_by_next(model, effects) };
    sort(model, pane, Some(Sort { down: !now.down, ..now }), effects);
}

/// By this column; the other way round if it is sorted by it.
pub(super) fn sort_by(model: &mut Model, pane: Pane, column: usize, effects: &mut Vec<Effect>) {
    let again = model.columns.sort(pane).filter(|sort| sort.column == column);
    let down = again.is_some_and(|sort| !sort.down);
    sort(model, pane, Some(Sort { column, down }), effects);
}

/// Sorts a list, or leaves it as it is told.
fn sort(model: &mut Model, pane: Pane, by: Option<Sort>, effects: &mut Vec<Effect>) {
    let sorts = &mut model.columns.sorts;
    match by {
        Some(by) => sorts.insert(pane, by),
        None => sorts.remove(&pane),
    };
    let title = by.and_then(|by| all(pane).get(by.column)).map(|column| column.title);
    model.notice = match (title, by) {
        (Some(title), Some(by)) => {
            format!("sorted by {title}{}; S turns it round", if by.down { ", the highest first" } else { "" })
        }
        _ => "not sorted any more".into(),
    };
    if pane == Pane::Packets {
        return packets_anew(model, effects);
    }
    if by.is_some() && model.rows(pane) > MAX_SORTED {
        model.notice = format!("more than {MAX_SORTED} rows stay as they came");
    }
    model.sort_one(pane);
    let (rows, height) = (model.rows(pane), height(model, pane));
    *model.list_mut(pane) = List::default();
    model.list_mut(pane).fit(rows, height);
    super::update::changed(model, pane);
}

/// The packets listed changed, or how they are to be sorted.
pub(super) fn packets_anew(model: &mut Model, effects: &mut Vec<Effect>) {
    let here = model.here();
    let packets = &mut model.packets;
    packets.sorting = packets.sorting.saturating_add(1);
    packets.sorted = None;
    match model.columns.sort(Pane::Packets) {
        Some(_) if model.reading.is_some() => model.notice = "packets are sorted when all of them are read".into(),
        Some(by) => effects.push(Effect::Sort { generation: model.packets.sorting, by }),
        None => {}
    }
    select(model, here);
}

/// Packets came, sorted.
pub(super) fn sorted(model: &mut Model, generation: u64, frames: Vec<u32>) {
    if generation == model.packets.sorting && frames.len() == model.packets.len(model.facts.packets) {
        let here = model.here();
        model.packets.sorted = Some(frames);
        select(model, here);
    }
}

fn select(model: &mut Model, frame: Option<u32>) {
    let row = frame.and_then(|frame| model.packets.row(frame));
    if let Some(row) = row {
        super::navigate::select(model, Pane::Packets, row);
    }
}

/// Columns to choose from.
pub fn menu(model: &Model) -> Menu {
    let pane = model.pane();
    let item = |(at, column): (usize, &Column)| {
        let mark = if model.columns.shows(pane, column.title) { "[x]" } else { "[ ]" };
        let sorted = match model.columns.sort(pane).filter(|sort| sort.column == at) {
            Some(sort) if sort.down => "sorted, the highest first",
            Some(_) => "sorted",
            None => "",
        };
        Item { name: format!("{mark} {}", column.title).into(), text: sorted.into(), choice: Choice::Column(pane, at) }
    };
    let items = all(pane).iter().enumerate().map(item).collect();
    Menu { title: "Columns: Enter shows one or hides it, s sorts by it", items, list: List::default() }
}

/// A column is shown, or hidden; one stays.
pub(super) fn toggle(model: &mut Model, pane: Pane, at: usize) {
    let Some(column) = all(pane).get(at) else { return };
    let shown = model.columns.shows(pane, column.title);
    let many = all(pane).iter().filter(|column| model.columns.shows(pane, column.title)).count();
    if shown && many == 1 {
        model.notice = "one column stays".into();
        return;
    }
    model.columns.wanted.insert((pane, column.title), !shown);
}

/// A text as people sort it: numbers with their units by what they count, the rest by its letters. Made once a row, as a
/// long list is compared far more often than it has rows.
#[derive(Clone, Debug, PartialEq)]
pub enum Natural {
    /// Nothing, which stands first.
    Nothing,
    /// What it counts.
    Number(f64),
    /// In small letters.
    Letters(Box<str>),
}

impl Natural {
    /// Of a text.
    pub fn of(text: &str) -> Self {
        match number(text) {
            Some(number) => Self::Number(number),
            None if text.is_empty() => Self::Nothing,
            None => Self::Letters(text.to_lowercase().into()),
        }
    }

    /// How two of them stand.
    pub fn order(&self, other: &Self) -> Ordering {
        let rank = |key: &Self| match key {
            Self::Nothing => 0_u8,
            Self::Number(_) => 1,
            Self::Letters(_) => 2,
        };
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (Self::Letters(a), Self::Letters(b)) => a.cmp(b),
            _ => rank(self).cmp(&rank(other)),
        }
    }
}

/// What a text counts: `44ms`, `9.1s`, `1m05s`, `7`.
fn number(text: &str) -> Option<f64> {
    let (mut sum, mut rest) = (0.0, text.trim());
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (count, behind) = rest.split_at_checked(digits)?;
        let letters = behind.find(|c: char| !c.is_ascii_alphabetic() && c != ' ').unwrap_or(behind.len());
        let (unit, next) = behind.split_at_checked(letters)?;
        let scale = match unit.trim() {
            "ms" => 0.001,
            "" | "s" => 1.0,
            "m" => 60.0,
            "h" => 3_600.0,
            "d" => 86_400.0,
            _ => return None,
        };
        sum += count.parse::<f64>().ok()? * scale;
        rest = next;
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_sorted_by_what_they_count_and_names_by_their_letters() {
        let natural = |a: &&str, b: &&str| Natural::of(a).order(&Natural::of(b));
        let mut all = ["9.1s", "1m05s", "44ms", "0.5 s", "173.167s"];
        all.sort_by(natural);
        assert_eq!(all, ["44ms", "0.5 s", "9.1s", "1m05s", "173.167s"]);
        let mut all = ["10", "9", "100"];
        all.sort_by(natural);
        assert_eq!(all, ["9", "10", "100"]);
        let mut all = ["bob", "Alice", "", "carol"];
        all.sort_by(natural);
        assert_eq!(all, ["", "Alice", "bob", "carol"]);
        assert_eq!(natural(&"09:58:05", &"09:57:59"), Ordering::Greater);
    }

    #[test]
    fn the_titles_of_a_list_are_not_the_same_twice() {
        for pane in TABLES {
            for (at, column) in all(pane).iter().enumerate() {
                assert!(!all(pane).iter().skip(at + 1).any(|other| other.title == column.title), "{}", column.title);
            }
        }
    }

    #[test]
    fn only_the_columns_named_are_shown() {
        let mut columns = Columns::default();
        assert!(!columns.shows(Pane::Packets, "Len") && columns.shows(Pane::Packets, "Info"));
        assert_eq!(columns.show_only(Pane::Packets, &["no", "Len", "Moon"]), Some("Moon"));
        assert!(columns.shows(Pane::Packets, "Len") && !columns.shows(Pane::Packets, "Info"));
        assert_eq!(columns.of(Pane::Packets).iter().filter(|column| column.most > 0).count(), 2);
    }
}
