//! Times as nanoseconds since 1970-01-01 UTC. Formatting happens only at the edge.

use std::fmt;

/// A moment, in nanoseconds since the Unix epoch (UTC).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

/// Nanoseconds in a second.
pub const NANOS: i64 = 1_000_000_000;
/// Seconds between 1601-01-01 (the FILETIME epoch) and 1970-01-01.
const FILETIME_TO_UNIX: i64 = 11_644_473_600;

/// A span of time in two units: `7h55m`.
pub fn span(nanos: i64) -> String {
    let seconds = nanos.div_euclid(NANOS);
    match seconds {
        ..0 => "clock runs backwards".into(),
        0..60 => format!("{seconds}.{:03} s", nanos.rem_euclid(NANOS) / 1_000_000),
        60..3600 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        3600..86_400 => format!("{}h{:02}m", seconds / 3600, seconds % 3600 / 60),
        _ => format!("{}d{:02}h", seconds / 86_400, seconds % 86_400 / 3600),
    }
}

impl Timestamp {
    /// From whole seconds and nanoseconds; out-of-range values saturate.
    pub const fn new(seconds: i64, nanos: i64) -> Self {
        Self(seconds.saturating_mul(NANOS).saturating_add(nanos))
    }

    #[expect(clippy::cast_possible_wrap, reason = "both are far below the limit after the division")]
    /// From a Windows FILETIME (100 ns since 1601-01-01), [MS-DTYP] 2.3.3.
    pub const fn from_filetime(ticks: u64) -> Self {
        let seconds = (ticks / 10_000_000) as i64;
        Self::new(seconds.saturating_sub(FILETIME_TO_UNIX), (ticks % 10_000_000) as i64 * 100)
    }

    /// Whole seconds, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(NANOS)
    }

    /// Nanoseconds behind the whole second, `0..1_000_000_000`.
    pub const fn subsec(self) -> i64 {
        self.0.rem_euclid(NANOS)
    }

    /// Nanoseconds from `earlier` to this moment (negative if it lies before).
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "each part is below 100 and not negative"
    )]
    /// `(year, month, day, hour, minute, second)` in UTC, proleptic Gregorian calendar.
    pub const fn civil(self) -> (i64, u8, u8, u8, u8, u8) {
        let (days, rest) = (self.seconds().div_euclid(86_400), self.seconds().rem_euclid(86_400));
        // Days to date: Howard Hinnant's `civil_from_days`, with March as the first month of the year.
        let z = days + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let day = doy - (153 * mp + 2) / 5 + 1;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        let year = yoe + era * 400 + (month <= 2) as i64;
        (year, month as u8, day as u8, (rest / 3600) as u8, (rest / 60 % 60) as u8, (rest % 60) as u8)
    }

    /// From a UTC date and time; the inverse of [`Timestamp::civil`]. Months count from 1.
    pub const fn from_civil(year: i64, month: u8, day: u8, hour: u8, minute: u8, second: u8) -> Self {
        let (m, d) = (month as i64, day as i64);
        let y = if m <= 2 { year.saturating_sub(1) } else { year };
        let era = y.div_euclid(400);
        let yoe = y.rem_euclid(400);
        let doy = (153 * (if m > 2 { m - 3 } else { m + 9 }) + 2) / 5 + d - 1;
        let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
        let days = era.saturating_mul(146_097).saturating_add(doe).saturating_sub(719_468);
        let seconds =
            days.saturating_mul(86_400).saturating_add(hour as i64 * 3600 + minute as i64 * 60 + second as i64);
        Self::new(seconds, 0)
    }

    /// RFC 3339 with nanoseconds, `2026-11-22T09:54:15.123456789Z`.
    pub fn rfc3339(self) -> String {
        let (y, mo, d, h, mi, s) = self.civil();
        format!("{y:04}-{mo:02}-{d:02}T{h:02}:{mi:02}:{s:02}.{:09}Z", self.subsec())
    }

    /// RFC 3339 to the second, `2026-11-22T09:54:15Z`.
    pub fn rfc3339_seconds(self) -> String {
        let (y, mo, d, h, mi, s) = self.civil();
        format!("{y:04}-{mo:02}-{d:02}T{h:02}:{mi:02}:{s:02}Z")
    }

    /// From RFC 3339 in UTC, `2026-11-22T10:28:17Z`, with or without a fraction, which is left out; nothing for any other
    /// shape.
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        let (date, clock) = text.strip_suffix('Z')?.split_once('T')?;
        let mut date = date.splitn(3, '-').map(str::parse::<u16>);
        let (year, month, day) = (date.next()?.ok()?, date.next()?.ok()?, date.next()?.ok()?);
        let clock = clock.split_once('.').map_or(clock, |(whole, _)| whole);
        let mut clock = clock.splitn(3, ':').map(str::parse::<u8>);
        let (hour, minute, second) = (clock.next()?.ok()?, clock.next()?.ok()?, clock.next()?.ok()?);
        let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
        let sound = (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second < 61;
        sound.then(|| Self::from_civil(year.into(), month, day, hour, minute, second))
    }

    /// The time of day, `09:54:15.123456`.
    pub fn clock(self) -> String {
        let (_, _, _, h, mi, s) = self.civil();
        format!("{h:02}:{mi:02}:{s:02}.{:06}", self.subsec() / 1000)
    }

    /// An RFC 9110 `IMF-fixdate` such as `Tue, 24 Oct 2017 13:28:50 GMT`; nothing for any other shape.
    pub fn from_http_date(text: &str) -> Option<Self> {
        let mut words = text.split_ascii_whitespace();
        let _weekday = words.next()?.strip_suffix(',')?;
        let day: u8 = words.next()?.parse().ok().filter(|d| (1..=31).contains(d))?;
        let month = words.next()?;
        let month = MONTHS.iter().position(|m| m.eq_ignore_ascii_case(month))?;
        let year: i64 = words.next()?.parse().ok().filter(|y| (1900..=9999).contains(y))?;
        let mut clock = words.next()?.split(':').map(str::parse::<u8>);
        let (hour, minute, second) = (clock.next()?.ok()?, clock.next()?.ok()?, clock.next()?.ok()?);
        let valid = hour < 24 && minute < 60 && second < 61 && words.next() == Some("GMT");
        valid.then(|| {
            Self::from_civil(year, u8::try_from(month).unwrap_or(0).saturating_add(1), day, hour, minute, second)
        })
    }
}

