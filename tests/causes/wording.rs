//! The same causes in other words: answers of gateways, proxies and other makers' servers, faults in other places, services
//! that say nothing.

use super::field::tls_up;
use super::make::Side;
use super::scene::{Scene, at};
use super::speak::{
    Browser, Caller, FRONT_END as FE, IPHONE, PHONE, TICKETS, USER, USER_DOCUMENT, XML, fault, password_request,
    ticket_request,
};
use super::token::{
    as_rep, as_req, base64, krb_error, krb_error_with_status, ntlm_authenticate, ntlm_challenge, ntlm_negotiate,
};
use super::{CLIENT, FRONT_END, KDC, Must, Scenario, WEB, failed, unexplained, unfinished};
use handshark::signin::Stage;
use std::net::SocketAddr;

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
    Scenario {
        name: "the ticket service forbids in clear, and the client goes on inside TLS",
        near: &["F54"],
        play: |scene| {
            let mut web = services(scene);
            web.asks_ticket(scene, &[]);
            web.told(scene, "403 Forbidden", &[FE], "SSL required");
            web.leaves(scene);
            tls_up(scene, CLIENT, at(11, 443), "web.contoso.com");
            scene.later(20);
            unfinished().says("lies in TLS that could not be read").alone()
        },
    },
    Scenario {
        name: "autodiscover says nothing in clear, and talks inside TLS meanwhile",
        near: &["F55", "F11"],
        play: |scene| {
            let mut web = Browser::new(scene, CLIENT, WEB, "lyncdiscover.contoso.com");
            web.get(scene, "/?sipuri=alice@contoso.com", &[]);
            tls_up(scene, CLIENT, at(11, 443), "lyncdiscover.contoso.com");
            scene.wait(30_000);
            web.leaves(scene);
            scene.later(20);
            unfinished().alone()
        },
    },
    Scenario {
        name: "F19 the account is locked, and the web services refuse it by NTLM, too",
        near: &["F14"],
        play: |scene| {
            let [said, no] = locked_and_refused(scene, "alice");
            failed(Stage::Ticket, "F19").proof([said, no]).says("locked out (18").words(401, None).alone()
        },
    },
    Scenario {
        name: "F27 the federation service shows its page for a password again",
        near: &["F28", "F14"],
        play: |scene| {
            let mut adfs = at_federation(scene);
            adfs.post(scene, "/adfs/ls/?wa=wsignin1.0", &[FORM], GIVEN);
            let no = adfs.told(scene, "200 OK", &[HTML], ASKS);
            adfs.leaves(scene);
            scene.later(20);
            failed(Stage::Ticket, "F27").proof([no]).says("sign-in page again").alone()
        },
    },
    Scenario {
        name: "the federation service takes the password and hands on its result",
        near: &["F27"],
        play: |scene| {
            let mut adfs = at_federation(scene);
            adfs.post(scene, "/adfs/ls/?wa=wsignin1.0", &[FORM], GIVEN);
            let page = "<html><form method=post><input type='hidden' name='wresult' value='x'></form></html>";
            adfs.told(scene, "200 OK", &[HTML], page);
            adfs.leaves(scene);
            scene.later(20);
            unfinished().alone()
        },
    },
    Scenario {
        name: "F29 the service gives mobility as its reason",
        near: &["F54", "F26"],
        play: |scene| {
            let mut web = services(scene);
            web.agent = "Lync Mobile/4.3.8120.0 (Windows Phone 8.0)".into();
            web.post(scene, "/Mcx/McxService.svc", &[XML], "<s:Envelope/>");
            let why = "X-Ms-diagnostics: 28070;source=\"fe01\";reason=\"The user is not enabled for mobility.\"";
            let no = web.told(scene, "403 Forbidden", &[FE, why], "");
            web.leaves(scene);
            scene.later(20);
            failed(Stage::Register, "F29").proof([no]).says("gives mobility as its reason").only().alone()
        },
    },
    Scenario {
        name: "F30 the certificate service sends the client for another ticket",
        near: &["F15", "F54"],
        play: |scene| {
            let mut web = services(scene);
            web.ntlm(scene, "alice");
            web.issued(scene);
            web.publishes(scene);
            let issuer = "X-MS-WebTicketURL: https://web.contoso.com/WebTicket/WebTicketService.svc";
            let no = web.told(scene, "401 Unauthorized", &[issuer, FE], "");
            web.leaves(scene);
            scene.later(20);
            failed(Stage::Certificate, "F30").proof([no]).says("does not take the ticket").alone()
        },
    },
];

