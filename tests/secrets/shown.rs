//! What a capture holds of passwords, tokens and cookies is shown by nothing that shows packets, and is in no redacted copy.

use crate::make::{Side, Talk};
use handshark::wire::base64;
use std::path::Path;
use std::process::Command;

/// A secret as it stands in each place: letters and digits only, so that it reads the same everywhere.
fn secret(nth: usize) -> String {
    format!("Zq{nth:02}fiskeorn7Havorn{:02}", 97 - nth)
}

fn request(head: &str, body: &str) -> String {
    let length = if body.is_empty() || head.contains("chunked") {
        String::new()
    } else {
        format!("Content-Length: {}\r\n", body.len())
    };
    format!("{head}\r\nHost: lync.corvid.example\r\n{length}\r\n{body}")
}

fn response(head: &str, body: &str) -> String {
    format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

/// What a client says and what it is answered, with a secret in one of the two.
fn exchanges() -> Vec<(&'static str, String, String, String)> {
    let ok = || response("200 OK", "");
    let get = |line: String| request(&format!("GET /webticket HTTP/1.1\r\n{line}"), "");
    let post = |kind: &str, body: String| request(&format!("POST /x HTTP/1.1\r\nContent-Type: {kind}"), &body);
    let form = "application/x-www-form-urlencoded";
    let multipart =
        |s: &str| format!("--bb\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n{s}\r\n--bb--\r\n");
    let chunked = |s: &str| {
        let (first, rest) = s.split_at(9);
        let first = format!("username=mona&password={first}");
        let body = format!("{:x}\r\n{first}\r\n{:x}\r\n{rest}\r\n0\r\n\r\n", first.len(), rest.len());
        request(&format!("POST /x HTTP/1.1\r\nContent-Type: {form}\r\nTransfer-Encoding: chunked"), &body)
    };
    type Ask<'a> = (&'static str, Box<dyn Fn(&str) -> String + 'a>);
    let asks: Vec<Ask<'_>> = vec![
        ("form", Box::new(|s| post(form, format!("grant_type=password&username=mona&password={s}")))),
        (
            "form of a page",
            Box::new(|s| post(form, format!("UserName=mona&Password={s}&AuthMethod=FormsAuthentication"))),
        ),
        ("passwd", Box::new(|s| post(form, format!("username=mona&passwd={s}")))),
        ("chunked form", Box::new(chunked)),
        ("JSON", Box::new(|s| post("application/json", format!("{{\"user\":\"mona\",\"password\":\"{s}\"}}")))),
        ("multipart", Box::new(|s| post("multipart/form-data; boundary=bb", multipart(s)))),
        ("query", Box::new(|s| request(&format!("GET /login?user=mona&password={s} HTTP/1.1"), ""))),
        ("access_token", Box::new(|s| request(&format!("GET /ucwa?access_token={s} HTTP/1.1"), ""))),
        ("URL", Box::new(|s| request(&format!("GET http://mona:{s}@lync.corvid.example/x HTTP/1.1"), ""))),
        ("Referer", Box::new(|s| get(format!("Referer: http://mona:{s}@lync.corvid.example/")))),
        ("Cookie", Box::new(|s| get(format!("Cookie: lang=de; MSISAuth={s}")))),
        ("X-MS-WebTicket", Box::new(|s| get(format!("X-MS-WebTicket: opaque={s}")))),
        ("X-Api-Key", Box::new(|s| get(format!("X-Api-Key: {s}")))),
        ("Bearer", Box::new(|s| get(format!("Authorization: Bearer {s}")))),
        ("another scheme", Box::new(|s| get(format!("Authorization: Foo {s}")))),
        (
            "Digest",
            Box::new(|s| {
                get(format!(
                    "Authorization: Digest username=\"mona\", realm=\"r\", nonce=\"n\", uri=\"/\", response=\"{s}\""
                ))
            }),
        ),
        (
            "Basic",
            Box::new(|s| get(format!("Authorization: Basic {}", base64::encode(format!("mona:{s}").as_bytes())))),
        ),
        (
            "folded Basic",
            Box::new(|s| get(format!("Authorization: Basic\r\n {}", base64::encode(format!("mona:{s}").as_bytes())))),
        ),
        ("SOAP", Box::new(|s| post("text/xml", format!("<a><Username>mona</Username><Password>{s}</Password></a>")))),
    ];
    let mut all: Vec<_> = Vec::new();
    for (name, ask) in asks {
        let s = secret(all.len());
        all.push((name, ask(&s), ok(), s));
    }
    for (name, head, body) in [
        ("Set-Cookie", "200 OK\r\nSet-Cookie: a={}; path=/", ""),
        ("Location", "302 Found\r\nLocation: https://x.example/#access_token={}", ""),
        ("token", "200 OK\r\nContent-Type: application/json", "{\"access_token\":\"{}\",\"token_type\":\"Bearer\"}"),
    ] {
        let s = secret(all.len());
        all.push((name, get("Accept: */*".into()), response(&head.replace("{}", &s), &body.replace("{}", &s)), s));
    }
    all
}

