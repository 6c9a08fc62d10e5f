//! The language as a whole: what is accepted, what it means, what is refused and where.

use super::*;
use crate::field::Value;
use std::collections::BTreeMap;
use std::net::IpAddr;

fn status(n: u64) -> Option<&'static str> {
    [(0, "Bad"), (1, "Good")].iter().find(|(number, _)| *number == n).map(|(_, name)| *name)
}

crate::fields! {
    FRAME   = Protocol "frame"        "Frame";
    NUMBER  = Number   "frame.number" "Number";
    LEN     = Number   "frame.len"    "Length";
    TIME    = Time     "frame.time"   "Time";
    DELTA   = Duration "frame.delta"  "Delta";
    SRC     = Address  "ip.src"       "Source";
    ADDR    = Address  "ip.addr"      "Either";
    MAC     = Mac      "eth.src"      "Hardware source";
    PORT    = Number   "tcp.port"     "Port";
    STATE   = Number   "tcp.state"    "State", names status;
    SYN     = Flag     "tcp.syn"      "Syn";
    SCALE   = Signed   "tcp.scale"    "Scale";
    PAYLOAD = Bytes    "tcp.payload"  "Payload";
    OPTIONS = Group    "tcp.options"  "Options";
    METHOD  = Text     "sip.Method"   "Method";
    ABSENT  = Text     "sip.absent"   "Never there";
    OID     = Oid      "x.oid"        "Oid";
    RATIO   = Float    "x.ratio"      "Ratio";
}

#[derive(Default)]
struct Frame {
    values: BTreeMap<&'static str, Vec<Occurrence>>,
    wants: Vec<&'static str>,
    unknown: Option<&'static str>,
}

impl Lookup for Frame {
    fn values(&self, want: usize) -> Option<&[Occurrence]> {
        let name = self.wants[want];
        (self.unknown != Some(name)).then(|| self.values.get(name).map_or(&[][..], Vec::as_slice))
    }
}

fn ip(text: &str) -> Value<'static> {
    Value::Address(text.parse::<IpAddr>().unwrap())
}

fn frame() -> Frame {
    let mut frame = Frame::default();
    let mut put = |name, value: Value<'_>, layer| {
        frame.values.entry(name).or_default().push(Occurrence { value: value.into(), len: 2, layer });
    };
    put("frame.number", Value::Number(7), 1);
    put("frame.len", Value::Number(74), 1);
    put("frame.time", Value::Time(crate::wire::Timestamp::from_civil(2020, 7, 4, 12, 0, 0)), 1);
    put("frame.delta", Value::Duration(2_000_000), 1);
    put("ip.src", ip("10.0.0.5"), 1);
    for (address, layer) in [("10.0.0.5", 1), ("10.0.0.6", 1), ("192.168.1.1", 2)] {
        put("ip.addr", ip(address), layer);
    }
    put("eth.src", Value::Mac([0, 0x1b, 0x2c, 1, 2, 3]), 1);
    put("tcp.port", Value::Number(5061), 1);
    put("tcp.port", Value::Number(50000), 1);
    put("tcp.state", Value::Number(1), 1);
    put("tcp.syn", Value::Flag(false), 1);
    put("tcp.scale", Value::Signed(-1), 1);
    put("tcp.payload", Value::Bytes(b"REGISTER sip:x"), 1);
    put("tcp.options", Value::None, 1);
    put("sip.Method", Value::Text(b"REGISTER"), 1);
    put("x.oid", Value::Oid(&[0x2b, 6, 1, 5, 5, 2]), 1);
    put("x.ratio", Value::Float(1.5), 1);
    let whole = Datum::Protocol(b"framed bytes".to_vec(), 6);
    frame.values.insert("frame", vec![whole.into()]);
    frame
}

fn schema() -> Schema {
    Schema::new(ALL.iter().copied())
}

fn asked(filter: &Filter, mut frame: Frame) -> Option<bool> {
    frame.wants = filter.wants().iter().map(|want| want.field.name).collect();
    filter.verdict(&frame)
}

fn holds(text: &str) -> bool {
    let filter = Filter::compile(text, &schema()).unwrap_or_else(|error| panic!("{error}"));
    asked(&filter, frame()).unwrap()
}

