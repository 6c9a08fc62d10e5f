//! Signals: being told to end, and stopping for a while. Where there are none, nothing ever comes.

#[cfg(not(unix))]
pub use other::{die_of, stop, watch};
#[cfg(unix)]
pub use unix::{die_of, stop, watch};

#[cfg(unix)]
mod unix {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGTSTP};
    use signal_hook::low_level::emulate_default_handler;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;
    use std::{io, thread};

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
mod other {
    use std::io;
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;

    /// Nothing ever comes.
    pub fn watch() -> io::Result<Arc<AtomicUsize>> {
        Ok(Arc::default())
    }

    /// Never called.
    pub fn die_of(_: usize) {}

    /// There is nothing like it.
    pub fn stop() {}
}
