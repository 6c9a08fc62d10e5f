//! What can be typed behind `live`, and behind the command that the process which captures is started with.

use crate::capture::live::{Request, SNAPLEN};
use clap::ValueEnum;
use std::path::PathBuf;

/// What is captured.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Capture {
    /// An interface to capture on; may be given several times. Without one they are shown to choose from
    #[arg(short, long = "interface", value_name = "IF")]
    pub interface: Vec<String>,
    /// Capture filter, as for tcpdump
    #[arg(short = 'f', long = "filter", value_name = "BPF")]
    pub filter: Option<String>,
    /// Bytes taken of a packet at most
    #[arg(short, long = "snaplen", value_name = "BYTES", default_value_t = SNAPLEN, value_parser = clap::value_parser!(u32).range(64..=262_144))]
    pub snaplen: u32,
    /// Only packets from and for this machine
    #[arg(short = 'p', long = "no-promiscuous-mode")]
    pub no_promiscuous: bool,
}

impl From<Capture> for Request {
    fn from(capture: Capture) -> Self {
        let Capture { interface, filter, snaplen, no_promiscuous } = capture;
        Self { interfaces: interface, filter, snaplen, promiscuous: !no_promiscuous, screen: false }
    }
}

/// Options of the process that captures.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Helper {
    /// What is captured.
    #[command(flatten)]
    pub capture: Capture,
    /// Who asks has a screen
    #[arg(long)]
    pub screen: bool,
}

impl From<Helper> for Request {
    fn from(helper: Helper) -> Self {
        Self { screen: helper.screen, ..helper.capture.into() }
    }
}

/// Options of `live`.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Live {
    /// What is captured.
    #[command(flatten)]
    pub capture: Capture,
    /// Write what is captured to a file, as pcapng
    #[arg(short, long, value_name = "FILE")]
    pub write: Option<PathBuf>,
    /// Begin the next file after filesize:KB; keep the newest files:N
    #[arg(short = 'b', long = "ring-buffer", value_name = "OPTION:VALUE", requires = "write")]
    pub ring: Vec<String>,
    /// End after duration:SECONDS
    #[arg(short = 'a', long = "autostop", value_name = "OPTION:VALUE")]
    pub autostop: Vec<String>,
    /// Append the lines to a file instead of standard output (with --headless); SIGHUP begins it anew
    #[arg(short, long, value_name = "OUT", requires = "headless")]
    pub output: Option<PathBuf>,
    /// No screen: a line on standard output for each sign-in that is over and each finding
    #[arg(long)]
    pub headless: bool,
    /// Output format (with --headless)
    #[arg(short = 'T', long = "format", value_enum, default_value_t)]
    pub format: LiveFormat,
}

/// Formats of `live --headless`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LiveFormat {
    /// One JSON object a line.
    #[default]
    Ndjson,
}
