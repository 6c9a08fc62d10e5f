//! What a message says of a relay: who asks for one, with what, and how it is answered.

use super::attributes::error_code;
use super::parse::{Head, u32_at};
use crate::fact::Relay;

/// The method by which a relay is asked for.
const ALLOCATE: u16 = 3;
/// Bytes kept of a text.
const MAX_TEXT: usize = 256;

/// The fact of a message about an allocation; nothing of any other.
pub fn relay(head: &Head<'_>) -> Option<Relay> {
    if head.method() != ALLOCATE || head.class() == 1 {
        return None;
    }
    let mut relay = Relay { asks: head.class() == 0, ..Relay::default() };
    let words = |value: &[u8]| {
        let text = value.get(..MAX_TEXT).unwrap_or(value);
        String::from_utf8_lossy(text).trim_end_matches('\0').to_owned()
    };
    for attribute in head.attributes() {
        match attribute.kind {
            // Names that a relay hands out are bytes: they are told as their digits.
            6 => relay.user = Some(crate::wire::text::hex(attribute.value.get(..MAX_TEXT).unwrap_or(attribute.value))),
            9 => relay.error = error_code(attribute.value),
            0x0d => relay.lifetime = u32_at(attribute.value, 0),
            0x8062 => relay.call_id = Some(words(attribute.value)),
            _ => {}
        }
    }
    Some(relay)
}
