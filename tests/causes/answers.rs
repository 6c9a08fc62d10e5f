//! Answers that are not what was asked for, and names that the server itself gives and nobody knows.

use super::field::tls_up;
use super::scene::{DENIED, Scene, Told, at};
use super::speak::{
    Browser, Caller, DOCUMENT, FRONT_END as FE, PHONE, TICKETS, TLS_DSK, USER, USER_DOCUMENT, XML, ticket_request,
};
use super::token::{base64, ntlm_authenticate, ntlm_challenge, ntlm_negotiate};
use super::{CLIENT, FRONT_END, Must, Scenario, WEB, failed, unexplained, unfinished, unknown};
use handshark::signin::{Outcome, Stage};

const HTML: &str = "Content-Type: text/html; charset=utf-8";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded;charset=UTF-8";

/// A registrar that takes certificates alone sends the client to a name that is not in DNS, in either family.
fn sent_to_nowhere(scene: &mut Scene, and_then: impl Fn(&mut Scene)) -> [u64; 2] {
    let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
    let sent = caller.challenged(scene, &[TLS_DSK]);
    scene.ask(CLIENT, "web.contoso.com", 1, DENIED);
    let no = scene.ask(CLIENT, "web.contoso.com", 28, DENIED);
    and_then(scene);
    scene.wait(2000);
    caller.leaves(scene);
    scene.later(20);
    [sent, no]
}

/// A request for the token service with a password in its form, answered so.
fn token_service(scene: &mut Scene, status: &str, lines: &[&str], body: &str) -> u64 {
    let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
    let form = "grant_type=password&username=alice%40contoso.com&password=secret";
    web.post(scene, "/WebTicket/oauthtoken", &[FORM], form);
    let no = web.told(scene, status, lines, body);
    web.leaves(scene);
    scene.later(20);
    no
}

/// Autodiscover is asked, and this is what comes.
fn discovered(scene: &mut Scene, kind: &str, body: &str) -> u64 {
    let mut web = Browser::new(scene, CLIENT, WEB, "lyncdiscover.contoso.com");
    web.get(scene, "/?sipuri=alice@contoso.com", &[]);
    let no = web.told(scene, "200 OK", &[kind], body);
    web.leaves(scene);
    scene.later(20);
    no
}

