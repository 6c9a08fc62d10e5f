//! More that comes near a weakness: the same shape for a harmless reason, and what shows it in another way.

use super::*;
use crate::speak::XML;
use crate::token::base64;

/// A KDC's answer to a request for a ticket.
fn no_ticket(scene: &mut Scene, client: IpAddr, service: &str, code: i32) {
    let from = SocketAddr::new(client, scene.port());
    scene.udp(from, KDC, Side::Client, &token::tgs_req(service));
    let error = token::krb_error(code, service, scene.now());
    scene.udp(from, KDC, Side::Server, &error);
}

/// NTLM for a web ticket, where Negotiate was offered too.
fn web_ntlm(scene: &mut Scene, client: IpAddr) {
    let mut web = Browser::new(scene, client, WEB, "web.contoso.com");
    web.ntlm(scene, "alice");
    web.issued(scene);
}

fn web_anonymous(scene: &mut Scene) {
    let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
    let token = |bytes: Vec<u8>| format!("NTLM {}", base64(&bytes));
    web.asks_ticket(scene, &[]);
    web.told(scene, "401 Unauthorized", &["WWW-Authenticate: Negotiate", "WWW-Authenticate: NTLM"], "");
    web.asks_ticket(scene, &[&format!("Authorization: {}", token(token::ntlm_negotiate()))]);
    web.told(scene, "401 Unauthorized", &[&format!("WWW-Authenticate: {}", token(token::ntlm_challenge()))], "");
    web.asks_ticket(scene, &[&format!("Authorization: {}", token(token::ntlm_anonymous()))]);
    web.issued(scene);
}

/// Colleagues behind one address, each at a machine of their own, while the domain controller is away.
fn all_refused(scene: &mut Scene, accounts: u8) {
    let mut first = signs_in(scene, "RemoteUser");
    for n in 0..accounts {
        let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, &format!("user{n}@contoso.com"));
        caller.challenged(scene, &[NTLM]);
        caller.register(scene, &[&speak::begins("NTLM")]);
        caller.told(scene, "401 Unauthorized", &[&speak::goes_on("NTLM", &token::ntlm_challenge())]);
        let answer = token::ntlm_authenticate_from("CONTOSO", &format!("user{n}"), &format!("PC{n}"));
        caller.register(scene, &[&speak::proves("NTLM", &answer)]);
        caller.told(scene, "401 Unauthorized", &[NTLM, &speak::diagnostics(1000, "Final handshake failed")]);
        caller.leaves(scene);
    }
    first.request(scene, "SUBSCRIBE", &[&speak::signs("NTLM", 2)]);
    first.told(scene, "200 OK", &[]);
}

/// Accounts refused, with so many seconds between.
fn slowly(scene: &mut Scene, accounts: u8, seconds: i64) {
    let mut first = signs_in(scene, "RemoteUser");
    for n in 0..accounts {
        refused(scene, &format!("user{n}"));
        scene.wait(seconds * 1000);
    }
    first.request(scene, "SUBSCRIBE", &[&speak::signs("NTLM", 2)]);
    first.told(scene, "200 OK", &[]);
}

fn right(scene: &mut Scene, user: &str) {
    let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, &format!("{user}@contoso.com"));
    caller.signs_in(scene, user);
    caller.leaves(scene);
}

/// As many people at one terminal server, each of whom mistypes once.
fn mistyped(scene: &mut Scene, accounts: u8) {
    let mut first = signs_in(scene, "RemoteUser");
    for n in 0..accounts {
        refused(scene, &format!("user{n}"));
        right(scene, &format!("user{n}"));
    }
    first.request(scene, "SUBSCRIBE", &[&speak::signs("NTLM", 2)]);
    first.told(scene, "200 OK", &[]);
}

