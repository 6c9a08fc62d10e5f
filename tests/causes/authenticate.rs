//! The registrar's challenge and what comes of it: F31–F35, F44, F45, F53, F57, F58.

use super::make::Side;
use super::scene::{Scene, Told, at};
use super::speak::{
    Caller, FLIGHT, HOLDER, KERBEROS, NTLM, TLS_DSK, USER, WHILE_GOOD, begins, diagnostics, goes_on, proves, signs,
};
use super::token::{alert, as_req, krb_error};
use super::{CLIENT, FRONT_END, KDC, Scenario, failed, looping, signed_in, unexplained, unfinished, unknown};
use handshark::analysis::SignatureAt;
use handshark::signin::{Outcome, Stage};

/// A client that was challenged with these offers.
fn challenged(scene: &mut Scene, user: &str, offers: &[&str]) -> Caller {
    let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, user);
    caller.challenged(scene, offers);
    caller
}

/// A client of this address that showed Mona's certificate on a day on which it is good.
fn shows_certificate(scene: &mut Scene, user: &str) -> Caller {
    scene.wait(WHILE_GOOD * 1000);
    let mut caller = challenged(scene, user, &[TLS_DSK]);
    caller.certificate(scene);
    caller
}

fn final_handshake_failed() -> String {
    diagnostics(1000, "Final handshake failed")
}

/// The registrar refuses with these offers and 1000, and the client gives up.
fn refused(scene: &mut Scene, caller: &mut Caller, offer: &str) -> u64 {
    let no = caller.told(scene, "401 Unauthorized", &[offer, &final_handshake_failed()]);
    caller.leaves(scene);
    scene.later(20);
    no
}

