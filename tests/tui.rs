//! The screen without a terminal: scripts of keys against a test backend, golden screens in `screens/`
//! (`UPDATE=1` writes them), keys at random, names that mean harm.

use handshark::capture::open;
use handshark::report::baseline::{self, Baseline};
use handshark::scan::{Gather, Given, Input, Select};
use handshark::secrets::Secrets;
use handshark::tui::keymap::presses;
use handshark::tui::overlay::{Ask, Choice, Overlay, Save, Which};
use handshark::tui::recent::{Offer, Recent};
use handshark::tui::{
    Command, Effect, Message, Model, Mouse, Opened, Order, Palette, Pane, SoughtKind, Theme, View, answer, update, view,
};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::style::{Color, Modifier};
use std::collections::{BTreeSet, VecDeque};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

const NTLM: &str = "ntlm/ntlm-tcp-ok.pcap";
const KERBEROS: &str = "kerberos/krb-missing-spn.pcap";
const HTTP: &str = "http/http-basic-ok.pcap";
const PLAIN: Theme = Theme::new(Palette::Mono);

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> Rc<Opened> {
    let input = Input { path: path.to_owned(), source: open(path).unwrap() };
    let secrets = Secrets::default();
    Rc::new(Opened::read(vec![input], Given::default(), &secrets, &Arc::default()))
}

/// In front of two captures at once: a sign-in that failed, and one that went well.
fn two(width: u16, height: u16) -> Seat {
    let input = |capture: &str| {
        let path = root().join("captures").join(capture);
        Input { source: open(&path).unwrap(), path }
    };
    let (secrets, inputs) = (Secrets::default(), vec![input(KERBEROS), input(NTLM)]);
    let opened = Opened::read(inputs, Given::default(), &secrets, &Arc::default());
    Seat::new(&Rc::new(opened), width, height)
}

/// The frames of the attempt that stands first.
fn steps(seat: &Seat) -> Vec<u32> {
    let ladder = seat.opened.ladder(seat.model.attempts[seat.model.listed[0]].what);
    ladder.steps.iter().map(|step| u32::try_from(step.frame).unwrap()).collect()
}

/// Somebody in front of a screen.
struct Seat {
    model: Model,
    opened: Rc<Opened>,
    terminal: Terminal<TestBackend>,
    left: bool,
    copied: String,
    written: Option<(String, Vec<u8>)>,
    decoded: String,
    saved: Option<(Save, String)>,
    baseline: String,
    kept: Option<(String, String)>,
    asked_for: String,
}

impl Seat {
    fn new(opened: &Rc<Opened>, width: u16, height: u16) -> Self {
        let terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        let model = Model::new(&opened.name, (width, height));
        let mut seat = Self {
            model,
            opened: Rc::clone(opened),
            terminal,
            left: false,
            copied: String::new(),
            written: None,
            decoded: String::new(),
            saved: None,
            baseline: String::new(),
            kept: None,
            asked_for: String::new(),
        };
        seat.happen(Message::Loaded(Box::new(opened.rows())));
        seat
    }

    fn at(capture: &str, width: u16, height: u16) -> Self {
        Self::new(&read(&root().join("captures").join(capture)), width, height)
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
                Effect::Select { generation, text, from } => {
                    let mut gather = Gather::new(false);
                    let select = Select::new(&text, &mut gather).unwrap();
                    let mut batches = Vec::new();
                    let stop = AtomicBool::new(false);
                    self.opened.capture.select(&select, &gather, from, &stop, &mut |found, asked, done| {
                        batches.push((found.to_vec(), asked, done));
                    });
                    for (frames, asked, done) in batches {
                        waiting.extend(update(&mut self.model, Message::Selected { generation, frames, asked, done }));
                    }
                }
                Effect::Find { number, sought, among } => {
                    let passed = self.model.packets.passed.clone();
                    let mut told = Vec::new();
                    let stop = AtomicBool::new(false);
                    self.opened.find(&sought, among, passed.as_deref(), &stop, &mut |places| told.push(places));
                    for places in told {
                        waiting.extend(update(&mut self.model, Message::Found(number, places)));
                    }
                }
                Effect::Copy(text) => self.copied = text,
                Effect::Follow(number, ask) => {
                    let followed = self.opened.follow(&ask, &AtomicBool::new(false)).map(Box::new);
                    waiting.extend(update(&mut self.model, Message::Followed(number, followed)));
                }
                Effect::Write(name, bytes) => self.written = Some((name, bytes)),
                Effect::DecodeAs(rule) => self.decoded = rule,
                Effect::Save(what, name) => self.saved = Some((what, name)),
                Effect::Sort { generation, by } => {
                    let passed = self.model.packets.passed.clone();
                    let frames = self.opened.sorted(by, passed.as_deref(), &AtomicBool::new(false)).unwrap();
                    waiting.extend(update(&mut self.model, Message::Sorted(generation, frames)));
                }
                Effect::Names(typed) => {
                    let all = [
                        ("keys/", ""),
                        ("keys/a.keys", "343 B"),
                        ("keys/b.keys", "343 B"),
                        ("office.pcap", "1.2 kB, pcap, from 2026-11-22 09:58:05"),
                    ];
                    let begins = all.iter().filter(|(name, _)| name.starts_with(&typed));
                    let names = begins.map(|(name, said)| Offer { text: (*name).into(), said: (*said).into() });
                    waiting.extend(update(&mut self.model, Message::Names(typed.clone(), names.collect())));
                }
                Effect::Accept { finding, accepted, .. } => {
                    let row = &self.model.report.findings[finding];
                    self.baseline = baseline::edited(&self.baseline, row, accepted);
                    let known = Baseline::parse(&self.baseline).unwrap();
                    waiting.extend(update(&mut self.model, Message::Accepted(Arc::new(known), String::new())));
                }
                Effect::Hash => {
                    let files = self.model.report.capture.files.clone();
                    let hashes = files.iter().map(|file| handshark::tui::sha256(Path::new(file)).ok()).collect();
                    waiting.extend(update(&mut self.model, Message::Hashed(hashes)));
                }
                Effect::KeepFilter(name, text) => self.kept = Some((name, text)),
                Effect::Open(name) => self.asked_for = name,
                _ => {}
            }
        }
    }

    fn press(&mut self, code: KeyCode, modifiers: KeyModifiers) {
        if let Some(command) = self.model.command(&KeyEvent::new(code, modifiers)) {
            self.happen(Message::Do(command));
        }
    }

    /// Keys by name, parted by blanks; `'text` types the text.
    fn keys(&mut self, script: &str) -> &mut Self {
        for name in script.split_whitespace() {
            let none = KeyModifiers::NONE;
            if let Some(text) = name.strip_prefix('\'') {
                for c in text.chars() {
                    self.press(KeyCode::Char(if c == '_' { ' ' } else { c }), none);
                }
                continue;
            }
            match name {
                "Enter" => self.press(KeyCode::Enter, none),
                "Esc" => self.press(KeyCode::Esc, none),
                "Tab" => self.press(KeyCode::Tab, none),
                "Shift-Tab" => self.press(KeyCode::BackTab, KeyModifiers::SHIFT),
                "Up" => self.press(KeyCode::Up, none),
                "Down" => self.press(KeyCode::Down, none),
                "PgDn" => self.press(KeyCode::PageDown, none),
                "End" => self.press(KeyCode::End, none),
                "Home" => self.press(KeyCode::Home, none),
                "Backspace" => self.press(KeyCode::Backspace, none),
                "Space" => self.press(KeyCode::Char(' '), none),
                "Ctrl-C" => self.press(KeyCode::Char('c'), KeyModifiers::CONTROL),
                "Ctrl-F" => self.press(KeyCode::Char('f'), KeyModifiers::CONTROL),
                "Ctrl-O" => self.press(KeyCode::Char('o'), KeyModifiers::CONTROL),
                "Ctrl-U" => self.press(KeyCode::Char('u'), KeyModifiers::CONTROL),
                key if key.len() > 1 && key.starts_with('F') => {
                    self.press(KeyCode::F(key[1..].parse().unwrap()), none);
                }
                one => self.press(KeyCode::Char(one.chars().next().unwrap()), none),
            }
        }
        self
    }

    fn resize(&mut self, width: u16, height: u16) {
        self.terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        self.happen(Message::Resized(width, height));
    }

    fn buffer(&mut self, theme: Theme) -> Buffer {
        let model = &self.model;
        self.terminal.draw(|frame| view(model, theme, frame)).unwrap();
        self.terminal.backend().buffer().clone()
    }

    fn screen(&mut self) -> String {
        let buffer = self.buffer(PLAIN);
        let mut out = String::new();
        for y in 0..buffer.area.height {
            let mut line = String::new();
            let mut skip = 0;
            for x in 0..buffer.area.width {
                let symbol = buffer[(x, y)].symbol();
                if skip == 0 {
                    line.push_str(symbol);
                    skip = ratatui::text::Span::raw(symbol).width().max(1);
                }
                skip -= 1;
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out
    }
}

/// Compares with `tests/screens/NAME.txt`.
fn golden(name: &str, screen: &str) {
    written(&format!("tests/screens/{name}.txt"), screen);
}

/// Compares with a file of the repository.
fn written(name: &str, screen: &str) {
    let path = root().join(name);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, screen).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(expected == screen, "{} differs; it is now:\n{screen}\nUPDATE=1 cargo test writes it", path.display());
}

fn goldens(capture: &str, name: &str) {
    let opened = read(&root().join("captures").join(capture));
    for (width, height) in [(200, 50), (120, 36), (80, 24)] {
        let views = [
            ("signins", ""),
            ("ladder", "Enter"),
            ("packet", "Enter Enter Tab"),
            ("findings", "4"),
            ("evidence", "4 Enter"),
            ("streams", "5"),
            ("certificates", "6"),
            ("summary", "7"),
        ];
        for (view, keys) in views {
            let screen = Seat::new(&opened, width, height).keys(keys).screen();
            golden(&format!("{name}-{view}-{width}x{height}"), &screen);
        }
    }
}

