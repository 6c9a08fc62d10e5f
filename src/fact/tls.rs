//! TLS: the handshake carried by TLS-DSK, and the one that protects a connection, as far as they could be read.

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
    /// The leaf certificate's DER, of the sender.
    pub certificate: Option<Box<[u8]>>,
    /// Alert description.
    pub alert: Option<u8>,
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
    /// An alert that could be read.
    pub alert: Option<TlsAlert>,
    /// Application data begins in this direction.
    pub data: bool,
    /// Whether the connection could be opened, where that was tried.
    pub access: Option<Access>,
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
    /// It was read, until bytes were missing.
    Lost,
    /// It was read.
    Opened,
}

impl Access {
    const ALL: [Self; 7] =
        [Self::NoSecret, Self::NoHandshake, Self::Suite, Self::Version, Self::Mismatch, Self::Lost, Self::Opened];

    /// As a number from 1, for notes.
    pub fn number(self) -> u8 {
        1 + self as u8
    }

    /// From such a number.
    pub fn numbered(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|access| access.number() == number)
    }

    /// Why a connection stayed closed, in words.
    pub const fn why(self) -> &'static str {
        match self {
            Self::NoSecret => "no key given knows its ClientHello",
            Self::NoHandshake => "its hellos are not in the capture",
            Self::Suite => "its cipher suite is not supported",
            Self::Version => "its version of TLS is not supported",
            Self::Mismatch => "the key given for it does not fit its records",
            Self::Lost => "read until bytes were missing from the capture",
            Self::Opened => "read",
        }
    }
}
