//! Times as they are written in filters. Without a zone they are UTC: this program has no local time.

use crate::wire::Timestamp;
use crate::wire::time::{MONTHS, NANOS};

/// `2020-07-04T12:34:56.5Z`, `2020-07-04 12:34`, `2020-07-04`, or `Sep 26, 2004 23:18:04.954975`.
pub(super) fn absolute(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    match text.get(..3).and_then(|month| MONTHS.iter().position(|m| *m == month)) {
        Some(month) => named(u8::try_from(month).ok()?.checked_add(1)?, text.get(3..)?),
        None => iso(text),
    }
}

/// What follows the name of the month: ` 26, 2004 23:18:04.954975`, perhaps with ` UTC`.
fn named(month: u8, text: &str) -> Option<Timestamp> {
    let (day, rest) = text.split_once(',')?;
    let (year, rest) = rest.trim_start().split_once(' ')?;
    let rest = rest.trim();
    let clock = rest.strip_suffix("UTC").map_or(rest, str::trim_end);
    let (time, left) = time_of_day(clock)?;
    (left.is_empty() && clock.matches(':').count() == 2).then_some(())?;
    moment(year.parse().ok()?, month, day.trim().parse().ok()?, time, 0)
}

fn iso(text: &str) -> Option<Timestamp> {
    let (date, rest) = text.split_at_checked(10)?;
    let mut parts = date.split('-');
    let mut part = |width: usize| parts.next().filter(|p| p.len() == width && p.bytes().all(|b| b.is_ascii_digit()));
    let (year, month, day) = (part(4)?.parse().ok()?, part(2)?.parse().ok()?, part(2)?.parse().ok()?);
    if parts.next().is_some() {
        return None;
    }
    let Some(clock) = rest.strip_prefix(['T', ' ']) else {
        return rest.is_empty().then(|| moment(year, month, day, (0, 0, 0, 0), 0))?;
    };
    let (time, zone) = time_of_day(clock)?;
    moment(year, month, day, time, offset(zone)?)
}

type Clock = (u8, u8, u8, i64);

/// Hour, minute, second and nanoseconds, and what follows them. Minutes and seconds may be left out.
fn time_of_day(text: &str) -> Option<(Clock, &str)> {
    let (hour, rest) = two(text)?;
    let Some((minute, rest)) = rest.strip_prefix(':').and_then(two) else { return Some(((hour, 0, 0, 0), rest)) };
    let Some((second, rest)) = rest.strip_prefix(':').and_then(two) else {
        return Some(((hour, minute, 0, 0), rest));
    };
    let Some(part) = rest.strip_prefix('.') else { return Some(((hour, minute, second, 0), rest)) };
    let digits = part.bytes().take_while(u8::is_ascii_digit).count();
    let nanos = fraction(part.get(..digits)?)?;
    Some(((hour, minute, second, nanos), part.get(digits..)?))
}

fn two(text: &str) -> Option<(u8, &str)> {
    let digits = text.get(..2).filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?;
    Some((digits.parse().ok()?, text.get(2..)?))
}

/// Digits behind the point, as nanoseconds.
fn fraction(digits: &str) -> Option<i64> {
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then_some(())?;
    format!("{digits:0<9}").get(..9)?.parse().ok()
}

/// Seconds east of UTC.
fn offset(zone: &str) -> Option<i64> {
    if zone.is_empty() || zone == "Z" {
        return Some(0);
    }
    let (sign, zone) = match zone.split_at_checked(1)? {
        ("+", zone) => (1, zone),
        ("-", zone) => (-1, zone),
        _ => return None,
    };
    let (hours, rest) = two(zone)?;
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    let (minutes, rest) = if rest.is_empty() { (0, "") } else { two(rest)? };
    rest.is_empty().then_some(sign * (i64::from(hours) * 3600 + i64::from(minutes) * 60))
}

fn moment(year: i64, month: u8, day: u8, time: Clock, offset: i64) -> Option<Timestamp> {
    let (hour, minute, second, nanos) = time;
    let fits = (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second <= 60;
    fits.then_some(())?;
    let at = Timestamp::from_civil(year, month, day, hour, minute, second);
    Some(Timestamp(at.0.checked_sub(offset.checked_mul(NANOS)?)?.checked_add(nanos)?))
}

/// Seconds, as in `0.5`, or a number with a unit: `20ms`, `1.5s`, `2m`.
pub(super) fn duration(text: &str) -> Option<i64> {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (digits, unit) = text.split_at_checked(end)?;
    let (whole, part) = digits.split_once('.').map_or((digits, "0"), |(whole, part)| (whole, part));
    let nanos = whole.parse::<i64>().ok()?.checked_mul(NANOS)?.checked_add(fraction(part)?)?;
    let scaled = match unit {
        "" | "s" => nanos,
        "ms" => nanos / 1_000,
        "us" | "µs" => nanos / 1_000_000,
        "ns" => nanos / NANOS,
        "m" | "min" => nanos.checked_mul(60)?,
        "h" => nanos.checked_mul(3600)?,
        _ => return None,
    };
    scaled.checked_mul(sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_to_write_a_moment_agree() {
        let at = absolute("Sep 26, 2004 23:18:04.954975").unwrap();
        assert_eq!(at.rfc3339(), "2004-09-26T23:18:04.954975000Z");
        for same in [
            "2004-09-26T23:18:04.954975Z",
            "2004-09-26 23:18:04.954975",
            "2004-09-27T01:18:04.954975+02:00",
            "2004-09-26 19:48:04.954975-0330",
            "Sep 26, 2004 23:18:04.954975 UTC",
        ] {
            assert_eq!(absolute(same), Some(at), "{same}");
        }
        assert_eq!(absolute("2004-09-26"), absolute("2004-09-26 00:00:00"));
        assert_eq!(absolute("2004-09-26 10"), absolute("2004-09-26T10:00"));
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for wrong in [
            "",
            "2020",
            "20200101",
            "2020-13-01",
            "2020-01-01 25:00",
            "2020-01-01x",
            "Jan 1, 2020",
            "2020-01-01 10:20:30 +0200",
            "2020-1-1",
            "January 1, 2020 00:00:00",
            "Jan 1, 2020 10:20",
        ] {
            assert_eq!(absolute(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn durations_have_units() {
        assert_eq!(duration("0.5"), Some(500_000_000));
        assert_eq!(duration("1.5s"), Some(1_500_000_000));
        assert_eq!(duration("20ms"), Some(20_000_000));
        assert_eq!(duration("-3"), Some(-3_000_000_000));
        assert_eq!(duration("2m"), Some(120_000_000_000));
        for wrong in ["", "x", "1e3", "00:00:01", "1.2.3", "99999999999999"] {
            assert_eq!(duration(wrong), None, "{wrong}");
        }
    }
}
