//! The loop: keys and threads into messages, effects into work. With `run/` the only place with a thread or a channel.
//!
//! The terminal is given back on every way out: quitting, an error, a panic (also of the thread that reads), a signal.
//! A panic's words are kept until then, or they would be lost with the screen.

mod asks;
mod events;
mod memory;
mod names;
mod reading;

use memory::Memory;
use reading::let_go;

use super::clipboard;
use super::config::Config;
use super::effect::{Effect, answer};
use super::live::Live;
use super::message::Message;
use super::model::Model;
use super::opened::{Opened, name};
use super::save;
use super::screen::{self, Screen};
use super::session::Session;
use super::signals;
use super::theme::{Look, Theme};
use super::update::update;
use super::view::view;
use crate::report::baseline::Baseline;
use crate::scan::{DecodeAs, Input};
use crate::secrets::Secrets;
use ratatui::crossterm::event;
use std::backtrace::Backtrace;
use std::collections::VecDeque;
use std::fs;
use std::io;
use std::panic;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long to wait for a key while work goes on elsewhere, and while none does.
const BUSY: Duration = Duration::from_millis(50);
const IDLE: Duration = Duration::from_millis(250);

/// What to show.
pub struct Options {
    /// The captures, opened.
    pub inputs: Vec<Input>,
    /// What the user knows of ports.
    pub rules: Vec<DecodeAs>,
    /// Keys and passwords that were given.
    pub secrets: Secrets,
    /// Secrets are shown as they are.
    pub show_secrets: bool,
    /// How it looks; whether it is in ASCII only is also asked of the locale.
    pub theme: Theme,
    /// The keys, and what else stands in the user's configuration.
    pub config: Config,
    /// Key logs that grow while packets come.
    pub keylogs: Vec<PathBuf>,
    /// Findings that were accepted, and where that is kept.
    pub baseline: Option<(PathBuf, Baseline)>,
    /// Where it is kept what was done here, for the next run; nowhere if nobody wants that.
    pub memory: Option<PathBuf>,
    /// What is captured now, if anything is.
    pub running: Option<Box<dyn Control>>,
}

/// A capture that runs.
pub trait Control {
    /// Asks it to end; what was captured still comes.
    fn stop(&mut self);

    /// Writes packets to disk from now on, or no longer; what was done, in words.
    fn record(&mut self) -> String;

    /// True if packets are written to disk.
    fn saves(&self) -> bool;

    /// How it stands; asked about once a second.
    fn standing(&mut self) -> Standing;
}

/// How a running capture stands.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// What was written to disk, in words; nothing if nothing is.
    pub recorded: Option<String>,
    /// Packets that should have been written and were not.
    pub unwritten: u64,
    /// Why it ended, or what else is to be told since the last time.
    pub said: Vec<String>,
}

/// Why the screen ended before its time.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The terminal failed.
    #[error("the terminal cannot be used: {0}")]
    Terminal(#[from] io::Error),
    /// A mistake of this program.
    #[error("a mistake in handshark ended it, please report this: {0}{1}")]
    Mistake(String, String),
}

/// Shows captures until the user has seen enough.
pub fn run(options: Options) -> Result<(), RunError> {
    let words = Arc::new(Mutex::new(String::new()));
    let kept = Arc::clone(&words);
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let words = format!("{info}\n\n{}", Backtrace::force_capture());
        *kept.lock().unwrap_or_else(PoisonError::into_inner) = words;
    }));
    let outcome = panic::catch_unwind(panic::AssertUnwindSafe(|| attend(options)));
    panic::set_hook(before);
    let words = words.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match outcome {
        Ok(Ok(End::Quit)) => Ok(()),
        Ok(Ok(End::Signal(signal))) => {
            signals::die_of(signal);
            Ok(())
        }
        Ok(Ok(End::Mistake)) | Err(_) => {
            let log = log(&words).map_or_else(String::new, |path| format!("\n  more of it is in {}", path.display()));
            let words = words.split("\n\n").next().unwrap_or_default().to_owned();
            Err(RunError::Mistake(words, log))
        }
        Ok(Err(error)) => Err(error.into()),
    }
}

