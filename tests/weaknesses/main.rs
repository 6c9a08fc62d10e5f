//! Weaknesses that the recorded captures do not hold: each is raised by a scene made in memory, and not by one that comes
//! near it. Scenes are played in clear; a case may say that they took place inside TLS.

#[path = "../support/look.rs"]
mod look;
#[path = "../support/make.rs"]
mod make;
#[path = "../support/scene.rs"]
mod scene;
#[path = "../support/speak.rs"]
mod speak;
#[path = "../support/token.rs"]
mod token;

mod damage;
mod near;
mod shapes;

use handshark::analysis::Analysis;
use handshark::findings::{self, Found};
use handshark::signin;
use make::Side;
use scene::{DENIED, Scene, Told, at, host};
use speak::{Browser, Caller, FLIGHT, HOLDER, NTLM, TLS_DSK, USER, WHILE_GOOD};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

const CLIENT: IpAddr = host(50);
const FRONT_END: SocketAddr = at(10, 5060);
const WEB: SocketAddr = at(11, 80);
const KDC: SocketAddr = at(5, 88);

/// A weakness, a scene that shows it and one that nearly does.
struct Case {
    code: &'static str,
    inside_tls: bool,
    raises: fn(&mut Scene),
    near: fn(&mut Scene),
}

const fn clear(code: &'static str, raises: fn(&mut Scene), near: fn(&mut Scene)) -> Case {
    Case { code, inside_tls: false, raises, near }
}

const fn tls(code: &'static str, raises: fn(&mut Scene), near: fn(&mut Scene)) -> Case {
    Case { code, inside_tls: true, raises, near }
}

/// What is found in a capture.
fn found_in(pcap: &[u8], inside_tls: bool) -> Vec<Found> {
    let mut analysis = Analysis::default();
    for mut row in look::facts(pcap).unwrap() {
        row.place.encrypted |= inside_tls;
        analysis.observe(row);
    }
    let evidence = analysis.finish();
    findings::judge(&evidence, &signin::tell(&evidence))
}

/// What is found in a scene.
fn found(play: fn(&mut Scene), inside_tls: bool) -> Vec<Found> {
    let mut scene = Scene::default();
    play(&mut scene);
    found_in(&scene.pcap(), inside_tls)
}

/// Somebody signs in with NTLM; the registrar says where from.
fn signs_in(scene: &mut Scene, from: &str) -> Caller {
    let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
    caller.challenged(scene, &[NTLM]);
    caller.ntlm(scene, "alice");
    caller.told(scene, "200 OK", &["Expires: 7200", &format!("ms-user-logon-data: {from}")]);
    caller
}

fn outside(scene: &mut Scene) {
    signs_in(scene, "RemoteUser");
}

fn inside(scene: &mut Scene) {
    signs_in(scene, "OnPremises");
}

/// A client of the web services whose web site says that it is outside, or says nothing.
fn browser(scene: &mut Scene, is_outside: bool) -> Browser {
    let mut browser = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
    browser.get(scene, "/Autodiscover/AutodiscoverService.svc/root?sipuri=alice@contoso.com", &[]);
    let root = speak::root_document();
    let root = if is_outside { root } else { root.replace(" AccessLocation=\"External\"", "") };
    browser.told(scene, "200 OK", &[speak::DOCUMENT], &root);
    browser
}

/// A ticket asked for by this door, and issued.
fn ticket_by(scene: &mut Scene, is_outside: bool, door: &str) {
    let mut browser = browser(scene, is_outside);
    browser.post(scene, &format!("{}{door}", speak::TICKETS), &[speak::XML], &speak::ticket_request(USER));
    browser.issued(scene);
}

fn by_password(scene: &mut Scene) {
    let mut browser = browser(scene, false);
    let target = format!("{}/Auth", speak::TICKETS);
    browser.post(scene, &target, &[speak::XML], &speak::password_request(USER));
    browser.issued(scene);
}

fn grant(scene: &mut Scene, form: &str) {
    let mut browser = browser(scene, false);
    browser.post(scene, "/WebTicket/oauthtoken", &["Content-Type: application/x-www-form-urlencoded"], form);
    browser.told(scene, "200 OK", &["Content-Type: application/json"], "{\"access_token\":\"cwt=AAEBHQ\"}");
}

