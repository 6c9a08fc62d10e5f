//! What is not understood is not given away: captures whose every place of free text holds a word of its own, redacted,
//! and searched for every one of those words in every form it may have on a wire.

mod hurt;
#[path = "../support/look.rs"]
mod look;
#[path = "../support/make.rs"]
mod make;
#[path = "../support/program.rs"]
mod program;
mod story;
mod streams;
mod tls;

use handshark::wire::base64;
use make::{Side, Talk};
use program::{good, handshark, temporary};
use std::fs;

/// The word of a place: letters that occur nowhere else.
fn word(place: usize) -> String {
    let letter = |n: usize| char::from(b"bcdfghjklmnprstv"[n % 16]);
    format!("zq{}{}{}yxo", letter(place / 256), letter(place / 16), letter(place))
}

/// `text` with a word of its own for each `@@`.
struct Words {
    from: usize,
    /// Each word, and what stands before it.
    all: Vec<(String, String)>,
}

impl Words {
    fn fill(&mut self, text: &str) -> String {
        let mut out = String::new();
        let mut parts = text.split("@@").peekable();
        while let Some(part) = parts.next() {
            out.push_str(part);
            if parts.peek().is_some() {
                let word = word(self.from + self.all.len());
                let before: String = out.chars().rev().take(40).collect::<Vec<_>>().into_iter().rev().collect();
                out.push_str(&word);
                self.all.push((word, before));
            }
        }
        out
    }
}

/// A word in every form in which it could stand in a packet.
fn forms(text: &str) -> Vec<Vec<u8>> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
    let mut forms = vec![text.as_bytes().to_vec(), little.clone(), big.clone()];
    let spelled = |form: fn(u8) -> String| text.bytes().flat_map(move |b| form(b).into_bytes()).collect::<Vec<u8>>();
    forms.push(spelled(|b| format!("{b:02x}")));
    forms.push(spelled(|b| format!("%{b:02x}")));
    forms.push(spelled(|b| format!("\\u{b:04x}")));
    forms.push(spelled(|b| format!("&#x{b:x};")));
    forms.push(spelled(|b| format!("&#{b};")));
    forms.push(spelled(|b| String::from_utf8(vec![b'A' + (b >> 4), b'A' + (b & 15)]).unwrap()));
    for form in &mut forms {
        form.make_ascii_lowercase();
    }
    forms
}

/// In base64 case tells: the letters that depend on these bytes alone, at each of the three alignments.
fn wrapped(text: &str) -> Vec<Vec<u8>> {
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut all = Vec::new();
    for plain in [text.as_bytes(), &little, text.to_uppercase().as_bytes()] {
        for shift in 0..3_usize {
            let padded = [vec![0; shift], plain.to_vec()].concat();
            let letters = base64::encode(&padded);
            all.push(letters.as_bytes()[[0, 2, 3][shift]..padded.len() * 8 / 6].to_vec());
        }
    }
    all
}

fn holds(bytes: &[u8], text: &str) -> bool {
    let lower = bytes.to_ascii_lowercase();
    forms(text).iter().any(|form| memchr::memmem::find(&lower, form).is_some())
        || wrapped(text).iter().any(|form| memchr::memmem::find(bytes, form).is_some())
}

/// Redacts the capture and looks for every word; the copy, to look at it further.
fn none_is_left(name: &str, talk: &Talk, words: &Words) -> Vec<u8> {
    let file = temporary(&format!("{name}.pcap"), &talk.pcap());
    let copy = temporary(&format!("{name}-copy.pcapng"), b"");
    good(&["redact", "-q", file.to_str().unwrap(), "-w", copy.to_str().unwrap()]);
    let (original, copy) = (fs::read(&file).unwrap(), fs::read(&copy).unwrap());
    assert!(!words.all.is_empty());
    let mut left = Vec::new();
    for (word, before) in &words.all {
        assert!(holds(&original, word), "{word} behind {before:?} is not found where it stands");
        if holds(&copy, word) {
            left.push(before.clone());
        }
    }
    assert!(left.is_empty(), "left in the copy behind: {left:#?}");
    copy
}

