//! The twelve flag bits of TCP: fields, and two ways to write them.

use super::fields::{
    CONNECTION_FIN, CONNECTION_RST, CONNECTION_SYN, CONNECTION_SYNACK, FIN_ACTIVE, FIN_PASSIVE, FLAGS, FLAGS_ACK,
    FLAGS_AE, FLAGS_CWR, FLAGS_ECE, FLAGS_FIN, FLAGS_PUSH, FLAGS_RES, FLAGS_RESET, FLAGS_STR, FLAGS_SYN, FLAGS_URG,
};
use crate::field::{Field, Value};
use crate::protocol::expert::{self, Group, Severity};
use crate::protocol::{Noticed, Out, notice};
use std::fmt;

/// FIN
pub(super) const FIN: u16 = 0x001;
/// SYN
pub(super) const SYN: u16 = 0x002;
/// RST
pub(super) const RST: u16 = 0x004;
/// ACK
pub(super) const ACK: u16 = 0x010;
/// URG
pub(super) const URG: u16 = 0x020;

/// Bits from the lowest, with the names and the letters they go by.
const BITS: [(u16, &str, char); 9] = [
    (FIN, "FIN", 'F'),
    (SYN, "SYN", 'S'),
    (RST, "RST", 'R'),
    (0x008, "PSH", 'P'),
    (ACK, "ACK", 'A'),
    (URG, "URG", 'U'),
    (0x040, "ECE", 'E'),
    (0x080, "CWR", 'C'),
    (0x100, "AE", 'A'),
];
/// The reserved bits above them.
const RESERVED: u16 = 0xe00;

/// Names of the bits that are set, the lowest first: `SYN, ACK`.
pub(super) struct Names(pub u16);

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set = BITS.iter().filter(|(bit, ..)| self.0 & bit != 0).map(|(_, name, _)| *name);
        let reserved = (self.0 & RESERVED != 0).then_some("Reserved");
        let mut any = false;
        for name in set.chain(reserved) {
            if any {
                f.write_str(", ")?;
            }
            f.write_str(name)?;
            any = true;
        }
        if any { Ok(()) } else { f.write_str("<None>") }
    }
}

/// One letter a bit, the highest first, a middle dot for one that is not set: `·······A··S·`.
fn letters(bits: u16) -> String {
    let reserved = [0x800, 0x400, 0x200].map(|bit| (bit, "", 'R'));
    let all = reserved.iter().chain(BITS.iter().rev());
    all.map(|(bit, _, letter)| if bits & bit != 0 { *letter } else { '·' }).collect()
}

/// Describes the flags, which lie in the two bytes `raw`.
pub(super) fn describe<'b>(
    out: &mut Out<'_, 'b>,
    raw: &'b [u8],
    bits: u16,
    ports: (u16, u16),
    noticed: Option<Noticed>,
) {
    if !out.wants_values() {
        return;
    }
    let (high, low) = raw.split_at_checked(1).unwrap_or((raw, raw));
    let set = |bit: u16| bits & bit != 0;
    out.node(&FLAGS, raw, Value::Number(bits.into()), |out| {
        out.label(format_args!("Flags: 0x{bits:03x} ({})", Names(bits)));
        out.flag(&FLAGS_RES, high, set(RESERVED));
        out.flag(&FLAGS_AE, high, set(0x100));
        out.flag(&FLAGS_CWR, low, set(0x080));
        out.flag(&FLAGS_ECE, low, set(0x040));
        out.flag(&FLAGS_URG, low, set(URG));
        out.flag(&FLAGS_ACK, low, set(ACK));
        out.flag(&FLAGS_PUSH, low, set(0x008));
        out.flag(&FLAGS_RESET, low, set(RST));
        out.flag(&FLAGS_SYN, low, set(SYN));
        out.flag(&FLAGS_FIN, low, set(FIN));
        if out.asks(&FLAGS_STR) {
            out.value(&FLAGS_STR, raw, Value::Text(letters(bits).as_bytes()));
        }
        // Wireshark's remarks on the life of a connection; filters know them.
        let mut remark = |field: &'static Field, severity, message: fmt::Arguments<'_>| {
            out.flag(field, low, true);
            expert::tell(out, &[], severity, Group::Sequence, message);
        };
        if set(SYN) {
            let (source, destination) = ports;
            if set(ACK) {
                let words = format_args!("Connection establish acknowledge (SYN+ACK): server port {source}");
                remark(&CONNECTION_SYNACK, Severity::Chat, words);
            } else {
                let words = format_args!("Connection establish request (SYN): server port {destination}");
                remark(&CONNECTION_SYN, Severity::Chat, words);
            }
        }
        if set(RST) {
            remark(&CONNECTION_RST, Severity::Warn, format_args!("Connection reset (RST)"));
        }
        if set(FIN) {
            remark(&CONNECTION_FIN, Severity::Chat, format_args!("Connection finish (FIN)"));
            match noticed {
                Some(noticed) if noticed.has(notice::CLOSES_FIRST) => {
                    remark(&FIN_ACTIVE, Severity::Note, format_args!("This frame initiates the connection closing"));
                }
                Some(_) => {
                    remark(&FIN_PASSIVE, Severity::Note, format_args!("This frame undergoes the connection closing"));
                }
                None => {}
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_written_both_ways() {
        assert_eq!(letters(0x012), "·······A··S·");
        assert_eq!(letters(0xd30), "RR·A··UA····");
        assert_eq!(Names(0x018).to_string(), "PSH, ACK");
        assert_eq!(Names(0xd30).to_string(), "ACK, URG, AE, Reserved");
        assert_eq!(Names(0).to_string(), "<None>");
    }
}
