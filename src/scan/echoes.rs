//! Echo requests that wait for their replies: what ICMP has instead of conversations.
//!
//! Invariant: `waiting.len() <= MAX_WAITING`; the oldest go first.

use crate::network::Echo;
use crate::protocol::Exchange;
use std::collections::VecDeque;
use std::net::IpAddr;

/// Requests that wait for their reply, over all addresses.
const MAX_WAITING: usize = 256;

/// Who asked whom, and the identifier and number of the request.
type Key = (IpAddr, IpAddr, u16, u16);

/// The requests.
#[derive(Debug, Default)]
pub(super) struct Echoes {
    waiting: VecDeque<(Key, Exchange)>,
}

impl Echoes {
    /// Keeps a request; finds the one that a reply answers, which is answered once.
    pub(super) fn partner(&mut self, ends: (IpAddr, IpAddr), echo: Echo, seen: Exchange) -> Option<Exchange> {
        let (source, destination) = ends;
        if echo.reply {
            let key = (destination, source, echo.ident, echo.seq);
            let at = self.waiting.iter().rposition(|(waiting, _)| *waiting == key)?;
            return self.waiting.remove(at).map(|(_, asked)| asked);
        }
        if self.waiting.len() >= MAX_WAITING {
            self.waiting.pop_front();
        }
        self.waiting.push_back(((source, destination, echo.ident, echo.seq), seen));
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Timestamp;

    #[test]
    fn a_reply_finds_its_request_once() {
        let (a, b) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let seen = |frame| Exchange { frame, time: Timestamp(0) };
        let (request, reply) = (Echo { reply: false, ident: 7, seq: 1 }, Echo { reply: true, ident: 7, seq: 1 });
        let mut echoes = Echoes::default();
        assert_eq!(echoes.partner((a, b), request, seen(1)).map(|e| e.frame), None);
        let other = Echo { seq: 2, ..reply };
        assert_eq!(echoes.partner((b, a), other, seen(2)).map(|e| e.frame), None, "another number");
        assert_eq!(echoes.partner((a, b), reply, seen(3)).map(|e| e.frame), None, "the wrong way");
        assert_eq!(echoes.partner((b, a), reply, seen(4)).map(|e| e.frame), Some(1));
        assert_eq!(echoes.partner((b, a), reply, seen(5)).map(|e| e.frame), None, "answered already");
        for seq in 0..10_000 {
            echoes.partner((a, b), Echo { seq, ..request }, seen(seq.into()));
        }
        assert_eq!(echoes.waiting.len(), MAX_WAITING);
    }
}
