//! The lines of the lower panels: what is known of what is selected above. A line may lead somewhere.

mod credential;
pub(super) mod finding;
mod stream;
mod summary;
mod verdict;

use super::model::{Model, Pane};
use super::text::{safe, wrap};
use super::theme::Role;

/// Columns of the headings on the left.
const HEADING: usize = 11;

/// A line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The heading, on the first line of its text.
    pub heading: &'static str,
    /// The text.
    pub text: String,
    /// How it looks.
    pub role: Role,
    /// Where it leads.
    pub jump: Option<Jump>,
}

/// Where a line leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jump {
    /// To a packet, and a field of it.
    Frame(u32, Option<&'static str>),
    /// To a finding, by its place in the report.
    Finding(usize),
    /// To a sign-in, by its place in the report.
    SignIn(usize),
}

impl Line {
    /// Columns before the text.
    pub const INDENT: usize = HEADING;
}

/// The lines of a panel that is `width` columns wide.
pub fn lines(model: &Model, pane: Pane, width: usize) -> Vec<Line> {
    let mut lines = Lines { out: Vec::new(), room: width.saturating_sub(HEADING.saturating_add(2)) };
    match pane {
        Pane::Verdict => verdict::write(model, &mut lines),
        Pane::Reasons => finding::write(model, &mut lines),
        Pane::Talk => stream::write(model, &mut lines),
        Pane::Validity => credential::write(model, &mut lines),
        Pane::Summary => summary::write(model, &mut lines),
        _ => {}
    }
    lines.out
}

/// Lines being written. Texts from the wire are made harmless on the way in.
struct Lines {
    out: Vec<Line>,
    room: usize,
}

impl Lines {
    fn text(&mut self, heading: &'static str, text: &str, role: Role) {
        for (at, text) in wrap(&safe(text), self.room).into_iter().enumerate() {
            let heading = if at == 0 { heading } else { "" };
            self.out.push(Line { heading, text, role, jump: None });
        }
    }

    /// One line that leads somewhere.
    fn jump(&mut self, heading: &'static str, text: &str, role: Role, jump: Jump) {
        let jump = (jump != Jump::Frame(0, None)).then_some(jump);
        self.out.push(Line { heading, text: safe(text), role, jump });
    }

    /// A packet with what the packet list says of it, as soon as that is known.
    fn packet(&mut self, model: &Model, heading: &'static str, frame: u64) {
        let frame = u32::try_from(frame).unwrap_or(0);
        let text = model.packets.lines.get(&frame).map_or_else(
            || format!("#{frame}"),
            |line| {
                let time = line.time.clock();
                let time = time.get(..12).unwrap_or_default();
                format!("#{frame}  {time}  {} → {}  {} {}", line.source, line.destination, line.protocol, line.info)
            },
        );
        self.jump(heading, &text, Role::Plain, Jump::Frame(frame, None));
    }
}

/// A heading for the first of several lines only.
fn first(at: usize, heading: &'static str) -> &'static str {
    if at == 0 { heading } else { "" }
}
