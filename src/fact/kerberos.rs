//! Kerberos messages (RFC 4120) as the analysis sees them.

use crate::wire::Timestamp;
use std::fmt;

/// The kind of a Kerberos message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KerberosKind {
    /// AS-REQ
    AsReq,
    /// AS-REP
    AsRep,
    /// TGS-REQ
    TgsReq,
    /// TGS-REP
    TgsRep,
    /// AP-REQ
    ApReq,
    /// AP-REP
    ApRep,
    /// KRB-ERROR
    Error,
}

/// A principal: components and realm.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Principal {
    /// Components joined by `/`.
    pub name: String,
    /// The realm.
    pub realm: String,
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.realm.is_empty() { f.write_str(&self.name) } else { write!(f, "{}@{}", self.name, self.realm) }
    }
}

/// A Kerberos message.
#[derive(Clone, Debug, PartialEq)]
pub struct Kerberos {
    /// Which message.
    pub kind: KerberosKind,
    /// cname with crealm, where readable.
    pub client: Option<Principal>,
    /// sname with its realm: the service asked for, or of the ticket.
    pub service: Option<Principal>,
    /// etypes the client offers (KDC-REQ).
    pub offered_etypes: Vec<i32>,
    /// etype of the ticket's encrypted part: the service's key.
    pub ticket_etype: Option<i32>,
    /// etype of the reply's own encrypted part: the client's key or session key.
    pub reply_etype: Option<i32>,
    /// kvno of the service's key.
    pub kvno: Option<u32>,
    /// First bytes of the SHA-256 of the ticket's cipher: joins an AP-REQ to the reply that issued its ticket.
    pub ticket: Option<u64>,
    /// True if the request carries proof of the password or key (PA-ENC-TIMESTAMP, PKINIT, FAST, encrypted challenge).
    pub preauthenticated: bool,
    /// error-code (KRB-ERROR)
    pub error: Option<i32>,
    /// e-text
    pub text: Option<String>,
    /// NTSTATUS in Microsoft's e-data (KERB_EXT_ERROR).
    pub ntstatus: Option<u32>,
    /// stime: the server's clock (KRB-ERROR)
    pub server_time: Option<Timestamp>,
    /// ctime: the client's clock (KRB-ERROR)
    pub client_time: Option<Timestamp>,
    /// ap-options bit 2: mutual authentication asked (AP-REQ)
    pub mutual: bool,
    /// nonce of a KDC-REQ
    pub nonce: Option<u32>,
}

impl Kerberos {
    /// An empty message of this kind.
    pub const fn new(kind: KerberosKind) -> Self {
        Self {
            kind,
            client: None,
            service: None,
            offered_etypes: Vec::new(),
            ticket_etype: None,
            reply_etype: None,
            kvno: None,
            ticket: None,
            preauthenticated: false,
            error: None,
            text: None,
            ntstatus: None,
            server_time: None,
            client_time: None,
            mutual: false,
            nonce: None,
        }
    }
}
