//! Kerberos and the KDC: F16–F21, F36, F56.

use super::make::Side;
use super::scene::{Scene, at};
use super::speak::{Browser, Caller, FRONT_END as FE, KERBEROS, NTLM, TLS_DSK, USER, diagnostics, proves};
use super::token::{ap_rep, ap_req, as_rep, as_req, base64, krb_error, spnego_init, spnego_reject, tgs_rep, tgs_req};
use super::{CLIENT, FRONT_END, KDC, Scenario, WEB, failed, signed_in, unfinished};
use crate::speak::goes_on;
use handshark::analysis::{Carrier, Outcome};
use handshark::signin::Stage;

const SIP: &str = "sip/fe01.contoso.com";
const HTTP: &str = "HTTP/web.contoso.com";

/// A request to the KDC over UDP and its answer, if there is one. The frame of the latter, else of the request.
fn kdc(scene: &mut Scene, request: &[u8], answer: Option<&[u8]>) -> u64 {
    let client = std::net::SocketAddr::new(CLIENT, scene.port());
    let asked = scene.udp(client, KDC, Side::Client, request);
    answer.map_or(asked, |answer| scene.udp(client, KDC, Side::Server, answer))
}

/// The same question three times, without an answer. The frame of the first.
fn in_vain(scene: &mut Scene, request: &[u8]) -> u64 {
    let client = std::net::SocketAddr::new(CLIENT, scene.port());
    let first = scene.udp(client, KDC, Side::Client, request);
    for _ in 0..2 {
        scene.wait(1000);
        scene.udp(client, KDC, Side::Client, request);
    }
    first
}

fn refused(scene: &mut Scene, request: &[u8], code: i32, service: &str) -> u64 {
    let error = krb_error(code, service, scene.now());
    kdc(scene, request, Some(&error))
}

/// A ticket-granting ticket.
fn granted(scene: &mut Scene) {
    kdc(scene, &as_req("alice"), Some(&as_rep("alice")));
}

/// A client that was challenged with Kerberos alone.
fn challenged(scene: &mut Scene) -> Caller {
    let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
    caller.challenged(scene, &[KERBEROS]);
    caller
}

/// A client that asks for a web ticket and is told the schemes.
fn asks_web(scene: &mut Scene) -> Browser {
    let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
    web.asks_ticket(scene, &[]);
    web.told(scene, "401 Unauthorized", &["WWW-Authenticate: Negotiate", "WWW-Authenticate: NTLM", FE], "");
    web
}

fn negotiate(token: &[u8]) -> String {
    format!("Authorization: Negotiate {}", base64(&spnego_init(token)))
}

/// Kerberos to the web services, refused with this header.
fn web_refuses(scene: &mut Scene, header: &str) -> u64 {
    granted(scene);
    let mut web = asks_web(scene);
    kdc(scene, &tgs_req(HTTP), Some(&tgs_rep("alice", HTTP)));
    web.asks_ticket(scene, &[&negotiate(&ap_req(HTTP))]);
    let no = web.told(scene, "401 Unauthorized", &[header, "WWW-Authenticate: NTLM", FE], "");
    web.leaves(scene);
    scene.later(20);
    no
}

