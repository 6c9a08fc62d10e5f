//! View 7: who is who, who talks most and which protocols, counted once: a long capture has hundreds of thousands of
//! conversations.

use super::streams::{State, Stream};
use crate::report::model::Report;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;

/// Machines and protocols listed.
const MAX_LISTED: usize = 40;
/// Machines listed that are talked to most.
const MAX_TALKERS: usize = 8;

/// What is told.
#[derive(Clone, Debug, Default)]
pub struct Overview {
    /// One line a machine.
    pub machines: Vec<String>,
    /// One line a protocol.
    pub protocols: Vec<String>,
    /// One line a machine that was talked to, the busiest first.
    pub talkers: Vec<String>,
}

impl Overview {
    /// Of a capture that was read.
    pub fn new(report: &Report, streams: &[Stream]) -> Self {
        Self { machines: machines(report, streams), protocols: protocols(streams), talkers: talkers(streams) }
    }
}

/// Who is who, as far as something proves it.
fn machines(report: &Report, streams: &[Stream]) -> Vec<String> {
    let mut roles: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for n in &report.negotiations {
        let role = match n.carrier {
            "sip" => "registrar",
            "kdc" => "KDC",
            "tls" => "TLS",
            _ => "web",
        };
        roles.entry(n.server.ip().to_string()).or_default().insert(role);
    }
    for s in &report.sign_ins {
        roles.entry(s.client.ip.clone()).or_default().insert("client");
        if let Some(user) = &s.user {
            names.entry(s.client.ip.clone()).or_insert_with(|| user.clone());
        }
    }
    for stream in streams {
        let address = stream.talk.server.ip().to_string();
        for (protocol, role) in [("DNS", "DNS"), ("SIP", "SIP"), ("KRB5", "KDC"), ("HTTP", "web")] {
            if stream.talk.protocols.contains(&protocol) {
                roles.entry(address.clone()).or_default().insert(role);
            }
        }
        if stream.state != State::Clear {
            roles.entry(address.clone()).or_default().insert("TLS");
        }
        if let Some(name) = &stream.name {
            names.entry(address).or_insert_with(|| name.clone());
        }
    }
    let line = |(address, roles): (&String, &BTreeSet<&str>)| {
        let name = names.get(address).map_or(String::new(), |name| format!("  {name}"));
        let roles: Vec<&str> = roles.iter().copied().collect();
        format!("{address:<24} {}{name}", roles.join(", "))
    };
    let mut lines: Vec<String> = roles.iter().take(MAX_LISTED).map(line).collect();
    if roles.len() > MAX_LISTED {
        lines.push(format!("and {} more", roles.len().saturating_sub(MAX_LISTED)));
    }
    lines
}

/// The machines of which most was sent and received.
fn talkers(streams: &[Stream]) -> Vec<String> {
    let mut all: HashMap<IpAddr, (u64, u64)> = HashMap::new();
    for stream in streams {
        let bytes: u64 = stream.talk.bytes.iter().sum();
        for end in [stream.talk.client.ip(), stream.talk.server.ip()] {
            let entry = all.entry(end).or_default();
            entry.0 = entry.0.saturating_add(1);
            entry.1 = entry.1.saturating_add(bytes);
        }
    }
    let mut rows: Vec<_> = all.into_iter().collect();
    rows.sort_by_key(|(address, (_, bytes))| (std::cmp::Reverse(*bytes), *address));
    let line = |(address, (many, bytes)): (IpAddr, (u64, u64))| {
        let word = if many == 1 { "conversation" } else { "conversations" };
        format!("{:<24} {many:>7} {word}, {bytes} bytes", address.to_string())
    };
    rows.into_iter().take(MAX_TALKERS).map(line).collect()
}

fn protocols(streams: &[Stream]) -> Vec<String> {
    let mut all: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for stream in streams {
        let last = stream.talk.protocols.last().copied().unwrap_or("not known");
        let entry = all.entry(last).or_default();
        entry.0 = entry.0.saturating_add(1);
        entry.1 = entry.1.saturating_add(stream.talk.bytes.iter().sum());
    }
    let mut rows: Vec<_> = all.into_iter().collect();
    rows.sort_by_key(|(_, (_, bytes))| std::cmp::Reverse(*bytes));
    let line = |(name, (many, bytes)): (&str, (u64, u64))| {
        let word = if many == 1 { "conversation" } else { "conversations" };
        format!("{name:<12} {many:>7} {word}, {bytes} bytes")
    };
    rows.into_iter().take(MAX_LISTED).map(line).collect()
}
