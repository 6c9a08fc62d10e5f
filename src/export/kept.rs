//! Packets of a capture that cannot be read twice, as a source: what came out of a pipe, or from an interface.

use crate::capture::{Block, CaptureError, Interface, Record, Resolution, Source};
use crate::scan::{Capture, KeptPacket};

/// The packets that are kept, from the oldest to the newest there was when this began.
pub struct Kept {
    capture: Capture,
    next: u32,
    last: u32,
    /// The first one that was handed out.
    first: Option<u32>,
    packet: KeptPacket,
    interfaces: Vec<Interface>,
}

impl Kept {
    /// Those of a capture.
    pub fn new(capture: Capture) -> Self {
        let (next, last) = (capture.first_frame(), capture.frames());
        Self { capture, next, last, first: None, packet: KeptPacket::default(), interfaces: Vec::new() }
    }

    /// The number that the first packet handed out has on the screen; the others follow it without a gap.
    pub fn first(&self) -> u32 {
        self.first.unwrap_or(self.next)
    }

    /// The interface that the packet at hand came in by.
    fn interface(&mut self) -> u32 {
        let (link_type, name) = (self.packet.link_type, &self.packet.interface);
        let name = Some(name.clone()).filter(|name| !name.is_empty());
        let known = self.interfaces.iter().position(|i| i.link_type == link_type && i.name == name);
        let at = known.unwrap_or_else(|| {
            self.interfaces.push(Interface { name, ..Interface::new(link_type, Resolution::NANOSECONDS) });
            self.interfaces.len().saturating_sub(1)
        });
        u32::try_from(at).unwrap_or(u32::MAX)
    }
}

impl Source for Kept {
    fn next(&mut self) -> Result<Option<Block<'_>>, CaptureError> {
        while self.next <= self.last {
            let frame = self.next;
            self.next = self.next.saturating_add(1);
            let Some(packet) = self.capture.packet(frame) else {
                // The oldest may be let go meanwhile; behind one that cannot be read the numbers would not fit.
                if self.first.is_some() {
                    break;
                }
                continue;
            };
            self.first.get_or_insert(frame);
            self.packet = packet;
            let interface = self.interface();
            let KeptPacket { time, wire_len, link_type, interface: name, data, comments } = &self.packet;
            return Ok(Some(Block::Packet(Record {
                time: *time,
                timed: true,
                interface,
                numbered: true,
                name,
                description: "",
                link_type: *link_type,
                wire_len: *wire_len,
                data,
                at: 0,
                comments,
            })));
        }
        Ok(None)
    }

    fn interfaces(&self) -> &[Interface] {
        &self.interfaces
    }
}
