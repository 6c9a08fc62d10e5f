//! Choosing interfaces to capture on: what there is, what goes on there, and what is missing if nothing can be captured.
//!
//! Like the rest of the screen it is a model, an update without I/O, and a view; `run` alone knows terminal and clock.

mod run;
mod view;

pub use run::run;
pub use view::view;

use super::input::Input;
use super::keymap::{Context, Keymap};
use super::list::{List, Step};
use super::message::Command;
use crate::capture::live::interfaces::{Counters, Device};
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

/// Rates that are drawn side by side.
pub(super) const HISTORY: usize = 12;
/// Rows around the list: title, heading, titles of columns, filter, hints.
const AROUND: u16 = 5;

/// What goes on at an interface.
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    before: Option<Counters>,
    /// Packets a second, as of the last look.
    pub packets: Option<u64>,
    /// Bytes a second.
    pub bytes: Option<u64>,
    /// Bytes a second at the looks before, the newest last.
    pub history: VecDeque<u64>,
}

/// What was chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Interfaces by name.
    pub interfaces: Vec<String>,
    /// The capture filter, if one was typed.
    pub filter: Option<String>,
}

/// What comes of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It goes on.
    Stay,
    /// These are wanted.
    Start(Choice),
    /// Nothing is.
    Leave,
}

/// Everything on the screen.
#[derive(Clone, Debug, Default)]
pub struct Picker {
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// The interfaces.
    pub devices: Vec<Device>,
    /// What goes on there, in the same order.
    pub traffic: Vec<Traffic>,
    /// Those chosen, by place.
    pub chosen: BTreeSet<usize>,
    /// The cursor.
    pub list: List,
    /// Why nothing can be captured, and what mends it.
    pub missing: Option<String>,
    /// The capture filter.
    pub filter: Input,
    /// It is being typed; this is what it was before.
    pub typing: Option<Input>,
    /// Something to tell, until the next key.
    pub notice: String,
    /// What keys stand for.
    pub keys: Arc<Keymap>,
}

impl Picker {
    /// These interfaces; those that are up and have an address come first.
    pub fn new(mut devices: Vec<Device>, missing: Option<String>, filter: Option<String>, size: (u16, u16)) -> Self {
        let rank = |d: &Device| {
            let up = d.state.as_deref().is_some_and(|state| state.starts_with("up"));
            (!up, d.state.is_none(), d.addresses.is_empty(), d.name == "lo" || d.note.contains("oopback"))
        };
        devices.sort_by_key(rank);
        let traffic = devices.iter().map(|_| Traffic::default()).collect();
        Self { size, devices, traffic, missing, filter: Input::new(filter.unwrap_or_default()), ..Self::default() }
    }

    /// Where keys are looked up.
    pub fn contexts(&self) -> Vec<Context> {
        if self.typing.is_some() {
            return vec![Context::Prompt, Context::Edit, Context::Always];
        }
        vec![Context::Picker, Context::Always]
    }

    /// Takes a look at the counters, so many milliseconds after the one before.
    pub fn look(&mut self, counters: &[Option<Counters>], milliseconds: u64) {
        for (traffic, now) in self.traffic.iter_mut().zip(counters) {
            let a_second = |now: u64, before: u64| {
                now.saturating_sub(before).saturating_mul(1_000).checked_div(milliseconds).unwrap_or(0)
            };
            let rates = now.zip(traffic.before);
            traffic.packets = rates.map(|(now, before)| a_second(now.packets, before.packets));
            traffic.bytes = rates.map(|(now, before)| a_second(now.bytes, before.bytes));
            traffic.before = *now;
            if let Some(bytes) = traffic.bytes {
                if traffic.history.len() >= HISTORY {
                    traffic.history.pop_front();
                }
                traffic.history.push_back(bytes);
            }
        }
    }

    /// Rows of the list in view.
    pub fn height(&self) -> usize {
        let missing = u16::from(self.missing.is_some()).saturating_mul(2);
        usize::from(self.size.1.saturating_sub(AROUND.saturating_add(missing))).max(1)
    }

    /// A key.
    pub fn obey(&mut self, command: Command) -> Outcome {
        self.notice.clear();
        if command == Command::QuitNow {
            return Outcome::Leave;
        }
        if let Some(before) = self.typing.take() {
            match command {
                Command::Apply => {}
                Command::Cancel => self.filter = before,
                other => {
                    self.filter.edit(other);
                    self.typing = Some(before);
                }
            }
            return Outcome::Stay;
        }
        let step = match command {
            Command::Up => Step::Up,
            Command::Down => Step::Down,
            Command::PageUp => Step::PageUp,
            Command::PageDown => Step::PageDown,
            Command::Top => Step::Top,
            Command::Bottom => Step::Bottom,
            Command::Mark => {
                let here = self.list.cursor;
                if here < self.devices.len() && !self.chosen.remove(&here) {
                    self.chosen.insert(here);
                }
                Step::Down
            }
            Command::Filter => {
                self.typing = Some(self.filter.clone());
                return Outcome::Stay;
            }
            Command::Enter => return self.start(),
            Command::Back | Command::Quit => return Outcome::Leave,
            _ => return Outcome::Stay,
        };
        let height = self.height();
        self.list.step(step, self.devices.len(), height);
        Outcome::Stay
    }

