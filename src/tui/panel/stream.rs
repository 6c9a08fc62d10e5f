//! View 5, below: one conversation.

use super::{Jump, Lines};
use crate::tui::model::{Model, Pane};
use crate::tui::opened::clock;
use crate::tui::rows::streams::State;
use crate::tui::theme::Role;
use crate::wire::time::span;

pub(super) fn write(model: &Model, lines: &mut Lines) {
    let Some(row) = model.stream(model.list(Pane::Streams).cursor) else { return };
    let talk = &row.talk;
    let transport = if talk.tcp { "TCP" } else { "UDP" };
    lines.text(
        "Between",
        &format!("{} → {}, {transport} stream {}", talk.client, talk.server, talk.stream),
        Role::Plain,
    );
    if let Some(name) = &row.name {
        lines.text("Asked for", name, Role::Plain);
    }
    lines.text("When", &format!("{} UTC, for {}", clock(talk.first), span(talk.last.since(talk.first))), Role::Plain);
    let [to_server, to_client] = [0, 1].map(|way| {
        let packets = talk.packets.get(way).copied().unwrap_or(0);
        let bytes = talk.bytes.get(way).copied().unwrap_or(0);
        let word = if packets == 1 { "packet" } else { "packets" };
        format!("{packets} {word}, {bytes} bytes")
    });
    lines.text("Sent", &to_server, Role::Plain);
    lines.text("Received", &to_client, Role::Plain);
    let known = if talk.protocols.is_empty() { "nothing known".to_owned() } else { talk.protocols.join(", ") };
    lines.text("Carries", &known, Role::Plain);
    let (text, role) = match row.state {
        State::Clear => ("in clear".to_owned(), Role::Plain),
        State::Opened(how) => (format!("TLS, {how}"), Role::Good),
        State::Closed(why) => (format!("TLS that stays closed: {why}"), Role::Warn),
    };
    lines.text("Readable", &text, role);
    lines.jump("First", &format!("#{}", talk.first_frame), Role::Plain, Jump::Frame(talk.first_frame, None));
}
