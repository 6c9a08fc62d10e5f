//! What can be copied, and which filters can be made, of what is selected.

use super::list::List;
use super::model::{Model, Pane};
use super::overlay::{Choice, Item, Menu};
use super::panel::finding;
use super::text::safe;
use super::unfold::row;
use crate::field::{Field, Kind, Node};
use crate::protocol::registry;
use crate::report::dialogue;
use crate::report::ladder::text as ladder_text;
use crate::wire::text::hex;

/// Protocols that come in datagrams.
const DATAGRAMS: [&str; 3] = ["dns", "sip", "kerberos"];
/// Columns of a ladder that is copied.
const LADDER_COLUMNS: usize = 120;
/// What stands over the saved filters.
pub(super) const SAVED: &str = "Filters: saved or in config.toml (x forgets one), and those used before";
/// Bytes that are copied at most.
const MAX_BYTES: usize = 64 << 10;

/// The node under the cursor of the tree.
fn node(model: &Model) -> Option<(&Node, &'static Field)> {
    let row = row(model)?;
    let node = model.packets.detail.as_ref()?.tree.nodes.get(row.node)?;
    Some((node, node.field?))
}

/// True if the keys are in the packets view, below the list.
fn in_packet(model: &Model) -> bool {
    matches!(model.pane(), Pane::Tree | Pane::Bytes)
}

/// What can be copied.
pub fn copies(model: &Model) -> Menu {
    let mut items = Vec::new();
    let mut add = |name: &'static str, text: String| {
        if !text.is_empty() {
            items.push(Item { name: name.into(), text, choice: Choice::Copy });
        }
    };
    let pane = model.pane();
    if in_packet(model)
        && let Some((node, field)) = node(model)
        && let Some(detail) = &model.packets.detail
    {
        add("value", safe(&node.value));
        add("line", safe(&detail.tree.line(node)));
        add("filter", filter(node, field));
        let buffer = usize::from(node.buffer);
        let secret = detail
            .tree
            .hidden(buffer)
            .iter()
            .any(|range| range.start < node.at.end as usize && (node.at.start as usize) < range.end);
        let bytes = detail.tree.buffers.get(buffer).map_or(&[][..], |b| node.at.slice(&b.bytes));
        if !secret {
            add("bytes, hex", hex(bytes.get(..bytes.len().min(MAX_BYTES)).unwrap_or_default()));
        }
    }
    if pane == Pane::Follow {
        let following = &model.following;
        if let (Some((row, _)), Some(followed)) = (following.at(model.list(pane).cursor), &following.followed) {
            add("line", row.text.clone().unwrap_or_default());
            add("message", followed.dialogue.chunks.get(row.chunk).map_or_else(String::new, dialogue::text));
            let transport = if followed.dialogue.tcp { "tcp" } else { "udp" };
            add("filter", format!("{transport}.stream == {}", followed.dialogue.number));
        }
    }
    if matches!(pane, Pane::Findings | Pane::Reasons)
        && let Some((_, f)) = model.finding()
    {
        add("line", safe(&format!("{} {}: {}, {} → {}", f.id, f.severity, f.title, f.client, f.server)));
        add("filter", finding::filter(f).unwrap_or_default());
    }
    if pane == Pane::Ladder
        && let Some((_, ladder)) = &model.ladder
    {
        let step = ladder.steps.get(model.list(pane).cursor);
        add("step", step.map_or_else(String::new, |step| safe(&format!("#{} {}", step.frame, step.said()))));
        add("whole ladder", ladder_text::text(ladder, LADDER_COLUMNS));
    }
    if pane == Pane::Compared
        && let Some(row) = model.comparing.as_ref().and_then(|c| c.rows.get(model.list(pane).cursor))
    {
        for (name, cell) in [("left", &row.left), ("right", &row.right)] {
            add(name, cell.as_ref().map_or_else(String::new, |cell| safe(&cell.text)));
        }
    }
    if pane.is_panel() {
        let lines = model.lines(pane);
        let at = model.list(pane).cursor;
        add("line", lines.get(at).map_or_else(String::new, |line| line.text.clone()));
        let all: Vec<String> = lines.iter().map(|line| format!("{:<11}{}", line.heading, line.text)).collect();
        add("whole panel", all.join("\n"));
    }
    if let Some(line) = model.looked_at().and_then(|frame| model.packets.lines.get(&frame)) {
        let text =
            format!("{} {} → {} {} {}", line.frame, line.source, line.destination, line.protocol, safe(&line.info));
        add("packet", text);
        add(
            "tshark command",
            format!("tshark -r {} -Y 'frame.number == {}' -V", quoted(&model.facts.name), line.frame),
        );
    }
    if !model.bar.applied.is_empty() {
        add("filter in use", model.bar.applied.clone());
    }
    Menu { title: "Copy", items, list: List::default() }
}