#[test]
fn screens_of_ntlm_over_sip() {
    goldens(NTLM, "ntlm");
}

#[test]
fn screens_of_kerberos_with_a_missing_spn() {
    goldens(KERBEROS, "kerberos");
}

#[test]
fn screens_of_basic_over_http() {
    goldens(HTTP, "http");
}

#[test]
fn screens_of_certificates_tickets_and_what_keys_opened() {
    let path = root().join("captures/http/dsk-basic-http.pcap");
    let mut secrets = Secrets::default();
    secrets.take_file(&path.with_extension("keys")).unwrap();
    let input = Input { path: path.clone(), source: open(&path).unwrap() };
    let given = Given::new(Vec::new(), &secrets);
    let opened = Rc::new(Opened::read(vec![input], given, &secrets, &Arc::default()));
    for (width, height) in [(200, 50), (120, 36), (80, 24)] {
        for (view, keys) in [("signins", ""), ("certificates", "6"), ("streams", "5 G"), ("summary", "7")] {
            let screen = Seat::new(&opened, width, height).keys(keys).screen();
            golden(&format!("dsk-{view}-{width}x{height}"), &screen);
        }
    }
}

#[test]
fn screens_of_help_and_filter() {
    let opened = read(&root().join("captures").join(NTLM));
    for (width, height) in [(200, 50), (120, 36), (80, 24)] {
        let mut seat = Seat::new(&opened, width, height);
        golden(&format!("help-{width}x{height}"), &seat.keys("3 ?").screen());
        let mut seat = Seat::new(&opened, width, height);
        golden(&format!("filter-{width}x{height}"), &seat.keys("3 / 'ntlmssp Enter").screen());
        let mut seat = Seat::new(&opened, width, height);
        golden(&format!("filter-wrong-{width}x{height}"), &seat.keys("3 / 'sip.Method_==_REGISTER_&&_ntlmsp").screen());
    }
}

#[test]
fn a_sign_in_leads_to_its_steps_and_packets_and_back() {
    let mut seat = Seat::at(NTLM, 120, 36);
    let steps = steps(&seat);
    seat.keys("Enter");
    assert_eq!(seat.model.pane(), Pane::Ladder);
    seat.keys("g g Enter");
    assert_eq!((seat.model.view, seat.model.packets.asked), (View::Packets, steps[0]));
    let frames = seat.model.attempt().unwrap().frames.clone();
    seat.keys("]");
    assert_eq!(Some(seat.model.packets.asked), frames.iter().copied().find(|frame| *frame > steps[0]));
    seat.keys("] ] ] ] ] ] ] ] ] ] ] ] ] ] ] ] ] ] ] ] ] ] ] ] ] ]");
    assert_eq!(seat.model.packets.asked, *frames.last().unwrap());
    assert!(seat.model.notice.contains("no later packet"), "{}", seat.model.notice);
    seat.keys("[ Esc");
    assert_eq!((seat.model.view, seat.model.pane()), (View::Ladder, Pane::Ladder));
    seat.keys("Esc");
    assert_eq!(seat.model.pane(), Pane::SignIns);
    seat.keys("q");
    assert!(seat.left);
}

#[test]
fn from_a_failing_capture_to_its_proof_is_one_key() {
    let mut seat = Seat::at(KERBEROS, 120, 36);
    let proof = *seat.model.report.sign_ins[0].evidence.last().unwrap();
    seat.keys("e");
    assert_eq!(u64::from(seat.model.packets.asked), proof);
    seat.keys("1 Enter Enter");
    assert_eq!(u64::from(seat.model.packets.asked), proof, "the ladder stands where it failed");
    seat.keys("1 Tab Enter");
    assert_eq!(seat.model.view, View::Packets, "the panel leads to the proof");
}

#[test]
fn a_finding_leads_to_the_field_that_proves_it() {
    let mut seat = Seat::at(NTLM, 120, 36);
    seat.keys("4 Enter");
    let proof = seat.model.report.findings[0].evidence[0].clone();
    assert_eq!((seat.model.view, u64::from(seat.model.packets.asked)), (View::Packets, proof.frame));
    let detail = seat.model.packets.detail.as_ref().unwrap();
    let node = &detail.tree.nodes[detail.rows[seat.model.list(Pane::Tree).cursor].node];
    assert_eq!(node.field.unwrap().name, proof.field);
    seat.keys("Esc");
    assert_eq!(seat.model.view, View::Findings);
    // Every finding, every piece: round and round.
    for _ in 0..40 {
        seat.keys("e");
        assert_eq!(seat.model.view, View::Packets);
    }
}

#[test]
fn a_conversation_leads_to_its_packets() {
    let mut seat = Seat::at(NTLM, 120, 36);
    seat.keys("5 Enter");
    let talk = &seat.model.streams[0].talk;
    assert_eq!(seat.model.view, View::Packets);
    assert_eq!(seat.model.packets.passed.as_ref().map(Vec::len), Some(talk.packets.iter().sum::<u32>() as usize));
    seat.keys("Esc");
    assert_eq!(seat.model.view, View::Streams);
}

#[test]
fn text_is_found_in_the_list_the_tree_and_the_bytes() {
    let mut seat = Seat::at(NTLM, 120, 36);
    seat.keys("3 Ctrl-F 'register Enter");
    let first = seat.model.packets.asked;
    assert!(seat.model.packets.lines[&first].info.contains("REGISTER"));
    seat.keys("n");
    assert!(seat.model.packets.asked > first);
    seat.keys("N");
    assert_eq!(seat.model.packets.asked, first);
    seat.keys("Tab Ctrl-F Ctrl-U 'call-id Enter");
    let detail = seat.model.packets.detail.as_ref().unwrap();
    let node = &detail.tree.nodes[detail.rows[seat.model.list(Pane::Tree).cursor].node];
    assert!(detail.tree.line(node).contains("Call-ID"));
    assert!(seat.model.notice.starts_with("\"call-id\" 1/"), "{}", seat.model.notice);
    seat.keys("Tab Ctrl-F Ctrl-U 'max-forwards Enter");
    let row = seat.model.list(Pane::Bytes).top;
    assert!(row > 0 && seat.model.notice == "\"max-forwards\" 1/1", "{}", seat.model.notice);
    seat.keys("Home Ctrl-F Ctrl-U '4d_61_78_2d_46_6f_72 Enter");
    assert_eq!(seat.model.list(Pane::Bytes).top, row);
    seat.keys("Ctrl-F Ctrl-U 'no_such_thing Enter");
    assert!(seat.model.notice.contains("not in these bytes"), "{}", seat.model.notice);
}

#[test]
fn what_is_found_among_packets_is_counted_whatever_kind_it_is() {
    let mut seat = Seat::at(NTLM, 120, 36);
    let place = |seat: &Seat| (seat.model.packets.asked, seat.model.notice.clone());
    seat.keys("3 Ctrl-F 'register Enter");
    let passed = |seat: &Seat, filter: &str| -> Vec<u32> {
        let mut gather = Gather::new(false);
        let select = Select::new(filter, &mut gather).unwrap();
        (1..=seat.model.facts.packets).filter(|f| seat.opened.capture.passes(*f, &select, &mut gather)).collect()
    };
    let first = place(&seat);
    assert!(first.1.starts_with(&format!("\"register\" is in packet {}, 1/", first.0)), "{}", first.1);
    // Back from the first is the last of them.
    let (frame, told) = place(seat.keys("N"));
    let all = told.rsplit('/').next().unwrap();
    assert!(told == format!("\"register\" is in packet {frame}, {all}/{all}") && frame > first.0, "{told}");
    seat.keys("g g Ctrl-F Ctrl-F Ctrl-U '4e_54_4c_4d_53_53_50 Enter");
    assert!(seat.model.notice.contains("in no packet"), "in base64 it does not stand as such: {}", seat.model.notice);
    seat.keys("Ctrl-F Ctrl-U '52_45_47_49 Enter");
    let requests = passed(&seat, "tcp.payload contains 52:45:47:49");
    assert!(requests.len() > 1);
    let told = format!("\"52 45 47 49\" is in packet {}, 1/{}", requests[0], requests.len());
    assert_eq!(place(&seat), (requests[0], told));
    seat.keys("Ctrl-F Ctrl-F Ctrl-U 'sip.Status-Code_==_401 Enter");
    let answers = passed(&seat, "sip.Status-Code == 401");
    let at = answers.iter().position(|frame| *frame == seat.model.packets.asked).unwrap();
    assert!(seat.model.notice.ends_with(&format!(", {}/{}", at + 1, answers.len())), "{}", seat.model.notice);
    assert!(at == 0 && answers[0] > requests[0], "the next one behind where the cursor stood");
    seat.keys("N");
    assert_eq!(Some(&seat.model.packets.asked), answers.last());
    // Behind the last comes the first, and another list is looked through anew.
    seat.keys("n / 'tcp.stream_==_0_&&_sip Enter n");
    assert!(answers.contains(&seat.model.packets.asked), "{}", seat.model.notice);
    seat.keys("Ctrl-F Ctrl-U 'sip.Methd Enter");
    assert!(seat.model.notice.contains("sip.Method"), "{}", seat.model.notice);
    // In the tree: the fields that the filter names, and the smallest nodes that hold the bytes.
    seat.keys("Tab Ctrl-F Ctrl-U 'sip.CSeq.method Enter");
    let field = |seat: &Seat| {
        let detail = seat.model.packets.detail.as_ref().unwrap();
        detail.tree.nodes[detail.rows[seat.model.list(Pane::Tree).cursor].node].field.unwrap().name
    };
    assert_eq!((field(&seat), seat.model.notice.as_str()), ("sip.CSeq.method", "\"sip.CSeq.method\" 1/1"));
    seat.keys("Ctrl-F Ctrl-F Ctrl-F Ctrl-U '34_30_31 Enter");
    assert_eq!(field(&seat), "sip.Status-Code", "{}", seat.model.notice);
    seat.keys("4 Ctrl-F Enter");
    assert!(seat.model.notice.contains("only text"), "{}", seat.model.notice);
}

