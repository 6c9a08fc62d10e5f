//! TLS: F07–F10, F49, and F04 where the certificate tells.

use super::make::Side;
use super::scene::{Line, Scene, Told, at};
use super::token::{
    Card, THIS_YEAR, alert, certificate, certificate_of, client_finish, client_hello, data, finish, server_flight,
    server_flight_1_3,
};
use super::{CLIENT, Scenario, failed, signed_in, unexplained, unfinished, unknown};
use crate::speak::{Caller, TLS_DSK, USER};
use handshark::signin::{Outcome, Stage, State};
use std::net::SocketAddr;

const SIP: SocketAddr = at(10, 5061);
const NAME: &str = "sip.contoso.com";

/// A client that asks for this host and is shown this certificate. The frame of it.
fn shown(scene: &mut Scene, host: &str, card: &[u8]) -> (Line, u64) {
    let mut line = hello(scene, host);
    let frame = scene.say(&mut line, Side::Server, &server_flight(card));
    (line, frame)
}

fn hello(scene: &mut Scene, host: &str) -> Line {
    scene.find(CLIENT, host, SIP.ip());
    let mut line = scene.connect(CLIENT, SIP);
    scene.say(&mut line, Side::Client, &client_hello(host));
    line
}

/// The client sends this alert and leaves.
fn refuses(scene: &mut Scene, line: &mut Line, code: u8) -> u64 {
    let frame = scene.say(line, Side::Client, &alert(code));
    scene.close(line, Side::Client);
    scene.later(20);
    frame
}

/// A day before 2026 began.
const LAST_YEAR: (i64, i64) = (THIS_YEAR.0 - 31_536_000, THIS_YEAR.0 - 86_400);
const NEXT_YEAR: (i64, i64) = (THIS_YEAR.1, THIS_YEAR.1 + 31_536_000);

