//! Live capture from outside: on a pair of virtual interfaces in a network of its own, recorded packets are sent into one
//! end and the other is watched.
//!
//! Needs root, `ip` and `tcpreplay`, some tests also `setcap` or `dumpcap`; without them they are skipped, and say so.

#![cfg(target_os = "linux")]

#[path = "support/net.rs"]
mod net;
#[path = "support/program.rs"]
mod program;
#[path = "support/told.rs"]
mod told;

use handshark::capture::live::confine::{self, Confined};
use net::{Live, Net, children, status, within};
use program::{fails, good};
use serde_json::Value;
use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;
use told::{report, told};

const SIGN_IN: &str = "captures/sip/ntlm-unsigned-granted.pcap";
/// Packets in it.
const PACKETS: usize = 38;

/// How many packets a capture holds; that it can be read to its end.
fn packets(path: &Path) -> usize {
    good(&["packets", path.to_str().unwrap(), "-T", "fields", "-e", "frame.number"]).lines().count()
}

fn file(folder: &TempDir, name: &str) -> PathBuf {
    folder.path().join(name)
}

#[test]
fn a_sign_in_on_the_wire_tells_what_its_file_tells() {
    let Some(net) = Net::new() else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "live.pcapng");
    let live = Live::start(&net, &["-i", "va", "-w", path.to_str().unwrap()]);
    net.send(SIGN_IN);
    let ran = live.end();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("handshark: 38 packets") && ran.err.contains("38 packets written"), "{}", ran.err);
    let recorded = report(Path::new(SIGN_IN), &[]);
    assert!(recorded.len() > 3, "{recorded:?}");
    assert_eq!(told(&ran.out), recorded);
    assert_eq!(report(&path, &[]), recorded);
    assert_eq!(packets(&path), PACKETS);
}

#[test]
fn neither_process_holds_a_capability() {
    let Some(net) = Net::new() else { return };
    let live = Live::start(&net, &["-i", "va"]);
    let helper = live.helper();
    let mut tasks = children(live.id(), "task");
    assert!(tasks.len() > 1, "the parser has threads: {tasks:?}");
    tasks.push(helper);
    for task in tasks {
        for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
            assert_eq!(status(task, set), "0000000000000000", "{set} of {task}");
        }
        assert_eq!((status(task, "NoNewPrivs"), status(task, "Seccomp")), ("1".into(), "2".into()), "{task}");
    }
    assert_eq!(live.end().code, 0);
}

#[test]
fn what_cannot_be_captured_is_said() {
    let Some(_net) = Net::new() else { return };
    let told = fails(5, &["live", "-i", "nosuch0", "--headless"]);
    assert!(told.contains("nosuch0") && told.contains("handshark interfaces"), "{told}");
    fails(2, &["live", "-i", "lo", "-f", "tcp prot 4", "--headless"]);
    fails(2, &["live", "-i", "lo", "-b", "files:2", "-w", "x.pcapng", "--headless"]);
}

#[test]
fn killing_either_process_leaves_a_readable_file_and_nobody_behind() {
    let Some(net) = Net::new() else { return };
    let folder = tempfile::tempdir().unwrap();
    for parser_dies in [false, true] {
        let path = file(&folder, if parser_dies { "parser.pcapng" } else { "helper.pcapng" });
        let live = Live::start(&net, &["-i", "va", "-w", path.to_str().unwrap()]);
        let (parser, helper) = (live.id(), live.helper());
        net.send(SIGN_IN);
        within("the packets are on the disk", || fs::metadata(&path).unwrap().len() > 15_000);
        let ran = if parser_dies {
            net::signal(parser, "KILL");
            live.wait()
        } else {
            net::signal(helper, "KILL");
            let ran = live.wait();
            assert_eq!(ran.code, 3, "{}", ran.err);
            assert!(ran.err.contains("killed (signal 9)"), "{}", ran.err);
            assert_eq!(told(&ran.out), report(Path::new(SIGN_IN), &[]));
            ran
        };
        assert!(parser_dies || ran.code == 3);
        within("both processes are gone", || ![parser, helper].iter().any(|id| net::is_there(*id)));
        assert_eq!(packets(&path), PACKETS);
    }
}

