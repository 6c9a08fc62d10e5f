//! A stream that is followed: what was asked for, what came, and its lines as wide as the screen.

use super::effect::Effect;
use super::list::List;
use super::message::Command;
use super::model::{Model, Pane, View};
use super::navigate;
use super::opened::Opened;
use super::panel::Jump;
use super::rows::streams::State;
use super::text::wrap_exact;
use crate::report::dialogue::{self, Form, Layer, Layout, Side};
use crate::scan::Dialogue;
use std::sync::atomic::AtomicBool;

/// Bytes of a dialogue shown on the screen; all of it can be written to a file.
const MAX_SHOWN: usize = 4 << 20;

/// Which stream, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The stream.
    pub of: Of,
    /// As what; nothing leaves it to what the stream carries.
    pub layer: Option<Layer>,
    /// Secrets are shown as they are.
    pub revealed: bool,
}

/// A stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// That of a frame.
    Frame(u32),
    /// Over TCP or not, and its number.
    Stream(bool, u32),
}

/// What came.
#[derive(Clone, Debug)]
pub struct Followed {
    /// What was said.
    pub dialogue: Dialogue,
    /// As what it is told.
    pub layer: Layer,
    /// As what it could be told, the innermost first.
    pub layers: Vec<Layer>,
    /// Whether TLS was opened, in words; nothing if it is no TLS.
    pub access: Option<String>,
}

/// A line on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The chunk it is of.
    pub chunk: usize,
    /// What it says; nothing for the line above a chunk.
    pub text: Option<String>,
}

/// The view.
#[derive(Debug, Default)]
pub struct Following {
    /// Counts questions: an answer to an older one is dropped.
    pub generation: u64,
    /// The answer is awaited.
    pub waiting: bool,
    /// What is shown.
    pub followed: Option<Box<Followed>>,
    /// Whose side.
    pub side: Side,
    /// As bytes.
    pub hex: bool,
    /// Its lines, for a screen so wide.
    pub rows: Vec<Row>,
    /// Bytes that the lines do not show.
    pub beyond: usize,
    /// The frame to begin at.
    frame: u32,
    /// What `rows` were made for.
    made: Option<(u64, u16, Side, bool)>,
}

impl Opened {
    /// Follows a stream; nothing if there is none.
    pub fn follow(&self, ask: &Ask, stop: &AtomicBool) -> Option<Followed> {
        let (tcp, number) = match ask.of {
            Of::Frame(frame) => self.capture.stream_of(frame)?,
            Of::Stream(tcp, number) => (tcp, number),
        };
        let stream = self.loaded.streams.iter().find(|s| (s.talk.tcp, s.talk.stream) == (tcp, number));
        let carries = |name: &str| stream.is_some_and(|s| s.talk.protocols.contains(&name));
        let state = stream.map(|s| &s.state);
        let mut layers = Vec::new();
        if carries("SIP") {
            layers.push(Layer::Sip);
        }
        if carries("HTTP") && tcp {
            layers.push(Layer::Http);
        }
        if matches!(state, Some(State::Opened(_))) {
            layers.push(Layer::Tls);
        }
        layers.push(if tcp { Layer::Tcp } else { Layer::Udp });
        let layer = ask.layer.filter(|layer| layers.contains(layer)).or(layers.first().copied())?;
        let dialogue = self.capture.follow(layer.followed(), (tcp, number), !ask.revealed, stop)?;
        let access = match state {
            Some(State::Opened(how)) => Some(format!("TLS {how}")),
            Some(State::Closed(why)) => Some(format!("TLS stays closed: {why}; K loads keys")),
            _ => None,
        };
        Some(Followed { dialogue, layer, layers, access })
    }
}

/// Follows the conversation of what is selected.
pub(super) fn open(model: &mut Model, effects: &mut Vec<Effect>) {
    let stream = model.stream(model.list(Pane::Streams).cursor);
    let of = match (model.view, stream) {
        (View::Follow, _) => return,
        (View::Streams, Some(row)) => Some((Of::Stream(row.talk.tcp, row.talk.stream), 0)),
        _ => frame_here(model).map(|frame| (Of::Frame(frame), frame)),
    };
    let Some((of, frame)) = of else {
        model.notice = "nothing here has a conversation to follow".into();
        return;
    };
    model.following.frame = frame;
    ask(model, Ask { of, layer: None, revealed: model.packets.revealed }, effects);
}