#[test]
fn sip_in_every_place() {
    let mut words = Words { from: 0, all: Vec::new() };
    let body = "v=0\r\no=@@ 0 0 IN IP4 192.0.2.50\r\ns=@@\r\ni=@@ @@\r\nu=http://@@.test/@@\r\ne=@@@corvid.test (@@)\r\np=+49 @@\r\nc=IN IP4 192.0.2.50\r\nt=0 0\r\na=tool:@@\r\nm=audio 50020 RTP/AVP 111\r\na=rtpmap:111 @@/16000\r\na=ssrc:1 cname:@@\r\na=x-@@:@@\r\n";
    let body = words.fill(body);
    let ask = words.fill(&format!(
        "INVITE sip:@@@@@.test;@@=@@?@@=@@ SIP/2.0\r\nVia: SIP/2.0/UDP @@.test:5060;branch=z9hG4bK@@;@@=@@\r\nFrom: \"@@ @@\" <sip:@@@@@.test;@@=@@>;tag=@@;epid=@@\r\nTo: @@ <sip:@@@@@.test>;tag=@@\r\nCall-ID: @@@@@\r\nCSeq: 1 INVITE\r\nContact: <sip:@@@@@:5060;@@>;+sip.instance=\"<urn:uuid:@@>\";@@=\"@@\"\r\nUser-Agent: @@/1.0 (@@; @@) @@\r\nSubject: @@ and %@@\r\nOrganization: @@\r\nX-@@: @@\r\nX-Folded: a\r\n @@\r\nms-@@: 1;reason=\"@@\";@@=@@\r\nP-Asserted-Identity: \"@@\" <sip:@@@@@.test>, <tel:+1@@>\r\nRoute: <sip:@@.test:5061;lr;@@>\r\nCall-Info: <http://@@.test/@@.jpg>;purpose=icon\r\nReferred-By: <sip:@@@@@.test>\r\nDate: @@\r\nExpires: @@\r\nAuthorization: Digest username=\"@@\", realm=\"@@ of @@\", nonce=\"@@\", uri=\"sip:@@.test;@@\", response=\"0123456789abcdef0123456789abcdef\", opaque=\"@@\", cnonce=\"@@\", @@=\"@@\"\r\nAuthorization: @@ @@=1\r\nContent-Type: application/sdp;@@=@@\r\nContent-Length: {}\r\n\r\n",
        body.len()
    ).replace("@@@@@", "@@\u{1}@@")).replace('\u{1}', "@");
    let answer = words
        .fill("SIP/2.0 486 @@ Here\r\nVia: SIP/2.0/UDP 192.0.2.50:5060;branch=z9hG4bKx\r\nFrom: <sip:a@corvid.test>;tag=1\r\nTo: <sip:b@corvid.test>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\nServer: @@/2 @@\r\nWarning: 399 @@.test \"@@ @@\"\r\nReason: SIP;cause=486;text=\"@@\"\r\nWWW-Authenticate: NTLM realm=\"@@\", targetname=\"@@.test\", version=4, @@=\"@@\"\r\nms-diagnostics: 4004;reason=\"@@ @@\";source=\"@@.test\";@@=\"@@\"\r\nError-Info: <sip:@@@corvid.test>\r\nContent-Length: 0\r\n\r\n");
    let xml = words.fill("<presence entity=\"sip:@@.test\"><note>@@ &#x41;@@</note><displayName v='@@'>@@ @@</displayName><!-- @@ --><![CDATA[@@]]></presence>");
    let notify = words.fill(&format!(
        "NOTIFY sip:x@192.0.2.50 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.10\r\nFrom: <sip:a@corvid.test>;tag=1\r\nTo: <sip:b@corvid.test>;tag=2\r\nCall-ID: 2\r\nCSeq: 1 NOTIFY\r\nContent-Type: application/pidf+xml\r\nContent-Length: {}\r\n\r\n",
        xml.len()
    )) + &xml;
    let mut talk = Talk::to_port(5060);
    talk.udp(Side::Client, (ask + &body).as_bytes());
    talk.udp(Side::Server, answer.as_bytes());
    talk.udp(Side::Server, notify.as_bytes());
    none_is_left("sip-words", &talk, &words);
}

