//! Passwords, key logs and keytabs from files: what they prove of recorded sign-ins, and how a bad file is told.

#[path = "support/look.rs"]
mod look;
#[path = "support/make.rs"]
mod make;
#[path = "secrets/shown.rs"]
mod shown;

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn capture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("captures").join(name)
}

fn report(name: &str, arguments: &[&Path]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_handshark"))
        .args(["report", "-T", "json", "--no-progress"])
        .arg(capture(name))
        .args(arguments)
        .output()
        .unwrap()
}

/// The negotiation of this carrier and scheme.
fn negotiation(name: &str, carrier: &str, scheme: &str, arguments: &[&Path]) -> Value {
    let output = report(name, arguments);
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let all = report["negotiations"].as_array().unwrap();
    all.iter().find(|n| n["carrier"] == carrier && n["scheme"] == scheme).unwrap().clone()
}

/// A file with this content, and the option that names it.
struct Given(tempfile::NamedTempFile, &'static str);

impl Given {
    fn new(option: &'static str, content: &[u8]) -> Self {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), content).unwrap();
        Self(file, option)
    }

    fn arguments(&self) -> [&Path; 2] {
        [Path::new(self.1), self.0.path()]
    }
}

fn counts(n: &Value) -> [u64; 3] {
    ["verified", "invalid", "unchecked"].map(|count| n["signatures"][count].as_u64().unwrap())
}

#[test]
fn a_password_matches_or_differs_and_proves_signatures() {
    let right = Given::new("--nt-password-file", b"wrong\nCORVID\\mona\tNightjar#42\n");
    let hash = Given::new("--nt-password-file", b"mona\tnt:fbcf5a6efa6d4cb9ecc2dd4a6a5c2b10\n");
    let wrong = Given::new("--nt-password-file", b"nightjar#42");
    let others = Given::new("--nt-password-file", b"tariq\tNightjar#42");
    let check = |name, carrier, scheme, given: &Given| {
        negotiation(name, carrier, scheme, &given.arguments())["password_check"].as_str().unwrap().to_owned()
    };
    for (name, carrier, scheme) in [
        ("ntlm/ntlm-tcp-ok.pcap", "sip", "NTLM"),
        ("ntlm/soap-ntlm-ok.pcap", "http", "NTLM"),
        ("ntlm/spnego-ntlm-curl.pcap", "http", "Negotiate"),
    ] {
        assert_eq!(check(name, carrier, scheme, &right), "matches", "{name}");
        assert_eq!(check(name, carrier, scheme, &wrong), "differs", "{name}");
        assert_eq!(check(name, carrier, scheme, &others), "unchecked", "{name}");
        assert_eq!(check(name, carrier, scheme, &hash), "differs", "{name}: the hash of another password");
    }
    assert_eq!(check("ntlm/ntlm-wrong-password.pcap", "sip", "NTLM", &right), "differs");
    let signed = |given: &Given| counts(&negotiation("ntlm/ntlm-tcp-ok.pcap", "sip", "NTLM", &given.arguments()));
    assert_eq!((signed(&right), signed(&wrong)), ([13, 0, 0], [0, 0, 13]));
}

#[test]
fn older_responses_are_checked_too() {
    for name in ["ntlm/http-ntlmv1-lm-curl.pcap", "ntlm/http-ntlmv1-ess-impacket.pcap"] {
        let check = |lines: &[u8]| {
            let given = Given::new("--nt-password-file", lines);
            negotiation(name, "http", "NTLM", &given.arguments())["password_check"].as_str().unwrap().to_owned()
        };
        assert_eq!(check(b"Nightjar#42"), "matches", "{name}");
        assert_eq!(check(b"Nightjar#43"), "differs", "{name}");
    }
}

#[test]
fn a_key_log_proves_the_signatures_of_tls_dsk() {
    let keys = capture("ntlm/dsk-http-clear.keys");
    let signed = |arguments: &[&Path]| counts(&negotiation("ntlm/dsk-http-clear.pcap", "sip", "TLS-DSK", arguments));
    assert_eq!(signed(&[Path::new("--keylog"), &keys]), [13, 0, 0]);
    assert_eq!(signed(&[]), [0, 0, 13]);
    let others = Given::new("--keylog", format!("CLIENT_RANDOM {} {}", "00".repeat(32), "00".repeat(48)).as_bytes());
    assert_eq!(signed(&others.arguments()), [0, 0, 13]);
}

#[test]
fn a_bad_file_is_told_by_its_line_and_never_shown() {
    let refused = |given: &Given| {
        let output = report("ntlm/ntlm-tcp-ok.pcap", &given.arguments());
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(output.stdout.is_empty() && !told.contains("hunter2"), "{told}");
        assert_eq!(told.lines().count(), 1, "{told}");
        (output.status.code().unwrap(), told)
    };
    let (code, told) = refused(&Given::new("--nt-password-file", b"ok\nmona\tnt:hunter2\n"));
    assert!(code == 2 && told.contains("line 2 "), "{code} {told}");
    let (code, told) = refused(&Given::new("--keylog", b"# no key\nCLIENT_RANDOM hunter2\n"));
    assert!(code == 2 && told.contains("line 2 "), "{code} {told}");
    for option in ["--nt-password-file", "--keylog"] {
        let output = report("ntlm/ntlm-tcp-ok.pcap", &[Path::new(option), &capture("no such file")]);
        assert_eq!(output.status.code(), Some(3), "{option}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("no such file"));
    }
    // One bad line among good ones costs that line.
    let mut content = std::fs::read(capture("ntlm/dsk-http-clear.keys")).unwrap();
    content.extend_from_slice(b"\nCLIENT_RANDOM hunter2\n");
    let given = Given::new("--keylog", &content);
    let output = report("ntlm/dsk-http-clear.pcap", &given.arguments());
    assert!(output.status.success() && !String::from_utf8_lossy(&output.stderr).contains("hunter2"));
}

fn keys(name: &str, arguments: &[&Path]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_handshark"));
    let output = command.args(["keys", "--no-progress"]).arg(capture(name)).args(arguments).output().unwrap();
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
}

#[test]
fn what_is_not_encrypted_needs_no_key() {
    let follow = |name: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_handshark"));
        let output = command.arg("follow").arg(capture(name)).args(["tls", "0"]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let told = follow("tls/null-cipher.pcap");
    assert!(told.contains("GET / HTTP/1.1") && told.contains("HTTP/1.0 200 ok"), "{told}");
    assert!(keys("tls/null-cipher.pcap", &[]).contains("its cipher suite encrypts nothing"));
    let checked = [PathBuf::from("--keylog"), capture("tls/null-cipher.keys")];
    let checked = keys("tls/null-cipher.pcap", &[&checked[0], &checked[1]]);
    assert!(checked.contains("read with the key log"), "{checked}");
    assert!(!follow("tls/rsa-key.pcap").contains("HTTP/1"));
}

#[test]
fn a_key_log_without_the_secret_of_one_direction_reads_the_other() {
    let all = std::fs::read_to_string(capture("tls/tls13.keys")).unwrap();
    let some: Vec<&str> = all.lines().filter(|line| !line.starts_with("SERVER_TRAFFIC_SECRET_0")).collect();
    let given = Given::new("--keylog", some.join("\n").as_bytes());
    let told = keys("tls/tls13.pcap", &given.arguments());
    assert!(told.contains("read in part: no secret given fits the rest of its records"), "{told}");
}

/// With extended master secret (all but the last), and sessions resumed by ticket and by id.
#[test]
fn a_private_key_opens_rsa_key_exchange_and_what_resumes_it() {
    let key = capture("tls/server-key.pem");
    let given = [Path::new("--tls-key"), &key];
    for (name, users) in [("rsa-key", 1), ("rsa-key-tls10", 1), ("rsa-key-ticket", 2), ("rsa-key-session", 2)] {
        let name = format!("tls/{name}.pcap");
        let said = keys(&name, &given);
        assert!(said.contains("read with the private key of its certificate"), "{name}: {said}");
        assert_eq!(said.contains("resumption of a session that was opened"), users == 2, "{name}: {said}");
        let read = report(&name, &given);
        let read: Value = serde_json::from_slice(&read.stdout).unwrap();
        let basic = read["negotiations"].as_array().unwrap().iter().filter(|n| n["user"] == "CORVID\\mona");
        let count: u64 = basic.map(|n| n["count"].as_u64().unwrap_or(1)).sum();
        assert_eq!((count, &read["visibility"]["decrypted"]), (users, &users.into()), "{name}");
    }
}

#[test]
fn why_a_private_key_does_not_open_a_connection_is_told() {
    let key = capture("tls/server-key.pem");
    let given = [Path::new("--tls-key"), &key];
    assert!(keys("tls/ecdhe-key.pcap", &given).contains("its keys are ephemeral"));
    assert!(keys("tls/tls13.pcap", &given).contains("its keys are ephemeral"));
    assert!(keys("tls/rsa-aes-etm.pcap", &given).contains("no private key given belongs to its certificate"));
    assert!(keys("tls/rsa-key.pcap", &[]).contains("no TLS keys were given"));
    let encrypted = keys("tls/rsa-key.pcap", &[Path::new("--tls-key"), &capture("tls/server-key-encrypted.pem")]);
    assert!(encrypted.contains("is encrypted and no passphrase was given"), "{encrypted}");
    let certificate = keys("tls/rsa-key.pcap", &[Path::new("--tls-key"), &capture("tls/root-ca.pem")]);
    assert!(certificate.contains("certificates only"), "{certificate}");
}

/// Sign-ins signed with each kind of Kerberos key, and how many signatures they hold.
const KERBEROS: [(&str, u64); 5] = [
    ("sip/krb-aes256.pcap", 6),
    ("sip/krb-mutual.pcap", 5),
    ("sip/krb-delegated.pcap", 5),
    ("sip/krb-rc4.pcap", 5),
    ("sip/krb-sha2.pcap", 6),
];

fn with_keytab(name: &str, keytab: &str) -> Value {
    negotiation(name, "sip", "Kerberos", &[Path::new("--keytab"), &capture(keytab)])
}

#[test]
fn a_keytab_proves_the_signatures_of_kerberos() {
    for (name, signed) in KERBEROS {
        let right = with_keytab(name, "sip/krb-all.keytab");
        assert_eq!((counts(&right), &right["service_key"]["fits"]), ([signed, 0, 0], &true.into()), "{name}");
        assert_eq!((&right["user"], &right["domain"]), (&"mona".into(), &"CORVID.EXAMPLE".into()), "{name}");
        // Without a keytab, and with one of other keys, nothing is verified and nothing is called invalid.
        let without = negotiation(name, "sip", "Kerberos", &[]);
        assert_eq!((counts(&without), &without["service_key"]), ([0, 0, signed], &Value::Null), "{name}");
        let wrong = with_keytab(name, "kerberos/service-wrong.keytab");
        assert_eq!((counts(&wrong), &wrong["service_key"]["fits"]), ([0, 0, signed], &false.into()), "{name}");
    }
    let why = |name: &str, keytab: &str| with_keytab(name, keytab)["service_key"]["words"].as_str().unwrap().to_owned();
    let wrong = "kerberos/service-wrong.keytab";
    assert!(why("sip/krb-aes256.pcap", wrong).contains("made with another key"));
    assert!(why("sip/krb-rc4.pcap", wrong).contains("needs version 3 of the key; the keytab has 2"));
    assert!(why("sip/krb-sha2.pcap", wrong).contains("needs a key of aes128-cts-hmac-sha256-128"));
    assert!(why("sip/krb-rc4.pcap", "sip/krb-all.keytab").contains("version 3, rc4-hmac"));
}

/// A copy of a capture with some bytes changed, and the negotiation in it.
fn changed(from: &str, to: &str) -> Value {
    assert_eq!(from.len(), to.len());
    let mut bytes = std::fs::read(capture("sip/krb-aes256.pcap")).unwrap();
    let at = bytes.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
    bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    let copy = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(copy.path(), bytes).unwrap();
    with_keytab(copy.path().to_str().unwrap(), "sip/krb-all.keytab")
}

#[test]
fn a_signed_header_that_was_changed_is_invalid() {
    assert_eq!(counts(&changed("cnum=\"2\"", "cnum=\"9\"")), [5, 1, 0]);
    assert_eq!(counts(&changed("snum=\"3\"", "snum=\"4\"")), [5, 1, 0]);
    assert_eq!(counts(&changed("RTC/6.0", "RTC/6.1")), [6, 0, 0]);
}

#[test]
fn a_password_or_a_keytab_is_held_against_what_the_kdc_was_sent() {
    let check = |name: &str, given: &[&Path]| {
        let output = report(name, given);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let all = report["negotiations"].as_array().unwrap();
        let first = all.iter().find(|n| n["carrier"] == "kdc").unwrap();
        first["password_check"].as_str().unwrap_or("unchecked").to_owned()
    };
    let hash = handshark::wire::text::hex(handshark::secrets::ntlm::NtHash::from_password("Nightjar#42").bytes());
    let hash = Given::new("--nt-password-file", format!("mona\tnt:{hash}").as_bytes());
    let right = Given::new("--nt-password-file", b"wrong\nmona\tNightjar#42\n");
    let wrong = Given::new("--nt-password-file", b"Nightjar#43");
    let others = Given::new("--nt-password-file", b"tariq\tNightjar#43");
    for name in ["sip/krb-aes256.pcap", "sip/krb-rc4.pcap", "sip/krb-sha2.pcap", "kerberos/kinit-kvno-udp.pcap"] {
        assert_eq!(check(name, &right.arguments()), "matches", "{name}");
        assert_eq!(check(name, &wrong.arguments()), "differs", "{name}");
        assert_eq!(check(name, &others.arguments()), "unchecked", "{name}");
    }
    assert_eq!(check("sip/krb-rc4.pcap", &hash.arguments()), "matches");
    // A hash tells nothing of AES.
    assert_eq!(check("sip/krb-aes256.pcap", &hash.arguments()), "unchecked");
    // The account needs no pre-authentication: the reply itself tells. The user who mistyped is found out.
    let lena = Given::new("--nt-password-file", b"lena\tWryneck-55");
    assert_eq!(check("kerberos/no-preauth-asrep.pcap", &lena.arguments()), "matches");
    assert_eq!(check("kerberos/error24-wrong-password.pcap", &right.arguments()), "differs");
    let keytab = |name: &str| [PathBuf::from("--keytab"), capture(name)];
    let with = |name: &str, keytab: &[PathBuf; 2]| check(name, &[&keytab[0], &keytab[1]]);
    assert_eq!(with("sip/krb-aes256.pcap", &keytab("sip/krb-all.keytab")), "matches");
    assert_eq!(with("sip/krb-aes256.pcap", &keytab("kerberos/service-good.keytab")), "unchecked");
}

#[test]
fn a_hostile_keytab_is_refused_in_one_line() {
    let good = std::fs::read(capture("sip/krb-all.keytab")).unwrap();
    let refused = |content: &[u8], why: &str| {
        let given = Given::new("--keytab", content);
        let output = report("sip/krb-aes256.pcap", &given.arguments());
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), output.stdout.len(), told.lines().count()), (Some(2), 0, 1), "{told}");
        assert!(told.contains(why), "{told}");
    };
    refused(b"", "no keytab");
    refused(b"-----BEGIN", "no keytab");
    refused(&[5, 4, 0, 12], "version 4");
    refused(&good[..good.len() - 1], "ends inside the entry");
    refused(&[&good[..2], &[0x7f, 0xff, 0xff, 0xff], &good[6..]].concat(), "ends inside the entry at byte 2");
    refused(&[&good[..6], &[0xff; 80]].concat(), "byte 2");
    let absent = report("sip/krb-aes256.pcap", &[Path::new("-K"), &capture("no such keytab")]);
    assert_eq!(absent.status.code(), Some(3));
}

