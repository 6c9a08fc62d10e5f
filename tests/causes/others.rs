//! What belongs to somebody else on the same machine, and one refusal that is as good as three.

use super::make::Side;
use super::scene::{DENIED, Scene, Told};
use super::speak::{Browser, Caller, FRONT_END as FE, KERBEROS, NTLM, TLS_DSK, USER, XML, diagnostics, fault};
use super::token::{as_req, krb_error, tgs_req};
use super::{CLIENT, FRONT_END, KDC, Scenario, WEB, failed, signed_in, unexplained, unfinished};
use handshark::signin::Stage;
use std::net::SocketAddr;

const SIP: &str = "sip/fe01.contoso.com";

/// A question for the KDC, and what it says. The frame of that.
fn kdc(scene: &mut Scene, request: &[u8], code: i32, service: &str) -> u64 {
    let client = SocketAddr::new(CLIENT, scene.port());
    scene.udp(client, KDC, Side::Client, request);
    let error = krb_error(code, service, scene.now());
    scene.udp(client, KDC, Side::Server, &error)
}

fn refuses(scene: &mut Scene, user: &str, code: i32) -> u64 {
    kdc(scene, &as_req(user), code, "krbtgt/CONTOSO.COM")
}

/// The records of domain controllers are asked for, and answered so. The frame of the last answer.
fn no_controllers(scene: &mut Scene, told: Told<'static>) -> u64 {
    scene.ask(CLIENT, "_kerberos._udp.contoso.com", 33, told);
    scene.ask(CLIENT, "_kerberos._tcp.contoso.com", 33, told)
}

