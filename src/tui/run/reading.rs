//! Captures that are read while the screen is looked at: on a thread of their own, judged now and then on another.

use super::Standing;
use super::{Desk, Report};
use crate::scan::{Given, Input, InterfaceSeen, Reading};
use crate::tui::live::Running;
use crate::tui::message::Message;
use crate::tui::opened::Opened;
use crate::tui::session::{Bounds, Session};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// When what was read so far is judged for the first time, and how long it stands before it is judged again.
const FIRST_LOOK: Duration = Duration::from_millis(150);
const NEXT_LOOK: Duration = Duration::from_millis(700);
/// How much of the time judging may take: one part in so many.
const SHARE: u32 = 5;
/// Between two looks at how a running capture stands.
const TICK: Duration = Duration::from_secs(1);
impl Desk {
    /// Reads the captures on a thread of its own.
    pub(super) fn read(&mut self, inputs: Vec<Input>) {
        let given = Given::new(self.rules.clone(), &self.secrets);
        let paths = inputs.iter().map(|input| input.path.clone()).collect();
        let endless = inputs.iter().any(|input| !input.path.is_file());
        let bounds = match (&self.running, endless) {
            (Some(_), _) => Some(Bounds::LIVE),
            (None, true) => Some(Bounds::PIPE),
            (None, false) => None,
        };
        if bounds.is_some() {
            self.keylogs.iter().for_each(|path| given.keys.follow(path.clone()));
        }
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
    pub(super) fn grow(&mut self) -> bool {
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

    /// Once a second: key logs that grow, which are looked into too when a secret is missing, and how the capture stands.
    pub(super) fn tick(&mut self, now: Instant) {
        let Some(session) = self.session.clone() else { return };
        session.keys().catch_up();
        let Some(running) = &mut self.running else { return };
        let interfaces = session.capture().interfaces();
        let sum = |count: fn(&InterfaceSeen) -> Option<u64>| {
            let mut counted = interfaces.iter().filter_map(count).peekable();
            counted.peek().is_some().then(|| counted.sum())
        };
        let (dropped, behind) = (sum(|interface| interface.dropped), sum(|interface| interface.behind));
        let Standing { recorded, unwritten, said } = running.standing();
        let seconds = now.duration_since(self.began).as_secs();
        let recorded = recorded.unwrap_or_default();
        self.happen(Message::Running(Running { seconds, dropped, behind, recorded, unwritten }));
        if !said.is_empty() {
            self.happen(Message::Told(said.join("; ")));
        }
    }

    /// Ends reading; what was read is judged, also if nothing more comes to tell the reader of it.
    pub(super) fn stop_reading(&mut self) {
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
    pub(super) fn resume(&mut self) {
        if let Some(opened) = self.held.take() {
            self.partly(opened);
        }
        self.grow();
    }

    pub(super) fn partly(&mut self, opened: Box<Opened>) {
        let rows = opened.rows();
        let old = self.opened.replace(Arc::from(opened));
        self.happen(Message::Partly(Box::new(rows)));
        let_go(old);
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
pub(super) fn let_go(old: Option<Arc<Opened>>) {
    thread::spawn(move || drop(old));
}

/// Seconds that reading may still take.
fn left(reading: Reading, gone: Duration) -> Option<u64> {
    let total = reading.total.filter(|_| reading.read > 0)?;
    let rest = u128::from(total.saturating_sub(reading.read));
    let millis = gone.as_millis().checked_mul(rest)?.checked_div(u128::from(reading.read))?;
    u64::try_from(millis / 1000).ok().filter(|left| *left > 0)
}