/// A user whose password the registrar refuses.
fn refused(scene: &mut Scene, user: &str) {
    let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, &format!("{user}@contoso.com"));
    caller.challenged(scene, &[NTLM]);
    caller.ntlm(scene, user);
    caller.told(scene, "401 Unauthorized", &[NTLM, &speak::diagnostics(1000, "Final handshake failed")]);
    caller.leaves(scene);
}

/// Accounts tried from one address outside, while somebody there is signed in.
fn spray(scene: &mut Scene, accounts: u8) {
    let mut first = signs_in(scene, "RemoteUser");
    (0..accounts).for_each(|n| refused(scene, &format!("user{n}")));
    first.request(scene, "SUBSCRIBE", &[&speak::signs("NTLM", 2)]);
    first.told(scene, "200 OK", &[]);
}

/// The KDC's word about an account whose certificate the registrar accepts.
fn certificate_in_spite_of(scene: &mut Scene, code: i32) {
    let caller = SocketAddr::new(CLIENT, 55_000);
    scene.wait(WHILE_GOOD * 1000);
    scene.udp(caller, KDC, Side::Client, &token::as_req("mona.reyes"));
    let error = token::krb_error(code, "krbtgt/CONTOSO.COM", scene.now());
    scene.udp(caller, KDC, Side::Server, &error);
    let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, HOLDER);
    caller.challenged(scene, &[TLS_DSK]);
    caller.certificate(scene);
    caller.told(scene, "401 Unauthorized", &[&speak::goes_on("TLS-DSK", FLIGHT[3])]);
    caller.register(scene, &[&speak::signs("TLS-DSK", 1)]);
    caller.accepted(scene);
}

/// A certificate is asked for and issued.
fn certificate(scene: &mut Scene, browser: &mut Browser) {
    browser.publishes(scene);
    let der = token::base64(&token::certificate_of(USER));
    let body = format!(
        "<s:Envelope><s:Body><GetAndPublishCertResponse DeviceId=\"{{1}}\" Entity=\"{USER}\"><RequestSecurityTokenResponse>\
         <RequestedSecurityToken><BinarySecurityToken ValueType=\"X509v3\">{der}</BinarySecurityToken>\
         </RequestedSecurityToken></RequestSecurityTokenResponse></GetAndPublishCertResponse></s:Body></s:Envelope>"
    );
    browser.told(scene, "200 OK", &[speak::XML], &body);
}

fn at_the_provider(scene: &mut Scene) {
    let mut web = browser(scene, false);
    let mut provider = Browser::new(scene, CLIENT, at(30, 80), "login.microsoftonline.com");
    provider.get(scene, "/common/oauth2/authorize?login_hint=alice@contoso.com", &[]);
    provider.told(scene, "200 OK", &["Content-Type: text/html"], "<html></html>");
    certificate(scene, &mut web);
}

fn certificate_after(scene: &mut Scene, door: &str) {
    let mut web = browser(scene, false);
    web.post(scene, &format!("{}{door}", speak::TICKETS), &[speak::XML], &speak::ticket_request(USER));
    web.issued(scene);
    certificate(scene, &mut web);
}

/// One ticket shown by these clients.
fn ticket_shown_by(scene: &mut Scene, clients: [u8; 2]) {
    for last in clients {
        let mut web = Browser::new(scene, host(last), WEB, "web.contoso.com");
        web.get(scene, speak::USER_DOCUMENT, &["X-MS-WebTicket: cwt=AAEBHQEFAAAAAAAFFQAAAA"]);
        web.told(scene, "200 OK", &[speak::DOCUMENT], &speak::user_document());
    }
}

fn sent_to(scene: &mut Scene, target: &str) {
    let mut web = Browser::new(scene, CLIENT, WEB, "lyncdiscover.contoso.com");
    web.get(scene, "/?sipuri=alice@contoso.com", &[]);
    web.told(scene, "200 OK", &[speak::DOCUMENT], &speak::redirect_document("Root", target));
}

/// Autodiscover with a link of this token that is not inside TLS.
fn links_to(scene: &mut Scene, token: &str) {
    let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
    web.get(scene, "/Autodiscover/AutodiscoverService.svc/root", &[]);
    let link = format!("<Link token=\"{token}\" href=\"http://web.contoso.com/x\"/></Root>");
    web.told(scene, "200 OK", &[speak::DOCUMENT], &speak::root_document().replace("</Root>", &link));
}

/// A registrar that calls itself so.
fn served_by(scene: &mut Scene, product: &str) {
    let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
    caller.product = product.into();
    caller.signs_in(scene, "alice");
}

