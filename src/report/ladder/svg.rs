//! A ladder as a picture. The same drawing stands alone in a file and inside the HTML report: colours are classes, and
//! follow light and dark.

use super::{Ladder, State};
use crate::report::markup::escape;
use std::fmt::Write;

/// Pixels left of the first lifeline, for frame and time.
const MARGIN: usize = 170;
/// Pixels between two lifelines.
const LANE: usize = 230;
/// Pixels over the first step.
const TOP: usize = 64;
/// Pixels of a step.
const STEP: usize = 34;

/// The looks of the drawing, for a page that shows it.
pub const STYLE: &str = "
.ladder{font:12px/1.2 ui-monospace,Consolas,Menlo,monospace;fill:#1c2430;background:none;max-width:100%;height:auto}
.ladder .life{stroke:#9aa5b1;stroke-dasharray:3 4}.ladder .head{font-weight:600}.ladder .sub,.ladder .at{fill:#5b6775}
.ladder .plain,.ladder .asked{stroke:#3b5b8c;fill:#3b5b8c}.ladder .good{stroke:#1b7a43;fill:#1b7a43}
.ladder .bad,.ladder .failed{stroke:#b3261e;fill:#b3261e}.ladder text{stroke:none!important}
.ladder .failed-row{fill:#b3261e22}.ladder text.said{fill:#1c2430}.ladder text.said.bad,.ladder text.said.failed{fill:#b3261e}
@media(prefers-color-scheme:dark){.ladder{fill:#dfe5ec}.ladder .life{stroke:#5b6775}.ladder .sub,.ladder .at{fill:#98a5b3}
.ladder .plain,.ladder .asked{stroke:#8fb3e8;fill:#8fb3e8}.ladder .good{stroke:#6cc793;fill:#6cc793}
.ladder .bad,.ladder .failed{stroke:#ff8a80;fill:#ff8a80}.ladder text.said{fill:#dfe5ec}
.ladder text.said.bad,.ladder text.said.failed{fill:#ff8a80}}
";

/// A file of its own.
pub fn file(ladder: &Ladder) -> String {
    let drawn = svg(ladder);
    // What a page would say of it stands inside; on a dark screen the picture brings its own ground.
    let ground = "svg.ladder{background:#fff}@media(prefers-color-scheme:dark){svg.ladder{background:#12161c}}";
    drawn.replacen("<title>", &format!("<style>{STYLE}{ground}</style><title>"), 1)
}

/// The drawing, to stand inside a page with [`STYLE`].
pub fn svg(ladder: &Ladder) -> String {
    let lanes = ladder.lifelines.len().max(1);
    let width = MARGIN.saturating_add(lanes.saturating_mul(LANE));
    let height = TOP.saturating_add(ladder.steps.len().saturating_mul(STEP)).saturating_add(16);
    let column = |line: usize| MARGIN.saturating_add(line.saturating_mul(LANE)).saturating_add(40);
    let mut out = String::new();
    let _ = write!(
        out,
        "<svg class=\"ladder\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\"><title>{}</title>",
        escape(&ladder.title)
    );
    for (at, line) in ladder.lifelines.iter().enumerate() {
        let x = column(at);
        let _ = write!(
            out,
            "<text class=\"head\" x=\"{x}\" y=\"16\" text-anchor=\"middle\">{}</text>\
             <text class=\"sub\" x=\"{x}\" y=\"31\" text-anchor=\"middle\">{}</text>\
             <text class=\"sub\" x=\"{x}\" y=\"45\" text-anchor=\"middle\">{}</text>\
             <line class=\"life\" x1=\"{x}\" x2=\"{x}\" y1=\"50\" y2=\"{height}\"/>",
            escape(&line.role()),
            escape(&short(line.title(), 32)),
            if line.name.is_some() { escape(&line.address) } else { String::new() },
        );
    }
    for (at, step) in ladder.steps.iter().enumerate() {
        let y = TOP.saturating_add(at.saturating_mul(STEP)).saturating_add(20);
        let (from, to) = (column(step.from), column(step.to));
        let class = class(step.state);
        if step.state == State::Failed {
            let top = y.saturating_sub(20);
            let _ = write!(out, "<rect class=\"failed-row\" x=\"0\" y=\"{top}\" width=\"{width}\" height=\"{STEP}\"/>");
        }
        let (tip, back) = if from < to { (to, to.saturating_sub(8)) } else { (to, to.saturating_add(8)) };
        let left = from.min(to).saturating_add(6);
        let (over, under) = (y.saturating_sub(4), y.saturating_add(4));
        let mark = if step.state == State::Failed { "✗ " } else { "" };
        let _ = write!(
            out,
            "<text class=\"at\" x=\"4\" y=\"{y}\">#{} {}</text>\
             <text class=\"said {class}\" x=\"{left}\" y=\"{}\">{mark}{}</text>\
             <line class=\"{class}\" x1=\"{from}\" x2=\"{to}\" y1=\"{y}\" y2=\"{y}\"/>\
             <polygon class=\"{class}\" points=\"{tip},{y} {back},{over} {back},{under}\"/>",
            step.frame,
            escape(&ladder.since(at)),
            y.saturating_sub(5),
            escape(&short(&step.said(), 90)),
        );
    }
    out.push_str("</svg>\n");
    out
}

fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

const fn class(state: State) -> &'static str {
    match state {
        State::Plain => "plain",
        State::Good => "good",
        State::Asked => "asked",
        State::Bad => "bad",
        State::Failed => "failed",
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::sample;
    use super::*;

    #[test]
    fn the_failing_step_is_marked() {
        let drawn = svg(&sample());
        assert!(drawn.contains("class=\"said failed\"") && drawn.contains("✗ 401 NTLM challenge"), "{drawn}");
        assert!(file(&sample()).contains("<style>"));
    }

    #[test]
    fn names_cannot_leave_their_text() {
        let mut ladder = sample();
        ladder.title = "</title><script>alert(1)</script>".into();
        ladder.lifelines[1].name = Some("\"><img src=x onerror=alert(1)>".into());
        ladder.steps[0].label = "</text><script>".into();
        let drawn = file(&ladder);
        assert!(!drawn.contains("<script") && !drawn.contains("<img"), "{drawn}");
    }
}
