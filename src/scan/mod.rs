//! The engine: a capture read once, front to back. Conversations live here; messages are described where they end.

mod counts;
mod engine;
mod facts;
mod lens;
mod reader;
mod recognise;

pub use counts::Counts;
pub use engine::Scan;
pub use facts::FactsOnly;
pub use lens::{Lens, MessageRow, PieceRow};
pub use recognise::{DecodeAs, DecodeAsError};