/// Web pages are asked for with this line, and answered so.
pub(super) fn pages(scene: &mut Scene, line: &str, status: &str, challenge: &str) {
    let mut web = Browser::new(scene, CLIENT, at(12, 8080), "web.contoso.com");
    for _ in 0..3 {
        web.get(scene, "/meet/alice", &[line]);
        web.told(scene, status, &[challenge], "");
    }
}

/// The service finds the client's clock wrong.
fn finds_clock_wrong(scene: &mut Scene, code: i32) {
    const SIP: &str = "sip/fe01.contoso.com";
    let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
    caller.challenged(scene, &[speak::KERBEROS]);
    caller.register(scene, &[&speak::proves("Kerberos", &token::ap_req(SIP))]);
    let error = token::gss_error(code, SIP, scene.now());
    let said = speak::diagnostics(1000, "Final handshake failed");
    caller.told(scene, "401 Unauthorized", &[&speak::goes_on("Kerberos", &error), &said]);
    caller.leaves(scene);
}

/// A user certificate is issued that is good for so many hours.
fn certificate_for(scene: &mut Scene, hours: i64) {
    let mut web = browser(scene, false);
    web.publishes(scene);
    let from = scene.now() / 1_000_000_000;
    let card =
        token::Card { subject: USER, issuer: "Communications Server", names: &[], valid: (from, from + hours * 3600) };
    let der = base64(&token::certificate(&card));
    let body = format!(
        "<s:Envelope><s:Body><GetAndPublishCertResponse DeviceId=\"{{1}}\" Entity=\"{USER}\"><RequestSecurityTokenResponse>\
         <RequestedSecurityToken><BinarySecurityToken ValueType=\"X509v3\">{der}</BinarySecurityToken>\
         </RequestedSecurityToken></RequestSecurityTokenResponse></GetAndPublishCertResponse></s:Body></s:Envelope>"
    );
    web.told(scene, "200 OK", &[XML], &body);
}

/// The KDC speaks of an account; then again, if it grants a ticket; then a certificate signs in.
fn kdc_says(scene: &mut Scene, account: &str, last: u8, then_grants: bool) {
    let from = SocketAddr::new(host(last), 55_000);
    scene.wait(WHILE_GOOD * 1000);
    scene.udp(from, KDC, Side::Client, &token::as_req(account));
    let error = token::krb_error(18, "krbtgt/CONTOSO.COM", scene.now());
    scene.udp(from, KDC, Side::Server, &error);
    if then_grants {
        let from = SocketAddr::new(host(last), 55_001);
        scene.wait(60_000);
        scene.udp(from, KDC, Side::Client, &token::as_req(account));
        scene.udp(from, KDC, Side::Server, &token::as_rep(account));
    }
    by_certificate(scene, HOLDER);
}

fn by_certificate(scene: &mut Scene, user: &str) {
    let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, user);
    caller.challenged(scene, &[TLS_DSK]);
    caller.certificate(scene);
    caller.told(scene, "401 Unauthorized", &[&speak::goes_on("TLS-DSK", FLIGHT[3])]);
    caller.register(scene, &[&speak::signs("TLS-DSK", 1)]);
    caller.accepted(scene);
}

/// The account is locked; another server lets it in by NTLM so many seconds later, and the certificate is accepted.
fn let_in_between(scene: &mut Scene, seconds: i64) {
    let from = SocketAddr::new(CLIENT, 55_000);
    scene.wait(WHILE_GOOD * 1000);
    scene.udp(from, KDC, Side::Client, &token::as_req("mona.reyes"));
    let error = token::krb_error(18, "krbtgt/CONTOSO.COM", scene.now());
    scene.udp(from, KDC, Side::Server, &error);
    scene.wait(seconds * 1000);
    let mut web = browser(scene, false);
    web.ntlm(scene, "mona.reyes");
    web.issued(scene);
    by_certificate(scene, HOLDER);
}

