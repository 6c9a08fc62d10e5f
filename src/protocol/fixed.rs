//! Rows of numbers of fixed width, one after the other, as Microsoft's protocols are made of. All are little-endian.

use super::Out;
use crate::field::{Field, Value};
use crate::wire::guid;

/// What is left of a structure. The first number that is not there marks the place; nothing is read behind it.
#[derive(Clone, Copy, Debug)]
pub struct Row<'b> {
    rest: &'b [u8],
}

/// A number of up to eight bytes, the lowest first.
pub fn little(raw: &[u8]) -> u64 {
    raw.iter().take(8).rev().fold(0, |n, b| n << 8 | u64::from(*b))
}

/// A number of `width` bytes at this place, the lowest byte first; nothing if it is not there.
pub fn at(bytes: &[u8], place: usize, width: usize) -> Option<u64> {
    bytes.get(place..place.checked_add(width)?).map(little)
}

impl<'b> Row<'b> {
    /// Over these bytes.
    pub const fn new(bytes: &'b [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What was not read yet.
    pub const fn rest(&self) -> &'b [u8] {
        self.rest
    }

    /// The next bytes, unshown.
    pub fn raw(&mut self, out: &mut Out<'_, 'b>, width: usize) -> Option<&'b [u8]> {
        if let Some((raw, rest)) = self.rest.split_at_checked(width) {
            self.rest = rest;
            return Some(raw);
        }
        out.malformed(self.rest, "ends inside a structure");
        self.rest = &[];
        None
    }

    /// The next number, unshown.
    pub fn hidden(&mut self, out: &mut Out<'_, 'b>, width: usize) -> Option<u64> {
        self.raw(out, width).map(little)
    }

    /// The next number.
    pub fn number(&mut self, out: &mut Out<'_, 'b>, field: &'static Field, width: usize) -> Option<u64> {
        let raw = self.raw(out, width)?;
        out.number(field, raw, little(raw));
        Some(little(raw))
    }

    /// The next number, with the names of its bits.
    pub fn bits(
        &mut self,
        out: &mut Out<'_, 'b>,
        field: &'static Field,
        width: usize,
        names: &[(&'static Field, u64)],
    ) -> Option<u64> {
        let raw = self.raw(out, width)?;
        let number = little(raw);
        out.node(field, raw, Value::Number(number), |out| {
            for (name, mask) in names {
                out.flag(name, raw, number & mask != 0);
            }
        });
        Some(number)
    }

    /// The next bytes.
    pub fn bytes(&mut self, out: &mut Out<'_, 'b>, field: &'static Field, width: usize) -> Option<&'b [u8]> {
        let raw = self.raw(out, width)?;
        out.bytes(field, raw);
        Some(raw)
    }

    /// The next GUID.
    pub fn guid(&mut self, out: &mut Out<'_, 'b>, field: &'static Field) -> Option<&'b [u8]> {
        let raw = self.raw(out, 16)?;
        if out.shows() {
            out.value(field, raw, Value::Text(guid::text(raw).as_bytes()));
        }
        Some(raw)
    }
}
