//! The same trouble as other resolvers, domain controllers, servers and clients show it.

use super::make::Side;
use super::scene::{DENIED, Scene, Told, at, host};
use super::speak::{Browser, Caller, FRONT_END as FE, KERBEROS, NTLM, USER, XML, diagnostics, fault};
use super::token::{as_rep, as_req, base64, krb_error, krb_error_with_status, spnego_init, tgs_req};
use super::{CLIENT, FRONT_END, KDC, Scenario, WEB, failed, signed_in, tell, unexplained, unfinished};
use handshark::signin::{SignIn, Stage, State};
use std::net::SocketAddr;

const LIST: [(&str, u16); 7] = [
    ("lyncdiscoverinternal.contoso.com", 1),
    ("lyncdiscover.contoso.com", 1),
    ("_sipinternaltls._tcp.contoso.com", 33),
    ("_sip._tls.contoso.com", 33),
    ("sipinternal.contoso.com", 1),
    ("sip.contoso.com", 1),
    ("sipexternal.contoso.com", 1),
];
const HTTP: &str = "HTTP/web.contoso.com";
const SIP: &str = "sip/fe01.contoso.com";
/// The second resolver of a client.
const SECOND: SocketAddr = at(54, 53);

/// All names but the last, denied.
fn all_but_last(scene: &mut Scene) {
    for (name, kind) in &LIST[..6] {
        scene.ask(CLIENT, name, *kind, DENIED);
    }
}

/// A request to the KDC over UDP and its answer, if there is one. The frame of the latter, else of the request.
fn kdc(scene: &mut Scene, request: &[u8], answer: Option<&[u8]>) -> u64 {
    let client = SocketAddr::new(CLIENT, scene.port());
    let asked = scene.udp(client, KDC, Side::Client, request);
    answer.map_or(asked, |answer| scene.udp(client, KDC, Side::Server, answer))
}

/// A client that is challenged with Kerberos, asks the KDC, and leaves.
fn with_kdc(scene: &mut Scene, asks: impl Fn(&mut Scene) -> u64) -> u64 {
    let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
    caller.challenged(scene, &[KERBEROS]);
    let no = asks(scene);
    caller.leaves(scene);
    scene.later(20);
    no
}

