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
    /// All conversations of which a packet is kept, in the order they began. What is told of them is of these packets.
    pub fn conversations(&self) -> Vec<Conversation> {
        let index = self.index();
        let flow = |(id, row): (FlowId, &super::index::FlowRow)| Conversation {
            flow: id,
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
        let mut all: Vec<Conversation> = index.flows().into_iter().map(flow).collect();
        // Most often no flow is missing, and the one with a number stands in that place.
        let place = |all: &[Conversation], id: FlowId| {
            let guess = id as usize;
            let right = all.get(guess).is_some_and(|c| c.flow == id);
            if right { Some(guess) } else { all.binary_search_by_key(&id, |c| c.flow).ok() }
        };
        for (frame, row) in (index.first_frame()..).zip(index.packets.iter()) {
            let Some(c) = place(&all, row.flow).and_then(|at| all.get_mut(at)) else { continue };
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
        for message in index.all_messages() {
            let Some(row) = index.packet(message.frame) else { continue };
            let Some(c) = place(&all, row.flow).and_then(|at| all.get_mut(at)) else { continue };
            let name = message.protocol.column;
            if c.protocols.len() < MAX_PROTOCOLS && !c.protocols.contains(&name) {
                c.protocols.push(name);
            }
        }
        all
    }
}
