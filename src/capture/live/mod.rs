//! Packets as they come: a child process captures and writes pcapng to a pipe, and the pipe is read like any other capture.
//!
//! Two processes, because a parser of hostile bytes should not be the one that may open raw sockets:
//!
//! ```text
//!  handshark (parses; holds no capability) ──lifeline──▶ helper (captures; looks into nothing)
//!         ▲                                                  │
//!         └────────────── pcapng, messages ──────────────────┘
//! ```
//!
//! * The helper is this program again (`helper.rs`, which has the order of things). It opens the interfaces through libpcap
//!   (`pcap.rs`), gives up everything it had to do so (`confine.rs`), and copies. Where it may not, dumpcap or tcpdump do it,
//!   as its child (`child.rs`).
//! * It ends politely when it is told to, and at once when the lifeline closes, which the kernel sees to even if we are
//!   killed: nothing keeps capturing without us, and nothing is left as a zombie.
//! * If we do not keep up, it keeps a while what it has (`queue.rs`), then lets packets go and counts them.

mod capturer;
mod child;
pub mod confine;
mod error;
pub mod helper;
pub mod interfaces;
#[cfg(unix)]
mod pcap;
#[cfg(unix)]
mod queue;
mod word;

pub use capturer::{Request, SNAPLEN};
pub use error::LiveError;

use confine::Confined;
use error::Said;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How long the capturer has for its last words.
const PATIENCE: Duration = Duration::from_secs(3);
/// Between two looks at whether it ended.
const STEP: Duration = Duration::from_millis(20);
/// Lines of messages kept, and bytes of each.
const MAX_LINES: usize = 100;
const MAX_LINE: u64 = 1_000;

/// A capture that is running. Dropping it ends the capturer.
#[derive(Debug)]
pub struct Live {
    helper: Child,
    lifeline: Option<ChildStdin>,
    said: Arc<Mutex<Vec<String>>>,
    listener: Option<JoinHandle<()>>,
    confined: Confined,
    us: PathBuf,
    request: Request,
    /// Lines of what was said that were handed on.
    told: usize,
}

impl Live {
    /// Starts capturing, and confines this process: from now on it holds no privilege, starts no program, and writes only
    /// below the folders `writable`. `us` is the file of this program, which knows the hidden command `capture-helper`. What
    /// is captured comes out of the pipe.
    ///
    /// Only the thread that calls is confined, and those it starts later: this is for before the first of them.
    pub fn start(us: &Path, request: Request, writable: &[PathBuf]) -> Result<(Self, ChildStdout), LiveError> {
        let mut command = Command::new(us);
        command.args(request.arguments());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A key that interrupts is meant for us: we end the capturer in order, after its last packets.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut helper = command.spawn().map_err(LiveError::Start)?;
        let confined = match confine::parser(writable) {
            Ok(confined) => confined,
            Err(error) => {
                drop(helper.stdin.take());
                let _ = helper.wait();
                return Err(LiveError::Confine(error));
            }
        };
        let said = Arc::default();
        let lifeline = helper.stdin.take();
        let listener = helper.stderr.take().map(|stream| listen(stream, Arc::clone(&said)));
        let Some(output) = helper.stdout.take() else {
            return Err(LiveError::Start(std::io::ErrorKind::BrokenPipe.into()));
        };
        Ok((Self { helper, lifeline, said, listener, confined, us: us.to_owned(), request, told: 0 }, output))
    }

    /// How far this process is confined.
    pub const fn confined(&self) -> Confined {
        self.confined
    }

    /// What was said since the last time and is worth telling: an interface that went away.
    pub fn news(&mut self) -> Vec<String> {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let new = said.get(self.told..).unwrap_or(&[]).to_vec();
        self.told = said.len();
        Said::new(new).worth_telling()
    }

    /// Asks the capturer to end; what it has captured still comes.
    pub fn stop(&mut self) {
        if let Some(lifeline) = &mut self.lifeline {
            let _ = lifeline.write_all(helper::STOP).and_then(|()| lifeline.flush());
        }
    }

    /// The process that watches the capturer.
    pub fn helper(&self) -> u32 {
        self.helper.id()
    }

    /// True once the helper has ended.
    pub fn is_over(&mut self) -> bool {
        !matches!(self.helper.try_wait(), Ok(None))
    }

    /// Waits for the end; what the capturer had to say, or why it failed.
    pub fn end(mut self) -> Result<Vec<String>, LiveError> {
        let status = self.wait();
        let news = self.news();
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match status {
            Some(status) if !status.success() => Err(Said::new(said).failure(&self.us, &self.request, status)),
            _ => Ok(news),
        }
    }

    /// Closes the lifeline in order.
    fn take_leave(&mut self) {
        if let Some(mut lifeline) = self.lifeline.take() {
            // It may have gone before us.
            let _ = lifeline.write_all(helper::BYE);
        }
    }

    /// Waits a while, then no longer.
    fn wait(&mut self) -> Option<ExitStatus> {
        let until = Instant::now().checked_add(PATIENCE);
        let mut status = None;
        while status.is_none() && until.is_some_and(|until| Instant::now() < until) {
            status = self.helper.try_wait().ok().flatten();
            if status.is_none() {
                thread::sleep(STEP);
            }
        }
        // The helper ends the capturer when the lifeline closes.
        self.take_leave();
        let ended = self.helper.wait().ok();
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
        status.and(ended)
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.take_leave();
        let _ = self.helper.wait();
    }
}

/// Keeps what is said on a stream, so that the pipe never fills.
fn listen(stream: ChildStderr, said: Arc<Mutex<Vec<String>>>) -> JoinHandle<()> {
    thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut line = Vec::new();
        loop {
            line.clear();
            match reader.by_ref().take(MAX_LINE).read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => break,
                Ok(_) => {}
            }
            // Tabs stand between the parts of what our helper says.
            let parts = line.trim_ascii().split(|byte| *byte == b'\t').map(|part| crate::wire::text::escape(part));
            let text = parts.collect::<Vec<_>>().join("\t");
            let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
            if said.len() < MAX_LINES && !text.is_empty() {
                said.push(text);
            }
        }
    })
}
