//! `live`: sign-ins while they happen.
//!
//! Without a screen there are two threads: one reads packets and folds facts; this one looks at the fold about once a
//! second, tells what is due on standard output, and listens to signals. SIGTERM, SIGINT and SIGHUP end in order:
//! everything known is told, counters go to standard error. SIGUSR1 asks for the counters.

mod fold;
mod limits;
mod reader;
mod screen;
mod signals;
mod teller;

use super::args::{Common, Live as Options};
use super::{Exit, Failure, input, secrets};
use crate::capture::live::confine::Confined;
use crate::capture::live::{Live, LiveError, Request};
use crate::capture::{CaptureError, Recorder};
use crate::secrets::follow::Follow;
use crate::secrets::kerberos::Keyring;
use crate::wire::Timestamp;
use fold::{Fill, Fold};
use reader::{Heard, Reader, Recording, Tally};
use signals::Signals;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime};
use teller::Teller;

/// Between two looks at signals, key logs and the clock.
const TICK: Duration = Duration::from_millis(100);
/// Between two looks at the fold; longer if a look takes long.
const LOOK: Duration = Duration::from_secs(1);
/// How much of our time looking may take: one part in so many.
const SHARE: u32 = 10;
/// How long the capturer has for its last packets.
const PATIENCE: Duration = Duration::from_secs(3);

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
        Recorder::new(ring, now()).map_err(|source| Failure::File { doing: "write", path, source })
    });
    let recording: Recording = Arc::new(Mutex::new(recorder.transpose()?));
    let name = request.interfaces.join(", ");
    let us = std::env::current_exe().map_err(LiveError::Start)?;
    // Where files are begun later on, when this process may write nowhere else.
    let mut folders: Vec<_> = options.write.iter().map(|path| folder(path)).collect();
    if options.headless {
        let job = Job { us: &us, request, name, recording, folders, duration };
        return headless(common, job);
    }
    // Packets are spooled; reports are saved where the user stands.
    folders.extend([std::env::temp_dir(), PathBuf::from(".")]);
    let job = Job { us: &us, request, name, recording, folders, duration };
    screen::run(common, job)
}

fn now() -> Timestamp {
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
}

/// The folder a file is in.
fn folder(path: &Path) -> PathBuf {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}

/// Lines on standard output.
fn headless(common: &Common, job: Job<'_>) -> Result<Exit, Failure> {
    let Job { us, request, name, recording, folders, duration } = job;
    let signals = Signals::watch()?;
    let mut given = secrets::read(common)?;
    let rules = input::rules(common)?;
    let keys = given.tls();
    let keyring = Keyring::new(std::mem::take(&mut given.keytab));
    let fold = Arc::new(Fold::new(given, keys.clone()));
    let tally = Arc::new(Tally::default());
    let (mut live, output) = Live::start(us, request, &folders)?;
    if !common.quiet && live.confined() == Confined::NoLandlock {
        let _ = writeln!(
            io::stderr(),
            "handshark: this kernel has no Landlock: what parses could write any file of its user"
        );
    }
    let reader = Reader {
        name,
        keys: keys.clone(),
        keyring,
        rules,
        fold: Arc::clone(&fold),
        tally: Arc::clone(&tally),
        recording: Arc::clone(&recording),
    };
    let reading = thread::spawn(move || reader.read(output));
    let mut follows: Vec<_> = common.keylog.iter().cloned().map(Follow::new).collect();
    let mut teller = Teller::default();
    let mut out = BufWriter::new(io::stdout().lock());
    let began = Instant::now();
    let mut next_look = began + LOOK;
    let mut stopping: Option<Instant> = None;
    let mut trouble = None;
    while !reading.is_finished() {
        thread::sleep(TICK);
        for follow in &mut follows {
            follow.look(&keys);
        }
        let now = Instant::now();
        let over = duration.is_some_and(|duration| now.saturating_duration_since(began) >= duration);
        if stopping.is_none() && (over || signals.end() || trouble.is_some() || live.is_over()) {
            live.stop();
            stopping = Some(now);
        }
        if stopping.is_some_and(|since| now.saturating_duration_since(since) >= PATIENCE) {
            break;
        }
        if signals.asked() {
            counters(&tally, &teller, &recording);
        }
        if now >= next_look && trouble.is_none() {
            reader::flush(&recording);
            trouble = look(&fold, &mut teller, &mut out, now).err();
            next_look = now + LOOK.max(now.elapsed().saturating_mul(SHARE));
        }
    }
    // Whatever still captures is ended now, so the reading ends too.
    let ended = live.end();
    let Ok(Heard { outcome, notices }) = reading.join() else { return Ok(Exit::Bug) };
    reader::flush(&recording);
    if let Some(error) = trouble {
        return Err(error.into());
    }
    if let Some(view) = fold.look() {
        teller.see(view, Instant::now());
    }
    teller.tell(&mut out, Instant::now(), true)?;
    let said = ended?;
    if !common.quiet {
        for line in said.iter().chain(&notices) {
            let _ = writeln!(io::stderr(), "handshark: {line}");
        }
    }
    counters(&tally, &teller, &recording);
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
    teller.tell(out, now, fill == Fill::TooMany)?;
    if fill == Fill::TooMany || fill == Fill::Many && !teller.is_waiting() {
        fold.begin_anew();
        teller.begin_anew();
    }
    Ok(())
}

/// One line on standard error.
fn counters(tally: &Tally, teller: &Teller, recording: &Recording) {
    let mut line = format!("{tally}, {} sign-ins and {} findings told", teller.told_sign_ins, teller.told_findings);
    if let Some(recorded) = reader::recorded(recording) {
        line.push_str(", ");
        line.push_str(&recorded);
    }
    let _ = writeln!(io::stderr(), "handshark: {line}");
}
