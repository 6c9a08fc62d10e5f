//! Being told to end, and being asked how it goes.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What came.
#[derive(Clone, Debug, Default)]
pub struct Signals {
    end: Arc<AtomicBool>,
    ask: Arc<AtomicBool>,
    hang_up: Arc<AtomicBool>,
}

impl Signals {
    /// Watches: SIGTERM and SIGINT end, SIGHUP means what it means, SIGUSR1 asks.
    #[cfg(unix)]
    pub fn watch() -> io::Result<Self> {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1};
        let signals = Self::default();
        for signal in [SIGTERM, SIGINT] {
            signal_hook::flag::register(signal, Arc::clone(&signals.end))?;
        }
        signal_hook::flag::register(SIGHUP, Arc::clone(&signals.hang_up))?;
        signal_hook::flag::register(SIGUSR1, Arc::clone(&signals.ask))?;
        Ok(signals)
    }

    /// No signals here.
    #[cfg(not(unix))]
    pub fn watch() -> io::Result<Self> {
        Ok(Self::default())
    }

    /// True once we should end.
    pub fn end(&self) -> bool {
        self.end.load(Ordering::Relaxed)
    }

    /// True if the terminal has gone, or somebody rotated the files, since the last time.
    pub fn hung_up(&self) -> bool {
        self.hang_up.swap(false, Ordering::Relaxed)
    }

    /// True if somebody asked since the last time.
    pub fn asked(&self) -> bool {
        self.ask.swap(false, Ordering::Relaxed)
    }
}
