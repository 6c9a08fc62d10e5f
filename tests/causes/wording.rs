//! The same causes in other words: answers of gateways, proxies and other makers' servers, faults in other places, services
//! that say nothing.

use super::make::Side;
use super::scene::{Scene, at};
use super::speak::{
    Browser, FRONT_END as FE, IPHONE, PHONE, TICKETS, USER, USER_DOCUMENT, XML, fault, password_request, ticket_request,
};
use super::token::{base64, ntlm_authenticate, ntlm_challenge, ntlm_negotiate};
use super::{CLIENT, Must, Scenario, WEB, failed, unexplained, unfinished};
use handshark::signin::Stage;

const HTML: &str = "Content-Type: text/html; charset=utf-8";
const NTLM: &str = "WWW-Authenticate: NTLM";

/// A password, or a PIN, is sent in the message, and answered so.
fn in_message(scene: &mut Scene, door: &str, status: &str, lines: &[&str], body: &str) -> u64 {
    let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
    if door == "pin" {
        web.agent = PHONE.into();
    }
    web.post(scene, &format!("{TICKETS}/{door}"), &[XML], &password_request(USER));
    let no = web.told(scene, status, lines, body);
    web.leaves(scene);
    scene.later(20);
    no
}

/// A fault of SOAP 1.1 with this code, and without an id.
fn nameless_fault(code: &str) -> String {
    fault(0, "failed").replace("a:FailedAuthentication", code).replace("<ErrorId>0</ErrorId>", "")
}

/// The first two steps of NTLM for a ticket, on this connection.
fn challenged(scene: &mut Scene, web: &mut Browser) -> u64 {
    web.asks_ticket(scene, &[&format!("Authorization: NTLM {}", base64(&ntlm_negotiate()))]);
    web.told(scene, "401 Unauthorized", &[&format!("{NTLM} {}", base64(&ntlm_challenge())), FE], "")
}

/// The third one.
fn proof() -> String {
    format!("Authorization: NTLM {}", base64(&ntlm_authenticate("CONTOSO", "alice")))
}

fn services(scene: &mut Scene) -> Browser {
    Browser::new(scene, CLIENT, WEB, "web.contoso.com")
}

