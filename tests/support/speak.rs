//! Clients that speak SIP and HTTP as Lync does, in a scene.

#![allow(dead_code, reason = "each test makes what it needs")]

use super::make::Side;
use super::scene::{Line, Scene};
use super::token::{self, base64};
use std::net::{IpAddr, SocketAddr};

/// Who signs in where nothing else is said.
pub const USER: &str = "alice@contoso.com";
/// The desktop client.
pub const DESKTOP: &str = "UCCAPI/16.0.4405.1000 OC/16.0.4405.1000 (Skype for Business)";
/// The client on an iPhone.
pub const IPHONE: &str = "LyncMobile/6.0 CFNetwork/758 Darwin/15.0.0 iPhoneLync/6.0";
/// A desk phone.
pub const PHONE: &str = "CPE/4.0.7577.4066 OCPhone/4.0.7577.4066 (Microsoft Lync Phone Edition)";

/// What a registrar offers.
pub const NTLM: &str =
    "WWW-Authenticate: NTLM realm=\"SIP Communications Service\", targetname=\"fe01.contoso.com\", version=4";
pub const KERBEROS: &str =
    "WWW-Authenticate: Kerberos realm=\"SIP Communications Service\", targetname=\"sip/fe01.contoso.com\", version=4";
pub const TLS_DSK: &str = "WWW-Authenticate: TLS-DSK realm=\"SIP Communications Service\", \
                           targetname=\"fe01.contoso.com\", version=4, \
                           sts-uri=\"https://web.contoso.com:443/CertProv/CertProvisioningService.svc\"";

/// The certificate in [`FLIGHT`] is that of this user, from 2026-11-21 to 2027-05-21.
pub const HOLDER: &str = "mona.reyes@corvid.example";
/// The four tokens of a handshake in TLS-DSK.
pub const FLIGHT: [&[u8]; 4] = [
    include_bytes!("../../src/protocol/tlsdsk/testdata/flight-1.bin"),
    include_bytes!("../../src/protocol/tlsdsk/testdata/flight-2.bin"),
    include_bytes!("../../src/protocol/tlsdsk/testdata/flight-3.bin"),
    include_bytes!("../../src/protocol/tlsdsk/testdata/flight-4.bin"),
];
/// Seconds from noon of the first day to a day on which that certificate is good.
pub const WHILE_GOOD: i64 = 70 * 86_400;

/// The server goes on with a token.
pub fn goes_on(scheme: &str, token: &[u8]) -> String {
    format!(
        "WWW-Authenticate: {scheme} opaque=\"0A1B\", gssapi-data=\"{}\", targetname=\"fe01.contoso.com\", \
         realm=\"SIP Communications Service\", version=4",
        base64(token)
    )
}

/// The client's credential with this token.
pub fn proves(scheme: &str, token: &[u8]) -> String {
    format!(
        "Authorization: {scheme} qop=\"auth\", opaque=\"0A1B\", realm=\"SIP Communications Service\", \
         targetname=\"fe01.contoso.com\", gssapi-data=\"{}\", version=4",
        base64(token)
    )
}

/// The client begins with this scheme: a credential without a token.
pub fn begins(scheme: &str) -> String {
    format!(
        "Authorization: {scheme} qop=\"auth\", realm=\"SIP Communications Service\", targetname=\"fe01.contoso.com\", \
         gssapi-data=\"\", version=4"
    )
}

/// The client's signature.
pub fn signs(scheme: &str, number: u32) -> String {
    format!(
        "Authorization: {scheme} qop=\"auth\", opaque=\"0A1B\", realm=\"SIP Communications Service\", \
         targetname=\"fe01.contoso.com\", crand=\"7e5d{number:04x}\", cnum=\"{number}\", \
         response=\"0100000031323334{number:08x}64000000\""
    )
}

/// `ms-diagnostics`
pub fn diagnostics(id: u32, reason: &str) -> String {
    format!("ms-diagnostics: {id};reason=\"{reason}\";source=\"fe01.contoso.com\"")
}

