//! The Internet checksum (RFC 1071), and what Wireshark says of checksums.

/// It does not match.
pub const BAD: u8 = 0;
/// It matches.
pub const GOOD: u8 = 1;
/// Nobody looked.
pub const UNVERIFIED: u8 = 2;
/// The sender left it out.
pub const NOT_PRESENT: u8 = 3;

/// Names of the states above.
pub fn status_name(status: u64) -> Option<&'static str> {
    Some(match status {
        0 => "Bad",
        1 => "Good",
        2 => "Unverified",
        3 => "Not present",
        _ => return None,
    })
}

/// The state of a checksum over `bytes` that includes the checksum itself.
pub fn status(bytes: &[u8]) -> u8 {
    if sum(bytes) == 0xffff { GOOD } else { BAD }
}

/// The cyclic redundancy check of Ethernet and of STUN fingerprints (ISO 3309, polynomial 0xedb88320 from the right).
pub fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| crc >> 1 ^ if crc & 1 == 0 { 0 } else { 0xedb8_8320 })
    })
}

/// The ones' complement sum of 16-bit words, an odd byte padded with zero.
fn sum(bytes: &[u8]) -> u16 {
    let mut total: u64 = 0;
    for word in bytes.chunks(2) {
        let high = word.first().copied().unwrap_or(0);
        let low = word.get(1).copied().unwrap_or(0);
        total = total.saturating_add(u64::from(u16::from_be_bytes([high, low])));
    }
    while total > 0xffff {
        total = (total & 0xffff).saturating_add(total >> 16);
    }
    u16::try_from(total).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_1071() {
        // Section 3: the sum of 00 01 f2 03 f4 f5 f6 f7 is ddf2.
        assert_eq!(sum(&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]), 0xddf2);
    }

    #[test]
    fn the_check_value_of_the_catalogue() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn an_echo_request_checks_and_its_damaged_copy_does_not() {
        let request = [8, 0, 0xf7, 0xfd, 0, 1, 0, 1];
        assert_eq!(status(&request), GOOD);
        assert_eq!(status(&[8, 0, 0xf7, 0xfd, 0, 1, 0, 2]), BAD);
    }
}