#[test]
fn keys_says_which_key_opens_a_ticket() {
    let keys = |keytab: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_handshark"))
            .args(["keys", "-q"])
            .arg(capture("sip/krb-rc4.pcap"))
            .arg("-K")
            .arg(capture(keytab))
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let told = keys("sip/krb-all.keytab");
    let line = "(sip/pool01.corvid.example): the ticket opens with the key of sip/pool01.corvid.example@CORVID.EXAMPLE, \
                version 3, rc4-hmac";
    assert!(told.contains(line) && told.contains("3 of 3 Kerberos tickets opened"), "{told}");
    assert!(keys("kerberos/service-wrong.keytab").contains("0 of 2 Kerberos tickets opened"));
}

#[test]
fn findings_that_only_a_keytab_proves() {
    let found = |name: &str, keytab: &str, code: &str| {
        let output = report(name, &[Path::new("-K"), &capture(keytab)]);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        report["findings"].as_array().unwrap().iter().find(|f| f["id"] == code).cloned()
    };
    let title = found("sip/krb-delegated.pcap", "sip/krb-all.keytab", "W49").unwrap()["title"].clone();
    assert!(title.as_str().unwrap().contains("handed its ticket-granting ticket to sip/pool01"), "{title}");
    assert!(found("sip/krb-mutual.pcap", "sip/krb-all.keytab", "W49").is_none());
    assert!(found("sip/krb-delegated.pcap", "kerberos/service-wrong.keytab", "W49").is_none());
    // Refused, and the keytab has another key; accepted, and it has; refused for another reason.
    let duplicate = found("kerberos/krb-wrong-key.pcap", "kerberos/service-wrong.keytab", "W50").unwrap();
    assert_eq!(duplicate["confidence"], "likely");
    assert!(found("kerberos/krb-tcp-ok.pcap", "kerberos/service-wrong.keytab", "W50").is_none());
    assert!(found("kerberos/krb-wrong-key.pcap", "kerberos/service-good.keytab", "W50").is_none());
}

