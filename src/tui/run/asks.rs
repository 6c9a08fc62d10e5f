//! What the user asks of the capture that is open: keys, another capture, a stream, a text, a file.

use super::memory::Memory;
use super::{Desk, Report};
use crate::capture::open;
use crate::report::baseline::{self, Baseline};
use crate::scan::{Gather, Input, Select};
use crate::secrets::Secrets;
use crate::tui::columns::Sort;
use crate::tui::effect::Among;
use crate::tui::exporting::{ExportFailed, Order};
use crate::tui::following;
use crate::tui::hash;
use crate::tui::message::Message;
use crate::tui::model::{Clock, Model};
use crate::tui::opened::Opened;
use crate::tui::overlay::{Save, Which};
use crate::tui::recent::Recent;
use crate::tui::save;
use crate::tui::search::Sought;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

impl Desk {
    /// What was done in earlier runs.
    pub(super) fn recall(&mut self) {
        let model = &mut self.model;
        model.bar.history = self.memory.filters();
        model.bar.saved = self.memory.saved();
        model.recent = recent(&self.memory, &self.paths);
    }

    /// A capture was read: it is offered in later runs, with what came of it.
    pub(super) fn remember(&mut self) {
        let [path] = self.paths.as_slice() else { return };
        if !path.is_file() {
            return;
        }
        let all = self.model.report.sign_ins.len();
        let failed = self.model.report.sign_ins.iter().filter(|row| row.outcome == "failed").count();
        let said = match (all, failed) {
            (0, _) => "no sign-in".to_owned(),
            (all, 0) => format!("{all} sign-ins"),
            (all, failed) => format!("{failed} of {all} sign-ins failed"),
        };
        self.memory.opened(path, &said);
        self.model.recent = recent(&self.memory, &self.paths);
    }

    /// Takes the keys in a file and reads the capture again with them.
    pub(super) fn load_keys(&mut self, name: &str) -> Message {
        if self.model.live.as_ref().is_some_and(|live| !live.over) {
            return self.follow_keys(name);
        }
        if let Some(why) = self.once() {
            return why;
        }
        match self.secrets.take_file(&at_home(name)) {
            Ok(told) => self.again(format!("{told} loaded")),
            Err(why) => Message::Told(format!("{name}: {why}")),
        }
    }

    /// Why the captures cannot be read again, if they cannot.
    pub(super) fn once(&self) -> Option<Message> {
        let path = self.paths.iter().find(|path| !path.is_file())?;
        Some(Message::Told(format!("{} cannot be read twice; start again instead", path.display())))
    }

    /// Reads the captures again; `words` say what is new.
    pub(super) fn again(&mut self, words: String) -> Message {
        if let Some(why) = self.once() {
            return why;
        }
        match opened(&self.paths) {
            Ok(inputs) => {
                self.loaded = Some(words.clone()).filter(|words| !words.is_empty());
                self.read(inputs);
                Message::Reloading(if words.is_empty() { "reading again".into() } else { words })
            }
            Err(why) => Message::Told(why),
        }
    }

    /// Opens another capture in the place of what is shown; if it cannot be opened, that stays.
    pub(super) fn other(&mut self, name: &str) -> Message {
        let paths = vec![at_home(name)];
        match opened(&paths) {
            Ok(inputs) => {
                self.paths = paths;
                self.opened = None;
                let (keys, rules) = (Arc::clone(&self.model.keys), Arc::clone(&self.model.rules));
                let (saved, baseline) = (std::mem::take(&mut self.model.bar.saved), self.model.baseline.take());
                let (history, recent) = (std::mem::take(&mut self.model.bar.history), self.model.recent.clone());
                let new = Model::new(&crate::tui::opened::name(&self.paths), self.model.size);
                let (look, columns, clock) = (self.model.look, self.model.columns.clone(), self.model.packets.clock);
                self.model = Model { keys, rules, baseline, recent, look, columns, ..new };
                self.model.packets.clock = if clock == Clock::SinceReference { Clock::default() } else { clock };
                self.model.bar.history = history;
                self.model.bar.saved = saved;
                self.read(inputs);
                Message::Told(String::new())
            }
            Err(why) => Message::Told(why),
        }
    }

    /// Takes a rule for a port and reads the captures again with it; `tcp.port==5067` alone takes the rule away.
    pub(super) fn decode_as(&mut self, rule: &str) -> Message {
        let port = rule.split(',').next().unwrap_or(rule);
        let mut rules = self.rules.clone();
        rules.retain(|old| old.selector() != port);
        let words = if rule == port {
            format!("{port} as recognised")
        } else {
            match rule.parse() {
                Ok(new) => rules.insert(0, new),
                Err(error) => return Message::Told(format!("{error}")),
            }
            format!("decoded as {rule}")
        };
        if let Some(why) = self.once() {
            return why;
        }
        self.rules = rules;
        self.again(words)
    }

