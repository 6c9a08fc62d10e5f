//! Captures that were cut, changed or made to hurt: an error in words or marked nodes, never a panic, never a hang, and
//! nothing lost of what came before the damage.
//!
//! `HANDSHARK_MUTATIONS=10000 cargo test --test hostile` throws more dice, and says which captures are done;
//! `HANDSHARK_FROM=100` goes on with the hundredth. What fails is kept in the folder that cargo gives to tests, and belongs
//! into `fuzz/corpus/whole` once it is mended.

#[path = "support/look.rs"]
mod look;
#[path = "support/make.rs"]
mod make;

use make::{Dice, Packet};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// Places at which every capture is cut.
const CUTS: usize = 40;
/// Changed copies of every capture, unless the environment says otherwise.
const MUTATIONS: usize = 60;
/// What takes more of the processor than this is told.
const SLOW: Duration = Duration::from_secs(3);
/// What takes longer than this by the clock, on a busy machine too, will not end.
const HANGS: Duration = Duration::from_mins(5);

/// Looks at a capture in every way there is.
fn look_at(bytes: &[u8]) {
    let outcome = look::report(bytes);
    let trees = look::trees(bytes, look::assert_sound);
    match (outcome, trees) {
        (Ok((_, json)), Ok(counts)) => {
            assert_eq!(counts.mistakes, 0);
            assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok());
        }
        (Err(one), Err(other)) => {
            assert_eq!(one.to_string(), other.to_string());
            assert!(one.to_string().starts_with("test"), "{one}");
        }
        (one, other) => panic!("the report says {:?}, the trees {:?}", one.err(), other.err()),
    }
}

/// What went wrong, over all threads, and who is at work.
#[derive(Default)]
struct Watch {
    wrong: Mutex<Vec<String>>,
    at_work: Mutex<Vec<(String, Instant)>>,
    slowest: Mutex<(Duration, String)>,
}

impl Watch {
    /// Runs one case; a panic or a long time is written down, and the input kept.
    fn case(&self, name: &str, bytes: &[u8], body: impl FnOnce()) {
        // A stack that overflows ends the process: long runs leave behind what each thread was at.
        if number("HANDSHARK_MUTATIONS").is_some() {
            keep(&format!("at-work-{:?}", thread::current().id()), bytes);
        }
        let began = Instant::now();
        self.at_work.lock().unwrap().push((name.to_owned(), began));
        let before = look::spent(began);
        let outcome = catch_unwind(AssertUnwindSafe(body));
        self.at_work.lock().unwrap().retain(|(who, _)| who != name);
        let took = look::spent(began).saturating_sub(before);
        if outcome.is_err() || took > SLOW {
            let path = keep(name, bytes);
            let what = if outcome.is_err() { "panics".to_owned() } else { format!("takes {took:?}") };
            self.wrong.lock().unwrap().push(format!("{name} {what}, kept as {}", path.display()));
        }
        let mut slowest = self.slowest.lock().unwrap();
        if took > slowest.0 {
            *slowest = (took, name.to_owned());
        }
    }

    /// Ends the test run if a case hangs: a thread cannot be stopped from outside.
    fn guard(self: &Arc<Self>) {
        let watch = Arc::downgrade(self);
        thread::spawn(move || {
            while let Some(watch) = watch.upgrade() {
                if let Some((name, _)) = watch.at_work.lock().unwrap().iter().find(|(_, t)| t.elapsed() > HANGS) {
                    eprintln!("{name} hangs");
                    std::process::exit(1);
                }
                drop(watch);
                thread::sleep(Duration::from_millis(500));
            }
        });
    }

    fn conclude(&self) {
        let slowest = self.slowest.lock().unwrap();
        eprintln!("slowest: {} in {:?}", slowest.1, slowest.0);
        let wrong = self.wrong.lock().unwrap();
        assert!(wrong.is_empty(), "{} cases fail:\n{}", wrong.len(), wrong.join("\n"));
    }
}

