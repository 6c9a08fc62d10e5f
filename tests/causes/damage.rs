//! What a damaged capture says is true of the whole one: packets cut short, lost, doubled, out of order, the beginning missing.

use super::make::{Packet, pcap, snapped};
use super::scene::Scene;
use super::{is_reserved, scenarios, tell, wanted};
use handshark::signin::{Outcome, SignIn};

/// What holds for a while, or is told of too little: three associations have to be lost before it is more than one sign-in.
const CHANGES: &[&str] = &[
    "F44 the association is lost each time",
    "F43 something forgets the connection after some minutes, and the client registers again",
    "F46 the settings are refused, and the client leaves",
    "F47 the address book is not there, however often the client asks",
    "the address book is there at the third time",
];

fn cause(signin: &SignIn) -> Option<&'static str> {
    signin.verdict.as_ref().map(|v| v.cause.code)
}

/// True if the whole capture says so, too.
fn is_true(told: &SignIn, whole: &[SignIn]) -> bool {
    whole.iter().any(|late| {
        let or = || late.verdict.iter().flat_map(|v| &v.or).copied();
        let mine = || told.verdict.iter().flat_map(|v| v.or.iter().copied().chain([v.cause.code]));
        // The end of a connection can be lost without a trace.
        let ended = cause(told) == Some("F58") && cause(late) == Some("F57");
        let same =
            ended || cause(told).is_none() || mine().any(|told| cause(late) == Some(told) || or().any(|o| o == told));
        late.outcome == told.outcome && same
    })
}

/// Plays every scenario and looks at damaged copies of it, each with a name of its damage.
fn each_damaged(damage: impl Fn(&[Packet]) -> Vec<(String, Vec<u8>)>) {
    let mut wrong = Vec::new();
    for scenario in scenarios().filter(|s| wanted(s) && !CHANGES.contains(&s.name)) {
        let mut scene = Scene::default();
        (scenario.play)(&mut scene);
        let whole = tell(&scene.pcap());
        for (what, bytes) in damage(scene.packets()) {
            for told in tell(&bytes) {
                let decided = matches!(told.outcome, Outcome::SignedIn | Outcome::Failed | Outcome::Looping);
                // What the capture ends with is told with that reservation.
                let reserved = is_reserved(&told);
                if decided && !reserved && !is_true(&told, &whole) {
                    let (outcome, cause) = (told.outcome, cause(&told));
                    wrong.push(format!("{}, {what}: {outcome:?} {cause:?} {}", scenario.name, told.sentence));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn packets_cut_short() {
    each_damaged(|packets| {
        let lengths = [54, 60, 68, 80, 96, 128, 160, 200, 256, 300, 350, 400, 450, 500, 600, 700, 800, 1000, 1200];
        lengths.iter().map(|snap| (format!("snap length {snap}"), snapped(packets, *snap))).collect()
    });
}

#[test]
fn a_packet_lost() {
    each_damaged(|packets| {
        let without = |at: usize| {
            let mut left = packets.to_vec();
            left.remove(at);
            (format!("without frame {}", at + 1), pcap(&left))
        };
        (0..packets.len()).map(without).collect()
    });
}

#[test]
fn the_beginning_missing() {
    each_damaged(|packets| {
        let from = |at: usize| (format!("from frame {}", at + 1), pcap(&packets[at..]));
        (1..packets.len()).map(from).collect()
    });
}
