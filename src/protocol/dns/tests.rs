use super::{LLMNR, MDNS, PROTOCOL, STREAM, conversation};
use crate::fact::{Fact, Lookup};
use crate::field::{Mark, Tree};
use crate::protocol::{
    Budget, Context, Conversation, Direction, Exchange, Found, FrameView, Input, Likelihood, Message, Opening, Out,
    Progress, Protocol,
};
use crate::wire::Timestamp;
use crate::wire::name::{name, skip_name};

/// Header, then whatever `rest` says.
fn message(id: u16, flags: u16, counts: [u16; 4], rest: &[&[u8]]) -> Vec<u8> {
    let mut bytes = [id, flags].iter().chain(&counts).flat_map(|n| n.to_be_bytes()).collect::<Vec<u8>>();
    bytes.extend(rest.concat());
    bytes
}

/// `_sipinternaltls._tcp.contoso.com`, SRV, IN.
const QUESTION: &[u8] = b"\x0f_sipinternaltls\x04_tcp\x07contoso\x03com\0\0\x21\0\x01";
/// Where `contoso.com` begins in a message that starts with [`QUESTION`].
const CONTOSO: u8 = 12 + 21;

fn srv_answer() -> Vec<u8> {
    let target = [&b"\xc0\x0c\0\x21\0\x01\0\0\x02\x58\0\x0e\0\0\0\0\x13\xc5\x05lyn01\xc0"[..], &[CONTOSO]].concat();
    // An alias and an address in the answers, and one address in the additional records.
    let alias = [&b"\xc0\x0c\0\x05\0\x01\0\0\0\x3c\0\x07\x04pool\xc0"[..], &[CONTOSO]].concat();
    let a = b"\x05lyn01\xc0\x21\0\x01\0\x01\0\0\x0e\x10\0\x04\x0a\x38\x05\x0b";
    message(0x51ea, 0x8580, [1, 3, 0, 1], &[QUESTION, &target, &alias, a, a])
}

fn describe(protocol: &'static Protocol, bytes: &[u8], note: u64, context: &Context<'_>) -> Tree {
    let mut tree = Tree::new(false);
    crate::field::Sink::enter(&mut tree, "Frame", bytes);
    let message = Message { bytes, from: Direction::ToClient, note, context };
    (protocol.dissect)(&message, &mut Out::new(&mut tree, &mut Budget::default(), bytes));
    for node in &tree.nodes {
        assert!(node.at.end as usize <= bytes.len() && node.at.start <= node.at.end, "{node:?}");
    }
    tree
}

fn plain(bytes: &[u8]) -> Tree {
    describe(&PROTOCOL, bytes, 0, &Context::default())
}

fn values(tree: &Tree, name: &str) -> Vec<String> {
    tree.nodes.iter().filter(|n| n.field.is_some_and(|f| f.name == name)).map(|n| n.value.to_string()).collect()
}

#[test]
fn a_service_look_up_and_its_answer() {
    let tree = plain(&srv_answer());
    assert_eq!(values(&tree, "dns.qry.name"), ["_sipinternaltls._tcp.contoso.com"]);
    assert_eq!(values(&tree, "dns.srv.target"), ["lyn01.contoso.com"]);
    assert_eq!(values(&tree, "dns.srv.service"), ["_sipinternaltls"]);
    assert_eq!(
        values(&tree, "dns.resp.name"),
        ["_sipinternaltls._tcp.contoso.com", "lyn01.contoso.com", "lyn01.contoso.com"]
    );
    assert_eq!(values(&tree, "dns.a"), ["10.56.5.11", "10.56.5.11"]);
    assert_eq!(
        tree.info,
        "Standard query response 0x51ea SRV _sipinternaltls._tcp.contoso.com SRV 0 0 5061 lyn01.contoso.com \
         CNAME pool.contoso.com A 10.56.5.11 A 10.56.5.11"
    );
    let expected = Lookup {
        id: 0x51ea,
        name: "_sipinternaltls._tcp.contoso.com".into(),
        kind: 33,
        code: Some(0),
        addresses: vec!["10.56.5.11".parse().unwrap()],
        services: vec![("lyn01.contoso.com".into(), 5061)],
        aliases: vec!["pool.contoso.com".into()],
        cut: false,
    };
    assert_eq!(tree.facts.iter().map(|(f, _)| f).collect::<Vec<_>>(), [&Fact::Lookup(Box::new(expected))]);
    assert!(tree.nodes.iter().all(|n| n.mark.is_none()));
}

