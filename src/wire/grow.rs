//! Lists that grow to many entries of some size: a list that doubles has room for twice what is in it.

/// Adds an entry, making room for an eighth more at a time: the pages are moved, not copied, and little is wasted.
pub fn push<T>(list: &mut Vec<T>, entry: T) {
    if list.len() == list.capacity() {
        list.reserve_exact(list.len() / 8 + 64);
    }
    list.push(entry);
}
