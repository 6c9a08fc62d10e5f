//! The screen without a terminal: scripts of keys against a test backend, golden screens in `screens/`
//! (`UPDATE=1` writes them), keys at random, names that mean harm.

use handshark::capture::open;
use handshark::scan::{Gather, Input, Select};
use handshark::tui::{Command, Effect, Message, Model, Opened, Pane, Theme, View, answer, keymap, update, view};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::style::Modifier;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::AtomicBool;

const NTLM: &str = "ntlm/ntlm-tcp-ok.pcap";
const KERBEROS: &str = "kerberos/krb-missing-spn.pcap";
const HTTP: &str = "http/http-basic-ok.pcap";
const PLAIN: Theme = Theme { color: false, unicode: true };

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> Rc<Opened> {
    let input = Input { path: path.to_owned(), source: open(path).unwrap() };
    Rc::new(Opened::read(vec![input], Vec::new(), &mut |_| {}, &AtomicBool::new(false)))
}

/// Somebody in front of a screen.
struct Seat {
    model: Model,
    opened: Rc<Opened>,
    terminal: Terminal<TestBackend>,
    left: bool,
}

impl Seat {
    fn new(opened: &Rc<Opened>, width: u16, height: u16) -> Self {
        let terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        let model = Model::new(&opened.name, (width, height));
        let mut seat = Self { model, opened: Rc::clone(opened), terminal, left: false };
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
                Effect::Select { generation, text } => {
                    let mut gather = Gather::new(false);
                    let select = Select::new(&text, &mut gather).unwrap();
                    let (mut batches, all) = (Vec::new(), self.opened.capture.frames());
                    self.opened.capture.select(&select, &mut gather, &AtomicBool::new(false), &mut |found, asked| {
                        batches.push((found.to_vec(), asked));
                    });
                    for (frames, asked) in batches {
                        let done = asked == all;
                        waiting.extend(update(&mut self.model, Message::Selected { generation, frames, asked, done }));
                    }
                }
                _ => {}
            }
        }
    }

    fn press(&mut self, code: KeyCode, modifiers: KeyModifiers) {
        if let Some(command) = keymap::command(&self.model.contexts(), &KeyEvent::new(code, modifiers)) {
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
                "Backspace" => self.press(KeyCode::Backspace, none),
                "Ctrl-C" => self.press(KeyCode::Char('c'), KeyModifiers::CONTROL),
                "Ctrl-U" => self.press(KeyCode::Char('u'), KeyModifiers::CONTROL),
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
    let path = root().join("tests/screens").join(format!("{name}.txt"));
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
    for (width, height) in [(120, 36), (80, 24)] {
        let views = [
            ("sessions", ""),
            ("steps", "Enter"),
            ("packet", "Enter Enter Tab"),
            ("findings", "3"),
            ("evidence", "3 Enter"),
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
fn screens_of_help_and_filter() {
    let opened = read(&root().join("captures").join(NTLM));
    for (width, height) in [(120, 36), (80, 24)] {
        let mut seat = Seat::new(&opened, width, height);
        golden(&format!("help-{width}x{height}"), &seat.keys("2 ?").screen());
        let mut seat = Seat::new(&opened, width, height);
        golden(&format!("filter-{width}x{height}"), &seat.keys("2 / 'ntlmssp Enter").screen());
        let mut seat = Seat::new(&opened, width, height);
        golden(&format!("filter-wrong-{width}x{height}"), &seat.keys("2 / 'sip.Method_==_REGISTER_&&_ntlmsp").screen());
    }
}

#[test]
fn a_session_leads_to_its_packets_and_back() {
    let mut seat = Seat::at(NTLM, 120, 36);
    let first = seat.model.sessions[0].steps[0].frame;
    seat.keys("Enter");
    assert_eq!(seat.model.pane(), Pane::Steps);
    seat.keys("Enter");
    assert_eq!((seat.model.view, seat.model.packets.asked), (View::Packets, first));
    let steps: Vec<u32> = seat.model.sessions[0].steps.iter().map(|s| s.frame).collect();
    seat.keys("]");
    assert_eq!(seat.model.packets.asked, steps[1]);
    seat.keys("] ] ] ] ]");
    assert_eq!(seat.model.packets.asked, *steps.last().unwrap());
    assert!(seat.model.notice.contains("no later packet"), "{}", seat.model.notice);
    seat.keys("[ Esc");
    assert_eq!((seat.model.view, seat.model.pane()), (View::Sessions, Pane::Steps));
    seat.keys("Esc");
    assert_eq!(seat.model.pane(), Pane::Sessions);
    seat.keys("q");
    assert!(seat.left);
}

#[test]
fn a_finding_leads_to_the_field_that_proves_it() {
    let mut seat = Seat::at(NTLM, 120, 36);
    seat.keys("3 Enter");
    let proof = seat.model.findings[0].evidence[0].clone();
    assert_eq!((seat.model.view, seat.model.packets.asked), (View::Packets, proof.frame));
    let detail = seat.model.packets.detail.as_ref().unwrap();
    let node = &detail.tree.nodes[detail.rows[seat.model.packets.tree.cursor].node];
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
fn the_bytes_of_the_selected_node_are_set_off() {
    let mut seat = Seat::at(NTLM, 120, 36);
    seat.keys("3 Enter");
    let detail = seat.model.packets.detail.as_ref().unwrap();
    let node = detail.tree.nodes[detail.rows[seat.model.packets.tree.cursor].node].clone();
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
    let colored = seat.buffer(Theme { color: true, unicode: true });
    let plain = seat.buffer(PLAIN);
    let text = |b: &Buffer| b.content.iter().map(|c| c.symbol().to_owned()).collect::<String>();
    assert_eq!(text(&colored), text(&plain));
    assert!(plain.content.iter().all(|c| c.fg == ratatui::style::Color::Reset));
    assert!(colored.content.iter().any(|c| c.fg == ratatui::style::Color::Red));
}

#[test]
fn without_unicode_our_own_signs_are_ascii() {
    for keys in ["", "2 Tab", "3", "?"] {
        let mut seat = Seat::at(KERBEROS, 120, 36);
        let buffer = seat.keys(keys).buffer(Theme { color: false, unicode: false });
        let text: String = buffer.content.iter().map(|c| c.symbol().to_owned()).collect();
        assert!(text.is_ascii(), "{text}");
    }
}

#[test]
fn a_filter_is_checked_while_it_is_typed_and_kept_until_enter() {
    let mut seat = Seat::at(NTLM, 120, 36);
    let all = seat.model.facts.packets as usize;
    seat.keys("2 / 'tcp.port_==_5060 Enter");
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
    seat.keys("/ 'dns Enter 1 Enter Enter");
    assert_eq!(seat.model.packets.asked, seat.model.sessions[0].steps[0].frame);
    assert_eq!(seat.model.packets.passed, None);
}

#[test]
fn an_answer_to_an_older_filter_is_dropped() {
    let mut seat = Seat::at(NTLM, 120, 36);
    seat.keys("2 / 'dns Enter");
    let (passed, generation) = (seat.model.packets.passed.clone(), seat.model.bar.generation);
    seat.happen(Message::Selected { generation: generation - 1, frames: vec![1, 2], asked: 2, done: true });
    assert_eq!(seat.model.packets.passed, passed);
}

#[test]
fn the_same_packet_stays_selected_when_a_filter_comes_and_goes() {
    let mut seat = Seat::at(NTLM, 120, 36);
    let frame = seat.model.sessions[0].steps[2].frame;
    seat.keys("Enter Down Down Enter");
    assert_eq!(seat.model.packets.asked, frame);
    seat.keys("/ 'sip Enter");
    assert_eq!(seat.model.packets.asked, frame);
    seat.keys("Esc Esc 2");
    assert_eq!(seat.model.packets.asked, frame);
}

#[test]
fn only_visible_rows_are_summarised() {
    let mut seat = Seat::at(NTLM, 80, 24);
    seat.keys("2");
    assert!(seat.model.packets.lines.len() < 12, "{}", seat.model.packets.lines.len());
    seat.keys("G PgDn");
    assert!(seat.model.packets.lines.len() < 12);
    assert!(seat.model.packets.lines.contains_key(&seat.model.facts.packets));
}

#[test]
fn what_is_folded_stays_folded_in_the_next_packet() {
    let mut seat = Seat::at(NTLM, 120, 36);
    seat.keys("2 Tab g g l");
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
    seat.keys("2 Tab");
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
        KeyCode::F(7),
        KeyCode::Insert,
        KeyCode::Null,
    ];
    let letters: Vec<char> = "123hjklgGeqx!/?[]\\z nipsdt.=\"&|()äß漢\u{202e}\u{1b}".chars().collect();
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
        for turn in 0..2_500 {
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
        for keys in ["", "Enter", "2", "Tab", "Tab", "/ 'sip.", "Esc 3", "Tab", "?", "Esc"] {
            let screen = seat.keys(keys).screen();
            assert_eq!(screen.lines().count(), 10);
            let last = screen.lines().last().unwrap();
            assert!(last.contains("? help") || seat.model.bar.open, "{screen}");
        }
    }
}

#[test]
fn ctrl_c_leaves_at_once_from_anywhere() {
    for keys in ["", "2 / 'abc", "?", "3 Enter", "2 Tab Tab z"] {
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
    update(&mut model, Message::Reading(handshark::scan::Reading { frames: 5_000, read: 45, total: Some(100) }));
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    for view_number in View::ALL {
        update(&mut model, Message::Do(Command::Show(view_number)));
        terminal.draw(|frame| view(&model, PLAIN, frame)).unwrap();
    }
    let text: String = terminal.backend().buffer().content.iter().map(|c| c.symbol().to_owned()).collect();
    assert!(text.contains("reading 45%, 5000 packets"), "{text}");
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
        for (width, height) in [(120, 36), (80, 24), (40, 10), (7, 3)] {
            let mut seat = Seat::new(&opened, width, height);
            for keys in ["", "Enter", "Enter", "Tab", "x", "G", "3", "Enter", "Tab Tab"] {
                let screen = seat.keys(keys).screen();
                assert!(!screen.chars().any(|c| c != '\n' && handshark::wire::text::harmful(c)), "{screen:?}");
            }
        }
    }
}
