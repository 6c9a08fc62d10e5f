//! `follow`: a stream as a dialogue, laid out as tshark's `-z follow` does.
//!
//! Secrets that stand in it are masked in every format, byte by byte, unless `--show-secrets` is given.

use super::args::{Common, Follow, FollowFormat, FollowLayer, Side};
use super::{Exit, Failure, input, secrets};
use crate::scan::{self, Chunk, Followed, Scan};
use crate::wire::text::harmful;
use std::fmt::Write as _;
use std::io::{self, BufWriter, Write};

/// Runs the command.
pub fn run(common: &Common, options: &Follow) -> Result<Exit, Failure> {
    let capture = super::copy::twice(&options.file)?;
    let common = Common { read: vec![capture.path().to_owned()], ..common.clone() };
    let (what, transports): (_, &[bool]) = match options.layer {
        FollowLayer::Tcp => (Followed::Bytes, &[true]),
        FollowLayer::Udp => (Followed::Bytes, &[false]),
        FollowLayer::Tls => (Followed::Decrypted, &[true]),
        FollowLayer::Http => (Followed::Messages("http"), &[true]),
        // SIP goes over both: the TCP stream of this number if there is SIP in it, else the UDP stream.
        FollowLayer::Sip => (Followed::Messages("sip"), &[true, false]),
    };
    let mut streams = 0;
    for tcp in transports {
        let keys = secrets::read(&common)?.tls();
        let mut lens = scan::Follow::new(what, *tcp, options.index, !common.show_secrets);
        let mut scan = Scan::new(input::rules(&common)?).with_keys(keys.clone());
        let mut reading = input::Reading::open(capture.path(), &common, &keys)?;
        reading.each(|record| {
            scan.frame(record, &mut lens);
            Ok(true)
        })?;
        scan.finish(&mut lens);
        streams = streams.max(lens.streams());
        let (ends, dropped) = (lens.ends(), lens.dropped());
        let chunks = lens.finish();
        let last = tcp == transports.last().unwrap_or(&true);
        if let Some((client, server)) = ends.filter(|_| !chunks.is_empty() || last) {
            let nodes = [client.to_string(), server.to_string()];
            write(options, &nodes, *tcp, &chunks)?;
            tell(&common, &chunks, dropped);
            return Ok(reading.conclude(&common));
        }
    }
    Err(Failure::Unknown {
        what: match streams {
            0 => "there is no such stream: the capture has none of this kind".into(),
            n => format!("there is no stream {}: they are counted from 0 to {}", options.index, n - 1),
        },
        hint: "handshark packets FILE -T fields -e tcp.stream -e udp.stream tells which packet is in which".into(),
    })
}

/// What the output itself does not say.
fn tell(common: &Common, chunks: &[Chunk], dropped: u64) {
    if common.quiet {
        return;
    }
    let hidden: usize = chunks.iter().flat_map(|chunk| &chunk.secret).map(ExactSizeIterator::len).sum();
    if hidden > 0 {
        let _ = writeln!(io::stderr(), "handshark: {hidden} bytes of secrets are masked; --show-secrets shows them");
    }
    if dropped > 0 {
        let _ = writeln!(io::stderr(), "handshark: {dropped} bytes are beyond the budget and not shown");
    }
}

fn write(options: &Follow, nodes: &[String; 2], tcp: bool, chunks: &[Chunk]) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    let wanted = |chunk: &&Chunk| match options.side {
        Side::Both => true,
        Side::Client => chunk.client,
        Side::Server => !chunk.client,
    };
    let chunks = || chunks.iter().filter(wanted);
    if options.format == FollowFormat::Raw {
        for chunk in chunks() {
            out.write_all(&masked(chunk, b'*'))?;
        }
        return Ok(out.flush()?);
    }
    let layer = match options.layer {
        FollowLayer::Tcp => "tcp",
        FollowLayer::Udp => "udp",
        FollowLayer::Tls => "tls",
        FollowLayer::Http => "http",
        FollowLayer::Sip => "sip",
    };
    let form = if options.format == FollowFormat::Hex { "hex" } else { "ascii" };
    let line = "=".repeat(67);
    writeln!(out, "\n{line}\nFollow: {layer},{form}")?;
    writeln!(out, "Filter: {}.stream eq {}", if tcp { "tcp" } else { "udp" }, options.index)?;
    writeln!(out, "Node 0: {}\nNode 1: {}", nodes[0], nodes[1])?;
    let mut offsets = [0_usize; 2];
    for chunk in chunks() {
        let indent = if chunk.client { "" } else { "\t" };
        if options.format == FollowFormat::Hex {
            let offset = &mut offsets[usize::from(!chunk.client)];
            hex(&mut out, indent, offset, chunk)?;
            continue;
        }
        let shown = if chunk.gap > 0 { format!("[{} bytes missing in capture file]", chunk.gap) } else { text(chunk) };
        let len = if chunk.gap > 0 { shown.len() } else { chunk.bytes.len() };
        writeln!(out, "{indent}{len}\n{shown}")?;
    }
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
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
fn text(chunk: &Chunk) -> String {
    let bytes = masked(chunk, b'*');
    let shown = |c: char| if harmful(c) && !matches!(c, '\n' | '\r' | '\t') { '.' } else { c };
    match std::str::from_utf8(&bytes) {
        Ok(text) => text.chars().map(shown).collect(),
        Err(_) => bytes.iter().map(|b| if b.is_ascii() { shown(char::from(*b)) } else { '.' }).collect(),
    }
}

fn hex(out: &mut impl Write, indent: &str, offset: &mut usize, chunk: &Chunk) -> io::Result<()> {
    let is_secret = |at: usize| chunk.secret.iter().any(|range| range.contains(&at));
    for (row, bytes) in chunk.bytes.chunks(16).enumerate() {
        let (mut digits, mut signs) = (String::new(), String::new());
        for (column, byte) in bytes.iter().enumerate() {
            let gap = if column == 8 { " " } else { "" };
            let hidden = is_secret(row.saturating_mul(16).saturating_add(column));
            let _ = if hidden { write!(digits, "{gap}** ") } else { write!(digits, "{gap}{byte:02x} ") };
            signs.push_str(gap);
            signs.push(match byte {
                _ if hidden => '*',
                0x20..=0x7e => char::from(*byte),
                _ => '.',
            });
        }
        writeln!(out, "{indent}{offset:08X}  {digits:<49} {signs}")?;
        *offset = offset.saturating_add(bytes.len());
    }
    Ok(())
}
