//! What lies over the panes: opening it, its keys, and what comes of it.

use super::columns;
use super::effect::Effect;
use super::explain;
use super::find;
use super::input::Input;
use super::keymap;
use super::list::{List, Step};
use super::message::Command;
use super::model::{Model, View};
use super::navigate;
use super::overlay::{Ask, Choice, Item, Menu, Overlay, Prompt, Save, Which};
use super::recent::Offer;
use super::search::{Kind, Sought};
use super::text::safe;
use super::{bar, comparing, following, menu, pane, recent, settings};

/// Opens what a key asks for.
pub(super) fn open(model: &mut Model, command: Command, effects: &mut Vec<Effect>) {
    let asked = match command {
        Command::GoTo => Some((Ask::Packet, String::new())),
        Command::Find => Some((Ask::Find(model.sought.kind), model.sought.text.clone())),
        Command::Keys => Some((Ask::Keys, String::new())),
        Command::Open => Some((Ask::Open, String::new())),
        _ => None,
    };
    if let Some((line, text)) = asked {
        return ask(model, line, &text, effects);
    }
    model.overlay = match command {
        Command::Help => Some(Overlay::Help(Input::default(), List::default())),
        Command::Settings => Some(Overlay::Menu(settings::menu(model))),
        Command::Columns => Some(Overlay::Menu(columns::menu(model))),
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

/// Asks for a line, which begins with this text.
pub(super) fn ask(model: &mut Model, ask: Ask, text: &str, effects: &mut Vec<Effect>) {
    let mut prompt = Prompt::new(ask, text);
    offer(model, &mut prompt, &[]);
    if recent::is_name(ask) {
        effects.push(Effect::Names(text.to_owned()));
    }
    model.overlay = Some(Overlay::Prompt(prompt));
}

fn offer(model: &Model, prompt: &mut Prompt, names: &[Offer]) {
    prompt.offers = match prompt.ask {
        Ask::Find(Kind::Filter) => bar::offers(&prompt.input),
        _ => recent::offers(prompt.ask, &prompt.input.text, &model.recent, names),
    };
    prompt.taken = None;
}

/// Names of files came that begin with what was typed.
pub(super) fn named(model: &mut Model, typed: &str, names: &[Offer]) {
    let Some(Overlay::Prompt(mut prompt)) = model.overlay.take_if(|overlay| matches!(overlay, Overlay::Prompt(_)))
    else {
        return;
    };
    // Somebody may have typed on, or taken an offer.
    if prompt.input.text == typed && prompt.taken.is_none() {
        offer(model, &mut prompt, names);
    }
    model.overlay = Some(Overlay::Prompt(prompt));
}

/// Puts the next offer in the place of what is typed, or the one before.
fn take(prompt: &mut Prompt, forward: bool) {
    let many = prompt.offers.len();
    let at = match (prompt.taken, forward) {
        (None, true) => 0,
        (None, false) => many.saturating_sub(1),
        (Some(at), true) => at.saturating_add(1),
        (Some(at), false) => at.checked_sub(1).unwrap_or(many.saturating_sub(1)),
    };
    let Some(at) = at.checked_rem(many) else { return };
    if let Some(offer) = prompt.offers.get(at) {
        prompt.input = Input::new(offer.text.clone());
        prompt.taken = Some(at);
    }
}

/// The list of settings tells how it looks now.
pub(super) fn looks_changed(model: &mut Model) {
    let items = settings::menu(model).items;
    if let Some(Overlay::Menu(menu)) = &mut model.overlay
        && menu.items.iter().any(|item| matches!(item.choice, Choice::Set(_)))
    {
        menu.items = items;
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
            Command::Complete | Command::Older => {
                take(prompt, command == Command::Complete);
                // The only offer is a folder: what lies in it comes next.
                if let [only] = prompt.offers.as_slice()
                    && only.text.ends_with('/')
                {
                    effects.push(Effect::Names(only.text.clone()));
                    prompt.taken = None;
                }
            }
            Command::Find => {
                if let Ask::Find(kind) = prompt.ask {
                    prompt.ask = Ask::Find(kind.next());
                    offer(model, prompt, &[]);
                }
            }
            other => {
                let before = prompt.input.text.clone();
                prompt.input.edit(other);
                if prompt.input.text != before {
                    offer(model, prompt, &[]);
                    if recent::is_name(prompt.ask) {
                        effects.push(Effect::Names(prompt.input.text.clone()));
                    }
                }
            }
        },
        Overlay::Menu(menu) => {
            let height = pane::menu::height(model, menu);
            match command {
                Command::Back => return None,
                Command::Enter | Command::Sort => {
                    let item = menu.items.get(menu.list.cursor).cloned()?;
                    if let (Choice::Set(setting), Command::Enter) = (item.choice, command) {
                        if settings::change(model, setting, effects) {
                            menu.items = settings::menu(model).items;
                            model.overlay = Some(overlay);
                        }
                        return None;
                    }
                    if let Choice::Column(pane, at) = item.choice {
                        if command == Command::Sort {
                            columns::sort_by(model, pane, at, effects);
                        } else {
                            columns::toggle(model, pane, at);
                        }
                        menu.items = columns::menu(model).items;
                        model.overlay = Some(overlay);
                        return None;
                    }
                    if command == Command::Sort {
                        model.overlay = Some(overlay);
                        return None;
                    }
                    chosen(model, item, effects);
                    return None;
                }
                Command::Delete if menu.title == menu::SAVED => {
                    bar::forget(model, menu.list.cursor, effects);
                    menu.items = menu::saved(model).items;
                    menu.list.fit(menu.items.len(), height);
                    if menu.items.is_empty() {
                        return None;
                    }
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
        Ask::Find(kind) => find::begin(model, Sought { text: text.to_owned(), kind }, effects),
        Ask::Keys if model.reading.is_some() && model.live.is_none() => {
            model.notice = "wait until the capture is read".into();
        }
        Ask::FilterName => {
            let filter = model.bar.input.text.trim().to_owned();
            let name = safe(text).replace('\t', " ");
            model.bar.saved.retain(|(old, _)| *old != name);
            model.bar.saved.push((name.clone(), filter.clone()));
            model.notice = format!("saved as {name}; Ctrl-O offers it");
            effects.push(Effect::KeepFilter(name, filter));
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
        Choice::Column(..) | Choice::Set(_) => {}
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
            ask(model, Ask::Save(what), &format!("{stem}-{what_for}.{}", what.ending()), effects);
        }
    }
}
