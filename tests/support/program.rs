//! The program run from outside.

#![allow(dead_code, reason = "each test runs it in its own way")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

pub fn handshark() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_handshark"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env_remove("NO_COLOR").stdin(Stdio::null());
    command
}

/// How the program ended, and what it wrote.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().expect("it ended by itself"),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

pub fn run(arguments: &[&str]) -> Ran {
    handshark().args(arguments).output().unwrap().into()
}

/// The output of a run that must end well and quietly.
pub fn good(arguments: &[&str]) -> String {
    let ran = run(arguments);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{arguments:?}");
    ran.out
}

/// The message of a run that must fail, with nothing on standard output.
pub fn fails(code: i32, arguments: &[&str]) -> String {
    let ran = run(arguments);
    assert_eq!((ran.code, ran.out.as_str()), (code, ""), "{arguments:?}: {}", ran.err);
    assert!(ran.err.starts_with("handshark: ") || ran.err.starts_with("error: "), "{arguments:?}: {}", ran.err);
    ran.err
}

/// A file for one test only.
pub fn temporary(name: &str, content: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, content).unwrap();
    path
}
