//! `report`: negotiations, findings, what could not be seen.

use super::args::{Color, Common, Level, Report, ReportFormat};
use super::{Exit, Failure, input, secrets};
use crate::analysis::Analysis;
use crate::capture::link_type_name;
use crate::findings::{self, Severity};
use crate::report::{model, text};
use crate::scan::{FactsOnly, Scan};
use crate::secrets::kerberos::Keyring;
use crate::signin;
use crate::wire::Timestamp;
use std::fs::File;
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
    let paths = input::paths(common, &options.input)?;
    let mut secrets = secrets::read(common)?;
    let keys = secrets.tls();
    let keyring = Keyring::new(std::mem::take(&mut secrets.keytab));
    let mut scan = Scan::new(input::rules(common)?).with_keys(keys.clone()).with_keyring(keyring);
    // A pcapng may bring TLS secrets of its own, at its end too.
    let files = [&common.keylog, &common.tls_key, &common.nt_password_file, &common.keytab];
    let given = files.iter().any(|files| !files.is_empty());
    let may_bring = input::may_hold_secrets(&paths);
    let mut analysis = if given || may_bring { Analysis::default() } else { Analysis::without_proofs() };
    let mut capture = model::Capture::default();
    let (mut first, mut last) = (None::<Timestamp>, None::<Timestamp>);
    let mut exit = Exit::Done;
    {
        let mut lens = FactsOnly::new(|row| analysis.observe(row));
        for path in &paths {
            let mut reading = input::Reading::open(path, common, &keys)?;
            let outcome = reading.each(|record| {
                first.get_or_insert(record.time);
                last = Some(record.time);
                scan.frame(record, &mut lens);
                Ok(true)
            });
            capture.files.push(path.display().to_string());
            for notice in reading.source().notices() {
                capture.damaged |= notice.trouble.is_damage();
                capture.notices.push(notice.to_string());
            }
            for name in reading.source().interfaces().iter().map(|i| link_type_name(i.link_type)) {
                if !capture.link_types.contains(&name) {
                    capture.link_types.push(name);
                }
            }
            // What was read before the medium failed is still reported.
            if let Err(failure) = outcome {
                capture.damaged = true;
                capture.notices.push(failure.to_string());
            }
            exit = exit.worse(reading.conclude(common));
        }
        scan.finish(&mut lens);
    }
    let counts = scan.counts();
    // What it kept of its connections makes room for the report.
    drop(scan);
    (capture.packets, capture.bytes) = (counts.frames, counts.bytes);
    (capture.first, capture.last) = (first.map(Timestamp::rfc3339), last.map(Timestamp::rfc3339));
    secrets.keylog = keys.with(Clone::clone);
    let facts = analysis.finish_with(&secrets);
    let sign_ins = signin::tell(&facts);
    let found = findings::judge(&facts);
    let least = options.min_severity.map_or(Severity::Info, Severity::from);
    let failed = options.fail_on.is_some_and(|level| found.iter().any(|f| f.severity >= level.into()));
    let signed_in = sign_ins.iter().any(|s| s.outcome == signin::Outcome::SignedIn);
    let stopped = |s: &signin::SignIn| matches!(s.outcome, signin::Outcome::Failed | signin::Outcome::Looping);
    let unexpected = options.expect_signin && (!signed_in || sign_ins.iter().any(stopped));
    let report = model::Report::new(capture, &counts, facts, &sign_ins, found, least);
    match &options.output {
        None => write(&mut io::stdout().lock(), &report, options.format, colored(common))?,
        Some(path) => {
            let fail = |source| Failure::File { doing: "write", path: path.clone(), source };
            let mut file = File::create(path).map_err(fail)?;
            write(&mut file, &report, options.format, false).map_err(fail)?;
        }
    }
    Ok(if (failed || unexpected) && exit == Exit::Done { Exit::Found } else { exit })
}

fn colored(common: &Common) -> bool {
    match common.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
    }
}

fn write(out: &mut impl Write, report: &model::Report, format: ReportFormat, color: bool) -> io::Result<()> {
    match format {
        ReportFormat::Text => out.write_all(text::text(report, text::Style { color }).as_bytes()),
        ReportFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, report)?;
            writeln!(out)
        }
    }?;
    out.flush()
}
