//! Many sign-ins in one capture: each is told, and the report stays readable.

use super::scene::{Scene, at};
use super::speak::{Browser, Caller, FRONT_END as FE, NTLM, USER, diagnostics, signs};
use super::{look, signin};
use handshark::analysis::{Analysis, Carrier, Evidence, Outcome};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Instant;

/// So many users sign in, each from a machine of his own; every fourth is refused.
fn many(count: u32) -> Scene {
    sign_ins(count, |one| IpAddr::V4(Ipv4Addr::from(0x0a00_0000 + 256 + one)))
}

/// The same, all of them behind one address.
fn behind_one(count: u32) -> Scene {
    sign_ins(count, |_| super::CLIENT)
}

fn sign_ins(count: u32, machine: impl Fn(u32) -> IpAddr) -> Scene {
    let mut scene = Scene::default();
    for one in 0..count {
        let machine = machine(one);
        let user = format!("user{one}@contoso.com");
        scene.ask(machine, "_sipinternaltls._tcp.contoso.com", 33, super::scene::Told::Service("fe.contoso.com", 5060));
        scene.find(machine, "fe.contoso.com", at(10, 5060).ip());
        let mut web = Browser::new(&mut scene, machine, at(11, 80), "web.contoso.com");
        web.get(&mut scene, super::speak::USER_DOCUMENT, &[]);
        web.told(&mut scene, "401 Unauthorized", &[FE], "");
        let mut caller = Caller::over_tcp(&mut scene, machine, at(10, 5060), &user);
        caller.challenged(&mut scene, &[NTLM]);
        caller.ntlm(&mut scene, &format!("user{one}"));
        if one % 4 == 3 {
            caller.told(&mut scene, "401 Unauthorized", &[NTLM, &diagnostics(1000, "Final handshake failed")]);
            caller.leaves(&mut scene);
        } else {
            caller.accepted(&mut scene);
        }
    }
    scene.later(20);
    scene
}

fn evidence(scene: &Scene) -> Evidence {
    let mut analysis = Analysis::default();
    for row in look::facts(&scene.pcap()).unwrap() {
        analysis.observe(row);
    }
    analysis.finish()
}

#[test]
fn as_many_are_told_as_there_were() {
    for make in [many, behind_one] {
        assert_eq!(signin::tell(&evidence(&make(500))).len(), 500);
    }
}

#[test]
fn a_report_of_two_thousand_is_still_read_by_somebody() {
    let (text, json) = look::report(&many(2000).pcap()).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let rows = json["sign_ins"].as_array().unwrap();
    assert_eq!(rows.len(), 2000);
    assert_eq!(rows.iter().filter(|row| row["cause"] == "F35").count(), 500);
    assert!(text.contains("2000 sign-ins (500 failed, 1500 signed in)"), "{}", &text[..2000]);
    assert!(text.contains("500 of 2000 sign-ins at 192.0.2.10 end the same way"), "{}", &text[..2000]);
    let section = text.split("SIGN-INS").nth(1).unwrap().split("\n\n").next().unwrap();
    assert!(section.lines().count() < 500, "{} lines", section.lines().count());
}

/// For somebody who measures: `MANY=8000 cargo test --release --test causes measured -- --nocapture`.
#[test]
fn measured() {
    let Ok(count) = std::env::var("MANY") else { return };
    let count: u32 = count.parse().unwrap();
    for (what, make) in [("apart", many as fn(u32) -> Scene), ("behind one address", behind_one)] {
        let bytes = make(count).pcap();
        let begin = Instant::now();
        let mut analysis = Analysis::default();
        for row in look::facts(&bytes).unwrap() {
            analysis.observe(row);
        }
        let evidence = analysis.finish();
        let scanned = begin.elapsed();
        let begin = Instant::now();
        let told = signin::tell(&evidence).len();
        let telling = begin.elapsed();
        let begin = Instant::now();
        look::report(&bytes).unwrap();
        println!("{count} {what}: scan {scanned:?}, {told} told in {telling:?}, all of it {:?}", begin.elapsed());
    }
}

/// A client asks two servers at once, with one Call-ID, the same numbers and, as some do, the same branches.
#[test]
fn who_asks_two_servers_at_once_is_answered_by_each() {
    let mut scene = Scene::default();
    let mut one = Caller::over_tcp(&mut scene, super::CLIENT, at(10, 5060), USER);
    let mut two = Caller::over_tcp(&mut scene, super::CLIENT, at(12, 5060), USER);
    two.call.clone_from(&one.call);
    one.challenged(&mut scene, &[NTLM]);
    two.challenged(&mut scene, &[NTLM]);
    one.ntlm(&mut scene, "alice");
    two.ntlm(&mut scene, "alice");
    let yes = two.accepted(&mut scene);
    let no = one.told(&mut scene, "401 Unauthorized", &[NTLM, &diagnostics(1000, "Final handshake failed")]);
    scene.later(20);
    let evidence = evidence(&scene);
    let ends: Vec<_> = evidence.negotiations.iter().filter(|n| n.carrier == Carrier::Sip).collect();
    let ends: Vec<_> = ends.iter().map(|n| (n.server.ip(), n.outcome, n.legs.last().unwrap().frame)).collect();
    assert_eq!(ends, [(at(10, 5060).ip(), Outcome::Refused, no), (at(12, 5060).ip(), Outcome::Accepted, yes)]);
}

/// Requests of two dialogs share a connection, and both begin at one.
#[test]
fn dialogs_on_one_connection_are_answered_apart() {
    let mut scene = Scene::default();
    let mut caller = Caller::over_tcp(&mut scene, super::CLIENT, at(10, 5060), USER);
    caller.signs_in(&mut scene, "alice");
    let mut settings = caller.clone();
    (settings.call, settings.number) = ("settings".into(), 0);
    settings.request(&mut scene, "SUBSCRIBE", &[&signs("NTLM", 1)]);
    let mut mailbox = caller;
    (mailbox.call, mailbox.number, mailbox.line) = ("mailbox".into(), 0, settings.line.take());
    mailbox.request(&mut scene, "SUBSCRIBE", &[]);
    mailbox.told(&mut scene, "489 Bad Event", &[]);
    settings.line = mailbox.line.take();
    let yes = settings.told(&mut scene, "200 OK", &[]);
    let evidence = evidence(&scene);
    let [registration] = evidence.registrations.as_slice() else { panic!("{:?}", evidence.registrations) };
    assert_eq!(registration.active.map(|(frame, _)| frame), Some(yes));
    assert_eq!(registration.refusals.iter().map(|refusal| refusal.status).collect::<Vec<_>>(), [489]);
}