#[test]
fn in_a_sorted_list_the_next_place_is_the_next_one_down() {
    let mut seat = Seat::at(NTLM, 120, 36);
    seat.keys("3 s s s");
    let shown = seat.model.packets.sorted.clone().expect("sorted by the source");
    let rows = |seat: &Seat| {
        let mut gather = Gather::new(false);
        let select = Select::new("sip", &mut gather).unwrap();
        let passes = |frame: &u32| seat.opened.capture.passes(*frame, &select, &mut gather);
        shown.iter().copied().filter(passes).collect::<Vec<_>>()
    };
    let wanted = rows(&seat);
    assert!(wanted.len() > 2 && !wanted.is_sorted(), "{wanted:?}");
    seat.keys("Home Ctrl-F Ctrl-F Ctrl-F 'sip Enter");
    let mut seen = vec![seat.model.packets.asked];
    for at in 1..wanted.len() {
        seat.keys("n");
        seen.push(seat.model.packets.asked);
        let count = format!(", {}/{}", at + 1, wanted.len());
        assert!(seat.model.notice.ends_with(&count), "{} {count}", seat.model.notice);
    }
    assert_eq!(seen, wanted);
    assert_eq!(seat.keys("n").model.packets.asked, wanted[0], "the ends meet");
    assert_eq!(seat.keys("N").model.packets.asked, *wanted.last().unwrap());
}

#[test]
fn escape_and_a_key_at_once_are_two_keys() {
    let mut seat = Seat::at(NTLM, 80, 24);
    seat.keys("?");
    for key in presses(KeyEvent::new(KeyCode::Char('7'), KeyModifiers::ALT)) {
        seat.press(key.code, key.modifiers);
    }
    assert!(seat.model.overlay.is_none() && seat.model.view == View::Summary);
    assert_eq!(presses(KeyEvent::from(KeyCode::Char('7'))).count(), 1);
}

#[test]
fn text_is_found_in_lists_and_counted_both_ways() {
    let mut seat = Seat::at(NTLM, 120, 36);
    seat.keys("2 Ctrl-F 'ntlm Enter");
    let (steps, first) = (seat.model.rows(Pane::Ladder), seat.model.list(Pane::Ladder).cursor);
    let said: Vec<usize> =
        (0..steps).filter(|at| seat.model.steps()[*at].said().to_lowercase().contains("ntlm")).collect();
    assert!(said.len() > 1 && said.contains(&first));
    let place = said.iter().position(|at| *at == first).unwrap();
    assert_eq!(seat.model.notice, format!("\"ntlm\" {}/{}", place + 1, said.len()));
    seat.keys("n N");
    assert_eq!(seat.model.list(Pane::Ladder).cursor, first);
    seat.keys("4 Ctrl-F Ctrl-U 'no_such_finding Enter");
    assert_eq!((seat.model.view, seat.model.notice.contains("is not here")), (View::Findings, true));
}

#[test]
fn a_saved_filter_is_forgotten_but_not_what_was_only_used() {
    let mut seat = Seat::at(NTLM, 120, 36);
    seat.keys("/ 'sip F2 'mine Enter Esc / Ctrl-U 'dns Enter / Ctrl-O");
    assert_eq!(seat.model.bar.saved.len(), 1);
    seat.keys("Down x");
    assert_eq!((seat.model.bar.saved.len(), seat.model.notice.as_str()), (1, "it was used before and is not saved"));
    seat.keys("Up x");
    assert!(seat.model.bar.saved.is_empty());
    assert_eq!(seat.kept, Some(("mine".to_owned(), String::new())));
}

#[test]
fn a_node_becomes_a_filter_and_a_value_is_copied() {
    let mut seat = Seat::at(NTLM, 120, 36);
    seat.keys("3 Ctrl-F 'register Enter Tab Ctrl-F Ctrl-U 'cseq Enter c Enter");
    assert!(seat.copied.contains("REGISTER"), "{}", seat.copied);
    let frame = seat.model.packets.asked;
    seat.keys("a Enter");
    assert!(seat.model.bar.error.is_none(), "{:?}", seat.model.bar);
    assert!(seat.model.packets.passed.as_ref().is_some_and(|passed| passed.contains(&frame)));
    seat.keys("Shift-Tab a Enter");
}

#[test]
fn a_conversation_is_followed_as_each_thing_it_carries_and_leads_back_to_its_packets() {
    let mut seat = Seat::at(NTLM, 120, 36);
    seat.keys("3 / 'sip Enter f");
    assert_eq!(seat.model.view, View::Follow);
    let frame = seat.model.packets.asked;
    let screen = seat.screen();
    assert!(screen.contains("[SIP]") && screen.contains(&format!("#{frame} ")), "{screen}");
    assert!(screen.contains("> REGISTER sip:") && screen.contains("< SIP/2.0 401"), "{screen}");
    // One side, then the other; a side keeps its place.
    seat.keys("<");
    assert!(!seat.screen().contains("> REGISTER"), "only the server");
    seat.keys(">");
    assert!(!seat.screen().contains("< SIP/2.0"), "only the client");
    seat.keys("= l");
    assert!(seat.screen().contains("[TCP]"));
    seat.keys("x g g");
    assert!(seat.screen().contains("00000000  52 45 47 49 53 54 45 52"), "{}", seat.screen());
    seat.keys("x h g g Ctrl-F Ctrl-U 'www-authenticate Enter");
    let row = &seat.model.following.rows[seat.model.list(Pane::Follow).cursor];
    assert!(row.text.as_ref().unwrap().starts_with("WWW-Authenticate"), "{row:?}");
    seat.keys("Enter");
    assert_eq!(seat.model.view, View::Packets);
    assert!(seat.model.packets.lines[&seat.model.packets.asked].info.contains("401"));
    seat.keys("Esc");
    assert_eq!(seat.model.view, View::Follow, "back to the dialogue");
    seat.keys("Esc Esc 5 f");
    assert_eq!(seat.model.view, View::Follow, "from the list of conversations");
    seat.keys("Esc 4 f");
    assert_eq!(seat.model.view, View::Follow, "from a finding");
}

#[test]
fn what_is_followed_is_written_as_the_command_line_prints_it() {
    let mut seat = Seat::at(NTLM, 120, 36);
    seat.keys("3 / 'sip Enter f > w Enter Enter");
    let (name, bytes) = seat.written.clone().expect("something is written");
    assert!(name.ends_with("-dialogue.txt"), "{name}");
    let number = seat.model.following.followed.as_ref().unwrap().dialogue.number.to_string();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_handshark"));
    let capture = root().join("captures").join(NTLM);
    command.args(["follow".as_ref(), capture.as_os_str(), "sip".as_ref(), number.as_ref()]);
    let told = command.args(["--side", "client"]).output().unwrap().stdout;
    assert_eq!(String::from_utf8_lossy(&bytes), String::from_utf8_lossy(&told));
}

/// What `handshark export` makes of a capture.
fn exported(capture: &Path, options: &[&str]) -> Vec<u8> {
    let out = tempfile::NamedTempFile::new().unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_handshark"));
    command.arg("export").arg(capture).arg("-w").arg(out.path()).args(options);
    assert!(command.output().unwrap().status.success());
    std::fs::read(out.path()).unwrap()
}

#[test]
fn packets_are_written_as_the_command_line_exports_them() {
    let path = root().join("captures").join(NTLM);
    let mut seat = Seat::at(NTLM, 120, 36);
    let write = |seat: &Seat, order: Order| {
        let mut out = tempfile::tempfile().unwrap();
        let order = Order { paths: vec![path.clone()], ..order };
        let copied = seat.opened.export(&order, &mut out, &AtomicBool::new(false)).unwrap();
        let mut bytes = Vec::new();
        out.seek(SeekFrom::Start(0)).unwrap();
        out.read_to_end(&mut bytes).unwrap();
        (copied, bytes)
    };
    seat.keys("3 / 'sip Enter");
    let frames = seat.model.packets.passed.clone().map(|passed| passed.into_iter().collect());
    let (copied, bytes) = write(&seat, Order { frames, ..Order::default() });
    assert!(copied > 0 && copied < u64::from(seat.model.facts.packets));
    assert!(bytes == exported(&path, &["-Y", "sip"]), "what the filter shows");
    let ladder = seat.opened.ladder(seat.model.attempts[0].what);
    let frames = Some(seat.opened.frames_of(&ladder));
    assert!(write(&seat, Order { frames, ..Order::default() }).1 == exported(&path, &["--signin", "1"]), "a sign-in");
    let all = write(&seat, Order { annotate: true, ..Order::default() });
    assert!(all.1 == exported(&path, &["--annotate"]), "all, with comments");
    let stopped = seat.opened.export(
        &Order { paths: vec![path], ..Order::default() },
        &mut tempfile::tempfile().unwrap(),
        &AtomicBool::new(true),
    );
    assert!(stopped.is_err(), "given up");
}

#[test]
fn packets_are_sorted_by_a_column_and_the_one_selected_stays() {
    let mut seat = Seat::at(NTLM, 120, 36);
    let all = seat.model.facts.packets as usize;
    seat.keys("3 Down Down");
    let here = seat.model.packets.asked;
    let listed = |seat: &Seat, packets: usize| -> Vec<u32> {
        (0..packets).map(|row| seat.model.packets.frame(row, u32::try_from(all).unwrap()).unwrap()).collect()
    };
    // By number, by time, by source.
    seat.keys("s s s");
    let opened = Rc::clone(&seat.opened);
    let source = |frame: u32| opened.capture.summary(frame).source;
    let order = listed(&seat, all);
    assert!(order.windows(2).all(|two| (source(two[0]), two[0]) < (source(two[1]), two[1])), "{order:?}");
    assert_eq!(seat.model.here(), Some(here));
    assert!(seat.screen().contains("Source▲"), "{}", seat.screen());
    seat.keys("S");
    let turned = listed(&seat, all);
    assert!(turned.windows(2).all(|two| source(two[0]) >= source(two[1])) && turned != order);
    assert!(seat.screen().contains("Source▼"));
    // A filter is sorted too, and numbers lead to their packets all the same.
    seat.keys("/ 'sip Enter");
    let passed = seat.model.packets.passed.clone().unwrap();
    let order = listed(&seat, passed.len());
    assert!(order != passed && order.windows(2).all(|two| source(two[0]) >= source(two[1])));
    seat.keys("Esc # '20 Enter");
    assert_eq!(seat.model.here(), Some(20));
    seat.keys("s s s s s s");
    assert_eq!(seat.model.packets.sorted, None, "behind the last column as they came: {}", seat.model.notice);
}

