//! `live` with a screen: the choice of interfaces, and the running capture as the screen sees it.

use super::reader::Tee;
use super::recording::Recording;
use super::{Job, Options};
use crate::capture::live::{Live, Request};
use crate::capture::read_from;
use crate::cli::args::Common;
use crate::cli::{Exit, Failure, config, theme};
use crate::scan;
use crate::tui::{self, Control, Standing};
use std::path::PathBuf;
use std::time::Instant;

/// What is to be captured, asked for where nothing was named; nothing if nobody wants to.
pub fn request(common: &Common, options: &Options) -> Result<Option<Request>, Failure> {
    let mut request = Request::from(options.capture.clone());
    if request.interfaces.is_empty() {
        let Some(choice) = tui::picker::run(request.filter.clone(), theme(common, &config::read(common)?))? else {
            return Ok(None);
        };
        (request.interfaces, request.filter) = (choice.interfaces, choice.filter);
    }
    Ok(Some(request))
}

/// The screen on what comes.
pub fn run(common: &Common, job: Job<'_>) -> Result<Exit, Failure> {
    let Job { us, request, name, recording, folders, duration, .. } = job;
    let (live, output) = Live::start(us, Request { screen: true, ..request }, &folders)?;
    let source = match read_from(name.clone(), output, None) {
        Ok(source) => source,
        Err(error) => return Err(live.end().err().map_or(Failure::Capture(error), Failure::Live)),
    };
    // No file has this name, so packets are spooled for looking at them again.
    let path = PathBuf::from(format!("live: {name}"));
    let input = scan::Input { path, source: Box::new(Tee::new(source, recording.clone())) };
    let until = duration.map(|duration| Instant::now() + duration);
    let running = Running { live: Some(live), recording, until };
    super::super::show(common, vec![input], Some(Box::new(running)))
}

/// A capture that runs. Dropping it ends the capturer.
struct Running {
    live: Option<Live>,
    recording: Recording,
    until: Option<Instant>,
}

impl Control for Running {
    fn stop(&mut self) {
        if let Some(live) = &mut self.live {
            live.stop();
        }
    }

    fn record(&mut self) -> String {
        let now = super::clock();
        let (year, month, day, hour, minute, second) = now.civil();
        let stem = format!("live-{year:04}{month:02}{day:02}-{hour:02}{minute:02}{second:02}");
        let names = std::iter::once(stem.clone()).chain((2..).map(|n| format!("{stem}-{n}")));
        let fresh = names.map(|name| PathBuf::from(name + ".pcapng")).find(|path| !path.exists());
        self.recording.toggle(fresh.unwrap_or_default(), now)
    }

    fn saves(&self) -> bool {
        self.recording.summary().is_some()
    }

    fn standing(&mut self) -> Standing {
        self.recording.flush();
        if self.until.is_some_and(|until| Instant::now() >= until) {
            self.until = None;
            self.stop();
        }
        let mut said = self.live.as_mut().map_or_else(Vec::new, Live::news);
        if self.live.as_mut().is_some_and(Live::is_over)
            && let Some(live) = self.live.take()
        {
            match live.end() {
                Ok(lines) => said.extend(lines),
                Err(error) => said.push(error.to_string()),
            }
        }
        said.extend(self.recording.news());
        Standing { recorded: self.recording.summary(), unwritten: self.recording.missed(), said }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.recording.flush();
    }
}
