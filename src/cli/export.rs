//! `export`: a smaller capture. Packets that the chosen ones need to be read (segments in which a message began, other
//! fragments of a datagram) go with them.
//!
//! The capture is read once to choose, and once more to copy: interfaces, comments and names go along, TLS secrets only
//! with `--show-secrets`.

use super::args::{Common, Export};
use super::copy::{self, Copy};
use super::story::{self, Story};
use super::{Exit, Failure, input, secrets};
use crate::capture::{Block, Section};
use crate::findings::{self, Found};
use crate::report::ladder::Ladder;
use crate::scan::{Gather, Needs, Scan, Select};
use crate::secrets::TlsKeys;
use crate::wire::text::escape;
use crate::wire::time::NANOS;
use crate::wire::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// How long before and after a sign-in packets of its conversations are taken, in nanoseconds.
const AROUND: i64 = NANOS;
/// Comments written on one packet.
const MAX_COMMENTS: usize = 8;

/// Runs the command.
pub fn run(common: &Common, options: &Export) -> Result<Exit, Failure> {
    let path = input::path(common, &options.input)?;
    let path = copy::twice(&path)?;
    let common = Common { read: vec![path.path().to_owned()], ..common.clone() };
    let files = super::args::Input::default();
    let story = (options.sign_in.is_some() || options.annotate)
        .then(|| story::read(&common, &files, options.sign_in.is_some()))
        .transpose()?;
    let comments = story.as_ref().filter(|_| options.annotate).map_or_else(BTreeMap::new, comments);
    let ladder = match (&story, options.sign_in) {
        (Some(story), Some(id)) => Some(super::ladder::of_sign_in(story, id)?),
        _ => None,
    };
    let chosen = choose(&common, options, ladder.as_ref())?;
    let (copied, exit) = copy::to(&options.write, path.path(), |out| {
        let mut reading = input::Reading::open(path.path(), &Common { quiet: true, ..common.clone() }, &TlsKeys::default())?;
        let mut copy = Copy::new(out, section(reading.source().sections().first()))?;
        let mut number = 0_u64;
        reading.blocks(|block, source| {
            match block {
                Block::Packet(record) => {
                    number = number.saturating_add(1);
                    if u32::try_from(number).is_ok_and(|n| chosen.contains(&n)) {
                        let mut said = record.comments.to_vec();
                        said.extend(comments.get(&number).into_iter().flatten().take(MAX_COMMENTS).cloned());
                        copy.packet(&record, source, record.data, &said)?;
                    }
                }
                Block::Secrets(content) if common.show_secrets => copy.secrets(content)?,
                Block::Secrets(_) => {}
            }
            Ok(true)
        })?;
        copy.end(reading.source())?;
        Ok((chosen.len(), reading.conclude(&common)))
    })?;
    if !common.quiet {
        eprintln!("handshark: {copied} packets written to {}", options.write.display());
    }
    Ok(exit)
}