/// Names of the months as HTTP, SIP and Wireshark write them.
pub const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A span of time in nanoseconds, written as seconds with nine decimals (`-0.000001000`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seconds(pub i64);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let n = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:09}", n / NANOS.unsigned_abs(), n % NANOS.unsigned_abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_go_there_and_back() {
        for seconds in [0, 951_782_400, 1_700_000_000, -1, -86_401, 4_102_444_800] {
            let t = Timestamp::new(seconds, 0);
            let (y, mo, d, h, mi, s) = t.civil();
            assert_eq!(Timestamp::from_civil(y, mo, d, h, mi, s), t);
        }
        assert_eq!(Timestamp::new(951_782_400, 5).rfc3339(), "2000-02-29T00:00:00.000000005Z");
    }

    #[test]
    fn filetime_of_the_published_exchange() {
        // The client time of the Communicator 2007 R2 trace in domain notes: 0x01CAB927179A5159.
        assert_eq!(Timestamp::from_filetime(0x01CA_B927_179A_5159).rfc3339_seconds(), "2010-03-01T10:08:08Z");
        // Nanoseconds in 64 bits begin in 1677: what lies before saturates.
        assert_eq!(Timestamp::from_filetime(0), Timestamp(i64::MIN));
    }

    #[test]
    fn http_dates() {
        let t = Timestamp::from_http_date("Tue, 24 Oct 2017 13:28:50 GMT").unwrap();
        assert_eq!(t.rfc3339_seconds(), "2017-10-24T13:28:50Z");
        assert_eq!(Timestamp::from_http_date("Tue, 24 Oct 2017 13:28:50 CET"), None);
        assert_eq!(Timestamp::from_http_date("Tue, 99 Oct 2017 13:28:50 GMT"), None);
    }

    #[test]
    fn seconds_keep_their_sign() {
        assert_eq!(Seconds(-1_500_000_000).to_string(), "-1.500000000");
        assert_eq!(Seconds(42).to_string(), "0.000000042");
    }
}
