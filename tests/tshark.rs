//! Cell by cell against tshark, where it is installed: every field that both know, over captures of every kind.
//!
//! Only cells where either side prints something are compared. A cell that only we fill is no difference where tshark
//! does not name the field's protocol in that frame: it left those bytes alone (tokens inside SIP headers, ports it does
//! not expect). What else differs on purpose is listed below.

#[path = "support/look.rs"]
mod look;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// The version whose output is the measure; with another a difference may be theirs.
const VERSION: &str = "4.0.17";
/// Of a hundred cells of a protocol so many must be equal.
const LEAST: f64 = 97.0;
/// Cells of a protocol below which a percentage says nothing.
const FEW: usize = 30;

/// Captures that together hold every protocol and every trouble.
const CAPTURES: &[&str] = &[
    "broken/missing-segment-sip.pcap",
    "broken/no-handshake.pcap",
    "broken/snaplen96-http-ntlm.pcap",
    "dcerpc/pipe-lsa.pcap",
    "dcerpc/tcp-ntlm-impacket.pcap",
    "dns/dig-udp.pcap",
    "http/chunked-request.pcap",
    "http/digest-ok.pcap",
    "http/http-basic-ok.pcap",
    "http/keepalive-head-204-304.pcap",
    "http/pipelined.pcap",
    "http/proxy-connect-407-200.pcap",
    "http/soap-clear-creds-http.pcap",
    "kerberos/error52-then-tcp.pcap",
    "kerberos/http-krb-ok.pcap",
    "kerberos/kinit-kvno-udp.pcap",
    "kerberos/kpasswd-tcp.pcap",
    "kerberos/krb-missing-spn-fallback.pcap",
    "ldap/cldap-ping.pcap",
    "ldap/simple-wrong.pcap",
    "mail/pop-user.pcap",
    "mail/smtp-plain.pcap",
    "media/call.pcap",
    "media/dhcp-phone.pcap",
    "media/turn-tcp.pcap",
    "media/turn-udp.pcap",
    "net/any-sll2-sip-udp.pcap",
    "net/dumpcap.pcapng",
    "net/http-basic-ipv6.pcap",
    "net/loopback-http.pcap",
    "net/sip-udp-fragments.pcap",
    "net/sip-udp-fragments-ipv6.pcap",
    "net/tcp-loss-reorder-http.pcap",
    "net/vlan66-sip-digest-tcp.pcap",
    "ntlm/http-ntlm-reauth-4.pcap",
    "ntlm/ntlm-tcp-ok.pcap",
    "ntlm/spnego-ntlm-curl.pcap",
    "sip/dsk-tls-ok.pcap",
    "sip/sipp-compact-folded-udp.pcap",
    "sip/sipp-digest-tcp.pcap",
    "sip/tcp-pipelined.pcap",
    "smb/ntlm-wrong.pcap",
    "smb/smb1.pcap",
    "tls/client-certificate.pcap",
];

/// Keys that open some of their tickets, given to both.
const KEYTAB: &str = "kerberos/service-good.keytab";

/// Fields that differ on purpose, and why.
const KNOWN: &[(&str, &str)] = &[
    ("x509af.extensions", "a group here; tshark prints how many there are"),
    ("x509af.issuer", "a group here; tshark prints which kind of name it is"),
    ("x509af.subject", "the same"),
    ("tcp.analysis", "given with its flags; SEQ/ACK round trips are not computed"),
    ("tcp.analysis.flags", "only what touches the bytes of a conversation is flagged"),
    ("tcp.segment_data", "of segments whose message ends later; tshark prints the last piece too"),
    ("tcp.reassembled.length", "tshark counts the segments to their ends, here the message counts"),
    ("tcp.reassembled.data", "the same"),
    ("sip.msg_hdr", "ends with the message; tshark goes on to the end of the segment"),
    ("sip.contact.parameter", "without the line end that tshark leaves on the last one"),
    ("kerberos.padata_value", "empty values are empty, not <MISSING>"),
    ("data.data", "what follows a hole, and RTP behind a check of connectivity, is no data here"),
    ("data.len", "the same"),
    ("http.response_number", "counts responses; tshark counts messages after pipelined requests"),
    ("_ws.expert", "says that it is there; its words are _ws.expert.message"),
    ("_ws.expert.message", "of TCP and HTTP; other remarks are marks"),
    ("_ws.expert.severity", "the same"),
    ("_ws.expert.group", "the same"),
    ("xml.cdata", "a password is no text of a document"),
    ("smb2.tree", "where it is sent; tshark remembers it"),
    ("smb2.share_type", "the same"),
    ("smb2.olb.offset", "of what is not read of other commands"),
    ("smb2.olb.length", "the same"),
    ("smb2.reserved", "the same"),
    ("smb2.fid", "the same"),
    ("smb.reserved", "the same"),
    ("dcerpc", "the name; tshark adds the kind of packet"),
    ("dcerpc.opnum", "where it is sent; tshark remembers it for the answer"),
    ("dcerpc.request_in", "once, where tshark shows a sealed answer twice"),
    ("pop.request", "a line of its own"),
    ("pop.response", "the same"),
    ("rtcp", "the name; tshark adds the kind of report"),
    ("http.request_in", "answers to pipelined requests: tshark finds the request of the first only"),
    ("http.time", "the same"),
];

/// Rows of cells, one a frame.
type Table = Vec<Vec<String>>;

