//! One packet for people and programs: a line, a tree, bytes, JSON.

use crate::field::{Kind, Node, Tree};
use crate::protocol::FrameView;
use crate::scan::ends;
use crate::wire::ranges::holds;
use crate::wire::time::Seconds;
use serde_json::{Map, Value};
use std::fmt::Write as _;
use std::io::{self, Write};

/// What the time column says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// Seconds since the first packet.
    Relative,
    /// Time of day.
    Absolute,
    /// Date and time of day.
    Dated,
    /// Year, day of the year, and time of day.
    Counted,
    /// Seconds since the packet before.
    Delta,
    /// Seconds since the packet printed before.
    Displayed,
    /// Seconds since 1970.
    Epoch,
}

/// Days of the months of a year that is no leap year.
const MONTHS: [u16; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

impl Clock {
    /// As `-t` spells it.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "r" => Self::Relative,
            "a" | "u" => Self::Absolute,
            "ad" | "ud" => Self::Dated,
            "adoy" | "udoy" => Self::Counted,
            "d" => Self::Delta,
            "dd" => Self::Displayed,
            "e" => Self::Epoch,
            _ => return None,
        })
    }

    /// The time of a frame; what is printed is measured from [`FrameView::previous`].
    pub fn show(self, frame: &FrameView<'_>) -> String {
        let short = |nanos: i64| {
            let text = Seconds(nanos).to_string();
            text[..text.len().saturating_sub(3)].to_owned()
        };
        match self {
            Self::Relative => short(frame.time.since(frame.first)),
            Self::Delta | Self::Displayed => short(frame.previous.map_or(0, |p| frame.time.since(p))),
            Self::Epoch => format!("{}.{:06}", frame.time.seconds(), frame.time.subsec() / 1000),
            Self::Absolute => frame.time.clock(),
            Self::Dated => {
                let (y, mo, d, ..) = frame.time.civil();
                format!("{y:04}-{mo:02}-{d:02} {}", frame.time.clock())
            }
            Self::Counted => {
                let (y, mo, d, ..) = frame.time.civil();
                let leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
                let before: u16 = MONTHS.iter().take(usize::from(mo).saturating_sub(1)).sum();
                let day = before.saturating_add(u16::from(leap && mo > 2)).saturating_add(u16::from(d));
                format!("{y:04}/{day:03} {}", frame.time.clock())
            }
        }
    }
}

/// The line of the packet list, aligned as tshark does it.
pub fn line(tree: &Tree, (source, destination): &(String, String), frame: &FrameView<'_>, clock: Clock) -> String {
    format!(
        "{:>5} {:>10} {:>12} → {:<12} {} {} {}",
        frame.number,
        clock.show(frame),
        source,
        destination,
        tree.protocol,
        frame.wire_len,
        tree.info
    )
}

/// The tree as text. With `open`, only these protocols are opened; of the others stands the first line.
pub fn tree(tree: &Tree, open: &[String]) -> String {
    if open.is_empty() {
        return tree.text();
    }
    let mut out = String::new();
    let mut shown = false;
    for node in tree.nodes.iter().filter(|node| !node.hidden()) {
        if node.depth == 0 {
            shown = node.field.is_some_and(|f| open.iter().any(|name| name == f.name));
        }
        if node.depth == 0 || shown {
            let _ = writeln!(out, "{:indent$}{}", "", tree.line(node), indent = usize::from(node.depth) * 4);
        }
    }
    out
}