/// Datagrams of SIP with a secret.
fn datagrams(from: usize) -> Vec<(&'static str, String, String)> {
    let message = |uri: &str, more: &str, body: &str| {
        format!(
            "INVITE sip:tim@corvid.example SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.50;branch=z9hG4bK1\r\nFrom: <{uri}>;tag=1\r\n\
             To: <sip:tim@corvid.example>\r\nCall-ID: c1\r\nCSeq: 1 INVITE\r\n{more}Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let mona = "sip:mona@corvid.example";
    let sdp = |line: &str| {
        format!("v=0\r\no=- 0 0 IN IP4 192.0.2.50\r\ns=-\r\nt=0 0\r\nm=audio 5000 RTP/SAVP 0\r\n{line}\r\n")
    };
    let kind = "Content-Type: application/sdp\r\n";
    type Say<'a> = (&'static str, Box<dyn Fn(&str) -> String + 'a>);
    let says: Vec<Say<'_>> = vec![
        ("sip URI", Box::new(|s| message(&format!("sip:mona:{s}@corvid.example"), "", ""))),
        (
            "sip Digest",
            Box::new(|s| {
                message(
                    mona,
                    &format!(
                        "Authorization: Digest username=\"mona\", realm=\"r\", nonce=\"n\", uri=\"sip:x\", response=\"{s}\"\r\n"
                    ),
                    "",
                )
            }),
        ),
        ("ice-pwd", Box::new(|s| message(mona, kind, &sdp(&format!("a=ice-pwd:{s}"))))),
        (
            "crypto",
            Box::new(|s| message(mona, kind, &sdp(&format!("a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:{s}|2^31|1:1")))),
        ),
    ];
    says.into_iter().enumerate().map(|(n, (name, say))| (name, say(&secret(from + n)), secret(from + n))).collect()
}

fn run(arguments: &[&str]) -> Vec<u8> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_handshark"));
    let output = command.args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// The bytes of a hex dump, or of rows of hex digits.
fn dumped(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    let mut bytes = Vec::new();
    for line in text.lines() {
        let mut words = line.split_whitespace().peekable();
        if words.next_if(|w| w.len() >= 4 && w.bytes().all(|b| b.is_ascii_hexdigit()) && line.contains("  ")).is_some()
        {
            let row = words.take(16).map_while(|w| {
                if w == "··" { Some(b'*') } else { u8::from_str_radix(w, 16).ok().filter(|_| w.len() == 2) }
            });
            bytes.extend(row);
        } else if let Some(row) = handshark::wire::text::unhex(line.trim()) {
            bytes.extend(row);
        }
    }
    bytes
}

/// The letters of base64 that depend on a secret alone, behind `mona:`.
fn in_base64(secret: &str) -> String {
    base64::encode(format!("mona:{secret}").as_bytes())[8..28].to_owned()
}

fn leaks(output: &[u8], secret: &str) -> bool {
    let holds = |bytes: &[u8]| {
        [secret, &secret[4..18], &in_base64(secret)]
            .iter()
            .any(|part| memchr::memmem::find(bytes, part.as_bytes()).is_some())
    };
    holds(output) || holds(&dumped(output))
}

#[test]
fn no_form_shows_a_secret_and_no_redacted_copy_holds_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (web, sip, copy) = (path("web.pcap"), path("sip.pcap"), path("copy.pcap"));
    let exchanges = exchanges();
    let mut talk = Talk::tcp(80);
    for (_, ask, answer, _) in &exchanges {
        // Segments of a size that cuts secrets apart.
        talk.say(Side::Client, ask.as_bytes(), 90);
        talk.say(Side::Server, answer.as_bytes(), 400);
    }
    std::fs::write(&web, talk.pcap()).unwrap();
    let datagrams = datagrams(exchanges.len());
    let mut talk = Talk::to_port(5060);
    for (_, text, _) in &datagrams {
        talk.udp(Side::Client, text.as_bytes());
    }
    std::fs::write(&sip, talk.pcap()).unwrap();
    let of_web: Vec<_> = exchanges.iter().map(|(name, _, _, s)| (*name, s.as_str())).collect();
    let of_sip: Vec<_> = datagrams.iter().map(|(name, _, s)| (*name, s.as_str())).collect();
    for (file, follows, all) in [(&web, ["tcp", "http"], of_web), (&sip, ["udp", "sip"], of_sip)] {
        let mut told = String::new();
        for (name, secret) in &all {
            assert!(
                leaks(&run(&["packets", "-q", "-V", "--show-secrets", file]), secret),
                "{name}: nothing is found where all is shown"
            );
        }
        let mut forms: Vec<Vec<&str>> =
            vec![vec!["packets", "-q", file], vec!["packets", "-q", "-V", file], vec!["packets", "-q", "-x", file]];
        forms.push(vec!["packets", "-q", "-T", "json", file]);
        for form in ["text", "json", "csv", "markdown", "html", "sarif"] {
            forms.push(vec!["report", "-q", "-T", form, file]);
        }
        for what in follows {
            for form in ["text", "hex", "raw"] {
                forms.push(vec!["follow", "-q", file, what, "0", "-T", form]);
            }
        }
        for form in forms {
            let output = run(&form);
            let found = all.iter().filter(|(_, secret)| leaks(&output, secret));
            told.extend(found.map(|(name, _)| format!("{name}: {}\n", form.join(" "))));
        }
        run(&["redact", "-q", file, "-w", &copy]);
        let bytes = std::fs::read(&copy).unwrap();
        told.extend(all.iter().filter(|(_, s)| leaks(&bytes, s)).map(|(name, _)| format!("{name}: redact\n")));
        // Cut apart as they were sent, or not.
        for what in follows {
            let shown = run(&["follow", "-q", "--show-secrets", &copy, what, "0", "-T", "raw"]);
            told.extend(
                all.iter().filter(|(_, s)| leaks(&shown, s)).map(|(name, _)| format!("{name}: redact, {what}\n")),
            );
        }
        assert!(told.is_empty(), "\n{told}");
    }
}

