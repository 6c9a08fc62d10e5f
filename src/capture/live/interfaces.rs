//! What can be captured on: asked of libpcap, else of dumpcap, else of `/sys/class/net`.

use super::capturer::{Capturer, Request};
#[cfg(unix)]
use super::error::ours;
use super::error::{LiveError, Said};
#[cfg(unix)]
use super::pcap::{Found, Library, Open, Refused};
use std::fs;
use std::process::{Command, Stdio};

/// Interfaces listed at most.
const MAX_INTERFACES: usize = 10_000;

/// One interface.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// `eth0`
    pub name: String,
    /// Its addresses.
    pub addresses: Vec<String>,
    /// `up`, `down`; nothing for what is no device of the network.
    pub state: Option<String>,
    /// `loopback`, or what the system says of it.
    pub note: String,
}

/// What an interface counted since it is there, both ways together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Packets.
    pub packets: u64,
    /// Bytes.
    pub bytes: u64,
}

/// The counters of an interface, where the system has them.
pub fn counters(name: &str) -> Option<Counters> {
    // A name is no path.
    if name.contains('/') || name.starts_with('.') {
        return None;
    }
    let folder = std::path::Path::new("/sys/class/net").join(name).join("statistics");
    let read = |file: &str| fs::read_to_string(folder.join(file)).ok()?.trim().parse::<u64>().ok();
    let both = |what: &str| Some(read(&format!("rx_{what}"))?.saturating_add(read(&format!("tx_{what}"))?));
    Some(Counters { packets: both("packets")?, bytes: both("bytes")? })
}

/// All interfaces, and why nothing can be captured on them if that is so.
pub fn list() -> (Vec<Device>, Option<LiveError>) {
    let other = Capturer::find(&Request::default());
    #[cfg(unix)]
    if let Some(library) = Library::load() {
        let devices = library.devices().unwrap_or_default();
        let devices: Vec<_> = devices.into_iter().map(described).collect();
        let devices = if devices.is_empty() { bare() } else { devices };
        let denied = first(&devices).and_then(|interface| denied(&library, interface));
        // Another capturer may have what we lack.
        let missing = denied.filter(|error| match (&other, error) {
            (Some(other), LiveError::Denied { interface, .. }) => refusal(other, interface).is_some(),
            _ => true,
        });
        return (devices, missing);
    }
    let Some(other) = other else { return (bare(), Some(LiveError::NoCapturer)) };
    let devices = match &other {
        Capturer::Dumpcap(_) => asked(&other).filter(|list| !list.is_empty()).unwrap_or_else(bare),
        Capturer::Tcpdump(_) => bare(),
    };
    let missing = first(&devices).and_then(|interface| refusal(&other, interface));
    (devices, missing)
}

/// One to try.
fn first(devices: &[Device]) -> Option<&str> {
    let up = devices.iter().find(|d| d.state.as_deref().is_some_and(|state| state.starts_with("up")));
    up.or_else(|| devices.iter().find(|d| d.state.is_some())).map(|device| device.name.as_str())
}

#[cfg(unix)]
fn described(found: Found) -> Device {
    let note = match found.description {
        text if !text.is_empty() => text,
        _ if found.loopback => "loopback".to_owned(),
        _ => String::new(),
    };
    let addresses = found.addresses.iter().map(ToString::to_string).collect();
    Device { state: state(&found.name), name: found.name, addresses, note }
}

/// Why we may not capture on an interface, which is opened for a moment to see it.
#[cfg(unix)]
fn denied(library: &Library, interface: &str) -> Option<LiveError> {
    let open = Open { interface, filter: None, snaplen: 64, promiscuous: false, buffer: 1 << 20 };
    match library.open(&open) {
        Err(Refused::Denied(_)) => {
            let us = std::env::current_exe().unwrap_or_else(|_| "handshark".into());
            Some(LiveError::Denied { interface: interface.to_owned(), fix: ours(&us) })
        }
        _ => None,
    }
}

