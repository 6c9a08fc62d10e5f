//! What recordings of real programs against staged servers showed: how a capture ends when nobody says goodbye.

use super::make::Side;
use super::scene::{Scene, Told, at};
use super::speak::{
    Browser, Caller, FRONT_END as FE, KERBEROS, NTLM, TICKETS, TLS_DSK, USER, XML, diagnostics, fault, password_request,
};
use super::token::{Card, as_req, base64, certificate, krb_error};
use super::{CLIENT, FRONT_END, KDC, Scenario, WEB, failed, signed_in, unexplained, unfinished};
use handshark::signin::Stage;

/// How long a certificate is good, in seconds.
const HALF_A_YEAR: i64 = 180 * 86_400;

/// The KDC answers a request for a ticket-granting ticket with this code, and the client leaves.
fn refused_by_the_kdc(scene: &mut Scene, code: i32) -> u64 {
    let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
    caller.challenged(scene, &[KERBEROS]);
    let client = std::net::SocketAddr::new(CLIENT, scene.port());
    scene.udp(client, KDC, Side::Client, &as_req("alice"));
    let error = krb_error(code, "krbtgt/CONTOSO.COM", scene.now());
    let no = scene.udp(client, KDC, Side::Server, &error);
    caller.leaves(scene);
    scene.later(20);
    no
}