#[test]
fn a_killed_screen_is_taken_off_the_terminal() {
    let Some(net) = Net::new() else { return };
    let folder = tempfile::tempdir().unwrap();
    let size = portable_pty::PtySize { rows: 30, cols: 100, ..portable_pty::PtySize::default() };
    let pair = portable_pty::native_pty_system().openpty(size).unwrap();
    let mut command = portable_pty::CommandBuilder::new("ip");
    // A shell that waits for it, as one in a window does.
    let typed = format!("{} live -i va; read x; echo back; read x", env!("CARGO_BIN_EXE_handshark"));
    command.args(["netns", "exec", net.name(), "env", "TERM=xterm-256color", "sh", "-c", &typed]);
    command.env("HOME", folder.path());
    command.cwd(folder.path());
    let mut shell = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let (rows, columns) = (std::num::NonZero::new(30).unwrap(), std::num::NonZero::new(100).unwrap());
    let mut screen = vt100::Parser::new(rows, columns, 0);
    let mut output = pair.master.try_clone_reader().unwrap();
    let (sender, bytes) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut buffer = [0; 4_096];
        while let Ok(n @ 1..) = output.read(&mut buffer) {
            let _ = sender.send(buffer[..n].to_vec());
        }
    });
    let mut shows = |wanted: &dyn Fn(&vt100::Screen) -> bool| {
        for part in bytes.try_iter() {
            screen.process(&part);
        }
        wanted(screen.screen())
    };
    within("the screen is there", || {
        shows(&|s| s.alternate_screen() && s.hide_cursor() && s.contents().contains("LIVE"))
    });
    let parser = children(shell.process_id().unwrap(), "children")[0];
    let helper = children(parser, "children")[0];
    // It writes what it sees from when it is told to.
    let mut keys = pair.master.take_writer().unwrap();
    keys.write_all(b"r").unwrap();
    within("it writes", || {
        shows(&|s| s.contents().contains("is written to live-") && s.contents().contains("recording"))
    });
    let path = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let path = path.into_iter().find(|path| path.extension().is_some_and(|end| end == "pcapng")).unwrap();
    net.send(SIGN_IN);
    within("the packets are on the disk", || fs::metadata(&path).unwrap().len() > 15_000);
    net::signal(parser, "KILL");
    within("the terminal is as before", || {
        shows(&|s| {
            let plain = s.mouse_protocol_mode() == vt100::MouseProtocolMode::None && !s.hide_cursor();
            plain && !s.alternate_screen() && s.contents().contains("was killed")
        })
    });
    keys.write_all(b"\n").unwrap();
    within("the shell goes on", || shows(&|s| s.contents().contains("back")));
    within("nobody is left", || ![parser, helper].iter().any(|id| net::is_there(*id)));
    assert_eq!(packets(&path), PACKETS);
    shell.kill().unwrap();
    shell.wait().unwrap();
}

#[test]
fn hanging_up_begins_the_files_anew() {
    let Some(net) = Net::new() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (path, lines) = (file(&folder, "live.pcapng"), file(&folder, "lines"));
    let live = Live::start(&net, &["-i", "va", "-w", path.to_str().unwrap(), "-o", lines.to_str().unwrap()]);
    net.send(SIGN_IN);
    within("the packets are on the disk", || fs::metadata(&path).unwrap().len() > 15_000);
    // As logrotate does it.
    let (old_path, old_lines) = (file(&folder, "live.1"), file(&folder, "lines.1"));
    fs::rename(&path, &old_path).unwrap();
    fs::rename(&lines, &old_lines).unwrap();
    net::signal(live.id(), "HUP");
    within("the files are begun anew", || path.exists() && lines.exists());
    net.send(SIGN_IN);
    net::signal(live.id(), "USR1");
    let ran = live.end();
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
    assert_eq!((packets(&old_path), packets(&path)), (PACKETS, PACKETS));
    assert_eq!(ran.err.lines().filter(|line| line.contains("0 because we fell behind")).count(), 2, "{}", ran.err);
    let all = [old_lines, lines].map(|path| fs::read_to_string(path).unwrap()).concat();
    let rows: Vec<Value> = all.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(rows.iter().any(|row| row["type"] == "sign_in"), "{all}");
    let last = rows.last().unwrap();
    assert_eq!(
        (&last["type"], &last["packets"], &last["behind"]),
        (&"capture".into(), &76.into(), &0.into()),
        "{last}"
    );
}

