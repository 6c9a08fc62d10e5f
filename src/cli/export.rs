//! `export`: a smaller capture. What goes along is the business of `crate::export`.
//!
//! The capture is read to choose, and once more to copy: interfaces, comments and names go along, TLS secrets only with
//! `--show-secrets`.

use super::args::{Common, Export, Input};
use super::copy;
use super::story::{self, Wanted};
use super::{Exit, Failure, given, input, secrets};
use crate::export::{self, Choose, Window};
use crate::report::ladder::Ladder;
use crate::scan::Scan;
use crate::secrets::TlsKeys;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Runs the command.
pub fn run(common: &Common, options: &Export) -> Result<Exit, Failure> {
    given::spare(Some(&options.write), common, &options.input)?;
    let capture = copy::twice(&input::path(common, &options.input)?)?;
    let common = Common { read: vec![capture.path().to_owned()], ..common.clone() };
    let quiet = Common { quiet: true, ..common.clone() };
    let story = match (options.sign_in, options.annotate) {
        (None, false) => None,
        (id, _) => Some(story::read(&quiet, &Input::default(), Wanted { ladders: id.is_some(), ..Wanted::ALL })?),
    };
    let annotated = story.as_ref().filter(|_| options.annotate);
    let comments = annotated.map_or_else(BTreeMap::new, |story| export::comments(&story.report));
    let ladder = story.as_ref().zip(options.sign_in).map(|(story, id)| story.ladder(id)).transpose()?;
    let chosen = choose(&quiet, options, ladder.as_ref())?;
    let (copied, exit) = copy::to(&options.write, |file| {
        let mut reading = input::Reading::open(capture.path(), &common, &TlsKeys::default())?;
        let old = reading.source().sections().first().cloned();
        let mut new = export::Export::new(&mut *file, old.as_ref(), chosen, comments, common.show_secrets)?;
        let read: Result<(), Failure> = new.take(&mut reading);
        let copied = new.end()?;
        read?;
        Ok((copied, reading.conclude(&common)))
    })?;
    if !common.quiet {
        let _ = writeln!(io::stderr(), "handshark: {copied} packets written to {}", options.write.display());
    }
    Ok(exit)
}

/// Which packets go along, by their number from 0.
fn choose(common: &Common, options: &Export, ladder: Option<&Ladder>) -> Result<Vec<bool>, Failure> {
    let keys = secrets::read(common)?.tls();
    let scan = Scan::new(input::rules(common)?).with_keys(keys.clone());
    let wanted = export::Wanted {
        filter: options.filter.as_deref(),
        window: ladder.map(Window::of),
        ..export::Wanted::default()
    };
    let mut choose = Choose::new(scan, wanted)?;
    let mut reading = input::Reading::open(&input::path(common, &Input::default())?, common, &keys)?;
    reading.each(|record| {
        choose.frame(record);
        Ok(true)
    })?;
    Ok(choose.chosen())
}
