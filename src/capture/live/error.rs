//! Why nothing can be captured, and the command that mends it: read out of what the capturer says.

use super::capturer::{Capturer, Request};
use std::io;

/// Capturing failed.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// No program.
    #[error("there is no program to capture with: install dumpcap (package wireshark-common) or tcpdump")]
    NoCapturer,
    /// Only tcpdump is here.
    #[error("several interfaces at once need dumpcap (package wireshark-common); here is only tcpdump")]
    OneOnly,
    /// No permission.
    #[error("no permission to capture on {interface}; give the capturer its own: {fix}")]
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

    /// Why the capturer failed.
    pub fn failure(self, capturer: &Capturer, request: &Request) -> LiveError {
        let lines = self.worth_telling();
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
            return LiveError::Denied { interface, fix: fix(capturer, &lower) };
        }
        LiveError::Failed(what)
    }
}

/// The command that gives a capturer what it needs.
pub(super) fn fix(capturer: &Capturer, said: &str) -> String {
    let path = capturer.path().display();
    match capturer {
        // It may not even be run: it belongs to a group.
        Capturer::Dumpcap(_) if said.contains("os error 13") => {
            "sudo usermod -a -G wireshark \"$USER\" (then log in again)".to_owned()
        }
        _ => format!("sudo setcap cap_net_raw,cap_net_admin=ep {path}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(lines: &[&str]) -> LiveError {
        let request = Request { interfaces: vec!["eth9".into()], filter: Some("tcp prot 4".into()) };
        let said = Said::new(lines.iter().map(ToString::to_string).collect());
        said.failure(&Capturer::Dumpcap("/usr/bin/dumpcap".into()), &request)
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

    #[test]
    fn the_usual_is_not_told() {
        let said = ["Capturing on 'lo'", "File: -", "Packets captured: 3", "the disk is full"];
        assert_eq!(Said::new(said.map(String::from).to_vec()).worth_telling(), ["the disk is full"]);
    }
}
