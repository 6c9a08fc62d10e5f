//! What the lengths of records tell of a TLS 1.3 connection that nobody can read. Behind the hellos every record looks like
//! application data (RFC 8446 5.2), but a Finished is as long as its hash (4.4.4), an alert as short as nothing else (6), and
//! the client sends one of them before anything that is data.
//!
//! Records may be padded (5.4): then nothing is told. What is told is that data flows, and how the client began; never what.

use crate::fact::{Covered, Direction};

/// What one record adds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// It holds data, or from the server a session ticket: the handshake went well.
    pub data: bool,
    /// It is the first that the client protects.
    pub begins: Option<Covered>,
}

/// What is known so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shape {
    /// Bytes that protection adds to a record, and the length of a Finished with them; 0 while the suite is not known.
    cover: u16,
    finished: u16,
    /// The client protected a record, its Finished, data.
    spoke: bool,
    done: bool,
    data: bool,
}

/// Handshake header (RFC 8446 4).
const HEADER: u16 = 4;
/// The type of what is inside, and the tag behind it (RFC 8446 5.2, RFC 6655 6.1 for the short one).
const COVER: u16 = 1 + 16;
const SHORT_COVER: u16 = 1 + 8;
const AES_256_GCM_SHA384: u16 = 0x1302;
const AES_128_CCM_8_SHA256: u16 = 0x1305;
/// An alert: level and description.
const ALERT: u16 = 2;
/// KeyUpdate is the longest that a side sends once it is done and that may not be data, tickets apart.
const KEY_UPDATE: u16 = HEADER + 1;

impl Shape {
    /// The server chose this suite.
    pub const fn chosen(&mut self, suite: u16) {
        self.cover = if suite == AES_128_CCM_8_SHA256 { SHORT_COVER } else { COVER };
        let hash = if suite == AES_256_GCM_SHA384 { 48 } else { 32 };
        self.finished = HEADER + hash + self.cover;
    }

    /// Bytes of the client's are missing: what comes next is not its first.
    pub const fn lost(&mut self) {
        self.spoke = true;
    }

    /// A protected record of this length.
    pub fn record(&mut self, from: Direction, length: u16) -> Seen {
        if self.finished == 0 {
            return Seen::default();
        }
        let inside = length.saturating_sub(self.cover);
        let is_data = inside > KEY_UPDATE;
        match from {
            Direction::ToServer if self.done => {
                self.data |= is_data;
                Seen { data: is_data, begins: None }
            }
            Direction::ToServer => {
                self.done = length == self.finished;
                let first = !std::mem::replace(&mut self.spoke, true);
                let what = if inside == ALERT { Covered::Alert } else { Covered::Message };
                Seen { data: false, begins: first.then_some(what) }
            }
            Direction::ToClient => Seen { data: self.data && is_data, begins: None },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Direction::{ToClient, ToServer};

    fn told(suite: u16, records: &[(Direction, u16)]) -> (Vec<bool>, Option<Covered>) {
        let mut shape = Shape::default();
        shape.chosen(suite);
        let seen: Vec<_> = records.iter().map(|(from, length)| shape.record(*from, *length)).collect();
        (seen.iter().map(|seen| seen.data).collect(), seen.iter().find_map(|seen| seen.begins))
    }

    #[test]
    fn data_follows_the_finished() {
        let plain = [(ToClient, 900), (ToServer, 53), (ToClient, 255), (ToServer, 300), (ToClient, 400)];
        assert_eq!(told(0x1301, &plain), (vec![false, false, false, true, true], Some(Covered::Message)));
        let long = [(ToServer, 69), (ToServer, 300)];
        assert_eq!(told(0x1302, &long), (vec![false, true], Some(Covered::Message)));
        assert_eq!(told(0x1305, &[(ToServer, 45), (ToServer, 300)]).0, [false, true]);
        // A certificate of the client's comes before.
        assert!(told(0x1301, &[(ToServer, 900), (ToServer, 281), (ToServer, 53), (ToServer, 99)]).0[3]);
    }

    #[test]
    fn what_is_no_data_is_not_called_so() {
        // Padded; a farewell; new keys; another suite's Finished.
        for records in [[(ToServer, 273), (ToServer, 273)], [(ToServer, 53), (ToServer, 19)]] {
            assert_eq!(told(0x1301, &records).0, [false, false]);
        }
        assert_eq!(told(0x1301, &[(ToServer, 53), (ToServer, 22), (ToClient, 300)]).0, [false; 3]);
        assert_eq!(told(0x1302, &[(ToServer, 53), (ToServer, 300)]).0, [false; 2]);
    }

    #[test]
    fn an_alert_in_place_of_a_finished() {
        assert_eq!(told(0x1301, &[(ToClient, 900), (ToServer, 19)]), (vec![false; 2], Some(Covered::Alert)));
        let mut gap = Shape::default();
        gap.chosen(0x1301);
        gap.lost();
        assert_eq!(gap.record(ToServer, 19), Seen::default());
        assert_eq!(Shape::default().record(ToServer, 19), Seen::default());
    }
}