/// The web services are asked for a ticket with a token of this size, and answer so.
fn with_token(scene: &mut Scene, size: usize, status: &str, lines: &[&str]) -> u64 {
    let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
    web.asks_ticket(scene, &[]);
    web.told(scene, "401 Unauthorized", &["WWW-Authenticate: Negotiate", FE], "");
    let token = [super::token::ap_req(HTTP), vec![0x55; size]].concat();
    web.asks_ticket(scene, &[&format!("Authorization: Negotiate {}", base64(&spnego_init(&token)))]);
    let no = web.told(scene, status, lines, "");
    web.leaves(scene);
    scene.later(20);
    no
}

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "signed in, and ten minutes later the names are gone",
        near: &[],
        play: |scene| {
            scene.find(CLIENT, "sip.contoso.com", FRONT_END.ip());
            let yes = Caller::over_tcp(scene, CLIENT, FRONT_END, USER).signs_in(scene, "alice");
            scene.wait(600_000);
            let frames: Vec<_> = LIST.iter().map(|(name, kind)| scene.ask(CLIENT, name, *kind, DENIED)).collect();
            scene.later(20);
            vec![signed_in().proof([yes]), failed(Stage::Discover, "F01").proof([frames[6]])]
        },
    },
    Scenario {
        name: "the names are missing, and ten minutes later they are there",
        near: &[],
        play: |scene| {
            for (name, kind) in LIST {
                scene.ask(CLIENT, name, kind, DENIED);
            }
            scene.wait(600_000);
            scene.find(CLIENT, "sip.contoso.com", FRONT_END.ip());
            let yes = Caller::over_tcp(scene, CLIENT, FRONT_END, USER).signs_in(scene, "alice");
            vec![failed(Stage::Discover, "F01"), signed_in().proof([yes])]
        },
    },
    Scenario {
        name: "F01 an alias leads to a name that does not exist",
        near: &["F02", "F05"],
        play: |scene| {
            all_but_last(scene);
            let last = scene.ask(CLIENT, "sipexternal.contoso.com", 1, Told::Alias("edge.contoso.net", 3));
            scene.later(20);
            failed(Stage::Discover, "F01").proof([last]).alone()
        },
    },
    Scenario {
        name: "an alias comes without its address, which is asked for",
        near: &["F01"],
        play: |scene| {
            all_but_last(scene);
            scene.ask(CLIENT, "sipexternal.contoso.com", 1, Told::Alias("edge.contoso.net", 0));
            scene.find(CLIENT, "edge.contoso.net", FRONT_END.ip());
            let yes = Caller::over_tcp(scene, CLIENT, FRONT_END, USER).signs_in(scene, "alice");
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "F01 the first resolver fails, the second says no",
        near: &["F02"],
        play: |scene| {
            for (name, kind) in LIST {
                scene.ask(CLIENT, name, kind, Told::Code(2));
                scene.ask_at(SECOND, CLIENT, name, kind, DENIED);
            }
            scene.later(20);
            failed(Stage::Discover, "F01").alone()
        },
    },
    Scenario {
        name: "the first resolver fails, the second knows",
        near: &["F02", "F01"],
        play: |scene| {
            scene.ask(CLIENT, "sip.contoso.com", 1, Told::Code(5));
            scene.ask_at(SECOND, CLIENT, "sip.contoso.com", 1, Told::Hosts(&[FRONT_END.ip()]));
            let yes = Caller::over_tcp(scene, CLIENT, FRONT_END, USER).signs_in(scene, "alice");
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "the first resolver says no, the second knows",
        near: &["F01"],
        play: |scene| {
            for (name, kind) in LIST {
                let known = if name.starts_with("sipexternal.") { Told::Hosts(&[FRONT_END.ip()]) } else { DENIED };
                scene.ask_both(SECOND, CLIENT, name, kind, [DENIED, known]);
            }
            let yes = Caller::over_tcp(scene, CLIENT, FRONT_END, USER).signs_in(scene, "alice");
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "the first resolver is silent, the second answers",
        near: &["F02"],
        play: |scene| {
            scene.ask(CLIENT, "sip.contoso.com", 1, Told::Silence);
            scene.ask_at(SECOND, CLIENT, "sip.contoso.com", 1, Told::Hosts(&[FRONT_END.ip()]));
            scene.ask_at(SECOND, CLIENT, "sip.contoso.com", 28, Told::Hosts(&[]));
            let yes = Caller::over_tcp(scene, CLIENT, FRONT_END, USER).signs_in(scene, "alice");
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "a header too long for a proxy, by its own number",
        near: &["F14", "F17", "F21", "F55"],
        play: |scene| {
            with_token(scene, 2_000, "431 Request Header Fields Too Large", &["Server: nginx"]);
            unexplained(Stage::Ticket).words(431, None).alone()
        },
    },
    Scenario {
        name: "a bad request with a short token",
        near: &["F14", "F17", "F21", "F55"],
        play: |scene| {
            with_token(scene, 100, "400 Bad Request", &["Server: nginx"]);
            unexplained(Stage::Ticket).words(400, None).alone()
        },
    },
    Scenario {
        name: "F56 the KDC answers the first request and none with a proof",
        near: &["F19"],
        play: |scene| {
            let word = with_kdc(scene, |scene| {
                let more = krb_error(25, "krbtgt/CONTOSO.COM", scene.now());
                let word = kdc(scene, &as_req("alice"), Some(&more));
                for _ in 0..3 {
                    kdc(scene, &as_req("alice"), None);
                    scene.wait(1000);
                }
                word
            });
            failed(Stage::Authenticate, "F56").proof([word]).alone()
        },
    },
    Scenario {
        name: "the KDC asks for a proof, and the client has none",
        near: &["F56", "F19"],
        play: |scene| {
            with_kdc(scene, |scene| {
                let more = krb_error(25, "krbtgt/CONTOSO.COM", scene.now());
                kdc(scene, &as_req("alice"), Some(&more))
            });
            unfinished().alone()
        },
    },
    Scenario {
        name: "F17 two accounts hold the SPN of the web services",
        near: &["F16", "F36"],
        play: |scene| {
            kdc(scene, &as_req("alice"), Some(&as_rep("alice")));
            let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
            web.asks_ticket(scene, &[]);
            web.told(scene, "401 Unauthorized", &["WWW-Authenticate: Negotiate", FE], "");
            let error = krb_error(8, HTTP, scene.now());
            let no = kdc(scene, &tgs_req(HTTP), Some(&error));
            web.leaves(scene);
            scene.later(20);
            failed(Stage::Ticket, "F17").proof([no]).alone()
        },
    },
    Scenario {
        name: "F36 the registrar's account has no SPN to ask for",
        near: &["F16", "F17"],
        play: |scene| {
            kdc(scene, &as_req("alice"), Some(&as_rep("alice")));
            let no = with_kdc(scene, |scene| {
                let error = krb_error(27, SIP, scene.now());
                kdc(scene, &tgs_req(SIP), Some(&error))
            });
            failed(Stage::Authenticate, "F36").proof([no]).alone()
        },
    },
    Scenario {
        name: "F41 an application of the server does not run, and a gateway says 504",
        near: &["F40"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.challenged(scene, &[NTLM]);
            caller.ntlm(scene, "alice");
            let down = diagnostics(5000, "One or more critical applications are not running");
            let no = caller.told(scene, "504 Server time-out", &[&down]);
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Register, "F41").proof([no]).words(504, 5000).alone()
        },
    },
    Scenario {
        name: "F40 the last hop says nothing, the one before it says why",
        near: &["F41"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.register(scene, &[]);
            let silent = diagnostics(1034, "Previous hop federated peer did not report diagnostic information");
            let why = diagnostics(1010, "Certificate trust with next-hop server could not be established");
            let no = caller.told(scene, "504 Server time-out", &[&silent, &why]);
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Register, "F40").proof([no]).words(504, 1010).alone()
        },
    },
    Scenario {
        name: "both sides of a load balancer are captured",
        near: &["F42", "F44"],
        play: |scene| {
            let yes = Caller::over_tcp(scene, CLIENT, FRONT_END, USER).signs_in(scene, "alice");
            scene.passes_on(&[(FRONT_END.ip(), host(12))]);
            signed_in().proof([2 * yes - 1]).alone()
        },
    },
    Scenario {
        name: "F35 both sides of a NAT are captured, and the password is wrong",
        near: &["F44"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.challenged(scene, &[NTLM]);
            caller.ntlm(scene, "alice");
            let no = caller.told(scene, "401 Unauthorized", &[NTLM, &diagnostics(1000, "Final handshake failed")]);
            caller.leaves(scene);
            scene.later(20);
            scene.passes_on(&[(CLIENT, host(60))]);
            failed(Stage::Authenticate, "F35").proof([2 * no - 1]).alone()
        },
    },
    Scenario {
        name: "F19 the KDC of another maker says that the account has expired",
        near: &["F18"],
        play: |scene| {
            let no = with_kdc(scene, |scene| {
                let error = krb_error(1, "krbtgt/CONTOSO.COM", scene.now());
                kdc(scene, &as_req("alice"), Some(&error))
            });
            failed(Stage::Authenticate, "F19").proof([no]).alone()
        },
    },
    Scenario {
        name: "F27 a grant is unknown, and the service says where to sign in",
        near: &["F24"],
        play: |scene| {
            let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
            let form = "Content-Type: application/x-www-form-urlencoded;charset=UTF-8";
            web.post(scene, "/WebTicket/oauthtoken", &[form], "grant_type=urn:microsoft.rtc:passive");
            let body = "{\"error\":\"unsupported_grant_type\",\"ms_rtc_passiveauthuri\":\"https://web.contoso.com/PassiveAuth/PassiveAuth.aspx\"}";
            let no = web.told(scene, "400 Bad Request", &["Content-Type: application/json", FE], body);
            web.leaves(scene);
            scene.later(20);
            failed(Stage::Ticket, "F27").proof([no]).alone()
        },
    },
    Scenario {
        name: "F30 the certificate is refused with an id that elsewhere speaks of the user",
        near: &["F13"],
        play: |scene| {
            let no = certificate_answered(
                scene,
                "500 Internal Server Error",
                &fault(28000, "The certificate could not be published"),
            );
            failed(Stage::Certificate, "F30").proof([no]).alone()
        },
    },
    Scenario {
        name: "F30 the certificate is refused with an id of the service, and no fault",
        near: &["F54"],
        play: |scene| {
            let id =
                "X-Ms-diagnostics: 28065;source=\"web.contoso.com\";reason=\"Certificate requests are not allowed\"";
            let no = certificate_told(scene, "403 Forbidden", &[XML, FE, id], "");
            failed(Stage::Certificate, "F30").proof([no]).alone()
        },
    },
    Scenario {
        name: "F54 the path of the certificate service is forbidden",
        near: &["F13", "F14"],
        play: |scene| {
            let no = certificate_answered(scene, "403 Forbidden", "");
            failed(Stage::Certificate, "F54").proof([no]).alone()
        },
    },
];

/// A certificate is asked for with a ticket, and answered so.
fn certificate_answered(scene: &mut Scene, status: &str, body: &str) -> u64 {
    certificate_told(scene, status, &[XML, FE], body)
}

fn certificate_told(scene: &mut Scene, status: &str, headers: &[&str], body: &str) -> u64 {
    let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
    web.ntlm(scene, "alice");
    web.issued(scene);
    web.publishes(scene);
    let no = web.told(scene, status, headers, body);
    web.leaves(scene);
    scene.later(20);
    no
}

fn told(play: impl Fn(&mut Scene)) -> SignIn {
    let mut scene = Scene::default();
    play(&mut scene);
    let mut all = tell(&scene.pcap());
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

#[test]
fn each_attempt_sees_the_names_of_its_own_time() {
    let mut scene = Scene::default();
    for _ in 0..2 {
        scene.find(CLIENT, "sip.contoso.com", FRONT_END.ip());
        let mut caller = Caller::over_tcp(&mut scene, CLIENT, FRONT_END, USER);
        caller.signs_in(&mut scene, "alice");
        caller.leaves(&mut scene);
        scene.wait(600_000);
    }
    let told = tell(&scene.pcap());
    let discover = |s: &SignIn| (s.stages[Stage::Discover.index()].state, s.asked.clone());
    let wanted = (State::Ok, vec!["sip.contoso.com".to_owned()]);
    assert_eq!(told.iter().map(discover).collect::<Vec<_>>(), [wanted.clone(), wanted]);
}

#[test]
fn an_alias_without_an_end_is_named() {
    let sentence = told(|scene| {
        all_but_last(scene);
        scene.ask(CLIENT, "sipexternal.contoso.com", 1, Told::Alias("edge.contoso.net", 3));
        scene.later(20);
    })
    .sentence;
    assert!(
        sentence.contains("sipexternal.contoso.com is an alias of edge.contoso.net, which does not exist"),
        "{sentence}"
    );
}

#[test]
fn a_domain_controller_of_windows_says_what_is_the_matter_with_an_account() {
    for (code, status, words, cmdlet) in [
        (
            18,
            0xc000_0072,
            "disabled (18 KDC_ERR_CLIENT_REVOKED, STATUS_ACCOUNT_DISABLED 0xc0000072)",
            "Enable-ADAccount alice",
        ),
        (
            18,
            0xc000_0234,
            "locked out (18 KDC_ERR_CLIENT_REVOKED, STATUS_ACCOUNT_LOCKED_OUT 0xc0000234)",
            "Unlock-ADAccount alice",
        ),
        (18, 0xc000_0193, "the account has expired", "AccountExpirationDate"),
        (18, 0xc000_006f, "outside the hours", "LogonHours"),
        (12, 0xc000_0070, "not be used from this workstation", "LogonWorkstations"),
        (12, 0xc000_006e, "a restriction of the account", "SmartcardLogonRequired"),
        (23, 0xc000_0071, "the password has expired", "change the password"),
        (23, 0xc000_0224, "must be changed before", "change the password"),
        (12, 0xc000_0413, "across the trust", "Selective authentication"),
        // One that nobody knows is told as it is.
        (
            18,
            0xc000_1234,
            "disabled, locked, expired or out of its hours (18 KDC_ERR_CLIENT_REVOKED, NTSTATUS 0xc0001234)",
            "LockedOut",
        ),
    ] {
        let signin = told(|scene| {
            with_kdc(scene, |scene| {
                let error = krb_error_with_status(code, status, "krbtgt/CONTOSO.COM", scene.now());
                kdc(scene, &as_req("alice"), Some(&error))
            });
        });
        assert_eq!(signin.verdict.as_ref().map(|v| v.cause.code), Some("F19"), "{}", signin.sentence);
        assert!(signin.sentence.contains(words), "{words}: {}", signin.sentence);
        assert!(signin.next.iter().any(|step| step.contains(cmdlet)), "{cmdlet}: {:?}", signin.next);
    }
}

#[test]
fn a_header_too_long_is_told_with_its_size_and_what_mends_it() {
    let signin = told(|scene| _ = with_token(scene, 20_000, "400 Bad Request", &["Server: Microsoft-HTTPAPI/2.0"]));
    assert!(signin.verdict.is_none());
    assert!(signin.sentence.contains("a Negotiate token of 20"), "{}", signin.sentence);
    assert!(signin.next.iter().any(|step| step.contains("MaxFieldLength")), "{:?}", signin.next);
    // A front end that gives its name, or says why, judged it.
    let judged = told(|scene| _ = with_token(scene, 20_000, "400 Bad Request", &[FE]));
    assert!(!judged.sentence.contains("too long"), "{}", judged.sentence);
}
