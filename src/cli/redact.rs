//! `redact`: a copy of a capture that can be given to others.

use super::args::{Common, Redact};
use super::copy;
use super::{Exit, Failure, given, input, secrets};
use crate::capture::{Interface, Record, Section};
use crate::export::{Copy, Part};
use crate::redact::Survey;
use crate::scan::Scan;
use crate::secrets::TlsKeys;
use std::io::{self, Write};
use std::path::Path;

/// Runs the command.
pub fn run(common: &Common, options: &Redact) -> Result<Exit, Failure> {
    given::spare(Some(&options.write), common, &options.input)?;
    let capture = copy::twice(&input::path(common, &options.input)?)?;
    let quiet = Common { quiet: true, ..common.clone() };
    let keys = secrets::read(common)?.tls();
    let rules = input::rules(common)?;
    let mut survey = Survey::new(Scan::new(rules.clone()).with_keys(keys.clone()));
    each(capture.path(), &quiet, &keys, |record| {
        survey.frame(record);
        Ok(())
    })?;
    let mut plan = survey.finish(|renew| Scan::new(rules).with_keys(keys.renewed_by(renew)))?;
    each(capture.path(), &quiet, &keys, |record| Ok(plan.frame(record)?))?;
    let mut redaction = plan.finish()?;
    let exit = copy::to(&options.write, |file| {
        let mut reading = input::Reading::open(capture.path(), common, &keys)?;
        let made = concat!("handshark ", env!("CARGO_PKG_VERSION"), ", redacted");
        let section = Section { application: Some(made.into()), ..Section::default() };
        let mut new = Copy::new(&mut *file, &section, nameless)?;
        if !redaction.secrets().is_empty() {
            new.secrets(redaction.secrets().as_bytes())?;
        }
        let read: Result<(), Failure> = crate::export::each(&mut reading, |part, source| {
            // The secrets of the original and comments stay behind.
            if let Part::Packet(packet) = part {
                redaction.frame(&mut packet.data)?;
                packet.comments.clear();
                new.packet(packet, source)?;
            }
            Ok(())
        });
        new.conclude(reading.source(), false)?;
        new.finish()?;
        read?;
        Ok(reading.conclude(common))
    })?;
    if !common.quiet {
        let counts = redaction.counts();
        let _ = writeln!(
            io::stderr(),
            "handshark: {} words of names, {} addresses and {} secrets replaced, and every word in free text that no protocol knows",
            counts.words,
            counts.addresses,
            counts.secrets
        );
        if counts.connections > 0 {
            let _ = writeln!(
                io::stderr(),
                "handshark: {} TLS {} with the copy alone, under secrets made for it",
                counts.connections,
                if counts.connections == 1 { "connection opens" } else { "connections open" }
            );
        }
        if counts.zeros > 0 {
            let _ = writeln!(
                io::stderr(),
                "handshark: {} bytes in {} packets could not be looked into (encrypted or unknown) and are zeros",
                counts.zeros,
                counts.blank
            );
        }
        let _ = writeln!(io::stderr(), "handshark: look at the copy before you share it");
    }
    Ok(exit)
}

fn each(
    path: &Path,
    common: &Common,
    keys: &TlsKeys,
    mut take: impl FnMut(&Record<'_>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut reading = input::Reading::open(path, common, keys)?;
    reading.each(|record| {
        take(record)?;
        Ok(true)
    })
}

/// What is said of an interface in the copy: nothing that tells of the machine.
fn nameless(old: &Interface, number: u32) -> Interface {
    Interface {
        name: Some(format!("if{number}")),
        description: None,
        filter: None,
        os: None,
        comments: Vec::new(),
        ..old.clone()
    }
}
