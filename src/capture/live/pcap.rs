//! libpcap, loaded while the program runs: nothing of it is needed to build, and a machine without it is told so.
//!
//! The only place of the crate with `unsafe`. What goes over the border is small: names and filters as C strings, a handle
//! that is closed once, and packets that are looked at inside the callback and nowhere else. The functions and structures
//! are those of `pcap/pcap.h` (libpcap 1.5 or later, which is where times in nanoseconds came in); tcpdump.org/manpages.
//!
//! The handle is never waited on inside libpcap: its read timeout does not fire while nothing comes, so it is set not to
//! block, and whoever holds it waits on its descriptor.

#![allow(unsafe_code, reason = "a C library has no other border")]

use std::ffi::{CStr, CString, c_char, c_int, c_long, c_uchar, c_uint, c_ushort, c_void};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::fd::{AsFd, BorrowedFd};
use std::ptr;

use crate::wire::Timestamp;

/// Names under which systems have it.
const NAMES: [&str; 4] = ["libpcap.so.1", "libpcap.so.0.8", "libpcap.dylib", "/usr/lib/libpcap.A.dylib"];
/// `PCAP_ERRBUF_SIZE`
const MESSAGE: usize = 256;
/// `PCAP_NETMASK_UNKNOWN`
const NO_NETMASK: c_uint = 0xffff_ffff;
/// `PCAP_TSTAMP_PRECISION_NANO`
const NANO: c_int = 1;
/// `PCAP_IF_LOOPBACK`
const LOOPBACK: c_uint = 1;
/// Milliseconds after which the kernel hands over what it has gathered, however little that is.
pub const GATHERING_MS: u16 = 100;
/// Interfaces listed at most.
const MAX_DEVICES: usize = 10_000;

/// What `pcap_activate` returns.
mod status {
    pub const NO_SUCH_DEVICE: i32 = -5;
    pub const PERM_DENIED: i32 = -8;
    pub const IFACE_NOT_UP: i32 = -9;
    pub const PROMISC_PERM_DENIED: i32 = -11;
}

/// `struct timeval`
#[repr(C)]
struct Time {
    seconds: c_long,
    #[cfg(target_os = "macos")]
    fraction: c_int,
    #[cfg(not(target_os = "macos"))]
    fraction: c_long,
}

/// `struct pcap_pkthdr`; macOS has more behind it, which nobody looks at.
#[repr(C)]
struct Header {
    time: Time,
    captured: u32,
    length: u32,
}

/// `struct bpf_program`
#[repr(C)]
struct Program {
    length: c_uint,
    instructions: *mut c_void,
}

/// `struct pcap_stat`
#[repr(C)]
#[derive(Default)]
struct Counts {
    received: c_uint,
    dropped: c_uint,
    dropped_by_interface: c_uint,
}

/// `pcap_if_t`
#[repr(C)]
struct Listed {
    next: *mut Self,
    name: *const c_char,
    description: *const c_char,
    addresses: *const Address,
    flags: c_uint,
}

/// `pcap_addr_t`, as far as it is looked at.
#[repr(C)]
struct Address {
    next: *const Self,
    address: *const c_void,
}

type Handler = extern "C" fn(*mut c_void, *const Header, *const c_uchar);
type Pcap = *mut c_void;

/// The functions, with their types in C.
macro_rules! functions {
    ($($name:ident: fn($($argument:ty),*) $(-> $answer:ty)?;)*) => {
        struct Functions { $($name: unsafe extern "C" fn($($argument),*) $(-> $answer)?,)* }

        impl Functions {
            /// SAFETY: the caller vouches that the library is libpcap, whose functions have these types.
            unsafe fn of(library: &libloading::Library) -> Result<Self, libloading::Error> {
                // SAFETY: as above.
                Ok(unsafe { Self { $($name: *library.get(concat!(stringify!($name), "\0").as_bytes())?,)* } })
            }
        }
    };
}

