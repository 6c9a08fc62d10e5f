//! What became of a TCP connection, and what the network said of a packet that found nobody.

use super::Direction;
use crate::wire::Timestamp;

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Who ended it first.
    pub by: Direction,
    /// With a reset; else with FIN.
    pub reset: bool,
    /// The frame.
    pub frame: u64,
    /// When.
    pub time: Timestamp,
}

/// A TCP connection, told when it is over or the capture ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Connection {
    /// The first SYN of the client, if it was captured.
    pub opened: Option<(u64, Timestamp)>,
    /// The last SYN of the client.
    pub last_syn: Timestamp,
    /// How often the client asked for the connection.
    pub syns: u16,
    /// The server agreed: its SYN with ACK was seen, or the client went on as if it had been there.
    pub accepted: bool,
    /// Segments were seen: of the client, of the server.
    pub seen: [bool; 2],
    /// The first FIN or RST.
    pub ended: Option<Ending>,
    /// When the client first sent FIN or RST.
    pub client_left: Option<(u64, Timestamp)>,
    /// The last pause of a minute or more, if the server sent nothing but its end after it: how long, in nanoseconds.
    pub pause: Option<i64>,
    /// The server ended or reset the connection after that pause, or sent nothing at all.
    pub dropped: bool,
    /// When the last segment was seen.
    pub last: Timestamp,
    /// Bytes that the capture misses: to the server, to the client.
    pub lost: [u64; 2],
    /// The other side acknowledged all that was captured: of the client, of the server.
    pub delivered: [bool; 2],
}

/// An ICMP message says that a packet could not be delivered (RFC 792 type 3, RFC 4443 type 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreachable {
    /// The code of the message.
    pub code: u8,
    /// True in ICMPv6.
    pub v6: bool,
}

impl Unreachable {
    /// True if the packet was forbidden on the way, not lost.
    pub const fn is_prohibited(self) -> bool {
        if self.v6 { matches!(self.code, 1 | 5 | 6) } else { matches!(self.code, 9 | 10 | 13) }
    }
}
