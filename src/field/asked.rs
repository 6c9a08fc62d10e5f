//! Which fields a sink asks for, in one word that a dissector looks at before it says anything.

use super::{Field, Kind};

/// A set of fields that may hold a few more than were put into it, and always protocols, whose nodes tell what stands in
/// which. Sixty-four bits: a sink asks for everything, or for a handful.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked(u64);

impl Asked {
    /// Every field.
    pub const ALL: Self = Self(u64::MAX);
    /// Protocols only, as by default.
    pub const NONE: Self = Self(0);

    /// One more.
    #[must_use]
    pub fn with(self, field: &'static Field) -> Self {
        Self(self.0 | bit(field))
    }

    /// False if the field was never put in.
    pub fn holds(self, field: &'static Field) -> bool {
        self.0 & bit(field) != 0 || field.kind == Kind::Protocol
    }
}

/// The field's bit. Fields are statics and known by where they lie: multiplied by 2^64 divided by the golden ratio, their
/// addresses spread evenly over the upper bits.
fn bit(field: &'static Field) -> u64 {
    let address = std::ptr::from_ref(field).addr() as u64;
    1 << (address.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58)
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::fields! {
        TOY = Protocol "toy"   "Toy";
        A   = Number   "toy.a" "A";
        B   = Number   "toy.b" "B";
        C   = Number   "toy.c" "C";
        D   = Number   "toy.d" "D";
        E   = Number   "toy.e" "E";
        F   = Number   "toy.f" "F";
        G   = Number   "toy.g" "G";
        H   = Number   "toy.h" "H";
    }

    #[test]
    fn what_was_put_in_is_held_and_most_others_are_not() {
        assert!(Asked::NONE.holds(&TOY), "protocols always");
        let fields = ALL.get(1..).unwrap();
        for field in fields {
            let asked = Asked::NONE.with(field);
            assert!(asked.holds(field) && Asked::ALL.holds(field) && !Asked::NONE.holds(field), "{}", field.name);
            let others = fields.iter().filter(|other| asked.holds(other)).count();
            assert!(others < fields.len() / 2, "{}: {others}", field.name);
        }
    }
}