/// Where programs keep what they did, and this one in it.
pub fn state_folder() -> Option<PathBuf> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = || variable("HOME").map(|home| home.join(".local").join("state"));
    Some(variable("XDG_STATE_HOME").or_else(home)?.join("handshark"))
}

/// Writes what is known of a mistake to a file.
fn log(words: &str) -> Option<PathBuf> {
    let folder = state_folder()?;
    fs::create_dir_all(&folder).ok()?;
    let path = folder.join("mistake.log");
    fs::write(&path, format!("handshark {}\n{words}\n", env!("CARGO_PKG_VERSION"))).ok()?;
    Some(path)
}

enum End {
    Quit,
    Signal(usize),
    /// The thread that reads panicked.
    Mistake,
}

/// What threads have to say.
enum Report {
    Message(Message),
    /// What is known of what is being read.
    Partly(Box<Opened>),
    Opened(Box<Opened>),
}

/// Everything around the model.
struct Desk {
    model: Model,
    theme: Theme,
    opened: Option<Arc<Opened>>,
    show_secrets: bool,
    paths: Vec<PathBuf>,
    rules: Vec<DecodeAs>,
    secrets: Secrets,
    /// What was loaded last, until the capture is read with it.
    loaded: Option<String>,
    reader: Option<JoinHandle<()>>,
    session: Option<Arc<Session>>,
    /// Wakes the thread that judges.
    wake: Option<Sender<()>>,
    began: Instant,
    /// What came while the screen stood still.
    held: Option<Box<Opened>>,
    running: Option<Box<dyn Control>>,
    /// Key logs that grow.
    keylogs: Vec<PathBuf>,
    /// Where it is kept that findings were accepted.
    baseline: Option<PathBuf>,
    memory: Memory,
    /// The mouse is ours.
    mouse: bool,
    next_tick: Instant,
    /// The last click: when, and on which row.
    clicked: Option<(Instant, u16)>,
    sender: Sender<Report>,
    stop_selecting: Arc<AtomicBool>,
    stop_finding: Arc<AtomicBool>,
    stop_following: Arc<AtomicBool>,
    stop_writing: Arc<AtomicBool>,
    stop_sorting: Arc<AtomicBool>,
    /// Threads that write files.
    writers: Vec<JoinHandle<()>>,
    /// Somebody wanted to leave while they did.
    leaving: bool,
    quit: bool,
    redraw: bool,
    suspend: bool,
}