#[test]
fn http_in_every_place() {
    let mut words = Words { from: 400, all: Vec::new() };
    let mut talk = Talk::tcp(80);
    let token = base64::encode(words.fill("{\"a\":\"@@ Corvid\"}").as_bytes());
    let spelled = words.fill("@@").bytes().map(|b| format!("\\u{b:04x}")).collect::<Vec<_>>().concat();
    let percent = words.fill("@@").bytes().map(|b| format!("%{b:02x}")).collect::<Vec<_>>().concat();
    let entity = words.fill("@@").bytes().map(|b| format!("&#x{b:x};")).collect::<Vec<_>>().concat();
    let json = words.fill(&format!("{{\"@@\":\"@@\",\"{spelled}\":[\"@@\",{{\"name\":\"@@ \\\"@@\\\"\"}}],\"n\":1}}"));
    let xml = words.fill(&format!(
        "<a xmlns=\"http://schemas.xmlsoap.org/x\"><b c=\"@@\">@@ {entity}</b><d>@@</d><e>{}</e></a>",
        base64::encode(b"\x01\x02 zzz")
    ));
    let form = words.fill("@@=@@&name=@@+@@&x=%20@@");
    for (kind, body) in [("application/json", &json), ("text/xml", &xml), ("application/x-www-form-urlencoded", &form)]
    {
        let ask = words.fill(&format!(
            "POST /@@/{percent}/@@.svc?@@=@@&y=@@#@@ HTTP/1.1\r\nHost: @@.test\r\nUser-Agent: @@/15.0 (@@; @@) OC/4.0\r\nReferer: http://@@.test/@@?@@=@@\r\nX-@@: @@\r\nX-Token-Of: {token}\r\nAccept-Language: @@\r\nForwarded: for=@@;by=@@\r\nVia: 1.1 @@ (@@)\r\nIf-None-Match: \"@@\"\r\nContent-Type: {kind}; @@=@@\r\nContent-Length: {}\r\n\r\n",
            body.len()
        )) + body;
        talk.say(Side::Client, ask.as_bytes(), 8000);
        let answer = words.fill("HTTP/1.1 200 @@\r\nServer: @@/1\r\nX-Powered-By: @@\r\nSet-Cookie: @@=1; Path=/@@; Domain=@@.test\r\nLocation: http://@@.test/@@\r\nX-MS-Server-Fqdn: @@.test\r\nWWW-Authenticate: Basic realm=\"@@ @@\"\r\nETag: \"@@\"\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\nb;@@=@@\r\n{\"ab\":\"cd\"}\r\n0\r\nX-@@: @@\r\n\r\n");
        talk.say(Side::Server, answer.as_bytes(), 8000);
    }
    let page = words.fill("<html><title>@@</title>@@</html>");
    let ask = words.fill("GET http://@@.test/@@ HTTP/1.1\r\nHost: @@.test\r\n\r\n");
    let answer = words
        .fill(&format!("HTTP/1.1 404 @@ @@\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n", page.len()))
        + &page;
    talk.say(Side::Client, ask.as_bytes(), 1400);
    talk.say(Side::Server, answer.as_bytes(), 1400);
    talk.close();
    none_is_left("http-words", &talk, &words);
}

#[test]
fn mail_in_every_place() {
    let mut words = Words { from: 900, all: Vec::new() };
    let mut talk = Talk::tcp(25);
    for (side, line) in [
        (Side::Server, "220 @@ ESMTP @@ ready\r\n"),
        (Side::Client, "EHLO @@\r\n"),
        (Side::Server, "250-@@ greets @@\r\n250 AUTH LOGIN PLAIN\r\n"),
        (Side::Client, "AUTH LOGIN\r\n"),
        (Side::Server, "334 VXNlcm5hbWU6\r\n"),
    ] {
        talk.say(side, words.fill(line).as_bytes(), 1400);
    }
    let name = words.fill("@@");
    talk.say(Side::Client, format!("{}\r\n", base64::encode(name.as_bytes())).as_bytes(), 1400);
    let challenge = base64::encode(words.fill("<1896.697170952@@@.test>").as_bytes());
    talk.say(Side::Server, format!("334 {challenge}\r\n").as_bytes(), 1400);
    talk.say(Side::Server, words.fill("535 5.7.8 @@ @@\r\n").as_bytes(), 1400);
    talk.say(Side::Client, words.fill("MAIL FROM:<@@>\r\n").as_bytes(), 1400);
    talk.close();
    talk.client.1 = 50_001;
    talk.server.1 = 143;
    talk.open();
    for (side, line) in [
        (Side::Server, "* OK [CAPABILITY IMAP4rev1] @@ @@ ready\r\n"),
        (Side::Client, "a1 ID (\"name\" \"@@\" \"vendor\" \"@@\")\r\n"),
        (Side::Server, "* ID NIL\r\na1 OK @@\r\n"),
        (Side::Client, "a2 LOGIN @@ \"@@\"\r\n"),
        (Side::Server, "a2 NO [AUTHENTICATIONFAILED] @@\r\n"),
    ] {
        talk.say(side, words.fill(line).as_bytes(), 1400);
    }
    talk.close();
    none_is_left("mail-words", &talk, &words);
}