fn inside_name(scene: &mut Scene, told: Told<'_>) {
    scene.ask(CLIENT, "lyncdiscoverinternal.contoso.com", 1, told);
    outside(scene);
}

/// Tickets for so many services, with this encryption type.
fn tickets(scene: &mut Scene, services: u8, etype: u8) {
    for n in 0..services {
        let (client, service) = (SocketAddr::new(CLIENT, 56_000 + u16::from(n)), format!("MSSQLSvc/db{n}.contoso.com"));
        scene.udp(client, KDC, Side::Client, &token::tgs_req(&service));
        let mut reply = token::tgs_rep("alice", &service);
        for at in 0..reply.len().saturating_sub(5) {
            if reply[at..at + 5] == [0xa0, 3, 2, 1, 18] {
                reply[at + 4] = etype;
            }
        }
        scene.udp(client, KDC, Side::Server, &reply);
    }
}

/// The front end challenges, with or without its name.
fn asked_for_credentials(scene: &mut Scene, lines: &[&str]) {
    let mut web = browser(scene, true);
    web.asks_ticket(scene, &[]);
    web.told(scene, "401 Unauthorized", &[&["WWW-Authenticate: NTLM"], lines].concat(), "");
}

/// Devices of one user, each from an address of its own.
fn devices(scene: &mut Scene, addresses: &[[u8; 4]], from: &str) {
    for (n, address) in addresses.iter().enumerate() {
        let client = IpAddr::V4(Ipv4Addr::from(*address));
        let mut caller = Caller::over_tcp(scene, client, FRONT_END, USER);
        caller.epid = format!("{n:010x}");
        caller.challenged(scene, &[NTLM]);
        caller.ntlm(scene, "alice");
        caller.told(scene, "200 OK", &["Expires: 7200", &format!("ms-user-logon-data: {from}")]);
    }
}

fn many_devices(scene: &mut Scene, count: u8) {
    let addresses: Vec<[u8; 4]> = (0..count).map(|n| [192, 0, 2, 60 + n]).collect();
    devices(scene, &addresses, "OnPremises");
}

fn fetches(scene: &mut Scene, target: &str) {
    let mut web = browser(scene, false);
    web.get(scene, target, &[]);
    web.told(scene, "200 OK", &["Content-Type: application/octet-stream"], "root");
}

fn calls_itself(scene: &mut Scene, agent: &str) {
    let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
    web.agent = agent.into();
    web.get(scene, "/Autodiscover/AutodiscoverService.svc/root", &[]);
    web.told(scene, "200 OK", &[speak::DOCUMENT], &speak::root_document());
}

fn answers_with(scene: &mut Scene, line: &str) {
    let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
    web.get(scene, "/Autodiscover/AutodiscoverService.svc/root", &[]);
    web.told(scene, "200 OK", &[speak::DOCUMENT, line], &speak::root_document());
}

/// Where two DHCP servers lead a phone.
fn phone_led(scene: &mut Scene, first: &[(u8, &[u8])], second: &[(u8, &[u8])]) {
    scene.leases(CLIENT, &[(1, first), (66, second)]);
}

const POOL: (u8, &[u8]) = (120, b"\x00\x06pool01\x07contoso\x03com\x00");
const STRANGER: (u8, &[u8]) = (120, b"\x00\x03sip\x08fabrikam\x03net\x00");
const WEB_OPTION: (u8, &[u8]) =
    (43, b"\x01\x0cMS-UC-Client\x02\x05https\x03\x0fweb.contoso.com\x04\x03443\x05\x09/CertProv");

/// Somebody calls a client that signed in, and offers media with this candidate.
fn is_called(scene: &mut Scene, from: &str, candidate: &str) {
    let mut caller = signs_in(scene, from);
    let body = format!("v=0\r\nc=IN IP4 203.0.113.7\r\nm=audio 50000 RTP/SAVP 114\r\n{candidate}\r\n");
    caller.told(
        scene,
        "183 Session Progress",
        &["Content-Type: application/sdp", &format!("Content-Length: {}", body.len()), "", &body],
    );
}

const INSIDE_CANDIDATE: &str = "a=candidate:1 1 UDP 2130706431 10.0.0.17 30000 typ host";
const RELAYED_CANDIDATE: &str = "a=candidate:3 1 UDP 16648703 203.0.113.7 50000 typ relay raddr 10.0.0.17 rport 30000";

