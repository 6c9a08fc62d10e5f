//! What of an old capture goes into a new one: packets, interfaces, comments, names, counts of what was dropped.

use crate::capture::{
    Block, CaptureError, Interface, NO_INTERFACE, Outgoing, Record, Resolution, Section, Source, Writer,
};
use crate::wire::Timestamp;
use crate::wire::hash::HashMap;
use std::io::{self, BufWriter, Write};

/// A packet that outlives the reading of the next one.
#[derive(Clone, Debug, Default)]
pub struct Packet {
    /// When it was captured.
    pub time: Timestamp,
    /// Its interface.
    pub interface: u32,
    /// The link type of that.
    pub link_type: u32,
    /// Bytes on the wire.
    pub wire_len: u32,
    /// Bytes captured.
    pub data: Vec<u8>,
    /// Comments on it.
    pub comments: Vec<String>,
}

/// What a capture consists of.
pub enum Part<'p> {
    /// A packet.
    Packet(&'p mut Packet),
    /// TLS secrets.
    Secrets(&'p [u8]),
}

/// Reads a capture to its end; each part comes with the source, for what it says of interfaces.
pub fn each<E: From<CaptureError>>(
    source: &mut dyn Source,
    mut take: impl FnMut(Part<'_>, &dyn Source) -> Result<(), E>,
) -> Result<(), E> {
    let (mut packet, mut secrets) = (Packet::default(), Vec::new());
    loop {
        let is_packet = match source.next()? {
            Some(Block::Packet(record)) => {
                packet.fill(&record);
                true
            }
            Some(Block::Secrets(content)) => {
                secrets.clear();
                secrets.extend_from_slice(content);
                false
            }
            None => return Ok(()),
        };
        take(if is_packet { Part::Packet(&mut packet) } else { Part::Secrets(&secrets) }, source)?;
    }
}

impl Packet {
    fn fill(&mut self, record: &Record<'_>) {
        (self.time, self.interface, self.link_type) = (record.time, record.interface, record.link_type);
        self.wire_len = record.wire_len;
        self.data.clear();
        self.data.extend_from_slice(record.data);
        self.comments.clear();
        self.comments.extend_from_slice(record.comments);
    }
}

/// A new capture with the interfaces of an old one.
pub struct Copy<W: Write> {
    writer: Writer<BufWriter<W>>,
    interfaces: HashMap<u32, u32>,
    /// Interfaces described, of all sources.
    described: u32,
    last: Timestamp,
    /// What is said of an interface.
    describe: fn(&Interface, u32) -> Interface,
}

impl<W: Write> Copy<W> {
    /// Begins it.
    pub fn new(out: W, section: &Section, describe: fn(&Interface, u32) -> Interface) -> io::Result<Self> {
        let writer = Writer::new(BufWriter::new(out), section)?;
        Ok(Self { writer, interfaces: HashMap::default(), described: 0, last: Timestamp::default(), describe })
    }

    /// Writes a packet; the place of its first byte.
    pub fn packet(&mut self, packet: &Packet, source: &dyn Source) -> io::Result<u64> {
        let interface = self.interface(packet, source)?;
        self.last = packet.time;
        self.writer.packet(&Outgoing {
            interface,
            time: packet.time,
            wire_len: packet.wire_len,
            data: &packet.data,
            comments: &packet.comments,
        })
    }

    /// Writes TLS secrets.
    pub fn secrets(&mut self, content: &[u8]) -> io::Result<()> {
        self.writer.secrets(content)
    }

    fn interface(&mut self, packet: &Packet, source: &dyn Source) -> io::Result<u32> {
        if let Some(known) = self.interfaces.get(&packet.interface) {
            return Ok(*known);
        }
        let unknown = Interface::new(packet.link_type, Resolution::NANOSECONDS);
        let at = usize::try_from(packet.interface).ok().filter(|_| packet.interface != NO_INTERFACE);
        let described =
            (self.describe)(at.and_then(|at| source.interfaces().get(at)).unwrap_or(&unknown), self.described);
        self.described = self.described.saturating_add(1);
        let id = self.writer.interface(&described)?;
        self.interfaces.insert(packet.interface, id);
        Ok(id)
    }

    /// Writes what a source says at its end: names if they are wanted, and what was dropped. Another source may follow.
    pub fn conclude(&mut self, source: &dyn Source, names: bool) -> io::Result<()> {
        if names {
            self.writer.names(source.names())?;
        }
        for (at, interface) in (0_u32..).zip(source.interfaces()) {
            if let (Some(id), Some(dropped)) = (self.interfaces.get(&at), interface.dropped) {
                self.writer.dropped(*id, self.last, dropped)?;
            }
        }
        // The next one counts its interfaces anew.
        self.interfaces.clear();
        Ok(())
    }

    /// Ends it.
    pub fn finish(self) -> io::Result<W> {
        self.writer.finish()?.into_inner().map_err(io::IntoInnerError::into_error)
    }
}