/// A name as DNS writes it.
fn name(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for label in text.split('.') {
        out.push(u8::try_from(label.len()).unwrap());
        out.extend(label.bytes());
    }
    out.push(0);
    out
}

/// A text behind its length.
fn string(text: &str) -> Vec<u8> {
    [vec![u8::try_from(text.len()).unwrap()], text.as_bytes().to_vec()].concat()
}

#[test]
fn records_of_dns() {
    let mut words = Words { from: 1000, all: Vec::new() };
    let mut fill = |text: &str| words.fill(text);
    let question = name(&fill("_sip._tls.@@.@@.test"));
    let records: Vec<(u16, Vec<u8>)> = vec![
        (33, [vec![0, 1, 0, 2, 0x13, 0xc4], name(&fill("@@.@@.test"))].concat()),
        (5, name(&fill("@@.@@.test"))),
        (2, name(&fill("@@.test"))),
        (12, name(&fill("@@.test"))),
        (15, [vec![0, 10], name(&fill("@@.test"))].concat()),
        (6, [name(&fill("@@.test")), name(&fill("@@.@@.test")), vec![0; 20]].concat()),
        (16, [string(&fill("v=@@ @@")), string(&fill("@@"))].concat()),
        (13, [string(&fill("@@")), string(&fill("@@"))].concat()),
        (
            35,
            [
                vec![0, 1, 0, 1],
                string("s"),
                string("SIP+D2U"),
                string(&fill("!^.*$!sip:@@@@@.test!").replace("@@@", "@")),
                name(&fill("@@.test")),
            ]
            .concat(),
        ),
        (64, [vec![0, 1], name(&fill("@@.test")), vec![0, 1, 0, 3, 2], b"h2".to_vec()].concat()),
        (65, [vec![0, 1], name(&fill("@@.test")), vec![0, 1, 0, 9], string(&fill("@@"))].concat()),
        (257, [vec![0], string("issue"), fill("@@.test").into_bytes()].concat()),
        (65_280, fill("@@").into_bytes()),
    ];
    let mut answer = vec![0, 7, 0x84, 0, 0, 1];
    answer.extend(u16::try_from(records.len()).unwrap().to_be_bytes());
    answer.extend([0, 0, 0, 0]);
    answer.extend(&question);
    answer.extend([0, 33, 0, 1]);
    for (kind, data) in &records {
        answer.extend([0xc0, 12]);
        answer.extend(kind.to_be_bytes());
        answer.extend([0, 1, 0, 0, 0, 60]);
        answer.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        answer.extend(data);
    }
    let mut ask = vec![0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    ask.extend(&question);
    ask.extend([0, 33, 0, 1]);
    let mut talk = Talk::to_port(53);
    talk.udp(Side::Client, &ask);
    talk.udp(Side::Server, &answer);
    let copy = none_is_left("dns-words", &talk, &words);
    let copy = look::report(&copy).unwrap().1;
    assert!(!copy.is_empty());
}

#[test]
fn options_of_dhcp() {
    let mut words = Words { from: 1100, all: Vec::new() };
    let mut message = vec![1, 1, 6, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    message.extend([0, 0x11, 0x22, 0x33, 0x44, 0x77]);
    message.extend([0; 10]);
    let mut padded = |len: usize, words: &mut Words| {
        let mut text = words.fill("@@").into_bytes();
        text.resize(len, 0);
        message.extend(text);
    };
    padded(64, &mut words);
    padded(128, &mut words);
    message.extend([0x63, 0x82, 0x53, 0x63, 53, 1, 3]);
    for (option, text) in [
        (12, "@@"),
        (15, "@@.test"),
        (17, "/@@/@@"),
        (40, "@@"),
        (43, "\u{1}\u{8}@@"),
        (60, "MSFT 5.0 @@"),
        (61, "\u{0}@@"),
        (64, "@@"),
        (66, "@@.test"),
        (67, "@@.bin"),
        (77, "@@"),
        (81, "\u{0}\u{0}\u{0}@@.test"),
        (114, "http://@@.test/@@"),
        (160, "http://@@.test"),
        (224, "@@"),
        (252, "http://@@.test/@@.dat"),
    ] {
        let text = words.fill(text);
        message.push(option);
        message.extend(string(&text));
    }
    for (option, before, text) in [(119, &[][..], "@@.test"), (120, &[0][..], "@@.@@.test")] {
        let data = [before.to_vec(), name(&words.fill(text))].concat();
        message.extend([option, u8::try_from(data.len()).unwrap()]);
        message.extend(data);
    }
    message.push(255);
    let mut talk = Talk::to_port(67);
    talk.client.1 = 68;
    talk.udp(Side::Client, &message);
    let copy = none_is_left("dhcp-words", &talk, &words);
    assert!(memchr::memmem::find(&copy, &[0, 0x11, 0x22, 0x33, 0x44, 0x77]).is_none(), "the hardware address is left");
}

/// An element of DER.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let len = u8::try_from(content.len()).unwrap();
    let head = if len < 128 { vec![tag, len] } else { vec![tag, 0x81, len] };
    [head, content.to_vec()].concat()
}

#[test]
fn names_of_directories() {
    let mut words = Words { from: 1200, all: Vec::new() };
    let mut talk = Talk::tcp(389);
    let mut text = |tag: u8, text: &str| der(tag, words.fill(text).as_bytes());
    let bind = [vec![2, 1, 3], text(4, "CN=@@ @@,OU=@@,DC=@@,DC=test"), der(0x80, b"Starling-7")].concat();
    let refused =
        [vec![10, 1, 49], text(4, "DC=@@"), text(4, "80090308: LdapErr: @@, comment: @@ @@, data 52e, v1db1")].concat();
    let filter = der(0xa3, &[text(4, "sAMAccountName"), text(4, "@@")].concat());
    let search = [
        text(4, "OU=@@,DC=@@"),
        vec![10, 1, 2, 10, 1, 0, 2, 1, 0, 2, 1, 0, 1, 1, 0],
        filter,
        der(0x30, &[text(4, "cn"), text(4, "x@@")].concat()),
    ]
    .concat();
    let values = der(0x31, &[text(4, "@@ @@"), text(4, "\\\\@@\\@@")].concat());
    let entry = [text(4, "CN=@@,DC=@@"), der(0x30, &der(0x30, &[text(4, "homeDirectory"), values].concat()))].concat();
    for (side, number, tag, content) in [
        (Side::Client, 1, 0x60, bind),
        (Side::Server, 1, 0x61, refused),
        (Side::Client, 2, 0x63, search),
        (Side::Server, 2, 0x64, entry),
    ] {
        talk.say(side, &der(0x30, &[vec![2, 1, number], der(tag, &content)].concat()), 1400);
    }
    talk.close();
    none_is_left("ldap-words", &talk, &words);
}

#[test]
fn hardware_addresses() {
    let mut talk = Talk::to_port(5060);
    let mac = |n: u8| [0x00, 0x1b, 0x4f, 0xa1, 0xb2, n];
    let mut arp = [[0xff; 6].to_vec(), mac(1).to_vec(), vec![8, 6, 0, 1, 8, 0, 6, 4, 0, 1]].concat();
    arp.extend([&mac(2)[..], &[192, 0, 2, 77], &mac(3), &[192, 0, 2, 78]].concat());
    talk.packet(arp);
    let (from, to) = (
        [0x20, 1, 0xd, 0xb8, 0, 0x77, 0, 0, 0, 0, 0, 0, 0, 0, 0x77, 1],
        [0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0, 0x77, 2],
    );
    let target = [0x20, 1, 0xd, 0xb8, 0, 0x77, 0, 0, 0, 0, 0, 0, 0, 0, 0x77, 2];
    for (kind, option) in [(135, 1), (136, 2)] {
        let mut ndp =
            [&[0x33, 0x33, 0xff, 0, 0x77, 2][..], &mac(4), &[0x86, 0xdd, 0x60, 0, 0, 0, 0, 32, 58, 255], &from, &to]
                .concat();
        ndp.extend([&[kind, 0, 0, 0, 0, 0, 0, 0][..], &target, &[option, 1], &mac(5)].concat());
        talk.packet(ndp);
    }
    talk.udp(Side::Client, b"OPTIONS sip:192.0.2.10 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.50\r\nX-Mac: 00:1B:4F:A1:B2:06 00-1b-4f-a1-b2-07\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n");
    let file = temporary("macs.pcap", &talk.pcap());
    let copy = temporary("macs-copy.pcapng", b"");
    good(&["redact", "-q", file.to_str().unwrap(), "-w", copy.to_str().unwrap()]);
    let (original, copy) = (fs::read(&file).unwrap(), fs::read(&copy).unwrap());
    let mut searched: Vec<Vec<u8>> = (1..=5).map(|n| mac(n).to_vec()).collect();
    searched.extend(
        [&b"1B:4F:A1:B2:06"[..], b"1b-4f-a1-b2-07", &from, &target, &[192, 0, 2, 77], &[192, 0, 2, 78]]
            .map(<[u8]>::to_vec),
    );
    for bytes in searched {
        assert!(memchr::memmem::find(&original, &bytes).is_some(), "{bytes:02x?}");
        assert!(memchr::memmem::find(&copy, &bytes).is_none(), "{bytes:02x?} is left");
    }
}

/// A frame of WebSocket, masked if there is a key.
fn frame(key: Option<[u8; 4]>, payload: &[u8]) -> Vec<u8> {
    let mut out = vec![0x81, if key.is_some() { 0xfe } else { 0x7e }];
    out.extend(u16::try_from(payload.len()).unwrap().to_be_bytes());
    out.extend(key.unwrap_or_default().iter().take(if key.is_some() { 4 } else { 0 }));
    let mask = key.unwrap_or_default();
    out.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, key)| byte ^ key));
    out
}

