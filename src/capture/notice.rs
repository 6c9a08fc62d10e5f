//! What is wrong with a capture, told apart from errors of the program: reading went on, or ended with what was whole.

use std::fmt;

/// Different notices kept; what comes after is only counted.
const KEPT: usize = 32;

/// Something wrong with the capture, with the first place where it was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What it is.
    pub trouble: Trouble,
    /// Byte offset in the (decompressed) capture.
    pub at: u64,
    /// Packets that were read before it.
    pub packets: u64,
    /// How often it was seen.
    pub count: u64,
}

/// What can be wrong with a capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It ends in the middle of a packet or block.
    Cut {
        /// At least so many bytes are missing.
        missing: u64,
    },
    /// The compressed file ends early or is damaged; what could be unpacked was read.
    Unpack(String),
    /// The file makes no sense from here on; reading stopped.
    Lost(String),
    /// A block is framed well but broken inside, and was left out.
    Damaged {
        /// Name of the block.
        block: &'static str,
        /// What is wrong.
        why: &'static str,
    },
    /// Options of a block run over its end; those before were read.
    Options(&'static str),
    /// A block is larger than is read, and was left out.
    Oversized {
        /// Its length, in bytes.
        len: u32,
    },
    /// A packet names an interface that is not described.
    NoInterface {
        /// The number it gives, within its section.
        id: u32,
    },
    /// Blocks of a type that is not read were left out.
    UnknownBlock(u32),
    /// Secrets of a kind that is not used were left out.
    UnknownSecrets(u32),
    /// More of something than is kept.
    Full(&'static str),
    /// More different notices than are kept.
    More,
}

impl Trouble {
    /// True if bytes of the capture are missing or wrong, rather than merely of no use here.
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Cut { .. }
            | Self::Unpack(_)
            | Self::Lost(_)
            | Self::Damaged { .. }
            | Self::Options(_)
            | Self::Oversized { .. }
            | Self::NoInterface { .. }
            | Self::More => true,
            Self::UnknownBlock(_) | Self::UnknownSecrets(_) | Self::Full(_) => false,
        }
    }

    /// True if both are the same trouble, perhaps with other numbers.
    fn resembles(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::NoInterface { .. }, Self::NoInterface { .. }) | (Self::Oversized { .. }, Self::Oversized { .. }) => {
                true
            }
            _ => self == other,
        }
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, packets, .. } = self;
        match &self.trouble {
            Trouble::Cut { missing } => {
                let bytes = if *missing == 1 { "byte is" } else { "bytes are" };
                write!(f, "the capture is cut off after packet {packets}: at least {missing} {bytes} missing")
            }
            Trouble::Unpack(why) => {
                write!(f, "the compressed file ends early or is damaged; read as far as packet {packets} ({why})")
            }
            Trouble::Lost(why) => write!(f, "reading stopped after packet {packets}, at byte {at}: {why}"),
            Trouble::Damaged { block, why } => {
                write!(f, "a damaged {block} was left out after packet {packets}, at byte {at}: {why}")
            }
            Trouble::Options(block) => {
                write!(f, "options run over the end of a {block} after packet {packets}, at byte {at}")
            }
            Trouble::Oversized { len } => {
                write!(f, "a block of {len} bytes was left out after packet {packets}, at byte {at}: too large")
            }
            Trouble::NoInterface { id } => {
                write!(f, "packet {} names interface {id}, which is not described", packets.saturating_add(1))
            }
            Trouble::UnknownBlock(kind) => write!(f, "blocks of type {kind:#010x} are not read; first at byte {at}"),
            Trouble::UnknownSecrets(kind) => {
                write!(f, "secrets of type {kind:#010x} are not used; first at byte {at}")
            }
            Trouble::Full(what) => write!(f, "more {what} than are kept, from byte {at} on"),
            Trouble::More => f.write_str("more is wrong with the capture than is listed"),
        }?;
        if self.count > 1 { write!(f, " ({} times)", self.count) } else { Ok(()) }
    }
}

/// The notices of one capture: each once, however often it happens.
#[derive(Debug, Default)]
pub(super) struct Notices(Vec<Notice>);

impl Notices {
    /// Notes `trouble`, or counts it if it was seen before.
    pub fn push(&mut self, trouble: Trouble, at: u64, packets: u64) {
        let full = self.0.len() >= KEPT;
        let seen = self.0.iter_mut().find(|n| n.trouble.resembles(&trouble));
        let seen = match seen {
            Some(notice) => Some(notice),
            None if full => self.0.last_mut(),
            None => None,
        };
        if let Some(notice) = seen {
            notice.count = notice.count.saturating_add(1);
        } else {
            let trouble = if self.0.len().saturating_add(1) == KEPT { Trouble::More } else { trouble };
            self.0.push(Notice { trouble, at, packets, count: 1 });
        }
    }

    /// All of them, in order of appearance.
    pub fn all(&self) -> &[Notice] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_trouble_is_counted() {
        let mut notices = Notices::default();
        for id in 0..100 {
            notices.push(Trouble::NoInterface { id }, 7, 1);
        }
        assert_eq!(notices.all().len(), 1);
        assert_eq!(notices.all()[0].to_string(), "packet 2 names interface 0, which is not described (100 times)");
    }

    #[test]
    fn a_hostile_capture_cannot_fill_the_list() {
        let mut notices = Notices::default();
        for kind in 0..1_000 {
            notices.push(Trouble::UnknownBlock(kind), 0, 0);
        }
        assert_eq!(notices.all().len(), KEPT);
        let last = notices.all().last().unwrap();
        assert_eq!((&last.trouble, last.count), (&Trouble::More, 1_000 - 31));
    }
}
