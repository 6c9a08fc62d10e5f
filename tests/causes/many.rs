//! Many sign-ins in one capture: each is told, and the report stays readable.

use super::scene::{Scene, at};
use super::speak::{Browser, Caller, FRONT_END as FE, NTLM, diagnostics};
use super::{look, signin};
use handshark::analysis::{Analysis, Evidence};
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
