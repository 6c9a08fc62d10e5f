//! The engine: a capture read once, front to back. Conversations live here; messages are described where they end.

mod counts;
mod engine;
mod facts;
mod gather;
mod lens;
mod reader;
mod recognise;
mod select;

pub use counts::Counts;
pub use engine::Scan;
pub use facts::FactsOnly;
pub use gather::{Gather, Owned};
pub use lens::{Lens, MessageRow, PieceRow};
pub use recognise::{DecodeAs, DecodeAsError};
pub use select::{Select, field_named, names};
