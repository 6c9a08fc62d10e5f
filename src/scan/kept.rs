//! A packet as it was captured, again: what is written anew of captures that cannot be read twice.

use super::Scan;
use super::capture::Capture;
use crate::stream::FlowId;
use crate::wire::Timestamp;

/// A packet that is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptPacket {
    /// When it was captured.
    pub time: Timestamp,
    /// Bytes on the wire.
    pub wire_len: u32,
    /// `LINKTYPE_` number.
    pub link_type: u32,
    /// The name of its interface; empty if the capture does not say.
    pub interface: String,
    /// What was captured of it.
    pub data: Vec<u8>,
    /// Comments on it.
    pub comments: Vec<String>,
}

impl Capture {
    /// A scan with the rules and keys that this was read with.
    pub fn scan(&self) -> Scan {
        Scan::new(self.rules.clone()).with_keys(self.keys.clone()).with_keyring(self.keyring.clone())
    }

    /// The conversation of a frame.
    pub fn flow(&self, frame: u32) -> Option<FlowId> {
        let index = self.index();
        let row = index.packet(frame)?;
        index.flow(row).map(|_| row.flow)
    }

    /// A packet by its number; nothing if it is not kept, or cannot be read any more.
    pub fn packet(&self, frame: u32) -> Option<KeptPacket> {
        let index = self.index();
        let row = index.packet(frame)?;
        let way = index.ways.get(usize::from(row.way))?;
        let mut buffer = Vec::new();
        let data = index.bytes(frame, &mut buffer)?.to_vec();
        let interface = way.name.and_then(|at| index.interfaces.get(at)).map_or("", |seen| &seen.name).to_owned();
        let comments = index.comments(frame).to_vec();
        Some(KeptPacket { time: row.time, wire_len: row.wire_len, link_type: way.link_type, interface, data, comments })
    }
}
