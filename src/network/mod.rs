//! From link layer to transport, for the scan: only slicing, through etherparse's lax slicer. What is *shown* of these
//! headers is described by protocol folders like everything else.

mod defrag;
mod link;
mod slice;

pub use defrag::{Defragmenter, Fragment};
pub use link::reads;
pub use slice::{Datagram, Echo, Packet, Segment, Transport, Undelivered, flags, inside, slice, transport};