/// The relay service hands out credentials that are good for so many minutes.
fn credentials(scene: &mut Scene, minutes: u32) {
    let mut caller = signs_in(scene, "RemoteUser");
    let body = format!(
        "<response reasonPhrase=\"OK\"><credentialsResponse credentialsRequestID=\"1\"><credentials>\
         <username>AgAAJADA</username><password>Tmlnc</password><duration>{minutes}</duration></credentials>\
         </credentialsResponse></response>"
    );
    let lines =
        ["Content-Type: application/msrtc-media-relay-auth+xml", &format!("Content-Length: {}", body.len()), "", &body];
    caller.told(scene, "200 OK", &lines);
}

/// Clients ask a relay for a place with the same user name.
fn allocates(scene: &mut Scene, clients: [u8; 2]) {
    let request = b"\x00\x03\x00\x08\x21\x12\xa4\x42............\x00\x06\x00\x04\x02\x00\x00\x24";
    for (n, last) in clients.into_iter().enumerate() {
        scene.udp(at(last, 50_100 + u16::try_from(n).unwrap()), at(77, 3478), Side::Client, request);
    }
}

/// So many tickets by NTLM, each on a connection of its own that carries so many requests.
fn handshakes(scene: &mut Scene, count: u8, requests: u8) {
    for _ in 0..count {
        let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
        web.ntlm(scene, "alice");
        web.issued(scene);
        for _ in 1..requests {
            web.publishes(scene);
            web.told(scene, "200 OK", &[speak::XML, speak::FRONT_END], "<s:Envelope/>");
        }
        web.leaves(scene);
    }
}

/// Whoever was let in is asked again on the same connection, as behind a proxy that shares connections.
fn asked_again(scene: &mut Scene) {
    for _ in 0..4 {
        let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
        web.ntlm(scene, "alice");
        web.issued(scene);
        web.asks_ticket(scene, &[]);
        web.told(scene, "401 Unauthorized", &[speak::FRONT_END, "WWW-Authenticate: NTLM"], "");
        web.leaves(scene);
    }
}

const PASSWORD: &str = "grant_type=password&username=alice%40contoso.com&password=Nightjar42";
const WINDOWS: &str = "grant_type=urn%3Amicrosoft.rtc%3Awindows";

