//! One authentication, put back together from its legs.

use super::certificate::Certificate;
use super::ending::Ended;
use super::inner::ServerCertificate;
use super::kerberos::KerberosTraits;
use crate::fact::{NtlmVersion, Place, Scheme, Service};
use crate::knowledge::code::Space;
use crate::knowledge::ntstatus;
use crate::wire::Timestamp;
use std::borrow::Cow;
use std::net::SocketAddr;
use std::sync::Arc;

/// Legs kept of one negotiation; more are counted.
const MAX_LEGS: usize = 32;

/// What a negotiation travels in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Carrier {
    /// SIP
    Sip,
    /// HTTP
    Http,
    /// A key distribution centre
    Kdc,
    /// The handshake of a TLS connection
    Tls,
    /// A service beside a sign-in: a directory, a file share, mail
    Service(Service),
}

impl Carrier {
    /// The word of the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sip => "sip",
            Self::Http => "http",
            Self::Kdc => "kdc",
            Self::Tls => "tls",
            Self::Service(Service::Ldap) => "ldap",
            Self::Service(Service::Smb) => "smb",
            Self::Service(Service::Dcerpc) => "dcerpc",
            Self::Service(Service::Smtp) => "smtp",
            Self::Service(Service::Imap) => "imap",
            Self::Service(Service::Pop) => "pop",
            Self::Service(Service::Ftp) => "ftp",
            Self::Service(Service::Kpasswd) => "kpasswd",
            Self::Service(Service::Tds) => "tds",
        }
    }
}

/// How a negotiation ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The server was content.
    Accepted,
    /// The server was not.
    Refused,
    /// The client went on with something else.
    Abandoned,
    /// The capture ended first.
    #[default]
    Unfinished,
    /// The answer was not captured.
    Unseen,
}

impl Outcome {
    /// The word of the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Abandoned => "abandoned",
            Self::Unfinished => "unfinished",
            Self::Unseen => "unseen",
        }
    }
}

/// An error as the server gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorCode {
    /// Whose number.
    pub space: Space,
    /// The number.
    pub code: i64,
    /// Its name, or the server's own words.
    pub name: String,
    /// The NTSTATUS that a domain controller of Windows puts beside it ([MS-KILE] 2.2.1).
    pub ntstatus: Option<u32>,
}

impl ErrorCode {
    /// An error with its name.
    pub fn new(space: Space, code: impl Into<i64>, name: impl Into<String>) -> Self {
        Self { space, code: code.into(), name: name.into(), ntstatus: None }
    }

    /// The NTSTATUS by its name and in hex, as people look for it.
    pub fn status_words(&self) -> Option<String> {
        let status = self.ntstatus?;
        Some(match ntstatus::name(status) {
            Some(name) => format!("{name} {status:#010x}"),
            None => format!("NTSTATUS {status:#010x}"),
        })
    }
}

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub struct Leg {
    /// The frame in which it ended.
    pub frame: u64,
    /// When.
    pub time: Timestamp,
    /// What it was, in a word or two.
    pub what: &'static str,
}

/// Signatures of a security association.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signatures {
    /// Recomputed and equal.
    pub verified: u32,
    /// Recomputed and different.
    pub invalid: u32,
    /// Not recomputed for want of a key.
    pub unchecked: u32,
}

/// Where a signature stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignatureAt {
    /// The frame in which the message ended.
    pub frame: u64,
    /// True if the client signed: `response` and `cnum`; else `rspauth` and `snum`.
    pub from_client: bool,
    /// `cnum` or `snum`
    pub number: u32,
}

/// Whether a password that was given is the one that was used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PasswordCheck {
    /// It is.
    Matches,
    /// One that was given for this user is not.
    Differs,
    /// Nothing can be said.
    #[default]
    Unchecked,
}

impl PasswordCheck {
    /// The word of the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Matches => "matches",
            Self::Differs => "differs",
            Self::Unchecked => "unchecked",
        }
    }
}

/// What is known of an NTLM exchange beyond names.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct NtlmTraits {
    /// The challenge carried the server's time: the client must send a MIC. Unknown if no challenge was captured.
    pub time_offered: Option<bool>,
    /// Which response.
    pub version: Option<NtlmVersion>,
    /// A MIC was sent.
    pub mic: bool,
    /// Bound to the TLS channel.
    pub channel_bound: bool,
}

