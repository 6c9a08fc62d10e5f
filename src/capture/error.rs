//! Why a capture cannot be opened, or no longer be read: what is wrong, with which file, and what to try.
//!
//! Damage behind the file header is no error but a [`super::Notice`].

use std::io;
use std::path::Path;

use crate::wire::text;

/// A capture that gives no packets, or no further ones. `file` is the name as given, made harmless for a terminal.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// There is no such file.
    #[error("{file}: no such file")]
    NotFound {
        /// The capture.
        file: String,
    },
    /// The user may not read it.
    #[error("{file}: permission denied; read it as its owner, or have it copied to where you may read")]
    Denied {
        /// The capture.
        file: String,
    },
    /// It is a folder.
    #[error("{file} is a folder; name a capture inside it")]
    Folder {
        /// The capture.
        file: String,
    },
    /// Another program holds it.
    #[error("{file} is in use by another program; end that program, or read a copy")]
    Busy {
        /// The capture.
        file: String,
    },
    /// Standard input is a keyboard.
    #[error("standard input is a terminal; send a capture into it, such as: tcpdump -w - port 5061 | handshark -")]
    Terminal,
    /// It has no bytes.
    #[error("{file} is empty: nothing was captured, or copying it failed")]
    Empty {
        /// The capture.
        file: String,
    },
    /// The system refuses to open it, for another reason.
    #[error("{file} cannot be opened: {source}")]
    Unreadable {
        /// The capture.
        file: String,
        /// What the system says.
        source: io::Error,
    },
    /// The medium failed while reading.
    #[error("{file}: reading failed at byte {at}: {source}")]
    Read {
        /// The capture.
        file: String,
        /// Bytes read of the (decompressed) capture before.
        at: u64,
        /// What the system says.
        source: io::Error,
    },
    /// It is known what it is, and it is not read.
    #[error("{file} is {what}, which is not read here; {advice}")]
    Foreign {
        /// The capture.
        file: String,
        /// The format, with its article.
        what: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// It begins like nothing known.
    #[error("{file} is not a capture: it starts with {start}; pcap and pcapng are read, also in gzip, zstd or lz4")]
    NotACapture {
        /// The capture.
        file: String,
        /// How it starts: quoted text, or bytes.
        start: String,
    },
    /// A variant of a capture format that is not read.
    #[error("{file} is {what}, which is not read here; convert it: editcap -F pcapng OLD NEW")]
    Unsupported {
        /// The capture.
        file: String,
        /// The variant, with its article.
        what: &'static str,
    },
    /// It begins like a capture, but not even the file header can be read.
    #[error("{file} is a damaged capture: {why}; fetch it again")]
    Damaged {
        /// The capture.
        file: String,
        /// What is wrong.
        why: String,
    },
    /// The compression gives nothing.
    #[error("{file} cannot be unpacked ({why}); fetch it again, or unpack it yourself and give what comes out")]
    Packed {
        /// The capture.
        file: String,
        /// What is wrong.
        why: String,
    },
    /// Compressed in compressed in compressed.
    #[error("{file} is compressed more than twice; unpack it first")]
    Nested {
        /// The capture.
        file: String,
    },
}

impl CaptureError {
    /// What the system's refusal to open `file` means.
    pub(super) fn opening(file: String, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::NotFound => Self::NotFound { file },
            io::ErrorKind::PermissionDenied => Self::Denied { file },
            io::ErrorKind::IsADirectory => Self::Folder { file },
            io::ErrorKind::ResourceBusy | io::ErrorKind::ExecutableFileBusy => Self::Busy { file },
            _ => Self::Unreadable { file, source },
        }
    }
}

/// The name of a file as it may be printed. A name is as untrusted as the content.
pub(super) fn printable(path: &Path) -> String {
    text::escape(path.as_os_str().as_encoded_bytes()).into_owned()
}
