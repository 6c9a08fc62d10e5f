//! Tickets, proofs and verdicts as they are seen in the field: the same causes in other clothes, and what goes on beside them.

use super::make::Side;
use super::scene::{DENIED, Scene, Told, at, host6};
use super::speak::{
    Browser, Caller, DOCUMENT, FRONT_END as FE, IPHONE, KERBEROS, NTLM, TICKETS, TLS_DSK, USER, USER_DOCUMENT, XML,
    diagnostics, goes_on, proves, redirect_document, root_document, ticket_request,
};
use super::token::{
    alert, ap_req, as_rep, as_req, base64, certificate_of, client_finish, client_hello, data, finish, krb_error,
    server_flight, spnego_init, spnego_reject, tgs_rep, tgs_req,
};
use super::{CLIENT, FRONT_END, KDC, Scenario, WEB, failed, looping, signed_in, unexplained, unfinished, unknown};
use handshark::signin::Stage;
use std::net::SocketAddr;

use super::field::{SIP_TLS, tls_up};
const HTTP: &str = "HTTP/web.contoso.com";
const SIP: &str = "sip/fe01.contoso.com";

fn kdc(scene: &mut Scene, server: SocketAddr, request: &[u8], answer: Option<&[u8]>) -> u64 {
    let client = SocketAddr::new(CLIENT, scene.port());
    let asked = scene.udp(client, server, Side::Client, request);
    answer.map_or(asked, |answer| scene.udp(client, server, Side::Server, answer))
}

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "F55 autodiscover is published, and the pool behind it is down",
        near: &["F28", "F54"],
        play: |scene| {
            scene.find(CLIENT, "lyncdiscover.contoso.com", WEB.ip());
            let mut web = Browser::new(scene, CLIENT, WEB, "lyncdiscover.contoso.com");
            web.get(scene, "/?sipuri=alice@contoso.com", &[]);
            let no = web.told(scene, "503 Service Unavailable", &[], "");
            web.leaves(scene);
            scene.later(20);
            failed(Stage::Discover, "F55").proof([no]).words(503, None).alone()
        },
    },
    Scenario {
        name: "F12 the user document leads from pool to pool and back",
        near: &["F11", "F52", "F13"],
        play: |scene| {
            let ticket = "X-MS-WebTicket: opaque=AAEBAAEBAAEB";
            let mut last = 0;
            for (one, other) in [("a", "b"), ("b", "a"), ("a", "b")] {
                let host = format!("{one}.contoso.com");
                let mut web = Browser::new(scene, CLIENT, WEB, &host);
                web.get(scene, "/Autodiscover/AutodiscoverService.svc/root", &[]);
                web.told(scene, "200 OK", &[DOCUMENT, FE], &root_document());
                web.get(scene, USER_DOCUMENT, &[ticket]);
                let to = format!("http://{other}.contoso.com{USER_DOCUMENT}");
                last = web.told(scene, "200 OK", &[DOCUMENT, FE], &redirect_document("User", &to));
            }
            scene.later(20);
            looping(Stage::Discover, "F12").proof([last]).alone()
        },
    },
    Scenario {
        name: "F28 autodiscover asks for a password, which it never does itself",
        near: &["F11", "F14", "F15"],
        play: |scene| {
            scene.find(CLIENT, "lyncdiscover.contoso.com", WEB.ip());
            let mut web = Browser::new(scene, CLIENT, WEB, "lyncdiscover.contoso.com");
            web.get(scene, "/?sipuri=alice@contoso.com", &[]);
            let no = web.told(scene, "401 Unauthorized", &["WWW-Authenticate: Basic realm=\"TMG\""], "");
            web.leaves(scene);
            scene.later(20);
            failed(Stage::Discover, "F28").proof([no]).words(401, None).alone()
        },
    },
    Scenario {
        name: "F29 the mobility service is forbidden, and that is all there is",
        near: &["F54", "F55"],
        play: |scene| {
            let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
            web.agent = IPHONE.into();
            web.post(scene, "/Mcx/McxService.svc", &[XML, "X-MS-WebTicket: opaque=AAEBAAEBAAEB"], "<s:Envelope/>");
            let no = web.told(scene, "403 Forbidden", &[FE], "");
            web.leaves(scene);
            scene.later(20);
            failed(Stage::Register, "F29").proof([no]).words(403, None).alone()
        },
    },
    Scenario {
        name: "F30 no certificate without a fault",
        near: &["F54", "F14"],
        play: |scene| {
            let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
            web.ntlm(scene, "alice");
            web.issued(scene);
            web.publishes(scene);
            let no = web.told(scene, "503 Service Unavailable", &[], "");
            web.leaves(scene);
            scene.later(20);
            failed(Stage::Certificate, "F55").proof([no]).words(503, None).alone()
        },
    },
    Scenario {
        name: "the registrar refuses the first message of TLS-DSK",
        near: &["F31", "F33", "F32"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.challenged(scene, &[TLS_DSK]);
            caller.register(scene, &[&proves("TLS-DSK", super::speak::FLIGHT[0]).replace("opaque=\"0A1B\", ", "")]);
            let said = [goes_on("TLS-DSK", &alert(70)), diagnostics(1000, "Final handshake failed")];
            let no = caller.told(scene, "401 Unauthorized", &[&said[0], &said[1]]);
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Authenticate, "F10").proof([no]).words(401, 1000).alone()
        },
    },
    Scenario {
        name: "F18 the registrar's ticket is for another time",
        near: &["F36", "F17"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.challenged(scene, &[KERBEROS]);
            kdc(scene, KDC, &tgs_req(SIP), Some(&tgs_rep("alice", SIP)));
            caller.register(scene, &[&proves("Kerberos", &ap_req(SIP))]);
            let said = diagnostics(1000, "Final handshake failed");
            let error = super::token::gss_error(37, SIP, scene.now());
            let no = caller.told(scene, "401 Unauthorized", &[&goes_on("Kerberos", &error), &said]);
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Authenticate, "F18").proof([no]).words(401, 1000).alone()
        },
    },
    Scenario {
        name: "F18 the web services say that the clocks differ",
        near: &["F17", "F14"],
        play: |scene| {
            let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
            web.asks_ticket(scene, &[]);
            web.told(scene, "401 Unauthorized", &["WWW-Authenticate: Negotiate", FE], "");
            kdc(scene, KDC, &tgs_req(HTTP), Some(&tgs_rep("alice", HTTP)));
            web.asks_ticket(scene, &[&format!("Authorization: Negotiate {}", base64(&spnego_init(&ap_req(HTTP))))]);
            let header = format!("WWW-Authenticate: Negotiate {}", base64(&spnego_reject(37, HTTP, scene.now())));
            let no = web.told(scene, "401 Unauthorized", &[&header, FE], "");
            web.leaves(scene);
            scene.later(20);
            failed(Stage::Ticket, "F18").proof([no]).words(401, None).alone()
        },
    },
    Scenario {
        name: "F21 the KDC wants TCP, and a firewall forbids it",
        near: &["F56", "F05"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.challenged(scene, &[KERBEROS]);
            let error = krb_error(52, SIP, scene.now());
            let wants = kdc(scene, KDC, &tgs_req(SIP), Some(&error));
            let no = scene.prohibited(CLIENT, KDC, 13);
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Authenticate, "F21").proof([wants, no]).alone()
        },
    },
    Scenario {
        name: "F56 two KDCs are asked twice each, and neither answers",
        near: &["F21", "F36"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.challenged(scene, &[KERBEROS]);
            let mut first = 0;
            for _ in 0..2 {
                for last in [5, 6] {
                    first = kdc(scene, at(last, 88), &as_req("alice"), None);
                    scene.wait(1000);
                }
            }
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Authenticate, "F56").proof([first]).alone()
        },
    },
    Scenario {
        name: "the KDC refuses another account of the machine while the user signs in unreadably",
        near: &["F19"],
        play: |scene| {
            scene.find(CLIENT, "sip.contoso.com", SIP_TLS.ip());
            tls_up(scene, CLIENT, SIP_TLS, "sip.contoso.com");
            let error = krb_error(24, "krbtgt/CONTOSO.COM", scene.now());
            kdc(scene, KDC, &as_req("PC0815$"), Some(&error));
            scene.later(20);
            unknown().alone()
        },
    },
    Scenario {
        name: "the KDC knows no SPN of the intranet while the user signs in unreadably",
        near: &["F16"],
        play: |scene| {
            scene.find(CLIENT, "sip.contoso.com", SIP_TLS.ip());
            tls_up(scene, CLIENT, SIP_TLS, "sip.contoso.com");
            kdc(scene, KDC, &as_req("alice"), Some(&as_rep("alice")));
            let error = krb_error(7, "HTTP/intranet.contoso.com", scene.now());
            kdc(scene, KDC, &tgs_req("HTTP/intranet.contoso.com"), Some(&error));
            scene.later(20);
            unknown().alone()
        },
    },
    Scenario {
        name: "F57 the web services reset while they should answer the password",
        near: &["F14"],
        play: |scene| {
            let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
            web.ntlm(scene, "alice");
            let no = scene.reset(&web.line, Side::Server);
            scene.later(20);
            failed(Stage::Ticket, "F57").proof([no]).alone()
        },
    },
    Scenario {
        name: "F27 from the service to the federation service and back, again and again",
        near: &["F28", "F11"],
        play: |scene| {
            let mut last = 0;
            for _ in 0..4 {
                let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
                web.agent = IPHONE.into();
                web.get(scene, "/PassiveAuth/PassiveAuth.aspx", &[]);
                last = web.told(scene, "302 Found", &["Location: https://adfs.contoso.com/adfs/ls/?wa=wsignin1.0"], "");
                web.leaves(scene);
                let mut adfs = Browser::new(scene, CLIENT, at(12, 80), "adfs.contoso.com");
                adfs.get(scene, "/adfs/ls/?wa=wsignin1.0", &[]);
                adfs.told(scene, "302 Found", &["Location: https://web.contoso.com/PassiveAuth/PassiveAuth.aspx"], "");
                adfs.leaves(scene);
            }
            scene.later(20);
            looping(Stage::Ticket, "F27").proof([last]).alone()
        },
    },
    Scenario {
        name: "F25 the ticket says itself that it is over",
        near: &["F26", "F30"],
        play: |scene| {
            let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
            web.ntlm(scene, "alice");
            web.issued(scene);
            web.publishes_with(scene, -9 * 3_600_000_000_000);
            let no = web.told(scene, "500 Internal Server Error", &[XML, FE],
                "<s:Envelope><s:Body><s:Fault><faultcode>a:FailedAuthentication</faultcode><faultstring>x</faultstring></s:Fault></s:Body></s:Envelope>");
            web.leaves(scene);
            scene.later(20);
            failed(Stage::Certificate, "F25").proof([no]).alone()
        },
    },
    Scenario {
        name: "a header too long for the web services",
        near: &["F14", "F17", "F54", "F55"],
        play: |scene| {
            let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
            web.asks_ticket(scene, &[]);
            web.told(scene, "401 Unauthorized", &["WWW-Authenticate: Negotiate", FE], "");
            let token = [ap_req(HTTP), vec![0x55; 20_000]].concat();
            web.asks_ticket(scene, &[&format!("Authorization: Negotiate {}", base64(&spnego_init(&token)))]);
            let page = "<HTML><BODY><h2>Bad Request - Request Too Long</h2><hr><p>HTTP Error 400. The size of the request headers is too long.</p></BODY></HTML>";
            web.told(
                scene,
                "400 Bad Request",
                &["Content-Type: text/html; charset=us-ascii", "Server: Microsoft-HTTPAPI/2.0", "Connection: close"],
                page,
            );
            web.leaves(scene);
            scene.later(20);
            unexplained(Stage::Ticket).words(400, None).alone()
        },
    },
    Scenario {
        name: "F35 a Director asks as a proxy, and refuses",
        near: &["F31"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            let proxy = |line: &str| line.replace("WWW-Authenticate", "Proxy-Authenticate");
            let client = |line: String| line.replace("Authorization", "Proxy-Authorization");
            caller.register(scene, &[]);
            caller.told(scene, "407 Proxy Authentication Required", &[&proxy(NTLM)]);
            caller.register(scene, &[&client(super::speak::begins("NTLM"))]);
            caller.told(
                scene,
                "407 Proxy Authentication Required",
                &[&proxy(&goes_on("NTLM", &super::token::ntlm_challenge()))],
            );
            caller.register(scene, &[&client(proves("NTLM", &super::token::ntlm_authenticate("CONTOSO", "alice")))]);
            let no = caller.told(
                scene,
                "407 Proxy Authentication Required",
                &[&proxy(NTLM), &diagnostics(1000, "Final handshake failed")],
            );
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Authenticate, "F35").proof([no]).words(407, 1000).alone()
        },
    },
    Scenario {
        name: "F58 inside TLS nothing comes back",
        near: &["F57", "F10"],
        play: |scene| {
            scene.find(CLIENT, "sip.contoso.com", SIP_TLS.ip());
            let mut line = scene.connect(CLIENT, SIP_TLS);
            scene.say(&mut line, Side::Client, &client_hello("sip.contoso.com"));
            scene.say(&mut line, Side::Server, &server_flight(&certificate_of("sip.contoso.com")));
            scene.say(&mut line, Side::Client, &client_finish());
            scene.say(&mut line, Side::Server, &finish());
            scene.say(&mut line, Side::Client, &data(900));
            scene.wait(32_000);
            scene.close(&mut line, Side::Client);
            scene.later(20);
            unfinished().alone()
        },
    },
    Scenario {
        name: "F05 IPv6 is dropped, IPv4 is refused",
        near: &["F03"],
        play: |scene| {
            scene.ask(CLIENT, "sip.contoso.com", 28, Told::Hosts(&[host6(0x10)]));
            scene.find(CLIENT, "sip.contoso.com", FRONT_END.ip());
            scene.unanswered(host6(0x50), SocketAddr::new(host6(0x10), 5061));
            let no = scene.refused(CLIENT, SIP_TLS);
            scene.later(20);
            failed(Stage::Connect, "F05").proof([no]).alone()
        },
    },
    Scenario {
        name: "F41 the registrar is overloaded, four times a minute apart",
        near: &["F40", "F42"],
        play: |scene| {
            let mut last = 0;
            for _ in 0..4 {
                let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
                caller.epid = "e1".into();
                caller.challenged(scene, &[NTLM]);
                caller.ntlm(scene, "alice");
                last = caller.told(
                    scene,
                    "503 Service Unavailable",
                    &["Retry-After: 60", &diagnostics(17000, "Server overloaded")],
                );
                caller.leaves(scene);
                scene.wait(60_000);
            }
            scene.later(200);
            failed(Stage::Register, "F41").proof([last]).words(503, 17000).alone()
        },
    },
    Scenario {
        name: "F39 the registrar refuses before it asks who it is",
        near: &["F34", "F58"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.register(scene, &[]);
            let no = caller.told(scene, "404 Not Found", &[&diagnostics(1003, "User does not exist")]);
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Register, "F39").proof([no]).words(404, 1003).alone()
        },
    },
    Scenario {
        name: "F40 no route to the domain behind the Edge",
        near: &["F39", "F41"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.register(scene, &[]);
            let said = "ms-diagnostics-public: 1010;reason=\"Certificate trust with next-hop server could not be established\";ErrorType=\"x\"";
            let no = caller.told(scene, "504 Server time-out", &[said]);
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Register, "F40").proof([no]).words(504, 1010).alone()
        },
    },
    Scenario {
        name: "the registrar answers with an id that nobody knows",
        near: &["F37", "F38", "F39"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.challenged(scene, &[NTLM]);
            caller.ntlm(scene, "alice");
            caller.told(scene, "403 Forbidden", &[&diagnostics(4567, "Something new")]);
            caller.leaves(scene);
            scene.later(20);
            unexplained(Stage::Register).words(403, 4567).alone()
        },
    },
    Scenario {
        name: "inside names fail, then autodiscover, ticket, certificate and registrar outside",
        near: &["F01", "F05", "F11"],
        play: |scene| {
            scene.ask(CLIENT, "lyncdiscoverinternal.contoso.com", 1, DENIED);
            scene.find(CLIENT, "lyncdiscover.contoso.com", WEB.ip());
            scene.refused(CLIENT, at(11, 443));
            let mut web = Browser::new(scene, CLIENT, WEB, "lyncdiscover.contoso.com");
            web.get(scene, "/?sipuri=alice@contoso.com", &[]);
            web.told(scene, "200 OK", &[DOCUMENT, FE], &root_document());
            web.ntlm(scene, "alice");
            web.issued(scene);
            scene.ask(CLIENT, "_sipinternaltls._tcp.contoso.com", 33, DENIED);
            scene.ask(CLIENT, "_sip._tls.contoso.com", 33, Told::Service("sip.contoso.com", 5060));
            scene.find(CLIENT, "sip.contoso.com", FRONT_END.ip());
            let yes = Caller::over_tcp(scene, CLIENT, FRONT_END, USER).signs_in(scene, "alice");
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "F54 the path of the ticket service is forbidden by the front end",
        near: &["F28", "F29"],
        play: |scene| {
            let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
            web.post(scene, TICKETS, &[XML], &ticket_request(USER));
            let no = web.told(scene, "403 Forbidden", &[FE], "");
            web.leaves(scene);
            scene.later(20);
            failed(Stage::Ticket, "F54").proof([no]).words(403, None).alone()
        },
    },
    Scenario {
        name: "F55 an error inside the service in answer to a good password",
        near: &["F14", "F23"],
        play: |scene| {
            let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
            web.ntlm(scene, "alice");
            let no = web.told(scene, "500 Internal Server Error", &[XML, FE, "X-Ms-diagnostics: 28001;source=\"fe01\";reason=\"Internal error while processing Integrated Windows authentication\""], "");
            web.leaves(scene);
            scene.later(20);
            failed(Stage::Ticket, "F55").proof([no]).words(500, 28001).alone()
        },
    },
    Scenario {
        name: "F42 two registrars, each with a dialog of its own",
        near: &["F41"],
        play: |scene| {
            let mut last = 0;
            for (from, to) in [
                (FRONT_END, at(12, 5060)),
                (at(12, 5060), FRONT_END),
                (FRONT_END, at(12, 5060)),
                (at(12, 5060), FRONT_END),
            ] {
                let mut caller = Caller::over_tcp(scene, CLIENT, from, USER);
                caller.epid = "e1".into();
                caller.register(scene, &[]);
                last = caller.told(scene, "301 Redirect request to Home Server", &[&format!("Contact: <sip:{to}>")]);
                caller.leaves(scene);
            }
            scene.later(20);
            looping(Stage::Register, "F42").proof([last]).alone()
        },
    },
    Scenario {
        name: "F20 the account has no keys of the types asked for",
        near: &["F19"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.challenged(scene, &[KERBEROS]);
            let error = krb_error(14, "krbtgt/CONTOSO.COM", scene.now());
            let no = kdc(scene, KDC, &as_req("alice"), Some(&error));
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Authenticate, "F20").proof([no]).alone()
        },
    },
    Scenario {
        name: "the KDC has no domain controller to ask",
        near: &["F19", "F56"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.challenged(scene, &[KERBEROS]);
            let error = krb_error(29, "krbtgt/CONTOSO.COM", scene.now());
            kdc(scene, KDC, &as_req("alice"), Some(&error));
            caller.leaves(scene);
            scene.later(20);
            unexplained(Stage::Authenticate).alone()
        },
    },
];
