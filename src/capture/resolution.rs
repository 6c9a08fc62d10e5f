//! What the times of an interface count in: pcapng `if_tsresol` and `if_tsoffset` (draft-ietf-opsawg-pcapng, 4.2).
//!
//! Every value of the option byte has a meaning, down to 2⁻¹²⁷ s; times that do not fit 64 bits of nanoseconds
//! saturate.

use std::fmt;

use crate::wire::Timestamp;

/// A unit of time, as a negative power of 10 or of 2 of a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// 10⁻ⁿ s, `n < 128`.
    Decimal(u8),
    /// 2⁻ⁿ s, `n < 128`.
    Binary(u8),
}

impl Resolution {
    /// Microseconds: what pcap has, and pcapng where nothing is said.
    pub const MICROSECONDS: Self = Self::Decimal(6);
    /// Nanoseconds.
    pub const NANOSECONDS: Self = Self::Decimal(9);

    /// From the byte of `if_tsresol`: the highest bit says that the rest is a power of 2.
    pub const fn from_option(byte: u8) -> Self {
        if byte & 0x80 == 0 { Self::Decimal(byte) } else { Self::Binary(byte & 0x7f) }
    }

    /// The moment `units` after the epoch, moved by `offset` seconds.
    pub fn time(self, units: u64, offset: i64) -> Timestamp {
        let units = u128::from(units);
        let nanos = match self {
            Self::Decimal(digits) => match digits.checked_sub(9) {
                // Finer than a nanosecond: the rest is cut off. 10³⁹ no longer fits, and leaves nothing anyway.
                Some(finer) => 10_u128.checked_pow(u32::from(finer)).and_then(|d| units.checked_div(d)).unwrap_or(0),
                None => units.saturating_mul(10_u128.pow(u32::from(9_u8.saturating_sub(digits)))),
            },
            // Below 2⁶⁴ · 10⁹, far from the limits of 128 bits.
            Self::Binary(bits) => units.saturating_mul(1_000_000_000).checked_shr(u32::from(bits)).unwrap_or(0),
        };
        let offset = i128::from(offset).saturating_mul(1_000_000_000);
        let all = i128::try_from(nanos).unwrap_or(i128::MAX).saturating_add(offset);
        Timestamp(i64::try_from(all).unwrap_or(if all < 0 { i64::MIN } else { i64::MAX }))
    }
}

impl fmt::Display for Resolution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decimal(0) | Self::Binary(0) => f.write_str("seconds"),
            Self::Decimal(3) => f.write_str("milliseconds"),
            Self::Decimal(6) => f.write_str("microseconds"),
            Self::Decimal(9) => f.write_str("nanoseconds"),
            Self::Decimal(n) => write!(f, "10^-{n} s"),
            Self::Binary(n) => write!(f, "2^-{n} s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_gives_the_same_moment() {
        let moment = Timestamp::new(1_340_954_905, 500_000_000);
        for (byte, units) in [
            (0x01, 13_409_549_055),
            (0x06, 1_340_954_905_500_000),
            (0x09, 1_340_954_905_500_000_000),
            (0x0a, 13_409_549_055_000_000_000),
            (0x81, 2_681_909_811),
            (0x94, 1_340_954_905 * (1 << 20) + (1 << 19)),
        ] {
            assert_eq!(Resolution::from_option(byte).time(units, 0), moment, "{byte:#x}");
        }
        assert_eq!(Resolution::from_option(0).time(1, 0), Timestamp::new(1, 0));
        assert_eq!(Resolution::from_option(0x80).time(1, 0), Timestamp::new(1, 0));
        // A fraction is cut off, not rounded: 1/3 of a nanosecond short of one.
        assert_eq!(Resolution::from_option(12).time(1_999, 0), Timestamp(1));
        assert_eq!(Resolution::from_option(0xa0).time(1, 0), Timestamp(0));
        assert_eq!(Resolution::from_option(0xa0).time(5, 0), Timestamp(1));
    }

    #[test]
    fn times_saturate() {
        assert_eq!(Resolution::MICROSECONDS.time(u64::MAX, 0), Timestamp(i64::MAX));
        assert_eq!(Resolution::Decimal(0).time(u64::MAX, i64::MAX), Timestamp(i64::MAX));
        assert_eq!(Resolution::MICROSECONDS.time(0, i64::MIN), Timestamp(i64::MIN));
        for n in 0..=127 {
            let _ = (Resolution::Decimal(n).time(u64::MAX, -1), Resolution::Binary(n).time(u64::MAX, 1));
        }
        assert_eq!(Resolution::Binary(127).time(u64::MAX, 0), Timestamp(0));
        assert_eq!(Resolution::Decimal(127).time(u64::MAX, 0), Timestamp(0));
    }

    #[test]
    fn the_offset_is_in_seconds() {
        assert_eq!(Resolution::MICROSECONDS.time(1_500_000, -2), Timestamp(-500_000_000));
        assert_eq!(Resolution::MICROSECONDS.time(1_500_000, 1_000), Timestamp::new(1_001, 500_000_000));
    }
}
