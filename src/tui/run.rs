//! The loop: keys and threads into messages, effects into work. The only file with a thread or a channel.
//!
//! The terminal is given back on every way out: quitting, an error, a panic (also of the thread that reads), a signal.
//! A panic's words are kept until then, or they would be lost with the screen.

use super::clipboard;
use super::effect::{Among, Effect, answer};
use super::keymap;
use super::message::{Message, Mouse};
use super::model::Model;
use super::opened::{Opened, name};
use super::overlay::Save;
use super::screen::Screen;
use super::signals;
use super::theme::Theme;
use super::update::update;
use super::view::view;
use crate::capture::open;
use crate::scan::{DecodeAs, Gather, Given, Halfway, Input, Reading, Select};
use crate::secrets::Secrets;
use ratatui::crossterm::event::{self, Event, MouseButton, MouseEvent, MouseEventKind};
use std::collections::VecDeque;
use std::io;
use std::panic;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How long to wait for a key while work goes on elsewhere, and while none does.
const BUSY: Duration = Duration::from_millis(50);
const IDLE: Duration = Duration::from_millis(250);
/// When packets read so far are shown for the first time.
const FIRST_LOOK: Duration = Duration::from_millis(150);
/// Two clicks within this time on the same row are a double click.
const TWICE: Duration = Duration::from_millis(400);
/// Events taken before the screen is drawn again.
const MAX_EVENTS: usize = 256;

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
}

/// Why the screen ended before its time.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The terminal failed.
    #[error("the terminal cannot be used: {0}")]
    Terminal(#[from] io::Error),
    /// A mistake of this program.
    #[error("a mistake in handshark ended it, please report this: {0}")]
    Mistake(String),
}

