//! Hash tables whose keys come from the wire: quick, and seeded at random, so that nobody can write a capture of keys that
//! all fall together.

use foldhash::fast::RandomState;

/// A table from keys to values.
pub type HashMap<K, V> = std::collections::HashMap<K, V, RandomState>;

/// A set of keys.
pub type HashSet<K> = std::collections::HashSet<K, RandomState>;
