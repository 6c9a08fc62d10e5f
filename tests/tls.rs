//! Recorded connections of openssl, opened with their key logs: every suite it speaks, keys that change, a second hello,
//! early data; and DTLS, which is described as far as it is in clear.

use std::path::{Path, PathBuf};
use std::process::Command;

fn capture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("captures/tls").join(name)
}

fn run(arguments: &[&str], name: &str, keys: Option<&str>) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_handshark"));
    command.arg(arguments[0]).arg("-q").arg(capture(&format!("{name}.pcap"))).args(&arguments[1..]);
    if let Some(keys) = keys {
        command.arg(if keys.starts_with("server-key") { "--tls-key" } else { "--keylog" }).arg(capture(keys));
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Frame and values of the frames that pass the filter.
fn fields(name: &str, keys: Option<&str>, filter: &str, field: &str) -> Vec<String> {
    let arguments = ["packets", "-Y", filter, "-T", "fields", "-e", "frame.number", "-e", field];
    run(&arguments, name, keys).lines().map(str::to_owned).collect()
}

/// The suites in `suites.pcap`, a connection each, in the order they were asked for.
const SUITES: [&str; 24] = [
    "TLS_RSA_WITH_AES_256_CBC_SHA",
    "TLS_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_RSA_WITH_AES_256_CBC_SHA256",
    "TLS_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_RSA_WITH_AES_128_CCM",
    "TLS_DHE_RSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CCM",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_CAMELLIA_128_CBC_SHA256",
    // Without encrypt-then-MAC, the last two of TLS 1.1 and 1.0.
    "TLS_RSA_WITH_AES_128_CBC_SHA",
    "TLS_RSA_WITH_AES_256_CBC_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",
    "TLS_RSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "TLS_AES_128_CCM_SHA256",
    "TLS_AES_128_CCM_8_SHA256",
];

#[test]
fn every_suite_opens() {
    let told = run(&["keys"], "suites", Some("suites.keys"));
    let lines: Vec<_> = told.lines().collect();
    for (suite, line) in SUITES.iter().zip(&lines) {
        assert!(line.ends_with(&format!("{suite}: read with the key log")), "{suite}: {line}");
    }
    assert_eq!(lines[SUITES.len()], "24 of 24 TLS conversations read; 47 secrets at hand");
    let asked = fields("suites", Some("suites.keys"), "http.request.uri == \"/page\"", "tcp.stream");
    let streams: Vec<_> = asked.iter().map(|line| line.split('\t').nth(1).unwrap().to_owned()).collect();
    assert_eq!(streams, (0..24).map(|n| n.to_string()).collect::<Vec<_>>());
    let answered = fields("suites", Some("suites.keys"), "http.response.code == 200", "http.file_data");
    assert_eq!(answered.len(), 24);
}

#[test]
fn what_a_key_does_not_open_is_told_suite_by_suite() {
    // A key in the form of SEC 1, which only signs.
    let told = run(&["keys"], "rsa-key", Some("server-key-sec1.pem"));
    assert!(told.contains("the private key given is not RSA, so it only signs"), "{told}");
    // It is the certificate's of most, and opens none; nor does a key that belongs to none of them.
    for key in ["server-key-sec1.pem", "server-key.pem"] {
        let told = run(&["keys"], "suites", Some(key));
        let ephemeral = told.lines().filter(|line| line.contains("its keys are ephemeral")).count();
        let other = ["only signs", "no private key given belongs to its certificate"];
        let other = told.lines().filter(|line| other.iter().any(|why| line.contains(why))).count();
        assert_eq!((ephemeral, other), (16, 8), "{key}: {told}");
        assert!(told.contains("0 of 24 TLS conversations read"), "{told}");
    }
    // A key log of other connections fits none, and one of the right ones with a wrong secret neither.
    let told = run(&["keys"], "suites", Some("retry.keys"));
    assert_eq!(told.matches("no key given knows its ClientHello").count(), 24);
    let log = std::fs::read_to_string(capture("suites.keys")).unwrap();
    let wrong: String = log
        .lines()
        .map(|line| match line.rsplit_once(' ').filter(|(start, _)| !start.starts_with('#')) {
            Some((start, secret)) => format!("{start} {}\n", secret.chars().rev().collect::<String>()),
            None => format!("{line}\n"),
        })
        .collect();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), wrong).unwrap();
    let told = run(&["keys"], "suites", Some(file.path().to_str().unwrap()));
    assert_eq!(told.matches("the key given for it does not fit its records").count(), 24, "{told}");
}

