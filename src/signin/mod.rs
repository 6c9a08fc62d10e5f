//! The story of a sign-in: who, through which stages, where it stopped, why, with which proof, and what mends it.
//!
//! ```text
//!  Evidence ──gather──▶ Story (one client, one address, one attempt) ──steps──▶ Step, Step, …
//!                                                                              │ machine::step, pure
//!                                                                              ▼
//!                                   SignIn ◀──judge── causes (F01 …) ◀── Progress
//! ```
//!
//! A story is cut out of the evidence: what belongs to one client and one SIP address, until it signed in, gave up, or was
//! idle. Its steps run through a table of stages; what stands at the end says how far it came. A failure counts only if
//! nothing overcame it and the client had the time to try: what a longer capture might contradict is not said.

mod causes;
mod fill;
mod gather;
mod host;
mod join;
mod judge;
mod machine;
mod over;
mod purpose;
mod sentence;
mod stage;
mod steps;
mod story;
mod unnamed;
mod web;

pub use causes::{CAUSES, Cause, cause};
pub use gather::MAX_STORIES;
pub use judge::END_OF_CAPTURE;
pub use stage::{Stage, StageRow, State};
pub use story::Story;

use crate::analysis::Evidence;
use crate::fact::{Diagnostic, Scheme};
use crate::knowledge::client::Family;
use crate::wire::Timestamp;
use std::net::{IpAddr, SocketAddr};

/// How a sign-in ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The server registered the client.
    SignedIn,
    /// It stopped, and the client gave up.
    Failed,
    /// The capture ends first.
    Unfinished,
    /// The same again and again.
    Looping,
    /// Too little could be read.
    Unknown,
}

impl Outcome {
    /// The word of the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignedIn => "signed_in",
            Self::Failed => "failed",
            Self::Unfinished => "unfinished",
            Self::Looping => "looping",
            Self::Unknown => "unknown",
        }
    }

    /// The same for people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::SignedIn => "signed in",
            Self::Failed => "failed",
            Self::Unfinished => "unfinished",
            Self::Looping => "looping",
            Self::Unknown => "unknown",
        }
    }
}

/// How sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// The bytes fit it, and something else too.
    Consistent,
    /// Hard to explain otherwise.
    Likely,
    /// The bytes say so.
    Certain,
}

impl Confidence {
    /// The word of the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Consistent => "consistent",
            Self::Likely => "likely",
            Self::Certain => "certain",
        }
    }
}

/// Where the client is, as far as something proves it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Side {
    /// Inside the organisation's network.
    Internal,
    /// Outside: through the Edge or the reverse proxy.
    External,
    /// Nothing proves either.
    #[default]
    Unknown,
}

impl Side {
    /// The word of the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::External => "external",
            Self::Unknown => "unknown",
        }
    }
}

/// The server's own words about a failure.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerWords {
    /// Status code of SIP or HTTP.
    pub status: u16,
    /// Its phrase.
    pub phrase: String,
    /// `ms-diagnostics` and its like.
    pub diagnostics: Option<Diagnostic>,
    /// The frame.
    pub frame: u64,
}

/// Why a sign-in stopped.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The cause.
    pub cause: &'static Cause,
    /// Others that the wire cannot tell from it.
    pub or: Vec<&'static str>,
    /// How sure.
    pub confidence: Confidence,
}

/// One sign-in.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// Counted from 1.
    pub id: u32,
    /// The bare SIP address.
    pub user: Option<String>,
    /// The client's address.
    pub client: IpAddr,
    /// Where it failed, or where it registered: the last server that mattered.
    pub server: Option<SocketAddr>,
    /// All addresses of its machine.
    pub addresses: Vec<IpAddr>,
    /// `User-Agent`
    pub user_agent: Option<String>,
    /// What kind of client.
    pub family: Family,
    /// Its version, as it gives it.
    pub version: Option<String>,
    /// `epid` or `+sip.instance`
    pub endpoint: Option<String>,
    /// Where the client is.
    pub side: Side,
    /// Its first step.
    pub started: Timestamp,
    /// Its last step.
    pub ended: Timestamp,
    /// The frame of its first step.
    pub first_frame: u64,
    /// The frame of its last step.
    pub last_frame: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// Where it stopped, unless it signed in.
    pub failed_stage: Option<Stage>,
    /// Why.
    pub verdict: Option<Verdict>,
    /// What happened, in a sentence.
    pub sentence: String,
    /// What the server said of it.
    pub server_words: Option<ServerWords>,
    /// Its stages, in the order of [`Stage::ALL`].
    pub stages: Vec<StageRow>,
    /// Schemes of the SIP challenges.
    pub offered: Vec<Scheme>,
    /// SIP schemes for which a token was sent.
    pub used: Vec<Scheme>,
    /// Candidate names it asked for.
    pub asked: Vec<String>,
    /// Frames that prove the sentence.
    pub evidence: Vec<u64>,
    /// What to do, at most three steps.
    pub next: Vec<String>,
    /// What weakens the verdict.
    pub weakened: Vec<String>,
    /// Its negotiations, by id.
    pub negotiations: Vec<u32>,
}

impl SignIn {
    /// It is told: there may be thousands of them, and none grows any more.
    fn settled(mut self) -> Self {
        let Self { stages, evidence, next, weakened, asked, negotiations, .. } = &mut self;
        for row in stages.iter_mut() {
            row.frames.shrink_to_fit();
        }
        stages.shrink_to_fit();
        evidence.shrink_to_fit();
        [next, weakened, asked].into_iter().for_each(Vec::shrink_to_fit);
        negotiations.shrink_to_fit();
        self
    }
}

/// How many sign-ins begin in the evidence for which there is no room among those told.
pub fn beyond(evidence: &Evidence, told: &[SignIn]) -> u64 {
    // Who is not told of is counted only where that may be anybody: it costs as much again.
    if told.len() < MAX_STORIES { 0 } else { gather::beyond(evidence) as u64 }
}

/// All sign-ins that the evidence tells of, in the order in which they began.
pub fn tell(evidence: &Evidence) -> Vec<SignIn> {
    let told = |story: Story<'_>| judge::judge(&story).settled();
    let mut all: Vec<SignIn> = gather::stories(evidence).into_iter().map(told).collect();
    all.sort_by_cached_key(|signin| (signin.first_frame, signin.client));
    for (at, signin) in all.iter_mut().enumerate() {
        signin.id = u32::try_from(at).unwrap_or(u32::MAX).saturating_add(1);
    }
    all
}
