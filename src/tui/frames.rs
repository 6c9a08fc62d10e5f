//! How the panes share the screen, and how packets are told: keys that change neither the view nor what is selected.

use super::bar;
use super::effect::Effect;
use super::layout;
use super::message::Command;
use super::model::{Clock, Model};

/// What only keeps connections going.
const NOISE: &str = "!(tcp.analysis.keep_alive || tcp.analysis.keep_alive_ack || tcp.analysis.retransmission || \
                     tcp.analysis.duplicate_ack || (tcp.len == 0 && tcp.flags.syn == 0 && tcp.flags.fin == 0 && \
                     tcp.flags.reset == 0))";
/// How far a divider moves at a key press, and how far it goes, in percent.
const NUDGE: u8 = 5;
const LEAST: u8 = 10;
const MOST: u8 = 90;

/// A key of these; false if it is none.
pub(super) fn obey(model: &mut Model, command: Command, effects: &mut Vec<Effect>) -> bool {
    match command {
        Command::Grow => nudge(model, 0, true),
        Command::Shrink => nudge(model, 0, false),
        Command::GrowTree => nudge(model, 1, true),
        Command::ShrinkTree => nudge(model, 1, false),
        Command::Layout => model.beside = Some(!layout::beside(model)),
        Command::Reference => reference(model),
        Command::Noise => noise(model, effects),
        _ => return false,
    }
    true
}

fn nudge(model: &mut Model, divider: usize, more: bool) {
    let now = layout::share(model, divider);
    set(model, divider, if more { now.saturating_add(NUDGE) } else { now.saturating_sub(NUDGE) });
}

/// Moves a divider.
pub(super) fn set(model: &mut Model, divider: usize, percent: u8) {
    let percent = Some(percent.clamp(LEAST, MOST));
    if divider > 0 {
        model.tree_share = percent;
    } else if let Some(share) = model.shares.get_mut(model.view.index()) {
        *share = percent;
    }
}

fn reference(model: &mut Model) {
    let Some(frame) = model.here() else { return };
    let packets = &mut model.packets;
    if packets.reference.is_some_and(|(chosen, _)| chosen == frame) {
        (packets.reference, packets.clock) = (None, Clock::SinceFirst);
        model.notice = "times count from the first packet again".into();
    } else if let Some(line) = packets.lines.get(&frame) {
        (packets.reference, packets.clock) = (Some((frame, line.time)), Clock::SinceReference);
        model.notice = format!("times count from packet {frame}; Ctrl-T there ends it");
    }
}

/// Adds to the filter what hides noise, or takes it away.
fn noise(model: &mut Model, effects: &mut Vec<Effect>) {
    let old = model.bar.applied.clone();
    let hidden = format!(" && {NOISE}");
    let new = match old.strip_suffix(&hidden).or(old.strip_suffix(NOISE)) {
        Some(rest) => rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(rest).to_owned(),
        None if old.is_empty() => NOISE.to_owned(),
        None => format!("({old}){hidden}"),
    };
    bar::put(model, new, effects);
    model.notice = if model.bar.applied.ends_with(NOISE) {
        "keep-alives, retransmissions and bare acknowledgements are hidden; H shows them".into()
    } else {
        "all packets are shown again".into()
    };
}