/// Another user with the same short name, whose account is closed.
fn namesake(scene: &mut Scene) {
    kdc_says(scene, "mona.reyes", 60, false);
    let mut other = Caller::over_tcp(scene, host(60), FRONT_END, "mona.reyes@fabrikam.net");
    other.challenged(scene, &[NTLM]);
}

/// The identity provider is visited, and the ticket bought with a Windows account.
fn provider_beside(scene: &mut Scene) {
    let mut web = browser(scene, false);
    let mut provider = Browser::new(scene, CLIENT, at(30, 80), "login.microsoftonline.com");
    provider.get(scene, "/common/oauth2/authorize?login_hint=alice@contoso.com", &[]);
    provider.told(scene, "200 OK", &["Content-Type: text/html"], "<html></html>");
    web.ntlm(scene, "alice");
    web.issued(scene);
    certificate(scene, &mut web);
}

/// A client asks only whose user somebody is.
fn realm_asked(scene: &mut Scene) {
    let mut web = browser(scene, false);
    let mut provider = Browser::new(scene, CLIENT, at(30, 80), "login.microsoftonline.com");
    provider.get(scene, "/getuserrealm.srf?login=alice@contoso.com&xml=1", &[]);
    provider.told(scene, "200 OK", &[XML], "<RealmInfo><NameSpaceType>Managed</NameSpaceType></RealmInfo>");
    certificate(scene, &mut web);
}

/// Bob's ticket comes from a certificate; Alice behind the same address gets one with a password.
fn two_behind_one(scene: &mut Scene) {
    let mut alice = browser(scene, false);
    let mut bob = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
    bob.get(scene, "/Autodiscover/AutodiscoverService.svc/root?sipuri=bob@contoso.com", &[]);
    bob.told(scene, "200 OK", &[speak::DOCUMENT], &speak::root_document());
    bob.post(scene, &format!("{}/cert", speak::TICKETS), &[XML], &speak::ticket_request("bob@contoso.com"));
    let issued = speak::ticket("bob@contoso.com", scene.now());
    bob.told(scene, "200 OK", &[XML], &issued);
    certificate(scene, &mut alice);
}

/// A token that an identity provider issues to a client outside, good for an hour.
fn foreign_token(scene: &mut Scene) {
    let mut web = browser(scene, true);
    let mut provider = Browser::new(scene, CLIENT, at(30, 80), "sts.contoso.com");
    provider.post(scene, "/adfs/services/trust/2005/windowstransport", &[XML], &speak::ticket_request(USER));
    let issued = speak::ticket(USER, scene.now());
    provider.told(scene, "200 OK", &[XML], &issued);
    web.get(scene, speak::USER_DOCUMENT, &[]);
    web.told(scene, "200 OK", &[speak::DOCUMENT], &speak::user_document());
}

fn token_outside(scene: &mut Scene, seconds: u32) {
    let mut web = browser(scene, true);
    web.post(scene, "/WebTicket/oauthtoken", &["Content-Type: application/x-www-form-urlencoded"], WINDOWS);
    let body = format!("{{\"access_token\":\"cwt=AAEBHQ\",\"token_type\":\"Bearer\",\"expires_in\":{seconds}}}");
    web.told(scene, "200 OK", &["Content-Type: application/json"], &body);
}

/// A reverse proxy hands a request on, from another address.
fn handed_on(scene: &mut Scene) {
    let ticket = "X-MS-WebTicket: cwt=AAEBHQEFAAAAAAAFFQAAAA";
    let mut outer = Browser::new(scene, CLIENT, at(90, 80), "web.contoso.com");
    outer.get(scene, speak::USER_DOCUMENT, &[ticket]);
    let mut inner = Browser::new(scene, host(91), WEB, "web.contoso.com");
    inner.get(scene, speak::USER_DOCUMENT, &[ticket]);
    inner.told(scene, "200 OK", &[speak::DOCUMENT], &speak::user_document());
    outer.told(scene, "200 OK", &[speak::DOCUMENT], &speak::user_document());
}

