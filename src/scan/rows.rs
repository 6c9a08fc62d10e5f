//! Rows that are added at one end and let go at the other, and keep their numbers.
//!
//! They lie in pieces of one size. A vector that grows would move everything it holds, and whoever looks at it from
//! another thread would wait for that.

use std::collections::VecDeque;

/// Rows of a piece.
const CHUNK: usize = 4096;

/// The rows. They are numbered from 0, and a number stays with its row.
#[derive(Debug)]
pub struct Rows<T> {
    chunks: VecDeque<Vec<T>>,
    /// Rows let go.
    gone: u64,
    /// Of these, the ones that still lie in the first piece.
    skip: usize,
    len: usize,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self { chunks: VecDeque::new(), gone: 0, skip: 0, len: 0 }
    }
}

impl<T> Rows<T> {
    /// Adds a row.
    pub fn push(&mut self, row: T) {
        if self.chunks.back().is_none_or(|chunk| chunk.len() >= CHUNK) {
            self.chunks.push_back(Vec::with_capacity(CHUNK));
        }
        if let Some(chunk) = self.chunks.back_mut() {
            chunk.push(row);
        }
        self.len = self.len.saturating_add(1);
    }

    /// The number of the first row that is kept.
    pub const fn begin(&self) -> u64 {
        self.gone
    }

    /// The number the next row gets.
    pub const fn end(&self) -> u64 {
        self.gone.saturating_add(self.len as u64)
    }

    /// How many are kept.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// The row with a number.
    pub fn get(&self, number: u64) -> Option<&T> {
        let at = usize::try_from(number.checked_sub(self.gone)?).ok()?.checked_add(self.skip)?;
        self.chunks.get(at / CHUNK)?.get(at % CHUNK)
    }

    /// The first that is kept.
    pub fn first(&self) -> Option<&T> {
        self.get(self.gone)
    }

    /// The newest.
    pub fn last(&self) -> Option<&T> {
        self.chunks.back()?.last()
    }

    /// Lets the first row go.
    pub fn let_go(&mut self) {
        if self.len == 0 {
            return;
        }
        (self.gone, self.len) = (self.gone.saturating_add(1), self.len.saturating_sub(1));
        self.skip = self.skip.saturating_add(1);
        if self.chunks.front().is_some_and(|chunk| self.skip >= chunk.len() && chunk.len() == CHUNK) {
            self.chunks.pop_front();
            self.skip = 0;
        }
    }

    /// The number of the first row for which this is false; rows must be sorted by it.
    pub fn partition_point(&self, is_before: impl Fn(&T) -> bool) -> u64 {
        let (mut low, mut high) = (self.begin(), self.end());
        while low < high {
            let middle = low.midpoint(high);
            if self.get(middle).is_some_and(&is_before) {
                low = middle.saturating_add(1);
            } else {
                high = middle;
            }
        }
        low
    }

    /// All rows, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.chunks.iter().flatten().skip(self.skip)
    }

    /// The rows with these numbers, as far as they are kept.
    pub fn range(&self, from: u64, to: u64) -> impl DoubleEndedIterator<Item = &T> {
        (from.max(self.begin())..to.min(self.end())).filter_map(|number| self.get(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_when_rows_go() {
        let mut rows = Rows::default();
        let mut kept = VecDeque::new();
        let many = 3 * CHUNK as u64 + 7;
        for n in 0..many {
            rows.push(n);
            kept.push_back(n);
            // Two thirds go again.
            if n % 3 != 0 {
                rows.let_go();
                kept.pop_front();
            }
            assert_eq!((rows.len(), rows.first(), rows.last()), (kept.len(), kept.front(), kept.back()));
        }
        assert!(rows.iter().eq(kept.iter()));
        assert_eq!(rows.end(), many);
        for n in [0, rows.begin() - 1, rows.begin(), many - 1, many] {
            assert_eq!(rows.get(n).copied(), (n >= rows.begin() && n < many).then_some(n), "{n}");
            assert_eq!(rows.partition_point(|row| *row < n), n.max(rows.begin()));
        }
        assert!(rows.range(0, 1 << 40).rev().eq(kept.iter().rev()));
        for _ in 0..many {
            rows.let_go();
        }
        assert_eq!((rows.len(), rows.first(), rows.chunks.len()), (0, None, 1));
        rows.push(many);
        assert_eq!(rows.get(many), Some(&many));
    }
}
