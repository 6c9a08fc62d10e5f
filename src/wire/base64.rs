//! Base64 as header fields carry it: padding optional, folded lines allowed (RFC 4648 §4; RFC 9110 token68).

use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::{Engine, alphabet};

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Letters of the alphabet for URLs (RFC 4648 §5) as those of the other one; any other letter stays.
pub fn standard(letters: &[u8]) -> Vec<u8> {
    let letter = |b: &u8| match b {
        b'-' => b'+',
        b'_' => b'/',
        b => *b,
    };
    letters.iter().map(letter).collect()
}

/// The bytes behind `text`, white space inside it ignored; nothing if a character is not of the alphabet.
pub fn decode(text: &[u8]) -> Option<Vec<u8>> {
    if text.iter().any(u8::is_ascii_whitespace) {
        let joined: Vec<u8> = text.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
        return LENIENT.decode(joined).ok();
    }
    LENIENT.decode(text).ok()
}

/// `bytes` in base64 with padding.
pub fn encode(bytes: &[u8]) -> String {
    LENIENT.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_optional_and_folds_are_skipped() {
        assert_eq!(decode(b"TlRMTVNTUAAC").unwrap(), b"NTLMSSP\0\x02");
        assert_eq!(decode(b"dXNlcg").unwrap(), b"user");
        assert_eq!(decode(b"dXNl\r\n cg==").unwrap(), b"user");
        assert_eq!(decode(b"").unwrap(), b"");
        assert_eq!(decode(b"dX*lcg"), None);
    }
}
