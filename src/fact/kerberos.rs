//! Kerberos messages (RFC 4120) as the analysis sees them.

use super::{EncryptionKey, Hidden};
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

/// Which key opened something, or why none did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyFit {
    /// This one.
    Fits {
        /// Whose it is.
        principal: Principal,
        /// Its version.
        kvno: u32,
        /// Its encryption type.
        etype: i32,
        /// True if it is not that of the name it was looked for by.
        another: bool,
    },
    /// The keys at hand have none of this name.
    NoPrincipal,
    /// They have this name, but not with this encryption type.
    NoEtype {
        /// The encryption type wanted.
        etype: i32,
        /// Those there are.
        has: Vec<i32>,
    },
    /// They have name and encryption type, but not of this version, and the other versions do not open it.
    WrongKvno {
        /// The version wanted.
        kvno: Option<u32>,
        /// Those there are.
        has: Vec<u32>,
    },
    /// They have exactly that key, and it does not open it: another key was used under the same name.
    Differs {
        /// The version, where it is told.
        kvno: Option<u32>,
        /// The encryption type.
        etype: i32,
    },
    /// An encryption type that nothing here opens.
    NotUnderstood {
        /// Which.
        etype: i32,
    },
}

impl KeyFit {
    /// True if a key opened it.
    pub const fn fits(&self) -> bool {
        matches!(self, Self::Fits { .. })
    }

    /// Why none did, in a few words that name no names.
    pub const fn why(&self) -> &'static str {
        match self {
            Self::Fits { .. } => "",
            Self::NoPrincipal => "the keytab has no key of this name",
            Self::NoEtype { .. } => "the keytab has no key of this name and encryption type",
            Self::WrongKvno { .. } => "the keytab has no key of this version",
            Self::Differs { .. } => "the key of this name in the keytab is another one",
            Self::NotUnderstood { .. } => "an encryption type that is not opened",
        }
    }
}

/// What keys at hand say of a message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Opened {
    /// The key of the ticket's service.
    pub service: Option<KeyFit>,
    /// The client's key: of PA-ENC-TIMESTAMP, or of an AS-REP.
    pub client: Option<KeyFit>,
    /// The session key of the ticket (AP-REQ).
    pub session: Option<EncryptionKey>,
    /// The subkey: the initiator's in an AP-REQ, the acceptor's in an AP-REP.
    pub subkey: Option<EncryptionKey>,
    /// True for an AP-REP that was opened, whether or not it has a subkey.
    pub answered: bool,
    /// Whom the ticket was issued to.
    pub client_name: Option<Principal>,
    /// flags of the ticket, bit 0 the highest
    pub ticket_flags: Option<u32>,
    /// True if the authenticator carries a ticket-granting ticket with its key (delegation).
    pub delegated: bool,
    /// Whether the authenticator is bound to the TLS channel, where it says.
    pub channel_bound: Option<bool>,
}

/// A few bytes under the client's key: whoever has the password can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyProof {
    /// The encryption type.
    pub etype: i32,
    /// True for an AS-REP, false for PA-ENC-TIMESTAMP.
    pub reply: bool,
    /// The cipher.
    pub cipher: Hidden,
}

impl KeyProof {
    /// Longest cipher kept, in bytes.
    pub const MAX: usize = 4096;

    /// Takes a copy of the cipher; nothing if it is longer than [`Self::MAX`].
    pub fn new(etype: i32, reply: bool, cipher: &[u8]) -> Option<Self> {
        (cipher.len() <= Self::MAX).then(|| Self { etype, reply, cipher: Hidden::new(cipher, Self::MAX) })
    }
}

/// How a client makes its key from its password (ETYPE-INFO2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Salt {
    /// For this encryption type.
    pub etype: i32,
    /// The salt; the principal's name if none is told.
    pub salt: Option<Vec<u8>>,
    /// `s2kparams`
    pub parameters: Option<Vec<u8>>,
}

impl Salt {
    /// Longest salt and longest parameters kept, in bytes.
    pub const MAX: usize = 256;

    /// Takes copies; nothing if one is longer than [`Self::MAX`].
    pub fn new(etype: i32, salt: Option<&[u8]>, parameters: Option<&[u8]>) -> Option<Self> {
        let short = |part: Option<&[u8]>| part.is_none_or(|part| part.len() <= Self::MAX);
        (short(salt) && short(parameters)).then(|| Self {
            etype,
            salt: salt.map(<[u8]>::to_vec),
            parameters: parameters.map(<[u8]>::to_vec),
        })
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
    /// What the keys at hand say of it.
    pub opened: Option<Box<Opened>>,
    /// What a password can be held against (AS-REQ, AS-REP).
    pub proof: Option<Box<KeyProof>>,
    /// How the client makes its key (KRB-ERROR, AS-REP).
    pub salts: Vec<Salt>,
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
            opened: None,
            proof: None,
            salts: Vec::new(),
        }
    }
}
