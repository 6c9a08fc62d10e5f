//! View 6: certificates and tickets that were seen, and how long they are good for.

use crate::analysis::{Certificate, Chain, Evidence, TicketSeen, TlsTalk};
use crate::wire::Timestamp;
use crate::wire::text::hex;
use crate::wire::time::NANOS;
use std::collections::HashMap;

/// Rows kept.
const MAX_ROWS: usize = 5_000;
/// Seconds of a day.
const DAY: i64 = 86_400;
/// Days a user certificate is good for unless somebody set it otherwise.
const USER_DAYS: i64 = 180;
/// Minutes a web ticket is good for, unless somebody set it otherwise: got with a password, and inside.
const TICKET_MINUTES: [i64; 2] = [15, 480];

/// What it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Of a TLS server.
    Server,
    /// Shown by a client in TLS.
    Client,
    /// Of a user, shown in TLS-DSK.
    User,
    /// A web ticket.
    Ticket,
}

impl Kind {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Server => "server cert",
            Self::Client => "client cert",
            Self::User => "user cert",
            Self::Ticket => "web ticket",
        }
    }
}

/// A row.
#[derive(Clone, Debug)]
pub struct Credential {
    /// What it is.
    pub kind: Kind,
    /// Whose.
    pub subject: String,
    /// By whom.
    pub issuer: String,
    /// Where it was shown.
    pub server: String,
    /// From when.
    pub from: Option<Timestamp>,
    /// Until when.
    pub until: Option<Timestamp>,
    /// When it was seen first.
    pub seen: Timestamp,
    /// In which frame.
    pub frame: u32,
    /// How often.
    pub count: u32,
    /// More of it: heading and text.
    pub more: Vec<(&'static str, String)>,
}

/// How a credential stands at the time it was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Good.
    Good,
    /// Good, but not for long.
    Ending,
    /// No more.
    Over,
    /// Not yet.
    Early,
    /// It does not say.
    Unknown,
}

impl Credential {
    /// How it stood when it was seen.
    pub fn standing(&self) -> Standing {
        let (Some(from), Some(until)) = (self.from, self.until) else { return Standing::Unknown };
        let left = until.since(self.seen) / NANOS;
        // A month of a certificate, five minutes of a ticket.
        let soon = if self.kind == Kind::Ticket { 300 } else { 30 * DAY };
        match () {
            () if self.seen < from => Standing::Early,
            () if left < 0 => Standing::Over,
            () if left < soon => Standing::Ending,
            () => Standing::Good,
        }
    }

    /// What is left of it, or how long it has been over.
    pub fn left(&self) -> String {
        let Some(until) = self.until else { return "not said".into() };
        let seconds = until.seconds().saturating_sub(self.seen.seconds());
        let (words, seconds) = if seconds < 0 { (" ago", seconds.saturating_neg()) } else { (" left", seconds) };
        match seconds {
            0..7_200 => format!("{} min{words}", seconds / 60),
            7_200..172_800 => format!("{} h{words}", seconds / 3_600),
            _ => format!("{} days{words}", seconds / DAY),
        }
    }

    /// Where in its life it was seen, from 0 to `steps`; nothing if it does not say.
    pub fn age(&self, steps: usize) -> Option<usize> {
        let (from, until) = (self.from?.seconds(), self.until?.seconds());
        let whole = i128::from(until.checked_sub(from)?);
        let gone = i128::from(self.seen.seconds().saturating_sub(from)).clamp(0, whole.max(0));
        let steps = i128::try_from(steps).ok()?;
        usize::try_from(gone.checked_mul(steps)?.checked_div(whole)?).ok()
    }

    /// How its life compares to what is usual, if something can be said.
    pub fn policy(&self) -> Option<String> {
        let seconds = self.until?.seconds().saturating_sub(self.from?.seconds());
        match self.kind {
            Kind::User => {
                let days = seconds / DAY;
                let word = if days > USER_DAYS { "longer than" } else { "within" };
                Some(format!("{days} days, {word} the default of {USER_DAYS} (Get-CsWebServiceConfiguration)"))
            }
            Kind::Ticket => {
                let minutes = seconds / 60;
                let [outside, inside] = TICKET_MINUTES;
                Some(format!("{minutes} min; the defaults are {outside} min outside and {inside} min inside"))
            }
            Kind::Server | Kind::Client => Some(format!("{} days", seconds / DAY)),
        }
    }
}

