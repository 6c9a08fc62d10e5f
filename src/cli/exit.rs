//! Exit codes, and the failures that lead to them. What a packet holds is never a failure.

use crate::capture::CaptureError;
use crate::capture::live::LiveError;
use crate::filter::FilterError;
use crate::scan::DecodeAsError;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Asked for with `--fail-on` or `--expect-signin`.
    Found = 1,
    /// Usage or filter error.
    Usage = 2,
    /// Input unreadable or no capture.
    Unreadable = 3,
    /// Damaged input and `--strict`.
    Damaged = 4,
    /// No permission or no such device.
    Denied = 5,
    /// A mistake of this program.
    Bug = 70,
    /// Interrupted.
    Interrupted = 130,
}

impl Exit {
    /// The one of two that must be told.
    pub fn worse(self, other: Self) -> Self {
        if (self as u8) < (other as u8) { other } else { self }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Nothing can be captured.
    #[error(transparent)]
    Live(#[from] LiveError),
    /// The capture cannot be read.
    #[error(transparent)]
    Capture(#[from] CaptureError),
    /// The filter cannot be used.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// A decode-as rule cannot be used.
    #[error(transparent)]
    DecodeAs(#[from] DecodeAsError),
    /// The arguments make no sense together.
    #[error("{0}")]
    Usage(String),
    /// Something that was asked for does not exist.
    #[error("{what}")]
    Unknown {
        /// What, in a sentence.
        what: String,
        /// What to try.
        hint: String,
    },
    /// A file named by an option cannot be read or written.
    #[error("cannot {doing} {}: {source}", path.display())]
    File {
        /// `read` or `write`.
        doing: &'static str,
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file of secrets says something that cannot be read. Never tells what.
    #[error("{}: {what}", path.display())]
    Secrets {
        /// Which file.
        path: PathBuf,
        /// Which line, and what is wrong with it.
        what: String,
    },
    /// The output could not be written.
    #[error("cannot write the output: {0}")]
    Output(io::Error),
    /// Whoever read the output has gone.
    #[error("the output was closed")]
    ClosedPipe,
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe { Self::ClosedPipe } else { Self::Output(error) }
    }
}

impl Failure {
    /// The exit code.
    pub fn exit(&self) -> Exit {
        match self {
            Self::File { source, .. } if source.kind() == io::ErrorKind::PermissionDenied => Exit::Denied,
            Self::Capture(CaptureError::Denied { .. }) => Exit::Denied,
            Self::Live(LiveError::Filter { .. }) => Exit::Usage,
            Self::Live(LiveError::Failed(_) | LiveError::Start(_) | LiveError::Confine(_)) => Exit::Unreadable,
            Self::Live(_) => Exit::Denied,
            Self::Capture(_) | Self::File { .. } => Exit::Unreadable,
            Self::Filter(_) | Self::DecodeAs(_) | Self::Usage(_) | Self::Unknown { .. } | Self::Secrets { .. } => {
                Exit::Usage
            }
            Self::Output(_) => Exit::Bug,
            Self::ClosedPipe => Exit::Done,
        }
    }

    /// What to try, where a line of its own helps.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Unknown { hint, .. } => Some(hint),
            Self::Filter(_) => Some("handshark fields lists every field; handshark fields sip only those of SIP"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_permission_is_5() {
        let failure = Failure::from(CaptureError::Denied { file: "a".into() });
        assert_eq!(failure.exit(), Exit::Denied);
        let failure = |kind: io::ErrorKind| Failure::File { doing: "write", path: "a".into(), source: kind.into() };
        assert_eq!(failure(io::ErrorKind::PermissionDenied).exit(), Exit::Denied);
        assert_eq!(failure(io::ErrorKind::NotFound).exit(), Exit::Unreadable);
    }
}
