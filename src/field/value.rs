//! Types of fields and the values they take.

use crate::wire::Timestamp;
use std::net::IpAddr;

/// The type of a field and how Wireshark prints it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A whole protocol; its own name is a filter.
    Protocol,
    /// A node that only holds others.
    Group,
    /// Text.
    Text,
    /// Unsigned, decimal.
    Number,
    /// Unsigned, `0x` and two digits.
    Hex2,
    /// Unsigned, `0x` and four digits.
    Hex4,
    /// Unsigned, `0x` and six digits.
    Hex6,
    /// Unsigned, `0x` and eight digits.
    Hex8,
    /// Unsigned, `0x` and sixteen digits.
    Hex16,
    /// Signed, decimal.
    Signed,
    /// A bit: `1` or `0`.
    Flag,
    /// Bytes, hexadecimal without separators.
    Bytes,
    /// A hardware address, `00:11:22:33:44:55`.
    Mac,
    /// An IPv4 or IPv6 address.
    Address,
    /// A moment.
    Time,
    /// A span of time in seconds.
    Duration,
    /// A floating number.
    Float,
    /// An object identifier.
    Oid,
}

/// Names for the numbers of a field.
pub type Names = fn(u64) -> Option<&'static str>;

/// A field's value, borrowed from the packet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// The field is present and has no value of its own.
    None,
    /// Text as it stood on the wire; escaped when shown.
    Text(&'a [u8]),
    /// An unsigned number.
    Number(u64),
    /// A signed number.
    Signed(i64),
    /// A bit.
    Flag(bool),
    /// Bytes.
    Bytes(&'a [u8]),
    /// A hardware address.
    Mac([u8; 6]),
    /// An IP address.
    Address(IpAddr),
    /// A moment.
    Time(Timestamp),
    /// Nanoseconds.
    Duration(i64),
    /// A floating number.
    Float(f64),
    /// The content octets of an object identifier.
    Oid(&'a [u8]),
}