/// Why another capturer cannot open an interface: it is asked for the link types of it, for which it has to.
fn refusal(capturer: &Capturer, interface: &str) -> Option<LiveError> {
    let request = || Request { interfaces: vec![interface.to_owned()], ..Request::default() };
    let output = Command::new(capturer.path()).args(["-L", "-i", interface]).stdin(Stdio::null()).output();
    let lines = match output {
        Err(error) => vec![format!("{}: {error}", capturer.path().display())],
        Ok(output) if output.status.success() => return None,
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stderr);
            let lines = text.lines().map(|line| crate::wire::text::escape(line.trim().as_bytes()).into_owned());
            lines.filter(|line| !line.is_empty()).collect()
        }
    };
    Some(Said::new(lines).of_another(Some(capturer), &request()))
}

/// As dumpcap lists them for programs.
fn asked(capturer: &Capturer) -> Option<Vec<Device>> {
    let output = Command::new(capturer.path()).args(["-D", "-M"]).stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    Some(text.lines().filter_map(device).take(MAX_INTERFACES).collect())
}

/// Number and name, vendor, name for people, type, addresses, kind: separated by tabs.
fn device(line: &str) -> Option<Device> {
    let mut parts = line.split('\t');
    let (_, name) = parts.next()?.split_once(". ")?;
    let [_, friendly, _, addresses, kind] = [(); 5].map(|()| parts.next().unwrap_or_default());
    let addresses = addresses.split(',').filter(|a| !a.is_empty()).map(str::to_owned).collect();
    let note = [friendly, kind].into_iter().find(|text| !text.is_empty() && *text != "network").unwrap_or_default();
    Some(Device { name: name.to_owned(), addresses, state: state(name), note: note.to_owned() })
}

/// Up or down, as the system has it; nothing for what is no device of the network.
pub fn state(name: &str) -> Option<String> {
    // A name is no path.
    if name.contains('/') || name.starts_with('.') {
        return None;
    }
    let folder = std::path::Path::new("/sys/class/net").join(name);
    let flags = fs::read_to_string(folder.join("flags")).ok()?;
    let flags = u32::from_str_radix(flags.trim().trim_start_matches("0x"), 16).ok()?;
    let state = fs::read_to_string(folder.join("operstate")).unwrap_or_default();
    // IFF_UP: somebody switched it on. What the line does is another thing.
    Some(match (flags & 1 == 1, state.trim()) {
        (false, _) => "down".to_owned(),
        (true, "down" | "lowerlayerdown") => "up, no link".to_owned(),
        (true, _) => "up".to_owned(),
    })
}

/// Without a capturer that lists them: names, and the addresses of IPv6.
fn bare() -> Vec<Device> {
    let Ok(folder) = fs::read_dir("/sys/class/net") else { return Vec::new() };
    let v6 = fs::read_to_string("/proc/net/if_inet6").unwrap_or_default();
    let names = folder.take(MAX_INTERFACES).filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut devices: Vec<_> = names
        .filter_map(|name| {
            let state = Some(state(&name)?);
            let lines = v6.lines().filter(|line| line.split_whitespace().last() == Some(&name));
            let addresses = lines.filter_map(|line| address(line.split_whitespace().next()?)).collect();
            Some(Device { name, addresses, state, note: String::new() })
        })
        .collect();
    devices.sort_by(|a, b| a.name.cmp(&b.name));
    devices
}

/// Thirty-two digits.
fn address(digits: &str) -> Option<String> {
    let bits = u128::from_str_radix(digits, 16).ok()?;
    Some(std::net::Ipv6Addr::from_bits(bits).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_dumpcap_is_read() {
        let lo = device("3. lo\t\tLoopback\t0\t127.0.0.1,::1\tloopback\t").unwrap();
        assert_eq!((lo.name.as_str(), lo.note.as_str()), ("lo", "Loopback"));
        assert_eq!(lo.addresses, ["127.0.0.1", "::1"]);
        assert_eq!(device("12. nosuch0").unwrap(), Device { name: "nosuch0".into(), ..Device::default() });
        assert_eq!(device("what is this"), None);
        assert_eq!(state("../../etc"), None);
        assert_eq!(address("fe80000000000000000000fffe000001").unwrap(), "fe80::ff:fe00:1");
    }
}
