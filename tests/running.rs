//! The screen while packets still come: out of a file that is being read, out of a pipe, from an interface. Golden screens
//! are in `screens/` (`UPDATE=1` writes them).

use handshark::capture::live::interfaces::{Counters, Device};
use handshark::capture::read_from;
use handshark::scan::{Capture, Gather, Given, Input, Reading, Room, Select};
use handshark::secrets::Secrets;
use handshark::tui::picker::{self, Picker};
use handshark::tui::rows::streams::State;
use handshark::tui::{
    Bounds, Command, Effect, Live, Message, Model, Opened, Palette, Pane, Running, Session, Theme, View, answer,
    update, view,
};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use std::collections::VecDeque;
use std::io::{PipeWriter, Write, pipe};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread::{self, JoinHandle};
use std::time::Duration;

const NTLM: &str = "ntlm/ntlm-tcp-ok.pcap";
const KERBEROS: &str = "kerberos/krb-missing-spn.pcap";
const PLAIN: Theme = Theme::new(Palette::Mono);
const SIZES: [(u16, u16); 3] = [(80, 24), (120, 36), (200, 50)];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn bytes(capture: &str) -> Vec<u8> {
    std::fs::read(root().join("captures").join(capture)).unwrap()
}

/// Where each packet of a pcap file in this machine's byte order begins, and where the last ends.
fn packets(file: &[u8]) -> Vec<usize> {
    let mut at = 24;
    let mut starts = vec![at];
    while at < file.len() {
        at += 16 + u32::from_le_bytes(file[at + 8..at + 12].try_into().unwrap()) as usize;
        starts.push(at);
    }
    assert_eq!(at, file.len());
    starts
}

/// The packets of a file of Ethernet once more, from other ports: other conversations that say the same.
fn round(file: &[u8], number: u16) -> Vec<u8> {
    let mut out = file.to_vec();
    let starts = packets(file);
    for packet in starts.windows(2) {
        let packet = &mut out[packet[0] + 16..packet[1]];
        let ports = match packet[12..14] {
            [0x86, 0xdd] => 14 + 40,
            [8, 0] => 14 + 20,
            _ => continue,
        };
        // The port of the client is the high one.
        for at in [ports, ports + 2] {
            let port = u16::from_be_bytes([packet[at], packet[at + 1]]);
            if port > 20_000 {
                let other = 20_000 + (port - 20_000 + number * 97) % 45_000;
                packet[at..at + 2].copy_from_slice(&other.to_be_bytes());
            }
        }
    }
    out.split_off(24)
}

/// Packets that come when the test lets them.
struct Stream {
    pipe: Option<PipeWriter>,
    session: Arc<Session>,
    reader: Option<JoinHandle<()>>,
}

impl Stream {
    /// The header of the file has to be the first that comes.
    fn new(header: &[u8], room: Room, bounds: Option<Bounds>) -> Self {
        let (output, mut pipe) = pipe().unwrap();
        pipe.write_all(header).unwrap();
        let given = Given { room, ..Given::default() };
        let session = Session::new(vec![PathBuf::from("-")], &given, Secrets::default(), Arc::default());
        let session = Arc::new(session.bounded(bounds));
        let reading = Arc::clone(&session);
        let reader = thread::spawn(move || {
            let source = read_from("standard input".into(), output, None).unwrap();
            reading.read(vec![Input { path: PathBuf::from("-"), source }], given);
        });
        Self { pipe: Some(pipe), session, reader: Some(reader) }
    }

    fn capture(&self) -> &Capture {
        self.session.capture()
    }

    /// Sends bytes, and waits until so many packets were read.
    fn send(&mut self, bytes: &[u8], packets: u32) {
        self.pipe.as_mut().unwrap().write_all(bytes).unwrap();
        while self.capture().frames() < packets {
            assert!(!self.reader.as_ref().unwrap().is_finished(), "reading ended early");
            thread::sleep(Duration::from_millis(1));
        }
        // Facts of a packet are told right behind it.
        while self.session.told_so_far().0 < packets {
            thread::yield_now();
        }
    }

    fn end(mut self) -> Opened {
        drop(self.pipe.take());
        self.reader.take().unwrap().join().unwrap();
        self.session.end()
    }
}

fn whole(capture: &str) -> Opened {
    let path = root().join("captures").join(capture);
    let input = Input { source: handshark::capture::open(&path).unwrap(), path };
    Opened::read(vec![input], Given::default(), &Secrets::default(), &Arc::default())
}

