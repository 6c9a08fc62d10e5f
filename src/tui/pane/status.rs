//! The line at the top, the filter bar, and the hints at the bottom.

use super::table::{put, put_at};
use crate::scan::Reading;
use crate::tui::input::Input;
use crate::tui::live::Live;
use crate::tui::message::Command;
use crate::tui::model::{Bar, Model, Pane, View};
use crate::tui::overlay::Overlay;
use crate::tui::text::{fit, width, wrap};
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// What stands before the filter.
const PROMPT: &str = " Filter: ";
/// Columns for the capture without which the views lose their names.
const NAMED: usize = 30;
/// Columns that a question leaves to its answer.
const TYPED: u16 = 16;
/// Carets below what is wrong, and lines to say why, at most.
const MAX_CARETS: usize = 20;
const MAX_REASONS: usize = 3;
/// The hint that stays.
const HELP: &str = "? help ";

/// The capture on the left, the views on the right.
pub fn title(model: &Model, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let style = theme.style(Role::Strong);
    let spare = |tabs: &str| usize::from(area.width).saturating_sub(width(tabs).saturating_add(1));
    let long = tabs(model, true);
    let tabs = if spare(&long) >= NAMED { long } else { tabs(model, false) };
    let room = spare(&tabs);
    let left = match (&model.live, model.reading) {
        (Some(live), _) => running(model, live),
        (None, Some(reading)) => progress(model, reading),
        (None, None) => about(model, room),
    };
    put(buffer, area, 0, &format!("{} {tabs}", fit(&left, room, false)), style);
}

/// The capture, its packets, how long it is, and how much of its TLS could be read: what is closed must not look as if it
/// was not there. Of what does not fit our own name goes first, then what was read, then the end of its name.
fn about(model: &Model, room: usize) -> String {
    let (facts, seen) = (&model.facts, &model.report.visibility);
    let rest = format!("  {} pk  {}", facts.packets, facts.span);
    let read = match seen.tls_conversations {
        0 => String::new(),
        all => format!("  {}/{all} TLS read", seen.decrypted),
    };
    let forms = [
        format!(" handshark  {}{rest}{read}", facts.name),
        format!(" {}{rest}{read}", facts.name),
        format!(" handshark  {}{rest}", facts.name),
    ];
    if let Some(whole) = forms.into_iter().find(|whole| width(whole) <= room) {
        return whole;
    }
    let name = room.saturating_sub(width(&rest).saturating_add(1)).min(width(&facts.name));
    format!(" {}{rest}", fit(&facts.name, name, false))
}

/// The view whose tab stands in this column of the first line.
pub fn tab_at(model: &Model, room: u16, column: u16) -> Option<View> {
    let room = usize::from(room);
    let long = tabs(model, true);
    let named = room.saturating_sub(width(&long).saturating_add(1)) >= NAMED;
    let line = if named { long } else { tabs(model, false) };
    let into = usize::from(column).checked_sub(room.saturating_sub(width(&line)))?;
    let mut passed = 0_usize;
    View::TABS.into_iter().zip(words(model, named)).find_map(|(view, word)| {
        let from = passed;
        passed = passed.saturating_add(width(&word)).saturating_add(1);
        (from..passed).contains(&into).then_some(view)
    })
}

/// The views; those that are not looked at without their names if there is no room.
fn tabs(model: &Model, named: bool) -> String {
    words(model, named).join(" ") + " "
}

fn words(model: &Model, named: bool) -> Vec<String> {
    let numbered = View::TABS.iter().map(|view| {
        let number = view.index().saturating_add(1);
        let count = match view {
            View::Findings if model.reading.is_none() || !model.report.findings.is_empty() => {
                let accepted = model.accepted.iter().filter(|accepted| **accepted).count();
                format!("({})", model.report.findings.len().saturating_sub(accepted))
            }
            _ => String::new(),
        };
        match (*view == model.view, named) {
            (true, _) => format!("[{number} {}{count}]", view.name()),
            (false, true) => format!("{number} {}{count}", view.name()),
            (false, false) => number.to_string(),
        }
    });
    let other = (!View::TABS.contains(&model.view)).then(|| format!("[{}]", model.view.name()));
    numbered.chain(other).collect()
}

