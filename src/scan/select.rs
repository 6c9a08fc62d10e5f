//! A filter put to the values a frame was found to have.

use super::gather::{Gather, Owned};
use crate::field::Field;
use crate::filter::{Filter, FilterError, Lookup, Operand};
use crate::protocol::registry;
use memchr::memmem;
use std::cmp::Ordering;
use std::net::IpAddr;

/// A compiled filter with its wants in a [`Gather`].
#[derive(Debug)]
pub struct Select {
    filter: Filter,
    wants: Vec<usize>,
}

/// The field of this name; a name shared by several fields is typed by the first.
pub fn field_named(name: &str) -> Option<&'static Field> {
    registry::fields().find(|f| f.name == name)
}

/// Names of all fields.
pub fn names() -> Vec<&'static str> {
    let mut names: Vec<_> = registry::fields().map(|f| f.name).collect();
    names.sort_unstable();
    names.dedup();
    names
}

impl Select {
    /// Compiles `text` and registers what it needs with `gather`.
    pub fn new(text: &str, gather: &mut Gather) -> Result<Self, FilterError> {
        let filter = Filter::compile(text, &field_named, &names())?;
        let wants = filter.names().iter().filter_map(|name| gather.want_typed(name)).collect();
        Ok(Self { filter, wants })
    }

    /// True if the frame gathered passes.
    pub fn passes(&self, gather: &Gather) -> bool {
        self.filter.matches(&Frame { gather, wants: &self.wants })
    }
}

struct Frame<'f> {
    gather: &'f Gather,
    wants: &'f [usize],
}

impl Frame<'_> {
    fn values(&self, name: usize) -> &[Owned] {
        self.wants.get(name).map_or(&[], |want| self.gather.typed(*want))
    }
}

impl Lookup for Frame<'_> {
    fn compare(&self, name: usize, operand: &Operand, each: &mut dyn FnMut(Option<Ordering>)) {
        for value in self.values(name) {
            each(order(value, operand));
        }
    }

    fn contains(&self, name: usize, bytes: &[u8]) -> bool {
        self.values(name).iter().any(|value| match value {
            Owned::Text(raw) | Owned::Bytes(raw) | Owned::Oid(raw) => memmem::find(raw, bytes).is_some(),
            _ => false,
        })
    }

    fn present(&self, name: usize) -> bool {
        !self.values(name).is_empty()
    }
}

fn order(value: &Owned, operand: &Operand) -> Option<Ordering> {
    match (value, operand) {
        (Owned::Text(a) | Owned::Bytes(a), Operand::Bytes(b)) => Some(a.as_slice().cmp(b)),
        (Owned::Oid(a), Operand::Bytes(b)) => Some(crate::wire::der::oid(a).as_bytes().cmp(b)),
        (Owned::Number(a), Operand::Number(b)) => Some(i128::from(*a).cmp(b)),
        (Owned::Signed(a), Operand::Number(b)) => Some(i128::from(*a).cmp(b)),
        (Owned::Flag(a), Operand::Number(b)) => Some(i128::from(*a).cmp(b)),
        (Owned::Duration(a), Operand::Duration(b)) => Some(a.cmp(b)),
        (Owned::Float(a), Operand::Float(b)) => a.partial_cmp(b),
        (Owned::Address(a), Operand::Address(b, prefix)) => match (masked(*a, *prefix)?, masked(*b, *prefix)?) {
            (a, b) if a.0 == b.0 => Some(a.1.cmp(&b.1)),
            _ => None,
        },
        _ => None,
    }
}

/// Family and the address under a prefix.
fn masked(ip: IpAddr, prefix: u8) -> Option<(bool, u128)> {
    let (v4, bits, width) = match ip {
        IpAddr::V4(ip) => (true, u128::from(u32::from(ip)), 32_u32),
        IpAddr::V6(ip) => (false, u128::from(ip), 128),
    };
    let drop = width.checked_sub(u32::from(prefix))?;
    Some((v4, bits.checked_shr(drop).unwrap_or(0)))
}