const CASES: &[Case] = &[
    tls("W04", by_password, |scene| ticket_by(scene, false, "/Auth")),
    tls("W05", |scene| grant(scene, PASSWORD), |scene| grant(scene, WINDOWS)),
    clear("W05", |scene| grant(scene, PASSWORD), |scene| grant(scene, WINDOWS)),
    clear("W09", outside, inside),
    clear("W12", |scene| handshakes(scene, 3, 1), |scene| handshakes(scene, 2, 1)),
    clear("W12", asked_again, |scene| handshakes(scene, 3, 2)),
    clear("W15", outside, inside),
    clear("W16", |scene| spray(scene, 8), |scene| spray(scene, 7)),
    clear(
        "W17",
        |scene| (0..3).for_each(|_| refused(scene, "alice")),
        |scene| ["alice", "bob", "alice"].into_iter().for_each(|user| refused(scene, user)),
    ),
    clear("W19", |scene| certificate_in_spite_of(scene, 18), |scene| certificate_in_spite_of(scene, 24)),
    clear("W20", at_the_provider, |scene| certificate_after(scene, "")),
    clear("W21", |scene| certificate_after(scene, "/cert"), |scene| certificate_after(scene, "")),
    clear("W22", |scene| ticket_by(scene, true, ""), |scene| ticket_by(scene, false, "")),
    clear("W24", |scene| ticket_shown_by(scene, [50, 51]), |scene| ticket_shown_by(scene, [50, 50])),
    clear("W25", |scene| ticket_by(scene, true, "/Anon"), |scene| ticket_by(scene, false, "/Anon")),
    clear("W26", |scene| answers_with(scene, "X-A: b"), outside),
    clear(
        "W27",
        |scene| sent_to(scene, "https://contoso.com.evil.example/root"),
        |scene| {
            sent_to(scene, "https://web.contoso.com/root");
            sent_to(scene, "https://webdir.online.lync.com/root");
        },
    ),
    tls(
        "W27",
        |scene| sent_to(scene, "http://web.contoso.com/root"),
        |scene| {
            sent_to(scene, "https://web.contoso.com/root");
        },
    ),
    tls("W27", |scene| links_to(scene, "External/Ucwa"), |scene| links_to(scene, "External/XFrame")),
    clear("W28", |scene| inside_name(scene, Told::Hosts(&[host(9)])), |scene| inside_name(scene, DENIED)),
    clear("W45", outside, inside),
    clear(
        "W48",
        |scene| tickets(scene, 10, 23),
        |scene| {
            tickets(scene, 9, 23);
            tickets(scene, 12, 18);
        },
    ),
    clear("W52", |scene| asked_for_credentials(scene, &[speak::FRONT_END]), |scene| asked_for_credentials(scene, &[])),
    clear(
        "W53",
        |scene| devices(scene, &[[192, 0, 2, 50], [198, 51, 100, 7]], "RemoteUser"),
        |scene| devices(scene, &[[192, 0, 2, 50], [192, 0, 2, 51]], "RemoteUser"),
    ),
    clear("W54", |scene| many_devices(scene, 9), |scene| many_devices(scene, 8)),
    clear(
        "W55",
        |scene| phone_led(scene, &[POOL, WEB_OPTION], &[STRANGER]),
        |scene| {
            phone_led(scene, &[POOL, WEB_OPTION], &[POOL]);
            phone_led(scene, &[POOL, WEB_OPTION], &[]);
        },
    ),
    clear(
        "W56",
        |scene| fetches(scene, "/CertProv/CertProvisioningService.svc/anon/GetRootCertChains"),
        |scene| fetches(scene, "/CertProv/CertProvisioningService.svc/mex"),
    ),
    clear(
        "W57",
        |scene| answers_with(scene, "Server: Microsoft-IIS/8.5"),
        |scene| answers_with(scene, "Server: proxy"),
    ),
    clear(
        "W58",
        |scene| calls_itself(scene, "Lync/5.3 (Android 4.0.4; GT-I9100)"),
        |scene| calls_itself(scene, "Lync/5.4 (Android 4.0.4; GT-I9100)"),
    ),
    clear("W58", |scene| served_by(scene, "RTC/3.5"), |scene| served_by(scene, "RTC/4.0")),
    tls(
        "W59",
        |scene| answers_with(scene, "X-A: b"),
        |scene| {
            answers_with(scene, "Strict-Transport-Security: max-age=31536000; includeSubDomains");
        },
    ),
    tls("W59", |scene| answers_with(scene, "Strict-Transport-Security: max-age=60"), outside),
    clear(
        "W60",
        |scene| answers_with(scene, "Access-Control-Allow-Origin: *"),
        |scene| {
            answers_with(scene, "Access-Control-Allow-Origin: https://lwa.contoso.com");
        },
    ),
    clear(
        "W61",
        |scene| is_called(scene, "RemoteUser", INSIDE_CANDIDATE),
        |scene| is_called(scene, "OnPremises", INSIDE_CANDIDATE),
    ),
    clear(
        "W61",
        |scene| is_called(scene, "RemoteUser", INSIDE_CANDIDATE),
        |scene| is_called(scene, "RemoteUser", RELAYED_CANDIDATE),
    ),
    clear("W62", |scene| credentials(scene, 481), |scene| credentials(scene, 480)),
    clear("W62", |scene| allocates(scene, [50, 51]), |scene| allocates(scene, [50, 50])),
    clear("W63", |scene| ticket_by(scene, true, "/pin"), |scene| ticket_by(scene, false, "/pin")),
];

#[test]
fn what_shows_a_weakness_and_what_nearly_does() {
    let mut wrong = Vec::new();
    for case in CASES.iter().chain(near::CASES).chain(shapes::CASES) {
        let codes = |play| found(play, case.inside_tls).iter().map(|f| f.rule.code).collect::<Vec<_>>();
        let (raised, near) = (codes(case.raises), codes(case.near));
        if !raised.contains(&case.code) {
            wrong.push(format!("{} is not raised; these are: {raised:?}", case.code));
        }
        if near.contains(&case.code) {
            wrong.push(format!("{} is raised by what comes near it", case.code));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_finding_names_its_proof() {
    for case in CASES.iter().chain(near::CASES).chain(shapes::CASES) {
        for finding in found(case.raises, case.inside_tls).iter().filter(|f| f.rule.code == case.code) {
            assert!(finding.evidence.iter().all(|item| item.frame > 0) && !finding.evidence.is_empty(), "{finding:?}");
        }
    }
}