const FORM: &str = "Content-Type: application/x-www-form-urlencoded;charset=UTF-8";
const GIVEN: &str = "UserName=contoso%5Calice&Password=secret&AuthMethod=FormsAuthentication";
const ASKS: &str = "<html><title>Sign In</title><form method=\"post\"><input type=\"password\"/></form></html>";

/// The service sends the client to the federation service, which shows its page for a password.
fn at_federation(scene: &mut Scene) -> Browser {
    let mut web = services(scene);
    web.agent = IPHONE.into();
    web.post(scene, "/WebTicket/oauthtoken", &[FORM], "grant_type=urn:microsoft.rtc:passive");
    let body = "{\"error\":\"invalid_grant\",\"ms_rtc_passiveauthuri\":\
                \"https://web.contoso.com/PassiveAuth/PassiveAuth.aspx\"}";
    web.told(scene, "400 Bad Request", &["Content-Type: application/json", FE], body);
    web.get(scene, "/PassiveAuth/PassiveAuth.aspx", &[]);
    web.told(scene, "302 Found", &["Location: https://adfs.contoso.com/adfs/ls/?wa=wsignin1.0", FE], "");
    web.leaves(scene);
    let mut adfs = Browser::new(scene, CLIENT, at(12, 80), "adfs.contoso.com");
    adfs.agent = IPHONE.into();
    adfs.get(scene, "/adfs/ls/?wa=wsignin1.0", &[]);
    adfs.told(scene, "200 OK", &[HTML], ASKS);
    adfs
}

/// The KDC says that an account is locked, and then the web services refuse NTLM of `alice`. The frames of both.
fn locked_and_refused(scene: &mut Scene, locked: &str) -> [u64; 2] {
    let client = SocketAddr::new(CLIENT, scene.port());
    scene.udp(client, KDC, Side::Client, &as_req(locked));
    let error = krb_error_with_status(18, 0xc000_0234, "krbtgt/CONTOSO.COM", scene.now());
    let said = scene.udp(client, KDC, Side::Server, &error);
    let mut web = services(scene);
    web.ntlm(scene, "alice");
    let no = web.told(scene, "401 Unauthorized", &[NTLM, FE], "");
    web.leaves(scene);
    scene.later(20);
    [said, no]
}

#[test]
fn a_lock_of_another_account_is_not_why_this_one_is_refused() {
    let mut scene = Scene::default();
    locked_and_refused(&mut scene, "rolf");
    let told = super::tell(&scene.pcap());
    assert_eq!(told.first().and_then(|s| s.verdict.as_ref()).map(|v| v.cause.code), Some("F14"));
}

/// A KDC that finds the clock wrong, and issues the ticket when it is asked by its own time.
#[test]
fn what_a_kdc_only_corrected_is_no_failure_before_the_success() {
    let mut scene = Scene::default();
    for answer in [krb_error(37, "krbtgt/CONTOSO.COM", scene.now()), as_rep("alice")] {
        let client = SocketAddr::new(CLIENT, scene.port());
        scene.udp(client, KDC, Side::Client, &as_req("alice"));
        scene.udp(client, KDC, Side::Server, &answer);
    }
    Caller::over_tcp(&mut scene, CLIENT, FRONT_END, USER).signs_in(&mut scene, "alice");
    let told = super::tell(&scene.pcap());
    assert_eq!(told.first().map(|s| &*s.sentence), Some("Signed in with NTLM."));
}

/// A token that is over needs other steps than one for somebody else.
#[test]
fn the_next_step_follows_what_is_wrong_with_the_token() {
    for (id, step) in [(28_056, "clocks"), (28_055, "clocks"), (28_077, "AdditionalAudienceUrls"), (28_081, "upn")] {
        let mut scene = Scene::default();
        let why = format!("X-MS-Diagnostics: {id};reason=\"no\";source=\"fe01\"");
        document(&mut scene, "401 Unauthorized", &[&why, FE], "");
        let told = super::tell(&scene.pcap());
        let told = told.first().unwrap();
        assert_eq!(told.verdict.as_ref().map(|v| v.cause.code), Some("F26"));
        assert!(told.next.first().is_some_and(|next| next.contains(step)), "{id} {:?}", told.next);
    }
}

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
