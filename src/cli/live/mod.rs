//! `live`: sign-ins while they happen.
//!
//! Without a screen there are two threads: one reads packets and folds facts; this one looks at the fold about once a
//! second, tells what is due on standard output, and listens to signals. SIGTERM and SIGINT end in order: everything known
//! is told, counters go to standard error. SIGHUP is how a service is told that its files were moved: those of `-w` and `-o`
//! are begun anew. Where it comes because the terminal has gone, it ends too. SIGUSR1 asks for the counters.

pub mod args;
mod clock;
mod fold;
mod limits;
mod lines;
mod reader;
mod recording;
mod screen;
mod signals;
mod states;
mod teller;

use super::args::{Common, Input};
use super::{Exit, Failure, given, input, secrets};
use crate::capture::live::confine::Confined;
use crate::capture::live::{Live, LiveError, Request};
use crate::capture::{CaptureError, Recorder};
use crate::secrets::kerberos::Keyring;
use crate::wire::Timestamp;
use args::Live as Options;
use fold::{Fill, Fold};
use lines::Lines;
use reader::{Heard, Numbers, Reader, Tally};
use recording::Recording;
use signals::{Signals, Terminals};
use states::States;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant, SystemTime};
use teller::{Teller, When};

/// Between two looks at signals, key logs and the clock.
const TICK: Duration = Duration::from_millis(100);
/// Between two looks at the fold; longer if a look takes long.
const LOOK: Duration = Duration::from_secs(1);
/// How much of our time looking may take: one part in so many.
const SHARE: u32 = 10;
/// How long the capturer has for its last packets, after the one before, and in all.
const PATIENCE: Duration = Duration::from_secs(3);
const END: Duration = Duration::from_secs(30);

/// Runs the command.
pub fn run(common: &Common, options: &Options) -> Result<Exit, Failure> {
    let ring = limits::ring(options)?;
    let duration = limits::duration(options)?;
    if !options.headless && !super::wants_screen() {
        return Err(Failure::Usage("there is no terminal for the screen; add --headless for lines of JSON".into()));
    }
    if options.headless && options.capture.interface.is_empty() {
        let what = "there is no screen to choose an interface on: name one with -i; handshark interfaces lists them";
        return Err(Failure::Usage(what.into()));
    }
    let Some(request) = screen::request(common, options)? else { return Ok(Exit::Done) };
    let recorder = ring.map(|ring| {
        let path = ring.path.clone();
        Recorder::new(ring, clock()).map_err(|source| Failure::File { doing: "write", path, source })
    });
    let recording = Recording::new(recorder.transpose()?);
    let name = request.interfaces.join(", ");
    let us = std::env::current_exe().map_err(LiveError::Start)?;
    // Where files are begun later on, when this process may write nowhere else.
    let files = options.write.iter().chain(&options.output);
    files.clone().try_for_each(|path| given::spare(Some(path), common, &Input::default()))?;
    let mut folders: Vec<_> = files.map(|path| folder(path)).collect();
    let output = options.output.as_deref();
    if options.headless {
        let job = Job { us: &us, request, name, recording, folders, duration, output };
        return headless(common, job);
    }
    // Packets are spooled; reports are saved where the user stands.
    folders.extend([std::env::temp_dir(), PathBuf::from(".")]);
    let job = Job { us: &us, request, name, recording, folders, duration, output };
    screen::run(common, job)
}

fn clock() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp::new(i64::try_from(since.as_secs()).unwrap_or(i64::MAX), 0)
}

/// What is to be done.
struct Job<'j> {
    us: &'j Path,
    request: Request,
    /// The interfaces, for messages.
    name: String,
    recording: Recording,
    /// Where files may be written.
    folders: Vec<PathBuf>,
    duration: Option<Duration>,
    /// Where lines go if not to standard output.
    output: Option<&'j Path>,
}

/// The folder a file is in.
fn folder(path: &Path) -> PathBuf {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}

