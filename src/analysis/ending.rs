//! How security associations of SIP end ([MS-SIPAE] 3.2.2, 3.3.5): nothing on the wire says "over", what happens does.
//!
//! ```text
//!  signed out   a signed REGISTER with Expires: 0, and its 200
//!  forgotten    a signed request is challenged as if by a stranger: the server lost it, or another front end never had it
//!  renewed      the client made another with the same server in the same dialog; about every 8 hours that is due
//!  closed       nothing of these, and the connection that it signed on last was closed
//! ```
//!
//! A request that is granted later takes an end back.

use super::connection::Connections;
use super::negotiation::{Carrier, Negotiation, Outcome};
use crate::fact::{Diagnostic, Direction, Place};
use crate::wire::Timestamp;
use crate::wire::time::{NANOS, span};

/// A client keeps an association for so long at most ([MS-SIPAE] 3.2.2), in nanoseconds.
const LIFE: i64 = 8 * 3600 * NANOS;
/// How long before its end a client may renew it, in nanoseconds. At least five minutes are asked for.
const MARGIN: i64 = 30 * 60 * NANOS;

/// What ended an association.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// The client took its registration back.
    SignedOut {
        /// The frame of the server's yes.
        granted: Option<u64>,
    },
    /// A signed request was challenged; what the server says of the reason.
    Forgotten(Option<Box<Diagnostic>>),
    /// Another one took its place.
    Renewed {
        /// It was about to end: its eight hours, or its certificate.
        due: bool,
    },
    /// Its connection was closed.
    Closed {
        /// The side that closed it.
        by: Direction,
        /// With a reset.
        reset: bool,
    },
}

impl End {
    /// The word of the report.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::SignedOut { .. } => "signed_out",
            Self::Forgotten(_) => "forgotten",
            Self::Renewed { .. } => "renewed",
            Self::Closed { .. } => "closed",
        }
    }
}

/// The end of an association.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    /// What ended it.
    pub how: End,
    /// The frame that shows it.
    pub frame: u64,
    /// When.
    pub time: Timestamp,
}

impl Ended {
    const fn at(place: &Place, how: End) -> Self {
        Self { how, frame: place.frame, time: place.time }
    }

    /// In words, for an association that was made at this moment.
    pub fn words(&self, made: Option<Timestamp>) -> String {
        let lived = made.map(|made| self.time.since(made)).filter(|lived| *lived >= NANOS);
        let after = lived.map_or_else(String::new, |lived| format!(" after {}", span(lived)));
        match &self.how {
            End::SignedOut { granted: Some(granted) } => {
                format!("the client signed out in #{}{after}, granted in #{granted}", self.frame)
            }
            End::SignedOut { granted: None } => {
                format!("the client signed out in #{}{after}; no answer was captured", self.frame)
            }
            End::Forgotten(said) => {
                let said =
                    said.as_ref().map_or_else(String::new, |d| format!(" (ms-diagnostics {}: {})", d.id, d.reason));
                format!("a signed request was challenged anew in #{}{after}{said}", self.frame)
            }
            End::Renewed { due } => {
                let due = if *due { ", as its life asks for" } else { "" };
                format!("renewed in #{}{after}{due}", self.frame)
            }
            End::Closed { by, reset } => {
                let who = if *by == Direction::ToServer { "client" } else { "server" };
                let did = if *reset { "reset" } else { "closed" };
                format!("the {who} {did} its connection in #{}{after}", self.frame)
            }
        }
    }
}

/// The client asks, signed, to be registered no more.
pub(super) fn leaves(negotiation: &mut Negotiation, place: &Place) {
    if negotiation.outcome == Outcome::Accepted {
        negotiation.association_mut().ended = Some(Box::new(Ended::at(place, End::SignedOut { granted: None })));
    }
}

/// A signed request, sent in frame `asked`, was granted: it took the registration back, or shows that the server knows
/// the association.
pub(super) fn granted(negotiation: &mut Negotiation, asked: u64, removes: bool, place: &Place) {
    let Some(association) = negotiation.association.as_mut() else { return };
    match association.ended.as_deref_mut() {
        Some(Ended { how: End::SignedOut { granted }, frame, .. }) if removes && *frame == asked => {
            granted.get_or_insert(place.frame);
        }
        Some(ended) if !removes && ended.frame < asked && association.renewed_by.is_none() => association.ended = None,
        _ => {}
    }
}

/// A signed request was challenged as if by a stranger.
pub(super) fn forgotten(negotiation: &mut Negotiation, place: &Place, said: Option<&Diagnostic>) {
    // What was renewed is not asked for any more.
    if negotiation.association().renewed_by.is_none() {
        negotiation.association_mut().ended =
            Some(Box::new(Ended::at(place, End::Forgotten(said.cloned().map(Box::new)))));
    }
}

/// True if these are with the same server: NTLM and TLS-DSK name it, Kerberos puts the service before it.
pub(super) fn is_same_server(one: Option<&str>, other: Option<&str>) -> bool {
    let host = |target: &str| target.rsplit('/').next().unwrap_or(target).to_ascii_lowercase();
    matches!((one, other), (Some(one), Some(other)) if host(one) == host(other))
}

/// `fresh` was made where `old` had been.
pub(super) fn renewed(old: &mut Negotiation, fresh: &mut Negotiation, place: &Place) {
    let signed_out = old.association().ended.as_ref().is_some_and(|e| matches!(e.how, End::SignedOut { .. }));
    if signed_out || old.association().renewed_by.is_some() {
        return;
    }
    let begun = fresh.legs.first().map_or(place.time, |leg| leg.time);
    let certificate = old.certificate.as_ref().map(|c| c.not_after);
    let due = made(old).is_some_and(|made| {
        let end = Timestamp(made.0.saturating_add(LIFE)).min(certificate.unwrap_or(Timestamp(i64::MAX)));
        (-MARGIN..=MARGIN).contains(&begun.since(end))
    });
    let (id, before) = (fresh.id, old.id);
    let kept = old.association_mut();
    kept.renewed_by = Some(id);
    if kept.ended.is_none() {
        kept.ended = Some(Box::new(Ended::at(place, End::Renewed { due })));
    }
    fresh.association_mut().renews = Some(before);
}

/// When an association was made: with the answer that accepted it.
pub fn made(negotiation: &Negotiation) -> Option<Timestamp> {
    let accepted = negotiation.outcome == Outcome::Accepted;
    negotiation.legs.last().filter(|_| accepted).map(|leg| leg.time)
}

/// The capture is over: associations that nothing else ended went with their connection.
pub(super) fn close(negotiation: &mut Negotiation, connections: &Connections) {
    if negotiation.carrier != Carrier::Sip || negotiation.outcome != Outcome::Accepted {
        return;
    }
    let Some(association) = negotiation.association.as_mut().filter(|kept| kept.ended.is_none()) else { return };
    let Some((flow, last)) = association.used else { return };
    let end = connections.ending(flow).and_then(|life| life.ended).filter(|end| end.time >= last);
    association.ended = end.map(|end| {
        let how = End::Closed { by: end.by, reset: end.reset };
        Box::new(Ended { how, frame: end.frame, time: end.time })
    });
}
