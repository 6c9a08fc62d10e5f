//! Every conversation of a capture that was read: who with whom, how much, in which protocols.

use super::capture::Capture;
use crate::fact::Direction;
use crate::stream::FlowId;
use crate::wire::Timestamp;
use std::net::SocketAddr;

/// Protocols named of one conversation.
const MAX_PROTOCOLS: usize = 8;

/// A conversation.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// Counted from 0 over TCP and UDP together.
    pub flow: FlowId,
    /// True over TCP, else UDP.
    pub tcp: bool,
    /// `tcp.stream` or `udp.stream`
    pub stream: u32,
    /// The side that opened it.
    pub client: SocketAddr,
    /// The other.
    pub server: SocketAddr,
    /// Its first frame.
    pub first_frame: u32,
    /// When it began.
    pub first: Timestamp,
    /// When its last packet came.
    pub last: Timestamp,
    /// Packets to the server, to the client.
    pub packets: [u32; 2],
    /// Bytes on the wire in these.
    pub bytes: [u64; 2],
    /// What was recognised in it, outermost first; nothing if nobody knows it.
    pub protocols: Vec<&'static str>,
}

impl Capture {
    /// All conversations, in the order they began.
    pub fn conversations(&self) -> Vec<Conversation> {
        let flow = |(id, row): (usize, &super::index::FlowRow)| Conversation {
            flow: FlowId::try_from(id).unwrap_or(FlowId::MAX),
            tcp: row.view.tcp.is_some(),
            stream: row.view.stream,
            client: row.view.client,
            server: row.view.server,
            first_frame: 0,
            first: Timestamp::default(),
            last: Timestamp::default(),
            packets: [0; 2],
            bytes: [0; 2],
            protocols: Vec::new(),
        };
        let mut all: Vec<Conversation> = self.index.flows.iter().enumerate().map(flow).collect();
        for (frame, row) in (1..).zip(&self.index.packets) {
            let Some(c) = all.get_mut(row.flow as usize) else { continue };
            if c.first_frame == 0 {
                (c.first_frame, c.first) = (frame, row.time);
            }
            c.last = c.last.max(row.time);
            let way = usize::from(row.from() == Direction::ToClient);
            if let (Some(packets), Some(bytes)) = (c.packets.get_mut(way), c.bytes.get_mut(way)) {
                *packets = packets.saturating_add(1);
                *bytes = bytes.saturating_add(u64::from(row.wire_len));
            }
        }
        for message in &self.index.messages {
            let flow = self.index.packet(message.frame).and_then(|row| all.get_mut(row.flow as usize));
            let name = message.protocol.column;
            if let Some(c) = flow.filter(|c| c.protocols.len() < MAX_PROTOCOLS && !c.protocols.contains(&name)) {
                c.protocols.push(name);
            }
        }
        all
    }
}
