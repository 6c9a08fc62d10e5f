//! What of a capture is missing, and which budgets were reached: said in every output.

use crate::analysis::Evidence;
use crate::findings::Found;
use crate::scan::Counts;
use crate::signin::{self, SignIn};

/// Limits that were reached, in words.
pub fn reached(counts: &Counts, facts: &Evidence, sign_ins: &[SignIn], found: &[Found]) -> Vec<String> {
    let mut out = Vec::new();
    let mut tell = |n: u64, what: &str| {
        if n > 0 {
            out.push(format!("{n} {what}"));
        }
    };
    tell(counts.unread, "packets of a kind of link that is not read: nothing in them is told");
    tell(counts.cut, "packets were cut short when they were captured: the rest of them is missing; capture with -s 0");
    tell(
        facts.passed,
        "connections were captured on both sides of a NAT or load balancer: each is told once, as it was captured first",
    );
    tell(counts.bytes_lost, "bytes of readable conversations are missing from the capture");
    tell(counts.flows_evicted, "conversations were closed early to stay within the memory budget");
    tell(counts.datagrams_dropped, "datagrams never got all their fragments");
    tell(counts.messages_too_large, "messages were too large to be kept");
    tell(facts.negotiations_dropped, "negotiations beyond the budget are not listed");
    tell(
        facts.registrations_dropped,
        "messages of registrations beyond the budget are not told: cut the capture in parts",
    );
    tell(facts.web_dropped, "exchanges with web services beyond the budget are not told");
    let beyond = found.iter().map(|found| u64::from(found.beyond)).fold(0, u64::saturating_add);
    tell(beyond, "findings beyond the budget of their rule are counted with its last one, not listed");
    tell(signin::beyond(facts, sign_ins), "sign-ins beyond the budget are not told: cut the capture in parts");
    tell(counts.mistakes, "messages could not be read because of a mistake in handshark; please report it");
    out
}