#[test]
fn hanging_up_ends_nothing_but_what_a_terminal_left_behind() {
    let Some(net) = Net::new() else { return };
    // A service without files: there is nothing to begin anew.
    let live = Live::start(&net, &["-i", "va"]);
    net::signal(live.id(), "HUP");
    net.send(SIGN_IN);
    let ran = live.end();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(told(&ran.out), report(Path::new(SIGN_IN), &[]), "{}", ran.err);
    // Somebody types it, and closes the window.
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "live.pcapng");
    let pair = portable_pty::native_pty_system().openpty(portable_pty::PtySize::default()).unwrap();
    let mut command = portable_pty::CommandBuilder::new("ip");
    command.args([
        "netns",
        "exec",
        net.name(),
        env!("CARGO_BIN_EXE_handshark"),
        "live",
        "--headless",
        "-i",
        "va",
        "-w",
    ]);
    command.arg(&path);
    let mut child = pair.slave.spawn_command(command).unwrap();
    let parser = child.process_id().unwrap();
    let helper = || children(parser, "children").first().copied();
    within("capturing begins", || helper().is_some_and(|helper| status(helper, "Seccomp") == "2"));
    let helper = helper().unwrap();
    net.send(SIGN_IN);
    within("the packets are on the disk", || fs::metadata(&path).unwrap().len() > 15_000);
    drop(pair);
    within("it ends", || child.try_wait().unwrap().is_some() && !net::is_there(helper));
    assert_eq!(packets(&path), PACKETS);
}

#[test]
fn the_parser_writes_nowhere_else() {
    let Some(net) = Net::new() else { return };
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let lines = file(&folder, "lines");
    let live = Live::start(&net, &["-i", "va", "-o", lines.to_str().unwrap()]);
    // Somebody leads it astray: root may write there, this process may not.
    fs::remove_file(&lines).unwrap();
    std::os::unix::fs::symlink(file(&other, "lines"), &lines).unwrap();
    net::signal(live.id(), "HUP");
    let ran = live.wait();
    if ran.err.contains("no Landlock") {
        eprintln!("SKIPPED: this kernel has no Landlock");
        return;
    }
    assert_eq!(ran.code, 5, "{}", ran.err);
    assert!(ran.err.contains("lines: Permission denied"), "{}", ran.err);
    assert!(!file(&other, "lines").exists());
}

/// Calls this test program again, as a process that confines itself and then tries what it may not.
fn tried_in_a_process_of_its_own(name: &str, attempt: impl FnOnce()) {
    const INSIDE: &str = "HANDSHARK_TEST_INSIDE";
    if std::env::var_os(INSIDE).is_some() {
        attempt();
        return;
    }
    let us = std::env::current_exe().unwrap();
    let output = Command::new(us).args(["--exact", name, "--nocapture"]).env(INSIDE, "1").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}{}", String::from_utf8_lossy(&output.stderr));
}

fn is_refused<T>(what: &str, outcome: io::Result<T>) {
    let error = outcome.err().unwrap_or_else(|| panic!("{what} went well"));
    assert_eq!(error.kind(), io::ErrorKind::PermissionDenied, "{what}: {error}");
}

fn raw_socket() -> io::Result<()> {
    let raw = rustix::net::SocketType::RAW;
    Ok(rustix::net::socket(rustix::net::AddressFamily::PACKET, raw, None).map(drop)?)
}