fn ask(model: &mut Model, ask: Ask, effects: &mut Vec<Effect>) {
    let following = &mut model.following;
    following.generation = following.generation.saturating_add(1);
    following.waiting = true;
    effects.push(Effect::Follow(following.generation, ask));
}

/// The packet that what is selected leads to.
pub(super) fn frame_here(model: &Model) -> Option<u32> {
    let pane = model.pane();
    let frame = match pane {
        Pane::SignIns => navigate::proof_of(model),
        Pane::Ladder => {
            let step = model.steps().get(model.list(pane).cursor)?;
            u32::try_from(step.frame).ok()
        }
        Pane::Packets | Pane::Tree | Pane::Bytes => model.looked_at(),
        Pane::Findings => model.finding()?.1.evidence.first().and_then(|e| u32::try_from(e.frame).ok()),
        Pane::Certificates => model.credential(model.list(pane).cursor).map(|row| row.frame),
        Pane::Follow => here(model),
        Pane::Compared => model.comparing.as_ref()?.rows.get(model.list(pane).cursor)?.frame(),
        _ => model.lines(pane).get(model.list(pane).cursor).and_then(|line| match line.jump {
            Some(Jump::Frame(frame, _)) => Some(frame),
            _ => None,
        }),
    };
    frame.filter(|frame| *frame > 0)
}

/// The frame in which what is under the cursor was said.
fn here(model: &Model) -> Option<u32> {
    model.following.at(model.list(Pane::Follow).cursor).map(|(_, frame)| frame)
}

/// The answer.
pub(super) fn came(model: &mut Model, generation: u64, followed: Option<Box<Followed>>) {
    let following = &mut model.following;
    if generation != following.generation {
        return;
    }
    following.waiting = false;
    let Some(followed) = followed else {
        model.notice = "this packet belongs to no conversation over TCP or UDP".into();
        return;
    };
    following.followed = Some(followed);
    navigate::go(model, View::Follow);
    make(model);
    let frame = u64::from(model.following.frame);
    let at = model.following.rows.iter().position(|row| model.following.frame_of(row.chunk) >= frame);
    *model.list_mut(Pane::Follow) = List::default();
    navigate::select(model, Pane::Follow, at.unwrap_or(0));
}

/// Makes the lines, if the screen, the side or the form changed since.
pub(super) fn make(model: &mut Model) {
    let width = model.panes().inside(Pane::Follow).width;
    let following = &mut model.following;
    let wanted = (following.generation, width, following.side, following.hex);
    if width == 0 || following.made == Some(wanted) {
        return;
    }
    let Some(followed) = &following.followed else { return };
    let kept = following.made.map(|_| following.rows.get(model.lists.get(&Pane::Follow).map_or(0, |l| l.cursor)));
    let chunk = kept.flatten().map(|row| row.chunk);
    let room = usize::from(width.saturating_sub(4));
    let (mut rows, mut shown, mut beyond) = (Vec::new(), 0_usize, 0_usize);
    let mut offsets = [0_usize; 2];
    for (at, chunk) in followed.dialogue.chunks.iter().enumerate() {
        let Some(offset) = offsets.get_mut(usize::from(chunk.client)) else { continue };
        let start = *offset;
        *offset = start.saturating_add(chunk.bytes.len());
        if !following.side.has(chunk) {
            continue;
        }
        if shown >= MAX_SHOWN {
            beyond = beyond.saturating_add(chunk.bytes.len());
            continue;
        }
        shown = shown.saturating_add(chunk.bytes.len());
        rows.push(Row { chunk: at, text: None });
        let mut add = |text: String| rows.push(Row { chunk: at, text: Some(text) });
        if chunk.gap > 0 {
            add(dialogue::gap(chunk));
        } else if following.hex {
            dialogue::hex(chunk, start).for_each(&mut add);
        } else {
            let text = dialogue::text(chunk);
            for line in text.strip_suffix('\n').unwrap_or(&text).split('\n') {
                wrap_exact(&line.trim_end_matches('\r').replace(['\r', '\t'], "  "), room).for_each(&mut add);
            }
        }
    }
    (following.rows, following.beyond, following.made) = (rows, beyond, Some(wanted));
    // What was in view stays.
    let at = chunk.and_then(|chunk| following.rows.iter().position(|row| row.chunk >= chunk));
    if let Some(at) = at {
        navigate::select(model, Pane::Follow, at);
    }
}

