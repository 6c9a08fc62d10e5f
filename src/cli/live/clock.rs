//! The clock of the capturing machine: packets carry its time, and somebody may set it.

use crate::wire::Timestamp;
use crate::wire::time::NANOS;
use std::time::Instant;

/// Packets between two looks at the other clock.
const STRIDE: u32 = 1_024;
/// Nanoseconds between two packets after which it is looked at in any case.
const PAUSE: i64 = 5 * NANOS;
/// Nanoseconds of a jump that is told.
const JUMP: i64 = 30 * NANOS;

/// Watches it.
#[derive(Debug, Default)]
pub struct Clock {
    seen: Option<(Timestamp, Instant)>,
    last: Option<Timestamp>,
    since: u32,
}

impl Clock {
    /// Takes the time of a packet; a sentence if the clock was set since the one before. `now` is asked for seldom.
    pub fn see(&mut self, time: Timestamp, now: impl FnOnce() -> Instant) -> Option<String> {
        let step = self.last.replace(time).map_or(0, |last| time.since(last));
        self.since = self.since.saturating_add(1);
        if self.since < STRIDE && step.saturating_abs() < PAUSE && self.seen.is_some() {
            return None;
        }
        self.since = 0;
        let now = now();
        let (then, at) = self.seen.replace((time, now))?;
        let passed = i64::try_from(now.saturating_duration_since(at).as_nanos()).unwrap_or(i64::MAX);
        let ahead = time.since(then).saturating_sub(passed);
        let seconds = ahead.saturating_abs() / NANOS;
        if ahead.saturating_abs() < JUMP {
            None
        } else if ahead < 0 {
            Some(format!("the clock of this machine was set back by {seconds} s"))
        } else {
            Some(format!("the clock of this machine went {seconds} s ahead: it was set, or the machine slept"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_clock_that_is_set_is_told_once_and_silence_is_not() {
        let start = Instant::now();
        let mut clock = Clock::default();
        // Seconds of the packet, seconds that passed.
        let mut see =
            |time: i64, passed: u64| clock.see(Timestamp::new(time, 0), || start + Duration::from_secs(passed));
        assert_eq!(see(1_000, 0), None);
        assert_eq!(see(1_001, 1), None);
        assert_eq!(see(4_600, 3_600), None, "nothing came for an hour");
        assert!(see(1_000, 3_601).is_some_and(|said| said.contains("set back by 3601 s")));
        assert_eq!(see(1_001, 3_602), None);
        assert!(see(9_000, 3_610).is_some_and(|said| said.contains("ahead")));
        assert_eq!(see(9_001, 3_611), None);
    }
}
