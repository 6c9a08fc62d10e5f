//! What is understood of web services: one exchange after the other, from captures and from made-up conversations.

#[path = "support/look.rs"]
mod look;
#[path = "support/make.rs"]
mod make;

use handshark::analysis::{Analysis, Operation, Outcome, WebExchange};
use handshark::fact::{Fact, Proof, Scheme, Web};
use handshark::knowledge::service::{Door, Resource, Service};
use make::{Side, Talk};

fn exchanges(bytes: &[u8]) -> Vec<WebExchange> {
    let mut analysis = Analysis::default();
    for row in look::facts(bytes).unwrap() {
        analysis.observe(row);
    }
    analysis.finish().web
}

fn capture(name: &str) -> Vec<u8> {
    std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("captures").join(name)).unwrap()
}

fn of_capture(name: &str) -> Vec<WebExchange> {
    exchanges(&capture(name))
}

/// The endpoint of a UCWA application.
fn endpoint(exchange: &WebExchange) -> Option<&str> {
    exchange.said().application.as_ref()?.endpoint.as_deref()
}

/// The documents of a capture, in order.
fn documents(bytes: &[u8]) -> Vec<Web> {
    let rows = look::facts(bytes).unwrap().into_iter();
    rows.filter_map(|row| if let Fact::Web(web) = row.fact { Some(*web) } else { None }).collect()
}

/// A request with these lines behind the first.
fn request(first: &str, lines: &[&str], body: &str) -> (Side, String) {
    (Side::Client, message(&format!("{first} HTTP/1.1"), lines, body))
}

fn answer(status: &str, lines: &[&str], body: &str) -> (Side, String) {
    (Side::Server, message(&format!("HTTP/1.1 {status}"), lines, body))
}

fn message(first: &str, lines: &[&str], body: &str) -> String {
    let lines = lines.join("\r\n");
    let end = if lines.is_empty() { "" } else { "\r\n" };
    format!("{first}\r\nHost: web.contoso.com\r\n{lines}{end}Content-Length: {}\r\n\r\n{body}", body.len())
}

/// What such a conversation is understood as.
fn talk(messages: &[(Side, String)]) -> Vec<WebExchange> {
    exchanges(&conversation(messages).pcap())
}

fn conversation(messages: &[(Side, String)]) -> Talk {
    let mut talk = Talk::tcp(80);
    for (side, text) in messages {
        talk.say(*side, text.as_bytes(), 700);
    }
    talk
}

const XML: &str = "Content-Type: text/xml; charset=utf-8";
const DISCOVERED: &str = "Content-Type: application/vnd.microsoft.rtc.autodiscover+xml; v=1";

#[test]
fn a_ticket_and_a_certificate() {
    let all = of_capture("ntlm/dsk-http-clear.pcap");
    let shape: Vec<_> = all
        .iter()
        .map(|e| (e.service.to_string(), e.operation, e.status.unwrap(), e.credential.clone(), e.complete))
        .collect();
    let ticket = || "web ticket (windows)".to_owned();
    let prov = || "certificate provisioning".to_owned();
    assert_eq!(
        shape,
        [
            (prov(), Operation::Metadata, 200, None, false),
            (ticket(), Operation::Metadata, 200, None, false),
            (ticket(), Operation::IssueTicket, 401, None, false),
            (ticket(), Operation::IssueTicket, 401, Some(Scheme::Ntlm), false),
            (ticket(), Operation::IssueTicket, 200, Some(Scheme::Ntlm), true),
            (prov(), Operation::PublishCertificate, 200, Some(Scheme::WebTicket), true),
        ]
    );
    let [_, _, bare, step, issued, published] = &all[..] else { panic!("{}", all.len()) };
    assert_eq!((&*bare.offered, bare.continues), (&[Scheme::Ntlm][..], false));
    assert!(step.continues && !step.succeeded());
    assert_eq!(issued.user.as_deref(), Some("mona.reyes@corvid.example"));
    let ticket = issued.ticket.as_ref().unwrap();
    assert_eq!(ticket.expires.unwrap().since(ticket.created.unwrap()) / 60_000_000_000, 480);
    assert_eq!(ticket.proof, Proof::Computed);
    let certificate = published.certificate.as_ref().unwrap();
    assert_eq!((certificate.subject.as_str(), certificate.days()), ("CN=mona.reyes@corvid.example", 181));
    assert!(published.succeeded() && issued.succeeded());
    assert_eq!(published.server_fqdn.as_deref(), Some("pool01.corvid.example"));
    assert!(published.user_agent.contains("Sipe"));
}