functions! {
    pcap_create: fn(*const c_char, *mut c_char) -> Pcap;
    pcap_set_snaplen: fn(Pcap, c_int) -> c_int;
    pcap_set_promisc: fn(Pcap, c_int) -> c_int;
    pcap_set_timeout: fn(Pcap, c_int) -> c_int;
    pcap_set_buffer_size: fn(Pcap, c_int) -> c_int;
    pcap_set_tstamp_precision: fn(Pcap, c_int) -> c_int;
    pcap_get_tstamp_precision: fn(Pcap) -> c_int;
    pcap_activate: fn(Pcap) -> c_int;
    pcap_statustostr: fn(c_int) -> *const c_char;
    pcap_geterr: fn(Pcap) -> *const c_char;
    pcap_compile: fn(Pcap, *mut Program, *const c_char, c_int, c_uint) -> c_int;
    pcap_setfilter: fn(Pcap, *mut Program) -> c_int;
    pcap_freecode: fn(*mut Program);
    pcap_setnonblock: fn(Pcap, c_int, *mut c_char) -> c_int;
    pcap_get_selectable_fd: fn(Pcap) -> c_int;
    pcap_datalink: fn(Pcap) -> c_int;
    pcap_snapshot: fn(Pcap) -> c_int;
    pcap_dispatch: fn(Pcap, c_int, Handler, *mut c_void) -> c_int;
    pcap_stats: fn(Pcap, *mut Counts) -> c_int;
    pcap_close: fn(Pcap);
    pcap_findalldevs: fn(*mut *mut Listed, *mut c_char) -> c_int;
    pcap_freealldevs: fn(*mut Listed);
}

/// libpcap.
pub struct Library {
    functions: Functions,
}

/// An interface as libpcap lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// `eth0`
    pub name: String,
    /// In words, if somebody gave it any.
    pub description: String,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
    /// It leads to this machine only.
    pub loopback: bool,
}

/// How an interface is opened.
#[derive(Clone, Copy, Debug)]
pub struct Open<'a> {
    /// Its name.
    pub interface: &'a str,
    /// In the language of libpcap.
    pub filter: Option<&'a str>,
    /// Most bytes taken of a packet.
    pub snaplen: u32,
    /// Also packets for others.
    pub promiscuous: bool,
    /// Bytes the kernel gathers for us.
    pub buffer: u32,
}

/// Why it was not opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// We may not.
    Denied(String),
    /// There is none of this name, or it is switched off.
    NoDevice(String),
    /// The filter is none.
    Filter(String),
    /// Something else.
    Other(String),
}

/// An interface that is captured on.
pub struct Handle<'l> {
    functions: &'l Functions,
    pcap: Pcap,
    nanoseconds: bool,
    descriptor: c_int,
}

/// A packet, while it is handed over.
#[derive(Clone, Copy, Debug)]
pub struct Captured<'p> {
    /// When the kernel saw it.
    pub time: Timestamp,
    /// Bytes on the wire.
    pub wire_len: u32,
    /// What was taken of them.
    pub data: &'p [u8],
}

impl Library {
    /// Loads it; nothing if there is none, or none that is new enough.
    pub fn load() -> Option<Self> {
        // SAFETY: loading runs the initialisers of the library, and libpcap has none that do anything to us.
        let library = NAMES.iter().find_map(|name| unsafe { libloading::Library::new(*name) }.ok())?;
        // SAFETY: it is libpcap by its name.
        let functions = unsafe { Functions::of(&library) }.ok()?;
        // It stays for as long as the program runs, so the functions do.
        std::mem::forget(library);
        Some(Self { functions })
    }

    /// What can be captured on.
    pub fn devices(&self) -> Result<Vec<Found>, String> {
        let mut first = ptr::null_mut();
        let mut message = [0; MESSAGE];
        // SAFETY: both are places to write to, of the size that is documented.
        if unsafe { (self.functions.pcap_findalldevs)(&raw mut first, message.as_mut_ptr()) } != 0 {
            return Err(said(&message));
        }
        let mut devices = Vec::new();
        let mut next: *const Listed = first;
        // SAFETY: the list is whole until it is freed below, and every pointer in it is null or good.
        while let Some(listed) = unsafe { next.as_ref() }
            && devices.len() < MAX_DEVICES
        {
            let mut addresses = Vec::new();
            let mut address = listed.addresses;
            // SAFETY: as above.
            while let Some(known) = unsafe { address.as_ref() }
                && addresses.len() < MAX_DEVICES
            {
                // SAFETY: it is null or points to a socket address of the length of its family.
                addresses.extend(unsafe { ip(known.address.cast()) });
                address = known.next;
            }
            // SAFETY: null or texts with an end.
            let (name, description) = unsafe { (text(listed.name), text(listed.description)) };
            devices.push(Found { name, description, addresses, loopback: listed.flags & LOOPBACK != 0 });
            next = listed.next;
        }
        // SAFETY: it is ours, and nobody looks at it any more.
        unsafe { (self.functions.pcap_freealldevs)(first) };
        Ok(devices)
    }