/// How far reading came; when everything was read, what it means takes a moment.
fn progress(model: &Model, reading: Reading) -> String {
    let (name, frames) = (&model.facts.name, reading.frames);
    let done = match reading.total {
        Some(total) if total > 0 && reading.read >= total => {
            return format!(" handshark  {frames} packets read, judging  {name}");
        }
        Some(total) if total > 0 => {
            format!("{}% of {}", reading.read.saturating_mul(100) / total, bytes(total))
        }
        _ => bytes(reading.read),
    };
    let left = model.left.map_or(String::new(), |left| format!(", {left} s left"));
    format!(" handshark  reading {done}{left}, {frames} packets  {name}")
}

/// So many bytes in a unit that is easy to read.
pub(in crate::tui) fn bytes(bytes: u64) -> String {
    let (unit, word) = match bytes {
        0..1_000 => return format!("{bytes} B"),
        1_000..1_000_000 => (1_000, "kB"),
        1_000_000..1_000_000_000 => (1_000_000, "MB"),
        _ => (1_000_000_000, "GB"),
    };
    format!("{}.{} {word}", bytes / unit, bytes % unit * 10 / unit)
}

/// A large number, shorter.
pub(in crate::tui) fn short(number: u64) -> String {
    match number {
        0..10_000 => number.to_string(),
        10_000..1_000_000 => format!("{}.{}k", number / 1_000, number % 1_000 / 100),
        _ => format!("{}.{}M", number / 1_000_000, number % 1_000_000 / 100_000),
    }
}

/// How a running capture stands: for how long, how much, and what was lost of it.
fn running(model: &Model, live: &Live) -> String {
    let (seconds, facts) = (live.running.seconds, &model.facts);
    let state = match (live.over, live.paused) {
        (true, _) => "■ ENDED",
        (false, true) => "‖ PAUSED",
        (false, false) => "● LIVE",
    };
    let clock = format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let packets = model.reading.map_or(u64::from(facts.packets), |reading| reading.frames);
    let lost = |n: Option<u64>, word: &str| n.map_or_else(String::new, |n| format!(", {} {word}", short(n)));
    let dropped = match (live.running.dropped, live.running.behind) {
        (None, None) => ", losses not told".to_owned(),
        (dropped, behind) => lost(dropped, "dropped") + &lost(behind.filter(|n| *n > 0), "not kept up with"),
    };
    let gone = if facts.gone > 0 { format!(", {} let go", short(facts.gone.into())) } else { String::new() };
    let recorded = match (live.running.recorded.is_empty(), live.running.unwritten) {
        (true, _) => String::new(),
        (false, 0) => "  recording".into(),
        (false, n) => format!("  recording, {} not written", short(n)),
    };
    format!(" {state} {clock}  {} pk{dropped}{gone}{recorded}  {}", short(packets), facts.name)
}

/// The line for typing, and the filter; where the cursor stands in it.
pub fn bar(model: &Model, theme: Theme, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    if area.height == 0 {
        return None;
    }
    if let Some(Overlay::Prompt(prompt)) = &model.overlay {
        let line = Line { prompt: prompt.ask.words(), input: &prompt.input, role: Role::Plain };
        return Some(line.draw(theme, area, buffer).0);
    }
    let bar = &model.bar;
    if !bar.open {
        put(buffer, area, 0, PROMPT, theme.style(Role::Dim));
        let text = if bar.applied.is_empty() { "(none)" } else { &bar.applied };
        let indent = u16::try_from(width(PROMPT)).unwrap_or(0);
        put_at(buffer, area, indent, 0, text, theme.style(Role::Plain));
        let state = match (bar.asked, bar.applied.is_empty()) {
            (Some(asked), _) => format!("{} so far, {asked} asked ", model.rows(Pane::Packets)),
            (None, false) => format!("{} passed ", model.rows(Pane::Packets)),
            _ => String::new(),
        };
        let at = usize::from(area.width).saturating_sub(width(&state));
        if at > width(PROMPT).saturating_add(width(text)) {
            put_at(buffer, area, u16::try_from(at).unwrap_or(0), 0, &state, theme.style(Role::Dim));
        }
        return None;
    }
    let (at, _) = typed(bar).draw(theme, area, buffer);
    let reason = reason(bar, area.width);
    for (row, line) in (1..).zip(&reason) {
        put(buffer, area, row, line, theme.style(Role::Bad));
    }
    if reason.is_empty() {
        offers(model, theme, area, buffer);
    }
    Some(at)
}