/// A connection with this suite of TLS 1.0; media passes for TLS with nothing behind the hello.
fn with_suite(scene: &mut Scene, suite: u16, goes_on: bool) {
    let mut line = scene.connect(CLIENT, at(11, 443));
    scene.say(&mut line, Side::Client, &token::client_hello("web.contoso.com"));
    scene.say(&mut line, Side::Server, &token::server_hello(suite));
    if goes_on {
        scene.say(&mut line, Side::Client, &token::client_finish());
        scene.say(&mut line, Side::Server, &token::finish());
        scene.say(&mut line, Side::Client, &token::data(100));
        scene.say(&mut line, Side::Server, &token::data(100));
    }
}

/// A server with a certificate for this many names; the client asks for the last.
fn with_names(scene: &mut Scene, names: usize, asked: &str) {
    let all: Vec<String> = (0..names).map(|n| format!("site{n}.contoso.com")).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let card = token::Card { subject: all[0], issuer: "Contoso Root CA", names: &all, valid: token::THIS_YEAR };
    let mut line = scene.connect(CLIENT, at(11, 443));
    scene.say(&mut line, Side::Client, &token::client_hello(asked));
    scene.say(&mut line, Side::Server, &token::server_flight(&token::certificate(&card)));
    scene.say(&mut line, Side::Client, &token::client_finish());
    scene.say(&mut line, Side::Server, &token::finish());
    scene.say(&mut line, Side::Client, &token::data(100));
}

/// A certificate is refused, then NTLM is used: by the same device, or by another of the user.
fn falls_back(scene: &mut Scene, same_device: bool) {
    scene.wait(WHILE_GOOD * 1000);
    let mut first = Caller::over_tcp(scene, CLIENT, FRONT_END, HOLDER);
    first.challenged(scene, &[TLS_DSK, NTLM]);
    let mut second = if same_device { first.clone() } else { Caller::over_tcp(scene, CLIENT, FRONT_END, HOLDER) };
    first.certificate(scene);
    first.told(scene, "401 Unauthorized", &[TLS_DSK, NTLM, &speak::diagnostics(1000, "Final handshake failed")]);
    if same_device {
        second = first;
    }
    second.ntlm(scene, "mona");
    second.accepted(scene);
}

/// Tickets with RC4 for so many services of one host.
fn services_of_one(scene: &mut Scene, count: u8) {
    for n in 0..count {
        let (client, service) = (SocketAddr::new(CLIENT, 56_000 + u16::from(n)), format!("svc{n}/db.contoso.com:{n}"));
        scene.udp(client, KDC, Side::Client, &token::tgs_req(&service));
        let mut reply = token::tgs_rep("alice", &service);
        for at in 0..reply.len().saturating_sub(5) {
            if reply[at..at + 5] == [0xa0, 3, 2, 1, 18] {
                reply[at + 4] = 23;
            }
        }
        scene.udp(client, KDC, Side::Server, &reply);
    }
}

/// A ticket that one front end refuses, and then another, or the same, accepts.
fn behind_balancer(scene: &mut Scene, refuses: &str, accepts: &str) {
    let from = SocketAddr::new(CLIENT, 57_000);
    scene.udp(from, KDC, Side::Client, &token::tgs_req("HTTP/web.contoso.com"));
    scene.udp(from, KDC, Side::Server, &token::tgs_rep("alice", "HTTP/web.contoso.com"));
    let token =
        format!("Authorization: Negotiate {}", base64(&token::spnego_init(&token::ap_req("HTTP/web.contoso.com"))));
    for (front_end, granted) in [(refuses, false), (accepts, true)] {
        let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
        web.asks_ticket(scene, &[&token]);
        let name = format!("X-MS-Server-Fqdn: {front_end}");
        if granted {
            let body = speak::ticket(USER, scene.now());
            web.told(scene, "200 OK", &[XML, &name], &body);
        } else {
            web.told(scene, "401 Unauthorized", &["WWW-Authenticate: Negotiate", &name], "");
        }
    }
}

