//! Being told to end, and being asked how it goes.

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Which of the three standard streams were a terminal.
#[derive(Clone, Copy, Debug)]
pub struct Terminals([bool; 3]);

impl Terminals {
    /// As it is now.
    pub fn new() -> Self {
        Self([io::stdin().is_terminal(), io::stdout().is_terminal(), io::stderr().is_terminal()])
    }

    /// True if one was a terminal that is none any more: whoever sat there has gone, and the connection to it too.
    pub fn are_gone(self) -> bool {
        let now = Self::new().0;
        self.0.iter().zip(now).any(|(before, now)| *before && !now)
    }
}

/// What came.
#[derive(Clone, Debug, Default)]
pub struct Signals {
    end: Arc<AtomicBool>,
    ask: Arc<AtomicBool>,
    hang_up: Arc<AtomicBool>,
}

impl Signals {
    /// Watches: SIGTERM and SIGINT end, SIGHUP says that files were moved or that the terminal has gone, SIGUSR1 asks.
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
