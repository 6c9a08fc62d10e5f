//! Names and autodiscover: F01–F04, F11–F13, F50, F52.

use super::scene::{DENIED, Scene, Told, at};
use super::speak::{
    Browser, Caller, DOCUMENT, FRONT_END as FE, PHONE, TICKETS, USER, USER_DOCUMENT, XML, redirect_document,
    root_document, ticket_request,
};
use super::{CLIENT, FRONT_END, Scenario, WEB, failed, looping, signed_in, unfinished};
use handshark::signin::Stage;
use std::net::IpAddr;

/// The names of a desktop client, in its order, with the type of the record.
const LIST: [(&str, u16); 7] = [
    ("lyncdiscoverinternal.contoso.com", 1),
    ("lyncdiscover.contoso.com", 1),
    ("_sipinternaltls._tcp.contoso.com", 33),
    ("_sip._tls.contoso.com", 33),
    ("sipinternal.contoso.com", 1),
    ("sip.contoso.com", 1),
    ("sipexternal.contoso.com", 1),
];

fn all(scene: &mut Scene, told: Told<'_>) -> Vec<u64> {
    LIST.iter().map(|(name, kind)| scene.ask(CLIENT, name, *kind, told)).collect()
}

/// Autodiscover at its name over http.
fn discovers(scene: &mut Scene) -> Browser {
    scene.find(CLIENT, "lyncdiscover.contoso.com", WEB.ip());
    Browser::new(scene, CLIENT, WEB, "lyncdiscover.contoso.com")
}

const ENTRY: &str = "/?sipuri=alice@contoso.com";
const OUTSIDE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(198, 51, 100, 7));
const INSIDE: std::net::SocketAddr = std::net::SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 10)), 5061);

/// A client outside that is told an inside address.
fn inside_address(scene: &mut Scene) {
    let question = |scene: &mut Scene, name, kind, told: Told<'_>| scene.ask(OUTSIDE, name, kind, told);
    question(scene, "lyncdiscover.contoso.com", 1, DENIED);
    question(scene, "_sip._tls.contoso.com", 33, Told::Service("sip.contoso.com", 5061));
    question(scene, "sip.contoso.com", 1, Told::Hosts(&[INSIDE.ip()]));
}