#[test]
fn keys_of_kerberos_are_shown_only_when_asked_for() {
    let packets = |more: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_handshark"))
            .args(["packets", "-q"])
            .arg(capture("sip/krb-delegated.pcap"))
            .arg("-K")
            .arg(capture("sip/krb-all.keytab"))
            .args(more)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let named = packets(&["-T", "fields", "-e", "kerberos.keyvalue"]);
    let keys: Vec<&str> = named.split(['\n', ',']).filter(|key| !key.is_empty()).collect();
    assert!(keys.len() >= 10, "{} keys", keys.len());
    let (tree, bytes) = (packets(&["-V", "-x"]), packets(&["-T", "json"]));
    let report =
        String::from_utf8(report("sip/krb-delegated.pcap", &[Path::new("-K"), &capture("sip/krb-all.keytab")]).stdout)
            .unwrap();
    let shown = packets(&["-V", "--show-secrets"]);
    for key in keys {
        let spaced =
            key.as_bytes()[..16].chunks(2).map(|pair| std::str::from_utf8(pair).unwrap()).collect::<Vec<_>>().join(" ");
        assert!(shown.contains(key));
        for hidden in [&tree, &bytes, &report] {
            assert!(!hidden.contains(key) && !hidden.contains(&spaced), "{key}");
        }
    }
}