/// Lines on standard output, or in a file.
fn headless(common: &Common, job: Job<'_>) -> Result<Exit, Failure> {
    let Job { us, request, name, recording, folders, duration, output } = job;
    let terminals = Terminals::new();
    let signals = Signals::watch()?;
    let mut given = secrets::read(common)?;
    let rules = input::rules(common)?;
    let keys = given.tls();
    let keyring = Keyring::new(std::mem::take(&mut given.keytab));
    let fold = Arc::new(Fold::new(given, keys.clone()));
    let tally = Arc::new(Tally::default());
    let mut out = Lines::new(output)?;
    let mut states = States::new(&request.interfaces);
    let (mut live, output) = Live::start(us, request, &folders)?;
    if !common.quiet && live.confined() == Confined::NoLandlock {
        say("this kernel has no Landlock: what parses could write any file of its user");
    }
    let reader = Reader {
        name: name.clone(),
        keys: keys.clone(),
        keyring,
        rules,
        fold: Arc::clone(&fold),
        tally: Arc::clone(&tally),
        recording: recording.clone(),
    };
    let reading = thread::spawn(move || reader.read(output));
    common.keylog.iter().for_each(|path| keys.follow(path.clone()));
    let mut teller = Teller::new(name);
    let began = Instant::now();
    let mut next_look = began + LOOK;
    // Since when we are ending, and the packets since when none came.
    let mut stopping: Option<(Instant, Instant, u64)> = None;
    let mut trouble = None;
    while !reading.is_finished() {
        thread::sleep(TICK);
        keys.catch_up();
        let now = Instant::now();
        let hung_up = signals.hung_up();
        let deserted = hung_up && terminals.are_gone();
        if hung_up && !deserted {
            recording.reopen(clock());
            trouble = trouble.or(out.reopen().err());
        }
        let over = duration.is_some_and(|duration| now.saturating_duration_since(began) >= duration);
        let asked = signals.end() || deserted;
        if stopping.is_none() && (over || asked || trouble.is_some() || live.is_over()) {
            live.stop();
            stopping = Some((now, now, 0));
        }
        if let Some((began, since, before)) = &mut stopping {
            let packets = tally.numbers().packets;
            if packets != *before {
                (*since, *before) = (now, packets);
            }
            if now.saturating_duration_since(*since) >= PATIENCE || now.saturating_duration_since(*began) >= END {
                break;
            }
        }
        if signals.asked() {
            counters(tally.numbers(), &teller, &recording);
        }
        if now >= next_look {
            recording.flush();
            if trouble.is_none() {
                trouble = look(&fold, &mut teller, &mut out, now)
                    .and_then(|()| teller.losses(&mut out, tally.numbers(), now))
                    .err()
                    .map(Failure::from);
            }
            if !common.quiet {
                let news = [live.news(), recording.news(), tally.news(), states.news()];
                news.iter().flatten().for_each(|news| say(news));
            }
            next_look = now + LOOK.max(now.elapsed().saturating_mul(SHARE));
        }
    }
    // Whatever still captures is ended now, so the reading ends too.
    let ended = live.end();
    let Ok(Heard { outcome, notices }) = reading.join() else { return Ok(Exit::Bug) };
    recording.flush();
    if let Some(error) = trouble {
        return Err(error);
    }
    if let Some(view) = fold.look() {
        teller.see(view, Instant::now());
    }
    let numbers = tally.numbers();
    if numbers.packets == 0 {
        // Nothing ever began.
        if let Err(error) = ended {
            return Err(error.into());
        }
    }
    teller.tell(&mut out, Instant::now(), When::End)?;
    teller.end(&mut out, numbers, &notices)?;
    if !common.quiet {
        let said = ended.as_deref().unwrap_or_default();
        let news = [recording.news(), tally.news(), notices];
        said.iter().chain(news.iter().flatten()).for_each(|news| say(news));
    }
    counters(numbers, &teller, &recording);
    ended?;
    match outcome {
        // It was told to end before it wrote anything.
        Ok(()) | Err(CaptureError::Empty { .. }) => Ok(Exit::Done),
        Err(error) => Err(error.into()),
    }
}

/// Looks at the fold, tells what is due, and begins anew when there is too much in it.
fn look(fold: &Fold, teller: &mut Teller, out: &mut impl Write, now: Instant) -> io::Result<()> {
    if let Some(view) = fold.look() {
        teller.see(view, now);
    }
    let fill = fold.fill();
    teller.tell(out, now, if fill == Fill::TooMany { When::Anew } else { When::Due })?;
    if fill == Fill::TooMany || fill == Fill::Many && !teller.is_waiting() {
        fold.begin_anew();
        teller.begin_anew();
    }
    Ok(())
}

/// One line on standard error.
fn counters(numbers: Numbers, teller: &Teller, recording: &Recording) {
    let mut line = format!("{numbers}, {} sign-ins and {} findings told", teller.told_sign_ins, teller.told_findings);
    if let Some(recorded) = recording.summary() {
        line.push_str(", ");
        line.push_str(&recorded);
    }
    say(&line);
}

fn say(what: &str) {
    let _ = writeln!(io::stderr(), "handshark: {what}");
}