/// A key of this view alone; false if it is none.
pub(super) fn obey(model: &mut Model, command: Command, effects: &mut Vec<Effect>) -> bool {
    let following = &mut model.following;
    match command {
        Command::HexText => following.hex = !following.hex,
        Command::OnlyClient => following.side = Side::Client,
        Command::OnlyServer => following.side = Side::Server,
        Command::BothSides => following.side = Side::Both,
        Command::Left | Command::Right => {
            let Some(followed) = &following.followed else { return true };
            let now = followed.layers.iter().position(|layer| *layer == followed.layer).unwrap_or(0);
            let to = if command == Command::Right { now.checked_add(1) } else { now.checked_sub(1) };
            let layer = to.and_then(|to| followed.layers.get(to)).copied();
            let of = Of::Stream(followed.dialogue.tcp, followed.dialogue.number);
            if let Some(layer) = layer {
                model.following.frame = here(model).unwrap_or(0);
                ask(model, Ask { of, layer: Some(layer), revealed: model.packets.revealed }, effects);
            } else {
                let all: Vec<&str> = followed.layers.iter().map(|layer| layer.name()).collect();
                model.notice = format!("it can be followed as {}", all.join(", "));
            }
            return true;
        }
        Command::NextStep | Command::PreviousStep => {
            let cursor = model.lists.get(&Pane::Follow).map_or(0, |list| list.cursor);
            let heads = || following.rows.iter().enumerate().filter(|(_, row)| row.text.is_none()).map(|(at, _)| at);
            let to = if command == Command::NextStep {
                heads().find(|at| *at > cursor)
            } else {
                heads().rfind(|at| *at < cursor)
            };
            if let Some(to) = to {
                navigate::select(model, Pane::Follow, to);
            }
            return true;
        }
        _ => return false,
    }
    make(model);
    true
}

/// What is shown, as `handshark follow` prints it.
pub(super) fn laid_out(model: &Model) -> Option<Vec<u8>> {
    let following = &model.following;
    let followed = following.followed.as_ref()?;
    let dialogue = &followed.dialogue;
    let nodes = [dialogue.ends.0.to_string(), dialogue.ends.1.to_string()];
    let form = if following.hex { Form::Hex } else { Form::Text };
    let (layer, side) = (followed.layer, following.side);
    let layout = Layout { layer, side, form, tcp: dialogue.tcp, number: dialogue.number, nodes: &nodes };
    let mut out = Vec::new();
    dialogue::write(&mut out, &layout, &dialogue.chunks).ok()?;
    Some(out)
}

/// Secrets are shown, or hidden again: what stands on the screen is asked for anew.
pub(super) fn again(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(followed) = &model.following.followed else { return };
    let of = Of::Stream(followed.dialogue.tcp, followed.dialogue.number);
    let layer = Some(followed.layer);
    if model.view == View::Follow {
        model.following.frame = here(model).unwrap_or(0);
        ask(model, Ask { of, layer, revealed: model.packets.revealed }, effects);
    } else {
        model.following.forget();
    }
}

impl Following {
    /// Nothing is followed any more; an answer that is on its way is dropped.
    pub fn forget(&mut self) {
        *self = Self { generation: self.generation.saturating_add(1), ..Self::default() };
    }

    /// The frame in which a chunk ended.
    fn frame_of(&self, chunk: usize) -> u64 {
        self.followed.as_ref().and_then(|f| f.dialogue.chunks.get(chunk)).map_or(0, |chunk| chunk.frame)
    }

    /// The row under a cursor, and its frame.
    pub fn at(&self, cursor: usize) -> Option<(&Row, u32)> {
        let row = self.rows.get(cursor)?;
        Some((row, u32::try_from(self.frame_of(row.chunk)).ok()?))
    }
}
