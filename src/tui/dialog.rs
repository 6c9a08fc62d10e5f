//! What lies over the panes: opening it, its keys, and what comes of it.

use super::effect::Effect;
use super::explain;
use super::find;
use super::input::Input;
use super::keymap;
use super::list::{List, Step};
use super::message::Command;
use super::model::{Model, Pane, View};
use super::navigate;
use super::overlay::{Ask, Choice, Item, Menu, Overlay, Prompt, Save, Which};
use super::{bar, comparing, following, menu, pane};

/// Opens what a key asks for.
pub(super) fn open(model: &mut Model, command: Command, effects: &mut Vec<Effect>) {
    let prompt = |ask, text: &str| Some(Overlay::Prompt(Prompt { ask, input: Input::new(text) }));
    model.overlay = match command {
        Command::Help => Some(Overlay::Help(Input::default(), List::default())),
        Command::GoTo => prompt(Ask::Packet, ""),
        Command::Find => prompt(Ask::Find, &model.sought),
        Command::Keys => prompt(Ask::Keys, ""),
        Command::Open => prompt(Ask::Open, ""),
        Command::DecodeAs => Some(Overlay::Menu(menu::protocols(model))),
        Command::Explain => {
            let sheet = explain::selected(model);
            if sheet.is_none() {
                model.notice = "there is nothing to explain here".into();
            }
            sheet.map(Overlay::Sheet)
        }
        Command::Copy => Some(Overlay::Menu(menu::copies(model))),
        Command::AsFilter => Some(Overlay::Menu(menu::filters(model))),
        Command::Save => Some(Overlay::Menu(saves(model))),
        Command::Reveal if model.packets.revealed => {
            reveal(model, false, effects);
            None
        }
        Command::Reveal => Some(Overlay::Reveal),
        _ => None,
    };
    if let Some(Overlay::Menu(menu)) = &model.overlay
        && menu.items.is_empty()
    {
        model.overlay = None;
        model.notice = "there is nothing to choose here".into();
    }
}

/// What can be written: what the view is about comes first.
fn saves(model: &Model) -> Menu {
    let item = |save: Save| Item { name: save.name().into(), text: String::new(), choice: Choice::Save(save) };
    let what = model.attempt().map(|attempt| attempt.what);
    let ladder =
        what.map_or_else(Vec::new, |what| vec![Save::Ladder(what), Save::LadderText(what), Save::Mermaid(what)]);
    let packets = [
        (!model.packets.marks.is_empty()).then_some(Which::Marked),
        (!model.bar.applied.is_empty()).then_some(Which::Shown),
        what.map(Which::SignIn),
        (model.facts.packets > 0).then_some(Which::All),
    ];
    let packets: Vec<Save> = packets.into_iter().flatten().map(Save::Packets).collect();
    let report = Save::ALL.to_vec();
    let all = match model.view {
        View::Packets => [packets, report, ladder],
        View::Ladder => [ladder, packets, report],
        View::Follow => [vec![Save::Dialogue], report, packets],
        _ => [report, ladder, packets],
    };
    Menu { title: "Write", items: all.into_iter().flatten().map(item).collect(), list: List::default() }
}

/// A key while something lies over the panes; what is left to do when it is gone.
pub(super) fn obey(model: &mut Model, command: Command, effects: &mut Vec<Effect>) -> Option<Command> {
    let mut overlay = model.overlay.take()?;
    match &mut overlay {
        Overlay::Help(input, list) => {
            if command == Command::Back {
                return None;
            }
            if command == Command::Enter {
                return keymap::first(model, &input.text);
            }
            if input.edit(command) {
                *list = List::default();
            } else {
                let lines = pane::help::lines(model, &input.text).len();
                scroll(list, command, lines, pane::help::height(model));
            }
        }
        Overlay::Sheet(sheet) => {
            if command == Command::Back {
                return None;
            }
            let (lines, height) = pane::sheet::extent(model, sheet);
            scroll(&mut sheet.list, command, lines, height);
        }
        Overlay::Prompt(prompt) => match command {
            Command::Cancel => return None,
            Command::Apply => {
                typed(model, prompt, effects);
                return None;
            }
            other => {
                prompt.input.edit(other);
            }
        },
        Overlay::Menu(menu) => {
            let height = pane::menu::height(model, menu);
            match command {
                Command::Back => return None,
                Command::Enter => {
                    let item = menu.items.get(menu.list.cursor).cloned()?;
                    chosen(model, item, effects);
                    return None;
                }
                Command::Up => menu.list.step(Step::Up, menu.items.len(), height),
                Command::Down => menu.list.step(Step::Down, menu.items.len(), height),
                _ => {}
            }
        }
        Overlay::Reveal => match command {
            Command::Yes => {
                reveal(model, true, effects);
                return None;
            }
            Command::Back => return None,
            _ => {}
        },
        Overlay::Leave => match command {
            Command::Yes => {
                effects.push(Effect::Quit);
                return None;
            }
            Command::Back => return None,
            _ => {}
        },
    }
    model.overlay = Some(overlay);
    None
}