/// A request for the document of a user, with a ticket or a token, and its answer.
fn document(scene: &mut Scene, status: &str, lines: &[&str], body: &str) -> u64 {
    let mut web = services(scene);
    web.get(scene, USER_DOCUMENT, &["X-MS-WebTicket: opaque=AAEBAAEBAAEB"]);
    let no = web.told(scene, status, lines, body);
    web.leaves(scene);
    scene.later(20);
    no
}

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "F55 a PIN is sent to where nothing is",
        near: &["F51"],
        play: |scene| {
            let no = in_message(scene, "pin", "404 Not Found", &["Server: Microsoft-IIS/8.5"], "");
            failed(Stage::Ticket, "F55").proof([no]).words(404, None).only().alone()
        },
    },
    Scenario {
        name: "F55 name and password are sent, and the pool is down",
        near: &["F23"],
        play: |scene| {
            let no = in_message(scene, "Auth", "503 Service Unavailable", &["Server: nginx"], "");
            failed(Stage::Ticket, "F55").proof([no]).words(503, None).only().alone()
        },
    },
    Scenario {
        name: "F55 name and password are sent, and the service fails over something else",
        near: &["F23"],
        play: |scene| {
            let body = nameless_fault("a:InternalServiceFault");
            let no = in_message(scene, "Auth", "500 Internal Server Error", &[XML, FE], &body);
            failed(Stage::Ticket, "F55").proof([no]).only().alone()
        },
    },
    Scenario {
        name: "a gateway finds the message with the password too large",
        near: &["F23", "F51", "F55"],
        play: |scene| {
            in_message(scene, "Auth", "413 Request Entity Too Large", &["Server: nginx"], "");
            unexplained(Stage::Ticket).words(413, None).alone()
        },
    },
    Scenario {
        name: "F54 something forbids the message with the PIN, and says nothing of it",
        near: &["F51"],
        play: |scene| {
            let no = in_message(scene, "pin", "403 Forbidden", &["Server: nginx", HTML], "<html/>");
            failed(Stage::Ticket, "F54").proof([no]).alone()
        },
    },
    Scenario {
        name: "F51 the PIN has expired, in a fault with 403",
        near: &["F54", "F29"],
        play: |scene| {
            let no = in_message(scene, "pin", "403 Verboten", &[XML, FE], &fault(28_065, "The PIN has expired"));
            failed(Stage::Ticket, "F51").proof([no]).words(403, 28_065).only().alone()
        },
    },
    Scenario {
        name: "F23 an identity provider refuses name and password in a 200",
        near: &["F55", "F52"],
        play: |scene| {
            let mut sts = Browser::new(scene, CLIENT, at(12, 80), "login.microsoftonline.com");
            let body = "<S:Envelope><S:Body><S:Fault><S:Code><S:Value>S:Sender</S:Value><S:Subcode>\
                        <S:Value>wst:FailedAuthentication</S:Value></S:Subcode></S:Code><S:Reason>\
                        <S:Text>Authentication Failure</S:Text></S:Reason></S:Fault></S:Body></S:Envelope>";
            let mut web = services(scene);
            web.get(scene, USER_DOCUMENT, &[]);
            web.told(scene, "401 Unauthorized", &["X-MS-WebTicketURL: https://web.contoso.com/WebTicket", FE], "");
            web.leaves(scene);
            sts.post(scene, "/RST2.srf", &["Content-Type: application/soap+xml"], &password_request(USER));
            let no = sts.told(scene, "200 OK", &["Content-Type: application/soap+xml"], body);
            sts.leaves(scene);
            scene.later(20);
            failed(Stage::Ticket, "F23").proof([no]).says("Authentication Failure").alone()
        },
    },
    Scenario {
        name: "F22 the challenge is answered on another connection than it came on",
        near: &["F14"],
        play: |scene| {
            let mut web = services(scene);
            challenged(scene, &mut web);
            scene.close(&mut web.line, Side::Server);
            let mut web = services(scene);
            let asked = web.asks_ticket(scene, &[&proof()]);
            let no = web.told(scene, "401 Unauthorized", &[NTLM, FE], "");
            web.leaves(scene);
            scene.later(20);
            failed(Stage::Ticket, "F22").proof([asked, no]).words(401, None).only().alone()
        },
    },
    Scenario {
        name: "F14 the challenge is answered on its connection, and then the server ends it",
        near: &["F22"],
        play: |scene| {
            let mut web = services(scene);
            challenged(scene, &mut web);
            web.asks_ticket(scene, &[&proof()]);
            let no = web.told(scene, "401 Nicht autorisiert", &[NTLM, FE, "Connection: close"], "");
            scene.close(&mut web.line, Side::Server);
            scene.later(20);
            failed(Stage::Ticket, "F14").proof([no]).only().alone()
        },
    },
    Scenario {
        name: "F22 a proxy ends the connection with the challenge",
        near: &["F15", "F57"],
        play: |scene| {
            let mut web = services(scene);
            let no = challenged(scene, &mut web);
            scene.close(&mut web.line, Side::Server);
            scene.later(20);
            failed(Stage::Ticket, "F22").proof([no]).words(401, None).only().alone()
        },
    },
    Scenario {
        name: "a proxy ends the connection with the challenge once",
        near: &["F22"],
        play: |scene| {
            let mut web = services(scene);
            challenged(scene, &mut web);
            scene.close(&mut web.line, Side::Server);
            let mut web = services(scene);
            web.ntlm_again(scene, "alice");
            web.issued(scene);
            scene.later(20);
            unfinished().alone()
        },
    },
    Scenario {
        name: "the client waits with its answer to the challenge until the server has enough",
        near: &["F22"],
        play: |scene| {
            let mut web = services(scene);
            challenged(scene, &mut web);
            scene.wait(60_000);
            scene.close(&mut web.line, Side::Server);
            scene.later(20);
            unfinished().alone()
        },
    },
    Scenario {
        name: "F55 the ticket service takes the request and says nothing",
        near: &["F57", "F58", "F15"],
        play: |scene| silent_for(scene, 30),
    },
    Scenario {
        name: "the client does not wait for the ticket service",
        near: &["F55"],
        play: |scene| {
            let mut web = services(scene);
            web.asks_ticket(scene, &[]);
            scene.wait(4_000);
            web.leaves(scene);
            scene.later(20);
            unfinished().alone()
        },
    },
    Scenario {
        name: "one web server says nothing, the next one answers meanwhile",
        near: &["F55"],
        play: |scene| {
            let mut deaf = services(scene);
            deaf.asks_ticket(scene, &[]);
            let mut web = Browser::new(scene, CLIENT, at(12, 80), "web.contoso.com");
            web.ntlm(scene, "alice");
            web.issued(scene);
            scene.wait(30_000);
            deaf.leaves(scene);
            scene.later(20);
            unfinished().alone()
        },
    },
    Scenario {
        name: "F28 what stands before the ticket service asks for a password by Basic",
        near: &["F15", "F14"],
        play: |scene| {
            let mut web = services(scene);
            web.asks_ticket(scene, &[]);
            let basic = "WWW-Authenticate: Basic realm=\"contoso\"";
            let no = web.told(scene, "401 Authorization Required", &["Server: BigIP", basic, HTML], "<html/>");
            web.leaves(scene);
            scene.later(20);
            failed(Stage::Ticket, "F28").proof([no]).words(401, None).alone()
        },
    },
    Scenario {
        name: "F11 a proxy that is asked for autodiscover in clear forbids it",
        near: &["F54"],
        play: |scene| {
            let mut web = Browser::new(scene, CLIENT, at(13, 8080), "lyncdiscover.contoso.com");
            web.get(scene, "http://lyncdiscover.contoso.com/?sipuri=alice@contoso.com", &[]);
            let no = web.told(scene, "403 Forbidden", &["Server: squid/3.5", HTML], "<html/>");
            web.leaves(scene);
            scene.later(20);
            failed(Stage::Discover, "F11").proof([no]).says("asked through the proxy 192.0.2.13:8080").alone()
        },
    },
    Scenario {
        name: "F11 a gateway's page says that the document of the user is not there",
        near: &["F13"],
        play: |scene| {
            let no = document(scene, "404 Not Found", &["Server: nginx", HTML], "<html><title>404</title></html>");
            failed(Stage::Discover, "F11").proof([no]).words(404, None).alone()
        },
    },
    Scenario {
        name: "F29 or a gateway: a telephone is refused its ticket before anybody was asked",
        near: &["F14"],
        play: |scene| {
            let mut web = services(scene);
            web.agent = IPHONE.into();
            web.post(scene, TICKETS, &[XML], &ticket_request(USER));
            let no = web.told(scene, "403 Interdit", &["Server: KEMP"], "");
            web.leaves(scene);
            scene.later(20);
            failed(Stage::Ticket, "F29").proof([no]).alone()
        },
    },
];

