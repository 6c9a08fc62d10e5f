//! Every cause of a failed sign-in is raised by a scenario, and not raised by one that comes near it.
//!
//! A scenario plays on a network in memory and says what must come of it: outcome, failing stage, cause, proof and the
//! server's words. The same scenarios are cut after every packet: what a longer capture contradicts must not be said.

#[path = "../support/look.rs"]
mod look;
#[path = "../support/make.rs"]
mod make;
#[path = "../support/scene.rs"]
mod scene;
#[path = "../support/speak.rs"]
mod speak;
#[path = "../support/token.rs"]
mod token;

mod answers;
mod authenticate;
mod connect;
mod damage;
mod discover;
mod field;
mod kerberos;
mod many;
mod others;
mod page;
mod proofs;
mod register;
mod staged;
mod stories;
mod ticket;
mod tls;
mod variants;
mod wording;

use handshark::analysis::{Analysis, Evidence};
use handshark::signin::{self, CAUSES, Confidence, END_OF_CAPTURE, Outcome, SignIn, Stage};
use scene::Scene;
use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

/// The client, unless a scenario says otherwise.
const CLIENT: IpAddr = scene::host(50);
/// The registrar.
const FRONT_END: SocketAddr = scene::at(10, 5060);
/// The web services, in clear.
const WEB: SocketAddr = scene::at(11, 80);
/// The domain controller.
const KDC: SocketAddr = scene::at(5, 88);

/// Something that happens, and what must be told of it.
struct Scenario {
    /// What happens.
    name: &'static str,
    /// Causes that come near and must not be raised.
    near: &'static [&'static str],
    play: fn(&mut Scene) -> Vec<Must>,
}

/// What must be told of one sign-in.
#[derive(Debug)]
struct Must {
    outcome: Outcome,
    stage: Option<Stage>,
    cause: Option<&'static str>,
    /// Among the frames of proof.
    proof: Vec<u64>,
    /// Status and id in the server's words.
    words: Option<(u16, Option<u32>)>,
    user: Option<&'static str>,
    /// In its sentence.
    says: &'static str,
    /// No other cause is as good.
    only: bool,
}

impl Must {
    const fn be(outcome: Outcome) -> Self {
        let proof = Vec::new();
        Self { outcome, stage: None, cause: None, proof, words: None, user: None, says: "", only: false }
    }

    fn says(self, part: &'static str) -> Self {
        Self { says: part, ..self }
    }

    fn only(self) -> Self {
        Self { only: true, ..self }
    }

    fn proof<const N: usize>(self, frames: [u64; N]) -> Self {
        Self { proof: frames.to_vec(), ..self }
    }

    fn words(self, status: u16, id: impl Into<Option<u32>>) -> Self {
        Self { words: Some((status, id.into())), ..self }
    }

    fn of(self, user: &'static str) -> Self {
        Self { user: Some(user), ..self }
    }

    fn alone(self) -> Vec<Self> {
        vec![self]
    }

    /// What is wrong with what was told.
    fn differs(&self, told: &SignIn) -> Option<String> {
        let words = told.server_words.as_ref().map(|w| (w.status, w.diagnostics.as_ref().map(|d| d.id)));
        let cause = told.verdict.as_ref().map(|v| v.cause.code);
        let proven = self.proof.iter().all(|frame| told.evidence.contains(frame));
        let same = self.outcome == told.outcome && self.stage == told.failed_stage && self.cause == cause;
        let said = self.words.is_none() || self.words == words;
        let whose = self.user.is_none() || self.user == told.user.as_deref();
        let or = told.verdict.as_ref().map(|v| &*v.or).unwrap_or_default();
        let sentence = told.sentence.contains(self.says) && (or.is_empty() || !self.only);
        (!same || !proven || !said || !whose || !sentence).then(|| {
            format!(
                "    told {:?} at {:?} {cause:?} or {or:?} proof {:?} words {words:?} user {:?}: {}\n    must {self:?}",
                told.outcome, told.failed_stage, told.evidence, told.user, told.sentence
            )
        })
    }
}

fn signed_in() -> Must {
    Must::be(Outcome::SignedIn)
}

fn failed(stage: Stage, cause: &'static str) -> Must {
    Must { stage: Some(stage), cause: Some(cause), ..Must::be(Outcome::Failed) }
}

/// It failed, and nothing proves why.
fn unexplained(stage: Stage) -> Must {
    Must { stage: Some(stage), ..Must::be(Outcome::Failed) }
}

fn looping(stage: Stage, cause: &'static str) -> Must {
    Must { stage: Some(stage), cause: Some(cause), ..Must::be(Outcome::Looping) }
}

fn unfinished() -> Must {
    Must::be(Outcome::Unfinished)
}

fn unknown() -> Must {
    Must::be(Outcome::Unknown)
}

/// The sign-ins of a capture.
fn tell(pcap: &[u8]) -> Vec<SignIn> {
    signin::tell(&evidence(pcap))
}

/// What the analysis makes of a capture.
fn evidence(pcap: &[u8]) -> Evidence {
    let mut analysis = Analysis::default();
    for row in look::facts(pcap).unwrap() {
        analysis.observe(row);
    }
    analysis.finish()
}