#[test]
fn lists_are_sorted_by_their_columns() {
    let mut seat = two(160, 40);
    seat.keys("s s s");
    let users = |seat: &Seat| -> Vec<String> {
        let rows = seat.model.listed.iter().map(|at| seat.model.attempts[*at].start.clone());
        rows.collect()
    };
    let (up, down) = (users(&seat), users(seat.keys("S")));
    assert!(!up.is_empty() && up.len() == down.len());
    seat.keys("5 s s s s s s S");
    let bytes = |at: usize, seat: &Seat| seat.model.stream(at).unwrap().talk.bytes.iter().sum::<u64>();
    let all: Vec<u64> = (0..seat.model.streams.len()).map(|at| bytes(at, &seat)).collect();
    assert!(all.windows(2).all(|two| two[0] >= two[1]) && all.len() > 3, "{all:?}");
    // What is selected is what is shown.
    let shown = seat.model.stream(0).unwrap().talk.stream;
    seat.keys("Enter");
    assert!(seat.model.bar.applied.ends_with(&format!("== {shown}")), "{}", seat.model.bar.applied);
}

#[test]
fn columns_are_chosen_and_one_always_stays() {
    let mut seat = Seat::at(NTLM, 160, 40);
    seat.keys("3");
    assert!(!seat.screen().contains(" Len "), "{}", seat.screen());
    seat.press(KeyCode::F(10), KeyModifiers::NONE);
    seat.keys("Down Down Down Down Down Enter Esc");
    assert!(seat.screen().contains(" Len "), "{}", seat.screen());
    seat.press(KeyCode::F(10), KeyModifiers::NONE);
    seat.keys("Enter Down Enter Down Enter Down Enter Down Enter Down Enter Down Enter Down Enter Down Enter");
    let shown = seat.model.columns.of(Pane::Packets).iter().filter(|column| column.most > 0).count();
    assert_eq!((shown, seat.model.notice.as_str()), (1, "one column stays"));
}

#[test]
fn a_finding_is_accepted_stands_below_and_can_be_taken_back() {
    let mut seat = Seat::at(KERBEROS, 120, 36);
    let all = seat.model.report.findings.len();
    let first = seat.model.findings[0];
    seat.keys("4 x");
    assert!(seat.screen().contains("Keep what is accepted in: handshark-baseline.txt"), "{}", seat.screen());
    seat.keys("Enter");
    assert_eq!(seat.model.findings.last(), Some(&first), "it stands below the others");
    let screen = seat.screen();
    assert!(screen.contains(&format!("4 Findings({})", all - 1)) && screen.contains("1 accepted"), "{screen}");
    assert_eq!(seat.model.finding().unwrap().0, seat.model.findings[0], "the next one is selected");
    seat.keys("G");
    assert!(seat.screen().contains("report --baseline leaves it out"), "{}", seat.screen());
    // Nobody is asked twice.
    seat.keys("x");
    assert_eq!(seat.model.findings[0], first);
    assert!(Baseline::parse(&seat.baseline).unwrap().is_empty());
}

#[test]
fn names_of_files_are_completed_and_captures_opened_before_are_offered() {
    let mut seat = Seat::at(NTLM, 80, 24);
    seat.keys("K 'ke Tab");
    let typed = |seat: &Seat| match &seat.model.overlay {
        Some(handshark::tui::overlay::Overlay::Prompt(prompt)) => prompt.input.text.clone(),
        _ => String::new(),
    };
    assert_eq!(typed(&seat), "keys/");
    assert!(seat.screen().contains("keys/a.keys"), "what lies in the folder is offered\n{}", seat.screen());
    seat.keys("Esc o");
    seat.model.recent =
        vec![Recent { path: "/caps/before.pcapng".into(), size: 12_345, said: "2 of 3 sign-ins failed".into() }];
    seat.keys("Esc o 'bef");
    let screen = seat.screen();
    assert!(screen.contains("/caps/before.pcapng") && screen.contains("12.3 kB, 2 of 3 sign-ins failed"), "{screen}");
    seat.keys("Tab Enter");
    assert_eq!(seat.asked_for, "/caps/before.pcapng");
}

#[test]
fn the_filter_in_the_bar_is_saved_under_a_name() {
    let mut seat = Seat::at(NTLM, 120, 36);
    seat.keys("3 / 'nosuchfield");
    seat.press(KeyCode::F(2), KeyModifiers::NONE);
    assert!(seat.model.overlay.is_none(), "a wrong one is not");
    seat.keys("Ctrl-U 'sip.Status-Code_>=_400");
    seat.press(KeyCode::F(2), KeyModifiers::NONE);
    seat.keys("'refused Enter");
    assert_eq!(seat.kept, Some(("refused".into(), "sip.Status-Code >= 400".into())));
    seat.keys("Ctrl-O");
    assert!(seat.screen().contains("refused"), "{}", seat.screen());
    seat.keys("Enter");
    assert_eq!(seat.model.bar.applied, "sip.Status-Code >= 400");
}

#[test]
fn what_can_be_set_is_set_and_copied_as_the_configuration_has_it() {
    let mut seat = Seat::at(NTLM, 120, 36);
    seat.press(KeyCode::F(8), KeyModifiers::NONE);
    seat.keys("Down Down Down Enter Enter");
    assert!(seat.screen().contains("time of day"), "{}", seat.screen());
    seat.keys("Down Enter Down Down Down Enter");
    assert!(seat.copied.contains("time = \"of-day\""), "{}", seat.copied);
    handshark::tui::config::Config::parse(&seat.copied).unwrap();
    seat.press(KeyCode::F(8), KeyModifiers::NONE);
    seat.keys("Down Down Down Down Down Down Enter");
    assert!(seat.screen().contains("Show passwords"), "secrets are asked about: {}", seat.screen());
}

#[test]
fn what_can_be_written_begins_with_what_is_looked_at() {
    let mut seat = Seat::at(NTLM, 120, 36);
    let first = |seat: &mut Seat, keys: &str| {
        let screen = seat.keys(keys).keys("w").screen();
        let at = screen.lines().position(|line| line.starts_with("━━ Write")).unwrap();
        let line = screen.lines().nth(at + 1).unwrap().trim_start_matches('►').trim().to_owned();
        seat.keys("Esc");
        line
    };
    assert_eq!(first(&mut seat, ""), "report, one HTML page");
    assert_eq!(first(&mut seat, "2"), "this ladder, SVG");
    assert_eq!(first(&mut seat, "3"), "packets of this sign-in, pcapng");
    assert_eq!(first(&mut seat, "/ 'sip Enter"), "packets shown, pcapng");
    assert_eq!(first(&mut seat, "m"), "packets marked, pcapng");
    seat.keys("w Enter Enter");
    assert_eq!(seat.saved, Some((Save::Packets(Which::Marked), "ntlm-tcp-ok-marked.pcapng".to_owned())));
}

#[test]
fn secrets_in_a_dialogue_are_stars_until_somebody_says_yes() {
    let mut seat = Seat::at(HTTP, 200, 60);
    seat.keys("4 e f");
    assert_eq!(seat.model.view, View::Follow);
    let holds = |seat: &Seat, text: &str| {
        seat.model.following.rows.iter().any(|row| row.text.as_ref().is_some_and(|t| t.contains(text)))
    };
    assert!(holds(&seat, "Basic ***"), "{}", seat.screen());
    seat.keys("R y");
    assert!(holds(&seat, "Basic ") && !holds(&seat, "Basic ***"), "{}", seat.screen());
    seat.keys("R");
    assert!(holds(&seat, "Basic ***"));
}

#[test]
fn two_sign_ins_are_compared_from_where_they_part() {
    let mut seat = two(160, 40);
    seat.keys("d");
    assert_eq!(seat.model.view, View::Compare, "with one that went well");
    seat.keys("Esc Space Space d");
    assert_eq!(seat.model.view, View::Compare);
    let (a, b) = (seat.model.chosen[0], seat.model.chosen[1]);
    let told = handshark::report::ladder::compare::compare(&seat.opened.ladder(a), &seat.opened.ladder(b));
    assert_eq!(seat.model.comparing.as_ref(), Some(&told));
    assert_eq!(Some(seat.model.list(Pane::Compared).cursor), told.first().or(Some(0)));
    seat.keys("Enter");
    assert_eq!(seat.model.view, View::Packets);
    seat.keys("Esc Esc");
    assert_eq!(seat.model.view, View::SignIns);
}

#[test]
fn two_packets_are_compared_field_by_field() {
    let mut seat = Seat::at(NTLM, 160, 60);
    seat.keys("3 d");
    assert!(seat.model.notice.contains("mark a packet"), "{}", seat.model.notice);
    seat.keys("/ 'sip.Method Enter m d");
    assert_eq!(seat.model.view, View::Compare, "{}", seat.model.notice);
    let compared = seat.model.comparing.as_ref().unwrap();
    let row = |text: &str| {
        let left = |row: &&handshark::report::compare::Pair| row.left.as_ref().is_some_and(|l| l.text.contains(text));
        compared.rows.iter().find(left).unwrap_or_else(|| panic!("no row with {text}"))
    };
    assert_eq!(row("Call-ID").mark.sign(), ' ', "one dialogue");
    assert_eq!(row("CSeq").mark.sign(), '≠');
    assert!(row("CSeq").right.is_some());
    let first = seat.model.list(Pane::Compared).cursor;
    seat.keys("]");
    assert!(seat.model.list(Pane::Compared).cursor > first);
    assert!(seat.screen().contains('≠'));
}