#[test]
fn what_the_documents_of_a_ticket_and_a_certificate_say() {
    let all = documents(&capture("ntlm/dsk-http-clear.pcap"));
    let described: Vec<_> =
        all.iter().filter_map(|web| if let Web::Metadata(said) = web { Some(said) } else { None }).collect();
    let [prov, tickets] = described[..] else { panic!("{described:?}") };
    assert_eq!((prov.service.as_str(), prov.proof), ("CertProvisioningService", Some(true)));
    assert_eq!(prov.issuer.as_deref(), Some("http://pool01-web.corvid.example/WebTicket/WebTicketService.svc"));
    assert_eq!(tickets.service, "WebTicketService");
    let asked = all.iter().filter_map(|web| if let Web::TicketRequest(said) = web { Some(said) } else { None });
    assert_eq!(asked.map(|said| said.key_type.as_str()).collect::<Vec<_>>(), ["SymmetricKey"; 3]);
    let asked = all.iter().filter_map(|web| if let Web::CertificateRequest(said) = web { Some(said) } else { None });
    let asked: Vec<_> = asked.map(|said| (said.key_bits, said.device.as_deref())).collect();
    assert_eq!(asked, [(Some(2048), Some("f720091a-3e74-5326-afc6-7b7a19defafe"))]);
}

#[test]
fn a_password_in_the_message() {
    let all = of_capture("http/soap-clear-creds-http.pcap");
    let [one] = &all[..] else { panic!("{}", all.len()) };
    assert_eq!((&one.credential, one.complete), (&Some(Scheme::UsernameToken), true));
    assert_eq!(one.user.as_deref(), Some("tariq.bell@corvid.example"), "the address claimed, not the account");
    assert_eq!(one.said().passphrase.as_ref().unwrap().user, "CORVID\\tariq");
}

#[test]
fn autodiscover_from_root_to_user() {
    let root = "<AutodiscoverResponse AccessLocation=\"External\"><Root>\
                <Link token=\"Domain\" href=\"https://web/Autodiscover/AutodiscoverService.svc/root/domain\"/>\
                <Link token=\"User\" href=\"https://web/Autodiscover/AutodiscoverService.svc/root/user\"/></Root>";
    let user = "<AutodiscoverResponse AccessLocation=\"Internal\"><User>\
                <SipClientInternalAccess fqdn=\"pool01.contoso.com\" port=\"5061\"/>\
                <SipClientExternalAccess fqdn=\"sip.contoso.com\" port=\"443\"/>\
                <Link token=\"Ucwa\" href=\"https://web/ucwa/v1/applications\"/></User></AutodiscoverResponse>";
    let redirect = "<AutodiscoverResponse><Root><Link token=\"Redirect\" href=\"http://evil.example/?a&amp;b\"/>\
                    </Root></AutodiscoverResponse>";
    let talked = conversation(&[
        request("GET http://LyncDiscover.contoso.com:80/?sipuri=sip:mona%40contoso.com", &[], ""),
        answer("200 OK", &[DISCOVERED], &format!("{root}</AutodiscoverResponse>")),
        request("GET /Autodiscover/AutodiscoverService.svc/root/user", &[], ""),
        answer(
            "401 Unauthorized",
            &["X-MS-WebTicketURL: https://web/WebTicket/WebTicketService.svc", "X-MS-WebTicketSupported: cwt,saml"],
            "",
        ),
        request("GET /Autodiscover/AutodiscoverService.svc/root/user", &["X-MS-WebTicket: opaque=AAEB"], ""),
        answer("200 OK", &[DISCOVERED], user),
        request("GET /autodiscover/autodiscoverservice.svc/root", &[], ""),
        answer("200 OK", &[DISCOVERED], redirect),
        request("GET /autodiscover/autodiscoverservice.svc/root", &[], ""),
        answer("302 Found", &["Location: https://portal/login?cwt=AAEB", "Content-Type: text/html"], "<html></html>"),
        request("GET /autodiscover/autodiscoverservice.svc/root", &[], ""),
        answer("200 OK", &[DISCOVERED], &root[..60]),
    ])
    .pcap();
    let all = exchanges(&talked);
    assert_eq!(all.len(), 6);
    assert_eq!((&*all[0].host, &*all[0].path), ("lyncdiscover.contoso.com", "/"));
    assert_eq!(all[0].service, Service::Autodiscover(Resource::Root));
    assert_eq!(all[0].user.as_deref(), Some("mona@contoso.com"));
    assert_eq!(all[0].said().autodiscover.as_deref(), Some("External"));
    assert_eq!((all[1].status, all[1].credential.as_ref()), (Some(401), None));
    assert_eq!(all[1].issuer.as_deref(), Some("https://web/WebTicket/WebTicketService.svc"));
    assert_eq!((all[2].credential.as_ref(), all[2].complete), (Some(&Scheme::WebTicket), true));
    let said = documents(&talked).into_iter().filter_map(|web| match web {
        Web::Autodiscover(said) => Some(said),
        _ => None,
    });
    let [root, user, ..] = &said.collect::<Vec<_>>()[..] else { panic!() };
    // Links are for the eye.
    assert_eq!((root.resource.as_str(), root.links.len()), ("Root", 0));
    assert_eq!(user.sip_internal, Some(("pool01.contoso.com".into(), 5061)));
    assert_eq!(user.sip_external, Some(("sip.contoso.com".into(), 443)));
    assert_eq!(all[3].redirect.as_deref(), Some("http://evil.example/?a&b"));
    let location = all[4].redirect.as_deref().unwrap();
    assert!(location.starts_with("https://portal/login?cwt=(hidden") && !location.contains("AAEB"), "{location}");
    assert!(all[4].is_page_for_document() && !all[3].is_page_for_document());
    assert_eq!(all[5].said().autodiscover.as_deref(), Some("External"), "as far as it came");
}