/// A client that is challenged for its certificate, and is issued one that began so many seconds from now.
fn issued(scene: &mut Scene, from_now: i64) -> (Caller, u64) {
    let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
    caller.challenged(scene, &[TLS_DSK]);
    let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
    web.ntlm(scene, "alice");
    web.issued(scene);
    web.publishes(scene);
    let begins = scene.now() / 1_000_000_000 + from_now;
    let card =
        Card { subject: USER, issuer: "Communications Server", names: &[], valid: (begins, begins + HALF_A_YEAR) };
    let body = format!(
        "<s:Envelope><s:Body><GetAndPublishCertResponse DeviceId=\"{{f720091a-3e74-5326-afc6-7b7a19defafe}}\" \
         Entity=\"{USER}\"><RequestSecurityTokenResponse><RequestedSecurityToken><BinarySecurityToken>{}\
         </BinarySecurityToken></RequestedSecurityToken></RequestSecurityTokenResponse></GetAndPublishCertResponse>\
         </s:Body></s:Envelope>",
        base64(&certificate(&card))
    );
    let frame = web.told(scene, "200 OK", &[XML], &body);
    web.leaves(scene);
    (caller, frame)
}

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "F57 the server resets, and the capture ends with it",
        near: &["F35", "F43", "F58"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.challenged(scene, &[NTLM]);
            let asked = caller.ntlm(scene, "alice");
            let reset = scene.reset(caller.line.as_ref().unwrap(), Side::Server);
            failed(Stage::Authenticate, "F57").proof([asked, reset]).alone()
        },
    },
    Scenario {
        name: "F57 the server resets before it says anything, and the capture ends with it",
        near: &["F05", "F58", "F34"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            let asked = caller.register(scene, &[]);
            let reset = scene.reset(caller.line.as_ref().unwrap(), Side::Server);
            failed(Stage::Challenge, "F57").proof([asked, reset]).alone()
        },
    },
    Scenario {
        name: "the server resets, and the capture ends while the client asks the next one",
        near: &["F57", "F58"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.challenged(scene, &[NTLM]);
            caller.ntlm(scene, "alice");
            scene.reset(caller.line.as_ref().unwrap(), Side::Server);
            caller.move_to(scene, at(12, 5060));
            caller.register(scene, &[]);
            unfinished().alone()
        },
    },
    Scenario {
        name: "a fault of WS-Security without an id minds the credential: the service works",
        near: &["F55", "F54", "F13"],
        play: |scene| {
            let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
            web.asks_ticket(scene, &[]);
            let body = "<s:Envelope><s:Body><s:Fault><faultcode>wsse:FailedAuthentication</faultcode>\
                        <faultstring>no token</faultstring></s:Fault></s:Body></s:Envelope>";
            let xml = "Content-Type: text/xml; charset=utf-8";
            web.told(scene, "500 Internal Server Error", &[FE, xml], body);
            web.leaves(scene);
            unexplained(Stage::Ticket).words(500, None).alone()
        },
    },
    Scenario {
        name: "F54 the ticket service forbids, the client closes, and the capture ends",
        near: &["F14", "F55", "F29"],
        play: |scene| {
            let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
            web.asks_ticket(scene, &[]);
            let no = web.told(scene, "403 Forbidden", &[FE], "");
            web.leaves(scene);
            failed(Stage::Ticket, "F54").proof([no]).alone()
        },
    },
    Scenario {
        name: "the ticket service forbids, and the capture ends while the client opens another connection",
        near: &["F54"],
        play: |scene| {
            let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
            web.asks_ticket(scene, &[]);
            web.told(scene, "403 Forbidden", &[FE], "");
            web.leaves(scene);
            Browser::new(scene, CLIENT, at(12, 80), "web2.contoso.com");
            unfinished().alone()
        },
    },
    Scenario {
        name: "F23 name and password are refused, the client closes, and the capture ends",
        near: &["F14", "F24"],
        play: |scene| {
            let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
            web.post(scene, &format!("{TICKETS}/Auth"), &[XML], &password_request(USER));
            let body = fault(28020, "No valid security token.");
            let no = web.told(scene, "500 Internal Server Error", &[XML, FE], &body);
            web.leaves(scene);
            failed(Stage::Ticket, "F23").proof([no]).words(500, 28020).alone()
        },
    },
    Scenario {
        name: "F05 four requests for a connection are not answered, and the capture ends",
        near: &["F58", "F02"],
        play: |scene| {
            scene.ask(CLIENT, "sip.contoso.com", 1, Told::Hosts(&[FRONT_END.ip()]));
            let first = scene.unanswered(CLIENT, FRONT_END);
            failed(Stage::Connect, "F05").proof([first]).alone()
        },
    },
    Scenario {
        name: "the first of two addresses is silent, and the capture ends",
        near: &["F05"],
        play: |scene| {
            scene.ask(CLIENT, "sip.contoso.com", 1, Told::Hosts(&[FRONT_END.ip(), at(12, 5060).ip()]));
            scene.unanswered(CLIENT, FRONT_END);
            unfinished().alone()
        },
    },
    Scenario {
        name: "F05 the network forbids the connection, and the capture ends",
        near: &["F58", "F02"],
        play: |scene| {
            scene.ask(CLIENT, "sip.contoso.com", 1, Told::Hosts(&[FRONT_END.ip()]));
            let no = scene.prohibited(CLIENT, FRONT_END, 13);
            failed(Stage::Connect, "F05").proof([no]).alone()
        },
    },
    Scenario {
        name: "F02 for twenty seconds no name is answered, and the capture ends",
        near: &["F01", "F05"],
        play: |scene| {
            for name in ["lyncdiscoverinternal.contoso.com", "lyncdiscover.contoso.com", "sip.contoso.com"] {
                scene.ask(CLIENT, name, 1, Told::Silence);
                scene.wait(10_000);
            }
            failed(Stage::Discover, "F02").alone()
        },
    },
    Scenario {
        name: "a name is not answered, and the capture ends",
        near: &["F02"],
        play: |scene| {
            scene.ask(CLIENT, "lyncdiscoverinternal.contoso.com", 1, Told::Silence);
            unfinished().alone()
        },
    },
    Scenario {
        name: "F32 two people of one machine with the same Call-ID at once: the one signs in, the other does not",
        near: &["F14"],
        play: |scene| {
            let mut one = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            let mut other = Caller::over_tcp(scene, CLIENT, FRONT_END, "bob@contoso.com");
            (other.call, other.epid) = (one.call.clone(), one.epid.clone());
            one.challenged(scene, &[NTLM]);
            other.challenged(scene, &[NTLM]);
            one.ntlm(scene, "alice");
            // Each association has a handle of its own.
            other.certificate(scene);
            let yes = one.accepted(scene);
            let said = diagnostics(1000, "Final handshake failed");
            let no = other.told(scene, "401 Unauthorized", &[NTLM, &said]);
            other.leaves(scene);
            scene.later(20);
            vec![
                signed_in().proof([yes]).of(USER),
                failed(Stage::Authenticate, "F32").proof([no]).of("bob@contoso.com"),
            ]
        },
    },
    Scenario {
        name: "F19 the KDC says that the account has expired",
        near: &["F56", "F36", "F20"],
        play: |scene| {
            let no = refused_by_the_kdc(scene, 1);
            failed(Stage::Authenticate, "F19").proof([no]).alone()
        },
    },
    Scenario {
        name: "the KDC says that the service has expired",
        near: &["F19", "F36"],
        play: |scene| {
            refused_by_the_kdc(scene, 2);
            super::unexplained(Stage::Authenticate).alone()
        },
    },
    Scenario {
        name: "F33 the certificate has expired when it is issued",
        near: &["F30", "F31", "F18"],
        play: |scene| {
            let (mut caller, frame) = issued(scene, -200 * 86_400);
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Certificate, "F33").proof([frame]).alone()
        },
    },
    Scenario {
        name: "the certificate begins by a clock that is four minutes ahead",
        near: &["F33", "F30", "F31"],
        play: |scene| {
            let (mut caller, _) = issued(scene, 240);
            caller.leaves(scene);
            scene.later(20);
            unfinished().alone()
        },
    },
    Scenario {
        name: "F33 the certificate begins tomorrow",
        near: &["F30", "F31"],
        play: |scene| {
            let (mut caller, frame) = issued(scene, 86_400);
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Certificate, "F33").proof([frame]).alone()
        },
    },
    Scenario {
        name: "the certificate has expired when it is issued, and NTLM is taken instead",
        near: &["F33"],
        play: |scene| {
            let (mut caller, _) = issued(scene, -200 * 86_400);
            caller.challenged(scene, &[TLS_DSK, NTLM]);
            caller.ntlm(scene, "alice");
            let yes = caller.accepted(scene);
            signed_in().proof([yes]).alone()
        },
    },
];