    /// Follows a stream on a thread of its own.
    pub(super) fn follow(&mut self, number: u64, ask: following::Ask) {
        self.stop_following.store(true, Ordering::Relaxed);
        self.stop_following = Arc::default();
        let Some(opened) = self.opened.clone() else { return };
        let (sender, stop) = (self.sender.clone(), Arc::clone(&self.stop_following));
        let ask = following::Ask { revealed: ask.revealed || self.show_secrets, ..ask };
        thread::spawn(move || {
            let followed = opened.follow(&ask, &stop);
            if !stop.load(Ordering::Relaxed) {
                let _ = sender.send(Report::Message(Message::Followed(number, followed.map(Box::new))));
            }
        });
    }

    /// What was captured cannot be read again: a key log opens what comes from now on.
    pub(super) fn follow_keys(&mut self, name: &str) -> Message {
        let (path, mut taken) = (at_home(name), Secrets::default());
        if let Err(why) = taken.take_file(&path) {
            return Message::Told(format!("{name}: {why}"));
        }
        if taken.keylog.is_empty() {
            return Message::Told(format!("{name} is no key log; other keys have to be given when the capture starts"));
        }
        if let Some(session) = &self.session {
            session.keys().follow(path);
        }
        Message::Told(format!("{name} opens what comes from now on, and is read as it grows"))
    }

    /// Looks for something among the packets of the list, on a thread of its own.
    pub(super) fn find(&mut self, number: u64, sought: Sought, among: Among) {
        self.stop_finding.store(true, Ordering::Relaxed);
        self.stop_finding = Arc::default();
        let Some(opened) = self.opened.clone() else { return };
        let passed = self.model.packets.passed.clone();
        let (sender, stop) = (self.sender.clone(), Arc::clone(&self.stop_finding));
        thread::spawn(move || {
            opened.find(&sought, among, passed.as_deref(), &stop, &mut |places| {
                if !stop.load(Ordering::Relaxed) {
                    let _ = sender.send(Report::Message(Message::Found(number, places)));
                }
            });
        });
    }

    /// Hashes the files on a thread of its own; what came out of a pipe is none.
    pub(super) fn hash(&mut self) {
        let (paths, sender) = (self.paths.clone(), self.sender.clone());
        thread::spawn(move || {
            let hashes = paths.iter().map(|path| path.is_file().then(|| hash::sha256(path).ok()).flatten()).collect();
            let _ = sender.send(Report::Message(Message::Hashed(hashes)));
        });
    }

    /// Sorts the packets of the list on a thread of its own; the order before is not wanted any more.
    pub(super) fn sort(&mut self, generation: u64, by: Sort) {
        self.stop_sorting.store(true, Ordering::Relaxed);
        self.stop_sorting = Arc::default();
        let Some(opened) = self.opened.clone() else { return };
        let passed = self.model.packets.passed.clone();
        let (sender, stop) = (self.sender.clone(), Arc::clone(&self.stop_sorting));
        thread::spawn(move || {
            if let Some(frames) = opened.sorted(by, passed.as_deref(), &stop) {
                let _ = sender.send(Report::Message(Message::Sorted(generation, frames)));
            }
        });
    }

    /// Keeps in the baseline that a finding is accepted, or is not any more.
    pub(super) fn accept(&mut self, finding: usize, accepted: bool, file: Option<String>) -> Message {
        let Some(row) = self.model.report.findings.get(finding) else { return Message::Told(String::new()) };
        let Some(path) = file.as_deref().map(at_home).or_else(|| self.baseline.clone()) else {
            return Message::Told("there is no baseline; --baseline FILE names one".into());
        };
        let change = || -> Result<Baseline, String> {
            let text = match fs::read_to_string(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
                read => read.map_err(|error| error.to_string())?,
            };
            let known = Baseline::parse(&text).map_err(|error| error.to_string())?;
            // In a file that was named just now it may stand already.
            let wanted = baseline::edited(&text, row, accepted);
            if known.holds(row) != accepted {
                fs::write(&path, &wanted).map_err(|error| error.to_string())?;
            }
            Baseline::parse(&wanted).map_err(|error| error.to_string())
        };
        match change() {
            Ok(baseline) => {
                let verb = if accepted { "is accepted in" } else { "is not accepted any more in" };
                let told = format!("{} {verb} {}", row.id, path.display());
                self.baseline = Some(path);
                Message::Accepted(Arc::new(baseline), told)
            }
            Err(why) => Message::Told(format!("{}: {why}", path.display())),
        }
    }

