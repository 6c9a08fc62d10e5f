//! The engine: a capture read once, front to back. Conversations live here; messages are described where they end.

mod capture;
mod connection;
mod conversations;
mod counts;
mod describe;
mod detail;
mod engine;
mod facts;
mod follow;
mod gather;
mod glance;
mod index;
mod lens;
mod needs;
mod pieces;
mod reader;
mod recognise;
mod scene;
mod select;
mod sequence;
mod stage;

pub use capture::{Capture, Given, Halfway, Input, Reading};
pub use conversations::Conversation;
pub use counts::Counts;
pub use detail::{Summary, ends};
pub use engine::Scan;
pub use facts::FactsOnly;
pub use follow::{Chunk, Follow, Followed, masked};
pub use gather::Gather;
pub use glance::{Glance, Plain};
pub use lens::{FragmentRow, FrameRow, Lens, MessageRow, PieceRow, StreamRow};
pub use needs::Needs;
pub use pieces::{Piece, Pieces};
pub use recognise::{DecodeAs, DecodeAsError};
pub use select::{Select, field_named, schema};
