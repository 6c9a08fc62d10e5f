//! Byte order: both formats are written in that of the machine that captured, and say which it was.

use nom::Parser;
use nom::number::Endianness;

use crate::wire::Parsed;

/// The order of the bytes in a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Lowest byte first.
    Little,
    /// Highest byte first.
    Big,
}

impl Order {
    fn endianness(self) -> Endianness {
        match self {
            Self::Little => Endianness::Little,
            Self::Big => Endianness::Big,
        }
    }

    /// A parser of 16 bits.
    pub fn u16(self) -> impl Fn(&[u8]) -> Parsed<'_, u16> {
        move |input| nom::number::complete::u16(self.endianness()).parse(input)
    }

    /// A parser of 32 bits.
    pub fn u32(self) -> impl Fn(&[u8]) -> Parsed<'_, u32> {
        move |input| nom::number::complete::u32(self.endianness()).parse(input)
    }

    /// A parser of 64 bits.
    pub fn u64(self) -> impl Fn(&[u8]) -> Parsed<'_, u64> {
        move |input| nom::number::complete::u64(self.endianness()).parse(input)
    }
}
