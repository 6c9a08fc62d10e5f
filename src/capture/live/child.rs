//! Another program that captures: dumpcap or tcpdump, as a child of the helper, which sees to it that it ends.
//!
//! The byte on the lifeline asks it to end in order; the end of the lifeline means that the parser has gone, however it
//! went, and the program is killed. Whatever happens, it is waited for.

use super::helper::{BYE, Terminal};
use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// Between two looks at whether the capturer ended.
const STEP: Duration = Duration::from_millis(50);

enum Wish {
    Stop,
    Bye,
    Gone,
}

/// Runs the capturer to its end; true if that was a good one.
pub fn run(program: &Path, arguments: &[OsString], terminal: &mut Terminal) -> bool {
    let child = Command::new(program).args(arguments).stdin(Stdio::null()).spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => {
            let _ = writeln!(io::stderr(), "{}: {error}", program.display());
            return false;
        }
    };
    let wishes = wishes();
    let mut bye = false;
    loop {
        match wishes.recv_timeout(STEP) {
            Ok(Wish::Stop) => interrupt(&mut child),
            Ok(Wish::Bye) => bye = true,
            Ok(Wish::Gone) | Err(RecvTimeoutError::Disconnected) => {
                let _ = child.kill();
                let _ = child.wait();
                if !bye {
                    terminal.give_back();
                }
                return true;
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
        match child.try_wait() {
            Ok(None) => {}
            Ok(Some(status)) => return status.success(),
            Err(_) => return false,
        }
    }
}

/// What comes down the lifeline.
fn wishes() -> Receiver<Wish> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut input = io::stdin().lock();
        let mut byte = [0];
        loop {
            let wish = match input.read(&mut byte) {
                Ok(0) => Wish::Gone,
                Ok(_) if byte == BYE => Wish::Bye,
                Ok(_) => Wish::Stop,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(_) => Wish::Gone,
            };
            let last = matches!(wish, Wish::Gone);
            if sender.send(wish).is_err() || last {
                break;
            }
        }
    });
    receiver
}

/// As the key that interrupts would: the capturer writes what it has, and its counters.
#[cfg(unix)]
fn interrupt(child: &mut Child) {
    use rustix::process::{Pid, Signal, kill_process};
    let id = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    if id.is_none_or(|id| kill_process(id, Signal::INT).is_err()) {
        let _ = child.kill();
    }
}

#[cfg(not(unix))]
fn interrupt(child: &mut Child) {
    let _ = child.kill();
}
