//! What may stand in the place of a line that is being typed, below that line.

use super::table::{heading, put_at};
use crate::tui::overlay::Prompt;
use crate::tui::recent::is_name;
use crate::tui::text::{fit, width};
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

/// Rows in view.
const ROWS: u16 = 12;

/// Draws it below the line, which lies in `bar`.
pub fn draw(prompt: &Prompt, theme: Theme, bar: Rect, area: Rect, buffer: &mut Buffer) {
    let many = u16::try_from(prompt.offers.len()).unwrap_or(u16::MAX);
    let room = area.height.saturating_sub(bar.bottom().saturating_add(2));
    let rows = many.min(ROWS).min(room);
    if rows == 0 || bar.height == 0 {
        return;
    }
    let window = Rect { y: bar.bottom(), height: rows.saturating_add(1), ..area }.intersection(area);
    Clear.render(window, buffer);
    let first = prompt.taken.map_or(0, |at| at.saturating_add(1).saturating_sub(usize::from(rows)));
    let shown = || prompt.offers.iter().enumerate().skip(first).take(usize::from(rows));
    let said = shown().map(|(_, offer)| width(&offer.said)).max().unwrap_or(0);
    // A name says more than what is known of it.
    let wide = usize::from(window.width);
    let longest = shown().map(|(_, offer)| width(&offer.text)).max().unwrap_or(0).min(wide.saturating_mul(2) / 3);
    let room = wide.saturating_sub(said.saturating_add(6)).max(longest);
    for (row, (at, offer)) in (0..rows).zip(shown()) {
        let role = if prompt.taken == Some(at) { Role::Cursor } else { Role::Plain };
        let text = if is_name(prompt.ask) { end(&offer.text, room) } else { offer.text.clone() };
        put_at(buffer, window, 2, row, &fit(&text, room, false), theme.style(role));
        let x = u16::try_from(room.saturating_add(4)).unwrap_or(u16::MAX);
        put_at(buffer, window, x, row, &offer.said, theme.style(Role::Dim));
    }
    let below = Rect { y: window.bottom().saturating_sub(1), height: 1, ..window };
    let hidden = prompt.offers.len().saturating_sub(first.saturating_add(usize::from(rows)));
    let more = if hidden > 0 { format!("{hidden} more") } else { String::new() };
    heading(buffer, below, "Tab takes one", &more, false, theme);
}

/// The name of a file without the folders for which there is no room.
fn end(name: &str, room: usize) -> String {
    if width(name) <= room {
        return name.to_owned();
    }
    let inner = name.strip_suffix('/').unwrap_or(name);
    let ends = inner.match_indices('/').filter_map(|(at, _)| name.get(at..)).map(|end| format!("…{end}"));
    let mut last = None;
    for end in ends {
        let fits = width(&end) <= room;
        last = Some(end);
        if fits {
            break;
        }
    }
    last.unwrap_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_name_is_what_stays() {
        assert_eq!(end("/caps/deep/wed.pcap", 19), "/caps/deep/wed.pcap");
        assert_eq!(end("/caps/deep/wed.pcap", 18), "…/deep/wed.pcap");
        assert_eq!(end("/caps/deep/wed.pcap", 4), "…/wed.pcap");
        assert_eq!(end("caps/deep/", 7), "…/deep/");
        assert_eq!(end("wednesday.pcap", 4), "wednesday.pcap");
    }
}
