//! Where packets come from: capture files read front to back into one reused buffer, and a place to find a packet
//! again.
//!
//! A [`Source`] hands out packets that are borrowed from its buffer until the next call, so memory does not grow with
//! the file. It never looks into a packet, and it fails only when the file cannot be opened or the disk cannot be read:
//! a capture that is cut off or damaged ends early with a [`Notice`], and the packets before stay.
//!
//! Formats: pcap (draft-ietf-opsawg-pcap) and pcapng (draft-ietf-opsawg-pcapng), each plain or in gzip (RFC 1952),
//! zstd (RFC 8878) or lz4 (LZ4 Frame Format), recognised by content and never by name.

#![cfg_attr(
    not(test),
    deny(
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::cast_possible_truncation
    )
)]

mod decompress;
mod error;
pub mod live;
mod notice;
mod open;
mod order;
mod pcap;
mod pcapng;
mod recognise;
mod resolution;
mod ring;
pub mod store;
mod window;
mod write;

#[cfg(test)]
mod tests;

use std::net::IpAddr;

use crate::wire::Timestamp;
pub use error::CaptureError;
pub use notice::{Notice, Trouble};
pub use open::{open, read_from};
pub use resolution::Resolution;
pub use ring::{Recorder, Ring};
pub use store::{Extent, Spool, Store};
pub use write::{Outgoing, Writer};

/// The interface of a packet whose block names none that exists; its link type is [`UNKNOWN_LINK_TYPE`].
pub const NO_INTERFACE: u32 = u32::MAX;
/// The link type of a packet whose interface is not described. `LINKTYPE_` numbers have 16 bits.
pub const UNKNOWN_LINK_TYPE: u32 = u32::MAX;

/// One packet, borrowed until the next call of [`Source::next`].
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// When it was captured. Where the format gives no time (see `timed`), that of the packet before.
    pub time: Timestamp,
    /// False if the capture says nothing about the time of this packet (pcapng Simple Packet Block).
    pub timed: bool,
    /// Its interface, counted from 0 over all sections; [`NO_INTERFACE`] if the one named is not described.
    pub interface: u32,
    /// True if the capture says so of each packet (pcapng); in other formats there is one interface, and it has no number.
    pub numbered: bool,
    /// The name of that interface, as it stands in the file; empty if the capture does not say.
    pub name: &'a str,
    /// In words what it is, likewise.
    pub description: &'a str,
    /// `LINKTYPE_` number of that interface.
    pub link_type: u32,
    /// Bytes on the wire.
    pub wire_len: u32,
    /// Bytes captured.
    pub data: &'a [u8],
    /// Byte offset of `data` in the (decompressed) capture.
    pub at: u64,
    /// Comments on it, as they stand in the file: not yet made harmless for a terminal.
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
///
/// What is known besides the packets grows while reading: ask for it after the last block.
pub trait Source {
    /// The next block, borrowed until the following call; `None` at the end, and from then on.
    ///
    /// An error means that the medium failed. Damage in the capture itself ends it and leaves a notice.
    fn next(&mut self) -> Result<Option<Block<'_>>, CaptureError>;

    /// How far reading came.
    fn progress(&self) -> Progress {
        Progress::default()
    }

    /// The interfaces described so far; [`Record::interface`] is the index.
    fn interfaces(&self) -> &[Interface] {
        &[]
    }

    /// The sections begun so far. Classic pcap has one, of which nothing is known.
    fn sections(&self) -> &[Section] {
        &[]
    }

    /// Names of addresses that the capture brings along.
    fn names(&self) -> &[Name] {
        &[]
    }

    /// What is wrong with the capture, as far as it was read.
    fn notices(&self) -> &[Notice] {
        &[]
    }

    /// The format in words: `pcapng in gzip`.
    fn format(&self) -> String {
        String::new()
    }
}

/// How far reading came, in bytes of the file (compressed, if it is).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes taken from the file.
    pub read: u64,
    /// Size of the file when it was opened; nothing for a pipe.
    pub total: Option<u64>,
}

/// What is known of an interface. Texts are as they stand in the file: not yet made harmless for a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// `LINKTYPE_` number.
    pub link_type: u32,
    /// Most bytes captured of a packet; 0 for no limit.
    pub snaplen: u32,
    /// What its times count in.
    pub resolution: Resolution,
    /// Seconds to add to its times.
    pub offset: i64,
    /// Its section, counted from 0.
    pub section: u32,
    /// Bytes of frame check sequence at the end of each packet, if the capture says so.
    pub fcs_len: Option<u8>,
    /// `if_name`, such as `eth0`.
    pub name: Option<String>,
    /// `if_description`.
    pub description: Option<String>,
    /// The capture filter, as text.
    pub filter: Option<String>,
    /// `if_os`.
    pub os: Option<String>,
    /// Comments on the interface.
    pub comments: Vec<String>,
    /// Packets the interface or the system dropped while capturing, by the last statistics seen.
    pub dropped: Option<u64>,
    /// Packets that came to the program that captured and were let go there, by the same.
    pub behind: Option<u64>,
}

/// Packets lost while capturing, since the beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loss {
    /// The kernel had no room for them.
    pub kernel: u64,
    /// The network card had none.
    pub card: u64,
    /// Whoever reads them was too slow.
    pub behind: u64,
}

/// The name of a link type without its `LINKTYPE_` prefix; the number in words if it has none here.
pub fn link_type_name(link_type: u32) -> String {
    let name = match link_type {
        0 => "NULL",
        1 => "EN10MB",
        9 => "PPP",
        12 | 14 | 101 => "RAW",
        105 => "IEEE802_11",
        108 => "LOOP",
        113 => "LINUX_SLL",
        127 => "IEEE802_11_RADIOTAP",
        192 => "PPI",
        228 => "IPV4",
        229 => "IPV6",
        253 => "NETLINK",
        276 => "LINUX_SLL2",
        other => return format!("LINKTYPE {other}"),
    };
    name.to_owned()
}

impl Interface {
    /// An interface of which only the link type is known.
    pub(crate) fn new(link_type: u32, resolution: Resolution) -> Self {
        Self {
            link_type,
            snaplen: 0,
            resolution,
            offset: 0,
            section: 0,
            fcs_len: None,
            name: None,
            description: None,
            filter: None,
            os: None,
            comments: Vec::new(),
            dropped: None,
            behind: None,
        }
    }
}

/// What a section header of pcapng says. Texts are as they stand in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// `shb_hardware`.
    pub hardware: Option<String>,
    /// `shb_os`.
    pub os: Option<String>,
    /// `shb_userappl`: the program that wrote it.
    pub application: Option<String>,
    /// Comments on the whole section.
    pub comments: Vec<String>,
}

/// A name of an address, from a Name Resolution Block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The address.
    pub address: IpAddr,
    /// A name it had on the capturing machine, as it stands in the file.
    pub name: String,
}
