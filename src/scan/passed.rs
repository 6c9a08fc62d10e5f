//! Connections that a capture holds twice: before and behind a NAT or load balancer that passes them on.
//!
//! Whoever only rewrites addresses leaves the client's first sequence number, window, clock and words as they are; whoever
//! makes a connection of its own chooses new ones.

use super::Lens;
use super::connection::{option, window_scale};
use crate::fact::{Fact, Place};
use crate::network::Segment;
use crate::wire::hash::HashMap;
use crate::wire::time::NANOS;
use crate::wire::{Span, Timestamp};
use std::hash::BuildHasher;
use std::net::SocketAddr;

/// Connections remembered.
const MAX_KEPT: usize = 4_096;
/// How soon a segment is passed on, in nanoseconds.
const SOON: i64 = NANOS / 20;
/// Sequence numbers below are those of tools that make up packets, not drawn by lot (RFC 6528).
const DRAWN: u32 = 1 << 24;

/// How a client began.
struct Began {
    flow: u32,
    client: SocketAddr,
    server: SocketAddr,
    /// Window, its scale, and the client's clock (TSval of RFC 7323), of the SYN.
    look: (u16, Option<i8>, Option<[u8; 4]>),
    /// When, and the first words.
    at: Timestamp,
    said: Option<u64>,
}

/// Knows the connections of the last moments.
#[derive(Default)]
pub(super) struct Passed {
    /// By the first sequence number of the client.
    recent: HashMap<u32, Began>,
}

impl Passed {
    /// A client asks for a connection. True if the same was asked for between other addresses a moment ago.
    pub(super) fn asks(&mut self, place: &Place, segment: &Segment<'_>) -> bool {
        if segment.seq < DRAWN {
            return false;
        }
        let clock = option(segment.options, 8).and_then(|data| data.first_chunk().copied());
        let look = (segment.window, window_scale(segment.options), clock);
        let began =
            Began { flow: place.flow, client: place.client, server: place.server, look, at: place.time, said: None };
        match self.recent.get(&segment.seq) {
            Some(first) if first.flow == began.flow => false,
            Some(first) if first.is_passed_on_as(&began) => true,
            _ => {
                // What is passed on comes at once: after so many others nothing of before is waited for.
                if self.recent.len() >= MAX_KEPT {
                    self.recent.clear();
                }
                self.recent.insert(segment.seq, began);
                false
            }
        }
    }

    /// A client says its first words. Tells it if they are those of a connection that looked the same.
    pub(super) fn says(&mut self, place: &Place, segment: &Segment<'_>, like_another: bool, lens: &mut dyn Lens) {
        let words = self.recent.hasher().hash_one(segment.payload);
        let Some(first) = self.recent.get_mut(&segment.seq.wrapping_sub(1)) else { return };
        if first.flow == place.flow {
            (first.said, first.at) = (Some(words), place.time);
        } else if like_another && first.said == Some(words) && (0..=SOON).contains(&place.time.since(first.at)) {
            lens.sink(place).fact(Fact::Passed { from: first.flow }, Span::default());
        }
    }
}

impl Began {
    fn is_passed_on_as(&self, other: &Self) -> bool {
        let ends = (self.client.ip() != other.client.ip(), self.server.ip() != other.server.ip());
        let rewritten = match ends {
            (false, false) => false,
            (true, false) => self.server.port() == other.server.port(),
            (false, true) => self.client.port() == other.client.port(),
            // Where both ends were rewritten only the client's clock is left to tell it by.
            (true, true) => self.look.2.is_some_and(|clock| clock != [0; 4]),
        };
        rewritten && self.look == other.look && (0..=SOON).contains(&other.at.since(self.at))
    }
}
