//! What can be typed. Help, man page and completions are made from these types.

use super::live::args::{Helper, Live};
use clap::{Parser, Subcommand, ValueEnum};
use std::net::IpAddr;
use std::path::PathBuf;

/// Shows who signed in to Lync or Skype for Business, how, where it stopped, and what is weak.
#[derive(Debug, Parser)]
#[command(name = "handshark", version, args_conflicts_with_subcommands = false, subcommand_precedence_over_arg = true)]
#[command(after_help = "Examples:
  handshark office.pcapng                         the screen; without a terminal, the report
  handshark report office.pcapng                  sign-ins, negotiations, findings
  handshark packets office.pcapng -Y ntlmssp      packets as tshark prints them
  handshark explain W12                           what a finding means and how to mend it")]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Captures to open.
    #[command(flatten)]
    pub input: Input,
    /// Options that every command takes.
    #[command(flatten)]
    pub common: Common,
}

/// Captures to open.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Input {
    /// Capture files; - is standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// Options that every command takes.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Common {
    /// A capture file, as tshark spells it
    #[arg(short = 'r', long = "read", value_name = "FILE", global = true)]
    pub read: Vec<PathBuf>,
    /// TLS secrets in SSLKEYLOGFILE format
    #[arg(long, value_name = "FILE", global = true)]
    pub keylog: Vec<PathBuf>,
    /// A private key in PEM, for RSA key exchange
    #[arg(long, value_name = "FILE", global = true)]
    pub tls_key: Vec<PathBuf>,
    /// Keys of Kerberos services and users
    #[arg(short = 'K', long, value_name = "FILE", global = true)]
    pub keytab: Vec<PathBuf>,
    /// Passwords or NT hashes to test against NTLM and Kerberos
    #[arg(long, value_name = "FILE", global = true)]
    pub nt_password_file: Vec<PathBuf>,
    /// Certificates of your own CA
    #[arg(long, value_name = "FILE", global = true)]
    pub ca_file: Vec<PathBuf>,
    /// When certificates are judged: capture, now, or a time in RFC 3339
    #[arg(long, value_name = "WHEN", default_value = "capture", global = true)]
    pub at: String,
    /// Decode a port as a protocol: tcp.port==8443,http, or several: tcp.port==8440-8449,http; data leaves it undecoded
    #[arg(short = 'd', long = "decode-as", value_name = "RULE", global = true)]
    pub decode_as: Vec<String>,
    /// Findings that were accepted: not listed, and no reason for --fail-on
    #[arg(long, value_name = "FILE", global = true)]
    pub baseline: Option<PathBuf>,
    /// Show passwords, responses, tickets and cookies
    #[arg(long, global = true)]
    pub show_secrets: bool,
    /// End with code 4 if the capture is damaged
    #[arg(long, global = true)]
    pub strict: bool,
    /// Colours: auto, always, never
    #[arg(long, value_enum, default_value_t, global = true)]
    pub color: Color,
    /// Colours of the screen
    #[arg(long, value_enum, env = "HANDSHARK_THEME", global = true)]
    pub theme: Option<ThemeName>,
    /// Colours, keys and filters of your own instead of ~/.config/handshark/config.toml
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// No config.toml
    #[arg(long, global = true, conflicts_with = "config")]
    pub no_config: bool,
    /// Draw the screen with ASCII only
    #[arg(long, global = true)]
    pub ascii: bool,
    /// No progress bar
    #[arg(long, global = true)]
    pub no_progress: bool,
    /// Threads to use
    #[arg(long, value_name = "N", default_value_t = 1, global = true)]
    pub threads: usize,
    /// No notices or hints
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say more
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Colours of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ThemeName {
    /// The sixteen colours of the terminal.
    #[value(name = "16")]
    Sixteen,
    /// For a dark background.
    Dark,
    /// For a light background.
    Light,
    /// No colours.
    Mono,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Sign-ins, negotiations, findings, what could not be seen
    Report(Report),
    /// Print packets, with tshark's spelling of the options
    Packets(Packets),
    /// Which TLS conversations and Kerberos tickets could be opened, and why the rest could not
    Keys {
        /// Captures to open.
        #[command(flatten)]
        input: Input,
    },
    /// The messages of a sign-in as a ladder between the machines that took part
    Ladder(Ladder),
    /// Watch sign-ins while they happen
    Live(Live),
    /// What can be captured on, and what is missing if nothing can
    Interfaces,
    /// Captures, and writes pcapng to standard output until standard input closes
    #[command(hide = true)]
    CaptureHelper(Helper),
    /// A stream or conversation as a dialogue
    Follow(Follow),
    /// Two sign-ins, or two captures: where they first differ
    Compare(Compare),
    /// A smaller capture, by filter or by sign-in
    Export(Export),
    /// A copy to share: secrets, names and addresses replaced consistently
    Redact(Redact),
    /// Every display-filter field: name, type, title
    Fields {
        /// Only fields whose name or title contains this
        pattern: Option<String>,
    },
    /// Every finding, with severity and remedy
    Rules {
        /// Only rules whose id, name or title contains this
        pattern: Option<String>,
    },
    /// What a finding, a cause or a number of a server means, and how to mend it
    Explain {
        /// W12, F16, ms:4004, krb:7, ntstatus:0xC000006D, sip:403, http:401, tls:45
        id: String,
    },
    /// Where config.toml lies, one to begin with, and the names of keys
    Config {
        /// What to print
        #[arg(value_enum)]
        what: ConfigPart,
    },
    /// Completions for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// The manual page
    Man,
}