/// One authentication.
#[derive(Clone, Debug)]
pub struct Negotiation {
    /// Counted from 1.
    pub id: u32,
    /// What it travelled in.
    pub carrier: Carrier,
    /// The scheme.
    pub scheme: Scheme,
    /// What the token turned out to be.
    pub mechanism: Option<Cow<'static, str>>,
    /// Who asked.
    pub client: SocketAddr,
    /// Who was asked.
    pub server: SocketAddr,
    /// The account, as the token names it.
    pub user: Option<Arc<str>>,
    /// Its NTLM domain or Kerberos realm.
    pub domain: Option<Arc<str>>,
    /// The client's machine.
    pub workstation: Option<Arc<str>>,
    /// The service: SPN or server name.
    pub target: Option<Arc<str>>,
    /// True if the carrier ran inside TLS.
    pub encrypted: bool,
    /// True if it is with a proxy on the way, not with the server behind it (RFC 9110 11.7).
    pub proxy: bool,
    /// How it ended.
    pub outcome: Outcome,
    /// Why, in words.
    pub reason: Cow<'static, str>,
    /// The server's error.
    pub error: Option<Box<ErrorCode>>,
    /// Its steps.
    pub legs: Vec<Leg>,
    /// Steps that were not kept.
    pub more_legs: u32,
    /// How often the same was seen again.
    pub count: u32,
    /// NTLM: whether a password that was given is the one that was used.
    pub password: PasswordCheck,
    /// NTLM only.
    pub ntlm: Option<NtlmTraits>,
    /// Schemes the server offered where this began.
    pub offered: Arc<[Scheme]>,
    /// SIP: the address that signs in.
    pub address: Option<Arc<str>>,
    /// `version` of the association; 2 if the server named none.
    pub version: Option<u8>,
    /// Kerberos: encryption type of the ticket.
    pub ticket_etype: Option<i32>,
    /// Kerberos: the request proved knowledge of the key before the answer.
    pub preauthenticated: bool,
    /// Kerberos: encryption types the client offered.
    pub offered_etypes: Vec<i32>,
    /// Kerberos: what keys at hand told of it, if there was any.
    pub(super) opened: Option<Box<KerberosTraits>>,
    /// SPNEGO: NTLM was the only mechanism the client proposed.
    pub only_ntlm: bool,
    /// TLS-DSK: the client's certificate.
    pub certificate: Option<Box<Certificate>>,
    /// What only associations that sign, or bring a certificate, have.
    pub association: Option<Box<Association>>,
}

/// What is known of a security association beyond names: many negotiations never come to one.
#[derive(Clone, Debug, Default)]
pub struct Association {
    /// SIP: the server's handle of it (`opaque`).
    pub opaque: Option<String>,
    /// Its signatures.
    pub signatures: Signatures,
    /// Those that are not what the message and the key give; the first few.
    pub invalid: Vec<SignatureAt>,
    /// Those whose number its side had used before; the first few.
    pub replayed: Vec<SignatureAt>,
    /// SIP: requests without a signature that were granted after the association was made, and the answer not signed.
    pub unsigned: u32,
    /// The first of them.
    pub unsigned_frames: Vec<u64>,
    /// The frame that the client's certificate came in.
    pub certificate_frame: u64,
    /// What is wrong with it, in words.
    pub certificate_problems: Vec<String>,
    /// TLS-DSK: what the server showed.
    pub server_certificate: Option<Box<ServerCertificate>>,
    /// TLS-DSK: the server went on with a session that was agreed on before.
    pub resumed: bool,
    /// TLS-DSK: whether the client proved that the certificate is its own; nothing if that cannot be told.
    pub certificate_proved: Option<bool>,
    /// TLS-DSK: version and suite that the inner ServerHello chose.
    pub inner: Option<(u16, u16)>,
    /// SIP: the conversation of its last signature, and when that was.
    pub used: Option<(u32, Timestamp)>,
    /// SIP: what ended it.
    pub ended: Option<Box<Ended>>,
    /// SIP: the negotiation that took its place.
    pub renewed_by: Option<u32>,
    /// SIP: the negotiation whose place it took.
    pub renews: Option<u32>,
}

