//! A stream of a capture that was read, followed: only its own packets are read again.

use super::capture::Capture;
use super::index::FlowRow;
use super::{Chunk, Follow, Followed, Scan};
use crate::capture::Record;
use crate::stream::FlowId;
use crate::wire::Timestamp;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};

/// A stream as a dialogue.
#[derive(Clone, Debug)]
pub struct Dialogue {
    /// True over TCP, else UDP.
    pub tcp: bool,
    /// `tcp.stream` or `udp.stream`
    pub number: u32,
    /// Client and server.
    pub ends: (SocketAddr, SocketAddr),
    /// What they said, in order.
    pub chunks: Vec<Chunk>,
    /// When: one for each chunk.
    pub times: Vec<Timestamp>,
    /// Bytes beyond the budget.
    pub dropped: u64,
}

impl Capture {
    /// Whether the conversation of a frame runs over TCP, and its number: where its ends have one each, that of the first.
    pub fn stream_of(&self, frame: u32) -> Option<(bool, u32)> {
        let index = self.index();
        let flow = index.flow_of(index.packet(frame)?.flow)?.view;
        Some((flow.tcp.is_some(), flow.stream))
    }

    /// Follows a stream; nothing if there is none of this number, or `stop` was set.
    pub fn follow(
        &self,
        what: Followed,
        (tcp, number): (bool, u32),
        masks: bool,
        stop: &AtomicBool,
    ) -> Option<Dialogue> {
        let (ends, frames) = self.frames_of(tcp, number)?;
        // Alone in the scan, it is the first of its transport.
        let mut lens = Follow::new(what, tcp, 0, masks);
        let mut scan = Scan::new(self.rules.clone()).with_keys(self.keys.clone()).with_keyring(self.keyring.clone());
        let mut buffer = Vec::new();
        let mut read = Vec::with_capacity(frames.len());
        for frame in frames {
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            // Each frame is asked for by itself: whoever reads the capture does not wait for this.
            let Some((time, interface, link_type, wire_len)) = self.place(frame) else { continue };
            if self.index().bytes(frame, &mut buffer).is_none() {
                continue;
            }
            let data = buffer.as_slice();
            read.push(frame);
            scan.frame(
                &Record {
                    time,
                    timed: true,
                    interface,
                    numbered: true,
                    name: "",
                    description: "",
                    link_type,
                    wire_len,
                    data,
                    at: 0,
                    comments: &[],
                },
                &mut lens,
            );
        }
        scan.finish(&mut lens);
        let dropped = lens.dropped();
        let mut chunks = lens.finish();
        for chunk in &mut chunks {
            let at = usize::try_from(chunk.frame.saturating_sub(1)).unwrap_or(usize::MAX);
            chunk.frame = read.get(at).copied().map_or(0, u64::from);
        }
        let time = |chunk: &Chunk| u32::try_from(chunk.frame).ok().and_then(|frame| self.time(frame));
        let times = chunks.iter().map(|chunk| time(chunk).unwrap_or_default()).collect();
        Some(Dialogue { tcp, number, ends, chunks, times, dropped })
    }

    /// When a frame came, on which interface, of which link type, and how long it was.
    fn place(&self, frame: u32) -> Option<(Timestamp, u32, u32, u32)> {
        let index = self.index();
        let row = index.packet(frame)?;
        let way = index.ways.get(usize::from(row.way))?;
        Some((row.time, way.interface, way.link_type, row.wire_len))
    }

    /// Client and server of a stream, and its frames, with the fragments of its datagrams.
    fn frames_of(&self, tcp: bool, number: u32) -> Option<((SocketAddr, SocketAddr), Vec<u32>)> {
        let index = self.index();
        let mine = |(_, flow): &(FlowId, &FlowRow)| flow.view.tcp.is_some() == tcp && flow.view.stream == number;
        // A number that only the other end has.
        let flows = index.flows();
        let named = || {
            let mut packets =
                index.packets.iter().filter(|row| !tcp && index.flow(row).is_some_and(|f| f.tcp.is_none()));
            let id = packets.find(|row| row.seq == number)?.flow;
            flows.iter().find(|(flow, _)| *flow == id).copied()
        };
        let (id, flow) = flows.iter().find(|flow| mine(flow)).copied().or_else(named)?;
        let ends = (flow.view.client, flow.view.server);
        let mut frames: Vec<u32> = Vec::new();
        for frame in index.first_frame()..=index.last_frame() {
            if index.packet(frame).is_some_and(|row| row.flow == id) {
                frames.extend(index.fragments(frame));
                frames.push(frame);
            }
        }
        frames.sort_unstable();
        frames.dedup();
        Some((ends, frames))
    }
}
