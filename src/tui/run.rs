//! The loop: keys and threads into messages, effects into work. The only file with a thread or a channel.
//!
//! The terminal is given back on every way out: quitting, an error, a panic (also of the thread that reads), a signal.
//! A panic's words are kept until then, or they would be lost with the screen.

use super::clipboard;
use super::config::Config;
use super::effect::{Among, Effect, answer};
use super::following;
use super::live::{Live, Running};
use super::message::{Message, Mouse};
use super::model::Model;
use super::opened::{Opened, name};
use super::overlay::Save;
use super::save;
use super::screen::Screen;
use super::session::{Bounds, Session};
use super::signals;
use super::theme::Theme;
use super::update::update;
use super::view::view;
use crate::capture::open;
use crate::scan::{DecodeAs, Gather, Given, Input, InterfaceSeen, Reading, Select};
use crate::secrets::Secrets;
use crate::secrets::follow::Follow;
use ratatui::crossterm::event::{self, Event, MouseButton, MouseEvent, MouseEventKind};
use std::backtrace::Backtrace;
use std::collections::VecDeque;
use std::fs;
use std::io;
use std::panic;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How long to wait for a key while work goes on elsewhere, and while none does.
const BUSY: Duration = Duration::from_millis(50);
const IDLE: Duration = Duration::from_millis(250);
/// When what was read so far is judged for the first time, and how long it stands before it is judged again.
const FIRST_LOOK: Duration = Duration::from_millis(150);
const NEXT_LOOK: Duration = Duration::from_millis(700);
/// How much of the time judging may take: one part in so many.
const SHARE: u32 = 5;
/// Between two looks at how a running capture stands.
const TICK: Duration = Duration::from_secs(1);
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
    /// The keys, and what else stands in the user's configuration.
    pub config: Config,
    /// Key logs that grow while packets come.
    pub keylogs: Vec<PathBuf>,
    /// What is captured now, if anything is.
    pub running: Option<Box<dyn Control>>,
}

/// A capture that runs.
pub trait Control {
    /// Asks it to end; what was captured still comes.
    fn stop(&mut self);

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

/// Writes what is known of a mistake to a file.
fn log(words: &str) -> Option<PathBuf> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = || variable("HOME").map(|home| home.join(".local").join("state"));
    let folder = variable("XDG_STATE_HOME").or_else(home)?.join("handshark");
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
    follows: Vec<Follow>,
    next_tick: Instant,
    /// The last click: when, and on which row.
    clicked: Option<(Instant, u16)>,
    sender: Sender<Report>,
    stop_selecting: Arc<AtomicBool>,
    stop_finding: Arc<AtomicBool>,
    stop_following: Arc<AtomicBool>,
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
        session: None,
        wake: None,
        began: Instant::now(),
        held: None,
        running: options.running,
        follows: options.keylogs.into_iter().map(Follow::new).collect(),
        next_tick: Instant::now(),
        clicked: None,
        sender,
        stop_selecting: Arc::default(),
        stop_finding: Arc::default(),
        stop_following: Arc::default(),
        quit: false,
        redraw: false,
        suspend: false,
    };
    desk.model.live = desk.running.as_ref().map(|running| Live::new(!running.saves()));
    desk.model.configure(options.config);
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
    Ok(End::Quit)
}

impl Desk {
    /// Reads the captures on a thread of its own.
    fn read(&mut self, inputs: Vec<Input>) {
        let given = Given::new(self.rules.clone(), &self.secrets);
        let paths = inputs.iter().map(|input| input.path.clone()).collect();
        let endless = inputs.iter().any(|input| !input.path.is_file());
        let bounds = match (&self.running, endless) {
            (Some(_), _) => Some(Bounds::LIVE),
            (None, true) => Some(Bounds::PIPE),
            (None, false) => None,
        };
        let session = Session::new(paths, &given, self.secrets.clone(), Arc::default());
        let session = Arc::new(session.bounded(bounds));
        let (wake, wait) = channel::<()>();
        let first = self.opened.is_none();
        if first {
            self.opened = Some(Arc::new(session.begun()));
        }
        let (reading, ended) = (Arc::clone(&session), wake.clone());
        self.reader = Some(thread::spawn(move || {
            reading.read(inputs, given);
            let _ = ended.send(());
        }));
        (self.session, self.wake, self.began) = (Some(Arc::clone(&session)), Some(wake), Instant::now());
        let sender = self.sender.clone();
        thread::spawn(move || judge(&session, first, &wait, &sender));
    }