fn keep(name: &str, bytes: &[u8]) -> PathBuf {
    let name: String = name.chars().map(|c| if c.is_alphanumeric() || c == '.' { c } else { '-' }).collect();
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, bytes).unwrap();
    path
}

/// A number in the environment.
fn number(name: &str) -> Option<usize> {
    std::env::var(name).ok()?.parse().ok()
}

/// Gives every bundled capture to `body`, on as many threads as there are processors.
fn with_captures(body: impl Fn(&Watch, &str, &[u8]) + Sync) {
    let watch = Arc::new(Watch::default());
    watch.guard();
    let (list, next) = (look::captures(), AtomicUsize::new(number("HANDSHARK_FROM").unwrap_or(0)));
    let workers = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(path) = list.get(at) else { return };
                    body(&watch, &look::name(path), &fs::read(path).unwrap());
                    if number("HANDSHARK_MUTATIONS").is_some() {
                        eprintln!("{at} of {}: {} done", list.len(), look::name(path));
                    }
                }
            });
        }
    });
    watch.conclude();
}

fn digests(bytes: &[u8]) -> Vec<u64> {
    let mut list = Vec::new();
    let _ = look::trees(bytes, |tree| list.push(look::digest(tree)));
    // The last tree is that of the end, which comes at another place in a shorter capture.
    list.pop();
    list
}

#[test]
fn bundled_captures_keep_the_promises_of_trees() {
    with_captures(|watch, name, bytes| {
        watch.case(name, bytes, || {
            look_at(bytes);
            assert_eq!(digests(bytes), digests(bytes), "the same bytes, another tree");
        });
    });
}

#[test]
fn a_cut_loses_nothing_that_came_before() {
    with_captures(|watch, name, bytes| {
        let whole = digests(bytes);
        let mut dice = Dice(bytes.len() as u64);
        for round in 0..CUTS {
            // Every capture is also cut at its very beginning and its very end.
            let cut = match round {
                0..8 => round * 4,
                8..12 => bytes.len().saturating_sub(round - 7),
                _ => dice.below(bytes.len().max(1)),
            };
            let Some(part) = bytes.get(..cut) else { continue };
            watch.case(&format!("{name}-cut-{cut}"), part, || {
                look_at(part);
                let seen = digests(part);
                assert_eq!(seen, whole[..seen.len()], "a packet before the cut is shown differently");
                // A packet is lost only where it ends behind the cut, or, when packed, in the block that was cut.
                let before = make::packets(part).len();
                assert_eq!(before, seen.len());
            });
        }
    });
}

/// Bytes that mean something to somebody: lengths, tags, separators, ends.
const TELLING: &[u8] = &[
    0, 1, 2, 4, 8, 12, 0x7f, 0x80, 0x81, 0x82, 0x84, 0x88, 0xc0, 0xfe, 0xff, 0x30, 0x60, 0xa0, 0xa1, b'0', b'9', b' ',
    b'\r', b'\n', b',', b';', b':', b'"', b'=', b'<', b'>', b'/', b'%', b'\\', b'\t',
];

