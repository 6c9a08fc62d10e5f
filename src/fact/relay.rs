//! Relays for media: who asks for one, and by what credentials.

/// A request for a relay, or its answer (TURN Allocate).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Relay {
    /// True for the request.
    pub asks: bool,
    /// USERNAME, as hexadecimal digits.
    pub user: Option<String>,
    /// ERROR-CODE of an answer.
    pub error: Option<u16>,
    /// LIFETIME, in seconds.
    pub lifetime: Option<u32>,
    /// The call of SIP that it is for ([MS-TURNBWM]).
    pub call_id: Option<String>,
}

/// Credentials for relays, handed out over SIP ([MS-AVEDGEA] 2.2.5).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RelayCredentials {
    /// How long they are good, in minutes.
    pub minutes: Option<u32>,
    /// The user name, as hexadecimal digits of what its base64 stands for.
    pub user: Option<String>,
    /// Relays: host names.
    pub hosts: Vec<String>,
}

impl RelayCredentials {
    /// Relays kept.
    pub const MAX_HOSTS: usize = 8;
}
