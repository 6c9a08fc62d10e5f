//! Ranges of bytes: put in order, and asked.

use std::ops::Range;

/// Ranges in their order, those that meet made one.
pub fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_unstable_by_key(|range| range.start);
    ranges.dedup_by(|next, last| {
        let joins = next.start <= last.end;
        if joins {
            last.end = last.end.max(next.end);
        }
        joins
    });
    ranges
}

/// True if the byte here is in one of these ranges, which are [`joined`].
pub fn holds(ranges: &[Range<usize>], at: usize) -> bool {
    let next = ranges.partition_point(|range| range.end <= at);
    ranges.get(next).is_some_and(|range| range.start <= at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_that_meet_are_one() {
        let ranges = joined(vec![14..16, 0..2, 2..3, 15..19, 16..17]);
        assert_eq!(ranges, [0..3, 14..19]);
        let inside: Vec<usize> = (0..30).filter(|at| holds(&ranges, *at)).collect();
        assert_eq!(inside, [0, 1, 2, 14, 15, 16, 17, 18]);
        assert!(!holds(&[], 0));
    }
}
