//! Which request of SIP an answer is to (RFC 3261 17.1.3): the `branch` of its topmost `Via` and the method of its `CSeq`
//! say it. Clients before RFC 3261 have no branch: of theirs, Call-ID, number and connection have to do. The number alone
//! does not: requests of several dialogs share a connection and all begin at one, and who tries several servers at once
//! gives every one of them the same request.

use crate::fact::{Place, SipHead};
use std::hash::BuildHasher;

/// What a request and its answers have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Transaction {
    /// Hash of the Call-ID.
    call: u64,
    cseq: u32,
    method: String,
    /// Hash of the branch.
    branch: Option<u64>,
    flow: u32,
}

impl Transaction {
    /// That of a message. Hashes of one hasher can be compared.
    pub(super) fn of(sip: &SipHead, place: &Place, hasher: &impl BuildHasher) -> Self {
        Self {
            call: hasher.hash_one(&*sip.call_id),
            cseq: sip.cseq,
            method: sip.method.clone(),
            branch: branch(sip, hasher),
            flow: place.flow,
        }
    }

    /// The method of its request.
    pub(super) fn into_method(self) -> String {
        self.method
    }

    /// True if the answer is to this request. Over UDP it may come in another conversation: there only a branch tells.
    pub(super) fn is_of(&self, answer: &Self) -> bool {
        let same = (self.call, self.cseq) == (answer.call, answer.cseq) && self.method == answer.method;
        let here = self.flow == answer.flow;
        same && !differ(self.branch, answer.branch) && (here || self.branch.is_some() && self.branch == answer.branch)
    }

    /// True if both were seen in one conversation: a client may send one request, branch and all, to several servers.
    pub(super) const fn is_beside(&self, other: &Self) -> bool {
        self.flow == other.flow
    }
}

/// The branch of a message, by its hash.
pub(super) fn branch(sip: &SipHead, hasher: &impl BuildHasher) -> Option<u64> {
    sip.branch.as_ref().map(|branch| hasher.hash_one(branch))
}

/// True if both are known and are of different transactions.
pub(super) fn differ(one: Option<u64>, other: Option<u64>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one != other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::Direction;
    use crate::wire::Timestamp;
    use std::hash::{BuildHasherDefault, DefaultHasher};
    use std::net::SocketAddr;

    fn of(call: &str, branch: Option<&str>, flow: u32) -> Transaction {
        let sip = SipHead {
            call_id: call.into(),
            cseq: 1,
            method: "REGISTER".into(),
            branch: branch.map(str::to_owned),
            ..SipHead::default()
        };
        let end = SocketAddr::from(([192, 0, 2, 1], 5060));
        let place = Place {
            frame: 1,
            time: Timestamp(0),
            flow,
            pdu: 1,
            from: Direction::ToServer,
            client: end,
            server: end,
            tcp: true,
            encrypted: false,
        };
        Transaction::of(&sip, &place, &BuildHasherDefault::<DefaultHasher>::default())
    }

    #[test]
    fn the_number_alone_joins_nothing() {
        let asked = of("one", Some("z9hG4bK1"), 1);
        assert!(asked.is_of(&of("one", Some("z9hG4bK1"), 1)));
        assert!(!asked.is_of(&of("two", Some("z9hG4bK1"), 1)), "another dialog");
        assert!(!asked.is_of(&of("one", Some("z9hG4bK2"), 1)), "another transaction");
        // Over UDP the answer may come from elsewhere; without a branch nothing says that it is this one's.
        assert!(asked.is_of(&of("one", Some("z9hG4bK1"), 2)));
        assert!(!asked.is_of(&of("one", None, 2)) && !of("one", None, 1).is_of(&of("one", None, 2)));
        assert!(asked.is_of(&of("one", None, 1)) && of("one", None, 1).is_of(&of("one", None, 1)));
        assert!(asked.is_beside(&of("two", None, 1)) && !asked.is_beside(&of("one", Some("z9hG4bK1"), 2)));
    }
}