    /// Those chosen, or else the one under the cursor.
    fn start(&mut self) -> Outcome {
        let here = [self.list.cursor];
        let places: Vec<usize> =
            if self.chosen.is_empty() { here.to_vec() } else { self.chosen.iter().copied().collect() };
        let names = places.iter().filter_map(|at| self.devices.get(*at)).map(|d| d.name.clone());
        let interfaces: Vec<String> = names.collect();
        if interfaces.is_empty() {
            self.notice = "there is no interface to capture on".into();
            return Outcome::Stay;
        }
        let filter = self.filter.text.trim();
        Outcome::Start(Choice { interfaces, filter: (!filter.is_empty()).then(|| filter.to_owned()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(name: &str, state: Option<&str>, addresses: &[&str]) -> Device {
        Device {
            name: name.into(),
            state: state.map(str::to_owned),
            addresses: addresses.iter().map(ToString::to_string).collect(),
            note: String::new(),
        }
    }

    fn picker() -> Picker {
        let devices = vec![
            device("any", None, &[]),
            device("dummy0", Some("down"), &[]),
            device("eth0", Some("up"), &["192.0.2.1"]),
            device("lo", Some("up"), &["127.0.0.1"]),
        ];
        Picker::new(devices, None, Some("tcp".into()), (80, 24))
    }

    #[test]
    fn the_one_that_is_used_comes_first_and_enter_takes_it() {
        let mut picker = picker();
        let names: Vec<_> = picker.devices.iter().map(|d| d.name.as_str()).collect();
        assert_eq!(names, ["eth0", "lo", "dummy0", "any"]);
        let choice = Choice { interfaces: vec!["eth0".into()], filter: Some("tcp".into()) };
        assert_eq!(picker.obey(Command::Enter), Outcome::Start(choice));
        assert_eq!(picker.obey(Command::Quit), Outcome::Leave);
    }

    #[test]
    fn several_are_chosen_and_the_filter_is_typed_or_left() {
        let mut picker = picker();
        for command in [Command::Mark, Command::Mark, Command::Mark, Command::Up, Command::Mark] {
            picker.obey(command);
        }
        picker.obey(Command::Filter);
        for command in [Command::Clear, Command::Type('i'), Command::Type('p'), Command::Type('q'), Command::Backspace]
        {
            assert_eq!(picker.obey(command), Outcome::Stay);
        }
        assert_eq!(picker.contexts()[0], Context::Prompt);
        picker.obey(Command::Apply);
        picker.obey(Command::Filter);
        picker.obey(Command::Type('x'));
        picker.obey(Command::Cancel);
        let choice = Choice { interfaces: vec!["eth0".into(), "lo".into()], filter: Some("ip".into()) };
        assert_eq!(picker.obey(Command::Enter), Outcome::Start(choice));
    }

    #[test]
    fn rates_are_what_came_between_two_looks() {
        let mut picker = picker();
        let seen = |packets, bytes| Some(Counters { packets, bytes });
        picker.look(&[seen(10, 1_000), None, seen(0, 0), None], 1_000);
        assert_eq!(picker.traffic[0].packets, None, "one look is no rate");
        picker.look(&[seen(40, 7_000), seen(9, 9), seen(0, 0), None], 2_000);
        let rates: Vec<_> = picker.traffic.iter().map(|t| (t.packets, t.bytes)).collect();
        assert_eq!(rates, [(Some(15), Some(3_000)), (None, None), (Some(0), Some(0)), (None, None)]);
        // Counters that begin anew.
        picker.look(&[seen(1, 1)], 0);
        assert_eq!(picker.traffic[0].packets, Some(0));
        for n in 0..100 {
            picker.look(&[seen(n, n)], 1_000);
        }
        assert_eq!(picker.traffic[0].history.len(), HISTORY);
    }

    #[test]
    fn with_no_interface_there_is_nothing_to_start() {
        let mut picker = Picker::new(Vec::new(), Some("why".into()), None, (7, 3));
        for command in [Command::Down, Command::Mark, Command::Bottom, Command::Enter] {
            assert_eq!(picker.obey(command), Outcome::Stay);
        }
        assert!(!picker.notice.is_empty());
    }
}