/// NTLM goes well at the ticket service, and the next request on its connection is asked for it again. The frame of that.
fn asked_anew(scene: &mut Scene) -> u64 {
    let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
    web.ntlm(scene, "alice");
    web.told(scene, "200 OK", &[XML, FE], "<s:Envelope/>");
    web.asks_ticket(scene, &[]);
    let no = web.told(scene, "401 Unauthorized", &["WWW-Authenticate: NTLM", FE], "");
    web.leaves(scene);
    no
}

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "F35 alice's NTLM is refused, and before that the KDC had refused somebody else",
        near: &["F19"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.challenged(scene, &[NTLM]);
            refuses(scene, "bob", 18);
            caller.ntlm(scene, "alice");
            let no = caller.told(scene, "401 Unauthorized", &[NTLM, &diagnostics(1000, "Final handshake failed")]);
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Authenticate, "F35").proof([no]).only().alone()
        },
    },
    Scenario {
        name: "alice signs in with NTLM, and the KDC refuses somebody else",
        near: &["F19"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.challenged(scene, &[NTLM]);
            refuses(scene, "bob", 18);
            caller.ntlm(scene, "alice");
            let yes = caller.accepted(scene);
            refuses(scene, "bob", 18);
            scene.later(20);
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "nobody answers alice's NTLM yet, and the KDC refuses somebody else",
        near: &["F19"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.challenged(scene, &[NTLM]);
            caller.ntlm(scene, "alice");
            refuses(scene, "bob", 24);
            scene.wait(500);
            caller.leaves(scene);
            unfinished().alone()
        },
    },
    Scenario {
        name: "F19 the account has another name than the address",
        near: &["F35"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.challenged(scene, &[KERBEROS]);
            let no = refuses(scene, "a.smith", 24);
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Authenticate, "F19").proof([no]).only().alone()
        },
    },
    Scenario {
        name: "F21 the KDC wants TCP, and resets the first try",
        near: &["F56", "F36"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.challenged(scene, &[KERBEROS]);
            kdc(scene, &tgs_req(SIP), 52, SIP);
            let no = scene.refused(CLIENT, KDC);
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Authenticate, "F21").proof([no]).alone()
        },
    },
    Scenario {
        name: "F21 the KDC wants TCP for the ticket-granting ticket, and nobody answers there",
        near: &["F56", "F36"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.challenged(scene, &[KERBEROS]);
            refuses(scene, "alice", 52);
            let no = scene.unanswered(CLIENT, KDC);
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Authenticate, "F21").proof([no]).alone()
        },
    },
    Scenario {
        name: "F56 no domain controller is in DNS",
        near: &["F15"],
        play: |scene| {
            let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
            web.asks_ticket(scene, &[]);
            web.told(scene, "401 Unauthorized", &["WWW-Authenticate: Negotiate", FE], "");
            let no = no_controllers(scene, DENIED);
            web.leaves(scene);
            scene.later(20);
            failed(Stage::Ticket, "F56").proof([no]).only().alone()
        },
    },
    Scenario {
        name: "F56 no domain controller is in DNS for a registrar with Kerberos alone",
        near: &["F34"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.challenged(scene, &[KERBEROS]);
            let no = no_controllers(scene, DENIED);
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Challenge, "F56").proof([no]).only().alone()
        },
    },
    Scenario {
        name: "DNS knows no domain controller, and NTLM is offered too",
        near: &["F56"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.challenged(scene, &[KERBEROS, NTLM]);
            no_controllers(scene, DENIED);
            caller.leaves(scene);
            scene.later(20);
            unfinished().alone()
        },
    },
    Scenario {
        name: "F15 the DNS server does not say whether there is a domain controller",
        near: &["F56"],
        play: |scene| {
            let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
            web.asks_ticket(scene, &[]);
            web.told(scene, "401 Unauthorized", &["WWW-Authenticate: Negotiate", FE], "");
            no_controllers(scene, Told::Code(2));
            web.leaves(scene);
            scene.later(20);
            failed(Stage::Ticket, "F15").alone()
        },
    },
    Scenario {
        name: "a ticket is asked for without a credential, and 28020 is all there is",
        near: &["F14", "F23"],
        play: |scene| {
            let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
            web.asks_ticket(scene, &[]);
            web.told(scene, "500 Internal Server Error", &[XML, FE], &fault(28_020, "No valid security token."));
            web.leaves(scene);
            scene.later(20);
            unexplained(Stage::Ticket).words(500, 28_020).alone()
        },
    },
    Scenario {
        name: "the KDC cannot reach what it asks",
        near: &["F19"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.challenged(scene, &[KERBEROS, TLS_DSK]);
            refuses(scene, "alice", 29);
            caller.leaves(scene);
            scene.later(20);
            unexplained(Stage::Authenticate).alone()
        },
    },
    Scenario {
        name: "F58 the registrar says that it tries, and no more",
        near: &["F05", "F57", "F34"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            let asked = caller.register(scene, &[]);
            let tries = caller.told(scene, "100 Trying", &[]);
            scene.wait(32_000);
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Challenge, "F58").proof([asked, tries]).says("provisionally in frame").alone()
        },
    },
    Scenario {
        name: "the registrar says that it tries, and challenges",
        near: &["F58"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.register(scene, &[]);
            caller.told(scene, "100 Trying", &[]);
            scene.wait(20_000);
            caller.told(scene, "401 Unauthorized", &[NTLM]);
            unfinished().alone()
        },
    },
    Scenario {
        name: "F22 the password is accepted, the next request on the connection is asked again, and the client leaves, twice",
        near: &["F14", "F15", "F55"],
        play: |scene| {
            asked_anew(scene);
            scene.wait(2000);
            let no = asked_anew(scene);
            scene.later(20);
            failed(Stage::Ticket, "F22").proof([no]).words(401, None).says("each time").alone()
        },
    },
    Scenario {
        name: "the next request on the connection is asked again, once, and the client leaves",
        near: &["F22", "F15"],
        play: |scene| {
            asked_anew(scene);
            scene.later(20);
            unfinished().alone()
        },
    },
    Scenario {
        name: "the next request on the connection is asked again each time, and the client proves itself each time",
        near: &["F22"],
        play: |scene| {
            asked_anew(scene);
            asked_anew(scene);
            let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
            web.ntlm(scene, "alice");
            web.issued(scene);
            scene.later(20);
            unfinished().alone()
        },
    },
];