#[test]
fn a_port_is_decoded_as_what_somebody_says() {
    let mut seat = Seat::at(NTLM, 120, 36);
    seat.keys("3 / 'sip Enter D");
    let screen = seat.screen();
    assert!(screen.contains("Decode this port as") && screen.contains("tcp.port==5060,http"), "{screen}");
    seat.keys("Down Enter");
    assert!(seat.decoded.starts_with("tcp.port==5060,"), "{}", seat.decoded);
}

#[test]
fn times_are_counted_from_any_packet_and_noise_goes() {
    let mut seat = Seat::at(NTLM, 120, 36);
    let all = seat.model.facts.packets as usize;
    seat.keys("3 Down Down");
    seat.press(KeyCode::Char('t'), KeyModifiers::CONTROL);
    assert!(seat.screen().contains("*REF*"));
    seat.press(KeyCode::Char('t'), KeyModifiers::CONTROL);
    assert!(!seat.screen().contains("*REF*"));
    seat.keys("H");
    let passed = seat.model.packets.passed.as_ref().map(Vec::len);
    assert!(passed.is_some_and(|passed| passed > 0 && passed < all), "{passed:?} of {all}, {:?}", seat.model.bar.error);
    seat.keys("H");
    assert_eq!(seat.model.packets.passed, None, "{}", seat.model.bar.applied);
    seat.keys("/ 'sip Enter H H");
    assert_eq!(seat.model.bar.applied, "sip");
}

#[test]
fn dividers_are_moved_by_keys_and_by_the_mouse() {
    let mut seat = Seat::at(NTLM, 120, 36);
    seat.keys("3");
    let heights = |seat: &Seat| seat.model.panes().shown.iter().map(|(_, area)| area.height).collect::<Vec<_>>();
    let before = heights(&seat);
    seat.keys("+");
    assert!(heights(&seat)[0] > before[0]);
    seat.keys("- -");
    assert!(heights(&seat)[0] < before[0]);
    seat.keys(">");
    let edge = seat.model.panes().shown[1].1.y;
    seat.happen(Message::Mouse(Mouse::Click(10, edge)));
    seat.happen(Message::Mouse(Mouse::Drag(10, edge + 6)));
    assert_eq!(seat.model.panes().shown[1].1.y, edge + 6);
    seat.happen(Message::Mouse(Mouse::Release));
    seat.happen(Message::Mouse(Mouse::Drag(10, edge)));
    assert_eq!(seat.model.panes().shown[1].1.y, edge + 6, "nothing is held");
    seat.keys("|");
    let shown = seat.model.panes().shown;
    assert_eq!(shown[1].1.y, shown[2].1.y, "side by side");
    let edge = shown[2].1.x;
    seat.happen(Message::Mouse(Mouse::Click(edge, shown[2].1.y + 2)));
    seat.happen(Message::Mouse(Mouse::Drag(edge - 20, shown[2].1.y + 2)));
    assert_eq!(seat.model.panes().shown[2].1.x, edge - 20);
}

#[test]
fn a_hint_that_is_clicked_does_what_it_says() {
    let mut seat = Seat::at(KERBEROS, 120, 36);
    let screen = seat.screen();
    let hints = screen.lines().last().unwrap();
    let column = |text: &str| u16::try_from(hints.find(text).unwrap()).unwrap();
    seat.happen(Message::Mouse(Mouse::Click(column("proof"), 35)));
    assert_eq!(seat.model.view, View::Packets);
    seat.keys("Esc");
    seat.happen(Message::Mouse(Mouse::Click(column("? help"), 35)));
    assert!(seat.model.overlay.is_some());
    seat.keys("Esc c");
    seat.happen(Message::Mouse(Mouse::Click(5, 34)));
    assert!(seat.model.overlay.is_none() && !seat.copied.is_empty(), "a row of a menu is chosen");
}

#[test]
fn a_click_on_a_title_sorts_by_its_column() {
    let mut seat = Seat::at(NTLM, 120, 36);
    seat.keys("3");
    let titles = |seat: &mut Seat| {
        let y = seat.model.panes().inside(Pane::Packets).y;
        let line = seat.screen().lines().nth(usize::from(y)).unwrap().to_owned();
        (y, line)
    };
    let column = |line: &str, title: &str| {
        let before = line.split(title).next().unwrap();
        u16::try_from(before.chars().count()).unwrap()
    };
    let first = seat.model.packets.frame(0, u32::MAX);
    let (y, line) = titles(&mut seat);
    let time = column(&line, "Time");
    seat.happen(Message::Mouse(Mouse::Click(time, y)));
    assert!(titles(&mut seat).1.contains("Time▲"));
    assert_eq!(seat.model.packets.frame(0, u32::MAX), first);
    // The second one of two quick clicks turns it round too, and goes into nothing.
    seat.happen(Message::Mouse(Mouse::Twice(time, y)));
    assert!(titles(&mut seat).1.contains("Time▼") && seat.model.view == View::Packets);
    assert_eq!(seat.model.packets.frame(0, u32::MAX), Some(seat.model.facts.packets));
    let destination = column(&titles(&mut seat).1, "Destination");
    seat.happen(Message::Mouse(Mouse::Click(destination, y)));
    let line = titles(&mut seat).1;
    assert!(line.contains("Destination▲") && !line.contains('▼'), "{line}");
    // The blank before a title is of no column, and so is the edge of the list.
    for x in [destination - 1, 0] {
        seat.happen(Message::Mouse(Mouse::Click(x, y)));
        assert_eq!(titles(&mut seat).1, line);
    }
}

#[test]
fn saved_filters_keys_and_colours_of_packets_are_the_users() {
    let text = "[filters]\nrefused = \"sip.Status-Code == 401\"\n[keys]\nfollow = \"F9\"\n\
                [[rows]]\nfilter = \"sip\"\ncolor = \"#010203\"\n[colors]\nbad = \"#030201\"";
    let config = handshark::tui::config::Config::parse(text).unwrap();
    let theme = Theme { colours: config.colours, ..Theme::default() };
    let mut seat = Seat::at(KERBEROS, 120, 36);
    seat.model.configure(config);
    assert!(seat.buffer(theme).content.iter().any(|c| c.fg == Color::Rgb(3, 2, 1)), "what failed");
    seat.keys("3 / Ctrl-O");
    assert!(seat.screen().contains("refused"));
    seat.keys("Enter");
    assert_eq!(seat.model.bar.applied, "sip.Status-Code == 401");
    assert!(seat.buffer(theme).content.iter().any(|c| c.fg == Color::Rgb(1, 2, 3)));
    seat.keys("f");
    assert_eq!(seat.model.view, View::Packets, "f is no key any more");
    seat.press(KeyCode::F(9), KeyModifiers::NONE);
    assert_eq!(seat.model.view, View::Follow);
    assert!(seat.keys("? 'follow").screen().contains("F9"));
}

#[test]
fn the_keys_in_the_documentation_are_the_keys() {
    let head = "# Keys\n\nMade from the table of the program (`UPDATE=1 cargo test --test tui` writes it). `config.toml` \
                changes them by these names; `handshark config init` prints a file to begin with.\n\n";
    let text = format!("{head}{}", handshark::tui::keymap::Keymap::default().markdown());
    written("docs/keys.md", &text);
}

/// A screen as a drawing.
fn svg(buffer: &Buffer) -> String {
    use std::fmt::Write as _;
    let (wide, high) = (buffer.area.width * 8 + 16, buffer.area.height * 17 + 16);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {wide} {high}\" font-family=\"monospace\" \
         font-size=\"13.3\">\n<rect width=\"{wide}\" height=\"{high}\" fill=\"#16181d\"/>\n"
    );
    for y in 0..buffer.area.height {
        let mut x = 0;
        while x < buffer.area.width {
            let style = buffer[(x, y)].style();
            let (from, mut text) = (x, String::new());
            while x < buffer.area.width && buffer[(x, y)].style() == style {
                text.push_str(buffer[(x, y)].symbol());
                x += 1;
            }
            let has = |modifier| style.add_modifier.contains(modifier);
            let mut ink = match style.fg {
                Some(Color::Red) => "#ff6b68",
                Some(Color::Green) => "#6fd88b",
                Some(Color::Yellow) => "#e8c547",
                Some(Color::Cyan) => "#56c8d8",
                _ if has(Modifier::DIM) => "#8b929e",
                _ => "#d7dae0",
            };
            let (left, top, wide) = (from * 8 + 8, y * 17 + 8, (x - from) * 8);
            if has(Modifier::REVERSED) {
                let place = format!("x=\"{left}\" y=\"{top}\" width=\"{wide}\"");
                let _ = writeln!(out, "<rect {place} height=\"17\" fill=\"{ink}\"/>");
                ink = "#16181d";
            }
            if text.trim().is_empty() {
                continue;
            }
            let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            let bold = if has(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
            let place = format!("x=\"{left}\" y=\"{}\" textLength=\"{wide}\"", top + 13);
            let _ = writeln!(out, "<text {place} fill=\"{ink}\"{bold} xml:space=\"preserve\">{text}</text>");
        }
    }
    out + "</svg>\n"
}

#[test]
fn the_picture_in_the_documentation_is_the_screen() {
    let mut seat = Seat::at(KERBEROS, 110, 30);
    let picture = svg(&seat.buffer(Theme::default()));
    written("docs/screen.svg", &picture);
}

/// The kinds of dialogs that there are.
const DIALOGS: [&str; 19] = [
    "accept",
    "choose a column",
    "choose what is copied",
    "choose a filter",
    "choose a protocol",
    "choose what is written",
    "explain",
    "find by filter",
    "find hex",
    "find text",
    "go to",
    "help",
    "keys",
    "leave",
    "name a filter",
    "open",
    "reveal",
    "set",
    "write to",
];

