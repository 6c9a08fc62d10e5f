//! The stages of a sign-in, and what is known of each.

use crate::wire::Timestamp;

/// Frames kept of a stage.
const MAX_FRAMES: usize = 12;

/// A stage, in the order of a first sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// DNS and autodiscover.
    Discover,
    /// TCP, proxies.
    Connect,
    /// The TLS handshake of a connection.
    Tls,
    /// The registrar asks for credentials.
    Challenge,
    /// A web ticket.
    Ticket,
    /// A user certificate.
    Certificate,
    /// Security association with the registrar, and the KDC's part in it.
    Authenticate,
    /// The registrar's verdict.
    Register,
    /// Settings, contacts, web services after signing in.
    Provision,
}

impl Stage {
    /// All of them, in order.
    pub const ALL: [Self; 9] = [
        Self::Discover,
        Self::Connect,
        Self::Tls,
        Self::Challenge,
        Self::Ticket,
        Self::Certificate,
        Self::Authenticate,
        Self::Register,
        Self::Provision,
    ];

    /// The word of the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Discover => "discover",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Challenge => "challenge",
            Self::Ticket => "ticket",
            Self::Certificate => "certificate",
            Self::Authenticate => "authenticate",
            Self::Register => "register",
            Self::Provision => "provision",
        }
    }

    /// Its place in [`Stage::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// What became of a stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// It went well.
    Ok,
    /// It went well in another way than first tried.
    Warn,
    /// It did not.
    Failed,
    /// It went well after a failure.
    Retried,
    /// It was not needed: a later stage went well.
    Skipped,
    /// Nothing of it was captured, or it did not come to an end.
    #[default]
    NotSeen,
    /// It ran inside TLS that could not be read.
    Encrypted,
}

impl State {
    /// The word of the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Failed => "failed",
            Self::Retried => "retried",
            Self::Skipped => "skipped",
            Self::NotSeen => "not_seen",
            Self::Encrypted => "encrypted",
        }
    }

    /// A sign beside the colour.
    pub const fn mark(self) -> char {
        match self {
            Self::Ok => '+',
            Self::Warn => '!',
            Self::Failed => 'x',
            Self::Retried => '~',
            Self::Skipped => '-',
            Self::NotSeen => '.',
            Self::Encrypted => '#',
        }
    }
}

/// One stage of one sign-in.
#[derive(Clone, Debug, PartialEq)]
pub struct StageRow {
    /// Which.
    pub stage: Stage,
    /// What became of it.
    pub state: State,
    /// Frames of its steps: the first few.
    pub frames: Vec<u64>,
    /// Its first and last step.
    pub span: Option<(Timestamp, Timestamp)>,
    /// How often it failed.
    pub failures: u32,
}

impl StageRow {
    /// Nothing of it was seen yet.
    pub const fn new(stage: Stage) -> Self {
        Self { stage, state: State::NotSeen, frames: Vec::new(), span: None, failures: 0 }
    }

    /// A step of it.
    pub fn touch(&mut self, frame: u64, time: Timestamp) {
        if frame > 0 && self.frames.len() < MAX_FRAMES && !self.frames.contains(&frame) {
            self.frames.push(frame);
        }
        self.span = Some(self.span.map_or((time, time), |(from, to)| (from.min(time), to.max(time))));
    }

    /// How long it took, in nanoseconds.
    pub fn took(&self) -> Option<i64> {
        self.span.map(|(from, to)| to.since(from))
    }
}
