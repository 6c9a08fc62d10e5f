//! The programs that can capture for us, and how each is asked to.

use super::LiveError;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Folders looked in besides those of `PATH`: a user's `PATH` often leaves out those of the administrator.
const BESIDES: [&str; 3] = ["/usr/sbin", "/sbin", "/usr/local/sbin"];

/// What is to be captured.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Interfaces by name; at least one.
    pub interfaces: Vec<String>,
    /// In the language of libpcap.
    pub filter: Option<String>,
}

/// A program that captures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Capturer {
    /// dumpcap of Wireshark: several interfaces at once, pcapng with their names and drop counters.
    Dumpcap(PathBuf),
    /// tcpdump: one interface, pcap.
    Tcpdump(PathBuf),
}

impl Capturer {
    /// The best one there is for this request.
    pub fn find(request: &Request) -> Result<Self, LiveError> {
        if let Some(path) = program("dumpcap") {
            return Ok(Self::Dumpcap(path));
        }
        match program("tcpdump") {
            Some(_) if request.interfaces.len() > 1 => Err(LiveError::OneOnly),
            Some(path) => Ok(Self::Tcpdump(path)),
            None => Err(LiveError::NoCapturer),
        }
    }

    /// Its file.
    pub fn path(&self) -> &Path {
        match self {
            Self::Dumpcap(path) | Self::Tcpdump(path) => path,
        }
    }

    /// What it is called with.
    pub fn arguments(&self, request: &Request) -> Vec<OsString> {
        let mut arguments: Vec<&str> = Vec::new();
        match self {
            Self::Dumpcap(_) => {
                arguments.push("-q");
                // In front of the interfaces it is the filter of all.
                if let Some(filter) = &request.filter {
                    arguments.extend(["-f", filter]);
                }
                for interface in &request.interfaces {
                    arguments.extend(["-i", interface]);
                }
                arguments.extend(["-w", "-"]);
            }
            Self::Tcpdump(_) => {
                arguments.extend(["-n", "-U", "-s", "262144", "-w", "-"]);
                for interface in &request.interfaces {
                    arguments.extend(["-i", interface]);
                }
                if let Some(filter) = &request.filter {
                    arguments.extend(["--", filter]);
                }
            }
        }
        arguments.into_iter().map(OsString::from).collect()
    }
}

/// The file of a program.
fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let besides = BESIDES.iter().map(PathBuf::from);
    std::env::split_paths(&path).chain(besides).map(|folder| folder.join(name)).find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_is_of_all_interfaces() {
        let request = Request { interfaces: vec!["a".into(), "-b".into()], filter: Some("tcp port 5061".into()) };
        let spelled = |capturer: Capturer| {
            let arguments = capturer.arguments(&request);
            arguments.iter().map(|a| a.to_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(
            spelled(Capturer::Dumpcap("dumpcap".into())),
            ["-q", "-f", "tcp port 5061", "-i", "a", "-i", "-b", "-w", "-"]
        );
        assert!(spelled(Capturer::Tcpdump("tcpdump".into())).ends_with(&["--".into(), "tcp port 5061".into()]));
    }
}