/// FTP; what is said behind an `AUTH TLS` that the server agrees to is no FTP.
fn fetches_files(scene: &mut Scene, user: &str, to_tls: &str) {
    let mut line = scene.connect(CLIENT, SocketAddr::new(WEB.ip(), 21));
    let (name, to_tls) = (format!("USER {user}\r\n"), format!("{to_tls}\r\n"));
    let talk = [
        (Side::Server, "220 ftp.contoso.com\r\n"),
        (Side::Client, "AUTH TLS\r\n"),
        (Side::Server, &to_tls),
        (Side::Client, &name),
        (Side::Server, "331 Password\r\n"),
        (Side::Client, "PASS alice@contoso.com\r\n"),
        (Side::Server, "230 In\r\n"),
    ];
    for (side, text) in talk {
        scene.say(&mut line, side, text.as_bytes());
    }
}

/// The web service's error to a ticket.
fn service_says(scene: &mut Scene, code: i32) {
    let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
    let offer = token::spnego_init(&token::ap_req("HTTP/web.contoso.com"));
    web.asks_ticket(scene, &[&format!("Authorization: Negotiate {}", base64(&offer))]);
    let error = token::spnego_reject(code, "HTTP/web.contoso.com", scene.now());
    let told = format!("WWW-Authenticate: Negotiate {}", base64(&error));
    web.told(scene, "401 Unauthorized", &[&told, speak::FRONT_END], "");
}

/// The server's clock is off by so many seconds; the answer may come out of a cache.
fn dated(scene: &mut Scene, off: i64, lines: &[&str]) {
    let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
    web.get(scene, "/Autodiscover/AutodiscoverService.svc/root", &[]);
    let at = handshark::wire::Timestamp(scene.now() - off * 1_000_000_000).rfc3339_seconds();
    // The scenes begin on Monday 2026-09-21.
    let date = format!("Date: Mon, 21 Sep 2026 {} GMT", &at[11..19]);
    assert!(at.starts_with("2026-09-21"), "{at}");
    web.told(scene, "200 OK", &[&[speak::DOCUMENT, &date], lines].concat(), &speak::root_document());
}

/// A product in front of the web services asks for a password first.
fn asked_in_front(scene: &mut Scene) {
    let mut web = browser(scene, true);
    web.asks_ticket(scene, &[]);
    web.told(scene, "401 Unauthorized", &["WWW-Authenticate: Basic realm=\"edge\""], "");
    web.asks_ticket(scene, &["Authorization: Basic YWxpY2U6c2VjcmV0"]);
    web.told(scene, "401 Unauthorized", &["WWW-Authenticate: NTLM", speak::FRONT_END], "");
    web.asks_ticket(scene, &[]);
    web.told(scene, "401 Unauthorized", &["WWW-Authenticate: NTLM", speak::FRONT_END], "");
}

/// Devices that the registrar turns away.
fn turned_away(scene: &mut Scene, count: u8) {
    for n in 0..count {
        let mut caller = Caller::over_tcp(scene, host(60 + n), FRONT_END, USER);
        caller.epid = format!("{n:010x}");
        caller.challenged(scene, &[NTLM]);
        caller.ntlm(scene, "alice");
        caller.told(scene, "403 Forbidden", &[]);
    }
}

fn pin_answered(scene: &mut Scene, status: &str) {
    let mut web = browser(scene, true);
    web.post(scene, &format!("{}/pin", speak::TICKETS), &[XML], &speak::ticket_request(USER));
    web.told(scene, status, &[], "");
}