#[test]
fn the_scan_learns_the_same_without_showing() {
    struct Facts(Vec<Fact>);
    impl crate::field::Sink for Facts {
        fn wants_fields(&self) -> bool {
            false
        }
        fn fact(&mut self, fact: Fact, _: crate::wire::Span) {
            self.0.push(fact);
        }
    }
    let bytes = srv_answer();
    let mut facts = Facts(Vec::new());
    let message = Message { bytes: &bytes, from: Direction::ToClient, note: 0, context: &Context::default() };
    (PROTOCOL.dissect)(&message, &mut Out::new(&mut facts, &mut Budget::default(), &bytes));
    assert_eq!(facts.0, plain(&bytes).facts.into_iter().map(|(f, _)| f).collect::<Vec<_>>());
}

#[test]
fn a_name_that_does_not_exist() {
    let soa = [&[0xc0, CONTOSO][..], b"\0\x06\0\x01\0\0\0\x3c\0\x1a\x02ns\xc0", &[CONTOSO], &[0xc0, CONTOSO]].concat();
    let soa = [&soa[..], &[0; 19]].concat();
    let tree = plain(&message(7, 0x8183, [1, 0, 1, 0], &[QUESTION, &soa]));
    assert_eq!(
        tree.info,
        "Standard query response 0x0007 No such name SRV _sipinternaltls._tcp.contoso.com SOA ns.contoso.com"
    );
    assert_eq!(values(&tree, "dns.flags.rcode"), ["3"]);
    assert!(matches!(&tree.facts[0].0, Fact::Lookup(l) if l.code == Some(3) && l.addresses.is_empty()));
}

#[test]
fn the_partner_gives_request_and_time() {
    let exchange = Some(Exchange { frame: 3, time: Timestamp(1_000) });
    let frame = FrameView { time: Timestamp(361_000), ..FrameView::default() };
    let tree = describe(&PROTOCOL, &srv_answer(), 0, &Context { frame, exchange, ..Context::default() });
    assert_eq!(values(&tree, "dns.response_to"), ["3"]);
    assert_eq!(values(&tree, "dns.time"), ["0.000360000"]);
    let query = message(7, 0x0100, [1, 0, 0, 0], &[QUESTION]);
    let tree = describe(&PROTOCOL, &query, 0, &Context { exchange, ..Context::default() });
    assert_eq!(values(&tree, "dns.response_to"), [""; 0], "a query answers nothing");
    assert_eq!((PROTOCOL.pair)(&query, 0).map(|p| (p.key, p.opens)), Some((7, true)));
    assert_eq!((PROTOCOL.pair)(&srv_answer(), 0).map(|p| (p.key, p.opens)), Some((0x51ea, false)));
}

#[test]
fn names_end_in_circles_and_at_the_bound() {
    let message = b"\xc0\x00rest";
    let (rest, looped) = name(message, message).unwrap();
    assert_eq!((looped.shown().as_ref(), rest), ("<Name contains a pointer that loops>", &b"rest"[..]));
    assert_eq!(looped.sound(), None);

    let growing = b"\x0aabcdefghij\xc0\x00rest";
    let (rest, long) = name(growing, growing).unwrap();
    assert_eq!((long.shown().as_ref(), rest), ("<Name too long>", &b"rest"[..]));

    let whole = [&[63; 64][..], &[63; 64], &[63; 64], &[61; 62], &[0, 9]].concat();
    let (rest, fits) = name(&whole, &whole).unwrap();
    assert_eq!((fits.text.len(), fits.fault, rest), (63 * 3 + 61 + 3, None, &[9][..]));
    assert_eq!(skip_name(&whole).unwrap().0, [9]);

    assert_eq!(name(b"\0", b"\0").unwrap().1.shown(), "<Root>");
    assert!(name(b"\x80a", b"\x80a").is_err() && skip_name(b"\x80a").is_err(), "label types nobody knows");
    assert_eq!(name(b"\x64a", b"\x64a").unwrap().1.shown(), "<Unknown extended label>");
    assert!(name(b"\xc0\x09", b"\xc0\x09").is_err(), "a pointer behind the end");
    assert!(name(b"\x03ab", b"\x03ab").is_err() && skip_name(b"\x03ab").is_err());
}

