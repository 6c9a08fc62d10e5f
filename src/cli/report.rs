//! `report`: negotiations, findings, what could not be seen.

use super::args::{Color, Common, Level, Report, ReportFormat};
use super::story::{self, Wanted};
use super::{Exit, Failure, baseline, given, output};
use crate::findings::Severity;
use crate::report::html::{self, Content};
use crate::report::{csv, markdown, ndjson, sarif, text};
use crate::signin::Outcome;
use std::io::{self, IsTerminal, Write};

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Info => Self::Info,
            Level::Low => Self::Low,
            Level::Medium => Self::Medium,
            Level::High => Self::High,
            Level::Critical => Self::Critical,
        }
    }
}

/// Runs the command.
pub fn run(common: &Common, options: &Report) -> Result<Exit, Failure> {
    given::spare(options.output.as_deref(), common, &options.input)?;
    let html = options.format == ReportFormat::Html;
    let least = options.min_severity.map_or(Severity::Info, Severity::from);
    let baseline = baseline::read(common, baseline::Missing::Told)?.map(|(_, baseline)| baseline);
    // Programs are told of what was accepted too, and that it was.
    let lists_accepted = matches!(options.format, ReportFormat::Json | ReportFormat::Ndjson | ReportFormat::Sarif);
    let wanted = Wanted { ladders: html, least, baseline: baseline.as_ref(), lists_accepted };
    let story = story::read(common, &options.input, wanted)?;
    let drawn = story.sign_ins.iter().take(html::MAX_LADDERS).filter(|_| html);
    let ladders = drawn.map(|s| (s.id, story.steps.sign_in(s, &story.report))).collect();
    let content = Content { report: &story.report, ladders: &ladders, shows_secrets: common.show_secrets };
    let color = options.output.is_none() && colored(common);
    output::write(options.output.as_deref(), |out| write(out, &content, options.format, color))?;
    let found = options.fail_on.is_some_and(|level| story.worst >= Some(level.into()));
    let all_in = !story.sign_ins.is_empty() && story.sign_ins.iter().all(|s| s.outcome == Outcome::SignedIn);
    let failed = found || options.expect_signin && !all_in;
    let exit = if failed && story.exit == Exit::Done { Exit::Found } else { story.exit };
    // The program ends: its memory goes back at once, not row by row.
    std::mem::forget(story);
    Ok(exit)
}

fn colored(common: &Common) -> bool {
    match common.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => io::stdout().is_terminal() && !super::without_colour(),
    }
}

fn write(mut out: &mut dyn Write, content: &Content<'_>, format: ReportFormat, color: bool) -> io::Result<()> {
    let report = content.report;
    match format {
        ReportFormat::Text => out.write_all(text::text(report, text::Style { color }).as_bytes()),
        ReportFormat::Json => {
            serde_json::to_writer_pretty(&mut out, report)?;
            writeln!(out)
        }
        ReportFormat::Ndjson => ndjson::write(&mut out, report),
        ReportFormat::Csv => csv::write(&mut out, report),
        ReportFormat::Markdown => out.write_all(markdown::markdown(report).as_bytes()),
        ReportFormat::Html => out.write_all(html::html(content).as_bytes()),
        ReportFormat::Sarif => sarif::write(&mut out, report),
    }
}
