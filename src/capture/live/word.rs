//! What the process that captures says to the one that parses, a line each on standard error.

use std::fmt;
use std::io::{self, Write};

/// What every such line begins with.
const START: &str = "capture-helper\t";

/// One thing said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// There is no libpcap.
    NoLibrary,
    /// No permission on this interface, in words of libpcap.
    Denied(String, String),
    /// There is no such interface, or it is switched off.
    NoDevice(String, String),
    /// The capture filter is none.
    Filter(String),
    /// An interface cannot be captured on any more; the others go on.
    Lost(String, String),
    /// Anything else.
    Failed(String),
}

impl Word {
    /// Says it.
    pub fn say(&self) {
        // One call, so that lines do not mix.
        let _ = io::stderr().write_all(format!("{START}{self}\n").as_bytes());
    }

    /// Reads a line; nothing if it is of somebody else.
    pub fn read(line: &str) -> Option<Self> {
        let mut parts = line.strip_prefix(START)?.splitn(3, '\t');
        let [kind, interface, what] = [(); 3].map(|()| parts.next().unwrap_or_default().to_owned());
        Some(match kind.as_str() {
            "no library" => Self::NoLibrary,
            "denied" => Self::Denied(interface, what),
            "no device" => Self::NoDevice(interface, what),
            "filter" => Self::Filter(what),
            "lost" => Self::Lost(interface, what),
            _ => Self::Failed(what),
        })
    }

    /// True if another program may be able to.
    pub const fn may_be_otherwise_elsewhere(&self) -> bool {
        matches!(self, Self::NoLibrary | Self::Denied(..))
    }

    /// Why an interface was not opened.
    #[cfg(unix)]
    pub fn refused(interface: &str, refused: super::pcap::Refused) -> Self {
        use super::pcap::Refused;
        let interface = interface.to_owned();
        match refused {
            Refused::Denied(what) => Self::Denied(interface, what),
            Refused::NoDevice(what) => Self::NoDevice(interface, what),
            Refused::Filter(what) => Self::Filter(what),
            Refused::Other(what) => Self::Failed(format!("{interface}: {what}")),
        }
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, interface, what) = match self {
            Self::NoLibrary => ("no library", "", ""),
            Self::Denied(interface, what) => ("denied", interface.as_str(), what.as_str()),
            Self::NoDevice(interface, what) => ("no device", interface.as_str(), what.as_str()),
            Self::Filter(what) => ("filter", "", what.as_str()),
            Self::Lost(interface, what) => ("lost", interface.as_str(), what.as_str()),
            Self::Failed(what) => ("failed", "", what.as_str()),
        };
        let flat = |text: &str| text.replace(['\t', '\n', '\r'], " ");
        write!(f, "{kind}\t{}\t{}", flat(interface), flat(what))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_understood() {
        let text = || "a text".to_owned();
        for word in [
            Word::NoLibrary,
            Word::Denied("eth0".into(), text()),
            Word::NoDevice("eth0".into(), text()),
            Word::Filter(text()),
            Word::Lost("eth0".into(), text()),
            Word::Failed(text()),
        ] {
            assert_eq!(Word::read(&format!("{START}{word}")), Some(word));
        }
        assert_eq!(Word::read("dumpcap: denied"), None);
        let two_lines = Word::Filter("a\nb\tc".into()).to_string();
        assert_eq!(Word::read(&format!("{START}{two_lines}")), Some(Word::Filter("a b c".into())));
    }
}