fn card(name: &'static str, issuer: &'static str, valid: (i64, i64)) -> Vec<u8> {
    certificate(&Card { subject: name, issuer, names: &[name], valid })
}

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "F07 the client does not know the CA",
        near: &["F08", "F09", "F10", "F49", "F04"],
        play: |scene| {
            let (mut line, shown) = shown(scene, NAME, &certificate_of(NAME));
            let says = refuses(scene, &mut line, 48);
            failed(Stage::Tls, "F07").proof([shown, says]).alone()
        },
    },
    Scenario {
        name: "F07 the client leaves without a word after a certificate with its name and in time",
        near: &["F08", "F09", "F10"],
        play: |scene| {
            let (mut line, shown) = shown(scene, NAME, &certificate_of(NAME));
            scene.close(&mut line, Side::Client);
            scene.later(20);
            failed(Stage::Tls, "F07").proof([shown]).alone()
        },
    },
    Scenario {
        name: "F08 the certificate is of last year",
        near: &["F07", "F09", "F31", "F33"],
        play: |scene| {
            let (mut line, shown) = shown(scene, NAME, &card(NAME, "Contoso Root CA", LAST_YEAR));
            let says = refuses(scene, &mut line, 45);
            failed(Stage::Tls, "F08").proof([shown, says]).alone()
        },
    },
    Scenario {
        name: "F08 the certificate is of next year, and the client leaves without a word",
        near: &["F07"],
        play: |scene| {
            let (mut line, shown) = shown(scene, NAME, &card(NAME, "Contoso Root CA", NEXT_YEAR));
            scene.close(&mut line, Side::Client);
            scene.later(20);
            failed(Stage::Tls, "F08").proof([shown]).alone()
        },
    },
    Scenario {
        name: "F08 the client says so of a certificate that TLS 1.3 hides",
        near: &["F07", "F09", "F10"],
        play: |scene| {
            let mut line = hello(scene, NAME);
            scene.say(&mut line, Side::Server, &server_flight_1_3());
            let says = refuses(scene, &mut line, 45);
            failed(Stage::Tls, "F08").proof([says]).alone()
        },
    },
    Scenario {
        name: "F07 the client says so of a certificate that TLS 1.3 hides",
        near: &["F08", "F09", "F10"],
        play: |scene| {
            let mut line = hello(scene, NAME);
            scene.say(&mut line, Side::Server, &server_flight_1_3());
            let says = refuses(scene, &mut line, 48);
            failed(Stage::Tls, "F07").proof([says]).alone()
        },
    },
    Scenario {
        name: "F07 the client's alert is hidden by TLS 1.3 as well",
        near: &["F08", "F09", "F10"],
        play: |scene| {
            let mut line = hello(scene, NAME);
            scene.say(&mut line, Side::Server, &server_flight_1_3());
            let says = scene.say(&mut line, Side::Client, &data(19));
            scene.close(&mut line, Side::Client);
            scene.later(20);
            failed(Stage::Tls, "F07").proof([says]).alone()
        },
    },
    Scenario {
        name: "F07 the client leaves TLS 1.3 without a word",
        near: &["F08", "F09", "F10"],
        play: |scene| {
            let mut line = hello(scene, NAME);
            let answer = scene.say(&mut line, Side::Server, &server_flight_1_3());
            scene.close(&mut line, Side::Client);
            scene.later(20);
            failed(Stage::Tls, "F07").proof([answer]).says("consistent with").alone()
        },
    },
    Scenario {
        name: "the client leaves TLS 1.3 without a word, and comes again",
        near: &["F07", "F08", "F09", "F10"],
        play: |scene| {
            let mut line = hello(scene, NAME);
            scene.say(&mut line, Side::Server, &server_flight_1_3());
            scene.reset(&line, Side::Client);
            scene.wait(50);
            let mut line = hello(scene, NAME);
            scene.say(&mut line, Side::Server, &server_flight_1_3());
            scene.say(&mut line, Side::Client, &[data(53), data(700)].concat());
            scene.say(&mut line, Side::Server, &data(1100));
            scene.later(20);
            unknown().alone()
        },
    },
    Scenario {
        name: "the server leaves TLS 1.3 after its own answer",
        near: &["F07", "F08", "F09", "F10"],
        play: |scene| {
            let mut line = hello(scene, NAME);
            scene.say(&mut line, Side::Server, &server_flight_1_3());
            scene.reset(&line, Side::Server);
            scene.later(20);
            unexplained(Stage::Tls).says("the server resets").alone()
        },
    },
    Scenario {
        name: "TLS 1.3 that nobody can read comes about: what follows its Finished is data",
        near: &["F07", "F10", "F57"],
        play: |scene| {
            let mut line = hello(scene, NAME);
            scene.say(&mut line, Side::Server, &server_flight_1_3());
            scene.say(&mut line, Side::Client, &[data(53), data(700)].concat());
            scene.say(&mut line, Side::Server, &data(1100));
            scene.say(&mut line, Side::Client, &data(19));
            scene.close(&mut line, Side::Client);
            scene.later(20);
            unknown().alone()
        },
    },
    Scenario {
        name: "TLS 1.3 of which no length tells anything",
        near: &["F07", "F10", "F57"],
        play: |scene| {
            let mut line = hello(scene, NAME);
            scene.say(&mut line, Side::Server, &server_flight_1_3());
            scene.say(&mut line, Side::Client, &data(273));
            scene.close(&mut line, Side::Client);
            scene.later(20);
            unfinished().alone()
        },
    },
    Scenario {
        name: "F09 the certificate is for another host",
        near: &["F07", "F08"],
        play: |scene| {
            let (mut line, shown) = shown(scene, NAME, &certificate_of("mail.contoso.com"));
            let says = refuses(scene, &mut line, 46);
            failed(Stage::Tls, "F09").proof([shown, says]).alone()
        },
    },
    Scenario {
        name: "F07 a wildcard stands for the host",
        near: &["F09"],
        play: |scene| {
            let (mut line, _) = shown(scene, NAME, &certificate_of("*.contoso.com"));
            refuses(scene, &mut line, 48);
            failed(Stage::Tls, "F07").alone()
        },
    },
    Scenario {
        name: "F04 the service record and its certificate are of another domain",
        near: &["F07", "F09"],
        play: |scene| {
            let record = scene.ask(CLIENT, "_sip._tls.contoso.com", 33, Told::Service("sip.fabrikam.net", 5061));
            let (mut line, _) = shown(scene, "sip.fabrikam.net", &certificate_of("sip.fabrikam.net"));
            scene.close(&mut line, Side::Client);
            scene.later(20);
            failed(Stage::Tls, "F04").proof([record]).alone()
        },
    },
    Scenario {
        name: "F10 the server has no version in common",
        near: &["F07", "F05", "F57"],
        play: |scene| {
            let mut line = hello(scene, NAME);
            let says = scene.say(&mut line, Side::Server, &alert(70));
            scene.close(&mut line, Side::Server);
            scene.later(20);
            failed(Stage::Tls, "F10").proof([says]).alone()
        },
    },
    Scenario {
        name: "F10 the server closes instead of a ServerHello",
        near: &["F57", "F58", "F05"],
        play: |scene| {
            let mut line = hello(scene, NAME);
            scene.close(&mut line, Side::Server);
            scene.later(20);
            failed(Stage::Tls, "F10").alone()
        },
    },
    Scenario {
        name: "the client closes before the server said anything",
        near: &["F10", "F07"],
        play: |scene| {
            let mut line = hello(scene, NAME);
            scene.close(&mut line, Side::Client);
            scene.later(20);
            super::unexplained(Stage::Tls).alone()
        },
    },
    Scenario {
        name: "F49 a device shows its own certificate",
        near: &["F07", "F09"],
        play: |scene| {
            let (mut line, shown) = shown(scene, NAME, &card(NAME, "Zscaler Intermediate Root CA", THIS_YEAR));
            let says = refuses(scene, &mut line, 48);
            failed(Stage::Tls, "F49").proof([shown, says]).alone()
        },
    },
    Scenario {
        name: "a device shows its own certificate, and the client trusts it",
        near: &["F49", "F07"],
        play: |scene| {
            let (mut line, _) = shown(scene, NAME, &card(NAME, "Zscaler Intermediate Root CA", THIS_YEAR));
            up(scene, &mut line);
            scene.later(20);
            unknown().alone()
        },
    },
    Scenario {
        name: "the second server has a better certificate",
        near: &["F08"],
        play: |scene| {
            let (mut line, _) = shown(scene, NAME, &card(NAME, "Contoso Root CA", LAST_YEAR));
            scene.say(&mut line, Side::Client, &alert(45));
            scene.close(&mut line, Side::Client);
            let yes = Caller::over_tcp(scene, CLIENT, super::FRONT_END, USER).signs_in(scene, "alice");
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "the handshake is under way when the capture ends",
        near: &["F07", "F10", "F58"],
        play: |scene| {
            shown(scene, NAME, &certificate_of(NAME));
            unfinished().alone()
        },
    },
    Scenario {
        name: "a sign-in inside TLS that nobody can read",
        near: &["F35", "F31", "F57", "F58"],
        play: |scene| {
            let (mut line, _) = shown(scene, NAME, &certificate_of(NAME));
            up(scene, &mut line);
            for _ in 0..3 {
                scene.say(&mut line, Side::Client, &data(900));
                scene.say(&mut line, Side::Server, &data(1200));
            }
            scene.close(&mut line, Side::Client);
            scene.later(20);
            unknown().alone()
        },
    },
];

