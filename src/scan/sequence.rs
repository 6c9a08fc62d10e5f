//! What the sequence numbers of a connection say about each of its segments: repeated, out of order, missing before it,
//! duplicate acknowledgments, windows. The rules are those of Wireshark 4.0 (packet-tcp.c, "SEQ/ACK analysis"), guesses
//! included, because people read and filter by its words.

use crate::fact::Direction;
use crate::network::{Segment, flags};
use crate::protocol::{FrameView, Noticed, notice};
use crate::wire::Timestamp;
use std::collections::VecDeque;

/// Segments of a direction that wait for their acknowledgment; what is sent beyond is not timed.
const MAX_UNACKED: usize = 1024;
/// A repetition so soon after the second duplicate acknowledgment is the answer to it, in nanoseconds.
const FAST: i64 = 20_000_000;
/// What comes so soon behind a later segment was only overtaken, where no round trip was measured, in nanoseconds.
const OVERTAKEN: i64 = 3_000_000;

/// A connection.
#[derive(Debug, Default)]
pub(super) struct Sequence {
    sides: [Side; 2],
    /// When the newest SYN was sent.
    syn: Option<Timestamp>,
    initial_rtt: i64,
    /// Bits of [`progress`].
    progress: u8,
}

/// What was seen of a connection: `tcp.completeness`.
mod progress {
    pub const SYN: u8 = 1;
    pub const SYN_ACK: u8 = 2;
    pub const ACK: u8 = 4;
    pub const DATA: u8 = 8;
    pub const FIN: u8 = 16;
    pub const RST: u8 = 32;
}

/// One direction.
#[derive(Debug)]
struct Side {
    base: Option<u32>,
    /// The number expected next, and the segment that made it so.
    next: Option<u32>,
    next_frame: u32,
    next_time: Timestamp,
    /// The highest number that may be acknowledged: all before it was seen.
    contiguous: Option<u32>,
    window: u16,
    acked: u32,
    acked_time: Timestamp,
    /// The frame that set `acked`, and how often it was repeated.
    acked_frame: u32,
    duplicates: u32,
    /// What was noticed of the segment before.
    bits: u16,
    unacked: VecDeque<Unacked>,
    /// False after a loss, until the other side speaks.
    counts: bool,
    /// Something of it that was not captured was acknowledged, and since then it has neither shown another hole nor
    /// acknowledged anything new.
    unseen: bool,
    since_push: u32,
    pushed: bool,
    finished: bool,
}

