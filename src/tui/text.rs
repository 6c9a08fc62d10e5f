//! Text cut and wrapped to columns of the terminal. What comes in is escaped already.

use ratatui::text::Span;

/// Longest text kept of anything that came from the wire.
const LONGEST: usize = 600;

/// Text from the wire made harmless, and cut to what anybody reads.
pub fn safe(text: &str) -> String {
    // Escaping makes at most four characters of a byte; nothing behind the cut need be looked at.
    let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(at, _)| at);
    let head = text.get(..end).unwrap_or_default();
    let mut out = crate::wire::text::escape(head.as_bytes()).into_owned();
    if end < text.len() {
        out.push('…');
    }
    out
}

/// Columns a character takes.
fn columns(c: char) -> usize {
    if c.is_ascii() { 1 } else { Span::raw(c.encode_utf8(&mut [0; 4]).to_owned()).width() }
}

/// Columns a text takes.
pub fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// As much of the start of a text as fits, and the columns it takes.
fn head(text: &str, room: usize) -> (&str, usize) {
    let mut taken = 0_usize;
    for (at, c) in text.char_indices() {
        let next = taken.saturating_add(columns(c));
        if next > room {
            return (text.get(..at).unwrap_or_default(), taken);
        }
        taken = next;
    }
    (text, taken)
}

/// A text of exactly `room` columns: filled up with blanks, or cut with `…`.
pub fn fit(text: &str, room: usize, right: bool) -> String {
    let (whole, taken) = head(text, room);
    if whole.len() == text.len() {
        let fill = " ".repeat(room.saturating_sub(taken));
        return if right { fill + text } else { whole.to_owned() + &fill };
    }
    let (start, taken) = head(text, room.saturating_sub(1));
    let mark = if room > 0 { "…" } else { "" };
    let fill = room.saturating_sub(taken).saturating_sub(mark.chars().count());
    format!("{start}{mark}{:fill$}", "")
}

/// A text in lines of at most `room` columns, broken at blanks where there are any.
pub fn wrap(text: &str, room: usize) -> Vec<String> {
    let room = room.max(4);
    let (mut lines, mut line, mut taken) = (Vec::new(), String::new(), 0_usize);
    for word in text.split_inclusive(' ') {
        let wide = width(word.trim_end());
        if taken > 0 && taken.saturating_add(wide) > room {
            lines.push(std::mem::take(&mut line));
            taken = 0;
        }
        let mut rest = word;
        while taken == 0 && width(rest.trim_end()) > room {
            let (start, _) = head(rest, room);
            lines.push(start.to_owned());
            rest = rest.get(start.len()..).unwrap_or_default();
        }
        line.push_str(rest);
        taken = taken.saturating_add(width(rest));
    }
    if !line.trim_end().is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines.iter().map(|line| line.trim_end().to_owned()).collect()
}

/// A text in pieces of at most `room` columns, broken wherever that is; at least one.
pub fn wrap_exact(text: &str, room: usize) -> impl Iterator<Item = String> + '_ {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let (start, _) = head(text, room.max(2));
        let behind = text.get(start.len()..).unwrap_or_default();
        rest = Some(behind).filter(|behind| !behind.is_empty());
        Some(start.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fitted_text_has_the_width_asked_for() {
        for text in ["", "alice", "漢字漢字漢字", "a漢b", &"x".repeat(100_000)] {
            for room in 0..12 {
                assert_eq!(width(&fit(text, room, false)), room, "{text:.10} in {room}");
                assert_eq!(width(&fit(text, room, true)), room);
            }
        }
        assert_eq!(fit("abcdef", 4, false), "abc…");
        assert_eq!(fit("漢字", 3, false), "漢…");
        assert_eq!(fit("7", 3, true), "  7");
    }

    #[test]
    fn wrapped_lines_keep_every_word_and_no_line_is_too_long() {
        let text = "the account signed in correctly but averyveryverylongwordwithoutablank is here";
        let lines = wrap(text, 20);
        assert!(lines.iter().all(|l| width(l) <= 20), "{lines:?}");
        assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
        assert_eq!(wrap("", 20), [""]);
        assert!(wrap(&"漢".repeat(1000), 7).iter().all(|l| width(l) <= 7));
    }

    #[test]
    fn lines_broken_anywhere_are_the_text_again() {
        for text in ["", "abc", &"漢字x".repeat(50), &"a\u{300}".repeat(40)] {
            for room in [2, 3, 7, 80] {
                let lines: Vec<String> = wrap_exact(text, room).collect();
                assert_eq!(lines.concat(), text);
                assert!(!lines.is_empty() && lines.iter().all(|line| width(line) <= room));
            }
        }
    }

    #[test]
    fn what_could_drive_a_terminal_is_made_harmless_and_short() {
        assert_eq!(safe("a\u{1b}[2Jb"), "a\\x1b[2Jb");
        assert_eq!(width(&safe(&"x".repeat(100_000))), LONGEST + 1);
    }
}