/// Somebody in front of a screen that is not complete.
struct Seat {
    model: Model,
    opened: Arc<Opened>,
    left: bool,
    stopped: bool,
    resumed: bool,
}

impl Seat {
    fn new(opened: Opened, size: (u16, u16)) -> Self {
        let model = Model::new(&opened.name, size);
        Self { model, opened: Arc::new(opened), left: false, stopped: false, resumed: false }
    }

    fn live(opened: Opened, size: (u16, u16)) -> Self {
        let mut seat = Self::new(opened, size);
        seat.model.live = Some(Live::new(true));
        seat
    }

    fn happen(&mut self, message: Message) {
        let mut waiting: VecDeque<Effect> = update(&mut self.model, message).into();
        while let Some(effect) = waiting.pop_front() {
            if let Some(message) = answer(&effect, &self.opened, false) {
                waiting.extend(update(&mut self.model, message));
                continue;
            }
            match effect {
                Effect::Quit => self.left = true,
                Effect::StopReading => self.stopped = true,
                Effect::Resume => self.resumed = true,
                Effect::Select { generation, text, from } => {
                    let mut gather = Gather::new(false);
                    let select = Select::new(&text, &mut gather).unwrap();
                    // Only what the screen knows of: the capture may be further.
                    let known = self.model.facts.packets;
                    let mut found = Vec::new();
                    let stop = AtomicBool::new(false);
                    self.opened.capture.select(&select, &gather, from, &stop, &mut |frames, _, _| {
                        found.extend(frames.iter().copied().filter(|frame| *frame <= known));
                    });
                    let message = Message::Selected { generation, frames: found, asked: known, done: true };
                    waiting.extend(update(&mut self.model, message));
                }
                _ => {}
            }
        }
    }

    fn keys(&mut self, commands: &[Command]) -> &mut Self {
        for command in commands {
            self.happen(Message::Do(*command));
        }
        self
    }

    fn typed(&mut self, text: &str) -> &mut Self {
        self.keys(&[Command::Filter]);
        for c in text.chars() {
            self.keys(&[Command::Type(c)]);
        }
        self.keys(&[Command::Apply])
    }

    fn reads(&mut self, frames: u64, gone: u32) -> &mut Self {
        let reading = Reading { frames, gone, read: frames * 500, total: Some(19_000), span: 1_500_000_000 };
        self.happen(Message::Reading(reading, Some(3)));
        self
    }

    fn partly(&mut self, opened: Opened) {
        let rows = opened.rows();
        self.opened = Arc::new(opened);
        self.happen(Message::Partly(Box::new(rows)));
    }

    fn screen(&self) -> String {
        let (width, height) = self.model.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| view(&self.model, PLAIN, frame)).unwrap();
        text(&terminal)
    }
}

