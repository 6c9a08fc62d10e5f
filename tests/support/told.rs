//! What lines of JSON tell, without what the time of a replay decides.

use super::program::good;
use serde_json::Value;
use std::path::Path;

/// Sign-ins and findings.
pub fn told(lines: &str) -> Vec<String> {
    let rows = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mut all: Vec<String> = rows
        .filter_map(|row| match row["type"].as_str()? {
            "sign_in" => Some(format!("{} {} {} {}", row["user"], row["outcome"], row["sentence"], row["evidence"])),
            // The clock of the recording is not that of the replay.
            "finding" if row["name"] != "clock-skew" => {
                Some(format!("{} {} {} {} {}", row["id"], row["user"], row["client"], row["count"], row["evidence"]))
            }
            _ => None,
        })
        .collect();
    all.sort();
    all
}

/// The same of a file.
pub fn report(path: &Path, options: &[&str]) -> Vec<String> {
    told(&good(&[&["report", path.to_str().unwrap(), "-T", "ndjson"][..], options].concat()))
}
