//! The registrar's verdict: F37–F42, F46, F47, and UCWA's: F48.

use super::scene::{Scene, at};
use super::speak::{Browser, Caller, DESKTOP, FRONT_END as FE, IPHONE, NTLM, USER, diagnostics, signs};
use super::{CLIENT, FRONT_END, Scenario, WEB, failed, looping, signed_in, unexplained, unfinished};
use handshark::signin::Stage;

/// A client that is authenticated and waits for the verdict.
fn authenticated(scene: &mut Scene) -> Caller {
    let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
    caller.challenged(scene, &[NTLM]);
    caller.ntlm(scene, "alice");
    caller
}

/// The registrar's verdict with these lines; the client leaves.
fn verdict(scene: &mut Scene, status: &str, lines: &[&str]) -> u64 {
    let mut caller = authenticated(scene);
    let no = caller.told(scene, status, lines);
    caller.leaves(scene);
    scene.later(20);
    no
}

fn application(culture: &str) -> String {
    format!("{{\"UserAgent\":\"{IPHONE}\",\"EndpointId\":\"a917c6f4-976c-4cf3\",\"Culture\":\"{culture}\"}}")
}

const JSON: &str = "Content-Type: application/json";
const APPLICATIONS: &str = "/ucwa/v1/applications";

/// A phone that asks for an application with a good ticket.
fn applies(scene: &mut Scene, culture: &str) -> Browser {
    let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
    web.agent = IPHONE.into();
    web.post(scene, APPLICATIONS, &[JSON, "X-MS-WebTicket: opaque=AAEBAAEBAAEB"], &application(culture));
    web
}

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "F37 not from outside",
        near: &["F32", "F38", "F39", "F35"],
        play: |scene| {
            let said = diagnostics(4003, "From URI not enabled for remote access")
                .replace("diagnostics", "diagnostics-public");
            let no = verdict(scene, "403 Forbidden", &[&said, "ms-user-logon-data: RemoteUser"]);
            failed(Stage::Register, "F37").proof([no]).words(403, 4003).alone()
        },
    },
    Scenario {
        name: "forbidden without a reason",
        near: &["F37", "F38", "F32", "F39"],
        play: |scene| {
            verdict(scene, "403 Forbidden", &[]);
            unexplained(Stage::Register).words(403, None).alone()
        },
    },
    Scenario {
        name: "F38 the client is too old",
        near: &["F37"],
        play: |scene| {
            let no = verdict(scene, "403 Forbidden", &[&diagnostics(17002, "Invalid client version")]);
            failed(Stage::Register, "F38").proof([no]).words(403, 17002).alone()
        },
    },
    Scenario {
        name: "F39 no such address",
        near: &["F37", "F13", "F40"],
        play: |scene| {
            let reason = "Destination URI either not enabled for SIP or does not exist";
            let no = verdict(scene, "404 Not Found", &[&diagnostics(4005, reason)]);
            failed(Stage::Register, "F39").proof([no]).words(404, 4005).alone()
        },
    },
    Scenario {
        name: "F40 the next server is out of reach",
        near: &["F41", "F05", "F58"],
        play: |scene| {
            let no = verdict(scene, "504 Server time-out", &[&diagnostics(1038, "Failed to connect to a peer server")]);
            failed(Stage::Register, "F40").proof([no]).words(504, 1038).alone()
        },
    },
    Scenario {
        name: "F41 the services are starting",
        near: &["F40"],
        play: |scene| {
            let no = verdict(scene, "503 Service Unavailable", &["Retry-After: 120"]);
            failed(Stage::Register, "F41").proof([no]).words(503, None).alone()
        },
    },
    Scenario {
        name: "the services are up at the second try",
        near: &["F41", "F40"],
        play: |scene| {
            let mut caller = authenticated(scene);
            caller.told(scene, "503 Service Unavailable", &["Retry-After: 1"]);
            scene.wait(1500);
            caller.ntlm(scene, "alice");
            let yes = caller.accepted(scene);
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "the next server is out of reach, and then it is not",
        near: &["F40"],
        play: |scene| {
            let mut caller = authenticated(scene);
            caller.told(scene, "504 Server time-out", &[&diagnostics(1008, "Unable to resolve DNS SRV record")]);
            scene.wait(60_000);
            caller.ntlm(scene, "alice");
            let yes = caller.accepted(scene);
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "F42 from one registrar to the next and back",
        near: &["F12", "F41"],
        play: |scene| {
            let mut caller = authenticated(scene);
            let mut last = 0;
            for to in [at(12, 5060), FRONT_END, at(12, 5060), FRONT_END] {
                last = caller.told(scene, "301 Moved Permanently", &[&format!("Contact: <sip:{to}>")]);
                caller.leaves(scene);
                if last < 60 {
                    caller.move_to(scene, to);
                    caller.challenged(scene, &[NTLM]);
                    caller.ntlm(scene, "alice");
                }
            }
            scene.later(20);
            looping(Stage::Register, "F42").proof([last]).alone()
        },
    },
    Scenario {
        name: "one redirect to the home pool",
        near: &["F42"],
        play: |scene| {
            let mut caller = authenticated(scene);
            caller.told(scene, "301 Moved Permanently", &["Contact: <sip:192.0.2.12:5060;transport=tcp>"]);
            caller.leaves(scene);
            caller.move_to(scene, at(12, 5060));
            let yes = caller.signs_in(scene, "alice");
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "the settings are refused after signing in",
        near: &["F46", "F37"],
        play: |scene| {
            let mut caller = authenticated(scene);
            let yes = caller.accepted(scene);
            caller.request(scene, "SUBSCRIBE", &[&signs("NTLM", 2)]);
            caller.told(scene, "403 Forbidden", &[]);
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "the server does not know an event, and the client leaves",
        near: &["F46"],
        play: |scene| {
            let mut caller = authenticated(scene);
            let yes = caller.accepted(scene);
            caller.request(scene, "SUBSCRIBE", &[&signs("NTLM", 2)]);
            caller.told(scene, "489 Bad Event", &[]);
            caller.register(scene, &[&signs("NTLM", 3), "Expires: 0"]);
            caller.told(scene, "200 OK", &["Expires: 0"]);
            caller.leaves(scene);
            scene.later(20);
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "who is not registered asks for his settings all the same",
        near: &["F46"],
        play: |scene| {
            let said = diagnostics(4003, "From URI not enabled for remote access");
            let mut caller = authenticated(scene);
            let no = caller.told(scene, "403 Forbidden", &[&said, "ms-user-logon-data: RemoteUser"]);
            caller.request(scene, "SUBSCRIBE", &[&signs("NTLM", 2)]);
            caller.told(scene, "404 Not Found", &[]);
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Register, "F37").proof([no]).words(403, 4003).alone()
        },
    },
    Scenario {
        name: "F46 the settings are refused, and the client leaves",
        near: &["F37", "F38", "F45"],
        play: |scene| {
            let mut caller = authenticated(scene);
            caller.accepted(scene);
            caller.request(scene, "SUBSCRIBE", &[&signs("NTLM", 2)]);
            let no = caller.told(scene, "488 Not Acceptable Here", &[&diagnostics(4001, "XML parse failure")]);
            caller.register(scene, &[&signs("NTLM", 3), "Expires: 0"]);
            caller.told(scene, "200 OK", &["Expires: 0"]);
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Provision, "F46").proof([no]).words(488, 4001).alone()
        },
    },
    Scenario {
        name: "nobody serves the settings just now, and the client leaves",
        near: &["F46", "F40", "F41"],
        play: |scene| {
            let mut caller = authenticated(scene);
            let yes = caller.accepted(scene);
            caller.request(scene, "SUBSCRIBE", &[&signs("NTLM", 2)]);
            caller.told(scene, "503 Service Unavailable", &["Retry-After: 60"]);
            caller.leaves(scene);
            scene.later(20);
            signed_in().proof([yes]).says("does not serve its SUBSCRIBE: 503 Service Unavailable").alone()
        },
    },
    Scenario {
        name: "a server behind the registrar is not reached for the settings, and the client leaves",
        near: &["F40", "F41", "F46"],
        play: |scene| {
            let mut caller = authenticated(scene);
            let yes = caller.accepted(scene);
            caller.request(scene, "SUBSCRIBE", &[&signs("NTLM", 2)]);
            caller.told(scene, "504 Server time-out", &[&diagnostics(1038, "Failed to connect to a peer server")]);
            caller.leaves(scene);
            scene.later(20);
            signed_in().proof([yes]).says("does not serve its SUBSCRIBE: 504").alone()
        },
    },
    Scenario {
        name: "the settings are not served at first, and then they are",
        near: &["F41"],
        play: |scene| {
            let mut caller = authenticated(scene);
            let yes = caller.accepted(scene);
            caller.request(scene, "SUBSCRIBE", &[&signs("NTLM", 2)]);
            caller.told(scene, "503 Service Unavailable", &["Retry-After: 1"]);
            scene.later(2);
            caller.request(scene, "SUBSCRIBE", &[&signs("NTLM", 3)]);
            caller.told(scene, "200 OK", &[]);
            caller.leaves(scene);
            scene.later(20);
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "a call is refused after signing in, and the client leaves",
        near: &["F46"],
        play: |scene| {
            let mut caller = authenticated(scene);
            let yes = caller.accepted(scene);
            caller.request(scene, "INVITE", &[&signs("NTLM", 2)]);
            caller.told(scene, "486 Busy Here", &[]);
            caller.leaves(scene);
            scene.later(20);
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "F47 the address book is not there, however often the client asks",
        near: &["F55", "F11"],
        play: |scene| {
            authenticated(scene).accepted(scene);
            let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
            let mut last = 0;
            for _ in 0..3 {
                web.get(scene, "/abs/handler", &[]);
                last = web.told(scene, "404 Not Found", &[FE], "");
            }
            web.leaves(scene);
            scene.later(20);
            looping(Stage::Provision, "F47").proof([last]).alone()
        },
    },
    Scenario {
        name: "the address book is there at the third time",
        near: &["F47"],
        play: |scene| {
            let yes = authenticated(scene).accepted(scene);
            let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
            for status in ["404 Not Found", "404 Not Found", "404 Not Found", "200 OK"] {
                web.get(scene, "/abs/handler", &[]);
                web.told(scene, status, &[FE], "");
            }
            web.leaves(scene);
            scene.later(20);
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "the address book asks for a password after signing in",
        near: &["F47", "F14", "F15"],
        play: |scene| {
            let yes = authenticated(scene).accepted(scene);
            let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
            for _ in 0..3 {
                web.get(scene, "/abs/handler", &[]);
                web.told(scene, "401 Unauthorized", &["WWW-Authenticate: Negotiate", FE], "");
            }
            web.leaves(scene);
            scene.later(20);
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "F48 a language that the server does not take",
        near: &["F29", "F13", "F54"],
        play: |scene| {
            let mut web = applies(scene, "en-CH");
            let no = web.told(scene, "400 Bad Request", &[FE], "");
            web.leaves(scene);
            scene.later(20);
            failed(Stage::Register, "F48").proof([no]).words(400, None).alone()
        },
    },
    Scenario {
        name: "a phone signs in",
        near: &["F48"],
        play: |scene| {
            let mut web = applies(scene, "en-US");
            let yes = web.told(scene, "201 Created", &[JSON, FE], "{\"rel\":\"application\"}");
            web.get(scene, "/ucwa/v1/applications/1/events?ack=1", &[]);
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "the application cannot be made, whatever the language",
        near: &["F48"],
        play: |scene| {
            let mut web = applies(scene, "en-US");
            web.told(scene, "500 Internal Server Error", &[FE], "");
            web.leaves(scene);
            scene.later(20);
            unexplained(Stage::Register).words(500, None).alone()
        },
    },
    Scenario {
        name: "the application is not there, and the language is a good one",
        near: &["F48"],
        play: |scene| {
            let mut web = applies(scene, "de-CH");
            web.told(scene, "409 Conflict", &[FE], "");
            web.leaves(scene);
            scene.later(20);
            unexplained(Stage::Register).words(409, None).alone()
        },
    },
    Scenario {
        name: "a user signs out and leaves",
        near: &["F34", "F57"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.agent = DESKTOP.into();
            let yes = caller.signs_in(scene, "alice");
            caller.register(scene, &[&signs("NTLM", 2), "Expires: 0"]);
            caller.told(scene, "200 OK", &["Expires: 0"]);
            caller.leaves(scene);
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "the verdict is not captured",
        near: &["F41", "F58"],
        play: |scene| {
            authenticated(scene);
            unfinished().alone()
        },
    },
];

#[test]
fn the_number_of_windows_in_a_reason_is_told_with_its_name() {
    let told = |more: &str| {
        let mut scene = Scene::default();
        let line = format!("{}{more}", diagnostics(1038, "Failed to connect to a peer server"));
        verdict(&mut scene, "504 Server time-out", &[&line]);
        super::tell(&scene.pcap()).remove(0)
    };
    let one = told(";HRESULT=\"0x80090325(SEC_E_UNTRUSTED_ROOT)\";Port=\"5061\"");
    assert_eq!(one.server_words.as_ref().unwrap().diagnostics.as_ref().unwrap().result, Some(0x8009_0325));
    assert!(one.sentence.contains("\", 0x80090325 SEC_E_UNTRUSTED_ROOT"), "{}", one.sentence);
    let other = told(";HRESULT=\"0xC3E93C2F(SIPPROXY_E_ROUTE)\"");
    assert!(other.sentence.contains("\", 0xC3E93C2F"), "a number without a name is still told: {}", other.sentence);
    assert!(!told(";Port=\"80090325\"").sentence.contains("0x"));
}