    /// Opens an interface.
    pub fn open(&self, open: &Open<'_>) -> Result<Handle<'_>, Refused> {
        let name = CString::new(open.interface).map_err(|_| Refused::NoDevice("no name of an interface".into()))?;
        let filter = open.filter.map(CString::new).transpose();
        let filter = filter.map_err(|_| Refused::Filter("a zero byte in it".into()))?;
        let functions = &self.functions;
        let mut message = [0; MESSAGE];
        // SAFETY: a text with an end, and a place of the documented size.
        let pcap = unsafe { (functions.pcap_create)(name.as_ptr(), message.as_mut_ptr()) };
        if pcap.is_null() {
            return Err(Refused::Other(said(&message)));
        }
        // From here on it is closed when it is dropped.
        let mut handle = Handle { functions, pcap, nanoseconds: false, descriptor: -1 };
        let whole = |n: u32| c_int::try_from(n).unwrap_or(c_int::MAX);
        // SAFETY: the handle is good, and these fail only on one that is active.
        let active = unsafe {
            (functions.pcap_set_snaplen)(pcap, whole(open.snaplen));
            (functions.pcap_set_promisc)(pcap, c_int::from(open.promiscuous));
            (functions.pcap_set_timeout)(pcap, c_int::from(GATHERING_MS));
            (functions.pcap_set_buffer_size)(pcap, whole(open.buffer));
            // Where the interface has no such times they are in microseconds, and said to be.
            (functions.pcap_set_tstamp_precision)(pcap, NANO);
            (functions.pcap_activate)(pcap)
        };
        if active < 0 {
            // SAFETY: any number has a text.
            let general = unsafe { text((functions.pcap_statustostr)(active)) };
            let more = handle.trouble();
            let what = if more.is_empty() { general } else { more };
            return Err(match active {
                status::PERM_DENIED | status::PROMISC_PERM_DENIED => Refused::Denied(what),
                status::NO_SUCH_DEVICE | status::IFACE_NOT_UP => Refused::NoDevice(what),
                _ => Refused::Other(what),
            });
        }
        if let Some(filter) = &filter {
            handle.filter(filter)?;
        }
        // SAFETY: the handle is active; the place has the documented size.
        unsafe {
            handle.nanoseconds = (functions.pcap_get_tstamp_precision)(pcap) == NANO;
            if (functions.pcap_setnonblock)(pcap, 1, message.as_mut_ptr()) != 0 {
                return Err(Refused::Other(said(&message)));
            }
            handle.descriptor = (functions.pcap_get_selectable_fd)(pcap);
        }
        if handle.descriptor < 0 {
            return Err(Refused::Other("this interface cannot be waited for".into()));
        }
        Ok(handle)
    }
}

impl Handle<'_> {
    fn filter(&mut self, filter: &CStr) -> Result<(), Refused> {
        let mut program = Program { length: 0, instructions: ptr::null_mut() };
        // SAFETY: the handle is active, the text has an end, the program is a place to write to.
        unsafe {
            let compiled = (self.functions.pcap_compile)(self.pcap, &raw mut program, filter.as_ptr(), 1, NO_NETMASK);
            if compiled != 0 {
                return Err(Refused::Filter(self.trouble()));
            }
            let set = (self.functions.pcap_setfilter)(self.pcap, &raw mut program);
            (self.functions.pcap_freecode)(&raw mut program);
            if set == 0 { Ok(()) } else { Err(Refused::Other(self.trouble())) }
        }
    }

    /// The `DLT_` number of its packets.
    pub fn link(&self) -> u32 {
        // SAFETY: the handle is active.
        u32::try_from(unsafe { (self.functions.pcap_datalink)(self.pcap) }).unwrap_or(u32::MAX)
    }

    /// Most bytes taken of a packet.
    pub fn snaplen(&self) -> u32 {
        // SAFETY: the handle is active.
        u32::try_from(unsafe { (self.functions.pcap_snapshot)(self.pcap) }).unwrap_or(0)
    }

