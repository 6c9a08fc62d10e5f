//! Texts that come again and again (hosts, clients, media types), kept once.

use crate::wire::hash::HashSet;
use std::sync::Arc;

/// Different texts kept; what comes after them stands alone.
const MAX_WORDS: usize = 10_000;

/// The texts.
#[derive(Clone, Debug, Default)]
pub(super) struct Words(HashSet<Arc<str>>);

impl Words {
    /// The kept one that says the same.
    pub(super) fn keep(&mut self, text: &str) -> Arc<str> {
        if let Some(kept) = self.0.get(text) {
            return kept.clone();
        }
        let fresh: Arc<str> = text.into();
        if self.0.len() < MAX_WORDS {
            self.0.insert(fresh.clone());
        }
        fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_is_kept_once() {
        let mut words = Words::default();
        let first = words.keep("pool.contoso.com");
        assert!(Arc::ptr_eq(&first, &words.keep("pool.contoso.com")));
        assert_eq!(&*words.keep("other"), "other");
    }

    #[test]
    fn the_number_of_texts_is_bounded() {
        let mut words = Words::default();
        for n in 0..=MAX_WORDS {
            words.keep(&n.to_string());
        }
        assert_eq!(words.0.len(), MAX_WORDS);
        assert_eq!(&*words.keep("one more"), "one more");
    }
}
