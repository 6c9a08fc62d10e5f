//! Remarks on what is noteworthy about a packet: Wireshark's expert information, with its severities and groups.

use super::{Out, Protocol};
use crate::field::Value;
use std::fmt;

crate::fields! {
    EXPERT   = Group    "_ws.expert"          "Expert Info";
    MESSAGE  = Text     "_ws.expert.message"  "Message";
    SEVERITY = Number   "_ws.expert.severity" "Severity level", names severity_name;
    GROUP    = Number   "_ws.expert.group"    "Group", names group_name;
    MALFORMED = Group   "_ws.malformed"       "Malformed Packet", hidden;
}

/// Expert information; no layer of a packet, but a name that filters know.
pub static PROTOCOL: Protocol = Protocol { name: "_ws.expert", column: "Expert", fields: ALL, ..Protocol::NONE };

/// How grave it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The usual course of things.
    Chat,
    /// Worth knowing.
    Note,
    /// Worth looking at.
    Warn,
    /// Wrong.
    Error,
}

impl Severity {
    const fn number(self) -> u32 {
        match self {
            Self::Chat => 0x0020_0000,
            Self::Note => 0x0040_0000,
            Self::Warn => 0x0060_0000,
            Self::Error => 0x0080_0000,
        }
    }
}

/// What it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Sequence numbers and the course of a conversation.
    Sequence,
    /// Bytes that contradict the protocol.
    Malformed,
}

impl Group {
    const fn number(self) -> u32 {
        match self {
            Self::Sequence => 0x0200_0000,
            Self::Malformed => 0x0700_0000,
        }
    }
}

fn severity_name(number: u64) -> Option<&'static str> {
    Some(match number {
        0x0010_0000 => "Comment",
        0x0020_0000 => "Chat",
        0x0040_0000 => "Note",
        0x0060_0000 => "Warning",
        0x0080_0000 => "Error",
        _ => return None,
    })
}

fn group_name(number: u64) -> Option<&'static str> {
    Some(match number {
        0x0200_0000 => "Sequence",
        0x0700_0000 => "Malformed",
        _ => return None,
    })
}

/// Tells one.
pub fn tell<'b>(out: &mut Out<'_, 'b>, raw: &'b [u8], severity: Severity, group: Group, message: fmt::Arguments<'_>) {
    if !out.shows() {
        return;
    }
    let message = message.to_string();
    out.node(&EXPERT, raw, Value::None, |out| {
        let (severity, group) = (severity.number(), group.number());
        let (how, what) = (severity_name(severity.into()).unwrap_or(""), group_name(group.into()).unwrap_or(""));
        out.label(format_args!("Expert Info ({how}/{what}): {message}"));
        out.value(&MESSAGE, raw, Value::Text(message.as_bytes()));
        out.number(&SEVERITY, raw, severity);
        out.number(&GROUP, raw, group);
    });
}
