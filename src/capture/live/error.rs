//! Why nothing can be captured, and the command that mends it: read out of what the capturer says.

use super::capturer::{Capturer, Request};
use super::word::Word;
use std::io;
use std::path::Path;
use std::process::ExitStatus;

/// Capturing failed.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// Nothing to capture with.
    #[error(
        "there is nothing to capture with: install libpcap (package libpcap0.8 on Debian and Ubuntu, libpcap on Fedora and \
         SUSE), or dumpcap (package wireshark-common)"
    )]
    NoCapturer,
    /// No permission.
    #[error("no permission to capture on {interface}; this gives it: {fix}")]
    Denied {
        /// On which interface.
        interface: String,
        /// The command that mends it.
        fix: String,
    },
    /// There is no such interface.
    #[error("{interface} cannot be captured on: {what}; handshark interfaces lists what can")]
    NoDevice {
        /// Which.
        interface: String,
        /// What the capturer says.
        what: String,
    },
    /// The capture filter is wrong.
    #[error("the capture filter '{filter}' cannot be used: {what}")]
    Filter {
        /// As given.
        filter: String,
        /// What the capturer says.
        what: String,
    },
    /// Something else.
    #[error("capturing ended: {0}")]
    Failed(String),
    /// The helper does not start.
    #[error("the capture cannot be started: {0}")]
    Start(io::Error),
    /// We cannot give up what we do not need.
    #[error("privileges cannot be given up, so nothing is captured: {0}")]
    Confine(io::Error),
}

/// What a capturer said on standard error.
#[derive(Debug)]
pub(super) struct Said(Vec<String>);

impl Said {
    /// These lines.
    pub fn new(lines: Vec<String>) -> Self {
        Self(lines)
    }

    /// Without what is said every time.
    pub fn worth_telling(self) -> Vec<String> {
        let told = |line: String| match Word::read(&line) {
            None => Some(line),
            Some(Word::Lost(interface, what)) => Some(format!("{interface}: {what}")),
            Some(Word::Failed(what) | Word::Filter(what)) => Some(what),
            // Then another capturer did it.
            Some(Word::NoLibrary | Word::Denied(..) | Word::NoDevice(..)) => None,
        };
        self.without_the_usual().into_iter().filter_map(told).collect()
    }

    fn without_the_usual(self) -> Vec<String> {
        const USUAL: [&str; 9] = [
            "Capturing on",
            "File: ",
            "Packets captured",
            "Packets received/dropped",
            "tcpdump: listening on",
            "tcpdump: data link type",
            "dropped privs to",
            "reading from",
            "Packets: ",
        ];
        let usual = |line: &String| {
            let counted = line.ends_with("packets captured")
                || line.ends_with("packets received by filter")
                || line.ends_with("packets dropped by kernel")
                || line.ends_with("packet captured")
                || line.ends_with("packet received by filter");
            counted || USUAL.iter().any(|start| line.starts_with(start))
        };
        self.0.into_iter().filter(|line| !usual(line)).collect()
    }

    /// Why capturing ended. `us` is the file of this program.
    pub fn failure(self, us: &Path, request: &Request, status: ExitStatus) -> LiveError {
        let (mut first, mut lost) = (None, None);
        for word in self.0.iter().filter_map(|line| Word::read(line)) {
            match word {
                Word::NoLibrary | Word::Denied(..) => first = Some(word),
                Word::Lost(interface, what) => lost = Some(LiveError::Failed(format!("{interface}: {what}"))),
                Word::NoDevice(interface, what) => return LiveError::NoDevice { interface, what },
                Word::Failed(what) => return LiveError::Failed(what),
                Word::Filter(what) => {
                    return LiveError::Filter { filter: request.filter.clone().unwrap_or_default(), what };
                }
            }
        }
        if let Some(error) = lost {
            return error;
        }
        let others = Self(self.0.into_iter().filter(|line| Word::read(line).is_none()).collect());
        let others = Self(others.without_the_usual());
        let ours = |interface: &str| LiveError::Denied { interface: interface.to_owned(), fix: ours(us) };
        match first {
            _ if !others.0.is_empty() => {
                let error = others.of_another(Capturer::find(request).as_ref(), request);
                match (error, first) {
                    // Rather give it to us, who drop it again.
                    (LiveError::Denied { .. }, Some(Word::Denied(interface, _))) => ours(&interface),
                    (error, _) => error,
                }
            }
            Some(Word::Denied(interface, _)) => ours(&interface),
            Some(Word::NoLibrary) => LiveError::NoCapturer,
            _ => LiveError::Failed(ended(status)),
        }
    }