/// The registrar says why it refuses a client outside, and which machine says so.
fn says_source(scene: &mut Scene, source: &str) {
    scene.wait(WHILE_GOOD * 1000);
    let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, HOLDER);
    caller.challenged(scene, &[TLS_DSK, &format!("ms-diagnostics: 1012;reason=\"x\";source=\"{source}\"")]);
    caller.certificate(scene);
    caller.told(scene, "401 Unauthorized", &[&speak::goes_on("TLS-DSK", FLIGHT[3])]);
    caller.register(scene, &[&speak::signs("TLS-DSK", 1)]);
    caller.told(scene, "200 OK", &["Expires: 7200", "ms-user-logon-data: RemoteUser"]);
}

/// A device asks a relay over both families.
fn both_families(scene: &mut Scene) {
    let request = b"\x00\x03\x00\x08\x21\x12\xa4\x42............\x00\x06\x00\x04\x02\x00\x00\x24";
    scene.udp(at(50, 50_100), at(77, 3478), Side::Client, request);
    let six = |last, port| SocketAddr::new(scene::host6(last), port);
    scene.udp(six(50, 50_101), six(77, 3478), Side::Client, request);
}

const GUEST: &str =
    "grant_type=urn%3Amicrosoft.rtc%3Aanonmeeting&password=AB12CD&ms_rtc_conferenceuri=sip:m@contoso.com";

/// alice:Nightjar42
const TO_PROXY: &str = "Proxy-Authorization: Basic YWxpY2U6TmlnaHRqYXI0Mg==";
const TO_SERVER: &str = "Authorization: Basic YWxpY2U6TmlnaHRqYXI0Mg==";
const BY_DIGEST: &str = "Proxy-Authorization: Digest username=\"alice\", realm=\"p\", nonce=\"a\", uri=\"/\", \
                         response=\"0123456789abcdef0123456789abcdef\"";

