//! Writing pcapng (draft-ietf-opsawg-pcapng): one section, little-endian, times in nanoseconds.
//!
//! What a source tells (interfaces, comments, names, secrets) can be written again; of several sections one is made.

use std::io::{self, Write};
use std::net::IpAddr;

use super::{Interface, Loss, Name, Section, UNKNOWN_LINK_TYPE};
use crate::wire::Timestamp;

/// The link type of packets of which nobody knows one: LINKTYPE_USER0.
const USER0: u16 = 147;
/// Most bytes of an option's value.
const MAX_VALUE: usize = 65_535;
/// Bytes of a block before its body: type and length.
const HEAD: usize = 8;
/// Bytes of an Enhanced Packet Block before the packet.
const BEFORE_DATA: u64 = 28;
/// `TLSK`, NSS key log.
const KEYLOG: u32 = 0x544c_534b;

/// Types of blocks.
mod kind {
    pub const SECTION: u32 = 0x0a0d_0d0a;
    pub const INTERFACE: u32 = 1;
    pub const NAMES: u32 = 4;
    pub const STATISTICS: u32 = 5;
    pub const PACKET: u32 = 6;
    pub const SECRETS: u32 = 10;
}

/// Writes a capture.
#[derive(Debug)]
pub struct Writer<W> {
    out: W,
    interfaces: u32,
    /// Bytes written.
    at: u64,
    /// The room in which blocks are put together.
    room: Vec<u8>,
}

/// A packet to be written.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'p> {
    /// The interface, as [`Writer::interface`] numbered it.
    pub interface: u32,
    /// When it was captured.
    pub time: Timestamp,
    /// Bytes on the wire.
    pub wire_len: u32,
    /// Bytes captured.
    pub data: &'p [u8],
    /// Comments on it.
    pub comments: &'p [String],
}

impl<W: Write> Writer<W> {
    /// Begins a capture.
    pub fn new(out: W, section: &Section) -> io::Result<Self> {
        let mut it = Self { out, interfaces: 0, at: 0, room: Vec::new() };
        it.section(section)?;
        Ok(it)
    }

    fn section(&mut self, section: &Section) -> io::Result<()> {
        let mut body = self.body();
        body.u32(0x1a2b_3c4d).u16(1).u16(0).u32(u32::MAX).u32(u32::MAX);
        for comment in &section.comments {
            body.option(1, comment.as_bytes());
        }
        let texts = [(2, &section.hardware), (3, &section.os), (4, &section.application)];
        for (code, text) in texts {
            if let Some(text) = text {
                body.option(code, text.as_bytes());
            }
        }
        self.block(kind::SECTION, body)
    }

    /// Begins another section: interfaces are numbered anew.
    pub fn again(&mut self, section: &Section) -> io::Result<()> {
        self.interfaces = 0;
        self.section(section)
    }

    /// Describes an interface; its number.
    pub fn interface(&mut self, interface: &Interface) -> io::Result<u32> {
        let link = match interface.link_type {
            UNKNOWN_LINK_TYPE => USER0,
            link => u16::try_from(link).unwrap_or(USER0),
        };
        let mut body = self.body();
        body.u16(link).u16(0).u32(interface.snaplen);
        for comment in &interface.comments {
            body.option(1, comment.as_bytes());
        }
        let texts = [(2, &interface.name), (3, &interface.description), (12, &interface.os)];
        for (code, text) in texts {
            if let Some(text) = text {
                body.option(code, text.as_bytes());
            }
        }
        // Nanoseconds; the offset is in the times already.
        body.option(9, &[9]);
        if let Some(filter) = &interface.filter {
            body.option(11, &[&[0], filter.as_bytes()].concat());
        }
        if let Some(len) = interface.fcs_len {
            body.option(13, &[len]);
        }
        self.block(kind::INTERFACE, body)?;
        let id = self.interfaces;
        self.interfaces = id.saturating_add(1);
        Ok(id)
    }

    /// Writes a packet; the place of its first byte in the capture.
    pub fn packet(&mut self, packet: &Outgoing<'_>) -> io::Result<u64> {
        let [high, low] = halves(packet.time);
        let captured = u32::try_from(packet.data.len()).unwrap_or(u32::MAX);
        let mut body = self.body();
        body.u32(packet.interface).u32(high).u32(low).u32(captured).u32(packet.wire_len).padded(packet.data);
        for comment in packet.comments {
            body.option(1, comment.as_bytes());
        }
        let at = self.at.saturating_add(BEFORE_DATA);
        self.block(kind::PACKET, body)?;
        Ok(at)
    }

