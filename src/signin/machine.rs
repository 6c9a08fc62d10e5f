//! The machine: steps through stages, as a pure function over a small state.
//!
//! ```text
//!  Began   a request went out: the stage is under way
//!  Ok      the stage came to a good end; failures of stages before it are overcome
//!  Failed  the stage came to a bad end; it stays open until something overcomes it
//! ```

use super::purpose::Purpose;
use super::stage::{Stage, StageRow, State};
use super::steps::{Event, Step};

/// How far a sign-in came.
#[derive(Clone, Debug)]
pub struct Progress {
    /// Every stage, in order.
    pub stages: Vec<StageRow>,
    /// The failure that nothing overcame so far, as a place in the list of steps.
    pub open: Option<usize>,
    /// The registrar said yes.
    pub signed_in: bool,
    /// The last stage that was begun.
    pub at: Option<Stage>,
}

impl Default for Progress {
    fn default() -> Self {
        Self { stages: Stage::ALL.into_iter().map(StageRow::new).collect(), open: None, signed_in: false, at: None }
    }
}

/// The stages whose open failure is overcome when this stage goes well.
const fn overcomes(well: Stage, failed: Stage) -> bool {
    match (well, failed) {
        // A name that is found, or a connection, says nothing of later stages.
        (Stage::Discover, Stage::Discover) => true,
        (Stage::Connect, Stage::Discover | Stage::Connect) => true,
        (Stage::Tls, Stage::Discover | Stage::Connect | Stage::Tls) => true,
        (Stage::Challenge, Stage::Discover | Stage::Connect | Stage::Tls | Stage::Challenge) => true,
        (Stage::Ticket, Stage::Discover | Stage::Connect | Stage::Tls | Stage::Ticket) => true,
        (Stage::Certificate, Stage::Ticket | Stage::Certificate) => true,
        (Stage::Authenticate, Stage::Register | Stage::Provision) => false,
        (Stage::Authenticate | Stage::Register, _) => true,
        (Stage::Provision, failed) => matches!(failed, Stage::Provision),
        _ => false,
    }
}

/// True if the web services went well, and it was the registrar that failed.
fn is_elsewhere(well: &Step<'_>, failed: &Step<'_>) -> bool {
    let (well, failed) = (well.purpose, failed.purpose);
    well == Purpose::Web && failed == Purpose::Sip
}

/// The next state after one step.
pub fn step(mut before: Progress, at: usize, steps: &[Step<'_>]) -> Progress {
    let Some(now) = steps.get(at) else { return before };
    before.at = Some(now.stage);
    let index = now.stage.index();
    if let Some(row) = before.stages.get_mut(index) {
        row.touch(now.frame, now.time);
        match now.event {
            Event::Began => {}
            Event::Encrypted if row.state == State::NotSeen => row.state = State::Encrypted,
            Event::Encrypted => {}
            Event::Ok | Event::Otherwise => {
                row.state = match row.state {
                    _ if now.event == Event::Otherwise => State::Warn,
                    State::Warn => State::Warn,
                    _ if row.failures > 0 => State::Retried,
                    _ => State::Ok,
                };
            }
            Event::Failed => {
                row.failures = row.failures.saturating_add(1);
                row.state = State::Failed;
            }
        }
    }
    match now.event {
        Event::Failed => before.open = Some(at),
        Event::Ok | Event::Otherwise => {
            let open = before.open.and_then(|failed| steps.get(failed));
            if open.is_some_and(|failed| overcomes(now.stage, failed.stage) && !is_elsewhere(now, failed)) {
                before.open = None;
            }
            if now.stage == Stage::Register {
                before.signed_in = true;
            }
        }
        _ => {}
    }
    before
}

/// Runs all steps.
pub fn run(steps: &[Step<'_>]) -> Progress {
    let mut progress = (0..steps.len()).fold(Progress::default(), |before, at| step(before, at, steps));
    // What a later success went around: a failure there was no end, a silence no need.
    let last_ok = progress.stages.iter().rposition(|row| matches!(row.state, State::Ok | State::Warn | State::Retried));
    let open = progress.open.and_then(|at| steps.get(at)).map(|step| step.stage);
    for row in progress.stages.iter_mut().take(last_ok.unwrap_or(0)) {
        match row.state {
            State::NotSeen if row.frames.is_empty() => row.state = State::Skipped,
            State::Failed if open != Some(row.stage) => row.state = State::Warn,
            _ => {}
        }
    }
    progress
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Timestamp;

    fn steps(list: &[(Stage, Event)]) -> Vec<Step<'static>> {
        let step = |(at, (stage, event)): (usize, &(Stage, Event))| Step {
            frame: at as u64 + 1,
            time: Timestamp(i64::try_from(at).unwrap()),
            stage: *stage,
            event: *event,
            purpose: Purpose::Unknown,
            trouble: None,
        };
        list.iter().enumerate().map(step).collect()
    }

    #[test]
    fn a_later_success_overcomes_a_failure() {
        let steps = steps(&[
            (Stage::Challenge, Event::Ok),
            (Stage::Authenticate, Event::Failed),
            (Stage::Authenticate, Event::Otherwise),
            (Stage::Register, Event::Ok),
        ]);
        let progress = run(&steps);
        assert!(progress.signed_in && progress.open.is_none());
        assert_eq!(progress.stages[Stage::Authenticate.index()].state, State::Warn);
        assert_eq!(progress.stages[Stage::Ticket.index()].state, State::Skipped);
        assert_eq!(progress.stages[Stage::Provision.index()].state, State::NotSeen);
    }

    #[test]
    fn another_challenge_does_not_overcome_a_failure() {
        let steps = steps(&[
            (Stage::Challenge, Event::Ok),
            (Stage::Authenticate, Event::Failed),
            (Stage::Challenge, Event::Ok),
        ]);
        assert_eq!(run(&steps).open, Some(1));
    }

    #[test]
    fn web_services_say_nothing_of_the_registrar() {
        let with = |failed, well| {
            let mut steps = steps(&[(Stage::Connect, Event::Failed), (Stage::Connect, Event::Ok)]);
            (steps[0].purpose, steps[1].purpose) = (failed, well);
            run(&steps).open
        };
        assert_eq!(with(Purpose::Sip, Purpose::Web), Some(0));
        for (failed, well) in [
            (Purpose::Sip, Purpose::Sip),
            (Purpose::Web, Purpose::Sip),
            (Purpose::Web, Purpose::Web),
            (Purpose::Sip, Purpose::Unknown),
        ] {
            assert_eq!(with(failed, well), None, "{failed:?} {well:?}");
        }
    }

    #[test]
    fn a_connection_overcomes_a_refused_one() {
        let refused = steps(&[(Stage::Connect, Event::Failed), (Stage::Connect, Event::Ok)]);
        assert_eq!(run(&refused).open, None);
        let after = steps(&[(Stage::Connect, Event::Ok), (Stage::Connect, Event::Failed)]);
        assert_eq!(run(&after).open, Some(1));
    }
}
