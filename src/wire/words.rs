//! Texts that come again and again (hosts, clients, media types), and lists of few kinds, kept once.

use super::hash::HashSet;
use std::hash::Hash;
use std::sync::Arc;

/// Different texts kept; what comes after them stands alone.
const MAX_WORDS: usize = 10_000;

/// Whatever comes again and again.
#[derive(Debug)]
pub struct Shared<T: ?Sized>(HashSet<Arc<T>>);

/// Texts.
pub type Words = Shared<str>;

impl<T: ?Sized> Default for Shared<T> {
    fn default() -> Self {
        Self(HashSet::default())
    }
}

impl<T: ?Sized> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: ?Sized + Eq + Hash> Shared<T> {
    /// The kept one that is equal.
    pub fn keep<'t>(&mut self, text: &'t T) -> Arc<T>
    where
        Arc<T>: From<&'t T>,
    {
        if let Some(kept) = self.0.get(text) {
            return kept.clone();
        }
        let fresh = Arc::from(text);
        self.add(&fresh);
        fresh
    }

    /// Puts the kept one that is equal in its place.
    pub fn share(&mut self, text: &mut Arc<T>) {
        // One that somebody else has too is a kept one.
        if Arc::strong_count(text) > 1 {
            return;
        }
        match self.0.get(&**text) {
            Some(kept) => *text = kept.clone(),
            None => self.add(text),
        }
    }

    fn add(&mut self, text: &Arc<T>) {
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