#[test]
fn faults_say_what_went_wrong() {
    let soap11 = "<s:Envelope><s:Body><s:Fault><faultcode>a:FailedAuthentication</faultcode><faultstring>outer\
                  </faultstring><detail><OCSDiagnosticsFault><Ms-Diagnostics-Fault><ErrorId>28020</ErrorId>\
                  <Reason>No valid security token.</Reason></Ms-Diagnostics-Fault></OCSDiagnosticsFault></detail>\
                  </s:Fault></s:Body></s:Envelope>";
    let soap12 = "<S:Envelope><S:Body><S:Fault><S:Code><S:Value>S:Sender</S:Value><S:Subcode><S:Value>\
                  wst:FailedAuthentication</S:Value></S:Subcode></S:Code><S:Reason><S:Text>Authentication Failure\
                  </S:Text></S:Reason><S:Detail><psf:error><psf:internalerror><psf:code>0x80041012</psf:code>\
                  <psf:text>The entered and stored passwords do not match.</psf:text></psf:internalerror></psf:error>\
                  </S:Detail></S:Fault></S:Body></S:Envelope>";
    let all = talk(&[
        request("POST /WebTicket/WebTicketService.svc/Auth", &[XML], "<s:Envelope/>"),
        answer("500 Internal Server Error", &[XML, "X-Ms-diagnostics: 28020;source=\"fe\";reason=\"x\""], soap11),
        request("POST /RST2.srf", &[XML], "<s:Envelope/>"),
        answer("200 OK", &["Content-Type: application/soap+xml"], soap12),
    ]);
    assert_eq!(all[0].service, Service::WebTicket(Door::Password));
    let fault = all[0].fault.as_ref().unwrap();
    assert_eq!(
        (fault.code.as_str(), fault.id, fault.reason.as_str()),
        ("FailedAuthentication", Some(28020), "No valid security token.")
    );
    assert_eq!(all[0].diagnostics[0].id, 28020);
    let fault = all[1].fault.as_ref().unwrap();
    assert_eq!((fault.code.as_str(), fault.subcode.as_str()), ("Sender", "FailedAuthentication"));
    assert_eq!(fault.reason, "The entered and stored passwords do not match.");
    assert!(!all[1].succeeded(), "200 and a fault");
}

