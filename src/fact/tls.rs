//! The TLS handshake carried by TLS-DSK, as far as it is in clear.

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
