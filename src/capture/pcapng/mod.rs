//! pcapng (draft-ietf-opsawg-pcapng): a row of blocks, each with its length at both ends.
//!
//! ```text
//! type  length  ...  length again          4 + 4 + ... + 4 bytes
//! ```
//!
//! This file finds the blocks; `known` reads them and remembers what they say of later ones. A section header sets the
//! byte order and begins the interfaces anew; sections may follow each other, in different orders. A block that is broken
//! inside is left out, but where the lengths make no sense nothing behind can be found, and reading stops.

mod known;
mod options;

use nom::Parser;

use self::known::{Known, Pending};
use super::open::format_name;
use super::order::Order;
use super::window::{LONGEST, Window};
use super::{Block, CaptureError, Interface, Name, Notice, Progress, Record, Section, Source, Trouble};

/// Type and both lengths.
const SMALLEST: usize = 12;
/// The type of a section header; the same in both byte orders.
const SECTION: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];

/// A pcapng file.
pub(super) struct Pcapng {
    window: Window,
    known: Known,
    format: String,
    /// Bytes of the block handed out last.
    given: usize,
    ended: bool,
}

/// A block that is in view whole.
struct Frame {
    kind: u32,
    len: usize,
}

impl Pcapng {
    /// Reads the first section header.
    pub fn new(window: Window, compressions: &[&str]) -> Result<Self, CaptureError> {
        let format = format_name("pcapng", compressions);
        let mut it = Self { window, known: Known::default(), format, given: 0, ended: false };
        if let Some(frame) = it.frame()? {
            let block = it.window.bytes().get(..frame.len).unwrap_or(&[]);
            it.ended = it.known.read(frame.kind, block, 0).is_err();
            it.given = frame.len;
        }
        if it.ended {
            return Err(match it.notices().first().map(|n| n.trouble.clone()) {
                Some(Trouble::Lost(why)) => CaptureError::Damaged { file: it.window.file(), why },
                Some(Trouble::Unpack(why)) => CaptureError::Packed { file: it.window.file(), why },
                _ => it.window.headless("first section header"),
            });
        }
        Ok(it)
    }

    /// Brings the next block into view; nothing at the end.
    fn frame(&mut self) -> Result<Option<Frame>, CaptureError> {
        loop {
            if !self.window.need(SMALLEST)? {
                return Ok(self.end(SMALLEST));
            }
            let bytes = self.window.bytes();
            if bytes.starts_with(&SECTION) {
                match bytes.get(8..12) {
                    Some([0x4d, 0x3c, 0x2b, 0x1a]) => self.known.order = Order::Little,
                    Some([0x1a, 0x2b, 0x3c, 0x4d]) => self.known.order = Order::Big,
                    _ => return Ok(self.lost("a section header gives no byte order".to_owned())),
                }
            }
            let order = self.known.order;
            let Ok((_, (kind, len))) = (order.u32(), order.u32()).parse(bytes) else {
                return Ok(self.end(SMALLEST));
            };
            let whole = usize::try_from(len).unwrap_or(usize::MAX);
            if whole < SMALLEST || !whole.is_multiple_of(4) {
                return Ok(self.lost(format!("a block cannot have {len} bytes")));
            }
            if len > LONGEST {
                self.known.note(Trouble::Oversized { len }, self.window.at());
                if !self.window.skip(u64::from(len))? {
                    return Ok(self.end(1));
                }
                continue;
            }
            if !self.window.need(whole)? {
                return Ok(self.end(whole));
            }
            let last = self.window.bytes().get(whole.saturating_sub(4)..).unwrap_or(&[]);
            match order.u32().parse(last) {
                Ok((_, again)) if again == len => return Ok(Some(Frame { kind, len: whole })),
                Ok((_, again)) => {
                    return Ok(self.lost(format!("the lengths at the ends of a block differ ({len} and {again})")));
                }
                Err(_) => return Ok(self.end(whole)),
            }
        }
    }

    /// Ends reading where `need` bytes were expected.
    fn end(&mut self, need: usize) -> Option<Frame> {
        self.ended = true;
        if let Some(trouble) = self.window.ending(u64::try_from(need).unwrap_or(u64::MAX)) {
            self.known.note(trouble, self.window.at());
        }
        None
    }

    /// Ends reading where the file makes no sense.
    fn lost(&mut self, why: String) -> Option<Frame> {
        self.ended = true;
        self.known.note(Trouble::Lost(why), self.window.at());
        None
    }
}

impl Source for Pcapng {
    fn next(&mut self) -> Result<Option<Block<'_>>, CaptureError> {
        // Blocks without packets are read in the loop; the one to hand out is borrowed only after it.
        let pending = loop {
            self.window.consume(std::mem::take(&mut self.given));
            if self.ended {
                return Ok(None);
            }
            let Some(frame) = self.frame()? else { return Ok(None) };
            self.given = frame.len;
            let block = self.window.bytes().get(..frame.len).unwrap_or(&[]);
            match self.known.read(frame.kind, block, self.window.at()) {
                Ok(Some(pending)) => break pending,
                Ok(None) => {}
                Err(known::Lost) => self.ended = true,
            }
        };
        let bytes = self.window.bytes();
        let interface = |number: u32| usize::try_from(number).ok().and_then(|at| self.known.interfaces.get(at));
        Ok(Some(match pending {
            Pending::Secrets(span) => Block::Secrets(span.slice(bytes)),
            Pending::Packet(packet) => Block::Packet(Record {
                time: packet.time,
                timed: packet.timed,
                interface: packet.interface,
                numbered: true,
                name: interface(packet.interface).and_then(|i| i.name.as_deref()).unwrap_or_default(),
                description: interface(packet.interface).and_then(|i| i.description.as_deref()).unwrap_or_default(),
                link_type: packet.link_type,
                wire_len: packet.wire_len,
                data: packet.data.slice(bytes),
                at: self.window.at().saturating_add(u64::from(packet.data.start)),
                comments: self.known.comments(),
            }),
        }))
    }

    fn progress(&self) -> Progress {
        self.window.progress()
    }

    fn interfaces(&self) -> &[Interface] {
        &self.known.interfaces
    }

    fn sections(&self) -> &[Section] {
        &self.known.sections
    }

    fn names(&self) -> &[Name] {
        &self.known.names
    }

    fn notices(&self) -> &[Notice] {
        self.known.notices.all()
    }

    fn format(&self) -> String {
        self.format.clone()
    }
}