/// A name as a shell takes it for one word.
fn quoted(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | '+' | ',');
    if !name.is_empty() && !name.starts_with('-') && name.chars().all(plain) {
        return name.to_owned();
    }
    let dash = if name.starts_with('-') { "./" } else { "" };
    format!("'{dash}{}'", name.replace('\'', "'\\''"))
}

/// Filters that can be made.
pub fn filters(model: &Model) -> Menu {
    let mut items = Vec::new();
    let mut add =
        |name: &'static str, text: String| items.push(Item { name: name.into(), text, choice: Choice::Filter });
    let made = if in_packet(model) { node(model).map(|(node, field)| filter(node, field)) } else { stream(model) };
    if let Some(made) = made.clone() {
        let old = &model.bar.applied;
        add("this", made.clone());
        add("not this", format!("!({made})"));
        if !old.is_empty() {
            add("… and this", format!("({old}) && {made}"));
            add("… or this", format!("({old}) || {made}"));
            add("… and not this", format!("({old}) && !({made})"));
        }
    }
    if let Some((_, field)) = node(model).filter(|_| in_packet(model)) {
        let other = made.as_deref() != Some(field.name);
        other.then(|| add("has this field", field.name.to_owned()));
    }
    Menu { title: "Filter", items, list: List::default() }
}

/// Filters that were saved, and those used before, the newest first.
pub fn saved(model: &Model) -> Menu {
    let item =
        |name: &str, text: &str| Item { name: name.to_owned().into(), text: text.to_owned(), choice: Choice::Filter };
    let saved = model.bar.saved.iter().map(|(name, text)| item(&safe(name), text));
    let used = model.bar.history.iter().rev().map(|text| item("used before", text));
    Menu { title: SAVED, items: saved.chain(used).collect(), list: List::default() }
}

/// As what the port of the packet selected can be decoded.
pub fn protocols(model: &Model) -> Menu {
    let stream = model.here().and_then(|_| {
        let detail = model.packets.detail.as_ref()?;
        let named = |name: &str| detail.tree.nodes.iter().find(|n| n.field.is_some_and(|f| f.name == name));
        ["tcp", "udp"].iter().find_map(|transport| {
            let number = named(&format!("{transport}.stream"))?.value.parse::<u32>().ok()?;
            let talk = model.streams.iter().find(|s| s.talk.tcp == (*transport == "tcp") && s.talk.stream == number)?;
            Some((*transport, talk.talk.server.port()))
        })
    });
    let mut items = Vec::new();
    if let Some((transport, port)) = stream {
        let item = |name: &'static str, text| Item { name: name.into(), text, choice: Choice::DecodeAs };
        items.push(item("as recognised", format!("{transport}.port=={port}")));
        let open =
            registry::ALL.iter().filter(|p| p.open.is_some() || transport == "udp" && DATAGRAMS.contains(&p.name));
        // One that comes in both ways is there once for each.
        let names = open.map(|p| p.name).fold(Vec::new(), |mut names, name| {
            if !names.contains(&name) {
                names.push(name);
            }
            names
        });
        items.extend(names.into_iter().map(|name| item(name, format!("{transport}.port=={port},{name}"))));
    }
    Menu { title: "Decode this port as", items, list: List::default() }
}

/// The conversation of the packet selected.
fn stream(model: &Model) -> Option<String> {
    let detail = model.packets.detail.as_ref()?;
    let named = |name: &str| detail.tree.nodes.iter().find(|n| n.field.is_some_and(|f| f.name == name));
    ["tcp.stream", "udp.stream"].iter().find_map(|name| Some(format!("{name} == {}", named(name)?.value)))
}

/// The filter that a node passes.
fn filter(node: &Node, field: &'static Field) -> String {
    let value = safe(&node.value);
    let name = field.name;
    match field.kind {
        _ if field.secret => name.to_owned(),
        Kind::Text if !node.value.chars().any(crate::wire::text::harmful) => {
            format!("{name} == \"{}\"", node.value.replace('\\', "\\\\").replace('"', "\\\""))
        }
        Kind::Protocol | Kind::Text => name.to_owned(),
        _ if value.is_empty() || value.contains(' ') => name.to_owned(),
        _ => format!("{name} == {value}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_file_is_one_word_to_a_shell() {
        assert_eq!(quoted("office-wed.pcapng"), "office-wed.pcapng");
        assert_eq!(quoted("my capture.pcap"), "'my capture.pcap'");
        assert_eq!(quoted("it's; rm -rf $HOME"), "'it'\\''s; rm -rf $HOME'");
        assert_eq!(quoted("-w"), "'./-w'");
        assert_eq!(quoted(""), "''");
    }
}
