//! The engine: a capture read once, front to back. Conversations live here; messages are described where they end.

mod capture;
mod connection;
mod counts;
mod describe;
mod detail;
mod engine;
mod facts;
mod gather;
mod index;
mod lens;
mod needs;
mod pieces;
mod reader;
mod recognise;
mod scene;
mod select;
mod stage;

pub use capture::{Capture, Input, Reading};
pub use counts::Counts;
pub use detail::{Summary, ends};
pub use engine::Scan;
pub use facts::FactsOnly;
pub use gather::{Gather, Owned};
pub use lens::{FragmentRow, FrameRow, Lens, MessageRow, PieceRow};
pub use needs::Needs;
pub use pieces::{Piece, Pieces};
pub use recognise::{DecodeAs, DecodeAsError};
pub use select::{Select, field_named, names};
