//! What a capturer writes before a wireless frame: how long it is, and whether the frame ends with its check sequence.

use super::PROTOCOL;
use crate::field::Mark;
use crate::protocol::{Message, Out, Portion, checksum, data};
use nom::number::complete::{le_u16, le_u32};

pub(super) use ppi_fields::ALL as PPI_ALL;
pub(super) use radiotap_fields::ALL as RADIOTAP_ALL;

mod radiotap_fields {
    crate::fields! {
        RADIOTAP = Protocol "radiotap"         "Radiotap Header";
        VERSION  = Number   "radiotap.version" "Header revision";
        PAD      = Number   "radiotap.pad"     "Header pad";
        LENGTH   = Number   "radiotap.length"  "Header length";
        PRESENT  = Hex8     "radiotap.present.word" "Present flags word";
        FLAGS    = Hex2     "radiotap.flags"   "Flags";
    }
}

mod ppi_fields {
    crate::fields! {
        PPI     = Protocol "ppi"         "PPI";
        VERSION = Number   "ppi.version" "Version";
        FLAGS   = Hex2     "ppi.flags"   "Flags";
        LENGTH  = Number   "ppi.length"  "Header length";
        DLT     = Number   "ppi.dlt"     "DLT";
    }
}

/// Bits of the present word: a time of eight bytes, one byte of flags, another word.
const TIME_PRESENT: u32 = 1;
const FLAGS_PRESENT: u32 = 1 << 1;
const MORE_WORDS: u32 = 1 << 31;
/// The flag that says a check sequence is there.
const WITH_FCS: u8 = 0x10;
/// The link type of wireless frames.
const IEEE_802_11: u32 = 105;
/// The PPI field with the flags of the frame, and its bit that says a check sequence is there.
const COMMON: u16 = 2;

/// Bytes of a check sequence.
const FCS: usize = 4;

pub(super) fn radiotap<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    use radiotap_fields::RADIOTAP;
    let whole = Portion::of(message);
    let length = length(whole);
    let mut rest = whole.cut(length);
    out.column("Radiotap", format_args!("Radiotap Header"));
    let fcs = out.group(&RADIOTAP, whole.head(length), |out| {
        let fcs = radiotap_header(&mut rest, out);
        if fcs.is_none() {
            rest.short(out);
        }
        fcs
    });
    let mut frame = whole;
    if let Some(fcs) = fcs
        && frame.take(length).is_some()
    {
        hand_over(out, message, frame, fcs);
    }
}

/// The length both kinds of header announce in their third and fourth byte, never less than what they begin with.
fn length(header: Portion<'_>) -> usize {
    let announced = header.bytes.get(2..4).and_then(|n| n.try_into().ok()).map_or(0, u16::from_le_bytes);
    usize::from(announced).max(8)
}

fn radiotap_header<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<bool> {
    use radiotap_fields::{FLAGS, LENGTH, PAD, PRESENT, VERSION};
    let start = rest.wire;
    let version = rest.u8()?;
    out.number(&VERSION, version.raw, version.value);
    let pad = rest.u8()?;
    out.number(&PAD, pad.raw, pad.value);
    let length = rest.read(le_u16)?;
    out.number(&LENGTH, length.raw, length.value);
    let first = rest.read(le_u32)?;
    out.number(&PRESENT, first.raw, first.value);
    let mut word = first.value;
    while word & MORE_WORDS != 0 {
        let next = rest.read(le_u32)?;
        out.number(&PRESENT, next.raw, next.value);
        word = next.value;
    }
    if first.value & TIME_PRESENT != 0 {
        // Fields are aligned to their size, counted from the start of the header.
        let at = start.saturating_sub(rest.wire);
        rest.take(at.wrapping_neg() % 8)?;
        rest.take(8)?;
    }
    if first.value & FLAGS_PRESENT == 0 {
        return Some(false);
    }
    let flags = rest.u8()?;
    out.number(&FLAGS, flags.raw, flags.value);
    Some(flags.value & WITH_FCS != 0)
}

pub(super) fn ppi<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    use ppi_fields::{DLT, FLAGS, LENGTH, PPI, VERSION};
    let whole = Portion::of(message);
    let mut rest = whole;
    let length = length(whole);
    out.column("PPI", format_args!("PPI"));
    let mut header = |out: &mut Out<'_, 'b>| {
        let version = rest.u8()?;
        out.number(&VERSION, version.raw, version.value);
        let flags = rest.u8()?;
        out.number(&FLAGS, flags.raw, flags.value);
        let length = rest.read(le_u16)?;
        out.number(&LENGTH, length.raw, length.value);
        let kind = rest.read(le_u32)?;
        out.number(&DLT, kind.raw, kind.value);
        let fields = rest.cut(usize::from(length.value).saturating_sub(8));
        Some((kind.value, with_fcs(fields).unwrap_or(false)))
    };
    let found = out.group(&PPI, whole.head(length), |out| {
        let found = header(out);
        if found.is_none() {
            whole.short(out);
        }
        found
    });
    let mut frame = whole;
    let taken = frame.take(length).is_some();
    match found {
        Some((IEEE_802_11, fcs)) if taken => hand_over(out, message, frame, fcs),
        Some(_) if taken => data::show(out, message, frame),
        _ => {}
    }
}

/// Looks through PPI fields (type, length, value) for the flags of the frame.
fn with_fcs(mut fields: Portion<'_>) -> Option<bool> {
    loop {
        let kind = fields.read(le_u16)?.value;
        let length = fields.read(le_u16)?.value;
        let mut value = fields.cut(length.into());
        if kind == COMMON {
            value.take(8)?;
            return Some(value.read(le_u16)?.value & 1 != 0);
        }
        fields.take(length.into())?;
    }
}

fn hand_over<'b>(out: &mut Out<'_, 'b>, message: &Message<'b>, frame: Portion<'b>, fcs: bool) {
    // Wireshark names a layer for what the radio did.
    out.layer("wlan_radio");
    if !fcs {
        out.give(&PROTOCOL, &frame.message(message));
        return;
    }
    let body = frame.wire.saturating_sub(FCS);
    out.give(&PROTOCOL, &frame.cut(body).message(message));
    let mut tail = frame;
    if tail.take(body).is_some() {
        match tail.u32() {
            Some(sum) => {
                out.number(&super::fields::FCS, sum.raw, sum.value.swap_bytes());
                out.number(&super::fields::FCS_STATUS, sum.raw, checksum::UNVERIFIED);
            }
            None => out.mark(Mark::Truncated, tail.bytes),
        }
    }
}
