//! Display filters against tshark's: every filter of `filters.txt` on captures of every kind, the same frames or the same
//! refusal. One run of tshark a capture: a script puts all filters to it at once.

#[path = "support/look.rs"]
mod look;

use handshark::fact::{Fact, Place};
use handshark::field::{Field, Sink, Value};
use handshark::protocol::{Protocol, may_show};
use handshark::scan::{Gather, Glance, Lens, Select, schema};
use handshark::secrets::TlsKeys;
use handshark::wire::Span;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The version whose verdicts are the measure.
const VERSION: &str = "4.0.17";

/// Captures that together have something for every filter.
const CAPTURES: &[&str] = &[
    "http/http-basic-ok.pcap",
    "http/https-nokeys.pcap",
    "http/keepalive-head-204-304.pcap",
    "dcerpc/tcp-ntlm-impacket.pcap",
    "dns/dig-udp.pcap",
    "kerberos/http-krb-ok.pcap",
    "kerberos/kpasswd-tcp.pcap",
    "ldap/cldap-ping.pcap",
    "ldap/simple-wrong.pcap",
    "mail/imap-login.pcap",
    "mail/pop-user.pcap",
    "mail/smtp-plain.pcap",
    "media/call.pcap",
    "media/dhcp-phone.pcap",
    "media/turn-udp.pcap",
    "net/http-basic-ipv6.pcap",
    "net/tcp-loss-reorder-http.pcap",
    "net/sip-udp-fragments.pcap",
    "net/any-sll2-sip-udp.pcap",
    "net/vlan66-sip-digest-tcp.pcap",
    "ntlm/ntlm-tcp-ok.pcap",
    "sip/sipp-digest-tcp.pcap",
    "sip/tls5061-nokeys.pcap",
    "smb/ntlm-wrong.pcap",
    "tls/client-certificate.pcap",
    "tls/tls13.pcap",
];

/// A gatherer that looks at every frame.
struct Every(Gather);

impl Lens for Every {
    fn shows(&self) -> bool {
        true
    }

    fn sink(&mut self, _: &Place) -> &mut dyn Sink {
        &mut self.0
    }
}

/// Where the two differ on purpose (docs/differences.md): tokens in SIP headers, messages in a stream that came out of
/// order, remarks of other protocols than TCP and HTTP or on options, what a mail says, datagrams that ICMP quotes.
const ELSEWHERE: &[(&str, &[&str])] = &[
    ("ntlm/ntlm-tcp-ok.pcap", &["ntlmssp", "_ws.expert"]),
    ("http/https-nokeys.pcap", &["_ws.expert"]),
    ("mail/smtp-plain.pcap", &["_ws.expert", "smtp", "frame.protocols"]),
    ("media/turn-udp.pcap", &["udp.stream in"]),
    ("net/sip-udp-fragments.pcap", &["_ws.expert"]),
    (
        "net/tcp-loss-reorder-http.pcap",
        &["http", "data", "reassembled", "_ws.expert", "frame.protocols", "bytes_in_flight", "push_bytes_sent"],
    ),
];

/// Lines of the table that are filters.
fn table() -> Vec<String> {
    let text = include_str!("filters.txt");
    text.lines().filter(|line| !line.is_empty() && !line.starts_with("## ")).map(str::to_owned).collect()
}

/// What a filter says of a capture: the frames that pass, or that it cannot be used.
type Verdict = Result<Vec<u64>, String>;

fn ours(path: &Path, filters: &[String]) -> Vec<Verdict> {
    let mut gather = Gather::new(false);
    let selects: Vec<_> = filters.iter().map(|text| Select::new(text, &mut gather)).collect();
    let mut hits = vec![Vec::new(); filters.len()];
    let mut lens = Every(gather);
    let mut source = look::open(&fs::read(path).unwrap()).unwrap();
    let mut scan = handshark::scan::Scan::default();
    let mut number = 0;
    while let Ok(Some(block)) = source.next() {
        let handshark::capture::Block::Packet(record) = block else { continue };
        number += 1;
        lens.0.clear();
        scan.frame(&record, &mut lens);
        lens.0.complete();
        for (select, hits) in selects.iter().zip(&mut hits) {
            if select.as_ref().is_ok_and(|select| select.passes(&lens.0)) {
                hits.push(number);
            }
        }
    }
    let verdict = |(select, hits): (Result<Select, _>, _)| {
        select.map(|_| hits).map_err(|e: handshark::filter::FilterError| e.to_string())
    };
    selects.into_iter().zip(hits).map(verdict).collect()
}