/// The filter that is being typed.
fn typed(bar: &Bar) -> Line<'_> {
    let role = match (&bar.error, bar.input.text.trim().is_empty()) {
        (Some(_), _) => Role::Bad,
        (None, true) => Role::Plain,
        (None, false) => Role::Good,
    };
    Line { prompt: PROMPT, input: &bar.input, role }
}

/// Rows of the filter bar while somebody types into it.
pub fn bar_rows(model: &Model, columns: u16) -> u16 {
    let below = reason(&model.bar, columns).len().max(usize::from(!model.bar.offers.is_empty()));
    u16::try_from(below).unwrap_or(0).saturating_add(1)
}

/// What is wrong with the filter, below its place: on the same line if there is room, else on lines of its own. Nothing
/// is wrong yet with a word that can still become something.
fn reason(bar: &Bar, columns: u16) -> Vec<String> {
    let wrong = bar.error.as_ref().filter(|error| bar.offers.is_empty() || error.span.end < bar.input.cursor);
    let Some(error) = wrong else { return Vec::new() };
    let (text, hidden) = (&bar.input.text, typed(bar).hidden(columns));
    let start = error.span.start.max(hidden);
    let carets = width(text.get(start..error.span.end).unwrap_or_default()).clamp(1, MAX_CARETS);
    let before = width(PROMPT).saturating_add(width(text.get(hidden..start).unwrap_or_default()));
    let before = before.min(usize::from(columns).saturating_sub(1));
    let place = format!("{:before$}{}", "", "^".repeat(carets));
    let line = format!("{place} {}", error.why);
    if width(&line) <= usize::from(columns) {
        return vec![line];
    }
    let why = wrap(&error.why, usize::from(columns.saturating_sub(1))).into_iter().take(MAX_REASONS);
    std::iter::once(place).chain(why.map(|line| format!(" {line}"))).collect()
}

/// What may stand at the cursor, the one taken set off.
fn offers(model: &Model, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let bar = &model.bar;
    let taken = bar.taken.and_then(|(at, _)| at.checked_rem(bar.offers.len()));
    let first = taken.unwrap_or(0);
    let mut column = u16::try_from(width(PROMPT)).unwrap_or(0);
    for (at, offer) in bar.offers.iter().enumerate().skip(first) {
        let role = if taken == Some(at) { Role::Cursor } else { Role::Dim };
        let text = if at == first { format!("{} ({})", offer.text, offer.title) } else { offer.text.clone() };
        put_at(buffer, area, column, 1, &text, theme.style(role));
        column = column.saturating_add(u16::try_from(width(&text)).unwrap_or(u16::MAX)).saturating_add(2);
    }
}

/// A line that is typed.
struct Line<'l> {
    prompt: &'l str,
    input: &'l Input,
    role: Role,
}

impl Line<'_> {
    /// Columns of the question: it leaves room to type.
    fn indent(&self, columns: u16) -> u16 {
        let most = columns.saturating_sub(TYPED).max(columns / 2);
        u16::try_from(width(self.prompt)).unwrap_or(u16::MAX).min(most)
    }

    /// Bytes that are out of sight on the left.
    fn hidden(&self, columns: u16) -> usize {
        let room = usize::from(columns.saturating_sub(self.indent(columns))).saturating_sub(1).max(1);
        skip(&self.input.text, width(self.input.before()).saturating_sub(room))
    }

    /// Draws it; where the cursor stands, and how many bytes are out of sight on the left: a long text moves, so that the
    /// cursor stays in sight.
    fn draw(&self, theme: Theme, area: Rect, buffer: &mut Buffer) -> (Position, usize) {
        let indent = self.indent(area.width);
        // Where it is cut, a blank parts it from the answer.
        let cut = u16::from(width(self.prompt) > usize::from(indent));
        let prompt = Rect { width: indent.saturating_sub(cut), ..area };
        put(buffer, prompt, 0, self.prompt, theme.style(Role::Dim));
        let text = &self.input.text;
        let hidden = self.hidden(area.width);
        put_at(buffer, area, indent, 0, text.get(hidden..).unwrap_or_default(), theme.style(self.role));
        let before = width(text.get(hidden..self.input.cursor).unwrap_or_default());
        let x = area.x.saturating_add(indent).saturating_add(u16::try_from(before).unwrap_or(u16::MAX));
        (Position::new(x.min(area.right().saturating_sub(1)), area.y), hidden)
    }
}

