//! A ladder as a Mermaid sequence diagram, which wikis and code hosts draw by themselves.

use super::{Ladder, State};
use std::fmt::Write;

/// The diagram.
pub fn mermaid(ladder: &Ladder) -> String {
    let mut out = String::from("sequenceDiagram\n");
    let _ = writeln!(out, "    accTitle: {}", text(&ladder.title));
    for (at, line) in ladder.lifelines.iter().enumerate() {
        let _ = writeln!(out, "    participant p{at} as {}<br/>{}", text(&line.role()), text(line.title()));
    }
    for (at, step) in ladder.steps.iter().enumerate() {
        // A solid line goes to a server, a dashed one comes back; an error ends in a cross.
        let arrow = match (step.from, step.state) {
            (_, State::Failed | State::Bad) => "--x",
            (0, _) => "->>",
            _ => "-->>",
        };
        let frame = format!("[frame {}, {}]", step.frame, ladder.since(at));
        let _ = writeln!(out, "    p{}{arrow}p{}: {} {}", step.from, step.to, text(&step.said()), text(&frame));
        if step.state == State::Failed {
            let (left, right) = (step.from.min(step.to), step.from.max(step.to));
            let _ = writeln!(out, "    Note over p{left},p{right}: failed here");
        }
    }
    out
}

/// Text that Mermaid reads as text: what is no letter, digit or harmless sign stands as its number.
fn text(said: &str) -> String {
    let mut out = String::new();
    for c in said.chars() {
        match c {
            c if c.is_alphanumeric() => out.push(c),
            ' ' | '-' | '_' | '.' | ',' | '/' | '+' | '(' | ')' | '[' | ']' | '×' | '=' => out.push(c),
            c if crate::wire::text::harmful(c) => out.push('\u{fffd}'),
            c => {
                let _ = write!(out, "#{};", u32::from(c));
            }
        }
    }
    // A label may be no word of the language.
    if out.trim().eq_ignore_ascii_case("end") { format!("({out})") } else { out }
}

#[cfg(test)]
mod tests {
    use super::super::tests::sample;
    use super::*;

    #[test]
    fn steps_become_arrows() {
        let drawn = mermaid(&sample());
        assert!(drawn.starts_with("sequenceDiagram\n"), "{drawn}");
        assert!(drawn.contains("p0->>p1: REGISTER NTLM start"), "{drawn}");
        assert!(drawn.contains("p1--xp0: 401 NTLM challenge"), "{drawn}");
        assert!(drawn.contains("Note over p0,p1: failed here"), "{drawn}");
    }

    #[test]
    fn names_are_no_language() {
        assert_eq!(text("a;b:c<d>#e\nf"), "a#59;b#58;c#60;d#62;#35;e\u{fffd}f");
        assert_eq!(text("end"), "(end)");
    }
}