/// The ids of findings about certificates.
fn findings(name: &str, arguments: &[&Path]) -> Vec<String> {
    let output = report(name, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let ids = report["findings"].as_array().unwrap().iter().map(|f| f["id"].as_str().unwrap().to_owned());
    ids.filter(|id| ["W34", "W35", "W36", "W37", "W38"].contains(&id.as_str())).collect()
}

#[test]
fn chains_are_judged_by_the_authorities_and_at_the_time_given() {
    let root = capture("tls/root-ca.pem");
    let ca = [Path::new("--ca-file"), &root];
    assert_eq!(findings("tls/chain-good.pcap", &ca), [""; 0]);
    assert_eq!(findings("tls/chain-swapped.pcap", &ca), [""; 0]);
    assert_eq!(findings("tls/chain-incomplete.pcap", &ca), ["W36"]);
    assert_eq!(findings("tls/chain-inspected.pcap", &ca), ["W36"]);
    assert_eq!(findings("tls/ecdhe-gcm.pcap", &ca), ["W36"], "another authority's");
    let at = |when: &'static str| [Path::new("--at"), Path::new(when)];
    assert_eq!(findings("tls/chain-good.pcap", &at("2026-12-01T00:00:00Z")), [""; 0]);
    assert_eq!(findings("tls/chain-good.pcap", &at("2027-01-01T00:00:00Z")), ["W34"], "it was good when used");
    assert_eq!(findings("tls/chain-not-yet.pcap", &at("2026-12-05T00:00:00Z")), [""; 0]);
    let wrong = report("tls/chain-good.pcap", &at("tomorrow"));
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("--at takes capture, now, or a time"));
}

