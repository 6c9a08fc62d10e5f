//! Names, connections and TLS as they are seen in the field: the same causes in other clothes, and what goes on beside them.

use super::make::Side;
use super::scene::{DENIED, Scene, Told, at, host};
use super::speak::{Browser, Caller, DOCUMENT, FRONT_END as FE, IPHONE, USER, root_document};
use super::token::{alert, base64, certificate_of, client_finish, client_hello, data, finish, server_flight};
use super::{CLIENT, FRONT_END, Scenario, WEB, failed, signed_in, unexplained, unfinished, unknown};
use handshark::signin::Stage;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

pub const SIP_TLS: SocketAddr = at(10, 5061);

/// A TLS connection to this host at this address that comes about and carries something.
pub fn tls_up(scene: &mut Scene, client: IpAddr, server: SocketAddr, name: &str) {
    let mut line = scene.connect(client, server);
    scene.say(&mut line, Side::Client, &client_hello(name));
    scene.say(&mut line, Side::Server, &server_flight(&certificate_of(name)));
    scene.say(&mut line, Side::Client, &client_finish());
    scene.say(&mut line, Side::Server, &finish());
    for _ in 0..3 {
        scene.say(&mut line, Side::Client, &data(900));
        scene.say(&mut line, Side::Server, &data(1200));
    }
}

/// A TLS handshake whose certificate the client refuses.
fn tls_refused(scene: &mut Scene, client: IpAddr, server: SocketAddr, name: &str, shown: &str) -> u64 {
    let mut line = scene.connect(client, server);
    scene.say(&mut line, Side::Client, &client_hello(name));
    scene.say(&mut line, Side::Server, &server_flight(&certificate_of(shown)));
    let no = scene.say(&mut line, Side::Client, &alert(48));
    scene.close(&mut line, Side::Client);
    no
}

const DESK: &str = "Lync/16.0.4266 OC/16.0.4266.1001 (Skype for Business)";

