//! What proofs are computed over: the few bytes that a password or key can be held against.

use crate::wire::wipe;
use std::fmt;

/// Bytes that tell about a secret. They are never printed, and overwritten when they go.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Hidden(Box<[u8]>);

impl Hidden {
    /// Takes a copy of these bytes; of more than `most` nothing.
    pub fn new(bytes: &[u8], most: usize) -> Self {
        Self(if bytes.len() > most { Box::default() } else { bytes.into() })
    }

    /// The bytes, for computing with.
    pub const fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden")
    }
}

/// A key of Kerberos (RFC 4120 section 5.2.9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncryptionKey {
    /// Its encryption type.
    pub etype: i32,
    /// Its bytes.
    pub value: Hidden,
}

impl EncryptionKey {
    /// Longest key kept, in bytes; no encryption type has one of more than 32.
    pub const MAX: usize = 64;

    /// Takes a copy of these bytes.
    pub fn new(etype: i32, value: &[u8]) -> Self {
        Self { etype, value: Hidden::new(value, Self::MAX) }
    }
}

/// What an NTLM AUTHENTICATE_MESSAGE answers with ([MS-NLMP] 2.2.1.3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NtlmAnswer {
    /// LmChallengeResponse
    pub lm: Hidden,
    /// NtChallengeResponse
    pub nt: Hidden,
    /// EncryptedRandomSessionKey
    pub session_key: Hidden,
}

impl NtlmAnswer {
    /// Longest response kept, in bytes; a domain controller's list of names takes a few hundred.
    pub const MAX_RESPONSE: usize = 4096;

    /// Bytes it holds.
    pub const fn len(&self) -> usize {
        self.lm.bytes().len() + self.nt.bytes().len() + self.session_key.bytes().len()
    }

    /// True if it holds nothing.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What the signature of a SIP message covers ([MS-SIPAE] 3.2.5.2): parts in angle brackets, one after the other.
///
/// Kept in the form of version 3 and 4. The older form leaves parts out, and so do servers that add the identity of the
/// sender after they signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedText {
    text: Box<[u8]>,
    /// Offset of the brackets of the URI of `To`, and their length.
    to: (usize, usize),
    /// The same of the two identities.
    identity: (usize, usize),
}

impl SignedText {
    /// Longest text kept, in bytes.
    pub const MAX: usize = 4096;

    /// Takes the text of version 4, and where the URI of `To` and the two identities stand in it with their brackets:
    /// offset and length. Nothing if it is longer than [`Self::MAX`].
    pub fn new(text: Vec<u8>, to: (usize, usize), identity: (usize, usize)) -> Option<Self> {
        (text.len() <= Self::MAX).then(|| Self { text: text.into(), to, identity })
    }

    /// The text with everything in it: versions 3 and 4.
    pub const fn whole(&self) -> &[u8] {
        &self.text
    }

    /// The text without the identities' content, if there is any: versions 3 and 4.
    pub fn unidentified(&self) -> Option<Vec<u8>> {
        const EMPTY: &[u8] = b"<><>";
        let (at, length) = self.identity;
        (length > EMPTY.len()).then(|| self.without(&[(at, length, EMPTY)]))
    }

    /// The text of version 2: neither the URI of `To` nor identities.
    pub fn old(&self) -> Vec<u8> {
        self.without(&[(self.to.0, self.to.1, b""), (self.identity.0, self.identity.1, b"")])
    }

    /// The text with these parts, in order, replaced.
    fn without(&self, parts: &[(usize, usize, &[u8])]) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.text.len());
        let mut done = 0_usize;
        for (at, length, instead) in parts {
            out.extend_from_slice(self.text.get(done..*at).unwrap_or(&[]));
            out.extend_from_slice(instead);
            done = at.saturating_add(*length);
        }
        out.extend_from_slice(self.text.get(done..).unwrap_or(&[]));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_an_answer_is_printed() {
        let nt = Hidden::new(b"0123", 4);
        assert_eq!(nt.bytes(), b"0123");
        let answer = NtlmAnswer { nt, ..NtlmAnswer::default() };
        assert_eq!(format!("{answer:?}"), "NtlmAnswer { lm: Hidden, nt: Hidden, session_key: Hidden }");
        assert_eq!((answer.len(), Hidden::new(b"01234", 4).bytes()), (4, &b""[..]));
    }

    #[test]
    fn the_forms_of_a_text() {
        let text = SignedText::new(b"<a><sip:to><tag><sip:me><tel:1><60>".to_vec(), (3, 8), (16, 15)).unwrap();
        assert_eq!(text.whole(), b"<a><sip:to><tag><sip:me><tel:1><60>");
        assert_eq!(text.unidentified().unwrap(), b"<a><sip:to><tag><><><60>");
        assert_eq!(text.old(), b"<a><tag><60>");
        let plain = SignedText::new(b"<a><sip:to><tag><><><60>".to_vec(), (3, 8), (16, 4)).unwrap();
        assert_eq!((plain.unidentified(), plain.old()), (None, b"<a><tag><60>".to_vec()));
        assert!(SignedText::new(vec![0; SignedText::MAX + 1], (0, 0), (0, 0)).is_none());
    }
}
