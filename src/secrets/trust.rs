//! What certificates are judged by: whom the user trusts, and when.

use crate::wire::Timestamp;

/// What the user said of certificates.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// Certificates of own authorities, in DER.
    pub authorities: Vec<Box<[u8]>>,
    /// When certificates are judged; nothing for the time of their packet.
    pub at: Option<Timestamp>,
}