/// The same by tshark; nothing where it is not installed, is another, or has no scripts.
fn theirs(path: &Path, list: &Path, filters: usize) -> Option<Vec<Verdict>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/filters.lua");
    let output = Command::new("tshark")
        .args(["-n", "-q", "-X", &format!("lua_script:{}", script.display()), "-r"])
        .arg(path)
        .env("FILTERS", list)
        .env("TZ", "UTC")
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut verdicts = BTreeMap::new();
    for line in text.lines() {
        let Some((at, verdict)) = line.strip_prefix("FILTER ").and_then(|line| line.split_once('\t')) else { continue };
        let verdict = match verdict.strip_prefix("ERR ") {
            Some(why) => Err(why.to_owned()),
            None => Ok(verdict.split(',').filter_map(|n| n.parse().ok()).collect()),
        };
        verdicts.insert(at.parse::<usize>().unwrap(), verdict);
    }
    (verdicts.len() == filters).then(|| verdicts.into_values().collect())
}

fn is_measure() -> bool {
    let Ok(version) = Command::new("tshark").arg("--version").output() else { return false };
    String::from_utf8_lossy(&version.stdout).lines().next().is_some_and(|line| line.contains(VERSION))
}

#[test]
fn filters_select_the_frames_that_tshark_selects() {
    if !is_measure() {
        eprintln!("SKIPPED: no tshark {VERSION} to compare with");
        return;
    }
    let filters = table();
    assert!(filters.len() >= 300, "only {} filters", filters.len());
    let list = std::env::temp_dir().join(format!("handshark-filters-{}", std::process::id()));
    fs::write(&list, filters.join("\n")).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures");
    let (mut wrong, mut told, mut hit) = (Vec::new(), 0, vec![false; filters.len()]);
    for name in CAPTURES {
        let path: PathBuf = folder.join(name);
        let Some(theirs) = theirs(&path, &list, filters.len()) else {
            eprintln!("SKIPPED: this tshark runs no scripts");
            return;
        };
        for (at, (our, their)) in ours(&path, &filters).into_iter().zip(theirs).enumerate() {
            let differs = |(capture, words): &(&str, &[&str])| {
                capture == name && words.iter().any(|word| filters[at].contains(word))
            };
            if ELSEWHERE.iter().any(differs) {
                continue;
            }
            told += 1;
            hit[at] |= their.as_ref().map_or(true, |frames| !frames.is_empty());
            let same = match (&our, &their) {
                (Ok(our), Ok(their)) => our == their,
                (our, their) => our.is_err() == their.is_err(),
            };
            if !same {
                wrong.push(format!("{name}: {}\n  tshark {their:?}\n  here   {our:?}", filters[at]));
            }
        }
    }
    fs::remove_file(&list).unwrap();
    let idle: Vec<&String> = filters.iter().zip(&hit).filter(|(_, hit)| !**hit).map(|(filter, _)| filter).collect();
    eprintln!("{told} verdicts compared; {} filters never pass: {idle:?}", idle.len());
    assert!(wrong.is_empty(), "{} filters differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(idle.len() * 5 < filters.len(), "filters that pass nowhere compare little");
}

#[test]
fn what_is_refused_says_where_and_why() {
    for text in table() {
        let Err(error) = Select::new(&text, &mut Gather::new(false)) else { continue };
        assert!(!error.why.is_empty(), "{text}");
        assert!(error.text.get(error.span.clone()).is_some(), "{text}: {:?}", error.span);
        assert!(error.to_string().contains('^'), "{text}: {error}");
        assert!(error.suggestions.len() <= 5, "{text}");
        assert!(error.suggestions.iter().all(|name| schema().field(name).is_some()), "{text}");
    }
}

/// Holds every field against what the protocol of its message says it may hold.
#[derive(Default)]
struct Within {
    of: Cell<Option<&'static Protocol>>,
    strange: BTreeSet<String>,
    fields: usize,
}

impl Lens for Within {
    fn shows(&self) -> bool {
        true
    }

    fn glance(&mut self, _: &Glance<'_>) {
        self.of.set(None);
    }

    fn describes(&self, protocol: &'static Protocol) -> bool {
        self.of.set(Some(protocol));
        true
    }

    fn sink(&mut self, _: &Place) -> &mut dyn Sink {
        self
    }
}

impl Sink for Within {
    fn wants_fields(&self) -> bool {
        true
    }

    fn open(&mut self, field: &'static Field, _: Span, _: Value<'_>) {
        let Some(protocol) = self.of.get() else { return };
        self.fields += 1;
        if !may_show(protocol, field.name) {
            self.strange.insert(format!("{} in {}", field.name, protocol.name));
        }
    }

    fn fact(&mut self, _: Fact, _: Span) {}
}

#[test]
fn messages_hold_what_their_protocol_says_it_carries() {
    let mut lens = Within::default();
    for path in look::captures() {
        let bytes = fs::read(&path).unwrap();
        let Ok(mut source) = look::open(&bytes) else { continue };
        let keys = TlsKeys::default();
        if let Ok(log) = fs::read(path.with_extension("keys")) {
            keys.read(&log);
        }
        let mut scan = handshark::scan::Scan::default().with_keys(keys);
        while let Ok(Some(block)) = source.next() {
            if let handshark::capture::Block::Packet(record) = block {
                scan.frame(&record, &mut lens);
            }
        }
    }
    assert!(lens.fields > 50_000, "{}", lens.fields);
    assert_eq!(lens.strange, BTreeSet::new());
}

/// What stands in blocks of a kind on the page about filters.
fn blocks(kind: &str) -> Vec<&'static str> {
    let page = include_str!("../docs/filters.md");
    let opening = format!("```{kind}\n");
    page.split(opening.as_str()).skip(1).filter_map(|block| block.split("\n```").next()).collect()
}