/// Which of them this is. A new one has to be named here, and then shown below.
fn dialog(overlay: &Overlay) -> &'static str {
    match overlay {
        Overlay::Help(..) => "help",
        Overlay::Sheet(_) => "explain",
        Overlay::Reveal => "reveal",
        Overlay::Leave => "leave",
        Overlay::Prompt(prompt) => match prompt.ask {
            Ask::Packet => "go to",
            Ask::Find(SoughtKind::Text) => "find text",
            Ask::Find(SoughtKind::Hex) => "find hex",
            Ask::Find(SoughtKind::Filter) => "find by filter",
            Ask::Keys => "keys",
            Ask::Open => "open",
            Ask::FilterName => "name a filter",
            Ask::Save(_) => "write to",
            Ask::Baseline(_) => "accept",
        },
        Overlay::Menu(menu) => match menu.items[0].choice {
            Choice::Copy => "choose what is copied",
            Choice::Filter => "choose a filter",
            Choice::Save(_) => "choose what is written",
            Choice::DecodeAs => "choose a protocol",
            Choice::Set(_) => "set",
            Choice::Column(..) => "choose a column",
        },
    }
}

#[test]
fn every_dialog_at_every_size() {
    // Shall packets be lost that nobody wrote: asked only while they come (live-leave-*).
    let mut seen = BTreeSet::from(["leave"]);
    for (width, height) in [(40, 10), (80, 24), (120, 36), (200, 50)] {
        let opened = read(&root().join("captures").join(KERBEROS));
        let mut all = String::new();
        for (name, keys) in [
            ("copy", "3 Tab c"),
            ("as filter", "3 Tab a"),
            ("decode as", "3 / 'sip Enter D"),
            ("write", "w"),
            ("write a ladder", "2 w"),
            ("write packets", "3 m w"),
            ("write a dialogue", "3 / 'sip Enter f w"),
            ("write to", "w Enter"),
            ("keys", "K"),
            ("open", "o"),
            ("open, with captures opened before", "o 'caps"),
            ("find text", "3 Ctrl-F 'regis"),
            ("find hex", "3 Ctrl-F Ctrl-F '52_45"),
            ("find by filter", "3 Ctrl-F Ctrl-F Ctrl-F 'sip.Meth"),
            ("completed find by filter", "3 Ctrl-F Ctrl-F Ctrl-F '!sip_&&_frame.le Tab"),
            ("go to", "#"),
            ("go to what is not there", "# '4711 Enter"),
            ("reveal", "R"),
            ("explain a cause", "i"),
            ("explain a finding", "4 i"),
            ("explain a field", "3 Tab i"),
            ("help", "? 'follow"),
            ("help that has nothing", "? 'no_such_key"),
            ("filter", "3 / 'sip.Meth"),
            ("completed filter", "3 / 'sip.Sta Tab"),
            ("wrong filter", "3 / 'sip.Methd"),
            ("filter that is not whole", "3 / 'sip.Meth Enter"),
            ("saved filters", "3 / 'sip Enter / Ctrl-O"),
            ("save a filter", "3 / 'sip F2"),
            ("columns", "3 F10"),
            ("columns of sign-ins", "F10"),
            ("settings", "F8"),
            ("accept", "4 x"),
        ] {
            let mut seat = Seat::new(&opened, width, height);
            let before = |path: &str, said: &str| Recent { path: path.into(), size: 12_345, said: said.into() };
            seat.model.recent =
                vec![before("/caps/wed.pcapng", "4 of 11 sign-ins failed"), before("/caps/tue.pcap", "")];
            let screen = seat.keys(keys).screen();
            assert_eq!(screen.lines().count(), usize::from(height), "{name}");
            seen.extend(seat.model.overlay.as_ref().map(dialog));
            let rule = "=".repeat(usize::from(width));
            all += &[&rule, &format!("{name}: {keys}"), &rule, &screen].map(String::as_str).join("\n");
        }
        golden(&format!("dialogs-{width}x{height}"), &all);
    }
    assert_eq!(seen, BTreeSet::from(DIALOGS), "each kind of dialog is shown");
}

#[test]
fn screens_of_a_dialogue_and_a_comparison() {
    for (width, height) in [(80, 24), (120, 36), (200, 50)] {
        let mut seat = Seat::at(KERBEROS, width, height);
        golden(&format!("follow-{width}x{height}"), &seat.keys("3 / 'sip Enter f").screen());
        golden(&format!("compare-{width}x{height}"), &two(width, height).keys("d").screen());
    }
}

#[test]
fn the_screens_in_the_readme_are_what_is_shown() {
    let page = std::fs::read_to_string(root().join("README.md")).unwrap();
    let screens: Vec<String> = [((80, 24), ""), ((120, 36), "Enter")]
        .map(|((w, h), keys)| Seat::at(KERBEROS, w, h).keys(keys).screen())
        .into();
    let mut blocks = page.split("```\n").filter(|block| block.contains("krb-missing-spn.pcap  22 pk"));
    for screen in &screens {
        let block = blocks.next().expect("a screen as text");
        let mut lines = screen.lines();
        for line in block.lines() {
            // Blank lines are left out, nothing else.
            assert!(lines.any(|shown| shown == line), "not on the screen any more, or not here: {line}\n{screen}");
        }
    }
    assert!(page.contains("docs/screen.svg"));
}