/// (capture, outcome, name of the alert)
#[test]
fn client_certificates_are_negotiations() {
    for (name, outcome, alert) in [
        ("client-certificate", "accepted", None),
        ("client-certificate-tls13", "accepted", None),
        ("client-certificate-other", "refused", Some("unknown_ca")),
        ("client-certificate-none", "refused", Some("handshake_failure")),
    ] {
        let keys = capture(&format!("tls/{name}.keys"));
        let found = negotiation(&format!("tls/{name}.pcap"), "tls", "Certificate", &[Path::new("--keylog"), &keys]);
        assert_eq!(found["outcome"], outcome, "{name}");
        assert_eq!(found["error"]["name"].as_str(), alert, "{name}");
        let shown = name != "client-certificate-none";
        assert_eq!(found["user"].as_str(), shown.then_some("mona"), "{name}");
    }
}

/// A classic capture as pcapng, with a block of secrets behind its packets.
fn with_secrets_behind(capture: &[u8], keys: &[u8]) -> Vec<u8> {
    let block = |kind: u32, body: &[u8]| {
        let mut body = body.to_vec();
        body.resize(body.len().next_multiple_of(4), 0);
        let length = u32::try_from(body.len() + 12).unwrap().to_le_bytes();
        [&kind.to_le_bytes()[..], &length, &body, &length].concat()
    };
    let mut out = block(0x0a0d_0d0a, &[&0x1a2b_3c4d_u32.to_le_bytes()[..], &[1, 0, 0, 0], &[0xff; 8]].concat());
    out.extend(block(1, &[1, 0, 0, 0, 0, 0, 4, 0]));
    let mut rest = &capture[24..];
    while let Some((head, after)) = rest.split_first_chunk::<16>() {
        let number = |at: usize| u32::from_le_bytes(head[at..at + 4].try_into().unwrap());
        let time = u64::from(number(0)) * 1_000_000 + u64::from(number(4));
        let (data, after) = after.split_at(number(8) as usize);
        let high = u32::try_from(time >> 32).unwrap().to_le_bytes();
        let low = u32::try_from(time & 0xffff_ffff).unwrap().to_le_bytes();
        out.extend(block(6, &[&[0; 4][..], &high, &low, &head[8..16], data].concat()));
        rest = after;
    }
    let length = u32::try_from(keys.len()).unwrap().to_le_bytes();
    out.extend(block(10, &[&0x544c_534b_u32.to_le_bytes()[..], &length, keys].concat()));
    out
}