    /// Writes something to a file that is not there yet, on a thread of its own.
    pub(super) fn save(&mut self, what: Save, name: &str) -> Message {
        let Some(opened) = self.opened.clone() else { return Message::Told("nothing is read yet".into()) };
        let (sender, name, stop) = (self.sender.clone(), name.to_owned(), Arc::clone(&self.stop_writing));
        let order = self.order(what, &opened);
        let accepted = self.model.baseline.clone().unwrap_or_default();
        let told = Message::Told(format!("writing {name} …"));
        self.writers.retain(|writer| !writer.is_finished());
        self.writers.push(thread::spawn(move || {
            let path = at_home(&name);
            let message = match order {
                None => written(&name, opened.save(what, &accepted, &path)),
                Some(order) => exported(
                    &name,
                    save::new(&path).map_err(ExportFailed::from).and_then(|mut file| {
                        let copied = opened.export(&order, &mut file, &stop);
                        if copied.is_err() {
                            let _ = fs::remove_file(&path);
                        }
                        copied
                    }),
                ),
            };
            let _ = sender.send(Report::Message(message));
        }));
        told
    }

    /// Which packets are to be written, if any are.
    fn order(&self, what: Save, opened: &Opened) -> Option<Order> {
        let Save::Packets(which) = what else { return None };
        let packets = &self.model.packets;
        let frames = match which {
            Which::All => None,
            Which::Marked => Some(packets.marks.clone()),
            Which::Shown => packets.passed.as_ref().map(|passed| passed.iter().copied().collect()),
            Which::SignIn(what) => Some(opened.frames_of(&opened.ladder(what))),
        };
        let (paths, secrets) = (self.paths.clone(), self.show_secrets);
        Some(Order { paths, frames, annotate: which == Which::All, secrets })
    }

    /// Puts a filter to every packet on a thread of its own; the one at work before is stopped.
    pub(super) fn select(&mut self, generation: u64, text: String, from: u32) {
        self.stop_selecting.store(true, Ordering::Relaxed);
        self.stop_selecting = Arc::default();
        let Some(opened) = self.opened.clone() else { return };
        let (sender, stop) = (self.sender.clone(), Arc::clone(&self.stop_selecting));
        thread::spawn(move || {
            let mut gather = Gather::new(false);
            let Ok(select) = Select::new(&text, &mut gather) else { return };
            let mut tell = |frames: &[u32], asked: u32, done: bool| {
                let frames = frames.to_vec();
                let _ = sender.send(Report::Message(Message::Selected { generation, frames, asked, done }));
            };
            opened.capture.select(&select, &gather, from, &stop, &mut tell);
        });
    }
}

/// Captures opened before, but for those that are open.
fn recent(memory: &Memory, open: &[PathBuf]) -> Vec<Recent> {
    let open: Vec<_> = open.iter().filter_map(|path| fs::canonicalize(path).ok()).collect();
    let mut recent = memory.recent();
    recent.retain(|recent| !open.iter().any(|path| path.as_os_str() == recent.path.as_str()));
    recent
}

/// A name as the shell would read it.
pub(super) fn at_home(name: &str) -> PathBuf {
    let home = || std::env::var_os("HOME").map(PathBuf::from);
    match name.strip_prefix("~/").zip(home()) {
        Some((rest, home)) => home.join(rest),
        None => PathBuf::from(name),
    }
}

/// Opens captures, or says what is wrong.
fn opened(paths: &[PathBuf]) -> Result<Vec<Input>, String> {
    let open = |path: &PathBuf| match open(path) {
        Ok(source) => Ok(Input { path: path.clone(), source }),
        Err(error) => Err(error.to_string().replace('\n', " ")),
    };
    paths.iter().map(open).collect()
}

/// How writing packets ended.
fn exported(name: &str, outcome: Result<u64, ExportFailed>) -> Message {
    match outcome {
        Ok(packets) => Message::Told(format!("{packets} packets written to {name}")),
        Err(ExportFailed::Write(error)) => written(name, Err(error)),
        Err(error) => Message::Told(format!("{name}: {error}").replace('\n', " ")),
    }
}

/// How writing a file ended.
pub(super) fn written(name: &str, outcome: io::Result<u64>) -> Message {
    Message::Told(match outcome {
        Ok(bytes) => format!("{bytes} bytes written to {name}"),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            format!("{name} exists already and is left alone; choose another name")
        }
        Err(error) => format!("{name}: {error}"),
    })
}
