//! What stands for a secret where one is shown, and what a dissector says of one that is part of a longer text.

use super::Value;
use crate::wire::{Span, text};
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// What bytes that may not be shown hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secret<'b> {
    /// A secret, as it reads once its spelling is undone (`%23` in a form, `\\"` in JSON).
    Spelled(&'b [u8]),
    /// More than a secret: a token whose parts are told by who reads it, or a line that somewhere holds one.
    Wrapped,
}

/// What stands for a secret: its length and the first bytes of its digest, so that equal ones can be told.
pub fn mask(value: Value<'_>) -> String {
    let (Value::Text(raw) | Value::Bytes(raw)) = value else { return "(hidden)".into() };
    if raw.is_empty() {
        return String::new();
    }
    let digest = Sha256::digest(raw);
    format!("(hidden, {} bytes, #{})", raw.len(), text::hex(digest.get(..4).unwrap_or(&[])))
}

/// `text` with these parts of it, in their order, replaced by what stands for them.
pub fn hide<'t>(text: &'t [u8], parts: &[&[u8]]) -> Cow<'t, [u8]> {
    let mut shown = Vec::new();
    let mut done = 0_usize;
    for part in parts.iter().filter(|part| !part.is_empty()) {
        let at = Span::of(text, part);
        if let Some(before) = text.get(done..at.start as usize) {
            shown.extend_from_slice(before);
            shown.extend_from_slice(mask(Value::Text(part)).as_bytes());
            done = at.end as usize;
        }
    }
    if done == 0 {
        return text.into();
    }
    shown.extend_from_slice(text.get(done..).unwrap_or(&[]));
    shown.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_replaced_in_their_places() {
        let text = b"user=mona&pin=1234&cwt=AAEB;";
        let shown = hide(text, &[&text[14..18], &text[23..27]]);
        let shown = String::from_utf8_lossy(&shown);
        assert!(shown.starts_with("user=mona&pin=(hidden, 4 bytes, #03ac6742)&cwt=(hidden, 4 bytes, #"), "{shown}");
        assert!(shown.ends_with(");"), "{shown}");
        assert_eq!(hide(text, &[]), &text[..]);
        assert_eq!(hide(text, &[b""]), &text[..]);
    }
}
