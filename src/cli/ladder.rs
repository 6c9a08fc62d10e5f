//! `ladder`: who said what to whom in a sign-in, as text, picture, Mermaid diagram or page.

use super::args::{Common, Ladder, LadderFormat};
use super::story::{self, Story, Wanted};
use super::{Exit, Failure, given, output};
use crate::report::html;
use crate::report::ladder::{self, mermaid, svg, text};
use std::io::{self, IsTerminal};

/// Columns where nobody sits in front.
const COLUMNS: usize = 120;

/// Runs the command.
pub fn run(common: &Common, options: &Ladder) -> Result<Exit, Failure> {
    given::spare(options.output.as_deref(), common, &options.input)?;
    let story = story::read(common, &options.input, Wanted::ALL)?;
    let ladder = choose(&story, options)?;
    let drawn = match options.format {
        LadderFormat::Text => text::text(&ladder, options.width.unwrap_or_else(columns)),
        LadderFormat::Svg => svg::file(&ladder),
        LadderFormat::Mermaid => mermaid::mermaid(&ladder),
        LadderFormat::Html => html::ladder(&ladder),
    };
    output::write(options.output.as_deref(), |out| out.write_all(drawn.as_bytes()))?;
    Ok(story.exit)
}

/// The sign-in that was named, everything of the client that was named, or else the only sign-in there is.
fn choose(story: &Story, options: &Ladder) -> Result<ladder::Ladder, Failure> {
    match (options.sign_in, options.client, story.sign_ins.len()) {
        (Some(id), ..) => story.ladder(id),
        (None, Some(client), _) => Ok(story.steps.client(client)),
        (None, None, 0 | 1) => story.ladder(1),
        (None, None, n) => Err(Failure::Usage(format!("there are {n} sign-ins: choose one with --signin N"))),
    }
}

fn columns() -> usize {
    if !io::stdout().is_terminal() {
        return COLUMNS;
    }
    crossterm::terminal::size().map_or(COLUMNS, |(columns, _)| usize::from(columns))
}