/// What `config` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ConfigPart {
    /// Where the file lies
    Path,
    /// A file to begin with
    Init,
    /// Every key with the name of what it does
    Keys,
}

/// Options of `report`.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Report {
    /// Captures to open.
    #[command(flatten)]
    pub input: Input,
    /// Output format
    #[arg(short = 'T', long = "format", value_enum, default_value_t)]
    pub format: ReportFormat,
    /// Write to a file instead of standard output
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// Leave out findings below this severity
    #[arg(long, value_name = "SEVERITY", value_enum)]
    pub min_severity: Option<Level>,
    /// End with code 1 if a finding has this severity or a higher one
    #[arg(long, value_name = "SEVERITY", value_enum)]
    pub fail_on: Option<Level>,
    /// End with code 1 unless there is a sign-in and every one of them signed in
    #[arg(long = "expect-signin")]
    pub expect_signin: bool,
}

/// Formats of `report`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// A table for spreadsheets.
    Csv,
    /// For tickets and wikis.
    Markdown,
    /// One page, to read and to print.
    Html,
    /// For code scanning dashboards.
    Sarif,
}

/// Severities, lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Level {
    /// Worth knowing.
    Info,
    /// Minor.
    Low,
    /// Should be mended.
    Medium,
    /// Must be mended.
    High,
    /// Is being lost right now.
    Critical,
}

/// Options of `ladder`.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Ladder {
    /// Captures to open.
    #[command(flatten)]
    pub input: Input,
    /// Which sign-in, as the report numbers them
    #[arg(long = "signin", value_name = "N", conflicts_with = "client")]
    pub sign_in: Option<u32>,
    /// Everything that this client did, instead of one sign-in
    #[arg(long, value_name = "ADDRESS")]
    pub client: Option<IpAddr>,
    /// Output format
    #[arg(short = 'T', long = "format", value_enum, default_value_t)]
    pub format: LadderFormat,
    /// Columns of the text form: below 60 and a few lifelines it is folded to one line a message
    #[arg(long, value_name = "COLUMNS")]
    pub width: Option<usize>,
    /// Write to a file instead of standard output
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
}

/// Formats of `ladder`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LadderFormat {
    /// For a terminal.
    #[default]
    Text,
    /// A picture.
    Svg,
    /// For wikis and code hosts.
    Mermaid,
    /// A page with the picture.
    Html,
}

/// Options of `follow`.
#[derive(Clone, Debug, clap::Args)]
pub struct Follow {
    /// The capture
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// What to follow
    #[arg(value_enum, value_name = "tcp|udp|tls|http|sip")]
    pub layer: FollowLayer,
    /// Number of the stream, as tcp.stream and udp.stream count them
    #[arg(value_name = "INDEX")]
    pub index: u32,
    /// Output format
    #[arg(short = 'T', long = "format", value_enum, default_value_t)]
    pub format: FollowFormat,
    /// Only what this side sent
    #[arg(long, value_enum, default_value_t)]
    pub side: Side,
}