/// Shows secrets, or hides them again, wherever they stand.
fn reveal(model: &mut Model, shown: bool, effects: &mut Vec<Effect>) {
    (model.packets.revealed, model.packets.asked) = (shown, 0);
    following::again(model, effects);
    comparing::again(model);
    model.notice = if shown { "SECRETS ARE SHOWN; R hides them again" } else { "secrets are hidden again" }.into();
}

fn scroll(list: &mut List, command: Command, lines: usize, height: usize) {
    let step = match command {
        Command::Up => Step::Up,
        Command::Down => Step::Down,
        Command::PageUp => Step::PageUp,
        Command::PageDown => Step::PageDown,
        Command::Top => Step::Top,
        Command::Bottom => Step::Bottom,
        _ => return,
    };
    list.scroll(step, lines, height);
}

/// A line was typed.
fn typed(model: &mut Model, prompt: &Prompt, effects: &mut Vec<Effect>) {
    let text = prompt.input.text.trim();
    if text.is_empty() {
        return;
    }
    match prompt.ask {
        Ask::Packet => match text.trim_start_matches('#').parse() {
            Ok(frame) => navigate::jump(model, frame, None, effects),
            Err(_) => model.notice = format!("{text} is no packet number"),
        },
        Ask::Find => {
            text.clone_into(&mut model.sought);
            if !matches!(model.pane(), Pane::Tree | Pane::Bytes | Pane::Packets | Pane::Follow | Pane::Compared)
                && !model.pane().is_panel()
            {
                navigate::go(model, super::model::View::Packets);
                model.focus(Pane::Packets);
            }
            find::again(model, true, effects);
        }
        Ask::Keys if model.reading.is_some() && model.live.is_none() => {
            model.notice = "wait until the capture is read".into();
        }
        Ask::Baseline(finding) => {
            effects.push(Effect::Accept { finding, accepted: true, file: Some(text.to_owned()) });
        }
        Ask::Open => effects.push(Effect::Open(text.to_owned())),
        Ask::Keys => effects.push(Effect::LoadKeys(text.to_owned())),
        Ask::Save(Save::Dialogue) => {
            if let Some(bytes) = following::laid_out(model) {
                effects.push(Effect::Write(text.to_owned(), bytes));
            }
        }
        Ask::Save(what) => effects.push(Effect::Save(what, text.to_owned())),
    }
}

/// Something was chosen from a menu.
fn chosen(model: &mut Model, item: Item, effects: &mut Vec<Effect>) {
    match item.choice {
        Choice::Copy => {
            model.notice = format!("copied: {}", item.name);
            effects.push(Effect::Copy(item.text));
        }
        Choice::Filter => bar::put(model, item.text, effects),
        Choice::DecodeAs => effects.push(Effect::DecodeAs(item.text)),
        Choice::Save(what) => {
            let stem = model.facts.name.split('.').next().unwrap_or("capture");
            let what_for = match what {
                Save::Ladder(_) | Save::LadderText(_) | Save::Mermaid(_) => "ladder",
                Save::Packets(Which::Shown) => "shown",
                Save::Packets(Which::Marked) => "marked",
                Save::Packets(Which::SignIn(_)) => "signin",
                Save::Packets(Which::All) => "annotated",
                Save::Dialogue => "dialogue",
                _ => "report",
            };
            let input = Input::new(format!("{stem}-{what_for}.{}", what.ending()));
            model.overlay = Some(Overlay::Prompt(Prompt { ask: Ask::Save(what), input }));
        }
    }
}
