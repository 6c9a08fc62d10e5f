//! `-b` and `-a`: limits as dumpcap and tshark spell them.

use super::args::Live;
use crate::capture::Ring;
use crate::cli::Failure;
use std::time::Duration;

/// dumpcap's kilobyte.
const KB: u64 = 1_000;

/// Where to record, if that was asked for.
pub fn ring(options: &Live) -> Result<Option<Ring>, Failure> {
    let Some(path) = options.write.clone() else { return Ok(None) };
    let mut ring = Ring { path, ..Ring::default() };
    for limit in &options.ring {
        match number(limit)? {
            ("filesize", kilobytes) => ring.limit = Some(kilobytes.saturating_mul(KB)),
            ("files", files) => ring.files = Some(usize::try_from(files).unwrap_or(usize::MAX)),
            _ => return Err(Failure::Usage(format!("-b {limit} is not known; there are filesize:KB and files:N"))),
        }
    }
    if ring.files.is_some() && ring.limit.is_none() {
        return Err(Failure::Usage("-b files:N needs -b filesize:KB, which says when the next file begins".into()));
    }
    Ok(Some(ring))
}

/// How long to capture, if there is a limit.
pub fn duration(options: &Live) -> Result<Option<Duration>, Failure> {
    let mut duration = None;
    for limit in &options.autostop {
        match number(limit)? {
            ("duration", seconds) => duration = Some(Duration::from_secs(seconds)),
            _ => return Err(Failure::Usage(format!("-a {limit} is not known; there is duration:SECONDS"))),
        }
    }
    Ok(duration)
}

fn number(limit: &str) -> Result<(&str, u64), Failure> {
    let fail = || Failure::Usage(format!("'{limit}' is no limit; it is a name, a colon and a number above 0"));
    let (name, value) = limit.split_once(':').ok_or_else(fail)?;
    let value = value.parse().ok().filter(|value| *value > 0).ok_or_else(fail)?;
    Ok((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read() {
        let options = |ring: &[&str], stop: &[&str]| Live {
            write: Some("x.pcapng".into()),
            ring: ring.iter().map(ToString::to_string).collect(),
            autostop: stop.iter().map(ToString::to_string).collect(),
            ..Live::default()
        };
        let ring_of = |limits: &[&str]| ring(&options(limits, &[])).map(|ring| ring.map(|r| (r.limit, r.files)));
        assert_eq!(ring_of(&["filesize:10", "files:3"]).unwrap(), Some((Some(10_000), Some(3))));
        assert_eq!(ring_of(&[]).unwrap(), Some((None, None)));
        for wrong in [&["files:3"][..], &["filesize:0"], &["filesize"], &["nosuch:1"], &["filesize:x"]] {
            assert!(ring_of(wrong).is_err(), "{wrong:?}");
        }
        assert_eq!(duration(&options(&[], &["duration:5"])).unwrap(), Some(Duration::from_secs(5)));
        assert!(duration(&options(&[], &["packets:5"])).is_err());
    }
}
