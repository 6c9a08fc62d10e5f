//! What a message says: fields, facts, and what is never shown.

use crate::fact::{Credential, Fact, Head, Language, Offer, Passphrase, Scheme, Start, Token, WebTicket};
use crate::field::{Mark, Sink, Tree};
use crate::protocol::http::PROTOCOL;
use crate::protocol::http::note::{self, Asked};
use crate::protocol::{Budget, Context, Direction, Exchange, FrameView, Message, Out};
use crate::wire::{Span, Timestamp, base64};
use std::io::Write;

fn describe_in(bytes: &[u8], note: u64, show_secrets: bool, context: &Context<'_>) -> Tree {
    let mut tree = Tree::new(show_secrets);
    tree.enter("Frame", bytes);
    let message = Message { bytes, from: Direction::ToServer, note, context };
    (PROTOCOL.dissect)(&message, &mut Out::new(&mut tree, &mut Budget::default(), bytes));
    for node in &tree.nodes {
        let buffer = &tree.buffers[usize::from(node.buffer)].bytes;
        assert!(node.at.start <= node.at.end && node.at.end as usize <= buffer.len(), "{}", tree.line(node));
    }
    tree
}

fn describe(message: &str) -> Tree {
    describe_in(message.as_bytes(), note::pack(0, Asked::Other), false, &Context::default())
}

fn values(tree: &Tree, name: &str) -> Vec<String> {
    tree.nodes.iter().filter(|n| n.field.is_some_and(|f| f.name == name)).map(|n| n.value.to_string()).collect()
}

/// The facts of a message, which a scan learns without showing anything.
fn facts(message: &[u8]) -> Vec<Fact> {
    struct Facts(Vec<Fact>);
    impl Sink for Facts {
        fn wants_fields(&self) -> bool {
            false
        }
        fn fact(&mut self, fact: Fact, _: Span) {
            self.0.push(fact);
        }
    }
    let mut facts = Facts(Vec::new());
    let context = Context::default();
    let whole =
        Message { bytes: message, from: Direction::ToServer, note: note::pack(7, Asked::Other), context: &context };
    (PROTOCOL.dissect)(&whole, &mut Out::new(&mut facts, &mut Budget::default(), message));
    let shown = describe_in(message, note::pack(7, Asked::Other), false, &context).facts;
    assert_eq!(facts.0, shown.into_iter().map(|(fact, _)| fact).collect::<Vec<_>>(), "scan and tree learn the same");
    facts.0
}

fn request(fields: &str) -> String {
    format!("GET /basic/ HTTP/1.1\r\nHost: web2.corvid.example\r\n{fields}\r\n")
}

fn credential(scheme: Scheme, user: Option<&str>, token: Token) -> Fact {
    Fact::Credential(Box::new(Credential {
        scheme,
        proxy: false,
        realm: None,
        target: None,
        opaque: None,
        version: None,
        user: user.map(Into::into),
        token,
        signature: None,
    }))
}

fn offer(scheme: Scheme, realm: Option<&str>, token: Token) -> Fact {
    Fact::Offer(Box::new(Offer {
        scheme,
        proxy: false,
        realm: realm.map(Into::into),
        target: None,
        opaque: None,
        version: None,
        sts_uri: None,
        stale: false,
        token,
    }))
}

#[test]
fn a_request_with_basic_credentials() {
    let message = request("Authorization: Basic Q09SVklEXG1vbmE6TmlnaHQ6amFyIzQy\r\nAccept: */*  \r\n");
    let tree = describe_in(message.as_bytes(), note::pack(2, Asked::Other), true, &Context::default());
    assert_eq!(values(&tree, "http.request.full_uri"), ["http://web2.corvid.example/basic/"]);
    assert_eq!(values(&tree, "http.authbasic"), ["CORVID\\mona:Night:jar#42"]);
    assert_eq!(values(&tree, "http.authorization"), ["Basic Q09SVklEXG1vbmE6TmlnaHQ6amFyIzQy"]);
    assert_eq!(values(&tree, "http.accept"), ["*/*  "]);
    assert_eq!(values(&tree, "http.request_number"), ["3"]);
    assert_eq!(
        values(&tree, "http.request.line"),
        [
            "Host: web2.corvid.example\\r\\n",
            "Authorization: Basic Q09SVklEXG1vbmE6TmlnaHQ6amFyIzQy\\r\\n",
            "Accept: */*  \\r\\n"
        ]
    );
    assert_eq!((tree.protocol, tree.info.as_str()), ("HTTP", "GET /basic/ HTTP/1.1 "));
    let told = facts(message.as_bytes());
    assert_eq!(told[1], credential(Scheme::Basic, Some("CORVID\\mona"), Token::Bytes(24)), "the first colon splits");
    assert_eq!(told.len(), 2);
}

