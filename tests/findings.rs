//! Every rule has captures that raise it and near misses that do not.

use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// Code, captures that raise it, captures that come near.
const CASES: &[(&str, &[&str], &[&str])] = &[
    (
        "W01",
        &["http/basic-401-then-200", "http/http-basic-ok", "http/http-basic-wrong", "http/dsk-basic-http"],
        &["http/basic-offered-only", "http/bearer-jwt-clear"],
    ),
    ("W02", &["tls/https-basic-tls11", "tls/tls13", "tls/rsa-aes-etm"], &["http/http-basic-ok", "tls/tls11"]),
    (
        "W03",
        &["http/soap-passwordtext-clear", "http/soap-clear-creds-http"],
        &["http/soap-passworddigest-clear", "http/soap-no-usernametoken-clear"],
    ),
    (
        "W06",
        &["sip/sipp-digest-udp", "sip/sipp-basic-udp", "sip/sipp-basic-tcp", "sip/sipp-digest-tcp"],
        &["sip/sipp-ntlm-offer-tcp", "http/digest-ok"],
    ),
    ("W07", &["ntlm/http-ntlmv1-lm-curl"], &["ntlm/http-ntlm-mic-requests", "ntlm/http-ntlmv1-ess-impacket"]),
    (
        "W08",
        &["ntlm/http-ntlmv1-ess-impacket", "ntlm/http-ntlmv1-ess-targetinfo-impacket"],
        &["ntlm/http-ntlm-mic-requests"],
    ),
    (
        "W10",
        &["ntlm/http-ntlm-port8081", "ntlm/soap-ntlm-ok"],
        &["ntlm/http-ntlm-type2-only", "ntlm/https-ntlm-nokeys"],
    ),
    (
        "W11",
        &[
            "ntlm/http-spnego-ntlm-only-curl",
            "ntlm/http-spnego-ntlm-only-pyspnego",
            "ntlm/http-tgs7-then-spnego-ntlm",
            "kerberos/krb-missing-spn-fallback",
        ],
        &["ntlm/http-ntlm-only-offered", "kerberos/http-krb-ok", "ntlm/ntlm-tcp-ok"],
    ),
    (
        "W12",
        &["ntlm/http-ntlm-reauth-4", "ntlm/soap-ntlm-reauth"],
        &["ntlm/http-ntlm-persistent-6", "ntlm/soap-ntlm-ok"],
    ),
    (
        "W13",
        &["ntlm/http-ntlm-no-mic-curl", "ntlm/ntlm-tcp-ok"],
        &["ntlm/http-ntlm-mic-requests", "ntlm/http-ntlmv2-impacket-no-timestamp", "ntlm/spnego-ntlm-curl"],
    ),
    ("W14", &["sip/dsk-tls-ok"], &["ntlm/soap-ntlm-ok", "ntlm/https-ntlm-nokeys"]),
    ("W18", &["sip/dsk-tls-ok", "ntlm/dsk-http-clear"], &["ntlm/ntlm-tcp-ok", "tls/tls13"]),
    (
        "W23",
        &["http/webticket-header-clear", "http/bearer-cwt-clear", "http/cwt-in-query", "ntlm/dsk-http-clear"],
        &["http/no-ticket"],
    ),
    ("W29", &["tls/tls10"], &["tls/dsk-tls10-outer", "tls/tls11", "sip/dsk-tls-ok"]),
    ("W30", &["tls/tls11", "tls/https-basic-tls11"], &["tls/tls10", "tls/ecdhe-gcm"]),
    ("W31", &["tls/null-cipher"], &["tls/rsa-aes-etm", "tls/tls10"]),
    ("W32", &["tls/rsa-aes-etm", "tls/null-cipher"], &["tls/ecdhe-gcm", "tls/tls13"]),
    ("W33", &["sip/dsk-tls-ok", "ntlm/dsk-http-clear"], &["tls/tls10", "ntlm/ntlm-tcp-ok"]),
    ("W34", &["tls/tls-srvcert-expired", "tls/chain-not-yet"], &["http/https-nokeys", "tls/ecdhe-gcm"]),
    ("W35", &["tls/weak-certificate"], &["tls/ecdhe-gcm", "http/https-nokeys"]),
    (
        "W36",
        &["tls/chain-selfsigned", "tls/chain-wrong-use", "tls/refused-unknown-ca"],
        &["tls/chain-good", "tls/chain-swapped", "tls/chain-incomplete", "tls/refused-expired"],
    ),
    ("W37", &["tls/weak-certificate"], &["tls/ecdhe-gcm", "http/https-nokeys", "tls/chain-good"]),
    (
        "W38",
        &["tls/chain-selfsigned", "tls/chain-not-yet", "tls/chain-wrong-use"],
        &["tls/chain-good", "tls/refused-expired", "tls/tls-srvcert-expired", "tls/chain-inspected"],
    ),
    ("W40", &["sip/ntlm-unsigned-granted"], &["ntlm/ntlm-tcp-ok", "sip/ntlm-version-3", "sip/dsk-tls-ok"]),
    (
        "W65",
        &[
            "ldap/simple-ok",
            "ldap/simple-wrong",
            "mail/imap-login",
            "mail/imap-plain",
            "mail/pop-user",
            "mail/smtp-plain",
            "mail/smtp-login-wrong",
        ],
        &[
            "ldap/anonymous",
            "ldap/gssapi-sealed",
            "ldap/spnego-signed",
            "ldap/starttls-simple",
            "mail/pop-cram",
            "mail/smtp-starttls",
            "http/http-basic-ok",
        ],
    ),
    ("W64", &["tls/chain-inspected"], &["tls/chain-good", "tls/chain-selfsigned"]),
    (
        "W39",
        &["sip/sipp-digest-udp", "sip/sipp-digest-tcp", "ntlm/ntlm-tcp-ok", "net/sip-udp-fragments"],
        &["sip/tls5061-nokeys", "http/sip-text-in-body"],
    ),
    (
        "W41",
        &["sip/ntlm-covered-changed", "sip/ntlm-number-again"],
        &["sip/ntlm-uncovered-changed", "ntlm/ntlm-tcp-ok", "ntlm/ntlm-wrong-password", "sip/ntlm-version-3"],
    ),
    (
        "W42",
        &["sip/ntlm-number-again"],
        &["sip/ntlm-segment-resent", "ntlm/ntlm-tcp-ok", "sip/dsk-ipv6", "kerberos/krb-tcp-ok", "net/ntlm-split"],
    ),
    ("W43", &["sip/ntlm-version-3"], &["ntlm/ntlm-tcp-ok", "sip/dsk-ipv6", "kerberos/krb-tcp-ok"]),
    ("W44", &["sip/dsk-revoked-fallback-ntlm"], &["ntlm/ntlm-tcp-ok", "kerberos/krb-tcp-ok"]),
    (
        "W46",
        &["kerberos/rc4-service-ticket", "kerberos/http-negotiate-apache-rc4", "kerberos/des-service-ticket"],
        &["kerberos/rc4-offered-aes-ticket", "kerberos/rc4-user-preauth", "kerberos/krb-tcp-ok"],
    ),
    ("W47", &["kerberos/no-preauth-asrep"], &["kerberos/kinit-kvno-udp", "kerberos/kinit-kvno-tcp"]),
    ("W49", &["sip/krb-delegated"], &["sip/krb-mutual", "sip/krb-aes256", "kerberos/krb-tcp-ok"]),
    (
        "W50",
        &[
            "kerberos/error7-unknown-service",
            "kerberos/error8-duplicate-spn",
            "kerberos/error41-modified",
            "kerberos/http-negotiate-apache-wrong-key",
        ],
        &["kerberos/error24-wrong-password", "kerberos/error6-unknown-user"],
    ),
    (
        "W51",
        &[
            "http/date-clock-90",
            "http/date-clock-400",
            "sip/sipp-date-clock-90",
            "sip/sipp-date-clock-400",
            "ntlm/http-ntlm-clock-400",
            "ntlm/http-ntlm-client-clock-400",
            "kerberos/kdc-clock-400",
            "kerberos/error37-client-clock-400",
        ],
        &[
            "http/date-clock-20",
            "sip/sipp-date-clock-20",
            "ntlm/http-ntlm-clock-20",
            "ntlm/http-ntlm-client-clock-20",
            "kerberos/kdc-clock-20",
        ],
    ),
];