impl Association {
    /// That of a negotiation that has none.
    const NONE: Self = Self {
        opaque: None,
        signatures: Signatures { verified: 0, invalid: 0, unchecked: 0 },
        invalid: Vec::new(),
        replayed: Vec::new(),
        unsigned: 0,
        unsigned_frames: Vec::new(),
        certificate_frame: 0,
        certificate_problems: Vec::new(),
        server_certificate: None,
        resumed: false,
        certificate_proved: None,
        inner: None,
        used: None,
        ended: None,
        renewed_by: None,
        renews: None,
    };
}

impl Negotiation {
    /// A negotiation that begins here.
    pub fn new(carrier: Carrier, scheme: Scheme, place: &Place) -> Self {
        Self {
            id: 0,
            carrier,
            scheme,
            mechanism: None,
            client: place.client,
            server: place.server,
            user: None,
            domain: None,
            workstation: None,
            target: None,
            encrypted: place.encrypted,
            outcome: Outcome::Unfinished,
            reason: Cow::Borrowed(""),
            error: None,
            legs: Vec::new(),
            more_legs: 0,
            proxy: false,
            count: 1,
            password: PasswordCheck::Unchecked,
            ntlm: None,
            offered: Arc::default(),
            address: None,
            version: None,
            ticket_etype: None,
            preauthenticated: false,
            offered_etypes: Vec::new(),
            opened: None,
            only_ntlm: false,
            certificate: None,
            association: None,
        }
    }

    /// What is known of its security association.
    pub fn association(&self) -> &Association {
        static NONE: Association = Association::NONE;
        self.association.as_deref().unwrap_or(&NONE)
    }

    /// The same, to be written to.
    pub(super) fn association_mut(&mut self) -> &mut Association {
        self.association.get_or_insert_default()
    }

    /// Adds a step.
    pub fn leg(&mut self, place: &Place, what: &'static str) {
        if self.legs.len() < MAX_LEGS {
            if self.legs.is_empty() {
                // A question and an answer is what most come to.
                self.legs.reserve_exact(2);
            }
            self.legs.push(Leg { frame: place.frame, time: place.time, what });
        } else {
            self.more_legs = self.more_legs.saturating_add(1);
        }
    }

    /// Its first frame.
    pub fn began(&self) -> u64 {
        self.legs.first().map_or(0, |leg| leg.frame)
    }

    /// Ends it; the first end stays.
    pub fn end(&mut self, outcome: Outcome, reason: impl Into<Cow<'static, str>>) {
        if self.outcome == Outcome::Unfinished {
            self.outcome = outcome;
            self.reason = reason.into();
        }
    }

    /// True until it ended.
    pub fn is_open(&self) -> bool {
        self.outcome == Outcome::Unfinished
    }

    /// True if a password can be held against it.
    pub fn has_password(&self) -> bool {
        self.ntlm.is_some() || self.password != PasswordCheck::Unchecked
    }

    /// The frame of its first step.
    pub fn first_frame(&self) -> u64 {
        self.legs.first().map_or(0, |leg| leg.frame)
    }

    /// The frame of its last step of this kind, else of its last step.
    pub fn frame_of(&self, what: &str) -> u64 {
        self.legs.iter().rev().find(|leg| leg.what == what).or(self.legs.last()).map_or(0, |leg| leg.frame)
    }

    /// Account with its domain, as people write it.
    pub fn account(&self) -> String {
        match (&self.user, &self.domain) {
            (Some(user), Some(domain)) if !domain.is_empty() && !user.contains(['@', '\\']) => {
                if self.mechanism.as_deref() == Some("Kerberos") {
                    format!("{user}@{domain}")
                } else {
                    format!("{domain}\\{user}")
                }
            }
            (Some(user), _) => user.to_string(),
            (None, _) => self.address.as_deref().unwrap_or_default().to_owned(),
        }
    }

    /// True if the token is NTLM, whatever it was wrapped in.
    pub fn is_ntlm(&self) -> bool {
        self.ntlm.is_some() || self.scheme == Scheme::Ntlm
    }
}

/// Why a negotiation ended: the server answered so.
pub(super) fn answered(status: u16) -> Cow<'static, str> {
    match status {
        // Most do.
        200 => "answered 200".into(),
        _ => format!("answered {status}").into(),
    }
}
