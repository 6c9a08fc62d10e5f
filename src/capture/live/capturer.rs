//! What is to be captured, and the programs that can do it for us: how each is asked to.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Folders looked in besides those of `PATH`: a user's `PATH` often leaves out those of the administrator.
const BESIDES: [&str; 3] = ["/usr/sbin", "/sbin", "/usr/local/sbin"];

/// Bytes taken of a packet if nothing is said: all of it, as tcpdump and dumpcap have it.
pub const SNAPLEN: u32 = 262_144;

/// What is to be captured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Interfaces by name; at least one.
    pub interfaces: Vec<String>,
    /// In the language of libpcap.
    pub filter: Option<String>,
    /// Most bytes taken of a packet.
    pub snaplen: u32,
    /// Also packets for others.
    pub promiscuous: bool,
    /// Whoever asks has a screen on the terminal, which has to be given back if he is killed.
    pub screen: bool,
}

impl Default for Request {
    fn default() -> Self {
        Self { interfaces: Vec::new(), filter: None, snaplen: SNAPLEN, promiscuous: true, screen: false }
    }
}

impl Request {
    /// As arguments of the hidden command `capture-helper`.
    pub fn arguments(&self) -> Vec<OsString> {
        let mut arguments = vec!["capture-helper".to_owned(), format!("--snaplen={}", self.snaplen)];
        arguments.extend(self.interfaces.iter().map(|name| format!("--interface={name}")));
        arguments.extend(self.filter.iter().map(|filter| format!("--filter={filter}")));
        arguments.extend((!self.promiscuous).then(|| "--no-promiscuous-mode".to_owned()));
        arguments.extend(self.screen.then(|| "--screen".to_owned()));
        arguments.into_iter().map(OsString::from).collect()
    }
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
    pub fn find(request: &Request) -> Option<Self> {
        let tcpdump = || program("tcpdump").filter(|_| request.interfaces.len() <= 1).map(Self::Tcpdump);
        program("dumpcap").map(Self::Dumpcap).or_else(tcpdump)
    }

    /// Its file.
    pub fn path(&self) -> &Path {
        match self {
            Self::Dumpcap(path) | Self::Tcpdump(path) => path,
        }
    }

    /// What it is called with.
    pub fn arguments(&self, request: &Request) -> Vec<OsString> {
        let snaplen = request.snaplen.to_string();
        let mut arguments: Vec<&str> = Vec::new();
        match self {
            Self::Dumpcap(_) => {
                arguments.push("-q");
                // In front of the interfaces it is the filter of all.
                if let Some(filter) = &request.filter {
                    arguments.extend(["-f", filter]);
                }
                arguments.extend(["-s", &snaplen]);
                arguments.extend((!request.promiscuous).then_some("-p"));
                for interface in &request.interfaces {
                    arguments.extend(["-i", interface]);
                }
                arguments.extend(["-w", "-"]);
            }
            Self::Tcpdump(_) => {
                arguments.extend(["-n", "-U", "-s", &snaplen, "-w", "-"]);
                arguments.extend((!request.promiscuous).then_some("-p"));
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
        let filter = Some("tcp port 5061".into());
        let request = Request { interfaces: vec!["a".into(), "-b".into()], filter, ..Request::default() };
        let spelled = |capturer: Capturer| {
            let arguments = capturer.arguments(&request);
            arguments.iter().map(|a| a.to_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(
            spelled(Capturer::Dumpcap("dumpcap".into())),
            ["-q", "-f", "tcp port 5061", "-s", "262144", "-i", "a", "-i", "-b", "-w", "-"]
        );
        assert!(spelled(Capturer::Tcpdump("tcpdump".into())).ends_with(&["--".into(), "tcp port 5061".into()]));
    }
}
