//! Words that name nobody: those of the protocols, of clients and servers, and of the analysis itself.
//!
//! In free text every word is replaced that is not one of them, so that what is not known does not go along. A word that the
//! analysis looks for stays what it is, and with it the story.

use super::names::COMMON;
use std::collections::HashSet;
use std::sync::LazyLock;

/// The words, in lower case.
static WORDS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("vocabulary.txt").split_whitespace().chain(COMMON.split_whitespace()).collect());

/// True for a word of the list, given in lower case.
pub(super) fn knows(word: &str) -> bool {
    WORDS.contains(word)
}
