//! Where media was announced: session descriptions that went by, so that what arrives there is known for what it is.
//!
//! `udp.stream` is counted here too, because Wireshark counts an announced address as a conversation of its own: what leaves
//! it has one number whoever it goes to, and each announcement begins a new one. Two that were talking before either was
//! announced keep their number.

use crate::protocol::announce::Announced;
use crate::protocol::{FlowView, Protocol, rtp};
use crate::wire::Timestamp;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::net::SocketAddr;

/// Addresses remembered; beyond, the oldest is forgotten.
const MAX_ADDRESSES: usize = 4096;

/// An address.
#[derive(Debug)]
struct Known {
    said: Announced,
    /// The frame that announced it.
    frame: u64,
    stream: Option<Stream>,
}

/// What was sent from an announced address, or to it, as a conversation.
#[derive(Clone, Copy, Debug)]
struct Stream {
    number: u32,
    first: (u64, Timestamp),
    last: (u64, Timestamp),
}

/// The addresses.
#[derive(Debug, Default)]
pub(super) struct Media {
    known: FxHashMap<SocketAddr, Known>,
    order: VecDeque<SocketAddr>,
    /// Conversations that said so of themselves: the lower end, the higher, and the frame.
    within: FxHashMap<[SocketAddr; 2], u64>,
    within_order: VecDeque<[SocketAddr; 2]>,
    /// Conversations of datagrams so far.
    streams: u32,
}

impl Media {
    /// Remembers what a message of this frame announced, which went between these two.
    pub(super) fn announced(&mut self, list: &[Announced], frame: u64, ends: [SocketAddr; 2]) {
        for announced in list {
            let Some(at) = announced.at else {
                self.within(sorted(ends), frame);
                continue;
            };
            let known = Known { said: *announced, frame, stream: None };
            match self.known.insert(at, known) {
                // Said twice in one message.
                Some(Known { frame: before, stream, .. }) if before == frame => {
                    self.known.entry(at).and_modify(|known| known.stream = stream);
                    continue;
                }
                Some(_) => continue,
                None => {}
            }
            self.order.push_back(at);
            if self.order.len() > MAX_ADDRESSES
                && let Some(oldest) = self.order.pop_front()
            {
                self.known.remove(&oldest);
            }
        }
    }

    fn within(&mut self, ends: [SocketAddr; 2], frame: u64) {
        // The hello comes again behind its cookie.
        if self.within.contains_key(&ends) {
            return;
        }
        self.within.insert(ends, frame);
        self.within_order.push_back(ends);
        if self.within_order.len() > MAX_ADDRESSES
            && let Some(oldest) = self.within_order.pop_front()
        {
            self.within.remove(&oldest);
        }
    }

    /// What a datagram between these two is, if either was announced: the protocol, and the note of its message.
    pub(super) fn of(&self, bytes: &[u8], ends: [SocketAddr; 2]) -> Option<(&'static Protocol, u64)> {
        if let Some(frame) = (!self.within.is_empty()).then(|| self.within.get(&sorted(ends))).flatten() {
            return Some((rtp::which(bytes, false)?, rtp::note(*frame, true)));
        }
        if self.known.is_empty() {
            return None;
        }
        // Of both ends the one announced first, as Wireshark has it.
        let known = ends.iter().filter_map(|end| self.known.get(end)).min_by_key(|known| known.frame)?;
        Some((rtp::which(bytes, known.said.control)?, rtp::note(known.frame, known.said.secure)))
    }

    /// Numbers the conversation of a datagram from the first of these ends to the second. `own` is the number of the two
    /// among themselves, if they have one.
    pub(super) fn number(
        &mut self,
        ends: [SocketAddr; 2],
        own: &mut Option<u32>,
        now: (u64, Timestamp),
        view: &mut FlowView,
    ) {
        let next = self.streams;
        let mut taken = false;
        let mut fresh = || {
            taken = true;
            next
        };
        let announced = || ends.iter().find(|end| !self.known.is_empty() && self.known.contains_key(end));
        match own.is_none().then(announced).flatten().and_then(|end| self.known.get_mut(end)) {
            None => view.stream = *own.get_or_insert_with(fresh),
            Some(known) => {
                let before = known.stream;
                let stream = known.stream.get_or_insert_with(|| Stream { number: fresh(), first: now, last: now });
                stream.last = now;
                view.stream = stream.number;
                view.first = stream.first.1;
                view.previous = before.map(|before| before.last.1);
                view.frames = Some([stream.first.0, before.map_or(0, |before| before.last.0)]);
            }
        }
        self.streams = next.wrapping_add(taken.into());
    }
}

