//! The program in a real terminal: a pseudo-terminal, the keys of somebody at it, and what a terminal makes of the output.

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// How long anything may take before the test gives up; nothing is measured by it.
const PATIENCE: Duration = Duration::from_mins(1);

struct Seat {
    screen: Arc<Mutex<vt100::Parser>>,
    raw: Arc<Mutex<Vec<u8>>>,
    keys: Box<dyn Write + Send>,
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
}

fn at_least_one(n: u16) -> NonZero<u16> {
    NonZero::new(n).unwrap()
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

impl Seat {
    /// Starts the program with nothing of the user's around it.
    fn new(arguments: &[&Path], home: &Path) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_handshark"));
        command.args(arguments);
        Self::of(command, home)
    }

    fn of(command: CommandBuilder, home: &Path) -> Self {
        Self::around(command, home, &[])
    }

    /// With these variables set otherwise: nothing for one that is not set.
    fn around(mut command: CommandBuilder, home: &Path, changes: &[(&str, Option<&str>)]) -> Self {
        let pair = native_pty_system().openpty(size(100, 30)).unwrap();
        command.env("TERM", "xterm-256color");
        command.env("LC_ALL", "C.UTF-8");
        command.env("HOME", home);
        for name in ["XDG_CONFIG_HOME", "XDG_STATE_HOME", "HANDSHARK_THEME", "NO_COLOR"] {
            command.env_remove(name);
        }
        for (name, value) in changes {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            }
        }
        command.cwd(home);
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let screen = Arc::new(Mutex::new(vt100::Parser::new(at_least_one(30), at_least_one(100), 0)));
        let raw = Arc::<Mutex<Vec<u8>>>::default();
        let (mut output, seen, kept) = (pair.master.try_clone_reader().unwrap(), Arc::clone(&screen), Arc::clone(&raw));
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(n @ 1..) = output.read(&mut buffer) {
                seen.lock().unwrap().process(&buffer[..n]);
                kept.lock().unwrap().extend(&buffer[..n]);
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Self { screen, raw, keys, master: pair.master, child }
    }

    fn contents(&self) -> String {
        self.screen.lock().unwrap().screen().contents()
    }

    fn press(&mut self, keys: &str) -> &mut Self {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
        self
    }

    /// Waits until the screen shows this.
    fn see(&mut self, text: &str) -> &mut Self {
        let began = Instant::now();
        while !self.contents().contains(text) {
            let left = self.child.try_wait().unwrap();
            assert!(left.is_none(), "it ended with {left:?} before it showed {text:?}\n{}", self.contents());
            assert!(began.elapsed() < PATIENCE, "{text:?} is not on\n{}", self.contents());
            thread::sleep(Duration::from_millis(20));
        }
        self
    }

    /// Waits until it has ended.
    fn end(&mut self) -> u32 {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.exit_code();
            }
            assert!(began.elapsed() < PATIENCE, "it does not end\n{}", self.contents());
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

fn capture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("captures").join(name)
}