#[test]
fn answers_find_their_requests() {
    // Pipelined; the third is never answered.
    let get = |path: &str| request(&format!("GET {path}"), &[], "");
    let all = talk(&[
        get("/mcx/a"),
        get("/abs/b"),
        get("/meet/c"),
        answer("404 Not Found", &[], ""),
        answer("403 No", &[], ""),
    ]);
    let status: Vec<_> = all.iter().map(|e| (&*e.path, e.status, e.response.is_some())).collect();
    assert_eq!(status, [("/mcx/a", Some(404), true), ("/abs/b", Some(403), true), ("/meet/c", None, false)]);
    assert!(talk(&[answer("404 Not Found", &[], "")]).is_empty(), "an answer alone says nothing");
    let alone = talk(&[answer("200 OK", &[DISCOVERED], "<AutodiscoverResponse AccessLocation=\"Internal\"/>")]);
    assert_eq!(alone[0].service, Service::Autodiscover(Resource::Root), "unless it says so itself");
    assert_eq!((alone[0].request, alone[0].status), (None, Some(200)));
}

#[test]
fn a_token_of_the_token_service_and_its_refusal() {
    let json = "Content-Type: application/json";
    let all = talk(&[
        request("GET /ucwa/oauth/v1/applications", &[], ""),
        answer(
            "401 Unauthorized",
            &["WWW-Authenticate: MsRtcOAuth href=https://web/WebTicket/oauthtoken,grant_type=\"password\""],
            "",
        ),
        request("POST /WebTicket/oauthtoken", &["Content-Type: application/x-www-form-urlencoded"], "grant_type=x"),
        answer("400 Bad Request", &[json], "{\"error\":\"unsupported_grant_type\"}"),
        request("POST /WebTicket/oauthtoken", &["Content-Type: application/x-www-form-urlencoded"], "grant_type=x"),
        answer("200 OK", &[json], "{\"access_token\":\"cwt=AAEB\",\"expires_in\":28800}"),
        request(
            "POST /ucwa/oauth/v1/applications",
            &[json, "Authorization: Bearer cwt=AAEB"],
            "{\"EndpointId\":\"e\",\"Culture\":\"de-XX\"}",
        ),
        answer(
            "201 Created",
            &[json],
            "{\"_links\":{},\"_embedded\":{\"me\":{\"uri\":\"sip:mona@a\"}},\"rel\":\"application\"}",
        ),
        request("GET /ucwa/oauth/v1/applications/1/events?ack=1", &["Authorization: Bearer cwt=AAEB"], ""),
    ]);
    let operations: Vec<_> = all.iter().map(|e| (e.operation, e.status)).collect();
    assert_eq!(
        operations,
        [
            (Operation::Fetch, Some(401)),
            (Operation::Grant, Some(400)),
            (Operation::Grant, Some(200)),
            (Operation::Apply, Some(201)),
            (Operation::Events, None),
        ]
    );
    assert_eq!(all[0].issuer.as_deref(), Some("https://web/WebTicket/oauthtoken"));
    assert_eq!(all[1].fault.as_ref().unwrap().code, "unsupported_grant_type");
    assert_eq!(all[2].ticket.as_ref().unwrap().life, Some(28_800));
    assert_eq!((endpoint(&all[3]), all[3].user.as_deref()), (Some("e"), Some("mona@a")));
    assert_eq!(all[3].said().application.as_ref().unwrap().culture.as_deref(), Some("de-XX"), "the request's");
    assert_eq!((&all[3].credential, all[3].complete), (&Some(Scheme::Bearer), true));
    let report = look::report(
        &conversation(&[answer("200 OK", &[json], "{\"access_token\":\"cwt=AAEB\",\"expires_in\":28800}")]).pcap(),
    );
    assert!(report.unwrap().1.contains("\"lifetime_min\":480"), "from the moment of the answer on");
}

