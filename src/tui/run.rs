//! The loop: keys and threads into messages, effects into work. The only file with a terminal, a thread or a channel.
//!
//! The terminal is given back on every way out: quitting, an error, a panic (also of the thread that reads), a signal.
//! A panic's words are kept until then, or they would be lost with the screen.

use super::effect::{Effect, answer};
use super::keymap;
use super::message::Message;
use super::model::Model;
use super::rows::{Opened, name};
use super::theme::Theme;
use super::update::update;
use super::view::view;
use crate::scan::{DecodeAs, Gather, Input, Select};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::event::{self, Event};
use ratatui::crossterm::{cursor, execute, terminal};
use std::collections::VecDeque;
use std::io::{self, Stdout, stdout};
use std::panic;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How long to wait for a key while work goes on elsewhere, and while none does.
const BUSY: Duration = Duration::from_millis(50);
const IDLE: Duration = Duration::from_millis(250);
/// Events taken before the screen is drawn again.
const MAX_EVENTS: usize = 256;

/// What to show.
pub struct Options {
    /// The captures, opened.
    pub inputs: Vec<Input>,
    /// What the user knows of ports.
    pub rules: Vec<DecodeAs>,
    /// Secrets are shown as they are.
    pub show_secrets: bool,
    /// With colours.
    pub color: bool,
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

/// The terminal, taken; dropping it gives it back.
struct Screen(Terminal<CrosstermBackend<Stdout>>);

/// Dropped while the terminal is being taken, if that fails halfway.
struct Taken;

impl Taken {
    fn take() -> io::Result<Self> {
        terminal::enable_raw_mode()?;
        let taken = Self;
        execute!(stdout(), terminal::EnterAlternateScreen, cursor::Hide)?;
        Ok(taken)
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        give_back();
    }
}

fn give_back() {
    // Each may fail without the others.
    let _ = execute!(stdout(), terminal::LeaveAlternateScreen);
    let _ = execute!(stdout(), cursor::Show);
    let _ = terminal::disable_raw_mode();
}

impl Screen {
    fn open() -> io::Result<Self> {
        let taken = Taken::take()?;
        let screen = Terminal::new(CrosstermBackend::new(stdout()))?;
        std::mem::forget(taken);
        Ok(Self(screen))
    }

    /// Stops the program until the shell wakes it.
    fn suspend(&mut self) -> io::Result<()> {
        give_back();
        signals::stop();
        std::mem::forget(Taken::take()?);
        self.0.clear()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

/// What threads have to say.
enum Report {
    Message(Message),
    Opened(Box<Opened>),
}

/// Everything around the model.
struct Desk {
    model: Model,
    opened: Option<Arc<Opened>>,
    show_secrets: bool,
    sender: Sender<Report>,
    stop_reading: Arc<AtomicBool>,
    stop_selecting: Arc<AtomicBool>,
    quit: bool,
    redraw: bool,
    suspend: bool,
}

fn attend(options: Options) -> io::Result<End> {
    let signal = signals::watch()?;
    let theme = Theme { color: options.color, unicode: is_unicode() };
    let paths: Vec<_> = options.inputs.iter().map(|i| i.path.clone()).collect();
    let mut screen = Screen::open()?;
    let size = screen.0.size()?;
    let (sender, receiver) = channel();
    let mut desk = Desk {
        model: Model::new(&name(&paths), (size.width, size.height)),
        opened: None,
        show_secrets: options.show_secrets,
        sender,
        stop_reading: Arc::default(),
        stop_selecting: Arc::default(),
        quit: false,
        redraw: false,
        suspend: false,
    };
    let mut reader = Some(desk.read(options.inputs, options.rules));
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
            screen.0.draw(|frame| view(&desk.model, theme, frame))?;
        }
        let busy = desk.model.reading.is_some() || desk.model.bar.asked.is_some();
        if event::poll(if busy { BUSY } else { IDLE })? {
            dirty |= desk.events()?;
        }
        dirty |= desk.reports(&receiver);
        if reader.as_ref().is_some_and(JoinHandle::is_finished) {
            // What it sent before it ended is in the channel.
            dirty |= desk.reports(&receiver);
            if reader.take().is_some_and(|reader| reader.join().is_err()) {
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
    fn read(&self, inputs: Vec<Input>, rules: Vec<DecodeAs>) -> JoinHandle<()> {
        let (sender, stop) = (self.sender.clone(), Arc::clone(&self.stop_reading));
        thread::spawn(move || {
            let progress = &mut |reading| {
                let _ = sender.send(Report::Message(Message::Reading(reading)));
            };
            let opened = Opened::read(inputs, rules, progress, &stop);
            // Nobody listens if the user has quit.
            let _ = sender.send(Report::Opened(Box::new(opened)));
        })
    }

    /// Takes the events that wait; true if there was any that matters.
    fn events(&mut self) -> io::Result<bool> {
        let mut dirty = false;
        for _ in 0..MAX_EVENTS {
            let message = match event::read()? {
                Event::Key(key) => keymap::command(&self.model.contexts(), &key).map(Message::Do),
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

    /// Takes what threads reported.
    fn reports(&mut self, receiver: &Receiver<Report>) -> bool {
        let mut dirty = false;
        while let Ok(report) = receiver.try_recv() {
            dirty = true;
            match report {
                Report::Message(message) => self.happen(message),
                Report::Opened(opened) => {
                    let rows = opened.rows();
                    self.opened = Some(Arc::from(opened));
                    self.happen(Message::Loaded(Box::new(rows)));
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
                (None, Effect::Suspend) => self.suspend = true,
                (None, Effect::Quit) => self.quit = true,
                (None, Effect::Detail(_) | Effect::Summarise(_)) => {}
            }
        }
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

/// True unless the locale says that the terminal is not in UTF-8.
fn is_unicode() -> bool {
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

#[cfg(unix)]
mod signals {
    //! Being told to end, and stopping for a while.
    use super::{Arc, AtomicUsize, Duration, Ordering, io, thread};
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGTSTP};
    use signal_hook::low_level::emulate_default_handler;

    /// How long the loop has to end after a signal.
    const PATIENCE: Duration = Duration::from_millis(700);

    /// The signal that came, once one has.
    pub fn watch() -> io::Result<Arc<AtomicUsize>> {
        let came = Arc::new(AtomicUsize::new(0));
        for signal in [SIGTERM, SIGHUP, SIGINT] {
            let number = usize::try_from(signal).unwrap_or(0);
            signal_hook::flag::register_usize(signal, Arc::clone(&came), number)?;
        }
        // When the terminal itself is gone, waiting for input never ends and the loop never looks at the flag.
        let seen = Arc::clone(&came);
        thread::spawn(move || {
            while seen.load(Ordering::Relaxed) == 0 {
                thread::sleep(PATIENCE);
            }
            thread::sleep(PATIENCE);
            die_of(seen.load(Ordering::Relaxed));
        });
        Ok(came)
    }

    /// Ends as the signal would have ended us.
    pub fn die_of(signal: usize) {
        let _ = emulate_default_handler(i32::try_from(signal).unwrap_or(SIGTERM));
    }

    /// Stops until the shell goes on with us.
    pub fn stop() {
        let _ = emulate_default_handler(SIGTSTP);
    }
}

#[cfg(not(unix))]
mod signals {
    //! No signals here.
    use super::{Arc, AtomicUsize, io};

    /// Nothing ever comes.
    pub fn watch() -> io::Result<Arc<AtomicUsize>> {
        Ok(Arc::default())
    }

    /// Never called.
    pub fn die_of(_: usize) {}

    /// There is nothing like it.
    pub fn stop() {}
}
