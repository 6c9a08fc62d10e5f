//! Classic pcap (draft-ietf-opsawg-pcap): a file header, then packets, each behind a header of 16 bytes.
//!
//! ```text
//! signature  version (2+2)  time zone  significant figures  snap length  link type     24 bytes
//! seconds    micro- or nanoseconds     bytes captured       bytes on the wire          16 bytes, then the packet
//! ```
//!
//! Variants read: both byte orders, micro- and nanoseconds, the swapped lengths of versions before 2.4, the longer packet
//! headers of the patched libpcap that some Linux distributions shipped (24 and 28 bytes), and the longer file header of
//! Ixia. The variants of AIX and Nokia are refused by name: they bear the signature of plain pcap and mean other link
//! types.

use nom::Parser;

use super::open::format_name;
use super::order::Order;
use super::window::{LONGEST, Window};
use super::{Block, CaptureError, Interface, Notice, Progress, Record, Resolution, Source, Trouble, notice::Notices};
use crate::wire::{Parsed, Timestamp};

/// Bytes of the file header.
const FILE_HEADER: usize = 24;
/// Bytes of a packet header in plain pcap.
const PLAIN: usize = 16;
/// With interface, protocol and packet type (patches of 1999-04-17 and 1999-10-29).
const PATCHED: usize = 24;
/// With those and the numbers of two processors (patch of 1999-09-15).
const PATCHED_SMP: usize = 28;
/// With four bytes that nobody explained.
const NOKIA: usize = 20;
/// The longest packet that is likely: what libpcap calls the maximum snap length.
const LIKELY: u32 = 262_144;

/// What the file header says.
struct FileHeader {
    order: Order,
    resolution: Resolution,
    /// Bytes of a packet header, as far as the signature tells.
    record: Option<usize>,
    /// Bytes of the whole file header.
    len: usize,
    version: (u16, u16),
    snaplen: u32,
    link: u32,
}

/// What stands before a packet.
struct RecordHeader {
    seconds: u32,
    fraction: u32,
    captured: u32,
    original: u32,
}

/// `seconds, fraction, incl_len, orig_len`.
#[inline]
fn record_header(order: Order, input: &[u8]) -> Parsed<'_, RecordHeader> {
    (order.u32(), order.u32(), order.u32(), order.u32())
        .map(|(seconds, fraction, captured, original)| RecordHeader { seconds, fraction, captured, original })
        .parse(input)
}

/// Which length comes first in a packet header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lengths {
    /// That of the captured bytes (2.4).
    CapturedFirst,
    /// That on the wire (before 2.3, and DG/UX).
    WireFirst,
    /// Some programs wrote 2.3 and kept the old order: the smaller one is that of the captured bytes.
    Either,
}

/// A pcap file.
pub(super) struct Pcap {
    window: Window,
    order: Order,
    record: usize,
    resolution: Resolution,
    lengths: Lengths,
    interface: [Interface; 1],
    notices: Notices,
    format: String,
    packets: u64,
    /// Bytes of the packet handed out last.
    given: usize,
    ended: bool,
}

