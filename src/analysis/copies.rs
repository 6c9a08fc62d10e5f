//! Registrations that a capture holds twice: before and behind a load balancer, a NAT, an Edge or a Director.
//!
//! What is passed on has the number of the original, in the same dialog, on another conversation, while the original waits
//! for its answer, from another address or, where only the server's was changed, from the same port. A client that turns to
//! another server does so from another port of its own. The copy is left out, or one sign-in would be two, and a signature
//! that is passed on one that is replayed.

use crate::fact::{Direction, Head, Place, Start};
use crate::wire::Timestamp;
use crate::wire::hash::HashMap;
use crate::wire::hash::HashSet;
use crate::wire::time::NANOS;
use std::hash::BuildHasher;
use std::net::SocketAddr;

/// Requests and conversations remembered.
const MAX_KEPT: usize = 4_096;
/// How soon a request is passed on, in nanoseconds.
const SOON: i64 = 2 * NANOS;

/// A request that waits for its answer: dialog and number.
type Asked = (u64, u32);

/// Knows what was passed on.
#[derive(Clone, Debug, Default)]
pub(super) struct Copies {
    /// On which conversation, by whom, of which endpoint and when a request was seen first.
    waiting: HashMap<Asked, (u32, SocketAddr, u64, Timestamp)>,
    /// Conversations that carry copies, and of which dialogs.
    copied: HashSet<(u32, u64)>,
    flows: HashSet<u32>,
}

impl Copies {
    /// True if the conversation carried a copy.
    pub(super) fn knows(&self, flow: u32) -> bool {
        self.flows.contains(&flow)
    }

    /// True if the message was seen before it was passed on, or answers such a one.
    pub(super) fn holds(&mut self, place: &Place, head: &Head) -> bool {
        let Some(sip) = head.sip.as_deref().filter(|sip| !sip.call_id.is_empty()) else { return false };
        let registers = sip.method == "REGISTER";
        if !registers && self.flows.is_empty() {
            return false;
        }
        let dialog = self.waiting.hasher().hash_one((&*sip.call_id, &*sip.from));
        // Some clients make the same Call-ID each time they start, on every machine.
        let endpoint = self.waiting.hasher().hash_one((&sip.from_tag, &sip.epid, &sip.instance));
        if self.flows.contains(&place.flow) && self.copied.contains(&(place.flow, dialog)) {
            return true;
        }
        if !registers {
            return false;
        }
        let asked = (dialog, sip.cseq);
        match &head.start {
            Start::Request { .. } if place.from == Direction::ToServer => {
                let before = self.waiting.get(&asked).copied();
                let passed = before.filter(|(flow, client, mine, time)| {
                    let another = *client == place.client || client.ip() != place.client.ip();
                    *flow != place.flow && another && *mine == endpoint && (0..=SOON).contains(&place.time.since(*time))
                });
                if passed.is_some() && self.copied.len() < MAX_KEPT {
                    self.flows.insert(place.flow);
                    return self.copied.insert((place.flow, dialog));
                }
                if before.is_none() && self.waiting.len() >= MAX_KEPT {
                    // Most are answered at once; who never was is passed on no more.
                    self.waiting.retain(|_, (.., time)| place.time.since(*time) <= SOON);
                }
                if self.waiting.len() < MAX_KEPT {
                    self.waiting.insert(asked, (place.flow, place.client, endpoint, place.time));
                }
                false
            }
            Start::Response { status, .. } if *status >= 200 => {
                let mine = self.waiting.get(&asked).is_some_and(|(flow, ..)| *flow == place.flow);
                if mine {
                    self.waiting.remove(&asked);
                }
                false
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::{Language, SipHead};
    use std::net::Ipv4Addr;

    fn place(flow: u32, milliseconds: i64, from: Direction) -> Place {
        let end = SocketAddr::from((Ipv4Addr::LOCALHOST, 5060));
        let last = u8::try_from(flow).unwrap();
        Place {
            frame: 1,
            time: Timestamp(milliseconds * 1_000_000),
            flow,
            pdu: 1,
            from,
            client: SocketAddr::from(([192, 0, 2, last], 50_000)),
            server: end,
            tcp: true,
            encrypted: false,
        }
    }

    fn head(status: Option<u16>, cseq: u32) -> Head {
        let start = match status {
            None => Start::Request { method: "REGISTER".into(), target: "sip:contoso.com".into() },
            Some(status) => Start::Response { status, phrase: String::new() },
        };
        let sip = SipHead {
            call_id: "one".into(),
            cseq,
            method: "REGISTER".into(),
            from_tag: Some("ab".into()),
            ..SipHead::default()
        };
        Head {
            language: Language::Sip,
            start,
            host: None,
            user_agent: None,
            server: None,
            date: None,
            transaction: 0,
            sip: Some(Box::new(sip)),
            web: None,
            diagnostics: Vec::new(),
            whole: true,
        }
    }

    #[test]
    fn what_is_passed_on_is_a_copy_with_all_that_follows() {
        let mut copies = Copies::default();
        let mut holds = |flow, at, status: Option<u16>, cseq| {
            let from = if status.is_some() { Direction::ToClient } else { Direction::ToServer };
            copies.holds(&place(flow, at, from), &head(status, cseq))
        };
        assert!(!holds(1, 0, None, 1) && holds(2, 5, None, 1));
        assert!(holds(2, 10, Some(401), 1) && !holds(1, 11, Some(401), 1));
        assert!(!holds(1, 20, None, 2) && holds(2, 21, None, 2));
    }

    #[test]
    fn who_asks_somebody_else_counts_on_or_waits() {
        let mut copies = Copies::default();
        let mut holds = |flow, at, status: Option<u16>, cseq| {
            let from = if status.is_some() { Direction::ToClient } else { Direction::ToServer };
            copies.holds(&place(flow, at, from), &head(status, cseq))
        };
        assert!(!holds(1, 0, None, 1) && !holds(2, 3_000, None, 1), "after a while it is tried elsewhere");
        assert!(
            !holds(1, 4_000, None, 2) && !holds(1, 4_001, Some(301), 2) && !holds(3, 4_002, None, 2),
            "it was answered"
        );
        assert!(!holds(3, 4_003, None, 2), "the same again is no copy");
        let other_port =
            Place { client: SocketAddr::from(([192, 0, 2, 3], 50_001)), ..place(4, 4_004, Direction::ToServer) };
        let mut machine = head(None, 2);
        machine.sip.as_mut().unwrap().epid = Some("other".into());
        assert!(!copies.holds(&place(5, 4_004, Direction::ToServer), &machine), "the same client on another machine");
        assert!(!copies.holds(&other_port, &head(None, 2)), "the client itself, over another connection");
    }
}