#[test]
fn the_capturer_can_open_nothing_once_it_is_confined() {
    tried_in_a_process_of_its_own("the_capturer_can_open_nothing_once_it_is_confined", || {
        let mut before = fs::File::open("/proc/self/stat").unwrap();
        let folder = tempfile::tempdir().unwrap().keep();
        confine::capturer().unwrap();
        is_refused("reading a file", fs::File::open("/proc/self/stat"));
        is_refused("writing a file", fs::File::create(folder.join("x")));
        is_refused("a raw socket", raw_socket());
        is_refused("a socket", std::net::TcpListener::bind("127.0.0.1:0"));
        is_refused("a program", Command::new("/bin/true").status());
        is_refused("looking at a folder", fs::read_dir("/"));
        // What is open stays open.
        assert!(before.read(&mut [0; 8]).unwrap() > 0);
    });
}

#[test]
fn the_parser_reads_files_and_writes_in_its_folder_only() {
    tried_in_a_process_of_its_own("the_parser_reads_files_and_writes_in_its_folder_only", || {
        let (ours, other) = (tempfile::tempdir().unwrap().keep(), tempfile::tempdir().unwrap().keep());
        fs::write(other.join("there"), "text").unwrap();
        let confined = confine::parser(std::slice::from_ref(&ours)).unwrap();
        is_refused("a raw socket", raw_socket());
        is_refused("a socket", std::net::TcpListener::bind("127.0.0.1:0"));
        is_refused("a program", Command::new("/bin/true").status());
        fs::write(ours.join("x"), "text").unwrap();
        assert_eq!(fs::read_to_string(other.join("there")).unwrap(), "text");
        if confined != Confined::Whole {
            eprintln!("SKIPPED: this kernel has no Landlock");
            return;
        }
        is_refused("a new file", fs::write(other.join("x"), "text"));
        is_refused("a file that is there", fs::write(other.join("there"), "other"));
        is_refused("deleting", fs::remove_file(other.join("there")));
        // And what it starts later is confined too.
        let thread = std::thread::spawn(move || fs::write(other.join("y"), "text"));
        is_refused("a thread", thread.join().unwrap());
    });
}

#[test]
fn an_interface_that_goes_is_told_and_what_came_is_kept() {
    let Some(net) = Net::new() else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "live.pcapng");
    let live = Live::start(&net, &["-i", "va", "-i", "lo", "-w", path.to_str().unwrap()]);
    net.send(SIGN_IN);
    within("the packets are on the disk", || fs::metadata(&path).unwrap().len() > 15_000);
    // It goes down and comes back: nothing has to be done for that.
    assert!(net.ip(&["link", "set", "va", "down"]) && net.ip(&["link", "set", "va", "up"]));
    within("va is up", || net.ip(&["link", "show", "va", "up"]));
    net.send(SIGN_IN);
    let size = fs::metadata(&path).unwrap().len();
    within("packets come again", || fs::metadata(&path).unwrap().len() > size + 15_000);
    assert!(net.ip(&["link", "del", "va"]));
    let helper = live.helper();
    within("capturing goes on without va", || net::is_there(helper) && !net.ip(&["link", "show", "va"]));
    // On lo it still works.
    assert!(net::works(net.run("tcpreplay").args(["-q", "-i", "lo", SIGN_IN])));
    let ran = live.end();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("handshark: va: "), "{}", ran.err);
    let columns = ["-T", "fields", "-e", "frame.interface_id", "-e", "frame.interface_name"];
    let interfaces = good(&[&["packets", path.to_str().unwrap()][..], &columns].concat());
    let count = |shown: &str| interfaces.lines().filter(|line| *line == shown).count();
    assert_eq!((count("0\tva"), count("1\tlo")), (2 * PACKETS, PACKETS), "{}", ran.err);
}

/// A capture of so many large datagrams.
fn datagrams(count: usize) -> Vec<u8> {
    const PAYLOAD: u16 = 8_000;
    let mut file = Vec::new();
    // Magic number, version, time zone, accuracy, snap length, Ethernet.
    for word in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, 1] {
        file.extend(word.to_le_bytes());
    }
    let mut packet = vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0];
    packet.extend((PAYLOAD + 28).to_be_bytes());
    packet.extend([0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2]);
    for word in [40_000, 40_001, PAYLOAD + 8, 0] {
        packet.extend(word.to_be_bytes());
    }
    packet.resize(packet.len() + usize::from(PAYLOAD), 7);
    let length = u32::try_from(packet.len()).unwrap();
    for _ in 0..count {
        for word in [1_700_000_000, 0, length, length] {
            file.extend(word.to_le_bytes());
        }
        file.extend(&packet);
    }
    file
}

