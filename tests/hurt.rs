//! Captures made to hurt: whatever could be quadratic, recursive or boundless is driven to its limit.
//!
//! Each must end within seconds in the profile of the tests. How much memory they take is asserted at the end.

#[path = "support/look.rs"]
mod look;
#[path = "support/make.rs"]
mod make;

use flate2::{Compression, write::GzEncoder};
use make::{ACK, Side, Talk};
use std::io::Write;
use std::time::{Duration, Instant};

/// A capture that is read, reported and shown with less of the processor takes no time that grows faster than its size.
const LIMIT: Duration = Duration::from_secs(8);

/// Packets at the end of a capture whose trees are looked at.
const PACKETS: usize = 2_000;

fn check(name: &str, bytes: &[u8]) {
    let began = Instant::now();
    let before = look::spent(began);
    let (_, json) = look::report(bytes).unwrap();
    let reported = look::spent(began).saturating_sub(before);
    assert!(json.len() < 64 << 20, "{name}: a report of {} bytes", json.len());
    let mut nodes = 0;
    look::filtered(bytes, "sip || http || kerberos.msg_type == 10 || tcp.len > 2000").unwrap();
    // Trees of many packets take long for their number alone: the last ones are looked at.
    let mut list = make::packets(bytes);
    let last = list.split_off(list.len().saturating_sub(PACKETS));
    look::trees(&make::pcap(&last), |tree| {
        nodes += tree.nodes.len();
        look::assert_sound(tree);
        assert!(tree.nodes.len() <= 50_000, "{name}: {} nodes", tree.nodes.len());
    })
    .unwrap();
    let all = look::spent(began).saturating_sub(before);
    eprintln!(
        "{name}: {} bytes, report in {reported:?}, {nodes} nodes in {:?}",
        bytes.len(),
        all.saturating_sub(reported)
    );
    assert!(all < LIMIT, "{name}: report in {reported:?}, all in {all:?}");
}

/// Peak resident memory of this process in KiB, where the system tells.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn tcp(port: u16, parts: &[(Side, &[u8])], size: usize) -> Vec<u8> {
    let mut talk = Talk::tcp(port);
    for (side, bytes) in parts {
        talk.say(*side, bytes, size);
    }
    talk.close();
    talk.pcap()
}

fn udp(port: u16, parts: &[(Side, &[u8])]) -> Vec<u8> {
    let mut talk = Talk::to_port(port);
    for (side, bytes) in parts {
        talk.udp(*side, bytes);
    }
    talk.pcap()
}

use Side::{Client, Server};

