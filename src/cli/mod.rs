//! The command line: one file per subcommand. Names, options, streams and exit codes are a contract.

mod args;
mod baseline;
mod compare;
mod config;
mod copy;
mod exit;
mod explain;
mod export;
mod fields;
mod follow;
mod given;
mod input;
mod interfaces;
mod keys;
mod ladder;
mod live;
mod output;
mod packets;
mod passphrase;
mod redact;
mod report;
mod rules;
mod secrets;
mod story;
mod view;

pub use args::Args;
pub use exit::{Exit, Failure};

use crate::{capture, scan, tui};
use args::Command;
use clap::{CommandFactory, Parser};
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

/// Runs the program with these arguments; the first is its name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let args = match Args::try_parse_from(arguments) {
        Ok(args) => args,
        Err(error) => {
            let asked = !error.use_stderr();
            let _ = error.print();
            return if asked { Exit::Done } else { Exit::Usage };
        }
    };
    let quiet = args.common.quiet;
    match dispatch(args) {
        Ok(exit) => exit,
        Err(Failure::ClosedPipe) => Exit::Done,
        Err(failure) => {
            let _ = writeln!(io::stderr(), "handshark: {failure}");
            if !quiet && let Some(hint) = failure.hint() {
                let _ = writeln!(io::stderr(), "  {hint}");
            }
            failure.exit()
        }
    }
}

fn dispatch(args: Args) -> Result<Exit, Failure> {
    let common = args.common;
    match args.command {
        None => open(&common, &args.input),
        Some(Command::Report(report)) => report::run(&common, &report),
        Some(Command::Packets(packets)) => packets::run(&common, &packets),
        Some(Command::Follow(follow)) => follow::run(&common, &follow),
        Some(Command::Compare(compare)) => compare::run(&common, &compare),
        Some(Command::Redact(redact)) => redact::run(&common, &redact),
        Some(Command::Export(export)) => export::run(&common, &export),
        Some(Command::Ladder(ladder)) => ladder::run(&common, &ladder),
        Some(Command::Keys { input }) => keys::run(&common, &input),
        Some(Command::Live(options)) => live::run(&common, &options),
        Some(Command::Interfaces) => interfaces::run(),
        Some(Command::CaptureHelper(what)) => {
            let good = capture::live::helper::run(&what.into());
            Ok(if good { Exit::Done } else { Exit::Unreadable })
        }
        Some(Command::Fields { pattern }) => fields::run(pattern.as_deref()),
        Some(Command::Rules { pattern }) => rules::run(pattern.as_deref()),
        Some(Command::Explain { id }) => explain::run(&id),
        Some(Command::Config { what }) => config::run(&common, what),
        Some(Command::Completions { shell }) => {
            clap_complete::generate(shell, &mut Args::command(), "handshark", &mut io::stdout());
            Ok(Exit::Done)
        }
        Some(Command::Man) => {
            clap_mangen::Man::new(Args::command()).render(&mut io::stdout())?;
            Ok(Exit::Done)
        }
    }
}

/// Without a subcommand: the screen on a terminal, else the report.
fn open(common: &args::Common, input: &args::Input) -> Result<Exit, Failure> {
    if input.files.is_empty() && common.read.is_empty() {
        let _ = write!(io::stderr(), "{}", Args::command().render_help());
        return Ok(Exit::Usage);
    }
    if wants_screen() {
        return screen(common, input);
    }
    report::run(common, &args::Report { input: input.clone(), ..args::Report::default() })
}

/// True if somebody sits in front of a terminal that can do more than print.
fn wants_screen() -> bool {
    io::stdout().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

fn screen(common: &args::Common, input: &args::Input) -> Result<Exit, Failure> {
    // What cannot be opened is told before the screen is taken.
    let open = |path: PathBuf| Ok(scan::Input { source: capture::open(&path)?, path });
    let inputs = input::paths(common, input)?.into_iter().map(open).collect::<Result<_, Failure>>()?;
    show(common, inputs, None)
}

/// How the screen looks.
fn theme(common: &args::Common, config: &tui::config::Config) -> tui::Theme {
    let color = match common.color {
        args::Color::Always => true,
        args::Color::Never => false,
        args::Color::Auto => !without_colour(),
    };
    let palette = match common.theme {
        _ if !color => tui::Palette::Mono,
        None => config.palette.unwrap_or_default(),
        Some(args::ThemeName::Sixteen) => tui::Palette::Sixteen,
        Some(args::ThemeName::Dark) => tui::Palette::Dark,
        Some(args::ThemeName::Light) => tui::Palette::Light,
        Some(args::ThemeName::Mono) => tui::Palette::Mono,
    };
    let ascii = common.ascii || config.ascii == Some(true);
    tui::Theme { palette, unicode: !ascii, colours: config.colours }
}

/// Shows what was opened.
fn show(
    common: &args::Common,
    inputs: Vec<scan::Input>,
    running: Option<Box<dyn tui::Control>>,
) -> Result<Exit, Failure> {
    let (rules, secrets) = (input::rules(common)?, secrets::read(common)?);
    let config = config::read(common)?;
    let theme = theme(common, &config);
    let keylogs = common.keylog.clone();
    let memory = tui::state_folder().filter(|_| !common.no_config);
    let baseline = baseline::read(common, baseline::Missing::Empty)?;
    let show_secrets = common.show_secrets;
    let options =
        tui::Options { inputs, rules, secrets, show_secrets, theme, config, keylogs, baseline, memory, running };
    if let Err(error) = tui::run(options) {
        let _ = writeln!(io::stderr(), "handshark: {error}");
        return Ok(Exit::Bug);
    }
    Ok(Exit::Done)
}

/// True if somebody wants no colours from any program; an empty variable is none.
fn without_colour() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}