/// The KDC refuses the user, and the client gives up.
fn account(scene: &mut Scene, code: i32) -> u64 {
    let mut caller = challenged(scene);
    let no = refused(scene, &as_req("alice"), code, "krbtgt/CONTOSO.COM");
    caller.leaves(scene);
    scene.later(20);
    no
}

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "F16 the web services have no SPN, and there is nothing else",
        near: &["F17", "F36", "F14", "F56", "F15"],
        play: |scene| {
            granted(scene);
            let mut web = asks_web(scene);
            let no = refused(scene, &tgs_req(HTTP), 7, HTTP);
            web.leaves(scene);
            scene.later(20);
            failed(Stage::Ticket, "F16").proof([no]).alone()
        },
    },
    Scenario {
        name: "the web services have no SPN, and NTLM does it",
        near: &["F16"],
        play: |scene| {
            granted(scene);
            let mut web = asks_web(scene);
            refused(scene, &tgs_req(HTTP), 7, HTTP);
            web.ntlm_again(scene, "alice");
            web.issued(scene);
            unfinished().alone()
        },
    },
    Scenario {
        name: "F17 the web services cannot open the ticket, and say so",
        near: &["F16", "F14", "F22", "F36"],
        play: |scene| {
            let header = format!("WWW-Authenticate: Negotiate {}", base64(&spnego_reject(41, HTTP, scene.now())));
            let no = web_refuses(scene, &header);
            failed(Stage::Ticket, "F17").proof([no]).words(401, None).alone()
        },
    },
    Scenario {
        name: "F17 the web services refuse the ticket without a word",
        near: &["F16", "F14"],
        play: |scene| {
            let no = web_refuses(scene, "WWW-Authenticate: Negotiate");
            failed(Stage::Ticket, "F17").proof([no]).words(401, None).alone()
        },
    },
    Scenario {
        name: "F18 the KDC says that the clocks differ",
        near: &["F19", "F20", "F36"],
        play: |scene| {
            let no = account(scene, 37);
            failed(Stage::Authenticate, "F18").proof([no]).alone()
        },
    },
    Scenario {
        name: "F18 the registrar says that the clocks differ",
        near: &["F35", "F36"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.challenged(scene, &[NTLM]);
            caller.ntlm(scene, "alice");
            let said = diagnostics(1013, "Significant time skew detected during authentication");
            let no = caller.told(scene, "401 Unauthorized", &[NTLM, &said]);
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Authenticate, "F18").proof([no]).words(401, 1013).alone()
        },
    },
    Scenario {
        name: "F19 the password is wrong",
        near: &["F18", "F20", "F56"],
        play: |scene| {
            let no = account(scene, 24);
            failed(Stage::Authenticate, "F19").proof([no]).alone()
        },
    },
    Scenario {
        name: "F19 the account is locked",
        near: &["F36"],
        play: |scene| {
            let no = account(scene, 18);
            failed(Stage::Authenticate, "F19").proof([no]).alone()
        },
    },
    Scenario {
        name: "the password is wrong once",
        near: &["F19"],
        play: |scene| {
            let mut caller = challenged(scene);
            refused(scene, &as_req("alice"), 24, "krbtgt/CONTOSO.COM");
            scene.wait(8000);
            granted(scene);
            kdc(scene, &tgs_req(SIP), Some(&tgs_rep("alice", SIP)));
            caller.register(scene, &[&proves("Kerberos", &ap_req(SIP))]);
            let yes = caller.accepted(scene);
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "F20 no encryption type in common",
        near: &["F19", "F36", "F16"],
        play: |scene| {
            granted(scene);
            let mut caller = challenged(scene);
            let no = refused(scene, &tgs_req(SIP), 14, SIP);
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Authenticate, "F20").proof([no]).alone()
        },
    },
    Scenario {
        name: "an old type is refused, a newer one is not",
        near: &["F20"],
        play: |scene| {
            granted(scene);
            let mut caller = challenged(scene);
            refused(scene, &tgs_req(SIP), 14, SIP);
            kdc(scene, &tgs_req(SIP), Some(&tgs_rep("alice", SIP)));
            caller.register(scene, &[&proves("Kerberos", &ap_req(SIP))]);
            let yes = caller.accepted(scene);
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "F21 the KDC wants TCP, and TCP is closed",
        near: &["F05", "F56"],
        play: |scene| {
            granted(scene);
            let mut caller = challenged(scene);
            let wants = refused(scene, &tgs_req(SIP), 52, SIP);
            let no = scene.refused(CLIENT, KDC);
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Authenticate, "F21").proof([wants, no]).alone()
        },
    },
    Scenario {
        name: "F56 no TCP to the KDC, which never wanted it",
        near: &["F21", "F05"],
        play: |scene| {
            let mut caller = challenged(scene);
            let no = scene.refused(CLIENT, KDC);
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Authenticate, "F56").proof([no]).alone()
        },
    },
    Scenario {
        name: "the KDC wants TCP, and answers there",
        near: &["F21"],
        play: |scene| {
            granted(scene);
            let mut caller = challenged(scene);
            refused(scene, &tgs_req(SIP), 52, SIP);
            let mut line = scene.connect(CLIENT, KDC);
            let marked = |bytes: Vec<u8>| [&u32::try_from(bytes.len()).unwrap().to_be_bytes()[..], &bytes].concat();
            scene.say(&mut line, Side::Client, &marked(tgs_req(SIP)));
            scene.say(&mut line, Side::Server, &marked(tgs_rep("alice", SIP)));
            caller.register(scene, &[&proves("Kerberos", &ap_req(SIP))]);
            let yes = caller.told(scene, "200 OK", &["Expires: 7200"]);
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "F36 the registrar has no SPN",
        near: &["F16", "F17", "F19", "F35", "F56"],
        play: |scene| {
            granted(scene);
            let mut caller = challenged(scene);
            let no = refused(scene, &tgs_req(SIP), 7, SIP);
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Authenticate, "F36").proof([no]).alone()
        },
    },
    Scenario {
        name: "F36 the registrar refuses the ticket",
        near: &["F35", "F31", "F16"],
        play: |scene| {
            granted(scene);
            let mut caller = challenged(scene);
            kdc(scene, &tgs_req(SIP), Some(&tgs_rep("alice", SIP)));
            caller.register(scene, &[&proves("Kerberos", &ap_req(SIP))]);
            let said = diagnostics(1000, "Final handshake failed");
            let no = caller.told(scene, "401 Unauthorized", &[KERBEROS, &said]);
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Authenticate, "F36").proof([no]).words(401, 1000).alone()
        },
    },
    Scenario {
        name: "Kerberos to the registrar goes well",
        near: &["F36", "F17"],
        play: |scene| {
            granted(scene);
            let mut caller = challenged(scene);
            kdc(scene, &tgs_req(SIP), Some(&tgs_rep("alice", SIP)));
            caller.register(scene, &[&proves("Kerberos", &ap_req(SIP))]);
            let goes_on = goes_on("Kerberos", &ap_rep()).replace("WWW-Authenticate", "Authentication-Info");
            let yes = caller.told(scene, "200 OK", &[&goes_on, "Expires: 7200"]);
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "F56 no KDC answers",
        near: &["F16", "F36", "F19", "F21"],
        play: |scene| {
            let mut caller = challenged(scene);
            let first = in_vain(scene, &as_req("alice"));
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Authenticate, "F56").proof([first]).alone()
        },
    },
    Scenario {
        name: "F56 the network says that the KDC is out of reach",
        near: &["F05", "F02"],
        play: |scene| {
            let mut caller = challenged(scene);
            kdc(scene, &as_req("alice"), None);
            let says = scene.undeliverable(CLIENT, 1);
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Authenticate, "F56").proof([says]).alone()
        },
    },
    Scenario {
        name: "no KDC answers, and NTLM does it",
        near: &["F56"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.challenged(scene, &[NTLM, KERBEROS, TLS_DSK]);
            in_vain(scene, &as_req("alice"));
            caller.ntlm(scene, "alice");
            let yes = caller.accepted(scene);
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "a KDC answers the second time it is asked",
        near: &["F56"],
        play: |scene| {
            let mut caller = challenged(scene);
            kdc(scene, &as_req("alice"), None);
            scene.wait(1000);
            granted(scene);
            kdc(scene, &tgs_req(SIP), Some(&tgs_rep("alice", SIP)));
            caller.register(scene, &[&proves("Kerberos", &ap_req(SIP))]);
            let yes = caller.accepted(scene);
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "somebody asks the KDC about a file server",
        near: &["F16", "F36", "F19", "F20"],
        play: |scene| {
            granted(scene);
            refused(scene, &tgs_req("cifs/files.contoso.com"), 7, "cifs/files.contoso.com");
            scene.udp(at(50, 137), at(255, 137), Side::Client, b"name");
            scene.later(20);
            Vec::new()
        },
    },
];

/// Outcome and reason of the exchange with the KDC.
fn of_kdc(scene: &Scene) -> (Outcome, String) {
    let evidence = super::evidence(&scene.pcap());
    let exchange = evidence.negotiations.iter().find(|n| n.carrier == Carrier::Kdc).unwrap();
    (exchange.outcome, exchange.reason.to_string())
}

#[test]
fn what_the_network_says_of_a_request_to_a_kdc_is_its_reason() {
    let mut scene = Scene::default();
    kdc(&mut scene, &as_req("alice"), None);
    scene.undeliverable(CLIENT, 1);
    let told = of_kdc(&scene);
    assert_eq!(told, (Outcome::Unfinished, "the network says that the server cannot be reached".to_owned()));

    let mut scene = Scene::default();
    kdc(&mut scene, &as_req("alice"), None);
    scene.prohibited(CLIENT, at(6, 88), 1);
    assert_eq!(of_kdc(&scene).0, Outcome::Unseen, "that was another KDC");

    let mut scene = Scene::default();
    scene.prohibited(CLIENT, KDC, 1);
    kdc(&mut scene, &as_req("alice"), None);
    assert_eq!(of_kdc(&scene).0, Outcome::Unseen, "that was before, and of a connection");

    let mut scene = Scene::default();
    scene.refused(CLIENT, KDC);
    kdc(&mut scene, &as_req("alice"), Some(&as_rep("alice")));
    assert_eq!(of_kdc(&scene).0, Outcome::Accepted);
}

#[test]
fn a_kdc_that_resets_the_connection_in_which_it_is_asked() {
    let mut scene = Scene::default();
    let mut line = scene.connect(CLIENT, KDC);
    let request = as_req("alice");
    let mut framed = u32::try_from(request.len()).unwrap().to_be_bytes().to_vec();
    framed.extend(request);
    scene.say(&mut line, Side::Client, &framed);
    scene.reset(&line, Side::Server);
    let told = of_kdc(&scene);
    assert_eq!(told, (Outcome::Unfinished, "the server reset the connection instead of an answer".to_owned()));
}
