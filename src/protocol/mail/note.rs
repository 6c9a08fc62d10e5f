//! What a conversation tells the dissector of a line: which kind it is, and where in a sign-in it stands.

/// A line of an exchange, as eight bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Note {
    /// Which kind of line.
    pub kind: Kind,
    /// Which mechanism of SASL is being spoken; 0 if none.
    pub mechanism: u8,
    /// How many lines the client has sent in it before this one.
    pub step: u8,
}

/// Kinds of lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// A command of the client.
    #[default]
    Command,
    /// A line of the client's in an exchange of SASL.
    Response,
    /// What the server says.
    Answer,
    /// What the server says to a step of a sign-in.
    Verdict,
    /// The dot behind lines that belong to nobody's sign-in.
    Dot,
}

/// Mechanisms by number; the rest is 255.
const MECHANISMS: [&str; 12] = [
    "PLAIN",
    "LOGIN",
    "NTLM",
    "GSSAPI",
    "GSS-SPNEGO",
    "CRAM-MD5",
    "DIGEST-MD5",
    "XOAUTH2",
    "OAUTHBEARER",
    "SCRAM-SHA-1",
    "SCRAM-SHA-256",
    "EXTERNAL",
];

/// The number of a mechanism.
pub fn mechanism(name: &[u8]) -> u8 {
    let at = MECHANISMS.iter().position(|known| known.as_bytes().eq_ignore_ascii_case(name));
    at.and_then(|at| u8::try_from(at).ok()).map_or(255, |at| at.saturating_add(1))
}

/// The mechanism with this number.
pub fn name(number: u8) -> Option<&'static str> {
    MECHANISMS.get(usize::from(number.checked_sub(1)?)).copied()
}

impl Note {
    /// As a conversation packs it.
    pub fn pack(self) -> u64 {
        let kind = match self.kind {
            Kind::Command => 0,
            Kind::Response => 1,
            Kind::Answer => 2,
            Kind::Verdict => 3,
            Kind::Dot => 4,
        };
        kind | u64::from(self.mechanism) << 8 | u64::from(self.step) << 16
    }

    /// As a dissector reads it.
    pub fn read(note: u64) -> Self {
        let [kind, mechanism, step, ..] = note.to_le_bytes();
        let kind = match kind {
            1 => Kind::Response,
            2 => Kind::Answer,
            3 => Kind::Verdict,
            4 => Kind::Dot,
            _ => Kind::Command,
        };
        Self { kind, mechanism, step }
    }
}