fn sorted([one, other]: [SocketAddr; 2]) -> [SocketAddr; 2] {
    if one <= other { [one, other] } else { [other, one] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(port: u16) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 1], port))
    }

    fn said(port: u16, control: bool) -> Announced {
        Announced { at: Some(at(port)), control, secure: false }
    }

    #[test]
    fn an_announced_address_is_a_conversation_until_it_is_announced_again() {
        let mut media = Media::default();
        let mut own = [None; 3];
        let mut see = |media: &mut Media, from, to, pair: usize, frame| {
            let nobody = SocketAddr::from(([0, 0, 0, 0], 0));
            let mut view = FlowView {
                stream: 99,
                client: nobody,
                server: nobody,
                first: Timestamp(1),
                previous: None,
                frames: None,
                tcp: None,
            };
            media.number([at(from), at(to)], &mut own[pair], (frame, Timestamp(7)), &mut view);
            (view.stream, view.frames)
        };
        assert_eq!(see(&mut media, 5060, 5061, 0, 1), (0, None));
        media.announced(&[said(1000, false), said(5060, false)], 2, [at(1), at(2)]);
        assert_eq!(see(&mut media, 5061, 5060, 0, 3), (0, None), "these two talked before");
        assert_eq!(see(&mut media, 1000, 9, 1, 4), (1, Some([4, 0])));
        assert_eq!(see(&mut media, 9, 1000, 1, 5), (1, Some([4, 4])), "the other end was not announced");
        media.announced(&[said(9, false)], 6, [at(1), at(2)]);
        assert_eq!(see(&mut media, 9, 1000, 1, 7), (2, Some([7, 0])), "the sender counts");
        assert_eq!(see(&mut media, 1000, 9, 1, 8), (1, Some([4, 5])));
        media.announced(&[said(1000, false), said(1000, false)], 9, [at(1), at(2)]);
        assert_eq!(see(&mut media, 1000, 9, 1, 10), (3, Some([10, 0])));
        assert_eq!(see(&mut media, 1000, 77, 2, 11), (3, Some([10, 10])));
    }

    #[test]
    fn only_what_was_announced_is_known_and_the_oldest_is_forgotten() {
        let mut media = Media::default();
        let packet = [0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
        assert!(media.of(&packet, [at(9), at(1000)]).is_none());
        media.announced(&[said(1000, false), said(1001, true)], 7, [at(1), at(2)]);
        let name = |media: &Media, bytes: &[u8], port| media.of(bytes, [at(9), at(port)]).map(|(p, n)| (p.name, n));
        assert_eq!(name(&media, &packet, 1000), Some(("rtp", 7)));
        assert_eq!(name(&media, &[0x80, 201, 0, 1], 1000), Some(("rtp", 7)), "which tells them apart");
        assert_eq!(name(&media, &packet, 1001), Some(("rtcp", 7)));
        assert_eq!(name(&media, &packet, 1002), None);
        // DTLS is the same stream, and so are checks of connectivity.
        assert_eq!(name(&media, &[22, 254, 255, 0, 0, 0, 0, 0], 1000), Some(("rtp", 7)));
        assert_eq!(name(&media, &[22, 3, 3, 0, 0, 0, 0, 0], 1000), None);
        let here = Announced { at: None, control: false, secure: true };
        media.announced(&[here], 5, [at(9), at(4)]);
        let between = |from, to| media.of(&packet, [at(from), at(to)]).map(|(p, _)| p.name);
        assert_eq!([between(4, 9), between(9, 4), between(4, 8)], [Some("rtp"), Some("rtp"), None]);
        for n in 0..MAX_ADDRESSES {
            media.announced(&[said(2000 + u16::try_from(n).unwrap(), false)], 8, [at(1), at(2)]);
        }
        assert_eq!(name(&media, &packet, 1000), None);
        assert_eq!(media.known.len(), MAX_ADDRESSES);
    }
}