#[test]
fn forms_and_pages_of_passive_sign_in() {
    let form = "Content-Type: application/x-www-form-urlencoded";
    let html = "Content-Type: text/html; charset=utf-8";
    let all = talk(&[
        request("POST /WebTicket/oauthtoken", &[form], "grant_type=password&username=mona%40contoso.com&password=p%21"),
        answer(
            "400 Bad Request",
            &["Content-Type: application/json"],
            "{\"error\":\"invalid_grant\",\"ms_rtc_passiveauthuri\":\"https://web/PassiveAuth\"}",
        ),
        request(
            "POST /WebTicket/oauthtoken",
            &[form],
            "grant_type=urn:microsoft.rtc:anonmeeting&password=k&ms_rtc_conferenceuri=sip:c",
        ),
        request(
            "POST /adfs/ls/?wa=wsignin1.0",
            &[form],
            "UserName=mona%40contoso.com&Password=secret&AuthMethod=FormsAuthentication",
        ),
        request(
            "POST /PassiveAuth/PassiveAuth.aspx",
            &[form],
            "wa=wsignin1.0&wresult=%3Ct%3ERequestSecurityTokenResponse",
        ),
        request("POST /search", &[form], "q=password"),
    ]);
    let grants: Vec<_> = all.iter().filter_map(|e| e.said().grant.as_deref()).collect();
    assert_eq!(grants.len(), 4, "a search is no form of a sign-in");
    assert_eq!((grants[0].kind.as_str(), grants[0].password), ("password", true));
    assert_eq!((&all[0].credential, all[0].user.as_deref()), (&Some(Scheme::Form), Some("mona@contoso.com")));
    assert_eq!(all[0].issuer.as_deref(), Some("https://web/PassiveAuth"));
    assert_eq!(grants[1].conference.as_deref(), Some("sip:c"));
    assert!(all[1].said().passphrase.is_none(), "a meeting's key is no user's password");
    assert_eq!((all[2].service, grants[2].password), (Service::Sts, true));
    assert_eq!((all[3].service, grants[3].passive_result), (Service::Passive, true));
    let all = talk(&[
        request("GET /adfs/ls/?wa=wsignin1.0", &[], ""),
        answer("200 OK", &[html], "<html><head><title>Sign In</title></head><input type=\"password\"/></html>"),
        request("GET /adfs/ls/?wa=wsignin1.0", &[], ""),
        answer("500 Error", &[html], "<html><title>Error</title>MSIS7065: no handlers</html>"),
        request("GET /autodiscover/autodiscoverservice.svc/root", &[], ""),
        answer("200 OK", &[html], "<html><title>Hotel Wi-Fi</title></html>"),
    ]);
    let pages: Vec<_> = all.iter().map(|e| e.said().page.as_deref().unwrap()).collect();
    assert_eq!((pages[0].title.as_str(), pages[0].asks_password), ("Sign In", true));
    assert_eq!(pages[1].adfs_error.as_deref(), Some("MSIS7065"));
    assert!(all[2].is_page_for_document() && pages[2].title == "Hotel Wi-Fi");
}

#[test]
fn fields_of_our_own_can_be_asked_for() {
    let fault = "<s:Fault><faultcode>s:Client</faultcode><detail><Ms-Diagnostics-Fault><ErrorId>28020</ErrorId>\
                 <Reason>No valid security token.</Reason></Ms-Diagnostics-Fault></detail></s:Fault>";
    let talk = conversation(&[
        request("POST /WebTicket/WebTicketService.svc/Auth", &[XML], "<s:Envelope/>"),
        answer("500 Internal Server Error", &[XML, "X-MS-Server-Fqdn: fe01.contoso.com"], fault),
        request("GET /Autodiscover/AutodiscoverService.svc/root", &[], ""),
        answer("200 OK", &["Content-Type: application/json"], "{\"_links\":{\"user\":{\"href\":\"https://web/u\"}}}"),
        request("GET /index.html", &[], ""),
    ]);
    let matching = |filter: &str| look::filtered(&talk.pcap(), filter).unwrap();
    for (filter, count) in [
        ("lync.service == \"web ticket (password)\"", 1),
        ("lync.service", 2),
        ("lync.fault.id == 28020 && xml", 1),
        ("lync.fault.reason contains \"security\"", 1),
        ("lync.server_fqdn == \"fe01.contoso.com\"", 1),
        ("json && lync.link.token == \"user\" && json.path == \"/_links/user/href\"", 1),
        ("lync.resource == \"Root\"", 1),
    ] {
        assert_eq!(matching(filter), count, "{filter}");
    }
}

#[test]
fn proxies_are_asked_for_tunnels() {
    let all = of_capture("http/proxy-connect-407-200.pcap");
    assert_eq!((all[0].service, all[0].operation, all[0].status), (Service::Proxy, Operation::Connect, Some(407)));
    assert_eq!(*all[0].offered, [Scheme::Basic]);
    assert_eq!((all[1].status, all[1].complete), (Some(200), true));
    assert_eq!(all[2].service, Service::Other);
}

