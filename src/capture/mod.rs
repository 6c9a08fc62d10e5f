//! Where packets come from: capture files read front to back into one reused buffer.

use crate::wire::Timestamp;

/// One packet, borrowed until the next call of [`Source::next`].
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// When it was captured.
    pub time: Timestamp,
    /// Its interface, counted from 0 over all sections.
    pub interface: u32,
    /// `LINKTYPE_` number of that interface.
    pub link_type: u32,
    /// Bytes on the wire.
    pub wire_len: u32,
    /// Bytes captured.
    pub data: &'a [u8],
    /// Byte offset of `data` in the (decompressed) capture.
    pub at: u64,
    /// Comments on it.
    pub comments: &'a [String],
}

/// What a source hands out.
#[derive(Clone, Copy, Debug)]
pub enum Block<'a> {
    /// A packet.
    Packet(Record<'a>),
    /// TLS secrets in the key log format (pcapng decryption secrets).
    Secrets(&'a [u8]),
}

/// Packets from somewhere, in order.
pub trait Source {
    /// The next block, borrowed until the following call; `None` at the end.
    fn next(&mut self) -> Result<Option<Block<'_>>, CaptureError>;
}

/// Placeholder
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// x
    #[error("x")]
    X,
}