    /// Hands over what has come, without waiting: `most` packets or a little more. How many there were.
    pub fn each(&mut self, most: u16, mut take: impl FnMut(Captured<'_>)) -> Result<usize, String> {
        let mut taker = Taker { take: &mut take, nanoseconds: self.nanoseconds };
        // SAFETY: `hand` gets the taker back as the pointer that goes in here, and only while this call lasts.
        let count = unsafe {
            (self.functions.pcap_dispatch)(self.pcap, c_int::from(most), hand, (&raw mut taker).cast::<c_void>())
        };
        usize::try_from(count).map_err(|_| self.trouble())
    }

    /// Packets that the kernel had no room for, since the beginning; the counter has 32 bits and goes round.
    pub fn dropped(&mut self) -> u32 {
        let mut counts = Counts::default();
        // SAFETY: the handle is active, the counts are a place to write to.
        match unsafe { (self.functions.pcap_stats)(self.pcap, &raw mut counts) } {
            0 => counts.dropped,
            _ => 0,
        }
    }

    /// What libpcap says of the last failure.
    fn trouble(&self) -> String {
        // SAFETY: the handle is good; its message has an end.
        unsafe { text((self.functions.pcap_geterr)(self.pcap)) }
    }
}

impl AsFd for Handle<'_> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        // SAFETY: it is not negative (see `open`), and open for as long as the handle is.
        unsafe { BorrowedFd::borrow_raw(self.descriptor) }
    }
}

impl Drop for Handle<'_> {
    fn drop(&mut self) {
        // SAFETY: it is closed here and nowhere else.
        unsafe { (self.functions.pcap_close)(self.pcap) }
    }
}

/// What the callback needs.
struct Taker<'t> {
    take: &'t mut dyn FnMut(Captured<'_>),
    nanoseconds: bool,
}

/// The callback. A panic in it ends the program, as one that leaves a C function must.
extern "C" fn hand(taker: *mut c_void, header: *const Header, bytes: *const c_uchar) {
    // SAFETY: the pointer is that of `each`, which waits for us; libpcap hands over a header, and as many bytes as it says.
    unsafe {
        let (Some(taker), Some(header)) = (taker.cast::<Taker<'_>>().as_mut(), header.as_ref()) else { return };
        if bytes.is_null() {
            return;
        }
        let length = usize::try_from(header.captured).unwrap_or(0);
        let data = std::slice::from_raw_parts(bytes, length);
        let unit = if taker.nanoseconds { 1 } else { 1_000 };
        #[allow(clippy::useless_conversion, reason = "it is as long as the machine has it")]
        let (seconds, fraction) = (i64::from(header.time.seconds), i64::from(header.time.fraction));
        (taker.take)(Captured {
            time: Timestamp::new(seconds, fraction.saturating_mul(unit)),
            wire_len: header.length,
            data,
        });
    }
}

/// A text with an end, or none at all.
///
/// SAFETY: it is null, or has an end and stays while this is called.
unsafe fn text(text: *const c_char) -> String {
    // SAFETY: as above.
    if text.is_null() { String::new() } else { unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned() }
}

/// The message in a buffer that C wrote to.
fn said(message: &[c_char; MESSAGE]) -> String {
    let bytes: Vec<u8> = message.iter().take_while(|c| **c != 0).flat_map(|c| c.to_ne_bytes()).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The address in a `struct sockaddr`, if it is one of the internet.
///
/// SAFETY: it is null or points to as many bytes as its family has.
unsafe fn ip(address: *const u8) -> Option<IpAddr> {
    // `AF_INET` is 2 everywhere; that of IPv6 is not.
    const V4: c_ushort = 2;
    const V6: c_ushort = if cfg!(target_os = "linux") { 10 } else { 30 };
    if address.is_null() {
        return None;
    }
    // SAFETY: every socket address begins with two bytes; Linux has the family in both, the BSDs in the second.
    let start = unsafe { address.cast::<[u8; 2]>().read_unaligned() };
    let family = if cfg!(target_os = "linux") { c_ushort::from_ne_bytes(start) } else { c_ushort::from(start[1]) };
    // SAFETY: the address stands behind the port, in IPv6 behind the flow label too.
    match family {
        V4 => Some(Ipv4Addr::from(unsafe { address.add(4).cast::<[u8; 4]>().read_unaligned() }).into()),
        V6 => Some(Ipv6Addr::from(unsafe { address.add(8).cast::<[u8; 16]>().read_unaligned() }).into()),
        _ => None,
    }
}