impl Pcap {
    /// Reads the file header.
    pub fn new(mut window: Window, compressions: &[&str]) -> Result<Self, CaptureError> {
        let whole = window.need(FILE_HEADER)?;
        let header = match file_header(window.bytes()) {
            Some(header) if whole && window.need(header.len)? => header,
            _ => return Err(window.headless("file header")),
        };
        let (major, minor) = header.version;
        let lengths = match header.version {
            (2, 0..=2) | (543, _) => Lengths::WireFirst,
            (2, 3) => Lengths::Either,
            (2, _) => Lengths::CapturedFirst,
            _ => {
                let why = format!("its file header says version {major}.{minor}, and only 2.0 to 2.4 exist");
                return Err(CaptureError::Damaged { file: window.file(), why });
            }
        };
        if header.version == (2, 2) && matches!(header.link, 6 | 9 | 15 | 24) {
            return Err(CaptureError::Unsupported { file: window.file(), what: "a pcap file of AIX" });
        }
        window.consume(header.len);
        // Packets of a file are here at once. Of a pipe perhaps not, and waiting for them would keep them from the user.
        if window.progress().total.is_some() {
            window.need(1)?;
        }
        let record = packet_header(&header, lengths, window.bytes());
        if record == NOKIA {
            return Err(CaptureError::Unsupported { file: window.file(), what: "a pcap file of Nokia" });
        }
        let mut interface = Interface::new(header.link & 0xffff, header.resolution);
        interface.snaplen = header.snaplen;
        // Upper bits: length of the frame check sequence in units of two bytes, and whether it is given.
        let fcs = u8::try_from(header.link >> 28).unwrap_or(0).saturating_mul(2);
        interface.fcs_len = (header.link & 0x0400_0000 != 0).then_some(fcs);
        let name = match (record, header.resolution) {
            (PLAIN, Resolution::NANOSECONDS) => "pcap (nanoseconds)",
            (PLAIN, _) => "pcap",
            _ => "modified pcap",
        };
        Ok(Self {
            window,
            order: header.order,
            record,
            resolution: header.resolution,
            lengths,
            interface: [interface],
            notices: Notices::default(),
            format: format_name(name, compressions),
            packets: 0,
            given: 0,
            ended: false,
        })
    }

    /// Brings the next packet into view whole, and returns its header; nothing at the end.
    fn packet(&mut self) -> Result<Option<RecordHeader>, CaptureError> {
        if !self.window.need(self.record)? {
            return Ok(self.end(self.record));
        }
        let Ok((_, mut header)) = record_header(self.order, self.window.bytes()) else {
            return Ok(self.end(self.record));
        };
        self.lengths.sort(&mut header);
        if header.captured > LONGEST {
            let why = format!("a packet of {} bytes is not likely", header.captured);
            self.notices.push(Trouble::Lost(why), self.window.at(), self.packets);
            self.ended = true;
            return Ok(None);
        }
        let whole = self.record.saturating_add(usize::try_from(header.captured).unwrap_or(usize::MAX));
        if !self.window.need(whole)? {
            return Ok(self.end(whole));
        }
        Ok(Some(header))
    }

    /// Ends reading where `need` bytes were expected.
    fn end(&mut self, need: usize) -> Option<RecordHeader> {
        self.ended = true;
        if let Some(trouble) = self.window.ending(u64::try_from(need).unwrap_or(u64::MAX)) {
            self.notices.push(trouble, self.window.at(), self.packets);
        }
        None
    }
}

impl Lengths {
    fn sort(self, header: &mut RecordHeader) {
        let swap = match self {
            Self::CapturedFirst => false,
            Self::WireFirst => true,
            Self::Either => header.captured > header.original,
        };
        if swap {
            std::mem::swap(&mut header.captured, &mut header.original);
        }
    }
}

impl Source for Pcap {
    fn next(&mut self) -> Result<Option<Block<'_>>, CaptureError> {
        self.window.consume(std::mem::take(&mut self.given));
        if self.ended {
            return Ok(None);
        }
        let Some(header) = self.packet()? else { return Ok(None) };
        let captured = usize::try_from(header.captured).unwrap_or(usize::MAX);
        self.given = self.record.saturating_add(captured);
        self.packets = self.packets.saturating_add(1);
        let nanos = match self.resolution {
            Resolution::NANOSECONDS => i64::from(header.fraction),
            _ => i64::from(header.fraction).saturating_mul(1_000),
        };
        Ok(Some(Block::Packet(Record {
            time: Timestamp::new(i64::from(header.seconds), nanos),
            timed: true,
            interface: 0,
            numbered: false,
            name: "",
            description: "",
            link_type: self.interface[0].link_type,
            wire_len: header.original,
            data: self.window.bytes().get(self.record..self.given).unwrap_or(&[]),
            at: self.window.at().saturating_add(u64::try_from(self.record).unwrap_or(0)),
            comments: &[],
        })))
    }

    fn progress(&self) -> Progress {
        self.window.progress()
    }

    fn interfaces(&self) -> &[Interface] {
        &self.interface
    }

    fn notices(&self) -> &[Notice] {
        self.notices.all()
    }

    fn format(&self) -> String {
        self.format.clone()
    }
}