#[test]
fn a_redacted_form_is_still_a_password_grant() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (file, copy) = (path("grant.pcap"), path("copy.pcap"));
    let mut talk = Talk::tcp(80);
    let body = "grant_type=password&username=mona.reyes%40corvid.example&password=Gr%C3%BCn%2342x";
    let ask = format!(
        "POST /WebTicket/oauthtoken HTTP/1.1\r\nHost: lync.corvid.example\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let body = "{\"access_token\":\"cwt=AAEBHAEFAAAAAAAFFQAAAGZpc2tlb3Ju\",\"note\":\"a\\\"b\",\"refresh_token\":\"pa\\\"ss\\u00e9w\",\"token_type\":\"Bearer\"}";
    let answer =
        format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    talk.say(Side::Client, ask.as_bytes(), 1400);
    talk.say(Side::Server, answer.as_bytes(), 1400);
    talk.close();
    std::fs::write(&file, talk.pcap()).unwrap();
    run(&["redact", "-q", &file, "-w", &copy]);
    let findings = |file: &str| {
        let report: serde_json::Value = serde_json::from_slice(&run(&["report", "-q", "-T", "json", file])).unwrap();
        let ids = report["findings"].as_array().unwrap().iter().map(|f| (f["id"].clone(), f["title"].clone()));
        ids.collect::<Vec<_>>()
    };
    let (before, after) = (findings(&file), findings(&copy));
    assert_eq!(before, after);
    for id in ["W05", "W23"] {
        assert!(before.iter().any(|(found, _)| found == id), "{id}: {before:?}");
    }
    let shown = |file: &str| String::from_utf8(run(&["follow", "-q", "--show-secrets", file, "http", "0"])).unwrap();
    let said = shown(&copy);
    assert!(
        said.contains("grant_type=password&username=")
            && said.contains("%23")
            && said.contains("\"token_type\":\"Bearer\""),
        "{said}"
    );
    for part in ["Gr%C3%BCn", "%2342x", "mona", "ZpskZXTJ", "AAEBHAEF", "\"pa"] {
        assert!(!said.contains(part), "{part}: {said}");
    }
    assert!(
        serde_json::from_str::<serde_json::Value>(said.lines().find(|l| l.starts_with('{')).unwrap()).is_ok(),
        "{said}"
    );
}

#[test]
fn a_cipher_that_encrypts_nothing_hides_nothing_and_is_masked() {
    let captures = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures/tls");
    let [file, keys] =
        ["null-cipher.pcap", "null-cipher.keys"].map(|name| captures.join(name).to_str().unwrap().to_owned());
    let secret = base64::encode(b"CORVID\\mona:Nightjar#42");
    let follow = |more: &[&str]| {
        let output = run(&[&["follow", "-q", &file, "tcp", "0", "-T", "raw", "--keylog", &keys], more].concat());
        memchr::memmem::find(&output, secret.as_bytes()).is_some()
    };
    assert_eq!((follow(&["--show-secrets"]), follow(&[])), (true, false));
}