/// The document of the user is asked for with a ticket that the service does not take.
fn ticket_not_taken(scene: &mut Scene) -> Vec<Must> {
    let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
    web.get(scene, USER_DOCUMENT, &["X-MS-WebTicket: opaque=AAEBAAEBAAEB"]);
    let issuer = "X-MS-WebTicketURL: https://web.contoso.com/WebTicket/WebTicketService.svc";
    web.told(scene, "401 Unauthorized", &[issuer, FE], "");
    web.leaves(scene);
    scene.later(20);
    unexplained(Stage::Discover).says("does not take the ticket").words(401, None).alone()
}

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "F01 the challenge sends the client to a name that does not exist",
        near: &["F34"],
        play: |scene| {
            let [sent, no] = sent_to_nowhere(scene, |_| {});
            failed(Stage::Ticket, "F01").proof([sent, no]).says("for a ticket to web.contoso.com, which").only().alone()
        },
    },
    Scenario {
        name: "the challenge sends the client to a name that is not in DNS, and the client gets there",
        near: &["F01", "F34"],
        play: |scene| {
            sent_to_nowhere(scene, |scene| tls_up(scene, CLIENT, at(11, 443), "web.contoso.com"));
            unknown().alone()
        },
    },
    Scenario {
        name: "the challenge sends the client to a name that a second resolver knows",
        near: &["F01"],
        play: |scene| {
            let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            caller.challenged(scene, &[TLS_DSK]);
            let second = at(54, 53);
            scene.ask(CLIENT, "web.contoso.com", 1, DENIED);
            scene.ask_at(second, CLIENT, "web.contoso.com", 1, Told::Hosts(&[WEB.ip()]));
            let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
            web.ntlm(scene, "alice");
            web.issued(scene);
            scene.later(20);
            unfinished().alone()
        },
    },
    Scenario {
        name: "F11 the document is of another service",
        near: &["F28", "F54"],
        play: |scene| {
            let no = discovered(scene, "Content-Type: text/xml", "<Autodiscover><Response/></Autodiscover>");
            failed(Stage::Discover, "F11").proof([no]).says("200 with text/xml in place of").alone()
        },
    },
    Scenario {
        name: "the document is in JSON",
        near: &["F11"],
        play: |scene| {
            let body = "{\"_links\":{\"self\":{\"href\":\"/\"},\"user\":{\"href\":\"https://web.contoso.com/u\"}}}";
            discovered(scene, "Content-Type: application/json", body);
            unfinished().alone()
        },
    },
    Scenario {
        name: "the document says little, and is of the right kind",
        near: &["F11"],
        play: |scene| {
            discovered(scene, DOCUMENT, "<AutodiscoverResponse/>");
            unfinished().alone()
        },
    },
    Scenario {
        name: "the ticket service offers no scheme and says what is wrong with the ticket",
        near: &["F15"],
        play: |scene| {
            let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
            web.post(scene, &format!("{TICKETS}/cert"), &[XML], &ticket_request(USER));
            let why = "X-Ms-diagnostics: 28032;source=\"fe01\";reason=\"The web ticket is invalid.\"";
            web.told(scene, "401 Unauthorized", &[why, FE], "");
            web.leaves(scene);
            scene.later(20);
            unexplained(Stage::Ticket).words(401, 28_032).says("invalid\".").alone()
        },
    },
    Scenario {
        name: "a ticket that was taken for none is asked for again",
        near: &["F25", "F13", "F11"],
        play: ticket_not_taken,
    },
    Scenario {
        name: "F50 nobody answers a phone that asks for the root chain",
        near: &["F55"],
        play: |scene| {
            let mut web = Browser::new(scene, CLIENT, WEB, "web.contoso.com");
            web.agent = PHONE.into();
            let asked = web.get(scene, "/CertProv/CertProvisioningService.svc/GetRootCertChains", &[]);
            scene.wait(30_000);
            web.leaves(scene);
            scene.later(20);
            failed(Stage::Discover, "F50").proof([asked]).says("gets no answer").alone()
        },
    },
    Scenario {
        name: "the token service answers with a page for people",
        near: &["F14", "F24", "F28"],
        play: |scene| {
            token_service(scene, "200 OK", &[HTML], "<html><title>Maintenance</title></html>");
            unexplained(Stage::Ticket).says("a page for people (\"Maintenance\")").alone()
        },
    },
    Scenario {
        name: "F54 a gateway forbids the form with the password",
        near: &["F14"],
        play: |scene| {
            let no = token_service(scene, "403 Forbidden", &["Server: nginx", HTML], "<html/>");
            failed(Stage::Ticket, "F54").proof([no]).says("without a word of the service").alone()
        },
    },
    Scenario {
        name: "F14 the proxy takes its password, and the web services refuse theirs",
        near: &["F06"],
        play: |scene| {
            let mut web = through_proxy(scene);
            let account = "Authorization: NTLM ";
            let first = format!("{account}{}", base64(&ntlm_negotiate()));
            ask_through(scene, &mut web, &[FOR_PROXY, &first]);
            let more = format!("WWW-Authenticate: NTLM {}", base64(&ntlm_challenge()));
            web.told(scene, "401 Unauthorized", &[&more, FE], "");
            let last = format!("{account}{}", base64(&ntlm_authenticate("CONTOSO", "alice")));
            ask_through(scene, &mut web, &[FOR_PROXY, &last]);
            let no = web.told(scene, "401 Unauthorized", &["WWW-Authenticate: NTLM", FE], "");
            web.leaves(scene);
            scene.later(20);
            let must = failed(Stage::Ticket, "F14").proof([no]);
            must.says("refuses CONTOSO\\alice with NTLM").words(401, None).only().alone()
        },
    },
];

const FOR_PROXY: &str = "Proxy-Authorization: Basic cHJveHk6c2VjcmV0";

fn ask_through(scene: &mut Scene, web: &mut Browser, lines: &[&str]) {
    web.post(scene, &format!("http://web.contoso.com{TICKETS}"), &[&[XML], lines].concat(), &ticket_request(USER));
}

/// A proxy wants a password and gets it, and then the web services want theirs.
fn through_proxy(scene: &mut Scene) -> Browser {
    let mut web = Browser::new(scene, CLIENT, at(13, 8080), "web.contoso.com");
    ask_through(scene, &mut web, &[]);
    web.told(scene, "407 Proxy Authentication Required", &["Proxy-Authenticate: Basic realm=\"p\""], "");
    ask_through(scene, &mut web, &[FOR_PROXY]);
    web.told(scene, "401 Unauthorized", &["WWW-Authenticate: NTLM", FE, "Via: 1.1 proxy"], "");
    web
}

#[test]
fn a_password_for_the_proxy_is_none_that_the_services_refuse() {
    let mut scene = Scene::default();
    let mut web = through_proxy(&mut scene);
    web.leaves(&mut scene);
    scene.later(20);
    let told = super::tell(&scene.pcap());
    assert_eq!(told.len(), 1);
    assert!(told.iter().all(|s| s.outcome == Outcome::Unfinished && s.verdict.is_none()), "{told:?}");
}
