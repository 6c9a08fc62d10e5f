//! Reading ahead: the bytes of a file are fetched, and unpacked, on a thread of their own, while those that came before
//! are looked at.
//!
//! Nothing is copied on the way: a piece is a whole buffer, with room in front of its bytes for what was left over of the
//! one before. There are [`PIECES`] of them, which go to and fro; so the thread is never further ahead than that, and it
//! ends when nobody takes any more.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// Bytes read at once.
const PIECE: usize = 256 << 10;
/// Room in front of them: more than almost any packet.
pub(super) const MARGIN: usize = 64 << 10;
/// Buffers in use, besides the one that is looked at.
const PIECES: usize = 3;

/// The bytes of a piece lie behind its margin.
pub(super) struct Piece {
    pub(super) buffer: Vec<u8>,
    pub(super) len: usize,
}

/// What is read ahead.
pub(super) struct Ahead {
    full: Receiver<io::Result<Piece>>,
    empty: SyncSender<Vec<u8>>,
}

fn buffer() -> Vec<u8> {
    vec![0; MARGIN.saturating_add(PIECE)]
}

impl Ahead {
    /// Begins to read `source`; gives it back if there can be no thread.
    pub fn begin(source: Box<dyn Read + Send>) -> Result<Self, Box<dyn Read + Send>> {
        let (give, take) = sync_channel::<Box<dyn Read + Send>>(1);
        let (empty, emptied) = sync_channel(PIECES);
        let (filled, full) = sync_channel(PIECES);
        let work = move || {
            if let Ok(source) = take.recv() {
                read(source, &emptied, &filled);
            }
        };
        if thread::Builder::new().name("reading ahead".to_owned()).spawn(work).is_err() {
            return Err(source);
        }
        for _ in 0..PIECES {
            let _ = empty.send(buffer());
        }
        match give.send(source) {
            Ok(()) => Ok(Self { full, empty }),
            Err(refused) => Err(refused.0),
        }
    }

    /// The next piece; nothing at the end.
    pub fn next(&mut self) -> Option<io::Result<Piece>> {
        self.full.recv().ok()
    }

    /// Gives a buffer back. One that grew for a long packet goes.
    pub fn done(&mut self, used: Vec<u8>) {
        let used = if used.len() == MARGIN.saturating_add(PIECE) { used } else { buffer() };
        let _ = self.empty.try_send(used);
    }
}

/// Fills buffers until the end, an error, or nobody takes them.
fn read(mut source: Box<dyn Read + Send>, emptied: &Receiver<Vec<u8>>, filled: &SyncSender<io::Result<Piece>>) {
    while let Ok(mut buffer) = emptied.recv() {
        let mut len = 0_usize;
        let outcome = loop {
            let Some(space) = buffer.get_mut(MARGIN.saturating_add(len)..).filter(|space| !space.is_empty()) else {
                break Ok(true);
            };
            match source.read(space) {
                Ok(0) => break Ok(false),
                Ok(n) => len = len.saturating_add(n),
                Err(error) => break Err(error),
            }
        };
        // What came before an error is told before it.
        if len > 0 && filled.send(Ok(Piece { buffer, len })).is_err() {
            return;
        }
        match outcome {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                let _ = filled.send(Err(error));
                return;
            }
        }
    }
}
