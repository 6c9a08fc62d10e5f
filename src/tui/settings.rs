//! What can be set for this run, as a list: what it is, how it stands, and Enter for the next value. What is to stay is
//! written into `config.toml` by the user; the last line copies the lines for it.

use super::columns;
use super::effect::Effect;
use super::keymap::id;
use super::layout;
use super::list::List;
use super::message::Command;
use super::model::{Clock, Model, Pane};
use super::overlay::{Choice, Item, Menu};
use super::update;
use std::fmt::Write as _;

/// Something that can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Colours.
    Theme,
    /// Signs outside ASCII.
    Signs,
    /// Who gets the mouse.
    Mouse,
    /// How times of packets are told.
    Times,
    /// Tree and bytes side by side.
    Beside,
    /// Only what failed.
    OnlyFailed,
    /// Secrets as they are.
    Secrets,
    /// The lines for `config.toml`.
    Copy,
}

impl Setting {
    const ALL: [Self; 8] =
        [Self::Theme, Self::Signs, Self::Mouse, Self::Times, Self::Beside, Self::OnlyFailed, Self::Secrets, Self::Copy];

    const fn name(self) -> &'static str {
        match self {
            Self::Theme => "colours",
            Self::Signs => "lines and arrows",
            Self::Mouse => "mouse",
            Self::Times => "times of packets",
            Self::Beside => "tree and bytes",
            Self::OnlyFailed => "sign-ins and findings",
            Self::Secrets => "secrets",
            Self::Copy => "copy this for config.toml",
        }
    }

    fn value(self, model: &Model) -> String {
        let one = |first: bool, a: &'static str, b: &'static str| if first { a } else { b };
        match self {
            Self::Theme => model.look.palette.name(),
            Self::Signs => one(model.look.unicode, "Unicode", "ASCII"),
            Self::Mouse => {
                one(model.look.mouse, "the program's; Shift selects text", "the terminal's: it selects text")
            }
            Self::Times => model.packets.clock.name(),
            Self::Beside => one(layout::beside(model), "side by side", "one over the other"),
            Self::OnlyFailed => one(model.only_failed, "what failed, what is critical or high", "all"),
            Self::Secrets => one(model.packets.revealed, "SHOWN", "hidden"),
            Self::Copy => "",
        }
        .to_owned()
    }
}

/// The list.
pub fn menu(model: &Model) -> Menu {
    let item = |setting: Setting| Item {
        name: setting.name().into(),
        text: setting.value(model),
        choice: Choice::Set(setting),
    };
    Menu {
        title: "Settings of this run: Enter changes one",
        items: Setting::ALL.into_iter().map(item).collect(),
        list: List::default(),
    }
}

/// The next value; true if the list stays open.
pub(super) fn change(model: &mut Model, setting: Setting, effects: &mut Vec<Effect>) -> bool {
    let mut send = |command| update::obey(model, command, effects);
    match setting {
        Setting::Theme => send(Command::Theme),
        Setting::Signs => effects.push(Effect::Signs),
        Setting::Mouse => effects.push(Effect::Mouse(!model.look.mouse)),
        Setting::Times => send(Command::Clock),
        Setting::Beside => send(Command::Layout),
        Setting::OnlyFailed => send(Command::OnlyFailed),
        Setting::Secrets => {
            // It asks first.
            send(Command::Reveal);
            return false;
        }
        Setting::Copy => {
            model.notice = "copied: lines for config.toml".into();
            effects.push(Effect::Copy(toml(model)));
            return false;
        }
    }
    true
}

/// The settings as `config.toml` has them.
fn toml(model: &Model) -> String {
    let look = model.look;
    let mut out = format!("theme = \"{}\"\nascii = {}\nmouse = {}\n", look.palette.name(), !look.unicode, look.mouse);
    // Nobody has chosen a packet yet when a capture is opened.
    if model.packets.clock != Clock::SinceReference {
        let _ = writeln!(out, "time = \"{}\"", id(model.packets.clock));
    }
    let shown = |pane: Pane| -> Vec<&'static str> {
        let all = columns::all(pane).iter().map(|column| column.title);
        all.filter(|title| model.columns.shows(pane, title)).collect()
    };
    let chosen = columns::TABLES.into_iter().filter(|pane| model.columns.differ(*pane));
    for (at, pane) in chosen.enumerate() {
        if at == 0 {
            out.push_str("[columns]\n");
        }
        let _ = writeln!(out, "{} = {:?}", id(pane), shown(pane));
    }
    out
}
