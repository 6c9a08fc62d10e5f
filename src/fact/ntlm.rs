//! NTLM messages ([MS-NLMP] 2.2.1) as the analysis sees them.

use super::NtlmAnswer;
use crate::wire::Timestamp;

/// An NTLM message.
#[derive(Clone, Debug, PartialEq)]
pub enum Ntlm {
    /// Type 1.
    Negotiate {
        /// NegotiateFlags
        flags: u32,
    },
    /// Type 2.
    Challenge(NtlmChallenge),
    /// Type 3.
    Authenticate(NtlmAuthenticate),
}

/// Type 2: what the server says of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NtlmChallenge {
    /// NegotiateFlags
    pub flags: u32,
    /// ServerChallenge
    pub server_challenge: Option<[u8; 8]>,
    /// TargetName
    pub target: String,
    /// AV id 2
    pub nb_domain: Option<String>,
    /// AV id 1
    pub nb_computer: Option<String>,
    /// AV id 4
    pub dns_domain: Option<String>,
    /// AV id 3
    pub dns_computer: Option<String>,
    /// AV id 7: the server's clock
    pub time: Option<Timestamp>,
}

/// Type 3: what the client says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NtlmAuthenticate {
    /// NegotiateFlags
    pub flags: u32,
    /// DomainName
    pub domain: String,
    /// UserName
    pub user: String,
    /// Workstation
    pub workstation: String,
    /// Which response it carries.
    pub version: NtlmVersion,
    /// True if a MIC is present, or if what would announce it was cut off.
    pub mic: bool,
    /// Time in the NTLMv2 response.
    pub time: Option<Timestamp>,
    /// AV id 7 inside the NTLMv2 response: the server had sent its clock, so `time` echoes it.
    pub echoes_time: bool,
    /// AV id 9: the SPN the client believes to talk to.
    pub spn: Option<String>,
    /// AV id 10: true if present and not all zero, or if it may have been cut off.
    pub channel_bound: bool,
    /// The responses, for who has the password.
    pub answer: NtlmAnswer,
}

/// The kind of response in a type 3 message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NtlmVersion {
    /// No user at all.
    #[default]
    Anonymous,
    /// An LM response alone.
    Lm,
    /// A DES response with an LM response beside it.
    LmAndV1,
    /// A DES response.
    V1,
    /// A DES response over a challenge mixed with the client's (NTLM2 session).
    V1Ess,
    /// HMAC-MD5 response.
    V2,
}

impl NtlmVersion {
    /// The name used in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Lm => "LM",
            Self::LmAndV1 | Self::V1 => "NTLMv1",
            Self::V1Ess => "NTLMv1-ESS",
            Self::V2 => "NTLMv2",
        }
    }
}

/// Bits of NegotiateFlags ([MS-NLMP] 2.2.2.5).
pub mod flags {
    /// A: strings are UTF-16LE
    pub const UNICODE: u32 = 0x0000_0001;
    /// B: strings are of the OEM code page
    pub const OEM: u32 = 0x0000_0002;
    /// D: messages are signed
    pub const SIGN: u32 = 0x0000_0010;
    /// E: messages are sealed
    pub const SEAL: u32 = 0x0000_0020;
    /// F: connectionless
    pub const DATAGRAM: u32 = 0x0000_0040;
    /// G: session key from the LM response
    pub const LM_KEY: u32 = 0x0000_0080;
    /// J: no user
    pub const ANONYMOUS: u32 = 0x0000_0800;
    /// P: NTLM2 session security
    pub const EXTENDED_SESSION_SECURITY: u32 = 0x0008_0000;
    /// R: session key from LMOWF
    pub const REQUEST_NON_NT_SESSION_KEY: u32 = 0x0040_0000;
    /// S: TargetInfo is there
    pub const TARGET_INFO: u32 = 0x0080_0000;
    /// T: Version is there
    pub const VERSION: u32 = 0x0200_0000;
    /// U: 128-bit keys
    pub const KEY_128: u32 = 0x2000_0000;
    /// V: the client sends a session key of its own
    pub const KEY_EXCH: u32 = 0x4000_0000;
    /// W: 56-bit keys
    pub const KEY_56: u32 = 0x8000_0000;
}