/// Reads the file header. The variants differ from plain pcap only in their signature, so the fields are read under the
/// plain one of the same byte order.
fn file_header(bytes: &[u8]) -> Option<FileHeader> {
    let mut header: [u8; FILE_HEADER] = *bytes.first_chunk()?;
    let magic: [u8; 4] = *header.first_chunk()?;
    let order = match magic {
        [0xa1 | 0x1c, ..] => Order::Big,
        _ => Order::Little,
    };
    let value = if order == Order::Big { u32::from_be_bytes(magic) } else { u32::from_le_bytes(magic) };
    let (resolution, record, len) = match value {
        0xa1b2_3c4d => (Resolution::NANOSECONDS, Some(PLAIN), FILE_HEADER),
        0x1c00_01ac => (Resolution::NANOSECONDS, Some(PLAIN), FILE_HEADER.saturating_add(4)),
        0x1c00_01ab => (Resolution::MICROSECONDS, Some(PLAIN), FILE_HEADER.saturating_add(4)),
        _ => (Resolution::MICROSECONDS, None, FILE_HEADER),
    };
    let patched = value == 0xa1b2_cd34;
    let plain = match order {
        Order::Big => [0xa1, 0xb2, 0xc3, 0xd4],
        Order::Little => [0xd4, 0xc3, 0xb2, 0xa1],
    };
    header.first_chunk_mut().map(|magic: &mut [u8; 4]| *magic = plain)?;
    let (_, fields) = pcap_parser::parse_pcap_header(&header).ok()?;
    Some(FileHeader {
        order,
        resolution,
        record: if patched { Some(PATCHED) } else { record },
        len,
        version: (fields.version_major, fields.version_minor),
        snaplen: fields.snaplen,
        link: u32::from_ne_bytes(fields.network.0.to_ne_bytes()),
    })
}

/// Bytes of a packet header. The patched libpcap came with three layouts and two signatures, one of them that of plain
/// pcap; so where the signature leaves a choice, the first packets in view tell.
fn packet_header(header: &FileHeader, lengths: Lengths, packets: &[u8]) -> usize {
    let fits = |record| walk(header.order, record, packets);
    match header.record {
        Some(PATCHED) if fits(PATCHED).is_err() && fits(PATCHED_SMP).is_ok() => PATCHED_SMP,
        Some(record) => record,
        // Plain pcap, unless its packets make no sense at all and two in a row of another layout do.
        None if lengths == Lengths::CapturedFirst && fits(PLAIN) == Err(Misfit::Impossible) => {
            [PATCHED, NOKIA].into_iter().find(|record| fits(*record).is_ok_and(|n| n > 1)).unwrap_or(PLAIN)
        }
        None => PLAIN,
    }
}

/// How a layout disagrees with the packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Misfit {
    /// It might be so.
    Unlikely,
    /// It cannot be.
    Impossible,
}

/// Walks the first three packets in view as if their headers had `record` bytes. Gives how many looked right, or how the
/// first that did not was wrong.
fn walk(order: Order, record: usize, packets: &[u8]) -> Result<usize, Misfit> {
    let mut rest = packets;
    for seen in 0..3 {
        let Ok((extra, header)) = record_header(order, rest) else { return Ok(seen) };
        if header.fraction >= 1_000_000 || header.captured > LIKELY {
            return Err(Misfit::Impossible);
        }
        if header.captured > header.original || header.original > LONGEST {
            return Err(Misfit::Unlikely);
        }
        if record == PATCHED || record == PATCHED_SMP {
            let (interface, kind) = (order.u32().parse(extra), extra.get(6));
            let many = interface.is_ok_and(|(_, interface)| interface > 10_000);
            // PACKET_HOST to PACKET_OUTGOING of Linux.
            if many || kind.is_some_and(|kind| *kind > 4) {
                return Err(Misfit::Unlikely);
            }
        }
        let next = record.saturating_add(usize::try_from(header.captured).unwrap_or(usize::MAX));
        rest = rest.get(next..).ok_or(Misfit::Unlikely)?;
    }
    Ok(3)
}
