//! Texts that come again and again (hosts, clients, media types), kept once.

use super::hash::HashSet;
use std::sync::Arc;

/// Different texts kept; what comes after them stands alone.
const MAX_WORDS: usize = 10_000;

/// The texts.
#[derive(Clone, Debug, Default)]
pub struct Words(HashSet<Arc<str>>);

impl Words {
    /// The kept one that says the same.
    pub fn keep(&mut self, text: &str) -> Arc<str> {
        if let Some(kept) = self.0.get(text) {
            return kept.clone();
        }
        let fresh: Arc<str> = text.into();
        self.add(&fresh);
        fresh
    }

    /// Puts the kept one that says the same in its place.
    pub fn share(&mut self, text: &mut Arc<str>) {
        // One that somebody else has too is a kept one.
        if Arc::strong_count(text) > 1 {
            return;
        }
        match self.0.get(&**text) {
            Some(kept) => *text = kept.clone(),
            None => self.add(text),
        }
    }

    fn add(&mut self, text: &Arc<str>) {
        if self.0.len() < MAX_WORDS {
            self.0.insert(text.clone());
        }
    }
}

/// A text, unless it is empty.
pub fn said(text: &str) -> Option<Arc<str>> {
    (!text.is_empty()).then(|| text.into())
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
        let mut own: Arc<str> = "pool.contoso.com".into();
        words.share(&mut own);
        assert!(Arc::ptr_eq(&first, &own));
        let mut fresh: Arc<str> = "new".into();
        words.share(&mut fresh);
        assert!(Arc::ptr_eq(&fresh, &words.keep("new")));
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