#[test]
fn ssl_3_opens_with_the_key_of_the_server_as_tshark_opens_it() {
    let told = run(&["keys"], "ssl3", Some("server-key.pem"));
    let suites = ["RC4_128_MD5", "RC4_128_SHA", "3DES_EDE_CBC_SHA", "AES_128_CBC_SHA", "AES_256_CBC_SHA"];
    let mut lines = told.lines();
    for suite in suites {
        let line = lines.next().unwrap();
        assert!(
            line.ends_with(&format!("TLS_RSA_WITH_{suite}: read with the private key of its certificate")),
            "{line}"
        );
    }
    assert!(
        lines.next().unwrap().ends_with("RC4_128_MD5: read as the resumption of a session that was opened"),
        "{told}"
    );
    let asked = fields("ssl3", Some("server-key.pem"), "http.request.uri == \"/basic\"", "tcp.stream");
    let answered = fields("ssl3", Some("server-key.pem"), "http.file_data == \"nested\"", "tcp.stream");
    // Frames as in `tshark -o uat:rsa_keys:"server-key.pem","" -Y http`.
    assert_eq!(asked, ["10\t0", "25\t1", "43\t2", "62\t3", "80\t4", "98\t5"]);
    assert_eq!(answered, ["11\t0", "26\t1", "46\t2", "65\t3", "83\t4", "100\t5"]);
    let closed = run(&["keys"], "ssl3", Some("server-key-sec1.pem"));
    assert!(closed.contains("0 of 6 TLS conversations read"), "{closed}");
}

#[test]
fn keys_that_change_are_followed() {
    let updates = fields("key-update", Some("key-update.keys"), "tls.handshake.type == 24", "ip.src");
    let from_client = updates.iter().filter(|line| line.ends_with("192.0.2.101")).count();
    assert_eq!((from_client, updates.len()), (3, 4), "{updates:?}");
    let asked = fields("key-update", Some("key-update.keys"), "http.request", "http.request.uri");
    assert!(asked.len() == 1 && asked[0].ends_with("/page"), "{asked:?}");
}

#[test]
fn a_second_hello_is_one_connection() {
    let hellos = fields("retry", Some("retry.keys"), "tls.handshake.type in {1, 2}", "tls.handshake.type");
    let types: Vec<_> = hellos.iter().map(|line| line.split('\t').nth(1).unwrap()).collect();
    assert_eq!(types, ["1", "2", "1", "2,8,11,15,20"]);
    assert_eq!(fields("retry", Some("retry.keys"), "http.request", "http.request.uri").len(), 1);
    assert!(run(&["packets"], "retry", None).contains("Hello Retry Request, Change Cipher Spec"));
}

#[test]
fn data_sent_before_the_server_answers_is_read() {
    let early = fields("early-data", Some("early-data.keys"), "http.request", "tls.handshake.type");
    // In the frame of the ClientHello.
    assert!(early.len() == 1 && early[0].ends_with("\t1"), "{early:?}");
    let ends = fields("early-data", Some("early-data.keys"), "tls.handshake.type == 5", "tls.handshake.type");
    assert!(ends.len() == 1 && ends[0].ends_with("5,20"), "{ends:?}");
}

/// What was opened speaks for itself, its cover does not.
#[test]
fn the_column_says_what_was_opened() {
    let told = run(&["packets", "-Y", "tls"], "tls13", Some("tls13.keys"));
    assert!(
        told.contains(
            "Server Hello, Change Cipher Spec, Encrypted Extensions, Certificate, Certificate Verify, Finished"
        )
    );
    assert!(told.lines().any(|line| line.contains(" HTTP ") && line.trim_end().ends_with(" GET / HTTP/1.1")), "{told}");
    let closed = run(&["packets", "-Y", "tls"], "tls13", None);
    assert!(closed.contains("Change Cipher Spec, Application Data"), "{closed}");
}

#[test]
fn datagrams_are_described_as_far_as_they_are_clear() {
    let types = fields("dtls", None, "dtls", "dtls.handshake.type");
    let types: Vec<_> = types.iter().map(|line| line.split('\t').nth(1).unwrap()).collect();
    assert_eq!(types, ["1", "3", "1", "2,11", "11,12", "12,13,14", "11,16,15", "15", "4", "4", "", ""]);
    assert_eq!(fields("dtls", None, "dtls.handshake.cookie", "dtls.handshake.type").len(), 2);
    let profiles = fields("dtls", None, "dtls.use_srtp.protection_profile == 1", "dtls.use_srtp.protection_profile");
    assert_eq!(profiles.len(), 3, "{profiles:?}");
    let told = run(&["packets"], "dtls", None);
    assert!(told.contains("Certificate (Fragment), Server Key Exchange (Fragment)"), "{told}");
}