/// Option 43 of a phone.
const LED: (u8, &[u8]) = (43, b"\x01\x0cMS-UC-Client\x02\x05https\x03\x0fweb.contoso.com\x04\x03443\x05\x09/CertProv");

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "F01 no name of the list exists",
        near: &["F02", "F03", "F04", "F05"],
        play: |scene| {
            let frames = all(scene, DENIED);
            scene.later(20);
            failed(Stage::Discover, "F01").proof([frames[0], frames[6]]).alone()
        },
    },
    Scenario {
        name: "F01 names without records",
        near: &["F02"],
        play: |scene| {
            let frames = all(scene, Told::Hosts(&[]));
            scene.later(20);
            failed(Stage::Discover, "F01").proof([frames[3]]).alone()
        },
    },
    Scenario {
        name: "F01 the host of the service record does not exist",
        near: &["F04"],
        play: |scene| {
            scene.ask(CLIENT, LIST[0].0, 1, DENIED);
            scene.ask(CLIENT, LIST[1].0, 1, DENIED);
            let record = scene.ask(CLIENT, LIST[2].0, 33, Told::Service("pool01.contoso.com", 5061));
            let missing = scene.ask(CLIENT, "pool01.contoso.com", 1, DENIED);
            scene.later(20);
            failed(Stage::Discover, "F01").proof([record, missing]).alone()
        },
    },
    Scenario {
        name: "inside names are missing, an outside name is not",
        near: &["F01", "F03"],
        play: |scene| {
            scene.ask(CLIENT, LIST[0].0, 1, DENIED);
            scene.ask(CLIENT, LIST[2].0, 33, DENIED);
            scene.find(CLIENT, "sip.contoso.com", FRONT_END.ip());
            let yes = Caller::over_tcp(scene, CLIENT, FRONT_END, USER).signs_in(scene, "alice");
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "the capture ends in the middle of the list",
        near: &["F01"],
        play: |scene| {
            for (name, kind) in &LIST[..3] {
                scene.ask(CLIENT, name, *kind, DENIED);
            }
            unfinished().alone()
        },
    },
    Scenario {
        name: "F02 the resolver is silent",
        near: &["F01", "F05"],
        play: |scene| {
            let frames = all(scene, Told::Silence);
            scene.later(20);
            failed(Stage::Discover, "F02").proof([frames[0]]).alone()
        },
    },
    Scenario {
        name: "F02 the resolver fails",
        near: &["F01"],
        play: |scene| {
            let frames = all(scene, Told::Code(2));
            scene.later(20);
            failed(Stage::Discover, "F02").proof([frames[0]]).alone()
        },
    },
    Scenario {
        name: "a name is answered when asked again",
        near: &["F02"],
        play: |scene| {
            scene.ask(CLIENT, "sip.contoso.com", 1, Told::Silence);
            scene.find(CLIENT, "sip.contoso.com", FRONT_END.ip());
            let yes = Caller::over_tcp(scene, CLIENT, FRONT_END, USER).signs_in(scene, "alice");
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "F03 a client outside is given an inside address",
        near: &["F05", "F01"],
        play: |scene| {
            inside_address(scene);
            let first = scene.unanswered(OUTSIDE, INSIDE);
            scene.later(20);
            failed(Stage::Connect, "F03").proof([first - 1]).alone()
        },
    },
    Scenario {
        name: "a client outside reaches an inside address through a VPN",
        near: &["F03"],
        play: |scene| {
            inside_address(scene);
            let yes = Caller::over_tcp(scene, OUTSIDE, INSIDE, USER).signs_in(scene, "alice");
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "F04 the service record leads to another domain that does not exist",
        near: &["F01"],
        play: |scene| {
            scene.ask(CLIENT, LIST[1].0, 1, DENIED);
            let record = scene.ask(CLIENT, "_sip._tls.contoso.com", 33, Told::Service("sip.fabrikam.net", 443));
            let missing = scene.ask(CLIENT, "sip.fabrikam.net", 1, DENIED);
            scene.later(20);
            failed(Stage::Discover, "F04").proof([record, missing]).alone()
        },
    },
    Scenario {
        name: "F11 no autodiscover at its name",
        near: &["F13", "F54", "F55", "F28"],
        play: |scene| {
            let mut web = discovers(scene);
            web.get(scene, ENTRY, &[]);
            let no = web.told(scene, "404 Not Found", &["Content-Type: text/html"], "<html>404</html>");
            web.leaves(scene);
            scene.later(20);
            failed(Stage::Discover, "F11").proof([no]).words(404, None).alone()
        },
    },
    Scenario {
        name: "F11 a portal answers for everybody",
        near: &["F28"],
        play: |scene| {
            let mut web = discovers(scene);
            web.get(scene, ENTRY, &[]);
            let page = "<html><head><title>Hotel</title></head><body>Welcome</body></html>";
            let no = web.told(scene, "200 OK", &["Content-Type: text/html"], page);
            web.leaves(scene);
            scene.later(20);
            failed(Stage::Discover, "F11").proof([no]).alone()
        },
    },
    Scenario {
        name: "autodiscover is not published, the service record is",
        near: &["F11"],
        play: |scene| {
            let mut web = discovers(scene);
            web.get(scene, ENTRY, &[]);
            web.told(scene, "404 Not Found", &[], "");
            web.leaves(scene);
            scene.ask(CLIENT, "_sip._tls.contoso.com", 33, Told::Service("sip.contoso.com", 443));
            scene.find(CLIENT, "sip.contoso.com", FRONT_END.ip());
            let yes = Caller::over_tcp(scene, CLIENT, FRONT_END, USER).signs_in(scene, "alice");
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "F12 autodiscover in circles",
        near: &["F11", "F42"],
        play: |scene| {
            let last = led(scene, &["web.contoso.com", "web.fabrikam.net", "web.contoso.com", "web.fabrikam.net"]);
            scene.later(20);
            looping(Stage::Discover, "F12").proof([last]).alone()
        },
    },
    Scenario {
        name: "three names redirect to one place, which knows the way",
        near: &["F12"],
        play: |scene| {
            for name in ["lyncdiscoverinternal.contoso.com", "lyncdiscover.contoso.com", "lyncdiscover.contoso.com"] {
                let mut web = Browser::new(scene, CLIENT, WEB, name);
                web.get(scene, ENTRY, &[]);
                web.told(scene, "200 OK", &[DOCUMENT], &redirect_document("Root", "http://web.contoso.com/root"));
            }
            let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
            web.get(scene, "/Autodiscover/AutodiscoverService.svc/root", &[]);
            web.told(scene, "200 OK", &[DOCUMENT], &root_document());
            unfinished().alone()
        },
    },
    Scenario {
        name: "from http to https and on, three times",
        near: &["F12"],
        play: |scene| {
            let mut web = Browser::new(scene, CLIENT, WEB, "lyncdiscover.contoso.com");
            for to in ["https://lyncdiscover.contoso.com/", "http://a.contoso.com/", "http://b.contoso.com/"] {
                web.get(scene, ENTRY, &[]);
                web.told(scene, "200 OK", &[DOCUMENT], &redirect_document("Root", to));
            }
            unfinished().alone()
        },
    },
    Scenario {
        name: "F13 a user without a home server",
        near: &["F11", "F39", "F55"],
        play: |scene| {
            let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
            web.get(scene, USER_DOCUMENT, &["X-MS-WebTicket: opaque=AAEBAAEBAAEB"]);
            let no = web.told(scene, "404 Not Found", &[FE], "");
            web.leaves(scene);
            scene.later(20);
            failed(Stage::Discover, "F13").proof([no]).words(404, None).alone()
        },
    },
    Scenario {
        name: "F11 the user document is not there, and no ticket was sent",
        near: &["F13"],
        play: |scene| {
            let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
            web.get(scene, USER_DOCUMENT, &[]);
            web.told(scene, "404 Not Found", &[], "");
            web.leaves(scene);
            scene.later(20);
            failed(Stage::Discover, "F11").words(404, None).alone()
        },
    },
    Scenario {
        name: "F50 a phone cannot fetch the root chain",
        near: &["F30", "F55", "F11"],
        play: |scene| {
            let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
            web.agent = PHONE.into();
            web.get(scene, "/CertProv/CertProvisioningService.svc/GetRootCertChains", &[]);
            let no = web.told(scene, "404 Not Found", &[], "");
            web.leaves(scene);
            scene.later(20);
            failed(Stage::Discover, "F50").proof([no]).words(404, None).alone()
        },
    },
    Scenario {
        name: "F50 DHCP tells a phone nothing, and no name leads it further",
        near: &["F01", "F02"],
        play: |scene| {
            let given = scene.leases(CLIENT, &[(1, &[(15, b"contoso.com")])]);
            all(scene, DENIED);
            scene.later(20);
            failed(Stage::Discover, "F50").proof([given]).alone()
        },
    },
    Scenario {
        name: "F50 DHCP leads a phone where nobody hands out the root chain",
        near: &["F30", "F55", "F11"],
        play: |scene| {
            let given = scene.leases(CLIENT, &[(1, &[LED])]);
            let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
            web.agent = PHONE.into();
            web.get(scene, "/CertProv/CertProvisioningService.svc/GetRootCertChains", &[]);
            let no = web.told(scene, "404 Not Found", &[], "");
            web.leaves(scene);
            scene.later(20);
            failed(Stage::Discover, "F50").proof([given, no]).words(404, None).alone()
        },
    },
    Scenario {
        name: "F01 DHCP tells a phone where to go, and names are missing",
        near: &["F50"],
        play: |scene| {
            scene.leases(CLIENT, &[(1, &[LED])]);
            all(scene, DENIED);
            scene.later(20);
            failed(Stage::Discover, "F01").alone()
        },
    },
    Scenario {
        name: "a phone fetches the root chain at the second try, and signs in",
        near: &["F50"],
        play: |scene| {
            let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
            web.agent = PHONE.into();
            for status in ["503 Service Unavailable", "200 OK"] {
                web.get(scene, "/CertProv/CertProvisioningService.svc/GetRootCertChains", &[]);
                web.told(scene, status, &[], "");
            }
            let mut phone = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            phone.agent = PHONE.into();
            let yes = phone.signs_in(scene, "alice");
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "F52 the user was moved online, and the client is too old for it",
        near: &["F54", "F12", "F29"],
        play: |scene| {
            let (led, mut online) = led_online(scene);
            online.post(scene, &format!("{TICKETS}/Auth"), &[XML], &ticket_request(USER));
            let no = online.told(scene, "403 Forbidden", &[], "");
            online.leaves(scene);
            scene.later(20);
            failed(Stage::Ticket, "F52").proof([led, no]).words(403, None).alone()
        },
    },
    Scenario {
        name: "F52 the user was moved online, and is refused the document there",
        near: &["F54", "F11", "F29", "F13"],
        play: |scene| {
            let (led, mut online) = led_online(scene);
            online.get(scene, USER_DOCUMENT, &[]);
            let no = online.told(scene, "403 Forbidden", &[], "");
            online.leaves(scene);
            scene.later(20);
            failed(Stage::Discover, "F52").proof([led, no]).words(403, None).alone()
        },
    },
    Scenario {
        name: "the user was moved online, and signs in there",
        near: &["F52"],
        play: |scene| {
            let (_, mut online) = led_online(scene);
            online.post(scene, &format!("{TICKETS}/WsFed_bearer"), &[XML], &ticket_request(USER));
            online.issued(scene);
            let online = at(99, 5060);
            let yes = Caller::over_tcp(scene, CLIENT, online, USER).signs_in(scene, "alice");
            signed_in().proof([yes]).alone()
        },
    },
];

/// Autodiscover at the first host leads to the second, and so on. The frame of the last redirect.
fn led(scene: &mut Scene, hosts: &[&str]) -> u64 {
    let path = "/Autodiscover/AutodiscoverService.svc/root";
    let mut last = 0;
    for pair in hosts.windows(2) {
        let mut web = Browser::new(scene, CLIENT, WEB, pair[0]);
        web.get(scene, path, &[]);
        let to = format!("http://{}{path}", pair[1]);
        last = web.told(scene, "200 OK", &[DOCUMENT], &redirect_document("Root", &to));
    }
    last
}

/// Autodiscover tells that the user is homed online; a connection to there.
fn led_online(scene: &mut Scene) -> (u64, Browser) {
    let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
    web.get(scene, USER_DOCUMENT, &["X-MS-WebTicket: opaque=AAEBAAEBAAEB"]);
    let to = "https://webdir.online.lync.com/Autodiscover/AutodiscoverService.svc/root/user";
    let led = web.told(scene, "200 OK", &[DOCUMENT, FE], &redirect_document("User", to));
    (led, Browser::new(scene, CLIENT, at(90, 80), "webdir.online.lync.com"))
}

#[test]
fn names_are_told_in_the_order_in_which_they_were_asked() {
    let mut scene = Scene::default();
    all(&mut scene, DENIED);
    scene.later(20);
    let asked: Vec<_> = LIST.iter().map(|(name, _)| *name).collect();
    assert_eq!(super::tell(&scene.pcap())[0].asked, asked);
    // Nobody signs in who asks for other names.
    let mut other = Scene::default();
    other.ask(CLIENT, "sipserver.contoso.com", 1, DENIED);
    other.ask(CLIENT, "_sipfederationtls._tcp.contoso.com", 33, DENIED);
    other.later(20);
    assert!(super::tell(&other.pcap()).is_empty());
}
