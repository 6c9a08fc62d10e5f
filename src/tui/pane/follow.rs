//! A stream that is followed: what the client said and what the server said, one behind the other.

use super::table::{heading, put, put_at, select};
use crate::report::dialogue::Side;
use crate::tui::layout::below;
use crate::tui::model::{Model, Pane};
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws it.
pub fn draw(model: &Model, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let following = &model.following;
    let Some(followed) = &following.followed else {
        heading(buffer, area, "Follow", "", true, theme);
        return put_at(buffer, below(area, 1), 2, 0, "f on a packet follows its conversation", theme.style(Role::Dim));
    };
    let dialogue = &followed.dialogue;
    let transport = if dialogue.tcp { "tcp" } else { "udp" };
    let (client, server) = dialogue.ends;
    let layers: Vec<String> = followed
        .layers
        .iter()
        .map(|layer| {
            let name = layer.name().to_uppercase();
            if *layer == followed.layer { format!("[{name}]") } else { name }
        })
        .collect();
    let form = if following.hex { "hex" } else { "text" };
    let side = match following.side {
        Side::Both => "both sides",
        Side::Client => "client only",
        Side::Server => "server only",
    };
    let title = format!("{transport}.stream {}  {}  {form}, {side}", dialogue.number, layers.join(" "));
    let right = followed.access.clone().unwrap_or_else(|| format!("{client} → {server}"));
    heading(buffer, area, &title, &right, true, theme);
    let inside = below(area, 1);
    if following.rows.is_empty() {
        let said = match following.side {
            _ if dialogue.chunks.is_empty() => "nothing was said in it that can be read",
            _ => "this side said nothing; = shows both",
        };
        return put_at(buffer, inside, 2, 0, said, theme.style(Role::Dim));
    }
    let list = model.list(Pane::Follow);
    let last = following.rows.len().saturating_sub(1);
    for (line, (at, row)) in (0..inside.height).zip(following.rows.iter().enumerate().skip(list.top)) {
        let Some(chunk) = dialogue.chunks.get(row.chunk) else { continue };
        let (role, sign) = if chunk.client { (Role::Client, ">") } else { (Role::Server, "<") };
        if let Some(text) = &row.text {
            put(buffer, inside, line, &format!(" {sign} "), theme.style(role));
            put_at(buffer, inside, 3, line, text, theme.style(role));
        } else {
            let time = dialogue.times.get(row.chunk).map_or_else(String::new, |time| time.clock());
            let time = time.get(..15).unwrap_or_default();
            let who = if chunk.client { "client → server" } else { "server → client" };
            let said = format!("── #{} {time}  {who}  {} bytes ", chunk.frame, chunk.bytes.len());
            put_at(buffer, inside, 1, line, &said, theme.style(Role::Dim));
        }
        if at == last && following.beyond + usize::try_from(dialogue.dropped).unwrap_or(0) > 0 {
            let said = format!("{} more bytes are not shown; w writes them ", following.beyond);
            let x = inside.width.saturating_sub(u16::try_from(said.len()).unwrap_or(0));
            put_at(buffer, inside, x, line, &said, theme.style(Role::Warn));
        }
        if at == list.cursor {
            select(buffer, inside, line, true, theme);
        }
    }
}
