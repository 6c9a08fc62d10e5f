//! The process that captures: this program again, started by the one that parses, with a hidden command.
//!
//! The order is the whole of it.
//!
//! 1. The parser starts us before it gives anything up. Where the privilege is in the file (`setcap cap_net_raw=ep`) we get
//!    it from there, where it is ambient (a systemd unit) or root's we inherit it.
//! 2. The parser drops its capabilities, takes on `no_new_privs`, Landlock and a filter of calls, and only then reads the
//!    first byte that we write (`confine.rs`).
//! 3. We open what the arguments name: libpcap is loaded, the interfaces are opened, filters are compiled and set. Nothing
//!    but arguments has been read so far.
//! 4. We drop every capability, take on `no_new_privs`, and may from then on make the few calls that copying takes.
//! 5. Only then a packet is touched, and none is looked into: header and bytes are written as pcapng, that is all.
//!
//! Standard input is the lifeline. One byte asks us to hand over what has come and to end; its end means that the parser has
//! gone, however it went, and we end at once. Signals that ask to end do what the byte does. If the parser had a screen and
//! went without another byte before, it was killed, and we take its screen off the terminal; the modes of the line are the
//! shell's, which puts them right itself.
//!
//! If we may not open an interface, or there is no libpcap, dumpcap is asked (it has its privilege in its own file), else
//! tcpdump; then this process waits and nothing more (`child.rs`).

use super::capturer::{Capturer, Request};
use super::child;
use super::word::Word;
use std::fs::File;
use std::io::Write;

/// What asks the capturer to end.
pub const STOP: &[u8] = b"s";
/// What says that the parser ends in order: it gives the terminal back itself.
pub const BYE: &[u8] = b"b";

/// The terminal on which the parser has its screen, if it has one.
#[derive(Debug)]
pub(super) struct Terminal(Option<File>);

impl Terminal {
    /// It has to be opened before everything is given up.
    fn of(request: &Request) -> Self {
        Self(request.screen.then(|| File::options().write(true).open("/dev/tty").ok()).flatten())
    }

    /// Takes the screen of a parser that was killed off it: no mouse (five modes), out of the alternate screen, the cursor
    /// shown, no colours.
    pub(super) fn give_back(&mut self) {
        const BACK: &[u8] = b"\x1b[?1006l\x1b[?1015l\x1b[?1003l\x1b[?1002l\x1b[?1000l\x1b[?1049l\x1b[?25h\x1b[0m";
        if let Some(terminal) = &mut self.0 {
            let _ = terminal.write_all(BACK).and_then(|()| terminal.write_all(b"\r\nhandshark was killed\r\n"));
        }
    }
}

/// Captures until it is told to end; true if that went well.
pub fn run(request: &Request) -> bool {
    let mut terminal = Terminal::of(request);
    #[cfg(unix)]
    let refused = match pump::open(request, &mut terminal) {
        Ok(good) => return good,
        Err(word) => word,
    };
    #[cfg(not(unix))]
    let refused = Word::NoLibrary;
    match Capturer::find(request) {
        Some(capturer) if refused.may_be_otherwise_elsewhere() => {
            child::run(capturer.path(), &capturer.arguments(request), &mut terminal)
        }
        _ => {
            refused.say();
            false
        }
    }
}

#[cfg(unix)]
mod pump {
    use super::super::confine;
    use super::super::pcap::{GATHERING_MS, Handle, Library, Open};
    use super::super::queue::Queue;
    use super::{BYE, Request, STOP, Terminal, Word};
    use crate::capture::{Interface, Loss, Outgoing, Resolution, Section, Writer};
    use crate::wire::Timestamp;
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use std::fs::File;
    use std::io::{self, Read, Seek, SeekFrom, Write};
    use std::os::fd::{AsFd, BorrowedFd};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::{Duration, Instant, SystemTime};

