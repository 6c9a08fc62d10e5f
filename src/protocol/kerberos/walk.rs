//! Steps of the walk: one element of a SEQUENCE at a time, its value shown and returned. A broken element is marked
//! and left; its neighbours are read all the same.

use super::parse;
use crate::field::{Field, Value};
use crate::protocol::Out;
use crate::wire::Timestamp;
use crate::wire::der::{Children, Tlv, tag};

/// Visits `SEQUENCE { [n] value, … }`: calls `each` with the tag number and the value behind the explicit tag.
pub fn tagged<'o, 'b>(out: &mut Out<'o, 'b>, sequence: Tlv<'b>, mut each: impl FnMut(&mut Out<'o, 'b>, u32, Tlv<'b>)) {
    items(out, sequence, |out, element| explicit(out, element, &mut each));
}

/// Visits the one element `[n] value`.
pub fn explicit<'o, 'b>(
    out: &mut Out<'o, 'b>,
    element: Tlv<'b>,
    each: &mut impl FnMut(&mut Out<'o, 'b>, u32, Tlv<'b>),
) {
    if element.class != 2 || !element.constructed {
        out.malformed(element.raw, "an explicit tag is expected");
        return;
    }
    let mut inside = element.children();
    let Some(value) = inside.next() else {
        out.malformed(element.raw, "an element without value");
        return;
    };
    fits(out, element, value);
    each(out, element.tag, value);
    if !inside.rest().is_empty() && element.raw.get(1) != Some(&0x80) {
        out.malformed(inside.rest(), "bytes behind the value");
    }
}

/// Visits `SEQUENCE OF element`.
pub fn items<'o, 'b>(out: &mut Out<'o, 'b>, sequence: Tlv<'b>, mut each: impl FnMut(&mut Out<'o, 'b>, Tlv<'b>)) {
    if !sequence.is_universal(tag::SEQUENCE) || !sequence.constructed {
        out.malformed(sequence.raw, "a SEQUENCE is expected");
        return;
    }
    let mut inside = Children::of(sequence.body);
    for element in inside.by_ref() {
        // The end of the indefinite form.
        if element.is_universal(0) && element.body.is_empty() {
            continue;
        }
        fits(out, sequence, element);
        each(out, element);
    }
    if !inside.rest().is_empty() && !sequence.cut {
        out.malformed(inside.rest(), "no element begins here");
    }
}

/// Marks an inner element that claims more than the outer one has. One that was cut with the outer is not to blame.
fn fits<'b>(out: &mut Out<'_, 'b>, outer: Tlv<'b>, inner: Tlv<'b>) {
    if inner.cut && !outer.cut {
        out.malformed(inner.raw, "longer than what holds it");
    }
}

/// Shows a list by its number of elements and visits each.
pub fn list<'o, 'b>(
    out: &mut Out<'o, 'b>,
    field: &'static Field,
    sequence: Tlv<'b>,
    each: impl FnMut(&mut Out<'o, 'b>, Tlv<'b>),
) {
    let number = if out.shows() { parse::count(sequence) } else { 0 };
    out.node(field, sequence.raw, Value::Number(number), |out| {
        out.label(format_args!("{}: {number} item{}", field.title, if number == 1 { "" } else { "s" }));
        items(out, sequence, each);
    });
}

/// Shows an Int32.
pub fn signed<'b>(out: &mut Out<'_, 'b>, field: &'static Field, value: Tlv<'b>) -> Option<i32> {
    let number = expect(out, value, parse::int32(value), "an INTEGER is expected")?;
    out.value(field, value.body, Value::Signed(i64::from(number)));
    Some(number)
}

/// Shows a UInt32 or Microseconds.
pub fn unsigned<'b>(out: &mut Out<'_, 'b>, field: &'static Field, value: Tlv<'b>) -> Option<u32> {
    let number = expect(out, value, parse::uint32(value), "an INTEGER is expected")?;
    out.number(field, value.body, number);
    Some(number)
}

/// Shows a KerberosString.
pub fn text<'b>(out: &mut Out<'_, 'b>, field: &'static Field, value: Tlv<'b>) -> Option<&'b [u8]> {
    let text = expect(out, value, parse::string(value), "a string is expected")?;
    out.text(field, text);
    Some(text)
}

/// Shows a KerberosTime.
pub fn time<'b>(out: &mut Out<'_, 'b>, field: &'static Field, value: Tlv<'b>) -> Option<Timestamp> {
    let time = expect(out, value, parse::time(value), "a KerberosTime is expected")?;
    out.value(field, value.body, Value::Time(time));
    Some(time)
}

/// Shows an OCTET STRING.
pub fn octets<'b>(out: &mut Out<'_, 'b>, field: &'static Field, value: Tlv<'b>) -> Option<&'b [u8]> {
    let octets = expect(out, value, parse::octets(value), "an OCTET STRING is expected")?;
    out.bytes(field, octets);
    Some(octets)
}

/// Shows a BIT STRING and its bits by name, bit 0 first; returns them as a word with bit 0 the highest.
pub fn bits<'b>(out: &mut Out<'_, 'b>, field: &'static Field, names: &[&'static Field], value: Tlv<'b>) -> Option<u32> {
    let bits = expect(out, value, parse::bits(value), "a BIT STRING is expected")?;
    out.node(field, bits, Value::Bytes(bits), |out| {
        if out.shows() {
            let octets = bits.chunks(1).zip(names.chunks(8));
            for (octet, names) in octets {
                let byte = octet.first().copied().unwrap_or(0);
                for (at, name) in names.iter().enumerate() {
                    out.flag(name, octet, byte & (0x80 >> at) != 0);
                }
            }
        }
    });
    Some(parse::flags(bits))
}

/// The value, or a mark that says what should have been there.
pub fn expect<'b, T>(out: &mut Out<'_, 'b>, at: Tlv<'b>, value: Option<T>, why: &'static str) -> Option<T> {
    // What was cut off with the message is marked there.
    if value.is_none() && !at.cut {
        out.malformed(at.raw, why);
    }
    value
}
