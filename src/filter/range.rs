//! Ranges of a slice `[i:j, i-j, i, :j, i:]` and of a layer `#[i-j]`: offsets from the front, or negative ones from the end.

/// A part of a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Range {
    /// So many from a place on.
    Length(i64, usize),
    /// From one place through another.
    Through(i64, i64),
    /// From a place to the end.
    From(i64),
}

/// Reads the ranges between the brackets.
pub(super) fn parse(text: &str) -> Result<Vec<Range>, String> {
    text.split(',').map(one).collect()
}

fn one(text: &str) -> Result<Range, String> {
    let text = text.trim();
    let number = |digits: &str| {
        let digits = digits.trim();
        let (sign, plain) = digits.strip_prefix('-').map_or((1, digits), |plain| (-1, plain));
        let parsed = match plain.strip_prefix("0x") {
            Some(hex) => i64::from_str_radix(hex, 16),
            None => plain.parse::<i64>(),
        };
        parsed.ok().filter(|_| !plain.starts_with(['-', '+'])).and_then(|n| n.checked_mul(sign)).ok_or_else(|| {
            match digits {
                "" => "a range is [i:length], [i-j], [i], [:length] or [i:]".to_owned(),
                _ => format!("'{digits}' is not an offset"),
            }
        })
    };
    if let Some((start, length)) = text.split_once(':') {
        let start = if start.trim().is_empty() { 0 } else { number(start)? };
        if length.trim().is_empty() {
            return Ok(Range::From(start));
        }
        let length = usize::try_from(number(length)?).ok().filter(|n| *n > 0);
        return Ok(Range::Length(start, length.ok_or("a length is at least 1")?));
    }
    // The first character may be a sign.
    let dash = text.char_indices().skip(1).find(|(_, c)| *c == '-').map(|(at, _)| at);
    if let Some((start, end)) = dash.and_then(|at| text.split_at_checked(at)) {
        let (start, end) = (number(start)?, number(end.get(1..).unwrap_or_default())?);
        if (start < 0) != (end < 0) {
            return Err("one offset counts from the front, the other from the end".to_owned());
        }
        // A single place is written [i].
        if start >= end {
            return Err("the range ends before it begins".to_owned());
        }
        return Ok(Range::Through(start, end));
    }
    number(text).map(|start| Range::Length(start, 1))
}

impl Range {
    /// The places it means in a sequence of `len`; none if it reaches beyond.
    fn resolve(self, len: usize) -> Option<std::ops::Range<usize>> {
        let place = |offset: i64| match usize::try_from(offset) {
            Ok(offset) => Some(offset),
            Err(_) => len.checked_sub(usize::try_from(offset.checked_neg()?).ok()?),
        };
        let (start, end) = match self {
            Self::Length(start, length) => (place(start)?, place(start)?.checked_add(length)?),
            Self::Through(start, end) => (place(start)?, place(end)?.checked_add(1)?),
            Self::From(start) => (place(start)?, len),
        };
        (start < end && end <= len).then_some(start..end)
    }
}

/// The parts of `bytes`, one after the other. One that reaches beyond the end is empty.
pub(super) fn slice(bytes: &[u8], ranges: &[Range]) -> Vec<u8> {
    let parts = ranges.iter().filter_map(|range| bytes.get(range.resolve(bytes.len())?));
    parts.flatten().copied().collect()
}

/// True if layer `number` (from 1) of `count` is among the ranges.
pub(super) fn holds(ranges: &[Range], number: usize, count: usize) -> bool {
    ranges.iter().any(|range| match range {
        Range::Length(start, length) if *start >= 0 => {
            usize::try_from(*start).is_ok_and(|start| (start..start.saturating_add(*length)).contains(&number))
        }
        Range::Through(start, end) if *start >= 0 => {
            i64::try_from(number).is_ok_and(|number| (*start..=*end).contains(&number))
        }
        Range::From(start) if *start >= 0 => i64::try_from(number).is_ok_and(|number| number >= *start),
        // From the end: -1 is the innermost.
        _ => number.checked_sub(1).is_some_and(|at| range.resolve(count).is_some_and(|places| places.contains(&at))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_those_of_the_manual() {
        let bytes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        let cut = |text: &str| parse(text).ok().map(|ranges| slice(&bytes, &ranges));
        assert_eq!(cut("0:3"), Some(vec![0, 1, 2]));
        assert_eq!(cut("1-2"), Some(vec![1, 2]));
        assert_eq!(cut("7:"), Some(vec![7, 8, 9]));
        assert_eq!(cut(":2"), Some(vec![0, 1]));
        assert_eq!(cut("-2:"), Some(vec![8, 9]));
        assert_eq!(cut("-4:2"), Some(vec![6, 7]));
        assert_eq!(cut("-3--2"), Some(vec![7, 8]));
        assert_eq!(cut("1,3-5,9:"), Some(vec![1, 3, 4, 5, 9]));
        assert_eq!(cut(" 0 : 2 "), Some(vec![0, 1]));
        for beyond in ["10", "9:2", "10:", "-11", "5-10"] {
            assert_eq!(cut(beyond), Some(vec![]), "{beyond}");
        }
        assert_eq!(cut("0,20,9:2,-1"), Some(vec![0, 9]));
        for wrong in
            ["", "a", "0:0", "0:-1", "3-1", "1-1", "-3-2", "1--2", "1:2:3", "1,", "--1", "99999999999999999999"]
        {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn layers_count_from_one_or_from_the_innermost() {
        let among = |text: &str, number| holds(&parse(text).unwrap_or_default(), number, 3);
        assert!(among("1", 1) && !among("1", 2));
        assert!(among("2-3", 3) && !among("2-3", 1));
        assert!(among("2:", 3) && among("-1", 3) && !among("-1", 1));
        assert!(!among("0", 1));
    }
}