/// Every sign-in that failed leads to what proves it: at most four keys from the first screen of its capture.
#[test]
fn from_every_failing_capture_to_its_proof_in_four_keys() {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(root().join("captures"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    let corpus = std::env::var_os("HANDSHARK_CORPUS").map_or_else(|| root().join("../shared/corpus"), PathBuf::from);
    if corpus.join("MANIFEST.tsv").is_file() {
        folders.push(corpus.join("signin-sipe"));
    } else {
        eprintln!("SKIPPED in part: no corpus at {}; set HANDSHARK_CORPUS", corpus.display());
    }
    let captures = folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let captures = captures.map(|entry| entry.unwrap().path());
    let is_capture = |path: &PathBuf| path.extension().is_some_and(|end| end == "pcap" || end == "pcapng");
    let (mut failing, mut proved) = (0, 0);
    for path in captures.filter(is_capture) {
        if open(&path).is_err() {
            continue;
        }
        let opened = read(&path);
        let failed: Vec<_> = opened.loaded.report.sign_ins.iter().filter(|row| row.outcome == "failed").collect();
        failing += usize::from(!failed.is_empty());
        // The first three of the list; whoever looks for another one has a filter or `!`.
        for (row, _) in failed.iter().enumerate().take(4) {
            let mut seat = Seat::new(&opened, 80, 24);
            let keys = ["Down"].repeat(row).join(" ") + " e";
            seat.keys(&keys);
            let what = seat.model.attempt().unwrap().what;
            let handshark::tui::rows::attempts::What::SignIn(at) = what else {
                panic!("{}: what failed does not stand first", path.display());
            };
            let told = &seat.model.report.sign_ins[at];
            assert_eq!(told.outcome, "failed", "{}: what failed does not stand first", path.display());
            let words = told.server_words.as_ref().map(|words| words.frame);
            let proof: Vec<u64> = told.evidence.iter().copied().chain(words).collect();
            let shown = u64::from(seat.model.packets.asked);
            assert!(seat.model.view == View::Packets && proof.contains(&shown), "{}: #{shown}", path.display());
            assert!(seat.model.packets.detail.as_ref().is_some_and(|detail| u64::from(detail.frame) == shown));
            assert!(seat.screen().contains(&format!(" Packet {shown} ")), "{}", seat.screen());
            proved += 1;
        }
    }
    assert!(failing > 5 && proved >= failing, "{failing} captures failed, {proved} sign-ins lead to their proof");
}

#[test]
fn what_was_tried_again_and_again_is_told_once_or_each_time() {
    let mut seat = Seat::at(KERBEROS, 120, 36);
    seat.keys("2");
    let (what, mut ladder) = seat.model.ladder.clone().unwrap();
    assert!(seat.keys("x").screen().contains("nothing was tried again"), "{}", seat.screen());
    let (two, before) = (ladder.steps[4..6].to_vec(), ladder.steps.len());
    for _ in 0..5 {
        ladder.steps.splice(6..6, two.clone());
    }
    seat.happen(Message::Ladder(what, Box::new(ladder)));
    let screen = seat.screen();
    assert!(screen.contains("REGISTER ×6 ") && screen.contains(&format!("of {before}, 10 folded")), "{screen}");
    let failed = seat.model.list(Pane::Ladder).cursor;
    let here = |seat: &Seat| seat.model.steps()[seat.model.list(Pane::Ladder).cursor].clone();
    assert_eq!(here(&seat).state, handshark::report::ladder::State::Failed);
    seat.keys("x");
    assert_eq!((seat.model.steps().len(), seat.model.list(Pane::Ladder).cursor), (before + 10, failed + 10));
    assert!(!seat.screen().contains('×'), "{}", seat.screen());
    seat.keys("x t");
    assert_eq!(here(&seat).state, handshark::report::ladder::State::Failed);
    assert!(seat.screen().contains(" 0.044 "), "since the first step\n{}", seat.screen());
    assert!(seat.keys("t").screen().contains("09:58:05.629 "), "{}", seat.screen());
    assert!(seat.keys("t").screen().contains("+0.000 "));
}

#[test]
fn the_file_is_hashed_where_it_is_summed_up_and_only_then() {
    let mut seat = Seat::at(NTLM, 120, 36);
    assert!(!seat.screen().contains("SHA-256"));
    let path = root().join("captures").join(NTLM);
    let told = std::process::Command::new("sha256sum").arg(&path).output();
    let hash = handshark::tui::sha256(&path).unwrap();
    if let Ok(told) = told {
        assert!(String::from_utf8_lossy(&told.stdout).starts_with(&hash));
    }
    assert!(seat.keys("7").screen().contains(&format!("SHA-256    {hash}")), "{}", seat.screen());
}

#[test]
fn findings_are_walked_through() {
    let mut seat = Seat::at(KERBEROS, 120, 36);
    seat.keys("}");
    assert_eq!((seat.model.view, seat.model.list(Pane::Findings).cursor), (View::Packets, 0));
    seat.keys("}");
    assert_eq!(seat.model.list(Pane::Findings).cursor, 1);
    seat.keys("{");
    assert_eq!(seat.model.list(Pane::Findings).cursor, 0);
}

#[test]
fn what_came_out_of_tls_stands_in_place_of_the_record() {
    let path = root().join("captures/tls/tls13.pcap");
    let mut secrets = Secrets::default();
    secrets.take_file(&path.with_extension("keys")).unwrap();
    let input = Input { path: path.clone(), source: open(&path).unwrap() };
    let given = Given::new(Vec::new(), &secrets);
    let opened = Opened::read(vec![input], given, &secrets, &Arc::default());
    let line = opened.capture.summary(10);
    assert_eq!((line.protocol, line.info.as_str()), ("HTTP", "GET / HTTP/1.1 "), "as tshark 4.0.17 has it");
}

#[test]
fn packets_are_marked_and_gone_to() {
    let mut seat = Seat::at(NTLM, 120, 36);
    seat.keys("3 Down m # '20 Enter");
    assert_eq!(seat.model.packets.asked, 20);
    seat.press(KeyCode::Char('\''), KeyModifiers::NONE);
    assert_eq!(seat.model.packets.asked, 2);
    seat.keys("# '99999 Enter");
    assert!(seat.model.notice.contains("not in this capture"));
}

#[test]
fn secrets_are_shown_only_after_a_question() {
    let mut seat = Seat::at(HTTP, 120, 60);
    seat.keys("4 Enter");
    assert!(seat.screen().contains("(hidden"));
    seat.keys("R n");
    assert!(seat.screen().contains("(hidden"), "no was said");
    seat.keys("R y");
    assert!(!seat.screen().contains("(hidden"));
    seat.keys("R");
    assert!(seat.screen().contains("(hidden"));
}

#[test]
fn the_help_is_narrowed_by_typing_and_runs_what_it_finds() {
    let mut seat = Seat::at(NTLM, 80, 24);
    seat.keys("? 'summary");
    let screen = seat.screen();
    assert!(!screen.contains("sign-ins are"), "{screen}");
    seat.keys("? ");
    seat.keys("Esc ? 'conversations Enter");
    assert_eq!(seat.model.view, View::Streams);
}

#[test]
fn what_is_selected_is_explained() {
    let mut seat = Seat::at(KERBEROS, 120, 36);
    let cause = seat.model.report.sign_ins[0].cause.unwrap();
    assert!(seat.keys("i").screen().contains(cause));
    seat.keys("Esc 4 i");
    let id = seat.model.report.findings[seat.model.findings[0]].id;
    assert!(seat.screen().contains(id));
    seat.keys("Esc 3 Tab i");
    assert!(seat.screen().contains("Type:"), "{}", seat.screen());
}

#[test]
fn the_bytes_of_the_selected_node_are_set_off() {
    let mut seat = Seat::at(NTLM, 120, 36);
    seat.keys("4 Enter");
    let detail = seat.model.packets.detail.as_ref().unwrap();
    let node = detail.tree.nodes[detail.rows[seat.model.list(Pane::Tree).cursor].node].clone();
    let area = seat.model.size;
    let buffer = seat.buffer(PLAIN);
    // The hex digits of the pane: everything below the last heading, between offset and text.
    let heading = (0..area.1).rev().find(|y| buffer[(0, *y)].symbol() == "─").unwrap();
    let mut set_off = 0;
    for y in heading + 1..area.1 - 1 {
        for x in 8..=8 + 16 * 3 {
            set_off += usize::from(buffer[(x, y)].modifier.contains(Modifier::REVERSED));
        }
    }
    assert_eq!(set_off, node.at.len() * 2, "two digits a byte");
}

#[test]
fn colour_is_never_the_only_sign() {
    let mut seat = Seat::at(KERBEROS, 120, 36);
    let colored = seat.buffer(Theme::default());
    let plain = seat.buffer(PLAIN);
    let text = |b: &Buffer| b.content.iter().map(|c| c.symbol().to_owned()).collect::<String>();
    assert_eq!(text(&colored), text(&plain));
    assert!(plain.content.iter().all(|c| c.fg == ratatui::style::Color::Reset));
    for palette in Palette::ALL {
        assert_eq!(text(&seat.buffer(Theme::new(palette))), text(&plain), "{palette:?}");
    }
    assert!(colored.content.iter().any(|c| c.fg == ratatui::style::Color::Red));
}

#[test]
fn without_unicode_our_own_signs_are_ascii() {
    for keys in ["", "2", "3 Tab", "4", "5", "6", "7", "?"] {
        let mut seat = Seat::at(KERBEROS, 120, 36);
        let buffer = seat.keys(keys).buffer(Theme { unicode: false, ..PLAIN });
        let text: String = buffer.content.iter().map(|c| c.symbol().to_owned()).collect();
        assert!(text.is_ascii(), "{text}");
    }
}

#[test]
fn a_filter_is_checked_while_it_is_typed_and_kept_until_enter() {
    let mut seat = Seat::at(NTLM, 120, 36);
    let all = seat.model.facts.packets as usize;
    seat.keys("3 / 'tcp.port_==_5060 Enter");
    let passed = seat.model.packets.passed.clone().unwrap();
    assert!(!passed.is_empty() && passed.len() < all);
    seat.keys("/ Ctrl-U 'nosuchfield Enter");
    assert!(seat.model.bar.open && seat.model.bar.error.is_some(), "a wrong filter is not used");
    seat.keys("Esc");
    assert_eq!(seat.model.packets.passed.as_ref(), Some(&passed), "the old filter stays");
    seat.keys("/ Up Backspace Esc");
    assert_eq!(seat.model.bar.applied, "tcp.port == 5060");
    seat.keys("Esc");
    assert_eq!(seat.model.packets.passed, None, "Esc clears it");
    // A packet that the filter hides is shown all the same.
    let sip = *steps(&seat).last().unwrap();
    seat.keys("/ 'dns Enter 2 G Enter");
    assert_eq!(seat.model.packets.asked, sip);
    assert_eq!(seat.model.packets.passed, None);
}

#[test]
fn tab_completes_a_filter_and_a_wrong_name_is_mended() {
    let mut seat = Seat::at(NTLM, 120, 36);
    seat.keys("3 / 'ntlmssp.ver Tab");
    let first = seat.model.bar.input.text.clone();
    assert!(first.starts_with("ntlmssp.ver") && first.len() > 11, "{first}");
    seat.keys("Tab");
    assert_ne!(seat.model.bar.input.text, first, "the next offer");
    seat.keys("Ctrl-U 'sip.Methd");
    assert!(seat.screen().contains("Did you mean"), "{}", seat.screen());
}

#[test]
fn what_came_out_of_tls_is_in_the_list_the_tree_and_a_buffer_of_its_own() {
    let path = root().join("captures/tls");
    let mut secrets = Secrets::default();
    let mut opened_any = false;
    for entry in std::fs::read_dir(&path).unwrap() {
        let log = entry.unwrap().path();
        if log.extension().is_none_or(|e| e != "keylog" && e != "keys" && e != "log") {
            continue;
        }
        opened_any |= secrets.take_file(&log).is_ok();
    }
    let mut decrypted = 0;
    for entry in std::fs::read_dir(&path).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "pcap" && e != "pcapng") {
            continue;
        }
        let Ok(source) = open(&path) else { continue };
        let given = Given::new(Vec::new(), &secrets);
        let input = Input { path, source };
        let opened = Opened::read(vec![input], given, &secrets, &Arc::default());
        for frame in 1..=opened.capture.frames() {
            let tree = opened.capture.detail(frame, false);
            decrypted += tree.buffers.iter().filter(|b| b.title == "Decrypted TLS" && !b.bytes.is_empty()).count();
        }
    }
    assert!(decrypted > 0, "no capture of the folder was opened (key logs: {opened_any})");
}

#[test]
fn an_answer_to_an_older_filter_is_dropped() {
    let mut seat = Seat::at(NTLM, 120, 36);
    seat.keys("3 / 'dns Enter");
    let (passed, generation) = (seat.model.packets.passed.clone(), seat.model.bar.generation);
    seat.happen(Message::Selected { generation: generation - 1, frames: vec![1, 2], asked: 2, done: true });
    assert_eq!(seat.model.packets.passed, passed);
}

#[test]
fn the_same_packet_stays_selected_when_a_filter_comes_and_goes() {
    let mut seat = Seat::at(NTLM, 120, 36);
    let frame = *steps(&seat).last().unwrap();
    seat.keys("Enter G Enter");
    assert_eq!(seat.model.packets.asked, frame);
    seat.keys("/ 'sip Enter");
    assert_eq!(seat.model.packets.asked, frame);
    seat.keys("Esc Esc 3");
    assert_eq!(seat.model.packets.asked, frame);
}

#[test]
fn a_filter_typed_while_the_capture_is_read_is_used_when_it_is() {
    let opened = read(&root().join("captures").join(NTLM));
    let mut seat = Seat::new(&opened, 80, 24);
    seat.model = Model::new("slow.pcap", (80, 24));
    seat.keys("/ 'dns Enter");
    assert_eq!(seat.model.packets.passed.as_deref(), Some(&[][..]));
    seat.happen(Message::Loaded(Box::new(opened.rows())));
    assert_eq!(seat.model.packets.passed.as_ref().map(Vec::len), Some(4));
    assert_eq!(seat.model.bar.asked, None);
}

#[test]
fn only_visible_rows_are_summarised() {
    let mut seat = Seat::at(NTLM, 80, 24);
    seat.keys("3");
    assert!(seat.model.packets.lines.len() < 12, "{}", seat.model.packets.lines.len());
    seat.keys("G PgDn");
    assert!(seat.model.packets.lines.len() < 12);
    assert!(seat.model.packets.lines.contains_key(&seat.model.facts.packets));
}