fn text(terminal: &Terminal<TestBackend>) -> String {
    let buffer = terminal.backend().buffer();
    let mut out = String::new();
    for y in 0..buffer.area.height {
        let line: String = (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect();
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Compares with `tests/screens/NAME.txt`.
fn golden(name: &str, size: (u16, u16), screen: &str) {
    let path: &Path = &root().join("tests/screens").join(format!("{name}-{}x{}.txt", size.0, size.1));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, screen).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    assert!(expected == screen, "{} differs; it is now:\n{screen}\nUPDATE=1 cargo test writes it", path.display());
}

fn told(opened: &Opened) -> String {
    let report = &opened.loaded.report;
    serde_json::to_string_pretty(&(&report.sign_ins, &report.negotiations, &report.findings, &report.tls)).unwrap()
}

#[test]
fn what_came_out_of_a_pipe_can_be_looked_at_while_more_is_awaited() {
    let (file, whole) = (bytes(KERBEROS), whole(KERBEROS));
    let starts = packets(&file);
    let all = starts.len() - 1;
    let mut stream = Stream::new(&file[..24], Room::default(), Some(Bounds::PIPE));
    let mut seat = Seat::new(stream.session.begun(), (120, 36));
    seat.keys(&[Command::Show(View::Packets)]);
    for n in 1..=all {
        stream.send(&file[starts[n - 1]..starts[n]], u32::try_from(n).unwrap());
        seat.happen(Message::Reading(stream.capture().reading(), None));
        assert_eq!(seat.model.rows(Pane::Packets), n);
        seat.keys(&[Command::Bottom]);
        let frame = u32::try_from(n).unwrap();
        assert_eq!(seat.model.packets.asked, frame, "the tree of the newest packet is there");
        let line = &seat.model.packets.lines[&frame];
        assert_eq!(line.source, whole.capture.summary(frame).source);
    }
    // Everything came, but the end did not: what is known by now is judged.
    let look = stream.session.look();
    assert!(!look.loaded.report.sign_ins.is_empty());
    seat.partly(look);
    assert!(!seat.model.attempts.is_empty() && seat.model.reading.is_some());
    assert_eq!(told(&stream.end()), told(&whole), "in the end it is the same as out of a file");
}

#[test]
fn looks_on_the_way_do_not_change_the_end() {
    for capture in [NTLM, KERBEROS] {
        let file = bytes(capture);
        let starts = packets(&file);
        let mut stream = Stream::new(&file[..24], Room::default(), None);
        let mut before = 0;
        for n in 1..starts.len() {
            stream.send(&file[starts[n - 1]..starts[n]], u32::try_from(n).unwrap());
            let look = stream.session.look();
            assert!(look.loaded.report.negotiations.len() >= before, "{capture}: what was told is not taken back");
            before = look.loaded.report.negotiations.len();
        }
        assert_eq!(told(&stream.end()), told(&whole(capture)), "{capture}");
    }
}

#[test]
fn of_packets_that_come_for_ever_the_newest_are_kept() {
    let file = bytes(NTLM);
    let all = u32::try_from(packets(&file).len() - 1).unwrap();
    let room = Room { packets: all as usize, bytes: 1 << 20 };
    let mut stream = Stream::new(&file[..24], room, Some(Bounds::LIVE));
    let mut weights = Vec::new();
    let rounds = 40;
    for n in 1..=rounds {
        stream.send(&round(&file, u16::try_from(n).unwrap()), n * all);
        weights.push(stream.capture().weight());
    }
    let capture = stream.capture().clone();
    assert_eq!((capture.frames(), capture.first_frame()), (rounds * all, (rounds - 1) * all + 1));
    let (early, late) = (weights[3], *weights.last().unwrap());
    assert!(late <= early + early / 10, "the index grows: {weights:?}");
    let gone = capture.detail(1, false);
    let said: Vec<_> = gone.nodes.iter().filter_map(|node| node.mark).map(|mark| format!("{mark:?}")).collect();
    assert!(said.iter().any(|mark| mark.contains("let go")), "{said:?}");
    // The last round is whole.
    let whole = whole(NTLM);
    for frame in 1..=all {
        let (now, then) = (capture.summary((rounds - 1) * all + frame), whole.capture.summary(frame));
        assert_eq!((now.protocol, now.source, now.marks), (then.protocol, then.source, then.marks), "{frame}");
    }
    assert_eq!(capture.conversations().len(), whole.capture.conversations().len());
    let mut gather = Gather::new(false);
    let select = Select::new("frame.number > 3", &mut gather).unwrap();
    let mut passed = Vec::new();
    let stop = AtomicBool::new(false);
    capture.select(&select, &gather, 1, &stop, &mut |frames, _, _| passed.extend_from_slice(frames));
    assert_eq!(passed, (capture.first_frame()..=capture.frames()).collect::<Vec<_>>());
}

#[test]
fn packets_go_when_the_disk_has_no_room_for_them() {
    let file = bytes(NTLM);
    let all = u32::try_from(packets(&file).len() - 1).unwrap();
    let room = Room { packets: 1_000_000, bytes: 40_000 };
    let mut stream = Stream::new(&file[..24], room, Some(Bounds::LIVE));
    for n in 1..=20 {
        stream.send(&file[24..], n * all);
    }
    let capture = stream.capture();
    assert!(capture.first_frame() > 10 * all, "{}", capture.first_frame());
    for frame in capture.first_frame()..=capture.frames() {
        assert!(capture.describe(frame, &mut handshark::field::Tree::new(false)).is_some(), "{frame}");
    }
}

#[test]
fn what_was_told_stays_when_the_analysis_begins_anew() {
    let file = bytes(KERBEROS);
    let all = u32::try_from(packets(&file).len() - 1).unwrap();
    let one = whole(KERBEROS).loaded.report;
    let bounds = Bounds { many: 1, most: 1 };
    let mut stream = Stream::new(&file[..24], Room::default(), Some(bounds));
    for n in 1..=3 {
        stream.send(&round(&file, u16::try_from(n).unwrap()), n * all);
        stream.session.look();
    }
    let opened = stream.end();
    let report = &opened.loaded.report;
    assert_eq!(report.sign_ins.len(), 3 * one.sign_ins.len());
    assert_eq!(report.negotiations.len(), 3 * one.negotiations.len());
    assert_eq!(opened.sign_ins.len(), report.sign_ins.len());
    for (at, row) in report.sign_ins.iter().enumerate() {
        assert_eq!((row.id as usize, opened.sign_ins[at].id), (at + 1, row.id));
        let again = &one.sign_ins[at % one.sign_ins.len()];
        assert_eq!((row.cause, row.findings.len()), (again.cause, again.findings.len()));
        // Each was told while it was open; of a file read in one go nothing is.
        let words = |row: &[String]| row.iter().any(|words| words.contains("was not over"));
        assert_eq!((words(&row.weakened), words(&again.weakened)), (row.outcome != "signed_in", false), "{row:?}");
        for place in &row.findings {
            assert_eq!(report.findings[place - 1].sign_in, Some(row.id), "a finding knows whose it is");
        }
        for id in &row.negotiations {
            assert_eq!(report.negotiations[*id as usize - 1].id, *id);
        }
    }
    for attempt in opened.loaded.attempts.iter() {
        assert!(!opened.ladder(attempt.what).steps.is_empty(), "{attempt:?}");
    }
}

#[test]
fn rows_can_be_used_while_a_file_is_read() {
    let mut seat = Seat::new(whole(NTLM), (120, 36));
    seat.reads(10, 0).keys(&[Command::Show(View::Packets), Command::Down, Command::Down]);
    assert_eq!((seat.model.rows(Pane::Packets), seat.model.packets.asked), (10, 3));
    seat.reads(20, 0);
    assert_eq!((seat.model.rows(Pane::Packets), seat.model.packets.asked), (20, 3), "the selection stays");
    // Esc goes back first; from the top it stops.
    seat.keys(&[Command::Enter]);
    assert_eq!(seat.model.pane(), Pane::Tree);
    seat.keys(&[Command::Back]);
    assert_eq!((seat.model.pane(), seat.stopped), (Pane::Packets, false));
    seat.keys(&[Command::Back]);
    assert!(seat.stopped);
    let rows = seat.opened.rows();
    seat.happen(Message::Loaded(Box::new(rows)));
    assert_eq!((seat.model.reading, seat.model.packets.asked), (None, 3));
}

#[test]
fn a_filter_goes_on_with_the_packets() {
    for filter in ["sip", "tcp.port == 5060", "frame.number > 30", "!tcp"] {
        let mut at_once = Seat::new(whole(NTLM), (120, 36));
        at_once.reads(38, 0).typed(filter);
        let expected = at_once.model.packets.passed.clone().unwrap();
        let mut seat = Seat::new(whole(NTLM), (120, 36));
        seat.typed(filter);
        for frames in [3, 4, 17, 17, 30, 38] {
            seat.reads(frames, 0);
            let so_far: Vec<u32> = expected.iter().copied().filter(|frame| u64::from(*frame) <= frames).collect();
            assert_eq!(seat.model.packets.passed.as_ref(), Some(&so_far), "{filter} after {frames}");
        }
        let rows = seat.opened.rows();
        seat.happen(Message::Loaded(Box::new(rows)));
        assert_eq!(seat.model.packets.passed.as_ref(), Some(&expected), "{filter} in the end");
    }
}

#[test]
fn the_newest_packet_is_followed_until_somebody_looks_elsewhere() {
    let mut seat = Seat::live(whole(NTLM), (80, 24));
    seat.keys(&[Command::Show(View::Packets)]).reads(10, 0);
    assert_eq!(seat.model.packets.asked, 10);
    seat.reads(20, 0);
    assert_eq!(seat.model.packets.asked, 20);
    seat.keys(&[Command::Up]).reads(25, 0);
    assert_eq!(seat.model.packets.asked, 19, "somebody looks at an older one");
    seat.keys(&[Command::Bottom]).reads(30, 0);
    assert_eq!(seat.model.packets.asked, 30, "at the end it is followed again");
    seat.keys(&[Command::Newest]).reads(31, 0);
    assert_eq!(seat.model.packets.asked, 30);
    seat.keys(&[Command::Newest]);
    assert_eq!(seat.model.packets.asked, 31);
}

#[test]
fn the_selection_stays_with_its_packet_when_others_are_let_go() {
    let mut seat = Seat::live(whole(NTLM), (80, 24));
    seat.keys(&[Command::Show(View::Packets)]).reads(30, 0).keys(&[Command::Up, Command::Up]);
    assert_eq!(seat.model.packets.asked, 28);
    seat.reads(34, 12);
    assert_eq!((seat.model.packets.asked, seat.model.rows(Pane::Packets)), (28, 22));
    assert_eq!(seat.model.here(), Some(28));
    seat.reads(38, 33);
    assert_eq!(seat.model.here(), Some(34), "it went: the oldest that is left");
    seat.typed("tcp");
    assert!(seat.model.packets.passed.as_ref().is_some_and(|passed| passed.iter().all(|frame| *frame > 33)));
    seat.reads(38, 36);
    assert!(seat.model.packets.passed.as_ref().is_some_and(|passed| passed.iter().all(|frame| *frame > 36)));
    seat.keys(&[Command::GoTo, Command::Type('5'), Command::Apply]);
    assert!(seat.model.notice.contains("let go"), "{}", seat.model.notice);
}

#[test]
fn a_paused_screen_stands_still() {
    let mut seat = Seat::live(whole(NTLM), (80, 24));
    seat.keys(&[Command::Show(View::Packets)]).reads(10, 0).keys(&[Command::Pause]);
    seat.reads(30, 0);
    assert_eq!((seat.model.rows(Pane::Packets), seat.resumed), (10, false));
    assert!(seat.screen().contains("PAUSED") && seat.screen().contains(" 30 pk"), "{}", seat.screen());
    seat.keys(&[Command::Pause]).reads(30, 0);
    assert_eq!((seat.model.rows(Pane::Packets), seat.resumed), (30, true));
}

#[test]
fn a_capture_that_nobody_wrote_to_disk_is_not_left_by_mistake() {
    let mut seat = Seat::live(whole(NTLM), (80, 24));
    seat.keys(&[Command::Quit]);
    assert!(seat.left, "nothing would be lost");
    let mut seat = Seat::live(whole(NTLM), (80, 24));
    seat.reads(10, 0).keys(&[Command::Back]);
    assert!(!seat.stopped, "Esc does not end a capture");
    seat.keys(&[Command::Quit]);
    assert!(!seat.left && seat.screen().contains("Leave?"), "{}", seat.screen());
    seat.keys(&[Command::Back, Command::Quit, Command::Yes]);
    assert!(seat.left);
    let mut seat = Seat::live(whole(NTLM), (80, 24));
    seat.model.live = Some(Live::new(false));
    seat.reads(10, 0).keys(&[Command::Stop]);
    assert!(seat.stopped);
    seat.keys(&[Command::Quit]);
    assert!(seat.left, "it is on disk");
    let mut seat = Seat::new(whole(NTLM), (80, 24));
    seat.happen(Message::Loaded(Box::new(seat.opened.rows())));
    seat.keys(&[Command::Pause]);
    assert!(seat.model.notice.contains("nothing is being captured"));
}

#[test]
fn the_same_sign_in_stays_selected_when_more_is_known() {
    let (file, other) = (bytes(KERBEROS), bytes(NTLM));
    let mut stream = Stream::new(&file[..24], Room::default(), None);
    let (first, all) = (packets(&file).len() - 1, packets(&file).len() + packets(&other).len() - 2);
    stream.send(&file[24..], u32::try_from(first).unwrap());
    let mut seat = Seat::new(stream.session.begun(), (120, 36));
    seat.happen(Message::Reading(stream.capture().reading(), None));
    seat.partly(stream.session.look());
    seat.keys(&[Command::Bottom]);
    let before = seat.model.attempt().unwrap().clone();
    stream.send(&other[24..], u32::try_from(all).unwrap());
    seat.partly(stream.session.look());
    assert!(seat.model.attempts.len() > 1);
    let now = seat.model.attempt().unwrap();
    assert_eq!((&now.start, now.frames.first()), (&before.start, before.frames.first()));
    // Its ladder stays where somebody read it.
    seat.keys(&[Command::Show(View::Ladder), Command::Top, Command::Down]);
    seat.partly(stream.session.look());
    assert_eq!(seat.model.list(Pane::Ladder).cursor, 1);
    assert!(!seat.model.steps().is_empty());
}

#[test]
fn screens_while_packets_come() {
    let running = |dropped, recorded: &str, unwritten| Running {
        seconds: 72,
        dropped,
        behind: Some(0),
        recorded: recorded.into(),
        unwritten,
    };
    for size in SIZES {
        let mut seat = Seat::new(whole(KERBEROS), size);
        golden("loading-begin", size, &seat.reads(0, 0).screen());
        golden("loading-packets", size, &seat.reads(14, 0).keys(&[Command::Show(View::Packets)]).screen());
        seat.partly(whole(KERBEROS));
        golden("loading-signins", size, &seat.keys(&[Command::Show(View::SignIns)]).screen());

        let mut seat = Seat::live(whole(NTLM), size);
        seat.happen(Message::Running(running(None, "", 0)));
        golden("live-begin", size, &seat.screen());
        seat.reads(30, 0).partly(whole(NTLM));
        seat.happen(Message::Running(running(Some(17), "30 packets written", 12)));
        golden("live-signins", size, &seat.screen());
        golden("live-packets", size, &seat.keys(&[Command::Show(View::Packets)]).reads(38, 20).screen());
        golden("live-paused", size, &seat.keys(&[Command::Pause]).screen());
        seat.keys(&[Command::Pause, Command::Quit]);
        let mut seat = Seat::live(whole(NTLM), size);
        golden("live-leave", size, &seat.reads(30, 0).keys(&[Command::Quit]).screen());
    }
}

#[test]
fn screens_of_the_picker() {
    let device = |name: &str, state: Option<&str>, addresses: &[&str], note: &str| Device {
        name: name.into(),
        state: state.map(str::to_owned),
        addresses: addresses.iter().map(ToString::to_string).collect(),
        note: note.into(),
    };
    let devices = || {
        vec![
            device("lo", Some("up"), &["127.0.0.1", "::1"], "loopback"),
            device("eth0", Some("up"), &["192.0.2.10", "2001:db8::10"], ""),
            device("wlan0\u{1b}[2J", Some("down"), &[], "Wi-Fi"),
            device("any", None, &[], "all interfaces"),
        ]
    };
    for size in SIZES {
        let mut picker = Picker::new(devices(), None, None, size);
        for n in 0..20_u64 {
            let counters = |scale: u64| Some(Counters { packets: n * n * scale, bytes: n * n * scale * 700 });
            picker.look(&[counters(7), counters(1), None, None], 1_000);
        }
        picker.obey(Command::Mark);
        let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
        terminal.draw(|frame| picker::view(&picker, PLAIN, frame)).unwrap();
        golden("picker", size, &text(&terminal));
        let why = "no permission to capture on eth0; this gives it: sudo setcap cap_net_raw=ep /usr/bin/handshark";
        let mut picker = Picker::new(devices(), Some(why.into()), Some("tcp port 5061".into()), size);
        picker.obey(Command::Filter);
        terminal.draw(|frame| picker::view(&picker, PLAIN, frame)).unwrap();
        golden("picker-denied", size, &text(&terminal));
    }
    // However small it is.
    for (width, height) in [(1, 1), (7, 3), (40, 10)] {
        let picker = Picker::new(devices(), Some("why".into()), Some("x".repeat(300)), (width, height));
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| picker::view(&picker, Theme { unicode: false, ..PLAIN }, frame)).unwrap();
        assert!(text(&terminal).is_ascii());
    }
}

#[test]
fn what_is_tls_is_not_taken_for_clear_when_the_analysis_begins_anew() {
    let file = bytes("tls/chain-good.pcap");
    let starts = packets(&file);
    let all = u32::try_from(starts.len() - 1).unwrap();
    let mut stream = Stream::new(&file[..24], Room::default(), Some(Bounds { many: 1, most: 1 }));
    let last = starts[starts.len() - 2];
    stream.send(&file[24..last], all - 1);
    stream.session.look();
    stream.send(&file[last..], all);
    let opened = stream.end();
    let closed = opened.loaded.streams.iter().filter(|row| row.state != State::Clear).count();
    assert_eq!(closed, whole("tls/chain-good.pcap").loaded.streams.iter().filter(|r| r.state != State::Clear).count());
    assert!(closed > 0);
}