/// The bytes, sixteen a line; every buffer if there are several.
pub fn bytes(out: &mut impl Write, tree: &Tree) -> io::Result<()> {
    for (at, buffer) in tree.buffers.iter().enumerate() {
        let hidden = tree.hidden(at);
        let is_hidden = |at: usize| holds(&hidden, at);
        if tree.buffers.len() > 1 {
            writeln!(out, "{} ({} bytes):", buffer.title, buffer.bytes.len())?;
        }
        for (row, chunk) in buffer.bytes.chunks(16).enumerate() {
            let mut hex = String::new();
            for (i, b) in chunk.iter().enumerate() {
                let gap = if i == 8 { " " } else { "" };
                let _ = if is_hidden(row * 16 + i) { write!(hex, "{gap}·· ") } else { write!(hex, "{gap}{b:02x} ") };
            }
            let shown = |(i, b): (usize, &u8)| match b {
                _ if is_hidden(row * 16 + i) => '·',
                0x20..0x7f => char::from(*b),
                _ => '.',
            };
            let text: String = chunk.iter().enumerate().map(shown).collect();
            writeln!(out, "{:04x}  {hex:<49} {text}", row * 16)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// A column of the packet list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Its number.
    Number,
    /// Seconds since the first packet.
    Time,
    /// Where it came from.
    Source,
    /// Where it went.
    Destination,
    /// What it speaks.
    Protocol,
    /// Bytes on the wire.
    Length,
    /// What it says.
    Info,
}

impl Column {
    /// As Wireshark names it among fields: `_ws.col.Info`.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name.strip_prefix("_ws.col.")?.to_ascii_lowercase().as_str() {
            "no." | "number" => Self::Number,
            "time" => Self::Time,
            "source" => Self::Source,
            "destination" => Self::Destination,
            "protocol" => Self::Protocol,
            "length" => Self::Length,
            "info" => Self::Info,
            _ => return None,
        })
    }

    /// What it says of a packet.
    pub fn text(self, tree: &Tree, (source, destination): &(String, String), frame: &FrameView<'_>) -> String {
        match self {
            Self::Number => frame.number.to_string(),
            Self::Time => Clock::Relative.show(frame),
            Self::Source => source.clone(),
            Self::Destination => destination.clone(),
            Self::Protocol => tree.protocol.to_owned(),
            Self::Length => frame.wire_len.to_string(),
            Self::Info => tree.info.clone(),
        }
    }
}

/// The packet as JSON: one key once, a list where a field occurs several times; numbers are numbers. With `only`, no other
/// fields.
pub fn json(tree: &Tree, frame: &FrameView<'_>, only: &[String]) -> String {
    let mut fields = Map::new();
    for node in &tree.nodes {
        let Some(field) = node.field.filter(|f| only.is_empty() || only.iter().any(|name| name == f.name)) else {
            continue;
        };
        let value = scalar(field.kind, node);
        match fields.get_mut(field.name) {
            None => {
                fields.insert(field.name.to_owned(), value);
            }
            Some(Value::Array(list)) => list.push(value),
            Some(single) => {
                let before = single.take();
                *single = Value::Array(vec![before, value]);
            }
        }
    }
    let (source, destination) = ends(tree);
    let marks: Vec<String> = tree.nodes.iter().filter_map(|n| n.mark).map(crate::field::Mark::text).collect();
    let mut object = Map::new();
    object.insert("schema".into(), "handshark/1".into());
    object.insert("type".into(), "packet".into());
    object.insert("frame".into(), frame.number.into());
    object.insert("time".into(), frame.time.rfc3339().into());
    object.insert("source".into(), source.into());
    object.insert("destination".into(), destination.into());
    object.insert("protocol".into(), tree.protocol.into());
    object.insert("info".into(), tree.info.clone().into());
    object.insert("layers".into(), tree.layers.join(":").into());
    if !marks.is_empty() {
        object.insert("marks".into(), marks.into());
    }
    object.insert("fields".into(), Value::Object(fields));
    Value::Object(object).to_string()
}

fn scalar(kind: Kind, node: &Node) -> Value {
    let text = &*node.value;
    match kind {
        Kind::Protocol | Kind::Group => Value::Bool(true),
        Kind::Flag => Value::Bool(text == "1"),
        Kind::Number | Kind::Signed => text.parse::<i64>().map_or_else(|_| text.into(), Value::from),
        Kind::Hex2 | Kind::Hex4 | Kind::Hex6 | Kind::Hex8 | Kind::Hex16 => {
            let digits = text.strip_prefix("0x").unwrap_or(text);
            u64::from_str_radix(digits, 16).map_or_else(|_| text.into(), Value::from)
        }
        _ => text.into(),
    }
}
