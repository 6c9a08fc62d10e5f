//! What a scan counts; every budget that was reached shows here.

/// Counters of one scan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Frames read.
    pub frames: u64,
    /// Bytes captured in them.
    pub bytes: u64,
    /// Frames of which less was captured than was sent.
    pub cut: u64,
    /// Frames of a link layer that is not read.
    pub unread: u64,
    /// Messages found.
    pub messages: u64,
    /// Flows seen.
    pub flows: u64,
    /// Flows closed because the table was full.
    pub flows_evicted: u64,
    /// Datagrams whose fragments never came, or came too late.
    pub datagrams_dropped: u64,
    /// Bytes of recognised streams that the capture misses.
    pub bytes_lost: u64,
    /// Messages larger than the carry, given up.
    pub messages_too_large: u64,
    /// Dissections that failed by a mistake of this program; the message was passed over.
    pub mistakes: u64,
}
