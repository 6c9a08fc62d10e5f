//! Where media was announced: session descriptions that went by, so that what arrives there is known for what it is.

use crate::protocol::announce::Announced;
use crate::protocol::{Protocol, rtp};
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::net::SocketAddr;

/// Addresses remembered; beyond, the oldest is forgotten.
const MAX_ADDRESSES: usize = 4096;

/// The addresses.
#[derive(Debug, Default)]
pub(super) struct Media {
    known: FxHashMap<SocketAddr, (Announced, u64)>,
    order: VecDeque<SocketAddr>,
}

impl Media {
    /// Remembers what a message of this frame announced.
    pub(super) fn announced(&mut self, list: &[Announced], frame: u64) {
        for announced in list {
            if self.known.insert(announced.at, (*announced, frame)).is_some() {
                continue;
            }
            self.order.push_back(announced.at);
            if self.order.len() > MAX_ADDRESSES
                && let Some(oldest) = self.order.pop_front()
            {
                self.known.remove(&oldest);
            }
        }
    }

    /// What a datagram between these two is, if either was announced: the protocol, and the note of its message.
    pub(super) fn of(&self, bytes: &[u8], ends: [SocketAddr; 2]) -> Option<(&'static Protocol, u64)> {
        if self.known.is_empty() {
            return None;
        }
        // Of both ends the one announced first, as Wireshark has it.
        let (announced, frame) = ends.iter().filter_map(|end| self.known.get(end)).min_by_key(|(_, frame)| *frame)?;
        Some((rtp::which(bytes, announced.control)?, rtp::note(*frame, announced.secure)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(port: u16) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 1], port))
    }

    fn said(port: u16, control: bool) -> Announced {
        Announced { at: at(port), control, secure: false }
    }

    #[test]
    fn only_what_was_announced_is_known_and_the_oldest_is_forgotten() {
        let mut media = Media::default();
        let packet = [0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
        assert!(media.of(&packet, [at(9), at(1000)]).is_none());
        media.announced(&[said(1000, false), said(1001, true)], 7);
        let name = |media: &Media, bytes: &[u8], port| media.of(bytes, [at(9), at(port)]).map(|(p, n)| (p.name, n));
        assert_eq!(name(&media, &packet, 1000), Some(("rtp", 7)));
        assert_eq!(name(&media, &[0x80, 201, 0, 1], 1000), Some(("rtcp", 7)));
        assert_eq!(name(&media, &packet, 1001), Some(("rtcp", 7)));
        assert_eq!(name(&media, &packet, 1002), None);
        // DTLS is none of it.
        assert_eq!(name(&media, &[22, 254, 255, 0, 0, 0, 0, 0], 1000), None);
        for n in 0..MAX_ADDRESSES {
            media.announced(&[said(2000 + u16::try_from(n).unwrap(), false)], 8);
        }
        assert_eq!(name(&media, &packet, 1000), None);
        assert_eq!(media.known.len(), MAX_ADDRESSES);
    }
}