/// A client that speaks SIP, over TCP or UDP.
#[derive(Clone, Debug)]
pub struct Caller {
    pub client: SocketAddr,
    pub server: SocketAddr,
    /// Nothing over UDP.
    pub line: Option<Line>,
    pub user: String,
    pub agent: String,
    /// What the server calls itself.
    pub product: String,
    pub epid: String,
    pub call: String,
    pub number: u32,
    method: String,
    /// The association, as the server names it.
    opaque: u16,
}

impl Caller {
    /// Over TCP.
    pub fn over_tcp(scene: &mut Scene, client: IpAddr, server: SocketAddr, user: &str) -> Self {
        let line = scene.connect(client, server);
        Self { line: Some(line.clone()), ..Self::over_udp(line.client, server, user) }
    }

    /// Over UDP.
    pub fn over_udp(client: SocketAddr, server: SocketAddr, user: &str) -> Self {
        Self {
            client,
            server,
            line: None,
            user: user.into(),
            agent: DESKTOP.into(),
            product: "RTC/6.0".into(),
            epid: format!("e{:x}", client.port()),
            call: format!("call-{}-{user}", client.port()),
            number: 0,
            method: String::new(),
            opaque: 0x0a1b,
        }
    }

    /// Goes on with the same dialog over a new connection.
    pub fn move_to(&mut self, scene: &mut Scene, server: SocketAddr) {
        let line = scene.connect(self.client.ip(), server);
        (self.client, self.server, self.line) = (line.client, server, Some(line));
    }

    /// REGISTER with these lines.
    pub fn register(&mut self, scene: &mut Scene, lines: &[&str]) -> u64 {
        self.request(scene, "REGISTER", lines)
    }

    /// Any request with these lines.
    pub fn request(&mut self, scene: &mut Scene, method: &str, lines: &[&str]) -> u64 {
        self.number += 1;
        self.method = method.into();
        let (domain, over) = (self.domain(), if self.line.is_some() { "TCP" } else { "UDP" });
        let target = if method == "REGISTER" { format!("sip:{domain}") } else { format!("sip:{}", self.user) };
        let head = format!(
            "{method} {target} SIP/2.0\r\nVia: SIP/2.0/{over} {};branch=z9hG4bK{}{}\r\nMax-Forwards: 70\r\n{}\
             Contact: <sip:{};transport=tcp>;methods=\"INVITE\"\r\nUser-Agent: {}\r\n",
            self.client,
            self.call.len(),
            self.number,
            self.dialog(""),
            self.client,
            self.agent,
        );
        self.send(scene, Side::Client, &head, lines)
    }

    /// The answer to the last request.
    pub fn told(&mut self, scene: &mut Scene, status: &str, lines: &[&str]) -> u64 {
        let head = format!(
            "SIP/2.0 {status}\r\nVia: SIP/2.0/TCP {};branch=z9hG4bK{}{}\r\n{}Server: {}\r\n",
            self.client,
            self.call.len(),
            self.number,
            self.dialog(";tag=5E6F"),
            self.product,
        );
        self.send(scene, Side::Server, &head, lines)
    }

    fn dialog(&self, tag: &str) -> String {
        let Self { user, epid, call, number, method, .. } = self;
        format!(
            "From: <sip:{user}>;tag=ab12;epid={epid}\r\nTo: <sip:{user}>{tag}\r\nCall-ID: {call}\r\n\
             CSeq: {number} {method}\r\n"
        )
    }

    fn domain(&self) -> String {
        self.user.split('@').nth(1).unwrap_or("contoso.com").to_owned()
    }

    fn send(&mut self, scene: &mut Scene, side: Side, head: &str, lines: &[&str]) -> u64 {
        let lines = joined(lines);
        let lines = lines.replace("opaque=\"0A1B\"", &format!("opaque=\"{:04X}\"", self.opaque));
        let message = format!("{head}{lines}Content-Length: 0\r\n\r\n");
        match &mut self.line {
            Some(line) => scene.say(line, side, message.as_bytes()),
            None => scene.udp(self.client, self.server, side, message.as_bytes()),
        }
    }