/// The rows: certificates of servers, of clients, of users, then tickets; what is worst first in each.
pub fn rows(evidence: &Evidence) -> Vec<Credential> {
    let mut rows: Vec<Credential> = Vec::new();
    let mut known: HashMap<(Kind, String, String), usize> = HashMap::new();
    let mut add = |row: Credential, serial: &str| {
        let key = (row.kind, format!("{}/{serial}", row.issuer), row.server.clone());
        if let Some(old) = known.get(&key).and_then(|at| rows.get_mut(*at)) {
            old.count = old.count.saturating_add(1);
        } else if rows.len() < MAX_ROWS {
            known.insert(key, rows.len());
            rows.push(row);
        }
    };
    for talk in &evidence.tls {
        if let Some((row, serial)) = talk.certificate.as_deref().map(|c| (server(talk, c), &c.serial)) {
            add(row, serial);
        }
        if let Some(c) = talk.client_certificate.as_deref() {
            let at = talk.frames.last().copied().unwrap_or(talk.choice_frame);
            add(certificate(Kind::Client, c, talk.server.to_string(), at, talk.time), &c.serial);
        }
    }
    for n in &evidence.negotiations {
        if let (Some(c), Some(leg)) = (&n.certificate, n.legs.first()) {
            let mut row = certificate(Kind::User, c, n.server.to_string(), leg.frame, leg.time);
            if !n.certificate_problems.is_empty() {
                row.more.insert(0, ("Wrong", n.certificate_problems.join(", ")));
            }
            if let Some(proved) = n.certificate_proved {
                let said = if proved { "the client signed the handshake" } else { "the signature is WRONG" };
                row.more.push(("Proof", said.into()));
            }
            add(row, &c.serial);
        }
        if let Some(shown) = &n.server_certificate {
            let c = &shown.certificate;
            let mut row = certificate(Kind::Server, c, n.server.to_string(), shown.frame, shown.time);
            let wrong = shown.verdict.as_ref().map_or_else(Vec::new, Chain::words);
            if !wrong.is_empty() {
                row.more.insert(0, ("Wrong", wrong.join(", ")));
            }
            row.more.push(("Shown", "inside TLS-DSK".into()));
            add(row, &c.serial);
        }
    }
    for seen in &evidence.tickets {
        add(ticket(seen), &format!("{:x}", seen.ticket.digest));
    }
    let worst = |row: &Credential| match row.standing() {
        Standing::Over | Standing::Early => 0,
        Standing::Ending => 1,
        Standing::Good | Standing::Unknown => 2,
    };
    rows.sort_by_key(|row| (row.kind, worst(row)));
    rows
}

fn server(talk: &TlsTalk, c: &Certificate) -> Credential {
    let (frame, time) = talk.certificate_at.unwrap_or((talk.choice_frame, talk.time));
    let mut row = certificate(Kind::Server, c, talk.server.to_string(), frame, time);
    if let Some(name) = &talk.server_name {
        let fits = if c.is_for(name) { "is for it" } else { "is NOT for it" };
        row.more.insert(0, ("Asked for", format!("{name}: the certificate {fits}")));
    }
    row.more.push(("Chain", format!("{} certificates sent", talk.chain)));
    row
}

fn certificate(kind: Kind, c: &Certificate, server: String, frame: u64, seen: Timestamp) -> Credential {
    let key = match (c.rsa, c.key_bits) {
        (true, Some(bits)) => format!("RSA {bits}"),
        (false, Some(bits)) => format!("{bits} bits"),
        _ => "of a kind not known".into(),
    };
    let by = if c.self_issued { ", issued by itself" } else { "" };
    Credential {
        kind,
        subject: c.common_name.clone().unwrap_or_else(|| c.subject.clone()),
        issuer: c.issuer.clone(),
        server,
        from: Some(c.not_before),
        until: Some(c.not_after),
        seen,
        frame: u32::try_from(frame).unwrap_or(0),
        count: 1,
        more: vec![
            ("Subject", c.subject.clone()),
            ("Names", if c.names.is_empty() { "none".into() } else { c.names.join(", ") }),
            ("Key", format!("{key}{by}")),
            ("Serial", c.serial.clone()),
            ("Signature", c.signature.clone()),
            ("SHA-1", hex(&c.sha1)),
            ("SHA-256", hex(&c.sha256)),
        ],
    }
}

fn ticket(seen: &TicketSeen) -> Credential {
    let said = &seen.ticket;
    let how = match (said.issued, said.via.as_str()) {
        (true, _) => "issued here".to_owned(),
        (false, "") => "presented".to_owned(),
        (false, via) => format!("presented in {via}"),
    };
    let lock = if seen.encrypted { "inside TLS" } else { "in clear" };
    Credential {
        kind: Kind::Ticket,
        subject: said.user.clone(),
        issuer: said.audience.clone(),
        server: seen.server.to_string(),
        from: said.created,
        until: said.expires,
        seen: seen.time,
        frame: u32::try_from(seen.frame).unwrap_or(0),
        count: seen.count,
        more: vec![("For", said.audience.clone()), ("How", format!("{how}, {lock}"))],
    }
}
