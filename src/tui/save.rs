//! Work on an opened capture that takes a while: sorting packets, writing reports.

use super::columns::{self, Natural, Sort};
use super::model::Pane;
use super::opened::Opened;
use super::overlay::Save;
use crate::report::baseline::Baseline;
use crate::report::html::{self, Content};
use crate::report::ladder::text as ladder_text;
use crate::report::ladder::{mermaid, svg};
use crate::report::{csv, markdown, sarif, text};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// Columns of a ladder that is written as text.
const LADDER_COLUMNS: usize = 120;

impl Opened {
    /// Packets in the order of a column; nothing if nobody waits for it any more. `passed` are those in the list, if not
    /// all.
    pub fn sorted(&self, by: Sort, passed: Option<&[u32]>, stop: &AtomicBool) -> Option<Vec<u32>> {
        let capture = &self.capture;
        let mut frames: Vec<u32> =
            passed.map_or_else(|| (capture.first_frame()..=capture.frames()).collect(), <[u32]>::to_vec);
        let column = columns::all(Pane::Packets).get(by.column)?.title;
        match column {
            "No" => frames.sort_by(|a, b| by.turned(a.cmp(b))),
            "Time" => {
                let mut keys: Vec<_> = frames.iter().map(|frame| (capture.time(*frame), *frame)).collect();
                keys.sort_by(|(a, _), (b, _)| by.turned(a.cmp(b)));
                frames = keys.into_iter().map(|(_, frame)| frame).collect();
            }
            _ => {
                let mut keys = Vec::with_capacity(frames.len());
                for frame in &frames {
                    if stop.load(Ordering::Relaxed) {
                        return None;
                    }
                    let line = capture.summary(*frame);
                    let text = match column {
                        "Source" => line.source,
                        "Destination" => line.destination,
                        "Proto" => line.protocol.to_owned(),
                        "Len" => line.wire_len.to_string(),
                        "If" => line.interface,
                        "!" => line.marks,
                        _ => line.info,
                    };
                    keys.push((Natural::of(&text), *frame));
                }
                keys.sort_by(|(a, _), (b, _)| by.turned(a.order(b)));
                frames = keys.into_iter().map(|(_, frame)| frame).collect();
            }
        }
        Some(frames)
    }

    /// Writes something to a file; what is there already is left alone.
    pub fn save(&self, what: Save, accepted: &Baseline, path: &Path) -> io::Result<u64> {
        let mut out = BufWriter::new(new(path)?);
        let mut report = Cow::Borrowed(&*self.loaded.report);
        if !accepted.is_empty() {
            report.to_mut().accept(accepted);
            // As `handshark report --baseline` has it: programs are told of all.
            if !matches!(what, Save::Json | Save::Sarif) {
                report.to_mut().unlist_accepted();
            }
        }
        let report = &*report;
        match what {
            Save::Text => out.write_all(text::text(report, text::Style { color: false }).as_bytes())?,
            Save::Json => serde_json::to_writer_pretty(&mut out, report)?,
            Save::Csv => csv::write(&mut out, report)?,
            Save::Markdown => out.write_all(markdown::markdown(report).as_bytes())?,
            Save::Sarif => sarif::write(&mut out, report)?,
            Save::Html => {
                let drawn = self.sign_ins.iter().enumerate().take(html::MAX_LADDERS);
                let ladders: BTreeMap<_, _> =
                    drawn.map(|(at, s)| (s.id, self.ladder(super::rows::attempts::What::SignIn(at)))).collect();
                let content = Content { report, ladders: &ladders, shows_secrets: false };
                out.write_all(html::html(&content).as_bytes())?;
            }
            // What is on the screen is written from there; packets are a capture, not a text.
            Save::Dialogue | Save::Packets(_) => {}
            Save::LadderText(attempt) => {
                out.write_all(ladder_text::text(&self.ladder(attempt), LADDER_COLUMNS).as_bytes())?;
            }
            Save::Mermaid(attempt) => out.write_all(mermaid::mermaid(&self.ladder(attempt)).as_bytes())?,
            Save::Ladder(attempt) => out.write_all(svg::file(&self.ladder(attempt)).as_bytes())?,
        }
        out.flush()?;
        Ok(out.get_ref().metadata()?.len())
    }
}

/// Writes bytes to a file that is not there yet.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<u64> {
    new(path)?.write_all(bytes)?;
    Ok(bytes.len() as u64)
}

/// A file that was not there.
pub(super) fn new(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}
