//! A followed stream for people: laid out as tshark's `-z follow` does, and piece by piece for the screen.
//!
//! A secret is stars, byte by byte; what could drive a terminal, and what is no text, is a dot.

use crate::scan::{Chunk, Followed};
use crate::wire::text::harmful;
use std::fmt::Write as _;
use std::io::{self, Write};

/// As what a stream is followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layer {
    /// The bytes of a TCP connection.
    #[default]
    Tcp,
    /// The datagrams between two UDP ports.
    Udp,
    /// What was inside TLS.
    Tls,
    /// HTTP messages, their bodies decoded.
    Http,
    /// SIP messages.
    Sip,
}

impl Layer {
    /// Its name, as tshark spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Tls => "tls",
            Self::Http => "http",
            Self::Sip => "sip",
        }
    }

    /// What of the stream is wanted.
    pub const fn followed(self) -> Followed {
        match self {
            Self::Tcp | Self::Udp => Followed::Bytes,
            Self::Tls => Followed::Decrypted,
            Self::Http => Followed::Messages("http"),
            Self::Sip => Followed::Messages("sip"),
        }
    }
}

/// Whose side is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Side {
    /// Who opened the conversation.
    Client,
    /// Who accepted it.
    Server,
    /// Both.
    #[default]
    Both,
}

impl Side {
    /// True if a chunk is of this side.
    pub const fn has(self, chunk: &Chunk) -> bool {
        match self {
            Self::Both => true,
            Self::Client => chunk.client,
            Self::Server => !chunk.client,
        }
    }
}

/// How bytes are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// As text; what is no text is a dot.
    #[default]
    Text,
    /// Sixteen bytes a line.
    Hex,
    /// The bytes.
    Raw,
}

/// How a dialogue is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Layout<'l> {
    /// As what it was followed.
    pub layer: Layer,
    /// Whose side.
    pub side: Side,
    /// How.
    pub form: Form,
    /// True over TCP, else UDP.
    pub tcp: bool,
    /// Its number.
    pub number: u32,
    /// Client and server.
    pub nodes: &'l [String; 2],
}

/// Writes a dialogue.
pub fn write(out: &mut impl Write, layout: &Layout<'_>, chunks: &[Chunk]) -> io::Result<()> {
    let chunks = || chunks.iter().filter(|chunk| layout.side.has(chunk));
    if layout.form == Form::Raw {
        for chunk in chunks() {
            out.write_all(&masked(chunk, b'*'))?;
        }
        return out.flush();
    }
    let form = if layout.form == Form::Hex { "hex" } else { "ascii" };
    let line = "=".repeat(67);
    writeln!(out, "\n{line}\nFollow: {},{form}", layout.layer.name())?;
    writeln!(out, "Filter: {}.stream eq {}", if layout.tcp { "tcp" } else { "udp" }, layout.number)?;
    writeln!(out, "Node 0: {}\nNode 1: {}", layout.nodes[0], layout.nodes[1])?;
    let mut offsets = [0_usize; 2];
    for chunk in chunks() {
        let indent = if chunk.client { "" } else { "\t" };
        if layout.form == Form::Hex {
            let offset = &mut offsets[usize::from(!chunk.client)];
            for line in hex(chunk, *offset) {
                writeln!(out, "{indent}{line}")?;
            }
            *offset = offset.saturating_add(chunk.bytes.len());
            continue;
        }
        let shown = if chunk.gap > 0 { gap(chunk) } else { text(chunk) };
        let len = if chunk.gap > 0 { shown.len() } else { chunk.bytes.len() };
        writeln!(out, "{indent}{len}\n{shown}")?;
    }
    writeln!(out, "{line}")?;
    out.flush()
}

/// What stands in the place of missing bytes.
pub fn gap(chunk: &Chunk) -> String {
    format!("[{} bytes missing in capture file]", chunk.gap)
}

/// The bytes, with this one in the place of every secret one.
fn masked(chunk: &Chunk, with: u8) -> Vec<u8> {
    let mut bytes = chunk.bytes.clone();
    for range in &chunk.secret {
        if let Some(secret) = bytes.get_mut(range.clone()) {
            secret.fill(with);
        }
    }
    bytes
}

/// The bytes as text: line ends stay, what could drive a terminal and what is no text is a dot, a secret stars.
pub fn text(chunk: &Chunk) -> String {
    let bytes = masked(chunk, b'*');
    let shown = |c: char| if harmful(c) && !matches!(c, '\n' | '\r' | '\t') { '.' } else { c };
    match std::str::from_utf8(&bytes) {
        Ok(text) => text.chars().map(shown).collect(),
        Err(_) => bytes.iter().map(|b| if b.is_ascii() { shown(char::from(*b)) } else { '.' }).collect(),
    }
}

/// The bytes sixteen a line, the first of them counted as number `offset` of its side.
pub fn hex(chunk: &Chunk, offset: usize) -> impl Iterator<Item = String> + '_ {
    let is_secret = |at: usize| chunk.secret.iter().any(|range| range.contains(&at));
    chunk.bytes.chunks(16).enumerate().map(move |(row, bytes)| {
        let (mut digits, mut signs) = (String::new(), String::new());
        let start = row.saturating_mul(16);
        for (column, byte) in bytes.iter().enumerate() {
            let gap = if column == 8 { " " } else { "" };
            let hidden = is_secret(start.saturating_add(column));
            let _ = if hidden { write!(digits, "{gap}** ") } else { write!(digits, "{gap}{byte:02x} ") };
            signs.push_str(gap);
            signs.push(match byte {
                _ if hidden => '*',
                0x20..=0x7e => char::from(*byte),
                _ => '.',
            });
        }
        format!("{:08X}  {digits:<49} {signs}", offset.saturating_add(start))
    })
}