fn report(name: &str) -> Value {
    let captures = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures");
    let capture = captures.join(format!("{name}.pcap"));
    let keys = capture.with_extension("keys");
    let mut command = Command::new(env!("CARGO_BIN_EXE_handshark"));
    command.args(["report", "-T", "json", "--no-progress", "--nt-password-file"]).arg(captures.join("passwords.txt"));
    command.arg(&capture);
    if keys.exists() {
        command.arg("--keylog").arg(&keys);
    }
    if name.starts_with("sip/krb-") {
        command.arg("--keytab").arg(captures.join("sip/krb-all.keytab"));
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Captures with their suites: what each protects, one request and its answer, must come out the same.
#[test]
fn every_protection_of_records_comes_off_with_the_key_log_and_none_without() {
    for (name, suite) in [
        ("tls10", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"),
        ("rsa-aes-etm", "TLS_RSA_WITH_AES_256_CBC_SHA256"),
        ("null-cipher", "TLS_RSA_WITH_NULL_SHA256"),
        ("ecdhe-gcm", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
        ("ecdhe-chacha", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
        ("tls13", "TLS_AES_256_GCM_SHA384"),
        ("tls13-chacha", "TLS_CHACHA20_POLY1305_SHA256"),
        ("tls13-ccm", "TLS_AES_128_CCM_SHA256"),
        ("ccm8", "TLS_RSA_WITH_AES_256_CCM_8"),
        ("camellia", "TLS_RSA_WITH_CAMELLIA_256_CBC_SHA"),
        ("renegotiated", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
        ("client-certificate", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
        ("client-certificate-tls13", "TLS_AES_256_GCM_SHA384"),
        ("weak-certificate", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
    ] {
        let read = report(&format!("tls/{name}"));
        let all = read["negotiations"].as_array().unwrap();
        let negotiation = all.iter().find(|n| n["scheme"] == "Basic").unwrap_or_else(|| panic!("{name}"));
        let tls = &read["tls"][0];
        assert_eq!((&tls["suite"], &tls["decrypted"]), (&suite.into(), &true.into()), "{name}");
        assert_eq!((&negotiation["scheme"], &negotiation["encrypted"]), (&"Basic".into(), &true.into()), "{name}");
        assert_eq!(negotiation["user"], "CORVID\\mona", "{name}");
        let capture = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("captures/tls/{name}.pcap"));
        let output = Command::new(env!("CARGO_BIN_EXE_handshark"))
            .args(["report", "-T", "json", "--no-progress"])
            .arg(&capture)
            .output()
            .unwrap();
        let closed: Value = serde_json::from_slice(&output.stdout).unwrap();
        // A client's certificate is shown before the encryption begins; a NULL suite encrypts nothing.
        let inside = closed["negotiations"].as_array().unwrap().iter().filter(|n| n["carrier"] != "tls").count();
        let clear = usize::from(name == "null-cipher");
        assert_eq!((&closed["visibility"]["decrypted"], inside), (&clear.into(), clear), "{name}");
    }
}

fn raised<'r>(report: &'r Value, code: &str) -> Option<&'r Value> {
    report["findings"].as_array().unwrap().iter().find(|f| f["id"] == code)
}

#[test]
fn every_rule_is_raised_and_its_near_misses_are_not() {
    let mut wrong = Vec::new();
    for (code, raising, near) in CASES {
        for name in *raising {
            match raised(&report(name), code) {
                None => wrong.push(format!("{name} does not raise {code}")),
                Some(found) if found["evidence"].as_array().is_none_or(Vec::is_empty) => {
                    wrong.push(format!("{name} raises {code} without evidence"));
                }
                Some(_) => {}
            }
        }
        for name in *near {
            if let Some(found) = raised(&report(name), code) {
                wrong.push(format!("{name} raises {code}: {}", found["title"]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_case() {
    let listed = Command::new(env!("CARGO_BIN_EXE_handshark")).arg("rules").output().unwrap();
    for line in String::from_utf8(listed.stdout).unwrap().lines() {
        let code = line.split('\t').next().unwrap();
        // Causes have scenarios of their own.
        if code.starts_with('F') {
            continue;
        }
        // Those that no recorded capture shows are raised in tests/weaknesses.
        let in_memory = include_str!("weaknesses/main.rs").contains(&format!("\"{code}\","));
        assert!(in_memory || CASES.iter().any(|(c, ..)| *c == code), "{code} has no capture that raises it");
    }
}

/// Passwords and tickets that the captures hold (captures/README.md): no output may show them unasked.
const SECRETS: &[&str] = &[
    "Nightjar#42",
    "Hoopoe!1973",
    "Autumn2024",
    "Q09SVklEXG1vbmE6",
    "TlRMTVNTUAADAAAA",
    "TmlnaHRqYXIjNDI",
    "SG9vcG9lITE5NzM",
];

#[test]
fn no_output_shows_a_secret_unasked() {
    let captures = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures");
    let mut wrong = Vec::new();
    for name in [
        "http/http-basic-ok",
        "http/http-basic-wrong",
        "http/soap-passwordtext-clear",
        "http/soap-clear-creds-http",
        "ntlm/soap-ntlm-ok",
        "ntlm/ntlm-tcp-ok",
        "ntlm/spnego-ntlm-curl",
        "http/dsk-basic-http",
        "http/proxy-connect-407-200",
        "http/webticket-header-clear",
    ] {
        let capture = captures.join(format!("{name}.pcap"));
        for arguments in
            [&["report"][..], &["report", "-T", "json"], &["packets"], &["packets", "-V"], &["packets", "-T", "json"]]
        {
            let output = Command::new(env!("CARGO_BIN_EXE_handshark"))
                .arg(arguments[0])
                .arg(&capture)
                .args(&arguments[1..])
                .output()
                .unwrap();
            let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
            assert!(text.len() > 50, "{name} {arguments:?} printed nothing");
            for secret in SECRETS {
                if text.contains(secret) {
                    wrong.push(format!("{name} {arguments:?} shows {}...", &secret[..3]));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
