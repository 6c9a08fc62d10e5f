//! What a protocol is: a value of plain functions. One folder each, one line in [`registry`].
//!
//! `dissect` describes one message and remembers nothing: the same bytes, note and context give the same events. Only a
//! [`Conversation`] remembers; it finds where messages begin and end and never describes them.

pub mod announce;
pub mod arp;
mod carries;
pub mod checksum;
mod context;
mod conversation;
pub mod ctp;
pub mod data;
pub mod dcerpc;
pub mod dhcp;
pub mod dns;
pub mod dtls;
pub mod erspan;
pub mod eth;
pub mod ethertype;
pub mod expert;
pub mod fixed;
pub mod frame;
pub mod ftp;
pub mod geneve;
pub mod gre;
pub mod gssapi;
pub mod http;
pub mod http2;
pub mod icmp;
pub mod icmpv6;
pub mod igmp;
pub mod ip;
pub mod ipv6;
pub mod json;
pub mod jwt;
pub mod kerberos;
pub mod kpasswd;
pub mod ldap;
mod lines;
pub mod llc;
pub mod loopback;
pub mod lync;
pub mod mail;
pub mod multipart;
pub mod nbss;
pub mod ntlm;
pub mod numbers;
mod out;
pub mod payload;
mod portion;
pub mod ppp;
pub mod pppoe;
pub mod raw;
pub mod registry;
mod renamed;
pub mod rtp;
#[cfg(test)]
mod sample;
pub mod sasl;
pub mod sdp;
pub mod sip;
pub mod sll;
pub mod smb;
pub mod smb2;
pub mod soap;
pub mod stun;
pub mod tcp;
pub mod tds;
pub mod tls;
pub mod tlsdsk;
pub mod udp;
pub mod vlan;
pub mod vxlan;
pub mod websocket;
pub mod wlan;
pub mod x509;

pub use carries::{Cargo, Carries, may_show, may_stand_in_body};
pub use context::{Context, Exchange, FlowView, FrameView, Noticed, Reassembled, TcpView, notice};
pub use conversation::{Conversation, Found, Input, Opening, Progress, TlsRecord};
pub use out::{Budget, Out};
pub use portion::Portion;

pub use crate::fact::Direction;
use crate::field::Field;
use announce::Announced;

/// Opens a conversation.
pub type Open = fn(&Opening<'_>) -> Box<dyn Conversation>;

/// A protocol.
pub struct Protocol {
    /// Filter prefix and name in `frame.protocols`: `sip`.
    pub name: &'static str,
    /// Name in the protocol column: `SIP`.
    pub column: &'static str,
    /// Its field table.
    pub fields: &'static [&'static Field],
    /// What it answers to.
    pub claims: &'static [Claim],
    /// Judges the first bytes of a stream or a datagram.
    pub probe: fn(&[u8]) -> Likelihood,
    /// Opens a conversation (protocols on a stream).
    pub open: Option<Open>,
    /// Which exchange a message belongs to, if its protocol has requests and responses.
    pub pair: fn(bytes: &[u8], note: u64) -> Option<Pair>,
    /// The layer that handed it its stream, if no message of it is ever seen without.
    pub over: Option<&'static str>,
    /// Its messages are no layer of their own: what they hold is.
    pub silent: bool,
    /// A segment with the start of a message that ends later shows it already.
    pub at_once: bool,
    /// The note under which bytes behind a hole are described in the frame they came in, if no message begins in them.
    pub continues: Option<u64>,
    /// What of other protocols its messages may hold.
    pub carries: Carries,
    /// Where a message says that media will arrive; asked of every message, so it must cost little.
    pub announces: fn(bytes: &[u8], note: u64) -> Vec<Announced>,
    /// Describes one message.
    pub dissect: for<'b> fn(&Message<'b>, &mut Out<'_, 'b>),
}

impl Protocol {
    /// A protocol that claims nothing and describes nothing; for `..Protocol::NONE`.
    pub const NONE: Self = Self {
        name: "",
        column: "",
        fields: &[],
        claims: &[],
        probe: |_| Likelihood::No,
        open: None,
        pair: |_, _| None,
        over: None,
        silent: false,
        at_once: false,
        continues: None,
        carries: Carries::Anything,
        announces: |_, _| Vec::new(),
        dissect: |_, _| {},
    };
}

/// A message's place in an exchange: request and response of one flow share the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Tells exchanges of one flow apart.
    pub key: u64,
    /// True for the request.
    pub opens: bool,
    /// False for an answer that others follow: the entries of a search, the word that it takes a while.
    pub last: bool,
}

impl Pair {
    /// A request, or its only answer.
    pub const fn new(key: u64, opens: bool) -> Self {
        Self { key, opens, last: true }
    }
}

impl std::fmt::Debug for Protocol {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// What a probe thinks of the bytes it was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likelihood {
    /// These bytes are something else.
    No,
    /// Too few bytes to tell.
    Unsure,
    /// It may be; a port number decides.
    Perhaps,
    /// It is, on whatever port.
    Surely,
}

/// What a protocol answers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Claim {
    /// A link-layer type of capture files.
    LinkType(u32),
    /// An EtherType.
    EtherType(u16),
    /// An IP protocol number.
    IpProtocol(u8),
    /// A TCP port of the server.
    TcpPort(u16),
    /// A UDP port of either side.
    UdpPort(u16),
    /// A media type, lower case.
    MediaType(&'static str),
    /// An authentication scheme whose token it is, lower case.
    AuthScheme(&'static str),
    /// A GSS-API mechanism, as the content octets of its OID.
    Mechanism(&'static [u8]),
    /// By name.
    Named(&'static str),
}

/// One message, whole or as far as it was captured.
#[derive(Clone, Copy)]
pub struct Message<'b> {
    /// Its bytes.
    pub bytes: &'b [u8],
    /// Which way it went.
    pub from: Direction,
    /// What its conversation wanted `dissect` to know; each protocol packs its own.
    pub note: u64,
    /// What belongs to frame, flow and exchange.
    pub context: &'b Context<'b>,
}

impl<'b> Message<'b> {
    /// Other bytes of the same message, with no note.
    pub fn with(&self, bytes: &'b [u8]) -> Self {
        Self { bytes, note: 0, ..*self }
    }
}