fn table(command: &mut Command, fields: &[&str]) -> Table {
    command.args(["-T", "fields"]);
    for field in fields {
        command.args(["-e", field]);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

/// Names of the fields tshark knows; nothing where it is not installed, or is another.
fn theirs() -> Option<BTreeSet<String>> {
    let version = Command::new("tshark").arg("--version").output().ok()?;
    let version = String::from_utf8_lossy(&version.stdout).lines().next().unwrap_or_default().to_owned();
    if !version.contains(VERSION) {
        eprintln!("SKIPPED: {version} is not the {VERSION} that the comparison is made for");
        return None;
    }
    let fields = Command::new("tshark").args(["-G", "fields"]).output().ok()?;
    let fields = String::from_utf8_lossy(&fields.stdout).into_owned();
    // P: title, name. F: title, name, type.
    Some(fields.lines().filter_map(|l| l.split('\t').nth(2)).map(str::to_owned).collect())
}

#[derive(Default)]
struct Score {
    equal: usize,
    differ: usize,
}

#[test]
fn fields_equal_those_of_tshark() {
    let Some(theirs) = theirs() else {
        eprintln!("SKIPPED: no tshark to compare with");
        return;
    };
    let mut fields: BTreeSet<&str> =
        handshark::scan::schema().fields().iter().map(|f| f.name).filter(|f| theirs.contains(*f)).collect();
    for (field, why) in KNOWN {
        assert!(fields.remove(field), "{field} ({why}) is no longer shared");
    }
    assert!(fields.len() > 300, "only {} fields are shared", fields.len());
    let mut fields: Vec<&str> = fields.into_iter().collect();
    fields.insert(0, "frame.protocols");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures");
    let (mut scores, mut examples) = (BTreeMap::<&str, Score>::new(), BTreeMap::<&str, Vec<String>>::new());
    for name in CAPTURES {
        let path = folder.join(name);
        let keytab = folder.join(KEYTAB);
        let opens =
            ["-o".into(), "kerberos.decrypt:TRUE".into(), "-o".into(), format!("kerberos.file:{}", keytab.display())];
        let their = table(Command::new("tshark").args(opens).args(["-n", "-r"]).arg(&path), &fields);
        let mut us = Command::new(env!("CARGO_BIN_EXE_handshark"));
        let our = table(us.args(["packets", "-q", "-K"]).arg(&keytab).arg(&path), &fields);
        assert_eq!(their.len(), our.len(), "{name}: another number of packets");
        for (frame, (their, our)) in their.iter().zip(&our).enumerate() {
            for (at, field) in fields.iter().enumerate() {
                let (them, us) = (their[at].as_str(), our[at].as_str());
                let group = field.split('.').next().unwrap();
                let named = their[0].split(':').any(|layer| layer == group);
                if them.is_empty() && (us.is_empty() || !named) {
                    continue;
                }
                let score = scores.entry(group).or_default();
                if them == us {
                    score.equal += 1;
                } else {
                    score.differ += 1;
                    let cut = |text: &str| text.chars().take(80).collect::<String>();
                    let example = format!("{name} {} {field}: tshark {:?}, here {:?}", frame + 1, cut(them), cut(us));
                    examples.entry(group).or_default().push(example);
                }
            }
        }
    }
    let mut wrong = Vec::new();
    for (group, score) in &scores {
        let cells = score.equal + score.differ;
        let percent = 100.0 * f64::from(u32::try_from(score.equal).unwrap()) / f64::from(u32::try_from(cells).unwrap());
        eprintln!("{group}: {percent:.1} % of {cells} cells");
        if percent < LEAST && cells >= FEW {
            let shown = examples.get(group).map(|e| e[..e.len().min(12)].join("\n  ")).unwrap_or_default();
            wrong.push(format!("{group}: {percent:.1} % of {cells} cells\n  {shown}"));
        }
    }
    if std::env::var_os("HANDSHARK_DIFFERENCES").is_some() {
        eprintln!("{}", examples.into_values().flatten().collect::<Vec<_>>().join("\n"));
    }
    assert!(scores.values().map(|s| s.equal).sum::<usize>() > 10_000, "too few cells were compared");
    assert!(wrong.is_empty(), "fields that differ from tshark's:\n{}", wrong.join("\n"));
}

/// Of a hundred lines of the packet list so many must be equal. The others show tokens inside SIP headers, segments of HTTP
/// whose start line Wireshark repeats, and what protocols of the neighbourhood say in passing.
const LINES: usize = 90;

#[test]
fn lines_equal_those_of_tshark() {
    if theirs().is_none() {
        eprintln!("SKIPPED: no tshark to compare with");
        return;
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures");
    let (mut equal, mut all, mut examples) = (0, 0, Vec::new());
    for name in CAPTURES {
        let path = folder.join(name);
        let lines = |command: &mut Command| {
            let output = command.env("TZ", "UTC").arg(&path).output().unwrap();
            String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect::<Vec<_>>()
        };
        let their = lines(Command::new("tshark").args(["-n", "-t", "ad", "-r"]));
        let our = lines(Command::new(env!("CARGO_BIN_EXE_handshark")).args(["packets", "-q", "-t", "ad"]));
        assert_eq!(their.len(), our.len(), "{name}: another number of packets");
        for (their, our) in their.iter().zip(&our) {
            all += 1;
            if their == our {
                equal += 1;
            } else {
                examples.push(format!("{name}\n  {their}\n  {our}"));
            }
        }
    }
    eprintln!("{equal} of {all} lines");
    if std::env::var_os("HANDSHARK_DIFFERENCES").is_some() {
        eprintln!("{}", examples.join("\n"));
    }
    assert!(equal * 100 >= all * LINES, "{equal} of {all} lines\n{}", examples.join("\n"));
}
