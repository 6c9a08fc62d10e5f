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
    (
        "W23",
        &["http/webticket-header-clear", "http/bearer-cwt-clear", "http/cwt-in-query", "ntlm/dsk-http-clear"],
        &["http/no-ticket", "http/bearer-jwt-clear"],
    ),
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
    (
        "W50",
        &["kerberos/error7-unknown-service", "kerberos/error8-duplicate-spn", "kerberos/error41-modified"],
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
    let output = Command::new(env!("CARGO_BIN_EXE_handshark"))
        .args(["report", "-T", "json", "--no-progress", "--nt-password-file"])
        .arg(captures.join("passwords.txt"))
        .arg(captures.join(format!("{name}.pcap")))
        .output()
        .unwrap();
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
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
        assert!(CASES.iter().any(|(c, ..)| *c == code), "{code} has no capture that raises it");
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
