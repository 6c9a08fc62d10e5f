//! Finding text in what has the keys: a list, a panel, the tree, or the bytes. How many places there are is told,
//! except of packets: they are looked through only as far as the next one.

use super::effect::{Among, Effect};
use super::list::List;
use super::model::{Model, Pane};
use super::pane::{certificates, findings, signins, streams};
use super::unfold::{refold, row, show_bytes};
use super::{layout, navigate, tree};
use memchr::memmem;

/// Looks for the text that was asked for last.
pub(super) fn again(model: &mut Model, forward: bool, effects: &mut Vec<Effect>) {
    let text = model.sought.to_lowercase();
    if text.is_empty() {
        model.notice = "nothing was looked for yet; Ctrl-F asks".into();
        return;
    }
    match model.pane() {
        Pane::Tree => in_tree(model, &text, forward),
        Pane::Bytes => in_bytes(model, &text, forward),
        Pane::Packets => {
            let after = model.here().unwrap_or(0);
            effects.push(Effect::Find { text, among: Among { after, back: !forward } });
            model.notice = "looking …".into();
        }
        pane => in_rows(model, pane, &text, forward),
    }
}

/// The answer to a search in the packet list.
pub(super) fn found(model: &mut Model, frame: Option<u32>, effects: &mut Vec<Effect>) {
    match frame {
        Some(frame) => {
            navigate::jump(model, frame, None, effects);
            model.notice = format!("\"{}\" is in packet {frame}", model.sought);
        }
        None => model.notice = format!("\"{}\" is in no packet of the list", model.sought),
    }
}

/// Of the places where it is, the one behind `here` or before it, and which of them that is; the ends meet.
fn next(places: &[usize], here: usize, forward: bool) -> Option<(usize, usize)> {
    let last = places.len().checked_sub(1)?;
    let at = if forward {
        Some(places.partition_point(|place| *place <= here)).filter(|at| *at <= last).unwrap_or(0)
    } else {
        places.partition_point(|place| *place < here).checked_sub(1).unwrap_or(last)
    };
    Some((at, *places.get(at)?))
}

/// Tells which of the places it is.
fn tell(model: &mut Model, at: usize, all: usize) {
    model.notice = format!("\"{}\" {}/{all}", model.sought, at.saturating_add(1));
}

/// What a row of a list or a panel says.
fn said(model: &Model, pane: Pane) -> Vec<String> {
    let listed = |rows: &[usize], cells: &dyn Fn(usize) -> Vec<String>| -> Vec<String> {
        rows.iter().map(|at| cells(*at).join(" ")).collect()
    };
    match pane {
        Pane::SignIns => listed(&model.listed, &|at| signins::cells(model, at).texts),
        Pane::Findings => listed(&model.findings, &|at| findings::cells(model, at).texts),
        Pane::Streams => {
            let rows = (0..model.streams.len()).filter_map(|row| model.stream(row));
            rows.map(|row| streams::cells(row).texts.join(" ")).collect()
        }
        Pane::Certificates => {
            let rows = (0..model.credentials.len()).filter_map(|row| model.credential(row));
            rows.map(|row| certificates::cells(row).texts.join(" ")).collect()
        }
        Pane::Ladder => model.steps().iter().map(|step| format!("#{} {}", step.frame, step.said())).collect(),
        Pane::Follow => model.following.rows.iter().map(|row| row.text.clone().unwrap_or_default()).collect(),
        Pane::Compared => {
            let rows = model.comparing.as_ref().map_or(&[][..], |compared| &compared.rows);
            let cells = rows.iter().map(|row| [&row.left, &row.right].into_iter().flatten());
            cells.map(|cells| cells.map(|cell| cell.text.as_str()).collect::<Vec<_>>().join("\n")).collect()
        }
        _ => model.lines(pane).into_iter().map(|line| line.text).collect(),
    }
}

fn in_rows(model: &mut Model, pane: Pane, text: &str, forward: bool) {
    let rows = said(model, pane);
    let holds = |(_, said): &(usize, &String)| said.to_lowercase().contains(text);
    let places: Vec<usize> = rows.iter().enumerate().filter(holds).map(|(row, _)| row).collect();
    match next(&places, model.list(pane).cursor, forward) {
        Some((at, row)) => {
            navigate::select(model, pane, row);
            tell(model, at, places.len());
        }
        None => model.notice = format!("\"{}\" is not here; view 3 looks through packets", model.sought),
    }
}

fn in_tree(model: &mut Model, text: &str, forward: bool) {
    let here = row(model).map_or(0, |row| row.node);
    let packets = &mut model.packets;
    let Some(detail) = &packets.detail else { return };
    let nodes = detail.tree.nodes.iter().enumerate();
    let holds = nodes.filter(|(_, n)| !n.hidden() && detail.tree.line(n).to_lowercase().contains(text));
    let places: Vec<usize> = holds.map(|(at, _)| at).collect();
    let Some((at, node)) = next(&places, here, forward) else {
        model.notice = format!("\"{}\" is not in this packet", model.sought);
        return;
    };
    tree::unfold(&detail.tree, node, &mut packets.folds);
    refold(model, node);
    show_bytes(model);
    tell(model, at, places.len());
}

/// Looks for the text in the bytes, or where it is not there for what it is the hex of.
fn in_bytes(model: &mut Model, text: &str, forward: bool) {
    let buffer = model.packets.detail.as_ref().and_then(|d| d.tree.buffers.get(model.packets.buffer));
    let Some(buffer) = buffer else { return };
    let a_row = layout::bytes_a_row(model.panes().inside(Pane::Bytes).width);
    let rows = |bytes: &[u8], needle: &[u8]| memmem::find_iter(bytes, needle).map(|at| at / a_row).collect::<Vec<_>>();
    let mut places = rows(&buffer.bytes.to_ascii_lowercase(), text.as_bytes());
    if let Some(wanted) = bytes_of(text).filter(|_| places.is_empty()) {
        places = rows(&buffer.bytes, &wanted);
    }
    match next(&places, model.list(Pane::Bytes).top, forward) {
        Some((at, row)) => {
            *model.list_mut(Pane::Bytes) = List { cursor: 0, top: row };
            tell(model, at, places.len());
        }
        None => model.notice = format!("\"{}\" is not in these bytes", model.sought),
    }
}

/// The bytes that two digits each stand for, with blanks or colons between them or not; two bytes at least.
fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|b| !matches!(b, b' ' | b':')).collect();
    if digits.len() < 4 || !digits.len().is_multiple_of(2) {
        return None;
    }
    let one = |two: &[u8]| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok();
    digits.chunks(2).map(|two| if two.iter().all(u8::is_ascii_hexdigit) { one(two) } else { None }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_what_was_found_meet() {
        assert_eq!(next(&[2, 5, 9], 5, true), Some((2, 9)));
        assert_eq!(next(&[2, 5, 9], 9, true), Some((0, 2)));
        assert_eq!(next(&[2, 5, 9], 5, false), Some((0, 2)));
        assert_eq!(next(&[2, 5, 9], 2, false), Some((2, 9)));
        assert_eq!(next(&[], 2, true), None);
    }

    #[test]
    fn hex_is_two_digits_a_byte() {
        assert_eq!(bytes_of("4e 54:4c"), Some(b"NTL".to_vec()));
        assert_eq!(bytes_of("4e544"), None);
        assert_eq!(bytes_of("+e +f"), None);
        assert_eq!(bytes_of("4e"), None);
    }
}