    /// REGISTER without a credential, and the challenge with these offers. The frame of the challenge.
    pub fn challenged(&mut self, scene: &mut Scene, offers: &[&str]) -> u64 {
        self.register(scene, &[]);
        self.told(scene, "401 Unauthorized", offers)
    }

    /// NTLM up to the third message, which waits for its answer. The frame of that.
    pub fn ntlm(&mut self, scene: &mut Scene, account: &str) -> u64 {
        self.opaque += 1;
        self.register(scene, &[&begins("NTLM")]);
        self.told(scene, "401 Unauthorized", &[&goes_on("NTLM", &token::ntlm_challenge())]);
        self.register(scene, &[&proves("NTLM", &token::ntlm_authenticate("CONTOSO", account))])
    }

    /// TLS-DSK up to the client's certificate, which waits for its answer. The frame of that.
    pub fn certificate(&mut self, scene: &mut Scene) -> u64 {
        self.opaque += 1;
        // The association has no name before the server answers.
        self.register(scene, &[&proves("TLS-DSK", FLIGHT[0]).replace("opaque=\"0A1B\", ", "")]);
        self.told(scene, "401 Unauthorized", &[&goes_on("TLS-DSK", FLIGHT[1])]);
        self.register(scene, &[&proves("TLS-DSK", FLIGHT[2])])
    }

    /// The registrar says yes.
    pub fn accepted(&mut self, scene: &mut Scene) -> u64 {
        self.told(scene, "200 OK", &["Expires: 7200", "ms-user-logon-data: OnPremises"])
    }

    /// A sign-in with NTLM that goes well. The frame of the yes.
    pub fn signs_in(&mut self, scene: &mut Scene, account: &str) -> u64 {
        self.challenged(scene, &[NTLM]);
        self.ntlm(scene, account);
        self.accepted(scene)
    }

    /// The connection ends.
    pub fn leaves(&mut self, scene: &mut Scene) -> u64 {
        self.line.as_mut().map_or(0, |line| scene.close(line, Side::Client))
    }
}

/// Header lines as they are sent.
fn joined(lines: &[&str]) -> String {
    lines.iter().flat_map(|line| [*line, "\r\n"]).collect()
}

/// A client that speaks HTTP.
#[derive(Clone, Debug)]
pub struct Browser {
    pub line: Line,
    pub host: String,
    pub agent: String,
}

pub const XML: &str = "Content-Type: text/xml; charset=utf-8";
pub const DOCUMENT: &str = "Content-Type: application/vnd.microsoft.rtc.autodiscover+xml; v=1";
/// The front end names itself.
pub const FRONT_END: &str = "X-MS-Server-Fqdn: fe01.contoso.com";
pub const TICKETS: &str = "/WebTicket/WebTicketService.svc";
pub const PROVISION: &str = "/CertProv/CertProvisioningService.svc/WebTicket_Proof_SHA1";
pub const USER_DOCUMENT: &str = "/Autodiscover/AutodiscoverService.svc/root/user";

impl Browser {
    pub fn new(scene: &mut Scene, client: IpAddr, server: SocketAddr, host: &str) -> Self {
        Self { line: scene.connect(client, server), host: host.into(), agent: DESKTOP.into() }
    }

    pub fn get(&mut self, scene: &mut Scene, target: &str, lines: &[&str]) -> u64 {
        self.send(scene, &format!("GET {target} HTTP/1.1"), lines, "")
    }

    pub fn post(&mut self, scene: &mut Scene, target: &str, lines: &[&str], body: &str) -> u64 {
        self.send(scene, &format!("POST {target} HTTP/1.1"), lines, body)
    }

    /// A tunnel is asked for.
    pub fn tunnel(&mut self, scene: &mut Scene, to: &str, lines: &[&str]) -> u64 {
        self.host = to.into();
        self.send(scene, &format!("CONNECT {to} HTTP/1.1"), lines, "")
    }