#[test]
fn a_record_that_is_cut_leaves_the_ones_before() {
    let whole = srv_answer();
    let tree = plain(&whole[..whole.len() - 1]);
    assert_eq!(values(&tree, "dns.a"), ["10.56.5.11"]);
    assert_eq!(tree.nodes.iter().filter_map(|n| n.mark).collect::<Vec<_>>(), [Mark::Truncated]);
    let fault = [&b"\xc0\x0c\0\x01\0\x01\0\0\x02\x58\0\x03"[..], &[1, 2, 3]].concat();
    let tree = plain(&message(7, 0x8180, [1, 1, 0, 0], &[QUESTION, &fault]));
    assert!(tree.nodes.iter().any(|n| n.mark == Some(Mark::Malformed("address of a wrong length"))));
}

#[test]
fn text_options_and_the_rest() {
    let txt = b"\0\0\x10\0\x01\0\0\0\x05\0\x06\x00\x02a=\x01\xff";
    let naptr = b"\0\0\x23\0\x01\0\0\0\x05\0\x13\0\x64\0\x0a\x01s\x08SIPS+D2T\0\x01a\0";
    let mx = b"\0\0\x0f\0\x01\0\0\0\x05\0\x05\0\x0a\x01m\0";
    let opt = b"\0\0\x29\x10\0\0\0\x80\0\0\x06\0\x0a\0\x02\xab\xcd";
    let other = b"\0\xff\xf0\0\x02\0\0\0\x05\0\x01\x77";
    let tree = plain(&message(1, 0x8000, [0, 4, 0, 1], &[txt, naptr, mx, other, opt]));
    assert_eq!(values(&tree, "dns.txt"), ["", "a=", "\u{fffd}"]);
    assert_eq!(values(&tree, "dns.naptr.service"), ["SIPS+D2T"]);
    assert_eq!(values(&tree, "dns.mx.mail_exchange"), ["m"]);
    assert_eq!(values(&tree, "dns.data"), ["77"]);
    assert_eq!(values(&tree, "dns.resp.ttl"), ["5", "5", "5", "5"], "OPT has none");
    assert_eq!(values(&tree, "dns.resp.z.do"), ["1"]);
    assert_eq!(values(&tree, "dns.opt.data"), ["abcd"]);
    assert_eq!(tree.info, "Standard query response 0x0001 TXT NAPTR 100 10 s MX 10 m Unknown (65520) OPT",);
    assert!(tree.facts.is_empty(), "no question, no look-up");
}

#[test]
fn the_relatives_read_their_bits_their_way() {
    let question = b"\x04wpad\0\0\x01\x80\x01";
    let bytes = message(0, 0x0400, [1, 0, 0, 0], &[question]);
    let tree = describe(&MDNS, &bytes, 0, &Context::default());
    assert_eq!(values(&tree, "dns.qry.class"), ["0x0001"]);
    assert_eq!(tree.info, "Standard query 0x0000 A wpad, \"QU\" question");
    assert_eq!(tree.protocol, "MDNS");
    let tree = describe(&LLMNR, &bytes, 0, &Context::default());
    assert_eq!(values(&tree, "dns.qry.class"), ["0x8001"]);
    assert_eq!(values(&tree, "dns.flags.conflict"), ["1"]);
    let tree = plain(&message(0, 0x2800, [1, 0, 0, 0], &[question]));
    assert_eq!(values(&tree, "dns.count.zones"), ["1"]);
    assert!(values(&tree, "dns.count.queries").is_empty());
}

