//! TLS conversations and certificates as rows of the report, and what stayed closed.

use crate::analysis::{Certificate, Chain, TlsTalk, alert_name};
use crate::fact::Direction;
use crate::protocol::tls::suites;
use crate::wire::Timestamp;
use crate::wire::text::hex;
use serde::Serialize;
use std::borrow::Cow;

/// A TLS conversation.
#[derive(Clone, Debug, Serialize)]
pub struct TlsRow {
    /// Address and port.
    pub client: String,
    /// Address and port.
    pub server: String,
    /// The host name asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sni: Option<String>,
    /// `TLS 1.2`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The suite by its IANA name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suite: Option<String>,
    /// The application protocol.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alpn: Option<String>,
    /// What one side complained of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alert: Option<AlertRow>,
    /// The server's certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<CertificateRow>,
    /// The client's, if it sent one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_certificate: Option<CertificateRow>,
    /// Whether its content could be read.
    pub decrypted: bool,
    /// Frames of the handshake and of alerts.
    pub frames: Vec<u64>,
}

/// A TLS alert.
#[derive(Clone, Debug, Serialize)]
pub struct AlertRow {
    /// Its number.
    pub code: u8,
    /// Its name.
    pub name: &'static str,
    /// `client` or `server`
    pub by: &'static str,
}

/// What could not be seen.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Visibility {
    /// TCP connections with TLS on them.
    pub tls_conversations: u64,
    /// Of these, read.
    pub decrypted: u64,
    /// The rest.
    pub undecrypted: Vec<Undecrypted>,
}

/// A conversation that stayed closed.
#[derive(Clone, Debug, Serialize)]
pub struct Undecrypted {
    /// Address and port.
    pub client: String,
    /// Address and port.
    pub server: String,
    /// The host name asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sni: Option<String>,
    /// Why: one of a few texts, shared by the thousands of connections that one capture may have.
    pub why: Cow<'static, str>,
}

/// A certificate.
#[derive(Clone, Debug, Serialize)]
pub struct CertificateRow {
    /// Whose.
    pub subject: String,
    /// By whom.
    pub issuer: String,
    /// Alternative names.
    pub names: Vec<String>,
    /// From when.
    pub not_before: String,
    /// Until when.
    pub not_after: String,
    /// How long, in whole days.
    pub days: i64,
    /// In hexadecimal.
    pub serial: String,
    /// How many days it was good for when it was shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_left: Option<i64>,
    /// SHA-1 of it in hexadecimal, as Windows shows it.
    pub sha1: String,
    /// SHA-256 of it.
    pub sha256: String,
    /// The algorithm of its signature.
    pub signature: String,
    /// What is wrong with it and the others that came with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<String>,
    /// Strength of the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_bits: Option<usize>,
    /// Whether its owner proved that it is its own, where that can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proved: Option<bool>,
}

impl CertificateRow {
    /// A certificate that was shown at this time, and what is wrong with it.
    pub(super) fn shown(c: &Certificate, time: Timestamp, problems: Vec<String>) -> Self {
        Self { days_left: Some(c.days_left(time)), problems, ..Self::from(c) }
    }
}

impl From<&Certificate> for CertificateRow {
    fn from(c: &Certificate) -> Self {
        Self {
            subject: c.subject.clone(),
            issuer: c.issuer.clone(),
            names: c.names.clone(),
            not_before: c.not_before.rfc3339_seconds(),
            not_after: c.not_after.rfc3339_seconds(),
            days: c.days(),
            serial: c.serial.clone(),
            key_bits: c.key_bits,
            days_left: None,
            sha1: hex(&c.sha1),
            sha256: hex(&c.sha256),
            signature: c.signature.clone(),
            problems: Vec::new(),
            proved: None,
        }
    }
}

pub(super) fn tls(talk: &TlsTalk) -> TlsRow {
    TlsRow {
        client: talk.client.to_string(),
        server: talk.server.to_string(),
        sni: talk.server_name.as_deref().map(str::to_owned),
        version: talk.version.map(|version| match version {
            0x0300 => "SSL 3.0".into(),
            0x0301..=0x0304 => format!("TLS 1.{}", version - 0x0301),
            other => format!("0x{other:04x}"),
        }),
        suite: talk.suite.map(|suite| suites::name(suite).map_or_else(|| format!("0x{suite:04x}"), str::to_owned)),
        alpn: talk.protocol.as_deref().map(str::to_owned),
        alert: talk.alert.map(|(alert, from)| AlertRow {
            code: alert.code,
            name: alert_name(alert.code),
            by: if from == Direction::ToServer { "client" } else { "server" },
        }),
        certificate: talk.certificate.as_deref().map(|c| {
            let time = talk.certificate_at.map_or(talk.time, |(_, time)| time);
            CertificateRow::shown(c, time, talk.verdict.as_ref().map_or_else(Vec::new, Chain::words))
        }),
        client_certificate: talk.client_certificate.as_deref().map(CertificateRow::from),
        decrypted: talk.decrypted,
        frames: talk.frames.clone(),
    }
}

/// Why a connection stayed closed where no key was given: which would open it, as far as its suite tells (RFC 5246 F.1.1).
fn without_keys(talk: &TlsTalk) -> &'static str {
    let Some(name) = talk.suite.and_then(suites::name).filter(|_| talk.data != [false; 2]) else {
        return "no TLS keys were given";
    };
    let ephemeral =
        talk.version == Some(0x0304) || ["TLS_DHE_", "TLS_ECDHE_"].iter().any(|kind| name.starts_with(kind));
    // A session that is resumed shows no certificate, and takes its secret from an earlier handshake.
    let sealed = name.starts_with("TLS_RSA_") && talk.certificate.is_some();
    match () {
        () if !suites::is_supported(name) => "no TLS keys were given; its cipher suite is not supported",
        () if ephemeral => "no TLS keys were given: only a key log opens it (its keys are ephemeral)",
        () if sealed => "no TLS keys were given: a key log opens it, or the private key of its certificate",
        () => "no TLS keys were given: a key log opens it",
    }
}

pub(super) fn undecrypted(talk: &TlsTalk) -> Undecrypted {
    Undecrypted {
        client: talk.client.to_string(),
        server: talk.server.to_string(),
        sni: talk.server_name.as_deref().map(str::to_owned),
        why: talk.access.map_or_else(|| without_keys(talk), |access| access.why()).into(),
    }
}
