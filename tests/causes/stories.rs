//! Whole sign-ins: what belongs to one, and what is another.

use super::make::Side;
use super::scene::{DENIED, Scene, Told, at, host, host6};
use super::speak::{
    Browser, Caller, FLIGHT, FRONT_END as FE, HOLDER, IPHONE, KERBEROS, NTLM, TLS_DSK, USER, WHILE_GOOD, diagnostics,
    goes_on, proves, redirect_document, signs,
};
use super::token::ap_req;
use super::{CLIENT, FRONT_END, Scenario, failed, signed_in, tell, unfinished};
use crate::speak::{DOCUMENT, USER_DOCUMENT, root_document, user_document};
use handshark::analysis::SipWhat;
use handshark::fact::Scheme;
use handshark::signin::Stage;
use std::net::SocketAddr;

const BOB: &str = "bob@contoso.com";
const REFUSED: &str = "401 Unauthorized";

fn failure() -> String {
    diagnostics(1000, "Final handshake failed")
}

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "two users behind one address at once",
        near: &["F32"],
        play: |scene| {
            let mut alice = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            let mut bob = Caller::over_tcp(scene, CLIENT, FRONT_END, BOB);
            alice.challenged(scene, &[NTLM]);
            bob.challenged(scene, &[NTLM]);
            let proof = bob.ntlm(scene, "bob");
            alice.ntlm(scene, "alice");
            let no = bob.told(scene, REFUSED, &[NTLM, &failure()]);
            let yes = alice.accepted(scene);
            bob.leaves(scene);
            scene.later(20);
            vec![
                signed_in().proof([yes]).of(USER),
                failed(Stage::Authenticate, "F35").proof([proof, no]).words(401, 1000).of(BOB),
            ]
        },
    },
    Scenario {
        name: "one user on two machines of one address",
        near: &["F44"],
        play: |scene| {
            let mut one = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            let mut two = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            let yes = one.signs_in(scene, "alice");
            two.challenged(scene, &[NTLM]);
            two.ntlm(scene, "alice");
            let no = two.told(scene, REFUSED, &[NTLM, &failure()]);
            two.leaves(scene);
            scene.later(20);
            vec![signed_in().proof([yes]), failed(Stage::Authenticate, "F35").proof([no])]
        },
    },
    Scenario {
        name: "from the certificate to Kerberos to NTLM",
        near: &["F31", "F36", "F35"],
        play: |scene| {
            scene.wait(WHILE_GOOD * 1000);
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, HOLDER);
            let all = [NTLM, KERBEROS, TLS_DSK];
            caller.challenged(scene, &all);
            caller.certificate(scene);
            caller.told(scene, REFUSED, &[&goes_on("TLS-DSK", &super::token::alert(44)), &failure()]);
            caller.challenged(scene, &all);
            caller.register(scene, &[&proves("Kerberos", &ap_req("sip/fe01.contoso.com"))]);
            caller.told(scene, REFUSED, &[NTLM, KERBEROS, TLS_DSK, &failure()]);
            caller.ntlm(scene, "mona");
            let yes = caller.accepted(scene);
            signed_in().proof([yes]).of(HOLDER).alone()
        },
    },
    Scenario {
        name: "authenticated anew after eight hours in the same dialog",
        near: &["F44", "F43"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            let yes = caller.signs_in(scene, "alice");
            for _ in 0..16 {
                scene.wait(1_800_000);
                caller.register(scene, &[&signs("NTLM", 3)]);
                caller.accepted(scene);
            }
            caller.register(scene, &[&signs("NTLM", 4)]);
            caller.told(scene, REFUSED, &[NTLM]);
            caller.ntlm(scene, "alice");
            caller.accepted(scene);
            let _ = yes;
            signed_in().alone()
        },
    },
    Scenario {
        name: "signs out and in again",
        near: &["F44"],
        play: |scene| {
            let mut must = Vec::new();
            for _ in 0..2 {
                let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
                caller.epid = "e1".into();
                must.push(signed_in().proof([caller.signs_in(scene, "alice")]));
                caller.register(scene, &[&signs("NTLM", 2), "Expires: 0"]);
                caller.told(scene, "200 OK", &["Expires: 0"]);
                caller.leaves(scene);
                scene.wait(5000);
            }
            must
        },
    },
    Scenario {
        name: "several attempts with pauses, then success",
        near: &["F35"],
        play: |scene| {
            let mut must = Vec::new();
            for end in [None, None, Some(())] {
                let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
                caller.epid = "e1".into();
                caller.challenged(scene, &[NTLM]);
                caller.ntlm(scene, "alice");
                if end.is_some() {
                    must.push(signed_in().proof([caller.accepted(scene)]));
                } else {
                    caller.told(scene, REFUSED, &[NTLM, &failure()]);
                    caller.leaves(scene);
                    scene.wait(20_000);
                }
            }
            must
        },
    },
    Scenario {
        name: "an attempt fails, and ten minutes later it works",
        near: &["F14"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.epid = "e1".into();
            caller.challenged(scene, &[NTLM]);
            caller.ntlm(scene, "alice");
            let no = caller.told(scene, REFUSED, &[NTLM, &failure()]);
            caller.leaves(scene);
            scene.wait(600_000);
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.epid = "e1".into();
            let yes = caller.signs_in(scene, "alice");
            vec![failed(Stage::Authenticate, "F35").proof([no]), signed_in().proof([yes])]
        },
    },
    Scenario {
        name: "SIP over UDP",
        near: &["F58"],
        play: |scene| {
            let client = std::net::SocketAddr::new(CLIENT, scene.port());
            let mut caller = Caller::over_udp(client, FRONT_END, USER);
            let yes = caller.signs_in(scene, "alice");
            signed_in().proof([yes]).of(USER).alone()
        },
    },
    Scenario {
        name: "F39 SIP over UDP, refused",
        near: &["F58"],
        play: |scene| {
            let client = std::net::SocketAddr::new(CLIENT, scene.port());
            let mut caller = Caller::over_udp(client, FRONT_END, USER);
            caller.challenged(scene, &[NTLM]);
            caller.ntlm(scene, "alice");
            let no = caller.told(scene, "404 Not Found", &[&diagnostics(4005, "Destination URI does not exist")]);
            scene.later(20);
            failed(Stage::Register, "F39").proof([no]).words(404, 4005).alone()
        },
    },
    Scenario {
        name: "a phone from autodiscover to its application",
        near: &["F11", "F12", "F29", "F48"],
        play: |scene| {
            scene.find(CLIENT, "lyncdiscover.contoso.com", super::WEB.ip());
            let mut web = Browser::new(scene, CLIENT, super::WEB, "lyncdiscover.contoso.com");
            web.agent = IPHONE.into();
            web.get(scene, "/?sipuri=alice@contoso.com", &[]);
            web.told(scene, "200 OK", &[DOCUMENT, FE], &root_document());
            web.get(scene, USER_DOCUMENT, &[]);
            let place = "X-MS-WebTicketURL: https://web.contoso.com/WebTicket/WebTicketService.svc";
            web.told(scene, REFUSED, &[place, FE], "");
            web.ntlm(scene, "alice");
            web.issued(scene);
            web.get(scene, USER_DOCUMENT, &["X-MS-WebTicket: opaque=AAEBAAEBAAEB"]);
            web.told(scene, "200 OK", &[DOCUMENT, FE], &user_document());
            let body = "{\"UserAgent\":\"iPhoneLync\",\"EndpointId\":\"a917c6f4\",\"Culture\":\"en-US\"}";
            web.post(
                scene,
                "/ucwa/v1/applications",
                &["Content-Type: application/json", "X-MS-WebTicket: opaque=AAEBAAEBAAEB"],
                body,
            );
            let yes = web.told(scene, "201 Created", &["Content-Type: application/json", FE], "{}");
            signed_in().proof([yes]).of(USER).alone()
        },
    },
    Scenario {
        name: "Office 365 by redirect",
        near: &["F12", "F52"],
        play: |scene| {
            scene.find(CLIENT, "lyncdiscover.contoso.com", at(70, 80).ip());
            let mut web = Browser::new(scene, CLIENT, at(70, 80), "lyncdiscover.contoso.com");
            web.get(scene, "/?sipuri=alice@contoso.com", &[]);
            let to = "https://webdir1e.online.lync.com/Autodiscover/AutodiscoverService.svc/root";
            web.told(scene, "200 OK", &[DOCUMENT], &redirect_document("Root", to));
            let mut online = Browser::new(scene, CLIENT, at(71, 80), "webdir1e.online.lync.com");
            online.get(scene, "/Autodiscover/AutodiscoverService.svc/root", &[]);
            online.told(scene, "200 OK", &[DOCUMENT], &root_document());
            online.get(scene, USER_DOCUMENT, &["Authorization: Bearer eyJhbGciOiJub25lIn0.eyJhdWQiOiJ4In0."]);
            online.told(scene, "200 OK", &[DOCUMENT], &user_document());
            let yes = Caller::over_tcp(scene, CLIENT, at(72, 5060), USER).signs_in(scene, "alice");
            signed_in().proof([yes]).of(USER).alone()
        },
    },
    Scenario {
        name: "challenge, ticket, certificate, and then the association",
        near: &["F30", "F31", "F34"],
        play: |scene| {
            scene.wait(WHILE_GOOD * 1000);
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.challenged(scene, &[TLS_DSK]);
            let mut web = Browser::new(scene, CLIENT, super::WEB, "web.contoso.com");
            web.ntlm(scene, "alice");
            web.issued(scene);
            web.publishes(scene);
            web.told(scene, "200 OK", &[super::speak::XML, FE], "<s:Envelope/>");
            web.leaves(scene);
            caller.certificate(scene);
            caller.told(scene, REFUSED, &[&goes_on("TLS-DSK", FLIGHT[3])]);
            caller.register(scene, &[&signs("TLS-DSK", 1)]);
            let yes = caller.accepted(scene);
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "the capture begins after signing in",
        near: &["F58", "F34"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.request(scene, "SUBSCRIBE", &[&signs("NTLM", 7)]);
            let yes = caller.told(scene, "200 OK", &[]);
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "somebody signs out, and that is all",
        near: &["F58"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.register(scene, &[&signs("NTLM", 7), "Expires: 0"]);
            caller.told(scene, "200 OK", &["Expires: 0"]);
            Vec::new()
        },
    },
    Scenario {
        name: "a web page and a password for it",
        near: &["F14", "F15", "F11"],
        play: |scene| {
            let mut web = Browser::new(scene, CLIENT, at(77, 80), "intranet.contoso.com");
            web.get(scene, "/index.html", &[]);
            web.told(scene, REFUSED, &["WWW-Authenticate: NTLM"], "");
            web.leaves(scene);
            scene.later(20);
            Vec::new()
        },
    },
    Scenario {
        name: "a challenge, and the capture ends",
        near: &["F34", "F58"],
        play: |scene| {
            Caller::over_tcp(scene, CLIENT, FRONT_END, USER).challenged(scene, &[NTLM, TLS_DSK]);
            unfinished().alone()
        },
    },
];

#[test]
fn a_fallback_tells_what_was_offered_used_and_in_which_order() {
    let mut scene = Scene::default();
    let play = SCENARIOS.iter().find(|s| s.name == "from the certificate to Kerberos to NTLM").unwrap().play;
    play(&mut scene);
    let told = &tell(&scene.pcap())[0];
    assert_eq!(told.offered, [Scheme::Ntlm, Scheme::Kerberos, Scheme::TlsDsk]);
    assert_eq!(told.used, [Scheme::TlsDsk, Scheme::Kerberos, Scheme::Ntlm]);
    assert_eq!(told.stages[Stage::Authenticate.index()].state.name(), "warn");
    assert!(told.verdict.is_none() && told.failed_stage.is_none());
}

#[test]
fn an_old_nonce_refuses_nobody() {
    let states = |stale: &str| {
        let credential = |nonce| {
            format!(
                "Authorization: Digest username=\"alice\", realm=\"contoso\", nonce=\"{nonce}\", uri=\"sip:contoso.com\", \
                 response=\"6629fae49393a05397450978507c4ef1\""
            )
        };
        let offer = |nonce, more| format!("WWW-Authenticate: Digest realm=\"contoso\", nonce=\"{nonce}\"{more}");
        let mut scene = Scene::default();
        let mut caller = Caller::over_tcp(&mut scene, CLIENT, FRONT_END, USER);
        caller.challenged(&mut scene, &[&offer(1, "")]);
        caller.register(&mut scene, &[&credential(1)]);
        caller.told(&mut scene, REFUSED, &[&offer(2, stale)]);
        caller.register(&mut scene, &[&credential(2)]);
        caller.accepted(&mut scene);
        let told = &tell(&scene.pcap())[0];
        assert_eq!(told.outcome.name(), "signed_in", "{}", told.sentence);
        told.stages[Stage::Authenticate.index()].state.name()
    };
    assert_eq!(states(", stale=true"), "ok");
    assert_eq!(states(""), "retried", "that one was refused");
}

#[test]
fn a_password_refused_with_403_is_refused_and_not_accepted() {
    let tried = |lines: &[&str]| {
        let mut scene = Scene::default();
        let mut caller = Caller::over_tcp(&mut scene, CLIENT, FRONT_END, USER);
        caller.challenged(&mut scene, &["WWW-Authenticate: Digest realm=\"contoso\", nonce=\"1\""]);
        caller.register(
            &mut scene,
            &["Authorization: Digest username=\"alice\", realm=\"contoso\", nonce=\"1\", uri=\"sip:contoso.com\", \
               response=\"6629fae49393a05397450978507c4ef1\""],
        );
        caller.told(&mut scene, "403 Wrong password", lines);
        let facts = super::evidence(&scene.pcap());
        let outcomes: Vec<_> = facts.negotiations.iter().map(|n| (n.outcome.name(), n.reason.to_string())).collect();
        let told = tell(&scene.pcap()).remove(0);
        (told.failed_stage, outcomes)
    };
    let refused = ("refused", "answered 403 \"Wrong password\"".to_owned());
    assert_eq!(tried(&[]), (Some(Stage::Authenticate), vec![refused]));
    // A server of Lync has checked the password by then, and minds something else.
    let (stage, outcomes) = tried(&[&diagnostics(4004, "Credentials provided are not authorized")]);
    assert_eq!((stage, outcomes[0].0), (Some(Stage::Register), "accepted"));
}

#[test]
fn what_one_direction_says_is_never_a_failure() {
    for scenario in super::scenarios() {
        for side in [Side::Client, Side::Server] {
            let mut scene = Scene::default();
            scene.hears = Some(side);
            (scenario.play)(&mut scene);
            let mut whole = Scene::default();
            (scenario.play)(&mut whole);
            let whole = tell(&whole.pcap());
            for told in tell(&scene.pcap()) {
                let cause = told.verdict.as_ref().map(|v| v.cause.code);
                let named = |s: &handshark::signin::SignIn| {
                    let named = s.verdict.iter().flat_map(|v| v.or.iter().copied().chain([v.cause.code]));
                    named.collect::<Vec<_>>()
                };
                let mine = named(&told);
                let allowed =
                    |s: &handshark::signin::SignIn| cause.is_none() || named(s).into_iter().any(|c| mine.contains(&c));
                assert!(
                    whole.iter().any(allowed),
                    "{} heard from {side:?}: {cause:?} {}",
                    scenario.name,
                    told.sentence
                );
            }
        }
    }
}

/// Who asked for a name over IPv4 and who called over IPv6 are one machine, if there is no doubt who it was.
#[test]
fn addresses_are_one_machine_only_without_doubt() {
    let server = SocketAddr::new(host6(0x10), 5060);
    let machines = |asking: &[u8], calling: &[u16]| {
        let mut scene = Scene::default();
        // Somebody else of each family, so that the two are not all there is.
        Caller::over_tcp(&mut scene, host(90), FRONT_END, BOB).signs_in(&mut scene, "bob");
        scene.wait(60_000);
        for last in asking {
            scene.ask(host(*last), "sip.contoso.com", 28, Told::Hosts(&[server.ip()]));
        }
        for last in calling {
            Caller::over_tcp(&mut scene, host6(*last), server, USER).signs_in(&mut scene, "alice");
        }
        let told = tell(&scene.pcap());
        let mine = told.iter().filter(|signin| signin.client.is_ipv6());
        mine.map(|signin| signin.addresses.len()).collect::<Vec<_>>()
    };
    assert_eq!(machines(&[50], &[0x50]), [2]);
    assert_eq!(machines(&[50, 51], &[0x50]), [1]);
    assert_eq!(machines(&[50], &[0x50, 0x51]), [1, 1]);
}

/// What is told of a client that is offered two schemes, asks for these names, and goes on with NTLM.
fn falls_back(offers: &[&str], asked: &[(&str, Told<'_>)], pause: i64) -> String {
    let mut scene = Scene::default();
    let mut caller = Caller::over_tcp(&mut scene, CLIENT, FRONT_END, USER);
    caller.challenged(&mut scene, offers);
    for (name, told) in asked {
        scene.ask(CLIENT, name, 33, *told);
    }
    scene.wait(pause);
    caller.ntlm(&mut scene, "alice");
    caller.accepted(&mut scene);
    tell(&scene.pcap()).remove(0).sentence
}

#[test]
fn a_client_that_finds_no_kdc_by_name_and_goes_on_with_ntlm() {
    let (kdc, both) = ("_kerberos._tcp.dc._msdcs.contoso.com", &[KERBEROS, NTLM][..]);
    let told = falls_back(both, &[(kdc, DENIED)], 100);
    assert!(told.starts_with("Signed in with NTLM, after no KDC was found (#"), "{told}");
    assert!(told.contains(&format!("there is no {kdc})")), "{told}");
    let at_site = "_kerberos._tcp.berlin._sites.dc._msdcs.contoso.com";
    for (offers, asked, pause) in [
        (both, &[][..], 100),
        (&[NTLM][..], &[(kdc, DENIED)][..], 100),
        (both, &[(at_site, DENIED), (kdc, Told::Service("dc1.contoso.com", 88))], 100),
        (both, &[(kdc, Told::Silence)], 100),
        (both, &[(kdc, Told::Code(2))], 100),
        (both, &[("_ldap._tcp.contoso.com", DENIED)], 100),
        (both, &[(kdc, DENIED)], 60_000),
    ] {
        let told = falls_back(offers, asked, pause);
        assert!(!told.contains("KDC") && told.starts_with("Signed in with NTLM"), "{asked:?}: {told}");
    }
}

/// Steps of the registration in such messages over UDP: from the client or not, first line, CSeq, branch.
fn steps(messages: &[(Side, &str, u32, &str)]) -> Vec<(u64, Option<u16>)> {
    let mut scene = Scene::default();
    let client = SocketAddr::new(CLIENT, scene.port());
    for (side, first, cseq, branch) in messages {
        let text = format!(
            "{first}\r\nVia: SIP/2.0/UDP 192.0.2.50:5060{branch}\r\nFrom: <sip:{USER}>;tag=a\r\nTo: <sip:{USER}>\r\n\
             Call-ID: one\r\nCSeq: {cseq} REGISTER\r\nContent-Length: 0\r\n\r\n"
        );
        scene.udp(client, FRONT_END, *side, text.as_bytes());
    }
    let evidence = super::evidence(&scene.pcap());
    let status = |what: &SipWhat| if let SipWhat::Answer { status, .. } = what { Some(*status) } else { None };
    evidence.registrations[0].steps.iter().map(|step| (step.frame, status(&step.what))).collect()
}

#[test]
fn requests_side_by_side_with_one_number_are_told_apart_by_their_branch() {
    const ASKS: &str = "REGISTER sip:contoso.com SIP/2.0";
    const NO: &str = "SIP/2.0 403 Forbidden";
    const YES: &str = "SIP/2.0 200 OK";
    let (one, two) = (";branch=z9hG4bK-1", ";branch=z9hG4bK-2");
    let both = [
        (Side::Client, ASKS, 2, one),
        (Side::Client, ASKS, 2, two),
        (Side::Server, NO, 2, one),
        (Side::Server, YES, 2, two),
    ];
    assert_eq!(steps(&both), [(1, None), (2, None), (3, Some(403)), (4, Some(200))]);
    // The same again is no other request, whether it has a branch or is older than these.
    for branch in [one, ""] {
        let again = [
            (Side::Client, ASKS, 2, branch),
            (Side::Client, ASKS, 2, branch),
            (Side::Server, NO, 2, branch),
            (Side::Server, NO, 2, branch),
        ];
        assert_eq!(steps(&again), [(1, None), (3, Some(403))], "{branch}");
    }
}