#[test]
fn secrets_behind_the_packets_open_them() {
    for name in ["ecdhe-gcm", "tls13"] {
        let read = |ending: &str| std::fs::read(capture(&format!("tls/{name}.{ending}"))).unwrap();
        let file = Given::new("-r", &with_secrets_behind(&read("pcap"), &read("keys")));
        let output = Command::new(env!("CARGO_BIN_EXE_handshark")).args(["keys"]).args(file.arguments()).output();
        let said = String::from_utf8(output.unwrap().stdout).unwrap();
        assert!(said.contains("read with the key log"), "{name}: {said}");
    }
}

/// The capture without the frame with this number, counted from 1.
fn without_frame(capture: &[u8], frame: usize) -> Vec<u8> {
    let mut out = capture[..24].to_vec();
    let mut rest = &capture[24..];
    let mut number = 0;
    while let Some(head) = rest.first_chunk::<16>() {
        let length = 16 + u32::from_le_bytes(head[8..12].try_into().unwrap()) as usize;
        number += 1;
        if number != frame {
            out.extend_from_slice(&rest[..length]);
        }
        rest = &rest[length..];
    }
    out
}

/// Whichever frame is missing, what is read is a part of what was there, and mostly more than nothing.
#[test]
fn records_behind_a_lost_frame_are_read() {
    for (name, least) in [("ecdhe-gcm", 12), ("tls13", 12), ("tls13-chacha", 12), ("rsa-aes-etm", 12)] {
        let capture = std::fs::read(capture(&format!("tls/{name}.pcap"))).unwrap();
        let keys = self::capture(&format!("tls/{name}.keys"));
        let mut read = 0;
        for frame in 1..=16 {
            let file = Given::new("-r", &without_frame(&capture, frame));
            let output = Command::new(env!("CARGO_BIN_EXE_handshark"))
                .args(["packets", "-q", "-Y", "http", "-T", "fields", "-e", "frame.number"])
                .args(file.arguments())
                .arg("--keylog")
                .arg(&keys)
                .output()
                .unwrap();
            assert!(output.status.success(), "{name} without {frame}");
            read += usize::from(!output.stdout.is_empty());
        }
        assert!(read >= least, "{name}: {read} of 16");
    }
}