    /// Takes note of what was read since the last time.
    fn grow(&mut self) -> bool {
        let Some(session) = &self.session else { return false };
        let now = Instant::now();
        let mut dirty = false;
        if let Some(before) = self.model.reading {
            let reading = session.capture().reading();
            if before != reading {
                let left = left(reading, now.duration_since(self.began));
                self.happen(Message::Reading(reading, left));
                dirty = true;
            }
        }
        // Why a capture ended is told behind its last packet.
        if now >= self.next_tick && (self.model.reading.is_some() || self.running.is_some()) {
            self.next_tick = now + TICK;
            self.tick(now);
            dirty |= self.model.live.is_some();
        }
        dirty
    }

    /// Once a second: key logs that grow, and how the capture stands.
    fn tick(&mut self, now: Instant) {
        let Some(session) = self.session.clone() else { return };
        for follow in &mut self.follows {
            follow.look(session.keys());
        }
        let Some(running) = &mut self.running else { return };
        let interfaces = session.capture().interfaces();
        let sum = |count: fn(&InterfaceSeen) -> Option<u64>| {
            let mut counted = interfaces.iter().filter_map(count).peekable();
            counted.peek().is_some().then(|| counted.sum())
        };
        let (dropped, behind) = (sum(|interface| interface.dropped), sum(|interface| interface.behind));
        let Standing { recorded, said } = running.standing();
        let seconds = now.duration_since(self.began).as_secs();
        let recorded = recorded.unwrap_or_default();
        self.happen(Message::Running(Running { seconds, dropped, behind, recorded }));
        if !said.is_empty() {
            self.happen(Message::Told(said.join("; ")));
        }
    }

    /// Ends reading; what was read is judged, also if nothing more comes to tell the reader of it.
    fn stop_reading(&mut self) {
        if let Some(running) = &mut self.running {
            // Packets that wait in the pipe still count.
            return running.stop();
        }
        if let Some(session) = &self.session {
            session.stop();
        }
        if let Some(wake) = &self.wake {
            let _ = wake.send(());
        }
    }

    /// Shows what came in the meantime.
    fn resume(&mut self) {
        if let Some(opened) = self.held.take() {
            self.partly(opened);
        }
        self.grow();
    }

    fn partly(&mut self, opened: Box<Opened>) {
        let rows = opened.rows();
        let old = self.opened.replace(Arc::from(opened));
        self.happen(Message::Partly(Box::new(rows)));
        let_go(old);
    }