    fn send(&mut self, scene: &mut Scene, first: &str, lines: &[&str], body: &str) -> u64 {
        let lines = joined(lines);
        let message = format!(
            "{first}\r\nHost: {}\r\nUser-Agent: {}\r\n{lines}Content-Length: {}\r\n\r\n{body}",
            self.host,
            self.agent,
            body.len()
        );
        scene.say(&mut self.line, Side::Client, message.as_bytes())
    }

    pub fn told(&mut self, scene: &mut Scene, status: &str, lines: &[&str], body: &str) -> u64 {
        let lines = joined(lines);
        let message = format!("HTTP/1.1 {status}\r\n{lines}Content-Length: {}\r\n\r\n{body}", body.len());
        scene.say(&mut self.line, Side::Server, message.as_bytes())
    }

    /// A ticket is asked for with this credential.
    pub fn asks_ticket(&mut self, scene: &mut Scene, lines: &[&str]) -> u64 {
        let all: Vec<&str> = [XML].iter().chain(lines).copied().collect();
        self.post(scene, TICKETS, &all, &ticket_request(USER))
    }

    /// A ticket is asked for, first without and then with NTLM, up to the third message. The frame of that.
    pub fn ntlm(&mut self, scene: &mut Scene, account: &str) -> u64 {
        self.asks_ticket(scene, &[]);
        self.told(scene, "401 Unauthorized", &["WWW-Authenticate: Negotiate", "WWW-Authenticate: NTLM", FRONT_END], "");
        self.ntlm_again(scene, account)
    }

    /// The same without the first refusal.
    pub fn ntlm_again(&mut self, scene: &mut Scene, account: &str) -> u64 {
        let token = |bytes: Vec<u8>| format!("NTLM {}", base64(&bytes));
        self.asks_ticket(scene, &[&format!("Authorization: {}", token(token::ntlm_negotiate()))]);
        let goes_on = format!("WWW-Authenticate: {}", token(token::ntlm_challenge()));
        self.told(scene, "401 Unauthorized", &[&goes_on, FRONT_END], "");
        let proof = token(token::ntlm_authenticate("CONTOSO", account));
        self.asks_ticket(scene, &[&format!("Authorization: {proof}")])
    }

    /// A ticket is issued.
    pub fn issued(&mut self, scene: &mut Scene) -> u64 {
        self.told(scene, "200 OK", &[XML, FRONT_END], &ticket(USER, scene.now()))
    }

    /// A certificate is asked for with the ticket.
    pub fn publishes(&mut self, scene: &mut Scene) -> u64 {
        self.publishes_with(scene, 0)
    }

    /// The same with a ticket that was issued so many nanoseconds from now.
    pub fn publishes_with(&mut self, scene: &mut Scene, issued: i64) -> u64 {
        let action = "SOAPAction: \"http://schemas.microsoft.com/OCS/AuthWebServices/GetAndPublishCert\"";
        let body = format!(
            "<s:Envelope><s:Header><Security>{}</Security></s:Header><s:Body>\
             <GetAndPublishCert DeviceId=\"{{f720091a-3e74-5326-afc6-7b7a19defafe}}\" Entity=\"{USER}\">\
             <RequestSecurityToken><TokenType>X509v3</TokenType></RequestSecurityToken></GetAndPublishCert>\
             </s:Body></s:Envelope>",
            assertion(USER, scene.now() + issued)
        );
        self.post(scene, PROVISION, &[XML, action], &body)
    }

    pub fn leaves(&mut self, scene: &mut Scene) -> u64 {
        scene.close(&mut self.line, Side::Client)
    }
}

/// A request for a web ticket, without a credential in it.
pub fn ticket_request(user: &str) -> String {
    format!(
        "<s:Envelope><s:Body><RequestSecurityToken Context=\"c\"><TokenType>SAMLV1.1</TokenType>\
         <RequestType>http://schemas.xmlsoap.org/ws/2005/02/trust/Issue</RequestType>\
         <AppliesTo><EndpointReference><Address>https://web.contoso.com{PROVISION}</Address></EndpointReference>\
         </AppliesTo><Claims><ClaimType Uri=\"uri\"><Value>sip:{user}</Value></ClaimType></Claims>\
         </RequestSecurityToken></s:Body></s:Envelope>"
    )
}

