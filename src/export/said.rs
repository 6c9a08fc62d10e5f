//! What the report says of frames, as comments that Wireshark shows.

use crate::report::model::Report;
use crate::wire::text::escape;
use std::collections::BTreeMap;

/// What is said of frames, by their number: sign-ins that failed, and findings with their proof.
pub fn comments(report: &Report) -> BTreeMap<u64, Vec<String>> {
    let mut said: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    let safe = |text: &str| escape(text.as_bytes()).into_owned();
    for s in report.sign_ins.iter().filter(|s| s.outcome != "signed_in") {
        let words = s.server_words.as_ref().map(|words| words.frame);
        if let Some(frame) = words.or(s.evidence.last().copied()) {
            let who = s.user.as_deref().unwrap_or(&s.client.ip);
            let cause = s.cause.map_or(String::new(), |code| format!(" ({code})"));
            let text =
                format!("handshark: sign-in {} of {} {}{cause}: {}", s.id, safe(who), s.outcome, safe(&s.sentence));
            said.entry(frame).or_default().push(text);
        }
    }
    for f in &report.findings {
        for e in &f.evidence {
            let text =
                format!("handshark: {} {}: {} ({} {})", f.id, f.severity, safe(&f.title), e.field, safe(&e.value));
            said.entry(e.frame).or_default().push(text);
        }
    }
    said
}
