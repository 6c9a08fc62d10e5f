//! View 6, below: one certificate or ticket, with its life as a bar.

use super::{Lines, first};
use crate::tui::model::{Model, Pane};
use crate::tui::rows::credentials::Standing;
use crate::tui::theme::Role;

pub(super) fn write(model: &Model, lines: &mut Lines) {
    let Some(row) = model.credential(model.list(Pane::Certificates).cursor) else {
        if model.reading.is_none() {
            lines.text("", "No certificate and no ticket was seen in clear.", Role::Plain);
        }
        return;
    };
    let (word, role) = match row.standing() {
        Standing::Good => ("valid", Role::Good),
        Standing::Ending => ("valid, but it ends soon", Role::Warn),
        Standing::Over => ("OVER", Role::Bad),
        Standing::Early => ("NOT YET VALID", Role::Bad),
        Standing::Unknown => ("it does not say how long", Role::Plain),
    };
    lines.text("Whose", &row.subject, Role::Strong);
    lines.text("By", &row.issuer, Role::Plain);
    lines.text("State", &format!("{word} when it was seen, {}", row.left()), role);
    if let (Some(from), Some(until)) = (row.from, row.until) {
        let day = |time: crate::wire::Timestamp| time.rfc3339_seconds().replace('T', " ").replace('Z', "");
        let room = lines.room.saturating_sub(44).clamp(8, 60);
        let bar = match row.age(room) {
            Some(at) => format!("{}┃{}", "█".repeat(at), "░".repeat(room.saturating_sub(at))),
            None => String::new(),
        };
        lines.text("Life", &format!("{} {bar} {}", day(from), day(until)), Role::Plain);
    }
    if let Some(policy) = row.policy() {
        lines.text("Lifetime", &policy, Role::Plain);
    }
    for (heading, text) in &row.more {
        lines.text(heading, text, Role::Plain);
    }
    lines.text("Shown by", &row.server, Role::Plain);
    lines.packet(model, first(0, "Seen in"), row.frame.into());
    if row.count > 1 {
        lines.text("", &format!("{} times", row.count), Role::Plain);
    }
}