#[test]
fn frames_of_websocket_behind_their_mask() {
    let mut words = Words { from: 1300, all: Vec::new() };
    let mut talk = Talk::tcp(80);
    let ask = "GET /ws HTTP/1.1\r\nHost: 192.0.2.10\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sip\r\nSec-WebSocket-Version: 13\r\n\r\n";
    talk.say(Side::Client, ask.as_bytes(), 1400);
    let answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: sip\r\n\r\n";
    talk.say(Side::Server, answer.as_bytes(), 1400);
    let keys = [[0x9a, 0xc1, 0x5e, 0x77], [0xb3, 0xd2, 0x48, 0x6b]];
    let register = words.fill("REGISTER sip:@@.test SIP/2.0\r\nVia: SIP/2.0/WS @@.invalid;branch=z9hG4bK@@\r\nFrom: \"@@\" <sip:mona@@@@@.test>;tag=@@\r\nTo: <sip:@@@corvid.test>\r\nCall-ID: @@\r\nCSeq: 1 REGISTER\r\nX-@@: @@\r\nAuthorization: Digest username=\"@@\", realm=\"@@\", nonce=\"@@\", uri=\"sip:@@.test\", response=\"0123456789abcdef0123456789abcdef\"\r\nContent-Length: 0\r\n\r\n");
    let note = words.fill("{\"@@\":\"@@ of @@\"}") + &" ".repeat(120);
    talk.say(Side::Client, &frame(Some(keys[0]), register.as_bytes()), 200);
    talk.say(Side::Client, &frame(Some(keys[1]), note.as_bytes()), 1400);
    let status = words.fill("SIP/2.0 403 @@\r\nVia: SIP/2.0/WS x.invalid\r\nFrom: <sip:a@corvid.test>;tag=1\r\nTo: <sip:a@corvid.test>;tag=@@\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\nWarning: 399 @@ \"@@\"\r\nContent-Length: 0\r\n\r\n");
    talk.say(Side::Server, &frame(None, status.as_bytes()), 1400);
    talk.close();
    let file = temporary("websocket.pcap", &talk.pcap());
    let copy = temporary("websocket-copy.pcapng", b"");
    good(&["redact", "-q", file.to_str().unwrap(), "-w", copy.to_str().unwrap()]);
    // The bytes of both directions, each behind the key it was mixed with.
    let clear = |file: &std::path::Path| {
        let ran =
            handshark().args(["follow", "-q", "--show-secrets", "-T", "raw"]).arg(file).args(["tcp", "0"]).output();
        let bytes = ran.unwrap().stdout;
        let mut all = bytes.clone();
        for key in keys {
            let at = memchr::memmem::find(&bytes, &key).expect("the key stays") + 4;
            all.extend(bytes[at..].iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key));
        }
        all
    };
    let (original, copy) = (clear(&file), clear(&copy));
    for (word, before) in &words.all {
        assert!(holds(&original, word), "{word} behind {before:?} is not found where it stands");
        assert!(!holds(&copy, word), "left behind {before:?}");
    }
    let there = |text: &str| memchr::memmem::find(&copy, text.as_bytes()).is_some();
    assert!(there("REGISTER sip:") && there("CSeq: 1 REGISTER") && there("SIP/2.0 403 ") && there(" of "));
}
