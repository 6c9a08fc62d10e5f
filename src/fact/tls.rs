//! TLS: the handshake carried by TLS-DSK, and the one that protects a connection, as far as they could be read.

use super::Hidden;
use crate::wire::Timestamp;

/// What one token of TLS-DSK says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TlsFlight {
    /// The version offered (ClientHello) or chosen (ServerHello), `0x0301` for TLS 1.0.
    pub version: Option<u16>,
    /// True if a ClientHello is in the flight.
    pub client_hello: bool,
    /// True if a ServerHello is in the flight.
    pub server_hello: bool,
    /// The first four bytes of the ClientHello's random: the client's clock.
    pub client_time: Option<Timestamp>,
    /// random of the ClientHello.
    pub client_random: Option<[u8; 32]>,
    /// random of the ServerHello.
    pub server_random: Option<[u8; 32]>,
    /// The suite chosen.
    pub suite: Option<u16>,
    /// The sender's certificates in DER, its own first; bounded.
    pub certificates: Vec<Box<[u8]>>,
    /// The server goes on with a session that was agreed on before: no certificate is shown.
    pub resumed: bool,
    /// Alert description.
    pub alert: Option<u8>,
    /// The handshake messages in clear, one after the other: what keys follow from, and what signatures cover.
    pub said: Hidden,
}

impl TlsFlight {
    /// Most bytes kept of what was said.
    pub const MAX_SAID: usize = 24 << 10;
}

/// What one message of a TLS connection says. The handshake inside TLS-DSK is none: that is a [`TlsFlight`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Handshake {
    /// A ClientHello.
    pub offer: Option<TlsOffer>,
    /// A ServerHello that is no HelloRetryRequest.
    pub choice: Option<TlsChoice>,
    /// The sender's certificates in DER, its own first; bounded.
    pub certificates: Vec<Box<[u8]>>,
    /// How many certificates were sent, also those not kept.
    pub chain: usize,
    /// A CertificateRequest.
    pub asks_certificate: bool,
    /// A Certificate message, be it with none in it.
    pub answers_certificate: bool,
    /// An alert that could be read.
    pub alert: Option<TlsAlert>,
    /// Application data begins in this direction.
    pub data: bool,
    /// How the client goes on behind the hellos of TLS 1.3, as far as lengths tell.
    pub covered: Option<Covered>,
    /// Whether the connection could be opened, where that was tried.
    pub access: Option<Access>,
}

/// The first record that a client protects in TLS 1.3, as seen from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Covered {
    /// It goes on with the handshake.
    Message,
    /// It is as long as an alert: the client ends the handshake.
    Alert,
}

/// What a ClientHello offers.
#[derive(Clone, Debug, PartialEq)]
pub struct TlsOffer {
    /// The highest version.
    pub version: u16,
    /// random: what a key log knows the connection by.
    pub random: [u8; 32],
    /// server_name
    pub server_name: Option<String>,
}

/// What a ServerHello chooses.
#[derive(Clone, Debug, PartialEq)]
pub struct TlsChoice {
    /// The version, `0x0303` for TLS 1.2.
    pub version: u16,
    /// The suite.
    pub suite: Option<u16>,
    /// The application protocol, where it is in clear.
    pub protocol: Option<String>,
}

/// An alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TlsAlert {
    /// 1 warning, 2 fatal
    pub level: u8,
    /// What is wrong.
    pub code: u8,
}

/// With what a TLS connection was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Means {
    /// A key log knows its ClientHello.
    KeyLog,
    /// A private key decrypted its premaster secret.
    PrivateKey,
    /// It resumes a session that was opened.
    Session,
    /// None was needed: the suite encrypts nothing.
    Nothing,
}

/// What became of the attempt to read a TLS connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Nobody knows a secret for its ClientHello.
    NoSecret,
    /// Its hellos were not captured.
    NoHandshake,
    /// The suite is not supported.
    Suite,
    /// The version is not supported.
    Version,
    /// There is a secret, but it does not fit the records.
    Mismatch,
    /// There are private keys only, and the premaster secret was not encrypted with one.
    Ephemeral,
    /// There are private keys only, and none is its certificate's.
    OtherKey,
    /// There are private keys only, and it resumes a session that was not opened.
    Resumed,
    /// There are private keys only, and a part of the handshake that the secret follows from is missing.
    Incomplete,
    /// There are private keys only, and none can decrypt.
    OnlySigns,
    /// It was read, until bytes were missing.
    Lost,
    /// Some of it was read; to other records no secret fits, though nothing is missing.
    Part,
    /// It was read.
    Opened(Means),
}

impl Access {
    const ALL: [Self; 16] = [
        Self::NoSecret,
        Self::NoHandshake,
        Self::Suite,
        Self::Version,
        Self::Mismatch,
        Self::Ephemeral,
        Self::OtherKey,
        Self::Resumed,
        Self::Incomplete,
        Self::OnlySigns,
        Self::Lost,
        Self::Opened(Means::KeyLog),
        Self::Opened(Means::PrivateKey),
        Self::Opened(Means::Session),
        Self::Part,
        Self::Opened(Means::Nothing),
    ];

    /// As a number from 1, for notes.
    pub fn number(self) -> u8 {
        let at = Self::ALL.iter().position(|access| *access == self);
        at.and_then(|at| u8::try_from(at.saturating_add(1)).ok()).unwrap_or(0)
    }

    /// From such a number.
    pub fn numbered(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }

    /// True if something of the connection was read.
    pub const fn was_read(self) -> bool {
        matches!(self, Self::Lost | Self::Part | Self::Opened(_))
    }

    /// Why a connection stayed closed, or with what it was opened, in words.
    pub const fn why(self) -> &'static str {
        match self {
            Self::NoSecret => "no key given knows its ClientHello",
            Self::NoHandshake => "its hellos are not in the capture",
            Self::Suite => "its cipher suite is not supported",
            Self::Version => "its version of TLS is not supported",
            Self::Mismatch => "the key given for it does not fit its records",
            Self::Ephemeral => {
                "its keys are ephemeral (DHE, ECDHE or TLS 1.3): a private key cannot open it, only a key log can"
            }
            Self::OtherKey => "no private key given belongs to its certificate",
            Self::Resumed => "it resumes a session whose full handshake was not opened",
            Self::Incomplete => "a private key was given, but a part of its handshake is missing",
            Self::OnlySigns => "the private key given is not RSA, so it only signs: only a key log can open this",
            Self::Part => "read in part: no secret given fits the rest of its records",
            Self::Lost => "read until bytes were missing from the capture",
            Self::Opened(Means::KeyLog) => "read with the key log",
            Self::Opened(Means::PrivateKey) => "read with the private key of its certificate",
            Self::Opened(Means::Nothing) => "read without a key: its cipher suite encrypts nothing",
            Self::Opened(Means::Session) => "read as the resumption of a session that was opened",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_there_and_back() {
        for access in Access::ALL {
            assert_eq!(Access::numbered(access.number()), Some(access));
        }
        assert_eq!((Access::numbered(0), Access::numbered(99)), (None, None));
    }
}