#[test]
fn the_examples_of_the_page_are_filters() {
    let examples: Vec<&str> = blocks("filter").into_iter().flat_map(str::lines).collect();
    assert!(examples.len() > 50, "{examples:?}");
    for text in examples {
        if let Err(error) = Select::new(text, &mut Gather::new(false)) {
            panic!("{error}");
        }
    }
    let errors = blocks("text");
    assert_eq!(errors.len(), 2);
    for shown in errors {
        let filter = shown.lines().nth(1).unwrap().trim();
        assert_eq!(Select::new(filter, &mut Gather::new(false)).unwrap_err().to_string(), shown);
    }
}

/// Words that filters are made of, and some that they are not.
const WORDS: &[&str] = &[
    "tcp.port",
    "ip.addr",
    "sip.Method",
    "frame",
    "eth.src",
    "frame.time",
    "tcp.flags.syn",
    "http",
    "x",
    "80",
    "0x1f",
    "-1",
    "10.0.0.0/8",
    "::1",
    "00:1b:2c",
    "\"a\\x00b\"",
    "r\"\\d+(\"",
    "'x'",
    "'",
    "\"",
    "==",
    "!=",
    "===",
    "!==",
    "~=",
    "<",
    ">=",
    "contains",
    "matches",
    "~",
    "in",
    "{",
    "}",
    "(",
    ")",
    "[0:3]",
    "[-1,2-3]",
    "[",
    "]",
    "#2",
    "#[1-2]",
    "#",
    "and",
    "or",
    "xor",
    "not",
    "!",
    "&&",
    "||",
    "^^",
    "any",
    "all",
    "+",
    "-",
    "*",
    "/",
    "%",
    "&",
    ",",
    "..",
    ".",
    "len",
    "count",
    "max",
    "lower(",
    "string(",
    "abs",
    "\u{e9}",
    "\0",
    "\"2020-01-01\"",
    "1.5",
    "99999999999999999999",
];

/// Filters made at random: most are nonsense, and none may end the program. `HANDSHARK_FUZZ` says how many.
#[test]
fn no_filter_ends_the_program() {
    let count = std::env::var("HANDSHARK_FUZZ").ok().and_then(|n| n.parse().ok()).unwrap_or(20_000_u64);
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
    let (mut valid, table) = (0_u64, table());
    for _ in 0..count {
        let mut text = String::new();
        if next(4) == 0 {
            // A good filter with one place damaged.
            text.clone_from(&table[next(table.len())]);
            let cuts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
            let at = cuts[next(cuts.len())];
            text.replace_range(at..at + text[at..].chars().next().map_or(0, char::len_utf8), WORDS[next(WORDS.len())]);
        } else {
            for _ in 0..=next(12) {
                text.push_str(WORDS[next(WORDS.len())]);
                if next(3) > 0 {
                    text.push(' ');
                }
            }
            if next(500) == 0 {
                text = text.repeat(200);
            }
        }
        let mut gather = Gather::new(false);
        match Select::new(&text, &mut gather) {
            Ok(select) => {
                valid += 1;
                select.passes(&gather);
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
        if next(50) == 0 {
            let at = text.char_indices().map(|(at, _)| at).nth(next(text.len().max(1))).unwrap_or(0);
            handshark::filter::complete(&text, at, schema());
        }
    }
    assert!(valid * 200 > count, "only {valid} of {count} are filters");
}

/// What `packets` prints, a line each.
fn printed(path: &Path, options: &[&str]) -> Vec<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_handshark"));
    let out = command.args(["packets", "-q"]).arg(path).args(options).output().unwrap();
    String::from_utf8(out.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// Of a filtered list each line is described once it is known that it is printed; of the whole list at once.
#[test]
fn lines_that_pass_are_those_of_the_whole_list() {
    let mut compared = 0;
    for capture in CAPTURES {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures").join(capture);
        let whole = printed(&path, &[]);
        for filter in ["sip || http || dns", "!tcp.flags.syn", "frame contains \"a\"", "frame.protocols ~ ip"] {
            let numbers = printed(&path, &["-Y", filter, "-T", "fields", "-e", "frame.number"]);
            let passed: Vec<&String> = numbers.iter().map(|n| &whole[n.parse::<usize>().unwrap() - 1]).collect();
            assert!(printed(&path, &["-Y", filter]).iter().eq(passed), "{capture} {filter}");
            compared += numbers.len();
        }
    }
    assert!(compared > 400, "only {compared} lines");
}
