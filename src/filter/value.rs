//! Values a filter works with: those of a frame's fields, and those written in the filter.

use super::lex::{Math, Relation};
use crate::field::{Kind, Value};
use crate::wire::{Timestamp, der};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt::Write;
use std::net::IpAddr;

/// A value that outlives its packet.
#[derive(Clone, Debug, PartialEq)]
pub enum Datum {
    /// Present without value.
    Present,
    /// Text as on the wire.
    Text(Vec<u8>),
    /// A number, signed or not.
    Number(i128),
    /// A bit.
    Flag(bool),
    /// Bytes, or a hardware address.
    Bytes(Vec<u8>),
    /// An address.
    Address(IpAddr),
    /// An address and the length of its prefix; only in filters.
    Network(IpAddr, u8),
    /// A moment.
    Time(Timestamp),
    /// A span of time in nanoseconds.
    Duration(i64),
    /// A floating number.
    Float(f64),
    /// An OID's content octets.
    Oid(Vec<u8>),
    /// A protocol: the bytes from its first on to the end of their buffer, and how many of them are its own.
    Protocol(Vec<u8>, usize),
}

/// A value of a field in a frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Occurrence {
    /// The value.
    pub value: Datum,
    /// How many bytes it was read from.
    pub len: usize,
    /// In the how manieth header of its protocol it stands, from 1.
    pub layer: usize,
}

impl From<Datum> for Occurrence {
    fn from(value: Datum) -> Self {
        Self { value, len: 0, layer: 1 }
    }
}

impl From<Value<'_>> for Datum {
    fn from(value: Value<'_>) -> Self {
        match value {
            Value::None => Self::Present,
            Value::Text(raw) => Self::Text(raw.to_vec()),
            Value::Number(n) => Self::Number(n.into()),
            Value::Signed(n) => Self::Number(n.into()),
            Value::Flag(set) => Self::Flag(set),
            Value::Bytes(raw) => Self::Bytes(raw.to_vec()),
            Value::Mac(raw) => Self::Bytes(raw.to_vec()),
            Value::Address(ip) => Self::Address(ip),
            Value::Time(t) => Self::Time(t),
            Value::Duration(n) => Self::Duration(n),
            Value::Float(x) => Self::Float(x),
            Value::Oid(raw) => Self::Oid(raw.to_vec()),
        }
    }
}

/// What a term of a filter yields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Unsigned,
    Signed,
    Flag,
    Text,
    Bytes,
    Mac,
    Address,
    Time,
    Duration,
    Float,
    Oid,
    Protocol,
    /// There or not.
    Nothing,
}

impl From<Kind> for Type {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Protocol => Self::Protocol,
            Kind::Group => Self::Nothing,
            Kind::Text => Self::Text,
            Kind::Number | Kind::Hex2 | Kind::Hex4 | Kind::Hex6 | Kind::Hex8 | Kind::Hex16 => Self::Unsigned,
            Kind::Signed => Self::Signed,
            Kind::Flag => Self::Flag,
            Kind::Bytes => Self::Bytes,
            Kind::Mac => Self::Mac,
            Kind::Address => Self::Address,
            Kind::Time => Self::Time,
            Kind::Duration => Self::Duration,
            Kind::Float => Self::Float,
            Kind::Oid => Self::Oid,
        }
    }
}

impl Type {
    /// With its article, for a sentence.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Unsigned | Self::Signed => "a number",
            Self::Flag => "true or false",
            Self::Text => "text",
            Self::Bytes => "bytes",
            Self::Mac => "a hardware address",
            Self::Address => "an address",
            Self::Time => "a moment",
            Self::Duration => "a span of time",
            Self::Float => "a floating number",
            Self::Oid => "an object identifier",
            Self::Protocol => "a protocol",
            Self::Nothing => "present or absent, it has no value",
        }
    }

    pub(super) const fn is_number(self) -> bool {
        matches!(self, Self::Unsigned | Self::Signed)
    }

    /// True for what is a sequence of bytes.
    pub(super) const fn is_bytes(self) -> bool {
        matches!(self, Self::Bytes | Self::Mac | Self::Oid | Self::Protocol)
    }

    /// True if values of both can be compared.
    pub(super) fn suits(self, other: Self) -> bool {
        self == other || self.is_number() && other.is_number() || self.is_bytes() && other.is_bytes()
    }
}