#[test]
fn every_prefix_is_described() {
    let whole = srv_answer();
    let nodes = (0..=whole.len()).map(|cut| plain(&whole[..cut]).nodes.len()).collect::<Vec<_>>();
    assert!(nodes[0] > 0 && nodes[whole.len()] == 59, "{nodes:?}");
    let prefixed = [&whole.len().to_be_bytes()[6..], &whole].concat();
    for cut in 0..=prefixed.len() {
        describe(&PROTOCOL, &prefixed[..cut], conversation::PREFIXED, &Context::default());
    }
    let tree = describe(&PROTOCOL, &prefixed, conversation::PREFIXED, &Context::default());
    assert_eq!(values(&tree, "dns.srv.target"), ["lyn01.contoso.com"], "pointers count from behind the length");
}

#[derive(Default)]
struct Messages(Vec<Vec<u8>>);

impl Found for Messages {
    fn message(&mut self, bytes: &[u8], note: u64) {
        assert_eq!(note, conversation::PREFIXED);
        self.0.push(bytes.to_vec());
    }
    fn becomes(&mut self, _: Option<&'static Protocol>) {
        unreachable!("DNS stays DNS");
    }
}

fn open() -> Box<dyn Conversation> {
    let end = ([10, 0, 0, 1], 53).into();
    conversation::open(&Opening { client: end, server: end, encrypted: false, keys: None })
}

/// Feeds `stream` with as many bytes as a segment, as the engine does: what is not taken comes again.
fn feed(stream: &[u8], segment: usize) -> Vec<Vec<u8>> {
    let (mut talk, mut found, mut carry) = (open(), Messages::default(), Vec::new());
    for part in stream.chunks(segment) {
        carry.extend_from_slice(part);
        let progress = talk.feed(Direction::ToServer, Input::Bytes(&carry), &mut found);
        let Progress::More { took, .. } = progress else { panic!("{progress:?}") };
        carry.drain(..took);
    }
    found.0
}

#[test]
fn pipelined_messages_however_they_are_cut() {
    let one = message(1, 0x0100, [1, 0, 0, 0], &[QUESTION]);
    let two = srv_answer();
    let frame = |m: &[u8]| [&m.len().to_be_bytes()[6..], m].concat();
    let stream = [frame(&one), vec![0, 0], frame(&two), frame(&one)].concat();
    for segment in [1, 2, 3, 50, stream.len()] {
        assert_eq!(feed(&stream, segment), [frame(&one), frame(&two), frame(&one)], "segments of {segment}");
    }
}

#[test]
fn after_a_gap_it_waits_for_something_plausible() {
    let one = message(1, 0x0100, [1, 0, 0, 0], &[QUESTION]);
    let framed = [&one.len().to_be_bytes()[6..], &one].concat();
    let (mut talk, mut found) = (open(), Messages::default());
    talk.feed(Direction::ToServer, Input::Gap(9), &mut found);
    assert_eq!(talk.feed(Direction::ToServer, Input::Bytes(b"torn bytes, no header"), &mut found), Progress::Took(21));
    talk.feed(Direction::ToServer, Input::Bytes(&framed), &mut found);
    assert_eq!(found.0.as_slice(), std::slice::from_ref(&framed));
    assert_eq!((STREAM.probe)(&framed), Likelihood::Perhaps);
    for cut in 1..20 {
        assert_eq!((STREAM.probe)(&framed[..cut]), Likelihood::Unsure);
    }
    for cut in 20..framed.len() {
        assert_eq!((STREAM.probe)(&framed[..cut]), Likelihood::Perhaps);
    }
    assert_eq!((STREAM.probe)(b"GET / HTTP/1.1\r\n\r\n and more"), Likelihood::No);
}
