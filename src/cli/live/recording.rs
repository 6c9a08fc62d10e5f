//! What is captured, written to disk on the side: whatever happens to the disk, watching goes on.

use crate::capture::{Interface, Record, Recorder, Ring};
use crate::wire::Timestamp;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Between two attempts to write where there was no room.
const RETRY: Duration = Duration::from_secs(5);
/// Messages kept until somebody asks.
const MAX_NEWS: usize = 100;

/// Where packets are written to, if that is wanted. Clones share it.
#[derive(Clone, Debug)]
pub struct Recording(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    recorder: Option<Recorder>,
    trouble: Option<Trouble>,
    /// Packets that were not written, in all.
    missed: u64,
    /// Somebody took the file away, and that was told.
    away: bool,
    news: Vec<String>,
}

/// Writing failed.
#[derive(Debug)]
struct Trouble {
    next: Instant,
    missed: u64,
}

impl Recording {
    /// To this recorder.
    pub fn new(recorder: Option<Recorder>) -> Self {
        let news = Vec::new();
        Self(Arc::new(Mutex::new(State { recorder, trouble: None, missed: 0, away: false, news })))
    }

    /// Takes a packet; [`Recording::settle`] writes it.
    pub fn keep(&self, record: &Record<'_>) {
        let mut state = self.state();
        let State { recorder: Some(recorder), trouble, missed, .. } = &mut *state else { return };
        if let Some(trouble) = trouble
            && Instant::now() < trouble.next
        {
            trouble.missed = trouble.missed.saturating_add(1);
            *missed = missed.saturating_add(1);
            return;
        }
        recorder.keep(record);
    }

    /// Writes the packet that was kept.
    pub fn settle(&self, interfaces: &[Interface]) {
        self.state().attempt(|recorder| recorder.settle(interfaces));
    }

    /// Brings what was written to the disk, and sees whether the file is still there.
    pub fn flush(&self) {
        let mut state = self.state();
        state.attempt(Recorder::flush);
        let Some(recorder) = &state.recorder else { return };
        let away = recorder.is_away();
        if away && !state.away {
            let path = recorder.path().display();
            let news = format!("{path} was moved or deleted; what comes is still written to it, SIGHUP begins it anew");
            state.tell(news);
        }
        state.away = away;
    }

    /// Begins the file anew if somebody took it away; of a ring, the next one.
    pub fn reopen(&self, now: Timestamp) {
        let mut state = self.state();
        state.attempt(|recorder| recorder.reopen(now));
    }

    /// Ends writing, or begins it with this file; in words what was done.
    pub fn toggle(&self, path: PathBuf, now: Timestamp) -> String {
        let mut state = self.state();
        (state.trouble, state.away, state.missed) = (None, false, 0);
        if let Some(mut recorder) = state.recorder.take() {
            let flushed = recorder.flush();
            let (packets, path) = (recorder.packets(), recorder.path().display());
            return match flushed {
                Ok(()) => format!("{packets} packets written to {path}; what comes now is not, r begins another file"),
                Err(error) => format!("{packets} packets written to {path}, the last could not be: {error}"),
            };
        }
        let told = path.display().to_string();
        match Recorder::new(Ring { path, ..Ring::default() }, now) {
            Ok(recorder) => {
                state.recorder = Some(recorder);
                format!("what comes now is written to {told}; r ends it")
            }
            Err(error) => format!("{told} cannot be written: {error}"),
        }
    }

    /// Packets that should have been written and were not.
    pub fn missed(&self) -> u64 {
        let state = self.state();
        state.missed.saturating_add(state.recorder.as_ref().map_or(0, Recorder::lost))
    }

    /// What is to be told since the last time.
    pub fn news(&self) -> Vec<String> {
        std::mem::take(&mut self.state().news)
    }

    /// How much was recorded.
    pub fn summary(&self) -> Option<String> {
        let state = self.state();
        let recorder = state.recorder.as_ref()?;
        let (packets, files, path) = (recorder.packets(), recorder.files(), recorder.path().display());
        let missed = state.missed.saturating_add(recorder.lost());
        let missing = if missed == 0 { String::new() } else { format!(" and {missed} not") };
        Some(format!("{packets} packets written{missing}, file {files} is {path}"))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// If it fails, nothing is written for a while.
    fn attempt(&mut self, work: impl FnOnce(&mut Recorder) -> io::Result<()>) {
        let Some(recorder) = &mut self.recorder else { return };
        let now = Instant::now();
        match &mut self.trouble {
            None => {
                let Err(error) = work(recorder) else { return };
                let path = recorder.path().display();
                let news = format!("{path} cannot be written: {error}; what it holds is kept, watching goes on");
                self.trouble = Some(Trouble { next: now + RETRY, missed: 0 });
                self.tell(news);
            }
            Some(trouble) if now >= trouble.next => {
                // It has to reach the disk to count.
                if work(recorder).and_then(|()| recorder.flush()).is_err() {
                    trouble.next = now + RETRY;
                    return;
                }
                let news =
                    format!("{} is written again; {} packets are missing", recorder.path().display(), trouble.missed);
                self.trouble = None;
                self.tell(news);
            }
            Some(_) => {}
        }
    }

    fn tell(&mut self, news: String) {
        if self.news.len() < MAX_NEWS {
            self.news.push(news);
        }
    }
}