#[test]
fn what_is_folded_stays_folded_in_the_next_packet() {
    let mut seat = Seat::at(NTLM, 120, 36);
    seat.keys("3 Tab g g l");
    let rows = |seat: &Seat| seat.model.packets.detail.as_ref().unwrap().rows.clone();
    assert_eq!(rows(&seat)[0].folded, Some(false), "the frame was unfolded");
    seat.keys("Shift-Tab Down");
    assert_eq!(rows(&seat)[0].folded, Some(false));
    seat.keys("Tab x x");
    let folded = rows(&seat);
    assert!(folded.iter().all(|r| r.folded != Some(false)), "{folded:?}");
}

#[test]
fn secrets_show_neither_in_the_tree_nor_in_the_bytes() {
    let mut seat = Seat::at(HTTP, 120, 60);
    let frames = seat.model.facts.packets;
    seat.keys("3 Tab");
    for _ in 0..frames {
        for _ in 0..6 {
            let screen = seat.screen();
            let secrets: Vec<_> = seat
                .model
                .packets
                .detail
                .iter()
                .flat_map(|d| d.tree.nodes.iter().map(move |n| (d, n)))
                .filter(|(_, n)| n.field.is_some_and(|f| f.secret))
                .map(|(d, n)| n.at.slice(&d.tree.buffers[usize::from(n.buffer)].bytes).to_vec())
                .filter(|bytes| bytes.len() > 5)
                .collect();
            for secret in secrets {
                let text = String::from_utf8_lossy(&secret).into_owned();
                assert!(!screen.contains(&text), "{text} is on\n{screen}");
            }
            seat.keys("Tab l l Shift-Tab");
            seat.keys("Down");
        }
        seat.keys("Shift-Tab Down Tab");
    }
}

/// A linear congruential generator.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

#[test]
fn no_key_at_any_size_does_harm_and_q_always_leaves() {
    let codes = [
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Enter,
        KeyCode::Esc,
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::Backspace,
        KeyCode::Delete,
        KeyCode::F(1),
        KeyCode::F(2),
        KeyCode::F(3),
        KeyCode::F(6),
        KeyCode::F(7),
        KeyCode::F(8),
        KeyCode::F(10),
        KeyCode::Insert,
        KeyCode::Null,
    ];
    let letters: Vec<char> =
        "1234567hjklgGeqx!/?[]\\z nipsdtacfmKwRyNDHofF|+-<>={}ADX#'.=\"&|()äß漢\u{202e}\u{1b}".chars().collect();
    for (seed, capture) in (1_u64..).zip([NTLM, KERBEROS, HTTP, "broken/missing-segment-sip.pcap", "net/"]) {
        let path = root().join("captures").join(capture);
        let path = if path.is_dir() {
            let mut all: Vec<_> = std::fs::read_dir(path).unwrap().map(|e| e.unwrap().path()).collect();
            all.sort();
            let Some(first) = all.into_iter().find(|p| p.extension().is_some_and(|e| e == "pcap")) else { continue };
            first
        } else {
            path
        };
        let opened = read(&path);
        let mut dice = Dice(seed);
        let mut seat = Seat::new(&opened, 80, 24);
        let seconds = std::env::var("HANDSHARK_KEYS_SECONDS").ok().and_then(|s| s.parse::<u64>().ok());
        let began = std::time::Instant::now();
        let goes_on = |turn: u64| seconds.map_or(turn < 2_500, |s| began.elapsed().as_secs() < s);
        for turn in (0_u64..).take_while(|turn| goes_on(*turn)) {
            let modifiers = match dice.roll(12) {
                0 => KeyModifiers::CONTROL,
                1 => KeyModifiers::SHIFT,
                2 => KeyModifiers::ALT,
                _ => KeyModifiers::NONE,
            };
            let code = match dice.roll(2) {
                0 => codes[dice.roll(codes.len())],
                _ => KeyCode::Char(letters[dice.roll(letters.len())]),
            };
            seat.press(code, modifiers);
            if turn % 7 == 0 {
                seat.screen();
            }
            if turn % 50 == 0 {
                let width = u16::try_from(1 + dice.roll(200)).unwrap();
                seat.resize(width, u16::try_from(1 + dice.roll(60)).unwrap());
            }
        }
        seat.left = false;
        seat.keys("Esc Esc");
        for _ in 0..80 {
            if !seat.left {
                seat.keys("q");
            }
        }
        assert!(seat.left, "q does not leave {capture}");
    }
}

#[test]
fn every_view_fits_forty_columns_and_ten_rows() {
    for capture in [NTLM, KERBEROS, HTTP] {
        let mut seat = Seat::at(capture, 40, 10);
        for keys in ["", "Enter", "3", "Tab", "Tab", "/ 'sip.", "Esc 4", "Tab", "5", "6", "7", "?", "Esc"] {
            let screen = seat.keys(keys).screen();
            assert_eq!(screen.lines().count(), 10);
            let last = screen.lines().last().unwrap();
            let typing = seat.model.bar.open || seat.model.overlay.is_some();
            assert!(last.contains("? help") || typing, "{screen}");
        }
    }
}

#[test]
fn ctrl_c_leaves_at_once_from_anywhere() {
    for keys in ["", "3 / 'abc", "?", "4 Enter", "3 Tab Tab z", "c", "K 'x", "R", "w"] {
        let mut seat = Seat::at(NTLM, 80, 24);
        seat.keys(keys);
        assert!(!seat.left);
        seat.keys("Ctrl-C");
        assert!(seat.left, "after {keys}");
    }
}

#[test]
fn while_a_capture_is_read_the_screen_says_how_far_and_can_be_left() {
    let mut model = Model::new("big.pcap", (80, 24));
    update(
        &mut model,
        Message::Reading(
            handshark::scan::Reading { frames: 5_000, read: 45, total: Some(100), ..Default::default() },
            Some(7),
        ),
    );
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    for view_number in View::TABS {
        update(&mut model, Message::Do(Command::Show(view_number)));
        terminal.draw(|frame| view(&model, PLAIN, frame)).unwrap();
    }
    let text: String = terminal.backend().buffer().content.iter().map(|c| c.symbol().to_owned()).collect();
    assert!(text.contains("reading 45%"), "{text}");
    assert_eq!(update(&mut model, Message::Do(Command::Back)), [Effect::StopReading]);
    assert_eq!(update(&mut model, Message::Do(Command::Quit)), [Effect::Quit]);
}

/// A capture with one HTTP request over TCP whose head is this.
fn request(head: &[u8]) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::with_suffix(".pcap").unwrap();
    let mut out = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 101, 0, 0, 0];
    let mut seq = 1_u32;
    for part in head.chunks(1400) {
        let total = 40 + part.len();
        let mut packet = vec![0x45, 0];
        packet.extend(u16::try_from(total).unwrap().to_be_bytes());
        packet.extend([0, 0, 0, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2, 0xc0, 0, 0, 80]);
        packet.extend(seq.to_be_bytes());
        packet.extend([0, 0, 0, 0, 0x50, 0x18, 255, 255, 0, 0, 0, 0]);
        packet.extend(part);
        seq += u32::try_from(part.len()).unwrap();
        let len = u32::try_from(total).unwrap().to_le_bytes();
        out.extend([0, 0, 0, 0, 0, 0, 0, 0]);
        out.extend(len);
        out.extend(len);
        out.extend(packet);
    }
    std::fs::write(file.path(), out).unwrap();
    file
}

#[test]
fn names_that_mean_harm_do_none() {
    let basic = |user: &str| {
        use base64::Engine;
        let token = base64::engine::general_purpose::STANDARD.encode(format!("{user}:pass"));
        format!("GET /{user} HTTP/1.1\r\nHost: {user}\r\nAuthorization: Basic {token}\r\nUser-Agent: {user}\r\n\r\n")
    };
    let long = "x".repeat(100_000);
    let names = [
        "\u{1b}[2J\u{1b}]0;owned\u{7}",
        "漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字",
        "\u{202e}drowssap",
        "a\u{300}\u{300}\u{300}b",
        &long,
        "",
    ];
    for name in names {
        let file = request(basic(name).as_bytes());
        let opened = read(file.path());
        for (width, height) in [(200, 50), (120, 36), (80, 24), (40, 10), (7, 3)] {
            let mut seat = Seat::new(&opened, width, height);
            for keys in [
                "",
                "2 t",
                "x e",
                "1",
                "Enter",
                "Tab",
                "Esc Enter",
                "Enter",
                "Tab",
                "x",
                "G",
                "4",
                "Enter",
                "Tab Tab",
                "1 Tab",
                "5",
                "6",
                "7",
                "3 c",
                "Esc a",
                "Esc i",
                "Esc D",
                "Esc f",
                "x",
                "x l",
                "G",
                "c",
                "Esc 5 f",
                "Esc 3 m d",
                "G",
                "c",
                "Esc 1 d",
                "Esc 3 F10",
                "Esc F8",
                "Esc s s s s",
                "w",
                "Esc w Enter",
                "Esc K",
                "Esc 4 x",
                "Esc Ctrl-F",
                "Esc 3 Ctrl-F Ctrl-U 'http Enter",
                "Tab Ctrl-F Ctrl-F Ctrl-U '47_45_54 Enter",
                "Tab n N",
                "Esc Esc Ctrl-F Ctrl-F Ctrl-U 'http.host Enter n",
                "Esc s S s S",
                "1 s s S",
                "4 s s S i",
                "Esc 5 s s s S",
                "6 s S",
                "7 G Ctrl-F Ctrl-F Ctrl-U 'a Enter",
                "1 Ctrl-F",
                "Esc / 'http Enter / Ctrl-O",
                "Esc ? 'x",
            ] {
                let screen = seat.keys(keys).screen();
                assert!(!screen.chars().any(|c| c != '\n' && handshark::wire::text::harmful(c)), "{screen:?}");
            }
        }
    }
}
