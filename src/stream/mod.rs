//! Flows and TCP reassembly, with the loss of bytes as an input of its own.

mod assembler;
mod flow;

pub use assembler::{Arrival, Assembler, Delivery, Origin};
pub use flow::{Closed, Ends, FlowId, FlowTable, Sighting, Start, Transport};
