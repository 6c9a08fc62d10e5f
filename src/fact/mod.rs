//! The vocabulary of the analysis: what a message says about a sign-in, in the domain's words.
//!
//! Facts are owned, small, and show no secrets: a password or response appears only as what is needed to judge it, and
//! what can be held against a password is [`Hidden`]. A new carrier emits the same facts and the analysis does not
//! change.

mod connection;
mod head;
mod kerberos;
mod lease;
mod login;
mod ntlm;
mod proof;
mod relay;
mod scheme;
mod tls;
mod web;

pub use connection::{Connection, Ending, Unreachable};
pub use head::{Diagnostic, Head, Language, Lookup, SipHead, Start};
pub use kerberos::{Kerberos, KerberosKind, KeyFit, KeyProof, Opened, Principal, Salt};
pub use lease::Lease;
pub use login::{Login, LoginAsk, LoginRefusal, LoginStep, Service};
pub use ntlm::flags as ntlm_flags;
pub use ntlm::{Ntlm, NtlmAuthenticate, NtlmChallenge, NtlmVersion};
pub use proof::{EncryptionKey, Hidden, NtlmAnswer, SignedText};
pub use relay::{Relay, RelayCredentials};
pub use scheme::{Assurance, Credential, Offer, Passphrase, Proof, Scheme, Signature, Spnego, Token, WebTicket};
pub use tls::{Access, Covered, Handshake, Means, TlsAlert, TlsChoice, TlsFlight, TlsOffer};
pub use web::{
    Application, Autodiscover, CertificateRequest, Fault, Grant, IssuedCertificate, Metadata, OauthToken, Page, Realm,
    TicketRequest, Web, WebHead,
};

use crate::wire::Timestamp;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// One thing a message says.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// A name was asked for or answered.
    Lookup(Box<Lookup>),
    /// DHCP gave or was asked for an address and options.
    Lease(Box<Lease>),
    /// A relay for media is asked for, given or refused.
    Relay(Box<Relay>),
    /// A description of media names private addresses.
    Candidates(Box<[IpAddr]>),
    /// The head of a SIP or HTTP message. The facts that follow with the same [`Place::pdu`] belong to it.
    Head(Box<Head>),
    /// A server offers a scheme, or goes on with one (`WWW-Authenticate`, `Proxy-Authenticate`). Token facts that
    /// follow before the next offer are the content of its token.
    Offer(Box<Offer>),
    /// A client answers (`Authorization`, `Proxy-Authorization`). Token facts that follow are the content of its token.
    Credential(Box<Credential>),
    /// A server proves itself (`Authentication-Info`).
    Assurance(Box<Assurance>),
    /// What the signature in the credential or assurance before it covers.
    Signed(Box<SignedText>),
    /// A step of a sign-in to a service that is neither SIP nor HTTP. Token facts that follow are the content of its token.
    Login(Box<Login>),
    /// A SPNEGO token; the mechanism's own token follows.
    Spnego(Box<Spnego>),
    /// An NTLM message.
    Ntlm(Box<Ntlm>),
    /// A Kerberos message, from a KDC or inside a token.
    Kerberos(Box<Kerberos>),
    /// A flight of the TLS handshake inside TLS-DSK.
    Tls(Box<TlsFlight>),
    /// What a TLS connection says while it is set up.
    Handshake(Box<Handshake>),
    /// A password in a body (SOAP UsernameToken, OAuth form).
    Passphrase(Box<Passphrase>),
    /// A web ticket was issued or presented.
    WebTicket(Box<WebTicket>),
    /// What the body of an HTTP message is.
    Web(Box<Web>),
    /// A conversation turned out to be TLS: what it carries is encrypted.
    Encrypted,
    /// A connection is over, or never came about.
    Connection(Box<Connection>),
    /// The connection was asked for a moment ago between other addresses, on the conversation of this number: a NAT or
    /// load balancer passes it on, and the capture holds both sides.
    Passed {
        /// The conversation that was captured first.
        from: u32,
    },
    /// The network could not deliver a packet of the client.
    Unreachable(Unreachable),
    /// The capture is over; the place tells when.
    Over,
}

/// Which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the side that opened the conversation.
    ToServer,
    /// From the side that accepted it.
    ToClient,
}

impl Direction {
    /// The other way.
    pub const fn reverse(self) -> Self {
        match self {
            Self::ToServer => Self::ToClient,
            Self::ToClient => Self::ToServer,
        }
    }

    /// 0 to the server, 1 to the client.
    pub const fn index(self) -> usize {
        match self {
            Self::ToServer => 0,
            Self::ToClient => 1,
        }
    }
}

/// Where a fact was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The frame in which the message ended, counted from 1.
    pub frame: u64,
    /// The time of that frame.
    pub time: Timestamp,
    /// The conversation, counted from 0 over TCP and UDP together.
    pub flow: u32,
    /// The message, counted over the capture: facts of one message share it.
    pub pdu: u64,
    /// Which way it went.
    pub from: Direction,
    /// The side that opened the conversation.
    pub client: SocketAddr,
    /// The side that accepted it.
    pub server: SocketAddr,
    /// True over TCP.
    pub tcp: bool,
    /// True if the message came out of TLS.
    pub encrypted: bool,
}

impl Place {
    /// Of a frame that belongs to no conversation.
    pub const fn of_frame(frame: u64, time: Timestamp) -> Self {
        let nobody = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);
        Self {
            frame,
            time,
            flow: u32::MAX,
            pdu: 0,
            from: Direction::ToServer,
            client: nobody,
            server: nobody,
            tcp: false,
            encrypted: false,
        }
    }
}

/// A fact and where it was seen.
#[derive(Clone, Debug, PartialEq)]
pub struct FactRow {
    /// Where.
    pub place: Place,
    /// What.
    pub fact: Fact,
}