/// What to follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FollowLayer {
    /// The bytes of a TCP connection.
    Tcp,
    /// The datagrams between two UDP ports.
    Udp,
    /// What was inside TLS.
    Tls,
    /// HTTP messages, their bodies decoded.
    Http,
    /// SIP messages.
    Sip,
}

/// Formats of `follow`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum FollowFormat {
    /// As text; what is no text is a dot.
    #[default]
    Text,
    /// Sixteen bytes a line.
    Hex,
    /// The bytes.
    Raw,
}

/// Whose side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Side {
    /// Who opened the conversation.
    Client,
    /// Who accepted it.
    Server,
    /// Both.
    #[default]
    Both,
}

/// Options of `compare`.
#[derive(Clone, Debug, clap::Args)]
pub struct Compare {
    /// A capture, or a sign-in of one: FILE#N
    #[arg(value_name = "A")]
    pub a: String,
    /// What to hold against it
    #[arg(value_name = "B")]
    pub b: String,
    /// Columns of the output
    #[arg(long, value_name = "COLUMNS")]
    pub width: Option<usize>,
}

/// Options of `export`.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Export {
    /// The capture.
    #[command(flatten)]
    pub input: Input,
    /// The capture to write (pcapng); an existing file is replaced, - is standard output
    #[arg(short = 'w', long = "write", value_name = "OUT")]
    pub write: PathBuf,
    /// Only packets that pass this display filter, and what they need to be read
    #[arg(short = 'Y', long = "display-filter", value_name = "FILTER")]
    pub filter: Option<String>,
    /// Only the conversations of this sign-in
    #[arg(long = "signin", value_name = "N")]
    pub sign_in: Option<u32>,
    /// Write findings as packet comments
    #[arg(long)]
    pub annotate: bool,
}

/// Options of `redact`.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Redact {
    /// The capture.
    #[command(flatten)]
    pub input: Input,
    /// The copy to write (pcapng); an existing file is replaced, - is standard output
    #[arg(short = 'w', long = "write", value_name = "OUT")]
    pub write: PathBuf,
}

/// Options of `packets`.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Packets {
    /// Captures to open.
    #[command(flatten)]
    pub input: Input,
    /// Display filter
    #[arg(short = 'Y', long = "display-filter", value_name = "FILTER")]
    pub filter: Option<String>,
    /// Stop after so many packets read
    #[arg(short = 'c', long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub count: Option<u64>,
    /// The tree of every packet
    #[arg(short = 'V', long)]
    pub tree: bool,
    /// The tree, with only these protocols opened
    #[arg(short = 'O', long, value_name = "PROTOCOLS", value_delimiter = ',')]
    pub open: Vec<String>,
    /// The bytes of every packet
    #[arg(short = 'x', long = "bytes")]
    pub hex: bool,
    /// Output format
    #[arg(short = 'T', long = "format", value_enum, default_value_t)]
    pub format: PacketsFormat,
    /// A field to print (with -T fields or json); _ws.col.Info and the like are columns
    #[arg(short = 'e', long = "field", value_name = "FIELD")]
    pub fields: Vec<String>,
    /// header=y|n, separator=/t|/s|C, occurrence=f|l|a, aggregator=/s|C, quote=d|s|n, bom=y|n
    #[arg(short = 'E', value_name = "OPTION=VALUE")]
    pub style: Vec<String>,
    /// Time column: r relative, a time of day, ad with date, d since the packet before, e seconds since 1970, u UTC
    #[arg(short = 't', long = "time", value_name = "FORMAT", default_value = "r")]
    pub time: String,
    /// No name resolution; there never is any
    #[arg(short = 'n', hide = true)]
    pub numeric: bool,
}

/// Formats of `packets`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum PacketsFormat {
    /// One line per packet.
    #[default]
    Text,
    /// Fields named with -e, tab separated.
    Fields,
    /// One JSON object per packet, in an array.
    Json,
}