#[test]
fn all_that_is_lost_is_counted() {
    const COUNT: usize = 100;
    let Some(net) = Net::new() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (path, capture) = (file(&folder, "live.pcapng"), file(&folder, "datagrams.pcap"));
    fs::write(&capture, datagrams(COUNT)).unwrap();
    // As much as waits in the helper and the kernel together, and twice as much.
    for (rounds, is_too_much) in [(110, false), (260, true)] {
        let live = Live::start(&net, &["-i", "va", "-w", path.to_str().unwrap()]);
        // The parser is busy with something else, for longer than anybody waits for it.
        net::signal(live.id(), "STOP");
        let times = rounds.to_string();
        assert!(net::works(net.run("tcpreplay").args(["-q", "-t", "-i", "vb", "--loop", &times]).arg(&capture)));
        net::signal(live.id(), "CONT");
        let ran = live.end();
        assert_eq!(ran.code, 0, "{}", ran.err);
        let last: Value = serde_json::from_str(ran.out.lines().last().unwrap()).unwrap();
        let number = |name: &str| usize::try_from(last[name].as_u64().unwrap()).unwrap();
        let (read, dropped, behind) = (number("packets"), number("dropped"), number("behind"));
        assert_eq!(behind > 0, is_too_much, "{last}");
        assert_eq!(read + dropped + behind, rounds * COUNT, "{last}");
        // The file says so too.
        assert_eq!(packets(&path), read);
        let about: Value = serde_json::from_str(&good(&["report", path.to_str().unwrap(), "-T", "json"])).unwrap();
        assert_eq!((&about["capture"]["dropped"], &about["capture"]["behind"]), (&last["dropped"], &last["behind"]));
    }
}

#[test]
fn a_full_disk_is_told_and_the_file_goes_on_when_there_is_room() {
    let Some(net) = Net::new() else { return };
    let folder = tempfile::tempdir().unwrap();
    let disk = Mounted::new(folder.path(), "200k");
    let (path, filler) = (file(&folder, "live.pcapng"), file(&folder, "filler"));
    fs::write(&filler, vec![0; 150_000]).unwrap();
    let live = Live::start(&net, &["-i", "va", "-w", path.to_str().unwrap()]);
    net.send(SIGN_IN);
    within("the packets are on the disk", || fs::metadata(&path).unwrap().len() > 15_000);
    // Somebody else takes the rest.
    let mut rest = fs::File::create(file(&folder, "rest")).unwrap();
    while rest.write_all(&[0; 4_096]).is_ok() {}
    let mut rounds = 1;
    for _ in 0..4 {
        net.send(SIGN_IN);
        rounds += 1;
    }
    within("the disk is full", || live.said().contains("cannot be written: No space left"));
    let held = packets(&path);
    assert!((PACKETS..2 * PACKETS).contains(&held), "{held}");
    fs::remove_file(&filler).unwrap();
    within("the file goes on", || {
        net.send(SIGN_IN);
        rounds += 1;
        packets(&path) > held
    });
    let ran = live.end();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.err.contains("cannot be written: No space left") && ran.err.contains("is written again"),
        "{}",
        ran.err
    );
    let kept = packets(&path);
    let all = rounds * PACKETS;
    assert!(
        ran.err.contains(&format!("{kept} packets written and {} not", all - kept)),
        "{kept} of {all}: {}",
        ran.err
    );
    drop(disk);
}

/// A small file system.
struct Mounted(PathBuf);

impl Mounted {
    fn new(at: &Path, size: &str) -> Self {
        let size = format!("size={size}");
        assert!(net::works(Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(at)));
        Self(at.to_owned())
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        net::works(Command::new("umount").arg("-l").arg(&self.0));
    }
}