#[test]
fn a_capture_is_opened_filtered_decrypted_followed_exported_and_left() {
    let home = tempfile::tempdir().unwrap();
    let mut seat = Seat::new(&[&capture("tls/tls10.pcap")], home.path());
    seat.see("[1 Sign-ins]").see("stays closed").press("3").see("18 packets");
    seat.press("/tls.record.content_type == 23").see("Filter: tls.record").press("\r").see("of 18 packets");
    // Into the tree, to a field, and to its bytes.
    seat.press("\r").see("━ Packet ").press("\t").see("Frame ").press("\u{1b}").see("Enter tree");
    // What follows Esc before it was taken is one key with it.
    seat.press("\u{1b}").see("Filter: (none)");
    seat.press("K").see("File with TLS keys");
    seat.press(capture("tls/tls10.keys").to_str().unwrap()).press("\r").see("1 of 1 TLS conversations are open");
    seat.press("3/\u{15}http\r")
        .see("2 of 18 packets")
        .see("GET / HTTP/1.1")
        .press("f")
        .see("[HTTP]")
        .see("> GET / HTTP/1.1");
    // The terminal changes its size under it.
    seat.master.resize(size(40, 10)).unwrap();
    seat.screen.lock().unwrap().screen_mut().set_size(at_least_one(10), at_least_one(40));
    seat.see("? help");
    seat.master.resize(size(100, 30)).unwrap();
    seat.screen.lock().unwrap().screen_mut().set_size(at_least_one(30), at_least_one(100));
    seat.see("Enter packet").see("[HTTP]");
    seat.press("w").see("this dialogue").press("\r").see("Write to: ").press("\r").see("bytes written to");
    seat.press("w").see("report, one HTML page").press("j\r").see("Write to: ").press("\r").see("report.html");
    seat.press("\u{3}");
    assert_eq!(seat.end(), 0);
    let written = |name: &str| std::fs::read_to_string(home.path().join(name)).unwrap();
    assert!(written("tls10-dialogue.txt").contains("GET / HTTP/1.1"));
    assert!(written("tls10-report.html").starts_with("<!DOCTYPE html>"));
    // The terminal is as it was: main screen, cursor shown, mouse let go.
    let raw = String::from_utf8_lossy(&seat.raw.lock().unwrap()).into_owned();
    let (last_in, last_out) = (raw.rfind("\u{1b}[?1049h").unwrap(), raw.rfind("\u{1b}[?1049l").unwrap());
    assert!(last_out > last_in && raw[last_in..].contains("\u{1b}[?25h") && raw[last_in..].contains("\u{1b}[?1000l"));
}

#[test]
fn from_a_failing_capture_to_its_proof_and_out_with_q() {
    let home = tempfile::tempdir().unwrap();
    let mut seat = Seat::new(&[&capture("kerberos/krb-missing-spn.pcap")], home.path());
    seat.see("FAILED at authenticate").press("e").see("[3 Packets]").see("KRB5KDC_ERR_S_PRINCIPAL");
    seat.press("q").see("[1 Sign-ins]").press("q");
    assert_eq!(seat.end(), 0);
}

#[test]
fn it_stops_for_the_shell_and_goes_on() {
    let home = tempfile::tempdir().unwrap();
    let mut shell = CommandBuilder::new("sh");
    // Only with job control can what a shell runs be stopped.
    let script = "\"$HANDSHARK\" \"$CAPTURE\"; echo it stands still; fg; echo it is over";
    shell.args(["-mc", script]);
    shell.env("HANDSHARK", env!("CARGO_BIN_EXE_handshark"));
    shell.env("CAPTURE", capture("kerberos/krb-missing-spn.pcap"));
    let mut seat = Seat::of(shell, home.path());
    seat.see("FAILED at authenticate").press("4").see("[4 Findings").press("\u{1a}");
    // The shell speaks on the main screen, and brings it back at once.
    let began = Instant::now();
    let stopped = |seat: &Seat| {
        let raw = String::from_utf8_lossy(&seat.raw.lock().unwrap()).into_owned();
        let still = raw.find("it stands still")?;
        Some((raw[..still].rfind("\u{1b}[?1049l")?, still, raw[still..].find("\u{1b}[?1049h")? + still))
    };
    while stopped(&seat).is_none() {
        assert!(began.elapsed() < PATIENCE, "it does not stop and go on\n{}", seat.contents());
        thread::sleep(Duration::from_millis(20));
    }
    let (left, still, again) = stopped(&seat).unwrap();
    assert!(left < still && still < again);
    seat.see("[4 Findings").press("1").see("[1 Sign-ins]").press("q").see("it is over");
    assert_eq!(seat.end(), 0);
}