#[test]
fn what_holds_of_a_frame() {
    for text in [
        "",
        "tcp.port",
        "tcp.options",
        "tcp.port == 5061",
        "tcp.port == 0x13c5 and tcp.port == 50000",
        "tcp.port != 80",
        "tcp.port !== 5061",
        "any tcp.port != 5061",
        "all tcp.port > 5000",
        "tcp.port in {80, 5060..5070}",
        "tcp.port not in {80, 443}",
        "ip.addr == 10.0.0.0/24",
        "ip.src in {10.0.0.1..10.0.0.9}",
        "ip.addr#2 == 192.168.1.1",
        "ip.addr#[-1] == 192.168.1.1",
        "ip.src[0] == 0a",
        "ip.src & 255.0.0.0 == 10.0.0.0",
        "eth.src[0:3] == 00:1b:2c",
        "eth.src == 00-1b-2c-01-02-03",
        "eth.src[-1] & 0x02",
        "tcp.state == Good",
        "tcp.state == \"good\"",
        "tcp.syn == False",
        "!(tcp.syn == True)",
        "tcp.scale == -1",
        "tcp.payload contains \"sip:\"",
        "tcp.payload contains 73:69:70",
        "tcp.payload matches \"^register\"",
        "sip.Method matches \"(?-i)^REG\"",
        "sip.Method == REGISTER",
        "lower(sip.Method) == \"register\"",
        "len(sip.Method) == 8",
        "count(tcp.port) == 2",
        "max(tcp.port) == 50000 && min(tcp.port, 80) == 80",
        "string(frame.number) == \"7\"",
        "abs(tcp.scale) == 1",
        "frame.len > 60 ^^ frame.len > 70 xor frame.number == 7",
        "frame.len == frame.number * 10 + 4",
        "frame.len - {frame.number + 3} == 64",
        "frame.number & 1",
        "frame.len > frame.number > 5",
        "frame.time > \"2020-07-04\" && frame.time < \"Jul 5, 2020 00:00:00\"",
        "frame.delta >= 0.002 && frame.delta < 3ms",
        "x.oid == 1.3.6.1.5.5.2",
        "x.ratio > 1.25",
        "frame contains \"bytes\" && len(frame) == 6 && frame[0:2] == \"fr\"",
        "not sip.absent and not sip.absent == \"x\"",
        "sip.Method in {\"A\"..\"S\"}",
        "sip.Method == 'R' or sip.Method[0] == 'R'",
    ] {
        assert!(holds(text), "{text}");
    }
}

#[test]
fn what_does_not_hold() {
    for text in [
        "sip.absent",
        "sip.absent != \"x\"",
        "count(sip.absent) == 0",
        "tcp.port != 5061",
        "tcp.port === 5061",
        "all tcp.port in {5061, 50000}",
        "tcp.port > -1",
        "ip.addr#1 == 192.168.1.1",
        "ip.addr#0",
        "sip.Method contains \"\"",
        "sip.Method matches \"(?-i)reg\"",
        "sip.Method[8] == \"x\"",
        "frame.number % 0 == 1",
        "frame.number & 8",
        "frame[0:9]",
    ] {
        assert!(!holds(text), "{text}");
    }
}

