//! The lines of the lower panels: what is known of a session or a finding. A line may lead to a packet.

use super::rows::{Finding, Session};
use super::text::wrap;
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
    /// The packet it leads to, and which field of it.
    pub jump: Option<(u32, Option<&'static str>)>,
}

impl Line {
    /// Columns before the text.
    pub const INDENT: usize = HEADING;
}

struct Lines {
    out: Vec<Line>,
    room: usize,
}

impl Lines {
    fn new(width: usize) -> Self {
        Self { out: Vec::new(), room: width.saturating_sub(HEADING.saturating_add(2)) }
    }

    fn text(&mut self, heading: &'static str, text: &str, role: Role) {
        for (at, text) in wrap(text, self.room).into_iter().enumerate() {
            let heading = if at == 0 { heading } else { "" };
            self.out.push(Line { heading, text, role, jump: None });
        }
    }

    fn jump(&mut self, heading: &'static str, text: String, role: Role, frame: u32, field: Option<&'static str>) {
        let jump = (frame > 0).then_some((frame, field));
        self.out.push(Line { heading, text, role, jump });
    }
}

/// The panel below the sessions.
pub fn session(session: &Session, findings: &[Finding], unseen: &[String], width: usize) -> Vec<Line> {
    let mut lines = Lines::new(width);
    for (heading, text) in &session.about {
        let role = if *heading == "Outcome" { Role::of_outcome(session.ended) } else { Role::Plain };
        lines.text(heading, text, role);
    }
    for (at, step) in session.steps.iter().enumerate() {
        let heading = if at == 0 { "Steps" } else { "" };
        let arrow = match step.to_server {
            Some(true) => '→',
            Some(false) => '←',
            None => ' ',
        };
        let text = format!("{arrow} {:<15} {:>8}  {:<24} #{}", step.clock, step.since, step.what, step.frame);
        lines.jump(heading, text, Role::Plain, step.frame, None);
    }
    if session.more_steps > 0 {
        lines.text("", &format!("and {} more steps", session.more_steps), Role::Dim);
    }
    for (at, finding) in session.findings.iter().filter_map(|f| findings.get(*f)).enumerate() {
        let heading = if at == 0 { "Findings" } else { "" };
        let text = format!("{} {} {}", finding.severity.letter(), finding.code, finding.title);
        let (frame, field) = finding.evidence.first().map_or((0, None), |e| (e.frame, Some(e.field)));
        lines.jump(heading, text, Role::of_severity(finding.severity), frame, field);
    }
    self::unseen(&mut lines, unseen);
    lines.out
}

/// The panel when there is no session.
pub fn nothing(only_failed: bool, facts: &[String], width: usize) -> Vec<Line> {
    let mut lines = Lines::new(width);
    let what = if only_failed {
        "No negotiation that was seen in clear failed; ! shows all."
    } else {
        "No negotiation was seen in clear. Nothing seen does not mean that nothing is there."
    };
    lines.text("", what, Role::Plain);
    unseen(&mut lines, facts);
    lines.out
}

fn unseen(lines: &mut Lines, unseen: &[String]) {
    for (at, text) in unseen.iter().enumerate() {
        lines.text(if at == 0 { "Not seen" } else { "" }, text, Role::Warn);
    }
}

/// The panel below the findings.
pub fn finding(finding: &Finding, width: usize) -> Vec<Line> {
    let mut lines = Lines::new(width);
    let sure = if finding.confidence.is_empty() { String::new() } else { format!(" ({})", finding.confidence) };
    let times = if finding.count > 1 { format!(", {} times", finding.count) } else { String::new() };
    let what = format!("{}{times}{sure}", finding.title);
    lines.text(finding.severity.name(), &what, Role::of_severity(finding.severity));
    let who = if finding.user.is_empty() { String::new() } else { format!("{}, ", finding.user) };
    lines.text("Who", &format!("{who}{} → {}", finding.client, finding.server), Role::Plain);
    lines.text("Why", finding.why, Role::Plain);
    for (at, proof) in finding.evidence.iter().enumerate() {
        let heading = if at == 0 { "Evidence" } else { "" };
        let text = format!("#{} {} {}", proof.frame, proof.field, proof.value);
        lines.jump(heading, text, Role::Plain, proof.frame, Some(proof.field));
    }
    lines.text("Fix", finding.fix, Role::Plain);
    for (at, reference) in finding.references.iter().enumerate() {
        lines.text(if at == 0 { "Read on" } else { "" }, reference, Role::Dim);
    }
    lines.out
}