/// One client is answered like this where the autodiscover document should be, and then another one gets it. The frames of
/// both answers.
fn telephone_and_desk(scene: &mut Scene, first: &str, status: &str) -> [u64; 2] {
    let ask = |scene: &mut Scene, client, agent: &str| {
        let mut web = Browser::new(scene, client, WEB, "lyncdiscover.contoso.com");
        web.agent = agent.into();
        web.get(scene, "/Autodiscover/AutodiscoverService.svc/root", &[]);
        web
    };
    let mut web = ask(scene, CLIENT, first);
    let no = web.told(scene, status, &[], "");
    web.leaves(scene);
    let mut web = ask(scene, host(51), DESK);
    let desk = web.told(scene, "200 OK", &[DOCUMENT, FE], &root_document());
    web.leaves(scene);
    scene.later(20);
    [no, desk]
}

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "F29 a telephone is refused what a desk gets",
        near: &["F54"],
        play: |scene| {
            let [no, desk] = telephone_and_desk(scene, IPHONE, "403 Forbidden");
            vec![failed(Stage::Discover, "F29").proof([no, desk]).words(403, None), unfinished()]
        },
    },
    Scenario {
        name: "two desks, of which one is refused",
        near: &["F29"],
        play: |scene| {
            let [no, _] = telephone_and_desk(scene, DESK, "403 Forbidden");
            vec![failed(Stage::Discover, "F11").proof([no]).words(403, None), unfinished()]
        },
    },
    Scenario {
        name: "F01 a phone asks for its two names, in both families",
        near: &["F02"],
        play: |scene| {
            for name in ["lyncdiscoverinternal.contoso.com", "lyncdiscover.contoso.com"] {
                for kind in [1, 28] {
                    scene.ask(CLIENT, name, kind, DENIED);
                }
            }
            scene.later(20);
            failed(Stage::Discover, "F01").alone()
        },
    },
    Scenario {
        name: "F01 no name exists, and the resolver knows nothing of IPv6",
        near: &["F02"],
        play: |scene| {
            for name in [
                "lyncdiscoverinternal.contoso.com",
                "lyncdiscover.contoso.com",
                "sip.contoso.com",
                "sipexternal.contoso.com",
            ] {
                scene.ask(CLIENT, name, 1, DENIED);
                scene.ask(CLIENT, name, 28, Told::Code(4));
            }
            scene.later(20);
            failed(Stage::Discover, "F01").alone()
        },
    },
    Scenario {
        name: "F01 no name exists, with and without the search suffix",
        near: &["F02"],
        play: |scene| {
            for name in [
                "lyncdiscover.contoso.com",
                "lyncdiscover.contoso.com.corp.local",
                "sip.contoso.com",
                "sip.contoso.com.corp.local",
                "sipexternal.contoso.com",
                "sipexternal.contoso.com.corp.local",
            ] {
                scene.ask(CLIENT, name, 1, DENIED);
            }
            scene.later(20);
            failed(Stage::Discover, "F01").alone()
        },
    },
    Scenario {
        name: "F02 the network says that the resolver is not there",
        near: &["F01", "F05"],
        play: |scene| {
            let mut last = 0;
            for name in ["lyncdiscover.contoso.com", "sip.contoso.com"] {
                scene.ask(CLIENT, name, 1, Told::Silence);
                last = scene.undeliverable(CLIENT, 3);
            }
            scene.later(20);
            failed(Stage::Discover, "F02").proof([last]).alone()
        },
    },
    Scenario {
        name: "F02 the answer is too long for UDP, and the resolver takes no TCP",
        near: &["F01", "F05"],
        play: |scene| {
            scene.ask(CLIENT, "_sip._tls.contoso.com", 33, Told::Truncated);
            let no = scene.refused(CLIENT, super::scene::RESOLVER);
            scene.later(20);
            failed(Stage::Discover, "F02").proof([no]).alone()
        },
    },
    Scenario {
        name: "the answer is too long for UDP, and TCP brings it",
        near: &["F02", "F01"],
        play: |scene| {
            scene.ask(CLIENT, "_sip._tls.contoso.com", 33, Told::Truncated);
            scene.ask_over_tcp(CLIENT, "_sip._tls.contoso.com", 33, Told::Service("sip.contoso.com", 5060));
            scene.find(CLIENT, "sip.contoso.com", FRONT_END.ip());
            let yes = Caller::over_tcp(scene, CLIENT, FRONT_END, USER).signs_in(scene, "alice");
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "F03 a client inside another private network is given an inside address",
        near: &["F01"],
        play: |scene| {
            let home = IpAddr::V4(Ipv4Addr::new(192, 168, 178, 20));
            let inside: SocketAddr = "10.1.2.3:443".parse().unwrap();
            scene.ask(home, "lyncdiscoverinternal.contoso.com", 1, DENIED);
            scene.ask(home, "_sip._tls.contoso.com", 33, Told::Service("sip.contoso.com", 443));
            scene.ask(home, "sip.contoso.com", 1, Told::Hosts(&[inside.ip()]));
            scene.unanswered(home, inside);
            scene.later(20);
            failed(Stage::Connect, "F05").alone()
        },
    },
    Scenario {
        name: "F05 SIP on 443 at the Edge, dropped by a firewall, while the web services answer inside TLS",
        near: &["F07", "F10"],
        play: |scene| {
            scene.find(CLIENT, "lyncdiscover.contoso.com", host(70));
            tls_up(scene, CLIENT, at(70, 443), "lyncdiscover.contoso.com");
            scene.ask(CLIENT, "_sip._tls.contoso.com", 33, Told::Service("sip.contoso.com", 443));
            scene.find(CLIENT, "sip.contoso.com", host(71));
            let first = scene.unanswered(CLIENT, at(71, 443));
            tls_up(scene, CLIENT, at(70, 443), "lyncdiscover.contoso.com");
            scene.later(20);
            failed(Stage::Connect, "F05").proof([first]).alone()
        },
    },
    Scenario {
        name: "F05 every attempt is reset, three times each",
        near: &["F57"],
        play: |scene| {
            scene.find(CLIENT, "sip.contoso.com", FRONT_END.ip());
            let mut last = 0;
            for _ in 0..3 {
                last = scene.refused(CLIENT, FRONT_END);
                scene.wait(500);
            }
            scene.later(20);
            failed(Stage::Connect, "F05").proof([last]).alone()
        },
    },
    Scenario {
        name: "F05 nothing listens at a port of UDP",
        near: &["F02", "F58"],
        play: |scene| {
            let client = SocketAddr::new(CLIENT, scene.port());
            let mut caller = Caller::over_udp(client, FRONT_END, USER);
            caller.register(scene, &[]);
            let no = scene.undeliverable(CLIENT, 3);
            scene.later(40);
            failed(Stage::Connect, "F05").proof([no]).alone()
        },
    },
    Scenario {
        name: "telemetry is blocked while somebody signs in unreadably",
        near: &["F05"],
        play: |scene| {
            scene.find(CLIENT, "sip.contoso.com", SIP_TLS.ip());
            tls_up(scene, CLIENT, SIP_TLS, "sip.contoso.com");
            scene.find(CLIENT, "settings-win.data.microsoft.com", host(99));
            scene.unanswered(CLIENT, at(99, 443));
            scene.later(20);
            unknown().alone()
        },
    },
    Scenario {
        name: "an unreadable sign-in ends with an alert that nobody can read",
        near: &["F07", "F10", "F05"],
        play: |scene| {
            scene.find(CLIENT, "sip.contoso.com", SIP_TLS.ip());
            let mut line = scene.connect(CLIENT, SIP_TLS);
            scene.say(&mut line, Side::Client, &client_hello("sip.contoso.com"));
            scene.say(&mut line, Side::Server, &server_flight(&certificate_of("sip.contoso.com")));
            scene.say(&mut line, Side::Client, &client_finish());
            scene.say(&mut line, Side::Server, &finish());
            scene.say(&mut line, Side::Client, &data(900));
            scene.say(&mut line, Side::Server, &data(1200));
            // Its bytes are a cipher's; they look like a fatal alert by chance.
            let sealed = [&[21, 3, 3, 0, 26, 2, 40][..], &[0x5a; 24]].concat();
            scene.say(&mut line, Side::Client, &sealed);
            scene.close(&mut line, Side::Client);
            scene.later(20);
            unknown().alone()
        },
    },
    Scenario {
        name: "the mail client of the same machine refuses a certificate",
        near: &["F07", "F09"],
        play: |scene| {
            scene.find(CLIENT, "sip.contoso.com", SIP_TLS.ip());
            tls_up(scene, CLIENT, SIP_TLS, "sip.contoso.com");
            scene.find(CLIENT, "autodiscover.contoso.com", host(80));
            tls_refused(scene, CLIENT, at(80, 443), "autodiscover.contoso.com", "mail.contoso.com");
            scene.later(20);
            unknown().alone()
        },
    },
    Scenario {
        name: "F09 the web services show another name, unreadably found",
        near: &["F07"],
        play: |scene| {
            scene.find(CLIENT, "lyncdiscover.contoso.com", host(70));
            tls_up(scene, CLIENT, at(70, 443), "lyncdiscover.contoso.com");
            scene.find(CLIENT, "webext.contoso.com", host(70));
            let no = tls_refused(scene, CLIENT, at(70, 443), "webext.contoso.com", "lyncdiscover.contoso.com");
            scene.later(20);
            failed(Stage::Tls, "F09").proof([no]).alone()
        },
    },
    Scenario {
        name: "F07 the registrar's certificate is refused, and the web services are asked again",
        near: &["F09"],
        play: |scene| {
            scene.find(CLIENT, "lyncdiscover.contoso.com", host(70));
            scene.find(CLIENT, "sip.contoso.com", SIP_TLS.ip());
            let no = tls_refused(scene, CLIENT, SIP_TLS, "sip.contoso.com", "sip.contoso.com");
            tls_up(scene, CLIENT, at(70, 443), "lyncdiscover.contoso.com");
            scene.later(20);
            failed(Stage::Tls, "F07").proof([no]).alone()
        },
    },
    Scenario {
        name: "F10 the client does not take the version that the server chose",
        near: &["F07"],
        play: |scene| {
            scene.find(CLIENT, "sip.contoso.com", SIP_TLS.ip());
            let mut line = scene.connect(CLIENT, SIP_TLS);
            scene.say(&mut line, Side::Client, &client_hello("sip.contoso.com"));
            scene.say(&mut line, Side::Server, &server_flight(&certificate_of("sip.contoso.com")));
            let no = scene.say(&mut line, Side::Client, &alert(70));
            scene.close(&mut line, Side::Client);
            scene.later(20);
            failed(Stage::Tls, "F10").proof([no]).alone()
        },
    },
    Scenario {
        name: "the server does not know the name asked for",
        near: &["F10", "F07"],
        play: |scene| {
            scene.find(CLIENT, "lyncdiscover.contoso.com", host(70));
            let mut line = scene.connect(CLIENT, at(70, 443));
            scene.say(&mut line, Side::Client, &client_hello("lyncdiscover.contoso.com"));
            scene.say(&mut line, Side::Server, &alert(112));
            scene.close(&mut line, Side::Server);
            scene.later(20);
            unexplained(Stage::Tls).alone()
        },
    },
    Scenario {
        name: "F06 the proxy refuses the password it is given",
        near: &["F14"],
        play: |scene| {
            let mut proxy = Browser::new(scene, CLIENT, at(30, 8080), "lyncdiscover.contoso.com:443");
            proxy.tunnel(scene, "lyncdiscover.contoso.com:443", &[]);
            proxy.told(scene, "407 Proxy Authentication Required", &["Proxy-Authenticate: NTLM"], "");
            let token = |bytes: Vec<u8>| base64(&bytes);
            let one = format!("Proxy-Authorization: NTLM {}", token(super::token::ntlm_negotiate()));
            proxy.tunnel(scene, "lyncdiscover.contoso.com:443", &[&one]);
            let two = format!("Proxy-Authenticate: NTLM {}", token(super::token::ntlm_challenge()));
            proxy.told(scene, "407 Proxy Authentication Required", &[&two], "");
            let three =
                format!("Proxy-Authorization: NTLM {}", token(super::token::ntlm_authenticate("CONTOSO", "alice")));
            proxy.tunnel(scene, "lyncdiscover.contoso.com:443", &[&three]);
            let no = proxy.told(scene, "407 Proxy Authentication Required", &["Proxy-Authenticate: NTLM"], "");
            proxy.leaves(scene);
            scene.later(20);
            failed(Stage::Connect, "F06").proof([no]).words(407, None).alone()
        },
    },
    Scenario {
        name: "F06 the proxy wants to know who asks, in clear",
        near: &["F11", "F14", "F28"],
        play: |scene| {
            let mut proxy = Browser::new(scene, CLIENT, at(30, 8080), "lyncdiscover.contoso.com");
            proxy.get(scene, "http://lyncdiscover.contoso.com/?sipuri=alice@contoso.com", &[]);
            let no = proxy.told(
                scene,
                "407 Proxy Authentication Required",
                &["Proxy-Authenticate: Basic realm=\"proxy\""],
                "",
            );
            proxy.leaves(scene);
            scene.later(20);
            failed(Stage::Connect, "F06").proof([no]).words(407, None).alone()
        },
    },
    Scenario {
        name: "F06 the proxy cannot reach the server",
        near: &["F11"],
        play: |scene| {
            let mut proxy = Browser::new(scene, CLIENT, at(30, 8080), "sip.contoso.com:443");
            proxy.tunnel(scene, "sip.contoso.com:443", &[]);
            let no = proxy.told(scene, "503 Service Unavailable", &[], "");
            proxy.leaves(scene);
            scene.later(20);
            failed(Stage::Connect, "F06").proof([no]).words(503, None).alone()
        },
    },
];