/// Changes bytes as accident and malice would. At most `limit` bytes are left.
fn mutate(bytes: &mut Vec<u8>, dice: &mut Dice, limit: usize) {
    for _ in 0..=dice.below(4) {
        if bytes.is_empty() {
            return;
        }
        let (at, to) = (dice.below(bytes.len()), dice.below(bytes.len()));
        match dice.below(12) {
            0 => bytes[at] ^= 1 << dice.below(8),
            1 => bytes[at] = dice.byte(),
            2 | 3 => bytes[at] = dice.one_of(TELLING),
            4 => bytes.insert(at, dice.one_of(TELLING)),
            5 => drop(bytes.remove(at)),
            6 => bytes.swap(at, to),
            7 => {
                let filling = dice.one_of(TELLING);
                let end = (at + 1 + dice.below(8)).min(bytes.len());
                bytes[at..end].fill(filling);
            }
            8 => drop(bytes.drain(at..(at + dice.below(64)).min(bytes.len()))),
            9 => {
                let end = (at + dice.below(200)).min(bytes.len());
                let part = bytes[at..end].to_vec();
                bytes.splice(to..to, part).for_each(drop);
            }
            10 => {
                // A short piece many times over: what is quadratic shows.
                let part = bytes[at..(at + 1 + dice.below(6)).min(bytes.len())].repeat(1 << dice.below(12));
                bytes.splice(at..at, part).for_each(drop);
            }
            _ => {
                let number = dice.one_of(&[0_u32, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0xffff, 0x10000]);
                let raw = if dice.below(2) == 0 { number.to_le_bytes() } else { number.to_be_bytes() };
                let end = (at + 4).min(bytes.len());
                bytes[at..end].copy_from_slice(&raw[..end - at]);
            }
        }
    }
    bytes.truncate(limit);
}

/// Changes packets, not the file around them, and mends the lengths so that what was changed is looked at.
fn mutate_packets(packets: &mut Vec<Packet>, dice: &mut Dice) {
    for _ in 0..=dice.below(3) {
        let (at, to) = (dice.below(packets.len()), dice.below(packets.len()));
        match dice.below(8) {
            0 => packets.swap(at, to),
            1 => packets.insert(to, packets[at].clone()),
            2 if packets.len() > 1 => drop(packets.remove(at)),
            3 => packets[at].time = packets[at].time.wrapping_add(i64::from(dice.byte()) << 32).clamp(0, 1 << 61),
            _ => {
                let packet = &mut packets[at];
                mutate(&mut packet.data, dice, 60_000);
                mend_lengths(packet);
            }
        }
    }
}

/// Total length of IPv4 and length of UDP, in Ethernet.
fn mend_lengths(packet: &mut Packet) {
    let data = &mut packet.data;
    if packet.link_type != 1 || data.len() < 42 || data[12..14] != [8, 0] {
        return;
    }
    let total = u16::try_from(data.len() - 14).unwrap();
    data[16..18].copy_from_slice(&total.to_be_bytes());
    if data[14] == 0x45 && data[23] == 17 {
        data[38..40].copy_from_slice(&(total - 20).to_be_bytes());
    }
}

#[test]
fn mutations_end_in_words_or_marks() {
    let rounds = number("HANDSHARK_MUTATIONS").unwrap_or(MUTATIONS);
    let read = AtomicUsize::new(0);
    with_captures(|watch, name, bytes| {
        let mut dice = Dice(name.bytes().fold(5381, |h, b| h * 33 % 1_000_003 + u64::from(b)));
        let whole = make::packets(bytes);
        for round in 0..rounds {
            let changed = if whole.is_empty() || round % 3 == 0 {
                let mut changed = bytes.to_vec();
                mutate(&mut changed, &mut dice, 1 << 20);
                changed
            } else {
                let mut changed = whole.clone();
                mutate_packets(&mut changed, &mut dice);
                make::pcap(&changed)
            };
            watch.case(&format!("{name}-mutated-{round}"), &changed, || look_at(&changed));
            read.fetch_add(usize::from(look::open(&changed).is_ok()), Ordering::Relaxed);
        }
    });
    let read = read.into_inner();
    assert!(
        number("HANDSHARK_FROM").is_some() || read > rounds * 100,
        "only {read} captures could be opened: the mutations destroy too much"
    );
}

/// Inputs that once failed, and seeds that reach far.
#[test]
fn saved_inputs_are_replayed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/whole");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "fuzz/corpus/whole is empty");
    let watch = Arc::new(Watch::default());
    watch.guard();
    for path in &files {
        let bytes = fs::read(path).unwrap();
        watch.case(&path.file_name().unwrap().to_string_lossy(), &bytes, || look_at(&bytes));
    }
    watch.conclude();
}
