//! Places in bytes, times, and the few encodings every protocol shares. Knows no protocol.
//!
//! Offsets cost nothing until somebody asks: a parser returns borrowed parts of its input, and [`Span::of`] turns a
//! part back into a range by address.

pub mod base64;
pub mod der;
pub mod grow;
pub mod guid;
pub mod hash;
pub mod head;
pub mod name;
pub mod ranges;
pub mod text;
pub mod time;
pub mod utf16;
mod wipe;
pub mod words;

pub use time::Timestamp;
pub use wipe::wipe;

/// A range of bytes inside one buffer, `start <= end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// The range that `part` occupies inside `whole`, found by address.
    ///
    /// A part that does not lie inside `whole` (an empty static slice, for one) gives an empty span at the start.
    pub fn of(whole: &[u8], part: &[u8]) -> Self {
        let base = whole.as_ptr().addr();
        let at = part.as_ptr().addr();
        let Some(start) = at.checked_sub(base).filter(|s| *s <= whole.len()) else {
            return Self::default();
        };
        let end = start.saturating_add(part.len()).min(whole.len());
        Self { start: clip(start), end: clip(end) }
    }

    /// Number of bytes.
    pub const fn len(self) -> usize {
        self.end.saturating_sub(self.start) as usize
    }

    /// True if no byte is covered.
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// True if `other` lies inside.
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The bytes of `buffer` that this span covers, cut to what the buffer has.
    pub fn slice(self, buffer: &[u8]) -> &[u8] {
        buffer.get(self.start as usize..(self.end as usize).min(buffer.len())).unwrap_or(&[])
    }
}

/// True if `part` is a piece of `whole`, by address.
pub fn lies_in(whole: &[u8], part: &[u8]) -> bool {
    let (base, at) = (whole.as_ptr().addr(), part.as_ptr().addr());
    at >= base && at.saturating_add(part.len()) <= base.saturating_add(whole.len())
}

fn clip(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A value together with the bytes it was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At<'a, T> {
    /// The bytes on the wire.
    pub raw: &'a [u8],
    /// What they say.
    pub value: T,
}

/// Makes any nom parser remember the bytes it consumed.
pub fn at<'a, P>(parser: P) -> impl nom::Parser<&'a [u8], Output = At<'a, P::Output>, Error = P::Error>
where
    P: nom::Parser<&'a [u8]>,
    P::Error: nom::error::ParseError<&'a [u8]>,
{
    use nom::Parser;
    nom::combinator::consumed(parser).map(|(raw, value)| At { raw, value })
}

/// What every nom parser here returns: bytes in, bytes left and a value out.
pub type Parsed<'a, T> = nom::IResult<&'a [u8], T>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_knows_where_it_lies() {
        let whole = b"REGISTER sip:a";
        assert_eq!(Span::of(whole, &whole[9..12]), Span { start: 9, end: 12 });
        assert_eq!(Span::of(whole, &whole[14..]), Span { start: 14, end: 14 });
    }

    #[test]
    fn a_stranger_gives_an_empty_span() {
        let (whole, stranger) = (vec![1_u8; 8], vec![2_u8; 8]);
        assert!(Span::of(&whole, &stranger).is_empty() || Span::of(&stranger, &whole).is_empty());
    }

    #[test]
    fn a_parser_remembers_its_bytes() {
        use nom::Parser;
        let (rest, n) =
            at(nom::number::complete::be_u16::<_, nom::error::Error<&[u8]>>).parse(&[0x12, 0x34, 5]).unwrap();
        assert_eq!((n.raw, n.value, rest), (&[0x12_u8, 0x34][..], 0x1234, &[5_u8][..]));
    }
}