fn scenarios() -> impl Iterator<Item = &'static Scenario> {
    [
        discover::SCENARIOS,
        connect::SCENARIOS,
        tls::SCENARIOS,
        ticket::SCENARIOS,
        kerberos::SCENARIOS,
        authenticate::SCENARIOS,
        register::SCENARIOS,
        stories::SCENARIOS,
        field::SCENARIOS,
        proofs::SCENARIOS,
        variants::SCENARIOS,
        staged::SCENARIOS,
        wording::SCENARIOS,
        answers::SCENARIOS,
        others::SCENARIOS,
    ]
    .into_iter()
    .flatten()
}

/// Only the scenarios whose name holds this text, if it is set.
fn wanted(scenario: &Scenario) -> bool {
    std::env::var("SCENARIO").map_or(true, |part| scenario.name.contains(&part))
}

#[test]
fn every_scenario_is_told_as_it_happened() {
    let mut wrong = Vec::new();
    for scenario in scenarios().filter(|s| wanted(s)) {
        let mut scene = Scene::default();
        let must = (scenario.play)(&mut scene);
        let told = tell(&scene.pcap());
        if told.len() != must.len() {
            let sentences: Vec<_> = told.iter().map(|s| format!("{:?} {}", s.outcome, s.sentence)).collect();
            wrong.push(format!("{}: {} sign-ins, not {}: {sentences:?}", scenario.name, told.len(), must.len()));
            continue;
        }
        for (must, told) in must.iter().zip(&told) {
            if std::env::var_os("SHOW").is_some() {
                let cause = told.verdict.as_ref().map(|v| (v.cause.code, v.confidence, &v.or));
                println!(
                    "{}\n    {:?} {:?} {cause:?} {:?}\n    {}\n    {:?}",
                    scenario.name, told.outcome, told.failed_stage, told.evidence, told.sentence, told.next
                );
            }
            wrong.extend(must.differs(told).map(|how| format!("{}:\n{how}", scenario.name)));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

/// What was true for a while. The client gave up and thought better of it within two minutes, which is still one sign-in;
/// or it was signed in, and thrown out.
const CHANGES: &[&str] = &[
    "several attempts with pauses, then success",
    "the second server has a better certificate",
    "F44 the association is lost each time",
    "F43 something forgets the connection after some minutes, and the client registers again",
    "F46 the settings are refused, and the client leaves",
    "F47 the address book is not there, however often the client asks",
    "the address book is there at the third time",
];

/// True for what is told with the reservation that the capture ends with it, and never as certain.
fn is_reserved(told: &SignIn) -> bool {
    let certain = told.verdict.as_ref().is_some_and(|verdict| verdict.confidence == Confidence::Certain);
    told.weakened.iter().any(|why| why == END_OF_CAPTURE) && !certain
}

#[test]
fn nothing_is_said_that_the_rest_of_the_capture_contradicts() {
    let mut wrong = Vec::new();
    for scenario in scenarios().filter(|s| wanted(s) && !CHANGES.contains(&s.name)) {
        let mut scene = Scene::default();
        (scenario.play)(&mut scene);
        // What the capture ends with is told with that reservation.
        let decided =
            |s: &SignIn| matches!(s.outcome, Outcome::SignedIn | Outcome::Failed | Outcome::Looping) && !is_reserved(s);
        let whole = tell(&scene.pcap());
        let packets = scene.packets();
        for end in 1..packets.len() {
            for early in tell(&make::pcap(&packets[..end])).iter().filter(|s| decided(s)) {
                let cause = |s: &SignIn| s.verdict.as_ref().map(|v| v.cause.code);
                let stays = whole.iter().any(|late| {
                    let or = || late.verdict.iter().flat_map(|v| &v.or).copied();
                    let same = cause(early).is_none_or(|early| cause(late) == Some(early) || or().any(|o| o == early));
                    late.outcome == early.outcome && same
                });
                if !stays {
                    wrong.push(format!(
                        "{} cut after {end} of {}: {:?} {:?} {}",
                        scenario.name,
                        packets.len(),
                        early.outcome,
                        cause(early),
                        early.sentence
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

/// F53 ends no sign-in, a finding tells of it; F45 needs keys and has a test of its own.
const NO_END: &[&str] = &["F45", "F53"];

#[test]
fn every_cause_is_raised_and_missed_by_a_scenario() {
    let (mut raised, mut missed) = (BTreeSet::<&str>::new(), BTreeSet::<&str>::new());
    for scenario in scenarios() {
        let must = (scenario.play)(&mut Scene::default());
        missed.extend(scenario.near);
        for cause in must.iter().filter_map(|must| must.cause) {
            assert!(!scenario.near.contains(&cause), "{}: {cause} is what it raises", scenario.name);
            raised.insert(cause);
        }
    }
    for cause in CAUSES.iter() {
        assert_ne!(raised.contains(cause.code), NO_END.contains(&cause.code), "{} {}", cause.code, cause.name);
        assert!(missed.contains(cause.code), "nothing comes near {} {}", cause.code, cause.name);
    }
}