#[test]
fn findings_are_accepted_into_a_baseline_that_the_report_knows() {
    let home = tempfile::tempdir().unwrap();
    let path = capture("kerberos/krb-missing-spn.pcap");
    let mut seat = Seat::new(&[&path], home.path());
    seat.see("FAILED at authenticate").press("4").see("[4 Findings(3)]").press("x").see("Keep what is accepted in:");
    seat.press("\u{15}known.txt\r").see("is accepted in known.txt").see("4 Findings(2)").press("\u{3}");
    assert_eq!(seat.end(), 0);
    let report = |options: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_handshark"));
        command.current_dir(home.path()).arg("report").arg(&path).args(options);
        let out = command.output().unwrap();
        (out.status.code(), String::from_utf8_lossy(&out.stdout).into_owned())
    };
    let (_, all) = report(&[]);
    let (code, told) = report(&["--baseline", "known.txt", "--fail-on", "critical"]);
    assert!(
        all.contains("C W39") && !told.contains("C W39") && told.contains("1 finding is in the baseline"),
        "{told}"
    );
    assert_eq!((code, report(&["--fail-on", "critical"]).0), (Some(0), Some(1)));
    let (_, json) = report(&["--baseline", "known.txt", "-T", "json"]);
    assert_eq!(json.matches("\"accepted\": true").count(), 1);
    let (_, sarif) = report(&["--baseline", "known.txt", "-T", "sarif"]);
    assert_eq!(sarif.matches("\"baselineState\": \"unchanged\"").count(), 1);
    assert_eq!(report(&["--baseline", "missing.txt"]).0, Some(2));
    // In the screen what was accepted stays known, and is taken back.
    let mut seat = Seat::new(&[&path, Path::new("--baseline"), Path::new("known.txt")], home.path());
    seat.see("[1 Sign-ins]")
        .press("4")
        .see("4 Findings(2)")
        .press("Gx")
        .see("is not accepted any more")
        .see("4 Findings(3)")
        .press("\u{3}");
    assert_eq!(seat.end(), 0);
    assert!(report(&["--baseline", "known.txt"]).1.contains("C W39"));
}

#[test]
fn what_was_done_is_offered_in_the_next_run_and_packets_are_written() {
    let home = tempfile::tempdir().unwrap();
    let path = capture("kerberos/krb-missing-spn.pcap");
    let mut seat = Seat::new(&[&path], home.path());
    seat.see("FAILED at authenticate").press("3/sip.Method == REGISTER\u{1b}");
    seat.press("/\u{15}kerberos\r").see("8 of 22 packets");
    seat.press("w").see("packets shown, pcapng").press("\r").see("Write to: krb-missing-spn-shown.pcapng").press("\r");
    seat.see("8 packets written")
        .press("/\u{1b}OQ")
        .see("Save this filter as:")
        .press("tickets\r")
        .see("saved as tickets")
        .press("\u{3}");
    assert_eq!(seat.end(), 0);
    let told = std::process::Command::new(env!("CARGO_BIN_EXE_handshark"))
        .arg("packets")
        .arg(home.path().join("krb-missing-spn-shown.pcapng"))
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&told.stdout).lines().count(), 8);
    let other = capture("http/http-basic-ok.pcap");
    let mut seat = Seat::new(&[&other], home.path());
    seat.see("[1 Sign-ins]").press("3/").see("Ctrl-O saved").press("\u{1b}[A").see("Filter: kerberos").press("\u{f}");
    seat.see("tickets")
        .press("\u{1b}")
        .see("Enter tree")
        .press("o")
        .see("krb-missing-spn.pcap")
        .see("1 of 1 sign-ins failed")
        .press("\t\r");
    seat.see("FAILED at authenticate").press("q");
    assert_eq!(seat.end(), 0);
}

#[test]
fn what_is_no_capture_is_told_before_the_screen_is_taken() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("hello.pcap");
    std::fs::write(&path, "hello").unwrap();
    let mut seat = Seat::new(&[&path], home.path());
    assert_eq!(seat.end(), 3);
    thread::sleep(Duration::from_millis(200));
    assert!(seat.contents().contains("hello.pcap"), "{}", seat.contents());
    assert!(!seat.raw.lock().unwrap().windows(8).any(|w| w == b"\x1b[?1049h"));
}

/// Every view, a dialog, a packet; what the terminal got until the program was left.
fn walked(arguments: &[&str], changes: &[(&str, Option<&str>)]) -> String {
    let home = tempfile::tempdir().unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_handshark"));
    command.arg(capture("kerberos/krb-missing-spn.pcap"));
    command.args(arguments);
    let mut seat = Seat::around(command, home.path(), changes);
    seat.see("FAILED at authenticate").press("2").see("[2 Ladder]").press("e").see("[3 Packets]").see("Packet 19");
    seat.press("\t").see("Enter fold");
    for (key, view) in [("4", "[4 Findings"), ("5", "[5 Streams]"), ("6", "[6 Certs]"), ("7", "[7 Summary]")] {
        seat.press(key).see(view);
    }
    seat.press("?").see("type to search").press("\u{1b}").see("SHA-256").press("\u{3}");
    assert_eq!(seat.end(), 0);
    thread::sleep(Duration::from_millis(200));
    let raw = seat.raw.lock().unwrap();
    String::from_utf8(raw.clone()).expect("UTF-8 to the end")
}