    /// Why another capturer failed.
    pub fn of_another(self, capturer: Option<&Capturer>, request: &Request) -> LiveError {
        let lines = self.without_the_usual();
        let lower = lines.join("\n").to_lowercase();
        let has = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
        let what = lines.first().map_or("the capturer ended without a word", |line| {
            line.trim_start_matches("dumpcap: ").trim_start_matches("tcpdump: ")
        });
        let what = what.trim_end_matches('.').to_owned();
        // The one it names, if there are several.
        let named = request.interfaces.iter().find(|name| lines.iter().any(|line| line.contains(name.as_str())));
        let interface = named.or(request.interfaces.first()).cloned().unwrap_or_default();
        if has(&["capture filter", "syntax error", "can't parse filter"]) {
            return LiveError::Filter { filter: request.filter.clone().unwrap_or_default(), what };
        }
        if has(&["no such device", "no device named", "doesn't exist", "not up", "network is down"]) {
            return LiveError::NoDevice { interface, what };
        }
        if has(&["permission", "not permitted"]) {
            return LiveError::Denied { interface, fix: fix(capturer.map(Capturer::path), &lower) };
        }
        LiveError::Failed(what)
    }
}

/// The command that gives this program what it needs.
pub(super) fn ours(us: &Path) -> String {
    format!("sudo setcap cap_net_raw=ep {}", us.display())
}

/// The command that gives another capturer what it needs.
fn fix(capturer: Option<&Path>, said: &str) -> String {
    match capturer {
        // It may not even be run: it belongs to a group.
        Some(_) if said.contains("os error 13") => {
            "sudo usermod -a -G wireshark \"$USER\" (then log in again)".to_owned()
        }
        Some(path) => format!("sudo setcap cap_net_raw,cap_net_admin=ep {}", path.display()),
        None => "run it as root".to_owned(),
    }
}

/// How a process ended that said nothing.
fn ended(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return format!("the process that captures was killed (signal {signal}); what it had captured is kept");
    }
    match status.code() {
        Some(code) => format!("the process that captures ended without a word (code {code})"),
        None => "the process that captures ended without a word".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> Request {
        Request { interfaces: vec!["eth9".into()], filter: Some("tcp prot 4".into()), ..Request::default() }
    }

    fn told(lines: &[&str]) -> LiveError {
        let said = Said::new(lines.iter().map(ToString::to_string).collect());
        said.of_another(Some(&Capturer::Dumpcap("/usr/bin/dumpcap".into())), &request())
    }

    #[test]
    fn what_the_capturer_says_is_understood() {
        let nothing =
            told(&["Capturing on 'eth9'", "dumpcap: There is no device named \"eth9\".", "(No such device exists)"]);
        assert!(matches!(&nothing, LiveError::NoDevice { interface, .. } if interface == "eth9"), "{nothing}");
        let denied = told(&[
            "Capturing on 'eth9'",
            "dumpcap: You do not have permission to capture on device \"eth9\".",
            "(socket: Operation not permitted)",
        ]);
        assert!(denied.to_string().ends_with("sudo setcap cap_net_raw,cap_net_admin=ep /usr/bin/dumpcap"), "{denied}");
        let closed = told(&["/usr/bin/dumpcap: Permission denied (os error 13)"]);
        assert!(closed.to_string().contains("usermod -a -G wireshark"), "{closed}");
        let filter = told(&["dumpcap: Invalid capture filter \"tcp prot 4\" for interface 'eth9'."]);
        assert!(matches!(filter, LiveError::Filter { .. }), "{filter}");
        assert!(matches!(told(&[]), LiveError::Failed(_)));
    }

    #[cfg(unix)]
    #[test]
    fn the_fix_is_for_us_if_both_were_denied() {
        use std::os::unix::process::ExitStatusExt;
        let failure = |lines: &[&str], status: i32| {
            let said = Said::new(lines.iter().map(ToString::to_string).collect());
            said.failure(Path::new("/opt/handshark"), &request(), ExitStatus::from_raw(status)).to_string()
        };
        let word = "capture-helper\tdenied\teth9\tno";
        let both = [word, "dumpcap: You do not have permission to capture on device \"eth9\"."];
        for lines in [&both[..], &[word]] {
            let told = failure(lines, 3 << 8);
            assert!(told.contains("eth9") && told.ends_with("sudo setcap cap_net_raw=ep /opt/handshark"), "{told}");
        }
        assert!(failure(&["capture-helper\tno library\t\t"], 3 << 8).contains("libpcap0.8"));
        assert!(failure(&[], 9).contains("signal 9"));
        assert!(failure(&["capture-helper\tlost\teth9\tThe interface disappeared"], 3 << 8).contains("disappeared"));
    }

    #[test]
    fn the_usual_is_not_told() {
        let said = ["Capturing on 'lo'", "File: -", "Packets captured: 3", "the disk is full"];
        assert_eq!(Said::new(said.map(String::from).to_vec()).worth_telling(), ["the disk is full"]);
    }
}