pub const CASES: &[Case] = &[
    tls("W05", |scene| grant(scene, PASSWORD), |scene| grant(scene, GUEST)),
    clear("W10", |scene| web_ntlm(scene, CLIENT), web_anonymous),
    clear(
        "W11",
        |scene| {
            no_ticket(scene, CLIENT, "HTTP/web.contoso.com", 7);
            web_ntlm(scene, CLIENT);
        },
        |scene| {
            // For another kind of service, to another client, for another reason, and for nobody.
            no_ticket(scene, CLIENT, "cifs/files.contoso.com", 7);
            no_ticket(scene, host(51), "HTTP/web.contoso.com", 7);
            no_ticket(scene, CLIENT, "HTTP/web.contoso.com", 24);
            web_ntlm(scene, CLIENT);
            web_anonymous(scene);
        },
    ),
    clear("W15", |scene| says_source(scene, "fe01.contoso.local"), |scene| says_source(scene, "sip.contoso.com")),
    clear("W16", |scene| slowly(scene, 8, 10), |scene| slowly(scene, 8, 600)),
    clear("W16", |scene| spray(scene, 9), |scene| all_refused(scene, 9)),
    clear("W16", |scene| spray(scene, 9), |scene| mistyped(scene, 9)),
    // That they were let in this morning excuses nobody who tries them all now.
    clear(
        "W16",
        |scene| {
            (0..9).for_each(|n| right(scene, &format!("user{n}")));
            spray(scene, 9);
        },
        |scene| mistyped(scene, 9),
    ),
    clear(
        "W01",
        |scene| pages(scene, TO_PROXY, "200 OK", "X-A: b"),
        |scene| pages(scene, BY_DIGEST, "200 OK", "X-A: b"),
    ),
    // The server behind the proxy asks for its own.
    clear(
        "W17",
        |scene| pages(scene, TO_PROXY, "407 Proxy Authentication Required", "Proxy-Authenticate: Basic realm=\"p\""),
        |scene| pages(scene, TO_PROXY, "401 Unauthorized", "WWW-Authenticate: Negotiate"),
    ),
    clear(
        "W17",
        |scene| pages(scene, TO_SERVER, "401 Unauthorized", "WWW-Authenticate: Basic realm=\"s\""),
        |scene| pages(scene, TO_SERVER, "407 Proxy Authentication Required", "Proxy-Authenticate: Negotiate"),
    ),
    clear(
        "W23",
        |scene| pages(scene, "Authorization: Bearer eyJhbGciOiJub25lIn0.e30.AA", "200 OK", "X-A: b"),
        |scene| pages(scene, "Authorization: Bearer", "401 Unauthorized", "WWW-Authenticate: Bearer"),
    ),
    clear("W51", |scene| finds_clock_wrong(scene, 37), |scene| finds_clock_wrong(scene, 41)),
    clear(
        "W17",
        |scene| {
            right(scene, "alice");
            (0..3).for_each(|_| refused(scene, "alice"));
        },
        |scene| {
            (0..2).for_each(|_| refused(scene, "alice"));
            right(scene, "alice");
            refused(scene, "alice");
        },
    ),
    clear("W18", |scene| certificate_for(scene, 720), |scene| certificate_for(scene, 719)),
    clear("W19", |scene| kdc_says(scene, "mona.reyes", 50, false), |scene| kdc_says(scene, "mona.reyes", 50, true)),
    clear("W19", |scene| kdc_says(scene, "mona.reyes", 60, false), namesake),
    clear("W19", |scene| let_in_between(scene, 60), |scene| let_in_between(scene, 600)),
    clear("W19", |scene| kdc_says(scene, "Mona.Reyes", 50, false), |scene| kdc_says(scene, "john.doe", 50, false)),
    clear("W20", at_the_provider, provider_beside),
    clear("W20", at_the_provider, realm_asked),
    clear("W21", |scene| certificate_after(scene, "/cert"), two_behind_one),
    clear("W22", |scene| ticket_by(scene, true, ""), foreign_token),
    clear("W22", |scene| token_outside(scene, 28_860), |scene| token_outside(scene, 28_800)),
    clear("W24", |scene| ticket_shown_by(scene, [50, 51]), handed_on),
    clear(
        "W27",
        |scene| sent_to(scene, "http://web.contoso.com/root"),
        |scene| sent_to(scene, "https://webdir1.online.skypeforbusiness.us/root"),
    ),
    clear("W29", |scene| with_suite(scene, 0x0018, true), |scene| with_suite(scene, 0x0018, false)),
    clear("W31", |scene| with_suite(scene, 0x0018, true), |scene| with_suite(scene, 0x002f, true)),
    clear("W31", |scene| with_suite(scene, 0x0018, true), |scene| with_suite(scene, 0x0018, false)),
    clear("W32", |scene| with_suite(scene, 0x002f, true), |scene| with_suite(scene, 0xc018, true)),
    clear(
        "W35",
        |scene| with_names(scene, 300, "other.contoso.com"),
        |scene| with_names(scene, 300, "site299.contoso.com"),
    ),
    clear("W44", |scene| falls_back(scene, true), |scene| falls_back(scene, false)),
    clear("W48", |scene| tickets(scene, 11, 23), |scene| services_of_one(scene, 12)),
    clear(
        "W50",
        |scene| no_ticket(scene, CLIENT, "HTTP/web.contoso.com", 7),
        |scene| {
            no_ticket(scene, CLIENT, "krbtgt/FABRIKAM.NET", 7);
        },
    ),
    clear(
        "W50",
        |scene| behind_balancer(scene, "fe02.contoso.com", "fe01.contoso.com"),
        |scene| behind_balancer(scene, "fe01.contoso.com", "fe01.contoso.com"),
    ),
    clear("W50", |scene| service_says(scene, 44), |scene| service_says(scene, 37)),
    clear(
        "W50",
        |scene| service_says(scene, 45),
        |scene| {
            no_ticket(scene, CLIENT, "HTTP/web.contoso.com", 44);
        },
    ),
    clear("W51", |scene| dated(scene, 90, &[]), |scene| dated(scene, 90, &["Age: 90"])),
    // A clock that was right a moment ago: the capture's own was set.
    clear(
        "W51",
        |scene| dated(scene, 400, &[]),
        |scene| {
            dated(scene, 0, &[]);
            dated(scene, 400, &[]);
        },
    ),
    // The random of the handshake is that of another day: most clients put no time there.
    clear(
        "W51",
        |scene| dated(scene, 90, &["Age: 0"]),
        |scene| {
            scene.wait(400 * 86_400_000);
            by_certificate(scene, HOLDER);
        },
    ),
    clear("W52", |scene| asked_for_credentials(scene, &[speak::FRONT_END]), asked_in_front),
    clear("W54", |scene| many_devices(scene, 9), |scene| turned_away(scene, 9)),
    clear("W62", |scene| allocates(scene, [50, 51]), both_families),
    clear(
        "W65",
        |scene| fetches_files(scene, "alice", "502 What?"),
        |scene| fetches_files(scene, "anonymous", "502 What?"),
    ),
    clear("W65", |scene| fetches_files(scene, "alice", "500"), |scene| fetches_files(scene, "alice", "234 Go on")),
    clear("W63", |scene| pin_answered(scene, "401 Unauthorized"), |scene| pin_answered(scene, "403 Forbidden")),
];