/// The handshake ends well, and both sides have said something.
fn up(scene: &mut Scene, line: &mut Line) {
    scene.say(line, Side::Client, &client_finish());
    scene.say(line, Side::Server, &finish());
    scene.say(line, Side::Client, &data(900));
    scene.say(line, Side::Server, &data(1200));
}

/// The registrar asks for a certificate, and the web services at this address are asked for something inside TLS.
fn sent_for_certificate(host: &str) -> super::SignIn {
    let mut scene = Scene::default();
    let mut caller = Caller::over_tcp(&mut scene, CLIENT, at(10, 5060), USER);
    caller.challenged(&mut scene, &[TLS_DSK]);
    let mut line = scene.connect(CLIENT, at(11, 443));
    scene.say(&mut line, Side::Client, &client_hello(host));
    scene.say(&mut line, Side::Server, &server_flight(&certificate_of(host)));
    up(&mut scene, &mut line);
    scene.close(&mut line, Side::Client);
    scene.later(20);
    super::tell(&scene.pcap()).remove(0)
}

#[test]
fn the_way_to_a_certificate_that_nobody_can_read_is_told_as_that() {
    let state = |told: &super::SignIn, stage: Stage| told.stages[stage.index()].state;
    let told = sent_for_certificate("web.contoso.com");
    assert_eq!((told.outcome, told.failed_stage), (Outcome::Unknown, None));
    assert_eq!([Stage::Ticket, Stage::Certificate].map(|stage| state(&told, stage)), [State::Encrypted; 2]);
    assert!(told.sentence.starts_with("After the challenge the client talks to web.contoso.com inside TLS"));
    assert!(told.sentence.contains("consistent with") && told.sentence.contains("the client closes it after"));
    // What goes elsewhere may be for anything.
    let told = sent_for_certificate("www.contoso.com");
    assert_eq!([Stage::Ticket, Stage::Certificate].map(|stage| state(&told, stage)), [State::NotSeen; 2]);
    assert_eq!(told.outcome, Outcome::Unfinished);
}

/// A client that knows the address calls this host at 443, inside TLS that nobody can read.
fn called_at_443(host: &str) -> Vec<super::SignIn> {
    let mut scene = Scene::default();
    let mut line = scene.connect(CLIENT, at(12, 443));
    scene.say(&mut line, Side::Client, &client_hello(host));
    scene.say(&mut line, Side::Server, &server_flight(&certificate_of(host)));
    up(&mut scene, &mut line);
    scene.later(20);
    super::tell(&scene.pcap())
}

#[test]
fn an_edge_is_known_by_its_name() {
    let told = called_at_443("sip.contoso.com");
    let [told] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(told.outcome, Outcome::Unknown);
    assert!(told.sentence.contains("consistent with a sign-in; it is open when the capture ends"), "{}", told.sentence);
    assert!(called_at_443("www.contoso.com").is_empty());
}