/// The SIP negotiations of a capture, with its key log.
fn associations(name: &str, keys: Option<&str>) -> Vec<Value> {
    let given: Vec<PathBuf> = keys.into_iter().flat_map(|keys| [PathBuf::from("--keylog"), capture(keys)]).collect();
    let output = report(name, &given.iter().map(PathBuf::as_path).collect::<Vec<_>>());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["sign_ins"].as_array().unwrap().len(), 1, "{name}");
    assert_eq!(report["sign_ins"][0]["outcome"], "signed_in", "{name}");
    let all = report["negotiations"].as_array().unwrap();
    all.iter().filter(|n| n["carrier"] == "sip").cloned().collect()
}

#[test]
fn an_association_is_renewed_forgotten_and_signed_out() {
    let all = associations("sip/dsk-life.pcap", Some("sip/dsk-life.keys"));
    let ends: Vec<_> = all.iter().map(|n| n["ended"]["how"].as_str().unwrap()).collect();
    assert_eq!(ends, ["renewed", "forgotten", "signed_out"]);
    assert!(all[0]["ended"]["words"].as_str().unwrap().contains("as its life asks for"));
    assert_eq!((&all[0]["ended"]["after_s"], &all[2]["ended"]["frame"]), (&28_499.into(), &94.into()));
    assert_eq!((&all[0]["renewed_by"], &all[1]["renews"]), (&all[1]["id"], &all[0]["id"]));
    assert_eq!((&all[1]["renewed_by"], &all[2]["renews"]), (&all[2]["id"], &all[1]["id"]));
    assert_eq!((&all[0]["renews"], &all[2]["renewed_by"]), (&Value::Null, &Value::Null));
    // The second goes on with the session of the first: its keys come from there.
    assert_eq!((&all[0]["resumed"], &all[1]["resumed"]), (&Value::Null, &true.into()));
    assert_eq!(all.iter().map(counts).collect::<Vec<_>>(), [[18, 0, 0], [3, 0, 0], [4, 0, 0]]);
}

#[test]
fn another_server_that_asks_ends_no_association() {
    let all = associations("sip/dsk-life-moved.pcap", None);
    assert_eq!((all.len(), &all[0]["outcome"], &all[0]["ended"]), (1, &"accepted".into(), &Value::Null));
    // NTLM and Kerberos sign out in the same way; who only closes the connection did not.
    for (name, how) in [
        ("ntlm/ntlm-tcp-ok.pcap", "signed_out"),
        ("kerberos/krb-tcp-ok.pcap", "signed_out"),
        ("sip/ntlm-segment-resent.pcap", "signed_out"),
    ] {
        let all = associations(name, None);
        let last = all.last().unwrap();
        assert_eq!((&last["ended"]["how"], &last["renewed_by"]), (&how.into(), &Value::Null), "{name}");
    }
    let all = associations("kerberos/krb-missing-spn-fallback.pcap", None);
    assert!(all.iter().all(|n| n.get("renews").is_none()), "a fallback is no renewal: {all:#?}");
}