/// With the same secrets tshark sees no request or answer that stays hidden here.
#[test]
fn nothing_that_tshark_opens_stays_closed() {
    if Command::new("tshark").arg("-v").output().is_err() {
        eprintln!("SKIPPED: no tshark");
        return;
    }
    for name in ["suites", "key-update", "retry", "early-data", "renegotiated", "client-certificate-tls13", "camellia"]
    {
        let keys = format!("{name}.keys");
        let output = Command::new("tshark")
            .args(["-n", "-r"])
            .arg(capture(&format!("{name}.pcap")))
            .arg("-o")
            .arg(format!("tls.keylog_file:{}", capture(&keys).display()))
            .args(["-Y", "http.request", "-T", "fields", "-e", "tcp.stream", "-e", "http.request.uri"])
            .output()
            .unwrap();
        let theirs = String::from_utf8(output.stdout).unwrap();
        let arguments = ["packets", "-Y", "http.request", "-T", "fields", "-e", "tcp.stream", "-e", "http.request.uri"];
        let ours = run(&arguments, name, Some(&keys));
        assert!(
            !theirs.is_empty() && theirs.lines().all(|line| ours.lines().any(|l| l == line)),
            "{name}: {theirs}{ours}"
        );
    }
}

/// A capture with these bytes changed for others of the same length, wherever they stand.
fn changed(name: &str, from: &str, to: &str) -> tempfile::NamedTempFile {
    assert_eq!(from.len(), to.len());
    let captures = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures");
    let mut bytes = std::fs::read(captures.join(name)).unwrap();
    let places: Vec<_> = bytes.windows(from.len()).enumerate().filter(|(_, w)| *w == from.as_bytes()).collect();
    let places: Vec<usize> = places.into_iter().map(|(at, _)| at).collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    file
}

/// Of a report: the negotiation with TLS-DSK, and the codes of findings about certificates of servers.
fn tls_dsk(path: &Path, arguments: &[&str]) -> (serde_json::Value, Vec<String>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_handshark"));
    let output = command.args(["report", "-T", "json", "-q"]).arg(path).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let all = report["negotiations"].as_array().unwrap();
    let found = report["findings"].as_array().unwrap().iter().map(|f| f["id"].as_str().unwrap().to_owned());
    let found = found.filter(|id| ["W34", "W35", "W36", "W37"].contains(&id.as_str())).collect();
    (all.iter().find(|n| n["scheme"] == "TLS-DSK").unwrap().clone(), found)
}

/// SIP in clear: what is found is found of the certificates inside TLS-DSK.
#[test]
fn certificates_inside_tls_dsk_are_judged() {
    const DSK: &str = "ntlm/dsk-http-clear.pcap";
    let recorded = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures").join(DSK);
    let (n, found) = tls_dsk(&recorded, &[]);
    let (user, server) = (&n["certificate"], &n["server_certificate"]);
    assert_eq!(
        (found, &user["problems"], &server["problems"]),
        (vec![], &serde_json::Value::Null, &serde_json::Value::Null)
    );
    assert_eq!((&user["proved"], &user["days"], &user["days_left"]), (&true.into(), &181.into(), &180.into()));
    assert_eq!((&server["subject"], &server["days"]), (&"CN=pool01.corvid.example".into(), &730.into()));
    assert_eq!(server["signature"], "SHA-256 with RSA");
    assert_eq!((server["sha1"].as_str().unwrap().len(), server["sha256"].as_str().unwrap().len()), (40, 64));

    let (n, found) = tls_dsk(&recorded, &["--at", "2030-01-01T00:00:00Z"]);
    assert_eq!((found, &n["server_certificate"]["problems"][0]), (vec!["W34".to_owned()], &"expired".into()));
    assert_eq!(n["certificate"]["problems"][0], "expired");

    let other = changed(DSK, "targetname=\"pool01.corvid.example\"", "targetname=\"pool09.corvid.example\"");
    let (n, found) = tls_dsk(other.path(), &[]);
    assert_eq!(found, ["W35"]);
    assert_eq!(n["server_certificate"]["problems"][0], "not for pool09.corvid.example");

    let root = capture("root-ca.pem");
    let (n, found) = tls_dsk(&recorded, &["--ca-file", root.to_str().unwrap()]);
    assert_eq!(found, ["W36"]);
    assert!(n["server_certificate"]["problems"].as_array().unwrap().len() == 1, "{n}");

    let stranger = changed(DSK, "sip:mona.reyes@corvid.example", "sip:nona.reyes@corvid.example");
    let (n, found) = tls_dsk(stranger.path(), &[]);
    assert_eq!((found, &n["certificate"]["problems"][0]), (vec![], &"not of nona.reyes@corvid.example".into()));
}