    /// Writes TLS secrets in the key log format.
    pub fn secrets(&mut self, content: &[u8]) -> io::Result<()> {
        let mut body = self.body();
        body.u32(KEYLOG).u32(u32::try_from(content.len()).unwrap_or(u32::MAX)).padded(content);
        self.block(kind::SECRETS, body)
    }

    /// Writes names of addresses.
    pub fn names(&mut self, names: &[Name]) -> io::Result<()> {
        let mut body = self.body();
        for name in names {
            let (code, address) = match name.address {
                IpAddr::V4(ip) => (1, ip.octets().to_vec()),
                IpAddr::V6(ip) => (2, ip.octets().to_vec()),
            };
            body.option(code, &[&address, name.name.as_bytes(), &[0]].concat());
        }
        if names.is_empty() {
            return Ok(());
        }
        self.block(kind::NAMES, body)
    }

    /// Says how many packets an interface dropped.
    pub fn dropped(&mut self, interface: u32, time: Timestamp, packets: u64) -> io::Result<()> {
        let [high, low] = halves(time);
        let mut body = self.body();
        body.u32(interface).u32(high).u32(low).option(5, &packets.to_le_bytes());
        self.block(kind::STATISTICS, body)
    }

    /// Says how many packets of an interface were lost, and where. `taken` packets came from the kernel, also those of them that
    /// were let go behind it.
    pub fn statistics(&mut self, interface: u32, time: Timestamp, taken: u64, loss: Loss) -> io::Result<()> {
        let [high, low] = halves(time);
        let accepted = taken.saturating_add(loss.kernel);
        let delivered = taken.saturating_sub(loss.behind);
        let mut body = self.body();
        body.u32(interface).u32(high).u32(low);
        for (code, count) in [(5, loss.card), (6, accepted), (7, loss.kernel), (8, delivered)] {
            body.option(code, &count.to_le_bytes());
        }
        self.block(kind::STATISTICS, body)
    }

    /// Bytes of blocks handed over.
    pub const fn written(&self) -> u64 {
        self.at
    }

    /// The writer below.
    pub(super) const fn below(&self) -> &W {
        &self.out
    }

    /// The same, to be written to between two blocks.
    #[cfg(unix)]
    pub(super) const fn below_mut(&mut self) -> &mut W {
        &mut self.out
    }

    /// Hands on what the writer below keeps back.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Ends the capture.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }

    /// An empty body, with room for the head of its block.
    fn body(&mut self) -> Body {
        let mut bytes = std::mem::take(&mut self.room);
        bytes.clear();
        bytes.resize(HEAD, 0);
        Body { bytes, options: false }
    }

    fn block(&mut self, kind: u32, body: Body) -> io::Result<()> {
        let mut bytes = body.whole();
        let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX).saturating_add(4);
        for (place, byte) in bytes.iter_mut().zip(kind.to_le_bytes().into_iter().chain(len.to_le_bytes())) {
            *place = byte;
        }
        bytes.extend(len.to_le_bytes());
        self.out.write_all(&bytes)?;
        self.at = self.at.saturating_add(u64::from(len));
        self.room = bytes;
        Ok(())
    }
}

/// Nanoseconds since 1970 in two words; what lies before stands as 1970.
fn halves(time: Timestamp) -> [u32; 2] {
    let units = u64::try_from(time.0).unwrap_or(0);
    [units >> 32, units & 0xffff_ffff].map(|word| u32::try_from(word).unwrap_or(u32::MAX))
}

/// What stands between the lengths of a block, behind room for its head.
#[derive(Debug)]
struct Body {
    bytes: Vec<u8>,
    options: bool,
}

impl Body {
    fn u16(&mut self, n: u16) -> &mut Self {
        self.bytes.extend(n.to_le_bytes());
        self
    }

    fn u32(&mut self, n: u32) -> &mut Self {
        self.bytes.extend(n.to_le_bytes());
        self
    }

    fn padded(&mut self, value: &[u8]) -> &mut Self {
        self.bytes.extend(value);
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
        self
    }

    /// Code, length, value. A text that is too long is cut between two characters.
    fn option(&mut self, code: u16, value: &[u8]) -> &mut Self {
        let mut end = value.len().min(MAX_VALUE);
        while end < value.len() && value.get(end).is_some_and(|b| b & 0xc0 == 0x80) {
            end = end.saturating_sub(1);
        }
        self.options = true;
        self.u16(code).u16(u16::try_from(end).unwrap_or(u16::MAX)).padded(value.get(..end).unwrap_or(value))
    }

    /// With the end of the list of options, if there is one.
    fn whole(mut self) -> Vec<u8> {
        if self.options {
            self.bytes.extend([0; 4]);
        }
        self.bytes
    }
}
