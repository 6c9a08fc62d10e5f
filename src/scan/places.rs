//! Where secrets lie in bytes in which they have to be looked for. There is a budget, and beyond it everything is one.

use crate::wire::ranges::joined;
use aho_corasick::AhoCorasick;
use std::ops::Range;

/// Texts looked for at a time, and bytes in them.
const MAX_TEXTS: usize = 10_000;
const MAX_SOUGHT: usize = 1 << 20;
/// Places found.
const MAX_FOUND: usize = 1_000_000;

/// Places of these texts, in their order and apart: all of `bytes` if there are more than anybody looks for.
pub(super) fn of(bytes: &[u8], mut texts: Vec<&[u8]>) -> Vec<Range<usize>> {
    if texts.is_empty() {
        return Vec::new();
    }
    texts.sort_unstable();
    texts.dedup();
    let everything = || std::iter::once(0..bytes.len()).collect();
    if texts.len() > MAX_TEXTS || texts.iter().map(|text| text.len()).sum::<usize>() > MAX_SOUGHT {
        return everything();
    }
    let Ok(all) = AhoCorasick::new(&texts) else { return everything() };
    let found: Vec<_> = all.find_overlapping_iter(bytes).map(|hit| hit.range()).take(MAX_FOUND + 1).collect();
    if found.len() > MAX_FOUND { everything() } else { joined(found) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_wherever_they_are_and_however_they_overlap() {
        assert_eq!(of(b"xabcdefx abcd", vec![b"abcd", b"cdef", b"abcd"]), [1..7, 9..13]);
        assert!(of(b"nothing", vec![b"abcd"]).is_empty());
        assert!(of(b"nothing", vec![]).is_empty());
    }

    fn whole(len: usize) -> Vec<Range<usize>> {
        std::iter::once(0..len).collect()
    }

    #[test]
    fn beyond_the_budget_everything_is_hidden() {
        let many: Vec<String> = (0..=MAX_TEXTS).map(|n| format!("secret{n}")).collect();
        assert_eq!(of(b"of them none", many.iter().map(String::as_bytes).collect()), whole(12));
        let long = vec![b'x'; MAX_SOUGHT + 1];
        assert_eq!(of(b"not it", vec![&long]), whole(6));
        // Each of them is found at nearly each place.
        let stream = vec![b'a'; 20_000];
        let texts: Vec<&[u8]> = (4..100).map(|len| &stream[..len]).collect();
        assert_eq!(of(&stream, texts), whole(20_000));
    }
}