impl Default for Side {
    fn default() -> Self {
        Self {
            base: None,
            next: None,
            next_frame: 0,
            next_time: Timestamp::default(),
            contiguous: None,
            window: 0,
            acked: 0,
            acked_time: Timestamp::default(),
            acked_frame: 0,
            duplicates: 0,
            bits: 0,
            unacked: VecDeque::new(),
            counts: true,
            unseen: false,
            since_push: 0,
            pushed: false,
            finished: false,
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Unacked {
    seq: u32,
    end: u32,
    frame: u32,
    time: Timestamp,
}

/// What is said of a segment.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Remarks {
    pub(super) noticed: Noticed,
    pub(super) ack_rtt: i64,
    pub(super) initial_rtt: i64,
    pub(super) rto: i64,
    pub(super) progress: u8,
}

/// `a` minus `b` on the circle of sequence numbers.
const fn ahead(a: u32, b: u32) -> i32 {
    a.wrapping_sub(b).cast_signed()
}

impl Sequence {
    /// Looks at the next segment. `scale` is the shift count of the other side's window, if known.
    pub(super) fn observe(
        &mut self,
        from: Direction,
        segment: &Segment<'_>,
        frame: &FrameView<'_>,
        scale: Option<u32>,
        reused: bool,
    ) -> Remarks {
        let [to_server, to_client] = &mut self.sides;
        let (own, other) = match from {
            Direction::ToServer => (to_server, to_client),
            Direction::ToClient => (to_client, to_server),
        };
        let now = frame.time;
        let number = u32::try_from(frame.number).unwrap_or(u32::MAX);
        let Segment { seq, window, .. } = *segment;
        let (len, has) = (segment.sent(), |bits| segment.flags & bits != 0);
        let ack = if has(flags::ACK) { segment.ack } else { 0 };
        let quiet = !has(flags::SYN | flags::FIN | flags::RST);
        let mut out = Remarks { progress: self.progress, ..Remarks::default() };
        let mut bits = if reused { notice::REUSED_PORTS } else { 0 };
        if has(flags::FIN) {
            own.finished = true;
            bits |= if other.finished { 0 } else { notice::CLOSES_FIRST };
        }

        own.base.get_or_insert(if has(flags::SYN) { seq } else { seq.wrapping_sub(1) });
        if has(flags::ACK) {
            other.base.get_or_insert(ack.wrapping_sub(1));
            other.counts = true;
        }
        if has(flags::SYN) && !has(flags::ACK) {
            self.syn = Some(now);
        }
        let third = !has(flags::SYN)
            && own.base.is_some_and(|base| base.wrapping_add(1) == seq)
            && other.base.is_some_and(|base| base.wrapping_add(1) == ack);
        if let (true, 0, Some(syn)) = (third, self.initial_rtt, self.syn) {
            self.initial_rtt = now.since(syn);
        }
        self.progress |= match (has(flags::SYN), has(flags::ACK)) {
            (true, false) => progress::SYN,
            (true, true) => progress::SYN_ACK,
            (false, true) if third => progress::ACK,
            _ => 0,
        };
        for (seen, bit) in [
            (len > 0 && !has(flags::SYN), progress::DATA),
            (has(flags::FIN), progress::FIN),
            (has(flags::RST), progress::RST),
        ] {
            self.progress |= if seen { bit } else { 0 };
        }

        // It shows another hole, or has heard more of the other side.
        own.unseen &= ack == own.acked && own.next.is_none_or(|next| ahead(seq, next) <= 0);
        let expected = own.next == Some(seq);
        let probe = len == 1 && expected && other.window == 0 && other.next.is_some();
        if probe {
            bits |= notice::ZERO_WINDOW_PROBE;
        } else {
            if window == 0 && quiet {
                bits |= notice::ZERO_WINDOW;
            }
            if own.next.is_some_and(|next| ahead(seq, next) > 0) && !has(flags::RST) {
                bits |= notice::LOST_BEFORE;
                own.counts = false;
            }
            if len <= 1 && own.next.is_some_and(|next| next.wrapping_sub(1) == seq) && quiet {
                bits |= notice::KEEP_ALIVE;
            }
            let same_ack = ack == own.acked;
            if len == 0 && window != 0 && window != own.window && expected && same_ack && quiet {
                bits |= notice::WINDOW_UPDATE;
            }
            if let Some(scale) = scale
                && len > 0
                && quiet
                && seq.wrapping_add(len) == other.acked.wrapping_add(u32::from(other.window) << scale.min(14))
            {
                bits |= notice::WINDOW_FULL;
            }
            let answers = same_ack || ack == own.acked.wrapping_add(1);
            if len == 0 && window == own.window && expected && quiet {
                if window != 0 && answers && other.bits & notice::KEEP_ALIVE != 0 {
                    bits |= notice::KEEP_ALIVE_ACK;
                } else if window == 0 && answers && other.bits & notice::ZERO_WINDOW_PROBE != 0 {
                    bits |= notice::ZERO_WINDOW_PROBE_ACK;
                } else if window != 0 && same_ack {
                    own.duplicates = own.duplicates.saturating_add(1);
                    bits |= notice::DUPLICATE_ACK;
                    (out.noticed.duplicate, out.noticed.related) = (own.duplicates, own.acked_frame);
                }
            }
        }
        if ack != own.acked {
            (own.acked_frame, own.duplicates) = (number, 0);
        }
        if has(flags::ACK) && !other.unseen && other.contiguous.is_some_and(|most| ahead(ack, most) > 0) {
            bits |= notice::ACKS_UNSEEN;
            other.contiguous = other.next;
            other.unseen = true;
        }
        if (len > 0 || has(flags::SYN | flags::FIN)) && bits & notice::KEEP_ALIVE == 0 {
            bits |= repeated(own, other, segment, now, self.initial_rtt);
            if bits & notice::RETRANSMISSION != 0 {
                let oldest = own.unacked.iter().find(|u| ahead(u.seq, seq) >= 0);
                let (frame, time) = oldest.map_or((own.next_frame, own.next_time), |u| (u.frame, u.time));
                (out.noticed.related, out.rto) = (frame, now.since(time));
            }
        }

        let ends = u32::from(has(flags::SYN | flags::FIN));
        let next = seq.wrapping_add(len).wrapping_add(ends);
        if (len > 0 || ends > 0) && own.unacked.len() < MAX_UNACKED {
            own.unacked.push_back(Unacked { seq, end: next, frame: number, time: now });
        }
        if !probe {
            if own.next.is_none_or(|known| ahead(next, known) > 0) {
                (own.next, own.next_frame, own.next_time) = (Some(next), number, now);
            }
            if own.contiguous.is_none_or(|most| most == seq) {
                own.contiguous = own.next;
            }
        }
        (own.window, own.acked, own.acked_time, own.bits) = (window, ack, now, bits);

        if has(flags::ACK) {
            other.unacked.retain_mut(|sent| {
                if ack == sent.end {
                    // Of a segment that was repeated, the first.
                    if out.noticed.acked == 0 {
                        (out.noticed.acked, out.ack_rtt) = (sent.frame, now.since(sent.time));
                    }
                    return false;
                }
                if ahead(ack, sent.seq) > 0 && ahead(ack, sent.end) <= 0 {
                    sent.seq = ack;
                    return true;
                }
                ahead(sent.end, ack) > 0
            });
        }
        if len > 0 && own.counts {
            out.noticed.in_flight = own.in_flight();
            let push = segment.flags & 0x08 != 0;
            own.since_push = if own.pushed { len } else { own.since_push.saturating_add(len) };
            own.pushed = push;
            out.noticed.since_push = own.since_push;
        }
        out.noticed.bits = bits;
        out.initial_rtt = self.initial_rtt;
        out
    }
}

impl Side {
    fn in_flight(&self) -> u32 {
        let base = self.base.unwrap_or(0);
        let first = self.unacked.iter().map(|u| u.seq.wrapping_sub(base)).min().unwrap_or(0);
        let last = self.unacked.iter().map(|u| u.end.wrapping_sub(base)).max().unwrap_or(0);
        last.checked_sub(first).filter(|n| *n < 2_000_000_000).unwrap_or(0)
    }
}

/// Of a segment with data, SYN or FIN that does not go on where the last one ended: which of the four it is.
fn repeated(own: &Side, other: &Side, segment: &Segment<'_>, now: Timestamp, initial_rtt: i64) -> u16 {
    let (seq, len) = (segment.seq, segment.sent());
    let end = seq.wrapping_add(len);
    if len > 0 && other.acked != 0 && ahead(end, other.acked) <= 0 {
        return notice::SPURIOUS_RETRANSMISSION;
    }
    let Some(next) = own.next.filter(|next| ahead(seq, *next) < 0) else { return 0 };
    // More than a probe of the byte before.
    if len > 1 && next.wrapping_sub(1) == seq {
        return 0;
    }
    if other.duplicates >= 2 && other.acked == seq && now.since(other.acked_time) < FAST {
        return notice::FAST_RETRANSMISSION;
    }
    let overtaken = if initial_rtt == 0 { OVERTAKEN } else { initial_rtt };
    let ends = u32::from(segment.flags & (flags::SYN | flags::FIN) != 0);
    // A clock that went back says nothing.
    if (0..overtaken).contains(&now.since(own.next_time)) && next != end.wrapping_add(ends) {
        return notice::OUT_OF_ORDER;
    }
    notice::RETRANSMISSION
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Talk {
        sequence: Sequence,
        frame: u64,
        time: i64,
    }

    impl Talk {
        /// A connection after its handshake: client from 1000, server from 5000, 1 ms a frame.
        fn open() -> Self {
            let mut talk = Self { sequence: Sequence::default(), frame: 0, time: 0 };
            talk.says(Direction::ToServer, 999, 0, flags::SYN, b"");
            talk.says(Direction::ToClient, 4999, 1000, flags::SYN | flags::ACK, b"");
            talk.says(Direction::ToServer, 1000, 5000, flags::ACK, b"");
            talk
        }

        fn says(&mut self, from: Direction, seq: u32, ack: u32, bits: u8, payload: &[u8]) -> Remarks {
            self.frame += 1;
            self.time += 1_000_000;
            self.with_window(from, seq, ack, bits, payload, 100)
        }

        fn with_window(
            &mut self,
            from: Direction,
            seq: u32,
            ack: u32,
            bits: u8,
            payload: &[u8],
            window: u16,
        ) -> Remarks {
            let segment =
                Segment { source: 1, destination: 2, seq, ack, flags: bits, window, options: &[], payload, missing: 0 };
            let frame = FrameView { number: self.frame, time: Timestamp(self.time), ..FrameView::default() };
            self.sequence.observe(from, &segment, &frame, None, false)
        }

        fn client(&mut self, seq: u32, payload: &[u8]) -> Remarks {
            self.says(Direction::ToServer, seq, 5000, flags::ACK, payload)
        }

        fn server(&mut self, ack: u32) -> Remarks {
            self.says(Direction::ToClient, 5000, ack, flags::ACK, b"")
        }
    }

    #[test]
    fn what_goes_on_is_timed_and_counted() {
        let mut talk = Talk::open();
        let sent = talk.client(1000, b"0123456789");
        assert_eq!((sent.noticed.bits, sent.noticed.in_flight, sent.noticed.since_push), (0, 10, 10));
        assert_eq!(sent.initial_rtt, 2_000_000);
        assert_eq!(talk.client(1010, b"01234").noticed.in_flight, 15);
        let acked = talk.server(1015);
        assert_eq!((acked.noticed.acked, acked.ack_rtt), (5, 1_000_000));
    }

    #[test]
    fn repetitions_have_four_names() {
        let mut talk = Talk::open();
        talk.client(1000, b"0123456789");
        talk.time += 1_000_000_000;
        let again = talk.client(1000, b"0123456789");
        assert_eq!((again.noticed.bits, again.noticed.related), (notice::RETRANSMISSION, 4));
        talk.server(1010);
        assert_eq!(talk.client(1000, b"0123456789").noticed.bits, notice::SPURIOUS_RETRANSMISSION);
        assert_eq!(talk.client(1020, b"0123456789").noticed.bits, notice::LOST_BEFORE);
        assert_eq!(talk.client(1010, b"0123456789").noticed.bits, notice::OUT_OF_ORDER);
        talk.client(1030, b"0123456789");
        talk.server(1030);
        for number in 1..=2 {
            let duplicate = talk.server(1030).noticed;
            assert_eq!((duplicate.bits, duplicate.duplicate), (notice::DUPLICATE_ACK, number));
        }
        assert_eq!(talk.client(1030, b"0123456789").noticed.bits, notice::FAST_RETRANSMISSION);
    }

    #[test]
    fn keep_alives_and_windows_have_names() {
        let mut talk = Talk::open();
        talk.client(1000, b"0123456789");
        talk.server(1010);
        assert_eq!(talk.client(1009, b"").noticed.bits, notice::KEEP_ALIVE);
        assert_eq!(talk.server(1010).noticed.bits, notice::KEEP_ALIVE_ACK);
        let bits = |remarks: Remarks| remarks.noticed.bits;
        assert_eq!(
            bits(talk.with_window(Direction::ToClient, 5000, 1010, flags::ACK, b"", 200)),
            notice::WINDOW_UPDATE
        );
        assert_eq!(bits(talk.with_window(Direction::ToClient, 5000, 1010, flags::ACK, b"", 0)), notice::ZERO_WINDOW);
        assert_eq!(bits(talk.client(1010, b"x")), notice::ZERO_WINDOW_PROBE);
        let answer = talk.with_window(Direction::ToClient, 5000, 1010, flags::ACK, b"", 0);
        assert_eq!(bits(answer), notice::ZERO_WINDOW | notice::ZERO_WINDOW_PROBE_ACK);
    }

    #[test]
    fn an_acknowledgment_of_what_was_not_captured_is_said_once() {
        let mut talk = Talk::open();
        talk.client(1000, b"0123456789");
        assert_eq!(talk.server(1500).noticed.bits, notice::ACKS_UNSEEN);
        let acks = |talk: &mut Talk, number| talk.server(number).noticed.bits & notice::ACKS_UNSEEN != 0;
        assert!(!acks(&mut talk, 1600));
        // What was said to be lost comes after all, and more is.
        talk.client(1010, b"0123456789");
        assert!(!acks(&mut talk, 1700));
        // Its sender has heard something new since, or shows that more is missing.
        talk.says(Direction::ToServer, 1020, 5001, flags::ACK, b"");
        assert!(acks(&mut talk, 1700));
        assert!(!acks(&mut talk, 1800));
        talk.says(Direction::ToServer, 1200, 5001, flags::RST, b"");
        assert!(acks(&mut talk, 1800));
        assert!(!acks(&mut talk, 1900));
    }

    #[test]
    fn numbers_that_make_no_sense_do_no_harm() {
        let mut talk = Talk::open();
        let mut state = 1_u32;
        for _ in 0..20_000 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let from = if state & 64 == 0 { Direction::ToServer } else { Direction::ToClient };
            let near = if state & 128 == 0 { 1000 } else { state };
            talk.says(
                from,
                near.wrapping_add(state >> 24),
                near,
                (state >> 8 & 0x1f) as u8,
                &[0; 9][..(state >> 16 & 7) as usize],
            );
        }
        assert!(talk.sequence.sides.iter().all(|side| side.unacked.len() <= MAX_UNACKED));
    }
}