/// The byte at which at least `columns` columns were passed.
fn skip(text: &str, columns: usize) -> usize {
    let mut passed = 0_usize;
    for (at, c) in text.char_indices() {
        if passed >= columns {
            return at;
        }
        passed = passed.saturating_add(width(c.encode_utf8(&mut [0; 4])));
    }
    text.len()
}

/// What the hint in this column of the last line stands for.
pub fn hint_at(model: &Model, room: u16, column: u16) -> Option<Command> {
    if model.contexts().iter().any(|context| context.types())
        || matches!(model.overlay, Some(Overlay::Reveal | Overlay::Leave))
    {
        return None;
    }
    let column = usize::from(column);
    let room = usize::from(room).saturating_sub(width(HELP));
    if column >= room {
        return Some(Command::Help);
    }
    let told = model.notice.is_empty() || model.overlay.is_some();
    let mut passed = width(state_hints(model));
    hints(model, room.saturating_sub(1)).into_iter().filter(|_| told).find_map(|(hint, command)| {
        let from = passed;
        passed = passed.saturating_add(width(&hint));
        (from..passed).contains(&column).then_some(command)
    })
}

/// What the keys do while packets come; it stands before the hints.
fn state_hints(model: &Model) -> &'static str {
    match (&model.live, model.reading) {
        _ if model.overlay.is_some() || model.bar.open => "",
        (Some(live), _) if live.over => "",
        (Some(live), _) if live.paused => " p GO ON ",
        (Some(_), _) => " p pause  F newest  Ctrl-E stop ",
        (None, Some(_)) => " Esc stop reading ",
        (None, None) => "",
    }
}

/// The hints that fit, the first ones first.
fn hints(model: &Model, room: usize) -> Vec<(String, Command)> {
    let room = room.saturating_sub(width(state_hints(model)));
    let contexts = model.contexts();
    let idle = matches!(&model.overlay, Some(Overlay::Prompt(prompt)) if prompt.offers.is_empty());
    let rows = contexts
        .iter()
        .flat_map(|context| model.keys.rows(*context))
        .filter(|b| !b.row.hint.is_empty() && (!idle || b.row.command != Command::Complete));
    let (mut hints, mut taken) = (Vec::<(String, Command)>::new(), 0_usize);
    for bound in rows {
        let Some(key) = bound.keys.first() else { continue };
        let hint = format!(" {} {} ", key.name(), bound.row.hint);
        // A key that an inner context took has its meaning there.
        if hints.iter().any(|(other, _)| *other == hint) {
            continue;
        }
        taken = taken.saturating_add(width(&hint));
        if taken > room {
            break;
        }
        hints.push((hint, bound.row.command));
    }
    hints
}

/// What the keys do here; the way to the help is the last hint to go.
pub fn footer(model: &Model, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let room = usize::from(area.width).saturating_sub(width(HELP).saturating_add(1));
    // The question, and the same in fewer words.
    let question = match &model.overlay {
        Some(Overlay::Reveal) => Some(["Show passwords, tickets and cookies as they are?", "Show secrets?"]),
        Some(Overlay::Leave) => Some(["The packets were not saved and are lost then. Leave?", "Unsaved! Leave?"]),
        _ => None,
    };
    let text = if let Some(question) = question {
        let [long, short] = question.map(|question| format!(" {question}  y yes  n no"));
        if width(&long) <= room { long } else { short }
    } else if model.notice.is_empty() || model.overlay.is_some() {
        let hints: String = hints(model, room).into_iter().map(|(hint, _)| hint).collect();
        format!("{}{hints}", state_hints(model))
    } else {
        format!(" {}", model.notice)
    };
    let plain = model.notice.is_empty() && question.is_none() && !model.packets.revealed;
    let style = theme.style(if plain { Role::Dim } else { Role::Strong });
    if model.contexts().iter().any(|context| context.types()) {
        return put(buffer, area, 0, &text, style);
    }
    put(buffer, area, 0, &fit(&text, room, false), style);
    let at = usize::from(area.width).saturating_sub(width(HELP));
    put_at(buffer, area, u16::try_from(at).unwrap_or(0), 0, HELP, theme.style(Role::Strong));
}
