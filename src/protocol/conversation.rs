//! Conversations: framing over a stream. The only part of a protocol that remembers.

use super::Protocol;
use crate::fact::Direction;
use crate::secrets::record::cover::Cover;
use crate::secrets::{Secret, TlsKeys};
use crate::wire::Span;
use std::net::SocketAddr;

/// What a new conversation is told.
#[derive(Clone, Copy, Debug)]
pub struct Opening<'o> {
    /// The side that opened the connection.
    pub client: SocketAddr,
    /// The other side.
    pub server: SocketAddr,
    /// True if the bytes come out of TLS.
    pub encrypted: bool,
    /// What connections can be opened with, if anything was given.
    pub keys: Option<&'o TlsKeys>,
}

/// What arrives in one direction of a stream.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// All bytes not yet taken, in order. The same bytes come again, and more, until they are taken.
    Bytes(&'a [u8]),
    /// So many bytes are missing here; what was not taken before is gone.
    Gap(u64),
    /// The direction ended. Bytes not taken were handed over with the last `Bytes`; a conversation that still can
    /// make a message of them (a body that ends with the connection) does it when it is asked here with them.
    End(&'a [u8]),
}

/// What a conversation did with its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// So many bytes are done with. Asked again at once if bytes are left and this is not 0.
    Took(usize),
    /// `took` are done with; nothing can be said before `need` more bytes than those left unread are there (0: any more).
    More {
        /// Bytes done with.
        took: usize,
        /// Total bytes wanted in the next input, counted from the first byte not taken; 0 if unknown.
        need: usize,
    },
    /// `took` are done with and the next `skip` bytes of this direction are of no interest.
    Skip {
        /// Bytes done with.
        took: usize,
        /// Bytes to drop as they arrive.
        skip: u64,
    },
    /// Not this protocol after all.
    NotMine,
}

/// Finds messages in the two directions of a stream.
///
/// Framing only: where does a message end. What a later message needs to know goes into its note.
pub trait Conversation: Send {
    /// Takes what it can from `input` and tells `found` about the messages in it.
    fn feed(&mut self, from: Direction, input: Input<'_>, found: &mut dyn Found) -> Progress;
}

/// A record that was opened.
#[derive(Clone, Debug)]
pub struct TlsRecord {
    /// What follows its header, in the bytes of its message.
    pub fragment: Span,
    /// The content type inside (RFC 8446 §5.1).
    pub content: u8,
    /// Place of its content among the application data of its direction, or among the handshake messages told opened.
    pub place: u64,
    /// Bytes of its content.
    pub len: u64,
    /// The content itself, where it is neither.
    pub bytes: Secret,
    /// How it was covered.
    pub cover: Cover,
}

/// Receives what a conversation finds.
pub trait Found {
    /// `bytes`, a part of the input, is a message.
    fn message(&mut self, bytes: &[u8], note: u64);

    /// From here on (after what is taken in this call) both directions speak something else, recognised anew
    /// (CONNECT, Upgrade, STARTTLS).
    fn becomes(&mut self, protocol: Option<&'static Protocol>);

    /// A message of the conversation's own protocol that stood encrypted in the one told before.
    fn opened(&mut self, bytes: &[u8], note: u64) {
        let _ = (bytes, note);
    }

    /// How a record of the message told before was covered; told only where others are to cover it again.
    fn tls_record(&mut self, bytes: &[u8], record: TlsRecord) {
        let _ = (bytes, record);
    }

    /// A message of the conversation's own protocol that was put together from, or unpacked out of, those told before.
    fn unpacked(&mut self, bytes: &[u8], note: u64) {
        let _ = (bytes, note);
    }

    /// A message was passed over because its head is longer than is read.
    fn too_large(&mut self) {}

    /// The next bytes of the stream inside this direction, decrypted. It is recognised and read like any other stream.
    fn inner(&mut self, bytes: Secret) {
        let _ = bytes;
    }

    /// About so many bytes of the stream inside this direction are missing here.
    fn inner_gap(&mut self, bytes: u64) {
        let _ = bytes;
    }
}
