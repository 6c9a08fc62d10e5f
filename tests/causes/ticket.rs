//! Web tickets and the user's certificate: F14, F15, F22–F30, F51, F54, F55.

use super::scene::{Scene, at};
use super::speak::{
    Browser, Caller, FRONT_END as FE, IPHONE, PROVISION, TICKETS, USER, USER_DOCUMENT, XML, fault, password_request,
    ticket_request,
};
use super::{CLIENT, FRONT_END, Scenario, WEB, failed, signed_in, unexplained, unfinished};
use crate::speak::{DOCUMENT, PHONE, user_document};
use handshark::signin::Stage;

fn services(scene: &mut Scene) -> Browser {
    Browser::new(scene, CLIENT, WEB, "web.contoso.com")
}

/// A JSON web token with these claims.
fn web_token(claims: &str) -> String {
    let part =
        |json: &str| super::token::base64(json.as_bytes()).trim_end_matches('=').replace('+', "-").replace('/', "_");
    format!("{}.{}.c2lnbmF0dXJl", part(r#"{"alg":"RS256","kid":"k1"}"#), part(claims))
}

/// The server's last word; the client leaves.
fn ends(scene: &mut Scene, mut web: Browser, status: &str, lines: &[&str], body: &str) -> u64 {
    let no = web.told(scene, status, lines, body);
    web.leaves(scene);
    scene.later(20);
    no
}

fn said(id: u32, reason: &str) -> String {
    format!("X-Ms-diagnostics: {id};source=\"fe01.contoso.com\";reason=\"{reason}\"")
}

const NTLM: &str = "WWW-Authenticate: NTLM";
const NEGOTIATE: &str = "WWW-Authenticate: Negotiate";
const TICKET: &str = "X-MS-WebTicket: opaque=AAEBAAEBAAEB";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded;charset=UTF-8";
const JSON: &str = "Content-Type: application/json";

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "F14 the web services refuse the password",
        near: &["F15", "F17", "F22", "F23", "F54", "F55", "F35"],
        play: |scene| {
            let mut web = services(scene);
            let proof = web.ntlm(scene, "alice");
            let no = ends(scene, web, "401 Unauthorized", &[NEGOTIATE, NTLM, FE], "");
            failed(Stage::Ticket, "F14").proof([proof, no]).words(401, None).of(USER).alone()
        },
    },
    Scenario {
        name: "the web services refuse the password once",
        near: &["F14", "F22"],
        play: |scene| {
            let mut web = services(scene);
            web.ntlm(scene, "alice");
            web.told(scene, "401 Unauthorized", &[NEGOTIATE, NTLM, FE], "");
            scene.wait(1000);
            web.ntlm_again(scene, "alice");
            web.issued(scene);
            unfinished().alone()
        },
    },
    Scenario {
        name: "F15 only Negotiate is offered, and the client sends nothing",
        near: &["F14", "F34", "F54", "F16"],
        play: |scene| {
            let mut web = services(scene);
            web.asks_ticket(scene, &[]);
            let no = ends(scene, web, "401 Unauthorized", &[NEGOTIATE, FE], "");
            failed(Stage::Ticket, "F15").proof([no]).words(401, None).alone()
        },
    },
    Scenario {
        name: "F15 a credential is asked for and no scheme offered",
        near: &["F14", "F34", "F54", "F16"],
        play: |scene| {
            let mut web = services(scene);
            web.asks_ticket(scene, &[]);
            let no = ends(scene, web, "401 Unauthorized", &[FE], "");
            failed(Stage::Ticket, "F15").proof([no]).words(401, None).alone()
        },
    },
    Scenario {
        name: "no scheme is offered, but it is said where tickets are issued",
        near: &["F15"],
        play: |scene| {
            let mut web = services(scene);
            web.post(scene, PROVISION, &[XML], &ticket_request(USER));
            let issuer = "X-MS-WebTicketURL: https://web.contoso.com/WebTicket/WebTicketService.svc";
            ends(scene, web, "401 Unauthorized", &[FE, issuer], "");
            unfinished().alone()
        },
    },
    Scenario {
        name: "NTLM and Negotiate are offered, and the client sends nothing",
        near: &["F15"],
        play: |scene| {
            let mut web = services(scene);
            web.asks_ticket(scene, &[]);
            web.told(scene, "401 Unauthorized", &[NEGOTIATE, NTLM, FE], "");
            web.leaves(scene);
            scene.later(20);
            unfinished().alone()
        },
    },
    Scenario {
        name: "only NTLM is offered, and the client uses it on another connection",
        near: &["F15"],
        play: |scene| {
            let mut web = services(scene);
            web.asks_ticket(scene, &[]);
            web.told(scene, "401 Unauthorized", &[NTLM, FE], "");
            web.leaves(scene);
            let mut web = services(scene);
            web.ntlm_again(scene, "alice");
            web.issued(scene);
            scene.later(20);
            unfinished().alone()
        },
    },
    Scenario {
        name: "F22 the password is accepted, and the next request is asked again",
        near: &["F14", "F15", "F55"],
        play: |scene| {
            let mut web = services(scene);
            web.ntlm(scene, "alice");
            web.told(scene, "200 OK", &[XML, FE], "<s:Envelope/>");
            web.ntlm(scene, "alice");
            web.told(scene, "200 OK", &[XML, FE], "<s:Envelope/>");
            web.ntlm(scene, "alice");
            let no = ends(scene, web, "401 Unauthorized", &[NEGOTIATE, NTLM, FE], "");
            failed(Stage::Ticket, "F22").proof([no]).words(401, None).alone()
        },
    },
    Scenario {
        name: "NTLM for the ticket, then the ticket for the certificate",
        near: &["F22", "F30", "F14"],
        play: |scene| {
            let mut web = services(scene);
            web.ntlm(scene, "alice");
            web.issued(scene);
            web.publishes(scene);
            web.told(scene, "200 OK", &[XML, FE], "<s:Envelope/>");
            unfinished().alone()
        },
    },
    Scenario {
        name: "F23 name and password in the message are refused",
        near: &["F14", "F24", "F55", "F54"],
        play: |scene| {
            let mut web = services(scene);
            web.post(scene, &format!("{TICKETS}/Auth"), &[XML], &password_request(USER));
            let body = fault(28020, "No valid security token.");
            let no = ends(scene, web, "500 Internal Server Error", &[XML, FE], &body);
            failed(Stage::Ticket, "F23").proof([no]).words(500, 28020).alone()
        },
    },
    Scenario {
        name: "the service says that it wants a token, and gets one",
        near: &["F23", "F55"],
        play: |scene| {
            let mut web = services(scene);
            web.post(scene, &format!("{TICKETS}/Auth"), &[XML], &ticket_request(USER));
            web.told(scene, "500 Internal Server Error", &[XML, FE], &fault(28020, "No valid security token."));
            web.post(scene, &format!("{TICKETS}/Auth"), &[XML], &password_request(USER));
            web.issued(scene);
            unfinished().alone()
        },
    },
    Scenario {
        name: "F24 this way to authenticate is switched off",
        near: &["F14", "F23", "F26"],
        play: |scene| {
            let mut web = services(scene);
            web.asks_ticket(scene, &[]);
            let reason = said(28029, "Authentication type not allowed");
            let no = ends(scene, web, "400 Bad Request", &[&reason, FE], "");
            failed(Stage::Ticket, "F24").proof([no]).words(400, 28029).alone()
        },
    },
    Scenario {
        name: "F24 the token service knows no such grant",
        near: &["F23", "F27"],
        play: |scene| {
            let mut web = services(scene);
            web.agent = IPHONE.into();
            web.post(scene, "/WebTicket/oauthtoken", &[FORM], "grant_type=urn:microsoft.rtc:windows");
            let no = ends(scene, web, "400 Bad Request", &[JSON, FE], "{\"error\":\"unsupported_grant_type\"}");
            failed(Stage::Ticket, "F24").proof([no]).words(400, None).alone()
        },
    },
    Scenario {
        name: "one grant is unknown, the next one is not",
        near: &["F24"],
        play: |scene| {
            let mut web = services(scene);
            web.agent = IPHONE.into();
            web.post(scene, "/WebTicket/oauthtoken", &[FORM], "grant_type=urn:microsoft.rtc:windows");
            web.told(scene, "400 Bad Request", &[JSON, FE], "{\"error\":\"unsupported_grant_type\"}");
            web.post(scene, "/WebTicket/oauthtoken", &[FORM], "grant_type=password&username=alice&password=secret");
            web.told(scene, "200 OK", &[JSON, FE], "{\"access_token\":\"cwt=AAEB\",\"expires_in\":28800}");
            unfinished().alone()
        },
    },
    Scenario {
        name: "F25 the ticket has expired",
        near: &["F26", "F30", "F13"],
        play: |scene| {
            let mut web = services(scene);
            web.get(scene, USER_DOCUMENT, &[TICKET]);
            let no = ends(scene, web, "401 Unauthorized", &[&said(28033, "The web ticket has expired"), FE], "");
            failed(Stage::Discover, "F25").proof([no]).words(401, 28033).alone()
        },
    },
    Scenario {
        name: "the ticket has expired, and a new one is good",
        near: &["F25"],
        play: |scene| {
            let mut web = services(scene);
            web.get(scene, USER_DOCUMENT, &[TICKET]);
            web.told(scene, "401 Unauthorized", &[&said(28033, "The web ticket has expired"), FE], "");
            web.ntlm(scene, "alice");
            web.issued(scene);
            web.get(scene, USER_DOCUMENT, &[TICKET]);
            web.told(scene, "200 OK", &[DOCUMENT, FE], &user_document());
            unfinished().alone()
        },
    },
    Scenario {
        name: "F26 the token is for another audience",
        near: &["F25", "F24"],
        play: |scene| {
            let mut web = services(scene);
            web.get(scene, USER_DOCUMENT, &["Authorization: Bearer eyJhbGciOiJub25lIn0.eyJhdWQiOiJ4In0."]);
            let no =
                ends(scene, web, "401 Unauthorized", &[&said(28077, "Invalid audience in the web ticket"), FE], "");
            failed(Stage::Discover, "F26").proof([no]).words(401, 28077).alone()
        },
    },
    Scenario {
        name: "F26 the token is over, and the server does not say why",
        near: &["F14", "F13"],
        play: |scene| {
            let mut web = services(scene);
            let token = web_token(r#"{"aud":"https://web.contoso.com/","upn":"alice@contoso.com","exp":1789999000}"#);
            web.get(scene, USER_DOCUMENT, &[&format!("Authorization: Bearer {token}")]);
            let no = ends(scene, web, "401 Unauthorized", &[FE], "");
            failed(Stage::Discover, "F26").proof([no]).words(401, None).of(USER).alone()
        },
    },
    Scenario {
        name: "F26 the token is for another service, and the server does not say why",
        near: &["F14", "F25"],
        play: |scene| {
            let mut web = services(scene);
            let token = web_token(r#"{"aud":"https://other.contoso.com/","upn":"alice@contoso.com","exp":1990000000}"#);
            web.get(scene, USER_DOCUMENT, &[&format!("Authorization: Bearer {token}")]);
            let no = ends(scene, web, "401 Unauthorized", &[FE], "");
            failed(Stage::Discover, "F26").proof([no]).of(USER).alone()
        },
    },
    Scenario {
        name: "F27 the federation service shows an error",
        near: &["F28", "F11", "F24"],
        play: |scene| {
            let mut web = services(scene);
            web.agent = IPHONE.into();
            web.post(scene, "/WebTicket/oauthtoken", &[FORM], "grant_type=urn:microsoft.rtc:passive");
            let body = "{\"error\":\"invalid_grant\",\"ms_rtc_passiveauthuri\":\
                        \"https://web.contoso.com/PassiveAuth/PassiveAuth.aspx\"}";
            web.told(scene, "400 Bad Request", &[JSON, FE], body);
            web.get(scene, "/PassiveAuth/PassiveAuth.aspx", &[]);
            web.told(scene, "302 Found", &["Location: https://adfs.contoso.com/adfs/ls/?wa=wsignin1.0"], "");
            let mut adfs = Browser::new(scene, CLIENT, at(12, 80), "adfs.contoso.com");
            adfs.get(scene, "/adfs/ls/?wa=wsignin1.0", &[]);
            let page = "<html><head><title>Error</title></head><body>MSIS7065: no registered handlers</body></html>";
            let no = ends(scene, adfs, "200 OK", &["Content-Type: text/html"], page);
            failed(Stage::Ticket, "F27").proof([no]).alone()
        },
    },
    Scenario {
        name: "an invalid ticket, in the server's own words",
        near: &["F25", "F26"],
        play: |scene| {
            let mut web = services(scene);
            web.get(scene, USER_DOCUMENT, &["X-MS-WebTicket: opaque=AAEBAAEBAAEB"]);
            ends(scene, web, "401 Unauthorized", &[&said(28032, "The web ticket is invalid"), FE], "");
            unexplained(Stage::Discover).words(401, 28032).alone()
        },
    },
    Scenario {
        name: "the token is good, and refused",
        near: &["F26"],
        play: |scene| {
            let mut web = services(scene);
            let token = web_token(r#"{"aud":"https://web.contoso.com/","upn":"alice@contoso.com","exp":1990000000}"#);
            web.get(scene, USER_DOCUMENT, &[&format!("Authorization: Bearer {token}")]);
            ends(scene, web, "401 Unauthorized", &[FE], "");
            unexplained(Stage::Discover).alone()
        },
    },
    Scenario {
        name: "the token is for another audience, the next one is not",
        near: &["F26"],
        play: |scene| {
            let mut web = services(scene);
            for (status, line) in [("401 Unauthorized", &*said(28077, "Invalid audience")), ("200 OK", DOCUMENT)] {
                web.get(scene, USER_DOCUMENT, &["Authorization: Bearer eyJhbGciOiJub25lIn0.eyJhdWQiOiJ4In0."]);
                web.told(scene, status, &[line, FE], if status == "200 OK" { FOUND } else { "" });
            }
            unfinished().alone()
        },
    },
    Scenario {
        name: "F27 the client is sent to the federation service, and nothing comes of it",
        near: &["F24", "F28", "F23"],
        play: |scene| {
            let mut web = services(scene);
            web.agent = IPHONE.into();
            web.post(scene, "/WebTicket/oauthtoken", &[FORM], "grant_type=urn:microsoft.rtc:passive");
            let body = "{\"error\":\"invalid_grant\",\"ms_rtc_passiveauthuri\":\
                        \"https://web.contoso.com/PassiveAuth/PassiveAuth.aspx\"}";
            let no = ends(scene, web, "400 Bad Request", &[JSON, FE], body);
            failed(Stage::Ticket, "F27").proof([no]).words(400, None).alone()
        },
    },
    Scenario {
        name: "the client is sent to the federation service, and comes back with a ticket",
        near: &["F27"],
        play: |scene| {
            let mut web = services(scene);
            web.agent = IPHONE.into();
            web.post(scene, "/WebTicket/oauthtoken", &[FORM], "grant_type=urn:microsoft.rtc:passive");
            let body = "{\"error\":\"invalid_grant\",\"ms_rtc_passiveauthuri\":\
                        \"https://web.contoso.com/PassiveAuth/PassiveAuth.aspx\"}";
            web.told(scene, "400 Bad Request", &[JSON, FE], body);
            web.get(scene, "/PassiveAuth/PassiveAuth.aspx", &[]);
            web.told(scene, "302 Found", &["Location: https://adfs.contoso.com/adfs/ls/?wa=wsignin1.0"], "");
            web.post(scene, "/WebTicket/oauthtoken", &[FORM], "grant_type=urn:microsoft.rtc:passive&wresult=x");
            web.told(scene, "200 OK", &[JSON, FE], "{\"access_token\":\"cwt=AAEB\",\"expires_in\":28800}");
            unfinished().alone()
        },
    },
    Scenario {
        name: "F28 a gateway forbids what never reaches the front end",
        near: &["F14", "F11", "F55"],
        play: |scene| {
            let mut web = services(scene);
            web.get(scene, USER_DOCUMENT, &[]);
            web.told(scene, "302 Found", &["Location: https://gateway.contoso.com/CookieAuth.dll?GetLogon", HTML], "");
            web.get(scene, "/CookieAuth.dll?GetLogon", &[]);
            let page = "<html><head><title>Gateway</title></head><body><form method=post action=/logon>\
                        <input name=username><input type=password name=password></form></body></html>";
            let no = web.told(scene, "200 OK", &[HTML], page);
            web.leaves(scene);
            scene.later(20);
            let _ = no;
            failed(Stage::Discover, "F28").alone()
        },
    },
    Scenario {
        name: "the front end itself redirects",
        near: &["F28"],
        play: |scene| {
            let mut web = services(scene);
            web.get(scene, USER_DOCUMENT, &[TICKET]);
            web.told(scene, "302 Found", &["Location: https://web2.contoso.com/", FE], "");
            web.get(scene, USER_DOCUMENT, &[TICKET]);
            web.told(scene, "200 OK", &[DOCUMENT, FE], &user_document());
            scene.later(20);
            unfinished().alone()
        },
    },
    Scenario {
        name: "F29 mobile clients are refused",
        near: &["F54", "F48", "F13"],
        play: |scene| {
            let mut web = services(scene);
            web.agent = IPHONE.into();
            web.asks_ticket(scene, &[]);
            let no = ends(scene, web, "403 Forbidden", &[], "");
            failed(Stage::Ticket, "F29").proof([no]).words(403, None).alone()
        },
    },
    Scenario {
        name: "F30 no certificate is issued",
        near: &["F14", "F55", "F54", "F25"],
        play: |scene| {
            let mut web = services(scene);
            web.ntlm(scene, "alice");
            web.issued(scene);
            web.publishes(scene);
            let body = fault(28002, "The data store is unavailable.");
            let no = ends(scene, web, "500 Internal Server Error", &[XML, FE], &body);
            failed(Stage::Certificate, "F30").proof([no]).words(500, 28002).alone()
        },
    },
    Scenario {
        name: "no certificate is issued, and the client signs in with NTLM",
        near: &["F30"],
        play: |scene| {
            let mut web = services(scene);
            web.ntlm(scene, "alice");
            web.issued(scene);
            web.publishes(scene);
            web.told(scene, "500 Internal Server Error", &[XML, FE], &fault(28002, "The data store is unavailable."));
            web.leaves(scene);
            let yes = Caller::over_tcp(scene, CLIENT, FRONT_END, USER).signs_in(scene, "alice");
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "F51 the PIN is refused",
        near: &["F14", "F23", "F55"],
        play: |scene| {
            let mut web = services(scene);
            web.agent = PHONE.into();
            web.post(scene, &format!("{TICKETS}/pin"), &[XML], &password_request(USER));
            let body = fault(28020, "No valid security token.");
            let no = ends(scene, web, "500 Internal Server Error", &[XML, FE], &body);
            failed(Stage::Ticket, "F51").proof([no]).words(500, 28020).alone()
        },
    },
    Scenario {
        name: "a phone signs in with its PIN",
        near: &["F51", "F50"],
        play: |scene| {
            let mut web = services(scene);
            web.agent = PHONE.into();
            web.get(scene, "/CertProv/CertProvisioningService.svc/GetRootCertChains", &[]);
            web.told(scene, "200 OK", &[XML], "<s:Envelope/>");
            web.post(scene, &format!("{TICKETS}/pin"), &[XML], &password_request(USER));
            web.issued(scene);
            web.publishes(scene);
            web.told(scene, "200 OK", &[XML, FE], "<s:Envelope/>");
            let mut phone = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
            phone.agent = PHONE.into();
            let yes = phone.signs_in(scene, "alice");
            signed_in().proof([yes]).of(USER).alone()
        },
    },
    Scenario {
        name: "F54 forbidden before anybody was asked",
        near: &["F14", "F29", "F55", "F28"],
        play: |scene| {
            let mut web = services(scene);
            web.asks_ticket(scene, &[]);
            let no = ends(scene, web, "403 Forbidden", &[FE], "");
            failed(Stage::Ticket, "F54").proof([no]).words(403, None).alone()
        },
    },
    Scenario {
        name: "forbidden after the password was taken",
        near: &["F54", "F14"],
        play: |scene| {
            let mut web = services(scene);
            web.ntlm(scene, "alice");
            ends(scene, web, "403 Forbidden", &[FE], "");
            unexplained(Stage::Ticket).words(403, None).alone()
        },
    },
    Scenario {
        name: "F13 the password is good, and the user is not enabled",
        near: &["F54", "F14"],
        play: |scene| {
            let mut web = services(scene);
            web.ntlm(scene, "alice");
            let no = ends(scene, web, "403 Forbidden", &[&said(28000, "User is not SIP enabled."), FE], "");
            failed(Stage::Ticket, "F13").proof([no]).words(403, 28000).alone()
        },
    },
    Scenario {
        name: "F55 the service's description is not there",
        near: &["F14", "F54", "F11"],
        play: |scene| {
            let mut web = services(scene);
            web.get(scene, &format!("{TICKETS}/mex"), &[]);
            let no = ends(scene, web, "404 Not Found", &[], "");
            failed(Stage::Ticket, "F55").proof([no]).words(404, None).alone()
        },
    },
    Scenario {
        name: "F55 the pool behind the proxy is down",
        near: &["F54", "F30"],
        play: |scene| {
            let mut web = services(scene);
            web.get(scene, &PROVISION.replace("WebTicket_Proof_SHA1", "mex"), &[]);
            let no = ends(scene, web, "503 Service Unavailable", &[], "");
            failed(Stage::Certificate, "F55").proof([no]).words(503, None).alone()
        },
    },
    Scenario {
        name: "the first web server is broken, the second one is not",
        near: &["F55"],
        play: |scene| {
            let mut web = services(scene);
            web.get(scene, &format!("{TICKETS}/mex"), &[]);
            web.told(scene, "503 Service Unavailable", &[], "");
            web.leaves(scene);
            let mut web = Browser::new(scene, CLIENT, at(12, 80), "web.contoso.com");
            web.ntlm(scene, "alice");
            web.issued(scene);
            scene.later(20);
            unfinished().alone()
        },
    },
];

const HTML: &str = "Content-Type: text/html";
const FOUND: &str = "<AutodiscoverResponse AccessLocation=\"Internal\"><User><Link token=\"Ucwa\" href=\"https://w/u\"/>\
                     </User></AutodiscoverResponse>";
