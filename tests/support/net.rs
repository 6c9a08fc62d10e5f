//! A network of its own, made for a test and taken away after it, and handshark capturing in it.

#![allow(dead_code, reason = "each test uses it in its own way")]

use super::program::Ran;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle, sleep};
use std::time::{Duration, Instant};

/// How long to wait for what must happen.
const PATIENCE: Duration = Duration::from_secs(30);

/// Two interfaces, `va` and `vb`, each the other end of the other.
pub struct Net(String);

impl Net {
    /// Nothing if it cannot be made here.
    pub fn new() -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let net = Self(format!("handshark{}-{number}", std::process::id()));
        // An address of their own would make interfaces talk.
        let quiet = "net.ipv6.conf.all.disable_ipv6=1";
        let made = works(Command::new("tcpreplay").arg("-V"))
            && works(Command::new("ip").args(["netns", "add", &net.0]))
            && works(net.run("sysctl").args(["-q", "-w", quiet, "net.ipv6.conf.default.disable_ipv6=1"]))
            && net.ip(&["link", "add", "va", "type", "veth", "peer", "name", "vb"])
            && ["va", "vb"].iter().all(|name| net.ip(&["link", "set", name, "up", "mtu", "9000"]))
            && net.ip(&["link", "set", "lo", "up"]);
        if !made {
            eprintln!("SKIPPED: live capture needs root, ip and tcpreplay");
        }
        made.then_some(net)
    }

    /// What `ip netns` calls it.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// A program in this network.
    pub fn run(&self, program: &str) -> Command {
        let mut command = Command::new("ip");
        command.current_dir(env!("CARGO_MANIFEST_DIR")).args(["netns", "exec", &self.0, program]);
        command
    }

    /// `ip` in this network.
    pub fn ip(&self, arguments: &[&str]) -> bool {
        works(self.run("ip").args(arguments))
    }

    /// Sends the packets of a capture out of `vb`; they arrive at `va`.
    pub fn send(&self, capture: &str) {
        assert!(works(self.run("tcpreplay").args(["-q", "-i", "vb", "--pps", "5000", capture])), "tcpreplay {capture}");
    }
}

impl Drop for Net {
    fn drop(&mut self) {
        works(Command::new("ip").args(["netns", "del", &self.0]));
    }
}

/// Runs a program that says nothing; true if it ended well.
pub fn works(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
}

/// `handshark live --headless`, ready to capture.
pub struct Live {
    child: Child,
    /// What it said so far.
    err: Arc<Mutex<String>>,
    listener: Option<JoinHandle<()>>,
}

impl Live {
    /// Starts it, and waits until every interface is open.
    pub fn start(net: &Net, arguments: &[&str]) -> Self {
        Self::started(net.run(env!("CARGO_BIN_EXE_handshark")), arguments)
    }

    /// The same with a command that runs handshark.
    pub fn started(mut command: Command, arguments: &[&str]) -> Self {
        command.args(["live", "--headless"]).args(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut live = Self::running(command.spawn().unwrap());
        // The last thing before packets are copied.
        within("capturing begins", || {
            assert!(live.child.try_wait().unwrap().is_none(), "{}", live.said());
            children(live.id(), "children").first().is_some_and(|helper| status(*helper, "Seccomp") == "2")
        });
        live
    }

    /// One that somebody else started.
    pub fn running(mut child: Child) -> Self {
        let err = Arc::new(Mutex::new(String::new()));
        let (said, lines) = (Arc::clone(&err), BufReader::new(child.stderr.take().unwrap()));
        let listener = thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                said.lock().unwrap().push_str(&(line + "\n"));
            }
        });
        Self { child, err, listener: Some(listener) }
    }

    /// What it said so far on standard error.
    pub fn said(&self) -> String {
        self.err.lock().unwrap().clone()
    }

    /// The process that parses.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The process that captures.
    pub fn helper(&self) -> u32 {
        children(self.id(), "children")[0]
    }

    /// Asks it to end, and waits.
    pub fn end(self) -> Ran {
        signal(self.id(), "TERM");
        self.wait()
    }

    /// Waits for the end.
    pub fn wait(mut self) -> Ran {
        let mut out = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
        let status = self.child.wait().unwrap();
        self.listener.take().unwrap().join().unwrap();
        let err = self.err.lock().unwrap().clone();
        // A process that was killed has no code.
        Ran { code: status.code().unwrap_or(-1), out, err }
    }
}

/// A test that fails leaves nobody behind: its network could not be taken away either.
impl Drop for Live {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until it is so.
pub fn within(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "never: {what}");
        sleep(Duration::from_millis(20));
    }
}

/// Sends a signal.
pub fn signal(process: u32, name: &str) {
    assert!(works(Command::new("kill").args([&format!("-{name}"), &process.to_string()])));
}

/// True while a process runs, or is waited for.
pub fn is_there(process: u32) -> bool {
    fs::exists(format!("/proc/{process}")).unwrap()
}

/// The threads of a process (`task`), or those it started (`children`).
pub fn children(process: u32, what: &str) -> Vec<u32> {
    let folder = format!("/proc/{process}/task");
    let tasks = fs::read_dir(&folder).into_iter().flatten();
    let tasks: Vec<u32> = tasks.filter_map(|task| task.ok()?.file_name().to_str()?.parse().ok()).collect();
    match what {
        "task" => tasks,
        _ => tasks
            .iter()
            .filter_map(|task| fs::read_to_string(format!("{folder}/{task}/children")).ok())
            .flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>())
            .collect(),
    }
}

/// A line of `/proc/ID/status`.
pub fn status(process: u32, name: &str) -> String {
    let all = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = all.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    line.unwrap_or_default().trim().to_owned()
}