/// The ticket service is asked, acknowledges, and the client leaves after so many seconds.
fn silent_for(scene: &mut Scene, seconds: i64) -> Vec<Must> {
    let mut web = services(scene);
    let asked = web.asks_ticket(scene, &[]);
    scene.wait(seconds * 1000);
    web.leaves(scene);
    scene.later(20);
    failed(Stage::Ticket, "F55").proof([asked]).says("does not answer it in 30 s").only().alone()
}

/// What else may be meant where a gateway answers in place of a front end, or a proxy does.
#[test]
fn what_stands_in_front_is_named_beside_what_it_stands_for() {
    for (agent, lines, status, body, or) in [
        (PHONE, &["Server: nginx"][..], "403 Forbidden", "", &["F28"][..]),
        (IPHONE, &["Server: nginx"], "403 Forbidden", "", &["F28", "F29"]),
        (IPHONE, &[FE], "403 Forbidden", "", &["F29"]),
        (PHONE, &["Server: nginx"], "404 Not Found", "", &[]),
        (PHONE, &[HTML], "200 OK", "<html><form><input type='password'></form></html>", &["F28"]),
        (PHONE, &[HTML], "200 OK", "<html><title>Hello</title></html>", &[]),
    ] {
        let mut scene = Scene::default();
        let mut web = services(&mut scene);
        web.agent = agent.into();
        web.get(&mut scene, USER_DOCUMENT, &[]);
        web.told(&mut scene, status, lines, body);
        web.leaves(&mut scene);
        scene.later(20);
        let told = super::tell(&scene.pcap());
        let verdict = told.first().and_then(|s| s.verdict.as_ref()).map(|v| (v.cause.code, &*v.or));
        assert_eq!(verdict, Some(("F11", or)), "{status} {lines:?} {agent}");
    }
}
