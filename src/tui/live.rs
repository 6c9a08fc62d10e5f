//! A running capture on the screen: how it stands, pausing, and following the newest packet.

use super::effect::Effect;
use super::list::Step;
use super::message::Command;
use super::model::{Model, Pane};
use super::update;

/// How a running capture stands, as told from outside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Running {
    /// For so many seconds.
    pub seconds: u64,
    /// Packets that the kernel or the card dropped; nothing if nobody says.
    pub dropped: Option<u64>,
    /// Packets let go because we did not keep up; nothing if nobody says.
    pub behind: Option<u64>,
    /// What is written to disk, in words; empty if nothing is.
    pub recorded: String,
    /// Packets that should have been written and were not.
    pub unwritten: u64,
}

/// A running capture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Live {
    /// How it stands.
    pub running: Running,
    /// The screen stands still.
    pub paused: bool,
    /// The newest packet stays selected.
    pub newest: bool,
    /// Nothing more comes.
    pub over: bool,
    /// Nobody writes the packets to disk: they go with the screen.
    pub unsaved: bool,
}

impl Live {
    /// One that begins.
    pub fn new(unsaved: bool) -> Self {
        Self { newest: true, unsaved, ..Self::default() }
    }
}

/// A key that is about the running capture.
pub(super) fn obey(model: &mut Model, command: Command, effects: &mut Vec<Effect>) {
    let Some(live) = &mut model.live else {
        model.notice = match (command, model.reading) {
            (Command::Stop, Some(_)) => return effects.push(Effect::StopReading),
            _ => "nothing is being captured here".into(),
        };
        return;
    };
    match command {
        Command::Pause if live.over => model.notice = "the capture has ended".into(),
        Command::Pause => {
            live.paused = !live.paused;
            if live.paused {
                model.notice = "the screen stands still, capturing goes on; p goes on".into();
            } else {
                effects.push(Effect::Resume);
            }
        }
        Command::Record if !live.over => effects.push(Effect::Record),
        Command::Newest => {
            live.newest = !live.newest;
            let words =
                if live.newest { "the newest packet stays selected" } else { "the selection stays where it is" };
            model.notice = words.into();
            follow(model);
        }
        _ if live.over => model.notice = "the capture has ended".into(),
        _ => effects.push(Effect::StopReading),
    }
}

/// Selects the newest packet if that is wanted.
pub(super) fn follow(model: &mut Model) {
    if model.live.as_ref().is_some_and(|live| live.newest && !live.paused) {
        let (rows, height) = (model.rows(Pane::Packets), update::height(model, Pane::Packets));
        model.list_mut(Pane::Packets).step(Step::Bottom, rows, height);
    }
}

/// The cursor of the packet list was moved: at the end of it the newest packet is followed.
pub(super) fn moved(model: &mut Model) {
    let at_end = model.list(Pane::Packets).cursor.saturating_add(1) >= model.rows(Pane::Packets);
    if let Some(live) = &mut model.live {
        live.newest = at_end;
    }
}