/// The handshake of TLS-DSK to its end, and the signed request.
fn associates(scene: &mut Scene, caller: &mut Caller) {
    caller.certificate(scene);
    caller.told(scene, "401 Unauthorized", &[&goes_on("TLS-DSK", FLIGHT[3])]);
    caller.register(scene, &[&signs("TLS-DSK", 1)]);
}

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "F31 the certificate is revoked",
        near: &["F32", "F33", "F35", "F34", "F07"],
        play: |scene| {
            let mut caller = shows_certificate(scene, HOLDER);
            let said = [goes_on("TLS-DSK", &alert(44)), final_handshake_failed()];
            let no = caller.told(scene, "401 Unauthorized", &[&said[0], &said[1]]);
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Authenticate, "F31").proof([no]).words(401, 1000).of(HOLDER).alone()
        },
    },
    Scenario {
        name: "F31 the certificate is refused without an alert",
        near: &["F34", "F35", "F44"],
        play: |scene| {
            let mut caller = shows_certificate(scene, HOLDER);
            let no = refused(scene, &mut caller, TLS_DSK);
            failed(Stage::Authenticate, "F31").proof([no]).words(401, 1000).alone()
        },
    },
    Scenario {
        name: "the certificate is accepted",
        near: &["F31", "F32", "F33"],
        play: |scene| {
            scene.wait(WHILE_GOOD * 1000);
            let mut caller = challenged(scene, HOLDER, &[TLS_DSK]);
            associates(scene, &mut caller);
            let yes = caller.accepted(scene);
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "F32 the certificate is that of somebody else",
        near: &["F31", "F33", "F39"],
        play: |scene| {
            let mut caller = shows_certificate(scene, "tariq.bell@corvid.example");
            let no = refused(scene, &mut caller, TLS_DSK);
            failed(Stage::Authenticate, "F32").proof([no]).of("tariq.bell@corvid.example").alone()
        },
    },
    Scenario {
        name: "F32 the account may not act as the address",
        near: &["F37", "F38", "F35"],
        play: |scene| {
            let mut caller = challenged(scene, USER, &[NTLM]);
            caller.ntlm(scene, "bob");
            let said = diagnostics(4004, "Credentials provided are not authorized to act as specified from URI");
            let no = caller.told(scene, "403 Forbidden", &[&said]);
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Register, "F32").proof([no]).words(403, 4004).alone()
        },
    },
    Scenario {
        name: "F33 the certificate is not valid yet",
        near: &["F31", "F18"],
        play: |scene| {
            let mut caller = challenged(scene, HOLDER, &[TLS_DSK]);
            caller.certificate(scene);
            let no = refused(scene, &mut caller, TLS_DSK);
            failed(Stage::Authenticate, "F33").proof([no]).alone()
        },
    },
    Scenario {
        name: "F33 the certificate expired",
        near: &["F32"],
        play: |scene| {
            scene.wait(400 * 86_400_000);
            let mut caller = challenged(scene, HOLDER, &[TLS_DSK]);
            caller.certificate(scene);
            let no = refused(scene, &mut caller, TLS_DSK);
            failed(Stage::Authenticate, "F33").proof([no]).alone()
        },
    },
    Scenario {
        name: "F34 only Kerberos is offered, and the client leaves",
        near: &["F31", "F35", "F36", "F58"],
        play: |scene| {
            let mut caller = challenged(scene, USER, &[KERBEROS]);
            let leaves = caller.leaves(scene);
            scene.later(20);
            failed(Stage::Challenge, "F34").proof([leaves]).alone()
        },
    },
    Scenario {
        name: "F34 Communicator is offered what came after it, and leaves",
        near: &["F05", "F14", "F30"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.agent = "UCCP/3.5.6907.0 OC/3.5.6907.0 (Microsoft Office Communicator 2007 R2)".into();
            caller.challenged(scene, &[TLS_DSK]);
            let leaves = caller.leaves(scene);
            scene.later(20);
            failed(Stage::Challenge, "F34").proof([leaves]).only().alone()
        },
    },
    Scenario {
        name: "everything is offered, and the client leaves",
        near: &["F34"],
        play: |scene| {
            let mut caller = challenged(scene, USER, &[NTLM, KERBEROS, TLS_DSK]);
            caller.leaves(scene);
            scene.later(20);
            unfinished().alone()
        },
    },
    Scenario {
        name: "only Kerberos is offered, and the capture ends",
        near: &["F34"],
        play: |scene| {
            challenged(scene, USER, &[KERBEROS]);
            unfinished().alone()
        },
    },
    Scenario {
        name: "F35 the password is wrong",
        near: &["F31", "F36", "F57", "F14", "F34"],
        play: |scene| {
            let mut caller = challenged(scene, USER, &[NTLM]);
            let answer = caller.ntlm(scene, "alice");
            let no = refused(scene, &mut caller, NTLM);
            failed(Stage::Authenticate, "F35").proof([answer, no]).words(401, 1000).of(USER).alone()
        },
    },
    Scenario {
        name: "the password is wrong once",
        near: &["F35"],
        play: |scene| {
            let mut caller = challenged(scene, USER, &[NTLM]);
            caller.ntlm(scene, "alice");
            caller.told(scene, "401 Unauthorized", &[NTLM, &final_handshake_failed()]);
            scene.wait(2000);
            caller.ntlm(scene, "alice");
            let yes = caller.accepted(scene);
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "the password is wrong and the capture ends",
        near: &["F35"],
        play: |scene| {
            let mut caller = challenged(scene, USER, &[NTLM]);
            caller.ntlm(scene, "alice");
            caller.told(scene, "401 Unauthorized", &[NTLM, &final_handshake_failed()]);
            unfinished().words(401, 1000).alone()
        },
    },
    Scenario {
        name: "F35 the password is refused again and again, until the client leaves",
        near: &["F44", "F31"],
        play: |scene| {
            let mut caller = challenged(scene, USER, &[NTLM]);
            let mut last = 0;
            for _ in 0..3 {
                caller.ntlm(scene, "alice");
                last = caller.told(scene, "401 Unauthorized", &[NTLM, &final_handshake_failed()]);
                scene.wait(2000);
            }
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Authenticate, "F35").proof([last]).words(401, 1000).alone()
        },
    },
    Scenario {
        name: "F35 the client asks again and again, and is refused each time",
        near: &["F44"],
        play: |scene| {
            let mut caller = challenged(scene, USER, &[NTLM]);
            let mut last = 0;
            for _ in 0..5 {
                caller.ntlm(scene, "alice");
                last = caller.told(scene, "401 Unauthorized", &[NTLM, &final_handshake_failed()]);
                scene.wait(1000);
            }
            looping(Stage::Authenticate, "F35").proof([last]).words(401, 1000).alone()
        },
    },
    Scenario {
        name: "F44 the association is lost each time",
        near: &["F31", "F35", "F43", "F45"],
        play: |scene| {
            scene.wait(WHILE_GOOD * 1000);
            let mut caller = challenged(scene, HOLDER, &[TLS_DSK]);
            let mut last = 0;
            for _ in 0..3 {
                associates(scene, &mut caller);
                caller.accepted(scene);
                caller.request(scene, "SUBSCRIBE", &[&signs("TLS-DSK", 2)]);
                last = caller.told(scene, "401 Unauthorized", &[TLS_DSK]);
                scene.wait(20_000);
            }
            scene.later(20);
            looping(Stage::Authenticate, "F44").proof([last]).alone()
        },
    },
    Scenario {
        name: "the association is lost once",
        near: &["F44"],
        play: |scene| {
            scene.wait(WHILE_GOOD * 1000);
            let mut caller = challenged(scene, HOLDER, &[TLS_DSK]);
            associates(scene, &mut caller);
            caller.accepted(scene);
            caller.request(scene, "SUBSCRIBE", &[&signs("TLS-DSK", 2)]);
            caller.told(scene, "401 Unauthorized", &[TLS_DSK]);
            associates(scene, &mut caller);
            let yes = caller.accepted(scene);
            caller.request(scene, "SUBSCRIBE", &[&signs("TLS-DSK", 2)]);
            caller.told(scene, "200 OK", &[]);
            let _ = yes;
            signed_in().alone()
        },
    },
    Scenario {
        name: "the KDC refuses the user, whose certificate still signs in",
        near: &["F53", "F19"],
        play: |scene| {
            scene.wait(WHILE_GOOD * 1000);
            let client = std::net::SocketAddr::new(CLIENT, scene.port());
            scene.udp(client, KDC, Side::Client, &as_req("mona.reyes"));
            let error = krb_error(18, "krbtgt/CONTOSO.COM", scene.now());
            scene.udp(client, KDC, Side::Server, &error);
            let mut caller = challenged(scene, HOLDER, &[TLS_DSK]);
            associates(scene, &mut caller);
            let yes = caller.accepted(scene);
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "F57 the server resets while it should answer the credential",
        near: &["F35", "F43", "F58", "F05"],
        play: |scene| {
            let mut caller = challenged(scene, USER, &[NTLM]);
            let asked = caller.ntlm(scene, "alice");
            let reset = scene.reset(caller.line.as_ref().unwrap(), Side::Server);
            scene.later(20);
            failed(Stage::Authenticate, "F57").proof([asked, reset]).alone()
        },
    },
    Scenario {
        name: "F57 the server closes while it should challenge",
        near: &["F58", "F34"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            let asked = caller.register(scene, &[]);
            let closes = scene.close(caller.line.as_mut().unwrap(), Side::Server);
            scene.later(20);
            failed(Stage::Challenge, "F57").proof([asked, closes]).alone()
        },
    },
    Scenario {
        name: "the server resets, and the next one answers",
        near: &["F57"],
        play: |scene| {
            let mut caller = challenged(scene, USER, &[NTLM]);
            caller.ntlm(scene, "alice");
            scene.reset(caller.line.as_ref().unwrap(), Side::Server);
            caller.move_to(scene, at(12, 5060));
            let yes = caller.signs_in(scene, "alice");
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "F58 the registrar takes the request and never answers",
        near: &["F05", "F57", "F34"],
        play: |scene| {
            scene.ask(CLIENT, "sip.contoso.com", 1, Told::Hosts(&[FRONT_END.ip()]));
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            let asked = caller.register(scene, &[]);
            scene.wait(32_000);
            caller.leaves(scene);
            scene.later(20);
            failed(Stage::Challenge, "F58").proof([asked]).alone()
        },
    },
    Scenario {
        name: "the registrar thinks for ten seconds",
        near: &["F58"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.register(scene, &[]);
            scene.wait(10_000);
            caller.told(scene, "401 Unauthorized", &[NTLM]);
            caller.ntlm(scene, "alice");
            let yes = caller.accepted(scene);
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "only what the client sends is captured",
        near: &["F58", "F05", "F57", "F34"],
        play: |scene| {
            scene.hears = Some(Side::Client);
            let mut caller = challenged(scene, USER, &[NTLM]);
            caller.ntlm(scene, "alice");
            scene.wait(32_000);
            caller.leaves(scene);
            scene.later(20);
            unknown().alone()
        },
    },
    Scenario {
        name: "only what the server sends is captured",
        near: &["F35", "F34"],
        play: |scene| {
            scene.hears = Some(Side::Server);
            let mut caller = challenged(scene, USER, &[NTLM]);
            caller.ntlm(scene, "alice");
            let yes = caller.accepted(scene);
            scene.hears = None;
            scene.later(20);
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "the answer to the first step of NTLM is a plain challenge",
        near: &["F35"],
        play: |scene| {
            let mut caller = challenged(scene, USER, &[NTLM]);
            caller.register(scene, &[&begins("NTLM")]);
            caller.told(scene, "401 Unauthorized", &[NTLM]);
            caller.leaves(scene);
            scene.later(20);
            unexplained(Stage::Authenticate).alone()
        },
    },
    Scenario {
        name: "F35 NTLM is refused after the certificate was",
        near: &["F31", "F34"],
        play: |scene| {
            let mut caller = shows_certificate(scene, HOLDER);
            let said = goes_on("TLS-DSK", &alert(44));
            caller.told(scene, "401 Unauthorized", &[&said, &final_handshake_failed()]);
            caller.challenged(scene, &[NTLM]);
            caller.register(scene, &[&proves("NTLM", &super::token::ntlm_negotiate())]);
            caller.told(scene, "401 Unauthorized", &[&goes_on("NTLM", &super::token::ntlm_challenge())]);
            let token = super::token::ntlm_authenticate("CORVID", "mona");
            caller.register(scene, &[&proves("NTLM", &token)]);
            let no = refused(scene, &mut caller, NTLM);
            failed(Stage::Authenticate, "F35").proof([no]).words(401, 1000).alone()
        },
    },
];

/// A key proves that the yes of the registrar was changed on the way; the client, which checks it too, leaves.
#[test]
fn f45_the_answer_was_changed() {
    let mut scene = Scene::default();
    let mut caller = Caller::over_tcp(&mut scene, CLIENT, FRONT_END, USER);
    let yes = caller.signs_in(&mut scene, "alice");
    caller.leaves(&mut scene);
    scene.later(20);
    let mut evidence = super::evidence(&scene.pcap());
    assert_eq!(handshark::signin::tell(&evidence)[0].outcome, Outcome::SignedIn);
    evidence.negotiations[0].association.get_or_insert_default().invalid.push(SignatureAt {
        frame: yes,
        from_client: false,
        number: 1,
    });
    let told = &handshark::signin::tell(&evidence)[0];
    assert_eq!((told.outcome, told.failed_stage), (Outcome::Failed, Some(Stage::Register)));
    assert_eq!(told.verdict.as_ref().unwrap().cause.code, "F45");
    assert!(told.evidence.contains(&yes) && told.sentence.contains("does not fit"), "{}", told.sentence);
}
