//! GUIDs as Windows writes them: the first three parts little-endian ([MS-DTYP] 2.3.4.2).

use std::fmt::Write;

/// The order in which the bytes are written, in parts.
const ORDER: [&[usize]; 5] = [&[3, 2, 1, 0], &[5, 4], &[7, 6], &[8, 9], &[10, 11, 12, 13, 14, 15]];

/// Sixteen bytes as `12345678-1234-abcd-ef00-0123456789ab`; what is missing stands as zeros.
pub fn text(guid: &[u8]) -> String {
    let mut out = String::with_capacity(36);
    for part in ORDER {
        if !out.is_empty() {
            out.push('-');
        }
        for at in part {
            let _ = write!(out, "{:02x}", guid.get(*at).copied().unwrap_or(0));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_endpoint_mapper() {
        // e1af8308-5d1f-11c9-91a4-08002b14a0fa, C706 appendix O
        let raw = [0x08, 0x83, 0xaf, 0xe1, 0x1f, 0x5d, 0xc9, 0x11, 0x91, 0xa4, 0x08, 0, 0x2b, 0x14, 0xa0, 0xfa];
        assert_eq!(super::text(&raw), "e1af8308-5d1f-11c9-91a4-08002b14a0fa");
    }
}
