//! Options of headers that may go along.

use std::ops::Range;

/// The options of TCP (RFC 9293 §3.1, RFC 7323, RFC 2018) that say nothing but numbers, up to the first other one.
pub(super) fn known(buffer: &[u8], options: Range<usize>) -> Option<Range<usize>> {
    let mut at = options.start;
    while let Some(rest) = buffer.get(at..options.end).filter(|rest| !rest.is_empty()) {
        let len = match rest {
            [0 | 1, ..] => 1,
            [2, 4, ..] => 4,
            [3, 3, ..] => 3,
            [4, 2, ..] => 2,
            [5, len @ (10 | 18 | 26 | 34), ..] => usize::from(*len),
            [8, 10, ..] => 10,
            _ => break,
        };
        at = at.saturating_add(len).min(options.end);
    }
    (at > options.start).then_some(options.start..at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_and_what_may_be_text_does_not() {
        let header = b"head\x02\x04\x05\xb4\x04\x02\x08\x0a12345678\x01\x03\x03\x07\xfd\x08corvid";
        assert_eq!(known(header, 4..header.len()), Some(4..header.len() - 8));
        // A header that says it is longer than it is begins with the payload.
        assert_eq!(known(b"REGISTER", 0..8), None);
        assert_eq!(known(b"\x01\x01", 0..1), Some(0..1));
        assert_eq!(known(b"\x08\x0a12", 0..4), Some(0..4));
        assert_eq!(known(b"", 0..0), None);
    }
}
