//! A message: its header, and whoever speaks inside.

use super::fields as f;
use crate::field::{Mark, Value};
use crate::protocol::{Claim, Message, Out, Pair, fixed};

/// Describes a message.
pub fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let bytes = message.bytes;
    let inside = bytes.get(4..).unwrap_or(&[]);
    let smb = bytes.first() == Some(&0) && inside.get(1..4) == Some(b"SMB");
    if !smb {
        out.column("NBSS", format_args!(""));
    }
    out.group(&f::NBSS, bytes.get(..if smb { 4 } else { bytes.len() }).unwrap_or(bytes), |out| {
        let Some((head, body)) = bytes.split_first_chunk::<4>() else {
            return out.malformed(bytes, "ends before the length");
        };
        let [kind, high, middle, low] = head;
        out.number(&f::TYPE, std::slice::from_ref(kind), *kind);
        // Sessions proper have flags and seventeen bits of length; on port 445 all of it is length.
        if *kind != 0 {
            let flags = std::slice::from_ref(high);
            out.node(&f::FLAGS, flags, Value::Number((*high).into()), |out| {
                out.flag(&f::FLAGS_EXTEND, flags, high & 1 != 0);
            });
        }
        let length = u32::from_be_bytes([0, *high, *middle, *low]);
        out.number(&f::LENGTH, head.get(1..).unwrap_or(&[]), length);
        match *kind {
            0 => {
                let told = usize::try_from(length).unwrap_or(usize::MAX);
                if body.len() < told && !(smb && told > body.len() && body.len() >= 508) {
                    out.malformed(head, "longer than what was sent of it");
                }
            }
            0x81 => names(body, out),
            0x83 => match body.first() {
                Some(code) => out.number(&f::ERROR, body, *code),
                None => out.malformed(body, "ends before the error code"),
            },
            0x82 | 0x84 | 0x85 => {}
            _ => out.malformed(bytes, "a type that is not defined"),
        }
    });
    if !smb {
        return;
    }
    match inside.first() {
        Some(0xfe | 0xfd) => drop(out.hand_over(message, Claim::Named("smb2"), inside)),
        Some(0xff) => drop(out.hand_over(message, Claim::Named("smb"), inside)),
        _ => {
            out.layer("smb2");
            out.column("SMB2", format_args!("Compressed SMB3"));
            out.mark(Mark::Note("compressed, not read"), inside);
        }
    }
}

/// Called and calling name, each encoded in letters `A` to `P`, two a byte (RFC 1001 14.1).
fn names<'b>(body: &'b [u8], out: &mut Out<'_, 'b>) {
    for (field, at) in [(&f::CALLED, 0_usize), (&f::CALLING, 34)] {
        let Some([32, letters @ ..]) = body.get(at..at.saturating_add(33)) else {
            return out.malformed(body.get(at..).unwrap_or(&[]), "a name of 32 letters is expected");
        };
        let half = |letter: u8| letter.wrapping_sub(b'A') & 0x0f;
        let name: Vec<u8> = letters
            .chunks_exact(2)
            .map(|pair| match pair {
                [high, low] => half(*high) << 4 | half(*low),
                _ => 0,
            })
            .collect();
        let (text, suffix) = name.split_at_checked(15).unwrap_or((&name, &[]));
        // A name of blanks alone stays as it is.
        let text = if text.trim_ascii_end().is_empty() { text } else { text.trim_ascii_end() };
        let shown = [text, format!("<{:02x}>", suffix.first().unwrap_or(&0)).as_bytes()].concat();
        out.value(field, letters, Value::Text(&shown));
    }
}

/// Request and answer of what is inside, by its number.
pub fn pair(bytes: &[u8], _: u64) -> Option<Pair> {
    let inside = bytes.get(4..)?;
    let number = |place, width| fixed::at(inside, place, width);
    match inside.first_chunk::<4>()? {
        b"\xfeSMB" => {
            let response = number(16, 4)? & 1 != 0;
            // An answer that only says that it takes a while is not the last.
            let last = !response || number(8, 4)? != 0x103;
            Some(Pair { last, ..Pair::new(number(24, 8)?, !response) })
        }
        b"\xffSMB" => Some(Pair::new(1 << 63 | number(26, 2)? << 16 | number(30, 2)?, number(9, 1)? & 0x80 == 0)),
        _ => None,
    }
}