/// Colours that an output asks for: the numbers of its SGR sequences that are no attributes.
fn colours(raw: &str) -> Vec<&str> {
    let numbers = raw.split("\u{1b}[").filter_map(|part| part.split_once('m')).map(|(numbers, _)| numbers);
    let sgr = numbers.filter(|numbers| numbers.bytes().all(|b| b.is_ascii_digit() || b == b';'));
    sgr.flat_map(|numbers| numbers.split(';'))
        .filter(|n| n.parse::<u32>().is_ok_and(|n| (30..39).contains(&n) || (40..49).contains(&n) || n >= 90))
        .collect()
}

#[test]
fn without_colour_none_reaches_the_terminal() {
    assert!(!colours(&walked(&[], &[])).is_empty(), "otherwise there are some");
    for changes in
        [[("NO_COLOR", Some("1"))].as_slice(), &[("NO_COLOR", Some("yes")), ("COLORTERM", Some("truecolor"))]]
    {
        let raw = walked(&[], changes);
        assert_eq!(colours(&raw), Vec::<&str>::new());
        assert!(raw.contains('━'), "lines are lines all the same");
    }
    // An empty one does not count.
    assert!(!colours(&walked(&[], &[("NO_COLOR", Some(""))])).is_empty());
}

#[test]
fn a_terminal_that_is_not_in_utf_8_gets_ascii() {
    assert!(!walked(&[], &[]).is_ascii(), "otherwise it does not");
    let c = walked(&[], &[("LC_ALL", None), ("LC_CTYPE", None), ("LANG", Some("C"))]);
    assert!(c.is_ascii() && c.contains("====="), "{c:?}");
    let latin = walked(&[], &[("LC_ALL", Some("de_DE.ISO-8859-1")), ("LANG", Some("de_DE.UTF-8"))]);
    assert!(latin.is_ascii(), "LC_ALL goes before LANG");
    assert!(walked(&["--ascii"], &[]).is_ascii(), "whatever the locale says");
}

#[test]
fn packets_of_a_pipe_are_written_from_inside() {
    let home = tempfile::tempdir().unwrap();
    let mut shell = CommandBuilder::new("sh");
    shell.args(["-c", "cat \"$CAPTURE\" | \"$HANDSHARK\" -"]);
    shell.env("HANDSHARK", env!("CARGO_BIN_EXE_handshark"));
    shell.env("CAPTURE", capture("kerberos/krb-missing-spn.pcap"));
    let mut seat = Seat::of(shell, home.path());
    seat.see("FAILED at authenticate").press("3/kerberos\r").see("8 of 22 packets");
    seat.press("w").see("packets shown, pcapng").press("\r").see("Write to: ").press("\u{15}shown.pcapng\r");
    seat.see("8 packets written")
        .press("K")
        .see("File with TLS keys")
        .press(capture("tls/tls10.keys").to_str().unwrap());
    seat.press("\r").see("cannot be read twice").press("1e").see("[3 Packets]").press("\u{3}");
    assert_eq!(seat.end(), 0);
    let packets = |path: &Path, options: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_handshark"));
        let out = command.arg("packets").arg(path).args(options).output().unwrap();
        let text = String::from_utf8_lossy(&out.stdout).into_owned();
        // Without their numbers, which begin anew, and times, which count from the first.
        text.lines().map(|line| line.split_whitespace().skip(2).collect::<Vec<_>>().join(" ")).collect::<Vec<_>>()
    };
    let written = packets(&home.path().join("shown.pcapng"), &[]);
    assert_eq!(written.len(), 8);
    assert_eq!(written, packets(&capture("kerberos/krb-missing-spn.pcap"), &["-Y", "kerberos"]));
}