/// The same with name and password.
pub fn password_request(user: &str) -> String {
    let token = "<s:Envelope><s:Header><Security><UsernameToken><Username>Q09OVE9TT1xhbGljZQ==</Username>\
                 <Password Type=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0\
                 #PasswordText\">c2VjcmV0</Password></UsernameToken></Security></s:Header>";
    ticket_request(user).replacen("<s:Envelope>", token, 1)
}

fn assertion(user: &str, now: i64) -> String {
    let from = handshark::wire::Timestamp(now).rfc3339_seconds();
    let until = handshark::wire::Timestamp(now + 8 * 3_600_000_000_000).rfc3339_seconds();
    format!(
        "<Assertion AssertionID=\"SamlSecurityToken-1\" Issuer=\"https://web.contoso.com\" IssueInstant=\"{from}\">\
         <Conditions NotBefore=\"{from}\" NotOnOrAfter=\"{until}\"/><AuthenticationStatement><Subject>\
         <NameIdentifier>sip:{user}</NameIdentifier></Subject></AuthenticationStatement></Assertion>"
    )
}

/// A web ticket.
pub fn ticket(user: &str, now: i64) -> String {
    let from = handshark::wire::Timestamp(now).rfc3339_seconds();
    let until = handshark::wire::Timestamp(now + 8 * 3_600_000_000_000).rfc3339_seconds();
    format!(
        "<s:Envelope><s:Body><RequestSecurityTokenResponseCollection><RequestSecurityTokenResponse>\
         <RequestedSecurityToken>{}</RequestedSecurityToken><Lifetime><Created>{from}</Created>\
         <Expires>{until}</Expires></Lifetime></RequestSecurityTokenResponse>\
         </RequestSecurityTokenResponseCollection></s:Body></s:Envelope>",
        assertion(user, now)
    )
}

/// A fault of the services, with the id that they give.
pub fn fault(id: u32, reason: &str) -> String {
    format!(
        "<s:Envelope><s:Body><s:Fault><faultcode>a:FailedAuthentication</faultcode><faultstring>failed</faultstring>\
         <detail><OCSDiagnosticsFault><Ms-Diagnostics-Fault><ErrorId>{id}</ErrorId><Reason>{reason}</Reason>\
         </Ms-Diagnostics-Fault></OCSDiagnosticsFault></detail></s:Fault></s:Body></s:Envelope>"
    )
}

/// The autodiscover document, root resource.
pub fn root_document() -> String {
    format!(
        "<AutodiscoverResponse AccessLocation=\"External\"><Root>\
         <Link token=\"Domain\" href=\"https://web.contoso.com/Autodiscover/AutodiscoverService.svc/root/domain\"/>\
         <Link token=\"User\" href=\"https://web.contoso.com{USER_DOCUMENT}\"/></Root></AutodiscoverResponse>"
    )
}

/// The autodiscover document that sends the client elsewhere.
pub fn redirect_document(resource: &str, to: &str) -> String {
    format!(
        "<AutodiscoverResponse AccessLocation=\"External\"><{resource}><Link token=\"Redirect\" href=\"{to}\"/>\
         </{resource}></AutodiscoverResponse>"
    )
}

/// The autodiscover document, user resource.
pub fn user_document() -> String {
    "<AutodiscoverResponse AccessLocation=\"External\"><User>\
     <SipClientInternalAccess fqdn=\"pool01.contoso.com\" port=\"5061\"/>\
     <SipClientExternalAccess fqdn=\"sip.contoso.com\" port=\"443\"/>\
     <Link token=\"Ucwa\" href=\"https://web.contoso.com/ucwa/v1/applications\"/></User></AutodiscoverResponse>"
        .into()
}