impl Datum {
    /// Its bytes, as slices, `len` and comparisons see them.
    pub(super) fn bytes(&self) -> Option<Cow<'_, [u8]>> {
        Some(match self {
            Self::Text(raw) | Self::Bytes(raw) | Self::Oid(raw) => Cow::Borrowed(raw),
            Self::Protocol(raw, own) => Cow::Borrowed(raw.get(..*own).unwrap_or(raw)),
            Self::Address(IpAddr::V4(ip)) => Cow::Owned(ip.octets().to_vec()),
            Self::Address(IpAddr::V6(ip)) => Cow::Owned(ip.octets().to_vec()),
            _ => return None,
        })
    }

    /// The bytes that are searched: of a protocol also what it carries.
    pub(super) fn searched(&self) -> Option<&[u8]> {
        match self {
            Self::Text(raw) | Self::Bytes(raw) | Self::Oid(raw) | Self::Protocol(raw, _) => Some(raw),
            _ => None,
        }
    }

    /// True if it is not zero.
    pub(super) fn holds(&self) -> bool {
        match self {
            Self::Number(n) => *n != 0,
            Self::Flag(set) => *set,
            Self::Duration(n) => *n != 0,
            Self::Float(x) => *x != 0.0,
            Self::Address(ip) => !ip.is_unspecified(),
            Self::Bytes(raw) => raw.iter().any(|b| *b != 0),
            _ => true,
        }
    }

    /// As `string()` writes it.
    pub(super) fn string(&self) -> Option<String> {
        Some(match self {
            Self::Number(n) => n.to_string(),
            Self::Float(x) => x.to_string(),
            Self::Address(ip) => ip.to_string(),
            Self::Oid(raw) => der::oid(raw),
            Self::Bytes(raw) => raw.iter().enumerate().fold(String::new(), |mut text, (at, byte)| {
                let _ = write!(text, "{}{byte:02x}", if at > 0 { ":" } else { "" });
                text
            }),
            _ => return None,
        })
    }

    /// How it stands to `other`; nothing if the two cannot be compared.
    ///
    /// With `unsigned`, a negative number on the right counts as a very large one: Wireshark stores it so.
    pub(super) fn order(&self, other: &Self, unsigned: bool) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) if unsigned && *a >= 0 && *b < 0 => Some(Ordering::Less),
            (Self::Number(a), Self::Number(b)) => Some(a.cmp(b)),
            (Self::Flag(a), Self::Flag(b)) => Some(a.cmp(b)),
            (Self::Time(a), Self::Time(b)) => Some(a.cmp(b)),
            (Self::Duration(a), Self::Duration(b)) => Some(a.cmp(b)),
            (Self::Float(a), Self::Float(b)) => a.partial_cmp(b),
            (Self::Address(a), Self::Address(b)) => masked(*a, *b, u8::MAX),
            (Self::Address(a), Self::Network(b, prefix)) => masked(*a, *b, *prefix),
            (Self::Network(a, prefix), Self::Address(b)) => masked(*a, *b, *prefix),
            (Self::Text(a), b) => Some(a.as_slice().cmp(&b.bytes()?)),
            // Of bytes the longer are the greater.
            (a, b) => {
                let (a, b) = (a.bytes()?, b.bytes()?);
                Some(a.len().cmp(&b.len()).then_with(|| a.cmp(&b)))
            }
        }
    }

    /// `self math other`; nothing where the result is none, as for a division by zero.
    pub(super) fn compute(&self, math: Math, other: &Self) -> Option<Self> {
        Some(match (self, other) {
            (Self::Number(a), Self::Number(b)) => {
                let result = match math {
                    Math::And => a & b,
                    Math::Add => a.checked_add(*b)?,
                    Math::Subtract => a.checked_sub(*b)?,
                    Math::Multiply => a.checked_mul(*b)?,
                    Math::Divide => a.checked_div(*b)?,
                    Math::Modulo => a.checked_rem(*b)?,
                };
                // Numbers of 32 bits stay such; beyond, there is no result.
                let narrow = i128::from(u32::MAX);
                let most = if a.max(b) > &narrow { i128::from(u64::MAX) } else { narrow };
                (result <= most).then_some(Self::Number(result))?
            }
            (Self::Duration(a), Self::Duration(b)) => Self::Duration(match math {
                Math::Add => a.checked_add(*b)?,
                Math::Subtract => a.checked_sub(*b)?,
                _ => return None,
            }),
            (Self::Float(a), Self::Float(b)) => Self::Float(match math {
                Math::And => return None,
                Math::Add => a + b,
                Math::Subtract => a - b,
                Math::Multiply => a * b,
                Math::Divide => a / b,
                Math::Modulo => a % b,
            }),
            (Self::Address(IpAddr::V4(a)), Self::Address(IpAddr::V4(b))) if math == Math::And => {
                Self::Address(IpAddr::V4((u32::from(*a) & u32::from(*b)).into()))
            }
            (Self::Address(IpAddr::V6(a)), Self::Address(IpAddr::V6(b))) if math == Math::And => {
                Self::Address(IpAddr::V6((u128::from(*a) & u128::from(*b)).into()))
            }
            (a, b) if math == Math::And => {
                let (a, b) = (a.bytes()?, b.bytes()?);
                Self::Bytes(a.iter().zip(b.iter()).map(|(a, b)| a & b).collect())
            }
            _ => return None,
        })
    }

    /// With the other sign.
    pub(super) fn negated(&self) -> Option<Self> {
        Some(match self {
            Self::Number(n) => Self::Number(n.checked_neg()?),
            Self::Duration(n) => Self::Duration(n.checked_neg()?),
            Self::Float(x) => Self::Float(-x),
            _ => return None,
        })
    }

    /// Without sign.
    pub(super) fn absolute(&self) -> Option<Self> {
        Some(match self {
            Self::Number(n) => Self::Number(n.checked_abs()?),
            Self::Duration(n) => Self::Duration(n.checked_abs()?),
            Self::Float(x) => Self::Float(x.abs()),
            _ => return None,
        })
    }
}

