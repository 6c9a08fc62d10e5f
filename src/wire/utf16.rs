//! UTF-16LE, the text of Windows protocols.

/// The text behind UTF-16LE bytes; what is not valid becomes U+FFFD, an odd last byte is dropped.
pub fn decode(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).map(|c| u16::from_le_bytes([c[0], c[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// `text` as UTF-16LE bytes.
pub fn encode(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}