#[test]
fn a_fallback_is_joined_to_what_caused_it() {
    let played = |scene: &mut Scene| {
        no_ticket(scene, CLIENT, "HTTP/web.contoso.com", 7);
        web_ntlm(scene, CLIENT);
    };
    let all = found(played, false);
    let finding = all.iter().find(|f| f.rule.code == "W50").unwrap();
    assert_eq!(finding.title, "The KDC knows no principal HTTP/web.contoso.com; the client fell back to NTLM");
    assert_eq!(finding.evidence.last().map(|item| item.field), Some("ntlmssp.messagetype"));
}

#[test]
fn what_may_have_another_reason_is_not_called_certain() {
    let sure = |code: &str, play: fn(&mut Scene)| {
        let all = found(play, false);
        all.iter().find(|f| f.rule.code == code).map(|f| f.confidence.name()).unwrap()
    };
    assert_eq!(sure("W19", |scene| kdc_says(scene, "mona.reyes", 50, false)), "certain");
    assert_eq!(sure("W19", |scene| kdc_says(scene, "mona.reyes", 60, false)), "consistent");
    assert_eq!(sure("W24", |scene| ticket_shown_by(scene, [50, 51])), "consistent");
    assert_eq!(sure("W50", |scene| behind_balancer(scene, "fe02.contoso.com", "fe01.contoso.com")), "consistent");
}

#[test]
fn who_found_the_clock_wrong_and_who_got_the_password_is_said() {
    let title = |code: &str, play: fn(&mut Scene)| {
        let all = found(play, false);
        all.iter().find(|f| f.rule.code == code).map(|f| f.title.to_string()).unwrap()
    };
    let service = title("W51", |scene| finds_clock_wrong(scene, 37));
    assert!(service.starts_with("The server finds the client's clock"), "{service}");
    let kdc = title("W51", |scene| no_ticket(scene, CLIENT, "sip/fe01.contoso.com", 37));
    assert!(kdc.starts_with("The KDC finds the client's clock"), "{kdc}");
    let proxy = title("W01", |scene| pages(scene, TO_PROXY, "200 OK", "X-A: b"));
    assert_eq!(proxy, "Password sent to a proxy with HTTP Basic outside TLS");
}

#[test]
fn the_name_of_a_scheme_alone_is_no_credential() {
    let mut scene = Scene::default();
    pages(&mut scene, "Authorization: Bearer", "401 Unauthorized", "WWW-Authenticate: Bearer");
    let mut analysis = Analysis::default();
    look::facts(&scene.pcap()).unwrap().into_iter().for_each(|row| analysis.observe(row));
    assert!(analysis.finish().negotiations.is_empty());
}