impl Relation {
    /// True if two values that stand so satisfy it; values that cannot be compared are unequal.
    pub(super) fn satisfied(self, order: Option<Ordering>) -> bool {
        let Some(order) = order else { return self == Self::Unequal };
        match self {
            Self::Equal => order.is_eq(),
            Self::Unequal => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterEqual => order.is_ge(),
        }
    }
}

/// The order of two addresses of one family under a prefix.
fn masked(a: IpAddr, b: IpAddr, prefix: u8) -> Option<Ordering> {
    let bits = |ip: IpAddr| match ip {
        IpAddr::V4(ip) => (true, u128::from(u32::from(ip)), 32_u32),
        IpAddr::V6(ip) => (false, u128::from(ip), 128),
    };
    let ((a4, a, width), (b4, b, _)) = (bits(a), bits(b));
    let drop = width.saturating_sub(u32::from(prefix));
    let kept = |n: u128| n.checked_shr(drop).unwrap_or(0);
    (a4 == b4).then(|| kept(a).cmp(&kept(b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_end_where_they_do_in_wireshark() {
        let number = |n| Datum::Number(n);
        assert_eq!(number(145).compute(Math::Multiply, &number(1_000_000_000)), None);
        assert_eq!(number(1).compute(Math::Subtract, &number(5)), Some(number(-4)));
        assert_eq!(number(1).compute(Math::Divide, &number(0)), None);
        assert_eq!(number(i128::MAX).compute(Math::Add, &number(1)), None);
        assert_eq!(number(64).order(&number(-5), true), Some(Ordering::Less));
        assert_eq!(number(-1).order(&number(-5), true), Some(Ordering::Greater));
        assert_eq!(number(64).order(&number(-5), false), Some(Ordering::Greater));
    }

    #[test]
    fn a_prefix_hides_the_rest_of_an_address() {
        let ip = |text: &str| -> IpAddr { text.parse().unwrap() };
        let network = Datum::Network(ip("10.0.0.0"), 8);
        assert_eq!(Datum::Address(ip("10.9.9.9")).order(&network, false), Some(Ordering::Equal));
        assert_eq!(Datum::Address(ip("11.0.0.0")).order(&network, false), Some(Ordering::Greater));
        assert_eq!(Datum::Address(ip("::1")).order(&network, false), None);
        assert!(Relation::Unequal.satisfied(None) && !Relation::Equal.satisfied(None));
        let all = Datum::Network(ip("0.0.0.0"), 0);
        assert_eq!(Datum::Address(ip("1.2.3.4")).order(&all, false), Some(Ordering::Equal));
    }

    #[test]
    fn of_a_protocol_the_own_bytes_are_compared_and_all_are_searched() {
        let protocol = Datum::Protocol(b"headpayload".to_vec(), 4);
        assert_eq!(protocol.bytes().as_deref(), Some(b"head".as_slice()));
        assert_eq!(protocol.searched(), Some(b"headpayload".as_slice()));
    }
}