fn attend(options: Options) -> io::Result<End> {
    let signal = signals::watch()?;
    let paths: Vec<_> = options.inputs.iter().map(|i| i.path.clone()).collect();
    let mut screen = Screen::open()?;
    let size = screen.0.size()?;
    let (sender, receiver) = channel();
    let theme = Theme { unicode: options.theme.unicode && is_unicode(), ..options.theme };
    let (baseline, accepted) = options.baseline.unzip();
    let mut desk = Desk {
        baseline,
        memory: Memory::new(options.memory),
        mouse: options.config.mouse.unwrap_or(true),
        theme,
        model: Model::new(&name(&paths), (size.width, size.height)),
        opened: None,
        show_secrets: options.show_secrets,
        paths,
        rules: options.rules,
        secrets: options.secrets,
        loaded: None,
        reader: None,
        session: None,
        wake: None,
        began: Instant::now(),
        held: None,
        running: options.running,
        keylogs: options.keylogs,
        next_tick: Instant::now(),
        clicked: None,
        sender,
        stop_selecting: Arc::default(),
        stop_finding: Arc::default(),
        stop_following: Arc::default(),
        stop_writing: Arc::default(),
        stop_sorting: Arc::default(),
        writers: Vec::new(),
        leaving: false,
        quit: false,
        redraw: false,
        suspend: false,
    };
    desk.model.live = desk.running.as_ref().map(|running| Live::new(!running.saves()));
    desk.recall();
    desk.model.look = desk.look();
    screen::mouse(desk.mouse);
    desk.model.configure(options.config);
    desk.model.baseline = accepted.map(Arc::new);
    desk.read(options.inputs);
    let mut dirty = true;
    while !desk.leaves() {
        if std::mem::take(&mut desk.suspend) {
            screen.suspend()?;
            screen::mouse(desk.mouse);
            dirty = true;
        }
        if std::mem::take(&mut desk.redraw) {
            screen.clear()?;
            dirty = true;
        }
        if std::mem::take(&mut dirty) {
            screen.0.draw(|frame| view(&desk.model, desk.theme, frame))?;
        }
        let busy = desk.model.reading.is_some() || desk.model.bar.asked.is_some();
        if event::poll(if busy { BUSY } else { IDLE })? {
            dirty |= desk.events()?;
        }
        dirty |= desk.reports(&receiver);
        dirty |= desk.grow();
        if desk.reader.as_ref().is_some_and(JoinHandle::is_finished) {
            // What it sent before it ended is in the channel.
            dirty |= desk.reports(&receiver);
            if desk.reader.take().is_some_and(|reader| reader.join().is_err()) {
                return Ok(End::Mistake);
            }
        }
        if let signal @ 1.. = signal.load(Ordering::Relaxed) {
            return Ok(End::Signal(signal));
        }
    }
    // What is half written is taken away again.
    desk.stop_writing.store(true, Ordering::Relaxed);
    for writer in desk.writers {
        let _ = writer.join();
    }
    Ok(End::Quit)
}

impl Desk {
    /// How it looks.
    const fn look(&self) -> Look {
        Look { palette: self.theme.palette, unicode: self.theme.unicode, mouse: self.mouse }
    }

    /// True if it is time to go: who leaves while something is written waits for it, or says it twice.
    fn leaves(&mut self) -> bool {
        self.writers.retain(|writer| !writer.is_finished());
        if self.writers.is_empty() {
            return self.quit || self.leaving;
        }
        if std::mem::take(&mut self.quit) {
            if self.leaving {
                return true;
            }
            self.leaving = true;
            self.happen(Message::Told("leaving as soon as the file is written; once more leaves without it".into()));
        }
        false
    }

    /// Takes what threads reported.
    fn reports(&mut self, receiver: &Receiver<Report>) -> bool {
        let mut dirty = false;
        while let Ok(report) = receiver.try_recv() {
            dirty = true;
            match report {
                Report::Message(message) => self.happen(message),
                Report::Partly(opened) if self.model.live.as_ref().is_some_and(|live| live.paused) => {
                    self.held = Some(opened);
                }
                Report::Partly(opened) => self.partly(opened),
                Report::Opened(opened) => {
                    self.held = None;
                    let rows = opened.rows();
                    let seen = &rows.report.visibility;
                    let told = self.loaded.take().map(|words| {
                        format!("{words}; {} of {} TLS conversations are open", seen.decrypted, seen.tls_conversations)
                    });
                    let old = self.opened.replace(Arc::from(opened));
                    self.happen(Message::Loaded(Box::new(rows)));
                    let_go(old);
                    self.remember();
                    if let Some(told) = told {
                        self.happen(Message::Told(told));
                    }
                }
            }
        }
        dirty
    }