#[test]
fn no_secret_is_shown_unless_asked_for() {
    let saml = base64::encode(b"<saml:Assertion>ticket</saml:Assertion>");
    let fields = format!(
        "Authorization: Bearer cwt=AAEBsecret\r\nX-Auth-Token: secret5\r\nProxy-Authorization: NTLM TlRMTVNTUAADAAAAsecret\r\n\
         Cookie: a=secret1; b=secret2\r\nX-MS-WebTicket: opaque={saml}\r\n\
         Referer: https://a/?access_token=secret3&lang=de\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    );
    let body = "grant_type=password&username=mona%40corvid&password=Nightjar%2342%2Bx";
    let message = format!(
        "POST /WebTicket/oauthtoken?cwt=secret4&lang=de HTTP/1.1\r\nHost: a\r\n{fields}Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let masked = describe(&message);
    let texts = masked.nodes.iter().map(|n| n.value.to_string()).chain([masked.text(), masked.info.clone()]);
    for text in texts {
        for secret in ["secret", "Nightjar", saml.as_str(), "AAEB", "TlRMTVNTUAAD"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    assert!(values(&masked, "http.authorization")[0].starts_with("Bearer (hidden, "));
    assert!(values(&masked, "http.request.uri")[0].ends_with("&lang=de"));
    assert!(values(&masked, "http.referer")[0].ends_with("&lang=de"));
    let open_url = describe(&request("X-MS-WebTicketURL: https://a/WebTicket/WebTicketService.svc\r\n"));
    assert!(open_url.text().contains("X-MS-WebTicketURL: https://a/WebTicket/WebTicketService.svc"));

    let open = describe_in(message.as_bytes(), 0, true, &Context::default());
    assert_eq!(values(&open, "http.cookie_pair"), ["a=secret1", "b=secret2"]);
    assert_eq!(values(&open, "urlencoded-form.value"), ["password", "mona@corvid", "Nightjar#42+x"]);
    assert_eq!(open.layers, ["ntlmssp", "urlencoded-form"]);

    let told = facts(message.as_bytes());
    let ticket =
        |via: &str, digest| Fact::WebTicket(Box::new(WebTicket { via: via.into(), digest, ..WebTicket::default() }));
    let digest = |text: &str| crate::protocol::http::ticket::digest(text.as_bytes());
    let Fact::Head(head) = &told[0] else { panic!("{told:?}") };
    assert!(matches!(&head.start, Start::Request { target, .. } if !target.contains("secret4")));
    assert_eq!(told[1], ticket("query", digest("secret4")));
    assert_eq!(told[2], credential(Scheme::Bearer, None, Token::Bytes(10)));
    assert_eq!(told[3], ticket("Authorization", digest("AAEBsecret")));
    assert!(matches!(&told[4], Fact::Credential(c) if c.proxy && c.scheme == Scheme::Ntlm));
    assert!(told.contains(&ticket("X-MS-WebTicket", digest("<saml:Assertion>ticket</saml:Assertion>"))));
    let passphrase = Passphrase { scheme: Scheme::Form, user: "mona@corvid".into(), length: 13, readable: true };
    assert!(told.contains(&Fact::Passphrase(Box::new(passphrase))));
    assert!(!format!("{told:?}").contains("secret") && !format!("{told:?}").contains("Nightjar"));
}

#[test]
fn a_refusal_with_its_offers_and_diagnostics() {
    let message = "HTTP/1.1 401 Unauthorized\r\nServer: Microsoft-IIS/8.5\r\n\
                   Date: Sun, 22 Nov 2026 10:28:05 GMT\r\nWWW-Authenticate: Negotiate, Basic realm=\"a, b\"\r\n\
                   X-Ms-diagnostics: 28020;source=\"fe01.corvid.example\";reason=\"No valid; security token.\"\r\n\
                   WWW-Authenticate: NTLM TlRMTVNTUAACAAAA\r\nWWW-Authenticate: NTLM ***\r\n\
                   WWW-Authenticate: MsRtcOAuth href=https://a/oauthtoken,grant_type=\"password\"\r\n\
                   Content-Length: 0\r\n\r\n";
    let told = facts(message.as_bytes());
    let head = Head {
        language: Language::Http,
        start: Start::Response { status: 401, phrase: "Unauthorized".into() },
        host: None,
        user_agent: None,
        server: Some("Microsoft-IIS/8.5".into()),
        date: Timestamp::from_http_date("Sun, 22 Nov 2026 10:28:05 GMT"),
        transaction: 7,
        sip: None,
        web: None,
        whole: true,
        diagnostics: vec![crate::fact::Diagnostic {
            id: 28020,
            reason: "No valid; security token.".into(),
            source: "fe01.corvid.example".into(),
            result: None,
        }],
    };
    assert_eq!(told[0], Fact::Head(Box::new(head)));
    let offers: Vec<&Fact> = told.iter().filter(|f| matches!(f, Fact::Offer(_))).collect();
    let expected = [
        offer(Scheme::Negotiate, None, Token::Absent),
        offer(Scheme::Basic, Some("a, b"), Token::Absent),
        offer(Scheme::Ntlm, None, Token::Bytes(12)),
        offer(Scheme::Ntlm, None, Token::Broken),
        Fact::Offer(Box::new(Offer {
            scheme: Scheme::Bearer,
            proxy: false,
            realm: None,
            target: None,
            opaque: None,
            version: None,
            sts_uri: Some("https://a/oauthtoken".into()),
            stale: false,
            token: Token::Absent,
        })),
    ];
    assert_eq!(offers, expected.iter().collect::<Vec<_>>());
    let tree = describe(message);
    assert_eq!(values(&tree, "http.diagnostics.reason"), ["No valid; security token."]);
    assert_eq!(values(&tree, "http.response.code.desc"), ["Unauthorized"]);
    assert_eq!(tree.buffers[1].title, "Base64");
}

#[test]
fn digest_credentials_name_their_user() {
    let message = request("Authorization: Digest username=\"mona\", realm=\"r\", nonce=\"x\", opaque=\"o\"\r\n");
    assert!(matches!(&facts(message.as_bytes())[1], Fact::Credential(c)
        if c.scheme == Scheme::Digest && c.user.as_deref() == Some("mona")
            && c.realm.as_deref() == Some("r") && c.opaque.as_deref() == Some("o")));
}

#[test]
fn chunks_and_compression_are_undone() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(b"<html>denied</html>\npassword=x\n").unwrap();
    let gzip = gzip.finish().unwrap();
    let (first, second) = gzip.split_at(10);
    let mut message = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Encoding: gzip\r\n\
                        Transfer-Encoding: chunked\r\n\r\n"
        .to_vec();
    for part in [first, second] {
        message.extend(format!("{:x}\r\n", part.len()).into_bytes());
        message.extend(part);
        message.extend(b"\r\n");
    }
    let cut = message.len();
    message.extend(b"0\r\nX-Last: 1\r\n\r\n");
    let tree = describe_in(&message, 0, false, &Context::default());
    assert_eq!(values(&tree, "http.chunk_size"), ["10".into(), second.len().to_string(), "0".into()]);
    assert_eq!(values(&tree, "http.chunked_trailer_part"), ["X-Last: 1\\r\\n"]);
    let titles: Vec<&str> = tree.buffers.iter().map(|b| b.title).collect();
    assert_eq!(titles, ["Frame", "De-chunked entity body", "Uncompressed entity body"]);
    assert_eq!(values(&tree, "http.body.line")[0], "<html>denied</html>\\n");
    assert!(values(&tree, "http.body.line")[1].starts_with("(hidden"));
    assert_eq!(
        (tree.layers.as_slice(), tree.info.as_str()),
        (&["data-text-lines"][..], "HTTP/1.1 200 OK  (text/html)")
    );

    let tree = describe_in(&message[..cut - 12], note::CUT, false, &Context::default());
    assert!(tree.buffers.len() == 3 && tree.buffers[2].bytes.starts_with(b"<html>"), "the first bytes are there");
    assert!(tree.nodes.iter().any(|n| matches!(n.mark, Some(Mark::Malformed("does not decompress to its end")))));
}

#[test]
fn a_bomb_is_bounded_and_brotli_and_deflate_are_known() {
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    zlib.write_all(&vec![0; 8 << 20]).unwrap();
    let zlib = zlib.finish().unwrap();
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: deflate\r\n\r\n";
    let tree = describe_in(&[&head[..], &zlib].concat(), 0, false, &Context::default());
    assert_eq!(tree.buffers[1].bytes.len(), 1 << 20);
    assert!(tree.nodes.iter().any(|n| n.mark == Some(Mark::TooLarge)));

    let raw = [0x4b, 0x4c, 0x4a, 0x06, 0x00];
    let tree = describe_in(&[&head[..], &raw].concat(), 0, false, &Context::default());
    assert_eq!(values(&tree, "http.body.line"), ["abc"], "deflate without zlib around it");

    let brotli = [0x8b, 0x01, 0x80, b'a', b'b', b'c', b'd', 0x03];
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: br\r\n\r\n";
    let tree = describe_in(&[&head[..], &brotli].concat(), 0, false, &Context::default());
    assert_eq!(values(&tree, "http.body.line"), ["abcd"]);
}

#[test]
fn the_partner_gives_request_and_time_and_tls_the_scheme() {
    let exchange = Some(Exchange { frame: 6, time: Timestamp(1_000) });
    let frame = FrameView { time: Timestamp(9_118_000), ..FrameView::default() };
    let context = Context { frame, exchange, ..Context::default() };
    let tree = describe_in(b"HTTP/1.1 200 OK\r\n\r\n", note::pack(0, Asked::Other), false, &context);
    assert_eq!(values(&tree, "http.time"), ["0.009117000"]);
    assert_eq!(values(&tree, "http.request_in"), ["6"]);
    assert_eq!(values(&tree, "http.response_number"), ["1"]);
    let tree = describe_in(request("").as_bytes(), note::ENCRYPTED, false, &context);
    assert_eq!(values(&tree, "http.request.full_uri"), ["https://web2.corvid.example/basic/"]);
    let pair = |bytes: &[u8]| (PROTOCOL.pair)(bytes, note::pack(5, Asked::Other)).map(|p| (p.key, p.opens));
    assert_eq!(pair(b"GET / HTTP/1.1\r\n\r\n"), Some((5, true)));
    assert_eq!(pair(b"HTTP/1.1 404 No\r\n\r\n"), Some((5, false)));
    assert_eq!(pair(b"HTTP/1.1 101 Switching\r\n\r\n"), Some((5, false)));
    assert_eq!(pair(b"HTTP/1.1 100 Continue\r\n\r\n"), None, "the request still waits");
    assert_eq!(pair(b"NOTIFY /x HTTP/1.1\r\n\r\n"), None);
}

#[test]
fn kinds_of_bodies_have_wiresharks_names() {
    for (media, body, layer) in [
        ("text/xml; charset=utf-8", "<a/>", "xml"),
        ("application/json", "{}", "json"),
        ("image/png", "GIF89a", "image-gif"),
        ("image/x-icon", "\0\0", "media"),
        ("application/vnd.microsoft.rtc.autodiscover+xml;v=1", "<a/>", "xml"),
        ("application/vnd.contoso.thing+xml", "<a/>", "media"),
        ("multipart/form-data; boundary=x", "--x", "mime_multipart"),
        ("Text/HTML", "x", "data-text-lines"),
    ] {
        let message = format!("HTTP/1.1 200 OK\r\nContent-Type: {media}\r\n\r\n{body}");
        assert_eq!(describe(&message).layers, [layer], "{media}");
    }
    assert_eq!(describe("HTTP/1.1 200 OK\r\n\r\nx").layers, ["data"]);
    let stray = describe_in(b"bytes of no message", note::STRAY, false, &Context::default());
    assert_eq!((stray.layers.as_slice(), stray.info.as_str()), (&["data"][..], "Continuation"));
}

#[test]
fn a_ticket_issued_as_json() {
    let message = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n\
                   {\"access_token\" : \"cwt=AAEB\",\"expires_in\":28800}";
    let told = facts(message.as_bytes());
    assert!(matches!(&told[1], Fact::WebTicket(t)
        if t.issued && t.digest == crate::protocol::http::ticket::digest(b"cwt=AAEB")));
    assert!(!describe(message).text().contains("AAEB"));
}

#[test]
fn every_prefix_is_described() {
    let body = "<s:Envelope><UsernameToken><Username>a\\b</Username><Password>pw</Password></UsernameToken>";
    let message = format!(
        "POST /a?b=c HTTP/1.1\r\nHost: a\r\nAuthorization: Negotiate YIIB\r\n folded\r\nNo colon\r\nCookie: a=b\r\n\
         Transfer-Encoding: chunked\r\nContent-Type: text/xml\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
        body.len()
    );
    for cut in 0..=message.len() {
        let tree = describe_in(&message.as_bytes()[..cut], note::CUT, true, &Context::default());
        assert!(!tree.nodes.is_empty(), "cut at {cut}");
    }
    assert!(facts(message.as_bytes()).iter().any(|f| matches!(f, Fact::Passphrase(p) if p.user == "a\\b")));
    assert_eq!(values(&describe(&message), "http.unknown_header"), ["No colon\\r\\n"]);
}