/// Shows captures until the user has seen enough.
pub fn run(options: Options) -> Result<(), RunError> {
    let words = Arc::new(Mutex::new(String::new()));
    let kept = Arc::clone(&words);
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| *kept.lock().unwrap_or_else(PoisonError::into_inner) = info.to_string()));
    let outcome = panic::catch_unwind(panic::AssertUnwindSafe(|| attend(options)));
    panic::set_hook(before);
    let words = words.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match outcome {
        Ok(Ok(End::Quit)) => Ok(()),
        Ok(Ok(End::Signal(signal))) => {
            signals::die_of(signal);
            Ok(())
        }
        Ok(Ok(End::Mistake)) | Err(_) => Err(RunError::Mistake(words)),
        Ok(Err(error)) => Err(error.into()),
    }
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
    /// A part of what is being read.
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
    /// The last click: when, and on which row.
    clicked: Option<(Instant, u16)>,
    sender: Sender<Report>,
    stop_reading: Arc<AtomicBool>,
    stop_selecting: Arc<AtomicBool>,
    stop_finding: Arc<AtomicBool>,
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
    let mut desk = Desk {
        theme,
        model: Model::new(&name(&paths), (size.width, size.height)),
        opened: None,
        show_secrets: options.show_secrets,
        paths,
        rules: options.rules,
        secrets: options.secrets,
        loaded: None,
        reader: None,
        clicked: None,
        sender,
        stop_reading: Arc::default(),
        stop_selecting: Arc::default(),
        stop_finding: Arc::default(),
        quit: false,
        redraw: false,
        suspend: false,
    };
    desk.read(options.inputs);
    let mut dirty = true;
    while !desk.quit {
        if std::mem::take(&mut desk.suspend) {
            screen.suspend()?;
            dirty = true;
        }
        if std::mem::take(&mut desk.redraw) {
            screen.0.clear()?;
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
    Ok(End::Quit)
}

impl Desk {
    /// Reads the captures on a thread of its own.
    fn read(&mut self, inputs: Vec<Input>) {
        self.stop_reading = Arc::default();
        let (sender, stop) = (self.sender.clone(), Arc::clone(&self.stop_reading));
        let secrets = self.secrets.clone();
        let given = Given::new(self.rules.clone(), &secrets);
        let (name, partly) = (name(&self.paths), self.opened.is_none());
        self.reader = Some(thread::spawn(move || {
            let (began, mut look) = (Instant::now(), FIRST_LOOK);
            let progress = &mut |halfway: &Halfway<'_>| {
                let (reading, gone) = (halfway.reading, began.elapsed());
                let _ = sender.send(Report::Message(Message::Reading(reading, left(reading, gone))));
                // Each look copies what is known: they get rarer as that grows.
                if gone >= look && partly {
                    look = gone.saturating_mul(3);
                    let opened = Opened::partly(&name, halfway.capture());
                    let _ = sender.send(Report::Partly(Box::new(opened)));
                }
            };
            let opened = Opened::read(inputs, given, &secrets, progress, &stop);
            // Nobody listens if the user has quit.
            let _ = sender.send(Report::Opened(Box::new(opened)));
        }));
    }

    /// Takes the keys in a file and reads the capture again with them.
    fn load_keys(&mut self, name: &str) -> Message {
        if let Some(path) = self.paths.iter().find(|path| !path.is_file()) {
            return Message::Told(format!("{} cannot be read twice; start again with the keys", path.display()));
        }
        let home = || std::env::var_os("HOME").map(PathBuf::from);
        let path = match name.strip_prefix("~/").zip(home()) {
            Some((rest, home)) => home.join(rest),
            None => PathBuf::from(name),
        };
        let told = match self.secrets.take_file(&path) {
            Ok(told) => told,
            Err(why) => return Message::Told(format!("{name}: {why}")),
        };
        let mut inputs = Vec::new();
        for path in &self.paths {
            match open(path) {
                Ok(source) => inputs.push(Input { path: path.clone(), source }),
                Err(error) => return Message::Told(error.to_string()),
            }
        }
        let words = format!("{told} loaded");
        self.loaded = Some(words.clone());
        self.read(inputs);
        Message::Reloading(words)
    }

    /// Looks for a text in the lines of the packet list, on a thread of its own.
    fn find(&mut self, text: String, among: Among) {
        self.stop_finding.store(true, Ordering::Relaxed);
        self.stop_finding = Arc::default();
        let Some(opened) = self.opened.clone() else { return };
        let passed = self.model.packets.passed.clone();
        let (sender, stop) = (self.sender.clone(), Arc::clone(&self.stop_finding));
        thread::spawn(move || {
            let found = opened.find(&text, among, passed.as_deref(), &stop);
            if !stop.load(Ordering::Relaxed) {
                let _ = sender.send(Report::Message(Message::Found(found)));
            }
        });
    }

    /// Takes the events that wait; true if there was any that matters.
    fn events(&mut self) -> io::Result<bool> {
        let mut dirty = false;
        for _ in 0..MAX_EVENTS {
            let message = match event::read()? {
                Event::Key(key) => keymap::command(&self.model.contexts(), &key).map(Message::Do),
                Event::Mouse(event) => self.mouse(event),
                Event::Resize(width, height) => Some(Message::Resized(width, height)),
                _ => None,
            };
            if let Some(message) = message {
                self.happen(message);
                dirty = true;
            }
            if self.quit || self.suspend || !event::poll(Duration::ZERO)? {
                break;
            }
        }
        Ok(dirty)
    }

    /// What the mouse did; a second click soon after the first on the same row counts as one.
    fn mouse(&mut self, event: MouseEvent) -> Option<Message> {
        let (x, y) = (event.column, event.row);
        Some(Message::Mouse(match event.kind {
            MouseEventKind::Down(MouseButton::Left) => {
                let now = Instant::now();
                let before = self.clicked.replace((now, y));
                if before.is_some_and(|(when, row)| row == y && now.duration_since(when) < TWICE) {
                    self.clicked = None;
                    Mouse::Twice(x, y)
                } else {
                    Mouse::Click(x, y)
                }
            }
            MouseEventKind::ScrollDown => Mouse::Wheel(x, y, true),
            MouseEventKind::ScrollUp => Mouse::Wheel(x, y, false),
            _ => return None,
        }))
    }

    /// Takes what threads reported.
    fn reports(&mut self, receiver: &Receiver<Report>) -> bool {
        let mut dirty = false;
        while let Ok(report) = receiver.try_recv() {
            dirty = true;
            match report {
                Report::Message(message) => self.happen(message),
                Report::Partly(opened) => {
                    let rows = opened.rows();
                    self.opened = Some(Arc::from(opened));
                    self.happen(Message::Partly(Box::new(rows)));
                }
                Report::Opened(opened) => {
                    let rows = opened.rows();
                    let seen = &rows.report.visibility;
                    let told = self.loaded.take().map(|words| {
                        format!("{words}; {} of {} TLS conversations are open", seen.decrypted, seen.tls_conversations)
                    });
                    self.opened = Some(Arc::from(opened));
                    self.happen(Message::Loaded(Box::new(rows)));
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
                (None, Effect::Select { generation, text }) => self.select(generation, text),
                (None, Effect::StopSelecting) => self.stop_selecting.store(true, Ordering::Relaxed),
                (None, Effect::StopReading) => self.stop_reading.store(true, Ordering::Relaxed),
                (None, Effect::Redraw) => self.redraw = true,
                (None, Effect::Recolour) => {
                    self.theme = self.theme.next();
                    let told = format!("colours: {}", self.theme.palette.name());
                    waiting.extend(update(&mut self.model, Message::Told(told)));
                }
                (None, Effect::Suspend) => self.suspend = true,
                (None, Effect::Quit) => self.quit = true,
                (None, Effect::Find { text, among }) => self.find(text, among),
                (None, Effect::LoadKeys(name)) => {
                    let message = self.load_keys(&name);
                    waiting.extend(update(&mut self.model, message));
                }
                (None, Effect::Save(what, name)) => {
                    let message = self.save(what, &name);
                    waiting.extend(update(&mut self.model, message));
                }
                (None, Effect::Copy(text)) => {
                    let _ = clipboard::copy(&text);
                }
                (None, Effect::Detail { .. } | Effect::Summarise(_) | Effect::Ladder(_)) => {}
            }
        }
    }

    /// Writes something to a file that is not there yet.
    fn save(&self, what: Save, name: &str) -> Message {
        let Some(opened) = &self.opened else { return Message::Told("nothing is read yet".into()) };
        Message::Told(match opened.save(what, Path::new(name)) {
            Ok(bytes) => format!("{bytes} bytes written to {name}"),
            Err(error) => format!("{name}: {error}"),
        })
    }

    /// Puts a filter to every packet on a thread of its own; the one at work before is stopped.
    fn select(&mut self, generation: u64, text: String) {
        self.stop_selecting.store(true, Ordering::Relaxed);
        self.stop_selecting = Arc::default();
        let Some(opened) = self.opened.clone() else { return };
        let (sender, stop) = (self.sender.clone(), Arc::clone(&self.stop_selecting));
        thread::spawn(move || {
            let mut gather = Gather::new(false);
            let Ok(select) = Select::new(&text, &mut gather) else { return };
            let all = opened.capture.frames();
            opened.capture.select(&select, &mut gather, &stop, &mut |frames, asked| {
                let (frames, done) = (frames.to_vec(), asked == all);
                let _ = sender.send(Report::Message(Message::Selected { generation, frames, asked, done }));
            });
        });
    }
}

/// Seconds that reading may still take.
fn left(reading: Reading, gone: Duration) -> Option<u64> {
    let total = reading.total.filter(|_| reading.read > 0)?;
    let rest = u128::from(total.saturating_sub(reading.read));
    let millis = gone.as_millis().checked_mul(rest)?.checked_div(u128::from(reading.read))?;
    u64::try_from(millis / 1000).ok().filter(|left| *left > 0)
}

/// True unless the locale says that the terminal is not in UTF-8.
fn is_unicode() -> bool {
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}