#[test]
fn what_is_refused_says_where_and_why() {
    for (text, place, why) in [
        ("tcp.prot == 80", "tcp.prot", "no field is called 'tcp.prot'. Did you mean tcp.port?"),
        ("80 == tcp.port", "80", "stands on the left"),
        ("tcp.port == x", "x", "tcp.port is a number"),
        ("tcp.port == \"80\"", "\"80\"", "tcp.port is a number"),
        ("tcp.state == \"other\"", "\"other\"", "one of its names as \"Bad\", \"Good\""),
        ("tcp.port == ip.src", "ip.src", "cannot be compared"),
        ("tcp.port contains 1", "tcp.port", "string(..) makes text of it"),
        ("ip.src == 10.0.0.0/33", "10.0.0.0/33", "at most 32 bits"),
        ("ip.src == ::1", "::1", "is an IPv4 address"),
        ("ip.src == example.com", "example.com", "names are not looked up"),
        ("eth.src == 00:1b", "00:1b", "write six bytes"),
        ("tcp.options == 1", "tcp.options", "it has no value"),
        ("sip.Method matches x", "x", "in double quotes"),
        ("sip.Method matches \"[\"", "\"[\"", "unclosed character class"),
        ("sip.Method matches \"(?=x)\"", "\"(?=x)\"", "look-around"),
        ("tcp.port[0] == 1", "tcp.port", "only text and bytes have parts"),
        ("len(sip.Method)", "len(sip.Method)", "compare it with a value"),
        ("lower(tcp.port) == 1", "tcp.port", "lower takes text"),
        ("foo(tcp.port) == 1", "foo(tcp.port)", "no function is called 'foo'"),
        ("len(tcp.port, ip.src) == 1", "ip.src", "takes one field"),
        ("len() == 1", "len()", "takes a field"),
        ("max(tcp.port, ip.src) == 1", "ip.src", "values of one type"),
        ("sip.Method + 1 == 2", "sip.Method + 1", "not possible with text"),
        ("tcp.port == 1 / 0", "1 / 0", "no result"),
        ("tcp.port in {}", "}", "nothing is in it"),
        ("tcp.port in {80 443}", "443", "separated by commas"),
        ("tcp.port in 80", "80", "a set in braces follows"),
        ("(tcp.port", "(", "never closed"),
        ("tcp.port)", ")", "nothing was opened"),
        ("(tcp.port) == 80", "==", "arithmetic is grouped with braces"),
        ("tcp.port ==", "", "the filter ends here"),
        ("tcp.port AND frame", "AND", "small letters"),
        ("tcp.port = 80", "=", "written =="),
        ("tcp.port frame", "frame", "an operator is missing"),
        ("all tcp.port", "", "the filter ends here"),
        ("all tcp.port and frame", "and", "belong to a comparison"),
        ("tcp.payload == \"abc", "\"abc", "no closing quote"),
        ("tcp.payload == \"a\\qb\"", "\\q", "no such escape"),
        ("frame.time > 2020", "2020", "Jul 4, 2020"),
        ("${ip.src} == 1", "$", "no macros"),
        ("\u{201c}x\u{201d}", "\u{201c}", "straight double quotes"),
    ] {
        let error = Filter::compile(text, &schema()).unwrap_err();
        assert_eq!(&text[error.span.clone()], place, "{error}");
        assert!(error.why.contains(why), "{text}: {}", error.why);
    }
}

#[test]
fn the_caret_stands_under_what_is_wrong() {
    let error = Filter::compile("frame && sip.method == \"X\"", &schema()).unwrap_err();
    assert_eq!(error.suggestions, ["sip.Method"]);
    let shown = error.to_string();
    assert_eq!(
        shown.lines().skip(1).collect::<Vec<_>>(),
        ["  frame && sip.method == \"X\"", "           ^^^^^^^^^^"],
        "{shown}"
    );
}

#[test]
fn what_is_not_known_leaves_the_verdict_open_only_where_it_matters() {
    let verdict = |text: &str| {
        let filter = Filter::compile(text, &schema()).unwrap();
        asked(&filter, Frame { unknown: Some("sip.Method"), ..frame() })
    };
    assert_eq!(verdict("sip.Method == \"X\""), None);
    assert_eq!(verdict("tcp.port == 80 && sip.Method == \"X\""), Some(false));
    assert_eq!(verdict("tcp.port == 5061 && sip.Method == \"X\""), None);
    assert_eq!(verdict("tcp.port == 5061 || sip.Method == \"X\""), Some(true));
    assert_eq!(verdict("!(tcp.port == 5061) || !sip.Method"), None);
    assert_eq!(verdict("tcp.port == 5061 xor sip.Method"), None);
    assert_eq!(verdict("tcp.port"), Some(true));
}

#[test]
fn nesting_and_rows_are_bounded() {
    for (open, close) in [("(", ")"), ("!", ""), ("not ", ""), ("{", "}"), ("len(", ")"), ("-", "")] {
        let text = format!("{}tcp.port{}", open.repeat(2000), close.repeat(2000));
        assert!(Filter::compile(&text, &schema()).is_err(), "{open}");
    }
    let row = format!("tcp.port{} == 5", " + 1".repeat(2000));
    assert!(Filter::compile(&row, &schema()).unwrap_err().why.contains("in a row"));
    let slices = format!("frame{}", "[0:1]".repeat(2000));
    assert!(Filter::compile(&slices, &schema()).is_err());
    // Logic in a row is no nesting.
    assert!(holds(&vec!["tcp.port == 5061"; 800].join(" && ")));
    assert!(Filter::compile(&"x".repeat(1 << 20), &schema()).unwrap_err().why.contains("at most"));
}