    /// Takes the keys in a file and reads the capture again with them.
    fn load_keys(&mut self, name: &str) -> Message {
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
    fn once(&self) -> Option<Message> {
        let path = self.paths.iter().find(|path| !path.is_file())?;
        Some(Message::Told(format!("{} cannot be read twice; start again instead", path.display())))
    }

    /// Reads the captures again; `words` say what is new.
    fn again(&mut self, words: String) -> Message {
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
    fn other(&mut self, name: &str) -> Message {
        let paths = vec![at_home(name)];
        match opened(&paths) {
            Ok(inputs) => {
                self.paths = paths;
                self.opened = None;
                let (keys, rules) = (Arc::clone(&self.model.keys), Arc::clone(&self.model.rules));
                let saved = std::mem::take(&mut self.model.bar.saved);
                self.model = Model { keys, rules, ..Model::new(&super::opened::name(&self.paths), self.model.size) };
                self.model.bar.saved = saved;
                self.read(inputs);
                Message::Told(String::new())
            }
            Err(why) => Message::Told(why),
        }
    }

    /// Takes a rule for a port and reads the captures again with it; `tcp.port==5067` alone takes the rule away.
    fn decode_as(&mut self, rule: &str) -> Message {
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
    fn follow(&mut self, number: u64, ask: following::Ask) {
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
    fn follow_keys(&mut self, name: &str) -> Message {
        let (path, mut taken) = (at_home(name), Secrets::default());
        if let Err(why) = taken.take_file(&path) {
            return Message::Told(format!("{name}: {why}"));
        }
        if taken.keylog.is_empty() {
            return Message::Told(format!("{name} is no key log; other keys have to be given when the capture starts"));
        }
        self.follows.push(Follow::new(path));
        Message::Told(format!("{name} opens what comes from now on, and is read as it grows"))
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
                Event::Key(key) => self.model.command(&key).map(Message::Do),
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
            MouseEventKind::Drag(MouseButton::Left) => Mouse::Drag(x, y),
            MouseEventKind::Up(MouseButton::Left) => Mouse::Release,
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
                (None, Effect::StopSelecting) => self.stop_selecting.store(true, Ordering::Relaxed),
                (None, Effect::StopReading) => self.stop_reading(),
                (None, Effect::Resume) => self.resume(),
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
                (None, Effect::Write(name, bytes)) => {
                    let message = written(&name, save::write(&at_home(&name), &bytes));
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

    /// Writes something to a file that is not there yet.
    fn save(&self, what: Save, name: &str) -> Message {
        let Some(opened) = &self.opened else { return Message::Told("nothing is read yet".into()) };
        written(name, opened.save(what, &at_home(name)))
    }

    /// Puts a filter to every packet on a thread of its own; the one at work before is stopped.
    fn select(&mut self, generation: u64, text: String, from: u32) {
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
            opened.capture.select(&select, &mut gather, from, &stop, &mut tell);
        });
    }
}

/// Judges now and then, until nothing more comes.
fn judge(session: &Session, first: bool, wait: &Receiver<()>, sender: &Sender<Report>) {
    let mut next = FIRST_LOOK;
    let mut known = None;
    loop {
        match wait.recv_timeout(next) {
            Err(RecvTimeoutError::Timeout) if !first => {}
            Err(RecvTimeoutError::Timeout) => {
                let began = Instant::now();
                // A capture that says nothing new is not judged again.
                if known.replace(session.told_so_far()) == Some(session.told_so_far()) {
                    next = NEXT_LOOK;
                    continue;
                }
                let opened = Box::new(session.look());
                if sender.send(Report::Partly(opened)).is_err() {
                    return;
                }
                next = NEXT_LOOK.max(began.elapsed().saturating_mul(SHARE));
            }
            Ok(()) | Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    // Nobody listens if the user has quit.
    let _ = sender.send(Report::Opened(Box::new(session.end())));
}

/// Of a long capture there is so much to give back that keys would wait for it.
fn let_go(old: Option<Arc<Opened>>) {
    thread::spawn(move || drop(old));
}

/// A name as the shell would read it.
fn at_home(name: &str) -> PathBuf {
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

/// How writing a file ended.
fn written(name: &str, outcome: io::Result<u64>) -> Message {
    Message::Told(match outcome {
        Ok(bytes) => format!("{bytes} bytes written to {name}"),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            format!("{name} exists already and is left alone; choose another name")
        }
        Err(error) => format!("{name}: {error}"),
    })
}

/// Seconds that reading may still take.
fn left(reading: Reading, gone: Duration) -> Option<u64> {
    let total = reading.total.filter(|_| reading.read > 0)?;
    let rest = u128::from(total.saturating_sub(reading.read));
    let millis = gone.as_millis().checked_mul(rest)?.checked_div(u128::from(reading.read))?;
    u64::try_from(millis / 1000).ok().filter(|left| *left > 0)
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