#[test]
fn every_beginning_of_a_conversation_is_understood_as_far_as_it_goes() {
    let body = "<s:Envelope><s:Header><Security><BinarySecurityToken>MIIB</BinarySecurityToken></Security></s:Header>\
                <s:Body><RequestSecurityToken><AppliesTo><Address>https://web/</Address></AppliesTo>\
                <Claims><ClaimType><Value>sip:mona@contoso.com</Value></ClaimType></Claims>\
                </RequestSecurityToken></s:Body></s:Envelope>";
    let (_, whole) = request("POST /WebTicket/WebTicketService.svc/cert", &[XML], body);
    let mut users = 0;
    for end in 0..whole.len() {
        let mut talk = Talk::tcp(80);
        talk.say(Side::Client, &whole.as_bytes()[..end], 2000);
        talk.close();
        let all = exchanges(&talk.pcap());
        assert!(all.len() <= 1);
        users += all.iter().filter(|e| e.user.as_deref() == Some("mona@contoso.com")).count();
    }
    assert!(users > 20, "{users} of the cuts stand behind the name");
    let all = talk(&[(Side::Client, whole)]);
    assert_eq!((&all[0].credential, all[0].operation), (&Some(Scheme::Certificate), Operation::IssueTicket));
}

/// Outcome of the credential in such a request, answered so.
fn judged(credential: &str, status: &str, lines: &[&str], body: &str) -> Outcome {
    let talk = conversation(&[
        request("POST /CertProv/CertProvisioningService.svc", &[credential, XML], "<s:Envelope/>"),
        answer(status, lines, body),
    ]);
    let mut analysis = Analysis::default();
    for row in look::facts(&talk.pcap()).unwrap() {
        analysis.observe(row);
    }
    let all = analysis.finish().negotiations;
    assert_eq!(all.len(), 1, "{credential} {status}");
    all[0].outcome
}

#[test]
fn a_ticket_that_a_fault_refuses_is_refused_and_one_that_it_does_not_speak_of_is_not() {
    let (ticket, bearer) =
        ("X-MS-WebTicket: opaque=AAEB", "Authorization: Bearer eyJhbGciOiJub25lIn0.eyJhdWQiOiJ4In0.");
    let fault = |id: u32| {
        format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault><faultcode>s:Client</faultcode>\
             <faultstring>no</faultstring><detail>\
             <OCSDiagnosticsFault xmlns=\"urn:component:Microsoft.Rtc.WebAuthentication.2010\"><Ms-Diagnostics-Fault>\
             <ErrorId>{id}</ErrorId><Reason>no</Reason></Ms-Diagnostics-Fault></OCSDiagnosticsFault></detail>\
             </s:Fault></s:Body></s:Envelope>"
        )
    };
    for id in [28_020, 28_032, 28_033, 28_055, 28_056, 28_072, 28_077, 28_081] {
        let header = format!("X-Ms-diagnostics: {id};source=\"fe01\";reason=\"no\"");
        for credential in [ticket, bearer] {
            let said = judged(credential, "500 Internal Server Error", &[XML, &header], "<s:Envelope/>");
            assert_eq!(said, Outcome::Refused, "{id} in a header, {credential}");
            let said = judged(credential, "500 Internal Server Error", &[XML], &fault(id));
            assert_eq!(said, Outcome::Refused, "{id} in a fault, {credential}");
            let said = judged(credential, "200 OK", &[XML, &header], "<s:Envelope/>");
            assert_eq!(said, Outcome::Accepted, "{id} beside a success, {credential}");
        }
    }
    for (status, id) in [("500 Internal Server Error", 28_001), ("403 Forbidden", 28_000), ("400 Bad Request", 28_029)]
    {
        assert_eq!(judged(ticket, status, &[XML], &fault(id)), Outcome::Accepted, "{id} is no word on the ticket");
    }
    assert_eq!(judged(ticket, "500 Internal Server Error", &[], ""), Outcome::Accepted);
    assert_eq!(judged(ticket, "403 Forbidden", &[], ""), Outcome::Refused);
}