    /// Bytes the kernel gathers for us, over all interfaces, and the least for one.
    const KERNEL: u32 = 64 << 20;
    const LEAST: u32 = 4 << 20;
    /// Bytes kept for the parser while it is busy; beyond, packets stay in the kernel until it has no room either.
    const BEHIND: usize = 64 << 20;
    /// What one turn may add to that; beyond, packets are counted and let go.
    const BRIM: usize = 32 << 20;
    /// Bytes asked of the system for the pipe.
    #[cfg(target_os = "linux")]
    const PIPE: usize = 1 << 20;
    /// Packets taken from an interface before the next one, and the parser, have their turn.
    const TURN: u16 = 2_000;
    /// Between two counts of what was lost.
    const COUNT: Duration = Duration::from_secs(1);
    /// Most that one wait takes.
    const WAIT: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };
    /// Between two looks at what the kernel is still gathering.
    const MOMENT: Timespec = Timespec { tv_sec: 0, tv_nsec: 10_000_000 };
    /// How long the parser has to take the last packets.
    const PATIENCE: Duration = Duration::from_secs(2);
    /// Bytes of blocks around a packet.
    const AROUND: usize = 64;
    /// With several interfaces, how long a packet waits for older ones of the others: as long as the kernel gathers, and half
    /// as long again.
    const ORDER: Duration = Duration::from_millis(GATHERING_MS as u64 * 3 / 2);

    /// One interface.
    struct Line<'l> {
        name: &'l str,
        handle: Option<Handle<'l>>,
        link: u32,
        /// Of its packets, those that came here, and those of them that the parser had no time for.
        taken: u64,
        behind: u64,
        /// What the kernel had no room for; its counter goes round.
        kernel: u64,
        kernel_last: u32,
        card: Card,
        told: Option<Loss>,
        /// Packets were left in the kernel since the last count: what it had no room for is lost because we fell behind.
        left: bool,
    }

    /// Packets that the network card had no room for: counters that the kernel shows in files.
    struct Card(Vec<(File, u64)>);

    impl Card {
        fn open(interface: &str) -> Self {
            const COUNTERS: [&str; 2] = ["rx_missed_errors", "rx_fifo_errors"];
            if interface.contains('/') {
                return Self(Vec::new());
            }
            let open = |counter: &&str| {
                let mut file = File::open(format!("/sys/class/net/{interface}/statistics/{counter}")).ok()?;
                let base = number(&mut file)?;
                Some((file, base))
            };
            Self(COUNTERS.iter().filter_map(open).collect())
        }

        fn dropped(&mut self) -> u64 {
            let each = self.0.iter_mut().map(|(file, base)| number(file).map_or(0, |now| now.saturating_sub(*base)));
            each.fold(0, u64::saturating_add)
        }
    }

    fn number(file: &mut File) -> Option<u64> {
        let mut text = [0; 32];
        file.seek(SeekFrom::Start(0)).ok()?;
        let length = file.read(&mut text).ok()?;
        std::str::from_utf8(text.get(..length)?).ok()?.trim().parse().ok()
    }

    /// A packet that waits for older ones of other interfaces.
    struct Waiting {
        time: Timestamp,
        came: Instant,
        line: usize,
        wire_len: u32,
        data: Vec<u8>,
    }

    /// Opens, gives everything up, and copies. An error means that nothing was opened.
    pub fn open(request: &Request, terminal: &mut Terminal) -> Result<bool, Word> {
        let library = Library::load().ok_or(Word::NoLibrary)?;
        let count = u32::try_from(request.interfaces.len()).unwrap_or(u32::MAX).max(1);
        let buffer = KERNEL.checked_div(count).unwrap_or(LEAST).max(LEAST);
        let mut lines = Vec::new();
        for name in &request.interfaces {
            let open = Open {
                interface: name,
                filter: request.filter.as_deref(),
                snaplen: request.snaplen,
                promiscuous: request.promiscuous,
                buffer,
            };
            let handle = library.open(&open).map_err(|refused| Word::refused(name, refused))?;
            let link = link_type(handle.link());
            let card = Card::open(name);
            let handle = Some(handle);
            let (taken, behind, kernel, kernel_last, told, left) = (0, 0, 0, 0, None, false);
            lines.push(Line { name, handle, link, taken, behind, kernel, kernel_last, card, told, left });
        }
        let confined = prepare().and_then(|stop| confine::capturer().map(|()| stop));
        let stop = match confined {
            Ok(stop) => stop,
            Err(error) => {
                Word::Failed(format!("the capturer cannot give up what it does not need: {error}")).say();
                return Ok(false);
            }
        };
        let Ok(mut pump) = Pump::new(lines, request, stop) else { return Ok(false) };
        let good = pump.run();
        if pump.deserted {
            terminal.give_back();
        }
        // Closing would ask the kernel for things that we gave up; it closes everything itself.
        std::process::exit(i32::from(!good));
    }

    /// What must be done while files and signals can still be asked for.
    fn prepare() -> io::Result<Arc<AtomicBool>> {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1};
        let stop = Arc::new(AtomicBool::new(false));
        for signal in [SIGTERM, SIGINT] {
            signal_hook::flag::register(signal, Arc::clone(&stop))?;
        }
        // These are for the parser, but a service manager may send them to all.
        for signal in [SIGHUP, SIGUSR1] {
            signal_hook::flag::register(signal, Arc::new(AtomicBool::new(false)))?;
        }
        let out = rustix::stdio::stdout();
        #[cfg(target_os = "linux")]
        let _ = rustix::pipe::fcntl_setpipe_size(out, PIPE);
        let flags = rustix::fs::fcntl_getfl(out)?;
        rustix::fs::fcntl_setfl(out, flags | rustix::fs::OFlags::NONBLOCK)?;
        Ok(stop)
    }

    /// `DLT_` numbers that have another one in files: packets that begin with the IP header.
    const fn link_type(dlt: u32) -> u32 {
        match dlt {
            12 | 14 => 101,
            other => other,
        }
    }

    /// Standard output without the lock and the buffer of the library.
    struct Out;

    impl Write for Out {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            Ok(rustix::io::write(rustix::stdio::stdout(), bytes)?)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    enum Wish {
        Nothing,
        Stop,
        Gone,
    }

    struct Pump<'l> {
        lines: Vec<Line<'l>>,
        writer: Writer<Queue>,
        waiting: Vec<Waiting>,
        /// Bytes in it.
        waiting_bytes: usize,
        /// Bytes of the packets taken since it was asked to end.
        drained: usize,
        /// The parser ends in order.
        bye: bool,
        /// It went without that.
        deserted: bool,
        stop: Arc<AtomicBool>,
        next_count: Instant,
    }

    impl<'l> Pump<'l> {
        fn new(lines: Vec<Line<'l>>, request: &Request, stop: Arc<AtomicBool>) -> io::Result<Self> {
            let application = concat!("handshark ", env!("CARGO_PKG_VERSION"));
            let section = Section { application: Some(application.to_owned()), ..Section::default() };
            let mut writer = Writer::new(Queue::new(BEHIND.saturating_add(BRIM)), &section)?;
            for line in &lines {
                let snaplen = line.handle.as_ref().map_or(0, Handle::snaplen);
                writer.interface(&Interface {
                    name: Some(line.name.to_owned()),
                    filter: request.filter.clone(),
                    snaplen,
                    ..Interface::new(line.link, Resolution::NANOSECONDS)
                })?;
            }
            let next_count = Instant::now();
            Ok(Self {
                lines,
                writer,
                waiting: Vec::new(),
                waiting_bytes: 0,
                drained: 0,
                bye: false,
                deserted: false,
                stop,
                next_count,
            })
        }

        /// Copies until somebody ends it; true if that was in order.
        fn run(&mut self) -> bool {
            let mut good = true;
            loop {
                match self.wait() {
                    Wish::Nothing => {}
                    Wish::Stop => break,
                    Wish::Gone => {
                        self.deserted = !self.bye;
                        return true;
                    }
                }
                self.take();
                self.release(Some(ORDER));
                if self.lines.iter().all(|line| line.handle.is_none()) {
                    good = false;
                    break;
                }
                if Instant::now() >= self.next_count {
                    self.next_count = Instant::now().checked_add(COUNT).unwrap_or(self.next_count);
                    self.count();
                }
                if self.writer.below_mut().pour(&mut Out).is_err() {
                    // Nobody reads any more: the parser has gone, or is about to.
                    self.deserted = (0..3).any(|_| matches!(self.wait(), Wish::Gone)) && !self.bye;
                    return true;
                }
            }
            self.drain();
            good
        }

        /// What stands in the kernel is ours still; what it gathers is not seen before it is done with it. All of it is handed
        /// over, for as long as the parser takes something now and then.
        fn drain(&mut self) {
            let began = Instant::now();
            let mut until = began.checked_add(PATIENCE);
            let mut taking = true;
            self.drained = 0;
            while until.is_some_and(|until| Instant::now() < until) && (taking || !self.writer.below().is_empty()) {
                let taken = if taking { self.take() } else { 0 };
                let late = self.drained >= usize::try_from(KERNEL).unwrap_or(usize::MAX);
                if taking && (late || taken == 0 && !self.is_full() && began.elapsed() >= ORDER) {
                    taking = false;
                    self.release(None);
                    self.count();
                }
                if taken == 0 {
                    let busy = !self.writer.below().is_empty();
                    let mut ready = [PollFd::from_borrowed_fd(rustix::stdio::stdout(), PollFlags::OUT)];
                    let _ = poll(if busy { &mut ready } else { &mut [] }, Some(&MOMENT));
                }
                let before = self.writer.below().held();
                if self.writer.below_mut().pour(&mut Out).is_err() {
                    break;
                }
                if self.writer.below().held() != before {
                    until = Instant::now().checked_add(PATIENCE);
                }
            }
        }

        /// True if packets are to stay in the kernel until the parser has taken some.
        const fn is_full(&self) -> bool {
            self.writer.below().held().saturating_add(self.waiting_bytes) >= BEHIND
        }

        /// Until there is something to do.
        fn wait(&mut self) -> Wish {
            let busy = if self.writer.below().is_empty() { PollFlags::empty() } else { PollFlags::OUT };
            let lifeline: BorrowedFd<'_> = rustix::stdio::stdin();
            let mut ready = vec![
                PollFd::from_borrowed_fd(lifeline, PollFlags::IN),
                PollFd::from_borrowed_fd(rustix::stdio::stdout(), busy),
            ];
            let handles = self.lines.iter().filter_map(|line| line.handle.as_ref().filter(|_| !self.is_full()));
            ready.extend(handles.map(|handle| PollFd::from_borrowed_fd(handle.as_fd(), PollFlags::IN)));
            let _ = poll(&mut ready, Some(&WAIT));
            if self.stop.load(Ordering::Relaxed) {
                return Wish::Stop;
            }
            if ready.first().is_none_or(|first| first.revents().is_empty()) {
                return Wish::Nothing;
            }
            let mut byte = [0; 1];
            match rustix::io::read(lifeline, &mut byte) {
                Ok(0) => Wish::Gone,
                Ok(_) if byte == STOP => Wish::Stop,
                Ok(_) if byte == BYE => {
                    self.bye = true;
                    Wish::Nothing
                }
                Ok(_) | Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => Wish::Nothing,
                Err(_) => Wish::Gone,
            }
        }

        /// Takes what has come, of every interface a turn's worth; how many packets.
        fn take(&mut self) -> usize {
            let alone = self.lines.len() == 1;
            let came = Instant::now();
            let mut all = 0_usize;
            if self.is_full() {
                self.lines.iter_mut().for_each(|line| line.left = true);
                return 0;
            }
            for (at, line) in self.lines.iter_mut().enumerate() {
                let Some(handle) = &mut line.handle else { continue };
                let (writer, waiting, waiting_bytes) = (&mut self.writer, &mut self.waiting, &mut self.waiting_bytes);
                let (taken, behind, drained) = (&mut line.taken, &mut line.behind, &mut self.drained);
                let outcome = handle.each(TURN, |packet| {
                    *taken = taken.saturating_add(1);
                    let size = packet.data.len().saturating_add(AROUND);
                    *drained = drained.saturating_add(size);
                    if !writer.below().has_room(waiting_bytes.saturating_add(size)) {
                        *behind = behind.saturating_add(1);
                    } else if alone {
                        let (time, wire_len, data) = (packet.time, packet.wire_len, packet.data);
                        let _ = writer.packet(&Outgoing { interface: 0, time, wire_len, data, comments: &[] });
                    } else {
                        *waiting_bytes = waiting_bytes.saturating_add(size);
                        let (time, wire_len, data) = (packet.time, packet.wire_len, packet.data.to_vec());
                        waiting.push(Waiting { time, came, line: at, wire_len, data });
                    }
                });
                match outcome {
                    Ok(count) => all = all.saturating_add(count),
                    Err(what) => {
                        line.count_kernel();
                        line.handle = None;
                        Word::Lost(line.name.to_owned(), what).say();
                    }
                }
            }
            all
        }

        /// Of several interfaces, writes what has waited long enough, and everything older than that, in order of time.
        fn release(&mut self, waited: Option<Duration>) {
            if self.waiting.is_empty() {
                return;
            }
            let now = Instant::now();
            let due =
                |packet: &Waiting| waited.is_none_or(|waited| now.saturating_duration_since(packet.came) >= waited);
            let Some(newest) = self.waiting.iter().filter(|packet| due(packet)).map(|packet| packet.time).max() else {
                return;
            };
            let mut ready: Vec<Waiting> = self.waiting.extract_if(.., |packet| packet.time <= newest).collect();
            ready.sort_by_key(|packet| packet.time);
            for Waiting { time, line, wire_len, data, .. } in ready {
                self.waiting_bytes = self.waiting_bytes.saturating_sub(data.len().saturating_add(AROUND));
                let interface = u32::try_from(line).unwrap_or(u32::MAX);
                let _ = self.writer.packet(&Outgoing { interface, time, wire_len, data: &data, comments: &[] });
            }
        }

        /// Writes what was lost, where that has changed.
        fn count(&mut self) {
            let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            let now = Timestamp::new(i64::try_from(since.as_secs()).unwrap_or(0), i64::from(since.subsec_nanos()));
            for (at, line) in self.lines.iter_mut().enumerate() {
                line.count_kernel();
                let loss = Loss { kernel: line.kernel, card: line.card.dropped(), behind: line.behind };
                if line.told != Some(loss) {
                    line.told = Some(loss);
                    let interface = u32::try_from(at).unwrap_or(u32::MAX);
                    let _ = self.writer.statistics(interface, now, line.taken, loss);
                }
            }
        }
    }

    impl Line<'_> {
        fn count_kernel(&mut self) {
            let Some(handle) = &mut self.handle else { return };
            let now = handle.dropped();
            let lost = u64::from(now.wrapping_sub(self.kernel_last));
            self.kernel_last = now;
            if std::mem::take(&mut self.left) {
                self.behind = self.behind.saturating_add(lost);
                self.taken = self.taken.saturating_add(lost);
            } else {
                self.kernel = self.kernel.saturating_add(lost);
            }
        }
    }
}
