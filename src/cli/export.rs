//! `export`: a smaller capture. Packets that the chosen ones need to be read (segments in which a message began, other
//! fragments of a datagram) go with them.
//!
//! The capture is read to choose, and once more to copy: interfaces, comments and names go along, TLS secrets only with
//! `--show-secrets`.

use super::args::{Common, Export, Input};
use super::copy::{self, Copy, Part};
use super::story::{self, Story, Wanted};
use super::{Exit, Failure, input, secrets};
use crate::capture::{Interface, Section};
use crate::report::ladder::Ladder;
use crate::scan::{Gather, Needs, Scan, Select};
use crate::secrets::TlsKeys;
use crate::wire::Timestamp;
use crate::wire::text::escape;
use crate::wire::time::NANOS;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// How long after a sign-in packets of its conversations are taken, in nanoseconds.
const AROUND: i64 = NANOS;
/// Comments written on one packet.
const MAX_COMMENTS: usize = 8;

/// Runs the command.
pub fn run(common: &Common, options: &Export) -> Result<Exit, Failure> {
    let capture = copy::twice(&input::path(common, &options.input)?)?;
    let common = Common { read: vec![capture.path().to_owned()], ..common.clone() };
    let quiet = Common { quiet: true, ..common.clone() };
    let story = match (options.sign_in, options.annotate) {
        (None, false) => None,
        (id, _) => Some(story::read(&quiet, &Input::default(), Wanted { ladders: id.is_some(), ..Wanted::ALL })?),
    };
    let comments = story.as_ref().filter(|_| options.annotate).map_or_else(BTreeMap::new, comments);
    let ladder = story.as_ref().zip(options.sign_in).map(|(story, id)| story.ladder(id)).transpose()?;
    let chosen = choose(&quiet, options, ladder.as_ref())?;
    let (copied, exit) = copy::to(&options.write, capture.path(), |file| {
        let mut reading = input::Reading::open(capture.path(), &common, &TlsKeys::default())?;
        let section = reading.source().sections().first().cloned().unwrap_or_default();
        let made = concat!("handshark ", env!("CARGO_PKG_VERSION"));
        let section = Section { application: Some(made.into()), ..section };
        let mut new = Copy::new(&mut *file, &section, |old: &Interface, _| old.clone())?;
        let (mut number, mut copied) = (0_usize, 0_u64);
        let read = copy::each(&mut reading, |part, source| {
            match part {
                Part::Packet(packet) => {
                    if chosen.get(number).copied().unwrap_or(false) {
                        let said = comments.get(&(number as u64).saturating_add(1));
                        packet.comments.extend(said.into_iter().flatten().take(MAX_COMMENTS).cloned());
                        new.packet(packet, source)?;
                        copied = copied.saturating_add(1);
                    }
                    number = number.saturating_add(1);
                }
                Part::Secrets(content) if common.show_secrets => new.secrets(content)?,
                Part::Secrets(_) => {}
            }
            Ok(())
        });
        new.end(reading.source(), true)?;
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
    let secrets = secrets::read(common)?;
    let keys = secrets.tls();
    let mut gather = Gather::new(true);
    let select = options.filter.as_deref().map(|text| Select::new(text, &mut gather)).transpose()?;
    let mut lens = Needs::new(gather, select.is_some());
    let mut scan = Scan::new(input::rules(common)?).with_keys(keys.clone());
    let mut reading = input::Reading::open(&input::path(common, &Input::default())?, common, &keys)?;
    let window = ladder.map(Window::of);
    let mut chosen: Vec<bool> = Vec::new();
    reading.each(|record| {
        lens.clear();
        lens.sink.clear();
        scan.frame(record, &mut lens);
        lens.sink.complete();
        let number = (chosen.len() as u64).saturating_add(1);
        let passes = select.as_ref().is_none_or(|select| select.passes(&lens.sink));
        let inside = window.as_ref().is_none_or(|window| window.holds(number, record.time, lens.flow()));
        chosen.push(passes && inside);
        if passes && inside {
            for needed in lens.frames() {
                let at = usize::try_from(*needed).ok().and_then(|n| n.checked_sub(1));
                if let Some(needed) = at.and_then(|at| chosen.get_mut(at)) {
                    *needed = true;
                }
            }
        }
        Ok(true)
    })?;
    Ok(chosen)
}

/// Conversations of a sign-in and their time.
struct Window {
    flows: BTreeSet<u32>,
    frames: BTreeSet<u64>,
    last: Timestamp,
}

impl Window {
    fn of(ladder: &Ladder) -> Self {
        Self {
            flows: ladder.steps.iter().map(|step| step.flow).collect(),
            frames: ladder.steps.iter().map(|step| step.frame).collect(),
            last: ladder.steps.iter().map(|step| step.time).max().unwrap_or_default(),
        }
    }

    /// A connection is taken from its beginning, which may lie long before.
    fn holds(&self, frame: u64, time: Timestamp, flow: Option<u32>) -> bool {
        let mine = flow.is_some_and(|flow| self.flows.contains(&flow));
        self.frames.contains(&frame) || (mine && time.since(self.last) <= AROUND)
    }
}

/// What is said of frames: failed sign-ins, and findings with their proof.
fn comments(story: &Story) -> BTreeMap<u64, Vec<String>> {
    let mut said: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    let safe = |text: &str| escape(text.as_bytes()).into_owned();
    for s in story.report.sign_ins.iter().filter(|s| s.outcome != "signed_in") {
        let words = s.server_words.as_ref().map(|words| words.frame);
        if let Some(frame) = words.or(s.evidence.last().copied()) {
            let who = s.user.as_deref().unwrap_or(&s.client.ip);
            let cause = s.cause.map_or(String::new(), |code| format!(" ({code})"));
            let text =
                format!("handshark: sign-in {} of {} {}{cause}: {}", s.id, safe(who), s.outcome, safe(&s.sentence));
            said.entry(frame).or_default().push(text);
        }
    }
    for f in &story.report.findings {
        for e in &f.evidence {
            let text =
                format!("handshark: {} {}: {} ({} {})", f.id, f.severity, safe(&f.title), e.field, safe(&e.value));
            said.entry(e.frame).or_default().push(text);
        }
    }
    said
}