fn http(head: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("{head}\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn heads_without_end() {
    let http = [b"POST /WebTicket/WebTicketService.svc HTTP/1.1\r\nX: ".as_slice(), &[b'a'; 40_000]].concat();
    check("HTTP head in drops", &tcp(80, &[(Client, &http)], 1));
    let sip = [b"REGISTER sip:contoso.com SIP/2.0\r\nVia: ".as_slice(), &[b'a'; 40_000]].concat();
    check("SIP head in drops", &tcp(5060, &[(Client, &sip)], 1));
    let lines = b"GET / HTTP/1.1\r\n".iter().copied().chain(b"a:b\r\n".repeat(400_000)).collect::<Vec<_>>();
    check("HTTP lines without end", &tcp(80, &[(Client, &lines)], 1400));
    let lines = b"OPTIONS sip:a SIP/2.0\r\n".iter().copied().chain(b"a:b\r\n".repeat(400_000)).collect::<Vec<_>>();
    check("SIP lines without end", &tcp(5060, &[(Client, &lines)], 1400));
    let folded =
        b"OPTIONS sip:a SIP/2.0\r\nX: a\r\n".iter().copied().chain(b" b\r\n".repeat(400_000)).collect::<Vec<_>>();
    check("SIP folded without end", &tcp(5060, &[(Client, &folded)], 1400));
    let blank = b"\r\n".repeat(20_000);
    check("SIP keep-alives", &tcp(5060, &[(Client, b"OPTIONS sip:a SIP/2.0\r\n\r\n"), (Client, &blank)], 2));
}

#[test]
fn lines_without_number() {
    for line in [
        "a:b\r\n",
        "Authorization: NTLM TlRMTVNTUAABAAAA\r\n",
        "WWW-Authenticate: Negotiate, NTLM, Digest realm=\"a\", nonce=\"b\"\r\n",
        "Proxy-Authenticate: TLS-DSK realm=\"a\", targetname=\"b\", version=4\r\n",
        "Via: SIP/2.0/TLS a;branch=z9hG4bK1, SIP/2.0/TLS b\r\n",
        "Authorization: Basic YTpi\r\n",
        "Cookie: a=b; c=d; e=f\r\n",
        "ms-diagnostics: 1;reason=\"a\";source=\"b\"\r\n",
    ] {
        let lines = line.repeat(60_000 / line.len());
        let request = format!("GET / HTTP/1.1\r\nHost: a\r\n{lines}\r\n");
        let response = format!("HTTP/1.1 401 Unauthorized\r\n{lines}Content-Length: 0\r\n\r\n");
        check(line.trim(), &tcp(80, &[(Client, request.as_bytes()), (Server, response.as_bytes())], 1400));
        let request = format!("REGISTER sip:a SIP/2.0\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\n{lines}\r\n");
        let response = format!("SIP/2.0 401 Unauthorized\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\n{lines}\r\n");
        check(line.trim(), &tcp(5060, &[(Client, request.as_bytes()), (Server, response.as_bytes())], 1400));
    }
}

#[test]
fn words_that_drive_a_terminal() {
    let evil = "\u{1b}]0;a\u{7}\u{1b}[31m\u{8}\u{9b}\u{202e}";
    for line in
        ["Content-Type: ", "CSeq: 1 ", "From: <sip:", "WWW-Authenticate: NTLM realm=\"", "ms-diagnostics: 1;reason=\""]
    {
        let head = format!("Call-ID: 1\r\n{line}{evil}\r\n\r\n");
        for (port, version) in [(80, "HTTP/1.1"), (5060, "SIP/2.0")] {
            check(line, &tcp(port, &[(Client, format!("GET /{evil} {version}\r\n{head}").as_bytes())], 1400));
            check(line, &tcp(port, &[(Client, format!("GET{evil} / {version}\r\n{head}").as_bytes())], 1400));
            check(line, &tcp(port, &[(Server, format!("{version} 404 {evil}\r\n{head}").as_bytes())], 1400));
        }
    }
}

#[test]
fn one_line_with_everything() {
    for (start, part) in [
        ("Authorization: Digest a=\"b\"", ", a=\"b\""),
        ("Authorization: Digest a=\"b\"", ","),
        ("Authorization: Digest a=\"", "\\\""),
        ("Authorization: NTLM ", "TlRMTVNTUAACAAAA"),
        ("Authorization: Negotiate YIIBogYGKwYBBQUCoIIBljCC", "oIIBljCC"),
        ("Authorization: Bearer a", ".eyJ"),
        ("WWW-Authenticate: NTLM", ", NTLM"),
        ("From: <sip:a", ";a=b"),
        ("Contact: <sip:a>", ", <sip:a>"),
        ("Via: SIP/2.0/UDP a", ";a"),
        ("Route: ", "<"),
        ("Cookie: a", "=;"),
        ("Content-Type: a", ";b=\""),
    ] {
        let line = format!("{start}{}", part.repeat(60_000 / part.len()));
        let request = format!("GET / HTTP/1.1\r\nHost: a\r\n{line}\r\n\r\n");
        check(start, &tcp(80, &[(Client, request.as_bytes())], 1400));
        let request = format!("REGISTER sip:a SIP/2.0\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\n{line}\r\n\r\n");
        check(start, &tcp(5060, &[(Client, request.as_bytes())], 1400));
        let response = format!("SIP/2.0 401 a\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\n{line}\r\n\r\n");
        check(start, &tcp(5060, &[(Server, response.as_bytes())], 1400));
    }
}

#[test]
fn bodies_that_grow() {
    let bomb = gzip(&vec![b'<'; 256 << 20]);
    let answer = http("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Encoding: gzip", &bomb);
    check("gzip bomb", &tcp(80, &[(Client, b"GET / HTTP/1.1\r\n\r\n"), (Server, &answer)], 1400));
    let twice = gzip(&gzip(&vec![0; 64 << 20]));
    let answer = http("HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip", &twice);
    check("gzip in gzip", &tcp(80, &[(Client, b"GET / HTTP/1.1\r\n\r\n"), (Server, &answer)], 1400));
    let many = gzip(&vec![b'a'; 3 << 20]);
    let answer = http("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Encoding: gzip", &many).repeat(20);
    check("gzip often", &tcp(80, &[(Client, &b"GET / HTTP/1.1\r\n\r\n".repeat(20)), (Server, &answer)], 60_000));
}

#[test]
fn bodies_in_crumbs() {
    let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".as_slice();
    let body = [head, &b"1\r\na\r\n".repeat(150_000), b"0\r\n\r\n"].concat();
    check("chunks of a byte", &tcp(80, &[(Server, &body)], 1400));
    let body = [head, b"fffffffffffffff0\r\n", &[b'a'; 100_000]].concat();
    check("a chunk too long", &tcp(80, &[(Server, &body)], 1400));
    let body = [head, b"1;", &[b'a'; 100_000]].concat();
    check("an extension without end", &tcp(80, &[(Server, &body)], 1));
    let long = http("POST / HTTP/1.1\r\nContent-Type: text/xml", &[b' '; 1_000_000]);
    check("a body in drops", &tcp(80, &[(Client, &long)], 20));
    let head = b"REGISTER sip:a SIP/2.0\r\nContent-Length: 1000000\r\n\r\n".as_slice();
    check("a SIP body in drops", &tcp(5060, &[(Client, &[head, &[b' '; 1_000_000]].concat())], 20));
    let pipelined = b"GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic YTpi\r\n\r\n".repeat(20_000);
    check("pipelined", &tcp(80, &[(Client, &pipelined)], 60_000));
    let pipelined = b"OPTIONS sip:a SIP/2.0\r\nl:0\r\n\r\n".repeat(20_000);
    check("SIP pipelined", &tcp(5060, &[(Client, &pipelined)], 60_000));
    let answers = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".repeat(20_000);
    check("answers nobody asked for", &tcp(80, &[(Server, &answers)], 60_000));
}

#[test]
fn documents_that_nest() {
    let soap = "POST /a.svc HTTP/1.1\r\nContent-Type: application/soap+xml";
    let deep = [b"<a>".repeat(100_000), b"</a>".repeat(100_000)].concat();
    check("XML, deep", &tcp(80, &[(Client, &http(soap, &deep))], 1400));
    let open = b"<wsse:UsernameToken>".repeat(40_000);
    check("XML, open", &tcp(80, &[(Client, &http(soap, &open))], 1400));
    let mut laughs = b"<!DOCTYPE a [<!ENTITY b0 \"ha\">".to_vec();
    for i in 1..40 {
        write!(laughs, "<!ENTITY b{i} \"{}\">", format!("&b{};", i - 1).repeat(10)).unwrap();
    }
    laughs.extend(b"]><a>&b39;</a>");
    check("XML, laughing", &tcp(80, &[(Client, &http(soap, &laughs))], 1400));
    let wide = [b"<a ".as_slice(), &b"b='c' ".repeat(100_000), b"/>"].concat();
    check("XML, wide", &tcp(80, &[(Client, &http(soap, &wide))], 1400));
    let wide: Vec<u8> = (0..60_000).flat_map(|i| format!("a{i}='c' ").into_bytes()).collect();
    let wide = [b"<a ".as_slice(), &wide, b"/>"].concat();
    check("XML, many attributes", &tcp(80, &[(Client, &http(soap, &wide))], 1400));
    let spaces: Vec<u8> = (0..20_000).flat_map(|i| format!("<a{i} xmlns:a{i}='c'>").into_bytes()).collect();
    check("XML, many namespaces", &tcp(80, &[(Client, &http(soap, &spaces))], 1400));
}

/// A Kerberos message over TCP around `body`.
fn record(body: &[u8]) -> Vec<u8> {
    [&u32::try_from(body.len()).unwrap().to_be_bytes()[..], body].concat()
}

/// DER lengths long enough for anything.
fn der(tag: u8, body: &[u8]) -> Vec<u8> {
    let len = u32::try_from(body.len()).unwrap().to_be_bytes();
    [&[tag, 0x84][..], &len, body].concat()
}

#[test]
fn encodings_that_nest() {
    for tags in [&[0x30_u8][..], &[0x6a, 0x30, 0xa3, 0x30, 0xa1, 0x04], &[0x60, 0xa0, 0x30, 0xa2, 0x04], &[0xa1, 0x30]]
    {
        let mut body = Vec::new();
        for i in 0..3_000 {
            body = der(tags[tags.len() - 1 - i % tags.len()], &body);
        }
        check("DER, deep", &tcp(88, &[(Client, &record(&body))], 1400));
        let head = format!("GET / HTTP/1.1\r\nAuthorization: Negotiate {}\r\n\r\n", base64(&body));
        check("SPNEGO, deep", &tcp(80, &[(Client, head.as_bytes())], 1400));
    }
    let indefinite = [0x6a, 0x81, 0xa5].iter().copied().chain([0x30, 0x80].repeat(20_000)).collect::<Vec<_>>();
    check("DER, indefinite", &tcp(88, &[(Client, &record(&indefinite))], 1400));
    let mut request = vec![];
    for _ in 0..20_000 {
        request.extend([0xa1, 3, 2, 1, 5]);
    }
    check("DER, wide", &tcp(88, &[(Client, &record(&der(0x6a, &der(0x30, &request))))], 1400));
    check(
        "a Kerberos record too long",
        &tcp(88, &[(Client, &[0x7f, 0xff, 0xff, 0xff, 0x6a, 0x82]), (Client, &[0; 100_000])], 1400),
    );
    check("Kerberos records of nothing", &tcp(88, &[(Client, &[0; 200_000])], 1400));
}

fn base64(bytes: &[u8]) -> String {
    use ::base64::Engine;
    ::base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[test]
fn names_that_point_at_names() {
    let head = [0, 1, 0x81, 0x80, 0, 1, 0xff, 0xff, 0, 0, 0, 0].to_vec();
    let question = [1, b'a', 0, 0, 1, 0, 1].to_vec();
    // Every answer's name points at the one before: chains of growing length.
    let mut chain = [head.clone(), question.clone()].concat();
    let mut last = 12_u16;
    while chain.len() < 16_000 {
        let at = u16::try_from(chain.len()).unwrap();
        chain.extend([1, b'b', 0xc0 | last.to_be_bytes()[0], last.to_be_bytes()[1]]);
        chain.extend([0, 5, 0, 1, 0, 0, 0, 0, 0, 2]);
        chain.extend([0xc0 | last.to_be_bytes()[0], last.to_be_bytes()[1]]);
        last = at;
    }
    check("DNS, a chain", &udp(53, &[(Server, &chain)]));
    let circle = [head.clone(), vec![0xc0, 14, 0xc0, 12, 0, 1, 0, 1], [0xc0, 12].repeat(20_000)].concat();
    check("DNS, a circle", &udp(53, &[(Server, &circle)]));
    let records = [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0].repeat(5_000);
    let many = [head.clone(), question.clone(), records].concat();
    let stream = [&u16::try_from(many.len()).unwrap().to_be_bytes()[..], &many].concat();
    check("DNS, many records", &tcp(53, &[(Server, &stream.repeat(5))], 1400));
    let labels = [head, [1, b'a'].repeat(20_000), vec![0, 0, 1, 0, 1]].concat();
    check("DNS, many labels", &udp(53, &[(Server, &labels)]));
    check("DNS, tiny messages", &tcp(53, &[(Client, &[0, 1, 0].repeat(40_000))], 1400));
}

#[test]
fn tokens_that_count() {
    // A challenge whose target information is nothing but empty pairs, and one whose fields lie over each other.
    let mut challenge = b"NTLMSSP\0\x02\0\0\0".to_vec();
    challenge.extend([0, 0, 0, 0, 56, 0, 0, 0, 0x05, 0x82, 0x89, 0xa2]);
    challenge.extend([0; 16]);
    challenge.extend([0xf0, 0xff, 0xf0, 0xff, 56, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    challenge.extend([2, 0, 0, 0].repeat(12_000));
    let answer =
        format!("HTTP/1.1 401 a\r\nWWW-Authenticate: NTLM {}\r\nContent-Length: 0\r\n\r\n", base64(&challenge));
    check("NTLM, many pairs", &tcp(80, &[(Server, answer.as_bytes())], 1400));
    let mut authenticate = b"NTLMSSP\0\x03\0\0\0".to_vec();
    for _ in 0..6 {
        authenticate.extend([0xff, 0xff, 0xff, 0xff, 8, 0, 0, 0]);
    }
    authenticate.extend([5, 0x82, 0x89, 0xa2]);
    authenticate.resize(60_000, b'a');
    let request = format!("GET / HTTP/1.1\r\nAuthorization: NTLM {}\r\n\r\n", base64(&authenticate));
    check("NTLM, overlapping", &tcp(80, &[(Client, request.as_bytes())], 1400));
}

#[test]
fn segments_out_of_any_order() {
    let mut talk = Talk::tcp(5060);
    let start = talk.next[0];
    talk.segment(Client, b"OPTIONS sip:a SIP/2.0\r\n");
    for i in (1..20_000_u32).rev() {
        talk.segment_at(Client, start.wrapping_add(i * 3), ACK, b"ab");
    }
    check("a hole behind every segment", &talk.pcap());
    let mut talk = Talk::tcp(80);
    let start = talk.next[0];
    for i in 0..20_000_u32 {
        talk.segment_at(Client, start.wrapping_add(i.wrapping_mul(0x9e37_79b9)), ACK, b"GET / HTTP/1.1\r\n\r\n");
    }
    check("segments from everywhere", &talk.pcap());
    let mut talk = Talk::tcp(80);
    for i in 0..20_000_u32 {
        talk.segment_at(Client, i.wrapping_mul(77), make::SYN, b"");
        talk.segment_at(Client, i.wrapping_mul(77).wrapping_add(1), ACK, b"GET / HTTP/1.1\r\n\r\n");
    }
    check("a connection opened again and again", &talk.pcap());
}

#[test]
fn secrets_without_number() {
    let pins = (0..12_000).map(|n| format!("pin={n:04}&")).collect::<Vec<_>>().concat();
    let query = format!("GET /?{} HTTP/1.1\r\nHost: a\r\n\r\n", &pins[..60_000]);
    let crumb = |c: &[u8]| format!("7\r\n{:7}\r\n", String::from_utf8_lossy(c));
    let chunks = pins.as_bytes().chunks(7).map(crumb).collect::<Vec<_>>().concat();
    let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let form = format!("{head}Transfer-Encoding: chunked\r\n\r\n{chunks}0\r\n\r\n");
    for (name, text) in [("a query of secrets", query), ("a form of secrets in crumbs", form)] {
        let bytes = tcp(80, &[(Client, text.as_bytes())], 1400);
        check(name, &bytes);
        let began = Instant::now();
        let before = look::spent(began);
        look::trees(&bytes, |tree| handshark::report::packet::bytes(&mut std::io::sink(), tree).unwrap()).unwrap();
        let took = look::spent(began).saturating_sub(before);
        assert!(took < LIMIT, "{name}: its bytes in {took:?}");
    }
}

#[test]
fn registrations_that_do_not_fit_are_told() {
    let mut talk = Talk::to_port(5060);
    for i in 0..20_002_u32 {
        let text = format!("REGISTER sip:a SIP/2.0\r\nFrom: <sip:u{i}@a>\r\nCall-ID: {i}\r\nCSeq: 1 REGISTER\r\n\r\n");
        talk.udp(Client, text.as_bytes());
    }
    let (_, json) = look::report(&talk.pcap()).unwrap();
    assert!(json.contains("2 messages of registrations beyond the budget are not told"), "{}", &json[..2000]);
}

#[test]
fn heads_that_are_too_long_are_told() {
    let sip = |long: usize| format!("REGISTER sip:a SIP/2.0\r\nX: {}\r\nContent-Length: 0\r\n\r\n", "a".repeat(long));
    let http = |long: usize| format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", "a".repeat(long));
    for (port, head) in [(5060, &sip as &dyn Fn(usize) -> String), (80, &http)] {
        for (long, told) in [(10, false), (60_000, false), (100_000, true)] {
            let report = look::report(&tcp(port, &[(Client, head(long).as_bytes())], 1400)).unwrap().1;
            assert_eq!(
                report.contains("1 messages were too large to be kept"),
                told,
                "{port}, {long} bytes\n{report:.900}"
            );
        }
    }
}

#[test]
fn conversations_without_number() {
    let mut talk = Talk::to_port(5060);
    for i in 0..120_000_u32 {
        let [a, b, c, d] = i.to_be_bytes();
        talk.client = ([10, b, c, d], 1024 + u16::from(a));
        talk.segment_at(Client, i, make::SYN, b"");
    }
    check("connections nobody answers", &talk.pcap());
    for protocol in 0..4 {
        let mut talk = Talk::to_port(if protocol == 1 { 80 } else { 5060 });
        for i in 0..20_000_u32 {
            let [_, b, c, d] = i.to_be_bytes();
            talk.client.0 = [10, b, c, d];
            match protocol {
                0 => {
                    let to = "To: <sip:a>\r\nVia: SIP/2.0/UDP a\r\n";
                    let text = format!(
                        "REGISTER sip:a SIP/2.0\r\n{to}From: <sip:u{i}@a>\r\nCall-ID: {i}\r\nCSeq: 1 REGISTER\r\n\r\n"
                    );
                    talk.udp(Client, text.as_bytes());
                    let offer =
                        "WWW-Authenticate: NTLM realm=\"SIP Communications Service\", targetname=\"a\", version=4";
                    let text = format!(
                        "SIP/2.0 401 Unauthorized\r\n{to}From: <sip:u{i}@a>\r\nCall-ID: {i}\r\nCSeq: 1 REGISTER\r\n{offer}\r\n\r\n"
                    );
                    talk.udp(Server, text.as_bytes());
                }
                1 => {
                    talk.next = [i, i];
                    let user = base64(format!("user{i}:secret").as_bytes());
                    let text = format!("GET /{i} HTTP/1.1\r\nHost: h{i}\r\nAuthorization: Basic {user}\r\n\r\n");
                    talk.segment(Client, text.as_bytes());
                    talk.segment(Server, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                }
                2 => {
                    // One connection of a proxy, many users.
                    talk.client.0 = [10, 0, 0, 1];
                    let text = format!(
                        "REGISTER sip:a SIP/2.0\r\nFrom: <sip:u{i}@a>;tag=1;epid={i:x}\r\nTo: <sip:u{i}@a>\r\nCall-ID: {i}\r\nCSeq: 1 REGISTER\r\nAuthorization: Kerberos qop=\"auth\", realm=\"a\", targetname=\"sip/a\", opaque=\"{i:x}\", gssapi-data=\"\"\r\nContent-Length: 0\r\n\r\n"
                    );
                    talk.segment(Client, text.as_bytes());
                }
                _ => {
                    let [_, b, c, d] = i.to_be_bytes();
                    talk.udp(Client, &[b, c, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, d, 0, 0, 33, 0, 1]);
                }
            }
        }
        check(&format!("conversations {protocol}"), &talk.pcap());
    }
}

/// An IPv4 packet in Ethernet.
fn ip(talk: &mut Talk, id: u16, offset: u16, more: bool, protocol: u8, payload: &[u8]) {
    let len = u16::try_from(payload.len() + 20).unwrap_or(0).to_be_bytes();
    let flags = ((offset / 8) | if more { 0x2000 } else { 0 }).to_be_bytes();
    let mut data = vec![2, 0, 0, 0, 0, 10, 2, 0, 0, 0, 0, 50, 8, 0, 0x45, 0, len[0], len[1]];
    data.extend(id.to_be_bytes());
    data.extend([flags[0], flags[1], 64, protocol, 0, 0, 192, 0, 2, 50, 192, 0, 2, 10]);
    data.extend(payload);
    talk.packet(data);
}

#[test]
fn fragments_that_never_fit() {
    let mut talk = Talk::to_port(5060);
    for id in 0..40_000 {
        ip(&mut talk, id, 0, true, 17, &[0; 1480]);
    }
    check("datagrams never completed", &talk.pcap());
    let mut talk = Talk::to_port(5060);
    for i in 0..8_000 {
        ip(&mut talk, 1, (i * 2 % 8_000) * 8, true, 17, &[0; 8]);
    }
    for i in (0..8_000).rev() {
        ip(&mut talk, 2, i * 8, true, 17, &[0; 8]);
        ip(&mut talk, 3, i * 8, true, 17, &[0; 600]);
    }
    ip(&mut talk, 2, 64_000, false, 17, &[0; 8]);
    check("datagrams in crumbs", &talk.pcap());
    let mut talk = Talk::to_port(5060);
    for i in 0..4_000 {
        ip(&mut talk, i, 8, false, 17, &[b'a'; 1000]);
        ip(&mut talk, i, 0, true, 17, &[0x13, 0xc4, 0x13, 0xc4, 0xff, 0xff, 0, 0]);
    }
    check("datagrams shorter than they say", &talk.pcap());
}

#[test]
fn headers_that_nest() {
    let mut talk = Talk::to_port(5060);
    let mut inner = Vec::new();
    for _ in 0..3_000 {
        let len = u16::try_from(inner.len() + 20).unwrap_or(0).to_be_bytes();
        let head = [0x45, 0, len[0], len[1], 0, 0, 0, 0, 64, 4, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
        inner = [&head[..], &inner].concat();
    }
    ip(&mut talk, 1, 0, false, 4, &inner);
    let icmp = [3, 1, 0, 0, 0, 0, 0, 0, 0x45, 0, 0xff, 0xff, 0, 0, 0, 0, 64, 1, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
    ip(&mut talk, 1, 0, false, 1, &icmp.repeat(1_000));
    let mut tags = vec![2, 0, 0, 0, 0, 10, 2, 0, 0, 0, 0, 50];
    tags.extend([0x81, 0, 0, 1].repeat(10_000));
    talk.packet(tags);
    let mut tunnel = vec![
        2, 0, 0, 0, 0, 10, 2, 0, 0, 0, 0, 50, 8, 0, 0x45, 0, 0, 0, 0, 0, 0, 0, 64, 47, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2,
    ];
    for _ in 0..1_000 {
        tunnel.extend([0, 0, 8, 0, 0x45, 0, 0, 0, 0, 0, 0, 0, 64, 47, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
    }
    talk.packet(tunnel);
    for kind in [0, 43, 60, 44, 51] {
        let mut extensions =
            vec![2, 0, 0, 0, 0, 10, 2, 0, 0, 0, 0, 50, 0x86, 0xdd, 0x60, 0, 0, 0, 0xff, 0xf0, kind, 64];
        extensions.extend([0; 32]);
        extensions.extend([kind, 0, 0, 0, 0, 0, 0, 0].repeat(8_000));
        talk.packet(extensions);
        let mut options = vec![2, 0, 0, 0, 0, 10, 2, 0, 0, 0, 0, 50, 0x86, 0xdd, 0x60, 0, 0, 0, 0xff, 0xf0, kind, 64];
        options.extend([0; 32]);
        options.extend([[17, 0xff].as_slice(), &[1, 0].repeat(1_100)].concat().repeat(20));
        talk.packet(options);
    }
    check("headers that nest", &talk.pcap());
}

#[test]
fn memory_stays_bounded() {
    // The other tests of this file run in the same process, beside this one or before; all of them count.
    heads_without_end();
    bodies_that_grow();
    if let Some(peak) = peak() {
        assert!(peak < 1 << 20, "{peak} KiB at the peak");
    }
}