/// A copy of a program that everybody may run, in a folder everybody may read; the capability it is given, if any.
fn copy(folder: &TempDir, program: &str, capability: Option<&str>) -> Option<PathBuf> {
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let copy = file(folder, Path::new(program).file_name()?.to_str()?);
    fs::copy(program, &copy).ok()?;
    fs::set_permissions(&copy, fs::Permissions::from_mode(0o755)).unwrap();
    let given = capability.is_none_or(|capability| net::works(Command::new("setcap").arg(capability).arg(&copy)));
    given.then_some(copy)
}

/// A command that runs a program as somebody without any privilege, with this search path.
fn as_nobody(net: &Net, program: &Path, path: &Path) -> Command {
    let mut command = net.run("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "env"]);
    command.arg(format!("PATH={}", path.display())).arg(program);
    command
}

#[test]
fn one_capability_of_the_file_is_enough_and_without_it_the_command_is_told() {
    let Some(net) = Net::new() else { return };
    let (folder, empty) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let us = env!("CARGO_BIN_EXE_handshark");
    let plain = copy(&folder, us, None).unwrap();
    let output = as_nobody(&net, &plain, empty.path()).args(["live", "-i", "va", "--headless"]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let command = format!("sudo setcap cap_net_raw=ep {}", plain.display());
    // Other capturers are looked for in the folders of the system too; they may not either.
    assert_eq!(output.status.code(), Some(5), "{said}");
    assert!(said.contains("no permission to capture on va") && said.contains(&command), "{said}");
    if copy(&folder, us, Some("cap_net_raw=ep")).is_none() {
        eprintln!("SKIPPED: a file cannot be given a capability here");
        return;
    }
    let live = Live::started(as_nobody(&net, &plain, empty.path()), &["-i", "va"]);
    for task in [live.id(), live.helper()] {
        assert_eq!(
            (status(task, "CapPrm").as_str(), status(task, "Uid").as_str()),
            ("0000000000000000", "65534\t65534\t65534\t65534")
        );
    }
    net.send(SIGN_IN);
    let ran = live.end();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(told(&ran.out), report(Path::new(SIGN_IN), &[]), "{}", ran.err);
}

#[test]
fn dumpcap_captures_where_we_may_not() {
    let Some(net) = Net::new() else { return };
    let folder = tempfile::tempdir().unwrap();
    let dumpcap = copy(&folder, "/usr/bin/dumpcap", Some("cap_net_raw,cap_net_admin=ep"));
    let (Some(_), Some(us)) = (dumpcap, copy(&folder, env!("CARGO_BIN_EXE_handshark"), None)) else {
        eprintln!("SKIPPED: needs dumpcap, and setcap");
        return;
    };
    let mut command = as_nobody(&net, &us, folder.path());
    let lines = tempfile::tempdir().unwrap();
    fs::set_permissions(lines.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let path = file(&lines, "live.pcapng");
    command.args(["live", "--headless", "-i", "va", "-w"]).arg(&path).stdin(Stdio::null()).stdout(Stdio::piped());
    let child = command.stderr(Stdio::piped()).spawn().unwrap();
    let live = Live::running(child);
    let grandchild = || children(live.id(), "children").first().and_then(|helper| children(*helper, "children").pop());
    // A socket for all protocols that is running: `Proto` and `R` of packet_seq_show() in net/packet/af_packet.c.
    let runs =
        |line: &str| line.split_whitespace().nth(3) == Some("0003") && line.split_whitespace().nth(5) == Some("1");
    within("dumpcap listens", || {
        let sockets = grandchild().and_then(|id| fs::read_to_string(format!("/proc/{id}/net/packet")).ok());
        sockets.is_some_and(|all| all.lines().any(runs))
    });
    net.send(SIGN_IN);
    // Told to end, it forgets what the kernel is still gathering.
    within("the packets are on the disk", || fs::metadata(&path).unwrap().len() > 15_000);
    let ran = live.end();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(told(&ran.out), report(Path::new(SIGN_IN), &[]));
}