    /// Something happened: the model changes, and what it asks for is done.
    fn happen(&mut self, message: Message) {
        let mut waiting: VecDeque<Effect> = update(&mut self.model, message).into();
        while let Some(effect) = waiting.pop_front() {
            let reply = self.opened.as_ref().and_then(|opened| answer(&effect, opened, self.show_secrets));
            match (reply, effect) {
                (Some(message), _) => waiting.extend(update(&mut self.model, message)),
                (None, Effect::Select { generation, text, from }) => self.select(generation, text, from),
                (None, Effect::Sort { generation, by }) => self.sort(generation, by),
                (None, Effect::StopSelecting) => self.stop_selecting.store(true, Ordering::Relaxed),
                (None, Effect::StopReading) => self.stop_reading(),
                (None, Effect::Record) => {
                    if let Some(running) = &mut self.running {
                        waiting.extend(update(&mut self.model, Message::Told(running.record())));
                        self.next_tick = Instant::now();
                    }
                }
                (None, Effect::Resume) => self.resume(),
                (None, Effect::Redraw) => self.redraw = true,
                (None, Effect::Recolour) => {
                    self.theme = self.theme.next();
                    let told = format!("colours: {}", self.theme.palette.name());
                    waiting.extend(update(&mut self.model, Message::Told(told)));
                    let look = self.look();
                    waiting.extend(update(&mut self.model, Message::Looks(look)));
                }
                (None, Effect::Signs) => {
                    self.theme.unicode = !self.theme.unicode;
                    let look = self.look();
                    waiting.extend(update(&mut self.model, Message::Looks(look)));
                }
                (None, Effect::Mouse(ours)) => {
                    self.mouse = ours;
                    screen::mouse(ours);
                    let look = self.look();
                    waiting.extend(update(&mut self.model, Message::Looks(look)));
                }
                (None, Effect::Suspend) => self.suspend = true,
                (None, Effect::Quit) => self.quit = true,
                (None, Effect::Find { number, sought, among }) => self.find(number, sought, among),
                (None, Effect::LoadKeys(name)) => {
                    let message = self.load_keys(&name);
                    waiting.extend(update(&mut self.model, message));
                }
                (None, Effect::Save(what, name)) => {
                    let message = self.save(what, &name);
                    waiting.extend(update(&mut self.model, message));
                }
                (None, Effect::Write(name, bytes)) => {
                    let message = asks::written(&name, save::write(&asks::at_home(&name), &bytes));
                    waiting.extend(update(&mut self.model, message));
                }
                (None, Effect::Follow(number, ask)) => self.follow(number, ask),
                (None, Effect::Reload) => {
                    let message = self.again(String::new());
                    waiting.extend(update(&mut self.model, message));
                }
                (None, Effect::Open(name)) => {
                    let message = self.other(&name);
                    waiting.extend(update(&mut self.model, message));
                }
                (None, Effect::Hash) => self.hash(),
                (None, Effect::Used(filter)) => self.memory.used(&filter),
                (None, Effect::KeepFilter(name, text)) => {
                    if let Err(error) = self.memory.save(&name, &text) {
                        let done = if text.is_empty() { "forgotten" } else { "kept" };
                        let told = format!("{name} is {done} for this run only: {error}");
                        waiting.extend(update(&mut self.model, Message::Told(told)));
                    }
                }
                (None, Effect::Names(typed)) => {
                    let names = names::names(&typed);
                    waiting.extend(update(&mut self.model, Message::Names(typed, names)));
                }
                (None, Effect::Accept { finding, accepted, file }) => {
                    let message = self.accept(finding, accepted, file);
                    waiting.extend(update(&mut self.model, message));
                }
                (None, Effect::DecodeAs(rule)) => {
                    let message = self.decode_as(&rule);
                    waiting.extend(update(&mut self.model, message));
                }
                (None, Effect::Copy(text)) => {
                    let _ = clipboard::copy(&text);
                }
                (None, Effect::Detail { .. } | Effect::Summarise(..) | Effect::Ladder(_) | Effect::Compare(..)) => {}
            }
        }
    }
}

/// True unless the locale says that the terminal is not in UTF-8.
pub(super) fn is_unicode() -> bool {
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}
